"""Correlated equilibria: constraints written out, optima against scipy, vertices against sets of tight constraints."""

from fractions import Fraction as F
from itertools import combinations, product

import flint
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from gametheory.correlated import correlated_equilibrium, correlated_vertices, obedience
from gametheory.dispatch import solve
from gametheory.normal_form import NormalForm

QUICK = settings(max_examples=40, deadline=None)
CHICKEN = NormalForm([[6, 2], [7, 0]], [[6, 7], [2, 0]])


@st.composite
def games(draw, span=3, shapes=((2, 2), (2, 3), (3, 3), (2, 2, 2), (1, 3))):
    shape = draw(st.sampled_from(shapes))
    count = int(np.prod(shape))
    tables = [draw(st.lists(st.integers(-span, span), min_size=count, max_size=count)) for _ in shape]
    return NormalForm(*[np.array(t).reshape(shape) for t in tables])


def constraints(game, coarse):
    """Rows g with g.p <= 0, cell by cell, as the definition has them."""
    cells = list(product(*map(range, game.shape)))
    rows = []
    for k, size in enumerate(game.shape):
        gain = {
            (b, c): game.payoffs[k][(*c[:k], b, *c[k + 1 :])] - game.payoffs[k][c] for b in range(size) for c in cells
        }
        if coarse:
            rows += [[gain[b, c] for c in cells] for b in range(size)]
        else:
            pairs = product(range(size), repeat=2)
            rows += [[gain[b, c] if c[k] == a else F(0) for c in cells] for a, b in pairs if a != b]
    return rows


@QUICK
@given(games(), st.booleans(), st.booleans(), st.data())
def test_optima_agree_with_floats_and_are_obeyed(game, coarse, worst, data):
    objective = data.draw(st.sampled_from(["welfare", 0, len(game.players) - 1]))
    found = correlated_equilibrium(game, objective=objective, worst=worst, coarse=coarse)
    weights = sum(game.payoffs) if objective == "welfare" else game.payoffs[objective]
    rows = constraints(game, coarse)
    p = found.distribution.ravel()
    assert sum(p) == 1
    assert min(p) >= 0
    assert all(sum(g * q for g, q in zip(row, p, strict=True)) <= 0 for row in rows)
    sign = 1 if worst else -1
    floats = linprog(
        sign * weights.ravel().astype(float),
        A_ub=np.array(rows, dtype=float) if rows else None,
        b_ub=np.zeros(len(rows)) if rows else None,
        A_eq=np.ones((1, len(p))),
        b_eq=[1],
    )
    assert float(found.value) == pytest.approx(sign * floats.fun, abs=1e-7)
    assert found.payoffs == tuple(sum(p * t.ravel()) for t in game.payoffs)


@QUICK
@given(games(), st.booleans())
def test_nash_equilibria_are_correlated_ones_and_these_are_coarse(game, coarse):
    best = correlated_equilibrium(game, coarse=coarse)
    worst = correlated_equilibrium(game, coarse=coarse, worst=True)
    answers = solve(game) if len(game.players) == 2 else solve(game, "pure")
    for e in answers:
        table = e.exact[0]
        for part in e.exact[1:]:
            table = np.multiply.outer(np.array(table, dtype=object), np.array(part, dtype=object))
        assert obedience(game, table, coarse=coarse).gain <= 0
        assert worst.value <= e.details["welfare"] <= best.value
    assert obedience(game, correlated_equilibrium(game).distribution, coarse=True).gain <= 0


