r"""Interval arithmetic on many boxes at once: formulas evaluated on arrays of intervals, rounded outward.

An interval is a pair of arrays (low, high). Sums and products are moved one float outward; exp, log, tanh and roots,
which NumPy gives to a few units in the last place, by 4e-15 of their size. A value that is not defined everywhere on
its box is the whole line, so nothing is proved from it. `compiled` turns SymPy expressions into one straight-line
programme in which common parts are computed once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import sympy as sp

__all__ = ["Boxes", "compiled", "plus", "scaled", "times"]

Vector = npt.NDArray[np.float64]
Boxes: TypeAlias = tuple[Vector, Vector]
_SLACK = 4e-15
_TINY = 5e-324
_MOST = float(np.finfo(float).max)


def plus(a: Boxes, b: Boxes) -> Boxes:
    """Sum, outward.

    Examples
    --------
    >>> low, high = plus((np.array(0.5), np.array(0.5)), (np.array(0.25), np.array(0.25)))
    >>> bool(low < 0.75 < high)
    True
    """
    return _out(a[0] + b[0], a[1] + b[1])


def times(a: Boxes, b: Boxes) -> Boxes:
    """Product, outward; 0 times infinity is 0, since infinite ends are bounds."""
    with np.errstate(invalid="ignore", over="ignore"):
        products = [np.nan_to_num(x * y, nan=0.0, posinf=np.inf, neginf=-np.inf) for x in a for y in b]
    return _out(np.minimum.reduce(products), np.maximum.reduce(products))


def scaled(a: Boxes, factor: Vector) -> Boxes:
    """Product with numbers, outward."""
    return times(a, (factor, factor))


def compiled(expressions: Sequence[sp.Expr], symbols: Sequence[sp.Symbol]) -> Callable[[Boxes], list[Boxes]]:
    """A function from boxes, arrays (m, k) of lows and of highs, to the ranges of the expressions on them.

    Parameters
    ----------
    expressions : sequence of sympy.Expr
        With + - * / powers, exp, log, tanh, Abs, Min, Max and rational numbers.
    symbols : sequence of sympy.Symbol
        The k coordinates.

    Returns
    -------
    callable

    Raises
    ------
    TypeError
        If a function has no interval rule here.

    Examples
    --------
    >>> x = sp.Symbol("x")
    >>> low, high = compiled([x - x**2], [x])((np.array([[0.0]]), np.array([[0.5]])))[0]
    >>> low.round(9).tolist(), high.round(9).tolist()
    ([-0.25], [0.5])
    """
    slots: dict[sp.Basic, int] = {symbol: place for place, symbol in enumerate(symbols)}
    steps: list[tuple[Callable[..., Boxes], tuple[int, ...]]] = []

    def place(node: sp.Basic) -> int:
        if node not in slots:
            rule, arguments = _rule(node)
            steps.append((rule, tuple(place(argument) for argument in arguments)))
            slots[node] = len(symbols) + len(steps) - 1
        return slots[node]

    targets = [place(sp.sympify(expression, strict=True)) for expression in expressions]

    def evaluate(boxes: Boxes) -> list[Boxes]:
        low, high = boxes
        memory: list[Boxes] = [(low[:, k], high[:, k]) for k in range(low.shape[1])]
        shape = low.shape[:1]
        with np.errstate(all="ignore"):
            for rule, places in steps:
                memory.append(rule(*(memory[k] for k in places)))
        return [(np.broadcast_to(memory[k][0], shape), np.broadcast_to(memory[k][1], shape)) for k in targets]

    return evaluate


def _out(low: Vector, high: Vector) -> Boxes:
    return _bounds(np.nextafter(low, -np.inf), np.nextafter(high, np.inf))


def _bounds(low: Vector, high: Vector) -> Boxes:
    """Infinity is a bound from its own side only; what is not a number is the whole line."""
    low = np.where(np.isnan(low), -np.inf, np.minimum(low, _MOST))
    high = np.where(np.isnan(high), np.inf, np.maximum(high, -_MOST))
    return low, high


def _loose(low: Vector, high: Vector) -> Boxes:
    return _bounds(low - _SLACK * np.abs(low) - _TINY, high + _SLACK * np.abs(high) + _TINY)


def _rule(node: Any) -> tuple[Callable[..., Boxes], tuple[Any, ...]]:
    if node.is_Rational:
        ends = _constant(node)
        return (lambda: ends), ()
    if isinstance(node, sp.NumberSymbol | sp.Float) or (node.is_number and node.is_real and node.args != ()):
        near = np.array(float(node))
        ends = _loose(near, near)
        return (lambda: ends), ()
    if isinstance(node, sp.Add):
        return _folded(plus), node.args
    if isinstance(node, sp.Mul):
        return _folded(times), node.args
    if isinstance(node, sp.Pow) and node.exp.is_Integer:
        return _whole_power(int(node.exp)), (node.base,)
    if isinstance(node, sp.Pow) and node.exp.is_Rational:
        return _root_power(float(node.exp)), (node.base,)
    if isinstance(node, sp.Pow):
        return _exp, (node.exp * sp.log(node.base),)
    simple: dict[Any, Callable[..., Boxes]] = {
        sp.exp: _exp,
        sp.log: _log,
        sp.tanh: _tanh,
        sp.Abs: _absolute,
        sp.Min: _folded(lambda a, b: (np.minimum(a[0], b[0]), np.minimum(a[1], b[1]))),
        sp.Max: _folded(lambda a, b: (np.maximum(a[0], b[0]), np.maximum(a[1], b[1]))),
    }
    if node.func in simple:
        return simple[node.func], node.args
    raise TypeError(f"no interval rule for {node}")


def _constant(node: Any) -> Boxes:
    near = np.array(float(node))
    return (near, near) if sp.Rational(float(near)) == node else _out(near, near)


def _folded(operation: Callable[[Boxes, Boxes], Boxes]) -> Callable[..., Boxes]:
    def fold(first: Boxes, *others: Boxes) -> Boxes:
        for other in others:
            first = operation(first, other)
        return first

    return fold


def _whole_power(exponent: int) -> Callable[[Boxes], Boxes]:
    def raised(a: Boxes) -> Boxes:
        size = abs(exponent)
        low, high = a[0] ** size, a[1] ** size
        if size % 2 == 0:
            least = np.where((a[0] <= 0) & (a[1] >= 0), 0.0, np.minimum(low, high))
            low, high = least, np.maximum(low, high)
            wide = _loose(low, high)
            wide = (np.maximum(wide[0], 0.0), wide[1])
        else:
            wide = _loose(low, high)
        return wide if exponent > 0 else _reciprocal(wide)

    return raised


def _reciprocal(a: Boxes) -> Boxes:
    across = (a[0] < 0) & (a[1] > 0)
    low = np.where(a[1] == 0, -np.inf, 1 / a[1])
    high = np.where(a[0] == 0, np.inf, 1 / a[0])
    low, high = _out(np.where(across, -np.inf, low), np.where(across, np.inf, high))
    return np.where(a[0] >= 0, np.maximum(low, 0.0), low), np.where(a[1] <= 0, np.minimum(high, 0.0), high)


def _root_power(exponent: float) -> Callable[[Boxes], Boxes]:
    def raised(a: Boxes) -> Boxes:
        size = abs(exponent)
        wide = _loose(np.maximum(a[0], 0.0) ** size, np.maximum(a[1], 0.0) ** size)
        wide = (np.maximum(wide[0], 0.0), wide[1])
        wide = wide if exponent > 0 else _reciprocal(wide)
        undefined = a[0] < 0
        return np.where(undefined, -np.inf, wide[0]), np.where(undefined, np.inf, wide[1])

    return raised


def _exp(a: Boxes) -> Boxes:
    low, high = _loose(np.exp(a[0]), np.exp(a[1]))
    return np.maximum(low, 0.0), high


def _log(a: Boxes) -> Boxes:
    low, high = _loose(np.log(np.maximum(a[0], 0.0)), np.log(np.maximum(a[1], 0.0)))
    undefined = a[0] < 0
    return np.where(undefined, -np.inf, low), np.where(undefined, np.inf, high)


def _tanh(a: Boxes) -> Boxes:
    low, high = _loose(np.tanh(a[0]), np.tanh(a[1]))
    return np.maximum(low, -1.0), np.minimum(high, 1.0)


def _absolute(a: Boxes) -> Boxes:
    across = (a[0] < 0) & (a[1] > 0)
    least = np.where(across, 0.0, np.minimum(np.abs(a[0]), np.abs(a[1])))
    return least, np.maximum(np.abs(a[0]), np.abs(a[1]))
