r"""Who meets whom in a finite population, and what each strategy then earns.

Z agents, of whom n_j play strategy j. The one primitive is `facing`: what every strategy is paid against a pool
of others with counts m (their number |m|). Whoever plays i then earns

    pi_i(n) = facing(n - e_i)_i       without self-interaction: the pool are the other Z - 1;
    pi_i(n) = facing(n)_i             with self-interaction: the pool are all Z, oneself included.

===================  ===========================================================================================
`MatrixEncounters`   A[i, j] paid to i against j: (A m)_i / |m|, the average over the pool
`FixedPayoffs`       r_i whatever the others do (relative fitness, say)
`GroupEncounters`    groups of k: the average of pi_i(c) over the k - 1 co-players, drawn from the pool without
                     replacement (multivariate hypergeometric); with self-interaction, with replacement
                     (multinomial), which is what makes k = 2 the average (A m)_i / |m| in both cases
`FieldEncounters`    a payoff field F of shares, such as a Population: F_i(m / |m|)
`CountPayoffs`       any function of the counts of the whole population, oneself included
===================  ===========================================================================================

`as_encounters` makes them from matrices, vectors, symmetric games, populations and designs.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import singledispatch
from math import factorial, log, prod
from typing import Any

import numpy as np
import numpy.typing as npt

from evolution.payoff import MultilinearField, PackedPayoffs, PayoffField, as_field

__all__ = [
    "CountPayoffs",
    "Encounters",
    "FieldEncounters",
    "FixedPayoffs",
    "GroupEncounters",
    "MatrixEncounters",
    "PairEncounters",
    "as_encounters",
]

Vector = npt.NDArray[np.float64]


class Encounters(ABC):
    """Payoffs in a finite population; `strategies` are the names."""

    strategies: tuple[str, ...]

    @abstractmethod
    def facing(self, pool: Vector, *, replaced: bool = False) -> Vector:
        """Payoffs of all strategies, shape (..., s), against pools with counts `pool`, shape (..., s)."""

    @property
    def group(self) -> int:
        """How many meet at a time, oneself included; 1 where nobody is met one by one."""
        return 1

    @property
    def averaging(self) -> str:
        """How payoffs are averaged, in words."""
        return "payoffs as given"

    @property
    @abstractmethod
    def corners(self) -> Vector:
        """Payoff vectors, shape (m, s), whose convex hull holds all that `facing` gives; nan where unknown."""

    @property
    def spread(self) -> float:
        """A bound on payoff differences, also between strategies that meet different others."""
        return float(np.ptp(self.corners))


@dataclass(frozen=True, eq=False)
class MatrixEncounters(Encounters):
    """Pairwise encounters: A[i, j] is paid to who plays i against j (row against column).

    Examples
    --------
    >>> game = MatrixEncounters(np.array([[3.0, 0.0], [5.0, 1.0]]), ("C", "D"))
    >>> game.facing(np.array([1.0, 3.0]))
    array([0.75, 2.  ])
    """

    matrix: Vector
    strategies: tuple[str, ...]

    def facing(self, pool: Vector, *, replaced: bool = False) -> Vector:
        """Average payoffs (A m)_i / |m|."""
        return np.asarray(pool @ self.matrix.T / pool.sum(axis=-1, keepdims=True))

    @property
    def group(self) -> int:
        """Two."""
        return 2

    @property
    def averaging(self) -> str:
        """Averages over the pool."""
        return "average over everybody met in pairs"

    @property
    def corners(self) -> Vector:
        """The columns of A."""
        return np.asarray(self.matrix.T)


@dataclass(frozen=True, eq=False)
class FixedPayoffs(Encounters):
    """Payoffs that do not depend on the others.

    Examples
    --------
    >>> FixedPayoffs(np.array([2.0, 1.0]), ("mutant", "resident")).facing(np.array([1.0, 8.0]))
    array([2., 1.])
    """

    values: Vector
    strategies: tuple[str, ...]

    def facing(self, pool: Vector, *, replaced: bool = False) -> Vector:
        """The values, at every pool."""
        return np.broadcast_to(self.values, pool.shape).copy()

    @property
    def averaging(self) -> str:
        """Nothing is averaged."""
        return "constant payoffs, whatever the others play"

    @property
    def corners(self) -> Vector:
        """The values."""
        return self.values[None, :]


@dataclass(frozen=True, eq=False)
class GroupEncounters(Encounters):
    """Groups of k: `table[i, column]` is paid to i when its k - 1 co-players have counts `companies[column]`.

    Examples
    --------
    >>> from gametheory.symmetric_payoff import SymmetricPayoff
    >>> both_needed = as_encounters(SymmetricPayoff(3, 2, lambda i, c: float(c[0] == 2)))
    >>> both_needed.facing(np.array([2.0, 2.0]))        # 2 of 4 drawn: both from the first with 1/6
    array([0.16666667, 0.16666667])
    """

    companies: npt.NDArray[np.int64]
    table: Vector
    strategies: tuple[str, ...]

    def facing(self, pool: Vector, *, replaced: bool = False) -> Vector:
        """Expected payoffs over the draw of the co-players."""
        drawn, total = self.group - 1, pool.sum(axis=-1, keepdims=True)
        if not replaced and (total < drawn).any():
            raise ValueError(
                f"groups of {self.group} cannot be drawn from {int(total.min()) + 1} agents: give a larger size, or "
                "self_interaction=True (co-players drawn with replacement)"
            )
        step = np.zeros(drawn) if replaced else np.arange(drawn, dtype=float)
        with np.errstate(divide="ignore"):
            each = np.log(np.maximum(pool[..., None] - step, 0.0)) - np.log(total[..., None])
            whole = (np.log(total - step) - np.log(total)).sum(axis=-1)
        falling = np.concatenate([np.zeros((*pool.shape, 1)), np.cumsum(each, axis=-1)], axis=-1)
        weights = np.zeros((*pool.shape[:-1], len(self.companies)))
        for column, company in enumerate(self.companies):
            ways = log(factorial(drawn) // prod(factorial(int(c)) for c in company))
            weights[..., column] = ways - whole
            for strategy, count in enumerate(company):
                weights[..., column] += falling[..., strategy, count]
        return np.asarray(np.exp(weights) @ self.table.T)

    @property
    def group(self) -> int:
        """Size of a group, k."""
        return int(self.companies[0].sum()) + 1

    @property
    def averaging(self) -> str:
        """Averages over draws of a group."""
        return f"average over groups of {self.group}"

    @property
    def corners(self) -> Vector:
        """The columns of the table."""
        return np.asarray(self.table.T)


@dataclass(frozen=True, eq=False)
class FieldEncounters(Encounters):
    """A payoff field of one role: F(m / |m|).

    Examples
    --------
    >>> FieldEncounters(as_field([[0, 2], [1, 0]])).facing(np.array([1.0, 1.0]))
    array([1. , 0.5])
    """

    field: PayoffField

    def __post_init__(self) -> None:
        if len(self.field.roles) != 1:
            raise ValueError(
                f"the processes here have one population; the game has the roles {', '.join(self.field.roles)}. "
                "Use sample for several roles"
            )
        object.__setattr__(self, "strategies", tuple(self.field.strategies[self.field.roles[0]]))
        object.__setattr__(self, "packed", PackedPayoffs(self.field))

    def facing(self, pool: Vector, *, replaced: bool = False) -> Vector:
        """The field at the pool's shares."""
        shares = (pool / pool.sum(axis=-1, keepdims=True)).reshape(-1, pool.shape[-1])
        packed: PackedPayoffs = self.__dict__["packed"]
        return np.array([packed(x) for x in shares]).reshape(pool.shape)

    @property
    def averaging(self) -> str:
        """Payoffs are a field of shares."""
        return "payoff field at the pool's shares"

    @property
    def corners(self) -> Vector:
        """Payoffs at pure states: enough where payoffs are linear, elsewhere a first guess."""
        with np.errstate(all="ignore"):
            return self.facing(np.eye(len(self.strategies)))


