r"""Comparative statics in closed form: efforts under each concept, and the designer's best parameter.

For a symmetric effort game with payoff :math:`\pi(x, X_{-i})` and n players, each concept is one first-order
condition in the total X = n x (derivatives at y = x):

====================  =======================================================================================
joint optimum         :math:`\partial_x\, \pi(x, (n-1)x) = 0`
nash                  :math:`\partial_y\, \pi(y, (n-1)x) = 0`
ess (Schaffer 1988)   :math:`\partial_y\, [\pi(y, (n-1)x) - \pi(x, (n-2)x + y)] = 0`
social optimum        :math:`\partial_x\, [n\,\pi(x, (n-1)x) + \sum_h \pi_h(n x)] = 0`, stakeholders h
====================  =======================================================================================

Closed forms hold in the interior: while some effort is made and no treasury runs dry. Whether a solution of
the condition is an equilibrium is not decided here but certified in `gametheory`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import sympy as sp

from .design import OTHERS, Design, Role
from .payoff import TOTAL, effort_payoff, stakeholder_payoff

FLAT = 1e-12  # a slope this small at two places is no slope
CONCEPTS = ("joint optimum", "nash", "ess", "social optimum")


def interior(expression: sp.Expr) -> sp.Expr:
    """The first branch of every case: effort is made, and treasuries can pay."""
    while expression.has(sp.Piecewise):
        expression = expression.replace(sp.Piecewise, lambda *cases: cases[0][0])
    return expression


def first_order(design: Design, role: Role, concept: str) -> sp.Expr:
    """The first-order condition of a concept (to be zero), in the effort per head."""
    assert role.action is not None
    payoff, x, n = interior(effort_payoff(design, role)), role.action.symbol, role.count
    y = sp.Symbol("y", positive=True)

    def own(action: sp.Expr, others: sp.Expr) -> sp.Expr:
        return payoff.subs({x: action, OTHERS: others}, simultaneous=True)

    match concept:
        case "nash":
            return sp.diff(own(y, (n - 1) * x), y).subs(y, x)
        case "ess":
            return sp.diff(own(y, (n - 1) * x) - own(x, (n - 2) * x + y), y).subs(y, x)
        case "joint optimum":
            return sp.diff(own(x, (n - 1) * x), x)
        case "social optimum":
            others = sum(
                interior(stakeholder_payoff(design, role, each)).subs(TOTAL, n * x) for each in design.stakeholders
            )
            return sp.diff(n * own(x, (n - 1) * x) + others, x)
    raise ValueError(f"the concept {concept!r} must be one of {', '.join(CONCEPTS)}")


@lru_cache(maxsize=256)
def _solved(condition: sp.Expr, x: sp.Symbol) -> tuple[sp.Expr, ...]:
    """Positive solutions of a condition in x, through the square root that makes it rational."""
    root = sp.Symbol("z", positive=True)
    positive = sp.Symbol(x.name, positive=True)
    rational = sp.together(sp.powdenest(sp.simplify(condition.subs(x, positive)).subs(positive, root**2), force=True))
    solutions = sp.solve(sp.numer(rational), root)
    return tuple(sp.simplify(each**2) for each in solutions if each.is_positive is not False)


def effort(design: Design, concept: str, role: Role | None = None) -> sp.Expr:
    """The symmetric effort per head under a concept, in closed form in the design's parameters.

    Raises
    ------
    ValueError
        When no closed form, or more than one, is found.

    Examples
    --------
    >>> from analytic.catalogue import affiliate
    >>> design = affiliate()
    >>> [design.number(effort(design, concept)) for concept in ("joint optimum", "nash", "ess")]
    [5, 81/5, 20]
    """
    role = role or design.role()
    assert role.action is not None
    solutions = _solved(first_order(design, role, concept), role.action.symbol)
    if len(solutions) != 1:
        raise ValueError(
            f"the first-order condition of {concept!r} in design {design.name!r} has {len(solutions)} "
            "positive closed-form solutions: use gametheory.solve with numbers bound"
        )
    return solutions[0]


def surplus(design: Design, x: sp.Expr, role: Role | None = None) -> Mapping[str, sp.Expr]:
    """The surplus of the role and of every stakeholder when each makes the effort `x`, and their sum."""
    role = role or design.role()
    assert role.action is not None
    n = role.count
    payoff = interior(effort_payoff(design, role))
    gains = {role.name: n * payoff.subs({role.action.symbol: x, OTHERS: (n - 1) * x}, simultaneous=True)}
    for each in design.stakeholders:
        gains[each.name] = interior(stakeholder_payoff(design, role, each)).subs(TOTAL, n * x)
    gains["all"] = sp.Add(*gains.values())
    return gains


@dataclass(frozen=True, slots=True)
class Best:
    """The parameter value that is best for somebody, given how the players respond.

    `value` is an expression in the other parameters, or infinite when more is always better (until something
    binds).
    """

    parameter: str
    objective: str
    concept: str
    value: sp.Expr


@lru_cache(maxsize=256)
def _stationary(goal: sp.Expr, chosen: sp.Symbol) -> tuple[sp.Expr, tuple[sp.Expr, ...]]:
    """The slope of a goal in a positive parameter, and where it is zero."""
    slope = sp.factor(sp.simplify(sp.diff(goal, chosen)))
    return slope, tuple(each for each in sp.solve(sp.numer(sp.together(slope)), chosen) if each != 0)


def best_parameter(design: Design, name: str, *, objective: str, concept: str = "nash") -> Best:
    """The best value of a parameter for a role, a stakeholder, or "all", when play follows a concept.

    Parameters
    ----------
    design : Design
    name : str
        The parameter that is chosen, the others staying symbols.
    objective : str
        Whose surplus is maximised.
    concept : {"nash", "ess", "joint optimum", "social optimum"}
        How players respond.

    Examples
    --------
    >>> from analytic.catalogue import affiliate
    >>> best_parameter(affiliate(), "k", objective="designer").value
    v/2
    >>> best_parameter(affiliate(), "k", objective="affiliate").value
    oo
    >>> best_parameter(affiliate(), "k", objective="all").value
    n*v/(2*n - 1)
    """
    parameter = design.parameter(name).symbol
    response = effort(design, concept)
    goal = surplus(design, response).get(objective)
    if goal is None:
        raise ValueError(f"the objective {objective!r} must be one of {', '.join(surplus(design, response))}")
    chosen = sp.Symbol(name, positive=True)
    slope, solutions = _stationary(goal.subs(parameter, chosen), chosen)
    numbers = {s: v for s, v in design.values.items() if s != parameter}
    peaks = [
        each
        for each in solutions
        if sp.diff(slope, chosen).subs(chosen, each).subs(numbers).evalf() < 0 and each.subs(numbers).is_positive
    ]
    if all(abs(slope.subs(chosen, at).subs(numbers).evalf()) < FLAT for at in (1, 2)):
        return Best(name, objective, concept, sp.nan)
    if not peaks:
        rising = slope.subs(chosen, 1).subs(numbers).evalf() > 0
        return Best(name, objective, concept, sp.oo if rising else sp.Integer(0))
    return Best(name, objective, concept, within_domain(design, peaks[0]))


def within_domain(design: Design, expression: sp.Expr) -> sp.Expr:
    """An expression simplified by what the domains say: a parameter that is at least 1 is 1 and something.

    >>> from analytic.catalogue import affiliate
    >>> n = affiliate().parameter("n").symbol
    >>> within_domain(affiliate(), sp.Abs(2 * n - 1))
    2*n - 1
    """
    starts = {p.symbol: p.domain.start for p in design.parameters if p.domain.start.is_positive}
    beyond = {each: sp.Symbol(f"{each.name}_beyond", nonnegative=True) for each in starts}
    shifted = expression.subs({each: starts[each] + beyond[each] for each in starts}, simultaneous=True)
    # expanding shows the sign of what stands in an absolute value or a root
    known = shifted.replace(sp.Abs, lambda inside: sp.Abs(sp.expand(inside)))
    return sp.factor(sp.simplify(known).subs({beyond[each]: each - starts[each] for each in starts}))
