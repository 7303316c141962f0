"""Metrics against definitions by brute force, SciPy's laws and integrals, and known answers; refusals of odd inputs."""

import itertools
import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad, solve_ivp, trapezoid
from scipy.optimize import minimize_scalar

from analytic.catalogue import affiliate, holding
from analytic.curve import BondingCurve
from evolution import simulate
from evolution.economy import metrics as m
from gametheory import NormalForm

RNG = np.random.default_rng(5)
INCOMES = RNG.lognormal(1, 1.2, size=41)
PRICES = np.exp(np.cumsum(RNG.normal(0, 0.1, size=300)))


def close(found, expected, rel=1e-12):
    assert found == pytest.approx(expected, rel=rel, abs=1e-14)


# Prices


def test_standard_deviations_by_their_sums():
    mean = sum(PRICES) / len(PRICES)
    by_hand = math.sqrt(sum((p - mean) ** 2 for p in PRICES) / (len(PRICES) - 1))
    close(m.price_volatility(PRICES), by_hand)
    close(m.coefficient_of_variation(PRICES), by_hand / mean)
    returns = [math.log(b / a) for a, b in itertools.pairwise(PRICES)]
    close(m.return_volatility(PRICES, periods_per_year=52), math.sqrt(52) * stats.tstd(returns))
    close(m.realised_variance(PRICES), math.fsum(r * r for r in returns))


def test_burn_in_is_the_same_as_cutting():
    for verb in (m.price_volatility, m.return_volatility, m.realised_variance, m.coefficient_of_variation):
        close(verb(PRICES, burn_in=120), verb(PRICES[120:]))
    late, cut = m.max_drawdown(PRICES, burn_in=120), m.max_drawdown(PRICES[120:])
    assert (late.share, late.peak, late.trough) == (cut.share, cut.peak + 120, cut.trough + 120)


def test_drawdown_over_all_pairs():
    pairs = ((1 - PRICES[t] / PRICES[s], s, t) for s, t in itertools.combinations(range(len(PRICES)), 2))
    share, peak, trough = max(pairs)
    found = m.max_drawdown(PRICES)
    close(found.share, share)
    assert (found.peak, found.trough) == (peak, trough)


def test_drawdown_of_a_rise_and_of_a_collapse():
    assert m.max_drawdown([1, 2, 3]) == m.Drawdown(0.0, 0, 0)
    assert m.max_drawdown([1, 2, 0, 5]) == m.Drawdown(1.0, 1, 2)
    with pytest.raises(ValueError, match="> 0 at the first"):
        m.max_drawdown([0, 1])


def test_mispricing_against_a_number_and_a_path():
    fundamental = np.linspace(1, 2, len(PRICES))
    close(m.mispricing(PRICES, fundamental), np.sqrt(np.mean((PRICES - fundamental) ** 2)))
    close(m.mispricing(PRICES, 1.5, burn_in=7), np.sqrt(np.mean((PRICES[7:] - 1.5) ** 2)))
    many = np.stack([PRICES, 2 * PRICES])
    close(m.mispricing(many, fundamental)[1], m.mispricing(2 * PRICES, fundamental))
    close(m.mispricing(many.T, many.T[::-1], axis=0)[0], m.mispricing(PRICES, PRICES[::-1]))
    close(m.mispricing([1e308, 1e308], -5e307), 1.5e308)
    with pytest.raises(ValueError, match="shape of prices"):
        m.mispricing(PRICES, [1, 2, 3])


# Shares


def double_sum_gini(x):
    return sum(abs(a - b) for a in x for b in x) / (2 * len(x) ** 2 * (sum(x) / len(x)))


def test_gini_is_the_mean_difference_over_all_pairs():
    close(m.gini(INCOMES), double_sum_gini(INCOMES))
    weights = RNG.integers(0, 5, size=len(INCOMES))
    close(m.gini(INCOMES, weights=weights), double_sum_gini(np.repeat(INCOMES, weights)))


def test_gini_is_one_less_twice_the_area_under_lorenz():
    weights = RNG.uniform(size=len(INCOMES))
    holders, held = m.lorenz_curve(INCOMES, weights=weights)
    close(m.gini(INCOMES, weights=weights), 1 - 2 * trapezoid(held, holders))
    assert holders[0] == held[0] == 0
    assert holders[-1] == held[-1] == 1
    slopes = np.diff(held) / np.diff(holders)
    assert np.all(np.diff(slopes) >= -1e-9)  # convex


