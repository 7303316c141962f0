"""One run of a design on the compiled kernels: purses filled, books opened, transitions traced, laws checked.

`prepared` compiles what a design does once and returns a function of a plan and a random generator, so that many
seeds share one compilation and can run in threads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from analytic.curve import BondingCurve
from analytic.design import Design, Role
from analytic.move import MINTED, SUPPLY, Account, Contribute, Mint, Move, Spend, opened
from analytic.payoff import positions

from .ledger import Array, Ledger
from .stepping import evaluator, group_size, numeric_curves, sinks_of

Counts: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Plan:
    """How long a run is, every how many rounds it is recorded, what is left out of histograms, where it starts."""

    rounds: int
    every: int
    burn: int
    start: float | None

    @property
    def time(self) -> Array:
        """The rounds that are recorded."""
        return np.arange(0, self.rounds, self.every, dtype=float)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run leaves: a row per recorded round, visits of each number of holders, refusals, the books."""

    path: Array
    counts: Counts | None
    refused: int
    ledger: Ledger


Run: TypeAlias = Callable[[Plan, np.random.Generator], Outcome]


def prepared(design: Design, size: int) -> Run:
    """A function that plays one run of the design with that many agents.

    Raises
    ------
    ValueError
        When the curve ends before what the agents may do, or the programme needs the array path.
    """
    return _standing(design, size) if design.protocol.standing else _rounds(design, size)


def endowment(design: Design, agents: int) -> float:
    """A balance from which any one programme can be paid at any price the design can reach [currency]."""
    role, curves, evaluate = design.role(), numeric_curves(design), evaluator(design)
    others = group_size(design, agents) - 1
    high = {} if role.action is None else {role.action.symbol: float(design.number(role.action.high))}
    values = {**high, SUPPLY: 0.0, MINTED: 0.0}

    def amount(move: Move) -> float:
        return abs(float(evaluate(move.quantity, values)))

    lots = [sum(amount(m) for m in programme if isinstance(m, Mint)) for programme in role.programmes]

    def price(move: Move) -> float:
        if isinstance(move, Contribute):  # from the crowd's pocket; refused here when the curve ends before it
            curves[move.curve].mint(0.0, (others + 1) * amount(move))
        if isinstance(move, Mint):
            return float(curves[move.curve].cost(max(lots) * others, amount(move)))
        return amount(move) if isinstance(move, Spend) else 0.0

    dearest = max(sum(price(move) for move in programme) for programme in role.programmes)
    # standing positions are bought dear and sold cheap many times over; in rounds each purse is filled anew
    return 100.0 * dearest if design.protocol.standing else 2.0 * dearest + 1.0


