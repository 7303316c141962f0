r"""Nash equilibria of contests between unequal players.

Player i values the prize :math:`V_i`, pays :math:`c_i` a unit of effort and wins with :math:`p_i = x_i^r / \sum x_j^r`.

**r = 1.** Let :math:`k_i = c_i / V_i` rise with i. The m most efficient are active, m being the largest number with
:math:`(m - 1) k_m < k_1 + \dots + k_m =: K`, and

.. math:: \sum_j x_j = \frac{m - 1}{K}, \qquad p_i = \frac{K - (m - 1) k_i}{K}, \qquad \pi_i = V_i p_i^2.

With :math:`E_m = \sum_{j=2}^{m-1} (k_m - k_j)`, which rises with m, the test reads :math:`E_m < k_1` and
:math:`K - (m - 1) k_i = k_1 - E_m + (m - 1)(k_m - k_i)`: nothing cancels, costs may span 24 orders of magnitude.

**Any r.** At :math:`x_i = (p_i Z)^{1/r}`, :math:`Z = \sum x_j^r`, the first-order condition is
:math:`r (1 - p_i)\, p_i^{1 - 1/r} = k_i Z^{1/r}`. For r <= 1 the left side falls in :math:`p_i`, so chances sum to one
at exactly one Z: the equilibrium is unique. For r > 1 a player who is active has :math:`p_i \ge 1 - 1/r`, where the
left side falls too; several sets of active players can be equilibria, and the largest set of most efficient players
that is one is returned. Every answer carries its regret: the most that anyone could gain, found by solving for the
global best reply of each.

References
----------
Hillman, Riley (1989), "Politically contestable rents and transfers", Economics and Politics 1. Cornes, Hartley (2005),
"Asymmetric contests with general technologies", Economic Theory 26.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..allocation.quantities import amounts
from ..domain import Domain

__all__ = ["ContestEquilibrium", "contest_equilibrium", "lottery_equilibrium", "winning_chances"]

_HALVINGS = 68
_FAR = 1e4
"""Logits beyond are chances of 0 and 1."""
_ALLOWED = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class ContestEquilibrium:
    """A Nash equilibrium in pure strategies.

    Parameters
    ----------
    efforts, chances, payoffs : numpy.ndarray, shape (n,)
        Of each player, in the order given.
    regret : float or Fraction
        The most that anyone could gain by another effort, as a part of its value of the prize; 0 where the
        equilibrium is a closed form on Fractions.
    """

    efforts: Any
    chances: Any
    payoffs: Any
    regret: Any

    @property
    def active(self) -> Any:
        """Which players make an effort."""
        return self.efforts > 0

    @property
    def total(self) -> Any:
        """The effort of all."""
        return np.sum(self.efforts)


def lottery_equilibrium(values: Any, costs: Any) -> ContestEquilibrium:
    """The Nash equilibrium when chances are proportional to efforts (r = 1), in closed form; it is unique.

    Parameters
    ----------
    values : array_like, shape (n,)
        Of the prize to each player, not negative; one number if all agree. Exact when Fractions are given.
    costs : array_like, shape (n,)
        Of a unit of effort, positive.

    Returns
    -------
    ContestEquilibrium

    Raises
    ------
    ValueError
        For a number outside its domain, or fewer than two players who value the prize: against nobody the least effort
        wins, and there is no least.

    References
    ----------
    Hillman, Riley (1989), Economics and Politics 1.

    Examples
    --------
    >>> lottery_equilibrium(1, [1, 2]).efforts.round(6)
    array([0.222222, 0.111111])
    >>> lottery_equilibrium(1, [1, 2, 30]).active
    array([ True,  True, False])
    """
    V, c = _players(values, costs)
    want = np.flatnonzero(V > 0)
    with np.errstate(over="ignore"):
        k = c[want] / V[want]
    if V.dtype != object and not (np.all(np.isfinite(k)) and np.all(k > 0)):
        raise ValueError("costs / values go beyond floats: take units in which they lie between 1e-300 and 1e300")
    order = np.argsort(k, kind="stable")
    k = k[order]
    places = np.arange(k.size)
    short = np.cumsum(np.concatenate([k[:1] * 0, places[:-1] * (k[1:] - k[:-1])]))  # E, one entry for each m
    m = max(2, int(np.sum(short < k[0])))
    k, short = k[:m], short[m - 1]
    whole = np.sum(k)
    p = (k[0] - short + (m - 1) * (k[-1] - k)) / whole
    chances, efforts = V * 0, V * 0
    active = want[order[:m]]
    chances[active], efforts[active] = p, p * (m - 1) / whole
    payoffs = V * chances * chances
    exact = V.dtype == object
    return ContestEquilibrium(efforts, chances, payoffs, V[0] * 0 if exact else _regret(V, c, 1.0, efforts, payoffs))


def contest_equilibrium(values: Any, costs: Any, *, exponent: Any = 1) -> ContestEquilibrium:
    """A Nash equilibrium of a contest with chances as efforts to a power.

    Parameters
    ----------
    values, costs : array_like, shape (n,)
        As for `lottery_equilibrium`, in floats.
    exponent : float
        r > 0. Up to 1 the equilibrium is unique; above, it is the one in which the largest set of the most efficient
        players is active.

    Returns
    -------
    ContestEquilibrium
        Its regret is at most 1e-9 of anyone's value.

    Raises
    ------
    ValueError
        For a number outside its domain; where no set of most efficient players is in equilibrium in pure strategies.

    References
    ----------
    Cornes, Hartley (2005), "Asymmetric contests with general technologies", Economic Theory 26.

    Examples
    --------
    >>> contest_equilibrium([100, 100, 100], 1, exponent=1.5).efforts.round(6)
    array([33.333333, 33.333333, 33.333333])
    """
    V, c = (each.astype(float) for each in _players(values, costs))
    r = float(Domain.of("(0, inf)").check("exponent", exponent))
    if r == 1.0:
        return lottery_equilibrium(V, c)
    want = np.flatnonzero(V > 0)
    order = want[np.argsort(c[want] / V[want], kind="stable")]
    most = order.size if r < 1 else min(order.size, int(np.floor(r / (r - 1) * (1 + 1e-9))))
    for m in range(most, 1, -1):
        found = _with_active(V, c, r, order[:m])
        if found is not None:
            return found
        if r < 1:
            break
    raise ValueError(
        f"no pure equilibrium in which the most efficient players are active, at exponent = {r:.12g}: equal players "
        "have one up to n/(n - 1), two up to 1 + (weak/strong)^r; lower the exponent"
    )


def winning_chances(efforts: Any, *, exponent: Any = 1) -> Any:
    """Who wins how likely: efforts to a power, over their sum.

    Parameters
    ----------
    efforts : array_like, shape (..., n)
        Not negative; the last axis is the players'.
    exponent : float
        Positive.

    Returns
    -------
    numpy.ndarray, shape (..., n)
        Sums to one, or to zero where nobody makes an effort: then nobody wins.

    Raises
    ------
    ValueError
        For a number outside its domain.

    References
    ----------
    Skaperdas, S. (1996), "Contest success functions", Economic Theory 7.

    Examples
    --------
    >>> winning_chances([1, 3]), winning_chances([0, 0])
    (array([0.25, 0.75]), array([0., 0.]))
    """
    x = Domain.of("[0, inf)").check("efforts", efforts)
    r = float(Domain.of("(0, inf)").check("exponent", exponent))
    if x.ndim == 0:
        raise ValueError(f"efforts are a list with one number for each player, got {efforts}")
    largest = np.max(x, axis=-1, keepdims=True, initial=0.0)
    powers = (x / np.where(largest > 0, largest, 1.0)) ** r
    total = np.sum(powers, axis=-1, keepdims=True)
    return powers / np.where(total > 0, total, 1.0)


def _players(values: Any, costs: Any) -> tuple[Any, Any]:
    V, c = amounts(values=values, costs=costs)
    if V.ndim > 1 or c.ndim > 1:
        raise ValueError(f"values and costs are lists with one number for each player, got shapes {V.shape}, {c.shape}")
    V, c = (np.array(each) for each in np.broadcast_arrays(np.atleast_1d(V), np.atleast_1d(c)))
    if not np.all(c > 0):
        raise ValueError("costs = 0 is outside (0, inf): who pays nothing for effort makes ever more of it")
    if np.sum(V > 0) < 2:
        raise ValueError(
            f"{int(np.sum(V > 0))} of {V.size} players value the prize: a contest needs two; one alone would win "
            "with the least effort above 0, and there is none"
        )
    return V, c


def _with_active(V: Any, c: Any, r: float, active: Any) -> ContestEquilibrium | None:
    """The equilibrium in which these are active; None where it is none."""
    from scipy.optimize import brentq

    log_k = np.log(c[active]) - np.log(V[active])
    log_k -= np.mean(log_k)
    least = -_FAR if r <= 1 else float(np.log(r - 1))  # the logit of p = 1 - 1/r

    def surplus(level: float) -> float:
        return float(np.sum(_share(_solved(log_k + level, r, least))) - 1)

    reach = 10.0 + float(np.max(np.abs(log_k)) + np.log(log_k.size) * (1 + 1 / r) + abs(np.log(r)))
    level = reach if surplus(reach) > 0 else brentq(surplus, -reach, reach, xtol=1e-15, rtol=1e-15)
    logit = _solved(log_k + level, r, least)
    efforts = np.zeros_like(V)
    efforts[active] = r * V[active] / c[active] * _share(logit) * _share(-logit)
    chances = winning_chances(efforts, exponent=r)
    payoffs = V * chances * (1 - r + r * chances)
    regret = _regret(V, c, r, efforts, V * chances - c * efforts)
    return ContestEquilibrium(efforts, chances, payoffs, regret) if regret <= _ALLOWED else None


def _share(logit: Any) -> Any:
    return np.exp(-np.logaddexp(0, -logit))


def _slope(logit: Any, r: float, own: float) -> Any:
    """Logarithm of r (1 - p)^(1 + own) p^(1 - 1/r), at the chance p of this logit."""
    return np.log(r) - (1 + own) * np.logaddexp(0, logit) - (1 - 1 / r) * np.logaddexp(0, -logit)


def _solved(level: Any, r: float, least: float, own: float = 0.0) -> Any:
    """The logit from `least` on at which each one's falling slope is at its level."""
    low, high = np.full_like(level, least), np.full_like(level, _FAR)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        above = _slope(middle, r, own) > level
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return (low + high) / 2


def _regret(V: Any, c: Any, r: float, efforts: Any, payoffs: Any) -> float:
    """The largest gain from a best reply, as a part of the player's value."""
    scale, leader = np.max(efforts), int(np.argmax(efforts))
    powers = (efforts / scale) ** r
    others = np.sum(powers) - powers
    others[leader] = np.sum(np.delete(powers, leader))
    V, c, others, payoffs = (each[V > 0] for each in (V, c, others, payoffs))
    if r == 1.0:  # the best reply to the others' effort O is sqrt(O V / c) - O
        best = np.maximum(0.0, 1 - np.sqrt(c / V * scale * others)) ** 2
    else:  # with x^r = O p / (1 - p) the payoff's slope has the sign of the difference of these logarithms
        level = np.log(c) + np.log(scale) - np.log(V) + np.log(others) / r
        least = -_FAR if r <= 1 else float(np.log(r - 1) - np.log(r + 1))  # below p = (r - 1)/(2r) the payoff is convex
        p = _share(_solved(level, r, least, own=1 / r))
        best = np.maximum(0.0, p * (1 - r + r * p))
    return float(max(0.0, np.max(best - payoffs / V)))
