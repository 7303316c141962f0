"""Maximal Nash subsets and components, from the pairs of strategies that are extreme equilibria.

Two strategies x, y that are an extreme equilibrium are joined by an edge. A set X of vertices of one
polyhedron and a set Y of the other are interchangeable, conv X times conv Y consisting of equilibria,
exactly when every x in X is joined to every y in Y; so maximal Nash subsets are the maximal bicliques of
this graph, and components of equilibria are its connected components (Avis, Rosenberg, Savani and von
Stengel 2010, Proposition 4).
"""

from __future__ import annotations

import time
from collections.abc import Hashable, Iterable, Sequence

from gametheory.equilibrium import Indices

SUBSETS_LIMIT = 100_000
"""Most maximal Nash subsets of a component that are listed; there can be exponentially many."""


class TooManySubsetsError(ValueError):
    """A component has more maximal Nash subsets than can be listed."""


def structure(pairs: Sequence[tuple[int, int]], deadline: float) -> tuple[Indices, Indices, str]:
    """Components, maximal Nash subsets, and what to say if these are too many to list.

    Parameters
    ----------
    pairs : sequence of (int, int)
        All extreme equilibria.
    deadline : float
        On `time.monotonic`'s clock.

    Returns
    -------
    components, nash_subsets : tuples of tuples of int
        The latter empty if they are not listed.
    note : str
        Why not; otherwise empty.

    Examples
    --------
    >>> structure([(0, 0), (0, 1)], float("inf"))
    (((0, 1),), ((0, 1),), '')
    """
    joined = connected(pairs)
    try:
        return joined, maximal_nash_subsets(pairs, deadline=deadline), ""
    except TimeoutError:
        return joined, (), " There was no time to find the maximal Nash subsets."
    except TooManySubsetsError as error:
        return joined, (), f" Maximal Nash subsets are not listed: {error}."


def maximal_nash_subsets(pairs: Sequence[tuple[int, int]], *, deadline: float = float("inf")) -> Indices:
    """Maximal bicliques of the graph of extreme equilibria, as sets of edges.

    Parameters
    ----------
    pairs : sequence of (int, int)
        For each extreme equilibrium the index of its x and of its y.
    deadline : float
        On `time.monotonic`'s clock.

    Returns
    -------
    tuple of tuples of int
        Indices into `pairs`, sorted.

    Raises
    ------
    TooManySubsetsError
        If a component has more than `SUBSETS_LIMIT`.
    TimeoutError
        If the deadline passed first.

    References
    ----------
    D. Avis, G. Rosenberg, R. Savani and B. von Stengel, Enumeration of Nash equilibria for two-player games,
    Economic Theory 42 (2010) 9-37.

    Examples
    --------
    >>> maximal_nash_subsets([(0, 0), (0, 1), (1, 1)])
    ((0, 1), (1, 2))
    """
    subsets: list[tuple[int, ...]] = []
    for component in connected(pairs):
        if len(component) == 1:
            subsets.append(component)
        else:
            subsets += _bicliques({pairs[index]: index for index in component}, deadline)
    return tuple(sorted(subsets))


def connected(pairs: Sequence[tuple[int, int]]) -> Indices:
    """The components of equilibria: pairs that share a strategy belong together.

    Parameters
    ----------
    pairs : sequence of (int, int)

    Returns
    -------
    tuple of tuples of int
        Indices into `pairs`, sorted.

    Examples
    --------
    >>> connected([(0, 0), (1, 2), (0, 1)])
    ((0, 2), (1,))
    """
    sharing: dict[Hashable, list[int]] = {}
    for index, (x, y) in enumerate(pairs):
        sharing.setdefault(("x", x), []).append(index)
        sharing.setdefault(("y", y), []).append(index)
    return components(sharing.values())


def components(subsets: Iterable[Sequence[int]]) -> Indices:
    """Connected unions of sets of indices that overlap.

    Parameters
    ----------
    subsets : iterable of sequences of int
        Maximal Nash subsets.

    Returns
    -------
    tuple of tuples of int
        Sorted.

    Examples
    --------
    >>> components([(0, 1), (1, 2), (3,)])
    ((0, 1, 2), (3,))
    """
    above: dict[int, int] = {}

    def root(index: int) -> int:
        while above.setdefault(index, index) != index:
            above[index] = index = above[above[index]]  # halves the way for the next who asks
        return index

    for subset in subsets:
        for index in subset:
            above[root(index)] = root(subset[0])
    groups: dict[int, list[int]] = {}
    for index in sorted(above):
        groups.setdefault(root(index), []).append(index)
    return tuple(sorted(map(tuple, groups.values())))


def _bicliques(index: dict[tuple[int, int], int], deadline: float) -> list[tuple[int, ...]]:
    """The maximal bicliques of one component; a set of y's is a number with a bit for each."""
    bit = {y: place for place, y in enumerate(sorted({y for _, y in index}))}
    partners: dict[int, int] = {}
    for x, y in index:
        partners[x] = partners.get(x, 0) | 1 << bit[y]
    closed: set[int] = set()
    for neighbours in set(partners.values()):
        closed |= {neighbours, *(neighbours & other for other in closed)} - {0}
        if len(closed) > SUBSETS_LIMIT:
            raise TooManySubsetsError(f"a component has more than {SUBSETS_LIMIT} maximal Nash subsets")
        if time.monotonic() > deadline:
            raise TimeoutError
    subsets = []
    for ys in closed:
        if time.monotonic() > deadline:
            raise TimeoutError
        xs = [x for x, neighbours in partners.items() if ys & ~neighbours == 0]
        subsets.append(tuple(sorted(index[x, y] for x in xs for y, place in bit.items() if ys >> place & 1)))
    return subsets
