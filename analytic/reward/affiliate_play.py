r"""How much affiliates work for a reward pro rata: together, at Nash, when copied, and what is best for whom.

The crowd mints :math:`A X^\gamma` tokens with the currency X that n affiliates bring; k per token is shared pro rata,
and to bring one unit costs c. Affiliate i gets :math:`k A X^{\gamma - 1} x_i - c\,x_i`, concave in :math:`x_i`. In all

.. math::

    X_{joint} = \Bigl(\frac{\gamma k A}{c}\Bigr)^{\frac{1}{1 - \gamma}}, \quad
    X_{Nash} = \Bigl(\frac{(n - 1 + \gamma) k A}{n c}\Bigr)^{\frac{1}{1 - \gamma}}, \quad
    X_{ESS} = \Bigl(\frac{k A}{c}\Bigr)^{\frac{1}{1 - \gamma}}.

With the worth v of a token to the designer, k = gamma v is best for the designer whatever is played, and k = gamma n v
/ (n - 1 + gamma) makes Nash efficient. A budget B that binds turns the reward into a contest for a fixed prize.

References
----------
Schaffer, M. E. (1988), "Evolutionarily stable strategies for a finite population and a variable contest size",
J. Theor. Biol. 132. Vega-Redondo, F. (1997), "The evolution of Walrasian behavior", Econometrica 65.
"""

from __future__ import annotations

import sympy as sp

from ..mechanism import Declared, Expr, claim, declare, formula, given, sketch

__all__ = ["affiliate_budget", "affiliate_effort", "affiliate_rate", "linear_affiliate"]

_SOURCE = "Derived; Schaffer (1988), J. Theor. Biol. 132:469; Vega-Redondo (1997), Econometrica 65:375"


@declare(
    "reward",
    source=_SOURCE,
    k=given("currency/token", "reward per token minted", 0.2, "(0, inf)"),
    A=given("token", "tokens minted with one unit of currency", 10, "(0, inf)"),
    gamma=given("1", "elasticity of minting", 0.5, "(0, 1)"),
    c=given("1", "cost of bringing in one unit of currency", 0.2, "(0, inf)"),
    n=given("1", "affiliates", 5, "integer [2, inf)"),
)
def affiliate_effort(k: Expr, A: Expr, gamma: Expr, c: Expr, n: Expr) -> Declared:
    """Efforts per head for an affiliate reward pro rata: together, at Nash, and where the best are copied.

    Affiliates who agree bring least; at Nash each overlooks that its effort takes from the others; where the best of a
    closed group are copied (the ESS of a finite population) all of the reward is spent on effort. One affiliate alone
    plays the joint optimum.
    """
    x, y, z = (sp.Symbol(name, positive=True) for name in "xyz")

    def minted(currency: Expr) -> Expr:
        return A * currency**gamma

    def profit(own: Expr, others: Expr) -> Expr:
        return k * minted(own + others) * own / (own + others) - c * own

    def head(pay: Expr) -> Expr:
        return (pay * A / c) ** (1 / (1 - gamma)) / n

    joint = yield formula("joint", head(gamma * k), "currency", "effort per head that is best for the affiliates")
    nash = yield formula("nash", head(k * (n - 1 + gamma) / n), "currency", "effort per head at Nash")
    ess = yield formula("ess", head(k), "currency", "effort per head where the best are copied")
    low = {"gamma": (0.125, 0.875), "k": (1, 2), "A": (1, 2), "c": (1, 2), "n": (2, 6)}
    yield claim(
        "joint optimum",
        sp.Derivative(k * minted(n * x) / n - c * x, x),
        c * ((joint / x) ** (1 - gamma) - 1),
        "one affiliate's part of what all earn at the same effort x rises below the optimum and falls above it",
        **low,
    )
    yield claim(
        "Nash",
        sp.Subs(sp.Derivative(profit(y, z), y), (y, z), (x, (n - 1) * x)),
        c * ((nash / x) ** (1 - gamma) - 1),
        "where all make the effort x, a little more of one's own pays below Nash and costs above it",
        **low,
    )
    yield claim(
        "one's own profit is concave",
        sp.Derivative(profit(y, z), (y, 2)),
        -k * A * (1 - gamma) * (y + z) ** (gamma - 3) * (gamma * y + 2 * z),
        "all factors are positive for gamma < 1, so that the first-order condition suffices",
        **low,
    )
    yield claim(
        "ESS",
        sp.Subs(sp.Derivative(profit(y, (n - 1) * x) - profit(x, (n - 2) * x + y), y), y, x),
        c * ((ess / x) ** (1 - gamma) - 1),
        "a little more than the others' x gains a lead over them below the ESS and loses it above",
        **low,
    )
    yield claim("at the ESS the pool is spent", profit(ess, (n - 1) * ess), 0, "effort costs all that is paid", **low)
    overwork = yield formula(
        "overwork", ((n - 1 + gamma) / (n * gamma)) ** (1 / (1 - gamma)), "1", "effort at Nash per joint effort"
    )
    yield claim("overwork at Nash", nash / joint, overwork, "one over the other", **low)
    yield sketch("nash", over="n", low=2, high=20, c=(0.15, 0.2, 0.3))


