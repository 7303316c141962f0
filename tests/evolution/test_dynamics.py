"""Fields of the dynamics: known values, forms of the state, what is refused."""

from __future__ import annotations

import pickle
from types import MappingProxyType

import numpy as np
import pytest
import sympy as sp

from evolution.dynamics import Logit, Replicator
from evolution.payoff import as_field
from gametheory.normal_form import NormalForm
from gametheory.population import Population

RPS = [[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]]
PENNIES = NormalForm(
    [[1, -1], [-1, 1]], [[-1, 1], [1, -1]], players=["even", "odd"], strategies=[["heads", "tails"]] * 2
)


class Curve:
    """Holding or not on a linear curve: a payoff field that is only a Python function."""

    roles = ("agent",)
    strategies = MappingProxyType({"agent": ("hold", "wait")})

    def field(self, x):
        return np.array([1 - 2 * x[0], 0.0])


def test_replicator_of_hawk_dove_by_hand():
    x = 0.3  # x (1 - x) (F_H - F_D) with F_H - F_D = 1 - 3x/2
    expected = x * (1 - x) * (1 - 1.5 * x)
    np.testing.assert_allclose(Replicator([[-0.5, 2], [0, 1]]).velocity([x, 1 - x]), [expected, -expected])


def test_row_strategy_earns_the_row():
    """A[i, j] is paid to i against j: against pure j, strategy i's growth is A[i, j] less the mean."""
    matrix = np.array([[0.0, 5.0], [1.0, 3.0]])
    np.testing.assert_allclose(Replicator(matrix).velocity([0.5, 0.5]), [0.125, -0.125])
    np.testing.assert_array_equal(as_field(matrix).field(np.array([0.0, 1.0])), [5.0, 3.0])


def test_bimatrix_is_two_populations():
    velocity = Replicator(PENNIES).velocity({"even": [0.75, 0.25], "odd": [0.5, 0.5]})
    assert set(velocity) == {"even", "odd"}
    np.testing.assert_allclose(velocity["even"], [0, 0], atol=1e-16)
    np.testing.assert_allclose(velocity["odd"], [-0.25, 0.25])  # odd loses on heads, which even plays more


def test_bimatrix_of_different_sizes_and_three_players():
    rng = np.random.default_rng(3)
    shapes = (2, 3, 4)
    tables = [rng.normal(size=shapes) for _ in shapes]
    states = [rng.dirichlet(np.ones(n)) for n in shapes]
    game = NormalForm(*tables)
    answer = as_field(game).field(dict(zip(game.players, states, strict=True)))
    for player, expected in zip(game.players, game.deviations(states), strict=True):
        np.testing.assert_allclose(answer[player], expected)


def test_two_vectors_in_order_serve_for_two_players():
    by_name = Replicator(PENNIES).velocity({"odd": [0.4, 0.6], "even": [0.7, 0.3]})
    in_order = Replicator(PENNIES).velocity(([0.7, 0.3], [0.4, 0.6]))
    for player in ("even", "odd"):
        np.testing.assert_array_equal(by_name[player], in_order[player])


def test_any_payoff_field_moves():
    assert Replicator(Curve()).strategies == {"agent": ("hold", "wait")}
    np.testing.assert_allclose(Replicator(Curve()).velocity([0.25, 0.75]), [0.09375, -0.09375])


def test_expressions_move_like_the_function_they_say():
    x, s = sp.symbols("x s")
    table = {"validator": {"honest": s - x, "cheat": 0}, "delegator": {"stake": 1 / s - x, "hold": 1}}
    game = Population.from_payoffs(table, {x: ("validator", "honest"), s: ("delegator", "stake")})
    velocity = Replicator(game).velocity({"validator": [0.25, 0.75], "delegator": [0.5, 0.5]})
    np.testing.assert_allclose(velocity["validator"], np.array([1, -1]) * 0.1875 * 0.25)
    np.testing.assert_allclose(velocity["delegator"], np.array([1, -1]) * 0.25 * 0.75)


