"""How shares move: the velocity of one share on a line, of two on the unit square."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from analytic.plot import BLUE, GREY, VERMILION, canvas, legend_above, quantity
from gametheory.plot.rest import LINES, Array, Point, mark, rest_points

__all__ = ["phase_line", "phase_plane"]


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
        legend_above(ax, handles=mark(ax, [(x, 0.0, stability) for x, stability in points]), columns=3)
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
        marks = mark(ax, [(point[0], point[1], stability) for point, stability in rest_points(rest)])
        legend_above(ax, handles=marks, columns=3)
        ax.set(xlim=(0, 1), ylim=(0, 1), aspect="equal", xlabel=labels[0], ylabel=labels[1])
    return ax
