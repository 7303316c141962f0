r"""Eigenvalues with the signs of their real parts, decided exactly for rational matrices.

The characteristic polynomial is factored over the integers and the roots of each irreducible factor f are enclosed
in balls (Arb, by python-flint). A root i w with w real makes f(z) and f(-z) share a root, so f is even (or z itself):
then f(z) = g(z^2) and the imaginary pairs are exactly the negative real roots of g. Every other real part is
separated from 0 by enough digits. Matrices of 60-digit numbers (mpmath) are judged to 40 digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

__all__ = ["DIGITS", "Spectrum", "named_type", "sign_of", "spectrum_of"]

DIGITS = 60
_ZERO = 10.0**-40
_MOST_BITS = 1 << 14


@dataclass(frozen=True, slots=True)
class Spectrum:
    """Eigenvalues, greatest real part first, and the sign of each real part.

    Parameters
    ----------
    values : tuple of complex
        To a few roundings; a real or imaginary part that is 0 is 0.
    signs : tuple of int
    """

    values: tuple[complex, ...]
    signs: tuple[int, ...]


def spectrum_of(matrix: Sequence[Sequence[Any]], rounding: float = 0.0) -> Spectrum:
    """Eigenvalues of a square matrix of Fractions, or of mpmath numbers.

    Parameters
    ----------
    matrix : rows of Fraction (exact), or of mpf
    rounding : float
        Real parts of this size, relative to the greatest eigenvalue, count as 0: where the matrix was rounded.

    Returns
    -------
    Spectrum

    Raises
    ------
    ArithmeticError
        If the signs of a rational matrix cannot be told at 16,384 bits.

    Examples
    --------
    >>> half = Fraction(1, 2)
    >>> spectrum_of([[0, half], [-half, 0]])
    Spectrum(values=(0.5j, -0.5j), signs=(0, 0))
    """
    if not len(matrix):
        return Spectrum((), ())
    if all(isinstance(cell, Fraction | int) for row in matrix for cell in row):
        pairs = _exact(matrix)
    else:
        pairs = _numeric(matrix)
    size = rounding * max(abs(value) for value, _ in pairs)
    pairs = [(complex(0, value.imag), 0) if abs(value.real) <= size else (value, sign) for value, sign in pairs]
    pairs = sorted(pairs, key=lambda pair: (-pair[0].real, -pair[0].imag))
    return Spectrum(tuple(value for value, _ in pairs), tuple(sign for _, sign in pairs))


def sign_of(value: Any, scale: float = 1.0) -> int:
    """Sign of an exact number; of an mpmath number, 0 within 1e-40 of the scale.

    Examples
    --------
    >>> sign_of(Fraction(-1, 3))
    -1
    """
    if isinstance(value, Fraction | int):
        return (value > 0) - (value < 0)
    return 0 if abs(value) <= _ZERO * scale else (1 if value > 0 else -1)


def named_type(values: Sequence[complex], signs: Sequence[int]) -> str:
    """Type by linearisation: node, focus, saddle, or non-hyperbolic.

    Examples
    --------
    >>> named_type((-1 + 2j, -1 - 2j), (-1, -1)), named_type((1, -1), (1, -1))
    ('stable focus', 'saddle')
    """
    if 0 in signs:
        return "non-hyperbolic"
    if 1 in signs and -1 in signs:
        return "saddle"
    slowest = min(values, key=lambda value: abs(value.real), default=0j)
    word = "unstable" if 1 in signs else "stable"
    return f"{word} {'focus' if slowest.imag else 'node'}"


def _exact(matrix: Sequence[Sequence[Any]]) -> list[tuple[complex, int]]:
    from flint import fmpz_mat

    scale = lcm(*(Fraction(cell).denominator for row in matrix for cell in row))
    polynomial = fmpz_mat([[int(cell * scale) for cell in row] for row in matrix]).charpoly()
    pairs: list[tuple[complex, int]] = []
    for factor, times in polynomial.factor()[1]:
        pairs += _of_factor(factor, scale) * int(times)
    return pairs


def _of_factor(factor: Any, scale: int) -> list[tuple[complex, int]]:
    from flint import ctx

    coefficients = [int(c) for c in factor.coeffs()]
    if len(coefficients) == 2:
        root = Fraction(-coefficients[0], coefficients[1] * scale)
        return [(complex(float(root)), sign_of(root))]
    imaginary = 2 * _negative_roots(coefficients[::2]) if not any(coefficients[1::2]) else 0
    bits = 64
    while bits <= _MOST_BITS:
        with ctx.workprec(bits):
            pairs: Any = factor.complex_roots()
            roots = [root / scale for root, _ in pairs]
            unclear = [root.real.contains(0) for root in roots]
            if sum(unclear) == imaginary:
                return [_float(root, on_axis) for root, on_axis in zip(roots, unclear, strict=True)]
        bits *= 2
    raise ArithmeticError(f"real parts of the roots of {factor} could not be told from 0 with {_MOST_BITS} bits")


def _negative_roots(coefficients: Sequence[int]) -> int:
    from flint import fmpz_poly

    pairs: Any = fmpz_poly(list(coefficients)).complex_roots()
    roots = [root for root, _ in pairs]
    return sum(bool(root.imag.is_zero() and root.real < 0) for root in roots)


def _float(root: Any, on_axis: bool) -> tuple[complex, int]:
    imaginary = 0.0 if root.imag.is_zero() else float(root.imag.mid())
    if on_axis:
        return complex(0.0, imaginary), 0
    return complex(float(root.real.mid()), imaginary), 1 if root.real > 0 else -1


def _numeric(matrix: Sequence[Sequence[Any]]) -> list[tuple[complex, int]]:
    import mpmath

    with mpmath.workdps(DIGITS):
        table = mpmath.matrix([[_number(cell) for cell in row] for row in matrix])
        scale = max((abs(cell) for cell in table), default=mpmath.mpf(0))
        if not scale or table.rows == 1:  # mpmath's eig does not answer for one row
            found = [table[k, k] for k in range(table.rows)]
        else:
            try:
                found = mpmath.eig(table, left=False, right=False)
            except RuntimeError:  # its iteration may not converge at eigenvalues that coincide
                found = _enclosed(table)
        small = scale * mpmath.mpf(10) ** -25  # a double eigenvalue has half the digits only
        pairs = []
        for value in found:
            real = mpmath.mpf(0) if abs(mpmath.re(value)) <= small else mpmath.re(value)
            imaginary = mpmath.mpf(0) if abs(mpmath.im(value)) <= small else mpmath.im(value)
            pairs.append((complex(real, imaginary), int(mpmath.sign(real))))
    return pairs


def _enclosed(table: Any) -> list[Any]:
    """Midpoints of enclosures of all eigenvalues, multiple ones included."""
    import mpmath
    from flint import acb, acb_mat, arb, ctx

    with ctx.workdps(2 * DIGITS):
        rows = [[acb(arb(mpmath.nstr(cell, 2 * DIGITS))) for cell in row] for row in table.tolist()]
        found: Any = acb_mat(rows).eig(multiple=True)
        return [mpmath.mpc(value.real.mid().str(DIGITS, radius=False), value.imag.mid().str(DIGITS, radius=False))
                for value in found]  # fmt: skip


def _number(cell: Any) -> Any:
    import mpmath

    return mpmath.mpf(cell.numerator) / cell.denominator if isinstance(cell, Fraction | int) else cell
