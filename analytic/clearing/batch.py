r"""A call auction: orders are collected and cleared at once, at one price that trades as much as possible.

With demand D(p), the quantity of bids at p or above, and supply O(p), that of asks at p or below, the volume at p is
min(D, O). The prices of maximal volume form an interval from the dearest ask to the cheapest bid that trade; the
price is its midpoint. Inside it lies the interval where no order that is left out would gain by trading, at which the
market clears in Walras' sense: midpoints of the two differ when one side is longer, so both are told. Within a side,
the better price trades first, then the earlier arrival.

References
----------
Economides, Schwartz (1995), Electronic call market trading, Journal of Portfolio Management 21, 10-18.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from .order_book import Order, Orders, orders_of

__all__ = ["Call", "call_auction"]


@dataclass(frozen=True, slots=True)
class Call:
    """The outcome of a call auction.

    Parameters
    ----------
    price : Fraction
        Midpoint of `maximal` [currency/token].
    volume : Fraction
        Quantity traded [token].
    filled : tuple of (str, Fraction)
        What each order that trades gets, bids first, by priority.
    maximal : (Fraction, Fraction)
        The prices of maximal volume.
    clearing : (Fraction, Fraction)
        Those of them at which no order left out would gain by trading.
    bids, asks : tuple of Order
        What rests, best first.
    """

    price: Fraction
    volume: Fraction
    filled: tuple[tuple[str, Fraction], ...]
    maximal: tuple[Fraction, Fraction]
    clearing: tuple[Fraction, Fraction]
    bids: tuple[Order, ...]
    asks: tuple[Order, ...]


def call_auction(orders: Orders) -> Call:
    """Clear orders at one price, that of maximal volume.

    Parameters
    ----------
    orders : iterable of Order or of (side, price, quantity, name)
        In the order of their arrival.

    Returns
    -------
    Call
        Where no bid reaches an ask the volume is 0 and the price the midpoint between the best of both.

    Raises
    ------
    ValueError
        When there is no bid or no ask: then no price is determined.

    References
    ----------
    Economides, Schwartz (1995), Journal of Portfolio Management 21, 10-18.

    Examples
    --------
    >>> found = call_auction([("B", 10, 1, "a"), ("B", 9, 1, "b"), ("S", 5, 1, "c")])
    >>> found.price, found.volume, [int(end) for end in found.clearing]
    (Fraction(15, 2), Fraction(1, 1), [9, 10])
    """
    read = orders_of(orders)
    bids = sorted((order for order in read if order.side == "B"), key=lambda order: -order.price)
    asks = sorted((order for order in read if order.side == "S"), key=lambda order: order.price)
    if not bids or not asks:
        raise ValueError(f"no price is determined: there is no order to {'sell' if bids else 'buy'}; give at least one")
    volume = _volume(bids, asks)
    bought, left_bids = _served(bids, volume)
    sold, left_asks = _served(asks, volume)
    if volume:
        maximal = asks[len(sold) - 1].price, bids[len(bought) - 1].price
        low = max([maximal[0], *(order.price for order in left_bids[:1])])
        high = min([maximal[1], *(order.price for order in left_asks[:1])])
    else:
        maximal = low, high = bids[0].price, asks[0].price
    price = (maximal[0] + maximal[1]) / 2
    return Call(price, volume, bought + sold, maximal, (low, high), left_bids, left_asks)


def _volume(bids: Sequence[Order], asks: Sequence[Order]) -> Fraction:
    """What the best bids and the best asks trade as long as they cross."""
    volume, i, j = Fraction(0), 0, 0
    wanted, offered = bids[0].quantity, asks[0].quantity
    while bids[i].price >= asks[j].price:
        quantity = min(wanted, offered)
        volume, wanted, offered = volume + quantity, wanted - quantity, offered - quantity
        i, j = i + (not wanted), j + (not offered)
        if i == len(bids) or j == len(asks):
            break
        wanted, offered = wanted or bids[i].quantity, offered or asks[j].quantity
    return volume


def _served(orders: Sequence[Order], volume: Fraction) -> tuple[tuple[tuple[str, Fraction], ...], tuple[Order, ...]]:
    """Who trades how much of the volume, by priority, and what is left."""
    filled, left = [], []
    for order in orders:
        quantity = min(order.quantity, volume)
        volume -= quantity
        if quantity:
            filled.append((order.name, quantity))
        if quantity < order.quantity:
            left.append(replace(order, quantity=order.quantity - quantity))
    return tuple(filled), tuple(left)
