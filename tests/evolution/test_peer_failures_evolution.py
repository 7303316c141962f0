"""What goes wrong in other packages on evolution, each stated as what is right here; no other package is needed.

The failures are those of nashpy 0.0.43, EGTtools 0.1.14, OpenSpiel 2.0.2, QuantEcon and cadCAD that were measured.
"""

from __future__ import annotations

import gc
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy as sp

from evolution import (
    BNN,
    BestResponse,
    ImitativeLogit,
    Logit,
    MaynardSmith,
    Moran,
    PairwiseComparison,
    Projection,
    Replicator,
    Smith,
    fixation_law,
    integrate,
    iterate,
    rest_points,
    sample,
    small_mutation_limit,
    stationary_law,
    transition_matrix,
)
from evolution.basin import basins
from evolution.counts import place_of
from evolution.flow import ensemble
from gametheory import NormalForm, Population

RPS = np.array([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]])
CYCLIC = np.array([[1.0, 2.4, 0.0], [0.0, 1.2, 2.0], [2.0, 0.0, 1.0]])
RULES = {
    "replicator": Replicator,
    "i-logit": lambda A: ImitativeLogit(A, temperature=0.3),
    "Maynard Smith": lambda A: MaynardSmith(A, background=30.0),
    "logit": lambda A: Logit(A, temperature=0.3),
    "BNN": BNN,
    "Smith": Smith,
    "projection": Projection,
    "best response": BestResponse,
}


class TestOrbits:
    """nashpy's and EGTtools' replicators: off the simplex, below zero, out of memory, silent."""

    @pytest.mark.parametrize("cost", [1, 5, 1000])
    def test_a_negative_mean_payoff_keeps_the_simplex(self, cost):
        """nashpy on rock-paper-scissors minus 1 is at |sum x - 1| = 1.7e6 at t = 100."""
        times = np.linspace(0, 1000, 101)
        flow = integrate(Replicator(RPS - cost), x0=[0.1, 0.2, 0.7], t=times)
        assert flow.success
        assert np.abs(flow.x.sum(axis=1) - 1).max() <= 1e-12
        np.testing.assert_allclose(flow.x.prod(axis=1), 0.014, rtol=1e-6)  # a constant of motion

    def test_many_orbits_keep_it_too(self):
        flows = ensemble(Replicator(RPS - 5), 200, t=np.linspace(0, 300, 31), rng=1)
        assert all(flows.success)
        assert np.abs(flows.x.sum(axis=2) - 1).max() <= 1e-12
        product = flows.x.prod(axis=2)
        np.testing.assert_allclose(product, product[:, :1] * np.ones(31), rtol=1e-5)

    @pytest.mark.parametrize("rule", RULES)
    def test_no_share_is_negative(self, rule):
        """Losers fall below the smallest float, and the field points out of the simplex under projection."""
        games = ([[0, -2, 1], [1, 0, -2], [-2, 1, 0]], [[9, 9, 9], [0, 0, 0], [-9, -9, -9]])
        for game in games:
            flow = integrate(RULES[rule](game), x0=[0.4, 0.3, 0.3], t=np.linspace(0, 30, 61))
            assert (flow.x >= 0).all()
            assert np.abs(flow.x.sum(axis=1) - 1).max() <= 1e-12
            assert np.isfinite(flow.x).all()

    def test_what_was_not_computed_is_not_returned(self):
        """nashpy returns uninitialised memory when its integrator gives up."""
        x = sp.Symbol("x", nonnegative=True)
        pole = Population.from_payoffs({"p": {"a": 1 / (sp.Rational(1, 2) - x), "b": 0}}, {x: ("p", "a")})
        cut = integrate(Replicator(pole), x0=[0.3, 0.7], t=np.linspace(0, 10, 1001))
        few = integrate(Replicator(RPS), x0=[0.5, 0.3, 0.2], t=np.linspace(0, 500, 501), max_steps=20)
        for flow in (cut, few):
            assert not flow.success
            assert flow.status.startswith("stopped at t = ")
            assert len(flow.t) == len(flow.x) < 501
            assert np.abs(flow.x.sum(axis=1) - 1).max() <= 1e-12
        assert (cut.x[:, 0] < 0.5).all()
        np.testing.assert_allclose(few.x.prod(axis=1), 0.03, rtol=1e-6)

    @pytest.mark.parametrize(
        ("x0", "words"),
        [
            ([0.5, 0.6, 0.2], "sum to 1.3"),
            ([0.5, 0.6, -0.1], "is -0.1"),
            ([0.2, 0.2, 0.2], "sum to 0.6"),
            ([np.nan, 0.5, 0.5], "nan"),
            ([0.5, 0.5], "shape|length"),
        ],
    )
    @pytest.mark.parametrize("rule", ["replicator", "logit", "Smith"])
    def test_a_start_off_the_simplex_is_refused(self, rule, x0, words):
        for run in (
            lambda dynamics: integrate(dynamics, x0=x0, t=1),
            lambda dynamics: iterate(dynamics, x0=x0, steps=1),
            lambda dynamics: ensemble(dynamics, [x0], t=[0, 1]),
            lambda dynamics: sample(dynamics, sizes=10, x0=x0, t=[0, 1]),
        ):
            with pytest.raises(ValueError, match=words):
                run(RULES[rule](RPS))

    def test_a_vertex_says_why_it_stays(self):
        flow = integrate(Replicator(RPS), x0=[0, 1, 0], t=100)
        assert "vertex" in flow.status
        assert "start from the interior or add mutation" in flow.status
        (told,) = ensemble(Replicator(RPS), [[0, 1, 0]], t=[0, 100]).status
        assert "vertex" in told
        mutants = integrate(Replicator(RPS).mutating(0.01), x0=[0, 1, 0], t=500)
        np.testing.assert_allclose(mutants.final, 1 / 3, atol=1e-6)

    def test_a_column_player_s_matrix_is_not_transposed(self):
        """nashpy's two-population dynamics use B for its transpose; three columns would not even fit."""
        A, B = np.array([[1.0, 2, 3], [4, 0, -1]]), np.array([[0.0, 5, 1], [2, 2, 7]])
        x, y = np.array([0.3, 0.7]), np.array([0.5, 0.2, 0.3])
        game = NormalForm(A, B)
        velocity = Replicator(game).velocity(dict(zip(game.players, (x, y), strict=True)))
        row, column = [sum(A[i, j] * y[j] for j in range(3)) for i in range(2)], x @ B
        np.testing.assert_allclose(velocity[game.players[0]], x * (row - x @ row), atol=1e-15)
        np.testing.assert_allclose(velocity[game.players[1]], y * (column - y @ column), atol=1e-15)
        square = NormalForm([[0, 0], [0, 0]], [[0, 1], [0, 0]])  # column 1 pays against row 0, and only there
        moved = Replicator(square).velocity({square.players[0]: [1, 0], square.players[1]: [0.5, 0.5]})
        assert moved[square.players[1]].tolist() == [-0.25, 0.25]

    @pytest.mark.parametrize("rule", [Replicator, lambda A: Logit(A, temperature=1e-4), BNN, Smith, Projection])
    def test_nothing_is_nan_on_the_boundary(self, rule):
        """OpenSpiel's Boltzmann Q-learning is NaN there."""
        for x in ([1, 0, 0], [0.5, 0.5, 0]):
            velocity = rule(1000 * RPS).velocity(x)
            assert np.isfinite(velocity).all()
            assert velocity.sum() == pytest.approx(0, abs=1e-12)


