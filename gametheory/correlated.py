r"""Correlated equilibria: a mediator draws a profile and tells each player its own part; obeying pays.

p over profiles is a *correlated equilibrium* (Aumann 1974) when for every player k and actions a, b of k

    sum_s p(a, s) [u_k(b, s) - u_k(a, s)] <= 0,                          told a, b is no better,

and a *coarse* one (Moulin and Vial 1978) when no b is better before anything is told: the sum over a is <= 0. Both
are polytopes; every Nash equilibrium, as the product of its parts, lies in them. So the best and the worst of them
for a linear objective are linear programs, solved exactly here, with the optimal prices as proof; of a small game
all vertices can be had.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import comb, prod
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gametheory.methods.linear_program import maximise
from gametheory.methods.vertices import best_reply_vertices, deadline_in, most_vertices
from gametheory.normal_form import NormalForm
from gametheory.rational import fraction_array

Objective: TypeAlias = "str | int | Sequence[object] | NDArray[Any]"

CELLS_LIMIT = 3_000_000
"""Most coefficients of a linear program that starts without a time limit; about a minute."""

VERTICES_LIMIT = 2_000_000
"""Most vertices, by the upper bound theorem, of a polytope that is enumerated without a time limit."""


@dataclass(frozen=True, slots=True)
class Obedience:
    """What disobeying a mediator can gain at most.

    Parameters
    ----------
    gain : Fraction
        > 0 exactly when the distribution is no equilibrium: u_k(b, .) - u_k(a, .), weighted by the probability of a.
    player : int
        Who gains most (or loses least).
    told, instead : int or None, int
        Actions a and b; `told` is None for coarse equilibria, where nothing is told.
    """

    gain: Fraction
    player: int
    told: int | None
    instead: int


@dataclass(frozen=True, slots=True, eq=False)
class CorrelatedEquilibrium:
    """A distribution over profiles that players obey.

    Parameters
    ----------
    distribution : object array of Fraction, shaped as the game
        Read-only.
    payoffs : tuple of Fraction
        Expected payoff of each player.
    coarse : bool
    value : Fraction
        Of the objective it was sought for.
    certificate : str
        Why it is an equilibrium, and optimal where it was sought for an objective.
    prices : tuple of Fraction
        Of the obedience constraints: the proof of optimality (empty for vertices).
    """

    distribution: NDArray[np.object_]
    payoffs: tuple[Fraction, ...]
    coarse: bool
    value: Fraction
    certificate: str
    prices: tuple[Fraction, ...] = ()

    @property
    def welfare(self) -> Fraction:
        """The sum of payoffs."""
        return sum(self.payoffs, Fraction(0))

    @property
    def support(self) -> tuple[tuple[int, ...], ...]:
        """The profiles that are drawn with a positive probability."""
        return tuple(tuple(int(i) for i in cell) for cell in np.argwhere(np.not_equal(self.distribution, 0)))

    def __str__(self) -> str:
        drawn = ", ".join(f"{cell}: {self.distribution[cell]}" for cell in self.support)
        return f"{{{drawn}}} pays {', '.join(map(str, self.payoffs))} (value {self.value})"


def correlated_equilibrium(
    game: NormalForm,
    *,
    objective: Objective = "welfare",
    worst: bool = False,
    coarse: bool = False,
    time_limit: float | None = None,
) -> CorrelatedEquilibrium:
    """The best (or worst) correlated or coarse correlated equilibrium for a linear objective, exactly.

    Parameters
    ----------
    game : NormalForm
        Of any number of players.
    objective : "welfare", int, or array
        The sum of payoffs, one player's payoff by its index, or a weight of every profile (shaped as the game).
    worst : bool
        The least value instead of the greatest.
    coarse : bool
        Over coarse correlated equilibria.
    time_limit : float, optional
        Seconds.

    Returns
    -------
    CorrelatedEquilibrium
        A vertex of the polytope as a rule; other optimal ones may exist.

    Raises
    ------
    ValueError
        If the objective fits no profile, or the program is large and no time limit was given.
    TimeoutError
        If the time ran out.

    References
    ----------
    R. Aumann, Subjectivity and correlation in randomized strategies, Journal of Mathematical Economics 1 (1974)
    67-96. H. Moulin and J.-P. Vial, Strategically zero-sum games, International Journal of Game Theory 7 (1978)
    201-221.

    Examples
    --------
    >>> chicken = NormalForm([[6, 2], [7, 0]], [[6, 7], [2, 0]])
    >>> print(correlated_equilibrium(chicken))
    {(0, 0): 1/2, (0, 1): 1/4, (1, 0): 1/4} pays 21/4, 21/4 (value 21/2)
    """
    size, count = prod(game.shape), _count(game, coarse)
    if size * count > CELLS_LIMIT and time_limit is None:
        raise ValueError(
            f"{game!r} makes a linear program of {size} unknowns and {count} constraints; solving that exactly can "
            f"take long. Give time_limit=seconds{'' if coarse else ', or ask for coarse=True, which has fewer'}."
        )
    weights = _weights(game, objective)
    rows = _obedience(game, coarse)[1]
    best = maximise(
        weights.ravel() * (-1 if worst else 1),
        below=(rows, [0] * len(rows)) if len(rows) else None,
        equal=([[1] * size], [1]),
        deadline=deadline_in(time_limit),
    )
    kind = "coarse correlated equilibrium" if coarse else "correlated equilibrium"
    proof = f"No {kind} is {'worse' if worst else 'better'}: the prices of a linear program prove it in rationals."
    return _equilibrium(game, best.point, weights, coarse, proof, best.prices)


def correlated_vertices(
    game: NormalForm, *, coarse: bool = False, time_limit: float | None = None
) -> tuple[CorrelatedEquilibrium, ...]:
    """All vertices of the polytope of (coarse) correlated equilibria of a small game.

    Parameters
    ----------
    game : NormalForm
    coarse : bool
    time_limit : float, optional
        Seconds.

    Returns
    -------
    tuple of CorrelatedEquilibrium
        Sorted by distribution, in lexicographic order of profiles. Their value is the welfare.

    Raises
    ------
    ValueError
        If there could be very many and no time limit was given.
    TimeoutError
        If the time ran out.

    Examples
    --------
    >>> for vertex in correlated_vertices(NormalForm([[2, 0], [0, 1]], [[1, 0], [0, 2]])):
    ...     print(vertex)
    {(1, 1): 1} pays 1, 2 (value 3)
    {(0, 0): 2/9, (0, 1): 4/9, (1, 0): 1/9, (1, 1): 2/9} pays 2/3, 2/3 (value 4/3)
    {(0, 0): 1/4, (0, 1): 1/2, (1, 1): 1/4} pays 3/4, 3/4 (value 3/2)
    {(0, 0): 2/5, (1, 0): 1/5, (1, 1): 2/5} pays 6/5, 6/5 (value 12/5)
    {(0, 0): 1} pays 2, 1 (value 3)
    """
    size, count = prod(game.shape), _count(game, coarse)
    bound = most_vertices(size, size + count + 1) if size + count < 200 else comb(200, 100)
    if bound > VERTICES_LIMIT and time_limit is None:
        raise ValueError(
            f"the polytope of {game!r} has {size + count} constraints and up to {bound:.1e} vertices. Give "
            "time_limit=seconds to try, or ask correlated_equilibrium for the best and the worst."
        )
    rows = _obedience(game, coarse)[1]
    # the face v = 0 of {(p, v): v >= 0, v >= rows p}, whose vertices double description finds
    table = np.vstack([np.zeros((1, size), dtype=object), rows])
    fractions = np.frompyfunc(Fraction, 1, 1)(table)
    try:
        found = best_reply_vertices(fractions, deadline=deadline_in(time_limit))
    except TimeoutError:
        raise TimeoutError(f"the vertices of the polytope of {game!r} were not enumerated in {time_limit} s.") from None
    kept = found.weights[found.replies[:, 0]]
    points = sorted(tuple(Fraction(int(w), int(sum(row))) for w in row) for row in kept)
    proof = "A vertex of the polytope, enumerated exactly by double description."
    return tuple(_equilibrium(game, point, _weights(game, "welfare"), coarse, proof, ()) for point in points)


def obedience(game: NormalForm, distribution: object, *, coarse: bool = False) -> Obedience:
    """The most that a player gains by disobeying: <= 0 exactly when the distribution is an equilibrium.

    Parameters
    ----------
    game : NormalForm
    distribution : array, shaped as the game
        Probabilities of the profiles, exact numbers that sum to 1 (floats are the binary rationals they are, their
        sum may miss 1 by 1e-9 and is divided out).
    coarse : bool
        Whether players commit before they are told.

    Returns
    -------
    Obedience
        Ties: the first player, then the least actions.

    Raises
    ------
    ValueError
        If it is no distribution over this game's profiles.

    Examples
    --------
    >>> chicken = NormalForm([[6, 2], [7, 0]], [[6, 7], [2, 0]])
    >>> obedience(chicken, [["1/3", "1/3"], ["1/3", 0]]).gain
    Fraction(-1, 3)
    >>> obedience(chicken, [[1, 0], [0, 0]])
    Obedience(gain=Fraction(1, 1), player=0, told=0, instead=1)
    """
    table = fraction_array(distribution, "distribution")
    if table.shape != game.shape:
        raise ValueError(f"distribution has shape {table.shape}; the game has profiles {game.shape}.")
    total = table.sum()
    exact = all(not isinstance(p, float | np.floating) for p in np.asarray(distribution, dtype=object).ravel())
    if min(table.ravel()) < 0 or abs(total - 1) > (0 if exact else Fraction(1, 10**9)):
        raise ValueError(f"distribution must be >= 0 and sum to 1; its least is {table.min()}, its sum {float(total)}.")
    names, rows = _obedience(game, coarse)
    if not len(rows):
        return Obedience(Fraction(0), 0, None if coarse else 0, 0)
    gains = rows @ (table / total).ravel()
    place = max(range(len(names)), key=lambda i: (gains[i] / game.scales[names[i][0]], -i))
    player, told, instead = names[place]
    return Obedience(gains[place] / game.scales[player], player, told, instead)


def _count(game: NormalForm, coarse: bool) -> int:
    return sum(n if coarse else n * (n - 1) for n in game.shape)


def _obedience(game: NormalForm, coarse: bool) -> tuple[list[tuple[int, int | None, int]], NDArray[np.object_]]:
    """Who is told what and does what instead, and the whole numbers whose mean is its gain times the scale."""
    names: list[tuple[int, int | None, int]] = []
    rows = []
    for player, (table, size) in enumerate(zip(game.wholes, game.shape, strict=True)):
        own = np.moveaxis(table, player, 0)
        if size == 1:
            continue
        for told, instead in product([None] if coarse else range(size), range(size)):
            if told == instead:
                continue
            gain = np.zeros(own.shape, dtype=object)
            which = slice(None) if told is None else slice(told, told + 1)
            gain[which] = own[instead] - own[which]
            rows.append(np.moveaxis(gain, 0, player).ravel())
            names.append((player, told, instead))
    return names, np.array(rows, dtype=object).reshape(len(rows), game.wholes[0].size)


def _weights(game: NormalForm, objective: Objective) -> NDArray[np.object_]:
    if isinstance(objective, str):
        if objective != "welfare":
            raise ValueError(f"objective is {objective!r}; write 'welfare', a player's index, or an array of weights.")
        return np.array(sum(game.payoffs[1:], start=game.payoffs[0]), dtype=object)
    if isinstance(objective, int | np.integer) and not isinstance(objective, bool):
        if not 0 <= objective < len(game.players):
            raise ValueError(f"objective is player {objective}; this game has players 0 to {len(game.players) - 1}.")
        return game.payoffs[int(objective)]
    table = fraction_array(objective, "objective")
    if table.shape != game.shape:
        raise ValueError(f"objective has shape {table.shape}; it weighs the profiles of a game of shape {game.shape}.")
    return table


def _equilibrium(
    game: NormalForm,
    point: Sequence[Fraction],
    weights: NDArray[np.object_],
    coarse: bool,
    certificate: str,
    prices: tuple[Fraction, ...],
) -> CorrelatedEquilibrium:
    flat = np.array(point, dtype=object)
    distribution = flat.reshape(game.shape)
    distribution.setflags(write=False)
    if obedience(game, distribution, coarse=coarse).gain > 0:
        raise ArithmeticError(
            "a proposed correlated equilibrium is not obeyed: the algorithm that made it is at fault."
        )
    return CorrelatedEquilibrium(
        distribution=distribution,
        payoffs=tuple(flat @ table.ravel() for table in game.payoffs),
        coarse=coarse,
        value=flat @ weights.ravel(),
        certificate=certificate,
        prices=prices,
    )
