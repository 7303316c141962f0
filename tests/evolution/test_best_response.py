"""Best-response orbits: they solve the inclusion, at times known by hand, and say where there are several."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.integrate import quad

from evolution.affine import AffinePayoffs
from evolution.best_response import best_response_orbit
from evolution.dynamics import Replicator
from evolution.named_dynamics import BestResponse
from evolution.trajectory import integrate
from gametheory.dispatch import solve
from gametheory.normal_form import NormalForm
from gametheory.population import Population

ENTRIES = json.loads((Path(__file__).parents[1] / "oracles" / "data" / "evolution.json").read_text())
TABLE = {entry["id"]: entry for entry in ENTRIES}
PENNIES = NormalForm([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
SHAPLEY = NormalForm([[0, 0, 1], [1, 0, 0], [0, 1, 0]], [[0, 1, 0], [0, 0, 1], [1, 0, 0]])


def rps(lose, win):
    return np.array([[0, -lose, win], [win, 0, -lose], [-lose, win, 0]], dtype=float)


def must_solve_the_inclusion(orbit, payoffs_of, parts):
    """Pieces join, targets are in the simplex, and at all times play what is best."""
    ends = [*orbit.t[1:], orbit.end]
    for k, (begin, end) in enumerate(zip(orbit.t, ends, strict=True)):
        target = orbit.targets[k]
        for share in np.linspace(0, 1, 7):
            x = target + (orbit.corners[k] - target) * np.exp(-share * (end - begin))
            payoffs = payoffs_of(x)
            for part in parts:
                assert target[part].min() >= 0
                assert target[part].sum() == pytest.approx(1, abs=1e-12)
                assert payoffs[part].max() - payoffs[part][target[part] > 0].min() <= 1e-9
        if k + 1 < len(ends):
            np.testing.assert_allclose(x, orbit.corners[k + 1], atol=1e-13)


SMALL = st.integers(-2, 2).map(float)
GRID = st.integers(0, 4).map(float)


@settings(max_examples=150, deadline=None)
@given(st.integers(2, 4).flatmap(lambda n: arrays(float, (n, n), elements=SMALL)), st.data())
def test_orbits_of_one_population_solve_the_inclusion(game, data):
    """Payoffs and starts of few values, so that ties of every kind occur."""
    weights = data.draw(arrays(float, len(game), elements=GRID).filter(np.any))
    orbit = best_response_orbit(BestResponse(game), x0=weights / weights.sum(), t=4, max_switches=2000)
    must_solve_the_inclusion(orbit, lambda x: game @ x, [slice(None)])


@settings(max_examples=100, deadline=None)
@given(arrays(float, (2, 2, 3), elements=SMALL), st.data())
def test_orbits_of_two_populations_solve_the_inclusion(tables, data):
    weights = [data.draw(arrays(float, n, elements=GRID).filter(np.any)) for n in (2, 3)]
    start = [w / w.sum() for w in weights]
    orbit = best_response_orbit(BestResponse(NormalForm(*tables)), x0=tuple(start), t=4, max_switches=2000)
    parts = [slice(0, 2), slice(2, 5)]
    must_solve_the_inclusion(
        orbit, lambda x: np.concatenate([tables[0] @ x[parts[1]], tables[1].T @ x[parts[0]]]), parts
    )


def test_bad_rock_paper_scissors_goes_to_the_shapley_triangle():
    """Switches of the limit cycle are its corners; the oracle gives them for time averages of the replicator."""
    entry = TABLE["shapley_triangle"]
    lose, win = entry["inputs"]["lose"], entry["inputs"]["win"]
    orbit = best_response_orbit(BestResponse(rps(lose, win)), x0=[0.4, 0.3, 0.3], t=50)
    np.testing.assert_allclose(np.sort(orbit.corners[-1]), entry["expected"], atol=1e-12)
    np.testing.assert_allclose(np.diff(orbit.t)[-1], np.log(lose / win), rtol=1e-9)  # each side takes log 2


def test_sides_of_the_triangle_take_the_logarithm_of_loss_over_win():
    for lose, win in ((3.0, 1.0), (2.0, 1.5), (5.0, 4.0)):
        orbit = best_response_orbit(BestResponse(rps(lose, win)), x0=[0.4, 0.35, 0.25], t=200)
        corner = np.array([lose**2, lose * win, win**2]) / (lose**2 + lose * win + win**2)
        np.testing.assert_allclose(np.sort(orbit.corners[-1]), np.sort(corner), atol=1e-9)
        np.testing.assert_allclose(np.diff(orbit.t)[-1], np.log(lose / win), rtol=1e-7)


def test_good_rock_paper_scissors_arrives_in_finite_time():
    """The best payoff falls as V_0 exp(-t) down to the value v = (win - lose)/3 (Hofbauer): at t = log(V_0/v)."""
    game, x0 = rps(1, 2), np.array([0.5, 0.3, 0.2])
    orbit = best_response_orbit(BestResponse(game), x0=x0, t=50)
    arrival = np.log((game @ x0).max() / (1 / 3))
    assert orbit.t[-1] == pytest.approx(arrival, abs=1e-9)
    np.testing.assert_allclose(orbit.at(50), 1 / 3, atol=1e-12)


def test_the_best_payoff_of_a_zero_sum_game_falls_exponentially():
    game, x0 = rps(1, 1), np.array([0.5, 0.3, 0.2])
    orbit = best_response_orbit(BestResponse(game), x0=x0, t=5)
    times = np.linspace(0, 5, 41)
    np.testing.assert_allclose((orbit.at(times) @ game.T).max(axis=1), (game @ x0).max() * np.exp(-times), rtol=1e-9)
    assert orbit.success


def test_hawk_dove_stops_at_its_mixed_equilibrium():
    """From x = 0.9 it falls as 0.9 exp(-t) until 2/3, and stays."""
    flow = integrate(BestResponse([[0, 2], [1, 0]]), x0=[0.9, 0.1], t=[0.1, np.log(1.35), 1, 5])
    np.testing.assert_allclose(flow.x[:, 0], [0.9 * np.exp(-0.1), 2 / 3, 2 / 3, 2 / 3], atol=1e-14)
    assert flow.status == "reached t = 5 by 1 switch, towards 0 and 1"


def test_it_slides_along_a_tie_to_the_mixture_on_a_face():
    """Strategies 0 and 1 do best against each other: tied at 0.7 u = 1 - 0.9 u; the third dies out as 0.2 u."""
    game = [[0, 2, 0], [2, 0, 0], [-1, -1, -1]]
    orbit = best_response_orbit(BestResponse(game), x0=[0.7, 0.1, 0.2], t=10)
    np.testing.assert_allclose(orbit.t, [0, np.log(1.6)], atol=1e-14)
    assert orbit.replies == ("1", "0 and 1")
    for t in (0.6, 2, 9):
        third = 0.2 * np.exp(-t)
        np.testing.assert_allclose(orbit.at(t), [(1 - third) / 2, (1 - third) / 2, third], atol=1e-14)


def test_log_shares_of_what_is_never_best():
    flow = integrate(BestResponse([[1, 1], [0, 0]]), x0=[0.5, 0.5], t=[0, 100, 400])
    np.testing.assert_allclose(flow.log_x[:, 1], np.log(0.5) - flow.t, rtol=1e-12)


def test_several_solutions_are_told():
    both = best_response_orbit(BestResponse([[1, 0, 0], [0, 1, 0], [0, 0, -1]]), x0=[0.4, 0.4, 0.2], t=5)
    assert both.status == ("reached t = 5, towards 0; several solutions from t = 0: took 0, others go to 1; 0 and 1")
    still = integrate(BestResponse([[1, 0], [0, 1]]), x0=[0.5, 0.5], t=5)
    assert still.status == (
        "at rest: the start is an equilibrium; several solutions from t = 0: stayed, others go to 0; 1"
    )
    np.testing.assert_array_equal(still.x, 0.5)
    one = best_response_orbit(BestResponse([[1, 0], [0, 1]]), x0=[0.51, 0.49], t=5)
    assert one.status == "reached t = 5, towards 0"


def test_it_rests_at_every_equilibrium():
    rng = np.random.default_rng(2)
    for _ in range(15):
        tables = rng.integers(-4, 5, size=(2, 3, 3)).astype(float)
        game = NormalForm(*tables)
        for equilibrium in solve(game):
            orbit = best_response_orbit(BestResponse(game), x0=tuple(equilibrium.profile), t=3)
            assert orbit.status.startswith("at rest"), (tables, orbit.status)


def test_a_spiral_that_switches_too_often_is_told_and_ended_by_a_larger_tie():
    orbit = best_response_orbit(BestResponse(rps(1, 1)), x0=[0.4, 0.35, 0.25], t=50, max_switches=100)
    assert not orbit.success
    assert orbit.status.startswith(f"stopped at t = {orbit.end:g} of 50: 100 switches are used up")
    with pytest.raises(ValueError, match="not all within the orbit"):
        orbit.at(50)
    coarse = integrate(BestResponse(rps(1, 1), tie=0.01), x0=[0.4, 0.35, 0.25], t=50)
    assert coarse.success
    np.testing.assert_allclose(coarse.final, 1 / 3, atol=1e-12)


@pytest.mark.parametrize("game", [rps(2, 1), rps(1, 1), rps(1, 2)])
def test_fictitious_play_follows_the_orbit_in_logarithmic_time(game):
    """Beliefs x_{k+1} = x_k + (b_k - x_k)/(k + 1) from k = 10^4 on are near the orbit at log(k/10^4)."""
    first, x = 10_000, np.array([0.5, 0.3, 0.2])
    orbit = best_response_orbit(BestResponse(game), x0=x, t=2)
    for k in range(first, 5 * first):
        if k % first == 0:
            np.testing.assert_allclose(x, orbit.at(np.log(k / first)), atol=2e-3)
        x = x + (np.eye(3)[(game @ x).argmax()] - x) / (k + 1)


def test_time_averages_by_quadrature():
    orbit = best_response_orbit(BestResponse(rps(2, 1)), x0=[0.4, 0.3, 0.3], t=6)
    np.testing.assert_array_equal(orbit.average(0), [0.4, 0.3, 0.3])
    for t in (0.05, 1.0, 6.0):
        kinks = orbit.t[(orbit.t > 0) & (orbit.t < t)]
        expected = [quad(lambda s, i=i: orbit.at(s)[i], 0, t, points=kinks, epsabs=1e-12)[0] / t for i in range(3)]
        np.testing.assert_allclose(orbit.average(t), expected, atol=1e-11)


def test_two_populations_by_role():
    flow = integrate(BestResponse(PENNIES), x0=([0.9, 0.1], [0.3, 0.7]), t=[0, 0.1, 3])
    np.testing.assert_allclose(flow.x["player 1"][1], [0.9 * np.exp(-0.1), 1 - 0.9 * np.exp(-0.1)])
    np.testing.assert_allclose(flow.x["player 2"][1], [0.3 * np.exp(-0.1), 1 - 0.3 * np.exp(-0.1)])
    assert max(np.abs(flow.x[role][2] - 0.5).max() for role in flow.roles) < 0.06
    hexagon = best_response_orbit(BestResponse(SHAPLEY), x0=([0.6, 0.3, 0.1], [0.3, 0.5, 0.2]), t=60)
    sides = np.diff(hexagon.t)[-12:]
    np.testing.assert_allclose(sides, sides[0], rtol=1e-6)  # a regular cycle, not the mixed equilibrium
    assert np.abs(hexagon.corners[-1] - 1 / 3).max() > 0.1


def test_affine_formulas_are_followed_exactly_and_others_by_the_solver():
    x = sp.Symbol("x")
    straight = Population.from_payoffs({"agent": {"in": 1 - 3 * x, "out": -x}}, {x: ("agent", "in")})
    flow = integrate(BestResponse(straight), x0=[0.9, 0.1], t=[0.2, 3])
    np.testing.assert_allclose(flow.x[:, 0], [0.9 * np.exp(-0.2), 0.5], atol=1e-14)
    bent = Population.from_payoffs({"agent": {"in": 1 + x**2, "out": 0}}, {x: ("agent", "in")})
    assert AffinePayoffs.of(BestResponse(bent).game) is None
    flow = integrate(BestResponse(bent), x0=[0.1, 0.9], t=[0.5, 2])
    np.testing.assert_allclose(flow.x[:, 1], 0.9 * np.exp([-0.5, -2]), rtol=1e-7)


def test_more_roles_are_followed_by_the_solver_and_said_to_switch_too_often():
    """Two of three players play matching pennies, while it pays the third always the same."""
    tables = np.zeros((3, 2, 2, 2))
    tables[0] = np.array([[1, -1], [-1, 1]])[:, :, None]
    tables[1], tables[2, :, :, 0] = -tables[0], 1
    dynamics = BestResponse(NormalForm(*tables))
    start = ([0.9, 0.1], [0.3, 0.7], [0.5, 0.5])
    flow = integrate(dynamics, x0=start, t=[0.5, 1.5])
    exact = best_response_orbit(BestResponse(PENNIES), x0=start[:2], t=1.5)
    np.testing.assert_allclose(flow.x["player 1"][1], exact.at(1.5)["player 1"], atol=1e-6)
    np.testing.assert_allclose(flow.x["player 3"][:, 1], 0.5 * np.exp([-0.5, -1.5]), rtol=1e-6)
    stopped = integrate(dynamics, x0=start, t=20, max_steps=300)
    assert not stopped.success
    assert stopped.status.endswith("best replies may switch ever faster, Logit(game, temperature=T) is smooth")


def test_trajectory_between_its_outputs():
    flow = integrate(BestResponse(rps(2, 1)), x0=[0.4, 0.3, 0.3], t=5)
    orbit = best_response_orbit(BestResponse(rps(2, 1)), x0=[0.4, 0.3, 0.3], t=5)
    np.testing.assert_allclose(flow.x, orbit.at(flow.t), atol=1e-15)
    np.testing.assert_allclose(flow.at([0.77, 2.2]), orbit.at([0.77, 2.2]), atol=1e-15)
    np.testing.assert_allclose(np.isin(orbit.t, flow.t), True)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: best_response_orbit(Replicator(rps(1, 1)), x0=[1, 0, 0], t=1), "ProportionalImitation is no best"),
        (lambda: best_response_orbit(BestResponse(rps(1, 1)), x0=[1, 0, 0], t=-1), "t = -1"),
        (lambda: best_response_orbit(BestResponse(rps(1, 1)), x0=[1, 1, 0], t=1), "sum to 2"),
        (lambda: best_response_orbit(BestResponse(rps(1, 1)), x0=[1, 0, 0], t=1, max_switches=0), "max_switches = 0"),
        (
            lambda: best_response_orbit(BestResponse(NormalForm(*np.zeros((3, 2, 2, 2)))), x0=[[1, 0]] * 3, t=1),
            "not affine",
        ),
    ],
)
def test_refusals(make, words):
    with pytest.raises(ValueError, match=words):
        make()
