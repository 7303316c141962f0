"""Laws of equilibria of two-player games, on random games, many of them degenerate."""

from fractions import Fraction as F
from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from gametheory.dispatch import solve
from gametheory.methods.ess import is_strictly_copositive
from gametheory.normal_form import NormalForm

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def matrices(draw, count=2, largest=4, span=3, square=False):
    rows = draw(st.integers(1, largest))
    columns = rows if square else draw(st.integers(1, largest))
    cells = st.lists(st.integers(-span, span), min_size=rows * columns, max_size=rows * columns)
    return [np.array(draw(cells)).reshape(rows, columns) for _ in range(count)]


def profiles(found):
    return [e.exact for e in found]


def gains(A, B, x, y):
    """What either player gains by its best deviation, by sums written out."""
    m, n = A.shape
    rows = [sum(int(A[i, j]) * y[j] for j in range(n)) for i in range(m)]
    columns = [sum(int(B[i, j]) * x[i] for i in range(m)) for j in range(n)]
    return (
        max(rows) - sum(p * u for p, u in zip(x, rows, strict=True)),
        max(columns) - sum(q * u for q, u in zip(y, columns, strict=True)),
    )


@QUICK
@given(matrices())
def test_every_answer_is_an_equilibrium_and_so_is_every_mixture_in_a_nash_subset(game):
    found = solve(NormalForm(*game))
    assert len(found) >= 1  # Nash 1950
    assert found.complete
    for e in found:
        assert all(sum(part) == 1 and min(part) >= 0 for part in e.exact)
        assert gains(*game, *e.exact) == (0, 0)
    for subset in found.nash_subsets:
        middle = [
            [sum(column) / F(len(subset)) for column in zip(*(found[i].exact[k] for i in subset), strict=True)]
            for k in (0, 1)
        ]
        assert gains(*game, *middle) == (0, 0)


@QUICK
@given(matrices(span=2))
def test_subsets_are_maximal_products_and_components_partition(game):
    found = solve(NormalForm(*game))
    exact = profiles(found)
    assert sorted(i for group in found.components for i in group) == list(range(len(found)))
    for subset in found.nash_subsets:
        xs, ys = {exact[i][0] for i in subset}, {exact[i][1] for i in subset}
        assert {exact[i] for i in subset} == set(product(xs, ys))
        for x, y in exact:  # no strategy can be added to either side
            assert x in xs or not all((x, other) in exact for other in ys)
            assert y in ys or not all((other, y) in exact for other in xs)
        assert any(set(subset) <= set(group) for group in found.components)


@QUICK
@given(matrices(span=2))
def test_the_independent_route_through_supports_agrees(game):
    one, other = solve(NormalForm(*game)), solve(NormalForm(*game), method="support enumeration")
    assert profiles(one) == profiles(other)
    assert (one.components, one.nash_subsets) == (other.components, other.nash_subsets)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([1, 3, 10**9]))
def test_the_independent_route_agrees_on_six_by_six(seed, span):
    rng = np.random.default_rng(seed)
    game = NormalForm(*rng.integers(-span, span + 1, (2, 6, 6)))
    assert profiles(solve(game)) == profiles(solve(game, method="support enumeration"))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 5), st.integers(2, 5))
def test_generic_games_have_an_odd_number_of_isolated_equilibria(seed, rows, columns):
    rng = np.random.default_rng(seed)
    found = solve(NormalForm(*rng.integers(-(10**12), 10**12, (2, rows, columns))))
    assert len(found) % 2 == 1  # Wilson 1971
    assert len(found.components) == len(found)
    assert all(len(e.support[0]) == len(e.support[1]) for e in found)


@QUICK
@given(matrices(), st.fractions(F(1, 7), 9), st.integers(-9, 9), st.fractions(F(1, 7), 9), st.integers(-9, 9))
def test_a_change_of_units_changes_nothing(game, scale, shift, other_scale, other_shift):
    A, B = (matrix.astype(object) for matrix in game)
    one, other = solve(NormalForm(A, B)), solve(NormalForm(scale * A + shift, other_scale * B + other_shift))
    assert profiles(one) == profiles(other)
    assert one.components == other.components


@QUICK
@given(matrices(), st.randoms(use_true_random=False))
def test_renaming_strategies_renames_equilibria(game, random):
    rows, columns = (random.sample(range(size), size) for size in game[0].shape)
    one = solve(NormalForm(*game))
    other = solve(NormalForm(*(matrix[np.ix_(rows, columns)] for matrix in game)))
    renamed = [(tuple(x[i] for i in rows), tuple(y[j] for j in columns)) for x, y in profiles(one)]
    assert sorted(renamed) == sorted(profiles(other))
    assert sorted(map(len, one.components)) == sorted(map(len, other.components))


