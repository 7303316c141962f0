"""The words of the expression language: constants, functions, operators, and what to say of an unknown one.

Every function has its SymPy form and, for constants, its value as a float, which is computed first and bounds what
SymPy is asked to build. Rounding, signs and choices are for keys and quotas (`floor`, `ceiling`, `sign`,
`binomial`), `erf` for normal types, `lambertw` for inverses of x e^x (principal branch).
"""

from __future__ import annotations

import ast
import difflib
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import sympy as sp

from analytic import numerics
from analytic.special import expm1, log1p, logistic, softplus

__all__ = [
    "ARITHMETIC",
    "ASK_FOR_REALS",
    "ASK_FOR_ROOTS",
    "CONSTANTS",
    "FLOATS",
    "FUNCTIONS",
    "KINDS",
    "NEVER_ZERO",
    "OPERATORS",
    "RELATIONS",
    "SATURATING",
    "Function",
    "about_function",
    "about_name",
    "comparable",
]

Function: TypeAlias = Callable[..., sp.Expr]


def about_name(name: str, names: Mapping[str, sp.Expr], calls: Mapping[str, Function]) -> str:
    """Why a name is not known, and which ones are."""
    if name in calls or name == "Piecewise":
        return f"{name} is a function: write {name}(...)"
    declared = [one for one in names if one not in CONSTANTS] or ["none"]
    near = difflib.get_close_matches(name, list(names), n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"declared: {', '.join(declared[:12])}"
    return f"unknown name {name[:40]!r}: {hint}"


def about_function(name: str, names: Mapping[str, sp.Expr], calls: Mapping[str, Function]) -> str:
    """Why a function is not known, and which ones are."""
    if name in names:
        return f"{name} is not a function: write {name}*(...) to multiply"
    near = difflib.get_close_matches(name, list(calls), n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(sorted(calls))}, Piecewise"
    return f"unknown function {name[:40]!r}: {hint}"


def _smallest(*parts: sp.Expr) -> sp.Expr:
    return sp.Min(*parts, evaluate=comparable(parts))


def _largest(*parts: sp.Expr) -> sp.Expr:
    return sp.Max(*parts, evaluate=comparable(parts))


def comparable(parts: Sequence[sp.Expr]) -> bool:
    """Symbols and numerals compare quickly; that one formula exceeds another can take SymPy seconds."""
    return all(part.is_Atom for part in parts)


def _logistic(x: float) -> float:
    return math.exp(min(x, 0.0)) / (1.0 + math.exp(-abs(x)))


CONSTANTS: dict[str, sp.Expr] = {"pi": sp.pi, "E": sp.E}
FUNCTIONS: dict[str, Function] = {
    "exp": sp.exp, "log": sp.log, "ln": sp.log, "sqrt": sp.sqrt, "abs": sp.Abs,
    "sin": sp.sin, "cos": sp.cos, "tan": sp.tan, "sinh": sp.sinh, "cosh": sp.cosh, "tanh": sp.tanh,
    "log1p": log1p, "expm1": expm1, "sigmoid": logistic, "softplus": softplus,
    "floor": sp.floor, "ceiling": sp.ceiling, "sign": sp.sign, "erf": sp.erf, "lambertw": sp.LambertW,
    "binomial": sp.binomial, "min": _smallest, "max": _largest,
}  # fmt: skip
FLOATS: dict[str, Callable[..., float]] = {
    "exp": math.exp, "log": math.log, "ln": math.log, "sqrt": math.sqrt, "abs": abs,
    "sin": math.sin, "cos": math.cos, "tan": math.tan,
    "sinh": math.sinh, "cosh": math.cosh, "tanh": math.tanh, "log1p": math.log1p, "expm1": math.expm1,
    "sigmoid": _logistic, "softplus": numerics.softplus,
    "floor": math.floor, "ceiling": math.ceil, "sign": numerics.sign, "erf": math.erf,
    "lambertw": numerics.lambertw, "binomial": numerics.binom, "min": min, "max": max,
}  # fmt: skip
ASK_FOR_ROOTS = ("log", "ln", "abs", "floor", "ceiling")  # SymPy looks for the roots of a polynomial argument
ASK_FOR_REALS = ("sin", "cos", "tan", "sinh", "cosh", "tanh")  # SymPy divides the argument's parts by pi
SATURATING = ("sigmoid", "softplus", "tanh", "erf")  # of large constants SymPy still works out e^x
OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"
}  # fmt: skip
ARITHMETIC: dict[str, tuple[Callable[[float, float], Any], Callable[[sp.Expr, sp.Expr], sp.Expr]]] = {
    "+": (lambda a, b: a + b, lambda a, b: a + b),
    "-": (lambda a, b: a - b, lambda a, b: a - b),
    "*": (lambda a, b: a * b, lambda a, b: a * b),
    "/": (lambda a, b: a / b, lambda a, b: a / b),
    "**": (lambda a, b: a**b, lambda a, b: a**b),
}
NEVER_ZERO = (ARITHMETIC["**"][0], math.exp, _logistic)
RELATIONS: dict[type[ast.cmpop], Callable[..., Any]] = {
    ast.Lt: sp.Lt, ast.LtE: sp.Le, ast.Gt: sp.Gt, ast.GtE: sp.Ge, ast.Eq: sp.Eq, ast.NotEq: sp.Ne
}  # fmt: skip
KINDS: dict[type[ast.expr], str] = {
    ast.Attribute: "an attribute", ast.Tuple: "a tuple", ast.Starred: "a starred argument",
    ast.IfExp: "if ... else",
    ast.Lambda: "a lambda", ast.UnaryOp: "'not'", ast.GeneratorExp: "a generator", ast.Yield: "yield",
    ast.Await: "await",
}  # fmt: skip
