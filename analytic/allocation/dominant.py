r"""Dominant-resource fairness: max-min fairness of what each user needs most, when users need several resources.

A task of user i takes d_ir of resource r; the user's dominant share is the largest share that he holds of anything:

.. math:: s_i = t_i \max_r \frac{d_{ir}}{C_r}

Progressive filling raises s_i / w_i of all users together; when a resource is full, those who need it stop and the
others go on. Divisible tasks give sharing incentive, no envy, Pareto efficiency and truthfulness. With whole tasks the
user with the least share starts his next task as long as it fits, as schedulers do; the guarantees then hold up to
one task.

References
----------
Ghodsi, Zaharia, Hindman, Konwinski, Shenker, Stoica (2011), "Dominant resource fairness", NSDI.
Parkes, Procaccia, Shah (2015), "Beyond dominant resource fairness", ACM Trans. Econ. Comput. 3.
"""

from __future__ import annotations

import heapq
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from ..expression import exact
from ..mechanism import Declared, Expr, claim, condition, declare, formula, given, sketch
from .quantities import amounts

__all__ = ["dominant_resource", "dominant_shares", "dominant_tasks", "dominant_whole_tasks"]


@declare(
    "allocation",
    source="Ghodsi et al. (2011), Dominant resource fairness, NSDI, section 4.1",
    a=given("1", "first user's task: share of the first resource", 0.125, "(0, 1]"),
    b=given("1", "first user's task: share of the second resource", 0.25, "(0, 1]"),
    c=given("1", "second user's task: share of the first resource", 0.4, "(0, 1]"),
    e=given("1", "second user's task: share of the second resource", 0.05, "(0, 1]"),
)
def dominant_resource(a: Expr, b: Expr, c: Expr, e: Expr) -> Declared:
    """Two users, each short of another resource, get equal dominant shares. `dominant_tasks` has any number."""
    yield condition(sp.Ge(b, a), "the first user's dominant resource is the second")
    yield condition(sp.Ge(c, e), "the second user's dominant resource is the first")
    level = yield formula(
        "dominant",
        sp.Piecewise((b / (a + b), a / b >= e / c), (c / (c + e), True)),
        "1",
        "dominant share of both",
    )
    first = yield formula("first", level / b, "task", "tasks of the first user")
    second = yield formula("second", level / c, "task", "tasks of the second user")
    short = {"a": (0.2, 0.3), "b": (0.5, 0.9), "c": (0.5, 0.9), "e": (0.01, 0.09)}  # a/b > e/c
    yield claim(
        "the scarcer resource is used up", first * a + second * c, 1, "progressive filling stops there", **short
    )
    yield claim(
        "the other is not exceeded",
        1 - first * b - second * e,
        level * (a / b - e / c),
        "what is left of it, with equal dominant shares",
        **short,
    )
    half = sp.Rational(1, 2)
    yield claim("sharing incentive", level - half, half * (b - a) / (a + b), "not below half of all: b >= a", **short)
    yield claim(
        "no envy",
        first - second * e / b,
        level * (c - e) / (b * c),
        "with the other's bundle the first user could run no more tasks: c >= e",
        **short,
    )
    yield claim(
        "truth pays",
        sp.Derivative(level, a),
        -b / (a + b) ** 2,
        "asking for more of the other's resource lowers the own dominant share",
        **short,
    )
    yield sketch("dominant", over="a", low=0.001, high=0.25, e=(0.05, 0.15, 0.3))


def dominant_shares(capacity: Any, demands: Any) -> Any:
    """The largest share of any resource that one task of each user takes.

    Parameters
    ----------
    capacity : array_like
        Of each resource, not negative. Exact when given as Fractions.
    demands : array_like
        A row for each user, what one task takes of each resource; not negative, something in each row.

    Returns
    -------
    numpy.ndarray
        For each user; infinite in floats, and refused in Fractions, where a task needs what there is none of.

    Raises
    ------
    ValueError
        For a number outside its domain, shapes that do not fit, or a user who needs nothing.

    Examples
    --------
    >>> dominant_shares([9, 18], [[1, 4], [3, 1]]).round(4)
    array([0.2222, 0.3333])
    """
    C, d, _ = _read(capacity, demands, 1)
    if C.dtype == object and np.any((d > 0) & (C == 0)):
        raise ValueError("capacity = 0 of a resource that a task needs: its share is infinite, no fraction")
    with np.errstate(divide="ignore", over="ignore"):
        return np.max(_ratio(d, C), axis=1)


