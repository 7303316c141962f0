"""Payoffs of mixed strategies and their first derivatives, in floats, for methods that follow paths or descend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gametheory.normal_form import NormalForm

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Slopes:
    """What each action pays, and how that depends on the others.

    Parameters
    ----------
    payoffs : tuple of float arrays
        v_k[a]: player k's payoff from action a against the others' strategies.
    pairs : mapping of (int, int) to float array
        U_kj[a, b]: the same when player j plays b.
    """

    payoffs: tuple[Floats, ...]
    pairs: dict[tuple[int, int], Floats]


def unit_tables(game: NormalForm) -> tuple[tuple[Floats, ...], float]:
    """The payoff tables shifted and divided by one number, so that the widest spans [0, 1]; and that number.

    Parameters
    ----------
    game : NormalForm

    Returns
    -------
    tuple of float arrays, float
        The divisor is 1 for a game in which nothing matters.
    """
    scale = max(float(table.max() / 2 - table.min() / 2) for table in game.floats) * 2 or 1.0
    if not np.isfinite(scale):
        raise ValueError(f"payoffs of {game!r} span more than 1.8e308; divide them by a common factor.")
    return tuple(table / scale - table.min() / scale for table in game.floats), scale


def slopes(tables: Sequence[Floats], profile: Sequence[Floats]) -> Slopes:
    """Payoffs of all actions and their derivatives by the others' strategies.

    Parameters
    ----------
    tables : one float array a player
    profile : one float array a player

    Returns
    -------
    Slopes

    Examples
    --------
    >>> pennies = np.array([[1.0, -1.0], [-1.0, 1.0]])
    >>> at = slopes([pennies, -pennies], [np.array([1.0, 0.0]), np.array([0.5, 0.5])])
    >>> at.payoffs[1].tolist(), at.pairs[0, 1].tolist()
    ([-1.0, 1.0], [[1.0, -1.0], [-1.0, 1.0]])
    """
    players = range(len(profile))
    pairs: dict[tuple[int, int], Floats] = {}
    for k, table in enumerate(tables):
        part = np.moveaxis(table, k, 0)
        others = [j for j in players if j != k]
        for place, j in enumerate(others):
            cut = part  # the others before j are averaged already
            for i in reversed(others[place + 1 :]):
                cut = cut @ profile[i]
            pairs[k, j] = cut
            part = np.tensordot(profile[j], part, axes=(0, 1))
    payoffs = []
    for k in players:
        first = 1 if k == 0 else 0
        payoffs.append(pairs[k, first] @ profile[first])
    return Slopes(tuple(payoffs), pairs)
