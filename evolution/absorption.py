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
    """Closed classes of a chain, and the way there.

    Parameters
    ----------
    classes : tuple of int arrays
        Places of the states of each class.
    transient : int array
        Places of all other states.
    log_probability : array, shape (M, classes)
        Logarithms of B_a.
    elimination : Elimination
        Of the transient states.
    """

    classes: tuple[Integers, ...]
    transient: Integers
    log_probability: Vector
    elimination: Elimination

    def log_time(self) -> Vector:
        """Log of the expected steps until a class is reached, shape (M,); -inf in a class (no steps)."""
        return self._spread(self.elimination.log_sums(np.zeros(len(self.transient))))

    def log_time_to(self, a: int) -> Vector:
        """Log of the expected steps given that class a is reached, shape (M,); nan where it cannot be."""
        chance = self.log_probability[:, a]
        with np.errstate(invalid="ignore"):
            times = self._spread(self.elimination.log_sums(chance[self.transient])) - chance
        return np.asarray(np.where(np.isneginf(chance), np.nan, times))

    def _spread(self, logs: Vector) -> Vector:
        whole = np.full(len(self.log_probability), -np.inf)
        whole[self.transient] = logs
        return whole


def absorption_of(transitions: Transitions) -> Absorption:
    """Closed classes of a chain and the probabilities of ending in each.

    Examples
    --------
    >>> from evolution import Moran
    >>> from evolution.transition import transitions_of
    >>> ends = absorption_of(transitions_of(Moran([2.0, 1.0], 2)))
    >>> np.exp(ends.log_probability[1]).round(6)
    array([0.333333, 0.666667])
    """
    classes = transitions.closed_classes()
    number = len(transitions.counts)
    label = np.full(number, -1)
    for a, places in enumerate(classes):
        label[places] = a
    transient = np.flatnonzero(label < 0)
    place = np.cumsum(label < 0) - 1
    rows, columns, logs = transitions.rows, transitions.columns, transitions.log_probability
    inside = (label[rows] < 0) & (label[columns] < 0)
    into = [(label[rows] < 0) & (label[columns] == a) for a in range(len(classes))]
    at_once = np.array([_gathered(place[rows[move]], logs[move], len(transient)) for move in into])
    elimination = Elimination(
        len(transient),
        place[rows[inside]],
        place[columns[inside]],
        logs[inside],
        np.logaddexp.reduce(at_once, axis=0),
    )
    probability = np.full((number, len(classes)), -np.inf)
    for a, places in enumerate(classes):
        probability[places, a] = 0.0
        probability[transient, a] = elimination.log_sums(at_once[a])
    return Absorption(classes, transient, probability, elimination)


def _gathered(rows: Integers, logs: Vector, number: int) -> Vector:
    """Logarithms of row sums."""
    total = np.full(number, -np.inf)
    np.logaddexp.at(total, rows, logs)
    return total
