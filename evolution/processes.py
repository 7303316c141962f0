r"""Processes: how a finite population changes in one step. Here births; revisions are in `revision_processes`.

A state is the counts n of the s strategies among Z agents; payoffs pi_i(n), mutation and conventions are those of
`population_process`, w is the `intensity` of selection.

=============  ====================================================================================  =========
`Moran`        one agent gives birth, drawn in proportion to fitness f; the offspring may mutate and   one birth
               takes the place of an agent drawn from all Z, the parent included
`WrightFisher` all Z agents are replaced by offspring drawn so, independently                        generation
=============  ====================================================================================  =========

Fitness f_i is 1 - w + w pi_i ("linear"; it may not be negative) or exp(w pi_i) ("exponential"). With constant
payoffs and w = 1 linear fitness is the relative fitness itself: `Moran([1.1, 1], 50)`.

`transition` makes matrices of processes, `fixation`, `finite`, `small_mutation` and `selection_gradient` solve them.

References
----------
.. [1] P. A. P. Moran, *Proc. Camb. Phil. Soc.* 54 (1958) 60.
.. [2] M. A. Nowak, A. Sasaki, C. Taylor, D. Fudenberg, *Nature* 428 (2004) 646.
.. [3] L. A. Imhof, M. A. Nowak, *J. Math. Biol.* 52 (2006) 667 (Wright-Fisher with games).
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, replace
from typing import ClassVar, Literal

import numpy as np
import numpy.typing as npt

from evolution.population_process import Conventions, OneByOne, Process, finite_payoffs, net_inflow, off_diagonal

__all__ = ["Conventions", "Moran", "OneByOne", "Process", "WrightFisher"]

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
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

    def log_ratio(self, counts: npt.ArrayLike) -> Vector:
        """Log f_j / f_i, shape (..., s, s): of T_ij / T_ji without mutation."""
        paid, value = self.payoffs(counts), self.log_fitness(counts)
        gain = self.intensity * (paid[..., None, :] - paid[..., :, None])
        if self.fitness == "exponential":
            return np.asarray(gain)
        with np.errstate(divide="ignore", invalid="ignore"):
            relative = gain / np.exp(value)[..., :, None]
            apart = value[..., None, :] - value[..., :, None]
            return np.asarray(np.where(np.abs(relative) < 0.5, np.log1p(relative), apart))

    def drift(self, counts: npt.ArrayLike) -> Vector:
        """Mean share of each strategy among offspring minus its share now."""
        n = self.states(counts)
        births = replace(self, mutation=0.0).log_births(n)
        with np.errstate(divide="ignore"):
            flows = off_diagonal(births[..., None, :] + np.log(n / self.size)[..., :, None])
        parents = np.exp(births)
        return net_inflow(flows, self.log_ratio(n)) + self.mutation * (parents @ self.mutation_kernel - parents)


@dataclass(frozen=True, eq=False, repr=False)
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

    def expected_change(self, counts: npt.ArrayLike) -> Vector:
        """An offspring's mean strategy minus that of who dies."""
        return self.drift(counts)


@dataclass(frozen=True, eq=False, repr=False)
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

    def expected_change(self, counts: npt.ArrayLike) -> Vector:
        """Z times the mean of one offspring's."""
        return np.asarray(self.size * self.drift(counts))
