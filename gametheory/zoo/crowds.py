"""Many alike: contributing, volunteering, going out, driving to work."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, product
from typing import Any

from gametheory.zoo.entry import (
    Cell,
    NamedGame,
    Profile,
    cells,
    from_rule,
    numbers,
    potential_of_rule,
    require,
    unit,
    whole,
)

__all__ = ["braess_paradox", "collective_risk", "el_farol", "public_goods", "volunteers_dilemma"]

ZERO, ONE = Fraction(0), Fraction(1)


def public_goods(players: int = 3, multiplier: object = "3/2", contribution: object = 1) -> NamedGame:
    """What is contributed is multiplied by r and shared by all n, contributors or not.

    For 1 < r < n a contribution returns r/n < 1 to who makes it, so that contributing nothing is strictly dominant,
    though all contributing is best for all.

    Parameters
    ----------
    players : int
        n, 2 to 10.
    multiplier : number
        r in (1, n).
    contribution : number > 0

    Returns
    -------
    NamedGame

    Raises
    ------
    ValueError
        If a parameter is outside.

    Examples
    --------
    >>> print(public_goods(4, 2).facts["best total"])
    4
    """
    n = whole("players", players, 2, 10)
    r, c = numbers(multiplier=multiplier, contribution=contribution)
    require(1 < r < n, "1 < multiplier < players", r, n)
    require(c > 0, "contribution > 0", c)
    shape = (2,) * n
    return NamedGame(
        name="public goods",
        game=from_rule(
            shape,
            lambda cell: [r * c * cell.count(0) / n - c * (own == 0) for own in cell],
            strategies=[["contribute", "ride free"]] * n,
        ),
        citation="J. Ledyard, Public goods: a survey of experimental research, in The Handbook of Experimental "
        "Economics (1995)",
        equilibria=cells(shape, (1,) * n),
        ess=(unit(2, 1),) if n == 2 else None,
        potential=potential_of_rule(shape, lambda cell: cell.count(0) * c * (r / n - 1)),
        facts={"best total": n * c * (r - 1)},
    )


def volunteers_dilemma(players: int = 3, benefit: object = 2, cost: object = 1) -> NamedGame:
    """One volunteer is enough for all to get the benefit b, but volunteering costs c.

    There is an equilibrium for each set of players: those outside never volunteer, and those inside keep back with
    probability (c/b)^(1/(k-1)) each if there are k >= 2 of them; one alone volunteers. The more there are, the less
    likely is help.

    Parameters
    ----------
    players : int
        2 to 8.
    benefit, cost : number
        benefit > cost > 0.

    Returns
    -------
    NamedGame

    Raises
    ------
    ValueError
        If a parameter is outside.

    Examples
    --------
    >>> volunteers_dilemma().equilibria[-1][0]
    (1 - sqrt(2)/2, sqrt(2)/2)
    """
    n = whole("players", players, 2, 8)
    b, c = numbers(benefit=benefit, cost=cost)
    require(b > c > 0, "benefit > cost > 0", b, c)
    shape, found = (2,) * n, []
    for k in range(1, n + 1):
        back = ZERO if k == 1 else _root(c / b, k - 1)
        found += [
            tuple((1 - back, back) if i in chosen else (ZERO, ONE) for i in range(n))
            for chosen in combinations(range(n), k)
        ]
    return NamedGame(
        name="volunteer's dilemma",
        game=from_rule(
            shape,
            lambda cell: [b * (0 in cell) - c * (own == 0) for own in cell],
            strategies=[["volunteer", "keep back"]] * n,
        ),
        citation="A. Diekmann, Volunteer's dilemma, Journal of Conflict Resolution 29 (1985) 605-610",
        equilibria=tuple(found),
        ess=(found[-1][0],) if n == 2 else None,
    )


def collective_risk(
    players: int = 3, threshold: int = 2, risk: object = "9/10", contribution: object = "1/10"
) -> NamedGame:
    """If fewer than M of n give the share c of what they have, everybody loses the rest with probability r.

    With M >= 2 and r > c nobody giving is an equilibrium, and so is each set of exactly M givers, all of them pivotal.
    For n = 3 and M = 2 the mixed equilibria are known too, with k = c/r: if k < 1/2, all give with probability
    (1 +- sqrt(1 - 2k)) / 2, or one surely and the others with 1 - k; if k > 1/2, two give with probability k and the
    third does not.

    Parameters
    ----------
    players : int
        n, 2 to 10.
    threshold : int
        M, 2 to n.
    risk, contribution : number
        r and c, 1 >= r > c > 0, c != r/2 if n = 3 and M = 2 (where equilibria form a line).

    Returns
    -------
    NamedGame
        With all equilibria for n = 3, M = 2, else with the pure ones.

    Raises
    ------
    ValueError
        If a parameter is outside.

    Examples
    --------
    >>> len(collective_risk().equilibria), len(collective_risk(contribution="1/2").equilibria)
    (9, 7)
    """
    n = whole("players", players, 2, 10)
    M = whole("threshold", threshold, 2, n)
    r, c = numbers(risk=risk, contribution=contribution)
    require(1 >= r > c > 0, "1 >= risk > contribution > 0", r, c)
    known = (n, M) == (3, 2)
    require(not known or 2 * c != r, "contribution other than risk / 2, for 3 players and threshold 2,", c, r)
    shape = (2,) * n
    givers = combinations(range(n), M)
    pure = [(1,) * n, *(tuple(int(i not in chosen) for i in range(n)) for chosen in givers)]
    return NamedGame(
        name="collective-risk dilemma",
        game=from_rule(
            shape,
            lambda cell: [(1 if cell.count(0) >= M else 1 - r) - c * (own == 0) for own in cell],
            strategies=[["give", "keep"]] * n,
        ),
        citation="M. Milinski et al., The collective-risk social dilemma and the prevention of simulated dangerous "
        "climate change, PNAS 105 (2008) 2291-2294; payoffs from F. Santos and J. Pacheco, Risk of collective failure "
        "provides an escape from the tragedy of the commons, PNAS 108 (2011) 10421-10425",
        equilibria=(*cells(shape, *pure), *(_risk_mixed(c / r) if known else ())),
        scope="all" if known else "pure",
    )


def el_farol(players: int = 3, capacity: int = 2, good: object = 2, home: object = 1, crowded: object = 0) -> NamedGame:
    """A bar is worth going to if at most `capacity` go; staying at home pays the same in any case.

    That exactly `capacity` go is an equilibrium for every set of guests. With s = (home - crowded) / (good - crowded),
    in mixed equilibria some go, some stay, and k mix alike so that another one's place is free with probability s.

    Parameters
    ----------
    players : int
        2 to 10.
    capacity : int
        1 to players - 1.
    good, home, crowded : number
        Paid for a bar with room, for home, for a crowded bar; strictly falling.

    Returns
    -------
    NamedGame
        With all equilibria for 2 and 3 players, else with the pure ones.

    Raises
    ------
    ValueError
        If a parameter is outside.

    Examples
    --------
    >>> el_farol().equilibria[-1][0]
    (sqrt(2)/2, 1 - sqrt(2)/2)
    """
    n = whole("players", players, 2, 10)
    room = whole("capacity", capacity, 1, n - 1)
    g, h, b = numbers(good=good, home=home, crowded=crowded)
    require(g > h > b, "good > home > crowded", g, h, b)
    s = (h - b) / (g - b)
    shape = (2,) * n
    pure = [tuple(int(i not in chosen) for i in range(n)) for chosen in combinations(range(n), room)]
    mixed: list[Profile] = []
    for fixed in product(("go", "stay", "mix"), repeat=n) if n <= 3 else ():
        mixing, free = fixed.count("mix"), room - fixed.count("go")
        if 0 < free < mixing:  # a place is free if at most free - 1 of the mixing - 1 others go
            go = {(2, 1): 1 - s, (3, 1): 1 - _root(s, 2), (3, 2): _root(1 - s, 2)}[mixing, free]
            choice = {"go": (ONE, ZERO), "stay": (ZERO, ONE), "mix": (go, 1 - go)}
            mixed.append(tuple(choice[word] for word in fixed))
    return NamedGame(
        name="El Farol bar problem",
        game=from_rule(
            shape,
            lambda cell: [h if own else (g if cell.count(0) <= room else b) for own in cell],
            strategies=[["go", "stay"]] * n,
        ),
        citation="W. B. Arthur, Inductive reasoning and bounded rationality, American Economic Review 84 (1994) "
        "406-411",
        equilibria=(*cells(shape, *pure), *mixed),
        scope="all" if n <= 3 else "pure",
    )


def braess_paradox(players: int = 4, delay: object = 5, shortcut: bool = True) -> NamedGame:
    """A new road makes everybody later.

    Two routes lead to work, each over a narrow road (as many minutes as drivers on it) and a long one (the delay). The
    shortcut joins the narrow roads; for delay > players, driving both of them is strictly dominant and takes 2 players
    minutes, where players / 2 + delay had been needed before. Payoffs are minus the minutes; a potential is minus the
    sum, over roads and their users, of the minutes that each would need had it come after those before it.

    Parameters
    ----------
    players : int
        Even, 2 to 8.
    delay : number
        In (players, 3 players / 2).
    shortcut : bool
        Whether it is open; if not, half of the drivers take either route in the pure equilibria, which are listed.

    Returns
    -------
    NamedGame

    Raises
    ------
    ValueError
        If a parameter is outside.

    Examples
    --------
    >>> for known in (braess_paradox(shortcut=False), braess_paradox()):
    ...     print(*known.game.expected(known.equilibria[0]))
    -7 -7 -7 -7
    -8 -8 -8 -8
    """
    n = whole("players", players, 2, 8)
    (d,) = numbers(delay=delay)
    require(n % 2 == 0 and n < d < Fraction(3 * n, 2), "an even number of players < delay < 3 players / 2", n, d)
    routes = ["over north", "over south", "both narrow roads"][: 3 if shortcut else 2]
    shape = (len(routes),) * n

    def users(cell: Cell) -> tuple[int, int]:
        return n - cell.count(1), n - cell.count(0)

    def payoffs(cell: Cell) -> list[Any]:
        north, south = users(cell)
        return [-(north + d, south + d, north + south)[route] for route in cell]

    def potential(cell: Cell) -> Fraction:
        return -sum((Fraction(k * (k + 1), 2) for k in users(cell)), d * (n - cell.count(2)))

    half = [tuple(int(i not in chosen) for i in range(n)) for chosen in combinations(range(n), n // 2)]
    return NamedGame(
        name="Braess's paradox",
        game=from_rule(shape, payoffs, strategies=[routes] * n),
        citation="D. Braess, Über ein Paradoxon aus der Verkehrsplanung, Unternehmensforschung 12 (1968) 258-268; "
        "potential: R. Rosenthal, A class of games possessing pure-strategy Nash equilibria, International Journal of "
        "Game Theory 2 (1973) 65-67",
        equilibria=cells(shape, *([(2,) * n] if shortcut else half)),
        scope="all" if shortcut else "pure",
        potential=potential_of_rule(shape, potential),
    )


def _risk_mixed(k: Fraction) -> list[Profile]:
    """Mixed equilibria of three with threshold two, k = contribution / risk."""
    sure, probability = ((ONE, ZERO), 1 - k) if 2 * k < 1 else ((ZERO, ONE), k)
    others = (probability, 1 - probability)
    found: list[Profile] = [tuple(sure if i == one else others for i in range(3)) for one in range(3)]
    if 2 * k < 1:
        spread = _root(1 - 2 * k, 2)
        found += [((x, 1 - x),) * 3 for x in ((1 + spread) / 2, (1 - spread) / 2)]
    return found


def _root(value: Fraction, degree: int) -> Any:
    """The positive root, a Fraction where it is rational, else a SymPy number."""
    import sympy as sp

    root = sp.root(sp.Rational(value.numerator, value.denominator), degree)
    return Fraction(int(root.p), int(root.q)) if isinstance(root, sp.Rational) else root
