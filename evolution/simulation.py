r"""Simulate a design: real tokens out of a conserved ledger, by the design's own protocol.

`simulate` runs a list of population sizes, many seeds each, on the compiled kernels. Every seed has a random generator
of its own (`Generator.spawn`), so that results do not depend on the number of workers. Time is counted in rounds: one
chance to revise per agent, or one play of everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from analytic.design import SUPPLY_OTHERS, Design, Role
from analytic.move import Account, Mint, opened
from analytic.payoff import positions

from .economy.ledger import Array, Ledger
from .economy.stepping import group_size, numeric_curves

if TYPE_CHECKING:
    import xarray as xr

Progress = Callable[[int, int], None]
RECORDS = 400  # how many times of a run are kept


@dataclass(frozen=True)
class Runs:
    """What was simulated.

    Parameters
    ----------
    design : Design
        The design simulated (at its reference size), protocol in force first.
    sizes : tuple of int
        Numbers of agents.
    time : array (T,)
        Rounds.
    series : mapping from name to tuple of arrays (seeds, T)
        One array a size. The first name is the state: "effort" per head, or the share of the first strategy.
    counts : tuple of arrays (seeds, N + 1)
        For two standing strategies: how often each number of holders was seen; else empty.
    resolution : tuple of float
        The smallest difference in the state that each size can show: one agent, or one mutation step.
    refused : tuple of int
        Programmes refused because they could not be paid.
    ledger : Ledger or None
        The books of the last run at its end.
    """

    design: Design
    sizes: tuple[int, ...]
    time: Array
    series: Mapping[str, tuple[Array, ...]]
    counts: tuple[Array, ...] = ()
    resolution: tuple[float, ...] = ()
    refused: tuple[int, ...] = ()
    ledger: Ledger | None = None
    units: Mapping[str, str] = field(default_factory=dict)

    @property
    def state(self) -> str:
        """The name of the series that theory speaks of."""
        return next(iter(self.series))

    @property
    def seeds(self) -> int:
        """How many independent runs there are of each size."""
        return int(self.series[self.state][0].shape[0])

    def final(self, size: int, *, share: float = 0.5) -> Array:
        """Per seed, the state's time average over the last `share` of a run of the given size."""
        values = self.series[self.state][self.sizes.index(size)]
        return np.asarray(values[:, int(values.shape[1] * (1 - share)) :].mean(axis=1))

    def to_dataset(self) -> xr.Dataset:
        """All series as one labelled data set, dimensions (size, seed, time)."""
        import xarray as xr

        variables = {
            name.replace(" ", "_"): (("size", "seed", "time"), np.stack(arrays), {"unit": self.units.get(name, "")})
            for name, arrays in self.series.items()
        }
        return xr.Dataset(
            variables,
            coords={"size": list(self.sizes), "seed": np.arange(self.seeds), "time": self.time},
            attrs={"design": self.design.name, "protocol": self.design.protocol.name},
        )


