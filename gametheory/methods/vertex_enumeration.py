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
from fractions import Fraction
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gametheory.equilibrium import EquilibriumSet
from gametheory.methods.certify import certified_in_time, shortened, support_of
from gametheory.methods.lemke_howson import some_equilibria
from gametheory.methods.matching import completely_labelled, completely_labelled_masks
from gametheory.methods.nash_subsets import structure
from gametheory.methods.vertices import (
    LABELS,
    best_reply_vertices,
    check_count,
    deadline_in,
    integers,
    most_vertices,
    roughly,
)
from gametheory.normal_form import NormalForm

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
        found = _enumerated(game, deadline)
    except (TimeoutError, MemoryError) as error:
        cause = f": {error}" if isinstance(error, MemoryError) else f" after {time_limit} s"
        why = f"Enumeration was given up{cause}; these come from a quick search."
        late = time.monotonic() + max(0.5, time_limit / 4) if time_limit else deadline
        return some_equilibria(game, count=max_equilibria or 1, reason=why, deadline=late)
    return _answer(game, found, max_equilibria, deadline)


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


class Enumerated(NamedTuple):
    """Both polyhedra: how many vertices each has, the pairs that are equilibria, and the strategies in these."""

    counts: tuple[int, int]
    pairs: list[tuple[int, int]]
    strategies: tuple[dict[int, Strategy], dict[int, Strategy]]


def _enumerated(game: NormalForm, deadline: float) -> Enumerated:
    sides = game.wholes[1].T, game.wholes[0]
    if WALKED_FROM <= sum(game.shape) <= LABELS:
        from gametheory.methods.walking import TangledError

        with contextlib.suppress(TangledError):
            return _walked(game, sides, deadline)
    first, second = (best_reply_vertices(side, deadline=deadline) for side in sides)
    pairs = completely_labelled(first, second, deadline=deadline)
    strategies = [_strategies(each.weights, {pair[k] for pair in pairs}) for k, each in enumerate((first, second))]
    return Enumerated((len(first.weights), len(second.weights)), pairs, (strategies[0], strategies[1]))


def _walked(game: NormalForm, sides: tuple[Side, Side], deadline: float) -> Enumerated:
    """Both walks, in large games at once: their compiled parts run side by side."""
    from concurrent.futures import ThreadPoolExecutor

    from gametheory.methods.walking import Walk, walk

    def walked(side: Side) -> Walk:
        return walk(integers(side) + 1, deadline=deadline)

    if sum(game.shape) < TOGETHER_FROM:
        walks = [walked(side) for side in sides]
    else:
        with ThreadPoolExecutor(2) as pool:
            walks = list(pool.map(walked, sides))
    masks, places = zip(*(np.unique(each.tight[1:], return_index=True) for each in walks), strict=True)
    pairs = completely_labelled_masks(masks[0], masks[1], (game.shape[0], game.shape[1]), deadline=deadline)
    strategies = []
    for k, each in enumerate(walks):
        wanted = {pair[k] for pair in pairs}
        strategies.append({place: each.strategy(1 + int(places[k][place])) for place in wanted})
    return Enumerated((len(masks[0]), len(masks[1])), pairs, (strategies[0], strategies[1]))


def _answer(game: NormalForm, found: Enumerated, most: int | None, deadline: float) -> EquilibriumSet:
    first, second = ({place: (support_of(each), each) for place, each in side.items()} for side in found.strategies)
    pairs = sorted(found.pairs, key=lambda pair: tuple(zip(first[pair[0]], second[pair[1]], strict=True)))
    profiles = ((first[x][1], second[y][1]) for x, y in pairs)
    answers = certified_in_time(game, profiles, most=most, deadline=deadline)
    complete = len(answers) == len(pairs)
    counts = " and ".join(map(str, found.counts))
    reason = f"Both best-reply polyhedra ({counts} vertices) were enumerated and matched exactly."
    if not complete:
        reason = shortened(len(answers), len(pairs), most)
    joined, subsets, note = structure(pairs, deadline) if complete else ((), (), "")
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


def _strategies(weights: Side, wanted: set[int]) -> dict[int, Strategy]:
    rows = {k: weights[k] for k in wanted}
    return {k: tuple(Fraction(p, int(sum(row))) for p in row) for k, row in rows.items()}
