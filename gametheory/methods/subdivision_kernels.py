"""The compiled inner loop of `gametheory.methods.subdivision`, which explains it.

A cell is its coefficients (rows of payoff differences, one column a control point) and its corners. `unit` is the
growth of the coefficients' rounding error a level, relative to rows whose greatest coefficient is 1.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

EPSILON = 2.0**-53
ROOT, SPLIT, EMPTY = 1, 0, -1


@njit(nogil=True, cache=True, error_model="numpy")
def beaten(cell: Any, pairs: Any, slack: float) -> bool:
    """Whether for some pair (i, j) row i exceeds row j on the whole cell; -1 stands for the row of zeros."""
    for p in range(len(pairs)):
        i, j = pairs[p]
        above = True
        for c in range(cell.shape[1]):
            gap = (cell[i, c] if i >= 0 else 0.0) - (cell[j, c] if j >= 0 else 0.0)
            if gap <= slack:
                above = False
                break
        if above:
            return True
    return False


@njit(nogil=True, cache=True, error_model="numpy")
def slopes(rows: Any, plus: Any, minus: Any, factors: Any, counts: Any, out: Any) -> None:
    """Control points of the derivative of each row by each unknown."""
    for u in range(len(counts)):
        for e in range(rows.shape[0]):
            for c in range(counts[u]):
                out[u, e, c] = factors[u] * (rows[e, plus[u, c]] - rows[e, minus[u, c]])


@njit(nogil=True, cache=True, error_model="numpy")
def eliminate(matrix: Any, inverse: Any) -> int:
    """Gauss-Jordan with full pivoting, in place; `inverse` starts as the identity. The rank.

    Beyond the rank the rows of `inverse` are combinations under which the matrix vanishes; at full rank it is
    the inverse, in the order of the unknowns.
    """
    size, unknowns = matrix.shape
    place = np.full(unknowns, -1)
    first = 0.0
    rank = 0
    while rank < min(size, unknowns):
        pivot, row, column = 0.0, -1, -1
        for i in range(rank, size):
            for j in range(unknowns):
                if place[j] < 0 and abs(matrix[i, j]) > pivot:
                    pivot, row, column = abs(matrix[i, j]), i, j
        if rank == 0:
            first = pivot
        if pivot <= 1e-10 * first or pivot == 0.0:
            break
        for j in range(unknowns):
            matrix[rank, j], matrix[row, j] = matrix[row, j], matrix[rank, j]
        for j in range(size):
            inverse[rank, j], inverse[row, j] = inverse[row, j], inverse[rank, j]
        scale = 1.0 / matrix[rank, column]
        matrix[rank] *= scale
        inverse[rank] *= scale
        for i in range(size):
            factor = matrix[i, column]
            if i != rank and factor != 0.0:
                matrix[i] -= factor * matrix[rank]
                inverse[i] -= factor * inverse[rank]
        place[column] = rank
        rank += 1
    if rank == size and size == unknowns:
        ordered = inverse.copy()
        for j in range(unknowns):
            inverse[j] = ordered[place[j]]
    return rank


@njit(nogil=True, cache=True, error_model="numpy")
def one_sign(weights: Any, rows: Any, slack: float) -> bool:
    """Whether a combination of rows keeps one strict sign on the cell, so that not all rows vanish."""
    low, high, size, total = np.inf, -np.inf, 0.0, 0.0
    for e in range(len(weights)):
        size += abs(weights[e])
    for c in range(rows.shape[1]):
        value, total = 0.0, 0.0
        for e in range(len(weights)):
            value += weights[e] * rows[e, c]
            total += abs(weights[e] * rows[e, c])
        error = size * slack + (len(weights) + 3) * EPSILON * total
        low, high = min(low, value - error), max(high, value + error)
    return low > 0 or high < 0


@njit(nogil=True, cache=True, error_model="numpy")
def newton(inverse: Any, rows: Any, local: Any, slack: float, low: Any, high: Any) -> None:
    """Bounds of u - (C F)(u) over the cell: every zero of F has its local coordinates u inside."""
    size = len(low)
    for i in range(size):
        low[i], high[i], error = np.inf, -np.inf, 0.0
        for e in range(rows.shape[0]):
            error += abs(inverse[i, e])
        worst = 0.0
        for c in range(rows.shape[1]):
            value, total = 0.0, 0.0
            for e in range(rows.shape[0]):
                value += inverse[i, e] * rows[e, c]
                total += abs(inverse[i, e] * rows[e, c])
            worst = max(worst, total)
            low[i] = min(low[i], local[i, c] - value)
            high[i] = max(high[i], local[i, c] - value)
        error = error * slack + (size + 4) * EPSILON * (worst + 1.0)
        low[i] -= error
        high[i] += error


@njit(nogil=True, cache=True, error_model="numpy")
def contraction(inverse: Any, gradient: Any, counts: Any, factors: Any, slack: float) -> float:
    """An upper bound of the norm of 1 - C J over the cell; below 1 the cell has at most one zero."""
    size = len(counts)
    norm = 0.0
    for i in range(size):
        total = 0.0
        weight = 0.0
        for e in range(size):
            weight += abs(inverse[i, e])
        for u in range(size):
            low, high, worst = np.inf, -np.inf, 0.0
            for c in range(counts[u]):
                value, parts = 0.0, 0.0
                for e in range(size):
                    value += inverse[i, e] * gradient[u, e, c]
                    parts += abs(inverse[i, e] * gradient[u, e, c])
                low, high, worst = min(low, value), max(high, value), max(worst, parts)
            one = 1.0 if i == u else 0.0
            error = 2 * abs(factors[u]) * weight * slack + (size + 4) * EPSILON * (worst + 1.0)
            total += max(abs(one - low), abs(one - high)) + error
        norm = max(norm, total)
    return norm


@njit(nogil=True, cache=True, error_model="numpy")
def outside(low: Any, high: Any, block_of: Any, blocks: int, margin: float) -> int:
    """Where the box [low, high] lies: 1 inside all simplices by a margin, -1 outside of one, 0 neither."""
    inside = True
    for i in range(len(low)):
        if high[i] < 0 or low[i] > 1:
            return -1
        inside = inside and low[i] > margin
    for b in range(blocks):
        least, most = 0.0, 0.0
        for i in range(len(low)):
            if block_of[i] == b:
                least += low[i]
                most += high[i]
        if least > 1 + 1e-12:
            return -1
        inside = inside and most < 1 - margin
    return 1 if inside else 0


@njit(nogil=True, cache=True, error_model="numpy")
def examine(rows: Any, layout: Any, work: Any, slack: float, inflation: float, low: Any, high: Any) -> int:
    """EMPTY, ROOT (exactly one in the inflated cell, within [low, high] locally) or SPLIT."""
    plus, minus, factors, counts, middle, local, stretch, block_of, blocks, growth = layout
    gradient, matrix, inverse = work
    size = rows.shape[0]
    slopes(rows, plus, minus, factors, counts, gradient)
    for u in range(len(counts)):
        for e in range(size):
            value = 0.0
            for c in range(counts[u]):
                value += middle[u, c] * gradient[u, e, c]
            matrix[e, u] = value
    inverse[:] = 0.0
    for e in range(size):
        inverse[e, e] = 1.0
    rank = eliminate(matrix, inverse)
    if rank < size or size != len(counts):
        for e in range(rank, size):
            if one_sign(inverse[e], rows, slack):
                return EMPTY
        return SPLIT
    for e in range(size):
        if one_sign(inverse[e], rows, slack):
            return EMPTY
    newton(inverse, rows, local, slack, low, high)
    if outside(low, high, block_of, blocks, 0.0) < 0:
        return EMPTY
    if contraction(inverse, gradient, counts, factors, slack) > 0.7:
        return SPLIT
    larger = rows @ stretch
    slack = inflation * (slack + (2 * rows.shape[1] + 20) * EPSILON)
    slopes(larger, plus, minus, factors, counts, gradient)
    inverse /= growth  # local coordinates of the inflated cell are longer
    if contraction(inverse, gradient, counts, factors, slack) >= 0.95:
        return SPLIT
    newton(inverse, larger, local, slack, low, high)
    return ROOT if outside(low, high, block_of, blocks, 0.01) > 0 else SPLIT


@njit(nogil=True, cache=True, error_model="numpy")
def direction(rows: Any, gradient: Any, counts: Any, edges: Any) -> int:
    """The edge along which the rows, each relative to its greatest value, change most."""
    best, chosen = -1.0, 0
    weights = np.empty(rows.shape[0])
    for e in range(rows.shape[0]):
        weights[e] = 1.0 / max(np.abs(rows[e]).max(), 1e-300)
    for d in range(len(edges)):
        a, b = edges[d, 2], edges[d, 3]  # unknowns, -1 for a block's first corner
        count = counts[max(a, b)]
        change = 0.0
        for e in range(rows.shape[0]):
            most = 0.0
            for c in range(count):
                gap = (gradient[a, e, c] if a >= 0 else 0.0) - (gradient[b, e, c] if b >= 0 else 0.0)
                most = max(most, abs(gap))
            change += most * weights[e]
        if change > best:
            best, chosen = change, d
    return chosen


@njit(nogil=True, cache=True, error_model="numpy")
def halve(cell: Any, starts: Any, columns: Any, weights: Any, out: Any) -> None:
    """The cell's control points after a corner moved along an edge: sparse convex combinations."""
    for c in range(cell.shape[1]):
        for r in range(cell.shape[0]):
            value = 0.0
            for k in range(starts[c], starts[c + 1]):
                value += weights[k] * cell[r, columns[k]]
            out[r, c] = value


