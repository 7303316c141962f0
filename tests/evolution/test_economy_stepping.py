"""The readable path on arrays and the compiled kernels are one economy; budgets bind; broken books are noticed."""

from dataclasses import replace

import numpy as np
import pytest
import sympy as sp

from analytic.catalogue import affiliate, holding
from analytic.curve import BondingCurve
from analytic.design import Action, Design, Parameter, Protocol, Role
from analytic.move import Account, Burn, Mint, Spend
from evolution.economy.kernels import LAWS, auditing, lawful, playing, trading
from evolution.economy.ledger import ConservationError
from evolution.economy.stepping import numeric_curves, open_economy, play_round, step
from evolution.economy.tracing import NotTraceable, only, trace_rounds, trace_standing

PURSE = 50.0


def in_sequence(design: Design) -> Design:
    return replace(design, protocols=(replace(design.protocol, order="random sequential"),))


DESIGNS = {
    "batch": affiliate().at(phi=0.01),
    "sequence": in_sequence(affiliate().at(phi=0.01)),
    "holders": holding().under("rounds").at(phi=0.02, N=4),
}
BUDGETS = {"batch": 5.0, "sequence": 5.0, "holders": 0.0}


def by_kernel(traced, design, action, purse, budget):
    """One group by the compiled kernel, members in the order given."""
    members = np.arange(action.size)
    slots, venue = np.zeros((action.size, 5)), np.zeros(9)
    slots[:, 0], venue[5] = purse, budget
    money, _, code, refused = playing()(
        traced.first, traced.answer, traced.second, traced.reserve, traced.parameters, members, action, slots, venue,
        design.protocol.order == "batch",
    )  # fmt: skip
    return slots, venue, money, code, refused


@pytest.fixture(scope="module")
def traced():
    return {name: trace_rounds(design, design.role()) for name, design in DESIGNS.items()}


@pytest.mark.parametrize("name", DESIGNS)
@pytest.mark.parametrize("purse", [PURSE, 1.0])
def test_the_array_path_equals_the_compiled_kernel(traced, name, purse):
    design, rng = DESIGNS[name], np.random.default_rng(3)
    curve, _ = only(design, design.role())
    for budget in (100.0, BUDGETS[name]):
        if design.role().action is None:
            action = rng.integers(2, size=(3, 4)).astype(float)
        else:
            action = rng.uniform(0, 12, size=(3, 5))
        pots = dict.fromkeys(design.treasuries, budget)
        accounts, venue, refused = play_round(design, action, B=np.full(action.shape, purse), treasury=pots)
        turned_away = 0
        for g in range(3):
            held = budget if pots else 0.0
            slots, book, money, code, turned = by_kernel(traced[name], design, action[g], purse, held)
            turned_away += turned
            assert code == 0
            assert money == pytest.approx(action.shape[1] * purse + held, rel=1e-12)
            for j, account in enumerate(accounts):
                ours = [account.B[g], account.H[curve][g], account.credit[curve][g]]
                np.testing.assert_allclose(ours, slots[j, [0, 1, 3]], rtol=1e-12, atol=1e-12)
            theirs = [venue.S[curve][g], venue.reserve[curve][g], venue.fees[curve][g]]
            np.testing.assert_allclose(theirs, book[:3], rtol=1e-12, atol=1e-12)
            np.testing.assert_allclose([sum(np.atleast_1d(s)[g] for s in venue.treasury.values())], book[5], atol=1e-12)
            np.testing.assert_allclose(np.asarray(venue.outside)[g], book[7], rtol=1e-12)
        assert refused == turned_away


def test_a_programme_that_cannot_be_paid_is_refused_whole_and_counted(traced):
    design = DESIGNS["batch"]
    action = np.array([10.0, 1.0, 10.0, 2.0, 3.0])  # a purse of 1 pays an effort up to 5
    slots, book, _, _, refused = by_kernel(traced["batch"], design, action, 1.0, 100.0)
    assert refused == 2
    assert slots[[0, 2], 0] == pytest.approx(1.0, abs=0)
    assert slots[[0, 2], 3] == pytest.approx(0.0, abs=0)
    assert book[3] == pytest.approx(6.0)  # only the paid contributions reach the crowd
    accounts, venue, refused = play_round(design, action[None], B=np.ones((1, 5)), treasury={"designer": 100.0})
    assert refused == 2
    assert [float(accounts[j].B[0]) for j in (0, 2)] == [1.0, 1.0]
    assert venue.X["token"][0] == pytest.approx(6.0)


