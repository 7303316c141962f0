"""Events: what to look for along an orbit, such as a share that crosses a line or a change of the leader.

    integrate(dynamics, x0=x0, t=100, events={"half": "hawk - 1/2", "leader": LeaderChange()})

An event happens where a function of the state changes its sign, or where another strategy becomes the most played one.
Each step of the solver is looked at in four parts, and the time is found by bisection on the dense output, to the last
digit of t; two changes within one part cancel and are not seen. A function that is exactly 0 has no sign: it keeps the
one it had, so an orbit that starts on the line has to leave it first.
"""

from __future__ import annotations

import keyword
import math
import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from evolution.coordinates import Coordinates
from evolution.dynamics import Dynamics, State

__all__ = ["Crossings", "Event", "LeaderChange", "Watch", "read_events"]

Vector = npt.NDArray[np.float64]
Label = Callable[[Vector, Vector], Hashable]
"""From packed state and packed log shares to a label; None where it has none."""


@dataclass(frozen=True, slots=True)
class Event:
    """A function of the state that changes its sign.

    Parameters
    ----------
    when : callable, sympy.Expr or str
        A function of the state in the form of a start; or a formula in names of strategies (x_<name> where the name is
        no word, and <role>_<name> where two roles share it) and of the environment.
    terminal : bool
        Whether the orbit ends there.
    direction : {-1, 0, 1}
        1: from minus to plus only; -1: from plus to minus only.

    Examples
    --------
    >>> from evolution import Replicator, integrate
    >>> flow = integrate(Replicator([[1, 1], [0, 0]]), x0=[0.1, 0.9], t=10, events=Event("x_0 - 1/2", terminal=True))
    >>> float(flow.t[-1].round(6)), flow.status                      # logistic: log 9
    (2.197225, 'stopped at t = 2.19722 by the event x_0 - 1/2')
    """

    when: Any
    _: KW_ONLY
    terminal: bool = False
    direction: int = 0

    def __post_init__(self) -> None:
        if self.direction not in (-1, 0, 1):
            raise ValueError(f"direction = {self.direction!r} is none of -1, 0, 1")

    def label(self, dynamics: Dynamics) -> Label:
        """The sign of the function."""
        value = _function(self.when, dynamics)

        def sign(packed: Vector, _: Vector) -> Hashable:
            found = value(packed)
            if math.isnan(found):
                raise ValueError(f"the event {self.when} is nan at {dynamics.unpack(packed)}")
            return None if found == 0 else 1 if found > 0 else -1

        return sign

    def counts(self, label: Hashable) -> bool:
        """Whether a change to this label is meant."""
        return self.direction in (0, label)

    def told(self, label: Hashable, dynamics: Dynamics) -> str:
        """The label in words."""
        return "rising" if label == 1 else "falling"


@dataclass(frozen=True, slots=True)
class LeaderChange:
    """Another strategy becomes the most played one.

    Parameters
    ----------
    role : str, optional
        Whose; not needed where there is one role.
    terminal : bool
        Whether the orbit ends there.

    Examples
    --------
    >>> from evolution import Replicator, integrate
    >>> cycle = integrate(Replicator([[0, -2, 1], [1, 0, -2], [-2, 1, 0]]), x0=[0.4, 0.3, 0.3], t=50,
    ...                   events={"leader": LeaderChange()})
    >>> cycle.events["leader"].to[:4]
    ('1', '2', '0', '1')
    """

    role: str | None = None
    terminal: bool = False

    def label(self, dynamics: Dynamics) -> Label:
        """Number of the most played strategy, by the logarithms of shares."""
        part = dynamics.parts[dynamics.roles.index(self._of(dynamics))]

        def leader(_: Vector, logs: Vector) -> Hashable:
            own = logs[part]
            first = int(own.argmax())
            return None if (own == own[first]).sum() > 1 else first

        return leader

    def counts(self, label: Hashable) -> bool:
        """Every change is meant."""
        return True

    def told(self, label: Any, dynamics: Dynamics) -> str:
        """Name of the new leader."""
        return str(dynamics.strategies[self._of(dynamics)][label])

    def _of(self, dynamics: Dynamics) -> str:
        if self.role is None and len(dynamics.roles) == 1:
            return dynamics.roles[0]
        if self.role not in dynamics.roles:
            raise ValueError(f"the leader of role {self.role!r}: say one of {', '.join(dynamics.roles)}")
        return self.role


