r"""Figures of games: where players end up, and why.

`potential` shows a potential, the sum of the payoff differences that the next one to join meets,

.. math:: \Phi(S) = \sum_{s=0}^{S-1} \big(\pi_1(s) - \pi_0(s)\big),

whose local maxima are the stable equilibria (Monderer, Shapley 1996). `deviations` shows what one player gets by
leaving a symmetric profile, `phase_line` and `phase_plane` how shares move, `network` what every node does.

A stable rest point is a filled circle, an unstable one an open circle, a saddle a half-filled diamond, anything else
(a centre, or stability not examined) an open square; so in every figure of the project.

References
----------
Monderer, D., Shapley, L. S. (1996). Potential games. Games and Economic Behavior 14, 124-143.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike, NDArray

from analytic.plot import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, VERMILION, canvas, legend_above, number, quantity
from gametheory.equilibrium import Equilibrium

__all__ = ["deviations", "network", "phase_line", "phase_plane", "potential", "rest_marker", "rest_points"]

Array: TypeAlias = NDArray[np.float64]
Point: TypeAlias = "Equilibrium | tuple[Any, str | None]"

LINES: tuple[tuple[str, Any, str], ...] = (
    (BLUE, "-", "o"),
    (VERMILION, "--", "s"),
    (GREEN, "-.", "^"),
    (PURPLE, ":", "D"),
    (ORANGE, (0, (5, 1, 1, 1)), "v"),
)
"""Colour, line style and marker of the first, second, ... thing compared."""

_STABLE = {"stable", "asymptotically stable", "ess", "neutrally stable"}


def rest_marker(stability: str | None) -> dict[str, Any]:
    """How a rest point of that stability is drawn: keyword arguments for `Axes.plot`.

    >>> rest_marker("asymptotically stable")["fillstyle"], rest_marker("saddle")["marker"]
    ('full', 'D')
    """
    word = (stability or "").lower()
    marker, fill, name = "s", "none", stability or "rest point"
    if word in _STABLE:
        marker, fill = "o", "full"
    elif word.startswith("unstable"):
        marker, fill = "o", "none"
    elif word.startswith("saddle"):
        marker, fill = "D", "left"
    look = {"marker": marker, "fillstyle": fill, "color": BLACK, "linestyle": "none", "markersize": 5.5}
    return look | {"markerfacecoloralt": "white", "zorder": 6, "clip_on": False, "label": name} | (
        {"markerfacecolor": "white", "fillstyle": "full"} if fill == "none" else {}
    )  # fmt: skip


def rest_points(points: Sequence[Point]) -> list[tuple[Array, str | None]]:
    """Coordinates and stability of rest points given as equilibria or as pairs (coordinates, stability).

    An equilibrium stands for the first share (or the action) of each player.
    """
    found = []
    for point in points:
        if isinstance(point, Equilibrium):
            found.append((np.array([part[0] for part in point.profile]), point.stability))
        else:
            where, stability = point
            found.append((np.atleast_1d(np.asarray(where, float)), stability))
    return found


def _mark(ax: Axes, points: Sequence[tuple[Any, Any, str | None]]) -> list[Any]:
    """Draw rest points; the legend's entries, one a kind."""
    kinds: dict[str, Any] = {}
    for x, y, stability in points:
        look = rest_marker(stability)
        (artist,) = ax.plot(x, y, **look)
        kinds.setdefault(look["label"], artist)
    return list(kinds.values())


