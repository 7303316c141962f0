r"""Rigorous ranges of a SymPy expression: value and slope on an interval.

`enclosure(expression, symbol)` compiles an expression to a straight-line programme over pairs (value, slope)
of `Interval`, by forward differentiation: for every x in the cell X the value f(x) lies in ``value`` and
every difference quotient of f inside X in ``slope``. Kinks (`Min`, `Max`, `Abs`) give the hull of the
one-sided slopes; a `Piecewise` whose condition X does not decide gives the hull of the values and the whole
line as slope, since it may jump there. Statements hold wherever the expression is defined and real.

Known are numbers, + - * / **, exp, log, sqrt, Abs, Min, Max, Piecewise, sin, cos, tanh, erf, atan, and every
SymPy function that can be rewritten in exponentials. The methods that decide with these ranges are in
`gametheory.methods.branch_and_bound`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy as sp

from gametheory.interval import WHOLE, Interval, hull

__all__ = ["Range", "enclosure"]

_ZERO, _ONE = Interval(0.0, 0.0), Interval(1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Range:
    """What an expression does on a cell.

    Parameters
    ----------
    value : Interval
        Contains every value on the cell.
    slope : Interval
        Contains every difference quotient with respect to the free symbol.
    """

    value: Interval
    slope: Interval


Rule = Callable[..., Any]
_UNDEFINED = Range(WHOLE, WHOLE)
_CHAINED: dict[Any, tuple[Callable[[Interval], Interval], Callable[[Interval], Interval]]] = {
    sp.exp: (Interval.exp, Interval.exp),
    sp.log: (Interval.log, Interval.reciprocal),
    sp.sin: (Interval.sin, Interval.cos),
    sp.cos: (Interval.cos, lambda v: -v.sin()),
    sp.tanh: (Interval.tanh, lambda v: _ONE - v.tanh().power(Fraction(2))),
    sp.atan: (Interval.atan, lambda v: (_ONE + v.power(Fraction(2))).reciprocal()),
    sp.erf: (
        Interval.erf,
        lambda v: Interval.of(2 / math.sqrt(math.pi)).hull(Interval(1.1283, 1.1284)) * (-v.power(Fraction(2))).exp(),
    ),
}


def enclosure(expression: sp.Expr, symbol: sp.Symbol, parameters: Sequence[sp.Symbol] = ()) -> Callable[..., Range]:
    """Compile `expression` to a function from intervals to its range.

    Parameters
    ----------
    expression : sympy.Expr
        Real-valued, in `symbol` and `parameters`, all other numbers exact or floats (read as the decimals
        they show).
    symbol : sympy.Symbol
        The variable that slopes refer to.
    parameters : sequence of sympy.Symbol
        Further symbols, held fixed inside their intervals.

    Returns
    -------
    callable
        ``f(cell, *parameter_intervals)`` returns the `Range` on `cell`.

    Raises
    ------
    ValueError
        If the expression contains another symbol or a function without an interval rule.

    References
    ----------
    R. E. Moore, *Interval Analysis*, Prentice-Hall 1966.

    Examples
    --------
    >>> x = sp.Symbol("x")
    >>> f = enclosure(x - x**2, x)
    >>> f(Interval(0.25, 0.5)).slope.hi < 0.51
    True
    """
    inputs = [symbol, *parameters]
    unknown = sorted(str(s) for s in expression.free_symbols - set(inputs))
    if unknown:
        raise ValueError(f"the expression contains {', '.join(unknown)}, allowed are {inputs}; bind the others first")
    programme = _Programme({known: place for place, known in enumerate(inputs)}, [], len(inputs))
    target = programme.place(expression)
    steps = programme.steps

    def evaluate(cell: Interval, *values: Interval) -> Range:
        memory: list[Any] = [Range(cell, _ONE), *(Range(value, _ZERO) for value in values)]
        for rule, places in steps:
            memory.append(rule(*(memory[place] for place in places)))
        result: Range = memory[target]
        return result

    return evaluate


@dataclass(frozen=True, slots=True)
class _Programme:
    """Steps in order of evaluation, each distinct subexpression once."""

    slots: dict[sp.Basic, int]
    steps: list[tuple[Rule, tuple[int, ...]]]
    inputs: int

    def place(self, node: sp.Basic) -> int:
        """Return the memory place of `node`, adding the steps that compute it."""
        if node not in self.slots:
            rule, arguments = _rule(node)
            places = tuple(self.place(argument) for argument in arguments)
            self.steps.append((rule, places))
            self.slots[node] = self.inputs + len(self.steps) - 1
        return self.slots[node]


def _rule(node: Any) -> tuple[Rule, tuple[Any, ...]]:
    """Return how to compute `node`, and from what."""
    constant = _constant(node)
    if constant is not None:
        return (lambda: constant), ()
    if isinstance(node, sp.Add):
        return _add, node.args
    if isinstance(node, sp.Mul):
        return _multiply, node.args
    if isinstance(node, sp.Pow) and node.exp.is_Rational:
        exponent = Fraction(int(node.exp.p), int(node.exp.q))
        return (lambda base: _power(base, exponent)), (node.base,)
    if isinstance(node, sp.Pow):
        return (lambda product: _chain(product, *_CHAINED[sp.exp])), (node.exp * sp.log(node.base),)
    if isinstance(node, sp.Min):
        return (lambda *parts: _least(parts, 1)), node.args
    if isinstance(node, sp.Max):
        return (lambda *parts: _least(parts, -1)), node.args
    if isinstance(node, sp.Abs):
        return _absolute, node.args
    if isinstance(node, sp.Piecewise):
        return _piecewise, tuple(part for branch in node.args for part in branch.args)
    if node is sp.true or node is sp.false:
        return (lambda: bool(node)), ()
    if isinstance(node, sp.And | sp.Or):
        return (_all if isinstance(node, sp.And) else _any), node.args
    if isinstance(node, sp.Not):
        return (lambda truth: None if truth is None else not truth), node.args
    if isinstance(node, sp.core.relational.Relational):
        return _relation(node.rel_op), (node.lhs - node.rhs,)
    if node.func in _CHAINED:
        return (lambda inner: _chain(inner, *_CHAINED[node.func])), node.args
    rewritten = node.rewrite(sp.exp)
    if rewritten != node and not rewritten.has(node.func):
        return (lambda value: value), (rewritten,)
    raise ValueError(f"no interval rule for {node}; write it with exp, log, powers, Min, Max or Piecewise")


def _constant(node: Any) -> Range | None:
    if isinstance(node, sp.Float):
        return Range(Interval.of(Fraction(str(node))), _ZERO)
    if isinstance(node, sp.Rational):
        return Range(Interval.of(Fraction(int(node.p), int(node.q))), _ZERO)
    if node in (sp.oo, -sp.oo):
        return Range(Interval.of(float(node)), _ZERO)
    if isinstance(node, sp.NumberSymbol):
        near = float(node)
        return Range(Interval(math.nextafter(near, -math.inf), math.nextafter(near, math.inf)), _ZERO)
    if isinstance(node, sp.polys.rootoftools.ComplexRootOf) and node.is_real:
        close, slack = Fraction(str(node.eval_rational(n=20))), Fraction(1, 10**19)
        return Range(Interval.of(close - slack).hull(Interval.of(close + slack)), _ZERO)
    if node in (sp.nan, sp.zoo):
        return _UNDEFINED
    return None


def _add(*parts: Range) -> Range:
    value, slope = parts[0].value, parts[0].slope
    for part in parts[1:]:
        value, slope = value + part.value, slope + part.slope
    return Range(value, slope)


def _multiply(*parts: Range) -> Range:
    value, slope = parts[0].value, parts[0].slope
    for part in parts[1:]:
        value, slope = value * part.value, slope * part.value + value * part.slope
    return Range(value, slope)


def _power(base: Range, exponent: Fraction) -> Range:
    value = base.value.power(exponent)
    if base.slope == _ZERO:
        return Range(value, _ZERO)
    if exponent < 0 and exponent.denominator == 1 and base.value.lo < 0 < base.value.hi:  # a pole inside
        return _UNDEFINED
    return Range(value, Interval.of(exponent) * base.value.power(exponent - 1) * base.slope)


def _chain(inner: Range, function: Callable[[Interval], Interval], derivative: Callable[[Interval], Interval]) -> Range:
    if inner.slope == _ZERO:
        return Range(function(inner.value), _ZERO)
    return Range(function(inner.value), derivative(inner.value) * inner.slope)


def _least(parts: Sequence[Range], sign: int) -> Range:
    """Enclose Min (sign 1) or Max (sign -1): the hull over the parts that may be active."""
    signed = [part if sign == 1 else Range(-part.value, -part.slope) for part in parts]
    ceiling = min(part.value.hi for part in signed)
    active = [part for part in signed if part.value.lo <= ceiling]
    value = Interval(min(part.value.lo for part in active), ceiling)
    slope = hull(part.slope for part in active)
    return Range(value, slope) if sign == 1 else Range(-value, -slope)


def _absolute(inner: Range) -> Range:
    if inner.value.lo >= 0:
        return inner
    if inner.value.hi <= 0:
        return Range(-inner.value, -inner.slope)
    return Range(abs(inner.value), inner.slope.hull(-inner.slope))


def _piecewise(*parts: Any) -> Range:
    """Enclose the branches whose condition may be the first to hold."""
    possible: list[Range] = []
    for branch, condition in zip(parts[::2], parts[1::2], strict=True):
        if condition is False:
            continue
        possible.append(branch)
        if condition is True:
            break
    if len(possible) == 1:
        return possible[0]
    return Range(hull(branch.value for branch in possible), WHOLE) if possible else _UNDEFINED


def _relation(operator: str) -> Rule:
    """Return the three-valued test of ``difference operator 0``."""

    def test(difference: Range) -> bool | None:
        low, high = difference.value.lo, difference.value.hi
        answers = {
            ">": (low > 0, high <= 0),
            ">=": (low >= 0, high < 0),
            "<": (high < 0, low >= 0),
            "<=": (high <= 0, low > 0),
            "==": (low == 0 == high, low > 0 or high < 0),
            "!=": (low > 0 or high < 0, low == 0 == high),
        }
        holds, fails = answers[operator]
        return True if holds else (False if fails else None)

    return test


def _all(*truths: bool | None) -> bool | None:
    if any(truth is False for truth in truths):
        return False
    return None if any(truth is None for truth in truths) else True


def _any(*truths: bool | None) -> bool | None:
    if any(truth is True for truth in truths):
        return True
    return None if any(truth is None for truth in truths) else False
