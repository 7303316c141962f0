"""Pools by routes that share no code with them: exact fractions, quadrature, high precision, optimisers, simulation."""

import itertools
import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy as sp
from scipy.integrate import quad
from scipy.optimize import minimize, minimize_scalar

from analytic import pool
from analytic.pool import (
    Hop,
    Position,
    arbitrage_with_fees,
    best_flow,
    bridge_arbitrage,
    bridge_hop,
    buy_across,
    concentrated,
    congested_link,
    constant_mean,
    constant_product,
    contract_invariant,
    contract_out,
    informed_trading,
    liquidity_at,
    logarithmic_scoring,
    one_sided_join,
    outside_arbitrage,
    path_of,
    pool_hop,
    pool_sandwich,
    rebalancing_loss,
    route_by_marginals,
    route_order,
    scoring_cost,
    scoring_level,
    scoring_prices,
    selfish_flow,
    sell_across,
    stableswap,
    stableswap_invariant,
    stableswap_out,
    stableswap_spot,
    stableswap_weight,
)


class Reserves:
    """A constant product pool in exact fractions, its fee left in the reserve."""

    def __init__(self, x, y, f):
        self.x, self.y, self.g = Fraction(x), Fraction(y), 1 - Fraction(f)

    def pay_x(self, d):
        out = self.y - self.x * self.y / (self.x + self.g * d)
        self.x, self.y = self.x + d, self.y - out
        return out

    def pay_y(self, d):
        out = self.x - self.x * self.y / (self.y + self.g * d)
        self.x, self.y = self.x - out, self.y + d
        return out


@pytest.mark.parametrize(("x", "y", "d", "f"), [(1000, 500, 10, "0.003"), (7, 10**6, 400, "0.3"), (10**9, 1, 1, "0")])
def test_constant_product_by_fractions(x, y, d, f):
    at = {"x": x, "y": y, "f": float(f), "d": d}
    pool_of = Reserves(x, y, f)
    out = pool_of.pay_x(d)
    before, after = Fraction(y, x), pool_of.y / pool_of.x
    assert constant_product["out"](**at) == pytest.approx(float(out), rel=1e-14)
    assert constant_product["spot_after"](**at) == pytest.approx(float(pool_of.g * after), rel=1e-14)
    assert constant_product["impact"](**at) == pytest.approx(float(before / after - 1), rel=1e-12)
    assert constant_product["slippage"](**at) == pytest.approx(float(1 - out / (pool_of.g * before * d)), rel=1e-12)


def test_impermanent_loss_and_value_by_what_arbitrage_leaves():
    for r in (1e-6, 0.3, 1.0, 1 + 1e-7, 4.0, 1e8):
        left = minimize_scalar(lambda u, r=r: math.exp(u) * r + math.exp(-u), bounds=(-25, 25), method="bounded").fun
        assert constant_product["impermanent_loss"](r=r) == pytest.approx(left / (1 + r) - 1, rel=1e-7, abs=1e-9)
    assert constant_product["impermanent_loss"](r=1 + 1e-7) == pytest.approx(-1.25e-15, rel=1e-6)
    for w, r in ((0.2, 3.0), (0.8, 0.1), (0.5, 9.0)):
        worth = minimize_scalar(
            lambda u, w=w, r=r: r * w * math.exp(u) + (1 - w) * math.exp(-u * w / (1 - w)),
            bounds=(-9, 9),
            method="bounded",
        )
        assert constant_mean["impermanent_loss"](w=w, r=r) == pytest.approx(worth.fun / (r * w + 1 - w) - 1, rel=1e-6)


def test_constant_mean_is_the_integral_of_its_prices():
    at = {"x": 100.0, "y": 200.0, "w": 0.8, "v": 0.2}

    def price(t):  # the surface is x^w y^v = constant
        return 0.8 / 0.2 * 200.0 * (100.0 / (100 + t)) ** (0.8 / 0.2) / (100 + t)

    assert constant_mean["out"](**at, d=30, f=0) == pytest.approx(
        quad(price, 0, 30, epsabs=0, epsrel=1e-12)[0], rel=1e-11
    )
    assert constant_mean["spot_after"](**at, d=30, f=0) == pytest.approx(price(30), rel=1e-13)
    assert constant_mean["out"](**at, d=1e-18, f=0) == pytest.approx(8e-18, rel=1e-12)
    assert constant_mean["slippage"](**at, d=0, f=0.1) == 0
    impact = price(0) / price(30) - 1
    assert constant_mean["impact"](**at, d=30, f=0) == pytest.approx(impact, rel=1e-12)


