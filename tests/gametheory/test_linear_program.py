"""Exact linear programs: the same optimum by HiGHS with proof, by the integer simplex, and by scipy in floats."""

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from gametheory.methods.exact_simplex import simplex
from gametheory.methods.linear_program import InfeasibleError, UnboundedError, maximise


@st.composite
def programs(draw):
    n, m, e = draw(st.integers(1, 4)), draw(st.integers(1, 5)), draw(st.integers(0, 2))
    row = st.lists(st.integers(-3, 3), min_size=n, max_size=n)
    c, A, E = draw(row), [draw(row) for _ in range(m)], [draw(row) for _ in range(e)]
    sides = st.integers(-2, 4)
    return c, A, [draw(sides) for _ in A], E, [draw(sides) for _ in E]


def outcome(solver):
    try:
        return solver()
    except InfeasibleError:
        return "infeasible"
    except UnboundedError:
        return "unbounded"


@settings(max_examples=80, deadline=None)
@given(programs())
def test_three_routes_agree_and_the_prices_prove_the_optimum(program):
    c, A, b, E, d = program
    found = outcome(lambda: maximise(c, below=(A, b), equal=(E, d) if E else None))
    rows = np.array(A + E, dtype=object)
    other = outcome(lambda: simplex(np.array(c, dtype=object), rows, np.array(b + d, dtype=object), len(A)))
    if isinstance(found, str):
        assert found == other
        # HiGHS mistakes some unbounded programs for infeasible ones, so each half of the claim is asked by itself
        n, below, equal = len(c), {"A_ub": A}, {"A_eq": E or None}
        some = linprog([0] * n, **below, b_ub=b, **equal, b_eq=d or None)
        assert some.status == {"infeasible": 2, "unbounded": 0}[found]
        if found == "unbounded":  # a direction that is never forbidden and always pays
            ray = linprog(
                [-x for x in c], **below, b_ub=[0] * len(A), **equal, b_eq=[0] * len(E) or None, bounds=(0, 1)
            )
            assert ray.status == 0
            assert ray.fun < -1e-9
        return
    x, y, w = found.point, found.prices, found.equal_prices
    dot = lambda u, v: sum((F(p) * q for p, q in zip(u, v, strict=True)), F(0))  # noqa: E731
    assert min(x) >= 0 <= min(y)
    assert all(dot(row, x) <= side for row, side in zip(A, b, strict=True))
    assert all(dot(row, x) == side for row, side in zip(E, d, strict=True))
    assert all(dot([*y, *w], [row[j] for row in A + E]) >= c[j] for j in range(len(c)))
    assert found.value == dot(c, x) == dot([*y, *w], b + d) == dot(c, other[0])
    floats = linprog([-x for x in c], A_ub=A, b_ub=b, A_eq=E or None, b_eq=d or None)
    assert float(found.value) == pytest.approx(-floats.fun, abs=1e-7)


def test_numbers_that_floats_cannot_tell_apart():
    tiny = F(1, 10**30)
    best = maximise([1, 1 + tiny], below=([[1, 1]], [1]))
    assert best.point == (0, 1)
    assert best.value == 1 + tiny
    assert maximise([1, 1], below=([[1, 0], [0, 1]], [10**300, F(1, 10**300)])).value == 10**300 + F(1, 10**300)


def test_contradictions_that_floats_cannot_see():
    with pytest.raises(InfeasibleError, match="no point satisfies"):
        maximise([1], below=([[1], [-1]], [F(1, 3), -F(1, 3) - F(1, 10**25)]))


def test_shapes_and_deadlines_are_told():
    with pytest.raises(ValueError, match=r"with 2 unknowns it must be 1 x 2"):
        maximise([1, 2], below=([[1, 2, 3]], [1]))
    with pytest.raises(TimeoutError, match="not solved in time"):
        maximise([1], below=([[1]], [1]), deadline=0.0)
