r"""Trades over several pools in a row, and the best cycle through them, in closed form.

A constant product pool maps what is paid in, t, to a t / (b + c t) with a = y g, b = x, c = g; a transfer that keeps
a share has a = 1 - kappa, b = 1, c = 0. Such maps compose to one of their kind,

.. math:: a = a_1 a_2, \qquad b = b_1 b_2, \qquad c = b_2 c_1 + a_1 c_2,

so a path of any length is one map, and a path that ends in the token in which it began is an arbitrage with a best
input.

References
----------
Danos, El Khalloufi, Prat (2021), Global order routing on exchange networks.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from ..domain import Domain

__all__ = ["Hop", "Path", "bridge_hop", "path_of", "pool_hop"]


@dataclass(frozen=True, slots=True)
class Hop:
    """The map t -> a t / (b + c t), normed to b = 1.

    Parameters
    ----------
    rate : float
        a: what the first unit buys, positive.
    bend : float
        c: not negative; 0 for a fixed rate.

    Examples
    --------
    >>> Hop(0.5, 0.001)(100)
    45.4545454545...
    """

    rate: float
    bend: float = 0.0

    def __post_init__(self) -> None:
        Domain.of("(0, inf)").check("rate", self.rate)
        Domain.of("[0, inf)").check("bend", self.bend)

    def __call__(self, paid: float) -> float:
        """What comes out."""
        amount = float(Domain.of("[0, inf)").check("paid", paid))
        return self.rate * amount / (1 + self.bend * amount)

    def then(self, following: Hop) -> Hop:
        """Both in a row."""
        return Hop(self.rate * following.rate, self.bend + self.rate * following.bend)

    def into(self, wanted: float) -> float:
        """What must be paid in to get so much.

        Raises
        ------
        ValueError
            When it never gives so much.
        """
        amount = float(Domain.of("[0, inf)").check("wanted", wanted))
        left = self.rate - self.bend * amount
        if left <= 0:
            raise ValueError(
                f"wanted = {wanted} is not below {self.rate / self.bend:.12g}, the most that ever comes out"
            )
        return amount / left


@dataclass(frozen=True, slots=True)
class Path:
    """Hops in a row, as one map.

    Parameters
    ----------
    whole : Hop

    Examples
    --------
    >>> cycle = path_of([pool_hop(1000, 1000), bridge_hop(0.001), pool_hop(1000, 1500)])
    >>> round(cycle.best_input, 6), round(cycle.best_profit, 6)
    (112.122234, 25.130219)
    """

    whole: Hop

    def out(self, paid: float) -> float:
        """What comes out at the end."""
        return self.whole(paid)

    @property
    def best_input(self) -> float:
        """As a cycle: the input of the greatest profit; 0 when no input pays.

        Raises
        ------
        ValueError
            When rates are fixed and the cycle gains: then there is no greatest profit.
        """
        gain = self.whole.rate - 1
        if gain <= 0:
            return 0.0
        if self.whole.bend == 0:
            raise ValueError(f"a cycle at the fixed rate {self.whole.rate:.12g} gains without bound: no input is best")
        return gain / (math.sqrt(self.whole.rate) + 1) / self.whole.bend

    @property
    def best_profit(self) -> float:
        """As a cycle: the profit at the best input."""
        return (math.sqrt(self.whole.rate) - 1) * self.best_input


def pool_hop(paid_reserve: float, taken_reserve: float, *, fee: float = 0.0) -> Hop:
    """A trade in a constant product pool.

    Parameters
    ----------
    paid_reserve, taken_reserve : float
        Reserves of what is paid in and of what is taken, positive [token].
    fee : float
        Rate on what is paid in, in [0, 1).

    Returns
    -------
    Hop

    Examples
    --------
    >>> round(pool_hop(1000, 500, fee=0.003)(10), 12)
    4.935790171985
    """
    positive = Domain.of("(0, inf)")
    x = float(positive.check("paid_reserve", paid_reserve))
    y = float(positive.check("taken_reserve", taken_reserve))
    kept = 1 - float(Domain.of("[0, 1)").check("fee", fee))
    return Hop(kept * (y / x), kept / x)


def bridge_hop(toll: float) -> Hop:
    """A transfer that keeps a share.

    Parameters
    ----------
    toll : float
        Share that the bridge keeps, in [0, 1).

    Returns
    -------
    Hop

    Examples
    --------
    >>> bridge_hop(0.01)(100)
    99.0
    """
    return Hop(1 - float(Domain.of("[0, 1)").check("toll", toll)))


def path_of(hops: Sequence[Hop]) -> Path:
    """Hops in a row.

    Parameters
    ----------
    hops : sequence of Hop
        At least one, in order.

    Returns
    -------
    Path

    Examples
    --------
    >>> path_of([pool_hop(100, 100), pool_hop(100, 100)]).out(50)
    25.0
    """
    if not hops:
        raise ValueError("a path has at least one hop")
    return Path(functools.reduce(Hop.then, hops))
