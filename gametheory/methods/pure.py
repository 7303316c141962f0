"""Pure equilibria of a game with any number of players: every cell of the table is looked at.

A pure profile is an equilibrium when its payoff to each player k is the greatest along axis k.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from gametheory.equilibrium import EquilibriumSet
from gametheory.methods.certify import certified_in_time, shortened
from gametheory.methods.vertices import check_count, deadline_in
from gametheory.normal_form import NormalForm
from gametheory.whole_table import comparable


def pure_cells(game: NormalForm) -> list[tuple[int, ...]]:
    """The action profiles at which no player gains by another action.

    Parameters
    ----------
    game : NormalForm

    Returns
    -------
    list of tuples of int
        In lexicographic order.

    Examples
    --------
    >>> pure_cells(NormalForm([[2, 0], [0, 1]], [[1, 0], [0, 2]]))
    [(0, 0), (1, 1)]
    """
    best = np.ones(game.shape, dtype=bool)
    for axis, wholes in enumerate(game.wholes):
        table = comparable(wholes)
        best &= (table == table.max(axis=axis, keepdims=True)).astype(bool)
    return [tuple(int(i) for i in cell) for cell in np.argwhere(best)]


def pure_profile(game: NormalForm, cell: tuple[int, ...]) -> tuple[tuple[Fraction, ...], ...]:
    """The cell as a profile of distributions.

    Parameters
    ----------
    game : NormalForm
    cell : tuple of int
        One action a player.

    Returns
    -------
    tuple of tuples of Fraction
    """
    never, always = Fraction(0), Fraction(1)
    sizes = zip(cell, game.shape, strict=True)
    return tuple((never,) * action + (always,) + (never,) * (size - action - 1) for action, size in sizes)


def pure_equilibria(
    game: NormalForm, *, max_equilibria: int | None = None, time_limit: float | None = None
) -> EquilibriumSet:
    """All equilibria in pure strategies; complete as such.

    Parameters
    ----------
    game : NormalForm
        Of any number of players.
    max_equilibria : int, optional
        Give back no more than this many.
    time_limit : float, optional
        Seconds for certificates; all cells are compared first, which is quick.

    Returns
    -------
    EquilibriumSet
        Of concept "pure": mixed equilibria were not asked for.

    Raises
    ------
    ValueError
        If a limit is not positive.

    Examples
    --------
    >>> len(pure_equilibria(NormalForm.zero_sum([[1, -1], [-1, 1]])))
    0
    """
    check_count(max_equilibria)
    deadline = deadline_in(time_limit)
    cells = pure_cells(game)
    profiles = (pure_profile(game, cell) for cell in cells)
    answers = certified_in_time(game, profiles, most=max_equilibria, deadline=deadline)
    compared = f"All {game.wholes[0].size} pure profiles were compared exactly; mixed ones are not meant."
    return EquilibriumSet(
        equilibria=answers,
        complete=len(answers) == len(cells),
        reason=shortened(len(answers), len(cells), max_equilibria) or compared,
        concept="pure",
        method="comparison of cells",
        game=repr(game),
    )


def pure_nash(
    game: NormalForm, *, max_equilibria: int | None = None, time_limit: float | None = None
) -> EquilibriumSet:
    """The pure ones among the Nash equilibria: not complete, since mixed ones were not looked for.

    Parameters
    ----------
    game, max_equilibria, time_limit
        As for `pure_equilibria`.

    Returns
    -------
    EquilibriumSet
        Of concept "nash", `complete` False.
    """
    found = pure_equilibria(game, max_equilibria=max_equilibria, time_limit=time_limit)
    every = "All pure equilibria, found exactly; mixed equilibria were not looked for."
    return replace(found, complete=False, reason=every if found.complete else found.reason, concept="nash")
