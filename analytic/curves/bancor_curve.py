r"""Bancor's curve: a constant reserve ratio F through a given supply S0 and reserve R0.

Everywhere R = F S P, so R = R0 (S/S0)^{1/F} and P = R / (F S). A spend E mints S ((1 + E/R)^F - 1) tokens, and q
tokens sell for R (1 - (1 - q/S)^{1/F}).
"""

from __future__ import annotations

import sympy as sp

from ..curve_family import Expr, Shape, claim, curve_family, given
from ..special import expm1, log1p

__all__ = ["bancor"]


@curve_family(
    source="Hertzog, Benartzi, Benartzi (2017), Bancor protocol; Rosenfeld (2017), Formulas for Bancor system",
    shown=(1000, 200),
    F=given("1", "reserve ratio", 0.5, "(0, 1]"),
    S0=given("token", "a supply on the curve", 1000, "(0, inf)"),
    R0=given("currency", "the reserve at that supply", 250, "(0, inf)"),
)
def bancor(S: Expr, q: Expr, E: Expr, F: Expr, S0: Expr, R0: Expr) -> Shape:
    """A reserve that is always the same share F of supply times price."""
    R, T = R0 * (S / S0) ** (1 / F), S + q
    price = R0 / (F * S0) * (S / S0) ** (1 / F - 1)
    end = S0 * ((R + E) / R0) ** F
    after = R0 * (T / S0) ** (1 / F)
    usual, least = S * expm1(F * log1p(E / R)), S0 * sp.Integer(10) ** (-100 * F)  # below it R leaves the floats
    return Shape(
        price=price,
        reserve=R,
        increment=after - R,
        inverse=end - S,
        steady_increment=sp.Piecewise((-after * expm1(log1p(-q / T) / F), q > 0), (0, True)),
        steady_inverse=sp.Piecewise((usual, least < S), (sp.Max(end - S, 0), True)),
        claims=(
            claim("constant reserve ratio", sp.Integral(price, (S, 0, S)), F * S * price, "the definition, R = F S P"),
            claim("purchase", end - S, S * ((1 + E / R) ** F - 1), "Bancor's formula for a spend E"),
            claim("sale", after - R, after * (1 - (1 - q / T) ** (1 / F)), "q tokens at the supply T = S + q"),
        ),
    )
