r"""What a player can secure alone, and what it gains by committing first.

*Security level* of player k: the most it is sure of, whatever the others do,

    max_{sigma_k}  min_s  u_k(sigma_k, s)   =   min_mu  max_a  u_k(a, mu),

the last over distributions mu of the others' *profiles* (von Neumann 1928). With two players this is the minmax value
too; with more, punishers who cannot correlate may do less harm, so that their minmax is at least this value.

*Strong Stackelberg* commitment: the leader announces a mixed strategy x, the follower answers with a best reply, and
among its best replies with the one the leader likes most. For every answer j a linear program finds the best x to
which j is a best reply; the best of these is the commitment (Conitzer and Sandholm 2006).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import prod

import numpy as np

from gametheory.methods.linear_program import InfeasibleError, LinearOptimum, maximise
from gametheory.methods.vertices import deadline_in
from gametheory.methods.zero_sum import saddle_point
from gametheory.normal_form import NormalForm

CELLS_LIMIT = 300_000
"""Most payoffs of a player for which security starts without a time limit."""

PROGRAMS_LIMIT = 3_000_000
"""Most coefficients of all a follower's programs together that start without a time limit."""


@dataclass(frozen=True, slots=True)
class Security:
    """What a player can be sure of.

    Parameters
    ----------
    player : int
    value : Fraction
        In mixed strategies.
    strategy : tuple of Fraction
        That secures it.
    punishment : tuple of (profile of the others, probability)
        That holds the player down to it; the others may have to correlate.
    pure_maxmin, pure_minmax : Fraction
        The same without mixing: pure_maxmin <= value <= pure_minmax.
    """

    player: int
    value: Fraction
    strategy: tuple[Fraction, ...]
    punishment: tuple[tuple[tuple[int, ...], Fraction], ...]
    pure_maxmin: Fraction
    pure_minmax: Fraction


@dataclass(frozen=True, slots=True)
class Commitment:
    """The best that a leader can announce, and what follows.

    Parameters
    ----------
    leader : int
    strategy : tuple of Fraction
    reply : int
        The follower's action.
    value, follower_value : Fraction
        Expected payoffs of leader and follower.
    pure_value : Fraction
        The best by announcing a single action.
    values : tuple of Fraction or None
        For each action of the follower the most the leader gets if that is a best reply; None where it never is.
    """

    leader: int
    strategy: tuple[Fraction, ...]
    reply: int
    value: Fraction
    follower_value: Fraction
    pure_value: Fraction
    values: tuple[Fraction | None, ...]

    def __str__(self) -> str:
        mixed = ", ".join(map(str, self.strategy))
        return f"player {self.leader + 1} commits to ({mixed}) and gets {self.value}; the reply is {self.reply}"


def security(game: NormalForm, player: int, *, time_limit: float | None = None) -> Security:
    """What a player can be sure of, exactly, with the strategy and the punishment that prove it.

    Parameters
    ----------
    game : NormalForm
        Of any number of players.
    player : int
        From 0.
    time_limit : float, optional
        Seconds.

    Returns
    -------
    Security

    Raises
    ------
    ValueError
        If there is no such player, or the game is large and no time limit was given.
    TimeoutError
        If the time ran out.

    Examples
    --------
    >>> found = security(NormalForm.zero_sum([[3, -1], [-2, 1]]), 0)
    >>> found.value, found.pure_maxmin, found.pure_minmax
    (Fraction(1, 7), Fraction(-1, 1), Fraction(1, 1))
    """
    _check_player(game, player, "player")
    own = np.moveaxis(game.wholes[player], player, 0)
    table, scale = own.reshape(len(own), -1), game.scales[player]
    if table.size > CELLS_LIMIT and time_limit is None:
        raise ValueError(f"{game!r} makes a large linear program to solve exactly. Give time_limit=seconds.")
    value, strategy, mixture = saddle_point(table, deadline=deadline_in(time_limit))
    profiles = [tuple(int(i) for i in np.unravel_index(s, own.shape[1:])) for s in range(table.shape[1])]
    return Security(
        player=player,
        value=value / scale,
        strategy=strategy,
        punishment=tuple((s, p) for s, p in zip(profiles, mixture, strict=True) if p),
        pure_maxmin=Fraction(table.min(axis=1).max(), scale),
        pure_minmax=Fraction(table.max(axis=0).min(), scale),
    )


def stackelberg(game: NormalForm, *, leader: int = 0, time_limit: float | None = None) -> Commitment:
    """The leader's best mixed commitment against a follower who breaks ties in its favour.

    Parameters
    ----------
    game : NormalForm
        Of two players.
    leader : int
        0 or 1.
    time_limit : float, optional
        Seconds.

    Returns
    -------
    Commitment
        Of the replies that give the leader the same value, the least.

    Raises
    ------
    ValueError
        If the game has more than two players, there is no such leader, or the game is large and no limit was given.
    TimeoutError
        If the time ran out.

    References
    ----------
    V. Conitzer and T. Sandholm, Computing the optimal strategy to commit to, EC (2006) 82-90.

    Examples
    --------
    >>> print(stackelberg(NormalForm([[2, 4], [1, 3]], [[1, 0], [0, 1]])))
    player 1 commits to (1/2, 1/2) and gets 7/2; the reply is 1
    """
    if len(game.players) != 2:
        raise ValueError(f"{game!r}: a commitment to one follower needs exactly 2 players.")
    _check_player(game, leader, "leader")
    own, other = (np.moveaxis(game.wholes[k], leader, 0) for k in (leader, 1 - leader))
    own_scale, other_scale = game.scales[leader], game.scales[1 - leader]
    if prod(own.shape) * own.shape[1] > PROGRAMS_LIMIT and time_limit is None:
        raise ValueError(
            f"{game!r} needs {own.shape[1]} exact linear programs, one a reply, which can take long. "
            "Give time_limit=seconds."
        )
    deadline = deadline_in(time_limit)
    plans = [_commit(own[:, j], other, j, deadline) for j in range(own.shape[1])]
    values = tuple(None if plan is None else plan.value / own_scale for plan in plans)
    reply = max((j for j, v in enumerate(values) if v is not None), key=lambda j: (values[j], -j))
    best = plans[reply]
    assert best is not None  # every commitment has a best reply
    answers = np.equal(other, other.max(axis=1, keepdims=True))
    pure = max(own[i, j] for i, j in np.argwhere(answers))
    follower = sum((x * int(u) for x, u in zip(best.point, other[:, reply], strict=True)), Fraction(0))
    return Commitment(
        leader=leader,
        strategy=best.point,
        reply=reply,
        value=best.value / own_scale,
        follower_value=follower / other_scale,
        pure_value=Fraction(pure, own_scale),
        values=values,
    )


def _commit(worth: np.ndarray, other: np.ndarray, reply: int, deadline: float) -> LinearOptimum | None:
    """The best strategy to which `reply` is a best reply; None where it never is one, proved by the program."""
    rows = np.delete(other - other[:, [reply]], reply, axis=1).T
    below = (rows, [0] * len(rows)) if len(rows) else None
    try:
        return maximise(worth, below=below, equal=([[1] * len(worth)], [1]), deadline=deadline)
    except InfeasibleError:
        return None


def _check_player(game: NormalForm, player: int, what: str) -> None:
    if player not in range(len(game.players)):
        raise ValueError(f"{what} is {player}; this game has players 0 to {len(game.players) - 1}.")
