"""Processes against the tree of all events of one step, agent by agent; conventions and refusals."""

from __future__ import annotations

import pickle
from collections import defaultdict
from itertools import combinations, product

import numpy as np
import pytest

from evolution.counts import all_counts, number_of_states, place_of
from evolution.dynamics import Logit, Replicator
from evolution.encounters import CountPayoffs, as_encounters
from evolution.finite import protocol_process
from evolution.processes import Moran, WrightFisher
from evolution.revision_processes import (
    ImitationProcess,
    LocalUpdate,
    LogitRevision,
    PairwiseComparison,
    ProtocolRevision,
)
from evolution.selection_gradient import gradient_of_selection
from evolution.transition import transition_matrix
from gametheory.normal_form import NormalForm
from gametheory.symmetric_payoff import SymmetricPayoff

THREE = np.array([[1.0, 2.4, 0.5], [0.3, 1.2, 2.0], [2.0, 0.1, 1.0]])
TWO = np.array([[3.0, 0.0], [5.0, 1.0]])
TRIO = [[[2.0, 0.5], [0.5, 3.0]], [[1.0, 0.0], [0.0, 4.0]]]  # own, and the two co-players in any order
SPREAD = {"two": 5.0, "three": 2.3, "trio": 4.0, "constant": 1.5}
GAMES = {
    "two": TWO,
    "three": THREE,
    "trio": SymmetricPayoff(3, 2, lambda i, c: TRIO[i][c[1] > 0][c[1] > 1]),
    "constant": np.array([2.0, 0.5, 1.0]),
}


def paid(game, agents, me, play, everyone):
    """What agent `me` earns with strategy `play`, by going through all whom it may meet."""
    others = agents if everyone else agents[:me] + agents[me + 1 :]
    if game == "constant":
        return GAMES[game][play]
    if game == "trio":
        companies = list(product(others, repeat=2) if everyone else combinations(others, 2))
        return np.mean([TRIO[play][a][b] for a, b in companies])
    return np.mean([GAMES[game][play, other] for other in others])


def mutants(strategies, own, to):
    names = [j for j in range(strategies) if to == "all" or j != own]
    return [(j, 1 / len(names)) for j in names]


def births(agents, earn, fitness, w, mutation, to, s):
    """Law of one offspring's strategy."""
    value = [np.exp(w * f) if fitness == "exponential" else 1 - w + w * f for f in earn]
    law = np.zeros(s)
    for parent, own in enumerate(agents):
        chance = value[parent] / sum(value)
        law[own] += chance * (1 - mutation)
        for j, share in mutants(s, own, to):
            law[j] += chance * mutation * share
    return law


def adoption(kind, gain, w, spread):
    if kind is PairwiseComparison:
        return 1 / (1 + np.exp(-w * gain))
    if kind is LocalUpdate:
        return 0.5 + w / 2 * gain / spread
    return w * max(gain, 0) / spread


def one_step(kind, game, agents, s, *, w, mutation, to, everyone, fitness="linear", model="others"):
    """Probabilities of the next populations, as tuples of counts."""
    size, law = len(agents), defaultdict(float)

    def becomes(new, chance):
        law[tuple(new.count(j) for j in range(s))] += chance

    earn = [paid(game, agents, me, agents[me], everyone) for me in range(size)]
    if kind in (Moran, WrightFisher):
        offspring = births(agents, earn, fitness, w, mutation, to, s)
        if kind is WrightFisher:
            for new in product(range(s), repeat=size):
                becomes(new, np.prod(offspring[list(new)]))
        else:
            for dead, j in product(range(size), range(s)):
                becomes([*agents[:dead], j, *agents[dead + 1 :]], offspring[j] / size)
        return law
    for me, own in enumerate(agents):

        def turns(j, chance, me=me):
            becomes([*agents[:me], j, *agents[me + 1 :]], chance / size)

        for j, share in mutants(s, own, to):
            turns(j, mutation * share)
        if kind is LogitRevision:
            value = np.exp([w * paid(game, agents, me, j, everyone) for j in range(s)])
            for j in range(s):
                turns(j, (1 - mutation) * value[j] / value.sum())
            continue
        models = [a for a in range(size) if model == "everyone" or a != me]
        for a in models:
            chance = adoption(kind, earn[a] - earn[me], w, SPREAD[game])
            turns(agents[a], (1 - mutation) * chance / len(models))
            turns(own, (1 - mutation) * (1 - chance) / len(models))
    return law


CASES = [
    (Moran, {}),
    (Moran, {"fitness": "exponential"}),
    (WrightFisher, {}),
    (WrightFisher, {"fitness": "exponential"}),
    (PairwiseComparison, {}),
    (PairwiseComparison, {"model": "everyone"}),
    (LocalUpdate, {}),
    (ImitationProcess, {"model": "everyone"}),
    (LogitRevision, {}),
]


