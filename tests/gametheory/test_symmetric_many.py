"""Symmetric equilibria of n players against closed forms, the full enumeration, and their definition."""

from fractions import Fraction as F

import numpy as np
import pytest
import sympy as sp

from gametheory.dispatch import solve
from gametheory.normal_form import NormalForm
from gametheory.symmetric_payoff import SymmetricPayoff


def random_payoff(players, actions, seed):
    rng = np.random.default_rng(seed)
    known = {}
    return SymmetricPayoff(players, actions, lambda i, c: known.setdefault((i, c), int(rng.integers(-1000, 1001))))


def worths(game, strategy):
    """Each action's payoff by summing over what every single one of the others plays."""
    table = game.normal_form().floats[0]
    for _ in range(game.players - 1):
        table = table @ strategy
    return table


@pytest.mark.parametrize("players", [2, 3, 4, 7, 30])
@pytest.mark.parametrize("cost", [F(1, 2), F(1, 3), F(9, 10)])
def test_volunteers_dilemma(players, cost):
    """Volunteering costs c and gives everybody 1: all volunteer with probability 1 - c ** (1 / (n - 1))."""
    game = SymmetricPayoff(players, 2, lambda i, c: 1 - cost if i == 0 else int(c[0] > 0))
    found = solve(game, "symmetric")
    assert found.complete
    assert len(found) == 1
    assert found[0].regret == 0
    assert abs(found[0].profile[0][0] - (1 - float(cost) ** (1 / (players - 1)))) < 1e-14
    if players == 3:
        assert sp.expand(found[0].exact[0][0] - (1 - sp.sqrt(sp.Rational(str(cost))))) == 0


@pytest.mark.parametrize(("shape", "seed"), [((3, 2), 2), ((3, 3), 0), ((3, 3), 1), ((4, 2), 2), ((3, 4), 3)], ids=str)
def test_they_are_the_symmetric_ones_among_all(shape, seed):
    compact = random_payoff(*shape, seed)
    game = compact.normal_form()
    found, everything = solve(game, "symmetric"), solve(game)
    assert found.complete
    assert everything.complete
    same = [e for e in everything if all(np.abs(p - e.profile[0]).max() < 1e-10 for p in e.profile)]
    assert len(same) == len(found) == len(solve(compact, "symmetric"))
    for e in found:
        assert min(max(np.abs(p - q).max() for p, q in zip(e.profile, s.profile, strict=True)) for s in same) < 1e-10


@pytest.mark.parametrize("shape", [(5, 3), (9, 3), (5, 4), (12, 2)], ids=str)
def test_their_number_is_odd_and_each_is_one(shape):
    for seed in range(3):
        game = random_payoff(*shape, seed)
        found = solve(game, "symmetric")
        assert found.complete
        assert len(found) % 2 == 1
        for e in found:
            x = e.profile[0]
            pays = np.array([float(p) for p in game.payoffs([F(float(p)) for p in x])])
            assert pays.max() - x @ pays < 1e-9
            if game.players < 6:
                assert np.abs(worths(game, x) - pays).max() < 1e-9


def test_a_touching_root_is_found_exactly():
    """Three players, u_2 - u_1 = -(1 - 2 z)^2: a double root at 1/2, which no sign change tells."""
    rows = {0: (0, 0, 0), 1: (-1, 1, -1)}
    found = solve(SymmetricPayoff(3, 2, lambda i, c: rows[i][c[1]]), "symmetric")
    assert found.complete
    assert [e.exact[0] for e in found] == [(1, 0), (F(1, 2), F(1, 2))]


def test_a_continuum_is_said_to_be_undecided():
    found = solve(SymmetricPayoff(3, 2, lambda i, c: 0), "symmetric")
    assert not found.complete
    assert "continuum" in found.reason
    better = solve(SymmetricPayoff(3, 3, lambda i, c: int(i == 2)), "symmetric")
    assert better.complete
    assert [e.support[0] for e in better] == [(2,)]


def test_what_is_not_symmetric_is_refused():
    tables = [np.arange(8).reshape(2, 2, 2)] * 3
    with pytest.raises(ValueError, match="not symmetric: player"):
        solve(NormalForm(*tables), "symmetric")
    with pytest.raises(ValueError, match="different numbers of actions"):
        solve(NormalForm(*[np.zeros((2, 2, 3))] * 3), "symmetric")
    with pytest.raises(ValueError, match="at least 2"):
        SymmetricPayoff(1, 2, lambda i, c: 0)
    with pytest.raises(ValueError, match="at most 500"):
        solve(random_payoff(40, 4, 0), "symmetric")


def test_compact_and_normal_form_are_the_same_game():
    game = random_payoff(4, 3, 5)
    assert (SymmetricPayoff.of(game.normal_form()).table == game.table).all()