class TestCallersData:
    """QuantEcon's logit dynamics overwrite the payoffs they are given; EGTtools crashes on a game that is not kept."""

    def test_payoffs_are_left_alone(self):
        A, start = CYCLIC.copy(), np.array([0.5, 0.3, 0.2])
        for rule in RULES.values():
            dynamics = rule(A)
            integrate(dynamics, x0=start, t=3)
            dynamics.velocity(start)
        sample(Replicator(A), sizes=20, x0=start, t=[0, 3], seeds=2, rng=1)
        for rule in (Replicator, BNN, lambda payoffs: Logit(payoffs, temperature=2.0)):
            rest_points(rule(A))
        for process in (PairwiseComparison(A, 8, mutation=0.1), Moran(A, 8, mutation=0.1)):
            stationary_law(process)
        assert (A == CYCLIC).all()
        assert A.flags.writeable
        assert start.tolist() == [0.5, 0.3, 0.2]

    def test_a_game_changed_afterwards_changes_nothing(self):
        A = CYCLIC.copy()
        dynamics, process = Replicator(A), PairwiseComparison(A, 6, mutation=0.1)
        A[:] = 7
        np.testing.assert_array_equal(dynamics.velocity([0.5, 0.3, 0.2]), Replicator(CYCLIC).velocity([0.5, 0.3, 0.2]))
        kept = PairwiseComparison(CYCLIC, 6, mutation=0.1)
        np.testing.assert_array_equal(stationary_law(process).probability, stationary_law(kept).probability)

    def test_a_game_made_in_the_call_lives_as_long_as_it_is_needed(self):
        process = PairwiseComparison(np.array(CYCLIC.tolist()), 12, intensity=1.0, mutation=0.05)
        dynamics = Replicator(np.array(CYCLIC.tolist()))
        gc.collect()
        rubbish = [np.full((3, 3), 1e300) for _ in range(200)]
        kept = CYCLIC.copy()
        law = stationary_law(PairwiseComparison(kept, 12, intensity=1.0, mutation=0.05)).probability
        np.testing.assert_array_equal(stationary_law(process).probability, law)
        np.testing.assert_array_equal(dynamics.velocity([0.5, 0.3, 0.2]), Replicator(kept).velocity([0.5, 0.3, 0.2]))
        assert len(rubbish) == 200


