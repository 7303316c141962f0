"""Laws of metrics, by property: scale, replication, transfers, bounds, and how the metrics hang together."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.integrate import trapezoid

from analytic.curve import BondingCurve
from evolution.economy import metrics as m

quick = settings(max_examples=80, deadline=None)
amounts = st.floats(0, 1e6).map(lambda x: round(x, 3))
holdings = st.lists(amounts, min_size=2, max_size=12).filter(lambda x: max(x) > 0)
positive = st.lists(st.floats(1e-3, 1e6), min_size=2, max_size=12)
comparable = st.lists(st.floats(1, 100), min_size=2, max_size=12)  # strictness must show in floats
scales = st.floats(1e-250, 1e250)
epsilons = st.floats(0, 5)

# index, and whether inequality raises it
INDICES = {
    "gini": (m.gini, True),
    "theil": (m.theil, True),
    "atkinson 0.5": (lambda x: m.atkinson(x, epsilon=0.5), True),
    "atkinson 1": (lambda x: m.atkinson(x, epsilon=1), True),
    "atkinson 2": (lambda x: m.atkinson(x, epsilon=2), True),
    "herfindahl": (m.herfindahl, True),
    "jain": (m.jain, False),
    "effective number": (m.effective_number, False),
    "entropy": (m.entropy, False),
    "normalised entropy": (m.normalised_entropy, False),
}
REPLICATED = ("gini", "theil", "atkinson 0.5", "atkinson 1", "atkinson 2", "jain")
names = st.sampled_from(sorted(INDICES))


@quick
@given(names, holdings, scales)
def test_scale_does_not_matter(name, x, scale):
    index, x = INDICES[name][0], np.array(x)
    assume(np.min(x[x > 0]) * scale > 1e-290)
    assert index(x * scale) == pytest.approx(index(x), rel=1e-9, abs=1e-12)
    assert m.nakamoto(x * 4) == m.nakamoto(x)


@quick
@given(names, holdings, st.randoms())
def test_names_do_not_matter(name, x, random):
    shuffled = random.sample(x, len(x))
    assert INDICES[name][0](shuffled) == pytest.approx(INDICES[name][0](x), rel=1e-12, abs=1e-14)
    assert m.nakamoto(shuffled) == m.nakamoto(x)


@quick
@given(st.sampled_from(REPLICATED), holdings, st.integers(2, 5))
def test_replication_does_not_matter(name, x, times):
    index = INDICES[name][0]
    assert index(x * times) == pytest.approx(index(x), rel=1e-9, abs=1e-12)


@quick
@given(holdings, st.integers(2, 5))
def test_replication_divides_concentration(x, times):
    assert m.herfindahl(x * times) == pytest.approx(m.herfindahl(x) / times)
    assert m.entropy(x * times) == pytest.approx(m.entropy(x) + np.log2(times))


@quick
@given(names, comparable, st.floats(0.05, 0.95), st.data())
def test_transfers_from_rich_to_poor_equalise(name, x, part, data):
    """Pigou and Dalton: a transfer that leaves the richer of two the richer lowers inequality, strictly."""
    index, rising = INDICES[name]
    i, j = data.draw(st.permutations(range(len(x))).map(lambda p: p[:2]))
    rich, poor = (i, j) if x[i] > x[j] else (j, i)
    gap = x[rich] - x[poor]
    assume(gap > 1e-2 * max(x))
    after = list(x)
    after[rich] -= part * gap / 2
    after[poor] += part * gap / 2
    change = index(after) - index(x)
    assert change < 0 if rising else change > 0


@quick
@given(holdings)
def test_bounds(x):
    n = len(x)
    assert 0 <= m.gini(x) <= (n - 1) / n + 1e-12
    assert 0 <= m.theil(x) <= np.log(n) + 1e-12
    assert 1 / n - 1e-12 <= m.jain(x) <= 1
    assert 1 / n - 1e-12 <= m.herfindahl(x) <= 1 + 1e-12
    assert 1 <= m.nakamoto(x) <= n
    assert 0 <= m.entropy(x) <= np.log2(n) + 1e-12
    assert 0 <= m.normalised_entropy(x) <= 1


@quick
@given(amounts.filter(bool), st.integers(2, 30))
def test_extremes_are_reached(x, n):
    same, one = [x] * n, [x] + [0.0] * (n - 1)
    assert m.gini(same) == 0
    assert m.theil(same) == pytest.approx(0, abs=1e-15)
    assert m.atkinson(same, epsilon=3) == pytest.approx(0, abs=1e-15)
    assert m.jain(same) == pytest.approx(1)
    assert m.effective_number(same) == pytest.approx(n)
    assert m.normalised_entropy(same) == pytest.approx(1)
    assert m.nakamoto(same) == n // 2 + 1
    assert m.gini(one) == pytest.approx((n - 1) / n)
    assert m.theil(one) == pytest.approx(np.log(n))
    assert (m.herfindahl(one), m.entropy(one), m.nakamoto(one)) == (1, 0, 1)


@quick
@given(holdings)
def test_indices_hang_together(x):
    n = len(x)
    holders, held = m.lorenz_curve(x)
    assert m.gini(x) == pytest.approx(1 - 2 * trapezoid(held, holders), abs=1e-12)
    assert m.jain(x) * n * m.herfindahl(x) == pytest.approx(1)
    assert m.theil(x) == pytest.approx(np.log(n) - m.entropy(x, base=np.e), abs=1e-9)
    variation = np.std(x) / np.mean(x)
    assert m.jain(x) == pytest.approx(1 / (1 + variation**2))
    assert np.all(held <= holders + 1e-12)


@quick
@given(positive, epsilons, epsilons)
def test_aversion_raises_atkinson(x, a, b):
    low, high = sorted((a, b))
    assert 0 <= m.atkinson(x, epsilon=low) <= m.atkinson(x, epsilon=high) + 1e-12 <= 1 + 1e-12


@quick
@given(positive)
def test_atkinson_meets_theil_to_second_order(x):
    """At e = 0 the slope of Atkinson's index in e is Theil's T."""
    assert m.atkinson(x, epsilon=1e-6) / 1e-6 == pytest.approx(m.theil(x), rel=1e-3, abs=1e-8)


@quick
@given(holdings, st.lists(st.integers(0, 4), min_size=12, max_size=12))
def test_weights_are_heads(x, heads):
    heads = np.array(heads[: len(x)])
    assume(np.sum(heads * np.array(x)) > 0)
    assert m.gini(x, weights=heads) == pytest.approx(m.gini(np.repeat(x, heads)), abs=1e-12)
    assert m.gini(x, weights=heads * 1e-300) == pytest.approx(m.gini(x, weights=heads), abs=1e-12)


@quick
@given(holdings, st.floats(0, 0.99), st.floats(0, 0.99))
def test_nakamoto_rises_with_the_threshold(x, a, b):
    low, high = sorted((a, b))
    few, held = m.nakamoto(x, threshold=low), np.sort(x)[::-1]
    assert few <= m.nakamoto(x, threshold=high)
    assert held[: few - 1].sum() <= low * held.sum() * (1 + 1e-9) + 1e-9
    assert held[:few].sum() > low * held.sum() * (1 - 1e-9)


@quick
@given(st.lists(st.floats(0.01, 100), min_size=3, max_size=30), st.floats(1e-3, 1e3), st.floats(0, 50))
def test_prices_in_another_unit_and_with_a_premium(prices, unit, premium):
    p = np.array(prices)
    assume(np.ptp(p) > 1e-6)
    assert m.price_volatility(p * unit) == pytest.approx(unit * m.price_volatility(p))
    assert m.price_volatility(p + premium) == pytest.approx(m.price_volatility(p), rel=1e-6)
    assert m.coefficient_of_variation(p * unit) == pytest.approx(m.coefficient_of_variation(p))
    assert m.return_volatility(p * unit) == pytest.approx(m.return_volatility(p), rel=1e-9, abs=1e-9)
    assert m.realised_variance(p * unit) == pytest.approx(m.realised_variance(p), rel=1e-9)
    fall, raised = m.max_drawdown(p), m.max_drawdown(p + premium)
    assert m.max_drawdown(p * unit).share == pytest.approx(fall.share)
    assert raised.share <= fall.share + 1e-12  # a premium softens falls
    assert 0 <= fall.share < 1
    assert fall.share == pytest.approx(1 - p[fall.trough] / p[fall.peak])
    assert fall.peak <= fall.trough
    assert m.mispricing(p + premium, premium) == pytest.approx(np.sqrt(np.mean(p**2)))


@quick
@given(st.lists(st.floats(0.01, 100), min_size=4, max_size=30), st.data())
def test_realised_variance_adds_up_and_drawdowns_do_not_shrink(prices, data):
    cut = data.draw(st.integers(2, len(prices) - 2))
    whole = m.realised_variance(prices)
    parts = m.realised_variance(prices[: cut + 1]) + m.realised_variance(prices[cut:])
    assert whole == pytest.approx(parts, rel=1e-9, abs=1e-12)
    assert m.max_drawdown(prices).share >= m.max_drawdown(prices[:cut]).share


@quick
@given(st.lists(st.floats(-5, 5), min_size=9, max_size=9), st.floats(0, 3))
def test_reactivity_bounds_the_return_rate(values, push):
    J = np.array(values).reshape(3, 3) - push * np.eye(3)
    assert m.reactivity(J) >= -m.return_rate(J) - 1e-9
    assert m.spectral_radius(J) <= np.linalg.norm(J, 2) + 1e-9
    symmetric = J + J.T
    assert m.reactivity(symmetric) == pytest.approx(-m.return_rate(symmetric), abs=1e-9)


@quick
@given(st.integers(1, 500), st.data())
def test_binomial_intervals_are_symmetric_and_nested(n, data):
    k = data.draw(st.integers(0, n))
    found, mirror = m.basin_stability(k, n), m.basin_stability(n - k, n)
    wide = m.basin_stability(k, n, confidence=0.999)
    for interval, other, wider in (
        (found.exact, mirror.exact, wide.exact),
        (found.wilson, mirror.wilson, wide.wilson),
    ):
        assert 0 <= interval[0] <= found.share <= interval[1] <= 1
        assert interval[0] == pytest.approx(1 - other[1], abs=1e-9)
        assert wider[0] <= interval[0] + 1e-12
        assert interval[1] <= wider[1] + 1e-12


@quick
@given(st.lists(st.floats(0.01, 50), min_size=1, max_size=8), st.floats(0.01, 2), st.floats(0, 5))
def test_wealth_adds_up_only_when_it_should(H, slope, base):
    curve = BondingCurve.linear(m=slope, b=base)
    supply = float(np.sum(H))
    reserve = curve.reserve(supply)
    parts = np.atleast_1d(m.additive_value(reserve, supply, holdings=np.minimum(H, supply)))
    alone = np.atleast_1d(m.liquidation_value(curve, supply, holding=np.minimum(H, supply)))
    assert parts.sum() == pytest.approx(reserve)
    assert np.all(alone >= parts - 1e-9 * reserve)  # who sells first gets more than its part
    assert np.all(alone <= np.array(H) * curve.price(supply) * (1 + 1e-9))  # and less than price times holdings


@quick
@given(st.lists(st.tuples(st.floats(0, 9), st.floats(0, 9)), min_size=1, max_size=9), st.floats(1, 3))
def test_what_is_needed_is_served_or_unmet(pairs, slack):
    given_, need = np.array(pairs).T
    capacity = given_.sum() * slack + 1
    served = m.utilisation(given_, need, capacity) * capacity
    assert served + m.unmet_need(given_, need) == pytest.approx(need.sum(), abs=1e-9)
    assert 0 <= m.utilisation(given_, need, capacity) <= 1


@quick
@given(st.lists(st.floats(0.1, 9), min_size=1, max_size=6), st.floats(1, 5))
def test_anarchy_costs_at_least_what_stability_costs(welfare, slack):
    best = max(welfare) * slack
    good, bad = m.price_of_stability(welfare, best), m.price_of_anarchy(welfare, best)
    assert 1 <= good <= bad
    costs = [1 / w for w in welfare]
    assert m.price_of_anarchy(costs, 1 / best, objective="cost") == pytest.approx(bad)


@quick
@given(st.lists(st.integers(-99, 99), min_size=2, max_size=4, unique=True))
def test_an_order_of_indifferent_trades_is_worth_nothing_more(values):
    found = m.extractable_value(lambda order: float(np.sum(sorted(order))), values)
    assert found.gain == 0
    weighted = m.extractable_value(lambda order: float(np.dot(order, np.arange(len(order)))), values)
    assert list(weighted.order) == sorted(values)  # rearrangement inequality
