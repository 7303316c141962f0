r"""How a claim is tested: exact values at random rational points, at corners of the domain and beside every edge.

A point gives each symbol a rational number that its assumptions and its range admit. Three kinds are drawn:

* random ones, every fourth of them far out (sixteen times larger or smaller);
* corners: symbols that may be 0 (or integers that may be 1) take that value, one at a time;
* edges: where a case begins (`Piecewise`, `Min`, `Max`, `Abs`, `sign`), the edge itself and a thousandth to each side.

Rational functions, their cases included, are compared in rationals. All else is computed with 100 digits; a difference
counts as none only where it vanishes relative to the values, or shrinks along with the precision.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from itertools import combinations, pairwise
from math import prod
from typing import Any

import mpmath
import numpy as np
import sympy as sp

from .special import elementary

DIGITS = 100
FINER = 300
TRIES = 200  # draws before a symbol's assumptions count as contradictory
EDGES = 8  # edges that are visited
FAR = 16
_TELLING = ("positive", "negative", "zero", "integer", "even", "odd", "prime", "composite", "rational", "imaginary")

Point = Mapping[sp.Symbol, sp.Rational]
Ranges = Mapping[sp.Symbol, tuple[float, float]]


def admits(symbol: sp.Symbol, value: sp.Rational, ranges: Ranges) -> bool:
    """Whether a value meets a symbol's assumptions and lies in its range."""
    if symbol in ranges and not ranges[symbol][0] <= value <= ranges[symbol][1]:
        return False
    return all(getattr(value, fact) is truth for fact, truth in _facts(symbol))


@lru_cache(maxsize=1024)
def _facts(symbol: sp.Symbol) -> tuple[tuple[str, bool], ...]:
    """What is assumed of a symbol, as far as rational numbers differ in it."""
    told = symbol.assumptions0
    return tuple((f"is_{fact}", told[fact]) for fact in _TELLING if fact in told)


def _candidate(symbol: sp.Symbol, rng: np.random.Generator, ranges: Ranges, scale: int) -> sp.Rational:
    if symbol in ranges:
        low, high = (sp.Rational(str(end)) for end in ranges[symbol])
        if symbol.is_integer:
            return sp.Integer(int(rng.integers(int(sp.ceiling(low)), int(sp.floor(high)) + 1)))
        return low + (high - low) * sp.Rational(int(rng.integers(1, 97)), 97)
    negative = symbol.is_nonpositive or (not symbol.is_nonnegative and rng.integers(2) == 0)
    if symbol.is_integer:
        size = sp.Integer(int(rng.integers(2, 12)))
    else:
        size = sp.Rational(int(rng.integers(1, 60)), int(rng.integers(7, 30)))
        size = size * FAR if scale > 0 else size / FAR if scale < 0 else size
    return -size if negative else size


def random_point(
    symbols: set[sp.Symbol], rng: np.random.Generator, ranges: Ranges, *, far: bool = False
) -> dict[sp.Symbol, sp.Rational]:
    """Random rationals that respect each symbol's assumptions, and lie inside the range given for it.

    Raises
    ------
    ValueError
        When no rational number meets the assumptions and the range of a symbol.
    """
    point = {}
    for each in sorted(symbols, key=str):
        scale = int(rng.choice((-1, 1))) if far else 0
        drawn = (_candidate(each, rng, ranges, scale) for _ in range(TRIES))
        found = next((value for value in drawn if admits(each, value, ranges)), None)
        if found is None:
            within = f" in [{ranges[each][0]}, {ranges[each][1]}]" if each in ranges else ""
            raise ValueError(f"no rational number{within} was found that meets the assumptions on {each}")
        point[each] = found
    return point


def corner_points(point: Point, ranges: Ranges) -> Iterator[dict[sp.Symbol, sp.Rational]]:
    """The point with one symbol at the smallest value its assumptions admit: 0, or 1 for a positive integer."""
    for each in sorted(point, key=str):
        if each in ranges or not each.is_nonnegative:
            continue
        least = sp.S.Zero if each.is_positive is not True else sp.S.One
        if (least == 0 or each.is_integer) and admits(each, least, ranges):
            yield {**point, each: least}


