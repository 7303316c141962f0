"""Many orbits at once, compiled: the two marches of a block through all starts.

A lane whose orbit is done takes the next start; no lane's arithmetic sees another's, so an orbit does not depend on
its company. `march` goes by the Runge-Kutta pair of `flow_step`, whatever the velocity; step lengths follow
Gustafsson's PI rule [1]_, and an orbit whose steps are set by stability rather than accuracy is given up as stiff by
Hairer and Wanner's test [2]_. `march_series` goes by the Taylor series of `flow_series`, which imitation among linear
payoffs allows: several times faster.

Import this file only where orbits are about to be computed: it imports Numba at the top, because what is cached on
disk must be built when a module is read. What the cache cannot see by itself, a change in a file that this one takes
its parts from, is told to it by a number made of all sources.

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

import numpy as np

from evolution import flow_lanes, flow_series, flow_step
from evolution.flow_lanes import (
    ALL,
    GOING_ON,
    MANY_STEPS,
    NODES,
    REACHED,
    SHORT_STEPS,
    STATISTICS,
    STIFF,
    UNDEFINED,
    WEIGHTS,
    Answer,
    Lanes,
    Queue,
    add_statistics,
    arrival,
    board,
    empty_block,
    empty_lanes,
    empty_queue,
    goal,
    leave,
    outputs_due,
    write_outputs,
)
from evolution.flow_series import Series, empty_series, expand, outputs_beyond, series_lengths, states_beyond
from evolution.flow_step import (
    NJIT,
    OPTIONS,
    STAGES,
    Block,
    Rule,
    Scheme,
    Vector,
    inner,
    interpolant,
    outputs_between,
    stages,
    states_between,
    step_errors,
    velocity,
)

PATIENCE = 200_000.0  # steps that an orbit at the edge of stability may still have before it


class Pace(NamedTuple):
    """Tolerances of one step and how many are allowed."""

    rtol: float
    atol: float
    max_steps: int


@inner
def first_wishes(block: Block, now: Lanes, atol: float) -> None:
    """Who has boarded takes his velocity, and a short first step: its error will say how much longer the next may be.

    The others keep theirs, lest their last digit depend on who boards.
    """
    for lane in range(len(now.owner)):
        if now.owner[lane] >= 0 and now.wish[lane] < 0.0:
            fastest = 0.0
            for i in range(len(block.mix)):
                block.rates[0, i, lane] = block.mix[i, lane]
                fastest = max(fastest, abs(block.mix[i, lane]))
            now.wish[lane] = atol**0.125 / fastest if fastest > 0.0 else math.inf


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
def boarded(rule: Rule, block: Block, now: Lanes, starts: Vector, waiting: int, answer: Answer) -> int:
    """Fill the empty lanes; how many starts have been taken so far."""
    for lane in range(len(now.owner)):
        if now.owner[lane] < 0 and waiting < len(starts):
            board(rule, block, now, lane, waiting, starts[waiting], answer)
            waiting += 1
    return waiting


@inner
def disembarked(block: Block, now: Lanes, pace: Pace, answer: Answer) -> int:
    """Empty the lanes whose orbits have ended; how many are still running."""
    running, end, most = 0, answer.times[-1], pace.max_steps
    owner, t, wish, error, doubts, taken = now.owner, now.t, now.wish, now.error, now.suspect, now.taken
    for lane in range(len(owner)):
        if owner[lane] >= 0:
            left = end - t[lane]
            how = GOING_ON
            if left <= 0.0:
                how = REACHED
            elif wish[lane] <= 1e-15 * end:
                how = SHORT_STEPS if error[lane] < math.inf else UNDEFINED
            elif doubts[lane] >= 15 and left > PATIENCE * wish[lane]:
                how = STIFF
            elif taken[lane] >= most:
                how = MANY_STEPS
            if how == GOING_ON:
                running += 1
            else:
                leave(block, now, lane, how, answer)
    return running


@inner
def read_between(rule: Rule, block: Block, now: Lanes, queue: Queue, answer: Answer) -> None:
    """All outputs in the steps accepted, by the interpolant."""
    lane, places = 0, len(queue.time)
    while lane < len(now.owner):
        begun = queue.length[0]
        lane = outputs_due(block, now, queue, answer, lane)
        end = queue.length[0]
        outputs_between(block.dense, block.y, block.h, queue.lane, queue.time, begun, end, queue.y)
        if end == places:
            write_outputs(rule, queue, answer)


@inner
def read_beyond(rule: Rule, block: Block, series: Series, now: Lanes, queue: Queue, answer: Answer) -> None:
    """All outputs in the steps, by the series."""
    lane, places = 0, len(queue.time)
    while lane < len(now.owner):
        begun = queue.length[0]
        lane = outputs_due(block, now, queue, answer, lane)
        end = queue.length[0]
        outputs_beyond(series.y, series.own, block.y, queue.lane, queue.time, begun, end, queue.y)
        if end == places:
            write_outputs(rule, queue, answer)


def marching(sources: int) -> tuple[Callable[..., None], Callable[..., None]]:
    """Both marches, compiled; a new number in place of `sources` compiles them anew."""

    def march(field: Any, rule: Rule, scheme: Scheme, pace: Pace, lanes: int, starts: Vector, answer: Answer) -> None:
        """Every orbit from its start at time 0 to the last time asked for, or to where it cannot go on."""
        n = starts.shape[1]
        block, now, queue = empty_block(n, lanes), empty_lanes(lanes), empty_queue(n, lanes)
        taken, running = 0, 0 * sources
        while running > 0 or taken < len(starts):
            if running < lanes and taken < len(starts):
                taken = boarded(rule, block, now, starts, taken, answer)
                velocity(field, rule, block, block.y, block.mix)
                first_wishes(block, now, pace.atol)
            step_lengths(block, now, answer)
            stages(field, rule, scheme, block, 0, STAGES - 1, block.trial)
            stages(field, rule, scheme, block, STAGES - 1, STAGES, block.new)
            step_errors(scheme, block, pace.rtol, pace.atol, now.error)
            if judge(block, now, answer):
                interpolant(field, rule, scheme, block)
                if answer.keep == ALL:
                    read_between(rule, block, now, queue, answer)
                for node in range(len(NODES) if answer.keep == STATISTICS else 0):
                    states_between(block.dense, block.y, NODES[node], block.trial)
                    add_statistics(rule, block, now, answer.times[0], WEIGHTS[node])
            advance(block, now, answer)
            running = disembarked(block, now, pace, answer)
        write_outputs(rule, queue, answer)

    def march_series(rule: Rule, pace: Pace, lanes: int, starts: Vector, answer: Answer) -> None:
        """The same by Taylor series, for imitation among payoffs linear in the shares."""
        n = starts.shape[1]
        block, now, queue = empty_block(n, lanes), empty_lanes(lanes), empty_queue(n, lanes)
        after = np.empty(lanes)
        series = empty_series(n, len(rule.edges) - 1, lanes)
        taken, running = 0, 0 * sources
        while running > 0 or taken < len(starts):
            if running < lanes and taken < len(starts):
                taken = boarded(rule, block, now, starts, taken, answer)
            expand(rule, block, series)
            series_lengths(block, series.y, pace.atol, now.wish)
            step_lengths(block, now, answer)
            if answer.keep == ALL:
                read_beyond(rule, block, series, now, queue, answer)
            for node in range(len(NODES) if answer.keep == STATISTICS else 0):
                for lane in range(lanes):
                    after[lane] = NODES[node] * block.h[lane]
                states_beyond(series.y, block.y, after, block.trial)
                add_statistics(rule, block, now, answer.times[0], WEIGHTS[node])
            states_beyond(series.y, block.y, block.h, block.y)
            for lane in range(lanes):
                if now.owner[lane] >= 0:
                    now.t[lane] = arrival(answer, now.t[lane], block.h[lane])
                    now.taken[lane] += 1
            running = disembarked(block, now, pace, answer)
        write_outputs(rule, queue, answer)

    keeping = NJIT(cache=True, **OPTIONS)
    return keeping(march), keeping(march_series)


march, march_series = marching(
    sum(
        zlib.crc32(Path(each).read_bytes())
        for each in (__file__, flow_lanes.__file__, flow_series.__file__, flow_step.__file__)
    )
)
