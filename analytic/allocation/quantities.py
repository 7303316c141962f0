"""What allocation verbs are given: amounts as floats, or as exact fractions where all of them are exact.

Arrays are floats, as everywhere, unless a `Fraction` is among the numbers and all the others are whole or
fractions too: then the arrays hold Fractions, and every verb of this package that says so is exact on them.
"""

from __future__ import annotations

from fractions import Fraction
from numbers import Rational
from typing import Any

import numpy as np

from ..domain import Domain

__all__ = ["amounts"]


def amounts(domain: str = "[0, inf)", /, **values: Any) -> tuple[Any, ...]:
    """Read amounts together: all as floats, or all as Fractions.

    Parameters
    ----------
    domain : str
        Where each number must lie, as `analytic.domain.Domain.of` reads it.
    **values : number or array_like
        By their names, for the message.

    Returns
    -------
    tuple of numpy.ndarray
        Of dtype float, or of dtype object with Fractions.

    Raises
    ------
    ValueError
        Naming the amount and the first value outside the domain.

    Examples
    --------
    >>> amounts(capacity=1, requests=[2, 3])
    (array(1.), array([2., 3.]))
    >>> amounts(capacity=1, requests=[Fraction(1, 3)])[1]
    array([Fraction(1, 3)], dtype=object)
    """
    read, allowed = {name: np.asarray(value) for name, value in values.items()}, Domain.of(domain)
    written = [one for array in read.values() if array.dtype == object for one in array.flat]
    exact = any(isinstance(one, Rational) and not isinstance(one, int) for one in written)
    whole = all(array.dtype.kind in "iu" for array in read.values() if array.dtype != object and array.size)
    if not (exact and whole and all(isinstance(one, Rational) and not isinstance(one, bool) for one in written)):
        return tuple(allowed.check(name, array) for name, array in read.items())
    return tuple(_fractions(name, array, allowed) for name, array in read.items())


def _fractions(name: str, array: Any, allowed: Domain) -> Any:
    found = np.empty(array.shape, dtype=object)
    for place, one in np.ndenumerate(array):
        found[place] = Fraction(int(one.numerator), int(one.denominator))
        low, high = found[place] - allowed.low, found[place] - allowed.high  # against the exact value, not its float
        if low < 0 or high > 0 or (low == 0 and not allowed.closed_low) or (high == 0 and not allowed.closed_high):
            raise ValueError(f"{name} = {found[place]} is outside {allowed}")
    return found
