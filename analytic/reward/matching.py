r"""Matching funds: a sponsor's pool that follows what a crowd gives.

Quadratic funding gives project p, above the contributions :math:`c_{ip}`, the match :math:`(\sum_i \sqrt{c_{ip}})^2 -
\sum_i c_{ip} = \sum_{i \ne j} \sqrt{c_{ip} c_{jp}}`. Two rules bound what that costs:

* *capital-constrained*: all matches are scaled to the budget B when they exceed it;
* *pairwise-bounded*: the term of the pair i, j is weighed by :math:`M / (M + \sum_q \sqrt{c_{iq} c_{jq}})`, so that two
  who give together to many projects are matched with less than 2 M in all.

References
----------
Buterin, Hitzig, Weyl (2019), "A flexible design for funding public goods", Management Science 65. Buterin, V. (2019),
"Pairwise coordination subsidies: a new quadratic funding design", ethresear.ch.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy as sp

from ..domain import Domain
from ..mechanism import Declared, Expr, claim, declare, formula, given, sketch

__all__ = ["constrained_matches", "matching_fund", "pairwise_matches", "quadratic_matches"]


@declare(
    "reward",
    source="Buterin, Hitzig, Weyl (2019), Management Science 65:5171; Buterin (2019), Pairwise coordination subsidies",
    x=given("currency", "own contribution to the project", 4),
    y=given("currency", "another's contribution", 9),
    k=given("1", "projects that both give to alike", 1, "integer [1, inf)"),
    M=given("currency", "bound for a pair", 5, "(0, inf)"),
    B=given("currency", "budget of the sponsor", 10),
    m=given("1", "rate of a plain match", 0.5),
)
def matching_fund(x: Expr, y: Expr, k: Expr, M: Expr, B: Expr, m: Expr) -> Declared:
    """What a sponsor adds to the contributions of two, under plain, quadratic, scaled and pairwise-bounded matching.

    The quadratic match grows with agreement, not with size. That pays two who collude as well; bounding what a pair
    draws from all projects together keeps their profit below 2 M.
    """
    both = sp.sqrt(x * y)
    yield formula("plain", sp.Min(m * (x + y), B), "currency", "match at a rate, as far as the budget goes")
    quad = yield formula("quadratic", 2 * both, "currency", "quadratic match of one project")
    yield formula("constrained", sp.Min(2 * k * both, B), "currency", "quadratic match of all projects, scaled to B")
    pair = yield formula("pairwise", 2 * both * M / (M + k * both), "currency", "pairwise-bounded match of one project")
    whole = yield formula("pair_total", 2 * k * both * M / (M + k * both), "currency", "what the pair draws in all")
    yield claim(
        "square of the sum of roots",
        (sp.sqrt(x) + sp.sqrt(y)) ** 2 - x - y,
        quad,
        "less what they gave",
        x=(1, 9),
        y=(1, 9),
    )
    yield claim(
        "one unit more", sp.Derivative(quad, x), sp.sqrt(y / x), "drawn by the other's agreement", x=(1, 9), y=(1, 9)
    )
    yield claim(
        "without a bound it is quadratic",
        sp.Limit(pair, M, sp.oo),
        quad,
        "a pair may draw anything",
        x=(1, 9),
        y=(1, 9),
    )
    yield claim(
        "a pair draws at most 2 M", sp.Limit(whole, k, sp.oo), 2 * M, "from ever more projects", x=(1, 9), y=(1, 9)
    )
    yield claim(
        "the bound is approached from below",
        2 * M - whole,
        2 * M**2 / (M + k * both),
        "the rest is positive",
        x=(1, 9),
        y=(1, 9),
    )
    yield claim(
        "matches of the projects",
        k * pair,
        sp.Sum(pair, (sp.Symbol("p", integer=True), 1, k)),
        "all alike",
        x=(1, 9),
        y=(1, 9),
    )
    yield sketch("pair_total", over="k", low=1, high=20, M=(1, 5, 20))
    yield sketch("quadratic", over="x", low=0, high=20, y=(1, 9, 20))


def _given(contributions: Any) -> Any:
    c = Domain.of("[0, inf)").check("contributions", contributions)
    if c.ndim != 2:
        raise ValueError(f"contributions are a table of contributors by projects, got shape {c.shape}")
    return c


def quadratic_matches(contributions: Any) -> Any:
    """The match of each project under quadratic funding with an unlimited pool.

    Parameters
    ----------
    contributions : array_like, shape (contributors, projects)
        In currency, not negative.

    Returns
    -------
    numpy.ndarray, shape (projects,)
        Above the contributions.

    Raises
    ------
    ValueError
        For a number outside its domain.

    References
    ----------
    Buterin, Hitzig, Weyl (2019), Management Science 65.

    Examples
    --------
    >>> quadratic_matches([[4, 1], [9, 0]])
    array([12.,  0.])
    """
    c = _given(contributions)
    rising = np.sort(np.sqrt(c), axis=0)
    smaller = np.cumsum(rising[:-1], axis=0)  # below each one but the first: nothing small is lost under large ones
    return 2 * np.sum(rising[1:] * smaller, axis=0)


def constrained_matches(contributions: Any, budget: Any) -> Any:
    """Quadratic matches, scaled to a budget that they would exceed.

    Parameters
    ----------
    contributions : array_like, shape (contributors, projects)
    budget : float
        Not negative.

    Returns
    -------
    numpy.ndarray, shape (projects,)
        Sums to at most the budget.

    Raises
    ------
    ValueError
        For a number outside its domain.

    References
    ----------
    Buterin, Hitzig, Weyl (2019), Management Science 65, section 5 (capital-constrained liberal radicalism).

    Examples
    --------
    >>> constrained_matches([[4, 1], [9, 1]], 7)
    array([6., 1.])
    """
    B = float(Domain.of("[0, inf)").check("budget", budget))
    match = quadratic_matches(contributions)
    total = np.sum(match)
    return match if total <= B else match * (B / total)


def pairwise_matches(contributions: Any, bound: Any) -> Any:
    """Quadratic matches in which no two contributors draw more than twice a bound in all.

    Parameters
    ----------
    contributions : array_like, shape (contributors, projects)
    bound : float
        M, positive, in currency.

    Returns
    -------
    numpy.ndarray, shape (projects,)
        Above the contributions.

    Raises
    ------
    ValueError
        For a number outside its domain.

    References
    ----------
    Buterin, V. (2019), "Pairwise coordination subsidies", ethresear.ch.

    Examples
    --------
    >>> pairwise_matches([[4], [9]], 6)
    array([6.])
    """
    M = float(Domain.of("(0, inf)").check("bound", bound))
    roots = np.sqrt(_given(contributions))
    together = roots @ roots.T
    weights = 1 / (1 + together / M)
    np.fill_diagonal(weights, 0.0)
    return np.sum(roots * (weights @ roots), axis=0)