def _standing(design: Design, size: int) -> Run:
    """Runs of standing positions."""
    from .kernels import lawful, standing_kernel
    from .tracing import trace_standing

    role, protocol, curves = design.role(), design.protocol, numeric_curves(design)
    traced, purse = trace_standing(design, role), endowment(design, size)
    temperature, revising = (float(design.number(each)) for each in (protocol.temperature, protocol.revising))
    (name,) = {m.curve for programme in role.programmes for m in programme if isinstance(m, Mint)}

    def run(plan: Plan, rng: np.random.Generator) -> Outcome:
        B, H, book, strategy = _opening(design, curves[name], size, purse, seated(role, protocol.standing, size, plan))
        counts, path = np.zeros(size + 1, dtype=np.int64), np.zeros((plan.rounds // plan.every + 2, 2))
        code, refused = standing_kernel()(
            traced.utilities, traced.buy, traced.sell, traced.reserve, np.array(traced.targets),
            traced.parameters, strategy, B, H, book, temperature, revising, protocol.order != "simultaneous",
            plan.rounds, plan.burn, plan.every, rng, counts, path,
        )  # fmt: skip
        lawful(code)
        rows, none = path[: plan.time.size], np.zeros((1, 0))
        ledger = Ledger(
            curves=(name,), treasuries=(), sinks=(), B=B, H=H[:, None], S=book[None, :1], R=book[None, 1:2],
            F=book[None, 2:3], treasury=none, sink=none, crowd=np.zeros((1, 1)), outside=0.0,
        )  # fmt: skip
        series = np.column_stack([rows, np.asarray(curves[name].price(rows[:, 1]))])
        return Outcome(series, counts if len(role.strategies) == 2 else None, int(refused), ledger)

    return run


def seated(role: Role, standing: bool, size: int, plan: Plan) -> int:
    """How many agents play the first strategy at the start: none stand, half play in rounds, unless told."""
    share = plan.start if plan.start is not None else (0.0 if standing else 0.5)
    if not 0 <= share <= 1:
        raise ValueError(f"the initial share of strategy {role.strategies[0].name!r} is {share}, outside [0, 1]")
    return round(share * size)


def _opening(
    design: Design, curve: BondingCurve, size: int, purse: float, held: int
) -> tuple[Array, Array, Array, Counts]:
    """Balances, holdings and the book (S, R, F) after all agents have minted their position, one after another.

    The first `held` agents play the first strategy, the others the last.
    """
    role, name = design.role(), "token"
    strategy = np.full(size, len(role.strategies) - 1, dtype=np.int64)
    strategy[:held] = 0
    lots = np.array([float(design.number(each)) for each in positions(role)])[strategy]
    ahead = np.concatenate([[0.0], np.cumsum(lots)])
    start = opened({name: curve}, B=np.full(size, purse), S=ahead[:-1])
    after: Account = Mint(sp.S.One, name).act(start, lots, curve)
    book = np.array([ahead[-1], float(curve.reserve(ahead[-1])), float(np.sum(after.fees[name]))])
    return np.array(after.B, dtype=float), lots.copy(), book, strategy


def _rounds(design: Design, size: int) -> Run:
    """Runs of play in rounds."""
    from .kernels import lawful, rounds_kernel
    from .tracing import only, trace_rounds

    role, protocol, group = design.role(), design.protocol, group_size(design, size)
    (name, treasury), curves = only(design, role), numeric_curves(design)
    traced, purse = trace_rounds(design, role), endowment(design, size)
    low, high = action_interval(design)
    budget = float(design.number(design.treasuries[treasury])) if treasury else 0.0
    value, revising, mutation, step = (
        float(design.number(sp.sympify(each, strict=True)))
        for each in (role.value.get(name, 0), protocol.revising, protocol.mutation, protocol.step)
    )

    def run(plan: Plan, rng: np.random.Generator) -> Outcome:
        action = _actions(role, size, low, high, plan, rng)
        payoff, slots, venues = np.zeros(size), np.zeros((size, 5)), np.zeros((size // group, 9))
        path = np.zeros((plan.time.size + 1, 3))
        code, refused = rounds_kernel()(
            traced.first, traced.answer, traced.second, traced.reserve, traced.parameters, action, payoff,
            slots, venues, group, purse, budget, value, protocol.order == "batch",
            0 if protocol.choice == "imitate the best" else 1, revising, mutation, step * (high - low),
            low, high, len(role.strategies), plan.rounds, plan.every, rng, path,
        )  # fmt: skip
        lawful(code)
        rows = path[: plan.time.size]
        series = np.column_stack([rows[:, :2], np.asarray(curves[name].price(rows[:, 1])), rows[:, 2]])
        return Outcome(series, None, int(refused), _books(role, (name, treasury), slots, venues))

    return run


def _books(role: Role, names: tuple[str, str], slots: Array, venues: Array) -> Ledger:
    """The ledger at the end of the last round; the kernel keeps all sinks in one."""
    curve, treasury = names
    sinks = sinks_of(role)
    return Ledger(
        curves=(curve,), treasuries=(treasury,) if treasury else (), sinks=(" and ".join(sinks),) if sinks else (),
        B=slots[:, 0].copy(), H=slots[:, 1:2].copy(), S=venues[:, 0:1], R=venues[:, 1:2], F=venues[:, 2:3],
        treasury=venues[:, 5:6] if treasury else venues[:, :0], sink=venues[:, 6:7] if sinks else venues[:, :0],
        crowd=venues[:, 8:9], outside=float(venues[:, 7].sum()),
    )  # fmt: skip


def action_interval(design: Design) -> tuple[float, float]:
    """The ends of the action interval; (0, 1) for a role that chooses among strategies."""
    role = design.role()
    if role.action is None:
        return 0.0, 1.0
    low, high = (float(design.number(end)) for end in (role.action.low, role.action.high))
    if not (np.isfinite(low) and np.isfinite(high)):
        raise ValueError(
            f"the action of role {role.name!r} must have a finite interval to be simulated, not [{low}, {high}]"
        )
    return low, high


def _actions(role: Role, size: int, low: float, high: float, plan: Plan, rng: np.random.Generator) -> Array:
    """Everybody's first action (for strategies: indices)."""
    if role.action is None:
        action = np.full(size, float(len(role.strategies) - 1))
        action[: seated(role, False, size, plan)] = 0.0
        return action
    if plan.start is None:
        return np.asarray(rng.uniform(low, high, size))
    if not low <= plan.start <= high:
        raise ValueError(f"the initial action {plan.start} is outside [{low}, {high}]")
    return np.full(size, float(plan.start))
