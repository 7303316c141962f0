r"""Where strategies are paid the same: polytopes {x on T, all i in S get the same from A x}, exactly.

A state x with support T keeps a population whose strategies in use are S at rest when (A x)_i is the same for all i
in S: linear equations M x = 0, one row A_i - A_first for each further i in S. The cone {x >= 0, M x = 0} is spanned
by its extreme rays; the face of T holds a state with all of T in use iff their supports together make up T.
With one null vector that is the ray. With more, the rays come from the double description of Motzkin, Raiffa,
Thompson and Thrall (1953): one equation at a time, every pair of adjacent rays on different sides of it leaves one.
Everything is in integers.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, lcm
from typing import Any

__all__ = ["equalising_rays", "hull_dimension", "normalised", "wholes_of"]

Ray = tuple[int, ...]


def wholes_of(matrix: Any) -> list[list[int]]:
    """A positive multiple of a matrix of Fractions in whole numbers.

    Examples
    --------
    >>> wholes_of([[Fraction(1, 2), Fraction(1, 3)]])
    [[3, 2]]
    """
    scale = lcm(*(Fraction(cell).denominator for row in matrix for cell in row))
    return [[int(cell * scale) for cell in row] for row in matrix]


def equalising_rays(table: Sequence[Sequence[int]], rows: Sequence[int], columns: Sequence[int]) -> list[Ray]:
    """Extreme rays of {x >= 0 on `columns`: all `rows` get the same}; none if no x uses all columns.

    Parameters
    ----------
    table : matrix of int
        Payoffs of rows against columns, or a positive multiple.
    rows, columns : sequences of int
        S and T, not empty.

    Returns
    -------
    list of tuples of int
        Weights on `columns`, without common divisor.

    Examples
    --------
    >>> equalising_rays([[-1, 4], [0, 2]], (0, 1), (0, 1))
    [(2, 1)]
    >>> equalising_rays([[1, 1], [0, 0]], (0, 1), (0, 1))
    []
    """
    if len(rows) == 1:
        return [tuple(int(i == k) for i in range(len(columns))) for k in range(len(columns))]
    first = table[rows[0]]
    equations = [[table[i][j] - first[j] for j in columns] for i in rows[1:]]
    if any(min(equation) > 0 or max(equation) < 0 for equation in equations):
        return []
    from flint import fmpz_mat

    null, count = fmpz_mat(equations).nullspace()
    if count == 0:
        return []
    if count == 1:
        weights = [int(null[k, 0]) for k in range(len(columns))]
        weights = [-w for w in weights] if weights[0] < 0 else weights
        return [_reduced(weights)] if min(weights) > 0 else []
    rays = _double_description(equations, len(columns))
    used = {k for ray in rays for k, weight in enumerate(ray) if weight}
    return rays if len(used) == len(columns) else []


def normalised(ray: Ray, places: Sequence[int], size: int) -> tuple[Fraction, ...]:
    """A ray on some strategies as shares of all of them.

    Examples
    --------
    >>> normalised((2, 1), (0, 2), 3)
    (Fraction(2, 3), Fraction(0, 1), Fraction(1, 3))
    """
    total, known = sum(ray), dict(zip(places, ray, strict=True))
    return tuple(Fraction(known.get(i, 0), total) for i in range(size))


def hull_dimension(points: Sequence[Sequence[Fraction]]) -> int:
    """Dimension of the affine hull of points.

    Examples
    --------
    >>> hull_dimension([(Fraction(1), Fraction(0)), (Fraction(0), Fraction(1))])
    1
    """
    from flint import fmpz_mat

    steps = wholes_of([[p - q for p, q in zip(point, points[0], strict=True)] for point in points])
    return int(fmpz_mat(steps).rank())


def _double_description(equations: Sequence[Sequence[int]], size: int) -> list[Ray]:
    rays: list[Ray] = [tuple(int(i == k) for i in range(size)) for k in range(size)]
    for equation in equations:
        sides = [sum(e * w for e, w in zip(equation, ray, strict=True)) for ray in rays]
        kept = [ray for ray, side in zip(rays, sides, strict=True) if side == 0]
        supports = [frozenset(k for k, w in enumerate(ray) if w) for ray in rays]
        for p, above in enumerate(sides):
            for q, below in enumerate(sides):
                if above > 0 > below and _adjacent(supports, p, q):
                    mixed = [above * v - below * u for u, v in zip(rays[p], rays[q], strict=True)]
                    kept.append(_reduced(mixed))
        rays = kept
    return sorted(rays, reverse=True)


def _adjacent(supports: Sequence[frozenset[int]], p: int, q: int) -> bool:
    """Two rays span an edge iff no third lives within their joint support."""
    joint = supports[p] | supports[q]
    return not any(k not in (p, q) and other <= joint for k, other in enumerate(supports))


def _reduced(weights: Sequence[int]) -> Ray:
    common = gcd(*weights)
    return tuple(weight // common for weight in weights)
