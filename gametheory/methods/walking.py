r"""Vertices of a large best-reply polytope, walked from neighbour to neighbour, with a proof that none is missing.

If player 2 gets M[j, i] > 0 at its action j against i, the vertices of

    P = {x :  x >= 0,  M x <= 1}

other than 0 are, up to scale, those of the best-reply polyhedron. Where the game is degenerate more inequalities are
tight at a vertex than its dimension m. So the walk is on P(t) = {x >= 0, M x <= 1 + t d} with small numbers d at t = 1,
whose vertices are *simple*: exactly m inequalities are tight, and relaxing one leads along an edge to one neighbour. It
starts at 0 and visits every neighbour of every vertex, compiled, in floating point; what it finds is proved:

* A set of m inequalities is a simple vertex of P(1) if the point at which they are tight satisfies all others
  strictly. That point is enclosed: with an approximate inverse R of the linear system A and alpha >= ||I - R A||, it
  differs from x by at most || |R| |b - A x| || / (1 - alpha), all rounding errors included (Rump 1999).
* Two vertices that share m - 1 of their inequalities are neighbours. So if every vertex of the list has all m of its
  neighbours in the list, the list is all of P(1), because the graph of a polytope is connected (Balinski 1961).
* The same sets are shown to satisfy the other inequalities, perhaps as equalities, at t = 0. What is >= 0 at t = 0, > 0
  at t = 1 and linear between is > 0 for all t in (0, 1]; so the list is all of P(t) for every such t, and as t goes to
  0 its points run through all vertices of P.

Where the game is degenerate, many slacks are 0 at t = 0. A slack, or an x_i, is there a whole number over det A, once
the entries are whole. So it is 0 if it is surely less than 1 over Hadamard's bound of det A; only where this does not
decide either, rationals do.

A set that is not feasible at t = 0 shows that d was too large; others are tried, and then the walk gives up.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from gametheory.methods.vertices import LABELS
from gametheory.methods.walking_kernels import expand, rehash

Keys: TypeAlias = NDArray[np.uint64]
Table: TypeAlias = list[list[int]]

VERTICES_LIMIT = 30_000_000
"""Most vertices of a polytope: they take some 2 GB."""

_CHUNK = 4096
_ATTEMPTS = ((46, 10), (46, 13), (50, 8))
"""The numbers d are random multiples of 2^-shift, between 2^low and 2^(low + 4) times that."""


class TangledError(ValueError):
    """The walk cannot prove its list: the game is too degenerate, or its numbers too far apart."""


class TooManyError(TangledError):
    """So many vertices need rationals that other methods are faster."""


@dataclass(frozen=True, slots=True, eq=False)
class Walk:
    """All vertices of {x >= 0, M x <= 1}, as sets of inequalities that determine them.

    Parameters
    ----------
    table : list of lists of int
        M.
    keys : uint64 array
        Bit i is set where x_i = 0, bit m + j where row j of M x <= 1 is tight; the first is the vertex 0. A degenerate
        vertex stands here once for each way in which the perturbed walk met it.
    tight : uint64 array
        The same with all inequalities that are tight there; where the game is degenerate these are more.
    """

    table: Table
    keys: Keys
    tight: Keys

    def strategy(self, place: int) -> tuple[Fraction, ...]:
        """The mixed strategy of a vertex, exactly."""
        from flint import fmpq_mat, fmpz_mat

        rows, columns = len(self.table), len(self.table[0])
        used, tight = tight_at(int(self.keys[place]), columns, rows)
        system = fmpq_mat(fmpz_mat([[self.table[j][i] for i in used] for j in tight]))
        weights = system.solve(fmpq_mat(fmpz_mat([[1]] * len(tight)))).numer_denom()[0].entries()
        total, found = int(sum(weights)), [Fraction(0)] * columns
        for i, weight in zip(used, weights, strict=True):
            found[i] = Fraction(int(weight), total)
        return tuple(found)


def walk(matrix: NDArray[np.object_], *, deadline: float = float("inf")) -> Walk:
    """All vertices of {x >= 0, M x <= 1}.

    Parameters
    ----------
    matrix : object array (n, m) of int
        Positive entries, m + n at most `LABELS`.
    deadline : float
        On `time.monotonic`'s clock.

    Returns
    -------
    Walk

    Raises
    ------
    TangledError
        If the proof fails.
    TimeoutError
        If the deadline passed first.
    MemoryError
        If there are more than `VERTICES_LIMIT`.

    References
    ----------
    M. Balinski, On the graph structure of convex polyhedra in n-space, Pacific J. Math. 11 (1961) 431-434. S. Rump,
    Fast and parallel interval arithmetic, BIT 39 (1999) 534-554.

    Examples
    --------
    >>> sorted(walk(np.array([[1, 2], [3, 1]], dtype=object)).keys.tolist())
    [3, 5, 10, 12]
    """
    if sum(matrix.shape) > LABELS or not min(int(entry) for entry in matrix.flat) > 0:
        raise ValueError(f"the walk takes positive entries and at most {LABELS} rows and columns, got {matrix.shape}")
    for shift, low in _ATTEMPTS:
        steps = np.random.default_rng(low).integers(1 << low, 16 << low, len(matrix))
        try:
            return _walked(matrix, shift, steps, deadline)
        except TooManyError:
            raise
        except TangledError as failed:
            last = failed
    raise last


def _walked(matrix: NDArray[np.object_], shift: int, steps: NDArray[np.int64], deadline: float) -> Walk:
    columns = matrix.shape[1]
    table: Table = [[int(entry) for entry in row] for row in matrix]
    numbers, scale = floats(matrix)
    right = 1.0 + steps * 2.0**-shift
    exact_right = [(1 << shift) + int(step) for step in steps]
    keys, tight = np.empty(1 << 12, dtype=np.uint64), np.empty(1 << 12, dtype=np.uint64)
    keys[0] = (1 << columns) - 1
    slots = np.full(1 << 14, -1, dtype=np.int64)
    rehash(slots, keys, 1)
    unsure = np.empty(_CHUNK, dtype=np.int64)
    done, count, doubtful = 0, 1, 0
    while done < count:
        if time.monotonic() > deadline:
            raise TimeoutError
        end = min(count, done + _CHUNK)
        room = count + (end - done) * columns
        if room > len(keys):
            keys, tight = np.resize(keys, 2 * room), np.resize(tight, 2 * room)
        if count > VERTICES_LIMIT:
            raise MemoryError(f"more than {VERTICES_LIMIT} vertices")
        if 2 * room > len(slots):
            slots = np.full(1 << (4 * room).bit_length(), -1, dtype=np.int64)
            rehash(slots, keys, count)
        count, doubts = expand(numbers, scale, right, keys, tight, slots, done, end, count, unsure)
        if count < 0:
            raise TangledError("a vertex has an edge without an end")
        doubtful += doubts
        if doubtful > 500 + end // 10:
            raise TooManyError("too many vertices need rationals")
        for place in unsure[:doubts].tolist():
            tight[place] = proved(table, int(keys[place]), exact_right, shift)
        done = end
    return Walk(table, keys[:count].copy(), tight[:count].copy())


def proved(table: Table, key: int, right: list[int], shift: int) -> int:
    """Show in rationals that inequalities determine a simple vertex of P(1) and a point of P, and what is tight there.

    Parameters
    ----------
    table : list of lists of int
    key : int
        The inequalities, as bits.
    right : list of int
        1 + d, times 2^shift.
    shift : int

    Returns
    -------
    int
        The key with all inequalities that are tight at the point of P.

    Raises
    ------
    TangledError
        If it is not so.
    """
    from flint import fmpq_mat, fmpz_mat

    used, tight = tight_at(key, len(table[0]), len(table))
    if len(used) != len(tight):
        raise TangledError("a vertex of the perturbed polytope is not simple")
    system = fmpq_mat(fmpz_mat([[table[j][i] for i in used] for j in tight]))
    both = fmpq_mat(fmpz_mat([[right[j], 1 << shift] for j in tight]))  # at t = 1 and at t = 0
    try:
        values, scale = system.solve(both).numer_denom()
    except ZeroDivisionError:
        raise TangledError("inequalities do not determine a vertex") from None
    loose = [j for j in range(len(table)) if not key >> (len(table[0]) + j) & 1]
    reached = (fmpz_mat([[table[j][i] for i in used] for j in loose]) * values).tolist() if loose else []
    slack = [[right[j] * scale - one, (scale << shift) - zero] for j, (one, zero) in zip(loose, reached, strict=True)]
    labels = [*used, *(len(table[0]) + j for j in loose)]
    for label, (one, zero) in zip(labels, values.tolist() + slack, strict=True):
        if not (one > 0 and zero >= 0):
            raise TangledError("a vertex of the perturbed polytope is none of the polytope")
        key |= (zero == 0) << label
    return key


def floats(matrix: NDArray[np.object_]) -> tuple[NDArray[np.float64], float]:
    """The matrix as floats of at most 1, and the power of two times which they are the integers they were.

    Only entries beyond 53 bits are rounded; then this power is given as infinite.
    """
    most = max(int(entry).bit_length() for entry in matrix.flat)
    scaled = [int(entry) / (1 << most) for entry in matrix.flat]
    return np.array(scaled, dtype=float).reshape(matrix.shape), 2.0**most if most <= 53 else np.inf


def tight_at(key: int, columns: int, rows: int) -> tuple[list[int], list[int]]:
    """Columns i with x_i > 0 and rows j that are tight.

    >>> tight_at(0b1001, 2, 2)
    ([1], [1])
    """
    used = [i for i in range(columns) if not key >> i & 1]
    return used, [j for j in range(rows) if key >> (columns + j) & 1]
