"""All Nash equilibria of a two-player game, exactly, degenerate games included: vertex enumeration.

Give every action of both players a label. A vertex x of player 1's best-reply polyhedron carries the labels
of its own unused actions and of the other's best replies to it; likewise y. A pair of vertices that carries
all labels is an *extreme equilibrium*, since each action is unused or a best reply; and every equilibrium
is a convex combination of extreme ones within a maximal Nash subset (Mangasarian 1964; Winkels 1979). So
enumerating the vertices of both polyhedra and matching labels finds all of them. See
`gametheory.methods.vertices`.
"""

from __future__ import annotations

from fractions import Fraction

from gametheory.equilibrium import EquilibriumSet
from gametheory.methods.certify import exact_equilibrium, support_of
from gametheory.methods.lemke_howson import some_equilibria
from gametheory.methods.matching import completely_labelled
from gametheory.methods.nash_subsets import components, maximal_nash_subsets
from gametheory.methods.vertices import (
    Vertices,
    best_reply_vertices,
    deadline_in,
    most_vertices,
)
from gametheory.normal_form import NormalForm

COST_LIMIT = 10_000_000
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
    if max_equilibria is not None and not max_equilibria >= 1:
        raise ValueError(f"max_equilibria is {max_equilibria}; it must be at least 1.")
    sizes = game.shape
    cost = sum(sizes) * max(most_vertices(size, sum(sizes)) for size in sizes)
    if cost > COST_LIMIT and time_limit is None:
        if max_equilibria is None:
            raise ValueError(
                f"{game!r} may have {cost // sum(sizes):.1e} vertices to enumerate. Give time_limit=seconds, "
                "or max_equilibria=number to search for some, or choose method='lemke-howson' or 'pure'."
            )
        why = f"The game is too large to enumerate; searched for {max_equilibria} equilibria."
        return some_equilibria(game, count=max_equilibria, reason=why)
    try:
        deadline = deadline_in(time_limit)
        first = best_reply_vertices(game.payoffs[1].T, deadline=deadline)
        second = best_reply_vertices(game.payoffs[0], deadline=deadline)
        pairs = completely_labelled(first, second, deadline=deadline)
    except TimeoutError:
        why = f"Enumeration was given up after {time_limit} s; these come from a quick search."
        return some_equilibria(game, count=max_equilibria or 1, reason=why)
    return _answer(game, first, second, pairs, max_equilibria)


def _answer(
    game: NormalForm, first: Vertices, second: Vertices, pairs: list[tuple[int, int]], most: int | None
) -> EquilibriumSet:
    mixed = [_strategies(vertices, {pair[k] for pair in pairs}) for k, vertices in enumerate((first, second))]
    order = {}
    for x, y in pairs:
        profile = mixed[0][x], mixed[1][y]
        order[x, y] = tuple(support_of(part) for part in profile), profile
    pairs = sorted(pairs, key=order.__getitem__)
    counts = f"{len(first.weights)} and {len(second.weights)}"
    reason = f"Both best-reply polyhedra ({counts} vertices) were enumerated and matched exactly."
    complete = most is None or len(pairs) <= most
    if not complete:
        reason = f"The first {most} of {len(pairs)} extreme equilibria, as max_equilibria asks."
    subsets = maximal_nash_subsets(pairs) if complete else ()
    return EquilibriumSet(
        equilibria=tuple(exact_equilibrium(game, order[pair][1]) for pair in pairs[:most]),
        complete=complete,
        reason=reason,
        concept="nash",
        method="vertex enumeration",
        game=repr(game),
        components=components(subsets),
        nash_subsets=subsets,
    )


def _strategies(vertices: Vertices, wanted: set[int]) -> dict[int, tuple[Fraction, ...]]:
    rows = {k: vertices.weights[k] for k in wanted}
    return {k: tuple(Fraction(p, int(sum(row))) for p in row) for k, row in rows.items()}
