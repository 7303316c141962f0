r"""One step of an economy on arrays: the readable path, for any number of curves, treasuries and sinks.

An `Economy` is a design with its ledger and what each agent is doing; `step` gives the next one. A round runs
the very moves from which payoffs are derived, vectorised over groups: in each group agents act one after
another in random order, then the crowd answers, then they claim. Standing positions are revised one agent (or
a share of all) at a time. Conservation is checked after every step. The compiled path (`kernels`) does the
same for one curve, much faster; the tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from analytic.compiled import compile_numpy
from analytic.curve import BondingCurve
from analytic.design import SUPPLY_OTHERS, Design, Role
from analytic.move import Account, Burn, Contribute, Mint, Programme, Spend, halves, perform, settle
from analytic.payoff import positions, strategy_payoffs

from .ledger import Array, Ledger
from .policy import imitate, logit

LOT = sp.Symbol("lot", positive=True)  # the amount of a net trade, told to the move when it acts


@dataclass(frozen=True, slots=True)
class Economy:
    """The state of the simulator.

    Parameters
    ----------
    design : Design
        With its protocol in force and its numbers bound.
    ledger : Ledger
    action : array (N,)
        Each agent's effort, or the index of its strategy.
    payoff : array (N,)
        What the ledger paid each agent in the last step, plus its own value of what it then held more
        [currency].
    opening : float
        The money there was at the start [currency].
    endowment : float
        What each agent starts with, and in rounds is given anew [currency].
    time : int
        Steps taken.
    refused : int
        Programmes that could not be paid, and were refused whole.
    """

    design: Design
    ledger: Ledger
    action: Array
    payoff: Array
    opening: float
    endowment: float = 0.0
    time: int = 0
    refused: int = 0

    @property
    def curves(self) -> Mapping[str, BondingCurve]:
        """The design's curves with numbers in place of parameters."""
        return numeric_curves(self.design)

    @property
    def P(self) -> Array:
        """Spot prices, (G, M) [currency/token]."""
        return np.stack([np.asarray(c.price(self.ledger.S[:, j])) for j, c in enumerate(self.curves.values())], axis=1)


def numeric_curves(design: Design) -> dict[str, BondingCurve]:
    """The curves of a design with its numbers bound."""
    numbers = {p.name: design.values[p.symbol] for p in design.parameters}
    return {
        name: curve.at(**{s.name: numbers[s.name] for s in curve.free_symbols}) for name, curve in design.curves.items()
    }


def group_size(design: Design, agents: int) -> int:
    """How many play together: the role's count in groups, everybody in a whole population."""
    if design.protocol.matching == "whole population":
        return agents
    return head_count(design)


def head_count(design: Design) -> int:
    """The count of the only role, which must be a whole number to be seated.

    Raises
    ------
    ValueError
        When it is a fraction or still a symbol.
    """
    role = design.role()
    number = design.number(role.count)
    if not number.is_Integer:
        raise ValueError(f"the count of role {role.name!r} is {number}; agents come in whole numbers")
    return int(number)


def sinks_of(role: Role) -> tuple[str, ...]:
    """The sinks into which a role's programmes spend."""
    return tuple(dict.fromkeys(m.sink for p in role.programmes for m in p if isinstance(m, Spend)))


def open_economy(design: Design, *, agents: int, action: Array, endowment: float) -> Economy:
    """An economy at its start: nobody holds anything, each has its endowment.

    Raises
    ------
    ValueError
        When the agents cannot be divided into groups, or there is not one action an agent.
    """
    group = group_size(design, agents)
    if agents % group:
        raise ValueError(f"{agents} agents cannot be divided into groups of {group}; take a multiple of {group}")
    if np.shape(action) != (agents,):
        raise ValueError(f"there must be one action an agent, shape ({agents},), not {np.shape(action)}")
    venues, curves = agents // group, tuple(design.curves)
    sinks = sinks_of(design.role())
    ledger = Ledger(
        curves=curves,
        treasuries=tuple(design.treasuries),
        sinks=sinks,
        B=np.full(agents, float(endowment)),
        H=np.zeros((agents, len(curves))),
        S=np.zeros((venues, len(curves))),
        R=np.zeros((venues, len(curves))),
        F=np.zeros((venues, len(curves))),
        treasury=np.tile([float(design.number(t)) for t in design.treasuries.values()], (venues, 1)),
        sink=np.zeros((venues, len(sinks))),
        crowd=np.zeros((venues, len(curves))),
        outside=0.0,
    )
    return Economy(design, ledger, np.asarray(action, float), np.zeros(agents), ledger.money(), float(endowment))


