r"""The sign of an expression, as far as assumptions and ranges decide it.

The expression is factored; each factor's sign follows from SymPy's assumptions or, where those are silent, from this
substitution: a symbol that lies above `low` is low + u, one between two ends is (low + high u)/(1 + u), with u > 0.
What then has a numerator of terms of one sign has that sign. An answer that names a sign is a proof; otherwise it is
"depends", and the factors that decide come with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce

import sympy as sp

Ranges = Mapping[sp.Symbol, tuple[float, float]]

_TIMES = {"zero": 0, "positive": 1, "nonnegative": 1, "negative": -1, "nonpositive": -1}
LARGE = 400  # operations beyond which an expression is not expanded


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign with what decides it.

    Parameters
    ----------
    name : {"positive", "negative", "zero", "nonnegative", "nonpositive", "depends"}
    condition : sympy.Basic
        When the expression is positive: true, false, or a relation.
    """

    name: str
    condition: sp.Basic


def sign(expression: sp.Expr, *, ranges: Ranges | None = None) -> Sign:
    """The sign of a real expression under the assumptions of its symbols.

    Parameters
    ----------
    expression : sympy.Expr
    ranges : mapping from symbol to (low, high), optional
        Open intervals in which symbols lie, beyond their assumptions.

    Returns
    -------
    Sign

    Examples
    --------
    >>> n, g = sp.symbols("n gamma", positive=True)
    >>> sign(g * (n - 1), ranges={n: (1, float("inf"))}).name, sign(n - g).condition
    ('positive', -gamma + n > 0)
    """
    expression = sp.sympify(expression, strict=True)
    if expression.is_zero:
        return Sign("zero", sp.false)
    factors = sp.Mul.make_args(sp.factor(sp.together(expression)) if expression.count_ops() <= LARGE else expression)
    if 0 in factors:
        return Sign("zero", sp.false)
    known, strict, open_factors = 1, True, []
    for factor in factors:
        name = _factor_sign(factor, ranges or {})
        if name is None:
            base, exponent = factor.as_base_exp()
            open_factors.append(base if exponent.is_Integer and int(exponent) % 2 else factor)
            continue
        known *= _TIMES[name]
        strict = strict and not name.startswith("non")
    if open_factors:
        rest = known * reduce(lambda a, b: a * b, open_factors)
        return Sign("depends", rest > 0 if known > 0 else -rest < 0 if len(open_factors) == 1 and known else rest > 0)
    name = "positive" if known > 0 else "negative"
    condition = sp.true if known > 0 else sp.false
    return Sign(name if strict else {"positive": "nonnegative", "negative": "nonpositive"}[name], condition)


def _assumed(expression: sp.Expr) -> str | None:
    """What SymPy's assumptions say."""
    for name in ("zero", "positive", "negative", "nonnegative", "nonpositive"):
        if getattr(expression, f"is_{name}"):
            return name
    return None


def _factor_sign(factor: sp.Expr, ranges: Ranges) -> str | None:
    """The sign of one factor."""
    base, exponent = factor.as_base_exp()
    if exponent.is_Integer and base is not factor:
        inner = _factor_sign(base, ranges)
        even = int(exponent) % 2 == 0
        if inner is None:
            return "nonnegative" if even and base.is_real and exponent > 0 else None
        return {"negative": "positive", "nonpositive": "nonnegative"}.get(inner, inner) if even else inner
    return _assumed(factor) or _in_range(factor, ranges)


def _in_range(factor: sp.Expr, ranges: Ranges) -> str | None:
    """The sign of a factor whose symbols are measured from the ends of their ranges."""
    moved: dict[sp.Symbol, sp.Expr] = {}
    for each in sorted(factor.free_symbols, key=str):
        u = sp.Dummy(each.name, positive=True)
        low, high = (sp.Rational(str(end)) if abs(end) != float("inf") else end for end in _ends(each, ranges))
        if low == -float("inf"):
            if high != float("inf"):
                moved[each] = high - u
            continue
        moved[each] = low + u if high == float("inf") else (low + high * u) / (1 + u)
    numerator, denominator = sp.fraction(sp.together(factor.subs(moved, simultaneous=True)))
    if numerator.count_ops() > LARGE:
        return None
    below = _assumed(sp.expand(denominator))
    above = _assumed(sp.expand(numerator)) or _one_sign(sp.expand(numerator))
    if below not in ("positive", "negative") or above is None:
        return None
    flip = {"positive": "negative", "negative": "positive", "nonnegative": "nonpositive", "nonpositive": "nonnegative"}
    return above if below == "positive" else flip.get(above, above)


def _ends(symbol: sp.Symbol, ranges: Ranges) -> tuple[float, float]:
    """The range of a symbol, or what its assumptions say of it."""
    if symbol in ranges:
        return ranges[symbol]
    infinity = float("inf")
    if symbol.is_integer and symbol.is_positive:
        return (0.5, infinity)  # an integer: at least 1
    return (0.0, infinity) if symbol.is_positive else (-infinity, 0.0) if symbol.is_negative else (-infinity, infinity)


def _one_sign(expanded: sp.Expr) -> str | None:
    """The common sign of all terms of a sum."""
    signs = {_assumed(term) for term in sp.Add.make_args(expanded)}
    if signs <= {"positive", "nonnegative", "zero"}:
        return "positive" if "positive" in signs else "nonnegative"
    if signs <= {"negative", "nonpositive", "zero"}:
        return "negative" if "negative" in signs else "nonpositive"
    return None
