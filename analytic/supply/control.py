r"""Supply under control: a proportional-integral rule, and the bang-bang rule that Livepeer uses.

Proportional-integral: the state is the deviation x of what is measured from its target,

.. math:: x_{t+1} = x_t - g\,u_t, \qquad u_t = K_p x_t + K_i \sum_{s \le t} x_s .

With a = g K_p and b = g K_i the characteristic polynomial is :math:`z^2 + (a + b - 2) z + (1 - a)`. Both roots lie
inside the unit circle when Jury's conditions hold: b > 0, a > 0 and 2 a + b < 4 (then a < 2).

References
----------
Jury (1964), Theory and Application of the z-Transform Method. RAI: Reflexer Labs (2020), whitepaper.
Livepeer protocol, contracts/token/Minter.sol, setInflation.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy as sp

from ..domain import Domain
from ..mechanism import Declared, Expr, claim, declare, formula, given, sketch

__all__ = ["bang_bang", "inflation_path", "pi_path", "pi_rule", "pi_stable"]


@declare(
    "supply",
    source="Jury (1964), Theory and Application of the z-Transform Method; cf. Reflexer (2020), RAI whitepaper",
    g=given("1", "response of what is measured", 1, "(0, inf)"),
    K_p=given("1", "proportional gain", 0.5, "real", latex="K_p"),
    K_i=given("1", "integral gain", 0.1, "real", latex="K_i"),
)
def pi_rule(g: Expr, K_p: Expr, K_i: Expr) -> Declared:
    """A proportional-integral supply rule: stable where three numbers, Jury's conditions, are positive."""
    z, a, b = sp.Symbol("z"), g * K_p, g * K_i
    # State (x, sum of x before): x' = (1 - a - b) x - b sum, sum' = sum + x.
    matrix = sp.Matrix([[1 - a - b, -b], [1, 1]])
    trace, area = 2 - a - b, 1 - a
    at_one = yield formula("jury_one", g * K_i, "1", "polynomial at 1")
    at_minus = yield formula("jury_minus_one", 4 - 2 * g * K_p - g * K_i, "1", "polynomial at -1")
    inner = yield formula("jury_product", g * K_p, "1", "1 less the product of the roots")
    root = yield formula("discriminant", (a + b) ** 2 - 4 * b, "1", "negative where the way back oscillates")
    polynomial = z**2 - trace * z + area
    yield claim("characteristic polynomial", (z * sp.eye(2) - matrix).det(), polynomial, "of the two states")
    yield claim("at 1", sp.Subs(polynomial, z, 1), at_one, "first condition")
    yield claim("at -1", sp.Subs(polynomial, z, -1), at_minus, "second condition")
    one, other = ((trace + sign * sp.sqrt(trace**2 - 4 * area)) / 2 for sign in (1, -1))
    yield claim("product of the roots", 1 - one * other, inner, "third condition")
    yield claim("discriminant", (one - other) ** 2, root, "the roots' distance squared")
    yield sketch("jury_minus_one", over="K_p", low=0, high=2.5, K_i=(0.1, 1, 2))


@declare(
    "supply",
    source="Livepeer protocol (2018), contracts/token/Minter.sol, setInflation and currentMintableTokens",
    i=given("1/round", "inflation of a round", 0.0002185, "[0, inf)"),
    d=given("1/round", "step of the inflation", 5e-7, "[0, inf)"),
    n=given("round", "rounds below the target", 100, "integer [0, inf)"),
    m=given("round", "rounds above it, afterwards", 0, "integer [0, inf)"),
    Y=given("round/year", "rounds of a year", 456.5625, "(0, inf)"),
)
def bang_bang(i: Expr, d: Expr, n: Expr, m: Expr, Y: Expr) -> Declared:
    """Inflation rises by a step while too little is staked and falls by one while too much is: an integral rule."""
    j = sp.Symbol("j", integer=True, nonnegative=True)
    after = yield formula("inflation", sp.Max(0, i + d * n - d * m), "1/round", "inflation afterwards")
    year = yield formula("annual", (1 + i) ** Y - 1, "1/year", "inflation of a year at this rate")
    rise = {"i": (1, 2), "d": (0.1, 0.2), "n": (3, 4), "m": (0, 1)}
    yield claim("steps add up", i + sp.Sum(d, (j, 1, n)) - sp.Sum(d, (j, 1, m)), after, "one a round", **rise)
    yield claim("there and back", sp.Subs(after, m, n), i, "as many rounds above as below")
    yield claim("compounding", sp.Subs(sp.Derivative(year, i), i, 0), Y, "small rates add up")
    yield claim("growth of a round", sp.Derivative(sp.log(1 + year), Y), sp.log(1 + i), "rounds multiply")
    yield sketch("inflation", over="n", low=0, high=1000, m=(0, 200, 400))


