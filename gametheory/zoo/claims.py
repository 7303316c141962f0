"""Numbers named by two or more: claims, requests, guesses, efforts."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from gametheory.zoo.entry import Cell, NamedGame, cells, from_rule, numbers, potential_of_rule, require, unit, whole

__all__ = ["beauty_contest", "eleven_twenty", "minimum_effort", "travellers_dilemma"]


def travellers_dilemma(low: int = 2, high: int = 100, bonus: object = 2) -> NamedGame:
    """Two travellers lost the same suitcase and claim its value; both get the lower claim.

    Who claimed less gets the bonus on top, who claimed more pays it. To claim one less than the other always pays, so
    that (low, low) is the only equilibrium; people claim more.

    Parameters
    ----------
    low, high : int
        Least and greatest claim, 0 <= low < high, at most 200 claims.
    bonus : number > 1

    Returns
    -------
    NamedGame

    Raises
    ------
    ValueError
        If claims or bonus are outside.

    Examples
    --------
    >>> travellers_dilemma(high=5).game.floats[0].tolist()
    [[2.0, 4.0, 4.0, 4.0], [0.0, 3.0, 5.0, 5.0], [0.0, 1.0, 4.0, 6.0], [0.0, 1.0, 2.0, 5.0]]
    """
    low = whole("low", low, 0, 10**6)
    high = whole("high", high, low + 1, low + 199)
    (extra,) = numbers(bonus=bonus)
    require(extra > 1, "bonus > 1", extra)
    size = high - low + 1

    def rule(cell: Cell) -> list[Fraction]:
        mine, yours = (low + i for i in cell)
        return [min(mine, yours) + sign * extra * ((yours > mine) - (mine > yours)) for sign in (1, -1)]

    return NamedGame(
        name="traveller's dilemma",
        game=from_rule((size, size), rule, strategies=[[str(low + i) for i in range(size)]] * 2),
        citation="K. Basu, The traveler's dilemma, American Economic Review 84 (1994) 391-395",
        equilibria=cells((size, size), (0, 0)),
        ess=(unit(size, 0),),
    )


def eleven_twenty(low: int = 11, high: int = 20, bonus: object = 20) -> NamedGame:
    r"""Everybody gets what they ask for, from low to high, and the bonus for asking exactly one less than the other.

    In the only symmetric equilibrium all requests played are worth high, so that high - j + 1 is asked for with
    probability j / bonus for j = 1, 2, ..., m as long as these sum to at most 1, and high - m with what is left.

    Parameters
    ----------
    low, high : int
        Least and greatest request, at most 200 of them, and low <= high - m.
    bonus : number > 1

    Returns
    -------
    NamedGame
        With the symmetric equilibrium; there are asymmetric ones too.

    Raises
    ------
    ValueError
        If requests or bonus are outside.

    Examples
    --------
    >>> [str(p) for p in eleven_twenty().equilibria[0][0]]
    ['0', '0', '0', '0', '1/4', '1/4', '1/5', '3/20', '1/10', '1/20']
    """
    low = whole("low", low, 0, 10**6)
    high = whole("high", high, low + 1, low + 199)
    (extra,) = numbers(bonus=bonus)
    require(extra > 1, "bonus > 1", extra)
    size = high - low + 1
    m = 1
    while (m + 1) * (m + 2) <= 2 * extra:
        m += 1
    require(low <= high - m, f"low <= high - {m} for this bonus", low, high, extra)
    x = [Fraction(0)] * size
    for j in range(1, m + 1):
        x[size - j] = j / extra
    x[size - 1 - m] = 1 - sum(x, Fraction(0))

    def rule(cell: Cell) -> list[Fraction]:
        return [low + own + extra * (own == other - 1) for own, other in (cell, cell[::-1])]

    return NamedGame(
        name="11-20 money request game",
        game=from_rule((size, size), rule, strategies=[[str(low + i) for i in range(size)]] * 2),
        citation="A. Arad and A. Rubinstein, The 11-20 money request game: a level-k reasoning study, American "
        "Economic Review 102 (2012) 3561-3573",
        equilibria=((tuple(x), tuple(x)),),
        scope="symmetric",
    )


def beauty_contest(highest: int = 10, factor: object = "2/3") -> NamedGame:
    """Two guess a number from 0 on; who is nearer to the factor times the mean gets 1, shared when equally near.

    Since the target lies below the mean, the lower guess always wins: 0 is weakly dominant, and (0, 0) is the only
    equilibrium.

    Parameters
    ----------
    highest : int
        Greatest guess, 1 to 100.
    factor : number
        In [0, 1).

    Returns
    -------
    NamedGame

    Raises
    ------
    ValueError
        If one is outside.

    Examples
    --------
    >>> beauty_contest(2).game.floats[0].tolist()
    [[0.5, 1.0, 1.0], [0.0, 0.5, 1.0], [0.0, 0.0, 0.5]]
    """
    size = whole("highest", highest, 1, 100) + 1
    (p,) = numbers(factor=factor)
    require(0 <= p < 1, "0 <= factor < 1", p)

    def rule(cell: Cell) -> list[Fraction]:
        near = [abs(guess - p * sum(cell) / 2) for guess in cell]
        return [Fraction(1, 2) if near[0] == near[1] else Fraction(int(own == min(near))) for own in near]

    return NamedGame(
        name="beauty contest",
        game=from_rule((size, size), rule),
        citation="B. Grosskopf and R. Nagel, The two-person beauty contest, Games and Economic Behavior 62 (2008) "
        "93-99",
        equilibria=cells((size, size), (0, 0)),
        ess=(unit(size, 0),),
    )


def minimum_effort(players: int = 2, efforts: int = 7, benefit: object = "1/5", cost: object = "1/10") -> NamedGame:
    """A team is as good as its weakest member: each gets benefit times the least effort less cost times the own one.

    That all choose the same effort is an equilibrium for every effort, and no other pure profile is one; benefit times
    the least effort less cost times all efforts is a potential, so that low effort is selected when
    players * cost > benefit.

    Parameters
    ----------
    players : int
        2 to 6.
    efforts : int
        Efforts are 1, ..., this number, from 2 to 20; at most 10,000 profiles.
    benefit, cost : number
        benefit > cost > 0.

    Returns
    -------
    NamedGame
        With the pure equilibria; there are mixed ones too.

    Raises
    ------
    ValueError
        If a parameter is outside.

    Examples
    --------
    >>> len(minimum_effort().equilibria)
    7
    """
    n, size = whole("players", players, 2, 6), whole("efforts", efforts, 2, 20)
    a, b = numbers(benefit=benefit, cost=cost)
    require(a > b > 0, "benefit > cost > 0", a, b)
    require(size**n <= 10_000, "at most 10,000 profiles", size**n)
    shape = (size,) * n
    return NamedGame(
        name="minimum effort",
        game=from_rule(
            shape,
            lambda cell: [a * (min(cell) + 1) - b * (own + 1) for own in cell],
            strategies=[[str(i + 1) for i in range(size)]] * n,
        ),
        citation="J. Van Huyck, R. Battalio and R. Beil, Tacit coordination games, strategic uncertainty, and "
        "coordination failure, American Economic Review 80 (1990) 234-248",
        equilibria=cells(shape, *((i,) * n for i in range(size))),
        scope="pure",
        potential=potential_of_rule(shape, lambda cell: a * min(cell) - b * int(np.sum(cell))),
    )
