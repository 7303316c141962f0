"""The sampled process against the exact chain, against the mean dynamic at its rate, and its streams."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
import pytest
from scipy.stats import chisquare

from evolution.dynamics import Logit, Replicator
from evolution.finite import birth_death
from evolution.montecarlo import sample
from evolution.trajectory import integrate
from gametheory.normal_form import NormalForm
from gametheory.population import Population

HAWK_DOVE = [[-0.5, 2], [0, 1]]
RPS = [[0, -1, 1], [1, 0, -1], [-1, 1, 0]]
PENNIES = NormalForm([[1, -1], [-1, 1]], [[-1, 1], [1, -1]], players=["even", "odd"])


class Interpreted:
    """Hawk-dove as a payoff field that cannot be compiled."""

    roles = ("population",)
    strategies = MappingProxyType({"population": ("0", "1")})

    def field(self, x):
        return np.array(HAWK_DOVE) @ x


@pytest.mark.parametrize("against", ["everyone", "others"])
@pytest.mark.parametrize("mutation", [0.0, 0.2])
@pytest.mark.parametrize("dynamics", [Replicator(HAWK_DOVE), Logit(HAWK_DOVE, temperature=0.3)])
def test_law_after_a_while_is_the_exact_chains(dynamics, against, mutation):
    size, seeds, time = 10, 4000, 1.5
    runs = sample(
        dynamics,
        sizes=size,
        x0=[0.2, 0.8],
        t=[time],
        seeds=seeds,
        against=against,
        mutation=mutation,
        rng=11,
    )
    chain = birth_death(dynamics, size, against=against, mutation=mutation)
    expected = np.linalg.matrix_power(chain.matrix, round(time * size * chain.rate))[2] * seeds
    observed = np.bincount(np.rint(runs.x[:, 0, 0] * size).astype(int), minlength=size + 1)
    rare = expected < 5
    assert observed[expected < 1e-9].sum() == 0
    table = np.array([[*part[~rare], part[rare].sum()] for part in (observed, expected)])
    table = table[:, table[1] > 0]
    assert chisquare(*table, sum_check=False).pvalue > 1e-3


def sup_distance(dynamics, x0, size, seeds, times, rng):
    flow = integrate(dynamics, x0=x0, t=times)
    runs = sample(dynamics, sizes=size, x0=x0, t=times, seeds=seeds, rng=rng)
    role = dynamics.roles[0]
    mean, paths = (flow.x, runs.x) if len(dynamics.roles) == 1 else (flow.x[role], runs.x[role])
    return np.abs(paths - mean).max(axis=(1, 2)).mean()


@pytest.mark.parametrize(
    ("dynamics", "x0"),
    [
        (Replicator(HAWK_DOVE), [0.1, 0.9]),
        (Replicator(RPS), [0.5, 0.3, 0.2]),
        (Logit(RPS, temperature=0.5), [0.6, 0.3, 0.1]),
        (Replicator(PENNIES), ([0.3, 0.7], [0.6, 0.4])),
    ],
)
def test_error_falls_like_the_root_of_the_population(dynamics, x0):
    sizes, times = [100, 400, 1600, 6400], np.linspace(0, 4, 9)
    errors = [sup_distance(dynamics, x0, size, 60, times, rng) for rng, size in enumerate(sizes)]
    slope = np.polyfit(np.log(sizes), np.log(errors), 1)[0]
    assert slope == pytest.approx(-0.5, abs=0.08)


def test_the_wrong_mean_dynamic_does_not_fit():
    """Choice at another temperature is at a distance that no population size closes."""
    times = np.linspace(0, 4, 9)
    flow = integrate(Logit(RPS, temperature=1.0), x0=[0.6, 0.3, 0.1], t=times)
    runs = sample(Logit(RPS, temperature=0.5), sizes=6400, x0=[0.6, 0.3, 0.1], t=times, seeds=20, rng=1)
    assert np.abs(runs.x - flow.x).max(axis=(1, 2)).mean() > 0.02


@pytest.mark.parametrize("kind", ["imitate", "choose"])
def test_interpreted_and_compiled_draw_the_same(kind):
    def dynamics(game):
        return Replicator(game) if kind == "imitate" else Logit(game, temperature=0.3)

    options = {"sizes": 50, "x0": [0.2, 0.8], "t": [0, 1, 5], "seeds": 3, "mutation": 0.05, "rng": 5}
    np.testing.assert_array_equal(
        sample(dynamics(HAWK_DOVE), **options).x, sample(dynamics(Interpreted()), **options).x
    )


def test_matrix_and_expressions_draw_the_same():
    game = Population.from_matrix(HAWK_DOVE, role="population", strategies=("0", "1"))
    options = {"sizes": 50, "x0": [0.2, 0.8], "t": [0, 1, 5], "seeds": 3, "rng": 5}
    np.testing.assert_array_equal(sample(Replicator(HAWK_DOVE), **options).x, sample(Replicator(game), **options).x)


def test_streams_do_not_depend_on_the_runs_beside_them():
    few, many, again = (
        sample(Logit(RPS, temperature=1), sizes=60, x0=[0.5, 0.3, 0.2], t=[1, 2], seeds=n, rng=3).x for n in (3, 8, 8)
    )
    np.testing.assert_array_equal(few, many[:3])
    np.testing.assert_array_equal(many, again)
    assert len({run.tobytes() for run in many}) == 8
    other = sample(Logit(RPS, temperature=1), sizes=60, x0=[0.5, 0.3, 0.2], t=[1, 2], seeds=8, rng=4).x
    assert (other != many).any()


def test_output_times_do_not_change_the_path():
    options = {"sizes": 40, "x0": [0.5, 0.3, 0.2], "seeds": 4, "rng": 9}
    fine = sample(Replicator(RPS), t=[0, 1, 2, 3], **options)
    coarse = sample(Replicator(RPS), t=[0, 3], **options)
    np.testing.assert_array_equal(fine.x[:, [0, 3]], coarse.x)
    np.testing.assert_array_equal(coarse.x[:, 0], np.tile([0.5, 0.3, 0.2], (4, 1)))


def test_starts_are_rounded_by_largest_remainders():
    runs = sample(Replicator(RPS), sizes=10, x0=[0.55, 0.34, 0.11], t=[0], seeds=1)
    np.testing.assert_allclose(runs.x[0, 0], [0.6, 0.3, 0.1])


def test_roles_of_different_sizes():
    runs = sample(
        Logit(PENNIES, temperature=1),
        sizes={"even": 30, "odd": 70},
        x0={"even": [0.5, 0.5], "odd": [0.1, 0.9]},
        t=[0, 3],
        seeds=2,
        rng=0,
    )
    assert runs.sizes == {"even": 30, "odd": 70}
    assert runs.x["odd"].shape == (2, 2, 2)
    for role, size in runs.sizes.items():
        counts = runs.x[role] * size
        np.testing.assert_allclose(counts, np.rint(counts), atol=1e-9)
        np.testing.assert_allclose(counts.sum(axis=-1), size)


def test_imitation_brings_in_nothing_new_and_mutation_does():
    options = {"sizes": 100, "x0": [0.5, 0.5, 0], "t": [20], "seeds": 5, "rng": 2}
    assert (sample(Replicator(RPS), **options).x[..., 2] == 0).all()
    assert (sample(Replicator(RPS), mutation=0.1, **options).x[..., 2] > 0).all()


def test_three_players_are_sampled_too():
    tables = [
        np.ones((2, 2, 2)) * np.array([1.0, 0.0]).reshape([2 if k == p else 1 for k in range(3)]) for p in range(3)
    ]
    game = NormalForm(*tables)
    runs = sample(Replicator(game), sizes=10, x0=[[0.5, 0.5]] * 3, t=[30], seeds=2, rng=1)
    assert all((runs.x[player][:, 0, 0] == 1).all() for player in game.players)  # the first strategy dominates


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"sizes": None}, "give sizes for population"),
        ({"sizes": 1}, "population of 1"),
        ({"sizes": {"nobody": 10}}, "nobody"),
        ({"t": [1, 0]}, "increasing"),
        ({"t": [-1]}, "increasing"),
        ({"t": 5.0}, "increasing"),
        ({"seeds": 0}, "seeds = 0"),
        ({"x0": [0.5, 0.6]}, "sum to 1.1"),
        ({"mutation": -0.1}, "mutation = -0.1"),
        ({"against": "all"}, "'all'"),
        ({"bound": 0.1}, "bound 0.1 .* too small"),
    ],
)
def test_refusals(options, words):
    given = {"sizes": 100, "x0": [0.1, 0.9], "t": [0, 50], "seeds": 2, "rng": 1} | options
    with pytest.raises(ValueError, match=words):
        sample(Replicator(HAWK_DOVE), **given)


def test_payoffs_that_are_not_finite_on_the_way():
    class Pole(Interpreted):
        def field(self, x):
            return np.array([1.0 if x[0] < 0.5 else np.nan, 0.0])

    for dynamics in (Replicator(Pole()), Logit(Pole(), temperature=1)):
        with pytest.raises(ValueError, match="not finite at counts"):
            sample(dynamics, sizes=20, x0=[0.3, 0.7], t=[50], seeds=1, bound=2, rng=1)
