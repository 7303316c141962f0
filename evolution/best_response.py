"""Solutions of the best-response dynamic x' in BR(x) - x, exactly: straight lines at exponential pace.

While the best replies do not change, the state moves straight to a target b made of them,

    x(t) = b + (x_0 - b) exp(-(t - t_0)).

Where payoffs are affine in the packed shares, F = M x + c (one population with a matrix, two with a bimatrix), they
follow the same law, so strategy k overtakes the best ones, which lead by D_0 at x_0 and by D_1 < 0 at b, after

    t - t_0 = log(1 - D_0 / D_1).

At a tie T of best replies (of each role) the targets that can be followed for a while are the equilibria of the
game restricted to T: what b plays must stay best among T when everybody moves to b, and payoffs within T, equal
now, then differ as they do at b [1]_. A pure equilibrium crosses the tie, a mixed one slides along it, and there
always is one. If there is exactly one, this is the continuation; if there are several, so are the solutions, and
`status` says which was taken: staying where one stays in equilibrium, else going on as before, else the first with
the fewest strategies. (Solutions that leave a tie by infinitely many switches, like the spiral out of an unstable
mixed equilibrium, are not looked for.)

Payoffs within `tie` of the best tie. A spiral into a mixed equilibrium switches infinitely often; it ends when
payoffs are that near to one another, from where the solution goes straight to the equilibrium.

Fictitious play. The empirical frequencies of fictitious play, x_{k+1} = x_k + (b_k - x_k) / (k + 1), follow the
orbit at the time t = log k [2]_; in the time s = exp(t) the orbit is the time-averaged dynamic s dx/ds in BR(x) - x.

References
----------
.. [1] J. Hofbauer, *Stability for the best response dynamics*, University of Vienna, 1995.
.. [2] I. Gilboa and A. Matsui, *Econometrica* 59 (1991) 859.
.. [3] A. Gaunersdorfer and J. Hofbauer, *Games Econ. Behav.* 11 (1995) 279.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from evolution.affine import AffinePayoffs
from evolution.direct_protocols import BestResponseChoice
from evolution.dynamics import Dynamics, State
from evolution.solver import March, Watcher

__all__ = ["BestResponseOrbit", "best_response_orbit"]

Vector = npt.NDArray[np.float64]

STEP = 0.25
MAX_SWITCHES = 50_000
STILL = 1e-12


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class BestResponseOrbit:
    """A solution as a polygon: from `corners[k]` at `t[k]` towards `targets[k]`.

    Parameters
    ----------
    t : array, shape (k,)
        Times of the start and of each switch.
    corners, targets : array, shape (k, n)
        Packed states, and where they move from there.
    end : float
        Up to when it is known.
    status : str
        What happened, in a sentence.
    success : bool
        Whether it reaches the time asked for.
    dynamics : Dynamics
        The rule.
    """

    t: Vector
    corners: Vector
    targets: Vector
    end: float
    status: str
    success: bool
    dynamics: Dynamics

    def __repr__(self) -> str:
        return f"BestResponseOrbit of {len(self.t) - 1} switches: {self.status}"

    @property
    def replies(self) -> tuple[str, ...]:
        """What each piece moves to, in words."""
        return tuple(_words(self.dynamics, target) for target in self.targets)

    @property
    def switches(self) -> State:
        """The states at which best replies changed, in the form of a start."""
        return self.dynamics.unpack(self.corners[1:])

    def at(self, times: npt.ArrayLike) -> State:
        """Shares at any times from 0 to `end`; shape (n,) for one, (len(times), n) for several.

        Raises
        ------
        ValueError
            If a time lies outside.
        """
        packed = self.packed(np.atleast_1d(np.asarray(times, dtype=float)))
        return self.dynamics.unpack(packed if np.ndim(times) else packed[0])

    def packed(self, times: Vector) -> Vector:
        """Packed states at the times, shape (len(times), n)."""
        asked, k = self._pieces(times)
        return self._moved(k, asked)

    def average(self, times: npt.ArrayLike) -> State:
        """Time averages (1/t) int_0^t x of the shares, in closed form; the start itself at t = 0."""
        asked, k = self._pieces(times)
        lengths = np.diff(self.t)[:, None]
        gaps = self.corners - self.targets
        whole = self.targets[:-1] * lengths - gaps[:-1] * np.expm1(-lengths)
        before = np.vstack([np.zeros_like(gaps[:1]), np.cumsum(whole, axis=0)])
        part = (asked - self.t[k])[:, None]
        total = before[k] + self.targets[k] * part - gaps[k] * np.expm1(-part)
        packed = np.where(asked[:, None] > 0, total / np.maximum(asked, 1e-300)[:, None], self.corners[0])
        return self.dynamics.unpack(packed if np.ndim(times) else packed[0])

    def _pieces(self, times: npt.ArrayLike) -> tuple[Vector, npt.NDArray[np.intp]]:
        asked = np.atleast_1d(np.asarray(times, dtype=float))
        if asked.ndim != 1 or not ((asked >= 0) & (asked <= self.end)).all():
            raise ValueError(f"times {times!r} are not all within the orbit, 0 to {self.end:g}")
        return asked, np.searchsorted(self.t, asked, side="right") - 1

    def _moved(self, k: Any, times: Vector) -> Vector:
        waited = np.asarray(times - self.t[k])[..., None]
        return _on_the_way(self.corners[k], self.targets[k], waited)

    def march(self, times: Vector | None, watcher: Watcher | None) -> March:
        """The orbit as `integrate` keeps it: packed states at the output times (None: at most `STEP` apart)."""
        first = [0.0] if times is None or times[0] == 0 else []
        at, states, steps, end = list(first), [self.corners[0]] * len(first), [], self.end
        for old, now, k in self._steps():
            dense = partial(self._dense, k)
            stop = None if watcher is None else watcher.look(old, now, dense)
            reached = now if stop is None else stop
            due = np.array([reached]) if times is None else times[(times > old) & (times <= reached)]
            at.extend(due.tolist())
            states.extend(self._moved(k, due))
            if times is None:
                steps.append((old, reached, dense))
            if stop is not None:
                end = stop
                break
        trouble = "" if self.success or end < self.end else self.status
        packed = np.array(states).reshape(len(at), self.corners.shape[1])
        return March(np.array(at), packed, trouble, tuple(steps), end)

    def _steps(self) -> Iterator[tuple[float, float, int]]:
        """From when to when, and in which piece, in steps no longer than `STEP`."""
        for k, (begin, end) in enumerate(zip(self.t, [*self.t[1:], self.end], strict=True)):
            cuts = np.linspace(begin, end, max(int(np.ceil((end - begin) / STEP)), 1) + 1).tolist()
            for old, now in pairwise(cuts):
                if now > old:
                    yield old, now, k

    def _dense(self, k: int, times: Any) -> Vector:
        return self._moved(k, np.asarray(times, dtype=float)).T


def best_response_orbit(
    dynamics: Dynamics, *, x0: State, t: float, max_switches: int = MAX_SWITCHES
) -> BestResponseOrbit:
    """Solution of the best-response dynamic from x0, exact up to rounding.

    Parameters
    ----------
    dynamics : Dynamics
        `BestResponse(game)` with payoffs affine in the shares.
    x0 : array, or mapping role -> array
        Shares at time 0.
    t : float
        Horizon >= 0.
    max_switches : int
        Where to give up. Into the equilibrium of a zero-sum game the number of switches grows like exp(t); a
        larger `tie` ends the spiral earlier.

    Returns
    -------
    BestResponseOrbit

    Raises
    ------
    ValueError
        If the protocol is no best response, payoffs are not affine, x0 is off the simplex, or a number is out of
        range.

    References
    ----------
    .. [1] A. Gaunersdorfer and J. Hofbauer, *Games Econ. Behav.* 11 (1995) 279.

    Examples
    --------
    >>> from evolution import BestResponse
    >>> orbit = best_response_orbit(BestResponse([[0, 2], [1, 0]]), x0=[0.9, 0.1], t=2)
    >>> orbit.t.round(4), orbit.replies       # at (2/3, 1/3) neither pays more: there it stays
    (array([0.    , 0.3001]), ('1', '0 and 1'))
    """
    if not isinstance(dynamics.protocol, BestResponseChoice):
        raise ValueError(f"{type(dynamics.protocol).__name__} is no best response; give BestResponse(game)")
    if not 0 <= t < np.inf:
        raise ValueError(f"t = {t!r} is no horizon >= 0")
    if not max_switches >= 1:
        raise ValueError(f"max_switches = {max_switches!r} is less than 1")
    orbit = exact_orbit(dynamics, dynamics.start(x0), float(t), max_switches)
    if orbit is None:
        raise ValueError("payoffs are not affine in the shares, so best replies do not change at closed-form times")
    return orbit


def exact_orbit(dynamics: Dynamics, start: Vector, end: float, max_switches: int) -> BestResponseOrbit | None:
    """The orbit through a packed state; None unless the dynamic is best response with affine payoffs."""
    if not isinstance(dynamics.protocol, BestResponseChoice):
        return None
    payoffs = AffinePayoffs.of(dynamics.game)
    return None if payoffs is None else _Walk(dynamics, payoffs, end).orbit(start, max_switches)


@dataclass(frozen=True, eq=False, slots=True)
class _Leg:
    """A way to a target: who leads there in the role of each strategy, and by how much."""

    target: Vector
    leader: npt.NDArray[np.intp]
    later: Vector

    @classmethod
    def to(cls, target: Vector, payoffs: AffinePayoffs, parts: tuple[slice, ...]) -> _Leg:
        there = payoffs(target)
        leader = np.empty(len(target), dtype=np.intp)
        for part in parts:
            played = part.start + np.flatnonzero(target[part] > 0)
            leader[part] = played[there[played].argmax()]
        return cls(target, leader, there[leader] - there)

    def wait(self, here: Vector, tie: float) -> tuple[float, npt.NDArray[np.intp]]:
        """Time until the next strategies overtake, and which; whoever is tied does not, by choice of the target."""
        lead = here[self.leader] - here
        coming = np.flatnonzero((lead > tie) & (self.later < 0))
        if not len(coming):
            return np.inf, coming
        odds = lead[coming] / -self.later[coming]
        first = odds.min()
        return float(np.log1p(first)), coming[odds <= first * (1 + 1e-14)]


class _Walk:
    """The corners one after another; `fork` notes the first choice among solutions."""

    def __init__(self, dynamics: Dynamics, payoffs: AffinePayoffs, end: float) -> None:
        self.dynamics, self.payoffs, self.end = dynamics, payoffs, end
        self.tie = dynamics.protocol.parameter
        self.starts = np.array([part.start for part in dynamics.parts])
        self.role = np.repeat(np.arange(len(dynamics.parts)), [part.stop - part.start for part in dynamics.parts])
        self.known: dict[bytes, tuple[_Leg, ...]] = {}
        self.fork = ""

    def orbit(self, x: Vector, max_switches: int) -> BestResponseOrbit:
        t, here = 0.0, self.payoffs(x)
        leg = self._leg(x, t, here, None, np.empty(0, dtype=np.intp))
        times, corners, targets = [t], [x], [leg.target]
        done = True
        while True:
            wait, overtaking = leg.wait(here, self.tie)
            if not t + wait < self.end:
                break
            if len(times) > max_switches:
                done = False
                break
            t, x = t + wait, _on_the_way(x, leg.target, wait)
            here = self.payoffs(x)
            leg = self._leg(x, t, here, leg, overtaking)
            times.append(t)
            corners.append(x)
            targets.append(leg.target)
        end = self.end if done else t + wait
        said = self._ending(times, end, leg, np.abs(targets[0] - corners[0]).max() <= STILL) + self.fork
        return BestResponseOrbit(np.array(times), np.array(corners), np.array(targets), end, said, done, self.dynamics)

    def _ending(self, times: list[float], end: float, leg: _Leg, rests: Any) -> str:
        if end < self.end:
            return (
                f"stopped at t = {end:g} of {self.end:g}: {len(times) - 1} switches are used up, the last after "
                f"{times[-1] - times[-2]:.2g}; allow more, or give a larger tie to end a spiral earlier"
            )
        if rests:
            return "at rest: the start is an equilibrium"
        switches = f" by {len(times) - 1} switch{'es' * (len(times) > 2)}" if len(times) > 1 else ""
        return f"reached t = {self.end:g}{switches}, towards {_words(self.dynamics, leg.target)}"

    def _leg(self, x: Vector, t: float, here: Vector, before: _Leg | None, overtaking: npt.NDArray[np.intp]) -> _Leg:
        """Which way to go from x."""
        best = here >= np.maximum.reduceat(here, self.starts)[self.role] - self.tie
        best[overtaking] = True
        ways = self.known.get(best.tobytes())
        if ways is None:
            ways = self.known[best.tobytes()] = self._ways(best)
        if len(ways) == 1:
            return ways[0]
        stays = not (x[~best] > 0).any()
        if stays:
            taken = _Leg.to(x, self.payoffs, self.dynamics.parts)
        else:
            taken = before if any(before is way for way in ways) and before is not None else ways[0]
        others = [way for way in ways if np.abs(way.target - taken.target).max() > 1e-9]
        if others and not self.fork:
            words = "stayed" if stays else f"took {_words(self.dynamics, taken.target)}"
            elsewhere = "; ".join(_words(self.dynamics, way.target) for way in others)
            self.fork = f"; several solutions from t = {t:g}: {words}, others go to {elsewhere}"
        return taken

    def _ways(self, best: npt.NDArray[np.bool_]) -> tuple[_Leg, ...]:
        parts = self.dynamics.parts
        ties = tuple(tuple((part.start + np.flatnonzero(best[part])).tolist()) for part in parts)
        found = self.payoffs.equilibria(ties)
        known = {way.target.tobytes(): way for ways in self.known.values() for way in ways}
        return tuple(known.get(b.tobytes()) or _Leg.to(b, self.payoffs, parts) for b in found)


def _on_the_way(x: Vector, target: Vector, waited: Any) -> Vector:
    """The state after moving from x to the target for a while."""
    return np.asarray(x * np.exp(-waited) - target * np.expm1(-waited))


def _words(dynamics: Dynamics, target: Vector) -> str:
    roles = []
    for role, part in zip(dynamics.roles, dynamics.parts, strict=True):
        names = dynamics.strategies[role]
        roles.append(" and ".join(name for name, share in zip(names, target[part], strict=True) if share > 1e-12))
    return " | ".join(roles)
