r"""From an expression with roots to a rational function of one variable.

If every fractional power in f(x) has a base proportional to one affine form :math:`a x + b`, put
:math:`z^q = a x + b` with q the common denominator of the exponents, z >= 0. Then f becomes a quotient of two
polynomials in z, whose roots and signs `gametheory.root_isolation` decides exactly. Example: with :math:`z =
\sqrt X`, :math:`2 / \sqrt X - 1/5 = (10 - z) / (5 z)`, so X = 100.

`pieces` first cuts an interval at the breakpoints of `Piecewise`, `Min`, `Max` and `Abs`, so that each part
has one formula.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import sympy as sp

from gametheory.interval import Interval
from gametheory.root_isolation import End, Root, gap_points, rational, real_roots, sign_at

__all__ = ["Algebraic", "Piece", "algebraic_form", "breakpoints", "pieces", "unfolded"]


@dataclass(frozen=True, slots=True)
class Algebraic:
    """An expression as numerator(z) / denominator(z), where z**order = scale * symbol + shift.

    The coefficients are rational, or real algebraic when `is_rational` is false.
    """

    numerator: sp.Poly
    denominator: sp.Poly
    order: int
    scale: Fraction
    shift: Fraction

    @property
    def is_rational(self) -> bool:
        """Whether all coefficients are rational, so that roots and signs are decided exactly."""
        return all(p.get_domain().is_QQ or p.get_domain().is_ZZ for p in (self.numerator, self.denominator))

    def roots(self, lo: End, hi: End) -> tuple[tuple[sp.Expr, Root], ...]:
        """Return (value of the symbol, z) at the zeros in the open interval (lo, hi), ascending."""
        polynomial = self.numerator
        if not self.is_rational:
            polynomial = polynomial.norm()
        low, high = self._span(lo, hi)
        found = [root for root in real_roots(polynomial, *self._floor()) if self._inside(root, low, high)]
        return tuple(self.value(root) for root in (found if self.scale > 0 else reversed(found)))

    def positive_point(self, lo: End, hi: End) -> Fraction | None:
        """Return a value in (lo, hi) where the expression is positive; None proves there is none."""
        product = self.numerator * self.denominator
        if product.is_zero:
            return None
        low, high = self._span(lo, hi)
        ends = [self._end_polynomial(end) for end in (low, high) if not math.isinf(end)]
        for point in gap_points(math.prod(ends, start=product), *self._floor()):
            if low < point**self.order < high and product.eval(sp.Rational(point.numerator, point.denominator)) > 0:
                return (point**self.order - self.shift) / self.scale
        return None

    def value(self, root: Root) -> tuple[sp.Expr, Root]:
        """Return the symbol's exact value at z = root, with the root."""
        shift, scale = (sp.Rational(v.numerator, v.denominator) for v in (self.shift, self.scale))
        return sp.expand((root.exact**self.order - shift) / scale), root

    def enclosure(self, root: Root, divisor: int = 1) -> Interval:
        """Return an interval around (the symbol's value at z = root) / divisor."""
        fine = root.refined(Fraction(1, 10**24))
        ends = ((z**self.order - self.shift) / self.scale / divisor for z in (fine.lower, fine.upper))
        low, high = sorted(ends)
        return Interval.of(low).hull(Interval.of(high))

    def _span(self, lo: End, hi: End) -> tuple[End, End]:
        low, high = sorted(self.scale * end + self.shift if not math.isinf(end) else self._far(end) for end in (lo, hi))
        return low, high

    def _far(self, end: End) -> float:
        return math.inf if (end > 0) == (self.scale > 0) else -math.inf

    def _floor(self) -> tuple[End, End]:
        return (Fraction(0) if self.order > 1 else -math.inf), math.inf

    def _end_polynomial(self, end: End) -> sp.Poly:
        z = self.numerator.gen
        return sp.Poly(z**self.order - sp.Rational(Fraction(end).numerator, Fraction(end).denominator), z)

    def _inside(self, root: Root, low: End, high: End) -> bool:
        above = math.isinf(low) or sign_at(root, self._end_polynomial(low)) > 0
        return above and (math.isinf(high) or sign_at(root, self._end_polynomial(high)) < 0)


