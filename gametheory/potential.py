r"""Potential games: one function of the profile whose changes tell every player's gains.

For a change of player k's action alone, from profile a to b,

    exact      u_k(b) - u_k(a) = P(b) - P(a),
    weighted   u_k(b) - u_k(a) = w_k [P(b) - P(a)]   with w_k > 0,
    ordinal    u_k(b) - u_k(a) and P(b) - P(a) have the same sign.

An exact potential exists exactly when u_k - u_l gains nothing around every four-cycle in which players k and l change
and change back, the cycles through one corner being enough (Monderer and Shapley 1996, theorem 2.8). For a weighted
one the four-cycle sums of k and l must stand in the ratio w_k : w_l. An ordinal one exists exactly when no cycle of
changes by single players, none of which hurts who makes it, contains one that helps (Voorneveld and Norde 1997). All
is decided exactly; a game that has none comes with the cycle that shows it. The *finite improvement property*, that
no cycle consists of gains alone, is in `gametheory.improvement`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import gcd
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.improvement import improvement_cycle, improvement_levels
from gametheory.normal_form import NormalForm

Cell = tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Potential:
    """The answer to "is this a potential game", with the potential or a cycle as proof.

    Parameters
    ----------
    kind : str
        "exact", "weighted", "ordinal" or "generalised ordinal".
    exists : bool
    values : object array of Fraction, shaped as the game, or None
        The potential, 0 at its least; None exactly when there is none.
    weights : tuple of Fraction
        w_k, the first 1; all 1 but for weighted potentials (free ones are 1), empty where there is no potential.
    cycle : tuple of profiles
        Where there is none: profiles, each differing from the next (the last from the first) in one player's action,
        around which gains do not cancel.
    gains : tuple of Fraction
        What who moves gains at each step of the cycle, by the table's payoffs.
    reason : str
        One sentence.
    """

    kind: str
    exists: bool
    values: NDArray[np.object_] | None
    weights: tuple[Fraction, ...]
    cycle: tuple[Cell, ...]
    gains: tuple[Fraction, ...]
    reason: str

    @property
    def maximisers(self) -> tuple[Cell, ...]:
        """The profiles of greatest potential, which are pure equilibria.

        Raises
        ------
        ValueError
            If there is no potential.
        """
        if self.values is None:
            raise ValueError(f"the game has no {self.kind} potential: {self.reason}")
        top = np.equal(self.values, self.values.max())
        return tuple(tuple(int(i) for i in cell) for cell in np.argwhere(top))

    def __str__(self) -> str:
        if self.values is None:
            return f"no {self.kind} potential: {self.reason}"
        weights = "" if len(set(self.weights)) == 1 else f", weights {', '.join(map(str, self.weights))}"
        table = np.array(np.frompyfunc(str, 1, 1)(self.values)).tolist()
        return f"{self.kind} potential{weights}: {table}".replace("'", "")


def exact_potential(game: NormalForm) -> Potential:
    """Decide whether an exact potential exists; give it, or a four-cycle with a sum that is not 0.

    Parameters
    ----------
    game : NormalForm
        Of any number of players.

    Returns
    -------
    Potential

    References
    ----------
    D. Monderer and L. Shapley, Potential games, Games and Economic Behavior 14 (1996) 124-143.

    Examples
    --------
    >>> print(exact_potential(NormalForm([[4, 1], [3, 3]], [[4, 3], [1, 3]])))
    exact potential: [[1, 0], [0, 2]]
    >>> print(exact_potential(NormalForm.zero_sum([[1, -1], [-1, 1]])))
    no exact potential: around (0, 0), (1, 0), (1, 1), (0, 1) those who move gain -8 in all, not 0.
    """
    return _scaled(game, (Fraction(1),) * len(game.players), "exact")


def weighted_potential(game: NormalForm) -> Potential:
    """Decide whether a weighted potential exists; give it with its weights, or a four-cycle that forbids it.

    Parameters
    ----------
    game : NormalForm

    Returns
    -------
    Potential
        Weights are unique up to a factor where players affect each other's gains; the first player's is 1, and so is
        the first of each group that no other group affects.

    Examples
    --------
    >>> found = weighted_potential(NormalForm([[4, 0], [0, 2]], [[2, 0], [0, 1]]))
    >>> print(found)
    weighted potential, weights 1, 1/2: [[4, 0], [0, 2]]
    """
    weights: dict[int, Fraction] = {}
    ratios = _ratios(game)
    for first in range(len(game.players)):
        if first in weights:
            continue
        weights[first], queue = Fraction(1), [first]
        while queue:
            known = queue.pop()
            for (k, m), (ratio, cycle) in ratios.items():
                if known not in (k, m) or {k, m} <= set(weights):
                    continue
                if ratio <= 0:
                    return _refuted(game, "weighted", cycle, weights=None)
                other = m if known == k else k
                weights[other] = weights[known] * ratio if other == m else weights[known] / ratio
                queue.append(other)
    return _scaled(game, tuple(weights[k] for k in range(len(game.players))), "weighted")


def ordinal_potential(game: NormalForm) -> Potential:
    """Decide whether an ordinal potential exists; give one in whole numbers, or a weak improvement cycle.

    Parameters
    ----------
    game : NormalForm

    Returns
    -------
    Potential
        `values` are whole numbers from 0, in the order of the longest path of improvements to each profile.

    References
    ----------
    M. Voorneveld and H. Norde, A characterization of ordinal potential games, Games and Economic Behavior 19 (1997)
    235-242.

    Examples
    --------
    >>> print(ordinal_potential(NormalForm([[1, 9], [0, 10]], [[5, 6], [0, 1]])))
    ordinal potential: [[1, 2], [0, 3]]
    """
    return _by_improvements(game, "ordinal", weak=True)


def generalised_ordinal_potential(game: NormalForm) -> Potential:
    """Decide whether gains alone never go in a circle: the finite improvement property.

    Parameters
    ----------
    game : NormalForm

    Returns
    -------
    Potential
        `values` rise with every gain (but may differ where nothing is gained); otherwise an improvement cycle.

    References
    ----------
    Monderer and Shapley 1996, lemma 2.5: a finite game has the finite improvement property exactly when it has a
    generalised ordinal potential.

    Examples
    --------
    >>> generalised_ordinal_potential(NormalForm([[1, 2], [1, 0]], [[0, 1], [1, 0]])).exists
    True
    """
    return _by_improvements(game, "generalised ordinal", weak=False)


def has_finite_improvement_property(game: NormalForm) -> bool:
    """Whether every path of single players' gains ends, whoever moves first.

    Parameters
    ----------
    game : NormalForm

    Returns
    -------
    bool
        `generalised_ordinal_potential` has the proof either way.

    Examples
    --------
    >>> has_finite_improvement_property(NormalForm.zero_sum([[1, -1], [-1, 1]]))
    False
    """
    return generalised_ordinal_potential(game).exists


def _by_improvements(game: NormalForm, kind: str, *, weak: bool) -> Potential:
    cycle = improvement_cycle(game, weak=weak)
    if cycle:
        gains = _gains(game, cycle)
        what = "nobody loses and somebody gains" if weak else "everybody gains"
        return Potential(
            kind=kind,
            exists=False,
            values=None,
            weights=(),
            cycle=cycle,
            gains=gains,
            reason=f"around {', '.join(map(str, cycle[:8]))}{', ...' if len(cycle) > 8 else ''} {what} at every step.",
        )
    values = np.frompyfunc(Fraction, 1, 1)(improvement_levels(game, weak=weak).astype(object))
    values.setflags(write=False)
    ones = (Fraction(1),) * len(game.players)
    reason = "No cycle of improvements exists; profiles are ordered by the longest path of improvements to them."
    return Potential(kind, True, values, ones, (), (), reason)


def _scaled(game: NormalForm, weights: Sequence[Fraction], kind: str) -> Potential:
    """The exact potential of the game with payoffs u_k / w_k, or the four-cycle that shows there is none."""
    players = range(len(weights))
    factors = [1 / (w * s) for w, s in zip(weights, game.scales, strict=True)]
    unit = 1
    for f in factors:
        unit = unit * f.denominator // gcd(unit, f.denominator)
    tables = [table * int(f * unit) for table, f in zip(game.wholes, factors, strict=True)]
    for k, m in combinations(players, 2):
        clash = np.not_equal(_four_cycles(tables[k], k, m) - _four_cycles(tables[m], k, m), 0)
        if clash.any():
            return _refuted(game, kind, _corners(clash, k, m), weights=weights)
    total: Any = 0
    for k, table in enumerate(tables):  # walk from the corner 0: players 0, 1, ... take their actions one by one
        later = tuple(slice(0, 1) if other > k else slice(None) for other in players)
        start = tuple(slice(0, 1) if other >= k else slice(None) for other in players)
        total = total + (table[later] - table[start])
    whole = np.broadcast_to(total, game.shape)
    values = np.frompyfunc(lambda p: Fraction(int(p), unit), 1, 1)(whole - whole.min())
    values.setflags(write=False)
    reason = "All four-cycles through a corner of the table sum to 0, which is enough."
    return Potential(kind, True, values, tuple(weights), (), (), reason)


def _four_cycles(table: NDArray[Any], k: int, m: int) -> NDArray[Any]:
    """What is gained by k's change from 0 at m's action less that at m's action 0: second differences."""
    once = table - np.take(table, [0], axis=k)
    difference: NDArray[Any] = once - np.take(once, [0], axis=m)
    return difference


