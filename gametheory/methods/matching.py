"""Completely labelled pairs: which vertices of the two best-reply polyhedra are best replies to each other.

A vertex of player 1's polyhedron carries the labels of its own unused actions (m of them exist) and of the
other's best replies (n); likewise for player 2. A vertex that carries no more labels than it must, m or n, is
*simple*. Two simple vertices carry all m + n labels only if one has exactly those that the other lacks, so
these pairs are looked up. The partners of a degenerate vertex are the vertices that carry all labels that it lacks:
the intersection of one set a label, kept as bits.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from gametheory.methods.vertices import Vertices

Masks: TypeAlias = NDArray[np.uint64]
Labels: TypeAlias = NDArray[np.bool_]
Flags: TypeAlias = NDArray[np.bool_]


def completely_labelled(first: Vertices, second: Vertices, *, deadline: float = float("inf")) -> list[tuple[int, int]]:
    """Pairs of vertices at which every action of either player is unused or a best reply.

    Parameters
    ----------
    first, second : Vertices
        Of player 1's and of player 2's polyhedron.
    deadline : float
        On `time.monotonic`'s clock.

    Returns
    -------
    list of (int, int)
        Index in `first`, index in `second`; in no particular order.

    Raises
    ------
    TimeoutError
        If the deadline passed first.

    Examples
    --------
    >>> from gametheory.methods.vertices import best_reply_vertices
    >>> from gametheory.normal_form import NormalForm
    >>> game = NormalForm.zero_sum([[1, -1], [-1, 1]])
    >>> x, y = best_reply_vertices(game.payoffs[1].T), best_reply_vertices(game.payoffs[0])
    >>> [(x.weights[i].tolist(), y.weights[j].tolist()) for i, j in completely_labelled(x, y)]
    [([1, 1], [1, 1])]
    """
    carried = np.hstack([first.unused, first.replies])
    labels = np.hstack([second.replies, second.unused])
    simple = carried.sum(axis=1) == first.unused.shape[1]
    plain = labels.sum(axis=1) == second.unused.shape[1]
    where = {labels[y].tobytes(): y for y in np.flatnonzero(plain).tolist()}
    keys = ((x, (~carried[x]).tobytes()) for x in np.flatnonzero(simple).tolist())
    pairs = {(x, where[key]) for x, key in keys if key in where}
    return sorted(pairs | _with_degenerate(carried, labels, ~simple, ~plain, deadline))


def completely_labelled_masks(
    first: Masks, second: Masks, sizes: tuple[int, int], *, deadline: float = float("inf")
) -> list[tuple[int, int]]:
    """The same for vertices that are given by their labels alone, as bits of a word.

    Parameters
    ----------
    first, second : uint64 array
        All different. Bit i of a word is set where own action i is unused, bit (own size) + j where the other's action
        j is a best reply; the point 0, at which no action is used, is left out.
    sizes : pair of int
        How many actions the players have.
    deadline : float
        On `time.monotonic`'s clock.

    Returns
    -------
    list of (int, int)

    Raises
    ------
    TimeoutError
        If the deadline passed first.

    Examples
    --------
    >>> completely_labelled_masks(np.array([0b0110, 0b1001], np.uint64), np.array([0b0110, 0b1001], np.uint64), (2, 2))
    [(0, 0), (1, 1)]
    """
    own, other = (np.uint64(size) for size in sizes)
    every = np.uint64((1 << sum(sizes)) - 1)
    labels = (second >> other) | ((second & np.uint64((1 << sizes[1]) - 1)) << own)
    simple, plain = np.bitwise_count(first) == own, np.bitwise_count(labels) == other
    _, x, y = np.intersect1d(first, every ^ labels, assume_unique=True, return_indices=True)
    pairs = set(zip(x.tolist(), y.tolist(), strict=True))
    rows, columns = (_bits(masks, sum(sizes)) for masks in (first, labels))
    return sorted(pairs | _with_degenerate(rows, columns, ~simple, ~plain, deadline))


def _with_degenerate(
    rows: Labels, columns: Labels, first: Flags, second: Flags, deadline: float
) -> set[tuple[int, int]]:
    """The pairs in which a vertex is degenerate: one of `first`, or one of `second` with another of the rest."""
    pairs = {(x, y) for x, ys in _partners(rows, columns, np.flatnonzero(first), deadline) for y in ys}
    return pairs | {(x, y) for y, xs in _partners(columns, rows, np.flatnonzero(second), deadline) for x in xs}


def _partners(
    own: Labels, others: Labels, places: NDArray[np.intp], deadline: float
) -> Iterator[tuple[int, list[int]]]:
    """Which of `others` carry all labels that the vertices at `places` lack: sets of vertices, label by label."""
    carriers = np.packbits(others.T, axis=1) if len(places) else np.empty((0, 0), dtype=np.uint8)
    for count, place in enumerate(places.tolist()):
        if count % 100 == 0 and time.monotonic() > deadline:
            raise TimeoutError
        both = np.bitwise_and.reduce(carriers[~own[place]], axis=0)
        if both.any():
            yield place, np.flatnonzero(np.unpackbits(both, count=len(others))).tolist()


def _bits(masks: Masks, count: int) -> Labels:
    """Each word as its lowest bits, the lowest first."""
    octets = masks.astype("<u8").view(np.uint8).reshape(len(masks), 8)
    return np.unpackbits(octets, axis=1, count=count, bitorder="little").astype(bool)
