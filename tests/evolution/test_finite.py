"""The exact chain: Gibbs's law, the chain of single agents, detailed balance in logarithms, refusals."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.special import gammaln

from evolution.dynamics import Logit, Replicator
from evolution.finite import birth_death, revision_rate, stationary_law
from evolution.revision_processes import PairwiseComparison
from gametheory.normal_form import NormalForm

HAWK_DOVE = [[-0.5, 2], [0, 1]]


def gibbs(size, marginal, temperature):
    """Log of C(N, k) exp(Phi(k)/T)/Z with Phi(k) the sum of the first k marginal payoffs."""
    k = np.arange(size + 1)
    logs = gammaln(size + 1) - gammaln(k + 1) - gammaln(size - k + 1)
    logs += np.concatenate([[0], np.cumsum(marginal)]) / temperature
    logs -= logs.max()
    return logs - np.log(np.exp(logs).sum())


@pytest.mark.parametrize("temperature", [10.0, 0.1, 1e-3])
@pytest.mark.parametrize("value", [1.5, 1.0, 0.7])
def test_holding_on_a_linear_curve_has_gibbs_law(temperature, value):
    """Price 0.5 + 0.02 S, 100 agents, one token each: with k other holders a token costs 0.51 + 0.02 k."""
    size, k = 100, np.arange(100)
    marginal = value - 0.51 - 0.02 * k
    game = [[marginal[-1], marginal[0]], [0, 0]]  # linear in the share of holders among the others
    law = stationary_law(Logit(game, temperature=temperature), size, against="others")
    np.testing.assert_allclose(law.log_probability, gibbs(size, marginal, temperature), rtol=1e-9, atol=1e-7)
    assert law.probability.sum() == pytest.approx(1, abs=1e-12)


def test_any_payoffs_have_gibbs_law():
    """The potential is a sum whatever the curve: here a marginal payoff that is not even monotone."""
    marginal = np.sin(np.arange(30.0))

    class Wavy:
        roles = ("agent",)
        strategies = {"agent": ("hold", "wait")}  # noqa: RUF012

        def field(self, x):
            return np.array([marginal[round(29 * x[0])], 0.0])

    law = stationary_law(Logit(Wavy(), temperature=0.3), 30, against="others")
    np.testing.assert_allclose(law.log_probability, gibbs(30, marginal, 0.3), atol=1e-11)


def agent_by_agent(size, mutation, switch):
    """Transition matrix of k from the chain of all 2^N assignments of strategies to agents."""
    lumped = np.zeros((size + 1, size + 1))
    for agents in product((0, 1), repeat=size):
        k = agents.count(0)
        weight = 1 / (size * len([a for a in product((0, 1), repeat=size) if a.count(0) == k]))
        for own in agents:
            probability = (1 - mutation) * switch(k, own) + mutation / 2
            lumped[k, k + (1 if own else -1)] += weight * probability
            lumped[k, k] += weight * (1 - probability)
    return lumped


@pytest.mark.parametrize("against", ["everyone", "others"])
@pytest.mark.parametrize("mutation", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("kind", ["imitate", "choose"])
def test_transition_probabilities_agent_by_agent(against, mutation, kind):
    size, a = 5, np.array(HAWK_DOVE)

    def switch(k, own):
        n = np.array([k, size - k], dtype=float)
        if against == "others":
            n[own] -= 1
        x = n / n.sum()
        f = a @ x
        if kind == "choose":
            return np.exp(f[1 - own] / 0.4) / np.exp(f / 0.4).sum()
        return x[1 - own] * max(f[1 - own] - f[own], 0) / 1.0  # pure differences: 0.5 and 1

    dynamics = Replicator(HAWK_DOVE) if kind == "imitate" else Logit(HAWK_DOVE, temperature=0.4)
    chain = birth_death(dynamics, size, mutation=mutation, against=against)
    np.testing.assert_allclose(chain.matrix, agent_by_agent(size, mutation, switch), atol=1e-14)


def test_stationary_law_is_stationary():
    chain = birth_death(Replicator(HAWK_DOVE), 40, mutation=0.01)
    law = chain.stationary().probability
    np.testing.assert_allclose(law @ chain.matrix, law, atol=1e-15)
    np.testing.assert_allclose(chain.matrix.sum(axis=1), 1, atol=1e-15)


def test_mean_motion_is_the_mean_dynamic():
    """Expected change per unit of time, N R steps of 1/N, at every state and for both protocols."""
    k = np.arange(1, 50)
    for dynamics in (Replicator(HAWK_DOVE), Logit(HAWK_DOVE, temperature=0.2)):
        chain = birth_death(dynamics, 50)
        drift = (np.exp(chain.log_up) - np.exp(chain.log_down))[k] * chain.rate
        mean = [dynamics.velocity([j / 50, 1 - j / 50])[0] for j in k]
        np.testing.assert_allclose(drift, mean, atol=1e-14)


def test_all_mutation_is_binomial():
    law = stationary_law(Replicator(HAWK_DOVE), 20, mutation=1)
    np.testing.assert_allclose(law.log_probability, gibbs(20, np.zeros(20), 1.0), atol=1e-12)
    assert law.mean == pytest.approx(10)
    assert law.variance == pytest.approx(5)


def test_revision_rates():
    assert revision_rate(Logit(HAWK_DOVE, temperature=3)) == 1
    assert revision_rate(Replicator([[0, -1, 1], [1, 0, -1], [-1, 1, 0]])) == 2
    assert revision_rate(Replicator([[7, 7], [7, 7]])) == 1  # nobody ever switches, at any rate
    assert revision_rate(Replicator(NormalForm([[1, 4], [0, 0]], [[0, 0], [0, 7]]))) == 7
    assert revision_rate(Replicator(HAWK_DOVE), bound=9) == 9


@pytest.mark.parametrize(
    ("game", "size", "options", "words"),
    [
        (HAWK_DOVE, 1, {}, "population of 1"),
        (HAWK_DOVE, 2.5, {}, "population of 2.5"),
        (HAWK_DOVE, 10, {"mutation": 1.5}, "mutation = 1.5"),
        (HAWK_DOVE, 10, {"against": "nobody"}, "nobody"),
        (HAWK_DOVE, 10, {"bound": 0}, "bound = 0"),
        (HAWK_DOVE, 10, {"bound": 0.01}, "bound 0.01 .* too small"),
        (np.eye(3), 10, {}, "depends on the start"),
        (HAWK_DOVE, 10, {}, "mutation > 0"),
    ],
)
def test_refusals(game, size, options, words):
    with pytest.raises(ValueError, match=words):
        stationary_law(Replicator(game), size, **options)


def test_a_chain_of_births_and_deaths_has_two_strategies():
    with pytest.raises(ValueError, match="two strategies"):
        birth_death(Replicator(np.eye(3)), 10)
    with pytest.raises(ValueError, match="size"):
        stationary_law(Replicator(HAWK_DOVE))
    with pytest.raises(ValueError, match="its own size"):
        stationary_law(PairwiseComparison(HAWK_DOVE, 10, mutation=0.1), 20)
