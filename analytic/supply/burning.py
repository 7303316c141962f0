"""Supply that falls: burnt fees, buy-backs, and what a treasury may spend."""

from __future__ import annotations

import sympy as sp

from ..mechanism import Declared, Expr, claim, condition, declare, formula, given, sketch

__all__ = ["buy_back", "fee_burn", "treasury"]


@declare(
    "supply",
    source="Buterin et al. (2019), EIP-1559; Roughgarden (2021), Transaction fee mechanism design; the burn only",
    S=given("token", "supply", 1000, "[0, inf)"),
    I=given("token/block", "issuance", 2, "[0, inf)"),
    b=given("token/gas", "base fee, burnt", 0.1, "(0, inf)"),
    g=given("gas/block", "gas used", 15, "[0, inf)"),
    beta=given("1/block", "share of the supply burnt when fees follow the supply", 0.01, "(0, 1)", latex=r"\beta"),
    t=given("block", "blocks", 50, "[0, inf)"),
)
def fee_burn(S: Expr, I: Expr, b: Expr, g: Expr, beta: Expr, t: Expr) -> Declared:  # noqa: E741
    """Issuance against burnt base fees: the supply falls above one base fee, and rests when fees follow it."""
    j = sp.Symbol("j", integer=True, nonnegative=True)
    n = sp.Symbol("n", integer=True, positive=True)
    net = yield formula("net", I - b * g, "token/block", "change of the supply")
    neutral = yield formula("neutral", I / b, "gas/block", "gas used at which the supply stands still")
    rest = yield formula("rest", I / beta, "token", "supply in the end")
    later = yield formula("supply", rest + (S - rest) * (1 - beta) ** t, "token", "supply")
    yield claim("standstill", sp.Subs(net, g, neutral), 0, "issuance is burnt")
    yield claim("effect of the base fee", sp.Derivative(net, b), -g, "each unit of gas burns it")
    yield claim("block by block", (1 - beta) * later + I, sp.Subs(later, t, t + 1), "burn, then issue")
    past = S * (1 - beta) ** n + sp.Sum(I * (1 - beta) ** j, (j, 0, n - 1))
    yield claim("sum of what is left", past, sp.Subs(later, t, n), "each issue is burnt from then on")
    yield sketch("supply", over="t", low=0, high=400, S=(0, 200, 1000))
    yield sketch("net", over="g", low=0, high=40, b=(0.05, 0.1, 0.2))


@declare(
    "supply",
    source="definition; purchases at a constant market value",
    M=given("currency", "market value of all tokens", 1000, "(0, inf)"),
    S=given("token", "supply", 100, "(0, inf)"),
    d=given("currency/month", "spent on tokens, which are burnt", 20, "[0, inf)"),
    t=given("month", "time", 12, "[0, inf)"),
)
def buy_back(M: Expr, S: Expr, d: Expr, t: Expr) -> Declared:
    """Tokens bought and burnt at the market price while the value of all stays the same: the price rises instead."""
    s = sp.Symbol("s", nonnegative=True)
    supply = yield formula("supply", S * sp.exp(-d * t / M), "token", "supply")
    price = yield formula("price", M / S * sp.exp(d * t / M), "currency/token", "price")
    burnt = yield formula("burnt", S * (1 - sp.exp(-d * t / M)), "token", "burnt so far")
    yield claim("burnt at the price", sp.Derivative(supply, t), -d / price, "what is spent over the price")
    yield claim("fading", sp.Derivative(supply, t) / supply, -d / M, "the same part of the supply each month")
    paid = sp.Integral(d / (M / S * sp.exp(d * s / M)), (s, 0, t))
    yield claim("sum of what is burnt", paid, burnt, "month after month")
    yield claim(
        "growth of the price", sp.Derivative(price, t) / price, d / M, "spending over value: a dividend's yield"
    )
    yield sketch("supply", over="t", low=0, high=120, d=(5, 20, 50))


@declare(
    "supply",
    source="definition; Tobin (1974), What is permanent endowment income?, Am. Econ. Rev. 64",
    F=given("currency", "funds", 1000, "(0, inf)"),
    E=given("currency/year", "spent each year's end", 150, "(0, inf)"),
    y=given("1/year", "yield of the funds", 0.05, "(0, inf)"),
    s=given("1", "share spent at each year's end under the spending rule", 0.04, "[0, 1)"),
    t=given("year", "years", 5, "[0, inf)"),
)
def treasury(F: Expr, E: Expr, y: Expr, s: Expr, t: Expr) -> Declared:
    """Who spends a fixed sum lasts for a runway; who spends a share of what there is lasts for ever."""
    j = sp.Symbol("j", integer=True, nonnegative=True)
    n = sp.Symbol("n", integer=True, positive=True)
    yield condition(sp.Gt(E, y * F), "what is spent is more than the yield, else it lasts for ever")
    left = yield formula("left", F * (1 + y) ** t - E * ((1 + y) ** t - 1) / y, "currency", "left; below 0 it is owed")
    runway = yield formula("runway", sp.log(E / (E - y * F)) / sp.log(1 + y), "year", "years until nothing is left")
    rule = yield formula("by_rule", F * ((1 + y) * (1 - s)) ** t, "currency", "left under the spending rule")
    steady = yield formula("steady_share", y / (1 + y), "1", "share that keeps the funds as they are")
    short = {"F": (3, 6), "E": (4, 6), "y": (0.1, 0.3)}
    kept = F * (1 + y) ** n - sp.Sum(E * (1 + y) ** j, (j, 0, n - 1))
    yield claim("year by year", kept, sp.Subs(left, t, n), "each payment forgoes its yield")
    yield claim("nothing is left", sp.Subs(left, t, runway), 0, "that is the runway", **short)
    yield claim("without yield", sp.Limit(sp.log(E / (E - y * F)) / sp.log(1 + y), y, 0), F / E, "funds over spending")
    yield claim("steady share", sp.Subs(rule, s, steady), F, "only the yield is spent")
    yield sketch("left", over="t", low=0, high=8, y=(0.01, 0.05, 0.1))
