r"""Time averages of an orbit: what a population did over a long time, whether or not it came to rest.

.. math:: \bar x(T) = \frac{1}{T} \int_0^T x(t)\, dt

is integrated beside the orbit, as further components of the same system of equations, so that the solver's error
control covers it and nothing of the path is stored; best-response orbits that are polygons have it in closed form.
Under the replicator, averages of orbits that stay inside tend to the interior equilibrium of a matrix game, where
payoffs are equal [1]_; along a heteroclinic cycle they never settle but run round a polygon [2]_.

References
----------
.. [1] J. Hofbauer and K. Sigmund, *Evolutionary Games and Population Dynamics*, Cambridge, 1998, section 7.6.
.. [2] A. Gaunersdorfer and J. Hofbauer, *Games Econ. Behav.* 11 (1995) 279.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from evolution.best_response import MAX_SWITCHES, exact_orbit
from evolution.coordinates import TIGHTEST, chart_through
from evolution.dynamics import Dynamics, State
from evolution.solver import march

__all__ = ["TimeAverage", "time_average"]

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class TimeAverage:
    """Averages of the shares over [0, t] at several t.

    Parameters
    ----------
    t : array, shape (k,)
        In the dynamic's unit of time.
    x : array (k, n), or mapping role -> array (k, n_role), name of the environment -> array (k,)
        The averages; shares sum to 1.
    status : str
        How far it came, in a sentence.
    success : bool
        Whether the last time was reached.
    """

    t: Vector
    x: State
    status: str
    success: bool

    def __repr__(self) -> str:
        return f"TimeAverage over {len(self.t)} spans: {self.status}"


def time_average(
    dynamics: Dynamics,
    *,
    x0: State,
    t: npt.ArrayLike,
    z0: Mapping[str, Any] | None = None,
    rtol: float = 1e-9,
    atol: float = 1e-12,
    max_steps: int = 1_000_000,
) -> TimeAverage:
    """Average shares of the orbit from x0, over the spans from 0 to each of the times t.

    Parameters
    ----------
    dynamics : Dynamics
    x0 : array, or mapping role -> array
        Shares at time 0.
    t : float or increasing array
        Ends of the spans, > 0.
    z0 : mapping of name to number, optional
        Environment at time 0, where the game has one.
    rtol, atol : float
        Of the orbit and of the integral.
    max_steps : int
        Where to give up.

    Returns
    -------
    TimeAverage
        Up to the last span that was reached.

    Raises
    ------
    ValueError
        If x0 is off the simplex, or the times are not positive and increasing.

    Examples
    --------
    >>> from evolution import Replicator
    >>> pennies = Replicator([[0, -1, 1], [1, 0, -1], [-1, 1, 0]])
    >>> time_average(pennies, x0=[0.5, 0.25, 0.25], t=1000).x.round(2)
    array([[0.33, 0.33, 0.33]])
    """
    times = np.atleast_1d(np.asarray(t, dtype=float))
    if (
        times.ndim != 1
        or not times.size
        or not np.isfinite(times).all()
        or times[0] <= 0
        or (np.diff(times) <= 0).any()
    ):
        raise ValueError(f"t = {t!r}: give the ends of the spans, finite, positive and increasing")
    chart = chart_through(dynamics, x0, z0)
    polygon = exact_orbit(dynamics, chart.packed(chart.origin), float(times[-1]), MAX_SWITCHES)
    if polygon:
        reached = times[times <= polygon.end]
        return TimeAverage(reached, polygon.average(reached), polygon.status, polygon.success)
    states, size = len(chart.origin), dynamics.parts[-1].stop + len(dynamics.environment)

    def rate(both: Vector) -> Vector:
        y = both[:states]
        return np.concatenate([chart.rate(y), chart.packed(y)])

    origin = np.concatenate([chart.origin, np.zeros(size)])
    tolerances = chart.tolerances(rtol, atol)
    relative, absolute = (
        np.concatenate([np.broadcast_to(own, states), np.full(size, asked)])
        for own, asked in zip(tolerances, (max(rtol, TIGHTEST), atol), strict=True)
    )
    path = march(
        rate, origin, span=(0.0, float(times[-1])), times=times, rtol=relative, atol=absolute, max_steps=max_steps
    )
    averages = path.y[:, states:] / path.t[:, None]
    for part in dynamics.parts:  # the integral's rounding, at the scale of the tolerance
        averages[:, part] /= averages[:, part].sum(axis=1, keepdims=True)
    status = path.trouble and f"stopped before t = {times[-1]:g}: {path.trouble}"
    return TimeAverage(path.t, dynamics.unpack(averages), status or f"reached t = {times[-1]:g}", not path.trouble)
