"""Completely labelled pairs: which vertices of the two best-reply polyhedra are best replies to each other.

A vertex of player 1's polyhedron carries the labels of its own unused actions (m of them exist) and of the
other's best replies (n); likewise for player 2. A vertex that carries no more labels than it must, m or n, is
*simple*. Two simple vertices carry all m + n labels only if one has exactly those that the other lacks, so
these pairs are looked up; pairs with a degenerate vertex are compared one by one, as a matrix product.
"""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from gametheory.methods.vertices import Vertices

Masks = NDArray[np.uint64]

_CELLS = 4_000_000


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
    missing = ~np.hstack([first.unused, first.replies])
    labels = np.hstack([second.replies, second.unused])
    simple = missing.sum(axis=1) == second.unused.shape[1]
    plain = labels.sum(axis=1) == second.unused.shape[1]
    where: dict[bytes, int] = {}
    for y in np.flatnonzero(plain).tolist():
        where[labels[y].tobytes()] = y
    keys = ((x, missing[x].tobytes()) for x in np.flatnonzero(simple).tolist())
    pairs = [(x, where[key]) for x, key in keys if key in where]
    every = np.arange(len(plain))
    for xs, ys in ((np.flatnonzero(~simple), every), (np.flatnonzero(simple), np.flatnonzero(~plain))):
        pairs += _compared(missing, labels, xs, ys, deadline)
    return pairs


def completely_labelled_masks(first: Masks, second: Masks, sizes: tuple[int, int]) -> list[tuple[int, int]]:
    """The same for vertices that are given by their labels alone, as bits of a word.

    Parameters
    ----------
    first, second : uint64 array
        All different. Bit i of a word is set where own action i is unused, bit (own size) + j where the other's action
        j is a best reply; the point 0, at which no action is used, is left out.
    sizes : pair of int
        How many actions the players have.

    Returns
    -------
    list of (int, int)

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
    for place in np.flatnonzero(~simple).tolist():
        pairs |= {(place, int(y)) for y in np.flatnonzero((labels | first[place]) == every)}
    for place in np.flatnonzero(~plain).tolist():
        pairs |= {(int(x), place) for x in np.flatnonzero((first | labels[place]) == every)}
    return sorted(pairs)


def _compared(
    missing: NDArray[np.bool_],
    labels: NDArray[np.bool_],
    xs: NDArray[np.intp],
    ys: NDArray[np.intp],
    deadline: float,
) -> list[tuple[int, int]]:
    lacking = (~labels[ys]).astype(np.float32)
    step = 1 + _CELLS // (1 + len(ys))
    pairs: list[tuple[int, int]] = []
    for start in range(0, len(xs), step):
        if time.monotonic() > deadline:
            raise TimeoutError
        block = xs[start : start + step]
        neither = missing[block].astype(np.float32) @ lacking.T  # how many labels neither of the two carries
        hits = np.flatnonzero(neither == 0)
        pairs += [(int(block[hit // len(ys)]), int(ys[hit % len(ys)])) for hit in hits]
    return pairs
