"""From a programme of moves to a compiled transition of the ledger's slots.

The moves are run once on symbols, one symbol a slot, and what comes out is compiled: kernels execute the very
text from which the payoffs are derived, and nothing retypes it. A traced transition handles one curve and one
treasury; the array path of `stepping` handles any number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp

from analytic.compiled import compile_numba
from analytic.design import SUPPLY_OTHERS, Design, Role
from analytic.move import Account, Burn, Claim, Mint, Programme, Spend, halves, perform, settle, words
from analytic.payoff import positions, strategy_payoffs

#: the slots of one agent and its venue, in the order in which kernels pass them
SLOTS = ("B", "H", "S", "R", "F", "X", "given", "credit", "credited", "treasury", "sink", "outside")
SYMBOLS = {slot: sp.Symbol(f"slot_{slot}", real=True) for slot in SLOTS}
CHOICE = sp.Symbol("choice", real=True)  # the action, or the index of the strategy

Compiled = Callable[..., Any]


class NotTraceable(ValueError):
    """The design needs the array path: more than one curve or treasury in one programme."""


@dataclass(frozen=True, slots=True)
class Rounds:
    """Compiled transitions of a role that plays every round afresh; each maps (choice, slots, parameters) to slots."""

    first: Compiled
    answer: Compiled
    second: Compiled
    reserve: Compiled
    parameters: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Compiled transitions of a role with standing positions.

    `utilities(S_others, parameters)` gives what the ledger will pay for each strategy; `buy` and `sell` map
    (quantity, B, H, S, R, F, parameters) to the same slots after the trade; `reserve(S, parameters)` is the
    integral.
    """

    utilities: Compiled
    buy: Compiled
    sell: Compiled
    reserve: Compiled
    targets: tuple[float, ...]
    parameters: tuple[float, ...]


def only(design: Design, role: Role) -> tuple[str, str]:
    """The one curve and the one treasury that a role's programmes name (the treasury may be missing)."""
    moves = [move for programme in role.programmes for move in programme]
    curves = {m.curve for m in moves if not isinstance(m, Spend)}
    treasuries = {m.treasury for m in moves if isinstance(m, Claim)}
    if len(curves) != 1 or len(treasuries) > 1:
        raise NotTraceable(
            f"the compiled kernels take one curve and at most one treasury, but role {role.name} uses curves "
            f"{sorted(curves)} and treasuries {sorted(treasuries)}: step it on arrays (economy.stepping.step)"
        )
    return curves.pop(), next(iter(treasuries), "")


def parameter_values(design: Design) -> tuple[float, ...]:
    """The numbers of the design's parameters, in their order."""
    return tuple(float(design.values[p.symbol]) for p in design.parameters)


def _account(curve: str, treasury: str) -> Account:
    """An account with a symbol in every slot."""
    at = SYMBOLS

    def on(slot: str) -> dict[str, sp.Symbol]:
        return {curve: at[slot]}

    return Account(
        B=at["B"], H=on("H"), S=on("S"), reserve=on("R"), fees=on("F"), treasury={treasury: at["treasury"]},
        sink={"": at["sink"]}, X=on("X"), given=on("given"), credit=on("credit"), credited=on("credited"),
        outside=at["outside"],
    )  # fmt: skip


def _slots(account: Account, curve: str, treasury: str) -> tuple[sp.Expr, ...]:
    """The account's slots in their order; all sinks together."""
    return (
        account.B, account.H[curve], account.S[curve], account.reserve[curve], account.fees[curve], account.X[curve],
        account.given[curve], account.credit[curve], account.credited[curve], account.treasury[treasury],
        sp.Add(*account.sink.values()), account.outside,
    )  # fmt: skip


def trace_rounds(design: Design, role: Role) -> Rounds:
    """Compile what a role does in a round: before the crowd answers, the answer, and after it."""
    curve, treasury = only(design, role)
    together = design.protocol.order == "batch"
    start = _account(curve, treasury)
    symbols = [p.symbol for p in design.parameters]
    arguments = [CHOICE, *(SYMBOLS[slot] for slot in SLOTS), *symbols]

    def outcome(programme: Programme, values: dict[sp.Symbol, sp.Expr]) -> tuple[sp.Expr, ...]:
        account = start
        for move in programme:
            account = perform(account, move, curves=design.curves, values=values, together=together)
        return _slots(account, curve, treasury)

    def half(which: int) -> tuple[sp.Expr, ...]:
        if role.action is not None:
            return outcome(halves(role.moves)[which], {role.action.symbol: CHOICE})
        branches = [outcome(halves(strategy.moves)[which], {}) for strategy in role.strategies]
        return tuple(_switch(options) for options in zip(*branches, strict=True))

    answered = settle(start, curve, design.curves[curve]) if design.collects else start
    supply = SYMBOLS["S"]
    return Rounds(
        first=compile_numba(half(0), arguments),
        answer=compile_numba(_slots(answered, curve, treasury), arguments),
        second=compile_numba(half(1), arguments),
        reserve=compile_numba(design.curves[curve].reserve(supply), [supply, *symbols]),
        parameters=parameter_values(design),
    )


def _switch(options: Sequence[sp.Expr]) -> sp.Expr:
    """One expression that takes the branch of the strategy's index."""
    if all(option == options[0] for option in options):
        return options[0]
    cases = [(option, sp.Eq(CHOICE, index)) for index, option in enumerate(options[:-1])]
    return sp.Piecewise(*cases, (options[-1], True))


def trace_standing(design: Design, role: Role) -> Standing:
    """Compile what a role with standing positions compares, and the trades by which it moves."""
    curve, _ = only(design, role)
    others = [m for s in role.strategies for m in s.moves if not isinstance(m, Mint)]
    if others:
        raise NotTraceable(
            f"a standing position is made of mints only, but role {role.name} also has: {', '.join(map(words, others))}"
        )
    start, symbols = _account(curve, ""), [p.symbol for p in design.parameters]
    quantity = sp.Symbol("quantity", positive=True)
    arguments = [quantity, *(SYMBOLS[slot] for slot in SLOTS[:5]), *symbols]

    def trade(move: Mint | Burn) -> Compiled:
        account = perform(start, move, curves=design.curves, values={})
        return compile_numba(_slots(account, curve, "")[:5], arguments)

    payoffs = strategy_payoffs(design, role)
    utilities = tuple(sp.sympify(payoffs[s.name], strict=True) for s in role.strategies)
    return Standing(
        utilities=compile_numba(utilities, [SUPPLY_OTHERS, *symbols]),
        buy=trade(Mint(quantity, curve)),
        sell=trade(Burn(quantity, curve)),
        reserve=compile_numba(design.curves[curve].reserve(SYMBOLS["S"]), [SYMBOLS["S"], *symbols]),
        targets=tuple(float(design.number(each)) for each in positions(role)),
        parameters=parameter_values(design),
    )
