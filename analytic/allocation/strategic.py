r"""The equilibrium of Kelly's bid game when bidders see that they move the price, with its certificate.

At price p = sum of bids / C each bidder who gets something has

.. math:: U_i'(d_i) \left(1 - \frac{d_i}{C}\right) = p, \qquad \sum_i d_i = C .

The left side falls in d_i when U_i is concave, so each p has one d_i(p), their sum falls in p, and one p uses the
capacity. For U_i = v_i d it is closed: the highest k values take part, p = (k - 1) / sum(1/v_i), d_i = C (1 - p/v_i).

The certificate bounds the regret: the payoff U_i(d) - B d/(C - d) is concave in what i may get against the others'
bids B, so nobody can gain more than slope times the distance to the end of [0, C].

References
----------
Johari, Tsitsiklis (2004), "Efficiency loss in a network resource allocation game", Math. Oper. Res. 29, theorem 2.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from ..compiled import compile_numpy
from ..domain import Domain
from .quantities import amounts

__all__ = ["BidEquilibrium", "kelly_concave", "kelly_equilibrium"]

_GRID = 257  # places at which concavity is looked at


@dataclass(frozen=True, slots=True)
class BidEquilibrium:
    """The equilibrium of the bid game.

    Parameters
    ----------
    price : float or Fraction
    bids, shares : numpy.ndarray
        What each bids and gets; bids are price times shares.
    worth, optimum : float or Fraction
        The sum of utilities here, and the most that sharing the capacity can give.
    regret : float or Fraction
        No bidder can gain more than this by another bid; 0 where numbers are exact.
    """

    price: Any
    bids: Any
    shares: Any
    worth: Any
    optimum: Any
    regret: Any

    @property
    def efficiency(self) -> Any:
        """Worth over optimum; at least 3/4 when no utility is negative at 0."""
        return self.worth / self.optimum


def kelly_equilibrium(capacity: Any, values: Any) -> BidEquilibrium:
    """The equilibrium when each unit is worth v_i to bidder i.

    Parameters
    ----------
    capacity : number
        Positive.
    values : array_like
        v_i, not negative, two or more positive. Exact when given as Fractions.

    Returns
    -------
    BidEquilibrium

    Raises
    ------
    ValueError
        For a number outside its domain, or fewer than two who want anything: one bidder alone bids ever less.

    References
    ----------
    Johari, Tsitsiklis (2004), Math. Oper. Res. 29, section 3.

    Examples
    --------
    >>> found = kelly_equilibrium(1, [1, 0.5, 0.5])
    >>> round(found.efficiency, 12), round(found.price, 12)
    (0.8, 0.4)
    """
    C, v = amounts(capacity=capacity, values=values)
    if C.ndim or v.ndim != 1:
        raise ValueError(f"one capacity and one list of values, got the shapes {C.shape} and {v.shape}")
    C = C[()]
    if not C > 0:
        raise ValueError(f"capacity = {capacity} is outside (0, inf)")
    if np.sum((v > 0).astype(int)) < 2:
        raise ValueError("values: two bidders or more must want something, or the only one bids ever less")
    top = np.max(v)
    relative = np.sort(v[v > 0] / top)[::-1]
    relative = relative[relative > 0]  # what underflows is never in the running
    with np.errstate(over="ignore"):
        prices = np.arange(len(relative)) / np.cumsum(1 / relative)  # if exactly the first k take part
    p = np.max(prices)  # the k-th joins as long as his value is above the price, which then rises
    share = 1 - p / np.where(v / top > p, v / top, p)
    share = share / np.sum(share)
    d, price = C * share, top * p
    slope = np.abs(v * (1 - share) / price - 1) * (share > 0) + np.maximum(v / price - 1, 0 * v) * (share == 0)
    regret = np.max(slope * price * C)
    price, worth, optimum, regret = (_plain(each) for each in (price, np.sum(v * d), top * C, regret))
    return BidEquilibrium(price, price * d, d, worth, optimum, regret)


def _plain(number: Any) -> Any:
    return number if isinstance(number, Fraction) else float(number)


def kelly_concave(capacity: float, utilities: Sequence[sp.Expr]) -> BidEquilibrium:
    """The equilibrium for any concave, increasing utilities.

    Parameters
    ----------
    capacity : float
        Positive.
    utilities : sequence of sympy.Expr
        U_i, each in one symbol, the share; two or more. Finite on [0, capacity], its slope finite inside.

    Returns
    -------
    BidEquilibrium

    Raises
    ------
    ValueError
        For a utility that is not finite, increasing and concave on [0, capacity], or fewer than two bidders.

    References
    ----------
    Johari, Tsitsiklis (2004), Math. Oper. Res. 29, theorem 2.

    Examples
    --------
    >>> d = sp.Symbol("d", nonnegative=True)
    >>> found = kelly_concave(1, [sp.log(1 + d), sp.log(1 + d)])
    >>> round(found.price, 12), found.shares.round(12).tolist(), round(found.efficiency, 12)
    (0.333333333333, [0.5, 0.5], 1.0)
    """
    C = float(Domain.of("(0, inf)").check("capacity", capacity))
    if len(utilities) < 2:
        raise ValueError(f"utilities: two bidders or more, got {len(utilities)}: the only one would bid ever less")
    worths, slopes = zip(*(_compiled(each, C, i) for i, each in enumerate(utilities)), strict=True)
    price, d = _clear(C, [_shaded(slope, C) for slope in slopes])
    _, best = _clear(C, list(slopes))
    slope = np.array([s(x) for s, x in zip(slopes, np.maximum(d, C * 1e-300), strict=True)])
    others = price * (C - d)
    gain = slope - others * C / (C - d) ** 2
    regret = float(np.max(np.abs(np.where(gain > 0, gain * (C - d), gain * d))))
    worth, optimum = (float(sum(u(x) for u, x in zip(worths, at, strict=True))) for at in (d, best))
    return BidEquilibrium(price, price * d, d, worth, optimum, regret)


Slope = Callable[[Any], Any]


def _compiled(utility: sp.Expr, C: float, i: int) -> tuple[Slope, Slope]:
    """U and U' as functions, after a look at whether U is increasing and concave."""
    utility = sp.sympify(utility, strict=True)
    if len(utility.free_symbols) != 1:
        raise ValueError(f"utilities[{i}] = {utility} is to have one symbol, the share, and has {utility.free_symbols}")
    share = next(iter(utility.free_symbols))
    worth, slope = (compile_numpy(each, (share,)) for each in (utility, sp.diff(utility, share)))
    places = C * np.linspace(0, 1, _GRID)
    seen, steep = worth(places), slope(places[1:])
    if not (np.all(np.isfinite(seen)) and np.all(np.isfinite(steep))):
        raise ValueError(f"utilities[{i}] = {utility} is not finite on [0, {C:g}]: take one that is, as log(1 + d)")
    if not (np.all(steep > 0) and np.all(np.diff(steep) <= 1e-12 * steep[:-1])):
        raise ValueError(f"utilities[{i}] = {utility} is not increasing and concave on [0, {C:g}]")
    return worth, slope


