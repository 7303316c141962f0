r"""The simplex method in integers: slow, never wrong; used where floats mislead.

Rows [A I; E 0] z = (b; d), z >= 0, with right-hand sides made >= 0 and one artificial unknown a row. Phase one
drives the artificial ones out, phase two maximises. All cells stand over one common denominator, the last pivot,
and every pivot divides exactly (Edmonds 1967). The steepest column enters (Dantzig's rule), and while nothing is
gained for long, the least index that may (Bland's rule), which excludes cycles. Prices are read off the objective row
below the artificial unknowns.
"""

from __future__ import annotations

import time
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.methods.linear_program import InfeasibleError, UnboundedError

PATIENCE = 30
"""Pivots without gain after which the least index enters, until there is a gain: so no cycle lasts."""


def simplex(
    costs: NDArray[np.object_],
    rows: NDArray[np.object_],
    right: NDArray[np.object_],
    inequalities: int,
    deadline: float = float("inf"),
) -> tuple[list[Fraction], list[Fraction]]:
    """An optimal point and optimal prices of: maximise costs.x, the first rows x <= right, the others =, x >= 0.

    Parameters
    ----------
    costs, rows, right : object arrays of int, of shapes (n,), (m, n), (m,)
    inequalities : int
        How many rows are inequalities; they come first.
    deadline : float
        On `time.monotonic`'s clock.

    Returns
    -------
    point, prices : lists of Fraction

    Raises
    ------
    InfeasibleError, UnboundedError
    TimeoutError
        If the deadline passed first.

    References
    ----------
    J. Edmonds, Systems of distinct representatives and linear algebra, Journal of Research of the National Bureau
    of Standards 71B (1967) 241-245.

    Examples
    --------
    >>> whole = lambda values: np.array(values, dtype=object)
    >>> point, prices = simplex(whole([3, 2]), whole([[1, 1], [3, 1]]), whole([4, 6]), 2)
    >>> print(*point, *prices)
    1 3 3/2 1/2
    """
    height, size = rows.shape
    signs = np.array([-1 if b < 0 else 1 for b in right], dtype=object)
    identity = np.eye(height, dtype=int).astype(object)
    slacks = identity[:, :inequalities] * signs[:, None]
    tableau = np.zeros((height + 1, size + inequalities + height + 1), dtype=object)
    tableau[:height] = np.hstack([rows * signs[:, None], slacks, identity, (right * signs)[:, None]])
    first_artificial = size + inequalities
    basis = list(range(first_artificial, first_artificial + height))
    tableau[height] = -tableau[:height].sum(axis=0)
    tableau[height, basis] = 0
    tableau, scale = _maximise(tableau, basis, 1, first_artificial, deadline)
    if tableau[height, -1] != 0:
        raise InfeasibleError("no point satisfies all constraints of the linear program.")
    tableau, scale = _without_artificial(tableau, basis, scale, first_artificial)
    full = np.concatenate([costs, np.zeros(tableau.shape[1] - size, dtype=object)])
    tableau[height] = sum((full[b] * tableau[row] for row, b in enumerate(basis)), np.zeros(len(full), dtype=object))
    tableau[height] -= full * scale
    tableau, scale = _maximise(tableau, basis, scale, first_artificial, deadline)
    point = [Fraction(0)] * tableau.shape[1]
    for row, b in enumerate(basis):
        point[b] = Fraction(int(tableau[row, -1]), scale)
    bottom = tableau[height, first_artificial : first_artificial + height]
    return point[:size], [Fraction(int(p * s), scale) for p, s in zip(bottom, signs, strict=True)]


def _maximise(
    tableau: NDArray[Any], basis: list[int], scale: int, columns: int, deadline: float
) -> tuple[NDArray[Any], int]:
    """Pivot until the objective row is >= 0 in the columns that may enter."""
    best, stalled = Fraction(tableau[-1, -1], scale), 0
    while True:
        if time.monotonic() > deadline:
            raise TimeoutError("the exact simplex method did not end in time.")
        bottom: list[int] = tableau[-1, :columns].tolist()
        if min(bottom, default=0) >= 0:
            return tableau, scale
        if stalled < PATIENCE:
            entering = bottom.index(min(bottom))
        else:
            entering = next(c for c, cell in enumerate(bottom) if cell < 0)
        column: list[int] = tableau[:-1, entering].tolist()
        leaving = [row for row, cell in enumerate(column) if cell > 0]
        if not leaving:
            raise UnboundedError("the objective of the linear program grows without end.")
        row = min(leaving, key=lambda r: (Fraction(tableau[r, -1], column[r]), basis[r]))
        tableau, scale = _pivot(tableau, basis, scale, row, entering)
        value = Fraction(tableau[-1, -1], scale)
        best, stalled = (value, 0) if value > best else (best, stalled + 1)


def _without_artificial(tableau: NDArray[Any], basis: list[int], scale: int, columns: int) -> tuple[NDArray[Any], int]:
    """Swap artificial unknowns, which are 0 now, for real ones; a row without any is redundant and stays 0."""
    for row, b in enumerate(basis):
        if b >= columns:
            entering = next((c for c in range(columns) if tableau[row, c] != 0), None)
            if entering is not None:
                tableau, scale = _pivot(tableau, basis, scale, row, entering)
    return tableau, scale


def _pivot(tableau: NDArray[Any], basis: list[int], scale: int, row: int, entering: int) -> tuple[NDArray[Any], int]:
    fixed = tableau[row].copy()
    pivot = int(fixed[entering])
    result = (tableau * pivot - np.outer(tableau[:, entering], fixed)) // scale
    result[row] = fixed
    basis[row] = entering
    return (result, pivot) if pivot > 0 else (-result, -pivot)
