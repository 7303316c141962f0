r"""The walk of a process agent by agent, for populations with too many states for a table of its law.

A step is played as the process tells it: somebody is drawn, mutates or meets a model, compares and adopts; or a parent
is drawn by fitness and a place for the offspring; or all Z offspring at once, one binomial number a strategy. So this
file says once more, in plain loops, what the classes in `processes` and `revision_processes` say of probabilities; the
tests hold both to each other by chi-square.

Payoffs are computed when they are needed for the first time at a state, by strategy: a matrix, constants, or group
games; others the caller computes (`ASKED`), for which the walk returns. Where all agents play the same and only
mutants can change that, the wait for the next mutant is drawn at once (see `process_kernels`).
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from evolution import random_stream
from evolution.protocol_rows import Row
from evolution.random_stream import OPTIONS, binomial, idle, inner, part, pick, uniform

__all__ = ["Crowd", "Rule", "Sums", "walk_agents"]

Vector = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Stream = npt.NDArray[np.uint64]

FERMI, LOCAL, IMITATION, PROTOCOL, MORAN, WRIGHT_FISHER = range(6)
MATRIX, FIXED, GROUP, ASKED = range(4)
DONE, ASK, BAD = range(3)  # the walk is at its end; wants payoffs; has met numbers that the process refuses
RUN, STEPS, MARK, HOME, SINCE, PAID, SOLE = range(7)
EXCESS = 1e-9


class Rule(NamedTuple):
    """The process in numbers."""

    kind: int
    payoff: int
    data: Vector  # (s, s) matrix; (1, s) constants; (s, columns) table of a group game
    companies: Counts  # (columns, s) co-players of a group game
    ways: Vector  # (columns,) orders in which each company can be drawn
    size: int
    intensity: float
    mutation: float
    away: float  # probability that a birth or a revision is a mutation to another strategy
    others: int  # 1 if mutants always change
    own: int  # 1 if oneself is not among those met
    apart: int  # 1 if models are others
    exponential: int  # 1 if fitness is
    bound: float
    parameter: float
    keeps: int  # 1 if, but for mutants, homogeneous populations stay so


class Crowd(NamedTuple):
    """The population, and what is known of its present state."""

    counts: Counts  # (s,)
    paid: Vector  # (s, s) paid[i, j]: j's payoff in the company of who plays i
    chance: Vector  # (s, s) rows: adoption or birth probabilities, by kind
    shares: Vector  # (s,)
    known: Counts  # (s,) 1 if row i of `paid` and `chance` is of this state
    clock: Counts  # (7,) the run; steps done; next mark; the last strategy that all played; first step whose state
    # is not counted yet; 1 if payoffs asked for are here; the strategy that all play now, or -1


class Sums(NamedTuple):
    """What is counted on the way, as in `process_kernels.Tally`."""

    burn_in: int
    until: int  # 1 to end runs at the first homogeneous population
    first: Vector  # (R, s)
    second: Vector  # (R, s, s)
    alone: Counts  # (R, s)
    takeovers: Counts  # (R, s, s)
    fixed: Counts  # (R,)
    loops: Counts  # (R,)
    steps: Counts  # (R,) steps done
    last: Counts  # (R,) the strategy that all play at the end, or -1


@inner
def pays(rule: Rule, now: Crowd, i: int, lo: int, hi: int) -> None:
    """Fill paid[i, lo:hi]: the payoffs of these strategies against those whom an i-player meets."""
    n, data, paid = now.counts, rule.data, now.paid
    n[i] -= rule.own
    total = rule.size - rule.own
    if rule.payoff == MATRIX:
        for j in range(lo, hi):
            paid[i, j] = 0.0
            for k in range(len(n)):
                paid[i, j] += data[j, k] * n[k]
            paid[i, j] /= total
    elif rule.payoff == FIXED:
        for j in range(lo, hi):
            paid[i, j] = data[0, j]
    elif rule.payoff == GROUP:
        for j in range(lo, hi):
            paid[i, j] = 0.0
        for column in range(len(rule.ways)):
            weight = drawing(rule, n, rule.companies[column], total) * rule.ways[column]
            for j in range(lo, hi):
                paid[i, j] += weight * data[j, column]
    n[i] += rule.own


@part
def drawing(rule: Rule, pool: Counts, company: Counts, total: int) -> float:
    """Probability to draw a company from the pool in one given order, without replacement unless all are met."""
    chance, taken = 1.0, 0
    for j in range(len(company)):
        for c in range(company[j]):
            chance *= (pool[j] - c * rule.own) / (total - taken * rule.own)
            taken += 1
    return max(chance, 0.0)


@inner
def adoption(rule: Rule, gain: float) -> float:
    """Probability to adopt a model's strategy, nan if there is none."""
    if not abs(gain) < np.inf:
        return np.nan
    if rule.kind == FERMI:
        return 1.0 / (1.0 + math.exp(-rule.intensity * gain))
    relative = gain / rule.bound
    if not abs(relative) <= 1.0 + EXCESS:
        return np.nan
    if rule.kind == LOCAL:
        return 0.5 + 0.5 * rule.intensity * relative
    return rule.intensity * max(relative, 0.0)


