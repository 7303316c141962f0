"""Long-run laws of many strategies: rational elimination, thousands of digits, Gibbs's law, rare mutations."""

from __future__ import annotations

from itertools import product
from math import comb

import mpmath
import numpy as np
import pytest
from flint import fmpq, fmpq_mat
from scipy.special import gammaln

from evolution.counts import all_counts, place_of
from evolution.finite import birth_death, stationary_law
from evolution.gth import Elimination, log_stationary
from evolution.processes import Moran, WrightFisher
from evolution.revision_processes import ImitationProcess, LocalUpdate, LogitRevision, PairwiseComparison
from evolution.small_mutation import small_mutation_limit
from evolution.transition import Transitions, transition_matrix, transitions_of

CYCLE = [[1.0, 2.4, 0.0], [0.0, 1.2, 2.0], [2.0, 0.0, 1.0]]


def many_digits(number, rates, digits):
    """Log law of a chain with rates {(i, j): exact}, by solving its balance equations."""
    with mpmath.workdps(digits):
        a, b = mpmath.zeros(number), mpmath.zeros(number, 1)
        for (i, j), rate in rates.items():
            a[j, i] += rate
            a[i, i] -= rate
        for i in range(number):
            a[number - 1, i] = 1
        b[number - 1] = 1
        return np.array([float(mpmath.log(x)) for x in mpmath.lu_solve(a, b)])


def test_elimination_over_thousands_of_orders_of_magnitude():
    """Rates from e^-3000 to 1 between 6 states: every entry of the law to 13 digits."""
    rng = np.random.default_rng(3)
    pairs = [(i, j) for i, j in product(range(6), repeat=2) if i != j]
    logs = -rng.integers(0, 3000, len(pairs)) * rng.random(len(pairs)).round(3)
    with mpmath.workdps(5000):
        rates = {pair: mpmath.exp(mpmath.mpf(float(x))) for pair, x in zip(pairs, logs, strict=True)}
    rows, columns = np.array(pairs).T
    found = log_stationary(6, rows, columns, logs)
    exact = many_digits(6, rates, 5000)
    assert exact.min() < -500
    np.testing.assert_allclose(found, exact, rtol=1e-13, atol=1e-13)


def test_elimination_tells_a_class_that_is_never_left():
    rows, columns = np.array([0, 1, 2, 2]), np.array([1, 0, 0, 1])
    for logs in (np.zeros(4), np.full(4, -1e6)):
        with pytest.raises(ValueError, match="never left"):
            log_stationary(3, rows, columns, logs)
    with pytest.raises(ValueError, match="operations"):
        Elimination(10**6, np.array([0]), np.array([10**6 - 1]), np.zeros(1), np.full(10**6, -np.inf))


def test_doubles_and_longer_exponents_are_one_elimination():
    """The same chain at its own scale and scaled by e^-1000, beyond doubles; and one that leaves them on the way."""
    moves = transitions_of(PairwiseComparison(CYCLE, 9, mutation=0.1))
    number, exits = len(moves.counts), np.full(len(moves.counts), -5.0)
    quick = Elimination(number, moves.rows, moves.columns, moves.log_probability, exits)
    far = Elimination(number, moves.rows, moves.columns, moves.log_probability - 1000, exits - 1000)
    np.testing.assert_allclose(far.log_sums(np.zeros(number)), quick.log_sums(np.zeros(number)) + 1000, rtol=1e-13)
    np.testing.assert_allclose(quick.log_sums(exits), 0, atol=1e-12)  # the chain leaves in the end
    assert quick._doubles is not None
    assert far._doubles is None
    whole = [chain._scaled.log_sums(np.zeros(number)) for chain in (quick, far)]
    np.testing.assert_allclose(whole[0], quick.log_sums(np.zeros(number)), rtol=1e-13)


def test_underflow_on_the_way_is_noticed():
    """All rates are doubles, their products are not."""
    pairs = [(i, j) for i, j in product(range(5), repeat=2) if i != j]
    logs = -np.random.default_rng(8).integers(0, 599, len(pairs)).astype(float)
    chain = Elimination(5, *np.array(pairs).T, logs, np.full(5, -np.inf))
    assert chain._doubles is None
    with mpmath.workdps(2000):
        rates = {pair: mpmath.exp(mpmath.mpf(x)) for pair, x in zip(pairs, logs.tolist(), strict=True)}
    np.testing.assert_allclose(chain.log_weights(), many_digits(5, rates, 2000), rtol=1e-13, atol=1e-13)


def test_transient_states_have_no_share():
    chain = Transitions(np.eye(3, dtype=np.int64), np.array([0, 1, 2]), np.array([1, 2, 1]), np.log([0.5, 0.2, 0.6]))
    (only,) = chain.closed_classes()
    np.testing.assert_allclose(np.exp(chain.log_law(only)), [0, 0.75, 0.25], rtol=1e-15)


