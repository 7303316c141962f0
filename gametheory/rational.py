"""Numbers from outside, taken exactly: arrays of Fractions from whatever a user writes a matrix in.

An int, a Fraction, a Decimal or a string such as "1/3" or "0.25" is the number it says. A float is the binary
rational it is: 0.1 means 3602879701896397 / 2^55, and "1/10" is the way to say a tenth. Nothing is rounded.
"""

from __future__ import annotations

import re
import reprlib
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from numbers import Rational
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

FractionArray: TypeAlias = NDArray[np.object_]

_NUMBER = re.compile(r"\s*[+-]?(\d+(/\d+)?|(\d+\.\d*|\.\d+)([eE][+-]?\d{1,3})?|\d+[eE][+-]?\d{1,3})\s*")


def fraction(value: object) -> Fraction:
    """The exact value of one number.

    Parameters
    ----------
    value : int, Fraction, Decimal, str or float
        Also NumPy scalars and SymPy rationals. Strings are "p", "p/q" or decimals.

    Returns
    -------
    Fraction

    Raises
    ------
    ValueError
        If it is no number, not finite, or beyond the range of floats.

    Examples
    --------
    >>> fraction("1/3"), fraction(0.5), fraction(7)
    (Fraction(1, 3), Fraction(1, 2), Fraction(7, 1))
    """
    if isinstance(value, str):
        if len(value) > 1000 or not _NUMBER.fullmatch(value):
            raise ValueError('is no number: write "p", "p/q" or a decimal')
        if "/" in value and int(value.split("/")[1]) == 0:
            raise ValueError("divides by 0")
        exact = Fraction(value)
    elif isinstance(value, bool | np.bool):
        raise ValueError("is a truth value: write 0 or 1")
    elif isinstance(value, Rational):
        exact = Fraction(int(value.numerator), int(value.denominator))
    elif isinstance(value, float | np.floating | Decimal):
        if not np.isfinite(float(value)):
            raise ValueError("is not finite: write a finite number")
        exact = Fraction(*value.as_integer_ratio())
    elif getattr(value, "is_Float", False):
        import sympy

        exact = fraction(sympy.Rational(value))
    elif getattr(value, "is_irrational", False):
        raise ValueError("is irrational: write a rational near it, or float(...) of it")
    else:
        raise ValueError('is no real number: write an int, a float, a Fraction or a text such as "1/3"')
    try:
        float(exact)
    except OverflowError:
        raise ValueError("is beyond 1.8e308, the range of floats") from None
    return exact


def fraction_array(values: object, name: str) -> FractionArray:
    """A rectangular array of exact numbers, read-only; what the caller gave is not touched.

    Parameters
    ----------
    values : array or nested sequence of numbers
        Anything `fraction` takes, in lists, tuples or an array.
    name : str
        How error messages call it.

    Returns
    -------
    object array of Fraction, read-only

    Raises
    ------
    ValueError
        If it is empty, ragged, or holds something that is no finite number; name and index are told.

    Examples
    --------
    >>> fraction_array([["1/3", 2]], "payoffs of player 1")
    array([[Fraction(1, 3), Fraction(2, 1)]], dtype=object)
    """
    nested = _as_lists(values)
    shape: tuple[int, ...] = ()
    first = nested
    while isinstance(first, list):
        if not first:
            raise ValueError(f"{name} are empty along axis {len(shape)}: every player needs an action.")
        shape, first = (*shape, len(first)), first[0]
    flat = _flatten(nested, shape, (), name)
    array = np.empty(len(flat), dtype=object)
    array[:] = flat
    array = array.reshape(shape)
    array.setflags(write=False)
    return array


def _as_lists(value: object) -> object:
    if hasattr(value, "__array__"):
        value = value.tolist() if hasattr(value, "tolist") else np.asarray(value).tolist()  # keeps what is masked out
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_as_lists(part) for part in value]
    return value


def _flatten(nested: object, shape: tuple[int, ...], index: tuple[int, ...], name: str) -> list[Fraction]:
    depth = len(index)
    found = len(nested) if isinstance(nested, list) else None
    if found != (shape[depth] if depth < len(shape) else None):
        stands = "a single number" if found is None else f"a list of {found}"
        expected = f"a list of {shape[depth]}" if depth < len(shape) else "a number"
        raise ValueError(f"{name} are ragged: at index {list(index)} stands {stands}, not {expected}.")
    if isinstance(nested, list):
        return [x for i, part in enumerate(nested) for x in _flatten(part, shape, (*index, i), name)]
    try:
        return [fraction(nested)]
    except ValueError as error:
        raise ValueError(f"{name} at index {list(index)}: {reprlib.repr(nested)} {error}.") from None
