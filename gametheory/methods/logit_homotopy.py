r"""One equilibrium as the limit of logit quantal response equilibria.

For :math:`\lambda = 0` everybody mixes evenly; the branch of solutions of

    pi_k(a) = exp(lambda u_k(a, pi_-k)) / sum_b exp(lambda u_k(b, pi_-k))

that starts there leads, for almost all games, to one Nash equilibrium as lambda grows. It is followed in the
coordinates log pi by pseudo-arclength, so that it may turn back and probabilities may become as small as they
like. The limit's support is then solved and certified as in `gametheory.methods.certified_roots`.

References
----------
R. McKelvey, T. Palfrey, "Quantal response equilibria for normal form games", GEB 10 (1995) 6-38.
T. Turocy, "A dynamic homotopy interpretation of the logistic quantal response equilibrium correspondence",
GEB 51 (2005) 243-263.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from gametheory.equilibrium import EquilibriumSet
from gametheory.methods.certify import float_equilibrium
from gametheory.methods.limit_point import certified_near
from gametheory.methods.multilinear import Floats, slopes, unit_tables
from gametheory.methods.path_following import PathPoint, advanced, tangent_at
from gametheory.methods.vertices import deadline_in
from gametheory.normal_form import NormalForm

_STEPS = 5_000
_ENOUGH = 1e7  # where payoffs span 1; the regret is below (number of actions) / lambda long before


@dataclass(frozen=True, slots=True, eq=False)
class LogitBranch:
    """The principal branch of logit equilibria, point by point.

    Parameters
    ----------
    precision : float array
        lambda, in 1 / payoff.
    profiles : tuple of tuples of float arrays
        The equilibrium at each.
    """

    precision: NDArray[np.float64]
    profiles: tuple[tuple[NDArray[np.float64], ...], ...]


def logit_branch(game: NormalForm, *, largest: float) -> LogitBranch:
    """The principal branch from the even mixture until the precision first exceeds `largest`.

    Parameters
    ----------
    game : NormalForm
    largest : float
        Positive, in 1 / payoff.

    Returns
    -------
    LogitBranch

    Raises
    ------
    ValueError
        If `largest` is not positive.
    ArithmeticError
        If the branch cannot be followed so far.

    Examples
    --------
    >>> branch = logit_branch(NormalForm([[2, 0], [0, 1]], [[2, 0], [0, 1]]), largest=10)
    >>> float(branch.precision[-1]) > 10, branch.profiles[-1][0].round(3).tolist()
    (True, [1.0, 0.0])
    """
    if not largest > 0:
        raise ValueError(f"largest is {largest}; it must be positive, in 1 / payoff.")
    precisions, profiles = [], []
    _, scale = unit_tables(game)
    for precision, profile in _branch(game):
        precisions.append(precision / scale)
        profiles.append(tuple(profile))
        if precisions[-1] > largest:
            break
    return LogitBranch(np.array(precisions), tuple(profiles))


def logit_equilibrium(game: NormalForm, *, time_limit: float | None = None) -> EquilibriumSet:
    """The equilibrium to which the principal logit branch leads.

    Parameters
    ----------
    game : NormalForm
    time_limit : float, optional
        Seconds; then the logit equilibrium that was reached is given back, with a bound of its regret.

    Returns
    -------
    EquilibriumSet
        Of one equilibrium: exact or enclosed where its support's system is regular, otherwise in floats with a
        bound of its regret. Never complete: others were not looked for.

    Raises
    ------
    ArithmeticError
        If the branch cannot be followed (it is singular, as it may be in games with symmetries).

    Examples
    --------
    >>> print(logit_equilibrium(NormalForm([[2, 0], [0, 1]], [[2, 0], [0, 1]]))[0])
    (1, 0) (1, 0)
    """
    deadline, tried = deadline_in(time_limit), 1.0
    why = "One equilibrium, the limit of the principal logit branch; others were not looked for."
    profile: Sequence[Floats] = ()
    found = None
    for precision, profile in _branch(game):
        if precision > 4 * tried:
            tried = precision
            found = certified_near(game, profile, thresholds=(1e-2, 1e-5))
            if found is not None:
                break
        if precision > _ENOUGH:
            break
        if time.monotonic() > deadline:
            why = f"The limit of the principal logit branch was not reached in {time_limit} s; this is the way so far."
            found = float_equilibrium(game, profile)
            break
    certified = found or certified_near(game, profile, thresholds=(1e-3,), accept_floats=True)
    if certified is None:
        raise ArithmeticError(f"the logit branch of {game!r} gave no profile.")
    return EquilibriumSet(
        equilibria=(certified,),
        complete=False,
        reason=why,
        concept="nash",
        method="logit",
        game=repr(game),
    )


def _branch(game: NormalForm) -> Iterator[tuple[float, list[Floats]]]:
    """(lambda, profile) along the branch, for payoffs that span 1."""
    tables, _ = unit_tables(game)
    ends = [0, *accumulate(game.shape)]

    def profile_at(place: Floats) -> list[Floats]:
        return [np.exp(place[a:b]) for a, b in pairwise(ends)]

    def curve(place: Floats) -> tuple[Floats, Floats]:
        with np.errstate(over="ignore", invalid="ignore"):  # a wild Newton step is refused where it is taken
            return _conditions(tables, ends, place, profile_at(place))

    even = np.concatenate([np.full(size, -np.log(size)) for size in game.shape])
    start = np.append(even, 0.0)
    towards = np.append(np.zeros(len(even)), 1.0)
    point = PathPoint(start, tangent_at(curve, start, towards), 0.1)
    for _ in range(_STEPS):
        yield float(point.place[-1]), profile_at(point.place)
        point = advanced(curve, point)


def _conditions(
    tables: Sequence[Floats], ends: Sequence[int], place: Floats, profile: list[Floats]
) -> tuple[Floats, Floats]:
    """Logit equations, one player's after another: sum of probabilities, then log ratios to the first action."""
    at = slopes(tables, profile)
    precision = place[-1]
    count = len(place) - 1
    value, jacobian = np.zeros(count), np.zeros((count, count + 1))
    for k, (a, b) in enumerate(pairwise(ends)):
        value[a] = profile[k].sum() - 1
        jacobian[a, a:b] = profile[k]
        gain = at.payoffs[k][1:] - at.payoffs[k][0]
        value[a + 1 : b] = place[a + 1 : b] - place[a] - precision * gain
        jacobian[a + 1 : b, a] = -1
        jacobian[range(a + 1, b), range(a + 1, b)] = 1
        jacobian[a + 1 : b, -1] = -gain
        for j in range(len(profile)):
            if j != k:
                pair = at.pairs[k, j]
                jacobian[a + 1 : b, ends[j] : ends[j + 1]] = -precision * (pair[1:] - pair[0]) * profile[j]
    return value, jacobian