@dataclass(frozen=True, eq=False)
class CountPayoffs(Encounters):
    """Payoffs as any function of the counts of the whole population, whoever is paid included.

    Parameters
    ----------
    function : callable
        From counts, int array of shape (s,), to payoffs of shape (s,); entries of strategies nobody plays are
        not looked at.
    strategies : int or sequence of str
        How many, or their names.

    Examples
    --------
    >>> crowding = CountPayoffs(lambda n: 1 / np.maximum(n, 1), 2)
    >>> crowding.facing(np.array([1.0, 2.0]))         # joining either: 1/2 and 1/3
    array([0.5       , 0.33333333])
    """

    function: Callable[[Any], Any]
    strategies: Any

    def __post_init__(self) -> None:
        if not callable(self.function):
            raise TypeError(f"CountPayoffs needs a function of counts, not {type(self.function).__name__}")
        given = self.strategies
        names = [str(i) for i in range(given)] if isinstance(given, int) else [str(name) for name in given]
        if not names:
            raise ValueError("CountPayoffs needs at least one strategy")
        object.__setattr__(self, "strategies", tuple(names))

    def facing(self, pool: Vector, *, replaced: bool = False) -> Vector:
        """Payoff of each strategy once its player has joined the pool (with self-interaction, is in it)."""
        own = 0 if replaced else 1
        flat = np.asarray(pool, dtype=np.int64).reshape(-1, pool.shape[-1])
        joins = own * np.eye(pool.shape[-1], dtype=np.int64)
        rows = [[self._paid(n + join)[j] for j, join in enumerate(joins)] for n in flat]
        return np.array(rows, dtype=float).reshape(pool.shape)

    def _paid(self, counts: npt.NDArray[np.int64]) -> Vector:
        with np.errstate(all="ignore"):
            paid = np.asarray(self.function(counts), dtype=float)
        if paid.shape != counts.shape:
            raise ValueError(
                f"the payoff function gave shape {paid.shape} at counts {counts.tolist()}; "
                f"it must give {len(counts)} numbers, one a strategy"
            )
        return paid

    @property
    def corners(self) -> Vector:
        """Unknown."""
        return np.full((1, len(self.strategies)), np.nan)


