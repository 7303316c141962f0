"""What all portraits share: rest points by type, names at the corners, the colour of a field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np

from evolution.economy.ledger import Array
from evolution.rest_types import RestPoint
from gametheory.equilibrium import Equilibrium
from gametheory.plot import Point, rest_marker

__all__ = ["FIELD", "Rest", "corners", "draw_rest", "packed_rest", "states_at_rest"]

FIELD = "#8C8C8C"
Rest: TypeAlias = "Iterable[RestPoint | Point]"


def packed_rest(point: RestPoint | Point) -> tuple[Array, str | None]:
    """All shares of a rest point in one vector (its environment after them), and the word that picks its mark."""
    if isinstance(point, RestPoint):
        word: str | None = {"saddle": "saddle", "centre": "centre"}.get(point.type, point.stability)
        return np.concatenate([*point.shares, np.array(list(point.environment.values()))]), word
    if isinstance(point, Equilibrium):
        return np.concatenate([np.asarray(part, float) for part in point.profile[:1]]), point.stability
    return np.asarray(point[0], float), point[1]


def states_at_rest(points: Rest, size: int) -> list[tuple[Array, str | None]]:
    """Rest points as vectors of that many numbers.

    Raises
    ------
    ValueError
        If one has another length.
    """
    found = [packed_rest(point) for point in points]
    for state, _ in found:
        if state.shape != (size,):
            raise ValueError(f"a rest point has shape {state.shape}; expected {size} shares")
    return found


def draw_rest(points: Sequence[tuple[Any, str | None]], put: Callable[[Any, dict[str, Any]], Any]) -> list[Any]:
    """Put each point's mark; the legend's entries, one a kind."""
    kinds: dict[str, Any] = {}
    for state, word in points:
        look = rest_marker(word)
        artist = put(state, look)
        kinds.setdefault(look["label"], artist)
    return list(kinds.values())


def corners(triangle: Any, names: Sequence[str]) -> None:
    """Name the corners of ternary axes and leave out the ticks."""
    for side, name in zip("tlr", names, strict=True):
        getattr(triangle, f"set_{side}label")(name)
        getattr(triangle, f"{side}axis").set_label_position("corner")
        getattr(triangle, f"{side}axis").set_label_rotation_mode("horizontal")
        getattr(triangle, f"{side}axis").set_ticks([])
