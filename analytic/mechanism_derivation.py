"""The derivation of a declared mechanism: its formulas stand as definitions, each of its claims is checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .derivation import Derivation, Step, prove

if TYPE_CHECKING:
    from .mechanism import Claim, Mechanism


def derive_mechanism(mechanism: Mechanism) -> Derivation:
    """One checked step for each claim; see `analytic.derive`."""
    drawn = {name: each.domain.drawn_from for name, each in mechanism.quantities.items()}
    symbols = mechanism.symbols

    def step(one: Claim) -> Step:
        stated = {**drawn, **one.ranges}
        ranges = {symbols[name]: ends for name, ends in stated.items() if ends is not None}
        return prove(one.name, one.left, one.right, one.reason, ranges=ranges, shown=one.shown)

    return Derivation(mechanism.name.capitalize(), tuple(step(one) for one in mechanism.claims), (mechanism.source,))
