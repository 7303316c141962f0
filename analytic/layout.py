r"""Equations that fit a page: how wide a formula prints, where it is broken, and which parts get a name.

Widths are in letters. A fraction is as wide as its wider half, an index seven tenths of its letters, a relation or a
sign two letters and a half. A wide side is broken before outer signs; what is still too wide has inner parts named:

    x = (a + ... + z) / y    becomes    x = A_1 / y,   A_1 = a + ... + z
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import sympy as sp

from .lettering import latex
from .special import elementary

LINE = 56.0  # letters that fit a line
NAMES = 9  # inner sums that get a name
_TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|.", re.DOTALL)
_WIDE_SIGNS = {"+", "-", "=", "<", ">", r"\leq", r"\geq", r"\neq", r"\cdot", r"\to", r"\wedge", r"\vee", r"\le", r"\ge"}
_NO_WIDTH = {r"\left", r"\right", r"\mathrm", r"\text", r"\operatorname", r"\limits", r"\displaystyle", " ", "\n"}
_SIGN = {"=": "=", "<": "<", "<=": r"\leq", ">": ">", ">=": r"\geq", "!=": r"\neq", "==": "="}


def width(tex: str) -> float:
    r"""About how many letters wide a formula prints.

    >>> width("x"), width(r"\frac{a}{b b b b}"), width("x_{10}")
    (1.0, 4.4, 2.4)
    """
    return round(max(_row_widths(_TOKEN.findall(tex)), default=0.0), 2)


def _row_widths(tokens: list[str]) -> list[float]:
    """The widths of the rows of a piece of LaTeX (rows end with a double backslash)."""
    rows, position = [0.0], 0
    while position < len(tokens):
        token = tokens[position]
        position += 1
        if token == r"\\":
            rows.append(0.0)
        elif token in (r"\frac", r"\binom"):
            (above, position), (below, position) = _pair(tokens, position)
            rows[-1] += max(above, below) + 0.4
        elif token in ("_", "^"):
            inner, position = _group(tokens, position)
            rows[-1] += 0.7 * inner
        elif token == r"\begin":
            _, position = _group(tokens, position)
            end = _matching_end(tokens, position)
            rows[-1] += max(_row_widths(tokens[position:end]), default=0.0) + 2
            _, position = _group(tokens, end + 1)
        elif token == "{":
            inner, position = _group(tokens, position - 1)
            rows[-1] += inner
        elif token not in _NO_WIDTH:
            rows[-1] += _letter_width(token)
    return rows


def _letter_width(token: str) -> float:
    if token in _WIDE_SIGNS:
        return 2.5
    if token in (r"\ln", r"\log", r"\exp", r"\min", r"\max", r"\sin", r"\cos", r"\tanh", r"\lim"):
        return float(len(token))
    if token == "&":
        return 4.0
    return 0.4 if token in (r"\,", "}") else 2.0 if token in (r"\int", r"\sum", r"\prod", r"\sqrt") else 1.0


def _group(tokens: list[str], position: int) -> tuple[float, int]:
    """The width of the group (or the one token) that begins here, and where it ends."""
    while position < len(tokens) and tokens[position] == " ":
        position += 1
    if position >= len(tokens):
        return 0.0, position
    if tokens[position] != "{":
        return _letter_width(tokens[position]), position + 1
    depth, end = 1, position + 1
    while depth and end < len(tokens):
        depth += (tokens[end] == "{") - (tokens[end] == "}")
        end += 1
    return max(_row_widths(tokens[position + 1 : end - 1]), default=0.0), end


def _pair(tokens: list[str], position: int) -> tuple[tuple[float, int], tuple[float, int]]:
    first = _group(tokens, position)
    return first, _group(tokens, first[1])


def _matching_end(tokens: list[str], position: int) -> int:
    """Where the environment that has just begun ends."""
    depth = 1
    for place in range(position, len(tokens)):
        depth += (tokens[place] == r"\begin") - (tokens[place] == r"\end")
        if depth == 0:
            return place
    return len(tokens)


def broken(side: str, room: float = LINE) -> list[str]:
    """A side of an equation, broken before outer signs (or between outer factors) where it would not fit."""
    if width(side) <= room:
        return [side]
    for marks in ("+-", (r"\,",)):
        lines: list[str] = []
        start = 0
        for place in [*_outer(side, marks), len(side)]:
            if lines and width(lines[-1] + side[start:place]) <= room:
                lines[-1] += side[start:place]
            elif side[start:place].strip():
                lines.append(side[start:place])
            start = place
        if len(lines) > 1:
            return [re.sub(r"^\\,", r"\\times", line.strip()) for line in lines]
    return [side]


def _outer(side: str, marks: tuple[str, ...] | str) -> Iterator[int]:
    """Where a mark stands outside all brackets."""
    depth, place = 0, 0
    for token in re.findall(r"\\left.|\\right.|\\[A-Za-z]+|\\.|.", side, re.DOTALL):
        opens = token in ("{", r"\begin") or (token.startswith(r"\left") and len(token) == 6)
        closes = token in ("}", r"\end") or (token.startswith(r"\right") and len(token) == 7)
        if token in marks and depth == 0 and place:
            yield place
        depth += opens - closes
        place += len(token)


def lines(left: str, right: str, relation: str = "=") -> list[str]:
    """An equation as one line, or as several that fit a page.

    >>> lines("y", "x + 1"), len(lines("y", " + ".join(["x_{i}"] * 80)))
    (['y = x + 1'], 7)
    """
    sign = _SIGN[relation]
    whole = f"{left} {sign} {right}"
    if width(whole) <= LINE:
        return [whole]
    if width(left) <= LINE / 3:
        begin, *rest = broken(right, LINE - width(left) - 3)
        return [f"{left} {sign} {begin}", *(f"{{}} {part}" for part in rest)]
    begin, *rest = broken(right, LINE - 4)
    return [*broken(left), f"{{}} {sign} {begin}", *(f"{{}} {part}" for part in rest)]


def laid_out(equation: sp.Basic) -> list[list[str]]:
    r"""An equation or inequality as lines that fit, and after it the parts that had to be named.

    Parameters
    ----------
    equation : sympy relation

    Returns
    -------
    list of list of str
        Lines of LaTeX: of the equation first, then of each named part.

    Examples
    --------
    >>> x, y = sp.symbols("x y")
    >>> laid_out(sp.Eq(y, x + 1, evaluate=False))
    [['y = x + 1']]
    """
    equation = elementary(equation)
    if not isinstance(equation, sp.core.relational.Relational):
        return [broken(latex(equation))]
    rows = [(equation.lhs, equation.rel_op, equation.rhs)]
    for number in range(1, NAMES + 1):
        place = next((i for i, row in enumerate(rows) if any(width(line) > LINE for line in _row(*row))), None)
        part = None if place is None else _widest_part((rows[place][0], rows[place][2]))
        if place is None or part is None:
            break
        name = _free_name(equation, number)
        rows = [(left.xreplace({part: name}), told, right.xreplace({part: name})) for left, told, right in rows]
        rows.append((name, "==", part))
    return [_row(*row) for row in rows]


def _row(left: sp.Expr, relation: str, right: sp.Expr) -> list[str]:
    return lines(latex(left), latex(right), relation)


def _widest_part(sides: tuple[sp.Expr, sp.Expr]) -> sp.Expr | None:
    """The widest part that fits a line by itself; cases first; a side's own outer sum is broken instead."""
    bound = {s for side in sides for each in side.atoms(sp.Sum, sp.Integral, sp.Product) for s in each.variables}
    inner = {
        part
        for side in sides
        for part in sp.preorder_traversal(side)
        if isinstance(part, (sp.Add, sp.Mul, sp.Piecewise)) and part is not side and not part.free_symbols & bound
    }
    measured = [(isinstance(part, sp.Piecewise), width(latex(part)), str(part), part) for part in inner]
    fitting = [each for each in measured if each[1] > LINE / 6 and each[1] <= LINE] or measured
    return max(fitting, default=(None,))[-1]


def _free_name(equation: sp.Basic, number: int) -> sp.Symbol:
    taken = {s.name for s in equation.free_symbols}
    return next(
        sp.Symbol(f"{letter}_{number}") for letter in ("A", "B", "C", "D_part") if f"{letter}_{number}" not in taken
    )