def pi_stable(g: Any, K_p: Any, K_i: Any) -> Any:
    """Whether the proportional-integral rule brings every deviation back to 0.

    Parameters
    ----------
    g : float or array_like
        Response, positive.
    K_p, K_i : float or array_like
        Gains.

    Returns
    -------
    numpy.ndarray of bool
        False on the boundary, where deviations neither grow nor vanish.

    Raises
    ------
    ValueError
        For a number outside its domain.

    References
    ----------
    Jury (1964), Theory and Application of the z-Transform Method.

    Examples
    --------
    >>> pi_stable(1, [0.5, 1.0], [0.1, 2.1])
    array([ True, False])
    """
    given = {"g": g, "K_p": K_p, "K_i": K_i}
    conditions = [pi_rule[name](**given) > 0 for name in ("jury_one", "jury_minus_one", "jury_product")]
    return np.asarray(conditions[0] & conditions[1] & conditions[2])


def pi_path(x0: float, steps: int, *, g: float, K_p: float, K_i: float) -> Any:
    """Deviations from the target under the proportional-integral rule, the first one included.

    Parameters
    ----------
    x0 : float
        First deviation.
    steps : int
        Steps after it, not negative.
    g, K_p, K_i : float
        Response (positive) and gains.

    Returns
    -------
    numpy.ndarray
        Of steps + 1 deviations.

    Raises
    ------
    ValueError
        For a number outside its domain, or a path that leaves the floats.

    Examples
    --------
    >>> pi_path(1, 3, g=1, K_p=0.5, K_i=0.1).round(4).tolist()
    [1.0, 0.4, 0.06, -0.116]
    """
    real = Domain.of("real")
    x, K_p, K_i = (float(real.check(*each)) for each in (("x0", x0), ("K_p", K_p), ("K_i", K_i)))
    g = float(Domain.of("(0, inf)").check("g", g))
    count = int(Domain.of("integer [0, inf)").check("steps", steps))
    path, total = [x], 0.0
    for _ in range(count):
        total += x
        x -= g * (K_p * x + K_i * total)
        path.append(x)
    if not np.all(np.isfinite(path)):
        raise ValueError(f"the deviation is no finite number after {count} steps: take fewer, or stable gains")
    return np.array(path)


def inflation_path(initial: int, bonded: Any, *, change: int, target: float) -> Any:
    """Livepeer's inflation, round by round, in whole parts (1e-9 on its chain).

    Parameters
    ----------
    initial : int
        Inflation at the start, in parts, not negative.
    bonded : array_like
        The share bonded in each round, in [0, 1].
    change : int
        Step in parts, not negative.
    target : float
        The share aimed at, in [0, 1]; at it nothing changes.

    Returns
    -------
    numpy.ndarray of int
        The start and the inflation after each round, never below 0.

    Raises
    ------
    ValueError
        For a number outside its domain.

    References
    ----------
    Livepeer protocol, contracts/token/Minter.sol, setInflation.

    Examples
    --------
    >>> inflation_path(1000, [0.4, 0.6, 0.6, 0.6, 0.5], change=500, target=0.5).tolist()
    [1000, 1500, 1000, 500, 0, 0]
    """
    whole, share = Domain.of("integer [0, inf)"), Domain.of("[0, 1]")
    rate, step = int(whole.check("initial", initial)), int(whole.check("change", change))
    aim, seen = float(share.check("target", target)), np.atleast_1d(share.check("bonded", bonded))
    path = [rate]
    for each in seen:
        rate = max(0, rate + step * (int(each < aim) - int(each > aim)))
        path.append(rate)
    return np.array(path)
