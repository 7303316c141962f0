"""Games in normal form: what goes in comes out exactly, and what is no game is refused by name."""

import pickle
from dataclasses import FrozenInstanceError
from decimal import Decimal
from fractions import Fraction as F

import nashpy
import numpy as np
import pytest
import sympy

from gametheory.normal_form import NormalForm

PENNIES = NormalForm.zero_sum([[1, -1], [-1, 1]])
CUBE = NormalForm(*np.arange(24).reshape(3, 2, 2, 2))


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (3, F(3)),
        ("1/3", F(1, 3)),
        ("-2", F(-2)),
        ("0.1", F(1, 10)),
        ("1e-9", F(1, 10**9)),
        (0.1, F(3602879701896397, 2**55)),
        (F(22, 7), F(22, 7)),
        (Decimal("0.1"), F(1, 10)),
        (np.int64(2**62), F(2**62)),
        (np.float32(0.5), F(1, 2)),
        (np.str_("3/4"), F(3, 4)),
        (sympy.Rational(2, 3), F(2, 3)),
        (10**30, F(10**30)),
    ],
)
def test_a_number_is_taken_as_exactly_what_it_is(given, meant):
    stored = NormalForm([[given]], [[0]]).payoffs[0][0, 0]
    assert stored == meant
    assert type(stored) is F
    assert type(stored.numerator) is int


def test_lists_tuples_and_arrays_say_the_same_game():
    rows = [[1, 2], [3, 4]]
    lists = NormalForm(rows, rows)
    assert lists == NormalForm(np.array(rows), tuple(map(tuple, rows)))
    assert lists == NormalForm([np.array(row, dtype=float) for row in rows], np.array([["1", "2"], ["3", "4"]]))
    assert hash(lists) == hash(NormalForm(np.array(rows), rows))
    assert lists != NormalForm(rows, np.transpose(rows))


@pytest.mark.parametrize(
    ("matrices", "message"),
    [
        ((), "0 payoff arrays"),
        (([[1, 2], [3, 4]],), r"NormalForm\.symmetric.*NormalForm\.zero_sum"),
        (([[1, float("nan")]], [[1, 2]]), r"player 1 at index \[0, 1\]: nan is not finite"),
        (([[1, 2]], [[1, float("-inf")]]), r"player 2 at index \[0, 1\]: -inf is not finite"),
        (([[1, 2]], [[1, None]]), r"player 2 at index \[0, 1\]: None"),
        (([[1, "x"]], [[1, 2]]), r"player 1 at index \[0, 1\]: 'x' is no number"),
        (([[1, "1/0"]], [[1, 2]]), "divides by 0"),
        (([[1, "__import__('os')"]], [[1, 2]]), "is no number"),
        (([[1, "1e999999999"]], [[1, 2]]), "is no number"),
        (([[1, "1e999"]], [[1, 2]]), "beyond 1.8e308"),
        (([[1, 1j]], [[1, 2]]), "no real number"),
        (([[1, True]], [[1, 2]]), "truth value"),
        (([[1, 2], [3]], [[1, 2], [3, 4]]), r"player 1 are ragged: at index \[1\] stands a list of 1"),
        (([[1, [2]]], [[1, 2]]), r"player 1 are ragged: at index \[0, 1\]"),
        (([], []), "player 1 are empty"),
        (([[]], [[]]), "player 1 are empty along axis 1"),
        (([[1, 2]], [[1], [2]]), r"player 2 have shape \(2, 1\)"),
        (([[1, 2]], [[1, 2]], [[1, 2]]), "3 axes"),
        (([[[1, 2]]], [[[1, 2]]]), "2 axes"),
        ((1, 2), "2 axes"),
        (({1: 2}, {1: 2}), "no real number"),
    ],
)
def test_what_is_no_game_is_refused_with_player_and_index(matrices, message):
    with pytest.raises(ValueError, match=message):
        NormalForm(*matrices)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ({"players": ["one"]}, "2 different names"),
        ({"players": ["one", "one"]}, "2 different names"),
        ({"strategies": [["a", "b"]]}, "2 players need one each"),
        ({"strategies": [["a", "b"], ["a"]]}, "strategies of player 2"),
        ({"strategies": ["ab", "ab"]}, "strategies of player 1"),
    ],
)
def test_names_must_fit(names, message):
    with pytest.raises(ValueError, match=message):
        NormalForm([[1, 2], [3, 4]], [[1, 2], [3, 4]], **names)


