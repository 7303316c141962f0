r"""Design: an incentive design, written once.

A design names its parameters, mechanisms (curves, treasuries), roles and protocols. A role either chooses
among named strategies or picks an action from an interval; what it does is a programme of moves (`move.py`),
and its payoff

.. math:: \pi = \Delta B + \sum_j v_j \, \Delta H_j

is derived by running that programme on symbols (`payoff.py`). Where moves cannot tell a story the payoff is
given by hand, and `Role.by_hand` says so. What others do enters through aggregates, each a symbol of its own:
the supply met at one's turn, the others' total contribution, one's place in the queue, the neighbours'
weighted sum, the shares of strategies.

Numbers are bound with `Design.at`; they are read as decimals (0.1 is one tenth), so that answers can be
exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal

import sympy as sp

from .curve import BondingCurve
from .move import MINTED, Claim, Contribute, Programme
from .parameter import Distribution, Parameter, interval_text, one_of
from .symbols import symbol

__all__ = [
    "CHOICES",
    "MATCHINGS",
    "NEIGHBOURS",
    "ORDERS",
    "OTHERS",
    "PLACE",
    "SUPPLY_OTHERS",
    "Action",
    "Design",
    "Distribution",
    "Parameter",
    "Protocol",
    "Role",
    "Stakeholder",
    "Strategy",
    "interval_text",
    "one_of",
]

#: aggregates: what a strategy may see of the others
OTHERS = symbol("X_others", nonnegative=True)  # the others' total contribution or action
SUPPLY_OTHERS = symbol("S_others", nonnegative=True)  # the supply when I hold nothing
PLACE = symbol("place", nonnegative=True)  # how many of my role moved before me
NEIGHBOURS = symbol("neighbours", nonnegative=True)  # weighted sum of the neighbours' actions

Order = Literal["random sequential", "simultaneous", "batch"]
Matching = Literal["whole population", "closed group", "random groups", "graph"]
Choice = Literal["logit", "imitate the best", "proportional imitation"]
ORDERS: tuple[Order, ...] = ("random sequential", "simultaneous", "batch")
MATCHINGS: tuple[Matching, ...] = ("whole population", "closed group", "random groups", "graph")
CHOICES: tuple[Choice, ...] = ("logit", "imitate the best", "proportional imitation")
STEP = sp.Rational(1, 80)  #: how far a mutated action moves, as a share of its interval


@dataclass(frozen=True, slots=True)
class Strategy:
    """A named way to play: a programme of moves, or a payoff by hand."""

    name: str
    moves: Programme = ()
    payoff: sp.Expr | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """An interval of actions: its symbol, its ends, its unit."""

    symbol: sp.Symbol
    low: sp.Expr
    high: sp.Expr
    unit: str = "1"


@dataclass(frozen=True, slots=True)
class Role:
    """A kind of player.

    Parameters
    ----------
    name : str
    count : expression
        How many play together: the population of strategies, or the group in which efforts meet.
    strategies : tuple of Strategy
        For a role that chooses among strategies; the first is the one whose share a two-strategy picture
        shows.
    action, moves : Action, Programme
        For a role that picks from an interval.
    payoff : expression, optional
        A payoff by hand in the action and the aggregates.
    value : mapping from curve to expression
        The holder's own utility per token [currency/token]; not money.
    one_per : {"", "node"}
        "node": one player on each node of the design's graph.
    """

    name: str
    count: sp.Expr = sp.S.One
    strategies: tuple[Strategy, ...] = ()
    action: Action | None = None
    moves: Programme = ()
    payoff: sp.Expr | None = None
    value: Mapping[str, sp.Expr] = field(default_factory=dict)
    one_per: Literal["", "node"] = ""

    def __post_init__(self) -> None:
        if bool(self.strategies) == (self.action is not None):
            raise ValueError(f"role {self.name} needs either strategies or an action interval, and not both")
        if self.strategies and len({s.name for s in self.strategies}) != len(self.strategies):
            raise ValueError(f"role {self.name} names a strategy twice: {[s.name for s in self.strategies]}")
        if len(self.strategies) == 1:
            raise ValueError(f"role {self.name} has one strategy only; with nothing to choose there is no game")
        if self.action is not None and not self.moves and self.payoff is None:
            raise ValueError(f"role {self.name} has an action but neither moves nor a payoff")

    @property
    def programmes(self) -> tuple[Programme, ...]:
        """What the role may do: its own moves, or those of each strategy."""
        return (self.moves,) if self.action is not None else tuple(s.moves for s in self.strategies)

    @property
    def by_hand(self) -> bool:
        """Whether any payoff of the role is given by hand rather than derived from moves."""
        return self.payoff is not None or any(s.payoff is not None for s in self.strategies)

    def strategy(self, name: str) -> Strategy:
        """The strategy of that name."""
        one_of(f"a strategy of role {self.name}", name, tuple(s.name for s in self.strategies))
        return next(s for s in self.strategies if s.name == name)


@dataclass(frozen=True, slots=True)
class Protocol:
    """Who moves when, meets whom, and how choices are revised; each changes results, so each is stated.

    Parameters
    ----------
    name : str
    standing : bool
        True: positions stand and are revised one at a time (or a share at a time). False: everybody plays
        every round afresh, then revises on what the ledger paid.
    order : {"random sequential", "simultaneous", "batch"}
    matching : {"whole population", "closed group", "random groups", "graph"}
    choice : {"logit", "imitate the best", "proportional imitation"}
    revising : expression
        The share that revises at a time (simultaneous order) or per round.
    temperature : expression
        Of the logit choice, in units of payoff.
    mutation, step : expression
        Chance per revision of trying something else, and how far (a share of the action interval).
    """

    name: str
    standing: bool = True
    order: Order = "random sequential"
    matching: Matching = "whole population"
    choice: Choice = "logit"
    revising: sp.Expr = sp.S.One
    temperature: sp.Expr = sp.S.Zero
    mutation: sp.Expr = sp.S.Zero
    step: sp.Expr = STEP

    def __post_init__(self) -> None:
        one_of(f"the order of protocol {self.name!r}", self.order, ORDERS)
        one_of(f"the matching of protocol {self.name!r}", self.matching, MATCHINGS)
        one_of(f"the choice of protocol {self.name!r}", self.choice, CHOICES)


@dataclass(frozen=True, slots=True)
class Stakeholder:
    """Somebody who does not play but whose surplus counts: its treasury pays, a token is worth `value`."""

    name: str
    treasury: str
    value: sp.Expr


@dataclass(frozen=True)
class Design:
    """An incentive design: everything that must be said, once.

    Examples
    --------
    >>> from analytic.catalogue import affiliate
    >>> design = affiliate().at(k=0.2, n=5)
    >>> design.values[design.parameter("k").symbol]
    1/5
    """

    name: str
    title: str
    parameters: tuple[Parameter, ...]
    roles: tuple[Role, ...]
    protocols: tuple[Protocol, ...]
    curves: Mapping[str, BondingCurve] = field(default_factory=dict)
    treasuries: Mapping[str, sp.Expr] = field(default_factory=dict)
    stakeholders: tuple[Stakeholder, ...] = ()
    shares: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    graph: Any = None
    citation: str = ""
    bound: Mapping[str, sp.Rational] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for kind, names in (
            ("parameter", [p.name for p in self.parameters]),
            ("role", [r.name for r in self.roles]),
            ("protocol", [p.name for p in self.protocols]),
        ):
            twice = {name for name in names if names.count(name) > 1}
            if twice:
                raise ValueError(f"design {self.name!r} names a {kind} twice: {', '.join(sorted(twice))}")
        if not self.roles or not self.protocols:
            raise ValueError(f"design {self.name!r} needs at least one role and one protocol")
        for attribute in ("curves", "treasuries", "shares", "bound"):
            object.__setattr__(self, attribute, MappingProxyType(dict(getattr(self, attribute))))
        self._check_names()
        self._check_claims()

    def _check_names(self) -> None:
        """Every curve and treasury that a move names must exist."""
        for role in self.roles:
            for programme in role.programmes:
                for move in programme:
                    curve = getattr(move, "curve", None)
                    if curve is not None:
                        one_of(f"a curve in the moves of role {role.name}", curve, tuple(self.curves))
                    if isinstance(move, Claim):
                        one_of(
                            f"a treasury in the moves of role {role.name}",
                            move.treasury,
                            tuple(self.treasuries),
                        )

    def _check_claims(self) -> None:
        """Where all claim at once, what is due in all must follow from the total: claims are a constant times it."""
        free = {parameter.symbol for parameter in self.parameters}
        for role in self.roles if any(p.order == "batch" for p in self.protocols) else ():
            for move in (move for programme in role.programmes for move in programme if isinstance(move, Claim)):
                if not sp.expand(move.quantity / MINTED).free_symbols <= free:
                    raise ValueError(
                        f"role {role.name} claims {move.quantity}: in batch order a claim must be a constant times "
                        f"{MINTED}, so that the treasury knows what is due in all; take an order in which agents "
                        "claim one after another"
                    )

    def parameter(self, name: str) -> Parameter:
        """The parameter of that name."""
        one_of(f"a parameter of design {self.name!r}", name, tuple(p.name for p in self.parameters))
        return next(p for p in self.parameters if p.name == name)

    def role(self, name: str | None = None) -> Role:
        """The role of that name; without a name, the only one."""
        if name is None:
            if len(self.roles) > 1:
                raise ValueError(f"design {self.name!r} has several roles, say which: {[r.name for r in self.roles]}")
            return self.roles[0]
        one_of(f"a role of design {self.name!r}", name, tuple(r.name for r in self.roles))
        return next(r for r in self.roles if r.name == name)

    @property
    def protocol(self) -> Protocol:
        """The protocol in force: the first."""
        return self.protocols[0]

    def under(self, protocol: str) -> Design:
        """The same design with another of its protocols in force."""
        one_of(f"a protocol of design {self.name!r}", protocol, tuple(p.name for p in self.protocols))
        chosen = next(p for p in self.protocols if p.name == protocol)
        return replace(self, protocols=(chosen, *(p for p in self.protocols if p is not chosen)))

    def at(self, **parameters: Any) -> Design:
        """The same design with numbers bound; each is checked against its domain.

        Raises
        ------
        ValueError
            For an unknown name (with the nearest one) or a value outside its domain (with range and unit).
        """
        numbers = {name: self.parameter(name).checked(value) for name, value in parameters.items()}
        return replace(self, bound={**self.bound, **numbers})

    @cached_property
    def values(self) -> Mapping[sp.Symbol, sp.Rational]:
        """The number of every parameter: bound, or its default."""
        return {p.symbol: self.bound.get(p.name, p.default) for p in self.parameters}

    def number(self, expression: sp.Expr) -> sp.Expr:
        """An expression with every parameter's number in place."""
        return sp.sympify(expression, strict=True).subs(self.values)

    def scaled(self, agents: int) -> Design:
        """The same design for another number of agents: what is per agent shrinks so that totals stay.

        Raises
        ------
        ValueError
            When the count of the role is not a parameter, so that it cannot be changed.
        """
        count = self.role().count
        if not isinstance(count, sp.Symbol):
            raise ValueError(
                f"the count of role {self.role().name!r} is {count}, not a parameter, and cannot be scaled"
            )
        before = self.values[count]
        shrink = {p.name: self.values[p.symbol] * before / agents for p in self.parameters if p.per_agent}
        return self.at(**{count.name: agents}, **shrink)

    @property
    def uncertain(self) -> tuple[Parameter, ...]:
        """The parameters that have a law and were not bound to a number."""
        return tuple(p for p in self.parameters if p.distribution is not None and p.name not in self.bound)

    @property
    def money(self) -> str:
        """The unit of money: that of the first parameter told in money or in money per token; else "currency"."""
        for parameter in self.parameters:
            unit = parameter.unit.removesuffix("/token")
            if unit not in ("1", "token") and (parameter.per_agent or unit != parameter.unit):
                return unit
        return "currency"

    @property
    def graphical(self) -> bool:
        """Whether players sit on the nodes of a graph."""
        return any(role.one_per == "node" for role in self.roles)

    @property
    def collects(self) -> bool:
        """Whether any role brings in the crowd (contributes)."""
        programmes = (programme for role in self.roles for programme in role.programmes)
        return any(isinstance(move, Contribute) for programme in programmes for move in programme)

    def latex(self) -> str:
        """The equations of the paper: mechanisms, payoffs, parameters."""
        from .tex import design_latex

        return design_latex(self)
