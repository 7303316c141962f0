"""From Python's syntax tree to SymPy, node by node over a whitelist.

Two rules keep the building short, whatever the text says. A constant part is first computed in floats and
refused when it is infinite, undefined, complex or lost to underflow, so SymPy never builds a number beyond
the floats. A power may not grow an integer beyond `MAX_BITS` bits, be it through an exponent, a coefficient
or exp(c*log(b)) = b**c. Functions, powers and fractions within one another are counted, because SymPy's
questions about signs double with every level, and of constants it asks them by evaluation to many digits.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy.core.relational import Relational

from analytic.language import (
    ARITHMETIC,
    ASK_FOR_REALS,
    ASK_FOR_ROOTS,
    FLOATS,
    FUNCTIONS,
    KINDS,
    NEVER_ZERO,
    OPERATORS,
    RELATIONS,
    SATURATING,
    Function,
    about_function,
    about_name,
    comparable,
)
from analytic.text import DECIMAL, ExpressionError, literal

__all__ = ["Reader"]

MAX_NODES = 400
MAX_BITS = 1200
MAX_POWER = 400
MIN_POWER = 1e-6
MAX_CHOICE = 10**6
MAX_ROUNDED = 1e15
MAX_SATURATED = 1e9
MAX_DEPTH = 100
MAX_LEVEL = 8
MAX_DEGREE = 120
MAX_ROOT = 1000
MAX_CONSTANT_LEVEL = 4
MAX_CASES = 12
MAX_CASE_DEPTH = 4


@dataclass(frozen=True, slots=True)
class _Value:
    """A parsed part; its value as a float when it is a constant; how deep functions and powers nest in it."""

    expression: sp.Expr
    number: float | None
    level: int = 0


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
        deepest, case_depth = _depths(body)
        if case_depth > MAX_CASE_DEPTH:
            raise self.error(body, f"Piecewise, min and max nested deeper than {MAX_CASE_DEPTH}: split the expression")
        if deepest > MAX_DEPTH:
            raise self.error(body, f"parts nested deeper than {MAX_DEPTH}: split the expression")
        return self.value(body).expression

    def error(self, node: ast.AST, reason: str) -> ExpressionError:
        """A refusal at a node."""
        return ExpressionError(self.text, self.start + getattr(node, "col_offset", 0), reason)

    def value(self, node: ast.expr) -> _Value:
        """Any part that has a value; what SymPy itself cannot build is refused at its place."""
        try:
            return self.built(node)
        except Exception as error:  # whatever a hostile text makes SymPy raise is the text's mistake
            raise self.refused(node, error) from error

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
                return self.chain(node)
            case ast.Call():
                return self.call(node)
            case ast.Compare() | ast.BoolOp():
                raise self.error(node, "a condition stands only in Piecewise((value, condition), ..., (value, True))")
        kind = KINDS.get(type(node), type(node).__name__)
        raise self.error(
            node, f"{kind} is not part of an expression: only names, numbers, + - * / ** and functions are"
        )

    def chain(self, node: ast.expr) -> _Value:
        """One operator after the other, from the left: a sum of many terms is long, not deep."""
        operations = []
        while isinstance(node, ast.BinOp):
            operations.append(node)
            node = node.left
        total = self.value(node)
        for one in reversed(operations):
            sign = OPERATORS.get(type(one.op))
            if sign is None:
                raise self.error(one, f"the operator of {self.part(one)!r} is not one of + - * / **")
            right = self.value(one.right)
            try:
                total = self.arithmetic(one, sign, total, right)
            except (ValueError, TypeError, ArithmeticError, AttributeError, RecursionError) as error:
                raise self.refused(one, error) from error
        return total

    def refused(self, node: ast.expr, error: Exception) -> ExpressionError:
        """The text's mistake, whatever SymPy called it."""
        if isinstance(error, ExpressionError):
            return error
        return self.error(node, f"{self.part(node)!r} has no meaning: {str(error)[:200]}")

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
            raise self.error(node, about_name(node.id, self.names, self.calls))
        return _Value(found, _float(found))

    def arithmetic(self, node: ast.expr, sign: str, left: _Value, right: _Value) -> _Value:
        """Two parts and one of + - * / **."""
        number = None
        if left.number is not None and right.number is not None:
            number = self.constant_value(node, ARITHMETIC[sign][0], (left.number, right.number))
        plain = right.expression.is_Atom and (sign != "**" or left.expression.is_Atom)
        level = self.bound_level(node, (left, right), number, 0 if plain or sign in "+-*" else 1)
        if sign == "**":
            self.bound_power(node, left.expression, right.expression)
        return self.checked(node, ARITHMETIC[sign][1](left.expression, right.expression), number, level)

    def bound_level(self, node: ast.expr, inner: Sequence[_Value], number: float | None, step: int = 1) -> int:
        """Refuse functions and powers within one another beyond the depth at which SymPy slows down."""
        level = max((one.level for one in inner), default=0) + step
        bound = MAX_LEVEL if number is None else MAX_CONSTANT_LEVEL
        if level > bound:
            kind = "functions, powers and fractions" if number is None else "functions and powers of a constant"
            raise self.error(node, f"{kind} nested deeper than {bound}: split the expression")
        return level

    def constant_value(self, node: ast.expr, function: Callable[..., Any], inputs: tuple[float, ...]) -> float:
        """The float of a constant, before SymPy builds it: so no constant is ever too large to build."""
        try:
            found = function(*inputs)
        except (OverflowError, ZeroDivisionError, ValueError) as error:
            reason = "divides by zero" if isinstance(error, ZeroDivisionError) else "is not a finite real number"
            raise self.error(node, f"the constant {self.part(node)!r} {reason}") from None
        if isinstance(found, complex) or not math.isfinite(found):
            raise self.error(node, f"the constant {self.part(node)!r} is not a finite real number")
        if found == 0 and function in NEVER_ZERO and inputs[0] != 0:
            raise self.error(node, f"the constant {self.part(node)!r} is smaller than any float")
        return float(found)

    def bound_power(self, node: ast.expr, base: sp.Expr, power: sp.Expr) -> None:
        """Refuse a power that would build a huge integer."""
        largest = max((abs(n) for n in _numbers(power)), default=sp.S.Zero)
        if base is sp.E:
            self.bound_exponential(node, power)
        elif largest > MAX_POWER:
            raise self.error(node, f"the power {self.part(node)!r} has a number above {MAX_POWER} in its exponent")
        elif power.is_Rational and 0 < abs(power) < MIN_POWER:
            raise self.error(node, f"the power {self.part(node)!r} has an exponent below {MIN_POWER}: a root too high")
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
            raise self.error(node, about_function(name, self.names, self.calls))
        inputs = [self.value(one) for one in node.args]
        floats = tuple(one.number for one in inputs if one.number is not None)
        number = None
        if name in FUNCTIONS:
            _check_count(self, node, name, len(inputs))
        if name in FLOATS and len(floats) == len(inputs) > 0:
            number = self.constant_value(node, FLOATS[name], floats)
        if name in SATURATING and floats and abs(floats[0]) > MAX_SATURATED:
            raise self.error(node, f"{self.part(node)!r} has a constant above {MAX_SATURATED:g} in its argument")
        level = self.bound_level(node, inputs, number)
        if name == "exp":
            self.bound_exponential(node, inputs[0].expression)
        if name == "binomial":
            self.bound_choice(node, inputs[0], inputs[1])
        if name in ("floor", "ceiling"):
            self.bound_rounding(node, inputs[0])
        if name in ASK_FOR_ROOTS or name in ASK_FOR_REALS:
            self.bound_degree(node, name, inputs[0].expression)
        try:
            result = self.calls[name](*(one.expression for one in inputs))
        except ExpressionError:
            raise
        except (ValueError, TypeError) as error:
            raise self.error(node, f"{name}: {error}") from error
        return self.checked(node, result, number, level)

    def bound_choice(self, node: ast.expr, several: _Value, chosen: _Value) -> None:
        """Refuse a binomial coefficient that SymPy writes out at length: one of a fraction, or of large numbers."""
        for one, bound in ((several, MAX_CHOICE), (chosen, MAX_POWER)):
            if one.number is not None and not one.expression.is_Integer:
                raise self.error(node, f"the constants of {self.part(node)!r} must be whole numbers")
            if max((abs(n) for n in _numbers(one.expression)), default=0) > bound:
                raise self.error(node, f"the number in {self.part(node)!r} is above {bound}")

    def bound_rounding(self, node: ast.expr, inner: _Value) -> None:
        """Refuse to round a constant whose whole digits no float has, or whose side of a whole number none tells."""
        if inner.number is None or inner.expression.is_Rational:
            return
        if abs(inner.number) > MAX_ROUNDED:
            raise self.error(node, f"{self.part(node)!r} rounds a constant above {MAX_ROUNDED:g}")
        if abs(inner.number - round(inner.number)) < 1e-9:
            raise self.error(node, f"{self.part(node)!r} rounds a constant too close to a whole number to tell")

    def bound_degree(self, node: ast.expr, name: str, inner: sp.Expr) -> None:
        """Refuse powers that SymPy, asked for a sign, writes as polynomials of a huge degree."""
        powers = [power.exp for power in inner.atoms(sp.Pow) if power.exp.is_Rational]
        if name in ASK_FOR_ROOTS and max((abs(n) for n in powers if n.is_Integer), default=0) > MAX_DEGREE:
            raise self.error(node, f"a power above {MAX_DEGREE} in the argument of {name}")
        if name in ASK_FOR_REALS and max((n.q for n in powers), default=0) > MAX_ROOT:
            raise self.error(node, f"a root of order above {MAX_ROOT} in the argument of {name}: give fewer digits")

    def checked(self, node: ast.expr, result: sp.Expr, number: float | None, level: int) -> _Value:
        """A part that is finite and real."""
        if result.has(sp.zoo, sp.nan, sp.oo, -sp.oo):
            raise self.error(node, f"{self.part(node)!r} divides by zero or is infinite")
        if result.has(sp.I):
            raise self.error(node, f"{self.part(node)!r} is not a real number")
        number = number if number is not None else _float(result)
        return _Value(result, number, 0 if result.is_Atom else level)

    def piecewise(self, node: ast.Call) -> _Value:
        """Piecewise((value, condition), ..., (value, True))."""
        if not node.args:
            raise self.error(node, "Piecewise needs its (value, condition) pairs")
        values, pairs = zip(*(self.pair(one) for one in node.args), strict=True)
        level = self.bound_level(node, values, None)
        if pairs[-1][1] != sp.true:
            raise self.error(node.args[-1], "the last pair of a Piecewise is (value, True): say what holds otherwise")
        sides = [side for _, holds in pairs for relation in holds.atoms(Relational) for side in relation.args]
        few = len(pairs) <= 3  # SymPy makes conditions exclusive, and with many of them huge
        return self.checked(node, sp.Piecewise(*pairs, evaluate=few and comparable(sides)), None, level)

    def pair(self, node: ast.expr) -> tuple[_Value, tuple[sp.Expr, Any]]:
        """One (value, condition)."""
        if not isinstance(node, ast.Tuple) or len(node.elts) != 2:
            raise self.error(node, "Piecewise takes pairs (value, condition)")
        value = self.value(node.elts[0])
        return value, (value.expression, self.condition(node.elts[1]))

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
                relations = [RELATIONS.get(type(op)) for op in node.ops]
                if None in relations:
                    raise self.error(node, f"{self.part(node)!r} does not compare with <, <=, >, >=, == or !=")
                if any(side.has(sp.Piecewise) for side in sides):
                    raise self.error(node, "a Piecewise within a condition: put its cases outside")
                pairs = zip(relations, sides[:-1], sides[1:], strict=True)
                return sp.And(*(r(a, b, evaluate=comparable((a, b))) for r, a, b in pairs if r is not None))
            case _:
                raise self.error(node, f"{self.part(node)!r} is not a condition: compare with <, <=, >, >=, and, or")


def _is_case(node: ast.AST) -> bool:
    function = node.func if isinstance(node, ast.Call) else None
    return isinstance(function, ast.Name) and function.id in ("Piecewise", "min", "max")


def _depths(body: ast.expr) -> tuple[int, int]:
    """How deep parts nest, and how deep cases do; the left side of an operator is no deeper than the whole."""
    deepest, case_depth = 0, 0
    waiting: list[tuple[ast.AST, int, int]] = [(body, 1, 0)]
    while waiting:
        node, depth, inner = waiting.pop()
        inner += _is_case(node)
        deepest, case_depth = max(deepest, depth), max(case_depth, inner)
        left = getattr(node, "left", None) if isinstance(node, ast.BinOp) else None
        waiting += [(child, depth + (child is not left), inner) for child in ast.iter_child_nodes(node)]
    return deepest, case_depth


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
    elif count != (2 if name == "binomial" else 1):
        takes = "two arguments" if name == "binomial" else "one argument"
        raise reader.error(node, f"{name} takes {takes}, got {count}")


_MINUS_ONE = _Value(sp.S.NegativeOne, -1.0)