def test_a_join_is_a_trade_and_a_proportional_join():
    """Without a fee: trading part of the deposit so that the rest fits the pool, then joining, gives as many shares."""
    x, w, shares, d = 100.0, 0.3, 1000.0, 25.0

    def surplus(t):  # pool (x, 1), weights (w, 1 - w): after a trade of t the rest must fit
        taken = 1 - (x / (x + t)) ** (w / (1 - w))
        return (d - t) / (x + t) - taken / (1 - taken)

    low, high = 0.0, d
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if surplus(middle) > 0 else (low, middle)
    expected = shares * (d - low) / (x + low)
    assert one_sided_join["shares"](x=x, w=w, S=shares, d=d, f=0) == pytest.approx(expected, rel=1e-12)
    got = one_sided_join["withdrawn"](x=x + d, w=w, S=shares + expected, m=expected, f=0)
    assert got == pytest.approx(d, rel=1e-12)


def precise_invariant(coins, A):
    """D by bisection of the invariant in 60 digits, in logarithms."""
    with mpmath.workdps(120):
        values, n = [mpmath.mpf(c) for c in coins], len(coins)
        total, product = mpmath.fsum(values), mpmath.fprod(values)
        low, high = mpmath.mpf(0), total
        for _ in range(700):
            D = (low + high) / 2
            short = A * n * total + D - A * n * D - D ** (n + 1) / (n**n * product)
            low, high = (D, high) if short > 0 else (low, D)
        return low


UNEQUAL = [
    ([1000, 500], 85), ([1, 1], 1), ([1e30, 1e-30], 100), ([1e-30, 1e-30], 7), ([1e30, 1e30, 1e30], 2000),
    ([1, 1e-9, 1e9], 400), ([1e8, 3, 5, 1e-4], 1), ([1e15, 1, 1, 1, 1, 1, 1, 1], 1e6), ([5, 7], 1e12),
]  # fmt: skip


@pytest.mark.parametrize(("coins", "A"), UNEQUAL)
def test_stableswap_against_high_precision(coins, A):
    D = precise_invariant(coins, A)
    assert stableswap_invariant(coins, A) == pytest.approx(float(D), rel=1e-13)
    if len(coins) == 2:
        assert stableswap["invariant"](x=coins[0], y=coins[1], A=A) == pytest.approx(float(D), rel=1e-12)
        weight = float(D**3 / (4 * coins[0] * coins[1] * 2 * A))
        assert stableswap_weight(coins, A) == pytest.approx(weight, rel=1e-12)
        assert stableswap["weight"](x=coins[0], y=coins[1], A=A) == pytest.approx(weight, rel=1e-11)
    for part in (1e-12, 0.3, 50.0):
        paid = part * coins[0]
        with mpmath.workdps(120):
            others = [mpmath.mpf(c) + paid * (i == 0) for i, c in enumerate(coins) if i != 1]
            n, Ann = len(coins), mpmath.mpf(A) * len(coins)
            b = mpmath.fsum(others) + D / Ann - D
            c = D ** (n + 1) / (n**n * mpmath.fprod(others) * Ann)
            out = mpmath.mpf(coins[1]) - (mpmath.sqrt(b * b + 4 * c) - b) / 2
        found = stableswap_out(coins, A, paid=paid, sold=0, bought=1)
        assert found == pytest.approx(float(out), rel=1e-11)
        assert found <= coins[1]


def test_stableswap_spot_is_symmetric_and_the_fee_is_on_what_is_paid_out():
    coins = [1200.0, 700.0, 900.0]
    there, back = (stableswap_spot(coins, 50, sold=i, bought=j) for i, j in ((0, 1), (1, 0)))
    assert there * back == pytest.approx(1, rel=1e-14)
    free = stableswap_out(coins, 50, paid=30, sold=0, bought=2)
    assert stableswap_out(coins, 50, paid=30, sold=0, bought=2, fee=0.04) == pytest.approx(0.96 * free, rel=1e-14)


