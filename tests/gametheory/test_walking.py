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


def test_what_is_proved_in_rationals_is_a_vertex():
    matrix = np.array([[1, 2], [3, 1]], dtype=object)
    right = [(1 << 34) + 1, (1 << 34) + 2]
    assert walking.feasible(matrix, 0b0011, right, 34)
    assert walking.feasible(matrix, 0b1100, right, 34)
    assert not walking.feasible(matrix, 0b1001, right, 34)  # x_1 = 0, row 1: row 0 is broken
    assert not walking.feasible(matrix, 0b0111, right, 34)  # three inequalities in two dimensions


def test_a_polytope_of_ties_is_given_back():
    """Duplicated rows are tight everywhere together; the walk gives up and says so, or lists them all."""
    matrix = np.ones((12, 12), dtype=object)
    try:
        found = walking.walk(matrix)
    except walking.TangledError:
        return
    assert len(set(found.tight.tolist())) == 13


def test_refusals():
    with pytest.raises(ValueError, match="positive entries"):
        walking.walk(np.array([[1, 0], [3, 1]], dtype=object))
    with pytest.raises(ValueError, match="at most 62"):
        walking.walk(np.ones((40, 40), dtype=object))
    with pytest.raises(TimeoutError):
        walking.walk(np.array([[1, 2], [3, 1]], dtype=object), deadline=0.0)
