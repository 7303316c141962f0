"""Laws of every family of bonding curves, at its example values and at random ones; integrals by quadrature."""

import pickle

import mpmath
import numpy as np
import pytest
import sympy as sp
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from analytic import derive
from analytic.curve import BondingCurve
from analytic.curve_family import curve_families

FAMILIES = curve_families()
NAMES = sorted(FAMILIES)
#: shape parameters made of two numbers in (0, 1); supplies of interest are 0 .. 100
SHAPES = {
    "bancor": lambda u, v: {"F": v, "S0": 50, "R0": 100 * u},
    "exponential": lambda u, v: {"a": u, "k": v / 20},
    "gompertz": lambda u, v: {"a": 10 * u, "c": 1 + 5 * v, "k": 0.03},
    "launch": lambda u, v: {"V": 10 * u, "T": 200 + 300 * v, "L": 180},
    "linear": lambda u, v: {"m": u, "b": v},
    "logarithmic": lambda u, v: {"a": 5 * u, "c": 20 * v},
    "piecewise": lambda u, v: {"starts": [0, 20, 60], "prices": [u, 1 + u, 4], "slopes": [v, 0, 0.01]},
    "polynomial": lambda u, v: {"coefficients": [u, v, 0, 0.001]},
    "power": lambda u, v: {"c": u, "n": 3 * v},
    "sigmoid": lambda u, v: {"K": 10 * u, "k": v, "S0": 50},
}


def make(name, u, v, **fees):
    return BondingCurve.of(name, **SHAPES[name](u, v), **fees)


names = st.sampled_from(NAMES)
shapes = st.sampled_from([0.05, 0.37, 0.9])
supplies = st.floats(0, 100)
sizes = st.floats(1e-3, 50)
rates = st.floats(0, 0.9).map(lambda x: round(x, 3))
conventions = st.sampled_from(["curve", "payment"])
quick = settings(max_examples=60, deadline=None)


def test_every_family_is_put_to_the_laws():
    assert set(SHAPES) == set(FAMILIES)


@quick
@given(names, shapes, shapes, supplies, sizes)
def test_the_increment_is_the_integral_of_the_price(name, u, v, S, q):
    curve = make(name, u, v)
    kinks = [each for each in (20.0, 60.0) if S < each < S + q] if name == "piecewise" else None
    breaks = [np.sqrt((each - S) / q) for each in kinks] if kinks else None
    area = quad(
        lambda t: curve.price(S + q * t * t) * 2 * q * t, 0, 1, points=breaks, epsabs=0, epsrel=1e-10, limit=200
    )[0]
    assert curve.increment(S, q) == pytest.approx(area, rel=1e-8)
    assert curve.reserve(S + q) - curve.reserve(S) == pytest.approx(area, rel=1e-8, abs=1e-9 * curve.reserve(S))
    assert curve.reserve(0) == 0


@pytest.mark.parametrize("name", NAMES)
def test_the_price_is_the_slope_of_the_reserve(name):
    curve = make(name, 0.5, 0.25)
    slope = curve.reserve_expression.diff(curve.S) - curve.price_expression
    for at in (sp.Rational(1, 3), sp.Rational(91, 7), sp.Integer(77)):
        assert abs(sp.N(slope.subs(curve.S, at), 30)) < 1e-25


@quick
@given(names, shapes, shapes, supplies, st.lists(st.floats(1e-3, 15), min_size=2, max_size=5), rates, conventions)
def test_cost_adds_up_along_any_path(name, u, v, S, steps, fee, fee_on):
    curve = make(name, u, v, fee=fee, fee_on=fee_on)
    places = S + np.concatenate([[0.0], np.cumsum(steps)])
    whole = curve.cost(S, places[-1] - S)
    assert np.sum(curve.cost(places[:-1], np.diff(places))) == pytest.approx(whole, rel=1e-10)


@quick
@given(names, shapes, shapes, supplies, sizes, rates, rates, conventions)
def test_buying_and_selling_back_loses_exactly_the_fees(name, u, v, S, q, buy, sell, fee_on):
    curve = make(name, u, v, buy_fee=buy, sell_fee=sell, fee_on=fee_on)
    rise = curve.increment(S, q)
    bought = S + q
    paid, received = curve.cost(S, q), curve.burn(bought, bought - S)
    fees = rise * (buy if fee_on == "curve" else buy / (1 - buy)) + rise * sell
    assert paid - received == pytest.approx(fees, rel=1e-7, abs=1e-9 * paid)


