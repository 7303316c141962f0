"""Turnout in closed form: the volunteer's dilemma, and two teams of two; `duel_turnouts` has teams of any size."""

from __future__ import annotations

import sympy as sp

from ..mechanism import Declared, Expr, claim, condition, declare, formula, given, sketch

__all__ = ["duel_of_two", "volunteer"]


@declare(
    "vote",
    source="Diekmann (1985), Volunteer's dilemma, Journal of Conflict Resolution 29",
    c=given("currency", "cost of acting", 0.3, "(0, inf)"),
    b=given("currency", "what each gains when one acts", 1, "(0, inf)"),
    n=given("1", "players", 5, "integer [2, inf)"),
)
def volunteer(c: Expr, b: Expr, n: Expr) -> Declared:
    """A quorum of one: everyone gains when somebody acts, who bears the cost; more players make it less likely."""
    yield condition(sp.Le(c, b), "acting is worth its cost to one alone")
    acts = yield formula("acts", 1 - (c / b) ** (1 / (n - 1)), "1", "chance that one acts in equilibrium")
    nobody = yield formula("nobody", (c / b) ** (n / (n - 1)), "1", "chance that nobody acts")
    x, k, r = sp.symbols("x k r", positive=True)
    yield claim(
        "indifference", b - c, b * (1 - (1 - acts) ** (n - 1)), "acting pays as much as waiting", c=(1, 4), b=(5, 9)
    )
    i = sp.Symbol("i", integer=True)
    yield claim("nobody acts", sp.Product(1 - acts, (i, 1, n)), nobody, "all n wait", c=(1, 4), b=(5, 9))
    yield claim(
        "more players, less done",
        sp.Subs(sp.Derivative((c / b) ** (x / (x - 1)), x), x, n),
        sp.log(b / c) / (n - 1) ** 2 * nobody,
        "the chance that nobody acts rises with their number",
        c=(1, 4),
        b=(5, 9),
    )
    yield claim("endless players", sp.Limit(r ** (1 + 1 / k), k, sp.oo), r, "nobody acts with chance r = c/b")
    yield sketch("nobody", over="n", low=2, high=30, c=(0.1, 0.3, 0.6))


@declare(
    "vote",
    source="Palfrey, Rosenthal (1983), A strategic calculus of voting, Public Choice 41; two teams of two",
    p=given("1", "chance that each other voter votes", 0.3, "[0, 1]"),
    c=given("1", "cost of voting over the gain of winning", 0.4, "(0.375, 0.5)"),
)
def duel_of_two(p: Expr, c: Expr) -> Declared:
    """Two teams of two voters: what a vote is worth, and the two turnouts at which it is worth its cost."""
    x, half = sp.Symbol("x", integer=True, nonnegative=True), sp.Rational(1, 2)
    worth = yield formula("pivotal", half * (1 - p * (1 - p)), "1", "worth of a vote")
    low = yield formula("low", half * (1 - sp.sqrt(8 * c - 3)), "1", "lower turnout, which is stable")
    high = yield formula("high", half * (1 + sp.sqrt(8 * c - 3)), "1", "upper turnout, a watershed")

    def draw(n: int, k: Expr) -> Expr:
        return sp.binomial(n, k) * p**k * (1 - p) ** (n - k)

    decided = sp.Sum(draw(1, x) * (draw(2, x) + draw(2, x + 1)), (x, 0, 1)) / 2
    yield claim("worth of a vote", decided, worth, "others tie, or own others are one behind")
    yield claim("votes and abstentions alike", sp.Subs(worth, p, 1 - p), worth, "who does not vote breaks ties too")
    yield claim("least in the middle", sp.Subs(sp.Derivative(worth, p), p, half), 0, "costs above 3/8 split turnout")
    yield claim("lower equilibrium", sp.Subs(worth, p, low), c, "a vote is worth its cost")
    yield claim("upper equilibrium", sp.Subs(worth, p, high), c, "a vote is worth its cost")
    slope = sp.Subs(sp.Derivative(p * (1 - p) * (worth - c), p), p, low)
    yield claim("the lower one is stable", slope, -(1 - 2 * c) * sp.sqrt(8 * c - 3) / 2, "replicator's slope")
    yield sketch("pivotal", over="p", low=0, high=1)
