r"""How far runs scatter around their own mean, read off a verdict.

An `Agreement` with a rest point keeps the root-mean-square distance d to theory and the 95 % t-interval of the mean
over n independent values. From these follow the fluctuation :math:`f^2 = d^2 - (\bar x - x^*)^2`, the number n, since
the interval's half-width is :math:`t_{n-1} f / \sqrt{n-1}`, and with it the chi-square interval of f,

.. math:: f \sqrt{n / \chi^2_{0.975,\,n-1}} \le \sigma \le f \sqrt{n / \chi^2_{0.025,\,n-1}} .
"""

from __future__ import annotations

import numpy as np

from .agreement import Agreement
from .economy.ledger import Array


def fluctuation(found: Agreement) -> Array:
    """Root-mean-square deviation of the long-run averages from their own mean, by size.

    >>> verdict = Agreement("rest point", "held", "", 5.0, (100,), np.array([0.5]), np.array([[5.1, 5.7]]))
    >>> fluctuation(verdict).round(6)
    array([0.3])
    """
    offset = found.interval.mean(axis=1) - found.theory
    return np.asarray(np.sqrt(np.maximum(found.distance**2 - offset**2, 0.0)))


def spread_interval(scatter: float, half_width: float) -> tuple[float, float]:
    """95 % interval of a fluctuation > 0, given the half-width of the interval of the mean.

    >>> low, high = spread_interval(1.0, 2.045230 / 29**0.5)      # n = 30
    >>> round(low, 4), round(high, 4)
    (0.81, 1.3673)
    """
    from scipy.optimize import brentq
    from scipy.stats import chi2
    from scipy.stats import t as student

    def excess(degrees: float) -> float:
        return float(student.ppf(0.975, degrees) / degrees**0.5 - half_width / scatter)

    degrees = float(brentq(excess, 1.0, 1e9)) if excess(1.0) > 0 > excess(1e9) else 1.0
    low, high = (float(chi2.ppf(level, degrees)) for level in (0.975, 0.025))
    return scatter * ((degrees + 1) / low) ** 0.5, scatter * ((degrees + 1) / high) ** 0.5
