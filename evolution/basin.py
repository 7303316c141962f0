r"""Basins of attraction: from which share of all states does a dynamic end where, and where is the border.

`basins` draws starts uniformly from the simplex (or takes yours), follows each until it rests near an attracting rest
point, rests elsewhere, or is still moving when the time is up; shares come with exact binomial (Clopper-Pearson)
intervals. `basin_stability` is the same question for one attractor after a shock that replaces a fraction of the
population at random [1]_. `basin_borders`, from `borders`, traces the border itself.

References
----------
.. [1] P. J. Menck, J. Heitzig, N. Marwan and J. Kurths, *Nature Physics* 9 (2013) 89.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from evolution.borders import basin_borders
from evolution.dynamics import Dynamics, State
from evolution.flow import ensemble
from evolution.rest import rest_points

__all__ = ["Basins", "Share", "basin_borders", "basin_stability", "basins"]

Vector = npt.NDArray[np.float64]

AT_REST = 1e-7  # of the greatest speed among the starts
LISTED = 12  # as many states of rest are printed


@dataclass(frozen=True, slots=True)
class Share:
    """A share that was counted: successes of trials, with an exact confidence interval.

    Examples
    --------
    >>> share = Share(8, 10)
    >>> share.value, tuple(round(end, 3) for end in share.interval())
    (0.8, (0.444, 0.975))
    """

    successes: int
    trials: int

    @property
    def value(self) -> float:
        """Successes over trials."""
        return self.successes / self.trials

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Clopper and Pearson's interval: it holds the true share with at least that probability."""
        from evolution.economy.stability import basin_stability as counted

        return counted(self.successes, self.trials, confidence=level).exact

    def __str__(self) -> str:
        low, high = self.interval()
        return f"{self.value:.4g} (95 %: {low:.4g} to {high:.4g}, {self.successes} of {self.trials})"


@dataclass(frozen=True, eq=False, slots=True, repr=False)
class Basins:
    """Where starts end.

    Parameters
    ----------
    dynamics : Dynamics
    starts : array (m, n)
        Packed shares, role after role.
    ends : array (m, n)
        States at the last time.
    place : array of int (m,)
        Which attractor a start ends at: an index of `attractors`, -1 where it was still moving.
    attractors : tuple of arrays (n,)
        States of rest that were reached, most reached first.
    t : float
        Time up to which the last of them were followed.
    """

    dynamics: Dynamics
    starts: Vector
    ends: Vector
    place: npt.NDArray[np.int64]
    attractors: tuple[Vector, ...]
    t: float

    @property
    def shares(self) -> tuple[Share, ...]:
        """Of each attractor, in their order."""
        return tuple(Share(int((self.place == k).sum()), len(self.place)) for k in range(len(self.attractors)))

    @property
    def moving(self) -> Share:
        """Of the starts that were still moving: cycles, chaos, or too short a time."""
        return Share(int((self.place < 0).sum()), len(self.place))

    def members(self) -> Iterator[tuple[str, Vector]]:
        """Name of each attractor, and the starts that end there; those still moving last."""
        for k, state in enumerate(self.attractors):
            yield f"to {_named(state)}", self.starts[self.place == k]
        if (self.place < 0).any():
            yield "still moving", self.starts[self.place < 0]

    def __str__(self) -> str:
        lines = [f"{_named(state)}: {share}" for state, share in zip(self.attractors, self.shares, strict=True)]
        if len(lines) > LISTED:
            rest = int((self.place >= LISTED).sum())
            lines[LISTED:] = [f"{len(lines) - LISTED} other states of rest: {Share(rest, len(self.place))}"]
        if self.moving.successes:
            lines.append(f"still moving at t = {self.t:g}: {self.moving}")
        return "\n".join(lines)

    __repr__ = __str__


