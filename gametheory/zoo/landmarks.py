"""Games that tell algorithms apart: degenerate ones, hard ones, ones with as many equilibria as can be."""

from __future__ import annotations

from fractions import Fraction

from gametheory.normal_form import NormalForm
from gametheory.zoo.entry import Mixed, NamedGame, cells, grounded, unit, whole

__all__ = [
    "indifference",
    "kohlberg_mertens",
    "mckelvey_mclennan",
    "savani_von_stengel",
    "von_stengel_75",
    "von_stengel_degenerate",
]


def indifference(rows: int = 2, columns: int = 2) -> NamedGame:
    """Nothing that anybody does matters: every profile is an equilibrium, the pure ones are the extreme ones.

    Parameters
    ----------
    rows, columns : int
        Numbers of actions, 1 to 10.

    Returns
    -------
    NamedGame

    Raises
    ------
    ValueError
        If one is outside.

    Examples
    --------
    >>> len(indifference(2, 3).equilibria)
    6
    """
    m, n = whole("rows", rows, 1, 10), whole("columns", columns, 1, 10)
    zeros = [[0] * n for _ in range(m)]
    return NamedGame(
        name="indifference",
        game=NormalForm(zeros, zeros),
        citation="the game in which all payoffs are 0",
        equilibria=cells((m, n), *((i, j) for i in range(m) for j in range(n))),
        nash_subsets=(tuple(range(m * n)),),
        ess=((unit(1, 0),) if m == 1 else ()) if m == n else None,
        value=Fraction(0),
        potential=grounded(zeros),
    )


def von_stengel_degenerate() -> NamedGame:
    """The textbook's 3x2 game in which the first row has two best replies, so that an edge of equilibria starts there.

    Returns
    -------
    NamedGame

    Examples
    --------
    >>> von_stengel_degenerate().nash_subsets
    ((0, 1), (2,))
    """
    edge, alone = (Fraction(2, 3), Fraction(1, 3)), (Fraction(1, 3), Fraction(2, 3))
    return NamedGame(
        name="von Stengel's degenerate game",
        game=NormalForm([[3, 3], [2, 5], [0, 6]], [[3, 3], [2, 6], [3, 1]]),
        citation="B. von Stengel, Equilibrium computation for two-player games in strategic and extensive form, in "
        "Algorithmic Game Theory (2007), section 3.6",
        equilibria=(
            (unit(3, 0), unit(2, 0)),
            (unit(3, 0), edge),
            ((Fraction(0), Fraction(1, 3), Fraction(2, 3)), alone),
        ),
        nash_subsets=((0, 1), (2,)),
    )


def kohlberg_mertens() -> NamedGame:
    """All equilibria of this game form one component, a closed circle of six edges, and none of them is stable alone.

    Returns
    -------
    NamedGame

    Examples
    --------
    >>> len(kohlberg_mertens().nash_subsets)
    6
    """
    corners = ((0, 0), (0, 2), (1, 1), (1, 2), (2, 0), (2, 1))
    return NamedGame(
        name="Kohlberg and Mertens' hexagon",
        game=NormalForm(
            [[1, 0, -1], [-1, 0, -1], [1, 0, -2]],
            [[1, -1, 1], [0, 0, 0], [-1, -1, -2]],
            strategies=[["T", "M", "B"], ["L", "C", "R"]],
        ),
        citation="E. Kohlberg and J.-F. Mertens, On the strategic stability of equilibria, Econometrica 54 (1986) "
        "1003-1037",
        equilibria=cells((3, 3), *corners),
        nash_subsets=((0, 1), (0, 4), (1, 3), (2, 3), (2, 5), (4, 5)),
    )


