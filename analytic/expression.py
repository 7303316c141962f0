r"""Text from a study file to a SymPy expression, without trust.

The language is a small part of Python's: numbers, declared names, ``+ - * / **``, parentheses, the functions below, and
``Piecewise((value, condition), ..., (value, True))`` with comparisons, ``and``, ``or``. Decimals are exact: 0.02 is 1/50.

    exp log ln sqrt abs sin cos tan sinh cosh tanh log1p expm1 sigmoid softplus min max    pi E

Text is only ever read by `ast.parse`, which executes nothing, and its tree is walked over a whitelist; whatever is not
in the list is refused with its position. Two more rules keep the reading short. Before parsing: length, characters,
depth of brackets and digits are bounded. While building: every constant must be a finite float that is not lost to
underflow, and no power may grow an integer beyond `MAX_BITS` bits.
"""

from __future__ import annotations

import ast
import difflib
import keyword
import math
import re
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, NoReturn, TypeAlias

import numpy as np
import sympy as sp

from analytic.special import expm1, log1p, logistic, softplus
from analytic.symbols import symbol

__all__ = ["ExpressionError", "exact", "parse"]

MAX_LENGTH = 2000
MAX_DEPTH = 40
MAX_NODES = 600
MAX_DIGITS = 40
MAX_BITS = 1200
MAX_POWER = 1000

Function: TypeAlias = Callable[..., sp.Expr]


class ExpressionError(ValueError):
    """A text that is not an expression of the language.

    Parameters
    ----------
    text : str
        The whole text.
    offset : int
        Where in it, from 0.
    reason : str
        What is wrong and what to do.

    Attributes
    ----------
    line, column : int
        The position, both from 1.

    Examples
    --------
    >>> print(ExpressionError("a + b!", 5, "unexpected '!'"))
    unexpected '!' (line 1, column 6)
        a + b!
             ^
    """

    def __init__(self, text: str, offset: int, reason: str) -> None:
        before = text[: max(offset, 0)]
        self.text = text
        self.reason = reason
        self.line = before.count("\n") + 1
        self.column = len(before) - (before.rfind("\n") + 1) + 1
        super().__init__(f"{reason} (line {self.line}, column {self.column})\n{self._caret(text)}")

    def _caret(self, text: str) -> str:
        """Show the line with a caret under the place, cut to 72 characters around it."""
        start = sum(len(line) + 1 for line in text.split("\n", self.line)[: self.line - 1])
        end = text.find("\n", start)
        left = max(start, start + self.column - 1 - 36)
        right = min(len(text) if end < 0 else end, left + 72)
        shown = "".join(c if c.isprintable() else "?" for c in text[left:right])
        lead = "..." if left > start else ""
        return f"    {lead}{shown}\n    {' ' * (len(lead) + start + self.column - 1 - left)}^"


def parse(
    text: str,
    names: Mapping[str, sp.Expr] | Iterable[str],
    *,
    functions: Mapping[str, Function] | tuple[()] = (),
) -> sp.Expr:
    """Read an expression.

    Parameters
    ----------
    text : str
    names : mapping of str to sympy.Expr, or iterable of str
        The declared names and what they stand for; of names alone, the registry's symbols.
    functions : mapping of str to callable, optional
        Further functions, called with the parsed arguments, such as the sums over players and neighbours that a
        design supplies.

    Returns
    -------
    sympy.Expr

    Raises
    ------
    ExpressionError
        When the text is not an expression of the language; nothing of it has been executed.
    ValueError
        When a declared name can not be a name.

    Examples
    --------
    >>> parse("a*x - 0.02*x**2/2", ["a", "x"])
    a*x - x**2/100
    >>> parse("__import__('os')", [])
    Traceback (most recent call last):
    ...
    analytic.expression.ExpressionError: unexpected character "'" ... (line 1, column 12)
        __import__('os')
                   ^
    """
    table = dict(names) if isinstance(names, Mapping) else {name: symbol(name) for name in names}
    calls = {**_FUNCTIONS, **dict(functions)}
    _check_names(table, calls)
    _check_text(text)
    flat = re.sub(r"\s", " ", text)
    start = len(flat) - len(flat.lstrip())
    tree = _tree(text, flat[start:], start)
    reader = _Reader(text, start, {**{k: v for k, v in _CONSTANTS.items() if k not in table}, **table}, calls)
    return reader.read(tree.body)