def basins(
    dynamics: Dynamics,
    starts: Any = 1000,
    *,
    t: float = 200.0,
    longest: float = 25_600.0,
    nearness: float = 1e-3,
    workers: int | None = None,
    rng: np.random.Generator | int | None = None,
) -> Basins:
    """Share of the starts that end at each rest point.

    Parameters
    ----------
    dynamics : Dynamics
        Without an environment.
    starts : int, or array (m, n), or mapping role -> (m, n_role)
        How many are drawn uniformly from the simplex (product of simplices), or the starts themselves.
    t, longest : float
        Time to follow all; those neither at rest nor near an attracting rest point are followed on, in doubled
        stretches, until `longest`.
    nearness : float
        Distance in the greatest share difference at which an orbit counts as caught by an asymptotically stable rest
        point, and at which states of rest count as one; less where another rest point is within ten times that.
    workers : int, optional
        Threads.
    rng : Generator or int, optional
        Source of the starts.

    Returns
    -------
    Basins

    Raises
    ------
    ValueError
        If a start is off the simplex, or a number is out of range.

    Examples
    --------
    >>> from evolution import Replicator
    >>> print(basins(Replicator([[3, 0], [2, 2]]), 2000, rng=7))
    (0, 1): 0.6775 (95 %: 0.6565 to 0.698, 1355 of 2000)
    (1, 0): 0.3225 (95 %: 0.302 to 0.3435, 645 of 2000)
    """
    if not (0 < t <= longest < np.inf and 0 < nearness < 0.5):
        raise ValueError(f"t = {t}, longest = {longest}, nearness = {nearness}: need 0 < t <= longest, nearness < 1/2")
    known, repelling, within = _known(dynamics, nearness)
    flows = ensemble(dynamics, starts, t=[0, t], keep="final", workers=workers, rng=rng)
    begun, now = _packed(dynamics, flows.starts), _packed(dynamics, flows.final)
    scale = max(float(_speed(dynamics, begun).max(initial=0.0)), 1e-300)
    done, stretch = t, t
    lingers = _lingers(dynamics, begun)

    def settled(which: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        resting = _speed(dynamics, now[which]) <= AT_REST * scale
        passing = lingers[which] & _caught(now[which], repelling, [nearness] * len(repelling))
        return _caught(now[which], known, within) | (resting & ~passing)

    open_ = np.flatnonzero(~settled(np.arange(len(now))))
    while len(open_) and done < longest:
        stretch = min(2 * stretch, longest - done)
        again = ensemble(dynamics, dynamics.unpack(now[open_]), t=[0, stretch], keep="final", workers=workers)
        reached = _packed(dynamics, again.final)
        now[open_] = np.where(np.isfinite(reached), reached, now[open_])
        done += stretch
        open_ = open_[~settled(open_) & again.success]
    place, attractors = _grouped(now, settled(np.arange(len(now))), known, within, nearness)
    return Basins(dynamics, begun, now, place, attractors, done)


def basin_stability(
    dynamics: Dynamics,
    state: State,
    *,
    shock: float = 1.0,
    trials: int = 1000,
    t: float = 200.0,
    longest: float = 25_600.0,
    rng: np.random.Generator | int | None = None,
) -> Share:
    """Share of random shocks after which a population comes back to a state of rest.

    Parameters
    ----------
    dynamics : Dynamics
    state : array, or mapping role -> array
        An attracting rest point.
    shock : float
        Fraction of each population, in (0, 1], that is replaced by a draw from the uniform law on its simplex; 1 asks
        for the whole basin.
    trials : int
    t, longest : float
        As for `basins`.
    rng : Generator or int, optional

    Returns
    -------
    Share

    Raises
    ------
    ValueError
        If the state is not at rest, or a number is out of range.

    Examples
    --------
    >>> from evolution import Replicator
    >>> stag = Replicator([[3, 0], [2, 2]])                 # the border is at 2/3
    >>> basin_stability(stag, [1, 0], shock=0.3, rng=7).value, basin_stability(stag, [1, 0], rng=7).value > 0.3
    (1.0, True)
    """
    if not 0 < shock <= 1 or not trials >= 1:
        raise ValueError(f"shock = {shock}, trials = {trials}: a shock replaces a fraction in (0, 1], trials >= 1")
    home = dynamics.start(state)
    rng = np.random.default_rng(rng)
    drawn = np.concatenate([rng.dirichlet(np.ones(p.stop - p.start), trials) for p in dynamics.parts], axis=1)
    starts = (1 - shock) * home + shock * drawn
    scale = float(_speed(dynamics, starts).max(initial=0.0))
    if _speed(dynamics, home[None])[0] > 1e-6 * max(scale, 1e-300):
        raise ValueError(f"{_named(home)} is not at rest: its speed is {_speed(dynamics, home[None])[0]:g}")
    found = basins(dynamics, dynamics.unpack(starts), t=t, longest=longest)
    back = np.abs(found.ends - home).max(axis=1) <= 1e-2
    return Share(int((back & (found.place >= 0)).sum()), trials)


def _known(dynamics: Dynamics, nearness: float) -> tuple[list[Vector], list[Vector], list[float]]:
    """Asymptotically stable and unstable rest points, where they can be had, and how near each of the first catches.

    A tenth of the way to the next rest point at most, because a border may lie there.
    """
    try:
        found = list(rest_points(dynamics))
    except (TypeError, ValueError, ArithmeticError):
        return [], [], []
    kinds = ("asymptotically stable", "unstable")
    attracting, repelling = ([_joined(point) for point in found if point.stability == kind] for kind in kinds)
    every = np.array([_joined(point) for point in found]).reshape(len(found), -1)
    gaps = [np.abs(every - state).max(axis=1) for state in attracting]
    within = [min(nearness, float(gap[gap > 0].min(initial=np.inf)) / 10) for gap in gaps]
    return attracting, repelling, within


def _lingers(dynamics: Dynamics, starts: Vector) -> npt.NDArray[np.bool_]:
    """Which orbits only pass an unstable rest point, however slowly: those that nothing keeps on a face."""
    return np.asarray((starts > 0).all(axis=1) | (not dynamics.protocol.keeps_faces))


def _joined(point: Any) -> Vector:
    return np.concatenate(point.shares)


def _packed(dynamics: Dynamics, states: State) -> Vector:
    if len(dynamics.roles) == 1:
        return np.array(states, dtype=float)
    return np.concatenate([np.asarray(states[role], dtype=float) for role in dynamics.roles], axis=-1)


def _speed(dynamics: Dynamics, states: Vector) -> Vector:
    with np.errstate(all="ignore"):
        speeds = np.array([np.abs(dynamics.flow(state)).max() for state in states])
    return np.where(np.isfinite(speeds), speeds, np.inf)


def _caught(states: Vector, known: Sequence[Vector], within: Sequence[float]) -> npt.NDArray[np.bool_]:
    caught = np.zeros(len(states), dtype=bool)
    for state, radius in zip(known, within, strict=True):
        caught |= np.abs(states - state).max(axis=1) <= radius
    return caught


def _grouped(
    ends: Vector,
    settled: npt.NDArray[np.bool_],
    known: Sequence[Vector],
    within: Sequence[float],
    nearness: float,
) -> tuple[npt.NDArray[np.int64], tuple[Vector, ...]]:
    """Each end's group: a known attractor, or states of rest close to one another; the largest group first."""
    place = np.full(len(ends), -1, dtype=np.int64)
    centres: list[Vector] = []
    for k, (state, radius) in enumerate(zip(known, within, strict=True)):
        place[(place < 0) & (np.abs(ends - state).max(axis=1) <= radius)] = k
        centres.append(state)
    while (left := np.flatnonzero((place < 0) & settled)).size:
        near = left[np.abs(ends[left] - ends[left[0]]).max(axis=1) <= nearness]
        place[near] = len(centres)
        centres.append(ends[near].mean(axis=0))
    counts = [int((place == k).sum()) for k in range(len(centres))]
    order = [k for k in np.argsort(np.negative(counts), kind="stable") if counts[k]]
    rank = {old: new for new, old in enumerate(order)}
    return np.array([rank.get(int(k), -1) for k in place], dtype=np.int64), tuple(centres[k] for k in order)


def _named(state: Vector) -> str:
    return f"({', '.join(f'{share:.4g}' for share in np.where(np.abs(state) < 1e-9, 0.0, state))})"
