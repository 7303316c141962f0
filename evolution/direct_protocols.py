"""Direct protocols: agents know the payoffs of all strategies, played or not, and move to better ones.

The mean dynamics rest at the Nash equilibria and nowhere else (of the restricted game nobody is stuck in a face).

Best response. Its mean dynamic is the differential inclusion x' in BR(x) - x. The selection here: whoever plays a
best reply stays, all others spread evenly over the best replies; so the velocity is one of the inclusion's
everywhere and vanishes exactly at the Nash equilibria. `best_response` follows the inclusion's solutions exactly.

Projection. v is the point nearest to F in the cone of the directions that stay in the simplex: with S = all that
is played and, best first, those unplayed that earn more than the mean over S,

    v_i = F_i - mean_S F   on S,       v_i = 0 elsewhere.

Inside (and on a face without entrants) it is the mean of comparison in pairs at rates [F_j - F_i]+ / (|S| x_i);
where a strategy nobody plays comes in, the losers' shares go to the gainers in proportion, at rates
[-v_i]+ [v_j]+ / (x_i sum_k [v_k]+). Rates grow like 1/x_i, so they have no bound.

References
----------
.. [1] W. H. Sandholm, *Population Games and Evolutionary Dynamics*, MIT Press, 2010, sections 5.5, 5.6, 6.1, 6.3.
.. [2] G. W. Brown and J. von Neumann, *Ann. Math. Studies* 24 (1950) 73.
.. [3] M. J. Smith, *Transportation Science* 18 (1984) 245.
.. [4] I. Gilboa and A. Matsui, *Econometrica* 59 (1991) 859.
.. [5] R. Lahkar and W. H. Sandholm, *Games Econ. Behav.* 64 (2008) 565.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evolution.protocol_rows import Row, best_row, comparison_row, excess_row, projection_row
from evolution.protocols import RevisionProtocol, above_mean, log_gains

__all__ = ["BestResponseChoice", "ExcessPayoffComparison", "ProjectionProtocol", "SmithComparison"]

Vector = npt.NDArray[np.float64]


class DirectProtocol(RevisionProtocol):
    """Agents evaluate strategies, not agents; rest points are the Nash equilibria."""

    __slots__ = ()

    keeps_faces = False
    stationary = "nash"


@dataclass(frozen=True, slots=True)
class ExcessPayoffComparison(DirectProtocol):
    """Move to j at the rate of its payoff over the mean: Brown and von Neumann's and Nash's dynamic.

    Examples
    --------
    >>> import numpy as np
    >>> ExcessPayoffComparison().flow(np.array([0.0, 1.0]), np.array([0.5, 0.5]))
    array([-0.25,  0.25])
    """

    bounded = False

    @property
    def row(self) -> Row:
        """Rates [F_j - x.F]+."""
        return excess_row

    def revision_bound(self, payoffs: Vector) -> float:
        """All that payoffs can exceed the mean by: sum_j (F_j - min F)."""
        return float((payoffs - payoffs.min()).sum())

    def flow(self, payoffs: Vector, shares: Vector) -> Vector:
        """Mean velocity [F_i - x.F]+ - x_i sum_j [F_j - x.F]+."""
        excess = np.maximum(above_mean(payoffs, shares), 0.0)
        velocity: Vector = excess - shares * excess.sum()
        return velocity

    def log_rates(self, payoffs: Vector, shares: Vector) -> Vector:
        """Log [F_j - x.F]+, the same from every i."""
        with np.errstate(divide="ignore"):
            excess = np.log(np.maximum(above_mean(payoffs, shares), 0.0))
        return np.tile(excess, (len(shares), 1))


@dataclass(frozen=True, slots=True)
class SmithComparison(DirectProtocol):
    """Move to j at the rate of its payoff over one's own: Smith's dynamic.

    Examples
    --------
    >>> import numpy as np
    >>> SmithComparison().flow(np.array([0.0, 1.0]), np.array([0.5, 0.5]))
    array([-0.5,  0.5])
    """

    bounded = False

    @property
    def row(self) -> Row:
        """Rates [F_j - F_i]+."""
        return comparison_row

    def revision_bound(self, payoffs: Vector) -> float:
        """What the worst off could gain in all: sum_j (F_j - min F)."""
        return float((payoffs - payoffs.min()).sum())

    def flow(self, payoffs: Vector, shares: Vector) -> Vector:
        """Mean velocity sum_j x_j [F_i - F_j]+ - x_i sum_j [F_j - F_i]+."""
        gains = np.maximum(payoffs - payoffs[:, None], 0.0)
        velocity: Vector = shares @ gains - shares * gains.sum(axis=1)
        return velocity

    def log_rates(self, payoffs: Vector, shares: Vector) -> Vector:
        """Log [F_j - F_i]+."""
        return log_gains(payoffs)


@dataclass(frozen=True, slots=True)
class BestResponseChoice(DirectProtocol):
    """Move to a best reply unless one plays it already; several best replies are equally likely.

    Parameters
    ----------
    tie : float
        Payoffs within `tie` >= 0 of the best one count as best, in units of payoff.

    Examples
    --------
    >>> import numpy as np
    >>> BestResponseChoice().flow(np.array([0.0, 1.0, 1.0]), np.array([0.5, 0.25, 0.25]))
    array([-0.5 ,  0.25,  0.25])
    """

    tie: float = 0.0

    bounded = True
    jumps = True

    def __post_init__(self) -> None:
        if not (isinstance(self.tie, int | float | np.number) and 0 <= self.tie < np.inf):
            raise ValueError(f"tie = {self.tie!r} is no payoff difference >= 0")

    @property
    def row(self) -> Row:
        """Probabilities 1/m of the m best."""
        return best_row

    @property
    def parameter(self) -> float:
        """The payoff difference that counts as none."""
        return float(self.tie)

    def best(self, payoffs: Vector) -> npt.NDArray[np.bool_]:
        """Which strategies are best replies."""
        return np.asarray(payoffs >= payoffs.max() - self.tie)

    def flow(self, payoffs: Vector, shares: Vector) -> Vector:
        """Mean velocity: what plays no best reply leaves at rate 1, evenly to the best replies."""
        best = self.best(payoffs)
        velocity: Vector = np.where(best, shares[~best].sum() / best.sum(), -shares)
        return velocity if np.isfinite(payoffs).all() else np.full_like(shares, np.nan)

    def log_rates(self, payoffs: Vector, shares: Vector) -> Vector:
        """Minus log m from every other strategy to each of the m best."""
        best = self.best(payoffs)
        moves = best & ~best[:, None]
        return np.where(moves, -np.log(best.sum()), -np.inf)


@dataclass(frozen=True, slots=True)
class ProjectionProtocol(DirectProtocol):
    """The projection of payoffs on the directions that stay in the simplex.

    Examples
    --------
    >>> import numpy as np
    >>> ProjectionProtocol().flow(np.array([0.0, 1.0, 2.0]), np.array([0.5, 0.5, 0.0]))
    array([-1.,  0.,  1.])
    """

    bounded = False

    @property
    def row(self) -> Row:
        """Rates [F_j - F_i]+ / (n x_i) inside."""
        return projection_row

    def moving(self, payoffs: Vector, shares: Vector) -> npt.NDArray[np.bool_]:
        """S: what is played, and what enters because it pays more than the mean over S."""
        moves = np.asarray(shares > 0)
        if moves.all():
            return moves
        outside = np.flatnonzero(~moves)
        for k in outside[np.argsort(-payoffs[outside], kind="stable")]:
            if not (payoffs[moves] - payoffs[k]).mean() < 0:
                break
            moves[k] = True
        return moves

    def flow(self, payoffs: Vector, shares: Vector) -> Vector:
        """Mean velocity F_i - mean_S F on S, 0 elsewhere."""
        moves = self.moving(payoffs, shares)
        lead = payoffs[moves] - payoffs[moves].max()
        velocity = np.zeros_like(shares)
        velocity[moves] = lead - lead.mean()
        return velocity

    def log_rates(self, payoffs: Vector, shares: Vector) -> Vector:
        """Log rates from each strategy that is played."""
        moves = self.moving(payoffs, shares)
        with np.errstate(divide="ignore", invalid="ignore"):
            if moves.sum() == (shares > 0).sum():
                pairs = np.where(moves & moves[:, None], log_gains(payoffs), -np.inf) - np.log(moves.sum())
            else:
                velocity = self.flow(payoffs, shares)
                gains, losses = np.maximum(velocity, 0.0), np.maximum(-velocity, 0.0)
                pairs = np.log(losses)[:, None] + np.log(gains) - np.log(gains.sum())
            return np.where(shares[:, None] > 0, pairs - np.log(shares)[:, None], -np.inf)
