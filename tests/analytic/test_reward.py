"""Rewards for bringing crowds, for effort and for stake: each equilibrium by a route that knows no formula."""

import time
from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp
from scipy.optimize import minimize_scalar

from analytic.reward import (
    affiliate_budget,
    affiliate_effort,
    affiliate_rate,
    all_pay_auction,
    bribe_contest,
    contest_equilibrium,
    free_entry,
    ladder_effort,
    lottery_equilibrium,
    pay_marginal,
    pay_pro_rata,
    pay_shapley,
    pro_rata,
    staking_yield,
    symmetric_contest,
    two_prize_contest,
    unequal_all_pay,
    wash_minting,
    winning_chances,
    wins_law,
)

F5 = {"k": 0.2, "A": 10, "gamma": 0.5, "c": 0.2, "n": 5}


def peak(payoff, high):
    """The best action in [0, high], by a grid and a polish."""
    grid = np.linspace(0, high, 4001)
    start = grid[np.argmax([payoff(y) for y in grid])]
    step = high / 4000
    bounds = (max(0, start - step), start + step)
    return minimize_scalar(lambda y: -payoff(y), bounds=bounds, method="bounded", options={"xatol": 1e-11}).x


# Affiliates


def test_f5_efforts_and_rates():
    assert [affiliate_effort[c](**F5) for c in ("joint", "nash", "ess")] == pytest.approx([5, 16.2, 20], rel=1e-12)
    at = {**F5, "v": 0.4}
    assert affiliate_rate["designer_rate"](gamma=0.5, v=0.4) == 0.2
    assert affiliate_rate["social_rate"](gamma=0.5, v=0.4, n=5) == pytest.approx(0.5 * 5 * 0.4 / 4.5)
    best = minimize_scalar(lambda k: -affiliate_rate["designer_profit"](**{**at, "k": k}), bounds=(0.01, 0.4)).x
    assert best == pytest.approx(0.2, abs=1e-5)

    def welfare(k):
        x = affiliate_effort["nash"](**{**F5, "k": k})
        return 0.4 * 10 * np.sqrt(5 * x) - 0.2 * 5 * x

    best = minimize_scalar(lambda k: -welfare(k), bounds=(0.01, 0.4)).x
    assert best == pytest.approx(affiliate_rate["social_rate"](gamma=0.5, v=0.4, n=5), abs=1e-5)


@pytest.mark.parametrize("budget", [2, 12, 15, 17.5, 18, 20, 100])
@pytest.mark.parametrize("gamma", [0.3, 0.5, 0.9])
def test_a_budget_may_bind_at_nash(budget, gamma):
    at = {**F5, "gamma": gamma, "B": budget, "k": 0.2 if gamma < 0.9 else 0.02}
    x = affiliate_budget["nash"](**at)

    def payoff(own):
        X = own + 4 * x
        return min(at["k"] * 10 * X**gamma, budget) * own / X - 0.2 * own

    assert payoff(peak(payoff, 6 * x)) <= payoff(x) + 1e-9 * budget
    y = affiliate_budget["ess"](**at)

    def lead(own):
        X = own + 4 * y
        return (min(at["k"] * 10 * X**gamma, budget) / X - 0.2) * (own - y)

    assert lead(peak(lead, 6 * y)) <= 1e-8 * budget


def test_pays_of_three_affiliates_by_all_orders():
    brought = [1.0, 4.0, 20.0]

    def minted(X):
        return 3 * np.asarray(X) ** 0.4

    paid = np.zeros(3)
    for order in permutations(range(3)):
        before = 0.0
        for i in order:
            after = before + brought[i]
            paid[i] += (minted(after) - minted(before)) / 6
            before = after
    np.testing.assert_allclose(pay_shapley(brought, minted, rate=0.5), 0.5 * paid)
    np.testing.assert_allclose(pay_shapley(brought, minted, rate=0.5, budget=1), paid / minted(25))
    marginal = [0.5 * (minted(25) - minted(25 - x)) for x in brought]
    np.testing.assert_allclose(pay_marginal(brought, minted, rate=0.5), marginal)


@pytest.mark.parametrize("pay", [pay_pro_rata, pay_marginal, pay_shapley])
def test_nobody_brings_anything_nobody_is_paid(pay):
    assert list(pay([0, 0, 0], lambda X: X**0.5, rate=1)) == [0, 0, 0]
    with pytest.raises(ValueError, match="minted"):
        pay([1, 2], lambda X: X + 1, rate=1)
    with pytest.raises(ValueError, match="contributions = -1"):
        pay([1, -1], lambda X: X, rate=1)


