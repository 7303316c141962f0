"""One step of many orbits by Taylor series: imitation among payoffs linear in the shares, the replicator's usual case.

Such a field is polynomial in the shares, and its series follow from one another by Cauchy's product [1]_. With
F = M x, m = x.F (the role's mean) and the logarithms y of the shares,

    y_i' = g_i = F_i - m,      x_i' = x_i g_i,
    m[k] = sum_i sum_j x_i[j] F_i[k-j],      (k + 1) x_i[k+1] = sum_j x_i[j] g_i[k-j],      (k + 1) y_i[k+1] = g_i[k],

where a[k] is the coefficient of t^k. M is centred on each role's last strategy (F_last = 0), whose share is what the
others leave: two products in n are saved. One exponential a step gives x[0] from y; y moves by sums of differences, as
in `coordinates`, so that nothing freezes near a face. The step is as long as the last two coefficients allow [2]_,
tol = |y[p]| h^p and |y[p-1]| h^(p-1), but no share may grow by more than exp(8) in it: what is too small to show in
the coefficients cannot come up unseen.

References
----------
.. [1] G. Corliss and Y. F. Chang, *ACM Trans. Math. Softw.* 8 (1982) 114.
.. [2] A. Jorba and M. Zou, *Experimental Mathematics* 14 (2005) 99.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from evolution.flow_step import Block, Rule, Vector, exponential, inner, read_shares

ORDER = 16
GROWTH = 8.0
LOG2, BITS, BIAS = math.log(2.0), 2.0**-52, 1023.0


class Series(NamedTuple):
    """Coefficients, shape (strategies, ORDER + 1, lanes)."""

    x: Vector
    F: Vector
    y: Vector  # those of y' while they are computed, then y[i, k] belongs to t^(k + 1)


@inner
def empty_series(n: int, lanes: int) -> Series:
    """Room for them."""
    return Series(np.zeros((n, ORDER + 1, lanes)), np.zeros((n, ORDER + 1, lanes)), np.zeros((n, ORDER + 1, lanes)))


@inner
def expand(rule: Rule, block: Block, series: Series) -> None:
    """All coefficients at the states y."""
    x, F, g, total = series.x, series.F, series.y, block.total
    lanes = len(total)
    read_shares(True, block.y, rule.edges, total, block.x)
    x[:, 0] = block.x
    for k in range(ORDER):
        payoffs(rule.data, x, k, F)
        for r in range(len(rule.edges) - 1):
            lo, last = rule.edges[r], rule.edges[r + 1] - 1
            total[:] = 0.0
            for i in range(lo, last):
                add_products(x, F, i, k, total)
            for i in range(lo, last + 1):
                for lane in range(lanes):
                    g[i, k, lane] = (F[i, k, lane] - total[lane]) * block.played[i, lane]
            x[last, k + 1] = 0.0
            for i in range(lo, last):
                total[:] = 0.0
                add_products(x, g, i, k, total)
                for lane in range(lanes):
                    x[i, k + 1, lane] = total[lane] * (1.0 / (k + 1))
                    x[last, k + 1, lane] -= x[i, k + 1, lane]
    for i in range(len(x)):
        for k in range(ORDER):
            for lane in range(lanes):
                g[i, k, lane] *= 1.0 / (k + 1)


@inner
def payoffs(M: Vector, x: Vector, k: int, F: Vector) -> None:
    """Coefficient k of M x."""
    n, lanes = x.shape[0], x.shape[2]
    for i in range(n):
        a = M[i, 0]
        for lane in range(lanes):
            F[i, k, lane] = a * x[0, k, lane]
        for j in range(1, n):
            a = M[i, j]
            if a != 0.0:
                for lane in range(lanes):
                    F[i, k, lane] += a * x[j, k, lane]


@inner
def add_products(a: Vector, b: Vector, i: int, k: int, total: Vector) -> None:
    """Add coefficient k of the product of a_i and b_i."""
    lanes, j = len(total), 0
    while j + 4 <= k + 1:
        for lane in range(lanes):
            total[lane] += (a[i, j, lane] * b[i, k - j, lane] + a[i, j + 1, lane] * b[i, k - j - 1, lane]) + (
                a[i, j + 2, lane] * b[i, k - j - 2, lane] + a[i, j + 3, lane] * b[i, k - j - 3, lane]
            )
        j += 4
    while j <= k:
        for lane in range(lanes):
            total[lane] += a[i, j, lane] * b[i, k - j, lane]
        j += 1


@inner
def series_lengths(block: Block, series: Series, tolerance: float, length: Vector) -> None:
    """How far the series may be trusted in each lane."""
    last, last_but_one, fastest = block.sum5, block.sum3, block.total
    last[:] = last_but_one[:] = fastest[:] = 0.0
    for i in range(block.y.shape[0]):
        for lane in range(block.y.shape[1]):
            last[lane] = max(last[lane], abs(series.y[i, ORDER - 1, lane]))
            last_but_one[lane] = max(last_but_one[lane], abs(series.y[i, ORDER - 2, lane]))
            fastest[lane] = max(fastest[lane], series.y[i, 0, lane])
    for lane in range(len(length)):
        one = root(tolerance / last[lane], ORDER) if last[lane] > 0.0 else math.inf
        other = root(tolerance / last_but_one[lane], ORDER - 1) if last_but_one[lane] > 0.0 else math.inf
        slow = GROWTH / fastest[lane] if fastest[lane] > 0.0 else math.inf
        length[lane] = min(slow, min(one, other))


@inner
def root(v: float, order: int) -> float:
    """The root of v > 0 to one percent, by the logarithm that stands in the bits of a float."""
    log2 = np.float64(np.float64(v).view(np.int64)) * BITS - BIAS
    return exponential(LOG2 * log2 / order)


@inner
def beyond(c: Vector, y: Vector, i: int, lane: int, time: float) -> float:
    """Coordinate i at a time after the expansion."""
    moved = 0.0
    for k in range(ORDER):
        moved = c[i, ORDER - 1 - k, lane] + time * moved
    return y[i, lane] + time * moved


@inner
def states_beyond(c: Vector, y: Vector, share: float, h: Vector, out: Vector) -> None:
    """The states after that share of every lane's step."""
    for i in range(y.shape[0]):
        for lane in range(y.shape[1]):
            out[i, lane] = beyond(c, y, i, lane, share * h[lane])