def savani_von_stengel() -> NamedGame:
    """Dual cyclic polytopes on which every Lemke-Howson path is long; the only equilibrium uses all six actions.

    The paths of the family grow exponentially with the number of actions, whatever label is dropped first.

    Returns
    -------
    NamedGame

    Examples
    --------
    >>> [str(p) for p in savani_von_stengel().equilibria[0][0]]
    ['1/30', '1/6', '3/10', '3/10', '1/6', '1/30']
    """
    return NamedGame(
        name="Savani and von Stengel's game",
        game=NormalForm(
            [
                [-180, 72, -333, 297, -153, 270],
                [-30, 17, -33, 42, -3, 20],
                [-81, 36, -126, 126, -36, 90],
                [90, -36, 126, -126, 36, -81],
                [20, -3, 42, -33, 17, -30],
                [270, -153, 297, -333, 72, -180],
            ],
            DUAL_CYCLIC,
        ),
        citation="R. Savani and B. von Stengel, Hard-to-solve bimatrix games, Econometrica 74 (2006) 397-429",
        equilibria=((_thirtieths(1, 5, 9, 9, 5, 1), _thirtieths(5, 1, 9, 9, 1, 5)),),
    )


def von_stengel_75() -> NamedGame:
    """A 6x6 game with 75 equilibria, more than the 63 of six actions to coordinate on.

    Returns
    -------
    NamedGame
        With its pure equilibria.

    Examples
    --------
    >>> von_stengel_75().facts["equilibrium count"]
    75
    """
    return NamedGame(
        name="von Stengel's game of 75 equilibria",
        game=NormalForm(
            [
                [-81, 36, -126, 126, -36, 90],
                [-180, 72, -333, 297, -153, 270],
                [20, -3, 42, -33, 17, -30],
                [-30, 17, -33, 42, -3, 20],
                [270, -153, 297, -333, 72, -180],
                [90, -36, 126, -126, 36, -81],
            ],
            DUAL_CYCLIC,
        ),
        citation="B. von Stengel, New maximal numbers of equilibria in bimatrix games, Discrete & Computational "
        "Geometry 21 (1999) 557-568",
        equilibria=cells((6, 6), (1, 5), (4, 0)),
        scope="pure",
        facts={"equilibrium count": 75},
    )


def mckelvey_mclennan() -> NamedGame:
    """Three players with two actions each and nine equilibria, two of them completely mixed: as many as can be.

    Returns
    -------
    NamedGame

    Examples
    --------
    >>> len(mckelvey_mclennan().equilibria)
    9
    """

    def one(numerator: int, denominator: int) -> Mixed:
        return (Fraction(numerator, denominator), 1 - Fraction(numerator, denominator))

    mixed = (
        (one(0, 1), one(1, 4), one(1, 3)),
        (one(1, 3), one(1, 1), one(1, 4)),
        (one(1, 2), one(1, 2), one(1, 1)),
        (one(2, 5), one(1, 2), one(1, 3)),
        (one(1, 2), one(2, 5), one(1, 4)),
    )
    return NamedGame(
        name="McKelvey and McLennan's game",
        game=NormalForm(
            [[[9, 0], [0, 3]], [[0, 3], [9, 0]]],
            [[[8, 0], [0, 4]], [[0, 4], [8, 0]]],
            [[[12, 0], [0, 6]], [[0, 6], [2, 0]]],
        ),
        citation="R. McKelvey and A. McLennan, The maximal number of regular totally mixed Nash equilibria, Journal of "
        "Economic Theory 72 (1997) 411-425",
        equilibria=(*cells((2, 2, 2), (0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)), *mixed),
    )


DUAL_CYCLIC = (
    (72, 36, 17, -3, -36, -153),
    (-180, -81, -30, 20, 90, 270),
    (297, 126, 42, -33, -126, -333),
    (-333, -126, -33, 42, 126, 297),
    (270, 90, 20, -30, -81, -180),
    (-153, -36, -3, 17, 36, 72),
)
"""The second player's payoffs in both games on dual cyclic polytopes."""


def _thirtieths(*parts: int) -> Mixed:
    return tuple(Fraction(part, 30) for part in parts)
