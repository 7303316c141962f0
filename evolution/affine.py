"""Payoffs affine in the packed shares, F = M x + c, and the equilibria within given strategies of each role.

An equilibrium within T (strategies T_p of each role p) is a state b that plays only strategies of T, of each role
only such that pay most among T_p at b. For one population with a matrix A these are the symmetric equilibria of
A restricted to T, for two populations the equilibria of the restricted bimatrix game.

Supports are gone through from the smallest. For a support S one asks for b >= 0 on S, slacks s >= 0 on T - S and
numbers v_p with

    (M b + c)_k + s_k = v_p   for k in T_p (s_k = 0 on S),      sum_{S_p} b = 1,

a feasibility problem that non-negative least squares decides, ties and continua included.

References
----------
.. [1] C. L. Lawson and R. J. Hanson, *Solving Least Squares Problems*, Prentice-Hall, 1974, chapter 23.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, combinations, product
from typing import Any

import numpy as np
import numpy.typing as npt

from evolution.payoff import Expressions, MultilinearField, expressions_of

__all__ = ["AffinePayoffs"]

Vector = npt.NDArray[np.float64]
Ties = tuple[tuple[int, ...], ...]

SUPPORTS = 1 << 14
ENOUGH = 4
RESIDUAL = 1e-11


@dataclass(frozen=True, eq=False, slots=True)
class AffinePayoffs:
    """F = matrix x + constant over the packed shares.

    Examples
    --------
    >>> from evolution.payoff import as_field
    >>> hawk_dove = AffinePayoffs.of(as_field([[-1, 2], [0, 1]]))
    >>> [point.round(12).tolist() for point in hawk_dove.equilibria(((0, 1),))]
    [[0.5, 0.5]]
    """

    matrix: Vector
    constant: Vector

    @classmethod
    def of(cls, game: Any) -> AffinePayoffs | None:
        """Of a payoff field; None for one that is not known to be affine."""
        if isinstance(game, MultilinearField) and len(game.roles) <= 2:
            matrix = game.tensors[0]
            if len(game.roles) == 2:
                first, second = game.tensors
                rows, columns = first.shape
                matrix = np.block([[np.zeros((rows, rows)), first], [second.T, np.zeros((columns, columns))]])
            return cls(np.array(matrix), np.zeros(len(matrix)))
        if isinstance(game, Expressions) and not hasattr(game, "environment"):
            return cls._read(*expressions_of(game))
        return None

    @classmethod
    def _read(cls, payoffs: list[Any], shares: list[Any]) -> AffinePayoffs | None:
        import sympy as sp

        payoffs = [sp.expand(payoff) for payoff in payoffs]
        slopes = [[sp.diff(payoff, share) for share in shares] for payoff in payoffs]
        if not all(slope.is_number and slope.is_real for slope in chain(*slopes)):
            return None
        nothing = dict.fromkeys(shares, 0)
        constants = [payoff.subs(nothing) for payoff in payoffs]
        return cls(np.array(slopes, dtype=float), np.array(constants, dtype=float))

    def __call__(self, packed: Vector) -> Vector:
        """Packed payoffs."""
        return np.asarray(self.matrix @ packed + self.constant)

    def equilibria(self, ties: Ties) -> tuple[Vector, ...]:
        """Equilibria within `ties` (packed indices, by role), those with the fewest strategies first, at most a few.

        Raises
        ------
        ArithmeticError
            If none is found among the first supports.
        """
        if all(len(tie) == 1 for tie in ties):
            return (self._pure(tuple(tie[0] for tie in ties)),)
        found: list[Vector] = []
        for supports in _supports(ties):
            point = self._within(supports, ties)
            if point is not None and all(np.abs(point - other).max() > 1e-9 for other in found):
                found.append(point)
                if len(found) == ENOUGH:
                    break
        if not found:
            raise ArithmeticError(
                f"no way on from a tie of {sum(map(len, ties))} strategies was found in {SUPPORTS} supports; lower tie"
            )
        return tuple(found)

    def _pure(self, strategies: tuple[int, ...]) -> Vector:
        point = np.zeros(len(self.constant))
        point[list(strategies)] = 1.0
        return point

    def _within(self, supports: Ties, ties: Ties) -> Vector | None:
        """An equilibrium with these supports (or smaller ones), if there is one."""
        from scipy.optimize import nnls

        own, tied = list(chain(*supports)), list(chain(*ties))
        outside = [k for k in tied if k not in own]
        scale = max(float(np.abs(self.matrix[np.ix_(tied, own)]).max()), float(np.abs(self.constant[tied]).max())) or 1
        columns = len(own) + len(outside) + 2 * len(ties)
        system, right = np.zeros((len(tied) + len(ties), columns)), np.zeros(len(tied) + len(ties))
        system[: len(tied), : len(own)] = self.matrix[np.ix_(tied, own)] / scale
        right[: len(tied)] = -self.constant[tied] / scale
        for column, k in enumerate(outside):
            system[tied.index(k), len(own) + column] = 1.0
        for p, (tie, support) in enumerate(zip(ties, supports, strict=True)):
            rows = [tied.index(k) for k in tie]
            system[rows, len(own) + len(outside) + 2 * p] = -1.0
            system[rows, len(own) + len(outside) + 2 * p + 1] = 1.0
            system[len(tied) + p, [own.index(k) for k in support]] = 1.0
            right[len(tied) + p] = 1.0
        solution, residual = nnls(system, right)
        if residual > RESIDUAL:
            return None
        point = np.zeros(len(self.constant))
        for support in supports:
            part = solution[[own.index(k) for k in support]]
            point[list(support)] = part / part.sum()
        return point


def _supports(ties: Ties) -> Iterator[Ties]:
    """One non-empty support for each role, the smallest in total first; the first `SUPPORTS` of them."""
    count = 0
    most = [len(tie) for tie in ties]
    for total in range(len(ties), sum(most) + 1):
        for sizes in product(*(range(1, size + 1) for size in most)):
            if sum(sizes) == total:
                for supports in product(*(combinations(tie, size) for tie, size in zip(ties, sizes, strict=True))):
                    yield supports
                    count += 1
                    if count == SUPPORTS:
                        return
