r"""Copositivity of a symmetric matrix, decided exactly: is z.Mz >= 0 (strictly: > 0) for all z >= 0 other than 0?

A submatrix of least size that fails has x > 0 with x.Mx < 0 (<= 0), so its indices hang together by negative entries:
were they in two groups without any between them, a group alone would fail. It suffices to look at such submatrices,
each by Keller's criterion on its determinant d and the cofactors c of its last row,

    not strictly copositive if  d <= 0 and c > 0,      not copositive if  d < 0 and c >= 0

(Cottle, Habetler and Lemke 1970; Hadeler 1983), and none where a group is positive definite. Deciding this is
co-NP-complete (Murty and Kabadi 1987): the cost is up to 2^n determinants for n indices that hang together.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Any

Form = list[list[int]]

INDICES_LIMIT = 20
"""Most indices that hang together for which the test starts without a deadline; up to half a minute."""


def is_strictly_copositive(form: Sequence[Sequence[Any]], *, deadline: float = float("inf")) -> bool:
    """Whether z.Mz > 0 for every z >= 0 other than 0.

    Parameters
    ----------
    form : symmetric matrix of int or Fraction
        M, as rows; of size 0 it is.
    deadline : float
        On `time.monotonic`'s clock.

    Returns
    -------
    bool

    Raises
    ------
    ValueError
        If M is not symmetric, or so large that it needs a deadline.
    TimeoutError
        If the deadline passed first.

    References
    ----------
    K. Hadeler, On copositive matrices, Linear Algebra and its Applications 49 (1983) 79-89.

    Examples
    --------
    >>> half = Fraction(1, 2)
    >>> is_strictly_copositive([[1, -half], [-half, 1]]), is_strictly_copositive([[1, -1], [-1, 1]])
    (True, False)
    """
    return _decided(_whole(form), strict=True, deadline=deadline)


def is_copositive(form: Sequence[Sequence[Any]], *, deadline: float = float("inf")) -> bool:
    """Whether z.Mz >= 0 for every z >= 0.

    Parameters
    ----------
    form, deadline
        As for `is_strictly_copositive`.

    Returns
    -------
    bool

    Raises
    ------
    ValueError, TimeoutError
        As `is_strictly_copositive`.

    References
    ----------
    R. Cottle, G. Habetler and C. Lemke, On classes of copositive matrices, Linear Algebra and its Applications 3
    (1970) 295-310.

    Examples
    --------
    >>> is_copositive([[1, -1], [-1, 1]]), is_copositive([[1, -2], [-2, 1]])
    (True, False)
    """
    return _decided(_whole(form), strict=False, deadline=deadline)


def is_positive_definite(form: Form) -> bool:
    """Whether all leading minors are positive; of size 0 it is.

    Parameters
    ----------
    form : symmetric matrix of int

    Returns
    -------
    bool

    Examples
    --------
    >>> is_positive_definite([[2, 1], [1, 2]]), is_positive_definite([[1, 2], [2, 1]])
    (True, False)
    """
    return all(determinant([row[:k] for row in form[:k]]) > 0 for k in range(1, len(form) + 1))


def determinant(form: Form) -> int:
    """Determinant of a square matrix of whole numbers; 1 for size 0.

    Parameters
    ----------
    form : rows of int

    Returns
    -------
    int

    Examples
    --------
    >>> determinant([[1, 2], [3, 4]])
    -2
    """
    import flint

    return int(flint.fmpz_mat(form).det()) if form else 1


def _decided(form: Form, *, strict: bool, deadline: float) -> bool:
    least = 1 if strict else 0
    if any(row[i] < least for i, row in enumerate(form)):
        return False
    joined = [{j for j, cell in enumerate(row) if cell < 0 and j != i} for i, row in enumerate(form)]
    for group in _groups(joined):
        if len(group) < 2 or is_positive_definite([[form[i][j] for j in group] for i in group]):
            continue
        if len(group) > INDICES_LIMIT and deadline == float("inf"):
            raise ValueError(
                f"copositivity of a form in which {len(group)} indices hang together can take 2^{len(group)} "
                "determinants. Give a time limit to try."
            )
        if not _group_passes(form, group, joined, strict, deadline):
            return False
    return True


def _group_passes(form: Form, group: list[int], joined: list[set[int]], strict: bool, deadline: float) -> bool:
    """Keller's criterion on every set of the group that hangs together, small ones first."""
    layer = {frozenset([i]) for i in group}
    while layer:
        layer = {chosen | {j} for chosen in layer for i in chosen for j in joined[i] - chosen}
        for chosen in layer:
            if time.monotonic() > deadline:
                raise TimeoutError("copositivity was not decided in time.")
            indices = sorted(chosen)
            block = [[form[i][j] for j in indices] for i in indices]
            value = determinant(block)
            if value > 0 or (value == 0 and not strict):
                continue
            last = _last_cofactors(block, value)
            if min(last) > 0 or (not strict and min(last) >= 0):
                return False
    return True


def _last_cofactors(block: Form, value: int) -> list[Fraction]:
    """Cofactors of the last row, up to the same positive factor."""
    import flint

    size = len(block)
    if value == 0:
        minors = [[row[:c] + row[c + 1 :] for row in block[:-1]] for c in range(size)]
        return [Fraction((-1) ** (size - 1 + c) * determinant(minor)) for c, minor in enumerate(minors)]
    column = flint.fmpz_mat(size, 1, [0] * (size - 1) + [value])
    solved = flint.fmpq_mat(flint.fmpz_mat(block)).solve(flint.fmpq_mat(column))
    return [Fraction(int(solved[i, 0].p), int(solved[i, 0].q)) for i in range(size)]


def _groups(joined: list[set[int]]) -> list[list[int]]:
    """Connected components of the graph of negative entries."""
    left, groups = set(range(len(joined))), []
    while left:
        group, queue = set(), [left.pop()]
        while queue:
            i = queue.pop()
            group.add(i)
            queue += joined[i] - group
        left -= group
        groups.append(sorted(group))
    return groups


def _whole(form: Sequence[Sequence[Any]]) -> Form:
    rows = [[Fraction(cell) for cell in row] for row in form]
    if any(len(row) != len(rows) for row in rows):
        raise ValueError(f"a form has {len(rows)} rows of lengths {[len(row) for row in rows]}; it must be square.")
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            if cell != rows[j][i]:
                raise ValueError(f"a form must be symmetric; at ({i}, {j}) stands {cell}, at ({j}, {i}) {rows[j][i]}.")
    scale = lcm(*(cell.denominator for row in rows for cell in row))
    return [[int(cell * scale) for cell in row] for row in rows]
