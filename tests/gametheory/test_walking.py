"""The walk over a best-reply polytope: the same vertices as by the double description method, or a refusal."""

import numpy as np
import pytest

from gametheory import NormalForm, solve
from gametheory.methods import vertex_enumeration, walking
from gametheory.methods.vertices import best_reply_vertices, integers


def vertices_by_double_description(matrix):
    found = best_reply_vertices(matrix)
    return {(tuple(u), tuple(r)) for u, r in zip(found.unused.tolist(), found.replies.tolist(), strict=True)}


def vertices_by_walking(matrix):
    rows, columns = matrix.shape
    masks = {int(mask) for mask in walking.walk(integers(matrix) + 1).tight[1:]}
    bits = {tuple(bool(mask >> b & 1) for b in range(rows + columns)) for mask in masks}
    return {(each[:columns], each[columns:]) for each in bits}


@pytest.mark.parametrize("scale", [1, 3, 1000, 10**9])
@pytest.mark.parametrize("shape", [(2, 2), (2, 7), (6, 3), (7, 7)])
def test_both_methods_see_the_same_vertices(scale, shape):
    rng = np.random.default_rng([scale, *shape])
    for _ in range(5):
        game = NormalForm(*(rng.integers(-scale, scale + 1, shape).tolist() for _ in range(2)))
        matrix = game.payoffs[0]
        assert vertices_by_walking(matrix) == vertices_by_double_description(matrix)


@pytest.mark.parametrize("scale", [3, 100])
def test_large_games_have_the_same_answer_both_ways(scale, monkeypatch):
    rng = np.random.default_rng(scale)
    game = NormalForm(*(rng.integers(-scale, scale + 1, (9, 10)).tolist() for _ in range(2)))
    walked = solve(game)
    monkeypatch.setattr(vertex_enumeration, "WALKED_FROM", 1000)
    listed = solve(game)
    assert [e.exact for e in walked] == [e.exact for e in listed]
    assert walked.reason == listed.reason
    assert walked.nash_subsets == listed.nash_subsets


@pytest.mark.parametrize("bits", [0, 5, 60])
@pytest.mark.parametrize("kind", ["zeros and ones", "copies of rows", "ties"])
def test_every_inequality_that_is_tight_is_found(kind, bits):
    """At 60 bits floats are rounded and prove no tie: rationals decide."""
    rng = np.random.default_rng(bits)
    for _ in range(4):
        matrix = rng.integers(0, {"zeros and ones": 2, "copies of rows": 10, "ties": 4}[kind], (7, 8))
        if kind == "copies of rows":
            matrix = matrix[rng.integers(0, 4, 7)]
        game = NormalForm((matrix.astype(object) * (2**bits + 1)).tolist(), np.zeros((7, 8)))
        assert vertices_by_walking(game.payoffs[0]) == vertices_by_double_description(game.payoffs[0])


def test_what_is_proved_in_rationals_is_a_vertex():
    table = [[1, 2], [3, 1]]
    right = [(1 << 34) + 1, (1 << 34) + 2]
    assert walking.proved(table, 0b0101, right, 34) == 0b0101
    assert walking.proved(table, 0b1100, right, 34) == 0b1100
    with pytest.raises(walking.TangledError, match="none of the polytope"):
        walking.proved(table, 0b1001, right, 34)  # x_0 = 0, row 1: row 0 is broken
    with pytest.raises(walking.TangledError, match="not simple"):
        walking.proved(table, 0b0111, right, 34)  # three inequalities in two dimensions
    with pytest.raises(walking.TangledError, match="do not determine"):
        walking.proved([[1, 2], [1, 2]], 0b1100, right, 34)


def test_a_polytope_of_ties_has_few_vertices():
    assert len(set(walking.walk(np.ones((12, 12), dtype=object)).tight.tolist())) == 13


def test_numbers_too_far_apart_are_given_back():
    wide = 10 ** np.random.default_rng(1).integers(0, 25, (12, 12)).astype(object)
    with pytest.raises(walking.TangledError):
        walking.walk(wide)


def test_refusals():
    with pytest.raises(ValueError, match="positive entries"):
        walking.walk(np.array([[1, 0], [3, 1]], dtype=object))
    with pytest.raises(ValueError, match="at most 62"):
        walking.walk(np.ones((40, 40), dtype=object))
    with pytest.raises(TimeoutError):
        walking.walk(np.array([[1, 2], [3, 1]], dtype=object), deadline=0.0)
