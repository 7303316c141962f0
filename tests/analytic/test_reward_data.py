"""Rewards for data, gifts and solutions: known answers, and routes that know nothing of the formulas."""

import time
from fractions import Fraction
from itertools import product
from math import comb

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import brentq, minimize_scalar

from analytic.reward import (
    airport_shares,
    bounty_by_lot,
    coalition_worths,
    core_excess,
    data_farming,
    data_market,
    discovery_race,
    equal_federation,
    federated_errors,
    federated_mean,
    glove_values,
    matching_fund,
    mining_pools,
    optional_public_goods,
    pairwise_matches,
    quadratic_matches,
    replication_attack,
    shapley_of_three,
    shapley_sampled,
    shapley_values,
    volunteering_rest,
)

F7 = {"theta": 4, "sigma": 3, "c": 0.25, "n": 6}


def peak(payoff, high):
    """The best action in [0, high], by a grid and a polish."""
    grid = np.linspace(0, high, 4001)
    start = grid[np.argmax([payoff(y) for y in grid])]
    step = high / 4000
    bounds = (max(0, start - step), start + step)
    return minimize_scalar(lambda y: -payoff(y), bounds=bounds, method="bounded", options={"xatol": 1e-11}).x


def test_f7_totals_and_budget():
    free, best, budget = (data_market[name](**F7) for name in ("total_without_budget", "optimum", "best_budget"))
    assert (free, best, budget) == pytest.approx((12, 29.393876913398138, 7.3484692283495345), rel=1e-12)
    assert data_market["total"](r=budget, **F7) == pytest.approx(best, rel=1e-12)
    assert data_market["ess"](r=budget, c=0.25) == pytest.approx(best, rel=1e-12)


@pytest.mark.parametrize("r", [0.5, 3, 7.35, 40])
def test_nobody_leaves_the_data_market(r):
    total = data_market["total"](r=r, **F7)
    s = total / 6

    def payoff(y):
        S = y + 5 * s
        return r * y / S - 36 / S - 0.25 * y

    assert peak(payoff, 4 * s) == pytest.approx(s, rel=1e-4)
    assert data_market["payoff"](r=r, **F7) == pytest.approx(payoff(s), rel=1e-12)


@pytest.mark.parametrize(("k", "m"), [(1, 1), (2, 1), (3, 2), (4, 3)])
def test_copies_by_shapley(k, m):
    found = shapley_values(coalition_worths(k + m, lambda who: Fraction(len(who) > 0)))
    paid = sum(found[:k])
    assert replication_attack["paid"](V=1, k=k, m=m) == pytest.approx(float(paid))
    least = replication_attack["least_penalty"](k=k, m=m)
    for lamda, pays in ((least * 0.99, True), (least * 1.01, False)):
        if k > 1:
            copied, alone = (replication_attack["penalised"](V=1, k=c, m=m, lamda=lamda) for c in (k, 1))
            assert (copied > alone) == pays
    assert least < np.log(2)


def test_shapley_closed_forms():
    costs = [Fraction(3), Fraction(1), Fraction(7), Fraction(3)]
    by_game = shapley_values(coalition_worths(4, lambda who: max((costs[i] for i in who), default=Fraction(0))))
    assert list(airport_shares(costs)) == list(by_game)
    for left, right in product(range(1, 4), range(4)):

        def pairs(who, left=left):
            return Fraction(min(sum(i < left for i in who), sum(i >= left for i in who)))

        values = shapley_values(coalition_worths(left + right, pairs))
        assert glove_values(left, right)[0] == values[0]
        assert right == 0 or glove_values(left, right)[1] == values[-1]
    worths = {"a": 1, "b": 2, "c": 0, "ab": 5, "ac": 4, "bc": 3, "abc": 9}
    three = [shapley_of_three[name](**{str(s): worths[str(s)] for s in shapley_of_three[name].symbols})
             for name in ("first", "second", "third")]  # fmt: skip
    np.testing.assert_allclose(shapley_values([0, 1, 2, 5, 0, 4, 3, 9]), three)


def test_sixteen_players_exactly_and_fast():
    rng = np.random.default_rng(2)
    weights = rng.uniform(0, 1, 16)
    sums = np.zeros(1)
    for each in weights:
        sums = np.concatenate([sums, sums + each])
    start = time.perf_counter()
    np.testing.assert_allclose(shapley_values(sums**2), weights * weights.sum(), rtol=1e-12)  # known for squares
    assert time.perf_counter() - start < 1


def test_shapley_refusals():
    for wrong in ([1, 2, 3], [], [1], [[1, 2], [3, 4]], [1, np.nan]):
        with pytest.raises(ValueError, match="worths"):
            shapley_values(wrong)
    with pytest.raises(ValueError, match="add up"):
        core_excess([0, 0, 0, 1], [1, 1])
    with pytest.raises(ValueError, match="orders = 3"):
        shapley_sampled(3, len, orders=3)
    with pytest.raises(ValueError, match="players = 25"):
        coalition_worths(25, len)


def test_an_empty_coalition_may_be_worth_something():
    assert list(shapley_values([Fraction(5), Fraction(6), Fraction(7), Fraction(10)])) == [2, 3]


