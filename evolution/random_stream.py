r"""Random numbers inside compiled loops: xoshiro256++, and what the kernels draw with it.

A stream is an array of four unsigned 64-bit numbers, not all 0, seeded from a child of a NumPy seed sequence: NumPy
answers for the independence of runs, and this generator, inlined, for the speed (through a NumPy Generator a compiled
loop draws some seven times slower). Its period is 2^256 - 1; all 64 bits pass the usual batteries [1]_.

Uniform numbers are multiples of 2^-53, so an event of smaller probability never happens in one draw; waiting times
(`idle`) are drawn by their logarithm instead and know no such limit. Binomial numbers are drawn by inversion where
their mean is below 10 and by Hörmann's transformed rejection [2]_ above.

References
----------
.. [1] D. Blackman, S. Vigna, *ACM Trans. Math. Softw.* 47 (2021) 36.
.. [2] W. Hörmann, *J. Stat. Comput. Simul.* 46 (1993) 101 (algorithm BTRS).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeVar

import numba
import numpy as np
import numpy.typing as npt

__all__ = ["binomial", "following", "idle", "inner", "part", "pick", "streams", "uniform"]

Stream = npt.NDArray[np.uint64]
Vector = npt.NDArray[np.float64]
Verb = TypeVar("Verb", bound=Callable[..., Any])

OPTIONS: dict[str, Any] = {"error_model": "numpy", "nogil": True, "_nrt": False}
"""Kernels here make no arrays, and so need no count of references to them, which would cost most of their time."""
SHIFT, TURN_OUT, TURN_LAST, KEPT = np.uint64(17), np.uint64(23), np.uint64(45), np.uint64(11)
WORD = np.uint64(64)
TINY = 2.0**-53


def inner(function: Verb) -> Verb:
    """Compile into what calls it: for the few lines of every step."""
    kernel: Verb = numba.njit(function, forceinline=True, **OPTIONS)
    return kernel


def part(function: Verb) -> Verb:
    """Compile as a part of what calls it: for what is called more rarely, or at several places."""
    kernel: Verb = numba.njit(function, **OPTIONS)
    return kernel


def streams(rng: np.random.Generator | int | None, count: int) -> Stream:
    """Seeds of `count` independent streams, shape (count, 4): children of `rng`, each of which knows no other.

    Examples
    --------
    >>> bool((streams(7, 3) == streams(7, 5)[:3]).all())
    True
    """
    sequence: Any = np.random.default_rng(rng).bit_generator.seed_seq
    return np.array([child.generate_state(4, np.uint64) for child in sequence.spawn(count)]).reshape(count, 4)


@inner
def following(stream: Stream) -> np.uint64:
    """The stream's next 64 bits."""
    a, b, c, d = stream[0], stream[1], stream[2], stream[3]
    turned = a + d
    out: np.uint64 = ((turned << TURN_OUT) | (turned >> (WORD - TURN_OUT))) + a
    shifted = b << SHIFT
    c ^= a
    d ^= b
    stream[1] = b ^ c
    stream[0] = a ^ d
    stream[2] = c ^ shifted
    stream[3] = (d << TURN_LAST) | (d >> (WORD - TURN_LAST))
    return out


@inner
def uniform(stream: Stream) -> float:
    """A number in [0, 1)."""
    return float(np.int64(following(stream) >> KEPT)) * TINY


@inner
def idle(stream: Stream, per_log: float) -> float:
    """Failures before the first success, inf if there is none; per_log = 1 / log(1 - p), p the chance of success."""
    waited: float = np.floor(math.log((np.int64(following(stream) >> KEPT) + 1) * TINY) * per_log)
    return waited


@inner
def pick(weights: Any, left: float) -> int:
    """First index at which the sum of the weights exceeds `left`; the last that has weight if none does."""
    last = 0
    for i in range(len(weights)):
        if weights[i] > 0:
            last = i
            left -= weights[i]
            if left < 0:
                break
    return last


@part
def binomial(stream: Stream, trials: int, chance: float) -> int:
    """How many of `trials` succeed."""
    if chance <= 0.0 or trials == 0:
        return 0
    if chance >= 1.0:
        return trials
    if chance > 0.5:
        return trials - few(stream, trials, 1.0 - chance)
    return few(stream, trials, chance)


@part
def few(stream: Stream, trials: int, p: float) -> int:
    """The same for p <= 1/2."""
    if trials * p >= 10.0:
        return by_rejection(stream, trials, p)
    found, tried = -1, 0.0
    per_log = 1.0 / math.log1p(-p)
    while tried <= trials:  # successes are a geometric number of trials apart
        tried += idle(stream, per_log) + 1.0
        found += 1
    return found


@part
def by_rejection(stream: Stream, trials: int, p: float) -> int:
    """The same where the mean is at least 10."""
    root = math.sqrt(trials * p * (1.0 - p))
    b = 1.15 + 2.53 * root
    a = -0.0873 + 0.0248 * b + 0.01 * p
    middle, mode = trials * p + 0.5, math.floor((trials + 1) * p)
    height, width = 0.92 - 4.2 / b, (2.83 + 5.1 / b) * root
    odds = math.log(p / (1.0 - p))
    top = math.lgamma(mode + 1.0) + math.lgamma(trials - mode + 1.0)
    while True:
        u, v = uniform(stream) - 0.5, 1.0 - uniform(stream)
        near = 0.5 - abs(u)
        if near <= 0.0:
            continue
        k = math.floor((2.0 * a / near + b) * u + middle)
        if near >= 0.07 and v <= height:
            return int(k)
        if 0 <= k <= trials:
            bound = top - math.lgamma(k + 1.0) - math.lgamma(trials - k + 1.0) + (k - mode) * odds
            if math.log(v * width / (a / (near * near) + b)) <= bound:
                return int(k)
