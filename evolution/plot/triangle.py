"""Three strategies in a triangle: orbits, directions, rest points."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import mpltern  # noqa: F401  (importing it registers the ternary projection)
import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from analytic.plot import canvas
from evolution.economy.ledger import Array
from gametheory.equilibrium import Equilibrium
from gametheory.plot import LINES, Point, rest_marker, rest_points

__all__ = ["simplex"]


def simplex(
    trajectories: Sequence[ArrayLike] = (),
    field: Callable[[Array], ArrayLike] | None = None,
    rest: Sequence[Point] = (),
    *,
    labels: Sequence[str] = ("strategy 1", "strategy 2", "strategy 3"),
    ax: Axes | None = None,
) -> Axes:
    """Three strategies: orbits, directions and rest points in a triangle.

    Parameters
    ----------
    trajectories : sequence of arrays (k, 3), or of Trajectory
        Each begins at a small triangle.
    field : callable, optional
        Velocity at one state, such as ``Replicator(A).velocity``; arrows show its direction.
    rest : sequence of Equilibrium or of pairs (state, stability)
    labels : three names
        Each stands at the corner where only it is played.
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
    >>> ax = simplex([flow], rps.velocity, [([1 / 3] * 3, "stable")], labels=("rock", "paper", "scissors"))
    >>> ax.get_tlabel()
    'rock'
    """
    orbits = [np.asarray(getattr(each, "x", each), float) for each in trajectories]
    for orbit in orbits:
        if orbit.ndim != 2 or orbit.shape[1] != 3:
            raise ValueError(f"a trajectory has shape {orbit.shape}; a simplex of three strategies needs (k, 3)")
    if ax is not None and not hasattr(ax, "set_tlabel"):
        raise ValueError('the Axes are not ternary; make them with projection="ternary"')
    states = [(_whole(point), stability) for point, (_, stability) in zip(rest, rest_points(rest), strict=True)]
    with canvas(ax, height=3.1, projection="ternary") as ax:
        triangle: Any = ax
        if field is not None:
            _directions(triangle, field)
        for k, orbit in enumerate(orbits):
            color, style, _ = LINES[k % len(LINES)]
            triangle.plot(*orbit.T, color=color, linestyle=style, zorder=3)
            triangle.plot(*orbit[0], "^", color=color, markersize=4, zorder=4, clip_on=False)
        kinds: dict[str, Any] = {}
        for state, stability in states:
            (artist,) = triangle.plot(*state, **rest_marker(stability))
            kinds.setdefault(artist.get_label(), artist)
        for side, name in zip("tlr", labels, strict=True):
            getattr(triangle, f"set_{side}label")(name)
            getattr(triangle, f"{side}axis").set_label_position("corner")
            getattr(triangle, f"{side}axis").set_label_rotation_mode("horizontal")
            getattr(triangle, f"{side}axis").set_ticks([])
        if kinds:
            triangle.legend(handles=list(kinds.values()), loc="upper left", bbox_to_anchor=(0.0, 1.0))
    return ax


def _whole(point: Point) -> Array:
    """All three shares of a rest point."""
    state = np.asarray(point.profile[0] if isinstance(point, Equilibrium) else point[0], float)
    if state.shape != (3,):
        raise ValueError(f"a rest point has shape {state.shape}; expected three shares")
    return state


def _directions(triangle: Any, field: Callable[[Array], ArrayLike], rows: int = 12) -> None:
    """Arrows of equal length at the inner points of a triangular grid."""
    inner = [(i, j, rows - i - j) for i in range(1, rows) for j in range(1, rows - i)]
    states = np.array(inner, float) / rows
    ways = np.array([np.asarray(field(state), float) for state in states])
    speed = np.sqrt((ways**2).sum(axis=1, keepdims=True))
    moving = speed[:, 0] > 1e-12 * max(float(speed.max()), 1e-300)
    arrows = 0.055 * ways[moving] / speed[moving]
    triangle.quiver(
        *states[moving].T, *arrows.T, color="#A0A0A0", pivot="mid", angles="xy", scale_units="xy", scale=1,
        width=0.004, headwidth=4, zorder=1,
    )  # fmt: skip
