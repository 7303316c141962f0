r"""Processes of revision: one agent, drawn from all Z, may change its strategy.

With probability mu it mutates instead; otherwise an i-player switches to j with probability rho_ij(n):

    T_ij(n) = (n_i / Z) ((1 - mu) rho_ij(n) + mu K_ij).

=====================  ====================================================  ==================================
`PairwiseComparison`   q_j / (1 + exp(-w (pi_j - pi_i)))                     Fermi's function
`LocalUpdate`          q_j (1/2 + (w/2) (pi_j - pi_i) / bound)               linear
`ImitationProcess`     q_j w [pi_j - pi_i]+ / bound                          proportional
`LogitRevision`        exp(w F_j) / sum_k exp(w F_k)                         choice: needs no model
`ProtocolRevision`     rho_ij(F, x) / R of any `RevisionProtocol`            R = 1 where rates are probabilities
=====================  ====================================================  ==================================

The first three imitate: they draw a model, q_j = n_j / (Z - 1) from the others (`model="others"`) or n_j / Z from
all (`"everyone"`: one may draw oneself and keep one's strategy), and compare what both *earn* in the population
as it is, pi. The last two ask what each strategy *would pay* whoever revises: F is `encounters.facing` of the
other Z - 1 agents (of all Z with self-interaction), x that pool's shares; one's own alternatives are then compared
at the same company. For two strategies that is `finite.birth_death`.

References
----------
.. [1] A. Traulsen, M. A. Nowak, J. M. Pacheco, *Phys. Rev. E* 74 (2006) 011909 (Fermi's function).
.. [2] A. Traulsen, J. C. Claussen, C. Hauert, *Phys. Rev. Lett.* 95 (2005) 238701 (local update).
.. [3] K. H. Schlag, *J. Econ. Theory* 78 (1998) 130 (proportional imitation).
.. [4] L. E. Blume, *Games Econ. Behav.* 5 (1993) 387 (logit revision).
.. [5] W. H. Sandholm, *Population Games and Evolutionary Dynamics*, MIT Press, 2010, chapter 10.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import KW_ONLY, dataclass
from typing import ClassVar, Literal

import numpy as np
import numpy.typing as npt

from evolution.population_process import OneByOne, finite_payoffs, off_diagonal
from evolution.protocols import RevisionProtocol

__all__ = [
    "ImitationProcess",
    "LocalUpdate",
    "LogitRevision",
    "PairwiseComparison",
    "ProtocolRevision",
    "RevisionProcess",
]

Vector = npt.NDArray[np.float64]
EXCESS = 1e-12


@dataclass(frozen=True, eq=False, repr=False)
class RevisionProcess(OneByOne):
    """One agent at a time may revise; subclasses say with which probabilities it switches."""

    mutation_at: ClassVar[str] = "instead of revising: whoever may revise mutates"
    step: ClassVar[str] = "one agent may revise; Z steps give each one chance on average"

    @abstractmethod
    def log_switch(self, counts: npt.ArrayLike) -> Vector:
        """Log rho_ij(n), shape (..., s, s), where i is played and j is not i."""

    def log_moves(self, counts: npt.ArrayLike) -> Vector:
        """Log T_ij(n) = log n_i/Z + log((1 - mu) rho_ij + mu K_ij)."""
        n = self.states(counts)
        with np.errstate(divide="ignore"):
            focal = np.log(n) - np.log(self.size)
            faithful, mutant = np.log1p(-self.mutation), np.log(self.mutation * self.mutation_kernel)
        switch = mutant + np.zeros((*n.shape, n.shape[-1]))
        if self.mutation < 1:
            switch = np.logaddexp(faithful + np.where(n[..., None] > 0, self.log_switch(n), -np.inf), mutant)
        return off_diagonal(focal[..., None] + switch)

    def expected_change(self, counts: npt.ArrayLike) -> Vector:
        """Selection where nobody mutates, and mutation."""
        n = self.states(counts)
        mutated = self.mutation * (n @ self.mutation_kernel - n) / self.size
        if self.mutation == 1:
            return np.asarray(mutated)
        return np.asarray((1 - self.mutation) * self.selection(n) + mutated)


@dataclass(frozen=True, eq=False, repr=False)
class _Comparison(RevisionProcess):
    """Draw a model, compare earnings, and adopt its strategy with a probability of the gain."""

    _: KW_ONLY
    model: Literal["others", "everyone"] = "others"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.model not in ("others", "everyone"):
            raise ValueError(f"model = {self.model!r}: it is drawn from 'others' or 'everyone'")

    @property
    def compared_with(self) -> str:
        """Where models are drawn from."""
        return "a model drawn from the other Z - 1" if self.model == "others" else "a model drawn from all Z"

    def gains(self, counts: npt.ArrayLike) -> Vector:
        """pi_j - pi_i, shape (..., s, s); 0 where either is not played."""
        n, paid = self.states(counts), self.payoffs(counts)
        finite_payoffs(self, n, paid)
        return np.nan_to_num(paid[..., None, :] - paid[..., :, None])

    def log_switch(self, counts: npt.ArrayLike) -> Vector:
        """Log of the model's share plus log of the probability of adoption."""
        n = self.states(counts)
        with np.errstate(divide="ignore"):
            model = np.log(n) - np.log(self.size - (self.model == "others"))
        return off_diagonal(model[..., None, :] + self.log_adoption(self.gains(n)))

    @abstractmethod
    def log_adoption(self, gain: Vector) -> Vector:
        """Log probability of adopting the model's strategy, from the payoff gained by it."""


