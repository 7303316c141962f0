"""Sampled processes against their exact chains: chi-square over all transitions, histograms, moments, laws of times.

Seeds are fixed. A right sampler fails one of the comparisons here with probability 1e-5, all of them together with
less than 1 in 200; `test_the_comparison_finds_peers_errors` shows what they notice.
"""

from __future__ import annotations

from itertools import pairwise
from types import MappingProxyType

import numpy as np
import pytest
from scipy.stats import binom, binomtest, chi2, chisquare, kstest

from evolution.counts import all_counts, place_of
from evolution.direct_protocols import SmithComparison
from evolution.dynamics import Logit, MeanDynamics, Replicator
from evolution.encounters import CountPayoffs
from evolution.finite import protocol_process, stationary_law
from evolution.fixation import fixation_law, fixation_times
from evolution.imitation_protocols import FermiImitation
from evolution.montecarlo import sample
from evolution.mutation_protocols import MutatingProtocol
from evolution.processes import Moran, WrightFisher
from evolution.protocols import ProportionalImitation
from evolution.random_stream import binomial, following, streams
from evolution.revision_processes import (
    ImitationProcess,
    LocalUpdate,
    LogitRevision,
    PairwiseComparison,
    ProtocolRevision,
)
from evolution.sampled_fixation import sample_fixation
from evolution.sampling import sample_process
from evolution.sampling_engines import AgentEngine, TableEngine, engine_of
from evolution.transition import transition_matrix
from gametheory.symmetric_payoff import SymmetricPayoff

FALSE_ALARM = 1e-5
TWO = np.array([[3.0, 0.0], [5.0, 1.0]])
THREE = np.array([[1.0, 2.4, 0.5], [0.3, 1.2, 2.0], [2.0, 0.1, 1.0]])
TRIO = [[[2.0, 0.5], [0.5, 3.0]], [[1.0, 0.0], [0.0, 4.0]]]
GAMES = {
    "two": TWO,
    "three": THREE,
    "trio": SymmetricPayoff(3, 2, lambda i, c: TRIO[i][c[1] > 0][c[1] > 1]),
    "constant": np.array([2.0, 0.5, 1.0]),
    "counts": CountPayoffs(lambda n: [1 + 1 / max(n[0], 1), n[2] / 4, 2 / (1 + n[1])], 3),
}
CONVENTIONS = [("others", False, 0.1), ("all", True, 0.3), ("all", False, 0.0)]
KINDS = [
    (Moran, {}),
    (Moran, {"fitness": "exponential"}),
    (WrightFisher, {}),
    (WrightFisher, {"fitness": "exponential"}),
    (PairwiseComparison, {}),
    (PairwiseComparison, {"model": "everyone"}),
    (LocalUpdate, {"bound": 5.0}),
    (LocalUpdate, {"bound": 5.0, "model": "everyone"}),
    (ImitationProcess, {"bound": 5.0}),
    (LogitRevision, {}),
    (ProtocolRevision, {"protocol": ProportionalImitation(), "bound": 5.0}),
    (ProtocolRevision, {"protocol": SmithComparison(), "bound": 20.0}),
    (ProtocolRevision, {"protocol": MutatingProtocol(FermiImitation(0.7), 0.1), "bound": 1.5}),
]
HAWK_DOVE = [[-0.5, 2.0], [0.0, 1.0]]


def p_value(matrix, paths):
    """Of the steps along paths of places, shape (runs, steps + 1), if `matrix` is their law: chi-square, row by row."""
    number = len(matrix)
    pairs = (paths[:, :-1] * number + paths[:, 1:]).ravel()
    seen = np.bincount(pairs, minlength=number**2).reshape(number, number)
    expected = seen.sum(axis=1, keepdims=True) * matrix
    if seen[matrix == 0].any():
        return 0.0
    statistic, freedom = 0.0, 0
    for o, e in zip(seen, expected, strict=True):
        large = e >= 8
        if large.sum() < 2:
            continue
        o, e = o.astype(float), e.copy()
        where = np.flatnonzero(large)[-1]
        o[where] += o[~large].sum()
        e[where] += e[~large].sum()
        statistic += ((o - e)[large] ** 2 / e[large]).sum()
        freedom += large.sum() - 1
    assert freedom >= 2
    return chi2.sf(statistic, freedom)


