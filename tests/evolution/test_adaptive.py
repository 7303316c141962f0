"""Singular strategies against closed forms, finite differences of payoffs, and invasions played out."""

import numpy as np
import pytest
import sympy as sp

from evolution import Replicator, integrate
from evolution.adaptive import singular_strategies
from gametheory import Continuous

x, X = sp.symbols("x X")


def snowdrift(b1, b2, c1, c2, players=2, interval=(0, 1)):
    both = x + X
    return Continuous(b1 * both + b2 * both**2 - c1 * x - c2 * x**2, x, X, players=players, interval=interval)


@pytest.mark.parametrize(
    ("b1", "b2", "c1", "c2", "kind"),
    [
        (6, -1.4, 4.56, -1.6, "branching point"),
        (7, -1.5, 4.6, -1, "continuously stable"),
        (3.4, -0.5, 4, -1.5, "repeller"),
        (6, 1, 8, 1.5, "Garden of Eden"),
    ],
)
def test_snowdrift_by_its_closed_form(b1, b2, c1, c2, kind):
    """x* = (c1 - b1)/(4 b2 - 2 c2), slope 4 b2 - 2 c2, curvature 2 (b2 - c2)."""
    (found,) = singular_strategies(snowdrift(b1, b2, c1, c2, interval=(0, 3)))
    assert found.value == pytest.approx((c1 - b1) / (4 * b2 - 2 * c2), abs=1e-15)
    assert (found.slope, found.curvature) == pytest.approx((4 * b2 - 2 * c2, 2 * (b2 - c2)))
    assert found.kind == kind


def test_payoffs_that_are_no_polynomials():
    """log(1 + total) - x^2/4 among three: 1/(1 + 3 x) = x/2, x = 2/3; x exp(-others) - exp(x)/4: exp(-2 x) = 1/4."""
    (found,) = singular_strategies(Continuous(sp.log(1 + x + X) - x**2 / 4, x, X, players=3, interval=(0, 5)))
    assert found.value == pytest.approx(2 / 3, abs=1e-15)
    assert found.kind == "continuously stable"
    (found,) = singular_strategies(Continuous(sp.exp(-X) * x - sp.exp(x) / 4, x, X, players=2, interval=(0, 5)))
    assert found.value == pytest.approx(np.log(4) / 2, abs=1e-14)
    assert found.exact is None


def test_several_roots_are_all_found():
    gradient = sp.expand((x - sp.Rational(1, 4)) * (x - sp.Rational(1, 2)) * (sp.Rational(3, 4) - x))
    found = singular_strategies(Continuous(sp.integrate(gradient, x) + 0 * X, x, X, players=1, interval=(0, 1)))
    assert [each.exact for each in found] == [sp.Rational(k, 4) for k in (1, 2, 3)]
    assert [each.kind for each in found] == ["continuously stable", "repeller", "continuously stable"]


def test_irrational_roots():
    (found,) = singular_strategies(Continuous(2 * x - x**3 / 3 + 0 * X, x, X, players=2, interval=(0, 5)))
    assert found.exact == sp.sqrt(2)
    assert found.kind == "continuously stable"


@pytest.mark.parametrize(("c1", "c2", "branches"), [(4.56, -1.6, True), (4.6, -1, False)])
def test_branching_points_are_invaded_from_both_sides(c1, c2, branches):
    """The singular trait and two about it under the replicator: it vanishes between them exactly where it branches."""
    b1, b2 = (6, -1.4) if branches else (7, -1.5)
    (found,) = singular_strategies(snowdrift(b1, b2, c1, c2))
    traits = found.value + np.array([-0.05, 0, 0.05])
    own, other = traits[:, None], traits[None, :]
    payoffs = b1 * (own + other) + b2 * (own + other) ** 2 - c1 * own - c2 * own**2
    end = integrate(Replicator(payoffs), x0=[0.3, 0.4, 0.3], t=50_000).final
    assert end[1] == pytest.approx(0 if branches else 1, abs=1e-6)
    assert branches == (found.kind == "branching point")


def test_one_way_evolution_has_none():
    assert singular_strategies(snowdrift(1, 0, 2, 0, interval=(0, 1))) == ()


def test_degenerate():
    (found,) = singular_strategies(Continuous(-((x - 1) ** 4) + 0 * X, x, X, players=2, interval=(0, 3)))
    assert (found.exact, found.kind) == (1, "degenerate")


def test_what_is_refused():
    with pytest.raises(ValueError, match="is 0 for every trait"):
        singular_strategies(Continuous(X + 0 * x, x, X, players=2, interval=(0, 1)))
    with pytest.raises(ValueError, match="kink or jump where all play alike at 1/2"):
        singular_strategies(Continuous(sp.Min(x, sp.Rational(1, 2)) - x**2 / 3, x, X, players=2, interval=(0, 1)))