@pytest.mark.parametrize(
    ("coins", "A"), [([1000, 500], 85), ([1000, 10], 100), ([10**6, 2 * 10**6, 3 * 10**6], 200), ([3, 10**7], 1)]
)
def test_the_contracts_integers(coins, A):
    wei = [c * 10**18 for c in coins]
    assert abs(contract_invariant(wei, A) - int(precise_invariant(wei, A))) <= 2
    paid = wei[0] // 3
    out = contract_out(wei, A, paid=paid, sold=0, bought=1)
    expected = stableswap_out(coins, A, paid=paid / 1e18, sold=0, bought=1)
    assert out / 1e18 == pytest.approx(expected, rel=1e-12)
    net = contract_out(np.array(wei, dtype=object), A, paid=paid, sold=0, bought=1, fee=4 * 10**6)
    assert net == out - out * 4 * 10**6 // 10**10


def test_concentrated_by_quadrature():
    at = {"L": 1000.0, "a": 0.8, "b": 1.25}
    for p in (0.5, 0.8, 0.95, 1.1, 1.25, 3.0):
        s = min(max(p, 0.8), 1.25)
        y = quad(lambda t: 500 / math.sqrt(t), 0.8, s, epsabs=0, epsrel=1e-12)[0] if s > 0.8 else 0
        x = quad(lambda t: 500 * t**-1.5, s, 1.25, epsabs=0, epsrel=1e-12)[0] if s < 1.25 else 0
        assert concentrated["x"](**at, p=p) == pytest.approx(x, rel=1e-11, abs=1e-12)
        assert concentrated["y"](**at, p=p) == pytest.approx(y, rel=1e-11, abs=1e-12)
        assert concentrated["value"](**at, p=p) == pytest.approx(p * x + y, rel=1e-11)
        for r in (0.5, 1.0, 1.9):
            now = concentrated["value"](**at, p=r * p)
            assert concentrated["impermanent_loss"](**at, p=p, r=r) == pytest.approx(
                now / (r * p * x + y) - 1, abs=1e-12
            )
        inside = 0.8 <= p <= 1.25
        lvr = 0.25 / 8 * 2000 * math.sqrt(p) if inside else 0
        assert concentrated["lvr"](**at, p=p, s=0.5) == pytest.approx(lvr)


def test_ticks_by_small_steps():
    """The price walks down in a million steps; each takes what liquidity is there."""
    stack = [Position(1000, 0.25, 4), Position(3000, 0.81, 1.21), Position(500, 0.5, 0.6)]
    grid = np.linspace(1, 0.55, 1_000_001)
    middle = (grid[1:] + grid[:-1]) / 2
    active = sum(np.where((middle > each.low) & (middle < each.high), each.liquidity, 0) for each in stack)
    paid = np.sum(active * np.diff(1 / np.sqrt(grid)))
    got = np.sum(active * -np.diff(np.sqrt(grid)))
    found = sell_across(stack, 1.0, paid=paid / 0.99, fee=0.01)
    assert found.price == pytest.approx(0.55, rel=1e-6)
    assert found.out == pytest.approx(got, rel=1e-6)
    assert found.fee == pytest.approx(paid / 0.99 * 0.01)
    assert found.crossed == 2


def test_the_price_jumps_where_nobody_has_liquidity():
    stack = [Position(10, 1.0, 1.5), Position(10, 0.2, 0.5)]
    found = sell_across(stack, 1.25, paid=sum(concentrated["capacity"](L=10, p=1.25, a=1, b=1.5, f=0) for _ in "1") + 1)
    assert 0.2 < found.price < 0.5
    assert liquidity_at(stack, 0.7) == 0
    up = buy_across(stack, found.price, paid=found.out)
    assert up.price == pytest.approx(1.25)