@pytest.mark.parametrize(
    ("law", "expected"),
    [
        (stats.uniform(0, 3), 1 / 3),
        (stats.uniform(1, 2), 2 / (3 * (1 + 3))),  # (b - a) / (3 (a + b))
        (stats.expon(scale=7), 1 / 2),
        (stats.pareto(1.16), 1 / 1.32),
        (stats.pareto(5), 1 / 9),
        (stats.lognorm(0.3), math.erf(0.15)),
        (stats.gamma(4), 0.2734375),
        (stats.gamma(0.5), 2 / math.pi),
        (stats.weibull_min(2), 1 - 2**-0.5),
    ],
)
def test_gini_of_laws(law, expected):
    close(m.gini_of_law(law.isf), expected, rel=1e-8)


def test_gini_of_a_large_sample_meets_its_law():
    p = (np.arange(20_000) + 0.5) / 20_000
    assert m.gini(stats.gamma(4).ppf(p)) == pytest.approx(m.gini_of_law(stats.gamma(4).isf), abs=1e-5)


def test_laws_without_a_mean_are_refused():
    with pytest.raises(ValueError, match="no finite mean"):
        m.gini_of_law(stats.pareto(1.0).isf)
    with pytest.raises(ValueError, match=">= 0"):
        m.gini_of_law(stats.norm().isf)


def test_theil_is_ln_n_less_scipy_entropy():
    close(m.theil(INCOMES), math.log(len(INCOMES)) - stats.entropy(INCOMES / INCOMES.sum()))
    mean = INCOMES.mean()
    close(m.theil(INCOMES), math.fsum(x / mean * math.log(x / mean) for x in INCOMES) / len(INCOMES))


@pytest.mark.parametrize("epsilon", [0, 0.3, 0.5, 1 - 1e-9, 1, 1 + 1e-9, 2, 7.5])
def test_atkinson_is_the_equally_distributed_equivalent(epsilon):
    import mpmath

    with mpmath.workdps(40):
        x, e = [mpmath.mpf(float(v)) for v in INCOMES], mpmath.mpf(epsilon)
        if e == 1:
            equal = mpmath.exp(sum(map(mpmath.log, x)) / len(x))
        else:
            equal = (sum(v ** (1 - e) for v in x) / len(x)) ** (1 / (1 - e))
        expected = float(1 - equal / (sum(x) / len(x)))
    assert m.atkinson(INCOMES, epsilon=epsilon) == pytest.approx(expected, rel=1e-11, abs=1e-14)


def test_atkinson_with_the_destitute():
    assert m.atkinson([0, 1], epsilon=1) == m.atkinson([0, 1], epsilon=3) == 1
    close(m.atkinson([0, 1], epsilon=0.5), 0.5)  # 1 - (1/2)^2 / (1/2)


def test_nakamoto_by_trying_all_coalitions():
    x = np.array([5, 4, 3, 3, 2, 1, 1, 1])
    for threshold in (0, 0.2, 0.25, 1 / 3, 0.5, 2 / 3, 0.9, 0.999):
        by_hand = next(
            k
            for k in range(1, 9)
            if any(sum(map(int, c)) > threshold * 20 + 1e-9 for c in itertools.combinations(x, k))
        )
        assert m.nakamoto(x, threshold=threshold) == by_hand
    with pytest.raises(ValueError, match="threshold"):
        m.nakamoto(x, threshold=1)


def test_exactly_the_threshold_is_not_more():
    assert m.nakamoto([0.1] * 10) == 6  # sums of 0.1 are above and below 0.5 in floats
    assert m.nakamoto([1, 1]) == 2
    assert m.nakamoto([1, 1, 1], threshold=1 / 3) == 2
    assert m.nakamoto([1, 0], threshold=np.nextafter(1, 0)) == 1
    assert m.nakamoto([1, 1, 1], threshold=1 - 1e-13) == 3


def test_concentration_from_scipy_and_fractions():
    x = [3, 1, 0, 4]
    exact = sum(Fraction(v, 8) ** 2 for v in x)
    close(m.herfindahl(x), float(exact))
    close(m.effective_number(x), float(1 / exact))
    close(m.entropy(x), stats.entropy(x, base=2))
    close(m.normalised_entropy(x), stats.entropy(x) / math.log(4))
    close(m.jain(x), 1 / (4 * float(exact)))


