"""One step of many orbits: Dormand and Prince's pair of order 8(5, 3) on a block of lanes, compiled.

A block holds `lanes` orbits side by side: arrays have the shape (strategies, lanes), so that every inner loop runs
over neighbours in memory and becomes vector instructions. No lane's arithmetic sees another's.

The coordinates are those of `coordinates`: where faces are kept logarithms of the shares, whose velocity is the growth
rate (under imitation F_i - x.F), else the shares, clipped and divided by their sum when they are read. The velocity is
a compiled function with the signature `FIELD`, handed over as an address: so the loops here are compiled once for
every game and rule, and kept on disk.

Errors are measured as Hairer, Norsett and Wanner do [1]_ in their code DOP853; the caller hands in its coefficients,
with those of its interpolant of order 7.

References
----------
.. [1] E. Hairer, S. P. Norsett and G. Wanner, *Solving Ordinary Differential Equations I*, 2nd ed., Springer, 1993,
   II.5, II.6 and II.10.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import numba
import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Verb = TypeVar("Verb", bound=Callable[..., Any])

NJIT: Any = numba.njit
CFUNC: Any = numba.cfunc

OPTIONS = {"error_model": "numpy", "fastmath": {"contract"}, "nogil": True}  # a * b + c rounds once: no other liberty
_TABLE, _LIST, _WHOLE = numba.float64[:, ::1], numba.float64[::1], numba.int64[::1]
FIELD = numba.void(_TABLE, _LIST, _WHOLE, _TABLE, _TABLE, _LIST, _TABLE, _TABLE)
"""field(data, parameters, edges, x, played, total, payoffs, v): fill v with the velocity at the shares x."""


def spliced(function: Verb) -> Verb:
    """Compile into the very place of each call: handing over many arrays costs as much as a short loop."""
    kernel: Verb = NJIT(function, **OPTIONS, no_cpython_wrapper=True, no_cfunc_wrapper=True, forceinline=True)
    return kernel


def inner(function: Verb) -> Verb:
    """Compile as a part of what calls it."""
    kernel: Verb = NJIT(function, **OPTIONS, no_cpython_wrapper=True, no_cfunc_wrapper=True)
    return kernel


LOG2E, ROUNDING, BIAS = 1.4426950408889634, 6755399441055744.0, 1023  # adding 1.5 * 2^52 rounds to a whole number
LN2_HIGH, LN2_LOW = 0.693147180369123816490, 1.90821492927058770002e-10
C2, C3, C4, C5, C6, C7, C8, C9, C10, C11, C12, C13 = (1 / math.factorial(k) for k in range(2, 14))


@inner
def exponential(v: float) -> float:
    """exp(v) to the last digit for v < 709, without a branch or a call, so that loops over it vectorise.

    v = k log 2 + r with |r| <= log(2) / 2: Taylor's polynomial in r, and k into the exponent's bits.
    """
    v = 709.0 if v > 709.0 else v
    u = -708.0 if v < -708.0 else v
    shifted = u * LOG2E + ROUNDING
    k = shifted - ROUNDING
    r = (u - k * LN2_HIGH) - k * LN2_LOW
    s = r * r
    low = (1.0 + r) + s * ((C2 + r * C3) + s * (C4 + r * C5))
    high = ((C6 + r * C7) + s * (C8 + r * C9)) + (s * s) * ((C10 + r * C11) + s * (C12 + r * C13))
    power = np.int64((np.float64(shifted).view(np.int64) + BIAS) << 52).view(np.float64)
    return 0.0 if v < -708.0 else (low + (s * s * s) * high) * power


@inner
def read_shares(logs: bool, y: Vector, edges: Counts, total: Vector, x: Vector) -> None:
    """Shares x of the states y, each role's sum 1."""
    lanes = y.shape[1]
    for r in range(len(edges) - 1):
        total[:] = 0.0
        for i in range(edges[r], edges[r + 1]):
            if logs:
                for lane in range(lanes):
                    x[i, lane] = exponential(y[i, lane])
                    total[lane] += x[i, lane]
            else:
                for lane in range(lanes):
                    x[i, lane] = 0.0 if y[i, lane] < 0.0 else y[i, lane]
                    total[lane] += x[i, lane]
        for lane in range(lanes):
            total[lane] = 1.0 / total[lane]
        for i in range(edges[r], edges[r + 1]):
            for lane in range(lanes):
                x[i, lane] *= total[lane]


STAGES, EXTRA = 12, 3
ERROR5, ERROR3, DENSE = STAGES + EXTRA, STAGES + EXTRA + 1, STAGES + EXTRA + 2


class Scheme(NamedTuple):
    """A Runge-Kutta scheme by rows of coefficients other than 0, each filled up to a multiple of four.

    Row s < STAGES leads to stage s + 1, the last of them to the new state; the rows of the interpolant's own stages,
    of the two error estimates and of the interpolant's coefficients follow.
    """

    which: Counts  # (rows, width): rows of K
    weight: Vector  # (rows, width)
    length: Counts  # (rows,): multiples of four


class Rule(NamedTuple):
    """What the velocity needs beside the shares."""

    logs: bool  # the coordinates are logarithms
    edges: Counts  # role r owns the strategies edges[r] .. edges[r + 1] - 1
    data: Vector  # two-dimensional
    parameters: Vector


