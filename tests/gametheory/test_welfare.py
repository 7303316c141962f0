"""What equilibria are worth: prices by known games, exploitability and security by hand, commitment by search."""

from fractions import Fraction as F
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gametheory.commitment import security, stackelberg
from gametheory.dispatch import solve
from gametheory.normal_form import NormalForm
from gametheory.welfare import efficiency, exploitability, price_of_anarchy, price_of_stability

QUICK = settings(max_examples=60, deadline=None)


@st.composite
def games(draw, low=-3, high=3, largest=3):
    m, n = draw(st.integers(1, largest)), draw(st.integers(1, largest))
    return NormalForm(
        *[
            np.array(draw(st.lists(st.integers(low, high), min_size=m * n, max_size=m * n))).reshape(m, n)
            for _ in range(2)
        ]
    )


def test_prices_of_known_games():
    dilemma = NormalForm([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    assert price_of_anarchy(dilemma, solve(dilemma)) == price_of_stability(dilemma, solve(dilemma)) == 3
    hunt = NormalForm([[4, 1], [3, 3]], [[4, 3], [1, 3]])
    assert price_of_stability(hunt, solve(hunt)) == 1
    assert price_of_anarchy(hunt, solve(hunt)) == F(4, 3)
    assert efficiency(hunt, solve(hunt)).optimal == ((0, 0),)


def test_pigou_with_two_drivers_as_costs():
    # roads cost 2, or the number of users: both on the second is an equilibrium of cost 4, the optimum is 3
    cost = np.array([[2, 2], [1, 2]])
    game = NormalForm(-cost, -cost.T)
    assert price_of_anarchy(game, solve(game), objective="cost") == F(4, 3)
    assert price_of_stability(game, solve(game), objective="cost") == 1


@QUICK
@given(games(low=0))
def test_prices_are_ordered_and_attained(game):
    found = solve(game)
    best = max(sum(t[cell] for t in game.payoffs) for cell in np.ndindex(*game.shape))
    if best == 0:
        with pytest.raises(ValueError, match="must be positive"):
            efficiency(game, found)
        return
    said = efficiency(game, found)
    welfare = [e.details["welfare"] for e in found]
    assert 1 <= said.stability <= said.anarchy
    assert said.optimum == best
    assert said.anarchy == (best / min(welfare) if min(welfare) else inf)
    assert said.stability == (best / max(welfare) if max(welfare) else inf)
    assert said.complete


def test_no_welfare_at_all_is_infinitely_bad():
    game = NormalForm([[1, 0], [0, 0]], [[1, 0], [0, 0]])
    assert price_of_anarchy(game, solve(game)) == inf
    assert price_of_stability(game, solve(game)) == 1


def test_prices_that_have_no_meaning_are_refused():
    dilemma = NormalForm([[-1, -3], [0, -2]], [[-1, 0], [-3, -2]])
    with pytest.raises(ValueError, match="greatest welfare is -2; it must be positive"):
        price_of_anarchy(dilemma, solve(dilemma))
    mixed = NormalForm([[1, -3], [3, -2]], [[1, 3], [-3, -2]])
    with pytest.raises(ValueError, match=r"equilibrium 0 has welfare -4.*objective='cost'"):
        price_of_anarchy(mixed, solve(mixed))
    with pytest.raises(ValueError, match="objective must be"):
        price_of_anarchy(mixed, solve(mixed), objective="profit")
    hunt = NormalForm([[4, 1], [3, 3]], [[4, 3], [1, 3]])
    some = solve(hunt, method="lemke-howson")
    with pytest.raises(ValueError, match=r"not complete.*efficiency"):
        price_of_anarchy(hunt, some)
    assert str(efficiency(hunt, some)).startswith("price of anarchy >= ")
    pennies = NormalForm.zero_sum([[1, -1], [-1, 1]])
    with pytest.raises(ValueError, match="no equilibrium"):
        efficiency(pennies, solve(pennies, "pure"))


def test_exploitability_exact_and_in_floats():
    rps = NormalForm.zero_sum([[0, -1, 1], [1, 0, -1], [-1, 1, 0]])
    exact = exploitability(rps, [["1/2", "1/2", 0], [0, 0, 1]])
    assert (exact.total, exact.epsilon, exact.regrets) == (F(3, 2), 1, (1, F(1, 2)))
    floats = exploitability(rps, [[0.5, 0.5, 0.0], [0.0, 0.0, 1.0]])
    assert isinstance(floats.total, float)
    assert floats.total == pytest.approx(1.5)
    assert exploitability(rps, solve(rps)[0]).total == 0
    with pytest.raises(ValueError, match="sum to 1"):
        exploitability(rps, [[1, 1, 0], [1, 0, 0]])


@QUICK
@given(games())
def test_security_is_proved_by_both_sides_and_no_equilibrium_pays_less(game):
    for player in (0, 1):
        found = security(game, player)
        table = np.moveaxis(game.payoffs[player], player, 0)
        assert min(np.array(found.strategy, dtype=object) @ table) == found.value
        held = sum(p * table[:, cell[0]] for cell, p in found.punishment)
        assert max(held) == found.value
        assert found.pure_maxmin <= found.value <= found.pure_minmax
        assert all(e.details["payoffs"][player] >= found.value for e in solve(game))


def test_security_among_three_allows_correlated_punishment():
    # player 3 gets 1 unless the others match each other and it; correlated, they hold it to 1/2
    table = np.ones((2, 2, 2), dtype=int)
    table[0, 0, 0] = table[1, 1, 1] = 0
    zero = np.zeros_like(table)
    found = security(NormalForm(zero, zero, table), 2)
    assert (found.value, found.pure_maxmin, found.pure_minmax) == (F(1, 2), 0, 1)
    assert set(found.punishment) == {((0, 0), F(1, 2)), ((1, 1), F(1, 2))}


@QUICK
@given(games(largest=3), st.sampled_from([0, 1]))
def test_commitment_pays_at_least_what_equilibrium_does_and_beats_a_grid(game, leader):
    found = stackelberg(game, leader=leader)
    own, other = (np.moveaxis(game.payoffs[k], leader, 0) for k in (leader, 1 - leader))
    x = np.array(found.strategy, dtype=object)
    answers = x @ other
    assert sum(x) == 1
    assert answers[found.reply] == max(answers) == found.follower_value
    assert x @ own[:, found.reply] == found.value >= found.pure_value
    assert all(e.details["payoffs"][leader] <= found.value for e in solve(game))
    for weights in np.ndindex(*(4,) * len(own)):
        if sum(weights):
            y = np.array([F(w, sum(weights)) for w in weights], dtype=object)
            replies = [j for j, u in enumerate(y @ other) if u == max(y @ other)]
            assert max(y @ own[:, j] for j in replies) <= found.value


def test_commitment_in_games_of_opposite_interests_is_the_value():
    A = [[3, -1], [-2, 1]]
    assert stackelberg(NormalForm.zero_sum(A)).value == F(1, 7)
    assert stackelberg(NormalForm.zero_sum(A), leader=1).value == F(-1, 7)


def test_a_dominated_reply_is_never_got():
    found = stackelberg(NormalForm([[9, 1]], [[0, 1]]))
    assert found.values == (None, 1)
    assert (found.reply, found.pure_value) == (1, 1)


def test_bad_input_is_told():
    three = NormalForm(*np.zeros((3, 1, 1, 1), dtype=int))
    with pytest.raises(ValueError, match="exactly 2 players"):
        stackelberg(three)
    with pytest.raises(ValueError, match="leader is 2"):
        stackelberg(NormalForm([[1]], [[1]]), leader=2)
    with pytest.raises(ValueError, match="player is 3"):
        security(three, 3)
    large = NormalForm(*np.zeros((2, 700, 700), dtype=int))
    for call in (lambda: security(large, 0), lambda: stackelberg(large)):
        with pytest.raises(ValueError, match="Give time_limit=seconds"):
            call()