def test_in_a_batch_a_short_treasury_pays_everybody_the_same_fraction(traced):
    action = np.array([1.0, 2.0, 3.0, 4.0, 10.0])
    slots, book, *_ = by_kernel(traced["batch"], DESIGNS["batch"], action, PURSE, 5.0)
    claims = slots[:, 0] - PURSE + 0.2 * action
    assert claims == pytest.approx(5.0 * action / action.sum())
    assert book[5] == pytest.approx(0.0, abs=1e-12)


def test_in_sequence_a_short_treasury_pays_first_come_first_served(traced):
    action = np.array([4.0, 4.0, 4.0, 4.0, 4.0])
    slots, book, *_ = by_kernel(traced["sequence"], DESIGNS["sequence"], action, PURSE, 5.0)
    due = 0.2 * book[4] / 5
    claims = slots[:, 0] - PURSE + 0.2 * action
    paid = np.diff(np.minimum(due * np.arange(6), 5.0))
    assert 0 < paid[3] < due or 0 < paid[2] < due or 0 < paid[1] < due
    assert claims == pytest.approx(paid)
    assert book[5] == pytest.approx(0.0, abs=1e-12)


def test_a_fee_under_either_convention_is_what_the_venue_collects(traced):
    action = np.array([1.0, 2.0, 3.0, 4.0, 10.0])
    _, book, *_ = by_kernel(traced["batch"], DESIGNS["batch"], action, PURSE, 100.0)
    assert book[2] == pytest.approx(20.0 - 20.0 / 1.01)
    design = replace(DESIGNS["batch"], curves={"token": BondingCurve.linear(m=0.02, b=0, fee=0.01, fee_on="payment")})
    _, venue, _ = play_round(design, action[None], B=np.full((1, 5), PURSE), treasury={"designer": 100.0})
    assert venue.fees["token"][0] == pytest.approx(20.0 * 0.01)


@pytest.mark.parametrize("protocol", ["one at a time", "a share at a time", "rounds"])
def test_steps_keep_the_books_and_move_towards_the_equilibrium(protocol):
    design = holding().under(protocol).at(phi=0.01)
    start = np.ones(100) if protocol != "rounds" else np.repeat([0.0, 1.0], 50)
    economy = open_economy(design, agents=100, action=start, endowment=1000.0)
    rng = np.random.default_rng(5)
    for _ in range(4):
        economy = step(economy, rng=rng)
    holders = int((economy.ledger.H[:, 0] > 0).sum())
    assert economy.time == 4
    assert economy.ledger.S.sum() == pytest.approx(holders)
    assert economy.P[0, 0] == pytest.approx(0.5 + 0.02 * economy.ledger.S[0, 0])
    assert economy.ledger.F.sum() > 0
    if protocol == "one at a time":
        assert 35 <= holders <= 60


def test_steps_of_rounds_reproduce_from_a_seed_and_conserve_in_groups():
    design = affiliate().at(phi=0.01)
    economy = open_economy(design, agents=20, action=np.linspace(1, 20, 20), endowment=40.0)
    one, two = step(economy, rng=4), step(economy, rng=4)
    np.testing.assert_array_equal(one.ledger.B, two.ledger.B)
    assert one.ledger.money() == pytest.approx(economy.opening)
    assert one.ledger.outside == pytest.approx(economy.action.sum())
    assert one.payoff == pytest.approx(one.ledger.B - 40.0)


def test_books_that_were_tampered_with_are_noticed_in_words():
    design = holding()
    economy = step(open_economy(design, agents=100, action=np.ones(100), endowment=1000.0), rng=1)
    ledger, curves = economy.ledger, economy.curves
    broken = {
        "money is not conserved": replace(ledger, B=ledger.B + 0.001),
        "tokens of 'token' held": replace(ledger, H=ledger.H + 0.001),
        "the integral of its price": replace(ledger, R=ledger.R - 0.5, F=ledger.F + 0.5),
    }
    ledger.check(curves, economy.opening)
    for words, books in broken.items():
        with pytest.raises(ConservationError, match=words):
            books.check(curves, economy.opening)


