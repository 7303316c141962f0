"""Portraits of one and two numbers: the phase line, two populations in a square, shares beside an environment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from analytic.plot import BLUE, ORANGE, canvas, legend_above
from evolution.dynamics import Dynamics
from evolution.economy.ledger import Array
from evolution.plot.marks import FIELD, Rest, draw_rest, packed_rest
from gametheory.plot import LINES

__all__ = ["phase_line", "plane"]

WIDE = 401


def phase_line(dynamics: Dynamics, rest: Rest = (), *, ax: Axes | None = None, label: str = "") -> Axes:
    """Velocity of the first strategy's share over the share, with arrows of the motion and rest points.

    Parameters
    ----------
    dynamics : Dynamics
        One population, two strategies.
    rest : RestPoints or sequence of rest points
    ax : Axes, optional
        Drawn on again, it compares dynamics; the line styles differ.
    label : str
        Of the line, for a legend.

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If there are not two strategies.

    Examples
    --------
    >>> from evolution import Replicator
    >>> phase_line(Replicator([[-1, 2], [0, 1]])).get_xlabel()
    'share of 0'
    """
    role = dynamics.roles[0]
    names = dynamics.strategies[role]
    if len(dynamics.roles) != 1 or len(names) != 2:
        raise ValueError(f"a phase line shows one population with two strategies, not {', '.join(dynamics.roles)}")
    x = np.linspace(0, 1, WIDE)
    with np.errstate(all="ignore"):
        pace = np.array([dynamics.flow(np.array([share, 1 - share]))[0] for share in x])
    with canvas(ax) as ax:
        drawn = len(_curves(ax))
        color, style, _ = LINES[drawn % len(LINES)]
        if not drawn:
            ax.axhline(0, color=FIELD, linewidth=0.6, zorder=0)
        ax.plot(x, pace, color=color, linestyle=style, label=label or None)
        if not drawn:
            _arrows(ax, x, pace)
        kinds = draw_rest([packed_rest(point) for point in rest], lambda s, look: ax.plot(s[0], 0, **look)[0])
        ax.set_xlim(-0.02, 1.02)
        ax.set_xlabel(f"share of {names[0]}")
        ax.set_ylabel(f"velocity of {names[0]} [1/time]")
        if kinds or label:
            lines = [line for line in _curves(ax) if not line.get_label().startswith("_")]
            legend_above(ax, columns=3, handles=[*lines, *kinds])
    return ax


def _curves(ax: Axes) -> list[Any]:
    """The velocities drawn so far."""
    return [line for line in ax.get_lines() if np.size(line.get_xdata()) == WIDE]


def _arrows(ax: Axes, x: Array, pace: Array) -> None:
    """One arrow in the middle of each stretch on which the share moves one way."""
    signs = np.sign(np.where(np.abs(pace) > 1e-12 * max(float(np.nanmax(np.abs(pace))), 1e-300), pace, 0))
    turns = [0, *(np.flatnonzero(np.diff(signs)) + 1).tolist(), len(x)]
    for start, end in pairwise(turns):
        middle = (start + end - 1) // 2
        if end - start > WIDE // 50 and signs[middle]:
            ax.plot(x[middle], 0, marker=">" if signs[middle] > 0 else "<", color=FIELD, markersize=6, zorder=2)


def plane(
    dynamics: Dynamics,
    trajectories: Sequence[Any] = (),
    rest: Rest = (),
    *,
    window: tuple[float, float] | None = None,
    nullclines: bool = True,
    units: str = "1",
    ax: Axes | None = None,
) -> Axes:
    """Streamlines in the plane: two populations of two strategies, or two strategies and one environment variable.

    Parameters
    ----------
    dynamics : Dynamics
    trajectories : sequence of Trajectory
    rest : RestPoints or sequence of rest points
    window : (low, high), optional
        Range of the environment; its domain if that is finite.
    nullclines : bool
        Draw where each of the two numbers stands still inside.
    units : str
        Of the environment.
    ax : Axes, optional

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If the state has other than two free numbers, or a window is missing.

    Examples
    --------
    >>> from evolution import Replicator
    >>> from gametheory import NormalForm
    >>> pennies = NormalForm.zero_sum([[1, -1], [-1, 1]])
    >>> plane(Replicator(pennies)).get_xlabel()
    'player 1: share of 0'
    """
    places, labels, (low, high), packed = _coordinates(dynamics, window, units)
    side = 41
    across, up = np.linspace(0, 1, side), np.linspace(low, high, side)
    with np.errstate(all="ignore"):
        ways = np.array([[dynamics.flow(packed(x, y))[places] for x in across] for y in up])
    with canvas(ax, height=3.0) as ax:
        if np.nanmax(np.abs(ways)) > 0:
            shown = np.ma.masked_invalid(ways)
            ax.streamplot(
                across, up, shown[..., 0], shown[..., 1], color=FIELD, linewidth=0.6, arrowsize=0.7,
                density=1.0, zorder=1,
            )  # fmt: skip
        still = _nullclines(ax, dynamics, places, (low, high), packed) if nullclines else []
        for k, flow in enumerate(trajectories):
            path = _packed_path(dynamics, flow)[:, places]
            color, style, _ = LINES[k % len(LINES)]
            ax.plot(*path.T, color=color, linestyle=style, linewidth=1.2, zorder=3)
            ax.plot(*path[0], "^", color=color, markersize=4, zorder=4, clip_on=False)
        points = [packed_rest(point) for point in rest]
        kinds = draw_rest(points, lambda state, look: ax.plot(state[places[0]], state[places[1]], **look)[0])
        ax.set_xlim(0, 1)
        ax.set_ylim(low, high)
        ax.set_xlabel(labels[0])
        ax.set_ylabel(labels[1])
        legend_above(ax, columns=2, handles=[*still, *kinds])
    return ax


Packed = Callable[[float, float], Array]


def _coordinates(
    dynamics: Dynamics, window: tuple[float, float] | None, units: str
) -> tuple[list[int], tuple[str, str], tuple[float, float], Packed]:
    """Places of the two numbers in a packed state, their labels, the second one's range, and the packing."""
    sizes = [part.stop - part.start for part in dynamics.parts]
    environment = dynamics.environment
    extra = len(environment) if environment is not None else 0
    first = dynamics.strategies[dynamics.roles[0]][0]
    if sizes == [2, 2] and not extra:
        places = [dynamics.parts[0].start, dynamics.parts[1].start]
        said = [f"{role}: share of {dynamics.strategies[role][0]}" for role in dynamics.roles]
        return places, (said[0], said[1]), (0.0, 1.0), lambda x, y: np.array([x, 1 - x, y, 1 - y])
    if sizes == [2] and extra == 1 and environment is not None:
        low, high = window or environment.domain[0]
        if not (np.isfinite(low) and np.isfinite(high) and low < high):
            raise ValueError(f"{environment.names[0]} lives in {low} .. {high}: give window=(low, high), finite")
        label = environment.names[0] if units == "1" else f"{environment.names[0]} [{units}]"
        return [0, 2], (f"share of {first}", label), (float(low), float(high)), lambda x, y: np.array([x, 1 - x, y])
    raise ValueError(
        "a plane shows two populations of two strategies each, or two strategies and one environment variable; "
        f"this state has {', '.join(map(str, sizes))} strategies and {extra} environment variables"
    )


