"""Nash equilibria of games with more than two players: what dominance leaves, by the method that fits it.

An action that another *pure* action strictly dominates is played in no equilibrium, and removing it changes
no equilibrium (Gale 1953). So it is removed, over and over. If at most two players are left with a choice,
the rest is a two-player game and is solved completely. Otherwise the supports' polynomial systems are solved,
see `gametheory.methods.polynomial_supports`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from gametheory.equilibrium import Equilibrium, EquilibriumSet
from gametheory.methods.certify import exact_equilibrium
from gametheory.methods.polynomial_supports import equilibria_by_polynomials
from gametheory.methods.vertex_enumeration import all_equilibria
from gametheory.normal_form import NormalForm
from gametheory.whole_table import comparable


def nash_of_many(
    game: NormalForm, *, max_equilibria: int | None = None, time_limit: float | None = None
) -> EquilibriumSet:
    """All equilibria of a small game, with a proof that these are all, or what was found, with the reason.

    Parameters
    ----------
    game : NormalForm
        Of any number of players.
    max_equilibria : int, optional
        Stop after so many.
    time_limit : float, optional
        Seconds.

    Returns
    -------
    EquilibriumSet

    Raises
    ------
    ValueError
        If a limit is not positive, or the game is too large to hope for an end and no time limit is given.

    Examples
    --------
    >>> found = nash_of_many(NormalForm(*[[[[1, 0], [0, 0]], [[0, 0], [0, 2]]]] * 3))
    >>> len(found), found.complete
    (3, True)
    """
    kept = undominated(game)
    active = [player for player, actions in enumerate(kept) if len(actions) > 1]
    removed = sum(game.shape) - sum(map(len, kept))
    if len(active) > 2:
        found = _by_polynomials(game, kept, max_equilibria, time_limit)
        method, rest = "polynomial supports", f"{len(active)} players have a choice. "
    else:
        active = (active + [player for player in range(len(kept)) if player not in active])[:2]
        active.sort()
        cut = [game.payoffs[player][np.ix_(*kept)] for player in active]
        sizes = [len(kept[player]) for player in active]
        smaller = NormalForm(*(table.reshape(sizes) for table in cut))
        found = all_equilibria(smaller, max_equilibria=max_equilibria, time_limit=time_limit)
        profiles = [_lifted(game.shape, kept, active, e.exact or ()) for e in found]
        found = replace(found, equilibria=tuple(exact_equilibrium(game, profile) for profile in profiles))
        method, rest = "elimination and vertex enumeration", "at most two players have a choice. "
    before = f"Strict dominance removes {removed} actions, then {rest}" if removed else ""
    return replace(found, reason=before + found.reason, method=method, game=repr(game))


def _by_polynomials(
    game: NormalForm, kept: list[list[int]], max_equilibria: int | None, time_limit: float | None
) -> EquilibriumSet:
    """The equilibria of the game cut down to the actions kept, as equilibria of the whole game."""
    if all(len(actions) == size for actions, size in zip(kept, game.shape, strict=True)):
        return equilibria_by_polynomials(game, max_equilibria=max_equilibria, time_limit=time_limit)
    cut = [game.payoffs[player][np.ix_(*kept)] for player in range(len(kept))]
    smaller = NormalForm(*cut, players=game.players)
    found = equilibria_by_polynomials(smaller, max_equilibria=max_equilibria, time_limit=time_limit)
    return replace(found, equilibria=tuple(_widened(game, kept, e) for e in found))


def _widened(game: NormalForm, kept: list[list[int]], found: Equilibrium) -> Equilibrium:
    """The same equilibrium with the removed actions, which nobody plays or gains by playing."""
    everyone = range(len(kept))
    exact = None if found.exact is None else _lifted(game.shape, kept, everyone, found.exact)
    floats = [np.zeros(size) for size in game.shape]
    for part, actions, shares in zip(floats, kept, found.profile, strict=True):
        part[actions] = shares
    support = tuple(tuple(actions[i] for i in part) for part, actions in zip(found.support, kept, strict=True))
    return replace(found, profile=tuple(floats), exact=exact, support=support, labels=game.strategies)


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
    tables = [comparable(wholes) for wholes in game.wholes]
    changed = True
    while changed:
        changed = False
        for player, table in enumerate(tables):
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
) -> tuple[tuple[Any, ...], ...]:
    """The reduced game's profile as one of the whole game."""
    whole: list[list[Any]] = [[Fraction(0)] * size for size in shape]
    for player, actions in enumerate(kept):
        shares = profile[active.index(player)] if player in active else (Fraction(1),)
        for action, share in zip(actions, shares, strict=True):
            whole[player][action] = share
    return tuple(tuple(part) for part in whole)