def test_a_kernel_notices_a_law_broken_on_purpose_and_says_which():
    from numba import njit

    @njit
    def generous(quantity, B, H, S, R, F, price):
        return B - 0.5 * price * quantity, H + quantity, S + quantity, R + price * quantity, F

    @njit
    def reserve(S, price):
        return price * S

    B, H, book = np.array([10.0, 10.0]), np.zeros(2), np.zeros(3)
    assert trading()(0, 1.0, generous, generous, (1.0,), B, H, book) == 4
    assert auditing()(reserve, (1.0,), B, H, book, 20.0) == 0
    assert auditing()(reserve, (1.0,), B + 1, H, book, 20.0) == 1
    assert auditing()(reserve, (1.0,), B, H + 1, book, 20.0) == 2
    assert auditing()(reserve, (1.0,), B - 1, H, np.array([0.0, 2.0, 0.0]), 20.0) == 3
    lawful(0)
    for code, words in LAWS.items():
        with pytest.raises(ConservationError, match=words):
            lawful(code)


def test_compiled_trades_are_the_moves_on_a_steep_curve_of_a_user():
    price = "30*1073e6/(1073e6-S)**2"
    design = replace(
        holding().at(lot=7931000, v=1, T=0.05, phi=0.01),
        curves={
            "token": BondingCurve.from_expression(price, supply=(0, 793.1e6), fee=sp.Symbol("phi", nonnegative=True))
        },
    )
    standing, curve = trace_standing(design, design.role()), numeric_curves(design)["token"]
    lot = 7.931e6
    for supply in (0.0, 100e6, 700e6):
        before = Account(5.0, {"token": lot}, {"token": supply + lot}, {"token": 1.0}, {"token": 0.5})
        for move, compiled in ((Mint, standing.buy), (Burn, standing.sell)):
            after = move(sp.Symbol("lot"), "token").act(before, lot, curve)
            ours = (after.B, after.H["token"], after.S["token"], after.reserve["token"], after.fees["token"])
            theirs = compiled(lot, 5.0, lot, supply + lot, 1.0, 0.5, *standing.parameters)
            np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9)


def test_who_cannot_be_seated_or_traced_is_told_so():
    with pytest.raises(ValueError, match="groups of 5"):
        open_economy(affiliate(), agents=12, action=np.ones(12), endowment=1.0)
    with pytest.raises(ValueError, match="one action an agent"):
        open_economy(affiliate(), agents=10, action=np.ones(9), endowment=1.0)
    with pytest.raises(ValueError, match="whole numbers"):
        open_economy(affiliate().at(n=2.5), agents=10, action=np.ones(10), endowment=1.0)
    both = affiliate()
    two = replace(
        both,
        curves={**both.curves, "other": both.curves["token"]},
        roles=(replace(both.role(), moves=(*both.role().moves, Mint(sp.Integer(1), "other"))),),
    )
    with pytest.raises(NotTraceable, match="one curve"):
        trace_rounds(two, two.role())
    economy = open_economy(two, agents=5, action=np.full(5, 3.0), endowment=20.0)
    after = step(economy, rng=1)  # the array path knows any number of curves
    assert after.ledger.S[0, 1] == pytest.approx(5.0)


def test_strategies_may_spend_and_bring_in_a_crowd_too():
    c = Parameter("c", sp.Rational(1, 2))
    x = sp.Symbol("x", nonnegative=True)
    role = Role(
        "r",
        count=sp.Integer(2),
        action=Action(x, sp.Integer(0), sp.Integer(1)),
        moves=(Spend(x, "a"), Spend(c.symbol * x, "b")),
    )
    design = Design(
        "d",
        "d",
        (c,),
        (role,),
        (Protocol("p", standing=False, order="batch", matching="random groups", choice="imitate the best"),),
        curves={"token": BondingCurve.linear(m=1, b=1)},
    )
    after = step(open_economy(design, agents=4, action=np.array([0.0, 0.2, 0.4, 0.6]), endowment=1.0), rng=1)
    assert after.ledger.sink.sum(axis=0) == pytest.approx([1.2, 0.6])
    assert set(after.action) == {0.0}
