r"""Affiliates who bring a crowd to a bonding curve, paid pro rata.

Each of n affiliates spends c x on an effort that brings in x of currency. The crowd mints with all of it from
supply 0 on P = m S, so that dS(X) = sqrt(2 X / m) when no fee is taken, and affiliate i claims k dS(X) x_i /
X from the designer. What evolution selects depends on who meets whom: one closed group that imitates its best
goes to the finite-population ESS, a large population in random groups to Nash.

References
----------
Schaffer, M. E. (1988). Evolutionarily stable strategies for a finite population and a variable contest size.
    Journal of Theoretical Biology 132, 469-478.
Vega-Redondo, F. (1997). The evolution of Walrasian behavior. Econometrica 65, 375-384.
"""

from __future__ import annotations

import sympy as sp

from ..curve import BondingCurve
from ..design import Action, Design, Parameter, Protocol, Role, Stakeholder
from ..move import MINTED, Claim, Contribute, Spend

POSITIVE = sp.Interval.open(0, sp.oo)
NONNEGATIVE = sp.Interval(0, sp.oo)


def affiliate() -> Design:
    """The affiliate design (F5): efforts 5 at the affiliates' joint optimum, 16.2 at Nash, 20 at the ESS.

    Examples
    --------
    >>> affiliate().at(n=4).values[affiliate().parameter("n").symbol]
    4
    """
    k = Parameter("k", sp.Rational(1, 5), "currency/token", NONNEGATIVE, "designer", "reward per token brought in")
    m = Parameter("m", sp.Rational(1, 50), "currency/token^2", POSITIVE, "designer", "slope of the price")
    phi = Parameter("phi", sp.Integer(0), "1", sp.Interval.Ropen(0, 1), "designer", "fee on each leg of a trade")
    c = Parameter("c", sp.Rational(1, 5), "1", POSITIVE, "nature", "cost of bringing in one unit of currency")
    n = Parameter("n", sp.Integer(5), "1", sp.Interval(1, sp.oo), "nature", "affiliates in a group")
    v = Parameter(
        "v",
        sp.Rational(2, 5),
        "currency/token",
        NONNEGATIVE,
        "nature",
        "worth of a minted token to the designer",
    )
    budget = Parameter(
        "budget", sp.Integer(100), "currency", NONNEGATIVE, "designer", "what the designer can pay a round"
    )
    limit = Parameter("limit", sp.Integer(40), "currency", POSITIVE, "nature", "largest effort")
    x = sp.Symbol("x", nonnegative=True)
    role = Role(
        name="affiliate",
        count=n.symbol,
        action=Action(x, sp.Integer(0), limit.symbol, "currency"),
        moves=(Spend(c.symbol * x), Contribute(x, "token"), Claim(k.symbol * MINTED, "designer", "token")),
    )
    return Design(
        name="affiliate",
        title="Affiliate reward on a bonding curve",
        parameters=(k, m, phi, c, n, v, budget, limit),
        roles=(role,),
        curves={"token": BondingCurve.linear(m=m.symbol, b=0, fee=phi.symbol)},
        treasuries={"designer": budget.symbol},
        stakeholders=(Stakeholder("designer", "designer", v.symbol),),
        protocols=(
            Protocol(
                "random groups",
                standing=False,
                order="batch",
                matching="random groups",
                choice="proportional imitation",
                mutation=sp.Rational(1, 50),
            ),
            Protocol(
                "closed group",
                standing=False,
                order="batch",
                matching="closed group",
                choice="imitate the best",
                mutation=sp.Rational(1, 100),
            ),
        ),
        citation="Schaffer (1988), J. Theor. Biol. 132:469; Vega-Redondo (1997), Econometrica 65:375",
    )
