"""Laws of votes, by property: power is shared out, equilibria leave nobody a gain, consensus never lifts a weight."""

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytic.vote import (
    attack_thresholds,
    banzhaf,
    duel_pivotal,
    duel_turnouts,
    quadratic_funds,
    quorum_pivotal,
    quorum_turnouts,
    shapley_shubik,
    yuma,
)

quick = settings(max_examples=40, deadline=None)
holdings = st.lists(st.integers(0, 30), min_size=1, max_size=9).filter(any)


@pytest.mark.parametrize("index", [banzhaf, shapley_shubik])
@quick
@given(w=holdings, data=st.data())
def test_power(index, w, data):
    q = data.draw(st.integers(1, sum(w)))
    found = index(w, q)
    assert sum(found) == 1
    assert all(power == 0 for power, weight in zip(found, w, strict=True) if weight == 0)  # null player
    assert all(a >= b for a, x in zip(found, w, strict=True) for b, y in zip(found, w, strict=True) if x >= y)
    assert index([F(3, 7) * each for each in w], F(3, 7) * q) == found
    assert index([*w, 0], q)[:-1] == found
    if any(weight >= q and sum(w) - weight < q for weight in w):
        assert max(found) == 1  # dictator


@quick
@given(w=holdings, data=st.data())
def test_a_rule_and_its_dual_share_power_alike(w, data):
    q = data.draw(st.integers(1, sum(w)))
    dual = sum(w) + 1 - q
    assert shapley_shubik(w, q) == shapley_shubik(w, dual)
    assert banzhaf(w, q) == banzhaf(w, dual)


@quick
@given(M=st.integers(2, 200), cost=st.floats(1e-3, 2))
def test_nobody_gains_at_a_turnout_of_a_duel(M, cost):
    found = duel_turnouts(M, cost) if cost != 0.5 else ()
    for each in found:
        gain = float(duel_pivotal(each.p, M)) - cost
        assert gain <= 1e-9 or each.p == 1
        assert gain >= -1e-9 or each.p == 0


@quick
@given(n=st.integers(2, 400), data=st.data(), cost=st.floats(1e-6, 2))
def test_nobody_gains_at_a_turnout_with_a_quorum(n, data, cost):
    q = data.draw(st.integers(1, n))
    found = quorum_turnouts(n, q, cost)
    assert found
    assert any(each.stable for each in found) or cost == 1
    for each in found:
        gain = float(quorum_pivotal(each.p, n, q)) - cost
        assert gain <= 1e-9 or each.p == 1
        assert gain >= -1e-9 or each.p == 0


@quick
@given(c=st.lists(st.floats(0, 1e6), min_size=1, max_size=8), k=st.floats(0.01, 100))
def test_quadratic_funds(c, k):
    found = quadratic_funds(c)
    assert found >= sum(c) * (1 - 1e-9)
    assert found <= len(c) * sum(c) * (1 + 1e-9) + 1e-300
    assert quadratic_funds([k * each for each in c]) == pytest.approx(k * found, rel=1e-9)


@quick
@given(seed=st.integers(0, 10**6), kappa=st.floats(0.05, 1), beta=st.floats(0, 1))
def test_consensus_never_lifts_a_weight(seed, kappa, beta):
    rng = np.random.default_rng(seed)
    W, S = rng.dirichlet(np.ones(5), 7), rng.dirichlet(np.ones(7))
    found = yuma(W, S, kappa=kappa, beta=beta)
    assert np.all(found.clipped <= W + 1e-15)
    assert np.all(found.clipped <= found.consensus + 1e-15)
    higher = yuma(W, S, kappa=min(1, kappa + 0.1), beta=beta)
    assert np.all(higher.consensus <= found.consensus)  # more support is asked for
    order = rng.permutation(7)
    again = yuma(W[order], S[order], kappa=kappa, beta=beta)
    assert again.incentive == pytest.approx(found.incentive)
    assert again.dividends == pytest.approx(found.dividends[order])
    assert yuma(3 * W, 5 * S, kappa=kappa, beta=beta).rank == pytest.approx(found.rank)


@quick
@given(sx=st.floats(0.01, 20), sz=st.floats(0.05, 5), z=st.floats(-2, 3), t=st.floats(0.01, 0.99))
def test_one_threshold_below_the_bound_and_up_to_three_above(sx, sz, z, t):
    found = attack_thresholds(sx, sz, z=z, cost=t)
    assert 1 <= len(found) <= 3
    assert list(found) == sorted(found)
    assert len(found) == 1 or sx > (2 * np.pi) ** 0.5 * sz**2
