r"""The maximal Nash subsets of a game of two players, as a graph.

Player 1's extreme equilibrium strategies stand to the left, player 2's to the right, and an edge joins two that
form an extreme equilibrium. A maximal Nash subset is the product of the hulls of some on either side, all joined to
each other: a maximal biclique. Subsets that share a strategy pair are connected, and the connected parts of the graph
are the components of the equilibria (Winkels 1979; Jansen 1981).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from analytic.plot import BLACK, PAGE, canvas
from gametheory.equilibrium import EquilibriumSet
from gametheory.normal_form import NormalForm
from gametheory.plot.rest import LINES
from gametheory.plot.wording import Parts, answers, folded, mixture, named, solved

__all__ = ["equilibrium_components"]

LARGEST, LISTED = 40, 12
"""Most extreme equilibria drawn; most subsets told in the legend."""


def equilibrium_components(
    game: NormalForm, ax: Axes | None = None, *, equilibria: EquilibriumSet | None = None
) -> Axes:
    r"""Extreme strategies of both players as nodes, extreme equilibria as edges, each component in a look of its own.

    Parameters
    ----------
    game : NormalForm
        Of two players.
    ax : Axes, optional
    equilibria : EquilibriumSet, optional
        All extreme equilibria with their Nash subsets; those that `solve` finds if not given.

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If the game has more players or is too large to be solved unasked, there are more than 40 extreme equilibria, or
        the set does not tell its subsets.

    References
    ----------
    M. Jansen, Maximal Nash subsets for bimatrix games, Naval Research Logistics Quarterly 28 (1981) 147-152.

    Examples
    --------
    >>> from gametheory.zoo import von_stengel_degenerate
    >>> ax = equilibrium_components(von_stengel_degenerate().game)
    >>> [entry.get_text() for entry in ax.get_legend().get_texts()]
    ['$\\{x_1\\} \\times [y_1, y_2]$', 'isolated equilibria: 1']
    """
    found = _solved(game, equilibria)
    parts = answers(game, found)
    groups = [[subset for subset in found.nash_subsets if set(subset) <= set(whole)] for whole in found.components]
    sides = [_ordered(parts, groups, player) for player in (0, 1)]
    names = [[_name(game, player, n, node) for n, node in enumerate(sides[player], 1)] for player in (0, 1)]
    tall, lines = max(map(len, sides)), max(name.count("\n") + 1 for side in names for name in side)
    entries = min(LISTED, sum(len(subsets) for subsets in groups if len(subsets[0]) > 1)) + 1
    with canvas(ax, width=0.75 * PAGE, height=0.6 + (0.22 + 0.11 * lines) * tall + 0.17 * entries) as ax:
        where = [{node: tall - (i + 0.5) * tall / len(side) for i, node in enumerate(side)} for side in sides]
        handles = _edges(ax, parts, groups, sides, where)
        for player, x, align in ((0, -0.03, "right"), (1, 1.03, "left")):
            for name, height in zip(names[player], where[player].values(), strict=True):
                ax.text(x, height, name, ha=align, va="center", fontsize=8)
            title = named(game.players[player], 30, 1)
            ax.text(x, tall + 0.1, title, ha=align, va="bottom", fontsize=9, fontweight="bold")
        ax.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, 0.0), ncols=1)
        ax.set(xlim=(-0.02, 1.02), ylim=(0, tall + 0.3))
        ax.set_axis_off()
    return ax


def _edges(
    ax: Axes,
    parts: Sequence[Parts],
    groups: Sequence[Sequence[Sequence[int]]],
    sides: Sequence[Sequence[Any]],
    where: Sequence[dict[Any, float]],
) -> list[Line2D]:
    """The equilibria, each component in a look of its own, isolated ones in black; the entries of the legend."""
    handles: list[Line2D] = []
    alone: dict[str, Any] = {"color": BLACK, "linestyle": "-", "marker": ".", "linewidth": 0.9}
    looks = cycle({"color": c, "linestyle": s, "marker": m, "linewidth": 1.6} for c, s, m in LINES)
    for subsets in groups:
        indices = sorted({i for subset in subsets for i in subset})
        look = alone if len(indices) == 1 else next(looks)
        for index in indices:
            ends = [where[player][parts[index][player]] for player in (0, 1)]
            ax.plot([0, 1], ends, zorder=3, clip_on=False, **look)
        if look is not alone:
            handles += [Line2D([], [], label=_product(subset, parts, sides), **look) for subset in subsets]
    if len(handles) > LISTED:
        handles[LISTED - 1 :] = [Line2D([], [], linestyle="none", label=f"and {len(handles) - LISTED + 1} more")]
    isolated = sum(len(subsets[0]) == 1 for subsets in groups)
    return handles + ([Line2D([], [], label=f"isolated equilibria: {isolated}", **alone)] if isolated else [])


def _solved(game: NormalForm, equilibria: EquilibriumSet | None) -> EquilibriumSet:
    if len(game.shape) != 2:
        raise ValueError(f"equilibrium_components shows games of two players; this one has {len(game.shape)}.")
    equilibria = solved(game) if equilibria is None else equilibria
    if not equilibria.nash_subsets or not equilibria.components:
        raise ValueError(
            f"the set ({equilibria.method}) does not tell its Nash subsets; "
            'give that of solve(game), whose default method "vertex enumeration" does.'
        )
    if len(equilibria) > LARGEST:
        raise ValueError(f"the game has {len(equilibria)} extreme equilibria; at most {LARGEST} can be told apart.")
    return equilibria


def _ordered(parts: Sequence[Parts], subsets: Sequence[Sequence[Sequence[int]]], player: int) -> list[Any]:
    """A player's extreme strategies: component by component, each beside those that it meets."""
    order: list[Any] = []
    for component in subsets:
        pairs = [parts[i] for i in sorted({i for subset in component for i in subset})]
        own = list(dict.fromkeys(pair[player] for pair in pairs))
        if player == 1:
            rank = {x: n for n, x in enumerate(dict.fromkeys(pair[0] for pair in pairs))}
            met = {y: [rank[pair[0]] for pair in pairs if pair[1] == y] for y in own}
            own.sort(key=lambda y: sum(met[y]) / len(met[y]))
        order += own
    return order


def _product(subset: Sequence[int], parts: Sequence[Parts], sides: Sequence[Sequence[Any]]) -> str:
    """A Nash subset as a product of hulls."""
    factors = []
    for letter, player in (("x", 0), ("y", 1)):
        numbers = sorted({sides[player].index(parts[i][player]) + 1 for i in subset})
        names = ", ".join(f"{letter}_{{{n}}}" if n > 9 else f"{letter}_{n}" for n in numbers)
        hull = (rf"\{{{names}\}}", f"[{names}]", rf"\mathrm{{conv}}\{{{names}\}}")
        factors.append(hull[min(len(numbers), 3) - 1])
    return "$" + r" \times ".join(factors) + "$"


def _name(game: NormalForm, player: int, n: int, strategy: Parts) -> str:
    return f"${'xy'[player]}_{{{n}}}$: {folded(mixture(strategy, game.strategies[player]), 36, 3)}"
