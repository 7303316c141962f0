"""All equilibria of games of n players: nothing missed, nothing invented, nothing claimed that is not proved."""

import io
from fractions import Fraction as F
from itertools import combinations, permutations, product

import numpy as np
import pytest
from scipy.optimize import fsolve

from gametheory.dispatch import solve
from gametheory.methods.polynomial_supports import equilibria_by_polynomials
from gametheory.normal_form import NormalForm

SHAPES = [(2, 2, 2), (2, 2, 2, 2), (3, 3, 3), (2, 3, 4), (2, 2, 2, 2, 2)]


def random_game(shape, seed, largest=1000):
    rng = np.random.default_rng(seed)
    return NormalForm(*[rng.integers(-largest, largest + 1, shape) for _ in shape])


def against(table, player, profile):
    """Payoffs of a player's actions by one einsum."""
    letters = "abcdefgh"[: table.ndim]
    others = [k for k in range(table.ndim) if k != player]
    text = ",".join([letters, *(letters[k] for k in others)]) + "->" + letters[player]
    return np.einsum(text, table, *(profile[k] for k in others))


def local_solutions(game, rng):
    """Equilibria that Newton's method meets from a random point of each support."""
    shape = game.shape
    parts = [[c for s in range(1, m + 1) for c in combinations(range(m), s)] for m in shape]
    for support in product(*parts):

        def profile_of(free, support=support):
            out, place = [], 0
            for part, size in zip(support, shape, strict=True):
                sigma = np.zeros(size)
                sigma[list(part[1:])] = free[place : place + len(part) - 1]
                sigma[part[0]] = 1 - sigma.sum()
                place += len(part) - 1
                out.append(sigma)
            return out

        def indifference(free, support=support, profile_of=profile_of):
            profile = profile_of(free)
            rows = [against(table, k, profile) for k, table in enumerate(game.floats)]
            return [row[a] - row[part[0]] for row, part in zip(rows, support, strict=True) for a in part[1:]]

        start = np.concatenate([rng.dirichlet(np.ones(len(part)))[1:] for part in support])
        if len(start) == 0:
            free = start
        else:
            free, info, _, _ = fsolve(indifference, start, full_output=True)
            if np.abs(info["fvec"]).max() > 1e-6:
                continue
        profile = profile_of(free)
        if min(part.min() for part in profile) < -1e-9:
            continue
        gains = [row.max() - row @ p for k, p in enumerate(profile) for row in [against(game.floats[k], k, profile)]]
        if max(gains) < 1e-5:
            yield profile


def keys(found):
    return sorted(tuple(np.concatenate(e.profile).round(9) + 0.0) for e in found)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("seed", range(3))
def test_no_local_search_finds_an_equilibrium_that_is_not_listed(shape, seed):
    game = random_game(shape, seed)
    found = solve(game)
    assert found.complete
    assert len(found) % 2 == 1  # Wilson: generic games have an odd number
    listed = np.array([np.concatenate(e.profile) for e in found])
    met = 0
    for profile in local_solutions(game, np.random.default_rng(seed)):
        assert np.abs(listed - np.concatenate(profile)).max(axis=1).min() < 1e-6
        met += 1
    assert met >= len(listed) / 3


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_every_answer_has_the_regret_it_claims(shape):
    game = random_game(shape, 7)
    for e in solve(game):
        gains = [
            row.max() - row @ p for k, p in enumerate(e.profile) for row in [against(game.floats[k], k, e.profile)]
        ]
        assert max(gains) < 1e-9
        assert all(abs(part.sum() - 1) < 1e-12 and part.min() >= 0 for part in e.profile)
        if e.exact and all(isinstance(p, F) for part in e.exact for p in part):
            assert game.regret(e.exact) == (0,) * len(shape)
        else:
            assert e.regret == 0 if e.exact else e.regret < 1e-9


@pytest.mark.parametrize("seed", range(6))
def test_two_player_games_have_the_equilibria_that_vertex_enumeration_finds(seed):
    game = random_game((3, 4), seed)
    assert {e.exact for e in equilibria_by_polynomials(game)} == {e.exact for e in solve(game)}


