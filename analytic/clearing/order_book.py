r"""A continuous double auction: price-time priority, trades at the resting price.

An order that arrives trades with the best orders resting on the other side, as long as the prices cross, each trade
at the price of the order that was there first. Among resting orders the better price comes first, then the earlier
arrival. What is left of the order then rests. Prices and quantities are exact fractions, so that nothing is lost by
rounding.

References
----------
Friedman, Rust, eds. (1993), The Double Auction Market; Gould et al. (2013), Limit order books, Quantitative Finance
13.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Literal, TypeAlias

from ..expression import exact

__all__ = ["Book", "Order", "Trade", "continuous_auction", "orders_of"]


@dataclass(frozen=True, slots=True)
class Order:
    """A limit order.

    Parameters
    ----------
    side : {"B", "S"}
        To buy or to sell.
    price : number
        The worst price accepted [currency/token]; read exactly, a float as its shortest decimal.
    quantity : number
        Positive [token].
    name : str
        Unique among the orders of an auction.

    Examples
    --------
    >>> Order("B", 9.5, 3, "mine").price
    Fraction(19, 2)
    """

    side: Literal["B", "S"]
    price: Fraction
    quantity: Fraction
    name: str

    def __post_init__(self) -> None:
        if self.side not in ("B", "S"):
            raise ValueError(f"the side of order {self.name!r} is 'B' or 'S', got {self.side!r}")
        for field in ("price", "quantity"):
            value = getattr(self, field)
            if not isinstance(value, Fraction):
                object.__setattr__(self, field, Fraction(str(exact(value))))
        if self.quantity <= 0:
            raise ValueError(f"the quantity of order {self.name!r} is positive, got {self.quantity}")


Orders: TypeAlias = Iterable[Order | tuple[str, Any, Any, str] | list[Any]]


@dataclass(frozen=True, slots=True)
class Trade:
    """What an arriving order (taker) traded with a resting one (maker)."""

    taker: str
    maker: str
    price: Fraction
    quantity: Fraction


@dataclass(frozen=True, slots=True)
class Book:
    """The trades in their order, and the orders that rest, best first, with what is left of them."""

    trades: tuple[Trade, ...]
    bids: tuple[Order, ...]
    asks: tuple[Order, ...]


def orders_of(orders: Orders) -> tuple[Order, ...]:
    """Orders given as such or as (side, price, quantity, name), with unique names.

    Parameters
    ----------
    orders : iterable of Order or of tuple

    Returns
    -------
    tuple of Order

    Raises
    ------
    ValueError
        For what is no order, or when a name occurs twice.

    Examples
    --------
    >>> orders_of([("S", 101, 5, "a")])[0].quantity
    Fraction(5, 1)
    """
    read: dict[str, Order] = {}
    for each in orders:
        if not isinstance(each, Order) and not (isinstance(each, tuple | list) and len(each) == 4):
            raise ValueError(f"an order is (side, price, quantity, name), got {each!r:.80}")
        order = each if isinstance(each, Order) else Order(*each)
        if order.name in read:
            raise ValueError(f"two orders are called {order.name!r}: give each a name of its own")
        read[order.name] = order
    return tuple(read.values())


def continuous_auction(orders: Orders) -> Book:
    """Match orders as they arrive.

    Parameters
    ----------
    orders : iterable of Order or of (side, price, quantity, name)
        In the order of their arrival.

    Returns
    -------
    Book

    Raises
    ------
    ValueError
        As `orders_of`.

    References
    ----------
    Gould et al. (2013), Limit order books, Quantitative Finance 13, 1709-1742.

    Examples
    --------
    >>> book = continuous_auction([("S", 101, 5, "a"), ("S", 100, 5, "b"), ("B", 102, 7, "c")])
    >>> [(trade.maker, int(trade.price), int(trade.quantity)) for trade in book.trades], book.asks[0].quantity
    ([('b', 100, 5), ('a', 101, 2)], Fraction(3, 1))
    """
    resting: dict[str, list[tuple[Fraction, int, Order]]] = {"B": [], "S": []}
    trades: list[Trade] = []
    for arrival, order in enumerate(orders_of(orders)):
        left, against = order.quantity, resting["S" if order.side == "B" else "B"]
        while left and against and _crosses(order, against[0][2]):
            key, came, maker = against[0]
            quantity = min(left, maker.quantity)
            trades.append(Trade(order.name, maker.name, maker.price, quantity))
            left -= quantity
            if quantity == maker.quantity:
                heapq.heappop(against)
            else:
                against[0] = (key, came, replace(maker, quantity=maker.quantity - quantity))
        if left:
            key = -order.price if order.side == "B" else order.price
            heapq.heappush(resting[order.side], (key, arrival, replace(order, quantity=left)))
    bids, asks = (tuple(order for _, _, order in sorted(resting[side])) for side in ("B", "S"))
    return Book(tuple(trades), bids, asks)


def _crosses(taker: Order, maker: Order) -> bool:
    bid, ask = (taker, maker) if taker.side == "B" else (maker, taker)
    return bid.price >= ask.price
