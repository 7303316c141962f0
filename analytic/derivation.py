r"""Derivations whose steps are checked by machine.

A step claims that two expressions are equal (or ordered), and why. It is checked when it is built, twice: by symbolic
simplification where SymPy can, and always by evaluation at random rational points that respect the assumptions of the
symbols, at corners of the domain and beside the edges of cases (`checking`). A step that fails at one point is wrong,
and raises; so a `Derivation` that exists is one whose every step held.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
import sympy as sp

from .checking import Ranges, Side, compared, corner_points, edge_points, identical, random_point
from .signs import sign

if TYPE_CHECKING:
    from .curve import BondingCurve
    from .design import Design
    from .mechanism import Mechanism

POINTS = 20  # a step that fails on a quarter of all points passes once in 300 times
Relation = Literal["=", "<", "<=", ">", ">=", "!="]
_ADMITTED = {"=": "=", "<": "<", "<=": "<=", ">": ">", ">=": ">=", "!=": "<>!="}
_RELATIONAL = {"=": sp.Eq, "<": sp.Lt, "<=": sp.Le, ">": sp.Gt, ">=": sp.Ge, "!=": sp.Ne}


class DerivationError(ValueError):
    """A step that is not true."""


@dataclass(frozen=True, slots=True)
class Step:
    """One claim: `left` equals `right` (or is less, ...), because of `reason`.

    Parameters
    ----------
    name : str
        What the step establishes.
    left, right : expression
        The two sides.
    reason : str
        Why; one sentence.
    symbolic : bool
        Whether simplification, or assumptions, alone proved it.
    points : int
        At how many random rational points it held.
    shown : equation, optional
        What a reader is shown instead of the two sides: the result itself, where the sides are a condition that
        the result makes true.
    relation : {"=", "<", "<=", ">", ">=", "!="}
        How the sides stand to each other.
    """

    name: str
    left: sp.Expr
    right: sp.Expr
    reason: str
    symbolic: bool = False
    points: int = 0
    shown: sp.Basic | None = None
    relation: Relation = "="

    @property
    def equation(self) -> sp.Basic:
        """The step as an equation or inequality, as a reader sees it."""
        return self.claimed if self.shown is None else self.shown

    @property
    def claimed(self) -> sp.Basic:
        """What was checked."""
        return _RELATIONAL[self.relation](self.left, self.right, evaluate=False)

    @property
    def told(self) -> str:
        """The step as text, as a reader sees it."""
        if self.shown is None:
            return f"{self.left} {self.relation} {self.right}"
        if isinstance(self.shown, sp.Eq):
            return f"{self.shown.lhs} = {self.shown.rhs}"
        return str(self.shown)

    def latex(self) -> str:
        """The step as an equation, with names as a paper writes them."""
        from .lettering import latex

        return latex(self.equation)

    def __str__(self) -> str:
        how = "by simplification and " if self.symbolic else ""
        return f"{self.name}: {self.told}  [{self.reason}; checked {how}at {self.points} points]"


def prove(
    name: str,
    left: sp.Expr,
    right: sp.Expr,
    reason: str,
    *,
    relation: Relation = "=",
    ranges: Ranges | None = None,
    points: int = POINTS,
    shown: sp.Basic | None = None,
) -> Step:
    """A step that has been checked.

    Parameters
    ----------
    name, left, right, reason, relation
        See `Step`.
    ranges : mapping from symbol to (low, high), optional
        Where random points are drawn when the assumptions alone do not say it.
    points : int
        How many; corners and edges come on top, and are passed over where a side is undefined.
    shown : equation, optional
        What a reader is shown instead of the two sides.

    Raises
    ------
    DerivationError
        When the claim fails, with how many points it fails at and the first of them; or when no point can be drawn.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> prove("square", (x + 1) ** 2, x**2 + 2 * x + 1, "expand").symbolic
    True
    >>> prove("convex", sp.Derivative(sp.exp(x), x, 2), 0, "an exponential", relation=">").symbolic
    True
    >>> prove("square", (x + 1) ** 2, x**2 + 1, "forget the cross term")
    Traceback (most recent call last):
    ...
    analytic.derivation.DerivationError: step 'square' is wrong: at x = ...
    """
    left, right = sp.sympify(left, strict=True), sp.sympify(right, strict=True)
    if relation not in _RELATIONAL:
        raise ValueError(f"the relation of step {name!r} is one of {', '.join(_RELATIONAL)}, not {relation!r}")
    if points < 1:
        raise ValueError(f"step {name!r} needs at least one point to be checked at, got points = {points}")
    sides = Side(left), Side(right)
    drawn = _drawn(name, sides, relation, ranges or {}, points)
    failed = [point for point, must in drawn if not _stands(compared(*sides, point), relation, must)]
    if failed:
        point = failed[0]
        where = ", ".join(f"{s} = {v}" for s, v in point.items()) or "any point"
        values = [side.expression.subs(point).evalf(8) for side in sides]
        raise DerivationError(
            f"step {name!r} is wrong: at {where} the left side is {values[0]} and the right side {values[1]}, "
            f"where {relation} was claimed (it fails at {len(failed)} of {len(drawn)} points)"
        )
    symbolic = identical(left, right) if relation == "=" else _ordered(sides, relation, ranges or {})
    return Step(name, left, right, reason, symbolic=symbolic, points=points, shown=shown, relation=relation)


def _drawn(
    name: str, sides: tuple[Side, Side], relation: Relation, ranges: Ranges, points: int
) -> list[tuple[dict[sp.Symbol, sp.Rational], bool]]:
    """All points, each with whether both sides must be defined there."""
    rng = np.random.default_rng(20260101)
    expressions = (sides[0].expression, sides[1].expression)
    symbols = expressions[0].free_symbols | expressions[1].free_symbols
    try:
        chosen = [random_point(symbols, rng, ranges) for i in range(points)]
        far = [random_point(symbols, rng, ranges, far=True) for _ in range(max(1, points // 4))]
    except ValueError as error:
        raise DerivationError(f"step {name!r} cannot be checked: {error}") from None
    cases = expressions if relation == "=" else (*expressions, sp.Abs(expressions[0] - expressions[1], evaluate=False))
    special = [*far, *corner_points(chosen[0], ranges), *edge_points(cases, chosen[0], ranges)]
    return [*((point, True) for point in chosen), *((point, False) for point in special)]


def _stands(found: str, relation: Relation, must: bool) -> bool:
    """Whether what was found at a point is what was claimed; where nothing must be defined, nothing is refused."""
    return not must if found == "undefined" else found in _ADMITTED[relation]


def _ordered(sides: tuple[Side, Side], relation: Relation, ranges: Ranges) -> bool:
    """Whether assumptions alone order the sides."""
    name = sign(sides[0].expression - sides[1].expression, ranges=ranges).name
    proved = {
        "<": {"negative"},
        ">": {"positive"},
        "<=": {"negative", "nonpositive", "zero"},
        ">=": {"positive", "nonnegative", "zero"},
        "!=": {"positive", "negative"},
    }
    return name in proved[relation]


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
        """All steps, each with its reason: LaTeX without preamble, for amsmath."""
        from .tex import step_latex

        return "\n\n".join(map(step_latex, self.steps))

    def document(self) -> str:
        """A LaTeX article that compiles on its own."""
        from .tex import document

        return document(self)

    def html(self) -> str:
        """A page that opens anywhere, offline: nothing is fetched, the mathematics is MathML."""
        from .markup import derivation_page

        return derivation_page(self)

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from .markup import derivation_html

        return derivation_html(self)


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