def test_envy_and_deviation_from_shapley():
    u = RNG.normal(size=(6, 6))
    by_hand = [max(max(u[i, j] - u[i, i] for j in range(6)), 0) for i in range(6)]
    np.testing.assert_allclose(m.envy(u), by_hand)
    with pytest.raises(ValueError, match="square"):
        m.envy([[1, 2, 3], [4, 5, 6]])
    close(m.shapley_deviation([0.5, 0.5, 0], [2 / 3, 1 / 6, 1 / 6]), 2 / 3)  # the glove game, paid by half
    with pytest.raises(ValueError, match="all 0"):
        m.shapley_deviation([1], [0])


# Use


def test_utilisation_counts_no_waste():
    given, need = RNG.uniform(0, 1, (5, 8)), RNG.uniform(0, 1, (5, 8))
    by_hand = [sum(min(a, b) for a, b in zip(*rows, strict=True)) / 9 for rows in zip(given, need, strict=True)]
    np.testing.assert_allclose(m.utilisation(given, need, 9), by_hand)
    np.testing.assert_allclose(m.utilisation(given.T, need.T, [9] * 5, axis=0), by_hand)
    short = [sum(max(b - a, 0) for a, b in zip(*rows, strict=True)) for rows in zip(given, need, strict=True)]
    np.testing.assert_allclose(m.unmet_need(given, need), short)
    np.testing.assert_allclose(need.sum(axis=1), np.array(short) + 9 * np.array(by_hand))
    with pytest.raises(ValueError, match="feasible"):
        m.utilisation([6, 6], [1, 1], 10)
    with pytest.raises(ValueError, match="capacity must be > 0"):
        m.utilisation([0], [1], 0)


def test_batch_means_cover_the_mean_of_a_process_with_memory():
    rng, hits, runs = np.random.default_rng(11), 0, 300
    noise = rng.normal(size=(runs, 3500))
    x = np.zeros_like(noise)
    for t in range(1, 3500):
        x[:, t] = 0.8 * x[:, t - 1] + noise[:, t]
    for row in x:
        found = m.time_average(row + 3, batches=30, burn_in=500)
        hits += found.low <= 3 <= found.high
        assert found.mean == pytest.approx(row[500:].mean() + 3)
    assert 0.90 < hits / runs < 0.985  # 95 %, give or take three standard errors


def test_what_fills_no_batch_is_left_out_at_the_beginning():
    assert m.time_average([9, 1, 3, 1, 3], batches=2).mean == 2
    found = m.time_average([1, 3, 5, 9], batches=2)  # batch means 2 and 7
    half = stats.t(1).ppf(0.975) * 2.5
    assert (found.mean, found.low, found.high) == pytest.approx((4.5, 4.5 - half, 4.5 + half))


def test_efficiency_and_prices():
    assert m.efficiency(-1, 4) == -0.25
    with pytest.raises(ValueError, match="cannot exceed"):
        m.efficiency(5, 4)
    assert m.rent_dissipation([9] * 10, 100) == 0.9  # Tullock with n = 10: (n - 1)/n
    assert m.price_of_anarchy([2, 1.8], 1.5, objective="cost") == pytest.approx(4 / 3)  # Braess
    assert m.price_of_anarchy([0, 3], 6) == math.inf
    assert m.price_of_stability([0, 3], 6) == 2
    for wrong in ([7], [-1], []):
        with pytest.raises(ValueError, match="equilibri"):
            m.price_of_anarchy(wrong, 6)
    with pytest.raises(ValueError, match="objective"):
        m.price_of_anarchy([1], 2, objective="gain")


# Stability


def test_rates_against_the_motion_itself():
    J = np.array([[-1.0, 6.0], [0.5, -4.5]])
    path = solve_ivp(lambda t, x: J @ x, (0, 12), [1.0, 0.3], rtol=1e-11, atol=1e-14, dense_output=True).sol
    late = np.log(np.linalg.norm(path(10)) / np.linalg.norm(path(12))) / 2
    close(m.return_rate(J), late, rel=1e-4)
    angles = np.linspace(0, np.pi, 20_001)
    x = np.array([np.cos(angles), np.sin(angles)])
    close(m.reactivity(J), np.max(np.sum(x * (J @ x), axis=0)), rel=1e-6)  # d|x|/dt at |x| = 1
    close(m.reactivity(J, motion="map"), np.max(np.log(np.linalg.norm(J @ x, axis=0))), rel=1e-6)
    power = np.linalg.norm(np.linalg.matrix_power(J, 60)) ** (1 / 60)
    assert m.spectral_radius(J) == pytest.approx(power, rel=0.01)
    assert m.return_rate(J, motion="map") == pytest.approx(-math.log(m.spectral_radius(J)))


