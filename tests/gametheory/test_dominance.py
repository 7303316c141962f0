"""Elimination of dominated actions: every removal and every survivor is proved by sums written out."""

from fractions import Fraction as F
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from gametheory.dispatch import solve
from gametheory.dominance import iterated_dominance, rationalisable
from gametheory.elimination import restricted
from gametheory.normal_form import NormalForm

QUICK = settings(max_examples=50, deadline=None)
SHAPES = ((2, 2), (3, 2), (3, 4), (4, 4), (2, 2, 2), (3, 2, 2), (1, 3))


@st.composite
def games(draw, span=2, shapes=SHAPES):
    shape = draw(st.sampled_from(shapes))
    count = int(np.prod(shape))
    tables = [draw(st.lists(st.integers(-span, span), min_size=count, max_size=count)) for _ in shape]
    return NormalForm(*[np.array(t).reshape(shape) for t in tables])


def gains(game, player, sigma, action, left):
    """What sigma gains over the action, for each profile of the others that is left."""
    others = [actions for k, actions in enumerate(left) if k != player]
    for rest in product(*others):
        pay = [game.payoffs[player][(*rest[:player], i, *rest[player:])] for i in range(game.shape[player])]
        yield sum(p * u for p, u in zip(sigma, pay, strict=True)) - pay[action]


@QUICK
@given(games(), st.sampled_from(["strict", "weak"]), st.sampled_from(["pure", "mixed"]))
def test_every_removal_and_every_survivor_is_proved(game, relation, dominators):
    found = iterated_dominance(game, relation=relation, dominators=dominators)
    left = [set(range(size)) for size in game.shape]
    for round_ in found.rounds:
        assert round_
        for r in round_:
            margins = list(gains(game, r.player, r.by, r.action, [sorted(a) for a in left]))
            assert sum(r.by) == 1
            assert all(i in left[r.player] for i, p in enumerate(r.by) if p)
            assert r.margin == min(margins)
            assert min(margins) > 0 if relation == "strict" else min(margins) >= 0 < max(margins)
            assert dominators == "mixed" or max(r.by) == 1
        for r in round_:
            left[r.player].remove(r.action)
    assert found.survivors == tuple(tuple(sorted(a)) for a in left)
    assert min(map(len, found.survivors)) >= 1
    if dominators == "pure":
        return
    assert {(b.player, b.action) for b in found.beliefs} == {(k, a) for k, s in enumerate(left) for a in s}
    for b in found.beliefs:
        others = [s for k, s in enumerate(found.survivors) if k != b.player]
        assert sum(b.probabilities) == 1
        assert set(b.profiles) <= set(product(*others))
        if relation == "weak":
            assert set(b.profiles) == set(product(*others))
            assert min(b.probabilities) > 0
        pay = {
            i: sum(
                p * game.payoffs[b.player][(*s[: b.player], i, *s[b.player :])]
                for s, p in zip(b.profiles, b.probabilities, strict=True)
            )
            for i in found.survivors[b.player]
        }
        assert pay[b.action] == max(pay.values())


@QUICK
@given(games(), st.randoms(use_true_random=False))
def test_strict_elimination_does_not_depend_on_the_order(game, order):
    """One action at a time, in random order, by floating-point programs of scipy."""
    left = [list(range(size)) for size in game.shape]
    while True:
        candidates = [(k, a) for k, actions in enumerate(left) for a in actions if len(actions) > 1]
        order.shuffle(candidates)
        gone = next(((k, a) for k, a in candidates if scipy_dominated(game, k, a, left)), None)
        if gone is None:
            break
        left[gone[0]].remove(gone[1])
    assert iterated_dominance(game).survivors == tuple(map(tuple, left))


def scipy_dominated(game, player, action, left):
    rows = np.moveaxis(game.floats[player][np.ix_(*left)], player, 0).reshape(len(left[player]), -1)
    place = left[player].index(action)
    gain = rows - rows[place]
    n, states = gain.shape
    A = np.hstack([-gain.T, np.ones((states, 1))])
    best = linprog([0] * n + [-1], A_ub=A, b_ub=np.zeros(states), A_eq=[[1] * n + [0]], b_eq=[1])
    return -best.fun > 1e-7


@QUICK
@given(games(shapes=((3, 3), (3, 4), (2, 3))))
def test_no_equilibrium_uses_a_strictly_dominated_action(game):
    found = iterated_dominance(game)
    for e in solve(game):
        assert all(set(s) <= set(kept) for s, kept in zip(e.support, found.survivors, strict=True))
    small = solve(found.reduced)
    assert len(small) == len(solve(game))


