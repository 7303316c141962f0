r"""The states of a finite population: counts n >= 0 of s strategies with sum Z, in a fixed order.

States are ordered lexicographically, few on the first strategy first: with two strategies, state k has k agents on
the first. There are C(Z + s - 1, s - 1). A state's place is a sum of binomial coefficients, one a strategy:

    place(n) = sum_j [ C(R_j + s_j, s_j) - C(R_j - n_j + s_j, s_j) ],     R_j = n_j + ... + n_s,  s_j = s - j.

(j = 1..s; the bracket counts the states that agree with n before j and have fewer agents on j.)
"""

from __future__ import annotations

from math import comb

import numpy as np
import numpy.typing as npt

__all__ = ["MOST_STATES", "all_counts", "number_of_states", "place_of"]

Counts = npt.NDArray[np.int64]
MOST_STATES = 5_000_000


def number_of_states(size: int, strategies: int) -> int:
    """C(Z + s - 1, s - 1).

    Examples
    --------
    >>> number_of_states(100, 3)
    5151
    """
    return comb(size + strategies - 1, strategies - 1)


def all_counts(size: int, strategies: int) -> Counts:
    """All states, shape (C(Z + s - 1, s - 1), s), in order.

    Raises
    ------
    ValueError
        If there are more than five million.

    Examples
    --------
    >>> all_counts(2, 2).tolist()
    [[0, 2], [1, 1], [2, 0]]
    """
    number = number_of_states(size, strategies)
    if number > MOST_STATES:
        raise ValueError(
            f"{size} agents with {strategies} strategies have {number} states, more than {MOST_STATES}: "
            "use sample, or small_mutation_limit where mutations are rare"
        )
    states, left = np.zeros((1, 0), dtype=np.int64), np.array([size])
    for _ in range(strategies - 1):
        repeat = left + 1
        rows = np.repeat(np.arange(len(left)), repeat)
        own = np.arange(repeat.sum()) - np.repeat(np.cumsum(repeat) - repeat, repeat)
        states, left = np.column_stack([states[rows], own]), left[rows] - own
    return np.column_stack([states, left])


def place_of(counts: npt.ArrayLike) -> Counts:
    """Places of states, shape (...), from counts of shape (..., s) that share their sum.

    Examples
    --------
    >>> place_of(all_counts(3, 3)).tolist()
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    """
    n = np.asarray(counts, dtype=np.int64)
    strategies = n.shape[-1]
    left = n.sum(axis=-1)
    place = np.zeros(left.shape, dtype=np.int64)
    most = int(left.max(initial=0))
    for j in range(strategies - 1):
        later = strategies - 1 - j
        table = np.array([comb(r + later, later) for r in range(most + 1)], dtype=np.int64)
        place += table[left] - table[left - n[..., j]]
        left = left - n[..., j]
    return place