def algebraic_form(expression: sp.Expr, symbol: sp.Symbol) -> Algebraic | None:
    """Return the form of the module's docstring, or None when the expression has no such form.

    Parameters
    ----------
    expression : sympy.Expr
        In `symbol` alone.
    symbol : sympy.Symbol
        Its variable.

    Returns
    -------
    Algebraic or None

    Examples
    --------
    >>> X = sp.Symbol("X")
    >>> form = algebraic_form(2 / sp.sqrt(X) - sp.Rational(1, 5), X)
    >>> [value for value, _ in form.roots(Fraction(0), math.inf)]
    [100]
    """
    if expression.has(sp.Piecewise, sp.Min, sp.Max, sp.Abs, sp.zoo, sp.nan, sp.oo):
        return None
    powers = [p for p in expression.atoms(sp.Pow) if p.base.has(symbol) and not p.exp.is_Integer]
    if any(not p.exp.is_Rational for p in powers):
        return None
    z = sp.Dummy("z", real=True, nonnegative=True if powers else None)
    if not powers:
        return _quotient(expression.xreplace({symbol: z}), z, 1, Fraction(1), Fraction(0))
    base = sp.Poly(powers[0].base, symbol) if powers[0].base.is_polynomial(symbol) else None
    if base is None or base.degree() != 1 or not all(c.is_Rational for c in base.all_coeffs()):
        return None
    ratios = [sp.cancel(p.base / base.as_expr()) for p in powers]
    if any(not ratio.is_Rational or ratio <= 0 for ratio in ratios):
        return None
    order = math.lcm(*(int(p.exp.q) for p in powers))
    forms: list[Algebraic] = []
    for factor in _factors(expression):
        swap = {p: (ratio / factor) ** p.exp * z ** (order * p.exp) for p, ratio in zip(powers, ratios, strict=True)}
        scale, shift = (factor * c for c in base.all_coeffs())
        plain = expression.xreplace(swap).xreplace({symbol: (z**order - shift) / scale})
        form = _quotient(plain, z, order, rational(scale), rational(shift))
        if form is not None and form.is_rational:
            return form
        forms.extend([form] if form is not None else [])
    return forms[0] if forms else None


def _polynomial(expression: sp.Expr, z: sp.Symbol) -> sp.Poly:
    plain = sp.Poly(expression, z)
    rational_ones = plain.get_domain().is_QQ or plain.get_domain().is_ZZ
    return plain if rational_ones else sp.Poly(expression, z, extension=True)


def _factors(expression: sp.Expr) -> list[sp.Rational]:
    """Scales of z**order to try, to absorb constant roots: sqrt(5) sqrt(x) = z with z**2 = 5 x."""
    roots = {p.base for p in expression.atoms(sp.Pow) if p.base.is_Rational and p.base > 0 and not p.exp.is_Integer}
    return [sp.Integer(1), *sorted(roots), *([sp.prod(roots)] if len(roots) > 1 else [])]


def _quotient(expression: sp.Expr, z: sp.Symbol, order: int, scale: Fraction, shift: Fraction) -> Algebraic | None:
    try:
        whole = expression.is_polynomial(z)  # then cancelling, which is slow, has nothing to do
        top, bottom = (expression, sp.Integer(1)) if whole else sp.fraction(sp.cancel(sp.together(expression)))
        polynomials = [_polynomial(part, z) for part in (top, bottom)]
    except (sp.PolynomialError, NotImplementedError):
        return None
    domains = [p.get_domain() for p in polynomials]
    if not all(d.is_QQ or d.is_ZZ or d.is_Algebraic for d in domains):
        return None
    return Algebraic(polynomials[0], polynomials[1], order, scale, shift)


