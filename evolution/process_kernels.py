r"""The walk of a process whose law is a table: one row of transition probabilities a state.

State k is left with probability L_k = sum_m T_m(k), for one of at most s (s - 1) neighbours. Where L_k < 1/8 the
number of idle steps before the next move is drawn at once, a geometric number:

    G = floor(log U / log(1 - L_k)),      P(G >= g) = (1 - L_k)^g,

and then which move it is. A geometric number has no memory, so nothing is lost where a recorded step cuts it short:
the walk has the law of the chain at every step, also where moves happen once in 1e300 steps.

Time spent is counted state by state when a state is left, and turned into means and second moments at a run's end.
Memory does not grow with time.

References
----------
.. [1] D. T. Gillespie, *J. Comput. Phys.* 22 (1976) 403 (jumping from event to event).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from evolution import random_stream
from evolution.random_stream import OPTIONS, idle, inner, part, uniform

__all__ = ["Law", "Tally", "race_table", "walk_table"]

Vector = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Stream = npt.NDArray[np.uint64]


class Law(NamedTuple):
    """The process: M states with K moves each."""

    leaves: Vector  # (M,) L_k
    per_log: Vector  # (M,) 1 / log(1 - L_k) where idle steps are skipped (-inf where none moves), else 0
    cumulated: Vector  # (M, K) sums of the probabilities of the moves
    successor: npt.NDArray[np.int32]  # (M, K) where they lead
    alone: Counts  # (M,) the only strategy that is played, or -1


class Tally(NamedTuple):
    """What is counted on the way, run by run; all but `fixed` and `loops` after the first `burn_in` steps only."""

    burn_in: int
    states: Counts  # (M, s)
    first: Vector  # (R, s) sum of the counts
    second: Vector  # (R, s, s) sum of their products
    alone: Counts  # (R, s) steps after which all agents play j
    takeovers: Counts  # (R, s, s) arrivals at all-j, having last been all-i
    fixed: Counts  # (R,) step after which the population was first homogeneous, -1 if never
    loops: Counts  # (R,) turns of the loop
    visits: Counts  # (M,) steps after which the population was in each state, all runs together
    scratch: Counts  # (M,) zeros


@inner
def advance(law: Law, stream: Stream, k: int, t: int, stop: int) -> tuple[int, int]:
    """From state k after t steps: one step, or at once all idle steps and a move; at most to `stop`."""
    u = uniform(stream)
    if law.per_log[k] != 0.0:
        wait = idle(stream, law.per_log[k])
        if not wait < stop - t:
            return k, stop
        t += int(wait)
        u *= law.leaves[k]
    if u >= law.leaves[k]:
        return k, t + 1
    move = 0
    while u >= law.cumulated[k, move]:
        move += 1
    return int(law.successor[k, move]), t + 1


@part
def run(law: Law, stream: Stream, r: int, start: int, marks: Counts, seen: Counts, tally: Tally) -> None:
    """Run r."""
    k, t, home, loops = start, 0, law.alone[start], 0
    tally.fixed[r] = 0 if home >= 0 else -1
    counted = tally.burn_in + 1  # the first step whose state is not counted yet
    for m in range(len(marks)):
        while t < marks[m]:
            loops += 1
            before = k
            k, t = advance(law, stream, k, t, marks[m])
            if k == before:
                continue
            if t > counted:
                tally.scratch[before] += t - counted
                counted = t
            who = law.alone[k]
            if who >= 0:
                if tally.fixed[r] < 0:
                    tally.fixed[r] = t
                if home >= 0 and t > tally.burn_in:
                    tally.takeovers[r, home, who] += 1
                home = who
        seen[r, m] = k
    if t >= counted:
        tally.scratch[k] += t + 1 - counted
    tally.loops[r] = loops


@part
def add_up(law: Law, r: int, tally: Tally) -> None:
    """Move the time that run r has spent in each state to the sums."""
    states = tally.states
    for k in range(len(states)):
        stay = tally.scratch[k]
        if stay > 0:
            tally.visits[k] += stay
            tally.scratch[k] = 0
            for i in range(states.shape[1]):
                tally.first[r, i] += float(stay) * states[k, i]
                for j in range(states.shape[1]):
                    tally.second[r, i, j] += float(stay) * states[k, i] * states[k, j]
            if law.alone[k] >= 0:
                tally.alone[r, law.alone[k]] += stay


def walking(sources: int) -> Callable[..., None]:
    """The walks, compiled; a new number in place of `sources` compiles them anew."""

    def walk(law: Law, streams: Stream, start: int, marks: Counts, seen: Counts, tally: Tally) -> None:
        """Runs from `start`, one a stream; run r's state after marks[m] steps is written to seen[r, m]."""
        for r in range(len(streams) + 0 * sources):
            run(law, streams[r], r, start, marks, seen, tally)
            if tally.burn_in < marks[-1]:
                add_up(law, r, tally)

    kernel: Callable[..., None] = numba.njit(walk, cache=True, **OPTIONS)
    return kernel


def racing(sources: int) -> Callable[..., None]:
    """Many runs to a homogeneous population, compiled; `sources` as for `walking`."""

    def race(law: Law, doomed: Counts, stream: Stream, start: int, most: int, winner: Counts, steps: Counts) -> None:
        """Runs from `start`: who has won, -1 once nobody can, -2 if nobody has after `most` steps; and the steps."""
        for r in range(len(winner)):
            k, t = start, 0 * sources
            while law.alone[k] < 0 and doomed[k] == 0 and t < most:
                k, t = advance(law, stream, k, t, most)
            winner[r] = law.alone[k] if law.alone[k] >= 0 or doomed[k] == 1 else -2
            steps[r] = t

    kernel: Callable[..., None] = numba.njit(race, cache=True, **OPTIONS)
    return kernel


_SOURCES = sum(zlib.crc32(Path(each).read_bytes()) for each in (__file__, random_stream.__file__))
walk_table = walking(_SOURCES)
race_table = racing(_SOURCES)
