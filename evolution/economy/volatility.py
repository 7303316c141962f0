r"""How much a price moves: standard deviations, realised variance, drawdown, mispricing.

With prices :math:`P_0 \dots P_T` of a window (the first `burn_in` records are left out) and log returns
:math:`r_t = \ln P_t / P_{t-1}`:

    price volatility        std of P, ddof = 1                              [currency/token]
    return volatility       std of r, ddof = 1, times sqrt(periods per year)
    realised variance       sum of r^2 over the window
    coefficient of variation   std of P over mean of P
    maximal drawdown        max over s < t of (P_s - P_t) / P_s
    mispricing              root mean square of P less its fundamental      [currency/token]

Every function measures along `axis` (time, the last one by default), gives a float for one series and an array for
several, and refuses missing or infinite prices.

References
----------
Andersen, T. G., Bollerslev, T., Diebold, F. X., Labys, P. (2003). Modeling and forecasting realized volatility.
    Econometrica 71, 579-625.
Magdon-Ismail, M., Atiya, A. F., Pratap, A., Abu-Mostafa, Y. S. (2004). On the maximum drawdown of a Brownian motion.
    Journal of Applied Probability 41, 147-161.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .ledger import Array
from .samples import number, numbers, plain, scale_of, standard, whole, window

_LOGS = "a return is the logarithm of a ratio of prices"


def price_volatility(prices: Any, *, burn_in: int = 0, axis: int = -1) -> Any:
    """Standard deviation of the price over the window, ddof = 1.

    Parameters
    ----------
    prices : array_like
        Finite [currency/token], at least 2 after the burn-in.
    burn_in : int
        Records left out at the beginning.
    axis : int
        Time.

    Returns
    -------
    float or array
        [currency/token].

    Raises
    ------
    TypeError, ValueError
        For fewer than two, missing or infinite prices.

    Examples
    --------
    >>> price_volatility([100, 105, 103, 108])
    3.3665016461206...
    """
    return plain(standard(window(prices, "prices", axis=axis, burn_in=burn_in, least=2)))


def log_returns(prices: Any, *, burn_in: int = 0, axis: int = -1) -> Array:
    """Logarithms of the ratios of successive prices, time last.

    Parameters
    ----------
    prices : array_like
        > 0 [currency/token], at least 2 after the burn-in.
    burn_in, axis
        As in `price_volatility`.

    Returns
    -------
    array
        One fewer than prices, per period, along the last axis.

    Raises
    ------
    TypeError, ValueError
        For prices that are not positive and finite, or fewer than two.

    Examples
    --------
    >>> log_returns([1, 2, 1]).round(4).tolist()
    [0.6931, -0.6931]
    """
    return np.diff(np.log(window(prices, "prices", axis=axis, burn_in=burn_in, least=2, sign="> 0", why=_LOGS)))


def return_volatility(prices: Any, *, periods_per_year: float = 1.0, burn_in: int = 0, axis: int = -1) -> Any:
    """Standard deviation of log returns, ddof = 1, annualised by the square root of the periods in a year.

    Parameters
    ----------
    prices : array_like
        > 0 [currency/token], at least 3 after the burn-in.
    periods_per_year : float
        > 0; 1 leaves the volatility per period, 365 annualises daily prices.
    burn_in, axis
        As in `price_volatility`.

    Returns
    -------
    float or array

    Raises
    ------
    TypeError, ValueError
        For prices that are not positive and finite, or fewer than three.

    Examples
    --------
    >>> round(return_volatility([100, 105, 103, 108], periods_per_year=365), 6)
    0.742759
    """
    periods = number(periods_per_year, "periods_per_year", 0, open_low=True)
    read = window(prices, "prices", axis=axis, burn_in=burn_in, least=3, sign="> 0", why=_LOGS)
    return plain(standard(np.diff(np.log(read))) * periods**0.5)


def realised_variance(prices: Any, *, burn_in: int = 0, axis: int = -1) -> Any:
    """Sum of squared log returns over the window.

    Parameters
    ----------
    prices, burn_in, axis
        As in `log_returns`.

    Returns
    -------
    float or array
        Per window.

    Raises
    ------
    TypeError, ValueError
        For prices that are not positive and finite, or fewer than two.

    Examples
    --------
    >>> round(realised_variance([1, 2, 1]), 6)
    0.960906
    """
    return plain(np.sum(log_returns(prices, burn_in=burn_in, axis=axis) ** 2, axis=-1))


def coefficient_of_variation(prices: Any, *, burn_in: int = 0, axis: int = -1) -> Any:
    """Standard deviation (ddof = 1) over the mean.

    Parameters
    ----------
    prices : array_like
        >= 0 [currency/token], at least 2 after the burn-in and not all 0.
    burn_in, axis
        As in `price_volatility`.

    Returns
    -------
    float or array

    Raises
    ------
    TypeError, ValueError
        For negative, missing or infinite prices, fewer than two, or a mean of 0.

    Examples
    --------
    >>> round(coefficient_of_variation([1, 2, 3]), 12)
    0.5
    """
    why = "a mean around 0 makes the ratio meaningless"
    read = window(prices, "prices", axis=axis, burn_in=burn_in, least=2, sign=">= 0", why=why)
    if np.any(np.max(read, axis=-1) == 0):
        raise ValueError("prices are all 0: their coefficient of variation is 0/0")
    scale = scale_of(read)
    return plain(standard(read / scale) / np.mean(read / scale, axis=-1))


@dataclass(frozen=True, slots=True)
class Drawdown:
    """The greatest fall from a peak.

    Parameters
    ----------
    share : float or array
        (peak - trough) / peak, within [0, 1]; 0 when the price never fell.
    peak, trough : int or array of int
        Records, counted from the start of the series given (burn-in included): the first at that peak, and the
        first at that fall. Both are the first of the window when the price never fell.
    """

    share: Any
    peak: Any
    trough: Any


def max_drawdown(prices: Any, *, burn_in: int = 0, axis: int = -1) -> Drawdown:
    """The greatest fall from a peak, as a share of the peak, and where.

    Parameters
    ----------
    prices : array_like
        >= 0 and > 0 at the first of the window [currency/token].
    burn_in, axis
        As in `price_volatility`.

    Returns
    -------
    Drawdown

    Raises
    ------
    TypeError, ValueError
        For negative, missing or infinite prices, or a price of 0 at the beginning.

    Examples
    --------
    >>> max_drawdown([100, 120, 90, 150, 130])
    Drawdown(share=0.25, peak=1, trough=2)
    """
    why = "a fall is measured as a share of a positive peak"
    read = window(prices, "prices", axis=axis, burn_in=burn_in, least=1, sign=">= 0", why=why)
    if np.any(read[..., 0] == 0):
        raise ValueError(f"prices must be > 0 at the first record of the window, not 0: {why}")
    highest = np.maximum.accumulate(read, axis=-1)
    falls = (highest - read) / highest
    trough = np.argmax(falls, axis=-1)
    top = np.take_along_axis(highest, trough[..., None], axis=-1)
    peak, skipped = np.argmax(read >= top, axis=-1), whole(burn_in, "burn_in", 0)
    return Drawdown(plain(np.max(falls, axis=-1)), plain(peak + skipped), plain(trough + skipped))


def mispricing(prices: Any, fundamental: Any, *, burn_in: int = 0, axis: int = -1) -> Any:
    """Root mean square distance of the price from its fundamental value.

    Parameters
    ----------
    prices : array_like
        Finite [currency/token].
    fundamental : float or array_like
        One value, or one a price [currency/token].
    burn_in, axis
        As in `price_volatility`.

    Returns
    -------
    float or array
        [currency/token].

    Raises
    ------
    TypeError, ValueError
        For missing or infinite values, or shapes that do not fit.

    Examples
    --------
    >>> mispricing([9, 11, 9, 11], 10)
    1.0
    """
    given = numbers(prices, "prices", axis=axis)
    if np.ndim(fundamental) == 0:
        value: Any = number(fundamental, "fundamental")
    else:
        value = numbers(fundamental, "fundamental", axis=axis if np.ndim(fundamental) == np.ndim(prices) else -1)
        if value.shape not in {given.shape, given.shape[-1:]}:
            raise ValueError(
                f"fundamental must have the shape of prices, {given.shape} with time last, not {value.shape}"
            )
    gap = window(given / 2 - value / 2, "prices less fundamental", axis=-1, burn_in=burn_in, least=1)  # no overflow
    scale = scale_of(gap)
    return plain(2 * scale[..., 0] * np.sqrt(np.mean((gap / scale) ** 2, axis=-1)))
