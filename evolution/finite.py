"""Finite populations in the long run, exactly: stationary laws, and the chain of a revision protocol.

N agents; at each step one of them, drawn at random, may revise. With probability `mutation` it takes a
strategy at random (all of them, its own included); otherwise it switches from i to j with probability
rho_ij / R. If k agents play the first of two strategies, k moves by one with probabilities

    up(k)   = (N - k)/N ((1 - mu) rho_21/R + mu/2),      down(k) = k/N ((1 - mu) rho_12/R + mu/2).

Time. Each agent revises at rate R, so one unit of the mean dynamic's time is N R steps: R = 1 for choice, R
= a bound on payoff differences for imitation. Then x_i' = sum_j x_j rho_ji - x_i sum_j rho_ij is the mean
motion.

Self-interaction. `against="everyone"`: payoffs are those at the shares n/N, oneself included (Sandholm
2010, chapter 10); the mean motion is then the mean dynamic exactly. `against="others"`: whoever revises
looks at the shares among the other N - 1 in its role, and compares what every strategy would pay it there.
With two strategies and logit choice, this chain is reversible, and its stationary law is Gibbs's (Blume
1993),

    pi(k) = C(N, k) exp(Phi(k)/T) / Z,      Phi(k) = sum of F_1 - F_2 at j/(N - 1), j = 0, ..., k - 1.

That process is `ProtocolRevision`, one of several; `stationary_law` answers for all, with any number of
strategies: by detailed balance where single agents move between two strategies, by elimination without
subtractions (`gth`) elsewhere. All of it is done in logarithms: at low temperature the probabilities are far
below the smallest float.

References
----------
.. [1] W. H. Sandholm, *Population Games and Evolutionary Dynamics*, MIT Press, 2010, chapters 10 and 11.
.. [2] L. E. Blume, *Games Econ. Behav.* 5 (1993) 387.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Literal

import numpy as np
import numpy.typing as npt

from evolution.counts import all_counts
from evolution.dynamics import Dynamics
from evolution.population_process import Conventions, OneByOne, Process
from evolution.revision_processes import ProtocolRevision
from evolution.transition import Transitions, solvable_transitions

__all__ = ["BirthDeath", "StationaryLaw", "birth_death", "protocol_process", "revision_rate", "stationary_law"]

Vector = npt.NDArray[np.float64]
Against = Literal["everyone", "others"]


@dataclass(frozen=True, eq=False, slots=True)
class BirthDeath:
    """Chain of the number k = 0..N who play the first strategy; log probabilities of a step up and down.

    Parameters
    ----------
    log_up, log_down : array, shape (N + 1,)
        Logarithms of the transition probabilities from each k.
    rate : float
        R: one unit of the mean dynamic's time is N R steps.
    process : Process
        Whose chain it is.
    """

    log_up: Vector
    log_down: Vector
    rate: float
    process: Process

    @property
    def size(self) -> int:
        """N."""
        return len(self.log_up) - 1

    @property
    def matrix(self) -> Vector:
        """Transition matrix, shape (N + 1, N + 1), rows from, columns to."""
        up, down = np.exp(self.log_up), np.exp(self.log_down)
        matrix: Vector = np.diag(1 - up - down) + np.diag(up[:-1], 1) + np.diag(down[1:], -1)
        return matrix

    def stationary(self) -> StationaryLaw:
        """Stationary law, by detailed balance: pi(k + 1)/pi(k) = up(k)/down(k + 1)."""
        ratio = self.log_up[:-1], self.log_down[1:]
        if not (np.isfinite(ratio[0]).all() and np.isfinite(ratio[1]).all()):
            return _by_elimination(self.process)
        logs = np.concatenate([[0.0], np.cumsum(ratio[0] - ratio[1], dtype=np.longdouble)])
        logs -= logs.max()
        return StationaryLaw((logs - np.log(np.exp(logs).sum())).astype(float), self.process)


@dataclass(frozen=True, eq=False, slots=True)
class StationaryLaw:
    """Long-run probabilities of all states, as logarithms.

    Parameters
    ----------
    log_probability : array, shape (M,)
        In the order of `counts`; with two strategies, of k = 0..N agents playing the first.
    process : Process
        Whose law it is.
    """

    log_probability: Vector
    process: Process

    @property
    def probability(self) -> Vector:
        """Probabilities, shape (M,)."""
        law: Vector = np.exp(self.log_probability)
        return law

    @property
    def counts(self) -> npt.NDArray[np.int64]:
        """The states, shape (M, s)."""
        return all_counts(self.process.size, len(self.process.strategies))

    @property
    def shares(self) -> Vector:
        """Mean shares of the strategies, shape (s,)."""
        return np.asarray(self.probability @ self.counts / self.process.size)

    @property
    def mean(self) -> float:
        """Mean number of agents who play the first strategy."""
        return float(self.probability @ self.counts[:, 0])

    @property
    def variance(self) -> float:
        """Variance of that number."""
        return float(self.probability @ (self.counts[:, 0] - self.mean) ** 2)

    @property
    def conventions(self) -> Conventions:
        """What the process counts and compares."""
        return self.process.conventions


def stationary_law(
    process: Process | Dynamics,
    size: int | None = None,
    *,
    mutation: float = 0.0,
    against: Against = "everyone",
    bound: float | None = None,
) -> StationaryLaw:
    """Exact stationary law of a finite population.

    Parameters
    ----------
    process : Process or Dynamics
        A process, which says everything; or a dynamic, for the process of its revision protocol.
    size, mutation, against, bound
        Only with a dynamic: arguments as for `birth_death`; any number of strategies.

    Returns
    -------
    StationaryLaw

    Raises
    ------
    ValueError
        If the law is not unique (imitation without mutation is absorbed), or there are too many states (up to
        about 20 000 with three strategies; `gth` says what it costs).

    References
    ----------
    .. [1] W. K. Grassmann, M. I. Taksar, D. P. Heyman, *Oper. Res.* 33 (1985) 1107.

    Examples
    --------
    >>> from evolution import Logit, PairwiseComparison
    >>> curve = Logit([[-0.99, 0.99], [0, 0]], temperature=0.1)  # 100 agents; marginal price 0.51 + 0.02 k
    >>> law = stationary_law(curve, 100, against="others")
    >>> round(law.mean, 6), round(law.variance, 6)
    (50.0, 4.172443)
    >>> cyclic = PairwiseComparison([[1, 2.4, 0], [0, 1.2, 2], [2, 0, 1]], 10, mutation=0.05)
    >>> stationary_law(cyclic).shares.round(6)
    array([0.352529, 0.305045, 0.342425])
    """
    if isinstance(process, Dynamics):
        if size is None:
            raise ValueError("a dynamic does not say how many agents there are: give the size")
        process = protocol_process(process, size, mutation=mutation, against=against, bound=bound)
    elif (size, mutation, against, bound) != (None, 0.0, "everyone", None):
        raise ValueError(f"{type(process).__name__} has its own size, mutation and conventions: give them there")
    if isinstance(process, OneByOne) and len(process.strategies) == 2:
        return _chain(process).stationary()
    return _by_elimination(process)


def birth_death(
    dynamics: Dynamics | OneByOne,
    size: int | None = None,
    *,
    mutation: float = 0.0,
    against: Against = "everyone",
    bound: float | None = None,
) -> BirthDeath:
    """Exact transition probabilities of a process with one role and two strategies.

    Parameters
    ----------
    dynamics : Dynamics or OneByOne
        One role, two strategies; a process that changes one agent at a time needs no further arguments.
    size : int
        N >= 2.
    mutation : float
        Probability, in [0, 1], that whoever revises takes a strategy at random.
    against : "everyone" or "others"
        Whose shares the payoffs are taken at: n/N, or those of the other N - 1.
    bound : float, optional
        For imitation, a bound on payoff differences; the largest between strategies at pure states if not
        given.

    Returns
    -------
    BirthDeath

    Raises
    ------
    ValueError
        If there are not two strategies, a number is out of range, or payoff differences exceed the bound.

    Examples
    --------
    >>> from evolution import Replicator
    >>> chain = birth_death(Replicator([[0, 2], [1, 0]]), 2)
    >>> chain.matrix.tolist()
    [[1.0, 0.0, 0.0], [0.0, 0.9375, 0.0625], [0.0, 0.0, 1.0]]
    """
    if isinstance(dynamics, OneByOne):
        return _chain(dynamics)
    names = dynamics.strategies[dynamics.roles[0]]
    if len(dynamics.roles) != 1 or len(names) != 2:
        raise ValueError(
            f"the exact chain is for one role with two strategies, not for {', '.join(dynamics.roles)} with "
            f"{', '.join(names)}; use sample"
        )
    if size is None:
        raise ValueError("a dynamic does not say how many agents there are: give the size")
    return _chain(protocol_process(dynamics, size, mutation=mutation, against=against, bound=bound))


def protocol_process(
    dynamics: Dynamics,
    size: int,
    *,
    mutation: float = 0.0,
    against: Against = "everyone",
    bound: float | None = None,
) -> ProtocolRevision:
    """The finite process of a dynamic's revision protocol, mutants drawing from all strategies.

    Examples
    --------
    >>> from evolution import Replicator
    >>> protocol_process(Replicator([[0, 2], [1, 0]]), 10).conventions.mutation_to
    "any strategy, one's own included, with equal probabilities"
    """
    check_process(size, mutation, against)
    return ProtocolRevision(
        dynamics.game,
        size,
        mutation=mutation,
        mutation_to="all",
        self_interaction=against == "everyone",
        protocol=dynamics.protocol,
        bound=revision_rate(dynamics, bound),
    )


def revision_rate(dynamics: Dynamics, bound: float | None = None) -> float:
    """Revisions R per agent and unit of the mean dynamic's time, so that rho_ij / R are probabilities.

    Parameters
    ----------
    dynamics : Dynamics
        The rule.
    bound : float, optional
        Largest payoff difference between two strategies of a role. If not given, the largest at pure
        states, which is exact where payoffs are linear in each role's shares; elsewhere the processes
        refuse what exceeds it.

    Returns
    -------
    float
        1 for logit choice, the bound for imitation.

    Raises
    ------
    ValueError
        If the bound is not positive, or payoffs at pure states are not finite and no bound is given.

    Examples
    --------
    >>> from evolution import Replicator
    >>> revision_rate(Replicator([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]))
    2.0
    """
    if dynamics.protocol.bounded:
        return 1.0
    if bound is None:
        bound = _pure_bound(dynamics) or 1.0
        if not np.isfinite(bound):
            raise ValueError("payoffs at pure states are not finite: give a bound on payoff differences")
    if not 0 < bound < np.inf:
        raise ValueError(f"bound = {bound} is not a positive finite number")
    return float(bound)


def check_process(size: int, mutation: float, against: str) -> None:
    """Raise a ValueError for numbers that describe no process."""
    if not (isinstance(size, int | np.integer) and size >= 2):
        raise ValueError(f"a population of {size!r}: give a whole number of agents >= 2")
    if not 0 <= mutation <= 1:
        raise ValueError(f"mutation = {mutation} is no probability")
    if against not in ("everyone", "others"):
        raise ValueError(f"against = {against!r}: it is 'everyone' or 'others'")


def _chain(process: OneByOne) -> BirthDeath:
    if len(process.strategies) != 2:
        raise ValueError(f"a chain of births and deaths has two strategies, not {', '.join(process.strategies)}")
    moves = process.log_moves(all_counts(process.size, 2))
    rate = getattr(process, "bound", None) or 1.0
    return BirthDeath(moves[:, 1, 0], moves[:, 0, 1], float(rate), process)


def _by_elimination(process: Process) -> StationaryLaw:
    transitions = solvable_transitions(process)
    classes = transitions.closed_classes()
    if len(classes) > 1:
        raise ValueError(
            f"some states are never left, so the stationary law depends on the start: there are {len(classes)} such "
            f"classes, about counts {_examples(transitions, classes)}; give mutation > 0, or ask for the fixation_law"
        )
    return StationaryLaw(transitions.log_law(classes[0]), process)


def _examples(transitions: Transitions, classes: tuple[npt.NDArray[np.int64], ...]) -> str:
    named = [str(tuple(transitions.counts[places[0]].tolist())) for places in classes[:3]]
    return ", ".join(named) + (", ..." if len(classes) > 3 else "")


def _pure_bound(dynamics: Dynamics) -> float:
    largest = 0.0
    for pure in product(*(range(part.start, part.stop) for part in dynamics.parts)):
        state = np.zeros(dynamics.parts[-1].stop)
        state[list(pure)] = 1.0
        with np.errstate(all="ignore"):
            payoffs = dynamics.payoffs(state)
        if not np.isfinite(payoffs).all():
            return np.inf
        largest = max(largest, *(dynamics.protocol.revision_bound(payoffs[part]) for part in dynamics.parts))
    return largest
