"""Effort games: closed forms worked out by hand, every deviation on a grid, and honest refusals."""

import pickle
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

from gametheory.continuous import Continuous
from gametheory.continuous_equilibria import solve_continuous

x, X, T = sp.symbols("x X T")
R = sp.Rational


def paid(expression):
    """0 at zero total."""
    return sp.Piecewise((expression, x + X > 0), (0, True))


def affiliate(n=5, hi=40, A=2, c=0.2, **more):
    return Continuous(paid(A * x / sp.sqrt(x + X)) - c * x, x, X, n, (0, hi), name="affiliate", **more)


def contest(n, V=12, exponent=1):
    """Tullock's contest in effective effort z = x**r, whose cost is z**(1/r)."""
    return Continuous(paid(V * x / (x + X)) - x ** (1 / R(exponent)), x, X, n, (0, V**2))


def answers(game, concept):
    found = solve_continuous(game, concept)
    assert found.complete
    return [answer.exact[0][0] for answer in found]


def test_the_flagship_numbers_are_exact():
    game = affiliate()
    assert answers(game, "joint optimum") == [5]
    assert answers(game, "nash") == [Fraction(81, 5)]
    assert answers(game, "ess") == [20]
    nash = solve_continuous(game)[0]
    assert nash.regret == 0
    assert isinstance(nash.regret, Fraction)
    assert nash.details["payoff"] == Fraction(9, 25)
    assert {round(action) for action, _, _ in nash.details["refuted"]} == {0, 40}


def test_an_unbounded_interval_is_handled():
    game = affiliate(hi=sp.oo)
    assert [answers(game, c)[0] for c in ("joint optimum", "nash", "ess")] == [5, Fraction(81, 5), 20]


@pytest.mark.parametrize("m", [R(1, 50), R(3, 100), R(7, 10)])
def test_irrational_rewards_with_rational_answers(m):
    k, c, n = R(1, 5), R(1, 5), 5
    reward = k * sp.sqrt(2 / m)
    game = affiliate(A=reward, hi=100)
    root = reward / c
    assert answers(game, "nash") == [Fraction(str(root**2 * R(2 * n - 1, 2 * n) ** 2 / n))]
    assert answers(game, "ess") == [Fraction(str(root**2 / n))]


def test_stakeholders_outside_move_the_social_optimum():
    game = affiliate(hi=sp.oo, total=T, externals={"designer": 2 * sp.sqrt(T)})
    # J = 2 sqrt X - X/5 + 2 sqrt X, so sqrt X = 10 and 20 per head
    best = solve_continuous(game, "social optimum")[0]
    assert best.exact == ((20,),)
    assert best.details["externals"] == {"designer": 20}
    assert best.details["shortfall"] == 0
    assert answers(game, "joint optimum") == [5]


@pytest.mark.parametrize("n", [2, 3, 7])
def test_contests(n):
    assert answers(contest(n), "nash") == [Fraction(12 * (n - 1), n * n)]
    assert answers(contest(n), "ess") == [Fraction(12, n)]


@pytest.mark.parametrize(("n", "r", "effort"), [(4, R(1, 2), 9.375), (3, R(7, 5), 31.111111111111), (2, R(1), 25)])
def test_contests_with_returns_to_scale(n, r, effort):
    """Nitzan's r (n-1) V / n^2."""
    found = solve_continuous(contest(n, V=100, exponent=r))
    assert found.complete
    assert [float(answer.profile[0][0]) ** float(1 / r) for answer in found] == pytest.approx([effort])


def test_a_contest_with_too_steep_returns_has_no_symmetric_equilibrium():
    """Without exclusion r > n / (n - 1) makes the first-order effort lose to staying out: r = 5/2, n = 2."""
    rival = sp.Symbol("o")
    game = Continuous(
        sp.Piecewise((12 * x ** R(5, 2) / (x ** R(5, 2) + rival ** R(5, 2)), x + rival > 0), (6, True)) - x,
        x, rival, 2, (0, 12),
    )  # fmt: skip
    found = solve_continuous(game)
    assert len(found) == 0
    assert "no symmetric action" in found.reason


def test_cournot():
    game = Continuous(x * (10 - x - X) - x, x, X, 3, (0, 20))
    assert answers(game, "nash") == [Fraction(9, 4)]  # (a - c) / (n + 1)
    assert answers(game, "ess") == [3]  # the competitive quantity (a - c) / n
    assert answers(game, "joint optimum") == [Fraction(3, 2)]


def data_market(tokens):
    payoff = (tokens * x - 36) / (x + X) - x / 4
    return Continuous(payoff, x, X, 6, (R(1, 100), 100))


def test_data_market():
    assert answers(data_market(0), "nash") == [2]  # sigma sqrt(theta / c) / n
    assert answers(data_market(0), "joint optimum") == [2 * sp.sqrt(6)]
    right = 3 * sp.sqrt(6)  # the budget that makes Nash efficient, and the ESS too
    assert answers(data_market(right), "nash") == [2 * sp.sqrt(6)]
    assert answers(data_market(right), "ess") == [2 * sp.sqrt(6)]


