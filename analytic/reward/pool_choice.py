r"""Miners who choose between two pools.

A miner in pool i brings the hash rate :math:`w_i`, at the price p a unit, and is paid :math:`a_i w_i / \sum_j w_j x_j`,
where :math:`a_i = (R / N) e^{-\lambda \tau_i}` is the reward per miner, less the blocks that are orphaned while a block
of the pool's size travels for the time :math:`\tau_i`. With the share x in pool 1 the pools pay the same at

.. math:: x^* = \frac{1}{w_1 - w_2}\Bigl[\frac{a_1 w_1 - a_2 w_2}{p\,(w_1 - w_2)} - w_2\Bigr].

References
----------
Liu, Wang, Niyato, Zhao, Wang (2018), "Evolutionary game for mining pool selection in blockchain networks", IEEE
Wireless Communications Letters 7.
"""

from __future__ import annotations

import sympy as sp

from ..mechanism import Declared, Expr, claim, condition, declare, formula, given, sketch

__all__ = ["mining_pools"]


@declare(
    "reward",
    source="Liu, Wang, Niyato, Zhao, Wang (2018), IEEE Wireless Communications Letters 7, arXiv 1712.02027",
    R=given("currency", "reward of a block", 1000, "(0, inf)"),
    N=given("1", "miners", 5000, "(0, inf)"),
    lamda=given("1/s", "rate at which blocks are found", 0.00167, "[0, inf)", latex=r"\lambda"),
    tau=given("s", "time that a block of pool 1 travels", 0.5, "[0, inf)", latex=r"\tau_1"),
    tau2=given("s", "time that a block of pool 2 travels", 0.5, "[0, inf)", latex=r"\tau_2"),
    u=given("hash/s", "hash rate of a miner in pool 1", 30, "(0, inf)", latex="w_1"),
    w=given("hash/s", "hash rate of a miner in pool 2", 20, "(0, inf)", latex="w_2"),
    p=given("currency s/hash", "price of hash rate", 0.0075, "(0, inf)"),
    x=given("1", "share of miners in pool 1", 0.5, "[0, 1]"),
)
def mining_pools(R: Expr, N: Expr, lamda: Expr, tau: Expr, tau2: Expr, u: Expr, w: Expr, p: Expr, x: Expr) -> Declared:
    """Two mining pools that ask for different hash rates, and how miners spread over them.

    The pool that asks for more draws more of the reward while few are in it. Both pay the same at one share, which is
    stable; where none is between 0 and 1 all end up in one pool.
    """
    yield condition(sp.Ne(u, w), "the pools ask for different hash rates")
    first, second = (R / N * sp.exp(-lamda * each) for each in (tau, tau2))
    whole = u * x + w * (1 - x)
    one = yield formula("pool_1", first * u / whole - p * u, "currency", "payoff in pool 1")
    two = yield formula("pool_2", second * w / whole - p * w, "currency", "payoff in pool 2")
    even = ((first * u - second * w) / (p * (u - w)) - w) / (u - w)
    yield formula("rest", sp.Max(0, sp.Min(1, even)), "1", "share in pool 1 that lasts")
    speed = yield formula("velocity", x * (1 - x) * (one - two), "currency", "change of the share under the replicator")
    slope = -even * (1 - even) * p**2 * (u - w) ** 3 / (first * u - second * w)
    yield formula("slope", slope, "currency", "slope of the velocity where pools pay the same, if that is inside")
    apart = {"u": (20, 30), "w": (10, 15), "p": (0.5, 1), "R": (1, 9), "N": (1, 9), "lamda": (0.1, 1), "x": (0.1, 0.9)}
    yield claim("both pay the same", sp.Subs(one - two, x, even), 0, "at the rest point", **apart)
    yield claim(
        "slope", sp.Subs(sp.Derivative(speed, x), x, even), slope, "negative where it lies inside: stable", **apart
    )
    yield claim(
        "hash rate at rest",
        sp.Subs(p * whole, x, even),
        (first * u - second * w) / (u - w),
        "one unit of hash rate is paid its price at the margin between the pools",
        **apart,
    )
    yield sketch("velocity", over="x", low=0, high=1, p=(0.0075, 0.008, 0.009))