@njit(nogil=True, cache=True, error_model="numpy")
def isolate(
    start: Any, corners: Any, equations: Any, pairs: Any, layout: Any, edges: Any, maps: Any, settings: Any
) -> Any:
    """Depth-first subdivision: (corners of inflated cells with one zero each, local bounds, cells seen, cells open)."""
    starts, columns, weights, share = maps
    unit, inflation, deepest, budget = settings
    plus, counts = layout[0], layout[3]
    unknowns, size, width = len(counts), equations, start.shape[1]
    cells = np.empty((deepest + 2, start.shape[0], width))
    places = np.empty((deepest + 2, corners.shape[0], corners.shape[1]))
    levels = np.zeros(deepest + 2, dtype=np.int64)
    work = (np.empty((unknowns, size, width)), np.empty((size, unknowns)), np.empty((size, size)))
    low, high = np.empty(unknowns), np.empty(unknowns)
    found = []
    bounds = []
    cells[0], places[0] = start, corners
    top, seen, undecided = 1, 0, 0
    while top > 0:
        if seen >= budget:
            undecided += top
            break
        top -= 1
        seen += 1
        level = levels[top]
        slack = EPSILON * (4 + unit * level)
        if beaten(cells[top], pairs, 2 * slack + 2 * EPSILON):
            continue
        rows = cells[top, :size]
        verdict = examine(rows, layout, work, slack, inflation, low, high)
        if verdict == EMPTY:
            continue
        if verdict == ROOT:
            found.append(places[top].copy())
            bounds.append(np.concatenate((low, high)))
            continue
        if level == deepest:
            undecided += 1
            continue
        slopes(rows, plus, layout[1], layout[2], counts, work[0])
        d = direction(rows, work[0], counts, edges)
        parent, place = cells[top].copy(), places[top].copy()
        for side in range(2):  # the corner that moves: the edge's first, then its second
            halve(parent, starts[d, side], columns[d, side], weights[d, side], cells[top + side])
            places[top + side] = place
            first, second = edges[d, 0], edges[d, 1]
            places[top + side, edges[d, side]] = (1 - share) * place[first] + share * place[second]
            levels[top + side] = level + 1
        top += 2
    return found, bounds, seen, undecided
