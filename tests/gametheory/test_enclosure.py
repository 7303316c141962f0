"""Ranges contain what they must; roots and maxima are certified, and what is not decided is said."""

import math
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

from gametheory.enclosure import enclosure
from gametheory.interval import WHOLE, Interval
from gametheory.methods.branch_and_bound import bound_maximum, isolate_roots

x, a = sp.symbols("x a", real=True)

EXPRESSIONS = [
    x**3 - 2 * x + 1,
    1 / (1 + x**2),
    sp.sqrt(x) * sp.exp(-x),
    x ** sp.Rational(3, 10) - x ** sp.Rational(-7, 10),
    sp.log(x) * sp.sin(3 * x) + sp.cos(x),
    sp.Max(x, 1) - sp.Min(x**2, 2) + sp.Abs(x - 1),
    sp.tanh(x) * sp.erf(x) + sp.atan(x),
    sp.Piecewise((x**2, x < 1), (2 - x, True)),
    sp.sinh(x) / sp.cosh(x) + x**x,
    sp.pi * x + sp.E + 0.1 * x,
]


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=str)
@pytest.mark.parametrize("cell", [(0.5, 0.75), (0.9, 1.1), (1.25, 3.0), (2.0, 2.0)])
def test_range_contains_all_values_and_difference_quotients(expression, cell):
    seen = enclosure(expression, x)(Interval(*cell))
    exact = sp.lambdify(x, expression, "mpmath")
    import mpmath

    with mpmath.workdps(40):
        points = [mpmath.mpf(float(p)) for p in np.linspace(*cell, 13)]
        values = [exact(p) for p in points]
        for value in values:
            assert seen.value.lo <= value <= seen.value.hi
        for p, q, v, w in zip(points, points[1:], values, values[1:], strict=False):
            if p != q:
                assert seen.slope.lo <= (w - v) / (q - p) <= seen.slope.hi


def test_undecided_cases_may_jump_so_their_slope_is_unknown():
    jump = sp.Piecewise((0, x < 1), (5, True))
    seen = enclosure(jump, x)(Interval(0.5, 1.5))
    assert (seen.value.lo, seen.value.hi) == (0, 5)
    assert seen.slope == WHOLE
    assert enclosure(jump, x)(Interval(1.0, 1.5)).value == Interval(5, 5)


@pytest.mark.parametrize("relation", [x > 1, x >= 1, x < 1, x <= 1, sp.Eq(x, 1), sp.Ne(x, 1)])
def test_conditions_are_decided_as_at_points(relation):
    f = enclosure(sp.Piecewise((1, relation), (0, True)), x)
    for point in (0.5, 1.0, 1.5):
        truth = float(bool(relation.subs(x, sp.Rational(point))))
        assert f(Interval(point, point)).value == Interval(truth, truth)


def test_parameters_are_held_inside_their_intervals():
    seen = enclosure(a * x, x, (a,))(Interval(1, 2), Interval(3, 4))
    assert seen.value.contains(3)
    assert seen.value.contains(8)
    assert seen.slope.lo <= 3
    assert seen.slope.hi >= 4


def test_unknown_symbols_and_functions_are_refused():
    with pytest.raises(ValueError, match="contains a"):
        enclosure(a * x, x)
    with pytest.raises(ValueError, match="no interval rule for zeta"):
        enclosure(sp.zeta(x), x)


def test_unbounded_intervals():
    inf = math.inf
    assert Interval(0, inf).power(Fraction(-3, 2)) == Interval(0, inf)
    assert Interval(0, 0) * Interval(0, inf) == Interval(0, 0)
    assert Interval(-inf, 2).exp().lo == 0
    assert (Interval(1, 1) / Interval(-1, 1)) == WHOLE
    with pytest.raises(ValueError, match="lo <= hi"):
        Interval(2, 1)


ROOTS = [
    (sp.exp(x) - 2, 0, 3, [math.log(2)]),
    (sp.sin(x), 1, 10, [math.pi, 2 * math.pi, 3 * math.pi]),
    (x * (x - sp.Rational(1, 2)), 0, 1, [0.5]),  # a root at the end is not inside
    (1 - sp.exp(-x) - x * sp.exp(-x), 0, 5, []),  # a double zero at the end
    (2 / sp.sqrt(x) - sp.Rational(1, 5), 0, sp.oo, [100.0]),
    (1 / (x - 1), 0, 2, None),  # a pole is no root, and cannot be told from one by signs
    (sp.log(x) + 3, 0, 1, [math.exp(-3)]),
]


@pytest.mark.parametrize(("expression", "lo", "hi", "expected"), ROOTS, ids=str)
def test_roots_are_isolated(expression, lo, hi, expected):
    found = isolate_roots(expression, x, lo, hi)
    if expected is None:
        assert not found.roots
        assert found.undecided
        return
    assert not found.undecided
    assert [cell.middle for cell in found.roots] == pytest.approx(expected, rel=1e-12)
    assert all(cell.width < 1e-10 for cell in found.roots)


def test_a_double_root_is_undecided_not_lost():
    found = isolate_roots(sp.exp(x) - 1 - x, x, -1, 1)
    assert found.roots == ()
    assert any(cell.contains(0.0) for cell in found.undecided)


MAXIMA = [
    (x * sp.exp(-x), 0, 5, math.exp(-1), 1.0),
    (2 * sp.sqrt(x) - x, 0, sp.oo, 1.0, 1.0),
    (sp.Min(x, 2 - x), 0, 2, 1.0, 1.0),
    (x**2, -1, 2, 4.0, 2.0),
    (-sp.cos(x), 0, 6, 1.0, math.pi),
    (sp.Piecewise((x, x <= 1), (x - 5, True)), 0, 3, 1.0, 1.0),
]


@pytest.mark.parametrize(("expression", "lo", "hi", "value", "place"), MAXIMA, ids=str)
def test_maxima_are_bounded_from_both_sides(expression, lo, hi, value, place):
    found = bound_maximum(expression, x, lo, hi, tolerance=1e-9)
    assert found.lower <= value + 1e-15
    assert found.upper >= value - 1e-15
    assert found.upper - found.lower <= 1e-9
    assert found.cell.lo <= place <= found.cell.hi
    assert found.best == pytest.approx(place, abs=1e-3)


def test_a_supremum_is_bounded_when_work_runs_out():
    found = bound_maximum(sp.sin(50 * x) * sp.exp(-x), x, 0, 3, cells=20)
    grid = np.linspace(0, 3, 20001)
    assert found.upper >= (np.sin(50 * grid) * np.exp(-grid)).max()
