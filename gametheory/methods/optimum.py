"""The social optimum: the profiles with the greatest sum of payoffs.

The sum of expected payoffs is linear in each player's strategy, so its maximum over all profiles, mixed ones
included, is taken at a pure profile. In a game in normal form the joint optimum is the same thing.
"""

from __future__ import annotations

import time
from fractions import Fraction
from math import lcm

import numpy as np

from gametheory.equilibrium import Equilibrium, EquilibriumSet
from gametheory.methods.certify import exact_payoffs, shortened
from gametheory.methods.pure import pure_profile
from gametheory.methods.vertices import check_count, deadline_in
from gametheory.normal_form import NormalForm


def best_cells(
    game: NormalForm, *, max_equilibria: int | None = None, time_limit: float | None = None
) -> EquilibriumSet:
    """All pure profiles that maximise the sum of payoffs; `regret` tells what deviating would gain.

    Parameters
    ----------
    game : NormalForm
        Of any number of players.
    max_equilibria : int, optional
        Give back no more than this many.
    time_limit : float, optional
        Seconds for regrets; all cells are compared first, which is quick.

    Returns
    -------
    EquilibriumSet
        Each with exact regret, in general not 0: an optimum need not be an equilibrium.

    Examples
    --------
    >>> best = best_cells(NormalForm([[3, 0], [5, 1]], [[3, 5], [0, 1]]))[0]
    >>> best.support, best.details["welfare"], best.regret
    (((0,), (0,)), Fraction(6, 1), Fraction(2, 1))
    """
    check_count(max_equilibria)
    deadline, scale = deadline_in(time_limit), lcm(*game.scales)
    welfare = sum(table * (scale // own) for table, own in zip(game.wholes, game.scales, strict=True))
    cells = [tuple(int(i) for i in cell) for cell in np.argwhere(np.equal(welfare, np.max(welfare)).astype(bool))]
    optima: list[Equilibrium] = []
    for cell in cells[:max_equilibria]:
        if optima and time.monotonic() > deadline:
            break
        optima.append(_optimum(game, cell))
    compared = f"The sum of payoffs was compared exactly over all {game.wholes[0].size} pure profiles."
    return EquilibriumSet(
        equilibria=tuple(optima),
        complete=len(optima) == len(cells),
        reason=shortened(len(optima), len(cells), max_equilibria) or compared,
        concept="social optimum",
        method="comparison of cells",
        game=repr(game),
    )


def _optimum(game: NormalForm, cell: tuple[int, ...]) -> Equilibrium:
    profile = pure_profile(game, cell)
    payoffs, regrets = exact_payoffs(game, profile)
    return Equilibrium.of(
        profile,
        regret=max(regrets),
        certificate="No profile has a greater sum of payoffs; the regret is exactly what a deviation gains.",
        names=game.players,
        labels=game.strategies,
        details={"payoffs": payoffs, "welfare": sum(payoffs, Fraction(0))},
    )
