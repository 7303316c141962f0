r"""Minting tokens to oneself for the reward: what it earns and the fee that stops it.

Who mints t at price P(S) on a curve of slope m, claims k per token and burns the tokens again pays the fee phi on both
legs, each of R(S + t) - R(S) = P t + m t^2 / 2 (the buyer pays 1 + phi times that, the seller gets 1 - phi times it).

References
----------
Emek, Karidi, Tennenholtz, Zohar (2011), "Mechanisms for multi-level marketing", EC (false names).
"""

from __future__ import annotations

import sympy as sp

from ..mechanism import Declared, Expr, claim, declare, formula, given, sketch

__all__ = ["wash_minting"]


@declare(
    "reward",
    source="Derived; on false names Emek, Karidi, Tennenholtz, Zohar (2011), Mechanisms for multi-level marketing, EC",
    k=given("currency/token", "reward per token minted", 0.05),
    phi=given("1", "fee on each leg of a trade", 0.01, "(0, 1)", latex=r"\phi"),
    P=given("currency/token", "price before", 2, "[0, inf)"),
    m=given("currency/token^2", "slope of the price", 0.01, "(0, inf)"),
    t=given("token", "minted to oneself and burnt again", 40),
)
def wash_minting(k: Expr, phi: Expr, P: Expr, m: Expr, t: Expr) -> Declared:
    """Minting to oneself, claiming the affiliate reward and burning again.

    Only the fees are lost, 2 phi P on the first token, so it pays from k = 2 phi P on. A reward on what is minted less
    what is burnt pays nothing for the round trip.
    """
    s = sp.Symbol("s", nonnegative=True)
    curve = sp.Integral(P + m * s, (s, 0, t))
    lost = yield formula("fees", phi * (2 * P * t + m * t**2), "currency", "fees of the round trip")
    gross = yield formula("profit", k * t - lost, "currency", "profit on the gross inflow")
    net = yield formula("net_profit", -lost, "currency", "profit on the net inflow")
    best, gain = (k - 2 * phi * P) / (2 * phi * m), (k - 2 * phi * P) ** 2 / (4 * phi * m)
    yield formula("best", sp.Max(0, best), "token", "most profitable round trip")
    yield formula("gain", sp.Piecewise((gain, k > 2 * phi * P), (0, True)), "currency", "its profit")
    bound = yield formula("largest_rate", 2 * phi * P, "currency/token", "largest reward that nobody washes for")
    fee = yield formula("least_fee", k / (2 * P), "1", "least fee that stops it")
    pays = {"k": (5, 9), "phi": (0.125, 0.25), "P": (1, 9), "m": (1, 2)}
    yield claim("what is lost", (1 + phi) * curve - (1 - phi) * curve, lost, "paid for minting, less got for burning")
    yield claim(
        "the best round trip", sp.Subs(sp.Derivative(gross, t), t, best), 0, "the last token earns its fees", **pays
    )
    yield claim("its profit", sp.Subs(gross, t, best), gain, "put in", **pays)
    yield claim("threshold", sp.Subs(sp.Derivative(gross, t), (t, k), (0, bound)), 0, "the first token earns its fees")
    yield claim(
        "fee that stops it",
        sp.Subs(sp.Subs(sp.Derivative(gross, t), t, 0), phi, fee),
        0,
        "the same, for the fee",
        P=(1, 9),
    )
    yield claim("a reward on the net inflow", sp.Derivative(net, k), 0, "no rate makes the round trip pay")
    yield sketch("profit", over="t", low=0, high=120, phi=(0.008, 0.01, 0.0125))
