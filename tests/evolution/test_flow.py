"""Ensembles: against other solvers and 40 digits, what they keep, what they refuse, and in which words."""

from __future__ import annotations

from types import MappingProxyType

import mpmath
import numpy as np
import pytest
import sympy as sp
from scipy.integrate import DOP853, solve_ivp

from evolution import flow_running
from evolution.dynamics import Logit, Replicator
from evolution.feedback import Feedback
from evolution.flow import ensemble
from evolution.flow_running import coefficients
from evolution.flow_starts import packed_starts, simplex_grid
from evolution.named_dynamics import BestResponse
from evolution.trajectory import integrate
from gametheory.normal_form import NormalForm
from gametheory.population import Population

RPS = np.array([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]])
INWARD = np.array([[0.0, 2.0, 1.0], [1.0, 0.0, 2.0], [2.0, 1.0, 0.0]])
HAWK_DOVE = [[-0.5, 2], [0, 1]]
TIMES = np.linspace(0, 100, 201)


class Interpreted:
    """Hawk-dove as a payoff field that cannot be compiled."""

    roles = ("population",)
    strategies = MappingProxyType({"population": ("0", "1")})

    def field(self, x):
        return np.array(HAWK_DOVE) @ x


def stacked(A, starts, rtol):
    """All orbits as one system in logarithms, by SciPy."""

    def velocity(_, y):
        weights = np.exp(y.reshape(-1, len(A)))
        x = weights / weights.sum(axis=1, keepdims=True)
        payoff = x @ A.T
        return (payoff - (x * payoff).sum(axis=1, keepdims=True)).ravel()

    found = solve_ivp(velocity, (0, 100), np.log(starts).ravel(), "DOP853", TIMES, rtol=rtol, atol=rtol)
    weights = np.exp(found.y.T.reshape(len(TIMES), *starts.shape))
    return np.moveaxis(weights / weights.sum(axis=2, keepdims=True), 0, 1)


@pytest.mark.parametrize("A", [RPS, INWARD], ids=["closed orbits", "attractor"])
def test_error_at_every_output_is_below_the_tolerance(A):
    flows = ensemble(Replicator(A), 25, t=TIMES, rng=5)
    np.testing.assert_allclose(flows.x, stacked(A, flows.starts, 1e-13), rtol=0, atol=1e-8)


def test_forty_digits():
    with mpmath.workdps(40):
        A = [[0, -2, 1], [1, 0, -2], [-2, 1, 0]]

        def velocity(_, x):
            payoff = [sum(A[i][j] * x[j] for j in range(3)) for i in range(3)]
            mean = sum(p * s for p, s in zip(payoff, x, strict=True))
            return [s * (p - mean) for p, s in zip(payoff, x, strict=True)]

        path = mpmath.odefun(velocity, 0, [mpmath.mpf(2) / 5, mpmath.mpf(3) / 10, mpmath.mpf(3) / 10])
        exact = np.array([[float(share) for share in path(t)] for t in (2, 4)])
    flows = ensemble(Replicator(A), [[0.4, 0.3, 0.3]], t=[2, 4], rtol=1e-12)
    np.testing.assert_allclose(flows.x[0], exact, rtol=2e-12)


def test_two_strategies_by_the_closed_form():
    """x' = x (1 - x): the logistic function, whatever the tolerance asks."""
    starts = np.array([[0.01, 0.99], [0.5, 0.5]])
    for rtol in (1e-6, 1e-9, 1e-12):
        flows = ensemble(Replicator([[1, 1], [0, 0]]), starts, t=[0, 1, 10, 700], rtol=rtol)
        odds = (starts[:, 1] / starts[:, 0])[:, None] * np.exp(-flows.t)
        np.testing.assert_allclose(flows.x[..., 1], odds / (1 + odds), rtol=10 * rtol)


def test_heteroclinic_orbits_keep_turning():
    times = np.linspace(0, 3000, 30001)
    flows = ensemble(Replicator([[0, -2, 1], [1, 0, -2], [-2, 1, 0]]), [[0.4, 0.3, 0.3]], t=times)
    leaders = flows.x[0].argmax(axis=1)
    turns = times[1:][np.diff(leaders) != 0]
    assert len(turns) >= 16
    stays = np.diff(turns)[-4:]
    np.testing.assert_allclose(stays[1:] / stays[:-1], 2, rtol=0.02)  # residence times grow by loss / win