def _packed_path(dynamics: Dynamics, flow: Any) -> Array:
    roles = [flow.x] if len(dynamics.roles) == 1 else [flow.x[role] for role in dynamics.roles]
    around = [np.asarray(values, float)[:, None] for values in (getattr(flow, "z", None) or {}).values()]
    return np.concatenate([np.asarray(part, float) for part in (*roles, *around)], axis=1)


def _nullclines(
    ax: Axes, dynamics: Dynamics, places: list[int], window: tuple[float, float], packed: Packed
) -> list[Any]:
    """Where each number stands still inside; on the edges imitation always does, which says nothing."""
    low, high = window
    inset = 1e-3
    across = np.linspace(inset, 1 - inset, 61)
    up = np.linspace(low + inset * (high - low), high - inset * (high - low), 61)
    with np.errstate(all="ignore"):
        ways = np.array([[dynamics.flow(packed(x, y))[places] for x in across] for y in up])
    handles = []
    for k, (color, style) in enumerate(((BLUE, "--"), (ORANGE, ":"))):
        values = ways[..., k]
        if np.nanmin(values) < 0 < np.nanmax(values):
            ax.contour(across, up, values, levels=[0], colors=[color], linestyles=[style], linewidths=1.1, zorder=2)
            name = f"no {('horizontal', 'vertical')[k]} motion"
            (handle,) = ax.plot([], [], color=color, linestyle=style, linewidth=1.1, label=name)
            handles.append(handle)
    return handles