@quick
@example("power", 0.05, 0.05, 1.1366245359271419e-126, 0.0, "curve")
@given(names, shapes, shapes, supplies, rates, conventions)
def test_mint_inverts_cost_over_twelve_orders_of_magnitude(name, u, v, S, fee, fee_on):
    curve = make(name, u, v, fee=fee, fee_on=fee_on)
    q = np.geomspace(5e-11, 5e1, 13)
    assert curve.mint(S, curve.cost(S, q)) == pytest.approx(q, rel=1e-10)
    assert curve.mint(S, 0) == 0


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("S", [0.0, 1e-12, 1e-3, 1.0, 60.0])
def test_increments_keep_their_digits(name, S):
    """Against the price integrated in 40 digits, for quantities over twelve orders of magnitude."""
    curve = make(name, 0.37, 0.4)
    price = sp.lambdify(curve.S, curve.price_expression, "mpmath")
    with mpmath.workdps(40):
        for q in np.geomspace(1e-10, 1e2, 7):
            breaks = [each for each in (20, 60) if S < each < S + q]
            ends = [mpmath.mpf(S), *breaks, mpmath.mpf(S) + mpmath.mpf(float(q))]
            wanted = float(mpmath.quad(price, ends))
            assert curve.increment(S, q) == pytest.approx(wanted, rel=1e-12)
            assert curve.mint(S, wanted) == pytest.approx(q, rel=1e-11)


@pytest.mark.parametrize("name", NAMES)
def test_huge_and_tiny_supplies(name):
    curve = FAMILIES[name].example()
    top = min(float(curve.supply[1]), {"exponential": 3e4}.get(name, 1e12))
    S = np.geomspace(1e-150, 0.49 * top, 40)
    q = S * np.geomspace(1e-9, 1, 40)
    paid = curve.cost(S, q)
    assert np.all(np.isfinite(paid))
    sure = paid > 1e-290
    assert curve.mint(S[sure], paid[sure]) == pytest.approx(q[sure], rel=1e-9)
    assert np.all(np.diff(curve.reserve(S)) >= 0)


def test_far_from_the_middle_nothing_overflows():
    bent = BondingCurve.of("sigmoid", K=10, k=1, S0=1_000_000)
    assert bent.price([0, 2_000_000]).tolist() == [0, 10]
    assert bent.cost(0, 2e6) == pytest.approx(1e7)
    assert bent.cost(2e6, 7.0) == pytest.approx(70)
    assert bent.mint(2e6, 70.0) == pytest.approx(7)
    assert bent.mint(0, 10 * np.log(2)) == pytest.approx(1e6)
    assert bent.cost(999_000.0, 300.0) == pytest.approx(float(10 * mpmath.exp(-700)), rel=1e-10)
    mixed = bent.cost([0.0, 1e6, 2e6], [1.0, 2.0, 3.0])
    assert mixed[1:] == pytest.approx([10 * np.log((1 + np.e**2) / 2), 30])
    steep = BondingCurve.of("exponential", a=1, k=1)
    assert steep.cost(700, 1e-9) == pytest.approx(np.exp(700) * np.expm1(1e-9))
    assert steep.mint(700, steep.cost(700, 1e-9)) == pytest.approx(1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_arrays_are_scalars_side_by_side(name):
    curve = make(name, 0.4, 0.3, fee=0.05)
    S, q = np.linspace(1, 90, 7), np.linspace(0.1, 40, 7)
    for verb in (curve.cost, lambda s, d: curve.mint(s, curve.cost(s, d)), curve.slippage):
        assert verb(S, q) == pytest.approx([verb(float(s), float(d)) for s, d in zip(S, q, strict=True)], rel=1e-9)
    long = np.resize(S, 200_001)
    assert np.allclose(curve.cost(long, 3.0), np.resize(curve.cost(S, 3.0), long.size), rtol=1e-12)
    assert np.allclose(curve.mint(long, 3.0), np.resize(curve.mint(S, 3.0), long.size), rtol=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_derivation_and_letters_follow_from_the_declaration(name):
    family = FAMILIES[name]
    found = derive(family.symbolic(fee=sp.Symbol("phi", positive=True)))
    assert {"reserve", "cost", "any path costs the same", "a round trip loses the fees"} <= {s.name for s in found}
    assert all(step.points >= 20 for step in found)
    assert found.remarks == (family.source,)
    assert r"R(S) &=" in family.symbolic().latex()


@pytest.mark.parametrize("name", NAMES)
def test_symbols_bind_to_the_curve_made_of_numbers(name):
    family = FAMILIES[name]
    numbers = family.example(fee=0.01)
    bound = family.symbolic(fee=sp.Symbol("phi", positive=True)).at(phi=0.01, **numbers.parameters)
    assert bound == numbers
    assert pickle.loads(pickle.dumps(numbers)).cost(1.0, 2.0) == numbers.cost(1.0, 2.0)
