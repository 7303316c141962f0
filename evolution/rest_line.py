"""Rest points of imitation with two strategies and payoffs of any form: all zeros of one function on [0, 1].

The payoff difference D(x) between the strategies is a function of the first one's share, and under every imitation x
grows where D > 0. Its zeros are isolated exactly or in proved cells by `gametheory.methods.line`; both vertices are
at rest besides. The sign of D between neighbours decides stability, also where the eigenvalue is 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import sympy as sp

from evolution.rest_numbers import read
from evolution.rest_speed import speed_of
from evolution.rest_symbols import Symbolic
from evolution.rest_types import RestPoint, RestPoints
from gametheory.exact_expression import manageable

__all__ = ["rest_on_line"]


def rest_on_line(dynamics: Any, formulas: Symbolic) -> RestPoints:
    """All rest points of an imitative dynamic of one population with two strategies.

    Parameters
    ----------
    dynamics : Dynamics
    formulas : Symbolic

    Returns
    -------
    RestPoints
    """
    from gametheory.methods.line import equilibria_on_line

    (first, second), (pays, other) = formulas.shares[0], formulas.payoffs[0]
    common = pays.subs(second, 1 - first)
    difference = common - other.subs(second, 1 - first)
    line = equilibria_on_line(difference, first)
    inner = [point for point in line.points if 0 < point.number < 1]
    shares: list[tuple[Any, float]] = [
        (sp.Integer(0), 0.0),
        *((p.exact, p.number) for p in inner),
        (sp.Integer(1), 1.0),
    ]
    signs = [_sign(difference, first, (a + b) / 2) for (_, a), (_, b) in pairwise(shares)]
    points = []
    for place, (exact, near) in enumerate(shares):
        before = signs[place - 1] if place else None
        after = signs[place] if place < len(signs) else None
        slope = inner[place - 1].slope if 0 < place < len(shares) - 1 else None
        points.append(_point(dynamics, difference, common, first, (exact, near, slope), (before, after)))
    order = [len(points) - 1, 0, *range(1, len(points) - 1)]
    flat = [(k, k + 1) for k, sign in enumerate(signs) if sign == 0]
    back = {old: new for new, old in enumerate(order)}
    polytopes = tuple(tuple(sorted(back[k] for k in pair)) for pair in flat)
    return RestPoints(
        points=tuple(points[k] for k in order),
        complete=not line.doubts,
        reason=f"Left open: {'; '.join(line.doubts)}."
        if line.doubts
        else "Both vertices, and every zero of the payoff difference between them, which were all isolated.",
        dynamics=dynamics,
        method="root isolation",
        polytopes=polytopes,
        components=_joined(len(points), polytopes),
    )


def _point(
    dynamics: Any, difference: sp.Expr, common: sp.Expr, x: sp.Symbol, share: Any, signs: tuple[int | None, int | None]
) -> RestPoint:
    exact, near, slope = share
    at = exact if exact is not None else sp.Float(near, 40)
    stability, reason = _stability(signs)
    corner = slope is None
    value = _limit(difference, x, int(near)) * (-1 if near == 1 else 1) if corner else sp.sympify(slope, strict=True)
    paid = [_number(manageable(_value(common, x, at)))] * 2
    factor = speed_of(dynamics.protocol).at([range(2)], [near, 1 - near], paid)[0]
    rate = float(value) * float(factor)
    names = dynamics.strategies[dynamics.roles[0]]
    absent = {(dynamics.roles[0], names[int(near)]): _rate(dynamics, value, factor, near, paid)} if corner else {}
    pair = None if exact is None else (_plain(exact), _plain(sp.expand(1 - exact)))
    kind = "non-hyperbolic" if rate == 0 else ("stable node" if rate < 0 else "unstable node")
    return RestPoint(
        shares=(np.array([near, 1 - near]),),
        exact=None if pair is None else (pair,),
        roles=dynamics.roles,
        labels=(tuple(names),),
        support=((0, 1) if not corner else ((0,) if near == 1 else (1,)),),
        residual=Fraction(0) if exact is not None else abs(near * (1 - near) * float(difference.subs(x, at))),
        certificate="A vertex." if corner else "A zero of the payoff difference, isolated and proved.",
        internal=() if corner else (complex(rate),),
        transversal=absent,
        type=kind,
        stability=stability,
        reason="the linearisation decides" if rate else reason,
        nash=not corner or (signs[1] if near == 0 else -(signs[0] or 0)) in (0, -1),
        ess=stability == "asymptotically stable",
    )


def _stability(signs: tuple[int | None, int | None]) -> tuple[str, str]:
    """From the signs of the payoff difference before and after the point."""
    before, after = signs
    inward = [s for s in (before, None if after is None else -after) if s is not None]
    if any(s < 0 for s in inward):
        return "unstable", "payoffs point away from it" + (" on one side" if any(s > 0 for s in inward) else "")
    if all(s > 0 for s in inward):
        return "asymptotically stable", "payoffs point to it"
    return "stable", "the end of a continuum of rest points, or within it"


def _rate(dynamics: Any, value: sp.Expr, factor: Any, near: float, paid: Sequence[Any]) -> Any:
    """Growth rate of the absent strategy."""
    speed = speed_of(dynamics.protocol)
    if speed.common:
        return (
            _plain(value) * factor
            if value.is_Rational and isinstance(factor, Fraction)
            else float(value) * float(factor)
        )
    place = int(near)  # absent: the second at share 1, the first at share 0
    payoffs = np.array([float(paid[0])] * 2)
    payoffs[place] += float(value)
    return float(dynamics.protocol.growth(payoffs, np.array([near, 1 - near]))[place])


def _limit(expression: sp.Expr, x: sp.Symbol, end: int) -> sp.Expr:
    value = _value(expression, x, sp.Integer(end))
    return value if value.is_finite else sp.limit(expression, x, end, "+" if end == 0 else "-")


def _value(expression: sp.Expr, x: sp.Symbol, at: sp.Expr) -> sp.Expr:
    return expression.subs(x, manageable(at))


def _sign(expression: sp.Expr, x: sp.Symbol, place: float) -> int:
    exact = sp.Rational(place)
    value = sp.N(expression.subs(x, exact), 40)
    if abs(value) < sp.Float(10) ** -30:
        return int(sp.sign(sp.simplify(expression.subs(x, exact))))
    return 1 if value > 0 else -1


def _number(value: Any) -> Any:
    return Fraction(int(value.p), int(value.q)) if value.is_Rational else float(value)


def _plain(value: Any) -> Any:
    return read(Fraction(int(value.p), int(value.q))) if value.is_Rational else value


def _joined(count: int, pairs: Sequence[tuple[int, ...]]) -> tuple[tuple[int, ...], ...]:
    from gametheory.methods.nash_subsets import components

    return components([*((k,) for k in range(count)), *pairs])
