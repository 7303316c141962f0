"""From one SymPy expression to a NumPy function and to a Numba kernel.

The formula is written once, in SymPy; both functions are printed from it, with common subexpressions shared,
after `special.stable` has put overflow-safe functions where exponentials would overflow or cancel.
Compilation is per process and kept in a cache keyed by the expressions and the arguments.

* `compile_numpy`: positional array arguments that broadcast; constants take the arguments' shape. Both
  branches of a Piecewise are computed and one is chosen, so floating-point warnings are off inside.
* `compile_numba`: positional float arguments, a float (or a tuple of floats) back, compiled in nopython mode
  with the `numpy` error model (1/0 is infinite), ready to be called from other kernels.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
import sympy as sp
from sympy.printing.numpy import NumPyPrinter
from sympy.printing.pycode import PythonCodePrinter

from analytic.special import stable

__all__ = ["compile_numba", "compile_numpy"]

_BLOCK = 1 << 16

Expressions: TypeAlias = sp.Expr | Sequence[sp.Expr]


def compile_numpy(expressions: Expressions, arguments: Iterable[sp.Symbol]) -> Callable[..., Any]:
    """Compile expressions to one function of arrays.

    Parameters
    ----------
    expressions : sympy.Expr or sequence of sympy.Expr
        One expression gives one array; a sequence gives a tuple of arrays.
    arguments : iterable of sympy.Symbol
        The function's positional arguments, in order.

    Returns
    -------
    callable
        Takes numbers or arrays that broadcast against one another, gives float arrays of the common shape
        (floats for scalars).

    Raises
    ------
    ValueError
        When an expression has a symbol that is not among the arguments.

    Examples
    --------
    >>> import sympy as sp
    >>> S, q = sp.symbols("S q", real=True)
    >>> compile_numpy(S * q + 1, (S, q))([1.0, 2.0], 3.0)
    array([4., 7.])
    """
    several, symbols = _checked(expressions, arguments)
    return _numpy_function(several, symbols, isinstance(expressions, sp.Basic))


def compile_numba(expressions: Expressions, arguments: Iterable[sp.Symbol]) -> Callable[..., Any]:
    """Compile expressions to one Numba kernel of floats.

    Parameters
    ----------
    expressions : sympy.Expr or sequence of sympy.Expr
        One expression gives a float; a sequence gives a tuple of floats.
    arguments : iterable of sympy.Symbol
        The kernel's positional arguments, in order.

    Returns
    -------
    callable
        A Numba dispatcher, compiled on its first call, callable from other kernels.

    Raises
    ------
    ValueError
        When an expression has a symbol that is not among the arguments.

    Examples
    --------
    >>> import sympy as sp
    >>> x = sp.Symbol("x", real=True)
    >>> compile_numba(sp.Max(x, 0) ** 2, (x,))(3.0)
    9.0
    """
    several, symbols = _checked(expressions, arguments)
    return _numba_function(several, symbols, isinstance(expressions, sp.Basic))


def _checked(
    expressions: Expressions, arguments: Iterable[sp.Symbol]
) -> tuple[tuple[sp.Expr, ...], tuple[sp.Symbol, ...]]:
    several = (expressions,) if isinstance(expressions, sp.Basic) else tuple(map(sp.sympify, expressions))
    symbols = tuple(arguments)
    if not several:
        raise ValueError("there is no expression to compile: give at least one")
    strangers = [argument for argument in symbols if not isinstance(argument, sp.Symbol)]
    if strangers:
        raise ValueError(f"arguments are SymPy symbols, got {strangers[0]!r}")
    free = set().union(*(expression.free_symbols for expression in several)) - set(symbols)
    if free:
        missing = ", ".join(sorted(map(str, free)))
        given = ", ".join(map(str, symbols)) or "none"
        alike = " (symbols of one name differ by their assumptions)" if _alike(free, symbols) else ""
        raise ValueError(f"no value for {missing}: the arguments are {given}{alike}; add it or bind a number")
    return several, symbols


def _alike(free: set[sp.Symbol], symbols: tuple[sp.Symbol, ...]) -> bool:
    return not {str(one) for one in free}.isdisjoint(str(one) for one in symbols)


@lru_cache(maxsize=1024)
def _numpy_function(
    expressions: tuple[sp.Expr, ...], symbols: tuple[sp.Symbol, ...], single: bool
) -> Callable[..., Any]:
    helpers = {"softplus": _softplus, "logistic": _logistic, "logexpm1": _logexpm1}
    raw = _lambdified(expressions, symbols, _ArrayPrinter, [helpers, "numpy"])

    def function(*values: Any) -> Any:
        if len(values) != len(symbols):
            raise TypeError(f"the function takes ({', '.join(map(str, symbols))}), got {len(values)} values")
        arrays = [np.asarray(value, dtype=float) for value in values]
        with np.errstate(all="ignore"):
            found = _blockwise(raw, arrays, len(expressions))
        return found[0] if single else found

    return function


def _blockwise(raw: Callable[..., Any], arrays: list[Any], count: int) -> tuple[Any, ...]:
    """Evaluate long arrays piece by piece: the temporaries then stay in the cache, at twice the speed."""
    shape = np.broadcast_shapes(*(array.shape for array in arrays))
    size = math.prod(shape)
    if size <= 2 * _BLOCK:
        return tuple(_of_shape(one, shape) for one in raw(*arrays))
    flat = [array if array.ndim == 0 else np.broadcast_to(array, shape).reshape(-1) for array in arrays]
    out = np.empty((count, size))
    for start in range(0, size, _BLOCK):
        part = slice(start, start + _BLOCK)
        for row, one in zip(out, raw(*(array[part] if array.ndim else array for array in flat)), strict=True):
            row[part] = one
    return tuple(row.reshape(shape) for row in out)


def _of_shape(value: Any, shape: tuple[int, ...]) -> Any:
    array = np.asarray(value, dtype=float)
    if array.shape != shape:
        array = np.broadcast_to(array, shape).copy()
    return array if shape else float(array)


@lru_cache(maxsize=1024)
def _numba_function(
    expressions: tuple[sp.Expr, ...], symbols: tuple[sp.Symbol, ...], single: bool
) -> Callable[..., Any]:
    import numba

    names = ("softplus", "logistic", "logexpm1")
    helpers = dict(zip(names, _numba_helpers(), strict=True))
    wanted = expressions[0] if single else expressions
    raw = _lambdified(wanted, symbols, _KernelPrinter, [helpers, "math"])
    kernel: Callable[..., Any] = numba.njit(error_model="numpy")(raw)
    return kernel


def _lambdified(expressions: Any, symbols: tuple[sp.Symbol, ...], printer: Any, modules: list[Any]) -> Any:
    """Print a function whose arguments are dummies, so that no name can clash with a word of Python."""
    dummies = [sp.Symbol(f"argument_{i}", real=True) for i in range(len(symbols))]
    renaming = dict(zip(symbols, dummies, strict=True))
    several = expressions if isinstance(expressions, tuple) else (expressions,)
    ready = tuple(stable(one).xreplace(renaming) for one in several)
    out = ready if isinstance(expressions, tuple) else ready[0]
    settings = {"fully_qualified_modules": False, "inline": True, "allow_unknown_functions": True}
    return sp.lambdify(dummies, out, modules=modules, printer=printer(settings), cse=True, docstring_limit=0)


def _softplus(x: Any) -> Any:
    return np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x)))


def _logistic(x: Any) -> Any:
    return 1.0 / (1.0 + np.exp(-x))  # e^-x overflows to infinity, whose reciprocal is the right limit 0


def _logexpm1(x: Any) -> Any:
    return x + np.log(-np.expm1(-x))


@lru_cache(maxsize=1)
def _numba_helpers() -> tuple[Any, Any, Any]:
    import math

    import numba

    compiled = numba.njit(error_model="numpy")

    @compiled
    def softplus(x):  # type: ignore[no-untyped-def]
        return max(x, 0.0) + math.log1p(math.exp(-abs(x)))

    @compiled
    def logistic(x):  # type: ignore[no-untyped-def]
        return 1.0 / (1.0 + math.exp(-x))

    @compiled
    def logexpm1(x):  # type: ignore[no-untyped-def]
        return x + math.log(-math.expm1(-x))

    return softplus, logistic, logexpm1


class _Floats:
    """Numbers as the nearest floats, small powers as products: a kernel has no large integers."""

    def _print_Rational(self, expr: Any) -> str:
        return repr(int(expr.p) / int(expr.q)) if expr >= 0 else f"({int(expr.p) / int(expr.q)!r})"

    _print_Integer = _print_Zero = _print_One = _print_NegativeOne = _print_Half = _print_Rational

    def _print_Pow(self, expr: Any, rational: bool = False) -> str:
        base, power = expr.as_base_exp() if expr.exp.is_positive else (expr.base, expr.exp)
        text: str = self.parenthesize(base, 200)  # type: ignore[attr-defined]
        if power.is_Integer and 1 < power <= 4 and base.is_Symbol:
            return "(" + "*".join([text] * int(power)) + ")"
        if power.is_Integer and abs(power) < 2**31:
            if power > 0:
                return f"{text}**{int(power)}"
            return f"(1.0/{self.parenthesize(sp.Pow(base, -power), 200)})"  # type: ignore[attr-defined]
        if power in (sp.S.Half, -sp.S.Half):
            root = f"sqrt({self._print(base)})"  # type: ignore[attr-defined]
            return root if power > 0 else f"(1.0/{root})"
        return f"{text}**({self._print(power)})"  # type: ignore[attr-defined]

    def _print_softplus(self, expr: Any) -> str:
        return f"softplus({self._print(expr.args[0])})"  # type: ignore[attr-defined]

    def _print_logistic(self, expr: Any) -> str:
        return f"logistic({self._print(expr.args[0])})"  # type: ignore[attr-defined]

    def _print_logexpm1(self, expr: Any) -> str:
        return f"logexpm1({self._print(expr.args[0])})"  # type: ignore[attr-defined]

    def _print_log1p(self, expr: Any) -> str:
        return f"log1p({self._print(expr.args[0])})"  # type: ignore[attr-defined]

    def _print_expm1(self, expr: Any) -> str:
        return f"expm1({self._print(expr.args[0])})"  # type: ignore[attr-defined]


class _ArrayPrinter(_Floats, NumPyPrinter):
    """NumPy source whose branches, minima and conditions broadcast."""

    def _print_Piecewise(self, expr: Any) -> str:
        text = "nan"
        for value, condition in reversed(expr.args):
            text = self._print(value) if condition == sp.true else self._where(condition, value, text)
        return text

    def _where(self, condition: Any, value: Any, otherwise: str) -> str:
        return f"where({self._print(condition)}, {self._print(value)}, {otherwise})"

    def _print_And(self, expr: Any) -> str:
        return "(" + " & ".join(f"({self._print(one)})" for one in expr.args) + ")"

    def _print_Or(self, expr: Any) -> str:
        return "(" + " | ".join(f"({self._print(one)})" for one in expr.args) + ")"

    def _print_Min(self, expr: Any) -> str:
        return self._folded("minimum", expr.args)

    def _print_Max(self, expr: Any) -> str:
        return self._folded("maximum", expr.args)

    def _folded(self, name: str, parts: Any) -> str:
        text: str = self._print(parts[0])
        for part in parts[1:]:
            text = f"{name}({text}, {self._print(part)})"
        return text


class _KernelPrinter(_Floats, PythonCodePrinter):
    """Python source for Numba: ternaries, min and max of two."""

    def _print_Min(self, expr: Any) -> str:
        return "min(" + ", ".join(self._print(one) for one in expr.args) + ")"

    def _print_Max(self, expr: Any) -> str:
        return "max(" + ", ".join(self._print(one) for one in expr.args) + ")"

    def _print_sign(self, expr: Any) -> str:
        return f"copysign(1.0, {self._print(expr.args[0])})"