def test_low_temperatures():
    """Down to where steps are set by stability, and below, where implicit methods take over."""
    for temperature in (1e-2, 1e-4):
        flows = ensemble(Logit(HAWK_DOVE, temperature=temperature), [[0.1, 0.9], [0.9, 0.1]], t=[0, 5])
        one = integrate(Logit(HAWK_DOVE, temperature=temperature), x0=[0.1, 0.9], t=[0, 5])
        assert flows.success.all()
        np.testing.assert_allclose(flows.final[0], one.final, atol=1e-7)
    cold = ensemble(Logit(HAWK_DOVE, temperature=1e-7), [[0.1, 0.9]], t=[0, 5])
    assert cold.success.all()
    np.testing.assert_allclose(cold.final[0], [2 / 3, 1 / 3], atol=1e-5)


def test_formulas_are_compiled_and_functions_are_not():
    x, y = sp.symbols("x y", nonnegative=True)
    game = Population(("p",), {"p": ("a", "b")}, {"p": (x, y)}, {"p": (1 - x**2, sp.Rational(1, 4))})
    starts = [[0.1, 0.9], [0.9, 0.1]]
    flows = ensemble(Replicator(game), starts, t=[0, 3, 150])
    assert flows.method == "compiled"
    one = integrate(Replicator(game), x0=starts[0], t=flows.t, rtol=1e-12)
    np.testing.assert_allclose(flows.x[0], one.x, atol=1e-8)
    np.testing.assert_allclose(flows.final[:, 0], np.sqrt(0.75), atol=1e-8)
    slow = ensemble(Replicator(Interpreted()), starts, t=[0, 3, 60])
    fast = ensemble(Replicator(HAWK_DOVE), starts, t=[0, 3, 60])
    assert "only a Python function" in slow.method
    np.testing.assert_allclose(slow.x, fast.x, atol=1e-8)


def test_best_responses_and_environments_go_one_by_one():
    flows = ensemble(BestResponse(HAWK_DOVE), [[0.1, 0.9]], t=[0, 5])
    assert "best responses jump" in flows.method
    np.testing.assert_allclose(flows.final[0], [2 / 3, 1 / 3], atol=1e-9)
    game = Feedback([[0, 1], [1, 0]], {"m": "-x/4"}, shares={"x": "0"}, domain={"m": (0, 1)})
    flows = ensemble(Replicator(game), {"population": [[0.5, 0.5], [0.2, 0.8]], "m": [0.5, 0.9]}, t=[0, 1])
    assert "environment" in flows.method
    np.testing.assert_allclose(flows.x["m"][0], [0.5, 0.375], atol=1e-8)
    assert flows.x["population"].shape == (2, 2, 2)


def test_statistics_need_no_paths():
    """Closed orbits about the centre: time averages tend to it like 1/t; extremes lie on the orbit's curve."""
    flows = ensemble(Replicator(RPS), 30, t=[0, 400], keep="statistics", rng=3)
    paths = ensemble(Replicator(RPS), flows.starts, t=np.linspace(0, 400, 40001))
    average = np.trapezoid(paths.x, paths.t, axis=1) / 400
    np.testing.assert_allclose(flows.statistics.mean, average, atol=2e-7)
    np.testing.assert_allclose(flows.statistics.least, paths.x.min(axis=1), atol=0.01)
    np.testing.assert_allclose(flows.statistics.greatest, paths.x.max(axis=1), atol=0.03)
    np.testing.assert_allclose(flows.final, paths.final, atol=1e-8)
    late = ensemble(Replicator(HAWK_DOVE), 4, t=[100, 150], keep="statistics", rng=3)
    np.testing.assert_allclose(late.statistics.mean, [[2 / 3, 1 / 3]] * 4, atol=1e-9)
    logit = ensemble(Logit(HAWK_DOVE, temperature=0.1), 4, t=[100, 150], keep="statistics", rng=3)
    np.testing.assert_allclose(logit.statistics.mean, logit.final, atol=1e-9)
    slow = ensemble(Replicator(Interpreted()), [[0.1, 0.9]], t=[0, 20], keep="statistics")
    fast = ensemble(Replicator(HAWK_DOVE), [[0.1, 0.9]], t=[0, 20], keep="statistics")
    np.testing.assert_allclose(slow.statistics.mean, fast.statistics.mean, atol=1e-5)


