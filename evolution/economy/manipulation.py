r"""What manipulation gains: deviations, orderings, attacks, fees against them, identities, coalitions.

    deviation gain       max_s u_i(s, others) - u_i(profile), at least 0        per player
    NashConv             sum of the deviation gains; 0 exactly at a Nash equilibrium
    extractable value    greatest profit over all orderings of pending transactions
    cost of attack       what it takes to mint more than a share of all tokens on a curve
    break-even fee       the least fee from which on a manipulation does not pay
    identity gain        u(k) / u(1): what splitting into k identities multiplies a payoff by
    coalition gain       what the members of a coalition get more, together

References
----------
Lanctot, M. et al. (2017). A unified game-theoretic approach to multiagent reinforcement learning. NIPS (NashConv).
Babel, K., Daian, P., Kelkar, M., Juels, A. (2023). Clockwork finance. IEEE S&P (extractable value).
Douceur, J. R. (2002). The Sybil attack. IPTPS.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import permutations
from math import factorial
from typing import Any

import numpy as np

from analytic.curve import BondingCurve

from .ledger import Array
from .samples import number, numbers, plain, whole

MOST_ORDERED = 9  # 9! = 362 880 orderings


def deviation_gains(deviations: Sequence[Any], payoffs: Any) -> Array:
    """What each player could gain by deviating alone.

    Parameters
    ----------
    deviations : sequence of array_like
        For each player the payoff of each of its strategies against the others' play.
    payoffs : array_like (players,)
        What each player gets at the profile.

    Returns
    -------
    array (players,)
        >= 0, since staying is always possible; a game's own `regret(profile)` says the same of a profile.

    Raises
    ------
    TypeError, ValueError
        For another number of players, or payoffs missing or infinite.

    Examples
    --------
    >>> deviation_gains([[3, 5], [1, 1]], [3, 1]).tolist()
    [2.0, 0.0]
    """
    now = numbers(payoffs, "payoffs")
    if now.ndim != 1 or len(deviations) != len(now):
        raise ValueError(f"deviations must be given for each of the {now.size} players, not for {len(deviations)}")
    best = [np.max(numbers(each, f"deviations of player {i}")) for i, each in enumerate(deviations)]
    return np.asarray(np.maximum(np.array(best) - now, 0.0))


def nash_conv(deviations: Sequence[Any], payoffs: Any) -> float:
    """Sum of the deviation gains over all players.

    Parameters
    ----------
    deviations, payoffs
        As in `deviation_gains`.

    Returns
    -------
    float
        >= 0, and 0 exactly at a Nash equilibrium.

    Raises
    ------
    TypeError, ValueError
        As `deviation_gains`.

    Examples
    --------
    >>> nash_conv([[3, 5], [3, 5]], [3, 3])
    4.0
    """
    return float(np.sum(deviation_gains(deviations, payoffs)))


@dataclass(frozen=True, slots=True)
class Extraction:
    """What ordering is worth.

    Parameters
    ----------
    value : float
        The greatest profit [currency].
    order : tuple
        The first ordering that has it.
    gain : float
        More than in the order of arrival [currency], >= 0.
    """

    value: float
    order: tuple[Hashable, ...]
    gain: float


def extractable_value(profit: Callable[[tuple[Any, ...]], float], transactions: Iterable[Hashable]) -> Extraction:
    """The greatest profit over all orderings of some transactions, by trying all of them.

    Parameters
    ----------
    profit : callable
        Of a tuple of transactions in their order [currency].
    transactions : iterable
        In the order of arrival, 1 to 9 of them.

    Returns
    -------
    Extraction

    Raises
    ------
    TypeError, ValueError
        For none or too many transactions, or a profit that is not finite.

    Examples
    --------
    >>> extractable_value(lambda order: 3 * order.index("sell") - order.index("buy"), ["sell", "buy"])
    Extraction(value=3.0, order=('buy', 'sell'), gain=4.0)
    """
    arrived = tuple(transactions)
    if not 1 <= len(arrived) <= MOST_ORDERED:
        raise ValueError(
            f"1 to {MOST_ORDERED} transactions can be ordered in all ways, not {len(arrived)}"
            + (f" ({factorial(len(arrived)):.3g} orderings); take those that interact" if arrived else "")
        )
    at_arrival = number(profit(arrived), "profit")
    value, order = at_arrival, arrived
    for each in permutations(arrived):
        found = number(profit(each), "profit")
        if found > value:
            value, order = found, each
    return Extraction(value, order, value - at_arrival)


def cost_of_attack(curve: BondingCurve, supply: float, *, share: float = 0.5, held: float = 0.0) -> float:
    r"""What minting costs until a share of all tokens is reached.

    With the tokens held :math:`h`, minting :math:`q` gives the share :math:`(h + q)/(S + q)`, so
    :math:`q = (\theta S - h)/(1 - \theta)`; any more exceeds the share.

    Parameters
    ----------
    curve : BondingCurve
        With numbers bound.
    supply : float
        >= 0 [token].
    share : float
        In [0, 1).
    held : float
        0 .. supply [token], held already.

    Returns
    -------
    float
        Paid in, fees included [currency]; 0 for a share held already. It is not lost: what is left after the attack
        is a matter of `curve.burn`.

    Raises
    ------
    TypeError, ValueError
        For numbers outside these ranges, or a supply that the curve does not reach.

    Examples
    --------
    >>> cost_of_attack(BondingCurve.linear(m=0.1, b=0), 100)
    1500.0
    """
    S, theta = number(supply, "supply", 0), number(share, "share", 0, 1, open_high=True)
    own = number(held, "held", 0, S)
    return float(curve.cost(S, max((theta * S - own) / (1 - theta), 0.0)))


def break_even_fee(profit: Callable[[float], float], *, low: float = 0.0, high: float = 1.0) -> float:
    """The least fee from which on a manipulation does not pay: the root of its profit in the fee.

    Parameters
    ----------
    profit : callable
        Of a fee rate [currency]; it must not pay again once it has ceased to (checked at 64 fees).
    low, high : float
        The fees to look between, low < high.

    Returns
    -------
    float
        `low` where it does not pay even there.

    Raises
    ------
    TypeError, ValueError
        When it pays at every fee, or pays again at a higher one.

    Examples
    --------
    >>> round(break_even_fee(lambda fee: 5 - 27 * fee), 9)
    0.185185185
    """
    from scipy.optimize import brentq

    first, last = number(low, "low"), number(high, "high", low, np.inf)
    if not first < last:
        raise ValueError(f"low must be less than high, not {low} and {high}")
    fees = np.linspace(first, last, 65)
    gains = np.array([number(profit(float(fee)), "profit") for fee in fees])
    if gains[0] <= 0 and not np.any(gains > 0):
        return first
    if gains[-1] > 0:
        raise ValueError(f"the manipulation pays {gains[-1]:.6g} even at the fee {last:g}; look at higher fees")
    stop = int(np.argmax(gains <= 0))
    if np.any(gains[stop:] > 0):
        raise ValueError(f"the manipulation ceases to pay at the fee {fees[stop]:.6g} and pays again above it")
    return float(brentq(profit, fees[stop - 1], fees[stop], xtol=1e-15, rtol=1e-14))


def identity_gain(payoffs: Any) -> Array:
    """What splitting into k identities multiplies a payoff by.

    Parameters
    ----------
    payoffs : array_like (K,)
        Together, with 1, 2, ..., K identities [currency]; the first > 0.

    Returns
    -------
    array (K,)
        u(k) / u(1); a mechanism is proof against Sybils when none exceeds 1.

    Raises
    ------
    TypeError, ValueError
        For a first payoff that is not > 0, or values missing or infinite.

    Examples
    --------
    >>> identity_gain([6, 8, 9]).round(3).tolist()
    [1.0, 1.333, 1.5]
    """
    u = numbers(payoffs, "payoffs")
    if u.ndim != 1 or not u[0] > 0:
        raise ValueError(f"payoffs must be one row that begins with u(1) > 0, not {u.tolist()}: a ratio needs a base")
    return np.asarray(u / u[0])


def coalition_gain(before: Any, after: Any, members: Iterable[int], *, axis: int = -1) -> Any:
    """What the members of a coalition get more, together.

    Parameters
    ----------
    before, after : array_like
        Payoffs per player without and with the coalition, of one shape [currency].
    members : iterable of int
        Players, each once.
    axis : int
        Players.

    Returns
    -------
    float or array
        [currency]; to be divided among the members, so that a coalition pays when it is > 0.

    Raises
    ------
    TypeError, ValueError
        For shapes that differ, no members, or members who are no players.

    Examples
    --------
    >>> coalition_gain([1, 1, 1], [3, 0, 0], [0, 1])
    1.0
    """
    old, new = numbers(before, "before", axis=axis), numbers(after, "after", axis=axis)
    if old.shape != new.shape:
        raise ValueError(f"before and after must have one shape, not {old.shape} and {new.shape}")
    who = [whole(each, "member", 0, old.shape[-1] - 1) for each in members]
    if not who or len(set(who)) != len(who):
        raise ValueError(f"members must be at least one player, each once, not {who}")
    return plain(np.sum(new[..., who] - old[..., who], axis=-1))