@settings(max_examples=12, deadline=None)
@given(games(shapes=((2, 2), (2, 3), (1, 3))), st.booleans())
def test_vertices_are_all_feasible_points_where_enough_constraints_meet(game, coarse):
    size = int(np.prod(game.shape))
    rows = [row for row in constraints(game, coarse) if any(row)] + [
        [-F(i == j) for j in range(size)] for i in range(size)
    ]
    expected = set()
    for tight in combinations(rows, size - 1):
        matrix = flint.fmpq_mat(
            size,
            size,
            [flint.fmpq(int(c.numerator), int(c.denominator)) for row in ([[F(1)] * size, *tight]) for c in row],
        )
        if matrix.det() == 0:
            continue
        right = flint.fmpq_mat(size, 1, [1] + [0] * (size - 1))
        solved = matrix.solve(right)
        point = tuple(F(int(solved[i, 0].p), int(solved[i, 0].q)) for i in range(size))
        if all(sum(g * q for g, q in zip(row, point, strict=True)) <= 0 for row in rows):
            expected.add(point)
    found = correlated_vertices(game, coarse=coarse)
    points = [tuple(v.distribution.ravel()) for v in found]
    assert points == sorted(expected)
    assert max(v.welfare for v in found) == correlated_equilibrium(game, coarse=coarse).value


def test_chicken_pays_more_than_any_mixture_of_its_equilibria():
    best = correlated_equilibrium(CHICKEN)
    assert best.payoffs == (F(21, 4), F(21, 4))
    assert best.support == ((0, 0), (0, 1), (1, 0))
    assert max(e.details["welfare"] for e in solve(CHICKEN)) == F(28, 3) < best.welfare
    assert correlated_equilibrium(CHICKEN, objective=0).value == 7
    assert correlated_equilibrium(CHICKEN, objective=np.eye(2, dtype=int), worst=True).value == 0


def test_coarse_equilibria_can_be_better():
    game = NormalForm([[1, 0, 3], [1, 1, 2], [1, 2, 2]], [[1, 1, 0], [0, 3, 2], [0, 0, 3]])
    coarse = correlated_equilibrium(game, coarse=True)
    assert correlated_equilibrium(game).value == F(11, 4) < coarse.value == 4
    assert obedience(game, coarse.distribution, coarse=True).gain <= 0 < obedience(game, coarse.distribution).gain


@pytest.mark.parametrize(
    ("distribution", "gain"),
    [([["1/3", "1/3"], ["1/3", 0]], F(-1, 3)), ([[1, 0], [0, 0]], 1), ([[0.5, 0.25], [0.25, 0.0]], 0)],
)
def test_what_disobeying_gains(distribution, gain):
    assert obedience(CHICKEN, distribution).gain == gain


def test_bad_input_is_told():
    with pytest.raises(ValueError, match="sum to 1"):
        obedience(CHICKEN, [[1, 1], [0, 0]])
    with pytest.raises(ValueError, match=r"shape \(1, 2\)"):
        obedience(CHICKEN, [[1, 0]])
    with pytest.raises(ValueError, match="write 'welfare'"):
        correlated_equilibrium(CHICKEN, objective="sum")
    with pytest.raises(ValueError, match="player 2"):
        correlated_equilibrium(CHICKEN, objective=2)
    with pytest.raises(ValueError, match="it weighs the profiles"):
        correlated_equilibrium(CHICKEN, objective=[1, 2])
    large = NormalForm(*np.zeros((2, 60, 60), dtype=int))
    with pytest.raises(ValueError, match=r"3600 unknowns and 7080 constraints.*Give time_limit"):
        correlated_equilibrium(large)
    with pytest.raises(ValueError, match="Give time_limit"):
        correlated_vertices(NormalForm(*np.zeros((2, 4, 4), dtype=int)))
    alone = NormalForm([[5]], [[7]])
    assert correlated_equilibrium(alone).value == 12
    assert len(correlated_vertices(alone)) == 1
    assert obedience(alone, [[1]]).gain == 0


def test_a_program_too_large_is_refused_before_any_work(monkeypatch):
    monkeypatch.setattr("gametheory.correlated._weights", lambda *_: pytest.fail("the objective was summed"))
    with pytest.raises(ValueError, match="time_limit"):
        correlated_equilibrium(NormalForm(np.eye(200), np.eye(200)))
