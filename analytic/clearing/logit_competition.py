r"""Price competition with logit demand: the market of Calvano et al.

Firm i sells the share s_i = exp((a_i - p_i)/mu) / T at the price p_i, where T sums exp((a_j - p_j)/mu) over all firms
and exp(a_0/mu) for those who do not buy. Its first-order condition is

    p_i = c_i + mu / (1 - s_i).

With the others' prices given this is solved by Lambert's W. At Nash it is not: `logit_nash_prices` finds the one T at
which the shares sum to one. A cartel takes one margin for all its products, again a Lambert W.

References
----------
Anderson, de Palma, Thisse (1992), Discrete Choice Theory of Product Differentiation, ch. 7; Calvano, Calzolari,
Denicolo, Pastorello (2020), American Economic Review 110, 3267-3297.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import ArrayLike, NDArray

from ..domain import Domain
from ..mechanism import Declared, Expr, claim, declare, formula, given, sketch

__all__ = ["logit_cartel_prices", "logit_nash_prices", "logit_pricing"]


@declare(
    "clearing",
    source="Anderson, de Palma, Thisse (1992), ch. 7; Calvano et al. (2020), American Economic Review 110",
    a=given("currency/token", "appeal of a product", 2, "real"),
    c=given("currency/token", "cost of a unit", 1, "real"),
    mu=given("currency/token", "how different the products are", 0.25, "(0, inf)", latex=r"\mu"),
    a0=given("currency/token", "appeal of not buying", 0, "real", latex="a_0"),
    n=given("1", "firms", 2, "integer [1, inf)"),
    p=given("currency/token", "the firm's price", 1.5, "real"),
    r=given("currency/token", "price of each of the others", 1.5, "real"),
)
def logit_pricing(a: Expr, c: Expr, mu: Expr, a0: Expr, n: Expr, p: Expr, r: Expr) -> Declared:
    """Firms with equal products but for taste, which choose prices; buyers choose a product by logit."""
    rivals = (n - 1) * sp.exp((a - r) / mu) + sp.exp(a0 / mu)
    share = yield formula("share", 1 / (1 + rivals * sp.exp((p - a) / mu)), "1", "share of the market")
    yield formula("profit", (p - c) * share, "currency", "profit")
    yield claim(
        "slope",
        sp.Derivative(1 / share, p),
        (1 / share - 1) / mu,
        "a dearer product loses buyers to all others: ds/dp = -s (1 - s)/mu",
    )
    reply = yield formula(
        "reply", c + mu * (1 + sp.LambertW(sp.exp((a - c) / mu - 1) / rivals)), "currency/token", "best reply"
    )
    near = {"a": (1, 2), "c": (0.5, 1), "mu": (0.25, 1), "a0": (-1, 1), "p": (1, 2), "r": (1, 2)}
    yield claim(
        "best reply",
        sp.Subs((p - c) * rivals / (rivals + sp.exp((a - p) / mu)), p, reply),
        mu,
        "first-order condition: margin times (1 - s) is mu, by the slope above",
        **near,
    )
    together = yield formula(
        "cartel_price",
        c + mu * (1 + sp.LambertW(n * sp.exp((a - c - a0) / mu - 1))),
        "currency/token",
        "price of a cartel",
    )
    joint = n * (p - c) / (n + sp.exp((a0 - a + p) / mu))
    yield claim(
        "cartel",
        sp.Subs(sp.Derivative(joint, p), p, together),
        sp.Integer(0),
        "first-order condition of joint profit",
        **near,
    )
    gap = yield formula("pressure", reply - r, "currency/token", "best reply above the others' price; 0 at Nash")
    yield claim("one firm", sp.Subs(gap + r, n, 1), sp.Subs(together, n, 1), "a firm alone is a cartel", **near)
    yield sketch("profit", over="p", low=1, high=2.5, r=(1.2, 1.47, 1.92))


def logit_nash_prices(appeal: ArrayLike, cost: ArrayLike, *, mu: float, outside: float = 0.0) -> NDArray[np.float64]:
    """Nash prices of firms with logit demand, each with its own appeal and cost.

    Parameters
    ----------
    appeal, cost : array_like of shape (firms,)
        a_i and c_i [currency/token].
    mu : float
        Positive [currency/token].
    outside : float
        Appeal of not buying, a_0; -inf where everybody buys (then at least two firms).

    Returns
    -------
    numpy.ndarray of shape (firms,)
        The one equilibrium.

    Raises
    ------
    ValueError
        For values outside these domains.

    References
    ----------
    Caplin, Nalebuff (1991), Econometrica 59, for existence and uniqueness.

    Examples
    --------
    >>> logit_nash_prices([2, 2], [1, 1], mu=0.25).round(6)
    array([1.472927, 1.472927])
    """
    from scipy.optimize import brentq

    a, c = _firms(appeal, cost, mu)
    if outside == -math.inf and a.size < 2:
        raise ValueError("one firm and nobody who does not buy: its price has no bound; give a finite outside")
    if outside != -math.inf:
        Domain.of("real").check("outside", outside)

    def surplus(level: float) -> float:
        """Shares above one, where exp(level) is the sum of all attractions."""
        shares = _logistic(_odds((a - c) / mu - level))
        return float(shares.sum() + math.exp(min(outside / mu - level, 700.0)) - 1.0)

    low = high = float(max(((a - c) / mu).max() - 1.0, outside / mu))
    step = 1.0
    while surplus(low) <= 0:
        low, step = low - step, 2 * step
    while surplus(high) >= 0:
        high, step = high + step, 2 * step
    level = float(brentq(surplus, low, high, xtol=1e-14 * max(1.0, abs(low)), rtol=1e-14))
    found: NDArray[np.float64] = c + mu * (1.0 + np.exp(_odds((a - c) / mu - level)))
    return found


def _odds(k: Any) -> Any:
    """The log odds y of the share s that solves log s + 1/(1 - s) = k: Newton from above on a convex function."""
    y = np.minimum(k - 1.0, np.log(np.maximum(k, 1.0)))
    for _ in range(60):
        y = y - (1.0 - np.logaddexp(0.0, -y) + np.exp(y) - k) / (_logistic(-y) + np.exp(y))
    return y


def _logistic(y: Any) -> Any:
    return np.exp(-np.logaddexp(0.0, -y))


def logit_cartel_prices(appeal: ArrayLike, cost: ArrayLike, *, mu: float, outside: float = 0.0) -> NDArray[np.float64]:
    """Prices that maximise the joint profit of firms with logit demand: one margin for all.

    Parameters
    ----------
    appeal, cost : array_like of shape (firms,)
        a_i and c_i [currency/token].
    mu : float
        Positive [currency/token].
    outside : float
        Appeal of not buying, a_0.

    Returns
    -------
    numpy.ndarray of shape (firms,)

    Raises
    ------
    ValueError
        For values outside these domains.

    References
    ----------
    Anderson, de Palma, Thisse (1992), Discrete Choice Theory of Product Differentiation, ch. 7.

    Examples
    --------
    >>> logit_cartel_prices([2, 2], [1, 1], mu=0.25).round(6)
    array([1.924981, 1.924981])
    """
    from scipy.special import logsumexp, wrightomega

    a, c = _firms(appeal, cost, mu)
    outside = float(Domain.of("real").check("outside", outside))
    found: NDArray[np.float64] = c + mu * (1.0 + wrightomega(logsumexp((a - c - outside) / mu) - 1.0))
    return found


def _firms(appeal: ArrayLike, cost: ArrayLike, mu: float) -> tuple[Any, Any]:
    real = Domain.of("real")
    a, c = np.broadcast_arrays(real.check("appeal", appeal), real.check("cost", cost))
    Domain.of("(0, inf)").check("mu", mu)
    if a.ndim != 1 or a.size == 0:
        raise ValueError(f"give one appeal and one cost for every firm, got arrays of shape {a.shape}")
    return a, c
