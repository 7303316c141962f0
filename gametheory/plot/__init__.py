"""Figures of games; each function takes `ax=None` and returns the Axes. Matplotlib lives in rooms called plot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytic.opening import opening

if TYPE_CHECKING:
    from .components import equilibrium_components as equilibrium_components
    from .correspondences import best_response_correspondences as best_response_correspondences
    from .improvements import improvement_graph as improvement_graph
    from .matrices import payoff_matrix as payoff_matrix
    from .networks import network as network
    from .planes import phase_line as phase_line
    from .planes import phase_plane as phase_plane
    from .potentials import deviations as deviations
    from .potentials import potential as potential
    from .rest import LINES as LINES
    from .rest import Point as Point
    from .rest import rest_marker as rest_marker
    from .rest import rest_points as rest_points

_HOME = {
    "LINES": "rest",
    "Point": "rest",
    "best_response_correspondences": "correspondences",
    "deviations": "potentials",
    "equilibrium_components": "components",
    "improvement_graph": "improvements",
    "network": "networks",
    "payoff_matrix": "matrices",
    "phase_line": "planes",
    "phase_plane": "planes",
    "potential": "potentials",
    "rest_marker": "rest",
    "rest_points": "rest",
}
__all__ = [
    "LINES",
    "Point",
    "best_response_correspondences",
    "deviations",
    "equilibrium_components",
    "improvement_graph",
    "network",
    "payoff_matrix",
    "phase_line",
    "phase_plane",
    "potential",
    "rest_marker",
    "rest_points",
]

__getattr__ = opening(__name__, _HOME)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
