"""Compiled choice and imitation against the probabilities written in `economy.policy`."""

from dataclasses import replace

import numpy as np
import pytest
import sympy as sp
from scipy.stats import chisquare

from analytic.catalogue import affiliate, holding
from evolution.economy.execution import Plan, prepared
from evolution.economy.kernels import choosing, imitating, shuffling
from evolution.economy.policy import imitate, logit
from evolution.simulation import simulate

DRAWS = 20_000


@pytest.mark.parametrize(
    ("utilities", "temperature"), [([0.3, 0.1, -0.2], 0.4), ([1.0, 1.0, 0.0], 0.0), ([5.0, 4.0], 2.0)]
)
def test_compiled_logit_choice_has_the_frequencies_of_the_formula(utilities, temperature):
    rng, choose = np.random.default_rng(1), choosing()
    seen = np.bincount([choose(np.array(utilities), temperature, rng) for _ in range(DRAWS)], minlength=len(utilities))
    law = logit(np.array(utilities), temperature)
    possible = law > 0
    assert seen[~possible].sum() == 0
    assert chisquare(seen[possible], DRAWS * law[possible]).pvalue > 1e-4


def test_shuffling_makes_every_order_equally_likely():
    rng, shuffle, seen = np.random.default_rng(2), shuffling(), {}
    for _ in range(6000):
        order = np.arange(3)
        shuffle(order, rng)
        seen[tuple(order)] = seen.get(tuple(order), 0) + 1
    assert len(seen) == 6
    assert chisquare(list(seen.values())).pvalue > 1e-4


def compiled_revision(rule, action, payoff, rng, *, revising=1.0, mutation=0.0, strategies=0):
    new = action.copy()
    imitating()(new, payoff, action.copy(), rule, revising, mutation, 0.5, 0.0, 40.0, strategies, rng)
    return new


def test_the_best_paid_is_copied_by_all_in_both_twins():
    action, payoff = np.array([1.0, 2.0, 3.0]), np.array([0.0, 5.0, 1.0])
    design = affiliate().under("closed group")
    quiet = replace(design, protocols=(replace(design.protocol, mutation=sp.S.Zero),))
    rng = np.random.default_rng(3)
    assert compiled_revision(0, action, payoff, rng).tolist() == [2.0, 2.0, 2.0]
    assert imitate(action, payoff, quiet, rng).tolist() == [2.0, 2.0, 2.0]


def test_proportional_imitation_copies_with_probability_gain_over_spread():
    """Of three, agent 0 looks at either other: it gains 1 of 4 or 4 of 4, so it copies with (1/4, 1)/2."""
    action, payoff, rng = np.array([10.0, 20.0, 30.0]), np.array([0.0, 1.0, 4.0]), np.random.default_rng(4)
    design = affiliate()
    quiet = replace(design, protocols=(replace(design.protocol, mutation=sp.S.Zero),))
    twins = (lambda: compiled_revision(1, action, payoff, rng), lambda: imitate(action, payoff, quiet, rng))
    for twin in twins:
        seen = np.array([twin() for _ in range(1000)])
        frequencies = [(seen[:, 0] == a).sum() for a in action]
        assert chisquare(frequencies, 1000 * np.array([3 / 8, 1 / 8, 1 / 2])).pvalue > 1e-4
        assert (seen[:, 2] == 30.0).all()  # the best paid has nobody to copy


def test_only_those_who_revise_mutate_and_efforts_stay_in_their_interval():
    action, payoff, rng = np.full(5000, 39.9), np.zeros(5000), np.random.default_rng(5)
    design = affiliate()
    half = replace(design, protocols=(replace(design.protocol, revising=sp.Rational(1, 2), mutation=sp.S.One),))
    for new in (
        compiled_revision(1, action, payoff, rng, revising=0.5, mutation=1.0),
        imitate(action, payoff, half, rng),
    ):
        assert 0.45 < (new != action).mean() < 0.55
        assert new.min() >= 0
        assert new.max() <= 40


def test_mutated_strategies_are_uniform():
    rng = np.random.default_rng(6)
    new = compiled_revision(1, np.zeros(6000), np.zeros(6000), rng, mutation=1.0, strategies=3)
    assert chisquare(np.bincount(new.astype(int), minlength=3)).pvalue > 1e-4


def test_simultaneous_revision_moves_the_mean_by_its_formula():
    """E[x'] = x + eta (x p(in) + (1 - x) p(out) - x), holders meeting the supply less their own lot."""
    design, agents = holding().under("a share at a time").scaled(2000), 2000
    run = prepared(design, agents)
    scale = 100 / agents  # lots, values and temperature shrink so that totals stay
    for share in (0.3, 0.5, 0.7):
        seen = [run(Plan(2, 1, 0, share), rng).path[1, 0] for rng in np.random.default_rng(7).spawn(40)]

        def odds(others):
            cost = 0.01 * ((others + 1) ** 2 - others**2) * scale**2 + 0.5 * scale
            return 1 / (1 + np.exp(-(1.5 * scale - cost) / (0.1 * scale)))

        held = share * agents
        expected = share + 0.5 * (share * odds(held - 1) + (1 - share) * odds(held) - share)
        error = np.std(seen, ddof=1) / 40**0.5
        assert np.mean(seen) == pytest.approx(expected, abs=4.5 * error)


def test_a_share_at_a_time_at_low_temperature_alternates():
    """T = 0.1 < T* = 1/6: the mean field has a cycle of period two, at 0.3488 and 0.6512."""
    runs = simulate(holding().under("a share at a time"), agents=2000, seeds=2, rounds=300, start=0.4, rng=8)
    tail = runs.series[runs.state][0][:, 200:]
    assert np.abs(tail.min(axis=1) - 0.3488).max() < 0.05
    assert np.abs(tail.max(axis=1) - 0.6512).max() < 0.05
    assert (np.sign(tail[:, 1:] - 0.5) != np.sign(tail[:, :-1] - 0.5)).all()
