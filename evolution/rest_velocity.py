r"""Velocities of smooth protocols as formulas, for proofs by interval arithmetic and derivatives of any order.

`flow` of a protocol is its NumPy form; here is the same velocity in SymPy, and the tests hold the two together.
Logit choice is written with payoff differences, L_i = 1 / sum_k exp((F_k - F_i) / T), in which nothing overflows to
an undefined value and each share stands once, so that interval arithmetic loses little.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import singledispatch
from typing import Any

import numpy as np
import sympy as sp

from evolution.imitation_protocols import (
    FermiImitation,
    ImitationByDissatisfaction,
    ImitationOfSuccess,
    ImitativeLogitChoice,
    RelativeImitation,
)
from evolution.mutation_protocols import HybridProtocol, MutatingProtocol, Reproduction
from evolution.protocols import LogitChoice, ProportionalImitation, RevisionProtocol
from evolution.rest_numbers import read

__all__ = ["number", "velocity_of"]

Expressions = list[sp.Expr]


def number(value: Any) -> sp.Rational:
    """A float or Fraction as the rational it means, see `rest_numbers.read`."""
    exact = read(Fraction(value))
    return sp.Rational(exact.numerator, exact.denominator)


@singledispatch
def velocity_of(protocol: RevisionProtocol, payoffs: Sequence[sp.Expr], shares: Sequence[sp.Expr]) -> Expressions:
    """Velocity of one role's shares as expressions.

    Parameters
    ----------
    protocol : RevisionProtocol
        A smooth one.
    payoffs, shares : sequences of sympy.Expr

    Returns
    -------
    list of sympy.Expr

    Raises
    ------
    TypeError
        If no formula of the protocol is known, or it is not smooth.

    Examples
    --------
    >>> x = sp.Symbol("x")
    >>> velocity_of(ProportionalImitation(), [1, 0], [x, 1 - x])[0].factor()
    -x*(x - 1)
    """
    raise TypeError(f"{type(protocol).__name__} has no smooth formula here")


@velocity_of.register(ProportionalImitation)
@velocity_of.register(ImitationOfSuccess)
@velocity_of.register(ImitationByDissatisfaction)
def _replicator(protocol: Any, payoffs: Sequence[sp.Expr], shares: Sequence[sp.Expr]) -> Expressions:
    mean = _mean(payoffs, shares)
    return [share * (payoff - mean) for share, payoff in zip(shares, payoffs, strict=True)]


@velocity_of.register
def _relative(protocol: RelativeImitation, payoffs: Sequence[sp.Expr], shares: Sequence[sp.Expr]) -> Expressions:
    mean, ground = _mean(payoffs, shares), number(protocol.background)
    return [share * (payoff - mean) / (mean + ground) for share, payoff in zip(shares, payoffs, strict=True)]


@velocity_of.register
def _fermi(protocol: FermiImitation, payoffs: Sequence[sp.Expr], shares: Sequence[sp.Expr]) -> Expressions:
    double = 2 * number(protocol.temperature)
    pairs = list(zip(shares, payoffs, strict=True))
    return [x * sp.Add(*(y * sp.tanh((F - G) / double) for y, G in pairs if G is not F)) for x, F in pairs]


@velocity_of.register
def _imitative_logit(
    protocol: ImitativeLogitChoice, payoffs: Sequence[sp.Expr], shares: Sequence[sp.Expr]
) -> Expressions:
    heat = number(protocol.temperature)
    pairs = list(zip(shares, payoffs, strict=True))
    return [x * (1 / sp.Add(*(y * sp.exp((G - F) / heat) for y, G in pairs)) - 1) for x, F in pairs]


@velocity_of.register
def _logit(protocol: LogitChoice, payoffs: Sequence[sp.Expr], shares: Sequence[sp.Expr]) -> Expressions:
    heat = number(protocol.temperature)
    gaps = [[sp.expand((other - own) / heat) for other in payoffs] for own in payoffs]
    return [1 / sp.Add(*map(sp.exp, row)) - share for row, share in zip(gaps, shares, strict=True)]


@velocity_of.register
def _mutating(protocol: MutatingProtocol, payoffs: Sequence[sp.Expr], shares: Sequence[sp.Expr]) -> Expressions:
    base = velocity_of(protocol.protocol, payoffs, shares)
    rates = _square(protocol.rate, len(shares), at_birth=False)
    count = range(len(shares))
    moved = [sp.Add(*(shares[j] * rates[j][i] - shares[i] * rates[i][j] for j in count if j != i)) for i in count]
    return [v + m for v, m in zip(base, moved, strict=True)]


@velocity_of.register
def _reproduction(protocol: Reproduction, payoffs: Sequence[sp.Expr], shares: Sequence[sp.Expr]) -> Expressions:
    count = range(len(shares))
    table = _square(protocol.mutation, len(shares), at_birth=True)
    ground = number(protocol.background)
    births = [share * (payoff + ground) for share, payoff in zip(shares, payoffs, strict=True)]
    mean = sp.Add(*births)
    rates = [sp.Add(*(births[j] * table[j][i] for j in count)) - shares[i] * mean for i in count]
    return [rate / mean for rate in rates] if protocol.relative else rates


@velocity_of.register
def _hybrid(protocol: HybridProtocol, payoffs: Sequence[sp.Expr], shares: Sequence[sp.Expr]) -> Expressions:
    parts = [[number(w) * v for v in velocity_of(p, payoffs, shares)] for w, p in protocol.parts]
    return [sp.Add(*terms) for terms in zip(*parts, strict=True)]


def _mean(payoffs: Sequence[sp.Expr], shares: Sequence[sp.Expr]) -> sp.Expr:
    return sp.Add(*(share * payoff for share, payoff in zip(shares, payoffs, strict=True)))


def _square(given: Any, count: int, *, at_birth: bool) -> list[list[sp.Rational]]:
    """A table of mutation as rationals; one number as the protocol means it."""
    if np.ndim(given) == 2:
        return [[number(cell) for cell in row] for row in np.asarray(given, dtype=float)]
    rate = number(float(given))
    if not at_birth:
        return [[rate * int(i != j) for j in range(count)] for i in range(count)]
    if count == 1:
        return [[sp.Integer(1)]]
    return [[1 - rate if i == j else rate / (count - 1) for j in range(count)] for i in range(count)]
