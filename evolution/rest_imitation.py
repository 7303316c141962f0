"""Rest points of imitation in matrix games of one or two populations: faces exactly, then each point judged."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import Any

import numpy as np

from evolution.rest_judge import Judged, Knowledge, judged
from evolution.rest_local import Local
from evolution.rest_lyapunov import first_lyapunov
from evolution.rest_matrix import RestSet, rest_of_matrices
from evolution.rest_numbers import as_mp, rounding_of
from evolution.rest_speed import Speed, speed_of
from evolution.rest_symbols import Symbolic
from evolution.rest_types import RestPoint, RestPoints
from evolution.rest_velocity import velocity_of

__all__ = ["lyapunov_of", "ranges_of", "rest_of_linear", "slopes_of", "told"]

EXACT = "All strategies in use are paid the same, in exact arithmetic."


def rest_of_linear(dynamics: Any, tables: Sequence[Any]) -> RestPoints:
    """All rest points of an imitative dynamic of one matrix or two.

    Parameters
    ----------
    dynamics : Dynamics
    tables : one or two matrices of Fraction
        [A] with F = A x, or [A, B] with F = (A y, B x).

    Returns
    -------
    RestPoints
    """
    found = rest_of_matrices(tables)
    speed = speed_of(dynamics.protocol)
    known = _knowledge(dynamics, tables, speed)
    slopes = slopes_of(tables)
    parts = ranges_of([len(table) for table in tables])
    points = []
    for index, state in enumerate(found.states):
        shares = [p for part in state for p in part]
        payoffs = [_dot(row, shares) for row in slopes]
        local = Local(parts, shares, payoffs, slopes, speed.at(parts, shares, payoffs))
        verdict = judged(local, known, dimension=_dimension(found, index))
        points.append(told(dynamics, local, verdict, state, residual=Fraction(0), certificate=EXACT))
    tail = " Continua are listed by their extreme points." if found.polytopes else ""
    return RestPoints(
        points=tuple(points),
        complete=True,
        reason=f"Each of {found.faces} faces was solved exactly.{tail}",
        dynamics=dynamics,
        method="faces, exactly",
        polytopes=found.polytopes,
        components=found.components,
    )


def told(
    dynamics: Any,
    local: Local,
    verdict: Judged,
    exact: Any,
    *,
    residual: Fraction | float,
    certificate: str,
) -> RestPoint:
    """A judged point of imitation as a `RestPoint`.

    Parameters
    ----------
    dynamics : Dynamics
    local : Local
    verdict : Judged
    exact : tuple of tuples of exact numbers, or None
    residual, certificate
        As of `RestPoint`.

    Returns
    -------
    RestPoint
    """
    speed = speed_of(dynamics.protocol)
    shares = tuple(np.array([float(local.shares[i]) for i in part]) for part in local.parts)
    names = [(role, name) for role in dynamics.roles for name in dynamics.strategies[role]]
    return RestPoint(
        shares=shares,
        exact=exact,
        roles=dynamics.roles,
        labels=tuple(dynamics.strategies[role] for role in dynamics.roles),
        support=local.support,
        residual=residual,
        certificate=certificate,
        internal=verdict.internal.values,
        transversal={names[j]: speed.transversal(local, j, excess) for j, excess in verdict.transversal.items()},
        type=verdict.type,
        stability=verdict.stability,
        reason=verdict.reason,
        nash=verdict.nash,
        ess=verdict.ess,
    )


def ranges_of(sizes: Sequence[int]) -> tuple[range, ...]:
    """Where roles of these sizes stand in one list.

    Examples
    --------
    >>> ranges_of([2, 3])
    (range(0, 2), range(2, 5))
    """
    ends = [0, *accumulate(sizes)]
    return tuple(range(a, b) for a, b in pairwise(ends))


def _knowledge(dynamics: Any, tables: Sequence[Any], speed: Speed) -> Knowledge:
    one = len(tables) == 1
    like = speed.common if one else speed.constant

    def lyapunov(local: Local) -> tuple[float, bool]:
        return _lyapunov(dynamics.protocol, local)

    return Knowledge(like, not one, _ess(tables[0]) if one else None, _centre, lyapunov, rounding_of(dynamics))


def _ess(table: Any) -> Any:
    """From a point to (ESS, neutrally stable), by the exact tests of the game's theory."""
    from gametheory.methods.ess import is_ess, is_neutrally_stable
    from gametheory.normal_form import NormalForm

    games: list[NormalForm] = []

    def decided(local: Local) -> tuple[bool, bool]:
        if not games:
            games.append(NormalForm.symmetric(table))
        strategy = [Fraction(p) for p in local.shares]
        if is_ess(games[0], strategy):
            return True, True
        return False, is_neutrally_stable(games[0], strategy)

    return decided


