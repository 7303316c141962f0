"""Vertices of a best-reply polyhedron, exactly, by the double description method.

If player 2 gets M[j, i] at its action j against i, the polyhedron of player 1's strategies is

    P = {(x, v) :  x >= 0,  sum_i x_i = 1,  v >= sum_i M[j, i] x_i  for every j},

x with an upper bound v on what player 2 can get. Its vertices are the extreme rays of the cone without the
condition on the sum, other than (0, 1), "v grows without end". The method of Motzkin, Raiffa, Thompson and
Thrall (1953) adds one inequality at a time: rays on its wrong side go, and every pair of *adjacent* rays on
different sides leaves one new ray where the edge between them meets the hyperplane. Two rays are adjacent
when no third is tight wherever both are; this holds for degenerate cones too (Fukuda and Prodon 1996).
Everything is in integers.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from fractions import Fraction
from math import comb, lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

LABELS = 62
"""Most inequalities of which a set is one machine word."""

_NUMBERS = int | float | np.integer | np.floating | Fraction
INTEGERS_LIMIT = 30_000_000
"""Most whole numbers in the rays of a cone: they take some 2 GB."""

_INTEGERS = 500_000  # whole numbers are computed in blocks of this size, to look at the clock
_CELLS = 4_000_000  # pairs of rays are looked at in blocks of this size, to bound memory


@dataclass(frozen=True, slots=True, eq=False)
class Vertices:
    """Vertices of a best-reply polyhedron: strategies and what is tight there.

    Parameters
    ----------
    weights : object array (k, m) of int
        The strategies, up to a positive factor.
    unused : bool array (k, m)
        Whether own action i is played with probability 0.
    replies : bool array (k, n)
        Whether the other player's action j is a best reply.
    """

    weights: NDArray[np.object_]
    unused: NDArray[np.bool_]
    replies: NDArray[np.bool_]


def best_reply_vertices(matrix: NDArray[np.object_], *, deadline: float = float("inf")) -> Vertices:
    """All vertices of the best-reply polyhedron against `matrix`.

    Parameters
    ----------
    matrix : object array (n, m) of int or Fraction
        What the *other* player gets at its action j (row) against own action i (column).
    deadline : float
        On `time.monotonic`'s clock.

    Returns
    -------
    Vertices

    Raises
    ------
    TimeoutError
        If the deadline passed first.
    MemoryError
        If more than `INTEGERS_LIMIT` whole numbers would be kept.

    References
    ----------
    K. Fukuda and A. Prodon, Double description method revisited, Combinatorics and Computer Science (1996)
    91-111.

    Examples
    --------
    >>> from gametheory.normal_form import NormalForm
    >>> game = NormalForm.zero_sum([[1, -1], [-1, 1]])
    >>> best_reply_vertices(game.payoffs[1].T).weights.tolist()
    [[0, 1], [1, 1], [1, 0]]
    """
    numbers = integers(matrix)
    count, size = numbers.shape
    # the first inequality and x >= 0 make a simple cone, whose rays are the pure strategies and (0, 1)
    rays = np.array([[int(i == k) for k in range(size + 1)] for i in range(size + 1)], dtype=object)
    rays[:size, size] = numbers[0]
    tight = np.zeros((size + 1, size + count), dtype=bool)
    tight[:size, :size] = ~np.eye(size, dtype=bool)
    tight[:size, size] = True
    tight[size, :size] = True
    for row in range(1, count):
        slack = rays[:, size] - rays[:, :size] @ numbers[row]
        inside, outside = np.flatnonzero(slack > 0), np.flatnonzero(slack < 0)
        near, far = _adjacent(tight[:, : size + row], inside, outside, size + 1, deadline)
        if (len(inside) + len(near)) * (size + 1) > INTEGERS_LIMIT:
            raise MemoryError(f"more than {INTEGERS_LIMIT} whole numbers are needed to enumerate the vertices")
        new = _crossings(rays, slack, near, far, deadline)
        new_tight = tight[near] & tight[far]
        new_tight[:, size + row] = True
        tight[slack == 0, size + row] = True
        keep = np.flatnonzero(slack >= 0)
        rays, tight = np.vstack([rays[keep], new]), np.vstack([tight[keep], new_tight])
    bounded = np.flatnonzero(rays[:, :size].any(axis=1))
    return Vertices(rays[bounded, :size], tight[bounded, :size], tight[bounded, size:])


def integers(matrix: NDArray[np.object_]) -> NDArray[np.object_]:
    """The matrix scaled and shifted to small integers >= 0; best replies stay what they are.

    Parameters
    ----------
    matrix : object array of int or Fraction

    Returns
    -------
    object array of int

    Examples
    --------
    >>> from fractions import Fraction
    >>> integers(np.array([[Fraction(1, 2), Fraction(-1, 3)]], dtype=object))
    array([[1, 0]], dtype=object)
    """
    flat: list[Any] = list(matrix.flat)
    scale, least = lcm(*(f.denominator for f in flat)), min(flat)
    whole: NDArray[Any] = np.array([int((f - least) * scale) for f in flat], dtype=np.object_)
    reduced: NDArray[np.object_] = whole // (np.gcd.reduce(whole) or 1)
    return reduced.reshape(matrix.shape)


def most_vertices(dimension: int, facets: int) -> int:
    """The upper bound theorem: a polytope of this dimension and number of facets has no more vertices.

    Parameters
    ----------
    dimension, facets : int

    Returns
    -------
    int

    References
    ----------
    P. McMullen, The maximum numbers of faces of a convex polytope, Mathematika 17 (1970) 179-184.

    Examples
    --------
    >>> most_vertices(2, 5), most_vertices(3, 6), most_vertices(6, 12)
    (5, 8, 112)
    """
    free = facets - dimension
    return comb(facets - (dimension + 1) // 2, free) + comb(facets - dimension // 2 - 1, free)


def roughly(count: int) -> str:
    """A large number, to one place.

    Parameters
    ----------
    count : int

    Returns
    -------
    str

    Examples
    --------
    >>> roughly(12870), roughly(10**400)
    ('1.3e+04', 'more than 1e+300')
    """
    return f"{count:.1e}" if count < 10**300 else "more than 1e+300"


def deadline_in(seconds: Any) -> float:
    """The deadline of a time limit on `time.monotonic`'s clock; never, if there is none.

    Parameters
    ----------
    seconds : float or None

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If it is not positive.

    Examples
    --------
    >>> deadline_in(None)
    inf
    """
    if seconds is not None and not (type(seconds) is not bool and isinstance(seconds, _NUMBERS) and seconds > 0):
        raise ValueError(f"time_limit is {seconds!r}; it must be a positive number of seconds.")
    return float("inf") if seconds is None else time.monotonic() + float(seconds)


def check_count(most: Any) -> None:
    """Refuse a greatest number of answers that makes no sense.

    Parameters
    ----------
    most : int or None
        No bound, if there is none.

    Raises
    ------
    ValueError
        If it is no whole number >= 1.

    Examples
    --------
    >>> check_count(3)
    """
    if most is not None and not (type(most) is not bool and isinstance(most, int | np.integer) and most >= 1):
        raise ValueError(f"max_equilibria is {most!r}; it must be a whole number, at least 1.")


def _adjacent(
    tight: NDArray[np.bool_],
    inside: NDArray[np.intp],
    outside: NDArray[np.intp],
    dimension: int,
    deadline: float,
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs (one inside, one outside) that span an edge of the cone."""
    numeric = tight.astype(np.float32)  # counts of common tight inequalities are then one matrix product
    degenerate = tight.sum(axis=1) > dimension - 1
    near, far = [inside[:0]], [outside[:0]]
    step = 1 + _CELLS // (1 + len(outside))
    for start in range(0, len(inside), step):
        if time.monotonic() > deadline:
            raise TimeoutError
        block = inside[start : start + step]
        enough = np.flatnonzero(numeric[block] @ numeric[outside].T >= dimension - 2)
        first, second = np.divmod(enough, max(1, len(outside)))  # flat indices are found much faster
        p, q = block[first], outside[second]
        # at a ray that lies on no more hyperplanes than it must, enough common ones already make an edge
        sure = ~(degenerate[p] & degenerate[q])
        sure[~sure] = _alone(numeric, tight[p[~sure]] & tight[q[~sure]], deadline)
        near.append(p[sure])
        far.append(q[sure])
    return np.concatenate(near), np.concatenate(far)


