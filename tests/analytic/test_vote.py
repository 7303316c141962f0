"""Votes by independent routes: enumeration of profiles and orders, exact binomials, best replies, the rule by hand."""

import itertools
import math
from fractions import Fraction as F

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import minimize_scalar
from scipy.stats import norm

from analytic.vote import (
    attack_thresholds,
    banzhaf,
    bribed_oracle,
    bribed_payoffs,
    consensus_weights,
    conviction,
    duel_of_two,
    duel_pivotal,
    duel_rests,
    duel_turnouts,
    large_holder,
    matching,
    public_signal,
    quadratic_funding,
    quadratic_funds,
    quadratic_voting,
    quorum_pivotal,
    quorum_turnouts,
    reserve_run,
    run_of_two,
    shapley_shubik,
    swings,
    yuma,
    yuma_retention,
)


def draw(n, k, p):
    return math.comb(n, k) * p**k * (1 - p) ** (n - k)


@pytest.mark.parametrize("M", [1, 2, 3, 7])
def test_worth_of_a_vote_over_all_profiles(M):
    for p in (F(0), F(1, 7), F(1, 2), F(1)):
        worth = F(0)
        for own in range(M):
            for other in range(M + 1):
                chance = draw(M - 1, own, p) * draw(M, other, p)
                win = lambda a, b: F((a > b) - (a < b) + 1, 2)  # noqa: E731
                worth += chance * (win(own + 1, other) - win(own, other))
        assert float(duel_pivotal(float(p), M)) == pytest.approx(float(worth), rel=1e-13)


def test_two_teams_of_two_are_the_declared_formula():
    p = np.linspace(0, 1, 11)
    assert duel_pivotal(p, 2) == pytest.approx(duel_of_two["pivotal"](p=p))
    low, high, _ = duel_turnouts(2, 0.4)
    assert (low.p, high.p) == pytest.approx((duel_of_two["low"](c=0.4), duel_of_two["high"](c=0.4)))


@pytest.mark.parametrize("M", [2, 5, 40, 1000])
def test_no_equilibrium_of_the_duel_is_missed(M):
    """The worth of a vote falls to the middle and rises after it, so two turnouts at most."""
    p = 1 / (1 + np.exp(-np.linspace(-20, 20, 2001)))
    turns = np.diff(np.sign(np.diff(duel_pivotal(p, M))[np.abs(np.diff(duel_pivotal(p, M))) > 1e-12]))
    assert np.count_nonzero(turns) == 1
    for cost in (0.45, 0.3, float(duel_pivotal(0.5, M)) * 1.001):
        inner = [each.p for each in duel_turnouts(M, cost) if 0 < each.p < 1]
        assert duel_pivotal(inner, M) == pytest.approx([cost] * len(inner), rel=1e-9)


def test_corners_of_the_duel():
    assert [(e.p, e.stable) for e in duel_turnouts(10, 0.51)] == [(0, True)]
    assert [e.p for e in duel_turnouts(10, 0.5)] == [0, 1]
    assert [e.p for e in duel_turnouts(10, 0.01)] == [1]
    assert [e.p for e in duel_turnouts(1, 0.3)] == [1]
    assert duel_turnouts(100_000, 0.49)[0].p < 1e-5
    for wrong in ((0, 0.3), (2.5, 0.3), (2, 0), (2, -1), (2, math.nan)):
        with pytest.raises(ValueError, match=r"members|cost"):
            duel_turnouts(*wrong)
    with pytest.raises(ValueError, match="every turnout"):
        duel_turnouts(1, 0.5)


