"""Laws of all processes of finite populations, whatever the game."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from evolution.counts import all_counts, place_of
from evolution.finite import stationary_law
from evolution.fixation import fixation_law, fixation_times
from evolution.processes import Moran, WrightFisher
from evolution.revision_processes import ImitationProcess, LocalUpdate, LogitRevision, PairwiseComparison
from evolution.selection_gradient import gradient_of_selection
from evolution.small_mutation import small_mutation_limit
from evolution.transition import transition_matrix

KINDS = [
    lambda game, size, **more: Moran(game, size, fitness="exponential", **more),
    lambda game, size, **more: WrightFisher(game, size, fitness="exponential", **more),
    PairwiseComparison,
    LocalUpdate,
    ImitationProcess,
    LogitRevision,
]
ABSORBED = KINDS[:4]
entry = st.integers(-40, 40).map(lambda n: n / 8)
sizes = st.integers(2, 7)


@st.composite
def games(draw, least=2, most=3):
    s = draw(st.integers(least, most))
    return np.array(draw(st.lists(entry, min_size=s * s, max_size=s * s))).reshape(s, s)


conventions = st.fixed_dictionaries(
    {
        "self_interaction": st.booleans(),
        "mutation_to": st.sampled_from(["others", "all"]),
        "intensity": st.sampled_from([0.0, 1e-9, 0.3, 1.0]),
    }
)
mutations = st.sampled_from([0.0, 1e-8, 0.05, 1.0])


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(KINDS), games(), sizes, conventions, mutations)
def test_matrices_are_stochastic_and_their_mean_is_the_gradient(kind, game, size, told, mutation):
    process = kind(game, size, mutation=mutation, **told)
    matrix, states = transition_matrix(process).toarray(), all_counts(size, len(game))
    assert (matrix >= 0).all()
    np.testing.assert_allclose(matrix.sum(axis=1), 1, atol=1e-14)
    change = gradient_of_selection(process).change
    np.testing.assert_allclose(change, matrix @ states - states, atol=2e-13)
    np.testing.assert_allclose(change.sum(axis=1), 0, atol=1e-13)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(KINDS), games(), sizes, conventions, st.permutations(range(3)), st.sampled_from([1e-8, 0.05]))
def test_names_do_not_matter(kind, game, size, told, order, mutation):
    order = [i for i in order if i < len(game)]
    states = all_counts(size, len(game))
    law = stationary_law(kind(game, size, mutation=mutation, **told)).log_probability
    turned = stationary_law(kind(game[np.ix_(order, order)], size, mutation=mutation, **told)).log_probability
    np.testing.assert_allclose(turned[place_of(states[:, order])], law, rtol=1e-11, atol=1e-11)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(KINDS), games(), sizes, conventions, st.integers(-8, 8))
def test_a_constant_paid_to_all_changes_nothing(kind, game, size, told, constant):
    states = all_counts(size, len(game))
    here, there = (transition_matrix(kind(a, size, mutation=0.1, **told)).toarray() for a in (game, game + constant))
    np.testing.assert_allclose(there, here, atol=1e-13)
    assert here.shape == (len(states), len(states))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(ABSORBED), games(), sizes, conventions)
def test_somebody_takes_over(kind, game, size, told):
    process = kind(game, size, **told)
    law = fixation_law(process)
    chance = law.probability + np.exp(law.log_trapped)[:, None] / len(game)
    np.testing.assert_allclose(chance.sum(axis=1), 1, atol=1e-12)
    np.testing.assert_array_equal(np.isneginf(law.log_probability[law.counts == 0]).all(), True)
    matrix = transition_matrix(process)
    np.testing.assert_allclose(matrix @ law.probability, law.probability, atol=1e-13)  # a martingale


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(ABSORBED), games(), sizes, st.sampled_from([0.0, 0.5, 0.9]))
def test_expected_times_count_the_steps(kind, game, size, intensity):
    """t = 1 + P t outside the homogeneous states, and the mean of the conditional times is the unconditional."""
    process = kind(game, size, intensity=intensity)
    times, law = fixation_times(process), fixation_law(process)
    mixed = (times.counts < size).all(axis=1)
    stepped = transition_matrix(process) @ times.time
    np.testing.assert_allclose(times.time[mixed], 1 + stepped[mixed], rtol=1e-9)
    mean = np.nansum(law.probability * np.nan_to_num(times.time_to), axis=1)
    np.testing.assert_allclose(mean, times.time, rtol=1e-11)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(ABSORBED), games(least=3), sizes)
def test_rare_mutations_see_pairs_only(kind, game, size):
    """Fixation in the limit's matrix is that of the chain of all strategies, from one mutant."""
    process = kind(game, size, intensity=0.5)
    limit, law = small_mutation_limit(process), fixation_law(process)
    one = np.eye(3, dtype=int)
    for i in range(3):
        for j in range(3):
            if i != j:
                start = place_of((size - 1) * one[i] + one[j])
                np.testing.assert_allclose(law.probability[start, j], limit.fixation[i, j], rtol=1e-11)
    np.testing.assert_allclose(np.exp(limit.log_law).sum(), 1, atol=1e-14)


@settings(max_examples=40, deadline=None)
@given(games(most=2), st.integers(2, 60), st.floats(1e-6, 30))
def test_fermi_fixation_ratio_is_exponential(game, size, beta):
    """phi_A / phi_B = exp(beta/2 ((a - d)(Z - 2) + (b - c) Z)) (Nowak 2006)."""
    (a, b), (c, d) = game
    law = fixation_law(PairwiseComparison(game, size, intensity=beta)).log_probability
    exact = beta / 2 * ((a - d) * (size - 2) + (b - c) * size)
    np.testing.assert_allclose(law[1, 0] - law[-2, 1], exact, rtol=1e-10, atol=1e-10)
