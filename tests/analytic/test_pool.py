"""Pools by routes that share no code with them: exact fractions, quadrature, high precision, optimisers, simulation."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy as sp
from scipy.integrate import quad
from scipy.optimize import minimize_scalar

from analytic import pool
from analytic.pool import (
    Position,
    arbitrage_with_fees,
    buy_across,
    concentrated,
    constant_mean,
    constant_product,
    contract_invariant,
    contract_out,
    liquidity_at,
    logarithmic_scoring,
    one_sided_join,
    rebalancing_loss,
    scoring_cost,
    scoring_level,
    scoring_prices,
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
