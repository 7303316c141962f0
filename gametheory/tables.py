r"""Tables for a paper: a game's payoffs, and its equilibria, as LaTeX with booktabs (amsmath for roots), or as text.

In the payoff table best replies are underlined; a profile in which everybody's is, a pure equilibrium, has a star.
Exact numbers are printed exactly, fractions as fractions and algebraic numbers by their expression, unless they are too
long; then, as for numbers that are known in floats only, ten digits follow the sign "about equal". Names may hold
anything: what LaTeX would take for a command is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from decimal import ROUND_CEILING, Context, Decimal
from fractions import Fraction
from itertools import product
from typing import Any, Literal

import numpy as np

from analytic.lettering import latex, text_latex
from gametheory.equilibrium import Equilibrium, EquilibriumSet
from gametheory.normal_form import NormalForm
from gametheory.stability import index, is_quasi_strict
from gametheory.whole_table import comparable

CELLS = 2500  # of a payoff table that is printed
WIDEST = 60  # characters of an exact number that is printed in full
_DIGITS = 10
_ABOUT = r"{\approx}\,"


def booktabs(game: NormalForm) -> str:
    r"""The payoffs as a LaTeX `tabular`: best replies underlined, pure equilibria with a star.

    Parameters
    ----------
    game : NormalForm
        Of any number of players: rows are player 1's strategies, columns player 2's, and each profile of the others
        is a block of rows.

    Returns
    -------
    str
        Needs the package booktabs.

    Raises
    ------
    ValueError
        If there are more than 2500 profiles.

    Examples
    --------
    >>> print(booktabs(NormalForm([[3, 0], [5, 1]], [[3, 5], [0, 1]], strategies=[["C", "D"]] * 2)))
    \begin{tabular}{llcc}
    \toprule
     & & \multicolumn{2}{c}{player 2} \\
    \cmidrule(lr){3-4}
     & & C & D \\
    \midrule
    player 1 & C & $3,\ 3$ & $0,\ \underline{5}$ \\
     & D & $\underline{5},\ 0$ & $\underline{1},\ \underline{1}^{\ast}$ \\
    \bottomrule
    \end{tabular}
    """
    cells = game.wholes[0].size
    if cells > CELLS:
        raise ValueError(
            f"{game!r} has {cells} profiles; a table of at most {CELLS} is printed. Drop strategies first "
            "(iterated_dominance), or write a file (write_nfg)."
        )
    tables = [comparable(wholes) for wholes in game.wholes]
    best = np.array([table == table.max(axis=k, keepdims=True) for k, table in enumerate(tables)])
    rows, columns, *others = game.strategies
    width = len(columns)
    lines = [
        rf"\begin{{tabular}}{{ll{'c' * width}}}",
        r"\toprule",
        rf" & & \multicolumn{{{width}}}{{c}}{{{text_latex(game.players[1])}}} \\",
        rf"\cmidrule(lr){{3-{width + 2}}}",
        " & & " + " & ".join(map(text_latex, columns)) + r" \\",
    ]
    for block in product(*(range(len(row)) for row in others)):
        lines.append(r"\midrule")
        if block:
            told = zip(game.players[2:], others, block, strict=True)
            title = ", ".join(f"{text_latex(player)}: {text_latex(names[i])}" for player, names, i in told)
            lines.append(rf"\multicolumn{{{width + 2}}}{{l}}{{{title}}} \\")
        for i, name in enumerate(rows):
            shown = (_payoffs(game, best, (i, j, *block)) for j in range(width))
            first = _start(text_latex(game.players[0])) if i == 0 else ""
            lines.append(f"{first} & {text_latex(name)} & " + " & ".join(shown) + r" \\")
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}"])


def latex_profile(equilibrium: Equilibrium) -> str:
    r"""An equilibrium's profile as LaTeX for math mode, one vector a player, exact where it is known exactly.

    Parameters
    ----------
    equilibrium : Equilibrium

    Returns
    -------
    str

    Examples
    --------
    >>> profile = [[Fraction(1, 3), Fraction(2, 3)], [Fraction(1), Fraction(0)]]
    >>> e = Equilibrium.of(profile, regret=Fraction(0), certificate="by hand")
    >>> print(latex_profile(e))
    \left(\frac{1}{3}, \frac{2}{3}\right),\ \left(1, 0\right)
    """
    return r",\ ".join(_tex(part) for part in _parts(equilibrium))


def equilibrium_table(
    equilibria: EquilibriumSet, *, style: Literal["text", "latex"] = "text", game: NormalForm | None = None
) -> str:
    """The equilibria as a table: profiles, payoffs, regret, and what else is known of them.

    Parameters
    ----------
    equilibria : EquilibriumSet
        Stability, index, payoffs and components have columns where the answers tell them.
    style : str
        "text", or "latex": a `tabular` for the packages booktabs and amsmath.
    game : NormalForm, optional
        Theirs; then the index of each exact equilibrium is computed ("-" where it has none).

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If the style is unknown, or an answer is no equilibrium of the game.

    Examples
    --------
    >>> from gametheory import solve
    >>> game = NormalForm.symmetric([[2, 0], [0, 1]])
    >>> print(equilibrium_table(solve(game), game=game))
    # | player 1   | player 2   | payoffs    | regret | index
    0 | (1, 0)     | (1, 0)     | (2, 2)     | 0      | +1
    1 | (1/3, 2/3) | (1/3, 2/3) | (2/3, 2/3) | 0      | -1
    2 | (0, 1)     | (0, 1)     | (1, 1)     | 0      | +1
    """
    if style not in ("text", "latex"):
        raise ValueError(f"style is {style!r}; allowed: 'text', 'latex'.")
    columns = _columns(equilibria, game)
    if style == "text":
        filled = [[name, *map(_text, cells)] for name, cells in columns]
        widths = [max(map(len, column)) for column in filled]
        rows = zip(*filled, strict=True)
        return "\n".join(
            " | ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows
        )
    head = " & ".join(text_latex(name) for name, _ in columns)
    body = [
        " & ".join(_math(cell) for cell in row) + r" \\" for row in zip(*(cells for _, cells in columns), strict=True)
    ]
    lines = [rf"\begin{{tabular}}{{{'r' + 'l' * (len(columns) - 1)}}}", r"\toprule", rf"{head} \\", r"\midrule", *body]
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}"])


def _columns(found: EquilibriumSet, game: NormalForm | None) -> list[tuple[str, list[object]]]:
    """Each column's title and cells: a tuple is a vector, a str words, None nothing known, all else a number."""
    columns: list[tuple[str, list[object]]] = [("#", [str(i) for i in range(len(found))])]
    if found:
        players = found[0].names or tuple(f"player {k + 1}" for k in range(len(found[0].profile)))
        columns += [(name, [_parts(e)[k] for e in found]) for k, name in enumerate(players)]
    if found and all(_is_vector(e.details.get("payoffs")) for e in found):
        columns.append(("payoffs", [e.details["payoffs"] for e in found]))
    columns.append(("regret", [_Bound(e.regret) if isinstance(e.regret, float) else e.regret for e in found]))
    if any(e.stability for e in found):
        columns.append(("stability", [e.stability for e in found]))
    signs = [_index(e, game) for e in found]
    if any(sign is not None for sign in signs):
        columns.append(("index", [None if sign is None else f"{sign:+d}" for sign in signs]))
    if any(len(group) > 1 for group in found.components):
        of = {i: str(number) for number, group in enumerate(found.components) for i in group}
        columns.append(("component", [of[i] for i in range(len(found))]))
    return columns


