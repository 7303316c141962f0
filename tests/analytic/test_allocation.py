"""Allocation by independent routes: level equations by root search, optimisers, enumeration, the literal algorithm."""

import itertools
from fractions import Fraction as F

import numpy as np
import pytest
import sympy as sp
from scipy.optimize import brentq, linprog, minimize, minimize_scalar

from analytic.allocation import (
    amounts,
    dominant_resource,
    dominant_shares,
    dominant_tasks,
    dominant_whole_tasks,
    kelly,
    kelly_anarchy,
    kelly_bidding,
    kelly_concave,
    kelly_equilibrium,
    kelly_shares,
    max_min,
    max_min_shares,
    proportional,
    proportional_shares,
    uniform_rule,
    water_level,
)

SHARE = sp.Symbol("d", nonnegative=True)


def test_level_solves_its_equation():
    rng = np.random.default_rng(1)
    for _ in range(30):
        d, w = rng.gamma(1, 5, 12), rng.uniform(0.1, 5, 12)
        C = rng.uniform(0.05, 0.95) * d.sum()
        root = brentq(lambda y, C=C, d=d, w=w: np.minimum(d, w * y).sum() - C, 0, 1e6, xtol=1e-15, rtol=1e-15)
        assert water_level(C, d, weights=w) == pytest.approx(root, rel=1e-12)
        assert max_min_shares(C, d, weights=w) == pytest.approx(np.minimum(d, w * root), rel=1e-12)


def test_two_agents_are_the_declared_formula():
    rng = np.random.default_rng(2)
    C, d, D, w, W = rng.uniform(0.1, 9, (5, 200))
    found = max_min_shares(C, np.stack([d, D], -1), weights=np.stack([w, W], -1))
    assert found[:, 0] == pytest.approx(max_min["granted"](C=C, d=d, D=D, w=w, W=W), rel=1e-12)
    cut = proportional_shares(C, np.stack([d, D], -1))
    assert cut[:, 0] == pytest.approx(proportional["granted"](C=C, x=d, X=D), rel=1e-12)


def test_exact_on_fractions():
    given = [F(2), F(13, 5), F(4), 5]
    assert max_min_shares(10, given).tolist() == [2, F(13, 5), F(27, 10), F(27, 10)]
    assert water_level(F(10), given) == F(27, 10)
    assert proportional_shares(F(1), [F(1, 3), F(2)]).tolist() == [F(1, 7), F(6, 7)]
    assert uniform_rule(F(20), given).tolist() == [5, 5, 5, 5]
    assert uniform_rule(F(15), given).tolist() == [3, 3, 4, 5]
    assert kelly_shares(F(3), [F(1), F(1, 2)]).tolist() == [2, 1]
    assert all(isinstance(one, F) for one in max_min_shares(10, given))


def test_uniform_rule_by_root_search():
    rng = np.random.default_rng(3)
    for _ in range(30):
        p = rng.gamma(1, 3, 7)
        C = rng.uniform(0.1, 3) * p.sum()
        bend = np.minimum if p.sum() >= C else np.maximum
        level = brentq(lambda y, bend=bend, p=p, C=C: bend(p, y).sum() - C, 0, C, xtol=1e-14)
        assert uniform_rule(C, p) == pytest.approx(bend(p, level), abs=1e-11)


@pytest.mark.parametrize("rule", [max_min_shares, proportional_shares, uniform_rule, kelly_shares])
def test_batches_are_rows_one_by_one(rule):
    rng = np.random.default_rng(4)
    C, d = rng.uniform(1, 20, 6), rng.uniform(0, 5, (6, 4))
    rows = np.array([rule(c, row) for c, row in zip(C, d, strict=True)])
    assert rule(C, d) == pytest.approx(rows, rel=1e-13)
    assert rule(C, d.T, axis=0) == pytest.approx(rows.T, rel=1e-13)
    assert rule(C, d[0]).shape == (6, 4)


def test_a_million_requests():
    x = np.random.default_rng(0).pareto(1.1, 10**6)
    for rule in (max_min_shares, proportional_shares):
        assert rule(1e6, x).sum() == pytest.approx(1e6, rel=1e-12)


@pytest.mark.parametrize(
    ("capacity", "requests", "expected"),
    [
        (0, [1, 2], [0, 0]),
        (5, [0, 0], [0, 0]),
        (0, [0], [0]),
        (3, [], []),
        (2, [1, 1e20], [1, 1]),
        (1e308, [1e308, 1e308], [5e307, 5e307]),
        (1e-300, [1e-300, 3e-300], [5e-301, 5e-301]),
        (7, [3, 3, 3], [7 / 3] * 3),
    ],
)
def test_corners(capacity, requests, expected):
    assert max_min_shares(capacity, requests) == pytest.approx(np.array(expected), rel=1e-14)
    if requests != [1, 1e20] and capacity > 1e-200:
        assert proportional_shares(capacity, requests) == pytest.approx(np.array(expected), rel=1e-14)


