r"""Certified roots and maxima of one-variable expressions, by subdivision.

Both methods evaluate `gametheory.enclosure.enclosure` on cells and keep only what is proved:

* a cell holds no root when its range misses 0; it holds exactly one when the slope keeps one sign on it and
  the values at its ends have opposite signs (intermediate value theorem, monotonicity);
* the maximum lies between the best value at a point and the largest upper end over all cells that are left.

A cell's range is the meet of the direct range and the mean-value form :math:`f(m) + F'(X)(X - m)`. What stays
open at the finest cells is returned as undecided, never dropped.

References
----------
E. Hansen, G. W. Walster, *Global Optimization Using Interval Analysis*, 2nd ed., Marcel Dekker 2004.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

import sympy as sp

from gametheory.enclosure import Range, enclosure
from gametheory.interval import Interval

__all__ = ["Bounds", "RootCells", "bound_maximum", "isolate_roots"]

Number: TypeAlias = int | float | Fraction | sp.Expr
_MOST_DERIVATIVES = 6
_SPLIT = 0.4870381  # away from the middle, so that simple numbers do not become ends of cells


@dataclass(frozen=True, slots=True)
class RootCells:
    """Where the roots are.

    Parameters
    ----------
    roots : tuple of Interval
        Each holds exactly one root, which is simple; ascending.
    undecided : tuple of Interval
        Cells that may hold further roots; the isolation is complete when there are none.
    """

    roots: tuple[Interval, ...]
    undecided: tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class Bounds:
    """Rigorous bounds of a maximum.

    Parameters
    ----------
    lower, upper : float
        The supremum lies between them.
    cell : Interval
        Contains every maximiser.
    best : float
        A point with a value of at least `lower`.
    """

    lower: float
    upper: float
    cell: Interval
    best: float


def isolate_roots(
    expression: sp.Expr,
    symbol: sp.Symbol,
    lo: Number,
    hi: Number,
    *,
    smallest: float = 1e-9,
    cells: int = 20_000,
) -> RootCells:
    """Isolate the roots of `expression` in the open interval (lo, hi).

    Parameters
    ----------
    expression : sympy.Expr
        Real-valued on the interval.
    symbol : sympy.Symbol
        Its variable.
    lo, hi : number
        Ends; `hi` may be infinite.
    smallest : float
        Width, relative to the size of the numbers, below which an undecided cell is split no more.
    cells : int
        At most so many evaluations; what is left then is returned as undecided.

    Returns
    -------
    RootCells

    Raises
    ------
    ValueError
        If lo >= hi, or the expression has no interval rule.

    Examples
    --------
    >>> x = sp.Symbol("x")
    >>> found = isolate_roots(sp.exp(x) - 3 * x, x, 0, 2)
    >>> [round(cell.middle, 6) for cell in found.roots], found.undecided
    ([0.619061, 1.512135], ())
    """
    f = enclosure(expression, symbol)
    start = _domain(lo, hi)
    stack, kept, roots = [start], [], []
    while stack:
        cell = stack.pop()
        seen = ranged(f, cell)
        if seen.value.lo > 0 or seen.value.hi < 0:
            continue
        signs = _end_signs(f, cell, seen)
        if signs == -1:
            roots.append(_refined(f, cell))
        elif signs == 0:
            cells -= 1
            if cells <= 0 or cell.width <= smallest * max(1.0, abs(cell.middle)):
                kept.append(cell)
            else:
                stack.extend(split(cell))
    found, undecided = _settle(f, kept, start, expression, symbol, (lo, hi))
    distinct = [root for root in found if not any(root.lo <= r.hi and r.lo <= root.hi for r in roots)]
    return RootCells(tuple(sorted([*roots, *distinct], key=lambda cell: cell.lo)), tuple(undecided))


def bound_maximum(
    expression: sp.Expr,
    symbol: sp.Symbol,
    lo: Number,
    hi: Number,
    *,
    tolerance: float = 1e-10,
    cells: int = 20_000,
) -> Bounds:
    """Bound the supremum of `expression` on [lo, hi].

    Parameters
    ----------
    expression : sympy.Expr
        Real-valued on the interval.
    symbol : sympy.Symbol
        Its variable.
    lo, hi : number
        Ends; `hi` may be infinite.
    tolerance : float
        Stop when upper - lower is at most this.
    cells : int
        At most so many evaluations; the bounds are rigorous whenever it stops.

    Returns
    -------
    Bounds

    Raises
    ------
    ValueError
        If lo > hi, or the expression has no interval rule.

    Examples
    --------
    >>> x = sp.Symbol("x")
    >>> found = bound_maximum(2 * sp.sqrt(x) - x, x, 0, 4, tolerance=1e-9)
    >>> found.lower <= 1 <= found.upper <= found.lower + 1e-9, found.cell.contains(1.0)
    (True, True)
    """
    f = enclosure(expression, symbol)
    start = _domain(lo, hi)
    lower, best = -math.inf, start.lo
    for point in (start.lo, start.hi, start.middle):
        lower, best = _improved(f, point, lower, best)
    heap = [(-ranged(f, start).value.hi, start.lo, start.hi)]
    while heap and cells > 0 and -heap[0][0] > lower + tolerance:
        _, a, b = heapq.heappop(heap)
        for part in split(Interval(a, b)):
            cells -= 1
            lower, best = _improved(f, part.middle, lower, best)
            seen = ranged(f, part)
            monotone = _monotone_inside(seen.slope, part, start)
            if seen.value.hi >= lower and not monotone:
                heapq.heappush(heap, (-seen.value.hi, part.lo, part.hi))
    left = [Interval(a, b) for top, a, b in heap if -top >= lower] + [Interval(best, best)]
    upper = max([lower, *(-top for top, _, _ in heap)])
    ends = Interval(min(cell.lo for cell in left), max(cell.hi for cell in left))
    return Bounds(lower, upper, ends, best)


def ranged(f: Callable[..., Range], cell: Interval, *parameters: Interval) -> Range:
    """Return the range on `cell`, tightened by the mean-value form, or by monotonicity if unbounded."""
    seen = f(cell, *parameters)
    if math.isinf(cell.hi):
        if seen.slope.hi > 0 or math.isinf(cell.lo):
            return seen
        first = f(Interval(cell.lo, cell.lo), *parameters).value
        return Range(seen.value.meet(Interval(-math.inf, first.hi)), seen.slope)
    if math.isinf(seen.slope.lo) or math.isinf(seen.slope.hi):
        return seen
    middle = Interval(cell.middle, cell.middle)
    return Range(seen.value.meet(f(middle, *parameters).value + seen.slope * (cell - middle)), seen.slope)


def split(cell: Interval) -> tuple[Interval, Interval]:
    """Cut a cell in two; an unbounded one at a point that doubles the bounded part."""
    at = cell.middle if math.isinf(cell.hi) else cell.lo + _SPLIT * (cell.hi - cell.lo)
    return Interval(cell.lo, at), Interval(at, cell.hi)


def _domain(lo: Number, hi: Number) -> Interval:
    ends = [Interval.of(_fraction(end)) for end in (lo, hi)]
    return Interval(ends[0].lo, ends[1].hi)


def _fraction(end: Number) -> float | Fraction:
    if isinstance(end, sp.Expr):
        return Fraction(int(end.p), int(end.q)) if end.is_Rational else float(end)
    return end


def _improved(f: Callable[[Interval], Range], point: float, lower: float, best: float) -> tuple[float, float]:
    if math.isinf(point):
        return lower, best
    value = f(Interval(point, point)).value.lo
    return (value, point) if value > lower else (lower, best)


def _monotone_inside(slope: Interval, cell: Interval, start: Interval) -> bool:
    """Whether a strictly better point lies beyond the cell's end: no maximiser is in it."""
    return (slope.lo > 0 and cell.hi < start.hi) or (slope.hi < 0 and cell.lo > start.lo)