@part
def choice(rule: Rule, row: Row, now: Crowd, i: int) -> bool:
    """Fill chance[i] with the protocol's probabilities; false if they are none."""
    s, total = len(now.counts), rule.size - rule.own
    if rule.payoff != ASKED:
        pays(rule, now, i, 0, s)
    for j in range(s):
        now.shares[j] = (now.counts[j] - (rule.own if j == i else 0)) / total
        now.paid[i, j] *= rule.intensity
    excess = row(now.paid[i], now.shares, i, 0, s, rule.parameter, now.chance[i]) / rule.bound
    for j in range(s):
        now.chance[i, j] /= rule.bound
    return excess <= 1.0 + EXCESS


@part
def births(rule: Rule, now: Crowd) -> bool:
    """Fill chance[0] with the parents' law; false if fitness is none."""
    weight, total, best = now.chance[0], 0.0, -np.inf
    for i in range(len(weight)):
        weight[i] = 0.0
        if now.counts[i] > 0:
            if rule.payoff != ASKED:
                pays(rule, now, i, i, i + 1)
            best = max(best, now.paid[i, i])
    for i in range(len(weight)):
        if now.counts[i] > 0:
            if rule.exponential == 1:
                weight[i] = now.counts[i] * math.exp(rule.intensity * (now.paid[i, i] - best))
            else:
                weight[i] = now.counts[i] * ((1.0 - rule.intensity) + rule.intensity * now.paid[i, i])
            if not weight[i] >= 0.0:
                return False
            total += weight[i]
    for i in range(len(weight)):
        weight[i] /= total
    return 0.0 < total < np.inf


@inner
def mutant(rule: Rule, stream: Stream, i: int, s: int) -> int:
    """What a mutant of i becomes."""
    if rule.others == 0:
        return int(uniform(stream) * s)
    j = int(uniform(stream) * (s - 1))
    return j + 1 if j >= i else j


@inner
def birth(rule: Rule, now: Crowd, stream: Stream) -> tuple[int, int]:
    """Who dies and who is born; a strategy of -1 if fitness is none."""
    if now.known[0] == 0:
        if not births(rule, now):
            return -1, -1
        now.known[0] = 1
    j = pick(now.chance[0], uniform(stream))
    if rule.mutation > 0.0 and uniform(stream) < rule.mutation:
        j = mutant(rule, stream, j, len(now.counts))
    return pick(now.counts, uniform(stream) * rule.size), j


