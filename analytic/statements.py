"""What a mechanism says of itself: quantities it is given, claims, conditions and sketches.

The words of a declaration (see `mechanism`): `given` quantities carry unit, meaning, example and domain; a `claim` is
an equation or inequality that the machine must check; a `condition` joins several quantities; a `sketch` is a plot.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import sympy as sp

from .domain import Domain

__all__ = ["Claim", "Condition", "Expr", "Given", "Sketch", "claim", "condition", "given", "sketch"]

Expr: TypeAlias = Any
"""A SymPy expression; SymPy's operators carry no types."""


@dataclass(frozen=True, slots=True)
class Given:
    """A quantity that a mechanism is given; see `given`."""

    unit: str
    meaning: str
    example: Any
    domain: Domain
    latex: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a mechanism claims; see `claim`."""

    name: str
    left: sp.Expr
    right: sp.Expr
    reason: str
    shown: sp.Basic | None = None
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold between the quantities given; see `condition`."""

    relation: sp.Basic
    reason: str


@dataclass(frozen=True, slots=True)
class Sketch:
    """What a plot of the mechanism shows; see `sketch`."""

    formula: str
    over: str
    low: float
    high: float
    lines: Mapping[str, tuple[float, ...]] = field(default_factory=dict)


def given(unit: str, meaning: str, example: Any, domain: str = "[0, inf)", *, latex: str = "") -> Given:
    r"""A quantity with its unit, meaning, an example value and its domain.

    Parameters
    ----------
    unit : str
        "1" for a pure number.
    meaning : str
        One phrase, for the notation table.
    example : number
        A typical value, for the plot.
    domain : str
        As `Domain.of` reads it.
    latex : str, optional

    Examples
    --------
    >>> given("1", "fee rate", 0.003, "[0, 1)", latex=r"\phi").domain
    Domain('[0, 1)')
    """
    read = Domain.of(domain)
    if example not in read:
        raise ValueError(f"the example {example} of {meaning!r} is outside its domain {read}")
    return Given(unit, meaning, example, read, latex)


def claim(
    name: str,
    left: Any,
    right: Any,
    reason: str,
    *,
    shown: sp.Basic | None = None,
    **ranges: tuple[float, float],
) -> Claim:
    """A step of the derivation: left equals right, because of the reason.

    Parameters
    ----------
    name : str
    left, right : sympy.Expr
        Operations may stand unevaluated (Derivative, Integral, Sum, Subs): checking works them out.
    reason : str
        One sentence.
    shown : equation, optional
        What a reader sees instead of the two sides.
    **ranges : pair of float
        By the name of a quantity: where random test points are drawn, when the claim holds only there.
    """
    one, other = sp.sympify(left, strict=True), sp.sympify(right, strict=True)
    if one == other and shown is None:
        raise ValueError(
            f"claim {name!r}: both sides read {one}, which tells a reader nothing; leave the operation standing (as "
            "sp.Derivative, sp.Integral, sp.Sum, sp.Limit or sp.Subs; checking works it out) or give shown="
        )
    return Claim(name, one, other, reason, shown, ranges)


def condition(relation: Any, reason: str) -> Condition:
    """A relation between quantities that numbers must satisfy, such as `q <= S`, and why."""
    return Condition(sp.sympify(relation, strict=True), reason)


def sketch(formula: str, *, over: str, low: float, high: float, **lines: tuple[float, ...]) -> Sketch:
    """What a plot shows: a formula over one quantity, the others at their examples.

    Parameters
    ----------
    formula, over : str
        Names of a formula and of a quantity.
    low, high : float
        The ends of the axis.
    **lines : tuple of float
        By the name of one quantity: a line for each of these values.
    """
    if len(lines) > 1:
        raise ValueError(f"lines differ in one quantity, got {', '.join(lines)}: keep one")
    return Sketch(formula, over, low, high, lines)