@pytest.mark.parametrize("game", [RPS, PENNIES, Population.from_matrix(RPS)])
def test_dynamics_travel_between_processes(game):
    dynamics = Logit(game, temperature=0.7)
    x = [0.5, 0.25, 0.25] if len(dynamics.roles) == 1 else {"even": [0.3, 0.7], "odd": [0.5, 0.5]}
    there = pickle.loads(pickle.dumps(dynamics))
    np.testing.assert_array_equal(there.flow(there.pack(x)), dynamics.flow(dynamics.pack(x)))


def test_switching_rates_of_imitation():
    """rho_ij = x_j [F_j - F_i]+ at (1/2, 1/4, 1/4) of rock-paper-scissors, where F = (0, 1/4, -1/4)."""
    rates = Replicator(RPS).switching([0.5, 0.25, 0.25])
    np.testing.assert_allclose(rates, [[0, 1 / 16, 0], [0, 0, 0], [1 / 8, 1 / 8, 0]])


def test_switching_rates_of_choice_do_not_depend_on_what_one_plays():
    rates = Logit(RPS, temperature=0.5).switching([0.5, 0.25, 0.25])
    np.testing.assert_allclose(rates, np.tile(np.exp([0, 0.5, -0.5]) / np.exp([0, 0.5, -0.5]).sum(), (3, 1)))
    by_role = Logit(PENNIES, temperature=1).switching({"even": [0.5, 0.5], "odd": [0.5, 0.5]})
    np.testing.assert_allclose(by_role["odd"], 0.5)


@pytest.mark.parametrize("temperature", [1e-3, 1e-12, 1e-300, 5e-324])
def test_logit_at_low_temperature_is_best_response(temperature):
    velocity = Logit(np.array(RPS) * 1e5, temperature=temperature).velocity([0.5, 0.25, 0.25])
    np.testing.assert_array_equal(velocity, [-0.5, 0.75, -0.25])


def test_logit_at_high_temperature_is_uniform():
    velocity = Logit(RPS, temperature=1e300).velocity([0.5, 0.25, 0.25])
    np.testing.assert_allclose(velocity, np.array([1, 1, 1]) / 3 - [0.5, 0.25, 0.25])


def test_payoffs_of_the_caller_are_neither_kept_nor_overwritten():
    matrix = np.array(RPS)
    before = matrix.copy()
    dynamics = [Replicator(matrix), Logit(matrix, temperature=0.5)]
    velocities = [d.velocity([0.5, 0.25, 0.25]) for d in dynamics]
    np.testing.assert_array_equal(matrix, before)
    matrix[:] = 7.0
    for d, velocity in zip(dynamics, velocities, strict=True):
        np.testing.assert_array_equal(d.velocity([0.5, 0.25, 0.25]), velocity)


def test_start_of_the_caller_is_not_overwritten():
    x = np.array([0.5, 0.25, 0.25])
    Replicator(RPS).start(x)[0] = 9.0
    np.testing.assert_array_equal(x, [0.5, 0.25, 0.25])


def test_unplayed_strategies_may_have_infinite_payoffs_under_imitation():
    class Scarce(Curve):
        def field(self, x):
            with np.errstate(divide="ignore"):
                return np.array([1 / x[0], 1.0])

    np.testing.assert_array_equal(Replicator(Scarce()).velocity([0.0, 1.0]), [0.0, 0.0])


def test_fractions_and_strings_are_numbers():
    np.testing.assert_allclose(Replicator([["1/3", 0], [0, 1]]).velocity([0.5, 0.5]), [-1 / 12, 1 / 12])


@pytest.mark.parametrize(
    ("game", "words"),
    [
        ([[1, 2]], "not square"),
        ([1, 2], "not square"),
        ([[1, np.nan], [0, 1]], r"payoff \[0, 1\].* nan"),
        ([[1, np.inf], [0, 1]], "inf"),
        ([[1], [2, 3]], "ragged"),
        ([["a", 0], [0, 1]], "number"),
    ],
)
def test_bad_matrices(game, words):
    with pytest.raises(ValueError, match=words):
        Replicator(game)


def test_no_game_at_all():
    with pytest.raises(TypeError, match="int is no game"):
        Replicator(3)


@pytest.mark.parametrize("temperature", [0, -1, np.nan, np.inf, "hot", None])
def test_bad_temperatures(temperature):
    with pytest.raises(ValueError, match="temperature"):
        Logit(RPS, temperature=temperature)