def _end_signs(f: Callable[[Interval], Range], cell: Interval, seen: Range) -> int:
    """Return -1 for one root, 1 for none, 0 for undecided, from monotonicity and the signs at the ends."""
    if not (seen.slope.lo > 0 or seen.slope.hi < 0) or math.isinf(cell.hi):
        return 0
    if math.isinf(seen.slope.lo) and math.isinf(seen.slope.hi):
        return 0
    left, right = (_sign(f(Interval(end, end)).value) for end in (cell.lo, cell.hi))
    return left * right


def _sign(value: Interval) -> int:
    return 1 if value.lo > 0 else (-1 if value.hi < 0 else 0)


def _refined(f: Callable[[Interval], Range], cell: Interval) -> Interval:
    """Shrink a cell with one simple root by interval Newton steps, bisecting where they stall."""
    for _ in range(200):
        point = Interval(cell.middle, cell.middle)
        value, slope = f(point).value, f(cell).slope
        newton = cell.meet(point - value / slope)
        if newton.width > cell.width / 2:
            newton = _half(f, cell)
        if newton.width >= cell.width:
            break
        cell = newton
    return cell


def _half(f: Callable[[Interval], Range], cell: Interval) -> Interval:
    left, _ = (_sign(f(Interval(end, end)).value) for end in (cell.lo, cell.hi))
    middle = _sign(f(Interval(cell.middle, cell.middle)).value)
    if middle == 0 or left == 0:
        return cell
    return Interval(cell.middle, cell.hi) if middle == left else Interval(cell.lo, cell.middle)


