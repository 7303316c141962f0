"""Laws of feedback: frozen environments are games, domains hold, units of time, invariants, the flow property."""

from __future__ import annotations

import numpy as np
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from evolution.dynamics import Logit, Replicator
from evolution.feedback import Feedback
from evolution.feedback_models import decaying_resource, oscillating_commons
from evolution.named_dynamics import BNN, Projection, Smith
from evolution.trajectory import integrate

PAYOFF = st.integers(-8, 8).map(lambda k: k / 2)
SHARE = st.integers(1, 19).map(lambda k: k / 20)
MATRIX = st.lists(st.lists(PAYOFF, min_size=2, max_size=2), min_size=2, max_size=2)
N, X = sp.symbols("n x")


def rules(game):
    return Replicator(game), Logit(game, temperature=0.5), BNN(game), Smith(game), Projection(game)


@settings(max_examples=40, deadline=None)
@given(MATRIX, MATRIX, SHARE, st.integers(0, 20).map(lambda k: k / 20))
def test_at_each_moment_the_environment_is_a_game(first, second, x, n):
    feedback = decaying_resource(first, second, speed=3)
    frozen = (1 - n) * np.array(first) + n * np.array(second)
    for moving, still in zip(rules(feedback), rules(frozen), strict=True):
        velocity = moving.velocity({"population": [x, 1 - x], "n": n})
        np.testing.assert_allclose(velocity["population"], still.velocity([x, 1 - x]), atol=1e-13)
        np.testing.assert_allclose(velocity["n"], 3 * (x - n), atol=1e-13)


@settings(max_examples=8, deadline=None)
@given(MATRIX, MATRIX, SHARE, SHARE)
def test_shares_and_environment_stay_where_they_belong(first, second, x, n):
    for dynamics in rules(oscillating_commons(first, second, theta=2)):
        flow = integrate(dynamics, x0=[x, 1 - x], z0={"n": n}, t=[0, 1, 10], rtol=1e-6)
        assert flow.success
        np.testing.assert_allclose(flow.x.sum(axis=1), 1, atol=1e-12)
        assert (flow.x >= 0).all()
        assert ((flow.z["n"] >= 0) & (flow.z["n"] <= 1)).all()


@settings(max_examples=15, deadline=None)
@given(MATRIX, MATRIX, SHARE, SHARE, st.integers(1, 12).map(lambda k: k / 4))
def test_payoffs_and_speed_in_one_unit_are_time(first, second, x, n, unit):
    slow = oscillating_commons(first, second, theta=2, speed="1/2")
    scaled = (np.array(first) * unit).tolist(), (np.array(second) * unit).tolist()
    fast = oscillating_commons(*scaled, theta=2, speed=sp.Rational(str(unit)) / 2)
    ends = [integrate(Replicator(g), x0=[x, 1 - x], z0=[n], t=t).final for g, t in ((slow, 2 * unit), (fast, 2))]
    np.testing.assert_allclose(ends[0]["population"], ends[1]["population"], atol=1e-6)
    np.testing.assert_allclose(ends[0]["n"], ends[1]["n"], atol=1e-6)


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 8), st.integers(1, 6), SHARE, SHARE, st.sampled_from([0.05, 1, 4]))
def test_symmetric_commons_with_equal_gaps_keep_an_invariant(gap, theta, x, n, speed):
    """With x' = d x (1 - x)(1 - 2n): epsilon/d (log x + theta log(1 - x)) + log n(1 - n) is constant."""
    game = oscillating_commons([[gap, gap], [0, 0]], [[-gap, -gap], [0, 0]], theta=theta, speed=speed)
    flow = integrate(Replicator(game), x0=[x, 1 - x], z0={"n": n}, t=np.linspace(0, 20, 41))
    level = speed / gap * (flow.log_x[:, 0] + theta * flow.log_x[:, 1]) + np.log(flow.z["n"] * (1 - flow.z["n"]))
    np.testing.assert_allclose(level, level[0], atol=1e-6 * (1 + abs(level[0])))


@settings(max_examples=10, deadline=None)
@given(MATRIX, MATRIX, SHARE, SHARE)
def test_flow_property(first, second, x, n):
    for dynamics in rules(decaying_resource(first, second))[:3]:
        there = integrate(dynamics, x0=[x, 1 - x], z0={"n": n}, t=0.7).final
        onwards = integrate(dynamics, x0=there, t=0.8).final
        at_once = integrate(dynamics, x0=[x, 1 - x], z0={"n": n}, t=1.5).final
        np.testing.assert_allclose(onwards["population"], at_once["population"], atol=1e-6)
        np.testing.assert_allclose(onwards["n"], at_once["n"], atol=1e-6)


@settings(max_examples=10, deadline=None)
@given(MATRIX, MATRIX, SHARE, SHARE)
def test_the_unit_of_an_environment_does_not_matter(first, second, x, n):
    """In m = 100 n - 30 the same law keeps the ends -30 and 70."""
    m = sp.Symbol("m")
    game = (1 - N) * sp.Matrix(first) + N * sp.Matrix(second)
    plain = Feedback(game, {N: N * (1 - N) * (3 * X - 1)}, shares={X: "0"}, domain={N: (0, 1)})
    inside = (m + 30) / 100
    rate = 100 * inside * (1 - inside) * (3 * X - 1)
    other = Feedback(game.subs(N, inside), {m: rate}, shares={X: "0"}, domain={m: (-30, 70)})
    assert other.environment.keeps == ((True, True),)
    ends = [integrate(Replicator(g), x0=[x, 1 - x], z0=[z], t=3).final for g, z in ((plain, n), (other, 100 * n - 30))]
    np.testing.assert_allclose(ends[0]["population"], ends[1]["population"], atol=1e-6)
    np.testing.assert_allclose(100 * ends[0]["n"] - 30, ends[1]["m"], atol=1e-4)
