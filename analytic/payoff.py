r"""Payoffs, derived: a role's programme run on symbols.

For an agent with balance B and holdings H_j worth v_j each to itself

.. math:: \pi = \Delta B + \sum_j v_j\,\Delta H_j ,

read off the account after its programme (`move.run`) has met the others' aggregate as a symbol: the supply
without me for a position, the others' total contribution for an effort. Population payoffs are exact
expectations of these over what the others draw (`expectation`). Payoffs by hand pass through.
"""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp

from .design import OTHERS, PLACE, SUPPLY_OTHERS, Design, Role, Stakeholder
from .expectation import over_population, over_queue, polynomial_in
from .move import Account, Claim, Contribute, Mint, opened, run
from .symbols import symbol

TOTAL = symbol("X")
QUEUE = 10_000  # longest queue whose places are averaged one by one


def gain(before: Account, after: Account, value: Mapping[str, sp.Expr]) -> sp.Expr:
    """Change of balance plus the holder's own value of what it now holds more."""
    held = sum(value.get(curve, 0) * (after.H[curve] - before.H[curve]) for curve in before.H)
    return after.B - before.B + held


def _start(design: Design, **given: sp.Expr) -> Account:
    """A fresh account of the design, its treasuries full."""
    return opened(design.curves, treasury=design.treasuries, **given)


def effort_payoff(design: Design, role: Role) -> sp.Expr:
    """The payoff of an effort, in the action's symbol and the others' total `OTHERS`.

    Examples
    --------
    >>> from analytic.catalogue import affiliate
    >>> design = affiliate()
    >>> payoff = effort_payoff(design, design.role())
    >>> design.number(payoff).subs({design.role().action.symbol: 5, OTHERS: 20}).evalf(6)
    1.00000
    """
    if role.action is None:
        raise ValueError(f"role {role.name} chooses among strategies, not from an interval of actions")
    if role.payoff is not None:
        return before_known(design, role, role.payoff)
    before = _start(design, X=OTHERS if design.collects else 0)
    after = run(before, role.moves, curves=design.curves, values={}, together=True)
    return before_known(design, role, gain(before, after, role.value))


def strategy_payoffs(design: Design, role: Role) -> dict[str, sp.Expr]:
    """The payoff of each strategy: by hand in the shares, or from its moves in `SUPPLY_OTHERS`."""
    payoffs = {}
    for strategy in role.strategies:
        if strategy.payoff is not None:
            payoffs[strategy.name] = before_known(design, role, strategy.payoff)
            continue
        before = _start(design, S=SUPPLY_OTHERS)
        after = run(before, strategy.moves, curves=design.curves, values={}, together=False)
        payoffs[strategy.name] = before_known(design, role, gain(before, after, role.value))
    return payoffs


def before_known(design: Design, role: Role, payoff: sp.Expr) -> sp.Expr:
    """The expected payoff before what is uncertain is known: parameters with a law, and one's place in the queue.

    A place is uniform on 0 .. count - 1. A parameter that was bound to a number is no longer uncertain.

    Raises
    ------
    ValueError
        For an uncertain parameter that agents control: each would know its own, which is another game.
    """
    for parameter in design.uncertain:
        if payoff.has(parameter.symbol) and parameter.distribution is not None:
            if parameter.control == "agent":
                raise ValueError(
                    f"parameter {parameter.name} is each agent's own and drawn from a law: agents would choose knowing "
                    f"theirs, which is not an expected payoff; bind it to a number or make it one role a type"
                )
            payoff = parameter.distribution.expect(payoff, parameter.symbol)
    if not payoff.has(PLACE):
        return payoff
    count = design.number(role.count)
    if not (count.is_Integer and count <= QUEUE):
        raise ValueError(f"a payoff in one's place needs a count of at most {QUEUE}, not {count} ({role.name})")
    return sp.Add(*(payoff.subs(PLACE, j) for j in range(int(count)))) / count


