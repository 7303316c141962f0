"""Laws of allocation, by property, exact on fractions: feasible, efficient, monotone, fair, strategy-proof."""

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytic.allocation import (
    dominant_shares,
    dominant_tasks,
    dominant_whole_tasks,
    kelly_equilibrium,
    kelly_shares,
    max_min_shares,
    proportional_shares,
    uniform_rule,
)

parts = st.builds(F, st.integers(0, 40), st.integers(1, 8))
some = st.builds(F, st.integers(1, 40), st.integers(1, 8))
crowd = st.lists(parts, min_size=1, max_size=6)
quick = settings(max_examples=60, deadline=None)
RULES = [max_min_shares, proportional_shares]


@pytest.mark.parametrize("rule", RULES)
@quick
@given(C=parts, more=parts, d=crowd)
def test_feasible_efficient_monotone_anonymous(rule, C, more, d):
    a = rule(C, d)
    assert all(0 <= x <= y for x, y in zip(a, d, strict=True))
    assert sum(a) == min(C, sum(d))
    assert all(x <= y for x, y in zip(a, rule(C + more, d), strict=True))
    assert rule(C, d[::-1]).tolist() == a.tolist()[::-1]


@quick
@given(C=parts, d=crowd, data=st.data())
def test_nobody_can_be_lifted_but_from_those_with_less(C, d, data):
    w = data.draw(st.lists(some, min_size=len(d), max_size=len(d)))
    a = max_min_shares(C, d, weights=w)
    assert sum(a) == min(C, sum(d))
    for i in range(len(d)):
        if a[i] < d[i]:  # unmet: then nobody has more per weight
            assert all(a[j] / w[j] <= a[i] / w[i] for j in range(len(d)))


@quick
@given(C=parts, d=crowd)
def test_no_envy_and_equal_share_guaranteed(C, d):
    a = max_min_shares(C, d)
    for i, x in enumerate(a):
        assert x >= min(d[i], C / len(d))
        assert all(min(y, d[i]) <= x for y in a)  # another's part is worth no more to i


@quick
@given(C=parts, d=crowd)
def test_floats_are_the_fractions(C, d):
    for rule in (*RULES, uniform_rule, kelly_shares):
        exactly = [float(x) for x in rule(C, d)]
        assert rule(float(C), [float(x) for x in d]) == pytest.approx(exactly, rel=1e-12, abs=1e-12)


@quick
@given(C=parts, p=crowd, lie=parts, data=st.data())
def test_the_uniform_rule_is_strategy_proof(C, p, lie, data):
    """Whoever gets less than the peak gets no more by lying, and the other way round."""
    i = data.draw(st.integers(0, len(p) - 1))
    honest = uniform_rule(C, p)
    assert sum(honest) == C
    lied, mine = uniform_rule(C, [*p[:i], lie, *p[i + 1 :]])[i], honest[i]
    assert mine == p[i] or (lied <= mine if mine < p[i] else lied >= mine)


def test_proportional_rationing_is_not_strategy_proof():
    assert proportional_shares(F(1), [F(2), F(1)])[1] < proportional_shares(F(1), [F(2), F(2)])[1]


@quick
@given(C=some, v=st.lists(some, min_size=2, max_size=6))
def test_strategic_bids_lose_at_most_a_quarter(C, v):
    found = kelly_equilibrium(C, v)
    assert sum(found.shares) == C
    assert found.regret == 0
    assert F(3, 4) <= found.efficiency <= 1
    for value, share in zip(v, found.shares, strict=True):
        slope = value * (1 - share / C)
        assert slope == found.price if share else value <= found.price


machines = st.lists(some, min_size=1, max_size=3)


@quick
@given(C=machines, data=st.data())
def test_dominant_resource_fairness(C, data):
    row = st.lists(parts, min_size=len(C), max_size=len(C)).filter(any)
    d = data.draw(st.lists(row, min_size=1, max_size=4))
    tasks, n = dominant_tasks(C, d), len(d)
    share = dominant_shares(C, d)
    used = [sum(t * each[r] for t, each in zip(tasks, d, strict=True)) for r in range(len(C))]
    assert all(u <= c for u, c in zip(used, C, strict=True))
    for i, each in enumerate(d):
        assert any(each[r] and used[r] == C[r] for r in range(len(C)))  # Pareto: each meets a full resource
        assert tasks[i] * share[i] >= F(1, n)  # sharing incentive
        for j in range(n):  # no envy: tasks of i in the bundle of j
            assert min(tasks[j] * d[j][r] / each[r] for r in range(len(C)) if each[r]) <= tasks[i]


@quick
@given(C=machines, data=st.data())
def test_dominant_resource_fairness_is_truthful(C, data):
    row = st.lists(parts, min_size=len(C), max_size=len(C)).filter(any)
    d = data.draw(st.lists(row, min_size=2, max_size=4))
    lie = data.draw(row)
    honest = dominant_tasks(C, d)[0]
    bundle = dominant_tasks(C, [lie, *d[1:]])[0] * np.array(lie, dtype=object)
    assert min(bundle[r] / d[0][r] for r in range(len(C)) if d[0][r]) <= honest


@quick
@given(C=machines, data=st.data())
def test_whole_tasks_fit_and_none_more_fits(C, data):
    row = st.lists(parts, min_size=len(C), max_size=len(C)).filter(any)
    d = data.draw(st.lists(row, min_size=1, max_size=4))
    tasks = dominant_whole_tasks(C, d)
    left = [c - sum(int(t) * each[r] for t, each in zip(tasks, d, strict=True)) for r, c in enumerate(C)]
    assert all(rest >= 0 for rest in left)
    assert all(any(x > rest for x, rest in zip(each, left, strict=True)) for each in d)
