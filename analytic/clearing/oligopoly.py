r"""Cournot competition: firms choose quantities, one price P = a - b Q clears the market.

Firm i with unit cost c_i earns (a - b Q - c_i) q_i. From its first-order condition P - c_i = b q_i, summed over n
firms,

    P = (a + sum c) / (n + 1),    q_i = (P - c_i) / b.

Firms whose cost is at or above that price do not produce and are left out of n: `cournot_quantities` finds them.

References
----------
Cournot (1838), Recherches sur les principes mathematiques de la theorie des richesses, ch. 7.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import sympy as sp

from ..expression import exact
from ..mechanism import Declared, Expr, claim, condition, declare, formula, given, sketch

__all__ = ["asymmetric_cournot", "cournot", "cournot_quantities"]

_CHOKE = given("currency/token", "price at which demand ends", 100, "(0, inf)")
_SLOPE = given("currency/token^2", "slope of inverse demand", 1, "(0, inf)")


@declare(
    "clearing",
    source="Cournot (1838), ch. 7; Mas-Colell, Whinston, Green (1995), Microeconomic Theory, 12.C",
    a=_CHOKE,
    b=_SLOPE,
    c=given("currency/token", "cost of a unit", 10, "[0, inf)"),
    n=given("1", "firms", 3, "integer [1, inf)"),
)
def cournot(a: Expr, b: Expr, c: Expr, n: Expr) -> Declared:
    """Firms with one cost that choose quantities; the price a - b Q falls with what all bring to market."""
    x, others, Q = sp.symbols("x X Q", positive=True)
    yield condition(sp.Ge(a, c), "somebody pays the cost of the first unit")
    q = yield formula("quantity", (a - c) / (b * (n + 1)), "token", "quantity of one firm")
    price = yield formula("price", (a + n * c) / (n + 1), "currency/token", "price that clears the market")
    profit = yield formula("profit", (a - c) ** 2 / (b * (n + 1) ** 2), "currency", "profit of one firm")
    reply = yield formula("reply", (a - c - b * (n - 1) * q) / (2 * b), "token", "best reply to the others' quantity")
    earned = (a - b * (x + others) - c) * x
    best = (a - c - b * others) / (2 * b)
    yield claim("best reply", sp.Subs(sp.Derivative(earned, x), x, best), sp.Integer(0), "first-order condition")
    yield claim("equilibrium", reply, q, "everyone's quantity answers that of the n - 1 others")
    yield claim("the market clears", sp.Subs(a - b * Q, Q, n * q), price, "inverse demand at what all bring")
    yield claim("profit", (price - c) * q, profit, "margin times quantity")
    lost = yield formula("loss", (a - c) ** 2 / (2 * b * (n + 1) ** 2), "currency", "surplus lost against price = cost")
    yield claim(
        "loss", sp.Integral(a - b * Q - c, (Q, n * q, (a - c) / b)), lost, "what buyers would pay above the cost"
    )
    yield claim("many firms", sp.Limit(price, n, sp.oo), c, "competition takes the price to the cost")
    yield sketch("price", over="n", low=1, high=20, c=(0, 10, 40))


@declare(
    "clearing",
    source="Cournot (1838), ch. 7; Bergstrom, Varian (1985), Economics Letters 19, 5-7",
    a=_CHOKE,
    b=_SLOPE,
    c=given("currency/token", "the firm's cost of a unit", 10, "[0, inf)"),
    m=given("currency/token", "mean cost of all firms that produce", 20, "[0, inf)"),
    n=given("1", "firms that produce", 3, "integer [1, inf)"),
)
def asymmetric_cournot(a: Expr, b: Expr, c: Expr, m: Expr, n: Expr) -> Declared:
    """Firms with costs of their own that choose quantities: the price depends on the mean cost alone."""
    x = sp.Symbol("x", positive=True)
    price = yield formula("price", (a + n * m) / (n + 1), "currency/token", "price that clears the market")
    yield condition(sp.Ge(price, c), "a firm whose cost is above the price does not produce: leave it out")
    q = yield formula("quantity", (a + n * m - (n + 1) * c) / (b * (n + 1)), "token", "quantity of the firm")
    total = yield formula("total", n * (a - m) / (b * (n + 1)), "token", "quantity of all firms")
    profit = yield formula("profit", b * q**2, "currency", "profit of the firm")
    earned = (a - b * (x + total - q) - c) * x
    yield claim("best reply", sp.Subs(sp.Derivative(earned, x), x, q), sp.Integer(0), "first-order condition")
    yield claim("quantities sum up", sp.Subs(n * q, c, m), total, "the quantity is linear in the cost")
    yield claim("the market clears", a - b * total, price, "inverse demand at what all bring")
    yield claim("profit", (price - c) * q, profit, "margin times quantity; the margin is b q")
    yield claim(
        "a dearer rival", sp.Derivative(price, m), n / (n + 1), "of a rise of all costs this part reaches the price"
    )
    yield sketch("quantity", over="c", low=0, high=33, n=(2, 3, 5))


def cournot_quantities(costs: Sequence[Any], *, a: Any, b: Any) -> tuple[Fraction, ...]:
    """Quantities in the equilibrium of firms with costs of their own, exact.

    Parameters
    ----------
    costs : sequence of number
        Unit cost of every firm [currency/token]; a float stands for its shortest decimal.
    a, b : number
        Inverse demand a - b Q; b > 0.

    Returns
    -------
    tuple of Fraction
        0 for firms whose cost is at or above the price. The equilibrium is unique.

    Raises
    ------
    ValueError
        For no firm, or b <= 0.

    References
    ----------
    Bergstrom, Varian (1985), Economics Letters 19, 5-7.

    Examples
    --------
    >>> cournot_quantities([10, 20, 90], a=100, b=1)
    (Fraction(100, 3), Fraction(70, 3), Fraction(0, 1))
    """
    read = [Fraction(str(exact(cost))) for cost in costs]
    choke, slope = Fraction(str(exact(a))), Fraction(str(exact(b)))
    if not read or slope <= 0:
        raise ValueError(f"give at least one firm and a slope b > 0, got {len(read)} firms and b = {b}")
    price = choke
    for producing, cost in enumerate(sorted(read)):  # a firm enters while its cost is below the price without it
        if cost >= price:
            break
        price = (price * (producing + 1) + cost) / (producing + 2)
    return tuple(max(Fraction(0), (price - cost) / slope) for cost in read)
