r"""The logarithmic market scoring rule: a market maker that sells shares of outcomes, one of which will pay 1.

With q_i shares of outcome i sold and the liquidity b,

.. math:: C(q) = b \log \sum_i e^{q_i / b}, \qquad \pi_i = \frac{e^{q_i / b}}{\sum_j e^{q_j / b}},
   \qquad \text{cost of } \Delta = C(q + \Delta) - C(q).

To who trades one outcome the others count only by their joint level c = b log sum_{j != i} exp(q_j / b), so the
mechanism is written in q and c, in forms that neither overflow nor cancel; the verbs take all n outcomes. With two
outcomes the price is the sigmoid curve of steepness 1 / b.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from ..domain import Domain
from ..mechanism import Declared, Expr, claim, declare, formula, given, sketch
from ..special import logexpm1, logistic, softplus

__all__ = ["logarithmic_scoring", "scoring_cost", "scoring_level", "scoring_prices"]


@declare(
    "pool",
    source="Hanson (2003), Combinatorial information market design, Inf. Syst. Frontiers 5; Hanson (2007), LMSR",
    q=given("share", "shares of the outcome sold so far", 20, "real"),
    c=given("share", "joint level of the other outcomes", 0, "real"),
    b=given("share", "liquidity", 100, "(0, inf)"),
    d=given("share", "shares bought", 50, "[0, inf)"),
    m=given("currency", "spent", 25, "[0, inf)"),
    n=given("1", "number of outcomes", 2, "integer [2, inf)"),
    p=given("1", "belief of the trader", 0.75, "(0, 1)"),
)
def logarithmic_scoring(q: Expr, c: Expr, b: Expr, d: Expr, m: Expr, n: Expr, p: Expr) -> Declared:
    """Shares of outcomes at prices that add up to one; the maker's loss is bounded by its liquidity."""
    level = b * sp.log(sp.exp(q / b) + sp.exp(c / b))
    price = yield formula("price", logistic((q - c) / b), "currency/share", "price of the outcome")
    yield claim("price", sp.Derivative(level, q), price, "the slope of the cost function")
    yield claim("prices add up to one", price + sp.Derivative(level, c), 1, "a share of each outcome pays 1 for sure")
    cost = yield formula(
        "cost", b * softplus(logexpm1(d / b) - softplus((c - q) / b)), "currency", "cost of the shares"
    )
    small = {"d": (0.1, 3), "b": (1, 3), "q": (-3, 3), "c": (-3, 3), "m": (0.1, 3)}
    yield claim("cost", level.subs(q, q + d) - level, cost, "the cost function's difference", **small)
    u = sp.Symbol("u", positive=True)
    path = sp.Derivative(level.subs(q, q + u), u) - sp.Derivative(cost.subs(d, u), u)
    yield claim("cost is the price along the way", sp.Subs(path, u, d), 0, "whatever is bought before", **small)
    proceeds = b * softplus(logexpm1(d / b) - softplus((c - q + d) / b))
    yield formula("proceeds", proceeds, "currency", "what selling the shares brings")
    yield claim("proceeds", level - level.subs(q, q - d), proceeds, "the cost function's difference", **small)
    shares = yield formula(
        "shares", b * softplus(logexpm1(m / b) + softplus((c - q) / b)), "share", "for what is spent"
    )
    yield claim("spending buys", sp.Subs(cost, d, shares), m, "cost and shares are inverse", **small)
    yield from _belief(q, c, b, p)
    bound = yield formula("worst_loss", b * sp.log(n), "currency", "the maker's loss is below this")
    others = level.subs(c, b * sp.log(n - 1))
    loss = q - (others - others.subs(q, 0))
    yield claim("loss", loss, bound - b * sp.log(1 + (n - 1) * sp.exp(-q / b)), "paid out less taken in, from no sale")
    yield sketch("price", over="q", low=-500, high=500, b=(20, 100, 300))
    yield sketch("cost", over="d", low=0, high=400, b=(20, 100, 300))


