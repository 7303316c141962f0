"""Fixation against exact rational linear algebra, 400-digit arithmetic, closed forms, and hostile numbers."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import factorial, prod

import mpmath
import numpy as np
import pytest
from flint import fmpq, fmpq_mat

from evolution.fixation import fixation_law, fixation_times, log_fixation, pair_process, weak_selection_slope
from evolution.processes import Moran, WrightFisher
from evolution.revision_processes import ImitationProcess, LocalUpdate, LogitRevision, PairwiseComparison
from evolution.small_mutation import small_mutation_limit
from gametheory.symmetric_payoff import SymmetricPayoff

THREE = [[1, 4, 2], [3, 1, 5], [2, 6, 1]]
STAG = [[2, 0], [0, 1]]


def spread_over(size, s):
    return [n for n in product(range(size + 1), repeat=s) if sum(n) == size]


def rational_moran(game, size, n):
    """Law of the next state: payoffs are fitness, all in fractions."""
    s, law = len(game), {}
    pay = [sum(Fraction(game[i][j] * (n[j] - (i == j)), size - 1) for j in range(s)) for i in range(s)]
    total = sum(n[i] * pay[i] for i in range(s))
    for i, j in product(range(s), repeat=2):  # i dies, j is born
        if n[i] and n[j]:
            new = tuple(n[k] - (k == i) + (k == j) for k in range(s))
            law[new] = law.get(new, 0) + Fraction(n[i], size) * n[j] * pay[j] / total
    return law


def rational_local(game, size, n):
    s, law = len(game), {n: Fraction(1)}
    spread = max(map(max, game)) - min(map(min, game))
    pay = [sum(Fraction(game[i][j] * (n[j] - (i == j)), size - 1) for j in range(s)) for i in range(s)]
    for i, j in product(range(s), repeat=2):
        if i != j and n[i] and n[j]:
            new = tuple(n[k] - (k == i) + (k == j) for k in range(s))
            chance = Fraction(n[i] * n[j], size * (size - 1)) * (Fraction(1, 2) + (pay[j] - pay[i]) / (2 * spread))
            law[new] = chance
            law[n] -= chance
    return law


def rational_generation(game, size, n):
    s, law = len(game), {}
    pay = [sum(Fraction(game[i][j] * (n[j] - (i == j)), size - 1) for j in range(s)) for i in range(s)]
    total = sum(n[i] * pay[i] for i in range(s))
    for new in spread_over(size, s):
        ways = factorial(size) // prod(map(factorial, new))
        law[new] = ways * prod((n[i] * pay[i] / total) ** new[i] for i in range(s))
    return law


def solved_exactly(rule, game, size):
    """Probabilities, times and conditional times by rational elimination, in the order of spread_over."""
    states = spread_over(size, len(game))
    ends = [n for n in states if max(n) == size]
    inner = [n for n in states if max(n) < size]
    laws = {n: rule(game, size, n) for n in inner}
    matrix = fmpq_mat(
        len(inner), len(inner), [quotient((n == m) - laws[n].get(m, Fraction(0))) for n in inner for m in inner]
    )
    into = fmpq_mat(len(inner), len(ends), [quotient(laws[n].get(end, Fraction(0))) for n in inner for end in ends])
    chance = matrix.solve(into)
    times = matrix.solve(fmpq_mat(len(inner), 1, [fmpq(1)] * len(inner)))
    given = matrix.solve(chance)
    rows = range(len(inner))
    order = [ends.index(tuple(size * (k == j) for k in range(len(game)))) for j in range(len(game))]
    return (
        [states.index(n) for n in inner],
        np.array([[number(chance[i, a]) for a in order] for i in rows]),
        np.array([number(times[i, 0]) for i in rows]),
        np.array([[number(given[i, a] / chance[i, a]) if chance[i, a] else np.nan for a in order] for i in rows]),
    )


def quotient(value):
    value = Fraction(value)
    return fmpq(value.numerator, value.denominator)


def number(value):
    return int(value.p) / int(value.q)


@pytest.mark.parametrize(
    ("kind", "rule", "size"),
    [(Moran, rational_moran, 7), (LocalUpdate, rational_local, 6), (WrightFisher, rational_generation, 4)],
)
@pytest.mark.parametrize("game", [STAG, THREE, [[5, 1], [3, 2]]])
def test_against_rational_linear_algebra(kind, rule, size, game):
    if game is STAG:
        game = [[3, 1], [1, 2]]  # nobody has fitness 0
    inner, chance, times, given = solved_exactly(rule, game, size)
    law, steps = fixation_law(kind(game, size)), fixation_times(kind(game, size))
    np.testing.assert_allclose(law.probability[inner], chance, rtol=2e-14)
    np.testing.assert_allclose(steps.time[inner], times, rtol=2e-14)
    np.testing.assert_allclose(steps.time_to[inner], given, rtol=2e-14)


@pytest.mark.parametrize("ratio", [1e-3, 0.5, 0.999, 1.0001, 1.1, 40.0])
@pytest.mark.parametrize("size", [2, 10, 1000])
def test_constant_fitness_has_moran_s_formula(ratio, size):
    with mpmath.workdps(60):
        r = mpmath.mpf(ratio)
        exact = float(mpmath.log((1 - 1 / r) / (1 - r**-size)))
    assert log_fixation(Moran([ratio, 1.0], size)) == pytest.approx(exact, rel=1e-12)


@pytest.mark.parametrize("beta", [1e-12, 1e-3, 1.0, 50.0, 1e3, 1e9])
def test_strong_selection_against_many_digits(beta):
    """phi_1 = 1 / sum_i exp(-beta sum_k (pi_1 - pi_2)), at 400 digits; and the loser's, down to e^-10^9."""
    size = 40
    law = fixation_law(PairwiseComparison(STAG, size, intensity=beta))
    with mpmath.workdps(400):
        gaps = [mpmath.mpf(2 * (k - 1) - (size - k - 1)) / (size - 1) for k in range(1, size)]
        terms = [mpmath.exp(-mpmath.mpf(beta) * sum(gaps[:i])) for i in range(size)]
        for k in (1, 20, size - 1):
            won, lost = sum(terms[:k]) / sum(terms), sum(terms[k:]) / sum(terms)
            assert law.log_probability[k, 0] == pytest.approx(float(mpmath.log(won)), rel=1e-13, abs=1e-13)
            assert law.log_probability[k, 1] == pytest.approx(float(mpmath.log(lost)), rel=1e-13, abs=1e-13)


