"""Trajectories: the orbit of a dynamic through a start, and the verb that finds it.

    flow = integrate(Replicator(A), x0=[0.2, 0.3, 0.5], t=100)
    flow.t, flow.x, flow.status

`x0` holds at time 0, and with feedback `z0`, the environment. The orbit is found in coordinates that keep the simplex
(see `coordinates`), so shares sum to 1 at every output, a share that is zero under imitation stays exactly zero, and
`log_x` tells how small a share has become long after `x` shows 0. What could not be computed is not returned: `t` ends
where the computation did, and `status` says in words what happened and what to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from evolution.best_response import MAX_SWITCHES, exact_orbit
from evolution.coordinates import Coordinates, LogShares, chart_at
from evolution.dynamics import Dynamics, State
from evolution.events import Crossings, Watch, read_events
from evolution.solver import METHODS, March, march

__all__ = ["Trajectory", "integrate"]

Vector = npt.NDArray[np.float64]

STEPS = 1_000_000
JUMPY_STEPS = 5_000


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
        Whether every time asked for was reached, or a terminal event.
    dynamics : Dynamics
        The rule that moved it.
    rtol, atol : float
        Tolerances it was computed with.
    z : mapping name -> array, shape (k,)
        The environment; empty where there is none.
    events : mapping name -> Crossings
        When the events asked for happened.
    path : callable, optional
        Packed states at any times within, shape (m, n); found by integrating on from outputs where nothing is said.
    """

    t: Vector
    x: State
    log_x: State
    status: str
    success: bool
    dynamics: Dynamics
    rtol: float
    atol: float
    z: Mapping[str, Vector] = field(default_factory=dict)
    events: Mapping[str, Crossings] = field(default_factory=dict)
    path: Callable[[Vector], Vector] | None = None

    def __repr__(self) -> str:
        return f"Trajectory of {len(self.t)} states: {self.status}"

    @property
    def roles(self) -> tuple[str, ...]:
        """Names of the populations."""
        return self.dynamics.roles

    @property
    def final(self) -> State:
        """The last state reached, in the form of a start."""
        if not len(self.t):
            raise ValueError(f"the trajectory has no states: {self.status}")
        if len(self.roles) == 1 and not self.z:
            return self.x[-1]
        shares = {self.roles[0]: self.x} if len(self.roles) == 1 else self.x
        outer = {name: float(values[-1]) for name, values in self.z.items()}
        return {role: shares[role][-1] for role in self.roles} | outer

    def at(self, times: npt.ArrayLike) -> State:
        """States at any times within the trajectory, from the solver's own interpolation between its steps.

        Where output times were given, steps are not kept: the orbit is integrated on from the output before each time.

        Parameters
        ----------
        times : float or array
            Between the first and the last of `t`.

        Returns
        -------
        array or mapping
            In the form of a start; shape (n,) for one time, (len(times), n) for several.

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
        inside = len(self.t) and ((asked >= self.t[0]) & (asked <= self.t[-1])).all()
        if asked.ndim != 1 or not inside:
            ends = f"{self.t[0]:g} to {self.t[-1]:g}" if len(self.t) else "which has no states"
            raise ValueError(f"times {times!r} are not all within the trajectory, {ends}")
        path = self.path or _Path.through(self)
        packed = path(asked)
        return self.dynamics.unpack(packed if np.ndim(times) else packed[0])


@dataclass(frozen=True, eq=False, slots=True)
class _Path:
    """States between outputs: off the dense output of steps where they were kept, else by integrating on."""

    chart: Coordinates
    march: March
    rtol: float
    atol: float
    method: str = "auto"

    @classmethod
    def through(cls, flow: Trajectory) -> Callable[[Vector], Vector]:
        """Path of a trajectory that came without one."""
        logs = flow.log_x if len(flow.roles) == 1 else np.hstack([flow.log_x[role] for role in flow.roles])
        outer = np.array([*flow.z.values()]).T if flow.z else np.empty((len(flow.t), 0))
        charts = [chart_at(flow.dynamics, log, z) for log, z in zip(logs, outer, strict=True)]
        states = np.array([chart.origin for chart in charts])
        return cls(charts[0], March(flow.t, states, "", (), flow.t[-1]), flow.rtol, flow.atol)

    def __call__(self, times: Vector) -> Vector:
        """Packed states at the times, shape (len(times), n)."""
        found = np.empty((len(times), len(self.chart.origin)))
        starts = np.array([start for start, _, _ in self.march.pieces]) if self.march.pieces else self.march.t
        before = np.maximum(np.searchsorted(starts, times, side="right") - 1, 0)
        for k in np.unique(before):
            chosen = before == k
            found[chosen] = self._between(int(k), times[chosen])
        return self.chart.packed(found)

    def _between(self, k: int, times: Vector) -> Vector:
        if self.march.pieces:
            read: Vector = self.march.pieces[k][2](times).T
            return read
        wanted, places = np.unique(times, return_inverse=True)
        begin = float(self.march.t[k])
        relative, absolute = self.chart.tolerances(self.rtol, self.atol)
        onward = march(
            self.chart.rate,
            self.march.y[k],
            span=(begin, float(wanted[-1])),
            times=wanted,
            rtol=relative,
            atol=absolute,
            max_steps=10**6,
            method=self.method,
        )
        if onward.trouble:
            raise ArithmeticError(f"between outputs at t = {begin:g} and {wanted[-1]:g}: {onward.trouble}")
        return onward.y[places]


def integrate(
    dynamics: Dynamics,
    *,
    x0: State,
    t: npt.ArrayLike,
    z0: Any = None,
    events: Any = None,
    rtol: float = 1e-9,
    atol: float = 1e-12,
    method: str = "auto",
    max_steps: int | None = None,
) -> Trajectory:
    """Trajectory of a dynamic from shares x0, and an environment z0, at time 0.

    Parameters
    ----------
    dynamics : Dynamics
        For instance `Replicator(game)` or `Logit(game, temperature=0.1)`.
    x0 : array, or mapping role -> array
        Shares at time 0, on the simplex; the mapping may hold the environment too.
    t : float or increasing array
        A horizon (outputs at the solver's own steps, each divided in four), or the output times, all >= 0.
    z0 : mapping name -> number, optional
        Environment at time 0, for a game with feedback.
    events : event, formula or function; a sequence, or a mapping of names to them; optional
        What to look for, see `events`.
    rtol, atol : float
        Tolerances of one step. Under imitation both bound the relative error of each share, however
        small it is.
    method : {"auto", "DOP853", "LSODA", "Radau", "BDF"}
        "auto" is explicit first and implicit where the field is stiff.
    max_steps : int, optional
        Where to give up; if not given 1,000,000. Under best response 50,000 switches where payoffs are affine in the
        shares, so that they are followed exactly, and 5,000 steps where they are not.

    Returns
    -------
    Trajectory
        Up to the last time reached; `success` and `status` tell whether that is all.

    Raises
    ------
    ValueError
        If x0 is off the simplex or names other roles, z0 is outside its domain, payoffs there are not finite, or t is
        not increasing, negative or not finite.

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
    x0 = list(x0) if isinstance(x0, Iterator) else x0
    start = dynamics.start(dynamics.environment.joined(x0, z0, dynamics.roles))
    horizon, times = _times(t)
    for name, value in (("rtol", rtol), ("atol", atol), ("max_steps", max_steps)):
        if value is not None and not value > 0:
            raise ValueError(f"{name} = {value} is not positive")
    if method not in METHODS:
        raise ValueError(f"method = {method!r} is none of {', '.join(METHODS)}")
    outer = dynamics.environment
    with np.errstate(divide="ignore"):
        chart = chart_at(dynamics, np.log(start[: outer.after]), start[outer.part])
    watch = Watch(chart, read_events(events), atol)
    watcher = watch if watch.events or watch.bounded else None
    polygon = exact_orbit(dynamics, start, horizon, max_steps or MAX_SWITCHES)
    resting = "" if polygon else _at_rest(dynamics, chart, start)
    if polygon:
        path = polygon.march(times, watcher)
    elif resting:
        at = np.array([0.0, horizon]) if times is None else times
        path = March(at, np.tile(chart.origin, (len(at), 1)), "", (), horizon)
    else:
        relative, absolute = chart.tolerances(rtol, atol)
        path = march(
            chart.rate,
            chart.origin,
            span=(0.0, horizon),
            times=times,
            rtol=relative,
            atol=absolute,
            max_steps=max_steps or (JUMPY_STEPS if dynamics.protocol.jumps else STEPS),
            method=method,
            watcher=watcher,
        )
    x, log_x = (_by_role(dynamics, _frozen(part)) for part in (chart.shares(path.y), chart.log_shares(path.y)))
    z = dict(zip(outer.names, _frozen(chart.packed(path.y)[:, outer.part].T.copy()), strict=True))
    told = polygon.status if polygon and not watch.stopped else ""
    status = resting or told or _status(path, watch, chart, horizon)
    success = not (path.trouble or watch.left)
    between = polygon.packed if polygon else _Path(chart, path, rtol, atol, method)
    return Trajectory(_frozen(path.t), x, log_x, status, success, dynamics, rtol, atol, z, watch.crossings(), between)


def _status(path: March, watch: Watch, chart: Coordinates, horizon: float) -> str:
    if path.trouble:
        smooth = "; best replies may switch ever faster, Logit(game, temperature=T) is smooth"
        hint = smooth if chart.dynamics.protocol.jumps else ""
        return f"stopped at t = {path.end:g} of {horizon:g}: {path.trouble}{hint}"
    if watch.left:
        return (
            f"stopped at t = {path.end:g} of {horizon:g}: {watch.left}; widen the domain, or let the rate vanish there"
        )
    if watch.stopped:
        return f"stopped at t = {path.end:g} {watch.stopped}"
    return f"reached t = {horizon:g}{_face(chart)}"


def _times(t: npt.ArrayLike) -> tuple[float, Vector | None]:
    """The horizon, and the output times if they were given."""
    try:
        times = np.array(list(t) if isinstance(t, Iterator) else t, dtype=float)
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


def _at_rest(dynamics: Dynamics, chart: Coordinates, start: Vector) -> str:
    """Why the start cannot move, or nothing."""
    inner = dynamics.parts[-1].stop
    speed = np.abs(chart.rate(chart.origin))
    if chart.outer is not None:
        here = dynamics.environment.rate(start)
        nudged = start * (1 + 4 * np.finfo(float).eps * (-1.0) ** np.arange(len(start)))
        rounding = 4 * np.abs(dynamics.environment.rate(nudged) - here)
        if ((speed[-len(chart.outer) :] > 0) & (np.abs(here) > rounding)).any():
            return ""
        speed = speed[: -len(chart.outer)]
    if isinstance(chart, LogShares) and all((start[part] > 0).sum() == 1 for part in dynamics.parts):
        return f"at rest: the start is a vertex{_stays(chart)}"
    motives = dynamics.motives(start)
    scale = 1.0 if dynamics.protocol.bounded else np.abs(motives[start[:inner] > 0]).max()
    rounding = (8 + inner) * np.finfo(float).eps * scale
    return "at rest: the start is a rest point" if speed.max() <= rounding else ""


def _face(chart: Coordinates) -> str:
    if not isinstance(chart, LogShares) or chart.whole:
        return ""
    dynamics = chart.dynamics
    names = [name for role in dynamics.roles for name in dynamics.strategies[role]]
    absent = [name for name, played in zip(names, chart.played, strict=True) if not played]
    return (
        f" on a face: nobody starts with {', '.join(absent)}, and {_noun(dynamics)} brings in nothing new; "
        "start from the interior or add mutation"
    )


def _stays(chart: LogShares) -> str:
    if chart.whole:
        return " of one strategy, which is all there is"
    return f"; {_noun(chart.dynamics)} never leaves a face, start from the interior or add mutation"


def _by_role(dynamics: Dynamics, shares: Vector) -> State:
    if len(dynamics.parts) == 1:
        return shares
    return {role: shares[:, part] for role, part in zip(dynamics.roles, dynamics.parts, strict=True)}


def _noun(dynamics: Dynamics) -> str:
    return "a replicator" if type(dynamics).__name__ == "Replicator" else "imitation"


def _frozen(array: Vector) -> Vector:
    array.setflags(write=False)
    return array
