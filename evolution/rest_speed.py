r"""How fast an imitative protocol moves beside a rest point, compared with the replicator.

Where all strategies in use are paid u, every imitation here grows like x_i'/x_i = c (F_i - x.F) to first order, with

    c = 1                    proportional imitation, of success, by dissatisfaction
    c = 1 / (u + background) relative imitation (Maynard Smith)
    c = 1 / (2 T)            Fermi's comparison
    c = 1 / T                imitative logit

and mixtures are weighted sums. Any other imitation is differentiated numerically. Absent strategies grow at the rate
that the protocol says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from evolution.imitation_protocols import (
    FermiImitation,
    ImitationByDissatisfaction,
    ImitationOfSuccess,
    ImitativeLogitChoice,
    RelativeImitation,
    without_fitness,
)
from evolution.mutation_protocols import HybridProtocol
from evolution.protocols import ProportionalImitation, RevisionProtocol
from evolution.rest_numbers import read

if TYPE_CHECKING:
    from evolution.rest_local import Local

__all__ = ["Speed", "speed_of"]

REPLICATORS = (ProportionalImitation, ImitationOfSuccess, ImitationByDissatisfaction)


@dataclass(frozen=True, slots=True)
class Speed:
    """The speed of one protocol.

    Parameters
    ----------
    protocol : RevisionProtocol
    constant : bool
        Whether its velocity is the replicator's, up to a constant factor.
    common : bool
        Whether its orbits are the replicator's in one population: x_i' = c(x) x_i (F_i - x.F).
    """

    protocol: RevisionProtocol
    constant: bool
    common: bool

    def at(self, parts: Sequence[range], shares: Sequence[Any], payoffs: Sequence[Any]) -> tuple[Any, ...]:
        """Each role's c, where all in use are paid the same.

        Raises
        ------
        ValueError
            If the protocol is not defined there.
        """
        return tuple(self._factor(self.protocol, shares, payoffs, part) for part in parts)

    def transversal(self, local: Local, strategy: int, excess: Any) -> Fraction | float:
        """Growth rate of an absent strategy."""
        place = next(k for k, part in enumerate(local.parts) if strategy in part)
        part, factor = local.parts[place], local.speeds[place]
        if self.constant or isinstance(self.protocol, RelativeImitation):
            exact = isinstance(excess, Fraction | int) and isinstance(factor, Fraction)
            return Fraction(excess) * factor if exact else float(excess) * float(factor)
        payoffs = np.array([float(local.payoffs[i]) for i in part])
        shares = np.array([float(local.shares[i]) for i in part])
        return float(self.protocol.growth(payoffs, shares)[strategy - part.start])

    def _factor(self, protocol: RevisionProtocol, shares: Sequence[Any], payoffs: Sequence[Any], part: range) -> Any:
        used = [i for i in part if shares[i] != 0]
        if isinstance(protocol, REPLICATORS):
            return Fraction(1)
        if isinstance(protocol, RelativeImitation):
            mean = payoffs[used[0]] + read(Fraction(protocol.background))
            if not mean > 0:
                state = ", ".join(f"{float(shares[i]):.6g}" for i in part)
                raise ValueError(
                    f"at the state ({state}), where strategies in use are paid the same, {without_fitness(float(mean))}"
                )
            return 1 / mean
        if isinstance(protocol, FermiImitation):
            return 1 / (2 * read(Fraction(protocol.temperature)))
        if isinstance(protocol, ImitativeLogitChoice):
            return 1 / read(Fraction(protocol.temperature))
        if isinstance(protocol, HybridProtocol):
            return sum(read(Fraction(w)) * self._factor(p, shares, payoffs, part) for w, p in protocol.parts)
        return _measured(protocol, shares, payoffs, part)


def _measured(protocol: RevisionProtocol, shares: Sequence[Any], payoffs: Sequence[Any], part: range) -> Fraction:
    """The speed c by a difference of growth rates."""
    state = np.array([float(shares[i]) for i in part])
    if (state > 0).sum() == 1:
        return Fraction(1)
    paid = np.array([float(payoffs[i]) for i in part])
    first = int(np.flatnonzero(state)[0])
    bump = np.zeros(len(part))
    bump[first] = 1e-5 * (1 + abs(paid[first]))
    change = protocol.growth(paid + bump, state) - protocol.growth(paid - bump, state)
    return Fraction(float(change[first] / (2 * bump[first] * (1 - state[first]))))


def speed_of(protocol: RevisionProtocol) -> Speed:
    """The speed of an imitative protocol.

    Parameters
    ----------
    protocol : RevisionProtocol
        One that keeps faces.

    Returns
    -------
    Speed

    Examples
    --------
    >>> speed_of(ProportionalImitation()).constant, speed_of(RelativeImitation(1.0)).common
    (True, True)
    """
    constant = isinstance(protocol, REPLICATORS) or (
        isinstance(protocol, HybridProtocol) and all(isinstance(p, REPLICATORS) for _, p in protocol.parts)
    )
    common = constant or isinstance(protocol, RelativeImitation)
    return Speed(protocol, constant, common)
