"""Constants of motion: kept along orbits found by integration, absent where the orbit spirals."""

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from evolution import Logit, Replicator, integrate
from evolution.invariants import constants_of_motion
from gametheory import NormalForm, Population

RPS = [[0, -1, 1], [1, 0, -1], [-1, 1, 0]]


def drift(dynamics, constant, x0):
    values = constant(integrate(dynamics, x0=x0, t=np.linspace(0, 40, 21), rtol=1e-11).x)
    return float(np.ptp(values))


@pytest.mark.parametrize(
    ("A", "weights"),
    [
        (RPS, [(1, 1, 1)]),
        ([[0, -2, 1], [2, 0, -3], [-1, 3, 0]], [(3, 1, 2)]),  # zero-sum, equilibrium (3, 1, 2)/6
        ([[5, -1, 1], [6, 0, -1], [4, 1, 0]], [(1, 1, 1)]),  # a column shifted
        ([[0, -1, 2], [2, 0, -1], [-1, 2, 0]], []),
        ([[1, 0], [0, 1]], []),
    ],
)
def test_one_population(A, weights):
    dynamics = Replicator(A)
    found = constants_of_motion(dynamics)
    assert [tuple(map(int, each.weights)) for each in found] == weights
    for constant in found:
        assert drift(dynamics, constant, [0.5, 0.2, 0.3]) < 1e-8


def test_parallel_rows_keep_a_ratio():
    dynamics = Replicator([[1, 2, 0], [3, 4, 2], [0, 5, 1]])  # the second row is the first plus 2: log x1/x0 grows
    assert constants_of_motion(dynamics) == ()
    same = Replicator([[1, 2, 0], [1, 2, 0], [0, 5, 1]])
    (constant,) = constants_of_motion(same)
    assert str(constant) == "-log x[0] + log x[1]"
    assert drift(same, constant, [0.2, 0.5, 0.3]) < 1e-9


@given(st.lists(st.integers(-5, 5), min_size=8, max_size=8))
@settings(max_examples=30, deadline=None)
def test_two_by_two_with_an_interior_equilibrium(cells):
    A, B = np.array(cells[:4]).reshape(2, 2), np.array(cells[4:]).reshape(2, 2)
    rows, columns = A[0] - A[1], B[:, 0] - B[:, 1]
    if rows.prod() >= 0 or columns.prod() >= 0:
        return
    dynamics = Replicator(NormalForm(A.tolist(), B.tolist()))
    (constant,) = constants_of_motion(dynamics)
    x, y = sp.symbols("x y", positive=True)
    c = [sp.Integer(int(value)) for value in constant.weights]
    fx = x * (1 - x) * (int(rows[0]) * y + int(rows[1]) * (1 - y))
    fy = y * (1 - y) * (int(columns[0]) * x + int(columns[1]) * (1 - x))
    change = fx * (c[0] / x - c[1] / (1 - x)) + fy * (c[2] / y - c[3] / (1 - y))
    assert sp.expand(sp.simplify(change)) == 0


def test_three_populations_in_zero_sum_pairs():
    """Player k wins from k + 1 what k + 1 loses by being alike: equilibrium all 1/2, its log sum is kept."""
    tables = [np.zeros((2, 2, 2), dtype=int) for _ in range(3)]
    for a in np.ndindex(2, 2, 2):
        alike = [1 if a[k] == a[(k + 1) % 3] else -1 for k in range(3)]
        for k in range(3):
            tables[k][a] = alike[k] - alike[k - 1]
    dynamics = Replicator(NormalForm(*(table.tolist() for table in tables)))
    found = constants_of_motion(dynamics)
    assert tuple(map(int, found[0].weights)) == (1,) * 6 or len(found) > 1
    for constant in found:
        start = {role: [p, 1 - p] for role, p in zip(dynamics.roles, (0.3, 0.6, 0.8), strict=True)}
        assert drift(dynamics, constant, start) < 1e-7
    total = np.linalg.matrix_rank(np.array([[float(w) for w in each.weights] for each in found] + [[1.0] * 6]))
    assert total == len(found)  # the known one is among their combinations


def test_refusals():
    with pytest.raises(TypeError, match="known for Replicator, not for Logit"):
        constants_of_motion(Logit(RPS, temperature=1))
    x, y = sp.symbols("x y")
    game = Population(("r",), {"r": ("a", "b")}, {"r": (x, y)}, {"r": (x**2, y)})
    with pytest.raises(TypeError, match="not linear"):
        constants_of_motion(Replicator(game))


def test_values_on_faces():
    """log x0 + log x1 + log x2 of a zero-sum cycle falls to minus infinity at every face."""
    (constant,) = constants_of_motion(Replicator(RPS))
    assert constant([0.5, 0.5, 0]) == -np.inf
    np.testing.assert_allclose(constant([[1, 0, 0], [0.5, 0.25, 0.25]]), [-np.inf, np.log(1 / 32)])


def test_weights_in_words():
    """RPS with payments a, b, c is zero-sum with equilibrium in proportion to (b, a, c) of its pairs."""
    (constant,) = constants_of_motion(Replicator([[0, -11, 1], [11, 0, -21], [-1, 21, 0]]))
    assert str(constant) == "21 log x[0] + log x[1] + 11 log x[2]"
    (pair,) = constants_of_motion(Replicator([[1, 2, 0], [1, 2, 0], [0, 0, 5]]))
    assert str(pair) in {"log x[0] - log x[1]", "-log x[0] + log x[1]"}
