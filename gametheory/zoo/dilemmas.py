r"""Two players with two actions each, alike: dilemmas, coordination, conflict.

Symmetric games [[a, b], [c, d]] with a, b paid to action 1 against actions 1, 2. Where both actions are best against
themselves, or both against each other, the mixed equilibrium plays action 1 with probability

    x = (d - b) / ((a - c) + (d - b)),

and an exact potential is P = [[a - c, 0], [0, d - b]], up to a constant.
"""

from __future__ import annotations

from fractions import Fraction

from gametheory.normal_form import NormalForm
from gametheory.zoo.entry import Cell, Mixed, NamedGame, cells, grounded, numbers, require

__all__ = [
    "battle_of_the_sexes",
    "chicken",
    "diamond_dybvig",
    "hawk_dove",
    "prisoners_dilemma",
    "stag_hunt",
]

ZERO, ONE = Fraction(0), Fraction(1)
FIRST, SECOND = (ONE, ZERO), (ZERO, ONE)


def prisoners_dilemma(
    temptation: object = 5, reward: object = 3, punishment: object = 1, sucker: object = 0
) -> NamedGame:
    """Whatever the other does, defecting pays more; yet both are better off when both cooperate.

    Defection is strictly dominant, so that (defect, defect) is the only equilibrium, and an ESS.

    Parameters
    ----------
    temptation, reward, punishment, sucker : number
        Paid for defecting alone, both cooperating, both defecting, cooperating alone; strictly falling.

    Returns
    -------
    NamedGame

    Raises
    ------
    ValueError
        If they do not fall strictly.

    Examples
    --------
    >>> prisoners_dilemma().equilibria == (((0, 1), (0, 1)),)
    True
    """
    T, R, P, S = numbers(temptation=temptation, reward=reward, punishment=punishment, sucker=sucker)
    require(T > R > P > S, "temptation > reward > punishment > sucker", T, R, P, S)
    return NamedGame(
        name="prisoner's dilemma",
        game=NormalForm.symmetric([[R, S], [T, P]], strategies=["cooperate", "defect"]),
        citation="A. Tucker (1950), printed in The Two-Year College Mathematics Journal 14 (1983) 228; payoffs from "
        "R. Axelrod, The Evolution of Cooperation (1984)",
        equilibria=((SECOND, SECOND),),
        ess=(SECOND,),
        potential=grounded([[R - T, 0], [0, P - S]]),
    )


def stag_hunt(stag: object = 4, hare: object = 3, alone: object = 0) -> NamedGame:
    """Together a stag, each alone a hare: the better equilibrium against the safer one.

    Both pure symmetric profiles are strict equilibria; the third hunts stag with probability
    (hare - alone) / (stag - alone). Hunting hare is risk-dominant when 2 hare > stag + alone.

    Parameters
    ----------
    stag, hare, alone : number
        Paid for a stag hunted together, for a hare, and for hunting stag alone; strictly falling.

    Returns
    -------
    NamedGame

    Raises
    ------
    ValueError
        If they do not fall strictly.

    Examples
    --------
    >>> print(*stag_hunt().equilibria[2][0])
    3/4 1/4
    """
    s, h, a = numbers(stag=stag, hare=hare, alone=alone)
    require(s > h > a, "stag > hare > alone", s, h, a)
    return _two_conventions(
        "stag hunt",
        "J.-J. Rousseau (1755), A Discourse on Inequality; B. Skyrms, The Stag Hunt and the Evolution of Social "
        "Structure (2004)",
        ("stag", "hare"),
        (s, a, h, h),
    )


def diamond_dybvig(deposit: object = 2, early: object = "3/2", late: object = 3) -> NamedGame:
    """A bank run: two depositors; whoever withdraws alone is paid in full, and the other one gets the rest.

    The bank has invested both deposits D. Ended early the investment is worth 2r, kept it is worth 2R, with
    R > D > r > D/2. Both withdrawing (the run) and both waiting are strict equilibria; in the third one withdraws with
    probability (R - D) / (R - r).

    Parameters
    ----------
    deposit, early, late : number
        D, r, R, by head.

    Returns
    -------
    NamedGame

    Raises
    ------
    ValueError
        Unless late > deposit > early > deposit / 2 > 0.

    Examples
    --------
    >>> print(*diamond_dybvig().equilibria[2][0])
    2/3 1/3
    """
    D, r, R = numbers(deposit=deposit, early=early, late=late)
    require(R > D > r > D / 2 > 0, "late > deposit > early > deposit / 2 > 0", R, D, r, D / 2)
    return _two_conventions(
        "Diamond-Dybvig bank run",
        "D. Diamond and P. Dybvig, Bank runs, deposit insurance, and liquidity, Journal of Political Economy 91 (1983) "
        "401-419; as a 2x2 game in R. Gibbons, A Primer in Game Theory (1992), section 2.2.B",
        ("withdraw", "wait"),
        (r, D, 2 * r - D, R),
    )


