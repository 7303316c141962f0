r"""Shapley's value: what is paid for a contribution that depends on who else is there.

In a game with worth v(S) of every coalition S of n players

.. math:: \phi_i = \sum_{S \not\ni i} \frac{|S|!\,(n - 1 - |S|)!}{n!} \bigl[v(S \cup i) - v(S)\bigr],

i's mean contribution over all orders of arrival. It is the only rule that pays out v(N) - v(empty), pays equals the
same, pays nothing for nothing and is additive in v. The game is an array of 2^n worths; bit i of a place says whether
player i belongs to the coalition, so that place 0 is the empty one, whose worth may be any number.

References
----------
Shapley, L. S. (1953), "A value for n-person games". Castro, Gomez, Tejada (2009), "Polynomial calculation of the
Shapley value based on sampling". Banzhaf, J. F. (1965). Littlechild, Owen (1973), Management Science 20 (airports).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from ..allocation.quantities import amounts
from ..mechanism import Declared, Expr, claim, declare, formula, given, sketch

__all__ = [
    "ShapleyEstimate",
    "banzhaf_values",
    "coalition_worths",
    "core_excess",
    "shapley_of_three",
    "shapley_sampled",
    "shapley_values",
]

_MOST = 24


@declare(
    "reward",
    source="Shapley (1953), A value for n-person games, Contributions to the Theory of Games II",
    a=given("currency", "worth of the first alone", 1, "real"),
    b=given("currency", "worth of the second alone", 2, "real"),
    c=given("currency", "worth of the third alone", 0, "real"),
    ab=given("currency", "worth of the first and second", 5, "real"),
    ac=given("currency", "worth of the first and third", 4, "real"),
    bc=given("currency", "worth of the second and third", 3, "real"),
    abc=given("currency", "worth of all", 9, "real"),
)
def shapley_of_three(a: Expr, b: Expr, c: Expr, ab: Expr, ac: Expr, bc: Expr, abc: Expr) -> Declared:
    """What three players get for what they are worth together: each its mean contribution over all orders of arrival.

    With more players the verb `shapley_values` does the same.
    """
    first = yield formula("first", (2 * a + ab - b + ac - c + 2 * (abc - bc)) / 6, "currency", "what the first gets")
    second = yield formula("second", (2 * b + ab - a + bc - c + 2 * (abc - ac)) / 6, "currency", "what the second gets")
    third = yield formula("third", (2 * c + ac - a + bc - b + 2 * (abc - ab)) / 6, "currency", "what the third gets")
    orders = [a, a, ab - b, abc - bc, ac - c, abc - bc]
    yield claim(
        "mean over orders",
        sp.Mul(sp.Add(*orders, evaluate=False), sp.Rational(1, 6), evaluate=False),
        first,
        "the six orders in which three can arrive",
    )
    yield claim(
        "efficiency", sp.Add(first, second, third, evaluate=False), abc, "all that they are worth together is paid out"
    )
    equal = ((b, bc), (a, ac))
    yield claim("symmetry", sp.Subs(first, *equal), sp.Subs(second, *equal), "equals are paid the same")
    idle = ((a, ab, ac, abc), (0, b, c, bc))
    yield claim("null player", sp.Subs(first, *idle), 0, "who adds nothing gets nothing")
    yield claim(
        "balanced contributions",
        sp.Add(first, -(a + ab - b) / 2, evaluate=False),
        third - (c + bc - b) / 2,
        "what the first gains by the third's presence is what the third gains by the first's (Myerson)",
    )
    yield sketch("first", over="abc", low=0, high=12, bc=(0, 3, 6))


def coalition_worths(players: int, worth: Callable[[tuple[int, ...]], Any]) -> Any:
    """The array of worths of a game that is given as a function of coalitions.

    Parameters
    ----------
    players : int
        At most 24.
    worth : callable
        Of a tuple of players, counted from 0, in rising order.

    Returns
    -------
    numpy.ndarray, shape (2^players,)
        Floats, or Fractions when the function gives some.

    Examples
    --------
    >>> coalition_worths(2, len)
    array([0., 1., 1., 2.])
    """
    if not 1 <= players <= _MOST:
        raise ValueError(f"players = {players} is outside 1 to {_MOST}: sample more with shapley_sampled")
    sets = (tuple(i for i in range(players) if mask >> i & 1) for mask in range(1 << players))
    found = [worth(each) for each in sets]
    holds = np.empty(len(found), dtype=object)
    holds[:] = found
    return amounts("real", worths=holds)[0]


def _game(worths: Any) -> tuple[Any, int]:
    v = amounts("real", worths=worths)[0]
    players = v.size.bit_length() - 1
    if v.ndim != 1 or v.size < 2 or v.size != 1 << players or players > _MOST:
        raise ValueError(f"worths are 2^n numbers, n = 1 to {_MOST}, one for each coalition, got shape {v.shape}")
    return v, players


def _sizes(players: int) -> Any:
    sizes = np.zeros(1, dtype=np.int64)
    for _ in range(players):
        sizes = np.concatenate([sizes, sizes + 1])
    return sizes


def _semivalue(v: Any, players: int, weights: list[Fraction]) -> Any:
    """The sum of contributions, each weighted by the size of the coalition that is joined."""
    exact = v.dtype == object
    weigh = np.array(weights, dtype=object) if exact else np.array([float(w) for w in weights])
    weighted, found = weigh[_sizes(players - 1)], np.empty(players, dtype=v.dtype)
    for i in range(players):
        pairs = v.reshape(-1, 2, 1 << i)  # without and with player i, the others in the order of their own bits
        found[i] = np.sum((pairs[:, 1, :] - pairs[:, 0, :]).ravel() * weighted)
    return found


def shapley_values(worths: Any) -> Any:
    """Shapley's value of a game.

    Parameters
    ----------
    worths : array_like, shape (2^n,)
        Of every coalition, n at most 24; bit i of a place is player i. Exact when given as Fractions.

    Returns
    -------
    numpy.ndarray, shape (n,)
        Sums to the worth of all less that of the empty coalition.

    Raises
    ------
    ValueError
        For worths that are not 2^n finite numbers.

    References
    ----------
    Shapley, L. S. (1953), "A value for n-person games".

    Examples
    --------
    >>> glove = coalition_worths(3, lambda who: float(0 in who and len(who) > 1))
    >>> shapley_values(glove).round(6)
    array([0.666667, 0.166667, 0.166667])
    """
    v, n = _game(worths)
    return _semivalue(v, n, [Fraction(1, n * math.comb(n - 1, size)) for size in range(n)])


def banzhaf_values(worths: Any) -> Any:
    """Banzhaf's value: the mean contribution over all coalitions of others, each as likely.

    Parameters
    ----------
    worths : array_like, shape (2^n,)
        As for `shapley_values`.

    Returns
    -------
    numpy.ndarray, shape (n,)
        Needs not sum to what all are worth.

    Examples
    --------
    >>> banzhaf_values([0, 0, 0, 1])
    array([0.5, 0.5])
    """
    v, n = _game(worths)
    return _semivalue(v, n, [Fraction(1, 1 << (n - 1))] * n)


def core_excess(worths: Any, payments: Any) -> Any:
    """How much the coalition with the strongest complaint is short of what it is worth alone.

    Parameters
    ----------
    worths : array_like, shape (2^n,)
        As for `shapley_values`.
    payments : array_like, shape (n,)
        They must add up to what all are worth.

    Returns
    -------
    float or Fraction
        max over S of v(S) - payments of S; at most 0 exactly when the payments are in the core.

    Raises
    ------
    ValueError
        When the payments do not add up.

    References
    ----------
    Gillies, D. B. (1959), "Solutions to general non-zero-sum games".

    Examples
    --------
    >>> glove = [0, 0, 0, 1, 0, 1, 0, 1]
    >>> float(core_excess(glove, [1, 0, 0])), float(core_excess(glove, [0.5, 0.25, 0.25]))
    (0.0, 0.25)
    """
    if amounts("real", payments=payments)[0].ndim != 1:
        raise ValueError(f"payments are a list with one number for each player, got {payments!r:.60}")
    together = amounts("real", worths=np.concatenate([np.asarray(worths, object), np.asarray(payments, object)]))[0]
    v, n = _game(together[: np.asarray(worths).size])
    paid = together[v.size :]
    if paid.shape != (n,):
        raise ValueError(f"payments need one number for each of the {n} players, got {paid.size}")
    sums = v[:1] * 0
    for each in paid:
        sums = np.concatenate([sums, sums + each])
    v = v - v[0]
    if abs(sums[-1] - v[-1]) > (0 if v.dtype == object else 1e-9 * max(np.max(np.abs(v)), np.max(np.abs(sums)))):
        raise ValueError(f"payments add up to {sums[-1]}, all players are worth {v[-1]}: pay out exactly that")
    if n == 1:
        return v[0]
    return np.max((v - sums)[1:-1])


@dataclass(frozen=True, slots=True, eq=False)
class ShapleyEstimate:
    """Sampled Shapley values.

    Parameters
    ----------
    values : numpy.ndarray, shape (n,)
    errors : numpy.ndarray, shape (n,)
        Standard errors of the values.
    orders : int
        Orders of arrival drawn.
    """

    values: Any
    errors: Any
    orders: int


def shapley_sampled(
    players: int, worth: Callable[[tuple[int, ...]], float], *, orders: int = 1000, rng: Any = None
) -> ShapleyEstimate:
    """Shapley's value from random orders of arrival.

    Parameters
    ----------
    players : int
    worth : callable
        Of a tuple of players, counted from 0, in rising order.
    orders : int
        How many, at least 2. They are drawn in pairs of an order and its reverse, which takes variance out.
    rng : seed or numpy.random.Generator

    Returns
    -------
    ShapleyEstimate
        The values sum to worth of all less worth of nobody, up to rounding.

    Raises
    ------
    ValueError
        For no players, fewer than 4 orders or an odd number of them.

    References
    ----------
    Castro, Gomez, Tejada (2009), Computers and Operations Research 36. Mitchell, Cooper, Frank, Holmes (2022), JMLR 23
    (antithetic orders).

    Examples
    --------
    >>> found = shapley_sampled(30, lambda who: float(len(who)) ** 2, orders=200, rng=1)
    >>> float(found.values.sum().round(6)), bool(abs(found.values - 30).max() < 5 * found.errors.max() + 1e-9)
    (900.0, True)
    """
    if players < 1:
        raise ValueError(f"players = {players} is below 1")
    if orders < 4 or orders % 2:
        raise ValueError(f"orders = {orders}: draw an even number, at least 4, for the standard error")
    rng = np.random.default_rng(rng)
    pairs = np.empty((orders // 2, players))
    nobody = float(worth(()))
    for row in pairs:
        order = rng.permutation(players)
        row[:] = (_contributions(order, worth, nobody) + _contributions(order[::-1], worth, nobody)) / 2
    errors = pairs.std(axis=0, ddof=1) / math.sqrt(len(pairs))
    return ShapleyEstimate(pairs.mean(axis=0), errors, orders)


def _contributions(order: Any, worth: Callable[[tuple[int, ...]], float], nobody: float) -> Any:
    found, before, present = np.empty(len(order)), nobody, []
    for player in order.tolist():
        present.append(player)
        after = float(worth(tuple(sorted(present))))
        found[player], before = after - before, after
    if not np.all(np.isfinite(found)):
        raise ValueError("a coalition's worth is not a finite number")
    return found
