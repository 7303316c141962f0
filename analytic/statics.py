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
from mpmath import mpmathify

from .design import OTHERS, Design, Role
from .payoff import TOTAL, effort_payoff, stakeholder_payoff
from .power import power_roots

FLAT = 1e-12  # a slope this small at all places seen is no slope
SEEN = ("0.01", "0.1", "1", "10", "100")  # where a slope is looked at
CONCEPTS = ("joint optimum", "nash", "ess", "social optimum")


def interior(expression: sp.Expr) -> sp.Expr:
    """The first branch of every case: effort is made, and treasuries can pay."""
    while expression.has(sp.Piecewise):
        expression = expression.replace(sp.Piecewise, lambda *cases: cases[0][0])
    return expression


def first_order(design: Design, role: Role, concept: str) -> sp.Expr:
    """The first-order condition of a concept (to be zero), in the effort per head."""
    assert role.action is not None
    payoff, x = interior(effort_payoff(design, role)), role.action.symbol
    y = sp.Symbol("y", positive=True)
    return combined(_slope(design, role, concept, payoff, y), x)


def combined(expression: sp.Expr, x: sp.Expr) -> sp.Expr:
    """Sums in x as products where they are: x + (n - 1) x is n x."""
    return expression.replace(lambda part: part.is_Add and part.has(x), sp.factor_terms)


def _slope(design: Design, role: Role, concept: str, payoff: sp.Expr, y: sp.Symbol) -> sp.Expr:
    """The condition as it is defined."""
    assert role.action is not None
    x, n = role.action.symbol, role.count

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
    """Positive solutions of a condition in powers of x."""
    positive = sp.Symbol(x.name, positive=True)
    return power_roots(condition.subs(x, positive), positive)


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
    instead = "use gametheory.solve with numbers bound"
    try:
        solutions = _solved(first_order(design, role, concept), role.action.symbol)
    except ValueError as error:
        raise ValueError(
            f"the first-order condition of {concept!r} in design {design.name!r} is not solved: {error}; {instead}"
        ) from None
    if len(solutions) != 1:
        raise ValueError(
            f"the first-order condition of {concept!r} in design {design.name!r} has {len(solutions)} "
            f"positive closed-form solutions: {instead}"
        )
    return solutions[0]


def surplus(design: Design, x: sp.Expr, role: Role | None = None) -> Mapping[str, sp.Expr]:
    """The surplus of the role and of every stakeholder when each makes the effort `x`, and their sum."""
    role = role or design.role()
    assert role.action is not None
    n, own = role.count, sp.Dummy("x", positive=True)
    payoff = interior(effort_payoff(design, role))
    gains = {role.name: n * payoff.subs({role.action.symbol: own, OTHERS: (n - 1) * own}, simultaneous=True)}
    for each in design.stakeholders:
        gains[each.name] = interior(stakeholder_payoff(design, role, each)).subs(TOTAL, n * own)
    gains = {name: combined(gain, own).subs(own, x) for name, gain in gains.items()}
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
def _stationary(goal: sp.Expr, chosen: sp.Symbol) -> tuple[sp.Expr, ...]:
    """Where the slope of a goal in a positive parameter is zero."""
    return power_roots(sp.diff(goal, chosen), chosen)


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

    Returns
    -------
    Best

    Raises
    ------
    ValueError
        For an unknown parameter or objective, or when there is no closed form.

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
    aim = goal.subs(parameter, chosen)
    numbers = {s: v for s, v in design.values.items() if s != parameter}
    slope = sp.diff(aim, chosen)
    trend = sp.lambdify(chosen, slope.subs(numbers), modules="mpmath")
    seen = [trend(mpmathify(at)) for at in SEEN]
    if all(abs(each) < FLAT for each in seen):
        return Best(name, objective, concept, sp.nan)
    try:
        peaks = [each for each in _stationary(aim, chosen) if _peaks(slope, chosen, each, numbers)]
    except ValueError as error:
        raise ValueError(
            f"the best {name} for {objective!r} in design {design.name!r} is not solved: {error}"
        ) from None
    if len(peaks) > 1:
        raise ValueError(f"{len(peaks)} values of {name} are locally best for {objective!r}: {peaks}; compare them")
    if not peaks:
        if min(seen) < -FLAT and max(seen) > FLAT:
            raise ValueError(
                f"the best {name} for {objective!r} is at an end of its range, and which depends on numbers"
            )
        return Best(name, objective, concept, sp.oo if max(seen) > FLAT else sp.Integer(0))
    return Best(name, objective, concept, within_domain(design, peaks[0]))


def _peaks(slope: sp.Expr, chosen: sp.Symbol, at: sp.Expr, numbers: Mapping[sp.Symbol, sp.Expr]) -> bool:
    """Whether the slope falls through zero there, at the design's numbers."""
    place = at.subs(numbers)
    return bool(place.is_positive) and bool(sp.diff(slope, chosen).subs(numbers).subs(chosen, place).evalf() < 0)


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
    back = known.subs({beyond[each]: each - starts[each] for each in starts})
    return sp.factor(back.replace(lambda part: part.is_Add, sp.expand))
