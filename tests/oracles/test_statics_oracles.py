"""The oracle tables' entries on best parameters, leaders and least-volatile curves."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import sympy as sp
from scipy.integrate import quad
from scipy.optimize import minimize_scalar

from analytic.best import best_number
from analytic.catalogue import affiliate
from analytic.curve import BondingCurve
from analytic.designer import best_prize, crowd_efforts
from analytic.statics import best_parameter, effort
from analytic.variation import least_volatile

DATA = Path(__file__).parent / "data"
ENTRIES = {e["id"]: e for name in ("theory", "token") for e in json.loads((DATA / f"{name}.json").read_text())}
S = sp.Symbol("S", nonnegative=True)


def on_power_curve(gamma):
    """The affiliates on P = S^(1/gamma - 1), where X of currency mints in proportion to X^gamma."""
    power = BondingCurve.from_expression("S**n", n=1 / sp.nsimplify(gamma) - 1)
    return replace(affiliate(), curves={"token": power})


def overwork(n, gamma):
    """Nash effort over the joint optimum, both in closed form."""
    found = []
    for each in gamma:
        design = on_power_curve(each).at(n=n)
        nash, alone = (effort(design, concept) for concept in ("nash", "joint optimum"))
        found.append(float(design.number(nash / alone)))
    return found


def best_rewards(v, gamma):
    """The designer's k: the same for three ways to play, and free of n and c."""
    found = []
    for each in gamma:
        design = on_power_curve(each).at(v=v)
        values = {
            best_parameter(design, "k", objective="designer", concept=c).value for c in ("nash", "ess", "joint optimum")
        }
        assert len(values) == 1
        (value,) = values
        assert value.free_symbols == {design.parameter("v").symbol}
        found.append(float(design.number(value)))
    return found


def shapes(p0, p1, L):
    ends = ((0, p0), (L, p1))
    often = sp.exp(-((S - sp.Rational(1, 2)) ** 2) / (2 * sp.Rational(1, 16)))
    return {
        "lin_at_half": float(least_volatile(S, ends).price.subs(S, sp.Rational(L, 2))),
        "exp_log_cost": float(least_volatile(S, ends, volatility="log").volatility),
        "gauss_w_at_quarter": float(least_volatile(S, ends, use=often).price.subs(S, sp.Rational(L, 4))),
    }


def leader(kappa, lam):
    R = sp.Symbol("R", positive=True)
    efforts = crowd_efforts(R, [sp.nsimplify(each) for each in kappa])
    gain = lam * sp.log(1 + sum(sp.log(1 + each) for each in efforts)) - R
    best = best_number(gain, R, 0.01, 1000)
    return {"R_star": best, "u0": float(gain.subs(R, best))}


def prize(theta, n, c):
    named = {str(each): each for each in best_prize().value.free_symbols}
    return float(best_prize().value.subs({named["theta"]: theta, named["n"]: n, named["c"]: c}))


TABLE = {
    "AF-02-power": overwork,
    "AF-03-stackelberg": best_rewards,
    "BC-11-variational": shapes,
    "CT-04-stackelberg-crowd": leader,
    "CT-05-stackelberg-closed": prize,
}


@pytest.mark.parametrize("name", TABLE)
def test_entry(name):
    entry = ENTRIES[name]
    found, expected, tolerance = TABLE[name](**entry["inputs"]), entry["expected"], entry["tolerance"]
    if isinstance(expected, dict):
        assert found == {key: pytest.approx(value, abs=tolerance) for key, value in expected.items()}
    else:
        np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance)


def test_the_leaders_followers_are_the_contests_equilibrium():
    from analytic.reward.contest_solution import lottery_equilibrium

    costs = ENTRIES["CT-04-stackelberg-crowd"]["inputs"]["kappa"]
    told = [float(each) for each in crowd_efforts(sp.Integer(7), [sp.nsimplify(c) for c in costs])]
    np.testing.assert_allclose(told, lottery_equilibrium([7, 7, 7], costs).efforts, rtol=1e-12)


def test_a_designer_by_search_finds_gamma_v():
    gamma, v, n, c = 0.3, 3.0, 4, 0.7

    def surplus(k):
        total = (k * (n - 1 + gamma) / (n * c)) ** (1 / (1 - gamma))
        return (v - k) * total**gamma

    assert minimize_scalar(lambda k: -surplus(k), bounds=(0, v), method="bounded").x == pytest.approx(
        gamma * v, abs=1e-5
    )


def test_bending_the_least_volatile_curve_costs_more():
    often = sp.exp(-8 * (S - sp.Rational(1, 2)) ** 2)
    shape = least_volatile(S, ((0, 1), (1, 4)), use=often)
    slope = sp.lambdify(S, sp.diff(shape.price, S))
    use = sp.lambdify(S, often)

    def cost(bend):
        return quad(lambda s: use(s) * (slope(s) + bend * np.pi * np.cos(np.pi * s)) ** 2, 0, 1)[0]

    assert cost(0) == pytest.approx(float(shape.volatility), rel=1e-9)
    assert all(cost(bend) > cost(0) for bend in (-0.1, -0.01, 0.01, 0.1))
