r"""Derivations whose steps are checked by machine.

A step claims that two expressions are equal, and why. It is checked when it is built, twice: by symbolic
simplification where SymPy can, and always by exact evaluation at random rational points that respect the
assumptions of the symbols (rational values are compared exactly, algebraic and transcendental ones to 40 of
50 digits). A step that fails at one point is wrong, and raises; so a `Derivation` that exists is one whose
every step held.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING, Any

import mpmath
import numpy as np
import sympy as sp

from .special import elementary

if TYPE_CHECKING:
    from .curve import BondingCurve
    from .design import Design
    from .mechanism import Mechanism

POINTS = 20  # a step that fails on a quarter of all points passes once in 300 times
DIGITS = 50
AGREE = mpmath.mpf("1e-40")


class DerivationError(ValueError):
    """A step that is not true."""


@dataclass(frozen=True, slots=True)
class Step:
    """One claim: `left` equals `right`, because of `reason`.

    Parameters
    ----------
    name : str
        What the step establishes.
    left, right : expression
        The two sides.
    reason : str
        Why; one sentence.
    symbolic : bool
        Whether simplification alone proved it.
    points : int
        At how many random rational points both sides agreed.
    shown : equation, optional
        What a reader is shown instead of the two sides: the result itself, where the sides are a condition that
        the result makes true.
    """

    name: str
    left: sp.Expr
    right: sp.Expr
    reason: str
    symbolic: bool = False
    points: int = 0
    shown: sp.Basic | None = None

    @property
    def equation(self) -> sp.Basic:
        """The step as an equation, as a reader sees it."""
        return sp.Eq(self.left, self.right, evaluate=False) if self.shown is None else self.shown

    def latex(self) -> str:
        """The step as an equation."""
        return str(sp.latex(self.equation))

    def __str__(self) -> str:
        how = "by simplification and " if self.symbolic else ""
        return f"{self.name}: {self.left} = {self.right}  [{self.reason}; checked {how}at {self.points} points]"


def random_point(
    symbols: set[sp.Symbol], rng: np.random.Generator, ranges: Mapping[sp.Symbol, tuple[float, float]]
) -> dict[sp.Symbol, sp.Rational]:
    """Random rationals that respect each symbol's assumptions, or lie inside the range given for it."""
    point = {}
    for each in sorted(symbols, key=str):
        if each in ranges:
            low, high = (sp.Rational(str(end)) for end in ranges[each])
            point[each] = low + (high - low) * sp.Rational(int(rng.integers(1, 97)), 97)
        elif each.is_integer:
            point[each] = sp.Integer(int(rng.integers(2, 12)))
        elif each.is_nonnegative:
            point[each] = sp.Rational(int(rng.integers(1, 60)), int(rng.integers(7, 30)))
        elif each.is_nonpositive:
            point[each] = -sp.Rational(int(rng.integers(1, 60)), int(rng.integers(7, 30)))
        else:
            point[each] = sp.Rational(int(rng.integers(-60, 60)), int(rng.integers(7, 30)))
    return point


Point = Mapping[sp.Symbol, sp.Rational]


def agree(left: Side, right: Side, point: Point) -> bool:
    """Whether both sides have the same finite value at the point: exactly where rational, else to 40 digits."""
    a, b = left(point), right(point)
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a == b
    with mpmath.workdps(DIGITS):
        a, b = (mpmath.mpf(v.numerator) / v.denominator if isinstance(v, Fraction) else v for v in (a, b))
        if not (mpmath.isfinite(a) and mpmath.isfinite(b)):
            return False
        return bool(abs(a - b) <= AGREE * (1 + abs(a) + abs(b)))


class Side:
    """One side of a step as a function of points; a rational function is evaluated in rationals, once compiled else."""

    def __init__(self, expression: sp.Expr) -> None:
        self.expression = elementary(expression).doit()
        self.symbols = sorted(self.expression.free_symbols, key=str)
        self.rational = self.expression.is_rational_function(*self.symbols) and not self.expression.has(sp.Piecewise)
        finite = not self.expression.has(sp.zoo, sp.nan, sp.oo)
        self.digits = sp.lambdify(self.symbols, self.expression if finite else sp.nan, modules="mpmath", cse=True)

    def __call__(self, point: Point) -> Any:
        """The value at a point: a Fraction where it is rational, else a number of many digits."""
        if self.rational:
            with contextlib.suppress(TypeError):
                return in_rationals(self.expression, point)
        with mpmath.workdps(2 * DIGITS):
            values = [mpmath.mpf(int(point[s].p)) / int(point[s].q) for s in self.symbols]
            return self.digits(*values)