def positions(role: Role) -> tuple[sp.Expr, ...]:
    """How many tokens each strategy holds (what its programme mints)."""
    return tuple(sp.Add(*(m.quantity for m in s.moves if isinstance(m, Mint))) for s in role.strategies)


def share_symbols(design: Design, role: Role) -> tuple[sp.Symbol, ...]:
    """One share symbol a strategy: the design's own name for it, or one made from role and strategy."""
    named = {place: name for name, place in design.shares.items()}
    return tuple(sp.Symbol(named.get((role.name, s.name), f"x_{s.name}"), nonnegative=True) for s in role.strategies)


def population_payoffs(design: Design, role: Role) -> dict[str, sp.Expr]:
    """Expected payoffs in the shares of strategies, for the protocol in force, with parameters still symbols.

    Standing positions meet the supply of all others; in rounds each meets what those before it in a random
    queue have minted. Payoffs that are no polynomials need the design's numbers, and get them.
    """
    if role.by_hand:
        return strategy_payoffs(design, role)
    shares, amounts = share_symbols(design, role), positions(role)
    expect = over_population if design.protocol.standing else over_queue
    expected = {}
    for name, payoff in strategy_payoffs(design, role).items():
        told = {"shares": shares, "amounts": amounts, "draws": role.count - 1}
        if payoff.has(SUPPLY_OTHERS) and polynomial_in(payoff, SUPPLY_OTHERS) is None:
            payoff = design.number(payoff)
            told |= {"amounts": tuple(map(design.number, amounts)), "draws": design.number(role.count) - 1}
        expected[name] = expect(payoff, SUPPLY_OTHERS, **told)
    return expected


def mean_field_payoffs(design: Design, role: Role) -> dict[str, sp.Expr]:
    """Payoffs in the limit of many small agents with the same totals, per reference agent.

    Everything per agent is scaled by e, payoffs are divided by e, and e goes to 0: what is left is the
    marginal trade.
    """
    if role.by_hand:
        return strategy_payoffs(design, role)
    small = sp.Symbol("epsilon", positive=True)
    shrink = {p.symbol: small * p.symbol for p in design.parameters if p.per_agent}
    shares, amounts = share_symbols(design, role), positions(role)
    supply = role.count * sp.Add(*(share * amount for share, amount in zip(shares, amounts, strict=True)))
    queue = sp.Symbol("theta", nonnegative=True)
    limits = {}
    for name, payoff in strategy_payoffs(design, role).items():
        marginal = sp.diff(payoff.subs(shrink, simultaneous=True), small).subs(small, 0)
        if design.protocol.standing:
            limits[name] = marginal.subs(SUPPLY_OTHERS, supply)
        else:
            limits[name] = sp.integrate(sp.expand(marginal.subs(SUPPLY_OTHERS, queue * supply)), (queue, 0, 1))
    return limits


def claims(design: Design, role: Role, treasury: str) -> sp.Expr:
    """What the role as a whole claims from a treasury when its contributions total `TOTAL`."""
    assert role.action is not None
    before = _start(design)
    kept = tuple(m for m in role.moves if not (isinstance(m, Claim) and m.treasury != treasury))
    unclaimed = tuple(m for m in kept if not isinstance(m, Claim))
    paid, unpaid = (
        run(before, moves, curves=design.curves, values={role.action.symbol: TOTAL}).B for moves in (kept, unclaimed)
    )
    return paid - unpaid


def stakeholder_payoff(design: Design, role: Role, stakeholder: Stakeholder) -> sp.Expr:
    """What a stakeholder gains when contributions total `TOTAL`: the worth of tokens minted, less claims."""
    assert role.action is not None
    after = run(_start(design), role.moves, curves=design.curves, values={role.action.symbol: TOTAL})
    curves = {m.curve for m in role.moves if isinstance(m, Contribute)}
    minted = sp.Add(*(after.credited[curve] for curve in curves))
    return stakeholder.value * minted - claims(design, role, stakeholder.treasury)
