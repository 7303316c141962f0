r"""Data farming, as Ocean Protocol paid it: for stake on data sets, in proportion to what is consumed of them.

A staker on a data set is paid the least of its part of the pool (by the rank of the data set and the stake on it), of a
weekly yield on what it has locked, and of a multiple of the consumption times its part of the stake. The multiple fell
from 1 by 0.0485 a week from week 9 on and is 0.001 after week 28. Who consumes its own data set pays the fee phi on it
and gains while the multiple exceeds phi.

References
----------
oceanprotocol/df-py (2023): df_py/volume/reward_calculator.py, df_py/util/dcv_multiplier.py, df_py/util/constants.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy as sp

from ..domain import Domain
from ..mechanism import Declared, Expr, claim, declare, formula, given, sketch

__all__ = ["data_farming", "rank_allocations"]

_WEEKLY = sp.Rational(15717, 10**6)


@declare(
    "reward",
    source="oceanprotocol/df-py (2023), df_py/volume/reward_calculator.py, util/dcv_multiplier.py, util/constants.py",
    pool=given("token", "rewards of the week", 1000, "[0, inf)", latex=r"\Pi"),
    h=given("1", "part of the pool for the data set's rank", 0.3, "[0, 1]"),
    s=given("1", "share of the stake on the data set", 0.5, "(0, 1]"),
    L=given("token", "locked", 5000, "[0, inf)"),
    D=given("token", "consumption of the data set in the week", 200, "[0, inf)"),
    week=given("week", "week of data farming", 20, "integer [1, inf)", latex="t"),
    phi=given("1", "fee on consumption", 0.1, "[0, 1)", latex=r"\phi"),
)
def data_farming(pool: Expr, h: Expr, s: Expr, L: Expr, D: Expr, week: Expr, phi: Expr) -> Declared:
    """Rewards for staking on data that is consumed, bounded by a yield and by the consumption itself.

    The last bound decides whether to consume one's own data for the reward: it pays while the multiple times the
    share of the stake exceeds the fee.
    """
    t = sp.Symbol("t", integer=True, positive=True)
    falling = 1 - sp.Rational(485, 10000) * (week - 9)
    multiple = yield formula(
        "multiplier",
        sp.Piecewise((1, week < 9), (falling, week < 29), (sp.Rational(1, 1000), True)),
        "1",
        "reward per consumption",
    )
    ranked = yield formula("by_rank", h * s * pool, "token", "part of the pool")
    locked = yield formula("by_yield", _WEEKLY * L, "token", "bound by what is locked")
    used = yield formula("by_consumption", D * s * multiple, "token", "bound by consumption")
    pays = yield formula("reward", sp.Min(ranked, locked, used), "token", "reward of the week")
    yield formula("apy", (1 + _WEEKLY) ** 52 - 1, "1", "yield of a year when every week's reward is locked")
    wash = yield formula("wash_profit", pays - phi * D, "token", "profit of consuming one's own")
    fee = yield formula("wash_fee", s * multiple, "1", "fee from which on that does not pay")
    best = sp.Min(ranked, locked) / fee
    yield formula("best_wash", sp.Piecewise((best, fee > phi), (0, True)), "token", "own consumption that earns most")
    rich = {"D": (1, 2), "L": (1e4, 2e4), "h": (0.5, 1), "s": (0.5, 1), "pool": (1e4, 2e4)}
    yield claim(
        "own consumption at the margin",
        sp.Derivative(used - phi * D, D),
        fee - phi,
        "a unit earns s times the multiple",
    )
    yield claim(
        "it pays while neither other bound binds",
        wash.rewrite(sp.Piecewise),
        (fee - phi) * D,
        "the least is the third",
        **rich,
    )
    yield claim("the fee that stops it", sp.Subs(used - phi * D, phi, fee), 0, "reward and fee are equal")
    yield claim(
        "most is earned at the bound",
        sp.Subs(used, D, best).doit(),
        sp.Subs(sp.Min(t, locked), t, ranked),
        "consumption that just reaches it",
    )
    yield claim(
        "the multiple has fallen for 19 weeks",
        1 - sp.Sum(sp.Rational(485, 10000), (t, 10, 28)),
        falling.subs(week, 28),
        "0.0785",
    )
    yield sketch("multiplier", over="week", low=1, high=40)
    yield sketch("wash_profit", over="D", low=0, high=600, phi=(0.05, 0.1, 0.2))


def rank_allocations(count: int) -> Any:
    """The parts of the pool by rank, falling with the logarithm of the rank.

    Parameters
    ----------
    count : int
        Data sets that are ranked, at least 1.

    Returns
    -------
    numpy.ndarray, shape (count,)
        In proportion to log(1.5 count / rank); sums to 1.

    Raises
    ------
    ValueError
        For no data sets.

    References
    ----------
    oceanprotocol/df-py (2023), df_py/volume/reward_calculator.py.

    Examples
    --------
    >>> rank_allocations(3).round(6)
    array([0.552874, 0.298084, 0.149042])
    """
    Domain.of("integer [1, inf)").check("count", count)
    heights = np.log(1.5 * count / np.arange(1, int(count) + 1))
    return heights / np.sum(heights)
