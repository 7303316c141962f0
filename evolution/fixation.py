r"""Fixation: which strategy takes over the whole population, with which probability, and after how many steps.

Two strategies, one change at a time, k agents on the first: with gamma_m = T_-(m) / T_+(m),

    phi_k = sum_{i < k} gamma_1 ... gamma_i  /  sum_{i < Z} gamma_1 ... gamma_i

(Karlin and Taylor 1975), summed in logarithms: at strong selection phi is far below the smallest double. For more
strategies, and for Wright-Fisher, probabilities solve the linear equations of `absorption`. There is no fixation with
mutation, nor where agents choose strategies that nobody plays: both are refused.

For weak selection phi_1 = 1/Z + w slope + O(w^2), for Moran and Fermi's rule alike, with A = [[a, b], [c, d]] and

    slope = (alpha Z - beta) / (6 Z),       alpha = a + 2 b - c - 2 d,       beta = 2 a + b + c - 4 d       [2]_.

In large populations slope > 0 means x* < 1/3 for the unstable rest point x* of a coordination game.

References
----------
.. [1] S. Karlin, H. M. Taylor, *A First Course in Stochastic Processes*, 2nd ed., Academic Press, 1975.
.. [2] M. A. Nowak, A. Sasaki, C. Taylor, D. Fudenberg, *Nature* 428 (2004) 646.
.. [3] T. Antal, I. Scheuring, *Bull. Math. Biol.* 68 (2006) 1923 (times).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from evolution.absorption import absorption_of
from evolution.counts import all_counts, place_of
from evolution.encounters import PairEncounters
from evolution.population_process import Conventions, OneByOne, Process, whole_size
from evolution.transition import solvable_transitions

__all__ = ["FixationLaw", "FixationTimes", "fixation_law", "fixation_times", "log_fixation", "weak_selection_slope"]

Vector = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False, slots=True, repr=False)
class FixationLaw:
    """Who takes over, from every state.

    Parameters
    ----------
    process : Process
        Whose fixation it is.
    counts : array, shape (M, s)
        The states; with two strategies state k has k agents on the first.
    log_probability : array, shape (M, s)
        Log probability that strategy j takes over from each state.
    log_trapped : array, shape (M,)
        Log probability of ending in a mixed class of states that is never left, -inf where there is none.
    """

    process: Process
    counts: Counts
    log_probability: Vector
    log_trapped: Vector

    @property
    def probability(self) -> Vector:
        """Probabilities, shape (M, s)."""
        return np.asarray(np.exp(self.log_probability))

    @property
    def conventions(self) -> Conventions:
        """What the process counts and compares."""
        return self.process.conventions

    def at(self, counts: npt.ArrayLike) -> Vector:
        """Probabilities from one state or several, shape (..., s)."""
        return np.asarray(self.probability[place_of(self.process.states(counts))])

    def __repr__(self) -> str:
        names = ", ".join(self.process.strategies)
        return f"FixationLaw of {names} from {len(self.counts)} states of {self.process.size} agents"


@dataclass(frozen=True, eq=False, slots=True, repr=False)
class FixationTimes:
    """Expected steps until one strategy has taken over; the process's `conventions.step` says what a step is.

    Parameters
    ----------
    process : Process
        Whose times they are.
    counts : array, shape (M, s)
        The states.
    log_time : array, shape (M,)
        Log of the expected steps, whoever takes over; -inf (no steps) where somebody has.
    log_time_to : array, shape (M, s)
        Log of the expected steps given that strategy j takes over; nan where it cannot.
    """

    process: Process
    counts: Counts
    log_time: Vector
    log_time_to: Vector

    @property
    def time(self) -> Vector:
        """Expected steps, shape (M,); inf beyond 1e308."""
        with np.errstate(over="ignore"):
            return np.asarray(np.exp(self.log_time))

    @property
    def time_to(self) -> Vector:
        """Expected steps given who takes over, shape (M, s)."""
        with np.errstate(over="ignore"):
            return np.asarray(np.exp(self.log_time_to))

    @property
    def conventions(self) -> Conventions:
        """What the process counts and compares."""
        return self.process.conventions

    def __repr__(self) -> str:
        return f"FixationTimes from {len(self.counts)} states of {self.process.size} agents"


def fixation_law(process: Process) -> FixationLaw:
    """Probabilities that each strategy takes over the population, from every state, exactly.

    Parameters
    ----------
    process : Process
        Without mutation, any number of strategies.

    Returns
    -------
    FixationLaw

    Raises
    ------
    ValueError
        If there is mutation, if homogeneous populations do not stay so, or if there are too many states.

    References
    ----------
    .. [1] S. Karlin, H. M. Taylor, *A First Course in Stochastic Processes*, 2nd ed., Academic Press, 1975.

    Examples
    --------
    >>> from evolution import Moran, PairwiseComparison
    >>> law = fixation_law(Moran([[3, 0], [5, 1]], 20, intensity=0.1))
    >>> print(law.probability[1, 0].round(12))                  # one cooperator among 19 defectors
    0.009107796942
    >>> hostile = fixation_law(PairwiseComparison([[0, 0], [1, 1]], 1000, intensity=10))
    >>> print(hostile.log_probability[1, 0].round(6))
    -9990.000045
    """
    must_fix(process)
    counts = all_counts(process.size, len(process.strategies))
    if len(process.strategies) == 1:
        return FixationLaw(process, counts, np.zeros((1, 1)), np.array([-np.inf]))
    if isinstance(process, OneByOne) and len(process.strategies) == 2:
        ratio = process.log_ratio(counts[1:-1])[:, 1, 0]
        if np.isfinite(ratio).all():
            return FixationLaw(process, counts, _two_strategies(ratio), np.full(len(counts), -np.inf))
    logs = absorption_of(solvable_transitions(process), _homogeneous(process)).log_probability
    return FixationLaw(process, counts, logs[:, :-1], logs[:, -1])


def fixation_times(process: Process) -> FixationTimes:
    """Expected steps until a strategy has taken over, unconditionally and given which, from every state, exactly.

    Parameters
    ----------
    process : Process
        Without mutation, any number of strategies.

    Returns
    -------
    FixationTimes

    Raises
    ------
    ValueError
        As `fixation_law`; or if the population may stay mixed forever (times are infinite).

    References
    ----------
    .. [1] T. Antal, I. Scheuring, *Bull. Math. Biol.* 68 (2006) 1923.

    Examples
    --------
    >>> from evolution import Moran
    >>> times = fixation_times(Moran([1.0, 1.0], 3))
    >>> times.time.round(9).tolist(), times.time_to[1].round(9).tolist()
    ([0.0, 4.5, 4.5, 0.0], [6.0, 3.75])
    """
    must_fix(process)
    transitions = solvable_transitions(process)
    homogeneous = _homogeneous(process)
    absorbed = absorption_of(transitions, homogeneous)
    if len(absorbed.elsewhere):
        state = transitions.counts[absorbed.elsewhere[0]].tolist()
        raise ValueError(
            f"the population may stay mixed forever, about counts {state}: expected times of fixation are infinite. "
            "fixation_law says with which probability (log_trapped)"
        )
    to = np.column_stack([absorbed.log_time_to(a) for a in range(len(homogeneous))])
    return FixationTimes(process, transitions.counts, absorbed.log_time(), to)


def log_fixation(process: Process, *, mutant: int | str = 0, resident: int | str = 1, start: int = 1) -> float:
    """Log probability that `start` mutants take over a population of residents, other strategies being absent.

    Parameters
    ----------
    process : Process
        Any number of strategies; its mutation is left out.
    mutant, resident : int or str
        Index or name of a strategy.
    start : int
        Mutants at the start, 0..Z.

    Returns
    -------
    float
        Its exponential is the probability; 0 where that is below 1e-308.

    Raises
    ------
    ValueError
        If a strategy is unknown, both are the same, or `start` is out of range.

    References
    ----------
    .. [1] A. Traulsen, J. M. Pacheco, M. A. Nowak, *J. Theor. Biol.* 246 (2007) 522.

    Examples
    --------
    >>> from evolution import PairwiseComparison
    >>> process = PairwiseComparison([[0, -1, 1], [1, 0, -1], [-1, 1, 0]], 50, intensity=100)
    >>> round(log_fixation(process, mutant=0, resident=1), 6)
    -5000.0
    """
    pair = pair_process(process, mutant, resident)
    if isinstance(start, bool) or not (isinstance(start, int | np.integer) and 0 <= start <= process.size):
        raise ValueError(f"start = {start!r}: give a whole number of mutants from 0 to {process.size}")
    return float(fixation_law(pair).log_probability[start, 0])


def pair_process(process: Process, first: int | str, second: int | str) -> Process:
    """The same process with two of its strategies and without mutation.

    Examples
    --------
    >>> from evolution import Moran
    >>> pair_process(Moran([3.0, 2.0, 1.0], 9, mutation=0.1), 2, 0).strategies
    ('2', '0')
    """
    chosen = _index(process, first), _index(process, second)
    if chosen[0] == chosen[1]:
        raise ValueError(f"mutant and resident are both {process.strategies[chosen[0]]}; give two strategies")
    return replace(process, game=PairEncounters(process.encounters, chosen), mutation=0.0)


def weak_selection_slope(matrix: Any, size: int) -> float:
    """Derivative at w = 0 of one first-strategy mutant's fixation probability (Moran, Fermi), exactly.

    Positive means: selection favours the first strategy's taking over (phi_1 > 1/Z for weak selection).

    Parameters
    ----------
    matrix : array, shape (2, 2)
        A[i, j] paid to i against j; no self-interaction.
    size : int
        Z >= 2.

    References
    ----------
    .. [1] M. A. Nowak, A. Sasaki, C. Taylor, D. Fudenberg, *Nature* 428 (2004) 646.

    Examples
    --------
    >>> round(weak_selection_slope([[4, 1], [2, 3]], 10), 6)
    -0.316667
    """
    whole_size(size)
    payoffs = np.array(matrix, dtype=float)
    if payoffs.shape != (2, 2) or not np.isfinite(payoffs).all():
        raise ValueError(f"a payoff matrix {matrix!r}: give two rows of two finite numbers")
    (a, b), (c, d) = payoffs.tolist()
    return float(((a + 2 * b - c - 2 * d) * size - (2 * a + b + c - 4 * d)) / (6 * size))


def _two_strategies(ratio: Vector) -> Vector:
    """Log phi_k and log(1 - phi_k), shape (Z + 1, 2), from log T_+(k)/T_-(k) at k = 1..Z - 1."""
    terms = np.concatenate([[0.0], -np.cumsum(ratio, dtype=np.longdouble)])
    nothing = np.array([-np.inf], dtype=np.longdouble)
    taken = np.concatenate([nothing, np.logaddexp.accumulate(terms)])
    lost = np.concatenate([np.logaddexp.accumulate(terms[::-1])[::-1], nothing])
    most = terms.max()
    total = most + np.log(np.exp(terms - most).sum())
    logs = np.column_stack([taken - total, lost - total]).astype(float)
    logs[0, 1], logs[-1, 0] = 0.0, 0.0
    return np.asarray(np.minimum(logs, 0.0))


def must_fix(process: Process) -> None:
    """Raise a ValueError unless homogeneous populations stay so."""
    if process.mutation > 0:
        raise ValueError(
            f"with mutation = {process.mutation:g} no strategy takes over for good: give mutation=0, or ask for the "
            "stationary_law"
        )
    if not isinstance(process, OneByOne):
        return
    homogeneous = process.size * np.eye(len(process.strategies))
    left = np.isfinite(process.log_moves(homogeneous)).any(axis=(1, 2))
    if left.any():
        name = process.strategies[int(np.argmax(left))]
        raise ValueError(
            f"a population that all play {name} does not stay so, because agents may choose what nobody plays "
            f"({type(process).__name__}): nothing takes over for good; ask for the stationary_law"
        )


def _homogeneous(process: Process) -> Counts:
    """Places of the populations that all play one strategy, strategy by strategy."""
    return place_of(process.size * np.eye(len(process.strategies), dtype=np.int64))


def _index(process: Process, who: int | str) -> int:
    names = process.strategies
    if isinstance(who, str) and who in names:
        return names.index(who)
    if isinstance(who, int | np.integer) and not isinstance(who, bool) and 0 <= who < len(names):
        return int(who)
    raise ValueError(f"{who!r} is no strategy; there are {', '.join(names)} (indices 0..{len(names) - 1})")
