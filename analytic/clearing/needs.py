r"""Demand with subsistence needs, and demand that does not depend on income.

Stone-Geary: utility is a log(x - g) + (1 - a) log(y - h), so the needs g and h are bought first and what is left of
the income is split in the shares a and 1 - a: the linear expenditure system. Quasi-linear log: utility is w log x +
money, so that w is what a consumer spends at any price, as long as the income reaches.

References
----------
Stone (1954), Economic Journal 64; Geary (1950), Review of Economic Studies 18.
"""

from __future__ import annotations

import sympy as sp

from ..mechanism import Declared, Expr, claim, condition, declare, formula, given, sketch

__all__ = ["quasilinear_log_demand", "stone_geary_demand"]


@declare(
    "clearing",
    source="Stone (1954), Economic Journal 64, 511-527; Geary (1950), Review of Economic Studies 18, 65-66",
    I=given("currency", "income", 100, "(0, inf)"),
    p=given("currency/token", "price", 2, "(0, inf)"),
    q=given("currency/token", "price of the other good", 1, "(0, inf)"),
    a=given("1", "share of what is left after the needs", 0.4, "[0, 1]"),
    g=given("token", "need of the good", 10, "[0, inf)"),
    h=given("token", "need of the other good", 20, "[0, inf)"),
)
def stone_geary_demand(I: Expr, p: Expr, q: Expr, a: Expr, g: Expr, h: Expr) -> Declared:  # noqa: E741
    """A consumer who buys what is needed first and splits the rest of the income in fixed shares."""
    u, v, k = sp.symbols("x y k", positive=True)
    utility = a * sp.log(u - g) + (1 - a) * sp.log(v - h)
    yield condition(sp.Ge(I, p * g + q * h), "the income pays for the needs")
    left = yield formula("rest", I - p * g - q * h, "currency", "income left after the needs")
    x = yield formula("demand", g + a * left / p, "token", "demand")
    y = yield formula("other", h + (1 - a) * left / q, "token", "demand for the other good")
    yield claim(
        "Lagrange's condition",
        sp.Subs(sp.Derivative(utility, u) / p, (u, v), (x, y)),
        sp.Subs(sp.Derivative(utility, v) / q, (u, v), (x, y)),
        "a unit of money brings the same utility in both goods",
    )
    yield claim("Walras' law", p * x + q * y, I, "all income is spent")
    yield claim("homogeneous of degree 0", sp.Subs(x, (I, p, q), (k * I, k * p, k * q)), x, "only ratios count")
    yield claim(
        "Slutsky symmetry",
        sp.Derivative(x, q) + y * sp.Derivative(x, I),
        sp.Derivative(y, p) + x * sp.Derivative(y, I),
        "both sides are second derivatives of the same expenditure function",
    )
    yield claim(
        "linear expenditure", sp.Derivative(p * x, I), a, "of one more unit of money the share a goes to the good"
    )
    elasticity = yield formula("elasticity", -1 + (1 - a) * p * g / (p * x), "1", "elasticity of demand in its price")
    yield claim("elasticity", p * sp.Derivative(x, p) / x, elasticity, "needs make demand less elastic")
    yield sketch("demand", over="p", low=0.5, high=3.5, g=(0, 10, 20))


@declare(
    "clearing",
    source="Mas-Colell, Whinston, Green (1995), Microeconomic Theory, 10.C",
    w=given("currency", "weight of log utility, the money spent", 2, "(0, inf)"),
    I=given("currency", "income", 100, "[0, inf)"),
    p=given("currency/token", "price", 0.5, "(0, inf)"),
    W=given("currency", "weights of all consumers together", 8, "(0, inf)"),
    C=given("token", "capacity", 10, "(0, inf)"),
)
def quasilinear_log_demand(w: Expr, I: Expr, p: Expr, W: Expr, C: Expr) -> Declared:  # noqa: E741
    """A consumer with utility w log x + money, who spends w at any price, or all income when it is less.

    A capacity C is cleared at the price W/C; everyone then gets the share w/W of it.
    """
    u = sp.Symbol("x", positive=True)
    gain = w * sp.log(u) - p * u
    yield condition(sp.Ge(W, w), "all weights together are at least the consumer's own")
    x = yield formula("demand", sp.Min(w, I) / p, "token", "demand")
    yield claim(
        "first-order condition",
        sp.Subs(sp.Derivative(gain, u), u, x),
        sp.Integer(0),
        "the last unit is worth its price",
        w=(1, 2), I=(3, 4),
    )  # fmt: skip
    yield claim(
        "a maximum",
        sp.Subs(sp.Derivative(gain, u, 2), u, x),
        -(p**2) / w,
        "the slope of the gain falls",
        w=(1, 2), I=(3, 4),
    )  # fmt: skip
    yield claim(
        "a poor consumer",
        sp.Subs(sp.Derivative(gain, u), u, x),
        p * (w - I) / I,
        "all income is spent while one more unit is worth more than its price",
        w=(3, 4), I=(1, 2),
    )  # fmt: skip
    price = yield formula("price", W / C, "currency/token", "price that sells the capacity to consumers with income")
    share = yield formula("allotment", C * w / W, "token", "what the consumer gets of the capacity")
    yield claim("allotment", sp.Subs(w / p, p, price), share, "demand at that price")
    yield claim("the capacity is sold", sp.Subs(share, w, W), C, "the shares w/W sum to one")
    yield sketch("demand", over="p", low=0.1, high=2, w=(1, 2, 4))
