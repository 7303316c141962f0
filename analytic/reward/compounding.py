r"""Compounding stake: who is drawn by stake is paid in stake, so that shares wander and settle, as in Polya's urn.

Of the stake :math:`S_0` one holds the share f; each round one unit of stake is drawn and its owner gets R more. With
:math:`S_t = S_0 + t R` the share is a martingale, and after T rounds the number of wins has the beta-binomial law

.. math::

    P(k) = \binom{T}{k} \frac{B(a + k,\, b + T - k)}{B(a, b)}, \qquad
    a = \frac{f S_0}{R}, \quad b = \frac{(1 - f) S_0}{R},

the share has variance :math:`f (1 - f)\, T R^2 / ((S_0 + R)(S_0 + T R))`, and its limit is Beta(a, b).

References
----------
Rosu, Saleh (2021), "Evolution of shares in a proof-of-stake cryptocurrency", Management Science 67.
Fanti, Kogan, Oh, Ruan, Viswanath, Wang (2019), "Compounding of wealth in proof-of-stake cryptocurrencies", FC.
Eggenberger, Polya (1923).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from ..allocation.quantities import amounts
from ..mechanism import Declared, Expr, claim, declare, formula, given, sketch

__all__ = ["compounding_stake", "wins_law"]


@declare(
    "reward",
    source="Rosu, Saleh (2021), Management Science 67:661; Fanti et al. (2019), FC; Eggenberger, Polya (1923)",
    S=given("token", "stake of all at the start", 100, "(0, inf)"),
    R=given("token", "reward of a round", 1, "(0, inf)"),
    f=given("1", "own share at the start", 0.1, "(0, 1)"),
    T=given("round", "rounds", 4000, "integer [0, inf)"),
)
def compounding_stake(S: Expr, R: Expr, f: Expr, T: Expr) -> Declared:
    """A reward per round to one who is drawn by stake, staked again.

    The expected share stays what it was: the rich do not get richer on average. But shares spread, the more the larger
    the rewards are against the stake at the start, and settle on a Beta law.
    """
    t, z = sp.Symbol("t", integer=True, nonnegative=True), sp.Symbol("z", positive=True)
    mean = yield formula("mean", f, "1", "mean share after T rounds")
    spread = yield formula(
        "variance", f * (1 - f) * T * R**2 / ((S + R) * (S + T * R)), "1", "variance of the share after T rounds"
    )
    limit = yield formula("variance_limit", f * (1 - f) * R / (S + R), "1", "variance of the share in the long run")
    a = yield formula("a", f * S / R, "1", "first parameter of the Beta law in the long run")
    b = yield formula("b", (1 - f) * S / R, "1", "second parameter")
    keeps = yield formula(
        "unequal_share", sp.sqrt(limit) / f, "1", "standard deviation against the mean, in the long run"
    )
    total = S + t * R
    yield claim(
        "the share is a martingale",
        z * (z * total + R) / (total + R) + (1 - z) * z * total / (total + R),
        z,
        "drawn with probability z it gains R, else it is diluted",
        S=(1, 9), R=(1, 9),
    )  # fmt: skip
    before = f * (1 - f) * t * R**2 / ((S + R) * (S + t * R))
    yield claim(
        "variance, one round on",
        before + (R / (total + R)) ** 2 * (f - f**2 - before),
        sp.Subs(before, t, t + 1),
        "a draw adds (R/S_t+1)^2 times the mean of z (1 - z), which is f - f^2 less the variance so far",
    )
    yield claim("no round", sp.Subs(spread, T, 0), 0, "where the recursion starts")
    yield claim("in the long run", sp.Limit(spread, T, sp.oo), limit, "all rounds")
    yield claim("mean of the Beta law", a / (a + b), mean, "its first moment")
    yield claim("variance of the Beta law", a * b / ((a + b) ** 2 * (a + b + 1)), limit, "its second moment")
    yield claim(
        "spread against the mean", sp.Derivative(keeps**2, f), -R / ((S + R) * f**2), "the small are spread more"
    )
    yield sketch("variance", over="T", low=1, high=1000, R=(0.5, 1, 2))


def wins_law(rounds: int, *, stake: Any, reward: Any, share: Any) -> Any:
    """The law of how often one is drawn in so many rounds.

    Parameters
    ----------
    rounds : int
        T, not negative.
    stake, reward : number
        Of all at the start, positive; of a round, not negative (0 keeps shares as they are). Exact when Fractions are
        given.
    share : number
        One's own at the start, from 0 to 1.

    Returns
    -------
    numpy.ndarray, shape (T + 1,)
        The chance of k wins; the share is then (f S_0 + k R)/(S_0 + T R).

    Raises
    ------
    ValueError
        For a number outside its domain.

    References
    ----------
    Eggenberger, Polya (1923).

    Examples
    --------
    >>> wins_law(2, stake=2, reward=1, share=0.5).round(6)
    array([0.333333, 0.333333, 0.333333])
    """
    if isinstance(rounds, bool) or int(rounds) != rounds or rounds < 0:
        raise ValueError(f"rounds = {rounds} is outside integer [0, inf)")
    T = int(rounds)
    S, R, f = (each[()] for each in amounts(stake=stake, reward=reward, share=share))
    if S <= 0:
        raise ValueError(f"stake = {S} is outside (0, inf)")
    if f > 1:
        raise ValueError(f"share = {f} is outside [0, 1]")
    exact = isinstance(f, Fraction)
    mine, others = f * S, (1 - f) * S
    law = np.zeros(T + 1, dtype=object if exact else float) * f
    if mine == 0 or others == 0:
        law[0 if mine == 0 else T] = f * 0 + 1
        return law
    k = np.arange(T, dtype=object if exact else float)
    up, down = (T - k) * (mine + k * R), (k + 1) * (others + (T - 1 - k) * R)  # P(k + 1) / P(k) is their ratio
    if exact:
        law[:] = np.cumprod(np.concatenate([np.array([Fraction(1)]), up / down]))
    else:
        logs = np.concatenate([[0.0], np.cumsum(np.log(up) - np.log(down))])
        law[:] = np.exp(logs - np.max(logs))
    return law / np.sum(law)
