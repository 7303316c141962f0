"""Polynomial equations on an open face, without the factors that cannot vanish there, and curves they share.

A polynomial in the shares of a face is positive inside it if its Bernstein coefficients there are >= 0 and not all 0
(homogenise by the sum of the shares, which is 1, and divide by multinomials). Such factors only say where the
boundary is: they are divided out, and multiple factors are made simple, so that fewer zeros are singular.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

__all__ = ["cleared", "keeps_sign", "without_common"]


def cleared(expression: sp.Expr, groups: Sequence[Sequence[sp.Symbol]], others: Sequence[sp.Symbol]) -> sp.Expr:
    """The numerator of a rational expression without factors that keep one sign on the open face.

    Parameters
    ----------
    expression : sympy.Expr
    groups : sequence of sequences of sympy.Symbol
        The free shares of each role on the face; the last share is 1 minus their sum.
    others : sequence of sympy.Symbol
        Coordinates that are no shares.

    Returns
    -------
    sympy.Expr
        Expanded; the expression itself if it is not rational in the symbols.

    Examples
    --------
    >>> x, y = sp.symbols("x y")
    >>> cleared(x**2 * (x + y) * (x - y) ** 2, [[x, y]], [])
    x - y
    """
    symbols = [symbol for group in groups for symbol in group] + list(others)
    if not expression.is_rational_function(*symbols) or expression.has(sp.Piecewise, sp.Min, sp.Max, sp.Abs):
        return expression
    if expression.is_polynomial(*symbols):
        numerator = sp.Poly(expression, *symbols).as_expr() if symbols else expression
    else:
        numerator = sp.fraction(sp.cancel(sp.together(expression)))[0]
    if not numerator.free_symbols:
        return numerator
    kept = sp.Integer(1)
    for factor, _ in sp.factor_list(numerator)[1]:
        inside = [group for group in groups if factor.has(*group)] if factor.free_symbols else []
        if len(inside) == 1 and not factor.has(*others) and keeps_sign(factor, inside[0]):
            continue
        kept *= factor
    return sp.expand(kept)


def keeps_sign(polynomial: sp.Expr, free: Sequence[sp.Symbol]) -> bool:
    """Whether Bernstein coefficients show that a polynomial has one sign inside the simplex.

    Examples
    --------
    >>> x, y = sp.symbols("x y")
    >>> keeps_sign(1 - x * y, [x, y]), keeps_sign(x - y, [x, y])
    (True, False)
    """
    last = sp.Dummy()
    terms = sp.Poly(polynomial, *free)
    degree, total = terms.total_degree(), sp.Add(*free, last)
    lifted = sp.Integer(0)
    for powers, coefficient in terms.terms():
        lifted += (
            coefficient * sp.Mul(*(s**p for s, p in zip(free, powers, strict=True))) * total ** (degree - sum(powers))
        )
    coefficients = sp.Poly(sp.expand(lifted), *free, last).coeffs()
    return all(c > 0 for c in coefficients) or all(c < 0 for c in coefficients)


def without_common(equations: Sequence[sp.Expr], symbols: Sequence[sp.Symbol]) -> tuple[list[sp.Expr], sp.Expr]:
    """Equations without their common polynomial factor, and that factor.

    Examples
    --------
    >>> x, y = sp.symbols("x y")
    >>> without_common([x * y, x * (x - 1)], [x, y])
    ([y, x - 1], x)
    """
    if len(equations) < 2 or not all(equation.is_polynomial(*symbols) for equation in equations):
        return list(equations), sp.Integer(1)
    common = sp.gcd_list(list(equations))
    if not common.free_symbols:
        return list(equations), sp.Integer(1)
    return [sp.cancel(equation / common) for equation in equations], common
