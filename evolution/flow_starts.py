"""Where the orbits of an ensemble start: arrays of states, uniform draws from the simplex, and grids on it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from math import comb
from typing import Any

import numpy as np
import numpy.typing as npt

from evolution.dynamics import OFF_SIMPLEX, Dynamics

__all__ = ["packed_starts", "simplex_grid"]

Vector = npt.NDArray[np.float64]

LARGEST = 10_000_000


def simplex_grid(strategies: int, *, parts: int, interior: bool = False) -> Vector:
    """All states whose shares are multiples of 1/parts.

    Parameters
    ----------
    strategies : int
        n >= 1.
    parts : int
        Into how many parts each edge is divided, >= 1.
    interior : bool
        Whether only states are wanted in which everything is played.

    Returns
    -------
    array, shape (m, n)
        C(parts + n - 1, n - 1) states, the first strategy's share falling; in the interior C(parts - 1, n - 1).

    Raises
    ------
    ValueError
        If a number is out of range, or there are more than ten million states.

    Examples
    --------
    >>> simplex_grid(3, parts=2)
    array([[1. , 0. , 0. ],
           [0.5, 0.5, 0. ],
           [0.5, 0. , 0.5],
           [0. , 1. , 0. ],
           [0. , 0.5, 0.5],
           [0. , 0. , 1. ]])
    """
    for name, value in (("strategies", strategies), ("parts", parts)):
        if not (isinstance(value, int | np.integer) and value >= 1):
            raise ValueError(f"{name} = {value!r} is no whole number >= 1")
    if interior and parts < strategies:
        raise ValueError(
            f"parts = {parts} leave no state inside for {strategies} strategies; give at least {strategies}"
        )
    free = parts - strategies if interior else parts
    count = comb(free + strategies - 1, strategies - 1)
    if count > LARGEST:
        raise ValueError(f"{parts} parts for {strategies} strategies are {count} states; at most {LARGEST} are made")
    bars = np.array(list(combinations(range(free + strategies - 1), strategies - 1)), dtype=np.int64)
    walls = np.pad(bars.reshape(count, strategies - 1), ((0, 0), (1, 1)), constant_values=-1)
    walls[:, -1] = free + strategies - 1
    counts = np.diff(walls, axis=1) - 1 + int(interior)
    return np.asarray(counts[::-1] / parts)


def packed_starts(dynamics: Dynamics, starts: Any, rng: np.random.Generator | int | None) -> Vector:
    """One row a start: all roles' shares, then the environment.

    Raises
    ------
    ValueError
        With the index of the first start that is off the simplex or outside the environment's domain.

    Examples
    --------
    >>> from evolution import Replicator
    >>> packed_starts(Replicator([[0, 2], [1, 0]]), [[0.25, 0.75]], None)
    array([[0.25, 0.75]])
    """
    outer = dynamics.environment
    if isinstance(starts, int | np.integer) and not isinstance(starts, bool):
        return _drawn(dynamics, int(starts), np.random.default_rng(rng))
    if not isinstance(starts, Mapping):
        if len(dynamics.roles) > 1 or outer.names:
            raise ValueError(
                "starts of several populations, or with an environment, are a mapping from each of "
                f"{', '.join([*dynamics.roles, *outer.names])} to an array, one row a start"
            )
        starts = {dynamics.roles[0]: starts}
    wanted = [*dynamics.roles, *outer.names]
    if set(starts) != set(wanted):
        raise ValueError(f"starts are given for {', '.join(map(str, starts))}; needed are {', '.join(wanted)}")
    tables = [_table(role, dynamics.strategies[role], starts[role]) for role in dynamics.roles]
    outside = [_column(name, starts[name]) for name in outer.names]
    counts = {len(each) for each in [*tables, *outside]}
    if len(counts) > 1:
        raise ValueError(f"starts have different lengths: {', '.join(map(str, sorted(counts)))}; one row a start")
    for table, role in zip(tables, dynamics.roles, strict=True):
        _on_simplex(role, dynamics.strategies[role], table)
    for column, name, (low, high) in zip(outside, outer.names, outer.domain, strict=True):
        bad = ~(np.isfinite(column) & (column >= low) & (column <= high))
        if bad.any():
            where = int(bad.argmax())
            raise ValueError(f"start {where}: {name} = {column[where]} is outside its domain [{low:g}, {high:g}]")
    return np.ascontiguousarray(np.hstack([*tables, *(column[:, None] for column in outside)]))


def _drawn(dynamics: Dynamics, count: int, rng: np.random.Generator) -> Vector:
    if count < 1:
        raise ValueError(f"starts = {count}: give at least one")
    if dynamics.environment.names:
        raise ValueError(
            f"starts = {count} are drawn from the simplex alone; give arrays, for the environment too: "
            f"{', '.join(dynamics.environment.names)}"
        )
    return np.hstack([rng.dirichlet(np.ones(part.stop - part.start), count) for part in dynamics.parts])


def _table(role: str, names: tuple[str, ...], given: Any) -> Vector:
    try:
        table = np.array(given, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"the starts of {role} are no table of numbers, one row a start") from None
    if table.ndim != 2 or table.shape[1] != len(names) or not len(table):
        raise ValueError(
            f"the starts of {role} have shape {table.shape}; expected rows of {len(names)} shares, for "
            f"{', '.join(names)}"
        )
    return table


def _column(name: str, given: Any) -> Vector:
    try:
        column = np.array(given, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"the starts of {name} are no numbers") from None
    if column.ndim != 1:
        raise ValueError(f"the starts of {name} have shape {column.shape}; give one number a start")
    return column


def _on_simplex(role: str, names: tuple[str, ...], table: Vector) -> None:
    """Check every row, and divide it by its sum where that is not 1 up to rounding (so that twice changes nothing)."""
    bad = ~(table >= 0)
    if bad.any():
        where, which = (int(k) for k in np.argwhere(bad)[0])
        share = table[where, which]
        raise ValueError(f"start {where}: the share of {names[which]} ({role}) is {share}; shares lie in [0, 1]")
    sums = table.sum(axis=1)
    off = ~(np.abs(sums - 1) <= OFF_SIMPLEX)
    if off.any():
        where = int(off.argmax())
        raise ValueError(
            f"start {where}: the shares of {role} sum to {sums[where]}, not to 1; divide them by their sum"
        )
    uneven = np.abs(sums - 1) > table.shape[1] * np.finfo(float).eps
    table[uneven] /= sums[uneven, None]
