"""Laws of population games: what the equilibria of any field must satisfy, whoever computed them."""

import itertools
from fractions import Fraction

import numpy as np
import sympy as sp
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gametheory.population import Population
from gametheory.population_equilibria import solve_population

x, s = sp.symbols("x s")
whole = st.integers(-6, 6)
quick = settings(max_examples=12, deadline=None)


def line(gain, base=0):
    return Population.from_payoffs({"agent": {"yes": gain + base, "no": base}}, {x: ("agent", "yes")})


def square(first, second):
    payoffs = {"left": {"a": first, "b": 0}, "right": {"c": second, "d": 0}}
    return Population.from_payoffs(payoffs, {x: ("left", "a"), s: ("right", "c")})


def polynomial(coefficients):
    return sum((c * x**k for k, c in enumerate(coefficients)), sp.Integer(0)) / 3


def firsts(found):
    return [float(answer.profile[0][0]) for answer in found]


coefficients = st.lists(whole, min_size=1, max_size=5)


@given(coefficients)
@quick
def test_every_answer_has_no_regret_and_every_sign_change_is_answered(given_coefficients):
    gain = polynomial(given_coefficients)
    game = line(gain)
    found = solve_population(game)
    assert found.complete
    assert len(found) > 0
    for answer in found:
        assert game.regret(answer.profile[0]) < 1e-12
    grid = np.linspace(0, 1, 801)
    values = np.polynomial.Polynomial([c / 3 for c in given_coefficients])(grid)
    crossings = grid[:-1][values[:-1] * values[1:] < 0]
    for crossing in crossings:
        assert any(crossing - 1e-9 <= share <= crossing + 1 / 800 + 1e-9 for share in firsts(found))


@given(coefficients, whole)
@quick
def test_a_payoff_paid_to_all_changes_nothing(given_coefficients, extra):
    gain = polynomial(given_coefficients)
    assert firsts(solve_population(line(gain))) == firsts(solve_population(line(gain, extra * x**2)))


@given(coefficients)
@quick
def test_renaming_the_strategies_mirrors_the_answers(given_coefficients):
    gain = polynomial(given_coefficients)
    mirrored = -gain.subs(x, 1 - x)
    found, mirror = solve_population(line(gain)), solve_population(line(sp.expand(mirrored)))
    assert [a.exact[0][0] for a in found] == [1 - b.exact[0][0] for b in mirror][::-1] or np.allclose(
        firsts(found), 1 - np.array(firsts(mirror))[::-1], atol=1e-12
    )
    assert [a.stability for a in found] == [b.stability for b in mirror][::-1]


@given(coefficients)
@quick
def test_stable_and_unstable_answers_alternate(given_coefficients):
    gain = polynomial(given_coefficients)
    found = solve_population(line(gain))
    words = [answer.stability for answer in found]
    roots = sp.Poly(gain, x).all_roots() if gain.has(x) else []
    assume(len(set(roots)) == len(roots) and 0 not in (gain.subs(x, 0), gain.subs(x, 1)))  # nothing degenerate
    assert all(a != b for a, b in itertools.pairwise(words))
    assert words.count("asymptotically stable") == words.count("unstable") + 1


@given(st.lists(st.lists(whole, min_size=3, max_size=3), min_size=3, max_size=3))
@settings(max_examples=8, deadline=None)
def test_matrix_games_have_an_answer_and_no_best_reply_is_missed(A):
    game = Population.from_matrix(A)
    found = solve_population(game)
    assert found.complete
    assert len(found) > 0
    for answer in found:
        payoffs = [sum(a * p for a, p in zip(row, answer.exact[0], strict=True)) for row in A]
        best = max(payoffs)
        assert all(payoffs[i] == best for i in answer.support[0])
        assert isinstance(answer.regret, Fraction)
    stable = {answer.exact for answer in solve_population(game, "ess")}
    assert stable <= {answer.exact for answer in found}


@given(st.lists(whole, min_size=4, max_size=4), st.lists(whole, min_size=4, max_size=4))
@settings(max_examples=8, deadline=None)
def test_fields_on_the_square_agree_with_the_bimatrix_they_come_from(A, B):
    """The same game twice: bilinear, so solved by vertices; with a common bend, by resultants."""
    A, B = np.reshape(A, (2, 2)).tolist(), np.reshape(B, (2, 2)).tolist()
    direct = solve_population(Population.from_bimatrix(A, B))
    first = (A[0][0] - A[1][0]) * s + (A[0][1] - A[1][1]) * (1 - s)
    second = (B[0][0] - B[0][1]) * x + (B[1][0] - B[1][1]) * (1 - x)
    bent = solve_population(square(first * (1 + x), second * (1 + s)))  # the same signs everywhere
    isolated = all(len(group) == 1 for group in direct.components)
    assume(isolated)
    assert bent.complete
    assert [[p[0] for p in a.exact] for a in bent] == [[p[0] for p in a.exact] for a in direct]


@given(st.lists(whole, min_size=6, max_size=6), st.lists(whole, min_size=6, max_size=6))
@settings(max_examples=8, deadline=None)
def test_fields_on_the_square_have_no_regret_where_answered(a, b):
    monomials = [1, x, s, x * s, x**2, s**2]
    first, second = (sum((c * m for c, m in zip(cs, monomials, strict=True)), sp.Integer(0)) for cs in (a, b))
    game = square(first, second)
    found = solve_population(game)
    for answer in found:
        state = dict(zip(game.roles, answer.profile, strict=True))
        assert game.regret(state) < 1e-9
    if found.complete:
        assert len(found) > 0