@dataclass(frozen=True, eq=False, repr=False)
class PairwiseComparison(_Comparison):
    """Fermi's rule: adopt with probability 1 / (1 + exp(-w (pi_model - pi_own))).

    Parameters
    ----------
    game, size, intensity, mutation, mutation_to, self_interaction
        As for `Process`; the intensity w is an inverse temperature in units of payoff, often called beta.
    model : "others" or "everyone"
        Where the model is drawn from.

    References
    ----------
    .. [1] A. Traulsen, M. A. Nowak, J. M. Pacheco, *Phys. Rev. E* 74 (2006) 011909.

    Examples
    --------
    >>> import numpy as np
    >>> np.exp(PairwiseComparison([[1, 2], [3, 1]], 4, intensity=0.0).log_moves([1, 3]))     # a drift
    array([[0.   , 0.125],
           [0.125, 0.   ]])
    """

    def log_adoption(self, gain: Vector) -> Vector:
        """-log(1 + exp(-w gain))."""
        return np.asarray(-np.logaddexp(0.0, -self.intensity * gain))

    def log_ratio(self, counts: npt.ArrayLike) -> Vector:
        """The gain, w (pi_j - pi_i)."""
        return np.asarray(self.intensity * self.gains(counts))


@dataclass(frozen=True, eq=False, repr=False)
class _Bounded(_Comparison):
    """Adoption linear in the gain, divided by a bound on gains."""

    _: KW_ONLY
    bound: float | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.intensity > 1:
            raise ValueError(f"intensity = {self.intensity}: adoption linear in the gain needs w in [0, 1]")
        object.__setattr__(self, "bound", resolved_bound(self.bound, self.encounters.spread))

    def relative(self, gain: Vector) -> Vector:
        """Gain / bound, checked to be a share.

        Raises
        ------
        ValueError
            If a payoff difference exceeds the bound.
        """
        share = gain / float(self.bound or 1.0)
        if (np.abs(share) > 1 + EXCESS).any():
            raise ValueError(
                f"the bound {self.bound:g} on payoff differences is too small: there is one of {np.abs(gain).max():g}"
            )
        return np.asarray(np.clip(share, -1, 1))


