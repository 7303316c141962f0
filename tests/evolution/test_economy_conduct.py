"""Manipulation, performance, races and distances against enumeration, SciPy, and known answers."""

import math

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad

from analytic.curve import BondingCurve
from evolution.economy import metrics as m
from gametheory import NormalForm

RNG = np.random.default_rng(5)


def close(found, expected, rel=1e-12):
    assert found == pytest.approx(expected, rel=rel, abs=1e-14)


# Manipulation


def test_deviation_gains_agree_with_a_game():
    game = NormalForm([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    profile = [[0.5, 0.5], [0.25, 0.75]]
    gains = m.deviation_gains(game.deviations(profile), game.expected(profile))
    np.testing.assert_allclose(gains, np.array(game.regret(profile), float))
    assert m.nash_conv(game.deviations([[0, 1], [0, 1]]), game.expected([[0, 1], [0, 1]])) == 0
    with pytest.raises(ValueError, match="players"):
        m.nash_conv([[1, 2]], [1, 2])


def test_extractable_value_of_two_buyers_around_ones_own_trade():
    curve = BondingCurve.linear(m=0.1, b=1)

    def profit(order):
        supply, cash = 100.0, 0.0
        for trade in order:
            cost = curve.cost(supply, 10) if trade != "sell" else -curve.burn(supply, 10)
            cash -= cost if trade in ("buy", "sell") else 0.0
            supply += -10 if trade == "sell" else 10
        return cash

    found = m.extractable_value(profit, ("A", "buy", "sell", "B"))
    assert found.order == ("buy", "A", "B", "sell")
    close(found.value, 0.1 * 10 * 20)  # m q d of the sandwich oracle
    close(found.gain, found.value)
    with pytest.raises(ValueError, match="9 transactions"):
        m.extractable_value(profit, range(10))
    with pytest.raises(ValueError, match="9 transactions"):
        m.extractable_value(profit, [])


def test_cost_of_attack_reaches_the_share_exactly():
    curve = BondingCurve.exponential(a=1, k=0.01, fee=0.02)
    paid = m.cost_of_attack(curve, 100, share=0.4, held=10)
    q = curve.mint(100, paid)
    close((10 + q) / (100 + q), 0.4)
    close(paid, 1.02 * quad(curve.price, 100, 100 + q)[0])
    assert m.cost_of_attack(curve, 100, share=0.4, held=40) == 0


def test_break_even_fee_of_the_sandwich_in_both_conventions():
    for convention, expected in (("curve", 5 / 27), ("payment", None)):

        def profit(fee, convention=convention):
            curve = BondingCurve.linear(m=1, b=1, fee=fee, fee_on=convention)
            return curve.burn(10 + 1e-6 + 5, 1e-6) - curve.cost(10, 1e-6)  # from price 11 to 16, infinitesimal

        found = m.break_even_fee(profit, high=0.9)
        if expected is None:
            expected = 1 - math.sqrt(11 / 16)  # 16 (1 - f) = 11 / (1 - f)
        assert found == pytest.approx(expected, abs=1e-6)


def test_break_even_fees_that_are_none():
    assert m.break_even_fee(lambda fee: -1.0) == 0
    assert m.break_even_fee(lambda fee: 0.0, low=0.1) == 0.1
    with pytest.raises(ValueError, match="even at the fee"):
        m.break_even_fee(lambda fee: 1.0)
    with pytest.raises(ValueError, match="pays again"):
        m.break_even_fee(lambda fee: math.cos(9 * fee))


def test_identities_and_coalitions():
    shares = [k / (k + 1) for k in range(1, 5)]  # k identities against one other, equal split
    np.testing.assert_allclose(m.identity_gain(shares), [2 * s for s in shares])
    with pytest.raises(ValueError, match=r"u\(1\) > 0"):
        m.identity_gain([0, 1])
    assert m.coalition_gain([[1, 2], [3, 4]], [[2, 2], [3, 9]], [1]).tolist() == [0, 5]
    for members in ([], [0, 0], [2], [-1]):
        with pytest.raises(ValueError, match="member"):
            m.coalition_gain([1, 2], [3, 4], members)


# Performance


def test_returns_and_regret_by_hand():
    u = RNG.normal(size=20)
    close(m.discounted_return(u, discount=0.9), sum(0.9**t * x for t, x in enumerate(u)))
    assert m.discounted_return(u, discount=0) == u[0]
    close(m.discounted_return(np.ones(500), discount=0.5), 2.0)
    each = RNG.normal(size=(20, 3))
    close(m.external_regret(each, u), max(sum(each[t, a] - u[t] for t in range(20)) for a in range(3)))
    assert m.external_regret(each, each.max(axis=1)) <= 0
    close(m.sharpe_ratio(u, risk_free=0.1, periods_per_year=12), (u.mean() - 0.1) / stats.tstd(u) * 12**0.5)
    with pytest.raises(ValueError, match="without risk"):
        m.sharpe_ratio([0.1] * 3)


def test_wealth_at_liquidation_and_as_a_part_of_the_reserve():
    curve = BondingCurve.linear(m=0.3, b=0)
    H = np.full(100, 1.0)
    alone = m.liquidation_value(curve, 100, holding=H)
    close(alone[0], quad(curve.price, 99, 100)[0])
    close(alone.sum() / curve.reserve(100), 1.99)  # they do not add up
    parts = m.additive_value(curve.reserve(100), 100, holdings=H, balances=2.0)
    close(parts.sum(), 200 + curve.reserve(100))
    assert m.liquidation_value(curve, 100, holding=100, balance=1.0) == pytest.approx(1 + curve.reserve(100))
    assert m.additive_value(0, 0, holdings=[0, 0], balances=[1, 2]).tolist() == [1, 2]
    for verb in (lambda h: m.liquidation_value(curve, 10, holding=h), lambda h: m.additive_value(1, 10, holdings=h)):
        for wrong in (-1, 11, [5, 11]):
            with pytest.raises(ValueError, match=r"within 0 \.\. the supply"):
                verb(wrong)


@pytest.mark.parametrize("power", [1, 2, 3.5])
def test_price_times_holdings_overstates_a_power_curve(power):
    curve = BondingCurve.from_expression("S**n", n=power)
    worth = m.liquidation_value(curve, 7, holding=7)
    close(curve.price(7) * 7 / worth, power + 1)
    close(worth, quad(curve.price, 0, 7)[0], rel=1e-9)


# Races


def test_collusion_between_competition_and_monopoly():
    assert m.collusion_index(3, nash=2, monopoly=4) == 0.5
    with pytest.raises(ValueError, match="nothing to collude"):
        m.collusion_index(3, nash=4, monopoly=4)
    delta = m.critical_discount(deviation=7, collusion=4, punishment=1)
    close(4 / (1 - delta), 7 + delta * 1 / (1 - delta))  # just as good to deviate and be punished for ever
    with pytest.raises(ValueError, match="deviation >= collusion > punishment"):
        m.critical_discount(deviation=3, collusion=4, punishment=1)


def test_turnover_and_time_average():
    turns = np.eye(3)[np.arange(30) % 3]
    assert m.turnover(turns) == 1
    assert m.turnover([[0.5, 0.5]] * 4) == 0
    assert m.time_average_distance(turns, [1 / 3] * 3) == pytest.approx(0, abs=1e-15)
    assert m.time_average_distance(turns, [1, 0, 0], burn_in=27) == pytest.approx(2 / 3)
    with pytest.raises(ValueError, match="sum to 1"):
        m.turnover([[0.5, 0.6], [1, 0]])
    with pytest.raises(ValueError, match="policies"):
        m.time_average_distance(turns, [0.5, 0.5])


def test_periods_between_the_frequencies_of_the_periodogram():
    t = np.arange(400)
    for period, error in ((120, 4e-3), (37.3, 1e-4), (10.1, 1e-6)):
        for phase in range(6):
            wave = np.sin(2 * np.pi * t / period + phase) + 0.4 * np.sin(4 * np.pi * t / period)
            assert m.cycle_period(wave).period == pytest.approx(period, rel=error)


def test_alternation_by_chance_is_judged_by_its_own_law():
    """One phase: the power is a squared normal, whose tail is heavier than the exponential of two phases."""
    t = np.arange(16)
    wave = (-1.0) ** t + 1.2**0.5 * np.cos(np.pi * t / 2)
    z = 16**2 / (16 + 8 * 1.2)
    assert m.cycle_period(wave).p_value > stats.chi2(1).sf(z)


def test_alternation_is_a_cycle_of_two():
    for count in (40, 41):  # price adjustment at its stability bound
        found = m.cycle_period((-1.0) ** np.arange(count) + 0.1 * np.random.default_rng(1).normal(size=count))
        assert found.significant
        assert found.period == pytest.approx(2, rel=0.01)


@pytest.mark.parametrize("period", [2.5, 10, 37, 81.3, 120])
def test_cycles_are_found_in_noise(period):
    t = np.arange(400)
    wave = np.sin(2 * np.pi * t / period) + 0.3 * np.random.default_rng(2).normal(size=400) + 0.01 * t
    found = m.cycle_period(wave, dt=0.5)
    assert found.significant
    assert found.period == pytest.approx(period / 2, rel=0.03)


def test_relaxation_cycles_are_found():
    t = np.arange(600)
    for wave in (np.sign(np.sin(2 * np.pi * t / 50)), (t % 50) / 50, np.exp(np.sin(2 * np.pi * t / 50) * 3)):
        found = m.cycle_period(wave)
        assert found.significant
        assert found.period == pytest.approx(50, rel=0.02)


def test_red_noise_has_no_cycles():
    rng = np.random.default_rng(3)
    for memory in (0.0, 0.9, 1.0):
        wrong = 0
        for _ in range(200):
            noise, x = rng.normal(size=300), np.zeros(300)
            for t in range(1, 300):
                x[t] = memory * x[t - 1] + noise[t]
            wrong += m.cycle_period(x, significance=0.05).significant
        assert wrong <= 20  # 5 % of 200, give or take three standard errors
    assert not m.cycle_period(np.exp(-np.arange(100) / 9)).significant  # a mere return to rest
    with pytest.raises(ValueError, match="constant or straight"):
        m.cycle_period(np.arange(50) * 0.1)


# Distances


def test_sup_distance_and_kolmogorov():
    runs, path = RNG.normal(size=(4, 30)), RNG.normal(size=30)
    np.testing.assert_allclose(
        m.sup_distance(runs, path), [max(abs(a - b) for a, b in zip(r, path, strict=True)) for r in runs]
    )
    for shift in (-0.2, 0, 0.2):  # gaps above and below
        sample = RNG.normal(size=57) + shift
        found, by_scipy = m.kolmogorov_distance(sample, stats.norm.cdf), stats.kstest(sample, "norm", method="exact")
        close(found.distance, by_scipy.statistic)
        close(found.p_value, by_scipy.pvalue, rel=1e-9)
    with pytest.raises(ValueError, match="records of the runs"):
        m.sup_distance(runs, path[:3])
    with pytest.raises(ValueError, match="distribution function"):
        m.kolmogorov_distance(sample, lambda z: -z)
