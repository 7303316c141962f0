"""One equilibrium of a two-player game, exactly, along a path of almost completely labelled vertices.

With payoffs A, B > 0 the polytopes {x >= 0, B^T x <= 1} and {y >= 0, A y <= 1} start at x = 0, y = 0, where
all labels are present. Dropping one label and picking it up again, by pivoting in turn in either polytope,
leads to another completely labelled pair: an equilibrium, once x and y are scaled to sum 1 (Lemke and
Howson 1964). Ties in the ratio test are broken lexicographically, so that degenerate games do not cycle;
pivots are in integers.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.equilibrium import EquilibriumSet
from gametheory.methods.certify import exact_equilibrium
from gametheory.methods.pure import pure_cells, pure_profile
from gametheory.methods.vertices import integers
from gametheory.normal_form import NormalForm

ExactProfile = tuple[tuple[Fraction, ...], tuple[Fraction, ...]]


def one_equilibrium(game: NormalForm, *, label: int = 0, max_pivots: int = 10_000) -> EquilibriumSet:
    """The equilibrium at the end of the path that drops one label.

    Parameters
    ----------
    game : NormalForm
        Of two players.
    label : int
        Action to drop: 0, ..., m - 1 are player 1's, m, ..., m + n - 1 player 2's.
    max_pivots : int
        Longest path to follow; paths can be exponentially long (Savani and von Stengel 2006).

    Returns
    -------
    EquilibriumSet
        One equilibrium; `complete` False, since others were not looked for.

    Raises
    ------
    ValueError
        If there is no such label.
    RuntimeError
        If the path is longer than `max_pivots`.

    References
    ----------
    C. Lemke and J. Howson, Equilibrium points of bimatrix games, J. SIAM 12 (1964) 413-423.

    Examples
    --------
    >>> from gametheory.normal_form import NormalForm
    >>> print(one_equilibrium(NormalForm.zero_sum([[1, -1], [-1, 1]]))[0])
    (1/2, 1/2) (1/2, 1/2)
    """
    if not 0 <= label < sum(game.shape):
        raise ValueError(f"label is {label}; this game has labels 0 to {sum(game.shape) - 1}, one an action.")
    profile = follow_path(game, label, max_pivots)
    if profile is None:
        raise RuntimeError(
            f"the path from label {label} is longer than {max_pivots} pivots: choose another label or raise max_pivots."
        )
    return EquilibriumSet(
        equilibria=(exact_equilibrium(game, profile),),
        complete=False,
        reason=f"One equilibrium, where the path that drops label {label} ends; no others were looked for.",
        concept="nash",
        method="lemke-howson",
        game=repr(game),
    )


def some_equilibria(game: NormalForm, *, count: int, reason: str) -> EquilibriumSet:
    """Some equilibria of a game too large for all: the pure ones, then the end of every label's path.

    Parameters
    ----------
    game : NormalForm
        Of two players.
    count : int
        Stop when so many were found.
    reason : str
        Why the search is not complete.

    Returns
    -------
    EquilibriumSet
        At most `count` equilibria, `complete` False.
    """
    profiles: list[Any] = [pure_profile(game, cell) for cell in pure_cells(game)[:count]]
    label = 0
    while len(profiles) < count and label < sum(game.shape):
        profile = follow_path(game, label, max_pivots=2_000)
        if profile is not None and profile not in profiles:
            profiles.append(profile)
        label += 1
    return EquilibriumSet(
        equilibria=tuple(exact_equilibrium(game, profile) for profile in profiles),
        complete=False,
        reason=reason,
        concept="nash",
        method="pure cells and lemke-howson",
        game=repr(game),
    )


def follow_path(game: NormalForm, label: int, max_pivots: int) -> ExactProfile | None:
    """The profile where the path that drops `label` ends; None if that takes more than `max_pivots`.

    Parameters
    ----------
    game : NormalForm
        Of two players.
    label, max_pivots : int

    Returns
    -------
    tuple of two tuples of Fraction, or None
    """
    rows, columns = game.shape
    # a variable bears its label: 0..m-1 for x and the slacks of A y <= 1, m.. for y and those of B^T x <= 1
    tableaux = [
        _Tableau(integers(game.wholes[1]).T + 1, list(range(rows)), list(range(rows, rows + columns))),
        _Tableau(integers(game.wholes[0]) + 1, list(range(rows, rows + columns)), list(range(rows))),
    ]
    turn, entering = (0, label) if label < rows else (1, label)
    for _ in range(max_pivots):
        entering = tableaux[turn].pivot(entering)
        if entering == label:
            return tableaux[0].strategy(range(rows)), tableaux[1].strategy(range(rows, rows + columns))
        turn = 1 - turn
    return None


class _Tableau:
    """The system matrix z + s = 1 in integers over a common denominator, with its current basis."""

    def __init__(self, matrix: NDArray[Any], unknowns: list[int], slacks: list[int]) -> None:
        size = len(matrix)
        self.cells = np.zeros((size, len(unknowns) + size + 1), dtype=object)
        self.cells[:, unknowns] = matrix
        self.cells[range(size), slacks] = 1
        self.cells[:, -1] = 1
        self.basis = list(slacks)
        self.order = [
            -1,
            *slacks,
        ]  # right-hand sides, then the columns that were the identity: never all equal
        self.denominator = 1

    def pivot(self, entering: int) -> int:
        """Bring `entering` into the basis; the label that leaves it."""
        column: list[int] = self.cells[:, entering].tolist()
        rows = [row for row, cell in enumerate(column) if cell > 0]
        leaving = min(rows, key=lambda row: [Fraction(self.cells[row, c], column[row]) for c in self.order])
        pivot = column[leaving]
        fixed = self.cells[leaving].copy()
        self.cells = (self.cells * pivot - np.outer(column, fixed)) // self.denominator  # divides exactly
        self.cells[leaving] = fixed
        self.denominator = pivot
        self.basis[leaving], left = entering, self.basis[leaving]
        return left

    def strategy(self, unknowns: range) -> tuple[Fraction, ...]:
        """The current values of the unknowns, scaled to sum 1."""
        values = {label: int(self.cells[row, -1]) for row, label in enumerate(self.basis)}
        total = sum(values.get(label, 0) for label in unknowns)
        return tuple(Fraction(values.get(label, 0), total) for label in unknowns)
