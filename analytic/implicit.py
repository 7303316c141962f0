r"""How an equilibrium moves with a parameter: the implicit function theorem, and the sign of each derivative.

Where F(x, theta) = 0 determines x and the Jacobian is invertible,

.. math:: \frac{dx}{d\theta} = -\left(\frac{\partial F}{\partial x}\right)^{-1} \frac{\partial F}{\partial\theta} .

One unknown or several; the conditions may hold a function that is not known, such as a cost c(x), whose derivatives
are told apart by the signs that are assumed of them.

References
----------
Samuelson (1947), Foundations of Economic Analysis, chapter III.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import sympy as sp

from .checking import Ranges
from .design import Design, Role
from .signs import sign
from .statics import effort

__all__ = ["Slope", "comparative_statics", "effort_statics"]


@dataclass(frozen=True, slots=True)
class Slope:
    """How one unknown of an equilibrium moves with one parameter.

    Parameters
    ----------
    unknown, parameter : sympy.Symbol
    value : sympy.Expr
        The derivative.
    sign : {"positive", "negative", "zero", "nonnegative", "nonpositive", "depends"}
    condition : sympy.Basic
        When it is positive: true, false or a relation.
    """

    unknown: sp.Symbol
    parameter: sp.Symbol
    value: sp.Expr
    sign: str
    condition: sp.Basic


def comparative_statics(
    equations: sp.Expr | Sequence[sp.Expr],
    unknowns: sp.Symbol | Sequence[sp.Symbol],
    parameters: Sequence[sp.Symbol],
    *,
    at: Mapping[sp.Symbol, sp.Expr] | None = None,
    assuming: Mapping[sp.Expr, Literal["positive", "negative"]] | None = None,
    ranges: Ranges | None = None,
) -> tuple[Slope, ...]:
    """The derivative of each unknown by each parameter, with its sign.

    Parameters
    ----------
    equations : sympy.Expr or sequence of them
        Zero at the equilibrium: first-order conditions, market clearing, a fixed point.
    unknowns : sympy.Symbol or sequence of them
        As many as equations.
    parameters : sequence of sympy.Symbol
    at : mapping from unknown to expression, optional
        The solution, where it is known; it is checked and put in.
    assuming : mapping from expression to {"positive", "negative"}, optional
        Signs of expressions whose symbols do not tell it, such as a second-order condition.
    ranges : mapping from symbol to (low, high), optional
        Open intervals in which symbols lie.

    Returns
    -------
    tuple of Slope
        By unknown, then by parameter.

    Raises
    ------
    ValueError
        When equations and unknowns differ in number, a parameter is an unknown, the Jacobian is singular, or `at` does
        not solve the equations.

    Examples
    --------
    >>> x, k, c = sp.symbols("x k c", positive=True)
    >>> [(str(one.parameter), one.sign) for one in comparative_statics(k / x - c, x, (k, c))]
    [('k', 'positive'), ('c', 'negative')]
    """
    conditions = tuple(equations) if isinstance(equations, Sequence) else (equations,)
    sought = tuple(unknowns) if isinstance(unknowns, Sequence) else (unknowns,)
    if len(conditions) != len(sought):
        raise ValueError(f"{len(conditions)} equations cannot determine {len(sought)} unknowns: give as many of each")
    if twice := set(sought) & set(parameters):
        raise ValueError(f"{', '.join(map(str, twice))} cannot be both unknown and parameter")
    system = sp.Matrix(conditions)
    jacobian = system.jacobian(sought)
    determinant = sp.factor(jacobian.det())
    if determinant == 0:
        raise ValueError(f"the Jacobian of the equations by {', '.join(map(str, sought))} is singular: no derivative")
    _check_solution(conditions, sought, at or {}, ranges or {})
    found = []
    for parameter in parameters:
        moved = -(jacobian.adjugate() * system.diff(parameter)) / determinant
        found += list(_slopes(sought, parameter, moved, at or {}, assuming or {}, ranges or {}))
    return tuple(sorted(found, key=lambda each: sought.index(each.unknown)))


def _check_solution(
    conditions: Sequence[sp.Expr], sought: Sequence[sp.Symbol], at: Mapping[sp.Symbol, sp.Expr], ranges: Ranges
) -> None:
    """Refuse a solution that does not solve the equations."""
    from .derivation import DerivationError, prove

    if not set(sought) <= set(at):
        return
    for place, condition in enumerate(conditions):
        try:
            prove(f"equation {place + 1}", condition.subs(at, simultaneous=True), sp.S.Zero, "given", ranges=ranges)
        except DerivationError as error:
            raise ValueError(f"the solution given does not solve the equations: {error}") from None


def _slopes(
    sought: Sequence[sp.Symbol],
    parameter: sp.Symbol,
    moved: sp.Matrix,
    at: Mapping[sp.Symbol, sp.Expr],
    assuming: Mapping[sp.Expr, str],
    ranges: Ranges,
) -> Iterator[Slope]:
    for unknown, raw in zip(sought, moved, strict=True):
        told = {each: sp.Dummy(str(each), **{name: True}) for each, name in assuming.items()}
        value = sp.factor(sp.cancel(sp.together(raw.subs(at, simultaneous=True))))
        named = sp.factor(sp.together(raw.subs(at, simultaneous=True).subs(told)))
        found = sign(named, ranges=ranges)
        back = {dummy: each for each, dummy in told.items()}
        yield Slope(unknown, parameter, value, found.name, found.condition.subs(back))


def effort_statics(design: Design, concept: str, *parameters: str, role: Role | None = None) -> tuple[Slope, ...]:
    """How a design's symmetric effort under a concept moves with its parameters.

    Parameters
    ----------
    design : Design
    concept : {"nash", "ess", "joint optimum", "social optimum"}
    *parameters : str
        By name; without any, all that matter.
    role : Role, optional
        When the design has several.

    Returns
    -------
    tuple of Slope

    Examples
    --------
    >>> from analytic.catalogue import affiliate
    >>> [(str(one.parameter), one.sign) for one in effort_statics(affiliate(), "nash", "k", "c", "m", "v")]
    [('k', 'positive'), ('c', 'negative'), ('m', 'negative'), ('v', 'zero')]
    >>> effort_statics(affiliate(), "nash", "n")[0].condition
    2*n - 3 < 0
    """
    role = role or design.role()
    assert role.action is not None
    x = sp.Symbol(role.action.symbol.name, positive=True)
    # inside their domains parameters of a half line are positive numbers
    chosen = {p.symbol: sp.Symbol(p.name, positive=True) for p in design.parameters if p.domain.start >= 0}
    solution = effort(design, concept, role).subs(chosen)
    ranges = {
        chosen[p.symbol]: (float(p.domain.start), float(p.domain.end))
        for p in design.parameters
        if p.symbol in chosen and (p.domain.start > 0 or p.domain.end.is_finite)
    }
    names = parameters or tuple(p.name for p in design.parameters if solution.has(chosen.get(p.symbol, p.symbol)))
    found = []
    for each in (design.parameter(name).symbol for name in names):
        value = sp.diff(solution, chosen.get(each, each))
        told = sign(value, ranges=ranges)
        found.append(Slope(x, chosen.get(each, each), sp.factor(value), told.name, told.condition))
    return tuple(found)