def test_scoring_by_quadrature_and_high_precision():
    q, c, b = 20.0, -35.0, 100.0
    cost = quad(lambda t: 1 / (1 + math.exp(-(q + t - c) / b)), 0, 250, epsabs=0, epsrel=1e-12)[0]
    assert logarithmic_scoring["cost"](q=q, c=c, b=b, d=250) == pytest.approx(cost, rel=1e-12)
    assert logarithmic_scoring["proceeds"](q=q + 250, c=c, b=b, d=250) == pytest.approx(cost, rel=1e-12)
    assert logarithmic_scoring["shares"](q=q, c=c, b=b, m=cost) == pytest.approx(250, rel=1e-12)
    for q, c, b, d in [
        (0, 0, 1, 1e4),
        (-500, 0, 1, 3),
        (500, 0, 1, 1e-9),
        (1e6, -1e6, 2, 1e5),
        (0, 40, 1, 60),
        (0, 0, 1e30, 1),
    ]:
        with mpmath.workdps(50 + int(abs(q - c) + d) // 2 if b < 1e6 and abs(q) < 1e5 else 60):
            big = mpmath.mpf(q - c) / b
            exact = b * (mpmath.log1p(mpmath.exp(big + mpmath.mpf(d) / b)) - mpmath.log1p(mpmath.exp(big)))
        if abs(q) < 1e6:
            assert logarithmic_scoring["cost"](q=q, c=c, b=b, d=d) == pytest.approx(float(exact), rel=1e-11)
    assert logarithmic_scoring["cost"](q=1e6, c=-1e6, b=2, d=1e5) == 1e5
    assert logarithmic_scoring["cost"](d=0, q=3, c=1, b=1) == 0


def test_many_outcomes():
    q, b = np.array([3.0, -1.0, 7.0, 0.5]), 2.5
    prices = scoring_prices(q, b)
    joint = scoring_level(np.delete(q, 2), b)
    assert logarithmic_scoring["price"](q=7.0, c=joint, b=b) == pytest.approx(prices[2], rel=1e-14)
    step = 1e-6
    slopes = [(scoring_level(q + step * e, b) - scoring_level(q - step * e, b)) / (2 * step) for e in np.eye(4)]
    assert prices == pytest.approx(slopes, rel=1e-8)
    assert scoring_cost(q, np.eye(4)[2] * 5, b) == pytest.approx(logarithmic_scoring["cost"](q=7, c=joint, b=b, d=5))
    assert scoring_cost(q, np.eye(4)[2] * 1e-12, b) == pytest.approx(1e-12 * prices[2], rel=1e-10)
    assert scoring_prices([1e300, 0, -1e300], 1e-3).tolist() == [1, 0, 0]


def test_a_traders_best_order():
    at = {"q": 20.0, "c": 0.0, "b": 100.0}
    best = minimize_scalar(lambda d: scoring_cost([20.0, 0.0], [d, 0.0], 100.0) - 0.75 * d, bracket=(0, 50))
    assert logarithmic_scoring["order"](**at, p=0.75) == pytest.approx(best.x, rel=1e-6)
    assert logarithmic_scoring["gain"](**at, p=0.75) == pytest.approx(-best.fun, rel=1e-9)


def test_rebalancing_by_a_simulated_path():
    """Free and frequent arbitrage takes sigma^2 / 8 of the value; the tested rate is the mean over the paths."""
    rng = np.random.default_rng(5)
    sigma, steps, paths = 0.4, 400, 4000
    jumps = sigma / math.sqrt(steps) * rng.standard_normal((paths, steps)) - sigma**2 / 2 / steps
    prices = np.exp(np.concatenate([np.zeros((paths, 1)), np.cumsum(jumps, axis=1)], axis=1))
    held = 1 / np.sqrt(prices)
    rebalanced = np.sum(held[:, :-1] * np.diff(prices), axis=1)
    lost = rebalanced - (2 * np.sqrt(prices[:, -1]) - 2)
    expected = 2 * pool.loss_versus_rebalancing["loss"](s=sigma, T=1)
    assert np.mean(lost) == pytest.approx(expected, rel=0.01)


def test_rebalancing_by_holdings():
    p, w, k, s = sp.symbols("p w k s", positive=True)
    holdings = k * w * p ** (w - 1)
    value = k * p**w
    rate = rebalancing_loss(holdings, p, s)
    share = constant_mean["lvr"](w=w, s=s)
    assert sp.simplify((rate / value - share).subs(w, sp.Rational(3, 10))) == 0
    with pytest.raises(ValueError, match="rise in p"):
        rebalancing_loss(p**2, p, 1)


def test_arbitrage_with_fees_by_simulated_blocks():
    """Blocks come as a Poisson process; at each the pool is traded to the edge of its band when beyond it."""
    rng = np.random.default_rng(11)
    sigma, blocks, fee, chains = 0.3, 50.0, 0.02, 20_000
    band, z, gains, trades, rounds = -math.log(1 - fee), np.zeros(chains), 0.0, 0, 200
    for i in range(rounds + 50):
        z = z + sigma * np.sqrt(rng.exponential(1 / blocks, chains)) * rng.standard_normal(chains)
        x, y = np.exp(z / 2), np.exp(-z / 2)  # liquidity 1, outside price 1, value 2
        after = np.clip(z, -band, band)
        if i >= 50:
            trades += np.sum(after != z)
            paid_y, paid_x = np.exp(-after / 2) - y, np.exp(after / 2) - x
            profit = np.where(z > band, -paid_x - paid_y / (1 - fee), -paid_y - paid_x / (1 - fee))
            gains += np.sum(np.where(after != z, profit, 0))
        z = after
    at = {"s": sigma, "l": blocks, "f": fee}
    assert arbitrage_with_fees["trading"](**at) == pytest.approx(trades / (chains * rounds), rel=0.01)
    assert arbitrage_with_fees["profit"](**at) == pytest.approx(gains / 2 * blocks / (chains * rounds), rel=0.02)


@pytest.mark.parametrize("p", [0.2, 0.99, 1.0, 1.02, 1.5, 40.0])
@pytest.mark.parametrize("f", [0.0, 0.003, 0.2])
def test_arbitrage_against_an_optimiser(p, f):
    x, y = 1000.0, 1000.0

    def loss(t):
        gained = x * (1 - f) * t / (y + (1 - f) * t) * p - t if t > 0 else y * (1 - f) * -t / (x + (1 - f) * -t) + t * p
        return -gained

    sides = [minimize_scalar(loss, bounds=b, method="bounded", options={"xatol": 1e-9}) for b in ((0, 2e4), (-2e4, 0))]
    best = min(sides, key=lambda found: found.fun)
    at = {"x": x, "y": y, "p": p, "f": f}
    assert outside_arbitrage["profit"](**at) == pytest.approx(max(-best.fun, 0), rel=1e-6, abs=1e-4)
    trade = outside_arbitrage["buy"](**at) - outside_arbitrage["sell"](**at)
    assert loss(trade) <= best.fun + 1e-9
    low, high = outside_arbitrage["band_low"](x=x, y=y, f=f), outside_arbitrage["band_high"](x=x, y=y, f=f)
    assert (trade == 0) == (low <= p <= high)


def test_bridge_against_an_optimiser_and_its_thresholds():
    at = {"x": 900.0, "y": 1100.0, "u": 800.0, "v": 1500.0, "f": 0.003, "h": 0.01}
    for toll in (0.0, 0.02, 0.2):
        first, second = (at["x"], at["y"], 0.003), (at["u"], at["v"], 0.01)

        def lost(t, toll=toll, first=first, second=second):
            for share, (x, y, f) in ((1.0, first), (1 - toll, second)):
                t = share * t
                t = y * (1 - f) * t / (x + (1 - f) * t)
            return t

        best = minimize_scalar(lambda t: t - lost(t), bounds=(0, 3000), method="bounded", options={"xatol": 1e-10})
        assert bridge_arbitrage["input"](**at, k=toll) == pytest.approx(best.x, rel=1e-5)
        assert bridge_arbitrage["gross"](**at, k=toll) == pytest.approx(-best.fun, rel=1e-9)
        path = path_of([pool_hop(900, 1100, fee=0.003), bridge_hop(toll), pool_hop(800, 1500, fee=0.01)])
        assert path.best_input == pytest.approx(bridge_arbitrage["input"](**at, k=toll), rel=1e-10)
        assert path.best_profit == pytest.approx(bridge_arbitrage["gross"](**at, k=toll), rel=1e-10)
    dearest = bridge_arbitrage["toll"](**at)
    assert bridge_arbitrage["gross"](**at, k=dearest * 1.0001) == 0
    assert bridge_arbitrage["gross"](**at, k=dearest * 0.999) > 0
    assert bridge_arbitrage["profit"](**at, k=0, F=1e6) == 0


def test_routing_against_an_optimiser():
    rng = np.random.default_rng(3)
    for _ in range(5):
        x, y, f = rng.uniform(50, 500, 5), rng.uniform(50, 500, 5), rng.uniform(0, 0.05, 5)
        order = float(rng.uniform(1, 500))

        def lost(d, x=x, y=y, f=f):
            return -np.sum(y * (1 - f) * d / (x + (1 - f) * d))

        best = minimize(
            lost,
            np.full(5, order / 5),
            bounds=[(0, order)] * 5,
            method="SLSQP",
            options={"ftol": 1e-14, "maxiter": 500},
            constraints={"type": "eq", "fun": lambda d, order=order: d.sum() - order},
        )
        found = route_order(x, y, f, order=order)
        assert found.out == pytest.approx(-best.fun, rel=1e-9)
        assert found.parts == pytest.approx(best.x, abs=1e-3 * order)
        slopes = (1 - f) * x * y / (x + (1 - f) * found.parts) ** 2
        assert slopes[found.parts > 0] == pytest.approx(found.price, rel=1e-10)
        assert np.all(slopes <= found.price * (1 + 1e-10))
        general = route_by_marginals(
            [lambda d, x=a, y=b, g=1 - c: y * g * d / (x + g * d) for a, b, c in zip(x, y, f, strict=True)],
            [lambda d, x=a, y=b, g=1 - c: g * x * y / (x + g * d) ** 2 for a, b, c in zip(x, y, f, strict=True)],
            order=order,
        )
        assert general.parts == pytest.approx(found.parts, abs=1e-9 * order)
        assert general.out == pytest.approx(found.out, rel=1e-12)


def test_routing_over_pools_of_all_kinds():
    """A constant product, a StableSwap and a weighted pool: every split on a fine grid is worse."""
    outs = [
        lambda d: float(constant_product["out"](x=1000, y=1000, d=d, f=0.003)),
        lambda d: stableswap_out([300, 250], 50, paid=d, sold=0, bought=1, fee=0.0004),
        lambda d: float(constant_mean["out"](x=500, y=300, w=0.6, v=0.4, d=d, f=0.001)),
    ]
    marginals = [
        lambda d: 0.997 * 1e6 / (1000 + 0.997 * d) ** 2,
        lambda d: (outs[1](d + 1e-4) - outs[1](max(d - 1e-4, 0))) / (d + 1e-4 - max(d - 1e-4, 0)),
        lambda d: 0.999 * 1.5 * 300 / 500 * (500 / (500 + 0.999 * d)) ** 2.5,
    ]
    found = route_by_marginals(outs, marginals, order=200)
    assert found.parts.sum() == pytest.approx(200, rel=1e-12)
    for i in range(0, 201, 10):
        for j in range(0, 201 - i, 10):
            assert outs[0](i) + outs[1](j) + outs[2](200 - i - j) <= found.out + 1e-9


def test_routing_of_nothing_and_of_twins():
    none = route_order([1, 2], [1, 1], 0, order=0)
    assert none.parts.tolist() == [0, 0]
    assert none.out == 0
    assert none.price == 1
    twins = route_order([1e30, 1e30], [1e30, 1e30], 0.003, order=1e-30)
    assert twins.parts == pytest.approx([5e-31, 5e-31])
    assert route_by_marginals([lambda d: d, lambda d: d], [lambda d: 1.0, lambda d: 1.0], order=4).out == pytest.approx(
        4
    )


def test_sandwich_by_stepping_the_pool():
    for X, A, V, f in [(100, 10, 5, "0"), (100, 10, 5, "0.003"), (1, 30, 2, "0.1"), (50, "0.001", 1, "0.01")]:
        stepped, A = Reserves(X, 1, f), Fraction(A)
        bought = stepped.pay_x(A)
        stepped.pay_x(V)
        profit = float(stepped.pay_y(bought) - A)
        assert pool_sandwich["profit"](X=X, A=float(A), V=V, f=float(f)) == pytest.approx(profit, rel=1e-12)
    room = pool_sandwich["largest"](X=100, V=5, s=0.01)
    alone, after = Reserves(100, 100, 0).pay_x(5), Reserves(100, 100, 0)
    after.pay_x(Fraction(room))
    assert float(after.pay_x(5) / alone) == pytest.approx(0.99, rel=1e-12)


def test_insiders_by_regression():
    rng = np.random.default_rng(8)
    v, noise = 2 * rng.standard_normal(400_000), 3 * rng.standard_normal(400_000)
    for n in (1, 2, 5):
        at = {"s": 2, "u": 3, "n": n}
        order = n * informed_trading["intensity"](**at) * v + noise
        slope = np.mean(order * v) / np.mean(order**2)
        assert informed_trading["lambda"](**at) == pytest.approx(slope, rel=0.01)
        gain = np.mean((order - noise) * (v - informed_trading["lambda"](**at) * order))
        assert informed_trading["profit"](**at) == pytest.approx(gain, rel=0.02)


@pytest.mark.parametrize(("k", "F", "w"), [(1, 1, 1), (2, 0.8, 1), (4, 3, 2), (0.5, 0.1, 1)])
def test_congested_link_against_a_grid(k, F, w):
    flow = np.linspace(0, F, 200_001)
    cost = flow * (flow / w) ** k + F - flow
    at = {"k": k, "c": 1, "w": w, "F": F}
    assert congested_link["optimal_cost"](**at) == pytest.approx(cost.min(), rel=1e-8)
    nash = flow[np.argmin(np.abs((flow / w) ** k - 1))] if w <= F else F
    assert congested_link["selfish"](**at) == pytest.approx(nash, rel=1e-4)
    if k == int(k) and w <= F:
        edges = {("s", "t"): [0] * k + [w ** -float(k)], ("s", "m"): [1], ("m", "t"): [0]}
        assert selfish_flow(edges, "s", "t", demand=F).cost == pytest.approx(congested_link["equilibrium_cost"](**at))
        assert best_flow(edges, "s", "t", demand=F).cost == pytest.approx(congested_link["optimal_cost"](**at))


def test_flows_are_equilibria_on_a_random_network():
    rng = np.random.default_rng(2)
    nodes = "sabcdt"
    edges = {(u, v): rng.uniform(0, 2, 3) for i, u in enumerate(nodes) for v in nodes[i + 1 :]}
    selfish, best = selfish_flow(edges, "s", "t", demand=3), best_flow(edges, "s", "t", demand=3)
    price = {e: np.polyval(c[::-1], selfish.edges[e]) for e, c in edges.items()}
    totals = {path: sum(price[e] for e in itertools.pairwise(path)) for path in selfish.paths}
    least = min(totals.values())
    assert all(cost == pytest.approx(least, rel=1e-9) for path, cost in totals.items() if selfish.paths[path] > 1e-9)
    assert sum(selfish.paths.values()) == pytest.approx(3)
    assert selfish.cost == pytest.approx(3 * least, rel=1e-9)
    assert best.cost <= selfish.cost
    moved = rng.dirichlet(np.ones(len(best.paths)), 300) * 3
    uses = np.array([[e in itertools.pairwise(path) for e in edges] for path in best.paths])
    load = moved @ uses
    assert best.cost <= np.min(sum(load[:, i] * np.polyval(c[::-1], load[:, i]) for i, c in enumerate(edges.values())))


HUGE, TINY = 1e30, 1e-30


def test_huge_and_tiny_pools_keep_their_digits():
    for scale in (HUGE, TINY):
        at = {"x": 1000 * scale, "y": 500 * scale, "f": 0.003}
        assert constant_product["out"](**at, d=10 * scale) == pytest.approx(4.935790171985307 * scale, rel=1e-14)
        found = outside_arbitrage["profit"](x=1000 * scale, y=1000 * scale, p=1.5, f=0.003)
        assert found == pytest.approx(49.83676193404 * scale, rel=1e-11)
        assert stableswap_out([1000 * scale] * 2, 100, paid=100 * scale, sold=0, bought=1) == pytest.approx(
            99.90011086475863 * scale, rel=1e-12
        )
        split = route_order([1000 * scale] * 2, [1000 * scale, 500 * scale], 0.003, order=600 * scale)
        assert split.parts / scale == pytest.approx(route_order([1000] * 2, [1000, 500], 0.003, order=600).parts)
    assert constant_product["out"](x=HUGE, y=TINY, d=HUGE, f=0) == pytest.approx(TINY / 2)
    assert constant_product["out"](x=TINY, y=HUGE, d=HUGE, f=0) == pytest.approx(HUGE, rel=4e-16)


REFUSED = [
    (lambda: constant_product["out"](x=0, y=1, d=1, f=0), "x = 0 is outside"),
    (lambda: constant_product["out"](x=1, y=0, d=1, f=0), "y = 0 is outside"),
    (lambda: constant_product["out"](x=1, y=1, d=math.nan, f=0), "d = nan is outside"),
    (lambda: constant_product["out"](x=1, y=1, d=-1, f=0), "d = -1 is outside"),
    (lambda: constant_product["out"](x=1, y=1, d=1, f=1), "f = 1 is outside"),
    (lambda: constant_product["into"](x=1, y=5, q=5, f=0), "gives less than it holds"),
    (lambda: constant_mean["into"](x=1, y=5, w=0.5, v=0.5, q=6, f=0), "gives less than it holds"),
    (lambda: constant_mean["out"](x=1, y=5, w=0.6, v=0.5, d=6, f=0), "shares of one"),
    (lambda: one_sided_join["withdrawn"](x=1, w=0.5, S=3, m=3, f=0), "not all shares"),
    (lambda: concentrated["x"](L=1, p=1, a=2, b=1), "from a lower to an upper"),
    (lambda: concentrated["out"](L=1, p=1, a=0.9, b=2, d=1, f=0), "leaves the price in the range"),
    (lambda: concentrated["out"](L=1, p=3, a=0.9, b=2, d=1, f=0), "while the price is in its range"),
    (lambda: arbitrage_with_fees["profit"](s=3, l=1, f=0.1), "frequent enough"),
    (lambda: stableswap_invariant([1.0], 10), "two or more"),
    (lambda: stableswap_invariant([1.0, 0.0], 10), "a reserve = 0"),
    (lambda: stableswap_invariant([1.0, math.nan], 10), "a reserve = nan"),
    (lambda: stableswap_invariant([1.0, 1.0], 0.5), "amplification = 0.5"),
    (lambda: stableswap_out([1.0, 1.0], 5, paid=1, sold=0, bought=2), "bought = 2 is no coin"),
    (lambda: stableswap_out([1.0, 1.0], 5, paid=1, sold=1, bought=1), "between two coins"),
    (lambda: contract_invariant([1.5, 2], 5), "whole number"),
    (lambda: contract_invariant([0, 2], 5), "integers from 1"),
    (lambda: contract_invariant([2**255, 2**255], 5), "beyond 2\\^256"),
    (lambda: contract_invariant([2**256, 1], 5), "beyond 2\\^256"),
    (lambda: contract_invariant([True, 2], 5), "outside the integers"),
    (lambda: contract_out([10**18] * 2, 5, paid=1, sold=0, bought=0), "not two coins"),
    (lambda: contract_out([10**18] * 2, 5, paid=1, sold=0, bought=1, fee=10**10), "fee = 10000000000"),
    (lambda: scoring_prices([1.0], 1), "two or more outcomes"),
    (lambda: scoring_prices([1.0, math.inf], 1), "sold = inf"),
    (lambda: scoring_cost([1.0, 2.0], [1.0], 1), "one number for each outcome"),
    (lambda: scoring_level([1.0, 2.0], 0), "liquidity = 0"),
    (lambda: Position(1, 2, 1), "low < high"),
    (lambda: sell_across([Position(1, 0.5, 2)], 1.0, paid=9), "at most 0.41421356"),
    (lambda: sell_across([], 1.0, paid=9), "at most 0"),
    (lambda: route_order([1, 2], [1, 2, 3], 0, order=1), "one length"),
    (lambda: route_order([], [], 0, order=1), "at least one"),
    (lambda: route_order([1], [1], 0, order=-1), "order = -1"),
    (lambda: route_by_marginals([], [], order=1), "an out and a marginal"),
    (lambda: route_by_marginals([lambda d: d * d], [lambda d: 1 + d], order=1), "prices fall"),
    (lambda: path_of([]), "at least one hop"),
    (lambda: Hop(2.0, 1.0).into(2.0), "the most that ever comes out"),
    (lambda: path_of([Hop(2.0)]).best_input, "without bound"),
    (lambda: selfish_flow({("a", "b"): [1]}, "b", "a"), "no path leads"),
    (lambda: selfish_flow({("a", "b"): [1]}, "a", "z"), "no path leads"),
    (lambda: selfish_flow({("a", "b"): []}, "a", "b"), "no coefficient"),
    (lambda: scoring_cost([0, 0], [1e308, -1e308], 1), "overflow floats"),
    (lambda: stableswap_invariant([1e300, 1e-300], 10), "too far apart"),
    (lambda: stableswap_invariant([1e308, 1e308], 10), "scale them"),
    (lambda: selfish_flow({("a", "b"): [-1]}, "a", "b"), "cost of a to b = -1"),
]


@pytest.mark.parametrize(("act", "words"), REFUSED, ids=[words for _, words in REFUSED])
def test_refusals_say_what_is_wrong(act, words):
    with pytest.raises(ValueError, match=words):
        act()
