"""Figures of what moves; each function takes `ax=None` and returns the Axes. Matplotlib lives in rooms called plot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytic.opening import opening

if TYPE_CHECKING:
    from . import gallery as gallery
    from .planes import phase_line as phase_line
    from .planes import plane as plane
    from .populations import gradient as gradient
    from .populations import gradient_map as gradient_map
    from .populations import invasion_graph as invasion_graph
    from .populations import stationary as stationary
    from .runs import law as law
    from .runs import paths as paths
    from .solid import tetrahedron as tetrahedron
    from .triangle import simplex as simplex
    from .verdict import agreement as agreement

_HOME = {
    "agreement": "verdict",
    "gradient": "populations",
    "gradient_map": "populations",
    "invasion_graph": "populations",
    "law": "runs",
    "paths": "runs",
    "phase_line": "planes",
    "plane": "planes",
    "simplex": "triangle",
    "stationary": "populations",
    "tetrahedron": "solid",
}
__all__ = [
    "agreement",
    "gallery",
    "gradient",
    "gradient_map",
    "invasion_graph",
    "law",
    "paths",
    "phase_line",
    "plane",
    "simplex",
    "stationary",
    "tetrahedron",
]

__getattr__ = opening(__name__, _HOME, {"gallery"})


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