def _settle(
    f: Callable[[Interval], Range],
    kept: list[Interval],
    start: Interval,
    expression: sp.Expr,
    symbol: sp.Symbol,
    ends: tuple[Number, Number],
) -> tuple[list[Interval], list[Interval]]:
    """Decide the finest cells: join neighbours, widen a little, and look once more; drop a root at an end."""
    joined: list[Interval] = []
    for cell in sorted(kept, key=lambda c: c.lo):
        if joined and cell.lo <= joined[-1].hi:
            joined[-1] = joined[-1].hull(cell)
        else:
            joined.append(cell)
    roots, undecided = [], []
    for cell in joined:
        margin = 0.0 if math.isinf(cell.hi) else cell.width + 1e-12 * abs(cell.middle)
        wide = Interval(max(cell.lo - margin, start.lo), min(cell.hi + margin, start.hi))
        seen = f(wide)
        signs = _end_signs(f, wide, seen)
        if signs == -1:
            roots.append(_refined(f, wide))
        elif signs == 0 and not _zero_only_at_end(cell, start, expression, symbol, ends):
            undecided.append(cell)
    return roots, undecided


def _zero_only_at_end(
    cell: Interval, start: Interval, expression: sp.Expr, symbol: sp.Symbol, ends: tuple[Number, Number]
) -> bool:
    """Whether a cell beside an end holds no root inside.

    By Taylor: if the numerator's derivatives of order 0..k-1 vanish exactly at the end and that of order k
    has no zero on the cell, the numerator has no zero on the cell but the end.
    """
    touched = [end for end, at in zip(ends, (cell.lo <= start.lo, cell.hi >= start.hi), strict=True) if at]
    if not touched or math.isinf(cell.hi) or expression.has(sp.Piecewise, sp.Min, sp.Max, sp.Abs):
        return False
    derivative = sp.fraction(sp.together(expression))[0]
    for _ in range(_MOST_DERIVATIVES):
        seen = enclosure(derivative, symbol)(cell).value
        if seen.lo > 0 or seen.hi < 0:
            return True
        at_end = derivative.subs(symbol, sp.nsimplify(touched[0], rational=True))
        if sp.simplify(at_end) != 0:
            return False
        derivative = sp.diff(derivative, symbol)
    return False
