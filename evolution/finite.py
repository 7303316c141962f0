"""Finite populations, exactly: the birth-death chain of a revision protocol with two strategies.

N agents; at each step one of them, drawn at random, may revise. With probability `mutation` it takes a
strategy at random (all of them, its own included); otherwise it switches from i to j with probability
rho_ij / R. If k agents play the first strategy, k moves by one with probabilities

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

All of it is done in logarithms: at low temperature the probabilities are far below the smallest float.

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

from evolution.dynamics import Dynamics

__all__ = ["BirthDeath", "StationaryLaw", "birth_death", "revision_rate", "stationary_law"]

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
    """

    log_up: Vector
    log_down: Vector
    rate: float

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
            raise ValueError(
                "some states are never left, so the stationary law depends on the start; give mutation > 0"
            )
        logs = np.concatenate([[0.0], np.cumsum(ratio[0] - ratio[1])])
        logs -= logs.max()
        return StationaryLaw(logs - np.log(np.exp(logs).sum()))


@dataclass(frozen=True, eq=False, slots=True)
class StationaryLaw:
    """Long-run probabilities of k = 0..N agents playing the first strategy, as logarithms."""

    log_probability: Vector

    @property
    def probability(self) -> Vector:
        """Probabilities, shape (N + 1,)."""
        law: Vector = np.exp(self.log_probability)
        return law

    @property
    def mean(self) -> float:
        """Mean of k."""
        return float(self.probability @ np.arange(len(self.log_probability)))

    @property
    def variance(self) -> float:
        """Variance of k."""
        return float(self.probability @ (np.arange(len(self.log_probability)) - self.mean) ** 2)


def stationary_law(
    dynamics: Dynamics,
    size: int,
    *,
    mutation: float = 0.0,
    against: Against = "everyone",
    bound: float | None = None,
) -> StationaryLaw:
    """Exact stationary law of the two-strategy process; arguments as for `birth_death`.

    Raises
    ------
    ValueError
        If the law is not unique: imitation without mutation is absorbed.

    Examples
    --------
    >>> from evolution import Logit
    >>> curve = Logit([[-0.99, 0.99], [0, 0]], temperature=0.1)  # 100 agents; marginal price 0.51 + 0.02 k
    >>> law = stationary_law(curve, 100, against="others")
    >>> round(law.mean, 6), round(law.variance, 6)
    (50.0, 4.172443)
    """
    return birth_death(dynamics, size, mutation=mutation, against=against, bound=bound).stationary()


def birth_death(
    dynamics: Dynamics,
    size: int,
    *,
    mutation: float = 0.0,
    against: Against = "everyone",
    bound: float | None = None,
) -> BirthDeath:
    """Exact transition probabilities of the process with one role and two strategies.

    Parameters
    ----------
    dynamics : Dynamics
        One role, two strategies.
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
    names = dynamics.strategies[dynamics.roles[0]]
    if len(dynamics.roles) != 1 or len(names) != 2:
        raise ValueError(
            f"the exact chain is for one role with two strategies, not for {', '.join(dynamics.roles)} with "
            f"{', '.join(names)}; use sample"
        )
    check_process(size, mutation, against)
    rate = revision_rate(dynamics, bound)
    k = np.arange(size + 1.0)
    with np.errstate(divide="ignore"):
        mutant = np.log(mutation / 2)
        faithful = np.log1p(-mutation)
        log_up, log_down = np.log(size - k) - np.log(size), np.log(k) - np.log(size)
    for state in range(size + 1):
        for own, log_step in ((1, log_up), (0, log_down)):
            if np.isfinite(log_step[state]):
                switch = _log_switch(dynamics, state, size, own, against) - np.log(rate)
                if switch > 1e-12:
                    raise ValueError(
                        f"the bound {rate:g} on payoff differences is too small: when {state} of {size} play "
                        f"{names[0]}, agents would switch with probability {np.exp(switch):g}"
                    )
                log_step[state] += np.logaddexp(faithful + switch, mutant)
    return BirthDeath(log_up, log_down, rate)


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


def _log_switch(dynamics: Dynamics, state: int, size: int, own: int, against: Against) -> float:
    """Log rho from strategy `own` to the other one when `state` of `size` agents play the first."""
    counts = np.array([state, size - state], dtype=float)
    if against == "others":
        counts[own] -= 1
    shares = counts / counts.sum()
    return float(dynamics.protocol.log_rates(dynamics.payoffs(shares), shares)[own, 1 - own])


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
