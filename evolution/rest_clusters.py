"""Where a subdivision stayed open: boxes that touch, joined to regions; and how far beyond the simplex it looks."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["MARGIN", "clusters_of"]

MARGIN = 1 / 64
_NEAR = 1e-3


def clusters_of(cells: Any) -> list[Any]:
    """Hulls of boxes that touch, as arrays (2, k)."""
    left, hulls = cells, []
    while len(left):
        hull = left[0].copy()
        while True:
            gap = (hull[1] - hull[0]).max() + _NEAR
            near = ((left[:, 0] <= hull[1] + gap) & (left[:, 1] >= hull[0] - gap)).all(axis=1)
            grown = np.stack([left[near, 0].min(axis=0), left[near, 1].max(axis=0)])
            grown = np.stack([np.minimum(grown[0], hull[0]), np.maximum(grown[1], hull[1])])
            if (grown == hull).all():
                break
            hull = grown
        hulls.append(hull)
        left = left[~near]
    return hulls
