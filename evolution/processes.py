r"""Processes: how a finite population changes in one step. Here births; revisions are in `revision_processes`.

A state is the counts n of the s strategies among Z agents. Payoffs pi_i(n) come from `encounters`; w is the
`intensity` of selection. Mutation turns i into j with probability mu K_ij, K_ij = 1/(s - 1) for j != i
(`mutation_to="others"`) or K_ij = 1/s (`"all"`, one's own strategy included).

=============  ====================================================================================  =========
`Moran`        one agent gives birth, drawn in proportion to fitness f; the offspring may mutate and   one birth
               takes the place of an agent drawn from all Z, the parent included
`WrightFisher` all Z agents are replaced by offspring drawn so, independently                        generation
=============  ====================================================================================  =========

Fitness f_i is 1 - w + w pi_i ("linear"; it may not be negative) or exp(w pi_i) ("exponential"). With constant
payoffs and w = 1 linear fitness is the relative fitness itself: `Moran([1.1, 1], 50)`.

Every process with one change at a time tells the logarithms of T_ij(n), the probability that within one step an
agent who plays i comes to play j; Wright-Fisher tells the logarithms of the offspring's law. `transition` makes
matrices of them, `fixation`, `finite`, `small_mutation` and `selection_gradient` solve them, `sample` draws.

References
----------
.. [1] P. A. P. Moran, *Proc. Camb. Phil. Soc.* 54 (1958) 60.
.. [2] M. A. Nowak, A. Sasaki, C. Taylor, D. Fudenberg, *Nature* 428 (2004) 646.
.. [3] L. A. Imhof, M. A. Nowak, *J. Math. Biol.* 52 (2006) 667 (Wright-Fisher with games).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import KW_ONLY, dataclass
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt

from evolution.encounters import Encounters, as_encounters

__all__ = ["Conventions", "Moran", "OneByOne", "Process", "WrightFisher"]

Vector = npt.NDArray[np.float64]
MutationTo = Literal["others", "all"]


@dataclass(frozen=True, slots=True)
class Conventions:
    """What papers leave unsaid: every result carries this.

    Parameters
    ----------
    self_interaction : bool
        Whether payoffs count an encounter with oneself.
    payoffs : str
        How payoffs are averaged, and over how many.
    orientation : str
        Which index of a payoff matrix is one's own, and how transition matrices are read.
    mutation_to : str
        What a mutant may become.
    mutation_at : str
        When mutation happens.
    compared_with : str
        Whom a revising agent, or a dying one, is compared with or replaced by.
    step : str
        What one step of the process is.
    """

    self_interaction: bool
    payoffs: str
    orientation: str
    mutation_to: str
    mutation_at: str
    compared_with: str
    step: str


@dataclass(frozen=True, eq=False)
class Process(ABC):
    """A rule by which a finite population changes; subclasses say how.

    Parameters
    ----------
    game : array_like, NormalForm, SymmetricPayoff, Population, Design or Encounters
        What is played, see `encounters.as_encounters`.
    size : int
        Z >= 2 agents.
    intensity : float
        Intensity of selection, >= 0.
    mutation : float
        mu in [0, 1].
    mutation_to : "others" or "all"
        Whether a mutant always changes, or draws from all strategies.
    self_interaction : bool
        Whether payoffs count oneself among those met.
    """

    game: Any
    size: int
    _: KW_ONLY
    intensity: float = 1.0
    mutation: float = 0.0
    mutation_to: MutationTo = "others"
    self_interaction: bool = False

    mutation_at: ClassVar[str]
    step: ClassVar[str]

    def __post_init__(self) -> None:
        object.__setattr__(self, "game", as_encounters(self.game))
        whole_size(self.size)
        if not (isinstance(self.intensity, int | float | np.number) and 0 <= self.intensity < np.inf):
            raise ValueError(f"intensity = {self.intensity!r}: the intensity of selection is a finite number >= 0")
        probability("mutation", self.mutation)
        if self.mutation_to not in ("others", "all"):
            raise ValueError(f"mutation_to = {self.mutation_to!r}: it is 'others' or 'all'")
        if self.mutation > 0 and self.mutation_to == "others" and len(self.strategies) == 1:
            raise ValueError("with one strategy there are no others to mutate to: give mutation=0")
        group = self.game.group
        if group > self.size and not self.self_interaction:
            raise ValueError(
                f"groups of {group} cannot be drawn from {self.size} agents: give a larger size, or "
                "self_interaction=True (co-players drawn with replacement)"
            )

    @property
    def encounters(self) -> Encounters:
        """The game, as payoffs in a finite population."""
        game: Encounters = self.game
        return game

    @property
    def strategies(self) -> tuple[str, ...]:
        """Names of the strategies."""
        return self.encounters.strategies

    @property
    def mutation_kernel(self) -> Vector:
        """K, shape (s, s): what a mutant from row i becomes."""
        s = len(self.strategies)
        if self.mutation_to == "all" or s == 1:
            return np.full((s, s), 1 / s)
        return np.asarray((1 - np.eye(s)) / (s - 1))

    def payoffs(self, counts: npt.ArrayLike) -> Vector:
        """What the players of each strategy earn, shape (..., s); nan where nobody plays it.

        Parameters
        ----------
        counts : array, shape (..., s)
            States of the population.

        Examples
        --------
        >>> Moran([[3, 0], [5, 1]], 4).payoffs([1, 3])
        array([0.        , 2.33333333])
        """
        n = self.states(counts)
        if self.self_interaction:
            return np.asarray(np.where(n > 0, self.encounters.facing(n, replaced=True), np.nan))
        paid = np.full(n.shape, np.nan)
        for i, own in enumerate(np.eye(n.shape[-1])):
            played = n[..., i] > 0
            paid[played, i] = self.encounters.facing(n[played] - own)[..., i]
        return paid

    def states(self, counts: npt.ArrayLike) -> Vector:
        """Counts as floats, checked for their number and sum."""
        n = np.array(counts, dtype=float)
        s = len(self.strategies)
        if n.ndim < 1 or n.shape[-1] != s or (n < 0).any() or (n != np.rint(n)).any() or (n.sum(-1) != self.size).any():
            raise ValueError(
                f"counts {np.asarray(counts).tolist()!r:.80} are no state: give {s} whole numbers >= 0 that sum to "
                f"{self.size}, for {', '.join(self.strategies)}"
            )
        return n

    @property
    def conventions(self) -> Conventions:
        """The conventions this process follows, in words."""
        others = "all Z agents, oneself included" if self.self_interaction else "the other Z - 1 agents"
        own = ", one's own included" if self.mutation_to == "all" else " but one's own"
        return Conventions(
            self_interaction=self.self_interaction,
            payoffs=f"{self.encounters.averaging}; met are {others}",
            orientation="A[i, j] is paid to row i against column j; transition matrices: rows from, columns to",
            mutation_to=f"any strategy{own}, with equal probabilities",
            mutation_at=self.mutation_at,
            compared_with=self.compared_with,
            step=self.step,
        )

    @property
    @abstractmethod
    def compared_with(self) -> str:
        """Whom a revising or dying agent is compared with or replaced by, in words."""


class OneByOne(Process):
    """A process in which at most one agent changes its strategy in a step."""

    @abstractmethod
    def log_moves(self, counts: npt.ArrayLike) -> Vector:
        """Log T_ij(n), shape (..., s, s): an i-player comes to play j in this step; the diagonal is -inf."""

    def log_ratio(self, counts: npt.ArrayLike) -> Vector:
        """Log T_ij / T_ji without mutation, shape (..., s, s), where both i and j are played.

        Subclasses that know it in closed form say so, because it keeps its digits when selection is weak.
        """
        moves = self.log_moves(counts)
        with np.errstate(invalid="ignore"):
            return np.asarray(moves - np.swapaxes(moves, -1, -2))


@dataclass(frozen=True, eq=False)
class _Births(Process):
    """Fitness, and the law of an offspring."""

    _: KW_ONLY
    fitness: Literal["linear", "exponential"] = "linear"

    mutation_at: ClassVar[str] = "at birth: the offspring mutates"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.fitness not in ("linear", "exponential"):
            raise ValueError(f"fitness = {self.fitness!r}: it is 'linear' (1 - w + w pi) or 'exponential' (exp(w pi))")
        if self.fitness == "linear" and self.intensity > 1:
            raise ValueError(f"intensity = {self.intensity}: linear fitness 1 - w + w pi needs w in [0, 1]")

    def log_fitness(self, counts: npt.ArrayLike) -> Vector:
        """Log f_i, shape (..., s); nan where nobody plays i.

        Raises
        ------
        ValueError
            If linear fitness is negative, or 0 for everybody.
        """
        n, paid = self.states(counts), self.payoffs(counts)
        finite_payoffs(self, n, paid)
        if self.fitness == "exponential":
            return np.asarray(self.intensity * paid)
        fitness = (1 - self.intensity) + self.intensity * paid
        if (fitness < 0).any() or (np.nan_to_num(fitness).max(axis=-1) <= 0).any():
            worst = np.unravel_index(np.nanargmin(fitness), fitness.shape)
            raise ValueError(
                f"linear fitness 1 - w + w pi of {self.strategies[worst[-1]]} is {fitness[worst]:g} at counts "
                f"{n[worst[:-1]].astype(int).tolist()}; it must be >= 0 and not 0 for all: lower the intensity "
                f"w = {self.intensity:g}, shift payoffs, or take fitness='exponential'"
            )
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(fitness))

    def log_births(self, counts: npt.ArrayLike) -> Vector:
        """Log probability, shape (..., s), that an offspring plays each strategy, mutation included."""
        n = self.states(counts)
        with np.errstate(divide="ignore"):
            weight = np.where(n > 0, np.log(n) + np.where(n > 0, self.log_fitness(n), 0.0), -np.inf)
            true, changed = np.log1p(-self.mutation), np.log(self.mutation * self.mutation_kernel)
        parents = weight - np.logaddexp.reduce(weight, axis=-1, keepdims=True)
        if self.mutation == 0:
            return np.asarray(parents)
        mutants = np.logaddexp.reduce(parents[..., :, None] + changed, axis=-2)
        return np.asarray(np.logaddexp(true + parents, mutants))


@dataclass(frozen=True, eq=False)
class Moran(_Births, OneByOne):
    """Birth-death process: T_ij = (n_i / Z) b_j, b the law of an offspring.

    Parameters
    ----------
    game, size, intensity, mutation, mutation_to, self_interaction
        As for `Process`.
    fitness : "linear" or "exponential"
        1 - w + w pi, or exp(w pi).

    References
    ----------
    .. [1] P. A. P. Moran, *Proc. Camb. Phil. Soc.* 54 (1958) 60.

    Examples
    --------
    >>> import numpy as np
    >>> np.exp(Moran([2.0, 1.0], 4).log_moves([1, 3])).round(6)      # births: 2/5 and 3/5
    array([[0.  , 0.15],
           [0.3 , 0.  ]])
    """

    step: ClassVar[str] = "one birth and one death; Z steps are a generation"

    @property
    def compared_with(self) -> str:
        """Who dies."""
        return "an offspring replaces one of all Z agents, the parent included"

    def log_moves(self, counts: npt.ArrayLike) -> Vector:
        """Log T_ij(n) = log n_i/Z + log b_j."""
        n = self.states(counts)
        with np.errstate(divide="ignore"):
            dying = np.log(n) - np.log(self.size)
        return off_diagonal(dying[..., :, None] + self.log_births(n)[..., None, :])

    def log_ratio(self, counts: npt.ArrayLike) -> Vector:
        """Log f_j - log f_i."""
        if self.fitness == "exponential":
            paid = self.payoffs(counts)
            return np.asarray(self.intensity * (paid[..., None, :] - paid[..., :, None]))
        value = self.log_fitness(counts)
        with np.errstate(invalid="ignore"):
            return np.asarray(value[..., None, :] - value[..., :, None])


@dataclass(frozen=True, eq=False)
class WrightFisher(_Births):
    """All agents are replaced at once: the next counts are multinomial with the law of an offspring.

    Parameters
    ----------
    game, size, intensity, mutation, mutation_to, self_interaction
        As for `Process`.
    fitness : "linear" or "exponential"
        1 - w + w pi, or exp(w pi).

    References
    ----------
    .. [1] L. A. Imhof, M. A. Nowak, *J. Math. Biol.* 52 (2006) 667.

    Examples
    --------
    >>> import numpy as np
    >>> np.exp(WrightFisher([1.02, 1.0], 50).log_births([1, 49])).round(6)
    array([0.020392, 0.979608])
    """

    step: ClassVar[str] = "one generation: Z births and Z deaths"

    @property
    def compared_with(self) -> str:
        """Who dies."""
        return "offspring replace all Z agents"


def off_diagonal(moves: Vector) -> Vector:
    """The same with -inf on the diagonal of the last two axes."""
    s = moves.shape[-1]
    return np.asarray(np.where(np.eye(s, dtype=bool), -np.inf, moves))


def whole_size(size: Any) -> None:
    """Raise a ValueError unless `size` can be the number of agents."""
    if isinstance(size, bool) or not (isinstance(size, int | np.integer) and size >= 2):
        raise ValueError(f"a population of {size!r}: give a whole number of agents >= 2")


def probability(name: str, value: Any) -> None:
    """Raise a ValueError unless `value` is a number in [0, 1]."""
    if not (isinstance(value, int | float | np.number) and 0 <= value <= 1):
        raise ValueError(f"{name} = {value} is no probability; it lies in [0, 1]")


def finite_payoffs(process: Process, counts: Vector, paid: Vector) -> None:
    """Raise a ValueError where a strategy that is played earns no finite number."""
    bad = (counts > 0) & ~np.isfinite(paid)
    if bad.any():
        where = tuple(np.argwhere(bad)[0])
        raise ValueError(
            f"the payoff of {process.strategies[where[-1]]} at counts {counts[where[:-1]].astype(int).tolist()} is "
            f"{paid[where]}; payoffs must be finite where a strategy is played"
        )