def test_jacobians_in_batches_and_odd_ones():
    J = RNG.normal(size=(4, 3, 3))
    np.testing.assert_allclose(m.spectral_abscissa(J), [m.spectral_abscissa(each) for each in J])
    np.testing.assert_allclose(m.reactivity(J, motion="map"), [m.reactivity(each, motion="map") for each in J])
    assert m.return_rate([[0, 0], [0, 0]], motion="map") == math.inf
    for wrong in ([1, 2], [[1, 2]], [[np.nan]], [[]]):
        with pytest.raises(ValueError, match="jacobian must"):
            m.spectral_radius(wrong)
    with pytest.raises(ValueError, match="flow"):
        m.return_rate([[1]], motion="jump")


def test_lyapunov_exponents_known_exactly():
    cat = np.array([[2.0, 1.0], [1.0, 1.0]])
    found = m.lyapunov_exponent(lambda x: (cat @ x) % 1, [0.1, 0.7], jacobian=lambda x: cat, steps=300, burn_in=50)
    close(found.mean, 2 * math.log((1 + 5**0.5) / 2), rel=1e-12)
    stable = m.lyapunov_exponent(lambda x: 2.5 * x * (1 - x), [0.3], steps=300)  # without a tangent
    close(stable.mean, math.log(0.5), rel=1e-8)
    wiped = m.lyapunov_exponent(lambda x: 0 * x, [1.0], jacobian=lambda x: np.zeros((1, 1)), steps=60, burn_in=0)
    assert wiped.mean == -math.inf
    with pytest.raises(ValueError, match="leaves the finite numbers"):
        m.lyapunov_exponent(lambda x: x**2 + 1, [3.0])


def test_lyapunov_exponent_of_lorenz():
    def field(x):
        return np.array([10 * (x[1] - x[0]), x[0] * (28 - x[2]) - x[1], x[0] * x[1] - 8 / 3 * x[2]])

    def jacobian(x):
        return [[-10, 10, 0], [28 - x[2], -1, -x[0]], [x[1], x[0], -8 / 3]]

    found = m.lyapunov_exponent_of_flow(field, [1.0, 1.0, 20.0], jacobian=jacobian, dt=0.02, steps=15_000, burn_in=1000)
    assert found.mean == pytest.approx(0.9057, abs=0.04)  # Sprott (2003): 0.9056
    assert found.low < 0.9057 < found.high


@pytest.mark.parametrize(("hits", "trials"), [(0, 1), (0, 30), (30, 30), (7, 30), (999, 1000)])
@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.999])
def test_binomial_intervals_against_scipy(hits, trials, confidence):
    found, test = m.basin_stability(hits, trials, confidence=confidence), stats.binomtest(hits, trials)
    exact = test.proportion_ci(confidence, "exact")
    wilson = test.proportion_ci(confidence, "wilson")
    assert found.share == hits / trials
    np.testing.assert_allclose(found.exact, (exact.low, exact.high), atol=1e-10)
    np.testing.assert_allclose(found.wilson, (wilson.low, wilson.high), atol=1e-10)


def test_impossible_proportions():
    for hits, trials in ((2, 1), (-1, 3), (0, 0), (0.5, 3)):
        with pytest.raises(ValueError, match=r"(returned|trials) must"):
            m.basin_stability(hits, trials)
    with pytest.raises(ValueError, match="confidence"):
        m.basin_stability(1, 2, confidence=1)


def test_recovery_of_an_exponential_return():
    t = np.linspace(-5, 40, 45_001)
    y = np.where(t < 0, 10.0, 10 - 4 * np.exp(-t / 3))
    found = m.recovery(t, y, shock=0)
    assert found.level == 10
    close(found.peak, -4)
    close(found.loss, 12, rel=1e-4)
    close(found.settling, 3 * math.log(8), rel=1e-3)  # 4 e^(-t/3) = 0.5
    assert found.reentry == found.settling
    assert abs(found.shift) < 1e-4


