"""Elimination as in `evolution.gth`, in plain doubles and with NumPy: quick, as long as nothing leaves their range.

A band of width w is a dense matrix seen askew: entry (i, j) stands at i (w - 1) + j, so every window of the matrix that
lies in the band is an ordinary strided array, and taking out a state is one outer product. Underflow and overflow are
raised as FloatingPointError (by the processor's flags); whoever calls then turns to numbers with a longer exponent.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import as_strided

__all__ = ["Doubles", "eliminated_in_doubles", "strictly"]

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Doubles:
    """A chain with its states taken out one by one, in doubles.

    Parameters
    ----------
    matrix : array, shape (M, M)
        The band seen as a matrix: below the diagonal p_ik / S_k, above it p_kj; only the band may be looked at.
    pivot : array, shape (M,)
        S_k.
    lower, upper : int
        Width of the band on either side.
    """

    matrix: Vector
    pivot: Vector
    lower: int
    upper: int

    def weights(self) -> Vector:
        """Long-run weights, the last state's being 1."""
        number = len(self.pivot)
        x = np.zeros(number)
        x[-1] = 1.0
        for k in range(number - 2, -1, -1):
            below = slice(k + 1, k + 1 + self.lower)
            x[k] = (x[below] * self.matrix[k + 1 : min(number, below.stop), k]).sum()
        return x

    def sums(self, b: Vector) -> Vector:
        """The solution of x = b + P x."""
        number, x = len(self.pivot), b.copy()
        for k in range(number):
            stop = min(number, k + 1 + self.lower)
            x[k + 1 : stop] += self.matrix[k + 1 : stop, k] * x[k]
        for k in range(number - 1, -1, -1):
            stop = min(number, k + 1 + self.upper)
            x[k] = (x[k] + (self.matrix[k, k + 1 : stop] * x[k + 1 : stop]).sum()) / self.pivot[k]
        return x


def eliminated_in_doubles(band: Vector, exits: Vector, lower: int, upper: int) -> Doubles:
    """Take out all states of a chain, in place.

    Parameters
    ----------
    band : array, shape (M, lower + upper + 1)
        Rates from state i to j at [i, j - i + lower].
    exits : array, shape (M,)
        Rates of leaving for good.

    Raises
    ------
    FloatingPointError
        If a number leaves the range of doubles.
    ValueError
        If a state but the last cannot be left.

    Examples
    --------
    >>> band = np.array([[0.0, 0.0, 0.5], [0.5, 0.0, 0.0]])
    >>> eliminated_in_doubles(band, np.array([0.5, 0.5]), 1, 1).sums(np.ones(2))
    array([2., 2.])
    """
    number, width = band.shape
    step = band.itemsize
    matrix = as_strided(band.reshape(-1)[lower:], (number, number), ((width - 1) * step, step))
    pivot, product = np.zeros(number), np.empty(lower * upper)
    for k, right, under in zip(range(number), *_envelope(band, lower), strict=True):
        row, column = matrix[k, k + 1 : right], matrix[k + 1 : under, k]
        pivot[k] = exits[k] + row.sum()
        if pivot[k] == 0 and k < number - 1:
            raise ValueError(f"state {k} belongs to a class that is never left: solve each class by itself")
        column /= pivot[k] or 1.0
        exits[k + 1 : under] += column * exits[k]
        window = product[: len(column) * len(row)].reshape(len(column), len(row))
        matrix[k + 1 : under, k + 1 : right] += np.multiply(column[:, None], row, out=window)
    return Doubles(matrix, pivot, lower, upper)


def _envelope(band: Vector, lower: int) -> tuple[list[int], list[int]]:
    """Past which column every row is 0, and past which row every column, also when states before were taken out."""
    number = len(band)
    rows, places = np.nonzero(band)
    columns = rows + places - lower
    right, under = np.arange(number) + 1, np.arange(number) + 1
    np.maximum.at(right, rows, columns + 1)
    np.maximum.at(under, columns, rows + 1)
    return np.maximum.accumulate(right).tolist(), np.maximum.accumulate(under).tolist()


def strictly() -> np.errstate:
    """A context in which numbers that leave the range of doubles raise FloatingPointError.

    Examples
    --------
    >>> with strictly():
    ...     np.array([1e-200]) * np.array([1e-200])
    Traceback (most recent call last):
        ...
    FloatingPointError: underflow encountered in multiply
    """
    return np.errstate(under="raise", over="raise", invalid="raise")
