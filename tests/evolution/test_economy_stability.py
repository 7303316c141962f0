"""Use of resources, stability and shocks against the motion itself, SciPy, and known answers."""

import math

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import solve_ivp

from evolution.economy import metrics as m

RNG = np.random.default_rng(5)


def close(found, expected, rel=1e-12):
    assert found == pytest.approx(expected, rel=rel, abs=1e-14)


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
