"""The laws of clearing: markets clear, budgets are spent, nothing is lost, priority is kept, bounds are sharp."""

from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analytic import clearing

few = settings(max_examples=60, deadline=None)
positive = st.floats(0.05, 20)
orders = st.lists(
    st.tuples(
        st.sampled_from("BS"),
        st.fractions(1, 9, max_denominator=4),
        st.fractions(Fraction(1, 4), 5, max_denominator=4),
    ),
    min_size=1,
    max_size=25,
).map(lambda rows: [(*row, f"order {i}") for i, row in enumerate(rows)])


@st.composite
def economies(draw, positive_weights=True):
    people, goods = draw(st.integers(1, 5)), draw(st.integers(2, 5))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    sigma = rng.choice([0.2, 0.6, 1.0, 1.7, 5.0], people)
    return rng.random((people, goods)) + 0.01, rng.random((people, goods)), sigma


@few
@given(economies(), st.floats(1e-3, 1e3), st.integers(0, 10**6))
def test_excess_demand_is_homogeneous_and_obeys_walras(economy, k, seed):
    a, w, sigma = economy
    p = np.random.default_rng(seed).random(a.shape[1]) + 0.01
    z = clearing.excess_demand(p, w, weights=a, elasticity=sigma)
    assert clearing.excess_demand(k * p, w, weights=a, elasticity=sigma) == pytest.approx(z, rel=1e-9, abs=1e-9)
    assert p @ z == pytest.approx(0, abs=1e-9 * (p @ w.sum(axis=0)))


@few
@given(economies())
def test_all_markets_clear_at_the_prices_found(economy):
    a, w, sigma = economy
    found = clearing.exchange_equilibrium(a, w, elasticity=sigma)
    z = clearing.excess_demand(found.prices, w, weights=a, elasticity=sigma)
    assert np.all(np.abs(z) <= 1e-8 * w.sum(axis=0))
    assert found.allocation @ found.prices == pytest.approx(w @ found.prices)
    assert found.prices.sum() == pytest.approx(1)
    assert found.unique == bool(np.all(sigma >= 1))


@few
@given(economies(), st.integers(0, 10**6))
def test_gross_substitutes_have_prices_that_do_not_depend_on_where_one_starts(economy, seed):
    a, w, sigma = economy
    sigma = np.maximum(sigma, 1.0)
    goods = np.random.default_rng(seed).permutation(a.shape[1])
    one = clearing.exchange_equilibrium(a, w, elasticity=sigma).prices[goods]
    assert clearing.exchange_equilibrium(a[:, goods], w[:, goods], elasticity=sigma).prices == pytest.approx(
        one, rel=1e-7
    )


@few
@given(economies())
def test_fisher_budgets_are_spent_and_goods_sold(economy):
    a, w, sigma = economy
    money = w[:, 0] + 0.01
    found = clearing.fisher_ces(a, money, supply=w.sum(axis=0) + 0.1, elasticity=sigma)
    assert found.allocation @ found.prices == pytest.approx(money)
    assert found.allocation.sum(axis=0) == pytest.approx(w.sum(axis=0) + 0.1)


@few
@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 10**6))
def test_linear_fisher_markets_satisfy_every_condition_exactly(n, m, seed):
    rng = np.random.default_rng(seed)
    v = rng.integers(0, 5, (n, m)) * 10 ** rng.integers(0, 3, (n, m))
    v[:, 0] += 1
    money, supply = rng.integers(1, 7, n), rng.integers(1, 4, m)
    found = clearing.fisher_linear(v.tolist(), money.tolist(), supply=supply.tolist())
    for i in range(n):
        assert sum(x * p for x, p in zip(found.allocation[i], found.prices, strict=True)) == money[i]
        bang = [Fraction(int(v[i, j])) / p if p else Fraction(0) for j, p in enumerate(found.prices)]
        assert all(x >= 0 for x in found.allocation[i])
        assert all(bang[j] == max(bang) for j in range(m) if found.allocation[i][j] > 0)
    for j in range(m):
        sold = sum(row[j] for row in found.allocation)
        assert sold == (supply[j] if found.prices[j] else 0)


