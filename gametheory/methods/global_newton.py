r"""Equilibria by the global Newton method: the path of equilibria of a game with a shrinking bonus.

Pay player k a bonus :math:`\lambda g_k(a)` for action a. For large lambda everybody has one dominant action; as
lambda falls the equilibria of the bonus game form a path, for almost all g, along which on each support

    u_k(a, sigma_-k) + lambda g_k(a) = w_k  for a in S_k,     sum_a sigma_k(a) = 1.

Where a probability reaches 0 its action leaves the support, where an action out of use becomes a best reply
it enters, and the path goes on: Lemke and Howson's complementary pivoting with curves for edges. Each crossing of
lambda = 0 is an equilibrium of the game, and the first always exists.

References
----------
R. Wilson, "Computing equilibria of n-person games", SIAM J. Appl. Math. 21 (1971) 80-87.
S. Govindan, R. Wilson, "A global Newton method to compute Nash equilibria", JET 110 (2003) 65-86.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from gametheory.equilibrium import Equilibrium, EquilibriumSet
from gametheory.methods.limit_point import certified_near
from gametheory.methods.multilinear import Floats, slopes, unit_tables
from gametheory.methods.path_following import PathPoint, advanced, moved, tangent_at
from gametheory.methods.vertices import check_count, deadline_in
from gametheory.normal_form import NormalForm

_STEPS = 20_000
_TRIES = 20
_HALVINGS = 40


def equilibria_by_global_newton(
    game: NormalForm,
    *,
    max_equilibria: int | None = 1,
    time_limit: float | None = None,
    rng: np.random.Generator | int | None = None,
) -> EquilibriumSet:
    """The equilibria that a path of bonus games meets, in its order.

    Parameters
    ----------
    game : NormalForm
    max_equilibria : int or None
        Follow the path on until it has met so many, or leads away for good.
    time_limit : float, optional
        Seconds; then what was met so far is given back.
    rng : numpy Generator or seed
        Draws the bonus; another one where a path is lost.

    Returns
    -------
    EquilibriumSet
        Never complete; different bonuses may meet different equilibria.

    Raises
    ------
    ValueError
        If a limit is not positive.
    ArithmeticError
        If every path was lost, as can happen in degenerate games.

    Examples
    --------
    >>> print(equilibria_by_global_newton(NormalForm.zero_sum([[1, -1], [-1, 1]]), rng=1)[0])
    (1/2, 1/2) (1/2, 1/2)
    """
    check_count(max_equilibria)
    rng, deadline = np.random.default_rng(rng), deadline_in(time_limit)
    why = "The equilibria that one path of bonus games meets; others were not looked for."
    tables, _ = unit_tables(game)
    found: list[Equilibrium] = []
    for _ in range(_TRIES):
        bonus = [rng.random(size) for size in game.shape]
        try:
            for profile in _crossings(tables, bonus, deadline):
                met = certified_near(game, profile, thresholds=(1e-9,), accept_floats=not found)
                if met is not None and not any(_close(met, other) for other in found):
                    found.append(met)
                if len(found) == max_equilibria:
                    break
        except ArithmeticError:  # this bonus meets a singular point, which almost no bonus does: draw another
            continue
        except TimeoutError:
            why = f"The path was followed for {time_limit} s; others were not looked for."
            break
        if found:
            break
    else:
        if not found:
            lost = f"{_TRIES} paths through {game!r} were lost; it may be degenerate. Use another method."
            raise ArithmeticError(lost)
    return EquilibriumSet(
        equilibria=tuple(found),
        complete=False,
        reason=why,
        concept="nash",
        method="global newton",
        game=repr(game),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Face:
    """The bonus game's equilibrium conditions on one support; y is (sigma on S, w, lambda)."""

    tables: Sequence[Floats]
    bonus: Sequence[Floats]
    support: tuple[tuple[int, ...], ...]

    def profile(self, place: Floats) -> list[Floats]:
        parts = []
        for table_size, used, a in zip(self.tables[0].shape, self.support, self._ends(), strict=False):
            part = np.zeros(table_size)
            part[list(used)] = place[a : a + len(used)]
            parts.append(part)
        return parts

    def curve(self, place: Floats) -> tuple[Floats, Floats]:
        """H and its Jacobian: each player's indifferences, then its sum of probabilities."""
        at = slopes(self.tables, self.profile(place))
        ends, players = self._ends(), len(self.support)
        total = ends[-1]
        value, jacobian = np.zeros(total + players), np.zeros((total + players, total + players + 1))
        for k, used in enumerate(self.support):
            rows = slice(ends[k], ends[k + 1])
            choice = list(used)
            value[rows] = at.payoffs[k][choice] + place[-1] * self.bonus[k][choice] - place[total + k]
            jacobian[rows, total + k] = -1
            jacobian[rows, -1] = self.bonus[k][choice]
            for j, others in enumerate(self.support):
                if j != k:
                    jacobian[rows, ends[j] : ends[j + 1]] = at.pairs[k, j][np.ix_(choice, list(others))]
            value[total + k] = place[rows].sum() - 1
            jacobian[total + k, rows] = 1
        return value, jacobian

    def slack(self, place: Floats) -> Floats:
        """What must not be negative: the probabilities in use, then what each action out of use pays too little."""
        at = slopes(self.tables, self.profile(place))
        total = self._ends()[-1]
        idle = [
            place[total + k] - at.payoffs[k][a] - place[-1] * self.bonus[k][a]
            for k, used in enumerate(self.support)
            for a in range(len(self.bonus[k]))
            if a not in used
        ]
        return np.concatenate([place[:total], np.array(idle, dtype=np.float64)])

    def switched(self, place: Floats, event: int) -> tuple[_Face, Floats, int]:
        """The neighbouring face across an event, the same point in it, and the slack that must rise there."""
        names = [(k, a) for k, used in enumerate(self.support) for a in used]
        names += [(k, a) for k, used in enumerate(self.support) for a in range(len(self.bonus[k])) if a not in used]
        player, action = names[event]
        used = set(self.support[player]) ^ {action}
        support = (*self.support[:player], tuple(sorted(used)), *self.support[player + 1 :])
        face = _Face(self.tables, self.bonus, support)
        shares = dict(zip(names, place.tolist(), strict=False))
        shares[player, action] = 0.0
        inside = [shares[k, a] for k, part in enumerate(face.support) for a in part]
        new_names = [(k, a) for k, part in enumerate(face.support) for a in part]
        new_names += [(k, a) for k, part in enumerate(face.support) for a in range(len(self.bonus[k])) if a not in part]
        rising = new_names.index((player, action))
        return face, np.concatenate([inside, place[self._ends()[-1] :]]), rising

    def _ends(self) -> list[int]:
        return [0, *accumulate(len(used) for used in self.support)]


