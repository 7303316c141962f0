"""What every reward promises: budgets hold, shares are fair, equilibria cannot be left with profit."""

from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import minimize_scalar

from analytic.reward import (
    banzhaf_values,
    bounty_chance,
    constrained_matches,
    contest_equilibrium,
    core_excess,
    correlated_slashing,
    federated_errors,
    free_entry,
    lottery_equilibrium,
    pairwise_matches,
    pay_marginal,
    pay_pro_rata,
    pay_shapley,
    pro_rata,
    quadratic_matches,
    shapley_sampled,
    shapley_values,
    slashing,
    two_player_contest,
    winning_chances,
    wins_law,
)

positive = st.floats(1e-3, 1e3)
fractions = st.fractions(-5, 5, max_denominator=9)


@st.composite
def games(draw, most=5, worth=fractions):
    n = draw(st.integers(1, most))
    return [Fraction(each) for each in draw(st.lists(worth, min_size=2**n, max_size=2**n))]


def players_of(worths):
    return len(worths).bit_length() - 1


def by_orders(worths):
    """Shapley's value, order by order."""
    n = players_of(worths)
    paid, orders = [Fraction(0)] * n, list(permutations(range(n)))
    for order in orders:
        present = 0
        for i in order:
            paid[i] += worths[present | 1 << i] - worths[present]
            present |= 1 << i
    return [each / len(orders) for each in paid]


@given(games())
@settings(max_examples=40)
def test_shapley_is_the_mean_over_orders_and_pays_out_all(worths):
    """Not superadditive, with any worth of the empty coalition."""
    values = shapley_values(worths)
    assert list(values) == by_orders(worths)
    assert sum(values) == worths[-1] - worths[0]
    floats = shapley_values([float(each) for each in worths])
    np.testing.assert_allclose(floats, [float(each) for each in values], atol=1e-12)


@given(st.lists(st.tuples(fractions, fractions), min_size=8, max_size=8), fractions)
@settings(max_examples=40)
def test_shapley_is_linear(pairs, scale):
    one, other = zip(*pairs, strict=True)
    together = [scale * a + b for a, b in pairs]
    assert list(shapley_values(together)) == list(scale * shapley_values(one) + shapley_values(other))


@given(games(most=4), st.permutations(range(5)))
@settings(max_examples=40)
def test_shapley_does_not_know_names(worths, names):
    n = players_of(worths)
    names = [each for each in names if each < n]
    renamed = [worths[sum(1 << names[i] for i in range(n) if mask >> i & 1)] for mask in range(2**n)]
    values = shapley_values(worths)
    assert list(shapley_values(renamed)) == [values[names[i]] for i in range(n)]


@given(games(most=4), fractions)
@settings(max_examples=40)
def test_a_player_who_adds_the_same_everywhere_is_paid_that(worths, alone):
    """With 0, the null player; the others are paid as without it."""
    joined = worths + [each + alone for each in worths]
    assert shapley_values(joined)[-1] == alone
    assert list(shapley_values(joined)[:-1]) == list(shapley_values(worths))
    assert banzhaf_values(joined)[-1] == alone


@given(games(most=4), st.integers(0, 3), st.lists(st.fractions(0, 3, max_denominator=5), min_size=16, max_size=16))
@settings(max_examples=40)
def test_strong_monotonicity(worths, player, raises):
    """Who adds at least as much to every coalition is paid at least as much."""
    n = players_of(worths)
    player %= n
    raised = list(worths)
    for mask in range(2**n):
        if mask >> player & 1:
            raised[mask] += raises[mask]
    assert shapley_values(raised)[player] >= shapley_values(worths)[player]


@given(st.lists(st.fractions(0, 4, max_denominator=4), min_size=3, max_size=4))
@settings(max_examples=40)
def test_shapley_of_a_convex_game_is_in_the_core(weights):
    total = [Fraction(0)]
    for each in weights:
        total += [before + each for before in total]
    convex = [each * each for each in total]
    assert core_excess(convex, shapley_values(convex)) <= 0


def test_sampled_shapley_covers_the_exact_one():
    rng = np.random.default_rng(5)
    worths = np.concatenate([[0], rng.uniform(0, 1, 255)])
    exact = shapley_values(worths)
    found = shapley_sampled(8, lambda who: worths[sum(1 << i for i in who)], orders=2000, rng=6)
    z = (found.values - exact) / found.errors
    assert np.all(abs(z) < 4)
    assert found.values.sum() == pytest.approx(worths[-1] - worths[0], abs=1e-9)
    again = shapley_sampled(8, lambda who: worths[sum(1 << i for i in who)], orders=2000, rng=6)
    assert np.array_equal(found.values, again.values)


