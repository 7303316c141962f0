r"""Loss versus rebalancing: what a pool's owners lose to arbitrage, against one who holds the same and trades outside.

A pool that holds x*(p) at the outside price p has the value V(p) with V' = x*. When p is a geometric Brownian motion of
volatility sigma and arbitrage is free and instant, the loss per unit of time is

.. math:: \ell = -\tfrac12 \sigma^2 p^2 V''(p) = \tfrac12 \sigma^2 p^2 |x^{*\prime}(p)|,

for the constant product sigma^2 / 8 of the pool's value. With a fee and blocks that come as a Poisson process,
arbitrage waits until the mispricing z = log(p / pool's price) leaves the band [-gamma, gamma]; z then has a known
stationary law, a flat middle and exponential tails of rate eta = sqrt(2 lambda) / sigma. The fee is on what is paid in,
so gamma = -log(1 - f), and the gain of an arbitrage has a factor 1 / sqrt(1 - f) where the paper, with all fees in the
currency, has cosh(gamma / 2).

References
----------
Milionis, Moallemi, Roughgarden, Zhang (2022), Automated market making and loss-versus-rebalancing.
Milionis, Moallemi, Roughgarden (2023), Automated market making and arbitrage profits in the presence of fees.
"""

from __future__ import annotations

import sympy as sp

from ..expression import exact
from ..mechanism import Declared, Expr, claim, condition, declare, formula, given, sketch
from ..special import log1p

__all__ = ["arbitrage_with_fees", "loss_versus_rebalancing", "rebalancing_loss"]


def rebalancing_loss(holdings: sp.Expr, price: sp.Symbol, volatility: sp.Expr | float) -> sp.Expr:
    """The loss per unit of time of a pool that holds so much of the risky token: sigma^2 p^2 |x'(p)| / 2.

    Parameters
    ----------
    holdings : sympy.Expr
        x*(p), what the pool holds of the token when arbitrage has adapted it to the price; falls in the price [token].
    price : sympy.Symbol
    volatility : sympy.Expr or float
        Per square root of the unit of time.

    Returns
    -------
    sympy.Expr
        [currency/time]

    Raises
    ------
    ValueError
        When the holdings rise in the price: no pool that arbitrage adapts does that.

    Examples
    --------
    >>> p, L, s = sp.symbols("p L s", positive=True)
    >>> rebalancing_loss(L / sp.sqrt(p), p, s)
    L*sqrt(p)*s**2/4
    """
    slope = sp.diff(holdings, price)
    if slope.is_positive:
        raise ValueError(f"the holdings {holdings} rise in {price}, but arbitrage buys from a pool what becomes dear")
    return sp.simplify(-(exact(volatility) ** 2) * price**2 / 2 * slope)


@declare(
    "pool",
    source="Milionis, Moallemi, Roughgarden, Zhang (2022), Automated market making and loss-versus-rebalancing, thm 1",
    L=given("token", "liquidity, the geometric mean of the reserves", 1000, "(0, inf)"),
    p=given("currency/token", "outside price", 1, "(0, inf)"),
    s=given("1/sqrt(time)", "volatility of the price", 0.5, "[0, inf)", latex=r"\sigma"),
    T=given("time", "length of time", 1, "[0, inf)"),
    f=given("1", "fee rate of other traders", 0.003, "(0, 1)"),
)
def loss_versus_rebalancing(L: Expr, p: Expr, s: Expr, T: Expr, f: Expr) -> Declared:
    """What the owners of a constant product pool lose to arbitrage without fees, per unit of time."""
    value = yield formula("value", 2 * L * sp.sqrt(p), "currency", "value of the pool")
    rate = yield formula("rate", s**2 * L * sp.sqrt(p) / 4, "currency/time", "loss per unit of time")
    holdings = L / sp.sqrt(p)
    yield claim("the pool's value rises by what it holds", sp.Derivative(value, p), holdings, "arbitrage minimises it")
    general = -(s**2) * p**2 / 2 * sp.Derivative(holdings, p)
    yield claim("loss", general, rate, "half the variance of the price times the slope of the holdings")
    share = yield formula("share", s**2 / 8, "1/time", "loss, as a share of the value")
    yield claim("share of the value", -(s**2) * p**2 / 2 * sp.Derivative(value, (p, 2)) / value, share, "at any size")
    jump = sp.Symbol("h", positive=True)
    gain = holdings * p * sp.exp(jump) + L * sp.sqrt(p) - value * sp.exp(jump / 2)
    bend = sp.Subs(sp.Derivative(gain, (jump, 2)), jump, 0) / 2
    reason = "a jump of log price by h pays arbitrage h^2 L sqrt p / 4, and h^2 is sigma^2 per unit of time"
    yield claim("loss, jump by jump", s**2 * bend, rate, reason)
    lost = yield formula("loss", 1 - sp.exp(-share * T), "1", "share of the mean value lost in the time")
    t = sp.Symbol("t", positive=True)
    drift = sp.Integral(share * sp.exp(-share * t), (t, 0, T))
    yield claim("mean value of a martingale's pool", drift, lost, "E sqrt p falls by sigma^2 / 8 per unit of time")
    yield formula("turnover", share / f, "1/time", "trade of others that pays for it, over the value")
    yield sketch("share", over="s", low=0, high=2)
    yield sketch("loss", over="T", low=0, high=20, s=(0.25, 0.5, 1))


