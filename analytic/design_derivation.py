r"""The derivation of a design: from the moves to payoffs, expectations, conditions and thresholds.

Each step's two sides come from different places: what running the programme gives against what the mechanism's own
formulas give, a closed expectation against the sum over all draws, a closed-form solution against the condition it
must satisfy.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import sympy as sp

from .attack import PROBE, wash_profit, wash_threshold
from .curve_derivation import derive_curve
from .derivation import Derivation, Step, prove
from .design import NEIGHBOURS, OTHERS, SUPPLY_OTHERS, Design, Role
from .move import MINTED, Claim, Contribute, Mint, Spend
from .payoff import TOTAL, effort_payoff, population_payoffs, positions, share_symbols, strategy_payoffs
from .statics import CONCEPTS, best_parameter, effort, first_order, interior, surplus

FEW = 4  # agents in the sum over all draws that a closed expectation is checked against


def derive_design(design: Design) -> Derivation:
    """Steps of every mechanism and role; see `analytic.derive`."""
    steps: list[Step] = []
    for name, curve in design.curves.items():
        steps += (
            replace(each, name=f"{name}: {each.name}") for each in derive_curve(_numbers_if_needed(design, curve))
        )
    for role in design.roles:
        if role.action is not None and role.payoff is None:
            steps += _effort_steps(design, role)
        elif role.action is not None:
            steps += _by_hand_action(design, role)
        elif role.by_hand:
            steps += _by_hand(design, role)
        else:
            steps += _position_steps(design, role)
    return Derivation(design.title, tuple(steps))


def _numbers_if_needed(design: Design, curve):  # type: ignore[no-untyped-def]
    """A curve with an end needs numbers for random points to stay inside; others keep their symbols."""
    if not curve.supply[1].is_finite and not curve.supply[1].free_symbols:
        return curve
    named = {p.symbol: p.name for p in design.parameters}
    return curve.at(**{named[s]: design.values[s] for s in curve.free_symbols})


def _domains(design: Design) -> dict[sp.Symbol, tuple[float, float]]:
    """Where each parameter is drawn: inside its domain, within ten of a finite end; without one, near its number."""
    ranges = {}
    for parameter in design.parameters:
        low, high = parameter.domain.start, parameter.domain.end
        if low.is_finite and (low != 0 or high.is_finite):
            ranges[parameter.symbol] = (float(low), float(high) if high.is_finite else float(low) + 10.0)
        elif not low.is_finite and not high.is_finite and (number := float(design.values[parameter.symbol])):
            ranges[parameter.symbol] = (min(number / 2, 2 * number), max(number / 2, 2 * number))
    return ranges


def _effort_steps(design: Design, role: Role) -> Iterator[Step]:
    assert role.action is not None
    domains = _domains(design)
    x = role.action.symbol
    contributed = next((m for m in role.moves if isinstance(m, Contribute)), None)
    claim = next((m for m in role.moves if isinstance(m, Claim)), None)
    if contributed is None or claim is None:
        return
    curve = design.curves[contributed.curve]
    total = sp.Symbol(TOTAL.name, positive=True)
    minted = curve.mint(0, total)
    yield prove(
        "the crowd's tokens",
        curve.cost(0, minted),
        total,
        "the crowd mints with all that was brought in",
        shown=result("S_minted", minted),
    )
    others = sp.Symbol(OTHERS.name, positive=True)
    own = sp.Symbol(x.name, positive=True)
    share = own / (own + others) * minted.subs(total, own + others)
    spent = sp.Add(*(m.quantity for m in role.moves if isinstance(m, Spend))).subs(x, own)
    told = claim.quantity.subs(MINTED, share) - spent
    payoff = interior(effort_payoff(design, role)).subs({x: own, OTHERS: others})
    yield prove(
        "payoff",
        payoff,
        told,
        "pro rata share of the tokens minted, times the reward, less the cost of effort",
        shown=result("pi_i", told),
    )
    for concept in CONCEPTS:
        try:
            solution = effort(design, concept, role)
        except ValueError:
            continue
        condition = first_order(design, role, concept).subs(x, solution)
        yield prove(
            f"effort, {concept}",
            condition,
            sp.Integer(0),
            "solves the first-order condition",
            ranges=domains,
            shown=result(f"{x.name}_{concept.split()[0]}", solution),
        )
    yield from _best_steps(design, role, claim)
    reward = sorted(claim.quantity.free_symbols & {p.symbol for p in design.parameters}, key=str)
    if reward:
        threshold = wash_threshold(curve, claim.quantity, reward[0])
        margin = sp.diff(wash_profit(curve, claim.quantity), PROBE).subs(reward[0], threshold).subs(PROBE, 0)
        yield prove(
            "wash threshold",
            margin,
            sp.Integer(0),
            "a small wash trade breaks even",
            shown=result(f"{reward[0]}_wash", threshold),
        )


def _best_steps(design: Design, role: Role, claim: Claim) -> Iterator[Step]:
    """The designer's parameter: the slope of the objective is zero at the best value."""
    for parameter in design.parameters:
        if parameter.control != "designer" or parameter.symbol not in claim.quantity.free_symbols:
            continue
        for goal in (*(each.name for each in design.stakeholders), "all"):
            try:
                best = best_parameter(design, parameter.name, objective=goal)
            except ValueError:
                continue
            if not best.value.is_finite or best.value == 0:
                continue
            chosen = sp.Symbol(parameter.name, positive=True)
            objective = surplus(design, effort(design, "nash", role), role)[goal].subs(parameter.symbol, chosen)
            slope = sp.diff(objective, chosen).subs(chosen, best.value)
            yield prove(
                f"best {parameter.name} for {goal}",
                slope,
                sp.Integer(0),
                "the slope of the objective is zero there, given Nash play",
                ranges=_domains(design),
                shown=result(f"{parameter.name}_best", best.value),
            )


