r"""All zeros of a polynomial system in a product of simplices, by subdivision: a proof, not a search.

A polynomial of degree :math:`d_b` in the barycentric coordinates of each simplex b is kept by its Bernstein
coefficients (control points). On a cell, a product of smaller simplices, its values lie between the least and
the greatest control point; for multilinear polynomials these are its values at the corners, so the bounds are
attained. Moving one corner along an edge is a fixed convex combination of control points. A cell is

* *empty* if a row that should be the greatest of its group is beaten by another, if some combination of the
  equations keeps one sign, or if the Newton bounds :math:`u - C F(u)`, C the inverse Jacobian at the middle,
  miss the cell;
* *a root's* if on the cell inflated by 3/10 the map :math:`u - C F(u)` contracts and stays inside: then there is
  exactly one zero in the inflated cell (Brouwer, and :math:`\|1 - C J\| < 1`);
* cut in two otherwise, across the edge along which the equations change most.

All is done in floats with an a-priori bound of the rounding error that is taken off every comparison, so that
whatever is decided holds for the exact polynomials. What stays open is counted, never dropped.

References
----------
R. T. Farouki, V. T. Rajan, "Algorithms for polynomials in Bernstein form", CAGD 5 (1988) 1-26.
R. Krawczyk, "Newton-Algorithmen zur Bestimmung von Nullstellen mit Fehlerschranken", Computing 4 (1969) 187-201.
E. C. Sherbrooke, N. M. Patrikalakis, "Computation of the solutions of nonlinear polynomial systems", CAGD 10 (1993).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import combinations, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Cell", "Isolation", "control_points", "isolate_zeros"]

Corners = tuple[tuple[Fraction, ...], ...]
_SHARE = Fraction(499, 1024)  # off the middle, so that simple numbers do not become corners of cells
_INFLATION = Fraction(3, 10)


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """A product of simplices that holds exactly one zero.

    Parameters
    ----------
    point : tuple of float arrays
        Near the zero: barycentric coordinates in each simplex.
    corners : tuple of float arrays
        One array a simplex, one row a corner.
    """

    point: tuple[NDArray[np.float64], ...]
    corners: tuple[NDArray[np.float64], ...]

    def contains(self, point: Sequence[NDArray[np.float64]]) -> bool:
        """Whether a point lies in the cell, by a margin that floats cannot blur."""
        pairs = zip(self.corners, point, strict=True)
        return all(np.linalg.solve(corners.T, part).min() > 1e-4 for corners, part in pairs)


@dataclass(frozen=True, slots=True, eq=False)
class Isolation:
    """What a subdivision found.

    Parameters
    ----------
    cells : tuple of Cell
        Every zero lies in one of them, unless some cells stayed open; neighbours may hold the same zero.
    seen, undecided : int
        Cells examined, and cells that stayed open.
    """

    cells: tuple[Cell, ...]
    seen: int
    undecided: int


def isolate_zeros(
    rows: NDArray[np.float64],
    equations: int,
    *,
    sizes: tuple[int, ...],
    degrees: tuple[int, ...],
    pairs: Sequence[tuple[int, int]] = (),
    budget: int = 100_000,
    cuts: int = 30,
) -> Isolation:
    """Isolate the zeros of the first rows in the product of simplices.

    Parameters
    ----------
    rows : float array, one row a polynomial, one column a control point
        In the order of `control_points`, of absolute value at most 1, each correct to 2**-53.
    equations : int
        So many rows must vanish.
    sizes, degrees : tuples of int
        Corners of each simplex (at least 2), and the polynomials' degree in it (at least 1).
    pairs : sequence of (int, int)
        Where row i is somewhere above row j (-1: above zero) on a whole cell, there is no zero that counts.
    budget : int
        Cells to examine at most.
    cuts : int
        Cells cut so many times for each unknown are left open.

    Returns
    -------
    Isolation

    Raises
    ------
    ValueError
        If the rows have another number of columns than there are control points, or exceed 1.

    Examples
    --------
    >>> rows = np.array([[-1.0, 1.0, 1.0]])  # -(1 - x)**2 + 2 (1 - x) x + x**2 = 0 at x = 1 - 1/sqrt(2)
    >>> found = isolate_zeros(rows, 1, sizes=(2,), degrees=(2,))
    >>> [round(float(cell.point[0][1]), 2) for cell in found.cells], found.undecided
    ([0.29], 0)
    """
    from gametheory.methods.subdivision_kernels import isolate

    layout = _checked(rows, sizes, degrees)
    ordered = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    settings = (layout.unit, layout.inflation, cuts * len(layout.kernel[3]), budget)
    corners, bounds, seen, undecided = isolate(
        np.ascontiguousarray(rows),
        layout.corners,
        equations,
        ordered,
        layout.kernel,
        layout.edges,
        layout.maps,
        settings,
    )
    cells = tuple(_cell(place, box, sizes) for place, box in zip(corners, bounds, strict=True))
    return Isolation(cells, int(seen), int(undecided))


def _checked(rows: NDArray[np.float64], sizes: tuple[int, ...], degrees: tuple[int, ...]) -> _Layout:
    """The layout of cells for these rows, which must fit it."""
    layout = _layout(sizes, degrees)
    if rows.ndim != 2 or rows.shape[1] != layout.width:
        raise ValueError(f"rows have shape {rows.shape}; {layout.width} control points are needed.")
    if not np.abs(rows).max(initial=0.0) <= 1:
        raise ValueError("rows exceed 1 in absolute value; divide those that are compared by a common factor.")
    return layout


def _cell(place: NDArray[np.float64], box: NDArray[np.float64], sizes: tuple[int, ...]) -> Cell:
    """The inflated cell, and the middle of the Newton bounds in it."""
    local = box.reshape(2, -1).mean(axis=0)
    points, parts = [], []
    corner = unknown = 0
    for size in sizes:
        part = place[corner : corner + size, :size]
        part = part + float(_INFLATION) * (part - part.mean(axis=0))
        inner = local[unknown : unknown + size - 1]
        points.append(np.concatenate(([1 - inner.sum()], inner)) @ part)
        parts.append(part)
        corner, unknown = corner + size, unknown + size - 1
    return Cell(tuple(points), tuple(parts))


def control_points(sizes: tuple[int, ...], degrees: tuple[int, ...]) -> list[tuple[tuple[int, ...], ...]]:
    """The control points' multi-indices, in the order of the columns.

    Parameters
    ----------
    sizes, degrees : tuples of int
        As for `isolate_zeros`.

    Returns
    -------
    list of tuples, one multi-index a simplex

    Examples
    --------
    >>> control_points((2,), (2,))
    [((2, 0),), ((1, 1),), ((0, 2),)]
    """
    return list(product(*(_indices(size, degree) for size, degree in zip(sizes, degrees, strict=True))))


@dataclass(frozen=True, slots=True, eq=False)
class _Layout:
    width: int
    unit: float
    inflation: float
    corners: NDArray[np.float64]
    kernel: tuple[Any, ...]
    edges: NDArray[np.int64]
    maps: tuple[Any, ...]


@lru_cache(maxsize=512)
def _layout(sizes: tuple[int, ...], degrees: tuple[int, ...]) -> _Layout:
    """Everything about cells of this kind that does not depend on the polynomials."""
    points = control_points(sizes, degrees)
    first_unknown = np.cumsum([0, *(size - 1 for size in sizes)])
    unknowns = [(block, corner) for block, size in enumerate(sizes) for corner in range(1, size)]
    plus, minus, middle = [], [], []
    where = {point: column for column, point in enumerate(points)}
    for block, corner in unknowns:
        lower = control_points(sizes, tuple(d - (b == block) for b, d in enumerate(degrees)))
        plus.append([where[_raised(point, block, corner)] for point in lower])
        minus.append([where[_raised(point, block, 0)] for point in lower])
        middle.append([math.prod(_at_middle(index) for index in point) for point in lower])
    counts = np.array([len(column) for column in plus])
    local = np.array([[point[block][corner] / degrees[block] for point in points] for block, corner in unknowns])
    stretch: NDArray[Any] = np.ones((1, 1))
    for size, degree in zip(sizes, degrees, strict=True):
        stretch = np.kron(stretch, _moved(size, degree, _inflated(size)))
    block_of = np.array([block for block, _ in unknowns])
    factors = np.array([float(degrees[block]) for block, _ in unknowns])
    kernel = (
        _padded(plus, len(points), np.int64),
        _padded(minus, len(points), np.int64),
        factors,
        counts,
        _padded(middle, len(points), np.float64),
        local,
        np.ascontiguousarray(stretch.T),
        block_of,
        len(sizes),
        1 + float(_INFLATION),
    )
    edges, maps, longest = _edges(sizes, degrees, first_unknown)
    grown = (1 + 2 * float(_INFLATION) * (1 - 1 / size) for size in sizes)
    inflation = 1.01 * math.prod(g**degree for g, degree in zip(grown, degrees, strict=True))
    return _Layout(len(points), 2 * longest + 5.0, inflation, _start(sizes), kernel, edges, maps)


def _edges(sizes: tuple[int, ...], degrees: tuple[int, ...], first: Any) -> tuple[Any, Any, int]:
    """All edges as (corner, corner, unknown, unknown), with the two sparse maps of each."""
    first_corner = np.cumsum([0, *sizes])
    widths = [len(_indices(size, degree)) for size, degree in zip(sizes, degrees, strict=True)]
    edges, sparse = [], []
    for block, size in enumerate(sizes):
        before, after = np.eye(math.prod(widths[:block])), np.eye(math.prod(widths[block + 1 :]))
        for a, b in combinations(range(size), 2):
            one, two = int(first[block]) + a - 1 if a else -1, int(first[block]) + b - 1
            edges.append((first_corner[block] + a, first_corner[block] + b, one, two))
            for moving in (a, b):
                small = _moved(size, degrees[block], _cut(size, a, b, moving))
                sparse.append(_compressed(np.kron(np.kron(before, small), after)))
    longest = max(int(np.diff(starts).max()) for starts, _, _ in sparse)
    length = max(len(columns) for _, columns, _ in sparse)
    shape = (len(edges), 2, -1)
    starts = np.array([starts for starts, _, _ in sparse]).reshape(shape)
    columns = _padded([columns for _, columns, _ in sparse], length, np.int64).reshape(shape)
    weights = _padded([weights for _, _, weights in sparse], length, np.float64).reshape(shape)
    return np.array(edges, dtype=np.int64), (starts, columns, weights, float(_SHARE)), longest


def _compressed(matrix: NDArray[np.float64]) -> tuple[Any, Any, Any]:
    """Starts, columns and weights of a matrix's rows."""
    rows, columns = np.nonzero(matrix)
    starts = np.searchsorted(rows, np.arange(len(matrix) + 1))
    return starts, columns, matrix[rows, columns]