@pytest.mark.parametrize("gamma", [R(3, 10), R(1, 2), R(7, 10)])
def test_power_rewards(gamma):
    n = 4
    game = Continuous(paid((x + X) ** (gamma - 1) * x) - x, x, X, n, (0, 10))
    nash, ess, best = (answers(game, c)[0] for c in ("nash", "ess", "joint optimum"))
    g = float(gamma)
    assert float(nash) / float(best) == pytest.approx(((g + n - 1) / (n * g)) ** (1 / (1 - g)), rel=1e-12)
    assert float(ess) / float(best) == pytest.approx(g ** (-1 / (1 - g)), rel=1e-12)


def test_a_transcendental_payoff_is_certified_in_floats():
    game = Continuous(paid((1 - sp.exp(-(x + X))) * x / (x + X)) - x / 10, x, X, 4, (0, 10))
    for concept in ("nash", "ess"):
        found = solve_continuous(game, concept)
        assert found.complete
        assert len(found) == 1
        assert found[0].exact is None
        assert 0 < found[0].regret < 1e-11
    nash = float(solve_continuous(game)[0].profile[0][0])
    grid = np.linspace(0, 10, 4001)
    assert game.payoff(grid, 3 * nash).max() <= game.payoff(nash, 3 * nash) + 1e-12


def test_one_player_optimises():
    for concept in ("nash", "ess", "joint optimum", "social optimum"):
        assert answers(affiliate(n=1, hi=200), concept) == [25]


def test_several_equilibria_and_corners():
    game = Continuous(x * X * (3 - X) - x, x, X, 2, (0, 4))  # linear in x: interior ones where X (3 - X) = 1
    assert [float(v) for v in answers(game, "nash")] == pytest.approx([0, (3 - 5**0.5) / 2, (3 + 5**0.5) / 2])


def test_an_irrational_minimum_is_refuted():
    game = Continuous((x**2 - R(1, 2)) ** 2, x, X, 1, (0, 1))
    found = solve_continuous(game)
    assert [float(answer.profile[0][0]) for answer in found] == [0, 1]
    assert [round(action, 6) for action, _, _ in found[0].details["refuted"]] == [0.707107]


def test_kinks_are_candidates():
    budget = paid(sp.Min(2 * sp.sqrt(x + X), 10) * x / (x + X)) - x / 5
    game = Continuous(budget, x, X, 5, (0, 40))
    assert answers(game, "nash") == [8]  # beyond the cap a contest for 10: (n-1) V / (n^2 c)
    assert answers(game, "joint optimum") == [5]  # at the kink itself
    jump = Continuous(sp.Piecewise((x, x <= 1), (x - 5, True)), x, X, 3, (0, 2))
    assert answers(jump, "nash") == [1]


def test_jumps_along_the_diagonal_are_confessed():
    winner = sp.Piecewise((1, 2 * x > X), (R(1, 2), sp.Eq(2 * x, X)), (0, True))
    found = solve_continuous(Continuous(winner - x / 10, x, X, 3, (0, 2)))
    assert not found.complete
    assert "jump wherever all play alike" in found.reason


def test_indifference_is_a_component():
    found = solve_continuous(Continuous(X, x, X, 3, (0, 1)))
    assert [float(answer.profile[0][0]) for answer in found] == [0, 1]
    assert found.components == ((0, 1),)
    assert found.complete


def test_an_optimum_that_is_not_attained_is_not_invented():
    found = solve_continuous(contest(3), "joint optimum")  # any positive effort wastes, zero effort pays nothing
    assert len(found) == 0
    assert found.complete


@pytest.mark.parametrize("concept", ["nash", "ess"])
def test_no_deviation_on_a_fine_grid_gains(concept):
    game = affiliate()
    star = float(solve_continuous(game, concept)[0].profile[0][0])
    grid = np.linspace(0, 40, 20001)
    gain = game.payoff(grid, 4 * star) - game.payoff(star, 4 * star)
    if concept == "ess":
        gain = game.payoff(grid, 4 * star) - game.payoff(star, 3 * star + grid)
    assert gain.max() <= 1e-12


def test_regret_of_an_optimum_is_what_one_player_gains_alone():
    game = affiliate()
    best = solve_continuous(game, "joint optimum")[0]
    grid = np.linspace(0, 40, 40001)
    assert best.regret == pytest.approx((game.payoff(grid, 20) - game.payoff(5.0, 20.0)).max(), abs=1e-6)


def test_wrong_input_is_named():
    with pytest.raises(ValueError, match="players is 0"):
        Continuous(x, x, X, 0, (0, 1))
    with pytest.raises(ValueError, match="lo < hi"):
        Continuous(x, x, X, 2, (1, 1))
    with pytest.raises(ValueError, match="contains k"):
        Continuous(sp.Symbol("k") * x, x, X, 2, (0, 1))
    with pytest.raises(ValueError, match="same symbol"):
        Continuous(x, x, x, 2, (0, 1))
    with pytest.raises(ValueError, match="total="):
        Continuous(x, x, X, 2, (0, 1), externals={"designer": T})
    with pytest.raises(TypeError, match="text"):
        Continuous("x", x, X, 2, (0, 1))
    with pytest.raises(ValueError, match="'best'"):
        solve_continuous(affiliate(), "best")


def test_floats_are_decimals_and_games_can_be_pickled():
    game = affiliate(A=2.0, c=0.2)
    assert game == affiliate()
    assert pickle.loads(pickle.dumps(game)) == game
    assert game.payoff(np.array([0.0, 1.0]), 0.0) == pytest.approx([0, 1.8])