class _Bound(float):
    """A regret that is at most this."""


def _parts(e: Equilibrium) -> Sequence[tuple[Any, ...]]:
    return e.exact if e.exact is not None else [tuple(part.tolist()) for part in e.profile]


def _is_vector(value: object) -> bool:
    return isinstance(value, tuple)


def _index(e: Equilibrium, game: NormalForm | None) -> int | None:
    known = e.details.get("index")
    if isinstance(known, int):
        return known
    rational = e.exact is not None and all(isinstance(p, Fraction) for part in e.exact for p in part)
    if game is None or not rational or not is_quasi_strict(game, e):  # which also refuses what is none of this game's
        return None
    with suppress(ValueError):  # a singular Jacobian
        return index(game, e)
    return None


def _payoffs(game: NormalForm, best: Any, cell: tuple[int, ...]) -> str:
    marks = best[(slice(None), *cell)].tolist()
    numbers = [_tex(table[cell]) for table in game.payoffs]
    shown = [rf"\underline{{{number}}}" if mark else number for number, mark in zip(numbers, marks, strict=True)]
    return "$" + r",\ ".join(shown) + (r"^{\ast}" if all(marks) else "") + "$"


def _math(cell: object) -> str:
    """A cell of a table in LaTeX."""
    if cell is None:
        return "--"
    if isinstance(cell, str):
        return f"${cell}$" if cell[:1] in ("+", "-") else text_latex(cell)
    return f"${_tex(cell)}$"


