r"""Demand of a consumer with constant elasticity of substitution, and its Cobb-Douglas case.

A consumer with income I maximises a utility of two quantities x and y, at prices p and q; y is all other goods:

    U(x, y) = (a^(1/sigma) x^rho + (1 - a)^(1/sigma) y^rho)^(1/rho),    rho = (sigma - 1)/sigma,

sigma = 1 is Cobb-Douglas x^a y^(1-a), sigma = 0 the fixed proportions x : y = a : 1 - a, sigma -> infinity
perfect substitutes. Where Lagrange's condition U_x / p = U_y / q holds on the budget line p x + q y = I,

    p x / I = a / (a + (1 - a) (p/q)^(sigma - 1)),

which neither overflows nor divides by rho. `ces_bundle` is the same for any number of goods.

References
----------
Arrow, Chenery, Minhas, Solow (1961), Review of Economics and Statistics 43; Mas-Colell, Whinston, Green (1995), ch.
3.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import ArrayLike, NDArray

from ..domain import Domain
from ..mechanism import Declared, Expr, claim, declare, formula, given, sketch
from ..special import expm1, log1p

__all__ = ["ces_bundle", "ces_demand", "cobb_douglas_demand"]

_INCOME = given("currency", "income", 100, "[0, inf)")
_PRICE = given("currency/token", "price", 2, "(0, inf)")
_OTHER = given("currency/token", "price of the other good", 1, "(0, inf)")
_WALRAS = "all income is spent, because more is better"
_SLUTSKY = "both sides are second derivatives of the same expenditure function"


@declare(
    "clearing",
    source="Cobb, Douglas (1928); Mas-Colell, Whinston, Green (1995), Microeconomic Theory, example 3.D.1",
    I=_INCOME,
    p=_PRICE,
    q=_OTHER,
    alpha=given("1", "weight of the good", 0.4, "[0, 1]", latex=r"\alpha"),
)
def cobb_douglas_demand(I: Expr, p: Expr, q: Expr, alpha: Expr) -> Declared:  # noqa: E741
    """A consumer who spends a fixed share of income on every good, because utility is x^alpha y^(1 - alpha)."""
    u, v, k = sp.symbols("x y k", positive=True)
    utility = u**alpha * v ** (1 - alpha)
    x = yield formula("demand", alpha * I / p, "token", "demand")
    y = yield formula("other", (1 - alpha) * I / q, "token", "demand for the other good")
    best = {u: x, v: y}
    yield claim(
        "Lagrange's condition",
        sp.Subs(sp.Derivative(utility, u) / p, *_at(best)),
        sp.Subs(sp.Derivative(utility, v) / q, *_at(best)),
        "a unit of money brings the same utility in both goods",
    )
    yield claim("Walras' law", p * x + q * y, I, _WALRAS)
    yield claim(
        "homogeneous of degree 0",
        sp.Subs(x, (I, p, q), (k * I, k * p, k * q)),
        x,
        "money is a veil: all prices and the income times k change nothing",
    )
    value = yield formula(
        "utility", I * (alpha / p) ** alpha * ((1 - alpha) / q) ** (1 - alpha), "1", "utility reached"
    )
    yield claim("utility reached", utility.subs(best), value, "the utility of what is bought")
    yield claim("Roy's identity", -sp.Derivative(value, p) / sp.Derivative(value, I), x, "the envelope theorem")
    yield claim("elasticity", p * sp.Derivative(x, p) / x, sp.Integer(-1), "a dearer good takes the same money")
    yield sketch("demand", over="p", low=0.5, high=8, alpha=(0.2, 0.4, 0.8))


@declare(
    "clearing",
    source="Arrow, Chenery, Minhas, Solow (1961), Review of Economics and Statistics 43, 225-250",
    I=_INCOME,
    p=_PRICE,
    q=_OTHER,
    a=given("1", "weight of the good", 0.4, "(0, 1)"),
    sigma=given("1", "elasticity of substitution", 3, "[0, inf)", latex=r"\sigma"),
)
def ces_demand(I: Expr, p: Expr, q: Expr, a: Expr, sigma: Expr) -> Declared:  # noqa: E741
    """A consumer who substitutes between goods with a constant elasticity sigma.

    Goods are complements below sigma = 1, where dearer goods take more of the income, and substitutes above.
    """
    u, v, k = sp.symbols("x y k", positive=True)
    rho = (sigma - 1) / sigma
    utility = a ** (1 / sigma) * u**rho + (1 - a) ** (1 / sigma) * v**rho  # to the power rho: the same wishes
    share = yield formula("share", a / (a + (1 - a) * (p / q) ** (sigma - 1)), "1", "share of the income spent on it")
    x = yield formula("demand", I * share / p, "token", "demand")
    rest = sp.Max(0, 1 - a)  # held together, as a sum 1 - a + ... would be rounded at 1
    other = rest / (rest + a * (q / p) ** (sigma - 1))  # not 1 - share, which cancels
    y = yield formula("other", I * other / q, "token", "demand for the other good")
    between = {"sigma": (1.1, 4), "p": (0.3, 3), "q": (0.3, 3)}
    yield claim(
        "Lagrange's condition",
        sp.Subs(sp.Derivative(utility, u) / p, *_at({u: x, v: y})),
        sp.Subs(sp.Derivative(utility, v) / q, *_at({u: x, v: y})),
        "a unit of money brings the same utility in both goods",
        **between,
    )
    yield claim("Walras' law", p * x + q * y, I, _WALRAS, **between)
    yield claim(
        "homogeneous of degree 0", sp.Subs(x, (I, p, q), (k * I, k * p, k * q)), x, "only ratios count", **between
    )
    yield claim(
        "elasticity of substitution",
        -p * sp.Derivative(sp.log(x / y), p),
        sigma,
        "by how many per cent x/y falls when p/q rises by one",
        **between,
    )
    inside = a * p ** (1 - sigma) + (1 - a) * q ** (1 - sigma)
    level = inside ** (1 / (1 - sigma))
    z = (1 - sigma) * sp.log(p / q)  # the larger power is taken out, so that nothing overflows or cancels
    limit = p**a * q ** (1 - a)
    stable = yield formula(
        "price_level",
        sp.Piecewise(
            (limit, sp.Eq(sigma, 1)),
            (q * sp.exp(_log_mean(rest, a, p / q, 1 - sigma) / (1 - sigma)), z <= 0),
            (p * sp.exp(_log_mean(a, rest, q / p, 1 - sigma) / (1 - sigma)), True),
        ),
        "currency/token",
        "money needed for one unit of utility",
    )
    yield claim("price level", level, stable, "written so that it can be computed", **between)
    slope = -sp.Subs(sp.Derivative(sp.log(inside), sigma), sigma, 1)
    yield claim("price level at sigma = 1", slope, sp.log(limit), "its logarithm is 0/0 there: de l'Hopital's rule")
    reached = I / level
    yield claim(
        "Roy's identity",
        -sp.Derivative(reached, p) / sp.Derivative(reached, I),
        x,
        "the utility reached is the income over the price level; the envelope theorem",
        **between,
    )
    yield claim(
        "Slutsky symmetry",
        sp.Derivative(x, q) + y * sp.Derivative(x, I),
        sp.Derivative(y, p) + x * sp.Derivative(y, I),
        _SLUTSKY,
        **between,
    )
    yield claim("Cobb-Douglas", sp.Subs(share, sigma, 1), a, "at sigma = 1 the share does not depend on prices")
    yield claim(
        "fixed proportions", sp.Subs(x / y, sigma, 0), a / (1 - a), "at sigma = 0 prices do not change the ratio"
    )
    yield sketch("demand", over="p", low=0.2, high=4, sigma=(0, 1, 3))


def _log_mean(weight: Expr, other: Expr, ratio: Expr, power: Expr) -> Expr:
    """Log of weight + other ratio^power <= 1, the weights summing to 1, to the last digit both near 1 and near 0."""
    mean = weight + other * ratio**power
    near = log1p(other * expm1(power * sp.log(ratio)))
    return sp.Piecewise((sp.log(mean), mean < sp.Rational(1, 2)), (near, True))


def _at(point: dict[sp.Symbol, Any]) -> tuple[tuple[sp.Symbol, ...], tuple[Any, ...]]:
    return tuple(point), tuple(point.values())


def ces_bundle(
    prices: ArrayLike, incomes: ArrayLike, *, weights: ArrayLike, elasticity: ArrayLike = 1.0
) -> NDArray[np.float64]:
    r"""What consumers buy of many goods: quantities x_ij = I_i a_ij p_j^(-sigma_i) / sum_k a_ik p_k^(1 - sigma_i).

    Parameters
    ----------
    prices : array_like of shape (goods,)
        Positive [currency/token].
    incomes : array_like of shape (consumers,)
        Not negative [currency].
    weights : array_like of shape (consumers, goods)
        Not negative, not all 0 in a row; the rows need not sum to 1.
    elasticity : array_like of shape (consumers,) or float
        Of substitution, sigma >= 0: 1 is Cobb-Douglas, 0 fixed proportions; rho = (sigma - 1)/sigma.

    Returns
    -------
    numpy.ndarray of shape (consumers, goods)
        Tokens.

    Raises
    ------
    ValueError
        For values outside these domains or shapes that do not fit.

    References
    ----------
    Arrow, Chenery, Minhas, Solow (1961), Review of Economics and Statistics 43.

    Examples
    --------
    >>> ces_bundle([2, 1], [100], weights=[[0.4, 0.6]], elasticity=0)
    array([[28.57142857, 42.85714286]])
    """
    with np.errstate(all="ignore"):
        found = bought(*_checked(prices, incomes, weights, elasticity))
    if not np.all(np.isfinite(found)):
        raise ValueError("a quantity is beyond floats: bring prices and incomes nearer to one another")
    return found


def bought(p: Any, income: Any, a: Any, sigma: Any) -> NDArray[np.float64]:
    """The formula of `ces_bundle` on arrays that are known to fit."""
    with np.errstate(divide="ignore"):
        logarithms = np.log(a) + (1 - sigma)[:, None] * np.log(p)
    shares = np.exp(logarithms - logarithms.max(axis=1, keepdims=True))
    found: NDArray[np.float64] = shares / shares.sum(axis=1, keepdims=True) * income[:, None] / p
    return found


def _checked(prices: ArrayLike, incomes: ArrayLike, weights: ArrayLike, elasticity: ArrayLike) -> tuple[Any, ...]:
    p, income = Domain.of("(0, inf)").check("a price", prices), Domain.of("[0, inf)").check("an income", incomes)
    a = Domain.of("[0, inf)").check("a weight", weights)
    sigma = Domain.of("[0, inf)").check("an elasticity", elasticity)
    if p.ndim != 1 or income.ndim != 1 or a.shape != (income.size, p.size) or sigma.shape not in ((), income.shape):
        raise ValueError(
            "give prices (goods,), incomes (consumers,), weights (consumers, goods) and one elasticity or one a "
            f"consumer; got {p.shape}, {income.shape}, {a.shape}, {sigma.shape}"
        )
    if not np.all(a.any(axis=1)):
        raise ValueError(
            f"consumer {int(np.argmin(a.any(axis=1)))} has no positive weight: who wants nothing buys nothing"
        )
    return p, income, a, np.broadcast_to(sigma, income.shape)
