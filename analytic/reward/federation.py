r"""Federated learning of a mean: who gains from joining, and what privacy does to it.

Participant j has :math:`n_j` samples of noise :math:`\mu_e` and a mean of its own; these means have variance
:math:`\sigma^2`. Alone its mean square error is :math:`\mu_e / n_j`. The federation averages all N samples,

.. math:: \frac{\mu_e}{N} + \sigma^2\,\frac{\sum_{i \ne j} n_i^2 + (N - n_j)^2}{N^2}.

With equal n it is the better exactly when :math:`n < \mu_e / \sigma^2`. Noise of variance :math:`\nu` that each adds to
the mean it sends for privacy counts like samples lost, and a cost q of joining (in units of error) like heterogeneity.

References
----------
Donahue, Kleinberg (2021), "Model-sharing games: analyzing federated learning under voluntary participation", AAAI.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy as sp

from ..allocation.quantities import amounts
from ..mechanism import Declared, Expr, claim, condition, declare, formula, given, sketch

__all__ = ["equal_federation", "federated_errors", "federated_mean"]

_SOURCE = "Donahue, Kleinberg (2021), Model-sharing games, AAAI, arXiv 2010.00753"


@declare(
    "reward",
    source=_SOURCE,
    n=given("1", "own samples", 10, "(0, inf)"),
    N=given("1", "samples of all", 35, "(0, inf)"),
    Q=given("1", "sum of the squares of the others' samples", 425),
    mu=given("1", "variance of one sample around its participant's mean", 10, latex=r"\mu_e"),
    sigma2=given("1", "variance of the participants' means", 0.3, latex=r"\sigma^2"),
    nu=given("1", "variance of the noise that each adds for privacy", 0, "[0, inf)", latex=r"\nu"),
)
def federated_mean(n: Expr, N: Expr, Q: Expr, mu: Expr, sigma2: Expr, nu: Expr) -> Declared:
    """A participant's mean square error with the average of a federation, and alone.

    More samples take out noise; the others' means, which are not one's own, add to the error.
    """
    yield condition(sp.Ge(N, n), "own samples are among those of all")
    yield condition(sp.Le(Q, (N - n) ** 2), "the sum of the others' squares is at most the square of their sum")
    x, y = sp.Symbol("x", positive=True), sp.Symbol("y", positive=True)
    joined = yield formula(
        "joined", mu / N + sigma2 * (Q + (N - n) ** 2) / N**2 + nu * (Q + n**2) / N**2, "1", "error with the federation"
    )
    alone = yield formula("alone", mu / n, "1", "error alone")
    yield formula("gain", alone - joined, "1", "error that joining saves")
    pair = ((n, N, Q), (x, x + y, y**2))
    mine, theirs = x / (x + y), y / (x + y)
    yield claim(
        "two participants",
        mine**2 * mu / x
        + theirs**2 * mu / y
        + (mine - 1) ** 2 * sigma2
        + theirs**2 * sigma2
        + (mine**2 + theirs**2) * nu,
        sp.Subs(joined, *pair),
        "noise of both samples, distance to both means, noise for privacy, each with its weight squared",
    )
    yield claim(
        "alone in the federation", sp.Subs(joined - nu, (N, Q), (n, 0)), alone, "only the privacy noise is added"
    )
    yield claim(
        "weight on oneself",
        sp.Subs(sp.Derivative(mu * (x**2 / n + (1 - x) ** 2 / y) + 2 * (1 - x) ** 2 * sigma2, x), x, 1),
        2 * mu / n,
        "with two, a little weight on the other always lowers the error: fine-tuning never hurts",
    )
    yield sketch("joined", over="n", low=1, high=14, sigma2=(0.1, 0.3, 1))


@declare(
    "reward",
    source=_SOURCE,
    n=given("1", "samples of each", 20, "(0, inf)"),
    M=given("1", "participants", 5, "integer [2, inf)"),
    mu=given("1", "variance of one sample around its participant's mean", 10, "(0, inf)", latex=r"\mu_e"),
    sigma2=given("1", "variance of the participants' means", 0.3, "(0, inf)", latex=r"\sigma^2"),
    nu=given("1", "variance of the noise that each adds for privacy", 0, latex=r"\nu"),
    q=given("1", "cost of joining to privacy, in units of error", 0),
)
def equal_federation(n: Expr, M: Expr, mu: Expr, sigma2: Expr, nu: Expr, q: Expr) -> Declared:
    """A federation of participants with equally many samples: stable while these are few.

    Who has few samples gains more from the others' than it loses by their difference. The bound is mu / sigma^2 samples
    without privacy, whatever the number of participants; with it small federations suffer most.
    """
    joined = yield formula("joined", mu / (M * n) + sigma2 * (M - 1) / M + nu / M, "1", "error with the federation")
    alone = yield formula("alone", mu / n, "1", "error alone")
    gain = yield formula("gain", alone - joined - q, "1", "what joining brings")
    bound = yield formula(
        "bound", mu * (M - 1) / (sigma2 * (M - 1) + nu + q * M), "1", "samples up to which joining pays"
    )
    grand = yield formula("bound_without_privacy", mu / sigma2, "1", "the same, without noise and cost")
    least = (mu / n - sigma2 + nu) / (mu / n - sigma2 - q)
    yield formula(
        "least_size",
        sp.Piecewise((least, mu / n > sigma2 + q), (sp.oo, True)),
        "1",
        "participants from whom on it pays",
    )
    i = sp.Symbol("i", integer=True)
    weight = 1 / M
    yield claim(
        "error with the federation",
        sp.Sum(weight**2 * (mu / n + nu), (i, 1, M))
        + sp.Sum(weight**2 * sigma2, (i, 2, M))
        + (1 - weight) ** 2 * sigma2,
        joined,
        "each one's noise, the others' means and the distance of one's own, with equal weights",
        M=(2, 9),
    )
    yield claim("bound", sp.Subs(gain, n, bound), 0, "joining brings nothing")
    yield claim("bound without privacy", sp.Subs(bound, (nu, q), (0, 0)), grand, "whatever the number of participants")
    yield claim(
        "the gain falls with samples", sp.Derivative(gain, n), -mu * (M - 1) / (M * n**2), "so the bound is one"
    )
    yield claim(
        "least size",
        sp.Subs(gain, M, least),
        0,
        "the noise for privacy is shared by so many",
        n=(1, 2),
        mu=(40, 60),
        sigma2=(1, 3),
        q=(0.5, 1),
    )
    yield sketch("gain", over="n", low=5, high=60, sigma2=(0.2, 0.3, 0.5))


def federated_errors(samples: Any, *, noise: Any, spread: Any, privacy: Any = 0) -> Any:
    """Every participant's mean square error with the federation's average.

    Parameters
    ----------
    samples : array_like, shape (n,)
        Of each, positive. Exact when given as Fractions.
    noise : number
        Variance of one sample around its participant's mean.
    spread : number
        Variance of the participants' means.
    privacy : number
        Variance of the noise that each adds to what it sends.

    Returns
    -------
    numpy.ndarray, shape (n,)
        Alone it would be noise / samples.

    Raises
    ------
    ValueError
        For a number outside its domain.

    References
    ----------
    Donahue, Kleinberg (2021), AAAI, arXiv 2010.00753.

    Examples
    --------
    >>> federated_errors([5, 10, 20], noise=10, spread=0.3).round(4)
    array([0.6286, 0.5429, 0.3714])
    """
    n, mu, s2, nu = amounts(samples=samples, noise=noise, spread=spread, privacy=privacy)
    if n.ndim != 1 or not n.size or not np.all(n > 0):
        raise ValueError(f"samples are a list with one positive number for each participant, got {samples!r:.60}")
    whole = np.sum(n)
    weights = n / whole
    squares = np.sum(weights * weights)
    return mu / whole + s2 * (squares - weights * weights + (1 - weights) ** 2) + nu * squares
