"""Discrete keys on a curve of squares, as friend.tech's."""

from __future__ import annotations

import sympy as sp

from ..mechanism import Declared, Expr, claim, condition, declare, formula, given, sketch

__all__ = ["keys"]


@declare(
    "pool",
    source="friend.tech, contract FriendtechSharesV1 (2023), getPrice: sums of squares over 16000",
    s=given("key", "keys there are before a purchase, and after the sale", 50, "integer [0, inf)"),
    a=given("key", "keys traded", 10, "integer [0, inf)"),
    d=given("key^3/currency", "divisor of the squares", 16000, "(0, inf)"),
    f=given("1", "fee rate of the protocol, each way", 0.05, "[0, 1)"),
    g=given("1", "fee rate of the subject, each way", 0.05, "[0, 1)"),
)
def keys(s: Expr, a: Expr, d: Expr, f: Expr, g: Expr) -> Declared:
    """Keys in whole numbers: with i keys out, the next one costs i^2 / d; fees on top of a purchase, off a sale."""
    i = sp.Symbol("i", integer=True, nonnegative=True)
    spot = yield formula("spot", s**2 / d, "currency", "what the next key costs, without fees")
    price = yield formula(
        "price", a * (6 * s**2 + 6 * s * (a - 1) + (a - 1) * (2 * a - 1)) / (6 * d), "currency", "of the next a keys"
    )
    yield claim("sum of squares", sp.Sum((s + i) ** 2, (i, 0, a - 1)) / d, price, "each key pays its own square")
    yield claim("one key", price.subs(a, 1), spot, "the sum has one term", shown=sp.Eq(sp.Symbol("price_1"), spot))
    cost = yield formula("cost", price * (1 + f + g), "currency", "what a buyer pays")
    proceeds = yield formula("proceeds", price * (1 - f - g), "currency", "what the seller of the last a keys gets")
    yield claim("a round trip loses both fees twice", cost - proceeds, 2 * (f + g) * price, "fees are charged each way")
    total = yield formula("reserve", (s - 1) * s * (2 * s - 1) / (6 * d), "currency", "what all s keys paid")
    yield claim("the reserve", total.subs(s, s + a) - total, price, "it grows by the price of the keys bought")
    yield formula("protocol_fee", f * price, "currency", "to the protocol")
    yield formula("subject_fee", g * price, "currency", "to the subject")
    yield condition(f + g < 1, "a seller gets something")
    yield sketch("cost", over="s", low=0, high=200, a=(1, 5, 10))
