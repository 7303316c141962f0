"""Lyapunov functions: monotone along orbits that SciPy integrates from the velocity alone."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from evolution import Logit, MeanDynamics, Replicator
from evolution.direct_protocols import BestResponseChoice, ExcessPayoffComparison, ProjectionProtocol, SmithComparison
from evolution.lyapunov import lyapunov_functions
from gametheory import NormalForm

COORDINATION = [[2, 0, 1], [0, 1, 0], [1, 0, 3]]
GOOD_RPS = [[0, -1, 2], [2, 0, -1], [-1, 2, 0]]  # strictly stable
ZERO_SUM = [[0, -1, 1], [1, 0, -1], [-1, 1, 0]]
BAD_RPS = [[0, -2, 1], [1, 0, -2], [-2, 1, 0]]
DIRECT = [ExcessPayoffComparison(), SmithComparison(), ProjectionProtocol()]


def path(dynamics, packed, t=6.0):
    found = solve_ivp(
        lambda _, x: dynamics.flow(x),
        (0, t),
        packed,
        t_eval=np.linspace(0, t, 61),
        rtol=1e-9,
        atol=1e-12,
        max_step=0.05,
    )
    return dynamics.unpack(found.y.T)


def rules(game):
    return [Replicator(game), Logit(game, temperature=0.3), *(MeanDynamics(game, protocol=p) for p in DIRECT)]


@pytest.mark.parametrize("k", range(5))
def test_potential_rises(k):
    dynamics = rules(COORDINATION)[k]
    (function,) = lyapunov_functions(dynamics)
    values = function(path(dynamics, [0.3, 0.5, 0.2]))
    assert function.trend == "rises"
    assert (np.diff(values) > -1e-10).all()
    assert values[-1] > values[0] + 1e-3


@pytest.mark.parametrize("k", range(5))
@pytest.mark.parametrize("game", [GOOD_RPS, ZERO_SUM])
def test_stable_games(k, game):
    dynamics = rules(game)[k]
    (function,) = lyapunov_functions(dynamics)
    values = function(path(dynamics, [0.3, 0.5, 0.2]))
    if function.trend == "constant":
        assert game is ZERO_SUM
        np.testing.assert_allclose(values, values[0], rtol=1e-6)
    else:
        assert function.trend == "falls"
        assert (np.diff(values) < 1e-9).all()
        assert values[-1] < 0.9 * values[0]


def test_regret_falls_towards_the_best_response():
    dynamics = MeanDynamics(GOOD_RPS, protocol=BestResponseChoice())
    (function,) = lyapunov_functions(dynamics)
    x = np.array([0.6, 0.3, 0.1])
    values = [function(x)]
    for _ in range(300):  # Euler's steps are exact enough while the best reply stays the same
        x = x + 1e-3 * dynamics.flow(x)
        values.append(function(x))
    assert (np.diff(values) < 1e-9).all()


def test_two_populations():
    pennies = NormalForm([[2, 0], [0, 1]], [[-2, 0], [0, -1]])
    (function,) = lyapunov_functions(Replicator(pennies))
    assert function.trend == "constant"
    values = function(path(Replicator(pennies), [0.4, 0.6, 0.7, 0.3]))
    np.testing.assert_allclose(values, values[0], rtol=1e-7)
    logit = Logit(pennies, temperature=0.2)
    (function,) = lyapunov_functions(logit)
    values = function(path(logit, [0.4, 0.6, 0.7, 0.3]))
    assert function.trend == "falls"
    assert (np.diff(values) < 1e-10).all()
    meeting = NormalForm([[4, 1], [3, 3]], [[4, 3], [1, 3]])
    (function,) = lyapunov_functions(Replicator(meeting))
    assert function.trend == "rises"
    assert (np.diff(function(path(Replicator(meeting), [0.4, 0.6, 0.7, 0.3]))) > -1e-12).all()


def test_equilibrium_on_the_boundary():
    dynamics = Replicator([[0, 1, 3], [-1, 0, 4], [-3, -4, 0]])  # zero-sum, the first strategy dominates the others
    (function,) = lyapunov_functions(dynamics)
    assert function.trend == "never rises"
    assert (np.diff(function(path(dynamics, [0.1, 0.3, 0.6]))) < 1e-12).all()


def test_none_for_games_without_the_structure():
    assert all(lyapunov_functions(rule) == () for rule in rules(BAD_RPS))
    kinds = [each.name for each in lyapunov_functions(Replicator([[-1, 0], [0, -1]]))]
    assert kinds == ["potential", "divergence"]


def test_projection_keeps_its_distance_inside_only():
    """From the vertex rock it moves towards paper: d/dt |x - p|^2 / 2 = (2/3, -1/3, -1/3).(-1/2, 1/2, 0)."""
    dynamics = MeanDynamics(ZERO_SUM, protocol=ProjectionProtocol())
    (function,) = lyapunov_functions(dynamics)
    assert (function.trend, function.where) == ("constant", "interior")
    vertex, velocity = np.array([1.0, 0, 0]), dynamics.velocity([1, 0, 0])
    assert (function(vertex + 1e-6 * velocity) - function(vertex)) / 1e-6 == pytest.approx(-0.5, abs=1e-5)


@pytest.mark.parametrize("game", [COORDINATION, ZERO_SUM])
def test_what_holds_everywhere_has_values_on_faces(game):
    """The limit from inside; a divergence is infinite there."""
    for dynamics in rules(game):
        for function in lyapunov_functions(dynamics):
            on, near = np.array([[0.4, 0.6, 0], [0, 0, 1]]), np.array([[0.4, 0.6, 1e-13], [1e-13, 1e-13, 1]])
            expected = function(near) if function.name != "divergence" else [np.inf, np.inf]
            np.testing.assert_allclose(function(on), expected, atol=1e-11)
