"""Three strategies in a triangle: orbits, the field as arrows or streamlines, rest points, basins and densities."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import mpltern  # noqa: F401  (importing it registers the ternary projection)
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.colors import PowerNorm
from numpy.typing import ArrayLike

from analytic.plot import canvas
from evolution.dynamics import Dynamics
from evolution.economy.ledger import Array
from evolution.plot.marks import FIELD, Rest, corners, draw_rest, states_at_rest
from gametheory.plot import LINES

__all__ = ["simplex"]

CORNERS = np.array([[0.0, 1.0], [-(1 / 3**0.5), 0.0], [1 / 3**0.5, 0.0]])  # where the ternary axes put top, left, right
INSIDE = 1e-9


def simplex(
    trajectories: Sequence[Any] = (),
    field: Dynamics | Callable[[Array], ArrayLike] | None = None,
    rest: Rest = (),
    *,
    labels: Sequence[str] | None = None,
    streams: bool = False,
    speed: bool = False,
    density: tuple[ArrayLike, ArrayLike] | None = None,
    basins: Any = None,
    ax: Axes | None = None,
) -> Axes:
    """Three strategies: orbits, field, rest points, basins and densities in a triangle.

    Parameters
    ----------
    trajectories : sequence of arrays (k, 3), or of Trajectory
        Each begins at a small triangle.
    field : Dynamics, or callable from one state to its velocity, optional
        Arrows show its direction.
    rest : RestPoints, or sequence of RestPoint, Equilibrium or pairs (state, stability)
    labels : three names, optional
        Each stands at the corner where only it is played; the names of a dynamic's strategies if there is one.
    streams : bool
        Streamlines instead of arrows.
    speed : bool
        Shade by the length of the velocity.
    density : pair of arrays (m, 3) and (m,), optional
        States and their probabilities, such as a finite population's stationary law.
    basins : Basins, optional
        Their starts, coloured by where they end.
    ax : Axes, optional
        Of the projection "ternary".

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If the Axes are not ternary, or a state has not three shares.

    Examples
    --------
    >>> from evolution import Replicator, integrate
    >>> rps = Replicator([[0, -1, 2], [2, 0, -1], [-1, 2, 0]])
    >>> flow = integrate(rps, x0=[0.6, 0.3, 0.1], t=20)
    >>> ax = simplex([flow], rps, [([1 / 3] * 3, "stable")], labels=("rock", "paper", "scissors"), streams=True)
    >>> ax.get_tlabel()
    'rock'
    """
    orbits = [np.asarray(getattr(each, "x", each), float) for each in trajectories]
    for orbit in orbits:
        if orbit.ndim != 2 or orbit.shape[1] != 3:
            raise ValueError(f"a trajectory has shape {orbit.shape}; a simplex of three strategies needs (k, 3)")
    if ax is not None and not hasattr(ax, "set_tlabel"):
        raise ValueError('the Axes are not ternary; make them with projection="ternary"')
    names, velocity = _named(field, labels)
    states = states_at_rest(rest, 3)
    with canvas(ax, height=3.1, projection="ternary") as ax:
        triangle: Any = ax
        if density is not None:
            _density(triangle, *density)
        ends = [] if basins is None else _basins(triangle, basins)
        if velocity is not None:
            if speed:
                _speed(triangle, velocity)
            (_streams if streams else _directions)(triangle, velocity)
        for k, orbit in enumerate(orbits):
            color, style, _ = LINES[k % len(LINES)]
            triangle.plot(*orbit.T, color=color, linestyle=style, linewidth=1.2, zorder=3)
            triangle.plot(*orbit[0], "^", color=color, markersize=4, zorder=4, clip_on=False)
        kinds = draw_rest(states, lambda state, look: triangle.plot(*state, **look)[0])
        corners(triangle, names)
        handles = [*ends[:6], *kinds]
        if handles:
            triangle.legend(handles=handles, loc="upper right", bbox_to_anchor=(0.32, 1.0), handletextpad=0.4)
    return ax


def _named(field: Any, labels: Sequence[str] | None) -> tuple[Sequence[str], Callable[[Array], ArrayLike] | None]:
    if not isinstance(field, Dynamics):
        return labels or ("strategy 1", "strategy 2", "strategy 3"), field
    names = [name for role in field.roles for name in field.strategies[role]]
    if len(field.roles) != 1 or len(names) != 3:
        raise ValueError(f"a triangle shows one population with three strategies, not {', '.join(names)}")
    return labels or names, field.flow


def flat(states: ArrayLike) -> Array:
    """Cartesian coordinates of states in the triangle, shape (..., 2)."""
    return np.asarray(np.asarray(states, float) @ CORNERS)


def _density(triangle: Any, states: ArrayLike, mass: ArrayLike) -> None:
    weight = np.asarray(mass, float)
    points = flat(states)
    step = 2 / 3**0.5 / max(round((8 * len(points) + 1) ** 0.5 / 2 - 1.5), 1)
    around = np.deg2rad(np.arange(30, 390, 60))
    hexagon = step / 3**0.5 * 1.02 * np.column_stack([np.cos(around), np.sin(around)])
    cells = PolyCollection(
        [point + hexagon for point in points], array=weight, norm=PowerNorm(0.5, vmin=0), cmap="Blues",
        edgecolors="none", zorder=0.5, rasterized=len(points) > 2000,
    )  # fmt: skip
    cells.set_clip_path(triangle.patch)
    triangle.add_collection(cells)
    bar = triangle.figure.colorbar(cells, ax=triangle, shrink=0.6, pad=0.12)
    bar.set_label("probability (colour by its square root)")


def _basins(triangle: Any, basins: Any) -> list[Any]:
    """A dot at each start; the legend's entries, one an end."""
    from matplotlib.lines import Line2D

    entries = []
    for k, (name, where) in enumerate(basins.members()):
        color, _, marker = LINES[k % len(LINES)]
        entries.append(Line2D([], [], linestyle="none", marker=marker, markersize=4, color=color, label=name))
        triangle.plot(
            *np.asarray(where).T, linestyle="none", marker=marker, markersize=1.6, color=color, alpha=0.55, zorder=0.8,
            markeredgewidth=0,
        )  # fmt: skip
    return entries