def potential(
    payoff_difference: Callable[[Array], ArrayLike] | ArrayLike,
    *,
    players: int | None = None,
    equilibria: Sequence[Point] = (),
    ax: Axes | None = None,
    strategy: str = "the first strategy",
    unit: str = "currency",
) -> Axes:
    """Potential against the number of players of a strategy, with the equilibria.

    Parameters
    ----------
    payoff_difference : callable or array
        What the next one gains by joining when s = 0, 1, ..., N - 1 others have; a callable takes the array of s.
    players : int, optional
        N, needed with a callable.
    equilibria : sequence of Equilibrium or of pairs (number of players, stability)
        An `Equilibrium` holds a share and is drawn at N times that.
    ax : Axes, optional
    strategy, unit : str
        What is joined, and the unit of the payoffs.

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If the number of players is missing or does not fit the differences.

    Examples
    --------
    >>> ax = potential(lambda s: 0.99 - 0.02 * s, players=100, equilibria=[(50, "stable")], strategy="hold")
    >>> float(ax.lines[0].get_ydata()[50].round(6))
    25.0
    """
    if callable(payoff_difference):
        if players is None or players < 1:
            raise ValueError(f"players is {players}; with a callable give the number of players, a whole number >= 1")
        payoff_difference = payoff_difference(np.arange(players, dtype=float))
    gains = np.asarray(payoff_difference, float)
    if gains.ndim != 1 or not np.isfinite(gains).all() or (players is not None and gains.size != players):
        raise ValueError(f"payoff differences have shape {gains.shape}; expected {players or 'N'} finite numbers")
    height = np.concatenate([[0.0], np.cumsum(gains)])
    count = np.arange(height.size)
    with canvas(ax) as ax:
        ax.plot(count, height, color=BLUE, linestyle="-", label=r"potential $\Phi$")
        scaled = [
            (float(x[0]) * (gains.size if isinstance(point, Equilibrium) else 1), stability)
            for point, (x, stability) in zip(equilibria, rest_points(equilibria), strict=True)
        ]
        _mark(ax, [(x, float(np.interp(x, count, height)), stability) for x, stability in scaled])
        ax.margins(y=0.1)
        ax.set_xlabel(f"players of {strategy}, $S$")
        ax.set_ylabel(quantity(r"potential $\Phi(S)$", unit))
        handles, labels = ax.get_legend_handles_labels()
        legend_above(ax, handles=list(dict(zip(labels[1:], handles[1:], strict=True)).values()), columns=3)
    return ax


def deviations(
    payoff: Callable[[Array, float], ArrayLike],
    efforts: Mapping[str, float],
    interval: tuple[float, float],
    players: int,
    ax: Axes | None = None,
    *,
    action: str = "own effort",
    units: tuple[str, str] = ("1", "currency"),
) -> Axes:
    """What one player gets by another action while all others keep a symmetric one.

    Parameters
    ----------
    payoff : callable
        ``payoff(y, total)``: of own action y (array) when the others' total is `total`; `Continuous.payoff` fits.
    efforts : mapping from concept to float
        The symmetric action of each profile, such as ``{"Nash": 16.2}``. Of each curve the open marker is the
        profile itself and the filled one the best reply: they coincide at a Nash equilibrium.
    interval : pair of floats
        The actions shown.
    players : int
    ax : Axes, optional
    action : str
    units : pair of str
        Of the action and of the payoff.

    Returns
    -------
    Axes

    Examples
    --------
    >>> ax = deviations(lambda y, total: y * (10 - y - total), {"Nash": 10 / 3}, (0, 6), players=2)
    >>> ax.get_ylabel()
    'payoff [currency]'
    """
    low, high = map(float, interval)
    if not (np.isfinite([low, high]).all() and low < high):
        raise ValueError(f"interval is ({low}, {high}); a figure needs a finite low < high")
    inside = [float(effort) for effort in efforts.values() if low <= effort <= high]
    grid = np.union1d(np.linspace(low, high, 1001), inside)  # so that a best reply at the profile is found there
    with canvas(ax) as ax:
        for k, (concept, effort) in enumerate(efforts.items()):
            color, style, marker = LINES[k % len(LINES)]
            total = (players - 1) * float(effort)
            values = np.asarray(payoff(grid, total), float)
            at_profile = float(np.asarray(payoff(np.array([float(effort)]), total)).ravel()[0])
            best = int(np.nanargmax(values))
            ax.plot(grid, values, color=color, linestyle=style, label=f"{concept}: others at {number(effort)}")
            ax.plot(grid[best], values[best], marker, color=color, markersize=3.5, zorder=5)
            ax.plot(effort, at_profile, marker, color=color, markerfacecolor="none", markersize=7, zorder=4)
        ax.set_xlim(low, high)
        ax.set_xlabel(quantity(f"{action} $y$", units[0]))
        ax.set_ylabel(quantity("payoff", units[1]))
        shapes = [
            Line2D([], [], marker="o", color=GREY, linestyle="none", markersize=3.5, label="best reply"),
            Line2D(
                [], [], marker="o", color=GREY, linestyle="none", markersize=7, markerfacecolor="none", label="profile"
            ),
        ]
        legend_above(ax, handles=[*ax.get_legend_handles_labels()[0], *shapes])
    return ax


