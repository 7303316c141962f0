"""Expressions in exact numbers: what every symbolic game is built from.

Floats are read as the decimals they show, so 0.1 means 1/10; all else must be exact already. Answers can then
be exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

import sympy as sp

__all__ = ["as_rational", "exact_expression", "is_identically_zero", "manageable"]


def exact_expression(value: Any, symbols: Iterable[sp.Symbol], *, what: str = "the expression") -> sp.Expr:
    """Return a SymPy expression with rational numbers in `symbols` alone.

    Parameters
    ----------
    value : number or sympy.Expr
        Not text: text is read by the study reader's own parser.
    symbols : iterable of sympy.Symbol
        The symbols allowed.
    what : str
        How an error names it.

    Returns
    -------
    sympy.Expr

    Raises
    ------
    TypeError
        If `value` is text or no expression.
    ValueError
        If it contains another symbol, or is not a number where it should be one.

    Examples
    --------
    >>> x = sp.Symbol("x")
    >>> exact_expression(0.1 * x, [x])
    x/10
    """
    allowed = list(symbols)
    if isinstance(value, str):
        raise TypeError(f"{what} is text, {value!r}; give a SymPy expression (texts are parsed in study files)")
    if isinstance(value, Fraction):
        value = sp.Rational(value.numerator, value.denominator)
    if isinstance(value, float):
        value = (
            sp.Float(repr(value)) if value == value and abs(value) != float("inf") else sp.sympify(value, strict=True)
        )
    expression = sp.sympify(value, strict=True) if not isinstance(value, sp.Basic) else value
    if not isinstance(expression, sp.Expr):
        raise TypeError(f"{what} is {expression!r}; give a SymPy expression")
    expression = expression.xreplace({number: sp.Rational(str(number)) for number in expression.atoms(sp.Float)})
    strangers = sorted(str(s) for s in expression.free_symbols - set(allowed))
    if strangers:
        known = ", ".join(map(str, allowed)) or "none"
        raise ValueError(
            f"{what} contains {', '.join(strangers)}; allowed are {known}; bind numbers to the others first"
        )
    if expression.has(sp.nan, sp.zoo):
        raise ValueError(f"{what} is {expression}, which is not defined; check for a division by zero")
    return expression


def as_rational(value: Any) -> Fraction | float:
    """Return an end of an interval as a Fraction, or an infinite float.

    Raises
    ------
    ValueError
        If it is neither rational nor infinite.
    """
    number = exact_expression(value, [], what="an end of the interval")
    if number in (sp.oo, -sp.oo):
        return float(number)
    if not number.is_Rational:
        raise ValueError(f"an end of the interval is {number}; give a rational number or infinity")
    return Fraction(int(number.p), int(number.q))


def manageable(number: Any) -> sp.Expr:
    """Return a number to compute with: rationals and radicals as they are, roots of higher polynomials to 30 digits.

    Examples
    --------
    >>> z = sp.Symbol("z")
    >>> manageable(sp.CRootOf(z**5 - z - 1, 0)).is_Float, manageable(sp.sqrt(2))
    (True, sqrt(2))
    """
    exact = sp.sympify(number, strict=True)
    return sp.N(exact, 30) if exact.has(sp.CRootOf) else exact


def is_identically_zero(expression: sp.Expr, symbols: Sequence[sp.Symbol], lo: Any, hi: Any) -> bool:
    """Whether an expression vanishes for all values of its symbols in (lo, hi).

    Looked at in floats first, at three points, since simplification is slow.

    Examples
    --------
    >>> x = sp.Symbol("x")
    >>> is_identically_zero(sp.sin(x) ** 2 + sp.cos(x) ** 2 - 1, [x], 0, 1), is_identically_zero(x, [x], 0, 1)
    (True, False)
    """
    start = sp.Rational(str(lo))
    width = sp.Integer(1) if sp.sympify(hi, strict=True).is_infinite else sp.Rational(str(hi)) - start
    for step in (3, 7, 11):
        place = {symbol: start + width / (step + 2 * k) for k, symbol in enumerate(symbols)}
        value = sp.N(expression.subs(place), 20)
        if value.is_number and value.is_finite and abs(value) > 1e-12:
            return False
    return bool(sp.simplify(expression) == 0)
