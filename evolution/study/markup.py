"""Small pieces of HTML: text, mathematics, tables and drawings, each escaped and complete in itself.

All of it is well-formed XML too, so that a page can be checked by any XML parser. Text and mathematics come from
`analytic.markup`. A drawing is inline SVG whose ids carry the figure's name, because ids are shared by a page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction
from numbers import Integral, Real
from typing import Any

import sympy as sp

from analytic.lettering import latex
from analytic.markup import mathml, text

FIGURE_SPACE, POINT_SPACE = "\u2007", "\u2008"  # as wide as a digit, as wide as a decimal point


def unit(name: str) -> str:
    """A unit with its powers raised; nothing for a pure number.

    >>> unit("currency/token^2"), unit("1")
    ('currency/token<sup>2</sup>', '')
    """
    return "" if name == "1" else re.sub(r"\^(-?\d+)", r"<sup>\1</sup>", text(name))


def number(value: Any) -> str:
    """A number as a reader wants it: integers and fractions whole, floats to six digits, with a true minus.

    >>> number(-0.25), number(Fraction(1, 3)), number(1234567.0), number(3)
    ('−0.25', '1/3', '1.23457e+06', '3')
    """
    shown = str(value) if isinstance(value, (Integral, Fraction)) else f"{float(value):.6g}"
    return shown.replace("-", "−") if "e" not in shown else shown.replace("-", "−", shown.startswith("-"))


def is_number(value: Any) -> bool:
    """Whether a cell is set as a number."""
    return isinstance(value, (Real, Fraction)) and not isinstance(value, bool)


def cell(value: Any) -> str:
    """A cell: text, number, or expression."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if is_number(value):
        return number(value)
    if isinstance(value, sp.Basic):
        return mathml(latex(value))
    return text(value)


def aligned(values: Sequence[Any]) -> list[str]:
    """The cells of a column; numbers are padded so that their decimal points stand under each other."""
    shown = [cell(value) for value in values]
    decimal = [
        is_number(value) and re.fullmatch(r"−?\d+(\.\d+)?", each) for value, each in zip(values, shown, strict=True)
    ]
    tails = [len(each.partition(".")[2]) if plain else 0 for each, plain in zip(shown, decimal, strict=True)]
    longest = max(tails, default=0)
    if not longest:
        return shown
    return [
        each + (POINT_SPACE if not tail else "") + FIGURE_SPACE * (longest - tail) if plain else each
        for each, plain, tail in zip(shown, decimal, tails, strict=True)
    ]


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], note: str = "") -> str:
    """A table with a caption; a column of numbers is aligned at the decimal point.

    Raises
    ------
    ValueError
        When a row has not as many cells as there are columns.
    """
    for row in rows:
        if len(row) != len(columns):
            raise ValueError(f"table {title!r} has {len(columns)} columns, but a row of {len(row)} cells: {row}")
    numeric = [bool(rows) and all(is_number(row[j]) or row[j] is None for row in rows) for j in range(len(columns))]
    kind = [' class="number"' if each else "" for each in numeric]
    shown = [
        aligned([row[j] for row in rows]) if numeric[j] else [cell(row[j]) for row in rows] for j in range(len(columns))
    ]
    head = "".join(f"<th{kind[j]}>{text(name)}</th>" for j, name in enumerate(columns))
    body = "\n".join(
        "<tr>" + "".join(f"<td{kind[j]}>{shown[j][i]}</td>" for j in range(len(columns))) + "</tr>"
        for i in range(len(rows))
    )
    caption = f"<caption>{text(title)}</caption>" if title else ""
    below = f'<p class="note">{text(note)}</p>' if note else ""
    inner = f"{caption}<thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody>"
    return f'<div class="scroll"><table>{inner}</table></div>{below}'


def raw_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose cells are markup already."""
    head = "".join(f"<th>{text(name)}</th>" for name in columns)
    body = "\n".join("<tr>" + "".join(f"<td>{each}</td>" for each in row) + "</tr>" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table></div>'


def drawing(svg: str, name: str, caption: str) -> str:
    """An SVG file as a figure inside a page: no prolog, no metadata, ids and styles its own.

    >>> '<g id="curve-a"' in drawing('<svg xmlns="s"><g id="a"/></svg>', "curve", "A curve.")
    True
    """
    mark = re.sub(r"[^A-Za-z0-9_-]", "-", name)
    inner = svg[svg.index("<svg") :]
    inner = re.sub(r"<metadata>.*?</metadata>", "", inner, flags=re.DOTALL)
    inner = re.sub(r'(?<=[\s])id="([^"]+)"', rf'id="{mark}-\1"', inner)
    inner = re.sub(r'href="#([^"]+)"', rf'href="#{mark}-\1"', inner)
    inner = re.sub(r"url\(#([^)]+)\)", rf"url(#{mark}-\1)", inner)
    inner = inner.replace("*{stroke-linejoin", f"#{mark} *{{stroke-linejoin")
    inner = inner.replace("<svg ", f'<svg id="{mark}" role="img" aria-label="{text(caption)}" ', 1)
    return f"<figure>\n{inner.strip()}\n<figcaption>{text(caption)}</figcaption>\n</figure>"
