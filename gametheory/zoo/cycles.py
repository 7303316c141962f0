r"""Symmetric games of more actions, and games in which best replies go round."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

from gametheory.normal_form import NormalForm
from gametheory.zoo.entry import Mixed, NamedGame, cells, from_rule, grounded, numbers, require, unit, whole

__all__ = [
    "coordination",
    "dawkins_sexes",
    "pennies_ring",
    "rock_paper_scissors",
    "rock_paper_scissors_lizard_spock",
    "shapley_cycle",
    "young_conventions",
    "zeeman",
]


def rock_paper_scissors(win: object = 1, loss: object = 1) -> NamedGame:
    """Paper beats rock, scissors beat paper, rock beats scissors; a tie pays 0.

    To play each with probability 1/3 is the only equilibrium. It is an ESS when win > loss ("good"); when win = loss
    it is neutrally stable and the game is zero-sum ("standard"); when win < loss it is neither ("bad").

    Parameters
    ----------
    win, loss : number > 0
        What the winner gets and the loser loses.

    Returns
    -------
    NamedGame

    Raises
    ------
    ValueError
        If one is not positive.

    Examples
    --------
    >>> [len(rock_paper_scissors(win).ess) for win in ("1/2", 1, 2)]
    [0, 0, 1]
    """
    w, k = numbers(win=win, loss=loss)
    require(w > 0 and k > 0, "win > 0 and loss > 0", w, k)
    third = (Fraction(1, 3),) * 3
    return NamedGame(
        name="rock-paper-scissors",
        game=NormalForm.symmetric([[0, -k, w], [w, 0, -k], [-k, w, 0]], strategies=["rock", "paper", "scissors"]),
        citation="J. Hofbauer and K. Sigmund, Evolutionary Games and Population Dynamics (1998), section 7.7",
        equilibria=((third, third),),
        ess=(third,) if w > k else (),
        value=Fraction(0) if w == k else None,
        facts={"neutrally stable": w >= k},
    )


def rock_paper_scissors_lizard_spock() -> NamedGame:
    """Each of five actions beats two and loses to two; the only equilibrium plays each with probability 1/5.

    An odd tournament game has exactly one optimal strategy; here it treats all five alike.

    Returns
    -------
    NamedGame

    Examples
    --------
    >>> rock_paper_scissors_lizard_spock().value
    Fraction(0, 1)
    """
    names = ("rock", "paper", "scissors", "lizard", "Spock")
    beats = {"rock": "scissors lizard", "paper": "rock Spock", "scissors": "paper lizard"}
    beats |= {"lizard": "paper Spock", "Spock": "rock scissors"}
    rows = [[(b in beats[a].split()) - (a in beats[b].split()) for b in names] for a in names]
    fifth = (Fraction(1, 5),) * 5
    return NamedGame(
        name="rock-paper-scissors-lizard-Spock",
        game=NormalForm.symmetric(rows, strategies=names),
        citation="S. Kass and K. Bryla; uniqueness: D. Fisher and J. Ryan, Optimal strategies for a generalized "
        "'scissors, paper, and stone' game, The American Mathematical Monthly 99 (1992) 935-942",
        equilibria=((fifth, fifth),),
        ess=(),
        value=Fraction(0),
    )


def coordination(values: Sequence[object] = (1, 2, 3)) -> NamedGame:
    """Both get a_i if both choose i, and nothing otherwise.

    There are 2^n - 1 equilibria, one a set of actions: on the set x_i is proportional to 1/a_i. The pure ones are the
    ESS, and the payoff itself is a potential.

    Parameters
    ----------
    values : sequence of 1 to 10 numbers > 0
        a_1, ..., a_n.

    Returns
    -------
    NamedGame

    Raises
    ------
    ValueError
        If one is not positive, or there are none or more than 10.

    Examples
    --------
    >>> len(coordination([1, 1, 1, 1]).equilibria)
    15
    """
    a = numbers(**{f"values[{i}]": value for i, value in enumerate(values)})
    size = whole("the number of values", len(a), 1, 10)
    require(min(a) > 0, "values > 0", *a)
    diagonal = [[a[i] if i == j else 0 for j in range(size)] for i in range(size)]
    supports = [set(chosen) for k in range(1, size + 1) for chosen in combinations(range(size), k)]
    strategies: list[Mixed] = []
    for support in supports:
        total = sum(1 / a[i] for i in support)
        strategies.append(tuple(1 / a[i] / total if i in support else Fraction(0) for i in range(size)))
    return NamedGame(
        name="coordination",
        game=NormalForm.symmetric(diagonal),
        citation="T. Quint and M. Shubik, A theorem on the number of Nash equilibria in a bimatrix game, "
        "International Journal of Game Theory 26 (1997) 353-359",
        equilibria=tuple((x, x) for x in strategies),
        ess=tuple(unit(size, i) for i in range(size)),
        potential=grounded(diagonal),
    )


def shapley_cycle(beta: object = 0) -> NamedGame:
    """Fictitious play never settles in this game: the first wants to match, the second to be one ahead.

    For -1 < beta < 1 to play each action with probability 1/3 is the only equilibrium; beta = 0 is Shapley's game.

    Parameters
    ----------
    beta : number
        In (-1, 1).

    Returns
    -------
    NamedGame

    Raises
    ------
    ValueError
        If beta is outside.

    Examples
    --------
    >>> shapley_cycle().game.floats[1].tolist()
    [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """
    (b,) = numbers(beta=beta)
    require(-1 < b < 1, "-1 < beta < 1", b)
    third = (Fraction(1, 3),) * 3
    return NamedGame(
        name="Shapley's game",
        game=NormalForm([[1, 0, b], [b, 1, 0], [0, b, 1]], [[-b, 1, 0], [0, -b, 1], [1, 0, -b]]),
        citation="L. Shapley, Some topics in two-person games, Annals of Mathematics Studies 52 (1964) 1-28; beta from "
        "C. Sparrow, S. van Strien and C. Harris, Fictitious play in 3x3 games, Games and Economic Behavior 63 (2008) "
        "259-291",
        equilibria=((third, third),),
    )


def zeeman() -> NamedGame:
    """A rest point that attracts under the replicator equation and yet is no ESS.

    The only ESS is action 1; (1/3, 1/3, 1/3) is asymptotically stable, and (4/5, 0, 1/5) lies between.

    Returns
    -------
    NamedGame

    Examples
    --------
    >>> print(*zeeman().ess[0])
    1 0 0
    """
    third, between = (Fraction(1, 3),) * 3, (Fraction(4, 5), Fraction(0), Fraction(1, 5))
    return NamedGame(
        name="Zeeman's game",
        game=NormalForm.symmetric([[0, 6, -4], [-3, 0, 5], [-1, 3, 0]]),
        citation="E. Zeeman, Population dynamics from game theory, Lecture Notes in Mathematics 819 (1980) 471-497",
        equilibria=((unit(3, 0), unit(3, 0)), (third, third), (between, between)),
        ess=(unit(3, 0),),
    )


def young_conventions() -> NamedGame:
    """Three conventions of which the best paid is not the one that lasts: action 2 is stochastically stable.

    All three actions are strictly best against themselves; between 1 and 2 lies (7/8, 1/8, 0), between 2 and 3
    (0, 3/5, 2/5); 1 and 3 cannot mix, since 2 pays more.

    Returns
    -------
    NamedGame

    Examples
    --------
    >>> len(young_conventions().equilibria)
    5
    """
    low, high = (Fraction(7, 8), Fraction(1, 8), Fraction(0)), (Fraction(0), Fraction(3, 5), Fraction(2, 5))
    return NamedGame(
        name="Young's game of conventions",
        game=NormalForm.symmetric([[6, 0, 0], [5, 7, 5], [0, 5, 8]]),
        citation="H. P. Young, The evolution of conventions, Econometrica 61 (1993) 57-84",
        equilibria=(*cells((3, 3), (0, 0), (1, 1), (2, 2)), (low, low), (high, high)),
        ess=tuple(unit(3, i) for i in range(3)),
        facts={"stochastically stable": 1},
    )


def dawkins_sexes(gain: object = 15, raising: object = 20, courtship: object = 3) -> NamedGame:
    """Coy or fast females meet faithful or philandering males; who prospers goes round in a cycle.

    A child is worth G to both; raising it costs C, which a faithful male shares; a long courtship costs both E. For
    G < C < 2 (G - E) the only equilibrium is mixed: females are coy with probability C / (2 (G - E)), males faithful
    with probability (C - G) / (C - G + E).

    Parameters
    ----------
    gain, raising, courtship : number
        G, C, E.

    Returns
    -------
    NamedGame

    Raises
    ------
    ValueError
        Unless courtship > 0 and gain < raising < 2 (gain - courtship).

    Examples
    --------
    >>> print(*dawkins_sexes().equilibria[0][0], *dawkins_sexes().equilibria[0][1])
    5/6 1/6 5/8 3/8
    """
    G, C, E = numbers(gain=gain, raising=raising, courtship=courtship)
    require(E > 0 and G < C < 2 * (G - E), "courtship > 0 and gain < raising < 2 (gain - courtship)", E, G, C)
    x, y = C / (2 * (G - E)), (C - G) / (C - G + E)
    shared = G - C / 2
    return NamedGame(
        name="Dawkins' battle of the sexes",
        game=NormalForm(
            [[shared - E, 0], [shared, G - C]],
            [[shared - E, 0], [shared, G]],
            players=["females", "males"],
            strategies=[["coy", "fast"], ["faithful", "philandering"]],
        ),
        citation="R. Dawkins, The Selfish Gene (1976), chapter 9; P. Schuster and K. Sigmund, Coyness, philandering "
        "and stable strategies, Animal Behaviour 29 (1981) 186-192",
        equilibria=(((x, 1 - x), (y, 1 - y)),),
    )


def pennies_ring(players: int = 3) -> NamedGame:
    """Matching pennies for many: each wants to show what the next one shows, the last one the opposite of the first.

    The only equilibrium is that all toss: a player who does not makes the one before it certain, and so on round the
    ring, back to a player who wants the opposite. With three players learning need not get there (Jordan).

    Parameters
    ----------
    players : int
        2 to 10.

    Returns
    -------
    NamedGame

    Raises
    ------
    ValueError
        If there are fewer or more.

    Examples
    --------
    >>> pennies_ring(4).game
    NormalForm of 4 players, 2 x 2 x 2 x 2
    """
    n = whole("players", players, 2, 10)
    half = (Fraction(1, 2),) * 2

    def rule(shown: tuple[int, ...]) -> list[int]:
        same = [1 if shown[k] == shown[(k + 1) % n] else -1 for k in range(n)]
        return [*same[:-1], -same[-1]]

    return NamedGame(
        name="ring of matching pennies",
        game=from_rule((2,) * n, rule, strategies=[["heads", "tails"]] * n),
        citation="J. Jordan, Three problems in learning mixed-strategy Nash equilibria, Games and Economic Behavior 5 "
        "(1993) 368-386",
        equilibria=((half,) * n,),
        value=Fraction(0) if n == 2 else None,
    )
