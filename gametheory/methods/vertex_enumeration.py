"""All Nash equilibria of a two-player game, exactly, degenerate games included: vertex enumeration.

Give every action of both players a label. A vertex x of player 1's best-reply polyhedron carries the labels
of its own unused actions and of the other's best replies to it; likewise y. A pair of vertices that carries
all labels is an *extreme equilibrium*, since each action is unused or a best reply; and every equilibrium
is a convex combination of extreme ones within a maximal Nash subset (Mangasarian 1964; Winkels 1979). So
enumerating the vertices of both polyhedra and matching labels finds all of them. Small and very degenerate games
are enumerated by the double description method (`gametheory.methods.vertices`), larger ones by a walk from vertex to
vertex (`gametheory.methods.walking`); both are exact.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gametheory.equilibrium import EquilibriumSet
from gametheory.methods.certify import certified_in_time, shortened
from gametheory.methods.lemke_howson import some_equilibria
from gametheory.methods.matching import completely_labelled, completely_labelled_masks
from gametheory.methods.nash_subsets import structure
from gametheory.methods.vertices import (
    LABELS,
    Vertices,
    best_reply_vertices,
    check_count,
    deadline_in,
    integers,
    most_vertices,
    roughly,
)
from gametheory.normal_form import NormalForm

if TYPE_CHECKING:
    from gametheory.methods.walking import Walk

Side: TypeAlias = NDArray[np.object_]

WALKED_FROM = 16
"""Actions of both players together from which the walk is faster."""

TOGETHER_FROM = 24
"""Actions of both players together from which two threads are worth their start."""

COST_LIMIT = 40_000_000
"""Most vertices (by the upper bound theorem) times labels for which enumeration starts without a limit."""


def all_equilibria(
    game: NormalForm, *, max_equilibria: int | None = None, time_limit: float | None = None
) -> EquilibriumSet:
    """Every extreme equilibrium of a two-player game, its components and maximal Nash subsets.

    Parameters
    ----------
    game : NormalForm
        Of two players.
    max_equilibria : int, optional
        Give back no more than this many; in a game too large to enumerate, search for this many.
    time_limit : float, optional
        Seconds after which enumeration is given up and what a quick search finds is returned.

    Returns
    -------
    EquilibriumSet
        Sorted by support, then profile. Complete, unless a limit was met; `reason` says so.

    Raises
    ------
    ValueError
        If enumeration could take very long and no limit was given, or a limit is not positive.

    References
    ----------
    O. Mangasarian, Equilibrium points of bimatrix games, J. SIAM 12 (1964) 778-780. H.-M. Winkels, An
    algorithm to determine all equilibrium points of a bimatrix game, Game Theory and Related Topics (1979)
    137-148.

    Examples
    --------
    >>> from gametheory.normal_form import NormalForm
    >>> found = all_equilibria(NormalForm([[2, 0], [0, 1]], [[1, 0], [0, 2]]))
    >>> [str(e) for e in found]
    ['(1, 0) (1, 0)', '(2/3, 1/3) (1/3, 2/3)', '(0, 1) (0, 1)']
    """
    check_count(max_equilibria)
    if time_limit is None and max_equilibria is None:
        check_cost(game, "time_limit=seconds, or max_equilibria=number to search for some")
    elif time_limit is None and _cost(game) > COST_LIMIT:
        why = f"The game is too large to enumerate; searched for {max_equilibria} equilibria."
        return some_equilibria(game, count=max_equilibria or 1, reason=why)
    deadline = deadline_in(time_limit)
    try:
        first, second, pairs = _enumerated(game, deadline)
    except (TimeoutError, MemoryError) as error:
        cause = f": {error}" if isinstance(error, MemoryError) else f" after {time_limit} s"
        why = f"Enumeration was given up{cause}; these come from a quick search."
        late = time.monotonic() + max(0.5, time_limit / 4) if time_limit else deadline
        return some_equilibria(game, count=max_equilibria or 1, reason=why, deadline=late)
    return _answer(game, first, second, pairs, max_equilibria, deadline)


def check_cost(game: NormalForm, way_out: str) -> None:
    """Refuse to enumerate a game whose polyhedra may have too many vertices.

    Parameters
    ----------
    game : NormalForm
        Of two players.
    way_out : str
        What to give.

    Raises
    ------
    ValueError
        If so.
    """
    if _cost(game) > COST_LIMIT:
        raise ValueError(
            f"{game!r} may have {roughly(_cost(game) // sum(game.shape))} vertices to enumerate. Give {way_out}, "
            "or choose method='lemke-howson' or 'pure' of 'nash'."
        )


def _cost(game: NormalForm) -> int:
    """Vertices, by the upper bound theorem, times labels."""
    labels = sum(game.shape)
    return labels * max(most_vertices(size, labels) for size in game.shape)


Strategy: TypeAlias = tuple[Fraction, ...]


class Listed(NamedTuple):
    """The vertices of a polyhedron: how many, and the support and the strategy of each, made when asked for."""

    total: int
    support: Callable[[int], tuple[int, ...]]
    strategy: Callable[[int], Strategy]


Pairs: TypeAlias = list[tuple[int, int]]


def _enumerated(game: NormalForm, deadline: float) -> tuple[Listed, Listed, Pairs]:
    """Both polyhedra, and which of their vertices are equilibria together."""
    sides = game.wholes[1].T, game.wholes[0]
    if WALKED_FROM <= sum(game.shape) <= LABELS:
        from gametheory.methods.walking import TangledError

        with contextlib.suppress(TangledError):
            return _walked(game, sides, deadline)
    first, second = (best_reply_vertices(side, deadline=deadline) for side in sides)
    pairs = completely_labelled(first, second, deadline=deadline)
    return _listed_rays(first), _listed_rays(second), pairs


def _walked(game: NormalForm, sides: tuple[Side, Side], deadline: float) -> tuple[Listed, Listed, Pairs]:
    """The same by two walks, in large games at once: their compiled parts run side by side."""
    from concurrent.futures import ThreadPoolExecutor

    from gametheory.methods.walking import walk

    def walked(side: Side) -> Walk:
        return walk(integers(side) + 1, deadline=deadline)

    if sum(game.shape) < TOGETHER_FROM:
        walks = [walked(side) for side in sides]
    else:
        with ThreadPoolExecutor(2) as pool:
            walks = list(pool.map(walked, sides))
    masks, places = zip(*(np.unique(each.tight[1:], return_index=True) for each in walks), strict=True)
    pairs = completely_labelled_masks(masks[0], masks[1], (game.shape[0], game.shape[1]), deadline=deadline)
    first, second = (_listed_walk(walks[k], masks[k], places[k] + 1, game.shape[k]) for k in (0, 1))
    return first, second, pairs


def _listed_rays(found: Vertices) -> Listed:
    def strategy(place: int) -> Strategy:
        row = found.weights[place].tolist()
        return tuple(Fraction(weight, sum(row)) for weight in row)

    return Listed(len(found.weights), lambda place: tuple(np.flatnonzero(~found.unused[place]).tolist()), strategy)


def _listed_walk(found: Walk, masks: NDArray[np.uint64], places: NDArray[np.intp], size: int) -> Listed:
    def support(place: int) -> tuple[int, ...]:
        mask = int(masks[place])
        return tuple(action for action in range(size) if not mask >> action & 1)

    return Listed(len(masks), support, lambda place: found.strategy(int(places[place])))


def _in_order(
    first: Listed, second: Listed, pairs: Pairs
) -> Iterator[tuple[tuple[int, int], tuple[Strategy, Strategy]]]:
    """Pairs and profiles, sorted by support, then profile."""
    supports, strategies = (
        [cache(first.support), cache(second.support)],
        [cache(first.strategy), cache(second.strategy)],
    )

    def used(pair: tuple[int, int]) -> tuple[tuple[int, ...], ...]:
        return supports[0](pair[0]), supports[1](pair[1])

    for _, together in groupby(sorted(pairs, key=used), key=used):
        yield from sorted(
            ((pair, (strategies[0](pair[0]), strategies[1](pair[1]))) for pair in together), key=itemgetter(1)
        )


def _answer(
    game: NormalForm, first: Listed, second: Listed, pairs: Pairs, most: int | None, deadline: float
) -> EquilibriumSet:
    order: Pairs = []

    def profiles() -> Iterator[tuple[Strategy, Strategy]]:
        for pair, profile in _in_order(first, second, pairs):
            order.append(pair)
            yield profile

    answers = certified_in_time(game, profiles(), most=most, deadline=deadline)
    complete = len(answers) == len(pairs)
    counts = f"{first.total} and {second.total} vertices"
    reason = f"Both best-reply polyhedra ({counts}) were enumerated and matched exactly."
    if not complete:
        reason = shortened(len(answers), len(pairs), most)
    joined, subsets, note = structure(order, deadline) if complete else ((), (), "")
    return EquilibriumSet(
        equilibria=answers,
        complete=complete,
        reason=reason + note,
        concept="nash",
        method="vertex enumeration",
        game=repr(game),
        components=joined,
        nash_subsets=subsets,
    )
