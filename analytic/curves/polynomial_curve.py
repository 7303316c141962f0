"""The polynomial curve, P = c0 + c1 S + c2 S^2 + ..."""

from __future__ import annotations

import sympy as sp

from ..curve_family import Expr, Shape, curve_family, many

__all__ = ["polynomial"]


@curve_family(
    source="Zargham, Shorish, Paruch (2020), From curved bonding to configuration spaces, IEEE ICBC",
    coefficients=many("c", "currency/token^(i+1)", "coefficient of S^i, i = 0, 1, ...", (1, 0.05, 0.001), "real"),
)
def polynomial(S: Expr, q: Expr, E: Expr, coefficients: tuple[Expr, ...]) -> Shape:
    """A price that is a polynomial in the supply, positive on it."""
    price = sum((c * S**i for i, c in enumerate(coefficients)), sp.S.Zero)
    reserve = sum((c * S ** (i + 1) / (i + 1) for i, c in enumerate(coefficients)), sp.S.Zero)
    inverse = None
    if len(coefficients) <= 2:  # P^2 + 2 m E is the square of the price after the trade
        slope = coefficients[1] if len(coefficients) == 2 else sp.S.Zero
        inverse = 2 * E / (price + sp.sqrt(price**2 + 2 * slope * E))
    steady = None if inverse is None else sp.Piecewise((inverse, E > 0), (0, True))
    return Shape(price=price, reserve=reserve, inverse=inverse, steady_inverse=steady, sampled=True)
