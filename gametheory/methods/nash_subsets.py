"""Maximal Nash subsets and components, from the pairs of strategies that are extreme equilibria.

Two strategies x, y that are an extreme equilibrium are joined by an edge. A set X of vertices of one
polyhedron and a set Y of the other are interchangeable, conv X times conv Y consisting of equilibria,
exactly when every x in X is joined to every y in Y; so maximal Nash subsets are the maximal bicliques of
this graph, and components of equilibria are its connected components (Avis, Rosenberg, Savani and von
Stengel 2010, Proposition 4).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from gametheory.equilibrium import Indices


def maximal_nash_subsets(pairs: Sequence[tuple[int, int]]) -> Indices:
    """Maximal bicliques of the graph of extreme equilibria, as sets of edges.

    Parameters
    ----------
    pairs : sequence of (int, int)
        For each extreme equilibrium the index of its x and of its y.

    Returns
    -------
    tuple of tuples of int
        Indices into `pairs`, sorted.

    References
    ----------
    D. Avis, G. Rosenberg, R. Savani and B. von Stengel, Enumeration of Nash equilibria for two-player games,
    Economic Theory 42 (2010) 9-37.

    Examples
    --------
    >>> maximal_nash_subsets([(0, 0), (0, 1), (1, 1)])
    ((0, 1), (1, 2))
    """
    index = {pair: position for position, pair in enumerate(pairs)}
    partners = _partners(pairs)
    closed: set[frozenset[int]] = set()
    for neighbours in set(partners.values()):
        closed |= {neighbours} | {neighbours & other for other in closed if neighbours & other}
    subsets = []
    for ys in closed:
        xs = [x for x, neighbours in partners.items() if ys <= neighbours]
        subsets.append(tuple(sorted(index[x, y] for x in xs for y in ys)))
    return tuple(sorted(subsets))


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
    groups: list[set[int]] = []
    for subset in subsets:
        joined = set(subset)
        apart = []
        for group in groups:
            if group & joined:
                joined |= group
            else:
                apart.append(group)
        groups = [*apart, joined]
    return tuple(sorted(tuple(sorted(group)) for group in groups))


def _partners(pairs: Sequence[tuple[int, int]]) -> Mapping[int, frozenset[int]]:
    found: dict[int, set[int]] = {}
    for x, y in pairs:
        found.setdefault(x, set()).add(y)
    return {x: frozenset(ys) for x, ys in found.items()}
