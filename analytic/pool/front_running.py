r"""The sandwich on a constant product pool: pay in before a known order, sell back after it.

The pool has X of what the victim pays in, the attacker pays in A, the victim V, then the attacker sells what it got. A
pool scales with its other reserve, so only X counts, and all amounts are in what the victim pays. The fee rate is f on
what each of the three pays in and stays in the reserve.
"""

from __future__ import annotations

import sympy as sp

from ..mechanism import Declared, Expr, claim, declare, formula, given, sketch

__all__ = ["pool_sandwich"]


@declare(
    "pool",
    source="Zhou, Qin, Torres, Le, Gervais (2021), High-frequency trading on decentralized exchanges; derived here",
    X=given("token", "reserve of what the victim pays in", 100, "(0, inf)"),
    A=given("token", "attacker's first trade", 10, "[0, inf)"),
    V=given("token", "victim's trade", 5, "(0, inf)"),
    f=given("1", "fee rate on what is paid in", 0, "[0, 1)"),
    s=given("1", "slippage that the victim allows", 0.01, "(0, 1)"),
)
def pool_sandwich(X: Expr, A: Expr, V: Expr, f: Expr, s: Expr) -> Declared:
    """A trade put before and its reverse after a victim's trade in a constant product pool."""
    g = 1 - f
    part, first, second = g * A / (X + g * A), X / (X + g * A), (X + A) / (X + A + g * V)
    left = first * second
    profit = (X + A + V) * g * part / (left + g * part) - A
    profit = yield formula("profit", _with_fee(X, A, V, f), "token", "the attacker's profit")
    yield claim("three trades", (X + A + V) * g * part / (left + g * part) - A, profit, "of a pool with Y = 1")
    known = A * V * (A + V + 2 * X) / (A**2 + A * V + 2 * A * X + X**2)
    free = yield formula("profit_free", known, "token", "the attacker's profit without a fee")
    yield claim("without a fee", sp.Subs(profit, f, 0), free, "the trades at f = 0")
    yield claim("a large attacker", sp.Limit(free, A, sp.oo), V, "takes all that the victim pays")
    margin = g**2 * (X + V) * (X + g * V) / X**2 - 1
    yield claim("first unit", sp.Subs(sp.Derivative(profit, A), A, 0), margin, "bought at one price, sold at another")
    safe = 2 * X * f * (2 - f) / (g**2 * (1 + g + sp.sqrt((1 + g) ** 2 + 4 * f * (2 - f) / g)))
    safe = yield formula("safe_victim", safe, "token", "largest trade that no sandwich gains from")
    yield claim("largest safe trade", sp.Subs(margin, V, safe), 0, "the first unit earns nothing")
    further = sp.Subs(sp.Derivative(_top(X, A, V, f), A), V, safe)
    yield claim("further units lose", further, -X * g * safe / (X + g * safe), "from no gain on, a profit only falls")
    total = V + 2 * X
    room = yield formula(
        "largest", 2 * X * (X + V) * s / (1 - s) / (total + sp.sqrt(V**2 + 4 * X * (X + V) / (1 - s))), "token",
        "largest first trade within the limit",
    )  # fmt: skip
    got = X * V / ((X + A) * (X + A + V))
    worse = sp.Subs(got, A, room) / sp.Subs(got, A, 0)
    yield claim("the victim's limit", worse, 1 - s, "what the victim gets, over what it expected", s=(0.01, 0.9))
    yield sketch("profit", over="A", low=0, high=300, f=(0, 0.003, 0.01))
    yield sketch("largest", over="s", low=0.001, high=0.2, V=(1, 5, 20))


def _with_fee(X: Expr, A: Expr, V: Expr, f: Expr) -> Expr:
    """The profit as A times a quotient, so that small trades keep their digits."""
    g = 1 - f
    return A * _top(X, A, V, f) / (X * (X + A) + g**2 * A * (X + A + g * V))


def _top(X: Expr, A: Expr, V: Expr, f: Expr) -> Expr:
    """Its numerator, linear in A: what the victim's trade brings less the fees on the first unit, and on the others."""
    g = 1 - f
    first = g**2 * V * (X * (1 + g) + g * V) - X**2 * f * (2 - f)
    return first + A * (g**2 * V - X * f * (2 - f))
