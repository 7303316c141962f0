"""Verdicts on synthetic runs whose truth is known."""

from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
import sympy as sp

from analytic.catalogue import holding
from evolution.agreement import blocks, compare, slope_in_size, t_interval
from evolution.runs import Runs


def synthetic(sizes, *, seeds=40, centre=0.5, noise=0.5, times=60, rng=0, counts=()):
    rng = np.random.default_rng(rng)
    state = tuple(centre + noise * rng.normal(size=(seeds, 1)) / n**0.5 + np.zeros((1, times)) for n in sizes)
    return Runs(
        holding(), tuple(sizes), np.arange(times, dtype=float), {"share": state}, counts=counts,
        resolution=tuple(1 / n for n in sizes), units={"share": "1"},
    )  # fmt: skip


def test_a_rest_point_is_held_not_held_or_undecided():
    sharp = synthetic([100], noise=0.01)
    assert compare(0.5, sharp).verdict == "held"
    assert compare(0.6, sharp).verdict == "not held"
    assert compare(0.5, synthetic([100], noise=2.0)).verdict == "undecided"
    with pytest.raises(ValueError, match="too short"):
        compare(0.5, synthetic([100], noise=0.01, seeds=5, times=4))
    assert compare(0.6, sharp, margin=0.2).verdict == "held"
    for half in (Fraction(1, 2), sp.Rational(1, 2), np.float64(0.5)):
        assert compare(half, sharp).verdict == "held"


def test_the_largest_size_decides_in_whatever_order_sizes_come():
    forwards, backwards = (synthetic(sizes, noise=0.01) for sizes in ([100, 10_000], [10_000, 100]))
    assert compare(0.505, forwards).verdict == compare(0.505, backwards).verdict == "not held"
    assert compare(0.505, synthetic([100], noise=0.001)).verdict == "held"
    assert "N = 10000" in compare(0.5, backwards).reason


def path(t, x):
    return SimpleNamespace(t=t, x=x)


def test_a_trajectory_is_judged_by_the_slope_of_its_distance():
    sizes = [100, 400, 1600, 6400]
    runs = synthetic(sizes, seeds=200)
    theory = path(runs.time, np.full((60, 2), 0.5))
    agreement = compare(theory, runs)
    assert agreement.verdict == "held"
    assert agreement.slope == pytest.approx(-0.5, abs=0.1)
    wrong = compare(path(runs.time, np.full(60, 0.8)), runs)
    assert wrong.verdict == "not held"
    assert wrong.slope_interval[0] > -0.35
    assert compare(theory, synthetic([100, 400])).verdict == "undecided"
    assert compare(theory, synthetic(sizes, seeds=10)).verdict == "undecided"
    with pytest.raises(ValueError, match="own times"):
        compare(path(runs.time[:-1], np.full(59, 0.5)), runs)


def histogram(law, visits, seeds=40, rng=1):
    return np.random.default_rng(rng).multinomial(visits, law, size=seeds)


def test_a_stationary_law_is_judged_beyond_its_noise():
    law = np.array([0.1, 0.2, 0.4, 0.2, 0.1])
    other = np.array([0.2, 0.2, 0.2, 0.2, 0.2])
    rich = synthetic([4], counts=(histogram(law, 20_000),))
    assert compare(law, rich).verdict == "held"
    assert compare(other, rich).verdict == "not held"
    assert compare(law, synthetic([4], counts=(histogram(law, 10),))).verdict == "undecided"
    assert compare(law, synthetic([4], seeds=5, counts=(histogram(law, 20_000, seeds=5),))).verdict == "undecided"
    for wrong, words in ((law * 2, "sum to 1"), (np.full(5, np.nan), "sum to 1"), (np.ones(3) / 3, "0 .. 2 holders")):
        with pytest.raises(ValueError, match=words):
            compare(wrong, rich)
    with pytest.raises(ValueError, match="no histogram"):
        compare(law, synthetic([4]))


def test_theories_that_say_nothing_are_refused():
    runs = synthetic([100])
    with pytest.raises(TypeError, match="says nothing"):
        compare({"x": 1}, runs)
    with pytest.raises(ValueError, match="set of 2 equilibria"):
        compare([1, 2], runs)
    with pytest.raises(ValueError, match="margin must be > 0"):
        compare(0.5, runs, margin=0)


def test_intervals_cover_as_often_as_they_say_and_slopes_are_found():
    rng = np.random.default_rng(3)
    covered = [low <= 0 <= high for _, low, high in (t_interval(rng.normal(size=30)) for _ in range(600))]
    assert 0.92 < np.mean(covered) < 0.98
    for law in (-0.25, -0.5, -1.0):
        sizes = [100, 1000, 10_000]
        slope, (low, high) = slope_in_size(sizes, [rng.normal(size=400) * n**law for n in sizes])
        assert low < law < high
        assert slope == pytest.approx(law, abs=0.1)
    assert np.isnan(slope_in_size([10, 100], [np.ones(3), np.ones(3)])[0])


def test_few_long_runs_are_cut_into_enough_batches():
    values = np.arange(2 * 100, dtype=float).reshape(2, 100)
    assert len(blocks(values)) >= 30
    assert len(blocks(np.zeros((50, 10)))) == 50
    with pytest.raises(ValueError, match="too short"):
        blocks(np.zeros((2, 10)))
