r"""Demand for what is worth more, the more people use it; and the price of a token that is used to pay.

A network good is worth theta n to a user of type theta when the share n uses it. With types uniform on [0, u] and
price p, the share that wants it is 1 - p/(u n): two shares keep themselves, the lower one is the critical mass.

A token held for H months on average changes hands 1/H times a month; the supply M then carries the volume T at the
price P = T H / M: Fisher's equation of exchange M V = P Q for tokens.

References
----------
Rohlfs (1974), Bell Journal of Economics 5, 16-37; Fisher (1911), The Purchasing Power of Money; Cong, Li, Wang
(2021), Review of Financial Studies 34, 1105-1155.
"""

from __future__ import annotations

import sympy as sp

from ..mechanism import Declared, Expr, claim, condition, declare, formula, given, sketch

__all__ = ["equation_of_exchange", "network_adoption"]


@declare(
    "clearing",
    source="Rohlfs (1974), A theory of interdependent demand, Bell Journal of Economics 5, 16-37",
    p=given("currency", "price of using it", 0.16, "[0, inf)"),
    u=given("currency", "highest value of a full network", 1, "(0, inf)"),
    n=given("1", "share that uses it now", 0.5, "(0, 1]"),
)
def network_adoption(p: Expr, u: Expr, n: Expr) -> Declared:
    """A good whose worth is a type, uniform on [0, u], times the share of users: all adopt, or too few stay."""
    yield condition(sp.Le(4 * p, u), "above a price of u/4 nobody adopts: it can not keep any users")
    root = sp.sqrt(1 - 4 * p / u)
    yield formula("step", sp.Max(0, 1 - p / (u * n)), "1", "share that wants it next")
    high = yield formula("high", (1 + root) / 2, "1", "share that keeps itself")
    low = yield formula("critical_mass", (2 * p / u) / (1 + root), "1", "share above which it grows")
    dearest = yield formula("highest_price", u / 4, "currency", "highest price with users")
    best = yield formula("best_price", sp.Rational(2, 9) * u, "currency", "price of highest revenue")
    wanted = 1 - p / (u * n)
    cheap = {"p": (0, 1), "u": (4, 9)}
    yield claim("users stay", sp.Subs(wanted, n, high), high, "whose type is at least p/n stays", **cheap)
    yield claim("critical mass", sp.Subs(wanted, n, low), low, "the other share that keeps itself", **cheap)
    yield claim("both roots", high + low, sp.Integer(1), "of n^2 - n + p/u = 0: their sum", **cheap)
    factor = yield formula("multiplier", low / high, "1", "factor of a deviation from the high share; below 1")
    yield claim(
        "the high share is stable", sp.Subs(sp.Derivative(wanted, n), n, high), factor, "slope of the rule", **cheap
    )
    yield claim(
        "the critical mass is not",
        sp.Subs(sp.Derivative(wanted, n), n, low),
        high / low,
        "slope of the rule, above 1",
        **cheap,
    )
    yield claim("highest price", sp.Subs(high, p, dearest), sp.Rational(1, 2), "there both shares meet at one half")
    yield claim(
        "best price", sp.Subs(sp.Derivative(p * high, p), p, best), sp.Integer(0), "first-order condition of p n"
    )
    yield sketch("step", over="n", low=0.02, high=1, p=(0.08, 0.16, 0.25))


@declare(
    "clearing",
    source="Fisher (1911), The Purchasing Power of Money, ch. 2: M V = P Q, read for a token",
    T=given("currency/month", "volume paid with the token", 1e6, "[0, inf)"),
    H=given("month", "time that a token is held", 2, "(0, inf)"),
    M=given("token", "supply", 1e7, "(0, inf)"),
)
def equation_of_exchange(T: Expr, H: Expr, M: Expr) -> Declared:
    """The price at which a supply of tokens, each held for a while, carries a volume of payments."""
    t, P = sp.symbols("t P", positive=True)
    price = yield formula("price", T * H / M, "currency/token", "price of a token")
    speed = yield formula("velocity", 1 / H, "1/month", "how often a token changes hands")
    value = yield formula("capitalisation", T * H, "currency", "worth of all tokens")
    yield claim("demand for tokens", sp.Subs(T * H / P, P, price), M, "payments of H months stand in tokens")
    yield claim("M V = P Q", M * speed, sp.Subs(T / P, P, price), "tokens that change hands are those that pay")
    yield claim("capitalisation", sp.Integral(price, (t, 0, M)), value, "price times supply; supply does not matter")
    yield claim(
        "dilution", M * sp.Derivative(price, M) / price, sp.Integer(-1), "a per cent more tokens, a per cent less price"
    )
    yield sketch("price", over="T", low=0, high=2e6, H=(1, 2, 4))
