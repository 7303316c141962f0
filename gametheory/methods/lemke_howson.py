"""One equilibrium of a two-player game, exactly, along a path of almost completely labelled vertices.

With payoffs A, B > 0 the polytopes {x >= 0, B^T x <= 1} and {y >= 0, A y <= 1} start at x = 0, y = 0, where
all labels are present. Dropping one label and picking it up again, by pivoting in turn in either polytope,
leads to another completely labelled pair: an equilibrium, once x and y are scaled to sum 1 (Lemke and
Howson 1964). Ties in the ratio test are broken lexicographically, so that degenerate games do not cycle;
pivots are in integers.
"""

from __future__ import annotations

import time
from fractions import Fraction
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from gametheory.equilibrium import EquilibriumSet
from gametheory.methods.certify import exact_equilibrium
from gametheory.methods.pure import pure_cells, pure_profile
from gametheory.methods.vertices import check_count, deadline_in, integers
from gametheory.normal_form import NormalForm

ExactProfile = tuple[tuple[Fraction, ...], tuple[Fraction, ...]]


def one_equilibrium(
    game: NormalForm,
    *,
    label: int | Literal["all"] = 0,
    max_pivots: int = 10_000,
    max_equilibria: int | None = None,
    time_limit: float | None = None,
) -> EquilibriumSet:
    """The equilibrium at the end of the path that drops one label, or those at the ends of all such paths.

    Parameters
    ----------
    game : NormalForm
        Of two players.
    label : int or "all"
        Action to drop: 0, ..., m - 1 are player 1's, m, ..., m + n - 1 player 2's. With "all" each is dropped in turn;
        there can be further equilibria that no path reaches.
    max_pivots : int
        Longest path to follow; paths can be exponentially long (Savani and von Stengel 2006).
    max_equilibria : int, optional
        With "all", stop when so many were found.
    time_limit : float, optional
        Seconds; then what was found by then is given back.

    Returns
    -------
    EquilibriumSet
        `complete` False, since there may be others.

    Raises
    ------
    ValueError
        If there is no such label, or a limit is not positive.
    RuntimeError
        If a path is longer than `max_pivots`.

    References
    ----------
    C. Lemke and J. Howson, Equilibrium points of bimatrix games, J. SIAM 12 (1964) 413-423.

    Examples
    --------
    >>> from gametheory.normal_form import NormalForm
    >>> print(one_equilibrium(NormalForm.zero_sum([[1, -1], [-1, 1]]))[0])
    (1/2, 1/2) (1/2, 1/2)
    """
    labels = range(sum(game.shape)) if label == "all" else [label]
    if label != "all" and label not in range(sum(game.shape)):
        raise ValueError(
            f"label is {label!r}; this game has labels 0 to {sum(game.shape) - 1}, one an action, or 'all' of them."
        )
    check_count(max_equilibria)
    deadline, profiles, dropped = deadline_in(time_limit), list[ExactProfile](), list[int]()
    try:
        for each in labels:
            if len(profiles) == max_equilibria:
                break
            profile = follow_path(game, each, max_pivots, deadline=deadline)
            if profile is None:
                raise RuntimeError(
                    f"the path from label {each} is longer than {max_pivots} pivots: choose another label or raise "
                    "max_pivots."
                )
            profiles += [] if profile in profiles else [profile]
            dropped.append(each)
        why = ""
    except TimeoutError:
        why = f" Time was over after {time_limit} s."
    ends = (
        f"Where the paths that drop labels {', '.join(map(str, dropped))} end" if dropped else "No path came to an end"
    )
    return EquilibriumSet(
        equilibria=tuple(exact_equilibrium(game, profile) for profile in profiles),
        complete=False,
        reason=f"{ends}; no others were looked for.{why}",
        concept="nash",
        method="lemke-howson",
        game=repr(game),
    )


