"""The oracle tables' entries on finite populations that are mixed well."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from evolution.counts import all_counts, place_of
from evolution.encounters import CountPayoffs
from evolution.finite import stationary_law
from evolution.fixation import fixation_law, weak_selection_slope
from evolution.processes import Moran, WrightFisher
from evolution.revision_processes import PairwiseComparison
from evolution.small_mutation import small_mutation_limit
from gametheory.symmetric_payoff import SymmetricPayoff

DATA = Path(__file__).parent / "data"
TABLES = {
    name: {entry["id"]: entry for entry in json.loads((DATA / f"{name}.json").read_text())}
    for name in ("evolution", "theory")
}


def invader(process, mutants=1):
    """Probability that the first strategy takes over from so many."""
    return [fixation_law(process).probability[mutants, 0]]


def relative_fitness(N, r=1.0, i=1):
    return invader(Moran([r, 1.0], N), i)


def donation(b, c, N, beta):
    return invader(PairwiseComparison([[b - c, -c], [b, 0]], N, intensity=beta))


def ratio_to_formula(A, N, beta):
    law = fixation_law(PairwiseComparison(A, N, intensity=beta)).log_probability
    (a, b), (c, d) = A
    return [np.exp(law[1, 0] - law[-2, 1] - beta / 2 * ((a - d) * (N - 2) + (b - c) * N))]


def voluntary(players, r, sigma, punish=None):
    """Public goods for cooperators 0, defectors 1, loners 2 and, if given (fine, cost), punishers 3."""

    def payoff(i, others):
        count = [n + (j == i) for j, n in enumerate(others)]
        givers, defectors = count[0] + sum(count[3:]), count[1]
        if i == 2 or givers + defectors < 2:
            return sigma
        share = r * givers / (givers + defectors)
        fine, cost = punish or (0, 0)
        return share - (i in (0, 3)) - fine * sum(count[3:]) * (i == 1) - cost * defectors * (i == 3)

    return SymmetricPayoff(players, 3 if punish is None else 4, payoff)


def voluntary_limit(M, N, r, sigma, beta):
    return small_mutation_limit(PairwiseComparison(voluntary(N, r, sigma), M, intensity=1e4)).law


def freedom_to_coercion(M):
    game = voluntary(5, 3, 1, punish=(1, 0.3))
    return small_mutation_limit(PairwiseComparison(game, M, intensity=1e6)).law


def decades(A, N, beta, mu):
    """How total variation to the limit falls from one mutation rate to the next, ten times smaller."""
    whole = np.zeros(len(all_counts(N, 3)))
    whole[place_of(N * np.eye(3, dtype=int))] = small_mutation_limit(PairwiseComparison(A, N, intensity=beta)).law
    laws = [stationary_law(PairwiseComparison(A, N, intensity=beta, mutation=m)).probability for m in mu]
    apart = [np.abs(law - whole).sum() / 2 for law in laws]
    return [apart[1] / apart[0], apart[2] / apart[1]]


def face_to_face(A, alpha, m):
    """Alpha-rank of one population: of two strategies each is paid what it gets against the other."""

    def payoffs(counts):
        (first, second) = np.flatnonzero(counts) if np.count_nonzero(counts) == 2 else (0, 0)
        paid = np.zeros(len(counts))
        paid[first], paid[second] = A[first][second], A[second][first]
        return paid

    return small_mutation_limit(PairwiseComparison(CountPayoffs(payoffs, len(A)), m, intensity=alpha)).law


def uniform(A, N, beta):
    return np.concatenate([small_mutation_limit(PairwiseComparison(A, N, intensity=b)).law for b in beta])


def constant_sum(N, beta, pi_rs, S):
    return invader(PairwiseComparison([[S / 2, pi_rs], [S - pi_rs, S / 2]], N, intensity=beta))


REACHED = {
    "moran_r2_N10": relative_fitness,
    "moran_r1.1_N100": relative_fitness,
    "moran_neutral": relative_fitness,
    "moran_from_i": relative_fitness,
    "moran_pd_game": lambda A, N, w: invader(Moran(A, N, intensity=w)),
    "weak_selection_coef_N10": lambda A, N: [weak_selection_slope(A, N)],
    "weak_selection_coef_N100": lambda A, N: [weak_selection_slope(A, N)],
    "fermi_donation": donation,
    "fermi_ratio": ratio_to_formula,
    "fermi_erf_approx": lambda A, N, beta: invader(PairwiseComparison(A, N, intensity=beta)),
    "wright_fisher_kimura": lambda N, s: invader(WrightFisher([1 + s, 1.0], N)),
    "constant_sum_fixation": constant_sum,
    "full_chain_mean": lambda A, N, beta, mu, convention: (
        stationary_law(PairwiseComparison(A, N, intensity=beta, mutation=mu)).shares
    ),
    "sml_voluntary_pgg": voluntary_limit,
    "sml_freedom_to_coercion": freedom_to_coercion,
    "sml_han2013": lambda A, N, beta: small_mutation_limit(PairwiseComparison(A, N, intensity=beta)).law,
    "sml_rps_uniform": uniform,
    "sml_validity": decades,
    "alpharank_biased_rps": face_to_face,
    "alpharank_biased_rps_weak": face_to_face,
}


@pytest.mark.parametrize("name", REACHED)
def test_finite_population(name):
    entry = TABLES["evolution"][name]
    found = np.asarray(REACHED[name](**entry["inputs"]))
    want = np.broadcast_to(entry["expected"], found.shape)  # one ratio for every decade
    np.testing.assert_allclose(found, want, rtol=0, atol=entry["tolerance"])


def test_moran_of_theory():
    entry = TABLES["theory"]["NW-05-moran"]
    assert relative_fitness(**entry["inputs"])[0] == pytest.approx(entry["expected"], abs=entry["tolerance"])


def test_one_third_law():
    """Coordination with unstable point x: one mutant does better than drift iff x < 1/3."""
    entry = TABLES["theory"]["MF-03-onethird"]
    for x, sign in zip(entry["inputs"]["x"], entry["expected"], strict=True):
        game = [[1 - x, 0], [0, x]]
        (chance,) = invader(Moran(game, 2000, intensity=1e-5))
        assert np.sign(2000 * chance - 1) == np.sign(weak_selection_slope(game, 2000)) == sign
