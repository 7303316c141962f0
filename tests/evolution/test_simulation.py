"""`simulate`: reproducible, refuses what it cannot seat, and lands where the theory says."""

from dataclasses import replace

import numpy as np
import pytest
import sympy as sp

from analytic.catalogue import affiliate, holding
from analytic.curve import BondingCurve
from evolution.economy.stepping import numeric_curves
from evolution.simulation import endowment, simulate


@pytest.fixture(scope="module")
def crowd():
    return simulate(affiliate(), agents=[250], seeds=6, rounds=1500, rng=7, workers=2)


@pytest.fixture(scope="module")
def held():
    return simulate(holding(), agents=[100], seeds=30, rounds=700, start=0.5, rng=11)


def test_the_number_of_workers_changes_nothing_and_seeds_differ(held):
    again = simulate(holding(), agents=[100], seeds=4, rounds=300, rng=5, workers=1)
    once = simulate(holding(), agents=[100], seeds=4, rounds=300, rng=5, workers=4)
    other = simulate(holding(), agents=[100], seeds=4, rounds=300, rng=6, workers=4)
    np.testing.assert_array_equal(again.series[again.state][0], once.series[once.state][0])
    np.testing.assert_array_equal(again.counts[0], once.counts[0])
    assert not np.array_equal(once.counts[0], other.counts[0])
    rows = held.counts[0]
    assert len(np.unique(rows, axis=0)) == len(rows)


def test_the_holders_follow_the_gibbs_law(held):
    from math import lgamma

    S = np.arange(101)
    weight = [lgamma(101) - lgamma(s + 1) - lgamma(101 - s) + (1.5 * s - 0.01 * s * s - 0.5 * s) / 0.1 for s in S]
    law = np.exp(np.array(weight) - max(weight))
    law /= law.sum()
    seen = held.counts[0].sum(axis=0) / held.counts[0].sum()
    assert held.counts[0].sum() == 30 * 630 * 100
    assert 0.5 * np.abs(seen - law).sum() < 0.01
    assert seen @ S == pytest.approx(50, abs=0.1)
    assert seen @ (S - seen @ S) ** 2 == pytest.approx(4.1724, abs=0.15)


def test_random_groups_reach_nash(crowd):
    assert crowd.final(250).mean() == pytest.approx(16.2, abs=0.5)
    assert crowd.refused == (0,)
    assert list(crowd.series) == ["effort", "supply", "price", "payoff"]


def test_one_closed_group_reaches_the_ess():
    runs = simulate(affiliate().under("closed group"), seeds=4, rounds=20_000, rng=3)
    assert runs.sizes == (5,)
    assert runs.final(5).mean() == pytest.approx(20.0, abs=0.5)


def test_the_books_at_the_end_are_in_order(crowd, held):
    groups, whole = 250 * endowment(affiliate(), 250) + 50 * 100, 100 * endowment(holding(), 100)
    for runs, opening in ((crowd, groups), (held, whole)):
        runs.ledger.check(numeric_curves(runs.design), opening)


def test_fees_are_collected_and_a_start_is_where_it_is_asked_to_be():
    runs = simulate(holding().at(phi=0.02), agents=40, seeds=2, rounds=50, start=0.25, rng=1)
    np.testing.assert_allclose(runs.series[runs.state][0][:, 0], 0.25)
    assert runs.ledger.F.sum() > 0
    np.testing.assert_allclose(runs.series["price"][0], 0.5 + 0.02 * runs.series["supply"][0])


def test_totals_stay_when_the_population_grows():
    runs = simulate(holding(), agents=[50, 400], seeds=3, rounds=300, rng=2)
    for size, supply in zip(runs.sizes, runs.series["supply"], strict=True):
        assert runs.final(size).mean() == pytest.approx(0.5, abs=0.03)
        assert supply[:, 150:].mean() == pytest.approx(50, abs=3)
    data = runs.to_dataset()
    assert data["supply"].sel(size=400).mean(["seed", "time"]) > 0
    assert data.attrs["protocol"] == "one at a time"


@pytest.mark.parametrize(
    ("change", "options", "words"),
    [
        ({"under": "closed group"}, {"agents": 10}, "one closed group has 5 agents, not 10"),
        ({}, {"agents": 12}, "cannot be divided into groups of 5"),
        ({}, {"agents": 1}, "at least 2 agents"),
        ({}, {"agents": []}, "empty"),
        ({}, {"seeds": 0}, "seeds must be at least 1"),
        ({}, {"rounds": 1}, "rounds must be at least 2"),
        ({}, {"rounds": 10, "burn": 10}, "burn must be"),
        ({}, {"start": 41.0}, r"outside \[0"),
        ({"n": 4.5}, {}, "whole numbers"),
    ],
)
def test_what_cannot_be_played_is_refused_in_words(change, options, words):
    design = affiliate().under(change["under"]) if "under" in change else affiliate().at(**change)
    with pytest.raises(ValueError, match=words):
        simulate(design, **{"seeds": 1, "rounds": 2, **options})


@pytest.mark.parametrize(
    ("protocol", "words"),
    [
        ({"choice": "logit"}, "agents imitate"),
        ({"matching": "graph"}, "graph"),
        ({"order": "simultaneous"}, "random sequence or in a batch"),
        ({"standing": True}, "whole population"),
    ],
)
def test_a_protocol_without_a_kernel_is_named(protocol, words):
    design = affiliate()
    with pytest.raises(ValueError, match=words):
        simulate(replace(design, protocols=(replace(design.protocol, **protocol),)), seeds=1, rounds=2)


def test_a_curve_that_ends_too_early_is_refused_before_the_work():
    short = BondingCurve.from_expression("0.5 + 0.02*S", supply=(0, 60))
    with pytest.raises(ValueError, match="60"):
        simulate(replace(holding(), curves={"token": short}), seeds=1, rounds=2)
    with pytest.raises(ValueError, match="spend"):
        simulate(replace(affiliate(), curves={"token": short}).at(limit=1000), seeds=1, rounds=2)


def test_a_broken_law_stops_the_whole_run(monkeypatch):
    from evolution.economy import kernels

    monkeypatch.setattr(kernels, "standing_kernel", lambda: lambda *arguments: (2, 0))
    with pytest.raises(kernels.ConservationError, match="supply"):
        simulate(holding(), agents=10, seeds=3, rounds=5)


def test_progress_is_told_and_purses_pay_any_programme():
    told = []
    simulate(holding(), agents=10, seeds=3, rounds=5, progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert endowment(affiliate(), 5) >= 0.2 * 40
    assert endowment(holding(), 100) >= float(sp.Rational(3, 2)) + 1
