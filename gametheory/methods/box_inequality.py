r"""Affine variational inequalities on a box, in rational numbers.

Find x in :math:`[lo, hi]^n` with, for :math:`F(x) = M x - q`,

.. math:: F_i \ge 0 \text{ where } x_i = lo, \quad F_i \le 0 \text{ where } x_i = hi, \quad F_i = 0 \text{
between},

the first-order conditions of quadratic games and programmes (with lo = 0, hi infinite: a linear
complementarity problem; Cottle, Pang and Stone 1992). The solution is unique if M is a P-matrix. Two exact
sufficient tests are made: M has a positive definite symmetric part; or it is an H-matrix with positive
diagonal (its comparison matrix C has C u = 1 for some u > 0). Else, all :math:`3^n` (:math:`2^n`) ways to be
at the ends or between are tried, for small n.

If M has no positive entry off the diagonal, hi is infinite and F(lo) < 0 everywhere, a solution exists only
if M is a nonsingular M-matrix: any solution x has x > lo, hence M (x - lo) = -F(lo) > 0 with x - lo > 0,
which says so.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from gametheory.root_isolation import End

__all__ = ["BoxAnswers", "is_h_matrix", "is_positive_definite", "solve_box"]

Matrix = Sequence[Sequence[Fraction]]
Vector = Sequence[Fraction]
_MOST_CASES = 20_000


@dataclass(frozen=True, slots=True)
class BoxAnswers:
    """Solutions found, whether they are all, and why."""

    solutions: tuple[tuple[Fraction, ...], ...]
    complete: bool
    reason: str


def solve_box(M: Matrix, q: Vector, lo: Fraction, hi: End) -> BoxAnswers:
    """Solve the affine variational inequality.

    Parameters
    ----------
    M : matrix of Fraction, shape (n, n)
        The matrix.
    q : sequence of Fraction
        The right-hand side.
    lo : Fraction
        Lower end of every coordinate.
    hi : Fraction or infinite float
        Upper end.

    Returns
    -------
    BoxAnswers

    References
    ----------
    R. W. Cottle, J.-S. Pang, R. E. Stone, *The Linear Complementarity Problem*, Academic Press 1992.

    Examples
    --------
    >>> one = Fraction(1)
    >>> solve_box([[2 * one, -one], [-one, 2 * one]], [one, -3 * one], Fraction(0), math.inf).solutions
    ((Fraction(1, 2), Fraction(0, 1)),)
    """
    unique = _why_unique(M)
    if unique:
        answer = _by_pivoting(M, q, lo, hi)
        if answer is not None:
            return BoxAnswers((answer,), True, f"The solution is unique: {unique}.")
    if _cannot_exist(M, q, lo, hi):
        return BoxAnswers((), True, "No solution exists: the matrix of the conditions is no nonsingular M-matrix.")
    kinds = 2 if math.isinf(hi) else 3
    if kinds ** len(q) > _MOST_CASES:
        answer = _by_pivoting(M, q, lo, hi)
        found = () if answer is None else (answer,)
        return BoxAnswers(found, False, f"Uniqueness is not proved and {kinds}^{len(q)} cases are too many to try.")
    return _by_cases(M, q, lo, hi, kinds)


def is_h_matrix(M: Matrix) -> bool:
    """Whether M has a positive diagonal and its comparison matrix is a nonsingular M-matrix.

    Examples
    --------
    >>> is_h_matrix([[Fraction(2), Fraction(1)], [Fraction(-1), Fraction(1)]])
    True
    """
    size = range(len(M))
    if any(M[i][i] <= 0 for i in size):
        return False
    comparison = [[M[i][i] if i == j else -abs(M[i][j]) for j in size] for i in size]
    weights = solved(comparison, [Fraction(1)] * len(M))
    return weights is not None and all(weight > 0 for weight in weights)


def is_positive_definite(M: Matrix) -> bool:
    """Whether the symmetric part of M is positive definite, by exact elimination.

    Examples
    --------
    >>> is_positive_definite([[Fraction(1), Fraction(2)], [Fraction(-2), Fraction(1)]])
    True
    """
    size = len(M)
    rows = [[(M[i][j] + M[j][i]) / 2 for j in range(size)] for i in range(size)]
    for k in range(size):
        if rows[k][k] <= 0:
            return False
        for i in range(k + 1, size):
            factor = rows[i][k] / rows[k][k]
            rows[i] = [a - factor * b for a, b in zip(rows[i], rows[k], strict=True)]
    return True


def solved(M: Matrix, q: Vector) -> tuple[Fraction, ...] | None:
    """Return the solution of M x = q, or None when M is singular."""
    from flint import fmpq, fmpq_mat

    if not q:
        return ()
    entries = [fmpq(cell.numerator, cell.denominator) for row in M for cell in row]
    column = fmpq_mat(len(q), 1, [fmpq(cell.numerator, cell.denominator) for cell in q])
    try:
        answer = fmpq_mat(len(q), len(q), entries).solve(column)
    except ZeroDivisionError:
        return None
    return tuple(Fraction(int(answer[i, 0].p), int(answer[i, 0].q)) for i in range(len(q)))


def _why_unique(M: Matrix) -> str:
    if is_h_matrix(M):
        return "the matrix of the conditions is an H-matrix with positive diagonal, hence a P-matrix"
    if is_positive_definite(M):
        return "the matrix of the conditions has a positive definite symmetric part, hence is a P-matrix"
    return ""


def _cannot_exist(M: Matrix, q: Vector, lo: Fraction, hi: End) -> bool:
    size = range(len(q))
    falls = all(M[i][j] <= 0 for i in size for j in size if i != j)
    pushed = all(sum(M[i], Fraction(0)) * lo < q[i] for i in size)
    return math.isinf(hi) and falls and pushed and not is_h_matrix(M)


def _at(M: Matrix, q: Vector, lo: Fraction, hi: End, kinds: Sequence[int]) -> tuple[Fraction, ...] | None:
    """Return the point with the given kinds (-1 at lo, 1 at hi, 0 with F = 0), or None if not unique."""
    free = [i for i, kind in enumerate(kinds) if kind == 0]
    point = [lo if kind <= 0 else Fraction(hi) for kind in kinds]
    fixed = [j for j, kind in enumerate(kinds) if kind != 0]
    rest = [q[i] - sum((M[i][j] * point[j] for j in fixed), Fraction(0)) for i in free]
    inner = solved([[M[i][j] for j in free] for i in free], rest)
    if inner is None:
        return None
    for i, value in zip(free, inner, strict=True):
        point[i] = value
    return tuple(point)


def _slack(M: Matrix, q: Vector, point: Sequence[Fraction]) -> list[Fraction]:
    return [
        sum((a * b for a, b in zip(row, point, strict=True)), Fraction(0)) - right
        for row, right in zip(M, q, strict=True)
    ]


def _holds(point: Sequence[Fraction], slack: Sequence[Fraction], lo: Fraction, hi: End) -> bool:
    return all(
        lo <= x <= hi and (f == 0 or (x == lo and f > 0) or (x == hi and f < 0))
        for x, f in zip(point, slack, strict=True)
    )


def _by_pivoting(M: Matrix, q: Vector, lo: Fraction, hi: End) -> tuple[Fraction, ...] | None:
    """Return a solution by guessing who is at which end, correcting wrong guesses, at last one by one."""
    kinds = [0] * len(q)
    for step in range(60 + 20 * len(q)):
        point = _at(M, q, lo, hi, kinds)
        if point is None:
            return None
        slack = _slack(M, q, point)
        if _holds(point, slack, lo, hi):
            return point
        better = [_corrected(k, x, f, lo, hi) for k, x, f in zip(kinds, point, slack, strict=True)]
        wrong = [i for i, (old, new) in enumerate(zip(kinds, better, strict=True)) if old != new]
        if step < 20:
            kinds = better
        else:  # Murty's least-index rule ends for every P-matrix with one finite end
            kinds[wrong[0]] = better[wrong[0]]
    return None


def _corrected(kind: int, x: Fraction, f: Fraction, lo: Fraction, hi: End) -> int:
    if kind == 0:
        return -1 if x < lo else (1 if x > hi else 0)
    return 0 if (kind == -1 and f < 0) or (kind == 1 and f > 0) else kind


def _by_cases(M: Matrix, q: Vector, lo: Fraction, hi: End, kinds: int) -> BoxAnswers:
    """Try every way to be at the ends or between."""
    found: set[tuple[Fraction, ...]] = set()
    singular = 0
    for case in product((0, -1, 1)[:kinds], repeat=len(q)):
        point = _at(M, q, lo, hi, case)
        if point is None:
            singular += _has_solution(M, q, lo, hi, case)
        elif _holds(point, _slack(M, q, point), lo, hi):
            found.add(point)
    answers = tuple(sorted(found))
    if singular:
        return BoxAnswers(answers, False, "Some conditions may be met by a continuum, which is not listed.")
    return BoxAnswers(answers, True, f"All {kinds}^{len(q)} ways to be at the ends or between were tried exactly.")


def _has_solution(M: Matrix, q: Vector, lo: Fraction, hi: End, kinds: Sequence[int]) -> bool:
    """Whether a singular system is consistent, so that a continuum may meet it."""
    from flint import fmpq, fmpq_mat

    free = [i for i, kind in enumerate(kinds) if kind == 0]
    fixed = {j: lo if kind < 0 else Fraction(hi) for j, kind in enumerate(kinds) if kind != 0}
    rows = [[*(M[i][j] for j in free), q[i] - sum((M[i][j] * x for j, x in fixed.items()), Fraction(0))] for i in free]
    entries = [fmpq(cell.numerator, cell.denominator) for row in rows for cell in row]
    whole = fmpq_mat(len(free), len(free) + 1, entries)
    reduced, rank = whole.rref()
    return all(any(reduced[i, j] != 0 for j in range(len(free))) for i in range(rank))