def test_rests_with_mutation_stand_still_and_tend_to_the_equilibria():
    for each in duel_rests(20, 0.2, mutation=0.002):
        p = each.p
        assert p * (1 - p) * (float(duel_pivotal(p, 20)) - 0.2) + 0.002 * (0.5 - p) == pytest.approx(0, abs=1e-12)
    rests = [each.p for each in duel_rests(20, 0.2, mutation=1e-9)]
    assert rests == pytest.approx([e.p for e in duel_turnouts(20, 0.2)], abs=1e-6)
    assert [e.stable for e in duel_rests(20, 0.2, mutation=1e-9)] == [True, False, True]
    assert [e.p for e in duel_rests(20, 0.2, mutation=10)] == pytest.approx([0.5], abs=0.01)


@pytest.mark.parametrize(("n", "q"), [(2, 1), (5, 1), (5, 3), (5, 5), (2, 2), (300, 40)])
def test_equilibria_with_a_quorum(n, q):
    for cost in (0.01, 0.03, 0.3, 1.2):
        found = quorum_turnouts(n, q, cost)
        worth = lambda p: draw(n - 1, q - 1, p)  # noqa: E731
        grid = 1 / (1 + np.exp(-np.linspace(-40, 40, 4001)))
        signs = np.sign(np.array([worth(p) for p in grid]) - cost)
        assert np.count_nonzero(np.diff(signs)) == sum(0 < e.p < 1 for e in found)
        for each in found:
            gain = worth(each.p) - cost
            assert (each.p == 0 and gain <= 0) or (each.p == 1 and gain >= 0) or gain == pytest.approx(0, abs=1e-10)
    assert float(quorum_pivotal(0.2, n, q)) == pytest.approx(draw(n - 1, q - 1, 0.2), rel=1e-10)


def test_a_quorum_that_cannot_be_met_is_refused():
    with pytest.raises(ValueError, match="above the number of voters"):
        quorum_turnouts(5, 6, 0.1)
    with pytest.raises(ValueError, match="quorum = 0"):
        quorum_turnouts(5, 0, 0.1)


def by_orders(w, q):
    pivots = [0] * len(w)
    for order in itertools.permutations(range(len(w))):
        total = 0
        for i in order:
            if total < q <= total + w[i]:
                pivots[i] += 1
            total += w[i]
    return tuple(F(each, math.factorial(len(w))) for each in pivots)


def by_coalitions(w, q):
    found = []
    for i in range(len(w)):
        rest = w[:i] + w[i + 1 :]
        sums = [sum(c) for r in range(len(w)) for c in itertools.combinations(rest, r)]
        found.append(sum(s < q <= s + w[i] for s in sums))
    return tuple(found)


def test_power_by_enumeration():
    rng = np.random.default_rng(1)
    for _ in range(25):
        w = rng.integers(0, 9, rng.integers(1, 7)).tolist()
        if not sum(w):
            continue
        q = int(rng.integers(1, sum(w) + 1))
        assert shapley_shubik(w, q) == by_orders(w, q)
        assert swings(w, q) == by_coalitions(w, q)


