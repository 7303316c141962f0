r"""The limit of rare mutations: the population is nearly always homogeneous and jumps from strategy to strategy.

If the next mutation comes long after the last mutant has taken over or vanished, a process with mutation mu spends
almost all its time in the s homogeneous populations, and moves among them by the embedded chain

    Lambda_ij = K_ij phi_ij,      phi_ij the probability that one j-mutant takes over a population of i,

mu Lambda_ij per mutation's chance. Its stationary law is the limit of the process's as mu -> 0, with an error of order
mu (Fudenberg and Imhof 2006). phi and the law are computed as logarithms, without subtractions: the law is right where
phi is e^-5000. Rows from (the residents), columns to (the mutants).

When is it valid? A mutant's expected stay t_ij (steps until it has taken over or vanished) must be short against the
steps between mutations: mu max t_ij << 1. `mutation_ceiling` is 1 / max t_ij. Where strategies can coexist, t grows
exponentially with Z, and the limit says little (Wu, Gokhale, Wang and Traulsen 2012).

References
----------
.. [1] D. Fudenberg, L. A. Imhof, *J. Econ. Theory* 131 (2006) 251.
.. [2] B. Wu, C. S. Gokhale, L. Wang, A. Traulsen, *J. Math. Biol.* 64 (2012) 803.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evolution.fixation import fixation_law, fixation_times, pair_process
from evolution.population_process import Conventions, Process
from evolution.transition import Transitions

__all__ = ["SmallMutationLimit", "small_mutation_limit"]

Vector = npt.NDArray[np.float64]
TRAPPED = 1e-9


@dataclass(frozen=True, eq=False, slots=True, repr=False)
class SmallMutationLimit:
    """The embedded chain of homogeneous populations.

    Parameters
    ----------
    process : Process
        Whose limit it is; its mutation rate plays no part, its mutation target does.
    log_fixation : array, shape (s, s)
        Log phi_ij: one mutant j among residents i takes over; 0 on the diagonal.
    log_moves : array, shape (s, s)
        Log Lambda_ij, -inf on the diagonal: jumps per mutation.
    recurrent : tuple of tuples of str
        Sets of strategies among which the population moves forever; one if the long run forgets the start.
    """

    process: Process
    log_fixation: Vector
    log_moves: Vector
    recurrent: tuple[tuple[str, ...], ...]

    @property
    def fixation(self) -> Vector:
        """Fixation probabilities phi, shape (s, s)."""
        return np.asarray(np.exp(self.log_fixation))

    @property
    def matrix(self) -> Vector:
        """Stochastic matrix of the embedded chain, one step a mutation, rows from, columns to."""
        moves = np.exp(self.log_moves)
        return np.asarray(moves + np.diag(1 - moves.sum(axis=1)))

    @property
    def log_law(self) -> Vector:
        """Logarithms of the long-run probabilities of the homogeneous populations, shape (s,).

        Raises
        ------
        ValueError
            If they depend on the start.
        """
        if len(self.recurrent) > 1:
            sets = "; ".join(", ".join(names) for names in self.recurrent)
            raise ValueError(f"the long run depends on the start: the population never leaves these sets: {sets}")
        transitions = _transitions(self.log_moves)
        return transitions.log_law(transitions.closed_classes()[0])

    @property
    def law(self) -> Vector:
        """Long-run probabilities of the homogeneous populations, shape (s,)."""
        return np.asarray(np.exp(self.log_law))

    @property
    def log_stay(self) -> Vector:
        """Log of the expected steps t_ij until one mutant j among i takes over or vanishes; -inf on the diagonal."""
        s = len(self.process.strategies)
        stay = np.full((s, s), -np.inf)
        for i in range(s):
            for j in range(i):
                times = fixation_times(pair_process(self.process, i, j)).log_time
                stay[j, i], stay[i, j] = times[1], times[-2]
        return stay

    @property
    def mutation_ceiling(self) -> float:
        """1 / max t_ij: the limit holds for mutation probabilities far below it."""
        return float(np.exp(-self.log_stay.max()))

    @property
    def conventions(self) -> Conventions:
        """What the process counts and compares."""
        return self.process.conventions

    def __repr__(self) -> str:
        return f"SmallMutationLimit of {', '.join(self.process.strategies)} among {self.process.size} agents"


def small_mutation_limit(process: Process) -> SmallMutationLimit:
    """Fixation matrix and embedded chain of a process whose mutations are rare.

    Parameters
    ----------
    process : Process
        Any number of strategies; agents imitate or inherit.

    Returns
    -------
    SmallMutationLimit

    Raises
    ------
    ValueError
        If a mutant may stay forever without taking over or vanishing, or homogeneous populations do not stay so.

    References
    ----------
    .. [1] D. Fudenberg, L. A. Imhof, *J. Econ. Theory* 131 (2006) 251.

    Examples
    --------
    >>> from evolution import PairwiseComparison
    >>> limit = small_mutation_limit(PairwiseComparison([[0, -1, 1], [1, 0, -1], [-1, 1, 0]], 50, intensity=100))
    >>> limit.law.round(12)
    array([0.33333333, 0.33333333, 0.33333333])
    >>> print(limit.log_fixation[1, 0].round(6))            # paper hardly takes over from scissors
    -5000.0
    """
    names = process.strategies
    s = len(names)
    logs = np.zeros((s, s))
    for i in range(s):
        for j in range(i):
            logs[j, i], logs[i, j] = _both_ways(pair_process(process, i, j))
    with np.errstate(divide="ignore"):
        moves = logs + np.log(process.mutation_kernel)
    np.fill_diagonal(moves, -np.inf)
    recurrent = tuple(tuple(names[i] for i in places) for places in _transitions(moves).closed_classes())
    return SmallMutationLimit(process, logs, moves, recurrent)


def _both_ways(pair: Process) -> tuple[float, float]:
    """Log fixation of one of the first among the second, and of one of the second among the first."""
    law = fixation_law(pair)
    for start, mutant in ((1, 0), (-2, 1)):
        if np.exp(law.log_trapped[start]) > TRAPPED:
            raise ValueError(
                f"one {pair.strategies[mutant]} among {pair.strategies[1 - mutant]} neither takes over nor vanishes, "
                f"with probability {np.exp(law.log_trapped[start]):.3g}: other populations last, so "
                "there is no small-mutation limit of this kind; ask for the stationary_law with mutation > 0"
            )
    return float(law.log_probability[1, 0]), float(law.log_probability[-2, 1])


def _transitions(log_moves: Vector) -> Transitions:
    rows, columns = np.nonzero(np.isfinite(log_moves))
    return Transitions(np.eye(len(log_moves), dtype=np.int64), rows, columns, log_moves[rows, columns])
