"""Laws of pools, on random reserves, fees and trades over many orders of magnitude."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analytic.pool import (
    Position,
    buy_across,
    concentrated,
    constant_mean,
    constant_product,
    liquidity_at,
    logarithmic_scoring,
    path_of,
    pool_hop,
    pool_sandwich,
    route_order,
    scoring_cost,
    scoring_prices,
    sell_across,
    stableswap_invariant,
    stableswap_out,
    stableswap_spot,
)

size = st.floats(-6, 6).map(lambda e: 10.0**e)
share = st.floats(1e-4, 0.999)
fee = st.one_of(st.just(0.0), st.floats(1e-5, 0.5))
weight = st.floats(0.05, 0.95)
amplification = st.floats(1, 5000)
quick = settings(max_examples=60, deadline=None)


def product_out(x, y, d, f):
    return float(constant_product["out"](x=x, y=y, d=d, f=f))


@given(x=size, y=size, f=fee, trades=st.lists(st.tuples(st.booleans(), share), max_size=12))
@quick
def test_the_product_never_falls(x, y, f, trades):
    for forward, part in trades:
        before = x * y
        a, b = (x, y) if forward else (y, x)
        d = part * a
        out = product_out(a, b, d, f)
        assert 0 <= out < b
        a, b = a + d, b - out
        x, y = (a, b) if forward else (b, a)
        assert x * y >= before * (1 - 1e-13)
        if f > 0:
            assert x * y > before
        growth = float(constant_product["growth"](x=a - d, d=d, f=f))
        assert x * y / before - 1 == pytest.approx(growth, rel=1e-6, abs=1e-12)


@given(x=size, y=size, w=weight, f=fee, trades=st.lists(st.tuples(st.booleans(), share), max_size=12))
@quick
def test_the_weighted_mean_never_falls(x, y, w, f, trades):
    held, weights = np.array([x, y]), np.array([w, 1 - w])
    for forward, part in trades:
        i, j = (0, 1) if forward else (1, 0)
        before = weights @ np.log(held)
        d = part * held[i]
        out = constant_mean["out"](x=held[i], y=held[j], w=weights[i], v=weights[j], d=d, f=f)
        assert 0 <= out <= held[j]
        if out > held[j] * (1 - 1e-6):
            return  # what is left has no digits to compare
        held[i], held[j] = held[i] + d, held[j] - out
        assert weights @ np.log(held) >= before - 1e-9
        assert f == 0 or weights @ np.log(held) > before


@given(
    coins=st.lists(st.floats(0.05, 20), min_size=2, max_size=5),
    A=amplification,
    f=fee,
    trades=st.lists(st.tuples(st.integers(0, 4), st.integers(1, 4), share), max_size=6),
)
@quick
def test_stableswap_never_falls(coins, A, f, trades):
    held = list(coins)
    for first, step, part in trades:
        i = first % len(held)
        j = (i + 1 + (step - 1) % (len(held) - 1)) % len(held)
        before = stableswap_invariant(held, A)
        d = part * held[i]
        out = stableswap_out(held, A, paid=d, sold=i, bought=j, fee=f)
        assert 0 <= out <= held[j]
        held[i], held[j] = held[i] + d, held[j] - out
        if held[j] < 1e-6 * sum(held):
            return
        after = stableswap_invariant(held, A)
        assert after == pytest.approx(before, rel=1e-9) if f == 0 else after > before


@given(x=size, y=size, d=share, f=fee)
@quick
def test_trade_and_reverse_lose_at_least_the_fees(x, y, d, f):
    d = d * x
    out = product_out(x, y, d, f)
    back = product_out(y - out, x + d, out, f)
    assert back <= d * (1 - f) * (1 + 1e-9)
    if f == 0:
        assert back == pytest.approx(d, rel=1e-9)


@given(x=size, y=size, d=share, f=fee, part=share)
@quick
def test_splitting_an_order_never_gains(x, y, d, f, part):
    d = d * x
    one = product_out(x, y, part * d, f)
    two = one + product_out(x + part * d, y - one, (1 - part) * d, f)
    whole = product_out(x, y, d, f)
    assert two <= whole * (1 + 1e-12)
    if f > 1e-3 and 0.05 < part < 0.95 and d > 0.05 * x:
        assert two < whole


@given(x=size, y=size, d=share, f=fee, scale=size)
@quick
def test_pools_scale(x, y, d, f, scale):
    d = d * x
    assert product_out(scale * x, scale * y, scale * d, f) == pytest.approx(scale * product_out(x, y, d, f), rel=1e-12)
    at = {"w": 0.3, "v": 0.6, "f": f}
    small, large = (float(constant_mean["out"](x=x * by, y=y * by, d=d * by, **at)) for by in (1.0, scale))
    assert large == pytest.approx(scale * small, rel=1e-9)


@given(x=size, ratio=st.floats(-2, 2), A=amplification, d=share, scale=size, f=fee)
@quick
def test_stableswap_scales_and_its_spot_is_its_slope(x, ratio, A, d, scale, f):
    coins = np.array([x, x * 10**ratio, x])
    places = {"sold": 0, "bought": 1, "fee": f}
    one = stableswap_out(coins, A, paid=d * x, **places)
    assert stableswap_out(scale * coins, A, paid=scale * d * x, **places) == pytest.approx(scale * one, rel=1e-8)
    small = 1e-9 * x * min(1.0, 10**ratio)
    slope = stableswap_out(coins, A, paid=small, **places) / small
    assert slope == pytest.approx(stableswap_spot(coins, A, sold=0, bought=1, fee=f), rel=1e-5)


@given(x=size, y=size, w=weight, v=weight, f=fee)
@quick
def test_spot_is_the_first_units_price(x, y, w, v, f):
    total = w + v
    for pool, at in (
        (constant_product, {"x": x, "y": y, "f": f}),
        (constant_mean, {"x": x, "y": y, "f": f, "w": w / total, "v": v / total}),
    ):
        d = 1e-8 * x
        assert pool["out"](**at, d=d) / d == pytest.approx(pool["spot"](**at), rel=1e-5)
        assert pool["into"](**{**at, "q": pool["out"](**at, d=d)}) == pytest.approx(d, rel=1e-7)


@given(x=size, ratio=st.floats(-3, 3), A=amplification, d=share)
@quick
def test_stableswap_lies_between_sum_and_product_when_balanced(x, ratio, A, d):
    d = d * x
    out = stableswap_out([x, x], A, paid=d, sold=0, bought=1)
    assert product_out(x, x, d, 0) * (1 - 1e-12) <= out <= d * (1 + 1e-12)
    coins = [x, x * 10**ratio]
    D = stableswap_invariant(coins, A)
    assert 2 * np.sqrt(coins[0] * coins[1]) * (1 - 1e-12) <= D <= sum(coins) * (1 + 1e-12)


@given(L=size, p=size, d=share, f=fee)
@quick
def test_concentrated_over_all_prices_is_the_constant_product(L, p, d, f):
    x, y = L / np.sqrt(p), L * np.sqrt(p)
    wide = {"L": L, "p": p, "a": p * 1e-24, "b": p * 1e24}
    assert concentrated["x"](**wide) == pytest.approx(x, rel=1e-11)
    assert concentrated["y"](**wide) == pytest.approx(y, rel=1e-11)
    expected = product_out(x, y, d * x, f)
    assert concentrated["out"](**wide, d=d * x, f=f) == pytest.approx(expected, rel=1e-11)
    position = [Position(L, p * 1e-24, p * 1e24)]
    assert sell_across(position, p, paid=d * x, fee=f).out == pytest.approx(expected, rel=1e-11)
    assert buy_across(position, p, paid=d * y, fee=f).out == pytest.approx(product_out(y, x, d * y, f), rel=1e-11)


stacks = st.lists(
    st.tuples(st.floats(0.1, 100), st.floats(0.05, 0.95), st.floats(1.05, 20)).map(lambda t: Position(*t)),
    min_size=1,
    max_size=6,
)


@given(positions=stacks, part=share, f=fee, cut=share)
@quick
def test_ticks_there_and_back(positions, part, f, cut):
    """Without a fee the way back is free; with one it loses at least the fees; cutting a trade changes nothing."""
    most = sum(concentrated["capacity"](L=p.liquidity, p=1, a=p.low, b=p.high, f=0) for p in positions)
    paid = part * 0.99 * most
    there = sell_across(positions, 1.0, paid=paid, fee=f)
    back = buy_across(positions, there.price, paid=there.out, fee=f)
    assert back.out <= paid * (1 - f) * (1 + 1e-9)
    assert f > 0 or back.out == pytest.approx(paid, rel=1e-9)
    first = sell_across(positions, 1.0, paid=cut * paid, fee=f)
    second = sell_across(positions, first.price, paid=(1 - cut) * paid, fee=f)
    assert first.out + second.out == pytest.approx(there.out, rel=1e-9)
    assert there.price <= 1
    assert liquidity_at(positions, there.price) > 0


vectors = arrays(np.float64, 4, elements=st.floats(-1e4, 1e4))


@given(q=vectors, d=vectors, b=st.floats(0.01, 1e4))
@quick
def test_scoring_prices_and_the_bound_of_the_loss(q, d, b):
    prices = scoring_prices(q, b)
    assert prices.sum() == pytest.approx(1, abs=1e-12)
    assert np.all(prices >= 0)
    cost = scoring_cost(np.zeros(4), d, b)
    bound = logarithmic_scoring["worst_loss"](b=b, n=4)
    assert d.max() - cost <= bound * (1 + 1e-9) + 1e-9  # whichever outcome pays
    assert cost <= d.max() + 1e-9
    there = scoring_cost(q, d, b)
    assert there + scoring_cost(q + d, -d, b) == pytest.approx(0, abs=1e-9 * (1 + abs(there)) + 1e-11 * np.abs(q).max())


@given(
    pools=st.lists(st.tuples(size, size, st.floats(0, 0.3)), min_size=1, max_size=6),
    order=size,
    split=arrays(np.float64, 6, elements=st.floats(0.001, 1)),
)
@quick
def test_routing_beats_any_split(pools, order, split):
    x, y, f = (np.array(column) for column in zip(*pools, strict=True))
    best = route_order(x, y, f, order=order)
    assert best.parts.sum() == pytest.approx(order, rel=1e-12)
    assert np.all(best.parts >= 0)
    parts = order * split[: len(x)] / split[: len(x)].sum()
    assert constant_product["out"](x=x, y=y, f=f, d=parts).sum() <= best.out * (1 + 1e-10)
    single = constant_product["out"](x=x, y=y, f=f, d=order)
    assert np.max(single) <= best.out * (1 + 1e-10)


@given(reserves=st.lists(st.tuples(size, size), min_size=2, max_size=5), f=fee, d=share)
@quick
def test_a_path_is_its_hops_in_a_row(reserves, f, d):
    amount = d * reserves[0][0]
    path = path_of([pool_hop(x, y, fee=f) for x, y in reserves])
    step = amount
    for x, y in reserves:
        step = product_out(x, y, step, f)
    assert path.out(amount) == pytest.approx(step, rel=1e-11)
    wanted = path.out(amount) / 2
    assert path.out(path.whole.into(wanted)) == pytest.approx(wanted, rel=1e-11)
    best = path.best_input
    profit = path.best_profit
    assert profit >= -1e-12
    assert all(path.out(best * by) - best * by <= profit * (1 + 1e-9) + 1e-9 * best for by in (0.5, 0.9, 1.1, 2.0))


@given(X=size, V=share, A=size, f=fee)
@quick
def test_sandwich_gains_at_most_what_the_victim_pays_and_nothing_when_safe(X, V, A, f):
    V = V * X
    at = {"X": X, "A": A, "f": f}
    assert pool_sandwich["profit"](**at, V=V) <= V * (1 + 1e-12)
    safe = pool_sandwich["safe_victim"](X=X, f=f)
    if safe > 0:
        assert pool_sandwich["profit"](**at, V=0.999 * safe) < 0
        assert pool_sandwich["profit"](X=X, A=1e-6 * X, f=f, V=1.01 * safe) > 0 or f < 1e-4
