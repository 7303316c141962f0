"""The compiled inner loops of `gametheory.methods.walking`, which explains them.

A vertex is a key: bit i is set where x_i = 0, bit m + j where row j is tight. For each the matrix is ordered so that
the `size` columns with x_i > 0 and the `size` tight rows come first: loops run over neighbouring numbers. `unit`
bounds the relative rounding error of a sum of so many products.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit


@njit(nogil=True, cache=True, error_model="numpy")
def find(slots: Any, keys: Any, key: Any) -> Any:
    """Where a key stands in the table, or the free slot where it belongs."""
    mask = np.uint64(len(slots) - 1)
    mixed = key * np.uint64(0x9E3779B97F4A7C15)
    slot = (mixed ^ (mixed >> np.uint64(29))) & mask
    while slots[slot] >= 0 and keys[slots[slot]] != key:
        slot = (slot + np.uint64(1)) & mask
    return slot


@njit(nogil=True, cache=True, error_model="numpy")
def rehash(slots: Any, keys: Any, count: int) -> None:
    """Enter the first `count` keys into an empty table."""
    for place in range(count):
        slots[find(slots, keys, keys[place])] = place


@njit(nogil=True, cache=True, error_model="numpy")
def invert(inverse: Any, size: int, swapped: Any) -> None:
    """Gauss-Jordan elimination in place, with partial pivoting."""
    for c in range(size):
        pivot = c
        for a in range(c + 1, size):
            if abs(inverse[a, c]) > abs(inverse[pivot, c]):
                pivot = a
        swapped[c] = pivot
        if pivot != c:
            for b in range(size):
                inverse[c, b], inverse[pivot, b] = inverse[pivot, b], inverse[c, b]
        factor = 1.0 / inverse[c, c]
        inverse[c, c] = 1.0
        for b in range(size):
            inverse[c, b] *= factor
        for a in range(size):
            if a != c:
                factor = inverse[a, c]
                inverse[a, c] = 0.0
                for b in range(size):
                    inverse[a, b] -= factor * inverse[c, b]
    for c in range(size - 1, -1, -1):
        pivot = swapped[c]
        if pivot != c:
            for a in range(size):
                inverse[a, c], inverse[a, pivot] = inverse[a, pivot], inverse[a, c]


@njit(nogil=True, cache=True, error_model="numpy")
def defect(ordered: Any, size: int, inverse: Any, line: Any, terms: Any) -> float:
    """An upper bound of ||I - inverse * A|| in the maximum norm, A the first `size` rows and columns."""
    unit, alpha = (size + 8) * 2.0**-53, 0.0
    for a in range(size):
        for b in range(size):
            line[b], terms[b] = 0.0, 0.0
        line[a], terms[a] = -1.0, 1.0
        for c in range(size):
            factor = inverse[a, c]
            for b in range(size):
                product = factor * ordered[c, b]
                line[b] += product
                terms[b] += abs(product)
        row = 0.0
        for b in range(size):
            row += abs(line[b]) + unit * terms[b]
        alpha = max(alpha, row)
    return alpha


@njit(nogil=True, cache=True, error_model="numpy")
def enclose(ordered: Any, right: Any, size: int, inverse: Any, alpha: float, values: Any, errors: Any) -> None:
    """Put the point where the first `size` rows reach `right`, and the slack of the others, into `values`.

    They are right up to `errors`, which is used to work in before.
    """
    unit, worst, rows = (size + 8) * 2.0**-53, 0.0, len(ordered)
    for a in range(size):
        values[a] = 0.0
        for b in range(size):
            values[a] += inverse[a, b] * right[b]
    for b in range(size):
        value, terms = -right[b], right[b]
        for c in range(size):
            product = ordered[b, c] * values[c]
            value += product
            terms += abs(product)
        errors[b] = abs(value) + unit * terms
    for a in range(size):
        width = 0.0
        for b in range(size):
            width += abs(inverse[a, b]) * errors[b]
        worst = max(worst, width)
    if not alpha < 0.5:
        worst = np.inf
    bound = worst / (1.0 - alpha) * (1.0 + 1e-8)
    for a in range(size):
        errors[a] = bound
    for e in range(size, rows):
        value, terms, norm = right[e], right[e], 0.0
        for a in range(size):
            product = ordered[e, a] * values[a]
            value -= product
            terms += abs(product)
            norm += ordered[e, a]
        values[e] = value
        errors[e] = (unit * terms + norm * bound) * (1.0 + 1e-8)


@njit(nogil=True, cache=True, error_model="numpy")
def least(ordered: Any, size: int, scale: float) -> float:
    """A number that no determinant of the first `size` rows and columns exceeds, inverted (Hadamard).

    Times `scale` the entries are integers. So are a slack times the determinant and, with all entries as integers, an
    unknown times the determinant: those that are smaller than this are 0.
    """
    product = 1.0
    for b in range(size):
        squares = 0.0
        for a in range(size):
            entry = ordered[b, a] - (ordered[0, a] if b else 0.0)
            squares += entry * entry
        product *= np.sqrt(squares) * scale * (1.0 + 1e-13)
    return 1.0 / product * (1.0 - 1e-13)


@njit(nogil=True, cache=True, error_model="numpy")
def split(key: Any, own: Any, others: Any) -> int:
    """Order the columns, those with x_i > 0 first, and the rows, the tight ones first; how many there are of either.

    Negative where these two differ, which no simple vertex does.
    """
    one, columns, rows = np.uint64(1), len(own), len(others)
    size, last = 0, columns
    for i in range(columns):
        if (key >> np.uint64(i)) & one:
            last -= 1
            own[last] = i
        else:
            own[size] = i
            size += 1
    tight, last = 0, rows
    for j in range(rows):
        if (key >> np.uint64(columns + j)) & one:
            others[tight] = j
            tight += 1
        else:
            last -= 1
            others[last] = j
    return size if size == tight else -1


@njit(nogil=True, cache=True, error_model="numpy")
def rates(ordered: Any, size: int, inverse: Any, falls: Any) -> None:
    """How fast each value falls along each edge: a tight row is relaxed, or an unused column raised."""
    rows, columns = ordered.shape
    for a in range(size):
        for b in range(size):
            falls[a, b] = inverse[a, b]
        for q in range(size, columns):
            falls[a, q] = 0.0
        for b in range(size):
            factor = inverse[a, b]
            for q in range(size, columns):
                falls[a, q] += factor * ordered[b, q]
    for e in range(size, rows):
        for b in range(size):
            falls[e, b] = 0.0
        for q in range(size, columns):
            falls[e, q] = ordered[e, q]
        for a in range(size):
            factor = ordered[e, a]
            for q in range(columns):
                falls[e, q] -= factor * falls[a, q]


@njit(nogil=True, cache=True, error_model="numpy")
def expand(
    numbers: Any,
    scale: float,
    right: Any,
    keys: Any,
    full: Any,
    slots: Any,
    begin: int,
    end: int,
    count: int,
    unsure: Any,
) -> Any:
    """Visit the vertices from `begin` to `end`: append their neighbours, note those whose proof needs rationals.

    For the others `full` gets the key with all inequalities that are tight where nothing is perturbed.
    """
    rows, columns = numbers.shape
    most = min(rows, columns)
    own, others = np.empty(columns, np.int64), np.empty(rows, np.int64)
    ordered, falls, inverse = np.empty((rows, columns)), np.empty((rows, columns)), np.empty((most, most))
    swapped, line, terms = np.empty(most, np.int64), np.empty(most), np.empty(most)
    values, errors, limits, ones = np.empty(rows), np.empty(rows), np.empty(rows), np.ones(rows)
    best, enter = np.empty(columns), np.empty(columns, np.int64)
    one, doubts = np.uint64(1), 0
    for place in range(begin, end):
        key = keys[place]
        size = split(key, own, others)
        if size < 0:
            return -1, doubts
        for r in range(rows):
            limits[r] = right[others[r]]
            for q in range(columns):
                ordered[r, q] = numbers[others[r], own[q]]
        for a in range(size):
            for b in range(size):
                inverse[a, b] = ordered[a, b]
        invert(inverse, size, swapped)
        alpha = defect(ordered, size, inverse, line, terms)
        enclose(ordered, ones, size, inverse, alpha, values, errors)
        sure, finest, full[place] = True, -1.0, key
        for r in range(rows):
            if values[r] <= errors[r]:
                if finest < 0.0:
                    finest = least(ordered, size, scale)
                sure &= abs(values[r]) + errors[r] < finest * (scale if r < size else 1.0)
                full[place] |= one << np.uint64(own[r] if r < size else columns + others[r])
        enclose(ordered, limits, size, inverse, alpha, values, errors)
        for r in range(rows):
            sure &= values[r] > errors[r]
        if not sure:
            unsure[doubts] = place
            doubts += 1
        rates(ordered, size, inverse, falls)
        for q in range(columns):
            best[q], enter[q] = np.inf, -1
        for r in range(rows):
            label = own[r] if r < size else columns + others[r]
            for q in range(columns):
                if falls[r, q] > 1e-13 and values[r] < best[q] * falls[r, q]:
                    best[q], enter[q] = values[r] / falls[r, q], label
        for q in range(columns):
            if enter[q] < 0:
                return -1, doubts
            leave = columns + others[q] if q < size else own[q]
            near = (key & ~(one << np.uint64(leave))) | (one << np.uint64(enter[q]))
            slot = find(slots, keys, near)
            if slots[slot] < 0:
                keys[count] = near
                slots[slot] = count
                count += 1
    return count, doubts
