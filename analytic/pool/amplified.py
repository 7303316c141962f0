r"""StableSwap: a pool between a constant sum and a constant product, for coins that should be worth the same.

With n coins the invariant D is the root of (A as the contract stores it, A n = whitepaper's A n^n)

.. math:: A n \sum_i x_i + D = A n D + \frac{D^{n+1}}{n^n \prod_i x_i}.

All of a trade between two coins depends on D through one number, the weight of the product part,

.. math:: e = \frac{D^{n+1}}{A n\, n^n \prod_i x_i}:\qquad
   w^2 - (y + e + d) w + d y \Bigl(1 + \frac{e}{x + d}\Bigr) = 0, \qquad
   \mathrm{spot} = \frac{1 + e / x}{1 + e / y};

e -> 0 is a constant sum, e -> infinity a constant product. The quadratic is the contract's, in what is paid out instead
of what is left, so that small trades keep their digits. The fee is taken from what is paid out, as the contract does,
and stays in the pool. The verbs for n coins, in floats and in the contract's integers, are in `coins` and `contract`.
"""

from __future__ import annotations

import sympy as sp

from ..mechanism import Declared, Expr, claim, declare, formula, given, sketch

__all__ = ["stableswap", "stableswap_trade"]


@declare(
    "pool",
    source="Egorov (2019), StableSwap; Curve contract StableSwap.vy (2020), get_y",
    x=given("token", "reserve of what is paid in", 1000, "(0, inf)"),
    y=given("token", "reserve of what is paid out", 1000, "(0, inf)"),
    e=given("token", "weight of the product part", 10, "(0, inf)"),
    d=given("token", "paid in", 100, "[0, 1e100]"),
    f=given("1", "fee rate on what is paid out", 0, "[0, 1)"),
)
def stableswap_trade(x: Expr, y: Expr, e: Expr, d: Expr, f: Expr) -> Declared:
    """A trade between two coins of a StableSwap pool of any number of coins."""
    middle = y + e + d
    lost = d * y * (1 + e / (x + d))
    root = sp.sqrt((y - d) ** 2 + 2 * e * (y + d) + e**2 - 4 * d * y * e / (x + d))
    gross = 2 * lost / (middle + root)
    out = yield formula("out", (1 - f) * gross, "token", "what the trader gets")
    rest = y - gross
    before, after = x + y - e, x + d + rest - e * x * y / ((x + d) * rest)
    numbers = {"x": (1, 4), "y": (1, 4), "e": (0.5, 5), "d": (0.1, 2)}
    reason = "sum less e x y / (x y) stays: the other coins and D do not change"
    yield claim("the invariant is kept", before, after, reason, **numbers)
    quadratic = gross**2 - middle * gross + lost
    yield claim("what is paid out is the root of a quadratic", quadratic, 0, "the smaller root", **numbers)
    spot = yield formula("spot", (1 - f) * (1 + e / x) / (1 + e / y), "token/token", "what the first unit buys")
    yield claim("spot price", sp.Subs(sp.Derivative(out, d), d, 0), spot, "the slope of what is got at no trade")
    a, b = sp.symbols("a b", positive=True)
    kept = a + b - e * x * y / (a * b)
    slope = sp.Subs(sp.Derivative(kept, a) / sp.Derivative(kept, b), (a, b), (x, y))
    yield claim("spot price, implicitly", (1 - f) * slope, spot, "the slope of the curve that is kept")
    yield claim("much e", sp.Limit(spot, e, sp.oo), (1 - f) * y / x, "the constant product's price")
    yield claim("no e", sp.Limit(spot, e, 0), 1 - f, "the constant sum's price")
    missed = sp.Piecewise((1 - out / (spot * d), d > 0), (0, True))
    yield formula("slippage", missed, "1", "slippage")
    yield sketch("out", over="d", low=0, high=3000, e=(0.1, 10, 1000))
    yield sketch("spot", over="x", low=200, high=4000, e=(0.1, 10, 1000))


@declare(
    "pool",
    source="Egorov (2019), StableSwap; Curve contract StableSwap.vy (2020), get_D",
    x=given("token", "reserve of what is paid in", 1000, "(0, inf)"),
    y=given("token", "reserve of what is paid out", 500, "(0, inf)"),
    A=given("1", "amplification, as the contract stores it", 85, "[1, 1e100]"),
)
def stableswap(x: Expr, y: Expr, A: Expr) -> Declared:
    """A pool of two coins near parity, between constant sum and constant product by an amplification A."""
    linear, target = 4 * x * y * (2 * A - 1), 8 * A * x * y * (x + y)
    angle = sp.asinh(sp.Rational(3, 2) * target / linear * sp.sqrt(3 / linear)) / 3
    D = yield formula("invariant", 2 * sp.sqrt(linear / 3) * sp.sinh(angle), "token", "D, coins when balanced")
    z = sp.Symbol("z", real=True)
    triple = 4 * sp.sinh(z) ** 3 + 3 * sp.sinh(z)
    yield claim("angle of a third", sp.expand_trig(sp.sinh(3 * z)), triple, "so a cubic with one real root is solved")
    usual = {"A": (1, 9)}
    balance = 2 * A * (x + y) + D
    yield claim(
        "D solves the invariant", 2 * A * D + D**3 / (4 * x * y), balance, "the definition, for two coins", **usual
    )
    e = yield formula("weight", D**3 / (8 * A * x * y), "token", "weight e of the product part")
    yield claim("the sum less e", x + y - e, (1 - 1 / (2 * A)) * D, "what a trade keeps", **usual)
    yield claim("D of a balanced pool", sp.Subs(D, y, x), 2 * x, "both coins at par", **usual)
    spot = yield formula("spot", (1 + e / x) / (1 + e / y), "token/token", "what the first unit buys")
    yield claim("spot of a balanced pool", sp.Subs(spot, y, x), 1, "by symmetry, whatever A", **usual)
    yield sketch("invariant", over="x", low=10, high=3000, A=(1, 10, 85))
    yield sketch("spot", over="x", low=100, high=3000, A=(1, 10, 85))
