"""From one SymPy expression to a NumPy function and to a Numba kernel.

The formula is written once, in SymPy; both functions are printed from it, with common subexpressions shared,
after `rewriting.stable` has put overflow-safe functions where exponentials would overflow or cancel.
Compilation is per process and kept in a cache keyed by the expressions and the arguments.

* `compile_numpy`: positional array arguments that broadcast; constants take the arguments' shape. Both
  branches of a Piecewise are computed and one is chosen, so floating-point warnings are off inside.
* `compile_numba`: positional float arguments, a float (or a tuple of floats) back, compiled in nopython mode
  with the `numpy` error model (1/0 is infinite), ready to be called from other kernels.
"""

from __future__ import annotations

import builtins
import math
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
import sympy as sp
from sympy.logic.boolalg import Boolean
from sympy.printing.codeprinter import PrintMethodNotImplementedError

from analytic.numerics import ARRAY, kernels
from analytic.rewriting import stable
from analytic.source import SETTINGS, ArrayPrinter, KernelPrinter

__all__ = ["compile_numba", "compile_numpy"]

_BLOCK = 1 << 16
_WHOLE = {"floor": np.floor, "ceil": np.ceil}  # those of math give integers, which overflow

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
        When an expression has a symbol that is not among the arguments, or a part without a value in floats.
    TypeError
        When an expression is none; the function raises it for values that are not real numbers.

    Examples
    --------
    >>> import sympy as sp
    >>> S, q = sp.symbols("S q", real=True)
    >>> compile_numpy(S * q + 1, (S, q))([1.0, 2.0], 3.0)
    array([4., 7.])
    """
    several, symbols = _checked(expressions, arguments)
    return _numpy_function(several, symbols, _is_single(expressions))


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
        When an expression has a symbol that is not among the arguments, or a part without a value in floats.
    TypeError
        When an expression is none.

    Examples
    --------
    >>> import sympy as sp
    >>> x = sp.Symbol("x", real=True)
    >>> compile_numba(sp.Max(x, 0) ** 2, (x,))(3.0)
    9.0
    """
    several, symbols = _checked(expressions, arguments)
    return _numba_function(several, symbols, _is_single(expressions))


def _checked(
    expressions: Expressions, arguments: Iterable[sp.Symbol]
) -> tuple[tuple[sp.Expr, ...], tuple[sp.Symbol, ...]]:
    several = tuple(map(_expression, [expressions] if _is_single(expressions) else expressions))
    symbols = tuple(arguments)
    if not several:
        raise ValueError("there is no expression to compile: give at least one")
    strangers = [argument for argument in symbols if not isinstance(argument, sp.Symbol)]
    if strangers:
        raise ValueError(f"arguments are SymPy symbols, got {strangers[0]!r}")
    if len(set(symbols)) < len(symbols):
        raise ValueError(f"an argument is named twice: {', '.join(map(str, symbols))}")
    free = set().union(*(expression.free_symbols for expression in several)) - set(symbols)
    if free:
        missing = ", ".join(sorted(map(str, free)))
        given = ", ".join(map(str, symbols)) or "none"
        alike = " (symbols of one name differ by their assumptions)" if _alike(free, symbols) else ""
        raise ValueError(f"no value for {missing}: the arguments are {given}{alike}; add it or bind a number")
    return several, symbols


def _is_single(expressions: Any) -> bool:
    return isinstance(expressions, str) or not isinstance(expressions, Iterable)


def _expression(given: Any) -> sp.Expr:
    """One expression; a condition counts 1 where it holds and 0 elsewhere. No text is ever read here."""
    if isinstance(given, sp.Expr):
        return given
    if isinstance(given, Boolean):
        return sp.Piecewise((1, given), (0, True))
    if isinstance(given, (int, float, np.number)) and not isinstance(given, bool):
        return sp.sympify(given, strict=True)
    raise TypeError(f"an expression is one of SymPy, got {type(given).__name__}: read texts with analytic.parse")


def _alike(free: set[sp.Symbol], symbols: tuple[sp.Symbol, ...]) -> bool:
    return not {str(one) for one in free}.isdisjoint(str(one) for one in symbols)


@lru_cache(maxsize=1024)
def _numpy_function(
    expressions: tuple[sp.Expr, ...], symbols: tuple[sp.Symbol, ...], single: bool
) -> Callable[..., Any]:
    raw = _lambdified(expressions, symbols, ArrayPrinter, [ARRAY, "numpy"])

    def function(*values: Any) -> Any:
        if len(values) != len(symbols):
            raise TypeError(f"the function takes ({', '.join(map(str, symbols))}), got {len(values)} values")
        arrays = [_numbers(value, symbol) for value, symbol in zip(values, symbols, strict=True)]
        with np.errstate(all="ignore"):
            found = _blockwise(raw, arrays, len(expressions))
        return found[0] if single else found

    return function


def _numbers(value: Any, symbol: sp.Symbol) -> Any:
    """Floats of what is a real number or an array of them; None, text, dates and complex numbers are not."""
    if isinstance(value, float) or (type(value) is np.ndarray and value.dtype == np.float64):
        return np.asarray(value)
    try:
        array = np.asarray(value)
        if array.dtype.kind == "O":  # fractions, decimals, exact numbers, large integers
            return np.array([one.__float__() for one in array.ravel()]).reshape(array.shape)
        if array.dtype.kind in "biuf" and not isinstance(value, np.ma.MaskedArray):
            return array.astype(float)
    except (AttributeError, TypeError, ValueError, OverflowError):
        pass
    raise TypeError(f"{symbol} takes real numbers within the floats, got {str(value)[:60]} ({type(value).__name__})")


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

    wanted = expressions[0] if single else expressions
    raw = _lambdified(wanted, symbols, KernelPrinter, [_WHOLE, kernels(), "math"])
    kernel: Callable[..., Any] = numba.njit(error_model="numpy")(raw)
    return kernel


def _lambdified(expressions: Any, symbols: tuple[sp.Symbol, ...], printer: Any, modules: list[Any]) -> Any:
    """Print a function whose arguments are dummies, so that no name can clash with a word of Python."""
    dummies = [sp.Symbol(f"argument_{i}", real=True) for i in range(len(symbols))]
    renaming = dict(zip(symbols, dummies, strict=True))
    several = expressions if isinstance(expressions, tuple) else (expressions,)
    ready = tuple(stable(one).xreplace(renaming) for one in several)
    out = ready if isinstance(expressions, tuple) else ready[0]
    try:
        raw: Callable[..., Any] = sp.lambdify(
            dummies, out, modules=modules, printer=printer(SETTINGS), cse=True, docstring_limit=0
        )
    except PrintMethodNotImplementedError as error:
        raise ValueError(f"an expression cannot be compiled: {str(error).splitlines()[0]}") from None
    unknown = [name for name in raw.__code__.co_names if name not in raw.__globals__ and not hasattr(builtins, name)]
    if unknown:
        raise ValueError(f"{unknown[0]} cannot be compiled: it has no version in floats here")
    return raw
