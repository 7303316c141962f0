r"""Scarf's counter-example: an exchange economy whose price adjustment circles for ever.

Three consumers, three goods. Consumer i owns one unit of good i and wants goods i and i + 1 in equal numbers (mod 3).
At prices p everyone buys p_i / (p_i + p_(i+1)) of both, so that excess demand is

    z_1 = p_3/(p_3 + p_1) - p_2/(p_1 + p_2),   and round.

Along the price adjustment dp/dt = z(p) the sum of squares and the product of prices stay what they are; the only
equilibrium p_1 = p_2 = p_3 is a centre with eigenvalues 0 and +-i sqrt(3)/4.

References
----------
Scarf (1960), Some examples of global instability of the competitive equilibrium, Int. Economic Review 1, 157-172.
"""

from __future__ import annotations

import sympy as sp

from ..mechanism import Declared, Expr, claim, declare, formula, given, sketch

__all__ = ["scarf_economy"]


@declare(
    "clearing",
    source="Scarf (1960), International Economic Review 1, 157-172",
    p1=given("currency/token", "price of good 1", 1.2, "(0, inf)", latex="p_1"),
    p2=given("currency/token", "price of good 2", 1.0, "(0, inf)", latex="p_2"),
    p3=given("currency/token", "price of good 3", 0.7, "(0, inf)", latex="p_3"),
)
def scarf_economy(p1: Expr, p2: Expr, p3: Expr) -> Declared:
    """Three consumers with fixed proportions in a circle: the price adjustment never finds the equilibrium."""
    prices, x, k = (p1, p2, p3), sp.Symbol("x", real=True), sp.Symbol("k", positive=True)
    bought = [prices[i] / (prices[i] + prices[(i + 1) % 3]) for i in range(3)]
    z1 = yield formula("z1", p3 / (p3 + p1) - p2 / (p1 + p2), "token", "excess demand for good 1")
    z2 = yield formula("z2", p1 / (p1 + p2) - p3 / (p2 + p3), "token", "excess demand for good 2")
    z3 = yield formula("z3", p2 / (p2 + p3) - p1 / (p3 + p1), "token", "excess demand for good 3")
    excess = (z1, z2, z3)
    for i, z in enumerate(excess):
        reason = f"consumers {i + 1} and {(i - 1) % 3 + 1} want it, one unit is there"
        yield claim(f"excess demand for good {i + 1}", bought[i] + bought[i - 1] - 1, z, reason)
    squares = yield formula("sum_of_squares", p1**2 + p2**2 + p3**2, "currency^2/token^2", "sum of the squared prices")
    product = yield formula("product", p1 * p2 * p3, "currency^3/token^3", "product of the prices")
    yield claim(
        "Walras' law", sum(p * z for p, z in zip(prices, excess, strict=True)), sp.Integer(0), "income is spent"
    )
    yield claim("homogeneous of degree 0", sp.Subs(z1, prices, tuple(k * p for p in prices)), z1, "only ratios count")
    for name, kept in (("sum of squares", squares), ("product", product)):
        along = sum(sp.Derivative(kept, p) * z for p, z in zip(prices, excess, strict=True))
        yield claim(f"{name} is kept", along, sp.Integer(0), "its derivative along dp/dt = z(p) vanishes")
    yield claim(
        "equilibrium", sum(z**2 for z in excess), sp.Integer(0), "at equal prices", p1=(1, 1), p2=(1, 1), p3=(1, 1)
    )
    at_rest = sp.Matrix([[sp.diff(z, p) for p in prices] for z in excess]).subs(dict.fromkeys(prices, k))
    yield claim(
        "a centre",
        (x * sp.eye(3) - at_rest).det(),
        x * (x**2 + sp.Rational(3, 16) / k**2),
        "the characteristic polynomial at prices k: the eigenvalues are 0 and +-i sqrt(3)/(4 k)",
    )
    period = yield formula(
        "period", 8 * sp.pi * p1 / sp.sqrt(3), "step", "time of a small circle about prices p_1 = p_2 = p_3"
    )
    turns = sp.Rational(3, 16) / p1**2 - x**2
    yield claim(
        "period", sp.Subs(turns, x, 2 * sp.pi / period), sp.Integer(0), "2 pi over the imaginary part of the eigenvalue"
    )
    yield sketch("z1", over="p1", low=0.1, high=3, p2=(0.5, 1, 2))
