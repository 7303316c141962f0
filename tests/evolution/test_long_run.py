"""Averages, exponents and cycles against closed forms, eigenvalues and orbits."""

import numpy as np
import pytest

from evolution import BestResponse, Feedback, Logit, Replicator, integrate
from evolution.averages import time_average
from evolution.exponents import lyapunov_exponents
from evolution.heteroclinic import heteroclinic_cycles
from gametheory import NormalForm


def rps(win, loss):
    return [[0, -loss, win], [win, 0, -loss], [-loss, win, 0]]


def test_average_of_a_logistic_share_in_closed_form():
    dynamics = Replicator([[1, 1], [0, 0]])
    t = np.array([0.5, 2.0, 7.0])
    found = time_average(dynamics, x0=[0.2, 0.8], t=t)
    np.testing.assert_allclose(found.x[:, 0], np.log(0.8 + 0.2 * np.exp(t)) / t, atol=1e-9)


def test_average_is_the_equilibrium_where_orbits_cycle():
    game = NormalForm([[2, 0], [0, 1]], [[-2, 0], [0, -1]])
    found = time_average(Replicator(game), x0=([0.7, 0.3], [0.6, 0.4]), t=200)
    for player in game.players:
        np.testing.assert_allclose(found.x[player][-1], [1 / 3, 2 / 3], atol=2e-2)


def test_averages_by_the_payoff_identity():
    """log(x_i/x_j) at the end tells the average of F_i - F_j, and F is linear: another way to the same average."""
    A, T, start = np.array([[0, 3, -1], [1, 0, 2], [2, -1, 0]]), 30.0, np.array([0.3, 0.3, 0.4])
    end = integrate(Replicator(A), x0=start, t=T, rtol=1e-11).final
    gained = (np.log(end) - np.log(start)) / T
    average = time_average(Replicator(A), x0=start, t=T, rtol=1e-11).x[-1]
    payoffs = A @ average
    np.testing.assert_allclose(payoffs - payoffs[0], gained - gained[0], atol=1e-8)


@pytest.mark.parametrize("t", [0, -1, [2, 1], [], np.inf, np.nan])
def test_averages_need_spans(t):
    with pytest.raises(ValueError, match="spans"):
        time_average(Replicator([[0, 1], [1, 0]]), x0=[0.5, 0.5], t=t)


def test_exponents_at_rest_are_the_eigenvalues():
    dynamics = Replicator([[0, 6, -4], [-3, 0, 5], [-1, 3, 0]])  # Zeeman: (-1 ± i sqrt 2)/3, stable focus
    found = lyapunov_exponents(dynamics, x0=[1 / 3, 1 / 3, 1 / 3], t=60)
    np.testing.assert_allclose(found.values, [-1 / 3, -1 / 3], atol=0.02)
    saddle = Logit([[3, 0], [0, 3]], temperature=0.5)  # slope of the choice 2 x 3 x 1/4 / 0.5 - 1 at the middle
    assert lyapunov_exponents(saddle, x0=[0.5, 0.5], t=1).values == pytest.approx([2.0], abs=1e-6)


def test_exponents_of_a_zero_sum_game_come_in_pairs():
    e = 0.5
    A, B = [[e, -1, 1], [1, e, -1], [-1, 1, e]], [[-e, 1, -1], [-1, -e, 1], [1, -1, -e]]
    start = ([0.5, 0.01, 0.49], [0.5, 0.25, 0.25])
    found = lyapunov_exponents(Replicator(NormalForm(A, B)), x0=start, t=30)
    np.testing.assert_allclose(found.values, -found.values[::-1], atol=0.1)
    assert abs(found.values.sum()) < 1e-6  # the flow keeps volume


def test_exponents_on_a_face():
    found = lyapunov_exponents(Replicator([[-1, 2, 0], [0, 1, 0], [9, 9, 9]]), x0=[0.5, 0.5, 0], t=20)
    np.testing.assert_allclose(found.values, [-0.5], atol=1e-6)
    with pytest.raises(ValueError, match="vertex"):
        lyapunov_exponents(Replicator([[0, 1], [1, 0]]), x0=[1, 0], t=1)
    with pytest.raises(ValueError, match="finite time > 0"):
        lyapunov_exponents(Replicator([[0, 1], [1, 0]]), x0=[0.5, 0.5], t=0)


@pytest.mark.parametrize(("win", "loss", "kind"), [(1, 2, "attracting"), (2, 1, "repelling"), (1, 1, "undecided")])
def test_cycle_of_rock_paper_scissors(win, loss, kind):
    (cycle,) = heteroclinic_cycles(Replicator(rps(win, loss)))
    assert cycle.kind == kind
    assert cycle.ratio == (loss / win) ** 3
    nearest = integrate(Replicator(rps(win, loss)), x0=[0.5, 0.3, 0.2], t=[0, 30]).x.min(axis=1)
    if kind != "undecided":
        assert (nearest[1] < nearest[0]) == (kind == "attracting")


