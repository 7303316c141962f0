r"""Figures of mechanisms, and the paper style that all figures of the project share.

A figure is drawn on the Axes given, or on a new `Figure` of one column's width; nothing here touches the caller's
Matplotlib settings or pyplot. What Matplotlib reads only when a file is written (embedded TrueType fonts, outlines in
SVG) is kept by the figure itself, so that ``ax.figure.savefig("figure.pdf")`` writes what a journal accepts.

Colours are those of Okabe and Ito; each comes with a line style, marker or hatch, so that print in grey stays readable.

`curve` shows the three numbers that a bonding curve has at a supply S and a trade of q tokens,

.. math:: P(S), \qquad R(S) = \int_0^S P(s)\,ds, \qquad R(S + q) - R(S),

as a height and two areas.

References
----------
Okabe, M., Ito, K. (2008). Color universal design. https://jfly.uni-koeln.de/color/
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from itertools import cycle
from textwrap import fill
from typing import Any

import matplotlib.style
import numpy as np
import sympy as sp
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from .curve import BondingCurve
from .mechanism import Mechanism, Sketch

__all__ = [
    "COLUMN",
    "PAGE",
    "PaperFigure",
    "canvas",
    "curve",
    "legend_above",
    "mechanism",
    "number",
    "paper",
    "quantity",
]

COLUMN, PAGE = 3.4, 7.0
"""Widths of one and of two columns [in]."""

BLUE, VERMILION, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
ORANGE, SKY, BLACK, GREY = "#E69F00", "#56B4E9", "#000000", "#777777"
LINES: tuple[dict[str, Any], ...] = tuple(
    {"color": colour, "linestyle": dash}
    for colour, dash in zip(
        (BLUE, VERMILION, GREEN, PURPLE, BLACK), ("-", "--", "-.", ":", (0, (5, 1, 1, 1))), strict=True
    )
)
"""Line styles that stay apart in grey."""


@contextmanager
def paper() -> Iterator[None]:
    """Matplotlib's settings for a paper, until the block ends.

    Examples
    --------
    >>> import matplotlib
    >>> before = matplotlib.rcParams["pdf.fonttype"]
    >>> with paper():
    ...     matplotlib.rcParams["pdf.fonttype"]
    42
    >>> matplotlib.rcParams["pdf.fonttype"] == before
    True
    """
    with resources.as_file(resources.files("analytic") / "paper.mplstyle") as sheet, matplotlib.style.context(sheet):
        yield


class PaperFigure(Figure):
    """A figure that keeps the paper style when it is drawn and when it is written to a file."""

    def draw(self, renderer: Any) -> None:
        """Draw in the paper style."""
        with paper():
            super().draw(renderer)

    def savefig(self, fname: Any, **settings: Any) -> None:
        """Write the figure in the paper style; arguments as for Matplotlib's."""
        with paper():
            super().savefig(fname, **settings)


@contextmanager
def canvas(ax: Axes | None, *, width: float = COLUMN, height: float = 2.4, **subplot: Any) -> Iterator[Axes]:
    """The Axes given, or those of a new figure; what is drawn in the block is in the paper style.

    Parameters
    ----------
    ax : Axes, optional
    width, height : float
        Of a new figure [in].
    **subplot
        For `Figure.add_subplot`, such as a projection.

    Examples
    --------
    >>> with canvas(None, width=PAGE) as ax:
    ...     _ = ax.plot([0, 1], [0, 1])
    >>> float(ax.figure.get_figwidth())
    7.0
    """
    with paper():
        if ax is None:
            figure = PaperFigure(figsize=(width, height), layout="constrained")
            FigureCanvasAgg(figure)
            ax = figure.add_subplot(**subplot)
        yield ax


def quantity(name: str, unit: str = "1") -> str:
    """An axis label: the quantity and, unless it is a pure number, its unit in brackets.

    >>> quantity("price", "currency/token"), quantity("share")
    ('price [currency/token]', 'share')
    """
    return name if unit in ("", "1") else f"{name} [{unit}]"


def number(value: float) -> str:
    r"""A number as a figure's text says it: five digits, powers of ten in mathematics.

    >>> number(681.75), number(12500.0), number(2e8)
    ('681.75', '12,500', '$2\\times 10^{8}$')
    """
    text = f"{float(value):.5g}"
    if "e" not in text:
        return f"{float(text):,.10g}"
    digits, power = text.split("e")
    return rf"${digits}\times 10^{{{int(power)}}}$"


def legend_above(ax: Axes, *, columns: int = 2, handles: Sequence[Any] | None = None, title: str = "") -> None:
    """A legend above the axes, where it covers no data.

    Parameters
    ----------
    ax : Axes
    columns : int
    handles : sequence of artists, optional
        By default all artists with a label.
    title : str, optional
    """
    found = ax.get_legend_handles_labels()[0] if handles is None else list(handles)
    if found:
        ax.legend(
            handles=found,
            loc="lower center",
            bbox_to_anchor=(0.5, 1.0),
            ncols=columns,
            title=title or None,
            title_fontsize=8,
        )


