r"""Evolutionarily stable strategies of a symmetric two-player game, decided exactly.

x is an ESS when every y != x has x.Ax > y.Ax, or x.Ax = y.Ax and x.Ay > y.Ay (Maynard Smith and Price 1973), and
*neutrally* stable (NSS) with >= in the last place. Let I be the support of x and J its best replies, and pick k in I.
Then x is an ESS (NSS) exactly when (x, x) is an equilibrium and

    z.Az < 0 (<= 0)  for every z != 0 with sum z = 0, z_j = 0 off J, z_j >= 0 on J \ I

(Haigh 1975; Bomze and Weibull 1995). With z_k = -(sum of the others) this is a quadratic form -q on the coordinates
J \ {k}, which must be positive where those in J \ I are >= 0 and the others are free. The free ones are removed by a
Schur complement, whose block must be positive definite (Abakuks 1980), and what is left must be strictly copositive
(`gametheory.methods.copositivity`); for an NSS, semidefinite and copositive.

All ESS: q must be positive definite on the support, a property that subsets inherit, so supports grow from it one
action at a time and most are never looked at. The form leaves at most one candidate on a support, and none besides x
within the best replies of an ESS x (Bishop and Cannings 1976), which cuts off whole branches.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.equilibrium import EquilibriumSet
from gametheory.methods.certify import exact_equilibrium, support_of
from gametheory.methods.copositivity import determinant, is_copositive, is_strictly_copositive
from gametheory.methods.vertices import deadline_in
from gametheory.normal_form import NormalForm

__all__ = ["evolutionarily_stable", "is_ess", "is_neutrally_stable", "is_strictly_copositive"]

SUPPORTS_LIMIT = 150_000
"""Most supports that are looked at without a time limit; about a minute."""

ACTIONS_LIMIT = 64
"""Most actions with which the search starts without a time limit."""

Strategy = tuple[Fraction, ...]


def evolutionarily_stable(game: NormalForm, *, time_limit: float | None = None) -> EquilibriumSet:
    """All ESS of a symmetric two-player game; possibly none.

    Parameters
    ----------
    game : NormalForm
        With B = A^T, as from `NormalForm.symmetric`.
    time_limit : float, optional
        Seconds; then those found so far are given back.

    Returns
    -------
    EquilibriumSet
        Profiles (x, x) with x an ESS, `stability` "ess", sorted by support, then profile.

    Raises
    ------
    ValueError
        If the game is not symmetric, or no time limit was given and it has more than `ACTIONS_LIMIT` actions or more
        than `SUPPORTS_LIMIT` supports come into question (with 16 actions that cannot be; in the worst case they double
        with every further action).

    References
    ----------
    J. Haigh, Game theory and evolution, Advances in Applied Probability 7 (1975) 8-11. A. Abakuks, Conditions for
    evolutionarily stable strategies, Journal of Applied Probability 17 (1980) 559-562. I. Bomze, Detecting all
    evolutionarily stable strategies, Journal of Optimization Theory and Applications 75 (1992) 313-329.

    Examples
    --------
    >>> found = evolutionarily_stable(NormalForm.symmetric([[-1, 2], [0, 1]]))
    >>> str(found[0]), found[0].stability
    ('(1/2, 1/2) (1/2, 1/2)', 'ess')
    """
    _check_symmetric(game)
    if game.shape[0] > ACTIONS_LIMIT and time_limit is None:
        raise ValueError(
            f"{game!r}: with more than {ACTIONS_LIMIT} actions the search for ESS can take very long, since supports "
            "can double with every action. Give time_limit=seconds, or test one strategy with is_ess."
        )
    search = _Search(game, deadline_in(time_limit), time_limit)
    try:
        search.grow((), range(game.shape[0]))
        complete = True
        reason = f"Every support on which the form is definite was decided exactly ({search.seen} looked at)."
    except TimeoutError:
        complete, reason = False, f"Time was over after {time_limit} s; {search.seen} supports were looked at."
    stable = sorted(search.found, key=lambda x: (support_of(x), x))
    word = "Haigh's quadratic form is strictly copositive, decided in rationals."
    answers = []
    for x in stable:
        e = exact_equilibrium(game, (x, x), stability="ess")
        answers.append(replace(e, certificate=f"{e.certificate} {word}"))
    alone = tuple((i,) for i in range(len(answers)))
    return EquilibriumSet(
        equilibria=tuple(answers),
        complete=complete,
        reason=reason,
        concept="ess",
        method="copositivity",
        game=repr(game),
        components=alone,
        nash_subsets=alone,
    )


def is_ess(game: NormalForm, strategy: Sequence[Any], *, time_limit: float | None = None) -> bool:
    """Whether a strategy is evolutionarily stable.

    Parameters
    ----------
    game : NormalForm
        With B = A^T.
    strategy : sequence of exact numbers
        A distribution over the actions.
    time_limit : float, optional
        Seconds; needed where more than 20 unused best replies can hang together.

    Returns
    -------
    bool

    Raises
    ------
    ValueError
        If the game is not symmetric, the strategy no exact distribution, or the test large and unlimited.
    TimeoutError
        If the time ran out.

    Examples
    --------
    >>> is_ess(NormalForm.symmetric([[1, 0], [0, 0]]), (Fraction(0), Fraction(1)))
    False
    """
    return _stable(game, strategy, strict=True, deadline=deadline_in(time_limit))


def is_neutrally_stable(game: NormalForm, strategy: Sequence[Any], *, time_limit: float | None = None) -> bool:
    """Whether a strategy is neutrally stable: no mutant does better against few of its kind, one may do as well.

    Parameters
    ----------
    game, strategy, time_limit
        As for `is_ess`.

    Returns
    -------
    bool

    Raises
    ------
    ValueError, TimeoutError
        As `is_ess`.

    References
    ----------
    I. Bomze and J. Weibull, Does neutral stability imply Lyapunov stability?, Games and Economic Behavior 11 (1995)
    173-192.

    Examples
    --------
    >>> third = Fraction(1, 3)
    >>> rps = NormalForm.symmetric([[0, -1, 1], [1, 0, -1], [-1, 1, 0]])
    >>> is_neutrally_stable(rps, [third] * 3), is_ess(rps, [third] * 3)
    (True, False)
    """
    return _stable(game, strategy, strict=False, deadline=deadline_in(time_limit))


def _stable(game: NormalForm, strategy: Sequence[Any], *, strict: bool, deadline: float) -> bool:
    _check_symmetric(game)
    scores = game.deviations((strategy, strategy))[0]
    if not all(isinstance(u, Fraction) for u in scores):
        raise ValueError(
            f"strategy {list(strategy)} is in floats; stability is decided for exact numbers: write '1/3'."
        )
    weights = [Fraction(p) for p in strategy]
    best = max(scores)
    support = [i for i, p in enumerate(weights) if p != 0]
    if any(scores[i] != best for i in support):
        return False
    signed = [j for j, u in enumerate(scores) if u == best and j not in support]
    return _positive(
        haigh_form(game.wholes[0], support[0], [*support[1:], *signed]), len(support) - 1, strict, deadline
    )


def haigh_form(table: NDArray[np.object_], pivot: int, others: Sequence[int]) -> list[list[int]]:
    """The matrix of -2 z.Az in the coordinates `others`, when the pivot's is minus their sum.

    Parameters
    ----------
    table : object array (n, n) of int
        A, or a positive multiple.
    pivot : int
    others : sequence of int

    Returns
    -------
    symmetric matrix of int

    Examples
    --------
    >>> haigh_form(np.array([[-1, 2], [0, 1]], dtype=object), 0, [1])
    [[4]]
    """
    both = table + table.T
    cross = both[pivot]
    return [[cross[i] + cross[j] - both[i, j] - cross[pivot] for j in others] for i in others]


def _positive(form: Sequence[Sequence[Any]], free: int, strict: bool, deadline: float) -> bool:
    """Whether the form is positive when the first `free` coordinates are free and the others >= 0."""
    for _ in range(free):  # one step of elimination a free coordinate
        head = form[0]
        if head[0] < 0 or (head[0] == 0 and (strict or any(head))):
            return False
        factor = [Fraction(row[0]) / head[0] if head[0] else Fraction(0) for row in form[1:]]
        form = [
            [cell - f * top for cell, top in zip(row[1:], head[1:], strict=True)]
            for row, f in zip(form[1:], factor, strict=True)
        ]
    test = is_strictly_copositive if strict else is_copositive
    return test(form, deadline=deadline)


class _Search:
    """Supports on which the form is positive definite, grown in ascending order of actions, largest first."""

    def __init__(self, game: NormalForm, deadline: float, time_limit: float | None) -> None:
        self.game, self.table = game, game.wholes[0]
        self.deadline, self.limited = deadline, time_limit is not None
        both = self.table + self.table.T
        own = np.diag(both)
        self.pairs = np.greater(2 * both, own[:, None] + own[None, :])
        self.found: list[Strategy] = []
        self.covers: list[set[int]] = []
        self.seen = 0

    def grow(self, support: tuple[int, ...], candidates: Sequence[int]) -> None:
        if any(cover.issuperset(support) and cover.issuperset(candidates) for cover in self.covers):
            return
        for place, action in enumerate(candidates):
            larger = (*support, action)
            if len(larger) > 2 and determinant(haigh_form(self.table, larger[0], larger[1:])) <= 0:
                continue
            self.grow(larger, [j for j in candidates[place + 1 :] if self.pairs[action, j]])
        if support:
            self.look(support)

    def look(self, support: tuple[int, ...]) -> None:
        self.seen += 1
        if self.seen > SUPPORTS_LIMIT and not self.limited:
            raise ValueError(
                f"more than {SUPPORTS_LIMIT} supports of {self.game!r} come into question for an ESS; there can be "
                f"2^{self.game.shape[0]}. Give time_limit=seconds to look at all."
            )
        if time.monotonic() > self.deadline:
            raise TimeoutError(f"after {self.seen} supports of {self.game!r} the time was over.")
        if any(cover.issuperset(support) for cover in self.covers):
            return
        weights = _equalising(self.table, support)
        if min(weights) <= 0:
            return
        scores = self.table[:, list(support)] @ np.array(weights, dtype=object)
        best = scores[support[0]]
        if max(scores) > best:
            return
        signed = [j for j, u in enumerate(scores) if u == best and j not in support]
        form = haigh_form(self.table, support[0], [*support[1:], *signed])
        if _positive(form, len(support) - 1, strict=True, deadline=self.deadline):
            x = [Fraction(0)] * len(self.table)
            for i, weight in zip(support, weights, strict=True):
                x[i] = weight
            self.found.append(tuple(x))
            self.covers.append({*support, *signed})


def _equalising(table: NDArray[np.object_], support: tuple[int, ...]) -> list[Fraction]:
    """The weights, sum 1, against which all actions of the support get the same; unique as the form is definite."""
    import flint

    size = len(support)
    block = table[np.ix_(support, support)]
    rows = [[*(int(c) for c in block[i] - block[0])] for i in range(1, size)]
    matrix = flint.fmpz_mat([*rows, [1] * size])
    right = flint.fmpz_mat(size, 1, [0] * (size - 1) + [1])
    solved = flint.fmpq_mat(matrix).solve(flint.fmpq_mat(right))
    return [Fraction(int(solved[i, 0].p), int(solved[i, 0].q)) for i in range(size)]


def _check_symmetric(game: NormalForm) -> None:
    if not game.is_symmetric:
        raise ValueError(f"{game!r} is not symmetric: B = A^T is needed, as NormalForm.symmetric(A) makes it.")
