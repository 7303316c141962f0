"""The derivation of a bonding curve: from its price to reserve, cost, inverse, and what a round trip loses."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import sympy as sp

from .derivation import Derivation, Step, prove

if TYPE_CHECKING:
    from .curve import BondingCurve

FIRST, SECOND, PAYMENT = sp.symbols("q r E", positive=True)


def derive_curve(curve: BondingCurve) -> Derivation:
    """Steps from the spot price on; see `analytic.derive`.

    Two kinds of curve are derived in the symbols of their family, which proves it for all values: those with a power
    such as S^(237/100), which would be simplified as a polynomial of degree 237, and those with symbols that do not say
    that they are positive, which keep integrals from being worked out.
    """
    if curve.family is not None and (_has_fine_powers(curve.price_expression) or _is_open(curve)):
        general = derive_curve(replace(curve.family.symbolic(), fees=curve.fees))
        numbers = ", ".join(f"{name} = {value}" for name, value in curve.parameters.items())
        return Derivation(general.title, general.steps, (*general.remarks, f"here with {numbers}"))
    S, low = curve.S, curve.supply[0]
    ranges = _ranges(curve) | _parameter_ranges(curve)

    def rise(start: sp.Expr, quantity: sp.Expr) -> sp.Expr:
        return curve.reserve(start + quantity) - curve.reserve(start)

    def step(name: str, left: sp.Expr, right: sp.Expr, reason: str, *shown: sp.Expr) -> Step:
        equation = sp.Eq(*shown, evaluate=False) if shown else None
        return prove(name, left, right, reason, ranges=ranges, shown=equation)

    R, C, mint, burn, slip = (sp.Function(name) for name in ("R", "C", "M", "B", "sigma"))
    q, r = FIRST, SECOND

    paid, fee = curve.buy_charge(rise(S, q))
    _, kept = curve.sell_release(rise(S, q))
    # name, left, right, reason, and what a reader is shown
    # fmt: off
    rows = [
        ("reserve", sp.diff(curve.reserve(S), S), curve.price(S),
         "the reserve is the integral of the price", R(S), curve.reserve(S)),
        ("reserve at zero", curve.reserve(low), sp.Integer(0),
         "no token is minted, nothing has been paid", R(low), sp.Integer(0)),
        ("cost", curve.cost(S, q), paid,
         "a payment is the integral over the tokens minted, plus the fee", C(S, q), curve.cost(S, q)),
        ("any path costs the same", curve.cost(S, q + r), curve.cost(S, q) + curve.cost(S + q, r),
         "integrals over adjacent intervals add up", C(S, q + r), C(S, q) + C(S + q, r)),
        ("a round trip loses the fees", curve.cost(S, q) - curve.burn(S + q, q), fee + kept,
         "selling releases the same integral that buying paid in",
         C(S, q) - burn(S + q, q), sp.factor_terms(curve.cost(S, q) - curve.burn(S + q, q))),
        ("slippage", curve.slippage(S, q), rise(S, q) / (q * curve.price(S)) - 1,
         "mean price over spot price, less one", slip(S, q), curve.slippage(S, q)),
    ]
    if curve.inverse_form == "closed form" and not (minted := curve.mint(S, PAYMENT)).has(sp.Piecewise):
        rows.append(("inverse", curve.cost(S, minted), PAYMENT,
                     "what is minted for a payment costs that payment", mint(S, PAYMENT), minted))
    # fmt: on
    steps = [step(*row) for row in rows]
    if curve.family is not None:
        shape, values = curve.family.shape(curve.parameters)
        steps += [
            step(each.name, each.left.xreplace(values), each.right.xreplace(values), each.reason)
            for each in shape.claims
        ]
    title = f"Bonding curve P = {curve.price(S)}" if curve.kind != "piecewise" else "Bonding curve in pieces"
    return Derivation(title, tuple(steps), () if curve.family is None else (curve.family.source,))


def _has_fine_powers(expression: sp.Expr) -> bool:
    return any(power.exp.is_Rational and (power.exp.q > 4 or abs(power.exp) > 12) for power in expression.atoms(sp.Pow))


def _is_open(curve: BondingCurve) -> bool:
    """Whether a parameter is a symbol that assumes less than its domain."""
    assert curve.family is not None
    domains = ((curve.family.domain_of(name), value) for name, value in curve.parameters.items())
    return any(domain.low == 0 and not value.is_nonnegative for domain, value in domains)


def _parameter_ranges(curve: BondingCurve) -> dict[sp.Symbol, tuple[float, float]]:
    """Where the random points of parameters lie when they are symbols whose assumptions do not say it."""
    if curve.family is None:
        return {}
    shape, values = curve.family.shape(curve.parameters)
    found = {}
    for own, value in values.items():
        drawn = shape.ranges.get(own, curve.family.domain_of(str(own)).drawn_from)
        if drawn is not None and value.is_Symbol:
            found[value] = drawn
    return found


def _ranges(curve: BondingCurve) -> dict[sp.Symbol, tuple[float, float]]:
    """Where random points may lie when the curve ends somewhere."""
    low, high = curve.supply
    if not high.is_finite or (low - high).free_symbols:
        return {}
    width = float(high - low)
    most = float(curve.cost(float(low) + width / 2, width / 8)) if not curve.free_symbols else width
    return {
        curve.S: (float(low), float(low) + width / 2),
        FIRST: (0.0, width / 8),
        SECOND: (0.0, width / 8),
        PAYMENT: (0.0, most),
    }