@dataclass(frozen=True, eq=False, repr=False)
class LocalUpdate(_Bounded):
    """Traulsen's local rule: adopt with probability 1/2 + (w/2) (pi_model - pi_own) / bound.

    Parameters
    ----------
    game, size, intensity, mutation, mutation_to, self_interaction
        As for `Process`; w in [0, 1].
    model : "others" or "everyone"
        Where the model is drawn from.
    bound : float, optional
        Largest payoff difference; the spread of the payoffs (largest minus smallest) if not given.

    References
    ----------
    .. [1] A. Traulsen, J. C. Claussen, C. Hauert, *Phys. Rev. Lett.* 95 (2005) 238701.

    Examples
    --------
    >>> import numpy as np
    >>> np.exp(LocalUpdate([3.0, 1.0], 4).log_switch([1, 3]))[1]         # one model in three, surely adopted
    array([0.33333333, 0.        ])
    """

    def log_adoption(self, gain: Vector) -> Vector:
        """Log(1 + w gain/bound) - log 2."""
        with np.errstate(divide="ignore"):
            return np.asarray(np.log1p(self.intensity * self.relative(gain)) - np.log(2.0))

    def log_ratio(self, counts: npt.ArrayLike) -> Vector:
        """2 artanh(w gain/bound)."""
        with np.errstate(divide="ignore"):
            return np.asarray(2 * np.arctanh(self.intensity * self.relative(self.gains(counts))))


@dataclass(frozen=True, eq=False, repr=False)
class ImitationProcess(_Bounded):
    """Proportional imitation: adopt with probability w [pi_model - pi_own]+ / bound; nobody imitates the worse.

    Parameters
    ----------
    game, size, intensity, mutation, mutation_to, self_interaction
        As for `Process`; w in [0, 1].
    model : "others" or "everyone"
        Where the model is drawn from.
    bound : float, optional
        Largest payoff difference; the spread of the payoffs (largest minus smallest) if not given.

    References
    ----------
    .. [1] K. H. Schlag, *J. Econ. Theory* 78 (1998) 130.

    Examples
    --------
    >>> import numpy as np
    >>> np.exp(ImitationProcess([3.0, 1.0], 4).log_moves([1, 3]))               # only towards the better
    array([[0.  , 0.  ],
           [0.25, 0.  ]])
    """

    def log_adoption(self, gain: Vector) -> Vector:
        """Log w + log [gain]+ - log bound."""
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(self.intensity) + np.log(np.maximum(self.relative(gain), 0.0)))


@dataclass(frozen=True, eq=False, repr=False)
class ProtocolRevision(RevisionProcess):
    """Revision by any protocol: rho_ij(F, x) / R at the payoffs F and shares x that whoever revises faces.

    Parameters
    ----------
    game, size, mutation, mutation_to, self_interaction
        As for `Process`.
    intensity : float
        Factor on payoffs.
    protocol : RevisionProtocol
        For instance `dynamics.protocol`.
    bound : float, optional
        R; 1 where the protocol's rates are probabilities. If not given, the protocol's own bound over the game's
        payoffs (exact where payoffs are averages of a table; elsewhere a first guess, checked at every state).

    References
    ----------
    .. [1] W. H. Sandholm, *Population Games and Evolutionary Dynamics*, MIT Press, 2010, chapter 10.

    Examples
    --------
    >>> import numpy as np
    >>> from evolution.protocols import LogitChoice
    >>> process = ProtocolRevision([[1, 0], [0, 1]], 3, protocol=LogitChoice(0.5))
    >>> print(np.exp(process.log_moves([3, 0]))[0, 1].round(6))          # 1 / (1 + e^2)
    0.119203
    """

    _: KW_ONLY
    protocol: RevisionProtocol
    bound: float | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.protocol, RevisionProtocol):
            raise TypeError(f"protocol must be a RevisionProtocol, not {type(self.protocol).__name__}")
        object.__setattr__(self, "bound", self._resolved())

    def _resolved(self) -> float:
        """R: 1 for probabilities; the bound given; or the largest at the corners, since it is convex in payoffs."""
        if self.protocol.bounded or self.bound is not None:
            return 1.0 if self.protocol.bounded else resolved_bound(self.bound, np.nan)
        corners = self.intensity * self.encounters.corners
        known = np.isfinite(corners).all()
        return resolved_bound(None, max(map(self.protocol.revision_bound, corners)) if known else np.nan)

    @property
    def compared_with(self) -> str:
        """Whose shares are looked at."""
        return "what every strategy would pay oneself among " + ("all Z" if self.self_interaction else "the others")

    def log_switch(self, counts: npt.ArrayLike) -> Vector:
        """Log rho_ij - log R."""
        n = self.states(counts)
        rates = np.full((*n.shape, n.shape[-1]), -np.inf)
        for i, own in enumerate(np.eye(n.shape[-1])):
            played = n[..., i] > 0
            pool = n[played] - (0.0 if self.self_interaction else own)
            payoffs = self.intensity * self.encounters.facing(pool, replaced=self.self_interaction)
            shares = pool / pool.sum(axis=-1, keepdims=True)
            rows = [
                self.protocol.log_rates(f, x)[i]
                for f, x in zip(payoffs.reshape(-1, n.shape[-1]), shares.reshape(-1, n.shape[-1]), strict=True)
            ]
            rates[played, i] = np.array(rows).reshape(payoffs.shape)
        return self._checked(off_diagonal(rates - np.log(float(self.bound or 1.0))), n)

    def _checked(self, switch: Vector, counts: Vector) -> Vector:
        """The same if rows are sub-probabilities; otherwise the bound was too small, or payoffs not finite."""
        total = np.exp(switch).sum(axis=-1)
        if (total <= 1 + EXCESS).all():
            return switch
        where = tuple(np.argwhere(~(total <= 1 + EXCESS))[0])
        state = counts[where[:-1]].astype(int).tolist()
        if np.isnan(total[where]):
            raise ValueError(f"payoffs are not finite at counts {state}; they must be defined there")
        raise ValueError(
            f"the bound {self.bound:g} on payoff differences is too small: at counts {state} agents who play "
            f"{self.strategies[where[-1]]} would switch with probability {total[where]:g}"
        )