def _centre(local: Local) -> str:
    """Why orbits on the face close around the point; "" if nothing says so."""
    used = [local.used(part) for part in local.parts]
    if len(used) == 1:
        if _vanishes(_cross(local.slopes, used[0], used[0], symmetric=True)):
            return "sum of x*_i log x_i is constant on the face"
        if len(used[0]) == 3:
            return "three strategies with linear payoffs have no isolated cycle"
        return ""
    if len(used) == 2:
        first = _cross(local.slopes, used[0], used[1])
        second = _cross(local.slopes, used[1], used[0])
        turned = [list(column) for column in zip(*second, strict=True)]
        pairs = [(a, b) for row, other in zip(first, turned, strict=True) for a, b in zip(row, other, strict=True)]
        ratio = next(((a, b) for a, b in pairs if a), (0, 0))
        if ratio[0] * ratio[1] < 0 and all(a * ratio[1] == b * ratio[0] for a, b in pairs):
            return "a weighted sum of x*_i log x_i and y*_j log y_j is constant on the face"
    return ""


def _cross(slopes: Any, rows: Sequence[int], columns: Sequence[int], *, symmetric: bool = False) -> list[list[Any]]:
    """d_i A d_j for the differences d of unit vectors; its symmetric part if asked."""
    i0, j0 = rows[0], columns[0]
    table = [[slopes[i][j] - slopes[i][j0] - slopes[i0][j] + slopes[i0][j0] for j in columns[1:]] for i in rows[1:]]
    if symmetric:
        table = [[table[i][j] + table[j][i] for j in range(len(table))] for i in range(len(table))]
    return table


def _vanishes(table: Sequence[Sequence[Any]]) -> bool:
    return not any(cell for row in table for cell in row)


def _lyapunov(protocol: Any, local: Local) -> tuple[float, bool]:
    """First Lyapunov coefficient on the face; payoffs are linear."""
    import sympy as sp

    flat = [sp.Symbol(f"x{i}") for part in local.parts for i in part]
    slopes = [[sp.Rational(cell.numerator, cell.denominator) for cell in row] for row in local.slopes]
    payoffs = [sp.Add(*(cell * share for cell, share in zip(row, flat, strict=True))) for row in slopes]
    shares, paid = (tuple(tuple(items[i] for i in part) for part in local.parts) for items in (flat, payoffs))
    return lyapunov_of(protocol, local, Symbolic(shares, paid, (), ()))


def lyapunov_of(protocol: Any, local: Local, formulas: Symbolic) -> tuple[float, bool]:
    """First Lyapunov coefficient on the face of a rest point.

    Parameters
    ----------
    protocol : RevisionProtocol
        A smooth imitation.
    local : Local
        The rest point.
    formulas : Symbolic
        Of its game.

    Returns
    -------
    float, bool
        And whether it stands out from rounding.
    """
    import sympy as sp

    symbols = [symbol for part in formulas.shares for symbol in part]
    used = [local.used(part) for part in local.parts]
    place = {symbol: sp.Integer(0) for i, symbol in enumerate(symbols) if local.shares[i] == 0}
    place |= {symbols[part[-1]]: 1 - sp.Add(*(symbols[i] for i in part[:-1])) for part in used}
    flat = [payoff for part in formulas.payoffs for payoff in part]
    rates = [velocity_of(protocol, [flat[i] for i in part], [symbols[i] for i in part])[:-1] for part in used]
    free = [i for part in used for i in part[:-1]]
    velocity = sp.lambdify(
        [[symbols[i] for i in free]], [rate.subs(place) for part in rates for rate in part], "mpmath"
    )
    return first_lyapunov(velocity, [as_mp(local.shares[i]) for i in free])


def _dimension(found: RestSet, index: int) -> int:
    through = [d for group, d in zip(found.polytopes, found.dimensions, strict=True) if index in group]
    return max(through, default=0)


def slopes_of(tables: Sequence[Any]) -> list[list[Fraction]]:
    """DF of packed payoffs by packed shares.

    Examples
    --------
    >>> slopes_of([[[1]], [[2]]])
    [[Fraction(0, 1), 1], [2, Fraction(0, 1)]]
    """
    if len(tables) == 1:
        return [list(row) for row in tables[0]]
    n, m = len(tables[0]), len(tables[1])
    zero = Fraction(0)
    return [[*[zero] * n, *row] for row in tables[0]] + [[*row, *[zero] * m] for row in tables[1]]


def _dot(row: Sequence[Any], shares: Sequence[Any]) -> Any:
    return sum((a * b for a, b in zip(row, shares, strict=True) if b != 0), Fraction(0))