@declare(
    "reward",
    source=_SOURCE,
    k=given("currency/token", "reward per token minted", 0.2, "(0, inf)"),
    A=given("token", "tokens minted with one unit of currency", 10, "(0, inf)"),
    gamma=given("1", "elasticity of minting", 0.5, "(0, 1)"),
    c=given("1", "cost of bringing in one unit of currency", 0.2, "(0, inf)"),
    n=given("1", "affiliates", 5, "integer [2, inf)"),
    v=given("currency/token", "worth of a token to the designer", 0.4, "(0, inf)"),
)
def affiliate_rate(k: Expr, A: Expr, gamma: Expr, c: Expr, n: Expr, v: Expr) -> Declared:
    """The reward per token that is best for the designer, and that which is best for all, when affiliates play Nash.

    The designer keeps v - k of each token and pays gamma v, whatever is played. Society would pay gamma n v / (n - 1 +
    gamma): more than the designer, for it gets the affiliates' profit too, but less than v, since they overwork.
    """
    x, z = sp.Symbol("x", positive=True), sp.Symbol("z", positive=True)
    nash = (k * A * (n - 1 + gamma) / (n * c)) ** (1 / (1 - gamma)) / n
    minted = A * (n * nash) ** gamma
    social = yield formula("social", (gamma * v * A / c) ** (1 / (1 - gamma)) / n, "currency", "best effort for all")
    best = yield formula(
        "social_rate", gamma * n * v / (n - 1 + gamma), "currency/token", "reward that is best for all"
    )
    chosen = yield formula("designer_rate", gamma * v, "currency/token", "reward that is best for the designer")
    earned = yield formula("affiliate_profit", k * minted / n - c * nash, "currency", "an affiliate's profit at Nash")
    kept = yield formula("designer_profit", (v - k) * minted, "currency", "the designer's profit at Nash")
    low = {"gamma": (0.125, 0.875), "k": (1, 2), "A": (1, 2), "c": (1, 2), "v": (1, 2), "n": (2, 6)}
    yield claim(
        "best for all",
        sp.Subs(sp.Derivative(v * A * x**gamma - c * x, x), x, n * social),
        0,
        "rewards only change hands: tokens are weighed against effort",
        **low,
    )
    yield claim("the best reward makes Nash efficient", sp.Subs(nash, k, best), social, "efforts coincide", **low)
    yield claim(
        "the designer's best reward",
        sp.Subs(sp.Derivative((v - k) * (z * k ** (1 / (1 - gamma))) ** gamma, k), k, chosen),
        0,
        "under each concept X is some z times k^(1/(1 - gamma)): neither n nor c nor the concept decides",
        **low,
    )
    yield claim("surplus", n * earned + kept, v * minted - n * c * nash, "what the reward pays is received", **low)
    yield sketch("designer_profit", over="k", low=0.01, high=0.4, n=(2, 5, 20))


