r"""Quadratic rules: a vote that costs its square, and public goods whose funds grow with the square of the roots.

Quadratic voting: m votes cost k m^2, so one buys votes in proportion to what the decision is worth to him. Quadratic
funding: from contributions c_i a project gets

.. math:: F = \Bigl(\sum_i \sqrt{c_i}\Bigr)^2

and the fund pays :math:`F - \sum_i c_i`. With utilities :math:`h\,a_i \sqrt F` each gives :math:`(h a_i / 2)^2` and F
is the social optimum. Two conventions are in use, h = 1 and h = 2; h is a parameter here.

References
----------
Buterin, Hitzig, Weyl (2019), "A flexible design for funding public goods", Management Science 65.
Lalley, Weyl (2018), "Quadratic voting", AEA Papers and Proceedings 108.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy as sp

from ..domain import Domain
from ..mechanism import Declared, Expr, claim, declare, formula, given, sketch

__all__ = ["matching", "quadratic_funding", "quadratic_funds", "quadratic_voting"]


@declare(
    "vote",
    source="Buterin, Hitzig, Weyl (2019), A flexible design for funding public goods, Management Science 65, section 4",
    a=given("currency^(1/2)", "own value of the good", 3, "[0, inf)"),
    A=given("currency^(1/2)", "sum of the others' values", 3, "[0, inf)"),
    h=given("1", "utility is h a sqrt(F): 1 or 2 by convention", 1, "(0, inf)"),
)
def quadratic_funding(a: Expr, A: Expr, h: Expr) -> Declared:
    """Contributions are matched so that the fund is the square of the sum of their roots: the optimum is funded."""
    s, r, F = sp.symbols("s r F", positive=True)
    gives = yield formula("contribution", (h * a / 2) ** 2, "currency", "what one gives")
    fund = yield formula("fund", (h * (a + A) / 2) ** 2, "currency", "what the project gets")
    alone = yield formula("voluntary", (h * sp.Max(a, A) / 2) ** 2, "currency", "given by the keener of two, unmatched")
    pays = yield formula("matching_of_two", h**2 * a * A / 2, "currency", "what the fund adds for two contributors")
    payoff = h * a * (s + r) - s**2  # s is the root of what one gives, r the sum of the others' roots
    yield claim("best contribution", sp.Subs(sp.Derivative(payoff, s), s, h * a / 2), 0, "whatever the others give")
    yield claim("funded", (sp.sqrt(gives) + h * A / 2) ** 2, fund, "square of the sum of the roots")
    yield claim(
        "social optimum",
        sp.Subs(sp.Derivative(h * (a + A) * sp.sqrt(F) - F, F), F, fund),
        0,
        "the last unit of the fund is worth one to all together",
    )
    yield claim("matching", fund - gives - (h * A / 2) ** 2, pays, "twice the product of the roots")
    yield claim(
        "unmatched",
        sp.Subs(sp.Derivative(h * sp.Max(a, A) * sp.sqrt(F) - F, F), F, alone),
        0,
        "without a match only the one who values it most gives",
    )
    yield sketch("fund", over="a", low=0, high=10, A=(0, 3, 6))


@declare(
    "vote",
    source="Lalley, Weyl (2018), Quadratic voting: how mechanism design can radicalize democracy, AEA P&P 108",
    u=given("currency", "what the decision is worth, either way", 5, "real"),
    U=given("currency", "sum of what it is worth to the others", -3, "real"),
    g=given("1", "how much one more vote raises the chance to win", 0.01, "(0, inf)"),
    k=given("currency/vote^2", "price of the first vote squared", 1, "(0, inf)"),
    n=given("1", "identities among which votes are split", 4, "integer [1, inf)"),
)
def quadratic_voting(u: Expr, U: Expr, g: Expr, k: Expr, n: Expr) -> Declared:
    """Votes cost their square: one buys them in proportion to the stake, so the larger sum of stakes wins."""
    m = sp.Symbol("m", real=True)
    votes = yield formula("votes", g * u / (2 * k), "vote", "votes bought")
    margin = yield formula("margin", g * (u + U) / (2 * k), "vote", "votes for less votes against")
    cost = yield formula("cost", g**2 * u**2 / (4 * k), "currency", "what they cost")
    split = yield formula("split_cost", g**2 * u**2 / (4 * k * n), "currency", "what they cost under n names")
    payoff = g * u * m - k * m**2
    yield claim("best number of votes", sp.Subs(sp.Derivative(payoff, m), m, votes), 0, "first-order condition")
    yield claim("cost is the integral of the price", sp.Integral(2 * k * m, (m, 0, votes)), cost, "vote after vote")
    yield claim("sum of stakes decides", votes + sp.Subs(votes, u, U), margin, "its sign is that of u + U")
    i = sp.Symbol("i", integer=True)
    yield claim("identities", sp.Sum(k * (votes / n) ** 2, (i, 1, n)), split, "n names cut the cost to one n-th")
    yield claim("no cost at the end", sp.Limit(split, n, sp.oo), 0, "so the rule needs proof of personhood")
    yield sketch("cost", over="u", low=-10, high=10, k=(0.5, 1, 2))


def quadratic_funds(contributions: Any, *, axis: int = -1) -> Any:
    """What a project gets: the square of the sum of the roots of what is given to it.

    Parameters
    ----------
    contributions : array_like
        Currency, not negative.
    axis : int
        The axis of the contributors; the others are projects or batches.

    Returns
    -------
    numpy.ndarray

    Raises
    ------
    ValueError
        For a negative, infinite or undefined contribution.

    References
    ----------
    Buterin, Hitzig, Weyl (2019), Management Science 65.

    Examples
    --------
    >>> float(quadratic_funds([1, 4, 9]))
    36.0
    """
    c = Domain.of("[0, inf)").check("contributions", contributions)
    return np.sum(np.sqrt(c), axis=axis) ** 2


def matching(contributions: Any, pool: float, *, axis: int = -1) -> Any:
    """What the fund adds to each project; when its pool is too small all are cut by the same factor.

    Parameters
    ----------
    contributions : array_like
        Currency, not negative: contributors along `axis`, projects along the other axis, if any.
    pool : float
        What the fund has, not negative.
    axis : int
        The axis of the contributors.

    Returns
    -------
    numpy.ndarray
        One number for each project; sums to the pool at most.

    Raises
    ------
    ValueError
        For a negative, infinite or undefined number.

    Examples
    --------
    >>> matching([[1, 4, 9], [14, 0, 0]], pool=11)
    array([11.,  0.])
    """
    c = Domain.of("[0, inf)").check("contributions", contributions)
    pool = float(Domain.of("[0, inf)").check("pool", pool))
    wanted = np.maximum(quadratic_funds(c, axis=axis) - np.sum(c, axis=axis), 0.0)
    total = np.sum(wanted)
    return wanted if total <= pool else pool * (wanted / total)
