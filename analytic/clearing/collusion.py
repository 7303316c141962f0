r"""How patient must firms be to keep a cartel: discount thresholds under the threat of a return to Nash for ever.

Keeping the agreement pays C in every period, breaking it pays D once and N from then on. With discount factor delta,

    C / (1 - delta) >= D + delta N / (1 - delta)    iff    delta >= (D - C)/(D - N).

References
----------
Friedman (1971), A non-cooperative equilibrium for supergames, Review of Economic Studies 38, 1-12.
"""

from __future__ import annotations

import sympy as sp

from ..mechanism import Declared, Expr, claim, condition, declare, formula, given, sketch

__all__ = ["bertrand_collusion", "cournot_collusion", "grim_trigger"]

_SOURCE = "Friedman (1971), Review of Economic Studies 38, 1-12"
_FIRMS = given("1", "firms", 3, "integer [2, inf)")
_PATIENCE = given("1", "discount factor", 0.8, "[0, 1)", latex=r"\delta")


@declare(
    "clearing",
    source=_SOURCE,
    C=given("currency", "payoff of keeping the agreement", 3, "real"),
    D=given("currency", "payoff of breaking it", 5, "real"),
    N=given("currency", "payoff at Nash, the punishment", 1, "real"),
    delta=_PATIENCE,
)
def grim_trigger(C: Expr, D: Expr, N: Expr, delta: Expr) -> Declared:
    """An agreement in a repeated game that ends for ever when someone breaks it."""
    t = sp.Symbol("t", integer=True, nonnegative=True)
    horizon = sp.Symbol("T", integer=True, positive=True)
    yield condition(C > N, "the agreement is better than Nash, else no patience keeps it")
    yield condition(sp.Ge(D, C), "breaking it tempts, else it keeps itself")
    threshold = yield formula("threshold", (D - C) / (D - N), "1", "discount factor from which on it is kept")
    gain = yield formula(
        "gain", (C - delta * N) / (1 - delta) - D, "currency", "value of keeping it over breaking it once"
    )
    tempting = {"N": (-1, 1), "C": (1.1, 2), "D": (2, 5), "delta": (0.1, 0.9)}
    yield claim(
        "values of two paths",
        C + sp.Sum((C - N) * delta**t, (t, 1, horizon)) - D + (C - N) * delta ** (horizon + 1) / (1 - delta),
        gain,
        "the difference of both paths, summed up to T, and its geometric tail",
        **tempting,
    )
    yield claim(
        "indifference",
        sp.Subs(gain, delta, threshold),
        sp.Integer(0),
        "at the threshold both are worth the same",
        **tempting,
    )
    patience = (C - N) / (1 - delta) ** 2
    yield claim("patience helps", sp.Derivative(gain, delta), patience, "the gain rises with delta as C > N")
    yield sketch("threshold", over="D", low=3, high=12, N=(0, 1, 2))


@declare(
    "clearing",
    source=_SOURCE,
    a=given("currency/token", "price at which demand ends", 100, "(0, inf)"),
    b=given("currency/token^2", "slope of inverse demand", 1, "(0, inf)"),
    c=given("currency/token", "cost of a unit", 10, "[0, inf)"),
    n=_FIRMS,
)
def cournot_collusion(a: Expr, b: Expr, c: Expr, n: Expr) -> Declared:
    """A cartel of n Cournot firms that share the monopoly quantity, under the threat of Nash for ever."""
    x, Q = sp.symbols("x Q", positive=True)
    yield condition(a > c, "somebody pays more than the cost")
    part = yield formula("quota", (a - c) / (2 * b * n), "token", "quantity that a firm agrees to")
    kept = yield formula("agreed", (a - c) ** 2 / (4 * b * n), "currency", "profit of keeping the agreement")
    cheat = yield formula("cheating", (a - c) * (n + 1) / (4 * b * n), "token", "best reply to the others' quotas")
    broken = yield formula("broken", (a - c) ** 2 * (n + 1) ** 2 / (16 * b * n**2), "currency", "profit of breaking it")
    nash = yield formula("nash", (a - c) ** 2 / (b * (n + 1) ** 2), "currency", "profit at Nash")
    threshold = yield formula(
        "threshold", (n + 1) ** 2 / ((n + 1) ** 2 + 4 * n), "1", "discount factor from which on it is kept"
    )
    alone = (a - b * (x + (n - 1) * part) - c) * x
    yield claim(
        "monopoly",
        sp.Subs(sp.Derivative((a - b * Q - c) * Q, Q), Q, n * part),
        sp.Integer(0),
        "all quotas are the best total",
    )
    yield claim("agreed profit", sp.Subs(alone, x, part), kept, "margin times quota")
    yield claim("best cheating", sp.Subs(sp.Derivative(alone, x), x, cheat), sp.Integer(0), "first-order condition")
    yield claim("profit of cheating", sp.Subs(alone, x, cheat), broken, "margin times quantity")
    unit = sp.Subs((broken - kept) / (broken - nash), (a, b), (c + 1, 1))
    yield claim("threshold", unit, threshold, "Friedman's ratio; all three profits are multiples of (a - c)^2/b")
    yield claim("many firms", sp.Limit(threshold, n, sp.oo), sp.Integer(1), "large cartels need all patience")
    yield sketch("threshold", over="n", low=2, high=20)


@declare(
    "clearing",
    source=_SOURCE,
    M=given("currency", "monopoly profit", 100, "(0, inf)"),
    n=_FIRMS,
    delta=_PATIENCE,
)
def bertrand_collusion(M: Expr, n: Expr, delta: Expr) -> Declared:
    """A cartel of n firms with one cost that compete in prices: who undercuts takes all once, then nobody earns."""
    threshold = yield formula("threshold", 1 - 1 / n, "1", "discount factor from which on it is kept")
    gain = yield formula(
        "gain", M / (n * (1 - delta)) - M, "currency", "value of keeping the agreement over breaking it"
    )
    largest = yield formula("largest", 1 / (1 - delta), "1", "number of firms up to which a cartel is kept")
    yield claim(
        "indifference", sp.Subs(gain, delta, threshold), sp.Integer(0), "at the threshold both are worth the same"
    )
    yield claim("largest cartel", sp.Subs(threshold, n, largest), delta, "the threshold solved for n")
    yield claim("one more firm", threshold.subs(n, n + 1) - threshold, 1 / (n * (n + 1)), "each firm makes it harder")
    yield sketch("threshold", over="n", low=2, high=20)
