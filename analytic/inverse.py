r"""Tokens for a spend: the solution q >= 0 of increment(S, q) = E.

Closed forms are looked for where they are found surely and quickly, and taken only when they pass their test
(put back into the increment at exact rational points they give E, and q = 0 at E = 0):

* an increment that is a ratio of polynomials of degree at most two in q;
* a reserve in which S stands once, which is unwound from the outside in: q = R^{-1}(R(S) + E) - S.

Otherwise the root is bracketed: q lies in [0, the room of the supply], the increment grows with slope P(S +
q), and Newton steps that leave the bracket are replaced by bisection. All elements of an array are solved at
once.

References
----------
Press et al. (2007), Numerical Recipes, 3rd ed., section 9.4 (rtsafe).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import sympy as sp

from analytic.integral import Bounds, Increment, is_rational, sample_points

__all__ = ["bracketed_root", "closed_inverse"]

_ROUNDS = 300


def closed_inverse(
    reserve: sp.Expr, increment: sp.Expr, symbols: tuple[sp.Symbol, sp.Symbol, sp.Symbol], supply: Bounds
) -> sp.Expr | None:
    """The quantity as an expression in S and E, or None when no candidate passes the test.

    Parameters
    ----------
    reserve : sympy.Expr
        In S.
    increment : sympy.Expr
        In S and q.
    symbols : triple of sympy.Symbol
        S, q and E.
    supply : pair of sympy.Expr

    Returns
    -------
    sympy.Expr or None

    Examples
    --------
    >>> S, q, E = sp.symbols("S q E", nonnegative=True)
    >>> closed_inverse(S**3, (S + q) ** 3 - S**3, (S, q, E), (sp.S.Zero, sp.oo))
    -S + (E + S**3)**(1/3)
    """
    S, q, E = symbols
    for candidate in [*_roots(increment, q, E), *_unwound(reserve, S, E)]:
        if _inverts(candidate, increment, symbols, supply):
            return candidate
    return None


def _roots(increment: sp.Expr, q: sp.Symbol, E: sp.Symbol) -> list[sp.Expr]:
    if not is_rational(increment, q):
        return []
    numerator = sp.Poly(sp.fraction(sp.together(increment - E))[0], q)
    if numerator.degree() == 1:
        slope, constant = numerator.all_coeffs()
        return [sp.factor(-constant / slope)]
    if numerator.degree() == 2:
        a, b, c = numerator.all_coeffs()
        root = sp.sqrt(sp.factor(b**2 - 4 * a * c))
        return [-2 * c / (b + sign * root) for sign in (1, -1)]  # q as c over the larger term: no cancellation
    return []


def _unwound(reserve: sp.Expr, S: sp.Symbol, E: sp.Symbol) -> list[sp.Expr]:
    """Invert a reserve in which S stands once: strip one operation after another off R(T) = R(S) + E."""
    inner, level = reserve, reserve + E
    while inner != S:
        inside = [part for part in inner.args if part.has(S)]
        if len(inside) != 1:
            return []
        rest = [part for part in inner.args if part is not inside[0]]
        if inner.is_Add:
            level = level - sp.Add(*rest)
        elif inner.is_Mul:
            level = level / sp.Mul(*rest)
        elif isinstance(inner, sp.exp):
            level = sp.log(level)
        elif isinstance(inner, sp.log):
            level = sp.exp(level)
        elif inner.is_Pow and inside[0] == inner.base:
            level = level ** (1 / inner.exp)
        elif inner.is_Pow:
            level = sp.log(level) / sp.log(inner.base)
        else:
            return []
        inner = inside[0]
    return [level - S]


def _inverts(
    candidate: sp.Expr,
    increment: sp.Expr,
    symbols: tuple[sp.Symbol, sp.Symbol, sp.Symbol],
    supply: Bounds,
) -> bool:
    S, q, E = symbols
    if candidate.has(sp.nan, sp.zoo):
        return False
    for point in sample_points(increment, S, supply, others={q: sp.S.Zero}):
        room = sp.Integer(3) if supply[1] is sp.oo else (supply[1].xreplace(point) - point[S]) / 2
        spend = sp.N(increment.xreplace({**point, q: room}), 50)
        for amount, wanted in ((spend, room), (sp.S.Zero, sp.S.Zero)):
            error = sp.N(candidate.xreplace({**point, E: amount}) - wanted, 30)
            if not error.is_number or not error.is_real or abs(error) > sp.Float("1e-20") * (1 + abs(room)):
                return False
    return True


def bracketed_root(
    increment: Increment, spot: Callable[..., Any], S: Any, spend: Any, room: Any, guess: Any = None
) -> Any:
    """Solve increment(S, q) = spend for every element.

    Parameters
    ----------
    increment : callable
        Function of arrays (S, q), growing in q, 0 at q = 0.
    spot : callable
        The price, its slope.
    S, spend : array
        Of one shape.
    room : array
        Upper ends for q; infinite where the supply has no bound.
    guess : array, optional
        A first q, such as a closed form that has lost digits.

    Returns
    -------
    array

    Raises
    ------
    ValueError
        When no q within the room costs as much.
    """
    low, high = np.zeros_like(spend), _upper_ends(increment, spot, S, spend, room)
    q = np.clip(high / 2 if guess is None else guess, low, high)
    for _ in range(_ROUNDS):
        gap = increment(S, q) - spend
        low, high = np.where(gap <= 0, q, low), np.where(gap >= 0, q, high)
        with np.errstate(all="ignore"):
            step = q - gap / spot(S + q)
        inside = (step >= low) & (step <= high)
        following = np.where(inside, step, (low + high) / 2)
        moved = np.abs(following - q) > 4e-16 * np.abs(following)
        q = following
        if not np.any(moved & (gap != 0)):
            return np.where(spend == 0, 0.0, q)
    unsettled = np.abs(increment(S, q) - spend) > 1e-10 * spend
    if np.any(unsettled):
        place = int(np.argmax(unsettled))
        raise ValueError(f"no root found for spend = {spend.flat[place]:g} at S = {S.flat[place]:g}")
    return np.where(spend == 0, 0.0, q)


def _upper_ends(increment: Increment, spot: Callable[..., Any], S: Any, spend: Any, room: Any) -> Any:
    with np.errstate(all="ignore"):
        naive = np.minimum(np.nan_to_num(spend / spot(S), nan=1.0, posinf=1.0), room)
        first = np.nan_to_num(spend / np.maximum(spot(S), spot(S + naive)), nan=1.0, posinf=1.0)
    high = np.minimum(np.maximum(first, np.finfo(float).tiny), room)
    for _ in range(1100):
        with np.errstate(all="ignore"):
            short = increment(S, high) < spend
        if not np.any(short):
            return high
        stuck = short & (high >= room)
        if np.any(stuck):
            place = int(np.argmax(stuck))
            most = np.asarray(increment(S, high)).flat[place]
            raise ValueError(
                f"spend = {spend.flat[place]:g} (after fee) is more than the rest of the curve costs from "
                f"S = {S.flat[place]:g}: at most {most:.12g}"
            )
        high = np.where(short, np.minimum(2 * high, room), high)
    place = int(np.argmax(short))
    raise ValueError(f"no quantity of the curve costs spend = {spend.flat[place]:g}: its reserve is bounded")
