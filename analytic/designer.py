r"""What a designer should choose, in closed form: four results, each derived from its model with checked steps.

==========================  ===========================================================================
`best_slope`                slope of a linear curve with least mean-square mispricing (F3)
`efficient_budget`          token budget that makes a data market efficient (F7)
`best_prize`                prize of a lottery contest worth theta sqrt(X) to the designer
`crowd_efforts`             efforts of a lottery contest with unequal costs, all active (for a leader)
==========================  ===========================================================================
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import sympy as sp

from .best import Optimum, aligning_value, best_value
from .derivation import Derivation, prove
from .expression import exact

__all__ = ["best_prize", "best_slope", "crowd_efforts", "efficient_budget"]


def best_slope() -> Optimum:
    r"""The slope m of a linear curve that keeps the price nearest to a moving value.

    Value traders buy beta (V - P) tokens a step and noise traders eps tokens of standard deviation s; the value moves
    by tau a step. A trade of q tokens moves the price by m q, so the mispricing e = P - V follows

    .. math:: e' = (1 - m\beta)\, e + m\, s\, \epsilon - \tau\, \eta, \qquad
              E e^2 = \frac{m^2 s^2 + \tau^2}{m\beta\,(2 - m\beta)} .

    Returns
    -------
    Optimum
        In beta, s and tau; its goal is minus the mean square.

    Examples
    --------
    >>> best = best_slope()
    >>> beta, s, tau = sp.symbols("beta s tau", positive=True)
    >>> best.value.subs({beta: 10, s: 5, tau: sp.Rational(1, 10)}).evalf(7)
    0.01809975
    """
    m, beta, s, tau, e, V = sp.symbols("m beta s tau e V", positive=True)
    eps, eta = sp.symbols("epsilon eta", real=True)
    after = (V + e) + m * (beta * (V - (V + e)) + s * eps) - (V + tau * eta)
    keep = 1 - m * beta
    square = (m**2 * s**2 + tau**2) / (m * beta * (2 - m * beta))
    steps = (
        prove("mispricing", after, keep * e + m * s * eps - tau * eta, "a trade moves the price by m times its size"),
        prove("mean square", keep**2 * square + m**2 * s**2 + tau**2, square, "it repeats itself",
              ranges={m: (0, 0.1), beta: (1, 20)}, shown=sp.Eq(sp.Symbol("E_e2"), square, evaluate=False)),
    )  # fmt: skip
    found = best_value(-square, m, domain=(sp.S.Zero, 2 / beta), title="The best slope of a linear curve")
    return replace(found, derivation=replace(found.derivation, steps=(*steps, *found.derivation.steps)))


def efficient_budget() -> Optimum:
    r"""The token budget r at which the Nash equilibrium of a data market is efficient, and the ESS too.

    Each of n participants gives s_i and gets :math:`r s_i/S - \theta\sigma^2/S - c s_i`. The budget comes from
    outside, so that the sum of payoffs less r is largest at :math:`S^* = \sigma\sqrt{n\theta/c}`, and then
    :math:`r^* = c S^*`.

    Returns
    -------
    Optimum
        `goal` is the total given there.

    Examples
    --------
    >>> n, theta, sigma, c = sp.symbols("n theta sigma c", positive=True)
    >>> numbers = {n: 6, theta: 4, sigma: 3, c: sp.Rational(1, 4)}
    >>> best = efficient_budget()
    >>> best.value.subs(numbers).evalf(5), best.goal.subs(numbers).evalf(5)
    (7.3485, 29.394)
    """
    n, theta, sigma, c, r, S, s, y = sp.symbols("n theta sigma c r S s y", positive=True)
    others = (n - 1) * s

    def payoff(own: sp.Expr, rest: sp.Expr) -> sp.Expr:
        return r * own / (own + rest) - theta * sigma**2 / (own + rest) - c * own

    where = {n: (1, 40)}
    wanted = best_value(-n * theta * sigma**2 / S - c * S, S, ranges=where)
    nash = sp.diff(payoff(y, others), y).subs(y, s)
    ess = sp.diff(payoff(y, others) - payoff(s, (n - 2) * s + y), y).subs(y, s)
    budget = aligning_value(sp.factor(nash), s, wanted.value / n, r)
    at = {s: wanted.value / n, r: budget}
    steps = (
        *(replace(step, name=f"efficient total: {step.name}") for step in wanted.derivation),
        prove("Nash at the budget", nash.subs(at), sp.S.Zero, "nobody gains by giving more or less", ranges=where,
              shown=sp.Eq(r, budget, evaluate=False)),
        prove("Nash is a best reply", sp.diff(payoff(y, others), y, 2).subs(at).subs(y, wanted.value / n), sp.S.Zero,
              "the payoff bends downwards in one's own gift", relation="<", ranges=where),
        prove("ESS at the budget", ess.subs(at), sp.S.Zero, "nobody gains over the others either", ranges=where),
        prove("budget and total", budget, c * wanted.value, "each token of the budget pays for one unit of cost",
              ranges=where),
    )  # fmt: skip
    return Optimum(r, budget, wanted.value, Derivation("The efficient budget of a data market", steps))


def best_prize() -> Optimum:
    r"""The prize R of a lottery contest of n with cost c, when total effort X is worth theta sqrt(X) to the designer.

    Examples
    --------
    >>> theta, n, c = sp.symbols("theta n c", positive=True)
    >>> best_prize().value.subs({theta: 4, n: 5, c: sp.Rational(1, 2)}).evalf(3)
    6.40
    """
    R, theta, n, c, x, y = sp.symbols("R theta n c x y", positive=True)
    where = {n: (1, 40)}
    each = R * (n - 1) / (n**2 * c)
    gain = R * y / (y + (n - 1) * x) - c * y
    condition = sp.diff(gain, y).subs(y, x)
    found = best_value(theta * sp.sqrt(n * each) - R, R, ranges=where, title="The best prize of a lottery contest")
    steps = (
        prove("effort of each", condition.subs(x, each), sp.S.Zero, "nobody gains by more or less", ranges=where,
              shown=sp.Eq(x, each, evaluate=False)),
        prove("it is a best reply", sp.diff(gain, y, 2), sp.S.Zero, "the payoff bends downwards", relation="<",
              ranges=where),
    )  # fmt: skip
    return replace(found, derivation=replace(found.derivation, steps=(*steps, *found.derivation.steps)))


def crowd_efforts(prize: sp.Expr, costs: Sequence[sp.Expr]) -> tuple[sp.Expr, ...]:
    r"""Equilibrium efforts of a lottery contest in which all who are named are active.

    .. math:: t_i = \frac{(n-1)\,R}{\sum k}\Big(1 - \frac{(n-1)\,k_i}{\sum k}\Big)

    Parameters
    ----------
    prize : sympy.Expr
    costs : sequence of sympy.Expr
        Of a unit of effort, at least two; positive.

    Returns
    -------
    tuple of sympy.Expr

    Raises
    ------
    ValueError
        When somebody would rather not take part: cost at least sum/(n - 1).

    References
    ----------
    Yang, Xue, Fang, Tang (2012), Crowdsourcing to smartphones, MobiCom 12.

    Examples
    --------
    >>> crowd_efforts(sp.Symbol("R"), [1, 1])
    (R/4, R/4)
    """
    given = tuple(exact(each) for each in costs)
    n, total = len(given), sp.Add(*given)
    if n < 2:
        raise ValueError(f"a contest needs at least two players, got {n}")
    efforts = []
    for place, cost in enumerate(given):
        margin = 1 - (n - 1) * cost / total
        if cost.is_positive is False or margin.is_nonpositive:
            raise ValueError(
                f"player {place} with cost {cost} takes no part: costs must be positive and below {total / (n - 1)}"
            )
        efforts.append((n - 1) * prize / total * margin)
    return tuple(efforts)