@pytest.mark.parametrize("game", GAMES)
@pytest.mark.parametrize(
    ("to", "everyone", "mutation"), [("others", False, 0.1), ("all", True, 0.2), ("all", False, 0)]
)
@pytest.mark.parametrize(("kind", "more"), CASES)
def test_one_step_event_by_event(kind, more, game, to, everyone, mutation):
    w, size, s = 0.7, 4, 2 if game in ("two", "trio") else 3
    process = kind(GAMES[game], size, intensity=w, mutation=mutation, mutation_to=to, self_interaction=everyone, **more)
    matrix = transition_matrix(process).toarray()
    states = all_counts(size, s)
    change = process.expected_change(states)
    np.testing.assert_allclose(matrix.sum(axis=1), 1, atol=1e-15)
    for row, counts in enumerate(states.tolist()):
        agents = [j for j, count in enumerate(counts) for _ in range(count)]
        law = one_step(kind, game, agents, s, w=w, mutation=mutation, to=to, everyone=everyone, **more)
        expected = np.zeros(len(states))
        for new, chance in law.items():
            expected[place_of(new)] += chance
        np.testing.assert_allclose(matrix[row], expected, atol=2e-15)
        np.testing.assert_allclose(change[row], expected @ states - counts, atol=4e-15)


def test_states_are_counted_and_found():
    for size, s in ((5, 1), (7, 2), (6, 3), (4, 5)):
        states = all_counts(size, s)
        assert len(states) == number_of_states(size, s) == len({tuple(n) for n in states.tolist()})
        assert (states.sum(axis=1) == size).all()
        np.testing.assert_array_equal(place_of(states), np.arange(len(states)))
        assert states.tolist() == sorted(states.tolist())


def test_protocols_are_processes_too():
    """Logit choice through the protocol and by itself; imitation of what a strategy would pay among the others."""
    states = all_counts(6, 3)
    own = LogitRevision(THREE, 6, intensity=2.0, mutation=0.1).log_moves(states)
    through = protocol_process(Logit(THREE, temperature=0.5), 6, mutation=0.1, against="others")
    through = ProtocolRevision(through.game, 6, mutation=0.1, protocol=through.protocol).log_moves(states)
    np.testing.assert_allclose(own, through, atol=1e-13)
    both = {"self_interaction": True, "model": "everyone", "bound": 3.0}
    imitated = ImitationProcess(THREE, 6, **both).log_moves(states)
    through = protocol_process(Replicator(THREE), 6, bound=3.0).log_moves(states)
    np.testing.assert_allclose(imitated, through, atol=1e-12)


def test_mean_motion_is_the_mean_dynamic():
    """With self-interaction the expected change of the shares in Z R steps is the dynamic's velocity, exactly."""
    for dynamics in (Replicator(THREE), Logit(THREE, temperature=0.3)):
        process = protocol_process(dynamics, 12)
        field = gradient_of_selection(process)
        velocity = np.array([dynamics.velocity(x) for x in field.shares])
        np.testing.assert_allclose(field.change * process.bound, velocity, atol=1e-14)


class Field:
    """A payoff field of shares, as designs give it."""

    roles = ("agent",)
    strategies = {"agent": ("hold", "wait")}  # noqa: RUF012

    def field(self, x):
        return TWO @ x


def test_every_way_of_giving_a_game_is_the_same_game():
    states = all_counts(7, 2)
    want = PairwiseComparison(TWO, 7, mutation=0.1).log_moves(states)
    same = [
        NormalForm.symmetric(TWO),
        SymmetricPayoff.of(NormalForm.symmetric(TWO)),
        CountPayoffs(lambda n: [(3 * n[0] - 3) / 6, (5 * n[0] + n[1] - 1) / 6], 2),
        as_encounters(TWO.tolist()),
        Field(),
    ]
    for game in same:
        np.testing.assert_allclose(PairwiseComparison(game, 7, mutation=0.1).log_moves(states), want, atol=1e-13)


def test_gradient_keeps_its_digits_when_selection_is_weak():
    """T+ - T- = k (Z - k) / (Z (Z - 1)) tanh(w (pi_1 - pi_2) / 2)."""
    k = np.arange(1, 40)
    gap = (2 * (k - 1) - (40 - k - 1)) / 39
    for w in (1e-12, 1e-6, 1.0, 1e3):
        found = gradient_of_selection(PairwiseComparison([[2, 0], [0, 1]], 40, intensity=w)).change[1:-1, 0]
        np.testing.assert_allclose(found, k * (40 - k) / (40 * 39) * np.tanh(w * gap / 2), rtol=1e-13)
    weak = gradient_of_selection(Moran([[2, 0], [0, 1]], 40, intensity=1e-12)).change[1:-1, 0]
    np.testing.assert_allclose(weak, 1e-12 * k * (40 - k) / 40**2 * gap, rtol=1e-9)


def test_gradient_turns_at_the_equilibrium():
    stag = gradient_of_selection(PairwiseComparison([[2, 0], [0, 1]], 100_000))
    ((share, attracts),) = stag.turns
    assert share == pytest.approx(1 / 3, abs=1e-5)
    assert not attracts
    assert gradient_of_selection(Moran([2.0, 1.0], 10)).turns == ()
    with pytest.raises(ValueError, match="two strategies"):
        _ = gradient_of_selection(Moran([2.0, 1.0, 1.0], 10)).turns


