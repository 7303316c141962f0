"""Dynamics: a game and a revision protocol, that is a rule of change for the shares of strategies.

    Replicator(game)               x_i' = x_i (F_i(x) - x.F(x))           pairwise proportional imitation
    Logit(game, temperature=T)     x_i' = exp(F_i/T) / sum_k exp(F_k/T) - x_i           logit choice
    MeanDynamics(game, protocol=P) x_i' = sum_j x_j rho_ji - x_i sum_j rho_ij           any protocol P

`named_dynamics` holds the others that have a name of their own.

F is the game's payoff field; for a matrix A, F(x) = A x with A[i, j] the payoff of i against j. Several
roles are several populations, each with its own shares and mean payoff. A state is one vector of shares
where there is one role, and a mapping role -> vector where there are more; what goes in as one form comes
out in the same.

Taylor and Jonker's dynamic [1]_ is the mean of imitation [2]_, the logit dynamic is Fudenberg and Levine's
[3]_; both are in chapters 4 to 6 of [4]_. The finite processes of the same protocols live in `finite`
(exact) and `montecarlo` (sampled).

References
----------
.. [1] P. D. Taylor and L. B. Jonker, *Math. Biosci.* 40 (1978) 145.
.. [2] K. H. Schlag, *J. Econ. Theory* 78 (1998) 130.
.. [3] D. Fudenberg and D. K. Levine, *The Theory of Learning in Games*, MIT Press, 1998.
.. [4] W. H. Sandholm, *Population Games and Evolutionary Dynamics*, MIT Press, 2010.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from evolution.environment import Environment, InEnvironment
from evolution.payoff import PackedPayoffs, as_field
from evolution.protocols import LogitChoice, ProportionalImitation, RevisionProtocol

__all__ = ["Dynamics", "Logit", "MeanDynamics", "Replicator"]

Vector = npt.NDArray[np.float64]
State = Any
"""A vector of shares (one role) or a mapping role -> vector (several)."""

OFF_SIMPLEX = 1e-8


@dataclass(frozen=True)
class Dynamics(ABC):
    """A rule of change: `velocity` of the mean field and `switching` rates of one agent, from one protocol.

    Parameters
    ----------
    game : array_like, NormalForm, Population or Design
        What is played; kept as its payoff field, arrays as a private copy.
    """

    game: Any
    _parts: tuple[slice, ...] = field(init=False, repr=False, compare=False)
    _payoffs: PackedPayoffs = field(init=False, repr=False, compare=False)
    _environment: Environment = field(init=False, repr=False, compare=False)
    _motives: PackedPayoffs = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        game = as_field(self.game)
        ends = np.cumsum([0, *(len(game.strategies[role]) for role in game.roles)]).tolist()
        object.__setattr__(self, "game", game)
        object.__setattr__(self, "_payoffs", PackedPayoffs(game))
        outer = game.environment if isinstance(game, InEnvironment) else Environment(after=ends[-1])
        object.__setattr__(self, "_environment", outer)
        object.__setattr__(self, "_parts", tuple(slice(a, b) for a, b in pairwise(ends)))
        motives = self._payoffs.centred if self.protocol.by_differences else self._payoffs
        object.__setattr__(self, "_motives", motives)
        size = self.protocol.size
        for role in game.roles if size is not None else ():
            if len(game.strategies[role]) != size:
                raise ValueError(
                    f"{role} has {len(game.strategies[role])} strategies, and the protocol's matrix is for {size}; "
                    "give one of that size, or one number"
                )

    @property
    @abstractmethod
    def protocol(self) -> RevisionProtocol:
        """The revision protocol behind the dynamic."""

    @property
    def roles(self) -> tuple[str, ...]:
        """Names of the populations."""
        return tuple(self.game.roles)

    @property
    def strategies(self) -> Mapping[str, tuple[str, ...]]:
        """Names of the strategies of each role."""
        return {role: tuple(self.game.strategies[role]) for role in self.roles}

    @property
    def parts(self) -> tuple[slice, ...]:
        """Where each role stands in a packed state (all roles' shares in one vector)."""
        return self._parts

    @property
    def environment(self) -> Environment:
        """What changes beside the shares; empty where the game has no feedback."""
        return self._environment

    def velocity(self, x: State) -> State:
        """Mean velocity x' at shares x, in the form of x; each role's sums to 0.

        Raises
        ------
        ValueError
            If x names other roles or has other lengths, or the protocol is not defined there.

        Examples
        --------
        >>> Replicator([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]).velocity([0.5, 0.25, 0.25])
        array([ 0.    ,  0.0625, -0.0625])
        """
        packed = self.pack(x)
        self._heed(self.payoffs(packed), packed)
        return self.unpack(self.flow(packed))

    def switching(self, x: State) -> State:
        """Conditional switch rates rho_ij of an agent who plays i, shape (n, n); several roles: a mapping."""
        packed = self.pack(x)
        payoffs = self.payoffs(packed)
        rates = [self.protocol.rates(payoffs[part], packed[part]) for part in self._parts]
        return rates[0] if len(rates) == 1 else dict(zip(self.roles, rates, strict=True))

    def mutating(self, rate: Any) -> MeanDynamics:
        """The same dynamic with mutation besides, at constant rates whatever is paid.

        Parameters
        ----------
        rate : float or array, shape (n, n)
            mu >= 0, from any strategy to each other one: x_i' gains mu (1 - n x_i); or a matrix of rates from
            row to column.

        Returns
        -------
        MeanDynamics

        Examples
        --------
        >>> Replicator([[0, 0], [0, 0]]).mutating(0.1).velocity([0.75, 0.25])
        array([-0.05,  0.05])
        """
        from evolution.mutation_protocols import MutatingProtocol

        return MeanDynamics(self.game, protocol=MutatingProtocol(self.protocol, rate))

    def payoffs(self, packed: Vector) -> Vector:
        """Packed payoffs F at packed shares."""
        return self._payoffs(packed)

    def motives(self, packed: Vector) -> Vector:
        """What the protocol goes by: payoffs, less what is common to a role where only differences count.

        A constant far above the differences then costs no digits.
        """
        return self._motives(packed)

    def flow(self, packed: Vector) -> Vector:
        """Packed velocity at a packed state: of the shares, then of the environment."""
        motives = self.motives(packed)
        flows = [self.protocol.flow(motives[part], packed[part]) for part in self._parts]
        if self._environment.names:
            flows.append(self._environment.rate(packed))
        return flows[0] if len(flows) == 1 else np.concatenate(flows)

    def pack(self, x: State) -> Vector:
        """All roles' shares, then the environment, in one vector, checked for names and lengths only."""
        shares, outer = self.environment.split(x)
        return np.concatenate([*(self._vector(role, given) for role, given in self._by_role(shares).items()), outer])

    def unpack(self, packed: Vector) -> State:
        """The inverse of `pack`; works on the last axis of an array of states."""
        if len(self._parts) == 1 and not self.environment.names:
            return packed
        outer = dict(zip(self.environment.names, np.moveaxis(packed[..., self.environment.part], -1, 0), strict=True))
        return {role: packed[..., part] for role, part in zip(self.roles, self._parts, strict=True)} | outer

    def start(self, x0: State) -> Vector:
        """Pack a state that must lie on the simplex.

        Raises
        ------
        ValueError
            If a role is missing or unknown, a vector has the wrong length, a share is negative or not a
            number, a sum is not 1, or the payoffs there are not finite.
        """
        packed = self.pack(x0)
        for role, part in zip(self.roles, self._parts, strict=True):
            packed[part] = self._on_simplex(role, packed[part])
        self.environment.check(packed[self.environment.part])
        with np.errstate(all="ignore"):
            payoffs = self.payoffs(packed)
        idle = self.protocol.keeps_faces & (packed[: len(payoffs)] == 0)
        bad = ~np.isfinite(payoffs) & ~idle
        if bad.any():
            names = [name for role in self.roles for name in self.strategies[role]]
            where = int(np.argmax(bad))
            raise ValueError(
                f"the payoff of {names[where]} at x0 is {payoffs[where]}, not a finite number; start where "
                "all payoffs are defined, usually in the interior"
            )
        self._heed(payoffs, packed)
        return packed

    def _heed(self, payoffs: Vector, packed: Vector) -> None:
        """Raise the protocol's objection to a state."""
        for role, part in zip(self.roles, self._parts, strict=True):
            objection = self.protocol.objection(payoffs[part], packed[part])
            if objection:
                raise ValueError(f"{role}: {objection}")

    def _by_role(self, x: State) -> dict[str, Any]:
        if isinstance(x, Mapping):
            unknown = [str(role) for role in x if role not in self.roles]
            missing = [role for role in self.roles if role not in x]
            if unknown or missing:
                said = f"unknown: {', '.join(unknown)}" if unknown else f"missing: {', '.join(missing)}"
                raise ValueError(f"the state names other roles than {', '.join(self.roles)} ({said})")
            return {role: x[role] for role in self.roles}
        if len(self.roles) == 1:
            return {self.roles[0]: x}
        if isinstance(x, Sequence) and len(x) == len(self.roles) and all(np.ndim(v) == 1 for v in x):
            return dict(zip(self.roles, x, strict=True))
        raise ValueError(
            f"several populations need shares by role: a mapping from each of {', '.join(self.roles)} to its vector"
        )

    def _vector(self, role: str, given: Any) -> Vector:
        names = self.strategies[role]
        try:
            vector = np.array(given, dtype=float)
        except (TypeError, ValueError):
            raise ValueError(f"the shares of {role} are not numbers: {given!r}") from None
        if vector.shape != (len(names),):
            raise ValueError(
                f"the shares of {role} have shape {vector.shape}; expected {len(names)} numbers, for {', '.join(names)}"
            )
        return vector

    def _on_simplex(self, role: str, shares: Vector) -> Vector:
        names = self.strategies[role]
        for name, share in zip(names, shares, strict=True):
            if not share >= 0:
                raise ValueError(f"the share of {name} ({role}) is {share}; shares lie in [0, 1]")
        total = shares.sum()
        if not abs(total - 1) <= OFF_SIMPLEX:
            raise ValueError(f"the shares of {role} sum to {total}, not to 1; divide them by their sum")
        return np.asarray(shares / total)


@dataclass(frozen=True)
class Replicator(Dynamics):
    """Replicator dynamic x_i' = x_i (F_i - x.F), from pairwise proportional imitation.

    Parameters
    ----------
    game : array_like, NormalForm, Population or Design
        A matrix is one population, A[i, j] the payoff of i against j; a normal form is one per player.

    References
    ----------
    .. [1] P. D. Taylor and L. B. Jonker, *Math. Biosci.* 40 (1978) 145.

    Examples
    --------
    >>> hawk_dove = Replicator([[-0.5, 2], [0, 1]])
    >>> hawk_dove.velocity([0.5, 0.5])
    array([ 0.0625, -0.0625])
    """

    @property
    def protocol(self) -> ProportionalImitation:
        """Pairwise proportional imitation."""
        return ProportionalImitation()


@dataclass(frozen=True)
class Logit(Dynamics):
    """Logit dynamic x_i' = exp(F_i/T) / sum_k exp(F_k/T) - x_i.

    Parameters
    ----------
    game : array_like, NormalForm, Population or Design
        As for `Replicator`.
    temperature : float
        T > 0 in units of payoff, the inverse of the precision of choice.

    References
    ----------
    .. [1] D. Fudenberg and D. K. Levine, *The Theory of Learning in Games*, MIT Press, 1998.

    Examples
    --------
    >>> Logit([[1, 0], [0, 1]], temperature=0.25).velocity([0.5, 0.5])
    array([0., 0.])
    """

    _: KW_ONLY
    temperature: float

    @cached_property
    def protocol(self) -> LogitChoice:
        """Logit choice at this temperature."""
        return LogitChoice(self.temperature)


@dataclass(frozen=True)
class MeanDynamics(Dynamics):
    """Mean dynamic of any revision protocol: x_i' = sum_j x_j rho_ji - x_i sum_j rho_ij.

    Parameters
    ----------
    game : array_like, NormalForm, Population or Design
        As for `Replicator`.
    protocol : RevisionProtocol
        What agents of every role do; pairwise proportional imitation if not given.

    References
    ----------
    .. [1] W. H. Sandholm, *Population Games and Evolutionary Dynamics*, MIT Press, 2010, section 4.2.

    Examples
    --------
    >>> from evolution.imitation_protocols import FermiImitation
    >>> fermi = MeanDynamics([[-0.5, 2], [0, 1]], protocol=FermiImitation(0.5))
    >>> fermi.velocity([0.5, 0.5]).round(6)
    array([ 0.06123, -0.06123])
    """

    _: KW_ONLY
    protocol: RevisionProtocol = ProportionalImitation()  # noqa: RUF009

    def __post_init__(self) -> None:
        if not isinstance(self.protocol, RevisionProtocol):
            raise TypeError(f"protocol = {self.protocol!r} is no RevisionProtocol, for instance FermiImitation(0.1)")
        super().__post_init__()
