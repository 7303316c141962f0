r"""The constant product pool.

With reserves x, y and the fee rate f, g = 1 - f, whoever pays in d gets what the rule x y = constant gives for g d:

.. math:: \mathrm{out} = \frac{y g d}{x + g d}, \qquad \mathrm{spot} = \frac{g y}{x}.

The fee f d stays in the reserve (as in Uniswap v2), so the product grows with every trade when f > 0. Slippage is the
share by which the average price misses the spot price; price impact is the rise of the pool's price of what is taken.
Values are in units of y. What the pool holds depends on the price alone: arbitrage keeps y / x at the outside price p.
"""

from __future__ import annotations

import sympy as sp

from ..mechanism import Declared, Expr, claim, condition, declare, formula, given, sketch

__all__ = ["constant_product"]


@declare(
    "pool",
    source="Adams, Zinsmeister, Robinson (2020), Uniswap v2 Core; Angeris et al. (2019), Analysis of Uniswap markets",
    x=given("token", "reserve of what is paid in", 1000, "(0, inf)"),
    y=given("token", "reserve of what is paid out", 500, "(0, inf)"),
    d=given("token", "paid in", 10, "[0, inf)"),
    f=given("1", "fee rate on what is paid in", 0.003, "[0, 1)"),
    q=given("token", "wanted", 5, "[0, inf)"),
    p=given("token/token", "outside price of x in y", 0.5, "(0, inf)"),
    r=given("1", "new price over the price at entry", 2, "(0, inf)"),
)
def constant_product(x: Expr, y: Expr, d: Expr, f: Expr, q: Expr, p: Expr, r: Expr) -> Declared:
    """A pool that keeps the product of its reserves: what is paid in, less the fee, buys along x y = constant."""
    g = 1 - f
    out = yield formula("out", y * g * d / (x + g * d), "token", "what the trader gets")
    yield claim("the product is kept", (x + g * d) * (y - out), x * y, "what counts is what is paid in less the fee")
    yield condition(sp.Lt(q, y), "the pool gives less than it holds")
    into = yield formula("into", x * q / (g * (y - q)), "token", "what must be paid in for the amount wanted")
    yield claim("there and back", sp.Subs(out, d, into), q, "paying it gives the amount wanted")
    spot = yield formula("spot", g * y / x, "token/token", "what the first unit buys")
    yield claim("spot price", sp.Subs(sp.Derivative(out, d), d, 0), spot, "the slope of what is got at no trade")
    after = yield formula("spot_after", g * y * x / ((x + d) * (x + g * d)), "token/token", "spot after the trade")
    yield claim("spot after the trade", after, g * (y - out) / (x + d), "the fee stays in the reserve")
    slippage = yield formula("slippage", g * d / (x + g * d), "1", "slippage")
    yield claim("slippage", slippage, 1 - out / (spot * d), "the average price against the spot price")
    impact = yield formula("impact", d * ((1 + g) * x + g * d) / x**2, "1", "rise of the price of what is taken")
    yield claim("price impact", impact, spot / after - 1, "prices of y in x are reciprocal")
    growth = yield formula("growth", f * d / (x + g * d), "1", "growth of the product by the fee")
    yield claim("the product grows by the fee", (x + d) * (y - out), x * y * (1 + growth), "f d stays inside")
    liquidity = yield formula("liquidity", sp.sqrt(x * y), "token", "liquidity, the geometric mean of the reserves")
    value = yield formula("value", 2 * liquidity * sp.sqrt(p), "token", "value of the pool at the outside price")
    held = sp.Symbol("h", positive=True)
    worth = p * held + x * y / held
    at_best = sp.Subs(sp.Derivative(worth, held), held, liquidity / sp.sqrt(p))
    yield claim("arbitrage takes all it can", at_best, 0, "the pool is left with L / sqrt p of x, its least value")
    yield claim("value of the pool", sp.Subs(worth, held, liquidity / sp.sqrt(p)), value, "both halves are L sqrt p")
    loss = yield formula("impermanent_loss", -((sp.sqrt(r) - 1) ** 2) / (1 + r), "1", "impermanent loss")
    kept = value.subs(p, r * y / x) / (r * y + y) - 1
    yield claim("impermanent loss", kept, loss, "the pool against its first reserves, at r times the first price")
    yield claim("impermanent loss, as often written", 2 * sp.sqrt(r) / (1 + r) - 1, loss, "a square over 1 + r")
    yield sketch("out", over="d", low=0, high=5000, f=(0, 0.003, 0.1))
    yield sketch("impermanent_loss", over="r", low=0.05, high=5)