def step(economy: Economy, *, rng: np.random.Generator | int | None = None) -> Economy:
    """The economy one round later, its books checked.

    Parameters
    ----------
    economy : Economy
    rng : Generator, int or None
        See `numpy.random.default_rng`.

    Raises
    ------
    ConservationError
        When a law of the ledger is broken.
    """
    rng = np.random.default_rng(rng)
    after = _positions(economy, rng) if economy.design.protocol.standing else _round(economy, rng)
    after.ledger.check(after.curves, after.opening)
    return after


def evaluator(design: Design) -> Any:
    """How an amount becomes a number or an array: parameters bound, the rest compiled."""

    def evaluate(expression: sp.Expr, values: Mapping[sp.Symbol, Any]) -> Any:
        amount = design.number(expression)
        arguments = sorted(amount.free_symbols, key=str)
        return compile_numpy(amount, arguments)(*(values[a] for a in arguments)) if arguments else float(amount)

    return evaluate


def play_round(
    design: Design, action: Array, *, B: Array, treasury: Mapping[str, float]
) -> tuple[list[Account], Account, int]:
    """One round in every group.

    Parameters
    ----------
    design : Design
    action, B : array (G, n)
        Actions and balances, agents in the order in which they move.
    treasury : mapping from name to currency
        What each group's treasuries hold.

    Returns
    -------
    accounts : list of Account
        One a place in the queue; entries are arrays over groups.
    venue : Account
        The groups' curves, treasuries and sinks afterwards.
    refused : int
    """
    role, curves = design.role(), numeric_curves(design)
    groups, members = action.shape
    zero = np.zeros(groups)
    blank = dict.fromkeys(curves, zero)
    sinks = dict.fromkeys(sinks_of(role), zero)
    pots: Mapping[str, Any] = {name: np.full(groups, held) for name, held in treasury.items()}
    venue = Account(zero, blank, blank, blank, blank, pots, sinks, blank, blank, blank, blank, zero)
    told = {"curves": curves, "evaluate": evaluator(design), "together": design.protocol.order == "batch"}
    mine, refused, played = [], 0, []
    for j in range(members):
        start = replace(venue, B=B[:, j], H=blank, given=blank, credit=blank)
        account, paid = _half(start, role, 0, action[:, j], told)
        refused += int((~paid).sum())
        mine.append(account)
        played.append(paid)
        venue = _vacated(account)
    for name in dict.fromkeys(m.curve for p in role.programmes for m in p if isinstance(m, Contribute)):
        mine = [settle(_on(venue, account), name, curves[name]) for account in mine]
        venue = _vacated(mine[-1])
    pots, paid_out = venue.treasury, dict.fromkeys(venue.treasury, zero)
    for j in range(members):
        start = _on(replace(venue, treasury=pots) if told["together"] else venue, mine[j])
        account, paid = _half(start, role, 1, action[:, j], told)
        account = choose_lanes(played[j], account, start)  # who was refused before gets nothing after
        refused += int((played[j] & ~paid).sum())
        paid_out = {name: paid_out[name] + start.treasury[name] - account.treasury[name] for name in pots}
        mine[j], venue = account, _vacated(account)
    if told["together"]:
        venue = replace(venue, treasury={name: pots[name] - paid_out[name] for name in pots})
    return mine, venue, refused


def _vacated(account: Account) -> Account:
    """The venue as an agent leaves it."""
    zero = np.zeros_like(account.B)
    blank = dict.fromkeys(account.H, zero)
    return replace(account, B=zero, H=blank, given=blank, credit=blank)


def _on(venue: Account, own: Account) -> Account:
    """An agent's own slots on the venue as it now stands."""
    return replace(venue, B=own.B, H=own.H, given=own.given, credit=own.credit)


def _half(
    start: Account, role: Role, which: int, action: Array, told: dict[str, Any]
) -> tuple[Account, NDArray[np.bool_]]:
    """Run one half of what the role does, for every group at once, and say where it could be paid."""
    if role.action is not None:
        account = _run(start, halves(role.moves)[which], {role.action.symbol: action}, told)
    else:
        account = start
        for index, strategy in enumerate(role.strategies):
            done = _run(start, halves(strategy.moves)[which], {}, told)
            account = choose_lanes(action == index, done, account)
    paid = np.asarray(account.B >= 0)
    return choose_lanes(paid, account, start), paid


def _run(account: Account, programme: Programme, values: dict[sp.Symbol, Any], told: dict[str, Any]) -> Account:
    for move in programme:
        account = perform(account, move, values=values, **told)
    return account


def choose_lanes(take: NDArray[np.bool_], new: Account, old: Account) -> Account:
    """The new account in the groups where `take` holds, the old one elsewhere."""
    if take.all():
        return new
    changed: dict[str, Any] = {}
    for name in Account.__dataclass_fields__:
        a, b = getattr(new, name), getattr(old, name)
        if isinstance(a, Mapping):
            changed[name] = {key: np.where(take, a[key], b.get(key, 0.0)) for key in a}
        else:
            changed[name] = np.where(take, a, b)
    return Account(**changed)


