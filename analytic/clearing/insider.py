r"""Prices that learn from trade: informed traders against a market maker, and the race to a stale quote.

Kyle: the value is normal with standard deviation sigma_v, noise traders' orders with sigma_u. The n informed traders
each order beta v, the market maker sees the total y and sets the price lambda y, the regression of v on y.

Budish, Cramton, Shim: investors come at rate lambda_I and pay half the spread s; at rate lambda_J the value jumps by
J and everybody races to trade at the stale quote. The spread makes quoting and sniping worth the same, whatever their
number.

References
----------
Kyle (1985), Econometrica 53, 1315-1335; Admati, Pfleiderer (1988), Review of Financial Studies 1, 3-40; Budish,
Cramton, Shim (2015), Quarterly Journal of Economics 130, 1547-1621.
"""

from __future__ import annotations

import sympy as sp

from ..mechanism import Declared, Expr, claim, condition, declare, formula, given, sketch

__all__ = ["informed_trading", "sniping_spread"]


@declare(
    "clearing",
    source="Kyle (1985), Econometrica 53, 1315-1335; Admati, Pfleiderer (1988), Review of Financial Studies 1, 3-40",
    sv=given("currency/token", "standard deviation of the value", 2, "(0, inf)", latex=r"\sigma_v"),
    su=given("token", "standard deviation of noise orders", 3, "(0, inf)", latex=r"\sigma_u"),
    n=given("1", "informed traders", 1, "integer [1, inf)"),
)
def informed_trading(sv: Expr, su: Expr, n: Expr) -> Declared:
    """One round of trade: informed traders hide behind noise, the price is the value expected given all orders."""
    x, v = sp.symbols("x v", real=True)
    impact = yield formula(
        "impact", sp.sqrt(n) / (n + 1) * sv / su, "currency/token^2", "rise of the price per token ordered"
    )
    slope = yield formula("intensity", su / (sp.sqrt(n) * sv), "token^2/currency", "order per unit of the known value")
    profit = yield formula(
        "profit", sp.sqrt(n) / (n + 1) * sv * su, "currency", "profit of all informed traders together"
    )
    left = yield formula(
        "variance_left", sv**2 / (n + 1), "currency^2/token^2", "variance of the value after the trade"
    )
    gain = (v - impact * (x + (n - 1) * slope * v)) * x
    yield claim(
        "best order",
        sp.Subs(sp.Derivative(gain, x), x, slope * v),
        sp.Integer(0),
        "first-order condition against the expected price",
    )
    covariance, variance = n * slope * sv**2, n**2 * slope**2 * sv**2 + su**2
    yield claim("fair price", covariance / variance, impact, "the regression of the value on the total order")
    yield claim(
        "profit", n * slope * (1 - impact * n * slope) * sv**2, profit, "order times value less price, expected"
    )
    yield claim("who pays", covariance, impact * variance, "the market maker breaks even: E[(v - lambda y) y] = 0")
    yield claim("what the price tells", sv**2 - covariance**2 / variance, left, "the part of variance not explained")
    yield claim(
        "competition", sp.Limit(profit, n, sp.oo), sp.Integer(0), "many informed traders compete their gain away"
    )
    yield sketch("profit", over="n", low=1, high=20, sv=(1, 2, 4))


@declare(
    "clearing",
    source="Budish, Cramton, Shim (2015), Quarterly Journal of Economics 130, 1547-1621, one size of jump",
    lamI=given("1/step", "rate of investors", 2, "(0, inf)", latex=r"\lambda_I"),
    lamJ=given("1/step", "rate of jumps", 1, "[0, inf)", latex=r"\lambda_J"),
    J=given("currency/token", "size of a jump", 1, "(0, inf)"),
    N=given("1", "trading firms", 3, "integer [2, inf)"),
)
def sniping_spread(lamI: Expr, lamJ: Expr, J: Expr, N: Expr) -> Declared:
    """The spread at which quoting is worth as much as racing to hit a stale quote."""
    s = sp.Symbol("s", positive=True)
    spread = yield formula("spread", 2 * lamJ * J / (lamI + lamJ), "currency/token", "bid-ask spread")
    rent = yield formula("rent", lamI * lamJ * J / (N * (lamI + lamJ)), "currency/(token step)", "what each firm earns")
    quoting = lamI * s / 2 - lamJ * (N - 1) / N * (J - s / 2)
    sniping = lamJ / N * (J - s / 2)
    yield claim(
        "indifference",
        sp.Subs(quoting - sniping, s, spread),
        sp.Integer(0),
        "who quotes is hit by the N - 1 others first with chance (N - 1)/N",
    )
    yield claim("rent", sp.Subs(sniping, s, spread), rent, "a firm wins one race in N")
    earned = sp.Subs(quoting + (N - 1) * sniping, s, spread)
    yield claim("who pays", earned, lamI * spread / 2, "of all that firms earn, investors pay half the spread")
    yield claim(
        "all jumps", sp.Limit(spread, lamI, 0), 2 * J, "without investors nobody quotes inside a jump", lamJ=(1, 2)
    )
    yield condition(lamI + lamJ > 0, "something happens")
    yield sketch("spread", over="lamJ", low=0, high=10, lamI=(1, 2, 5))
