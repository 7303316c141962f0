"""Mutation and mixtures: protocols made of other protocols, and reproduction with errors.

Additive mutation. Besides revising, an agent who plays i takes j at the rate M_ij, whatever is paid:

    x_i' = v_i(F, x) + sum_j x_j M_ji - x_i sum_j M_ij.

One number mu means M_ij = mu for every other j: x_i' = v_i + mu (1 - n x_i), as in Mobilia [1]_. (A mutant that
draws from all n strategies, its own included, at the rate m, x_i' = v_i + m (1/n - x_i), has mu = m/n.)

Mutation at birth. Offspring of j, born at the rate F_j + c, are of type i with probability Q_ji, and each takes the
place of an agent drawn at random [2]_, [3]_:

    x_i' = sum_j x_j (F_j + c) Q_ji - x_i (x.F + c).

One number q means Q_jj = 1 - q and Q_ji = q/(n - 1) for i != j. The rates sum_k x_k (F_k + c) Q_kj need F + c >= 0
of all that are played. The formula does not; but where a birth rate is negative the velocity may point out of the
simplex, and there it is not a number.

Mixtures. An agent uses protocol a at the rate w_a: rates and velocities are weighted sums [4]_.

References
----------
.. [1] M. Mobilia, *J. Theor. Biol.* 264 (2010) 1.
.. [2] K. P. Hadeler, *SIAM J. Appl. Math.* 41 (1981) 1.
.. [3] K. M. Page and M. A. Nowak, *J. Theor. Biol.* 219 (2002) 93.
.. [4] W. H. Sandholm, *Games and Economic Behavior* 50 (2005) 142; and his book of 2010, section 5.7.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from evolution.composite_rows import mixed_row, mutating_row, reproduction_row
from evolution.imitation_protocols import without_fitness
from evolution.protocol_rows import Row
from evolution.protocols import RevisionProtocol, Stationary

__all__ = ["HybridProtocol", "MutatingProtocol", "Reproduction"]

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class MutatingProtocol(RevisionProtocol):
    """A protocol and, besides, mutation at constant rates.

    Parameters
    ----------
    protocol : RevisionProtocol
        What agents do when they revise.
    rate : float or array, shape (n, n)
        mu >= 0, the rate from any strategy to each other one; or M with M[i, j] >= 0 the rate from i to j
        (the diagonal has no effect).

    Examples
    --------
    >>> import numpy as np
    >>> from evolution.protocols import ProportionalImitation
    >>> MutatingProtocol(ProportionalImitation(), 0.1).flow(np.zeros(2), np.array([0.75, 0.25]))
    array([-0.05,  0.05])
    """

    protocol: RevisionProtocol
    rate: Any
    _table: Vector = field(init=False, repr=False)

    keeps_faces = False
    stationary = "perturbed"
    bounded = False

    def __post_init__(self) -> None:
        if not isinstance(self.protocol, RevisionProtocol):
            raise TypeError(f"protocol = {self.protocol!r} is no RevisionProtocol, for instance FermiImitation(0.1)")
        table = _table(self.rate, "mutation rates")
        np.fill_diagonal(table, 0.0) if table.ndim else None
        table.setflags(write=False)
        object.__setattr__(self, "_table", table)

    @property
    def row(self) -> Row:
        """The protocol's rates and the mutation rates."""
        return mutating_row(self.protocol.row, self.protocol.parameter, _frozen(self._table))

    @property
    def by_differences(self) -> bool:
        """The protocol's."""
        return self.protocol.by_differences

    @property
    def jumps(self) -> bool:
        """The protocol's."""
        return self.protocol.jumps

    @property
    def rarest(self) -> float:
        """The smallest positive mutation rate."""
        return _rarest(self._table)

    @property
    def size(self) -> int | None:
        """Number of strategies of the matrix, or of the protocol."""
        return len(self._table) if self._table.ndim else self.protocol.size

    def revision_bound(self, payoffs: Vector) -> float:
        """The protocol's bound and the largest rate of mutating."""
        return self.protocol.revision_bound(payoffs) + float(self._rates(len(payoffs)).sum(axis=1).max())

    def objection(self, payoffs: Vector, shares: Vector) -> str:
        """The protocol's."""
        return self.protocol.objection(payoffs, shares)

    def flow(self, payoffs: Vector, shares: Vector) -> Vector:
        """Mean velocity of the protocol, and of mutation."""
        velocity = self.protocol.flow(payoffs, shares)
        if self._table.ndim:
            return np.asarray(velocity + shares @ self._table - shares * self._table.sum(axis=1))
        return np.asarray(velocity + self._table * (shares.sum() - len(shares) * shares))

    def log_rates(self, payoffs: Vector, shares: Vector) -> Vector:
        """Log of the sum of both rates."""
        with np.errstate(divide="ignore"):
            mutation = np.log(self._rates(len(shares)))
        return np.logaddexp(self.protocol.log_rates(payoffs, shares), mutation)

    def _rates(self, count: int) -> Vector:
        if self._table.ndim:
            return self._table
        return np.asarray(self._table * (1 - np.eye(count)))


