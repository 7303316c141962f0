r"""All-pay auctions: every bidder pays its bid, the highest wins. Contested front-running is one.

With n equal bidders the bid is drawn from :math:`F(b) = (b/v)^{1/(n-1)}` on [0, v]: nobody earns anything, all bids
together cost the value on average. With two unequal ones both bid up to the lower value w; the stronger one, of value
v, earns v - w.

References
----------
Baye, Kovenock, de Vries (1996), "The all-pay auction with complete information", Economic Theory 8.
Daian et al. (2020), "Flash Boys 2.0", IEEE S&P.
"""

from __future__ import annotations

import sympy as sp

from ..mechanism import Declared, Expr, claim, condition, declare, formula, given, sketch

__all__ = ["all_pay_auction", "unequal_all_pay"]


@declare(
    "reward",
    source="Baye, Kovenock, de Vries (1996), The all-pay auction with complete information, Economic Theory 8",
    v=given("currency", "value of the prize", 1, "(0, inf)"),
    n=given("1", "bidders", 3, "integer [2, inf)"),
    b=given("currency", "a bid", 0.25, "[0, inf)"),
)
def all_pay_auction(v: Expr, n: Expr, b: Expr) -> Declared:
    """An auction in which all pay and the highest bid wins, with n equal bidders, in the symmetric equilibrium.

    Every bid up to the value earns the same, which is nothing. More bidders bid less each and as much together.
    """
    z = sp.Symbol("z", positive=True)
    law = sp.Piecewise(((b / v) ** (1 / (n - 1)), b < v), (1, True))
    yield formula("distribution", law, "1", "chance that a bid is at most b")
    wins = yield formula("chance", sp.Piecewise((b / v, b < v), (1, True)), "1", "chance to win with the bid b")
    mean = yield formula("mean_bid", v / n, "currency", "mean bid")
    total = yield formula("revenue", v, "currency", "mean of all bids together")
    highest = yield formula("highest_bid", n * v / (2 * n - 1), "currency", "mean of the highest bid")
    spread = yield formula("variance", v**2 * (n - 1) ** 2 / (n**2 * (2 * n - 1)), "currency^2", "variance of one bid")
    within = {"v": (5, 9), "b": (1, 4), "n": (2, 6)}
    yield claim(
        "no bid earns anything", sp.Subs(v * z ** (n - 1) - b, z, law), 0, "the others must all bid less", **within
    )
    yield claim("mean bid", sp.Integral(v * z ** (n - 1), (z, 0, 1)), mean, "bids are v z^(n - 1), z uniform", n=(2, 6))
    yield claim("revenue", sp.Sum(mean, (sp.Symbol("i", integer=True), 1, n)), total, "the value is spent", n=(2, 6))
    yield claim(
        "highest bid",
        sp.Integral(v * z ** (n - 1) * n * z ** (n - 1), (z, 0, 1)),
        highest,
        "the largest of n uniform numbers has the density n z^(n - 1)",
        n=(2, 6),
    )
    yield claim(
        "variance", sp.Integral(v**2 * z ** (2 * n - 2), (z, 0, 1)) - mean**2, spread, "second moment", n=(2, 6)
    )
    yield claim("chance", sp.Subs(z ** (n - 1), z, law), wins, "all the others bid less", **within)
    yield sketch("distribution", over="b", low=0, high=1, n=(2, 3, 10))


@declare(
    "reward",
    source="Baye, Kovenock, de Vries (1996), Economic Theory 8; Hillman, Riley (1989), Economics and Politics 1",
    v=given("currency", "the stronger one's value of the prize", 3, "(0, inf)"),
    w=given("currency", "the weaker one's value of the prize", 2, "(0, inf)"),
    b=given("currency", "a bid", 1, "[0, inf)"),
)
def unequal_all_pay(v: Expr, w: Expr, b: Expr) -> Declared:
    """An auction in which all pay and the highest bid wins, with two bidders of different value (others stay out).

    The stronger bids evenly up to w; the weaker does so with probability w/v and stays out otherwise.
    """
    yield condition(sp.Ge(v, w), "the first value is that of the stronger bidder")
    s = sp.Symbol("s", nonnegative=True)
    yield formula("strong", sp.Piecewise((b / w, b < w), (1, True)), "1", "chance that the stronger bids at most b")
    yield formula(
        "weak", sp.Piecewise((1 - (w - b) / v, b < w), (1, True)), "1", "chance that the weaker bids at most b"
    )
    rent = yield formula("payoff", v - w, "currency", "what the stronger earns; the weaker earns nothing")
    spent = yield formula("revenue", w / 2 + w**2 / (2 * v), "currency", "mean of both bids together")
    chance = yield formula("chance", 1 - w / (2 * v), "1", "chance that the stronger wins")
    below = 1 - (w - s) / v
    yield claim("any bid of the stronger earns the same", sp.Derivative(v * below - s, s), 0, "up to the lower value")
    yield claim("it earns the difference", sp.Subs(v * below - s, s, w), rent, "a bid of w surely wins")
    yield claim("any bid of the weaker earns the same", sp.Derivative(w * (s / w) - s + v, s), 0, "which is nothing")
    yield claim(
        "bids together",
        sp.Integral(s / w, (s, 0, w)) + sp.Integral(s / v, (s, 0, w)),
        spent,
        "densities 1/w and 1/v; the rest of the weaker's weight is at no bid",
    )
    yield claim("who wins", sp.Integral(below / w, (s, 0, w)), chance, "the weaker bids less than the stronger")
    yield claim(
        "what is won is what is spent and earned", v * chance + w * (1 - chance) - spent, rent, "money is conserved"
    )
    yield sketch("revenue", over="w", low=0.1, high=3)
    yield sketch("weak", over="b", low=0, high=3, w=(1, 2, 3))