# Pools and affiliates


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=8), st.floats(0, 1e6))
def test_a_pool_is_paid_out_once(contributions, pool):
    pays = pro_rata(pool, contributions)
    assert np.all(pays >= 0)
    assert pays.sum() == pytest.approx(pool if max(contributions) > 0 else 0, rel=1e-12)


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=6), st.floats(0.05, 1), st.floats(0, 50))
@settings(max_examples=60)
def test_affiliates_never_cost_more_than_the_budget(contributions, gamma, budget):
    def minted(currency):
        return 10 * np.asarray(currency) ** gamma

    pool = min(0.2 * float(minted(sum(contributions))), budget)
    rule = {"rate": 0.2, "budget": budget}
    marginal, shapley, shared = (
        pay(contributions, minted, **rule) for pay in (pay_marginal, pay_shapley, pay_pro_rata)
    )
    assert marginal.sum() <= pool * (1 + 1e-9)
    assert shapley.sum() == pytest.approx(pool, rel=1e-9)
    assert shared.sum() == pytest.approx(pool, rel=1e-9)
    assert np.all(marginal <= shapley + 1e-9)  # concave: the last to come adds least
    assert np.all(marginal <= shared + 1e-9)


# Contests


def best_reply(value, cost, others, r):
    """The largest payoff against the others' powers, by a grid and a polish."""

    def loss(log_effort):
        power = np.exp(r * log_effort)
        return cost * np.exp(log_effort) - value * power / (power + others)

    top = np.log(value / cost)
    grid = np.linspace(top - 60, top, 3001)
    start = grid[np.argmin(loss(grid))]
    found = minimize_scalar(loss, bounds=(start - 0.05, start + 0.05), method="bounded", options={"xatol": 1e-12})
    return max(0.0, -found.fun, -loss(start))


@given(
    st.lists(st.tuples(positive, positive), min_size=2, max_size=6), st.sampled_from([0.1, 0.5, 0.9, 1, 1.1, 1.5, 2])
)
@settings(max_examples=60, deadline=None)
def test_nobody_leaves_a_contest_equilibrium(players, r):
    values, costs = np.array(players).T
    try:
        found = contest_equilibrium(values, costs, exponent=r)
    except ValueError:
        assert r > 1
        return
    powers = found.efforts**r
    for i in range(len(values)):
        others = np.delete(powers, i).sum()
        best = best_reply(values[i], costs[i], others, r)
        mine = values[i] * powers[i] / powers.sum() - costs[i] * found.efforts[i]
        assert mine == pytest.approx(found.payoffs[i], abs=1e-9 * values[i])
        assert best <= found.payoffs[i] + 1e-8 * values[i]
    assert found.chances.sum() == pytest.approx(1, abs=1e-12)
    np.testing.assert_allclose(winning_chances(found.efforts, exponent=r), found.chances, atol=1e-12)
    assert found.regret <= 1e-9


