r"""The best arbitrage: one pool against an outside price, and two pools on two sides of a bridge.

Every hop through a constant product pool is a fractional linear map of what is paid in, and so is any chain of hops:

.. math:: \mathrm{out}(t) = \frac{a t}{b + c t}.

Selling the output at one for one (the same token, or an outside price inside a), out(t) - t is concave with its top at

.. math:: t^* = \frac{\sqrt{a b} - b}{c}, \qquad \text{profit} = \frac{(\sqrt a - \sqrt b)^2}{c}, \qquad a > b,

and nothing is worth trading when a <= b. Chains of any length are in `analytic.pool.path`.
"""

from __future__ import annotations

import sympy as sp

from ..mechanism import Declared, Expr, claim, declare, formula, given, sketch

__all__ = ["bridge_arbitrage", "outside_arbitrage"]


@declare(
    "pool",
    source="Angeris, Kao, Chiang, Noyes, Chitra (2019), An analysis of Uniswap markets, section 2.1",
    x=given("token", "reserve of the token", 1000, "(0, inf)"),
    y=given("currency", "reserve of the currency", 1000, "(0, inf)"),
    p=given("currency/token", "outside price of the token", 1.5, "(0, inf)"),
    f=given("1", "fee rate on what is paid in", 0.003, "[0, 1)"),
)
def outside_arbitrage(x: Expr, y: Expr, p: Expr, f: Expr) -> Declared:
    """Trade a constant product pool against an outside market until the last unit earns nothing after the fee."""
    g = 1 - f
    t, s = sp.symbols("t s", positive=True)
    gain = p * x * g * t / (y + g * t) - t
    buy = yield formula(
        "buy",
        sp.Max((sp.sqrt(g * p * x * y) - y) / g, 0),
        "currency",
        "best amount to pay in",
    )
    sell = yield formula(
        "sell", sp.Max((sp.sqrt(g * x * y / p) - x) / g, 0), "token", "best amount of the token to pay in"
    )
    dear, cheap = {"p": (2.5, 4), "x": (1, 1.1), "y": (1, 1.1), "f": (0, 0.5)}, {"p": (0.2, 0.4), "x": (1, 1.1)}
    cheap |= {"y": (1, 1.1), "f": (0, 0.5)}
    yield claim("best purchase", sp.Subs(sp.Derivative(gain, t), t, buy), 0, "the last unit earns nothing", **dear)
    other = y * g * s / (x + g * s) - p * s
    yield claim("best sale", sp.Subs(sp.Derivative(other, s), s, sell), 0, "the last unit earns nothing", **cheap)
    roots = sp.Max(sp.sqrt(g * p * x) - sp.sqrt(y), 0) ** 2 / g + sp.Max(sp.sqrt(g * y) - sp.sqrt(p * x), 0) ** 2 / g
    profit = yield formula("profit", roots, "currency", "profit of the best trade")
    yield claim("profit of the best purchase", sp.Subs(gain, t, buy), profit, "a square of roots", **dear)
    yield claim("profit of the best sale", sp.Subs(other, s, sell), profit, "a square of roots", **cheap)
    low = yield formula("band_low", g * y / x, "currency/token", "outside price below which a sale to the pool pays")
    high = yield formula("band_high", y / (g * x), "currency/token", "outside price above which a purchase pays")
    first, last = sp.Subs(sp.Derivative(gain, t), t, 0), sp.Subs(sp.Derivative(other, s), s, 0)
    yield claim("no purchase pays from here down", sp.Subs(first, p, high), 0, "the first unit earns nothing")
    yield claim("no sale pays from here up", sp.Subs(last, p, low), 0, "the first unit earns nothing")
    yield sketch("profit", over="p", low=0.5, high=2, f=(0, 0.03, 0.1))
    yield sketch("buy", over="p", low=0.8, high=2, f=(0, 0.03, 0.1))


@declare(
    "pool",
    source="Angeris, Evans, Chitra, Boyd (2022), Optimal routing for CFMMs, section 3; derived here in closed form",
    x=given("currency", "first pool's reserve of the currency", 1000, "(0, inf)"),
    y=given("token", "first pool's reserve of the token", 1000, "(0, inf)"),
    u=given("token", "second pool's reserve of the token", 1000, "(0, inf)"),
    v=given("currency", "second pool's reserve of the currency", 1500, "(0, inf)"),
    f=given("1", "first pool's fee rate", 0.003, "[0, 1)"),
    h=given("1", "second pool's fee rate", 0.003, "[0, 1)"),
    k=given("1", "share of the tokens that the bridge keeps", 0.001, "[0, 1)", latex=r"\kappa"),
    F=given("currency", "fixed cost of the transfer", 1, "[0, inf)"),
)
def bridge_arbitrage(x: Expr, y: Expr, u: Expr, v: Expr, f: Expr, h: Expr, k: Expr, F: Expr) -> Declared:
    """Buy a token on one chain, bring it over a bridge, sell it on the other; without a bridge k = F = 0."""
    g, j, kept = 1 - f, 1 - h, 1 - k
    t = sp.Symbol("t", positive=True)
    bought = y * g * t / (x + g * t)
    sold = v * j * kept * bought / (u + j * kept * bought)
    a, b, c = g * j * kept * y * v, x * u, g * (u + j * kept * y)
    yield claim("two hops are one map", sold, a * t / (b + c * t), "fractional linear maps compose to such a map")
    best, top = (sp.sqrt(a * b) - b) / c, (sp.sqrt(a) - sp.sqrt(b)) ** 2 / c
    yield formula("input", sp.Max(best, 0), "currency", "best amount to pay in")
    gross = sp.Piecewise((top, a > b), (0, True))
    yield formula("gross", gross, "currency", "profit of the cycle before the fixed cost")
    B, C, more = sp.symbols("b c m", positive=True)
    gain = (B + more) * t / (B + C * t) - t
    at = (sp.sqrt((B + more) * B) - B) / C
    yield claim("best input", sp.Subs(sp.Derivative(gain, t), t, at), 0, "the last unit earns nothing, a = b + m > b")
    yield claim("profit", sp.Subs(gain, t, at), (sp.sqrt(B + more) - sp.sqrt(B)) ** 2 / C, "a square of roots")
    yield formula("profit", sp.Max(gross - F, 0), "currency", "profit, nothing when it does not pay")
    rate = yield formula("rate", a / b, "1", "what the first unit comes back as")
    yield claim("rate of the first unit", sp.Subs(sp.Derivative(sold, t), t, 0), rate, "a product of the hops' prices")
    gap = yield formula("gap", 1 / (g * j * kept), "1", "price gap between the pools up to which no cycle pays")
    yield claim("smallest gap that pays", sp.Subs(rate, v, gap * x * u / y), 1, "fees and bridge eat all of it")
    toll = yield formula("toll", 1 - x * u / (g * j * y * v), "1", "bridge's share from which no cycle pays")
    yield claim("dearest bridge", sp.Subs(top, k, toll), 0, "the first unit comes back as one")
    yield sketch("gross", over="v", low=900, high=2000, k=(0, 0.05, 0.2))
    yield sketch("input", over="v", low=900, high=2000, k=(0, 0.05, 0.2))