def _round(economy: Economy, rng: np.random.Generator) -> Economy:
    """Everybody plays afresh in random groups, is paid, and revises."""
    design, old = economy.design, economy.ledger
    role, names = design.role(), tuple(design.curves)
    agents, group = economy.action.size, group_size(design, economy.action.size)
    seats = rng.permutation(agents).reshape(-1, group)
    # The policies that open a round: balances and treasuries are filled up again, old venues are wound up.
    endowment, budget = economy.endowment, {t: float(design.number(e)) for t, e in design.treasuries.items()}
    accounts, venue, refused = play_round(
        design, economy.action[seats], B=np.full(seats.shape, endowment), treasury=budget
    )
    B, H = np.empty(agents), np.empty((agents, len(names)))
    for j, account in enumerate(accounts):
        B[seats[:, j]] = account.B
        for k, name in enumerate(names):
            H[seats[:, j], k] = account.H[name]
    value = np.array([float(design.number(sp.sympify(role.value.get(name, 0), strict=True))) for name in names])
    payoff = B - endowment + H @ value

    def grid(slot: Mapping[str, Any], keys: tuple[str, ...]) -> Array:
        return np.stack([np.broadcast_to(slot[k], seats.shape[:1]) for k in keys], axis=1) if keys else old.sink[:, :0]

    S = grid(venue.S, names)
    held = np.stack([H[seats, k].sum(axis=1) for k in range(len(names))], axis=1)
    ledger = replace(
        old, B=B, H=H, S=S, R=grid(venue.reserve, names), F=grid(venue.fees, names), crowd=S - held,
        treasury=grid(venue.treasury, old.treasuries), sink=grid(venue.sink, old.sinks),
        outside=float(np.sum(venue.outside)),
    )  # fmt: skip
    action = imitate(economy.action, payoff, design, rng)
    return replace(
        economy,
        ledger=ledger,
        action=action,
        payoff=payoff,
        time=economy.time + 1,
        refused=economy.refused + refused,
    )


def _positions(economy: Economy, rng: np.random.Generator) -> Economy:
    """N revisions one at a time, or one revision of a share of all, then the net trades in random order."""
    design, ledger = economy.design, economy.ledger
    role, protocol = design.role(), design.protocol
    (name,) = {m.curve for s in role.strategies for m in s.moves if isinstance(m, Mint)}
    column, curve = ledger.curves.index(name), numeric_curves(design)[name]
    payoffs, supply = strategy_payoffs(design, role), SUPPLY_OTHERS
    utilities = compile_numpy([design.number(payoffs[s.name]) for s in role.strategies], [supply])
    targets = [float(design.number(each)) for each in positions(role)]
    temperature, eta = (float(design.number(each)) for each in (protocol.temperature, protocol.revising))
    B, H, action, agents = ledger.B.copy(), ledger.H.copy(), economy.action.copy(), economy.action.size
    S, R, F, refused = float(ledger.S[0, column]), float(ledger.R[0, column]), float(ledger.F[0, column]), 0

    def choice(i: int, met: float) -> int:
        others = max(met - H[i, column], 0.0)
        return int(rng.choice(len(targets), p=logit(np.array(utilities(others)), temperature)))

    if protocol.order == "simultaneous":
        revising = np.flatnonzero(rng.random(agents) < eta)
        plan = [(int(i), choice(int(i), S)) for i in rng.permutation(revising)]
    else:
        plan = [(int(i), -1) for i in rng.integers(agents, size=agents)]
    for i, s in plan:
        s = choice(i, S) if s < 0 else s
        quantity = targets[s] - H[i, column]
        if quantity == 0:
            continue
        before = Account(B[i], {name: H[i, column]}, {name: S}, {name: R}, {name: F})
        if quantity > 0:
            after = Mint(LOT, name).act(before, quantity, curve)
        else:  # rounding may leave a holder with a little more than the supply
            after = Burn(LOT, name).act(before, min(-quantity, S), curve)
        if after.B < 0:
            refused += 1
            continue
        B[i], H[i, column], action[i] = after.B, targets[s], s
        S, R, F = after.S[name], after.reserve[name], after.fees[name]
    value = float(design.number(sp.sympify(role.value.get(name, 0), strict=True)))
    payoff = B - ledger.B + value * (H - ledger.H)[:, column]
    books = {}
    for slot, number in (("S", S), ("R", R), ("F", F)):
        books[slot] = getattr(ledger, slot).copy()
        books[slot][0, column] = number
    return replace(
        economy, ledger=replace(ledger, B=B, H=H, **books), action=action, payoff=payoff,
        time=economy.time + 1, refused=economy.refused + refused,
    )  # fmt: skip
