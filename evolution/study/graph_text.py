"""The graph of a study: one of a few generators with whole numbers, or a plain list of edges.

    networkx = "star_graph(3)"          matched by a pattern, looked up in a table; nothing is evaluated
    edges = "friends.txt"               beside the study file: one edge a line, "u v" or "u v weight", # comments
    edges = ["a b", "b c 0.5"]          the same lines in the study itself

Nodes are numbered 0, 1, ... by generators that use tuples; random generators take their seed as the last number.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from analytic.expression import exact

if TYPE_CHECKING:
    import networkx

__all__ = ["GENERATORS", "generated", "read_edges"]

MAX_EDGES = 100_000
MAX_NODES = 20_000

#: how many numbers a generator takes, and how many edges it will make at most
GENERATORS: dict[str, tuple[int, Callable[..., int]]] = {
    "balanced_tree": (2, lambda r, h: max(r, 1) ** min(h + 1, 60)),
    "barabasi_albert_graph": (3, lambda n, m, seed: n * m),
    "barbell_graph": (2, lambda m, n: m * m + n),
    "circular_ladder_graph": (1, lambda n: 3 * n),
    "complete_bipartite_graph": (2, lambda m, n: m * n),
    "complete_graph": (1, lambda n: n * n // 2),
    "cycle_graph": (1, lambda n: n),
    "grid_2d_graph": (2, lambda m, n: 2 * m * n),
    "hypercube_graph": (1, lambda n: n * 2 ** min(n, 60)),
    "karate_club_graph": (0, lambda: 78),
    "ladder_graph": (1, lambda n: 3 * n),
    "path_graph": (1, lambda n: n),
    "petersen_graph": (0, lambda: 15),
    "random_regular_graph": (3, lambda d, n, seed: d * n),
    "random_tree": (2, lambda n, seed: n),
    "star_graph": (1, lambda n: n),
    "wheel_graph": (1, lambda n: 2 * n),
}
_CALL = re.compile(r"\s{0,9}([a-z0-9_]{1,40})\s{0,9}\(([0-9, ]{0,80})\)\s{0,9}")


def generated(text: str) -> networkx.Graph[Any]:
    """The graph that a generator makes.

    Parameters
    ----------
    text : str
        A name of `GENERATORS` with whole numbers in parentheses.

    Returns
    -------
    networkx.Graph

    Raises
    ------
    ValueError
        For any other text, the wrong count of numbers, or a graph too large.

    Examples
    --------
    >>> sorted(dict(generated("star_graph(3)").degree()).values())
    [1, 1, 1, 3]
    """
    call = _CALL.fullmatch(text)
    if call is None:
        raise ValueError(f"a graph is written like star_graph(3), with whole numbers, got {text[:60]!r}")
    name, inside = call[1], call[2].strip()
    if name not in GENERATORS:
        near = difflib.get_close_matches(name, GENERATORS, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(GENERATORS)}"
        raise ValueError(f"no generator of graphs is called {name!r}; {hint}")
    parts = [part.strip() for part in inside.split(",")] if inside else []
    count, edges = GENERATORS[name]
    if len(parts) != count or not all(part.isdigit() and len(part) < 10 for part in parts):
        raise ValueError(f"{name} takes {count} whole numbers below 10^9, got ({inside})")
    numbers = [int(part) for part in parts]
    sizes = numbers[:-1] if name.startswith(("random_", "barabasi")) else numbers
    if max(sizes, default=0) > MAX_NODES or edges(*numbers) > MAX_EDGES:
        raise ValueError(f"{text.strip()} has more than {MAX_EDGES} edges or {MAX_NODES} nodes; take a smaller graph")
    return _made(name, numbers)


def _made(name: str, numbers: Sequence[int]) -> networkx.Graph[Any]:
    import networkx as nx

    makers: dict[str, Any] = {
        "random_tree": lambda n, seed: nx.random_labeled_tree(n, seed=seed),
        "random_regular_graph": lambda d, n, seed: nx.random_regular_graph(d, n, seed=seed),
        "barabasi_albert_graph": lambda n, m, seed: nx.barabasi_albert_graph(n, m, seed=seed),
    }
    try:
        maker = makers[name] if name in makers else getattr(nx, name)
        graph = maker(*numbers)
    except nx.NetworkXException as error:
        raise ValueError(f"{name}({', '.join(map(str, numbers))}): {error}") from error
    return _sound(nx.convert_node_labels_to_integers(graph, ordering="sorted"))


def read_edges(lines: Sequence[str]) -> networkx.Graph[Any]:
    """The graph of a list of edges; weights are exact, 1 when nothing is said.

    Parameters
    ----------
    lines : sequence of str
        ``u v`` or ``u v weight``; empty lines and what follows # are passed over.

    Returns
    -------
    networkx.Graph

    Raises
    ------
    ValueError
        With the number of the line that is no edge.

    Examples
    --------
    >>> read_edges(["a b", "b c 0.5  # weak"]).edges["b", "c"]["weight"]
    1/2
    """
    import networkx as nx

    graph: networkx.Graph[Any] = nx.Graph()
    for number, line in enumerate(lines, 1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        if len(words) not in (2, 3) or any(not re.fullmatch(r"[A-Za-z0-9_.-]{1,40}", word) for word in words[:2]):
            raise ValueError(f"line {number} must be an edge 'u v' or 'u v weight', got {line[:60]!r}")
        if graph.has_edge(*words[:2]):
            raise ValueError(f"line {number} names the edge {words[0]} {words[1]} again")
        try:
            weight = exact(words[2] if len(words) == 3 else 1)
        except ValueError as error:
            raise ValueError(f"line {number}: the weight of an edge: {error}") from error
        graph.add_edge(*words[:2], weight=weight)
        if graph.number_of_edges() > MAX_EDGES or graph.number_of_nodes() > MAX_NODES:
            raise ValueError(f"line {number}: a graph has at most {MAX_EDGES} edges and {MAX_NODES} nodes")
    return _sound(graph)


def _sound(graph: networkx.Graph[Any]) -> networkx.Graph[Any]:
    import networkx as nx

    if graph.number_of_edges() == 0:
        raise ValueError("the graph has no edge; with nobody to meet there is no game on it")
    loops = list(nx.selfloop_edges(graph))
    if loops:
        raise ValueError(f"node {loops[0][0]!r} is its own neighbour; remove that edge")
    frozen: networkx.Graph[Any] = nx.freeze(graph)
    return frozen
