"""Symbols in, expressions out: mechanisms and incentive designs, each written once.

The package's table of contents: a mechanism is a `BondingCurve` or a `Mechanism` of one of the families pool, clearing,
reward, allocation, supply and vote (`mechanisms()` lists them); a `Design` puts mechanisms, roles and protocols
together; `derive` gives the checked derivation of any of these. Names are imported where they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .opening import opening

if TYPE_CHECKING:
    from . import allocation as allocation
    from . import catalogue as catalogue
    from . import clearing as clearing
    from . import curves as curves
    from . import plot as plot
    from . import pool as pool
    from . import reward as reward
    from . import supply as supply
    from . import vote as vote
    from .anchoring import anchoring_derivation as anchoring_derivation
    from .anchoring import injection as injection
    from .anchoring import reanchored as reanchored
    from .attack import Sandwich as Sandwich
    from .attack import sandwich_profit as sandwich_profit
    from .attack import wash_profit as wash_profit
    from .attack import wash_threshold as wash_threshold
    from .best import Optimum as Optimum
    from .best import aligning_value as aligning_value
    from .best import best_number as best_number
    from .best import best_value as best_value
    from .compiled import compile_numba as compile_numba
    from .compiled import compile_numpy as compile_numpy
    from .curve import BondingCurve as BondingCurve
    from .curve_family import CurveFamily as CurveFamily
    from .curve_family import Shape as Shape
    from .curve_family import curve_families as curve_families
    from .curve_family import curve_family as curve_family
    from .derivation import Derivation as Derivation
    from .derivation import DerivationError as DerivationError
    from .derivation import Step as Step
    from .derivation import derive as derive
    from .derivation import prove as prove
    from .design import Action as Action
    from .design import Design as Design
    from .design import Distribution as Distribution
    from .design import Parameter as Parameter
    from .design import Protocol as Protocol
    from .design import Role as Role
    from .design import Stakeholder as Stakeholder
    from .design import Strategy as Strategy
    from .designer import best_prize as best_prize
    from .designer import best_slope as best_slope
    from .designer import crowd_efforts as crowd_efforts
    from .designer import efficient_budget as efficient_budget
    from .expression import exact as exact
    from .expression import parse as parse
    from .gathering import mechanisms as mechanisms
    from .implicit import Slope as Slope
    from .implicit import comparative_statics as comparative_statics
    from .implicit import effort_statics as effort_statics
    from .mechanism import Formula as Formula
    from .mechanism import Mechanism as Mechanism
    from .mechanism import claim as claim
    from .mechanism import condition as condition
    from .mechanism import declare as declare
    from .mechanism import formula as formula
    from .mechanism import given as given
    from .mechanism import sketch as sketch
    from .move import Account as Account
    from .move import Burn as Burn
    from .move import Claim as Claim
    from .move import Contribute as Contribute
    from .move import Mint as Mint
    from .move import Spend as Spend
    from .payoff import effort_payoff as effort_payoff
    from .payoff import mean_field_payoffs as mean_field_payoffs
    from .payoff import population_payoffs as population_payoffs
    from .payoff import strategy_payoffs as strategy_payoffs
    from .signs import Sign as Sign
    from .signs import sign as sign
    from .statics import best_parameter as best_parameter
    from .statics import effort as effort
    from .statics import surplus as surplus
    from .steadiness import Stability as Stability
    from .steadiness import stability as stability
    from .steadiness import stability_of as stability_of
    from .symbols import Quantity as Quantity
    from .symbols import notation as notation
    from .symbols import symbol as symbol
    from .text import ExpressionError as ExpressionError
    from .turning import Threshold as Threshold
    from .turning import threshold as threshold
    from .variation import least_volatile as least_volatile

_HOME = {
    "anchoring_derivation": "anchoring",
    "injection": "anchoring",
    "reanchored": "anchoring",
    "Sandwich": "attack",
    "sandwich_profit": "attack",
    "wash_profit": "attack",
    "wash_threshold": "attack",
    "Optimum": "best",
    "aligning_value": "best",
    "best_number": "best",
    "best_value": "best",
    "compile_numba": "compiled",
    "compile_numpy": "compiled",
    "BondingCurve": "curve",
    "CurveFamily": "curve_family",
    "Shape": "curve_family",
    "curve_families": "curve_family",
    "curve_family": "curve_family",
    "Derivation": "derivation",
    "DerivationError": "derivation",
    "Step": "derivation",
    "derive": "derivation",
    "prove": "derivation",
    "Action": "design",
    "Design": "design",
    "Distribution": "design",
    "Parameter": "design",
    "Protocol": "design",
    "Role": "design",
    "Stakeholder": "design",
    "Strategy": "design",
    "best_prize": "designer",
    "best_slope": "designer",
    "crowd_efforts": "designer",
    "efficient_budget": "designer",
    "exact": "expression",
    "parse": "expression",
    "mechanisms": "gathering",
    "Slope": "implicit",
    "comparative_statics": "implicit",
    "effort_statics": "implicit",
    "Formula": "mechanism",
    "Mechanism": "mechanism",
    "claim": "mechanism",
    "condition": "mechanism",
    "declare": "mechanism",
    "formula": "mechanism",
    "given": "mechanism",
    "sketch": "mechanism",
    "Account": "move",
    "Burn": "move",
    "Claim": "move",
    "Contribute": "move",
    "Mint": "move",
    "Spend": "move",
    "effort_payoff": "payoff",
    "mean_field_payoffs": "payoff",
    "population_payoffs": "payoff",
    "strategy_payoffs": "payoff",
    "Sign": "signs",
    "sign": "signs",
    "best_parameter": "statics",
    "effort": "statics",
    "surplus": "statics",
    "Stability": "steadiness",
    "stability": "steadiness",
    "stability_of": "steadiness",
    "Quantity": "symbols",
    "notation": "symbols",
    "symbol": "symbols",
    "ExpressionError": "text",
    "Threshold": "turning",
    "threshold": "turning",
    "least_volatile": "variation",
}
_MODULES = frozenset({"allocation", "catalogue", "clearing", "curves", "plot", "pool", "reward", "supply", "vote"})
__all__ = [
    "Account",
    "Action",
    "BondingCurve",
    "Burn",
    "Claim",
    "Contribute",
    "CurveFamily",
    "Derivation",
    "DerivationError",
    "Design",
    "Distribution",
    "ExpressionError",
    "Formula",
    "Mechanism",
    "Mint",
    "Optimum",
    "Parameter",
    "Protocol",
    "Quantity",
    "Role",
    "Sandwich",
    "Shape",
    "Sign",
    "Slope",
    "Spend",
    "Stability",
    "Stakeholder",
    "Step",
    "Strategy",
    "Threshold",
    "aligning_value",
    "allocation",
    "anchoring_derivation",
    "best_number",
    "best_parameter",
    "best_prize",
    "best_slope",
    "best_value",
    "catalogue",
    "claim",
    "clearing",
    "comparative_statics",
    "compile_numba",
    "compile_numpy",
    "condition",
    "crowd_efforts",
    "curve_families",
    "curve_family",
    "curves",
    "declare",
    "derive",
    "efficient_budget",
    "effort",
    "effort_payoff",
    "effort_statics",
    "exact",
    "formula",
    "given",
    "injection",
    "least_volatile",
    "mean_field_payoffs",
    "mechanisms",
    "notation",
    "parse",
    "plot",
    "pool",
    "population_payoffs",
    "prove",
    "reanchored",
    "reward",
    "sandwich_profit",
    "sign",
    "sketch",
    "stability",
    "stability_of",
    "strategy_payoffs",
    "supply",
    "surplus",
    "symbol",
    "threshold",
    "vote",
    "wash_profit",
    "wash_threshold",
]


__getattr__ = opening(__name__, _HOME, _MODULES)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
