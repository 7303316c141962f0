r"""Absorption: where a chain ends, and when, from every state; no subtractions, all in logarithms.

A closed class is a set of states that is never left. From a transient state n let B_a(n) be the probability to end in
class a; with Q the moves among transient states and r_a(n) the probability of moving into class a at once,

    B_a = r_a + Q B_a,         t = 1 + Q t,         B_a t_a = B_a + Q (B_a t_a),

t the expected number of steps until some class is reached, t_a the expected number given that it is a (Ewens 2004,
section 2.10). All three are `Elimination.log_sums` of one elimination.

References
----------
.. [1] W. J. Ewens, *Mathematical Population Genetics*, 2nd ed., Springer, 2004.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evolution.gth import Elimination
from evolution.transition import Transitions

__all__ = ["Absorption", "absorption_of"]

Vector = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False, slots=True)
class Absorption:
    """The ends of a chain, and the way there.

    Parameters
    ----------
    elsewhere : int array
        Places of the states of all closed classes that are not among the ends asked for.
    transient : int array
        Places of the states in no closed class.
    log_probability : array, shape (M, ends + 1)
        Logarithms of B_a; the last column is for ending elsewhere.
    elimination : Elimination
        Of the transient states.
    """

    elsewhere: Integers
    transient: Integers
    log_probability: Vector
    elimination: Elimination

    def log_time(self) -> Vector:
        """Log of the expected steps until some end is reached, shape (M,); -inf at an end (no steps)."""
        return self._spread(self.elimination.log_sums(np.zeros(len(self.transient))))

    def log_time_to(self, a: int) -> Vector:
        """Log of the expected steps given that end a is reached, shape (M,); nan where it cannot be."""
        chance = self.log_probability[:, a]
        with np.errstate(invalid="ignore"):
            times = self._spread(self.elimination.log_sums(chance[self.transient])) - chance
        return np.asarray(np.where(np.isneginf(chance), np.nan, times))

    def _spread(self, logs: Vector) -> Vector:
        whole = np.full(len(self.log_probability), -np.inf)
        whole[self.transient] = logs
        return whole


def absorption_of(transitions: Transitions, ends: Integers) -> Absorption:
    """Probabilities of ending in each of some absorbing states, or in any other class that is never left.

    Parameters
    ----------
    transitions : Transitions
    ends : int array
        Places of absorbing states.

    Examples
    --------
    >>> from evolution import Moran
    >>> from evolution.transition import transitions_of
    >>> absorbed = absorption_of(transitions_of(Moran([2.0, 1.0], 2)), np.array([2, 0]))
    >>> np.exp(absorbed.log_probability[1]).round(6)
    array([0.666667, 0.333333, 0.      ])
    """
    number = len(transitions.counts)
    label = np.full(number, -1)
    label[np.concatenate(transitions.closed_classes())] = len(ends)
    label[ends] = np.arange(len(ends))
    transient = np.flatnonzero(label < 0)
    place = np.cumsum(label < 0) - 1
    rows, columns, logs = transitions.rows, transitions.columns, transitions.log_probability
    free = label[rows] < 0
    inside = free & (label[columns] < 0)
    into = [free & (label[columns] == a) for a in range(len(ends) + 1)]
    at_once = np.array([_gathered(place[rows[move]], logs[move], len(transient)) for move in into])
    elimination = Elimination(
        len(transient),
        place[rows[inside]],
        place[columns[inside]],
        logs[inside],
        np.logaddexp.reduce(at_once, axis=0),
    )
    probability = np.full((number, len(ends) + 1), -np.inf)
    for a in range(len(ends) + 1):
        probability[label == a, a] = 0.0
        if np.isfinite(at_once[a]).any():
            probability[transient, a] = elimination.log_sums(at_once[a])
    return Absorption(np.flatnonzero(label == len(ends)), transient, probability, elimination)


def _gathered(rows: Integers, logs: Vector, number: int) -> Vector:
    """Logarithms of row sums."""
    total = np.full(number, -np.inf)
    np.logaddexp.at(total, rows, logs)
    return total
