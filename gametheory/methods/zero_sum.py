r"""Two-player games in which one's gain is the other's loss, by an exact linear program.

If A + lambda B = c for some lambda > 0 and all cells, what player 2 wants is to keep player 1 low, and the game is
solved by

    maximise  v   subject to   sum_i x_i A[i, j] >= v  for every j,   sum x = 1,   x >= 0,

whose prices are an optimal y (von Neumann 1928; Dantzig 1951). v is the *value* for player 1. The equilibria are all
pairs of optimal strategies: one maximal Nash subset, X x Y, with

    X = {x : x A >= v},   Y = {y : A y <= v}.

The optimal pair found is the only one when it is strictly complementary (an action is used exactly when it is a best
reply) and the equations on its support have one solution; otherwise the vertices of X and Y are enumerated exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product

import numpy as np
from numpy.typing import NDArray

from gametheory.equilibrium import Equilibrium, EquilibriumSet
from gametheory.methods.certify import certified_in_time, shortened, support_of
from gametheory.methods.linear_program import maximise
from gametheory.methods.vertices import best_reply_vertices, check_count, deadline_in, most_vertices, roughly
from gametheory.normal_form import NormalForm

VERTICES_LIMIT = 2_000_000
"""Most vertices, by the upper bound theorem, of a polytope that is enumerated without a time limit."""

PROGRAM_LIMIT = 300_000
"""Most cells of a table whose program starts without a time limit; about half a minute."""

Strategy = tuple[Fraction, ...]


def optimal_strategies(
    game: NormalForm, *, max_equilibria: int | None = None, time_limit: float | None = None
) -> EquilibriumSet:
    """All pairs of extreme optimal strategies of a game of opposite interests, and its value.

    Parameters
    ----------
    game : NormalForm
        Of two players, with B = (c - A) / lambda, lambda > 0: zero-sum, constant-sum, or so in other units.
    max_equilibria : int, optional
        Give back no more than this many.
    time_limit : float, optional
        Seconds; if they pass while vertices are enumerated, one pair is given back and the set is not complete; none if
        they pass before.

    Returns
    -------
    EquilibriumSet
        Sorted by support, then profile; "value" among the details is player 1's.

    Raises
    ------
    ValueError
        If interests are not opposite (the cells that show it are told), a limit is not positive, or the table is
        large and no time limit was given.

    References
    ----------
    J. von Neumann, Zur Theorie der Gesellschaftsspiele, Mathematische Annalen 100 (1928) 295-320. G. Dantzig, A proof
    of the equivalence of the programming problem and the game problem, Activity Analysis of Production and Allocation
    (1951) 330-335.

    Examples
    --------
    >>> found = optimal_strategies(NormalForm.zero_sum([[3, -1], [-2, 1]]))
    >>> str(found[0]), found[0].details["value"], found.complete
    ('(3/7, 4/7) (2/7, 5/7)', Fraction(1, 7), True)
    """
    check_count(max_equilibria)
    if game.wholes[0].size > PROGRAM_LIMIT and time_limit is None:
        raise ValueError(f"{game!r} makes a large linear program to solve exactly. Give time_limit=seconds.")
    deadline = deadline_in(time_limit)
    opposite_interests(game)
    table = game.wholes[0]
    try:
        value, x, y = saddle_point(table, deadline=deadline)
    except TimeoutError:
        return _answer(game, [], [], False, f"The linear program was not solved in {time_limit} s.", None, deadline)
    if _unique(table, value, x, y):
        rows, columns, why = [x], [y], "The optimal pair is strictly complementary and its equations have one solution."
        complete = True
    else:
        sides = tuple(_needed(side) for side in (value - table.T, table - value))  # <= 0 on X and Y
        bound = max(most_vertices(m, m + n + 1) if m + n < 200 else 10**99 for n, m in (s.shape for s in sides))
        complete = bound <= VERTICES_LIMIT or time_limit is not None
        why = f"Other optimal strategies exist or may; up to {roughly(bound)} vertices: give time_limit=seconds to try."
        rows, columns = [x], [y]
        if complete:
            try:
                rows, columns = (_face(side, deadline) for side in sides)
                why = f"Both polytopes of optimal strategies ({len(rows)} and {len(columns)} vertices) were enumerated."
            except TimeoutError:
                complete, why = False, f"The vertices were not enumerated in {time_limit} s."
            except MemoryError as error:
                complete, why = False, f"The vertices were not enumerated: {error}."
    why += f" The value, {value / game.scales[0]}, is proved by both sides' strategies."
    found = _answer(game, rows, columns, complete, why, max_equilibria, deadline)
    return replace(found, equilibria=tuple(_with_value(e, value / game.scales[0]) for e in found))


def opposite_interests(game: NormalForm) -> tuple[Fraction, Fraction]:
    """The factor lambda > 0 and the constant c with A + lambda B = c.

    Parameters
    ----------
    game : NormalForm
        Of two players.

    Returns
    -------
    factor, constant : Fraction
        1 and 0 for a zero-sum game; the factor is 1 where payoffs are constant.

    Raises
    ------
    ValueError
        If there are none; two or three cells show it.

    Examples
    --------
    >>> opposite_interests(NormalForm([[3, 1]], [[0, 4]]))
    (Fraction(1, 2), Fraction(3, 1))
    """
    if len(game.players) != 2:
        raise ValueError(f"{game!r}: interests can be opposite between two players only.")
    A, B = game.wholes
    a, b = A - A[0, 0], B - B[0, 0]
    first = next(zip(*np.nonzero(np.not_equal(a, 0) | np.not_equal(b, 0)), strict=True), None)
    if first is None:
        factor = Fraction(1)
    else:
        up, down = Fraction(a[first], game.scales[0]), Fraction(b[first], game.scales[1])
        factor = -up / down if down else Fraction(0)
        if factor <= 0:
            raise ValueError(
                f"interests are not opposite: from cell (0, 0) to {tuple(map(int, first))} the payoffs change by "
                f"{up} and {down}. For a game that is not zero-sum use the default method of solve."
            )
        clash = np.argwhere(np.not_equal(a * b[first], a[first] * b))
        if len(clash):
            other = tuple(int(i) for i in clash[0])
            raise ValueError(
                f"interests are not opposite: A + {factor} B is constant on cells (0, 0) and {tuple(map(int, first))} "
                f"but not at {other}. For a game that is not zero-sum use the default method of solve."
            )
    return factor, Fraction(A[0, 0], game.scales[0]) + factor * Fraction(B[0, 0], game.scales[1])


def saddle_point(table: NDArray[np.object_], *, deadline: float = float("inf")) -> tuple[Fraction, Strategy, Strategy]:
    """The value of a matrix, an optimal strategy of who chooses rows (and wants much), and one for columns.

    Parameters
    ----------
    table : object array (m, n) of int or Fraction
    deadline : float
        On `time.monotonic`'s clock.

    Returns
    -------
    value, x, y

    Raises
    ------
    TimeoutError

    Examples
    --------
    >>> value, x, y = saddle_point(np.array([[3, -1], [-2, 1]], dtype=object))
    >>> print(value, *x, *y)
    1/7 3/7 4/7 2/7 5/7
    """
    count, width = table.shape
    least = min(table.ravel())
    ones = np.ones((width, 1), dtype=int).astype(object)
    rows = np.hstack([least - table.T, ones])  # w = v - least >= 0
    best = maximise([0] * count + [1], below=(rows, [0] * width), equal=([[1] * count + [0]], [1]), deadline=deadline)
    return best.value + least, best.point[:count], best.prices


def _unique(table: NDArray[np.object_], value: Fraction, x: Strategy, y: Strategy) -> bool:
    import flint

    rows, columns = support_of(x), support_of(y)
    scores = np.array(x, dtype=object) @ table, table @ np.array(y, dtype=object)
    tight = tuple(tuple(i for i, u in enumerate(score) if u == value) for score in scores)
    if tight != (columns, rows) or len(rows) != len(columns):
        return False
    size = len(rows)
    # the shift makes the value positive, so that the determinant is 0 exactly when a side has other solutions
    shifted = table[np.ix_(rows, columns)] + (1 - min(table.ravel()))
    return bool(flint.fmpz_mat(size, size, [int(c) for c in shifted.flat]).rank() == size)


def _needed(side: NDArray[np.object_]) -> NDArray[np.object_]:
    """Without rows that never exceed 0, and each row once."""
    rows = dict.fromkeys(tuple(row) for row in side.tolist() if max(row) > 0)
    return np.array(list(rows), dtype=object).reshape(len(rows), side.shape[1])


def _face(side: NDArray[np.object_], deadline: float) -> list[Strategy]:
    """Vertices of {p in the simplex: side p <= 0}: those of {(p, w): w >= 0, w >= side p} with w = 0."""
    table = np.vstack([np.zeros((1, side.shape[1]), dtype=object), side])
    found = best_reply_vertices(table, deadline=deadline)
    kept = found.weights[found.replies[:, 0]]
    return [tuple(Fraction(int(w), int(sum(row))) for w in row) for row in kept]


def _answer(
    game: NormalForm,
    rows: Sequence[Strategy],
    columns: Sequence[Strategy],
    complete: bool,
    why: str,
    most: int | None,
    deadline: float,
) -> EquilibriumSet:
    """All pairs of a row and a column, sorted, each certified."""
    count = len(rows) * len(columns)
    first, second = ([(support_of(each), each) for each in side] for side in (rows, columns))
    pairs = sorted(product(first, second), key=lambda pair: tuple(zip(*pair, strict=True)))
    answers = certified_in_time(game, ((x, y) for (_, x), (_, y) in pairs), most=most, deadline=deadline)
    cut = shortened(len(answers), count, most)
    whole = (tuple(range(count)),) if complete and not cut else ()
    return EquilibriumSet(
        equilibria=answers,
        complete=complete and not cut,
        reason=" ".join(filter(None, [cut, why])),
        concept="nash",
        method="linear program",
        game=repr(game),
        components=whole,
        nash_subsets=whole,
    )


def _with_value(equilibrium: Equilibrium, value: Fraction) -> Equilibrium:
    return replace(equilibrium, details={**equilibrium.details, "value": value})
