"""All extreme equilibria of a two-player game by square systems of indifference, exactly.

If x is a vertex of player 1's best-reply polyhedron, then among the other's best replies to x there are as
many, J, as x has actions in its support I, such that the equations

    sum_{i in I} M[j, i] x_i = v   (j in J),     sum_{i in I} x_i = 1

have x, v as their only solution. So solving this system for every pair (I, J) of equal size, in rationals,
and keeping the solutions with x > 0 on I and no better reply than v, finds every vertex, and pairs of
vertices that are best replies to each other are the extreme equilibria. This is the classical support
enumeration (Dickhaut and Kaplan 1991) without its two blind spots, supports of unequal size and rounding.
It takes sum over k of C(m, k) C(n, k) = C(m + n, n) systems a player, and is a check on the vertex
enumeration, with which it shares no code that finds a strategy.
"""

from __future__ import annotations

import time
from fractions import Fraction
from itertools import combinations
from math import comb
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.equilibrium import EquilibriumSet
from gametheory.methods.certify import certified_in_time, shortened
from gametheory.methods.nash_subsets import structure
from gametheory.methods.vertices import check_count, deadline_in, roughly
from gametheory.normal_form import NormalForm

SYSTEM_LIMIT = 500_000
"""Most linear systems for which the enumeration starts without a time limit: about a minute."""

Candidate = tuple[tuple[int, ...], tuple[Fraction, ...], frozenset[int]]


def equilibria_by_support(
    game: NormalForm, *, max_equilibria: int | None = None, time_limit: float | None = None
) -> EquilibriumSet:
    """Every extreme equilibrium of a two-player game, from square systems of indifference.

    Parameters
    ----------
    game : NormalForm
        Of two players.
    max_equilibria : int, optional
        Give back no more than this many.
    time_limit : float, optional
        Seconds; without it games that need more than `SYSTEM_LIMIT` systems are refused. Small supports come first.

    Returns
    -------
    EquilibriumSet
        Sorted by support, then profile; not complete if the time ran out.

    Raises
    ------
    ValueError
        If the game is too large.

    References
    ----------
    J. Dickhaut and T. Kaplan, A program for finding Nash equilibria, Mathematica Journal 1 (1991) 87-93.

    Examples
    --------
    >>> from gametheory.normal_form import NormalForm
    >>> len(equilibria_by_support(NormalForm([[0, 0], [0, 0]], [[0, 0], [0, 0]])))
    4
    """
    check_count(max_equilibria)
    start, deadline = time.monotonic(), deadline_in(time_limit)
    systems = 2 * comb(sum(game.shape), game.shape[0])
    if systems > SYSTEM_LIMIT and time_limit is None:
        raise ValueError(
            f"{game!r} needs {roughly(systems)} linear systems, over {SYSTEM_LIMIT}. Give time_limit=seconds, "
            "or choose method='vertex enumeration', 'lemke-howson' or 'pure'."
        )
    third = (deadline - start) / 3  # for either player, and for the pairs
    first, first_done = _candidates(game.wholes[1].T, start + third)
    second, second_done = _candidates(game.wholes[0], start + 2 * third)
    found, matched = _replies_to_each_other(first, second, deadline)
    answers = certified_in_time(game, (each[1] for each in found), most=max_equilibria, deadline=deadline)
    reached = first_done and second_done and matched
    complete = reached and len(answers) == len(found)
    reason = f"All {systems} square systems of indifference were solved exactly."
    if not reached:
        reason = f"Some of the {roughly(systems)} systems were not reached in {time_limit} s."
    joined, subsets, note = structure([each[2] for each in found], deadline) if complete else ((), (), "")
    return EquilibriumSet(
        equilibria=answers,
        complete=complete,
        reason=(shortened(len(answers), len(found), max_equilibria) if reached else "") or reason + note,
        concept="nash",
        method="support enumeration",
        game=repr(game),
        components=joined,
        nash_subsets=subsets,
    )


def _candidates(matrix: NDArray[np.object_], deadline: float) -> tuple[list[Candidate], bool]:
    """Support, strategy and best replies of each vertex reached before the deadline, and whether all were."""
    replies, actions = matrix.shape
    found: dict[tuple[Fraction, ...], Candidate] = {}
    for size in range(1, min(replies, actions) + 1):
        for support in combinations(range(actions), size):
            for tied in combinations(range(replies), size):
                if time.monotonic() > deadline:
                    return list(found.values()), False
                weights = _indifferent(matrix[np.ix_(tied, support)])
                if weights is None or min(weights) <= 0:
                    continue
                strategy = [Fraction(0)] * actions
                for action, weight in zip(support, weights, strict=True):
                    strategy[action] = weight
                payoffs = list(matrix[:, support] @ np.array(weights, dtype=object))
                if max(payoffs) == payoffs[tied[0]]:
                    best = frozenset(j for j, payoff in enumerate(payoffs) if payoff == max(payoffs))
                    found[tuple(strategy)] = support, tuple(strategy), best
    return list(found.values()), True


def _replies_to_each_other(
    first: list[Candidate], second: list[Candidate], deadline: float
) -> tuple[list[tuple[Any, Any, tuple[int, int]]], bool]:
    """(supports, profile, places) of the pairs that are equilibria, sorted, and whether all pairs were compared."""
    found: list[tuple[Any, Any, tuple[int, int]]] = []
    for a, x in enumerate(first):
        if time.monotonic() > deadline:
            return sorted(found), False
        for b, y in enumerate(second):
            if x[2].issuperset(y[0]) and y[2].issuperset(x[0]):
                found.append(((x[0], y[0]), (x[1], y[1]), (a, b)))
    return sorted(found), True


def _indifferent(block: NDArray[Any]) -> list[Fraction] | None:
    """The only weights of sum 1 that make all rows of a square block pay the same; None if not unique."""
    import flint

    size = len(block)
    rows = [[*map(int, row), -1] for row in block.tolist()]
    system = flint.fmpq_mat(flint.fmpz_mat([*rows, [1] * size + [0]]))
    try:
        solution = system.solve(flint.fmpq_mat(flint.fmpz_mat([[0]] * size + [[1]])))
    except ZeroDivisionError:
        return None
    return [Fraction(int(solution[r, 0].p), int(solution[r, 0].q)) for r in range(size)]
