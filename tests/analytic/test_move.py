"""Moves: one text on symbols, floats, arrays and traced kernels; who pays whom."""

import numpy as np
import pytest
import sympy as sp

from analytic.catalogue import affiliate
from analytic.compiled import compile_numba, compile_numpy
from analytic.curve import BondingCurve
from analytic.move import (
    MINTED,
    Account,
    Burn,
    Claim,
    Contribute,
    Mint,
    Spend,
    halves,
    opened,
    part,
    perform,
    rationed,
    run,
    settle,
    words,
)

x, k = sp.symbols("x k", positive=True)
PROGRAMME = (Spend(x / 5), Contribute(x, "token"), Claim(k * MINTED, "designer", "token"))
CURVE = BondingCurve.linear(m=sp.Rational(1, 50), b=sp.Rational(1, 2), fee=sp.Rational(1, 100))


def evaluate(expression, values):
    free = sorted(sp.sympify(expression).free_symbols, key=str)
    return compile_numpy(expression, free)(*(values[each] for each in free)) if free else float(expression)


def outcome(effort, others, held, k_value, evaluator):
    start = opened({"token": CURVE}, X=others, treasury={"designer": held})
    told = {} if evaluator is None else {"evaluate": evaluator}
    return run(start, PROGRAMME, curves={"token": CURVE}, values={x: effort, k: k_value}, **told)


def test_symbols_floats_arrays_and_kernels_give_the_same_numbers():
    others, held = sp.symbols("others held", positive=True)
    symbolic = outcome(x, others, held, k, None)
    efforts, rest = np.array([1.0, 5.0, 20.0, 40.0]), np.array([4.0, 0.5, 80.0, 10.0])
    array = outcome(efforts, rest, np.full(4, 3.0), 0.2, evaluate)
    kernel = compile_numba((symbolic.B, symbolic.S["token"]), (x, others, held, k))
    for place, (effort, other) in enumerate(zip(efforts, rest, strict=True)):
        number = outcome(float(effort), float(other), 3.0, 0.2, evaluate)
        exact = symbolic.B.subs({x: sp.Rational(effort), others: sp.Rational(other), held: 3, k: sp.Rational(1, 5)})
        assert pytest.approx(float(exact), rel=1e-12) == number.B
        assert array.B[place] == pytest.approx(float(exact), rel=1e-12)
        balance, supply = kernel(float(effort), float(other), 3.0, 0.2)
        assert balance == pytest.approx(float(exact), rel=1e-12)
        assert supply == pytest.approx(array.S["token"][place], rel=1e-12)


def test_a_claim_beyond_the_treasury_is_rationed_in_proportion_when_all_claim_at_once():
    plenty, short = (outcome(10.0, 30.0, held, 1.0, evaluate) for held in (1e6, 4.0))
    assert plenty.B + 2.0 > 1.0
    assert pytest.approx(4.0 * 10.0 / 40.0) == short.B + 2.0  # my share of all there is


def test_one_after_another_the_first_claim_takes_what_there_is():
    claim = Claim(k * MINTED, "designer", "token")
    start = opened({"token": CURVE}, treasury={"designer": 4.0}).post(credit=("token", 10.0), credited=("token", 40.0))
    told = {"curves": {"token": CURVE}, "values": {k: 0.3}, "evaluate": evaluate}
    assert pytest.approx(3.0) == perform(start, claim, together=False, **told).B
    assert pytest.approx(1.0) == perform(start, claim, together=True, **told).B  # 4 of 12 is due to me in quarters


def test_a_share_of_nothing_pays_nothing():
    assert part(0.0, 0.0, 10.0) == 0.0
    assert part(x, x, k) == k
    assert np.array_equal(part(np.array([0.0, 1.0]), np.array([0.0, 4.0]), np.array([5.0, 8.0])), [0.0, 2.0])
    total = sp.Symbol("total", nonnegative=True)
    assert part(x, total, k).subs(total, 0) == 0
    assert outcome(0.0, 0.0, 5.0, 0.2, evaluate).B == 0.0


def test_rationing_has_the_same_two_branches_on_symbols_and_numbers():
    demand, held = sp.symbols("demand held", positive=True)
    formula = rationed(x, demand, held)
    for d, h in ((4.0, 8.0), (8.0, 4.0), (4.0, 4.0)):
        assert float(formula.subs({x: 2.0, demand: d, held: h})) == rationed(2.0, d, h)
    assert rationed(x, demand, sp.oo) == x


def test_the_crowd_spends_all_contributions_once_and_pays_the_fee():
    start = opened({"token": CURVE}, S=5.0).post(X=("token", 12.0), given=("token", 3.0))
    after = settle(start, "token", CURVE)
    minted = after.S["token"] - 5.0
    assert CURVE.cost(5.0, minted) == pytest.approx(12.0)
    assert after.credit["token"] == pytest.approx(minted / 4)
    assert after.fees["token"] == pytest.approx(12.0 - 12.0 / 1.01)
    assert after.B == 0
    assert after.outside == 12.0


def test_a_wash_trade_counts_as_referred_by_oneself_and_a_plain_mint_does_not():
    start = opened({"token": CURVE}, S=5.0)
    washed, plain = (
        run(start, (Mint(sp.Integer(2), "token", referring=r),), curves={"token": CURVE}, values={}, evaluate=evaluate)
        for r in (True, False)
    )
    assert washed.credit["token"] == 2.0
    assert plain.credit["token"] == 0
    assert washed.B == plain.B == pytest.approx(-CURVE.cost(5.0, 2.0))


def test_burning_more_than_the_supply_is_refused():
    start = opened({"token": CURVE}, S=5.0)
    with pytest.raises(ValueError, match="supply"):
        run(start, (Burn(sp.Integer(6), "token"),), curves={"token": CURVE}, values={}, evaluate=evaluate)


def test_the_programme_is_cut_where_the_crowd_must_answer():
    assert halves(PROGRAMME) == (PROGRAMME[:2], PROGRAMME[2:])
    wash = (Mint(x, "token", referring=True), Claim(k * MINTED, "designer", "token"), Burn(x, "token"))
    assert halves(wash) == (wash, ())


def test_amounts_may_speak_of_the_supply_one_meets():
    tenth = Mint(sp.Symbol("S", nonnegative=True) / 10, "token")
    after = run(opened({"token": CURVE}, S=50.0), (tenth,), curves={"token": CURVE}, values={}, evaluate=evaluate)
    assert after.H["token"] == pytest.approx(5.0)


def test_moves_speak_as_study_files_do():
    moves = affiliate().role().moves
    assert [words(move) for move in moves] == [
        "spend c*x to effort",
        "contribute x to token",
        "claim k*minted from designer",
    ]
    assert words(Mint(x, "token", referring=True)) == "mint x of token referring self"


def test_posting_leaves_the_account_before_unchanged():
    before = Account(B=1.0, H={"token": 0.0}, S={"token": 2.0}, reserve={"token": 3.0}, fees={"token": 0.0})
    after = before.post(B=-1.0, reserve=("token", 1.0))
    assert (before.B, before.reserve["token"]) == (1.0, 3.0)
    assert (after.B, after.reserve["token"], after.money()) == (0.0, 4.0, before.money())
