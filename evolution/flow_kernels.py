"""Many orbits at once, compiled: each lane of a block has its own time, step and error.

A lane whose orbit is done takes the next start; no lane's arithmetic sees another's, so an orbit does not depend on
its company. Step lengths follow Gustafsson's PI rule [1]_, and an orbit whose steps are set by stability rather than
accuracy is given up as stiff by Hairer and Wanner's test [2]_. Means over time are Gauss-Legendre sums over each
step's interpolant, extremes are looked for at the same nodes and at the steps' ends.

Import this file only where orbits are about to be computed: it imports Numba at the top, because what is cached on
disk must be built when a module is read. What the cache cannot see by itself, a change in `flow_step`, is told to it
by a number made of both sources.

References
----------
.. [1] K. Gustafsson, *ACM Trans. Math. Softw.* 17 (1991) 533.
.. [2] E. Hairer and G. Wanner, *Solving Ordinary Differential Equations II*, 2nd ed., Springer, 1996, IV.2.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numba
import numpy as np

from evolution import flow_step
from evolution.flow_step import (
    EXTRA,
    OPTIONS,
    STAGES,
    Block,
    Counts,
    Rule,
    Scheme,
    Vector,
    between,
    exponential,
    inner,
    interpolant,
    read_shares,
    stages,
    step_errors,
    velocity,
)

ALL, FINAL, STATISTICS = 0, 1, 2
REACHED, SHORT_STEPS, MANY_STEPS, STIFF, UNDEFINED = 0, 1, 2, 3, 4

NODES = (0.04691007703066802, 0.23076534494715845, 0.5, 0.7692346550528415, 0.9530899229693319, 1.0)
WEIGHTS = (0.11846344252809454, 0.23931433524968324, 0.28444444444444444, 0.23931433524968324, 0.11846344252809454, 0.0)


class Answer(NamedTuple):
    """What is asked and, filled in by the march, what is found; first axis: orbits."""

    keep: int
    times: Vector
    x: Vector  # (orbits, outputs, strategies), or the integral, the least and the greatest of the shares
    last: Vector  # (orbits, strategies) coordinates of the last state
    outcome: Counts  # (orbits,)
    reached: Vector  # (orbits,) time of the last state
    steps: Counts  # (orbits,)


class Pace(NamedTuple):
    """Tolerances of one step and how many are allowed."""

    rtol: float
    atol: float
    max_steps: int


class Lanes(NamedTuple):
    """Where each lane's orbit is; first axis: lanes."""

    owner: Counts  # its number, -1 for an empty lane
    due: Counts  # the next output
    taken: Counts  # steps
    suspect: Counts  # steps in a row at the edge of stability
    refused: Counts  # 1 after a step refused
    t: Vector
    wish: Vector  # the next step's length, before it is cut at a time that must be met
    before: Vector  # log of the last step's error
    error: Vector  # of this step


@inner
def empty_block(n: int, lanes: int) -> Block:
    """Room for a block."""
    wide, one = np.zeros((6, n, lanes)), np.zeros((4, lanes))
    dense, seen = np.zeros((7, n, lanes)), np.zeros((3, n, lanes))
    flat_rates, flat_mix = np.zeros((STAGES + EXTRA + 1, n * lanes)), np.zeros(n * lanes)
    return Block(
        *(wide[0], wide[1], wide[2], wide[3], wide[4], wide[5]),
        *(one[0], one[1], one[2], one[3], dense, seen),
        *(flat_rates.reshape(STAGES + EXTRA + 1, n, lanes), flat_rates, flat_mix.reshape(n, lanes), flat_mix),
    )


@inner
def empty_lanes(lanes: int) -> Lanes:
    """Lanes that wait for orbits."""
    whole, real = np.zeros((5, lanes), dtype=np.int64), np.zeros((4, lanes))
    whole[0] = -1
    return Lanes(whole[0], whole[1], whole[2], whole[3], whole[4], real[0], real[1], real[2], real[3])


@inner
def board(rule: Rule, block: Block, now: Lanes, lane: int, orbit: int, start: Vector, answer: Answer) -> None:
    """Put an orbit into lane lane."""
    now.owner[lane] = orbit
    now.due[lane] = now.taken[lane] = now.suspect[lane] = now.refused[lane] = 0
    now.t[lane] = now.before[lane] = 0.0
    now.wish[lane] = -1.0
    for i in range(len(start)):
        block.played[i, lane] = 0.0 if rule.logs and start[i] <= 0.0 else 1.0
        block.y[i, lane] = start[i]
        if rule.logs:
            block.y[i, lane] = math.log(start[i]) if start[i] > 0.0 else -1e300
        block.seen[0, i, lane], block.seen[1, i, lane], block.seen[2, i, lane] = 0.0, math.inf, -math.inf
    if answer.keep == ALL and answer.times[0] == 0.0:
        answer.x[orbit, 0] = block.y[:, lane]
        now.due[lane] = 1