def test_tiny_weights_do_not_drown_the_level():
    assert max_min_shares(2, [1, 1e20, 1e20], weights=[1, 1e-20, 1e-20]) == pytest.approx([1, 0.5, 0.5])


@pytest.mark.parametrize("wrong", [-1, np.nan, np.inf, "1", None])
def test_refusals(wrong):
    for rule in (max_min_shares, proportional_shares, uniform_rule, water_level, kelly_shares):
        with pytest.raises(ValueError, match=r"capacity|amount"):
            rule(wrong, [1, 2])
        with pytest.raises(ValueError, match=r"requests|peaks|bids"):
            rule(1, [1, wrong])
    with pytest.raises(ValueError, match="capacity"):
        kelly_equilibrium(wrong, [1, 2])
    with pytest.raises(ValueError, match=r"demands|inhomogeneous"):
        dominant_tasks([1], [[wrong]])


def test_refusals_of_shapes_and_weights():
    with pytest.raises(ValueError, match="leave agents"):
        max_min_shares(1, [1, 2], weights=[1, 0])
    with pytest.raises(ValueError, match="one number for each agent"):
        max_min_shares(1, 2)
    with pytest.raises(ValueError, match="nobody"):
        uniform_rule(1, [])
    with pytest.raises(ValueError, match="only one"):
        kelly_equilibrium(1, [1, 0])
    with pytest.raises(ValueError, match="runs without end"):
        dominant_tasks([1, 1], [[1, 0], [0, 0]])
    with pytest.raises(ValueError, match="row for each user"):
        dominant_tasks([1, 1], [1, 1])
    with pytest.raises(ValueError, match=r"Fraction|outside"):
        amounts("(0, inf)", requests=[F(-1, 10**400)])


def test_price_takers_maximise_the_sum_of_logs():
    w, C = np.array([1.0, 2.0, 3.5]), 4.0
    found = minimize(
        lambda d: -np.sum(w * np.log(d)),
        np.full(3, C / 3),
        bounds=[(1e-9, C)] * 3,
        constraints={"type": "eq", "fun": lambda d: d.sum() - C},
        tol=1e-13,
    )
    assert kelly_shares(C, w) == pytest.approx(found.x, abs=1e-5)
    assert kelly["granted"](C=C, w=w, W=w.sum() - w) == pytest.approx(kelly_shares(C, w))


def best_reply_gain(capacity, worth, bids, i):
    others = bids.sum() - bids[i]
    payoff = lambda b: worth(capacity * b / (b + others)) - b  # noqa: E731
    found = minimize_scalar(
        lambda b: -payoff(b), bounds=(0, 10 * bids.sum()), method="bounded", options={"xatol": 1e-12}
    )
    return -found.fun - payoff(bids[i])


def test_bidders_with_straight_utilities_have_no_better_reply():
    v, C = np.array([1.0, 0.8, 0.55, 0.2]), 3.0
    found = kelly_equilibrium(C, v)
    assert found.shares.sum() == pytest.approx(C)
    assert found.shares[3] == 0
    for i in range(4):
        assert best_reply_gain(C, lambda d, i=i: v[i] * d, found.bids, i) < 1e-9
    assert found.regret < 1e-14
    assert kelly_bidding["reply"](v=v, C=C, B=found.bids.sum() - found.bids) == pytest.approx(found.bids, abs=1e-12)


def test_bidders_with_concave_utilities_have_no_better_reply():
    utilities = [sp.log(1 + SHARE), 3 * sp.sqrt(SHARE), 2 * SHARE, 1 - sp.exp(-SHARE)]
    found = kelly_concave(2, utilities)
    for i, each in enumerate(utilities):
        assert best_reply_gain(2, sp.lambdify(SHARE, each, "numpy"), found.bids, i) < 1e-9
    assert 0.75 <= found.efficiency <= 1
    grid = [sum(float(u.subs(SHARE, x)) for u, x in zip(utilities, p, strict=True)) for p in simplex(2, 4, 8)]
    assert max(grid) <= found.optimum + 1e-9


def simplex(total, parts, steps):
    for cut in itertools.combinations(range(steps + parts - 1), parts - 1):
        ends = (-1, *cut, steps + parts - 1)
        yield [total * (b - a - 1) / steps for a, b in itertools.pairwise(ends)]


