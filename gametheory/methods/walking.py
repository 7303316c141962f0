r"""Vertices of a large best-reply polytope, walked from neighbour to neighbour, with a proof that none is missing.

If player 2 gets M[j, i] > 0 at its action j against i, the vertices of

    P = {x :  x >= 0,  M x <= 1}

other than 0 are, up to scale, those of the best-reply polyhedron. Where the game is degenerate more inequalities are
tight at a vertex than its dimension m. So the walk is on P(t) = {x >= 0, M x <= 1 + t d} with small numbers d at t = 1,
whose vertices are *simple*: exactly m inequalities are tight, and relaxing one leads along an edge to one neighbour. It
starts at 0 and visits every neighbour of every vertex, compiled, in floating point; what it finds is proved:

* A set of m inequalities is a simple vertex of P(1) if the point at which they are tight satisfies all others
  strictly. That point is enclosed: with an approximate inverse R of the linear system A and alpha >= ||I - R A||, it
  differs from x by at most || |R| |b - A x| || / (1 - alpha), all rounding errors included (Rump 1999). Where the
  enclosure does not decide, rationals do.
* Two vertices that share m - 1 of their inequalities are neighbours. So if every vertex of the list has all m of its
  neighbours in the list, the list is all of P(1), because the graph of a polytope is connected (Balinski 1961).
* The same sets are shown to satisfy the other inequalities, perhaps as equalities, at t = 0. What is >= 0 at t = 0, > 0
  at t = 1 and linear between is > 0 for all t in (0, 1]; so the list is all of P(t) for every such t, and as t goes to
  0 its points run through all vertices of P.

A set that is not feasible at t = 0 shows that d was too large; smaller ones are tried, and then the walk gives up.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.methods.vertices import LABELS
from gametheory.methods.walking_kernels import expand, rehash

Keys = NDArray[np.uint64]

_CHUNK = 4096
_SHIFTS = (34, 46)
"""The numbers d are different multiples of 2^-34, then of 2^-46."""


class TangledError(ValueError):
    """The walk cannot prove its list: the game is too degenerate, or its numbers too far apart."""


@dataclass(frozen=True)
class Walk:
    """All vertices of {x >= 0, M x <= 1}, as sets of inequalities that determine them.

    Parameters
    ----------
    matrix : object array (n, m) of int
    keys : uint64 array
        Bit i is set where x_i = 0, bit m + j where row j of M x <= 1 is tight; the first is the vertex 0. A degenerate
        vertex stands here once for each way in which the perturbed walk met it.
    doubtful : int array
        Places in `keys` that rationals had to prove; every degenerate vertex is among them.
    """

    matrix: NDArray[np.object_]
    keys: Keys
    doubtful: NDArray[np.int64]

    @cached_property
    def tight(self) -> Keys:
        """All inequalities that are tight at each vertex, degenerate ones included."""
        full = self.keys.copy()
        rows, columns = self.matrix.shape
        for place in self.doubtful.tolist():
            key = int(full[place])
            used, tight = tight_at(key, columns, rows)
            point, slack = solved(self.matrix, used, tight, [1] * rows)
            more = [i for i, x in zip(used, point, strict=True) if x == 0]
            more += [columns + j for j, left in enumerate(slack) if left == 0]
            full[place] = key | sum(1 << label for label in set(more))
        return full

    def strategy(self, place: int) -> tuple[Fraction, ...]:
        """The mixed strategy of a vertex, exactly."""
        rows, columns = self.matrix.shape
        used, tight = tight_at(int(self.keys[place]), columns, rows)
        point, _ = solved(self.matrix, used, tight, [1] * rows)
        found = [Fraction(0)] * columns
        for i, x in zip(used, point, strict=True):
            share = x / sum(point)
            found[i] = Fraction(int(share.p), int(share.q))
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
    for shift in _SHIFTS:
        try:
            return _walked(matrix, shift, deadline)
        except TangledError as failed:
            last = failed
    raise last


def _walked(matrix: NDArray[np.object_], shift: int, deadline: float) -> Walk:
    rows, columns = matrix.shape
    steps = np.random.default_rng(shift).permutation(rows) + 1
    numbers, right = floats(matrix), 1.0 + steps * 2.0**-shift
    exact_right = [(1 << shift) + int(step) for step in steps]
    keys = np.empty(1 << 12, dtype=np.uint64)
    keys[0] = (1 << columns) - 1
    slots = np.full(1 << 14, -1, dtype=np.int64)
    rehash(slots, keys, 1)
    unsure, doubtful = np.empty(_CHUNK, dtype=np.int64), list[int]()
    done, count = 0, 1
    while done < count:
        if time.monotonic() > deadline:
            raise TimeoutError
        end = min(count, done + _CHUNK)
        room = count + (end - done) * columns
        if room > len(keys):
            keys = np.resize(keys, 2 * room)
        if 2 * room > len(slots):
            slots = np.full(1 << (4 * room).bit_length(), -1, dtype=np.int64)
            rehash(slots, keys, count)
        count, doubts = expand(numbers, right, keys, slots, done, end, count, unsure)
        doubtful += unsure[:doubts].tolist()
        if count < 0:
            raise TangledError("a vertex has an edge without an end")
        if len(doubtful) > 2000 + end // 10:
            raise TangledError("too many vertices are degenerate")
        if not all(feasible(matrix, int(keys[place]), exact_right, shift) for place in unsure[:doubts]):
            raise TangledError("a vertex of the perturbed polytope is none of the polytope")
        done = end
    return Walk(matrix, keys[:count].copy(), np.array(doubtful, dtype=np.int64))


def feasible(matrix: NDArray[np.object_], key: int, right: list[int], shift: int) -> bool:
    """In rationals, whether inequalities determine a simple vertex of the perturbed polytope and a point of P."""
    rows, columns = matrix.shape
    used, tight = tight_at(key, columns, rows)
    if len(used) != len(tight):
        return False
    try:
        point, slack = solved(matrix, used, tight, right)
        limit, rest = solved(matrix, used, tight, [1 << shift] * rows)
    except ZeroDivisionError:
        return False
    basic = set(tight)
    loose = [j for j in range(rows) if j not in basic]
    strict = all(x > 0 for x in point) and all(slack[j] > 0 for j in loose)
    return strict and all(x >= 0 for x in limit) and all(rest[j] >= 0 for j in loose)


def solved(
    matrix: NDArray[np.object_], used: list[int], tight: list[int], right: Iterable[int]
) -> tuple[list[Any], list[Any]]:
    """The x in use at which the tight rows reach `right`, and what is left in every row."""
    from flint import fmpq, fmpq_mat, fmpz_mat

    right = list(right)
    if not used:
        return [], [fmpq(limit) for limit in right]
    system = fmpq_mat(fmpz_mat([[int(matrix[j, i]) for i in used] for j in tight]))
    column = system.solve(fmpq_mat(fmpz_mat([[right[j]] for j in tight])))
    point = [column[a, 0] for a in range(len(used))]
    reached = fmpq_mat(fmpz_mat([[int(entry) for entry in row[used]] for row in matrix])) * column
    return point, [limit - reached[j, 0] for j, limit in enumerate(right)]


def floats(matrix: NDArray[np.object_]) -> NDArray[np.float64]:
    """The matrix as floats of at most 1: divided by a power of two, so that only entries beyond 53 bits are rounded."""
    most = max(int(entry).bit_length() for entry in matrix.flat)
    scaled = [int(entry) / (1 << most) for entry in matrix.flat]
    return np.array(scaled, dtype=float).reshape(matrix.shape)


def tight_at(key: int, columns: int, rows: int) -> tuple[list[int], list[int]]:
    """Columns i with x_i > 0 and rows j that are tight.

    >>> tight_at(0b1001, 2, 2)
    ([1], [1])
    """
    used = [i for i in range(columns) if not key >> i & 1]
    return used, [j for j in range(rows) if key >> (columns + j) & 1]