@QUICK
@given(matrices())
def test_swapping_the_players_swaps_the_equilibria(game):
    A, B = game
    swapped = [(y, x) for x, y in profiles(solve(NormalForm(A, B)))]
    assert sorted(swapped) == sorted(profiles(solve(NormalForm(B.T, A.T))))


@QUICK
@given(matrices(largest=3), st.data())
def test_a_second_copy_of_a_strategy_adds_no_new_behaviour(game, data):
    row = data.draw(st.integers(0, len(game[0]) - 1))
    doubled = solve(NormalForm(*(np.vstack([matrix, matrix[row]]) for matrix in game)))
    merged = {((*x[:row], x[row] + x[-1], *x[row + 1 : -1]), y) for x, y in profiles(doubled)}
    original = solve(NormalForm(*game))
    assert merged == set(profiles(original))
    assert len(doubled.components) == len(original.components)


@QUICK
@given(matrices(count=1))
def test_zero_sum_games_are_one_component_at_their_value(matrix):
    found = solve(NormalForm.zero_sum(matrix[0]))
    A = matrix[0]
    m, n = A.shape
    value = linprog(
        [0] * m + [-1],
        A_ub=np.hstack([-A.T, np.ones((n, 1))]),
        b_ub=np.zeros(n),
        A_eq=[[1] * m + [0]],
        b_eq=[1],
        bounds=[(0, None)] * m + [(None, None)],
    )
    assert len(found.nash_subsets) == 1  # optimal strategies are interchangeable
    assert len({e.details["payoffs"] for e in found}) == 1
    assert float(found[0].details["payoffs"][0]) == pytest.approx(-value.fun, abs=1e-9)


@QUICK
@given(matrices())
def test_lemke_howson_finds_an_equilibrium_and_an_extreme_one(game):
    game = NormalForm(*game)
    every = profiles(solve(game))
    for label in range(sum(game.shape)):
        assert solve(game, method="lemke-howson", label=label)[0].exact in every


@QUICK
@given(matrices(count=1, square=True))
def test_symmetric_equilibria_contain_those_extreme_ones_that_are_symmetric(matrix):
    A = matrix[0]
    found = solve(NormalForm.symmetric(A), "symmetric")
    assert len(found) >= 1  # Nash 1951
    extreme = {x for x, y in profiles(solve(NormalForm.symmetric(A))) if x == y}
    assert extreme <= {x for x, _ in profiles(found)}
    for subset in found.nash_subsets:
        x = [sum(column) / F(len(subset)) for column in zip(*(found[i].exact[0] for i in subset), strict=True)]
        assert gains(A, A.T, x, x) == (0, 0)


@QUICK
@given(matrices(count=1, square=True, largest=3))
def test_an_ess_beats_every_strategy_near_it_and_others_do_not_seem_to(matrix):
    A = matrix[0].astype(object)
    size = len(A)
    grid = [np.array(p, dtype=object) / F(6) for p in product(range(7), repeat=size) if sum(p) == 6]
    stable = {e.exact[0] for e in solve(NormalForm.symmetric(A), "ess")}
    for e in solve(NormalForm.symmetric(A), "symmetric"):
        x = np.array(e.exact[0], dtype=object)
        near = [x + (z - x) / F(10**6) for z in grid if any(z != x)]
        wins = all(x @ A @ y > y @ A @ y for y in near)
        assert wins or e.exact[0] not in stable
        if size <= 2:  # on a line the grid sees every direction
            assert wins == (e.exact[0] in stable)


@given(st.lists(st.fractions(-2, 2, max_denominator=6), min_size=3, max_size=3))
def test_strict_copositivity_of_three_by_three_by_its_closed_form(off):
    a, b, c = off
    matrix = [[F(1), a, b], [a, F(1), c], [b, c, F(1)]]
    total, product_ = 1 + a + b + c, 2 * (1 + a) * (1 + b) * (1 + c)
    # Hadeler 1983: a, b, c > -1 and 1 + a + b + c + sqrt(2 (1+a)(1+b)(1+c)) > 0
    expected = min(off) > -1 and (total >= 0 or product_ > total**2)
    assert is_strictly_copositive(matrix) == expected
