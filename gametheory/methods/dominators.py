r"""Who dominates whom among the actions left: pure dominators by comparison, mixed ones by exact linear programs.

D[b, s] = u_k(b, s) - u_k(a, s). Action a of player k is strictly dominated exactly when the optimum of

    maximise  e   subject to   sum_b sigma_b D[b, s] >= e  for every s,   sum sigma = 1,   sigma, e >= 0

is positive (sigma = a gives e = 0); the prices of the rows are a belief over s to which a is a best reply when it is
0. It is weakly dominated exactly when sum_s sum_b sigma_b D[b, s] has a positive optimum under the same rows with
e = 0; the prices plus 1 are a belief with full support otherwise. Payoffs are compared by their ranks, which are
exact and small; for strict dominance a program is solved only for an
action with no pure dominator that is no best reply to a pure profile.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import prod
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.elimination import Belief, Removal
from gametheory.methods.linear_program import LinearOptimum, maximise
from gametheory.methods.vertices import deadline_in
from gametheory.normal_form import NormalForm
from gametheory.whole_table import comparable

SECONDS = 4e-8
"""Of an exact linear program, times actions, profiles and the lesser of the two; measured on random games."""

PATIENCE = 60.0
"""Seconds of linear programs, estimated, up to which a round starts without a time limit."""


class Search:
    """Rounds of removal in one game; see `gametheory.dominance.iterated_dominance`.

    Parameters
    ----------
    game : NormalForm
    strict, mixed : bool
    time_limit : float, optional
    """

    def __init__(self, game: NormalForm, *, strict: bool, mixed: bool, time_limit: float | None) -> None:
        self.game, self.strict, self.mixed, self.limited = game, strict, mixed, time_limit is not None
        self.deadline = deadline_in(time_limit)
        self.ranks = [_ranks(table) for table in game.wholes]

    def round(self, left: list[list[int]]) -> tuple[list[Removal], list[Belief]]:
        """What is dominated among the actions left, and beliefs for what is not.

        Parameters
        ----------
        left : list of lists of int

        Returns
        -------
        removals, beliefs : lists of Removal and of Belief
        """
        removals: list[Removal] = []
        beliefs: list[Belief] = []
        programs: list[tuple[int, int]] = []
        for player in range(len(left)):
            ranks = _rows(self.ranks[player], player, left)
            removals += self._pure(player, left, ranks)
            gone = {(r.player, r.action) for r in removals}
            open_ = [(player, a) for a in left[player] if (player, a) not in gone]
            if self.mixed and self.strict:  # a best reply to a pure profile is dominated by nothing
                beliefs += self._best_replies(player, left, ranks)
                stays = {(b.player, b.action) for b in beliefs}
                open_ = [pair for pair in open_ if pair not in stays]
            programs += open_ if self.mixed else []
        self._warn(programs, left)
        for player, action in programs:
            verdict = self._mixed(player, action, left)
            if isinstance(verdict, Removal):
                removals.append(verdict)
            else:
                beliefs.append(verdict)
        by_action = attrgetter("player", "action")
        return sorted(removals, key=by_action), sorted(beliefs, key=by_action)

    def _best_replies(self, player: int, left: list[list[int]], ranks: NDArray[Any]) -> list[Belief]:
        others = [actions for k, actions in enumerate(left) if k != player]
        best = np.equal(ranks, ranks.max(axis=0))
        first = {int(place): int(np.argmax(best[place])) for place in np.flatnonzero(best.any(axis=1))}
        return [Belief(player, left[player][p], (_profile(s, others),), (Fraction(1),)) for p, s in first.items()]

    def _pure(self, player: int, left: list[list[int]], rows: NDArray[Any]) -> list[Removal]:
        payoffs = _rows(self.game.wholes[player], player, left)
        found = []
        for place, by in _dominators(rows, strict=self.strict).items():
            sigma = [Fraction(0)] * self.game.shape[player]
            sigma[left[player][by]] = Fraction(1)
            margin = Fraction(min(payoffs[by] - payoffs[place]), self.game.scales[player])
            found.append(Removal(player, left[player][place], tuple(sigma), margin))
        return found

    def _mixed(self, player: int, action: int, left: list[list[int]]) -> Removal | Belief:
        """A removal if some mixture dominates the action, else a belief to which it is a best reply."""
        rows = _rows(self.game.wholes[player], player, left)
        place = left[player].index(action)
        others = [actions for k, actions in enumerate(left) if k != player]
        gain = rows - rows[place]
        best = _strict_program(gain, self.deadline) if self.strict else _weak_program(gain, self.deadline)
        if best.value > 0:
            sigma = [Fraction(0)] * self.game.shape[player]
            weights = np.array(best.point[: len(rows)], dtype=object)
            for own, weight in zip(left[player], weights, strict=True):
                sigma[own] = weight
            return Removal(player, action, tuple(sigma), min(weights @ gain) / self.game.scales[player])
        belief = [p if self.strict else p + 1 for p in best.prices]
        chosen = [s for s, p in enumerate(belief) if p]
        total = sum(belief, Fraction(0))
        profiles = tuple(_profile(s, others) for s in chosen)
        return Belief(player, action, profiles, tuple(belief[s] / total for s in chosen))

    def _warn(self, programs: list[tuple[int, int]], left: list[list[int]]) -> None:
        """Refuse before the start what could take long."""
        seconds = 0.0
        for player, _ in programs:
            own = len(left[player])
            states = prod(len(actions) for k, actions in enumerate(left) if k != player)
            seconds += SECONDS * own * states * min(own, states)
        if seconds > PATIENCE and not self.limited:
            raise ValueError(
                f"mixed dominators in {self.game!r} need {len(programs)} exact linear programs in this round, about "
                f"{seconds:.0f} s. Give time_limit=seconds, or choose dominators='pure'."
            )


def _strict_program(gain: NDArray[np.object_], deadline: float) -> LinearOptimum:
    count, states = gain.shape
    rows = np.hstack([-gain.T, np.ones((states, 1), dtype=int).astype(object)])
    return maximise([0] * count + [1], below=(rows, [0] * states), equal=([[1] * count + [0]], [1]), deadline=deadline)


def _weak_program(gain: NDArray[np.object_], deadline: float) -> LinearOptimum:
    count, states = gain.shape
    return maximise(gain.sum(axis=1), below=(-gain.T, [0] * states), equal=([[1] * count], [1]), deadline=deadline)


def _ranks(table: NDArray[np.object_]) -> NDArray[np.int64]:
    """The payoffs' order as integers 0, 1, 2, ...: exact to compare, whatever their size."""
    return np.unique(comparable(table.ravel()), return_inverse=True)[1].reshape(table.shape).astype(np.int64)


