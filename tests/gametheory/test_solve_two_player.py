"""solve on matrix games: where other solvers go wrong, every concept and method, and what is refused."""

import time
from fractions import Fraction as F

import numpy as np
import pytest

from gametheory.dispatch import register, solve
from gametheory.equilibrium import EquilibriumSet
from gametheory.methods.ess import is_strictly_copositive
from gametheory.methods.many_players import undominated
from gametheory.methods.vertices import most_vertices
from gametheory.normal_form import NormalForm

FIVE = NormalForm([[4, 6, -10], [6, -1, 0], [3, -4, 10]], [[-9, -5, -2], [1, -2, -8], [-10, -10, -9]])
ZEROS = NormalForm([[0, 0], [0, 0]], [[0, 0], [0, 0]])
PRISONERS = NormalForm([[3, 0], [5, 1]], [[3, 5], [0, 1]])
SEVEN_BY_TWO = NormalForm([[2, 2]] + [[1, 1]] * 6, [[2, 1]] * 7)
UNIT = ((F(1), F(0)), (F(0), F(1)))


def profiles(found):
    return [e.exact for e in found]


def pure(*cells):
    return tuple(tuple(F(i == action) for i in range(size)) for action, size in cells)


def test_the_game_of_which_nashpy_misses_an_equilibrium():
    found = solve(FIVE)
    assert found.complete
    assert profiles(found) == [
        ((F(3, 7), F(4, 7), 0), (F(7, 9), F(2, 9), 0)),
        ((F(3, 22), F(2, 11), F(15, 22)), (F(40, 117), F(50, 117), F(3, 13))),
        pure((1, 3), (0, 3)),
        ((0, F(1, 10), F(9, 10)), (F(10, 13), 0, F(3, 13))),
        pure((2, 3), (2, 3)),
    ]
    assert found.components == found.nash_subsets == ((0,), (1,), (2,), (3,), (4,))
    assert all(e.regret == 0 and type(e.regret) is F for e in found)


def test_the_game_in_which_rounding_hides_the_only_equilibrium():
    game = NormalForm([[7, 2, 9], [8, 1, 5], [0, 6, 1]], [[6, 2, 2], [5, 1, 9], [9, 6, 1]])
    assert profiles(solve(game)) == [((F(1, 2), F(1, 2), 0), (F(4, 5), 0, F(1, 5)))]


def test_where_all_is_the_same_everything_is_one_component():
    found = solve(ZEROS)
    assert len(found) == 4
    assert found.components == found.nash_subsets == ((0, 1, 2, 3),)


def test_large_payoffs_with_small_differences():
    game = NormalForm([[1e9, 1e9 + 1], [1e9 + 1, 1e9]], [[1, 0], [0, 1]])
    assert profiles(solve(game)) == [((F(1, 2), F(1, 2)), (F(1, 2), F(1, 2)))]


def test_seven_rows_and_two_columns():
    assert profiles(solve(SEVEN_BY_TWO)) == [pure((0, 7), (0, 2))]


def test_the_game_of_which_polynomial_solvers_miss_one_of_seven():
    game = NormalForm(np.diag([3, 2, 1]), np.diag([2, 2, 4]))
    found = solve(game)
    assert len(found) == len(found.components) == 7
    assert ((F(2, 5), F(2, 5), F(1, 5)), (F(2, 11), F(3, 11), F(6, 11))) in profiles(found)


def test_floats_are_the_binary_rationals_they_are():
    tenths = solve(NormalForm([[0.1, 0.2], [0.3, 0]], [[1, 0], [0, 1]]))
    assert tenths[0].exact[1] == (
        F(0.2) / (F(0.2) + F(0.3) - F(0.1)),
        (F(0.3) - F(0.1)) / (F(0.2) + F(0.3) - F(0.1)),
    )