class Block(NamedTuple):
    """The lanes' states, and what a step needs; shapes (strategies, lanes) and (lanes,) but where it is said."""

    y: Vector
    new: Vector
    trial: Vector
    x: Vector
    payoffs: Vector
    played: Vector
    total: Vector
    h: Vector
    sum5: Vector
    sum3: Vector
    dense: Vector  # (7, strategies, lanes) the interpolant
    seen: Vector  # (3, strategies, lanes) integral over time, least and greatest share
    rates: Vector  # (16, strategies, lanes) velocities at the stages
    flat_rates: Vector  # the same numbers as (16, strategies * lanes)
    mix: Vector  # a weighted sum of rates
    flat_mix: Vector  # the same numbers as (strategies * lanes,)


@inner
def combined(scheme: Scheme, row: int, K: Vector, out: Vector) -> None:
    """The sum of weight * K over one row of the scheme."""
    for g in range(0, scheme.length[row], 4):
        a, b = scheme.weight[row, g], scheme.weight[row, g + 1]
        c, d = scheme.weight[row, g + 2], scheme.weight[row, g + 3]
        p, q, r, s = scheme.which[row, g], scheme.which[row, g + 1], scheme.which[row, g + 2], scheme.which[row, g + 3]
        if g == 0:
            for w in range(len(out)):
                out[w] = a * K[p, w] + b * K[q, w] + (c * K[r, w] + d * K[s, w])
        else:
            for w in range(len(out)):
                out[w] += a * K[p, w] + b * K[q, w] + (c * K[r, w] + d * K[s, w])


@inner
def moved(y: Vector, h: Vector, mix: Vector, out: Vector) -> None:
    """The states y + h mix."""
    for i in range(y.shape[0]):
        for lane in range(y.shape[1]):
            out[i, lane] = y[i, lane] + h[lane] * mix[i, lane]


@inner
def velocity(field: Any, rule: Rule, block: Block, y: Vector, v: Vector) -> None:
    """Velocity v of the coordinates y."""
    read_shares(rule.logs, y, rule.edges, block.total, block.x)
    field(rule.data, rule.parameters, rule.edges, block.x, block.played, block.total, block.payoffs, v)


@inner
def stages(field: Any, rule: Rule, scheme: Scheme, block: Block, first: int, last: int, y: Vector) -> None:
    """The states that rows first .. last of the scheme lead to, and the velocities there."""
    for row in range(first, last):
        combined(scheme, row, block.flat_rates, block.flat_mix)
        moved(block.y, block.h, block.mix, y)
        velocity(field, rule, block, y, block.rates[row + 1])


@inner
def step_errors(scheme: Scheme, block: Block, rtol: float, atol: float, errors: Vector) -> None:
    """Each lane's error in units of the tolerance, Hairer's mixture of orders 5 and 3."""
    n, lanes = block.y.shape
    y, new, mix, sum5, sum3 = block.y, block.new, block.mix, block.sum5, block.sum3
    for row, total in ((ERROR5, sum5), (ERROR3, sum3)):
        combined(scheme, row, block.flat_rates, block.flat_mix)
        total[:] = 0.0
        for i in range(n):
            for lane in range(lanes):
                size = max(abs(y[i, lane]), abs(new[i, lane]))
                e = mix[i, lane] / (atol + rtol * size)
                total[lane] += e * e
    for lane in range(lanes):
        both = sum5[lane] + 0.01 * sum3[lane]
        errors[lane] = block.h[lane] * sum5[lane] / math.sqrt(both * n) if both != 0.0 else 0.0


@inner
def interpolant(field: Any, rule: Rule, scheme: Scheme, block: Block) -> None:
    """Coefficients of the polynomial of degree 7 between y and new, in Hairer's nested form."""
    stages(field, rule, scheme, block, STAGES, STAGES + EXTRA, block.trial)
    h, dense = block.h, block.dense
    for i in range(block.y.shape[0]):
        for lane in range(block.y.shape[1]):
            change = block.new[i, lane] - block.y[i, lane]
            first, last = h[lane] * block.rates[0, i, lane], h[lane] * block.rates[STAGES, i, lane]
            dense[0, i, lane] = change
            dense[1, i, lane] = first - change
            dense[2, i, lane] = 2.0 * change - (last + first)
    for row in range(4):
        combined(scheme, DENSE + row, block.flat_rates, block.flat_mix)
        for i in range(block.y.shape[0]):
            for lane in range(block.y.shape[1]):
                dense[3 + row, i, lane] = h[lane] * block.mix[i, lane]


@inner
def between(d: Vector, y: Vector, i: int, lane: int, u: float) -> float:
    """Coordinate i after the share u of the step."""
    v = 1.0 - u
    p = d[3, i, lane] + u * (d[4, i, lane] + v * (d[5, i, lane] + u * d[6, i, lane]))
    return float(y[i, lane] + u * (d[0, i, lane] + v * (d[1, i, lane] + u * (d[2, i, lane] + v * p))))


@inner
def states_between(d: Vector, y: Vector, u: float, out: Vector) -> None:
    """The states after the share u of every lane's step."""
    for i in range(y.shape[0]):
        for lane in range(y.shape[1]):
            out[i, lane] = between(d, y, i, lane, u)


@inner
def outputs_between(
    d: Vector, y: Vector, h: Vector, lanes: Counts, times: Vector, begun: int, end: int, out: Vector
) -> None:
    """The states of lanes[k] at times[k], for k from `begun` to before `end`."""
    for k in range(begun, end):
        u = times[k] / h[lanes[k]] if h[lanes[k]] > 0.0 else 0.0
        for i in range(len(y)):
            out[i, k] = between(d, y, i, lanes[k], u)