@given(st.lists(positive, min_size=2, max_size=7), st.sampled_from([0.5, 1.0]), st.floats(0.01, 100))
@settings(max_examples=40)
def test_a_contest_has_no_unit_of_money(costs, r, scale):
    one = contest_equilibrium(1, costs, exponent=r)
    rich = contest_equilibrium(scale, costs, exponent=r)
    dear = contest_equilibrium(scale, [scale * c for c in costs], exponent=r)
    np.testing.assert_allclose(rich.efforts, scale * one.efforts, rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(rich.payoffs, scale * one.payoffs, rtol=1e-7, atol=1e-12)
    np.testing.assert_allclose(dear.efforts, one.efforts, rtol=1e-8, atol=1e-12)


@given(st.lists(st.fractions("1/9", 9, max_denominator=9), min_size=2, max_size=8))
def test_the_lottery_is_exact_in_fractions(costs):
    found = lottery_equilibrium(Fraction(1), costs)
    total = sum(found.efforts)
    for x, p, gain, c in zip(found.efforts, found.chances, found.payoffs, costs, strict=True):
        slope = (total - x) / total**2 - c
        assert (x > 0 and slope == 0) or (x == 0 and slope <= 0)
        assert (p, gain) == (x / total, x / total - c * x)
    assert sum(found.chances) == 1
    floats = lottery_equilibrium(1, [float(c) for c in costs])
    np.testing.assert_allclose(floats.efforts, found.efforts.astype(float), rtol=1e-9, atol=1e-12)


@given(positive, positive, st.floats(0.05, 2))
@settings(max_examples=60)
def test_two_players_by_formula_and_by_solver(value, cost, r):
    at = {"V": value, "W": 1, "c": cost, "d": 1, "r": r}
    strength = value / cost
    if r > 1 + min(strength, 1 / strength) ** r:
        with pytest.raises(ValueError, match="pure equilibrium"):
            two_player_contest["effort"](**at)
        return
    efforts = [two_player_contest[name](**at) for name in ("effort", "other_effort")]
    np.testing.assert_allclose(contest_equilibrium([value, 1], [cost, 1], exponent=r).efforts, efforts, rtol=1e-8)


@given(st.fractions("1/99", 9999, max_denominator=99), st.fractions("1/9", 1, max_denominator=9))
def test_one_more_entrant_would_not_pay(ratio, r):
    n = free_entry(ratio, 1, exponent=r)
    assert n == 0 or ratio * (n - r * (n - 1)) >= n * n
    assert ratio * (n + 1 - r * n) < (n + 1) ** 2


# Stakes


def test_the_urn_as_drawn_has_the_exact_law():
    rng, rounds, runs = np.random.default_rng(11), 12, 20_000
    mine, wins = np.full(runs, 3.0), np.zeros(runs, dtype=int)
    for t in range(rounds):
        won = rng.random(runs) < mine / (10.0 + 2.0 * t)
        mine, wins = mine + 2.0 * won, wins + won
    law = wins_law(rounds, stake=10, reward=2, share=0.3)
    assert stats.chisquare(np.bincount(wins, minlength=rounds + 1), runs * law).pvalue > 1e-3
    np.testing.assert_allclose(law, stats.betabinom.pmf(np.arange(rounds + 1), rounds, 1.5, 3.5), rtol=1e-9)


@given(
    st.integers(0, 12), st.fractions("1/9", 9, max_denominator=9), st.fractions(0, 9, max_denominator=9),
    st.fractions(0, 1, max_denominator=9),
)  # fmt: skip
def test_the_urn_is_a_martingale_exactly(rounds, stake, reward, share):
    law = wins_law(rounds, stake=stake, reward=reward, share=share)
    shares = [(share * stake + k * reward) / (stake + rounds * reward) for k in range(rounds + 1)]
    assert sum(law) == 1
    assert sum(p * s for p, s in zip(law, shares, strict=True)) == share
    spread = sum(p * (s - share) ** 2 for p, s in zip(law, shares, strict=True))
    assert spread == share * (1 - share) * rounds * reward**2 / ((stake + reward) * (stake + rounds * reward))


@given(st.floats(1, 100), st.floats(0.1, 1), st.floats(0.05, 1), st.floats(0, 20), st.floats(0, 5))
def test_slashing_deters_from_its_threshold_on(S, ell, p, g, w):
    """By the mean over both outcomes, against the threshold."""
    honest = w
    cheat = p * (g - ell * S) + (1 - p) * (g + w)
    at = {"S": S, "ell": ell, "p": p, "g": g, "w": w}
    lead = slashing["lead"](**at)
    assert lead == pytest.approx(cheat - honest, abs=1e-9)
    if abs(lead) > 1e-6:
        assert (lead < 0) == (slashing["least_stake"](ell=ell, p=p, g=g, w=w) < S)
        assert (lead < 0) == (slashing["least_share"](S=S, p=p, g=g, w=w) < ell)


@given(st.floats(0, 0.5), st.floats(0, 0.5), st.floats(0.1, 5))
def test_correlated_slashing_punishes_union(one, other, m):
    apart = [correlated_slashing["loss"](N=100, z=z, m=m) for z in (one, other)]
    assert correlated_slashing["loss"](N=100, z=one + other, m=m) >= sum(apart) * (1 - 1e-12)


# Data, matching, bounties


@given(st.lists(st.integers(1, 50), min_size=2, max_size=6), st.floats(0, 50), st.floats(0.01, 5), st.floats(0, 5))
def test_federated_errors_by_weights(samples, noise, spread, privacy):
    """The variance of the weighted average's distance to each participant's own mean, as a quadratic form."""
    weights = np.array(samples) / sum(samples)
    for j, found in enumerate(federated_errors(samples, noise=noise, spread=spread, privacy=privacy)):
        tilt = weights - np.eye(len(samples))[j]
        errors = np.diag(noise / np.array(samples) + privacy)
        assert found == pytest.approx(tilt @ tilt * spread + weights @ errors @ weights, rel=1e-9)


@given(st.integers(1, 5), st.integers(1, 4), st.randoms(use_true_random=False), st.floats(0.01, 100))
def test_matches_are_bounded(people, projects, random, bound):
    table = np.array([[random.choice([0, random.uniform(0, 50)]) for _ in range(projects)] for _ in range(people)])
    full = quadratic_matches(table)
    np.testing.assert_allclose(full, np.sqrt(table).sum(axis=0) ** 2 - table.sum(axis=0), atol=1e-9)
    assert constrained_matches(table, bound).sum() <= bound * (1 + 1e-12)
    paired = pairwise_matches(table, bound)
    assert np.all(paired <= full + 1e-9)
    assert paired.sum() <= bound * people * (people - 1) + 1e-9
    np.testing.assert_allclose(pairwise_matches(table, 1e15), full, atol=1e-6)


@given(st.floats(0.01, 20), st.floats(0.1, 5), st.integers(1, 30))
def test_nobody_leaves_the_bounty(prize, cost, workers):
    q = bounty_chance(prize, cost, workers)
    chances = stats.binom.pmf(np.arange(workers), workers - 1, q)
    win = chances @ (1 / (1 + np.arange(workers)))
    own = np.linspace(0, 1, 2001)
    payoffs = prize * own * win - cost * own**2 / 2
    assert payoffs.max() <= prize * q * win - cost * q**2 / 2 + 1e-9 * max(prize, cost)
