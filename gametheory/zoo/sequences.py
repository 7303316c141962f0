"""Games in which players move in turn, as normal forms: a plan for every occasion is one action."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from gametheory.normal_form import NormalForm
from gametheory.zoo.entry import Cell, Mixed, NamedGame, cells, from_rule, numbers, require, unit, whole

__all__ = ["centipede", "entry_deterrence", "selten_horse"]

ZERO, ONE = Fraction(0), Fraction(1)


def entry_deterrence(profit: object = "1/2", monopoly: object = 2) -> NamedGame:
    """An entrant comes in or stays out; then the incumbent fights or shares the market.

    Staying out pays 0 to the entrant and the monopoly profit a to the incumbent; coming in pays (b, 0) if the market
    is shared and (b - 1, -1) if it is fought for. (in, share) is subgame perfect; the entrant stays out in a component
    of others, in which the incumbent threatens to fight with probability b at least.

    Parameters
    ----------
    profit, monopoly : number
        b in (0, 1) and a > 1.

    Returns
    -------
    NamedGame

    Raises
    ------
    ValueError
        If one is outside.

    Examples
    --------
    >>> [str(p) for p in entry_deterrence("1/3").equilibria[1][1]]
    ['2/3', '1/3']
    """
    b, a = numbers(profit=profit, monopoly=monopoly)
    require(0 < b < 1 and a > 1, "0 < profit < 1 < monopoly", b, a)
    enter, fight = cells((2, 2), (0, 0), (1, 1))
    return NamedGame(
        name="entry deterrence",
        game=NormalForm(
            [[b, b - 1], [0, 0]],
            [[0, -1], [a, a]],
            players=["entrant", "incumbent"],
            strategies=[["in", "out"], ["share", "fight"]],
        ),
        citation="R. Selten, The chain store paradox, Theory and Decision 9 (1978) 127-159; payoffs from D. Kreps and "
        "R. Wilson, Reputation and imperfect information, Journal of Economic Theory 27 (1982) 253-279",
        equilibria=(enter, (unit(2, 1), (1 - b, b)), fight),
        nash_subsets=((0,), (1, 2)),
        facts={"subgame perfect": (0, 0)},
    )


def selten_horse() -> NamedGame:
    """Three players, one decision each, the third without knowing whose move led to it.

    Player 1 passes (C) or not (D), then player 2 (c or d), and if one does not, player 3 says L or R. There are two
    segments of equilibria: (D, c with 1/3 at least, L), and (C, c, R with 3/4 at least); in the first player 2's plan
    makes no sense if it were to move, and only (C, c, R with 3/4 at least) is perfect.

    Returns
    -------
    NamedGame

    Examples
    --------
    >>> [[int(x) for x in selten_horse().game.expected(e)] for e in selten_horse().equilibria]
    [[3, 3, 2], [3, 3, 2], [1, 1, 1], [1, 1, 1]]
    """
    ends = {"DL": (3, 3, 2), "DR": (0, 0, 0), "dL": (4, 4, 0), "dR": (0, 0, 1)}

    def rule(cell: Cell) -> tuple[int, ...]:
        first, second, third = cell
        if (first, second) == (0, 0):
            return (1, 1, 1)
        return ends["dD"[first] + "LR"[third]]

    def part(numerator: int, denominator: int) -> Mixed:
        return (Fraction(numerator, denominator), 1 - Fraction(numerator, denominator))

    return NamedGame(
        name="Selten's horse",
        game=from_rule((2, 2, 2), rule, strategies=[["C", "D"], ["c", "d"], ["L", "R"]]),
        citation="R. Selten, Reexamination of the perfectness concept for equilibrium points in extensive games, "
        "International Journal of Game Theory 4 (1975) 25-55",
        equilibria=(
            *cells((2, 2, 2), (1, 0, 0)),
            ((ZERO, ONE), part(1, 3), (ONE, ZERO)),
            *cells((2, 2, 2), (0, 0, 1)),
            ((ONE, ZERO), (ONE, ZERO), part(1, 4)),
        ),
        nash_subsets=((0, 1), (2, 3)),
    )


def centipede(nodes: int = 4, high: object = 4, low: object = 1, growth: object = 2) -> NamedGame:
    """Two take turns at a growing pot: take it and the game ends, or pass and it grows.

    Who takes at node k gets a g^(k-1) and the other b g^(k-1); if nobody does, node `nodes` + 1 would have been
    player 1's. For a > b g the pot is taken at once in every equilibrium; player 2's plans against which player 1
    cannot gain by passing form a polytope with 2^(nodes/2) corners. At the corner of a set m_1 < m_2 < ... of
    player 1's later plans, which are as good as taking at once, player 2 has not taken before node 2 m_j + 2 with
    probability

        t_j = t_{j-1} g^(2 m_{j-1}) (a - b g) / (a g^(2 m_j) - b g^(2 m_{j-1} + 1)),   t_0 = 1, m_0 = 0,

    and takes only at 2 m_j + 2, the last time at the latest after the greatest m.

    Parameters
    ----------
    nodes : int
        Even, 2 to 12.
    high, low, growth : number
        a, b, g with a > b g, b > 0, g > 1.

    Returns
    -------
    NamedGame

    Raises
    ------
    ValueError
        If a parameter is outside.

    Examples
    --------
    >>> [[str(p) for p in e[1]] for e in centipede().equilibria]
    [['1', '0', '0'], ['30/31', '0', '1/31'], ['6/7', '1/7', '0'], ['6/7', '6/49', '1/49']]
    """
    n = whole("nodes", nodes, 2, 12)
    a, b, g = numbers(high=high, low=low, growth=growth)
    require(n % 2 == 0, "an even number of nodes", n)
    require(a > b * g and b > 0 and g > 1, "high > low * growth, low > 0, growth > 1", a, b, g)
    half = n // 2

    def rule(cell: Cell) -> list[Fraction]:
        first, second = 2 * cell[0] + 1, 2 * cell[1] + 2
        taken = min(first, second)  # node n + 1 is where player 1 would be if nobody took
        pots = [a * g ** (taken - 1), b * g ** (taken - 1)]
        return pots if first < second else pots[::-1]

    corners = [_corner(chosen, a, b, g) for chosen in product((False, True), repeat=half)]
    words = [[f"take at {k}" for k in range(start, n + 1, 2)] + ["pass"] for start in (1, 2)]
    return NamedGame(
        name="centipede",
        game=from_rule((half + 1, half + 1), rule, strategies=words),
        citation="R. Rosenthal, Games of perfect information, predatory pricing and the chain-store paradox, Journal "
        "of Economic Theory 25 (1981) 92-100; growing pots from R. McKelvey and T. Palfrey, An experimental study of "
        "the centipede game, Econometrica 60 (1992) 803-836",
        equilibria=tuple((unit(half + 1, 0), corner) for corner in corners),
        nash_subsets=(tuple(range(len(corners))),),
    )


def _corner(binding: tuple[bool, ...], a: Fraction, b: Fraction, g: Fraction) -> Mixed:
    """Player 2's plan against which those of player 1's later plans that bind are as good as taking at once."""
    plan, tail, last = [ZERO] * (len(binding) + 1), ONE, 0
    for m in (i + 1 for i, binds in enumerate(binding) if binds):
        after = tail * g ** (2 * last) * (a - b * g) / (a * g ** (2 * m) - b * g ** (2 * last + 1))
        plan[last], tail, last = tail - after, after, m
    plan[last] = tail
    return tuple(plan)