@declare(
    "reward",
    source=_SOURCE,
    k=given("currency/token", "reward per token minted", 0.2, "(0, inf)"),
    A=given("token", "tokens minted with one unit of currency", 10, "(0, inf)"),
    gamma=given("1", "elasticity of minting", 0.5, "(0, 1)"),
    c=given("1", "cost of bringing in one unit of currency", 0.2, "(0, inf)"),
    n=given("1", "affiliates", 5, "integer [2, inf)"),
    B=given("currency", "budget", 15, "(0, inf)"),
)
def affiliate_budget(k: Expr, A: Expr, gamma: Expr, c: Expr, n: Expr, B: Expr) -> Declared:
    """Efforts per head for an affiliate reward pro rata out of a budget.

    While the budget lasts each token pays k; after that the affiliates contest a fixed prize B. Nash lies on the branch
    whose own equilibrium it is, or at the kink between them.
    """
    y, Z = sp.Symbol("y", positive=True), sp.Symbol("Z", positive=True)

    def head(pay: Expr) -> Expr:
        return (pay * A / c) ** (1 / (1 - gamma)) / n

    kink = yield formula("exhausting", (B / (k * A)) ** (1 / gamma) / n, "currency", "effort that uses up the budget")
    prize = yield formula("contest", (n - 1) * B / (n**2 * c), "currency", "effort in a contest for the budget")
    free = head(k * (n - 1 + gamma) / n)
    nash = yield formula("nash", sp.Min(free, sp.Max(kink, prize)), "currency", "effort per head at Nash")
    ess = yield formula("ess", sp.Min(head(k), B / (n * c)), "currency", "effort per head where the best are copied")
    yield formula("joint", sp.Min(head(gamma * k), kink), "currency", "effort per head that is best for affiliates")
    low = {"gamma": (0.125, 0.875), "k": (1, 2), "A": (1, 2), "c": (1, 2), "n": (2, 6), "B": (1, 2)}
    y_all = n * y
    yield claim(
        "the budget is used up", sp.Subs(k * A * y_all**gamma, y, kink), B, "at the kink the pool is the budget", **low
    )
    yield claim(
        "contest for the budget",
        sp.Subs(sp.Derivative(B * y / (y + Z) - c * y, y), (y, Z), (prize, (n - 1) * prize)),
        0,
        "with the pool fixed, a share of it is weighed against effort",
        **low,
    )
    yield claim(
        "a budget that does not bind", nash.rewrite(sp.Piecewise), free, "efforts are those without a budget",
        **{**low, "B": (1e4, 2e4), "gamma": (0.25, 0.5)},
    )  # fmt: skip
    yield claim(
        "the kink between both",
        sp.Subs(k * A * y_all ** (gamma - 1), y, kink),
        B / (n * kink),
        "below it a unit is paid k f(X)/X, above it B/X: equal where they meet, less steep after",
        **low,
    )
    yield claim(
        "where the best are copied the pool is spent",
        sp.Subs(sp.Piecewise((k * A * y_all**gamma, k * A * y_all**gamma < B), (B, True)) - c * y_all, y, ess),
        0,
        "effort costs all that is paid",
        **low,
    )
    yield sketch("nash", over="B", low=1, high=60, k=(0.1, 0.2, 0.3))


@declare(
    "reward",
    source="Derived; Holmstrom, Milgrom (1987), Econometrica 55 (linear pay against quadratic effort cost)",
    k=given("currency/token", "reward per token minted", 0.2),
    gamma=given("token", "tokens minted by one unit of effort", 5),
    c=given("currency", "steepness of the effort cost c x^2 / 2", 2, "(0, inf)"),
    n=given("1", "affiliates", 4, "integer [1, inf)"),
    v=given("currency/token", "worth of a token", 0.4),
)
def linear_affiliate(k: Expr, gamma: Expr, c: Expr, n: Expr, v: Expr) -> Declared:
    """Affiliates whose effort x mints gamma x tokens at cost c x^2 / 2: no one stands in another's way.

    Each chooses k gamma / c whatever the others do. Paying the full worth of a token makes effort efficient.
    """
    x, i = sp.Symbol("x", positive=True), sp.Symbol("i", integer=True)
    own = k * gamma * x - c * x**2 / 2
    effort = yield formula("effort", k * gamma / c, "1", "effort per head")
    total = yield formula("minted", n * k * gamma**2 / c, "token", "tokens minted in all")
    profit = yield formula("profit", (k * gamma) ** 2 / (2 * c), "currency", "an affiliate's profit")
    welfare = yield formula("welfare", n * gamma**2 * k * (2 * v - k) / (2 * c), "currency", "worth less effort")
    yield claim("best effort", sp.Subs(sp.Derivative(own, x), x, effort), 0, "pay of the last token is its cost")
    yield claim("profit", sp.Subs(own, x, effort), profit, "pay less effort")
    yield claim("tokens", sp.Sum(gamma * effort, (i, 1, n)), total, "everybody's effort", n=(1, 9))
    yield claim("welfare", sp.Subs(n * (v * gamma * x - c * x**2 / 2), x, effort), welfare, "pay only changes hands")
    yield claim("pay the worth", sp.Subs(sp.Derivative(welfare, k), k, v), 0, "k = v makes effort efficient")
    yield claim(
        "the designer pays half",
        sp.Subs(sp.Derivative((v - k) * total, k), k, v / 2),
        0,
        "who keeps v - k of each token sets k = v / 2",
    )
    yield sketch("welfare", over="k", low=0, high=0.8, v=(0.2, 0.4, 0.6))
