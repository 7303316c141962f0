r"""Symmetric games of n players in compact form: what an action pays against how many others play each.

All players have the same m actions, and :math:`\pi_i(c)` is paid to who plays i while :math:`c_j` of the n - 1
others play j. If everybody else mixes with x, action i is worth

    u_i(x) = sum over c of  (n - 1)! / (c_1! ... c_m!)  x_1^c_1 ... x_m^c_m  pi_i(c):

the payoffs are the Bernstein coefficients of u_i. The table has C(n + m - 2, m - 1) columns where the normal form
has m^n cells.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import factorial, prod
from typing import Any

import numpy as np

from gametheory.normal_form import NormalForm
from gametheory.rational import FractionArray, fraction_array

Counts = tuple[int, ...]


@dataclass(frozen=True, slots=True, init=False, eq=False, repr=False)
class SymmetricPayoff:
    """A symmetric game of n players with the same m actions.

    Parameters
    ----------
    players : int
        n, at least 2.
    actions : int
        m, at least 1.
    payoff : function of (action, counts)
        Paid to who plays the action when counts[j] of the n - 1 others play j: a number as for `NormalForm`.

    Raises
    ------
    ValueError
        If there are too few players or actions, or a payoff is no finite number.

    Examples
    --------
    >>> volunteer = SymmetricPayoff(3, 2, lambda i, c: 1 if i == 0 else 2 * (c[0] > 0))
    >>> volunteer.counts
    ((2, 0), (1, 1), (0, 2))
    >>> volunteer.table.tolist()[1][2]
    Fraction(0, 1)
    """

    players: int
    counts: tuple[Counts, ...]
    table: FractionArray

    def __init__(self, players: int, actions: int, payoff: Callable[[int, Counts], Any]) -> None:
        if players < 2 or actions < 1:
            raise ValueError(f"{players} players and {actions} actions; at least 2 and 1 are needed.")
        counts = counts_of(players - 1, actions)
        rows = [[payoff(action, c) for c in counts] for action in range(actions)]
        object.__setattr__(self, "players", players)
        object.__setattr__(self, "counts", counts)
        object.__setattr__(self, "table", fraction_array(rows, "payoffs"))

    @classmethod
    def of(cls, game: NormalForm) -> SymmetricPayoff:
        """The compact form of a game that looks the same to every player.

        Parameters
        ----------
        game : NormalForm

        Returns
        -------
        SymmetricPayoff

        Raises
        ------
        ValueError
            If the game is not symmetric; a cell where it fails is told.
        """
        size, players = game.shape[0], len(game.shape)
        if len(set(game.shape)) > 1:
            raise ValueError(f"{game!r} is not symmetric: the players have different numbers of actions.")
        first = game.payoffs[0]
        for k, table in enumerate(game.payoffs):
            turned = np.moveaxis(table, k, 0)
            for cell in product(range(size), repeat=players):
                ordered = (cell[0], *sorted(cell[1:]))
                if turned[cell] != first[ordered]:
                    raise ValueError(
                        f"{game!r} is not symmetric: player {k + 1} gets {turned[cell]} from action {cell[0]} against"
                        f" {cell[1:]}, player 1 gets {first[ordered]} from it against {ordered[1:]}."
                    )

        def payoff(action: int, counts: Counts) -> Any:
            return first[(action, *(j for j, count in enumerate(counts) for _ in range(count)))]

        return cls(players, size, payoff)

    def normal_form(self) -> NormalForm:
        """The game as one table a player; it has actions ** players cells each."""
        size, place = len(self.table), {c: column for column, c in enumerate(self.counts)}
        first = np.empty((size,) * self.players, dtype=object)
        for cell in product(range(size), repeat=self.players):
            first[cell] = self.table[cell[0], place[tuple(cell[1:].count(j) for j in range(size))]]
        return NormalForm(*(np.moveaxis(first, 0, k) for k in range(self.players)))

    def payoffs(self, strategy: Sequence[Any]) -> list[Any]:
        """What each action is worth if all others play the strategy: exact for exact numbers.

        Examples
        --------
        >>> half = Fraction(1, 2)
        >>> SymmetricPayoff(3, 2, lambda i, c: c[i]).payoffs([half, half])
        [Fraction(1, 1), Fraction(1, 1)]
        """
        weights = [_weight(c, strategy) for c in self.counts]
        return [sum((w * p for w, p in zip(weights, row, strict=True)), Fraction(0)) for row in self.table]

    def __repr__(self) -> str:
        return f"SymmetricPayoff of {self.players} players with {len(self.table)} actions"


def counts_of(total: int, actions: int) -> tuple[Counts, ...]:
    """How `total` players can be spread over actions; many on the first action come first.

    Parameters
    ----------
    total, actions : int

    Returns
    -------
    tuple of tuples of int

    Examples
    --------
    >>> counts_of(1, 3)
    ((1, 0, 0), (0, 1, 0), (0, 0, 1))
    """
    if actions == 1:
        return ((total,),)
    return tuple((k, *rest) for k in range(total, -1, -1) for rest in counts_of(total - k, actions - 1))


def _weight(counts: Counts, strategy: Sequence[Any]) -> Any:
    ways = factorial(sum(counts)) // prod(map(factorial, counts))
    weight: Any = Fraction(ways)
    for share, count in zip(strategy, counts, strict=True):
        for _ in range(count):
            weight = weight * share
    return weight
