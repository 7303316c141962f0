"""From Python's syntax tree to SymPy, node by node over a whitelist.

Two rules keep the building short, whatever the text says. A constant part is first computed in floats and
refused when it is infinite, undefined, complex or lost to underflow, so SymPy never builds a number beyond
the floats. A power may not grow an integer beyond `MAX_BITS` bits, be it through an exponent, a coefficient
or exp(c*log(b)) = b**c.
"""

from __future__ import annotations

import ast
import difflib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import sympy as sp
from sympy.core.relational import Relational

from analytic.special import expm1, log1p, logistic, softplus
from analytic.text import DECIMAL, ExpressionError, literal

__all__ = ["CONSTANTS", "FUNCTIONS", "Function", "Reader"]

MAX_NODES = 400
MAX_BITS = 1200
MAX_POWER = 400
MAX_CASES = 12
MAX_CASE_DEPTH = 4

Function: TypeAlias = Callable[..., sp.Expr]


@dataclass(frozen=True, slots=True)
class _Value:
    """A parsed part and, when it is a constant, its value as a float."""

    expression: sp.Expr
    number: float | None


class Reader:
    """Walks the tree of one text over the whitelist."""

    def __init__(self, text: str, start: int, names: Mapping[str, sp.Expr], calls: Mapping[str, Function]) -> None:
        self.text, self.start, self.names, self.calls = text, start, names, calls

    def read(self, body: ast.expr) -> sp.Expr:
        """The expression of a tree."""
        nodes = sum(1 for _ in ast.walk(body))
        if nodes > 2 * MAX_NODES:  # every name and operator brings a second node, its context or its kind
            raise ExpressionError(self.text, 0, f"more than {MAX_NODES} parts: split the expression")
        cases = [node for node in ast.walk(body) if _is_case(node)]
        if len(cases) > MAX_CASES:
            raise self.error(cases[MAX_CASES], f"more than {MAX_CASES} of Piecewise, min and max: split the expression")
        if _case_depth(body) > MAX_CASE_DEPTH:
            raise self.error(body, f"Piecewise, min and max nested deeper than {MAX_CASE_DEPTH}: split the expression")
        return self.value(body).expression

    def error(self, node: ast.AST, reason: str) -> ExpressionError:
        """A refusal at a node."""
        return ExpressionError(self.text, self.start + getattr(node, "col_offset", 0), reason)

    def value(self, node: ast.expr) -> _Value:
        """Any part that has a value; what SymPy itself cannot build is refused at its place."""
        try:
            return self.built(node)
        except ExpressionError:
            raise
        except Exception as error:  # whatever a hostile text makes SymPy raise is the text's mistake
            raise self.error(node, f"{self.part(node)!r} has no meaning: {error}") from error

    def built(self, node: ast.expr) -> _Value:
        """Dispatch on the kind of a node."""
        match node:
            case ast.Constant():
                return self.constant(node)
            case ast.Name():
                return self.name(node)
            case ast.UnaryOp(op=ast.UAdd() | ast.USub()):
                inner = self.value(node.operand)
                plus = isinstance(node.op, ast.UAdd)
                return inner if plus else self.arithmetic(node, "*", _MINUS_ONE, inner)
            case ast.BinOp():
                sign = _OPERATORS.get(type(node.op))
                if sign is None:
                    raise self.error(node, f"the operator of {self.part(node)!r} is not one of + - * / **")
                return self.arithmetic(node, sign, self.value(node.left), self.value(node.right))
            case ast.Call():
                return self.call(node)
            case ast.Compare() | ast.BoolOp():
                raise self.error(node, "a condition stands only in Piecewise((value, condition), ..., (value, True))")
        kind = _KINDS.get(type(node), type(node).__name__)
        raise self.error(
            node, f"{kind} is not part of an expression: only names, numbers, + - * / ** and functions are"
        )

    def part(self, node: ast.expr) -> str:
        """The text of a node."""
        begin, end = self.start + node.col_offset, self.start + (node.end_col_offset or 0)
        return self.text[begin:end][:40]

    def constant(self, node: ast.Constant) -> _Value:
        """A number, exactly as written."""
        if isinstance(node.value, (bool, complex)) or not isinstance(node.value, (int, float)):
            raise self.error(node, f"{self.part(node)!r} is not a number")
        begin, end = self.start + node.col_offset, self.start + (node.end_col_offset or 0)
        written = self.text[begin:end]
        if DECIMAL.fullmatch(written) is None:
            raise self.error(node, f"{written[:40]!r} is not a decimal number")
        number = literal(written)
        if number is None:
            raise self.error(
                node, f"{written[:40]} is out of range: a number is between 1e-300 and 1e300 in size, or 0"
            )
        return _Value(number, float(number))

    def name(self, node: ast.Name) -> _Value:
        """A declared name."""
        found = self.names.get(node.id)
        if found is None:
            raise self.error(node, _about_name(node.id, self.names, self.calls))
        return _Value(found, _float(found))

    def arithmetic(self, node: ast.expr, sign: str, left: _Value, right: _Value) -> _Value:
        """Two parts and one of + - * / **."""
        number = None
        if left.number is not None and right.number is not None:
            number = self.constant_value(node, _ARITHMETIC[sign][0], (left.number, right.number))
        if sign == "**":
            self.bound_power(node, left.expression, right.expression)
        return self.checked(node, _ARITHMETIC[sign][1](left.expression, right.expression), number)

    def constant_value(self, node: ast.expr, function: Callable[..., Any], inputs: tuple[float, ...]) -> float:
        """The float of a constant, before SymPy builds it: so no constant is ever too large to build."""
        try:
            found = function(*inputs)
        except (OverflowError, ZeroDivisionError, ValueError) as error:
            reason = "divides by zero" if isinstance(error, ZeroDivisionError) else "is not a finite real number"
            raise self.error(node, f"the constant {self.part(node)!r} {reason}") from None
        if isinstance(found, complex) or not math.isfinite(found):
            raise self.error(node, f"the constant {self.part(node)!r} is not a finite real number")
        if found == 0 and function in _NEVER_ZERO and inputs[0] != 0:
            raise self.error(node, f"the constant {self.part(node)!r} is smaller than any float")
        return float(found)

    def bound_power(self, node: ast.expr, base: sp.Expr, power: sp.Expr) -> None:
        """Refuse a power that would build a huge integer."""
        largest = max((abs(n) for n in _numbers(power)), default=sp.S.Zero)
        if base is sp.E:
            self.bound_exponential(node, power)
        elif largest > MAX_POWER:
            raise self.error(node, f"the power {self.part(node)!r} has a number above {MAX_POWER} in its exponent")
        bits = max((max(int(abs(n.p)).bit_length(), int(n.q).bit_length()) for n in _numbers(base)), default=0)
        if bits > 1 and bits * largest > MAX_BITS and power.is_number:
            raise self.error(node, f"the power {self.part(node)!r} is a number of more than {MAX_BITS} bits")

    def bound_exponential(self, node: ast.expr, power: sp.Expr) -> None:
        """SymPy turns exp(c*log(b)) into b**c."""
        if power.has(sp.log) and max((abs(n) for n in _numbers(power)), default=0) > MAX_POWER:
            raise self.error(
                node, f"a logarithm in the exponent of {self.part(node)!r} with a number above {MAX_POWER}"
            )

    def call(self, node: ast.Call) -> _Value:
        """A function of the language or of the caller."""
        if not isinstance(node.func, ast.Name):
            raise self.error(node, "only a function of the language can be called, by its name")
        name = node.func.id
        if node.keywords:
            raise self.error(node, f"{name} takes no keyword arguments")
        if name == "Piecewise":
            return self.piecewise(node)
        if name not in self.calls:
            raise self.error(node, _about_function(name, self.names, self.calls))
        inputs = [self.value(one) for one in node.args]
        floats = tuple(one.number for one in inputs if one.number is not None)
        number = None
        if name in _FLOATS and len(floats) == len(inputs) > 0:
            _check_count(self, node, name, len(inputs))
            number = self.constant_value(node, _FLOATS[name], floats)
        if name == "exp" and inputs:
            self.bound_exponential(node, inputs[0].expression)
        if name in FUNCTIONS:
            _check_count(self, node, name, len(inputs))
        try:
            result = self.calls[name](*(one.expression for one in inputs))
        except ExpressionError:
            raise
        except (ValueError, TypeError) as error:
            raise self.error(node, f"{name}: {error}") from error
        return self.checked(node, result, number)

    def checked(self, node: ast.expr, result: sp.Expr, number: float | None) -> _Value:
        """A part that is finite and real."""
        if result.has(sp.zoo, sp.nan, sp.oo, -sp.oo):
            raise self.error(node, f"{self.part(node)!r} divides by zero or is infinite")
        if result.has(sp.I):
            raise self.error(node, f"{self.part(node)!r} is not a real number")
        return _Value(result, number if number is not None else _float(result))

    def piecewise(self, node: ast.Call) -> _Value:
        """Piecewise((value, condition), ..., (value, True))."""
        if not node.args:
            raise self.error(node, "Piecewise needs its (value, condition) pairs")
        pairs = [self.pair(one) for one in node.args]
        if pairs[-1][1] != sp.true:
            raise self.error(node.args[-1], "the last pair of a Piecewise is (value, True): say what holds otherwise")
        sides = [side for _, holds in pairs for relation in holds.atoms(Relational) for side in relation.args]
        return self.checked(node, sp.Piecewise(*pairs, evaluate=_comparable(sides)), None)

    def pair(self, node: ast.expr) -> tuple[sp.Expr, Any]:
        """One (value, condition)."""
        if not isinstance(node, ast.Tuple) or len(node.elts) != 2:
            raise self.error(node, "Piecewise takes pairs (value, condition)")
        return self.value(node.elts[0]).expression, self.condition(node.elts[1])

    def condition(self, node: ast.expr) -> Any:
        """Comparisons, joined by and, or."""
        match node:
            case ast.Constant(value=True):
                return sp.true
            case ast.BoolOp():
                join = sp.And if isinstance(node.op, ast.And) else sp.Or
                return join(*(self.condition(one) for one in node.values))
            case ast.Compare():
                sides = [self.value(one).expression for one in (node.left, *node.comparators)]
                relations = [_RELATIONS.get(type(op)) for op in node.ops]
                if None in relations:
                    raise self.error(node, f"{self.part(node)!r} does not compare with <, <=, >, >=, == or !=")
                pairs = zip(relations, sides[:-1], sides[1:], strict=True)
                return sp.And(*(r(a, b, evaluate=_comparable((a, b))) for r, a, b in pairs if r is not None))
            case _:
                raise self.error(node, f"{self.part(node)!r} is not a condition: compare with <, <=, >, >=, and, or")