def _crossings(
    rays: NDArray[np.object_],
    slack: NDArray[np.object_],
    near: NDArray[np.intp],
    far: NDArray[np.intp],
    deadline: float,
) -> NDArray[np.object_]:
    """Where the edges from rays inside to rays outside meet the hyperplane, in smallest integers."""
    new = [rays[:0]]
    step = 1 + _INTEGERS // rays.shape[1]
    for start in range(0, len(near), step):
        if time.monotonic() > deadline:
            raise TimeoutError
        p, q = near[start : start + step], far[start : start + step]
        block = slack[p, None] * rays[q] - slack[q, None] * rays[p]
        new.append(block // np.gcd.reduce(block, axis=1)[:, None])
    return np.concatenate(new)


def _alone(numeric: NDArray[np.float32], common: NDArray[np.bool_], deadline: float) -> NDArray[Any]:
    """For each row of `common`, whether exactly two rays are tight on all of it."""
    result = np.zeros(len(common), dtype=bool)
    step = 1 + _CELLS // (1 + len(numeric))
    for start in range(0, len(common), step):
        if time.monotonic() > deadline:
            raise TimeoutError
        block = common[start : start + step].astype(np.float32)
        result[start : start + step] = (block @ numeric.T == block.sum(axis=1)[:, None]).sum(axis=1) == 2
    return result
