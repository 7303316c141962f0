"""Metrics refuse odd inputs, keep extreme scales and batches, and are read off a simulation."""

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import minimize_scalar

from analytic.catalogue import affiliate, holding
from evolution import simulate
from evolution.economy import metrics as m

RNG = np.random.default_rng(5)
PRICES = np.exp(np.cumsum(RNG.normal(0, 0.1, size=300)))


def close(found, expected, rel=1e-12):
    assert found == pytest.approx(expected, rel=rel, abs=1e-14)


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


@pytest.mark.parametrize("name", sorted(set(SHARES) - {"lorenz"}))
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


@pytest.mark.parametrize(
    "name", [*sorted(set(SHARES) - {"lorenz"}), "std", "returns", "realised", "cv", "mean", "sharpe"]
)
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
    mean_gap = np.mean(np.abs(wealth[:, None] - wealth))
    assert table["Gini of wealth", 400].value == pytest.approx(mean_gap / (2 * wealth.mean()), rel=1e-9)
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


def test_a_metric_can_be_minimised():
    """The weight of the optimum of two shares is where the Gini is least."""
    found = minimize_scalar(lambda a: m.gini([a, 2, 1, 2]), bounds=(1.2, 3), method="bounded")
    assert found.x == pytest.approx(2, abs=1e-4)
