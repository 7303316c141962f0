r"""In how few hands a total lies: Herfindahl, effective number, Nakamoto coefficient, entropy.

Of shares :math:`p_i = x_i / \sum x` of n holders with :math:`x_i \ge 0`:

    Herfindahl         sum p_i^2 = 1 / (n Jain)                         in [1/n, 1]
    effective number   1 / Herfindahl                                   in [1, n]
    Nakamoto           the fewest holders with more than a threshold    in 1 .. n
    entropy            -sum p_i log_2 p_i                               in [0, log_2 n]

Holders of nothing change none of these but the normalised entropy. Negative holdings and a total of 0 are refused.

References
----------
Herfindahl (1950). Srinivasan, B. S., Lee, L. (2017). Quantifying decentralization. Shannon (1948).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .samples import number, numbers, plain, shares

_TIE = 1e-12  # of the total: sums of shares written as decimals are equal up to rounding


def herfindahl(holdings: Any, *, axis: int = -1) -> Any:
    """Herfindahl-Hirschman index: the sum of squared shares.

    Parameters
    ----------
    holdings : array_like
        >= 0, not all 0.
    axis : int
        Holders.

    Returns
    -------
    float or array
        In [1/n, 1].

    Raises
    ------
    TypeError, ValueError
        For no holders, negative, missing or infinite holdings, or a total of 0.

    Examples
    --------
    >>> herfindahl([2, 1, 1])
    0.375
    """
    return plain(np.sum(shares(holdings, axis) ** 2, axis=-1))


def effective_number(holdings: Any, *, axis: int = -1) -> Any:
    """How many equal holders would be as concentrated: 1 / Herfindahl.

    Parameters
    ----------
    holdings, axis
        As in `herfindahl`.

    Returns
    -------
    float or array
        In [1, n].

    Raises
    ------
    TypeError, ValueError
        As `herfindahl`.

    Examples
    --------
    >>> effective_number([3, 3, 3, 3, 0])
    4.0
    """
    return plain(1.0 / np.asarray(herfindahl(holdings, axis=axis)))


def nakamoto(holdings: Any, *, threshold: float = 0.5, axis: int = -1) -> Any:
    """Nakamoto coefficient: the fewest holders who together have more than a threshold of the total.

    Parameters
    ----------
    holdings, axis
        As in `herfindahl`.
    threshold : float
        In [0, 1); 1/2 for a majority, 1/3 for Byzantine agreement. Exactly the threshold is not more than it, also
        where it is met up to rounding (1e-12 of the total).

    Returns
    -------
    int or array of int
        In 1 .. n.

    Raises
    ------
    TypeError, ValueError
        As `herfindahl`, and for a threshold outside [0, 1).

    Examples
    --------
    >>> nakamoto([0.3, 0.2, 0.15, 0.1, 0.1, 0.05, 0.05, 0.05])
    3
    """
    share = number(threshold, "threshold", 0, 1, open_high=True)
    p = shares(holdings, axis)
    held = np.cumsum(-np.sort(-p, axis=-1), axis=-1)
    everything = held >= held[..., -1:]  # whatever rounding says, that is more than any threshold below 1
    return plain(1 + np.argmax((held > share + _TIE) | everything, axis=-1))


def entropy(holdings: Any, *, base: float = 2.0, axis: int = -1) -> Any:
    """Shannon entropy of the shares.

    Parameters
    ----------
    holdings, axis
        As in `herfindahl`; shares of policies, too.
    base : float
        > 1; 2 counts bits, e counts nats.

    Returns
    -------
    float or array
        In [0, log n].

    Raises
    ------
    TypeError, ValueError
        As `herfindahl`, and for a base that is not > 1.

    Examples
    --------
    >>> entropy([1, 1, 2])
    1.5
    """
    unit = np.log(number(base, "base", 1, open_low=True))
    p = shares(holdings, axis)
    return plain(np.maximum(-np.sum(p * np.log(np.where(p > 0, p, 1.0)), axis=-1) / unit, 0.0))


def normalised_entropy(holdings: Any, *, axis: int = -1) -> Any:
    """Entropy over its greatest value: 1 when all hold the same, 0 when one holds everything.

    Parameters
    ----------
    holdings, axis
        As in `herfindahl`; at least 2 holders.

    Returns
    -------
    float or array
        In [0, 1].

    Raises
    ------
    TypeError, ValueError
        As `herfindahl`, and for a single holder, who is all and one at once.

    Examples
    --------
    >>> normalised_entropy([5, 5, 5, 5]), normalised_entropy([5, 0])
    (1.0, 0.0)
    """
    count = numbers(holdings, "holdings", axis=axis, least=2).shape[-1]
    return plain(np.minimum(np.asarray(entropy(holdings, base=count, axis=axis)), 1.0))
