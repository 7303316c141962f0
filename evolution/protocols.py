"""Revision protocols: how one agent who may revise chooses, given payoffs and shares.

A protocol is a matrix of conditional switch rates rho_ij(F, x) >= 0: the rate at which an agent who plays
i and may revise moves to j, when strategies pay F and are played by shares x. Both faces of a dynamic come
from it (Sandholm 2010, sections 4.1 and 10.1):

* the mean dynamic      x_i' = sum_j x_j rho_ji - x_i sum_j rho_ij,
* the finite process    each agent's clock rings at rate R and it then switches with probability rho_ij / R.

    pairwise proportional imitation  rho_ij = x_j [F_j - F_i]+      x_i' = x_i (F_i - x.F)
    imitation of success             rho_ij = x_j (F_j - K)         the same
    imitation by dissatisfaction     rho_ij = x_j (K - F_i)         the same
    relative imitation               rho_ij = x_j [F_j - F_i]+/x.F  x_i' = x_i (F_i - x.F)/x.F
    Fermi imitation                  rho_ij = x_j s((F_j - F_i)/T)  x_i' = x_i sum_j x_j tanh((F_i - F_j)/2T)
    imitative logit                  rho_ij = x_j w_j/x.w           x_i' = x_i (w_i/x.w - 1),  w = exp(F/T)
    logit choice                     rho_ij = L_j(F/T)              x_i' = L_i(F/T) - x_i
    best response                    to the best, if not there      x_i' = B_i(F, x) - x_i
    excess payoff                    rho_ij = [F_j - x.F]+          x_i' = [F_i - x.F]+ - x_i sum_j [F_j - x.F]+
    pairwise comparison              rho_ij = [F_j - F_i]+          x_i' = sum_j (x_j [F_i - F_j]+ - x_i [F_j - F_i]+)
    projection                       rho_ij = [F_j - F_i]+/(n x_i)  x_i' = F_i - mean F        (inside)
    reproduction with mutation       rho_ij = sum_k x_k F_k Q_kj    x_i' = sum_j x_j F_j Q_ji - x_i x.F

with s(u) = 1/(1 + exp(-u)) and L the softmax, L_j(u) = exp(u_j) / sum_k exp(u_k). Here are the interface and the
two best known; `imitation_protocols`, `direct_protocols` and `mutation_protocols` hold the others, and sums of them.
Rates are given as logarithms too, because stationary laws are ratios of rates far below the smallest float. `flow` is
the closed form of the right-hand column; the tests hold it to the balance of the rates.

References
----------
.. [1] W. H. Sandholm, *Population Games and Evolutionary Dynamics*, MIT Press, 2010.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from evolution.protocol_rows import Row, imitation_row, logit_row

__all__ = ["ImitativeProtocol", "LogitChoice", "ProportionalImitation", "RevisionProtocol", "Stationary"]

Vector = npt.NDArray[np.float64]
Stationary = Literal["nash", "restricted", "perturbed"]

HOT = "this protocol needs T > 0 in units of payoff (small T: nearly the best)"


class RevisionProtocol(ABC):
    """What a revising agent does; `payoffs` and `shares` are vectors over the strategies of its role."""

    __slots__ = ()

    @property
    @abstractmethod
    def keeps_faces(self) -> bool:
        """Whether nobody switches to a strategy that nobody plays: then `growth` exists."""

    @property
    @abstractmethod
    def bounded(self) -> bool:
        """Whether rates are probabilities; if not, a finite process divides them by an R >= every row's sum."""

    @property
    @abstractmethod
    def stationary(self) -> Stationary:
        """Rest points: the Nash equilibria, those of every face ("restricted"), or neither ("perturbed")."""

    @property
    @abstractmethod
    def row(self) -> Row:
        """The rates of one agent as a function that Numba compiles, see `protocol_rows`."""

    @property
    def parameter(self) -> float:
        """The one number that `row` needs, 0 if none."""
        return 0.0

    @property
    def by_differences(self) -> bool:
        """Whether a constant on all payoffs leaves the mean velocity as it is."""
        return True

    @property
    def jumps(self) -> bool:
        """Whether the velocity jumps where two strategies pay the same."""
        return False

    @property
    def rarest(self) -> float:
        """The smallest positive mutation rate, 1 if there is none: how small shares that matter can be."""
        return 1.0

    @property
    def size(self) -> int | None:
        """How many strategies it is made for; None: any number."""
        return None

    @abstractmethod
    def flow(self, payoffs: Vector, shares: Vector) -> Vector:
        """Mean velocity x' of the shares."""

    def growth(self, payoffs: Vector, shares: Vector) -> Vector:
        """Growth rates x_i'/x_i, also where x_i has become too small to show.

        Raises
        ------
        TypeError
            If the protocol brings in strategies that nobody plays.
        """
        raise TypeError(f"{type(self).__name__} brings in strategies that nobody plays: their growth rate is infinite")

    def revision_bound(self, payoffs: Vector) -> float:
        """R: largest sum of a row over all shares while strategies pay `payoffs`; convex in them."""
        if self.bounded:
            return 1.0
        raise TypeError(f"rates of {type(self).__name__} have no bound for all shares; give one")

    def objection(self, payoffs: Vector, shares: Vector) -> str:
        """Why the protocol is not defined here, in words; empty where it is."""
        return ""

    @abstractmethod
    def log_rates(self, payoffs: Vector, shares: Vector) -> Vector:
        """Logarithm of the switch rates, shape (n, n), minus infinity where a switch cannot happen."""

    def rates(self, payoffs: Vector, shares: Vector) -> Vector:
        """Conditional switch rates rho_ij, shape (n, n); the diagonal (no switch) has no effect."""
        with np.errstate(over="ignore"):
            rates: Vector = np.exp(self.log_rates(payoffs, shares))
        return rates


