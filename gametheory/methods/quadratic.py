"""Numbers u + v sqrt(d) with rational u, v and a whole d > 0: sums, products and signs, exactly."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sympy


@dataclass(frozen=True, slots=True)
class Quadratic:
    """The number rational + factor sqrt(radicand).

    Parameters
    ----------
    rational, factor : Fraction
    radicand : int
        The same for all numbers that are combined.

    Examples
    --------
    >>> golden = Quadratic(Fraction(-1, 2), Fraction(1, 2), 5)
    >>> (golden * golden + golden).sign, (golden * golden + golden + (-1)).sign
    (1, 0)
    """

    rational: Fraction
    factor: Fraction
    radicand: int

    def __add__(self, other: Quadratic | Fraction | int) -> Quadratic:
        if isinstance(other, Quadratic):
            return Quadratic(self.rational + other.rational, self.factor + other.factor, self.radicand)
        return Quadratic(self.rational + other, self.factor, self.radicand)

    def __neg__(self) -> Quadratic:
        return Quadratic(-self.rational, -self.factor, self.radicand)

    def __mul__(self, other: Quadratic | Fraction | int) -> Quadratic:
        if not isinstance(other, Quadratic):
            return Quadratic(self.rational * other, self.factor * other, self.radicand)
        u = self.rational * other.rational + self.radicand * self.factor * other.factor
        return Quadratic(u, self.rational * other.factor + self.factor * other.rational, self.radicand)

    __radd__ = __add__
    __rmul__ = __mul__

    @property
    def sign(self) -> int:
        """-1, 0 or 1."""
        u, v = self.rational, self.factor
        one, two = (u > 0) - (u < 0), (v > 0) - (v < 0)
        if one * two >= 0:
            return one or two
        larger = u * u - v * v * self.radicand
        return one if larger > 0 else (two if larger < 0 else 0)

    def __float__(self) -> float:
        digits = 200  # bits after the point of the square root: enough for any cancellation met here
        while True:
            near = Fraction(isqrt(self.radicand << (2 * digits)), 2**digits)
            value = self.rational + self.factor * near
            if not self.factor or abs(value) > abs(self.factor) / 2 ** (digits - 60) or digits > 10_000:
                return float(value)
            digits *= 2

    @property
    def symbolic(self) -> sympy.Expr:
        """The same number in SymPy."""
        import sympy

        u, v = (sympy.Rational(part.numerator, part.denominator) for part in (self.rational, self.factor))
        return u + v * sympy.sqrt(self.radicand)
