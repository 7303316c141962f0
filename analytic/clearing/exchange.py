r"""Equilibrium prices of economies with any number of goods and consumers whose utility has constant elasticity.

Consumer i has the weights a_ij and the elasticity of substitution sigma_i. In an exchange economy the income is what
the endowment is worth, p . w_i; in a Fisher market it is a budget. Excess demand

    z_j(p) = sum_i x_ij(p) - S_j

obeys Walras' law p . z = 0 and, with endowments, is homogeneous of degree 0. At sigma = 1 the value of all of good j,
v_j = p_j S_j, solves v = v M with the stochastic matrix M_jk = sum_i (w_ij / S_j) a_ik: the stationary law of a
chain, solved exactly by elimination. Other elasticities are reached from there by continuation, with Newton's method
in log prices at every step. An answer is given only when all markets clear to a residual that it states.

With sigma_i >= 1 for all goods are gross substitutes and the equilibrium is the only one; below there may be several,
of which one is found. A good that everybody can do without at any price has no positive price here.

References
----------
Arrow, Block, Hurwicz (1959), Econometrica 27, 82-109; Gale (1976), The linear exchange model, J. Mathematical
Economics 3.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..domain import Domain
from .consumer import bought, ces_bundle

__all__ = ["ExchangeEquilibrium", "excess_demand", "exchange_equilibrium", "fisher_ces"]

Floats: TypeAlias = NDArray[np.float64]
System: TypeAlias = Callable[[Floats, float], tuple[Floats, Floats]]
_CLEARED = 1e-10


@dataclass(frozen=True, slots=True)
class ExchangeEquilibrium:
    """Prices at which all markets clear.

    Parameters
    ----------
    prices : ndarray of shape (goods,)
        In an exchange economy they sum to 1, in a Fisher market they are in the currency of the budgets.
    allocation : ndarray of shape (consumers, goods)
        Tokens.
    residual : float
        Largest excess demand of a good, as a part of its supply.
    unique : bool
        Whether it is known to be the only equilibrium.
    """

    prices: Floats
    allocation: Floats
    residual: float
    unique: bool


def excess_demand(
    prices: ArrayLike, endowments: ArrayLike, *, weights: ArrayLike, elasticity: ArrayLike = 1.0
) -> Floats:
    """What consumers want of every good beyond what they own.

    Parameters
    ----------
    prices : array_like of shape (goods,)
    endowments : array_like of shape (consumers, goods)
    weights, elasticity : array_like
        As in `ces_bundle`.

    Returns
    -------
    numpy.ndarray of shape (goods,)

    Raises
    ------
    ValueError
        For values outside their domains.

    References
    ----------
    Mas-Colell, Whinston, Green (1995), Microeconomic Theory, 17.B.

    Examples
    --------
    >>> excess_demand([1, 1], [[1, 0], [0, 1]], weights=[[0.3, 0.7], [0.6, 0.4]])
    array([-0.1,  0.1])
    """
    p, owned = np.asarray(prices, dtype=float), Domain.of("[0, inf)").check("an endowment", endowments)
    if owned.ndim != 2 or p.shape != owned.shape[1:]:
        raise ValueError(f"give prices (goods,) and endowments (consumers, goods), got {p.shape} and {owned.shape}")
    wanted: Floats = ces_bundle(p, owned @ p, weights=weights, elasticity=elasticity).sum(axis=0)
    beyond: Floats = wanted - owned.sum(axis=0)
    return beyond


def exchange_equilibrium(
    weights: ArrayLike, endowments: ArrayLike, *, elasticity: ArrayLike = 1.0
) -> ExchangeEquilibrium:
    """Prices that clear an exchange economy.

    Parameters
    ----------
    weights : array_like of shape (consumers, goods)
        Not negative.
    endowments : array_like of shape (consumers, goods)
        Not negative; some of every good.
    elasticity : array_like of shape (consumers,) or float
        Of substitution, sigma >= 0.

    Returns
    -------
    ExchangeEquilibrium

    Raises
    ------
    ValueError
        When the economy has no one positive equilibrium for its structure (a group that sells to others and buys
        nothing of them), or none was found.

    References
    ----------
    Gale (1976), The linear exchange model, J. Mathematical Economics 3.

    Examples
    --------
    >>> found = exchange_equilibrium([[0.3, 0.7], [0.6, 0.4]], [[1, 0], [0, 1]])
    >>> found.prices.round(6), found.allocation.round(6).tolist(), found.unique
    (array([0.461538, 0.538462]), [[0.3, 0.6], [0.7, 0.4]], True)
    """
    a, sigma, owned = _economy(weights, elasticity, endowments)
    supply = owned.sum(axis=0)
    flow = (owned / supply).T @ a
    _require_connected(flow)
    start = np.log(_stationary(flow) / supply)

    def system(q: Floats, part: float) -> tuple[Floats, Floats]:
        p = np.exp(q)
        income = owned @ p
        z, slope = _demand(q, income, owned * p / income[:, None], a, 1 + part * (sigma - 1))
        z, slope = z / supply - 1, slope / supply[:, None]
        free = int(np.argmax(p * supply))  # by Walras' law one market clears by itself: the one of the largest value
        z[free], slope[free] = np.mean(q - start), 1 / len(q)
        return z, slope

    q = _continued(system, start)
    p = np.exp(q - np.max(q))
    p = p / p.sum()
    return _certified(p, bought(p, owned @ p, a, sigma), supply, bool(np.all(sigma >= 1)))


def fisher_ces(
    weights: ArrayLike, budgets: ArrayLike, *, supply: ArrayLike | None = None, elasticity: ArrayLike = 1.0
) -> ExchangeEquilibrium:
    """Prices that clear a Fisher market: buyers with budgets, one supply of every good.

    Parameters
    ----------
    weights : array_like of shape (buyers, goods)
        Not negative; every good wanted by a buyer with a budget.
    budgets : array_like of shape (buyers,)
        Not negative [currency].
    supply : array_like of shape (goods,), optional
        Positive [token]; one of each.
    elasticity : array_like of shape (buyers,) or float
        Of substitution, sigma >= 0. For linear utilities see `fisher_linear`.

    Returns
    -------
    ExchangeEquilibrium
        The only one: it maximises the sum of budgets times log utilities (Eisenberg and Gale).

    Raises
    ------
    ValueError
        When a good is wanted by nobody, or no positive prices were found.

    References
    ----------
    Eisenberg (1961), Aggregation of utility functions, Management Science 7, 337-350.

    Examples
    --------
    >>> fisher_ces([[1, 1], [1, 3]], [1, 1], elasticity=2).prices.round(6)
    array([0.868517, 1.131483])
    """
    money = Domain.of("[0, inf)").check("a budget", budgets)
    a, sigma, _ = _economy(weights, elasticity, None)
    stock = Domain.of("(0, inf)").check("a supply", np.ones(a.shape[1]) if supply is None else supply)
    if money.shape != a.shape[:1] or stock.shape != a.shape[1:]:
        raise ValueError(f"weights are (buyers, goods), got {a.shape}, budgets {money.shape} and supply {stock.shape}")
    spent = money @ a
    if not np.all(spent > 0):
        raise ValueError(f"no buyer with a budget wants good {int(np.argmin(spent))}: its price is 0; leave it out")
    start = np.log(spent / stock)

    def system(q: Floats, part: float) -> tuple[Floats, Floats]:
        z, slope = _demand(q, money, np.zeros_like(a), a, 1 + part * (sigma - 1))
        return z / stock - 1, slope / stock[:, None]

    p = np.exp(_continued(system, start))
    return _certified(p, bought(p, money, a, sigma), stock, True)


def _economy(weights: ArrayLike, elasticity: ArrayLike, endowments: ArrayLike | None) -> tuple[Any, Any, Any]:
    """Weights that sum to one a row, elasticities, endowments; checked."""
    some = Domain.of("[0, inf)")
    a, sigma = some.check("a weight", weights), some.check("an elasticity", elasticity)
    if a.ndim != 2 or a.size == 0 or sigma.shape not in ((), a.shape[:1]):
        raise ValueError(
            f"weights are (consumers, goods), elasticities one or one a consumer; got {a.shape}, {sigma.shape}"
        )
    if not np.all(a.any(axis=1)):
        raise ValueError(f"consumer {int(np.argmin(a.any(axis=1)))} wants nothing: give a positive weight")
    owned = np.empty(0)
    if endowments is not None:
        owned = some.check("an endowment", endowments)
        if owned.shape != a.shape:
            raise ValueError(f"endowments have the shape of the weights, {a.shape}, got {owned.shape}")
        if not np.all(owned.any(axis=0)):
            raise ValueError(f"nobody owns good {int(np.argmin(owned.any(axis=0)))}: leave it out")
        poor = ~owned.any(axis=1)
        if np.any(poor):
            raise ValueError(f"consumer {int(np.argmax(poor))} owns nothing and can not buy: leave it out")
    return a / a.sum(axis=1, keepdims=True), np.broadcast_to(sigma, a.shape[:1]), owned


def _require_connected(flow: Floats) -> None:
    """Refuse an economy where money that leaves some goods never comes back to them."""
    from scipy.sparse.csgraph import connected_components

    count, label = connected_components(flow > 0, directed=True, connection="strong")
    if count > 1:
        groups = [np.flatnonzero(label == each).tolist() for each in range(count)]
        raise ValueError(
            f"the goods fall into groups {groups} between which money does not flow both ways, so that their prices "
            "are not determined or not positive: clear each group on its own"
        )


def _stationary(flow: Floats) -> Floats:
    """The stationary law of an irreducible stochastic matrix, without subtractions (Grassmann, Taksar, Heyman 1985)."""
    work = flow.astype(float)
    size = len(work)
    for last in range(size - 1, 0, -1):
        work[:last, last] /= work[last, :last].sum()
        work[:last, :last] += np.outer(work[:last, last], work[last, :last])
    law = np.ones(size)
    for each in range(1, size):
        law[each] = law[:each] @ work[:each, each]
    found: Floats = law / law.sum()
    return found


def _demand(q: Floats, income: Floats, earned: Floats, a: Floats, sigma: Floats) -> tuple[Floats, Floats]:
    """Total demand at log prices q and its derivative; `earned[i, k]` is how income i answers to log price k."""
    x = bought(np.exp(q), income, a, sigma)
    share = x * np.exp(q) / np.where(income > 0, income, 1.0)[:, None]
    slope = x.T @ earned + (x * (sigma - 1)[:, None]).T @ share
    slope[np.diag_indices(len(q))] -= sigma @ x
    return x.sum(axis=0), slope


def _continued(system: System, start: Floats) -> Floats:
    """Follow the root from elasticity one (part 0) to the elasticities given (part 1), halving steps that fail."""
    q, part, step = start, 0.0, 1.0
    while part < 1.0:
        found = _newton(system, q, min(1.0, part + step))
        if found is None:
            step /= 2
            if step < 1e-7:
                raise ValueError(
                    "no equilibrium with positive prices was found: with these elasticities a good may be in excess "
                    f"at any price ({part:.6g} of the way from Cobb-Douglas was gone); leave it out or raise them"
                )
        else:
            q, part, step = found, min(1.0, part + step), 2 * step
    return q


def _newton(system: System, start: Floats, part: float) -> Floats | None:
    """Newton's method with damped steps; None where it does not arrive."""
    q = start
    with np.errstate(all="ignore"):
        z, slope = system(q, part)
        for _ in range(60):
            size = float(np.max(np.abs(z)))
            if size < 1e-13 or not np.all(np.isfinite(slope)):
                break
            try:
                move = -np.linalg.solve(slope, z)
            except np.linalg.LinAlgError:
                return None
            move *= min(1.0, 3.0 / max(float(np.max(np.abs(move))), 1e-300))
            for _ in range(30):
                after, steep = system(q + move, part)
                if np.all(np.isfinite(after)) and np.max(np.abs(after)) < size:
                    break
                move = move / 2
            else:
                break
            q, z, slope = q + move, after, steep
    return q if np.max(np.abs(z)) < _CLEARED else None


def _certified(p: Floats, allocation: Floats, supply: Floats, unique: bool) -> ExchangeEquilibrium:
    residual = float(np.max(np.abs(allocation.sum(axis=0) / supply - 1)))
    if not (residual < 10 * _CLEARED and np.all(p > 0)):
        raise ValueError(
            f"the prices found leave an excess demand of {residual:.3g} of a supply: elasticities or endowments "
            "are too extreme for floats; bring them nearer to one another"
        )
    return ExchangeEquilibrium(p, allocation, residual, unique)
