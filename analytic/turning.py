r"""Where a profit, an eigenvalue or a criterion changes sign, solved for any of its parameters.

A threshold is a value of one parameter, in the others, at which an expression is zero and changes its sign. Both are
checked: zero by substitution, the signs beside it at random points.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import sympy as sp

from .checking import Ranges, Side, compared, random_point
from .derivation import DerivationError, prove
from .power import power_roots

__all__ = ["Threshold", "threshold"]

POINTS = 24
SAMPLES = 4  # settings of the other symbols at which signs are looked at
HALVINGS = 40
BESIDE = sp.Rational(1, 10**6)


@dataclass(frozen=True, slots=True)
class Threshold:
    """Where an expression changes sign.

    Parameters
    ----------
    parameter : sympy.Symbol
    value : sympy.Expr
        In the other symbols.
    below, above : {"positive", "negative", "zero", "depends"}
        The sign of the expression when the parameter lies just below and just above; "depends" on the others.
    inside : bool
        Whether the value lies in the parameter's domain wherever the others lie in theirs; else only for some.
    """

    parameter: sp.Symbol
    value: sp.Expr
    below: str
    above: str
    inside: bool

    def __str__(self) -> str:
        return f"{self.below} for {self.parameter} < {self.value}, {self.above} above"


def threshold(expression: sp.Expr, parameter: sp.Symbol, *, ranges: Ranges | None = None) -> tuple[Threshold, ...]:
    """All values of a parameter in its domain at which an expression changes sign.

    Parameters
    ----------
    expression : sympy.Expr
    parameter : sympy.Symbol
        Its assumptions (and its range) are its domain.
    ranges : mapping from symbol to (low, high), optional
        Open intervals in which symbols lie.

    Returns
    -------
    tuple of Threshold
        Empty when the expression keeps its sign on the domain.

    Raises
    ------
    ValueError
        When the expression does not hold the parameter, or has no roots in closed form.

    Examples
    --------
    >>> k, phi, P = sp.symbols("k phi P", positive=True)
    >>> print(threshold(k - 2 * phi * P, k)[0])
    negative for k < 2*P*phi, positive above
    >>> threshold(k + phi, k)
    ()
    """
    expression = sp.sympify(expression, strict=True)
    if not expression.has(parameter):
        raise ValueError(
            f"the expression does not hold {parameter}: it has {sorted(map(str, expression.free_symbols))}"
        )
    found, roots = [], _roots(expression, parameter)
    _check_complete(expression, parameter, roots, ranges or {})
    for root in roots:
        told = _beside(expression, parameter, root, ranges or {})
        if told is not None:
            found.append(told)
    return tuple(found)


def _roots(expression: sp.Expr, parameter: sp.Symbol) -> tuple[sp.Expr, ...]:
    """Real roots, each checked by substitution later."""
    if parameter.is_positive:
        try:
            return power_roots(expression, parameter)
        except ValueError:
            pass  # no sum of powers: SymPy may know more
    numerator = sp.fraction(sp.together(expression))[0]
    try:
        roots = sp.solve(numerator, parameter)
    except NotImplementedError as error:
        raise ValueError(f"{expression} = 0 has no closed form in {parameter}: {error}") from None
    if any(root.has(parameter) or root.has(sp.RootOf) for root in roots):
        raise ValueError(f"{expression} = 0 has no closed form in {parameter}: put numbers in")
    return tuple(root for root in roots if root.is_real is not False)


def _check_complete(expression: sp.Expr, parameter: sp.Symbol, roots: tuple[sp.Expr, ...], ranges: Ranges) -> None:
    """Refuse to answer when the sign is seen to change where no root is known."""
    others = expression.free_symbols - {parameter}
    rng, side, zero = np.random.default_rng(20260102), Side(expression), Side(sp.S.Zero)
    for _ in range(SAMPLES):
        point = random_point(others, rng, ranges)
        places = sorted({random_point({parameter}, rng, ranges, far=far)[parameter] for far in (False, True) * POINTS})
        signs = [(at, compared(side, zero, {**point, parameter: at})) for at in places]
        known = [sp.N(root.subs(point), 30) for root in roots]
        for (low, before), (high, after) in pairwise(signs):
            turned = {before, after} == {"<", ">"}
            if (
                turned
                and not any(each.is_real and low <= each <= high for each in known)
                and _joined(side, parameter, point, low, high)
            ):
                raise ValueError(
                    f"{expression} changes sign between {parameter} = {low} and {high} where no closed form is known: "
                    "put numbers in and search"
                )


def _joined(
    side: Side, parameter: sp.Symbol, point: dict[sp.Symbol, sp.Rational], low: sp.Rational, high: sp.Rational
) -> bool:
    """Whether the change of sign is a zero and not a pole: halving the gap ends where the values are small."""
    first = side.value({**point, parameter: low}, 30)
    size = abs(first)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        value = side.value({**point, parameter: middle}, 30)
        low, high = (middle, high) if (value > 0) == (first > 0) else (low, middle)
    return bool(abs(value) < size)


def _beside(expression: sp.Expr, parameter: sp.Symbol, root: sp.Expr, ranges: Ranges) -> Threshold | None:
    """The signs below and above a root at random points; None where it is never in the domain, or never a change."""
    others = (expression.free_symbols | root.free_symbols) - {parameter}
    rng, side, zero = np.random.default_rng(20260101), Side(expression), Side(sp.S.Zero)
    low, high = ranges.get(parameter, (-sp.oo, sp.oo))
    below: set[str] = set()
    above: set[str] = set()
    inside = 0
    for _ in range(POINTS):
        point = random_point(others, rng, ranges)
        at = sp.N(root.subs(point), 30)
        if not at.is_real or (parameter.is_positive and at <= 0) or not low < at < high:
            continue
        inside += 1
        exact = sp.Rational(str(at))
        for seen, way in ((below, -1), (above, 1)):
            near = exact + way * (abs(exact) or 1) * BESIDE
            seen.add({"<": "negative", ">": "positive"}.get(compared(side, zero, {**point, parameter: near}), "zero"))
    if not inside or below == above == {"zero"} or (below == above and len(below) == 1):
        return None
    if inside == POINTS:
        try:
            prove("zero at the threshold", expression.subs(parameter, root), sp.S.Zero, "substituted", ranges=ranges)
        except DerivationError as error:
            raise ValueError(f"{parameter} = {root} does not solve {expression} = 0: {error}") from None
    signs = [seen.pop() if len(seen) == 1 else "depends" for seen in (below, above)]
    return Threshold(parameter, root, signs[0], signs[1], inside == POINTS)
