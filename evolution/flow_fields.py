"""Velocities of many orbits at once: payoffs and protocols as compiled functions with the signature `flow_step.FIELD`.

Imitation and logit choice among payoffs linear in the shares work on all lanes of a block together and are kept on
disk. Any other protocol comes in by its `row` (see `protocol_rows`), lane by lane,

    x_i' = sum_j x_j rho_ji - x_i sum_j rho_ij,

and where faces are kept, with rates rho_ij = x_j r_ij, by the growth rates sum_j x_j (r_ji - r_ij), which need no x_i.
Payoffs are a matrix times the shares, tensors of several players, or the game's formulas compiled; a game that is only
a Python function has no field here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from evolution.direct_protocols import BestResponseChoice
from evolution.dynamics import Dynamics
from evolution.flow_step import CFUNC, FIELD, NJIT, OPTIONS, Counts, Rule, Vector, exponential, inner
from evolution.payoff import Expressions, MultilinearField, PackedPayoffs, expressions_of
from evolution.protocol_rows import Row
from evolution.protocols import LogitChoice, ProportionalImitation

__all__ = ["field_of"]

SMALL = 1e-250  # shares below count as this in rates of imitation, whose quotient by the share is wanted


def field_of(dynamics: Dynamics) -> tuple[Any, Rule] | None:
    """The velocity of a dynamic, compiled, and what it needs; None where it cannot be compiled.

    Examples
    --------
    >>> from evolution import Replicator
    >>> _, rule = field_of(Replicator([[0, 2], [1, 0]]))
    >>> rule.logs, rule.edges
    (True, array([0, 2]))
    """
    protocol, game = dynamics.protocol, dynamics.game
    if dynamics.environment.names or isinstance(protocol, BestResponseChoice):  # an inclusion, see `best_response`
        return None
    if protocol.by_differences:
        game = PackedPayoffs(game).centred.game
    edges = np.array([0, *(part.stop for part in dynamics.parts)], dtype=np.int64)
    parameters = np.array([protocol.parameter])
    if isinstance(game, MultilinearField) and len(game.roles) <= 2:
        data = one_matrix(game)
        if isinstance(protocol, ProportionalImitation):
            field = None  # by Taylor series, for payoffs less those of each role's last strategy
            for part in dynamics.parts:
                data[part] -= data[part.stop - 1].copy()
        elif isinstance(protocol, LogitChoice):
            field = logit_field()
        else:
            field = lane_field(linear_payoffs, protocol.row, protocol.keeps_faces)
    elif isinstance(game, MultilinearField):
        data = np.stack([tensor.ravel() for tensor in game.tensors])
        field = lane_field(tensor_payoffs, protocol.row, protocol.keeps_faces)
    elif isinstance(game, Expressions):
        data = np.zeros((1, 1))
        field = lane_field(expression_payoffs(*compiled_expressions(game)), protocol.row, protocol.keeps_faces)
    else:
        return None
    return field, Rule(protocol.keeps_faces, edges, np.ascontiguousarray(data), parameters)


def one_matrix(game: MultilinearField) -> Vector:
    """M with packed payoffs M x: A for one role, [[0, A], [B', 0]] for two."""
    if len(game.roles) == 1:
        return np.array(game.tensors[0])
    first, second = game.tensors
    rows, columns = first.shape
    return np.block([[np.zeros((rows, rows)), first], [second.T, np.zeros((columns, columns))]])


def compiled_expressions(game: Expressions) -> tuple[Callable[..., Any], int]:
    """A compiled function of all shares that returns all payoffs, and how many they are."""
    from analytic.compiled import compile_numba

    payoffs, shares = expressions_of(game)
    return compile_numba(payoffs, shares), len(shares)


@inner
def linear_payoffs(data: Vector, edges: Counts, x: Vector, total: Vector, payoffs: Vector) -> None:
    """Payoffs data @ x in every lane."""
    n, lanes = x.shape
    for i in range(n):
        a = data[i, 0]
        for lane in range(lanes):
            payoffs[i, lane] = a * x[0, lane]
        for j in range(1, n):
            a = data[i, j]
            if a != 0.0:
                for lane in range(lanes):
                    payoffs[i, lane] += a * x[j, lane]


@cache
def logit_field() -> Any:
    """Choice probabilities minus shares, payoffs linear."""
    return CFUNC(FIELD, cache=True, **OPTIONS)(logit)


def logit(
    data: Vector, parameters: Vector, edges: Counts, x: Vector, played: Vector, total: Vector, F: Vector, v: Vector
) -> None:
    """Choice probabilities minus shares."""
    linear_payoffs(data, edges, x, total, F)
    lanes, temperature = x.shape[1], parameters[0]
    for r in range(len(edges) - 1):
        lo, hi = edges[r], edges[r + 1]
        total[:] = -np.inf
        for i in range(lo, hi):
            for lane in range(lanes):
                total[lane] = F[i, lane] if F[i, lane] > total[lane] else total[lane]
        for i in range(lo, hi):
            for lane in range(lanes):
                v[i, lane] = exponential((F[i, lane] - total[lane]) / temperature)
        total[:] = 0.0
        for i in range(lo, hi):
            for lane in range(lanes):
                total[lane] += v[i, lane]
        for i in range(lo, hi):
            for lane in range(lanes):
                v[i, lane] = v[i, lane] / total[lane] - x[i, lane]


@cache
def expression_payoffs(payoffs_of: Callable[..., Any], count: int) -> Callable[..., None]:
    """Payoffs by a compiled function of `count` shares, lane by lane."""
    from numba.np.unsafe import ndarray

    to_fixed_tuple: Any = ndarray.to_fixed_tuple

    @inner
    def payoffs(data: Vector, edges: Counts, x: Vector, total: Vector, F: Vector) -> None:
        shares = np.empty(count)
        for lane in range(x.shape[1]):
            for i in range(count):
                shares[i] = x[i, lane]
            values = payoffs_of(*to_fixed_tuple(shares, count))
            for i in range(count):
                F[i, lane] = values[i]

    return payoffs


@inner
def tensor_payoffs(data: Vector, edges: Counts, x: Vector, total: Vector, F: Vector) -> None:
    """Expected payoffs of several players: the sum over all profiles, the last player's strategy fastest."""
    players, lanes = len(edges) - 1, x.shape[1]
    F[:] = 0.0
    for profile in range(data.shape[1]):
        for p in range(players):
            total[:] = 1.0
            left, own = profile, 0
            for q in range(players - 1, -1, -1):
                count = edges[q + 1] - edges[q]
                played = edges[q] + left % count
                left //= count
                if q == p:
                    own = played
                else:
                    for lane in range(lanes):
                        total[lane] *= x[played, lane]
            for lane in range(lanes):
                F[own, lane] += data[p, profile] * total[lane]


@cache
def lane_field(payoffs: Callable[..., None], row: Row, keeps_faces: bool) -> Any:
    """The field of any protocol, by its rates."""
    rates = NJIT(row, **OPTIONS)
    shifts = growth if keeps_faces else balance

    def field(
        data: Vector, parameters: Vector, edges: Counts, x: Vector, played: Vector, total: Vector, F: Vector, v: Vector
    ) -> None:
        payoffs(data, edges, x, total, F)
        n, lanes = x.shape
        shares, pays, chance, moved = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
        for lane in range(lanes):
            for i in range(n):
                floor = SMALL if keeps_faces and played[i, lane] > 0.0 else 0.0
                shares[i], pays[i], moved[i] = max(x[i, lane], floor), F[i, lane], 0.0
            for r in range(len(edges) - 1):
                for i in range(edges[r], edges[r + 1]):
                    if shares[i] > 0.0:
                        rates(pays, shares, i, edges[r], edges[r + 1], parameters[0], chance)
                        shifts(shares, chance, i, edges[r], edges[r + 1], moved)
            for i in range(n):
                v[i, lane] = moved[i]

    return CFUNC(FIELD, **OPTIONS)(field)


@inner
def balance(shares: Vector, chance: Vector, i: int, lo: int, hi: int, moved: Vector) -> None:
    """Who leaves i arrives at j."""
    for j in range(lo, hi):
        if j != i:
            moved[j] += shares[i] * chance[j]
            moved[i] -= shares[i] * chance[j]


@inner
def growth(shares: Vector, chance: Vector, i: int, lo: int, hi: int, moved: Vector) -> None:
    """The same, divided by the share of each."""
    for j in range(lo, hi):
        if j != i and shares[j] > 0.0:
            moved[j] += shares[i] * (chance[j] / shares[j])
            moved[i] -= chance[j]
