r"""The best split of one order over several pools.

Each pool pays a concave amount out_i(d_i); the sum is greatest when all pools used pay the same for the last unit, mu,
and those not used pay no more for their first. For constant product pools with fees (g = 1 - f) that is solved like
filling a vessel with water:

.. math:: d_i = \frac{\sqrt{g_i x_i y_i / \mu} - x_i}{g_i}, \qquad
   \sqrt\mu = \frac{\sum_i \sqrt{x_i y_i / g_i}}{D + \sum_i x_i / g_i},

sums over the pools used. Together these pools act as one pool whose virtual reserve is the sum of x_i / g_i.

References
----------
Angeris, Evans, Chitra, Boyd (2022), Optimal routing for constant function market makers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from ..domain import Domain
from ..mechanism import Declared, Expr, claim, declare, formula, given, sketch
from .product import constant_product

__all__ = ["Route", "order_routing", "route_by_marginals", "route_order"]


@declare(
    "pool",
    source="Angeris, Evans, Chitra, Boyd (2022), Optimal routing for constant function market makers, section 3",
    x=given("token", "pool's reserve of what is paid in", 1000, "(0, inf)"),
    y=given("token", "pool's reserve of what is paid out", 1000, "(0, inf)"),
    f=given("1", "pool's fee rate", 0.003, "[0, 1)"),
    a=given("token", "other pools used: sum of sqrt(x y / g)", 2000, "[0, inf)"),
    b=given("token", "other pools used: sum of x / g", 2000, "[0, inf)"),
    y0=given("token", "other pools used: sum of y", 2000, "[0, inf)", latex="y_0"),
    D=given("token", "whole order", 300, "[0, inf)"),
)
def order_routing(x: Expr, y: Expr, f: Expr, a: Expr, b: Expr, y0: Expr, D: Expr) -> Declared:
    """One pool's part of an order that is split over constant product pools; the other pools used enter by two sums."""
    g, d, t = 1 - f, sp.Symbol("d", positive=True), sp.Symbol("t", positive=True)
    r, h = sp.symbols("r h", positive=True)
    pool = {r: sp.sqrt(x * y / g), h: x / g}
    own, level, part = r**2 / h * d / (h + d), (a + r) / (D + b + h), (r * (D + b) - a * h) / (a + r)
    total = y0 + r**2 / h - level * (a + r)
    others = sp.Piecewise((a / (D + b), D + b > 0), (0, True))
    common = sp.Max(level, others)  # the others alone set the price when the first unit of this pool is worth less
    yield formula("root_price", common.subs(pool), "1", "root of the last unit's price")
    yield formula("part", sp.Max(part, 0).subs(pool), "token", "this pool's part of the order")
    out = y0 - common * a + sp.Max(r**2 / h - common * r, 0)
    yield formula("out", out.subs(pool), "token", "what the whole order gets")
    product = constant_product["out"](x=x, y=y, f=f, d=d)
    yield claim(
        "the pool in r and h", sp.Subs(own, (r, h), (sp.sqrt(x * y / g), x / g)), product, "h = x / g, r^2 = y h"
    )
    marginal = sp.Subs(sp.Derivative(own, d), d, part)
    yield claim("same price for the last unit", marginal, level**2, "else a shift to the better pool would gain")
    yield claim("nothing is left over", part + a / level - b, D, "the other pools take a / sqrt mu - b")
    yield claim("out of this pool", sp.Subs(own, d, part), r**2 / h - level * r, "y less what is left of it")
    slope = sp.Subs(sp.Derivative(total.subs(D, t), t), t, D)
    first = sp.Subs(sp.Derivative(own, d), d, 0)
    enough = a * h / r - b
    yield claim("order from which the pool is used", sp.Subs(level, D, enough), sp.sqrt(first), "its first unit pays")
    yield claim("envelope", slope, level**2, "one more unit gets the common price wherever it goes")
    yield sketch("part", over="D", low=0, high=3000, y=(500, 1000, 2000))


Array = NDArray[np.float64]


@dataclass(frozen=True)
class Route:
    """A split of an order.

    Parameters
    ----------
    parts : array, shape (pools,)
        What each pool is paid [token]; 0 for one that is not used.
    out : float
        What the order gets [token].
    price : float
        What the last unit gets, the same in all pools used [token/token].
    """

    parts: Array
    out: float
    price: float


