r"""One population, two strategies: every equilibrium from the sign of one function.

With x the share of the first strategy and :math:`D(x) = F_1(x) - F_2(x)`, the state x is a Nash equilibrium
iff

* x = 0 and D <= 0 there, or x = 1 and D >= 0 there (limits from inside where D is not defined), or
* 0 < x < 1 and D(x) = 0.

The replicator moves x up where D > 0, so the signs of D beside x decide stability, and an equilibrium is
evolutionarily stable exactly when D goes from + to - through it. Roots are isolated exactly where D is
rational in x or in a root of it, otherwise by interval arithmetic; where D vanishes on an interval, the
interval is a component.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import sympy as sp

from gametheory.enclosure import enclosure
from gametheory.exact_expression import is_identically_zero, manageable
from gametheory.interval import Interval
from gametheory.methods.algebraic import Piece, algebraic_form, pieces, unfolded
from gametheory.methods.branch_and_bound import isolate_roots

__all__ = ["Line", "LinePoint", "equilibria_on_line"]

_ZERO, _ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True)
class LinePoint:
    """An equilibrium share.

    Parameters
    ----------
    exact : sympy.Expr or None
        The share, exactly.
    cell : Interval
        Around it.
    multiplicity : int or None
        Of the root of D; None at a corner that is none.
    before, after : int
        Sign of D on its left and its right; at a corner the missing side repeats the sign that points into
        the corner.
    slope : float
        Eigenvalue of the replicator dynamic: x (1 - x) D'(x) inside, D(0) or -D(1) at the corners.
    difference : float
        Bound of |D| at the float nearest to x: 0 when exact.
    """

    exact: sp.Expr | None
    cell: Interval
    multiplicity: int | None
    before: int
    after: int
    slope: sp.Expr | float
    difference: float

    @property
    def number(self) -> float:
        """The share as a float."""
        return float(self.exact) if self.exact is not None else self.cell.middle

    @property
    def stability(self) -> str:
        """In words, under the replicator dynamic."""
        if self.before == self.after == 0:
            return "neutral"
        if self.before > 0 > self.after:
            return "asymptotically stable"
        return "unstable" if self.before < 0 or self.after > 0 else "centre or undecided"


@dataclass(frozen=True, slots=True)
class Line:
    """All equilibria, the pairs of indices that span a segment of equilibria, and what was left undecided."""

    points: tuple[LinePoint, ...]
    segments: tuple[tuple[int, int], ...]
    doubts: tuple[str, ...]


def equilibria_on_line(difference: sp.Expr, x: sp.Symbol) -> Line:
    """Find all equilibria of a two-strategy population.

    Parameters
    ----------
    difference : sympy.Expr
        D in `x`, with exact numbers.
    x : sympy.Symbol
        The share of the first strategy.

    Returns
    -------
    Line

    Examples
    --------
    >>> x = sp.Symbol("x")
    >>> [str(point.exact) for point in equilibria_on_line(x * (1 - 2 * x), x).points]
    ['0', '1/2']
    """
    share = sp.Dummy("x", positive=True)
    difference = unfolded(sp.sympify(difference, strict=True).xreplace({x: share}))
    parts = pieces(difference, share, _ZERO, _ONE)
    zeros: list[_Zero] = []
    doubts: list[str] = []
    for part in parts:
        found, doubt = _zeros(part, share)
        zeros.extend(found)
        doubts.extend(doubt)
    for part in parts[1:]:
        if _value(difference, share, Fraction(part.lo)) == 0:
            zeros.append(_Zero.at(Fraction(part.lo)))
    corners, unknown = _corners(difference, parts, share)
    zeros = sorted([*corners, *zeros], key=lambda zero: zero.cell.middle)
    flat = [part for part in parts if is_identically_zero(part.expression, (share,), part.lo, part.hi)]
    zeros = _with_ends_of(flat, zeros)
    points = tuple(_point(zero, zeros, difference, parts, share) for zero in zeros)
    segments = tuple(
        (i, i + 1)
        for i, (left, right) in enumerate(pairwise(points))
        if any(part.lo <= left.number and right.number <= part.hi for part in flat)
    )
    return Line(points, segments, (*doubts, *unknown))


@dataclass(frozen=True, slots=True)
class _Zero:
    exact: sp.Expr | None
    cell: Interval
    multiplicity: int | None
    corner: int = -1  # 0 or 1 at a corner

    @classmethod
    def at(cls, place: Fraction, corner: int = -1) -> _Zero:
        return cls(sp.Rational(place.numerator, place.denominator), Interval.of(place), None, corner)


def _zeros(part: Piece, x: sp.Symbol) -> tuple[list[_Zero], list[str]]:
    form = algebraic_form(part.expression, x) if part.whole else None
    if form is not None and form.numerator.is_zero:
        return [], []
    if form is not None and form.is_rational:
        return [
            _Zero(value, form.enclosure(root), root.multiplicity) for value, root in form.roots(part.lo, part.hi)
        ], []
    if is_identically_zero(part.expression, (x,), part.lo, part.hi):
        return [], []
    cells = isolate_roots(part.expression, x, part.lo, part.hi)
    doubts = [f"shares from {cell.lo:.12g} to {cell.hi:.12g} were not decided" for cell in cells.undecided]
    return [_Zero(_recognised(part.expression, x, cell), cell, 1) for cell in cells.roots], doubts


def _recognised(expression: sp.Expr, x: sp.Symbol, cell: Interval) -> sp.Expr | None:
    """Return the simplest rational number in the cell if it is the root, exactly."""
    guess = Fraction(cell.middle).limit_denominator(1000)
    exact = sp.Rational(guess.numerator, guess.denominator)
    return exact if cell.contains(guess) and sp.simplify(expression.subs(x, exact)) == 0 else None


def _value(expression: sp.Expr, x: sp.Symbol, place: Fraction) -> sp.Expr:
    return sp.simplify(expression.subs(x, sp.Rational(place.numerator, place.denominator)))


def _corners(difference: sp.Expr, parts: tuple[Piece, ...], x: sp.Symbol) -> tuple[list[_Zero], list[str]]:
    """Return the corners that are equilibria, by the value of D there or its limit from inside."""
    found, doubts = [], []
    for corner, part in ((0, parts[0]), (1, parts[-1])):
        value = corner_value(difference, part.expression, x, corner)
        bad = value.is_extended_positive if corner == 0 else value.is_extended_negative
        if bad is None:
            doubts.append(f"the payoff difference at share {corner} has no decidable sign: {value}")
        elif not bad:
            found.append(_Zero.at(Fraction(corner), corner))
    return found, doubts


def corner_value(difference: sp.Expr, inside: sp.Expr, x: sp.Symbol, corner: int) -> sp.Expr:
    """Return D at a corner, or its limit from inside where it is not defined."""
    value = sp.simplify(difference.subs(x, corner))
    if value.is_number and value.is_finite:
        return value
    return sp.limit(inside, x, corner, "+" if corner == 0 else "-")


def _with_ends_of(flat: list[Piece], zeros: list[_Zero]) -> list[_Zero]:
    """Add the ends of intervals on which D vanishes, where they are not listed yet."""
    known = {zero.exact for zero in zeros}
    for part in flat:
        for end in (part.lo, part.hi):
            place = Fraction(end)
            if sp.Rational(place.numerator, place.denominator) not in known:
                zero = _Zero.at(place, {_ZERO: 0, _ONE: 1}.get(place, -1))
                zeros = [*zeros, zero]
                known.add(zero.exact)
    return sorted(zeros, key=lambda zero: zero.cell.middle)


def _point(zero: _Zero, zeros: list[_Zero], difference: sp.Expr, parts: tuple[Piece, ...], x: sp.Symbol) -> LinePoint:
    cuts = sorted({0.0, 1.0, *(float(part.hi) for part in parts), *(other.cell.middle for other in zeros)})
    here = zero.cell.middle
    left = max((cut for cut in cuts if cut < zero.cell.lo), default=here)
    right = min((cut for cut in cuts if cut > zero.cell.hi), default=here)
    before = _sign(difference, x, (left + here) / 2) if zero.corner != 0 else 1
    after = _sign(difference, x, (here + right) / 2) if zero.corner != 1 else -1
    if (zero.corner == 0 and after == 0) or (zero.corner == 1 and before == 0):
        before = after = 0
    part = next(p for p in parts if p.lo <= here <= p.hi)
    return LinePoint(
        exact=zero.exact,
        cell=zero.cell,
        multiplicity=zero.multiplicity,
        before=before,
        after=after,
        slope=_eigenvalue(zero, difference, part, x),
        difference=0.0 if zero.exact is not None else _bound(difference, x, here),
    )


def _sign(expression: sp.Expr, x: sp.Symbol, place: float) -> int:
    value = enclosure(expression, x)(Interval(place, place)).value
    if value.lo > 0 or value.hi < 0:
        return 1 if value.lo > 0 else -1
    exact = sp.simplify(expression.subs(x, sp.Rational(place)))
    return int(sp.sign(exact))


def _eigenvalue(zero: _Zero, difference: sp.Expr, part: Piece, x: sp.Symbol) -> sp.Expr | float:
    if zero.corner >= 0:
        value = corner_value(difference, part.expression, x, zero.corner)
        return value if zero.corner == 0 else -value
    # A symbol of which nothing is known: with sums of a hundred powers SymPy otherwise asks for the sign of each.
    free = sp.Dummy()
    speed = (free * (1 - free) * sp.diff(part.expression.xreplace({x: free}), free)).xreplace({free: x})
    if zero.exact is not None:
        value = speed.subs(x, manageable(zero.exact))
        return sp.simplify(value) if zero.exact.is_Rational else float(value)
    return float(speed.subs(x, zero.cell.middle))


def _bound(difference: sp.Expr, x: sp.Symbol, place: float) -> float:
    value = abs(enclosure(difference, x)(Interval(place, place)).value)
    return value.hi if math.isfinite(value.hi) else math.inf
