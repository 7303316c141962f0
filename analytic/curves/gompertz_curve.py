"""The Gompertz curve, P = a exp(-c e^{-k S}): slow, fast, slow, and steepest before the middle."""

from __future__ import annotations

import sympy as sp

from ..curve_family import Expr, Shape, claim, curve_family, given

__all__ = ["gompertz"]


@curve_family(
    source="Gompertz (1825), On the law of human mortality, Phil. Trans. R. Soc. 115",
    a=given("currency/token", "highest price", 10, "(0, inf)"),
    c=given("1", "logarithm of the highest price over the first", 4, "(0, inf)"),
    k=given("1/token", "growth rate", 0.05, "(0, inf)"),
)
def gompertz(S: Expr, q: Expr, E: Expr, a: Expr, c: Expr, k: Expr) -> Shape:
    """A price that grows from a e^-c to a, at a rate that falls as the logarithm of the price does."""
    x = c * sp.exp(-k * S)
    price = a * sp.exp(-x)
    return Shape(
        price=price,
        reserve=a / k * (sp.expint(1, x) - sp.expint(1, c)),
        supply=(0, 600 / k),  # from there on the price is a to 250 digits
        claims=(claim("growth law", sp.Derivative(price, S), k * price * sp.log(a / price), "Gompertz's equation"),),
    )
