"""Trajectories against closed forms, plain and 50-digit integration, invariants; and peers' failures."""

from __future__ import annotations

from fractions import Fraction
from types import MappingProxyType

import mpmath
import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from evolution.dynamics import Logit, MeanDynamics, Replicator
from evolution.mutation_protocols import MutatingProtocol
from evolution.named_dynamics import BNN, ImitativeLogit, Projection, ReplicatorMutator, Smith
from evolution.protocols import ProportionalImitation
from evolution.trajectory import Trajectory, integrate
from gametheory.normal_form import NormalForm
from gametheory.population import Population

RPS = np.array([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]])
BAD_RPS = [[0, -2, 1], [1, 0, -2], [-2, 1, 0]]
PENNIES = NormalForm([[1, -1], [-1, 1]], [[-1, 1], [1, -1]], players=["even", "odd"])


class Field:
    """One role with named strategies and any function as its payoffs."""

    roles = ("role",)

    def __init__(self, function, names=("a", "b")):
        self.field = function
        self.strategies = {"role": names}


def plain(matrix, x0, times):
    """Replicator in plain shares, by another solver's hand."""
    a = np.asarray(matrix, dtype=float)
    answer = solve_ivp(
        lambda _, x: x * (a @ x - x @ a @ x), (0, times[-1]), x0, "DOP853", times, rtol=1e-13, atol=1e-15
    )
    return answer.y.T


class TestKnownOrbits:
    def test_constant_gap_is_logistic(self):
        times = np.linspace(0, 40, 81)
        flow = integrate(Replicator([[0.5, 0.5], [0, 0]]), x0=[0.1, 0.9], t=times)
        np.testing.assert_allclose(flow.x[:, 0], 1 / (1 + 9 * np.exp(-0.5 * times)), rtol=1e-8)
        np.testing.assert_allclose(flow.x[:, 1], 9 * np.exp(-0.5 * times) / (1 + 9 * np.exp(-0.5 * times)), rtol=1e-7)

    @pytest.mark.parametrize("seed", range(4))
    def test_plain_coordinates_agree(self, seed):
        rng = np.random.default_rng(seed)
        matrix, x0, times = rng.normal(size=(4, 4)), rng.dirichlet(np.ones(4)), np.linspace(0, 20, 21)
        matrix -= x0 @ matrix @ x0 - 1  # a positive mean payoff, so that plain coordinates are sound for a while
        flow = integrate(Replicator(matrix), x0=x0, t=times)
        np.testing.assert_allclose(flow.x, plain(matrix, x0, times), atol=1e-7)

    def test_fifty_digits_agree(self):
        mpmath.mp.dps = 50
        a = [[0, 6, -4], [-3, 0, 5], [-1, 3, 0]]

        def velocity(_, x):
            pay = [mpmath.fdot(zip(row, x, strict=True)) for row in a]
            mean = mpmath.fdot(zip(pay, x, strict=True))
            return [share * (f - mean) for share, f in zip(x, pay, strict=True)]

        tenth = mpmath.mpf(1) / 10
        exact = mpmath.odefun(velocity, 0, [2 * tenth, 3 * tenth, 5 * tenth], tol=mpmath.mpf("1e-25"))(2)
        flow = integrate(Replicator(a), x0=[0.2, 0.3, 0.5], t=2, rtol=1e-12)
        np.testing.assert_allclose(flow.final, [float(share) for share in exact], rtol=1e-11)

    def test_logit_with_constant_payoffs_relaxes_exponentially(self):
        payoffs = np.array([0.3, -0.2, 1.0])
        choice = np.exp(payoffs / 0.5) / np.exp(payoffs / 0.5).sum()
        times = np.linspace(0, 12, 25)
        game = np.repeat(payoffs[:, None], 3, axis=1)
        flow = integrate(Logit(game, temperature=0.5), x0=[0, 0, 1], t=times)
        expected = choice + np.exp(-times)[:, None] * (np.array([0, 0, 1]) - choice)
        np.testing.assert_allclose(flow.x, expected, atol=1e-8)

    def test_logit_rests_at_the_root_of_its_equation(self):
        root = brentq(lambda x: x - 1 / (1 + np.exp(-(1 - 1.5 * x) / 0.1)), 0, 1, xtol=1e-14)
        flow = integrate(Logit([[-0.5, 2], [0, 1]], temperature=0.1), x0=[0.05, 0.95], t=60)
        assert flow.final[0] == pytest.approx(root, abs=1e-9)

    @pytest.mark.parametrize("temperature", [1e-3, 1e-6])
    def test_cold_logit_is_stiff_and_still_arrives(self, temperature):
        flow = integrate(Logit([[-0.5, 2], [0, 1]], temperature=temperature), x0=[0.05, 0.95], t=[0, 1, 100])
        assert flow.success
        assert flow.x[1, 0] == pytest.approx(1 - 0.95 * np.exp(-1), abs=1e-4)  # best response: straight to hawk
        assert flow.final[0] == pytest.approx(2 / 3, abs=2 * temperature)