@declare(
    "pool",
    source="Milionis, Moallemi, Roughgarden (2023), Arbitrage profits in the presence of fees, theorems 2 to 4",
    s=given("1/sqrt(time)", "volatility of the price", 0.05, "(0, inf)", latex=r"\sigma"),
    l=given("1/time", "blocks per unit of time", 7200, "(0, inf)", latex=r"\lambda"),
    f=given("1", "fee rate on what is paid in", 0.003, "[0, 1)"),
)
def arbitrage_with_fees(s: Expr, l: Expr, f: Expr) -> Declared:  # noqa: E741
    """Arbitrage against a constant product pool with a fee, at the blocks of a chain: rarer, and poorer."""
    z, u, h, k = sp.symbols("z u h k", positive=True)
    yield condition(sp.Gt(8 * l, s**2), "blocks are frequent enough for mean profits to exist: 8 lambda > sigma^2")
    e = yield formula("tail", sp.sqrt(2 * l) / s, "1", "rate of the mispricing's tails")
    band = yield formula("band", -log1p(-f), "1", "mispricing up to which no arbitrage pays")
    trading = yield formula("trading", 1 / (1 + e * band), "1", "share of blocks with an arbitrage")
    flat = 1 / (2 * (k + 1 / e))
    tail = flat * sp.exp(-e * (z - k))
    mass = sp.Integral(flat, (z, 0, k)) + flat * sp.Integral(sp.exp(-e * u), (u, 0, sp.oo))
    yield claim("the stationary law is one", 2 * mass, 1, "a flat middle and two exponential tails beyond +-k")
    flow = s**2 / 2 * sp.Derivative(tail, (z, 2)) - l * tail
    yield claim("the law is stationary outside the band", flow, 0, "diffusion balances the blocks that close it")
    closed = -(s**2) / 2 * sp.Subs(sp.Derivative(tail, z), z, k)
    beyond = l * flat * sp.Integral(sp.exp(-e * u), (u, 0, sp.oo))
    yield claim("the law is stationary at its edge", closed, beyond, "what diffuses out is what blocks put back")
    yield claim("share of blocks", sp.Subs(2 * beyond / l, k, band), trading, "the tails' weight")
    x, y, p = (sp.exp(each) for each in (-(h - u - k) / 2, (h - u - k) / 2, h))
    gain = (sp.sqrt((1 - f) * p * x) - sp.sqrt(y)) ** 2 / (1 - f)
    one = 2 * sp.exp(h / 2) * (sp.cosh(u / 2) - 1) / sp.sqrt(1 - f)
    yield claim("one arbitrage", sp.Subs(gain, k, band), one, "the best trade at a mispricing of k + u; value 2 sqrt p")
    cut = 1 / (1 - s**2 / (8 * l))
    mean = yield formula("excess", s**2 / (8 * l) * cut, "1", "mean of cosh(u/2) - 1 beyond the band")
    yield claim("mean beyond the band, in its rate", 1 / (4 * e**2 - 1), mean, "eta is sqrt(2 lambda) / sigma")
    over = sp.Integral((sp.S.Half + h) * (sp.exp(-h * u) + sp.exp(-(1 + h) * u)) / 2, (u, 0, sp.oo))
    reason = "u is exponential of rate eta = 1/2 + h"
    yield claim("mean of cosh(u/2) - 1", over - 1, 1 / (4 * (h + sp.S.Half) ** 2 - 1), reason)
    gained = s**2 / 8 * trading * cut / sp.sqrt(1 - f)
    profit = yield formula("profit", gained, "1/time", "arbitrage profit over the value")
    yield claim("no fee, fast blocks", sp.Limit(profit.subs(f, 0), l, sp.oo), s**2 / 8, "loss versus rebalancing")
    yield sketch("profit", over="f", low=0, high=0.02, l=(100, 7200, 100000))
