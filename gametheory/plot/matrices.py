"""The payoffs of two players as a table, with best replies and equilibria.

In each cell stand the row player's payoff, below left, and the column player's, above right; it is underlined where
the action is a best reply to the other one's. A cell in which both are underlined is a pure equilibrium, and framed.
Mixed equilibria stand at the margins: what the row player plays to the right, what the column player plays below.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.path import Path

from analytic.plot import BLACK, BLUE, GREY, PAGE, VERMILION, canvas
from gametheory.normal_form import NormalForm
from gametheory.plot.wording import Parts, answers, named, pure_cell, shown, two_players

__all__ = ["payoff_matrix"]

LARGEST, MIXED = 20, 6
"""Most actions a player, most mixed equilibria at the margins."""

EQUILIBRIUM: dict[str, Any] = {"facecolor": "#E3E3E3", "edgecolor": BLACK, "linewidth": 2.0}


def payoff_matrix(game: NormalForm, equilibria: Iterable[Any] | None = None, ax: Axes | None = None) -> Axes:
    """The bimatrix with best replies underlined, pure equilibria framed and mixed ones at the margins.

    Parameters
    ----------
    game : NormalForm
        Of two players with at most 20 actions each.
    equilibria : EquilibriumSet or profiles, optional
        To be marked; those that `solve` finds if not given, `()` for none. Of the mixed ones the first six are shown.
    ax : Axes, optional

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If the game has more players or actions, an equilibrium does not fit it, or none are given and the game is too
        large to be solved unasked.

    Examples
    --------
    >>> from gametheory.zoo import stag_hunt
    >>> ax = payoff_matrix(stag_hunt().game)
    >>> [text.get_text() for text in ax.texts][:4]
    ['4', '4', '0', '3']
    """
    two_players(game, "payoff_matrix", LARGEST)
    found = answers(game, equilibria)
    pure = [cell for cell in map(pure_cell, found) if cell is not None]
    mixed = [parts for parts in found if pure_cell(parts) is None]
    (rows, columns), beside = game.shape, len(mixed[:MIXED])
    wide = max(len(shown(value)) if "$" not in shown(value) else 9 for table in game.payoffs for value in table.flat)
    side = max(0.62, 0.085 * wide + 0.3)
    width = min(PAGE, 1.3 + side * columns + 0.55 * beside)
    with canvas(ax, width=width, height=1.0 + 0.5 * rows + 0.3 * beside) as ax:
        scale = 1.0 if side * columns + 0.55 * beside <= PAGE - 1.3 else (PAGE - 1.3) / (side * columns + 0.55 * beside)
        size = max(4.0, 8 * scale)
        _table(ax, game, pure, size)
        for k, parts in enumerate(mixed[:MIXED]):
            _margin(ax, game, parts, k, size)
        _frame(ax, game, beside)
        hidden = len(mixed) - beside
        _legend(ax, game, bool(pure), beside, hidden)
    return ax


def _table(ax: Axes, game: NormalForm, pure: list[tuple[int, ...]], size: float) -> None:
    first, second = game.wholes
    best = (first == first.max(axis=0, keepdims=True), second == second.max(axis=1, keepdims=True))
    for i, j in np.ndindex(*game.shape):
        ax.add_patch(Rectangle((j, i), 1, 1, facecolor="none", edgecolor=GREY, linewidth=0.6, zorder=1, clip_on=False))
        if (i, j) in pure:
            ax.add_patch(Rectangle((j, i), 1, 1, zorder=2, clip_on=False, **EQUILIBRIUM))
        places = ((0.08, 0.86, BLUE, "left", "bottom"), (0.92, 0.14, VERMILION, "right", "top"))
        for k, (x, y, colour, across, up) in enumerate(places):
            line = {"boxstyle": _underline, "facecolor": "none", "edgecolor": colour, "linewidth": 1.2}
            ax.text(
                j + x, i + y, shown(game.payoffs[k][i, j]), color=colour, ha=across, va=up, fontsize=size, zorder=3,
                bbox=line if best[k][i, j] else None, fontweight="bold" if best[k][i, j] else "normal",
            )  # fmt: skip


def _underline(x: float, y: float, width: float, height: float, mutation_size: float) -> Path:
    """A box around a text of which only the lower edge is drawn."""
    below = y - 0.12 * mutation_size
    return Path([(x, below), (x + width, below)])


def _margin(ax: Axes, game: NormalForm, parts: Parts, k: int, size: float) -> None:
    """The k-th mixed equilibrium, to the right and below."""
    rows, columns = game.shape
    right, below = columns + 0.45 + 0.8 * k, rows + 0.35 + 0.5 * k
    for i, p in enumerate(parts[0]):
        ax.text(right, i + 0.5, shown(p), ha="center", va="center", fontsize=size, color=BLUE if p else GREY)
    for j, p in enumerate(parts[1]):
        ax.text(j + 0.5, below, shown(p), ha="center", va="center", fontsize=size, color=VERMILION if p else GREY)
    name = f"$m_{{{k + 1}}}$"
    ax.text(right, -0.12, name, ha="center", va="bottom", fontsize=size)
    ax.text(-0.12, below, name, ha="right", va="center", fontsize=size)


def _frame(ax: Axes, game: NormalForm, beside: int) -> None:
    rows, columns = game.shape
    ax.set_xlim(0, columns + (0.9 + 0.8 * (beside - 1) if beside else 0))
    ax.set_ylim(rows + (0.65 + 0.5 * (beside - 1) if beside else 0), 0)
    ax.set_xticks(np.arange(columns) + 0.5, [named(name, 11) for name in game.strategies[1]], color=VERMILION)
    ax.set_yticks(np.arange(rows) + 0.5, [named(name, 16) for name in game.strategies[0]], color=BLUE)
    ax.xaxis.tick_top()
    ax.xaxis.set_label_position("top")
    ax.tick_params(length=0)
    ax.set_xlabel(named(game.players[1], 40, 1), color=VERMILION)
    ax.set_ylabel(named(game.players[0], 40, 1), color=BLUE)
    ax.xaxis.label.set_x(columns / 2 / ax.get_xlim()[1])  # over the table, not over the margin
    ax.yaxis.label.set_y(1 - rows / 2 / ax.get_ylim()[0])
    ax.spines[:].set_visible(False)


def _legend(ax: Axes, game: NormalForm, pure: bool, beside: int, hidden: int) -> None:
    """Below, since the actions' names stand above."""
    handles: list[Any] = [
        Line2D([], [], color=colour, label=f"underlined: best reply of {named(name, 30, 1)}")
        for colour, name in zip((BLUE, VERMILION), game.players, strict=True)
    ]
    if pure:
        handles.append(Patch(label="pure equilibrium", **EQUILIBRIUM))
    if beside:
        more = f" ({hidden} more not shown)" if hidden else ""
        which = ["", "$m_1$: mixed equilibrium", "$m_1$, $m_2$: mixed equilibria"]
        text = which[beside] if beside < 3 else f"$m_1$, …, $m_{{{beside}}}$: mixed equilibria"
        handles.append(Line2D([], [], linestyle="none", label=text + more))
    ax.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, -0.02), ncols=1)