@pytest.mark.parametrize("seed", [1, 4])
def test_renaming_and_rescaling_change_nothing(seed):
    game = random_game((3, 3, 3), seed)
    rng = np.random.default_rng(seed)
    order = [rng.permutation(3) for _ in range(3)]
    tables = [7 * table[np.ix_(*order)] * (k + 1) - 3 for k, table in enumerate(game.payoffs)]
    found = solve(NormalForm(*tables))
    back = [np.concatenate([p[np.argsort(o)] for p, o in zip(e.profile, order, strict=True)]) for e in found]
    assert sorted(tuple(p.round(9) + 0.0) for p in back) == keys(solve(game))
    for turn in permutations(range(3)):
        turned = NormalForm(*(np.transpose(game.payoffs[k], turn) for k in turn))
        assert sorted(
            tuple(np.concatenate([e.profile[turn.index(k)] for k in range(3)]).round(9) + 0.0) for e in solve(turned)
        ) == keys(solve(game))


def test_an_action_that_is_dominated_changes_nothing():
    game = random_game((2, 2, 2), 2)
    tables = [np.pad(table, [(0, 1), (0, 0), (0, 0)], constant_values=F(-9999)) for table in game.payoffs]
    found = solve(NormalForm(*tables))
    assert found.complete
    assert "dominance" in found.reason
    assert [e.exact[0][:2] for e in found] == [e.exact[0] for e in solve(game)]
    assert all(e.exact[0][2] == 0 and e.regret == 0 for e in found)


def test_a_continuum_is_no_complete_list():
    table = np.zeros((2, 2, 2), dtype=int)  # nothing matters: everything is an equilibrium
    found = solve(NormalForm(table, table, table))
    assert not found.complete
    assert "continuum" in found.reason
    assert len(found) == 8


def test_a_bystander_without_an_opinion_makes_a_continuum():
    """Players 2 and 3 play matching pennies; both actions of player 1 pay the same against their even mixtures."""
    pennies = [[1, -1], [-1, 1]]
    first = [[[0, 0], [0, 0]], [[1, -1], [-1, 1]]]  # action 1 pays 0 on average against the even mixture
    second = [pennies, pennies]
    third = [[[-p for p in row] for row in pennies]] * 2
    found = equilibria_by_polynomials(NormalForm(first, second, third))
    assert not found.complete  # player 1 may mix at will against the even mixtures
    half = (F(1, 2), F(1, 2))
    assert {e.exact for e in found} == {((F(1), F(0)), half, half), ((F(0), F(1)), half, half)}


def test_payoffs_of_any_size_are_compared_exactly():
    base = random_game((2, 2, 2), 17)
    huge = NormalForm(*(table * 10**200 + F(10) ** 250 for table in base.payoffs))
    assert keys(solve(huge)) == keys(solve(base))


def test_limits_end_the_search_and_say_so():
    game = random_game((2,) * 5, 1)
    whole = solve(game)
    two = solve(game, max_equilibria=2)
    assert [e.profile for e in two]
    assert len(two) == 2 < len(whole)
    assert not two.complete
    assert "as asked" in two.reason
    short = solve(game, time_limit=1e-9)
    assert not short.complete
    assert "supports were decided" in short.reason
    for bad in ({"max_equilibria": 0}, {"time_limit": -1.0}):
        with pytest.raises(ValueError, match="must be"):
            solve(game, **bad)


def test_a_hopeless_game_is_refused_before_it_starts():
    with pytest.raises(ValueError, match=r'time_limit=seconds.*method="logit"'):
        solve(random_game((4, 4, 4, 4), 0))
    with pytest.raises(ValueError, match='concept="pure"'):
        solve(random_game((3,) * 8, 0), time_limit=5)


def to_gambit(game):
    pygambit = pytest.importorskip("pygambit")
    cells = [c[::-1] for c in np.ndindex(*game.shape[::-1])]
    payoffs = " ".join(str(int(table[c])) for c in cells for table in game.wholes)
    players = " ".join(f'"{k}"' for k in range(len(game.shape)))
    text = f'NFG 1 R "g" {{ {players} }} {{ {" ".join(map(str, game.shape))} }}\n\n{payoffs}\n'
    return pygambit, pygambit.read_nfg(io.BytesIO(text.encode()))


@pytest.mark.parametrize("shape", [(2, 2, 2), (2, 2, 2, 2), (3, 3, 3)], ids=str)
def test_whatever_pygambit_finds_is_listed(shape):
    """It often finds fewer, even numbers of equilibria, which no generic game has."""
    for seed in range(6):
        game = random_game(shape, seed)
        pygambit, theirs = to_gambit(game)
        listed = np.array([np.concatenate(e.profile) for e in solve(game)])
        for e in pygambit.nash.enumpoly_solve(theirs).equilibria:
            profile = np.array([share for player in theirs.players for _, share in e[player]])
            assert np.abs(listed - profile).max(axis=1).min() < 1e-5
