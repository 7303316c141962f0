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


def success_row(payoffs: Vector, shares: Vector, i: int, lo: int, hi: int, parameter: float, chance: Vector) -> float:
    """Rates x_j (F_j - K) of imitating success, K = parameter; nan where a payoff is under it."""
    total = 0.0
    for j in range(lo, hi):
        chance[j] = 0.0
        if shares[j] > 0:
            if payoffs[j] < parameter:
                return np.nan
            chance[j] = shares[j] * (payoffs[j] - parameter)
        total += chance[j]
    return total


def dissatisfaction_row(
    payoffs: Vector, shares: Vector, i: int, lo: int, hi: int, parameter: float, chance: Vector
) -> float:
    """Rates x_j (K - F_i) of imitating out of dissatisfaction, K = parameter; nan where the payoff is over it."""
    if payoffs[i] > parameter:
        return np.nan
    total = 0.0
    for j in range(lo, hi):
        chance[j] = shares[j] * (parameter - payoffs[i])
        total += chance[j]
    return total


def fermi_row(payoffs: Vector, shares: Vector, i: int, lo: int, hi: int, parameter: float, chance: Vector) -> float:
    """Probabilities x_j / (1 + exp(-(F_j - F_i)/T)), T = parameter."""
    total = 0.0
    for j in range(lo, hi):
        chance[j] = 0.0
        if shares[j] > 0:
            gain = payoffs[j] - payoffs[i]
            odds = np.exp(-abs(gain) / parameter)
            chance[j] = shares[j] * (1.0 if gain >= 0 else odds) / (1.0 + odds)
        total += chance[j]
    return total


def imitative_logit_row(
    payoffs: Vector, shares: Vector, i: int, lo: int, hi: int, parameter: float, chance: Vector
) -> float:
    """Probabilities x_j exp(F_j/T) / sum_k x_k exp(F_k/T), T = parameter."""
    best = -np.inf
    for j in range(lo, hi):
        if shares[j] > 0:
            best = max(best, payoffs[j])
    total = 0.0
    for j in range(lo, hi):
        chance[j] = shares[j] * np.exp((payoffs[j] - best) / parameter) if shares[j] > 0 else 0.0
        total += chance[j]
    for j in range(lo, hi):
        chance[j] /= total
    return total / total


def relative_row(payoffs: Vector, shares: Vector, i: int, lo: int, hi: int, parameter: float, chance: Vector) -> float:
    """Rates x_j [F_j - F_i]+ / (x.F + c), c = parameter; nan where the mean fitness is not positive."""
    mean = parameter
    for j in range(lo, hi):
        if shares[j] > 0:
            mean += shares[j] * payoffs[j]
    if not mean > 0:
        return np.nan
    total = 0.0
    for j in range(lo, hi):
        chance[j] = shares[j] * max(payoffs[j] - payoffs[i], 0.0) / mean if shares[j] > 0 else 0.0
        total += chance[j]
    return total


def excess_row(payoffs: Vector, shares: Vector, i: int, lo: int, hi: int, parameter: float, chance: Vector) -> float:
    """Rates [F_j - x.F]+ of moving to what earns more than the mean."""
    mean = 0.0
    for j in range(lo, hi):
        if shares[j] > 0:
            mean += shares[j] * (payoffs[j] - payoffs[i])
    total = 0.0
    for j in range(lo, hi):
        chance[j] = max(payoffs[j] - payoffs[i] - mean, 0.0)
        total += chance[j]
    return total


def comparison_row(
    payoffs: Vector, shares: Vector, i: int, lo: int, hi: int, parameter: float, chance: Vector
) -> float:
    """Rates [F_j - F_i]+ of moving to what earns more than one earns."""
    total = 0.0
    for j in range(lo, hi):
        chance[j] = max(payoffs[j] - payoffs[i], 0.0)
        total += chance[j]
    return total


def best_row(payoffs: Vector, shares: Vector, i: int, lo: int, hi: int, parameter: float, chance: Vector) -> float:
    """Probabilities 1/m of each of the m best, from elsewhere only; best is what is within `parameter` of it."""
    least = payoffs[lo:hi].max() - parameter
    count = 0
    for j in range(lo, hi):
        chance[j] = 0.0
        count += 1 if payoffs[j] >= least else 0
    if payoffs[i] >= least:
        return 0.0
    for j in range(lo, hi):
        if payoffs[j] >= least:
            chance[j] = 1.0 / count
    return count / count


def projection_row(
    payoffs: Vector, shares: Vector, i: int, lo: int, hi: int, parameter: float, chance: Vector
) -> float:
    """Rates of the projection protocol, see `direct_protocols`; nan for who plays what nobody plays."""
    if not shares[i] > 0:
        return np.nan
    total, count, entering = 0.0, 0, 0
    for j in range(lo, hi):
        chance[j] = 0.0
        if shares[j] > 0:
            total += payoffs[j] - payoffs[i]
            count += 1
    while True:  # whoever pays more than the mean of those that move, moves: the best first
        best = -1
        for j in range(lo, hi):
            if shares[j] <= 0 and chance[j] == 0 and (best < 0 or payoffs[j] > payoffs[best]):
                best = j
        if best < 0 or not (payoffs[best] - payoffs[i]) * count > total:
            break
        chance[best] = 1.0
        total += payoffs[best] - payoffs[i]
        count += 1
        entering += 1
    mean = total / count
    inflow = 0.0
    for j in range(lo, hi):
        if shares[j] > 0 or chance[j] > 0:
            chance[j] = max(payoffs[j] - payoffs[i] - (mean if entering > 0 else 0.0), 0.0)
            inflow += chance[j]
    if inflow == 0:
        return 0.0
    # in a face with entrants the losers pay the gainers in proportion, otherwise everybody compares in pairs
    scale = max(mean, 0.0) / inflow / shares[i] if entering > 0 else 1.0 / count / shares[i]
    total = 0.0
    for j in range(lo, hi):
        chance[j] *= scale
        total += chance[j]
    return total
