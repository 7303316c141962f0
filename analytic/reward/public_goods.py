r"""Optional public goods: join a data pool and contribute, join and free-ride, or stay out for a sure income.

N are drawn at random; those of them who join share r times what was contributed (one unit each), who stays out or finds
nobody else gets :math:`\sigma`. With the shares x of contributors, y of free riders and z of those who stay out,

.. math::

    P_D = \sigma z^{N-1} + \frac{r x}{1 - z}\Bigl(1 - \frac{1 - z^N}{N (1 - z)}\Bigr), \qquad P_C = P_D - F(z), \qquad
    F(z) = 1 + (r - 1) z^{N-1} - \frac{r}{N}\,\frac{1 - z^N}{1 - z}.

For r > 2 the rest point inside has F(z) = 0 and the part :math:`\sigma / (r - 1)` of contributors among those who join;
under the replicator closed orbits surround it.

References
----------
Hauert, De Monte, Hofbauer, Sigmund (2002), "Volunteering as Red Queen mechanism for cooperation in public goods
games", Science 296; "Replicator dynamics for optional public good games", J. Theor. Biol. 218.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy as sp

from ..domain import Domain
from ..mechanism import Declared, Expr, claim, condition, declare, formula, given, sketch

__all__ = ["optional_public_goods", "volunteering_rest"]


@declare(
    "reward",
    source="Hauert, De Monte, Hofbauer, Sigmund (2002), Science 296:1129 and J. Theor. Biol. 218:187",
    N=given("1", "drawn at random", 5, "integer [2, inf)"),
    r=given("1", "what a contribution becomes", 3, "(1, inf)"),
    sigma=given("currency", "income of who stays out", 1, "(0, inf)", latex=r"\sigma"),
    x=given("1", "share of contributors", 0.3, "[0, 1]"),
    z=given("1", "share of those who stay out", 0.5, "[0, 1)"),
)
def optional_public_goods(N: Expr, r: Expr, sigma: Expr, x: Expr, z: Expr) -> Declared:
    """A common pool that one may contribute to, exploit, or stay out of.

    Where many stay out groups are small and contributing pays for itself; where few do free riders win; where free
    riders are many staying out wins. The three chase one another.
    """
    yield condition(sp.Le(x + z, 1), "shares add up to at most one; the rest are free riders")
    k, s = sp.Symbol("k", integer=True, nonnegative=True), sp.Symbol("s", positive=True)
    ring = (1 - z**N) / (1 - z)
    rides = yield formula(
        "free_rider", sigma * z ** (N - 1) + r * x / (1 - z) * (1 - ring / N), "currency", "payoff of a free rider"
    )
    lead = yield formula("temptation", 1 + (r - 1) * z ** (N - 1) - r / N * ring, "currency", "free riding's lead")
    gives = yield formula("contributor", rides - lead, "currency", "payoff of a contributor")
    yield formula("loner", sigma, "currency", "payoff of who stays out")
    yield formula("mean_payoff", x * gives + (1 - x - z) * rides + z * sigma, "currency", "mean of all")
    part = yield formula("rest_part", sigma / (r - 1), "1", "contributors among those who join, at rest, for r > 2")
    inside = {"x": (0.1, 0.4), "z": (0.1, 0.5), "N": (2, 6)}
    others = N - 1
    yield claim(
        "mean share of a group",
        sp.Integral((z + (1 - z) * s) ** others, (s, 0, 1)),
        ring / N,
        "the mean of 1/(k + 1) is the integral of the mean of s^k, with each of N - 1 others joining or not",
        **inside,
    )
    yield claim(
        "what a free rider gets",
        sigma * z**others + r * x / (1 - z) * sp.Sum(1 - z**k, (k, 0, others)) / N,
        rides,
        "a part x/(1 - z) of the k others contributes and k + 1 share: the mean of k/(k + 1)",
        **inside,
    )
    yield claim(
        "a contribution costs more than it returns",
        1 - z**others - r * (sp.Sum(z**k, (k, 0, others)) / N - z**others),
        lead,
        "one's own unit comes back r/(k + 1)-fold, in groups of at least two",
        **inside,
    )
    yield claim(
        "rest",
        sp.Subs(rides - sigma, x, part * (1 - z)),
        sigma / (r - 1) * lead,
        "with this part of contributors free riding pays what staying out does where its lead is 0",
        **inside,
    )
    yield sketch("temptation", over="z", low=0, high=0.99, r=(2, 3, 4))


def volunteering_rest(players: int, *, multiplier: Any, loner: Any) -> Any:
    """The rest point inside: contributors, free riders and those who stay out are equally well off.

    Parameters
    ----------
    players : int
        N, at least 3.
    multiplier : float
        r, between 2 and N: below 2 there is none, from N on a contribution pays for itself.
    loner : float
        Income of who stays out, between 0 and r - 1.

    Returns
    -------
    numpy.ndarray, shape (3,)
        Shares of contributors, free riders and those who stay out.

    Raises
    ------
    ValueError
        Outside of these ranges, in which there is exactly one.

    References
    ----------
    Hauert et al. (2002), J. Theor. Biol. 218, section 3.

    Examples
    --------
    >>> volunteering_rest(5, multiplier=3, loner=1).round(6)
    array([0.26933, 0.26933, 0.46134])
    """
    from scipy.optimize import brentq

    if isinstance(players, bool) or int(players) != players or players < 3:
        raise ValueError(f"players = {players} is outside integer [3, inf)")
    N = int(players)
    r = float(Domain.of(f"(2, {N})").check("multiplier", multiplier))
    sigma = float(Domain.of(f"(0, {r - 1!r})").check("loner", loner))
    # F has the root z = 1. The rest of F is sum_{k<N-1} a_k z^k with a_k = 1 - r (k + 1)/N, positive first, then
    # negative: one root, by Descartes' rule.
    powers = 1 - r * (np.arange(N - 1) + 1) / N
    z = brentq(lambda at: float(np.polynomial.polynomial.polyval(at, powers)), 0, 1, xtol=1e-16, rtol=1e-15)
    part = sigma / (r - 1)
    return np.array([part * (1 - z), (1 - part) * (1 - z), z])
