"""Attacks: the oracle tables, pump.fun's curve, and searches that share no code with the thresholds."""

import json
from pathlib import Path

import numpy as np
import pytest
import sympy as sp

from analytic.attack import PROBE, Sandwich, sandwich_profit, wash_profit, wash_threshold
from analytic.curve import BondingCurve
from analytic.move import MINTED

DATA = Path(__file__).parents[1] / "oracles" / "data"
ENTRIES = {e["id"]: e for name in ("theory", "token") for e in json.loads((DATA / f"{name}.json").read_text())}
PUMP = BondingCurve.from_expression("30*1073e6/(1073e6-S)**2", supply=(0, 793.1e6))


def brute_margin(curve, supply, victim, attack):
    """The break-even fee of one attack, from reserves alone."""
    R = curve.reserve
    first, last = R(supply + attack) - R(supply), R(supply + victim + attack) - R(supply + victim)
    return (last - first) / (last + first)


def test_bc06_sandwich_on_a_linear_curve_with_a_fee():
    entry = ENTRIES["BC-06-sandwich-fee"]
    m, b, S, v, phi = (sp.nsimplify(entry["inputs"][name]) for name in ("m", "b", "S", "v", "phi"))
    a = sp.Symbol("a", positive=True)
    profit = sandwich_profit(BondingCurve.linear(m=m, b=b, fee=phi), S, v, a)
    (best,) = sp.solve(sp.diff(profit, a), a)
    assert float(best) == pytest.approx(entry["expected"]["a_star"])
    assert float(profit.subs(a, best)) == pytest.approx(entry["expected"]["profit"])
    attack = Sandwich(BondingCurve.linear(m=float(m), b=float(b)), supply=float(S), victim=float(v))
    assert attack.break_even_fee() == pytest.approx(entry["expected"]["phi_bar"], abs=1e-6)


def test_bc07_on_an_exponential_curve_the_safe_size_does_not_depend_on_the_supply():
    entry = ENTRIES["BC-07-exp-proof"]
    k, phi, safe = entry["inputs"]["k"], entry["inputs"]["phi"], entry["expected"]
    for supply in (0.0, 50.0, 300.0):
        attack = Sandwich(BondingCurve.exponential(a=1, k=k), supply=supply, victim=safe)
        assert attack.marginal_fee == pytest.approx(phi, rel=1e-6)
        assert attack.margin(np.array([1.0, 100.0])) == pytest.approx(phi, rel=1e-6)


def test_the_linear_sandwich_with_fees_on_payments():
    entry = ENTRIES["attack.sandwich.linear"]
    m, b, S, q, d = (entry["inputs"][name] for name in "mbSqd")
    for fee, expected in zip(entry["inputs"]["fee"], entry["expected"]["profit"], strict=True):
        curve = BondingCurve.linear(m=m, b=b, fee=fee, fee_on="payment")
        assert float(sandwich_profit(curve, *map(sp.nsimplify, (S, d, q)))) == pytest.approx(expected, abs=1e-9)
    f = sp.Symbol("f", positive=True)
    curve = BondingCurve.linear(m=m, b=b, fee=f, fee_on="payment")
    profit = sandwich_profit(curve, *map(sp.nsimplify, (S, d, q)))
    zero = sp.nsolve(profit, f, 0.15)
    assert float(zero) == pytest.approx(entry["expected"]["fee_breakeven"], abs=1e-9)


def test_pump_fun_a_fixed_quantity_loses_more_than_a_fixed_spend():
    quantity, spend = (Sandwich(PUMP, 100e6, 127.7e6, order) for order in ("quantity", "spend"))
    P0, P1 = (30 * 1073e6 / (1073e6 - S) ** 2 for S in (100e6, 227.7e6))
    assert quantity.break_even_fee() == pytest.approx(0.25268, abs=1e-4)
    assert quantity.break_even_fee() == pytest.approx(brute_margin(PUMP, 100e6, 127.7e6, 565.4e6), rel=1e-6)
    assert spend.break_even_fee() == pytest.approx((P1 - P0) / (P1 + P0), rel=1e-6)
    assert spend.break_even_fee() == pytest.approx(0.13977, abs=1e-4)


