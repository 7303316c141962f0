r"""The ledger: who holds what, and the law that nothing is lost.

Agents i = 1..N meet on venues g = 1..G (one for a whole population, one a group otherwise), each with its own
copy of the M curves:

=========  ==========  ==============  =========================================
B          (N,)        currency        balances
H          (N, M)      token           holdings
S, R, F    (G, M)      token, currency supply, reserve, fees of each curve
P          (G, M)      currency/token  spot price, a function of S
treasury   (G, A)      currency        named treasuries
sink       (G, Z)      currency        named sinks: what was spent for good
crowd      (G, M)      token           tokens held by the crowd outside
outside    number      currency        brought in by named policies and the crowd
=========  ==========  ==============  =========================================

Law: ``sum B + sum R + sum F + sum treasury + sum sink - outside`` never changes, tokens held sum to the
supply, and the reserve is the integral of the price.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytic.curve import BondingCurve

Array = NDArray[np.float64]
TOLERANCE = 1e-9  # relative to the money in the books: rounding of some 10^6 sums


class ConservationError(ArithmeticError):
    """Money or tokens appeared from nowhere: a defect of a move, never of a user."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """All accounts of an economy at one moment; see the module for shapes and units."""

    curves: tuple[str, ...]
    treasuries: tuple[str, ...]
    sinks: tuple[str, ...]
    B: Array
    H: Array
    S: Array
    R: Array
    F: Array
    treasury: Array
    sink: Array
    crowd: Array
    outside: float

    def money(self) -> float:
        """All the money in the books less what came from outside [currency]."""
        parts = (self.B, self.R, self.F, self.treasury, self.sink)
        return float(sum(part.sum() for part in parts)) - self.outside

    def turnover(self) -> float:
        """The scale against which rounding is judged [currency]."""
        parts = (self.B, self.R, self.F, self.treasury, self.sink)
        return 1.0 + float(sum(np.abs(part).sum() for part in parts)) + abs(self.outside)

    def check(self, curves: Mapping[str, BondingCurve], opening: float) -> None:
        """Verify the three laws against the money there was at the opening.

        Raises
        ------
        ConservationError
            Naming the law, by how much it is broken, and where.
        """
        scale = self.turnover()
        drift = self.money() - opening
        if not abs(drift) <= TOLERANCE * scale:
            raise ConservationError(f"money is not conserved: {drift:+.3e} currency appeared (books of {scale:.3e})")
        held = self.H.sum(axis=0) + self.crowd.sum(axis=0)
        supply = self.S.sum(axis=0)
        for j, name in enumerate(self.curves):
            if not abs(held[j] - supply[j]) <= TOLERANCE * (1.0 + abs(supply[j])):
                raise ConservationError(f"tokens of {name!r} held are {held[j]!r}, but the supply is {supply[j]!r}")
            integral = np.asarray(curves[name].reserve(self.S[:, j]))
            worst = float(np.max(np.abs(self.R[:, j] - integral), initial=0.0))
            if not worst <= TOLERANCE * scale:
                raise ConservationError(
                    f"the reserve of {name!r} differs from the integral of its price by {worst:.3e}"
                )
