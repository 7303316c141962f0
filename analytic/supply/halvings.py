r"""Issuance that halves: integer rewards, as a chain pays them, and the smooth curve beside them.

The reward of block h (from 0) is :math:`\lfloor A / 2^{\lfloor h / N \rfloor} \rfloor` smallest units. Rounding down
ends it: with A = 50e8 and N = 210,000 it is 0 from the 33rd halving on, and 20,999,999.9769 bitcoin are all there will
be, not 21 million.

References
----------
Nakamoto (2008), "Bitcoin: a peer-to-peer electronic cash system"; Bitcoin Core, GetBlockSubsidy.
"""

from __future__ import annotations

import sympy as sp

from ..domain import Domain
from ..mechanism import Declared, Expr, claim, condition, declare, formula, given, sketch

__all__ = ["halving", "halving_cap", "halving_reward", "halving_supply"]


@declare(
    "supply",
    source="Nakamoto (2008), Bitcoin: a peer-to-peer electronic cash system, section 6; without rounding",
    A=given("token/block", "first reward", 50, "(0, inf)"),
    N=given("block", "blocks between halvings", 210000, "integer [1, inf)"),
    k=given("1", "halvings so far", 2, "integer [0, inf)"),
    h=given("block", "blocks since the last halving", 100, "[0, inf)"),
)
def halving(A: Expr, N: Expr, k: Expr, h: Expr) -> Declared:
    """The block reward halves every N blocks, so supply tends to a cap; `halving_supply` counts whole units."""
    yield condition(sp.Le(h, N), "after N blocks the next halving comes")
    j = sp.Symbol("j", integer=True, nonnegative=True)
    reward = yield formula("reward", A / 2**k, "token/block", "reward of a block")
    supply = yield formula("supply", 2 * A * N * (1 - 2 ** (-k)) + A * h / 2**k, "token", "issued so far")
    cap = yield formula("cap", 2 * A * N, "token", "all that will be")
    inflation = yield formula("inflation", reward / supply, "1/block", "issued per block over supply")
    start = sp.Subs(supply, h, 0)
    yield claim("eras so far", sp.Sum(N * A / 2**j, (j, 0, k - 1)), start, "N blocks at each reward")
    yield claim("cap", sp.Limit(2 * A * N * (1 - sp.Symbol("q")), sp.Symbol("q"), 0), cap, "q = 2^-k vanishes")
    yield claim("reward is what is added", sp.Derivative(supply, h), reward, "block after block")
    yield claim("no jump at a halving", sp.Subs(supply, h, N), sp.Subs(start, k, k + 1), "the era is complete")
    yield claim("what is left", cap - start, 2 * N * reward, "as much as two eras at the present reward")
    doubled = 1 / (2 * N * (2**k - 1))
    yield claim(
        "inflation at a halving", sp.Subs(inflation, (h, k), (0, k + 1)), doubled.subs(k, k + 1), "falls by half"
    )
    yield sketch("supply", over="k", low=0, high=12)


def halving_reward(height: int, *, initial: int = 5_000_000_000, interval: int = 210_000) -> int:
    """The reward of a block, in whole smallest units.

    Parameters
    ----------
    height : int
        The block's number, from 0.
    initial : int
        First reward, in smallest units, not negative.
    interval : int
        Blocks between halvings, 1 or more.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        For a number that is not whole or outside its domain.

    Examples
    --------
    >>> halving_reward(209_999), halving_reward(210_000), halving_reward(10**12)
    (5000000000, 2500000000, 0)
    """
    height, initial, interval = _whole(height=height, initial=initial, interval=interval)
    return initial >> min(height // interval, initial.bit_length())


def halving_supply(blocks: int, *, initial: int = 5_000_000_000, interval: int = 210_000) -> int:
    """All that the first blocks issued, in whole smallest units.

    Parameters
    ----------
    blocks : int
        How many blocks, not negative.
    initial, interval : int
        As for `halving_reward`.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        For a number that is not whole or outside its domain.

    Examples
    --------
    >>> halving_supply(0), halving_supply(210_001), halving_supply(10**30)
    (0, 1050002500000000, 2099999997690000)
    """
    blocks, initial, interval = _whole(blocks=blocks, initial=initial, interval=interval)
    eras = min(blocks // interval, initial.bit_length())
    full = interval * sum(initial >> era for era in range(eras))
    return full + (blocks - eras * interval) * (initial >> eras)


def halving_cap(*, initial: int = 5_000_000_000, interval: int = 210_000) -> int:
    """All that will ever be issued, in whole smallest units.

    Parameters
    ----------
    initial, interval : int
        As for `halving_reward`.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        For a number that is not whole or outside its domain.

    Examples
    --------
    >>> halving_cap()
    2099999997690000
    """
    _, first, every = _whole(blocks=0, initial=initial, interval=interval)
    return every * sum(first >> era for era in range(first.bit_length()))


def _whole(**values: int) -> tuple[int, ...]:
    """Whole numbers of any size, not rounded to floats."""
    for name, value in values.items():
        least = 1 if name == "interval" else 0
        if isinstance(value, bool) or not hasattr(value, "__index__") or value < least:
            raise ValueError(f"{name} = {value!r} is outside {Domain.of(f'integer [{least}, inf)')}")
    return tuple(int(value) for value in values.values())
