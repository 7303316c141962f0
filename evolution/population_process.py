r"""What a process of a finite population is: a game, a size, mutation, and the conventions that papers leave unsaid.

A state is the counts n of the s strategies among Z agents. Payoffs pi_i(n) come from `encounters`; mutation turns i
into j with probability mu K_ij, K_ij = 1/(s - 1) for j != i (`mutation_to="others"`) or K_ij = 1/s (`"all"`, one's
own strategy included).

A process with one change at a time (`OneByOne`) tells the logarithms of T_ij(n), the probability that within one step
an agent who plays i comes to play j. The processes themselves are in `processes` (births) and `revision_processes`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import KW_ONLY, dataclass, replace
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt

from evolution.encounters import Encounters, as_encounters

__all__ = ["Conventions", "OneByOne", "Process"]

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


@dataclass(frozen=True, eq=False, repr=False)
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

    def __repr__(self) -> str:
        names = ", ".join(self.strategies)
        return f"{type(self).__name__} of {names}: {self.size} agents, w = {self.intensity:g}, mu = {self.mutation:g}"

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
        >>> from evolution import Moran
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

    @abstractmethod
    def expected_change(self, counts: npt.ArrayLike) -> Vector:
        """Expected change of the counts in one step, shape (..., s)."""


class OneByOne(Process):
    """A process in which at most one agent changes its strategy in a step."""

    @abstractmethod
    def log_moves(self, counts: npt.ArrayLike) -> Vector:
        """Log T_ij(n), shape (..., s, s): an i-player comes to play j in this step; the diagonal is -inf."""

    def log_ratio(self, counts: npt.ArrayLike) -> Vector:
        """Log T_ij / T_ji without mutation, shape (..., s, s), where both i and j are played.

        Subclasses that know it in closed form say so, because it keeps its digits when selection is weak.
        """
        moves = replace(self, mutation=0.0).log_moves(counts)
        with np.errstate(invalid="ignore"):
            return np.asarray(moves - np.swapaxes(moves, -1, -2))

    def selection(self, counts: npt.ArrayLike) -> Vector:
        """Expected change of the counts in a step without mutation: sum_i T_ij - T_ji, from ratios, not differences."""
        return net_inflow(replace(self, mutation=0.0).log_moves(counts), self.log_ratio(counts))


def net_inflow(log_flows: Vector, log_ratio: Vector) -> Vector:
    """Sum over i of T_ij - T_ji = T_ij (1 - T_ji/T_ij), shape (..., s), from log T_ij and log T_ij/T_ji.

    The difference keeps its digits where T_ij and T_ji are nearly equal.
    """
    larger = np.exp(np.maximum(log_flows, np.swapaxes(log_flows, -1, -2)))
    ratio = np.where(larger > 0, log_ratio, 0.0)
    return np.asarray((larger * -np.sign(ratio) * np.expm1(-np.abs(ratio))).sum(axis=-2))


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
