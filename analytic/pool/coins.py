r"""StableSwap with any number of coins, in floats.

The invariant D of reserves x_1..x_n is the positive root of

.. math:: F(D) = \frac{D^{n+1}}{n^n \prod_i x_i} + (A n - 1) D - A n \sum_i x_i.

F is convex and rises through its root, so Newton's iteration from any point above falls to it and does not overshoot.
Two such points are known: the sum (by the means' inequality) and the root of D^(n+1) = (A n + 1) n^n prod x sum x,
which is near when one coin is almost gone. The amplification A is as the contract stores it: the whitepaper's A times
n^(n-1). A trade then follows from `stableswap_trade`.

References
----------
Egorov (2019), StableSwap - efficient mechanism for stablecoin liquidity.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ..domain import Domain
from .amplified import stableswap_trade

__all__ = ["stableswap_invariant", "stableswap_out", "stableswap_spot", "stableswap_weight"]

_POSITIVE = Domain.of("(0, inf)")
_STEPS = 500


def stableswap_invariant(reserves: Sequence[float], amplification: float) -> float:
    """The invariant D: the number of coins when all are at par.

    Parameters
    ----------
    reserves : sequence of float
        Coins held, at least two, each positive, in one unit of value [token].
    amplification : float
        A as the contract stores it, at least 1.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        For fewer than two coins, a reserve that is not positive, an amplification below 1, or magnitudes that floats
        cannot hold together.

    Examples
    --------
    >>> stableswap_invariant([1000, 500], 85)
    1498.9122398166...
    """
    coins, strength = _checked(reserves, amplification)
    n, total = len(coins), math.fsum(coins)
    parts = _parts(coins, total)
    near = math.exp((math.log(strength * n + 1) + math.fsum(map(math.log, parts))) / (n + 1))
    root = min(1.0, near * (1 + 1e-9))
    for _ in range(_STEPS):
        product = _product(root, parts)
        step = product + (strength * n - 1) * root - strength * n
        following = root - step / ((n + 1) * product / root + strength * n - 1)
        if not following < root:
            return _finite(root * total, coins)
        root = following
    return _finite(root * total, coins)


def stableswap_weight(reserves: Sequence[float], amplification: float) -> float:
    """The weight e of the product part: D^(n+1) / (A n n^n prod x), what `stableswap_trade` needs to know of a pool.

    Parameters
    ----------
    reserves, amplification
        See `stableswap_invariant`.

    Returns
    -------
    float
        [token]

    Examples
    --------
    >>> stableswap_weight([1000, 1000], 100)
    10.0
    """
    coins, strength = _checked(reserves, amplification)
    n, total = len(coins), math.fsum(coins)
    parts = _parts(coins, total)
    share = stableswap_invariant(coins, strength) / total
    return _finite(_product(share, parts) / (strength * n) * total, coins)


def stableswap_out(
    reserves: Sequence[float], amplification: float, *, paid: float, sold: int, bought: int, fee: float = 0.0
) -> float:
    """What a trader gets of one coin for another.

    Parameters
    ----------
    reserves, amplification
        See `stableswap_invariant`.
    paid : float
        Amount paid in, not negative [token].
    sold, bought : int
        Places of the coin paid in and of the coin paid out.
    fee : float
        Share of what is paid out that stays in the pool, in [0, 1).

    Returns
    -------
    float
        [token], at most the reserve.

    Raises
    ------
    ValueError
        When a place is no coin, both are the same, or a number is outside of its domain.

    Examples
    --------
    >>> round(stableswap_out([1000, 1000], 100, paid=100, sold=0, bought=1), 8)
    99.90011086
    """
    x, y = _pair(reserves, sold, bought)
    e = stableswap_weight(reserves, amplification)
    return min(float(stableswap_trade["out"](x=x, y=y, e=e, d=paid, f=fee)), y * (1 - fee))


def stableswap_spot(
    reserves: Sequence[float], amplification: float, *, sold: int, bought: int, fee: float = 0.0
) -> float:
    """What the first unit paid in buys, by the slope of the invariant.

    Parameters
    ----------
    reserves, amplification, sold, bought, fee
        See `stableswap_out`.

    Returns
    -------
    float
        [token/token]

    Examples
    --------
    >>> stableswap_spot([1000, 1000, 1000], 100, sold=0, bought=2)
    1.0
    """
    x, y = _pair(reserves, sold, bought)
    return float(stableswap_trade["spot"](x=x, y=y, e=stableswap_weight(reserves, amplification), f=fee))


def _parts(coins: Sequence[float], total: float) -> list[float]:
    """The reserves over their mean, large ones first."""
    parts = sorted((len(coins) * (coin / total) for coin in coins), reverse=True)
    _finite(parts[-1], coins)
    return parts


def _product(root: float, parts: Sequence[float]) -> float:
    """D^(n+1) / (n^n prod x) in units of the sum; `parts` are n x / sum, large ones first."""
    value = root
    for part in parts:
        value *= root / part
    return value


def _checked(reserves: Sequence[float], amplification: float) -> tuple[list[float], float]:
    coins = np.atleast_1d(_POSITIVE.check("a reserve", reserves))
    if coins.ndim != 1 or len(coins) < 2:
        raise ValueError(f"a StableSwap pool is a list of two or more reserves, got the shape {coins.shape}")
    strength = float(Domain.of("[1, inf)").check("amplification", amplification))
    if coins.max() > 1e300 or coins.min() < 1e-300:
        raise ValueError(
            f"reserves from {coins.min():.6g} to {coins.max():.6g}: floats hold 1e-300 to 1e300, scale them"
        )
    return [float(coin) for coin in coins], strength


def _pair(reserves: Sequence[float], sold: int, bought: int) -> tuple[float, float]:
    for name, place in (("sold", sold), ("bought", bought)):
        if not 0 <= place < len(reserves):
            raise ValueError(f"{name} = {place} is no coin of this pool: its coins are 0 to {len(reserves) - 1}")
    if sold == bought:
        raise ValueError(f"sold and bought are both coin {sold}: a trade is between two coins")
    return float(reserves[sold]), float(reserves[bought])


def _finite(value: float, coins: Sequence[float]) -> float:
    if not (math.isfinite(value) and value > 0):
        raise ValueError(f"reserves from {min(coins):.6g} to {max(coins):.6g} are too far apart for floats")
    return value
