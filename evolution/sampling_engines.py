r"""How a process is sampled: by a table of its law where it has few states, agent by agent where it has many.

The table is the exact side's own: `log_moves` at all states, for any process with one change at a time and any payoffs
(`process_kernels`). Beyond that the processes of this package are played agent by agent (`agent_kernels`), with
payoffs compiled where they are a matrix, constants or a group game; other payoffs are asked of Python state by state.

Run r uses child r of the random source whatever runs beside it, so nothing depends on the number of workers.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from evolution.agent_rules import payoffs_around, refuse, rule_of
from evolution.counts import all_counts, number_of_states, place_of
from evolution.encounters import CountPayoffs, Encounters, FieldEncounters, PairEncounters
from evolution.population_process import OneByOne, Process

__all__ = ["AgentEngine", "Engine", "Found", "TableEngine", "engine_of", "run_all"]

Vector = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Streams = npt.NDArray[np.uint64]

MOST_MOVES = 1_000_000  # entries of a table of the law
MOST_CALLS = 200_000  # of payoffs that are only a Python function, to make a table
SKIPPED = 1 / 8  # idle steps are skipped where fewer of the steps move
CACHED = 50_000  # states whose interpreted payoffs are remembered


@dataclass(frozen=True, eq=False, slots=True)
class Found:
    """What `runs` runs have come to; sums are over the steps after the burn-in.

    Parameters
    ----------
    seen : array, shape (runs, marks, s)
        Counts after the steps asked for.
    first, second : arrays, shapes (runs, s) and (runs, s, s)
        Sums of n_i and of n_i n_j.
    alone : array, shape (runs, s)
        Steps after which all agents play j.
    takeovers : array, shape (runs, s, s)
        Arrivals at all-j, having last been all-i.
    fixed : array, shape (runs,)
        Step after which the population was first homogeneous, -1 if never.
    loops : array, shape (runs,)
        Turns of the loop that were made.
    visits : array, shape (M,), or None
        Steps in each state, summed over the runs, where states are counted.
    """

    seen: Counts
    first: Vector
    second: Vector
    alone: Counts
    takeovers: Counts
    fixed: Counts
    loops: Counts
    visits: Counts | None


def empty(runs: int, marks: int, s: int, states: int | None) -> Found:
    """Room for what is found."""
    return Found(
        np.zeros((runs, marks, s), dtype=np.int64),
        np.zeros((runs, s)),
        np.zeros((runs, s, s)),
        np.zeros((runs, s), dtype=np.int64),
        np.zeros((runs, s, s), dtype=np.int64),
        np.full(runs, -1),
        np.zeros(runs, dtype=np.int64),
        None if states is None else np.zeros(states, dtype=np.int64),
    )


class TableEngine:
    """A process with one change at a time, by the table of its law."""

    def __init__(self, process: OneByOne) -> None:
        from evolution.process_kernels import Law

        size, s = process.size, len(process.strategies)
        self.process, self.states = process, all_counts(size, s)
        logs = process.log_moves(self.states)
        pairs = [(i, j) for i in range(s) for j in range(s) if i != j] or [(0, 0)]
        cumulated = np.cumsum(np.exp([logs[:, i, j] for i, j in pairs]), axis=0).T.copy()
        successor = np.zeros(cumulated.shape, dtype=np.int32)
        for m, (i, j) in enumerate(pairs):
            can = self.states[:, i] > 0
            reached = self.states[can]
            reached[:, i] -= 1
            reached[:, j] += 1
            successor[can, m] = place_of(reached)
        leaves = cumulated[:, -1].copy()
        with np.errstate(divide="ignore"):
            per_log = np.where(leaves < SKIPPED, 1 / np.log1p(-np.minimum(leaves, SKIPPED)), 0.0)
        alone = np.where(self.states.max(axis=1) == size, self.states.argmax(axis=1), -1)
        self.law = Law(leaves, per_log, cumulated, successor, alone)
        self.method = f"table of all {len(self.states)} states, compiled; idle steps are skipped where most are idle"
        self.parallel = True

    def runs(self, start: Counts, marks: Counts, burn_in: int | None, streams: Streams) -> Found:
        """Runs from `start`, one a stream, with statistics after `burn_in` steps unless that is None."""
        from evolution.process_kernels import Tally, walk_table

        number, s = len(streams), self.states.shape[1]
        found = empty(number, len(marks), s, len(self.states))
        seen, scratch = np.zeros((number, len(marks)), dtype=np.int64), np.zeros(len(self.states), dtype=np.int64)
        from_step = int(marks[-1]) if burn_in is None else burn_in
        sums = found.first, found.second, found.alone, found.takeovers, found.fixed, found.loops
        visits = np.zeros(0, dtype=np.int64) if found.visits is None else found.visits
        tally = Tally(from_step, self.states, *sums, visits, scratch)
        walk_table(self.law, streams.copy(), int(place_of(start)), marks, seen, tally)
        found.seen[:] = self.states[seen]
        return found

    def race(self, start: Counts, most: int, runs: int, stream: Streams) -> tuple[Counts, Counts]:
        """Who has taken over (-1: nobody can, -2: nobody has after `most` steps) in each run, and after which step."""
        from evolution.process_kernels import race_table

        winner, steps = np.zeros(runs, dtype=np.int64), np.zeros(runs, dtype=np.int64)
        race_table(self.law, self.doomed, stream.copy(), int(place_of(start)), most, winner, steps)
        return winner, steps

    @cached_property
    def doomed(self) -> Counts:
        """1 for states from which no homogeneous population can be reached, shape (M,)."""
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import breadth_first_order

        number = len(self.states)
        state, move = np.nonzero(np.diff(self.law.cumulated, axis=1, prepend=0.0) > 0)
        ends = np.flatnonzero(self.law.alone >= 0)
        back = np.concatenate([self.law.successor[state, move], np.full(len(ends), number)])  # one more node, to start
        graph = csr_array((np.ones(len(back)), (back, np.concatenate([state, ends]))), shape=(number + 1, number + 1))
        hopeless = np.ones(number + 1, dtype=np.int64)
        hopeless[breadth_first_order(graph, number, return_predecessors=False)] = 0
        return hopeless[:-1]


class AgentEngine:
    """Any process of this package, agent by agent."""

    def __init__(self, process: Process) -> None:
        from evolution.agent_kernels import ASKED

        self.process = process
        self.rule, self.row = rule_of(process)
        self.parallel = self.rule.payoff != ASKED
        self.remembered: dict[bytes, Vector] = {}
        asked = "; payoffs are only a Python function: interpreted, some hundred times slower"
        self.method = "agent by agent, compiled" + ("" if self.parallel else asked)

    def runs(self, start: Counts, marks: Counts, burn_in: int | None, streams: Streams) -> Found:
        """As for a `TableEngine`."""
        found = empty(len(streams), len(marks), len(start), None)
        self._walk(start, marks, int(marks[-1]) if burn_in is None else burn_in, streams, found, until=0)
        return found

    def race(self, start: Counts, most: int, runs: int, stream: Streams) -> tuple[Counts, Counts]:
        """As for a `TableEngine`; whether nobody can ever take over is not noticed."""
        found = empty(runs, 1, len(start), None)
        last, steps = self._walk(start, np.array([most]), most, stream[None, :], found, until=1)
        return np.where(last >= 0, last, -2), steps

    def _walk(
        self, start: Counts, marks: Counts, burn_in: int, streams: Streams, found: Found, *, until: int
    ) -> tuple[Counts, Counts]:
        """All runs; the strategies that all play at their ends, and their steps."""
        from evolution.agent_kernels import ASK, BAD, DONE, PAID, Crowd, Sums, walk_agents

        s, number = len(start), len(found.loops)
        last, steps = np.zeros((2, number), dtype=np.int64)
        tallied = found.first, found.second, found.alone, found.takeovers, found.fixed, found.loops
        sums = Sums(burn_in, until, *tallied, steps, last)
        clock = np.array([0, -1, 0, 0, 0, 0, 0])
        now = Crowd(start.copy(), np.zeros((s, s)), np.zeros((s, s)), np.zeros(s), np.zeros(s, dtype=np.int64), clock)
        own, outcome = streams.copy(), ASK
        while outcome != DONE:
            outcome = walk_agents(self.rule, self.row, own, now, start, marks, found.seen, sums)
            if outcome == BAD:
                refuse(self.process, now.counts)
            if outcome == ASK:
                now.paid[:], clock[PAID] = self._paid(now.counts), 1
        return last, steps

    def _paid(self, counts: Counts) -> Vector:
        """Payoffs of all strategies (columns) in the company of an agent of each (rows), as far as they are needed."""
        key = counts.tobytes()
        if key not in self.remembered:
            if len(self.remembered) >= CACHED:
                self.remembered.clear()
            self.remembered[key] = payoffs_around(self.process, counts)
        return self.remembered[key]


Engine = TableEngine | AgentEngine


def engine_of(process: Process) -> Engine:
    """How to sample a process.

    Examples
    --------
    >>> from evolution import Moran
    >>> engine_of(Moran([[3, 0], [5, 1]], 100)).method
    'table of all 101 states, compiled; idle steps are skipped where most are idle'
    >>> engine_of(Moran([[3, 0], [5, 1]], 10**9)).method
    'agent by agent, compiled'
    """
    if not isinstance(process, OneByOne):
        return AgentEngine(process)
    s = len(process.strategies)
    number = number_of_states(process.size, s)
    few = number * s * max(s - 1, 1) <= MOST_MOVES
    if few and is_function(process.encounters):
        few = number * s * s <= MOST_CALLS
    return TableEngine(process) if few else AgentEngine(process)


def is_function(game: Encounters) -> bool:
    """Whether payoffs are asked of Python state by state."""
    return (
        is_function(game.game) if isinstance(game, PairEncounters) else isinstance(game, CountPayoffs | FieldEncounters)
    )


def run_all(engine: Engine, start: Counts, marks: Counts, burn_in: int | None, streams: Streams, workers: int) -> Found:
    """Runs from `start`, one a stream, in as many threads as there are workers."""
    parts = list(pieces(len(streams), 4 * workers if engine.parallel and workers > 1 else 1))
    if len(parts) == 1:
        return engine.runs(start, marks, burn_in, streams)
    with ThreadPoolExecutor(workers) as pool:
        found = list(pool.map(lambda part: engine.runs(start, marks, burn_in, streams[part]), parts))
    columns = {each.name: [getattr(one, each.name) for one in found] for each in fields(Found)}
    visits = columns.pop("visits")
    whole = None if visits[0] is None else np.sum(visits, axis=0)
    return Found(**{name: np.concatenate(column) for name, column in columns.items()}, visits=whole)


def pieces(count: int, parts: int) -> Iterator[slice]:
    """At most `parts` slices of 0..count - 1."""
    edges = np.linspace(0, count, min(parts, count) + 1).round().astype(int)
    for low, high in pairwise(edges.tolist()):
        yield slice(low, high)
