"""Imitation: whoever revises meets an agent j of its role with probability x_j and copies it, or not.

All keep faces. Success and dissatisfaction give the replicator, as pairwise proportional imitation does; relative
imitation is Maynard Smith's replicator; Fermi's and imitative logit's rates are probabilities whatever is paid.

References
----------
.. [1] W. H. Sandholm, *Population Games and Evolutionary Dynamics*, MIT Press, 2010, section 5.4.
.. [2] J. Bjornerstedt and J. W. Weibull, in *The Rational Foundations of Economic Behaviour*, 1996.
.. [3] J. Maynard Smith, *Evolution and the Theory of Games*, Cambridge, 1982, appendix D.
.. [4] A. Traulsen, M. A. Nowak and J. M. Pacheco, *Phys. Rev. E* 74 (2006) 011909.
.. [5] J. W. Weibull, *Evolutionary Game Theory*, MIT Press, 1995, section 4.4.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evolution.protocol_rows import (
    Row,
    dissatisfaction_row,
    fermi_row,
    imitative_logit_row,
    relative_row,
    success_row,
)
from evolution.protocols import HOT, ImitativeProtocol, above_mean, log_copying, log_gains, positive

__all__ = ["FermiImitation", "ImitationByDissatisfaction", "ImitationOfSuccess", "ImitativeLogitChoice"]
__all__ += ["RelativeImitation"]

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ImitationOfSuccess(ImitativeProtocol):
    """Copy whom one meets at the rate F_j - K, whatever one earns oneself: the replicator.

    Parameters
    ----------
    floor : float
        K, at most every payoff of a strategy that is played.

    Examples
    --------
    >>> import numpy as np
    >>> ImitationOfSuccess(0).rates(np.array([1.0, 3.0]), np.array([0.75, 0.25]))
    array([[0.75, 0.75],
           [0.75, 0.75]])
    """

    floor: float

    bounded = False

    def __post_init__(self) -> None:
        _finite("floor", self.floor)

    @property
    def row(self) -> Row:
        """Rates x_j (F_j - K)."""
        return success_row

    @property
    def parameter(self) -> float:
        """K."""
        return float(self.floor)

    def growth(self, payoffs: Vector, shares: Vector) -> Vector:
        """Growth rates F_i - x.F."""
        return above_mean(payoffs, shares)

    def revision_bound(self, payoffs: Vector) -> float:
        """The highest payoff less K."""
        return float(payoffs.max() - self.floor)

    def objection(self, payoffs: Vector, shares: Vector) -> str:
        """A payoff under K."""
        least = payoffs[shares > 0].min()
        if least >= self.floor:
            return ""
        return f"a payoff of {least:g} is less than floor = {self.floor:g}, and rates are not negative; lower it"

    def log_rates(self, payoffs: Vector, shares: Vector) -> Vector:
        """Log x_j + log (F_j - K)."""
        _heed(self.objection(payoffs, shares))
        with np.errstate(divide="ignore", invalid="ignore"):
            will = np.log(payoffs - self.floor)
        return np.tile(log_copying(will, shares), (len(shares), 1))


@dataclass(frozen=True, slots=True)
class ImitationByDissatisfaction(ImitativeProtocol):
    """Copy whom one meets at the rate K - F_i, whatever the other earns: the replicator.

    Parameters
    ----------
    aspiration : float
        K, at least every payoff of a strategy that is played.

    Examples
    --------
    >>> import numpy as np
    >>> ImitationByDissatisfaction(3).rates(np.array([1.0, 3.0]), np.array([0.75, 0.25]))
    array([[1.5, 0.5],
           [0. , 0. ]])
    """

    aspiration: float

    bounded = False

    def __post_init__(self) -> None:
        _finite("aspiration", self.aspiration)

    @property
    def row(self) -> Row:
        """Rates x_j (K - F_i)."""
        return dissatisfaction_row

    @property
    def parameter(self) -> float:
        """K."""
        return float(self.aspiration)

    def growth(self, payoffs: Vector, shares: Vector) -> Vector:
        """Growth rates F_i - x.F."""
        return above_mean(payoffs, shares)

    def revision_bound(self, payoffs: Vector) -> float:
        """K less the lowest payoff."""
        return float(self.aspiration - payoffs.min())

    def objection(self, payoffs: Vector, shares: Vector) -> str:
        """A payoff over K."""
        most = payoffs[shares > 0].max()
        if most <= self.aspiration:
            return ""
        return (
            f"a payoff of {most:g} is more than aspiration = {self.aspiration:g}, and rates are not negative; raise it"
        )

    def log_rates(self, payoffs: Vector, shares: Vector) -> Vector:
        """Log x_j + log (K - F_i); nobody is there to leave what nobody plays."""
        _heed(self.objection(payoffs, shares))
        with np.errstate(divide="ignore"):
            will = np.log(np.maximum(self.aspiration - payoffs, 0.0))
        return log_copying(np.tile(will[:, None], len(shares)), shares)


@dataclass(frozen=True, slots=True)
class FermiImitation(ImitativeProtocol):
    """Copy whom one meets with probability 1/(1 + exp(-(F_j - F_i)/T)), so sometimes who earns less.

    Parameters
    ----------
    temperature : float
        T > 0, in units of payoff; its inverse is the intensity of selection.

    Examples
    --------
    >>> import numpy as np
    >>> FermiImitation(2.0).flow(np.array([0.0, 2 * np.log(3)]), np.array([0.5, 0.5]))
    array([-0.125,  0.125])
    """

    temperature: float

    bounded = True

    def __post_init__(self) -> None:
        positive("temperature", self.temperature, HOT)

    @property
    def row(self) -> Row:
        """Probabilities x_j / (1 + exp(-(F_j - F_i)/T))."""
        return fermi_row

    @property
    def parameter(self) -> float:
        """T."""
        return float(self.temperature)

    def growth(self, payoffs: Vector, shares: Vector) -> Vector:
        """Growth rates sum_j x_j tanh((F_i - F_j)/(2 T))."""
        played = shares > 0
        with np.errstate(over="ignore", invalid="ignore"):
            lead = np.tanh((payoffs[:, None] - payoffs[played]) / 2 / self.temperature)
        return np.asarray(lead @ shares[played])

    def log_rates(self, payoffs: Vector, shares: Vector) -> Vector:
        """Log x_j - log(1 + exp((F_i - F_j)/T))."""
        with np.errstate(over="ignore", invalid="ignore"):
            loss = (payoffs[:, None] - payoffs) / self.temperature
        return log_copying(-np.logaddexp(0.0, loss), shares)


@dataclass(frozen=True, slots=True)
class ImitativeLogitChoice(ImitativeProtocol):
    """Copy with probability proportional to x_j exp(F_j/T): logit among what is seen (i-logit).

    Parameters
    ----------
    temperature : float
        T > 0, in units of payoff.

    Examples
    --------
    >>> import numpy as np
    >>> ImitativeLogitChoice(1.0).flow(np.array([0.0, np.log(3)]), np.array([0.5, 0.5]))
    array([-0.25,  0.25])
    """

    temperature: float

    bounded = True

    def __post_init__(self) -> None:
        positive("temperature", self.temperature, HOT)

    @property
    def row(self) -> Row:
        """Probabilities x_j exp(F_j/T) / sum_k x_k exp(F_k/T)."""
        return imitative_logit_row

    @property
    def parameter(self) -> float:
        """T."""
        return float(self.temperature)

    def _log_weights(self, payoffs: Vector, shares: Vector) -> Vector:
        """F_i/T - log sum_k x_k exp(F_k/T)."""
        played = shares > 0
        with np.errstate(over="ignore", invalid="ignore"):
            utility: Vector = (payoffs - payoffs[played].max()) / self.temperature
        terms = np.log(shares[played]) + utility[played]
        highest = terms.max()
        return np.asarray(utility - highest - np.log(np.exp(terms - highest).sum()))

    def growth(self, payoffs: Vector, shares: Vector) -> Vector:
        """Growth rates exp(F_i/T) / sum_k x_k exp(F_k/T) - 1."""
        with np.errstate(over="ignore"):
            return np.asarray(np.expm1(self._log_weights(payoffs, shares)))

    def log_rates(self, payoffs: Vector, shares: Vector) -> Vector:
        """Log x_j + F_j/T - log sum_k x_k exp(F_k/T), the same from every i."""
        return np.tile(log_copying(self._log_weights(payoffs, shares), shares), (len(shares), 1))


@dataclass(frozen=True, slots=True)
class RelativeImitation(ImitativeProtocol):
    """Proportional imitation by payoffs relative to their mean: Maynard Smith's replicator.

    Where no fitness F_i + c is negative its rates are probabilities, and a round in which everybody revises
    is the discrete replicator x_i (F_i + c)/(x.F + c).

    Parameters
    ----------
    background : float
        c, the fitness that everybody has besides the payoff; the mean x.F + c must be positive.

    Examples
    --------
    >>> import numpy as np
    >>> RelativeImitation(1.0).flow(np.array([0.0, 2.0]), np.array([0.5, 0.5]))
    array([-0.25,  0.25])
    """

    background: float = 0.0

    bounded = True
    by_differences = False

    def __post_init__(self) -> None:
        _finite("background", self.background)

    @property
    def row(self) -> Row:
        """Rates x_j [F_j - F_i]+ / (x.F + c)."""
        return relative_row

    @property
    def parameter(self) -> float:
        """Background fitness c."""
        return float(self.background)

    def _mean(self, payoffs: Vector, shares: Vector) -> float:
        played = shares > 0
        return float(shares[played] @ payoffs[played] + self.background)

    def objection(self, payoffs: Vector, shares: Vector) -> str:
        """A mean fitness that is not positive."""
        mean = self._mean(payoffs, shares)
        return "" if mean > 0 else without_fitness(mean)

    def growth(self, payoffs: Vector, shares: Vector) -> Vector:
        """Growth rates (F_i - x.F)/(x.F + c); not a number where the mean fitness is not positive."""
        mean = self._mean(payoffs, shares)
        return above_mean(payoffs, shares) / (mean if mean > 0 else np.nan)

    def log_rates(self, payoffs: Vector, shares: Vector) -> Vector:
        """Log x_j + log [F_j - F_i]+ - log (x.F + c)."""
        _heed(self.objection(payoffs, shares))
        return log_copying(log_gains(payoffs) - np.log(self._mean(payoffs, shares)), shares)


def without_fitness(mean: float) -> str:
    """What is wrong with a mean fitness that is not positive, and what to do."""
    return (
        f"the mean fitness (payoff and background) is {mean:g}, and payoffs count relative to it, so it must be "
        "positive; add a background fitness"
    )


def _finite(name: str, value: object) -> None:
    if not (isinstance(value, int | float | np.number) and np.isfinite(value)):
        raise ValueError(f"{name} = {value!r} is not a finite number")


def _heed(objection: str) -> None:
    if objection:
        raise ValueError(objection)
