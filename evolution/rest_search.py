r"""All zeros of k smooth equations in a box, by subdivision and Krawczyk's test: a proof, not a sampling.

A box X with middle m is *empty* if some equation's range on it, direct or in the mean-value form f(m) + J(X)(X - m),
misses 0, or if

    K = m - C f(m) + (I - C J(X)) (X - m),      C about J(m)^-1,

misses X; it holds *exactly one* zero if K lies inside X; zeros in X lie in K in any case. What is left is cut in two
across its widest side. Boxes smaller than `smallest` stay open and are handed back: they
lie about singular zeros, or the budget was spent.

References
----------
.. [1] R. Krawczyk, *Computing* 4 (1969) 187. A. Neumaier, *Interval Methods for Systems of Equations*, 1990.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import sympy as sp

from evolution.rest_boxes import Boxes, compiled, plus, times

__all__ = ["Zeros", "all_zeros"]

Vector = npt.NDArray[np.float64]
_BATCH, _SPLIT, _GROWN = 4096, 0.4870381, 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Zeros:
    """What was found.

    Parameters
    ----------
    points : array (r, k)
        The middles of the boxes, near the zeros.
    boxes : array (r, 2, k)
        Each holds exactly one zero.
    open : array (u, 2, k)
        Boxes that may hold further ones; the search is complete if there are none.
    seen : int
        Boxes examined.
    """

    points: Vector
    boxes: Vector
    open: Vector
    seen: int


def all_zeros(
    equations: Sequence[sp.Expr],
    symbols: Sequence[sp.Symbol],
    box: npt.ArrayLike,
    *,
    caps: Sequence[Sequence[int]] = (),
    smallest: float = 1e-7,
    budget: int = 200_000,
) -> Zeros:
    """Isolate the zeros in a box.

    Parameters
    ----------
    equations : sequence of k sympy.Expr
    symbols : sequence of k sympy.Symbol
    box : array (2, k)
        Lowest and highest corner.
    caps : sequence of sequences of int
        Coordinates whose sum is at most the first's upper end in `box`: shares of one role.
    smallest : float
        Width at which boxes stay open.
    budget : int
        Boxes to examine at most.

    Returns
    -------
    Zeros

    Raises
    ------
    TypeError
        If an expression has no interval rule.

    Examples
    --------
    >>> x, y = sp.symbols("x y")
    >>> found = all_zeros([x**2 + y**2 - 1, x - y], [x, y], [[-2, -2], [2, 2]])
    >>> found.points.round(6).tolist(), len(found.open)
    ([[-0.707107, -0.707107], [0.707107, 0.707107]], 0)
    """
    search = _Search(list(equations), list(symbols))
    found, left, seen = search.subdivided(np.array(box, dtype=float), caps, smallest, budget)
    opened = _outside(np.concatenate([*left, np.empty((0, 2, len(symbols)))]), found)
    refined = np.array(_distinct([search.refined(each) for each in found])).reshape(-1, 2, len(symbols))
    order = np.lexsort(refined.mean(axis=1).T[::-1]) if len(refined) else np.empty(0, dtype=int)
    return Zeros(refined.mean(axis=1)[order], refined[order], opened, seen)


class _Search:
    def __init__(self, equations: list[sp.Expr], symbols: list[sp.Symbol]) -> None:
        self.size = len(symbols)
        slopes = [sp.diff(equation, symbol) for equation in equations for symbol in symbols]
        self.both = compiled([*equations, *slopes], symbols)
        self.values = compiled(equations, symbols)

    def subdivided(
        self, start: Vector, caps: Sequence[Sequence[int]], smallest: float, budget: int
    ) -> tuple[list[Vector], list[Vector], int]:
        """Boxes with one zero each, arrays of boxes that stayed open, and how many were examined."""
        waiting, found, left, seen = [start[None]], list[Vector](), list[Vector](), 0
        while waiting:
            cells = waiting.pop()
            if len(cells) > _BATCH:
                waiting.append(cells[_BATCH:])
                cells = cells[:_BATCH]
            if seen + len(cells) > budget:
                left.extend([cells, *waiting])
                break
            seen += len(cells)
            for members in caps:
                cells = cells[cells[:, 0, list(members)].sum(axis=1) <= start[1, members[0]] + 1e-9]
            if not len(cells):
                continue
            roots, cells = self.examined(cells)
            found.extend(roots)
            cells = _outside(cells, found)
            small = (cells[:, 1] - cells[:, 0]).max(axis=1) < smallest
            left.append(cells[small])
            if (~small).any():
                waiting.append(_halves(cells[~small]))
        return found, left, seen

    def examined(self, cells: Vector) -> tuple[list[Vector], Vector]:
        """Boxes with one zero each, and the cells that are left, shrunk."""
        low, high = cells[:, 0], cells[:, 1]
        ranges = self.both((low, high))
        alive = np.logical_and.reduce([(a <= 0) & (b >= 0) for a, b in ranges[: self.size]])
        cells = cells[alive]
        if not len(cells):
            return [], cells
        grown = _GROWN * (cells[:, 1] - cells[:, 0]) + 1e-300
        wide = np.stack([cells[:, 0] - grown, cells[:, 1] + grown], axis=1)
        image, empty = self._krawczyk(wide)
        shrunk = np.stack([np.maximum(cells[:, 0], image[0]), np.minimum(cells[:, 1], image[1])], axis=1)
        empty |= (shrunk[:, 0] > shrunk[:, 1]).any(axis=1)
        inside = ((image[0] > wide[:, 0]) & (image[1] < wide[:, 1])).all(axis=1) & ~empty
        roots = [wide[k] for k in np.flatnonzero(inside)]
        return roots, shrunk[~(inside | empty)]

    def _krawczyk(self, wide: Vector) -> tuple[Boxes, npt.NDArray[np.bool_]]:
        """K on each box (the box itself where there is none), and whether the mean-value form excludes zeros."""
        k, low, high = self.size, wide[:, 0], wide[:, 1]
        middle = low + (high - low) / 2
        ranges = self.both((low, high))[k:]
        slopes: Boxes = (_stacked(ranges, 0).reshape(-1, k, k), _stacked(ranges, 1).reshape(-1, k, k))
        at = self.values((middle, middle))
        value: Boxes = (_stacked(at, 0), _stacked(at, 1))
        off = (np.nextafter(low - middle, -np.inf), np.nextafter(high - middle, np.inf))
        mean = plus(value, _applied(slopes, off))
        empty: npt.NDArray[np.bool_] = np.any((mean[0] > 0) | (mean[1] < 0), axis=1)
        with np.errstate(all="ignore"):
            centre: npt.NDArray[Any] = slopes[0] / 2 + slopes[1] / 2
            usable = np.isfinite(slopes[0]).all(axis=(1, 2)) & np.isfinite(slopes[1]).all(axis=(1, 2))
            usable &= np.isfinite(value[0]).all(axis=1) & np.isfinite(value[1]).all(axis=1)
            centre[~usable] = np.eye(k)
            usable &= np.abs(np.linalg.det(centre)) > 0
            centre[~usable] = np.eye(k)
            inverse: npt.NDArray[Any] = np.linalg.inv(centre)
        usable &= np.isfinite(inverse).all(axis=(1, 2))
        inverse[~usable] = np.eye(k)
        step = _applied((inverse, inverse), value)
        product = _matrix_product(inverse, slopes)
        rest = plus((np.eye(k), np.eye(k)), (-product[1], -product[0]))
        image = plus(plus((middle, middle), (-step[1], -step[0])), _applied(rest, off))
        keep = usable[:, None]
        return (np.where(keep, image[0], low), np.where(keep, image[1], high)), empty

    def refined(self, box: Vector) -> Vector:
        """The box shrunk about its one zero."""
        for _ in range(60):
            image, _ = self._krawczyk(box[None])
            smaller = np.stack([np.maximum(box[0], image[0][0]), np.minimum(box[1], image[1][0])])
            if not (smaller[1] - smaller[0] < 0.9 * (box[1] - box[0])).any():
                break
            box = smaller
        return box


def _stacked(ranges: Sequence[Boxes], end: int) -> Vector:
    """The lower (0) or upper (1) ends, along a last axis."""
    return np.stack([each[end] for each in ranges], -1)


def _applied(matrix: Boxes, vector: Boxes) -> Boxes:
    """Interval matrices times interval vectors."""
    terms = times(matrix, (vector[0][:, None, :], vector[1][:, None, :]))
    return _summed(terms, -1)


def _matrix_product(left: Vector, right: Boxes) -> Boxes:
    terms = times((left[:, :, :, None], left[:, :, :, None]), (right[0][:, None], right[1][:, None]))
    return _summed(terms, 2)


def _summed(terms: Boxes, axis: int) -> Boxes:
    """Sums with the rounding error of all their additions taken off."""
    count = terms[0].shape[axis]
    slack = count * 2.3e-16 * np.maximum(np.abs(terms[0]), np.abs(terms[1])).sum(axis=axis) + 1e-320
    with np.errstate(invalid="ignore"):
        low, high = terms[0].sum(axis=axis) - slack, terms[1].sum(axis=axis) + slack
    return np.where(np.isnan(low), -np.inf, low), np.where(np.isnan(high), np.inf, high)


def _halves(cells: Vector) -> Vector:
    """Each cell cut in two across its widest side."""
    rows, side = np.arange(len(cells)), (cells[:, 1] - cells[:, 0]).argmax(axis=1)
    left, right = cells.copy(), cells.copy()
    low, high = cells[rows, 0, side], cells[rows, 1, side]
    cut = low + _SPLIT * (high - low)
    left[rows, 1, side] = cut
    right[rows, 0, side] = cut
    return np.concatenate([left, right])


def _outside(cells: Vector, found: Sequence[Vector]) -> Vector:
    """Cells that are not within a box whose only zero is known."""
    for box in found:
        cells = cells[~((cells[:, 0] >= box[0]) & (cells[:, 1] <= box[1])).all(axis=1)]
    return cells


def _distinct(boxes: Sequence[Vector]) -> list[Vector]:
    """Shrunk boxes about different zeros: two about one zero overlap."""
    kept: list[Vector] = []
    for box in boxes:
        if not any(((box[0] <= other[1]) & (other[0] <= box[1])).all() for other in kept):
            kept.append(box)
    return kept
