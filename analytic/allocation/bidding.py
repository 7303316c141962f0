r"""Kelly's bid mechanism: capacity is shared in proportion to what is bid, and each pays the own bid.

.. math:: d_i = C \frac{w_i}{\sum_j w_j}, \qquad p = \frac{\sum_j w_j}{C}

Price takers with utility w_i log d_i bid w_i whatever the price, and the result maximises the sum of utilities
(proportional fairness). Bidders who see that they move the price shade their bids:

.. math:: U_i'(d_i) \left(1 - \frac{d_i}{C}\right) = p \quad (\le p \text{ where } d_i = 0)

With concave utilities this has one solution, and it is worth at least 3/4 of the optimum when U_i(0) >= 0.

References
----------
Kelly (1997), "Charging and rate control for elastic traffic", Eur. Trans. Telecommun. 8.
Johari, Tsitsiklis (2004), "Efficiency loss in a network resource allocation game", Math. Oper. Res. 29.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy as sp

from ..mechanism import Declared, Expr, claim, declare, formula, given, sketch
from .quantities import amounts

__all__ = ["kelly", "kelly_anarchy", "kelly_bidding", "kelly_shares"]


@declare(
    "allocation",
    source="Kelly (1997), Charging and rate control for elastic traffic, Eur. Trans. Telecommun. 8, section 2",
    C=given("unit", "capacity", 10, "(0, inf)"),
    w=given("currency", "own bid (weight)", 2, "(0, inf)"),
    W=given("currency", "others' bids", 6, "(0, inf)"),
)
def kelly(C: Expr, w: Expr, W: Expr) -> Declared:
    """Capacity in proportion to bids; price takers with utility w log d bid w, which is the social optimum."""
    d = sp.Symbol("d", positive=True)
    price = yield formula("price", (w + W) / C, "currency/unit", "price of a unit")
    share = yield formula("granted", C * w / (w + W), "unit", "what the bid buys")
    yield claim("capacity is used", share + C * W / (W + w), C, "shares add to one")
    yield claim(
        "best at the price", sp.Subs(sp.Derivative(w * sp.log(d) - price * d, d), d, share), 0, "first-order condition"
    )
    rest = W * sp.log(C - d)
    yield claim(
        "social optimum",
        sp.Subs(sp.Derivative(w * sp.log(d) + rest, d), d, share),
        0,
        "no unit is worth more to another: proportional fairness",
    )
    yield claim(
        "it is a maximum",
        sp.Subs(sp.Derivative(w * sp.log(d) + rest, (d, 2)), d, share),
        -((w + W) ** 2) * (1 / w + 1 / W) / C**2,
        "the sum of utilities is concave",
    )
    yield sketch("granted", over="w", low=0.01, high=20, W=(2, 6, 18))


@declare(
    "allocation",
    source="Johari, Tsitsiklis (2004), Efficiency loss in a network resource allocation game, section 3",
    C=given("unit", "capacity", 10, "(0, inf)"),
    v=given("currency/unit", "own value of a unit", 2, "(0, inf)"),
    B=given("currency", "others' bids", 6, "(0, inf)"),
    n=given("1", "bidders alike", 4, "integer [2, inf)"),
)
def kelly_bidding(C: Expr, v: Expr, B: Expr, n: Expr) -> Declared:
    """Bidders who see that they move the price: best reply and equilibrium; `kelly_equilibrium` has any utilities."""
    b, d, p = sp.symbols("b d p", positive=True)
    payoff = v * C * b / (b + B) - b
    reply = yield formula("reply", sp.Max(0, sp.sqrt(v * C * B) - B), "currency", "best reply to the others' bids")
    bid = yield formula("bid", v * C * (n - 1) / n**2, "currency", "equilibrium bid among equals")
    price = yield formula("price", v * (n - 1) / n, "currency/unit", "equilibrium price among equals")
    inner = {"C": (4, 9), "v": (2, 5), "B": (1, 7)}
    yield claim("best reply", sp.Subs(sp.Derivative(payoff, b), b, reply), 0, "first-order condition", **inner)
    yield claim(
        "it is a maximum",
        sp.Subs(sp.Derivative(payoff, (b, 2)), b, sp.sqrt(v * C * B) - B),
        -2 / sp.sqrt(v * C * B),
        "concave in the own bid",
        **inner,
    )
    others = sp.Subs(sp.sqrt(v * C * B) - B, B, (n - 1) * bid)
    yield claim("equilibrium among equals", others, bid, "it replies to itself")
    i = sp.Symbol("i", integer=True)
    yield claim("price", sp.Sum(bid / C, (i, 1, n)), price, "all bids over the capacity")
    yield claim(
        "in units of the good",
        sp.Subs(sp.Derivative(payoff, b), (b, B), (p * d, p * (C - d))),
        v * (1 - d / C) / p - 1,
        "the first-order condition at price p and share d: U'(d) (1 - d/C) = p",
    )
    yield claim(
        "the equilibrium maximises a sum",
        sp.Derivative(v * (1 - d / C) * d + sp.Integral(v * sp.Symbol("z"), (sp.Symbol("z"), 0, d)) / C, d),
        v * (1 - d / C),
        "of (1 - d/C) U(d) + 1/C times the integral of U, which is concave: so there is one",
    )
    yield sketch("reply", over="B", low=0.01, high=20, v=(0.5, 1, 2))


@declare(
    "allocation",
    source="Johari, Tsitsiklis (2004), Efficiency loss in a network resource allocation game, theorem 3",
    N=given("1", "rivals", 10, "integer [1, inf)"),
    u=given("1", "value of a unit to a rival (1 to the leader)", 0.5, "(0, 1]"),
)
def kelly_anarchy(N: Expr, u: Expr) -> Declared:
    """One bidder values the unit at 1, N rivals at u each: what strategic bidding loses; at worst a quarter."""
    p = yield formula("price", N * u / (N + u), "1", "equilibrium price")
    leader = yield formula("leader", (N + u - N * u) / (N + u), "1", "share of the one who values it most")
    worth = yield formula("efficiency", leader + u * (1 - leader), "1", "equilibrium worth over the optimum")
    half, limit = sp.Rational(1, 2), sp.Symbol("limit", positive=True)
    yield claim("leader's condition", 1 - leader, p, "1 (1 - d) = p, Johari and Tsitsiklis' first-order condition")
    yield claim("rivals' condition", u * (1 - (1 - leader) / N), p, "u (1 - (1 - d)/N) = p")
    yield claim("rivals at one half", sp.Subs(worth, u, half), (3 * N + 2) / (4 * N + 2), "the worst case's rivals")
    crowd = yield formula("crowd", 1 - u + u**2, "1", "efficiency with endless rivals")
    yield claim("endless rivals", sp.Limit(worth.subs(N, limit), limit, sp.oo), crowd, "each is a price taker")
    yield claim("worst value", sp.Subs(sp.Derivative(crowd, u), u, half), 0, "the crowd's worst value is one half")
    yield claim("price of anarchy", sp.Subs(crowd, u, half), sp.Rational(3, 4), "never below three quarters")
    yield sketch("efficiency", over="u", low=0.01, high=1, N=(1, 2, 10, 1000))


def kelly_shares(capacity: Any, bids: Any, *, axis: int = -1) -> Any:
    """What each bid buys; nothing is given where nobody bids.

    Parameters
    ----------
    capacity : number or array_like
        Not negative; one for each batch.
    bids : array_like
        Not negative. Exact when given as Fractions.
    axis : int
        The axis of the bidders; the others are batches.

    Returns
    -------
    numpy.ndarray
        Of the bids' shape, broadcast against the batches.

    Raises
    ------
    ValueError
        For a number outside its domain.

    References
    ----------
    Kelly (1997), "Charging and rate control for elastic traffic", Eur. Trans. Telecommun. 8.

    Examples
    --------
    >>> kelly_shares(10, [2, 6, 0])
    array([2.5, 7.5, 0. ])
    """
    C, w = amounts(capacity=capacity, bids=bids)
    if w.ndim == 0:
        raise ValueError(f"bids are an array with one number for each bidder, got {bids}")
    w = np.moveaxis(w, axis, -1)
    largest = np.max(w, axis=-1, initial=0, keepdims=True)
    part = w / np.where(largest == 0, 1, largest)  # so that the sum of huge bids does not overflow
    total = np.sum(part, axis=-1, keepdims=True)
    return np.moveaxis(C[..., None] * (part / np.where(total == 0, 1, total)), -1, axis)
