"""The linear curve, P = m S + b."""

from __future__ import annotations

import sympy as sp

from ..curve_family import Expr, Shape, curve_family, given

__all__ = ["linear"]


@curve_family(
    source="Hertzog, Benartzi, Benartzi (2017), Bancor protocol; its constant ratio 1/2 is P = m S",
    m=given("currency/token^2", "slope of the price", 0.1, "[0, inf)"),
    b=given("currency/token", "price at supply 0", 1, "[0, inf)"),
)
def linear(S: Expr, q: Expr, E: Expr, m: Expr, b: Expr) -> Shape:
    """A price that grows by m with every token; the inverse solves a quadratic."""
    price = m * S + b
    increment = q * (price + m * q / 2)
    inverse = 2 * E / (price + sp.sqrt(price**2 + 2 * m * E))
    return Shape(
        price=price,
        reserve=m * S**2 / 2 + b * S,
        increment=increment,
        inverse=inverse,
        steady_increment=increment,
        steady_inverse=sp.Piecewise((inverse, E > 0), (0, True)),  # at price 0 no spend is 0/0
        conditions=(("b", m + b > 0, "> 0 when m = 0"),),
    )