def _moved(size: int, degree: int, corners: Corners) -> NDArray[np.float64]:
    """The matrix from control points on a simplex to those on the simplex with these corners (blossoming)."""
    indices = _indices(size, degree)
    where = {index: column for column, index in enumerate(indices)}
    points = [[float(share) for share in corner] for corner in corners]
    blossoms = {(0,) * size: {(0,) * size: 1.0}}
    for lower in range(1, degree + 1):
        step = {}
        for index in _indices(size, lower):
            last = max(corner for corner, times in enumerate(index) if times)
            before = (*index[:last], index[last] - 1, *index[last + 1 :])
            step[index] = _spread(blossoms[before], points[last])
        blossoms = step
    matrix = np.zeros((len(indices), len(indices)))
    for row, index in enumerate(indices):
        for old, weight in blossoms[index].items():
            matrix[row, where[old]] = weight
    return matrix


def _spread(weights: dict[tuple[int, ...], float], point: Sequence[float]) -> dict[tuple[int, ...], float]:
    """One more argument of the blossom."""
    out: dict[tuple[int, ...], float] = {}
    for index, weight in weights.items():
        for corner, share in enumerate(point):
            if share:
                key = (*index[:corner], index[corner] + 1, *index[corner + 1 :])
                out[key] = out.get(key, 0.0) + weight * share
    return out