def test_final_states_are_those_of_the_paths():
    for dynamics in (Replicator(RPS), Logit(RPS, temperature=0.2)):
        flows = ensemble(dynamics, 20, t=40, rng=1)
        assert flows.x.shape == (20, 201, 3)
        last = ensemble(dynamics, flows.starts, t=40, keep="final")
        assert last.x.shape == (20, 1, 3)
        assert last.t.tolist() == [40]
        np.testing.assert_allclose(last.final, flows.final, atol=1e-12)


def test_a_failed_orbit_says_so_and_is_nan_from_there():
    flows = ensemble(Replicator(RPS), 10, t=TIMES, max_steps=30, rng=1)
    assert not flows.success.any()
    for k in range(10):
        assert flows.status[k].startswith(f"stopped at t = {flows.reached[k]:g} of 100: 30 steps are used up")
        known = flows.t <= flows.reached[k]
        assert 0 < known.sum() < 201
        assert np.isfinite(flows.x[k, known]).all()
        assert np.isnan(flows.x[k, ~known]).all()
    assert np.isnan(ensemble(Replicator(RPS), 3, t=100, keep="final", max_steps=30, rng=1).x).all()
    assert "10 of them stopped before" in repr(flows)


def test_payoffs_that_end():
    """F = log(1/2 - x): an orbit that would leave the domain stops there, its neighbour goes on."""
    x, y = sp.symbols("x y", real=True)
    payoffs = (sp.Integer(2), sp.log(sp.Rational(1, 2) - x))
    game = Population(("p",), {"p": ("a", "b")}, {"p": (x, y)}, {"p": payoffs})
    flows = ensemble(Replicator(game), [[0.1, 0.9], [0.0, 1.0]], t=[0, 0.1, 50])
    assert flows.success.tolist() == [False, True]
    assert "stopped" in flows.status[0]
    assert np.isfinite(flows.x[0, :2]).all()
    assert np.isnan(flows.x[0, 2]).all()
    assert flows.x[1].tolist() == [[0, 1]] * 3


def test_words_about_faces():
    flows = ensemble(Replicator(RPS), [[1, 0, 0], [0.5, 0.5, 0], [0.2, 0.3, 0.5]], t=[0, 5])
    assert "vertex" in flows.status[0]
    assert "face" in flows.status[1]
    assert flows.status[2] == "reached t = 5"
    assert (flows.x[1, :, 2] == 0).all()
    assert flows.x[0].tolist() == [[1, 0, 0]] * 2


@pytest.mark.parametrize(
    ("starts", "words"),
    [
        ([[0.5, 0.5, 0], [0.5, 0.6, -0.1]], r"start 1: the share of 2 \(population\) is -0.1"),
        ([[0.5, 0.5, 0], [0.5, 0.5, 0.5]], "start 1: the shares of population sum to 1.5"),
        ([[0.5, np.nan, 0.5]], "start 0: the share of 1"),
        ([[0.5, 0.5]], r"shape \(1, 2\); expected rows of 3"),
        ([0.2, 0.3, 0.5], r"shape \(3,\)"),
        (np.empty((0, 3)), r"shape \(0, 3\)"),
        (0, "at least one"),
        ("many", "no table of numbers"),
        ({"people": [[0.2, 0.3, 0.5]]}, "given for people; needed are population"),
    ],
)
def test_bad_starts_are_refused_with_their_index(starts, words):
    with pytest.raises(ValueError, match=words):
        ensemble(Replicator(RPS), starts, t=1)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"t": [0, 2, 1]}, "not increasing: 2 is followed by 1"),
        ({"t": -1}, "times are >= 0"),
        ({"t": 0}, "no horizon"),
        ({"t": [np.inf]}, "finite"),
        ({"t": "soon"}, "no number"),
        ({"t": [5], "keep": "statistics"}, "from a first time to a last one"),
        ({"t": 1, "keep": "some"}, "none of"),
        ({"t": 1, "rtol": 0}, "rtol = 0 is not positive"),
        ({"t": 1, "workers": 0}, "workers = 0"),
    ],
)
def test_bad_numbers_are_refused(asked, words):
    with pytest.raises(ValueError, match=words):
        ensemble(Replicator(RPS), 2, rng=1, **asked)


