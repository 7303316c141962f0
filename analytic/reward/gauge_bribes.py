r"""Bribes for votes that direct a reward, as in gauge wars.

Voters go where a vote is paid best, so that bribes per vote are equal everywhere and a share of the bribes buys the
same share of the votes, hence of the emissions V. Bribers thus play Tullock's contest with r = 1.

References
----------
Tullock (1980), "Efficient rent seeking". Wardrop, J. G. (1952) (equal pay on all routes in use). Curve gauges and
Votium, 2021.
"""

from __future__ import annotations

import sympy as sp

from ..mechanism import Declared, Expr, claim, declare, formula, given, sketch

__all__ = ["bribe_contest"]


@declare(
    "reward",
    source="Tullock (1980), Efficient rent seeking; Wardrop (1952), on the split of votes; Curve gauges, Votium (2021)",
    V=given("currency", "worth of all emissions to a briber", 1, "(0, inf)"),
    n=given("1", "bribers", 10, "integer [2, inf)"),
    b=given("currency", "own bribe", 0.09, "(0, inf)"),
    D=given("currency", "bribes of the others", 0.81, "(0, inf)"),
)
def bribe_contest(V: Expr, n: Expr, b: Expr, D: Expr) -> Declared:
    """Bribes to voters who split their votes until every vote is paid the same.

    A dollar of bribes then directs n/(n - 1) dollars of emissions at Nash: cheap with two bribers, at cost with many.
    """
    s = sp.Symbol("s", positive=True)
    share = yield formula("share", b / (b + D), "1", "share of votes and emissions")
    bribe = yield formula("bribe", (n - 1) * V / n**2, "currency", "bribe of each at Nash")
    total = yield formula("total", (n - 1) * V / n, "currency", "bribes of all at Nash: what voters get")
    ratio = yield formula("emissions_per_dollar", n / (n - 1), "1", "emissions directed per dollar of bribes")
    gets = yield formula("payoff", V / n**2, "currency", "payoff of each briber at Nash")
    yield formula("best_bribe", sp.Max(0, sp.sqrt(V * D) - D), "currency", "best reply to the others' bribes")
    yield claim("every vote is paid the same", sp.Subs(b / s - D / (1 - s), s, share), 0, "else voters would move")
    yield claim(
        "Nash",
        sp.Subs(sp.Derivative(V * share - b, b), (b, D), (bribe, total - bribe)),
        0,
        "the emissions of one dollar more are worth a dollar",
    )
    yield claim(
        "best reply",
        sp.Subs(sp.Derivative(V * share - b, b), b, sp.sqrt(V * D) - D),
        0,
        "while the others' bribes are below V",
    )
    yield claim("payoff", sp.Subs(V * share - b, (b, D), (bribe, total - bribe)), gets, "put in")
    yield claim(
        "emissions per dollar",
        sp.Sum(bribe * ratio, (sp.Symbol("i", integer=True), 1, n)),
        V,
        "all are directed",
        n=(2, 9),
    )
    yield claim("many bribers", sp.Limit(ratio, n, sp.oo), 1, "a dollar buys a dollar")
    yield sketch("emissions_per_dollar", over="n", low=2, high=50)
    yield sketch("best_bribe", over="D", low=0.001, high=1, V=(0.5, 1, 2))