def route_order(paid_reserves: Any, taken_reserves: Any, fees: Any, *, order: float) -> Route:
    """The best split over constant product pools, in closed form.

    Parameters
    ----------
    paid_reserves, taken_reserves : array_like, shape (pools,)
        Reserves of what is paid in and of what is taken, positive [token].
    fees : array_like
        Rates on what is paid in, in [0, 1); one for all or one for each.
    order : float
        Not negative [token].

    Returns
    -------
    Route

    Raises
    ------
    ValueError
        For numbers outside their domains, or lengths that differ.

    Examples
    --------
    >>> route_order([1000, 1000, 1000], [1000, 1000, 500], 0.003, order=200).parts
    array([100., 100.,   0.])
    """
    pools = (
        Domain.of("(0, inf)").check("paid_reserves", paid_reserves),
        Domain.of("(0, inf)").check("taken_reserves", taken_reserves),
    )
    fee = Domain.of("[0, 1)").check("fees", fees)
    size = float(Domain.of("[0, inf)").check("order", order))
    try:
        x, y, f = (np.atleast_1d(one).astype(float) for one in np.broadcast_arrays(*pools, fee))
    except ValueError:
        shapes = ", ".join(str(one.shape) for one in (*pools, fee))
        raise ValueError(f"reserves and fees are lists of one length, got the shapes {shapes}") from None
    if x.ndim != 1 or len(x) == 0:
        raise ValueError(f"pools are a list of at least one, got the shape {x.shape}")
    spot = np.asarray(constant_product["spot"](x=x, y=y, f=f))
    ranked = np.argsort(-spot, kind="stable")
    roots, depths = np.cumsum(np.sqrt(x * y / (1 - f))[ranked]), np.cumsum((x / (1 - f))[ranked])
    prices = (roots / (size + depths)) ** 2  # of the last unit, were the first k pools used
    used = max(int(np.count_nonzero(prices <= spot[ranked])), 1)
    return _filled(x, y, f, ranked[:used], size)


def _filled(x: Array, y: Array, f: Array, used: NDArray[np.intp], order: float) -> Route:
    """Each used pool's part, by the formula for one pool among the others; scaled to add up to the last digit."""
    roots, depths = np.sqrt(x * y / (1 - f))[used], (x / (1 - f))[used]
    others = {"a": roots.sum() - roots, "b": depths.sum() - depths}
    whole = {"x": x[used], "y": y[used], "f": f[used], "D": order, **{k: np.maximum(v, 0) for k, v in others.items()}}
    parts = np.zeros(len(x))
    if order > 0:
        part = np.maximum(np.asarray(order_routing["part"](**whole)), 0.0)
        parts[used] = part * (order / part.sum()) if part.sum() > 0 else order / len(used)
    out = float(np.sum(constant_product["out"](x=x, y=y, f=f, d=parts)))
    price = float(np.asarray(order_routing["root_price"](**whole))[0] ** 2)
    return Route(parts, out, price)


def route_by_marginals(
    outs: Sequence[Callable[[float], float]],
    marginals: Sequence[Callable[[float], float]],
    *,
    order: float,
    tolerance: float = 1e-13,
) -> Route:
    """The best split over pools of any kind, by their marginal prices.

    Parameters
    ----------
    outs : sequence of callable
        What each pool pays for an amount.
    marginals : sequence of callable
        What each pool pays for the last unit of an amount: falls in the amount, positive at 0.
    order : float
        Not negative [token].
    tolerance : float
        Of the parts, as a share of the order.

    Returns
    -------
    Route

    Raises
    ------
    ValueError
        When there is no pool, or a marginal price rises.

    Examples
    --------
    >>> pools = [lambda d: 100 * d / (100 + d), lambda d: 0.9 * d]
    >>> slopes = [lambda d: (100 / (100 + d)) ** 2, lambda d: 0.9]
    >>> route_by_marginals(pools, slopes, order=50).parts.round(6)
    array([ 5.409255, 44.590745])
    """
    size = float(Domain.of("[0, inf)").check("order", order))
    if not outs or len(outs) != len(marginals):
        raise ValueError(f"give each pool an out and a marginal, got {len(outs)} and {len(marginals)}")
    first, last = [float(one(0.0)) for one in marginals], [float(one(size)) for one in marginals]
    for place, (start, end) in enumerate(zip(first, last, strict=True)):
        if not (np.isfinite(start) and start > 0 and end <= start * (1 + 1e-12)):
            raise ValueError(
                f"pool {place} pays {start} for the first unit and {end} for the last: prices fall in trades"
            )
    low, high = min(last), max(first)
    for _ in range(200):  # bisection of the common price: halves the gap of parts each time
        price = np.sqrt(low * high) if low > 0 else (low + high) / 2
        total = sum(_amount(one, price, size) for one in marginals)
        low, high = (price, high) if total > size else (low, price)
        if high - low <= tolerance * high:
            break
    least = np.array([_amount(one, high * (1 + 1e-15), size) for one in marginals])
    most = np.array([_amount(one, low * (1 - 1e-15), size) for one in marginals])
    gap = most - least  # pools of constant price, or rounding: they share what is left
    share = (size - least.sum()) / gap.sum() if gap.sum() > 0 else 0.0
    parts = least + gap * min(max(share, 0.0), 1.0)
    return Route(parts, float(sum(one(part) for one, part in zip(outs, parts, strict=True))), float(high))


def _amount(marginal: Callable[[float], float], price: float, most: float) -> float:
    """The amount at which a pool's marginal price has fallen to the price."""
    from scipy.optimize import brentq

    if marginal(0.0) <= price or most == 0:
        return 0.0
    if marginal(most) >= price:
        return most
    return float(brentq(lambda amount: marginal(amount) - price, 0.0, most, xtol=1e-14 * most, rtol=1e-14))