def test_starts_of_several_populations():
    game = NormalForm([[3, 0], [0, 2], [1, 1]], [[2, 0], [0, 3], [1, 1]], players=["he", "she"])
    with pytest.raises(ValueError, match="mapping from each of he, she"):
        ensemble(Replicator(game), [[0.5, 0.5]], t=1)
    with pytest.raises(ValueError, match="different lengths: 1, 2"):
        ensemble(Replicator(game), {"he": [[1 / 3] * 3], "she": [[0.5, 0.5]] * 2}, t=1)
    flows = ensemble(Replicator(game), 7, t=[0, 1], rng=4)
    assert flows.x["he"].shape == (7, 2, 3)
    assert flows.final["she"].shape == (7, 2)
    data = flows.to_dataset()
    assert data["she"].dims == ("start", "time", "she_strategy")
    assert data.sizes["start"] == 7
    kept = ensemble(Replicator(game), 7, t=5, keep="statistics", rng=4).to_dataset()
    assert kept["mean_he"].dims == ("start", "he_strategy")


def test_draws_are_uniform_and_repeat():
    dynamics = Replicator(RPS)
    one, same, other = (packed_starts(dynamics, 4000, seed) for seed in (1, 1, 2))
    assert (one == same).all()
    assert (one != other).all()
    assert one.mean(axis=0) == pytest.approx([1 / 3] * 3, abs=0.01)
    assert (one**2).mean() == pytest.approx(1 / 6, abs=0.005)  # E x^2 = 2 / (n (n + 1))


def test_grids():
    grid = simplex_grid(4, parts=6)
    assert len(np.unique(grid, axis=0)) == len(grid) == 84
    np.testing.assert_allclose(grid.sum(axis=1), 1)
    inside = simplex_grid(4, parts=6, interior=True)
    assert len(inside) == 10
    assert inside.min() == pytest.approx(1 / 6)
    assert simplex_grid(1, parts=3).tolist() == [[1]]
    with pytest.raises(ValueError, match="at least 4"):
        simplex_grid(4, parts=3, interior=True)
    with pytest.raises(ValueError, match="parts = 0"):
        simplex_grid(4, parts=0)
    with pytest.raises(ValueError, match="at most"):
        simplex_grid(30, parts=30)


def test_progress_reaches_the_end(monkeypatch):
    monkeypatch.setattr(flow_running, "SMALL_PIECE", 7)
    told = []
    ensemble(Replicator(HAWK_DOVE), 50, t=[0, 1], rng=1, progress=lambda done, of: told.append((done, of)))
    assert len(told) > 1
    assert [of for _, of in told] == [50] * len(told)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (50, 50)


def test_an_interruption_is_passed_on():
    def stop(done, of):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ensemble(Replicator(HAWK_DOVE), 50, t=[0, 1], rng=1, progress=stop)


def test_the_scheme_is_read_off_whole():
    """Rows of weights give back Dormand and Prince's tables; nodes are the sums of their rows."""
    which, weight, length = coefficients()
    dense = np.zeros((len(which), 16))
    for k in range(len(which)):
        np.add.at(dense[k], which[k, : length[k]], weight[k, : length[k]])
    np.testing.assert_array_equal(dense[:11, :12], DOP853.A[1:12, :12])
    np.testing.assert_array_equal(dense[11, :12], DOP853.B)
    np.testing.assert_allclose(dense[:11].sum(axis=1), DOP853.C[1:12], atol=1e-14)
    np.testing.assert_allclose(dense[12:15].sum(axis=1), DOP853.C_EXTRA, atol=1e-14)
    np.testing.assert_array_equal(dense[17:, :16], DOP853.D)
