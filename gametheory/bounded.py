"""Bounded players: how precisely, how deep and how far back a player thinks, and what thinking costs it.

One record serves every part that bounds a player: logit choice takes its `precision`

    P(i) = exp(precision u_i) / sum_j exp(precision u_j),        precision = 1 / T,

so that `precision = inf` (T = 0) is the best reply and `precision = 0` a blind draw (McKelvey and Palfrey
1995); level-k reasoning takes its `depth` (Stahl and Wilson 1995); learners take its `memory`; and whoever
compares payoffs subtracts its `cost`. This file holds the record only.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Real


@dataclass(frozen=True, slots=True, kw_only=True)
class Intelligence:
    """How well a player thinks; the default is perfectly, without memory, for nothing.

    Parameters
    ----------
    precision : float
        1/T in inverse units of payoff, in [0, inf]; inf is the best reply.
    depth : int or inf
        Steps of level-k reasoning, >= 0; inf is unbounded.
    memory : int or inf
        Rounds remembered, >= 0; inf is all of them.
    cost : float
        Cost of thinking, in units of payoff, in [0, inf).

    Raises
    ------
    ValueError
        If a field lies outside its range; the message names it.

    References
    ----------
    R. McKelvey and T. Palfrey, Quantal response equilibria for normal form games, Games and Economic
    Behavior 10 (1995) 6-38. D. Stahl and P. Wilson, On players' models of other players, ibid. 218-254.

    Examples
    --------
    >>> Intelligence(precision=20, depth=2).temperature
    0.05
    >>> Intelligence().temperature
    0.0
    """

    precision: float = math.inf
    depth: float = math.inf
    memory: float = 0
    cost: float = 0.0

    def __post_init__(self) -> None:
        for name in ("precision", "cost"):
            if not _is_number(getattr(self, name)):
                raise ValueError(f"{name} is {getattr(self, name)!r}; it must be a number >= 0.")
        if math.isinf(self.cost):
            raise ValueError("cost is inf; it must be finite, in units of payoff.")
        for name in ("depth", "memory"):
            value = getattr(self, name)
            if not _is_number(value) or not (math.isinf(value) or value == math.floor(value)):
                raise ValueError(f"{name} is {value!r}; it must be a whole number >= 0, or inf.")

    @property
    def temperature(self) -> float:
        """T = 1 / precision in units of payoff: 0 for the best reply, inf for a blind draw."""
        return math.inf if self.precision == 0 else 1 / self.precision


def _is_number(value: object) -> bool:
    return type(value) is not bool and isinstance(value, Real) and float(value) >= 0
