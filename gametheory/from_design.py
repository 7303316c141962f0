r"""`game`: from an incentive design to the game it makes, its numbers bound.

====================================  ==========================================================================
an effort from an interval            `Continuous`: payoff derived by the moves, stakeholders as externals
named strategies                      `Population`: exact expected payoffs in the shares, for the protocol in force
one player on each node of a graph    `Network`
====================================  ==========================================================================

A treasury that can never run dry on the whole domain of efforts is proved so, by rigorous bounds, and its cap then
drops out of the payoff; otherwise the cap stays in it as a case.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sympy as sp

from analytic.design import NEIGHBOURS, OTHERS, Design, Role
from analytic.payoff import (
    TOTAL,
    claims,
    effort_payoff,
    mean_field_payoffs,
    population_payoffs,
    share_symbols,
    stakeholder_payoff,
)
from gametheory.continuous import Continuous
from gametheory.population import Population

if TYPE_CHECKING:
    from gametheory.network import Network

__all__ = ["game", "mean_field"]


def game(design: Design) -> Continuous | Population | Network:
    """The game of a design, with its protocol in force and its numbers bound.

    Parameters
    ----------
    design : Design

    Returns
    -------
    Continuous, Population or Network

    Raises
    ------
    ValueError
        When roles with actions and roles with strategies are mixed, or an effort game has several roles.

    Examples
    --------
    >>> from analytic.catalogue import affiliate
    >>> game(affiliate()).players
    5
    """
    if design.graphical:
        return _network(design)
    with_action = [role for role in design.roles if role.action is not None]
    if not with_action:
        return _population(design, population_payoffs)
    if len(design.roles) > 1:
        raise ValueError(
            f"design {design.name!r} has {len(design.roles)} roles, one of them with an interval of actions: "
            f"an effort game has one role"
        )
    return _continuous(design, with_action[0])


def mean_field(design: Design) -> Population:
    """The population game of a design in the limit of many small agents with the same totals.

    Examples
    --------
    >>> from analytic.catalogue import holding
    >>> [str(payoff) for payoff in mean_field(holding()).payoff_expressions["holder"]]
    ['1 - 2*x_hold', '0']
    """
    return _population(design, mean_field_payoffs)


def _population(design: Design, payoffs: Any) -> Population:
    """A population game from one of the two ways of taking expectations."""
    roles = {role.name: role for role in design.roles}
    expressions = {name: payoffs(design, role) for name, role in roles.items()}
    return Population(
        roles=tuple(roles),
        strategies={name: tuple(s.name for s in role.strategies) for name, role in roles.items()},
        shares={name: share_symbols(design, role) for name, role in roles.items()},
        payoff_expressions={
            name: tuple(sp.expand(design.number(e)) if e.is_polynomial() else design.number(e) for e in each.values())
            for name, each in expressions.items()
        },
        size={name: int(design.number(role.count)) for name, role in roles.items()},
        name=design.title,
    )


def _continuous(design: Design, role: Role) -> Continuous:
    """An effort game; caps that never bind are left out, which is proved."""
    assert role.action is not None
    players = design.number(role.count)
    if not players.is_Integer:
        raise ValueError(f"the number of players of role {role.name!r} is {players}; it must be a whole number")
    interval = (design.number(role.action.low), design.number(role.action.high))
    told = design if _may_run_dry(design, role, players * interval[1]) else _with_full_treasuries(design)
    externals = {each.name: design.number(stakeholder_payoff(told, role, each)) for each in design.stakeholders}
    return Continuous(
        payoff_expression=design.number(effort_payoff(told, role)),
        action=role.action.symbol,
        others=OTHERS,
        players=int(players),
        interval=interval,
        total=TOTAL,
        externals=externals,
        role=role.name,
        name=design.title,
    )


def _with_full_treasuries(design: Design) -> Design:
    """The same design with treasuries that cannot run dry."""
    return replace(design, treasuries=dict.fromkeys(design.treasuries, sp.oo))


def _may_run_dry(design: Design, role: Role, most: sp.Expr) -> bool:
    """Whether what is claimed could exceed a treasury for some total contribution in [0, most]."""
    if not design.treasuries or role.payoff is not None or not design.collects:
        return False
    if not most.is_finite:
        return True
    from gametheory.methods.branch_and_bound import bound_maximum

    for name, budget in design.treasuries.items():
        claimed = design.number(claims(_with_full_treasuries(design), role, name))
        bounds = bound_maximum(claimed, TOTAL, 0, most, tolerance=1e-6)
        if not bounds.upper < float(design.number(budget)):
            return True
    return False


def _network(design: Design) -> Network:
    """One player on each node."""
    from gametheory.network import Network

    role = design.role()
    if role.action is None or role.payoff is None:
        raise ValueError(f"role {role.name!r} on a graph needs an interval of actions and a payoff in neighbours(x)")
    if design.graph is None:
        raise ValueError(f"design {design.name!r} has players on nodes but no graph")
    return Network(
        design.graph,
        design.number(role.payoff),
        role.action.symbol,
        NEIGHBOURS,
        (design.number(role.action.low), design.number(role.action.high)),
    )
