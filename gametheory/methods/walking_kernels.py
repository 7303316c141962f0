"""The compiled inner loops of `gametheory.methods.walking`, which explains them.

A vertex is a key: bit i is set where x_i = 0, bit m + j where row j is tight. `used` and `unused` are the columns with
x_i > 0 and x_i = 0, `tight` and `loose` the rows; `size` is the number of the used and of the tight, `unit` bounds the
relative rounding error of a sum of so many products.
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
def defect(numbers: Any, used: Any, tight: Any, size: int, inverse: Any) -> float:
    """An upper bound of ||I - inverse * A|| in the maximum norm."""
    unit, alpha = (size + 8) * 2.0**-53, 0.0
    for a in range(size):
        row = 0.0
        for b in range(size):
            value = -1.0 if a == b else 0.0
            terms = abs(value)
            for c in range(size):
                product = inverse[a, c] * numbers[tight[c], used[b]]
                value += product
                terms += abs(product)
            row += abs(value) + unit * terms
        alpha = max(alpha, row)
    return alpha


@njit(nogil=True, cache=True, error_model="numpy")
def enclose(
    numbers: Any, right: Any, used: Any, tight: Any, size: int, inverse: Any, alpha: float, point: Any, left: Any
) -> float:
    """Put inverse * right into `point`; the solution of A x = right is at most so far from it as is returned."""
    unit, worst = (size + 8) * 2.0**-53, 0.0
    for a in range(size):
        point[a] = 0.0
        for b in range(size):
            point[a] += inverse[a, b] * right[tight[b]]
    for b in range(size):
        value = -right[tight[b]]
        terms = abs(value)
        for c in range(size):
            product = numbers[tight[b], used[c]] * point[c]
            value += product
            terms += abs(product)
        left[b] = abs(value) + unit * terms
    for a in range(size):
        width = 0.0
        for b in range(size):
            width += abs(inverse[a, b]) * left[b]
        worst = max(worst, width)
    return worst / (1.0 - alpha) * (1.0 + 1e-8) if alpha < 0.5 else np.inf


@njit(nogil=True, cache=True, error_model="numpy")
def loosen(
    numbers: Any, right: Any, used: Any, loose: Any, size: int, rest: int, point: Any, bound: float, slack: Any
) -> bool:
    """Put right - M x of the loose rows into `slack`; whether x and all of these are surely positive."""
    unit, sure = (size + 8) * 2.0**-53, True
    for a in range(size):
        sure &= point[a] > bound
    for e in range(rest):
        value, norm = right[loose[e]], 0.0
        terms = value
        for a in range(size):
            entry = numbers[loose[e], used[a]]
            product = entry * point[a]
            value -= product
            terms += abs(product)
            norm += entry
        slack[e] = value
        sure &= value > (unit * terms + norm * bound) * (1.0 + 1e-8)
    return sure


@njit(nogil=True, cache=True, error_model="numpy")
def split(key: Any, columns: int, rows: int, used: Any, unused: Any, tight: Any, loose: Any) -> Any:
    """Columns in and out of use, rows tight and loose; how many are in use and tight."""
    one = np.uint64(1)
    size, others, many, rest = 0, 0, 0, 0
    for i in range(columns):
        if (key >> np.uint64(i)) & one:
            unused[others] = i
            others += 1
        else:
            used[size] = i
            size += 1
    for j in range(rows):
        if (key >> np.uint64(columns + j)) & one:
            tight[many] = j
            many += 1
        else:
            loose[rest] = j
            rest += 1
    return size, many


@njit(nogil=True, cache=True, error_model="numpy")
def expand(numbers: Any, right: Any, keys: Any, slots: Any, begin: int, end: int, count: int, unsure: Any) -> Any:
    """Visit the vertices from `begin` to `end`: append their neighbours, note those whose proof needs rationals."""
    rows, columns = numbers.shape
    most = min(rows, columns)
    used, unused = np.empty(columns, np.int64), np.empty(columns, np.int64)
    tight, loose = np.empty(rows, np.int64), np.empty(rows, np.int64)
    inverse, swapped = np.empty((most, most)), np.empty(most, np.int64)
    point, rise, slack, seen = np.empty(most), np.empty(most), np.empty(rows), np.empty((rows, most))
    ones = np.ones(rows)
    one, doubts = np.uint64(1), 0
    for place in range(begin, end):
        key = keys[place]
        size, many = split(key, columns, rows, used, unused, tight, loose)
        rest = rows - size
        if size != many:
            return -1, doubts
        for a in range(size):
            for b in range(size):
                inverse[a, b] = numbers[tight[a], used[b]]
        invert(inverse, size, swapped)
        alpha = defect(numbers, used, tight, size, inverse)
        bound = enclose(numbers, ones, used, tight, size, inverse, alpha, point, rise)
        sure = loosen(numbers, ones, used, loose, size, rest, point, bound, slack)
        bound = enclose(numbers, right, used, tight, size, inverse, alpha, point, rise)
        sure &= loosen(numbers, right, used, loose, size, rest, point, bound, slack)
        if not sure:
            unsure[doubts] = place
            doubts += 1
        for e in range(rest):
            for b in range(size):
                seen[e, b] = 0.0
            for a in range(size):
                entry = numbers[loose[e], used[a]]
                for b in range(size):
                    seen[e, b] += entry * inverse[a, b]
        for q in range(columns):
            enter = ratio_test(numbers, q, size, used, unused, tight, loose, inverse, point, slack, seen, rise)
            if enter < 0:
                return -1, doubts
            leave = columns + tight[q] if q < size else unused[q - size]
            near = (key & ~(one << np.uint64(leave))) | (one << np.uint64(enter))
            slot = find(slots, keys, near)
            if slots[slot] < 0:
                keys[count] = near
                slots[slot] = count
                count += 1
    return count, doubts


@njit(nogil=True, cache=True, error_model="numpy")
def ratio_test(
    numbers: Any, q: int, size: int, used: Any, unused: Any, tight: Any, loose: Any,
    inverse: Any, point: Any, slack: Any, seen: Any, rise: Any,
) -> int:  # fmt: skip
    """The inequality that becomes tight first along edge q: a tight row relaxed, or an unused column raised."""
    rows, columns = numbers.shape
    best, enter, tiny = np.inf, -1, 1e-13
    if q >= size:
        for b in range(size):
            rise[b] = numbers[tight[b], unused[q - size]]
    for a in range(size):
        rate = inverse[a, q] if q < size else 0.0
        if q >= size:
            for b in range(size):
                rate += inverse[a, b] * rise[b]
        if rate > tiny * abs(point[a]) and point[a] < best * rate:
            best, enter = point[a] / rate, used[a]
    for e in range(rows - size):
        rate = -seen[e, q] if q < size else numbers[loose[e], unused[q - size]]
        if q >= size:
            for b in range(size):
                rate -= seen[e, b] * rise[b]
        if rate > tiny and slack[e] < best * rate:
            best, enter = slack[e] / rate, columns + loose[e]
    return enter