@inner
def revision(rule: Rule, row: Row, now: Crowd, stream: Stream) -> tuple[int, int]:
    """Who revises and what it plays then; a strategy of -1 if the probabilities are none."""
    n = now.counts
    i = pick(n, uniform(stream) * rule.size)
    if rule.mutation > 0.0 and uniform(stream) < rule.mutation:
        return i, mutant(rule, stream, i, len(n))
    if rule.kind == PROTOCOL:
        if now.known[i] == 0:
            if not choice(rule, row, now, i):
                return i, -1
            now.known[i] = 1
        left = uniform(stream)
        for k in range(len(n)):
            if k != i:
                left -= now.chance[i, k]
                if left < 0.0:
                    return i, k
        return i, i
    n[i] -= rule.apart
    j = pick(n, uniform(stream) * (rule.size - rule.apart))
    n[i] += rule.apart
    if i == j:
        return i, i
    for k in (i, j):
        if now.known[k] == 0 and rule.payoff != ASKED:
            pays(rule, now, k, k, k + 1)
            now.known[k] = 1
    chance = adoption(rule, now.paid[j, j] - now.paid[i, i])
    if not chance >= 0.0:
        return i, -1
    return i, (j if uniform(stream) < chance else i)


@part
def generation(rule: Rule, now: Crowd, stream: Stream) -> bool:
    """Replace everybody; false if fitness is none."""
    if not births(rule, now):
        return False
    s, law, rest = len(now.counts), now.shares, now.chance[0]
    for j in range(s):
        law[j] = rest[j] * (1.0 - rule.away) + ((1.0 - rest[j]) * rule.away / (s - 1) if s > 1 else 0.0)
    rest[s - 1] = law[s - 1]
    for j in range(s - 2, -1, -1):  # sums from the end: a strategy that nobody can be born with gets nobody
        rest[j] = law[j] + rest[j + 1]
    left = rule.size
    for j in range(s):
        now.counts[j] = binomial(stream, left, law[j] / rest[j]) if left > 0 else 0
        left -= now.counts[j]
    return True


@inner
def sole(counts: Counts, size: int) -> int:
    """The strategy that all agents play, -1 if they play several."""
    for j in range(len(counts)):
        if counts[j] > 0:
            return j if counts[j] == size else -1
    return -1


@inner
def spend(now: Crowd, sums: Sums, t: int) -> None:
    """The state has been as it is after every step from the first not counted up to t - 1."""
    r, since, n = now.clock[RUN], now.clock[SINCE], now.counts
    if t <= since:
        return
    stay = float(t - since)
    for i in range(len(n)):
        sums.first[r, i] += stay * n[i]
        for j in range(len(n)):
            sums.second[r, i, j] += stay * n[i] * n[j]
    if now.clock[SOLE] >= 0:
        sums.alone[r, now.clock[SOLE]] += t - since
    now.clock[SINCE] = t


@part
def begin(rule: Rule, now: Crowd, start: Counts, sums: Sums) -> None:
    """The state at step 0 of run clock[RUN]."""
    clock = now.clock
    for j in range(len(start)):
        now.counts[j], now.known[j] = start[j], 0
    who = sole(start, rule.size)
    clock[STEPS], clock[MARK], clock[HOME], clock[SINCE], clock[PAID], clock[SOLE] = 0, 0, who, sums.burn_in + 1, 0, who
    sums.fixed[clock[RUN]] = 0 if who >= 0 else -1


@inner
def arrive(rule: Rule, now: Crowd, sums: Sums) -> None:
    """Take note of a state just reached."""
    clock, before = now.clock, now.clock[SOLE]
    for j in range(len(now.known)):
        now.known[j] = 0
    clock[PAID], clock[SOLE] = 0, sole(now.counts, rule.size)
    if clock[SOLE] < 0 or clock[SOLE] == before:
        return
    r = clock[RUN]
    if sums.fixed[r] < 0:
        sums.fixed[r] = clock[STEPS]
    if clock[HOME] >= 0 and clock[STEPS] > sums.burn_in:
        sums.takeovers[r, clock[HOME], clock[SOLE]] += 1
    clock[HOME] = clock[SOLE]