def _grid(rows: int) -> Array:
    inner = [(i, j, rows - i - j) for i in range(1, rows) for j in range(1, rows - i)]
    return np.array(inner, float) / rows


def _speed(triangle: Any, field: Callable[[Array], ArrayLike]) -> None:
    rows = 50
    states = np.array([(i, j, rows - i - j) for i in range(rows + 1) for j in range(rows + 1 - i)], float) / rows
    inner = np.maximum(states, 1e-6)
    inner /= inner.sum(axis=1, keepdims=True)
    fast = np.array([np.linalg.norm(np.asarray(field(state), float)) for state in inner])
    triangle.tricontourf(*states.T, fast / max(fast.max(), 1e-300), levels=12, cmap="YlOrBr", alpha=0.55, zorder=0.6)


def _streams(triangle: Any, field: Callable[[Array], ArrayLike], side: int = 61) -> None:
    """Streamlines of the field, drawn in the plane that the ternary axes lie in."""
    across = np.linspace(CORNERS[1, 0], CORNERS[2, 0], side)
    up = np.linspace(0, 1, side)
    inverse = np.linalg.inv(np.column_stack([CORNERS, np.ones(3)]))
    ways = np.full((side, side, 2), np.nan)
    for k, y in enumerate(up):
        for m, x in enumerate(across):
            state = np.array([x, y, 1.0]) @ inverse
            if state.min() > -INSIDE:
                state = np.maximum(state, INSIDE)
                ways[k, m] = flat(field(state / state.sum()))
    moving = np.nan_to_num(np.hypot(*np.moveaxis(ways, -1, 0)))
    if moving.max() <= 0:
        return
    shown = np.ma.masked_invalid(ways)
    Axes.streamplot(
        triangle, across, up, shown[..., 0], shown[..., 1], color=FIELD, linewidth=0.6,
        arrowsize=0.6, density=1.1, zorder=1, broken_streamlines=True,
    )  # fmt: skip
    triangle.set_xlim(CORNERS[1, 0], CORNERS[2, 0])
    triangle.set_ylim(0, 1)


def _directions(triangle: Any, field: Callable[[Array], ArrayLike], rows: int = 12) -> None:
    """Arrows of equal length at the inner points of a triangular grid."""
    states = _grid(rows)
    ways = np.array([np.asarray(field(state), float) for state in states])
    speed = np.sqrt((ways**2).sum(axis=1, keepdims=True))
    moving = speed[:, 0] > 1e-12 * max(float(speed.max()), 1e-300)
    arrows = 0.055 * ways[moving] / speed[moving]
    triangle.quiver(
        *states[moving].T, *arrows.T, color=FIELD, pivot="mid", angles="xy", scale_units="xy", scale=1,
        width=0.004, headwidth=4, zorder=1,
    )  # fmt: skip