@dataclass(frozen=True, eq=False, slots=True)
class Reproduction(RevisionProtocol):
    """Offspring in proportion to fitness, with mutation at birth: the replicator-mutator.

    Parameters
    ----------
    mutation : float or array, shape (n, n)
        q in [0, 1], the probability that an offspring is not of its parent's type; or Q, with Q[j, i] the
        probability that an offspring of j is an i, rows summing to 1.
    background : float
        c: births of i happen at the rate F_i + c.
    relative : bool
        Whether birth rates are divided by their mean x.F + c, as in Maynard Smith's replicator: then rates
        are probabilities, and a round is the discrete replicator-mutator.

    Examples
    --------
    >>> import numpy as np
    >>> Reproduction(0.1).flow(np.array([1.0, 2.0]), np.array([0.5, 0.5]))
    array([-0.2,  0.2])
    """

    mutation: Any
    background: float = 0.0
    relative: bool = False
    _table: Vector = field(init=False, repr=False)

    keeps_faces = False
    by_differences = False
    stationary = "perturbed"

    def __post_init__(self) -> None:
        table = _table(self.mutation, "mutation probabilities")
        if table.ndim == 0 and not table <= 1:
            raise ValueError(f"mutation = {self.mutation!r} is no probability in [0, 1]")
        if table.ndim:
            sums = table.sum(axis=1)
            if (np.abs(sums - 1) > 1e-9).any():
                i = int(np.abs(sums - 1).argmax())
                raise ValueError(
                    f"row {i} of the mutation probabilities sums to {sums[i]:.12g}, not to 1: it says what the "
                    f"offspring of {i} are"
                )
        if not (isinstance(self.background, int | float | np.number) and math.isfinite(self.background)):
            raise ValueError(f"background = {self.background!r} is not a finite number")
        table.setflags(write=False)
        object.__setattr__(self, "_table", table)

    @property
    def bounded(self) -> bool:
        """Relative birth rates are probabilities."""
        return bool(self.relative)

    @property
    def row(self) -> Row:
        """Rates sum_k x_k (F_k + c) Q_kj, the same from every i."""
        return reproduction_row(_frozen(self._table), bool(self.relative))

    @property
    def parameter(self) -> float:
        """Background fitness c."""
        return float(self.background)

    @property
    def rarest(self) -> float:
        """The smallest positive mutation probability."""
        return _rarest(self._table)

    @property
    def size(self) -> int | None:
        """Number of strategies of the matrix."""
        return len(self._table) if self._table.ndim else None

    def revision_bound(self, payoffs: Vector) -> float:
        """The highest birth rate, or 1 where they are relative."""
        return 1.0 if self.relative else float(payoffs.max() + self.background)

    def _births(self, payoffs: Vector, shares: Vector) -> Vector:
        births = np.zeros_like(shares)
        np.multiply(shares, payoffs + self.background, out=births, where=shares > 0)
        return births

    def _newborn(self, births: Vector) -> Vector:
        """Births by the type of the offspring."""
        if self._table.ndim:
            return np.asarray(births @ self._table)
        other = self._table / max(len(births) - 1, 1) * (len(births) > 1)
        share = float(1 - self._table) if len(births) > 1 else 1.0
        return np.asarray((share - other) * births + other * births.sum())

    def objection(self, payoffs: Vector, shares: Vector) -> str:
        """A mean fitness that is not positive where births are relative; a velocity out of the simplex."""
        mean = float(self._births(payoffs, shares).sum())
        if self.relative and not mean > 0:
            return without_fitness(mean)
        if np.isnan(self.flow(payoffs, shares)).any():
            return (
                "some birth rates are negative, and their mutants would make shares negative; add a background fitness"
            )
        return ""

    def flow(self, payoffs: Vector, shares: Vector) -> Vector:
        """Mean velocity: newborn of each type less its share of those replaced."""
        births = self._births(payoffs, shares)
        mean = births.sum()
        velocity: Vector = self._newborn(births) - shares * mean
        if ((shares == 0) & (velocity < 0)).any() or (self.relative and not mean > 0):
            return np.full_like(shares, np.nan)
        return velocity / mean if self.relative else velocity

    def log_rates(self, payoffs: Vector, shares: Vector) -> Vector:
        """Log of the newborn of each type, the same from every i."""
        births = self._births(payoffs, shares)
        if births.min() < 0 or (self.relative and not births.sum() > 0):
            said = self.objection(payoffs, shares) or "some birth rates are negative; add a background fitness"
            raise ValueError(said)
        with np.errstate(divide="ignore"):
            newborn = np.log(self._newborn(births)) - (np.log(births.sum()) if self.relative else 0.0)
        return np.tile(newborn, (len(shares), 1))


