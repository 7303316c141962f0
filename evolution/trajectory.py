"""Trajectories: the orbit of a dynamic through a start, and the verb that finds it.

    flow = integrate(Replicator(A), x0=[0.2, 0.3, 0.5], t=100)
    flow.t, flow.x, flow.status

`x0` holds at time 0. The orbit is found in coordinates that keep the simplex (see `coordinates`), so shares
sum to 1 at every output, a share that is zero under imitation stays exactly zero, and `log_x` tells how
small a share has become long after `x` shows 0. What could not be computed is not returned: `t` ends where
the computation did, and `status` says in words what happened and what to do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evolution.coordinates import Coordinates, LogShares, chart_at
from evolution.dynamics import Dynamics, State
from evolution.solver import march

__all__ = ["Trajectory", "integrate"]

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Trajectory:
    """States of a dynamic at increasing times.

    Parameters
    ----------
    t : array, shape (k,)
        Times, in the dynamic's unit (one over payoff for imitation, one revision per agent for choice).
    x : array of shape (k, n), or mapping role -> (k, n_role)
        Shares of the strategies.
    log_x : like x
        Their logarithms, which do not underflow.
    status : str
        What happened, in a sentence.
    success : bool
        Whether every time asked for was reached.
    dynamics : Dynamics
        The rule that moved it.
    rtol, atol : float
        Tolerances it was computed with.
    """

    t: Vector
    x: State
    log_x: State
    status: str
    success: bool
    dynamics: Dynamics
    rtol: float
    atol: float

    def __repr__(self) -> str:
        return f"Trajectory of {len(self.t)} states: {self.status}"

    @property
    def roles(self) -> tuple[str, ...]:
        """Names of the populations."""
        return self.dynamics.roles

    @property
    def final(self) -> State:
        """The last state reached, in the form of a start."""
        return self.x[-1] if len(self.roles) == 1 else {role: self.x[role][-1] for role in self.roles}

    def at(self, times: npt.ArrayLike) -> State:
        """Shares at any times within the trajectory, by integrating on from the output before each.

        Parameters
        ----------
        times : float or array
            Between the first and the last of `t`.

        Returns
        -------
        array or mapping role -> array
            Shape (n,) for one time, (len(times), n) for several.

        Raises
        ------
        ValueError
            If a time lies outside.

        Examples
        --------
        >>> from evolution import Replicator, integrate
        >>> flow = integrate(Replicator([[1, 1], [0, 0]]), x0=[0.5, 0.5], t=[0, 1, 2])
        >>> flow.at(1.5).round(4)
        array([0.8176, 0.1824])
        """
        asked = np.atleast_1d(np.asarray(times, dtype=float))
        if asked.ndim != 1 or not ((asked >= self.t[0]) & (asked <= self.t[-1])).all():
            raise ValueError(f"times {times!r} are not all within the trajectory, {self.t[0]:g} to {self.t[-1]:g}")
        logs = self.log_x if len(self.roles) == 1 else np.hstack([self.log_x[role] for role in self.roles])
        before = np.searchsorted(self.t, asked, side="right") - 1
        packed = np.empty((len(asked), logs.shape[1]))
        for k in np.unique(before):
            wanted = np.unique(asked[before == k])
            chart = chart_at(self.dynamics, logs[k])
            found, _, trouble = _orbit(chart, (self.t[k], wanted[-1]), wanted, self.rtol, self.atol, 10**6)
            if trouble:
                raise ArithmeticError(f"between outputs at t = {self.t[k]:g} and {wanted[-1]:g}: {trouble}")
            packed[before == k] = chart.shares(found)[np.searchsorted(wanted, asked[before == k])]
        return self.dynamics.unpack(packed if np.ndim(times) else packed[0])


def integrate(
    dynamics: Dynamics,
    *,
    x0: State,
    t: npt.ArrayLike,
    rtol: float = 1e-9,
    atol: float = 1e-12,
    max_steps: int = 1_000_000,
) -> Trajectory:
    """Trajectory of a dynamic from shares x0 at time 0.

    Parameters
    ----------
    dynamics : Dynamics
        For instance `Replicator(game)` or `Logit(game, temperature=0.1)`.
    x0 : array, or mapping role -> array
        Shares at time 0, on the simplex.
    t : float or increasing array
        A horizon (outputs at the solver's own steps, each divided in four), or the output times, all >= 0.
    rtol, atol : float
        Tolerances of one step. Under imitation both bound the relative error of each share, however
        small it is.
    max_steps : int
        Where to give up.

    Returns
    -------
    Trajectory
        Up to the last time reached; `success` and `status` tell whether that is all.

    Raises
    ------
    ValueError
        If x0 is off the simplex or names other roles, payoffs there are not finite, or t is not increasing,
        negative or not finite.

    References
    ----------
    .. [1] J. Hofbauer and K. Sigmund, *Evolutionary Games and Population Dynamics*, Cambridge, 1998, 7.1.

    Examples
    --------
    >>> from evolution import Replicator, integrate
    >>> flow = integrate(Replicator([[-0.5, 2], [0, 1]]), x0=[0.05, 0.95], t=200)
    >>> flow.x[-1].round(6)
    array([0.666667, 0.333333])
    >>> flow.status
    'reached t = 200'
    """
    start = dynamics.start(x0)
    horizon, times = _times(t)
    for name, value in (("rtol", rtol), ("atol", atol), ("max_steps", max_steps)):
        if not value > 0:
            raise ValueError(f"{name} = {value} is not positive")
    with np.errstate(divide="ignore"):
        chart = chart_at(dynamics, np.log(start))
    resting = _at_rest(dynamics, chart, start)
    if resting:
        at = np.array([0.0, horizon]) if times is None else times
        states, trouble = np.tile(chart.origin, (len(at), 1)), ""
    else:
        states, at, trouble = _orbit(chart, (0.0, horizon), times, rtol, atol, max_steps)
    if trouble:
        status = f"stopped at t = {at[-1] if len(at) else 0:g} of {horizon:g}: {trouble}"
    else:
        status = resting or f"reached t = {horizon:g}{_face(dynamics, chart)}"
    x, log_x = (dynamics.unpack(_frozen(part)) for part in (chart.shares(states), chart.log_shares(states)))
    return Trajectory(_frozen(at), x, log_x, status, not trouble, dynamics, rtol, atol)


def _times(t: npt.ArrayLike) -> tuple[float, Vector | None]:
    """The horizon, and the output times if they were given."""
    try:
        times = np.array(t, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"t = {t!r} is no number and no list of numbers") from None
    if times.ndim > 1 or not times.size or not np.isfinite(times).all():
        raise ValueError(f"t = {t!r}: give a finite horizon or a list of finite output times")
    if (times < 0).any():
        raise ValueError(f"t holds {times.min():g}; times are >= 0, because x0 is the state at time 0")
    if times.ndim == 0:
        return float(times), None
    if (np.diff(times) <= 0).any():
        where = int(np.argmax(np.diff(times) <= 0))
        raise ValueError(f"t is not increasing: {times[where]:g} is followed by {times[where + 1]:g}")
    return float(times[-1]), times


def _orbit(
    chart: Coordinates,
    span: tuple[float, float],
    times: Vector | None,
    rtol: float,
    atol: float,
    max_steps: int,
) -> tuple[Vector, Vector, str]:
    relative, absolute = chart.tolerances(rtol, atol)
    path = march(chart.rate, chart.origin, span=span, times=times, rtol=relative, atol=absolute, max_steps=max_steps)
    return path.y, path.t, path.trouble


def _at_rest(dynamics: Dynamics, chart: Coordinates, start: Vector) -> str:
    """Why the start cannot move, or nothing."""
    imitating = isinstance(chart, LogShares)
    if imitating and all((start[part] > 0).sum() == 1 for part in dynamics.parts):
        return (
            "at rest: the start is a vertex; a replicator never leaves a face, start from the interior or add mutation"
        )
    payoffs = dynamics.payoffs(start)
    scale = 1.0 if dynamics.protocol.bounded else np.abs(payoffs[start > 0]).max()
    rounding = (8 + len(start)) * np.finfo(float).eps * scale
    return "at rest: the start is a rest point" if np.abs(chart.rate(chart.origin)).max() <= rounding else ""


def _face(dynamics: Dynamics, chart: Coordinates) -> str:
    if not isinstance(chart, LogShares) or chart.whole:
        return ""
    names = [name for role in dynamics.roles for name in dynamics.strategies[role]]
    absent = [name for name, played in zip(names, chart.played, strict=True) if not played]
    return (
        f" on a face: nobody starts with {', '.join(absent)}, and a replicator brings in nothing new; "
        "start from the interior or add mutation"
    )


def _frozen(array: Vector) -> Vector:
    array.setflags(write=False)
    return array
