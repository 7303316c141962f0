"""From a box with one zero to the zero itself: 60 digits, or a fraction that solves the equations exactly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import sympy as sp

from evolution.rest_spectrum import DIGITS

__all__ = ["System"]

_LARGEST = 10**6
_STEPS = 12


class System:
    """Equations with their derivatives, compiled for mpmath once.

    Parameters
    ----------
    equations : sequence of k sympy.Expr
    symbols : sequence of k sympy.Symbol
    """

    def __init__(self, equations: Sequence[sp.Expr], symbols: Sequence[sp.Symbol]) -> None:
        self.equations, self.symbols = list(equations), list(symbols)
        slopes = [[sp.diff(equation, symbol) for symbol in symbols] for equation in equations]
        self.slopes = slopes
        self.values: Callable[[Any], Any] = sp.lambdify([self.symbols], self.equations, "mpmath")
        self.jacobian: Callable[[Any], Any] = sp.lambdify([self.symbols], slopes, "mpmath")

    def zero(self, near: Sequence[float]) -> tuple[list[Any], bool]:
        """The zero near a point: Fractions where these solve the equations exactly, else 60-digit numbers.

        Returns
        -------
        list of numbers, bool
            And whether they are exact.
        """
        import mpmath

        if not self.symbols:
            return [], True
        with mpmath.workdps(DIGITS + 20):
            point = mpmath.matrix([mpmath.mpf(float(p)) for p in near])
            for _ in range(_STEPS):
                try:
                    step = mpmath.lu_solve(
                        mpmath.matrix(self.jacobian(list(point))), mpmath.matrix(self.values(list(point)))
                    )
                except ZeroDivisionError:
                    break
                point = point - step
                if mpmath.norm(step) < mpmath.mpf(10) ** -(DIGITS + 5):
                    break
            found = list(point)
        guess = [_fraction(value) for value in found]
        if self.vanish(guess):
            return guess, True
        return found, False

    def vanish(self, point: Sequence[Fraction]) -> bool:
        """Whether the equations hold exactly, as far as SymPy sees without being asked to simplify."""
        place = {s: sp.Rational(p.numerator, p.denominator) for s, p in zip(self.symbols, point, strict=True)}
        return all(equation.subs(place) == 0 for equation in self.equations)

    def slopes_at(self, point: Sequence[Any]) -> list[list[Any]]:
        """The Jacobian: Fractions at Fractions if it is rational there, else 60-digit numbers."""
        import mpmath

        if all(isinstance(p, Fraction) for p in point):
            place = {s: sp.Rational(p.numerator, p.denominator) for s, p in zip(self.symbols, point, strict=True)}
            exact = [[slope.subs(place) for slope in row] for row in self.slopes]
            if all(cell.is_Rational for row in exact for cell in row):
                return [[Fraction(int(cell.p), int(cell.q)) for cell in row] for row in exact]
        with mpmath.workdps(DIGITS + 20):
            values = [mpmath.mpf(p.numerator) / p.denominator if isinstance(p, Fraction) else p for p in point]
            return [list(row) for row in self.jacobian(values)]

    def residual(self, point: Sequence[float]) -> float:
        """The greatest equation at floats, to 60 digits."""
        import mpmath

        with mpmath.workdps(DIGITS):
            values = self.values([mpmath.mpf(float(p)) for p in point])
            return float(max((abs(value) for value in values), default=0))


def _fraction(value: Any) -> Fraction:
    mantissa, exponent = int(value.man), int(value.exp)
    sign = -1 if value < 0 else 1
    return (sign * abs(mantissa) * Fraction(2) ** exponent).limit_denominator(_LARGEST)
