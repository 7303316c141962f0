"""Kernels of the sampled process: payoffs, switch probabilities and the walk, in plain loops.

Everything here is ordinary Python that Numba compiles as it stands: the walk once for all payoffs and protocols, which
it takes as functions of one type, and keeps on disk (`compiled_walk`). Interpreted, it draws the same random numbers
and gives the same runs.

A state is one vector of counts, role after role; role r owns the entries edges[r] .. edges[r + 1] - 1.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from evolution.protocol_rows import Row

__all__ = ["compiled_payoffs", "compiled_row", "compiled_walk", "linear", "spread", "walk"]

Vector = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]


@cache
def compiled_walk() -> Callable[..., float]:
    """The walk, compiled."""
    import numba

    kernel: Callable[..., float] = numba.njit(walk, cache=True)
    return kernel


@cache
def compiled_row(row: Row) -> Any:
    """A protocol's row as a compiled function of one type, whatever the protocol.

    Examples
    --------
    >>> from evolution.protocol_rows import logit_row
    >>> compiled_row(logit_row).native_name.startswith("cfunc")
    True
    """
    import numba

    values, whole, number = numba.float64[::1], numba.int64, numba.float64
    kind = numba.float64(values, values, whole, whole, whole, number, values)
    return numba.cfunc(kind, cache=row.__module__ == "evolution.protocol_rows")(row)


@cache
def compiled_payoffs(fill: Callable[..., None]) -> Any:
    """A function (data, shares, payoffs) that fills in the payoffs, as a compiled function of one type."""
    import numba

    kind = numba.void(numba.float64[:, ::1], numba.float64[::1], numba.float64[::1])
    return numba.cfunc(kind, cache=fill is linear)(fill)


def linear(data: Vector, shares: Vector, payoffs: Vector) -> None:
    """Payoffs data @ shares."""
    for i in range(len(shares)):
        payoffs[i] = 0.0
        for j in range(len(shares)):
            payoffs[i] += data[i, j] * shares[j]


@cache
def spread(payoffs_of: Callable[..., Any], as_tuple: Callable[..., Any], count: int) -> Any:
    """Kernel (data, shares, payoffs) around a compiled function of `count` shares that returns a tuple."""

    def fill(data: Vector, shares: Vector, payoffs: Vector) -> None:
        values = payoffs_of(*as_tuple(shares, count))
        for i in range(count):
            payoffs[i] = values[i]

    return compiled_payoffs(fill)


def walk(
    row: Callable[..., float],
    payoff: Callable[..., None],
    data: Vector,
    counts: Counts,
    edges: Counts,
    sizes: Counts,
    parameter: float,
    rate: float,
    mutation: float,
    others: bool,
    marks: Counts,
    rng: np.random.Generator,
    out: Counts,
) -> float:
    """One run, recorded after marks[0], marks[1], ... steps; above 1 or nan if a row is no probability."""
    total = sizes.sum()
    shares, payoffs, chance = np.empty(len(counts)), np.empty(len(counts)), np.empty(len(counts))
    done = 0
    for m in range(len(marks)):
        for _ in range(marks[m] - done):
            agent = int(rng.random() * total)
            r = 0
            while agent >= sizes[r]:
                agent -= sizes[r]
                r += 1
            lo, hi = edges[r], edges[r + 1]
            i = lo
            while agent >= counts[i]:
                agent -= counts[i]
                i += 1
            j = i
            if mutation > 0 and rng.random() < mutation:
                j = lo + int(rng.random() * (hi - lo))
            else:
                for q in range(len(sizes)):
                    for k in range(edges[q], edges[q + 1]):
                        shares[k] = counts[k] / sizes[q]
                if others:
                    for k in range(lo, hi):
                        shares[k] = (counts[k] - (1 if k == i else 0)) / (sizes[r] - 1)
                payoff(data, shares, payoffs)
                excess = row(payoffs, shares, i, lo, hi, parameter, chance) / rate
                if not excess <= 1 + 1e-9:
                    return excess
                left = rng.random() * rate
                for k in range(lo, hi):
                    if k != i:
                        left -= chance[k]
                        if left < 0:
                            j = k
                            break
            counts[i] -= 1
            counts[j] += 1
        done = marks[m]
        out[m] = counts
    return 0.0