@few
@given(st.integers(2, 5), st.integers(1, 5), st.integers(0, 10**6))
def test_nobody_envies_anybody_under_equal_budgets(n, m, seed):
    v = np.random.default_rng(seed).integers(1, 9, (n, m)).tolist()
    found = clearing.fisher_linear(v, [1] * n)
    for mine, own in zip(v, found.utilities, strict=True):
        for other in found.allocation:
            assert sum(a * x for a, x in zip(mine, other, strict=True)) <= own


def quantities(rows):
    return Counter({name: quantity for _, _, quantity, name in rows})


@few
@given(orders)
def test_an_order_book_loses_nothing_and_is_never_crossed(rows):
    book, limit = clearing.continuous_auction(rows), {name: price for _, price, _, name in rows}
    side = {row[3]: row[0] for row in rows}
    left = Counter({order.name: order.quantity for order in (*book.bids, *book.asks)})
    for trade in book.trades:
        left[trade.taker] += trade.quantity
        left[trade.maker] += trade.quantity
        assert {side[trade.taker], side[trade.maker]} == {"B", "S"}
        assert trade.quantity > 0
        assert trade.price == limit[trade.maker]
        assert (trade.price <= limit[trade.taker]) == (side[trade.taker] == "B") or trade.price == limit[trade.taker]
    assert left == quantities(rows)
    if book.bids and book.asks:
        assert book.bids[0].price < book.asks[0].price


@few
@given(orders)
def test_price_then_time_decides_who_trades_first(rows):
    """An independent book: before each arrival, all resting orders in a plain list, matched unit by unit."""
    resting, expected = [], []
    for side, price, quantity, name in rows:
        while quantity:
            sign = 1 if side == "B" else -1
            others = [o for o in resting if o[0] != side and sign * (price - o[1]) >= 0]
            if not others:
                resting.append([side, price, quantity, name])
                break
            best = min(others, key=lambda o, sign=sign: sign * o[1])  # the first of equals came first
            part = min(quantity, best[2])
            expected.append((name, best[3], best[1], part))
            quantity -= part
            best[2] -= part
            resting = [o for o in resting if o[2]]
    found = clearing.continuous_auction(rows).trades
    assert [(t.taker, t.maker, t.price, t.quantity) for t in found] == expected


@few
@given(orders)
def test_a_call_auction_is_fair_and_loses_nothing(rows):
    assume({row[0] for row in rows} == {"B", "S"})
    found, given_ = clearing.call_auction(rows), {row[3]: row for row in rows}
    filled = dict(found.filled)
    for side, rest in (("B", found.bids), ("S", found.asks)):
        mine = {name: q for name, q in filled.items() if given_[name][0] == side}
        assert sum(mine.values()) == found.volume
        sign = 1 if side == "B" else -1
        assert all(sign * (given_[name][1] - found.price) >= 0 for name in mine)  # nobody trades at a loss
        for order in rest:  # who is left out is not ahead of anybody who trades
            assert all(sign * (given_[name][1] - order.price) >= 0 for name in mine)
        total = Counter(mine) + Counter({order.name: order.quantity for order in rest})
        assert total == Counter({name: row[2] for name, row in given_.items() if row[0] == side})
    if found.bids and found.asks:
        crossing = found.bids[0].price >= found.asks[0].price
        assert not crossing
    assert found.maximal[0] <= found.clearing[0] <= found.clearing[1] <= found.maximal[1]


RULES = {
    "linear": (clearing.linear_tatonnement, "lam", {"a": 100, "b": 2, "c": 10, "d": 1}, "P", "P0"),
    "curve": (clearing.curve_demand, "eta", {"A": 200, "B": 5, "m": 0.1, "b": 1}, "S", "S0"),
    "capacity": (clearing.capacity_price_rule, "kappa", {"W": 8, "C": 10}, "p", "p0"),
    "adaptive": (clearing.adaptive_cobweb, "w", {"a": 100, "b": 1, "c": 10, "d": 3}, "e", "e0"),
}