def test_conventions_are_told():
    told = Moran(TWO, 9, mutation=0.1).conventions
    assert not told.self_interaction
    assert "Z - 1" in told.payoffs
    assert "birth" in told.mutation_at
    assert "but one's own" in told.mutation_to
    told = PairwiseComparison(GAMES["trio"], 9, mutation_to="all", self_interaction=True, model="everyone").conventions
    assert "groups of 3" in told.payoffs
    assert "all Z" in told.payoffs
    assert "included" in told.mutation_to
    assert "instead" in told.mutation_at
    assert "row" in told.orientation
    assert "all Z" in told.compared_with
    assert "generation" in WrightFisher(TWO, 9).conventions.step


def test_processes_travel():
    process = protocol_process(Logit(TWO, temperature=0.5), 5)
    again = pickle.loads(pickle.dumps(process))
    np.testing.assert_array_equal(again.log_moves([2, 3]), process.log_moves([2, 3]))
    assert "5 agents" in repr(again)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Moran(TWO, 1), "population of 1"),
        (lambda: Moran(TWO, True), "population of True"),
        (lambda: Moran(TWO, 10, intensity=2.0), r"needs w in \[0, 1\]"),
        (lambda: Moran(TWO, 10, intensity=-1.0), "finite number >= 0"),
        (lambda: Moran(TWO, 10, mutation=1.5), "mutation = 1.5"),
        (lambda: Moran(TWO, 10, mutation_to="nobody"), "nobody"),
        (lambda: Moran(TWO, 10, fitness="log"), "log"),
        (lambda: Moran([[1.0]], 10, mutation=0.1), "one strategy"),
        (lambda: Moran(TWO - 4, 10).log_births([5, 5]), "linear fitness .* of 0 is -2.66"),
        (lambda: Moran(np.zeros((2, 2)), 10).log_births([5, 5]), "not 0 for all"),
        (lambda: Moran(TWO, 10).payoffs([5, 6]), "sum to 10"),
        (lambda: Moran(TWO, 10).payoffs([2.5, 7.5]), "whole numbers"),
        (lambda: Moran([[1, np.inf], [0, 1]], 10), "finite"),
        (lambda: Moran([1.0, np.nan], 10), "finite"),
        (lambda: Moran([[1, 2, 3], [4, 5, 6]], 10), "not square"),
        (lambda: Moran(NormalForm([[1, 2], [3, 4]], [[1, 2], [3, 4]]), 10), "not symmetric"),
        (lambda: Moran(GAMES["trio"], 2), "groups of 3 cannot be drawn from 2"),
        (lambda: LocalUpdate(TWO, 10, bound=0.0), "bound = 0"),
        (lambda: LocalUpdate(TWO, 10, bound=1.0).log_moves([5, 5]), "too small"),
        (lambda: LocalUpdate(TWO, 10, intensity=1.5), r"w in \[0, 1\]"),
        (lambda: LocalUpdate(CountPayoffs(lambda n: n, 2), 10), "give a bound"),
        (lambda: PairwiseComparison(TWO, 10, model="nobody"), "nobody"),
        (lambda: PairwiseComparison(CountPayoffs(lambda n: n / 0, 2), 10).log_moves([5, 5]), "must be finite"),
        (lambda: LogitRevision(CountPayoffs(lambda n: 1 / (n - 6), 2), 10).log_moves([5, 5]), r"counts \[5, 5\]"),
        (lambda: CountPayoffs(lambda n: n, []), "at least one"),
        (lambda: PairwiseComparison(CountPayoffs(lambda n: n[:1], 2), 10).log_moves([5, 5]), "one a strategy"),
        (lambda: transition_matrix(WrightFisher(THREE, 100)), "dense.*use sample_process"),
        (lambda: transition_matrix(Moran(np.eye(9), 100)), "more than 5000000"),
    ],
)
def test_refusals(make, words):
    with pytest.raises(ValueError, match=words):
        make()


@pytest.mark.parametrize("game", [lambda n: n, "chicken", None])
def test_what_is_no_game(game):
    with pytest.raises(TypeError):
        Moran(game, 10)
    with pytest.raises(TypeError, match="RevisionProtocol"):
        ProtocolRevision(TWO, 10, protocol="imitate")
    with pytest.raises(TypeError, match="function"):
        CountPayoffs(3, 2)


def test_large_groups_in_large_populations():
    """Mean number of like-minded co-players is (k - 1) (n - 1) / (Z - 1), whatever the sizes."""
    for size, group in ((10, 10), (1000, 100), (100_000, 30)):
        game = SymmetricPayoff(group, 2, lambda i, c: float(c[i]))
        paid = Moran(game, size).payoffs([size // 2, size - size // 2])
        alike = (group - 1) * (np.array([size // 2, size - size // 2]) - 1) / (size - 1)
        np.testing.assert_allclose(paid, alike, rtol=1e-12)
        paid = Moran(game, size, self_interaction=True).payoffs([size // 2, size - size // 2])
        np.testing.assert_allclose(paid, (group - 1) / 2, rtol=1e-12)
