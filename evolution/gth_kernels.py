"""The compiled inner loops of `evolution.gth`, which explains them.

A number is a mantissa m in [2^-256, 2^256) and an exponent e: it stands for m 2^(512 e). Zero is m = 0 with a very
negative e. Scaling by powers of two is exact, so arithmetic is that of doubles with an unlimited range.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

HIGH, LOW = 2.0**256, 2.0**-256
UP, DOWN = 2.0**512, 2.0**-512
NOTHING = -(2**60)


@njit(nogil=True, cache=True, error_model="numpy")
def plus(a: Any, ea: Any, b: Any, eb: Any) -> Any:
    """Sum of two numbers >= 0."""
    if ea == eb:
        a += b
    elif ea > eb:
        if ea == eb + 1:
            a += b * DOWN
    else:
        a = b + a * DOWN if eb == ea + 1 else b
        ea = eb
    if a >= HIGH:
        return a * DOWN, ea + 1
    return a, ea


@njit(nogil=True, cache=True, error_model="numpy")
def fit(a: Any, ea: Any) -> Any:
    """The same number with its mantissa back in range, after one product or quotient."""
    if a >= HIGH:
        return a * DOWN, ea + 1
    if a < LOW:
        return a * UP, ea - 1
    return a, ea


@njit(nogil=True, cache=True, error_model="numpy")
def eliminate(m: Any, e: Any, exit_m: Any, exit_e: Any, pivot_m: Any, pivot_e: Any, lower: Any, upper: Any) -> Any:
    """Take states out one after another, in place; the first that cannot be left, or the number of states."""
    number = len(m)
    columns = np.empty(upper, dtype=np.int64)
    for k in range(number):
        s, es = exit_m[k], exit_e[k]
        found = 0
        for j in range(k + 1, min(number, k + upper + 1)):
            c = j - k + lower
            if m[k, c] > 0:
                s, es = plus(s, es, m[k, c], e[k, c])
                columns[found] = j
                found += 1
        pivot_m[k], pivot_e[k] = s, es
        if s == 0 and k < number - 1:
            return k
        for i in range(k + 1, min(number, k + lower + 1)):
            c = k - i + lower
            if m[i, c] == 0:
                continue
            f, ef = fit(m[i, c] / s, e[i, c] - es)
            m[i, c], e[i, c] = f, ef
            if exit_m[k] > 0:
                p, ep = fit(f * exit_m[k], ef + exit_e[k])
                exit_m[i], exit_e[i] = plus(exit_m[i], exit_e[i], p, ep)
            for q in range(found):
                j = columns[q]
                if j != i:
                    p, ep = fit(f * m[k, j - k + lower], ef + e[k, j - k + lower])
                    m[i, j - i + lower], e[i, j - i + lower] = plus(m[i, j - i + lower], e[i, j - i + lower], p, ep)
    return number


@njit(nogil=True, cache=True, error_model="numpy")
def weigh(m: Any, e: Any, lower: Any, x: Any, ex: Any) -> None:
    """Long-run weights, backwards from the last state's 1: pi_k = sum over i > k of pi_i f_ik."""
    number = len(m)
    x[number - 1], ex[number - 1] = 1.0, 0
    for k in range(number - 2, -1, -1):
        s, es = 0.0, NOTHING
        for i in range(k + 1, min(number, k + lower + 1)):
            if m[i, k - i + lower] > 0:
                p, ep = fit(x[i] * m[i, k - i + lower], ex[i] + e[i, k - i + lower])
                s, es = plus(s, es, p, ep)
        x[k], ex[k] = s, es


@njit(nogil=True, cache=True, error_model="numpy")
def solve(m: Any, e: Any, pivot_m: Any, pivot_e: Any, lower: Any, upper: Any, x: Any, ex: Any) -> None:
    """In place of the right-hand side, expected sums of it along the way out."""
    number = len(m)
    for k in range(number):
        if x[k] == 0:
            continue
        for i in range(k + 1, min(number, k + lower + 1)):
            if m[i, k - i + lower] > 0:
                p, ep = fit(x[k] * m[i, k - i + lower], ex[k] + e[i, k - i + lower])
                x[i], ex[i] = plus(x[i], ex[i], p, ep)
    for k in range(number - 1, -1, -1):
        s, es = x[k], ex[k]
        for j in range(k + 1, min(number, k + upper + 1)):
            if m[k, j - k + lower] > 0 and x[j] > 0:
                p, ep = fit(x[j] * m[k, j - k + lower], ex[j] + e[k, j - k + lower])
                s, es = plus(s, es, p, ep)
        if s > 0:
            s, es = fit(s / pivot_m[k], es - pivot_e[k])
        x[k], ex[k] = s, es
