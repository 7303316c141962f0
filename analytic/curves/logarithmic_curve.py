r"""The logarithmic curve, P = a log(1 + S/c).

With A = c + S and h(x) = (1 + x) log(1 + x) - x the increment is a (q log(A/c) + A h(q/A)), all terms positive; h is
its series where x is so small that the closed form loses digits. The inverse is Lambert's W: with y = 1 + (S + q)/c,
y (log y - 1) = R/(a c) - 1 and so y = e^{1 + W((R/(a c) - 1)/e)}.
"""

from __future__ import annotations

import sympy as sp

from ..curve_family import Expr, Shape, curve_family, given
from ..special import log1p

__all__ = ["logarithmic"]


@curve_family(
    source="Corless, Gonnet, Hare, Jeffrey, Knuth (1996), On the Lambert W function, for the inverse",
    a=given("currency/token", "scale of the price", 5, "(0, inf)"),
    c=given("token", "supply that brings the price to a log 2", 10, "(0, inf)"),
)
def logarithmic(S: Expr, q: Expr, E: Expr, a: Expr, c: Expr) -> Shape:
    """A price that grows ever more slowly, without a bound."""
    A = c + S
    reserve = a * (A * sp.log(1 + S / c) - S)
    y = sp.exp(1 + sp.LambertW(((reserve + E) / (a * c) - 1) * sp.exp(-1)))
    x = q / A
    series = x**2 * (sp.Rational(1, 2) - x * (sp.Rational(1, 6) - x * (sp.Rational(1, 12) - x / 20 + x**2 / 30)))
    h = sp.Piecewise((series, x < sp.Rational(1, 1000)), ((1 + x) * log1p(x) - x, True))
    return Shape(
        price=a * sp.log(1 + S / c),
        reserve=reserve,
        inverse=c * (y - 1) - S,
        steady_increment=a * (q * log1p(S / c) + A * h),
    )
