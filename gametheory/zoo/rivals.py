"""Opposite interests: zero-sum games, and others in which each wants to be unpredictable."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import permutations, product

from gametheory.normal_form import NormalForm
from gametheory.zoo.entry import Mixed, NamedGame, numbers, require, whole

__all__ = [
    "asymmetric_matching_pennies",
    "colonel_blotto",
    "hide_and_seek",
    "inspection_game",
    "kuhn_poker",
    "matching_pennies",
    "morra",
    "oneill",
]


def matching_pennies(stake: object = 1) -> NamedGame:
    """Both show a side of a penny; the first wins if they match, the second if they differ.

    Both toss; the value is 0.

    Parameters
    ----------
    stake : number > 0

    Returns
    -------
    NamedGame

    Raises
    ------
    ValueError
        If it is not positive.

    Examples
    --------
    >>> print(*matching_pennies().equilibria[0][0])
    1/2 1/2
    """
    (s,) = numbers(stake=stake)
    require(s > 0, "stake > 0", s)
    half = (Fraction(1, 2),) * 2
    return NamedGame(
        name="matching pennies",
        game=NormalForm.zero_sum([[s, -s], [-s, s]], strategies=[["heads", "tails"]] * 2),
        citation="J. von Neumann, Zur Theorie der Gesellschaftsspiele, Mathematische Annalen 100 (1928) 295-320",
        equilibria=((half, half),),
        value=Fraction(0),
    )


def asymmetric_matching_pennies(top_left: object = 320) -> NamedGame:
    """One payoff of the first player is raised, and it is the second who must play otherwise.

    The first plays top half of the time, whatever the payoff; the second plays left with probability 40 / top_left.
    People do not.

    Parameters
    ----------
    top_left : number > 40
        Paid to the first player at (top, left); 80 makes both alike.

    Returns
    -------
    NamedGame

    Raises
    ------
    ValueError
        If it is not above 40.

    Examples
    --------
    >>> print(*asymmetric_matching_pennies().equilibria[0][1])
    1/8 7/8
    """
    (x,) = numbers(top_left=top_left)
    require(x > 40, "top_left > 40", x)
    half = (Fraction(1, 2),) * 2
    return NamedGame(
        name="asymmetric matching pennies",
        game=NormalForm([[x, 40], [40, 80]], [[40, 80], [80, 40]], strategies=[["top", "bottom"], ["left", "right"]]),
        citation="J. Goeree and C. Holt, Ten little treasures of game theory and ten intuitive contradictions, "
        "American Economic Review 91 (2001) 1402-1422",
        equilibria=((half, (40 / x, 1 - 40 / x)),),
    )


def hide_and_seek(values: Sequence[object] = (1, 2, 3)) -> NamedGame:
    """The seeker looks in one place and wins a_i from the hider if it is the right one, i.

    Both choose place i with a probability proportional to 1/a_i, and no otherwise; the value is
    1 / (1/a_1 + ... + 1/a_n).

    Parameters
    ----------
    values : sequence of 2 to 12 numbers > 0

    Returns
    -------
    NamedGame

    Raises
    ------
    ValueError
        If one is not positive, or there are fewer or more.

    Examples
    --------
    >>> print(hide_and_seek().value, *hide_and_seek().equilibria[0][0])
    6/11 6/11 3/11 2/11
    """
    a = numbers(**{f"values[{i}]": value for i, value in enumerate(values)})
    size = whole("the number of values", len(a), 2, 12)
    require(min(a) > 0, "values > 0", *a)
    value = 1 / sum((1 / worth for worth in a), Fraction(0))
    x: Mixed = tuple(value / worth for worth in a)
    return NamedGame(
        name="hide and seek",
        game=NormalForm.zero_sum([[a[i] if i == j else 0 for j in range(size)] for i in range(size)]),
        citation="J. von Neumann, A certain zero-sum two-person game equivalent to the optimal assignment problem, "
        "Annals of Mathematics Studies 28 (1953) 5-12",
        equilibria=((x, x),),
        value=value,
    )


def morra() -> NamedGame:
    """Both show one or two fingers and call the other's number; who alone is right wins the sum of the fingers.

    Show one and call two with a probability from 4/7 to 3/5, otherwise show two and call one; the value is 0.

    Returns
    -------
    NamedGame

    Examples
    --------
    >>> [print(*x) for x, y in morra().equilibria[::2]]
    0 3/5 2/5 0
    0 4/7 3/7 0
    [None, None]
    """
    plays = list(product((1, 2), (1, 2)))
    rows = [[((c1 == s2) - (c2 == s1)) * (s1 + s2) for s2, c2 in plays] for s1, c1 in plays]
    ends = [tuple(Fraction(n, d) for n in (0, d - k, k, 0)) for d, k in ((5, 2), (7, 3))]
    return NamedGame(
        name="two-finger morra",
        game=NormalForm.zero_sum(rows, strategies=[[f"show {s}, call {c}" for s, c in plays]] * 2),
        citation="M. Dresher, Games of Strategy: Theory and Applications (1961)",
        equilibria=tuple((x, y) for x in ends for y in ends),
        nash_subsets=((0, 1, 2, 3),),
        ess=(),
        value=Fraction(0),
    )


def oneill(win: object = 1, loss: object = 1) -> NamedGame:
    """Both hold an ace, a two, a three and a joker: the first wins on two jokers, and on two different other cards.

    Both play the joker with probability 2/5 and each other card with 1/5, so that the first wins two times in five.

    Parameters
    ----------
    win, loss : number > 0
        What the first player wins and loses.

    Returns
    -------
    NamedGame

    Raises
    ------
    ValueError
        If one is not positive.

    Examples
    --------
    >>> print(oneill().value)
    -1/5
    """
    w, k = numbers(win=win, loss=loss)
    require(w > 0 and k > 0, "win > 0 and loss > 0", w, k)
    cards = ("ace", "two", "three", "joker")
    wins = [[(a == b) if "joker" in (a, b) else a != b for b in cards] for a in cards]
    x = (*(Fraction(1, 5),) * 3, Fraction(2, 5))
    return NamedGame(
        name="O'Neill's game",
        game=NormalForm.zero_sum([[w if won else -k for won in row] for row in wins], strategies=[cards, cards]),
        citation="B. O'Neill, Nonmetric test of the minimax theory of two-person zerosum games, Proceedings of the "
        "National Academy of Sciences 84 (1987) 2106-2109",
        equilibria=((x, x),),
        value=(2 * w - 3 * k) / 5,
    )


def colonel_blotto() -> NamedGame:
    """Blotto sends four regiments to two posts, his enemy three; the stronger takes a post and the regiments there.

    A post counts 1, and so does each regiment taken; equal forces draw. Blotto keeps his forces together eight times
    in nine, 4 at either post alike, and divides them equally otherwise: he has no other optimal strategy, his enemy a
    segment of them; the value is 14/9.

    Returns
    -------
    NamedGame

    Examples
    --------
    >>> print(colonel_blotto().value, *colonel_blotto().equilibria[0][0])
    14/9 4/9 4/9 0 0 1/9
    """
    ours, theirs = [(4, 0), (0, 4), (3, 1), (1, 3), (2, 2)], [(3, 0), (0, 3), (2, 1), (1, 2)]

    def post(a: int, b: int) -> int:
        return b + 1 if a > b else -(a + 1) if b > a else 0

    rows = [[sum(map(post, own, other)) for other in theirs] for own in ours]
    x = tuple(Fraction(n, 9) for n in (4, 4, 0, 0, 1))
    ends = [tuple(Fraction(n, 90) for n in row) for row in ((3, 7, 48, 32), (7, 3, 32, 48))]
    return NamedGame(
        name="Colonel Blotto",
        game=NormalForm.zero_sum(rows, strategies=[[f"{a}-{b}" for a, b in plays] for plays in (ours, theirs)]),
        citation="E. Borel (1921), translated in Econometrica 21 (1953) 97-100; four regiments against three in "
        "T. Ferguson, Game Theory, part II",
        equilibria=tuple((x, y) for y in ends),
        nash_subsets=((0, 1),),
        value=Fraction(14, 9),
    )


def kuhn_poker() -> NamedGame:
    """Poker with three cards (jack, queen, king), one each, an ante of 1 and one bet of 1.

    Without the dominated plans the first player bets a jack or not, calls with a queen or not, and bets a king or not;
    the second bluffs with a jack or not and calls with a queen or not. The second does both with probability 1/3; the
    first bets a jack with any probability a up to 1/3, calls with a queen with a + 1/3 and bets a king with 3a.

    Returns
    -------
    NamedGame
        Of the equilibria, those at the ends a = 0 and a = 1/3 in simple mixtures of plans.

    Examples
    --------
    >>> kuhn_poker().game, kuhn_poker().value
    (NormalForm of 2 players, 8 x 4, Fraction(-1, 18))
    """
    first = list(product((0, 1), (0, 1), (0, 1)))  # bets a jack, calls with a queen, bets a king
    second = list(product((0, 1), (0, 1)))  # bluffs with a jack, calls with a queen

    def pay(own: tuple[int, ...], other: tuple[int, ...], mine: int, yours: int) -> int:
        higher = 1 if mine > yours else -1
        if (own[0], 0, own[2])[mine]:
            return 2 * higher if (0, other[1], 1)[yours] else 1
        if (other[0], 0, 1)[yours]:
            return 2 * higher if (0, own[1], 1)[mine] else -1
        return higher

    deals = list(permutations(range(3), 2))
    rows = [[Fraction(sum(pay(a, b, *deal) for deal in deals), 6) for b in second] for a in first]
    mixtures = ({(0, 0, 0): 2, (0, 1, 0): 1}, {(0, 0, 1): 1, (0, 1, 1): 1, (1, 1, 1): 1})
    replies = ({(0, 0): 1, (0, 1): 1, (1, 0): 1}, {(0, 0): 2, (1, 1): 1})
    bet, call, bluff = ("check", "bet"), ("fold", "call"), ("check", "bluff")
    words = [
        [f"{bet[jack]} J, {call[queen]} Q, {bet[king]} K" for jack, queen, king in first],
        [f"{bluff[jack]} J, {call[queen]} Q" for jack, queen in second],
    ]
    return NamedGame(
        name="Kuhn poker",
        game=NormalForm.zero_sum(rows, strategies=words),
        citation="H. Kuhn, A simplified two-person poker, Annals of Mathematics Studies 24 (1950) 97-103",
        equilibria=tuple(
            (tuple(Fraction(x.get(a, 0), 3) for a in first), tuple(Fraction(y.get(b, 0), 3) for b in second))
            for x in mixtures
            for y in replies
        ),
        scope="some",
        value=Fraction(-1, 18),
    )


def inspection_game(wage: object = 4, effort: object = 2, cost: object = 1, output: object = 8) -> NamedGame:
    """An employee works or shirks, the employer inspects or not; one found shirking is not paid.

    The only equilibrium is mixed: the employee shirks with probability cost / wage, the employer inspects with
    probability effort / wage.

    Parameters
    ----------
    wage, effort, cost, output : number
        Wage; what working costs the employee; what inspecting costs the employer; what the employer gets from work.

    Returns
    -------
    NamedGame

    Raises
    ------
    ValueError
        Unless effort and cost are above 0 and below the wage.

    Examples
    --------
    >>> print(*inspection_game().equilibria[0][0], *inspection_game().equilibria[0][1])
    3/4 1/4 1/2 1/2
    """
    w, g, h, v = numbers(wage=wage, effort=effort, cost=cost, output=output)
    require(0 < g < w and 0 < h < w, "0 < effort < wage and 0 < cost < wage", g, h, w)
    return NamedGame(
        name="inspection game",
        game=NormalForm(
            [[w - g, w - g], [0, w]],
            [[v - w - h, v - w], [-h, -w]],
            players=["employee", "employer"],
            strategies=[["work", "shirk"], ["inspect", "trust"]],
        ),
        citation="M. Dresher (1962); in this form D. Fudenberg and J. Tirole, Game Theory (1991), section 1.1",
        equilibria=(((1 - h / w, h / w), (g / w, 1 - g / w)),),
    )
