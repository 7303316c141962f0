"""Coordinates in which a dynamic is integrated, so that shares cannot leave the simplex.

Imitation keeps every face: a share of zero stays zero, and x_i' / x_i = F_i - x.F is bounded. Its coordinates
are the logarithms y_i of the shares played at the start,

    y_i' = F_i(x) - x.F(x),        x = softmax(y).

The field depends on differences of y only and sum_i x_i y_i' = 0, so rounding neither moves the orbit nor
grows: payoffs may all be negative, an orbit may come within exp(-10^6) of a face and return, and a constant
added to every payoff cancels. (In plain shares the error of sum x - 1 grows like exp(-t x.F): the usual
replicator code leaves the simplex as soon as payoffs are costs.) An absolute error of y is a relative error
of x.

Choice protocols bring in new strategies, so zeros must be able to grow: the coordinates are the shares
themselves. There the sum is kept by the field, and each state read is projected back (clipped at 0, divided
by its sum).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from evolution.dynamics import Dynamics

__all__ = ["Coordinates", "LogShares", "PlainShares", "chart_at"]

Vector = npt.NDArray[np.float64]


def chart_at(dynamics: Dynamics, log_shares: Vector) -> Coordinates:
    """Coordinates for the orbit of `dynamics` through a packed state, given by its log shares.

    Examples
    --------
    >>> import numpy as np
    >>> from evolution.dynamics import Replicator
    >>> chart = chart_at(Replicator([[0, 2], [1, 0]]), np.log([0.5, 0.5]))
    >>> chart.rate(chart.origin)
    array([ 0.25, -0.25])
    """
    kind = LogShares if dynamics.protocol.keeps_faces else PlainShares
    return kind(dynamics, log_shares)


class Coordinates(ABC):
    """A chart of the simplex around one orbit: `origin` is the start, `rate` the velocity in the chart."""

    origin: Vector

    def __init__(self, dynamics: Dynamics, log_shares: Vector) -> None:
        self.dynamics = dynamics
        self.parts = dynamics.parts

    @abstractmethod
    def rate(self, y: Vector) -> Vector:
        """Velocity dy/dt."""

    @abstractmethod
    def log_shares(self, y: Vector) -> Vector:
        """Packed log shares of the states y, shape (..., n)."""

    @abstractmethod
    def shares(self, y: Vector) -> Vector:
        """Packed shares of the states y, each role's sum 1."""

    @abstractmethod
    def tolerances(self, rtol: float, atol: float) -> tuple[float, float]:
        """Relative and absolute tolerance in the chart for those asked of the shares."""


class LogShares(Coordinates):
    """Logarithms of the shares that are played."""

    def __init__(self, dynamics: Dynamics, log_shares: Vector) -> None:
        super().__init__(dynamics, log_shares)
        self.played = np.isfinite(log_shares)
        self.whole = bool(self.played.all())
        self.origin = np.array(log_shares[self.played])
        ends = [0, *np.cumsum([self.played[part].sum() for part in self.parts]).tolist()]
        self.own = [slice(a, b) for a, b in pairwise(ends)]

    def rate(self, y: Vector) -> Vector:
        """Growth rates of the shares; under proportional imitation the payoff minus the role's mean payoff."""
        shares = self.shares(y)
        payoffs = self.dynamics.payoffs(shares)
        if not self.whole:
            shares, payoffs = shares[self.played], payoffs[self.played]
        growth = [self.dynamics.protocol.growth(payoffs[own], shares[own]) for own in self.own]
        return growth[0] if len(growth) == 1 else np.concatenate(growth)

    def log_shares(self, y: Vector) -> Vector:
        """Packed y - log sum exp y, minus infinity where nobody plays."""
        logs = self._full(y, -np.inf)
        for part in self.parts:
            own = logs[..., part]
            own -= own.max(axis=-1, keepdims=True)
            own -= np.log(np.exp(own).sum(axis=-1, keepdims=True))
        return logs

    def shares(self, y: Vector) -> Vector:
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

    def tolerances(self, rtol: float, atol: float) -> tuple[float, float]:
        """Errors of y are relative errors of x, so both go to the absolute tolerance."""
        return 1e-13, rtol + atol


class PlainShares(Coordinates):
    """The shares themselves, projected to the simplex whenever they are read."""

    def __init__(self, dynamics: Dynamics, log_shares: Vector) -> None:
        super().__init__(dynamics, log_shares)
        self.origin = np.exp(log_shares)

    def rate(self, y: Vector) -> Vector:
        """Velocity of the shares."""
        return self.dynamics.flow(self.shares(y))

    def shares(self, y: Vector) -> Vector:
        """Clipped at 0, each role divided by its sum."""
        shares: Vector = np.maximum(y, 0.0)
        for part in self.parts:
            shares[..., part] /= shares[..., part].sum(axis=-1, keepdims=True)
        return shares

    def log_shares(self, y: Vector) -> Vector:
        """Logarithms of the projected shares."""
        with np.errstate(divide="ignore"):
            logs: Vector = np.log(self.shares(y))
        return logs

    def tolerances(self, rtol: float, atol: float) -> tuple[float, float]:
        """As asked."""
        return max(rtol, 1e-13), atol
