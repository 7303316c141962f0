"""Numbers of a game as rest points need them: exact, or with 60 digits.

A float that shows at most twelve digits means the decimal it shows, 0.1 a tenth; with more digits it is the binary
rational it is. So a game written in decimals is degenerate exactly when it looks so.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from evolution.rest_spectrum import DIGITS

__all__ = ["ROUNDED", "as_mp", "exact_tables", "read", "rounding_of"]

_SHOWN = 12
ROUNDED = 1e-13


def read(value: Fraction) -> Fraction:
    """The number that a Fraction, perhaps made from a float, was meant to be.

    Examples
    --------
    >>> read(Fraction(0.1)), read(Fraction(1, 3)), read(Fraction(0.1 + 0.2)) == Fraction(0.1 + 0.2)
    (Fraction(1, 10), Fraction(1, 3), True)
    """
    if value.denominator & (value.denominator - 1) or float(value) != value:
        return value
    text = repr(float(value))
    return Fraction(text) if _digits(text) <= _SHOWN else value


def rounding_of(dynamics: Any) -> float:
    """How far real parts are trusted, relative to the greatest eigenvalue: 0 where all numbers are exact.

    A float of more than twelve digits, such as 1/6, was rounded, and so was a payoff with a denominator beyond 10^12:
    what they make smaller than 1e-13 counts as 0.
    """
    numbers: list[Any] = [table.flat for table in getattr(dynamics.game, "tensors", ())]
    exact = getattr(dynamics.game, "source", None) is not None
    flat = [] if exact else [value for table in numbers for value in table]
    flat += [value for value in vars_of(dynamics.protocol) if isinstance(value, float | np.floating)]
    for payoffs in getattr(dynamics.game, "payoff_expressions", {}).values():
        if any(number.q > 10**_SHOWN for payoff in payoffs for number in payoff.atoms(sp.Rational)):
            return ROUNDED
    return ROUNDED if any(_digits(repr(float(value))) > _SHOWN for value in flat) else 0.0


def vars_of(protocol: Any) -> list[Any]:
    """Numbers that a protocol holds, those of its parts included."""
    held: list[Any] = []
    for name in getattr(protocol, "__dataclass_fields__", {}):
        value = getattr(protocol, name)
        if hasattr(value, "__dataclass_fields__"):
            held += vars_of(value)
        elif isinstance(value, np.ndarray):
            held += value.ravel().tolist()
        elif isinstance(value, tuple):
            held += [n for pair in value for n in ([pair[0], *vars_of(pair[1])] if isinstance(pair, tuple) else [])]
        else:
            held.append(value)
    return held


def _digits(text: str) -> int:
    return len(text.split("e")[0].replace(".", "").replace("-", "").strip("0"))


def exact_tables(game: Any) -> list[Any] | None:
    """Matrices of Fractions where payoffs are linear: [A] for F = A x, [A, B] for F = (A y, B x); None otherwise."""
    from evolution.payoff import MultilinearField
    from gametheory.population import Population

    if isinstance(game, MultilinearField) and len(game.roles) <= 2:
        convert = np.frompyfunc(read, 1, 1)
        return [convert(np.moveaxis(table, k, 0)) for k, table in enumerate(game.exact)]
    if isinstance(game, Population):
        from gametheory.methods.population_matrices import payoff_matrices

        found = payoff_matrices(game)
        return None if found is None else [np.array(rows, dtype=object) for rows in found]
    return None


def as_mp(value: Any) -> Any:
    """An exact number with 60 digits and more."""
    import mpmath

    with mpmath.workdps(DIGITS + 40):
        if isinstance(value, Fraction | int):
            return mpmath.mpf(value.numerator) / value.denominator
        return mpmath.mpmathify(value)