def _is_case(node: ast.AST) -> bool:
    function = node.func if isinstance(node, ast.Call) else None
    return isinstance(function, ast.Name) and function.id in ("Piecewise", "min", "max")


def _case_depth(node: ast.AST) -> int:
    inner = max((_case_depth(child) for child in ast.iter_child_nodes(node)), default=0)
    return inner + _is_case(node)


def _numbers(expression: sp.Expr) -> set[sp.Rational]:
    found: set[sp.Rational] = expression.atoms(sp.Rational)
    return found


def _float(expression: sp.Expr) -> float | None:
    if not expression.is_number or expression.has(sp.Function("f")):
        return None
    try:
        return float(expression)
    except (TypeError, OverflowError):
        return None


def _check_count(reader: Reader, node: ast.Call, name: str, count: int) -> None:
    if name in ("min", "max"):
        if count < 2:
            raise reader.error(node, f"{name} takes two arguments or more, got {count}")
    elif count != 1:
        raise reader.error(node, f"{name} takes one argument, got {count}")


def _about_name(name: str, names: Mapping[str, sp.Expr], calls: Mapping[str, Function]) -> str:
    if name in calls or name == "Piecewise":
        return f"{name} is a function: write {name}(...)"
    declared = [one for one in names if one not in CONSTANTS] or ["none"]
    near = difflib.get_close_matches(name, list(names), n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"declared: {', '.join(declared[:12])}"
    return f"unknown name {name[:40]!r}: {hint}"


def _about_function(name: str, names: Mapping[str, sp.Expr], calls: Mapping[str, Function]) -> str:
    if name in names:
        return f"{name} is not a function: write {name}*(...) to multiply"
    near = difflib.get_close_matches(name, list(calls), n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(sorted(calls))}, Piecewise"
    return f"unknown function {name[:40]!r}: {hint}"


def _smallest(*parts: sp.Expr) -> sp.Expr:
    return sp.Min(*parts, evaluate=_comparable(parts))


def _largest(*parts: sp.Expr) -> sp.Expr:
    return sp.Max(*parts, evaluate=_comparable(parts))


def _comparable(parts: Sequence[sp.Expr]) -> bool:
    """Symbols and numerals compare quickly; that one formula exceeds another can take SymPy seconds."""
    return all(part.is_Atom for part in parts)


_MINUS_ONE = _Value(sp.S.NegativeOne, -1.0)
CONSTANTS: dict[str, sp.Expr] = {"pi": sp.pi, "E": sp.E}
FUNCTIONS: dict[str, Function] = {
    "exp": sp.exp, "log": sp.log, "ln": sp.log, "sqrt": sp.sqrt, "abs": sp.Abs,
    "sin": sp.sin, "cos": sp.cos, "tan": sp.tan, "sinh": sp.sinh, "cosh": sp.cosh, "tanh": sp.tanh,
    "log1p": log1p, "expm1": expm1, "sigmoid": logistic, "softplus": softplus,
    "min": _smallest, "max": _largest,
}  # fmt: skip
_FLOATS: dict[str, Callable[..., float]] = {
    "exp": math.exp, "log": math.log, "ln": math.log, "sqrt": math.sqrt, "abs": abs,
    "sin": math.sin, "cos": math.cos, "tan": math.tan,
    "sinh": math.sinh, "cosh": math.cosh, "tanh": math.tanh, "log1p": math.log1p, "expm1": math.expm1,
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)), "softplus": lambda x: math.log1p(math.exp(x)),
    "min": min, "max": max,
}  # fmt: skip
_OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"
}  # fmt: skip
_ARITHMETIC: dict[str, tuple[Callable[[float, float], Any], Callable[[sp.Expr, sp.Expr], sp.Expr]]] = {
    "+": (lambda a, b: a + b, lambda a, b: a + b),
    "-": (lambda a, b: a - b, lambda a, b: a - b),
    "*": (lambda a, b: a * b, lambda a, b: a * b),
    "/": (lambda a, b: a / b, lambda a, b: a / b),
    "**": (lambda a, b: a**b, lambda a, b: a**b),
}
_NEVER_ZERO = (_ARITHMETIC["**"][0], math.exp)
_RELATIONS: dict[type[ast.cmpop], Callable[..., Any]] = {
    ast.Lt: sp.Lt, ast.LtE: sp.Le, ast.Gt: sp.Gt, ast.GtE: sp.Ge, ast.Eq: sp.Eq, ast.NotEq: sp.Ne
}  # fmt: skip
_KINDS: dict[type[ast.expr], str] = {
    ast.Attribute: "an attribute", ast.Tuple: "a tuple", ast.Starred: "a starred argument",
    ast.IfExp: "if ... else",
    ast.Lambda: "a lambda", ast.UnaryOp: "'not'", ast.GeneratorExp: "a generator", ast.Yield: "yield",
    ast.Await: "await",
}  # fmt: skip
