"""The constant product pool."""

from __future__ import annotations

import sympy as sp

from ..mechanism import Declared, Expr, claim, declare, formula, given, sketch

__all__ = ["constant_product"]


@declare(
    "pool",
    source="Adams, Zinsmeister, Robinson (2020), Uniswap v2 Core; Angeris et al. (2019), Analysis of Uniswap markets",
    x=given("token", "reserve of what is paid in", 1000, "(0, inf)"),
    y=given("token", "reserve of what is paid out", 500, "(0, inf)"),
    d=given("token", "paid in", 10, "[0, inf)"),
    f=given("1", "fee rate on what is paid in", 0.003, "[0, 1)"),
)
def constant_product(x: Expr, y: Expr, d: Expr, f: Expr) -> Declared:
    """A pool that keeps the product of its reserves: what is paid in, less the fee, buys along x y = constant."""
    g = 1 - f
    out = yield formula("out", y * g * d / (x + g * d), "token", "what the trader gets")
    yield claim("the product is kept", (x + g * d) * (y - out), x * y, "the fee stays outside the product")
    spot = yield formula("spot", g * y / x, "token/token", "what the first unit buys")
    yield claim("spot price", sp.diff(out, d).subs(d, 0), spot, "the slope of what is got at no trade")
    yield sketch("out", over="d", low=0, high=5000, f=(0, 0.003, 0.1))
