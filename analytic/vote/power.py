r"""Voting power: how often a weight decides, which is not its share.

Coalitions of weight q or more win. A voter swings those that win with him and lose without. With s voters in such a
coalition besides him, and n in all,

.. math:: \text{Banzhaf}_i = \frac{\text{swings}_i}{\sum_j \text{swings}_j}, \qquad
          \text{Shapley-Shubik}_i = \sum_s \frac{s!\,(n-1-s)!}{n!} \; \text{swings}_i(s).

Swings are counted by the generating function :math:`\prod_i (1 + y\,x^{w_i})`: x counts weight, y counts heads. The
polynomial in y of each weight is kept as one whole number with y = 2^(n+1), so that nothing overflows and nothing is
rounded; who is left out is divided out. Work grows with the number of different coalition weights, not with 2^n.

References
----------
Shapley, Shubik (1954), Am. Polit. Sci. Rev. 48. Banzhaf (1965), Rutgers Law Rev. 19.
Brams, Affuso (1976), "Power and size: a new paradox", Theory and Decision 7 (generating functions).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from math import factorial, gcd, lcm
from typing import Any

import sympy as sp

from ..expression import exact
from ..mechanism import Declared, Expr, claim, condition, declare, formula, given, sketch

__all__ = ["banzhaf", "large_holder", "shapley_shubik", "swings"]

_MOST = 600_000


@declare(
    "vote",
    source="Shapley, Shubik (1954), A method for evaluating the distribution of power, Am. Polit. Sci. Rev. 48",
    N=given("1", "small holders, of one vote each", 10, "integer [1, inf)"),
    W=given("1", "votes of the large holder", 4, "integer [1, inf)"),
    q=given("1", "quota", 8, "integer [1, inf)"),
)
def large_holder(N: Expr, W: Expr, q: Expr) -> Declared:
    """One large holder among small ones: his power is his chance to be pivotal, larger than his share of votes."""
    yield condition(sp.And(sp.Le(W, q), sp.Le(q, N + 1)), "neither he alone nor the quota decides: W <= q <= N + 1")
    yield condition(sp.Le(W, N + 1), "no quota leaves it to the others otherwise")
    k = sp.Symbol("k", integer=True, nonnegative=True)
    power = yield formula("large", W / (N + 1), "1", "Shapley-Shubik power of the large holder")
    small = yield formula("small", (N + 1 - W) / (N * (N + 1)), "1", "Shapley-Shubik power of a small holder")
    excess = yield formula("excess", W * (W - 1) / ((N + 1) * (N + W)), "1", "power above the share of votes")
    order = {"N": (9, 12), "W": (2, 4), "q": (5, 8)}
    pivots = sp.Sum(1 / (N + 1), (k, q - W, q - 1))
    yield claim("pivotal places", pivots, power, "he decides when q - W to q - 1 come before him")
    with_him = sp.binomial(N - 1, q - 1 - W) / ((N + 1) * sp.binomial(N, q - W))
    without = sp.binomial(N - 1, q - 1) / ((N + 1) * sp.binomial(N, q - 1))
    yield claim("a small holder", with_him + without, small, "exactly q - 1 votes come before him", **order)
    yield claim("power is shared out", power + N * small, 1, "somebody is pivotal in each order")
    yield claim("power is not share", power - W / (N + W), excess, "a large holder's power exceeds his share")
    yield sketch("large", over="W", low=1, high=8, N=(8, 12, 20))


def swings(weights: Sequence[Any], quota: Any) -> tuple[int, ...]:
    """The number of coalitions of the others that lose without a voter and win with him.

    Parameters
    ----------
    weights : sequence of number
        Not negative; read exactly, fractions and decimals too.
    quota : number
        Weight that wins, positive and not above the sum of the weights.

    Returns
    -------
    tuple of int
        For each voter; over 2^(n-1) it is the chance that he decides when all others toss a coin.

    Raises
    ------
    ValueError
        For a number outside its domain, or more than 600,000 different coalition weights.

    Examples
    --------
    >>> swings([50, 49, 1], 51)
    (3, 1, 1)
    """
    w, q = _read(weights, quota)
    idle = 2 ** sum(each == 0 for each in w)
    found = _swings(tuple(sorted(each for each in w if each)), q, 0)
    return tuple(idle * found[each] if each else 0 for each in w)


def banzhaf(weights: Sequence[Any], quota: Any) -> tuple[Fraction, ...]:
    """Banzhaf's index: each voter's part of all swings.

    Parameters
    ----------
    weights, quota
        As for `swings`.

    Returns
    -------
    tuple of Fraction
        Sums to 1.

    Raises
    ------
    ValueError
        As for `swings`.

    References
    ----------
    Banzhaf (1965), "Weighted voting doesn't work", Rutgers Law Rev. 19.

    Examples
    --------
    >>> [str(each) for each in banzhaf([50, 49, 1], 51)]
    ['3/5', '1/5', '1/5']
    """
    found = swings(weights, quota)
    return tuple(Fraction(each, sum(found)) for each in found)


def shapley_shubik(weights: Sequence[Any], quota: Any) -> tuple[Fraction, ...]:
    """Shapley and Shubik's index: the part of all orders of the voters in which one is pivotal.

    Parameters
    ----------
    weights, quota
        As for `swings`.

    Returns
    -------
    tuple of Fraction
        Sums to 1.

    Raises
    ------
    ValueError
        As for `swings`.

    References
    ----------
    Shapley, Shubik (1954), Am. Polit. Sci. Rev. 48.

    Examples
    --------
    >>> [str(each) for each in shapley_shubik([50, 49, 1], 51)]
    ['2/3', '1/6', '1/6']
    """
    w, q = _read(weights, quota)
    voters = tuple(sorted(each for each in w if each))
    n, bits = len(voters), len(voters) + 1  # those without weight change nobody's chance
    found, mask = _swings(voters, q, bits), (1 << bits) - 1

    def power(packed: int) -> Fraction:
        orders = sum(factorial(s) * factorial(n - 1 - s) * (packed >> bits * s & mask) for s in range(n))
        return Fraction(orders, factorial(n))

    by_weight = {each: power(packed) for each, packed in found.items()}
    return tuple(by_weight[each] if each else Fraction(0) for each in w)


@lru_cache(maxsize=64)
def _swings(weights: tuple[int, ...], quota: int, bits: int) -> dict[int, int]:
    """Swings by weight; the number of heads is packed, `bits` for each."""
    counts = {0: 1}
    for one in weights:
        for weight, _count in list(counts.items()):
            if weight + one < quota:
                counts[weight + one] = counts.get(weight + one, 0)
        # From the top, so that each voter counts once.
        for weight in sorted(counts, reverse=True):
            if weight >= one and weight - one in counts:
                counts[weight] += counts[weight - one] << bits
        if len(counts) > _MOST:
            raise ValueError(f"weights make more than {_MOST} different coalition weights: round them to fewer digits")
    order, found = sorted(counts), {}
    for one in set(weights):
        without: dict[int, int] = {}
        for weight in order:
            without[weight] = counts[weight] - (without.get(weight - one, 0) << bits)
        found[one] = sum(count for weight, count in without.items() if weight >= quota - one)
    return found


def _read(weights: Sequence[Any], quota: Any) -> tuple[list[int], int]:
    """Weights and quota as whole numbers without a common factor."""
    read = []
    for i, each in enumerate([*weights, quota]):
        number = exact(each)
        name = "quota" if i == len(weights) else f"weights[{i}]"
        if not number.is_Rational or number < 0:
            raise ValueError(f"{name} = {each} is outside [0, inf), read exactly")
        read.append(Fraction(int(number.p), int(number.q)))
    if not 0 < read[-1] <= sum(read[:-1]):
        raise ValueError(
            f"quota = {quota} is outside (0, {sum(read[:-1])}], the sum of the weights: else nobody ever decides"
        )
    scale = lcm(*(each.denominator for each in read))
    whole = [int(each * scale) for each in read]
    common = gcd(*whole[:-1])
    return [each // common for each in whole[:-1]], -(-whole[-1] // common)
