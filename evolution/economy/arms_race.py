r"""Collusion and arms races: profit gain, discount threshold, diversity and turnover of policies, cycles.

    collusion index      Delta = (pi - pi_Nash) / (pi_monopoly - pi_Nash)
    critical discount    (pi_deviation - pi_collusion) / (pi_deviation - pi_punishment)    grim trigger
    turnover             mean total variation between the shares of policies in successive records
    cycle                the strongest period with at least three turns in the window, and whether red noise has it too

A cycle is judged against red noise (Torrence and Compo 1998), since prices and shares remember: under an AR(1) process
with the series' own lag-1 autocorrelation (white noise where that is negative), the periodogram at a frequency over its
expectation is exponential, so with m frequencies looked at the greatest ratio z has the p-value
:math:`1 - (1 - e^{-z})^m`. The candidate here is the frequency of greatest power, whose ratio is at most that: the
p-value errs towards seeing no cycle.

The entropy of policies is `entropy(shares)`.

References
----------
Friedman, J. W. (1971). A non-cooperative equilibrium for supergames. Review of Economic Studies 38, 1-12.
Calvano, E., Calzolari, G., Denicolo, V., Pastorello, S. (2020). Artificial intelligence, algorithmic pricing, and
    collusion. American Economic Review 110, 3267-3297.
Torrence, C., Compo, G. P. (1998). A practical guide to wavelet analysis. Bull. American Meteorological Society 79.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..agreement import total_variation
from .distances import records_of_shares
from .ledger import Array
from .samples import number, numbers, plain, scale_of, window


def collusion_index(profit: Any, *, nash: float, monopoly: float) -> Any:
    """Where profits stand between competition (0) and full collusion (1).

    Parameters
    ----------
    profit : float or array_like
        Per firm and period [currency].
    nash : float
        In the one-shot equilibrium [currency].
    monopoly : float
        Under joint maximisation [currency], > nash.

    Returns
    -------
    float or array
        Below 0 where firms fight harder than in equilibrium.

    Raises
    ------
    TypeError, ValueError
        When the monopoly does not earn more than the equilibrium.

    Examples
    --------
    >>> collusion_index([10, 16, 20], nash=10, monopoly=20).tolist()
    [0.0, 0.6, 1.0]
    """
    low, high = number(nash, "nash"), number(monopoly, "monopoly")
    if not high > low:
        raise ValueError(
            f"monopoly must earn more than nash, not {high:g} against {low:g}: there is nothing to collude on"
        )
    pi = np.asarray(number(profit, "profit") if np.ndim(profit) == 0 else numbers(profit, "profit"))
    return plain((pi - low) / (high - low))


def critical_discount(*, deviation: float, collusion: float, punishment: float) -> float:
    """The least discount factor at which grim trigger sustains collusion.

    Parameters
    ----------
    deviation, collusion, punishment : float
        Profit per period of the best deviation, of colluding, and ever after: deviation >= collusion > punishment.

    Returns
    -------
    float
        In [0, 1).

    Raises
    ------
    TypeError, ValueError
        For another order of the profits.

    Examples
    --------
    >>> critical_discount(deviation=5, collusion=3, punishment=1)
    0.5
    """
    best, shared = number(deviation, "deviation"), number(collusion, "collusion")
    after = number(punishment, "punishment")
    if not best >= shared > after:
        raise ValueError(f"profits must be deviation >= collusion > punishment, not {best:g}, {shared:g}, {after:g}")
    return (best - shared) / (best - after)


def turnover(shares: Any) -> float:
    """What share of agents changes policy from record to record, at least.

    Parameters
    ----------
    shares : array_like (T, policies)
        >= 0, each record summing to 1; T at least 2.

    Returns
    -------
    float
        In [0, 1], per record.

    Raises
    ------
    TypeError, ValueError
        For records that are no shares.

    Examples
    --------
    >>> turnover([[1, 0], [0, 1], [0, 1]])
    0.5
    """
    path = records_of_shares(shares, 2)
    return float(np.mean([total_variation(a, b) for a, b in zip(path[1:], path[:-1], strict=True)]))


@dataclass(frozen=True, slots=True)
class Cycle:
    """The strongest cycle of a series.

    Parameters
    ----------
    period : float
        Of the strongest candidate, in the unit of `dt`.
    p_value : float
        How often red noise shows one as strong.
    significant : bool
        Whether the p-value is below the significance asked for.
    """

    period: float
    p_value: float
    significant: bool


def cycle_period(series: Any, *, dt: float = 1.0, significance: float = 0.01, burn_in: int = 0) -> Cycle:
    """Find the strongest cycle by the periodogram, and test it against red noise.

    Parameters
    ----------
    series : array_like (T,)
        At least 16 records after the burn-in, evenly spaced, not all equal; a straight trend is taken out.
    dt : float
        Time between records, > 0.
    significance : float
        In (0, 1).
    burn_in : int
        Records left out at the beginning.

    Returns
    -------
    Cycle
        Its period is between two records and a third of the window, refined between the periodogram's frequencies.

    Raises
    ------
    TypeError, ValueError
        For a series that is too short, straight, or has missing or infinite values.

    Examples
    --------
    >>> found = cycle_period(np.sin(2 * np.pi * np.arange(400) / 37))
    >>> round(found.period), found.significant
    (37, True)
    """
    step, level = (
        number(dt, "dt", 0, open_low=True),
        number(significance, "significance", 0, 1, open_low=True, open_high=True),
    )
    y = window(series, "series", axis=-1, burn_in=burn_in, least=16)
    if y.ndim != 1:
        raise ValueError(f"series must be one series, not of shape {y.shape}")
    y, count = y / scale_of(y), len(y)
    place = np.arange(count) - (count - 1) / 2
    size = np.ptp(y)
    y = y - y.mean()
    y = y - place * (place @ y) / (place @ place)
    if not np.ptp(y) > 1e-12 * max(size, 1.0):
        raise ValueError("series is constant or straight: it has no cycle, and nothing to look for one in")
    first = 3  # turns in the window, at least
    power = np.abs(np.fft.rfft(y)[first:]) ** 2
    frequency = np.arange(first, first + len(power)) / count
    strongest = int(np.argmax(power))
    ratio = power[strongest] / _red(y, frequency)[strongest]
    if 2 * (strongest + first) == count:
        ratio /= 2  # alternation has one phase, not two: its power is a squared normal, below exp(-z/2) in the tail
    p_value = float(-np.expm1(len(power) * np.log1p(-np.exp(-ratio)))) if ratio > 0 else 1.0
    return Cycle(step / _refined(y, float(frequency[strongest]), 1 / count), p_value, p_value < level)


def _red(y: Array, frequency: Array) -> Array:
    """The periodogram expected of red noise: AR(1) with the series' own variance and memory, white if that is < 0."""
    memory = max(float(y[1:] @ y[:-1] / (y @ y)), 0.0)
    spread = float(y @ y) * (1 - memory**2)
    return np.asarray(spread / (1 + memory**2 - 2 * memory * np.cos(2 * np.pi * frequency)))


def _refined(y: Array, frequency: float, width: float) -> float:
    """The frequency near one of the periodogram's at which the power is greatest."""
    from scipy.optimize import minimize_scalar

    time = np.arange(len(y))
    tapered = y * np.hanning(len(y))  # against leakage from other frequencies

    def power(f: float) -> float:
        return -float(np.abs(np.exp(-2j * np.pi * f * time) @ tapered))

    bounds = (max(frequency - width, width), min(frequency + width, 0.5))
    return float(minimize_scalar(power, bounds=bounds, method="bounded", options={"xatol": 1e-10}).x)
