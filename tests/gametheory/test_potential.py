"""Potentials against their definition by brute force; cycles checked step by step; known games."""

from fractions import Fraction as F
from itertools import product

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gametheory.normal_form import NormalForm
from gametheory.potential import (
    exact_potential,
    generalised_ordinal_potential,
    has_finite_improvement_property,
    ordinal_potential,
    weighted_potential,
)

QUICK = settings(max_examples=60, deadline=None)
KINDS = [exact_potential, weighted_potential, ordinal_potential, generalised_ordinal_potential]


@st.composite
def games(draw, span=2, shapes=((2, 2), (2, 3), (3, 3), (2, 2, 2), (1, 3), (2, 3, 2))):
    shape = draw(st.sampled_from(shapes))
    count = int(np.prod(shape))
    tables = [draw(st.lists(st.integers(-span, span), min_size=count, max_size=count)) for _ in shape]
    return NormalForm(*[np.array(t).reshape(shape) for t in tables])


@st.composite
def potential_games(draw, span=4, weighted=False):
    """u_k = w_k P + a function of what the others do."""
    shape = draw(st.sampled_from([(2, 3), (3, 3), (2, 2, 2), (2, 2, 3)]))
    number = st.integers(-span, span)
    table = lambda s: np.array(draw(st.lists(number, min_size=int(np.prod(s)), max_size=int(np.prod(s))))).reshape(s)  # noqa: E731
    potential = table(shape)
    weights = [draw(st.fractions(F(1, 3), 3, max_denominator=3)) if weighted else F(1) for _ in shape]
    dummies = [np.expand_dims(table(shape[:k] + shape[k + 1 :]), k) for k in range(len(shape))]
    return potential, weights, NormalForm(*[(w * potential + d) for w, d in zip(weights, dummies, strict=True)])


def moves(game):
    """Every change of one player's action: player, from, to, gain."""
    for cell in product(*map(range, game.shape)):
        for k, size in enumerate(game.shape):
            for i in range(size):
                other = (*cell[:k], i, *cell[k + 1 :])
                if other != cell:
                    yield k, cell, other, game.payoffs[k][other] - game.payoffs[k][cell]


def holds(kind, found, game):
    """The definition, move by move."""
    for k, a, b, gain in moves(game):
        rise = found.values[b] - found.values[a]
        if kind in ("exact", "weighted") and gain != found.weights[k] * rise:
            return False
        if kind == "ordinal" and (gain > 0) != (rise > 0):
            return False
        if kind == "generalised ordinal" and gain > 0 and not rise > 0:
            return False
    return True


@QUICK
@given(games(), st.sampled_from(KINDS))
def test_a_potential_keeps_its_definition_and_a_cycle_refutes_one(game, test):
    found = test(game)
    assert found.exists == (found.values is not None) == (not found.cycle)
    if found.exists:
        assert holds(found.kind, found, game)
        assert found.values.min() == 0
        for cell in found.maximisers:
            assert all(gain <= 0 for k, a, b, gain in moves(game) if a == cell)
        return
    steps = list(zip(found.cycle, [*found.cycle[1:], found.cycle[0]], strict=True))
    assert len(set(found.cycle)) == len(found.cycle)
    for (a, b), gain in zip(steps, found.gains, strict=True):
        (k,) = [k for k in range(len(a)) if a[k] != b[k]]
        assert gain == game.payoffs[k][b] - game.payoffs[k][a]
    if found.kind == "exact":
        assert sum(found.gains) != 0
    if found.kind == "ordinal":
        assert min(found.gains) >= 0 < max(found.gains)
    if found.kind == "generalised ordinal":
        assert min(found.gains) > 0


@QUICK
@given(games(span=1))
def test_ordinal_potentials_exist_exactly_without_cycles_in_the_graph_of_all_moves(game):
    weak = nx.DiGraph((a, b, {"gain": gain}) for _, a, b, gain in moves(game) if gain >= 0)
    parts = [weak.subgraph(p) for p in nx.strongly_connected_components(weak)]
    assert ordinal_potential(game).exists == all(d["gain"] == 0 for p in parts for *_, d in p.edges(data=True))
    strict = nx.DiGraph((a, b) for _, a, b, gain in moves(game) if gain > 0)
    assert has_finite_improvement_property(game) == nx.is_directed_acyclic_graph(strict)


@QUICK
@given(games())
def test_the_kinds_imply_each_other(game):
    answers = [test(game).exists for test in KINDS]
    assert answers == sorted(answers)


@QUICK
@given(potential_games())
def test_what_was_built_with_a_potential_is_found_to_have_it(built):
    potential, _, game = built
    found = exact_potential(game)
    assert found.exists
    assert (found.values == potential - potential.min()).all()


@QUICK
@given(potential_games(weighted=True))
def test_what_was_built_with_weights_is_found_to_have_them(built):
    found = weighted_potential(built[2])
    assert found.exists
    assert min(found.weights) > 0
    assert holds("weighted", found, built[2])


@QUICK
@given(games())
def test_weighted_potentials_of_two_players_by_all_four_cycles(game):
    if len(game.players) != 2:
        return
    A, B = game.payoffs
    pairs = []
    for i, j, k, m in product(range(game.shape[0]), range(game.shape[1]), range(game.shape[0]), range(game.shape[1])):
        pairs.append(tuple(T[k, m] - T[i, m] - T[k, j] + T[i, j] for T in (A, B)))
    ratios = {b / a if a else None for a, b in pairs if (a, b) != (0, 0)}
    possible = len(ratios) <= 1 and None not in ratios and all(r > 0 for r in ratios)
    assert weighted_potential(game).exists == possible


def test_a_game_with_weights_but_no_exact_potential():
    game = NormalForm([[4, 0], [0, 2]], [[2, 0], [0, 1]])
    assert not exact_potential(game).exists
    assert weighted_potential(game).weights == (1, F(1, 2))


def test_opposite_interests_have_no_weights_and_the_sentence_says_so():
    found = weighted_potential(NormalForm.zero_sum([[1, -1], [-1, 1]]))
    assert "no positive weights" in found.reason
    with pytest.raises(ValueError, match="no weighted potential"):
        found.maximisers  # noqa: B018


def test_a_congestion_game_of_four_players_is_a_potential_game():
    # Rosenthal 1973: two roads, each costs the number of its users
    shape = (2,) * 4
    tables = np.zeros((4, *shape), dtype=int)
    for cell in product(range(2), repeat=4):
        for k in range(4):
            tables[k][cell] = -sum(other == cell[k] for other in cell)
    found = exact_potential(NormalForm(*tables))
    rosenthal = {cell: -sum(n * (n + 1) // 2 for n in (cell.count(0), cell.count(1))) for cell in found.maximisers}
    assert set(rosenthal) == {c for c in product(range(2), repeat=4) if sum(c) == 2}


def test_large_games_are_decided_quickly():
    size = 300
    i = np.arange(size)
    P = -np.abs(i[:, None] - i[None, :])
    assert exact_potential(NormalForm(P, P)).exists
    assert ordinal_potential(NormalForm(P, P)).exists
    broken = P.copy()
    broken[7, 9] += 1
    assert not exact_potential(NormalForm(P, broken)).exists