@dataclass(frozen=True, eq=False, slots=True)
class Crossings:
    """When an event happened.

    Parameters
    ----------
    t : array, shape (m,)
        Times.
    states : array (m, n), or mapping
        The states there, in the form of a start.
    to : tuple of str
        "rising" or "falling"; the new leader.
    """

    t: Vector
    states: State
    to: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.t)


def read_events(given: Any) -> dict[str, Event | LeaderChange]:
    """Events by name, from one, a sequence or a mapping of events, formulas and functions."""
    if given is None:
        return {}
    if isinstance(given, Mapping):
        named = {str(name): _event(event) for name, event in given.items()}
    else:
        several = list(given) if isinstance(given, Iterable) and not isinstance(given, str) else [given]
        events = [_event(event) for event in several]
        names = [_name(event, k) for k, event in enumerate(events)]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise ValueError(f"several events are called {', '.join(twice)}; give a mapping of names to events")
        named = dict(zip(names, events, strict=True))
    return named


def _event(given: Any) -> Event | LeaderChange:
    return given if isinstance(given, Event | LeaderChange) else Event(given)


def _name(event: Event | LeaderChange, k: int) -> str:
    if isinstance(event, LeaderChange):
        return f"leader of {event.role}" if event.role else "leader"
    return f"event {k}" if callable(event.when) else str(event.when)


def _function(when: Any, dynamics: Dynamics) -> Callable[[Vector], float]:
    """The value at a packed state."""
    import sympy as sp

    if callable(when) and not isinstance(when, sp.Basic):
        return lambda packed: _number(when(dynamics.unpack(packed)), when)
    from analytic.compiled import compile_numpy
    from analytic.expression import parse
    from analytic.text import ExpressionError

    places = _places(dynamics)
    slots = [sp.Symbol(f"state_{k}", real=True) for k in range(dynamics.environment.part.stop)]
    if isinstance(when, str):
        words = set(re.findall(r"[^\W\d]\w*", when))
        names = {n: slots[k] for n, k in places.items() if n in words and n.isidentifier() and not keyword.iskeyword(n)}
        try:
            expression = parse(when, names)
        except ExpressionError as error:
            raise ValueError(f"the event {when!r}: {error.reason}; the state has {', '.join(places)}") from None
    elif isinstance(when, sp.Expr):
        unknown = sorted(str(s) for s in when.free_symbols if str(s) not in places)
        if unknown:
            raise ValueError(f"the event {when} holds {', '.join(unknown)}; known are {', '.join(places)}")
        expression = when.xreplace({s: slots[places[str(s)]] for s in when.free_symbols})
    else:
        raise TypeError(f"an event is a formula or a function of the state, not {when!r}")
    compiled = compile_numpy(expression, slots)
    return lambda packed: float(compiled(*packed))


def _number(value: Any, when: Any) -> float:
    if np.ndim(value) != 0:
        raise ValueError(f"the event {when} gives an array of shape {np.shape(value)}; it must give one number")
    return float(value)


def _places(dynamics: Dynamics) -> dict[str, int]:
    """Where each name stands in a packed state."""
    pairs = [(role, name) for role in dynamics.roles for name in dynamics.strategies[role]]
    names = [name for _, name in pairs]
    places: dict[str, int] = {}
    for k, (role, name) in enumerate(pairs):
        places[f"{role}_{name}"] = k
        if names.count(name) == 1:
            places[f"x_{name}"] = places[name] = k
    shares = getattr(dynamics.game, "shares", None)
    if isinstance(shares, Mapping):
        places |= {str(s): k for k, s in enumerate(s for role in dynamics.roles for s in shares[role])}
    outer = dynamics.environment
    return places | {name: outer.after + k for k, name in enumerate(outer.names)}