def exact(number: Any) -> sp.Expr:
    """Read a number as the decimal or fraction it was written as.

    Parameters
    ----------
    number : int, float, str, Fraction, Decimal, NumPy scalar or sympy.Expr
        A float stands for its shortest decimal: 0.02 is 1/50. A text is a decimal or a fraction. SymPy passes through.

    Returns
    -------
    sympy.Expr
        A Rational, or the given SymPy expression.

    Raises
    ------
    ValueError
        When it is not a finite number.

    Examples
    --------
    >>> exact(0.02), exact("1/3"), exact("1e-3")
    (1/50, 1/3, 1/1000)
    """
    if isinstance(number, sp.Expr):
        if number.has(sp.nan, sp.zoo, sp.oo, -sp.oo):
            raise ValueError(f"a number must be finite, got {number}")
        return number
    if isinstance(number, str):
        return _from_text(number)
    if isinstance(number, (bool, np.bool_)) or not isinstance(
        number, (int, float, Fraction, Decimal, np.integer, np.floating)
    ):
        raise ValueError(f"a number is an int, float, Fraction, Decimal or text like '1/3', got {number!r}")
    if isinstance(number, (int, np.integer)):
        return sp.Integer(int(number))
    if isinstance(number, Fraction):
        return sp.Rational(number.numerator, number.denominator)
    if not math.isfinite(number):
        raise ValueError(f"a number must be finite, got {number}")
    fraction = Fraction(str(number))  # the shortest decimal that gives this float
    return sp.Rational(fraction.numerator, fraction.denominator)