@pytest.mark.parametrize("shape", [(1, 1), (1, 4), (4, 1)])
def test_players_without_a_choice(shape):
    game = NormalForm(np.arange(shape[0] * shape[1]).reshape(shape), np.arange(shape[0] * shape[1]).reshape(shape))
    assert profiles(solve(game)) == [pure((shape[0] - 1, shape[0]), (shape[1] - 1, shape[1]))]


def test_maximal_nash_subsets_overlap_within_a_component():
    # player 1 never minds; player 2 is indifferent exactly where both outer rows are equally likely
    found = solve(NormalForm([[0, 0], [0, 0], [0, 0]], [[1, 0], [0, 0], [0, 1]]))
    either = {(F(0), F(1), F(0)), (F(1, 2), F(0), F(1, 2))}
    products = {
        (frozenset(either | {(F(1), F(0), F(0))}), frozenset({UNIT[0]})),
        (frozenset(either), frozenset(UNIT)),
        (frozenset(either | {(F(0), F(0), F(1))}), frozenset({UNIT[1]})),
    }
    sides = [[frozenset(found[i].exact[k] for i in subset) for k in (0, 1)] for subset in found.nash_subsets]
    assert {tuple(pair) for pair in sides} == products
    assert found.components == (tuple(range(6)),)


def test_answers_carry_names_payoffs_and_welfare():
    game = NormalForm([[3, 0], [5, 1]], [[3, 5], [0, 1]], players=["Ann", "Bob"], strategies=[["c", "d"]] * 2)
    e = solve(game)[0]
    assert e.names == ("Ann", "Bob")
    assert e.labels == (("c", "d"), ("c", "d"))
    assert e.details["payoffs"] == (1, 1)
    assert e.details["welfare"] == 2
    assert "Ann" in str(solve(game))


@pytest.mark.parametrize("game", [FIVE, ZEROS, PRISONERS, SEVEN_BY_TWO])
def test_the_independent_route_agrees(game):
    one, other = solve(game), solve(game, method="support enumeration")
    assert other.complete
    assert profiles(one) == profiles(other)
    assert one.components == other.components
    assert one.nash_subsets == other.nash_subsets


@pytest.mark.parametrize("game", [FIVE, ZEROS, PRISONERS, SEVEN_BY_TWO])
def test_lemke_howson_ends_at_an_equilibrium_from_every_label(game):
    for label in range(sum(game.shape)):
        found = solve(game, method="lemke-howson", label=label)
        assert len(found) == 1
        assert not found.complete
        assert found[0].regret == 0


def test_lemke_howson_says_when_the_path_is_too_long():
    with pytest.raises(RuntimeError, match="longer than 1 pivots"):
        solve(FIVE, method="lemke-howson", max_pivots=1)
    with pytest.raises(ValueError, match="labels 0 to 5"):
        solve(FIVE, method="lemke-howson", label=6)


def test_nashpys_answers_are_certified_and_never_called_complete():
    found = solve(FIVE, method="nashpy")
    assert not found.complete
    assert set(profiles(found)) < set(profiles(solve(FIVE)))
    assert all(e.regret == 0 for e in found)
    assert "warned" in found.reason


def test_wrong_answers_of_nashpy_are_left_out_and_counted():
    found = solve(SEVEN_BY_TWO, method="nashpy", algorithm="lemke_howson_enumeration")
    assert len(found) == 0
    assert "9 of its answers were no equilibria" in found.reason
    assert "it stopped with" in solve(ZEROS, method="nashpy", algorithm="vertex_enumeration").reason
    with pytest.raises(ValueError, match="allowed: support_enumeration"):
        solve(FIVE, method="nashpy", algorithm="none")


def test_an_answer_of_nashpy_that_is_no_simple_fraction_has_a_bound():
    # the mixed strategies are p = 1 / (1 + 10^8 + 7), which limit_denominator cannot reach
    game = NormalForm([[10**8 + 7, 0], [0, 1]], [[1, 0], [0, 10**8 + 7]])
    bounds = [e.regret for e in solve(game, method="nashpy") if e.exact is None]
    assert bounds
    assert all(0 < bound < 10 for bound in bounds)