def test_marginal_pay_needs_concave_minting():
    with pytest.raises(ValueError, match="not concave"):
        pay_marginal([1, 2], lambda X: X**2, rate=1)


def test_washing_pays_from_twice_the_fee_on():
    at = {"phi": 0.01, "P": 2, "m": 0.01}
    bound = wash_minting["largest_rate"](phi=0.01, P=2)
    for k, pays in ((bound * 0.999, False), (bound * 1.001, True)):
        trips = np.linspace(0, 10, 2001)
        cost = (2 + 0.01 * trips / 2) * trips
        profits = k * trips - 1.01 * cost + 0.99 * cost
        assert (profits.max() > 0) == pays
        assert wash_minting["gain"](k=k, **at) == pytest.approx(max(0, profits.max()), rel=1e-3)


# Contests


def test_a_million_unequal_players():
    rng = np.random.default_rng(3)
    start = time.perf_counter()
    for costs in (10 ** rng.uniform(-12, 12, 10**6), 1 + rng.uniform(0, 1e-5, 10**6)):
        found = lottery_equilibrium(1, costs)
        assert found.chances.sum() == pytest.approx(1, abs=1e-9)
        assert found.regret <= 1e-12
    assert time.perf_counter() - start < 10


def test_costs_24_orders_apart():
    found = lottery_equilibrium(1, [1e-12, 1e12])
    np.testing.assert_allclose(found.chances, [1, 1e-24], rtol=1e-12)
    np.testing.assert_allclose(found.efforts, [1e-12, 1e-36], rtol=1e-12)
    np.testing.assert_allclose(found.payoffs, [1, 1e-48], rtol=1e-12)


@pytest.mark.parametrize("n", [2, 3, 7, 50, 300])
def test_at_the_largest_exponent_nothing_is_left(n):
    r = symmetric_contest["largest_exponent"](n=n)
    assert symmetric_contest["payoff"](V=1, n=n, r=r, c=1) == pytest.approx(0, abs=1e-12)
    np.testing.assert_allclose(contest_equilibrium(np.ones(n), 1, exponent=r).efforts, 1 / n, rtol=1e-9)
    with pytest.raises(ValueError, match="doing nothing pays better"):
        symmetric_contest["effort"](V=1, n=n, r=r * 1.001, c=1)


def test_contests_that_are_none():
    with pytest.raises(ValueError, match="needs two"):
        lottery_equilibrium(1, [1])
    with pytest.raises(ValueError, match="1 of 3 players"):
        lottery_equilibrium([0, 5, 0], 1)
    with pytest.raises(ValueError, match="costs = 0"):
        lottery_equilibrium(1, [0, 1])
    with pytest.raises(ValueError, match="no pure equilibrium"):
        contest_equilibrium([1, 1], 1, exponent=2.1)
    assert list(winning_chances([0, 0])) == [0, 0]


def test_the_weak_stay_out():
    found = lottery_equilibrium(Fraction(1), [Fraction(1), Fraction(1), Fraction(2), Fraction(3)])
    assert list(found.active) == [True, True, False, False]  # the third would be just indifferent at cost 2
    assert list(found.efforts[:2]) == [Fraction(1, 4)] * 2
    values = lottery_equilibrium([3, 0, 2], 1)
    np.testing.assert_allclose(values.payoffs, [3 * 0.6**2, 0, 2 * 0.4**2])


@pytest.mark.parametrize("prizes", [(10.0, 4.0, 1.0), (5.0, 5.0, 0.0), (9.0, 0.0, 0.0)])
def test_effort_for_several_prizes_draw_by_draw(prizes):
    """Prizes go one after the other; one's own chance in each draw, among those still there."""
    n, r = 4, 0.8
    x = float(ladder_effort(prizes, n, exponent=r))

    def payoff(y):
        still, total = 1.0, -y
        for drawn, prize in enumerate(prizes):
            wins = y**r / (y**r + (n - 1 - drawn) * x**r)
            total += still * wins * prize
            still *= 1 - wins
        return total

    assert peak(payoff, 4 * x) == pytest.approx(x, rel=1e-5)
    if prizes[2] == 0:
        assert two_prize_contest["effort"](V=prizes[0], W=prizes[1], n=n, r=r, c=1) == pytest.approx(x, rel=1e-12)


def test_more_prizes_than_players():
    with pytest.raises(ValueError, match="give 1 to 2"):
        ladder_effort([1, 1, 1], 2)
    with pytest.raises(ValueError, match="late prizes"):
        ladder_effort([0, 1], 2)