@part
def wait(rule: Rule, now: Crowd, stream: Stream, stop: int) -> tuple[int, int]:
    """All play the same until one mutates: its old and its new strategy, the same if that is after `stop`."""
    i, clock = now.clock[SOLE], now.clock
    steps = idle(stream, 1.0 / math.log1p(-rule.away)) if rule.away > 0.0 else np.inf
    if not steps < stop - clock[STEPS]:
        clock[STEPS] = stop
        return i, i
    clock[STEPS] += np.int64(steps) + 1
    j = int(uniform(stream) * (len(now.counts) - 1))
    return i, (j + 1 if j >= i else j)


@inner
def turn(rule: Rule, row: Row, now: Crowd, stream: Stream, stop: int, sums: Sums) -> int:
    """One step, or all idle ones and a mutation, at most to `stop`: 1 if the state has changed, 0 if not, -1 if bad."""
    clock = now.clock
    if clock[SOLE] >= 0 and rule.keeps == 1 and (rule.kind != WRIGHT_FISHER or rule.away == 0.0):
        i, j = wait(rule, now, stream, stop)
    elif rule.kind == WRIGHT_FISHER:
        clock[STEPS] += 1
        spend(now, sums, clock[STEPS])
        return 1 if generation(rule, now, stream) else -1
    else:
        i, j = birth(rule, now, stream) if rule.kind == MORAN else revision(rule, row, now, stream)
        clock[STEPS] += 1
    if j < 0:
        return -1
    if i == j:
        return 0
    spend(now, sums, clock[STEPS])
    now.counts[i] -= 1
    now.counts[j] += 1
    return 1


@part
def go_on(
    rule: Rule, row: Row, stream: Stream, now: Crowd, start: Counts, marks: Counts, seen: Counts, sums: Sums
) -> int:
    """Run clock[RUN] to its end, or until payoffs are wanted."""
    clock = now.clock
    r = clock[RUN]
    if clock[STEPS] < 0:
        begin(rule, now, start, sums)
    while clock[MARK] < len(marks):
        stop = marks[clock[MARK]]
        while clock[STEPS] < stop:
            if sums.until == 1 and clock[SOLE] >= 0:
                return DONE
            if rule.payoff == ASKED and clock[PAID] == 0:
                return ASK
            sums.loops[r] += 1
            changed = turn(rule, row, now, stream, stop, sums)
            if changed < 0:
                return BAD
            if changed > 0:
                arrive(rule, now, sums)
        for j in range(len(now.counts)):
            seen[r, clock[MARK], j] = now.counts[j]
        clock[MARK] += 1
    spend(now, sums, clock[STEPS] + 1)
    return DONE


def walking(sources: int) -> Callable[..., int]:
    """The walks, compiled; a new number in place of `sources` compiles them anew."""

    def walk(
        rule: Rule, row: Row, streams: Stream, now: Crowd, start: Counts, marks: Counts, seen: Counts, sums: Sums
    ) -> int:
        """Runs from `start`, going on where they are; run r's state after marks[m] steps is written to seen[r, m].

        Run r uses stream r, or all the last one if there are fewer. To begin, clock[RUN] is 0 and clock[STEPS] -1.
        """
        clock = now.clock
        while clock[RUN] < len(sums.steps) + 0 * sources:
            r = clock[RUN]
            outcome = go_on(rule, row, streams[min(r, len(streams) - 1)], now, start, marks, seen, sums)
            if outcome != DONE:
                return outcome
            sums.steps[r], sums.last[r] = clock[STEPS], clock[SOLE]
            clock[RUN], clock[STEPS] = r + 1, -1
        return DONE

    kernel: Callable[..., int] = numba.njit(walk, cache=True, **OPTIONS)
    return kernel


walk_agents = walking(sum(zlib.crc32(Path(each).read_bytes()) for each in (__file__, random_stream.__file__)))
