"""Linear equations in Fractions (by python-flint) or in 60-digit numbers (by mpmath)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from evolution.rest_spectrum import DIGITS

__all__ = ["solved"]


def solved(rows: Sequence[Sequence[Any]], right: Sequence[Sequence[Any]]) -> list[list[Any]] | None:
    """The solution X of rows X = right; None if the matrix is singular.

    Parameters
    ----------
    rows, right : matrices of Fraction, or with mpmath numbers

    Returns
    -------
    rows of numbers of the same kind, or None

    Examples
    --------
    >>> solved([[2, 0], [0, 4]], [[1], [1]])
    [[Fraction(1, 2)], [Fraction(1, 4)]]
    """
    if all(isinstance(cell, Fraction | int) for row in (*rows, *right) for cell in row):
        from flint import fmpq, fmpq_mat

        def read(table: Sequence[Sequence[Any]]) -> Any:
            return fmpq_mat([[fmpq(Fraction(c).numerator, Fraction(c).denominator) for c in row] for row in table])

        try:
            answer = read(rows).solve(read(right))
        except ZeroDivisionError:
            return None
        return [[Fraction(int(c.p), int(c.q)) for c in row] for row in answer.tolist()]
    import mpmath

    with mpmath.workdps(DIGITS):
        left = mpmath.matrix([[_number(c) for c in row] for row in rows])
        columns = []
        try:
            for place in range(len(right[0])):
                columns.append(mpmath.lu_solve(left, mpmath.matrix([_number(row[place]) for row in right])))
        except ZeroDivisionError:
            return None
        return [[column[k] for column in columns] for k in range(left.cols)]


def _number(cell: Any) -> Any:
    import mpmath

    return mpmath.mpf(cell.numerator) / cell.denominator if isinstance(cell, Fraction | int) else cell
