r"""A profile of small regret in a game too large for anything better: descent from many starts.

The Lyapunov function of a game is the sum of squared gains from deviating to a pure action,

    V(sigma) = sum_k sum_a  max(0, u_k(a, sigma_-k) - u_k(sigma))^2,

zero exactly at the Nash equilibria. It is minimised by L-BFGS in log-odds coordinates from random profiles; it has
local minima that are no equilibria, so the best of several starts is taken, its support is tried for an exact
equilibrium, and otherwise the profile is returned with a rigorous bound of its regret, whatever that is.

Reference: R. McKelvey, "A Liapunov function for Nash equilibria", Caltech SSWP 953 (1998).
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise

import numpy as np

from gametheory.equilibrium import Equilibrium, EquilibriumSet
from gametheory.methods.certify import float_equilibrium
from gametheory.methods.limit_point import certified_near
from gametheory.methods.multilinear import Floats, slopes, unit_tables
from gametheory.methods.vertices import deadline_in
from gametheory.normal_form import NormalForm

_GOOD = 1e-6  # regret, where payoffs span 1, below which a start is taken to have met an equilibrium


def search_by_regret(
    game: NormalForm, *, starts: int = 20, time_limit: float | None = None, rng: np.random.Generator | int | None = None
) -> EquilibriumSet:
    """The profile of least regret that descent from several starts finds.

    Parameters
    ----------
    game : NormalForm
        Of any number of players.
    starts : int
        Random profiles to start from; the search ends early once a certified equilibrium is met.
    time_limit : float, optional
        Seconds; no further start is made after it.
    rng : numpy Generator or seed

    Returns
    -------
    EquilibriumSet
        Of one profile, never complete. Its regret may be large: look at it, it is a proved bound.

    Raises
    ------
    ValueError
        If `starts` is not positive.

    Examples
    --------
    >>> found = search_by_regret(NormalForm.zero_sum([[1, -1], [-1, 1]]), rng=1)
    >>> print(found[0], found[0].regret)
    (1/2, 1/2) (1/2, 1/2) 0
    """
    if starts < 1:
        raise ValueError(f"starts is {starts}; it must be at least 1.")
    rng = np.random.default_rng(rng)
    draws = (rng.normal(size=sum(game.shape)) for _ in range(starts))
    deadline = deadline_in(time_limit)
    answer, made = _best(game, draws, deadline)
    late = f" in {time_limit} s" if time.monotonic() > deadline else ""
    return EquilibriumSet(
        equilibria=(answer,),
        complete=False,
        reason=f"The best of {made} descents{late}, of regret {float(answer.regret):.3g}; others were not looked for.",
        concept="nash",
        method="regret search",
        game=repr(game),
    )


def _best(game: NormalForm, draws: Iterable[Floats], deadline: float) -> tuple[Equilibrium, int]:
    """The first certified equilibrium, or else the profile of least regret; and the number of descents."""
    tables, _ = unit_tables(game)
    met: list[tuple[float, list[Floats]]] = []
    for start in draws:
        profile = _descended(tables, start, deadline)
        met.append((_regret(tables, profile), profile))
        certified = certified_near(game, profile, thresholds=(1e-2, 1e-4)) if met[-1][0] < _GOOD else None
        if certified is not None:
            return certified, len(met)
        if time.monotonic() > deadline:
            break
    _, least = min(met, key=lambda pair: pair[0])
    return float_equilibrium(game, least), len(met)


def _descended(tables: Sequence[Floats], start: Floats, deadline: float) -> list[Floats]:
    """Where the descent from a start ends, or the best point that it met before the deadline."""
    from scipy.optimize import minimize

    ends = [0, *accumulate(tables[0].shape)]
    best = (np.inf, start)

    def value(odds: Floats) -> tuple[float, Floats]:
        nonlocal best
        if time.monotonic() > deadline and best[0] < np.inf:
            raise TimeoutError
        here, slope = _lyapunov(tables, _softmax(odds, ends), ends)
        best = min(best, (here, odds.copy()), key=lambda pair: pair[0])
        return here, slope

    with contextlib.suppress(TimeoutError):
        minimize(value, start, jac=True, method="L-BFGS-B", options={"maxiter": 600, "ftol": 1e-18, "gtol": 1e-12})
    return _softmax(best[1], ends)


def _softmax(odds: Floats, ends: Sequence[int]) -> list[Floats]:
    parts = [np.exp(odds[a:b] - odds[a:b].max()) for a, b in pairwise(ends)]
    return [part / part.sum() for part in parts]


def _lyapunov(tables: Sequence[Floats], profile: list[Floats], ends: Sequence[int]) -> tuple[float, Floats]:
    """V and its derivative by the log-odds."""
    at = slopes(tables, profile)
    gains = [np.maximum(0.0, v - v @ p) for v, p in zip(at.payoffs, profile, strict=True)]
    slope = [np.zeros(len(p)) for p in profile]
    for k, gain in enumerate(gains):
        slope[k] -= 2 * gain.sum() * at.payoffs[k]
        for j in range(len(profile)):
            if j != k:
                slope[j] += 2 * (gain - gain.sum() * profile[k]) @ at.pairs[k, j]
    odds = np.concatenate([p * (s - s @ p) for p, s in zip(profile, slope, strict=True)])
    return float(sum(gain @ gain for gain in gains)), odds


def _regret(tables: Sequence[Floats], profile: list[Floats]) -> float:
    at = slopes(tables, profile)
    return max(float(v.max() - v @ p) for v, p in zip(at.payoffs, profile, strict=True))
