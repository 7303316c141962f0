r"""The power curve, P = c S^n.

With T = S + q and N = n + 1 the increment is -(c/N) T^N expm1(N log1p(-q/T)): no cancellation when q is small beside
S, no overflow before the result's own. The inverse is
S expm1(log1p(V/U) / N) in U = S^N and V = N E / c, and (U + V)^{1/N} - S where S is nearly 0.
"""

from __future__ import annotations

import sympy as sp

from ..curve_family import Expr, Shape, claim, curve_family, given
from ..special import expm1, log1p

__all__ = ["power"]


@curve_family(
    source="Hertzog, Benartzi, Benartzi (2017), Bancor protocol; Rosenfeld (2017), Formulas for Bancor system",
    c=given("currency/token^(n+1)", "scale of the price", 0.001, "(0, inf)"),
    n=given("1", "power of the supply", 2, "[0, inf)"),
)
def power(S: Expr, q: Expr, E: Expr, c: Expr, n: Expr) -> Shape:
    """A price that is a power of the supply: a constant reserve ratio 1/(n + 1)."""
    price, N, T = c * S**n, n + 1, S + q
    U, V = S**N, N * E / c
    reserve = c * S**N / N
    usual, least = S * expm1(log1p(V / U) / N), sp.Integer(10) ** (-100 / N)  # below it U leaves the floats
    return Shape(
        price=price,
        reserve=reserve,
        increment=c / N * (T**N - S**N),
        inverse=(U + V) ** (1 / N) - S,
        steady_increment=sp.Piecewise((-c / N * T**N * expm1(N * log1p(-q / T)), q > 0), (0, True)),
        steady_inverse=sp.Piecewise((usual, least < S), (sp.Max((U + V) ** (1 / N) - S, 0), True)),
        claims=(
            claim("constant reserve ratio", sp.Integral(price, (S, 0, S)) / (S * price), 1 / N, "R = S P / (n + 1)"),
        ),
    )
