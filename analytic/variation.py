r"""The shape of a curve that is least volatile between two given prices, by the Euler-Lagrange equation.

Use moves supply over [S0, S1] with density w(S). Among curves P with P(S0) = p0 and P(S1) = p1, which minimises

.. math:: \int_{S_0}^{S_1} w(S) \, \ell(P')\,dS ?

=============  ==================================  ============================  ==============================
volatility     functional                          P' is                         for uniform use
=============  ==================================  ============================  ==============================
"absolute"     :math:`\int w\,P'^2`                :math:`c / w`                 linear
"log"          :math:`\int w\,(P'/P)^2`            :math:`c\,P / w`              exponential
=============  ==================================  ============================  ==============================

Both are convex (in P, in log P), so the solution of the Euler-Lagrange equation is the minimum.

References
----------
Gelfand, Fomin (1963), Calculus of Variations, chapter 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import sympy as sp

from .checking import Ranges
from .derivation import Derivation, prove

__all__ = ["Shape", "least_volatile"]

Volatility = Literal["absolute", "log"]


@dataclass(frozen=True, slots=True)
class Shape:
    """The least volatile curve.

    Parameters
    ----------
    price : sympy.Expr
        In the supply.
    volatility : sympy.Expr
        The least value of the functional.
    derivation : Derivation
        Each step checked.
    """

    price: sp.Expr
    volatility: sp.Expr
    derivation: Derivation


def least_volatile(
    S: sp.Symbol,
    ends: tuple[tuple[sp.Expr, sp.Expr], tuple[sp.Expr, sp.Expr]],
    *,
    use: sp.Expr = sp.S.One,
    volatility: Volatility = "absolute",
    ranges: Ranges | None = None,
) -> Shape:
    """The curve of least volatility through two points, for a given use of supply.

    Parameters
    ----------
    S : sympy.Symbol
        The supply.
    ends : ((S0, p0), (S1, p1))
        Supply and price at both ends; S0 < S1, prices positive for "log".
    use : sympy.Expr
        How often supply is near S: a positive density on [S0, S1], up to a factor.
    volatility : {"absolute", "log"}
        Of the price, or of its logarithm.
    ranges : mapping from symbol to (low, high), optional
        Where symbols lie, for the checks; S lies between its ends.

    Returns
    -------
    Shape

    Raises
    ------
    ValueError
        When 1/use has no antiderivative in closed form, or the ends do not make sense.

    Examples
    --------
    >>> S = sp.Symbol("S", nonnegative=True)
    >>> least_volatile(S, ((0, 1), (1, 4))).price
    3*S + 1
    >>> least_volatile(S, ((0, 1), (1, 4)), volatility="log").price
    4**S
    """
    (start, first), (stop, last) = (tuple(sp.sympify(each, strict=True) for each in end) for end in ends)
    use = sp.sympify(use, strict=True)
    _check(start, first, stop, last, use, volatility)
    t = sp.Dummy("t", real=True)
    slowness = (1 / use).subs(S, t)
    done = sp.integrate(slowness, (t, start, S))
    if done.has(sp.Integral):
        raise ValueError(f"1/({use}) has no antiderivative in closed form: integrate it numerically")
    done = done.rewrite(sp.erfi) if done.has(sp.erf) else done  # a root of minus one only looks complex
    total = done.subs(S, stop)
    if done.has(sp.oo, sp.zoo, sp.nan) or total.has(sp.oo, sp.zoo, sp.nan) or total.is_positive is False:
        raise ValueError(
            f"the use of supply {use} must be positive on [{start}, {stop}]: its inverse adds up to {total}"
        )
    share = sp.factor(done / total)
    if volatility == "absolute":
        low, high, price = first, last, first + (last - first) * share
    else:
        low, high, price = sp.log(first), sp.log(last), first * (last / first) ** share
    price = sp.expand(price) if price.is_polynomial(S) else price
    least = (high - low) ** 2 / total
    steps = _derivation(S, (start, first), (stop, last), use, volatility, price, least, ranges)
    return Shape(price, least, steps)


def _check(start: sp.Expr, first: sp.Expr, stop: sp.Expr, last: sp.Expr, use: sp.Expr, volatility: str) -> None:
    if volatility not in ("absolute", "log"):
        raise ValueError(f"volatility is 'absolute' or 'log', not {volatility!r}")
    if (stop - start).is_nonpositive:
        raise ValueError(f"supply runs from {start} to {stop}: give the smaller end first")
    if volatility == "log" and (first.is_nonpositive or last.is_nonpositive):
        raise ValueError(f"log volatility needs positive prices, got {first} and {last}")
    if use.is_nonpositive:
        raise ValueError(f"the use of supply is a positive density, got {use}")


def _derivation(S, begin, end, use, volatility, price, least, ranges):  # type: ignore[no-untyped-def]
    """Euler-Lagrange, both ends, and that any bend costs more."""
    where = {S: (float(begin[0]), float(end[0]))} if begin[0].is_number and end[0].is_number else {}
    where |= dict(ranges or {})
    shape = price if volatility == "absolute" else sp.log(price)
    slope = sp.diff(shape, S)
    name = "P'" if volatility == "absolute" else "(log P)'"
    return Derivation(
        f"Least {volatility} volatility between two prices",
        (
            prove("Euler-Lagrange", sp.Derivative(use * slope, S), sp.S.Zero, f"w {name} is constant", ranges=where),
            prove("first price", price.subs(S, begin[0]), begin[1], "the curve begins there", ranges=where,
                  shown=sp.Eq(sp.Function("P")(begin[0]), begin[1], evaluate=False)),
            prove("last price", price.subs(S, end[0]), end[1], "and ends there", ranges=where,
                  shown=sp.Eq(sp.Function("P")(end[0]), end[1], evaluate=False)),
            prove("least volatility", use * slope * (shape.subs(S, end[0]) - shape.subs(S, begin[0])), least,
                  f"as w {name} is constant, the integral is w {name} times the rise", ranges=where),
            prove("convex", use, 0, "bends upwards in the slope: the minimum", relation=">", ranges=where),
        ),
    )  # fmt: skip
