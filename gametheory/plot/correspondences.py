"""Best replies in the unit square of a game of two players with two actions each, and where they meet.

The row player plays its first action with probability p, the column player with q. What p is best against q is a
vertical line p = 0 or 1 joined by a bar across where both actions are worth the same, or the whole square if they
always are; likewise for q. The points that belong to both correspondences are the equilibria: isolated points,
segments, or rectangles, the maximal Nash subsets.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from analytic.plot import BLACK, BLUE, COLUMN, VERMILION, canvas, legend_above
from gametheory.normal_form import NormalForm
from gametheory.plot.wording import named, shown, two_players

__all__ = ["best_response_correspondences"]

ROW: dict[str, Any] = {
    "color": BLUE,
    "linestyle": "-",
    "linewidth": 3.2,
    "solid_capstyle": "butt",
    "solid_joinstyle": "miter",
}
COLUMN_PLAYER: dict[str, Any] = {
    "color": VERMILION,
    "linestyle": (0, (2.2, 1.2)),
    "linewidth": 1.8,
    "dash_capstyle": "butt",
}

SHADE = "#B5B5B5"

Point = tuple[Fraction, Fraction]


def best_response_correspondences(game: NormalForm, ax: Axes | None = None) -> Axes:
    """Both best-reply correspondences of a 2x2 game as set-valued lines, with all equilibria.

    Parameters
    ----------
    game : NormalForm
        Of two players with two actions each; degenerate ones included.
    ax : Axes, optional

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If the game is not 2x2.

    Examples
    --------
    >>> from gametheory.zoo import matching_pennies
    >>> ax = best_response_correspondences(matching_pennies().game)
    >>> ax.lines[0].get_xydata().tolist()
    [[0.0, 0.0], [0.0, 0.5], [1.0, 0.5], [1.0, 1.0]]
    """
    from gametheory.dispatch import solve

    two_players(game, "best_response_correspondences", 2)
    if game.shape != (2, 2):
        raise ValueError(f"best_response_correspondences needs two actions of each; this game is {game!r}.")
    found = solve(game)
    points = [(Fraction(e.exact[0][0]), Fraction(e.exact[1][0])) for e in found if e.exact is not None]
    subsets = [_corners([points[i] for i in group]) for group in found.nash_subsets]
    kinds = sorted({len(corners) for corners in subsets})
    with canvas(ax, width=COLUMN, height=3.7 + 0.16 * len(kinds)) as ax:
        handles = [_correspondence(ax, game, player, named(name, 28, 1)) for player, name in enumerate(game.players)]
        for corners in subsets:
            _subset(ax, corners)
        _label(ax, sorted({point for corners in subsets for point in corners}))
        ax.set(xlim=(-0.04, 1.04), ylim=(-0.04, 1.04), aspect="equal")
        for axis, player, letter in ((ax.set_xlabel, 0, "p"), (ax.set_ylabel, 1, "q")):
            said = f"probability of {game.strategies[player][0]} ({game.players[player]})"
            axis(f"${letter}$, {named(said, 41, 2)}")
        legend_above(ax, handles=[*handles, *(KINDS[kind] for kind in kinds)], columns=1)
    return ax


def _correspondence(ax: Axes, game: NormalForm, player: int, name: str) -> Line2D | Patch:
    """One player's best replies; the entry of the legend."""
    table = game.payoffs[player] if player == 0 else game.payoffs[player].T
    ahead = [
        table[0, j] - table[1, j] for j in (1, 0)
    ]  # of the first action, when the other plays the second, the first
    label = f"best replies of {name}"
    if ahead == [0, 0]:
        fill: dict[str, Any] = {"facecolor": "none", "edgecolor": BLUE if player == 0 else VERMILION, "linewidth": 0.0}
        hatch = "////" if player == 0 else "\\\\\\\\"
        ax.add_patch(Rectangle((0, 0), 1, 1, hatch=hatch, zorder=1, **fill))
        return Patch(hatch=hatch, label=f"{label}: all", **fill)
    path = _line(*ahead)
    xs, ys = zip(*(path if player == 0 else [(y, x) for x, y in path]), strict=True)
    look = ROW if player == 0 else COLUMN_PLAYER
    ax.plot(xs, ys, zorder=2 + player, label=label, clip_on=False, **look)
    return Line2D([], [], label=label, **look)


def _line(low: Fraction, high: Fraction) -> list[tuple[float, float]]:
    """(own, other's) along the best replies, `low` and `high` being by how much the first action is ahead at 0 and 1.

    >>> _line(Fraction(-1), Fraction(1))
    [(0.0, 0.0), (0.0, 0.5), (1.0, 0.5), (1.0, 1.0)]
    """
    start, end = float(low > 0 or (low == 0 and high < 0)), float(high > 0 or (high == 0 and low < 0))
    if low == 0 or high == 0:
        tie, own = (0.0, end) if low == 0 else (1.0, start)
        bar = [(1 - own, tie), (own, tie)]
        return [*bar, (own, 1.0)] if low == 0 else [(own, 0.0), *bar[::-1]]
    if start == end:
        return [(start, 0.0), (start, 1.0)]
    tie = float(low / (low - high))
    return [(start, 0.0), (start, tie), (end, tie), (end, 1.0)]


KINDS = {
    1: Line2D([], [], marker="o", color=BLACK, linestyle="none", markersize=6, label="equilibrium"),
    2: Line2D([], [], marker="o", color=SHADE, markerfacecolor=BLACK, linewidth=9, label="segment of equilibria"),
    4: Patch(facecolor="none", edgecolor=BLACK, linewidth=3, label="all profiles are equilibria"),
}
"""Entries of the legend for Nash subsets of so many corners."""


def _corners(points: list[Point]) -> list[Point]:
    """The corners of a maximal Nash subset: the product of what its extreme points span."""
    return [(x, y) for x in sorted({x for x, _ in points}) for y in sorted({y for _, y in points})]


def _subset(ax: Axes, corners: list[Point]) -> None:
    """A wide band or a frame, beneath the lines so that these stay seen, and its corners."""
    xs, ys = ([float(point[k]) for point in corners] for k in (0, 1))
    if len(corners) == 2:
        ax.plot(xs, ys, color=SHADE, linestyle="-", linewidth=9, zorder=1, solid_capstyle="round", clip_on=False)
    if len(corners) == 4:
        ax.add_patch(Rectangle((0, 0), 1, 1, facecolor="none", edgecolor=BLACK, linewidth=3, zorder=5, clip_on=False))
    for x, y in zip(xs, ys, strict=True):
        ax.plot(x, y, "o", color=BLACK, markeredgecolor="white", markersize=6.5, zorder=6, clip_on=False)


def _label(ax: Axes, points: list[Point]) -> None:
    """The probabilities beside each point, towards the middle; those of near points one above the other."""
    placed: list[tuple[Point, bool, bool]] = []
    for point in points:
        right, up = (part <= Fraction(1, 2) for part in point)
        alike = [p for p, *sides in placed if sides == [right, up]]
        near = [p for p in alike if abs(p[0] - point[0]) < 0.4 and abs(p[1] - point[1]) < 0.06]
        placed.append((point, right, up))
        away = 8 + 11 * len(near)
        ax.annotate(
            f"({shown(point[0])}, {shown(point[1])})",
            (float(point[0]), float(point[1])),
            xytext=(8 if right else -8, away if up else -away),
            textcoords="offset points",
            ha="left" if right else "right",
            va="bottom" if up else "top",
            fontsize=8,
            zorder=7,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 0.5},
        )
