r"""Improvement paths: profiles as nodes, a step is one player's change of action that does not hurt it.

On the line of profiles that differ only in player k's action, order them by u_k in groups of equal payoff, with one
node between groups instead of all pairs, so that there are a few arcs a profile and not one for every pair:

* weak steps (u_k does not fall):  profile <-> its group's node -> the next group's node,
* gains (u_k rises):  profile -> the node above its group -> the profiles of the next group and the node above it.

A cycle in which someone gains is found by strongly connected components (Tarjan 1972); without cycles, the longest
path to each component numbers the profiles.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gametheory.normal_form import NormalForm
from gametheory.whole_table import comparable

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Cell = tuple[int, ...]


def improvement_cycle(game: NormalForm, *, weak: bool) -> tuple[Cell, ...]:
    """A cycle of steps of single players, or () if there is none.

    Parameters
    ----------
    game : NormalForm
    weak : bool
        Whether steps at which nothing is gained may occur, as long as there is one gain; otherwise all are gains.

    Returns
    -------
    tuple of profiles
        Each differs from the next, and the last from the first, in one player's action.

    Examples
    --------
    >>> improvement_cycle(NormalForm.zero_sum([[1, -1], [-1, 1]]), weak=False)
    ((0, 1), (1, 1), (1, 0), (0, 0))
    """
    from scipy.sparse.csgraph import breadth_first_order, connected_components

    graph, risers = _graph(game, weak=weak)
    _, label = connected_components(graph, directed=True, connection="strong")
    if weak:
        turning = [(int(a), int(b)) for a, b in risers if label[a] == label[b]]
        if not turning:
            return ()
        end, start = turning[0]
    else:
        count = np.bincount(label)
        places = np.flatnonzero(count[label[: game.wholes[0].size]] > 1)
        if not len(places):
            return ()
        end = int(places[0])
        start = int(next(n for n in graph.indices[graph.indptr[end] : graph.indptr[end + 1]] if label[n] == label[end]))
    _, before = breadth_first_order(graph, start, directed=True)
    path = [end]
    while path[-1] != start:
        path.append(int(before[path[-1]]))
    return _profiles(path[::-1], game)


def improvement_levels(game: NormalForm, *, weak: bool) -> NDArray[np.int64]:
    """Profiles numbered by the longest path of improvements to each, in a game without cycles.

    Parameters
    ----------
    game : NormalForm
    weak : bool
        Whether profiles joined by steps without gain count as one.

    Returns
    -------
    int array, shaped as the game
        An ordinal potential: 0, 1, 2, ..., equal for paths of equal length.

    Examples
    --------
    >>> improvement_levels(NormalForm([[3, 0], [5, 1]], [[3, 5], [0, 1]]), weak=True).tolist()
    [[0, 1], [1, 2]]
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    graph, _ = _graph(game, weak=weak)
    count, label = connected_components(graph, directed=True, connection="strong")
    rows, columns = graph.nonzero()
    ends = np.unique(np.stack([label[rows], label[columns]]), axis=1)
    ends = ends[:, ends[0] != ends[1]]
    arcs = csr_array((np.ones(ends.shape[1], dtype=np.int8), (ends[0], ends[1])), shape=(count, count))
    waiting = np.bincount(ends[1], minlength=count)
    level = np.zeros(count, dtype=np.int64)
    front, depth = np.flatnonzero(waiting == 0), 0
    while len(front):
        level[front] = depth
        reached = np.concatenate([arcs.indices[arcs.indptr[n] : arcs.indptr[n + 1]] for n in front])
        np.subtract.at(waiting, reached, 1)
        depth += 1
        front = np.unique(reached[waiting[reached] == 0])
    of_profiles = np.unique(level[label[: game.wholes[0].size]], return_inverse=True)[1]
    return of_profiles.reshape(game.shape).astype(np.int64)


def _graph(game: NormalForm, *, weak: bool) -> tuple[csr_array, NDArray[np.int64]]:
    """The arcs, and those from group to group: profiles are the first nodes, in the order of the table."""
    from scipy.sparse import csr_array

    size = game.wholes[0].size
    places = np.arange(size).reshape(game.shape)
    arcs: list[NDArray[Any]] = []
    risers: list[NDArray[Any]] = []
    nodes = size
    for player, table in enumerate(game.wholes):
        ranks = np.unique(comparable(table.ravel()), return_inverse=True)[1].reshape(game.shape)
        width = game.shape[player]
        lines = np.moveaxis(ranks, player, -1).reshape(-1, width)
        order = np.argsort(lines, axis=1, kind="stable")
        member = np.take_along_axis(np.moveaxis(places, player, -1).reshape(-1, width), order, axis=1).ravel()
        first = np.ones(lines.shape, dtype=bool)
        first[:, 1:] = np.diff(np.take_along_axis(lines, order, axis=1), axis=1) > 0
        group = nodes + np.cumsum(first.ravel()) - 1
        last = nodes + int(first.sum()) - 1
        heads = np.flatnonzero(first.ravel())
        rising = heads[heads % width != 0]  # the first of a group that is not the lowest of its line
        rise = np.stack([group[rising - 1], group[rising]])
        above = np.full(last - nodes + 2, -1)
        above[rise[1] - nodes] = rise[0]  # the group below each group
        arcs += [np.stack([member, group]), rise]
        below = above[group - nodes]
        arcs += [np.stack([group, member])] if weak else [np.stack([below, member])[:, below >= 0]]
        risers.append(rise)
        nodes = last + 1
    ends = np.concatenate(arcs, axis=1)
    graph = csr_array((np.ones(ends.shape[1], dtype=np.int8), (ends[0], ends[1])), shape=(nodes, nodes))
    return graph, np.concatenate(risers, axis=1).T


def _profiles(path: list[int], game: NormalForm) -> tuple[Cell, ...]:
    """The profiles on a cycle of nodes; on one line only where it is entered and where it is left."""
    size = game.wholes[0].size
    cells = [tuple(int(i) for i in np.unravel_index(n, game.shape)) for n in path if n < size]
    if cells[0] == cells[-1]:
        cells.pop()
    return tuple(cells)