@pytest.mark.parametrize("to", ["others", "all"])
def test_moran_with_mutation_against_rationals(to):
    """Payoffs are fitness, mutation 1/8 at birth: balance equations solved in fractions."""
    game, size, s = [[1, 4, 2], [3, 1, 5], [2, 6, 1]], 6, 3
    states = all_counts(size, s).tolist()
    kernel = [[fmpq(1, 3) if to == "all" else fmpq(i != j, 2) for j in range(s)] for i in range(s)]
    a = fmpq_mat(len(states), len(states))
    for row, n in enumerate(states):
        weight = [n[i] * sum(fmpq(game[i][j] * (n[j] - (i == j)), size - 1) for j in range(s)) for i in range(s)]
        for i, j in product(range(s), repeat=2):
            if n[i] and i != j:
                birth = fmpq(7, 8) * weight[j] + fmpq(1, 8) * sum(weight[k] * kernel[k][j] for k in range(s))
                chance = fmpq(n[i], size) * birth / sum(weight)
                new = states.index([n[k] - (k == i) + (k == j) for k in range(s)])
                a[new, row] += chance
                a[row, row] -= chance
    for column in range(len(states)):
        a[len(states) - 1, column] = fmpq(1)
    b = fmpq_mat(len(states), 1, [fmpq(0)] * (len(states) - 1) + [fmpq(1)])
    exact = [int(x.p) / int(x.q) for x in a.solve(b).entries()]
    law = stationary_law(Moran(game, size, mutation=1 / 8, mutation_to=to))
    np.testing.assert_allclose(law.probability, exact, rtol=3e-14)
    np.testing.assert_allclose(law.shares, exact @ all_counts(size, s) / size, rtol=1e-13)


@pytest.mark.parametrize(("beta", "mu"), [(1.0, 1e-3), (400.0, 1e-3), (40.0, 1e-300), (1e-12, 0.5)])
def test_fermi_with_mutation_against_many_digits(beta, mu):
    game, size = [[0, 2, -1], [-1, 1, 2], [3, 0, 1]], 4
    states = all_counts(size, 3).tolist()
    rates = {}
    with mpmath.workdps(3000):
        for row, n in enumerate(states):
            pay = [mpmath.mpf(sum(game[i][j] * (n[j] - (i == j)) for j in range(3))) / (size - 1) for i in range(3)]
            for i, j in product(range(3), repeat=2):
                if i != j and n[i]:
                    fermi = 1 / (1 + mpmath.exp(-beta * (pay[j] - pay[i])))
                    chance = (1 - mpmath.mpf(mu)) * mpmath.mpf(n[j]) / (size - 1) * fermi + mpmath.mpf(mu) / 2
                    new = states.index([n[k] - (k == i) + (k == j) for k in range(3)])
                    rates[row, new] = mpmath.mpf(n[i]) / size * chance
    found = stationary_law(PairwiseComparison(game, size, intensity=beta, mutation=mu)).log_probability
    np.testing.assert_allclose(found, many_digits(len(states), rates, 3000), rtol=1e-13, atol=2e-13)


@pytest.mark.parametrize("w", [0.0, 1.0, 1000.0])
def test_logit_revision_of_a_common_interest_has_gibbs_law(w):
    """Everybody's payoff is the potential: Phi = sum over pairs of agents of A_ij, divided by Z - 1."""
    size, a = 15, np.array([[2.0, 0.5, -1.0], [0.5, 1.0, 0.3], [-1.0, 0.3, 1.5]])
    n = all_counts(size, 3)
    potential = ((n @ a * n).sum(axis=1) - n @ np.diag(a)) / 2 / (size - 1)
    logs = gammaln(size + 1) - gammaln(n + 1).sum(axis=1) + w * potential
    logs -= logs.max()
    logs -= np.log(np.exp(logs).sum())
    found = stationary_law(LogitRevision(a, size, intensity=w)).log_probability
    np.testing.assert_allclose(found, logs, rtol=1e-12, atol=1e-11)


@pytest.mark.parametrize("kind", [Moran, PairwiseComparison, LocalUpdate, ImitationProcess, LogitRevision])
def test_two_routes_for_two_strategies(kind):
    """Detailed balance and elimination."""
    process = kind([[1, 3], [2, 1]], 80, mutation=1e-4)
    balance = birth_death(process).stationary().log_probability
    transitions = transitions_of(process)
    (everything,) = transitions.closed_classes()
    np.testing.assert_allclose(transitions.log_law(everything), balance, rtol=1e-12, atol=1e-12)
    assert stationary_law(process).log_probability == pytest.approx(balance)


