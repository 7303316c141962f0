r"""Rest points of smooth dynamics that bring in unused strategies: logit, mutation, and mixtures with them.

All zeros of the velocity in the simplex (and in the environment's domain) are isolated by subdivision in interval
arithmetic (`rest_search`), which proves each and proves that there are no others; then each is computed to 60 digits,
and its eigenvalues on the tangent space decide. The box searched is a little larger than the simplex, so that zeros
on its boundary lie inside; what is found outside is left out. At a bifurcation a zero is singular: it is listed if
its shares are simple fractions that solve the equations, and the answer says that it is not complete.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import sympy as sp

from evolution.mutation_protocols import Reproduction
from evolution.rest_clusters import MARGIN, clusters_of
from evolution.rest_lyapunov import first_lyapunov
from evolution.rest_newton import System
from evolution.rest_numbers import as_mp, rounding_of
from evolution.rest_search import Zeros, all_zeros
from evolution.rest_spectrum import Spectrum, named_type, spectrum_of
from evolution.rest_symbols import Symbolic
from evolution.rest_systems import back, numerator_in, unrolled
from evolution.rest_types import RestPoint, RestPoints

__all__ = ["rest_of_smooth"]

ROOT = "A root of the velocity, a polynomial in one share, isolated exactly."
PROVED = "Krawczyk's test proved exactly one zero of the velocity in a box about it."


def rest_of_smooth(dynamics: Any, formulas: Symbolic, *, budget: int) -> RestPoints:
    """All rest points of a smooth dynamic that does not keep faces.

    Parameters
    ----------
    dynamics : Dynamics
    formulas : Symbolic
        Of the dynamic.
    budget : int
        Boxes to examine at most.

    Returns
    -------
    RestPoints
    """
    free, speeds, _ = formulas.reduced(dynamics.protocol)
    sought = speeds
    if isinstance(dynamics.protocol, Reproduction) and dynamics.protocol.relative:  # the same zeros, without a quotient
        _, sought, _ = formulas.reduced(replace(dynamics.protocol, relative=False))
    if len(free) == 1 and not formulas.outside and sought[0].is_polynomial(free[0]):
        return _on_line(dynamics, formulas, System(speeds, free), sp.Poly(sought[0], free[0], domain=sp.QQ))
    box, caps, place = _box(dynamics, formulas, sought)
    bounded = [numerator_in(equation, place) for equation in sought]
    zeros = all_zeros(bounded, free, box, caps=caps, budget=budget) if free else _single()
    system = System(speeds, free)
    points = []
    for near in zeros.points:
        at, exact = system.zero(list(back(free, near, place).values()))
        point = _point(dynamics, formulas, system, at, exact, PROVED)
        if point is not None:
            points.append(point)
    doubts = clusters_of(zeros.open)
    for cluster in doubts:
        guess = [Fraction(float(p)).limit_denominator(1000) for p in cluster.mean(axis=0)]
        if system.vanish(guess):
            proof = (
                "The velocity vanishes there in exact arithmetic; whether it is the only zero nearby was not decided."
            )
            point = _point(dynamics, formulas, system, guess, True, proof)
            points += [point] if point is not None else []
    points.sort(key=lambda p: tuple(-share for part in p.shares for share in part))
    return RestPoints(
        points=tuple(points),
        complete=not doubts,
        reason=_reason(zeros, doubts),
        dynamics=dynamics,
        method="certified search",
        components=tuple((k,) for k in range(len(points))) if not doubts else (),
    )


def _on_line(dynamics: Any, formulas: Symbolic, system: System, velocity: sp.Poly) -> RestPoints:
    """Two strategies and a polynomial velocity: its real roots, exactly; signs between them decide at double ones."""
    from gametheory.root_isolation import real_roots

    places: list[tuple[Any, sp.Expr]] = []
    if not velocity.is_zero:
        inner = [
            (root.refined(Fraction(1, 10**60)), root.exact) for root in real_roots(velocity, Fraction(0), Fraction(1))
        ]
        places = [((root.lower + root.upper) / 2, exact) for root, exact in inner]
    places += [(Fraction(end), sp.Integer(end)) for end in (0, 1) if velocity.eval(end) == 0]
    places.sort(key=lambda place: place[0])
    cuts = [Fraction(0), *(share for share, _ in places), Fraction(1)]
    signs = [int(sp.sign(velocity.eval(_rational((a + b) / 2)))) for a, b in pairwise(cuts)]
    points = []
    for k, (share, form) in enumerate(places):
        known = form.is_Rational
        point = _point(dynamics, formulas, system, [share if known else as_mp(share)], known, ROOT)
        if point is not None and not known:
            point = replace(point, exact=((form, sp.expand(1 - form)),))
        if point is not None and point.stability == "undecided":
            word, why = _between(signs[k] if share > 0 else 0, signs[k + 1] if share < 1 else 0)
            point = replace(point, stability=word, reason=why)
        points += [point] if point is not None else []
    flat = velocity.is_zero
    return RestPoints(
        points=tuple(reversed(points)),
        complete=True,
        reason="All real roots of the velocity, a polynomial in one share, were isolated exactly.",
        dynamics=dynamics,
        method="root isolation",
        polytopes=((0, 1),) if flat else (),
        components=((0, 1),) if flat else tuple((k,) for k in range(len(points))),
    )


def _between(before: int, after: int) -> tuple[str, str]:
    """Stability from the signs of the velocity on both sides; 0 where there is no side, or no motion."""
    if before < 0 or after > 0:
        return "unstable", "the velocity points away from it"
    if before == after == 0:
        return "stable", "a continuum of rest points"
    return "asymptotically stable", "the velocity points to it from both sides"


def _rational(value: Fraction) -> sp.Rational:
    return sp.Rational(value.numerator, value.denominator)


def _box(dynamics: Any, formulas: Symbolic, equations: Sequence[sp.Expr]) -> tuple[Any, list[list[int]], Any]:
    """The box for the coordinates, which of them are shares of one role, and how infinite domains are rolled up."""
    rough = any(
        node.func is sp.log or (node.is_Pow and not node.exp.is_Integer)
        for equation in equations
        for node in sp.preorder_traversal(equation)
    )
    margin = 0.0 if rough else MARGIN
    low: list[float] = []
    high: list[float] = []
    caps: list[list[int]] = []
    for part in formulas.shares:
        caps.append(list(range(len(low), len(low) + len(part) - 1)))
        low += [-margin] * (len(part) - 1)
        high += [1 + margin] * (len(part) - 1)
    place: dict[sp.Symbol, sp.Expr] = {}
    for symbol, (a, b) in zip(formulas.outside, dynamics.environment.domain, strict=True):
        if np.isfinite(a) and np.isfinite(b):
            low.append(a - margin * min(b - a, 1.0))
            high.append(b + margin * min(b - a, 1.0))
        else:
            place[symbol] = unrolled(symbol, a, b)
            low.append(0.0 if np.isinf(a) or rough else -margin)
            high.append(1.0)
    return np.array([low, high]), [members for members in caps if len(members) > 1], place


def _single() -> Zeros:
    """One role with one strategy."""
    return Zeros(np.zeros((1, 0)), np.zeros((1, 2, 0)), np.zeros((0, 2, 0)), 0)


def _point(
    dynamics: Any, formulas: Symbolic, system: System, place: Sequence[Any], exact: bool, proof: str
) -> RestPoint | None:
    """A zero of the velocity as a rest point; None if it lies outside of the simplex or the domain."""
    parts, at = [], 0
    for symbols in formulas.shares:
        inner = list(place[at : at + len(symbols) - 1])
        parts.append([*inner, 1 - sum(inner, Fraction(0) if exact else as_mp(0))])
        at += len(inner)
    outside = list(place[at:])
    zero = 0 if exact else as_mp(10) ** -40
    if any(share < -zero for part in parts for share in part):
        return None
    domain = dynamics.environment.domain
    if any(not a - zero <= value <= b + zero for value, (a, b) in zip(outside, domain, strict=True)):
        return None
    spectrum = spectrum_of(system.slopes_at(place), rounding_of(dynamics))
    stability, reason = _verdict(system, spectrum, place)
    shares = tuple(np.array([max(float(share), 0.0) for share in part]) for part in parts)
    return RestPoint(
        shares=shares,
        exact=tuple(map(tuple, parts)) if exact else None,
        roles=dynamics.roles,
        labels=tuple(dynamics.strategies[role] for role in dynamics.roles),
        support=tuple(tuple(int(i) for i in np.flatnonzero(part)) for part in shares),
        residual=Fraction(0) if exact else system.residual([float(p) for p in place]),
        certificate="The velocity vanishes in exact arithmetic." if exact and proof == PROVED else proof,
        internal=spectrum.values,
        transversal={},
        type=named_type(spectrum.values, spectrum.signs),
        stability=stability,
        reason=reason,
        environment=dict(zip(dynamics.environment.names, map(float, outside), strict=True)),
    )


def _verdict(system: System, spectrum: Spectrum, place: Sequence[Any]) -> tuple[str, str]:
    signs = spectrum.signs
    if not signs:
        return "asymptotically stable", "there is no other state"
    if 1 in signs:
        return "unstable", "an eigenvalue is positive" if 0 in signs else "the linearisation decides"
    if 0 not in signs:
        return "asymptotically stable", "the linearisation decides"
    on_axis = [value for value, sign in zip(spectrum.values, signs, strict=True) if sign == 0]
    if len(on_axis) == 2 and all(value.imag for value in on_axis):
        value, told = first_lyapunov(system.values, [as_mp(p) for p in place])
        if told:
            word = "asymptotically stable" if value < 0 else "unstable"
            return word, f"weak focus: the first Lyapunov coefficient is {value:.4g}"
        return "undecided", "an imaginary pair, whose first Lyapunov coefficient vanishes to rounding"
    return "undecided", "an eigenvalue is 0: a bifurcation"


def _reason(zeros: Zeros, doubts: Sequence[Any]) -> str:
    if doubts:
        where = "; ".join("(" + ", ".join(f"{p:.6g}" for p in hull.mean(axis=0)) + ")" for hull in doubts[:3])
        return (
            f"{len(doubts)} region{'s' * (len(doubts) > 1)} stayed open, about the coordinates {where}: a singular "
            "rest point (a bifurcation, a continuum) lies there, or more boxes are needed (budget)."
        )
    return f"All zeros of the velocity were isolated by subdivision in interval arithmetic ({zeros.seen} boxes)."
