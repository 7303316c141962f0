"""Nash equilibria of games with more than two players: what can be claimed exactly, and no more.

An action that another *pure* action strictly dominates is played in no equilibrium, and removing it changes
no equilibrium (Gale 1953). So it is removed, over and over. If at most two players are left with a choice,
the rest is a two-player game and is solved completely. Otherwise the pure equilibria are found exactly, and
the answer says that mixed ones were not looked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from gametheory.equilibrium import EquilibriumSet
from gametheory.methods.certify import exact_equilibrium
from gametheory.methods.pure import pure_nash
from gametheory.methods.vertex_enumeration import all_equilibria
from gametheory.normal_form import NormalForm


def nash_of_many(game: NormalForm) -> EquilibriumSet:
    """All equilibria where dominance leaves at most two players a choice, otherwise the pure ones.

    Parameters
    ----------
    game : NormalForm
        Of any number of players.

    Returns
    -------
    EquilibriumSet
        `complete` says which of the two it was.

    Examples
    --------
    >>> found = nash_of_many(NormalForm(*[[[[1, 0], [0, 0]], [[0, 0], [0, 1]]]] * 3))
    >>> len(found), found.complete, found.reason
    (2, False, 'All pure equilibria, found exactly; mixed equilibria of 3 players were not looked for.')
    """
    kept = undominated(game)
    active = [player for player, actions in enumerate(kept) if len(actions) > 1]
    removed = sum(game.shape) - sum(map(len, kept))
    if len(active) > 2:
        return replace(
            pure_nash(game),
            reason=f"All pure equilibria, found exactly; mixed equilibria of {len(active)} players were not"
            " looked for.",
        )
    active = (active + [player for player in range(len(kept)) if player not in active])[:2]
    active.sort()
    cut = [game.payoffs[player][np.ix_(*kept)] for player in active]
    sizes = [len(kept[player]) for player in active]
    found = all_equilibria(NormalForm(*(table.reshape(sizes) for table in cut)))
    return replace(
        found,
        equilibria=tuple(exact_equilibrium(game, _lifted(game.shape, kept, active, e.exact or ())) for e in found),
        reason=f"Strict dominance removes {removed} actions, then at most two players have a choice. " + found.reason,
        method="elimination and vertex enumeration",
        game=repr(game),
    )


def undominated(game: NormalForm) -> list[list[int]]:
    """Each player's actions that survive repeated removal of those strictly dominated by a pure one.

    Parameters
    ----------
    game : NormalForm

    Returns
    -------
    list of lists of int

    Examples
    --------
    >>> undominated(NormalForm([[3, 0], [5, 1]], [[3, 5], [0, 1]]))
    [[1], [1]]
    """
    kept = [list(range(size)) for size in game.shape]
    changed = True
    while changed:
        changed = False
        for player, table in enumerate(game.payoffs):
            rows = np.moveaxis(table[np.ix_(*kept)], player, 0).reshape(len(kept[player]), -1)
            alive = [
                action
                for action, row in zip(kept[player], rows, strict=True)
                if not any((other > row).all() for other in rows)
            ]
            changed = changed or len(alive) < len(kept[player])
            kept[player] = alive
    return kept


def _lifted(
    shape: Sequence[int],
    kept: Sequence[Sequence[int]],
    active: Sequence[int],
    profile: Sequence[Sequence[Any]],
) -> tuple[tuple[Fraction, ...], ...]:
    """The reduced game's profile as one of the whole game."""
    whole = [[Fraction(0)] * size for size in shape]
    for player, actions in enumerate(kept):
        shares = profile[active.index(player)] if player in active else (Fraction(1),)
        for action, share in zip(actions, shares, strict=True):
            whole[player][action] = share
    return tuple(tuple(part) for part in whole)
