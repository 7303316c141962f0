r"""Linear demand and supply and the price at which they are equal.

Demand D(P) = a - b P, supply O(P) = c + d P, in tokens. Walras' price clears the market,

    a - b P = c + d P    =>    P = (a - c) / (b + d).

References
----------
Mas-Colell, Whinston, Green (1995), Microeconomic Theory, section 10.C.
"""

from __future__ import annotations

import sympy as sp

from ..mechanism import Declared, Expr, claim, condition, declare, formula, given, sketch

__all__ = ["linear_market"]


@declare(
    "clearing",
    source="Mas-Colell, Whinston, Green (1995), Microeconomic Theory, 10.C; Walras (1874)",
    a=given("token", "demand at price zero", 100, "(0, inf)"),
    b=given("token^2/currency", "slope of demand", 2, "[0, inf)"),
    c=given("token", "supply at price zero; negative when supply starts at a positive price", 10, "real"),
    d=given("token^2/currency", "slope of supply", 1, "[0, inf)"),
)
def linear_market(a: Expr, b: Expr, c: Expr, d: Expr) -> Declared:
    """A market with linear demand a - b P and linear supply c + d P, cleared by one price.

    Buyers keep the triangle between demand and the price, sellers what lies between the price and supply.
    """
    P, t = sp.Symbol("P", real=True), sp.Symbol("t", nonnegative=True)
    yield condition(b + d > 0, "demand or supply answers to the price")
    yield condition(sp.Ge(a, c), "at price zero demand is at least supply, else no price clears the market")
    yield condition(sp.Ge(a * d + b * c, 0), "something is traded: supply starts below the highest price buyers pay")
    price = yield formula("price", (a - c) / (b + d), "currency/token", "price that clears the market")
    quantity = yield formula("quantity", (a * d + b * c) / (b + d), "token", "quantity traded")
    yield claim("demand is met", sp.Subs(a - b * P, P, price), quantity, "demand at the price is what is traded")
    yield claim("supply is sold", sp.Subs(c + d * P, P, price), quantity, "and so is supply")
    buyers = yield formula("buyers_surplus", quantity**2 / (2 * b), "currency", "what buyers keep")
    yield claim(
        "buyers' surplus",
        sp.Integral(a - b * P, (P, price, a / b)),
        buyers,
        "the area under demand, from the price up to where demand ends",
    )
    above_zero, from_start = c * price + d * price**2 / 2, quantity**2 / (2 * d)
    yield formula(
        "sellers_surplus", sp.Piecewise((above_zero, c >= 0), (from_start, True)), "currency", "what sellers keep"
    )
    yield claim(
        "sellers' surplus, supply at price zero",
        sp.Integral(c + d * P, (P, 0, price)),
        above_zero,
        "the area under supply, from price zero to the price",
    )
    yield claim(
        "sellers' surplus, supply from a positive price on",
        sp.Integral(c + d * P, (P, -c / d, price)),
        from_start,
        "the area under supply, from where it starts to the price",
    )
    passed = yield formula("pass_through", d / (b + d), "1", "part of a tax that buyers bear")
    taxed = (a - b * t - c) / (b + d)
    yield claim(
        "a tax on buyers",
        sp.Derivative(taxed + t, t),
        passed,
        "a tax t takes b t off demand; buyers pay the new price and t",
    )
    yield sketch("price", over="a", low=20, high=200, d=(0.5, 1, 4))
