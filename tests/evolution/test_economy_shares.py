"""Prices and shares against definitions by brute force, SciPy, and known answers."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import trapezoid

from evolution.economy import metrics as m

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
