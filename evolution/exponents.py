r"""Lyapunov exponents: how fast neighbouring orbits part, on average, along the directions of the simplex.

Beside an orbit x(t) of :math:`\dot u = f(u)` a frame of tangent vectors is carried by the linearised flow and made
orthonormal again after every stretch of time; the logarithms of the factors, divided by the time, tend to the
exponents [1]_. Coordinates u are the log ratios to the last strategy played (imitation) or all shares but the last
(choice), role by role, so that no exponent belongs to the constraint that shares sum to 1. At a rest point the
exponents are the real parts of the eigenvalues; of a zero-sum game under the replicator they come in pairs that cancel
[2]_; a positive one on a bounded orbit is chaos.

The error given is the standard error over 20 blocks of the run, as if blocks were independent: it says how far the
averages have settled, no more.

References
----------
.. [1] G. Benettin, L. Galgani, A. Giorgilli and J.-M. Strelcyn, *Meccanica* 15 (1980) 9.
.. [2] Y. Sato, E. Akiyama and J. D. Farmer, *PNAS* 99 (2002) 4748.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from evolution.coordinates import Coordinates, LogShares, chart_through
from evolution.dynamics import Dynamics, State
from evolution.solver import march

__all__ = ["LyapunovExponents", "lyapunov_exponents"]

Vector = npt.NDArray[np.float64]

BLOCKS = 20
STRETCH = 4.0  # a frame is made orthonormal before its vectors part by more than exp(STRETCH)
NUDGE = 6e-6  # of central differences: cube root of the rounding error


@dataclass(frozen=True, eq=False, slots=True)
class LyapunovExponents:
    """Exponents of one orbit, in units of one over the dynamic's time.

    Parameters
    ----------
    values : array, shape (d,)
        Falling; d is the number of strategies played minus the number of roles.
    error : array, shape (d,)
        Standard error over blocks of the run.
    t : float
        Time averaged over.
    status : str
        What happened, in a sentence.
    success : bool
        Whether the whole time was covered.
    """

    values: Vector
    error: Vector
    t: float
    status: str
    success: bool

    def __str__(self) -> str:
        listed = ", ".join(f"{v:.4g} ± {e:.1g}" for v, e in zip(self.values, self.error, strict=True))
        return f"Lyapunov exponents {listed} over t = {self.t:g} ({self.status})"


def lyapunov_exponents(
    dynamics: Dynamics,
    *,
    x0: State,
    t: float,
    z0: Mapping[str, Any] | None = None,
    transient: float = 0.0,
    rtol: float = 1e-8,
) -> LyapunovExponents:
    """All Lyapunov exponents of the orbit from x0.

    Parameters
    ----------
    dynamics : Dynamics
        With a velocity that has derivatives along the orbit.
    x0 : array, or mapping role -> array
        Shares at time 0; strategies nobody plays stay out where the dynamic keeps faces.
    t : float
        Time to average over, > 0.
    z0 : mapping of name to number, optional
        Environment at time 0, where the game has one; its numbers are further directions.
    transient : float
        Time to run before.
    rtol : float
        Tolerance of the orbit and of the tangent vectors.

    Returns
    -------
    LyapunovExponents

    Raises
    ------
    ValueError
        If x0 is off the simplex or leaves nothing to vary, a time is not positive, or the velocity jumps.

    Examples
    --------
    >>> from evolution import Replicator
    >>> hawk_dove = Replicator([[-1, 2], [0, 1]])             # eigenvalue -1/2 at rest
    >>> lyapunov_exponents(hawk_dove, x0=[0.5, 0.5], t=50).values.round(4)
    array([-0.5])
    """
    if not 0 < t < np.inf or not 0 <= transient < np.inf:
        raise ValueError(f"t = {t!r}, transient = {transient!r}: give a finite time > 0 and a transient >= 0")
    if dynamics.protocol.jumps:
        raise ValueError("the velocity jumps where best replies change and has no derivatives there; Logit is smooth")
    chart = chart_through(dynamics, x0, z0)
    reduced, u = _reduced(chart)
    if not len(u):
        raise ValueError("the start is a vertex of each role, where nothing can vary: start from the interior")
    if transient:
        run = march(
            reduced, u, span=(0.0, transient), times=np.array([transient]), rtol=rtol, atol=rtol, max_steps=10**6
        )
        if run.trouble:
            raise ArithmeticError(f"the transient was not passed: {run.trouble}")
        u = run.y[-1]
    return _carried(reduced, u, t, rtol)


def _carried(f: Callable[[Vector], Vector], u: Vector, t: float, rtol: float) -> LyapunovExponents:
    size = len(u)

    def both(state: Vector) -> Vector:
        here, frame = state[:size], state[size:].reshape(size, size)
        return np.concatenate([f(here), (_jacobian(f, here) @ frame).ravel()])

    now, done, trouble = np.concatenate([u, np.eye(size).ravel()]), 0.0, ""
    logs, spans = [], []
    while done < t and not trouble:
        pace = np.abs(_jacobian(f, now[:size])).sum(axis=1).max()
        span = min(t - done, t / (4 * BLOCKS), STRETCH / max(pace, 1e-300))
        run = march(both, now, span=(0.0, span), times=np.array([span]), rtol=rtol, atol=rtol, max_steps=10**6)
        trouble = run.trouble
        if not trouble:
            frame, triangle = np.linalg.qr(run.y[-1, size:].reshape(size, size))
            logs.append(np.log(np.abs(np.diag(triangle))))
            spans.append(span)
            done = t if done + span >= t * (1 - 1e-12) else done + span
            now = np.concatenate([run.y[-1, :size], frame.ravel()])
    if not logs:
        raise ArithmeticError(f"not one stretch of the orbit could be computed: {trouble}")
    grown, lasted = np.array(logs), np.array(spans)
    values = grown.sum(axis=0) / lasted.sum()
    order = np.argsort(-values, kind="stable")
    status = f"stopped at t = {done:g} of {t:g}: {trouble}" if trouble else f"covered t = {t:g}"
    return LyapunovExponents(values[order], _error(grown, lasted)[order], float(lasted.sum()), status, not trouble)


def _error(grown: Vector, lasted: Vector) -> Vector:
    """Standard error of the mean rate over blocks of about equal time."""
    block = np.minimum((np.cumsum(lasted) / lasted.sum() * BLOCKS * (1 - 1e-12)).astype(int), BLOCKS - 1)
    rates = np.array([grown[block == b].sum(axis=0) / lasted[block == b].sum() for b in np.unique(block)])
    if len(rates) < 2:
        return np.full(grown.shape[1], np.inf)
    return np.asarray(rates.std(axis=0, ddof=1) / np.sqrt(len(rates)))


def _reduced(chart: Coordinates) -> tuple[Callable[[Vector], Vector], Vector]:
    """The field in independent coordinates, and the origin in them."""
    logarithmic = isinstance(chart, LogShares)
    parts = chart.own if isinstance(chart, LogShares) else chart.parts
    last = np.array([part.stop - 1 for part in parts])
    free = np.setdiff1d(np.arange(len(chart.origin)), last)  # coordinates of an environment, which come last, are

    def whole(u: Vector) -> Vector:
        y = np.zeros(len(chart.origin))
        y[free] = u
        if not logarithmic:
            y[last] = 1 - np.array([y[part].sum() for part in parts])
        return y

    def apart(y: Vector) -> Vector:
        if logarithmic:
            y = y.copy()
            for part in parts:
                y[part] -= y[part.stop - 1]
        return np.asarray(y[free])

    return lambda u: apart(chart.rate(whole(u))), apart(chart.origin)


def _jacobian(f: Callable[[Vector], Vector], u: Vector) -> Vector:
    steps = np.diag(NUDGE * (1 + np.abs(u)))
    columns = [(f(u + d) - f(u - d)) / (2 * d[k]) for k, d in enumerate(steps)]
    return np.array(columns).T