_DECIMAL = re.compile(r"(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def _from_text(text: str) -> sp.Rational:
    whole = re.fullmatch(r"\s*([+-]?)(\S+?)(?:/([1-9]\d*))?\s*", text) if len(text) <= 2 * MAX_DIGITS else None
    if whole is None or _DECIMAL.fullmatch(whole[2]) is None or not text.isascii():
        raise ValueError(f"a number is written like 3, 0.02, 1e-3 or 1/3, got {text[:60]!r}")
    size = _literal(whole[2])
    if size is None:
        raise ValueError(f"a number is between 1e-300 and 1e300 in size, or 0, got {text!r}")
    return (-size if whole[1] == "-" else size) / int(whole[3] or 1)


def _literal(written: str) -> sp.Rational | None:
    """The exact value of a decimal literal; None when it is out of the range of floats."""
    mantissa, _, power = written.lower().partition("e")
    if power and len(power.lstrip("+-0")) > 3:
        return None
    if power and abs(int(power)) > 300:
        return None
    fraction = Fraction(f"{mantissa}e{power or 0}")
    return sp.Rational(fraction.numerator, fraction.denominator)


def _check_names(table: Mapping[str, sp.Expr], calls: Mapping[str, Function]) -> None:
    for name in table:
        if not isinstance(name, str) or not name.isascii() or not name.isidentifier() or keyword.iskeyword(name):
            raise ValueError(f"{name!r} can not be a name in an expression: use letters, digits, _ and no Python word")
        if name in calls or name == "Piecewise":
            raise ValueError(f"{name!r} is a function of the expression language: choose another name")


_ALLOWED = re.compile(r"[A-Za-z0-9_.,+\-*/()<>=! \t\r\n]*")


def _check_text(text: str) -> None:
    if not isinstance(text, str):
        raise ExpressionError(repr(text)[:60], 0, f"an expression is a text, got {type(text).__name__}")
    if len(text) > MAX_LENGTH:
        raise ExpressionError(text[:MAX_LENGTH], MAX_LENGTH, f"longer than {MAX_LENGTH} characters ({len(text)})")
    if not text.strip():
        raise ExpressionError(text, 0, "an empty expression")
    clean = _ALLOWED.match(text)
    end = clean.end() if clean else 0
    if end < len(text):
        raise ExpressionError(text, end, _about_character(text[end]))
    depth = 0
    for place, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth < 0:
            raise ExpressionError(text, place, "a ')' without its '('")
        if depth > MAX_DEPTH:
            raise ExpressionError(text, place, f"parentheses nested deeper than {MAX_DEPTH}")
    if depth:
        raise ExpressionError(text, text.rfind("("), "a '(' without its ')'")
    for digits in re.finditer(r"\d[\d.]*", text):
        if len(digits[0].replace(".", "")) > MAX_DIGITS:
            raise ExpressionError(text, digits.start(), f"a number of more than {MAX_DIGITS} digits")


def _about_character(character: str) -> str:
    if character.isascii() and character.isprintable():
        return f"unexpected character {character!r}: an expression has names, numbers, + - * / ** and parentheses"
    return f"unexpected character U+{ord(character):04X}: an expression is plain ASCII, look-alikes included"


def _tree(text: str, flat: str, start: int) -> ast.Expression:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return ast.parse(flat, mode="eval")
    except (SyntaxError, SyntaxWarning) as error:  # a warning turned to an error arrives as SyntaxError
        place = (getattr(error, "offset", None) or 1) - 1
        reason = f"not an expression: {getattr(error, 'msg', None) or error}"
    except (MemoryError, RecursionError, ValueError, OverflowError):
        place, reason = 0, "not an expression: too deeply nested"
    raise ExpressionError(text, start + min(place, len(flat)), reason) from None


@dataclass(frozen=True, slots=True)
class _Value:
    """A parsed part and, when it is a constant, its value as a float."""

    expression: sp.Expr
    number: float | None


class _Reader:
    """Walks the tree of one text over the whitelist."""

    def __init__(
        self, text: str, start: int, names: Mapping[str, sp.Expr], calls: Mapping[str, Function]
    ) -> None:
        self.text, self.start, self.names, self.calls = text, start, names, calls

    def read(self, body: ast.expr) -> sp.Expr:
        nodes = sum(1 for _ in ast.walk(body))
        if nodes > 2 * MAX_NODES:  # every name and operator brings a second node, its context or its kind
            raise ExpressionError(self.text, 0, f"more than {MAX_NODES} parts: split the expression")
        return self.value(body).expression

    def refuse(self, node: ast.AST, reason: str) -> NoReturn:
        raise ExpressionError(self.text, self.start + getattr(node, "col_offset", 0), reason)

    def value(self, node: ast.expr) -> _Value:
        match node:
            case ast.Constant():
                return self.constant(node)
            case ast.Name():
                return self.name(node)
            case ast.UnaryOp(op=ast.UAdd() | ast.USub()):
                inner = self.value(node.operand)
                return inner if isinstance(node.op, ast.UAdd) else self.arithmetic(node, "*", _MINUS_ONE, inner)
            case ast.BinOp():
                sign = _OPERATORS.get(type(node.op))
                if sign is None:
                    self.refuse(node, f"the operator of {self.part(node)!r} is not one of + - * / **")
                return self.arithmetic(node, sign, self.value(node.left), self.value(node.right))
            case ast.Call():
                return self.call(node)
            case ast.Compare() | ast.BoolOp():
                self.refuse(node, "a condition stands only in Piecewise((value, condition), ..., (value, True))")
        kind = _KINDS.get(type(node), type(node).__name__)
        self.refuse(node, f"{kind} is not part of an expression: only names, numbers, + - * / ** and functions are")

    def part(self, node: ast.expr) -> str:
        begin, end = self.start + node.col_offset, self.start + (node.end_col_offset or 0)
        return self.text[begin:end][:40]

    def constant(self, node: ast.Constant) -> _Value:
        if isinstance(node.value, (bool, complex)) or not isinstance(node.value, (int, float)):
            self.refuse(node, f"{self.part(node)!r} is not a number")
        begin, end = self.start + node.col_offset, self.start + (node.end_col_offset or 0)
        written = self.text[begin:end]
        if _DECIMAL.fullmatch(written) is None:
            self.refuse(node, f"{written[:40]!r} is not a decimal number")
        number = _literal(written)
        if number is None:
            self.refuse(node, f"{written[:40]} is out of range: a number is between 1e-300 and 1e300 in size, or 0")
        return _Value(number, float(number))

    def name(self, node: ast.Name) -> _Value:
        found = self.names.get(node.id)
        if found is None:
            self.refuse(node, _about_name(node.id, self.names, self.calls))
        return _Value(found, _float(found))

    def arithmetic(self, node: ast.expr, sign: str, left: _Value, right: _Value) -> _Value:
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
            self.refuse(node, f"the constant {self.part(node)!r} {reason}")
        if isinstance(found, complex) or not math.isfinite(found):
            self.refuse(node, f"the constant {self.part(node)!r} is not a finite real number")
        if found == 0 and function in _NEVER_ZERO and inputs[0] != 0:
            self.refuse(node, f"the constant {self.part(node)!r} is smaller than any float")
        return float(found)

    def bound_power(self, node: ast.expr, base: sp.Expr, power: sp.Expr) -> None:
        largest = max((abs(n) for n in _numbers(power)), default=sp.S.Zero)
        if base is sp.E:
            self.bound_exponential(node, power)
        elif largest > MAX_POWER:
            self.refuse(node, f"the power {self.part(node)!r} has a number above {MAX_POWER} in its exponent")
        bits = max((max(int(abs(n.p)).bit_length(), int(n.q).bit_length()) for n in _numbers(base)), default=0)
        if bits > 1 and bits * largest > MAX_BITS and power.is_number:
            self.refuse(node, f"the power {self.part(node)!r} is a number of more than {MAX_BITS} bits")

    def bound_exponential(self, node: ast.expr, power: sp.Expr) -> None:
        """SymPy turns exp(c*log(b)) into b**c."""
        if power.has(sp.log) and max((abs(n) for n in _numbers(power)), default=0) > MAX_POWER:
            self.refuse(node, f"a logarithm in the exponent of {self.part(node)!r} with a number above {MAX_POWER}")

    def call(self, node: ast.Call) -> _Value:
        if not isinstance(node.func, ast.Name):
            self.refuse(node, "only a function of the language can be called, by its name")
        name = node.func.id
        if node.keywords:
            self.refuse(node, f"{name} takes no keyword arguments")
        if name == "Piecewise":
            return self.piecewise(node)
        if name not in self.calls:
            self.refuse(node, _about_function(name, self.names, self.calls))
        inputs = [self.value(one) for one in node.args]
        floats = tuple(one.number for one in inputs if one.number is not None)
        number = None
        if name in _FLOATS and len(floats) == len(inputs) > 0:
            _check_count(self, node, name, len(inputs))
            number = self.constant_value(node, _FLOATS[name], floats)
        if name == "exp" and inputs:
            self.bound_exponential(node, inputs[0].expression)
        if name in _FUNCTIONS:
            _check_count(self, node, name, len(inputs))
        try:
            result = self.calls[name](*(one.expression for one in inputs))
        except ExpressionError:
            raise
        except (ValueError, TypeError) as error:
            self.refuse(node, f"{name}: {error}")
        return self.checked(node, result, number)

    def checked(self, node: ast.expr, result: sp.Expr, number: float | None) -> _Value:
        if result.has(sp.zoo, sp.nan, sp.oo, -sp.oo):
            self.refuse(node, f"{self.part(node)!r} divides by zero or is infinite")
        if result.has(sp.I):
            self.refuse(node, f"{self.part(node)!r} is not a real number")
        return _Value(result, number if number is not None else _float(result))

    def piecewise(self, node: ast.Call) -> _Value:
        if not node.args:
            self.refuse(node, "Piecewise needs its (value, condition) pairs")
        pairs = [self.pair(one) for one in node.args]
        if pairs[-1][1] != sp.true:
            self.refuse(node.args[-1], "the last pair of a Piecewise is (value, True): say what holds otherwise")
        return self.checked(node, sp.Piecewise(*pairs), None)

    def pair(self, node: ast.expr) -> tuple[sp.Expr, Any]:
        if not isinstance(node, ast.Tuple) or len(node.elts) != 2:
            self.refuse(node, "Piecewise takes pairs (value, condition)")
        return self.value(node.elts[0]).expression, self.condition(node.elts[1])

    def condition(self, node: ast.expr) -> Any:
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
                    self.refuse(node, f"{self.part(node)!r} does not compare with <, <=, >, >=, == or !=")
                pairs = zip(relations, sides[:-1], sides[1:], strict=True)
                return sp.And(*(relation(a, b) for relation, a, b in pairs if relation is not None))
        self.refuse(node, f"{self.part(node)!r} is not a condition: compare with <, <=, >, >=, and, or")


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


def _check_count(reader: _Reader, node: ast.Call, name: str, count: int) -> None:
    if name in ("min", "max"):
        if count < 2:
            reader.refuse(node, f"{name} takes two arguments or more, got {count}")
    elif count != 1:
        reader.refuse(node, f"{name} takes one argument, got {count}")


def _about_name(name: str, names: Mapping[str, sp.Expr], calls: Mapping[str, Function]) -> str:
    if name in calls or name == "Piecewise":
        return f"{name} is a function: write {name}(...)"
    declared = [one for one in names if one not in _CONSTANTS] or ["none"]
    near = difflib.get_close_matches(name, list(names), n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"declared: {', '.join(declared[:12])}"
    return f"unknown name {name[:40]!r}: {hint}"


def _about_function(name: str, names: Mapping[str, sp.Expr], calls: Mapping[str, Function]) -> str:
    if name in names:
        return f"{name} is not a function: write {name}*(...) to multiply"
    near = difflib.get_close_matches(name, list(calls), n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(sorted(calls))}, Piecewise"
    return f"unknown function {name[:40]!r}: {hint}"


_MINUS_ONE = _Value(sp.S.NegativeOne, -1.0)
_CONSTANTS: dict[str, sp.Expr] = {"pi": sp.pi, "E": sp.E}
_FUNCTIONS: dict[str, Function] = {
    "exp": sp.exp, "log": sp.log, "ln": sp.log, "sqrt": sp.sqrt, "abs": sp.Abs,
    "sin": sp.sin, "cos": sp.cos, "tan": sp.tan, "sinh": sp.sinh, "cosh": sp.cosh, "tanh": sp.tanh,
    "log1p": log1p, "expm1": expm1, "sigmoid": logistic, "softplus": softplus, "min": sp.Min, "max": sp.Max,
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
_RELATIONS: dict[type[ast.cmpop], Callable[[sp.Expr, sp.Expr], Any]] = {
    ast.Lt: sp.Lt, ast.LtE: sp.Le, ast.Gt: sp.Gt, ast.GtE: sp.Ge, ast.Eq: sp.Eq, ast.NotEq: sp.Ne
}  # fmt: skip
_KINDS: dict[type[ast.expr], str] = {
    ast.Attribute: "an attribute", ast.Tuple: "a tuple", ast.Starred: "a starred argument", ast.IfExp: "if ... else",
    ast.Lambda: "a lambda", ast.UnaryOp: "'not'", ast.GeneratorExp: "a generator", ast.Yield: "yield",
    ast.Await: "await",
}  # fmt: skip
