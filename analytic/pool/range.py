r"""Concentrated liquidity: one position that trades as a constant product pool while the price is in its range.

A position of liquidity L on the prices [a, b] (of x in y) holds, with s the price p moved into the range,

.. math:: x = L \Bigl(\frac{1}{\sqrt s} - \frac{1}{\sqrt b}\Bigr), \qquad y = L (\sqrt s - \sqrt a),

so it is all x below the range and all y above. The fee is paid out beside the position (as in Uniswap v3) and does not
change L. Trades that cross several positions are in `analytic.pool.ticks`.
"""

from __future__ import annotations

import sympy as sp

from ..mechanism import Declared, Expr, claim, condition, declare, formula, given, sketch

__all__ = ["concentrated"]

INSIDE = {"a": (0.5, 0.9), "p": (1, 2), "b": (2.5, 4)}


@declare(
    "pool",
    source="Adams, Zinsmeister, Salem, Keefer, Robinson (2021), Uniswap v3 Core, equations 2.2, 6.29, 6.30",
    L=given("token", "liquidity", 1000, "(0, inf)"),
    p=given("token/token", "price of x in y", 1, "(0, inf)"),
    a=given("token/token", "lower end of the range", 0.8, "(0, inf)"),
    b=given("token/token", "upper end of the range", 1.25, "(0, inf)"),
    d=given("token", "paid in, of x", 10, "[0, inf)"),
    f=given("1", "fee rate on what is paid in", 0.003, "[0, 1)"),
    r=given("1", "new price over the price at entry", 1.125, "(0, inf)"),
    s=given("1/sqrt(time)", "volatility of the price", 0.5, "[0, inf)", latex=r"\sigma"),
)
def concentrated(L: Expr, p: Expr, a: Expr, b: Expr, d: Expr, f: Expr, r: Expr, s: Expr) -> Declared:
    """Liquidity on a range of prices: the constant product pool's depth there for a part of its reserves."""
    yield condition(sp.Lt(a, b), "the range is from a lower to an upper price")
    x, y, value = _inside(L, p, a, b)
    yield from _amounts(L, p, a, b)
    yield from _trade(L, p, a, b, d, f)
    within, full = sp.And(a <= p, p <= b), 2 * sp.sqrt(p)
    depth = 2 / (2 - sp.sqrt(a / p) - sp.sqrt(p / b))
    yield formula(
        "efficiency", sp.Piecewise((depth, within), (0, True)), "1", "depth over the full range's for the same value"
    )
    yield claim("capital efficiency", L * full / value, depth, "the full range's value over the position's", **INSIDE)
    centred, known = sp.Subs(depth, p, sp.sqrt(a * b)), 1 / (1 - (a / b) ** sp.Rational(1, 4))
    yield claim("at the middle of the range", centred, known, "the geometric mean of the ends", a=(0.5, 1), b=(2, 4))
    (x0, y0), (x1, y1) = ([each.subs(p, sp.Min(sp.Max(price, a), b)) for each in (x, y)] for price in (p, r * p))
    later, held = r * p * x1 + y1, r * p * x0 + y0
    yield formula("impermanent_loss", later / held - 1, "1", "impermanent loss")
    loss, lever = 2 * sp.sqrt(r) / (1 + r) - 1, 1 / (1 - (sp.sqrt(a / p) + r * sp.sqrt(p / b)) / (1 + r))
    inside = value.subs(p, r * p) / (r * p * x + y) - 1
    reason = "the full range's, times a lever"
    yield claim("impermanent loss in the range", inside, loss * lever, reason, r=(0.9, 1.25), **INSIDE)
    lvr = s**2 * L * sp.sqrt(p) / 4
    yield formula("lvr", sp.Piecewise((lvr, within), (0, True)), "token/time", "loss versus rebalancing")
    bend = -(s**2) * p**2 / 2 * sp.Derivative(value, (p, 2))
    yield claim("loss versus rebalancing", bend, lvr, "half the variance times the curvature of the value", **INSIDE)
    yield sketch("x", over="p", low=0.5, high=2)
    yield sketch("value", over="p", low=0.4, high=2.5, a=(0.5, 0.8))


def _inside(L: Expr, p: Expr, a: Expr, b: Expr) -> tuple[Expr, Expr, Expr]:
    """Amounts and value in the range; differences of roots are written so that they keep their digits."""
    root, low, high = sp.sqrt(p), sp.sqrt(a), sp.sqrt(b)
    return L * (b - p) / (root * high * (root + high)), L * (p - a) / (root + low), L * (2 * root - low - p / high)


def _amounts(L: Expr, p: Expr, a: Expr, b: Expr) -> Declared:
    """What the position holds: in the range by the formulas there, beyond as at its end."""
    x, y, value = _inside(L, p, a, b)
    at, low, high = sp.Min(sp.Max(p, a), b), sp.sqrt(a), sp.sqrt(b)
    yield formula("x", x.subs(p, at), "token", "amount of x")
    yield formula("y", y.subs(p, at), "token", "amount of y")
    yield formula("value", p * x.subs(p, at) + y.subs(p, at), "token", "value at the price, in y")
    t = sp.Symbol("t", positive=True)
    bought = sp.Derivative(y, p) / p
    yield claim("amount of x", sp.Derivative(-x, p), bought, "each unit of x is sold for the price", **INSIDE)
    yield claim("amount of y", sp.Integral(L / (2 * sp.sqrt(t)), (t, a, p)), y, "L sqrt t, from the end on", **INSIDE)
    yield claim("none of x is left above", sp.Limit(x, p, b), 0, "all is sold on the way up", **INSIDE)
    kept = (x + L / high) * (y + L * low)
    yield claim("the shifted product is kept", kept, L**2, "the curve of the full range, moved to the axes", **INSIDE)
    yield claim("value inside the range", p * x + y, value, "what the full range would hold more is constant", **INSIDE)


def _trade(L: Expr, p: Expr, a: Expr, b: Expr, d: Expr, f: Expr) -> Declared:
    """Pay in x inside the range: 1 / sqrt(p) rises by g d / L."""
    g = 1 - f
    root = sp.sqrt(p)
    capacity = L / g * (1 / sp.sqrt(a) - 1 / root)
    within = sp.And(a <= p, p <= b)
    yield condition(sp.Or(within, sp.Eq(d, 0)), "a position trades while the price is in its range")
    slack = 1 + sp.Rational(1, 10**12)
    yield condition(sp.Or(d <= capacity * slack, sp.Eq(d, 0)), "the trade leaves the price in the range")
    after = yield formula("price_after", p / (1 + g * d * root / L) ** 2, "token/token", "price after the trade")
    out = yield formula("out", L * p * g * d / (L + g * d * root), "token", "what the trader gets, of y")
    yield formula("spot", sp.Piecewise((g * p, within), (0, True)), "token/token", "what the first unit of x buys")
    yield formula("capacity", sp.Max(capacity, 0), "token", "the most x that it takes in its range")
    yield claim("trade", L * (root - sp.sqrt(after)), out, "y goes with sqrt p")
    yield claim("spot price", sp.Subs(sp.Derivative(out, d), d, 0), g * p, "the price in its range, less the fee")
    yield claim("full range", out, L * root * g * d / (L / root + g * d), "reserves L / sqrt p, L sqrt p")
    yield claim("at its capacity", sp.Subs(after, d, capacity), a, "all x is sold for", **INSIDE)
