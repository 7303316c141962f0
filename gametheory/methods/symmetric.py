"""Symmetric equilibria (x, x) of a symmetric two-player game, all of them, exactly.

With B = A^T the best-reply polyhedron of either player is {(x, v): x in the simplex, v >= A x}. A point of
it is a symmetric equilibrium when every action i is unused, x_i = 0, or a best reply, (A x)_i = v. Such
points form a union of faces whose vertices are such points too, so the vertices that carry all labels are
the *extreme symmetric equilibria*; a set of them spans equilibria exactly when no action is used by one and
not a best reply to another. They need not be extreme equilibria of the game, and not all of its equilibria
are symmetric.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.equilibrium import EquilibriumSet, Indices
from gametheory.methods.certify import certified_in_time, shortened, support_of
from gametheory.methods.nash_subsets import SUBSETS_LIMIT, components
from gametheory.methods.pure import pure_profile
from gametheory.methods.vertex_enumeration import WALKED_FROM, check_cost
from gametheory.methods.vertices import LABELS, best_reply_vertices, check_count, deadline_in, integers
from gametheory.normal_form import NormalForm

Strategy = tuple[Fraction, ...]


def symmetric_equilibria(
    game: NormalForm, *, max_equilibria: int | None = None, time_limit: float | None = None
) -> EquilibriumSet:
    """Every extreme symmetric equilibrium of a symmetric two-player game.

    Parameters
    ----------
    game : NormalForm
        With B = A^T, as from `NormalForm.symmetric`.
    max_equilibria : int, optional
        Give back no more than this many.
    time_limit : float, optional
        Seconds; then the pure ones are given back.

    Returns
    -------
    EquilibriumSet
        Sorted by support, then profile. `nash_subsets` are the maximal sets whose convex hulls consist of
        symmetric equilibria.

    Raises
    ------
    ValueError
        If the game is not symmetric, a limit is not positive, or enumeration could take very long and no time limit was
        given.

    References
    ----------
    D. Avis, G. Rosenberg, R. Savani and B. von Stengel, Enumeration of Nash equilibria for two-player games,
    Economic Theory 42 (2010) 9-37.

    Examples
    --------
    >>> [str(e) for e in symmetric_equilibria(NormalForm.symmetric([[-1, 2], [0, 1]]))]
    ['(1/2, 1/2) (1/2, 1/2)']
    """
    if not game.is_symmetric:
        raise ValueError(f"{game!r} is not symmetric: B = A^T is needed, as NormalForm.symmetric(A) makes it.")
    check_count(max_equilibria)
    deadline = deadline_in(time_limit)
    if time_limit is None:
        check_cost(game, "time_limit=seconds")
    try:
        count, found = _labelled(game, deadline)
        reason = f"The best-reply polyhedron ({count} vertices) was enumerated exactly."
    except (TimeoutError, MemoryError) as error:
        count, found = 0, _pure(game)
        cause = f": {error}" if isinstance(error, MemoryError) else f" after {time_limit} s"
        reason = f"Enumeration was given up{cause}; these are the pure ones."
        deadline = time.monotonic() + max(0.5, time_limit / 4) if time_limit else deadline
    profiles = ((strategy, strategy) for _, strategy, _ in found)
    answers = certified_in_time(game, profiles, most=max_equilibria, deadline=deadline)
    complete = bool(count) and len(answers) == len(found)
    subsets, note = _subsets(found, deadline) if complete else ((), "")
    return EquilibriumSet(
        equilibria=answers,
        complete=complete,
        reason=(shortened(len(answers), len(found), max_equilibria) or reason) + note,
        concept="symmetric",
        method="vertex enumeration",
        game=repr(game),
        components=components(subsets),
        nash_subsets=subsets,
    )


Labelled = tuple[tuple[int, ...], Strategy, frozenset[int]]
"""Support, strategy, and best replies."""


def _labelled(game: NormalForm, deadline: float) -> tuple[int, list[Labelled]]:
    """How many vertices the polyhedron has, and those at which every action is unused or a best reply, sorted."""
    size = game.shape[0]
    if WALKED_FROM <= 2 * size <= LABELS:
        from gametheory.methods.walking import TangledError, walk

        with contextlib.suppress(TangledError):
            walked = walk(integers(game.wholes[0]) + 1, deadline=deadline)
            masks, places = np.unique(walked.tight[1:], return_index=True)
            replies, full = masks >> np.uint64(size), np.uint64((1 << size) - 1)
            chosen = np.flatnonzero(((masks | replies) & full) == full).tolist()
            every = [(walked.strategy(1 + int(places[k])), int(replies[k])) for k in chosen]
            labelled = ((x, frozenset(i for i in range(size) if best >> i & 1)) for x, best in every)
            return len(masks), sorted((support_of(x), x, best) for x, best in labelled)
    vertices = best_reply_vertices(game.wholes[0], deadline=deadline)
    chosen = np.flatnonzero((vertices.unused | vertices.replies).all(axis=1)).tolist()
    rows = [(_shares(vertices.weights[k]), frozenset(np.flatnonzero(vertices.replies[k]).tolist())) for k in chosen]
    return len(vertices.weights), sorted((support_of(x), x, best) for x, best in rows)


def _shares(weights: NDArray[Any]) -> Strategy:
    return tuple(Fraction(p, int(sum(weights))) for p in weights)


def _pure(game: NormalForm) -> list[Labelled]:
    table = game.wholes[0]
    actions = [i for i, row in enumerate(table.T) if max(row) == row[i]]
    return [((i,), pure_profile(game, (i, i))[0], frozenset((i,))) for i in actions]


def _subsets(found: list[Labelled], deadline: float) -> tuple[Indices, str]:
    """The maximal sets of equilibria in which no action is used by one and not a best reply to another."""
    import networkx

    used = np.array([[i in support for i in range(len(x))] for support, x, _ in found])
    wrong = np.array([[i not in best for i in range(len(x))] for _, x, best in found])
    clash = used.astype(np.float32) @ wrong.T.astype(np.float32)
    graph = networkx.from_numpy_array(clash + clash.T == 0)
    subsets: list[tuple[int, ...]] = []
    cliques: Iterator[list[int]] = networkx.find_cliques(graph)
    for clique in cliques:
        if len(subsets) == SUBSETS_LIMIT or time.monotonic() > deadline:
            return (), " There was no time or room to list the maximal sets of equilibria."
        subsets.append(tuple(sorted(clique)))
    return tuple(sorted(subsets)), ""
