r"""Moves: what an agent can do, as pure functions of its account.

A strategy is a short programme of moves. A move maps an `Account` to an `Account` by arithmetic alone,
without a branch on a value, so that one text runs on SymPy symbols (where it *derives* a payoff), on floats,
on NumPy arrays (one entry an agent or a group) and, traced once on symbols, inside compiled kernels (where it
*pays* the payoff).

Convention. Money that leaves one slot of the account arrives in another: over the whole account

.. math:: B + \sum_j (R_j + F_j) + \sum_a T_a + \sum_s Z_s = \text{constant},

with balances B, reserves R, fees F, treasuries T and sinks Z; the crowd that answers a contribution is
outside and pays the curve from its own pocket (`outside` counts what it brought in). Tokens held by the agent
change with the supply; tokens of the crowd are in the supply alone.

This file does not say who moves when (`design.Protocol`) nor keep the books of many agents
(`evolution.economy`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import sympy as sp

from .curve import BondingCurve
from .symbols import symbol

Value = Any  # a SymPy expression, a float or an array: moves do not ask which
Evaluate = Callable[[sp.Expr, Mapping[sp.Symbol, Value]], Value]

MINTED = symbol("minted", nonnegative=True)  #: the tokens credited to me, in the amount of a claim
SUPPLY = symbol("S")  #: the supply met at one's turn, in any amount


def least(a: Value, b: Value) -> Value:
    """The smaller of two amounts, on symbols or on numbers."""
    if isinstance(a, sp.Basic) or isinstance(b, sp.Basic):
        return sp.Min(a, b)
    return np.minimum(a, b)


def part(amount: Value, total: Value, pool: Value) -> Value:
    """`pool` times `amount / total`; a share of nothing pays nothing.

    >>> part(1.0, 4.0, 10.0), part(0.0, 0.0, 10.0)
    (2.5, 0.0)
    """
    if any(isinstance(each, sp.Basic) for each in (amount, total, pool)):
        if sp.sympify(total, strict=True).is_positive:
            return amount * pool / total
        return sp.Piecewise((amount * pool / total, sp.Gt(total, 0)), (0, True))
    shape, some = np.broadcast_shapes(np.shape(amount), np.shape(total)), np.asarray(total) > 0
    return _plain(np.divide(amount, total, out=np.zeros(shape), where=some) * pool)


def rationed(amount: Value, demand: Value, available: Value) -> Value:
    """`amount` when all that is demanded can be paid, else its share of what is available."""
    if any(isinstance(each, sp.Basic) for each in (amount, demand, available)):
        if available is sp.oo:
            return amount
        return sp.Piecewise((amount, sp.Le(demand, available)), (amount * available / demand, True))
    shape = np.broadcast_shapes(np.shape(demand), np.shape(available))
    short = np.asarray(demand) > np.maximum(available, 0)  # what rounding leaves of nothing may be negative
    return _plain(amount * np.divide(available, demand, out=np.ones(shape), where=short))


def _plain(value: Value) -> Value:
    """An array as it is; an array without axes as a float."""
    return value if np.ndim(value) else float(value)


@dataclass(frozen=True, slots=True)
class Account:
    """What one agent sees and changes at its turn.

    Parameters
    ----------
    B : value
        Own balance [currency].
    H, S, reserve, fees : mapping from curve to value
        Own tokens, supply [token]; the curve's reserve and collected fees [currency].
    treasury, sink : mapping from name to value
        What a named treasury still holds; what a named sink has swallowed [currency].
    X, given : mapping from curve to value
        What all have contributed, and what I have [currency].
    credit, credited : mapping from curve to value
        Tokens credited to me, and to everybody [token].
    outside : value
        What the crowd has paid in from outside [currency].
    """

    B: Value
    H: Mapping[str, Value]
    S: Mapping[str, Value]
    reserve: Mapping[str, Value]
    fees: Mapping[str, Value]
    treasury: Mapping[str, Value] = field(default_factory=dict)
    sink: Mapping[str, Value] = field(default_factory=dict)
    X: Mapping[str, Value] = field(default_factory=dict)
    given: Mapping[str, Value] = field(default_factory=dict)
    credit: Mapping[str, Value] = field(default_factory=dict)
    credited: Mapping[str, Value] = field(default_factory=dict)
    outside: Value = 0

    def post(self, *, B: Value = 0, outside: Value = 0, **entries: tuple[str, Value]) -> Account:
        """The account after adding to its slots, for example ``post(B=-3, reserve=("token", 3))``."""
        changed: dict[str, Any] = {"B": self.B + B, "outside": self.outside + outside}
        for slot, (name, amount) in entries.items():
            before = getattr(self, slot)
            changed[slot] = {**before, name: before.get(name, 0) + amount}
        return replace(self, **changed)

    def money(self) -> Value:
        """All the money the account knows of, less what came from outside; no move changes it."""
        slots = (self.reserve, self.fees, self.treasury, self.sink)
        return self.B - self.outside + sum(sum(slot.values()) for slot in slots)


@dataclass(frozen=True, slots=True)
class Mint:
    """Mint `quantity` tokens on a curve and pay its integral, fee included.

    With `referring` the tokens count as brought in by myself (a wash trade).
    """

    quantity: sp.Expr
    curve: str
    referring: bool = False

    def act(self, account: Account, quantity: Value, curve: BondingCurve) -> Account:
        """Pay ``R(S + q) - R(S)`` and the fee, receive `quantity`."""
        rise = curve.increment(account.S[self.curve], quantity)
        paid, fee = curve.buy_charge(rise)
        account = account.post(
            B=-paid,
            H=(self.curve, quantity),
            S=(self.curve, quantity),
            reserve=(self.curve, rise),
            fees=(self.curve, fee),
        )
        if not self.referring:
            return account
        return account.post(credit=(self.curve, quantity), credited=(self.curve, quantity))


@dataclass(frozen=True, slots=True)
class Burn:
    """Burn `quantity` tokens on a curve and receive its integral, less the fee."""

    quantity: sp.Expr
    curve: str

    def act(self, account: Account, quantity: Value, curve: BondingCurve) -> Account:
        """Receive ``R(S) - R(S - q)`` less the fee, give `quantity`."""
        fall = curve.increment(account.S[self.curve] - quantity, quantity)
        received, fee = curve.sell_release(fall)
        return account.post(
            B=received,
            H=(self.curve, -quantity),
            S=(self.curve, -quantity),
            reserve=(self.curve, -fall),
            fees=(self.curve, fee),
        )


@dataclass(frozen=True, slots=True)
class Spend:
    """Spend `quantity` of currency into a named sink (the cost of an effort)."""

    quantity: sp.Expr
    sink: str = "effort"

    def act(self, account: Account, quantity: Value, curve: None = None) -> Account:
        """Pay `quantity` to the sink."""
        return account.post(B=-quantity, sink=(self.sink, quantity))


@dataclass(frozen=True, slots=True)
class Contribute:
    """Bring in `quantity` of the crowd's currency to a curve.

    The crowd mints once, after all have contributed (`settle`), and I am credited with my share of its
    tokens.
    """

    quantity: sp.Expr
    curve: str

    def act(self, account: Account, quantity: Value, curve: BondingCurve) -> Account:
        """Add `quantity` to the total and to my part of it."""
        return account.post(X=(self.curve, quantity), given=(self.curve, quantity))


@dataclass(frozen=True, slots=True)
class Claim:
    """Claim `quantity`, an amount in the tokens credited to me (`minted`), from a named treasury.

    A treasury never pays more than it has. When all claim at once (batch order) and it cannot pay all,
    everybody gets the same fraction; one after another, each gets what is left.
    """

    quantity: sp.Expr
    treasury: str
    curve: str

    def act(self, account: Account, quantity: Value, demand: Value) -> Account:
        """Receive `quantity`, rationed when `demand` exceeds the treasury."""
        paid = rationed(quantity, demand, account.treasury[self.treasury])
        return account.post(B=paid, treasury=(self.treasury, -paid))


Move = Mint | Burn | Spend | Contribute | Claim
Programme = tuple[Move, ...]


def settle(account: Account, name: str, curve: BondingCurve) -> Account:
    """The crowd spends all contributions on the curve, once; each contributor is credited with its share."""
    spend = account.X[name]
    minted = curve.mint(account.S[name], spend)
    rise = curve.increment(account.S[name], minted)
    return account.post(
        S=(name, minted),
        reserve=(name, rise),
        fees=(name, spend - rise),
        credit=(name, part(account.given[name], spend, minted)),
        credited=(name, minted),
        outside=spend,
    )


def substitute(expression: sp.Expr, values: Mapping[sp.Symbol, Value]) -> sp.Expr:
    """Evaluate an amount on symbols."""
    return expression.subs(values, simultaneous=True)


def perform(
    account: Account,
    move: Move,
    *,
    curves: Mapping[str, BondingCurve],
    values: Mapping[sp.Symbol, Value],
    evaluate: Evaluate = substitute,
    together: bool = True,
) -> Account:
    """One move: its amount is evaluated at the account it meets, then it acts.

    Parameters
    ----------
    account : Account
        Before the move.
    move : Move
        What is done.
    curves : mapping from name to BondingCurve
        The curves the move may name.
    values : mapping from symbol to value
        The agent's own action and anything else its amounts speak of.
    evaluate : callable
        How an amount becomes a value: substitution on symbols, a compiled function on arrays.
    together : bool
        Whether claims meet the treasury all at once (batch order) or one after another.
    """
    name = getattr(move, "curve", None)
    seen = dict(values)
    if name is not None:
        seen |= {SUPPLY: account.S[name], MINTED: account.credit.get(name, 0)}
    quantity = evaluate(move.quantity, seen)
    if isinstance(move, Spend):
        return move.act(account, quantity)
    if isinstance(move, Claim):
        everybody = seen | {MINTED: account.credited.get(move.curve, 0)}
        demand = evaluate(move.quantity, everybody) if together else quantity
        return move.act(account, quantity, demand)
    return move.act(account, quantity, curves[move.curve])


def halves(programme: Programme) -> tuple[Programme, Programme]:
    """The moves before the crowd answers, and those after: from the first claim or burn on a contribution."""
    contributed = False
    for place, move in enumerate(programme):
        contributed = contributed or isinstance(move, Contribute)
        if contributed and isinstance(move, (Claim, Burn)):
            return programme[:place], programme[place:]
    return programme, ()


def run(
    account: Account,
    programme: Programme,
    *,
    curves: Mapping[str, BondingCurve],
    values: Mapping[sp.Symbol, Value],
    evaluate: Evaluate = substitute,
    together: bool = True,
) -> Account:
    """Run a whole programme on one account, the crowd's answer included.

    Examples
    --------
    >>> import sympy as sp
    >>> curve = BondingCurve.linear(m=sp.Rational(1, 50), b=sp.Rational(1, 2))
    >>> empty = opened({"token": curve}, S=50)
    >>> after = run(empty, (Mint(sp.Integer(1), "token"),), curves={"token": curve}, values={})
    >>> after.B, after.H["token"], after.money() == empty.money()
    (-151/100, 1, True)
    """
    before, after = halves(programme)
    told = {"curves": curves, "values": values, "evaluate": evaluate, "together": together}
    for move in before:
        account = perform(account, move, **told)  # type: ignore[arg-type]
    for name in dict.fromkeys(move.curve for move in programme if isinstance(move, Contribute)):
        account = settle(account, name, curves[name])
    for move in after:
        account = perform(account, move, **told)  # type: ignore[arg-type]
    return account


def opened(
    curves: Mapping[str, BondingCurve],
    *,
    B: Value = 0,
    S: Value | Mapping[str, Value] = 0,
    X: Value | Mapping[str, Value] = 0,
    treasury: Mapping[str, Value] | None = None,
    sinks: tuple[str, ...] = (),
) -> Account:
    """A fresh account: nothing held, the curves at supply `S` with the reserve that belongs to it."""

    def spread(value: Value | Mapping[str, Value]) -> dict[str, Value]:
        return {name: value[name] if isinstance(value, Mapping) else value for name in curves}

    supply = spread(S)
    zero = spread(0)
    return Account(
        B=B,
        H=zero,
        S=supply,
        reserve={name: curve.reserve(supply[name]) for name, curve in curves.items()},
        fees=zero,
        treasury=dict(treasury or {}),
        sink=dict.fromkeys(sinks, 0),
        X=spread(X),
        given=zero,
        credit=zero,
        credited=zero,
    )


def words(move: Move) -> str:
    """The move as a study file says it, for example ``contribute x to token``."""
    amount = str(move.quantity)
    match move:
        case Mint():
            return f"mint {amount} of {move.curve}" + (" referring self" if move.referring else "")
        case Burn():
            return f"burn {amount} of {move.curve}"
        case Spend():
            return f"spend {amount} to {move.sink}"
        case Contribute():
            return f"contribute {amount} to {move.curve}"
        case Claim():
            return f"claim {amount} from {move.treasury}"
