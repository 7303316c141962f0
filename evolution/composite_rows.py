"""Rows of protocols that hold more than one number: made around tables and around the rows of other protocols.

As in `protocol_rows` each is plain Python that Numba compiles; what it is made around it sees as constants.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from evolution.protocol_rows import Row

__all__ = ["mixed_row", "mutating_row", "reproduction_row"]

Vector = npt.NDArray[np.float64]


@cache
def _callable(row: Row) -> Row:
    """The row itself, made known to Numba so that compiled rows may call it."""
    from numba.extending import register_jitable

    known: Row = register_jitable(row)
    return known


@cache
def mixed_row(parts: tuple[tuple[float, Row, float], ...]) -> Row:
    """Row sum of w times the row at its own parameter, over parts (w, row, parameter)."""
    weight, last, own = parts[-1][0], _callable(parts[-1][1]), parts[-1][2]
    if len(parts) == 1:

        def scaled(
            payoffs: Vector, shares: Vector, i: int, lo: int, hi: int, parameter: float, chance: Vector
        ) -> float:
            total = last(payoffs, shares, i, lo, hi, own, chance)
            for j in range(lo, hi):
                chance[j] *= weight
            return weight * total

        return scaled
    others = _callable(mixed_row(parts[:-1]))

    def mixed(payoffs: Vector, shares: Vector, i: int, lo: int, hi: int, parameter: float, chance: Vector) -> float:
        spare = np.empty(len(chance))
        total = others(payoffs, shares, i, lo, hi, 0.0, spare)
        total += weight * last(payoffs, shares, i, lo, hi, own, chance)
        for j in range(lo, hi):
            chance[j] = weight * chance[j] + spare[j]
        return total

    return mixed


@cache
def mutating_row(inner: Row, own: float, rates: float | tuple[tuple[float, ...], ...]) -> Row:
    """The row `inner` at its parameter, plus one mutation rate to each other strategy or a matrix of them."""
    revising = _callable(inner)
    single = isinstance(rates, float)
    table = np.array([[rates]] if single else rates, dtype=float)

    def row(payoffs: Vector, shares: Vector, i: int, lo: int, hi: int, parameter: float, chance: Vector) -> float:
        total = revising(payoffs, shares, i, lo, hi, own, chance)
        for j in range(lo, hi):
            if j != i:
                rate = table[0, 0] if single else table[i - lo, j - lo]
                chance[j] += rate
                total += rate
        return total

    return row


@cache
def reproduction_row(mutation: float | tuple[tuple[float, ...], ...], relative: bool) -> Row:
    """Rates sum_k x_k (F_k + c) Q_kj with c = parameter; nan where a birth rate, or a relative mean, is negative."""
    single = isinstance(mutation, float)
    table = np.array([[mutation]] if single else mutation, dtype=float)

    def row(payoffs: Vector, shares: Vector, i: int, lo: int, hi: int, parameter: float, chance: Vector) -> float:
        mean = 0.0
        for j in range(lo, hi):
            chance[j] = 0.0
        for k in range(lo, hi):
            if shares[k] > 0:
                births = shares[k] * (payoffs[k] + parameter)
                if births < 0:
                    return np.nan
                mean += births
                for j in range(lo, hi):
                    if not single:
                        chance[j] += births * table[k - lo, j - lo]
                    elif hi - lo == 1:
                        chance[j] += births
                    elif j == k:
                        chance[j] += births * (1.0 - table[0, 0])
                    else:
                        chance[j] += births * table[0, 0] / (hi - lo - 1)
        if relative:
            if not mean > 0:
                return np.nan
            for j in range(lo, hi):
                chance[j] /= mean
            return mean / mean
        return mean

    return row
