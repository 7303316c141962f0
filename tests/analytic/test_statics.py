"""Closed forms of the affiliate design, against numbers found by search."""

import numpy as np
import pytest
import sympy as sp
from scipy.optimize import minimize_scalar

from analytic.catalogue import affiliate
from analytic.statics import best_parameter, effort, surplus, within_domain


def payoff(x, others, k=0.2, c=0.2, m=0.02):
    total = x + others
    return k * np.sqrt(2 * total / m) * x / total - c * x


def test_efforts_under_each_concept():
    design = affiliate()
    found = [design.number(effort(design, c)) for c in ("joint optimum", "nash", "ess", "social optimum")]
    assert found[:3] == [5, sp.Rational(81, 5), 20]
    best = minimize_scalar(lambda x: -payoff(x, 4 * 16.2), bounds=(0, 40), method="bounded")
    assert best.x == pytest.approx(16.2, abs=1e-4)
    field = minimize_scalar(lambda y: payoff(20, 60 + y) - payoff(y, 80), bounds=(0, 40), method="bounded")
    assert field.x == pytest.approx(20, abs=1e-3)
    welfare = minimize_scalar(
        lambda x: -(5 * payoff(x, 4 * x) + (0.4 - 0.2) * np.sqrt(100 * 5 * x)), bounds=(0, 100), method="bounded"
    )
    assert float(found[3]) == pytest.approx(welfare.x, abs=1e-3)


def test_best_rewards_in_closed_form():
    n, v = (affiliate().parameter(p).symbol for p in ("n", "v"))
    assert best_parameter(affiliate(), "k", objective="designer").value == v / 2
    assert best_parameter(affiliate(), "k", objective="affiliate").value == sp.oo
    assert sp.simplify(best_parameter(affiliate(), "k", objective="all").value - n * v / (2 * n - 1)) == 0
    with pytest.raises(ValueError, match="must be one of affiliate, designer, all"):
        best_parameter(affiliate(), "k", objective="nobody")


def test_the_surplus_of_all_is_the_sum_of_the_parts():
    gains = surplus(affiliate(), sp.Integer(5))
    assert sp.simplify(gains["all"] - gains["affiliate"] - gains["designer"]) == 0
    assert float(affiliate().number(gains["affiliate"])) == pytest.approx(5 * payoff(5, 20))


def test_domains_settle_signs_and_nothing_else():
    design = affiliate()
    n, v = (design.parameter(p).symbol for p in ("n", "v"))
    assert within_domain(design, sp.Abs(2 * n - 1) * v) == v * (2 * n - 1)
    assert within_domain(design, sp.Abs(n - 2)).subs(n, 1) == 1


def test_an_unknown_concept_is_refused():
    with pytest.raises(ValueError, match="must be one of joint optimum, nash"):
        effort(affiliate(), "pareto")
