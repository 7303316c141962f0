"""Symbols in, expressions out: mechanisms and incentive designs, each written once.

The package's table of contents: a mechanism is a `BondingCurve`, a `Design` puts mechanisms, roles and protocols
together, `derive` gives its checked derivation. Names are imported where they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .opening import opening

if TYPE_CHECKING:
    from . import catalogue as catalogue
    from . import plot as plot
    from .attack import (
        Sandwich as Sandwich,
    )
    from .attack import (
        sandwich_profit as sandwich_profit,
    )
    from .attack import (
        wash_profit as wash_profit,
    )
    from .attack import (
        wash_threshold as wash_threshold,
    )
    from .compiled import compile_numba as compile_numba
    from .compiled import compile_numpy as compile_numpy
    from .curve import BondingCurve as BondingCurve
    from .derivation import (
        Derivation as Derivation,
    )
    from .derivation import (
        DerivationError as DerivationError,
    )
    from .derivation import (
        Step as Step,
    )
    from .derivation import (
        derive as derive,
    )
    from .design import (
        Action as Action,
    )
    from .design import (
        Design as Design,
    )
    from .design import (
        Distribution as Distribution,
    )
    from .design import (
        Parameter as Parameter,
    )
    from .design import (
        Protocol as Protocol,
    )
    from .design import (
        Role as Role,
    )
    from .design import (
        Stakeholder as Stakeholder,
    )
    from .design import (
        Strategy as Strategy,
    )
    from .expression import exact as exact
    from .expression import parse as parse
    from .move import (
        Account as Account,
    )
    from .move import (
        Burn as Burn,
    )
    from .move import (
        Claim as Claim,
    )
    from .move import (
        Contribute as Contribute,
    )
    from .move import (
        Mint as Mint,
    )
    from .move import (
        Spend as Spend,
    )
    from .payoff import (
        effort_payoff as effort_payoff,
    )
    from .payoff import (
        mean_field_payoffs as mean_field_payoffs,
    )
    from .payoff import (
        population_payoffs as population_payoffs,
    )
    from .payoff import (
        strategy_payoffs as strategy_payoffs,
    )
    from .statics import best_parameter as best_parameter
    from .statics import effort as effort
    from .statics import surplus as surplus
    from .symbols import Quantity as Quantity
    from .symbols import notation as notation
    from .symbols import symbol as symbol
    from .text import ExpressionError as ExpressionError

_HOME = {
    "Sandwich": "attack",
    "sandwich_profit": "attack",
    "wash_profit": "attack",
    "wash_threshold": "attack",
    "compile_numba": "compiled",
    "compile_numpy": "compiled",
    "BondingCurve": "curve",
    "Derivation": "derivation",
    "DerivationError": "derivation",
    "Step": "derivation",
    "derive": "derivation",
    "Action": "design",
    "Design": "design",
    "Distribution": "design",
    "Parameter": "design",
    "Protocol": "design",
    "Role": "design",
    "Stakeholder": "design",
    "Strategy": "design",
    "exact": "expression",
    "parse": "expression",
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
    "best_parameter": "statics",
    "effort": "statics",
    "surplus": "statics",
    "Quantity": "symbols",
    "notation": "symbols",
    "symbol": "symbols",
    "ExpressionError": "text",
}
_MODULES = frozenset({"plot", "catalogue"})
__all__ = [
    "Account",
    "Action",
    "BondingCurve",
    "Burn",
    "Claim",
    "Contribute",
    "Derivation",
    "DerivationError",
    "Design",
    "Distribution",
    "ExpressionError",
    "Mint",
    "Parameter",
    "Protocol",
    "Quantity",
    "Role",
    "Sandwich",
    "Spend",
    "Stakeholder",
    "Step",
    "Strategy",
    "best_parameter",
    "catalogue",
    "compile_numba",
    "compile_numpy",
    "derive",
    "effort",
    "effort_payoff",
    "exact",
    "mean_field_payoffs",
    "notation",
    "parse",
    "plot",
    "population_payoffs",
    "sandwich_profit",
    "strategy_payoffs",
    "surplus",
    "symbol",
    "wash_profit",
    "wash_threshold",
]


__getattr__ = opening(__name__, _HOME, _MODULES)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