def test_recovery_that_overshoots_shifts_or_never_comes():
    t = np.arange(9.0)
    swing = m.recovery(t, [10, 10, 5, 10, 13, 10, 10, 10, 10], shock=2)
    assert (swing.peak, swing.peak_time, swing.reentry, swing.settling) == (-5, 0, 1, 3)
    shifted = m.recovery(t, [10, 10, 12, 12, 12, 12, 12, 12, 12], shock=2)
    assert (shifted.peak, shifted.reentry, shifted.settling) == (2, math.inf, math.inf)
    assert (shifted.loss, shifted.shift) == (-12, 2)
    assert m.recovery(t, 10 + 0.4 * (t > 3), shock=2).settling == 0
    with pytest.raises(ValueError, match="no record precedes"):
        m.recovery(t, t + 1, shock=0)
    with pytest.raises(ValueError, match="level to return to is 0"):
        m.recovery(t, 0 * t, shock=2)
    with pytest.raises(ValueError, match="rise"):
        m.recovery(t[::-1], t, shock=2)


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
    delta = m.critical_discount(deviation=7, collusion=4, punishment=2)
    close(4 / (1 - delta), 7 + delta * 2 / (1 - delta))  # just as good to deviate and be punished for ever
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


# What is odd

SHARES = {
    "gini": m.gini,
    "lorenz": m.lorenz_curve,
    "theil": m.theil,
    "atkinson": lambda x, **k: m.atkinson(x, epsilon=0.7, **k),
    "jain": m.jain,
    "herfindahl": m.herfindahl,
    "effective": m.effective_number,
    "nakamoto": m.nakamoto,
    "entropy": m.entropy,
    "normalised": m.normalised_entropy,
}
SERIES = {
    "std": m.price_volatility,
    "returns": m.return_volatility,
    "realised": m.realised_variance,
    "cv": m.coefficient_of_variation,
    "drawdown": m.max_drawdown,
    "average": lambda x: m.time_average(x, batches=2),
    "mean": m.mean_payoff,
    "sharpe": m.sharpe_ratio,
    "discounted": lambda x: m.discounted_return(x, discount=0.5),
    "kolmogorov": lambda x: m.kolmogorov_distance(x, stats.norm.cdf),
}


@pytest.mark.parametrize("name", [*SHARES, *SERIES])
@pytest.mark.parametrize(
    "wrong",
    [
        [],
        np.ma.masked_equal([1, 2], 2),
        [1, np.nan],
        [1, np.inf],
        [1, None],
        ["1", "2"],
        3.0,
        [1j, 2],
        [10**400, 1],
        "text",
        [[]],
    ],
)
def test_no_numbers_no_metric(name, wrong):
    with pytest.raises((ValueError, TypeError), match=r"must|real numbers"):
        {**SHARES, **SERIES}[name](wrong)


def test_numbers_that_are_none_are_refused_by_name():
    for wrong in ("0.5", None, [0.5], 1j, np.nan, 10**400):
        with pytest.raises((ValueError, TypeError), match="threshold must be"):
            m.nakamoto([1, 2], threshold=wrong)
    with pytest.raises(ValueError, match="burn_in must be a whole number"):
        m.price_volatility([1, 2, 3], burn_in=0.5)


@pytest.mark.parametrize("name", SHARES)
def test_debts_and_nothing_are_refused(name):
    with pytest.raises(ValueError, match="debts"):
        SHARES[name]([3, -1])
    with pytest.raises(ValueError, match="all 0"):
        SHARES[name]([0, 0])
    with pytest.raises(ValueError, match="all 0"):
        SHARES[name]([[1, 2], [0, 0]])


def test_one_holder_alone():
    assert m.gini([5]) == m.theil([5]) == m.atkinson([5], epsilon=2) == m.entropy([5]) == 0
    assert m.jain([5]) == m.herfindahl([5]) == m.nakamoto([5]) == 1
    with pytest.raises(ValueError, match="at least 2"):
        m.normalised_entropy([5])
    with pytest.raises(ValueError, match="at least 2"):
        m.price_volatility([5])