@pytest.mark.parametrize(
    "kind", [Moran, WrightFisher, PairwiseComparison, LocalUpdate, ImitationProcess, LogitRevision]
)
def test_the_law_is_stationary(kind):
    process = kind(CYCLE, 12, mutation=0.01, intensity=0.9)
    law = stationary_law(process)
    np.testing.assert_allclose(law.probability @ transition_matrix(process), law.probability, rtol=1e-12)
    assert law.probability.sum() == pytest.approx(1, abs=1e-14)
    assert law.mean == pytest.approx(12 * law.shares[0])
    spread = law.probability @ (law.counts[:, 0] - law.mean) ** 2
    assert law.variance == pytest.approx(spread)
    assert law.conventions == process.conventions


def test_five_thousand_states():
    process = PairwiseComparison(CYCLE, 100, mutation=0.01)
    law = stationary_law(process)
    assert len(law.counts) == comb(102, 2)
    np.testing.assert_allclose(law.probability @ transition_matrix(process), law.probability, rtol=1e-11)


def test_all_mutation_is_multinomial():
    for kind in (PairwiseComparison, ImitationProcess, LogitRevision, LocalUpdate):
        n = all_counts(9, 3)
        logs = gammaln(10) - gammaln(n + 1).sum(axis=1) - 9 * np.log(3)
        for to in ("others", "all"):
            law = stationary_law(kind(CYCLE, 9, mutation=1, mutation_to=to))
            np.testing.assert_allclose(law.log_probability, logs, atol=1e-12)


def test_mutation_in_the_neutral_moran_process():
    """Dirichlet-multinomial: with theta = mu Z / (1 - mu) and mutants drawn from all, a Polya urn."""
    size, mu, s = 20, 0.1, 3
    law = stationary_law(Moran(np.ones((s, s)), size, mutation=mu, mutation_to="all"))
    a, n = mu * size / (1 - mu) / s, all_counts(size, s)
    logs = gammaln(size + 1) - gammaln(n + 1).sum(axis=1) + gammaln(s * a) - gammaln(size + s * a)
    logs += (gammaln(n + a) - gammaln(a)).sum(axis=1)
    np.testing.assert_allclose(law.log_probability, logs, atol=1e-11)


@pytest.mark.parametrize("kind", [Moran, WrightFisher, PairwiseComparison, LocalUpdate])
@pytest.mark.parametrize("to", ["others", "all"])
def test_rare_mutations_give_the_embedded_chain(kind, to):
    """Total variation to the small-mutation limit falls tenfold a decade, as Fudenberg and Imhof say."""
    game, size = np.array(CYCLE) + 1, 8
    process = kind(game, size, intensity=0.8, mutation_to=to)
    limit = small_mutation_limit(process)
    whole = np.zeros(len(all_counts(size, 3)))
    whole[place_of(size * np.eye(3, dtype=int))] = limit.law
    apart = []
    for mu in (1e-5, 1e-6):
        law = stationary_law(kind(game, size, intensity=0.8, mutation=mu, mutation_to=to))
        apart.append(np.abs(law.probability - whole).sum() / 2)
    assert 1e-5 < limit.mutation_ceiling < 1
    assert apart[1] < 1e-4
    assert apart[0] / apart[1] == pytest.approx(10, rel=1e-3)
    np.testing.assert_allclose(limit.law @ limit.matrix, limit.law, rtol=1e-12)


def test_the_mutation_ceiling_falls_where_strategies_coexist():
    together = small_mutation_limit(PairwiseComparison([[0, 2], [1, 0]], 200, intensity=5))
    apart = small_mutation_limit(PairwiseComparison([[2, 0], [0, 1]], 200, intensity=5))
    assert together.mutation_ceiling < 1e-40
    assert 1e-4 < apart.mutation_ceiling < 1


def test_a_long_run_that_depends_on_the_start_is_told():
    with pytest.raises(ValueError, match=r"depends on the start: there are 3 such classes, about counts \(0, 0, 5\)"):
        stationary_law(Moran(CYCLE, 5, intensity=0.1))
    stag = small_mutation_limit(ImitationProcess([[2, 0], [0, 1]], 10))
    assert stag.recurrent == (("0",), ("1",))
    with pytest.raises(ValueError, match="never leaves these sets: 0; 1"):
        _ = stag.law
    rps = small_mutation_limit(ImitationProcess([[0, -1, 1], [1, 0, -1], [-1, 1, 0]], 10))
    np.testing.assert_allclose(rps.law, 1 / 3, rtol=1e-14)


@pytest.mark.parametrize("size", [60, 200])
def test_too_many_states_are_refused_at_once(size):
    with pytest.raises(ValueError, match="limits are"):
        stationary_law(PairwiseComparison(np.eye(5), size, mutation=0.1))