class ImitativeProtocol(RevisionProtocol):
    """Agents copy agents: a share of zero stays zero, and the velocity is x_i times the growth rate."""

    __slots__ = ()

    keeps_faces = True
    stationary = "restricted"

    @abstractmethod
    def growth(self, payoffs: Vector, shares: Vector) -> Vector:
        """Growth rates x_i'/x_i; strategies nobody plays have no influence on the others'."""

    def flow(self, payoffs: Vector, shares: Vector) -> Vector:
        """Mean velocity x_i times its growth rate."""
        velocity: Vector = np.zeros_like(shares)
        np.multiply(shares, self.growth(payoffs, shares), out=velocity, where=shares > 0)
        return velocity


@dataclass(frozen=True, slots=True)
class ProportionalImitation(ImitativeProtocol):
    """Meet a random agent of the own role; imitate in proportion to the payoff excess.

    Examples
    --------
    >>> import numpy as np
    >>> ProportionalImitation().rates(np.array([1.0, 3.0]), np.array([0.75, 0.25]))
    array([[0. , 0.5],
           [0. , 0. ]])
    """

    bounded = False

    @property
    def row(self) -> Row:
        """Rates x_j [F_j - F_i]+."""
        return imitation_row

    def growth(self, payoffs: Vector, shares: Vector) -> Vector:
        """Growth rates x_i'/x_i = F_i - x.F: the replicator's."""
        return above_mean(payoffs, shares)

    def revision_bound(self, payoffs: Vector) -> float:
        """Largest payoff difference."""
        return float(np.ptp(payoffs))

    def log_rates(self, payoffs: Vector, shares: Vector) -> Vector:
        """Log x_j + log [F_j - F_i]+."""
        return log_copying(log_gains(payoffs), shares)


def above_mean(payoffs: Vector, shares: Vector) -> Vector:
    """Payoffs less their mean, F_i - x.F; strategies nobody plays take no part in the mean.

    Payoffs are taken relative to the most played strategy's, so that neither a constant in all of them nor the
    nearness of a vertex costs digits.
    """
    lead: Vector = payoffs - payoffs[shares.argmax()]
    if shares.min() > 0:
        return np.asarray(lead - shares @ lead)
    played = shares > 0
    return np.asarray(lead - shares[played] @ lead[played])


def log_gains(payoffs: Vector) -> Vector:
    """Log [F_j - F_i]+ in row i and column j."""
    with np.errstate(divide="ignore", invalid="ignore"):
        gains: Vector = np.log(np.maximum(payoffs - payoffs[:, None], 0.0))
    return gains


def log_copying(log_will: Vector, shares: Vector) -> Vector:
    """Log rates of copying whom one meets: log x_j + log_will, minus infinity where nobody plays j."""
    with np.errstate(divide="ignore", invalid="ignore"):
        rates: Vector = np.where(shares > 0, np.log(shares) + log_will, -np.inf)
    return rates


def positive(name: str, value: object, why: str) -> None:
    """Raise a ValueError unless `value` is a positive finite number."""
    if not (isinstance(value, int | float | np.number) and 0 < value < math.inf):
        raise ValueError(f"{name} = {value!r} is not a positive finite number; {why}")


@dataclass(frozen=True, slots=True)
class LogitChoice(RevisionProtocol):
    """Choose j with probability proportional to exp(F_j / T), whatever one plays now.

    Parameters
    ----------
    temperature : float
        T > 0, in units of payoff. As T -> 0 choices become best responses, ties shared equally.

    Examples
    --------
    >>> import numpy as np
    >>> LogitChoice(0.5).choice(np.array([1.0, 1.0]))
    array([0.5, 0.5])
    """

    temperature: float

    keeps_faces = False
    bounded = True
    stationary = "perturbed"

    def __post_init__(self) -> None:
        positive("temperature", self.temperature, HOT)

    @property
    def row(self) -> Row:
        """Probabilities L_j(F / T)."""
        return logit_row

    @property
    def parameter(self) -> float:
        """T."""
        return float(self.temperature)

    def log_choice(self, payoffs: Vector) -> Vector:
        """Log probabilities of the choices: F_j / T - log sum_k exp(F_k / T), safe for every T > 0."""
        with np.errstate(over="ignore"):
            utility = (payoffs - payoffs.max()) / self.temperature
        chosen: Vector = utility - np.log(np.exp(utility).sum())
        return chosen

    def choice(self, payoffs: Vector) -> Vector:
        """Choice probabilities L(F / T)."""
        with np.errstate(over="ignore"):
            weight = np.exp((payoffs - payoffs.max()) / self.temperature)
        chosen: Vector = weight / weight.sum()
        return chosen

    def flow(self, payoffs: Vector, shares: Vector) -> Vector:
        """Mean velocity L(F / T) - x."""
        velocity: Vector = self.choice(payoffs) - shares
        return velocity

    def log_rates(self, payoffs: Vector, shares: Vector) -> Vector:
        """Log L_j(F / T), the same from every i."""
        return np.tile(self.log_choice(payoffs), (len(shares), 1))