def edge_points(sides: tuple[sp.Expr, ...], point: Point, ranges: Ranges) -> Iterator[dict[sp.Symbol, sp.Rational]]:
    """Points on the edges where cases begin, a thousandth to each side, and between neighbouring edges."""
    edges: dict[sp.Symbol, set[sp.Rational]] = {}
    for gap in sorted(_gaps(sides), key=lambda gap: (gap.count_ops(), str(gap)))[:EDGES]:
        for each in sorted(gap.free_symbols & set(point), key=str)[:2]:
            if (edge := _edge(gap, each, point)) is not None:
                edges.setdefault(each, set()).add(edge)
    for each, found in edges.items():
        ordered = sorted(found)
        beside = [edge + way * (abs(edge) or 1) / 1000 for edge in ordered for way in (-1, 0, 1)]
        between = [(a + b) / 2 for a, b in pairwise(ordered)]
        yield from ({**point, each: to} for to in (*beside, *between) if admits(each, to, ranges))


def _edge(gap: sp.Expr, symbol: sp.Symbol, point: Point) -> sp.Rational | None:
    """Where a gap that is linear in a symbol closes; None where that is not known in rationals."""
    slope = gap.diff(symbol)
    if slope == 0 or slope.has(symbol) or symbol.is_integer:
        return None
    try:
        at = in_rationals(symbol - gap / slope, point)
    except (TypeError, ZeroDivisionError):
        return None
    return sp.Rational(at.numerator, at.denominator)


def _gaps(sides: tuple[sp.Expr, ...]) -> set[sp.Expr]:
    """What is zero where a case begins."""
    found: set[sp.Expr] = set()
    for side in sides:
        found |= {each.lhs - each.rhs for each in side.atoms(sp.core.relational.Relational)}
        found |= {a - b for each in side.atoms(sp.Max, sp.Min) for a, b in combinations(each.args, 2)}
        found |= {each.args[0] for each in side.atoms(sp.Abs, sp.sign)}
    return {gap for gap in found if gap.free_symbols}