def test_power_of_many_and_of_decimals():
    w = [1 + i % 30 for i in range(80)]
    found = shapley_shubik(w, sum(w) // 2 + 1)
    assert sum(found) == 1
    assert banzhaf([0.5, 0.49, 0.01], 0.51) == banzhaf([50, 49, 1], 51) == (F(3, 5), F(1, 5), F(1, 5))
    assert shapley_shubik([4] + [1] * 10, 8)[:2] == (F(4, 11), F(7, 110))
    assert large_holder["large"](N=10, W=4) == pytest.approx(4 / 11)
    assert large_holder["small"](N=10, W=4) == pytest.approx(7 / 110)


@pytest.mark.parametrize(
    ("w", "q"), [([1, 2], 4), ([1, 2], 0), ([1, -2], 1), ([], 1), ([0, 0], 1), ([math.nan], 1), ([1, 2], math.inf)]
)
def test_power_refuses(w, q):
    with pytest.raises(ValueError, match=r"quota|weights|finite"):
        shapley_shubik(w, q)


def test_power_refuses_too_many_sums_soon():
    with pytest.raises(ValueError, match="fewer digits"):
        swings([2**i + 1 for i in range(40)], 2**39)


def test_quadratic_funding_is_the_best_reply():
    for a, A, h in ((3, 3, 1), (1, 0.5, 2), (0.2, 7, 1)):
        others = h * A / 2
        found = minimize_scalar(
            lambda c, a=a, h=h, o=others: c - h * a * (c**0.5 + o), bounds=(0, 50), method="bounded"
        )
        assert found.x == pytest.approx(quadratic_funding["contribution"](a=a, h=h), abs=1e-4)


def test_matching_never_exceeds_its_pool():
    gifts = np.random.default_rng(2).gamma(1, 3, (5, 8))
    wanted = quadratic_funds(gifts) - gifts.sum(1)
    assert matching(gifts, 1e9) == pytest.approx(wanted)
    assert matching(gifts, 10).sum() == pytest.approx(10)
    assert matching(gifts, 10) / wanted == pytest.approx([10 / wanted.sum()] * 5)
    assert matching([[0, 0]], 0).tolist() == [0]
    with pytest.raises(ValueError, match="contributions = -1"):
        quadratic_funds([1, -1])


def test_votes_bought_are_the_best():
    found = minimize_scalar(lambda m: 2 * m**2 - 0.1 * 7 * m)
    assert quadratic_voting["votes"](u=7, g=0.1, k=2) == pytest.approx(found.x)


def test_conviction_step_by_step():
    y, alpha = 30.0, conviction["alpha"](h=7)
    for t in range(1, 30):
        y = alpha * y + 5
        assert conviction["conviction"](alpha=alpha, x=5, y0=30, t=t) == pytest.approx(y, rel=1e-12)
    assert conviction["alpha"](h=1e-6) == 0
    assert conviction["alpha"](h=1e12) == pytest.approx(1, abs=1e-11)
    assert conviction["half_life"](alpha=alpha) == pytest.approx(7)
    with pytest.raises(ValueError, match="largest share"):
        conviction["trigger"](alpha=0.9, rho=0.1, S=1, beta=0.2, r=0.2)


def test_a_bribe_makes_the_lie_weakly_dominant_and_free():
    for voters in (3, 5, 9):
        table = bribed_payoffs(F(2), F(1, 10), voters=voters)
        assert len(table) == voters
        assert all(b >= a for b, a in table)
        assert sum(b > a for b, a in table) == voters - 1
        m = voters // 2
        for k, (b, a) in zip(range(voters - 1, -1, -1), table, strict=True):
            assert bribed_oracle["says_b"](P=2, e=0.1, m=m, k=k) == float(b)
            assert bribed_oracle["says_a"](P=2, e=0.1, m=m, k=k) == float(a)
    for voters in (2, 4, 1, 2.5):
        with pytest.raises(ValueError, match="voters"):
            bribed_payoffs(1, 0.1, voters=voters)


def test_consensus_is_the_largest_supported_weight():
    rng = np.random.default_rng(3)
    for _ in range(20):
        W, S, kappa = rng.dirichlet(np.ones(6), 9), rng.dirichlet(np.ones(9)), rng.uniform(0.1, 1)
        by_hand = [max(w for w in W[:, j] if S[W[:, j] >= w].sum() >= kappa - 1e-12) for j in range(6)]
        assert consensus_weights(W, S, kappa=kappa) == pytest.approx(by_hand)
        found = yuma(W, S, kappa=kappa, beta=0.3)
        assert found.incentive.sum() == pytest.approx(1)
        assert found.dividends.sum() == pytest.approx(1)
        assert found.bonds.sum(0) == pytest.approx(np.ones(6))
        assert np.all((found.trust > 0) & (found.trust <= 1 + 1e-12))


def test_yuma_with_two_minds_is_the_declared_formula():
    for W, V, xi in ((0.6, 0.4, 0.5), (0.7, 1, 0.2), (0.5, 0.8, 0.9), (0.3, 0, 0.5)):
        found = yuma([[W, 1 - W], [1 - V, V]], [0.6, 0.4])
        dividends, incentive = found.emission(xi)
        expected = yuma_retention["emission"](S=0.6, W=W, V=V, xi=xi)
        assert dividends[0] + incentive[0] == pytest.approx(expected, rel=1e-12)


def test_yuma_corners():
    tied = consensus_weights(np.eye(6), np.ones(6), kappa=1 / 6)
    assert tied == pytest.approx(np.ones(6))  # exactly kappa supports, within rounding
    nothing = yuma(np.zeros((2, 3)), [1, 0])
    assert nothing.incentive.tolist() == [0, 0, 0]
    slow = yuma([[1, 0], [0, 1]], [1, 1], bonds=[[0, 0], [1, 1]], alpha=0.25)
    assert slow.bonds == pytest.approx(np.array([[0.25, 0], [0.75, 1]]))
    for wrong in (([[1, 0]], [0]), ([[1, 0]], [1, 1]), ([[1, -1]], [1]), ([[1, math.nan]], [1]), ([1, 0], [1])):
        with pytest.raises(ValueError, match=r"stake|weights"):
            yuma(*wrong)
    with pytest.raises(ValueError, match="kappa"):
        yuma([[1]], [1], kappa=0)
    with pytest.raises(ValueError, match="bonds"):
        yuma([[1]], [1], bonds=[1])


def test_run_of_two_from_its_table():
    for rho, y in ((0.6, 0.195), (0.9, 0.5), (0.2, 0.1)):
        s = run_of_two["mixed"](rho=rho, y=y)
        assert s * (1 + y) + (1 - s) * (2 * rho - 1) == pytest.approx(s * 1 + (1 - s) * rho)
        left = [[1 + y, max(0, 2 * rho - 1)], [min(1, 2 * rho), rho]]
        stays, runs = left[0][0] - left[1][0], left[1][1] - left[0][1]
        assert run_of_two["limited_risk"](rho=rho, y=y) == pytest.approx(runs - stays)


def test_growth_that_prevents_a_run_by_quadrature():
    for rho in (0.3, 0.8, 0.99):
        R = reserve_run["laplacian"](rho=rho)
        gap = lambda x, rho=rho, R=R: (  # noqa: E731
            reserve_run["hold"](rho=rho, R=R, x=x) - reserve_run["redeem"](rho=rho, x=x)
        )
        assert quad(gap, 0, 1, points=[rho], limit=200)[0] == pytest.approx(0, abs=1e-8)


def test_thresholds_of_an_attack():
    for sx, sz, z, t in ((0.5, 0.5, 0.5, 0.5), (2.0, 0.5, 0.5, 0.5), (2.0, 0.5, 0.45, 0.4), (0.1, 3, 0.2, 0.7)):
        found = attack_thresholds(sx, sz, z=z, cost=t)
        s = np.linspace(-12, 12, 400_001)
        signs = np.sign(public_signal["indifference"](sigma_x=sx, sigma_z=sz, s=s, z=z, u=norm.ppf(t)))
        signs = signs[signs != 0]
        assert len(found) == np.count_nonzero(np.diff(signs))
        for theta in found:
            x = theta + sx * norm.ppf(theta)  # the agent who is indifferent at the threshold
            mean = (x / sx**2 + z / sz**2) / (1 / sx**2 + 1 / sz**2)
            assert norm.cdf((theta - mean) * math.hypot(1 / sx, 1 / sz)) == pytest.approx(t, abs=1e-9)
    assert attack_thresholds(1e-6, 1e3, z=0.5, cost=0.3) == pytest.approx([0.7], abs=1e-5)  # theta* = 1 - t
    with pytest.raises(ValueError, match="cost"):
        attack_thresholds(1, 1, z=0, cost=1)
