r"""Coordination thresholds: bank runs and pegs, where one's best choice is what enough others choose.

Three ways to say which of two equilibria to expect: risk dominance (two holders), the Laplacian belief that the share
of others is uniform on [0, 1] (many holders, the limit of global games with little noise), and a public signal, which
brings multiplicity back when it is precise: unique iff :math:`\sigma_x \le \sqrt{2\pi}\,\sigma_z^2`.

References
----------
Diamond, Dybvig (1983), J. Polit. Econ. 91. Morris, Shin (1998), Am. Econ. Rev. 88.
Goldstein, Pauzner (2005), J. Finance 60. Hellwig (2002), J. Econ. Theory 107.
"""

from __future__ import annotations

import itertools
import math

import sympy as sp

from ..domain import Domain
from ..mechanism import Declared, Expr, claim, declare, formula, given, sketch

__all__ = ["attack_thresholds", "public_signal", "reserve_run", "run_of_two"]


@declare(
    "vote",
    source="Diamond, Dybvig (1983), Bank runs, deposit insurance, and liquidity, J. Polit. Econ. 91; two holders",
    rho=given("1", "reserve over what is owed", 0.6, "(0, 1)", latex=r"\rho"),
    y=given("1", "yield of staying", 0.195, "(0, inf)"),
)
def run_of_two(rho: Expr, y: Expr) -> Declared:
    """Two holders of a claim backed by less than its face: both stay, both run, and which is the safer choice."""
    s = sp.Symbol("s", positive=True)
    stay = yield formula("mixed", (1 - rho) / (y + 1 - rho), "1", "chance of staying, mixed")
    edge = yield formula("risk", 1 - rho - y, "1", "positive where running is risk dominant")
    safe = yield formula("safe_reserve", sp.Max(0, 1 - y), "1", "reserve share above which staying is risk dominant")
    # Liability limited to the claim: a reserve below one claim pays who runs alone 2 rho, who stays alone nothing.
    alone, left = sp.Min(1, 2 * rho), sp.Max(0, 2 * rho - 1)
    limited = yield formula("limited_risk", rho - left - (1 + y - alone), "1", "the same with limited liability")
    staying, running = s * (1 + y) + (1 - s) * (2 * rho - 1), s + (1 - s) * rho
    yield claim("indifference", sp.Subs(staying - running, s, stay), 0, "staying and running pay alike")
    yield claim(
        "at even odds", 2 * sp.Subs(running - staying, s, sp.Rational(1, 2)), edge, "risk dominance is best at 1/2"
    )
    yield claim("threshold", sp.Subs(edge, rho, safe), 0, "both choices are as safe there", y=(0, 1))
    yield claim("well covered", limited, edge, "limited liability changes nothing", rho=(0.5, 1))
    yield claim("badly covered", limited, 3 * rho - 1 - y, "run iff 3 rho > 1 + y", rho=(0, 0.5))
    yield sketch("mixed", over="y", low=0.01, high=1, rho=(0.3, 0.6, 0.9))


@declare(
    "vote",
    source="Goldstein, Pauzner (2005), Demand-deposit contracts, J. Finance 60; derived",
    rho=given("1", "reserve over what is owed", 0.8, "(0, 1)", latex=r"\rho"),
    R=given("1", "growth of what stays in the reserve", 1.6, "(1, inf)"),
    x=given("1", "share of holders who redeem", 0.3, "(0, 1)"),
)
def reserve_run(rho: Expr, R: Expr, x: Expr) -> Declared:
    """Many holders of a claim backed by less than its face: when all run, and which growth prevents it."""
    yield formula("redeem", sp.Min(1, rho / x), "1", "what redeeming pays")
    yield formula("hold", R * sp.Max(0, rho - x) / (1 - x), "1", "what holding pays")
    start = yield formula("threshold", sp.Max(0, (R * rho - 1) / (R - 1)), "1", "share that sets off a run")
    needed = yield formula(
        "laplacian",
        rho * (1 - sp.log(rho)) / (rho + (1 - rho) * sp.log(1 - rho)),
        "1",
        "growth above which holding is best at uniform beliefs",
    )
    solvent = {"rho": (0.6, 1), "R": (2, 5)}
    yield claim("threshold", sp.Subs(R * (rho - x) / (1 - x), x, start), 1, "holding pays as redeeming does", **solvent)
    yield claim(
        "redeemed at uniform beliefs",
        sp.Integral(1, (x, 0, rho)) + sp.Integral(rho / x, (x, rho, 1)),
        rho * (1 - sp.log(rho)),
        "in full while the reserve lasts, then by lot",
    )
    yield claim(
        "held at uniform beliefs",
        sp.Derivative(rho + (1 - rho) * sp.log(1 - rho), rho),
        sp.Integral(1 / (1 - x), (x, 0, rho)),
        "the integral of (rho - x)/(1 - x) up to rho, differentiated",
    )
    yield claim(
        "Laplacian growth",
        needed * (rho + (1 - rho) * sp.log(1 - rho)) / rho,
        1 + sp.Integral(1 / x, (x, rho, 1)),
        "both sums are equal",
    )
    yield sketch("hold", over="x", low=0.01, high=0.99, rho=(0.5, 0.8, 0.95))


