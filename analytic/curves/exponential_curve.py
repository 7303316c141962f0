"""The exponential curve, P = a e^{k S}."""

from __future__ import annotations

import sympy as sp

from ..curve_family import Expr, Shape, claim, curve_family, given
from ..special import expm1, log1p

__all__ = ["exponential"]


@curve_family(
    source="Zargham, Shorish, Paruch (2020), From curved bonding to configuration spaces, IEEE ICBC",
    a=given("currency/token", "price at supply 0", 1, "(0, inf)"),
    k=given("1/token", "growth rate of the price", 0.02, "(0, inf)"),
)
def exponential(S: Expr, q: Expr, E: Expr, a: Expr, k: Expr) -> Shape:
    """A price that grows at the rate k; every trade of q tokens moves it by the same factor."""
    price = a * sp.exp(k * S)
    return Shape(
        price=price,
        reserve=a * (sp.exp(k * S) - 1) / k,
        increment=price * (sp.exp(k * q) - 1) / k,
        inverse=sp.log(1 + k * E * sp.exp(-k * S) / a) / k,
        steady_increment=price * expm1(k * q) / k,
        steady_inverse=log1p(k * E * sp.exp(-k * S) / a) / k,
        claims=(
            claim(
                "the price is affine in the reserve",
                price,
                a + k * sp.Integral(price, (S, 0, S)),
                "P' = k P: the price grows as the reserve does",
            ),
        ),
    )