@pytest.mark.parametrize("name", set(SHARES) - {"lorenz"})
def test_extreme_scales_integers_booleans_and_fractions(name):
    verb, x = SHARES[name], np.array([1, 2, 4, 9])
    expected = verb(x.astype(float))
    for scale in (1e-300, 1e-307, 1e300, 1.9e307):
        assert verb(x * scale) == pytest.approx(expected, rel=1e-12)
    assert verb([Fraction(int(v), 3) for v in x]) == pytest.approx(expected, rel=1e-12)
    assert verb([True, False, True]) == verb([1.0, 0.0, 1.0])
    assert verb([5e-324, 5e-324]) == verb([1, 1])
    assert isinstance(verb([1, 2]), float | int)


def test_prices_at_extreme_scales():
    for scale in (1e-300, 1e300):
        close(m.price_volatility(PRICES[:9] * scale) / scale, m.price_volatility(PRICES[:9]))
        close(m.coefficient_of_variation(PRICES[:9] * scale), m.coefficient_of_variation(PRICES[:9]))
        close(m.return_volatility(PRICES[:9] * scale), m.return_volatility(PRICES[:9]), rel=1e-10)
        assert m.max_drawdown(PRICES[:9] * scale).share == pytest.approx(m.max_drawdown(PRICES[:9]).share)


@pytest.mark.parametrize("name", [*(set(SHARES) - {"lorenz"}), "std", "returns", "realised", "cv", "mean", "sharpe"])
def test_batches_are_rows_measured_alone(name):
    verb, rows = {**SHARES, **SERIES}[name], RNG.uniform(1, 9, size=(2, 3, 7))
    alone = [[verb(row) for row in block] for block in rows]
    np.testing.assert_allclose(verb(rows), alone, rtol=1e-13)
    np.testing.assert_allclose(verb(np.moveaxis(rows, -1, 0), axis=0), alone, rtol=1e-13)
    with pytest.raises(ValueError, match="axis"):
        verb(rows, axis=3)


def test_nothing_given_is_changed():
    x = np.array([3.0, 1.0, 2.0])
    for verb in (*SHARES.values(), *SERIES.values()):
        verb(x)
    assert x.tolist() == [3, 1, 2]


# A simulation


def test_measure_of_a_simulation_meets_theory():
    runs = simulate(holding(), agents=[100, 400], seeds=8, rounds=600, start=0.5, rng=4)
    table = {(each.name, each.size): each for each in m.measure(runs, burn_in=200)}
    for k, size in enumerate((100, 400)):
        price, mean = runs.series["price"][k][:, 200:], table["mean share of hold", size]
        std = table["price volatility", size]
        assert mean.low < 0.5 < mean.high or abs(mean.value - 0.5) < 1 / size
        assert std.value == pytest.approx(np.std(price, axis=1, ddof=1).mean())
        assert std.unit == "currency/token"
        assert std.low < std.value < std.high
    ratio = table["price volatility", 100].value / table["price volatility", 400].value
    assert 1.6 < ratio < 2.4  # fluctuations fall like N^(-1/2)
    books = runs.ledger
    wealth = books.B + books.H[:, 0] * books.R[0, 0] / books.S[0, 0]
    assert table["Gini of wealth", 400].value == pytest.approx(double_sum_gini(wealth), rel=1e-9)
    assert wealth.sum() == pytest.approx(books.B.sum() + books.R.sum())
    assert all(each.note == "" for each in table.values())
    assert "N = 400" in str(std)


def test_measure_says_what_is_not_defined():
    runs = simulate(affiliate(), agents=[40], seeds=2, rounds=60, rng=4)
    assert {each.name for each in m.measure(runs)} >= {"mean effort", "mean payoff", "Gini of wealth"}
    worthless = replace(runs, series={**runs.series, "price": (0 * runs.series["price"][0],)})
    table = {each.name: each for each in m.measure(worthless)}
    assert table["price volatility"].value == 0
    for name in ("return volatility", "coefficient of variation", "maximal drawdown"):
        assert "not defined, prices" in str(table[name])
        assert math.isnan(table[name].value)
    assert [each.value for each in m.measure(runs)] == [each.value for each in m.measure(runs, burn_in=30)]
    with pytest.raises(ValueError, match="run longer"):
        m.measure(runs, burn_in=58)


def test_least_volatile_shape_is_found_by_the_metric():
    """Minimising a metric works: the weight of the optimum of two shares is where the Gini is least."""
    found = minimize_scalar(lambda a: m.gini([a, 2, 1, 2]), bounds=(1.2, 3), method="bounded")
    assert found.x == pytest.approx(2, abs=1e-4)