def endowment(design: Design, agents: int) -> float:
    """A balance from which any one programme can be paid at any price the design can reach [currency]."""
    role, curves = design.role(), numeric_curves(design)
    if role.action is not None:
        from .economy.stepping import evaluator

        evaluate, high = evaluator(design), float(design.number(role.action.high))
        spends = (abs(evaluate(move.quantity, {role.action.symbol: high})) for move in role.moves if not hasattr(move, "curve"))
        return 2.0 * float(sum(spends)) + 1.0
    lots = [float(design.number(each)) for each in positions(role)]
    costs = []
    for strategy, lot in zip(role.strategies, lots, strict=True):
        for move in strategy.moves:
            if isinstance(move, Mint):
                costs.append(float(curves[move.curve].cost(max(lots) * (agents - 1), lot)))
    return 100.0 * max(costs)


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
        Initial share of the first strategy, or initial effort of everybody; by default nobody holds, half play the
        first strategy in rounds, and efforts are uniform on their interval.
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
    if not design.curves:
        from .byhand import simulate_by_hand

        return simulate_by_hand(
            design, agents=agents, seeds=seeds, rounds=rounds, start=start, progress=progress, rng=rng
        )
    sizes = _sizes(design, agents)
    if seeds < 1:
        raise ValueError(f"seeds must be at least 1, not {seeds}")
    rounds = default_rounds(design) if rounds is None else rounds
    if rounds < 2:
        raise ValueError(f"rounds must be at least 2, not {rounds}")
    rng = np.random.default_rng(rng)
    scaled = [_scaled(design, size) for size in sizes]
    plan = _Plan(rounds, max(1, rounds // RECORDS), rounds // 10 if burn is None else burn, start)
    jobs = [
        (k, s, child)
        for k, branch in enumerate(rng.spawn(len(sizes)))
        for s, child in enumerate(branch.spawn(seeds))
    ]
    run = _run_standing if design.protocol.standing else _run_rounds
    prepared = [run.prepare(each, size) for each, size in zip(scaled, sizes, strict=True)]  # type: ignore[attr-defined]
    done: dict[tuple[int, int], _Outcome] = {}
    with ThreadPoolExecutor(max_workers=max(1, workers)) as pool:
        tasks = [(k, s, pool.submit(run, scaled[k], prepared[k], sizes[k], plan, child)) for k, s, child in jobs]
        for k, s, task in tasks:
            done[k, s] = task.result()
            if progress is not None:
                progress(len(done), len(jobs))
    return _collect(design, scaled, sizes, seeds, plan, done)


@dataclass(frozen=True, slots=True)
class _Plan:
    rounds: int
    every: int
    burn: int
    start: float | None

    @property
    def time(self) -> Array:
        return np.arange(0, self.rounds, self.every, dtype=float)


@dataclass(frozen=True, slots=True)
class _Outcome:
    path: Array
    counts: Array | None
    refused: int
    ledger: Ledger | None = None


def default_rounds(design: Design) -> int:
    """How long runs are when nothing is said: long enough for the shipped designs to settle."""
    protocol = design.protocol
    if protocol.standing:
        return 1000
    return {"closed group": 40_000, "random groups": 3_000}.get(protocol.matching, 1000)


def _sizes(design: Design, agents: int | Sequence[int] | None) -> tuple[int, ...]:
    """The population sizes, each one that the protocol can seat."""
    matching, group = design.protocol.matching, int(design.number(design.role().count))
    if agents is None:
        sizes: tuple[int, ...] = (200 * group,) if matching == "random groups" else (group,)
    else:
        sizes = tuple(int(n) for n in np.atleast_1d(np.asarray(agents)))
    for size in sizes:
        if size < 2:
            raise ValueError(f"a simulation needs at least 2 agents, not {size}")
        if matching == "closed group" and size != group:
            raise ValueError(
                f"one closed group has {group} agents, not {size}; choose another size of group or the protocol 'random groups'"
            )
        if matching == "random groups" and size % group:
            raise ValueError(f"{size} agents cannot be divided into groups of {group}; take a multiple of {group}")
    return sizes


def _scaled(design: Design, size: int) -> Design:
    """The design for a population of that size; groups stay as they are."""
    return design.scaled(size) if design.protocol.matching == "whole population" else design


def _seated(design: Design, size: int, start: float | None, role: Role) -> int:
    """How many agents play the first strategy at the start."""
    share = start if start is not None else (0.0 if design.protocol.standing else 0.5)
    if not 0 <= share <= 1:
        raise ValueError(f"the initial share of strategy {role.strategies[0].name!r} is {share}, outside [0, 1]")
    return round(share * size)


class _StandingRun:
    """One run of standing positions."""

    def prepare(self, design: Design, size: int) -> Any:
        from .economy.tracing import trace_standing

        return trace_standing(design, design.role())

    def __call__(self, design: Design, traced: Any, size: int, plan: _Plan, rng: np.random.Generator) -> _Outcome:
        from .economy.kernels import lawful, standing_kernel

        role, protocol = design.role(), design.protocol
        held = _seated(design, size, plan.start, role)
        B, H, book, strategy = _opening(design, size, held)
        counts, path = np.zeros(size + 1, dtype=np.int64), np.zeros((plan.rounds // plan.every + 2, 2))
        code, refused = standing_kernel()(
            traced.utilities, traced.buy, traced.sell, traced.reserve, np.array(traced.targets), traced.parameters,
            strategy, B, H, book, float(design.number(protocol.temperature)), float(design.number(protocol.revising)),
            protocol.order != "simultaneous", plan.rounds, plan.burn, plan.every, rng, counts, path,
        )  # fmt: skip
        lawful(code)
        rows = path[: plan.time.size]
        price = np.asarray(next(iter(numeric_curves(design).values())).price(rows[:, 1]))
        two = counts if len(role.strategies) == 2 else None
        ledger = Ledger(
            tuple(design.curves), (), (), B, H[:, None], book[None, :1], book[None, 1:2], book[None, 2:3],
            np.zeros((1, 0)), np.zeros((1, 0)), np.zeros((1, 1)), 0.0,
        )  # fmt: skip
        return _Outcome(np.column_stack([rows, price]), two, int(refused), ledger)


def _opening(design: Design, size: int, held: int) -> tuple[Array, Array, Array, Any]:
    """Balances, holdings and the book (S, R, F) after the first `held` agents have minted, one after another."""
    role, curves = design.role(), numeric_curves(design)
    (name,) = curves
    strategy = np.full(size, len(role.strategies) - 1, dtype=np.int64)
    strategy[:held] = 0
    lots = np.array([float(design.number(each)) for each in positions(role)])[strategy]
    ahead = np.concatenate([[0.0], np.cumsum(lots)])
    start = opened(curves, B=np.full(size, endowment(design, size)), S=ahead[:-1])
    after: Account = Mint(sp.Integer(0), name).act(start, lots, curves[name])
    book = np.array([ahead[-1], float(curves[name].reserve(ahead[-1])), float(np.sum(after.fees[name]))])
    return np.array(after.B, dtype=float), lots.copy(), book, strategy


class _RoundsRun:
    """One run of play in rounds."""

    def prepare(self, design: Design, size: int) -> Any:
        from .economy.tracing import trace_rounds

        return trace_rounds(design, design.role())

    def __call__(self, design: Design, traced: Any, size: int, plan: _Plan, rng: np.random.Generator) -> _Outcome:
        from .economy.kernels import lawful, rounds_kernel

        role, protocol, group = design.role(), design.protocol, group_size(design, size)
        low, high, action = _actions(design, size, plan.start, rng)
        payoff, slots, venues = np.zeros(size), np.zeros((size, 4)), np.zeros((size // group, 8))
        path = np.zeros((plan.time.size + 1, 3))
        budget = sum(float(design.number(each)) for each in design.treasuries.values())
        value = float(design.number(sp.sympify(next(iter(role.value.values()), 0))))
        purse = endowment(design, size)
        code, refused = rounds_kernel()(
            traced.first, traced.answer, traced.second, traced.reserve, traced.parameters, action, payoff, slots,
            venues, group, purse, budget, value, protocol.order == "batch",
            0 if protocol.choice == "imitate the best" else 1, float(design.number(protocol.revising)),
            float(design.number(protocol.mutation)), float(design.number(protocol.step)) * (high - low), low, high,
            len(role.strategies), plan.rounds, plan.every, rng, path,
        )  # fmt: skip
        lawful(code)
        rows = path[: plan.time.size]
        price = np.asarray(next(iter(numeric_curves(design).values())).price(rows[:, 1]))
        held = slots[:, 1].reshape(-1, group).sum(axis=1)
        names = {m.sink for m in role.moves if hasattr(m, "sink")}
        ledger = Ledger(
            tuple(design.curves), tuple(design.treasuries), tuple(names), slots[:, 0].copy(), slots[:, 1:2].copy(),
            venues[:, 0:1], venues[:, 1:2], venues[:, 2:3], venues[:, 5 : 5 + len(design.treasuries)],
            venues[:, 6 : 6 + len(names)], venues[:, 0:1] - held[:, None], float(venues[:, 7].sum()),
        )  # fmt: skip
        return _Outcome(np.column_stack([rows[:, :2], price, rows[:, 2]]), None, int(refused), ledger)


def _actions(design: Design, size: int, start: float | None, rng: np.random.Generator) -> tuple[float, float, Array]:
    """The action interval and everybody's first action (for strategies: indices)."""
    role = design.role()
    if role.action is None:
        action = np.full(size, float(len(role.strategies) - 1))
        action[: _seated(design, size, start, role)] = 0.0
        return 0.0, 1.0, action
    low, high = (float(design.number(end)) for end in (role.action.low, role.action.high))
    if not (np.isfinite(low) and np.isfinite(high)):
        raise ValueError(f"the action of role {role.name!r} must have a finite interval to be simulated, not [{low}, {high}]")
    if start is not None and not low <= start <= high:
        raise ValueError(f"the initial action {start} is outside [{low}, {high}]")
    return low, high, rng.uniform(low, high, size) if start is None else np.full(size, float(start))


_run_standing, _run_rounds = _StandingRun(), _RoundsRun()


def _collect(
    design: Design, scaled: list[Design], sizes: tuple[int, ...], seeds: int, plan: _Plan, done: Mapping[Any, _Outcome]
) -> Runs:
    """Put the outcomes of all runs side by side."""
    role = design.role()
    state = "effort" if role.action is not None else f"share of {role.strategies[0].name}"
    names = [state, "supply", "price"] + ([] if design.protocol.standing else ["payoff"])
    series = {
        name: tuple(np.stack([done[k, s].path[:, j] for s in range(seeds)]) for k in range(len(sizes)))
        for j, name in enumerate(names)
    }
    counts: tuple[Array, ...] = ()
    if done[0, 0].counts is not None:
        counts = tuple(np.stack([done[k, s].counts for s in range(seeds)]) for k in range(len(sizes)))  # type: ignore[misc]
    if role.action is None:
        resolution = tuple(1.0 / size for size in sizes)
    else:
        width = float(design.number(role.action.high - role.action.low))
        resolution = tuple(float(design.number(each.protocol.step)) * width for each in scaled)
    return Runs(
        design=design,
        sizes=sizes,
        time=plan.time,
        series=series,
        counts=counts,
        resolution=resolution,
        refused=tuple(sum(done[k, s].refused for s in range(seeds)) for k in range(len(sizes))),
        ledger=done[len(sizes) - 1, seeds - 1].ledger,
        units={state: role.action.unit if role.action else "1", "supply": "token", "price": "currency/token", "payoff": "currency"},
    )
