"""The attacks that a study names: do they pay, and from which value on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sympy as sp

from analytic.attack import Sandwich, wash_profit, wash_threshold
from analytic.design import Design
from analytic.move import Claim

from ..economy.stepping import numeric_curves
from .parts import Parts
from .report import Table


def study_attacks(design: Design, attacks: Iterable[Any]) -> Parts:
    """One table for each kind of attack."""
    named = tuple(attacks)
    sandwiches = [each for each in named if each.kind == "sandwich"]
    washes = [each for each in named if each.kind == "wash"]
    tables = []
    if sandwiches:
        tables.append(_sandwich_table(design, sandwiches))
    if washes:
        tables.append(_wash_table(design))
    return Parts(tables=tuple(tables))


def _sandwich_table(design: Design, attacks: list[Any]) -> Table:
    """The fee from which on no sandwich pays, for each victim."""
    curve = next(iter(numeric_curves(design).values()))
    rows = []
    for each in attacks:
        for order in each.orders:
            attack = Sandwich(curve, float(each.supply), float(each.victim), order)
            rows.append((order, float(each.supply), float(each.victim), attack.marginal_fee, attack.break_even_fee()))
    return Table(
        "Sandwich: break-even fee",
        ("victim fixes", "supply", "victim's tokens", "fee for a tiny attack", "fee for any attack"),
        tuple(rows),
        "Fee on each leg (buyer pays 1 + fee, seller gets 1 - fee) from which on no sandwich pays.",
    )


def _wash_table(design: Design) -> Table:
    """From which reward on minting, claiming and burning by oneself pays, at the supply of a round's end."""
    rows = []
    for role in design.roles:
        for claim in (move for move in role.moves if isinstance(move, Claim)):
            curve = design.curves[claim.curve]
            for reward in sorted(claim.quantity.free_symbols & {p.symbol for p in design.parameters}, key=str):
                threshold = wash_threshold(curve, claim.quantity, reward)
                profit = wash_profit(curve, claim.quantity)
                rows.append((str(reward), threshold, sp.factor(profit)))
    return Table(
        "Wash minting: threshold of the reward",
        ("reward", "pays for small trades above", "profit of minting, claiming and burning t tokens"),
        tuple(rows),
        "At supply S. Without a fee the threshold is 0: any reward can be washed.",
    )
