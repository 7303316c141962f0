"""What iterated elimination of dominated actions gives back: rounds, survivors, and a proof for each action.

A removed action comes with the strategy that dominates it, a surviving one, where mixtures were compared, with a
belief to which it is a best reply; either can be checked by one multiplication. See `gametheory.dominance`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

import numpy as np

from gametheory.normal_form import NormalForm

Relation: TypeAlias = Literal["strict", "weak"]
Dominators: TypeAlias = Literal["mixed", "pure"]


@dataclass(frozen=True, slots=True)
class Removal:
    """A dominated action with what dominates it: the proof of its removal.

    Parameters
    ----------
    player, action : int
        Of the original game.
    by : tuple of Fraction
        The dominating strategy, a distribution over the player's original actions.
    margin : Fraction
        The least it gains over the action, among the profiles left: > 0 if strict, >= 0 if weak.
    """

    player: int
    action: int
    by: tuple[Fraction, ...]
    margin: Fraction


@dataclass(frozen=True, slots=True)
class Belief:
    """A distribution over the others' profiles to which an action is a best reply.

    Parameters
    ----------
    player, action : int
    profiles : tuple of tuples of int
        Actions of the others, in the order of players.
    probabilities : tuple of Fraction
    """

    player: int
    action: int
    profiles: tuple[tuple[int, ...], ...]
    probabilities: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Elimination:
    """The rounds of removal and what survives.

    Parameters
    ----------
    game : NormalForm
        As it was.
    relation, dominators : str
        "strict" or "weak", by "mixed" or "pure" strategies.
    rounds : tuple of tuples of Removal
        What was removed at once, sorted by player and action.
    survivors : tuple of tuples of int
        For each player the actions left.
    beliefs : tuple of Belief
        For every survivor, why it stays, where mixtures were compared: a belief over the survivors' profiles to
        which it is a best reply (for weak dominance one that gives every profile a positive probability).
    """

    game: NormalForm
    relation: Relation
    dominators: Dominators
    rounds: tuple[tuple[Removal, ...], ...]
    survivors: tuple[tuple[int, ...], ...]
    beliefs: tuple[Belief, ...]

    @property
    def reduced(self) -> NormalForm:
        """The game of the survivors, with their names."""
        return restricted(self.game, self.survivors)

    @property
    def solved(self) -> bool:
        """Whether one profile is left ("dominance solvable")."""
        return all(len(actions) == 1 for actions in self.survivors)

    def __str__(self) -> str:
        names, players = self.game.strategies, self.game.players
        lines = [f"Iterated {self.relation} dominance by {self.dominators} strategies, {len(self.rounds)} rounds:"]
        for number, round_ in enumerate(self.rounds, 1):
            for r in round_:
                parts = [f"{p} {names[r.player][i]}" for i, p in enumerate(r.by) if p]
                better = names[r.player][r.by.index(1)] if max(r.by) == 1 else " + ".join(parts)
                lines.append(
                    f" {number}. {players[r.player]}: {names[r.player][r.action]} by {better} (margin {r.margin})"
                )
        left = (f"{player} {{{', '.join(names[k][i] for i in self.survivors[k])}}}" for k, player in enumerate(players))
        return "\n".join([*lines, " left: " + "; ".join(left)])


def restricted(game: NormalForm, actions: tuple[tuple[int, ...], ...]) -> NormalForm:
    """The game in which only some actions can be played.

    Parameters
    ----------
    game : NormalForm
    actions : tuple of tuples of int
        For each player those that stay; at least one.

    Returns
    -------
    NormalForm
        With the same names.

    Raises
    ------
    ValueError
        If a player has none left, or there is no such action.

    Examples
    --------
    >>> restricted(NormalForm.zero_sum([[1, -1], [-1, 1]]), ((1,), (0, 1)))
    NormalForm of 2 players, 1 x 2
    """
    for player, (kept, size) in enumerate(zip(actions, game.shape, strict=True)):
        if not kept or min(kept) < 0 or max(kept) >= size or len(set(kept)) != len(kept):
            raise ValueError(f"actions of player {player + 1} are {kept}; give some of 0, ..., {size - 1}, each once.")
    names = [[game.strategies[k][i] for i in kept] for k, kept in enumerate(actions)]
    parts = (table[np.ix_(*actions)] for table in game.payoffs)
    return NormalForm(*parts, players=game.players, strategies=names)