def _tex(value: Any) -> str:
    """A number or a vector in LaTeX's math mode."""
    if isinstance(value, tuple):
        sign = _ABOUT if _in_floats(value) else ""
        return sign + r"\left(" + ", ".join(_tex(part).removeprefix(sign) for part in value) + r"\right)"
    if isinstance(value, Fraction | int) and _is_short(value):
        minus, top, bottom = "-" if value < 0 else "", abs(value.numerator), value.denominator
        return f"{minus}{top}" if bottom == 1 else rf"{minus}\frac{{{top}}}{{{bottom}}}"
    if not isinstance(value, float | Fraction | int) and _is_short(value):
        return latex(value)
    mantissa, _, exponent = _rounded(value).partition("e")
    power = rf" \cdot 10^{{{int(exponent)}}}" if exponent else ""
    return (r"\leq " if isinstance(value, _Bound) else _ABOUT) + mantissa.replace("inf", r"\infty") + power


def _text(value: Any) -> str:
    """A number, a vector or words as text."""
    if value is None:
        return "-"
    if isinstance(value, tuple):
        sign = "~" if _in_floats(value) else ""
        return sign + "(" + ", ".join(_text(part).removeprefix(sign) for part in value) + ")"
    if isinstance(value, str) or (not isinstance(value, float) and _is_short(value)):
        return str(value)
    return ("<= " if isinstance(value, _Bound) else "~") + _rounded(value)


def _rounded(value: Any) -> str:
    """Ten digits of a number, and three of a bound, upwards so that it stays one."""
    if isinstance(value, Fraction) and value and not float(value):  # less than any float, and yet not 0
        context = Context(prec=_DIGITS)
        return f"{context.divide(Decimal(value.numerator), Decimal(value.denominator)).normalize(context):g}"
    if not isinstance(value, _Bound):
        return f"{float(value):.{_DIGITS}g}"
    return f"{float(Context(prec=3, rounding=ROUND_CEILING).create_decimal_from_float(value)):.3g}"


def _in_floats(vector: tuple[Any, ...]) -> bool:
    return all(isinstance(part, float) for part in vector)


def _is_short(value: Any) -> bool:
    """Whether an exact number is printed in full; the bits come first, as Python prints no very long integers."""
    bits = value.numerator.bit_length() + value.denominator.bit_length() if isinstance(value, Fraction | int) else 0
    return bits <= 4 * WIDEST and len(str(value)) <= WIDEST


def _start(cell: str) -> str:
    r"""The first cell of a row: after ``\\`` a bracket or a star would be an option of the line break."""
    return "{}" + cell if cell.startswith(("[", "*")) else cell
