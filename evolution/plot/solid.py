"""Four strategies in a tetrahedron."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from analytic.plot import BLACK, canvas
from evolution.dynamics import Dynamics
from evolution.economy.ledger import Array
from evolution.plot.marks import Rest, draw_rest, states_at_rest
from gametheory.plot import LINES

__all__ = ["tetrahedron"]

CORNERS = np.array([[0.0, 0.0, 1.0], [-0.816, -0.471, -1 / 3], [0.816, -0.471, -1 / 3], [0.0, 0.943, -1 / 3]])


def tetrahedron(
    dynamics: Dynamics,
    trajectories: Sequence[Any] = (),
    rest: Rest = (),
    *,
    view: tuple[float, float] = (24.0, -60.0),
    edges: bool = True,
    ax: Axes | None = None,
) -> Axes:
    """Orbits and rest points of four strategies.

    Parameters
    ----------
    dynamics : Dynamics
        One population, four strategies; names the corners.
    trajectories : sequence of Trajectory or arrays (k, 4)
    rest : RestPoints or sequence of rest points
    view : (elevation, azimuth) [degree]
    edges : bool
        Arrows on the edges that say which way two strategies alone go, where it is one way all along.
    ax : Axes, optional
        Of the projection "3d".

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If there are not four strategies, or the Axes are flat.

    Examples
    --------
    >>> import numpy as np
    >>> from evolution import Replicator
    >>> ax = tetrahedron(Replicator(np.eye(4)))
    >>> ax.name
    '3d'
    """
    role = dynamics.roles[0]
    names = dynamics.strategies[role]
    if len(dynamics.roles) != 1 or len(names) != 4:
        raise ValueError(f"a tetrahedron shows one population with four strategies, not {', '.join(names)}")
    if ax is not None and not hasattr(ax, "set_zlim"):
        raise ValueError('the Axes are flat; make them with projection="3d"')
    states = states_at_rest(rest, 4)
    with canvas(ax, height=3.4, projection="3d") as ax:
        solid: Any = ax
        for a, b in combinations(range(4), 2):
            solid.plot(*np.array([CORNERS[a], CORNERS[b]]).T, color=BLACK, linestyle="-", linewidth=0.7)
            if edges:
                _edge(solid, dynamics, a, b)
        for k, flow in enumerate(trajectories):
            path = spatial(getattr(flow, "x", flow))
            color, style, _ = LINES[k % len(LINES)]
            solid.plot(*path.T, color=color, linestyle=style, linewidth=1.1)
            solid.plot(*path[:1].T, "^", color=color, markersize=4, linestyle="none")
        kinds = draw_rest(states, lambda s, look: solid.plot(*spatial(s[None]).T, **look)[0])
        for corner, name in zip(CORNERS, names, strict=True):
            solid.text(*(corner * 1.18), name, ha="center", va="center")
        solid.set_axis_off()
        solid.set_box_aspect((1, 1, 1), zoom=1.0)
        solid.view_init(*view)
        if kinds:
            solid.legend(handles=kinds, loc="upper left")
        for artist in solid.get_children():  # what is projected has no place in the layout of flat axes
            artist.set_in_layout(False)
    return ax


def spatial(states: ArrayLike) -> Array:
    """Positions of states in space, shape (..., 3)."""
    return np.asarray(np.asarray(states, float) @ CORNERS)


def _edge(solid: Any, dynamics: Dynamics, a: int, b: int) -> None:
    """An arrowhead in the middle of an edge on which the motion has one sign."""
    signs = set()
    for share in np.linspace(0.02, 0.98, 25):
        state = np.zeros(4)
        state[a], state[b] = share, 1 - share
        velocity = dynamics.flow(state)
        signs.add(0 if velocity[[k for k in range(4) if k not in (a, b)]].any() else int(np.sign(velocity[a])))
    if signs in ({1}, {-1}):
        tail, head = (CORNERS[b], CORNERS[a]) if signs == {1} else (CORNERS[a], CORNERS[b])
        middle = 0.5 * (tail + head)
        solid.quiver(
            *middle, *(0.08 * (head - tail)), color=BLACK, arrow_length_ratio=1.0, linewidth=1.0, pivot="middle"
        )
