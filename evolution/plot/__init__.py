"""Figures of what moves; each function takes `ax=None` and returns the Axes. Matplotlib lives in rooms called plot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytic.opening import opening

if TYPE_CHECKING:
    from .planes import phase_line as phase_line
    from .planes import plane as plane
    from .runs import law as law
    from .runs import paths as paths
    from .triangle import simplex as simplex
    from .verdict import agreement as agreement

_HOME = {
    "agreement": "verdict",
    "law": "runs",
    "paths": "runs",
    "phase_line": "planes",
    "plane": "planes",
    "simplex": "triangle",
}
__all__ = ["agreement", "law", "paths", "phase_line", "plane", "simplex"]

__getattr__ = opening(__name__, _HOME)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
