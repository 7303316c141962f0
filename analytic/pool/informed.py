r"""Informed traders: what a market maker charges for the risk of trading with them.

Kyle: an asset is worth v ~ N(p0, s^2); n insiders know v and each orders beta (v - p0), noise traders order a normal
amount of standard deviation u; the maker sees the sum only and sets the price p0 + lambda (sum), the mean of v given
it.
Sniping: a maker keeps a quote of spread S; investors come at one rate and pay half the spread, news that move the value
by J come at another and whoever is first then takes the stale quote at a gain of J - S / 2.

Both are pools' neighbours rather than pools: the maker's depth 1 / lambda is what a pool's liquidity is in its place.
"""

from __future__ import annotations

import sympy as sp

from ..mechanism import Declared, Expr, claim, declare, formula, given, sketch

__all__ = ["informed_trading", "stale_quotes"]


@declare(
    "pool",
    source="Kyle (1985), Econometrica 53, theorem 1; Holden, Subrahmanyam (1992), J. Finance 47, for n insiders",
    s=given("currency/token", "standard deviation of the value", 2, "(0, inf)"),
    u=given("token", "standard deviation of the noise traders' order", 3, "(0, inf)"),
    n=given("1", "insiders", 1, "integer [1, inf)"),
)
def informed_trading(s: Expr, u: Expr, n: Expr) -> Declared:
    """Insiders hide among noise traders; the market maker moves the price with the total order."""
    lam = yield formula("lambda", sp.sqrt(n) / (n + 1) * s / u, "currency/token^2", "price rise per unit of order")
    beta = yield formula("intensity", u / (s * sp.sqrt(n)), "token^2/currency", "order per unit of mispricing")
    v, x = sp.symbols("v x", real=True)
    gain = x * (v - lam * (x + (n - 1) * beta * v))
    yield claim("best response", sp.Subs(sp.Derivative(gain, x), x, beta * v), 0, "the others order beta v each")
    total, noise = sp.symbols("w e", real=True)
    density = sp.exp(-(total**2) / 2) / sp.sqrt(2 * sp.pi)
    covariance = sp.Integral(s * total * n * beta * s * total * density, (total, -sp.oo, sp.oo))
    variance = n**2 * beta**2 * s**2 + u**2
    yield claim("fair price", covariance / variance, lam, "the regression of the value on the order")
    profit = yield formula("profit", sp.sqrt(n) / (n + 1) * s * u, "currency", "mean profit of all insiders")
    square = sp.Integral(total**2 * density, (total, -sp.oo, sp.oo))
    mean = n * sp.expand(gain.subs(x, beta * v) / v**2) * s**2 * square
    yield claim("profit", mean, profit, "mean over the value")
    paid = sp.Integral(noise * u * lam * noise * u * density.subs(total, noise), (noise, -sp.oo, sp.oo))
    yield claim("noise traders pay it", paid, profit, "the maker breaks even")
    revealed = yield formula("revealed", n / (n + 1), "1", "share of the value's variance that the price reveals")
    yield claim("what the price reveals", lam**2 * variance / s**2, revealed, "variance of the price over the value's")
    yield formula("depth", 1 / lam, "token^2/currency", "order that moves the price by one")
    yield claim("many insiders", sp.Limit(profit, n, sp.oo), 0, "they compete their profit away")
    yield sketch("lambda", over="n", low=1, high=30)
    yield sketch("profit", over="n", low=1, high=30, u=(1, 2, 3))


@declare(
    "pool",
    source="Budish, Cramton, Shim (2015), Quarterly Journal of Economics 130, equation 3, for jumps of one size",
    I=given("1/time", "rate at which investors come", 2, "[0, inf)"),
    R=given("1/time", "rate at which news come", 1, "(0, inf)"),
    J=given("currency/token", "size of the jump of the value", 1, "(0, inf)"),
    n=given("1", "traders fast enough to race", 5, "integer [2, inf)"),
)
def stale_quotes(I: Expr, R: Expr, J: Expr, n: Expr) -> Declared:  # noqa: E741
    """A quote that news make stale is taken before it is withdrawn; the spread pays for it, however fast all are."""
    spread = yield formula("spread", 2 * R * J / (I + R), "currency/token", "spread in equilibrium")
    S = sp.Symbol("S", positive=True)
    maker = I * S / 2 - R * (n - 1) / n * (J - S / 2)
    sniper = R / n * (J - S / 2)
    yield claim("indifference", sp.Subs(maker - sniper, S, spread), 0, "a maker is too slow n - 1 times of n")
    yield claim(
        "one who races earns", sp.Subs(sniper, S, spread), I * spread / (2 * n), "a share of what investors pay"
    )
    rent = yield formula("rent", I * R * J / (I + R), "currency/time", "what all who race earn: the prize of speed")
    field = sp.Subs(maker + (n - 1) * sniper, S, spread)
    yield claim("prize of speed", field, rent, "one makes, n - 1 snipe")
    yield claim("few investors", sp.Limit(spread, I, 0), 2 * J, "only snipers trade: no quote within the jump")
    yield sketch("spread", over="I", low=0, high=10, R=(0.2, 1, 3))