def _cut(size: int, a: int, b: int, moving: int) -> Corners:
    """Corners of the child whose corner `moving` went to (1 - share) a + share b."""
    rows = [[Fraction(int(i == j)) for j in range(size)] for i in range(size)]
    rows[moving] = [Fraction(0)] * size
    rows[moving][a], rows[moving][b] = 1 - _SHARE, _SHARE
    return tuple(tuple(row) for row in rows)


def _inflated(size: int) -> Corners:
    off, on = -_INFLATION / size, 1 + _INFLATION - _INFLATION / size
    return tuple(tuple(on if i == j else off for j in range(size)) for i in range(size))


@lru_cache(maxsize=256)
def _indices(size: int, degree: int) -> tuple[tuple[int, ...], ...]:
    """Multi-indices of a total degree, the first corner's power falling."""
    if size == 1:
        return ((degree,),)
    return tuple((k, *rest) for k in range(degree, -1, -1) for rest in _indices(size - 1, degree - k))


def _raised(point: tuple[tuple[int, ...], ...], block: int, corner: int) -> tuple[tuple[int, ...], ...]:
    index = point[block]
    raised = (*index[:corner], index[corner] + 1, *index[corner + 1 :])
    return (*point[:block], raised, *point[block + 1 :])


def _at_middle(index: tuple[int, ...]) -> float:
    """Weight of a control point for the value at the middle of the simplex."""
    total = sum(index)
    ways = math.factorial(total) // math.prod(map(math.factorial, index))
    return float(ways / len(index) ** total)


def _start(sizes: tuple[int, ...]) -> NDArray[np.float64]:
    return np.concatenate([np.eye(size, max(sizes)) for size in sizes])


def _padded(rows: Sequence[Any], length: int, dtype: Any) -> NDArray[Any]:
    out = np.zeros((len(rows), length), dtype=dtype)
    for row, values in zip(out, rows, strict=True):
        row[: len(values)] = values
    return out
