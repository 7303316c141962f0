r"""Trades through a stack of concentrated positions: the price walks from tick to tick.

Between two neighbouring ends of positions the liquidity L is the sum over the positions that cover the place. Selling x
there moves 1 / sqrt(p) up by g d / L, buying x with y moves sqrt(p) up by g d / L (g = 1 - f); where nobody has
liquidity the price jumps. The fee is paid out beside the positions, as in Uniswap v3.

References
----------
Adams, Zinsmeister, Salem, Keefer, Robinson (2021), Uniswap v3 Core, section 6.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..domain import Domain

__all__ = ["Crossing", "Position", "buy_across", "liquidity_at", "sell_across"]

_POSITIVE, _AMOUNT, _SHARE = Domain.of("(0, inf)"), Domain.of("[0, inf)"), Domain.of("[0, 1)")


@dataclass(frozen=True, slots=True)
class Position:
    """Liquidity on a range of prices.

    Parameters
    ----------
    liquidity : float
        L, positive [token].
    low, high : float
        Ends of the range, 0 < low < high [y per x].

    Examples
    --------
    >>> Position(1000, 0.8, 1.25).high
    1.25
    """

    liquidity: float
    low: float
    high: float

    def __post_init__(self) -> None:
        for name in ("liquidity", "low", "high"):
            _POSITIVE.check(name, getattr(self, name))
        if not self.low < self.high:
            raise ValueError(f"a position's range is low < high, got low = {self.low}, high = {self.high}")


@dataclass(frozen=True, slots=True)
class Crossing:
    """What a trade through ticks gave.

    Parameters
    ----------
    out : float
        What the trader got [token].
    price : float
        The price after it [y per x].
    fee : float
        Paid beside the positions, in what was paid in [token].
    crossed : int
        How many ends of positions the price passed.
    """

    out: float
    price: float
    fee: float
    crossed: int


def liquidity_at(positions: Sequence[Position], price: float) -> float:
    """The liquidity that is active at a price.

    Parameters
    ----------
    positions : sequence of Position
    price : float
        [y per x]; a range holds its low end and not its high end.

    Returns
    -------
    float
        [token]

    Examples
    --------
    >>> liquidity_at([Position(10, 1, 4), Position(5, 2, 3)], 2.5)
    15.0
    """
    _POSITIVE.check("price", price)
    return math.fsum(each.liquidity for each in positions if each.low <= price < each.high)


def sell_across(positions: Sequence[Position], price: float, *, paid: float, fee: float = 0.0) -> Crossing:
    """Pay x in; the price falls.

    Parameters
    ----------
    positions : sequence of Position
    price : float
        Before the trade, positive [y per x].
    paid : float
        Amount of x, not negative [token].
    fee : float
        Share of what is paid, in [0, 1).

    Returns
    -------
    Crossing
        `out` is in y.

    Raises
    ------
    ValueError
        When the positions cannot take the amount, with what they can take.

    Examples
    --------
    >>> stack = [Position(1000, 0.25, 4), Position(1000, 0.81, 1.21)]
    >>> round(sell_across(stack, 1.0, paid=100).out, 9)
    95.238095238
    >>> sell_across(stack, 1.0, paid=500).crossed
    1
    """
    return _walk(_downward(positions, price), price, paid, fee)


def buy_across(positions: Sequence[Position], price: float, *, paid: float, fee: float = 0.0) -> Crossing:
    """Pay y in; the price rises. Seen from y it is a sale at the price 1 / p, and is computed as that.

    Parameters
    ----------
    positions, price, fee
        See `sell_across`.
    paid : float
        Amount of y, not negative [token].

    Returns
    -------
    Crossing
        `out` is in x, `price` in y per x.

    Examples
    --------
    >>> round(buy_across([Position(1000, 0.25, 4)], 1.0, paid=100).out, 9)
    90.909090909
    """
    _POSITIVE.check("price", price)
    mirrored = [Position(each.liquidity, 1 / each.high, 1 / each.low) for each in positions]
    found = _walk(_downward(mirrored, 1 / price), 1 / price, paid, fee)
    return Crossing(found.out, 1 / found.price, found.fee, found.crossed)


def _downward(positions: Sequence[Position], price: float) -> Iterator[tuple[float, float, float]]:
    """Stretches (upper price, lower price, liquidity) from the price down."""
    _POSITIVE.check("price", price)
    ends = {end for each in positions for end in (each.low, each.high) if end < price}
    for upper, lower in itertools.pairwise([price, *sorted(ends, reverse=True)]):
        yield upper, lower, math.fsum(each.liquidity for each in positions if each.low < upper <= each.high)


def _walk(stretches: Iterator[tuple[float, float, float]], price: float, paid: float, fee: float) -> Crossing:
    left = float(_AMOUNT.check("paid", paid)) * (1 - float(_SHARE.check("fee", fee)))
    amount, gains, crossed = left, [0.0], 0
    for upper, lower, liquidity in stretches:
        if left <= 0:
            break
        high, low = math.sqrt(upper), math.sqrt(lower)
        takes = liquidity * ((upper - lower) / (high + low)) / (high * low)
        if left < takes:
            after = high / (1 + left * high / liquidity)
            gains.append(left * high * after)
            return Crossing(math.fsum(gains), after**2, paid - amount, crossed)
        gains.append(takes * high * low)
        left, price, crossed = left - takes, lower, crossed + 1
    if left > 1e-12 * amount:
        most = (amount - left) / (1 - fee)
        raise ValueError(f"paid = {paid} is more than the positions can take from this price: at most {most:.12g}")
    return Crossing(math.fsum(gains), float(price), paid - amount, crossed)