class TestConserved:
    def test_zero_sum_rock_paper_scissors_keeps_the_product(self):
        flow = integrate(Replicator(RPS), x0=[0.1, 0.2, 0.7], t=300)
        product = flow.log_x.sum(axis=1)
        np.testing.assert_allclose(product, product[0], atol=1e-7)

    def test_matching_pennies_keeps_the_product_of_both(self):
        flow = integrate(Replicator(PENNIES), x0={"even": [0.3, 0.7], "odd": [0.6, 0.4]}, t=100)
        product = flow.log_x["even"].sum(axis=1) + flow.log_x["odd"].sum(axis=1)
        np.testing.assert_allclose(product, product[0], atol=1e-7)
        assert flow.x["even"].shape == (len(flow.t), 2)

    def test_time_average_of_a_closed_orbit_is_the_equilibrium(self):
        times = np.linspace(0, 500, 5001)
        flow = integrate(Replicator(RPS), x0=[0.5, 0.3, 0.2], t=times, rtol=1e-7)
        np.testing.assert_allclose(flow.x.mean(axis=0), 1 / 3, atol=5e-3)


class TestWherePeersFail:
    """Section by section of what goes wrong elsewhere: costs, boundaries, long times, silent starts."""

    @pytest.mark.parametrize("horizon", [100, 3000])
    def test_costs_do_not_leave_the_simplex(self, horizon):
        times = np.linspace(0, horizon, 201)
        costly = integrate(Replicator(RPS - 1), x0=[0.1, 0.2, 0.7], t=times, rtol=1e-6)
        assert costly.success
        np.testing.assert_allclose(costly.x.sum(axis=1), 1, atol=1e-12)
        np.testing.assert_allclose(costly.log_x.sum(axis=1), np.log(0.014), atol=1e-4)

    @pytest.mark.parametrize("shift", [-1.0, -5.0, 1e3, -1e6])
    def test_a_constant_on_every_payoff_changes_nothing(self, shift):
        times = np.linspace(0, 100, 51)
        there = integrate(Replicator(RPS + shift), x0=[0.1, 0.2, 0.7], t=times)
        here = integrate(Replicator(RPS), x0=[0.1, 0.2, 0.7], t=times)
        np.testing.assert_allclose(there.x, here.x, atol=1e-7)

    def test_heteroclinic_orbit_goes_on(self):
        flow = integrate(Replicator(BAD_RPS), x0=[0.4, 0.3, 0.3], t=3000)
        leaders = flow.x.argmax(axis=1)
        changes = np.flatnonzero(np.diff(leaders))
        assert len(changes) >= 16
        assert flow.log_x.min() < -1e3
        assert (np.diff(leaders)[changes] % 3 == np.diff(leaders)[changes][0] % 3).all()
        stays = np.diff(flow.t[changes])
        assert stays[-1] / stays[-2] == pytest.approx(2, abs=0.01)

    def test_leader_changes_reach_the_shapley_triangle(self):
        """The time average at late leader changes tends to a vertex (1, 2, 4)/7 of the Shapley triangle."""
        flow = integrate(Replicator(BAD_RPS), x0=[0.4, 0.3, 0.3], t=5000)
        last = np.flatnonzero(np.diff(flow.x.argmax(axis=1)))[-1] + 1
        average = np.trapezoid(flow.x[: last + 1], flow.t[: last + 1], axis=0) / flow.t[last]
        np.testing.assert_allclose(np.sort(average), np.array([1, 2, 4]) / 7, atol=0.005)

    def test_a_million_units_of_time(self):
        dove = integrate(Replicator([[-0.5, 2], [0, 1]]), x0=[0.05, 0.95], t=1e6)
        np.testing.assert_allclose(dove.final, [2 / 3, 1 / 3], atol=1e-8)
        dominated = integrate(Replicator([[1, 1], [0, 0]]), x0=[0.5, 0.5], t=[1e6])
        assert dominated.log_x[0, 1] == pytest.approx(-1e6)
        assert dominated.final.tolist() == [1, 0]

    def test_zero_stays_exactly_zero(self):
        flow = integrate(Replicator(RPS), x0=[0.5, 0.5, 0], t=50)
        assert (flow.x[:, 2] == 0).all()
        assert "on a face: nobody starts with 2" in flow.status

    def test_logit_fills_a_face(self):
        flow = integrate(Logit(RPS, temperature=1), x0=[1, 0, 0], t=50)
        np.testing.assert_allclose(flow.final, 1 / 3, atol=1e-8)
        assert (flow.x >= 0).all()

    def test_a_vertex_says_why_it_rests(self):
        flow = integrate(Replicator(RPS), x0=[0, 1, 0], t=10)
        assert flow.status.startswith("at rest: the start is a vertex")
        assert flow.success
        assert (flow.x == [0, 1, 0]).all()

    def test_an_interior_rest_point_says_so(self):
        flow = integrate(Replicator(RPS), x0=[1 / 3, 1 / 3, 1 / 3], t=10)
        assert flow.status == "at rest: the start is a rest point"

    def test_a_start_close_to_a_vertex_is_no_vertex(self):
        flow = integrate(Replicator([[1, 1], [0, 0]]), x0=[1e-300, 1], t=800)
        assert flow.final[0] == pytest.approx(1)

    def test_a_field_that_ends_returns_what_was_computed(self):
        ends = Field(lambda x: np.array([1.0 if x[0] < 0.5 else np.nan, 0.0]))
        flow = integrate(Replicator(ends), x0=[0.3, 0.7], t=np.linspace(0, 10, 101))
        assert not flow.success
        assert "payoffs are not finite" in flow.status
        assert 0.8 <= flow.t[-1] <= np.log(7 / 3)  # the logistic reaches 1/2 there
        expected = 1 / (1 + 7 / 3 * np.exp(-flow.t))
        np.testing.assert_allclose(flow.x[:, 0], expected, atol=1e-8)

    def test_too_few_steps_return_what_was_computed(self):
        flow = integrate(Replicator(RPS), x0=[0.1, 0.2, 0.7], t=1000, max_steps=50)
        assert not flow.success
        assert "50 steps are used up" in flow.status
        np.testing.assert_allclose(flow.log_x.sum(axis=1), np.log(0.014), atol=1e-7)

    def test_an_error_in_the_payoffs_is_the_callers(self):
        def broken(x):
            if x[0] > 0.4:
                raise ValueError("my own")
            return np.array([1.0, 0.0])

        with pytest.raises(ValueError, match="my own"):
            integrate(Replicator(Field(broken)), x0=[0.3, 0.7], t=10)


