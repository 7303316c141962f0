"""What goes wrong when other packages sample finite populations, each stated as what is right here.

The exact side's part (transition matrices, small fixation probabilities, stationary laws) is in
`test_peer_failures_evolution`; the failures are those of nashpy 0.0.43, EGTtools 0.1.14, cadCAD and Mesa.
"""

from __future__ import annotations

import gc

import numpy as np
import pytest
from scipy.stats import chisquare

from evolution import (
    Moran,
    PairwiseComparison,
    WrightFisher,
    log_fixation,
    sample_fixation,
    sample_process,
    stationary_law,
)

CYCLIC = np.array([[1.0, 2.4, 0.0], [0.0, 1.2, 2.0], [2.0, 0.0, 1.0]])


def test_sampled_mutants_leave_their_parent_s_type():
    """nashpy's Moran process excludes the parent's index instead: of 6000 mutants here none keeps its type."""
    process = Moran(np.ones((3, 3)), 10, mutation=1.0)
    runs = sample_process(process, [10, 0, 0], steps=1, seeds=6000, keep="final", rng=2)
    assert (runs.counts[:, 0, 0] == 9).all()
    assert chisquare(runs.counts[:, 0, 1:].sum(axis=0)).pvalue > 1e-5
    own_too = Moran(np.ones((3, 3)), 10, mutation=1.0, mutation_to="all")
    kept = sample_process(own_too, [10, 0, 0], steps=1, seeds=6000, keep="final", rng=2).counts[:, 0, 0] == 10
    assert chisquare([kept.sum(), (~kept).sum()], [2000, 4000]).pvalue > 1e-5


def test_a_game_made_in_the_call_lives_as_long_as_it_is_needed():
    """EGTtools' sampler keeps no hold of its game, and crashes once it is gone."""
    process = PairwiseComparison(np.array(CYCLIC.tolist()), 5000, mutation=0.05)
    gc.collect()
    rubbish = [np.full((3, 3), 1e300) for _ in range(200)]
    kept = PairwiseComparison(CYCLIC, 5000, mutation=0.05)
    runs, again = (sample_process(each, [5000, 0, 0], steps=2000, seeds=2, rng=1) for each in (process, kept))
    np.testing.assert_array_equal(runs.counts, again.counts)
    assert len(rubbish) == 200


def test_callers_arrays_are_left_alone():
    A, start = CYCLIC.copy(), np.array([3, 3, 3])
    for process in (PairwiseComparison(A, 9, mutation=0.1), WrightFisher(A, 9, mutation=0.1)):
        sample_process(process, start, steps=50, seeds=2, rng=1)
    assert (A == CYCLIC).all()
    assert start.tolist() == [3, 3, 3]


def test_runs_differ_and_a_seed_repeats_them():
    """cadCAD's and Mesa's repeat each other: 40 runs, 1 to 20 distinct ones. NumPy's global stream plays no part."""
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    for process in (PairwiseComparison(CYCLIC, 60, mutation=0.1), WrightFisher(CYCLIC, 60, mutation=0.1)):
        runs = [sample_process(process, [20] * 3, steps=300, seeds=40, rng=seed).counts for seed in (3, 3, 4)]
        assert len({run.tobytes() for run in runs[0]}) == 40
        np.testing.assert_array_equal(runs[0], runs[1])
        assert (runs[0] != runs[2]).any()
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002


@pytest.mark.parametrize("scale", [1e-3, 1e3, 1e8])
def test_strong_selection_is_no_trouble(scale):
    """No overflow, and nothing but the winner's side is left: a hundred defectors' world, by table and by agents."""
    for size in (100, 10**7):
        process = PairwiseComparison(np.array([[0.0, 0.0], [1.0, 1.0]]) * scale, size, intensity=1e6)
        runs = sample_process(process, [size - 50, 50], steps=20_000, seeds=3, rng=1)
        assert (np.diff(runs.counts[:, :, 1], axis=1) >= 0).all()  # the better one never loses an agent
        assert runs.counts[:, -1, 1].min() > 50 or size > 10**6


def test_what_is_too_rare_to_be_seen_is_not_called_zero():
    """EGTtools makes 0 of probabilities under 1e-7. Sampling cannot see e^-99 either, but says up to where it knows."""
    process = PairwiseComparison([[0, 0], [1, 1]], 100, intensity=1.0)
    found = sample_fixation(process, runs=2000, rng=1)
    low, high = found.interval
    assert low <= np.exp(log_fixation(process)) <= high
    assert found.probability == 0 < high < 0.002


def test_rare_mutations_are_seen():
    """mu = 1e-6, nearly always homogeneous: 10^9 steps in a few thousand turns of the loop, and the exact law."""
    process = PairwiseComparison([[1.0, 0.2], [0.9, 0.4]], 20, intensity=0.5, mutation=1e-6)
    runs = sample_process(process, [20, 0], steps=10**9, seeds=20, keep="statistics", rng=1)
    assert runs.iterations.max() < 10**6
    exact = stationary_law(process).shares
    assert (np.abs(runs.statistics.shares - exact) < 5 * runs.statistics.error).all()
    assert runs.statistics.error.max() < 0.05
