"""Supply that follows the price: every balance is scaled by the same factor."""

from __future__ import annotations

import sympy as sp

from ..mechanism import Declared, Expr, claim, declare, formula, given, sketch

__all__ = ["rebase"]


@declare(
    "supply",
    source="Kuo, Iles, Rincon Cruz (2019), Ampleforth: a new synthetic commodity",
    S=given("token", "supply", 1000, "(0, inf)"),
    P=given("currency/token", "price", 1.2, "(0, inf)"),
    T=given("currency/token", "target price", 1, "(0, inf)"),
    L=given("1", "lag: the part 1/L of the excess is made up", 10, "[1, inf)"),
    w=given("1", "band about the target in which nothing is done", 0.05, "[0, 1)"),
    h=given("token", "a holder's balance", 10, "[0, inf)"),
)
def rebase(S: Expr, P: Expr, T: Expr, L: Expr, w: Expr, h: Expr) -> Declared:
    """Balances grow when the price is above the target and shrink below it; shares of the supply never change."""
    factor = 1 + (P / T - 1) / L
    scale = yield formula("factor", sp.Piecewise((1, sp.Abs(P / T - 1) <= w), (factor, True)), "1", "balances times it")
    supply = yield formula("supply", S * scale, "token", "supply after the rebase")
    balance = yield formula("balance", h * scale, "token", "balance after the rebase")
    price = yield formula("price", P / scale, "currency/token", "price after it when the value of all is unchanged")
    far = {"P": (3, 6), "T": (1, 2), "w": (0, 0.2)}
    yield claim("shares are kept", balance / supply, h / S, "every balance has the same factor")
    yield claim("wealth is kept", balance * price, h * P, "more tokens at a lower price")
    yield claim("without a lag", sp.Subs(P / factor, L, 1), T, "one rebase restores the target")
    slope = sp.Subs(sp.Derivative(P / factor, P), P, T)
    yield claim("with a lag", slope, 1 - 1 / L, "a deviation shrinks by this factor: stable for every lag above 1/2")
    yield claim("outside the band", supply - S, S * (P - T) / (T * L), "Ampleforth's supply delta", **far)
    yield sketch("factor", over="P", low=0.2, high=2, L=(1, 10, 30))
