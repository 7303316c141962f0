"""Laws of the dynamics: the simplex, one protocol for both faces, Nash stationarity, the flow property."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from evolution.dynamics import Logit, Replicator
from evolution.trajectory import integrate
from gametheory.dispatch import solve
from gametheory.normal_form import NormalForm

PAYOFF = st.floats(-10, 10, allow_subnormal=False)


@st.composite
def games_and_states(draw, smallest=0.0):
    size = draw(st.integers(2, 5))
    matrix = draw(arrays(float, (size, size), elements=PAYOFF))
    weights = draw(arrays(float, size, elements=st.floats(smallest, 1)).filter(lambda w: w.sum() > 0.1))
    return matrix, weights / weights.sum()


def rules(game):
    return Replicator(game), Logit(game, temperature=0.5), Logit(game, temperature=1e-6)


@given(games_and_states())
def test_a_velocity_sums_to_zero_and_points_inwards(case):
    matrix, x = case
    for dynamics in rules(matrix):
        velocity = dynamics.velocity(x)
        assert abs(velocity.sum()) <= 1e-13
        assert (velocity[x == 0] >= 0).all()


@given(games_and_states())
def test_velocity_is_the_balance_of_the_switch_rates(case):
    matrix, x = case
    for dynamics in rules(matrix):
        rates = dynamics.switching(x)
        assert (rates >= 0).all()
        np.testing.assert_allclose(dynamics.velocity(x), x @ rates - x * rates.sum(axis=1), atol=1e-12)


@given(games_and_states(), PAYOFF, st.integers(0, 4))
def test_a_constant_on_a_column_changes_no_velocity(case, constant, column):
    """Against one opponent all strategies gain the same, so nobody has a new reason to switch."""
    matrix, x = case
    shifted = matrix.copy()
    shifted[:, column % len(x)] += constant
    for one, other in zip(rules(matrix)[:2], rules(shifted)[:2], strict=True):
        np.testing.assert_allclose(one.velocity(x), other.velocity(x), atol=1e-11)


@given(games_and_states(), st.permutations(range(5)))
def test_names_do_not_matter(case, order):
    matrix, x = case
    p = [k for k in order if k < len(x)]
    for one, other in zip(rules(matrix)[:2], rules(matrix[np.ix_(p, p)])[:2], strict=True):
        np.testing.assert_allclose(one.velocity(x)[p], other.velocity(x[p]), atol=1e-12)


@settings(max_examples=25, deadline=None)
@given(arrays(float, (2, 3, 3), elements=st.integers(-5, 5).map(float)))
def test_replicator_rests_at_every_nash_equilibrium(tables):
    game = NormalForm(*tables)
    for equilibrium in solve(game):
        velocity = Replicator(game).velocity(tuple(equilibrium.profile))
        for player in game.players:
            np.testing.assert_allclose(velocity[player], 0, atol=1e-13)


@settings(max_examples=25, deadline=None)
@given(games_and_states())
def test_orbits_stay_on_the_simplex_and_on_their_face(case):
    matrix, x = case
    for dynamics in (Replicator(matrix), Logit(matrix, temperature=0.5)):
        flow = integrate(dynamics, x0=x, t=[0, 0.1, 1, 10, 100], rtol=1e-6)
        assert flow.success
        assert (flow.x >= 0).all()
        np.testing.assert_allclose(flow.x.sum(axis=1), 1, atol=1e-12)
        if isinstance(dynamics, Replicator):
            assert (flow.x[:, x == 0] == 0).all()
            assert np.isfinite(flow.log_x[:, x > 0]).all()


@settings(max_examples=25, deadline=None)
@given(games_and_states(smallest=0.05), st.floats(0.1, 2), st.floats(0.1, 2))
def test_flow_property(case, first, second):
    """Going on from where one stopped is the same as going all the way."""
    matrix, x = case
    for dynamics in (Replicator(matrix), Logit(matrix, temperature=0.5)):
        there = integrate(dynamics, x0=x, t=first).final
        onwards = integrate(dynamics, x0=there, t=second).final
        at_once = integrate(dynamics, x0=x, t=first + second).final
        np.testing.assert_allclose(onwards, at_once, atol=1e-5)  # neighbours part at up to exp(|A| t)


@settings(max_examples=25, deadline=None)
@given(games_and_states(smallest=0.05), st.floats(0.5, 4))
def test_a_unit_of_payoff_is_a_unit_of_time(case, scale):
    matrix, x = case
    slow = integrate(Replicator(matrix), x0=x, t=scale).final
    fast = integrate(Replicator(scale * matrix), x0=x, t=1).final
    np.testing.assert_allclose(slow, fast, atol=1e-5)


@settings(max_examples=25, deadline=None)
@given(games_and_states(smallest=0.05))
def test_mean_payoff_never_falls_in_common_interest_games(case):
    """Fisher: with A = A', x.Ax grows at twice the variance of payoffs."""
    matrix, x = case
    matrix = matrix + matrix.T
    flow = integrate(Replicator(matrix), x0=x, t=np.linspace(0, 3, 31))
    mean = np.einsum("ti,ij,tj->t", flow.x, matrix, flow.x)
    assert (np.diff(mean) >= -1e-6).all()
    payoffs = matrix @ x
    rate = 2 * (x @ payoffs**2 - (x @ payoffs) ** 2)
    velocity = Replicator(matrix).velocity(x)
    assert 2 * velocity @ payoffs == pytest.approx(rate, abs=1e-10)
