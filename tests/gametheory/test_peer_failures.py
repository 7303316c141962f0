"""Games on which other solvers were seen to go wrong, each shown right here, by every method that applies.

The games are those of `tests/oracles/data/nash.json`, many with notes on a peer's failure; those that stand in
`test_solve_two_player.py` are not repeated. They are compared exactly with the published answers, or by definition.
"""

import json
from fractions import Fraction as F
from pathlib import Path

import numpy as np
import pytest

from gametheory import NormalForm, solve

DATA = json.loads((Path(__file__).parents[1] / "oracles" / "data" / "nash.json").read_text())
GAMES = {entry["name"]: entry for entry in DATA["games"]}
TWO = [name for name, entry in GAMES.items() if entry["players"] == 2]
SMALL = [name for name in TWO if max(np.shape(GAMES[name]["payoffs"][0])) < 6]


def game_of(name):
    return NormalForm(*GAMES[name]["payoffs"])


def published(name):
    return {tuple(tuple(map(F, part)) for part in e) for e in GAMES[name]["equilibria"]}


def in_a_subset(profile, found):
    """Whether a profile is spanned by a maximal Nash subset: each side in the hull of the subset's strategies."""
    from scipy.optimize import linprog

    def spanned(point, corners):
        system = np.vstack([np.array(corners, dtype=float).T, np.ones(len(corners))])
        return linprog(np.zeros(len(corners)), A_eq=system, b_eq=[*map(float, point), 1.0]).status == 0

    sides = ([[found[i].exact[k] for i in subset] for k in (0, 1)] for subset in found.nash_subsets)
    return any(all(spanned(part, corners) for part, corners in zip(profile, each, strict=True)) for each in sides)


@pytest.mark.parametrize("name", SMALL)
def test_the_other_complete_method_is_complete_too(name):
    """nashpy's and quantecon's support enumeration miss equilibria of 30 of these games, enumpoly of 35."""
    found = solve(game_of(name), method="support enumeration")
    assert found.complete
    assert len(found) == len(published(name))
    assert {e.exact for e in found} == published(name)


@pytest.mark.parametrize("name", TWO)
def test_lemke_howson_ends_at_an_equilibrium_from_every_label(name):
    """Others cycle on ties, never end on 1 x 1 or on long paths, permute strategies or return NaN."""
    game = game_of(name)
    found = solve(game, method="lemke-howson", label="all")
    assert len(found) >= 1
    assert not found.complete
    everything = solve(game)
    for e in found:
        assert sum(game.regret(e.exact)) == 0
        assert e.exact in published(name) or in_a_subset(e.exact, everything)


@pytest.mark.parametrize("name", SMALL)
def test_what_nashpy_finds_is_certified_and_never_called_complete(name):
    everything = published(name)
    for algorithm in ("support_enumeration", "vertex_enumeration"):
        found = solve(game_of(name), method="nashpy", algorithm=algorithm)
        assert not found.complete
        exact = [e.exact for e in found if e.regret == 0]
        whole = solve(game_of(name))
        assert all(profile in everything or in_a_subset(profile, whole) for profile in exact)


def test_four_by_four_games_of_which_nashpy_misses_a_third():
    """A miss is not hidden: what nashpy's support enumeration finds is part of the whole, here much less than all."""
    rng = np.random.default_rng(39)
    missed = total = 0
    for _ in range(12):
        game = NormalForm(*rng.integers(-10, 11, (2, 4, 4)))
        whole = {e.exact for e in solve(game)}
        assert whole == {e.exact for e in solve(game, method="support enumeration")}
        assert len(whole) % 2 == 1 or solve(game).nash_subsets != tuple((i,) for i in range(len(whole)))
        peer = {e.exact for e in solve(game, method="nashpy")}
        missed += len(whole - peer)
        total += len(whole)
    assert missed > 0
    assert total > 12


@pytest.mark.parametrize("zero", [(2, 2), (1, 1), (3, 2)])
def test_games_in_which_nothing_matters(zero):
    """Vertex enumeration of others raises on the zero game, or returns nothing."""
    game = NormalForm(np.zeros(zero), np.zeros(zero))
    corners = {
        (tuple(map(F, x)), tuple(map(F, y))) for x in np.eye(zero[0], dtype=int).tolist() for y in _unit(zero[1])
    }
    for method in ("vertex enumeration", "support enumeration", "linear program", "pure"):
        found = solve(game, method=method)
        assert {e.exact for e in found} == corners
    assert solve(game).components == (tuple(range(len(corners))),)


def _unit(size):
    return np.eye(size, dtype=int).tolist()


@pytest.mark.parametrize("factor", [F(1), F(1, 10**9), F(10**9)])
@pytest.mark.parametrize("shift", [F(0), F(10**9)])
def test_large_payoffs_with_small_differences_in_both_methods(factor, shift):
    """Gambit's double arithmetic finds nothing at 1e9."""
    rows = [[F(0), factor], [factor, F(0)]]
    game = NormalForm([[cell + shift for cell in row] for row in rows], [[1, 0], [0, 1]])
    half = (F(1, 2), F(1, 2))
    for method in ("vertex enumeration", "support enumeration", "lemke-howson"):
        assert [e.exact for e in solve(game, method=method)] == [(half, half)]


def test_strategies_keep_their_places_in_oblong_games():
    """nashpy's Lemke-Howson permutes the strategies of some shapes without a word."""
    rng = np.random.default_rng(7)
    for shape in [(7, 2), (2, 7), (5, 1), (1, 5), (6, 3)]:
        first, second = rng.integers(-9, 10, (2, *shape))
        game = NormalForm(first, second)
        for e in solve(game, method="lemke-howson", label="all"):
            x, y = (np.array(part, dtype=object) for part in e.exact)
            assert x @ (first.astype(object) @ y) == max(first.astype(object) @ y)
            assert (x @ second.astype(object)) @ y == max(x @ second.astype(object))


def test_one_matrix_is_two_different_games():
    """nashpy reads one matrix as zero-sum, quantecon as symmetric: here it is refused, and both have names."""
    matrix = [[-1, 2], [0, 1]]
    with pytest.raises(ValueError, match=r"two games.*NormalForm\.symmetric\(A\).*NormalForm\.zero_sum\(A\)"):
        NormalForm(matrix)
    assert len(solve(NormalForm.symmetric(matrix))) == 3
    assert len(solve(NormalForm.zero_sum(matrix))) == 1


def test_who_is_asked_first_does_not_matter():
    """quantecon indexes player 2 by the own action first; here B[i, j] is paid at row i, column j for both."""
    rng = np.random.default_rng(3)
    for shape in [(3, 4), (2, 6)]:
        A, B = rng.integers(-5, 6, (2, *shape))
        one = {e.exact for e in solve(NormalForm(A, B))}
        other = {e.exact[::-1] for e in solve(NormalForm(B.T, A.T))}
        assert one == other


@pytest.mark.parametrize("scale", [1, 3, 10])
def test_near_ties_in_floats_are_no_ties(scale):
    """0.1 + 0.2 is not 0.3: rounded solvers see one component, the rationals meant are two different games."""
    exact = NormalForm([["3/10", 0], [0, 1]], [["3/10", 1], ["3/10", scale]])
    floats = NormalForm([[0.1 + 0.2, 0], [0, 1]], [[0.3, 1], [0.1 + 0.2, scale]])
    for game in (exact, floats):
        for e in solve(game):
            assert sum(game.regret(e.exact)) == 0
        assert solve(game).complete