@pytest.mark.parametrize("beta", [0.5, 300.0])
def test_three_strategies_at_strong_selection(beta):
    """The equations of absorption solved with 2000 digits; probabilities down to 1e-500."""
    size, game = 4, [[0, 2, -1], [-1, 1, 2], [3, 0, 1]]
    states = spread_over(size, 3)
    inner = [n for n in states if max(n) < size]
    with mpmath.workdps(2000):
        matrix, into = mpmath.zeros(len(inner)), mpmath.zeros(len(inner), 3)
        for row, n in enumerate(inner):
            pay = [mpmath.mpf(sum(game[i][j] * (n[j] - (i == j)) for j in range(3))) / (size - 1) for i in range(3)]
            for i, j in product(range(3), repeat=2):
                if i != j and n[i] and n[j]:
                    chance = mpmath.mpf(n[i] * n[j]) / (1 + mpmath.exp(-beta * (pay[j] - pay[i])))
                    matrix[row, row] += chance
                    new = tuple(n[k] - (k == i) + (k == j) for k in range(3))
                    if max(new) == size:
                        into[row, j] += chance
                    else:
                        matrix[row, inner.index(new)] -= chance
        exact = [[float(mpmath.log(x)) for x in (mpmath.lu_solve(matrix, into[:, a]))] for a in range(3)]
    law = fixation_law(PairwiseComparison(game, size, intensity=beta))
    found = law.log_probability[[states.index(n) for n in inner]]
    np.testing.assert_allclose(found, np.transpose(exact), rtol=1e-13, atol=1e-13)


