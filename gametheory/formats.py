r"""Games from and to other libraries: nashpy, NumPy and networkx; Gambit's files are in `gametheory.nfg`.

* `nashpy.Game(A, B)` pays A[i, j] and B[i, j] at row i, column j, as `NormalForm(A, B)` does. One matrix alone
  means zero-sum to nashpy; its `Game` then carries both matrices, so nothing is left to guess here.
* NumPy: one array of floats a player, all of shape (n_1, ..., n_N), axis k being player k's own action.
* To networkx: the graph of *improvements*, pure profiles as nodes, an arc for every change of one player's action that
  gains (Monderer and Shapley 1996). Pure equilibria are the nodes without arcs out.
* From networkx: the *polymatrix* game (Yanovskaya 1968) of a graph whose nodes are players and whose edges are
  two-player games: with (A, B) on the arc u -> v, and one's action the same in all games,

      u_k(a) = sum over arcs k -> v of A[a_k, a_v]  +  sum over arcs u -> k of B[a_u, a_k].
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from gametheory.normal_form import NormalForm
from gametheory.rational import FractionArray, fraction_array
from gametheory.whole_table import comparable

if TYPE_CHECKING:
    import nashpy
    import networkx

ARCS = 1_000_000  # of a graph of improvements
LIMIT = 1_000_000  # payoffs of a table made from a graph


def from_nashpy(game: nashpy.Game) -> NormalForm:
    """The exact game that a `nashpy.Game` holds; its floats are taken as the binary rationals they are.

    Parameters
    ----------
    game : nashpy.Game

    Returns
    -------
    NormalForm

    Raises
    ------
    TypeError
        If it is no nashpy game.

    Examples
    --------
    >>> import nashpy
    >>> from_nashpy(nashpy.Game([[1, -1], [-1, 1]])) == NormalForm.zero_sum([[1, -1], [-1, 1]])
    True
    """
    matrices = getattr(game, "payoff_matrices", None)
    if matrices is None:
        raise TypeError(f"from_nashpy got {type(game).__name__}; it needs a nashpy.Game.")
    return NormalForm(*matrices)


def to_nashpy(game: NormalForm) -> nashpy.Game:
    """A `nashpy.Game` with the payoffs in floats.

    Parameters
    ----------
    game : NormalForm
        Of two players.

    Returns
    -------
    nashpy.Game

    Raises
    ------
    ValueError
        If the game has more than two players, which nashpy does not know.

    Examples
    --------
    >>> print(to_nashpy(NormalForm([[1, 2]], [[3, 4]])).payoff_matrices[1])
    [[3. 4.]]
    """
    import nashpy

    if len(game.players) != 2:
        raise ValueError(f"nashpy knows games of 2 players; this one has {len(game.players)}.")
    return nashpy.Game(*(array.copy() for array in game.floats))


def from_numpy(
    payoffs: NDArray[Any] | Sequence[NDArray[Any]],
    *,
    players: Sequence[str] | None = None,
    strategies: Sequence[Sequence[str]] | None = None,
) -> NormalForm:
    """The exact game of one payoff array a player; floats are taken as the binary rationals they are.

    Parameters
    ----------
    payoffs : sequence of arrays, or one array whose first axis is the player
        Each of shape (n_1, ..., n_N).
    players, strategies
        Names, as for `NormalForm`.

    Returns
    -------
    NormalForm

    Raises
    ------
    ValueError
        If the shapes do not fit or a payoff is not finite.

    Examples
    --------
    >>> from_numpy(np.zeros((3, 2, 4, 2)))
    NormalForm of 3 players, 2 x 4 x 2
    """
    arrays = list(payoffs)
    if len(arrays) >= 2 and all(np.ndim(array) == 1 for array in arrays):
        raise ValueError(
            f"from_numpy got one matrix, {len(arrays)} x {len(arrays[0])}; it needs one array for each player. "
            "Write NormalForm.symmetric(A) or NormalForm.zero_sum(A) for a game of one matrix."
        )
    return NormalForm(*arrays, players=players, strategies=strategies)


def to_numpy(game: NormalForm) -> tuple[NDArray[np.float64], ...]:
    """One array of floats a player, rounded to the nearest, free to be changed; `game.payoffs` has them exactly.

    Parameters
    ----------
    game : NormalForm

    Returns
    -------
    tuple of float arrays

    Examples
    --------
    >>> to_numpy(NormalForm([[1, "1/2"]], [[3, 4]]))
    (array([[1. , 0.5]]), array([[3., 4.]]))
    """
    return tuple(array.copy() for array in game.floats)


def to_networkx(
    game: NormalForm, *, steps: Literal["improvements", "best replies"] = "improvements"
) -> networkx.DiGraph[Any]:
    """The graph of pure profiles and of the changes by single players that gain; equilibria have no arc out.

    Parameters
    ----------
    game : NormalForm
    steps : str
        "improvements", all changes that gain, or "best replies", those of them that gain the most.

    Returns
    -------
    networkx.DiGraph
        Nodes are profiles, tuples of indices, with `payoffs` (Fractions) and `actions` (names); arcs have `player`
        (index) and `gain` (Fraction > 0).

    Raises
    ------
    ValueError
        If there could be more than a million arcs, or `steps` is neither.

    References
    ----------
    D. Monderer and L. Shapley, Potential games, Games and Economic Behavior 14 (1996) 124-143.

    Examples
    --------
    >>> graph = to_networkx(NormalForm([[3, 0], [5, 1]], [[3, 5], [0, 1]]))
    >>> [profile for profile, out in graph.out_degree() if out == 0]
    [(1, 1)]
    >>> graph.edges[(0, 0), (1, 0)]
    {'player': 0, 'gain': Fraction(2, 1)}
    """
    import networkx

    if steps not in ("improvements", "best replies"):
        raise ValueError(f"steps is {steps!r}; allowed: 'improvements', 'best replies'.")
    cells = prod(game.shape)
    possible = cells * sum(size - 1 for size in game.shape) // (2 if steps == "improvements" else 1)
    if max(cells, possible) > ARCS:
        raise ValueError(
            f"{game!r} has {cells} profiles and up to {possible} {steps}; a graph of at most {ARCS} is made. "
            "Drop strategies first: iterated_dominance."
        )
    graph: networkx.DiGraph[Any] = networkx.DiGraph()
    names = game.strategies
    for cell in np.ndindex(*game.shape):
        actions = tuple(row[i] for row, i in zip(names, cell, strict=True))
        graph.add_node(cell, payoffs=tuple(table[cell] for table in game.payoffs), actions=actions)
    for player, wholes in enumerate(game.wholes):
        table, exact = comparable(wholes), game.payoffs[player]
        tops = table == table.max(axis=player, keepdims=True)
        for cell in np.ndindex(*game.shape):
            line = (*cell[:player], slice(None), *cell[player + 1 :])
            better = (table[line] > table[cell]) & (tops[line] if steps == "best replies" else True)
            for action in np.flatnonzero(better).tolist():
                end = (*cell[:player], action, *cell[player + 1 :])
                graph.add_edge(cell, end, player=player, gain=exact[end] - exact[cell])
    return graph


def from_networkx(graph: networkx.Graph[Any], *, payoffs: str = "payoffs") -> NormalForm:
    """The polymatrix game of a graph: players are nodes, every edge is a game of its two ends.

    Parameters
    ----------
    graph : networkx.DiGraph or networkx.Graph
        On an arc u -> v of a DiGraph stands (A, B): at u's action i and v's action j, u gets A[i, j], v gets
        B[i, j]; u -> v and v -> u add up. On an edge of a Graph, which has no direction, stands one square
        matrix A: either end gets A[own action, the other's]. Nodes may have `strategies`, names, which
        isolated nodes need.
    payoffs : str
        The edge attribute.

    Returns
    -------
    NormalForm
        Players in the order of the graph's nodes, called by their names.

    Raises
    ------
    TypeError
        If it is no graph.
    ValueError
        If an edge has no such payoffs, their shapes do not fit each other, there are fewer than two nodes, or the
        table would have more than a million payoffs.

    References
    ----------
    E. Yanovskaya, Equilibrium points in polymatrix games, Litovskii Matematicheskii Sbornik 8 (1968) 381-384.

    Examples
    --------
    >>> import networkx
    >>> graph = networkx.path_graph(3)
    >>> networkx.set_edge_attributes(graph, [[2, 0], [0, 1]], "payoffs")
    >>> game = from_networkx(graph)
    >>> game.payoffs[1][0, 0, 0], game.payoffs[1][0, 0, 1]
    (Fraction(4, 1), Fraction(2, 1))
    """
    if not hasattr(graph, "is_directed"):
        raise TypeError(f"from_networkx got {type(graph).__name__}; it needs a networkx Graph or DiGraph.")
    nodes = list(graph.nodes)
    if len(nodes) < 2 or graph.is_multigraph():
        raise ValueError(
            f"the graph has {len(nodes)} nodes; give a Graph or DiGraph of at least two, without parallels."
        )
    given: list[tuple[Any, Any, Any]] = list(graph.edges(data=payoffs))
    games = [(u, v, *_pair(graph, u, v, value, payoffs)) for u, v, value in given]
    sizes = _sizes(graph, games)
    shape = [sizes[node] for node in nodes]
    if len(nodes) * prod(shape) > LIMIT or len(nodes) > 64:
        raise ValueError(
            f"a table of {len(nodes)} players would have {len(nodes)} x {' x '.join(map(str, shape[:8]))}"
            f"{' x ...' if len(shape) > 8 else ''} payoffs; at most {LIMIT} are made. Take a smaller part of the graph."
        )
    place = {node: k for k, node in enumerate(nodes)}
    tables = [np.full(shape, Fraction(0), dtype=object) for _ in nodes]
    for u, v, row, column in games:
        for node, matrix in ((u, row), (v, column)):
            turned = matrix if place[u] < place[v] else matrix.T
            axes = sorted((place[u], place[v]))
            spread = [size if k in axes else 1 for k, size in enumerate(shape)]
            tables[place[node]] = tables[place[node]] + turned.reshape(spread)
    named = [graph.nodes[node].get("strategies") or [str(i) for i in range(sizes[node])] for node in nodes]
    return NormalForm(*tables, players=[str(node) for node in nodes], strategies=named)


def _pair(graph: networkx.Graph[Any], u: Any, v: Any, value: Any, name: str) -> tuple[FractionArray, FractionArray]:
    """What the ends of an edge get, rows being u's actions."""
    edge = f"the edge {u!r}, {v!r}"
    if u == v:
        raise ValueError(f"node {u!r} plays against itself; remove the loop.")
    if value is None:
        raise ValueError(f"{edge} has no attribute {name!r}; give it payoffs, or name the attribute that has them.")
    if not graph.is_directed():
        matrix = fraction_array(value, f"payoffs of {edge}")
        if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
            raise ValueError(
                f"payoffs of {edge} have shape {matrix.shape}; an edge without direction needs one square matrix, what "
                "either end gets. Use a DiGraph for a pair (A, B)."
            )
        return matrix, matrix.T
    if not hasattr(value, "__len__") or len(value) != 2:
        raise ValueError(f"payoffs of {edge} are no pair (A, B): A for {u!r}, B for {v!r}, rows are {u!r}'s actions.")
    first, second = (fraction_array(part, f"payoffs {'AB'[k]} of {edge}") for k, part in enumerate(value))
    if first.ndim != 2 or first.shape != second.shape:
        raise ValueError(
            f"payoffs of {edge} have shapes {first.shape} and {second.shape}; both need that of one matrix."
        )
    return first, second


def _sizes(
    graph: networkx.Graph[Any], games: Sequence[tuple[Any, Any, FractionArray, FractionArray]]
) -> dict[Any, int]:
    """How many actions each node has, by its names and by the games that it plays."""
    sizes = {node: len(names) for node, names in graph.nodes(data="strategies") if names is not None}
    for u, v, row, _ in games:
        for node, size in zip((u, v), row.shape, strict=True):
            if sizes.setdefault(node, size) != size:
                raise ValueError(f"the edge {u!r}, {v!r} gives node {node!r} {size} actions; it has {sizes[node]}.")
    for node in graph.nodes:
        if node not in sizes:
            raise ValueError(f"node {node!r} has no edge and no names of strategies; give it the attribute strategies.")
    return sizes
