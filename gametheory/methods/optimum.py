"""The social optimum: the profiles with the greatest sum of payoffs.

The sum of expected payoffs is linear in each player's strategy, so its maximum over all profiles, mixed ones
included, is taken at a pure profile. In a game in normal form the joint optimum is the same thing.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from gametheory.equilibrium import Equilibrium, EquilibriumSet
from gametheory.methods.certify import exact_payoffs
from gametheory.methods.pure import pure_profile
from gametheory.normal_form import NormalForm


def best_cells(game: NormalForm) -> EquilibriumSet:
    """All pure profiles that maximise the sum of payoffs; `regret` tells what deviating would gain.

    Parameters
    ----------
    game : NormalForm
        Of any number of players.

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
    welfare = np.sum(game.payoffs, axis=0)
    cells = [tuple(int(i) for i in cell) for cell in np.argwhere((welfare == welfare.max()).astype(bool))]
    return EquilibriumSet(
        equilibria=tuple(_optimum(game, cell) for cell in cells),
        complete=True,
        reason=f"The sum of payoffs was compared exactly over all {welfare.size} pure profiles.",
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