def _rows(table: NDArray[Any], player: int, left: list[list[int]]) -> NDArray[Any]:
    """The player's actions left, by the others' profiles left."""
    part = np.moveaxis(table[np.ix_(*left)], player, 0)
    return part.reshape(len(left[player]), -1)


def _dominators(rows: NDArray[Any], *, strict: bool) -> dict[int, int]:
    """For each dominated row one that dominates it and is itself undominated: dominance is transitive."""
    totals = rows.sum(axis=1)
    rest = np.argsort(-totals, kind="stable")  # who dominates has the greater total, so it comes first
    found: dict[int, int] = {}
    while len(rest):
        by, rest = int(rest[0]), rest[1:]
        below = rest[totals[rest] < totals[by]]
        for start, stop in pairwise([0, 4, 32, rows.shape[1]]):  # a few profiles settle most pairs
            columns = slice(start, stop)
            worse = rows[by, columns] > rows[below, columns] if strict else rows[by, columns] >= rows[below, columns]
            below = below[worse.all(axis=1)]
        found.update((int(place), by) for place in below)
        rest = rest[~np.isin(rest, below)]
    return dict(sorted(found.items()))


def _profile(place: int, others: list[list[int]]) -> tuple[int, ...]:
    indices = np.unravel_index(place, [len(actions) for actions in others])
    return tuple(actions[int(i)] for actions, i in zip(others, indices, strict=True))
