r"""Transition probabilities of a process among all its states, as logarithms and as a sparse matrix.

States are in the order of `counts.all_counts` (two strategies: state k has k agents on the first). For a process with
one change at a time, row n has at most s (s - 1) entries T_ij(n), to n - e_i + e_j; for Wright-Fisher every row is
multinomial,

    P(n, n') = Z! / (n'_1! ... n'_s!)  b_1^n'_1 ... b_s^n'_s,      b the law of an offspring at n,

so its matrices are dense and only small ones are made. Rows from, columns to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from evolution.counts import all_counts, number_of_states, place_of
from evolution.population_process import OneByOne, Process
from evolution.processes import WrightFisher

__all__ = ["Transitions", "solvable_transitions", "transition_matrix", "transitions_of"]

Vector = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
MOST_DENSE = 4000


@dataclass(frozen=True, eq=False, slots=True)
class Transitions:
    """All moves between different states that can happen in one step.

    Parameters
    ----------
    counts : array, shape (M, s)
        The states, in order.
    rows, columns : int arrays, shape (K,)
        From which state to which, never the same.
    log_probability : array, shape (K,)
        Logarithms of the probabilities, all finite.
    """

    counts: Counts
    rows: Counts
    columns: Counts
    log_probability: Vector

    @property
    def matrix(self) -> Any:
        """The stochastic matrix, scipy.sparse.csr_array of shape (M, M)."""
        from scipy.sparse import csr_array, diags_array

        number = len(self.counts)
        given = np.exp(self.log_probability), (self.rows, self.columns)
        moves = csr_array(given, shape=(number, number))
        return (moves + diags_array(np.maximum(1 - moves.sum(axis=1), 0.0))).tocsr()

    def closed_classes(self) -> tuple[Counts, ...]:
        """Sets of states, as places, that are never left once entered; one if the long run forgets the start."""
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import connected_components

        number = len(self.counts)
        graph = csr_array((np.ones(len(self.rows)), (self.rows, self.columns)), shape=(number, number))
        parts, label = connected_components(graph, directed=True, connection="strong")
        leaves = label[self.rows] != label[self.columns]
        closed = np.setdiff1d(np.arange(parts), label[self.rows[leaves]])
        order = np.argsort(label, kind="stable")
        starts = np.searchsorted(label[order], [closed, closed + 1])
        found = [np.sort(order[a:b]) for a, b in starts.T]
        return tuple(sorted(found, key=lambda places: int(places[0])))

    def log_law(self, places: Counts) -> Vector:
        """Log long-run law, shape (M,), of a class that is never left; -inf outside of it."""
        from evolution.gth import log_stationary

        label = np.full(len(self.counts), -1)
        label[places] = np.arange(len(places))
        rows, columns = label[self.rows], label[self.columns]
        inside = (rows >= 0) & (columns >= 0)
        law = np.full(len(self.counts), -np.inf)
        law[places] = log_stationary(len(places), rows[inside], columns[inside], self.log_probability[inside])
        return law


def transition_matrix(process: Process) -> Any:
    """Transition matrix of a process, rows from, columns to.

    Parameters
    ----------
    process : Process

    Returns
    -------
    scipy.sparse.csr_array, shape (M, M)
        Rows and columns in the order of `counts.all_counts(size, strategies)`; `counts.place_of` finds a state.

    Raises
    ------
    ValueError
        If there are too many states.

    References
    ----------
    .. [1] A. Traulsen, C. Hauert, "Stochastic evolutionary game dynamics", in *Reviews of Nonlinear Dynamics and
       Complexity* 2, Wiley, 2009.

    Examples
    --------
    >>> from evolution import Moran
    >>> transition_matrix(Moran([2.0, 1.0], 2)).toarray().round(4)
    array([[1.    , 0.    , 0.    ],
           [0.1667, 0.5   , 0.3333],
           [0.    , 0.    , 1.    ]])
    """
    return transitions_of(process).matrix


def solvable_transitions(process: Process) -> Transitions:
    """All moves of a process whose chain can be solved.

    Raises
    ------
    ValueError
        Before long work, if it has too many states.
    """
    from evolution.gth import affordable

    if isinstance(process, OneByOne) and len(process.strategies) > 1:
        size, strategies = process.size, len(process.strategies)
        band = number_of_states(size, strategies - 1)  # one agent's leaving the first strategy
        affordable(number_of_states(size, strategies), band, band)
    return transitions_of(process)


def transitions_of(process: Process) -> Transitions:
    """All moves of a process, in logarithms.

    Examples
    --------
    >>> from evolution import Moran
    >>> moves = transitions_of(Moran([2.0, 1.0], 2))
    >>> moves.rows.tolist(), moves.columns.tolist()
    ([1, 1], [0, 2])
    >>> [places.tolist() for places in moves.closed_classes()]
    [[0], [2]]
    """
    if isinstance(process, WrightFisher):
        return _generations(process)
    if isinstance(process, OneByOne):
        return _single_moves(process)
    raise TypeError(f"{type(process).__name__} says neither how single agents move nor what a generation is")


def _single_moves(process: OneByOne) -> Transitions:
    counts = all_counts(process.size, len(process.strategies))
    logs = process.log_moves(counts)
    state, i, j = np.nonzero(np.isfinite(logs))
    reached = counts[state]
    each = np.arange(len(state))
    reached[each, i] -= 1
    reached[each, j] += 1
    return Transitions(counts, state, place_of(reached), logs[state, i, j])


def _generations(process: WrightFisher) -> Transitions:
    number = number_of_states(process.size, len(process.strategies))
    if number > MOST_DENSE:
        raise ValueError(
            f"{process.size} agents with {len(process.strategies)} strategies have {number} states; matrices of whole "
            f"generations are dense, and made up to {MOST_DENSE} states: use sample_process, or Moran"
        )
    counts = all_counts(process.size, len(process.strategies))
    births = process.log_births(counts)
    factorial = np.cumsum(np.log(np.maximum(np.arange(process.size + 1, dtype=np.longdouble), 1))).astype(float)
    ways = factorial[-1] - factorial[counts].sum(axis=1)
    impossible = np.isneginf(births).astype(float) @ counts.T > 0
    logs = ways + np.where(np.isfinite(births), births, 0.0) @ counts.T
    logs[impossible] = -np.inf
    np.fill_diagonal(logs, -np.inf)
    rows, columns = np.nonzero(np.isfinite(logs))
    return Transitions(counts, rows, columns, logs[rows, columns])
