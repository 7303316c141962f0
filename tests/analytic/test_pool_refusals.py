"""Pools at the ends of what floats hold, and what they refuse."""

import math

import pytest

from analytic.pool import (
    Hop,
    Position,
    arbitrage_with_fees,
    concentrated,
    constant_mean,
    constant_product,
    contract_invariant,
    contract_out,
    one_sided_join,
    outside_arbitrage,
    path_of,
    route_by_marginals,
    route_order,
    scoring_cost,
    scoring_level,
    scoring_prices,
    selfish_flow,
    sell_across,
    stableswap_invariant,
    stableswap_out,
)

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
