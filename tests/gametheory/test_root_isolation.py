"""Real roots of rational polynomials: values, multiplicities, ends, and exact signs elsewhere."""

import math
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

from gametheory.methods.algebraic import algebraic_form, pieces
from gametheory.root_isolation import positive_point, rational, real_roots, sign_at

x = sp.Symbol("x", real=True)

TABLE = [
    ((x - 1) ** 2 * (x + 2), [-2, 1], [1, 2]),
    (x**2 + 1, [], []),
    (x**3 - 2, [2 ** (1 / 3)], [1]),
    (-(x**2) + x + 1, [(1 - 5**0.5) / 2, (1 + 5**0.5) / 2], [1, 1]),
    (x**5 - x - 1, [1.1673039782614187], [1]),
    (sp.prod(x - sp.Rational(k, 20) for k in range(1, 21)), [k / 20 for k in range(1, 21)], [1] * 20),
    (x**3 / 7, [0], [3]),
]


@pytest.mark.parametrize(("expression", "values", "multiplicities"), TABLE, ids=str)
def test_known_roots(expression, values, multiplicities):
    found = real_roots(sp.Poly(expression, x))
    assert [float(root) for root in found] == pytest.approx(values, abs=1e-15, rel=1e-15)
    assert [root.multiplicity for root in found] == multiplicities
    for root in found:
        assert root.lower <= root.upper
        assert float(sp.N(root.exact, 20)) == pytest.approx(float(root), rel=1e-15, abs=1e-300)


def test_ends_are_excluded_exactly():
    polynomial = sp.Poly(x * (x - 1) * (x**2 - sp.Rational(1, 2)), x)
    assert [str(root.exact) for root in real_roots(polynomial, Fraction(0), Fraction(1))] == ["sqrt(2)/2"]


def test_close_roots_are_told_apart():
    gap = sp.Rational(1, 10**30)
    found = real_roots(sp.Poly((x**2 - 2) * (x**2 - 2 - gap), x), Fraction(0))
    assert len(found) == 2
    assert found[0].upper < found[1].lower


def test_count_agrees_with_sturm_chains():
    rng = np.random.default_rng(5)
    for _ in range(40):
        coefficients = [int(c) for c in rng.integers(-9, 10, size=rng.integers(2, 9))]
        polynomial = sp.Poly(coefficients, x, domain=sp.QQ)
        if polynomial.is_zero or polynomial.degree() < 1:
            continue
        inside = len(real_roots(polynomial, Fraction(-1), Fraction(2)))
        closed = polynomial.count_roots(-1, 2)
        assert inside == closed - (polynomial.eval(-1) == 0) - (polynomial.eval(2) == 0)


def test_signs_at_algebraic_numbers():
    root = real_roots(sp.Poly(x**3 - x - 1, x))[0]
    assert sign_at(root, sp.Poly(x**6 - 2 * x**4 - 2 * x**3 + x**2 + 2 * x + 1, x)) == 0  # the square
    close = sp.Rational(13247179572447460259609088544780973, 10**34)  # the root, cut off
    assert sign_at(root, sp.Poly(x - close, x)) == 1
    assert sign_at(root, sp.Poly(x - close - sp.Rational(1, 10**34), x)) == -1


def test_the_zero_polynomial_is_refused():
    with pytest.raises(ValueError, match="vanishes everywhere"):
        real_roots(sp.Poly(0, x))
    with pytest.raises(ValueError, match="rational"):
        real_roots(sp.Poly(x - sp.sqrt(2), x))
    with pytest.raises(ValueError, match="not a rational"):
        rational(sp.pi)


def test_positive_point_is_a_witness_or_a_proof():
    assert positive_point(sp.Poly(-((x - 1) ** 2), x), Fraction(0), math.inf) is None
    point = positive_point(sp.Poly(-((x - 1) ** 2) + sp.Rational(1, 10**12), x), Fraction(0), Fraction(3))
    assert abs(point - 1) < Fraction(1, 10**6)


FORMS = [
    (2 / sp.sqrt(x) - sp.Rational(1, 5), [100]),
    (sp.sqrt(5) * sp.sqrt(x) - 5, [5]),
    (x ** sp.Rational(3, 10) - 2, [2 ** (10 / 3)]),
    (sp.sqrt(1 + 2 * x) - 3, [4]),
    (1 / sp.sqrt(10 - x) - 1, [9]),
    (sp.sqrt(2) * x - 1, [2**-0.5]),
    (sp.cbrt(x) - sp.sqrt(x), [1]),  # the root at the end 0 is not inside
]


@pytest.mark.parametrize(("expression", "values"), FORMS, ids=str)
def test_fractional_powers_become_polynomials(expression, values):
    form = algebraic_form(expression, x)
    assert [float(value) for value, _ in form.roots(Fraction(0), math.inf)] == pytest.approx(values, rel=1e-14)


def test_transcendental_expressions_have_no_such_form():
    assert algebraic_form(sp.exp(x), x) is None
    assert algebraic_form(sp.sqrt(x) + sp.sqrt(1 + x), x) is None
    assert algebraic_form(x**x, x) is None


def test_pieces_agree_with_the_expression():
    expression = sp.Max(0, sp.Min(x - 1, 2), sp.Abs(x - 3) - 2) + sp.Piecewise((1, x > 4), (0, True))
    parts = pieces(expression, x, Fraction(0), Fraction(6))
    assert [part.hi for part in parts[:-1]] == [part.lo for part in parts[1:]]
    for part in parts:
        middle = (part.lo + part.hi) / 2
        at = {x: sp.Rational(middle.numerator, middle.denominator)}
        assert part.expression.subs(at) == expression.subs(at)
