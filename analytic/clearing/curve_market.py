r"""Demand for a token that a bonding curve mints at a price rising with supply.

The curve asks P = b + m S, demand is A - B P. Supply rests where demand at the curve's price is the supply,

    S* = (A - B b) / (1 + B m),

and a supply that follows demand by S' = S + eta (D - S) comes to rest iff eta < 2 / (1 + B m).

References
----------
Samuelson (1941), Econometrica 9, for the method; the curve as in bonding-curve token economies.
"""

from __future__ import annotations

import sympy as sp

from ..mechanism import Declared, Expr, claim, condition, declare, formula, given, sketch

__all__ = ["curve_demand"]


@declare(
    "clearing",
    source="derived: linear demand against a linear bonding curve; method of Samuelson (1941), Econometrica 9",
    A=given("token", "demand at price zero", 200, "(0, inf)"),
    B=given("token^2/currency", "slope of demand", 5, "[0, inf)"),
    m=given("currency/token^2", "slope of the curve", 0.1, "[0, inf)"),
    b=given("currency/token", "price at supply zero", 1, "[0, inf)"),
    eta=given("1", "speed of supply", 0.5, "(0, inf)", latex=r"\eta"),
    S=given("token", "supply now", 50, "[0, inf)"),
    S0=given("token", "supply at the start", 50, "[0, inf)", latex="S_0"),
    t=given("step", "time", 5, "integer [0, inf)"),
)
def curve_demand(A: Expr, B: Expr, m: Expr, b: Expr, eta: Expr, S: Expr, S0: Expr, t: Expr) -> Declared:
    """The supply at which linear demand is met by a linear bonding curve, and a supply that moves toward it."""
    s = sp.Symbol("s", real=True)
    yield condition(sp.Ge(A, B * b), "somebody wants the first token at its price")
    wanted = A - B * (b + m * S)
    supply = yield formula("supply", (A - B * b) / (1 + B * m), "token", "supply at rest")
    price = yield formula("price", (b + A * m) / (1 + B * m), "currency/token", "price at rest")
    after = yield formula("step", S + eta * (wanted - S), "token", "supply one step later")
    factor = yield formula("multiplier", 1 - eta * (1 + B * m), "1", "factor of a deviation in one step")
    bound = yield formula("bound", 2 / (1 + B * m), "1", "speed below which supply comes to rest")
    path = yield formula("path", supply + factor**t * (S0 - supply), "token", "supply after t steps")
    yield claim("the curve's price", sp.Subs(b + m * S, S, supply), price, "the curve at the supply at rest")
    yield claim("demand is met", A - B * price, supply, "demand at that price")
    yield claim("rest", sp.Subs(after, S, supply), supply, "the rule leaves it where it is")
    yield claim("multiplier", sp.Derivative(after, S), factor, "a deviation is multiplied by the slope of the rule")
    yield claim(
        "bound", sp.Subs(factor, eta, bound), sp.Integer(-1), "there a deviation changes its sign and keeps its size"
    )
    yield claim("path", sp.Subs(after, S, path), path.subs(t, t + 1), "the rule takes the path one step on")
    reserve = yield formula("reserve", b * supply + m * supply**2 / 2, "currency", "reserve at rest")
    yield claim("reserve", sp.Integral(b + m * s, (s, 0, supply)), reserve, "what buyers have paid up to there")
    yield sketch("path", over="t", low=0, high=12, eta=(0.3, 1, 1.25))
