"""Curves whose parameters change: the reserve stays the integral, or the difference is paid; by quadrature, roots."""

import numpy as np
import pytest
import sympy as sp
from scipy.integrate import quad
from scipy.optimize import brentq

from analytic.anchoring import anchoring_derivation, injection, reanchored
from analytic.curve import BondingCurve
from analytic.curve_family import curve_families

FAMILIES = curve_families()
#: family, parameter, the reserve at supply 40 in shares of the present one
CASES = [
    ("linear", "m", 1.3), ("linear", "b", 1.3), ("exponential", "a", 0.4), ("exponential", "k", 2.0),
    ("power", "c", 3.0), ("power", "n", 1.7), ("sigmoid", "K", 0.5), ("sigmoid", "k", 1.4), ("sigmoid", "S0", 1.4),
    ("logarithmic", "a", 2.0), ("logarithmic", "c", 0.7), ("polynomial", "c2", 1.5), ("gompertz", "a", 2.0),
    ("gompertz", "c", 0.6), ("gompertz", "k", 1.2), ("piecewise", "p0", 1.1), ("bancor", "R0", 2.0),
    ("bancor", "F", 1.5), ("launch", "V", 2.0), ("launch", "T", 0.9),
]  # fmt: skip


@pytest.mark.parametrize(("name", "parameter", "share"), CASES)
def test_the_reserve_is_the_integral_again(name, parameter, share):
    curve = FAMILIES[name].example(fee=0.01)
    held = share * curve.reserve(40)
    found = reanchored(curve, parameter, supply=40, reserve=held)
    area = quad(found.price, 0, 40, epsrel=1e-12)[0]
    assert area == pytest.approx(held, rel=1e-9)
    changed = {n for n, value in found.parameters.items() if value != curve.parameters[n]}
    assert changed == {parameter}
    assert found.fees == curve.fees
    assert found.burn(40, 40) == pytest.approx(0.99 * held)


def test_a_parameter_in_closed_form_on_symbols():
    b, S, R = sp.symbols("b S_now R_now", positive=True)
    curve = BondingCurve.linear(m=sp.Symbol("m", positive=True), b=b)
    found = reanchored(curve, "m", supply=S, reserve=R)
    assert sp.simplify(found.parameters["m"] - 2 * (R - b * S) / S**2) == 0
    assert sp.simplify(found.reserve(S) - R) == 0


def test_a_value_found_numerically_is_that_of_another_route():
    curve = BondingCurve.of("sigmoid", K=10, k=0.1, S0=50)
    wanted = 0.8 * curve.reserve(60)
    by_root = brentq(lambda c: quad(lambda s: 10 / (1 + np.exp(-0.1 * (s - c))), 0, 60)[0] - wanted, 0, 100)
    assert float(reanchored(curve, "S0", supply=60, reserve=wanted).parameters["S0"]) == pytest.approx(by_root)


@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_an_injection_is_the_area_between_the_prices(name):
    before = FAMILIES[name].example()
    first = next(p for p in before.parameters if before.parameters[p] != 0 and p not in ("F", "L", "s0"))
    after = (
        FAMILIES[name]
        .symbolic()
        .at(
            **{
                p: float(v) * (1.2 if p == first else 1) if v != int(v) or p == first else v
                for p, v in before.parameters.items()
            }
        )
    )
    area = quad(lambda s: after.price(s) - before.price(s), 0, 30, epsrel=1e-12)[0]
    assert injection(before, after, supply=30) == pytest.approx(area, rel=1e-8)
    assert injection(after, before, supply=30.0) == pytest.approx(-area, rel=1e-8)


@pytest.mark.parametrize(
    ("name", "parameter"), [("linear", "m"), ("exponential", "a"), ("sigmoid", "K"), ("power", "c"), ("launch", "V")]
)
def test_both_ways_are_derived(name, parameter):
    steps = anchoring_derivation(FAMILIES[name].symbolic(), parameter)
    assert [step.name for step in steps] == ["re-anchoring", "injection"]
    assert all(step.points for step in steps)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda c: reanchored(c, "mm", supply=1, reserve=1), "no parameter 'mm' to solve; it has m"),
        (lambda c: reanchored(c, "m", supply=10, reserve=1), r"no m gives the reserve 1 at supply 10: m = .* >= 0"),
        (lambda c: reanchored(c, "m", supply=0, reserve=1), "does not depend on m"),
        (lambda c: reanchored(BondingCurve.from_expression("S"), "m", supply=1, reserve=1), "belongs to no family"),
        (
            lambda c: reanchored(BondingCurve.of("power", c=1, n=1), "n", supply="1/2", reserve=3),
            r"no n in \[0, inf\) gives the reserve 3 at supply 1/2",
        ),
        (
            lambda c: reanchored(BondingCurve.of("power", c=sp.Symbol("c"), n=1), "n", supply=2, reserve=3),
            "not linear in n: bind c",
        ),
    ],
)
def test_what_cannot_be_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call(BondingCurve.linear(m=1, b=1))
