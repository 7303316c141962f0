"""From a design to its game: caps proved away or kept, expectations, limits, and what is refused."""

import numpy as np
import pytest
import sympy as sp

from analytic.catalogue import affiliate, holding
from gametheory import Continuous, Population, game, mean_field, solve


def test_a_budget_that_never_binds_leaves_no_case():
    own = game(affiliate())
    assert isinstance(own, Continuous)
    assert own.payoff(5.0, 20.0) == pytest.approx(2 * 5 / np.sqrt(25) - 0.2 * 5)
    assert not any("budget" in str(s) for s in own.payoff_expression.free_symbols)


def test_a_budget_that_binds_stays_in_the_payoff():
    own = game(affiliate().at(budget=10))  # k dS = 2 sqrt(X) exceeds 10 from X = 25 on
    assert own.payoff(10.0, 90.0) == pytest.approx(10 * 10 / 100 - 2)
    assert own.payoff(1.0, 8.0) == pytest.approx(2 * 1 / 3 - 0.2)


@pytest.mark.parametrize("n", [2, 3, 7, 20])
def test_efforts_against_hand_derived_closed_forms(n):
    design = affiliate().at(n=n, limit=60)
    head = sp.Rational(100, n)  # total 100 at the ESS
    assert sp.Rational(str(solve(design, concept="ess")[0].exact[0][0])) == head
    nash = head * (1 - sp.Rational(1, 2 * n)) ** 2
    assert sp.Rational(str(solve(design)[0].exact[0][0])) == nash


def test_the_largest_effort_is_an_answer_where_all_want_more():
    assert solve(affiliate().at(n=2), concept="ess")[0].exact == ((40,),)  # unbounded it would be 50


def test_the_population_payoff_is_the_mean_over_all_draws():
    design = holding().at(N=5)
    own = game(design)
    assert isinstance(own, Population)
    x = 0.3
    weights = [sp.binomial(4, j) * 0.3**j * 0.7 ** (4 - j) for j in range(5)]
    mean = sum(w * (1.5 - (0.02 * (j + 0.5) + 0.5)) for j, w in enumerate(weights))
    assert own.field(np.array([x, 1 - x]))[0] == pytest.approx(float(mean))


def test_the_mean_field_forgets_the_lot():
    assert mean_field(holding()).field(np.array([0.25, 0.75]))[0] == pytest.approx(0.5)


def test_half_a_player_is_refused():
    with pytest.raises(ValueError, match="whole number"):
        game(affiliate().at(n="5/2"))
