r"""One buyer and one seller with sealed bids: the double auction at its smallest.

The buyer's value v and the seller's cost c are uniform on [0, 1] and private. If the bid is at least the ask they
trade at k bid + (1 - k) ask. In the linear equilibrium both shade,

    bid = v/(1 + k) + k (1 - k)/(2 (1 + k)),    ask = c/(2 - k) + (1 - k)/2,

so that some gains from trade are lost: at k = 1/2 they trade iff v >= c + 1/4 and keep 27/32 of the gains; no
mechanism that needs no subsidy keeps more.

References
----------
Chatterjee, Samuelson (1983), Operations Research 31, 835-851; Myerson, Satterthwaite (1983), J. Economic Theory 29.
"""

from __future__ import annotations

import sympy as sp

from ..mechanism import Declared, Expr, claim, declare, formula, given, sketch

__all__ = ["bilateral_auction"]


@declare(
    "clearing",
    source="Chatterjee, Samuelson (1983), Bargaining under incomplete information, Operations Research 31, 835-851",
    v=given("currency", "the buyer's value", 0.8, "[0, 1]"),
    c=given("currency", "the seller's cost", 0.3, "[0, 1]"),
    k=given("1", "weight of the bid in the price", 0.5, "[0, 1]"),
)
def bilateral_auction(v: Expr, c: Expr, k: Expr) -> Declared:
    """A buyer and a seller who name prices and trade between them, each shading what it is worth."""
    x, y, w = sp.symbols("x y w", real=True)
    bid = yield formula("bid", v / (1 + k) + k * (1 - k) / (2 * (1 + k)), "currency", "bid")
    ask = yield formula("ask", c / (2 - k) + (1 - k) / 2, "currency", "ask")
    least, most = ask.subs(c, 0), bid.subs(v, 1)
    buyer = sp.Integral((v - k * x - (1 - k) * y) * (2 - k), (y, least, x))
    yield claim(
        "the buyer's best bid",
        sp.Subs(sp.Derivative(buyer, x), x, bid),
        sp.Integer(0),
        "first-order condition: asks are uniform with density 2 - k",
    )
    seller = sp.Integral((k * y + (1 - k) * x - c) * (1 + k), (y, x, most))
    yield claim(
        "the seller's best ask",
        sp.Subs(sp.Derivative(seller, x), x, ask),
        sp.Integer(0),
        "first-order condition: bids are uniform with density 1 + k",
    )
    limit = yield formula(
        "highest_cost", (2 - k) / (1 + k) * (v - (1 - k) / 2), "currency", "cost up to which they trade"
    )
    yield claim("they trade", sp.Subs(ask, c, limit), bid, "up to where the ask is the bid")
    kept = yield formula("gains", (2 - k) * (1 + k) / 16, "currency", "gains from trade, expected")
    yield claim(
        "gains",
        sp.Integral(sp.Integral(v - w, (w, 0, limit)), (v, (1 - k) / 2, 1)),
        kept,
        "over all values and costs that trade",
    )
    yield claim(
        "the fair split", sp.Subs(kept, k, sp.Rational(1, 2)), sp.Rational(9, 64), "27/32 of the gain 1/6 there is"
    )
    yield sketch("bid", over="v", low=0, high=1, k=(0, 0.5, 1))
