"""Stability of single equilibria: known games, and definitions checked by sums written out."""

from fractions import Fraction as F
from itertools import combinations, pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gametheory.dispatch import solve
from gametheory.methods.copositivity import is_copositive, is_strictly_copositive
from gametheory.methods.ess import evolutionarily_stable, is_ess, is_neutrally_stable
from gametheory.methods.symmetric import symmetric_equilibria
from gametheory.normal_form import NormalForm
from gametheory.selection import payoff_dominates, risk_dominance
from gametheory.stability import index, is_quasi_strict, is_strict, stability_of

QUICK = settings(max_examples=60, deadline=None)


@st.composite
def squares(draw, largest=4, span=2, symmetric=False):
    n = draw(st.integers(1, largest))
    A = np.array(draw(st.lists(st.integers(-span, span), min_size=n * n, max_size=n * n))).reshape(n, n)
    return A + A.T if symmetric else A


def grid(n, fineness):
    """All points of the simplex with denominators `fineness`."""
    for cuts in combinations(range(fineness + n - 1), n - 1):
        ends = [-1, *cuts, fineness + n - 1]
        yield np.array([F(b - a - 1, fineness) for a, b in pairwise(ends)], dtype=object)


@QUICK
@given(squares(largest=3))
def test_ess_and_nss_against_their_definition_on_a_grid_of_mutants(A):
    game = NormalForm.symmetric(A)
    A = A.astype(object)
    mutants = list(grid(len(A), 6))
    for e in symmetric_equilibria(game):
        x = np.array(e.exact[0], dtype=object)
        ess, nss = is_ess(game, e.exact[0]), is_neutrally_stable(game, e.exact[0])
        assert nss or not ess
        for y in mutants:
            if y @ A @ x == x @ A @ x and (y != x).any():
                assert not ess or x @ A @ y > y @ A @ y
                assert not nss or x @ A @ y >= y @ A @ y
        if len(game.best_replies(e.exact)[0]) == 2:  # all directions that count are on the grid
            others = [y for y in mutants if y @ A @ x == x @ A @ x and (y != x).any()]
            assert ess == all(x @ A @ y > y @ A @ y for y in others)
            assert nss == all(x @ A @ y >= y @ A @ y for y in others)


@QUICK
@given(squares(largest=5))
def test_all_ess_are_the_stable_ones_among_all_symmetric_equilibria(A):
    game = NormalForm.symmetric(A)
    by_vertices = [e.exact[0] for e in symmetric_equilibria(game) if is_ess(game, e.exact[0])]
    assert [e.exact[0] for e in evolutionarily_stable(game)] == by_vertices


@QUICK
@given(squares(largest=5, symmetric=True))
def test_copositivity_against_all_faces_of_the_simplex(M):
    """The minimum of z.Mz over the simplex is at a point where M z is level on the support (Karush 1939)."""
    least = min(M.diagonal().tolist())
    values = [F(int(least))]
    for size in range(2, len(M) + 1):
        for chosen in combinations(range(len(M)), size):
            block = M[np.ix_(chosen, chosen)].astype(float)
            kkt = np.block([[block, -np.ones((size, 1))], [np.ones((1, size)), np.zeros((1, 1))]])
            if abs(np.linalg.det(kkt)) > 1e-9:  # a singular face has its value on a smaller one
                *z, value = np.linalg.solve(kkt, [0] * size + [1])
                if min(z) > 1e-12:
                    values.append(value)
    lowest = min(values)
    assert is_strictly_copositive(M.tolist()) == (lowest > 1e-9)
    assert is_copositive(M.tolist()) == (lowest > -1e-9)


def test_horns_matrix_is_copositive_and_just_so():
    horn = [[1, -1, 1, 1, -1], [-1, 1, -1, 1, 1], [1, -1, 1, -1, 1], [1, 1, -1, 1, -1], [-1, 1, 1, -1, 1]]
    lowered = [[cell - F(i == j, 10**9) for j, cell in enumerate(row)] for i, row in enumerate(horn)]
    assert is_copositive(horn)
    assert not is_strictly_copositive(horn)
    assert not is_copositive(lowered)
    with pytest.raises(ValueError, match=r"at \(0, 1\) stands 1, at \(1, 0\) 2"):
        is_copositive([[1, 1], [2, 1]])


def test_forty_actions_that_avoid_each_other_have_one_ess():
    found = solve(NormalForm.symmetric(-np.eye(40, dtype=int)), "ess")
    assert [e.exact[0] for e in found] == [(F(1, 40),) * 40]


def test_many_ess_on_overlapping_supports():
    # three blocks of hawk-dove pairs, good against nobody else
    A = np.full((6, 6), -9)
    for k in range(0, 6, 2):
        A[k : k + 2, k : k + 2] = [[-1, 2], [0, 1]]
    assert {e.support[0] for e in solve(NormalForm.symmetric(A), "ess")} == {(0, 1), (2, 3), (4, 5)}


def test_zeeman_game_has_an_inner_attractor_that_is_no_ess():
    # Zeeman 1980: an interior equilibrium beside the ESS at a corner, which excludes a second ESS
    game = NormalForm.symmetric([[0, 6, -4], [-3, 0, 5], [-1, 3, 0]])
    assert {e.exact[0] for e in solve(game, "ess")} == {(1, 0, 0)}
    assert not is_ess(game, (F(1, 3),) * 3)


