"""Coordinates in which a dynamic is integrated, so that shares cannot leave the simplex nor z its domain.

Imitation keeps every face: a share of zero stays zero, and x_i' / x_i, for the replicator F_i - x.F, is bounded. Its
coordinates are the logarithms y_i of the shares played at the start,

    y_i' = F_i(x) - x.F(x),        x = softmax(y).

The field depends on differences of y only and sum_i x_i y_i' = 0, so rounding neither moves the orbit nor
grows: payoffs may all be negative, an orbit may come within exp(-10^6) of a face and return, and a constant
added to every payoff cancels. (In plain shares the error of sum x - 1 grows like exp(-t x.F): the usual
replicator code leaves the simplex as soon as payoffs are costs.) An absolute error of y is a relative error
of x.

Other protocols bring in new strategies, so zeros must be able to grow: the coordinates are the shares
themselves. There the sum is kept by the field, and each state read is projected back (clipped at 0, divided
by its sum). Mutation holds a share near the mutation rate, however small: the absolute tolerance stays below it.

An environment follows the shares, each part of it in the coordinate u of `environment` for the ends that its law
keeps: a logarithm or a log-odds there, so that an orbit between 0 and 1 may come within exp(-10^6) of either; a plain
number elsewhere, which is clipped to its domain whenever it is read.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from evolution.dynamics import Dynamics, State
from evolution.environment import Environment
from evolution.protocols import RevisionProtocol

__all__ = ["Coordinates", "LogShares", "PlainShares", "chart_at", "chart_through"]

Vector = npt.NDArray[np.float64]

TIGHTEST = 1e-13


def chart_at(dynamics: Dynamics, log_shares: Vector, outer: Vector | None = None) -> Coordinates:
    """Coordinates for the orbit of `dynamics` through a packed state, given by its log shares and its environment.

    Examples
    --------
    >>> import numpy as np
    >>> from evolution.dynamics import Replicator
    >>> chart = chart_at(Replicator([[0, 2], [1, 0]]), np.log([0.5, 0.5]))
    >>> chart.rate(chart.origin)
    array([ 0.25, -0.25])
    """
    kind = LogShares if dynamics.protocol.keeps_faces else PlainShares
    return kind(dynamics, log_shares, np.empty(0) if outer is None else outer)


def chart_through(dynamics: Dynamics, x0: State, z0: Mapping[str, Any] | None = None) -> Coordinates:
    """Coordinates for the orbit from shares x0 (and environment z0), which are checked.

    Examples
    --------
    >>> from evolution.dynamics import Logit
    >>> chart_through(Logit([[0, 2], [1, 0]], temperature=1), [0.5, 0.5]).origin
    array([0.5, 0.5])
    """
    outer = dynamics.environment
    start = dynamics.start(outer.joined(x0, z0, dynamics.roles))
    with np.errstate(divide="ignore"):
        return chart_at(dynamics, np.log(start[: outer.after]), start[outer.part])


class Coordinates(ABC):
    """A chart of the simplex around one orbit: `origin` is the start, `rate` the velocity in the chart."""

    origin: Vector

    def __init__(self, dynamics: Dynamics, log_shares: Vector, outer: Vector) -> None:
        self.dynamics = dynamics
        self.parts = dynamics.parts
        self.outer = _Outer(dynamics.environment, outer) if len(outer) else None
        inner = self._inner(log_shares)
        self.origin = inner if self.outer is None else np.concatenate([inner, self.outer.origin])

    @abstractmethod
    def _inner(self, log_shares: Vector) -> Vector:
        """Coordinates of the shares at the start."""

    @abstractmethod
    def _velocity(self, packed: Vector) -> Vector:
        """Velocity of the coordinates of the shares at a packed state."""

    @abstractmethod
    def _shares(self, y: Vector) -> Vector:
        """Packed shares for the coordinates y of shares alone."""

    @abstractmethod
    def _log_shares(self, y: Vector) -> Vector:
        """Their logarithms."""

    @abstractmethod
    def tolerances(self, rtol: float, atol: float) -> tuple[Vector, Vector]:
        """Relative and absolute tolerances in the chart for those asked of the state."""

    def rate(self, y: Vector) -> Vector:
        """Velocity dy/dt."""
        if self.outer is None:
            return self._velocity(self._shares(y))
        packed = self.packed(y)
        return np.concatenate([self._velocity(packed), self.outer.rate(packed)])

    def packed(self, y: Vector) -> Vector:
        """Packed states, shape (..., n + m): each role's shares sum to 1, the environment lies in its domain."""
        if self.outer is None:
            return self._shares(y)
        return np.concatenate([self.shares(y), self.outer.values(y[..., -len(self.outer) :])], axis=-1)

    def shares(self, y: Vector) -> Vector:
        """Packed shares of the states y, each role's sum 1."""
        return self._shares(self._own(y))

    def log_shares(self, y: Vector) -> Vector:
        """Packed log shares of the states y, shape (..., n)."""
        return self._log_shares(self._own(y))

    def exits(self, y: Vector) -> tuple[Vector, Vector, list[str]]:
        """How far the environment is inside of each end it could leave by, its speed inwards there, and what to say."""
        if self.outer is None:
            return np.empty(0), np.empty(0), []
        return self.outer.exits(y[-len(self.outer) :], self.packed(y))

    def _own(self, y: Vector) -> Vector:
        return y if self.outer is None else y[..., : -len(self.outer)]

    def _with_outer(self, relative: float, absolute: Vector, rtol: float, atol: float) -> tuple[Vector, Vector]:
        if self.outer is None:
            return np.full(len(absolute), relative), absolute
        more = self.outer.tolerances(rtol, atol)
        return np.append(np.full(len(absolute), relative), more[0]), np.append(absolute, more[1])


