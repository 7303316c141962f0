r"""Parameters: the numbers of a design, each with its unit, its domain and whoever sets it.

A number is read as the decimal it is written as (0.1 is one tenth) and checked against its domain, so that
answers can be exact and a wrong value is named with its range. A parameter that differs between agents has a
`Distribution`.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import Any, Literal

import sympy as sp

from .expression import exact


def one_of(what: str, value: str, allowed: tuple[str, ...]) -> None:
    """Refuse a word that is not among the allowed ones, and say which is nearest."""
    if value not in allowed:
        near = difflib.get_close_matches(str(value), allowed, n=1, cutoff=0.4)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"{what} is {value!r}, but must be one of {', '.join(map(repr, allowed))}{hint}")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number of the design: who sets it, in which unit, within which range.

    Parameters
    ----------
    name : str
    default : number
        Read exactly: 0.1, "0.1" and "1/10" are one tenth.
    unit : str
        For example ``"currency/token"``; ``"1"`` for a pure number.
    domain : sympy.Interval
        Where it may lie.
    control : {"designer", "agent", "nature"}
        Who sets it.
    meaning : str
        One line for the notation table.
    per_agent : bool
        An amount per agent that shrinks in proportion when the population grows, so that totals stay
        comparable.
    distribution : Distribution, optional
        When it differs between agents or is not known; the default is then its mean.
    """

    name: str
    default: sp.Rational
    unit: str = "1"
    domain: sp.Interval = field(default_factory=lambda: sp.Interval(-sp.oo, sp.oo))
    control: Literal["designer", "agent", "nature"] = "designer"
    meaning: str = ""
    per_agent: bool = False
    distribution: Distribution | None = None

    def __post_init__(self) -> None:
        if not self.name.isidentifier():
            raise ValueError(f"a parameter's name must be an identifier, not {self.name!r}")
        one_of(f"the control of parameter {self.name}", self.control, ("designer", "agent", "nature"))
        object.__setattr__(self, "default", self.checked(self.default))

    @property
    def symbol(self) -> sp.Symbol:
        """The SymPy symbol, with the assumptions that its domain allows."""
        low, strict = self.domain.start, self.domain.left_open
        if low > 0 or (low == 0 and strict):
            return sp.Symbol(self.name, positive=True)
        if low == 0:
            return sp.Symbol(self.name, nonnegative=True)
        return sp.Symbol(self.name, real=True)

    def checked(self, value: Any) -> sp.Rational:
        """The value, exact, if it lies in the domain; else an error with name, value, range and unit."""
        try:
            number = exact(value)
        except (TypeError, ValueError) as error:
            raise ValueError(f"parameter {self.name} must be a number, not {value!r}") from error
        if self.domain.contains(number) is not sp.true:
            unit = "" if self.unit == "1" else f" {self.unit}"
            raise ValueError(
                f"parameter {self.name} is {value}{unit}, outside its domain {interval_text(self.domain)}{unit}"
            )
        return number


def interval_text(domain: sp.Interval) -> str:
    """An interval in brackets, round where an end is left out.

    >>> interval_text(sp.Interval.Lopen(0, 1))
    '(0, 1]'
    """
    left = "(" if domain.left_open else "["
    right = ")" if domain.right_open else "]"
    return f"{left}{domain.start}, {domain.end}{right}".replace("oo", "inf")


@dataclass(frozen=True, slots=True)
class Distribution:
    """The law of a parameter that differs between agents: uniform, or discrete with weights."""

    kind: Literal["uniform", "discrete"]
    values: tuple[sp.Rational, ...]
    weights: tuple[sp.Rational, ...] = ()

    def __post_init__(self) -> None:
        one_of("a distribution's kind", self.kind, ("uniform", "discrete"))
        if self.kind == "uniform" and (len(self.values) != 2 or not self.values[0] < self.values[1]):
            raise ValueError(f"a uniform distribution needs two ends, low < high, not {self.values}")
        if self.kind == "discrete":
            if not self.values or len(self.values) != len(self.weights):
                raise ValueError(f"a discrete distribution needs as many weights as values, not {self.weights}")
            if min(self.weights) < 0 or sum(self.weights) != 1:
                raise ValueError(
                    f"the weights of a discrete distribution must be >= 0 and sum to 1, not {self.weights}"
                )

    def expect(self, expression: sp.Expr, over: sp.Symbol) -> sp.Expr:
        """The expectation of an expression in the parameter.

        >>> v = sp.Symbol("v")
        >>> Distribution("uniform", (sp.Integer(0), sp.Integer(1))).expect(v**2, v)
        1/3
        """
        if self.kind == "discrete":
            return sp.Add(*(w * expression.subs(over, x) for x, w in zip(self.values, self.weights, strict=True)))
        low, high = self.values
        return sp.integrate(expression, (over, low, high)) / (high - low)