def phase_line(
    field: Callable[[Array], ArrayLike],
    rest: Sequence[Point] = (),
    ax: Axes | None = None,
    *,
    strategy: str = "the first strategy",
    unit: str = "1/time",
) -> Axes:
    r"""Velocity of a share between two strategies, with arrows and rest points.

    Parameters
    ----------
    field : callable
        x' at an array of shares x in [0, 1].
    rest : sequence of Equilibrium or of pairs (share, stability)
    ax : Axes, optional
    strategy, unit : str
        Whose share x is, and the unit of x'.

    Returns
    -------
    Axes

    Examples
    --------
    >>> ax = phase_line(lambda x: x * (1 - x) * (2 - 3 * x), [(0, "unstable"), (2 / 3, "stable"), (1, "unstable")])
    >>> ax.get_ylabel()
    'velocity $\\dot x$ [1/time]'
    """
    points = [(float(x[0]), stability) for x, stability in rest_points(rest)]
    grid = np.linspace(0, 1, 501)
    velocity = np.asarray(field(grid), float)
    with canvas(ax, height=2.1) as ax:
        ax.axhline(0, color=GREY, linewidth=0.6)
        ax.plot(grid, velocity, color=BLUE, linestyle="-")
        for left, right in pairwise(sorted({0.0, 1.0, *(x for x, _ in points)})):
            middle, half = (left + right) / 2, min(0.06, (right - left) / 4)
            way = half * float(np.sign(np.asarray(field(np.array([middle])), float)[0]))
            if way and half > 0.004:
                ax.annotate(
                    "", (middle + way, 0), (middle - way, 0), zorder=4,
                    arrowprops={"arrowstyle": "-|>", "color": VERMILION, "linewidth": 1.2, "shrinkA": 0, "shrinkB": 0},
                )  # fmt: skip
        legend_above(ax, handles=_mark(ax, [(x, 0.0, stability) for x, stability in points]), columns=3)
        ax.set_xlim(-0.02, 1.02)
        ax.margins(y=0.1)
        ax.set_xlabel(f"share $x$ of {strategy}")
        ax.set_ylabel(quantity("velocity $\\dot x$", unit))
    return ax


