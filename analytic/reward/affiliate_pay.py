r"""What affiliates are paid for the crowd they bring: pro rata, by marginal contribution, by Shapley's value.

Affiliate i brings x_i of currency, X in all; the crowd mints f(X) tokens with it and k is paid per token, at most the
budget B in all. Of the pool :math:`\Pi = \min(k f(X), B)`

* pro rata gives :math:`\Pi\,x_i / X`;
* by marginal contribution :math:`\Pi\,[f(X) - f(X - x_i)] / f(X)`, less than all of it when f is concave;
* Shapley's value gives :math:`\Pi\,\phi_i / f(X)`, with the mean contribution :math:`\phi_i` over all
  orders of arrival.

With X = 0 nothing is minted and all get 0. The declared rule has f(X) = A X^gamma, as on a fresh pool with reserve
ratio gamma (gamma = 1/2 is P = m S, with A = sqrt(2/m)); the verbs take any f with f(0) = 0.

References
----------
Shapley, L. S. (1953), "A value for n-person games". Aumann, Shapley (1974), Values of Non-Atomic Games.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import sympy as sp

from ..domain import Domain
from ..mechanism import Declared, Expr, claim, declare, formula, given, sketch
from .shapley import shapley_values
from .sharing import pro_rata

__all__ = ["affiliate_reward", "pay_marginal", "pay_pro_rata", "pay_shapley"]

Minted = Callable[[Any], Any]
"""Tokens minted with so much currency; takes arrays; 0 at 0."""


@declare(
    "reward",
    source="Definition; Shapley (1953), A value for n-person games; Aumann, Shapley (1974), Values of Non-Atomic Games",
    k=given("currency/token", "reward per token minted", 0.2),
    A=given("token", "tokens minted with one unit of currency", 10, "(0, inf)"),
    gamma=given("1", "elasticity of minting", 0.5, "(0, 1]"),
    x=given("currency", "brought in", 10),
    Y=given("currency", "brought in by the others", 30),
    B=given("currency", "budget", 100),
)
def affiliate_reward(k: Expr, A: Expr, gamma: Expr, x: Expr, Y: Expr, B: Expr) -> Declared:
    """A reward k per token that the crowd mints, divided among the affiliates who brought the crowd.

    Pro rata divides the pool by currency brought in. A marginal contribution is what would be missing without one, so
    that under concave minting part of the pool is kept. Shapley's value, here with one other affiliate, lies between.
    """
    X, t = x + Y, sp.Symbol("t", positive=True)
    some = X > 0

    def minted(currency: Expr) -> Expr:
        return A * currency**gamma

    whole = yield formula("minted", minted(X), "token", "what the crowd mints")
    pool = yield formula("pool", sp.Min(k * whole, B), "currency", "what is paid at most")
    equal = yield formula("pro_rata", sp.Piecewise((pool * x / X, some), (0, True)), "currency", "pay by share")
    last = yield formula(
        "marginal", sp.Piecewise((pool * (1 - (Y / X) ** gamma), some), (0, True)), "currency", "pay by what would miss"
    )
    fair = yield formula(
        "shapley",
        sp.Piecewise((pool * (1 + (x / X) ** gamma - (Y / X) ** gamma) / 2, some), (0, True)),
        "currency",
        "Shapley's value, with one other",
    )
    swapped = {x: Y, Y: x}
    yield claim("pro rata pays the pool", equal + equal.subs(swapped, simultaneous=True), pool, "shares add up to one")
    yield claim("Shapley pays the pool", fair + fair.subs(swapped, simultaneous=True), pool, "efficiency")
    yield claim(
        "Shapley is the mean over both orders",
        (pool * minted(x) / whole + last) / 2,
        fair,
        "to come first brings f(x), to come last what would miss without one",
        x=(1, 9), Y=(1, 9),
    )  # fmt: skip
    yield claim(
        "pro rata is Aumann and Shapley's price",
        sp.Integral(sp.diff(k * minted(t), t), (t, 0, X)) * x / X,
        k * whole * x / X,
        "the pay for the marginal unit, averaged while all contributions grow from nothing in proportion",
        x=(1, 9), Y=(1, 9),
    )  # fmt: skip
    yield claim(
        "a small affiliate's marginal pay",
        sp.Subs(sp.Derivative(k * minted(X) - k * minted(Y), x), x, 0),
        gamma * sp.Subs(sp.Derivative(k * minted(X) * x / X, x), x, 0),
        "is gamma of its pay pro rata, which pays the average token",
        Y=(1, 9),
    )
    yield sketch("pro_rata", over="x", low=0, high=100, gamma=(0.3, 0.5, 1))
    yield sketch("marginal", over="x", low=0, high=100, gamma=(0.3, 0.5, 1))


def _pool(contributions: Any, minted: Minted, rate: Any, budget: Any) -> tuple[Any, Any, Any]:
    """Contributions, tokens minted with all of them, and what is paid for those."""
    x = Domain.of("[0, inf)").check("contributions", contributions)
    if x.ndim != 1:
        raise ValueError(f"contributions are a list with one number for each affiliate, got shape {x.shape}")
    k = Domain.of("[0, inf)").check("rate", rate)
    if not (isinstance(budget, float) and budget == math.inf):
        budget = Domain.of("[0, inf)").check("budget", budget)
    if float(minted(np.zeros(1))[0]) != 0.0:
        raise ValueError(f"minted(0) = {minted(np.zeros(1))[0]} is not 0: without currency nothing is minted")
    tokens = float(Domain.of("[0, inf)").check("minted", minted(np.array([math.fsum(x)])))[0])
    return x, tokens, float(np.minimum(k * tokens, budget))


def pay_pro_rata(contributions: Any, minted: Minted, *, rate: Any, budget: Any = math.inf) -> Any:
    """Pay affiliates in proportion to the currency they brought in.

    Parameters
    ----------
    contributions : array_like, shape (n,)
        Currency brought in by each, not negative.
    minted : callable
        Tokens minted with so much currency (arrays in, arrays out); 0 at 0.
    rate : float
        Currency paid per token minted.
    budget : float
        The most that is paid in all.

    Returns
    -------
    numpy.ndarray, shape (n,)
        In currency; sums to min(rate x minted, budget).

    Raises
    ------
    ValueError
        For a number outside its domain, or minted(0) other than 0.

    Examples
    --------
    >>> pay_pro_rata([1, 3], lambda X: 10 * X**0.5, rate=0.2)
    array([1., 3.])
    """
    x, _, pool = _pool(contributions, minted, rate, budget)
    return pro_rata(pool, x)


def pay_marginal(contributions: Any, minted: Minted, *, rate: Any, budget: Any = math.inf) -> Any:
    """Pay each affiliate for the tokens that would be missing without it.

    Parameters
    ----------
    contributions, minted, rate, budget
        As for `pay_pro_rata`; minted is concave, else the pays exceed the pool.

    Returns
    -------
    numpy.ndarray, shape (n,)
        In currency; sums to at most the pool.

    Raises
    ------
    ValueError
        As for `pay_pro_rata`, and when the pays would exceed the pool.

    Examples
    --------
    >>> pay_marginal([9, 16], lambda X: 10 * X**0.5, rate=0.2)
    array([2., 4.])
    """
    x, tokens, pool = _pool(contributions, minted, rate, budget)
    if tokens == 0:
        return np.zeros_like(x)
    others = np.array([math.fsum(x)]) - x
    missing = tokens - Domain.of("[0, inf)").check("minted", minted(np.maximum(others, 0.0)))
    pays = pool * missing / tokens
    if math.fsum(pays) > pool * (1 + 1e-9):
        raise ValueError(
            f"marginal pays of {math.fsum(pays):.6g} exceed the pool of {pool:.6g}: minted is not concave; pay pro rata"
        )
    return pays


def pay_shapley(contributions: Any, minted: Minted, *, rate: Any, budget: Any = math.inf) -> Any:
    """Pay affiliates by Shapley's value of what they mint together.

    Parameters
    ----------
    contributions, minted, rate, budget
        As for `pay_pro_rata`; at most 20 affiliates.

    Returns
    -------
    numpy.ndarray, shape (n,)
        In currency; sums to the pool.

    Raises
    ------
    ValueError
        As for `pay_pro_rata`, and for more than 20 affiliates (`shapley_sampled` takes more).

    References
    ----------
    Shapley, L. S. (1953), "A value for n-person games".

    Examples
    --------
    >>> pay_shapley([9, 16], lambda X: 10 * X**0.5, rate=0.2)
    array([4., 6.])
    """
    x, tokens, pool = _pool(contributions, minted, rate, budget)
    if tokens == 0:
        return np.zeros_like(x)
    if len(x) > 20:
        raise ValueError(f"{len(x)} affiliates have too many coalitions: take at most 20, or shapley_sampled")
    brought = np.zeros(1)
    for each in x:
        brought = np.concatenate([brought, brought + each])
    return pool * shapley_values(minted(brought)) / tokens
