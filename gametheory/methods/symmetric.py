"""Symmetric equilibria (x, x) of a symmetric two-player game, all of them, exactly.

With B = A^T the best-reply polyhedron of either player is {(x, v): x in the simplex, v >= A x}. A point of
it is a symmetric equilibrium when every action i is unused, x_i = 0, or a best reply, (A x)_i = v. Such
points form a union of faces whose vertices are such points too, so the vertices that carry all labels are
the *extreme symmetric equilibria*; a set of them spans equilibria exactly when no action is used by one and
not a best reply to another. They need not be extreme equilibria of the game, and not all of its equilibria
are symmetric.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from gametheory.equilibrium import EquilibriumSet
from gametheory.methods.certify import exact_equilibrium, support_of
from gametheory.methods.nash_subsets import components
from gametheory.methods.vertices import best_reply_vertices, deadline_in
from gametheory.normal_form import NormalForm


def symmetric_equilibria(game: NormalForm, *, time_limit: float | None = None) -> EquilibriumSet:
    """Every extreme symmetric equilibrium of a symmetric two-player game.

    Parameters
    ----------
    game : NormalForm
        With B = A^T, as from `NormalForm.symmetric`.
    time_limit : float, optional
        Seconds.

    Returns
    -------
    EquilibriumSet
        Sorted by support, then profile. `nash_subsets` are the maximal sets whose convex hulls consist of
        symmetric equilibria.

    Raises
    ------
    ValueError
        If the game is not symmetric.
    TimeoutError
        If the time ran out: an incomplete list would not even contain one equilibrium for certain.

    Examples
    --------
    >>> [str(e) for e in symmetric_equilibria(NormalForm.symmetric([[-1, 2], [0, 1]]))]
    ['(1/2, 1/2) (1/2, 1/2)']
    """
    import networkx

    if not game.is_symmetric:
        raise ValueError(f"{game!r} is not symmetric: B = A^T is needed, as NormalForm.symmetric(A) makes it.")
    deadline = deadline_in(time_limit)
    try:
        vertices = best_reply_vertices(game.wholes[0], deadline=deadline)
    except TimeoutError:
        raise TimeoutError(f"the vertices of {game!r} were not enumerated in {time_limit} s.") from None
    labelled = np.flatnonzero((vertices.unused | vertices.replies).all(axis=1))
    strategies = [tuple(Fraction(p, int(sum(vertices.weights[k]))) for p in vertices.weights[k]) for k in labelled]
    order = sorted(range(len(labelled)), key=lambda i: (support_of(strategies[i]), strategies[i]))
    used, wrong = ~vertices.unused[labelled[order]], ~vertices.replies[labelled[order]]
    clash = used.astype(int) @ wrong.T.astype(int)
    graph = networkx.from_numpy_array((clash + clash.T == 0).astype(int))
    subsets = tuple(sorted(tuple(sorted(clique)) for clique in networkx.find_cliques(graph)))
    return EquilibriumSet(
        equilibria=tuple(exact_equilibrium(game, (strategies[i], strategies[i])) for i in order),
        complete=True,
        reason=f"The best-reply polyhedron ({len(vertices.weights)} vertices) was enumerated exactly.",
        concept="symmetric",
        method="vertex enumeration",
        game=repr(game),
        components=components(subsets),
        nash_subsets=subsets,
    )
