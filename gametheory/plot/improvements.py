"""Where single players move: pure profiles as nodes, best replies as arrows.

From each pure profile an arrow leads, for every player who can gain, to what it gains most by; where no arrow starts is
a pure equilibrium. The row player moves along columns, the column player along rows, a third one between layers. A
cycle of arrows is a cycle of best replies, so that the game has no potential.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch

from analytic.plot import BLACK, canvas, legend_above
from gametheory.normal_form import NormalForm
from gametheory.plot.rest import LINES
from gametheory.plot.wording import named

__all__ = ["improvement_graph"]

LARGEST = {2: 10, 3: 3}
"""Most actions a player, by the number of players."""

MOVING: dict[str, Any] = {"marker": "o", "color": BLACK, "markerfacecolor": "white", "markersize": 6}
RESTING: dict[str, Any] = {"marker": "o", "color": BLACK, "linestyle": "none", "markersize": 9}

PLAIN: dict[str, Any] = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 0.5}

Cell = tuple[int, ...]


def improvement_graph(game: NormalForm, ax: Axes | None = None) -> Axes:
    """Pure profiles and the best replies that lead from one to another.

    Parameters
    ----------
    game : NormalForm
        Of two players with at most 10 actions each, or three with at most 3.
    ax : Axes, optional

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If the game has more players or actions.

    Examples
    --------
    >>> from gametheory.zoo import matching_pennies
    >>> ax = improvement_graph(matching_pennies().game)
    >>> len(ax.patches), [entry.get_text() for entry in ax.get_legend().get_texts()]
    (4, ['player 1', 'player 2'])
    """
    if max(game.shape) > LARGEST.get(len(game.shape), 0):
        raise ValueError(
            f"improvement_graph shows two players with at most {LARGEST[2]} actions, or three with at most "
            f"{LARGEST[3]}; this is a {game!r}."
        )
    (rows, columns), layers = game.shape[:2], _layers(game)
    width, height = (columns + 0.55 * (layers - 1), rows + 0.4 * (layers - 1))
    with canvas(ax, width=1.4 + 0.8 * width, height=1.1 + 0.75 * height) as ax:
        steps = _steps(game)
        for player, start, end in steps:
            _arrow(ax, player, start, end)
        leaving = {start for _, start, _ in steps}
        for cell in product(*map(range, game.shape)):
            x, y = _place(cell)
            ax.plot(x, y, zorder=5, clip_on=False, **(MOVING if cell in leaving else RESTING))
        _frame(ax, game)
        handles = [
            Line2D([], [], color=LINES[k][0], linestyle=LINES[k][1], label=named(game.players[k], 24, 1))
            for k in sorted({player for player, _, _ in steps})
        ]
        if len(leaving) < game.wholes[0].size:
            handles.append(Line2D([], [], label="pure equilibrium", **RESTING))
        legend_above(ax, handles=handles, columns=1)
    return ax


def _layers(game: NormalForm) -> int:
    return game.shape[2] if len(game.shape) == 3 else 1


def _steps(game: NormalForm) -> list[tuple[int, Cell, Cell]]:
    """(player, from, to) for every best reply that gains."""
    found = []
    for player, table in enumerate(game.wholes):
        best = table.max(axis=player, keepdims=True)
        for cell in product(*map(range, game.shape)):
            top = best[(*cell[:player], 0, *cell[player + 1 :])]
            for action in range(game.shape[player] if table[cell] < top else 0):
                end = (*cell[:player], action, *cell[player + 1 :])
                if table[end] == top:
                    found.append((player, cell, end))
    return found


def _place(cell: Cell) -> tuple[float, float]:
    """Rows downwards, columns to the right, layers behind each other."""
    depth = cell[2] if len(cell) == 3 else 0
    return cell[1] + 0.42 * depth, -cell[0] + 0.3 * depth


def _arrow(ax: Axes, player: int, start: Cell, end: Cell) -> None:
    """Straight to a neighbour; bent past the profiles between others, so that it does not run through them."""
    far = max(abs(a - b) for a, b in zip(start, end, strict=True))
    ax.add_patch(
        FancyArrowPatch(
            _place(start), _place(end), arrowstyle="-|>", mutation_scale=9, shrinkA=5, shrinkB=6, linewidth=1.3,
            color=LINES[player][0], linestyle=LINES[player][1], zorder=3, clip_on=False,
            connectionstyle=f"arc3,rad={0.56 / far if far > 1 else 0}",
        )
    )  # fmt: skip


def _frame(ax: Axes, game: NormalForm) -> None:
    (rows, columns), layers = game.shape[:2], _layers(game)
    ax.set_xlim(-0.4, columns - 0.6 + 0.42 * (layers - 1))
    ax.set_ylim(-rows + 0.6, 0.4 + 0.3 * (layers - 1))
    ax.set_xticks(np.arange(columns), [named(name, 11) for name in game.strategies[1]])
    ax.set_yticks(-np.arange(rows), [named(name, 16) for name in game.strategies[0]])
    ax.tick_params(length=0)
    ax.set_xlabel(named(game.players[1], 40, 1))
    ax.set_ylabel(named(game.players[0], 40, 1))
    ax.spines[:].set_visible(False)
    for depth in range(layers if layers > 1 else 0):
        x, y = _place((0, 0, depth))
        text = named(f"{game.players[2]}: {game.strategies[2][depth]}", 24, 1)
        ax.text(x - 0.05, y + 0.12, text, fontsize=8, ha="right", va="bottom", color=LINES[2][0], bbox=PLAIN)
