"""The ledger's laws in random economies: any curve, any fee under either convention, any order, any budget."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytic.catalogue import affiliate, holding
from analytic.curve import BondingCurve
from evolution.economy.stepping import open_economy, step

fee = {"fee": st.floats(0, 0.4), "fee_on": st.sampled_from(["curve", "payment"])}
curves = st.one_of(
    st.builds(BondingCurve.linear, m=st.floats(0.001, 1), b=st.floats(0.01, 2), **fee),
    st.builds(BondingCurve.exponential, a=st.floats(0.1, 2), k=st.floats(0.001, 0.05), **fee),
    st.builds(BondingCurve.sigmoid, K=st.floats(0.5, 5), k=st.floats(0.01, 0.2), S0=st.floats(0, 40), **fee),
)
orders = st.sampled_from(["batch", "random sequential"])
seeds = st.integers(0, 2**20)


@settings(max_examples=15, deadline=None)
@given(curves, orders, st.floats(0, 30), st.floats(0, 20), seeds)
def test_rounds_of_effort_keep_the_books(curve, order, budget, purse, seed):
    design = affiliate().at(budget=round(budget, 3), limit=30)
    design = replace(design, curves={"token": curve}, protocols=(replace(design.protocol, order=order),))
    rng = np.random.default_rng(seed)
    economy = open_economy(design, agents=10, action=rng.uniform(0, 30, 10), endowment=purse)
    for _ in range(2):
        economy = step(economy, rng=rng)  # checks the three laws itself
    ledger = economy.ledger
    assert ledger.money() == pytest.approx(10 * purse + 2 * round(budget, 3), abs=1e-6)
    assert ledger.B.min() >= 0
    assert ledger.treasury.min() >= -1e-9
    assert ledger.F.min() >= -1e-6
    assert ledger.crowd.sum() == pytest.approx(ledger.S.sum())


@settings(max_examples=15, deadline=None)
@given(curves, st.sampled_from(["one at a time", "a share at a time"]), st.floats(0, 20), seeds)
def test_positions_keep_the_books_and_nobody_owes(curve, protocol, purse, seed):
    design = replace(holding().under(protocol).at(lot=0.3, v=0.5), curves={"token": curve})
    economy = open_economy(design, agents=12, action=np.ones(12), endowment=purse)
    for _ in range(2):
        economy = step(economy, rng=seed)
    ledger = economy.ledger
    assert ledger.money() == pytest.approx(12 * purse, abs=1e-6)
    assert ledger.B.min() >= 0
    assert set(np.round(ledger.H[:, 0], 12)) <= {0.0, 0.3}
    assert ledger.S.sum() == pytest.approx(ledger.H.sum())