def test_weak_elimination_may_lose_equilibria_but_never_all():
    game = NormalForm([[1, 1], [1, 0]], [[1, 1], [1, 0]])
    found = iterated_dominance(game, relation="weak")
    assert found.solved
    assert found.survivors == ((0,), (0,))
    assert len(solve(game)) > len(solve(found.reduced)) == 1


def test_a_mixture_dominates_where_nothing_pure_does():
    game = NormalForm([[3, 0], [0, 3], [1, 1]], np.zeros((3, 2), dtype=int))
    assert iterated_dominance(game, dominators="pure").survivors == ((0, 1, 2), (0, 1))
    found = iterated_dominance(game)
    assert found.survivors == ((0, 1), (0, 1))
    assert found.rounds[0][0].by == (F(1, 2), F(1, 2), 0)


def test_guess_two_thirds_of_the_average_is_solved_in_rounds():
    # two players, guesses 0..20, paid minus the distance to 2/3 of the mean guess
    i = np.arange(21)
    game = NormalForm.symmetric(-np.abs(3 * i[:, None] - (i[:, None] + i)))
    assert iterated_dominance(game, relation="weak", dominators="pure").survivors == ((0,), (0,))
    assert rationalisable(game).survivors == ((0, 1), (0, 1))


def test_correlated_beliefs_can_justify_what_independent_ones_cannot():
    # Brandenburger and Dekel's point: player 3's middle action is best only if 1 and 2 are thought to correlate
    zero = np.zeros((2, 2, 3), dtype=int)
    third = zero.copy()
    third[:, :, 1] = [[6, -10], [-10, 6]]
    third[0, 0], third[1, 1] = [9, 6, 0], [0, 6, 9]
    third[0, 1], third[1, 0] = [0, -10, 0], [0, -10, 0]
    (belief,) = [b for b in rationalisable(NormalForm(zero, zero, third)).beliefs if (b.player, b.action) == (2, 1)]
    assert dict(zip(belief.profiles, belief.probabilities, strict=True)).keys() == {(0, 0), (1, 1)}


def test_a_thousand_actions_each_by_pure_dominators():
    rng = np.random.default_rng(3)
    A, B = rng.integers(0, 10**6, (2, 1000, 1000))
    A[17] = A[400] - 1
    found = iterated_dominance(NormalForm(A, B), dominators="pure")
    assert [(r.player, r.action, r.by.index(1), r.margin) for r in found.rounds[0]] == [(0, 17, 400, 1)]


def test_what_takes_long_is_told_before_it_starts():
    rng = np.random.default_rng(3)
    with pytest.raises(ValueError, match=r"exact linear programs in this round, about \d+ s. Give time_limit"):
        iterated_dominance(NormalForm(*rng.integers(0, 10**6, (2, 700, 700))))
    with pytest.raises(TimeoutError):
        iterated_dominance(NormalForm(*rng.integers(0, 10**6, (2, 60, 60))), relation="weak", time_limit=1e-6)


def test_payoffs_beyond_floats_are_compared_exactly():
    tiny = F(1, 10**40)
    game = NormalForm([[1 + tiny, 1 + tiny], [1, 1]], [[0, 0], [0, 0]])
    found = iterated_dominance(game)
    assert found.rounds[0][0].margin == tiny
    assert "by 0 (margin 1/1" in str(found)


def test_words_and_actions_that_are_unknown():
    game = NormalForm([[1]], [[1]])
    assert iterated_dominance(game).solved
    with pytest.raises(ValueError, match="relation is 'very'"):
        iterated_dominance(game, relation="very")
    with pytest.raises(ValueError, match="dominators is 'any'"):
        iterated_dominance(game, dominators="any")
    with pytest.raises(ValueError, match="actions of player 1"):
        restricted(game, ((), (0,)))


def test_weak_dominance_removes_all_of_a_round_at_once():
    # removing player 1's last two actions one after the other would leave (0, 1) or (0, 0), by which goes first
    game = NormalForm([[1, 0], [1, -1], [0, 0]], [[1, 1], [1, 2], [2, 1]])
    found = iterated_dominance(game, relation="weak")
    assert [(r.player, r.action) for r in found.rounds[0]] == [(0, 1), (0, 2)]
    assert found.survivors == ((0,), (0, 1))
    for first, second, left in ((1, 2, (0,)), (2, 1, (1,))):
        after = restricted(game, (tuple(i for i in range(3) if i != first), (0, 1)))
        assert iterated_dominance(after, relation="weak").survivors[1] == left, second
