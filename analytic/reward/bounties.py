r"""Bounties: a prize for who solves a problem, at once or first.

*At once*: each of n succeeds with the probability q that it chooses at cost :math:`c q^2 / 2`; the prize V goes to one
of those who succeed, drawn by lot. A solver gets it with probability :math:`\sum_k \binom{n-1}{k} q^k (1-q)^{n-1-k} /
(k+1) = (1 - (1 - q)^n) / (n q)`, so that inside :math:`c\,q = V (1 - (1 - q)^n) / (n q)`.

*First*: effort h, paid in advance at :math:`\kappa` per unit, makes discovery come at rate h; the prize goes to the
first and is discounted at :math:`\rho`. One gets :math:`V h / (\rho + H) - \kappa h`, H the rate of all.

References
----------
Loury, G. C. (1979), "Market structure and innovation", Quarterly Journal of Economics 93. Dasgupta, Stiglitz (1980).
Archak, Sundararajan (2009), "Optimal design of crowdsourcing contests", ICIS.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy as sp

from ..domain import Domain
from ..mechanism import Declared, Expr, claim, condition, declare, formula, given, sketch

__all__ = ["bounty_by_lot", "bounty_chance", "discovery_race"]


@declare(
    "reward",
    source="Loury (1979), Market structure and innovation, Quarterly Journal of Economics 93:395",
    V=given("currency", "prize", 10, "(0, inf)"),
    kappa=given("currency period", "cost of effort per unit of discovery rate", 2, "(0, inf)", latex=r"\kappa"),
    rho=given("1/period", "discount rate", 0.1, "(0, inf)", latex=r"\rho"),
    n=given("1", "who race", 3, "integer [1, inf)"),
)
def discovery_race(V: Expr, kappa: Expr, rho: Expr, n: Expr) -> Declared:
    """A race in which discovery comes at random, at the rate of effort, and the first gets the prize.

    Alone one races at the rate that is best for all if the prize is the worth of the discovery. With more, each counts
    what it takes from the others as its own, and they race too fast together. Without discounting it is Tullock's
    contest.
    """
    yield condition(sp.Ge(V, kappa * rho), "the prize must cover the cost of effort, V >= kappa rho, else nobody races")
    y, z, t = (sp.Symbol(name, positive=True) for name in "yzt")
    payoff = V * y / (rho + y + z) - kappa * y
    push = (n - 1) * V
    root, less = sp.sqrt(push**2 + 4 * n * rho * kappa * V), 2 * n * rho * kappa - push
    rate, again = (root - less) / (2 * n**2 * kappa), 2 * rho * (V - rho * kappa) / (root + less)
    solved = sp.Piecewise((rate, less < 0), (again, True))  # each where nothing cancels
    total = n * rate
    yield formula("rate", solved, "1/period", "discovery rate of each at Nash")
    yield formula("total", n * solved, "1/period", "discovery rate of all")
    best = yield formula("optimum", sp.sqrt(rho * V / kappa) - rho, "1/period", "rate of all that is best for all")
    yield formula("wait", 1 / (n * solved), "period", "mean time to discovery")
    gets = V * rate / (rho + total) - kappa * rate
    yield formula("payoff", V * solved / (rho + n * solved) - kappa * solved, "currency", "payoff of each")
    large = {"V": (8, 9), "kappa": (1, 2), "rho": (0.125, 1), "n": (1, 5)}
    yield claim(
        "the first wins",
        sp.Integral(y * sp.exp(-z * t), (t, 0, sp.oo)),
        y / z,
        "nobody has found it by t, and one does then; z is rho and all rates",
    )
    yield claim(
        "Nash", sp.Subs(sp.Derivative(payoff, y), (y, z), (rate, total - rate)), 0, "no gain from more effort",
        **{**large, "n": (2, 5)},
    )  # fmt: skip
    yield claim(
        "one's payoff is concave", sp.Derivative(payoff, (y, 2)), -2 * V * (rho + z) / (rho + y + z) ** 3, "negative"
    )
    yield claim("two forms of the rate", rate, again, "numerator and denominator times root + less", **large)
    yield claim(
        "best for all", sp.Subs(sp.Derivative(V * y / (rho + y) - kappa * y, y), y, best), 0, "one rate", **large
    )
    yield claim("alone it is efficient", sp.Subs(total, n, 1), best, "nobody is raced against", **large)
    yield claim(
        "without discounting",
        sp.Limit(rate, rho, 0),
        (n - 1) * V / (n**2 * kappa),
        "Tullock's contest",
        n=(2, 5),
    )
    yield claim("payoff without discounting", sp.Limit(gets, rho, 0), V / n**2, "as in Tullock's contest", n=(2, 5))
    yield sketch("total", over="n", low=1, high=12, rho=(0.05, 0.1, 0.5))


@declare(
    "reward",
    source="Archak, Sundararajan (2009), Optimal design of crowdsourcing contests, ICIS; derived",
    V=given("currency", "prize", 1, "(0, inf)"),
    n=given("1", "workers", 4, "integer [1, inf)"),
    q=given("1", "probability of success of each", 0.3, "(0, 1]"),
    c=given("currency", "steepness of the cost c q^2 / 2 of success", 2, "(0, inf)"),
)
def bounty_by_lot(V: Expr, n: Expr, q: Expr, c: Expr) -> Declared:
    """A bounty that goes to one of those who solve the problem, by lot.

    The more solve it the less a solution is worth. Two workers choose 2 V / (2 c + V), if that is below one; for any
    number the verb `bounty_chance` solves the condition.
    """
    y, t = sp.Symbol("y", positive=True), sp.Symbol("t", positive=True)
    wins = yield formula("win", (1 - (1 - q) ** n) / (n * q), "1", "chance of a solver to be paid")
    solved = yield formula("solved", 1 - (1 - q) ** n, "1", "chance that the problem is solved")
    gets = yield formula("payoff", V * solved / n - c * q**2 / 2, "currency", "payoff of each")
    prize = yield formula("prize_for", c * n * q**2 / solved, "currency", "prize that makes each choose q")
    yield formula("two_workers", sp.Min(1, 2 * V / (2 * c + V)), "1", "what two workers choose")
    yield formula("one_worker", sp.Min(1, V / c), "1", "what one worker chooses")
    inside = {"q": (0.1, 0.9), "n": (1, 5)}
    yield claim(
        "the lot",
        sp.Integral((1 - q + q * t) ** (n - 1), (t, 0, 1)),
        wins,
        "k of the others solve it too: the mean of 1/(k + 1) is the integral of the mean of t^k",
        **inside,
    )
    yield claim("the prize is paid if it is solved", n * q * wins * V, V - V * (1 - q) ** n, "to one of them", **inside)
    yield claim(
        "first-order condition",
        sp.Subs(sp.Derivative(V * y * wins - c * y**2 / 2, y), (y, V), (q, prize)),
        0,
        "a little more chance earns what it costs",
        **inside,
    )
    yield claim(
        "two workers",
        sp.Subs(V * (1 - (1 - y) ** 2) / (2 * y) - c * y, y, 2 * V / (2 * c + V)),
        0,
        "V (1 - q/2) = c q",
    )
    yield claim("payoff", sp.Subs(gets, V, prize), c * q**2 / 2, "half of what is won is spent on effort", **inside)
    yield sketch("win", over="q", low=0.01, high=1, n=(2, 4, 10))


def bounty_chance(prize: Any, cost: Any, workers: int) -> float:
    """The probability of success that every one of n workers chooses for a bounty by lot.

    Parameters
    ----------
    prize, cost : float
        V and c, positive, in currency.
    workers : int
        At least 1.

    Returns
    -------
    float
        The symmetric equilibrium, which is unique: the win falls with q and marginal cost rises. 1 where V >= n c.

    Raises
    ------
    ValueError
        For a number outside its domain.

    Examples
    --------
    >>> round(bounty_chance(1, 2, 2), 12), bounty_chance(100, 1, 4)
    (0.4, 1.0)
    """
    from scipy.optimize import brentq

    V, c = (float(Domain.of("(0, inf)").check(name, value)) for name, value in (("prize", prize), ("cost", cost)))
    if isinstance(workers, bool) or int(workers) != workers or workers < 1:
        raise ValueError(f"workers = {workers} is outside integer [1, inf)")
    n = int(workers)
    if n * c <= V:
        return 1.0

    def lead(q: float) -> float:
        solved = -np.expm1(n * np.log1p(-q)) if q < 1 else 1.0
        return float(V / c * solved / n - q * q)

    # near 0 the solved part is n q, so the lead is about V q / c > 0 at the lower end, which lies below the solution
    low = min(0.5, V / c / 2) * min(1.0, 1 / (1 + n * V / c)) * 1e-3
    return float(brentq(lead, low, 1.0, xtol=1e-300, rtol=1e-14))
