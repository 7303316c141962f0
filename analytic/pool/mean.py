r"""The constant mean pool: reserves x_i with weights w_i, of which the product of x_i^{w_i} is kept.

The weights are the shares of the pool's value at its own prices, so they add up to one over all tokens of the pool.
A trade between two tokens involves their two weights only:

.. math:: \mathrm{out} = y \Bigl(1 - \bigl(\tfrac{x}{x + g d}\bigr)^{w / v}\Bigr), \qquad g = 1 - f.

Formulas are written with log(1 + .) and exp(.) - 1, which keep their digits for small trades.
"""

from __future__ import annotations

import sympy as sp

from ..mechanism import Declared, Expr, claim, condition, declare, formula, given, sketch
from ..special import expm1, log1p

__all__ = ["constant_mean", "one_sided_join"]


@declare(
    "pool",
    source="Martinelli, Mushegian (2019), Balancer whitepaper, equations 2, 15, 20, 25",
    x=given("token", "reserve of what is paid in", 100, "(0, inf)"),
    y=given("token", "reserve of what is paid out", 200, "(0, inf)"),
    w=given("1", "weight of what is paid in", 0.6, "(0, 1)"),
    v=given("1", "weight of what is paid out", 0.3, "(0, 1)"),
    d=given("token", "paid in", 10, "[0, inf)"),
    f=given("1", "fee rate on what is paid in", 0, "[0, 1)"),
    q=given("token", "wanted", 5, "[0, inf)"),
    r=given("1", "new price over the price at entry", 2, "(0, inf)"),
    s=given("1/sqrt(time)", "volatility of the price", 0.5, "[0, inf)", latex=r"\sigma"),
)
def constant_mean(x: Expr, y: Expr, w: Expr, v: Expr, d: Expr, f: Expr, q: Expr, r: Expr, s: Expr) -> Declared:
    """A pool that keeps the weighted geometric mean of its reserves; equal weights give the constant product."""
    g = 1 - f
    yield condition(sp.Le(w + v, 1 + sp.Rational(1, 10**9)), "weights are shares of one")
    out = yield formula("out", -y * expm1(-w / v * log1p(g * d / x)), "token", "what the trader gets")
    yield claim("the mean is kept", (x + g * d) ** w * (y - out) ** v, x**w * y**v, "other reserves stay as they are")
    yield claim("equal weights", sp.Subs(out, w, v), y * g * d / (x + g * d), "the constant product pool")
    yield condition(sp.Lt(q, y), "the pool gives less than it holds")
    into = yield formula("into", x / g * expm1(-v / w * log1p(-q / y)), "token", "what must be paid in")
    yield claim("there and back", (x + g * into) ** w * (y - q) ** v, x**w * y**v, "kept too", q=(0, 1), y=(2, 3))
    spot = yield formula("spot", g * y * w / (x * v), "token/token", "what the first unit buys")
    yield claim("spot price", sp.Subs(sp.Derivative(out, d), d, 0), spot, "the slope of what is got at no trade")
    after = spot * x / (x + d) * (1 + g * d / x) ** (-w / v)
    after = yield formula("spot_after", after, "token/token", "spot after the trade")
    margin = sp.Derivative(out.subs(f, 0), d)
    yield claim("spot after the trade", margin, sp.Subs(after, f, 0), "without a fee what the last unit bought")
    missed = sp.Piecewise((1 - out / (spot * d), d > 0), (0, True))
    yield formula("slippage", missed, "1", "slippage")
    leading = sp.Subs(sp.Derivative(out, (d, 2)), d, 0) / (2 * spot)
    yield claim("slippage of a small trade", -leading, g * (w + v) / (2 * v * x), "half the curvature over the slope")
    yield formula("impact", spot / after - 1, "1", "rise of the price of what is taken")
    loss = yield formula("impermanent_loss", expm1(w * sp.log(r) - log1p(w * (r - 1))), "1", "impermanent loss")
    yield claim(
        "impermanent loss", r**w / (1 - w + w * r) - 1, loss, "value goes with r^w, what was held with its mean"
    )
    lvr = yield formula("lvr", s**2 * w * (1 - w) / 2, "1/time", "loss versus rebalancing, as a share of pool value")
    by_price = sp.Symbol("p", positive=True)
    bend = by_price**2 * sp.Derivative(by_price**w, (by_price, 2)) / by_price**w
    yield claim("loss versus rebalancing", -(s**2) / 2 * bend, lvr, "half the variance times the curvature of p^w")
    yield sketch("out", over="d", low=0, high=300, w=(0.2, 0.4, 0.6))
    yield sketch("impermanent_loss", over="r", low=0.05, high=5, w=(0.2, 0.5, 0.8))


@declare(
    "pool",
    source="Martinelli, Mushegian (2019), Balancer whitepaper, equations 25-28",
    x=given("token", "reserve of the token", 100, "(0, inf)"),
    w=given("1", "weight of the token", 0.5, "(0, 1)"),
    S=given("share", "shares of the pool", 1000, "(0, inf)"),
    d=given("token", "deposited", 10, "[0, inf)"),
    f=given("1", "fee rate", 0.003, "[0, 1)"),
    m=given("share", "shares handed in", 10, "[0, inf)"),
)
def one_sided_join(x: Expr, w: Expr, S: Expr, d: Expr, f: Expr, m: Expr) -> Declared:
    """A deposit of one token only into a constant mean pool: the part that is in truth a trade pays the fee."""
    counted = d * (1 - f * (1 - w)) / x
    shares = yield formula("shares", S * expm1(w * log1p(counted)), "share", "shares for the deposit")
    yield claim("shares grow as the mean does", (1 + counted) ** w, (S + shares) / S, "other reserves stay")
    first = sp.Subs(sp.Derivative(shares, d), d, 0)
    yield claim("first share", first, S * w * (1 - f * (1 - w)) / x, "w of the deposit joins, the rest is traded")
    yield condition(sp.Lt(m, S), "not all shares can leave by one token")
    out = yield formula("withdrawn", -x * (1 - f * (1 - w)) * expm1(log1p(-m / S) / w), "token", "for the shares")
    left = out / (1 - f * (1 - w))
    yield claim(
        "shares fall as the mean does", (1 - left / x) ** w, 1 - m / S, "other reserves stay", m=(0, 1), S=(2, 3)
    )
    back = out.subs({x: x + d, S: S + shares, m: shares}, simultaneous=True).subs({f: 0, w: sp.S.Half})
    yield claim("in and out", back, d, "without a fee nothing is lost, here with half of the weight")
    yield sketch("shares", over="d", low=0, high=300, w=(0.2, 0.5, 0.8))