def test_no_attack_of_any_size_pays_at_the_break_even_fee():
    """Profit with the fee on both legs, by the moves themselves, on either side of the threshold."""
    phi = Sandwich(PUMP, 100e6, 127.7e6).break_even_fee()
    for fee, pays in ((phi * 1.001, False), (phi * 0.999, True)):
        curve = BondingCurve.from_expression("30*1073e6/(1073e6-S)**2", supply=(0, 793.1e6), fee=fee)
        gains = [curve.burn(227.7e6 + a, a) - curve.cost(100e6, a) for a in np.linspace(1e6, 565.4e6, 400)]
        assert (max(gains) > 0) is pays


@pytest.mark.parametrize(
    "curve",
    [
        BondingCurve.linear(m=0.02, b=0.5),
        BondingCurve.exponential(a=1, k=0.01),
        BondingCurve.sigmoid(K=5, k=0.05, S0=80),
    ],
)
def test_on_log_concave_prices_the_smallest_attack_decides(curve):
    attack = Sandwich(curve, 40.0, 25.0)
    brute = max(brute_margin(curve, 40.0, 25.0, a) for a in np.geomspace(1e-3, 500, 60))
    assert attack.break_even_fee() == pytest.approx(attack.marginal_fee, rel=1e-6)
    assert brute <= attack.marginal_fee * (1 + 1e-6)


def test_af04_wash_minting_pays_iff_the_reward_exceeds_twice_the_fee_on_the_price():
    entry = ENTRIES["AF-04-wash"]
    phi, P, m, k = (sp.nsimplify(entry["inputs"][name]) for name in ("phi", "P", "m", "k"))
    curve = BondingCurve.linear(m=m, b=P, fee=phi)
    profit = wash_profit(curve, k * MINTED, sp.S.Zero)
    (best,) = sp.solve(sp.diff(profit, PROBE), PROBE)
    assert float(best) == pytest.approx(entry["expected"]["t_star"])
    assert float(profit.subs(PROBE, best)) == pytest.approx(entry["expected"]["gain"])
    reward = sp.Symbol("k", positive=True)
    assert wash_threshold(curve, reward * MINTED, reward, sp.S.Zero) == 2 * phi * P
    for factor, pays in ((sp.Rational(99, 100), False), (1, False), (sp.Rational(101, 100), True)):
        gains = wash_profit(curve, 2 * phi * P * factor * MINTED, sp.S.Zero)
        assert any(gains.subs(PROBE, t) > 0 for t in map(sp.Rational, np.geomspace(1e-4, 1e4, 60))) is pays


@pytest.mark.parametrize("kind", ["exponential", "sigmoid"])
def test_the_wash_threshold_is_twice_the_fee_on_the_price_on_any_curve(kind):
    phi, S, k = sp.symbols("phi S k", positive=True)
    curve = (
        BondingCurve.exponential(a=2, k=sp.Rational(1, 100), fee=phi)
        if kind == "exponential"
        else BondingCurve.sigmoid(K=5, k=sp.Rational(1, 20), S0=10, fee=phi)
    )
    threshold = wash_threshold(curve, k * MINTED, k, S)
    for at in (1, 20, 70):
        value = threshold.subs({S: at, phi: sp.Rational(1, 50)})
        assert float(value) == pytest.approx(0.04 * float(curve.at(phi=0).price(at)))


def test_orders_without_room_or_sense_are_refused():
    with pytest.raises(ValueError, match="no room"):
        Sandwich(PUMP, 700e6, 93.1e6)
    with pytest.raises(ValueError, match="> 0 tokens"):
        Sandwich(PUMP, 100e6, 0.0)
    with pytest.raises(ValueError, match="'quantity' or its 'spend'"):
        Sandwich(PUMP, 100e6, 1.0, order="limit")
    with pytest.raises(ValueError, match="outside"):
        Sandwich(PUMP, 900e6, 1.0)