def paths_of(engine, starts, steps, runs, rng, every=1):
    """Places after every so many steps, shape (starts * runs, steps / every + 1)."""
    marks = np.arange(0, steps + 1, every)
    seen = [engine.runs(np.array(start), marks, None, streams(rng + k, runs)).seen for k, start in enumerate(starts)]
    return place_of(np.concatenate(seen))


def engines(process):
    one_by_one = [] if isinstance(process, WrightFisher) else [TableEngine(process)]
    return [*one_by_one, AgentEngine(process)]


def build(kind, game, size, convention, more):
    to, everyone, mutation = convention
    return kind(GAMES[game], size, intensity=0.7, mutation=mutation, mutation_to=to, self_interaction=everyone, **more)


def mixed_states(process):
    """Three states with several strategies."""
    states = all_counts(process.size, len(process.strategies))
    states = states[states.max(axis=1) < process.size]
    return states[[0, len(states) // 2, -1]].tolist()


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize("game", GAMES)
@pytest.mark.parametrize(("kind", "more"), KINDS)
def test_every_step_has_the_chains_law(kind, more, game, convention):
    """By table and agent by agent, each kind with each kind of payoffs and each convention."""
    process = build(kind, game, 4, convention, more)
    matrix = transition_matrix(process).toarray()
    slow = game == "counts"
    for rng, engine in enumerate(engines(process)):
        steps, runs = (300, 6) if slow and isinstance(engine, AgentEngine) else (8000, 8)
        if convention[2] == 0:  # imitation is soon absorbed: many short runs
            steps, runs = 5, 90 if steps == 300 else 1000
        assert p_value(matrix, paths_of(engine, mixed_states(process), steps, runs, rng)) > FALSE_ALARM


def test_the_comparison_finds_peers_errors():
    """Chains wrong by one convention, as peers' are, or by a quarter of one payoff, fail; the right one passes.

    Excluding the parent's index in place of its type (nashpy) makes a mutant of any strategy, its own included.
    """
    right = PairwiseComparison(THREE, 5, mutation=0.1)
    births = Moran(THREE, 5, intensity=0.7, mutation=0.1)
    cases = [
        (births, Moran(THREE, 5, intensity=0.7, mutation=0.1, mutation_to="all")),
        (births, Moran(THREE, 5, intensity=0.7, mutation=0.1, self_interaction=True)),
        (births, Moran(THREE, 5, intensity=0.7, mutation=0.1, fitness="exponential")),
        (right, PairwiseComparison(THREE, 5, mutation=0.1, mutation_to="all")),
        (right, PairwiseComparison(THREE, 5, mutation=0.1, self_interaction=True)),
        (right, PairwiseComparison(THREE, 5, mutation=0.1, model="everyone")),
        (right, PairwiseComparison(THREE * [[1, 1, 1], [1, 1, 1.25], [1, 1, 1]], 5, mutation=0.1)),
        (WrightFisher(THREE, 4, mutation=0.1), WrightFisher(THREE, 4, mutation=0.1, mutation_to="all")),
    ]
    for process, wrong in cases:
        for engine in engines(process):
            paths = paths_of(engine, mixed_states(process), 100_000, 2, 5)
            assert p_value(transition_matrix(process).toarray(), paths) > FALSE_ALARM
            assert p_value(transition_matrix(wrong).toarray(), paths) < 1e-6


def test_death_of_the_parent_is_noticed():
    """Moran's process in which the parent cannot die is another one."""
    process, s = Moran(THREE, 5, intensity=0.7, mutation=0.1), 3
    states = all_counts(5, s)
    wrong = np.zeros((len(states), len(states)))
    for row, n in enumerate(states):
        parents = np.exp(Moran(THREE, 5, intensity=0.7).log_births(n))
        for parent, born, dead in np.ndindex(s, s, s):
            left = n[dead] - (dead == parent)
            if parents[parent] > 0 and left > 0:
                new = n.copy()
                new[dead] -= 1
                new[born] += 1
                wrong[row, place_of(new)] += parents[parent] * (0.9 if born == parent else 0.05) * left / 4
    np.testing.assert_allclose(wrong.sum(axis=1), 1)
    for engine in engines(process):
        assert p_value(wrong, paths_of(engine, mixed_states(process), 40_000, 2, 5)) < 1e-6


@pytest.mark.parametrize("against", ["everyone", "others"])
@pytest.mark.parametrize(
    "dynamics",
    [Replicator(THREE), Logit(THREE, temperature=0.5), MeanDynamics(THREE, protocol=FermiImitation(0.5))],
)
def test_the_protocols_sampler_takes_the_same_steps(dynamics, against):
    """`sample`, which counts time in the mean dynamic's unit, read after every step."""
    process = protocol_process(dynamics, 5, mutation=0.1, against=against)
    rate = float(process.bound)
    runs = sample(
        dynamics,
        sizes=5,
        x0=[0.4, 0.2, 0.4],
        t=np.arange(20_001) / (5 * rate),
        seeds=2,
        mutation=0.1,
        against=against,
        rng=8,
    )
    paths = place_of(np.rint(runs.x * 5).astype(int))
    assert p_value(transition_matrix(process).toarray(), paths) > FALSE_ALARM
    wrong = protocol_process(dynamics, 5, mutation=0.1, against="others" if against == "everyone" else "everyone")
    assert p_value(transition_matrix(wrong).toarray(), paths) < 1e-6


RARE = [
    PairwiseComparison(THREE, 5, intensity=3.0, mutation=0.01),
    Moran(THREE, 5, mutation=0.005, mutation_to="all"),
    WrightFisher(THREE, 4, mutation=0.02),
    ImitationProcess(THREE, 5, intensity=0.02, mutation=0.01),
    ProtocolRevision(THREE, 5, mutation=0.01, protocol=ProportionalImitation()),
    LogitRevision(THREE, 5, intensity=6.0),
    PairwiseComparison(THREE, 4, intensity=1e9, mutation=0.1),
    WrightFisher(THREE, 4, intensity=300.0, mutation=0.1, fitness="exponential"),
]


@pytest.mark.parametrize("process", RARE, ids=lambda process: type(process).__name__)
def test_skipping_idle_steps_changes_no_law(process):
    """Read every 1, 7 and 50 steps, where most steps change nothing: powers of the chain."""
    matrix = transition_matrix(process).toarray()
    for rng, engine in enumerate(engines(process)):
        for every in (1, 7, 50):
            paths = paths_of(engine, mixed_states(process), 30_000 * every // 5, 2, 10 * rng + every, every)
            assert p_value(np.linalg.matrix_power(matrix, every), paths) > FALSE_ALARM
    found = sample_process(RARE[0], [5, 0, 0], steps=10**6, seeds=1, keep="final", rng=1)
    assert found.iterations[0] < found.steps / 5


def test_statistics_are_those_of_the_path():
    """Where nothing is skipped the runs are the same whether their paths are kept or summed up: all sums agree."""
    process = LogitRevision(TWO / 5, 5, mutation=0.3)
    states = all_counts(5, 2)
    for engine in engines(process):
        path = engine.runs(np.array([2, 3]), np.arange(4001), None, streams(3, 4)).seen
        found = engine.runs(np.array([2, 3]), np.array([4000]), 100, streams(3, 4))
        counted = path[:, 101:]
        np.testing.assert_array_equal(found.seen[:, 0], path[:, -1])
        np.testing.assert_array_equal(found.first, counted.sum(axis=1))
        np.testing.assert_array_equal(found.second, np.einsum("rki,rkj->rij", counted, counted))
        np.testing.assert_array_equal(found.alone, (counted == 5).sum(axis=1))
        takeovers = np.zeros((4, 2, 2))
        for run, steps in enumerate(path):
            home = -1
            for t, (before, now) in enumerate(pairwise(steps), 1):
                if (now == 5).any() and not (before == 5).any():
                    who = int(now.argmax())
                    takeovers[run, home, who] += home >= 0 and t > 100
                    home = who
            assert found.fixed[run] == np.argmax((steps == 5).any(axis=1))
        np.testing.assert_array_equal(found.takeovers, takeovers)
        if found.visits is not None:
            np.testing.assert_array_equal(found.visits, np.bincount(place_of(counted).ravel(), minlength=len(states)))


@pytest.mark.parametrize(
    "process",
    [
        PairwiseComparison(THREE, 12, intensity=2.0, mutation=0.02),
        Moran(THREE, 12, intensity=0.5, mutation=0.05, mutation_to="all"),
        LogitRevision(THREE, 6, intensity=0.8),
        WrightFisher(THREE, 8, intensity=0.5, mutation=0.02),
    ],
    ids=lambda process: type(process).__name__,
)
def test_long_run_is_the_stationary_law(process):
    """Mean, second moments, time alone and histogram of 40 runs within 5.5 standard errors of their scatter."""
    size, law = process.size, stationary_law(process)
    exact, n = law.probability, law.counts
    homogeneous = np.array([exact[place_of(size * own)] for own in np.eye(3, dtype=int)])
    second = np.einsum("k,ki,kj->ij", exact, n, n)
    for rng, engine in enumerate(engines(process)):
        steps, burn = 40_000, 4000
        found = engine.runs(np.array([size - 4, 2, 2]), np.array([steps]), burn, streams(rng, 40))
        for sums, mean in ((found.first, exact @ n), (found.second, second), (found.alone, homogeneous)):
            runs = sums / (steps - burn)
            error = runs.std(axis=0, ddof=1) / np.sqrt(40)
            assert (np.abs(runs.mean(axis=0) - mean) < 5.5 * error + 1e-12).all()
        if found.visits is not None:
            assert found.visits.sum() == 40 * (steps - burn)
            assert np.abs(found.visits / found.visits.sum() - exact).sum() / 2 < 0.02


def test_statistics_in_words():
    process = PairwiseComparison(THREE, 12, intensity=2.0, mutation=0.02)
    runs = sample_process(process, [4, 4, 4], steps=50_000, burn_in=1000, seeds=10, keep="statistics", rng=4)
    told, law = runs.statistics, stationary_law(process)
    np.testing.assert_allclose(told.histogram @ told.counts / 12, told.shares, rtol=1e-12)
    deviation = told.counts - told.shares * 12
    np.testing.assert_allclose(told.covariance, (deviation * told.histogram[:, None]).T @ deviation, rtol=1e-9)
    assert (np.abs(told.shares - law.shares) < 6 * told.error).all()
    assert runs.conventions == process.conventions
    assert runs.shares.shape == (10, 1, 3)
    assert "10 runs" in repr(runs)
    assert "10 runs" in repr(told)
    assert np.isnan(sample_process(process, [4, 4, 4], steps=9, seeds=1, keep="statistics").statistics.error).all()
    many = sample_process(Moran(np.ones((9, 9)), 90, mutation=0.1), [10] * 9, steps=9, keep="statistics", rng=1)
    with pytest.raises(ValueError, match="too many states"):
        _ = many.statistics.histogram


def test_runs_are_independent_and_repeatable():
    for process, start in (
        (Moran(THREE, 9, mutation=0.1), [3, 3, 3]),
        (WrightFisher(THREE, 9, mutation=0.1), [3, 3, 3]),
    ):
        one = sample_process(process, start, steps=500, seeds=12, rng=3, workers=1)
        many = sample_process(process, start, steps=500, seeds=12, rng=3, workers=3)
        few = sample_process(process, start, steps=500, seeds=4, rng=3)
        np.testing.assert_array_equal(one.counts, many.counts)
        np.testing.assert_array_equal(one.counts[:4], few.counts)
        assert len({run.tobytes() for run in one.counts}) == 12
        told, twice = (
            sample_process(process, start, steps=500, seeds=12, keep="statistics", rng=3, workers=workers).statistics
            for workers in (1, 2)
        )
        np.testing.assert_array_equal(told.second, twice.second)
        if told.visits is not None:
            np.testing.assert_array_equal(told.visits, twice.visits)
        rng = np.random.default_rng(3)
        first, then = (sample_process(process, start, steps=500, seeds=4, rng=rng) for _ in range(2))
        np.testing.assert_array_equal(first.counts, few.counts)
        assert (first.counts != then.counts).any()
    races = [sample_fixation(Moran(TWO, 9), runs=3000, rng=3, workers=workers) for workers in (1, 2)]
    np.testing.assert_array_equal(races[0].steps, races[1].steps)


def test_records_are_where_they_are_asked_for():
    process = Moran(TWO, 9, mutation=0.1)
    runs = sample_process(process, [4, 5], steps=25, every=10, seeds=2, rng=1)
    assert runs.at.tolist() == [0, 10, 20, 25]
    assert runs.counts[:, 0].tolist() == [[4, 5], [4, 5]]
    assert (runs.counts.sum(axis=2) == 9).all()
    assert len(sample_process(process, [4, 5], steps=10**6, seeds=1).at) == 201
    assert sample_process(process, [4, 5], steps=1, seeds=1).at.tolist() == [0, 1]
    assert sample_process(process, [4, 5], steps=30, seeds=3, keep="final").counts.shape == (3, 1, 2)
    alone = sample_process(Moran(TWO, 9), [9, 0], steps=2**62, seeds=1, keep="statistics")
    assert alone.statistics.alone.tolist() == [[1.0, 0.0]]
    assert alone.iterations[0] == 1


@pytest.mark.parametrize(
    ("process", "mutant", "start"),
    [
        (Moran(TWO, 20, intensity=0.1), 0, 1),
        (Moran(TWO, 20, intensity=0.1), 1, 3),
        (PairwiseComparison([[2, 0], [0, 1]], 30, intensity=0.2), 0, 9),
        (PairwiseComparison(THREE, 15, intensity=0.2, mutation=0.1), 1, 5),
        (LocalUpdate([[2, 0], [0, 1]], 12), 0, 5),
        (WrightFisher(TWO, 12, intensity=0.05), 0, 4),
        (PairwiseComparison(GAMES["trio"], 12, intensity=0.3), 1, 2),
        (WrightFisher(CountPayoffs(lambda n: [1.0, 1.1], 2), 6), 1, 1),
        (Moran(SymmetricPayoff(4, 3, lambda i, c: 1 + i + c[0] - c[1] / 2), 9, intensity=0.1), 1, 4),
        (LocalUpdate([2.0, 1.0, 1.5], 9, intensity=0.5), 1, 4),
    ],
    ids=str,
)
def test_fixation_is_the_exact_one(process, mutant, start):
    """Probabilities by the binomial law, and the mean time of those that took over."""
    runs = 4000 if engine_of(process).parallel else 600
    found = sample_fixation(process, mutant=mutant, resident=1 - mutant, start=start, runs=runs, rng=6)
    law, times = fixation_law(found.process), fixation_times(found.process)
    again = AgentEngine(found.process).race(np.array([start, process.size - start]), 10**7, runs, streams(1, 1)[0])
    for winner, steps in ((found.winner, found.steps), again):
        assert ((winner == 0) | (winner == 1)).all()
        assert binomtest(int((winner == 0).sum()), runs, law.probability[start, 0]).pvalue > FALSE_ALARM
        won = steps[winner == 0]
        assert abs(won.mean() - times.time_to[start, 0]) < 5 * won.std() / np.sqrt(len(won))
    low, high = found.interval
    assert low < found.probability < high
    assert found.time_to_fixation[0] == pytest.approx(found.steps[found.winner == 0].mean())
    assert found.conventions == found.process.conventions


def test_law_of_the_time_to_the_end():
    """Kolmogorov and Smirnov: steps until anyone has won, against powers of the chain."""
    process = Moran([1.0, 1.3], 6)
    matrix = transition_matrix(process).toarray()
    row, ended = np.eye(7)[2], []
    for _ in range(400):
        ended.append(row[0] + row[6])
        row = row @ matrix
    for engine in engines(process):
        _, steps = engine.race(np.array([2, 4]), 10**6, 20_000, streams(2, 1)[0])
        jitter = np.random.default_rng(1).random(len(steps))  # makes the law continuous, and Kolmogorov's exact
        cdf = np.append(ended, 1.0)
        spread = np.interp(np.minimum(steps, 399) - 1 + jitter, np.arange(400), cdf[:400])
        assert kstest(spread[steps < 399], "uniform", args=(0, ended[398])).pvalue > FALSE_ALARM


def test_a_move_in_a_million_billion_steps():
    """Waiting is drawn, not waited for: mean time 4e15 steps, in no time."""
    process = ImitationProcess([1.0, 0.0], 2, intensity=1e-15, model="everyone")
    found = sample_fixation(process, runs=2000, most_steps=2**62, rng=2)
    exact = fixation_times(process).time[1]
    assert exact == pytest.approx(4e15)
    assert (found.winner == 0).all()
    assert abs(found.time_to_fixation[0] - exact) < 5 * found.time_to_fixation[1]


def test_what_never_ends_is_told():
    stuck = sample_fixation(ImitationProcess(HAWK_DOVE, 10), start=5, runs=50, rng=1)
    assert (stuck.winner == -1).all()
    assert stuck.probability == 0
    assert np.isnan(stuck.time_to_fixation).all()
    long = sample_fixation(
        PairwiseComparison(HAWK_DOVE, 200, intensity=50.0), start=100, runs=40, most_steps=999, rng=1
    )
    assert long.unfinished == 40
    assert long.interval == (0.0, 1.0)
    assert "40 cut off" in repr(long)


def test_ways_of_sampling():
    assert "table of all 5151 states" in engine_of(PairwiseComparison(THREE, 100)).method
    assert engine_of(PairwiseComparison(THREE, 5000)).method == "agent by agent, compiled"
    assert engine_of(WrightFisher(THREE, 5)).method == "agent by agent, compiled"
    assert "interpreted" in engine_of(PairwiseComparison(GAMES["counts"], 1000)).method
    assert "table" in engine_of(PairwiseComparison(GAMES["counts"], 20)).method

    crowded = WrightFisher(SymmetricPayoff(400, 2, lambda i, c: 1.0 + c[0] / 399), 500, mutation=0.1)
    assert "interpreted" in engine_of(crowded).method
    runs = sample_process(crowded, [250, 250], steps=2, seeds=50, rng=1)
    mean = 250 + crowded.expected_change([250, 250])[0]
    assert abs(runs.counts[:, 1, 0].mean() - mean) < 5 * np.sqrt(500 / 4 / 50)

    class Lazy(PairwiseComparison):
        pass

    assert "table" in engine_of(Lazy(THREE, 10)).method
    with pytest.raises(ValueError, match="too many states"):
        engine_of(Lazy(THREE, 5000))


def test_many_agents_follow_the_mean():
    """A million agents of three strategies, one generation at weak selection: drift as expected, agent by agent."""
    process = WrightFisher(THREE, 10**6, intensity=0.2, mutation=0.01)
    start = [500_000, 300_000, 200_000]
    runs = sample_process(process, start, steps=1, seeds=400, keep="final", rng=1)
    law = np.exp(process.log_births(start))
    error = np.sqrt(10**6 * law * (1 - law) / 400)
    assert (np.abs(runs.counts[:, 0].mean(axis=0) - 10**6 * law) < 5 * error).all()
    scatter = runs.counts[:, 0].var(axis=0, ddof=1) / (10**6 * law * (1 - law))
    assert (np.abs(scatter - 1) < 5 * np.sqrt(2 / 399)).all()


def test_the_generator_is_xoshiro256_plus_plus():
    """First outputs for the state (1, 2, 3, 4), as in Blackman and Vigna's reference code."""
    stream = np.array([1, 2, 3, 4], dtype=np.uint64)
    assert [int(following(stream)) for _ in range(5)] == [
        41943041,
        58720359,
        3588806011781223,
        3591011842654386,
        9228616714210784205,
    ]


@pytest.mark.parametrize(
    ("trials", "chance"), [(1, 0.3), (5, 0.7), (60, 0.1), (60, 0.9), (40, 0.25), (41, 0.5), (1000, 0.4), (10**6, 3e-5)]
)
def test_binomial_numbers(trials, chance):
    stream = streams(trials, 1)[0]
    drawn = np.array([binomial(stream, trials, chance) for _ in range(40_000)])
    edges = np.unique(np.concatenate([[-1], binom.ppf(np.linspace(0.01, 0.99, 40), trials, chance), [trials]]))
    expected = np.diff(binom.cdf(edges, trials, chance)) * len(drawn)
    observed = np.histogram(drawn, bins=edges + 0.5)[0]
    large = expected > 8
    table = [np.append(part[large], part[~large].sum()) for part in (observed, expected)]
    used = table[1] > 0
    assert chisquare(table[0][used], table[1][used], sum_check=False).pvalue > FALSE_ALARM
    assert [binomial(stream, trials, p) for p in (0.0, 1.0)] == [0, trials]


class Field:
    """Payoffs that are only a Python function of shares."""

    roles = ("population",)
    strategies = MappingProxyType({"population": ("0", "1")})

    def field(self, x):
        return np.array(HAWK_DOVE) @ x


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda p: sample_process(p, [5, 6], steps=9), "sum to 10"),
        (lambda p: sample_process(p, [[5, 5], [4, 6]], steps=9), "one state"),
        (lambda p: sample_process(p, [5, 5], steps=0), "steps = 0"),
        (lambda p: sample_process(p, [5, 5], steps=9.5), "steps = 9.5"),
        (lambda p: sample_process(p, [5, 5], steps=2**63), "steps"),
        (lambda p: sample_process(p, [5, 5], steps=9, seeds=0), "seeds = 0"),
        (lambda p: sample_process(p, [5, 5], steps=9, every=0), "every = 0"),
        (lambda p: sample_process(p, [5, 5], steps=9, every=2, keep="final"), "every = 2 is for keep='all'"),
        (lambda p: sample_process(p, [5, 5], steps=9, burn_in=2), "burn_in = 2 is for"),
        (lambda p: sample_process(p, [5, 5], steps=9, burn_in=9, keep="statistics"), "burn_in = 9"),
        (lambda p: sample_process(p, [5, 5], steps=9, keep="paths"), "none of 'all'"),
        (lambda p: sample_process(p, [5, 5], steps=9, workers=0), "workers = 0"),
        (lambda p: sample_fixation(p, start=11), "start = 11"),
        (lambda p: sample_fixation(p, runs=0), "runs = 0"),
        (lambda p: sample_fixation(p, mutant=1), "give two strategies"),
        (lambda p: sample_fixation(p, confidence=1.0), "confidence = 1.0"),
        (lambda p: sample_fixation(LogitRevision(TWO, 10)), "does not stay so"),
        (lambda p: sample_process(WrightFisher(TWO - 4, 10), [5, 5], steps=9), "linear fitness .* of 0 is -2.66"),
        (
            lambda p: AgentEngine(Moran(np.zeros((2, 2)), 10)).race(np.array([5, 5]), 9, 1, streams(1, 1)[0]),
            "not 0 for",
        ),
        (
            lambda p: AgentEngine(LocalUpdate(TWO, 10, bound=0.5)).race(np.array([5, 5]), 99, 9, streams(1, 1)[0]),
            "too small",
        ),
        (lambda p: sample_process(WrightFisher(CountPayoffs(lambda n: n / 0, 2), 9), [4, 5], steps=9), "finite"),
    ],
)
def test_refusals(call, words):
    with pytest.raises(ValueError, match=words):
        call(Moran(TWO, 10))


def test_fields_of_shares():
    """A payoff field that is only a function, agent by agent and by table."""
    process = PairwiseComparison(protocol_process(Replicator(HAWK_DOVE), 6).game, 6, mutation=0.1)
    asked = PairwiseComparison(protocol_process(Replicator(Field()), 6, bound=4.0).game, 6, mutation=0.1)
    choosing = LogitRevision(asked.game, 6)
    for one in (asked, choosing):
        matrix = transition_matrix(one).toarray()
        for engine in engines(one):
            assert p_value(matrix, paths_of(engine, [[3, 3]], 400, 8, 3)) > FALSE_ALARM
    assert AgentEngine(process).parallel
    assert not AgentEngine(asked).parallel