@inner
def first_wishes(block: Block, now: Lanes, atol: float) -> None:
    """Who has boarded takes his velocity, and a short first step: its error will say how much longer the next may be.

    The others keep theirs, lest their last digit depend on who boards.
    """
    for lane in range(len(now.owner)):
        if now.owner[lane] >= 0 and now.wish[lane] < 0.0:
            block.rates[0, :, lane] = block.mix[:, lane]
            fastest = np.abs(block.mix[:, lane]).max()
            now.wish[lane] = atol**0.125 / fastest if fastest > 0.0 else math.inf


@inner
def goal(answer: Answer, t: float) -> float:
    """The next time that a step must end at."""
    begin, end = answer.times[0], answer.times[-1]
    return begin if answer.keep == STATISTICS and t < begin else end


@inner
def arrival(answer: Answer, t: float, h: float) -> float:
    """Where a step of length h ends, to the last digit where it must."""
    to = goal(answer, t)
    return to if h == to - t else t + h


@inner
def step_lengths(block: Block, now: Lanes, answer: Answer) -> None:
    """What each lane tries."""
    for lane in range(len(now.owner)):
        step = goal(answer, now.t[lane]) - now.t[lane] if now.owner[lane] >= 0 else 0.0
        block.h[lane] = min(now.wish[lane], 0.5 * step) if now.wish[lane] < step else step


@inner
def judge(block: Block, now: Lanes, answer: Answer) -> bool:
    """Choose the next steps; true if something is to be read within a step accepted."""
    reading = False
    for lane in range(len(now.owner)):
        if now.owner[lane] < 0:
            continue
        error, h = now.error[lane], block.h[lane]
        now.taken[lane] += 1
        if not error <= 1.0:
            now.wish[lane] = h * (max(0.2, 0.9 * error**-0.125) if error < math.inf else 0.2)
            now.refused[lane] = 1
            continue
        size = math.log(max(error, 1e-10))
        growth = 0.9 * math.exp(-0.095 * size + 0.04 * now.before[lane])
        wish = h * min(1.0 if now.refused[lane] else 2.0, max(0.2, growth))
        now.wish[lane] = max(wish, now.wish[lane]) if h < now.wish[lane] else wish  # a step cut short says nothing
        now.before[lane], now.refused[lane] = size, 0
        suspect(block, now, lane)
        if answer.keep == ALL:
            reading |= answer.times[now.due[lane]] <= arrival(answer, now.t[lane], h)
        elif answer.keep == STATISTICS:
            reading |= now.t[lane] >= answer.times[0]
    return reading


@inner
def suspect(block: Block, now: Lanes, lane: int) -> None:
    """Count the steps whose length stability sets: those with h |J| > 6.1, by the last two stages."""
    if now.taken[lane] % 1000 and not now.suspect[lane]:
        return
    change, distance = 0.0, 0.0
    for i in range(block.y.shape[0]):
        change += (block.rates[STAGES, i, lane] - block.rates[STAGES - 1, i, lane]) ** 2
        distance += (block.new[i, lane] - block.trial[i, lane]) ** 2
    edge = block.h[lane] * math.sqrt(change) > 6.1 * math.sqrt(distance)
    now.suspect[lane] = now.suspect[lane] + 1 if edge else 0


@inner
def read_outputs(block: Block, now: Lanes, answer: Answer) -> None:
    """The coordinates at all outputs that a step accepted has passed."""
    for lane in range(len(now.owner)):
        if now.owner[lane] < 0 or not now.error[lane] <= 1.0:
            continue
        rows, t, h, k = answer.x[now.owner[lane]], now.t[lane], block.h[lane], now.due[lane]
        to = arrival(answer, t, h)
        while k < len(answer.times) and answer.times[k] <= to:
            u = (answer.times[k] - t) / h if h > 0.0 else 0.0
            for i in range(rows.shape[1]):
                rows[k, i] = between(block.dense, block.y, i, lane, u)
            k += 1
        now.due[lane] = k


@inner
def read_statistics(rule: Rule, block: Block, now: Lanes, begin: float) -> None:
    """Add the step's part to the integral of the shares, and look for extremes at its nodes."""
    n, lanes = block.y.shape
    length, x = block.sum5, block.x
    for lane in range(lanes):
        counts = now.owner[lane] >= 0 and now.error[lane] <= 1.0 and now.t[lane] >= begin
        length[lane] = block.h[lane] if counts else 0.0
    for node in range(len(NODES)):
        u, weight = NODES[node], WEIGHTS[node]
        for i in range(n):
            for lane in range(lanes):
                block.trial[i, lane] = between(block.dense, block.y, i, lane, u)
        read_shares(rule.logs, block.trial, rule.edges, block.total, x)
        for i in range(n):
            for lane in range(lanes):
                if length[lane] > 0.0:
                    block.seen[0, i, lane] += weight * length[lane] * x[i, lane]
                    block.seen[1, i, lane] = min(block.seen[1, i, lane], x[i, lane])
                    block.seen[2, i, lane] = max(block.seen[2, i, lane], x[i, lane])