class TestRestPoints:
    """EGTtools looks for rest points from random starts, misses some, and calls sources stable."""

    def test_none_is_missed(self):
        found = rest_points(Replicator(np.diag([1, 2, 3, 5, 8, 13, 21])))
        assert found.complete
        assert len(found) == 2**7 - 1  # every face has one, x_i in proportion to 1/a_i
        for point in found:
            weights = np.array([Fraction(1, (1, 2, 3, 5, 8, 13, 21)[i]) for i in point.support[0]])
            assert [point.exact[0][i] for i in point.support[0]] == list(weights / weights.sum())

    def test_sources_are_sources(self):
        found = rest_points(Replicator(np.diag([1, 2, 3])))
        by_size = {size: {p.kind for p in found if len(p.support[0]) == size} for size in (1, 2, 3)}
        assert by_size == {1: {"sink"}, 2: {"saddle"}, 3: {"source"}}
        assert {p.stability for p in found if p.kind == "source"} == {"unstable"}
        (bad,) = rest_points(Replicator([[0, -3, 1], [1, 0, -3], [-3, 1, 0]])).interior
        assert (bad.type, bad.stability) == ("unstable focus", "unstable")
        start = found.interior[0].x + np.array([0.01, -0.005, -0.005])
        away = integrate(Replicator(np.diag([1, 2, 3])), x0=start, t=100)
        assert np.abs(away.final - found.interior[0].x).max() > 0.3


