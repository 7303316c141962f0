r"""How a series recovers from a shock: peak deviation, time to return, loss triangle, permanent shift.

Before the shock at time :math:`t_0` the series has a level :math:`b`; the records from :math:`t_0` on are its response
:math:`y(t)`, joined by straight lines:

    peak deviation     the y - b of greatest size
    re-entry           the first time after t_0 at which |y - b| <= band |b|, having left it
    settling           the first time after t_0 from which on |y - b| <= band |b| at all records
    loss triangle      integral of b - y from t_0 to the end (Bruneau et al. 2003): > 0 where something was lost
    permanent shift    mean of y over the last records, less b

References
----------
Bruneau, M. et al. (2003). A framework to quantitatively assess and enhance the seismic resilience of communities.
    Earthquake Spectra 19, 733-752.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .ledger import Array
from .samples import number, numbers


@dataclass(frozen=True, slots=True)
class Recovery:
    """The answer of a series to a shock.

    Parameters
    ----------
    level : float
        Before the shock, in the unit of the series.
    peak : float
        Deviation of greatest size, with its sign.
    peak_time, reentry, settling : float
        Counted from the shock; 0 for a band never left, infinity for one never found again.
    loss : float
        [unit of the series times time]
    shift : float
    """

    level: float
    peak: float
    peak_time: float
    reentry: float
    settling: float
    loss: float
    shift: float


def recovery(
    time: Any, values: Any, *, shock: float, level: float | None = None, band: float = 0.05, tail: float = 0.1
) -> Recovery:
    """Measure a series' recovery from a shock.

    Parameters
    ----------
    time : array_like (T,)
        Strictly rising.
    values : array_like (T,)
        Finite.
    shock : float
        The time of the shock; the first record at or after it belongs to the response.
    level : float, optional
        The level to return to, not 0; by default the mean of the records before the shock.
    band : float
        Half the width of the band, as a share of the level's size, > 0.
    tail : float
        The share of the response's records, in (0, 1], whose mean tells the permanent shift.

    Returns
    -------
    Recovery

    Raises
    ------
    TypeError, ValueError
        For times that do not rise, fewer than two records after the shock, none before it where no level is given, or
        a level of 0, around which no relative band exists.

    Examples
    --------
    >>> recovery([0, 1, 2, 3, 4], [10, 6, 8, 10, 10], shock=1)
    Recovery(level=10.0, peak=-4.0, peak_time=0.0, reentry=2.0, settling=2.0, loss=4.0, shift=0.0)
    """
    t, y = numbers(time, "time"), numbers(values, "values")
    if t.ndim != 1 or t.shape != y.shape:
        raise ValueError(f"time and values must be two series of one length, not of shapes {t.shape} and {y.shape}")
    if np.any(np.diff(t) <= 0):
        raise ValueError("time must rise strictly from record to record")
    begin, width = number(shock, "shock"), number(band, "band", 0, open_low=True)
    last, after = number(tail, "tail", 0, 1, open_low=True), t >= begin
    if after.sum() < 2:
        raise ValueError(f"at least 2 records must follow the shock at {begin:g}, not {after.sum()}")
    if level is None and after.all():
        raise ValueError(f"no record precedes the shock at {begin:g}; give the level to return to")
    base = float(np.mean(y[~after])) if level is None else number(level, "level")
    if base == 0:
        raise ValueError("the level to return to is 0: a band cannot be a share of it; add a constant to the series")
    since, gap = t[after] - begin, y[after] - base
    peak = int(np.argmax(np.abs(gap)))
    reentry, settling = _return_times(since, np.abs(gap) <= width * abs(base))
    return Recovery(
        level=base,
        peak=float(gap[peak]),
        peak_time=float(since[peak]),
        reentry=reentry,
        settling=settling,
        loss=float(-np.sum((gap[1:] + gap[:-1]) / 2 * np.diff(since))),
        shift=float(np.mean(gap[-max(1, round(last * len(gap))) :])),
    )


def _return_times(since: Array, inside: NDArray[np.bool_]) -> tuple[float, float]:
    """When a response is back in its band for the first time, and for good."""
    outside = np.flatnonzero(~inside)
    if not outside.size:
        return 0.0, 0.0
    back = np.flatnonzero(inside[outside[0] :]) + outside[0]
    reentry = float(since[back[0]]) if back.size else np.inf
    return reentry, float(since[outside[-1] + 1]) if outside[-1] + 1 < len(since) else np.inf