def hawk_dove(V: object = 2, C: object = 4) -> NamedGame:
    """A contest for a prize worth V: two hawks fight, the loser is hurt at a cost C; two doves share.

    For V < C hawks have probability V/C in the only ESS, and the two asymmetric pure profiles are equilibria too. For
    V > C "hawk" is strictly dominant. At V = C a hawk's opponent is indifferent: the equilibria are the profiles in
    which someone plays hawk for certain.

    Parameters
    ----------
    V, C : number > 0

    Returns
    -------
    NamedGame

    Raises
    ------
    ValueError
        If one is not positive.

    Examples
    --------
    >>> [len(hawk_dove(V, 4).equilibria) for V in (3, 4, 5)]
    [3, 3, 1]
    """
    v, c = numbers(V=V, C=C)
    require(v > 0 and c > 0, "V > 0 and C > 0", v, c)
    mixed: Mixed = (v / c, 1 - v / c) if v < c else FIRST
    asymmetric = cells((2, 2), (0, 1), (1, 0)) if v <= c else ()
    return NamedGame(
        name="hawk-dove",
        game=NormalForm.symmetric([[(v - c) / 2, v], [0, v / 2]], strategies=["hawk", "dove"]),
        citation="J. Maynard Smith and G. Price, The logic of animal conflict, Nature 246 (1973) 15-18",
        equilibria=(*asymmetric, (mixed, mixed)),
        nash_subsets=((0, 2), (1, 2)) if v == c else (),
        ess=(mixed,),
        potential=grounded([[(v - c) / 2, 0], [0, -v / 2]]),
    )


def chicken(prize: object = 7, peace: object = 6, shame: object = 2, crash: object = 0) -> NamedGame:
    """Two drivers head for each other; who swerves alone is shamed, and if none does they crash.

    Besides the two pure equilibria both swerve with probability s / (g + s), for g = prize - peace and
    s = shame - crash, which is the ESS. A correlated equilibrium can pay more in all than any of them: the best plays
    (swerve, swerve) s/g times as often as each of the two pure equilibria, if 2 peace > prize + shame.

    Parameters
    ----------
    prize, peace, shame, crash : number
        Paid for going straight alone, both swerving, swerving alone, both going straight; strictly falling.

    Returns
    -------
    NamedGame

    Raises
    ------
    ValueError
        If they do not fall strictly.

    Examples
    --------
    >>> print(chicken().facts["best correlated total"])
    21/2
    """
    t, p, s, c = numbers(prize=prize, peace=peace, shame=shame, crash=crash)
    require(t > p > s > c, "prize > peace > shame > crash", t, p, s, c)
    ratio = (s - c) / (t - p)
    mixed = (ratio / (1 + ratio), 1 / (1 + ratio))
    best = (2 * ratio * p + 2 * (t + s)) / (2 + ratio) if 2 * p > t + s else t + s
    return NamedGame(
        name="chicken",
        game=NormalForm.symmetric([[p, s], [t, c]], strategies=["swerve", "straight"]),
        citation="R. Aumann, Subjectivity and correlation in randomized strategies, Journal of Mathematical Economics "
        "1 (1974) 67-96",
        equilibria=(*cells((2, 2), (0, 1), (1, 0)), (mixed, mixed)),
        ess=(mixed,),
        potential=grounded([[p - t, 0], [0, c - s]]),
        facts={"best correlated total": best},
    )


def battle_of_the_sexes(favourite: object = 2, other: object = 1, apart: object = 0) -> NamedGame:
    """Two want to spend the evening together; one favours the opera, the other the match.

    In the mixed equilibrium everybody goes to their favourite with probability
    (favourite - apart) / (favourite + other - 2 apart).

    Parameters
    ----------
    favourite, other, apart : number
        Paid for being together at one's favourite, together at the other, and apart; strictly falling.

    Returns
    -------
    NamedGame

    Raises
    ------
    ValueError
        If they do not fall strictly.

    Examples
    --------
    >>> [str(p) for part in battle_of_the_sexes().equilibria[2] for p in part]
    ['2/3', '1/3', '1/3', '2/3']
    """
    a, b, c = numbers(favourite=favourite, other=other, apart=apart)
    require(a > b > c, "favourite > other > apart", a, b, c)
    x = (a - c) / (a + b - 2 * c)
    return NamedGame(
        name="battle of the sexes",
        game=NormalForm([[a, c], [c, b]], [[b, c], [c, a]], strategies=[["opera", "match"]] * 2),
        citation="R. Luce and H. Raiffa, Games and Decisions (1957), section 5.3",
        equilibria=(*cells((2, 2), (0, 0), (1, 1)), ((x, 1 - x), (1 - x, x))),
        potential=grounded([[a - c, a - b], [0, a - c]]),
        facts={"risk dominant": ((0, 0), (1, 1))},
    )


def _two_conventions(
    name: str, citation: str, actions: tuple[str, str], payoffs: tuple[Fraction, Fraction, Fraction, Fraction]
) -> NamedGame:
    """A symmetric 2x2 game in which both actions are strictly best against themselves."""
    a, b, c, d = payoffs
    x = (d - b) / ((a - c) + (d - b))
    both: tuple[Cell, ...] = ((0, 0), (1, 1))
    return NamedGame(
        name=name,
        game=NormalForm.symmetric([[a, b], [c, d]], strategies=actions),
        citation=citation,
        equilibria=(*cells((2, 2), *both), ((x, 1 - x), (x, 1 - x))),
        ess=(FIRST, SECOND),
        potential=grounded([[a - c, 0], [0, d - b]]),
        facts={"risk dominant": both if a - c == d - b else (both[0],) if a - c > d - b else (both[1],)},
    )