def phase_plane(
    field: Callable[[Array, Array], tuple[ArrayLike, ArrayLike]],
    rest: Sequence[Point] = (),
    trajectories: Sequence[ArrayLike] = (),
    ax: Axes | None = None,
    *,
    labels: tuple[str, str] = ("share $x$", "share $y$"),
) -> Axes:
    """Two populations with two strategies each: streamlines on the unit square, rest points, trajectories.

    Parameters
    ----------
    field : callable
        (x', y') at arrays x, y of the first shares of both populations.
    rest : sequence of Equilibrium or of pairs ((x, y), stability)
    trajectories : sequence of arrays (k, 2)
        Each begins at a small triangle.
    ax : Axes, optional
    labels : pair of str

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If a trajectory is not an array of shape (k, 2).

    Examples
    --------
    >>> def pennies(x, y):
    ...     return x * (1 - x) * (2 * y - 1), -y * (1 - y) * (2 * x - 1)
    >>> ax = phase_plane(pennies, [((0.5, 0.5), "centre")])
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('share $x$', 'share $y$')
    """
    paths = [np.asarray(path, float) for path in trajectories]
    for path in paths:
        if path.ndim != 2 or path.shape[1] != 2:
            raise ValueError(f"a trajectory has shape {path.shape}; expected (k, 2): the two first shares over time")
    axis = np.linspace(0, 1, 41)
    x, y = np.meshgrid(axis, axis)
    u, v = (np.asarray(part, float) for part in field(x, y))
    with canvas(ax, height=3.5) as ax:
        ax.streamplot(axis, axis, u, v, color="#A0A0A0", linewidth=0.6, density=0.9, arrowsize=0.6, zorder=1)
        for k, path in enumerate(paths):
            color, style, _ = LINES[k % len(LINES)]
            ax.plot(path[:, 0], path[:, 1], color=color, linestyle=style, zorder=3)
            ax.plot(*path[0], "^", color=color, markersize=4, zorder=4, clip_on=False)
        marks = _mark(ax, [(point[0], point[1], stability) for point, stability in rest_points(rest)])
        legend_above(ax, handles=marks, columns=3)
        ax.set(xlim=(0, 1), ylim=(0, 1), aspect="equal", xlabel=labels[0], ylabel=labels[1])
    return ax


def network(
    graph: Any,
    efforts: Mapping[str, ArrayLike],
    ax: Axes | None = None,
    *,
    quantity_name: str = "effort",
    unit: str = "1",
) -> Axes:
    """Efforts on a graph: a disc or ring a concept at every node, its area in proportion, the values beside it.

    Parameters
    ----------
    graph : networkx.Graph or networkx.DiGraph
    efforts : mapping from concept to vector
        One number >= 0 a node, in the order of the graph.
    ax : Axes, optional
    quantity_name, unit : str

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If a vector does not fit the graph, or an effort is negative or not finite.

    Examples
    --------
    >>> import networkx
    >>> ax = network(networkx.star_graph(3), {"Nash": [2, 1, 1, 1], "optimum": [4, 2, 2, 2]})
    >>> [text.get_text() for text in ax.texts][0]
    '2 | 4'
    """
    import networkx as nx

    vectors = {concept: np.asarray(values, float) for concept, values in efforts.items()}
    for concept, values in vectors.items():
        if values.shape != (len(graph),) or not np.isfinite(values).all() or (values < 0).any():
            raise ValueError(f"efforts of {concept!r} must be {len(graph)} finite numbers >= 0, not {values.tolist()}")
    layout = nx.circular_layout(graph) if len(graph) < 3 else nx.kamada_kawai_layout(graph)
    where = np.array([layout[node] for node in graph])
    largest = max((float(values.max()) for values in vectors.values()), default=0.0) or 1.0
    with canvas(ax, height=3.0) as ax:
        for one, other in graph.edges():
            ends = np.array([layout[one], layout[other]])
            ax.plot(ends[:, 0], ends[:, 1], color="#A0A0A0", linestyle="-", linewidth=0.8, zorder=1)
        entries = []
        for k, (concept, values) in enumerate(vectors.items()):
            color, style, _ = LINES[k % len(LINES)]
            face = "#C4E4F6" if k == 0 else "none"
            ax.scatter(
                where[:, 0], where[:, 1], s=500 * values / largest, facecolors=face, edgecolors=color,
                linestyles=style, linewidths=1.2, zorder=2 + k, label=concept, clip_on=False,
            )  # fmt: skip
            entries.append(Line2D([], [], color=color, linestyle=style, label=concept))
        for node, (x, y) in enumerate(where):
            ax.annotate(
                " | ".join(f"{values[node]:.3g}" for values in vectors.values()), (x, y), xytext=(0, -14), fontsize=8,
                textcoords="offset points", ha="center", va="top", zorder=9,
                bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 0.5},
            )  # fmt: skip
        ax.margins(0.1, 0.22)
        ax.set_aspect("equal", adjustable="datalim")
        ax.set_axis_off()
        legend_above(ax, handles=entries, columns=3, title=quantity(f"{quantity_name} at each node", unit))
    return ax
