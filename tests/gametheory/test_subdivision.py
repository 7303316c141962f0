"""Subdivision finds each zero once, exactly as often as closed forms and numpy's roots say, or says that it did not."""

from fractions import Fraction
from math import comb

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from gametheory.methods.quadratic import Quadratic
from gametheory.methods.subdivision import control_points, isolate_zeros


def bernstein(coefficients):
    """Control points on [0, 1] of a polynomial, constant first."""
    d = len(coefficients) - 1
    row = [sum(comb(i, k) / comb(d, k) * coefficients[k] for k in range(i + 1)) for i in range(d + 1)]
    return np.array([row]) / max(map(abs, row))


@pytest.mark.parametrize(
    "roots", [[0.1, 0.2], [0.3, 0.31, 0.9], [1.2, -0.3, 0.5], [2.0, 3.0, -1.0], [0.25, 0.5, 0.75, 0.99]]
)
def test_roots_of_one_polynomial(roots):
    rows = bernstein(np.polynomial.polynomial.polyfromroots(roots))
    found = isolate_zeros(rows, 1, sizes=(2,), degrees=(len(roots),))
    assert not found.undecided
    inside = sorted(r for r in roots if 0 < r < 1)
    for root in inside:
        assert any(cell.contains([np.array([1 - root, root])]) for cell in found.cells)
    for cell in found.cells:  # each cell, which may reach beyond the ends, holds exactly one
        assert sum(cell.contains([np.array([1 - root, root])]) for root in roots) == 1


def test_a_double_root_stays_open_and_no_root_is_no_cell():
    double = isolate_zeros(bernstein([0.16, -0.8, 1.0]), 1, sizes=(2,), degrees=(2,))
    assert double.undecided
    none = isolate_zeros(bernstein([0.2, -0.8, 1.0]), 1, sizes=(2,), degrees=(2,))
    assert not none.undecided
    assert none.cells == ()


@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99), st.floats(-3, 3), st.floats(-3, 3))
def test_two_bilinear_equations_have_the_zero_they_were_made_for(x, y, a, b):
    """(u - x) + a (u - x)(v - y) and (v - y) + b (u - x)(v - y): (x, y) is one zero, at most one other exists."""
    corners = [(u, v) for u in (0, 1) for v in (0, 1)]
    first = [(u - x) + a * (u - x) * (v - y) for u, v in corners]
    second = [(v - y) + b * (u - x) * (v - y) for u, v in corners]
    rows = np.array([first, second]) / 8
    found = isolate_zeros(rows, 2, sizes=(2, 2), degrees=(1, 1))
    zero = [np.array([1 - x, x]), np.array([1 - y, y])]
    assert found.undecided or any(cell.contains(zero) for cell in found.cells)


def test_a_row_that_beats_another_rules_the_cell_out():
    rows = np.array([[-0.5, 0.5], [0.1, 0.1]])
    assert isolate_zeros(rows, 1, sizes=(2,), degrees=(1,)).cells
    assert not isolate_zeros(rows, 1, sizes=(2,), degrees=(1,), pairs=[(1, -1)]).cells


def test_rows_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="control points"):
        isolate_zeros(np.zeros((1, 3)), 1, sizes=(2,), degrees=(1,))
    with pytest.raises(ValueError, match="exceed 1"):
        isolate_zeros(np.array([[2.0, -1.0]]), 1, sizes=(2,), degrees=(1,))


def test_control_points_are_all_multi_indices():
    assert len(control_points((3, 2), (4, 1))) == comb(6, 2) * 2


small = st.fractions(-5, 5, max_denominator=20)


@given(small, small, small, small, st.integers(1, 50))
def test_numbers_with_a_square_root(u, v, s, t, d):
    one, two = Quadratic(u, v, d), Quadratic(s, t, d)
    for ours, theirs in ((one + two, one.symbolic + two.symbolic), (one * two, one.symbolic * two.symbolic)):
        assert sp.expand(ours.symbolic - theirs) == 0
        assert ours.sign == sp.sign(sp.expand(theirs))
        assert abs(float(ours) - float(sp.N(theirs, 30))) <= 1e-12 * max(1, abs(float(ours)))
    assert (one + Fraction(1, 2)).rational == u + Fraction(1, 2)
