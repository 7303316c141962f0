r"""Simulate a design: real tokens out of a conserved ledger, by the design's own protocol.

`simulate` runs a list of population sizes, many seeds each, on the compiled kernels. Every seed has a random
generator of its own (`Generator.spawn`), so that results do not depend on the number of workers. Time is
counted in rounds: one chance to revise per agent, or one play of everybody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from analytic.design import Design

from .economy.execution import Outcome, Plan, action_interval, endowment, prepared
from .economy.stepping import head_count
from .runs import Progress, Runs

__all__ = ["Progress", "Runs", "default_rounds", "endowment", "simulate"]

RECORDS = 400  # how many times of a run are kept


def simulate(
    design: Design,
    *,
    agents: int | Sequence[int] | None = None,
    seeds: int = 30,
    rounds: int | None = None,
    start: float | None = None,
    burn: int | None = None,
    workers: int = 2,
    progress: Progress | None = None,
    rng: np.random.Generator | int | None = None,
) -> Runs:
    """Run a design's economy.

    Parameters
    ----------
    design : Design
        Its first protocol is played (`Design.under` puts another first).
    agents : int or sequence of int, optional
        Population sizes; by default the design's own. A closed group has the size of its group.
    seeds : int
        Independent runs of each size.
    rounds : int, optional
        Length of a run; the default is long enough for the shipped designs to settle.
    start : float, optional
        Initial share of the first strategy, or initial effort of everybody; by default nobody holds, half
        play the first strategy in rounds, and efforts are uniform on their interval.
    burn : int, optional
        Rounds left out of `Runs.counts`; by default a tenth.
    workers : int
        Threads; the result does not depend on it.
    progress : callable, optional
        Called with (runs done, runs in all).
    rng : Generator, int or None

    Returns
    -------
    Runs

    Raises
    ------
    ValueError
        For sizes that the protocol cannot seat, or fewer than one seed or round.

    Examples
    --------
    >>> from analytic.catalogue import holding
    >>> runs = simulate(holding(), agents=100, seeds=2, rounds=200, rng=1)
    >>> bool(abs(runs.final(100).mean() - 0.5) < 0.05)
    True
    """
    if design.uncertain:
        names = ", ".join(each.name for each in design.uncertain)
        raise ValueError(f"the ledger pays with one number of each parameter, but {names} has a law; bind it with at()")
    if not design.curves:
        from .byhand import simulate_by_hand

        return simulate_by_hand(
            design, agents=agents, seeds=seeds, rounds=rounds, start=start, progress=progress, rng=rng
        )
    _playable(design)
    sizes = _sizes(design, agents)
    plan = _plan(design, rounds, burn, start)
    if seeds < 1:
        raise ValueError(f"seeds must be at least 1, not {seeds}")
    runs = [prepared(_scaled(design, size), size) for size in sizes]
    branches = np.random.default_rng(rng).spawn(len(sizes))
    jobs = [(k, s, child) for k, each in enumerate(branches) for s, child in enumerate(each.spawn(seeds))]
    done: dict[tuple[int, int], Outcome] = {}
    with ThreadPoolExecutor(max_workers=max(1, workers)) as pool:
        tasks = {(k, s): pool.submit(runs[k], plan, child) for k, s, child in jobs}
        try:
            for place, task in tasks.items():
                done[place] = task.result()
                if progress is not None:
                    progress(len(done), len(jobs))
        except BaseException:  # a broken law or Ctrl-C: what has not begun need not
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return _collect(design, sizes, seeds, plan, done)


def default_rounds(design: Design) -> int:
    """How long runs are when nothing is said: long enough for the shipped designs to settle."""
    protocol = design.protocol
    if protocol.standing:
        return 1000
    return {"closed group": 40_000, "random groups": 3_000}.get(protocol.matching, 1000)


def _playable(design: Design) -> None:
    """Refuse a protocol that the ledger has no kernel for, before anything is compiled."""
    protocol, role = design.protocol, design.role()
    refusals = {
        "a graph's neighbours do not meet on a curve": protocol.matching == "graph",
        "standing positions are held by a whole population": protocol.standing
        and protocol.matching != "whole population",
        "standing positions are chosen by logit": protocol.standing and protocol.choice != "logit",
        "standing positions are revised one at a time or simultaneously": protocol.standing
        and protocol.order == "batch",
        "a standing position is one of several strategies": protocol.standing and role.action is not None,
        "after a round agents imitate": not protocol.standing and protocol.choice == "logit",
        "a round is played in random sequence or in a batch": not protocol.standing
        and protocol.order == "simultaneous",
    }
    for reason, refused in refusals.items():
        if refused:
            raise ValueError(f"the protocol {protocol.name!r} cannot be simulated on a ledger: {reason}")


def _plan(design: Design, rounds: int | None, burn: int | None, start: float | None) -> Plan:
    """The length of a run, checked."""
    rounds = default_rounds(design) if rounds is None else rounds
    burn = rounds // 10 if burn is None else burn
    if rounds < 2:
        raise ValueError(f"rounds must be at least 2, not {rounds}")
    if not 0 <= burn < rounds:
        raise ValueError(f"burn must be at least 0 and less than the {rounds} rounds, not {burn}")
    return Plan(rounds, max(1, rounds // RECORDS), burn, start)


def _sizes(design: Design, agents: int | Sequence[int] | None) -> tuple[int, ...]:
    """The population sizes, each one that the protocol can seat."""
    matching, group = design.protocol.matching, head_count(design)
    if agents is None:
        sizes: tuple[int, ...] = (200 * group,) if matching == "random groups" else (group,)
    else:
        sizes = tuple(int(n) for n in np.atleast_1d(np.asarray(agents)))
    if not sizes:
        raise ValueError("agents is an empty list: give at least one population size")
    for size in sizes:
        if size < 2:
            raise ValueError(f"a simulation needs at least 2 agents, not {size}")
        if matching == "closed group" and size != group:
            raise ValueError(
                f"one closed group has {group} agents, not {size}; "
                "choose another size of group or the protocol 'random groups'"
            )
        if matching == "random groups" and size % group:
            raise ValueError(f"{size} agents cannot be divided into groups of {group}; take a multiple of {group}")
    return sizes


def _scaled(design: Design, size: int) -> Design:
    """The design for a population of that size; groups stay as they are."""
    return design.scaled(size) if design.protocol.matching == "whole population" else design


def _collect(
    design: Design,
    sizes: tuple[int, ...],
    seeds: int,
    plan: Plan,
    done: Mapping[tuple[int, int], Outcome],
) -> Runs:
    """Put the outcomes of all runs side by side."""
    role, groups = design.role(), range(len(sizes))
    state = "effort" if role.action is not None else f"share of {role.strategies[0].name}"
    units = {state: "1", "supply": "token", "price": f"{design.money}/token"}
    if role.action is not None:
        units[state] = role.action.unit
    if not design.protocol.standing:
        units["payoff"] = "currency"
    by_size = [[done[k, s] for s in range(seeds)] for k in groups]
    low, high = action_interval(design)
    step = float(design.number(design.protocol.step)) * (high - low)
    visits = [[outcome.counts for outcome in each if outcome.counts is not None] for each in by_size]
    return Runs(
        design=design,
        sizes=sizes,
        time=plan.time,
        series={
            name: tuple(np.stack([outcome.path[:, j] for outcome in each]) for each in by_size)
            for j, name in enumerate(units)
        },
        counts=tuple(np.stack(each) for each in visits if each),
        resolution=tuple(1.0 / size if role.action is None else step for size in sizes),
        refused=tuple(sum(outcome.refused for outcome in each) for each in by_size),
        ledger=by_size[-1][-1].ledger,
        units=units,
    )
