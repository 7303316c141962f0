"""Rows of the protocols: the switch rates of one agent, in plain loops that Numba compiles as they stand.

A row fills chance[j] = rho_ij for the strategies j = lo, ..., hi - 1 of the agent's role, given packed payoffs
and shares, and returns their sum. Where rates are no probabilities yet, whoever samples divides them by R. The
tests hold each row to the `rates` of its protocol.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

__all__ = ["Row", "imitation_row", "logit_row"]

Vector = npt.NDArray[np.float64]
Row = Callable[[Vector, Vector, int, int, int, float, Vector], float]
"""row(payoffs, shares, i, lo, hi, parameter, chance)"""


def imitation_row(payoffs: Vector, shares: Vector, i: int, lo: int, hi: int, parameter: float, chance: Vector) -> float:
    """Rates x_j [F_j - F_i]+ of pairwise proportional imitation."""
    total = 0.0
    for j in range(lo, hi):
        gain = payoffs[j] - payoffs[i]
        if shares[j] <= 0 or gain < 0:
            gain = 0.0
        chance[j] = shares[j] * gain
        total += chance[j]
    return total


def logit_row(payoffs: Vector, shares: Vector, i: int, lo: int, hi: int, parameter: float, chance: Vector) -> float:
    """Probabilities exp(F_j/T) / sum_k exp(F_k/T), T = parameter; their sum is nan if payoffs are not finite."""
    best = payoffs[lo:hi].max()
    total = 0.0
    for j in range(lo, hi):
        chance[j] = np.exp((payoffs[j] - best) / parameter)
        total += chance[j]
    for j in range(lo, hi):
        chance[j] /= total
    return total / total