class LogShares(Coordinates):
    """Logarithms of the shares that are played."""

    def _inner(self, log_shares: Vector) -> Vector:
        self.played = np.isfinite(log_shares)
        self.whole = bool(self.played.all())
        ends = [0, *np.cumsum([self.played[part].sum() for part in self.parts]).tolist()]
        self.own = [slice(a, b) for a, b in pairwise(ends)]
        return np.array(log_shares[self.played])

    def _velocity(self, packed: Vector) -> Vector:
        """Growth rates of the shares; under proportional imitation the payoff minus the role's mean payoff."""
        motives, shares = self.dynamics.motives(packed), packed[: len(self.played)]
        if not self.whole:
            shares, motives = shares[self.played], motives[self.played]
        growth = [self.dynamics.protocol.growth(motives[own], shares[own]) for own in self.own]
        return growth[0] if len(growth) == 1 else np.concatenate(growth)

    def _log_shares(self, y: Vector) -> Vector:
        """Packed y - log sum exp y, minus infinity where nobody plays."""
        logs = self._full(y, -np.inf)
        for part in self.parts:
            own = logs[..., part]
            own -= own.max(axis=-1, keepdims=True)
            own -= np.log(np.exp(own).sum(axis=-1, keepdims=True))
        return logs

    def _shares(self, y: Vector) -> Vector:
        """Softmax of y."""
        weights = np.empty_like(y)
        for own in self.own:
            highest = y[..., own].max(axis=-1, keepdims=True)
            np.exp(y[..., own] - highest, out=weights[..., own])
            weights[..., own] /= weights[..., own].sum(axis=-1, keepdims=True)
        return weights if self.whole else self._full(weights, 0.0)

    def _full(self, y: Vector, elsewhere: float) -> Vector:
        full: Vector = np.full((*y.shape[:-1], len(self.played)), elsewhere)
        full[..., self.played] = y
        return full

    def tolerances(self, rtol: float, atol: float) -> tuple[Vector, Vector]:
        """Errors of y are relative errors of x, so both go to the absolute tolerance."""
        return self._with_outer(TIGHTEST, np.full(self.own[-1].stop, rtol + atol), rtol, atol)


class PlainShares(Coordinates):
    """The shares themselves, projected to the simplex whenever they are read."""

    def _inner(self, log_shares: Vector) -> Vector:
        return np.exp(log_shares)

    def _velocity(self, packed: Vector) -> Vector:
        """Velocity of the shares."""
        motives, protocol = self.dynamics.motives(packed), self.dynamics.protocol
        flows = [protocol.flow(motives[part], packed[part]) for part in self.parts]
        return flows[0] if len(flows) == 1 else np.concatenate(flows)

    def _shares(self, y: Vector) -> Vector:
        """Clipped at 0, each role divided by its sum."""
        shares: Vector = np.maximum(y, 0.0)
        for part in self.parts:
            shares[..., part] /= shares[..., part].sum(axis=-1, keepdims=True)
        return shares

    def _log_shares(self, y: Vector) -> Vector:
        """Logarithms of the projected shares."""
        with np.errstate(divide="ignore"):
            logs: Vector = np.log(self._shares(y))
        return logs

    def tolerances(self, rtol: float, atol: float) -> tuple[Vector, Vector]:
        """As asked, but relative to the mutation rate where there is one."""
        absolute = np.full(self.parts[-1].stop, max(min(atol, rtol * self.dynamics.protocol.rarest), 1e-30))
        return self._with_outer(max(rtol, TIGHTEST), absolute, rtol, atol)


