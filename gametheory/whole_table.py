"""Payoff tables as whole numbers over one denominator: the form in which exact comparisons are fast.

A table of rationals T is kept as integers W and one scale s > 0 with T = W / s, s the least common denominator, so
that two tables are equal exactly when W and s are. Arrays of machine numbers are converted without visiting
their entries one by one: a float is m 2^e with a whole m, so powers of two are all that is needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.rational import FractionArray, fraction_array


@dataclass(frozen=True, slots=True, eq=False)
class WholeTable:
    """A table of rationals, wholes / scale, with the floats nearest to them.

    Parameters
    ----------
    wholes : object array of int
    scale : int
        Positive.
    floats : float array
        Of the same shape.
    """

    wholes: FractionArray
    scale: int
    floats: NDArray[np.float64]


def whole_table(values: object, name: str) -> WholeTable:
    """Read a table of numbers exactly.

    Parameters
    ----------
    values : array or nested sequence of numbers
        As for `gametheory.rational.fraction_array`.
    name : str
        How error messages call it.

    Returns
    -------
    WholeTable
        Its arrays are read-only copies.

    Raises
    ------
    ValueError
        If it is empty, ragged, or holds something that is no finite number.

    Examples
    --------
    >>> table = whole_table(np.array([[0.5, 3.0]]), "payoffs")
    >>> table.wholes.tolist(), table.scale
    ([[1, 6]], 2)
    """
    if type(values) is np.ndarray and values.size and values.ndim and values.dtype.itemsize <= 8:
        if values.dtype.kind in "iu":
            return _sealed(values.astype(object), 1, values.astype(np.float64))
        if values.dtype.kind == "f" and np.isfinite(values).all():
            return _from_floats(values.astype(np.float64))
    exact = fraction_array(values, name)  # which also finds the words for what is wrong
    scale = lcm(*(p.denominator for p in exact.ravel().tolist()))
    wholes = np.array(exact * scale, dtype=object)  # an array also where there are no axes
    return _sealed(np.array(np.frompyfunc(int, 1, 1)(wholes), dtype=object), scale, np.array(exact, dtype=np.float64))


def negated(table: WholeTable) -> WholeTable:
    """The table of the opposite numbers.

    Parameters
    ----------
    table : WholeTable

    Returns
    -------
    WholeTable

    Examples
    --------
    >>> negated(whole_table([[0, "1/2"]], "payoffs")).wholes.tolist()
    [[0, -1]]
    """
    return _sealed(np.negative(table.wholes), table.scale, 0.0 - table.floats)


def fractions_of(wholes: NDArray[Any], scale: int) -> FractionArray:
    """The table wholes / scale as Fractions, read-only.

    Parameters
    ----------
    wholes : object array of int
    scale : int

    Returns
    -------
    object array of Fraction

    Examples
    --------
    >>> fractions_of(np.array([1, 2], dtype=object), 2)
    array([Fraction(1, 2), Fraction(1, 1)], dtype=object)
    """
    array = np.frompyfunc(lambda whole: Fraction(whole, scale), 1, 1)(wholes)
    array.setflags(write=False)
    return array  # type: ignore[no-any-return]


def comparable(wholes: NDArray[Any]) -> NDArray[Any]:
    """The same whole numbers in 64 bits if they fit, for fast exact comparison; otherwise as they are.

    Parameters
    ----------
    wholes : object array of int

    Returns
    -------
    array of int64, or of object

    Examples
    --------
    >>> comparable(np.array([1, 2], dtype=object)).dtype, comparable(np.array([2**70], dtype=object)).dtype
    (dtype('int64'), dtype('O'))
    """
    try:
        return wholes.astype(np.int64)
    except OverflowError:
        return wholes


def _from_floats(floats: NDArray[np.float64]) -> WholeTable:
    mantissas, exponents = np.frexp(floats)
    odd = np.ldexp(mantissas, 53).astype(np.int64)
    zeros = np.frexp((odd & -odd).astype(np.float64))[1] - 1  # trailing zero bits; -1 for the number 0
    zeros = np.maximum(zeros, 0)
    lowest = np.where(odd == 0, 0, exponents.astype(np.int64) - 53 + zeros)
    shift = max(0, -int(lowest.min()))
    wholes = (odd >> zeros).astype(object) << (lowest + shift).astype(object)
    return _sealed(wholes, 2**shift, floats + 0.0)  # -0.0 becomes 0.0


def _sealed(wholes: NDArray[Any], scale: int, floats: NDArray[np.float64]) -> WholeTable:
    wholes.setflags(write=False)
    floats.setflags(write=False)
    return WholeTable(wholes, scale, floats)
