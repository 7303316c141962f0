r"""Shapley's value where it has a closed form, and what copies of one's data do to it.

* Airport: players need a runway of cost :math:`c_1 \le \dots \le c_n`; each stretch is shared by those who use it,
  :math:`\phi_i = \sum_{k \le i} (c_k - c_{k-1}) / (n - k + 1)`.
* Gloves: l left and r right gloves make min(l, r) pairs.
* Copies: buyers need one of m + 1 identical data sets. Who uploads k copies earns k / (k + m).

References
----------
Littlechild, Owen (1973), "A simple expression for the Shapley value in a special case", Management Science 20.
Agarwal, Dahleh, Sarkar (2019), "A marketplace for data: an algorithmic solution", EC.
"""

from __future__ import annotations

from fractions import Fraction
from math import comb
from typing import Any

import numpy as np
import sympy as sp

from ..allocation.quantities import amounts
from ..mechanism import Declared, Expr, claim, declare, formula, given, sketch

__all__ = ["airport_shares", "glove_values", "replication_attack"]


@declare(
    "reward",
    source="Agarwal, Dahleh, Sarkar (2019), A marketplace for data, EC, section 4 (robustness to replication)",
    V=given("currency", "worth of the data to buyers", 1, "(0, inf)"),
    k=given("1", "copies uploaded", 2, "integer [1, inf)"),
    m=given("1", "other sellers of the same data", 1, "integer [1, inf)"),
    lamda=given("1", "penalty on similar data", 0.5, "[0, inf)", latex=r"\lambda"),
)
def replication_attack(V: Expr, k: Expr, m: Expr, lamda: Expr) -> Declared:
    """A seller uploads k copies of data that m others sell too; Shapley's value pays each copy.

    One copy is enough for the buyers, so the first of the k + m to arrive in an order brings all the worth. When the
    pay of each is multiplied by exp(-lambda) for every copy present besides itself, copying does not pay if lambda is
    large enough; ln 2 always is.
    """
    j, t = sp.Symbol("j", integer=True, positive=True), sp.Symbol("t", positive=True)
    paid = yield formula("paid", V * k / (k + m), "currency", "pay of all copies")
    alone = yield formula("honest", V / (1 + m), "currency", "what one copy is paid")
    gain = yield formula("gain", paid - alone, "currency", "gain from copying")
    yield formula("others", V / (k + m), "currency", "what each other seller is left with")
    yield formula("penalised", paid * sp.exp(-lamda * (k + m - 1)), "currency", "pay with the penalty")
    yield formula(
        "least_penalty",
        sp.Piecewise((sp.log(k * (1 + m) / (k + m)) / (k - 1), k > 1), (m / (1 + m), True)),
        "1",
        "least penalty with which so many copies do not pay; for k = 1 its limit",
    )
    yield claim(
        "arriving first",
        k * V * sp.Integral((1 - t) ** (k + m - 1), (t, 0, 1)),
        paid,
        "at a time drawn from 0 to 1 a copy adds worth if no other has come yet",
    )
    yield claim("honest pay", sp.Subs(paid, k, 1), alone, "one copy")
    yield claim(
        "gain",
        sp.Sum(V * m / ((j + m) * (j + m + 1)), (j, 1, k - 1)),
        gain,
        "each copy adds so much",
        k=(2, 6),
        m=(1, 6),
    )
    yield claim("many copies take all", sp.Limit(paid, k, sp.oo), V, "the others are diluted")
    yield claim(
        "the penalty stops it",
        sp.Subs(k / (k + m) * sp.exp(-lamda * (k - 1)), lamda, sp.log(k * (1 + m) / (k + m)) / (k - 1)),
        1 / (1 + m),
        "k - 1 more penalties for each copy take the gain away",
        k=(2, 6),
        m=(1, 6),
    )
    yield claim(
        "one copy as limit",
        sp.Limit(sp.log(j * (1 + m) / (j + m)) / (j - 1), j, 1),
        m / (1 + m),
        "the slope at one copy",
    )
    yield sketch("paid", over="k", low=1, high=20, m=(1, 3, 10))


def airport_shares(costs: Any) -> Any:
    """Shapley's shares of the cost of a runway that must be long enough for everyone.

    Parameters
    ----------
    costs : array_like, shape (n,)
        Of the runway that each needs, not negative, in any order. Exact when given as Fractions.

    Returns
    -------
    numpy.ndarray, shape (n,)
        Sums to the largest cost.

    Raises
    ------
    ValueError
        For a number outside its domain.

    References
    ----------
    Littlechild, Owen (1973), Management Science 20.

    Examples
    --------
    >>> airport_shares([1, 2, 4]).round(6)
    array([0.333333, 0.833333, 2.833333])
    """
    (cost,) = amounts(costs=costs)
    if cost.ndim != 1 or not cost.size:
        raise ValueError(f"costs are a list with one number for each player, got shape {cost.shape}")
    order = np.argsort(cost, kind="stable")
    ranked = cost[order]
    stretch = np.concatenate([ranked[:1], ranked[1:] - ranked[:-1]])
    shares = np.empty_like(cost)
    shares[order] = np.cumsum(stretch / np.arange(cost.size, 0, -1))
    return shares


def glove_values(left: int, right: int) -> tuple[Fraction, Fraction]:
    """Shapley's value of one left and of one right glove.

    Parameters
    ----------
    left, right : int
        How many there are of each; a pair is worth 1.

    Returns
    -------
    tuple of Fraction
        Of an owner of a left glove, of an owner of a right one; 0 where there is none.

    Raises
    ------
    ValueError
        For negative numbers.

    References
    ----------
    Shapley, L. S. (1959), "The solutions of a symmetric market game".

    Examples
    --------
    >>> glove_values(1, 2)
    (Fraction(2, 3), Fraction(1, 6))
    """
    for name, count in (("left", left), ("right", right)):
        if isinstance(count, bool) or int(count) != count or count < 0:
            raise ValueError(f"{name} = {count} is outside integer [0, inf)")
    return _glove(int(left), int(right)), _glove(int(right), int(left))


def _glove(own: int, other: int) -> Fraction:
    """A glove adds a pair where, of those before it, more are of the other kind than of its own."""
    if own == 0:
        return Fraction(0)
    players, chance = own + other, Fraction(0)
    for before in range(players):
        ways = sum(
            comb(own - 1, mine) * comb(other, before - mine) for mine in range(before // 2 + 1) if 2 * mine < before
        )
        chance += Fraction(ways, comb(players - 1, before))
    return chance / players