@dataclass(frozen=True, eq=False, repr=False)
class LogitRevision(RevisionProcess):
    """Logit revision: choose j with probability exp(w F_j) / sum_k exp(w F_k), whatever one plays now.

    Parameters
    ----------
    game, size, intensity, mutation, mutation_to, self_interaction
        As for `Process`; w is the inverse of the temperature.

    References
    ----------
    .. [1] L. E. Blume, *Games Econ. Behav.* 5 (1993) 387.

    Examples
    --------
    >>> import numpy as np
    >>> print(np.exp(LogitRevision([[1, 0], [0, 1]], 3, intensity=2.0).log_moves([3, 0]))[0, 1].round(6))
    0.119203
    """

    @property
    def compared_with(self) -> str:
        """Whose shares are looked at."""
        return "what every strategy would pay oneself among " + ("all Z" if self.self_interaction else "the others")

    def log_switch(self, counts: npt.ArrayLike) -> Vector:
        """Log softmax of w F at the company that whoever revises faces."""
        n = self.states(counts)
        rates = np.full((*n.shape, n.shape[-1]), -np.inf)
        for i, own in enumerate(np.eye(n.shape[-1])):
            played = n[..., i] > 0
            pool = n[played] - (0.0 if self.self_interaction else own)
            utility = self.intensity * self.encounters.facing(pool, replaced=self.self_interaction)
            if not np.isfinite(utility).all():
                state = n[played][np.argwhere(~np.isfinite(utility))[0][0]].astype(int).tolist()
                raise ValueError(f"payoffs are not finite at counts {state}; choice needs those of all strategies")
            best = utility - utility.max(axis=-1, keepdims=True)
            rates[played, i] = best - np.log(np.exp(best).sum(axis=-1, keepdims=True))
        return rates


def resolved_bound(bound: float | None, spread: float) -> float:
    """The bound on payoff differences: given, or the spread of payoffs (1 where they are all the same).

    Raises
    ------
    ValueError
        If it is not a positive finite number, or none is given where the spread is unknown.
    """
    if bound is None:
        if not np.isfinite(spread):
            raise ValueError("no bound on payoff differences is known for this game: give a bound")
        return float(spread) or 1.0
    if not (isinstance(bound, int | float | np.number) and 0 < bound < np.inf):
        raise ValueError(f"bound = {bound} is not a positive finite number")
    return float(bound)