def test_cycle_of_four():
    """A hypercycle of four: growth 1 of the next, the last falls at 1 - 0; its orbits stay away from the boundary."""
    hypercycle = np.zeros((4, 4), dtype=int)
    for i in range(4):
        hypercycle[i, i - 1] = 1
    assert heteroclinic_cycles(Replicator(hypercycle.tolist()))[-1].kind == "undecided"  # rates of 0
    cycles = heteroclinic_cycles(Replicator((5 * hypercycle - hypercycle.T - 1 + np.eye(4, dtype=int)).tolist()))
    four = next(cycle for cycle in cycles if len(cycle.vertices) == 4)
    assert four.kind == "repelling"
    reverse = heteroclinic_cycles(Replicator((2 * hypercycle - 6 * hypercycle.T - 1 + np.eye(4, dtype=int)).tolist()))
    assert next(cycle for cycle in reverse if len(cycle.vertices) == 4).kind == "attracting"


def test_a_cycle_that_orbits_can_leave_does_not_attract_all():
    """At 0 both 1 and 3 grow: however strong 0 -> 1 -> 2 -> 0 pulls, a start on the edge from 0 to 3 goes to 3."""
    game = [[0, -20, 1, -1], [1, 0, -20, -1], [-20, 1, 0, -1], ["1/2", -10, -10, 0]]
    by_name = {cycle.vertices: cycle.kind for cycle in heteroclinic_cycles(Replicator(game))}
    assert by_name[("0", "1", "2")] == "undecided"
    assert integrate(Replicator(game), x0=[0.999, 0, 0, 0.001], t=200).final[3] > 0.99
    game[3][0] = "-1/2"
    assert [cycle.kind for cycle in heteroclinic_cycles(Replicator(game))] == ["attracting"]


def test_of_two_cycles_through_one_vertex_neither_attracts():
    """Kirk and Silber's network: at 1 strategies 2 and 3 grow, and each cycle loses orbits to the other."""
    game = [[0, -5, 2, 2], [1, 0, -5, -5], [-5, 3, 0, -1], [-5, 2, -1, 0]]
    found = heteroclinic_cycles(Replicator(game))
    assert [cycle.vertices for cycle in found] == [("0", "1", "2"), ("0", "1", "3")]
    assert {cycle.kind for cycle in found} == {"undecided"}


def test_no_cycles_and_refusals():
    assert heteroclinic_cycles(Replicator([[1, 0], [0, 1]])) == ()
    assert heteroclinic_cycles(Replicator([[0, 0], [0, 0]])) == ()
    with pytest.raises(TypeError, match="one population"):
        heteroclinic_cycles(Replicator(NormalForm([[1, 0], [0, 1]], [[1, 0], [0, 1]])))


def test_best_response_averages_in_closed_form():
    """Before the first switch x = e_1 + (x_0 - e_1) exp(-t), on average e_1 + (x_0 - e_1)(1 - exp(-t))/t."""
    start, target = np.array([0.6, 0.3, 0.1]), np.array([0.0, 1.0, 0.0])
    found = time_average(BestResponse(rps(1, 1)), x0=start, t=[0.1, 0.2])
    for t, mean in zip(found.t, found.x, strict=True):
        np.testing.assert_allclose(mean, target + (start - target) * (1 - np.exp(-t)) / t, atol=1e-14)


def test_no_exponents_where_the_velocity_jumps():
    with pytest.raises(ValueError, match="jumps"):
        lyapunov_exponents(BestResponse(rps(1, 1)), x0=[0.5, 0.3, 0.2], t=1)


def test_an_environment_has_its_own_exponents():
    """x' of equal payoffs stands still, z' = -2 z shrinks: exponents 0 and -2."""
    still = Feedback({"a": "0", "b": "0"}, {"z": "-2*z"})
    found = lyapunov_exponents(Replicator(still), x0=[0.3, 0.7], z0={"z": 1.0}, t=10)
    np.testing.assert_allclose(found.values, [0, -2], atol=1e-6)
    average = time_average(Replicator(still), x0=[0.3, 0.7], z0={"z": 1.0}, t=3)
    np.testing.assert_allclose(average.x["population"], [[0.3, 0.7]], atol=1e-12)
    np.testing.assert_allclose(average.x["z"], [(1 - np.exp(-6)) / 6], atol=1e-8)