def test_pure_equilibria():
    assert profiles(solve(FIVE, "pure")) == [pure((1, 3), (0, 3)), pure((2, 3), (2, 3))]
    assert solve(FIVE, "pure").complete
    assert not solve(FIVE, method="pure").complete


def test_symmetric_equilibria_can_lie_inside_a_component():
    found = solve(NormalForm.symmetric([[0, 0], [0, 0]]), "symmetric")
    assert profiles(found) == [(UNIT[0], UNIT[0]), (UNIT[1], UNIT[1])]
    assert found.nash_subsets == found.components == ((0, 1),)
    hawks = solve(NormalForm.symmetric([[-1, 2], [0, 1]]), "symmetric")
    assert profiles(hawks) == [((F(1, 2), F(1, 2)), (F(1, 2), F(1, 2)))]
    assert len(solve(NormalForm.symmetric([[-1, 2], [0, 1]]))) == 3


@pytest.mark.parametrize(
    ("matrix", "stable"),
    [
        ([[-1, 2], [0, 1]], [(F(1, 2), F(1, 2))]),  # hawk-dove
        ([[2, 0], [0, 1]], list(UNIT)),  # coordination
        ([[3, 0], [5, 1]], [UNIT[1]]),  # prisoners
        ([[0, 0], [0, 0]], []),  # nothing is ever at stake
        ([[0, -1, 2], [2, 0, -1], [-1, 2, 0]], [(F(1, 3), F(1, 3), F(1, 3))]),  # good rock-paper-scissors
        ([[0, -2, 1], [1, 0, -2], [-2, 1, 0]], []),  # bad
        (
            [[1, 1, 0], [1, 0, 0], [0, 0, 0]],
            [(1, 0, 0)],
        ),  # an alternative best reply does worse against itself
        ([[1, 1, 0], [1, 1, 0], [0, 0, 0]], []),  # neutral drift
    ],
)
def test_evolutionarily_stable_strategies(matrix, stable):
    found = solve(NormalForm.symmetric(matrix), "ess")
    assert found.complete
    assert [e.exact[0] for e in found] == stable
    assert all(e.stability == "ess" for e in found)


def test_strict_copositivity_on_horns_matrix():
    horn = [[1, -1, 1, 1, -1], [-1, 1, -1, 1, 1], [1, -1, 1, -1, 1], [1, 1, -1, 1, -1], [-1, 1, 1, -1, 1]]
    raised = [[cell + F(i == j, 1000) for j, cell in enumerate(row)] for i, row in enumerate(horn)]
    assert not is_strictly_copositive(horn)  # copositive, but zero at (1, 1, 0, 0, 0)
    assert is_strictly_copositive(raised)


@pytest.mark.parametrize("concept", ["social optimum", "joint optimum"])
def test_the_optimum_need_not_be_an_equilibrium(concept):
    found = solve(PRISONERS, concept)
    assert found.concept == concept
    assert profiles(found) == [pure((0, 2), (0, 2))]
    assert found[0].details["welfare"] == 6
    assert found[0].regret == 2


def test_limits_are_met_and_told():
    few = solve(FIVE, max_equilibria=2)
    assert len(few) == 2
    assert not few.complete
    assert "first 2 of 5" in few.reason
    assert few.components == ()
    assert solve(FIVE, max_equilibria=5).complete
    assert solve(FIVE, time_limit=60).complete


def test_a_huge_game_is_refused_before_work_starts_and_searched_on_request():
    rng = np.random.default_rng(1)
    game = NormalForm(*rng.integers(-9, 10, (2, 30, 30)))
    start = time.monotonic()
    with pytest.raises(ValueError, match=r"time_limit.*max_equilibria.*lemke-howson"):
        solve(game)
    with pytest.raises(ValueError, match=r"2\.4e\+17 linear systems"):
        solve(game, method="support enumeration")
    assert time.monotonic() - start < 0.5
    some = solve(game, max_equilibria=3)
    assert 1 <= len(some) <= 3
    assert not some.complete
    late = solve(game, time_limit=0.05)
    assert len(late) == 1
    assert "given up after 0.05 s" in late.reason
    assert time.monotonic() - start < 5