def _belief(q: Expr, c: Expr, b: Expr, p: Expr) -> Declared:
    """A trader who holds p for the outcome's probability buys until the price is p."""
    order = yield formula(
        "order", b * sp.log(p / (1 - p)) + c - q, "share", "shares that a belief buys (sells, if < 0)"
    )
    level = b * sp.log(sp.exp(q / b) + sp.exp(c / b))
    worth = sp.Symbol("t", real=True)
    margin = p - sp.Derivative(level.subs(q, q + worth), worth)
    yield claim("best order", sp.Subs(margin, worth, order), 0, "its expected profit is at its top: the price is p")
    gain = yield formula(
        "gain", b * (p * sp.log(p) + (1 - p) * sp.log(1 - p)) + b * _surprise(q, c, b, p), "currency", "expected profit"
    )
    profit = p * order - level.subs(q, q + order) + level
    yield claim("expected profit", profit, gain, "b times the relative entropy of the belief to the price")


def _surprise(q: Expr, c: Expr, b: Expr, p: Expr) -> Expr:
    """The cross entropy of the belief and the prices."""
    return p * softplus((c - q) / b) + (1 - p) * softplus((q - c) / b)


Array = NDArray[np.float64]


def scoring_level(sold: Sequence[float] | Array, liquidity: float) -> float:
    """The cost function C(q) = b log sum exp(q / b).

    Parameters
    ----------
    sold : array_like
        Shares sold of each outcome, at least two.
    liquidity : float
        b [share], positive.

    Returns
    -------
    float
        [currency]

    Examples
    --------
    >>> scoring_level([0, 0], 100)
    69.31471805599453
    >>> scoring_level([1e6, 0], 1)
    1000000.0
    """
    q, b = _checked(sold, liquidity)
    top = q.max()
    return float(top + b * np.log(np.sum(np.exp((q - top) / b))))


def scoring_prices(sold: Sequence[float] | Array, liquidity: float) -> Array:
    """The prices of all outcomes, which add up to one.

    Parameters
    ----------
    sold, liquidity
        See `scoring_level`.

    Returns
    -------
    array, shape (outcomes,)

    Examples
    --------
    >>> scoring_prices([0, 0, 0, 0], 10)
    array([0.25, 0.25, 0.25, 0.25])
    """
    q, b = _checked(sold, liquidity)
    weight = np.exp((q - q.max()) / b)
    return np.asarray(weight / weight.sum())


def scoring_cost(sold: Sequence[float] | Array, bought: Sequence[float] | Array, liquidity: float) -> float:
    """What a bundle of shares costs; negative for what is sold back.

    Parameters
    ----------
    sold : array_like
        Shares sold of each outcome so far.
    bought : array_like
        Shares of each outcome bought now; negative ones are sold back.
    liquidity : float
        b [share], positive.

    Returns
    -------
    float
        [currency]

    Raises
    ------
    ValueError
        When the two have different lengths, or a number is outside its domain.

    Examples
    --------
    >>> scoring_cost([0, 0], [10, 10], 100)
    10.0
    >>> round(scoring_cost([0, 0], [50, 0], 100), 6)
    28.09298
    """
    q, b = _checked(sold, liquidity)
    change = Domain.of("real").check("bought", bought)
    if change.shape != q.shape:
        raise ValueError(f"bought has the shape {change.shape}, sold has {q.shape}: give one number for each outcome")
    if np.abs(change).max() > 1e300:
        raise ValueError("shares beyond 1e300 overflow floats: count in larger units")
    top = change.max()  # what all outcomes get costs its number: prices add up to one
    rest = np.sum(scoring_prices(q, b) * np.expm1((change - top) / b))
    if rest > -0.5:
        return float(top + b * np.log1p(rest))
    return scoring_level(q + change, b) - scoring_level(q, b)


def _checked(sold: Any, liquidity: float) -> tuple[Array, float]:
    q = np.atleast_1d(Domain.of("real").check("sold", sold))
    if np.abs(q).max(initial=0.0) > 1e300:
        raise ValueError("shares beyond 1e300 overflow floats: count in larger units")
    if q.ndim != 1 or len(q) < 2:
        raise ValueError(f"sold is a list of the shares of two or more outcomes, got the shape {q.shape}")
    return q, float(Domain.of("(0, inf)").check("liquidity", liquidity))
