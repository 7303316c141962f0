r"""How well resources and opportunities are used: utilisation, unmet need, efficiency, dissipation, anarchy.

    utilisation          sum_i min(A_i, need_i) / C                 in [0, 1]
    unmet need           sum_i max(need_i - A_i, 0)                 [units of the resource]
    time average         mean of batch means, with the 95 % t-interval of independent batches
    efficiency           realised surplus / greatest surplus        at most 1
    rent dissipation     sum of what was spent to win a rent / the rent
    price of anarchy     optimum against the worst equilibrium      at least 1
    price of stability   optimum against the best equilibrium       at least 1

The last two are welfare(optimum) / welfare(equilibrium), and cost(equilibrium) / cost(optimum) for costs: both
conventions give at least 1, and infinity when an equilibrium of welfare 0 faces a positive optimum.

References
----------
Koutsoupias, E., Papadimitriou, C. (1999). Worst-case equilibria. STACS.
Anshelevich, E. et al. (2004). The price of stability for network design with fair cost allocation. FOCS.
Law, A. M. (2015). Simulation modeling and analysis, 9.5 (batch means).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ..agreement import t_interval
from .ledger import Array
from .samples import number, numbers, plain, scale_of, whole, window

Objective = Literal["welfare", "cost"]
_ROUNDING = 1e-9  # relative: by so much sums may exceed what bounds them


def utilisation(allocated: Any, needed: Any, capacity: Any, *, axis: int = -1) -> Any:
    """The share of a capacity that serves a need: what is allocated beyond a need is wasted.

    Parameters
    ----------
    allocated, needed : array_like
        Per agent, >= 0, of one shape [units].
    capacity : float or array_like
        > 0, at least what is allocated [units]; an array has one value a row.
    axis : int
        Agents.

    Returns
    -------
    float or array
        In [0, 1].

    Raises
    ------
    TypeError, ValueError
        For values outside these domains, or an allocation beyond the capacity.

    Examples
    --------
    >>> utilisation([6, 2], [4, 5], 10)
    0.6
    """
    given, need = _pair(allocated, needed, axis)
    room = np.asarray(number(capacity, "capacity") if np.ndim(capacity) == 0 else numbers(capacity, "capacity"))
    if room.shape not in {(), given.shape[:-1]}:
        raise ValueError(f"capacity must be one number or of shape {given.shape[:-1]}, not of shape {room.shape}")
    if not np.all(room > 0):
        raise ValueError(f"capacity must be > 0, not {np.min(room)}")
    unit = scale_of(room[..., None])
    full = room / unit[..., 0]
    used = np.sum(given / unit, axis=-1) / full
    if np.any(used > 1 + _ROUNDING):
        raise ValueError(f"{np.max(used):.6g} times the capacity is allocated; an allocation must be feasible")
    return plain(np.minimum(np.sum(np.minimum(given, need) / unit, axis=-1) / full, 1.0))


def unmet_need(allocated: Any, needed: Any, *, axis: int = -1) -> Any:
    """What agents need and did not get; what others got beyond their need makes up for nothing.

    Parameters
    ----------
    allocated, needed, axis
        As in `utilisation`.

    Returns
    -------
    float or array
        >= 0 [units].

    Raises
    ------
    TypeError, ValueError
        For negative, missing or infinite values, or shapes that differ.

    Examples
    --------
    >>> unmet_need([6, 2], [4, 5])
    3.0
    """
    given, need = _pair(allocated, needed, axis)
    return plain(np.sum(np.maximum(need - given, 0.0), axis=-1))


@dataclass(frozen=True, slots=True)
class TimeAverage:
    """A time average with the 95 % interval of its batch means.

    Parameters
    ----------
    mean, low, high : float
        In the unit of the series.
    batches : int
        Independent values behind the interval, if batches are longer than the series remembers.
    """

    mean: float
    low: float
    high: float
    batches: int


def time_average(values: Any, *, batches: int = 30, burn_in: int = 0) -> TimeAverage:
    """Average a series over time, with an interval by batch means and the t quantile.

    Parameters
    ----------
    values : array_like (T,)
        One series; records that do not fill a batch are left out at its beginning.
    batches : int
        At least 2; at least 30 for a verdict.
    burn_in : int
        Records left out at the beginning.

    Returns
    -------
    TimeAverage

    Raises
    ------
    TypeError, ValueError
        For a series shorter than the batches, or missing or infinite values.

    Examples
    --------
    >>> time_average([9, 1, 3, 1, 3], batches=2, burn_in=1)
    TimeAverage(mean=2.0, low=2.0, high=2.0, batches=2)
    """
    count = whole(batches, "batches", 2)
    series = window(values, "values", axis=-1, burn_in=burn_in, least=count)
    if series.ndim != 1:
        raise ValueError(f"values must be one series, not of shape {series.shape}")
    width = len(series) // count
    scale = float(scale_of(series)[0])
    means = (series[len(series) - width * count :] / scale).reshape(count, width).mean(axis=1)
    mean, low, high = t_interval(means)
    return TimeAverage(mean * scale, low * scale, high * scale, count)


def efficiency(realised: Any, greatest: float) -> Any:
    """Realised surplus over the greatest.

    Parameters
    ----------
    realised : float or array_like
        Surplus, at most the greatest [currency]; below 0 where trade destroyed value.
    greatest : float
        > 0 [currency].

    Returns
    -------
    float or array
        At most 1.

    Raises
    ------
    TypeError, ValueError
        For a greatest surplus that is not > 0, or one that is exceeded.

    Examples
    --------
    >>> efficiency([45, 60], 60).tolist()
    [0.75, 1.0]
    """
    most = number(greatest, "greatest", 0, open_low=True)
    share = _one_or_many(realised, "realised") / most
    if np.any(share > 1 + _ROUNDING):
        raise ValueError(f"realised surplus is {np.max(share):.6g} times the greatest {most:g}, which it cannot exceed")
    return plain(np.minimum(share, 1.0))


def rent_dissipation(spent: Any, rent: float, *, axis: int = -1) -> Any:
    """What contestants spend to win a rent, as a share of it.

    Parameters
    ----------
    spent : array_like
        Per contestant, >= 0 [currency].
    rent : float
        > 0 [currency].
    axis : int
        Contestants.

    Returns
    -------
    float or array
        >= 0; 1 when the rent is eaten up, more when it is overspent.

    Raises
    ------
    TypeError, ValueError
        For negative spending or a rent that is not > 0.

    Examples
    --------
    >>> rent_dissipation([16, 16, 16, 16, 16], 100)
    0.8
    """
    prize = number(rent, "rent", 0, open_low=True)
    return plain(np.sum(numbers(spent, "spent", axis=axis, sign=">= 0"), axis=-1) / prize)


def price_of_anarchy(equilibria: Any, optimum: float, *, objective: Objective = "welfare") -> float:
    """How much is lost at the worst equilibrium.

    Parameters
    ----------
    equilibria : array_like
        Welfare (or cost) of each equilibrium, >= 0.
    optimum : float
        The greatest welfare (the least cost), > 0; no equilibrium may be better.
    objective : {"welfare", "cost"}

    Returns
    -------
    float
        At least 1; infinity where an equilibrium has welfare 0.

    Raises
    ------
    TypeError, ValueError
        For values outside these domains.

    Examples
    --------
    >>> price_of_anarchy([1], 0.75, objective="cost"), price_of_anarchy([3, 2], 4)
    (1.3333333333333333, 2.0)
    """
    return float(np.max(_losses(equilibria, optimum, objective)))


def price_of_stability(equilibria: Any, optimum: float, *, objective: Objective = "welfare") -> float:
    """How much is lost at the best equilibrium.

    Parameters
    ----------
    equilibria, optimum, objective
        As in `price_of_anarchy`.

    Returns
    -------
    float
        At least 1, at most the price of anarchy.

    Raises
    ------
    TypeError, ValueError
        As `price_of_anarchy`.

    Examples
    --------
    >>> price_of_stability([3, 2], 4)
    1.3333333333333333
    """
    return float(np.min(_losses(equilibria, optimum, objective)))


def _losses(equilibria: Any, optimum: float, objective: Objective) -> Array:
    """The ratio to the optimum of each equilibrium, at least 1."""
    if objective not in ("welfare", "cost"):
        raise ValueError(f"objective must be 'welfare' or 'cost', not {objective!r}")
    values = numbers(equilibria, "equilibria", sign=">= 0", why="a ratio of a gain to a loss has no meaning").ravel()
    best = number(optimum, "optimum", 0, open_low=True)
    with np.errstate(divide="ignore"):
        ratios = best / values if objective == "welfare" else values / best
    if np.any(ratios < 1 - _ROUNDING):
        raise ValueError(f"an equilibrium is better than the optimum {best:g}: {values[np.argmin(ratios)]:g}")
    return np.asarray(np.maximum(ratios, 1.0))


def _one_or_many(values: Any, name: str) -> Array:
    """A number or an array of them, checked."""
    return np.asarray(number(values, name)) if np.ndim(values) == 0 else numbers(values, name)


def _pair(allocated: Any, needed: Any, axis: int) -> tuple[Array, Array]:
    """What was given and what was needed, of one shape."""
    given = numbers(allocated, "allocated", axis=axis, sign=">= 0")
    need = numbers(needed, "needed", axis=axis, sign=">= 0")
    if given.shape != need.shape:
        raise ValueError(f"allocated and needed must have one shape, not {given.shape} and {need.shape}")
    return given, need
