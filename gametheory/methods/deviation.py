r"""Is a function of a deviation nowhere positive? A proof, a witness against it, or neither.

A profile x* is an equilibrium when the gain h(y) of every deviation y in [lo, hi] is at most 0, with h(x*) =
0. Two ways:

* `exactly`: where x* is rational and h a rational function after `gametheory.methods.algebraic`, the sign of
  h on every gap between its roots and poles is decided in rational arithmetic; ties at several best responses
  are no trouble.
* `by_enclosure`: otherwise x* is known as a zero of the first-order condition inside a small interval. Where
  h is concave between the cell and x*, or one-signed in slope from a corner x*, h <= h(x*) = 0 there;
  elsewhere subdivision shows h < 0 by interval arithmetic.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import sympy as sp

from gametheory.enclosure import Range, enclosure
from gametheory.interval import Interval
from gametheory.methods.algebraic import algebraic_form, pieces
from gametheory.methods.branch_and_bound import ranged, split
from gametheory.root_isolation import End

__all__ = ["Verdict", "by_enclosure", "exactly"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Outcome of a test against every deviation.

    Parameters
    ----------
    status : {"held", "refuted", "open"}
        Proved; disproved by `witness`; neither.
    how : str
        One sentence.
    witness : float or None
        A deviation that gains, if refuted.
    gain : float
        What it gains at least, 0 otherwise.
    """

    status: Literal["held", "refuted", "open"]
    how: str
    witness: float | None = None
    gain: float = 0.0


def exactly(gain: sp.Expr, symbol: sp.Symbol, lo: End, hi: End) -> Verdict:
    """Decide in rational arithmetic whether `gain` <= 0 on [lo, hi].

    Parameters
    ----------
    gain : sympy.Expr
        In `symbol` alone, exact numbers.
    symbol : sympy.Symbol
        The deviation.
    lo, hi : Fraction or infinite float
        The ends.

    Returns
    -------
    Verdict

    Examples
    --------
    >>> y = sp.Symbol("y", real=True)
    >>> exactly(2 * sp.sqrt(y) - y - 1, y, Fraction(0), math.inf).status
    'held'
    >>> exactly(2 * sp.sqrt(y) - y, y, Fraction(0), Fraction(9)).status
    'refuted'
    """
    parts = pieces(gain, symbol, lo, hi) if lo < hi else ()
    points = {end for end in (lo, hi, *(part.hi for part in parts)) if not math.isinf(end)}
    for point in sorted(points):
        value = gain.subs(symbol, sp.Rational(Fraction(point).numerator, Fraction(point).denominator))
        if value.is_number and value.is_extended_positive:
            return Verdict("refuted", "a deviation gains", float(point), float(value))
        if value.is_extended_nonpositive is not True:
            return Verdict("open", f"the gain at {point} has no decidable sign")
    for part in parts:
        form = algebraic_form(part.expression, symbol) if part.whole else None
        if form is None or not form.is_rational:
            return Verdict("open", "the gain is no rational function of a root of the deviation")
        witness = form.positive_point(part.lo, part.hi)
        if witness is not None:
            exact = sp.Rational(witness.numerator, witness.denominator)
            return Verdict("refuted", "a deviation gains", float(witness), float(part.expression.subs(symbol, exact)))
    return Verdict("held", "the sign of the gain was decided in rational arithmetic between all its roots and poles")


def by_enclosure(
    gain: sp.Expr,
    deviation: sp.Symbol,
    action: sp.Symbol,
    star: Interval,
    domain: Interval,
    *,
    corner: Literal["lo", "hi", "inner"],
    cells: int = 4000,
) -> Verdict:
    """Decide by interval arithmetic whether ``gain(y, x*) <= 0`` for all y in the domain, x* in `star`.

    Parameters
    ----------
    gain : sympy.Expr
        In `deviation` y and `action` x, with gain(x, x) = 0.
    deviation, action : sympy.Symbol
        The two variables.
    star : Interval
        Contains x*.
    domain : Interval
        All deviations.
    corner : {"lo", "hi", "inner"}
        Whether x* is an end of the domain; an inner x* is a zero of the derivative of the gain at y = x.
    cells : int
        At most so many cells.

    Returns
    -------
    Verdict
    """
    h = enclosure(gain, deviation, (action,))
    slope = enclosure(sp.diff(gain, deviation), deviation, (action,))
    stack, left = [domain], cells
    while stack:
        cell = stack.pop()
        if _settled(h, slope, cell, star, corner):
            continue
        point = Interval(cell.middle, cell.middle)
        seen = h(point, star).value
        if seen.lo > 0:
            return Verdict("refuted", "a deviation gains", cell.middle, seen.lo)
        left -= 1
        if left <= 0 or cell.width <= 1e-9 * max(1.0, abs(cell.middle)):
            return Verdict("open", f"the gain near {cell.middle:.12g} was not shown to be at most 0")
        stack.extend(split(cell))
    return Verdict("held", "interval arithmetic: concave around the action, negative elsewhere")


def _settled(h: Callable[..., Range], slope: Callable[..., Range], cell: Interval, star: Interval, corner: str) -> bool:
    """Whether the gain is at most 0 on the cell."""
    if ranged(h, cell, star).value.hi <= 0:
        return True
    between = cell.hull(star)
    around = h(between, star).slope
    if corner == "lo":
        return around.hi <= 0
    if corner == "hi":
        return around.lo >= 0
    bent = slope(between, star).slope
    return bent.hi <= 0
