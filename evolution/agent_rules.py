"""Processes in numbers, for the compiled walk agent by agent: which kind, which payoffs, which conventions."""

from __future__ import annotations

from functools import singledispatch
from math import factorial, prod
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt

from evolution.encounters import Encounters, FixedPayoffs, GroupEncounters, MatrixEncounters, PairEncounters
from evolution.kernels import compiled_row
from evolution.population_process import OneByOne, Process
from evolution.processes import Moran, WrightFisher
from evolution.protocol_rows import logit_row
from evolution.revision_processes import (
    ImitationProcess,
    LocalUpdate,
    LogitRevision,
    PairwiseComparison,
    ProtocolRevision,
)

__all__ = ["payoffs_around", "refuse", "rule_of"]

Vector = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Numbers = tuple[str, Vector, Counts, Vector]

KINDS = {
    PairwiseComparison: "FERMI",
    LocalUpdate: "LOCAL",
    ImitationProcess: "IMITATION",
    LogitRevision: "PROTOCOL",
    ProtocolRevision: "PROTOCOL",
    Moran: "MORAN",
    WrightFisher: "WRIGHT_FISHER",
}
LARGEST_GROUP = 300  # beyond it orders of drawing a company exceed the largest double


def rule_of(process: Process) -> tuple[Any, Any]:
    """The process in numbers, and its protocol's row (some row where it has none).

    Raises
    ------
    ValueError
        If it is a process of one's own making, which the loops do not know.

    Examples
    --------
    >>> from evolution import Moran
    >>> rule, _ = rule_of(Moran([[3, 0], [5, 1]], 1000, mutation=0.01, mutation_to="all"))
    >>> rule.size, rule.mutation, rule.away
    (1000, 0.01, 0.005)
    """
    from evolution import agent_kernels as kernels

    kind = KINDS.get(type(process))
    if kind is None:
        raise ValueError(
            f"{type(process).__name__} is sampled by a table of its law, and has too many states for one: give fewer "
            f"agents, or one of {', '.join(each.__name__ for each in KINDS)}"
        )
    payoff, data, companies, ways = in_numbers(process.encounters)
    protocol = getattr(process, "protocol", None)
    row, parameter = (protocol.row, protocol.parameter) if protocol is not None else (logit_row, 1.0)
    s = len(process.strategies)
    copies = protocol.keeps_faces if protocol is not None else not isinstance(process, LogitRevision)
    rule = kernels.Rule(
        kind=getattr(kernels, kind),
        payoff=getattr(kernels, payoff),
        data=np.ascontiguousarray(data, dtype=float),
        companies=np.ascontiguousarray(companies, dtype=np.int64),
        ways=ways,
        size=int(process.size),
        intensity=float(process.intensity),
        mutation=float(process.mutation),
        away=float(process.mutation * (1.0 if process.mutation_to == "others" or s == 1 else (s - 1) / s)),
        others=int(process.mutation_to == "others"),
        own=int(not process.self_interaction),
        apart=int(getattr(process, "model", "others") == "others"),
        exponential=int(getattr(process, "fitness", "linear") == "exponential"),
        bound=float(getattr(process, "bound", None) or 1.0),
        parameter=float(parameter),
        keeps=int(copies),
    )
    return rule, compiled_row(row)


@singledispatch
def in_numbers(game: Encounters) -> Numbers:
    """How payoffs are computed, and of what: a table, co-players of a group and the orders of drawing them."""
    return "ASKED", np.zeros((1, 1)), np.zeros((1, 1), dtype=np.int64), np.zeros(1)


@in_numbers.register
def _matrix(game: MatrixEncounters) -> Numbers:
    return "MATRIX", game.matrix, np.zeros((1, 1), dtype=np.int64), np.zeros(1)


@in_numbers.register
def _fixed(game: FixedPayoffs) -> Numbers:
    return "FIXED", game.values[None, :], np.zeros((1, 1), dtype=np.int64), np.zeros(1)


@in_numbers.register
def _group(game: GroupEncounters) -> Numbers:
    if game.group > LARGEST_GROUP:
        return in_numbers.dispatch(Encounters)(game)
    drawn = factorial(game.group - 1)
    ways = [drawn // prod(factorial(int(c)) for c in company) for company in game.companies]
    return "GROUP", game.table, game.companies, np.array(ways, dtype=float)


@in_numbers.register
def _pair(game: PairEncounters) -> Numbers:
    """The two strategies' rows, among companies of the two."""
    payoff, data, companies, ways = in_numbers(game.game)
    chosen = list(game.chosen)
    if payoff == "MATRIX":
        return payoff, data[np.ix_(chosen, chosen)], companies, ways
    if payoff == "FIXED":
        return payoff, data[:, chosen], companies, ways
    if payoff == "ASKED":
        return payoff, data, companies, ways
    only = companies[:, chosen].sum(axis=1) == companies.sum(axis=1)
    return payoff, data[np.ix_(chosen, only)], companies[np.ix_(only, chosen)], ways[only]


def payoffs_around(process: Process, counts: Counts) -> Vector:
    """Payoffs of all strategies (columns) in the company of an agent of each (rows).

    For protocols all entries of strategies that are played; otherwise the diagonal, what the players earn.
    """
    if not isinstance(process, LogitRevision | ProtocolRevision):
        return np.diag(process.payoffs(counts))
    paid = np.full((len(counts), len(counts)), np.nan)
    for i in np.flatnonzero(counts):
        pool = counts.astype(float)
        pool[i] -= not process.self_interaction
        paid[i] = process.encounters.facing(pool, replaced=process.self_interaction)
    return paid


def refuse(process: Process, counts: Counts) -> NoReturn:
    """Raise a ValueError that says what is wrong at a state, in the words of the exact side."""
    if isinstance(process, OneByOne):
        process.log_moves(counts)
    elif isinstance(process, WrightFisher):
        process.log_births(counts)
    raise ValueError(f"payoffs are not finite, or give no probabilities, at counts {counts.tolist()}")