class Watch:
    """Looks at each step of an orbit for events, and for an environment that leaves its domain."""

    PARTS = 4

    def __init__(self, chart: Coordinates, events: Mapping[str, Event | LeaderChange], tolerance: float) -> None:
        self.chart, self.events, self.tolerance = chart, events, tolerance
        self.labels = {name: event.label(chart.dynamics) for name, event in events.items()}
        self.found: dict[str, list[tuple[float, Vector, str]]] = {name: [] for name in events}
        self.last = {name: self._label(name, chart.origin) for name in events}
        self.stopped = ""
        self.left = ""
        self.bounded = len(chart.exits(chart.origin)[0]) > 0

    def look(self, old: float, now: float, dense: Callable[[Any], Vector]) -> float | None:
        """When the orbit has to stop within a step, or None."""
        stop = self._exit(old, now, dense) if self.bounded else None
        times = np.linspace(old, now if stop is None else stop, self.PARTS + 1)
        firsts = [self._first_end(name, times, dense) for name in self.events]
        ends = [(at, name) for at, name in zip(firsts, self.events, strict=True) if at is not None]
        if not ends:
            return stop
        end, name = min(ends)
        self.stopped, self.left = f"by the event {name}", ""
        for kept in self.found.values():
            while kept and kept[-1][0] > end:
                kept.pop()
        return end

    def crossings(self) -> dict[str, Crossings]:
        """All that was found."""
        unpack, width = self.chart.dynamics.unpack, self.chart.dynamics.environment.part.stop
        return {
            name: Crossings(
                np.array([at for at, _, _ in kept]),
                unpack(np.array([packed for _, packed, _ in kept]).reshape(len(kept), width)),
                tuple(to for _, _, to in kept),
            )
            for name, kept in self.found.items()
        }

    def _label(self, name: str, y: Vector) -> Hashable:
        return self.labels[name](self.chart.packed(y), self.chart.log_shares(y))

    def _first_end(self, name: str, times: Vector, dense: Callable[[Any], Vector]) -> float | None:
        """Note what happens in a step; the time of the first terminal event."""
        event, low = self.events[name], float(times[0])
        for high in times[1:].tolist():
            there = self._label(name, dense(high))
            while there is not None and there != self.last[name]:
                at, label = (high, there) if self.last[name] is None else self._located(name, low, high, there, dense)
                started, self.last[name], low = self.last[name] is None, label, at
                if not started and event.counts(label):
                    y = dense(at)
                    self.found[name].append((at, self.chart.packed(y), event.told(label, self.chart.dynamics)))
                    if event.terminal:
                        return at
            low = high
        return None

    def _located(
        self, name: str, low: float, high: float, there: Hashable, dense: Callable[[Any], Vector]
    ) -> tuple[float, Hashable]:
        """First time in (low, high] with another label, by bisection, and that label."""
        while low < (middle := low + (high - low) / 2) < high:
            label = self._label(name, dense(middle))
            if label is None or label == self.last[name]:
                low = middle
            else:
                high, there = middle, label
        return high, there

    def _exit(self, old: float, now: float, dense: Callable[[Any], Vector]) -> float | None:
        """When the environment leaves its domain: outside, and still moving outwards."""
        margins, speeds, said = self.chart.exits(dense(now))
        gone = np.flatnonzero((margins < -self.tolerance) & (speeds < 0))
        if not len(gone):
            return None
        firsts, before = [], self.chart.exits(dense(old))[0]
        for k in gone:
            low, high = old, now if before[k] > 0 else old
            while low < (middle := low + (high - low) / 2) < high:
                inside = self.chart.exits(dense(middle))[0][k] >= 0
                low, high = (middle, high) if inside else (low, middle)
            firsts.append(high)
        first = int(np.argmin(firsts))
        self.left = said[gone[first]]
        return firsts[first]
