r"""Linear programs solved exactly: HiGHS proposes, rational arithmetic proves.

    maximise  c.x   subject to   A x <= b,   E x = d,   x >= 0.

The dual prices y >= 0 (of A x <= b) and w (of E x = d) prove optimality when y A + w E >= c and
y.b + w.d = c.x, for then no feasible point can be worth more (weak duality). HiGHS, in floats, tells which unknowns
are positive, which rows are tight, which prices are positive and which columns are priced out; each set makes a
linear system that is solved in rationals (FLINT), and the pair is accepted only if it is feasible and of equal
value *exactly*. Where floats mislead, a simplex method in integers decides (Edmonds 1994
discusses such pivots; Applegate, Cook, Dash and Espinoza 2007 the way from floats to rationals).

An infeasible program is recognised by an exact optimum > 0 of its phase one, an unbounded one by the simplex.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Vector: TypeAlias = tuple[Fraction, ...]
Table: TypeAlias = NDArray[np.object_]

_THRESHOLDS = (1e-9, 1e-7, 1e-12, 1e-5)  # what counts as positive, after scaling; tried in this order


class InfeasibleError(ArithmeticError):
    """No point satisfies the constraints; proved in rationals."""


class UnboundedError(ArithmeticError):
    """The objective grows without end; proved in rationals."""


@dataclass(frozen=True, slots=True)
class LinearOptimum:
    """An optimum with its proof.

    Parameters
    ----------
    value : Fraction
        c.x, the greatest there is.
    point : tuple of Fraction
        x, where it is attained.
    prices : tuple of Fraction
        y >= 0, one a row of A.
    equal_prices : tuple of Fraction
        w, one a row of E.
    """

    value: Fraction
    point: Vector
    prices: Vector
    equal_prices: Vector


def maximise(
    objective: object,
    *,
    below: tuple[object, object] | None = None,
    equal: tuple[object, object] | None = None,
    deadline: float = float("inf"),
) -> LinearOptimum:
    """The exact optimum of a linear program in unknowns x >= 0.

    Parameters
    ----------
    objective : sequence of int or Fraction
        c.
    below : (matrix, vector), optional
        A and b of A x <= b, numbers as c.
    equal : (matrix, vector), optional
        E and d of E x = d.
    deadline : float
        On `time.monotonic`'s clock.

    Returns
    -------
    LinearOptimum

    Raises
    ------
    InfeasibleError, UnboundedError
        Proved exactly.
    ValueError
        If shapes do not fit.
    TimeoutError
        If the deadline passed first.

    References
    ----------
    D. Applegate, W. Cook, S. Dash and D. Espinoza, Exact solutions to linear programming problems, Operations
    Research Letters 35 (2007) 693-699. R. Bland, New finite pivoting rules for the simplex method, Mathematics of
    Operations Research 2 (1977) 103-107.

    Examples
    --------
    >>> best = maximise([3, 2], below=([[1, 1], [3, 1]], [4, 6]))
    >>> print(best.value, *best.point, *best.prices)
    9 1 3 3/2 1/2
    """
    program = _read(objective, below, equal)
    found = _by_floats(program, deadline)
    if found is not None:
        return found
    from gametheory.methods.exact_simplex import simplex

    return _checked(program, simplex(program.costs, program.rows, program.right, program.inequalities, deadline))


def _by_floats(program: _Program, deadline: float) -> LinearOptimum | None:
    """What HiGHS finds, if it can be proved, at its own tolerances or at the least it knows."""
    for options in (
        {},
        {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10, "presolve": False},
    ):
        status, guess = _highs(program, deadline, options)
        if status == "infeasible":
            _refute(program, deadline)
        for threshold in _THRESHOLDS if status == "optimal" else ():
            found = _proved(program, guess, threshold)
            if found is not None:
                return found
    return None


@dataclass(frozen=True, slots=True)
class _Program:
    """Everything in integers: rows A over E, each times its scale; the objective times `unit`."""

    costs: Table
    unit: int
    rows: Table
    right: Table
    scales: tuple[int, ...]
    inequalities: int


def _read(objective: object, below: Any, equal: Any) -> _Program:
    costs = np.array([Fraction(c) for c in np.asarray(objective, dtype=object)], dtype=object)
    rows, right = [], []
    for what, pair in (("below", below), ("equal", equal)):
        matrix, values = ((), ()) if pair is None else pair
        table, side = np.asarray(matrix, dtype=object), list(np.asarray(values, dtype=object))
        table = table.reshape(len(side), -1) if table.size else np.zeros((len(side), len(costs)), dtype=object)
        if len(side) and table.shape != (len(side), len(costs)):
            raise ValueError(
                f"{what} has a matrix of shape {np.shape(matrix)} and {len(side)} values; "
                f"with {len(costs)} unknowns it must be {len(side)} x {len(costs)}."
            )
        rows.append(table.reshape(len(side), len(costs)))
        right.append(side)
    table = np.vstack([*rows])
    side = [*right[0], *right[1]]
    scales = [lcm(*(p.denominator for p in row), b.denominator) for row, b in zip(table.tolist(), side, strict=True)]
    unit = lcm(*(c.denominator for c in costs))
    whole = np.frompyfunc(int, 1, 1)
    return _Program(
        costs=_column([int(c * unit) for c in costs]),
        unit=unit,
        rows=whole(table * _column(scales)[:, None]) if table.size else table,
        right=_column([int(b * s) for b, s in zip(side, scales, strict=True)]),
        scales=tuple(scales),
        inequalities=len(right[0]),
    )


@dataclass(frozen=True, slots=True)
class _Guess:
    """What HiGHS says, scaled so that "positive" can be told from rounding."""

    point: NDArray[np.float64]
    slack: NDArray[np.float64]
    prices: NDArray[np.float64]
    reduced: NDArray[np.float64]


def _highs(program: _Program, deadline: float, options: dict[str, Any]) -> tuple[str, _Guess]:
    from scipy.optimize import linprog

    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("the linear program was not solved in time.")
    chosen: Any = options if left == float("inf") else {**options, "time_limit": left}
    count = program.inequalities
    largest = [max(1, *map(abs, row)) for row in program.rows.tolist()] or [1]
    norms = _column([max(n, abs(b)) for n, b in zip(largest, program.right, strict=False)])
    top = max(1, *(abs(c) for c in program.costs))
    rows = (
        (program.rows / norms[:, None]).astype(np.float64) if len(program.rows) else np.zeros((0, len(program.costs)))
    )
    right = (program.right / norms).astype(np.float64) if len(program.rows) else np.zeros(0)
    units = np.abs(rows).max(axis=0, initial=0.0)  # of the unknowns: HiGHS takes what is below 1e-9 for nothing
    units[units == 0] = 1.0
    rows /= units
    costs = (program.costs / top).astype(np.float64) / units
    answer = linprog(
        -costs / max(float(np.abs(costs).max(initial=0.0)), 1e-300),
        A_ub=rows[:count] if count else None,
        b_ub=right[:count] if count else None,
        A_eq=rows[count:] if count < len(rows) else None,
        b_eq=right[count:] if count < len(rows) else None,
        method="highs-ds",
        options=chosen,
    )
    if time.monotonic() > deadline:
        raise TimeoutError("the linear program was not solved in time.")
    if answer.status != 0 or answer.x is None:
        empty = np.zeros(0)
        return ("infeasible" if answer.status == 2 else "unclear"), _Guess(empty, empty, empty, empty)
    slack = right[:count] - rows[:count] @ answer.x
    prices = -answer.ineqlin.marginals if count else np.zeros(0)
    return "optimal", _Guess(answer.x, slack, prices, answer.lower.marginals)


def _proved(program: _Program, guess: _Guess, threshold: float) -> LinearOptimum | None:
    """The exact pair that the sets of positive unknowns and prices determine, if it proves itself."""
    count = program.inequalities
    equal = np.arange(count, len(program.rows))
    used = np.flatnonzero(guess.point > threshold)
    tight = np.concatenate([np.flatnonzero(guess.slack <= threshold), equal]).astype(int)
    priced = np.concatenate([np.flatnonzero(guess.prices > threshold), equal]).astype(int)
    level = np.flatnonzero(guess.reduced <= threshold)
    primal = _solution(program.rows[np.ix_(tight, used)], program.right[tight])
    dual = _solution(program.rows[np.ix_(priced, level)].T, program.costs[level])
    if primal is None or dual is None:
        return None
    point, prices = [Fraction(0)] * len(program.costs), [Fraction(0)] * len(program.rows)
    for index, value in zip(used, primal, strict=True):
        point[index] = value
    for index, value in zip(priced, dual, strict=True):
        prices[index] = value
    return _certified(program, point, prices)


def _certified(program: _Program, point: list[Fraction], prices: list[Fraction]) -> LinearOptimum | None:
    """The optimum, if this pair proves it: both feasible, and of equal value."""
    count = program.inequalities
    if min(point, default=0) < 0 or min(prices[:count], default=0) < 0:
        return None
    across, down = lcm(*(p.denominator for p in point)), lcm(*(p.denominator for p in prices))
    whole, bill = _column([int(p * across) for p in point]), _column([int(p * down) for p in prices])
    slack = program.right * across - program.rows @ whole
    if any(s < 0 for s in slack[:count]) or any(s != 0 for s in slack[count:]):
        return None
    if any(r < 0 for r in bill @ program.rows - program.costs * down):
        return None
    value = Fraction(int(program.costs @ whole), across)
    if value != Fraction(int(program.right @ bill), down):
        return None
    priced = [p * s / program.unit for p, s in zip(prices, program.scales, strict=True)]
    return LinearOptimum(value / program.unit, tuple(point), tuple(priced[:count]), tuple(priced[count:]))


def _checked(program: _Program, pair: tuple[list[Fraction], list[Fraction]]) -> LinearOptimum:
    found = _certified(program, *pair)
    if found is None:
        raise ArithmeticError("the exact simplex method ended at a point that its prices do not prove optimal.")
    return found


def _refute(program: _Program, deadline: float) -> None:
    """Raise if the least total violation, the optimum of another program, is proved to be > 0."""
    count, size = program.inequalities, len(program.costs)
    identity = np.eye(len(program.rows), dtype=int).astype(object)
    rows = np.hstack([program.rows, -identity, identity[:, count:]])
    costs = [0] * size + [-1] * (rows.shape[1] - size)
    parts = (rows[:count], program.right[:count]), (rows[count:], program.right[count:])
    below, equal = (part if len(part[0]) else None for part in parts)
    status, guess = _highs(violation := _read(costs, below, equal), deadline, {})
    found = _proved(violation, guess, _THRESHOLDS[0]) if status == "optimal" else None
    if found is not None and found.value < 0:
        raise InfeasibleError("no point satisfies all constraints of the linear program.")


def _solution(matrix: Table, right: Table) -> list[Fraction] | None:
    """Some exact solution of a linear system, with 0 for what it leaves free; None if there is none."""
    import flint

    height, width = matrix.shape
    if width == 0:
        return [] if not right.any() else None
    if height == 0:
        return [Fraction(0)] * width
    augmented = np.hstack([matrix, right[:, None]])
    cells = flint.fmpz_mat(height, width + 1, [int(c) for c in augmented.flat])
    reduced, scale, rank = cells.rref()
    result = [Fraction(0)] * width
    for row in range(rank):
        lead = next(c for c in range(width + 1) if reduced[row, c] != 0)
        if lead == width:
            return None
        result[lead] = Fraction(int(reduced[row, width]), int(scale))
    return result


def _column(values: Any) -> Table:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array
