"""The lanes of a block: who boards, what each lane's orbit is due, and what is written down when it leaves.

Each lane has its own time and step. Means over time are Gauss-Legendre sums over each step's interpolant; extremes are
looked for at the same nodes and at the steps' ends.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from evolution.flow_step import EXTRA, STAGES, Block, Counts, Rule, Vector, inner, read_shares

ALL, FINAL, STATISTICS = 0, 1, 2
GOING_ON, REACHED, SHORT_STEPS, MANY_STEPS, STIFF, UNDEFINED = -1, 0, 1, 2, 3, 4

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


class Queue(NamedTuple):
    """States that wait until there are enough to be turned into shares together; last axis: places."""

    y: Vector
    x: Vector
    total: Vector
    time: Vector  # from the step's start
    orbit: Counts
    output: Counts
    lane: Counts
    length: Counts  # one number: how many places are taken


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
        now.due[lane] = 1
        for i in range(len(start)):
            answer.x[orbit, 0, i] = start[i]


@inner
def goal(answer: Answer, t: float) -> float:
    """The next time that a step must end at."""
    begin, end = answer.times[0], answer.times[-1]
    return float(begin if answer.keep == STATISTICS and t < begin else end)


@inner
def arrival(answer: Answer, t: float, h: float) -> float:
    """Where a step of length h ends, to the last digit where it must."""
    to = goal(answer, t)
    return to if h == to - t else t + h


@inner
def empty_queue(n: int, places: int) -> Queue:
    """Room for so many states."""
    whole, wide = np.zeros((4, places), dtype=np.int64), np.zeros((2, n, places))
    real = np.zeros((2, places))
    return Queue(wide[0], wide[1], real[0], real[1], whole[0], whole[1], whole[2], whole[3, :1])


@inner
def outputs_due(block: Block, now: Lanes, queue: Queue, answer: Answer, lane: int) -> int:
    """Queue the outputs in the steps of `lane` and the lanes after it while there is room; the lane to go on with."""
    owner, due, error, t, h, times = now.owner, now.due, now.error, now.t, block.h, answer.times
    orbit, output, whose, time, place = queue.orbit, queue.output, queue.lane, queue.time, queue.length[0]
    end = times[-1]
    while lane < len(owner):
        if owner[lane] >= 0 and error[lane] <= 1.0:
            k, start = due[lane], t[lane]
            to = end if h[lane] == end - start else start + h[lane]
            while place < len(time) and k < len(times) and times[k] <= to:
                orbit[place], output[place], whose[place], time[place] = owner[lane], k, lane, times[k] - start
                place, k = place + 1, k + 1
            due[lane] = k
            if place == len(time):
                break
        lane += 1
    queue.length[0] = place
    return lane


@inner
def write_outputs(rule: Rule, queue: Queue, answer: Answer) -> None:
    """Shares of all states in the queue, which is empty then."""
    read_shares(rule.logs, queue.y, rule.edges, queue.total, queue.x)
    shares, orbit, output, x = answer.x, queue.orbit, queue.output, queue.x
    for place in range(queue.length[0]):
        for i in range(len(x)):
            shares[orbit[place], output[place], i] = x[i, place]
    queue.length[0] = 0


@inner
def add_statistics(rule: Rule, block: Block, now: Lanes, begin: float, weight: float) -> None:
    """Add the trial states, one node of the step, to the integral of the shares and to the extremes."""
    read_shares(rule.logs, block.trial, rule.edges, block.total, block.x)
    length, shares, seen = block.total, block.x, block.seen
    for lane in range(len(length)):
        counts = now.owner[lane] >= 0 and now.error[lane] <= 1.0 and now.t[lane] >= begin
        length[lane] = block.h[lane] if counts else -1.0
    for i in range(shares.shape[0]):
        for lane in range(shares.shape[1]):
            if length[lane] >= 0.0:
                x = shares[i, lane]
                seen[0, i, lane] += weight * length[lane] * x
                seen[1, i, lane] = min(seen[1, i, lane], x)
                seen[2, i, lane] = max(seen[2, i, lane], x)


@inner
def leave(block: Block, now: Lanes, lane: int, how: int, answer: Answer) -> None:
    """Write down what a lane's orbit has come to, and empty the lane."""
    orbit = now.owner[lane]
    answer.outcome[orbit], answer.reached[orbit], answer.steps[orbit] = how, now.t[lane], now.taken[lane]
    now.owner[lane] = -1
    x, y, seen, due = answer.x, block.y, block.seen, now.due[lane]
    for i in range(len(y)):
        answer.last[orbit, i] = y[i, lane]
        if answer.keep == ALL:
            for k in range(due, len(answer.times)):
                x[orbit, k, i] = math.nan
        elif answer.keep == STATISTICS:
            for k in range(len(seen)):
                x[orbit, k, i] = seen[k, i, lane]