def _position_steps(design: Design, role: Role) -> Iterator[Step]:
    """Payoff by moves, potential, and the exact expectation over the others' draw."""
    derived = strategy_payoffs(design, role)
    shares, amounts = share_symbols(design, role), positions(role)
    supply = sp.Symbol(SUPPLY_OTHERS.name, positive=True)
    ended = any(curve.supply[1].is_finite for curve in design.curves.values())
    for strategy, amount in zip(role.strategies, amounts, strict=True):
        mints = [m for m in strategy.moves if isinstance(m, Mint)]
        if len(mints) != 1:
            continue
        curve, worth = design.curves[mints[0].curve], role.value.get(mints[0].curve, sp.Integer(0))
        ranges = {}
        bind = design.number if ended else lambda expression: expression
        if ended:
            high = float(design.number(curve.supply[1]) - design.number(amount))
            ranges = {supply: (0.0, high)}
        payoff = bind(derived[strategy.name].subs(SUPPLY_OTHERS, supply))
        told = bind(worth * amount - curve.cost(supply, amount))
        yield prove(
            f"payoff of {strategy.name}", payoff, told, "own value less the integral of the price", ranges=ranges
        )
        gain = worth * amount - (curve.cost(0, supply + amount) - curve.cost(0, supply))
        yield prove(
            f"potential, {strategy.name}", payoff, bind(gain),
            "the payoff is the change of (values of holders) - (payments): an exact potential", ranges=ranges,
        )  # fmt: skip
    yield from _expectation_steps(design, role, derived, shares, amounts)


def _expectation_steps(design, role, derived, shares, amounts):  # type: ignore[no-untyped-def]
    """Closed expectations against the sum over every draw of a few others."""
    if len(role.strategies) != 2 or not isinstance(role.count, sp.Symbol):
        return
    few = design.at(**{role.count.name: FEW})
    expected = population_payoffs(few, role)
    first, second = amounts
    x = shares[0]
    for strategy in role.strategies:
        if not derived[strategy.name].has(SUPPLY_OTHERS) or not few.protocol.standing:
            continue
        left = few.number(expected[strategy.name]).subs(shares[1], 1 - x)
        right = sp.Add(
            *(
                sp.binomial(FEW - 1, j) * x**j * (1 - x) ** (FEW - 1 - j)
                * few.number(derived[strategy.name].subs(SUPPLY_OTHERS, j * first + (FEW - 1 - j) * second))
                for j in range(FEW)
            )
        )  # fmt: skip
        yield prove(
            f"expected payoff of {strategy.name}", left, right, f"the mean over all draws, here N = {FEW}",
            ranges={x: (0.0, 1.0)},
        )  # fmt: skip


def result(name: str, value: sp.Expr) -> sp.Basic:
    """The equation that states a result."""
    return sp.Eq(sp.Symbol(name), value, evaluate=False)


def _by_hand(design: Design, role: Role) -> Iterator[Step]:
    """Payoff differences between strategies, in factored form."""
    payoffs = strategy_payoffs(design, role)
    first = role.strategies[0]
    for strategy in role.strategies[1:]:
        difference = payoffs[first.name] - payoffs[strategy.name]
        yield prove(
            f"{role.name}: {first.name} against {strategy.name}", difference, sp.factor(difference),
            "indifferent where this is zero (payoffs given by hand)",
        )  # fmt: skip


def _by_hand_action(design: Design, role: Role) -> Iterator[Step]:
    """The best reply of a payoff by hand, where it has a closed form."""
    assert role.action is not None
    assert role.payoff is not None
    x = role.action.symbol
    slope = sp.diff(role.payoff, x)
    replies = sp.solve(slope, x, dict=False) if slope.is_polynomial(x) else []
    for reply in replies[:1]:
        yield prove(
            f"{role.name}: best reply", slope.subs(x, reply), sp.Integer(0),
            f"x = {reply} with {NEIGHBOURS if role.payoff.has(NEIGHBOURS) else OTHERS} given",
        )  # fmt: skip
