r"""How unequally and how fairly a total is shared: Gini, Lorenz curve, Theil, Atkinson, Jain; envy, Shapley.

Of holdings :math:`x_1 \dots x_n \ge 0` with mean :math:`\mu > 0` and shares :math:`p_i = x_i / \sum x`:

    Gini         sum_ij |x_i - x_j| / (2 n^2 mu)                     in [0, (n - 1)/n]
    Theil        sum p_i ln(n p_i)                                    in [0, ln n]
    Atkinson     1 - (mean x^(1 - e))^(1/(1 - e)) / mu                in [0, 1]; e = 1: geometric mean
    Jain         (sum x)^2 / (n sum x^2)                              in [1/n, 1]
    envy         max(0, max_j u_i(j) - u_i(i))                        per agent
    deviation from Shapley   sum |x_i - phi_i| / sum |phi_i|          >= 0

Population conventions: nothing is corrected for small samples, so replicating everybody changes none of Gini, Theil,
Atkinson and Jain. All are free of scale, from 1e-300 to 1e300. Negative holdings are refused: with debts the bounds and
the principle of transfers fail. A total of 0 is refused: nobody has a share of nothing.

References
----------
Gini (1912). Theil (1967). Atkinson, A. B. (1970). On the measurement of inequality. J. Economic Theory 2, 244-263.
Jain, R., Chiu, D., Hawe, W. (1984). A quantitative measure of fairness. DEC TR-301.
Foley, D. K. (1967). Resource allocation and the public sector. Yale Economic Essays 7, 45-98 (envy).
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from .ledger import Array
from .samples import number, numbers, plain, positive_total, scale_of


def gini(holdings: Any, *, weights: Any = None, axis: int = -1) -> Any:
    """Gini coefficient: half the mean difference of two holders drawn with replacement, over the mean.

    Parameters
    ----------
    holdings : array_like
        >= 0, not all 0.
    weights : array_like, optional
        >= 0, not all 0, of the shape of holdings or of one row: how many holders have that much.
    axis : int
        Holders.

    Returns
    -------
    float or array
        In [0, 1]: 0 when all hold the same.

    Raises
    ------
    TypeError, ValueError
        For no holders, negative, missing or infinite holdings, a total of 0, or weights that do not fit.

    Examples
    --------
    >>> gini([1, 2, 3, 4]), gini([0, 1], weights=[3, 1])
    (0.25, 0.75)
    """
    x, w = _sorted(holdings, weights, axis)
    heads = np.sum(w, axis=-1, keepdims=True)
    below, above = np.cumsum(w, axis=-1)[..., :-1], np.cumsum(w[..., ::-1], axis=-1)[..., -2::-1]
    apart = np.sum(below * (above / heads) * np.diff(x), axis=-1)  # each gap parts those below from those above
    return plain(np.minimum(apart / np.sum(w * x, axis=-1), 1.0))


def lorenz_curve(holdings: Any, *, weights: Any = None, axis: int = -1) -> tuple[Array, Array]:
    """What share of the total the poorest share of holders has; Gini is 1 less twice the area under it.

    Parameters
    ----------
    holdings, weights, axis
        As in `gini`.

    Returns
    -------
    tuple of arrays (..., n + 1)
        Shares of holders and of the total, both from 0 to 1, joined by straight lines.

    Raises
    ------
    TypeError, ValueError
        As `gini`.

    Examples
    --------
    >>> [part.tolist() for part in lorenz_curve([3, 1])]
    [[0.0, 0.5, 1.0], [0.0, 0.25, 1.0]]
    """
    x, w = _sorted(holdings, weights, axis)
    return _from_zero(np.broadcast_to(w, x.shape)), _from_zero(w * x)


def gini_of_law(upper_quantile: Callable[[float], float]) -> float:
    r"""Gini coefficient of a theoretical law, :math:`\int (2p - 1) Q(p)\,dp / \int Q(p)\,dp`, by quadrature.

    Parameters
    ----------
    upper_quantile : callable
        The value exceeded with a given probability in (0, 1), of a continuous law; `isf` of a SciPy law.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        For a law with negative values, or without a mean that quadrature can find.

    Examples
    --------
    >>> from scipy.stats import pareto
    >>> round(gini_of_law(pareto(2).isf), 9)
    0.333333333
    """
    from scipy.integrate import quad

    end = 700.0  # e^-700 is the smallest tail that a float can tell from 0 with margin

    def value(s: float) -> float:
        """Q at the upper tail e^-s, times the tail: dp = e^-s ds, so heavy tails decay exponentially in s."""
        found = float(upper_quantile(float(np.exp(-s))))
        if not (np.isfinite(found) and found >= 0):
            raise ValueError(f"the law must have finite values >= 0, not {found} at the upper tail {np.exp(-s):.3g}")
        return found * float(np.exp(-s))

    edges = (0.0, 1e-3, 0.1, 1.0, 5.0, 25.0, 100.0, 300.0, end)
    pieces = list(pairwise(edges))
    mean = sum(quad(value, low, high, limit=200)[0] for low, high in pieces)
    if not mean > 0 or value(end) * end > 1e-9 * mean:
        raise ValueError("the law has no finite mean > 0 that quadrature can find: its upper tail is too heavy")
    rest = sum(quad(lambda s: value(s) * -np.expm1(-s), low, high, limit=200)[0] for low, high in pieces)
    return float(2 * rest / mean - 1)


def theil(holdings: Any, *, axis: int = -1) -> Any:
    """Theil's T: ln n less the entropy of the shares in nats.

    Parameters
    ----------
    holdings, axis
        As in `gini`.

    Returns
    -------
    float or array
        In [0, ln n].

    Raises
    ------
    TypeError, ValueError
        As `gini`.

    Examples
    --------
    >>> theil([1, 1, 1]), round(theil([1, 0]), 9)
    (0.0, 0.693147181)
    """
    x = positive_total(holdings, axis)
    x = x / scale_of(x)
    mean = np.mean(x, axis=-1, keepdims=True)
    ratio, excess = x / mean, (x - mean) / mean
    logs = np.log1p(np.where(ratio > 0, excess, 0.0))
    return plain(np.mean(np.maximum(ratio * logs - excess, 0.0), axis=-1))  # the excess averages 0: no term is negative


def atkinson(holdings: Any, *, epsilon: float, axis: int = -1) -> Any:
    """Atkinson's index: the share of the total that could be given up for equality, at aversion epsilon.

    Parameters
    ----------
    holdings, axis
        As in `gini`.
    epsilon : float
        Aversion to inequality, >= 0; 0 gives 0, and from 1 on anybody with nothing gives 1.

    Returns
    -------
    float or array
        In [0, 1].

    Raises
    ------
    TypeError, ValueError
        As `gini`, and for a negative epsilon.

    Examples
    --------
    >>> round(atkinson([1, 4], epsilon=1), 9), round(atkinson([1, 4], epsilon=2), 9)
    (0.2, 0.36)
    """
    x, power = positive_total(holdings, axis), 1.0 - number(epsilon, "epsilon", 0)
    top = np.max(x, axis=-1, keepdims=True)
    log_mean = np.log(np.mean(x / top, axis=-1))
    with np.errstate(divide="ignore"):
        logs = np.log(x) - np.log(top)  # not log(x / top), which underflows
    if power == 0:
        log_equal = np.mean(logs, axis=-1)
    else:
        reference = (np.max if power > 0 else np.min)(logs, axis=-1)
        poor = np.isneginf(reference)
        safe = np.where(poor, 0.0, reference)  # powers of ratios to it are at most 1
        ratios = np.where(poor[..., None], 0.0, power * (logs - safe[..., None]))
        log_equal = np.where(poor, -np.inf, safe + np.log1p(np.mean(np.expm1(ratios), axis=-1)) / power)
    return plain(np.clip(-np.expm1(log_equal - log_mean), 0.0, 1.0))


def jain(allocations: Any, *, axis: int = -1) -> Any:
    """Jain's fairness index; k equal shares among n give k/n.

    Parameters
    ----------
    allocations, axis
        As holdings in `gini`.

    Returns
    -------
    float or array
        In [1/n, 1]: 1 when all get the same.

    Raises
    ------
    TypeError, ValueError
        As `gini`.

    Examples
    --------
    >>> round(jain([1, 2, 3, 4]), 12), jain([1, 1, 0, 0])
    (0.833333333333, 0.5)
    """
    x = positive_total(allocations, axis)
    s = x / scale_of(x)
    return plain(np.minimum(np.sum(s, axis=-1) ** 2 / (s.shape[-1] * np.sum(s**2, axis=-1)), 1.0))


def envy(utilities: Any) -> Array:
    """How much better each agent would like another's bundle than its own.

    Parameters
    ----------
    utilities : array_like (..., n, n)
        Row i, column j: what agent i's own utility gives to agent j's bundle [utility].

    Returns
    -------
    array (..., n)
        >= 0 [utility]; all 0 exactly when nobody envies anybody.

    Raises
    ------
    TypeError, ValueError
        For a matrix that is not square, or values missing or infinite.

    Examples
    --------
    >>> envy([[3, 5], [1, 2]]).tolist()
    [2.0, 0.0]
    """
    u = numbers(utilities, "utilities")
    if u.ndim < 2 or u.shape[-1] != u.shape[-2]:
        raise ValueError(f"utilities must be a square matrix of agents by bundles, not of shape {u.shape}")
    return np.asarray(np.max(u, axis=-1) - np.diagonal(u, axis1=-2, axis2=-1))


def shapley_deviation(paid: Any, shapley: Any, *, axis: int = -1) -> Any:
    """How far payments are from given Shapley values, as a share of what these distribute.

    Parameters
    ----------
    paid : array_like
        What each contributor got [currency].
    shapley : array_like
        Its Shapley value, of the same shape and not all 0 [currency].
    axis : int
        Contributors.

    Returns
    -------
    float or array
        Sum of absolute differences over the sum of absolute Shapley values, >= 0.

    Raises
    ------
    TypeError, ValueError
        For shapes that differ, values missing or infinite, or Shapley values that are all 0.

    Examples
    --------
    >>> shapley_deviation([5, 5], [6, 4])
    0.2
    """
    x, fair = numbers(paid, "paid", axis=axis), numbers(shapley, "shapley", axis=axis)
    if x.shape != fair.shape:
        raise ValueError(f"paid and shapley must have the same shape, not {x.shape} and {fair.shape}")
    scale = scale_of(np.concatenate([x, fair], axis=-1))
    whole = np.sum(np.abs(fair / scale), axis=-1)
    if np.any(whole == 0):
        raise ValueError("shapley values are all 0: a deviation cannot be a share of nothing")
    return plain(np.sum(np.abs(x / scale - fair / scale), axis=-1) / whole)


def _sorted(holdings: Any, weights: Any, axis: int) -> tuple[Array, Array]:
    """Holdings from poor to rich with their weights, both scaled by their greatest."""
    x = positive_total(holdings, axis)
    x = x / scale_of(x)
    order = np.argsort(x, axis=-1, kind="stable")
    if weights is None:
        return np.take_along_axis(x, order, axis=-1), np.ones(x.shape[-1])
    w = numbers(weights, "weights", axis=axis if np.ndim(weights) == x.ndim else -1, sign=">= 0")
    if w.shape not in {x.shape, x.shape[-1:]}:
        raise ValueError(f"weights must have the shape of holdings, {x.shape} with holders last, not {w.shape}")
    w = np.broadcast_to(w / scale_of(w), x.shape)
    if np.any(np.sum(w * x, axis=-1) == 0):
        raise ValueError("weights times holdings are all 0: nobody has a share of nothing")
    return np.take_along_axis(x, order, axis=-1), np.take_along_axis(w, order, axis=-1)


def _from_zero(parts: Array) -> Array:
    """Running shares of a total, from 0 to 1."""
    sums = np.cumsum(parts, axis=-1)
    return np.concatenate([np.zeros_like(sums[..., :1]), sums / sums[..., -1:]], axis=-1)
