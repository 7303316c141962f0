r"""What an equilibrium is worth: anarchy and stability, exploitability, security, commitment.

    price of anarchy     greatest welfare / welfare of the worst equilibrium            at least 1
    price of stability   greatest welfare / welfare of the best equilibrium             at least 1
    exploitability       sum over players of what each gains by its best deviation      0 exactly at equilibria

Welfare is the sum of payoffs and must not be negative (a ratio of a gain to a loss has no meaning); for costs, which
are payoffs <= 0, the ratios are upside down, cost(equilibrium) / cost(optimum), so that both conventions give at
least 1, and infinity when an equilibrium of welfare 0 faces a positive optimum. On a maximal Nash subset of a
two-player game welfare is a function of x plus one of y, so its extremes are at extreme equilibria.
`gametheory.commitment` has security levels and Stackelberg leaders.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import inf
from typing import Any, Literal, TypeAlias

import numpy as np

from gametheory.equilibrium import Equilibrium, EquilibriumSet
from gametheory.normal_form import NormalForm, Profile

Objective: TypeAlias = Literal["welfare", "cost"]


@dataclass(frozen=True, slots=True)
class Efficiency:
    """How good the worst and the best equilibria are.

    Parameters
    ----------
    anarchy, stability : Fraction or float
        Prices, 1 <= stability <= anarchy; Fractions unless infinite or the equilibria are known in floats only.
    optimum : Fraction
        The greatest welfare, or the least cost.
    worst, best : int
        Where in the set they are found.
    optimal : tuple of profiles
        Pure profiles that attain the optimum.
    complete : bool
        Whether all equilibria of the concept are in the set; if not, anarchy is only a lower bound, stability only
        an upper one.
    reason : str
        Of the set, why it is complete or not.
    """

    anarchy: Fraction | float
    stability: Fraction | float
    optimum: Fraction
    worst: int
    best: int
    optimal: tuple[tuple[int, ...], ...]
    complete: bool
    reason: str

    def __str__(self) -> str:
        bounds = ("=", "=") if self.complete else (">=", "<=")
        return f"price of anarchy {bounds[0]} {self.anarchy}, of stability {bounds[1]} {self.stability}"


def efficiency(game: NormalForm, equilibria: EquilibriumSet, *, objective: Objective = "welfare") -> Efficiency:
    """Compare the welfare of equilibria with the greatest there is, whether the set is complete or not.

    Parameters
    ----------
    game : NormalForm
    equilibria : EquilibriumSet
        Of this game, of any concept (prices are then of that concept: pure, symmetric, ...).
    objective : {"welfare", "cost"}
        "cost" for a game whose payoffs are costs with a minus.

    Returns
    -------
    Efficiency

    Raises
    ------
    ValueError
        If the set is empty or belongs to another game, an equilibrium has negative welfare (a negative cost), or the
        optimum is not positive.

    References
    ----------
    E. Koutsoupias and C. Papadimitriou, Worst-case equilibria, STACS (1999) 404-413. E. Anshelevich et al., The price
    of stability for network design with fair cost allocation, FOCS (2004) 295-304.

    Examples
    --------
    >>> from gametheory.dispatch import solve
    >>> game = NormalForm([[4, 0], [3, 2]], [[4, 3], [0, 2]])
    >>> print(efficiency(game, solve(game)))
    price of anarchy = 2, of stability = 1
    """
    if objective not in ("welfare", "cost"):
        raise ValueError(f"objective must be 'welfare' or 'cost', not {objective!r}")
    if not len(equilibria):
        raise ValueError(
            f"there is no equilibrium ({equilibria.concept}) in the set, so there is no price: {equilibria.reason}"
        )
    sign = 1 if objective == "welfare" else -1
    table = sign * np.array(sum(game.payoffs[1:], start=game.payoffs[0]), dtype=object)
    optimum = table.max() if sign > 0 else table.min()
    if optimum <= 0:
        raise ValueError(
            f"the {'greatest welfare' if sign > 0 else 'least cost'} is {optimum}; it must be positive for a ratio. "
            "Adding a constant to payoffs changes the price, so state one that has a meaning."
        )
    values = [sign * _welfare(game, e) for e in equilibria]
    losses = [_loss(value, optimum, objective, index) for index, value in enumerate(values)]
    places = range(len(losses))
    worst, best = max(places, key=lambda i: (losses[i], -i)), min(places, key=lambda i: (losses[i], i))
    return Efficiency(
        anarchy=losses[worst],
        stability=losses[best],
        optimum=optimum,
        worst=worst,
        best=best,
        optimal=tuple(tuple(int(i) for i in cell) for cell in np.argwhere(np.equal(table, optimum))),
        complete=equilibria.complete,
        reason=equilibria.reason,
    )


def price_of_anarchy(
    game: NormalForm, equilibria: EquilibriumSet, *, objective: Objective = "welfare"
) -> Fraction | float:
    """How much is lost at the worst equilibrium.

    Parameters
    ----------
    game, equilibria, objective
        As for `efficiency`; the set must be complete.

    Returns
    -------
    Fraction or float
        At least 1; infinity where an equilibrium has welfare 0.

    Raises
    ------
    ValueError
        If the set is not complete, and as `efficiency`.

    Examples
    --------
    >>> from gametheory.dispatch import solve
    >>> dilemma = NormalForm([[-1, -3], [0, -2]], [[-1, 0], [-3, -2]])
    >>> price_of_anarchy(dilemma, solve(dilemma), objective="cost")
    Fraction(2, 1)
    """
    return _of_all(game, equilibria, objective).anarchy


def price_of_stability(
    game: NormalForm, equilibria: EquilibriumSet, *, objective: Objective = "welfare"
) -> Fraction | float:
    """How much is lost at the best equilibrium.

    Parameters
    ----------
    game, equilibria, objective
        As for `price_of_anarchy`.

    Returns
    -------
    Fraction or float
        At least 1, at most the price of anarchy.

    Raises
    ------
    ValueError
        As `price_of_anarchy`.

    Examples
    --------
    >>> from gametheory.dispatch import solve
    >>> game = NormalForm([[4, 0], [3, 2]], [[4, 3], [0, 2]])
    >>> price_of_stability(game, solve(game))
    Fraction(1, 1)
    """
    return _of_all(game, equilibria, objective).stability


@dataclass(frozen=True, slots=True)
class Exploitability:
    """What could be gained by deviating from a profile.

    Parameters
    ----------
    total : Fraction or float
        The sum of regrets ("NashConv"); in a zero-sum game half of it is also called exploitability.
    epsilon : Fraction or float
        The greatest regret: the profile is an epsilon-equilibrium, for no smaller epsilon.
    regrets : tuple of Fraction or float
        What each player gains by its best deviation, >= 0.
    replies : tuple of tuples of int
        Each player's best replies.
    """

    total: Any
    epsilon: Any
    regrets: tuple[Any, ...]
    replies: tuple[tuple[int, ...], ...]


def exploitability(game: NormalForm, profile: Profile | Equilibrium) -> Exploitability:
    """How far a profile is from equilibrium: exact for an exact profile, in floats otherwise.

    Parameters
    ----------
    game : NormalForm
    profile : one distribution a player, or an Equilibrium

    Returns
    -------
    Exploitability

    Raises
    ------
    ValueError
        If it is no profile of this game.

    References
    ----------
    M. Lanctot et al., A unified game-theoretic approach to multiagent reinforcement learning, NeurIPS (2017), for
    NashConv.

    Examples
    --------
    >>> found = exploitability(NormalForm.zero_sum([[1, -1], [-1, 1]]), [["3/4", "1/4"], [1, 0]])
    >>> found.total, found.epsilon, found.replies
    (Fraction(3, 2), Fraction(1, 1), ((0,), (1,)))
    """
    parts = profile_of(profile)
    regrets = game.regret(parts)
    exact = all(isinstance(r, Fraction) for r in regrets)
    numbers = tuple(regrets) if exact else tuple(float(r) for r in regrets)
    return Exploitability(sum(numbers[1:], start=numbers[0]), max(numbers), numbers, game.best_replies(parts))


def profile_of(answer: Profile | Equilibrium) -> Profile:
    """The profile of an equilibrium, exact where it is rational; a profile is given back as it is.

    Parameters
    ----------
    answer : Profile or Equilibrium

    Returns
    -------
    Profile

    Examples
    --------
    >>> profile_of([[1, 0], [0, 1]])
    [[1, 0], [0, 1]]
    """
    if not isinstance(answer, Equilibrium):
        return answer
    if answer.exact is not None and all(isinstance(p, Fraction) for part in answer.exact for p in part):
        return answer.exact
    return answer.profile


def _of_all(game: NormalForm, equilibria: EquilibriumSet, objective: Objective) -> Efficiency:
    if not equilibria.complete:
        raise ValueError(
            f"the set of equilibria is not complete ({equilibria.reason}), so that the worst and the best are not "
            "known. Solve for all of them, or take `efficiency`, which says what is then a bound."
        )
    return efficiency(game, equilibria, objective=objective)


def _welfare(game: NormalForm, equilibrium: Equilibrium) -> Any:
    payoffs = game.expected(profile_of(equilibrium))
    return sum(payoffs[1:], start=payoffs[0])


def _loss(value: Any, optimum: Fraction, objective: Objective, index: int) -> Fraction | float:
    if value < 0:
        raise ValueError(
            f"equilibrium {index} has {objective} {value}; it must be >= 0, since a ratio of a gain to a loss has no "
            "meaning. " + ("If payoffs are costs, say objective='cost'." if objective == "welfare" else "")
        )
    if objective == "cost":
        return value / optimum if isinstance(value, Fraction) else float(max(value / float(optimum), 1.0))
    if value == 0:
        return inf
    return optimum / value if isinstance(value, Fraction) else float(max(float(optimum) / value, 1.0))