@declare(
    "vote",
    source="Hellwig (2002), Public information, private information, J. Econ. Theory 107; Angeletos, Werning (2006)",
    sigma_x=given("1", "noise of the private signal", 0.5, "(0, inf)", latex=r"\sigma_x"),
    sigma_z=given("1", "noise of the public signal", 0.5, "(0, inf)", latex=r"\sigma_z"),
    s=given("1", "the threshold's normal score: theta* = Phi(s)", 0.2, "real"),
    z=given("1", "public signal", 0.5, "real"),
    u=given("1", "the normal score of the cost of attacking", 0, "real"),
)
def public_signal(sigma_x: Expr, sigma_z: Expr, s: Expr, z: Expr, u: Expr) -> Declared:
    """A peg falls when more attack than it can bear; private and public signals. `attack_thresholds` solves for it."""
    a, b = sigma_x**-2, sigma_z**-2
    theta = yield formula("theta", (1 + sp.erf(s / sp.sqrt(2))) / 2, "1", "threshold of the fundamental")
    gap = yield formula(
        "indifference", b * (theta - z) - sp.sqrt(a) * s - sp.sqrt(a + b) * u, "1", "zero at an equilibrium threshold"
    )
    bound = yield formula("bound", sp.sqrt(2 * sp.pi) * sigma_z**2, "1", "private noise above which there may be three")
    steep = b * sp.exp(-(s**2) / 2) / sp.sqrt(2 * sp.pi) - sp.sqrt(a)
    yield claim("slope", sp.Derivative(gap, s), steep, "the normal density less a constant")
    yield claim("steepest in the middle", sp.Subs(sp.Derivative(steep, s), s, 0), 0, "the density is highest at 0")
    at = sp.Subs(sp.Derivative(gap, s), (s, sigma_x), (0, bound))
    yield claim("bound", at, 0, "where even the steepest place is flat the threshold is unique")
    signal = sp.Symbol("x", real=True)
    score = sp.sqrt(a + b) * (theta - (a * signal + b * z) / (a + b))
    marginal = sp.Subs(score, signal, theta + sigma_x * s)
    yield claim("indifferent agent", sp.sqrt(a + b) * (marginal - u), gap, "chance of success is the cost, at Phi(u)")
    yield sketch("indifference", over="s", low=-2.5, high=2.5, sigma_x=(0.3, 0.6266, 1.5))


def attack_thresholds(sigma_x: float, sigma_z: float, *, z: float, cost: float) -> tuple[float, ...]:
    """All thresholds theta* below which the attack succeeds, in rising order: one, or up to three.

    Parameters
    ----------
    sigma_x, sigma_z : float
        Noise of the private and of the public signal, positive.
    z : float
        The public signal.
    cost : float
        Of attacking, over the gain of success; in (0, 1).

    Returns
    -------
    tuple of float
        Complete: between the places where the indifference condition turns it is monotone.

    Raises
    ------
    ValueError
        For a number outside its domain.

    References
    ----------
    Hellwig (2002), J. Econ. Theory 107; Angeletos, Werning (2006), Am. Econ. Rev. 96.

    Examples
    --------
    >>> bound = (2 * math.pi) ** 0.5 * 0.5**2
    >>> [len(attack_thresholds(w * bound, 0.5, z=0.5, cost=0.5)) for w in (0.9, 1.1)]
    [1, 3]
    """
    from scipy.optimize import brentq
    from scipy.special import ndtr, ndtri

    positive = Domain.of("(0, inf)")
    one, two = float(positive.check("sigma_x", sigma_x)), float(positive.check("sigma_z", sigma_z))
    z, t = float(Domain.of("real").check("z", z)), float(Domain.of("(0, 1)").check("cost", cost))
    weight = one / two**2  # the indifference condition times sigma_x: weight (Phi(s) - z) - s - rest
    rest = math.hypot(1, one / two) * float(ndtri(t))

    def gap(s: float) -> float:
        return weight * (float(ndtr(s)) - z) - s - rest

    turn = weight / math.sqrt(2 * math.pi)
    places = [-weight * z - rest - 1, weight * (1 - z) - rest + 1]
    if turn > 1:
        bend = math.sqrt(2 * math.log(turn))
        places = sorted({*places, *(one for one in (-bend, bend) if places[0] < one < places[1])})
    found = []
    for low, high in itertools.pairwise(places):
        if gap(low) == 0:
            found.append(low)
        elif gap(low) * gap(high) < 0:
            found.append(float(brentq(gap, low, high, xtol=1e-14, rtol=1e-15, maxiter=500)))
    return tuple(float(ndtr(s)) for s in found)