def test_where_small_probabilities_count():
    """Both take-overs are impossible to a double (below 1e-160), their ratio decides: (0.62, 0.38)."""
    size, beta, lean = 100, 30.0, np.log(0.62 / 0.38) * 2 / 30.0 / 98
    limit = small_mutation_limit(PairwiseComparison([[1 + lean, 0], [0, 1]], size, intensity=beta))
    assert limit.fixation.max(where=~np.eye(2, dtype=bool), initial=0) < 1e-160
    np.testing.assert_allclose(limit.law, [0.62, 0.38], rtol=1e-10)


def test_neutral_evolution():
    """n_j / Z; a mutant's conditional time is Z (Z - 1) steps of Moran's process."""
    for kind in (Moran, WrightFisher, PairwiseComparison, LocalUpdate):
        law = fixation_law(kind(np.ones((3, 3)), 6))
        np.testing.assert_allclose(law.probability, law.counts / 6, atol=1e-13)
    times = fixation_times(Moran([1.0, 1.0], 50))
    assert times.time_to[1, 0] == pytest.approx(50 * 49, rel=1e-12)
    assert times.time[0] == 0
    assert np.isnan(times.time_to[0, 0])


def test_long_times_are_logarithms():
    """Coexistence lasts e^hundreds of steps; the unconditional time is the mean of the conditional ones."""
    times = fixation_times(PairwiseComparison([[0, 2], [1, 0]], 1000, intensity=20))
    law = fixation_law(PairwiseComparison([[0, 2], [1, 0]], 1000, intensity=20))
    assert times.log_time[500] > 1000
    assert times.time[500] == np.inf
    mean = np.logaddexp.reduce((law.log_probability + times.log_time_to)[1:-1], axis=1)
    np.testing.assert_allclose(mean, times.log_time[1:-1], rtol=1e-12)


def test_hundred_thousand_agents():
    size = 100_000
    law = fixation_law(PairwiseComparison([[1, 1], [0, 0]], size, intensity=0.01))
    assert law.probability[1, 0] == pytest.approx(-np.expm1(-0.01), rel=1e-12)
    assert law.log_probability[-2, 1] == pytest.approx(np.log(np.expm1(0.01)) - 0.01 * size, rel=1e-12)


def test_payoffs_of_any_scale():
    for scale in (1e-9, 1.0, 1e9):
        want = fixation_law(PairwiseComparison(STAG, 30, intensity=0.5)).log_probability
        found = fixation_law(PairwiseComparison(np.array(STAG) * scale, 30, intensity=0.5 / scale)).log_probability
        np.testing.assert_allclose(found, want, rtol=1e-12, atol=1e-14)


def test_imitation_that_gets_stuck_is_told():
    """Nobody imitates the worse: hawks and doves settle at their mixed equilibrium, never to leave."""
    hawks = ImitationProcess([[-0.5, 2], [0, 1]], 10)
    law = fixation_law(hawks)
    np.testing.assert_array_equal(law.probability[1:-1], 0)
    np.testing.assert_array_equal(law.log_trapped[1:-1], 0)
    with pytest.raises(ValueError, match="mixed forever"):
        fixation_times(hawks)
    with pytest.raises(ValueError, match="neither takes over nor vanishes"):
        small_mutation_limit(hawks)
    stag = fixation_law(ImitationProcess(STAG, 10)).probability
    np.testing.assert_allclose(stag[:, 0], np.arange(11) > 3)  # 2 (k - 1) > 9 - k: from k = 4 on


