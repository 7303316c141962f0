"""Games in, equilibria out: every answer with its certificate, every set with a claim of completeness.

The package's table of contents: `NormalForm`, `Population`, `Continuous` and `Network` are the games, `game` makes one
of a design, `solve` finds its equilibria, and what these are worth is told by `stability_of`, `iterated_dominance`,
`exact_potential`, `correlated_equilibrium`, `efficiency` and others. Names are imported where they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytic.opening import opening

if TYPE_CHECKING:
    from . import plot as plot
    from . import zoo as zoo
    from .bounded import Intelligence as Intelligence
    from .commitment import Commitment as Commitment
    from .commitment import Security as Security
    from .commitment import security as security
    from .commitment import stackelberg as stackelberg
    from .continuous import Continuous as Continuous
    from .correlated import CorrelatedEquilibrium as CorrelatedEquilibrium
    from .correlated import correlated_equilibrium as correlated_equilibrium
    from .correlated import correlated_vertices as correlated_vertices
    from .correlated import obedience as obedience
    from .dispatch import Method as Method
    from .dispatch import methods_of as methods_of
    from .dispatch import register as register
    from .dispatch import solve as solve
    from .dominance import iterated_dominance as iterated_dominance
    from .dominance import rationalisable as rationalisable
    from .elimination import Elimination as Elimination
    from .equilibrium import Equilibrium as Equilibrium
    from .equilibrium import EquilibriumSet as EquilibriumSet
    from .formats import from_nashpy as from_nashpy
    from .formats import from_networkx as from_networkx
    from .formats import from_numpy as from_numpy
    from .formats import to_nashpy as to_nashpy
    from .formats import to_networkx as to_networkx
    from .formats import to_numpy as to_numpy
    from .from_design import game as game
    from .from_design import mean_field as mean_field
    from .methods.ess import is_ess as is_ess
    from .methods.ess import is_neutrally_stable as is_neutrally_stable
    from .methods.logit_homotopy import logit_branch as logit_branch
    from .network import Network as Network
    from .nfg import nfg_text as nfg_text
    from .nfg import parse_nfg as parse_nfg
    from .nfg import read_nfg as read_nfg
    from .nfg import write_nfg as write_nfg
    from .normal_form import NormalForm as NormalForm
    from .population import Population as Population
    from .potential import Potential as Potential
    from .potential import exact_potential as exact_potential
    from .potential import generalised_ordinal_potential as generalised_ordinal_potential
    from .potential import has_finite_improvement_property as has_finite_improvement_property
    from .potential import ordinal_potential as ordinal_potential
    from .potential import weighted_potential as weighted_potential
    from .selection import RiskComparison as RiskComparison
    from .selection import payoff_dominates as payoff_dominates
    from .selection import risk_dominance as risk_dominance
    from .stability import Stability as Stability
    from .stability import index as index
    from .stability import is_quasi_strict as is_quasi_strict
    from .stability import is_strict as is_strict
    from .stability import stability_of as stability_of
    from .symmetric_payoff import SymmetricPayoff as SymmetricPayoff
    from .tables import booktabs as booktabs
    from .tables import equilibrium_table as equilibrium_table
    from .tables import latex_profile as latex_profile
    from .welfare import Efficiency as Efficiency
    from .welfare import Exploitability as Exploitability
    from .welfare import efficiency as efficiency
    from .welfare import exploitability as exploitability
    from .welfare import price_of_anarchy as price_of_anarchy
    from .welfare import price_of_stability as price_of_stability
    from .zoo.entry import NamedGame as NamedGame
    from .zoo.lookup import named_game as named_game
    from .zoo.lookup import named_games as named_games

_HOME = {
    "Commitment": "commitment",
    "Continuous": "continuous",
    "CorrelatedEquilibrium": "correlated",
    "Efficiency": "welfare",
    "Elimination": "elimination",
    "Equilibrium": "equilibrium",
    "EquilibriumSet": "equilibrium",
    "Exploitability": "welfare",
    "Intelligence": "bounded",
    "Method": "dispatch",
    "NamedGame": "zoo.entry",
    "Network": "network",
    "NormalForm": "normal_form",
    "Population": "population",
    "Potential": "potential",
    "RiskComparison": "selection",
    "Security": "commitment",
    "Stability": "stability",
    "SymmetricPayoff": "symmetric_payoff",
    "booktabs": "tables",
    "correlated_equilibrium": "correlated",
    "correlated_vertices": "correlated",
    "efficiency": "welfare",
    "equilibrium_table": "tables",
    "exact_potential": "potential",
    "exploitability": "welfare",
    "from_nashpy": "formats",
    "from_networkx": "formats",
    "from_numpy": "formats",
    "game": "from_design",
    "generalised_ordinal_potential": "potential",
    "has_finite_improvement_property": "potential",
    "index": "stability",
    "is_ess": "methods.ess",
    "is_neutrally_stable": "methods.ess",
    "is_quasi_strict": "stability",
    "is_strict": "stability",
    "iterated_dominance": "dominance",
    "latex_profile": "tables",
    "logit_branch": "methods.logit_homotopy",
    "mean_field": "from_design",
    "methods_of": "dispatch",
    "named_game": "zoo.lookup",
    "named_games": "zoo.lookup",
    "nfg_text": "nfg",
    "obedience": "correlated",
    "ordinal_potential": "potential",
    "parse_nfg": "nfg",
    "payoff_dominates": "selection",
    "price_of_anarchy": "welfare",
    "price_of_stability": "welfare",
    "rationalisable": "dominance",
    "read_nfg": "nfg",
    "register": "dispatch",
    "risk_dominance": "selection",
    "security": "commitment",
    "solve": "dispatch",
    "stability_of": "stability",
    "stackelberg": "commitment",
    "to_nashpy": "formats",
    "to_networkx": "formats",
    "to_numpy": "formats",
    "weighted_potential": "potential",
    "write_nfg": "nfg",
}
_MODULES = frozenset({"plot", "zoo"})
__all__ = [
    "Commitment",
    "Continuous",
    "CorrelatedEquilibrium",
    "Efficiency",
    "Elimination",
    "Equilibrium",
    "EquilibriumSet",
    "Exploitability",
    "Intelligence",
    "Method",
    "NamedGame",
    "Network",
    "NormalForm",
    "Population",
    "Potential",
    "RiskComparison",
    "Security",
    "Stability",
    "SymmetricPayoff",
    "booktabs",
    "correlated_equilibrium",
    "correlated_vertices",
    "efficiency",
    "equilibrium_table",
    "exact_potential",
    "exploitability",
    "from_nashpy",
    "from_networkx",
    "from_numpy",
    "game",
    "generalised_ordinal_potential",
    "has_finite_improvement_property",
    "index",
    "is_ess",
    "is_neutrally_stable",
    "is_quasi_strict",
    "is_strict",
    "iterated_dominance",
    "latex_profile",
    "logit_branch",
    "mean_field",
    "methods_of",
    "named_game",
    "named_games",
    "nfg_text",
    "obedience",
    "ordinal_potential",
    "parse_nfg",
    "payoff_dominates",
    "plot",
    "price_of_anarchy",
    "price_of_stability",
    "rationalisable",
    "read_nfg",
    "register",
    "risk_dominance",
    "security",
    "solve",
    "stability_of",
    "stackelberg",
    "to_nashpy",
    "to_networkx",
    "to_numpy",
    "weighted_potential",
    "write_nfg",
    "zoo",
]


__getattr__ = opening(__name__, _HOME, _MODULES)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