def test_symmetric_pays_the_column_player_by_the_transpose():
    game = NormalForm.symmetric([[1, 2], [3, 4]], strategies=["a", "b"])
    assert game.payoffs[1].tolist() == [[1, 3], [2, 4]]
    assert game.strategies == (("a", "b"), ("a", "b"))
    assert game.is_symmetric
    assert not PENNIES.is_symmetric
    with pytest.raises(ValueError, match="square"):
        NormalForm.symmetric([[1, 2]])


def test_zero_sum_pays_nothing_in_total():
    assert (
        NormalForm.zero_sum([[1, "1/3", 5]]).payoffs[0] + NormalForm.zero_sum([[1, "1/3", 5]]).payoffs[1] == 0
    ).all()


def test_a_game_is_a_value_and_the_callers_arrays_stay_their_own():
    given = np.array([[1.0, 2.0], [3.0, 4.0]])
    copy = given.copy()
    game = NormalForm(given, given)
    given[0, 0] = 99
    assert game.payoffs[0][0, 0] == copy[0, 0]
    for array in (*game.payoffs, *game.floats):
        with pytest.raises(ValueError, match="read-only"):
            array[0, 0] = 0
    with pytest.raises(FrozenInstanceError):
        game.players = ("a", "b")
    again = pickle.loads(pickle.dumps(game))
    assert again == game
    assert not again.payoffs[0].flags.writeable


def test_expected_payoffs_by_hand_for_three_players():
    # player k's payoff at (i, j, l) is 8 k + 4 i + 2 j + l, linear, so the mixed extension is too
    profile = [["1/4", "3/4"], ["1/2", "1/2"], [0, 1]]
    assert CUBE.expected(profile) == (5, 13, 21)
    assert CUBE.regret(profile) == (1, 1, 0)
    assert CUBE.best_replies(profile) == ((1,), (1,), (1,))
    assert all(type(value) is F for value in CUBE.expected(profile))


def test_float_profiles_give_floats():
    value, _ = PENNIES.expected([[0.5, 0.5], [0.25, 0.75]])
    assert value == 0.0
    assert PENNIES.regret([np.array([0.5, 0.5]), np.array([0.25, 0.75])])[0] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("profile", "message"),
    [
        ([[1, 0]], "1 parts"),
        ([[1, 0, 0], [1, 0]], "player 1 has 3 entries"),
        ([[1, 0], ["1/2", "1/3"]], "player 2 .* sum to 1"),
        ([[2, -1], [1, 0]], "player 1 .* >= 0"),
        ([[0.5, 0.4], [1, 0]], "within 1e-9"),
        ([[0.5, float("nan")], [1, 0]], "not finite"),
    ],
)
def test_what_is_no_profile_is_refused(profile, message):
    with pytest.raises(ValueError, match=message):
        PENNIES.expected(profile)


def test_nashpy_games_go_in_and_come_out():
    game = NormalForm([[1, 2, 3], [4, 5, 6]], [[0, 1, 0], [1, 0, "1/2"]])
    assert NormalForm.from_nashpy(game.to_nashpy()) == game
    assert NormalForm.from_nashpy(nashpy.Game([[1, -1], [-1, 1]])) == PENNIES
    with pytest.raises(ValueError, match="2 players"):
        CUBE.to_nashpy()
    with pytest.raises(TypeError, match="nashpy"):
        NormalForm.from_nashpy([[1]])


def test_latex_names_strategies_and_writes_fractions():
    text = NormalForm([["-1/2"]], [[3]], strategies=[["a_1"], ["50%"]]).latex()
    assert r"-\frac{1}{2},\ 3" in text
    assert r"\text{a\_1}" in text
    assert r"\text{50\%}" in text
    assert CUBE.latex().count(r"u_{") == 3
