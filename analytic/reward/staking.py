r"""Staking: the yield on what is staked, how many stake, and how much for a fixed reward.

Inflation i paid to the staked share s yields i / s. Staking spreads while that exceeds its cost c; under the replicator
:math:`\dot s = s (1 - s)(i/s - c) = (1 - s)(i - c s)` with the stable rest point min(1, i/c). A fixed reward R shared
by stake is a contest: n stakers at capital cost :math:`\rho` stake :math:`(n-1) R / (n \rho)` in all.

References
----------
Chitra, T. (2021), "Competitive equilibria between staking and on-chain lending", Cryptoeconomic Systems 0(1).
Tullock, G. (1980), "Efficient rent seeking". Livepeer forum 2753 (25.6 % inflation, 44 % staked, 58 % yield).
"""

from __future__ import annotations

import sympy as sp

from ..mechanism import Declared, Expr, claim, declare, formula, given, sketch

__all__ = ["fixed_stake_pool", "staking_yield"]


@declare(
    "reward",
    source="Chitra (2021), Competitive equilibria between staking and on-chain lending; Livepeer forum 2753",
    i=given("1/period", "inflation, paid to those who stake", 0.07, "(0, inf)"),
    s=given("1", "share of the supply that is staked", 0.5, "(0, 1]"),
    c=given("1/period", "cost of staking, such as the yield elsewhere", 0.1, "(0, inf)"),
)
def staking_yield(i: Expr, s: Expr, c: Expr) -> Declared:
    """Inflation paid to stakers in proportion to stake, and how many stake when staking costs c.

    Inflation dilutes all tokens alike, staked or not: who stakes grows by i/s before that, in shares of the supply by
    (1 + i/s)/(1 + i), and who does not falls by 1/(1 + i).
    """
    pays = yield formula("yield", i / s, "1/period", "tokens paid per token staked")
    real = yield formula("real_yield", (1 + i / s) / (1 + i) - 1, "1/period", "growth of a staker's share of supply")
    lost = yield formula("dilution", i / (1 + i), "1/period", "loss of share of who does not stake")
    speed = yield formula("velocity", (1 - s) * (i - c * s), "1/period", "change of the staked share")
    yield formula("rest", sp.Min(1, i / c), "1", "staked share that lasts")
    yield formula("slope", -sp.Abs(c - i), "1/period", "slope of the velocity there: negative, so it is stable")
    yield formula("rate_for", c * s, "1/period", "inflation that keeps this share staked")
    yield claim("the replicator", s * (1 - s) * (pays - c), speed, "staking spreads by its lead over not staking")
    yield claim("rest point", sp.Subs(speed, s, i / c), 0, "the yield is the cost")
    yield claim("slope inside", sp.Subs(sp.Derivative(speed, s), s, i / c), -(c - i), "negative for i < c")
    yield claim("slope at full staking", sp.Subs(sp.Derivative(speed, s), s, 1), -(i - c), "negative for i > c")
    yield claim("shares add up", s * (1 + real) + (1 - s) * (1 - lost), 1, "stakers gain what the others lose")
    yield claim(
        "what is staked in time",
        sp.Derivative((s - i / c) / (1 - s), s) * speed,
        -(c - i) * (s - i / c) / (1 - s),
        "(s - i/c)/(1 - s) decays at the rate c - i, which solves the replicator",
        s=(0.1, 0.9),
    )
    yield sketch("yield", over="s", low=0.1, high=1, i=(0.03, 0.07, 0.256))
    yield sketch("velocity", over="s", low=0.01, high=1, i=(0.03, 0.07, 0.12))


@declare(
    "reward",
    source="Tullock (1980), Efficient rent seeking, with the capital cost as cost of effort",
    R=given("currency/period", "reward of a period", 1000, "(0, inf)"),
    rho=given("1/period", "capital cost of a staked unit", 0.05, "(0, inf)", latex=r"\rho"),
    n=given("1", "stakers", 10, "integer [2, inf)"),
)
def fixed_stake_pool(R: Expr, rho: Expr, n: Expr) -> Declared:
    """A fixed reward per period, shared by stake among n stakers with the same cost of capital."""
    y, z = sp.Symbol("y", positive=True), sp.Symbol("z", positive=True)
    own = R * y / (y + z) - rho * y
    stake = yield formula("stake", (n - 1) * R / (n**2 * rho), "currency", "stake of each at Nash")
    total = yield formula("total", (n - 1) * R / (n * rho), "currency", "stake of all at Nash")
    limit = yield formula("limit", R / rho, "currency", "stake of all with ever more stakers")
    rate = yield formula("yield", n * rho / (n - 1), "1/period", "what a staked unit is paid")
    gets = yield formula("payoff", R / n**2, "currency/period", "what each earns after its capital cost")
    yield claim(
        "first-order condition",
        sp.Subs(sp.Derivative(own, y), (y, z), (stake, total - stake)),
        0,
        "the reward of one unit more is its cost",
    )
    yield claim("one's payoff is concave", sp.Derivative(own, (y, 2)), -2 * R * z / (y + z) ** 3, "negative")
    yield claim("payoff", sp.Subs(own, (y, z), (stake, total - stake)), gets, "put in")
    yield claim("many stakers", sp.Limit(total, n, sp.oo), limit, "nobody earns more than capital costs")
    yield claim("yield", sp.Limit(rate, n, sp.oo), rho, "above the cost of capital, the more the fewer they are")
    yield sketch("total", over="n", low=2, high=50, rho=(0.04, 0.05, 0.08))