class Side:
    """One side of a claim as a function of points."""

    def __init__(self, expression: sp.Expr) -> None:
        self.expression = elementary(expression).doit()
        self.symbols = sorted(self.expression.free_symbols, key=str)
        self.rational = True
        self._compiled: Any = None

    def exact(self, point: Point) -> Fraction | None:
        """The value in rationals; None where it has none or is undefined."""
        if not self.rational:
            return None
        try:
            return in_rationals(self.expression, point)
        except ZeroDivisionError:
            return None
        except TypeError:
            self.rational = False
            return None

    def value(self, point: Point, digits: int) -> Any:
        """The value with so many digits; NaN where it is undefined."""
        with mpmath.workdps(digits):
            try:
                found = self._number(point, digits)
            except (ZeroDivisionError, ValueError, TypeError, OverflowError, AttributeError, NameError):
                return mpmath.nan
            real = mpmath.isfinite(found) and abs(mpmath.im(found)) <= mpmath.mpf(10) ** (-digits // 2) * abs(found)
            return mpmath.re(found) if real else found

    def _number(self, point: Point, digits: int) -> Any:
        if self.expression.has(sp.zoo, sp.nan, sp.oo):
            return mpmath.nan
        if self.expression.has(sp.Sum, sp.Product, sp.Limit, sp.floor, sp.ceiling):  # exact before digits
            number = self.expression.subs(point).doit().evalf(digits)
            return mpmath.mpmathify(number._to_mpmath(int(digits * 3.4)))
        if self._compiled is None:
            self._compiled = sp.lambdify(self.symbols, self.expression, modules="mpmath", cse=True)
        return self._compiled(*(mpmath.mpf(int(point[s].p)) / int(point[s].q) for s in self.symbols))


def in_rationals(expression: sp.Expr, point: Point) -> Fraction:
    """The exact value of a rational function, with cases.

    >>> x = sp.Symbol("x")
    >>> in_rationals((x + 1) ** 2 / 3, {x: sp.Rational(1, 2)})
    Fraction(3, 4)

    Raises
    ------
    TypeError
        Where some part has no value in rationals.
    ZeroDivisionError
    """
    if expression.is_Symbol:
        expression = point[expression]
    if expression.is_Rational:
        return Fraction(int(expression.p), int(expression.q))
    if isinstance(expression, sp.Piecewise):
        for value, condition in expression.args:
            if _holds(condition, point):
                return in_rationals(value, point)
        raise ZeroDivisionError("no case applies")
    if not isinstance(expression, (sp.Add, sp.Mul, sp.Pow, sp.Min, sp.Max, sp.Abs)):
        raise TypeError(f"{type(expression).__name__} has no value in rationals")
    parts = [in_rationals(part, point) for part in expression.args]
    if isinstance(expression, sp.Pow):
        if parts[1].denominator != 1 or abs(parts[1]) >= 1000:
            raise TypeError("a root has no value in rationals")
        return parts[0] ** int(parts[1])
    if isinstance(expression, sp.Add):
        return sum(parts, Fraction(0))
    if isinstance(expression, sp.Mul):
        return prod(parts, start=Fraction(1))
    if isinstance(expression, sp.Abs):
        return abs(parts[0])
    return (max if isinstance(expression, sp.Max) else min)(parts)


def _holds(condition: sp.Basic, point: Point) -> bool:
    if condition in (sp.true, sp.false):
        return bool(condition)
    if isinstance(condition, (sp.And, sp.Or)):
        parts = [_holds(part, point) for part in condition.args]
        return all(parts) if isinstance(condition, sp.And) else any(parts)
    if isinstance(condition, sp.Not):
        return not _holds(condition.args[0], point)
    if not isinstance(condition, sp.core.relational.Relational):
        raise TypeError(f"{type(condition).__name__} has no truth in rationals")
    gap = in_rationals(condition.lhs, point) - in_rationals(condition.rhs, point)
    return bool(type(condition)(sp.Rational(gap.numerator, gap.denominator), 0))


def compared(left: Side, right: Side, point: Point) -> str:
    """How two sides stand at a point: "=", "<", ">", "!=" (not both real), or "undefined".

    >>> x = sp.Symbol("x", positive=True)
    >>> compared(Side(sp.exp(x)), Side(1 + x), {x: sp.Rational(1, 2)})
    '>'
    """
    exact = left.exact(point), right.exact(point)
    if exact[0] is not None and exact[1] is not None:
        return "=" if exact[0] == exact[1] else "<" if exact[0] < exact[1] else ">"
    a, b = left.value(point, DIGITS), right.value(point, DIGITS)
    if not (mpmath.isfinite(a) and mpmath.isfinite(b)):
        return "undefined"
    with mpmath.workdps(DIGITS):
        gap, tiny = abs(a - b), mpmath.mpf(10) ** (10 - DIGITS)
        if gap <= tiny * max(abs(a), abs(b)):
            return "="
    with mpmath.workdps(FINER):  # what is only rounding shrinks along with the precision
        a, b = left.value(point, FINER), right.value(point, FINER)
        if not (mpmath.isfinite(a) and mpmath.isfinite(b)):
            return "undefined"
        if abs(a - b) <= gap * tiny:
            return "="
        if mpmath.im(a) or mpmath.im(b):
            return "!="
        return "<" if a < b else ">"


def identical(left: sp.Expr, right: sp.Expr) -> bool:
    """Whether simplification shows that the sides are equal; False where that would take long.

    >>> x = sp.Symbol("x", positive=True)
    >>> identical((x + 1) ** 2, x**2 + 2 * x + 1), identical(x, x + 1)
    (True, False)
    """
    difference = sp.sympify(left - right, strict=True).doit()
    if difference == 0:
        return True
    if difference.count_ops() > 400 or difference.has(sp.Piecewise, sp.Sum, sp.Integral):
        return False
    if max((abs(p.exp) for p in difference.atoms(sp.Pow) if p.exp.is_Integer and p.base.is_Add), default=0) > 12:
        return False
    rational = difference.is_rational_function(*difference.free_symbols)
    if rational:
        return bool(sp.cancel(difference) == 0)
    if sp.expand(difference) == 0:
        return True
    return _powers_cancel(difference)


def _powers_cancel(difference: sp.Expr) -> bool:
    """Whether a difference vanishes once powers and exponentials are spread and stand as symbols of their own."""
    spread = sp.expand(sp.powdenest(elementary(difference)), deep=True, func=False)
    spread = sp.expand_log(spread)
    if spread == 0:
        return True
    if spread.count_ops() > 200:
        return False
    numerator = sp.fraction(sp.together(spread))[0]
    if sp.powsimp(sp.expand(numerator)) == 0:
        return True
    if numerator.count_ops() > 40:
        return False
    return bool(sp.simplify(numerator) == 0)