def in_rationals(expression: sp.Expr, point: Point) -> Fraction:
    """The exact value of a rational function.

    >>> x = sp.Symbol("x")
    >>> in_rationals((x + 1) ** 2 / 3, {x: sp.Rational(1, 2)})
    Fraction(3, 4)
    """
    if expression.is_Symbol:
        expression = point[expression]
    if expression.is_Rational:
        return Fraction(int(expression.p), int(expression.q))
    parts = [in_rationals(part, point) for part in expression.args]
    if expression.is_Add:
        return sum(parts, Fraction(0))
    if expression.is_Mul:
        return prod(parts, start=Fraction(1))
    if expression.is_Pow and parts[1].denominator == 1 and abs(parts[1]) < 1000:
        return parts[0] ** int(parts[1])
    raise TypeError(f"{expression.func.__name__} has no value in rationals")


def prove(
    name: str,
    left: sp.Expr,
    right: sp.Expr,
    reason: str,
    *,
    ranges: Mapping[sp.Symbol, tuple[float, float]] | None = None,
    points: int = POINTS,
    shown: sp.Basic | None = None,
) -> Step:
    """A step that has been checked.

    Parameters
    ----------
    name, left, right, reason
        See `Step`.
    ranges : mapping from symbol to (low, high), optional
        Where random points are drawn when the assumptions alone do not say it.
    points : int
        How many.
    shown : equation, optional
        What a reader is shown instead of the two sides.

    Raises
    ------
    DerivationError
        When the sides differ, with the point at which they do.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> prove("square", (x + 1) ** 2, x**2 + 2 * x + 1, "expand").symbolic
    True
    >>> prove("square", (x + 1) ** 2, x**2 + 1, "forget the cross term")
    Traceback (most recent call last):
    ...
    analytic.derivation.DerivationError: step 'square' is wrong: at x = ...
    """
    left, right = sp.sympify(left, strict=True), sp.sympify(right, strict=True)
    rng = np.random.default_rng(20260101)
    sides = Side(left), Side(right)
    for _ in range(points):
        point = random_point(left.free_symbols | right.free_symbols, rng, ranges or {})
        if not agree(*sides, point):
            where = ", ".join(f"{s} = {v}" for s, v in point.items())
            values = [side.subs(point).doit().evalf(8) for side in (left, right)]
            raise DerivationError(
                f"step {name!r} is wrong: at {where} the left side is {values[0]} and the right side {values[1]}"
            )
    return Step(name, left, right, reason, symbolic=_identical(left, right), points=points, shown=shown)


def _identical(left: sp.Expr, right: sp.Expr) -> bool:
    """Whether simplification alone shows that the sides are equal: cheap tries, the points decide truth."""
    difference = sp.expand((left - right).doit())
    if difference == 0:
        return True
    if difference.is_rational_function(*difference.free_symbols):
        return bool(sp.cancel(difference) == 0)
    if difference.count_ops() > 150 or difference.has(sp.Piecewise):  # cases are slow to simplify
        return False
    return bool(sp.simplify(difference) == 0)


@dataclass(frozen=True, slots=True)
class Derivation:
    """Named steps from definition to result, each one checked.

    Examples
    --------
    >>> from analytic import BondingCurve
    >>> steps = derive(BondingCurve.linear(m=sp.Symbol("m", positive=True), b=0))
    >>> [step.name for step in steps][:2]
    ['reserve', 'reserve at zero']
    """

    title: str
    steps: tuple[Step, ...]
    remarks: tuple[str, ...] = field(default=())

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def __len__(self) -> int:
        return len(self.steps)

    def __getitem__(self, name: str) -> Step:
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(f"no step {name!r} in the derivation of {self.title}; there are {[s.name for s in self.steps]}")

    def __str__(self) -> str:
        return "\n".join([self.title, *(f"  {step}" for step in self.steps)])

    def latex(self) -> str:
        """All steps as an `align` environment with their reasons."""
        rows = []
        for step in self.steps:
            left, right = step.equation.args
            rows.append(rf"  {sp.latex(left)} &= {sp.latex(right)} && \text{{{step.name}}}")
        return "\n".join([r"\begin{align}", " \\\\\n".join(rows), r"\end{align}"])


def derive(mechanism: BondingCurve | Mechanism | Design) -> Derivation:
    """The checked derivation of a mechanism or a design.

    Parameters
    ----------
    mechanism : BondingCurve, Mechanism or Design

    Returns
    -------
    Derivation

    Raises
    ------
    DerivationError
        When a step does not hold.
    TypeError
        For anything else.
    """
    from .curve import BondingCurve
    from .curve_derivation import derive_curve
    from .design import Design
    from .design_derivation import derive_design
    from .mechanism import Mechanism
    from .mechanism_derivation import derive_mechanism

    given: object = mechanism  # a caller without types may give anything
    if isinstance(given, BondingCurve):
        return derive_curve(given)
    if isinstance(given, Design):
        return derive_design(given)
    if isinstance(given, Mechanism):
        return derive_mechanism(given)
    kind = type(given).__name__
    raise TypeError(f"no derivation is known for a {kind}; give a BondingCurve, a Mechanism or a Design")
