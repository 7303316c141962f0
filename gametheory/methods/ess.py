r"""Evolutionarily stable strategies of a symmetric two-player game, decided exactly.

x is an ESS when every y != x has x.Ax > y.Ax, or x.Ax = y.Ax and x.Ay > y.Ay (Maynard Smith and Price 1973).
Let I be the support of x and J its best replies, and pick k in I. Then x is an ESS exactly when (x, x) is an
equilibrium and

    z.Az < 0  for every z != 0 with sum z = 0, z_j = 0 off J, z_j >= 0 on J \ I

(Haigh 1975). With z_k = -(sum of the others) this is a quadratic form -q on the coordinates J \ {k}, which
must be positive where those in J \ I are >= 0 and the others are free. The free ones are removed by a
Schur complement, which must exist with a positive definite block (Abakuks 1980), and what is left must be
strictly copositive: by Keller's criterion (Hadeler 1983), no principal submatrix has positive cofactors in
its last row and determinant <= 0. An ESS is the only equilibrium on its support, hence an extreme symmetric
equilibrium.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np

from gametheory.equilibrium import EquilibriumSet
from gametheory.methods.symmetric import symmetric_equilibria
from gametheory.normal_form import NormalForm


def evolutionarily_stable(game: NormalForm) -> EquilibriumSet:
    """All ESS of a symmetric two-player game; possibly none.

    Parameters
    ----------
    game : NormalForm
        With B = A^T, as from `NormalForm.symmetric`.

    Returns
    -------
    EquilibriumSet
        Profiles (x, x) with x an ESS, `stability` "ess".

    Raises
    ------
    ValueError
        If the game is not symmetric.

    References
    ----------
    J. Haigh, Game theory and evolution, Advances in Applied Probability 7 (1975) 8-11. A. Abakuks,
    Conditions for evolutionarily stable strategies, Journal of Applied Probability 17 (1980) 559-562. K.
    Hadeler, On copositive matrices, Linear Algebra and its Applications 49 (1983) 79-89.

    Examples
    --------
    >>> found = evolutionarily_stable(NormalForm.symmetric([[-1, 2], [0, 1]]))
    >>> str(found[0]), found[0].stability
    ('(1/2, 1/2) (1/2, 1/2)', 'ess')
    """
    candidates = symmetric_equilibria(game)
    stable = tuple(
        replace(
            e,
            stability="ess",
            certificate=e.certificate + " Haigh's quadratic form is strictly copositive, decided in rationals.",
        )
        for e in candidates
        if is_ess(game, e.exact[0] if e.exact else ())
    )
    return EquilibriumSet(
        equilibria=stable,
        complete=True,
        reason=f"Each of the {len(candidates)} extreme symmetric equilibria was decided exactly.",
        concept="ess",
        method="copositivity",
        game=candidates.game,
        components=tuple((i,) for i in range(len(stable))),
        nash_subsets=tuple((i,) for i in range(len(stable))),
    )


def is_ess(game: NormalForm, strategy: Sequence[Any]) -> bool:
    """Whether a strategy is evolutionarily stable.

    Parameters
    ----------
    game : NormalForm
        With B = A^T.
    strategy : sequence of Fraction
        A symmetric equilibrium strategy.

    Returns
    -------
    bool

    Examples
    --------
    >>> is_ess(NormalForm.symmetric([[1, 0], [0, 0]]), (Fraction(0), Fraction(1)))
    False
    """
    payoff = game.payoffs[0]
    replies = game.best_replies((strategy, strategy))[0]
    support = [i for i, p in enumerate(strategy) if p != 0]
    pivot, free = support[0], support[1:]
    signed = [j for j in replies if j not in support]
    form = [
        [
            payoff[i, pivot] + payoff[pivot, i] + payoff[j, pivot] + payoff[pivot, j]
            - payoff[i, j] - payoff[j, i] - 2 * payoff[pivot, pivot]
            for j in (*free, *signed)
        ]
        for i in (*free, *signed)
    ]  # fmt: skip
    for _ in free:  # one step of elimination a free coordinate; a pivot <= 0 means not positive definite
        if form[0][0] <= 0:
            return False
        head = form[0]
        form = [
            [cell - row[0] * top / head[0] for cell, top in zip(row[1:], head[1:], strict=True)] for row in form[1:]
        ]
    return is_strictly_copositive(form)


def is_strictly_copositive(form: Sequence[Sequence[Fraction]]) -> bool:
    """Whether z.Mz > 0 for every z >= 0 other than 0.

    Parameters
    ----------
    form : symmetric matrix of Fraction
        M, as rows; of size 0 it is.

    Returns
    -------
    bool

    Examples
    --------
    >>> half = Fraction(1, 2)
    >>> is_strictly_copositive([[1, -half], [-half, 1]]), is_strictly_copositive([[1, -1], [-1, 1]])
    (True, False)
    """
    size = len(form)
    for count in range(1, size + 1):
        for chosen in combinations(range(size), count):
            block = np.array([[form[i][j] for j in chosen] for i in chosen], dtype=object)
            last = [(-1) ** (count - 1 + c) * determinant(np.delete(block[:-1], c, axis=1)) for c in range(count)]
            if min(last) > 0 and determinant(block) <= 0:
                return False
    return True


def determinant(matrix: Any) -> Fraction:
    """Determinant of a square array of Fractions; 1 for size 0.

    Parameters
    ----------
    matrix : object array (n, n)

    Returns
    -------
    Fraction

    Examples
    --------
    >>> determinant(np.array([[1, 2], [3, Fraction(1, 2)]], dtype=object))
    Fraction(-11, 2)
    """
    import flint

    if len(matrix) == 0:
        return Fraction(1)
    cells = [flint.fmpq(Fraction(f).numerator, Fraction(f).denominator) for f in matrix.flat]
    value = flint.fmpq_mat(len(matrix), len(matrix), cells).det()
    return Fraction(int(value.p), int(value.q))