@inner
def advance(block: Block, now: Lanes, answer: Answer) -> None:
    """Accepted steps are taken."""
    n, lanes = block.y.shape
    taken = block.sum5
    for lane in range(lanes):
        taken[lane] = 1.0 if now.error[lane] <= 1.0 else 0.0
        if taken[lane] > 0.0 and now.owner[lane] >= 0:
            now.t[lane] = arrival(answer, now.t[lane], block.h[lane])
    y, new, rates = block.y, block.new, block.rates
    for i in range(n):
        for lane in range(lanes):
            y[i, lane] = new[i, lane] if taken[lane] > 0.0 else y[i, lane]
            rates[0, i, lane] = rates[STAGES, i, lane] if taken[lane] > 0.0 else rates[0, i, lane]


@inner
def outcome(now: Lanes, lane: int, pace: Pace, end: float) -> int:
    """How lane lane's orbit has ended, -1 if it goes on."""
    left = end - now.t[lane]
    if left <= 0.0:
        return REACHED
    if now.wish[lane] <= 1e-15 * end:
        return SHORT_STEPS if now.error[lane] < math.inf else UNDEFINED
    if now.suspect[lane] >= 15 and left > 1000.0 * now.wish[lane]:
        return STIFF
    return MANY_STEPS if now.taken[lane] >= pace.max_steps else -1


@inner
def leave(rule: Rule, block: Block, now: Lanes, lane: int, answer: Answer) -> None:
    """Write down what lane lane's orbit has come to, and empty the lane."""
    orbit = now.owner[lane]
    answer.reached[orbit], answer.steps[orbit] = now.t[lane], now.taken[lane]
    answer.last[orbit] = block.y[:, lane]
    if answer.keep == ALL:
        for k in range(now.due[lane]):
            shares_of(rule, answer.x[orbit, k])
    elif answer.keep == STATISTICS:
        answer.x[orbit] = block.seen[:, :, lane]
    now.owner[lane] = -1


@inner
def shares_of(rule: Rule, row: Vector) -> None:
    """Shares in place of one state's coordinates."""
    for r in range(len(rule.edges) - 1):
        total = 0.0
        for i in range(rule.edges[r], rule.edges[r + 1]):
            row[i] = exponential(row[i]) if rule.logs else max(row[i], 0.0)
            total += row[i]
        for i in range(rule.edges[r], rule.edges[r + 1]):
            row[i] /= total


def marching(sources: int) -> Callable[..., None]:
    """The march, compiled; a new number in place of `sources` compiles it anew."""

    def march(field: Any, rule: Rule, scheme: Scheme, pace: Pace, lanes: int, starts: Vector, answer: Answer) -> None:
        """Every orbit from its start at time 0 to the last time asked for, or to where it cannot go on."""
        block, now = empty_block(starts.shape[1], lanes), empty_lanes(lanes)
        waiting, running = 0, 0 * sources
        while True:
            boarding = False
            for lane in range(lanes):
                if now.owner[lane] < 0 and waiting < len(starts):
                    board(rule, block, now, lane, waiting, starts[waiting], answer)
                    waiting, running, boarding = waiting + 1, running + 1, True
            if running == 0:
                return
            if boarding:
                velocity(field, rule, block, block.y, block.mix)
                first_wishes(block, now, pace.atol)
            step_lengths(block, now, answer)
            stages(field, rule, scheme, block, 0, STAGES - 1, block.trial)
            stages(field, rule, scheme, block, STAGES - 1, STAGES, block.new)
            step_errors(scheme, block, pace.rtol, pace.atol, now.error)
            if judge(block, now, answer):
                interpolant(field, rule, scheme, block)
                if answer.keep == ALL:
                    read_outputs(block, now, answer)
                else:
                    read_statistics(rule, block, now, answer.times[0])
            advance(block, now, answer)
            for lane in range(lanes):
                if now.owner[lane] >= 0:
                    how = outcome(now, lane, pace, answer.times[-1])
                    if how >= 0:
                        answer.outcome[now.owner[lane]] = how
                        leave(rule, block, now, lane, answer)
                        running -= 1

    kernel: Callable[..., None] = numba.njit(march, cache=True, **OPTIONS)
    return kernel


march = marching(sum(zlib.crc32(Path(each).read_bytes()) for each in (__file__, flow_step.__file__)))
