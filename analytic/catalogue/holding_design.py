r"""Holding one lot of a token on a bonding curve, or none.

An agent who may revise compares holding with not holding at the price it would pay now: its gain is the value
of a lot less R(S_-i + lot) - R(S_-i). That makes an exact potential game with potential (values of the
holders) - reserve, and asynchronous logit choice at temperature T a reversible chain with the Gibbs law

.. math:: \pi(S) \propto \binom{N}{S} \exp\big((v S - R(S)) / T\big).

Another protocol is another game: where everybody mints anew each round in random order and then imitates
realised wealth, what counts is the average price paid and not the marginal one.

References
----------
Monderer, D., Shapley, L. S. (1996). Potential games. Games and Economic Behavior 14, 124-143.
Blume, L. E. (1993). The statistical mechanics of strategic interaction. Games and Economic Behavior 5,
387-424.
"""

from __future__ import annotations

import sympy as sp

from ..curve import BondingCurve
from ..design import Design, Parameter, Protocol, Role, Strategy
from ..move import Mint

POSITIVE = sp.Interval.open(0, sp.oo)


def holding() -> Design:
    """The holding design (F1): N = 100 agents, P = 0.02 S + 0.5, value 1.5; half of them hold.

    Examples
    --------
    >>> [protocol.name for protocol in holding().protocols]
    ['one at a time', 'a share at a time', 'rounds']
    """
    N = Parameter("N", sp.Integer(100), "1", sp.Interval(2, sp.oo), "nature", "agents")
    m = Parameter("m", sp.Rational(1, 50), "currency/token^2", sp.Interval(0, sp.oo), "designer", "slope of the price")
    b = Parameter("b", sp.Rational(1, 2), "currency/token", POSITIVE, "designer", "price of the first token")
    phi = Parameter("phi", sp.Integer(0), "1", sp.Interval.Ropen(0, 1), "designer", "fee on each leg of a trade")
    lot = Parameter("lot", sp.Integer(1), "token", POSITIVE, "nature", "tokens a holder holds", per_agent=True)
    v = Parameter(
        "v", sp.Rational(3, 2), "currency", POSITIVE, "nature", "value of a lot to its holder", per_agent=True
    )
    T = Parameter("T", sp.Rational(1, 10), "currency", POSITIVE, "agent", "temperature of the choice", per_agent=True)
    eta = Parameter("eta", sp.Rational(1, 2), "1", sp.Interval.Lopen(0, 1), "nature", "share revising at once")
    holder = Role(
        name="holder",
        count=N.symbol,
        strategies=(Strategy("hold", (Mint(lot.symbol, "token"),)), Strategy("out")),
        value={"token": v.symbol / lot.symbol},
    )
    return Design(
        name="holding",
        title="Token economy on a bonding curve",
        parameters=(N, m, b, phi, lot, v, T, eta),
        roles=(holder,),
        curves={"token": BondingCurve.linear(m=m.symbol, b=b.symbol, fee=phi.symbol)},
        protocols=(
            Protocol("one at a time", choice="logit", temperature=T.symbol),
            Protocol(
                "a share at a time",
                order="simultaneous",
                choice="logit",
                temperature=T.symbol,
                revising=eta.symbol,
            ),
            Protocol("rounds", standing=False, choice="proportional imitation"),
        ),
        citation="Monderer-Shapley (1996), Games Econ. Behav. 14:124; Blume (1993), Games Econ. Behav. 5:387",
    )
