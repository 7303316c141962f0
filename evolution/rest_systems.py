"""Imitation with payoffs of any form: the equations of each open face, and all their zeros.

A face is a support for every role and, for every quantity outside of the shares, its place: at an end of its domain
that its law keeps, or not. On it all strategies in use are paid the same and the environment rests. Equations that
are rational are cleared of factors without zeros inside (`rest_factors`). One unknown: exact real roots, or proved
cells; more: subdivision with Krawczyk's test (`rest_search`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain, combinations, product
from typing import Any

import numpy as np
import sympy as sp

from evolution.rest_clusters import MARGIN, clusters_of
from evolution.rest_factors import cleared, without_common
from evolution.rest_newton import System
from evolution.rest_numbers import as_mp, read
from evolution.rest_search import all_zeros
from evolution.rest_spectrum import DIGITS
from evolution.rest_symbols import Symbolic
from evolution.rest_velocity import number

__all__ = ["Face", "FaceZeros", "back", "faces_of", "numerator_in", "unrolled", "zeros_on"]

_DIGITS = 10**60


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """An open face and what must vanish on it.

    Parameters
    ----------
    support : tuple of tuples of int
        Strategies in use, by role.
    groups : list of lists of sympy.Symbol
        Free shares of each role; its last strategy in use has the rest.
    outside : list of (sympy.Symbol, float, float)
        Free quantities and their domains.
    place : dict
        Every other symbol in terms of the free ones.
    equations : list of sympy.Expr
    barred : dict
        Ends of a free quantity's domain that its law keeps: these belong to other faces.
    """

    support: tuple[tuple[int, ...], ...]
    groups: list[list[sp.Symbol]]
    outside: list[tuple[sp.Symbol, float, float]]
    place: dict[sp.Symbol, sp.Expr]
    equations: list[sp.Expr]
    barred: dict[sp.Symbol, list[sp.Expr]]

    @property
    def free(self) -> list[sp.Symbol]:
        """The unknowns."""
        return [*chain.from_iterable(self.groups), *(symbol for symbol, _, _ in self.outside)]

    @property
    def name(self) -> str:
        """The face in words."""
        told = " x ".join("{" + ", ".join(map(str, part)) + "}" for part in self.support)
        ends = [f"{s} = {v}" for s, v in self.place.items() if not v.free_symbols and v != 0 and str(s).startswith("z")]
        return ", ".join([told, *ends])


@dataclass(slots=True)
class FaceZeros:
    """Zeros on a face, what stayed open, and whether the whole face is at rest.

    Each zero is a dict of all symbols to Fractions, or 60-digit numbers with SymPy forms in `forms`.
    """

    zeros: list[dict[sp.Symbol, Any]] = field(default_factory=list)
    forms: list[dict[sp.Symbol, sp.Expr] | None] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    everywhere: bool = False


def faces_of(formulas: Symbolic, environment: Any) -> Iterator[Face]:
    """All open faces, with their equations.

    Parameters
    ----------
    formulas : Symbolic
    environment : Environment
        Its domain, and the ends that its law keeps.
    """
    places = []
    for symbol, (low, high), (below, above) in zip(
        formulas.outside, environment.domain, environment.keeps, strict=True
    ):
        kept = [number(end) for end, held in ((low, below), (high, above)) if held]
        places.append([(symbol, end) for end in kept] + [(symbol, None)])
    for support in product(*(_supports(len(part)) for part in formulas.shares)):
        for chosen in product(*places):
            yield _face(formulas, environment, support, chosen)


def _face(formulas: Symbolic, environment: Any, support: Any, chosen: Any) -> Face:
    place: dict[sp.Symbol, sp.Expr] = {symbol: end for symbol, end in chosen if end is not None}
    groups = []
    for part, used in zip(formulas.shares, support, strict=True):
        place |= {symbol: sp.Integer(0) for i, symbol in enumerate(part) if i not in used}
        place[part[used[-1]]] = 1 - sp.Add(*(part[i] for i in used[:-1]))
        groups.append([part[i] for i in used[:-1]])
    outside = [
        (symbol, low, high)
        for (symbol, end), (low, high) in zip(chosen, environment.domain, strict=True)
        if end is None
    ]
    others = [symbol for symbol, _, _ in outside]
    raw: list[sp.Expr] = []
    barred: dict[sp.Symbol, list[sp.Expr]] = {}
    for payoffs, used in zip(formulas.payoffs, support, strict=True):
        bound = [payoffs[i].subs(place) for i in used]
        raw += _spanning([cleared(a - b, groups, others) for a, b in combinations(bound, 2)], len(used))
    for symbol, rate, (low, high), (below, above) in zip(
        formulas.outside, formulas.rates, environment.domain, environment.keeps, strict=True
    ):
        if symbol in others:
            ends = barred[symbol] = [number(e) for e, held in ((low, below), (high, above)) if held]
            inner = sp.cancel(rate / sp.Mul(*(symbol - end for end in ends))) if ends else rate
            raw.append(cleared(inner.subs(place), groups, others))
    return Face(support, groups, outside, place, raw, barred)


def _spanning(differences: list[sp.Expr], count: int) -> list[sp.Expr]:
    """The simplest differences that connect all strategies in use."""
    pairs = list(combinations(range(count), 2))
    group = list(range(count))
    chosen = []
    for k in sorted(range(len(pairs)), key=lambda k: (sp.count_ops(differences[k]), k)):
        a, b = (group[i] for i in pairs[k])
        if a != b:
            group = [a if g == b else g for g in group]
            chosen.append(differences[k])
    return chosen


def zeros_on(face: Face, *, budget: int) -> FaceZeros:
    """All zeros inside a face.

    Parameters
    ----------
    face : Face
    budget : int
        Boxes to examine at most, where there is more than one unknown.

    Returns
    -------
    FaceZeros
    """
    found = FaceZeros()
    equations = [equation for equation in face.equations if equation != 0]
    if any(not equation.free_symbols for equation in equations):
        return found
    if not face.free:
        found.zeros.append({symbol: _fraction(v) for symbol, v in face.place.items()})
        found.forms.append(dict(face.place))
        return found
    if not equations:
        found.everywhere = True
        return found
    equations, common = without_common(equations, face.free)
    if common != 1:
        found.doubts.append(f"on the face {face.name} rest points may fill {common} = 0")
        if any(not equation.free_symbols for equation in equations):
            return found
    if len(equations) < len(face.free):
        found.doubts.append(f"on the face {face.name} there are fewer conditions than unknowns")
    elif len(face.free) == 1:
        _on_an_edge(face, equations[0], found)
    else:
        _in_a_box(face, equations, found, budget)
    return found


def _on_an_edge(face: Face, equation: sp.Expr, found: FaceZeros) -> None:
    from gametheory.methods.branch_and_bound import isolate_roots
    from gametheory.root_isolation import real_roots

    symbol = face.free[0]
    low, high = (0.0, 1.0) if not face.outside else face.outside[0][1:]
    ends = [end if math.isinf(end) else read(Fraction(end)) for end in (low, high)]
    if not equation.is_polynomial(symbol):
        cells = isolate_roots(equation, symbol, *ends)
        for cell in cells.undecided:
            found.doubts.append(f"on the face {face.name} {symbol} from {cell.lo:.9g} to {cell.hi:.9g} stayed open")
        system = System([equation], [symbol])
        for cell in cells.roots:
            _keep(face, found, system.zero([cell.middle])[0], None)
        return
    polynomial = sp.Poly(equation, symbol, domain=sp.QQ)
    for end in ends:  # an end of the environment's domain that its law does not keep belongs to the face
        if face.outside and isinstance(end, Fraction) and polynomial.eval(_rational(end)) == 0:
            _keep(face, found, [end], None)
    for root in real_roots(polynomial, *ends):
        fine = root.refined(Fraction(1, _DIGITS))
        exact = fine.lower == fine.upper
        number = (fine.lower + fine.upper) / 2
        _keep(face, found, [number if exact else as_mp(number)], None if exact else {symbol: root.exact})


def _in_a_box(face: Face, equations: Sequence[sp.Expr], found: FaceZeros, budget: int) -> None:
    rough = any(
        node.func is sp.log or (node.is_Pow and not node.exp.is_Integer)
        for equation in equations
        for node in sp.preorder_traversal(equation)
    )
    margin = 0.0 if rough else MARGIN
    low: list[float] = []
    high: list[float] = []
    caps: list[list[int]] = []
    for group in face.groups:
        caps.append(list(range(len(low), len(low) + len(group))))
        low += [-margin] * len(group)
        high += [1 + margin] * len(group)
    place: dict[sp.Symbol, sp.Expr] = {}
    for symbol, a, b in face.outside:
        if math.isfinite(a) and math.isfinite(b):
            low.append(a - margin * min(b - a, 1.0))
            high.append(b + margin * min(b - a, 1.0))
        else:
            place[symbol] = unrolled(symbol, a, b)
            low.append(0.0 if math.isinf(a) or rough else -margin)
            high.append(1.0)
    bounded = [numerator_in(equation, place) for equation in equations]
    zeros = all_zeros(bounded, face.free, [low, high], caps=[c for c in caps if len(c) > 1], budget=budget)
    for hull in clusters_of(zeros.open):
        middle = ", ".join(f"{s} = {v:.6g}" for s, v in back(face.free, hull.mean(axis=0), place).items())
        found.doubts.append(f"on the face {face.name} a region about {middle} stayed open")
    system = System(equations, face.free)
    for near in zeros.points:
        at = list(back(face.free, near, place).values())
        if np.isfinite(at).all():
            _keep(face, found, system.zero(at)[0], None)


def unrolled(symbol: sp.Symbol, low: float, high: float) -> sp.Expr:
    """An infinite domain as the image of 0 < w < 1, w written with the same symbol."""
    if math.isinf(low) and math.isinf(high):
        return (2 * symbol - 1) / (symbol * (1 - symbol))
    return number(low) + symbol / (1 - symbol) if math.isinf(high) else number(high) - (1 - symbol) / symbol


def numerator_in(equation: sp.Expr, place: dict[sp.Symbol, sp.Expr]) -> sp.Expr:
    """An equation after `unrolled`, times denominators that are positive."""
    if not place or not equation.has(*place):
        return equation
    return sp.fraction(sp.together(equation.subs(place)))[0]


def back(free: Sequence[sp.Symbol], near: Any, place: dict[sp.Symbol, sp.Expr]) -> dict[sp.Symbol, float]:
    """Values of the unknowns from those in the bounded box."""
    values = dict(zip(free, map(float, near), strict=True))
    return {s: float(place[s].subs(s, v)) if s in place and 0 < v < 1 else v for s, v in values.items()}


def _keep(face: Face, found: FaceZeros, values: Sequence[Any], forms: dict[sp.Symbol, sp.Expr] | None) -> None:
    """Add a zero if it is inside the face: shares positive, the environment in its domain."""
    import mpmath

    with mpmath.workdps(DIGITS + 20):  # the share that is 1 less the others would be rounded to a float's digits
        _keep_precisely(face, found, values, forms)


def _keep_precisely(
    face: Face, found: FaceZeros, values: Sequence[Any], forms: dict[sp.Symbol, sp.Expr] | None
) -> None:
    exact = all(isinstance(value, Fraction) for value in values)
    zero = Fraction(0) if exact else as_mp(10) ** -45
    state: dict[sp.Symbol, Any] = dict(zip(face.free, values, strict=True))
    if any(not state[symbol] > zero for group in face.groups for symbol in group):
        return
    if any(not low <= state[symbol] <= high for symbol, low, high in face.outside):
        return
    if any(
        abs(as_mp(state[s]) - as_mp(_fraction(end))) <= 10 * as_mp(zero)
        for s, ends in face.barred.items()
        for end in ends
    ):
        return
    for symbol, expression in face.place.items():
        if expression.free_symbols:
            state[symbol] = 1 - sum((state[s] for s in expression.free_symbols), 0 * zero)
            if not state[symbol] > zero:
                return
        else:
            fixed = _fraction(expression)
            state[symbol] = fixed if exact else as_mp(fixed)
    found.zeros.append(state)
    if exact:
        found.forms.append({symbol: _rational(value) for symbol, value in state.items()})
    else:
        found.forms.append(forms and {s: sp.sympify(face.place.get(s, s), strict=True).subs(forms) for s in state})


def _fraction(value: sp.Rational) -> Fraction:
    return Fraction(int(value.p), int(value.q))


def _rational(value: Fraction) -> sp.Rational:
    return sp.Rational(value.numerator, value.denominator)


def _supports(count: int) -> list[tuple[int, ...]]:
    return list(chain.from_iterable(combinations(range(count), size) for size in range(1, count + 1)))
