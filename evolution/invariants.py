r"""Constants of motion of the replicator: weighted sums of logarithms that no orbit changes.

For payoffs linear in each population's shares and weights c, one number a strategy and role,

.. math::
    H(x) = \sum_r \sum_i c^r_i \log x^r_i, \qquad
    \dot H = \sum_r \Bigl(\sum_i c^r_i F^r_i(x) - C^r\, x^r \cdot F^r(x)\Bigr), \quad C^r = \sum_i c^r_i .

Made homogeneous by the sums of shares, which are 1, :math:`\dot H` is a multilinear form, and it is zero on the
product of simplices exactly when each coefficient is: one linear equation in c for each pure profile (for one
population, each pair of strategies). All such constants are therefore the null space of a matrix, found here in
rationals: none is missed and none is approximate. Zero-sum and rescaled zero-sum games with an interior equilibrium
have one (c the equilibrium), every 2x2 bimatrix game that cycles has one (Hofbauer and Sigmund 1998, sections 10.3
and 11.1), and any vector c of sum 0 with c'A constant gives one.

References
----------
J. Hofbauer, K. Sigmund, *Evolutionary Games and Population Dynamics*, Cambridge University Press, 1998.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import gcd, lcm
from typing import Any

import numpy as np
import numpy.typing as npt

from evolution.dynamics import Dynamics, Replicator, State
from evolution.payoff import MultilinearField

__all__ = ["ConstantOfMotion", "constants_of_motion"]

Row = list[Fraction]


@dataclass(frozen=True, eq=False, slots=True)
class ConstantOfMotion:
    """A function of the interior, sum of weight times log share, that is constant along every orbit.

    Parameters
    ----------
    dynamics : Dynamics
    weights : tuple of Fraction
        One a strategy, role after role; whole numbers without a common divisor.
    """

    dynamics: Dynamics
    weights: tuple[Fraction, ...]

    def __call__(self, x: State) -> Any:
        """The value at shares x, or along states stacked on the first axis; infinite at a face that counts.

        Not a number where infinities of both signs meet.
        """
        roles = self.dynamics.roles
        parts = [np.asarray(x if len(roles) == 1 else x[role], dtype=float) for role in roles]
        with np.errstate(divide="ignore"):
            logs = np.log(np.concatenate(parts, axis=-1), where=self._counts, out=np.zeros(self._shape(parts)))
        with np.errstate(invalid="ignore"):
            return logs @ np.array(self.weights, dtype=float)

    @property
    def _counts(self) -> npt.NDArray[np.bool_]:
        return np.array([weight != 0 for weight in self.weights])

    def _shape(self, parts: list[npt.NDArray[np.float64]]) -> tuple[int, ...]:
        return (*parts[0].shape[:-1], len(self.weights))

    def __str__(self) -> str:
        names = [
            f"{role}.{name}" if len(self.dynamics.roles) > 1 else name
            for role in self.dynamics.roles
            for name in self.dynamics.strategies[role]
        ]
        factors = {Fraction(1): "", Fraction(-1): "-"}
        terms = [
            f"{factors.get(weight, f'{weight} ')}log x[{name}]"
            for weight, name in zip(self.weights, names, strict=True)
            if weight
        ]
        return " + ".join(terms).replace("+ -", "- ") if terms else "0"


def constants_of_motion(dynamics: Dynamics) -> tuple[ConstantOfMotion, ...]:
    """All constants of the form "sum of weights times log shares" of a replicator; a basis of them.

    Parameters
    ----------
    dynamics : Replicator
        Of a matrix or a normal form.

    Returns
    -------
    tuple of ConstantOfMotion
        Empty where there is none of this form, which is proved; others, such as Hamiltonians of non-linear payoffs,
        are not searched.

    Raises
    ------
    TypeError
        If the dynamic is not a replicator, or the payoffs are not linear in each population's shares.

    References
    ----------
    J. Hofbauer, K. Sigmund, *Evolutionary Games and Population Dynamics*, Cambridge University Press, 1998.

    Examples
    --------
    >>> from evolution import Replicator
    >>> for constant in constants_of_motion(Replicator([[0, -1, 1], [1, 0, -1], [-1, 1, 0]])):
    ...     print(constant)
    log x[0] + log x[1] + log x[2]
    >>> constants_of_motion(Replicator([[0, -2, 1], [1, 0, -2], [-2, 1, 0]]))
    ()
    """
    if not isinstance(dynamics, Replicator):
        raise TypeError(f"constants of motion are known for Replicator, not for {type(dynamics).__name__}")
    if not isinstance(dynamics.game, MultilinearField):
        raise TypeError(
            "the payoffs are not linear in each population's shares; constants of motion are found for matrices and "
            "normal forms"
        )
    tables = dynamics.game.exact
    rows = _pairs(tables[0]) if len(tables) == 1 else _profiles(tables)
    return tuple(ConstantOfMotion(dynamics, weights) for weights in _kernel(rows))


def _pairs(A: Any) -> list[Row]:
    """Equations of one population: the coefficients of x_i x_j in c'A x times the sum of x, minus C times x'A x."""
    n = len(A)
    pairs = [(i, j) for i in range(n) for j in range(i, n)]
    return [[A[k, i] + A[k, j] - A[i, j] - A[j, i] for k in range(n)] for i, j in pairs]


def _profiles(tables: Any) -> list[Row]:
    """Equations of several populations: one a pure profile a, sum_k c_k [F_k(a_-r) - F_{a_r}(a_-r)] over roles r."""
    rows = []
    for a in product(*(range(size) for size in tables[0].shape)):
        row: Row = []
        for r, table in enumerate(tables):
            row.extend(table[(*a[:r], k, *a[r + 1 :])] - table[a] for k in range(table.shape[r]))
        rows.append(row)
    return rows


def _kernel(rows: list[Row]) -> list[tuple[Fraction, ...]]:
    """A basis of the vectors that all rows annihilate, in whole numbers."""
    import flint

    whole = []
    for row in rows:
        scale = lcm(*(value.denominator for value in row))
        whole.append([int(value * scale) for value in row])
    reduced, rank = flint.fmpq_mat(flint.fmpz_mat(whole)).rref()
    width = len(rows[0])
    pivots = [next(k for k in range(width) if reduced[r, k] != 0) for r in range(rank)]
    basis = []
    for free in (k for k in range(width) if k not in pivots):
        vector = [Fraction(0)] * width
        vector[free] = Fraction(1)
        for r, pivot in enumerate(pivots):
            entry = reduced[r, free]
            vector[pivot] = -Fraction(int(entry.p), int(entry.q))
        basis.append(_scaled(vector))
    return basis


def _scaled(vector: Row) -> tuple[Fraction, ...]:
    scale = lcm(*(value.denominator for value in vector))
    whole = [int(value * scale) for value in vector]
    return tuple(Fraction(value, gcd(*whole)) for value in whole)