def dominant_tasks(capacity: Any, demands: Any, *, weights: Any = 1) -> Any:
    """How many tasks each user runs when tasks are divisible.

    Parameters
    ----------
    capacity, demands : array_like
        As for `dominant_shares`.
    weights : array_like
        Positive; shares are equal per weight.

    Returns
    -------
    numpy.ndarray
        Tasks of each user; Fractions when all was given in them.

    Raises
    ------
    ValueError
        As for `dominant_shares`.

    References
    ----------
    Ghodsi et al. (2011), "Dominant resource fairness", NSDI, algorithm 1.

    Examples
    --------
    >>> dominant_tasks([9, 18], [[1, 4], [3, 1]])
    array([3., 2.])
    """
    C, d, w = _read(capacity, demands, weights)
    needs = d > 0
    active = ~np.any(needs & (C == 0), axis=1)
    with np.errstate(divide="ignore", over="ignore"):
        share = np.max(_ratio(d, C), axis=1)
    if np.any(share == 0):
        raise ValueError(f"demands[{int(np.argmin(share))}] vanish against the capacity in floats: give Fractions")
    active &= share < np.inf
    rate = w / np.where(active, share, 1 + 0 * w)  # tasks for each unit of the level
    tasks, left = 0 * w, C.copy()
    while np.any(active):
        flow = np.sum(np.where(active[:, None], rate[:, None] * d, 0 * d), axis=0)
        open_ = flow > 0
        rise = np.where(open_, left / np.where(open_, flow, 1 + 0 * flow), 0 * left)
        step = np.min(rise[open_])
        full = open_ & (rise == step)
        tasks = np.where(active, tasks + rate * step, tasks)
        left = np.where(full, 0 * left, np.maximum(left - flow * step, 0 * left))
        active &= ~np.any(needs & full, axis=1)
    return tasks


def dominant_whole_tasks(capacity: Any, demands: Any, *, weights: Any = 1) -> Any:
    """How many whole tasks each user runs: the least dominant share per weight goes next while its task fits.

    Numbers are read as the decimals they are written as, so that ten tasks of 0.1 fit into 1. Ties go to the user
    named first.

    Parameters
    ----------
    capacity, demands, weights : array_like
        As for `dominant_tasks`.

    Returns
    -------
    numpy.ndarray of int

    Raises
    ------
    ValueError
        As for `dominant_shares`.

    References
    ----------
    Ghodsi et al. (2011), "Dominant resource fairness", NSDI, algorithm 1.

    Examples
    --------
    >>> dominant_whole_tasks([9, 18], [[1, 4], [3, 1]])
    array([3, 2], dtype=object)
    """
    C, d, w = (np.vectorize(_decimal, otypes=[object])(each) for each in _read(capacity, demands, weights))
    tasks, left = np.zeros(len(d), dtype=object), C.copy()
    active = [i for i in range(len(d)) if np.all(d[i] <= C)]
    price = {i: max(d[i][d[i] > 0] / C[d[i] > 0]) / w[i] for i in active}  # level that one task takes
    while active:
        _fill_at_once(tasks, left, d, price, active)
        queue = [(tasks[i] * price[i], i) for i in active]
        heapq.heapify(queue)
        _, i = queue[0]
        while np.all(d[i] <= left):
            tasks[i] += 1
            left -= d[i]
            heapq.heapreplace(queue, (tasks[i] * price[i], i))
            _, i = queue[0]
        active = [j for j in active if np.all(d[j] <= left)]
    return tasks


def _fill_at_once(tasks: Any, left: Any, d: Any, price: dict[int, Fraction], active: list[int]) -> None:
    """Run, in one go, all the tasks that start below a level at which everybody's next task still fits."""
    used = sum(tasks[i] * d[i] for i in active) + left
    flow, once = sum(d[i] / price[i] for i in active), sum(d[i] for i in active)
    rooms = [(C - one) / rate for C, one, rate in zip(used, once, flow, strict=True) if rate > 0]
    level = min(rooms)
    for i in active:
        new = max(tasks[i], -((-level) // price[i])) - tasks[i]  # the least number that reaches the level
        tasks[i] += int(new)
        left -= int(new) * d[i]


def _ratio(d: Any, C: Any) -> Any:
    """Demands over capacity, 0 where nothing is demanded."""
    possible = C > 0
    part = d / np.where(possible, C, 1 + 0 * C)
    return part if np.all(possible) or C.dtype == object else np.where((d > 0) & ~possible, np.inf, part)


def _decimal(number: Any) -> Fraction:
    if isinstance(number, Fraction):
        return number
    read = exact(float(number))
    return Fraction(int(read.p), int(read.q))


def _read(capacity: Any, demands: Any, weights: Any) -> tuple[Any, Any, Any]:
    C, d, w = amounts(capacity=capacity, demands=demands, weights=weights)
    if d.ndim != 2 or C.shape != d.shape[1:]:
        raise ValueError(
            f"demands are a row for each user, a column for each resource of capacity: got {d.shape} and {C.shape}"
        )
    if not np.all(w > 0):
        raise ValueError("weights = 0 is outside (0, inf): leave users without a weight out")
    idle = [i for i, row in enumerate(d) if not np.any(row > 0)]
    if idle:
        raise ValueError(f"demands[{idle[0]}] = 0 throughout: a task that needs nothing runs without end")
    return C, d, np.broadcast_to(w, d.shape[:1]).copy()
