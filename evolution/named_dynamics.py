"""Mean dynamics with names of their own, each of one revision protocol; `dynamics` holds the best known two.

    MaynardSmith       x_i' = x_i (F_i - x.F) / (x.F + c)                        relative imitation
    ReplicatorMutator  x_i' = sum_j x_j (F_j + c) Q_ji - x_i (x.F + c)           reproduction with mutation
    Imitation          x_i' = x_i (growth by the protocol given)                 any imitation
    ImitativeLogit     x_i' = x_i (exp(F_i/T) / sum_k x_k exp(F_k/T) - 1)        imitative logit choice
    BNN                x_i' = [F_i - x.F]+ - x_i sum_j [F_j - x.F]+              excess payoff comparison
    Smith              x_i' = sum_j (x_j [F_i - F_j]+ - x_i [F_j - F_i]+)        pairwise comparison
    BestResponse       x' in BR(x) - x                                           best response
    Projection         x' nearest to F(x) of all directions into the simplex     projection

The papers stand with the protocols, in `imitation_protocols`, `direct_protocols` and `mutation_protocols`.
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from functools import cached_property
from typing import Any

import numpy as np

from evolution.direct_protocols import (
    BestResponseChoice,
    ExcessPayoffComparison,
    ProjectionProtocol,
    SmithComparison,
)
from evolution.dynamics import Dynamics
from evolution.imitation_protocols import ImitativeLogitChoice, RelativeImitation
from evolution.mutation_protocols import Reproduction
from evolution.payoff import MultilinearField
from evolution.protocols import ProportionalImitation, RevisionProtocol

__all__ = ["BNN", "BestResponse", "BrownVonNeumannNash", "Imitation", "ImitativeLogit", "MaynardSmith"]
__all__ += ["Projection", "ReplicatorMutator", "Smith"]

TIE = 1e-12


@dataclass(frozen=True)
class MaynardSmith(Dynamics):
    """Maynard Smith's replicator, x_i' = x_i (F_i - x.F) / (x.F + c); a round of it is the discrete replicator.

    Parameters
    ----------
    game : array_like, NormalForm, Population or Design
        As for `Replicator`.
    background : float
        c, fitness besides the payoff; the mean fitness x.F + c must be positive in each role.
    mutation : float or array, optional
        Mutation at birth as in `ReplicatorMutator`; then x_i' = sum_j x_j (F_j + c) Q_ji / (x.F + c) - x_i.

    References
    ----------
    .. [1] J. Maynard Smith, *Evolution and the Theory of Games*, Cambridge, 1982, appendix D.

    Examples
    --------
    >>> MaynardSmith([[0, 4], [2, 2]]).velocity([0.75, 0.25])
    array([-0.15,  0.15])
    """

    _: KW_ONLY
    background: float = 0.0
    mutation: Any = None

    @cached_property
    def protocol(self) -> RevisionProtocol:
        """Imitation, or reproduction with mutation, relative to the mean fitness."""
        if self.mutation is None:
            return RelativeImitation(self.background)
        return Reproduction(self.mutation, self.background, relative=True)


@dataclass(frozen=True)
class ReplicatorMutator(Dynamics):
    """Replicator-mutator dynamic x_i' = sum_j x_j (F_j + c) Q_ji - x_i (x.F + c): mutation at birth.

    Parameters
    ----------
    game : array_like, NormalForm, Population or Design
        As for `Replicator`; payoffs plus c are birth rates, so they are best not negative.
    mutation : float or array, shape (n, n)
        q, the probability that an offspring is not of its parent's type but of any other one; or Q, with
        Q[j, i] the probability that an offspring of j is an i.
    background : float
        c.

    References
    ----------
    .. [1] K. M. Page and M. A. Nowak, *J. Theor. Biol.* 219 (2002) 93.
    .. [2] M. A. Nowak, N. L. Komarova and P. Niyogi, *Science* 291 (2001) 114.

    Examples
    --------
    >>> ReplicatorMutator([[1, 0], [0, 1]], mutation=0.25).velocity([1, 0])
    array([-0.25,  0.25])
    """

    _: KW_ONLY
    mutation: Any
    background: float = 0.0

    @cached_property
    def protocol(self) -> Reproduction:
        """Reproduction with mutation at birth."""
        return Reproduction(self.mutation, self.background)


@dataclass(frozen=True)
class Imitation(Dynamics):
    """Mean dynamic of an imitation: x_i' is x_i times a growth rate, and every face is kept.

    Parameters
    ----------
    game : array_like, NormalForm, Population or Design
        As for `Replicator`.
    protocol : RevisionProtocol
        One that keeps faces, see `imitation_protocols`; pairwise proportional imitation if not given.

    Examples
    --------
    >>> from evolution.imitation_protocols import FermiImitation
    >>> Imitation([[-0.5, 2], [0, 1]], protocol=FermiImitation(0.5)).velocity([1, 0])
    array([0., 0.])
    """

    _: KW_ONLY
    protocol: RevisionProtocol = ProportionalImitation()  # noqa: RUF009

    def __post_init__(self) -> None:
        if not (isinstance(self.protocol, RevisionProtocol) and self.protocol.keeps_faces):
            raise TypeError(f"{self.protocol!r} is no imitation: it brings in what nobody plays; use MeanDynamics")
        super().__post_init__()


@dataclass(frozen=True)
class ImitativeLogit(Dynamics):
    """Imitative logit (i-logit) dynamic x_i' = x_i exp(F_i/T) / sum_k x_k exp(F_k/T) - x_i.

    Parameters
    ----------
    game : array_like, NormalForm, Population or Design
        As for `Replicator`.
    temperature : float
        T > 0 in units of payoff.

    References
    ----------
    .. [1] J. W. Weibull, *Evolutionary Game Theory*, MIT Press, 1995, section 4.4.

    Examples
    --------
    >>> ImitativeLogit([[1, 0], [0, 1]], temperature=0.25).velocity([1, 0])
    array([0., 0.])
    """

    _: KW_ONLY
    temperature: float

    @cached_property
    def protocol(self) -> ImitativeLogitChoice:
        """Imitative logit choice at this temperature."""
        return ImitativeLogitChoice(self.temperature)


@dataclass(frozen=True)
class BrownVonNeumannNash(Dynamics):
    """Brown-von Neumann-Nash dynamic x_i' = [F_i - x.F]+ - x_i sum_j [F_j - x.F]+; `BNN` for short.

    Parameters
    ----------
    game : array_like, NormalForm, Population or Design
        As for `Replicator`.

    References
    ----------
    .. [1] G. W. Brown and J. von Neumann, *Ann. Math. Studies* 24 (1950) 73.

    Examples
    --------
    >>> BNN([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]).velocity([0.5, 0.25, 0.25])
    array([-0.125 ,  0.1875, -0.0625])
    """

    @property
    def protocol(self) -> ExcessPayoffComparison:
        """Comparison with the mean payoff."""
        return ExcessPayoffComparison()


BNN = BrownVonNeumannNash


@dataclass(frozen=True)
class Smith(Dynamics):
    """Smith's dynamic x_i' = sum_j x_j [F_i - F_j]+ - x_i sum_j [F_j - F_i]+.

    Parameters
    ----------
    game : array_like, NormalForm, Population or Design
        As for `Replicator`.

    References
    ----------
    .. [1] M. J. Smith, *Transportation Science* 18 (1984) 245.

    Examples
    --------
    >>> Smith([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]).velocity([0.5, 0.25, 0.25])
    array([-0.0625,  0.25  , -0.1875])
    """

    @property
    def protocol(self) -> SmithComparison:
        """Comparison of pairs of strategies."""
        return SmithComparison()


@dataclass(frozen=True)
class BestResponse(Dynamics):
    """Best-response dynamic x' in BR(x) - x, a differential inclusion.

    `velocity` is the selection in which best replies stay as they are and all else spreads evenly over them;
    `integrate` follows the inclusion's solutions exactly where payoffs are linear, see `best_response`.

    Parameters
    ----------
    game : array_like, NormalForm, Population or Design
        As for `Replicator`.
    tie : float, optional
        Payoffs within `tie` of the best are best; 1e-12 of the largest payoff (in size) at pure states if not
        given, because a mixed equilibrium in floats is none for exact comparison; 0 in an environment.

    References
    ----------
    .. [1] I. Gilboa and A. Matsui, *Econometrica* 59 (1991) 859.

    Examples
    --------
    >>> BestResponse([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]).velocity([0.5, 0.25, 0.25])
    array([-0.5 ,  0.75, -0.25])
    """

    _: KW_ONLY
    tie: float | None = None

    @cached_property
    def protocol(self) -> BestResponseChoice:
        """Best response, up to ties."""
        return BestResponseChoice(TIE * self._scale() if self.tie is None else self.tie)

    def _scale(self) -> float:
        if isinstance(self.game, MultilinearField):
            return max(float(np.abs(tensor).max()) for tensor in self.game.tensors)
        if self.environment.names:
            return 0.0
        even = np.concatenate([np.full(part.stop - part.start, 1 / (part.stop - part.start)) for part in self.parts])
        sizes: list[float] = []
        for part in self.parts:
            for vertex in np.eye(part.stop - part.start):
                state = even.copy()
                state[part] = vertex
                with np.errstate(all="ignore"):
                    sizes.extend(np.abs(self.payoffs(state)))
        return float(max((size for size in sizes if np.isfinite(size)), default=0.0))


@dataclass(frozen=True)
class Projection(Dynamics):
    """Projection dynamic: the point nearest to F(x) in the cone of directions that stay in the simplex.

    Parameters
    ----------
    game : array_like, NormalForm, Population or Design
        As for `Replicator`.

    References
    ----------
    .. [1] R. Lahkar and W. H. Sandholm, *Games Econ. Behav.* 64 (2008) 565.

    Examples
    --------
    >>> Projection([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]).velocity([0.5, 0.25, 0.25])
    array([ 0.  ,  0.25, -0.25])
    """

    @property
    def protocol(self) -> ProjectionProtocol:
        """Projection on the tangent cone."""
        return ProjectionProtocol()
