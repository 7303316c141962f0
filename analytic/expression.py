r"""Text from a study file to a SymPy expression, without trust.

The language is a small part of Python's: numbers, declared names, ``+ - * / **``, parentheses, the functions
below, and ``Piecewise((value, condition), ..., (value, True))`` with comparisons, ``and``, ``or``. Decimals
are exact: 0.02 is 1/50.

    exp log ln sqrt abs sin cos tan sinh cosh tanh log1p expm1 sigmoid softplus erf lambertw
    floor ceiling sign binomial min max    pi E

Text is only ever read by `ast.parse`, which executes nothing, and its tree is walked over a whitelist;
whatever is not in the list is refused with its position. `text` bounds what is parsed (length, characters,
depth, digits), `reader` what is built (every constant is a finite float, no power grows an integer without
bound, no function nests so deep that SymPy slows down), `language` has the words.
"""

from __future__ import annotations

import ast
import keyword
import math
import re
import warnings
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from analytic.language import CONSTANTS, FUNCTIONS, Function
from analytic.reader import Reader
from analytic.symbols import symbol
from analytic.text import DECIMAL, MAX_DIGITS, ExpressionError, check_text, literal

__all__ = ["ExpressionError", "exact", "parse"]


def parse(
    text: str,
    names: Mapping[str, sp.Expr] | Iterable[str],
    *,
    functions: Mapping[str, Function] | tuple[()] = (),
) -> sp.Expr:
    """Read an expression.

    Parameters
    ----------
    text : str
    names : mapping of str to sympy.Expr, or iterable of str
        The declared names and what they stand for; of names alone, the registry's symbols.
    functions : mapping of str to callable, optional
        Further functions, called with the parsed arguments, such as the sums over players and neighbours that
        a design supplies.

    Returns
    -------
    sympy.Expr

    Raises
    ------
    ExpressionError
        When the text is not an expression of the language; nothing of it has been executed.
    ValueError
        When a declared name can not be a name.

    Examples
    --------
    >>> parse("a*x - 0.02*x**2/2", ["a", "x"])
    a*x - x**2/100
    >>> parse("x.real", ["x"])
    Traceback (most recent call last):
    ...
    analytic.text.ExpressionError: an attribute is not part of an expression: ... (line 1, column 1)
        x.real
        ^
    """
    table = dict(names) if isinstance(names, Mapping) else {name: symbol(name) for name in names}
    calls = {**FUNCTIONS, **dict(functions)}
    _check_names(table, calls)
    check_text(text)
    flat = re.sub(r"\s", " ", text)
    start = len(flat) - len(flat.lstrip())
    tree = _tree(text, flat[start:], start)
    reader = Reader(text, start, {**{k: v for k, v in CONSTANTS.items() if k not in table}, **table}, calls)
    return reader.read(tree.body)


def exact(number: Any) -> sp.Expr:
    """Read a number as the decimal or fraction it was written as.

    Parameters
    ----------
    number : int, float, str, Fraction, Decimal, NumPy scalar or sympy.Expr
        A float stands for its shortest decimal: 0.02 is 1/50. A text is a decimal or a fraction. SymPy passes
        through.

    Returns
    -------
    sympy.Expr
        A Rational, or the given SymPy expression.

    Raises
    ------
    ValueError
        When it is not a finite number.

    Examples
    --------
    >>> exact(0.02), exact("1/3"), exact("1e-3")
    (1/50, 1/3, 1/1000)
    """
    if isinstance(number, sp.Expr):
        if number.has(sp.nan, sp.zoo, sp.oo, -sp.oo):
            raise ValueError(f"a number must be finite, got {number}")
        return number
    if isinstance(number, str):
        return _from_text(number)
    if isinstance(number, (bool, np.bool_)) or not isinstance(
        number, (int, float, Fraction, Decimal, np.integer, np.floating)
    ):
        raise ValueError(f"a number is an int, float, Fraction, Decimal or text like '1/3', got {number!r}")
    if isinstance(number, (int, np.integer)):
        return sp.Integer(int(number))
    if isinstance(number, Fraction):
        return sp.Rational(number.numerator, number.denominator)
    if not math.isfinite(number):
        raise ValueError(f"a number must be finite, got {number}")
    fraction = Fraction(str(number))  # the shortest decimal that gives this float
    return sp.Rational(fraction.numerator, fraction.denominator)


def _from_text(text: str) -> sp.Rational:
    whole = re.fullmatch(r"\s*([+-]?)(\S+?)(?:/([1-9]\d*))?\s*", text) if len(text) <= 2 * MAX_DIGITS else None
    if whole is None or DECIMAL.fullmatch(whole[2]) is None or not text.isascii():
        raise ValueError(f"a number is written like 3, 0.02, 1e-3 or 1/3, got {text[:60]!r}")
    size = literal(whole[2])
    if size is None:
        raise ValueError(f"a number is between 1e-300 and 1e300 in size, or 0, got {text!r}")
    return (-size if whole[1] == "-" else size) / int(whole[3] or 1)


def _check_names(table: Mapping[str, sp.Expr], calls: Mapping[str, Function]) -> None:
    for name in table:
        if not isinstance(name, str) or not name.isascii() or not name.isidentifier() or keyword.iskeyword(name):
            raise ValueError(f"{name!r} can not be a name in an expression: use letters, digits, _ and no Python word")
        if name in calls or name == "Piecewise":
            raise ValueError(f"{name!r} is a function of the expression language: choose another name")


def _tree(text: str, flat: str, start: int) -> ast.Expression:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return ast.parse(flat, mode="eval")
    except (SyntaxError, SyntaxWarning) as error:  # a warning turned to an error arrives as SyntaxError
        place = (getattr(error, "offset", None) or len(flat) + 1) - 1  # no offset: at the end
        reason = f"not an expression: {getattr(error, 'msg', None) or error}"
    except (MemoryError, RecursionError, ValueError, OverflowError):
        place, reason = 0, "not an expression: too deeply nested"
    raise ExpressionError(text, start + min(place, len(flat)), reason) from None