def _shaded(slope: Slope, C: float) -> Slope:
    """What the last unit is worth to a bidder who sees that he moves the price."""
    return lambda share: slope(share) * (1 - share / C)


def _clear(C: float, slopes: Sequence[Slope]) -> tuple[float, Any]:
    """The price at which falling demands sum to C, and the demands.

    Straight utilities of price takers jump from 0 to C at their price: there the two sides of the jump are mixed.
    """
    from scipy.optimize import brentq

    least = C * 1e-300  # a slope may be infinite at 0

    def demand(slope: Slope, p: float) -> float:
        if not slope(least) > p:
            return 0.0
        return C if slope(C) >= p else float(brentq(lambda x: slope(x) - p, least, C, xtol=1e-15 * C, maxiter=500))

    def demands(p: float) -> Any:
        return np.array([demand(slope, p) for slope in slopes])

    low, high = 0.0, max(slope(C / (2 * len(slopes))) for slope in slopes)
    while np.sum(demands(high)) > C:
        high = 2 * high
    while low < (middle := (low + high) / 2) < high and high - low > 1e-16 * high:
        low, high = (middle, high) if np.sum(demands(middle)) > C else (low, middle)
    above, below = demands(low), demands(high)
    excess, lack = float(np.sum(above)) - C, C - float(np.sum(below))
    part = excess / (excess + lack) if excess + lack > 0 else 0.0
    return high, part * below + (1 - part) * above