def curve(
    bonding_curve: BondingCurve,
    *,
    supply: float,
    trade: tuple[float, float] | None = None,
    ax: Axes | None = None,
    units: tuple[str, str] = ("token", "currency"),
) -> Axes:
    """Spot price against supply, with the reserve and a trade as areas.

    Parameters
    ----------
    bonding_curve : BondingCurve
        With numbers bound.
    supply : float
        The reserve is shaded up to here.
    trade : pair of floats, optional
        Supply before the trade, and the tokens minted (negative: burnt). Its area is what the reserve gains or
        loses; the text gives what the trader pays or gets, fee included.
    ax : Axes, optional
    units : pair of str
        Of the token and of the currency.

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If the curve has unbound symbols, or the trade leaves the curve's domain.

    Examples
    --------
    >>> ax = curve(BondingCurve.linear(m=0.1, b=1), supply=100, trade=(100, 50))
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('supply $S$ [token]', 'spot price $P$ [currency/token]')
    """
    if bonding_curve.free_symbols:
        names = ", ".join(sorted(map(str, bonding_curve.free_symbols)))
        raise ValueError(f"the curve has no numbers for {names}: bind them with at(...) before it is drawn")
    low, top = map(float, bonding_curve.supply)
    if not low < supply <= top:
        raise ValueError(f"the supply to shade up to is {supply}, outside ({low}, {top}]")
    start, amount = (supply, 0.0) if trade is None else map(float, trade)
    end = start + amount
    if not low <= min(start, end) <= max(start, end) <= top:
        raise ValueError(f"the trade leads from supply {start} to {end}, outside [{low}, {top}]")
    token, currency = units
    with canvas(ax) as ax:
        reach = min(top, low + 1.15 * (max(supply, start, end) - low))
        grid = np.linspace(low, reach, 401)
        ax.plot(grid, bonding_curve.price(grid), color=BLUE, linestyle="-", zorder=3)
        held = np.linspace(low, supply, 301)
        reserve = quantity(f"reserve $R$ = {number(bonding_curve.reserve(float(supply)))}", currency)
        ax.fill_between(held, bonding_curve.price(held), color=SKY, alpha=0.35, linewidth=0, label=reserve)
        if trade is not None and amount:
            _trade(ax, bonding_curve, start, amount, currency)
        ax.set_xlim(low, reach)
        ax.set_ylim(0, 1.08 * float(np.max(bonding_curve.price(grid))))
        ax.set_xlabel(quantity("supply $S$", token))
        ax.set_ylabel(quantity("spot price $P$", f"{currency}/{token}"))
        legend_above(ax, columns=1)
    return ax


def mechanism(which: Mechanism, sketch: Sketch | None = None, ax: Axes | None = None, **values: float) -> Axes:
    """A formula of a mechanism over one of its quantities, as its declaration sketches it.

    Parameters
    ----------
    which : Mechanism
    sketch : Sketch, optional
        Which formula over which quantity; the first that the mechanism declares.
    ax : Axes, optional
    **values : float
        Quantities in place of their examples.

    Returns
    -------
    Axes

    Examples
    --------
    >>> from analytic.pool import constant_product
    >>> mechanism(constant_product, f=0.01).get_xlabel()
    'paid in $d$ [token]'
    """
    shown = which.sketches[0] if sketch is None else sketch
    which.check_names(values)
    formula, over = which[shown.formula], which.quantities[shown.over]
    at = {**which.example, **values}
    places = np.linspace(shown.low, shown.high, 400)
    if over.domain.integer:
        places = np.unique(np.round(places))
    places = places[over.domain.admits(places)]
    varied, levels = next(iter(shown.lines.items()), (shown.over, (None,)))
    letters = {name: which.letters.get(symbol, sp.latex(symbol)) for name, symbol in which.symbols.items()}
    used = {str(symbol) for symbol in formula.symbols}
    with canvas(ax) as axes:
        for style, level in zip(cycle(LINES), levels, strict=False):
            given = {**at, **({} if level is None else {varied: level}), shown.over: places}
            heights = formula(**{name: value for name, value in given.items() if name in used})
            label = None if level is None else f"${letters[varied]} = {number(level).strip('$')}$"
            axes.plot(places, np.broadcast_to(heights, places.shape), label=label, **style)
        axes.set_xlabel(quantity(f"{over.meaning} ${letters[shown.over]}$", over.unit))
        axes.set_ylabel(fill(quantity(formula.meaning or formula.name, formula.unit), 40))
        if shown.lines:
            legend_above(axes, columns=len(levels))
    return axes


def _trade(ax: Axes, bonding_curve: BondingCurve, start: float, amount: float, currency: str) -> None:
    """The trade's area, and the price before and after it."""
    end = start + amount
    if amount > 0:
        text = f"mint {number(amount)}: cost {number(bonding_curve.cost(start, amount))}"
    else:
        text = f"burn {number(-amount)}: proceeds {number(bonding_curve.burn(start, -amount))}"
    between = np.linspace(min(start, end), max(start, end), 301)
    ax.fill_between(
        between, bonding_curve.price(between), facecolor="none", edgecolor=VERMILION, hatch="////", linewidth=0.6,
        label=quantity(text, currency),
    )  # fmt: skip
    ends = sorted((float(bonding_curve.price(at)), at, word) for at, word in ((start, "before"), (end, "after")))
    for (height, where, word), side in zip(ends, ("top", "bottom"), strict=True):
        ax.plot([float(bonding_curve.supply[0]), where], [height, height], color=GREY, linestyle=":", linewidth=0.7)
        marker = "o" if word == "before" else "s"
        ax.plot(where, height, marker, color=VERMILION, markerfacecolor="white", zorder=4)
        ax.annotate(
            f"{word}: {number(height)}", (0, height), xycoords=("axes fraction", "data"), textcoords="offset points",
            xytext=(3, 1 if side == "bottom" else -1.5), va=side, ha="left", fontsize=8,
        )  # fmt: skip
