"""Exact expectations against enumeration of every draw and every queue, in rationals."""

from fractions import Fraction
from itertools import product

import pytest
import sympy as sp

from analytic.expectation import moment_of_sum, over_population, over_queue

S, x, y, z = sp.symbols("S x y z", positive=True)
n = sp.Symbol("n", positive=True, integer=True)
PAYOFFS = [sp.Integer(3), 1 - S / 50, S**2 - S, S**3 / 7 + S, S**4]
HALVES = {x: sp.Rational(2, 7), y: sp.Rational(5, 7)}
THIRDS = {x: sp.Rational(1, 7), y: sp.Rational(2, 7), z: sp.Rational(4, 7)}


def enumerated(payoff, amounts, shares, draws, *, queue=False):
    """Every sequence of draws, with my place in the queue anywhere when asked."""
    places = range(draws + 1) if queue else [draws]
    total = Fraction(0)
    for before in places:
        for drawn in product(range(len(amounts)), repeat=before):
            chance = Fraction(1)
            for each in drawn:
                chance *= Fraction(int(shares[each].p), int(shares[each].q))
            value = sp.sympify(payoff).subs(S, sum(amounts[each] for each in drawn))
            total += chance * Fraction(int(value.p), int(value.q))
    return total / len(places)


def check(function, payoff, amounts, point, draws):
    shares = tuple(point)
    found = function(payoff, S, amounts=amounts, shares=shares, draws=sp.Integer(draws))
    exact = enumerated(payoff, amounts, [point[s] for s in shares], draws, queue=function is over_queue)
    assert sp.nsimplify(found.subs(point)) == sp.Rational(exact.numerator, exact.denominator)


@pytest.mark.parametrize("function", [over_population, over_queue])
@pytest.mark.parametrize("payoff", PAYOFFS)
def test_polynomials_of_two_and_three_strategies(function, payoff):
    check(function, payoff, (1, 0), HALVES, 4)
    check(function, payoff, (3, 1, 0), THIRDS, 3)
    check(function, payoff, (1, 0), HALVES, 0)


@pytest.mark.parametrize("function", [over_population, over_queue])
@pytest.mark.parametrize("amounts", [(1, 0), (2, 1)])
def test_other_payoffs_of_two_strategies(function, amounts):
    check(function, 1 / (1 + S), amounts, HALVES, 4)
    check(function, sp.Max(S, 2), amounts, HALVES, 4)
    check(function, S**8, amounts, HALVES, 3)


def test_the_number_of_draws_may_stay_a_symbol():
    for function in (over_population, over_queue):
        found = function(S**2, S, amounts=(1, 0), shares=(x, y), draws=n)
        for number in (1, 4, 5):
            exact = enumerated(S**2, (1, 0), [HALVES[x], HALVES[y]], number, queue=function is over_queue)
            assert found.subs(n, number).subs(HALVES) == sp.Rational(exact.numerator, exact.denominator)


def test_moments_of_a_sum_are_those_of_the_binomial_law():
    p = sp.Rational(1, 3)
    for power in range(1, 6):
        exact = sum(sp.binomial(6, j) * p**j * (1 - p) ** (6 - j) * j**power for j in range(7))
        assert moment_of_sum(power, sp.Integer(6), lambda k: p) == exact


def test_plugging_in_the_mean_is_another_number():
    found = over_population(S**2, S, amounts=(1, 0), shares=(x, y), draws=sp.Integer(99)).subs(HALVES)
    mean = 99 * HALVES[x]
    assert sp.nsimplify(found - mean**2) == 99 * HALVES[x] * (1 - HALVES[x])


def test_what_cannot_be_averaged_exactly_is_refused():
    with pytest.raises(ValueError, match="needs two strategies, not 3"):
        over_population(1 / (1 + S), S, amounts=(2, 1, 0), shares=(x, y, z), draws=sp.Integer(3))
    with pytest.raises(ValueError, match="whole number"):
        over_population(1 / (1 + S), S, amounts=(1, 0), shares=(x, y), draws=n)
