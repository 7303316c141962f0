"""Games in, equilibria out: every answer with its certificate, every set with a claim of completeness.

The package's table of contents: `NormalForm`, `Population`, `Continuous` and `Network` are the games, `game` makes one
of a design, `solve` finds its equilibria. Names are imported where they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytic.opening import opening

if TYPE_CHECKING:
    from . import plot as plot
    from .bounded import Intelligence as Intelligence
    from .continuous import Continuous as Continuous
    from .dispatch import register as register
    from .dispatch import solve as solve
    from .equilibrium import Equilibrium as Equilibrium
    from .equilibrium import EquilibriumSet as EquilibriumSet
    from .from_design import game as game
    from .from_design import mean_field as mean_field
    from .network import Network as Network
    from .normal_form import NormalForm as NormalForm
    from .population import Population as Population

_HOME = {
    "Intelligence": "bounded",
    "Continuous": "continuous",
    "register": "dispatch",
    "solve": "dispatch",
    "Equilibrium": "equilibrium",
    "EquilibriumSet": "equilibrium",
    "game": "from_design",
    "mean_field": "from_design",
    "Network": "network",
    "NormalForm": "normal_form",
    "Population": "population",
}
_MODULES = frozenset({"plot"})
__all__ = [
    "Continuous",
    "Equilibrium",
    "EquilibriumSet",
    "Intelligence",
    "Network",
    "NormalForm",
    "Population",
    "game",
    "mean_field",
    "plot",
    "register",
    "solve",
]


__getattr__ = opening(__name__, _HOME, _MODULES)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
