"""Words for the strategies of a packed list."""

from __future__ import annotations

from collections.abc import Sequence

from evolution.rest_local import Local

__all__ = ["comma"]


def comma(local: Local, places: Sequence[int]) -> str:
    """Strategies as numbers within their role."""
    return ", ".join(str(j - next(part.start for part in local.parts if j in part)) for j in places)
