"""Laws of bonding curves, for every kind, by property; integrals and slopes by routes of their own."""

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from analytic.curve import BondingCurve

KINDS = ("linear", "exponential", "sigmoid", "power", "hyperbola", "cases", "wave")


def make(kind, u, v, **fees):
    """A curve of a kind with two shape parameters in (0, 1); supplies of interest are 0 .. 100."""
    match kind:
        case "linear":
            return BondingCurve.linear(m=u, b=v, **fees)
        case "exponential":
            return BondingCurve.exponential(a=u, k=v / 20, **fees)
        case "sigmoid":
            return BondingCurve.sigmoid(K=10 * u, k=v, S0=50, **fees)
        case "power":
            return BondingCurve.from_expression("c*S**n + 0.01", c=u, n=2.5, **fees)
        case "hyperbola":
            return BondingCurve.from_expression("c*N/(N - S)**2", c=u, N=500, supply=(0, 400), **fees)
        case "cases":
            return BondingCurve.from_expression("Piecewise((c, S < 30), (c*S/30, True))", c=u, **fees)
    return BondingCurve.from_expression("c*(2 + cos(S)*exp(-S/50))", c=u, **fees)


kinds = st.sampled_from(KINDS)
shapes = st.sampled_from([0.05, 0.37, 0.9])  # few, since a user's price is integrated anew for each
supplies = st.floats(0, 100)
sizes = st.floats(1e-3, 50)
rates = st.floats(0, 0.9).map(lambda x: round(x, 3))
conventions = st.sampled_from(["curve", "payment"])
quick = settings(max_examples=60, deadline=None)


@quick
@given(kinds, shapes, shapes, supplies, sizes)
def test_the_reserve_is_the_integral_of_the_price(kind, u, v, S, q):
    curve = make(kind, u, v)
    area = quad(curve.price, S, S + q, points=[30.0] if S < 30 < S + q else None, epsrel=1e-11, limit=200)[0]
    assert curve.reserve(S + q) - curve.reserve(S) == pytest.approx(area, rel=1e-8, abs=1e-9 * curve.reserve(S))
    assert curve.increment(S, q) == pytest.approx(area, rel=1e-8)
    assert curve.reserve(0) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_the_price_is_the_slope_of_the_reserve_in_symbols(kind):
    curve = make(kind, 0.5, 0.25)
    slope = curve.reserve_expression.diff(curve.S) - curve.price_expression
    for at in (sp.Rational(1, 3), sp.Rational(91, 7), sp.Integer(77)):
        assert abs(sp.N(slope.subs(curve.S, at), 30)) < 1e-25


@quick
@given(kinds, shapes, shapes, supplies, st.lists(sizes, min_size=2, max_size=5), rates, conventions)
def test_cost_adds_up_along_any_path(kind, u, v, S, steps, fee, fee_on):
    curve = make(kind, u, v, fee=fee, fee_on=fee_on)
    places = S + np.concatenate([[0.0], np.cumsum(steps)])
    whole = curve.cost(S, places[-1] - S)
    assert np.sum(curve.cost(places[:-1], np.diff(places))) == pytest.approx(whole, rel=1e-10)


@quick
@given(kinds, shapes, shapes, supplies, sizes, rates, rates, conventions)
def test_buying_and_selling_back_loses_exactly_the_fees(kind, u, v, S, q, buy, sell, fee_on):
    curve = make(kind, u, v, buy_fee=buy, sell_fee=sell, fee_on=fee_on)
    rise = curve.increment(S, q)
    paid, taken = curve.buy_charge(rise)
    received, withheld = curve.sell_release(rise)
    assert curve.cost(S, q) == pytest.approx(paid, rel=1e-10)
    bought = S + q
    assert curve.burn(bought, bought - S) == pytest.approx(received, rel=1e-7)
    assert paid - received == pytest.approx(taken + withheld, rel=1e-9, abs=1e-12)
    assert (taken, withheld) == pytest.approx(
        (rise * buy if fee_on == "curve" else paid * buy, rise * sell), rel=1e-9, abs=1e-12 * rise
    )


@quick
@given(kinds, shapes, shapes, supplies, rates, conventions)
def test_mint_inverts_cost_over_twelve_orders_of_magnitude(kind, u, v, S, fee, fee_on):
    curve = make(kind, u, v, fee=fee, fee_on=fee_on)
    q = np.geomspace(1e-10, 1e2, 13)
    assert curve.mint(S, curve.cost(S, q)) == pytest.approx(q, rel=1e-10)
    assert curve.mint(S, 0) == 0


@quick
@given(kinds, shapes, shapes, supplies, rates)
def test_more_tokens_cost_more_and_more_money_buys_more(kind, u, v, S, fee):
    curve = make(kind, u, v, fee=fee)
    q = np.linspace(0, 50, 40)
    assert np.all(np.diff(curve.cost(S, q)) > 0)
    assert np.all(np.diff(curve.mint(S, np.linspace(0, curve.cost(S, 50.0), 40))) > 0)


@quick
@given(kinds, shapes, shapes, st.integers(1, 100), st.integers(1, 50), rates, conventions)
def test_numbers_agree_with_symbols(kind, u, v, S, q, fee, fee_on):
    curve = make(kind, u, v, fee=fee, fee_on=fee_on)
    at, size = sp.symbols("at size", positive=True)
    exact = {at: sp.Integer(S), size: sp.Integer(q)}
    for found, formula in (
        (curve.price(S), curve.price(at)),
        (curve.reserve(S), curve.reserve(at)),
        (curve.cost(S, q), curve.cost(at, size)),
        (curve.burn(S + q, q), curve.burn(at + size, size)),
        (curve.slippage(S, q), curve.slippage(at, size)),
    ):
        value = float(sp.N(formula.subs(exact), 30))
        assert found == pytest.approx(value, rel=1e-8, abs=1e-12)


@quick
@given(kinds, shapes, shapes, supplies, sizes)
def test_slippage_is_the_excess_of_the_mean_price(kind, u, v, S, q):
    curve = make(kind, u, v)
    mean = curve.increment(S, q) / q
    assert curve.slippage(S, q) == pytest.approx(mean / curve.price(S) - 1, rel=1e-6, abs=1e-9)
    assert curve.slippage(S, 0.0) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_arrays_are_scalars_side_by_side(kind):
    curve = make(kind, 0.4, 0.3, fee=0.05)
    S, q = np.linspace(1, 90, 7), np.linspace(0.1, 40, 7)
    for verb in (curve.cost, lambda s, d: curve.mint(s, curve.cost(s, d)), curve.slippage):
        assert verb(S, q) == pytest.approx([verb(float(s), float(d)) for s, d in zip(S, q, strict=True)], rel=1e-9)


def test_a_sigmoid_is_accurate_far_from_its_midpoint():
    k, K = 0.5, 3.0
    for centre in (0.0, 1e3, 1e6, -1e6):
        curve = BondingCurve.sigmoid(K=K, k=k, S0=centre)
        for S in (max(centre - 40, 0.0), max(centre, 0.0), max(centre, 0.0) + 40):
            for q in (1e-9, 1e-3, 1.0, 100.0):
                u = sp.Rational(k) * (sp.Rational(S) - sp.Rational(centre))
                d = sp.Rational(k) * sp.Rational(q)
                exact = sp.N(K / k * (sp.log(1 + sp.exp(u + d)) - sp.log(1 + sp.exp(u))), 60)
                assert curve.cost(S, q) == pytest.approx(float(exact), rel=1e-12)
                assert curve.mint(S, float(exact)) == pytest.approx(q, rel=1e-12)
