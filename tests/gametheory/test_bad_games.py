"""Bad input: each kind is refused before long work, with words that say what stands where and what to do."""

import time
from decimal import Decimal
from fractions import Fraction as F

import numpy as np
import pytest
import sympy

from gametheory import NormalForm, solve
from gametheory.methods.vertices import LABELS

NAN, INF = float("nan"), float("inf")
FINE = [[1, 2]]
THOUSAND = NormalForm(*np.random.default_rng(1).integers(-9, 10, (2, 1000, 1000)))


def message_of(call):
    """What an error says, and that it says so at once."""
    start = time.monotonic()
    with pytest.raises((ValueError, TypeError)) as caught:
        call()
    assert time.monotonic() - start < 2
    return str(caught.value)


@pytest.mark.parametrize(
    ("payoffs", "words"),
    [
        # how many, and of which shape
        ((), ["0 payoff arrays", "at least 2 players", "NormalForm.zero_sum(A)"]),
        ((FINE,), ["One matrix could mean two games", "NormalForm.symmetric(A)", "NormalForm.zero_sum(A)"]),
        ((FINE, [[1]]), ["player 1 have shape (1, 2)", "player 2 have shape (1, 1)", "one array a player"]),
        (([1, 2], [1, 2]), ["shape (2,)", "2 axes, one a player"]),
        ((FINE, FINE, FINE), ["With 3 players", "3 axes, one a player"]),
        ((3, 4), ["shape ()", "2 axes"]),
        (("12", "34"), ["shape ()", "2 axes"]),
        (([[1, 2], [3]], [[1, 2], [3, 4]]), ["ragged", "index [1]", "a list of 1, not a list of 2"]),
        (([[1, 2], 3], [[1, 2], [3, 4]]), ["ragged", "index [1]", "a single number, not a list of 2"]),
        # no strategies
        (([], []), ["empty along axis 0", "every player needs an action"]),
        (([[]], [[]]), ["empty along axis 1", "every player needs an action"]),
        ((np.zeros((0, 3)), np.zeros((0, 3))), ["empty along axis 0"]),
        ((np.zeros((3, 0)), np.zeros((3, 0))), ["empty along axis 1"]),
        # what is no number
        (([[1, NAN]], FINE), ["player 1 at index [0, 1]", "nan is not finite", "write a finite number"]),
        ((FINE, np.array([[-INF, 1]])), ["player 2 at index [0, 0]", "-inf is not finite"]),
        (([[1, "nan"]], FINE), ["'nan' is no number", '"p/q" or a decimal']),
        (([["one", 2]], FINE), ["index [0, 0]", "'one' is no number", '"p/q" or a decimal']),
        ((np.array([["1", "x"]]), FINE), ["index [0, 1]", "'x' is no number"]),
        (([[1, "1/0"]], FINE), ["divides by 0"]),
        (([[1, 1j]], FINE), ["1j is no real number", "an int, a float, a Fraction or a text"]),
        ((np.array([[1, 2 + 0j]]), FINE), ["(1+0j) is no real number"]),
        (([[1, None]], FINE), ["None is no real number"]),
        (([[1, b"2"]], FINE), ["b'2' is no real number"]),
        ((np.array([[1, object()]], dtype=object), FINE), ["index [0, 1]", "is no real number"]),
        ((np.array([["2020-01-01"]], dtype="datetime64[D]"), [[1]]), ["is no real number"]),
        ((np.ma.masked_array([[1, 2]], [[False, True]]), FINE), ["index [0, 1]", "None is no real number"]),
        (([[True, 2]], FINE), ["True is a truth value: write 0 or 1"]),
        ((np.eye(2, dtype=bool), np.eye(2)), ["index [0, 0]", "truth value"]),
        (({0: [1, 2]}, FINE), ["is no real number"]),
        (((row for row in FINE), FINE), ["is no real number"]),
        # numbers beyond what is kept
        (([[10**400, 1]], FINE), ["beyond 1.8e308, the range of floats"]),
        (([[sympy.sqrt(2), 1]], FINE), ["sqrt(2) is irrational", "a rational near it, or float(...)"]),
        (([[sympy.Symbol("x"), 1]], FINE), ["x is no real number"]),
        (([[sympy.oo, 1]], FINE), ["oo is no real number"]),
    ],
)
def test_what_is_no_game(payoffs, words):
    said = message_of(lambda: NormalForm(*payoffs))
    assert [word for word in words if word not in said] == []


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ({"strategies": [["a"], ["b", "b"]]}, ["strategies of player 2", "['b', 'b']", "2 different names"]),
        ({"strategies": [["a"], ["b"]]}, ["strategies of player 2", "2 different names"]),
        ({"strategies": [["a"]]}, ["1 lists of names", "2 players need one each"]),
        ({"strategies": ["a", "bc"]}, ["strategies of player 1", "'a'"]),
        ({"players": ["Ann", "Ann"]}, ["players are named ['Ann', 'Ann']", "2 different names"]),
    ],
)
def test_names_that_do_not_fit(names, words):
    said = message_of(lambda: NormalForm(FINE, FINE, **names))
    assert [word for word in words if word not in said] == []


def test_every_kind_of_exact_number_is_what_it_says():
    third = NormalForm([[F(1, 3), 0.5, "1/7"]], [[Decimal("0.1"), sympy.Rational(1, 3), sympy.Float(0.5)]])
    assert third.payoffs[0].tolist() == [[F(1, 3), F(1, 2), F(1, 7)]]
    assert third.payoffs[1].tolist() == [[F(1, 10), F(1, 3), F(1, 2)]]
    assert solve(third).complete
    assert NormalForm(sympy.Matrix([[1, 2]]), np.array([[1, 2]], dtype=np.float16)) == NormalForm(FINE, FINE)
    small = np.array([[0, 200]], dtype=np.uint8)  # which would overflow if negated as it is
    assert NormalForm.zero_sum(small).payoffs[1].tolist() == [[0, -200]]