RULES = {
    "replicator": Replicator,
    "logit": lambda game: Logit(game, temperature=0.1),
    "bnn": BNN,
    "smith": Smith,
    "projection": Projection,
}


def projected_euler(matrix, x0, horizon, step):
    """Steps along F, each followed by the nearest point of the simplex (found by sorting)."""
    x = np.array(x0)
    for _ in range(round(horizon / step)):
        v = x + step * (np.asarray(matrix) @ x)
        down = np.sort(v)[::-1]
        level = (np.cumsum(down) - 1) / np.arange(1, len(v) + 1)
        x = np.maximum(v - level[np.flatnonzero(down > level)[-1]], 0)
    return x


class TestOtherRules:
    @pytest.mark.parametrize("name", ["bnn", "smith", "logit"])
    def test_plain_integration_agrees(self, name):
        dynamics, times = RULES[name](np.array([[0, 6, -4], [-3, 0, 5], [-1, 3, 0]])), [0, 0.5, 3]
        flow = integrate(dynamics, x0=[0.2, 0.3, 0.5], t=times)
        other = solve_ivp(
            lambda _, x: dynamics.flow(x), (0, 3), [0.2, 0.3, 0.5], "LSODA", times, rtol=1e-11, atol=1e-13
        )
        np.testing.assert_allclose(flow.x, other.y.T, atol=1e-7)

    def test_projection_with_constant_payoffs_is_piecewise_linear(self):
        """F = (0, 1, 5): the first share falls at 2 until it is gone, then the second at 2, then the third is alone."""
        game = np.repeat([[0.0], [1.0], [5.0]], 3, axis=1)
        flow = integrate(Projection(game), x0=[0.2, 0.5, 0.3], t=[0.05, 0.1, 0.2, 0.3, 0.31, 1])
        expected = [[0.1, 0.45, 0.45], [0, 0.4, 0.6], [0, 0.2, 0.8], [0, 0, 1], [0, 0, 1], [0, 0, 1]]
        np.testing.assert_allclose(flow.x, expected, atol=1e-8)

    @pytest.mark.parametrize("seed", range(5))
    def test_projection_against_projected_steps(self, seed):
        """Faces are entered and left on the way; two step lengths are extrapolated to none."""
        rng = np.random.default_rng(seed)
        n = 3 + seed % 3
        matrix, x0 = rng.normal(size=(n, n)), rng.dirichlet(np.full(n, 0.5))
        flow = integrate(Projection(matrix), x0=x0, t=2)
        coarse, fine = (projected_euler(matrix, x0, 2, step) for step in (1e-3, 5e-4))
        np.testing.assert_allclose(flow.final, 2 * fine - coarse, atol=1e-6)
        tight = integrate(Projection(matrix), x0=x0, t=2, rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(flow.final, tight.final, atol=1e-7)

    @pytest.mark.parametrize("rate", [1e-2, 1e-9, 1e-20])
    def test_mutation_holds_up_shares_however_rare(self, rate):
        """Against logarithms of shares, where relative errors are seen."""
        matrix = np.array(BAD_RPS, dtype=float)
        flow = integrate(
            MeanDynamics(matrix, protocol=MutatingProtocol(ProportionalImitation(), rate)), x0=[0.4, 0.3, 0.3], t=[150]
        )

        def velocity(_, y):
            x = np.exp(y - y.max()) / np.exp(y - y.max()).sum()
            return matrix @ x - x @ matrix @ x + rate * (1 - 3 * x) / x

        logs = solve_ivp(velocity, (0, 150), np.log([0.4, 0.3, 0.3]), "LSODA", rtol=1e-11, atol=1e-11).y[:, -1]
        expected = np.exp(logs - logs.max()) / np.exp(logs - logs.max()).sum()
        np.testing.assert_allclose(flow.final / expected, 1, atol=1e-6)

    def test_mutation_from_a_vertex(self):
        flow = integrate(ReplicatorMutator([[1, 1], [1, 1]], mutation=0.1), x0=[1, 0], t=np.linspace(0, 5, 6))
        np.testing.assert_allclose(flow.x[:, 0], (1 + np.exp(-0.2 * flow.t)) / 2, atol=1e-9)


class TestAttacks:
    @pytest.mark.parametrize("name", RULES)
    @pytest.mark.parametrize("unit", [1e-12, 1e12])
    def test_units_of_payoff(self, name, unit):
        rule = RULES[name] if name != "logit" else lambda game: Logit(game, temperature=0.1 * np.max(game) / 2)
        game, time = np.array([[-0.5, 2], [0, 1]]), 1.0 if name == "logit" else unit
        here = integrate(rule(game), x0=[0.05, 0.95], t=[1, 10])
        there = integrate(rule(unit * game), x0=[0.05, 0.95], t=[1 / time, 10 / time])
        assert there.success
        np.testing.assert_allclose(there.x, here.x, atol=1e-7)

    @pytest.mark.parametrize("name", RULES)
    @pytest.mark.parametrize("shift", [1e9, -1e9, 1e12])
    @pytest.mark.parametrize("form", [np.asarray, Population.from_matrix])
    def test_a_huge_constant_changes_nothing(self, name, shift, form):
        there = integrate(RULES[name](form(RPS + shift)), x0=[0.1, 0.2, 0.7], t=[1, 5])
        here = integrate(RULES[name](form(RPS)), x0=[0.1, 0.2, 0.7], t=[1, 5])
        np.testing.assert_allclose(there.x, here.x, atol=1e-8)

    @pytest.mark.parametrize("name", ["replicator", "logit", "projection"])
    def test_a_thousand_million_units_of_time(self, name):
        flow = integrate(RULES[name]([[-0.5, 2], [0, 1]]), x0=[0.05, 0.95], t=[1, 1e9])
        assert flow.success
        if name != "logit":
            assert flow.final[0] == pytest.approx(2 / 3, abs=1e-6)
        assert abs(flow.final.sum() - 1) <= 1e-12

    def test_a_closed_orbit_of_that_length_says_what_it_would_take(self):
        flow = integrate(Replicator(RPS), x0=[0.4, 0.3, 0.3], t=1e9)
        assert not flow.success
        assert "more steps are to do" in flow.status
        assert flow.t[-1] > 100

    @pytest.mark.parametrize("name", RULES)
    def test_one_strategy(self, name):
        flow = integrate(RULES[name]([[3]]), x0=[1], t=10)
        assert flow.status.startswith("at rest")
        assert flow.final.tolist() == [1]

    @pytest.mark.parametrize("name", RULES)
    def test_no_payoffs_at_all(self, name):
        flow = integrate(RULES[name](np.zeros((3, 3))), x0=[0.5, 0.3, 0.2], t=[0, 100])
        expected = [1 / 3] * 3 if name == "logit" else [0.5, 0.3, 0.2]
        np.testing.assert_allclose(flow.final, expected, atol=1e-8)

    def test_five_hundred_strategies(self):
        game = np.random.default_rng(5).normal(size=(500, 500))
        flow = integrate(Replicator(game), x0=np.full(500, 1 / 500), t=[5, 60])
        np.testing.assert_allclose(flow.x.sum(axis=1), 1, atol=1e-12)
        np.testing.assert_allclose(flow.x[:1], plain(game, np.full(500, 1 / 500), [5]), atol=1e-8)
        assert flow.success
        assert np.isfinite(flow.log_x).all()

    @pytest.mark.parametrize("temperature", [1e-2, 1e-6])
    def test_cold_choice_of_a_cycle(self, temperature):
        """At T -> 0 best responses: from (0.4, 0.3, 0.3) paper is best until scissors are, x -> e_i exponentially."""
        flow = integrate(Logit(RPS, temperature=temperature), x0=[0.5, 0.3, 0.2], t=[0.1])
        expected = np.array([0.5, 0.3, 0.2]) * np.exp(-0.1) + np.array([0, 1, 0]) * (1 - np.exp(-0.1))
        np.testing.assert_allclose(flow.final, expected, atol=1e-3 if temperature > 1e-3 else 1e-8)

    @pytest.mark.parametrize("temperature", [1e-4, 1e-6])
    def test_cold_imitative_choice_from_the_face_of_a_share(self, temperature):
        """Hawks grow at 1/x - 1 at first, doves at -1: to the mixed equilibrium, though trial steps overflow."""
        flow = integrate(ImitativeLogit([[-0.5, 2], [0, 1]], temperature=temperature), x0=[0.05, 0.95], t=[0, 0.5, 20])
        assert flow.success
        np.testing.assert_allclose(flow.x[1], [1 - 0.95 * np.exp(-0.5), 0.95 * np.exp(-0.5)], atol=1e-8)
        np.testing.assert_allclose(flow.final, [2 / 3, 1 / 3], atol=1e-3)

    def test_populations_of_different_sizes(self):
        """Two against four strategies, against plain integration of the formula."""
        rng = np.random.default_rng(8)
        a, b = rng.normal(size=(2, 4)), rng.normal(size=(2, 4))
        x, y = [0.3, 0.7], [0.1, 0.2, 0.3, 0.4]
        flow = integrate(Replicator(NormalForm(a, b, players=["p", "q"])), x0=(x, y), t=[0, 4])

        def velocity(_, s):
            u, v = s[:2], s[2:]
            return np.concatenate([u * (a @ v - u @ a @ v), v * (b.T @ u - u @ b @ v)])

        other = solve_ivp(velocity, (0, 4), [*x, *y], "DOP853", rtol=1e-12, atol=1e-14).y[:, -1]
        np.testing.assert_allclose(np.concatenate([flow.final["p"], flow.final["q"]]), other, atol=1e-8)

    def test_fractions_generators_and_single_times(self):
        game = [[Fraction(1, 3), 0], [0, Fraction(1, 7)]]
        start = [Fraction(1, 3), Fraction(2, 3)]
        flow = integrate(Replicator(game), x0=start, t=Fraction(7, 2))
        again = integrate(Replicator(game), x0=(s for s in start), t=(k for k in (0, 3.5)))
        one = integrate(Replicator(game), x0=start, t=[3.5])
        assert flow.final == pytest.approx(again.final, abs=1e-9)
        assert one.x.shape == (1, 2)
        assert one.final == pytest.approx(again.final, abs=1e-9)
        assert one.at(3.5) == pytest.approx(one.final)


class TestMethods:
    @pytest.mark.parametrize("method", ["DOP853", "LSODA", "Radau", "BDF"])
    def test_all_agree(self, method):
        flow = integrate(Replicator(BAD_RPS), x0=[0.4, 0.3, 0.3], t=[0, 10, 20], method=method, rtol=1e-8)
        auto = integrate(Replicator(BAD_RPS), x0=[0.4, 0.3, 0.3], t=[0, 10, 20])
        np.testing.assert_allclose(flow.log_x, auto.log_x, atol=1e-5)

    def test_stiff_ones_take_few_steps_where_it_is_stiff(self):
        cold = Logit([[-0.5, 2], [0, 1]], temperature=1e-5)
        explicit = integrate(cold, x0=[0.05, 0.95], t=20, method="DOP853", max_steps=1500)
        implicit = integrate(cold, x0=[0.05, 0.95], t=20, method="Radau", max_steps=1500)
        assert not explicit.success
        assert "1500 steps are used up" in explicit.status
        assert implicit.success

    def test_unknown(self):
        with pytest.raises(ValueError, match="method = 'euler' is none of auto, DOP853"):
            integrate(Replicator(RPS), x0=[0.1, 0.2, 0.7], t=1, method="euler")


class TestBoundaries:
    @pytest.mark.parametrize("start", [0.5, 1e-6, 1e-100])
    def test_payoffs_may_blow_up_at_the_boundary(self, start):
        """Staking pays 0.054/s - 0.04 against 0.03: s* = 0.054/0.07."""
        staking = Field(lambda x: np.array([0.054 / x[0] - 0.04, 0.03]))
        flow = integrate(Replicator(staking), x0=[start, 1 - start], t=1000)
        assert flow.success
        assert flow.final[0] == pytest.approx(0.054 / 0.07, abs=1e-6)

    def test_two_roles_in_each_others_shares(self):
        """Validators and delegators: a saddle at (0.4, 0.6); its stable direction is approached."""

        class Staking:
            roles = ("validator", "delegator")
            strategies = MappingProxyType({"validator": ("honest", "cheat"), "delegator": ("stake", "hold")})

            def field(self, state):
                x, s = state["validator"][0], state["delegator"][0]
                return {
                    "validator": np.array([0.1 * 0.06 - 0.01, 0.1 * 0.06 - 0.01 - 0.01 + s * (0.2 - 0.5 * x)]),
                    "delegator": np.array([0.9 * 0.06 / s - (1 - x) * 0.1, 0.03]),
                }

        x0 = {"validator": [0.45, 0.55], "delegator": [0.6, 0.4]}
        flow = integrate(Replicator(Staking()), x0=x0, t=np.linspace(0, 40, 41))

        def plainly(_, y):
            x, s = y
            gap = 0.01 - s * (0.2 - 0.5 * x)
            return [x * (1 - x) * gap, s * (1 - s) * (0.054 / s - (1 - x) * 0.1 - 0.03)]

        other = solve_ivp(plainly, (0, 40), [0.45, 0.6], "DOP853", flow.t, rtol=1e-13, atol=1e-15).y
        np.testing.assert_allclose(flow.x["validator"][:, 0], other[0], atol=1e-8)
        np.testing.assert_allclose(flow.x["delegator"][:, 0], other[1], atol=1e-8)


class TestAnswers:
    def test_times_are_the_times_asked_for(self):
        flow = integrate(Replicator(RPS), x0=[0.1, 0.2, 0.7], t=[3, 5, 8])
        assert flow.t.tolist() == [3, 5, 8]
        assert flow.x.shape == (3, 3)
        horizon = integrate(Replicator(RPS), x0=[0.1, 0.2, 0.7], t=8)
        assert horizon.t[0] == 0
        assert horizon.t[-1] == 8
        assert (np.diff(horizon.t) > 0).all()
        np.testing.assert_allclose(horizon.final, flow.final, atol=1e-9)
        assert horizon.status == "reached t = 8"

    def test_time_zero_alone(self):
        flow = integrate(Replicator(RPS), x0=[0.1, 0.2, 0.7], t=0)
        np.testing.assert_allclose(flow.x, [[0.1, 0.2, 0.7]], rtol=1e-15)

    @pytest.mark.parametrize("dynamics", [Replicator(RPS), Logit(RPS, temperature=0.2)])
    def test_between_the_outputs(self, dynamics):
        coarse = integrate(dynamics, x0=[0.1, 0.2, 0.7], t=[0, 4, 10])
        fine = integrate(dynamics, x0=[0.1, 0.2, 0.7], t=[0, 2, 4, 5, 9, 10])
        np.testing.assert_allclose(coarse.at([9, 2, 5, 4, 0, 10]), fine.x[[4, 1, 3, 2, 0, 5]], atol=1e-8)
        assert coarse.at(2.0).shape == (3,)

    def test_between_the_outputs_of_two_roles(self):
        flow = integrate(Replicator(PENNIES), x0={"even": [0.3, 0.7], "odd": [0.6, 0.4]}, t=[0, 5])
        halfway = integrate(Replicator(PENNIES), x0=([0.3, 0.7], [0.6, 0.4]), t=2.5)
        np.testing.assert_allclose(flow.at(2.5)["odd"], halfway.final["odd"], atol=1e-9)
        again = integrate(Replicator(PENNIES), x0=halfway.final, t=2.5)
        np.testing.assert_allclose(again.final["even"], flow.final["even"], atol=1e-8)

    def test_dense_output_is_as_good_as_the_steps(self):
        flow = integrate(Replicator(RPS), x0=[0.1, 0.2, 0.7], t=40)
        times = np.linspace(0, 40, 333)
        direct = integrate(Replicator(RPS), x0=[0.1, 0.2, 0.7], t=times)
        np.testing.assert_allclose(flow.at(times), direct.x, atol=1e-8)
        np.testing.assert_allclose(flow.at(times[::-1]), direct.x[::-1], atol=1e-8)
        np.testing.assert_allclose(flow.at(flow.t), flow.x, atol=1e-12)

    def test_a_trajectory_that_came_without_a_path(self):
        flow = integrate(Replicator(RPS), x0=[0.1, 0.2, 0.7], t=[0, 4, 10])
        bare = Trajectory(flow.t, flow.x, flow.log_x, flow.status, True, flow.dynamics, flow.rtol, flow.atol)
        np.testing.assert_allclose(bare.at([3, 7]), flow.at([3, 7]), atol=1e-8)

    @pytest.mark.parametrize("times", [-1, 11, [5, 11], np.nan])
    def test_outside_the_trajectory(self, times):
        with pytest.raises(ValueError, match="within the trajectory"):
            integrate(Replicator(RPS), x0=[0.1, 0.2, 0.7], t=[0, 10]).at(times)

    def test_answers_cannot_be_overwritten(self):
        flow = integrate(Replicator(RPS), x0=[0.1, 0.2, 0.7], t=1)
        with pytest.raises(ValueError, match="read-only"):
            flow.x[0, 0] = 5
        with pytest.raises(AttributeError):
            flow.status = "fine"


class TestRefusals:
    @pytest.mark.parametrize(
        ("x0", "words"),
        [
            ([0.5, 0.5, 0.5], "sum to 1.5"),
            ([0.6, 0.6, -0.2], "-0.2"),
            ([np.nan, 0.5, 0.5], "nan"),
            ([np.inf, 0, 0], "inf"),
            ([0.5, 0.5], "expected 3 numbers, for 0, 1, 2"),
            (0.5, "expected 3 numbers"),
            ("abc", "not numbers"),
            ({"agents": [1, 0, 0]}, "unknown: agents"),
        ],
    )
    def test_starts_off_the_simplex(self, x0, words):
        for dynamics in (Replicator(RPS), Logit(RPS, temperature=1)):
            with pytest.raises(ValueError, match=words):
                integrate(dynamics, x0=x0, t=1)

    @pytest.mark.parametrize(
        ("x0", "words"),
        [
            ({"even": [1, 0]}, "missing: odd"),
            ({"even": [1, 0], "odd": [1, 0], "ood": [1, 0]}, "unknown: ood"),
            ([0.5, 0.5], "even, odd"),
            ([[0.5, 0.5], [0.5, 0.6]], "odd sum to 1.1"),
        ],
    )
    def test_starts_of_two_roles(self, x0, words):
        with pytest.raises(ValueError, match=words):
            integrate(Replicator(PENNIES), x0=x0, t=1)

    @pytest.mark.parametrize("t", [-1, np.nan, np.inf, [], [1, 1], [2, 1], [-1, 1], [[0, 1]], "soon", None])
    def test_times(self, t):
        with pytest.raises(ValueError, match=r"\bt\b"):
            integrate(Replicator(RPS), x0=[0.1, 0.2, 0.7], t=t)

    def test_payoffs_not_defined_at_the_start(self):
        pole = Field(lambda x: np.array([np.nan, 0.0]), names=("stake", "hold"))
        with pytest.raises(ValueError, match="payoff of stake at x0 is nan"):
            integrate(Replicator(pole), x0=[0.5, 0.5], t=1)

    @pytest.mark.parametrize("tolerance", [{"rtol": 0}, {"atol": -1}, {"max_steps": 0}])
    def test_tolerances(self, tolerance):
        with pytest.raises(ValueError, match="not positive"):
            integrate(Replicator(RPS), x0=[0.1, 0.2, 0.7], t=1, **tolerance)
