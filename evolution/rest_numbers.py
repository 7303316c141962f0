"""Numbers of a game as rest points need them: exact, or with 60 digits.

A float that shows at most twelve digits means the decimal it shows, 0.1 a tenth; with more digits it is the binary
rational it is. So a game written in decimals is degenerate exactly when it looks so.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from evolution.rest_spectrum import DIGITS

__all__ = ["as_mp", "exact_tables", "read"]

_SHOWN = 12


def read(value: Fraction) -> Fraction:
    """The number that a Fraction, perhaps made from a float, was meant to be.

    Examples
    --------
    >>> read(Fraction(0.1)), read(Fraction(1, 3)), read(Fraction(0.1 + 0.2)) == Fraction(0.1 + 0.2)
    (Fraction(1, 10), Fraction(1, 3), True)
    """
    if value.denominator & (value.denominator - 1):
        return value
    near = float(value)
    if near != value:
        return value
    text = repr(near)
    shown = text.split("e")[0].replace(".", "").replace("-", "").strip("0")
    return Fraction(text) if len(shown) <= _SHOWN else value


def exact_tables(game: Any) -> list[Any]:
    """Payoffs of a multilinear field as arrays of Fractions, own strategy first; two roles: [A, B] for (A y, B x)."""
    tables = [np.moveaxis(table, k, 0) for k, table in enumerate(game.exact)]
    convert = np.frompyfunc(read, 1, 1)
    return [convert(table) for table in tables]


def as_mp(value: Any) -> Any:
    """An exact number with 60 digits and more."""
    import mpmath

    with mpmath.workdps(DIGITS + 40):
        if isinstance(value, Fraction | int):
            return mpmath.mpf(value.numerator) / value.denominator
        return mpmath.mpmathify(value)