@dataclass(frozen=True, slots=True)
class Piece:
    """One formula on an open interval; `whole` is false when breakpoints could not be found exactly."""

    lo: End
    hi: End
    expression: sp.Expr
    whole: bool = True


def unfolded(expression: sp.Expr) -> sp.Expr:
    """Return the expression with `Min`, `Max` and `Abs` written as `Piecewise`."""

    def turn(node: sp.Expr) -> sp.Expr:
        if isinstance(node, sp.Abs):
            return sp.Piecewise((node.args[0], node.args[0] >= 0), (-node.args[0], True))
        best = node.args[0]
        for other in node.args[1:]:
            first = best <= other if isinstance(node, sp.Min) else best >= other
            best = sp.Piecewise((best, first), (other, True))
        return best

    return expression.replace(lambda node: isinstance(node, sp.Min | sp.Max | sp.Abs), turn)


def pieces(expression: sp.Expr, symbol: sp.Symbol, lo: End, hi: End) -> tuple[Piece, ...]:
    """Cut (lo, hi) at the breakpoints of the expression.

    Parameters
    ----------
    expression : sympy.Expr
        In `symbol` alone; breakpoints are found where they are rational.
    symbol : sympy.Symbol
        Its variable.
    lo, hi : Fraction or infinite float
        The ends.

    Returns
    -------
    tuple of Piece
        Adjacent, ascending.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> [(str(p.lo), str(p.hi), p.expression) for p in pieces(sp.Min(2 * x, 1), x, Fraction(0), Fraction(1))]
    [('0', '1/2', 2*x), ('1/2', '1', 1)]
    """
    expression = unfolded(expression)
    nodes = sorted(expression.atoms(sp.Piecewise), key=sp.count_ops)
    inner = next((node for node in nodes if node.has(symbol)), None)
    if inner is None:
        return (Piece(lo, hi, expression.doit()),)
    cuts = breakpoints(inner.atoms(sp.core.relational.Relational), symbol, lo, hi)
    if cuts is None:
        return (Piece(lo, hi, expression, whole=False),)
    ends: list[End] = [lo, *cuts, hi]
    found: list[Piece] = []
    for left, right in pairwise(ends):
        point = sp.Poly(symbol, symbol)  # any polynomial: one gap point of (left, right) is wanted
        sample = gap_points(point, left, right)[0]
        branch = _branch(inner, symbol, sample)
        found.extend(pieces(expression.xreplace({inner: branch}), symbol, left, right))
    return tuple(found)


def breakpoints(relations: Iterable[sp.Expr], symbol: sp.Symbol, lo: End, hi: End) -> tuple[Fraction, ...] | None:
    """Return where in (lo, hi) the relations may change their truth; None if some place is not rational."""
    cuts: set[Fraction] = set()
    for relation in relations:
        difference = sp.sympify(relation.lhs - relation.rhs, strict=True)
        if not difference.has(symbol) or difference.has(sp.oo):
            continue
        form = algebraic_form(difference, symbol)
        if form is None or not form.is_rational:
            return None
        poles = Algebraic(form.denominator, form.denominator, form.order, form.scale, form.shift).roots(lo, hi)
        zeros = () if form.numerator.is_zero else form.roots(lo, hi)
        values = [value for value, _ in (*zeros, *poles)]
        if any(not value.is_Rational for value in values):
            return None
        cuts.update(rational(value) for value in values)
    return tuple(sorted(cuts))


def _branch(node: sp.Piecewise, symbol: sp.Symbol, sample: Fraction) -> sp.Expr:
    at = sp.Rational(sample.numerator, sample.denominator)
    for branch, condition in node.args:
        if condition == sp.true or condition.subs(symbol, at) == sp.true:
            return branch
    return sp.nan
