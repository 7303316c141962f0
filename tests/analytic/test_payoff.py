"""Payoffs derived from moves: the affiliate's and the holder's formulas, exact populations, small-agent limits."""

import pytest
import sympy as sp

from analytic.catalogue import affiliate, holding
from analytic.design import (
    OTHERS,
    PLACE,
    SUPPLY_OTHERS,
    Design,
    Distribution,
    Parameter,
    Protocol,
    Role,
    Strategy,
)
from analytic.payoff import (
    TOTAL,
    effort_payoff,
    mean_field_payoffs,
    population_payoffs,
    positions,
    stakeholder_payoff,
    strategy_payoffs,
)


def test_the_affiliates_payoff_is_its_share_of_the_reward_less_its_cost():
    design = affiliate()
    payoff, x = design.number(effort_payoff(design, design.role())), design.role().action.symbol
    for mine, others in ((5, 20), (16, 3), (1, 0)):
        total = sp.Integer(mine + others)
        expected = sp.Rational(1, 5) * sp.sqrt(100 * total) * mine / total - sp.Rational(mine, 5)
        assert sp.simplify(payoff.subs({x: mine, OTHERS: others}) - expected) == 0
    assert payoff.subs({x: 0, OTHERS: 0}) == 0


def test_a_holder_gains_its_value_less_the_integral_of_the_price():
    design = holding().at(phi=0.1)
    payoffs = {name: design.number(each) for name, each in strategy_payoffs(design, design.role()).items()}
    S = sp.Symbol("S", nonnegative=True)
    cost = sp.integrate(S / 50 + sp.Rational(1, 2), (S, SUPPLY_OTHERS, SUPPLY_OTHERS + 1)) * sp.Rational(11, 10)
    assert sp.expand(payoffs["hold"] - sp.Rational(3, 2) + cost) == 0
    assert payoffs["out"] == 0
    assert positions(design.role())[1] == 0


@pytest.mark.parametrize(("protocol", "factor"), [("one at a time", 1), ("rounds", sp.Rational(1, 2))])
def test_a_population_meets_all_others_or_those_before_it(protocol, factor):
    design = holding().under(protocol)
    hold = design.number(population_payoffs(design, design.role())["hold"])
    (share,) = hold.free_symbols
    assert sp.expand(hold - (sp.Rational(99, 100) - factor * 99 * share / 50)) == 0


def test_many_small_agents_see_the_price_or_its_mean_up_to_now():
    for protocol, price in (("one at a time", lambda x: 0.5 + 2 * x), ("rounds", lambda x: 0.5 + x)):
        design = holding().under(protocol)
        hold = design.number(mean_field_payoffs(design, design.role())["hold"])
        (share,) = hold.free_symbols
        for at in (0.1, 0.5, 0.9):
            assert float(hold.subs(share, at)) == pytest.approx(1.5 - price(at))


def test_the_designer_gains_the_worth_of_what_is_minted_less_what_it_pays():
    design = affiliate()
    gain = design.number(stakeholder_payoff(design, design.role(), design.stakeholders[0]))
    assert float(gain.subs(TOTAL, 25)) == pytest.approx((0.4 - 0.2) * 50)
    assert float(gain.subs(TOTAL, 10**6)) == pytest.approx(0.4 * 10_000 - 100)  # the budget is all it can pay


def test_strategies_have_no_effort():
    with pytest.raises(ValueError, match="chooses among strategies"):
        effort_payoff(holding(), holding().role())


def uncertain(control, place=False):
    v, share = sp.Symbol("v", real=True), sp.Symbol("x_in", nonnegative=True)
    law = Distribution("uniform", (sp.Integer(0), sp.Integer(3)))
    worth = PLACE if place else v**2 - share
    role = Role(
        "agent", sp.Integer(5), strategies=(Strategy("in", payoff=worth), Strategy("out", payoff=sp.Integer(0)))
    )
    parameter = Parameter("v", sp.Rational(3, 2), control=control, distribution=law)
    return Design("types", "types", (parameter,), (role,), (Protocol("imitate", choice="proportional imitation"),))


def test_an_uncertain_parameter_is_averaged_until_it_is_bound():
    design, share = uncertain("nature"), sp.Symbol("x_in", nonnegative=True)
    assert strategy_payoffs(design, design.role())["in"] == 3 - share  # the mean of v^2 on [0, 3]
    bound = design.at(v=2)
    assert bound.number(strategy_payoffs(bound, bound.role())["in"]) == 4 - share


def test_a_private_type_is_no_expected_payoff():
    design = uncertain("agent")
    with pytest.raises(ValueError, match="each agent's own"):
        strategy_payoffs(design, design.role())


def test_a_place_in_the_queue_is_averaged():
    design = uncertain("nature", place=True)
    assert strategy_payoffs(design, design.role())["in"] == 2