class TestFinitePopulations:
    def test_mutants_leave_their_parent_s_type(self):
        """nashpy's Moran process excludes the parent's index instead, so offspring "mutate" into their own type."""
        size, mutation = 10, 0.3
        moves = np.exp(Moran(np.ones((3, 3)), size, mutation=mutation).log_moves([size, 0, 0]))
        np.testing.assert_allclose(moves[0], [0, mutation / 2, mutation / 2], rtol=1e-14)
        own_too = np.exp(Moran(np.ones((3, 3)), size, mutation=mutation, mutation_to="all").log_moves([size, 0, 0]))
        np.testing.assert_allclose(own_too[0], [0, mutation / 3, mutation / 3], rtol=1e-14)
        neutral = stationary_law(Moran(np.ones((2, 2)), size, mutation=1.0)).probability  # all offspring change type
        np.testing.assert_allclose(neutral, neutral[::-1], rtol=1e-12)
        assert neutral.argmax() == size // 2

    @pytest.mark.parametrize("strategies", [3, 4, 5])
    @pytest.mark.parametrize("mutation", [0.0, 0.01, 1.0])
    def test_transition_matrices_are_stochastic(self, strategies, mutation):
        """EGTtools' are not for three strategies and more."""
        A = np.random.default_rng(strategies).normal(size=(strategies, strategies))
        for process in (
            PairwiseComparison(A, 7, intensity=2.0, mutation=mutation),
            Moran(A, 7, intensity=2.0, mutation=mutation, fitness="exponential"),
        ):
            matrix = transition_matrix(process)
            np.testing.assert_allclose(matrix.sum(axis=1), 1, rtol=0, atol=1e-14)
            assert matrix.data.min() >= 0

    @pytest.mark.parametrize("size", [30, 1000])
    def test_small_fixation_probabilities_are_not_zero(self, size):
        """EGTtools makes 0 of all below 1e-7, and then (1, 0) of a law like (0.621, 0.379)."""
        b, beta = 0.05, 4.0
        c = b + 2 * np.log(0.621 / 0.379) / (beta * size)  # ratio exp(beta N (c - b)/2), A against B
        limit = small_mutation_limit(PairwiseComparison([[2, c], [b, 2]], size, intensity=beta))
        assert limit.fixation.min() < 1e-7
        assert np.isfinite(limit.log_fixation).all()
        np.testing.assert_allclose(limit.law, [0.621, 0.379], rtol=1e-9)

    def test_fixation_by_fifty_digits(self):
        A, size, beta = [[1.0, -3.0], [0.5, 2.0]], 60, 5.0
        law = fixation_law(PairwiseComparison(A, size, intensity=beta))
        with mpmath.workdps(50):
            total, product = mpmath.mpf(1), mpmath.mpf(1)
            for k in range(1, size):
                first = (A[0][0] * (k - 1) + A[0][1] * (size - k)) / mpmath.mpf(size - 1)
                second = (A[1][0] * k + A[1][1] * (size - k - 1)) / mpmath.mpf(size - 1)
                product *= mpmath.exp(-beta * (first - second))
                total += product
            exact = -mpmath.log(total)
        assert exact < -100
        assert law.log_probability[1, 0] == pytest.approx(float(exact), rel=1e-12)

    def test_strong_selection_and_large_payoffs_are_no_trouble(self):
        """OpenSpiel's alpha-rank raises on payoffs of +-10 at its default, 100."""
        for game in (10 * RPS, 1000 * RPS):
            limit = small_mutation_limit(PairwiseComparison(game, 50, intensity=100.0))
            np.testing.assert_allclose(limit.law, 1 / 3, rtol=1e-12)

    def test_stationary_laws_have_no_negative_entries(self):
        """Before elimination without subtractions QuantEcon's had (#18)."""
        game, size, beta, mutation = [[3.0, 0.0], [2.0, 1.0]], 40, 20.0, 1e-3
        found = stationary_law(PairwiseComparison(game, size, intensity=beta, mutation=mutation))
        with mpmath.workdps(60):
            weights = [mpmath.mpf(1)]
            chances = [_up_and_down(game, size, beta, mutation, k) for k in range(size + 1)]
            for k in range(size):
                weights.append(weights[-1] * chances[k][0] / chances[k + 1][1])
            exact = [float(mpmath.log(weight / sum(weights))) for weight in weights]
        assert min(exact) < -50
        np.testing.assert_allclose(found.log_probability, exact, rtol=1e-11, atol=1e-11)

    def test_nor_with_three_strategies(self):
        process = PairwiseComparison(CYCLIC * [1, 3, 1], 25, intensity=30.0, mutation=1e-8)
        law = stationary_law(process)
        assert np.isfinite(law.log_probability).all()
        assert (law.probability >= 0).all()
        assert law.probability.sum() == pytest.approx(1, abs=1e-12)
        back = law.probability @ transition_matrix(process)
        np.testing.assert_allclose(back, law.probability, rtol=1e-9, atol=1e-300)
        assert law.probability[place_of(25 * np.eye(3, dtype=int))].sum() == pytest.approx(1, abs=1e-3)


class TestRandomness:
    """cadCAD's and Mesa's runs repeat each other: 40 runs, 1 to 20 distinct ones."""

    def test_runs_differ_and_a_seed_repeats_them(self):
        def runs(rng):
            return sample(Replicator(RPS), sizes=60, x0=[0.5, 0.3, 0.2], t=np.arange(1, 9), seeds=40, rng=rng).x

        first = runs(3)
        assert len({run.tobytes() for run in first}) == 40
        np.testing.assert_array_equal(first, runs(3))
        assert (first != runs(4)).any()

    def test_the_global_stream_is_neither_used_nor_moved(self):
        def one():
            return basins(Replicator(np.eye(3)), 50, rng=9).starts

        np.random.seed(0)  # noqa: NPY002
        before, first = np.random.get_state()[1].copy(), one()  # noqa: NPY002
        assert (np.random.get_state()[1] == before).all()  # noqa: NPY002
        np.random.seed(1)  # noqa: NPY002
        np.testing.assert_array_equal(first, one())


def _up_and_down(game, size, beta, mutation, k):
    """Probabilities that the first of two strategies wins or loses one agent, by the words of the process."""
    (a, b), (c, d) = game
    others = mpmath.mpf(size - 1)
    gap = (a * (k - 1) + b * (size - k) - c * k - d * (size - k - 1)) / others
    meeting = mpmath.mpf(k) * (size - k) / (size * others)
    up = meeting * (1 - mutation) / (1 + mpmath.exp(-beta * gap)) + mpmath.mpf(size - k) / size * mutation
    down = meeting * (1 - mutation) / (1 + mpmath.exp(beta * gap)) + mpmath.mpf(k) / size * mutation
    return up, down
