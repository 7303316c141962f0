r"""StableSwap in whole numbers, step by step as the Curve contract computes it, rounding included.

Amounts are integers of the smallest unit (after the contract's own scaling to 18 decimals), A is the stored
amplification, fees are parts of 10^10. Python's integers do not overflow; the contract's do from 2^256 on and it then
reverts, so results beyond are refused here.

References
----------
Curve contract (2020), pool-templates/base/SwapTemplateBase.vy: get_D, get_y, get_dy.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

__all__ = ["contract_invariant", "contract_out"]

_LIMIT = 2**256
_FEE_UNITS = 10**10


def contract_invariant(reserves: Sequence[int], amplification: int) -> int:
    """D in whole units.

    Parameters
    ----------
    reserves : sequence of int
        At least two, each positive [smallest unit].
    amplification : int
        A as stored, at least 1.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        For numbers that are not whole or not positive, that overflow 256 bits, or that do not converge in the
        contract's 255 steps.

    Examples
    --------
    >>> contract_invariant([1000 * 10**18, 500 * 10**18], 85)
    1498912239816641...
    """
    coins, strength = _pool(reserves, amplification)
    n, total = len(coins), sum(coins)
    root = total
    for _ in range(255):
        product = root
        for coin in coins:
            product = _fits(product * root) // (n * coin)
        before = root
        above = _fits((strength * n * total + product * n) * root)
        root = above // ((strength * n - 1) * root + (n + 1) * product)
        if abs(root - before) <= 1:
            return root
    raise ValueError(f"D of {coins} did not settle in the contract's 255 steps: the reserves are too unequal")


def contract_out(
    reserves: Sequence[int], amplification: int, *, paid: int, sold: int, bought: int, fee: int = 0
) -> int:
    """What the contract pays, in whole units.

    Parameters
    ----------
    reserves, amplification
        See `contract_invariant`.
    paid : int
        Amount paid in, not negative.
    sold, bought : int
        Places of the two coins.
    fee : int
        Parts of 10^10 of what is paid out.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        As `contract_invariant`, or when a place is no coin.

    Examples
    --------
    >>> contract_out([1000 * 10**18] * 2, 100, paid=100 * 10**18, sold=0, bought=1) / 1e18
    99.90011086475...
    """
    coins, strength = _pool(reserves, amplification)
    n, amount, rate = len(coins), _whole("paid", paid, 0), _whole("fee", fee, 0)
    if rate >= _FEE_UNITS:
        raise ValueError(f"fee = {rate} is outside [0, 10^10)")
    if sold == bought or not (0 <= sold < n and 0 <= bought < n):
        raise ValueError(f"sold = {sold} and bought = {bought} are not two coins of 0 to {n - 1}")
    root = contract_invariant(coins, strength)
    others = [coin + amount * (place == sold) for place, coin in enumerate(coins) if place != bought]
    rest = _left(others, strength, n, root)
    out = max(coins[bought] - rest - 1, 0)
    return out - out * rate // _FEE_UNITS


def _left(others: Sequence[int], strength: int, n: int, root: int) -> int:
    """The reserve at which the invariant is `root`, given the other reserves: the contract's get_y."""
    product = root
    for coin in others:
        product = _fits(product * root) // (coin * n)
    product = product * root // (strength * n * n)
    linear = sum(others) + root // (strength * n)
    rest = root
    for _ in range(255):
        before = rest
        rest = _fits(rest * rest + product) // (2 * rest + linear - root)
        if abs(rest - before) <= 1:
            return rest
    raise ValueError("what is left did not settle in the contract's 255 steps: the reserves are too unequal")


def _pool(reserves: Sequence[int], amplification: int) -> tuple[list[int], int]:
    coins = [_whole("a reserve", coin, 1) for coin in reserves]
    if len(coins) < 2:
        raise ValueError(f"a StableSwap pool is a list of two or more reserves, got {len(coins)}")
    return coins, _whole("amplification", amplification, 1)


def _whole(name: str, value: Any, least: int) -> int:
    try:
        read = operator.index(value)
    except TypeError:
        raise ValueError(f"{name} is a whole number of the smallest unit, got {value!r:.40}") from None
    if isinstance(value, bool) or read < least:
        raise ValueError(f"{name} = {value} is outside the integers from {least} on")
    return _fits(read)


def _fits(value: int) -> int:
    if value >= _LIMIT:
        raise ValueError("a number of this trade is beyond 2^256, where the contract reverts: use fewer units")
    return value