def test_hunting_alone_or_together():
    """A group game by its own sum: S-shaped public goods, hypergeometric groups, Fermi's rule."""
    size, group = 20, 5
    game = SymmetricPayoff(group, 2, lambda i, c: 4 * (c[0] + (i == 0) >= 3) - (1 if i == 0 else 0))
    law = fixation_law(PairwiseComparison(game, size, intensity=0.7))

    def choose(n, k):
        return factorial(n) // factorial(k) // factorial(n - k) if 0 <= k <= n else 0

    def worth(i, k):
        ways = [choose(k - (i == 0), c) * choose(size - k - (i == 1), group - 1 - c) for c in range(group)]
        pays = [4 * (c + (i == 0) >= 3) - (i == 0) for c in range(group)]
        return sum(w * p for w, p in zip(ways, pays, strict=True)) / choose(size - 1, group - 1)

    gaps = [worth(0, k) - worth(1, k) for k in range(1, size)]
    terms = np.exp(-0.7 * np.concatenate([[0], np.cumsum(gaps)]))
    assert law.probability[1, 0] == pytest.approx(1 / terms.sum(), rel=1e-12)
    assert log_fixation(PairwiseComparison(game, size, intensity=0.7)) == pytest.approx(-np.log(terms.sum()))


def test_pairs_of_many_strategies():
    process = PairwiseComparison(THREE, 12, intensity=0.3, mutation=0.1)
    pair = pair_process(process, 2, 0)
    alone = PairwiseComparison([[1, 2], [2, 1]], 12, intensity=0.3)
    np.testing.assert_allclose(
        fixation_law(pair).log_probability, fixation_law(alone).log_probability, rtol=1e-12, atol=1e-14
    )
    whole = fixation_law(PairwiseComparison(THREE, 12, intensity=0.3))
    assert whole.at([11, 0, 1])[2] == pytest.approx(np.exp(log_fixation(process, mutant="2", resident="0")), rel=1e-12)


def test_weak_selection():
    """The slope is the derivative: (phi - 1/Z)/w as w -> 0, for Moran's process and Fermi's."""
    for game, size in (([[4, 1], [2, 3]], 10), (STAG, 57), ([[0, 1], [3, 2]], 2)):
        for kind in (Moran, PairwiseComparison):
            up, down = (fixation_law(kind(game, size, intensity=w)).probability[1, 0] for w in (2e-5, 1e-5))
            slope = (4 * (down - 1 / size) - (up - 1 / size)) / 2e-5
            assert weak_selection_slope(game, size) == pytest.approx(slope, rel=1e-6, abs=1e-8)
    with pytest.raises(ValueError, match="two rows"):
        weak_selection_slope(np.eye(3), 10)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: fixation_law(Moran(STAG, 10, mutation=0.1)), "mutation = 0.1"),
        (lambda: fixation_law(LogitRevision(STAG, 10)), "does not stay so"),
        (lambda: fixation_times(LogitRevision(STAG, 10)), "does not stay so"),
        (lambda: log_fixation(Moran(STAG, 10), start=11), "from 0 to 10"),
        (lambda: log_fixation(Moran(STAG, 10), mutant=2), "no strategy"),
        (lambda: log_fixation(Moran(STAG, 10), mutant="hare"), "no strategy"),
        (lambda: log_fixation(Moran(STAG, 10), mutant=1, resident=1), "give two strategies"),
        (lambda: fixation_law(Moran(np.ones((5, 5)), 60)), "operations"),
        (lambda: fixation_law(Moran(STAG, 10)).at([3, 3]), "sum to 10"),
    ],
)
def test_refusals(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_one_strategy_has_won():
    for kind in (Moran, WrightFisher, PairwiseComparison, LogitRevision):
        assert fixation_law(kind([[1.0]], 9)).probability.tolist() == [[1.0]]
        assert fixation_times(kind([[1.0]], 9)).time.tolist() == [0.0]
        assert small_mutation_limit(kind([[1.0]], 9)).law.tolist() == [1.0]