def _corners(where: NDArray[np.bool_], k: int, m: int) -> tuple[Cell, ...]:
    """The first four-cycle of players k and m that is marked."""
    far = [int(i) for i in np.argwhere(where)[0]]
    return tuple(
        tuple(0 if (p == k and not a) or (p == m and not b) else i for p, i in enumerate(far))
        for a, b in ((0, 0), (1, 0), (1, 1), (0, 1))
    )


def _ratios(game: NormalForm) -> dict[tuple[int, int], tuple[Fraction, tuple[Cell, ...]]]:
    """For two players whose four-cycles are not all 0: w_m / w_k as the first such cycle has it, and the cycle."""
    found = {}
    for k, m in combinations(range(len(game.players)), 2):
        one, other = (_four_cycles(game.wholes[p], k, m) for p in (k, m))
        marked = np.not_equal(one, 0) | np.not_equal(other, 0)
        if marked.any():
            place = tuple(np.argwhere(marked)[0])
            first, second = Fraction(one[place], game.scales[k]), Fraction(other[place], game.scales[m])
            found[k, m] = (second / first if first else Fraction(0)), _corners(marked, k, m)
    return found


def _refuted(game: NormalForm, kind: str, cycle: tuple[Cell, ...], *, weights: Sequence[Fraction] | None) -> Potential:
    gains = _gains(game, cycle)
    corners = ", ".join(map(str, cycle))
    if weights is None:
        reason = f"around {corners} no positive weights make the gains of the two who move cancel."
    else:
        movers = _movers(cycle)
        total = sum((g / weights[k] for g, k in zip(gains, movers, strict=True)), Fraction(0))
        scaled = "" if kind == "exact" else f", divided by the only possible weights {', '.join(map(str, weights))},"
        reason = f"around {corners} those who move gain{scaled} {total} in all, not 0."
    return Potential(kind, False, None, (), cycle, gains, reason)


def _movers(cycle: tuple[Cell, ...]) -> list[int]:
    steps = zip(cycle, [*cycle[1:], cycle[0]], strict=True)
    return [next(k for k, (i, j) in enumerate(zip(a, b, strict=True)) if i != j) for a, b in steps]


def _gains(game: NormalForm, cycle: tuple[Cell, ...]) -> tuple[Fraction, ...]:
    steps = zip(_movers(cycle), cycle, [*cycle[1:], cycle[0]], strict=True)
    return tuple(Fraction(game.wholes[k][b] - game.wholes[k][a], game.scales[k]) for k, a, b in steps)
