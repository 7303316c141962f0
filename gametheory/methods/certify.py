"""Certificates: the regret of a profile, from the payoff table alone, by code that no algorithm shares.

An exact profile gets its exact regret. A profile in floats is read as the binary rationals it consists of,
each player's part is divided by its exact sum, and the regret of *that* profile is computed in rationals
and rounded up, so that the bound is a theorem about the numbers shown and not an estimate.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import islice
from math import lcm, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.equilibrium import Equilibrium
from gametheory.normal_form import NormalForm


def exact_equilibrium(
    game: NormalForm, profile: Sequence[Sequence[Fraction]], *, stability: str | None = None
) -> Equilibrium:
    """Certify a profile of Fractions as a Nash equilibrium.

    Parameters
    ----------
    game : NormalForm
    profile : one distribution of Fractions a player
    stability : str, optional

    Returns
    -------
    Equilibrium
        With regret `Fraction(0)`, and "payoffs" and "welfare" among its details.

    Raises
    ------
    ArithmeticError
        If the regret is not 0: then the algorithm that proposed the profile is at fault.
    """
    payoffs, regrets, proper = _judged(game, profile)
    if any(regrets) or not proper:
        shown = [[str(p) for p in part] for part in profile]
        raise ArithmeticError(f"{shown} was proposed as an equilibrium, its regrets are {regrets}.")
    return Equilibrium.of(
        profile,
        regret=Fraction(0),
        certificate="No player gains by any action, checked in rationals on the payoff table.",
        names=game.players,
        labels=game.strategies,
        stability=stability,
        details={"payoffs": payoffs, "welfare": sum(payoffs, Fraction(0))},
    )


def certified_in_time(
    game: NormalForm,
    profiles: Iterable[Sequence[Sequence[Fraction]]],
    *,
    most: int | None = None,
    deadline: float = float("inf"),
) -> tuple[Equilibrium, ...]:
    """The first of many equilibria, each certified, until there are enough or the time is over.

    Parameters
    ----------
    game : NormalForm
    profiles : iterable of profiles of Fractions
    most : int, optional
    deadline : float
        On `time.monotonic`'s clock; one is certified even after it.

    Returns
    -------
    tuple of Equilibrium
    """
    answers: list[Equilibrium] = []
    for profile in islice(profiles, most):
        if answers and time.monotonic() > deadline:
            break
        answers.append(exact_equilibrium(game, profile))
    return tuple(answers)


def shortened(kept: int, total: int, most: int | None) -> str:
    """How to say that a list of equilibria was cut; empty if it was not.

    Parameters
    ----------
    kept, total : int
        How many are given back, and how many there are.
    most : int or None
        How many were asked for.

    Returns
    -------
    str

    Examples
    --------
    >>> shortened(2, 5, 2)
    'The first 2 of 5, as max_equilibria asks.'
    """
    if kept == total:
        return ""
    return (
        f"The first {kept} of {total}, {'as max_equilibria asks' if kept == most else 'certified in the time given'}."
    )


def float_equilibrium(game: NormalForm, profile: Sequence[NDArray[np.float64]]) -> Equilibrium:
    """Attach a rigorous bound on its regret to a profile in floats.

    Parameters
    ----------
    game : NormalForm
    profile : one array of floats >= 0 a player, each with a positive sum

    Returns
    -------
    Equilibrium
        Without an exact form; its regret may be large: the bound is what is certified.
    """
    shares = [[Fraction(float(p)) for p in part] for part in profile]
    shares = [[p / sum(part) for p in part] for part in shares]
    payoffs, regrets = exact_payoffs(game, shares)
    return Equilibrium(
        profile=tuple(np.array([float(p) for p in part]) for part in shares),
        exact=None,
        regret=math.nextafter(float(max(regrets)), math.inf),
        support=tuple(tuple(i for i, p in enumerate(part) if p > 0) for part in shares),
        certificate="Regret of the profile divided by its sums, computed in rationals and rounded up.",
        names=game.players,
        labels=game.strategies,
        details={"payoffs": tuple(map(float, payoffs)), "welfare": float(sum(payoffs))},
    )


def exact_payoffs(
    game: NormalForm, profile: Sequence[Sequence[Fraction]]
) -> tuple[tuple[Fraction, ...], tuple[Fraction, ...]]:
    """Expected payoff and regret of every player, exactly.

    Parameters
    ----------
    game : NormalForm
    profile : one distribution of Fractions a player

    Returns
    -------
    payoffs, regrets : tuples of Fraction

    Examples
    --------
    >>> exact_payoffs(NormalForm([[2, 0]], [[1, 3]]), [[Fraction(1)], [Fraction(1), Fraction(0)]])
    ((Fraction(2, 1), Fraction(1, 1)), (Fraction(0, 1), Fraction(2, 1)))
    """
    payoffs, regrets, _ = _judged(game, profile)
    return payoffs, regrets


def support_of(strategy: Sequence[Fraction]) -> tuple[int, ...]:
    """Indices of the actions played.

    Parameters
    ----------
    strategy : sequence of Fraction

    Returns
    -------
    tuple of int

    Examples
    --------
    >>> support_of([Fraction(1, 2), Fraction(0), Fraction(1, 2)])
    (0, 2)
    """
    return tuple(i for i, p in enumerate(strategy) if p)


def _judged(
    game: NormalForm, profile: Sequence[Sequence[Fraction]]
) -> tuple[tuple[Fraction, ...], tuple[Fraction, ...], bool]:
    """Payoffs, regrets, and whether the profile consists of distributions."""
    used = [support_of(part) for part in profile]
    weights, scales = zip(*(_whole(part) for part in profile), strict=True)
    payoffs, regrets = [], []
    for player, table in enumerate(game.wholes):  # all in integers: much faster than Fractions
        best = _against(table, weights, used, player)
        own = sum(weights[player][i] * best[i] for i in used[player])
        unit = game.scales[player] * prod(scales)
        payoffs.append(Fraction(own, unit))
        regrets.append(Fraction(max(best) * scales[player] - own, unit))
    proper = all(sum(part) == scale and min(part) >= 0 for part, scale in zip(weights, scales, strict=True))
    return tuple(payoffs), tuple(regrets), proper


def _whole(strategy: Sequence[Fraction]) -> tuple[list[int], int]:
    """The same over a common denominator."""
    scale = lcm(*(p.denominator for p in strategy))
    return [p.numerator * (scale // p.denominator) for p in strategy], scale


def _against(table: NDArray[Any], weights: Any, used: Sequence[tuple[int, ...]], player: int) -> list[int]:
    # only what is played with positive probability counts, and that is often little
    if table.ndim == 2:
        other = 1 - player
        part = np.array([weights[other][i] for i in used[other]], dtype=object)
        pairs: list[int] = (table if player == 0 else table.T)[:, list(used[other])].dot(part).tolist()
        return pairs
    table = table[np.ix_(*(range(size) if k == player else used[k] for k, size in enumerate(table.shape)))]
    for axis in reversed(range(table.ndim)):
        if axis != player:
            part = np.array([weights[axis][i] for i in used[axis]], dtype=object)
            table = np.dot(np.moveaxis(table, axis, -1), part) if len(part) > 1 else table.take(0, axis=axis) * part[0]
    return table.tolist()  # type: ignore[no-any-return]