def test_support_enumeration_out_of_time_claims_nothing():
    rng = np.random.default_rng(2)
    found = solve(NormalForm(*rng.integers(-9, 10, (2, 9, 9))), method="support enumeration", time_limit=0.02)
    assert not found.complete
    assert found.components == ()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"concept": "nsh"}, "unknown concept 'nsh'.*allowed: nash, symmetric.*Did you mean 'nash'"),
        ({"method": "lemke"}, "unknown method 'lemke'.*Did you mean 'lemke-howson'"),
        ({"time": 3}, "unknown option 'time'.*Did you mean 'time_limit'"),
        ({"time_limit": 0}, "time_limit is 0"),
        ({"time_limit": float("nan")}, "time_limit is nan"),
        ({"max_equilibria": 0}, "max_equilibria is 0"),
        ({"concept": "ess"}, "B = A\\^T"),
    ],
)
def test_unknown_words_are_refused_with_the_nearest(options, message):
    with pytest.raises(ValueError, match=message):
        solve(FIVE, **options)


def test_what_is_no_game_is_refused():
    with pytest.raises(TypeError, match=r"list.*NormalForm\(A, B\)"):
        solve([[1, 2], [3, 4]])


def test_a_new_kind_of_game_registers_its_table():
    class Alone:
        def __repr__(self):
            return "a game of nobody"

    nothing = EquilibriumSet(
        equilibria=(), complete=True, reason="Nobody plays.", concept="nash", method="none", game="Alone"
    )
    register(Alone, lambda game: {"nash": {"none": lambda game: nothing}})
    assert solve(Alone()) == nothing
    with pytest.raises(ValueError, match="unknown concept 'ess' for a game of nobody"):
        solve(Alone(), "ess")


def test_many_players_pure_and_mixed_or_only_pure_when_asked():
    agree = NormalForm(*[[[[1, 0], [0, 0]], [[0, 0], [0, 1]]]] * 3)
    found = solve(agree)
    assert profiles(found) == [tuple(UNIT[i] for _ in range(3)) for i in (0, 1)] + [((F(1, 2), F(1, 2)),) * 3]
    assert found.complete
    pure_ones = solve(agree, method="pure")
    assert profiles(pure_ones) == profiles(found)[:2]
    assert not pure_ones.complete
    assert "mixed" in pure_ones.reason


def test_many_players_solved_completely_once_dominance_leaves_two():
    # player 3's action 1 is dominated; with action 0 the others play a game with three equilibria
    first, second = np.zeros((2, 2, 2), int), np.zeros((2, 2, 2), int)
    first[:, :, 0], second[:, :, 0] = [[2, 0], [0, 1]], [[1, 0], [0, 2]]
    game = NormalForm(first, second, np.broadcast_to([1, 0], (2, 2, 2)))
    assert undominated(game) == [[0, 1], [0, 1], [0]]
    found = solve(game)
    assert found.complete
    assert profiles(found) == [
        (*pure((0, 2), (0, 2)), UNIT[0]),
        ((F(2, 3), F(1, 3)), (F(1, 3), F(2, 3)), UNIT[0]),
        (*pure((1, 2), (1, 2)), UNIT[0]),
    ]
    assert all(sum(game.regret(e.exact)) == 0 for e in found)


@pytest.mark.parametrize(("size", "most"), [((2, 9), 9), ((3, 8), 12), ((4, 8), 20), ((6, 12), 112), ((8, 16), 660)])
def test_the_upper_bound_theorem(size, most):
    assert most_vertices(*size) == most