def called(formula, at):
    return formula(**{str(s): at[str(s)] for s in formula.symbols})


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("part", [0.3, 0.98, 1.0, 1.02])
def test_bounds_are_where_iteration_changes_its_mind(name, part):
    rule, speed, at, now, start = RULES[name]
    bound = 2.0 if name == "capacity" else called(rule["bound"], at)
    rest = rule["supply" if name == "curve" else "rest"]
    at = {**at, speed: part * bound}
    centre = called(rest, at)
    value = first = centre * (1 + 1e-6)
    step, symbols = rule["step"].kernel(), [str(s) for s in rule["step"].symbols]
    for t in range(300):
        path = called(rule["path"], {**at, start: first, "t": t})
        assert path - centre == pytest.approx(value - centre, rel=1e-6, abs=1e-12 * centre)
        value = step(*({**at, now: value}[each] for each in symbols))
    change = abs(value - centre) / abs(first - centre)
    if part == 1.0:
        assert change == pytest.approx(1, rel=1e-6)
    else:
        assert (change > 100) if part > 1 else (change < 0.01)


@few
@given(positive, positive, st.floats(0, 3), st.floats(0.05, 3), positive, st.booleans())
def test_the_log_rule_rests_within_its_bound_only(A, K, eps, eta, S, inside):
    at = {"A": A, "K": K, "eps": eps, "eta": eta, "S": S}
    rule = clearing.log_price_rule
    rest = rule["rest"](A=A, K=K, eps=eps, eta=eta)
    at["lam"] = rule["bound"](**at) * (0.9 if inside else 1.1)
    x = np.log(rest) + 1e-7
    for _ in range(100):
        if abs(x - np.log(rest)) > 1e-3:
            break
        x += at["lam"] * (A * np.exp(-eps * x) - K * np.exp(eta * x)) / S
    assert (abs(x - np.log(rest)) < 1e-9) == inside


@few
@given(st.floats(0.2, 5), st.floats(0.02, 1), st.booleans())
def test_isoelastic_demand_under_a_base_fee_rests_below_elasticity_two_over_d(scale, d, inside):
    e = 2 / d * (0.9 if inside else 1.1)
    b = 1 + 1e-8
    for _ in range(120):
        b *= 1 + d * (b**-e - 1) if abs(b - 1) < 1e-3 else 1
    assert (abs(b - 1) < 1e-9) == inside
    Lambda = 1 + e  # uniform valuations of that elasticity at rest
    factor = clearing.base_fee_rule["multiplier"](d=d, T=scale, Lambda=Lambda * scale)
    assert (abs(factor) < 1) == inside


@few
@given(st.floats(-3, 5), st.floats(0, 3), st.floats(0.05, 3), st.integers(1, 5))
def test_nash_prices_are_best_replies_and_a_cartel_is_dearer(a, c, mu, n):
    nash = clearing.logit_nash_prices([a] * n, [c] * n, mu=mu)[0]
    market, at = clearing.logit_pricing, {"a": a, "c": c, "mu": mu, "a0": 0, "n": n}
    assert market["pressure"](**at, r=nash) == pytest.approx(0, abs=1e-9 * (1 + abs(nash)))
    cartel = market["cartel_price"](**at)
    assert cartel >= nash - 1e-9
    assert clearing.logit_cartel_prices([a] * n, [c] * n, mu=mu)[0] == pytest.approx(cartel, rel=1e-10)


@few
@given(st.lists(st.fractions(0, 30, max_denominator=6), min_size=1, max_size=6), st.fractions(1, 4, max_denominator=3))
def test_cournot_quantities_are_mutual_best_replies_exactly(costs, b):
    found = clearing.cournot_quantities(costs, a=25, b=b)
    for cost, q in zip(costs, found, strict=True):
        assert q == max(Fraction(0), (25 - cost - b * (sum(found) - q)) / (2 * b))
