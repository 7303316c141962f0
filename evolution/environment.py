"""Environment: what changes beside the shares, such as a resource, a supply or a price, and its law of motion.

    x' = v(F(x, z), x)        shares, by the dynamic's revision protocol
    z' = g(x, z)              environment

`Feedback` (in `feedback`) joins both to a game; here is the noun that a dynamic asks about z alone,
`dynamics.environment`: names, domain, and which ends of the domain the law keeps. Every dynamic has one;
without feedback it is empty.

**The packed state** of a dynamic is one vector: all roles' shares, role after role (`dynamics.parts`), then
the environment in the order of its names (`dynamics.environment.part`). `dynamics.payoffs(packed)` gives the
payoffs of the strategies alone, `dynamics.flow(packed)` the velocity of the whole vector; `dynamics.pack` and
`dynamics.unpack` go to and from a state in words, a mapping of each role to its shares and of each name to its
number. So whoever handles packed states treats z like a share that belongs to no simplex.

**Domains.** Each z_k lies in [low, high], where an end may be infinite. The law *keeps* an end where g_k is
(z_k - end) times a function that stays finite there: the end is never reached, nor left, and the orbit is
followed in a coordinate in which it lies at infinity (see `coordinates`),

    u = log((z - low) / (high - z)),    log(z - low),    -log(high - z),    z,

for both ends, the lower, the upper, or none. At any other end the orbit stops when it would leave, and says so.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

__all__ = ["Environment", "InEnvironment"]

Vector = npt.NDArray[np.float64]


def _still(packed: Vector) -> Vector:
    return np.empty(0)


@dataclass(frozen=True, eq=False, slots=True)
class Environment:
    """Names, domain and law of what changes beside the shares.

    Parameters
    ----------
    names : tuple of str
    domain : tuple of (float, float)
        Lowest and highest value of each; ends may be infinite.
    keeps : tuple of (bool, bool)
        Whether the law keeps the lower and the upper end.
    rate : callable
        z' at a packed state.
    growth : callable
        u' at a packed state, in the coordinate u that belongs to the ends that are kept.
    after : int
        How many shares stand before it in a packed state.

    Examples
    --------
    >>> from evolution import Replicator
    >>> Replicator([[0, 1], [1, 0]]).environment.names
    ()
    """

    names: tuple[str, ...] = ()
    domain: tuple[tuple[float, float], ...] = ()
    keeps: tuple[tuple[bool, bool], ...] = ()
    rate: Callable[[Vector], Vector] = field(default=_still, repr=False)
    growth: Callable[[Vector], Vector] = field(default=_still, repr=False)
    after: int = 0

    def __len__(self) -> int:
        return len(self.names)

    @property
    def part(self) -> slice:
        """Where it stands in a packed state."""
        return slice(self.after, self.after + len(self.names))

    def split(self, state: Any) -> tuple[Any, Vector]:
        """The shares of a state in words, and the values of the environment, checked for names and numbers only.

        Raises
        ------
        ValueError
            If a value is missing or no number.
        """
        if not self.names:
            return state, np.empty(0)
        missing = [name for name in self.names if not (isinstance(state, Mapping) and name in state)]
        if missing:
            raise ValueError(
                f"the state lacks {', '.join(missing)}: give a mapping with shares by role and the values of "
                f"{', '.join(self.names)}, or z0 beside x0"
            )
        return {key: value for key, value in state.items() if key not in self.names}, self.values(state)

    def values(self, given: Mapping[str, Any]) -> Vector:
        """The values in order, as floats."""
        try:
            return np.array([float(given[name]) for name in self.names])
        except (TypeError, ValueError):
            said = {name: given[name] for name in self.names}
            raise ValueError(f"the environment is not given by numbers: {said}") from None

    def joined(self, x0: Any, z0: Any, roles: Sequence[str]) -> Any:
        """One state in words from shares and environment.

        Parameters
        ----------
        x0 : shares as a dynamic takes them
        z0 : mapping of name to number, a sequence in the order of the names, a number where there is one name, or None
            where x0 holds the environment already, or there is none.
        roles : sequence of str
        """
        if z0 is None:
            return x0
        if not self.names:
            raise ValueError(f"z0 = {z0!r} is given, but the game has no environment: make it with Feedback")
        if not isinstance(z0, Mapping):
            values = np.atleast_1d(np.array(list(z0) if hasattr(z0, "__iter__") else z0, dtype=object))
            if values.shape != (len(self.names),):
                raise ValueError(f"z0 has shape {values.shape}; give one number for each of {', '.join(self.names)}")
            z0 = dict(zip(self.names, values.tolist(), strict=True))
        unknown = [str(name) for name in z0 if name not in self.names]
        if unknown:
            raise ValueError(f"z0 names {', '.join(unknown)}; the environment is {', '.join(self.names)}")
        if isinstance(x0, Mapping):
            return {**x0, **z0}
        return {**(dict(zip(roles, x0, strict=False)) if len(roles) > 1 else {roles[0]: x0}), **z0}

    def check(self, values: Vector) -> None:
        """Raise a ValueError for values outside the domain."""
        for name, value, (low, high) in zip(self.names, values, self.domain, strict=True):
            if not (math.isfinite(value) and low <= value <= high):
                raise ValueError(f"{name} = {value} is outside its domain [{low:g}, {high:g}]")

    def clipped(self, values: Vector) -> Vector:
        """The nearest values in the domain, along the last axis."""
        low, high = np.array(self.domain).reshape(-1, 2).T
        return np.clip(values, low, high)


@runtime_checkable
class InEnvironment(Protocol):
    """A payoff field whose payoffs depend on an environment too; it answers packed states itself."""

    @property
    def environment(self) -> Environment:
        """What changes beside the shares."""

    def packed_payoffs(self, packed: Vector) -> Vector:
        """Packed payoffs of the strategies at a packed state."""
