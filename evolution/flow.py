"""Ensembles: the orbits of a dynamic through many starts, compiled and in parallel.

    flows = ensemble(Replicator(A), 1000, t=np.linspace(0, 100, 201), rng=7)
    flows.x.shape, flows.status[0]

Each orbit is what `integrate` finds, in the same coordinates and with its own steps (Dormand and Prince's pair of order
8(5, 3) with its interpolant of order 7): shares sum to 1, a share of zero stays zero where the protocol keeps faces,
and nothing freezes near a face. An orbit that the explicit method finds stiff (logit choice at a low temperature) or
cannot finish is handed to `integrate`, which has implicit methods; so are all orbits of a game that is only a Python
function, has an environment, or moves by best responses. The result says so, because that is some hundred times slower.

Statistics need no paths: the mean over time is a Gauss-Legendre sum over each step, so memory does not grow with time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from evolution.dynamics import Dynamics, State
from evolution.flow_running import Asked, Found, available_workers, run_compiled, run_interpreted
from evolution.flow_starts import packed_starts

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["Ensemble", "FlowStatistics", "ensemble"]

Vector = npt.NDArray[np.float64]
Keep = Literal["all", "final", "statistics"]

OUTPUTS = 201


@dataclass(frozen=True, eq=False, slots=True)
class FlowStatistics:
    """What each orbit did from `since` to the ensemble's last time.

    Parameters
    ----------
    since : float
        When counting began.
    mean, least, greatest : array of shape (m, n), or mapping role -> (m, n_role)
        Time average of the shares, and their extremes at the nodes of the average and the ends of the steps.
    """

    since: float
    mean: State
    least: State
    greatest: State


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Ensemble:
    """Orbits of one dynamic from many starts.

    Parameters
    ----------
    t : array, shape (k,)
        Times; the last one alone where only final states or statistics are kept.
    x : array of shape (m, k, n), or mapping role -> (m, k, n_role), name of the environment -> (m, k)
        Shares; not a number from where an orbit could not go on.
    starts : array of shape (m, n), or mapping
        Shares at time 0.
    statistics : FlowStatistics or None
        Where they are kept.
    status : tuple of str
        What happened to each, in a sentence.
    success : array of bool, shape (m,)
        Whether the last time was reached.
    reached : array, shape (m,)
        Time of the last state computed.
    method : str
        How it was computed, and why so if it was slow.
    dynamics : Dynamics
        The rule that moved them.
    rtol, atol : float
        Tolerances of each orbit.
    """

    t: Vector
    x: State
    starts: State
    statistics: FlowStatistics | None
    status: tuple[str, ...]
    success: npt.NDArray[np.bool_]
    reached: Vector
    method: str
    dynamics: Dynamics
    rtol: float
    atol: float

    def __repr__(self) -> str:
        failed = len(self) - int(self.success.sum())
        lost = f", {failed} of them stopped before" if failed else ""
        return f"Ensemble of {len(self)} orbits to t = {self.t[-1]:g}{lost}: {self.method}"

    def __len__(self) -> int:
        return len(self.success)

    @property
    def final(self) -> State:
        """States at the last time, in the form of starts."""
        if isinstance(self.x, Mapping):
            return {name: states[:, -1] for name, states in self.x.items()}
        return self.x[:, -1]

    def to_dataset(self) -> xr.Dataset:
        """Everything as one labelled data set with the dimensions start, time and the strategies of each role."""
        import xarray as xr

        rules = self.dynamics
        tables: dict[str, Any] = {"status": ("start", list(self.status)), "reached": ("start", self.reached)}
        kept = {"": self.x} | (
            {f"{name}_": getattr(self.statistics, name) for name in ("mean", "least", "greatest")}
            if self.statistics
            else {}
        )
        for prefix, states in kept.items():
            by_name = states if isinstance(states, Mapping) else {rules.roles[0]: states}
            for name, array in by_name.items():
                axes = ["start"] + ["time"] * (not prefix) + [f"{name}_strategy"] * (name in rules.roles)
                tables[f"{prefix}{name}"] = (axes, array)
        labels = {f"{role}_strategy": list(rules.strategies[role]) for role in rules.roles}
        attributes = {"dynamics": type(rules).__name__, "method": self.method, "rtol": self.rtol, "atol": self.atol}
        return xr.Dataset(tables, coords={"start": np.arange(len(self)), "time": self.t, **labels}, attrs=attributes)


def ensemble(
    dynamics: Dynamics,
    starts: Any,
    *,
    t: npt.ArrayLike,
    keep: Keep = "all",
    rtol: float = 1e-8,
    atol: float = 1e-12,
    max_steps: int = 1_000_000,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    rng: np.random.Generator | int | None = None,
) -> Ensemble:
    """Orbits of a dynamic from many starts.

    Parameters
    ----------
    dynamics : Dynamics
        For instance `Replicator(game)` or `Logit(game, temperature=0.1)`.
    starts : array of shape (m, n), mapping role -> (m, n_role), or int
        Shares at time 0, one row a start (see `simplex_grid`; a mapping holds the environment too, one number a
        start); or how many are drawn uniformly from the simplex.
    t : float or increasing array
        Output times >= 0, or a horizon: then 201 times evenly from 0 to there.
    keep : {"all", "final", "statistics"}
        States at all times, at the last time only, or time averages and extremes from the first time to the last
        with the final states.
    rtol, atol : float
        Tolerances of each orbit, of which a step may use a thirtieth. Where faces are kept both bound the relative
        error of each share, however small it is.
    max_steps : int
        Where to give an orbit up.
    workers : int, optional
        Threads; as many as there are cores if not given. Results do not depend on it.
    progress : callable, optional
        Told (orbits done, orbits in all) now and then.
    rng : Generator or int, optional
        Source of starts that are drawn.

    Returns
    -------
    Ensemble

    Raises
    ------
    ValueError
        If a start is off the simplex (its index is told), the times are not increasing, or a number is out of range.

    References
    ----------
    .. [1] E. Hairer, S. P. Norsett and G. Wanner, *Solving Ordinary Differential Equations I*, 2nd ed., Springer,
       1993, II.5 and II.6.

    Examples
    --------
    >>> from evolution import Replicator
    >>> flows = ensemble(Replicator([[-0.5, 2], [0, 1]]), [[0.05, 0.95], [0.5, 0.5]], t=[0, 200])
    >>> flows.x[:, -1].round(6)
    array([[0.666667, 0.333333],
           [0.666667, 0.333333]])
    >>> flows.status
    ('reached t = 200', 'reached t = 200')
    """
    packed = packed_starts(dynamics, starts, rng)
    if keep not in ("all", "final", "statistics"):
        raise ValueError(f"keep = {keep!r} is none of 'all', 'final', 'statistics'")
    for name, value in (("rtol", rtol), ("atol", atol), ("max_steps", max_steps)):
        if not value > 0:
            raise ValueError(f"{name} = {value} is not positive")
    if workers is not None and not (isinstance(workers, int | np.integer) and workers >= 1):
        raise ValueError(f"workers = {workers!r}: give a whole number of threads >= 1")
    asked = Asked(_times(t, keep), keep, float(rtol), float(atol), int(max_steps))
    from evolution.flow_fields import field_of

    compiled = field_of(dynamics)
    if compiled is None:
        found, method = run_interpreted(dynamics, packed, asked, progress), _why_slow(dynamics)
    else:
        threads = int(workers or available_workers())
        found, method = run_compiled(dynamics, *compiled, packed, asked, threads, progress), "compiled"
    return _told(dynamics, packed, asked, found, method)


def _times(t: npt.ArrayLike, keep: Keep) -> Vector:
    try:
        times = np.array(t, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"t = {t!r} is no number and no list of numbers") from None
    if times.ndim > 1 or not times.size or not np.isfinite(times).all():
        raise ValueError(f"t = {t!r}: give a finite horizon or a list of finite output times")
    if (times < 0).any():
        raise ValueError(f"t holds {times.min():g}; times are >= 0, because starts are the states at time 0")
    if times.ndim == 0:
        if not times > 0:
            raise ValueError("t = 0 is no horizon; give a time > 0, or a list of times")
        times = np.linspace(0.0, float(times), OUTPUTS)
    if (np.diff(times) <= 0).any():
        where = int(np.argmax(np.diff(times) <= 0))
        raise ValueError(f"t is not increasing: {times[where]:g} is followed by {times[where + 1]:g}")
    if keep == "statistics" and len(times) < 2:
        raise ValueError(f"t = {t!r}: statistics are taken from a first time to a last one; give a horizon or both")
    return times


def _why_slow(dynamics: Dynamics) -> str:
    if dynamics.environment.names:
        why = "the game has an environment"
    elif getattr(dynamics.game, "payoff_expressions", None) is None and not hasattr(dynamics.game, "tensors"):
        why = "payoffs are only a Python function (give a matrix or formulas)"
    else:
        why = "best responses jump"
    return f"interpreted, one orbit after another and some hundred times slower than compiled, because {why}"


def _told(dynamics: Dynamics, packed: Vector, asked: Asked, found: Found, method: str) -> Ensemble:
    """The ensemble, in the form and the words of the dynamic."""
    end = asked.times[-1]
    success = found.reached >= end
    plain = _plain_words(dynamics, packed, end)
    status = tuple(
        (said or plain[k]) if success[k] else _stopped(said, found.reached[k], end)
        for k, said in enumerate(found.status)
    )
    rows = found.rows if asked.keep != "statistics" else found.rows[:, -1:]
    kept = None
    if asked.keep == "statistics":
        kept = FlowStatistics(float(asked.times[0]), *(_in_words(dynamics, found.rows[:, k]) for k in range(3)))
    times = asked.times if asked.keep == "all" else asked.times[-1:]
    return Ensemble(
        _frozen(times),
        _in_words(dynamics, rows),
        _in_words(dynamics, packed),
        kept,
        status,
        success,
        _frozen(found.reached),
        method,
        dynamics,
        asked.rtol,
        asked.atol,
    )


def _in_words(dynamics: Dynamics, packed: Vector) -> State:
    return dynamics.unpack(_frozen(packed))


def _stopped(said: str, reached: float, end: float) -> str:
    return said if said.startswith("stopped") else f"stopped at t = {reached:g} of {end:g}: {said}"


def _plain_words(dynamics: Dynamics, packed: Vector, end: float) -> list[str]:
    """What to say of an orbit that reached the end, by whether it started on a face that is kept."""
    words = [f"reached t = {end:g}"] * len(packed)
    if not dynamics.protocol.keeps_faces:
        return words
    absent = packed == 0
    at_vertex = np.all([(~absent[:, part]).sum(axis=1) == 1 for part in dynamics.parts], axis=0)
    for k in np.flatnonzero(absent.any(axis=1)):
        words[k] = (
            "at rest: the start is a vertex, and imitation brings in nothing new"
            if at_vertex[k]
            else f"reached t = {end:g} on a face: imitation brings in no strategy that nobody plays at the start"
        )
    return words


def _frozen(array: Vector) -> Vector:
    array.setflags(write=False)
    return array