@dataclass(frozen=True, eq=False)
class PairEncounters(Encounters):
    """Two strategies of a game that others may have more of, the others being absent.

    Examples
    --------
    >>> PairEncounters(as_encounters([[1, 2, 3], [4, 5, 6], [7, 8, 9]]), (2, 0)).facing(np.array([1.0, 0.0]))
    array([9., 3.])
    """

    game: Encounters
    chosen: tuple[int, int]

    def __post_init__(self) -> None:
        object.__setattr__(self, "strategies", tuple(self.game.strategies[i] for i in self.chosen))

    def facing(self, pool: Vector, *, replaced: bool = False) -> Vector:
        """Payoffs of the two at a pool of the two."""
        whole = np.zeros((*pool.shape[:-1], len(self.game.strategies)))
        whole[..., self.chosen] = pool
        return np.asarray(self.game.facing(whole, replaced=replaced)[..., self.chosen])

    @property
    def group(self) -> int:
        """As in the whole game."""
        return self.game.group

    @property
    def averaging(self) -> str:
        """As in the whole game."""
        return self.game.averaging

    @property
    def corners(self) -> Vector:
        """Those of the whole game."""
        return np.asarray(self.game.corners[:, self.chosen])


@singledispatch
def as_encounters(game: Any) -> Encounters:
    """Payoffs in a finite population, from whatever describes a symmetric game.

    Parameters
    ----------
    game : array_like, NormalForm, SymmetricPayoff, Population, Design or Encounters
        A square matrix A (A[i, j] paid to i against j), a vector of constant payoffs, a symmetric game of two or
        more players, a payoff field of one role, or a design.

    Returns
    -------
    Encounters
        The object itself where it is one; private copies of numbers otherwise.

    Raises
    ------
    TypeError, ValueError
        If it is no game of one population, or a payoff is no finite number.

    Examples
    --------
    >>> as_encounters([[1, 0], [0, 2]]).spread
    2.0
    >>> as_encounters([1.1, 1.0]).averaging
    'constant payoffs, whatever the others play'
    """
    if isinstance(game, Encounters):
        return game
    from gametheory.normal_form import NormalForm
    from gametheory.symmetric_payoff import SymmetricPayoff

    if isinstance(game, SymmetricPayoff):
        names = tuple(str(i) for i in range(len(game.table)))
        return GroupEncounters(np.array(game.counts, dtype=np.int64), game.table.astype(float), names)
    if isinstance(game, NormalForm):
        return _of_normal_form(game)
    if callable(game):
        raise TypeError("a bare function does not say how many strategies there are: give CountPayoffs(function, 3)")
    field = as_field(game)
    if isinstance(field, MultilinearField) and len(field.roles) == 1:
        return MatrixEncounters(field.tensors[0], tuple(field.strategies[field.roles[0]]))
    return FieldEncounters(field)


@as_encounters.register(np.ndarray)
@as_encounters.register(list)
@as_encounters.register(tuple)
def _of_array(game: Any) -> Encounters:
    if np.ndim(game) != 1:
        return as_encounters(as_field(game))
    values = np.array(game, dtype=float)
    if not values.size or not np.isfinite(values).all():
        raise ValueError(f"constant payoffs {game!r}: give one finite number a strategy")
    values.setflags(write=False)
    return FixedPayoffs(values, tuple(str(i) for i in range(len(values))))


def _of_normal_form(game: Any) -> Encounters:
    from gametheory.symmetric_payoff import SymmetricPayoff

    names: Sequence[str] = game.strategies[0]
    compact = SymmetricPayoff.of(game)
    if compact.players == 2:
        return MatrixEncounters(np.array(game.floats[0]), tuple(names))
    return GroupEncounters(np.array(compact.counts, dtype=np.int64), compact.table.astype(float), tuple(names))
