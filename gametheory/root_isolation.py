r"""Real roots of polynomials with rational coefficients, exactly.

A polynomial is factored over the integers (by python-flint). A linear factor gives a rational root; an
irreducible factor of higher degree has simple irrational real roots, each kept as an algebraic number: its
minimal polynomial, an isolating interval with rational ends across which that polynomial changes sign, and a
SymPy form (radicals for square and pure equations, `CRootOf` otherwise). Signs of other polynomials at such a
root are decided exactly: zero iff the minimal polynomial divides them, else by refining the interval until
the sign shows.

The sign of a polynomial on an interval follows: it is constant between consecutive roots, so one rational
point in each gap decides it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import sympy as sp

__all__ = ["Root", "positive_point", "rational", "real_roots", "sign_at"]

End = Fraction | float


@dataclass(frozen=True, slots=True)
class Root:
    """A real algebraic number.

    Parameters
    ----------
    exact : sympy.Expr
        Rational, radical, or `CRootOf`.
    lower, upper : Fraction
        Equal for a rational root; else the ends of an interval in which `minimal` has this root only.
    multiplicity : int
        In the polynomial it came from.
    minimal : tuple of int
        Coefficients of the irreducible factor, constant first.
    """

    exact: sp.Expr
    lower: Fraction
    upper: Fraction
    multiplicity: int
    minimal: tuple[int, ...]

    def refined(self, width: Fraction) -> Root:
        """Return the same root with an interval no wider than `width`, by exact bisection."""
        lower, upper = self.lower, self.upper
        rises = _value(self.minimal, upper) > 0
        while upper - lower > width:
            middle = (lower + upper) / 2
            if (_value(self.minimal, middle) > 0) == rises:
                upper = middle
            else:
                lower = middle
        return Root(self.exact, lower, upper, self.multiplicity, self.minimal)

    def __float__(self) -> float:
        precise = self.refined(Fraction(1, 10**17) * max(abs(self.upper), Fraction(1, 10**30)))
        return float((precise.lower + precise.upper) / 2)


def real_roots(polynomial: sp.Poly, lo: End = -math.inf, hi: End = math.inf) -> tuple[Root, ...]:
    """Return the distinct real roots in the open interval (lo, hi), ascending.

    Parameters
    ----------
    polynomial : sympy.Poly
        One variable, rational coefficients, not zero.
    lo, hi : Fraction or infinite float
        The ends.

    Returns
    -------
    tuple of Root

    Raises
    ------
    ValueError
        If the polynomial is zero (every point is a root), or has other than one variable or rational
        coefficients.

    References
    ----------
    H. Cohen, *A Course in Computational Algebraic Number Theory*, Springer 1993.

    Examples
    --------
    >>> x = sp.Symbol("x")
    >>> roots = real_roots(sp.Poly((2 * x - 1) ** 2 * (x**2 - 2), x))
    >>> [(str(root.exact), root.multiplicity) for root in roots]
    [('-sqrt(2)', 1), ('1/2', 2), ('sqrt(2)', 1)]
    """
    from flint import fmpz_poly

    if polynomial.is_zero:
        raise ValueError("the zero polynomial vanishes everywhere; treat this case before asking for roots")
    _, factors = fmpz_poly(_integers(polynomial)).factor()
    found: list[Root] = []
    for factor, multiplicity in factors:
        found.extend(_factor_roots(factor, multiplicity, polynomial.gen))
    inside = [root for root in found if sign_of_difference(root, lo) > 0 > sign_of_difference(root, hi)]
    return tuple(_ascending([_clear_of(root, lo, hi) for root in inside]))


def sign_at(root: Root, polynomial: sp.Poly) -> int:
    """Return the exact sign (-1, 0, 1) of a rational polynomial at an algebraic number.

    Parameters
    ----------
    root : Root
        The point.
    polynomial : sympy.Poly
        One variable, rational coefficients.

    Returns
    -------
    int

    Examples
    --------
    >>> x = sp.Symbol("x")
    >>> root = real_roots(sp.Poly(x**2 - 2, x), Fraction(0))[0]
    >>> sign_at(root, sp.Poly(x**4 - 4, x)), sign_at(root, sp.Poly(5 * x - 7, x))
    (0, 1)
    """
    from flint import fmpz_poly

    if polynomial.is_zero:
        return 0
    coefficients = _integers(polynomial)
    if root.lower == root.upper:
        return _sign(_value(tuple(coefficients), root.lower))
    if len(coefficients) > 1 and not any((fmpz_poly(coefficients) % fmpz_poly(list(root.minimal))).coeffs()):
        return 0
    while True:
        low, high = _range(coefficients, root.lower, root.upper)
        if low > 0 or high < 0:
            return 1 if low > 0 else -1
        root = root.refined((root.upper - root.lower) / 16)


def sign_of_difference(root: Root, end: End) -> int:
    """Return the exact sign of root - end."""
    if isinstance(end, float) and math.isinf(end):
        return -1 if end > 0 else 1
    exact = Fraction(end)
    return sign_at(root, sp.Poly([1, -sp.Rational(exact.numerator, exact.denominator)], sp.Symbol("u")))


def positive_point(polynomial: sp.Poly, lo: End, hi: End) -> Fraction | None:
    """Return a point of (lo, hi) where the polynomial is positive; None is the proof that there is none.

    Parameters
    ----------
    polynomial : sympy.Poly
        One variable, rational coefficients.
    lo, hi : Fraction or infinite float
        The ends.

    Returns
    -------
    Fraction or None

    Examples
    --------
    >>> x = sp.Symbol("x")
    >>> positive_point(sp.Poly(-(x - 1) ** 2, x), Fraction(0), Fraction(2)) is None
    True
    """
    if polynomial.is_zero:
        return None
    for point in gap_points(polynomial, lo, hi):
        if _value(tuple(_integers(polynomial)), point) > 0:
            return point
    return None


def gap_points(polynomial: sp.Poly, lo: End, hi: End) -> tuple[Fraction, ...]:
    """Return one rational point in each open gap that the real roots leave in (lo, hi)."""
    roots = real_roots(polynomial, lo, hi)
    rights: list[End] = [*(root.lower for root in roots), hi]
    lefts: list[End] = [lo, *(root.upper for root in roots)]
    return tuple(_between(left, right) for left, right in zip(lefts, rights, strict=True))


def rational(value: Any) -> Fraction:
    """Return a rational SymPy number as a Fraction.

    Raises
    ------
    ValueError
        If `value` is not a rational number.
    """
    number = sp.sympify(value, strict=True)
    if not number.is_Rational:
        raise ValueError(f"{value} is not a rational number")
    return Fraction(int(number.p), int(number.q))


def _between(left: End, right: End) -> Fraction:
    if math.isinf(left) and math.isinf(right):
        return Fraction(0)
    if math.isinf(left):
        return Fraction(right) - 1
    if math.isinf(right):
        return Fraction(left) + 1
    return (Fraction(left) + Fraction(right)) / 2


def _integers(polynomial: sp.Poly) -> list[int]:
    """Coefficients times a positive common denominator, constant first."""
    if len(polynomial.gens) != 1 or (not polynomial.get_domain().is_QQ and not polynomial.get_domain().is_ZZ):
        raise ValueError(f"{polynomial} must have one variable and rational coefficients")
    _, cleared = polynomial.set_domain(sp.QQ).clear_denoms(convert=True)
    return [int(c) for c in reversed(cleared.all_coeffs())]


def _factor_roots(factor: Any, multiplicity: int, symbol: sp.Symbol) -> list[Root]:
    minimal = tuple(int(c) for c in factor.coeffs())
    if len(minimal) == 2:
        value = Fraction(-minimal[0], minimal[1])
        return [Root(sp.Rational(value.numerator, value.denominator), value, value, multiplicity, minimal)]
    brackets = _brackets(factor, minimal)
    return [
        Root(_closed_form(minimal, index, (lower + upper) / 2), lower, upper, multiplicity, minimal)
        for index, (lower, upper) in enumerate(brackets)
    ]


def _brackets(factor: Any, minimal: tuple[int, ...]) -> list[tuple[Fraction, Fraction]]:
    """Isolating intervals of the real roots of an irreducible factor of degree 2 or more, ascending."""
    from flint import ctx

    precision = 64
    while True:
        with ctx.workprec(precision):
            balls = [root.real for root, _ in factor.complex_roots() if root.imag.is_zero()]
            ends = sorted((_dyadic(ball.lower()), _dyadic(ball.upper())) for ball in balls)
        apart = all(first[1] < second[0] for first, second in pairwise(ends))
        if apart and all(_value(minimal, low) * _value(minimal, high) < 0 for low, high in ends):
            return ends
        precision *= 2


def _dyadic(point: Any) -> Fraction:
    mantissa, exponent = point.man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def _closed_form(minimal: tuple[int, ...], index: int, near: Fraction) -> sp.Expr:
    degree = len(minimal) - 1
    if degree == 2:
        c, b, a = minimal
        root = sp.sqrt(b * b - 4 * a * c)
        forms = [(-b - root) / (2 * sp.Integer(a)), (-b + root) / (2 * sp.Integer(a))]
        return sp.expand(min(forms, key=lambda form: abs(float(form) - float(near))))
    if not any(minimal[1:-1]):  # a z^d + c = 0
        size = sp.root(abs(sp.Rational(-minimal[0], minimal[-1])), degree)
        return size if near > 0 else -size
    z = sp.Symbol("z")
    return sp.CRootOf(sp.Poly(list(reversed(minimal)), z), index, radicals=False)


def _clear_of(root: Root, lo: End, hi: End) -> Root:
    """Refine until the isolating interval lies inside (lo, hi)."""
    while root.lower <= lo or root.upper >= hi:
        root = root.refined((root.upper - root.lower) / 16)
    return root


def _ascending(roots: list[Root]) -> list[Root]:
    """Sort, refining until intervals of different roots are disjoint."""
    roots = sorted(roots, key=lambda root: root.lower)
    while any(a.upper >= b.lower for a, b in pairwise(roots)):
        roots = sorted((root.refined((root.upper - root.lower) / 16) for root in roots), key=lambda root: root.lower)
    return roots


def _value(coefficients: tuple[int, ...], point: Fraction) -> Fraction:
    total = Fraction(0)
    for coefficient in reversed(coefficients):
        total = total * point + coefficient
    return total


def _range(coefficients: list[int], lower: Fraction, upper: Fraction) -> tuple[Fraction, Fraction]:
    """Enclose the polynomial on [lower, upper] by Horner's rule on intervals."""
    low = high = Fraction(0)
    for coefficient in reversed(coefficients):
        corners = (low * lower, low * upper, high * lower, high * upper)
        low, high = min(corners) + coefficient, max(corners) + coefficient
    return low, high


def _sign(value: Fraction) -> int:
    return (value > 0) - (value < 0)