@dataclass(frozen=True, eq=False, slots=True)
class HybridProtocol(RevisionProtocol):
    """Each protocol at its own rate.

    Parameters
    ----------
    parts : sequence of (weight, protocol)
        Weights > 0, in revisions per unit of time.

    Examples
    --------
    >>> import numpy as np
    >>> from evolution.direct_protocols import SmithComparison
    >>> from evolution.protocols import ProportionalImitation
    >>> both = HybridProtocol([(0.5, ProportionalImitation()), (0.5, SmithComparison())])
    >>> both.stationary, both.flow(np.array([0.0, 1.0]), np.array([1.0, 0.0]))
    ('nash', array([-0.5,  0.5]))
    """

    parts: Any

    def __post_init__(self) -> None:
        try:
            parts = tuple((float(weight), protocol) for weight, protocol in self.parts)
        except (TypeError, ValueError):
            raise TypeError(f"parts = {self.parts!r}: give pairs (weight, protocol)") from None
        strange = [protocol for _, protocol in parts if not isinstance(protocol, RevisionProtocol)]
        if strange:
            raise TypeError(f"{strange[0]!r} is no RevisionProtocol, for instance FermiImitation(0.1)")
        wrong = [weight for weight, _ in parts if not 0 < weight < math.inf]
        if not parts or wrong:
            raise ValueError(f"a hybrid needs protocols with positive finite weights, not {wrong or 'none'}")
        sizes = {protocol.size for _, protocol in parts} - {None}
        if len(sizes) > 1:
            raise ValueError(f"protocols made for {' and '.join(map(str, sorted(sizes)))} strategies do not mix")
        object.__setattr__(self, "parts", parts)

    @property
    def keeps_faces(self) -> bool:
        """Whether all do."""
        return all(protocol.keeps_faces for _, protocol in self.parts)

    @property
    def bounded(self) -> bool:
        """Whether all are, and weights sum to 1 at most."""
        return all(p.bounded for _, p in self.parts) and sum(w for w, _ in self.parts) <= 1 + 1e-12

    @property
    def by_differences(self) -> bool:
        """Whether all are."""
        return all(protocol.by_differences for _, protocol in self.parts)

    @property
    def stationary(self) -> Stationary:
        """One part that rests only at Nash equilibria takes those that rest on faces along [4]_."""
        kinds = {protocol.stationary for _, protocol in self.parts}
        return "perturbed" if "perturbed" in kinds else "nash" if "nash" in kinds else "restricted"

    @property
    def row(self) -> Row:
        """The weighted sum of the rows."""
        return mixed_row(tuple((w, p.row, p.parameter) for w, p in self.parts))

    @property
    def jumps(self) -> bool:
        """Whether one does."""
        return any(protocol.jumps for _, protocol in self.parts)

    @property
    def rarest(self) -> float:
        """The smallest of the parts'."""
        return float(min(protocol.rarest for _, protocol in self.parts))

    @property
    def size(self) -> int | None:
        """Number of strategies that a part is made for."""
        return next((p.size for _, p in self.parts if p.size is not None), None)

    def revision_bound(self, payoffs: Vector) -> float:
        """The weighted sum of the bounds, or 1 where rates are probabilities."""
        return 1.0 if self.bounded else float(sum(w * p.revision_bound(payoffs) for w, p in self.parts))

    def objection(self, payoffs: Vector, shares: Vector) -> str:
        """The first part's that has one."""
        return next((said for _, p in self.parts if (said := p.objection(payoffs, shares))), "")

    def growth(self, payoffs: Vector, shares: Vector) -> Vector:
        """The weighted sum of the growth rates."""
        return np.asarray(sum(w * p.growth(payoffs, shares) for w, p in self.parts))

    def flow(self, payoffs: Vector, shares: Vector) -> Vector:
        """The weighted sum of the velocities."""
        return np.asarray(sum(w * p.flow(payoffs, shares) for w, p in self.parts))

    def log_rates(self, payoffs: Vector, shares: Vector) -> Vector:
        """Log of the weighted sum of the rates."""
        logs = [p.log_rates(payoffs, shares) + np.log(w) for w, p in self.parts]
        total: Vector = np.logaddexp.reduce(logs)
        return total


def _table(given: Any, name: str) -> Vector:
    """One number, or a square matrix: a private copy without negative entries."""
    try:
        table = np.array(given, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"{name} are a number or a square matrix of numbers, not {given!r}") from None
    if table.ndim not in (0, 2) or (table.ndim == 2 and table.shape[0] != table.shape[1]):
        raise ValueError(f"{name} of shape {table.shape}: give one number or a square matrix")
    if not (np.isfinite(table) & (table >= 0)).all():
        raise ValueError(f"{name} must be finite and not negative, not {table.min() if table.ndim else given}")
    return table


def _frozen(table: Vector) -> float | tuple[tuple[float, ...], ...]:
    return tuple(map(tuple, table.tolist())) if table.ndim else float(table)


def _rarest(table: Vector) -> float:
    rates = table[~np.eye(len(table), dtype=bool)] if table.ndim else table.reshape(1)
    return float(min(rates[rates > 0].min(initial=1.0), 1.0))