def test_entry_at_the_boundary_is_exact():
    assert free_entry(0.49, 0.01) == 7  # sqrt(0.49 / 0.01) is 6.999... in floats
    assert free_entry(1, 1) == 1
    assert free_entry(1, 1.0000001) == 0
    assert free_entry(100, 1, exponent=0.5) == 50
    with pytest.raises(ValueError, match="is outside"):
        free_entry(100, 1, exponent=1.5)


def test_all_pay_bids_are_best_replies_and_spend_the_value():
    n, v = 4, 3.0

    def law(b):
        return all_pay_auction["distribution"](v=v, n=n, b=b)

    gains = [v * law(b) ** (n - 1) - b for b in np.linspace(0, 4, 9)]
    assert max(gains) == pytest.approx(0, abs=1e-12)
    assert n * quad(lambda b: 1 - law(b), 0, v)[0] == pytest.approx(all_pay_auction["revenue"](v=v), rel=1e-8)
    highest = quad(lambda b: 1 - law(b) ** n, 0, v)[0]
    assert highest == pytest.approx(all_pay_auction["highest_bid"](v=v, n=n), rel=1e-8)
    second = quad(lambda b: 2 * b * (1 - law(b)), 0, v)[0]
    mean = all_pay_auction["mean_bid"](v=v, n=n)
    assert second - mean**2 == pytest.approx(all_pay_auction["variance"](v=v, n=n), rel=1e-7)


def test_unequal_all_pay_against_each_other():
    v, w = 3.0, 2.0

    def weak(b):
        return unequal_all_pay["weak"](v=v, w=w, b=b)

    def strong(b):
        return unequal_all_pay["strong"](v=v, w=w, b=b)

    bids = np.linspace(0, 3, 301)[1:]
    assert max(v * weak(b) - b for b in bids) == pytest.approx(unequal_all_pay["payoff"](v=v, w=w), abs=1e-12)
    assert max(w * strong(b) - b for b in bids) == pytest.approx(0, abs=1e-12)
    paid = quad(lambda b: 2 - weak(b) - strong(b), 0, w)[0]
    assert paid == pytest.approx(unequal_all_pay["revenue"](v=v, w=w))


def test_bribers_do_not_move():
    bribe = bribe_contest["bribe"](V=1, n=4)
    assert peak(lambda b: b / (b + 3 * bribe) - b, 1) == pytest.approx(bribe, abs=1e-6)


# Stakes


@pytest.mark.parametrize(("i", "c"), [(0.07, 0.1), (0.1, 0.1), (0.256, 0.1)])
def test_where_staking_comes_to_rest(i, c):
    rest = staking_yield["rest"](i=i, c=c)
    end = solve_ivp(lambda _, s: s * (1 - s) * (i / s - c), (0, 4000), [0.3], rtol=1e-9, atol=1e-12).y[0, -1]
    assert end == pytest.approx(rest, abs=4e-3 if i == c else 1e-6)
    near = [rest - 2e-6, rest - 1e-6]
    speeds = [staking_yield["velocity"](i=i, c=c, s=s) for s in near]
    assert (speeds[1] - speeds[0]) / 1e-6 == pytest.approx(staking_yield["slope"](i=i, c=c), abs=1e-6)


def test_the_urn_at_its_edges():
    assert list(wins_law(0, stake=1, reward=1, share=0.3)) == [1]
    assert list(wins_law(3, stake=1, reward=1, share=0)) == [1, 0, 0, 0]
    assert list(wins_law(3, stake=1, reward=1, share=1)) == [0, 0, 0, 1]
    np.testing.assert_allclose(wins_law(3, stake=1, reward=0, share=0.5), [1 / 8, 3 / 8, 3 / 8, 1 / 8])
    assert list(wins_law(2, stake=Fraction(2), reward=1, share=Fraction(1, 2))) == [Fraction(1, 3)] * 3
    for wrong in ({"rounds": -1}, {"rounds": 1.5}, {"stake": 0}, {"share": 1.5}, {"reward": -1}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            wins_law(**{"rounds": 3, "stake": 1, "reward": 1, "share": 0.5, **wrong})


def test_sharing_exactly_and_in_batches():
    assert list(pro_rata(Fraction(1), [1, 2, 3])) == [Fraction(1, 6), Fraction(1, 3), Fraction(1, 2)]
    np.testing.assert_allclose(pro_rata([6, 5], [[1, 2], [0, 0]]), [[2, 4], [0, 0]])
    np.testing.assert_allclose(pro_rata(1, [[1, 2], [3, 2]], axis=0), [[0.25, 0.5], [0.75, 0.5]])
    np.testing.assert_allclose(pro_rata(1, [1e308, 1e308]), [0.5, 0.5])
    with pytest.raises(ValueError, match="contributions"):
        pro_rata(1, 3)