def some_equilibria(game: NormalForm, *, count: int, reason: str, deadline: float = float("inf")) -> EquilibriumSet:
    """Some equilibria of a game too large for all: the pure ones, then the end of every label's path.

    Parameters
    ----------
    game : NormalForm
        Of two players.
    count : int
        Stop when so many were found.
    reason : str
        Why the search is not complete.
    deadline : float
        On `time.monotonic`'s clock.

    Returns
    -------
    EquilibriumSet
        At most `count` equilibria, `complete` False.
    """
    profiles: list[Any] = [pure_profile(game, cell) for cell in pure_cells(game)[:count]]
    try:
        for label in range(sum(game.shape)):
            if len(profiles) >= count:
                break
            profile = follow_path(game, label, max_pivots=2_000, deadline=deadline)
            if profile is not None and profile not in profiles:
                profiles.append(profile)
    except TimeoutError:
        reason += " It had no time to end."
    return EquilibriumSet(
        equilibria=tuple(exact_equilibrium(game, profile) for profile in profiles),
        complete=False,
        reason=reason,
        concept="nash",
        method="pure cells and lemke-howson",
        game=repr(game),
    )


def follow_path(
    game: NormalForm, label: int, max_pivots: int, *, deadline: float = float("inf")
) -> ExactProfile | None:
    """The profile where the path that drops `label` ends; None if that takes more than `max_pivots`.

    Parameters
    ----------
    game : NormalForm
        Of two players.
    label, max_pivots : int
    deadline : float
        On `time.monotonic`'s clock.

    Returns
    -------
    tuple of two tuples of Fraction, or None

    Raises
    ------
    TimeoutError
        If the deadline passed first.
    """
    rows, columns = game.shape
    # a variable bears its label: 0..m-1 for x and the slacks of A y <= 1, m.. for y and those of B^T x <= 1
    tableaux = [
        _Tableau(integers(game.wholes[1]).T + 1, list(range(rows)), list(range(rows, rows + columns))),
        _Tableau(integers(game.wholes[0]) + 1, list(range(rows, rows + columns)), list(range(rows))),
    ]
    turn, entering = (0, label) if label < rows else (1, label)
    for _ in range(max_pivots):
        if time.monotonic() > deadline:
            raise TimeoutError
        entering = tableaux[turn].pivot(entering)
        if entering == label:
            return tableaux[0].strategy(range(rows)), tableaux[1].strategy(range(rows, rows + columns))
        turn = 1 - turn
    return None


class _Tableau:
    """The system matrix z + s = 1, solved for the basis, in integers over a common denominator."""

    def __init__(self, matrix: NDArray[Any], unknowns: list[int], slacks: list[int]) -> None:
        self.cells = np.hstack([matrix, np.full((len(matrix), 1), 1, dtype=object)])
        self.outside = list(unknowns)  # labels of the columns before the last
        self.basis = list(slacks)
        self.slacks = slacks
        self.denominator = 1

    def pivot(self, entering: int) -> int:
        """Bring `entering` into the basis; the label that leaves it."""
        place = self.outside.index(entering)
        column = self.cells[:, place].copy()
        row = self._leaving(column.tolist())
        pivot, fixed = column[row], self.cells[row].copy()
        self.cells = (self.cells * pivot - np.outer(column, fixed)) // self.denominator  # divides exactly
        self.cells[row] = fixed
        self.cells[:, place] = -column
        self.cells[row, place] = self.denominator
        self.denominator = pivot
        self.outside[place] = self.basis[row]
        self.basis[row] = entering
        return self.outside[place]

    def _leaving(self, column: list[int]) -> int:
        """The row of the least ratio; ties are broken by the ratios in the columns that were the identity."""
        rows = [row for row, cell in enumerate(column) if cell > 0]
        for label in [None, *self.slacks]:
            if len(rows) == 1:
                break
            values = self._column(label)
            least = min(Fraction(values[row], column[row]) for row in rows)
            rows = [row for row in rows if values[row] * least.denominator == least.numerator * column[row]]
        return rows[0]

    def _column(self, label: int | None) -> list[int]:
        """Right-hand sides (None), or the column of a variable."""
        if label in self.basis:
            return [self.denominator * (each == label) for each in self.basis]
        return self.cells[:, -1 if label is None else self.outside.index(label)].tolist()  # type: ignore[no-any-return]

    def strategy(self, unknowns: range) -> tuple[Fraction, ...]:
        """The current values of the unknowns, scaled to sum 1."""
        values = {label: int(self.cells[row, -1]) for row, label in enumerate(self.basis)}
        total = sum(values.get(label, 0) for label in unknowns)
        return tuple(Fraction(values.get(label, 0), total) for label in unknowns)
