r"""Curves whose parameters change: keep supply and reserve and solve one parameter, or record the money that moves.

A curve with parameters theta holds at supply S the reserve R(S; theta). When theta changes to theta' the money does not
change by itself, and one of two things is said:

    re-anchoring   one parameter p is solved from R(S; theta', p) = R, the reserve that is there
    injection      R(S; theta') - R(S; theta) is paid in (or released, when negative), and recorded

Without either the reserve is no longer the integral of the price, and the last holders cannot all sell.

References
----------
Zargham, Shorish, Paruch (2020), "From curved bonding to configuration spaces", IEEE ICBC.
"""

from __future__ import annotations

import difflib
import math
from typing import Any

import numpy as np
import sympy as sp

from analytic.compiled import compile_numpy
from analytic.curve import BondingCurve
from analytic.derivation import Derivation, prove
from analytic.domain import Domain
from analytic.expression import exact
from analytic.fees import Fees

__all__ = ["anchoring_derivation", "injection", "reanchored"]


def reanchored(curve: BondingCurve, parameter: str, *, supply: Any, reserve: Any) -> BondingCurve:
    """The curve with one parameter solved such that its reserve at a supply is the money that is there.

    Parameters
    ----------
    curve : BondingCurve
        Of a family, with its other parameters already changed.
    parameter : str
        The parameter to solve; its present value is where the search begins when there is no closed form.
    supply : number or sympy.Expr
        [token]
    reserve : number or sympy.Expr
        [currency]

    Returns
    -------
    BondingCurve

    Raises
    ------
    ValueError
        When the curve has no such parameter, no value in its range will do, or symbols are left where the equation is
        not linear in the parameter.

    Examples
    --------
    >>> curve = BondingCurve.linear(m=0.02, b=1)
    >>> anchored = reanchored(curve, "m", supply=100, reserve=350)
    >>> anchored.parameters["m"], anchored.reserve(100)
    (1/20, 350.0)
    """
    value = _solved(curve, parameter, exact(supply), exact(reserve))
    try:
        return _with(curve, {parameter: value})
    except ValueError as error:
        raise ValueError(f"no {parameter} gives the reserve {reserve} at supply {supply}: {error}") from None


def injection(before: BondingCurve, after: BondingCurve, *, supply: Any) -> Any:
    """What must be paid into the reserve when one curve replaces another at a supply; negative what is released.

    Parameters
    ----------
    before, after : BondingCurve
    supply : number, array_like or sympy.Expr
        [token]

    Returns
    -------
    float, array or sympy.Expr
        [currency]

    Raises
    ------
    ValueError
        When the supply is outside the domain of one of them.

    Examples
    --------
    >>> injection(BondingCurve.linear(m=0.02, b=1), BondingCurve.linear(m=0.05, b=1), supply=100)
    150.0
    """
    return after.reserve(supply) - before.reserve(supply)


def anchoring_derivation(curve: BondingCurve, parameter: str) -> Derivation:
    """The steps behind both ways, for a parameter in which the reserve is linear.

    Parameters
    ----------
    curve : BondingCurve
        Of a family, in symbols or numbers.
    parameter : str

    Returns
    -------
    Derivation

    Examples
    --------
    >>> from analytic.curves import linear
    >>> [step.name for step in anchoring_derivation(linear.symbolic(), "m")]
    ['re-anchoring', 'injection']
    """
    S, held = sp.Symbol("S", positive=True), sp.Symbol("R", positive=True)  # a supply of 0 holds nothing at any price
    value = _solved(curve, parameter, S, held)
    new = sp.Symbol(f"{parameter}_new", positive=True)
    freed, p = _freed(curve, parameter)
    R = sp.Function("R")
    freed, old = (each.xreplace({curve.S: S}) for each in (freed, curve.reserve_expression))
    anchored, changed = freed.subs(p, value), freed.subs(p, new)
    paid = sp.Integral(changed.diff(S) - old.diff(S), (S, 0, S))
    steps = (
        prove("re-anchoring", anchored, held, f"the {parameter} at which the curve holds what is there",
              shown=sp.Eq(sp.Symbol(parameter), value, evaluate=False)),
        prove("injection", changed - old, paid, "the area between the two prices",
              shown=sp.Eq(R(S, new) - R(S), sp.factor(changed - old), evaluate=False)),
    )  # fmt: skip
    return Derivation(f"Changing {parameter} of P = {curve.price_expression}", steps)


def _solved(curve: BondingCurve, parameter: str, supply: sp.Expr, reserve: sp.Expr) -> sp.Expr:
    freed, p = _freed(curve, parameter)
    gap = freed.xreplace({curve.S: supply}) - reserve
    slope = sp.simplify(gap.diff(p))
    if not slope.has(p):
        if slope.is_zero:
            raise ValueError(f"the reserve at supply {supply} does not depend on {parameter}: nothing can be anchored")
        return sp.factor(-gap.subs(p, 0) / slope)
    left = gap.free_symbols - {p}
    if left or gap.has(sp.Integral):
        names = ", ".join(sorted(map(str, left))) or "the integral"
        raise ValueError(f"the reserve is not linear in {parameter}: bind {names}, and it is solved in numbers")
    present = curve.parameters[parameter]
    domain = curve.family.domain_of(parameter) if curve.family is not None else Domain()
    near = float(present) if present.is_number else 1.0
    return exact(_root(compile_numpy(gap, (p,)), domain, near, parameter, (supply, reserve)))


def _freed(curve: BondingCurve, parameter: str) -> tuple[sp.Expr, sp.Symbol]:
    """The reserve with the parameter as a symbol of its own."""
    if curve.family is None or parameter not in curve.parameters:
        known = list(curve.parameters) if curve.family is not None else []
        near = difflib.get_close_matches(parameter, known) or known or ["none: it belongs to no family"]
        raise ValueError(f"the curve has no parameter {parameter!r} to solve; it has {', '.join(near)}")
    p = sp.Dummy(parameter, **curve.family.domain_of(parameter).assumptions)
    return _with(curve, {parameter: p}).reserve_expression, p


def _with(curve: BondingCurve, changed: dict[str, sp.Expr]) -> BondingCurve:
    assert curve.family is not None
    forms, supply = curve.family.bound({**curve.parameters, **changed})
    return BondingCurve(curve.kind, forms, Fees(curve.fees.buy, curve.fees.sell, curve.fees.on), supply, curve.family)


def _root(gap: Any, domain: Domain, near: float, name: str, asked: tuple[sp.Expr, sp.Expr]) -> float:
    """The zero nearest to the present value, by bisection between places of different sign."""
    from scipy.optimize import brentq

    wide = np.concatenate([[0.0], np.geomspace(1e-12, 1e12, 961)]) * max(abs(near), 1e-12)
    if math.isfinite(domain.low) and math.isfinite(domain.high):
        places = domain.low + (domain.high - domain.low) * np.linspace(0.0, 1.0, 1001)
    elif domain.low >= 0:
        places = domain.low + wide
    else:
        places = near + np.concatenate([-wide[:0:-1], wide])
    places = places[domain.admits(places)]
    values = gap(places)
    for place in places[values == 0]:
        return float(place)
    sides = np.where(np.isfinite(values), np.sign(values), np.nan)
    ends = np.flatnonzero(sides[:-1] * sides[1:] < 0)
    if not len(ends):
        supply, reserve = asked
        raise ValueError(f"no {name} in {domain} gives the reserve {reserve} at supply {supply}")
    best = ends[np.argmin(np.abs(places[ends] - near))]
    return float(brentq(lambda x: float(gap(x)), places[best], places[best + 1], xtol=1e-300, rtol=9e-16))