def test_joining_a_federation_by_simulation():
    rng, samples = np.random.default_rng(8), np.array([5, 10, 20])
    means = rng.normal(0, np.sqrt(0.3), (200_000, 3))
    sent = means + rng.normal(size=means.shape) * np.sqrt(10 / samples)
    average = sent @ samples / 35
    errors = ((average[:, None] - means) ** 2).mean(axis=0)
    found = federated_errors(samples, noise=10, spread=0.3)
    np.testing.assert_allclose(errors, found, rtol=0.015)
    at = {"n": 10, "N": 35, "Q": 425, "mu": 10, "sigma2": 0.3, "nu": 0}
    assert federated_mean["joined"](**at) == pytest.approx(found[1], rel=1e-12)
    with pytest.raises(ValueError, match="square of their sum"):
        federated_mean["joined"](**{**at, "Q": 700})


@pytest.mark.parametrize(("nu", "q"), [(0, 0), (0.5, 0), (0.2, 0.1)])
def test_a_federation_is_stable_below_its_bound(nu, q):
    at = {"M": 4, "mu": 10, "sigma2": 0.3, "nu": nu, "q": q}

    def gain(n):
        joined = federated_errors([n] * 4, noise=10, spread=0.3, privacy=nu)[0]
        return 10 / n - joined - q

    assert equal_federation["bound"](**at) == pytest.approx(brentq(gain, 0.1, 100), rel=1e-9)
    if not nu and not q:
        assert equal_federation["bound"](**at) == pytest.approx(10 / 0.3)


def test_public_goods_group_by_group():
    N, r, sigma, x, z = 4, 2.7, 0.8, 0.25, 0.35
    y = 1 - x - z
    gives = rides = 0.0
    for a, b in product(range(N), repeat=2):
        if a + b <= N - 1:
            chance = comb(N - 1, a) * comb(N - 1 - a, b) * x**a * y**b * z ** (N - 1 - a - b)
            alone = a + b == 0
            rides += chance * (sigma if alone else r * a / (a + b + 1))
            gives += chance * (sigma if alone else r * (a + 1) / (a + b + 1) - 1)
    at = {"N": N, "r": r, "sigma": sigma, "x": x, "z": z}
    assert optional_public_goods["free_rider"](**at) == pytest.approx(rides)
    assert optional_public_goods["contributor"](**at) == pytest.approx(gives)
    shares = volunteering_rest(N, multiplier=r, loner=sigma)
    rest = {**at, "x": shares[0], "z": shares[2]}
    assert [optional_public_goods[who](**rest) for who in ("contributor", "free_rider")] == pytest.approx([sigma] * 2)
    for wrong in ({"multiplier": 2}, {"multiplier": 4}, {"loner": 1.8}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            volunteering_rest(N, **{"multiplier": r, "loner": sigma, **wrong})


# Matching, bounties, farming, pools


def test_matching_small_beside_large():
    np.testing.assert_allclose(quadratic_matches([[1e16], [1e-16]]), [2.0], rtol=1e-12)
    np.testing.assert_allclose(
        pairwise_matches([[4, 4], [9, 9]], 5).sum(), matching_fund["pair_total"](x=4, y=9, k=2, M=5)
    )
    assert list(quadratic_matches(np.zeros((0, 2)))) == [0, 0]
    assert list(quadratic_matches([[5.0, 0.0]])) == [0, 0]


def test_nobody_leaves_the_race():
    for n, rho in product((1, 2, 5), (0.01, 0.5, 3)):
        at = {"V": 10, "kappa": 2, "rho": rho, "n": n}
        h = discovery_race["rate"](**at)
        found = peak(lambda y, h=h, n=n, rho=rho: 10 * y / (rho + y + (n - 1) * h) - 2 * y, 5)
        assert found == pytest.approx(h, abs=1e-5)
    assert discovery_race["rate"](V=1, kappa=1, rho=1 - 1e-9, n=3) == pytest.approx(1e-9 / 4, rel=1e-6)
    with pytest.raises(ValueError, match="nobody races"):
        discovery_race["rate"](V=1, kappa=2, rho=1, n=2)


def test_a_bounty_among_two():
    q = bounty_by_lot["two_workers"](V=1, c=2)
    assert peak(lambda y: y * (1 - q / 2) - y**2, 1) == pytest.approx(q, abs=1e-6)
    assert bounty_by_lot["two_workers"](V=9, c=1) == 1


def test_farming_rewards_are_the_least_of_three():
    at = {"pool": 1000, "h": 0.3, "s": 0.5, "L": 5000, "D": 200, "week": 20}
    parts = [data_farming[f"by_{word}"](**at) for word in ("rank", "yield", "consumption")]
    assert data_farming["reward"](**at) == min(parts)
    for phi in (0.1, 0.3):
        amounts = np.linspace(0, 1000, 4001)
        profits = data_farming["wash_profit"](**{**at, "D": amounts, "phi": phi})
        best = data_farming["best_wash"](**at, phi=phi)
        assert best == pytest.approx(amounts[np.argmax(profits)], abs=0.3)
        assert (profits.max() > 0) == (phi < data_farming["wash_fee"](s=0.5, week=20))


@pytest.mark.parametrize("p", [0.003, 0.0075, 0.009, 0.02])
def test_miners_end_where_the_formula_says(p):
    at = {"R": 1000, "N": 5000, "lamda": 1 / 600, "tau": 0.5, "tau2": 20, "u": 30, "w": 20, "p": p}
    a, b = 0.2 * np.exp(-0.5 / 600), 0.2 * np.exp(-20 / 600)

    def velocity(_, x):
        whole = 30 * x + 20 * (1 - x)
        return x * (1 - x) * ((a * 30 - b * 20) / whole - 10 * p)

    end = solve_ivp(velocity, (0, 20_000), [0.4], rtol=1e-9, atol=1e-12).y[0, -1]
    assert mining_pools["rest"](**at) == pytest.approx(end, abs=1e-5)
