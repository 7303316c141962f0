"""What all figures of games share: line styles that stay apart in grey, and the marks of rest points.

A stable rest point is a filled circle, an unstable one an open circle, a saddle a half-filled diamond, anything else
(a centre, or stability not examined) an open square; so in every figure of the project.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from analytic.plot import BLACK, BLUE, GREEN, ORANGE, PURPLE, VERMILION
from gametheory.equilibrium import Equilibrium

__all__ = ["LINES", "mark", "rest_marker", "rest_points"]

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


def mark(ax: Axes, points: Sequence[tuple[Any, Any, str | None]]) -> list[Any]:
    """Draw rest points; the legend's entries, one a kind."""
    kinds: dict[str, Any] = {}
    for x, y, stability in points:
        look = rest_marker(stability)
        (artist,) = ax.plot(x, y, **look)
        kinds.setdefault(look["label"], artist)
    return list(kinds.values())