def _crossings(
    tables: Sequence[Floats], bonus: Sequence[NDArray[np.float64]], deadline: float
) -> Iterator[list[Floats]]:
    """The profiles at which the path crosses lambda = 0, until it leads away."""
    best = [int(part.argmax()) for part in bonus]
    gaps = [np.sort(part)[-1] - np.sort(part)[-2] for part in bonus if len(part) > 1]
    far = 1.1 / min(gaps, default=1.0)  # payoffs span at most 1
    face = _Face(tables, bonus, tuple((a,) for a in best))
    shares = np.ones(len(best))
    at = slopes(tables, face.profile(np.append(shares, 0.0)))
    worth = [at.payoffs[k][a] + far * bonus[k][a] for k, a in enumerate(best)]
    place = np.concatenate([shares, worth, [far]])
    down = np.append(np.zeros(len(place) - 1), -1.0)
    point = PathPoint(place, tangent_at(face.curve, place, down), 0.1)
    for _ in range(_STEPS):
        if time.monotonic() > deadline:
            raise TimeoutError
        following = advanced(face.curve, point, bend=0.9)
        if following.place[-1] * point.place[-1] < 0:
            crossing = _where(face, point, following, _times_sign(point.place[-1]))
            if (face.slack(crossing) >= -1e-9).all():
                yield face.profile(crossing)
        if (face.slack(following.place) < 0).any():
            edge = _where(face, point, following, face.slack)
            face, place, rising = face.switched(edge, int(face.slack(edge).argmin()))
            point = PathPoint(place, _into(face, place, rising), 0.01)
        else:
            point = following
        if abs(point.place[-1]) > 2 * far:
            return
    raise ArithmeticError(f"the path did not end in {_STEPS} steps.")


def _times_sign(before: float) -> Callable[[Floats], Floats]:
    return lambda place: place[-1:] * np.sign(before)


def _where(face: _Face, before: PathPoint, after: PathPoint, slack: Callable[[Floats], Floats]) -> Floats:
    """The first point between two where the least slack falls to 0, by bisection of the step."""
    low, high = 0.0, float((after.place - before.place) @ before.tangent)
    place = before.place
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        there = moved(face.curve, before, middle)
        if there is None:
            raise ArithmeticError("the path is singular where its support changes.")
        if slack(there).min() < 0:
            high, place = middle, there
        else:
            low = middle
        if high - low < 1e-14:
            break
    return place


def _into(face: _Face, place: Floats, rising: int) -> Floats:
    """The direction along the new face in which the action that changed sides moves inward."""
    tangent = tangent_at(face.curve, place, np.ones(len(place)))
    change = face.slack(place + 1e-7 * tangent)[rising] - face.slack(place - 1e-7 * tangent)[rising]
    return tangent if change > 0 else -tangent


def _close(one: Equilibrium, other: Equilibrium) -> bool:
    return all(np.abs(a - b).max() < 1e-9 for a, b in zip(one.profile, other.profile, strict=True))