def _rarest(protocol: RevisionProtocol) -> float:
    """The smallest rate of mutation that is not 0; 1 where there is none."""
    rates = np.array(getattr(protocol, "mutation", getattr(protocol, "rate", 1.0)), dtype=float)
    return float(rates[rates > 0].min(initial=1.0))


class _Outer:
    """Coordinates u of an environment; what starts at an end that the law keeps stays there."""

    def __init__(self, environment: Environment, start: Vector) -> None:
        self.environment = environment
        low, high = np.array(environment.domain).T
        self.low, self.high = low, high
        keeps_low, keeps_high = np.array(environment.keeps).T
        self.fixed = (keeps_low & (start == low)) | (keeps_high & (start == high))
        self.start = start
        self.below, self.above = keeps_low & ~self.fixed, keeps_high & ~self.fixed
        self.plain = ~(self.below | self.above)
        self.both, self.only_low, self.only_high = (
            np.flatnonzero(kind)
            for kind in (self.below & self.above, self.below & ~self.above, self.above & ~self.below)
        )
        self.origin = np.where(self.plain, start, 0.0)
        self.origin[self.below] += np.log((start - low)[self.below])
        self.origin[self.above] -= np.log((high - start)[self.above])

    def __len__(self) -> int:
        return len(self.start)

    def rate(self, packed: Vector) -> Vector:
        """Velocity du/dt; none where a value is beyond the floats."""
        plain = self.plain
        if not np.isfinite(packed[self.environment.part]).all():
            return np.full(len(self), np.nan)
        if not plain.any():
            return self.environment.growth(packed)
        rate = self.environment.rate(packed)
        if not plain.all():
            rate = np.where(plain, rate, self.environment.growth(packed))
        rate[self.fixed] = 0.0
        return rate

    def values(self, u: Vector) -> Vector:
        """Values z in the domain."""
        z = np.clip(u, self.low, self.high)
        for kind, value in ((self.both, self._inside), (self.only_low, self._over), (self.only_high, self._under)):
            if len(kind):
                z[..., kind] = value(u[..., kind], self.low[kind], self.high[kind])
        return z

    @staticmethod
    def _inside(u: Vector, low: Vector, high: Vector) -> Vector:
        near = np.exp(-np.abs(u))
        step: Vector = (high - low) * near / (1 + near)
        return np.where(u < 0, low + step, high - step)

    @staticmethod
    def _over(u: Vector, low: Vector, high: Vector) -> Vector:
        with np.errstate(over="ignore"):
            return np.minimum(low + np.exp(u), high)

    @staticmethod
    def _under(u: Vector, low: Vector, high: Vector) -> Vector:
        with np.errstate(over="ignore"):
            return np.maximum(high - np.exp(-u), low)

    def exits(self, u: Vector, packed: Vector) -> tuple[Vector, Vector, list[str]]:
        """Margins to the ends that can be left, inward speeds, and names; a margin below 0 is outside."""
        rate, raw = self.environment.rate(packed), np.where(self.plain, u, packed[self.environment.part])
        unbounded = np.full(len(u), np.inf)
        raw[self.only_low] = self._over(u, self.low, unbounded)[self.only_low]
        raw[self.only_high] = self._under(u, -unbounded, self.high)[self.only_high]
        margins, speeds, said = [], [], []
        for k, name in enumerate(self.environment.names):
            for margin, speed, end, kept in (
                (raw[k] - self.low[k], rate[k], self.low[k], self.below[k]),
                (self.high[k] - raw[k], -rate[k], self.high[k], self.above[k]),
            ):
                if not kept and np.isfinite(end) and not self.fixed[k]:
                    margins.append(margin)
                    speeds.append(speed)
                    said.append(f"{name} would leave its domain at {end:g}")
        return np.array(margins), np.array(speeds), said

    def tolerances(self, rtol: float, atol: float) -> tuple[Vector, Vector]:
        """Errors of logarithms are relative errors of what they measure."""
        plain = self.plain
        return np.where(plain, max(rtol, TIGHTEST), TIGHTEST), np.where(plain, atol, rtol + atol)
