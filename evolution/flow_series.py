"""One step of many orbits by Taylor series: imitation among payoffs linear in the shares, the replicator's usual case.

Such a field is polynomial in the shares, and its series follow from one another by Cauchy's product [1]_. With
F = M x, m = x.F (the role's mean) and the logarithms y of the shares,

    y_i' = F_i - m,      x_i' = x_i (F_i - m),      (a b)[k] = sum_j a[j] b[k-j],
    m[k] = sum_i (x_i F_i)[k],      (k + 1) x_i[k+1] = (x_i F_i)[k] - (x_i m)[k],      (k + 1) y_i[k+1] = F_i[k] - m[k],

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

from evolution.flow_step import Block, Counts, Rule, Vector, exponential, inner, read_shares, spliced

ORDER, PADDING = 16, 3
GROWTH = 8.0
LOG2, BITS, BIAS = math.log(2.0), 2.0**-52, 1023.0


class Series(NamedTuple):
    """Coefficients, (strategies, ORDER + 2 * PADDING, lanes); those of F and m begin after PADDING rows of zeros."""

    x: Vector
    F: Vector
    m: Vector  # first axis: roles
    y: Vector  # (strategies, ORDER, lanes): y[i, k] belongs to t^(k + 1)
    own: Vector  # (strategies, ORDER) one lane's, highest first


@inner
def empty_series(n: int, roles: int, lanes: int) -> Series:
    """Room for them."""
    rows = ORDER + 2 * PADDING
    x, F, m = np.zeros((n, rows, lanes)), np.zeros((n, rows, lanes)), np.zeros((roles, rows, lanes))
    return Series(x, F, m, np.zeros((n, ORDER, lanes)), np.zeros((n, ORDER)))


@inner
def expand(rule: Rule, block: Block, series: Series) -> None:
    """All coefficients at the states y."""
    x, F, m, c, mixed, product = series.x, series.F, series.m, series.y, block.new, block.total
    edges, played = rule.edges, block.played
    lanes = len(product)
    read_shares(True, block.y, edges, product, block.x)
    for i in range(len(x)):
        for lane in range(lanes):
            x[i, 0, lane] = block.x[i, lane]
    for k in range(ORDER):
        payoffs(rule.data, x, k, F)
        for r in range(len(edges) - 1):
            lo, last = edges[r], edges[r + 1] - 1
            for lane in range(lanes):
                m[r, k + PADDING, lane] = 0.0
                x[last, k + 1, lane] = 0.0
            for i in range(lo, last):
                multiply(x, i, F, i, k, product)
                for lane in range(lanes):
                    mixed[i, lane] = product[lane]
                    m[r, k + PADDING, lane] += product[lane]
            for i in range(lo, last):
                multiply(x, i, m, r, k, product)
                for lane in range(lanes):
                    change = (mixed[i, lane] - product[lane]) * (1.0 / (k + 1))
                    x[i, k + 1, lane] = change
                    x[last, k + 1, lane] -= change
            for i in range(lo, last + 1):
                for lane in range(lanes):
                    rate = (F[i, k + PADDING, lane] - m[r, k + PADDING, lane]) * played[i, lane]
                    c[i, k, lane] = rate * (1.0 / (k + 1))


@spliced
def payoffs(M: Vector, x: Vector, k: int, F: Vector) -> None:
    """Coefficient k of M x."""
    n, lanes, row = x.shape[0], x.shape[2], k + PADDING
    for i in range(n):
        a = M[i, 0]
        for lane in range(lanes):
            F[i, row, lane] = a * x[0, k, lane]
        for j in range(1, n):
            a = M[i, j]
            if a != 0.0:
                for lane in range(lanes):
                    F[i, row, lane] += a * x[j, k, lane]


@spliced
def multiply(a: Vector, i: int, b: Vector, q: int, k: int, product: Vector) -> None:
    """Coefficient k of the product of a_i and b_q, four terms at a time; the last may meet rows of zeros."""
    for j in range(0, k + 1, 4):
        row = k - j + PADDING
        if j == 0:
            for lane in range(len(product)):
                product[lane] = (a[i, j, lane] * b[q, row, lane] + a[i, j + 1, lane] * b[q, row - 1, lane]) + (
                    a[i, j + 2, lane] * b[q, row - 2, lane] + a[i, j + 3, lane] * b[q, row - 3, lane]
                )
        else:
            for lane in range(len(product)):
                product[lane] += (a[i, j, lane] * b[q, row, lane] + a[i, j + 1, lane] * b[q, row - 1, lane]) + (
                    a[i, j + 2, lane] * b[q, row - 2, lane] + a[i, j + 3, lane] * b[q, row - 3, lane]
                )


@inner
def series_lengths(block: Block, c: Vector, tolerance: float, length: Vector) -> None:
    """How far the series may be trusted in each lane."""
    last, last_but_one, fastest = block.sum5, block.sum3, block.total
    last[:] = last_but_one[:] = fastest[:] = 0.0
    for i in range(len(c)):
        for lane in range(len(length)):
            last[lane] = max(last[lane], abs(c[i, ORDER - 1, lane]))
            last_but_one[lane] = max(last_but_one[lane], abs(c[i, ORDER - 2, lane]))
            fastest[lane] = max(fastest[lane], c[i, 0, lane])
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
def states_beyond(c: Vector, y: Vector, times: Vector, out: Vector) -> None:
    """Each lane's state at its time after the expansion."""
    for i in range(y.shape[0]):
        for lane in range(y.shape[1]):
            time, moved = times[lane], 0.0
            for k in range(ORDER):
                moved = c[i, ORDER - 1 - k, lane] + time * moved
            out[i, lane] = y[i, lane] + time * moved


@inner
def outputs_beyond(
    c: Vector, own: Vector, y: Vector, lanes: Counts, times: Vector, begun: int, end: int, out: Vector
) -> None:
    """The states of lanes[k] at times[k], for k from `begun` to before `end`; outputs of one lane are neighbours."""
    copied = -1
    for place in range(begun, end):
        lane, time = lanes[place], times[place]
        if lane != copied:
            copied = lane
            for i in range(len(y)):
                for k in range(ORDER):
                    own[i, k] = c[i, ORDER - 1 - k, lane]
        for i in range(len(y)):
            moved = 0.0
            for k in range(ORDER):
                moved = own[i, k] + time * moved
            out[i, place] = y[i, lane] + time * moved
