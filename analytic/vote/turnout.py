r"""Turnout: who bears the cost of voting when a vote rarely decides.

Two teams of M voters; each may vote at a cost c and gains 1 when his team wins; a tie is a coin flip. A vote is worth
one half when it makes or breaks a tie, so at a mixed equilibrium in which everyone votes with probability p

.. math:: \pi(p) = \tfrac12 \bigl[ P(\text{others tie}) + P(\text{own others are one behind}) \bigr] = c .

:math:`\pi` is 1/2 at p = 0 and p = 1 and least in the middle, so there are two such p, one below and one above 1/2,
or none. With a quorum of q out of n, a vote is worth b when exactly q - 1 others vote, which is likeliest at
p = (q - 1)/(n - 1): again two, or none. Roots are found in the logit of p, so that tiny turnouts keep their digits.

References
----------
Palfrey, Rosenthal (1983), "A strategic calculus of voting", Public Choice 41.
Palfrey, Rosenthal (1984), "Participation and the provision of discrete public goods", J. Public Econ. 24.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..domain import Domain

__all__ = ["Turnout", "duel_pivotal", "duel_rests", "duel_turnouts", "quorum_pivotal", "quorum_turnouts"]

_FAR = 700.0  # logits beyond it are 0 and 1 in floats


@dataclass(frozen=True, slots=True)
class Turnout:
    """A symmetric equilibrium or a rest point: each votes with chance `p`; `stable` under the replicator."""

    p: float
    stable: bool


def duel_pivotal(p: Any, members: int) -> Any:
    """What a vote is worth in a duel of two teams: half the chance that it makes or breaks a tie.

    Parameters
    ----------
    p : float or array_like
        The chance that each other voter votes, in [0, 1].
    members : int
        Voters of each team, 1 or more.

    Returns
    -------
    numpy.ndarray

    Raises
    ------
    ValueError
        For a number outside its domain.

    Examples
    --------
    >>> round(float(duel_pivotal(0.5, 2)), 12)
    0.375
    """
    M = _whole("members", members, 1)
    p = Domain.of("[0, 1]").check("p", p)
    k = np.arange(M)
    with np.errstate(divide="ignore"):
        ends = np.log(p)[..., None], np.log1p(-p)[..., None]
    own, other = _choose(M - 1, k), (_choose(M, k), _choose(M, k + 1))
    tie = np.exp(own + other[0] + _powers(2 * k, 2 * M - 1 - 2 * k, *ends))
    behind = np.exp(own + other[1] + _powers(2 * k + 1, 2 * M - 2 - 2 * k, *ends))
    return np.asarray(0.5 * np.sum(tie + behind, axis=-1))


def duel_turnouts(members: int, cost: float) -> tuple[Turnout, ...]:
    """All symmetric equilibria of a duel of two equal teams, pure ones among them, by rising turnout.

    Parameters
    ----------
    members : int
        Voters of each team, 1 or more.
    cost : float
        Of voting, over the gain of winning; positive.

    Returns
    -------
    tuple of Turnout

    Raises
    ------
    ValueError
        For a number outside its domain, or one member at cost 1/2, to whom every turnout is an equilibrium.

    References
    ----------
    Palfrey, Rosenthal (1983), "A strategic calculus of voting", Public Choice 41.

    Examples
    --------
    >>> [(round(each.p, 4), each.stable) for each in duel_turnouts(20, 0.2)]
    [(0.105, True), (0.895, False), (1.0, True)]
    """
    M, c = _whole("members", members, 1), float(Domain.of("(0, inf)").check("cost", cost))
    if c == 0.5 and M == 1:
        raise ValueError("members = 1 at cost = 1/2: every turnout is an equilibrium; take another cost")
    if c > 0.5:
        return (Turnout(0.0, True),)
    all_vote = Turnout(1.0, c < 0.5)
    if c == 0.5:
        return (Turnout(0.0, True), all_vote)
    middle = float(duel_pivotal(0.5, M))
    if c < middle or M == 1:
        return (all_vote,)
    if c == middle:
        return (Turnout(0.5, False), all_vote)
    low = _logit_root(lambda p: float(duel_pivotal(p, M)) - c, -_FAR, 0.0)
    return (Turnout(low, True), Turnout(1 - low, False), all_vote)


def duel_rests(members: int, cost: float, *, mutation: float, divisor: float = 1.0) -> tuple[Turnout, ...]:
    r"""Rest points of imitation with mutation, which are not the equilibria of the game.

    .. math:: \dot p = \frac{p (1-p) (\pi(p) - c)}{\text{divisor}} + \mu (\tfrac12 - p)

    Parameters
    ----------
    members, cost
        As for `duel_turnouts`.
    mutation : float
        Rate of turning to a fair coin, positive.
    divisor : float
        By which imitation scales payoff differences, positive.

    Returns
    -------
    tuple of Turnout
        By rising turnout; rests closer to each other than 1/2000 of a logit unit's range may be missed.

    Raises
    ------
    ValueError
        For a number outside its domain.

    Examples
    --------
    >>> [round(each.p, 4) for each in duel_rests(20, 0.2, mutation=0.002, divisor=1.2)]
    [0.1173, 0.9088, 0.9954]
    """
    M, positive = _whole("members", members, 1), Domain.of("(0, inf)")
    c, mu, scale = (
        float(positive.check(*each)) for each in (("cost", cost), ("mutation", mutation), ("divisor", divisor))
    )

    def speed(p: Any) -> Any:
        return p * (1 - p) * (duel_pivotal(p, M) - c) / scale + mu * (0.5 - p)

    reach = min(_FAR, 12 + abs(math.log(mu)) + math.log(M))
    places = np.linspace(-reach, reach, 4001)
    moving = speed(1 / (1 + np.exp(-places)))
    found = []
    for i in np.flatnonzero(np.sign(moving[:-1]) != np.sign(moving[1:])):
        if moving[i + 1] == 0 and i + 2 < len(places):
            continue  # a rest on the grid is found from the place before the next
        p = _logit_root(lambda p: float(speed(p)), places[i], places[i + 1])
        found.append(Turnout(p, bool(moving[i] > 0 >= moving[i + 1] or moving[i] >= 0 > moving[i + 1])))
    return tuple(found)


def quorum_pivotal(p: Any, voters: int, quorum: int) -> Any:
    """The chance that exactly quorum - 1 of the voters - 1 others vote.

    Parameters
    ----------
    p : float or array_like
        The chance that each other voter votes, in [0, 1].
    voters, quorum : int
        1 <= quorum <= voters.

    Returns
    -------
    numpy.ndarray

    Raises
    ------
    ValueError
        For a number outside its domain.

    Examples
    --------
    >>> float(quorum_pivotal(0.5, 3, 2).round(12))
    0.5
    """
    n, q = _quorum(voters, quorum)
    p = Domain.of("[0, 1]").check("p", p)
    with np.errstate(divide="ignore"):
        return np.exp(_choose(n - 1, np.array(q - 1)) + _powers(q - 1, n - q, np.log(p), np.log1p(-p)))


def quorum_turnouts(voters: int, quorum: int, cost: float) -> tuple[Turnout, ...]:
    """All symmetric equilibria when everyone gains 1 if `quorum` or more vote, pure ones among them.

    Parameters
    ----------
    voters, quorum : int
        1 <= quorum <= voters; a quorum of one is the volunteer's dilemma.
    cost : float
        Of voting, over the gain; positive.

    Returns
    -------
    tuple of Turnout
        By rising turnout.

    Raises
    ------
    ValueError
        For a number outside its domain: a quorum above the number of voters is never met.

    References
    ----------
    Palfrey, Rosenthal (1984), J. Public Econ. 24; Diekmann (1985), Journal of Conflict Resolution 29.

    Examples
    --------
    >>> [round(each.p, 6) for each in quorum_turnouts(5, 1, 0.3)]
    [0.259917]
    >>> [(round(each.p, 3), each.stable) for each in quorum_turnouts(5, 3, 0.3)]
    [(0.0, True), (0.338, False), (0.662, True)]
    """
    n, q = _quorum(voters, quorum)
    c = float(Domain.of("(0, inf)").check("cost", cost))
    if n == 1:
        if c == 1:
            raise ValueError("voters = 1 at cost = 1: every turnout is an equilibrium; take another cost")
        return (Turnout(float(c < 1), True),)
    none, everyone = float(quorum_pivotal(0, n, q)), float(quorum_pivotal(1, n, q))
    peak = (q - 1) / (n - 1)
    height = float(quorum_pivotal(peak, n, q))
    top = math.copysign(_FAR, q - 1) if q in (1, n) else math.log(peak) - math.log1p(-peak)
    top = -_FAR if q == 1 else top

    def gain(p: float) -> float:
        return float(quorum_pivotal(p, n, q)) - c

    found = [Turnout(0.0, True)] if none <= c else []
    if peak > 0 and c < height:
        found.append(Turnout(_logit_root(gain, -_FAR, top), False))
    if peak < 1 and c < height:
        found.append(Turnout(_logit_root(gain, top, _FAR), True))
    if 0 < peak < 1 and c == height:
        found.append(Turnout(peak, False))
    return (*found, Turnout(1.0, everyone > c)) if everyone >= c else tuple(found)


def _logit_root(f: Callable[[float], float], low: float, high: float) -> float:
    """The p between two logits at which f changes its sign."""
    from scipy.optimize import brentq

    def logistic(t: float) -> float:
        return 1 / (1 + math.exp(-t)) if t > -_FAR else 0.0

    return logistic(float(brentq(lambda t: f(logistic(t)), low, high, xtol=1e-13, rtol=1e-15, maxiter=500)))


def _choose(n: int, k: Any) -> Any:
    """The logarithm of C(n, k)."""
    from scipy.special import gammaln

    return gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)


def _powers(k: Any, m: Any, log_p: Any, log_q: Any) -> Any:
    """The logarithm of p^k (1-p)^m, where 0^0 is 1."""
    with np.errstate(invalid="ignore"):
        return np.where(k == 0, 0, k * log_p) + np.where(m == 0, 0, m * log_q)


def _quorum(voters: int, quorum: int) -> tuple[int, int]:
    n, q = _whole("voters", voters, 1), _whole("quorum", quorum, 1)
    if q > n:
        raise ValueError(f"quorum = {q} is above the number of voters, {n}: it is never met; take at most {n}")
    return n, q


def _whole(name: str, value: int, least: int) -> int:
    return int(Domain.of(f"integer [{least}, inf)").check(name, value))