@pytest.mark.parametrize(
    ("A", "B", "indices"),
    [
        ([[2, 0], [0, 1]], [[1, 0], [0, 2]], [1, -1, 1]),
        ([[1, -1], [-1, 1]], [[-1, 1], [1, -1]], [1]),
        (np.eye(3, dtype=int), np.eye(3, dtype=int), [1, -1, 1, -1, -1, 1, 1]),
    ],
)
def test_known_indices(A, B, indices):
    game = NormalForm(A, B)
    found = sorted((len(e.support[0]), index(game, e)) for e in solve(game))
    by_size = {1: 1, 2: -1, 3: 1}
    assert sorted(i for _, i in found) == sorted(indices)
    if len(indices) > 1:
        assert all(sign == by_size[size] for size, sign in found)


def test_index_of_three_players():
    agree = NormalForm(*[[[[1, 0], [0, 0]], [[0, 0], [0, 1]]]] * 3)  # three equilibria: two pure, one mixed
    half = [[F(1, 2)] * 2] * 3
    signs = [index(agree, [[1, 0]] * 3), index(agree, [[0, 1]] * 3), index(agree, half)]
    assert signs == [1, 1, -1]


def test_a_degenerate_equilibrium_has_no_index_of_its_own():
    game = NormalForm([[1, 1], [1, 0]], [[1, 1], [1, 0]])
    said = stability_of(game, [[1, 0], [1, 0]])
    assert (said.strict, said.quasi_strict, said.regular, said.index) == (False, False, False, None)
    assert (said.ess, said.neutral) == (True, True)
    with pytest.raises(ValueError, match="not regular"):
        index(game, [[1, 0], [1, 0]])


def test_quasi_strict_but_not_strict():
    game = NormalForm.zero_sum([[1, -1], [-1, 1]])
    (e,) = solve(game)
    assert is_quasi_strict(game, e)
    assert not is_strict(game, e)
    assert stability_of(game, e).ess is None  # not a symmetric game


@pytest.mark.parametrize(
    ("profile", "message"),
    [
        ([[1, 0], [0, 1]], "no equilibrium: players can gain 1, 2"),
        ([[0.5, 0.5], [0.5, 0.5]], "in floats"),
        ([[1, 0]], "1 parts"),
        ([[1, 0, 0], [1, 0]], "3 entries"),
        ([[2, -1], [1, 0]], ">= 0 and sum to 1"),
    ],
)
def test_bad_profiles_are_told(profile, message):
    with pytest.raises(ValueError, match=message):
        stability_of(NormalForm([[2, 0], [0, 1]], [[2, 0], [0, 1]]), profile)


def test_risk_and_payoff_dominance_disagree_in_the_stag_hunt():
    hunt = NormalForm([[4, 1], [3, 3]], [[4, 3], [1, 3]])
    compared = risk_dominance(hunt)
    assert compared.products == (1, 4)
    assert compared.dominant == ((1, 1),)
    assert payoff_dominates(hunt, [[1, 0]] * 2, [[0, 1]] * 2)
    assert not payoff_dominates(hunt, [[0, 1]] * 2, [[1, 0]] * 2)


def test_risk_dominance_of_chosen_equilibria_and_ties():
    game = NormalForm(np.diag([2, 3, 3]), np.diag([2, 3, 3]))
    assert risk_dominance(game, (0, 0), (2, 2)).dominant == ((2, 2),)
    assert risk_dominance(game, (2, 2), (1, 1)).dominant == ((2, 2), (1, 1))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda g: risk_dominance(g, (0, 0), (0, 1)), "no strict equilibrium"),
        (lambda g: risk_dominance(g, (0, 0)), "give both"),
        (lambda g: risk_dominance(g, (0, 0), (5, 5)), "no cell"),
        (lambda g: risk_dominance(NormalForm.zero_sum([[1, -1], [-1, 1]])), "0 strict equilibria"),
        (lambda g: risk_dominance(NormalForm(*np.zeros((3, 1, 1, 1), dtype=int))), "two players"),
    ],
)
def test_comparisons_that_have_no_meaning_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call(NormalForm([[2, 0], [0, 1]], [[1, 0], [0, 2]]))


def test_harsanyi_selten_agree_with_the_best_reply_to_one_half():
    for a, d in product(range(1, 5), range(1, 5)):
        game = NormalForm.symmetric([[a, 0], [0, d]])
        expected = {a > d: ((0, 0),), d > a: ((1, 1),)}.get(True, ((0, 0), (1, 1)))
        assert risk_dominance(game).dominant == expected


def test_what_takes_long_is_told_or_timed(monkeypatch):
    n = 22  # a form that is neither definite nor falls apart: its indices hang together in a ring
    ring = np.eye(n, dtype=int) * 2 - np.roll(np.eye(n, dtype=int), 1, 0) - np.roll(np.eye(n, dtype=int), -1, 0)
    with pytest.raises(ValueError, match=r"22 indices hang together .* Give a time limit"):
        is_strictly_copositive(ring.tolist())
    with pytest.raises(TimeoutError):
        is_strictly_copositive(ring.tolist(), deadline=0.0)
    game = NormalForm.symmetric(np.eye(4, dtype=int))
    monkeypatch.setattr("gametheory.methods.ess.SUPPORTS_LIMIT", 3)
    with pytest.raises(ValueError, match=r"more than 3 supports .* Give time_limit=seconds"):
        solve(game, "ess")
    assert len(solve(game, "ess", time_limit=10)) == 4
    with pytest.raises(ValueError, match="is not symmetric"):
        is_ess(NormalForm([[1, 2]], [[1, 2]]), (F(1),))
    with pytest.raises(ValueError, match="in floats"):
        is_ess(game, (0.5, 0.5, 0.0, 0.0))