@pytest.mark.parametrize("unit", [10**30, 1e-300, 5e-324, 1.7e308, F(1, 10**12)])
def test_payoffs_of_any_size_have_the_same_equilibria(unit):
    game = NormalForm([[unit, 0], [0, unit]], [[unit, 0], [0, unit]])
    half = (F(1, 2), F(1, 2))
    for method in ("vertex enumeration", "support enumeration"):
        found = solve(game, method=method)
        assert found.complete
        assert [e.exact for e in found] == [((1, 0), (1, 0)), (half, half), ((0, 1), (0, 1))]


def test_sizes_thirty_orders_apart_in_one_game():
    found = solve(NormalForm([[10**15, 0], [0, 1e-15]], [[1e-15, 0], [0, 10**15]]))
    tiny = F(1e-15)
    assert found.complete
    assert found[1].exact[1] == (tiny / (10**15 + tiny), 10**15 / (10**15 + tiny))


@pytest.mark.parametrize("shape", [(1, 1), (1, 5), (5, 1), (1, 30), (30, 1)])
def test_who_has_one_strategy_plays_it(shape):
    payoff = np.arange(shape[0] * shape[1]).reshape(shape)
    game = NormalForm(payoff, payoff)
    last = tuple(tuple(F(i == size - 1) for i in range(size)) for size in shape)
    for options in ({}, {"method": "support enumeration"}, {"method": "lemke-howson"}, {"concept": "pure"}):
        assert [e.exact for e in solve(game, **options)] == [last]
    found = solve(NormalForm.zero_sum(payoff), method="linear program")
    assert [e.support for e in found] == [((shape[0] - 1,), (0,))]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({}, ["1000 x 1000", "more than 1e+300 vertices", "time_limit=seconds", "max_equilibria=number", "pure"]),
        (
            {"method": "support enumeration"},
            ["more than 1e+300 linear systems", "time_limit=seconds", "'lemke-howson'"],
        ),
        ({"method": "nashpy"}, ["pairs of supports", "nashpy needs very long", "time_limit=seconds"]),
    ],
)
def test_a_thousand_strategies_are_refused_before_work_starts(asked, words):
    said = message_of(lambda: solve(THOUSAND, **asked))
    assert [word for word in words if word not in said] == []


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"concept": "symmetric"}, ["more than 1e+300 vertices", "time_limit=seconds"]),
        ({"concept": "ess"}, ["more than 64 actions", "time_limit=seconds", "is_ess"]),
    ],
)
def test_a_thousand_strategies_of_a_symmetric_game(asked, words):
    game = NormalForm.symmetric(THOUSAND.floats[0])
    said = message_of(lambda: solve(game, **asked))
    assert [word for word in words if word not in said] == []


def test_what_works_with_a_thousand_strategies():
    some = solve(THOUSAND, "pure", max_equilibria=3)
    assert len(some) == 3
    assert some.reason.startswith("The first 3 of ")
    assert len(solve(THOUSAND, max_equilibria=3)) == 3
    best = solve(THOUSAND, "social optimum", max_equilibria=1)[0]
    assert best.details["welfare"] == (THOUSAND.floats[0] + THOUSAND.floats[1]).max()
    said = message_of(lambda: solve(NormalForm.zero_sum(THOUSAND.floats[0]), method="linear program"))
    assert "large linear program" in said
    assert "time_limit=seconds" in said


def test_more_labels_than_a_word_has_bits():
    rng = np.random.default_rng(4)
    small = rng.integers(-9, 10, (2, 2, LABELS))
    found = solve(NormalForm(*small))
    other = solve(NormalForm(*small), method="support enumeration")
    assert found.complete
    assert [e.exact for e in found] == [e.exact for e in other]
    square = NormalForm(*rng.integers(-9, 10, (2, 40, 40)))
    assert "vertices to enumerate. Give time_limit=seconds" in message_of(lambda: solve(square))
    assert solve(square, max_equilibria=1)[0].regret == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"time_limit": "3"}, ["time_limit is '3'", "positive number of seconds"]),
        ({"time_limit": True}, ["time_limit is True"]),
        ({"time_limit": -1}, ["time_limit is -1"]),
        ({"time_limit": NAN}, ["time_limit is nan"]),
        ({"max_equilibria": 1.5}, ["max_equilibria is 1.5", "a whole number, at least 1"]),
        ({"max_equilibria": 0}, ["max_equilibria is 0"]),
        ({"max_equilibria": True}, ["max_equilibria is True"]),
    ],
)
def test_limits_that_are_none(options, words):
    game = NormalForm.symmetric([[-1, 2], [0, 1]])
    for method in ("vertex enumeration", "support enumeration", "lemke-howson", "pure", "nashpy"):
        said = message_of(lambda method=method: solve(game, method=method, **options))
        assert [word for word in words if word not in said] == []


def test_what_solve_is_not_asked_for():
    assert "NormalForm(A, B)" in message_of(lambda: solve(np.eye(2)))
    game = NormalForm(FINE, FINE)
    assert "unknown method 3" in message_of(lambda: solve(game, method=3))
    assert "unknown concept 3" in message_of(lambda: solve(game, 3))
    assert "interests are not opposite: from cell (0, 0) to (0, 1)" in message_of(
        lambda: solve(game, method="linear program")
    )
    assert "square matrix" in message_of(lambda: NormalForm.symmetric(FINE))
    assert "B = A^T is needed" in message_of(lambda: solve(game, "symmetric"))
