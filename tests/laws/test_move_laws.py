"""Laws of moves: whatever is done, money is conserved; a round trip costs exactly its fees."""

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from analytic.curve import BondingCurve
from analytic.move import MINTED, Burn, Claim, Contribute, Mint, Spend, opened, run

fees = st.floats(0, 0.5)
curves = st.one_of(
    st.builds(
        lambda m, b, fee, on: BondingCurve.linear(m=m, b=b, fee=fee, fee_on=on),
        st.floats(0, 2), st.floats(0.01, 5), fees, st.sampled_from(["curve", "payment"]),
    ),
    st.builds(
        lambda a, k, fee, on: BondingCurve.exponential(a=a, k=k, fee=fee, fee_on=on),
        st.floats(0.01, 2), st.floats(0.001, 0.05), fees, st.sampled_from(["curve", "payment"]),
    ),
    st.builds(
        lambda K, k, fee: BondingCurve.sigmoid(K=K, k=k, S0=20, fee=fee), st.floats(0.1, 5), st.floats(0.01, 0.5), fees
    ),
)  # fmt: skip
amounts = st.floats(0, 10).map(sp.Float)
moves = st.one_of(
    st.builds(Mint, amounts, st.just("token"), st.booleans()),
    st.builds(Spend, amounts, st.sampled_from(["effort", "burnt"])),
    st.builds(Contribute, amounts, st.just("token")),
    st.builds(lambda k: Claim(k * MINTED, "designer", "token"), amounts),
)


def evaluate(expression, values):
    return float(sp.sympify(expression).subs(values))


@settings(max_examples=60, deadline=None)
@given(curves, st.lists(moves, max_size=6), st.floats(0, 50), st.floats(0, 20), st.floats(0, 20), st.booleans())
def test_no_programme_makes_or_loses_money(curve, programme, supply, others, treasury, together):
    """Others' contributions stand in X before, so what the crowd brings in is counted outside."""
    book = {"token": curve}
    before = opened(book, B=100.0, S=supply, X=others, treasury={"designer": treasury}, sinks=("effort",))
    after = run(before, tuple(programme), curves=book, values={}, evaluate=evaluate, together=together)
    scale = 1 + abs(before.money()) + abs(after.outside)
    assert after.money() == pytest.approx(before.money(), abs=1e-9 * scale)
    assert after.treasury["designer"] >= -1e-9 * (1 + treasury)
    assert after.reserve["token"] == pytest.approx(curve.reserve(after.S["token"]), rel=1e-8, abs=1e-8)


@settings(max_examples=60, deadline=None)
@given(curves, st.floats(0, 50), st.floats(0.001, 20))
def test_minting_and_burning_again_loses_exactly_the_fees(curve, supply, quantity):
    book = {"token": curve}
    before = opened(book, S=supply)
    trip = (Mint(sp.Float(quantity), "token"), Burn(sp.Float(quantity), "token"))
    after = run(before, trip, curves=book, values={}, evaluate=evaluate)
    rise = curve.reserve(supply + quantity) - curve.reserve(supply)
    buy = 1 / (1 - float(curve.fees.buy)) if curve.fees.on == "payment" else 1 + float(curve.fees.buy)
    sell = 1 - float(curve.fees.sell)
    assert pytest.approx(-(buy - sell) * rise, rel=1e-7, abs=1e-7) == after.B
    assert after.fees["token"] == pytest.approx(-after.B, abs=1e-12)
    assert after.S["token"] == pytest.approx(supply)
    assert after.H["token"] == pytest.approx(0.0, abs=1e-12)


@settings(max_examples=30, deadline=None)
@given(curves, st.lists(st.floats(0.001, 5), min_size=2, max_size=5))
def test_arrays_do_in_every_lane_what_floats_do(curve, quantities):
    book, q = {"token": curve}, sp.Symbol("q", nonnegative=True)
    programme = (Mint(q, "token"), Spend(q / 3), Burn(q / 2, "token"))

    def by_array(expression, values):
        return sp.lambdify([q], expression)(values[q])

    lanes = np.array(quantities)
    array = run(opened(book, S=np.full(lanes.size, 7.0)), programme, curves=book, values={q: lanes}, evaluate=by_array)
    for lane, quantity in zip(array.B, quantities, strict=True):
        alone = run(opened(book, S=7.0), programme, curves=book, values={q: quantity}, evaluate=by_array)
        assert lane == pytest.approx(alone.B, rel=1e-9, abs=1e-12)


def test_money_stays_on_symbols_too():
    S, q, phi, k = sp.symbols("S q phi k", positive=True)
    curve = BondingCurve.linear(m=sp.Rational(1, 50), b=1, fee=phi)
    before = opened({"token": curve}, S=S, treasury={"designer": sp.Symbol("T", positive=True)})
    wash = (Mint(q, "token", referring=True), Claim(k * MINTED, "designer", "token"), Burn(q, "token"))
    after = run(before, wash, curves={"token": curve}, values={})
    assert sp.simplify(sp.piecewise_fold(after.money() - before.money())) == 0
