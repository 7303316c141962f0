r"""Named games with feedback, each with its paper.

In the first three one population of two strategies plays

.. math:: F(x, n) = ((1 - n) A_0 + n A_1) x,

where n in [0, 1] is the state of the environment, poor at 0 and rich at 1, and x is the share of the first
strategy, the one that is good for it. They differ in how the environment answers:

==========================  ==============================================  =============================
`oscillating_commons`       n' = epsilon n (1 - n) (theta x - (1 - x))      tipping at x = 1/(1 + theta)
`renewable_resource`        n' = epsilon (r - e_L n - e_H (1 - n)) (x - n)  grows back, is harvested
`decaying_resource`         n' = epsilon alpha (x - n)                      is made, and decays
==========================  ==============================================  =============================

`token_supply` is a supply that agents mint and burn on a bonding curve, whose price is the payoff;
`posted_price` a price that follows excess demand.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import sympy as sp

from evolution.feedback import Feedback

if TYPE_CHECKING:
    from analytic.curve import BondingCurve

__all__ = ["decaying_resource", "oscillating_commons", "posted_price", "renewable_resource", "token_supply"]

COMMONS = ("cooperate", "defect")
EFFORTS = ("low", "high")


def oscillating_commons(
    A0: Any, A1: Any, *, theta: Any, speed: Any = 1, strategies: Sequence[str] = COMMONS
) -> Feedback:
    """An environment that cooperators restore and defectors deplete: the oscillating tragedy of the commons.

    Parameters
    ----------
    A0, A1 : matrices, shape (2, 2)
        Payoffs in a depleted (n = 0) and in a replete (n = 1) environment.
    theta : number
        theta > 0, how much more cooperators restore than defectors deplete.
    speed : number
        epsilon > 0.
    strategies : pair of str
        The restoring and the depleting one.

    Returns
    -------
    Feedback
        With n in [0, 1], whose ends are kept.

    References
    ----------
    .. [1] J. S. Weitz, C. Eksin, K. Paarporn, S. P. Brown and W. C. Ratcliff, *PNAS* 113 (2016) E7518.

    Examples
    --------
    >>> game = oscillating_commons([[5, 1], [3, 0]], [[3, 0], [5, 1]], theta=2, speed=0.1)
    >>> game.rate_expressions[0], game.environment.keeps
    (n*(1 - n)*(2*x - x_defect)/10, ((True, True),))
    """
    theta = _positive("theta", theta)
    n, x, y = _symbols(strategies)
    return _between(A0, A1, n * (1 - n) * (theta * x - y), speed, strategies)


def renewable_resource(
    A0: Any,
    A1: Any,
    *,
    growth: Any,
    low: Any,
    high: Any,
    speed: Any = 1,
    strategies: Sequence[str] = EFFORTS,
) -> Feedback:
    """A resource that grows logistically and is harvested at a low or a high effort.

    With m' = m (r - b m - e_L x - e_H (1 - x)) the stock rests at (r - e_H)/b when all harvest much and at
    (r - e_L)/b when all harvest little; n is where it stands between the two.

    Parameters
    ----------
    A0, A1 : matrices, shape (2, 2)
        Payoffs at the lowest and at the highest stock.
    growth : number
        r, the intrinsic rate of growth.
    low, high : number
        Rates of harvest e_L < e_H < r.
    speed : number
        epsilon > 0.
    strategies : pair of str
        Low and high effort.

    Returns
    -------
    Feedback
        With n in [0, 1].

    References
    ----------
    .. [1] A. R. Tilman, J. B. Plotkin and E. Akcay, *Nat. Commun.* 11 (2020) 915.

    Examples
    --------
    >>> renewable_resource([[1, 0], [2, 1]], [[3, 1], [2, 0]], growth=2, low="1/2", high=1).rate_expressions[0]
    (-n + x)*(n/2 + 1)
    """
    growth, low, high = (_positive(*each) for each in (("growth", growth), ("low", low), ("high", high)))
    if not low < high < growth:
        raise ValueError(f"low, high, growth = {low}, {high}, {growth}: a lasting stock needs low < high < growth")
    n, x, _ = _symbols(strategies)
    return _between(A0, A1, (growth - high + n * (high - low)) * (x - n), speed, strategies)


def decaying_resource(
    A0: Any, A1: Any, *, decay: Any = 1, speed: Any = 1, strategies: Sequence[str] = EFFORTS
) -> Feedback:
    """A by-product of what agents do, such as pollution, that decays: the environment follows the shares.

    Parameters
    ----------
    A0, A1 : matrices, shape (2, 2)
        Payoffs in the environment that the second and that the first strategy makes.
    decay : number
        alpha > 0, its rate.
    speed : number
        epsilon > 0.
    strategies : pair of str
        The one that is good for the environment, and the other.

    Returns
    -------
    Feedback
        With n in [0, 1].

    References
    ----------
    .. [1] A. R. Tilman, J. B. Plotkin and E. Akcay, *Nat. Commun.* 11 (2020) 915.

    Examples
    --------
    >>> decaying_resource([[1, 0], [2, 1]], [[3, 1], [2, 0]], decay=0.5).rate_expressions[0]
    -n/2 + x/2
    """
    decay = _positive("decay", decay)
    n, x, _ = _symbols(strategies)
    return _between(A0, A1, sp.expand(decay * (x - n)), speed, strategies)


def token_supply(curve: BondingCurve, *, value: Any, agents: Any, speed: Any = 1) -> Feedback:
    """A supply that agents mint and burn on a bonding curve, at the curve's marginal price, fees included.

    A minter mints one token per unit of time for P(S) and the fee, and gains its value; a burner sells at the same pace
    what it holds, the supply per head; who waits gets nothing:

        S' = epsilon (N x_mint - (S - S_0) x_burn),    F = (v - P(S) - fee,  P(S) - fee - v,  0)

    with S_0 the lower end of the curve.

    Parameters
    ----------
    curve : BondingCurve
        With numbers for all its parameters.
    value : number
        v, what a token is worth to its holder [currency/token].
    agents : number
        N > 0, how many there are.
    speed : number
        epsilon > 0, tokens a minter mints per unit of time.

    Returns
    -------
    Feedback
        Strategies mint, burn and wait; environment S, in the curve's domain.

    References
    ----------
    .. [1] M. Zargham, J. Shorish and K. Paruch, "From curved bonding to configuration spaces", IEEE ICBC 2020.

    Examples
    --------
    >>> from analytic.curve import BondingCurve
    >>> game = token_supply(BondingCurve.linear(m=0.02, b=0.5), value=1.5, agents=100)
    >>> game.payoff_expressions["population"]
    (1 - S/50, S/50 - 1, 0)
    """
    if curve.free_symbols:
        unbound = ", ".join(sorted(map(str, curve.free_symbols)))
        raise ValueError(f"the curve's parameters {unbound} have no numbers; bind them with curve.at")
    agents, value = _positive("agents", agents), _number("value", value)
    price, supply, low = curve.price_expression, curve.S, curve.supply[0]
    mint, burn = sp.Symbol("x_mint"), sp.Symbol("x_burn")
    return Feedback(
        {
            "mint": sp.expand(value - curve.fees.paid(price)),
            "burn": sp.expand(curve.fees.received(price) - value),
            "wait": 0,
        },
        {supply.name: agents * mint - (supply - low) * burn},
        domain={supply.name: curve.supply},
        speed=speed,
    )


def posted_price(*, value: Any, cost: Any, buyers: Any, sellers: Any, speed: Any = 1) -> Feedback:
    """A price that rises with excess demand, in a market of buyers and sellers who each come or stay away.

        p' = epsilon p (D - O) / (N_b + N_s),    D = N_b x_buy,  O = N_s x_sell

    Parameters
    ----------
    value, cost : number
        What a unit is worth to a buyer, who gains value - p, and costs a seller, who gains p - cost.
    buyers, sellers : number
        N_b, N_s > 0, units they trade per unit of time.
    speed : number
        epsilon > 0.

    Returns
    -------
    Feedback
        Roles buyer (buy, wait) and seller (sell, wait); environment p > 0.

    References
    ----------
    .. [1] P. A. Samuelson, "The stability of equilibrium", *Econometrica* 9 (1941) 97.

    Examples
    --------
    >>> posted_price(value=3, cost=1, buyers=10, sellers=10).rate_expressions[0]
    p*(10*x_buy - 10*x_sell)/20
    """
    value, cost = _number("value", value), _number("cost", cost)
    buyers, sellers = _positive("buyers", buyers), _positive("sellers", sellers)
    p, buy, sell = sp.symbols("p x_buy x_sell")
    return Feedback(
        {"buyer": {"buy": value - p, "wait": 0}, "seller": {"sell": p - cost, "wait": 0}},
        {"p": p * (buyers * buy - sellers * sell) / (buyers + sellers)},
        domain={"p": (0, sp.oo)},
        speed=speed,
    )


def _between(A0: Any, A1: Any, rate: sp.Expr, speed: Any, strategies: Sequence[str]) -> Feedback:
    """One population between two matrices."""
    n = sp.Symbol("n", real=True)
    first, second = _matrix("A0", A0), _matrix("A1", A1)
    if len(set(strategies)) != 2:
        raise ValueError(f"strategies = {strategies!r}: give two names")
    return Feedback(
        (first + n * (second - first)).applyfunc(sp.expand),
        {"n": rate},
        shares={"x": strategies[0]},
        domain={"n": (0, 1)},
        speed=speed,
        strategies=strategies,
    )


def _matrix(name: str, given: Any) -> sp.Matrix:
    rows = [list(row) for row in given]
    if [len(row) for row in rows] != [2, 2]:
        raise ValueError(f"{name} has rows of {', '.join(str(len(row)) for row in rows)} entries; it is 2 by 2")
    return sp.Matrix(2, 2, lambda i, j: _number(name, rows[i][j]))


def _symbols(strategies: Sequence[str]) -> tuple[sp.Symbol, sp.Symbol, sp.Symbol]:
    return (
        sp.Symbol("n", real=True),
        sp.Symbol("x", nonnegative=True),
        sp.Symbol(f"x_{strategies[1]}", nonnegative=True),
    )


def _number(name: str, given: Any) -> sp.Expr:
    from analytic.expression import exact

    number = exact(given)
    if not (number.is_number and number.is_real):
        raise ValueError(f"{name} = {given} is not a real number")
    return number


def _positive(name: str, given: Any) -> sp.Expr:
    number = _number(name, given)
    if not number.is_positive:
        raise ValueError(f"{name} = {given} is not positive")
    return number