def test_the_two_solvers_agree():
    straight = kelly_concave(2, [SHARE, SHARE / 2, 0.7 * SHARE])
    closed = kelly_equilibrium(2, [1, 0.5, 0.7])
    assert straight.shares == pytest.approx(closed.shares, abs=1e-12)
    assert straight.efficiency == pytest.approx(closed.efficiency, abs=1e-12)
    assert kelly_anarchy["efficiency"](N=7, u=0.5) == pytest.approx(kelly_equilibrium(1, [1] + [0.5] * 7).efficiency)


@pytest.mark.parametrize("utility", [SHARE**2, -SHARE, sp.log(SHARE), sp.Integer(1), SHARE * sp.Symbol("q")])
def test_utilities_that_are_not_concave_are_refused(utility):
    with pytest.raises(ValueError, match="utilities"):
        kelly_concave(1, [SHARE, utility])


def test_dominant_shares_by_the_level_program():
    """Max-min first round: the largest common level is a linear program."""
    rng = np.random.default_rng(5)
    for _ in range(10):
        C, d, w = rng.uniform(1, 9, 3), rng.uniform(0.1, 2, (4, 3)), rng.uniform(0.5, 2, 4)
        s = np.max(d / C, axis=1)
        found = linprog([-1], A_ub=(d * (w / s)[:, None]).sum(0)[:, None], b_ub=C).x[0]
        assert dominant_tasks(C, d, weights=w) == pytest.approx(w * found / s, rel=1e-9)  # all need everything
    assert dominant_shares(C, d) == pytest.approx(s)


def test_two_users_are_the_declared_formula():
    at = {"a": 0.125, "b": 0.25, "c": 0.4, "e": 0.05}
    found = dominant_tasks([1, 1], [[0.125, 0.25], [0.4, 0.05]])
    assert found == pytest.approx([dominant_resource["first"](**at), dominant_resource["second"](**at)])
    with pytest.raises(ValueError, match="dominant resource is the second"):
        dominant_resource["first"](**{**at, "a": 0.3})


def test_those_who_need_something_else_go_on():
    assert dominant_tasks([F(4), 9, 1], [[1, F(0), 0], [1, 1, 0], [0, 1, 0], [0, 0, 2]]).tolist() == [2, 2, 7, F(1, 2)]
    assert dominant_tasks([0, 2], [[1, 1], [0, 1]]).tolist() == [0, 2]
    assert dominant_whole_tasks([0, 2], [[1, 1], [0, 1]]).tolist() == [0, 2]
    assert dominant_whole_tasks([1, 2], np.zeros((0, 2))).tolist() == []


def test_tasks_at_the_ends_of_the_floats():
    assert dominant_tasks([1e-10, 1], [[1e308, 0], [0, 0.5]]).tolist() == [0, 2]
    with pytest.raises(ValueError, match="give Fractions"):
        dominant_tasks([1e10], [[1e-320]])


def literal(C, d, w):
    """Ghodsi's algorithm, one task after another; who no longer fits leaves."""
    tasks, left, active = [0] * len(d), list(C), set(range(len(d)))
    while active:
        i = min(active, key=lambda i: (max(F(tasks[i] * x, c) for x, c in zip(d[i], C, strict=True)) / w[i], i))
        if all(x <= rest for x, rest in zip(d[i], left, strict=True)):
            tasks[i] += 1
            left = [rest - x for x, rest in zip(d[i], left, strict=True)]
        else:
            active.discard(i)
    return tasks


def test_whole_tasks_one_after_another():
    rng = np.random.default_rng(6)
    for _ in range(60):
        n, R = rng.integers(1, 6), rng.integers(1, 4)
        C, d, w = rng.integers(1, 60, R).tolist(), rng.integers(0, 5, (n, R)), rng.integers(1, 4, n).tolist()
        d[:, 0] += d.sum(1) == 0
        assert dominant_whole_tasks(C, d, weights=w).tolist() == literal(C, d.tolist(), w)


def test_whole_tasks_read_decimals_and_do_not_count_to_a_billion():
    assert dominant_whole_tasks([1], [[0.1]]).tolist() == [10]
    found = dominant_whole_tasks([1e9, 1e9, 5], [[1, 0, 0], [0, 2, 0], [1, 1, 1], [7, 3, 0]])
    assert found == pytest.approx(dominant_tasks([1e9, 1e9, 5], [[1, 0, 0], [0, 2, 0], [1, 1, 1], [7, 3, 0]]), abs=3)
