"""Planar motion that separates: orbits near a rest point with an imaginary pair close, by exact factoring."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import permutations
from typing import Any

import sympy as sp

from evolution.rest_symbols import Symbolic
from evolution.rest_systems import Face

__all__ = ["separates"]

Rate = Callable[[sp.Symbol, sp.Symbol], sp.Expr]


def separates(formulas: Symbolic, face: Face) -> str:
    """Why orbits of the replicator on a face of two dimensions are level curves; "" if no reason was found.

    Parameters
    ----------
    formulas : Symbolic
    face : Face
        With two unknowns.

    Returns
    -------
    str
    """
    for first, second, words in _pairs(formulas, face):
        u, v = sp.symbols("u v", real=True)
        if _separable(first(u, v), second(u, v), u, v):
            return words
    return ""


def _pairs(formulas: Symbolic, face: Face) -> Iterator[tuple[Rate, Rate, str]]:
    """Pairs of growth rates in coordinates (u, v), as functions of these."""
    used = [[part[i] for i in s] for part, s in zip(formulas.shares, face.support, strict=True)]
    gaps = [[formulas.payoffs[r][i] - formulas.payoffs[r][s[-1]] for i in s[:-1]] for r, s in enumerate(face.support)]
    wide = [r for r, part in enumerate(used) if len(part) > 1]
    if len(wide) == 1 and len(used[wide[0]]) == 3 and not face.outside:
        r = wide[0]
        pays = [formulas.payoffs[r][i] for i in face.support[r]]
        rest = {s: e for s, e in face.place.items() if s not in used[r]}
        for i, j, k in permutations(range(3)):
            if i > j:
                continue

            def placed(u: sp.Symbol, v: sp.Symbol, order: tuple[int, int, int] = (i, j, k)) -> list[sp.Expr]:
                a, b, c = (used[r][o] for o in order)
                place = {**rest, a: u * (1 - v), b: (1 - u) * (1 - v), c: v}
                return [pays[o].subs(place) for o in order]

            def across(u: sp.Symbol, v: sp.Symbol, placed: Any = placed) -> sp.Expr:
                a, b, _ = placed(u, v)
                return a - b

            def along(u: sp.Symbol, v: sp.Symbol, placed: Any = placed) -> sp.Expr:
                a, b, c = placed(u, v)
                return c - u * a - (1 - u) * b

            yield across, along, "in the ratio of two strategies and the share of the third the motion separates"
        return
    rates = [gap.subs(face.place) for r in wide for gap in gaps[r]]
    for symbol, rate in zip(formulas.outside, formulas.rates, strict=True):
        if symbol in face.free:
            rates.append(rate.subs(face.place))
    if len(rates) == 2 and len(face.free) == 2:
        a, b = face.free

        def one(u: sp.Symbol, v: sp.Symbol) -> sp.Expr:
            return rates[0].subs({a: u, b: v}, simultaneous=True)

        def two(u: sp.Symbol, v: sp.Symbol) -> sp.Expr:
            return rates[1].subs({a: u, b: v}, simultaneous=True)

        yield one, two, "the motion separates: each rate is a product of functions of one variable"


def _separable(first: sp.Expr, second: sp.Expr, u: sp.Symbol, v: sp.Symbol) -> bool:
    """Whether the quotient of two rational functions is a product of functions of one variable."""
    quotient = sp.together(first) / sp.together(second)
    if not quotient.is_rational_function(u, v):
        return False
    parts = sp.fraction(sp.cancel(quotient))
    factors = [factor for part in parts for factor, _ in sp.factor_list(part, u, v)[1]]
    return all(not {u, v} <= factor.free_symbols for factor in factors)
