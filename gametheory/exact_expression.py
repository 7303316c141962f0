"""Expressions in exact numbers: what every symbolic game is built from.

Floats are read as the decimals they show, so 0.1 means 1/10; all else must be exact already. Answers can then
be exact.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import sympy as sp

__all__ = ["as_rational", "exact_expression"]


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
        raise TypeError(
            f"{what} is text, {value!r}; give a SymPy expression (texts are parsed in study files)"
        )
    if isinstance(value, Fraction):
        value = sp.Rational(value.numerator, value.denominator)
    if isinstance(value, float):
        value = sp.Float(repr(value)) if value == value and abs(value) != float("inf") else sp.sympify(value)
    expression = sp.sympify(value, strict=True) if not isinstance(value, sp.Basic) else value
    if not isinstance(expression, sp.Expr):
        raise TypeError(f"{what} is {expression!r}; give a SymPy expression")
    expression = expression.xreplace(
        {number: sp.Rational(str(number)) for number in expression.atoms(sp.Float)}
    )
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
