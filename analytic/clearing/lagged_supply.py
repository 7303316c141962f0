r"""The cobweb: supply is chosen one period ahead, at the price expected.

Suppliers bring c + d e_t, where e_t is the price they expect; demand a - b P_t then makes the price

    P_t = (a - c - d e_t) / b.

Naive suppliers expect the last price, e_t = P_(t-1): deviations are multiplied by -d/b, and the price comes to rest
iff d < b. Adaptive suppliers correct their expectation by a part w of the error, e' = e + w (P - e): the multiplier
is 1 - w (1 + d/b), and every market is stable for small enough w.

References
----------
Ezekiel (1938), Quarterly Journal of Economics 52, 255-280; Nerlove (1958), ibid. 72, 227-240.
"""

from __future__ import annotations

import sympy as sp

from ..mechanism import Declared, Expr, claim, declare, formula, given, sketch

__all__ = ["adaptive_cobweb", "cobweb"]

_DEMAND = given("token", "demand at price zero", 100, "real")
_SLOPE = given("token^2/currency", "slope of demand", 2, "(0, inf)")
_SUPPLY = given("token", "supply at an expected price of zero", 10, "real")
_ANSWER = given("token^2/currency", "slope of supply in the price expected", 1, "[0, inf)")
_TIME = given("step", "time", 5, "integer [0, inf)")


@declare(
    "clearing",
    source="Ezekiel (1938), The cobweb theorem, Quarterly Journal of Economics 52, 255-280",
    a=_DEMAND,
    b=_SLOPE,
    c=_SUPPLY,
    d=_ANSWER,
    P=given("currency/token", "price now", 20, "real"),
    P0=given("currency/token", "price at the start", 20, "real", latex="P_0"),
    t=_TIME,
)
def cobweb(a: Expr, b: Expr, c: Expr, d: Expr, P: Expr, P0: Expr, t: Expr) -> Declared:
    """A market whose suppliers expect the last price: it comes to rest iff supply is less steep than demand."""
    after = yield formula("step", (a - c - d * P) / b, "currency/token", "price one period later")
    rest = yield formula("rest", (a - c) / (b + d), "currency/token", "price at rest")
    factor = yield formula("multiplier", -d / b, "1", "factor of a deviation in one period")
    bound = yield formula("bound", b, "token^2/currency", "slope of supply below which the price comes to rest")
    path = yield formula("path", rest + factor**t * (P0 - rest), "currency/token", "price after t periods")
    supplied = c + d * P
    yield claim(
        "the market clears", sp.Subs(a - b * P, P, after), supplied, "demand meets what the old price called forth"
    )
    yield claim("rest", sp.Subs(after, P, rest), rest, "who expects it gets it")
    yield claim("multiplier", sp.Derivative(after, P), factor, "a deviation is multiplied by the slope of the rule")
    yield claim("bound", sp.Subs(factor, d, bound), sp.Integer(-1), "stable iff d < b")
    yield claim(
        "period two at the bound",
        sp.Subs(after.subs(P, after), d, bound),
        P,
        "every price comes back after two periods",
    )
    yield claim("path", sp.Subs(after, P, path), path.subs(t, t + 1), "the rule takes the path one period on")
    yield claim("start", sp.Subs(path, t, 0), P0, "the path starts where it should")
    yield sketch("path", over="t", low=0, high=12, d=(1, 1.8, 2.1))


@declare(
    "clearing",
    source="Nerlove (1958), Adaptive expectations and cobweb phenomena, Quarterly Journal of Economics 72, 227-240",
    a=_DEMAND,
    b=_SLOPE,
    c=_SUPPLY,
    d=_ANSWER,
    w=given("1", "part of the error that is learnt", 0.5, "(0, 1]"),
    e=given("currency/token", "price expected now", 20, "real"),
    e0=given("currency/token", "price expected at the start", 20, "real", latex="e_0"),
    t=_TIME,
)
def adaptive_cobweb(a: Expr, b: Expr, c: Expr, d: Expr, w: Expr, e: Expr, e0: Expr, t: Expr) -> Declared:
    """A market whose suppliers correct the price they expect by a part w of their last error."""
    price = yield formula("price", (a - c - d * e) / b, "currency/token", "price when e is expected")
    after = yield formula("step", e + w * (price - e), "currency/token", "price expected one period later")
    rest = yield formula("rest", (a - c) / (b + d), "currency/token", "price at rest, as expected")
    factor = yield formula("multiplier", 1 - w * (1 + d / b), "1", "factor of a deviation in one period")
    bound = yield formula("bound", 2 * b / (b + d), "1", "part learnt below which the price comes to rest")
    steepest = yield formula(
        "steepest", b * (2 / w - 1), "token^2/currency", "slope of supply below which it comes to rest"
    )
    path = yield formula("path", rest + factor**t * (e0 - rest), "currency/token", "price expected after t periods")
    yield claim("rest", sp.Subs(price, e, rest), rest, "who expects it gets it")
    yield claim("multiplier", sp.Derivative(after, e), factor, "a deviation is multiplied by the slope of the rule")
    yield claim("bound", sp.Subs(factor, w, bound), sp.Integer(-1), "stable iff w < 2 b / (b + d)")
    yield claim("steepest supply", sp.Subs(factor, d, steepest), sp.Integer(-1), "the same bound, solved for the slope")
    yield claim("naive suppliers", sp.Subs(factor, w, 1), -d / b, "who learns all of the error expects the last price")
    yield claim("path", sp.Subs(after, e, path), path.subs(t, t + 1), "the rule takes the path one period on")
    yield claim("start", sp.Subs(path, t, 0), e0, "the path starts where it should")
    yield sketch("path", over="t", low=0, high=12, w=(0.3, 0.7, 1))
