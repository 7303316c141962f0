r"""Max-min fairness: water is poured until the capacity is used; small requests are met, the others get the level.

.. math:: a_i = \min(d_i, w_i \lambda), \qquad \sum_i a_i = \min\bigl(C, \sum_i d_i\bigr)

Nobody can get more without somebody who has no more (per weight) getting less. Read as a division of exactly C among
agents with single-peaked preferences, it is the uniform rule: min(p_i, level) when the peaks exceed C, max(p_i, level)
when they fall short. The uniform rule is the only strategy-proof, efficient and anonymous one (Sprumont 1991).

Sorted by d_i / w_i, the agents are met in this order, and the level follows from the first who is not: O(n log n),
exact on Fractions.

References
----------
Bertsekas, Gallager (1992), Data Networks, 6.5.2. Sprumont (1991), "The division problem with single-peaked
preferences", Econometrica 59.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy as sp

from ..mechanism import Declared, Expr, claim, declare, formula, given, sketch
from .quantities import amounts

__all__ = ["max_min", "max_min_shares", "uniform_rule", "water_level"]


@declare(
    "allocation",
    source="Bertsekas, Gallager (1992), Data Networks, 6.5.2; Sprumont (1991), Econometrica 59",
    C=given("unit", "capacity", 10, "[0, inf)"),
    d=given("unit", "own request", 4, "[0, inf)"),
    D=given("unit", "the other's request", 9, "[0, inf)"),
    w=given("1", "own weight", 1, "(0, inf)"),
    W=given("1", "the other's weight", 1, "(0, inf)"),
)
def max_min(C: Expr, d: Expr, D: Expr, w: Expr, W: Expr) -> Declared:
    """Two agents share by weight; what one does not want goes to the other. `max_min_shares` has any number."""

    def part(own: Expr, rest: Expr, weight: Expr, other: Expr) -> Expr:
        return sp.Min(own, sp.Max(weight * C / (weight + other), C - rest))

    mine = yield formula("granted", part(d, D, w, W), "unit", "what is granted")
    other = part(D, d, W, w)
    yield claim("feasible and without waste", mine + other, sp.Min(C, d + D), "own part and the other's")
    level = sp.Symbol("lambda", nonnegative=True)
    yield claim(
        "the level is common",
        sp.Subs(sp.Min(d, w * level), level, C / (w + W)),
        mine,
        "while both want more, water stands at the same height per weight",
        C=(1, 3), d=(4, 9), D=(4, 9), w=(1, 3), W=(1, 3),
    )  # fmt: skip
    scarce = {"C": (5, 6), "w": (1, 2), "W": (1, 2)}
    yield claim(
        "strategy-proof where short",
        sp.Derivative(mine, d),
        0,
        "asking for more than the level changes nothing",
        d=(7, 9),
        D=(7, 9),
        **scarce,
    )
    yield claim(
        "what is not wanted is passed on",
        sp.Derivative(mine, D),
        -1,
        "each unit that the other does without is granted here",
        d=(7, 9),
        D=(0.1, 1),
        **scarce,
    )
    yield sketch("granted", over="d", low=0, high=12, C=(6, 10, 16))


def water_level(capacity: Any, requests: Any, *, weights: Any = 1, axis: int = -1) -> Any:
    """The least level at which all of the capacity, or all that is asked for, is given out.

    Parameters
    ----------
    capacity : number or array_like
        Not negative; one for each batch.
    requests : array_like
        Not negative. Exact when given as Fractions.
    weights : array_like
        Positive.
    axis : int
        The axis of the agents; the others are batches.

    Returns
    -------
    numpy.ndarray
        A level for each batch.

    Raises
    ------
    ValueError
        For a number outside its domain.

    Examples
    --------
    >>> float(water_level(10, [2, 2.6, 4, 5]))
    2.7
    """
    C, d, w = _read(capacity, requests, weights, axis)
    return _level(C, d, w)[..., 0]


def max_min_shares(capacity: Any, requests: Any, *, weights: Any = 1, axis: int = -1) -> Any:
    """What each gets under (weighted) max-min fairness.

    Parameters
    ----------
    capacity, requests, weights, axis
        As for `water_level`.

    Returns
    -------
    numpy.ndarray
        Of the requests' shape, broadcast against the batches.

    Raises
    ------
    ValueError
        For a number outside its domain.

    References
    ----------
    Bertsekas, Gallager (1992), Data Networks, 6.5.2.

    Examples
    --------
    >>> max_min_shares(10, [2, 2.6, 4, 5])
    array([2. , 2.6, 2.7, 2.7])
    """
    C, d, w = _read(capacity, requests, weights, axis)
    with np.errstate(over="ignore"):
        poured = w * _level(C, d, w)
    return np.moveaxis(np.where(_plenty(C, d), d, np.minimum(d, poured)), -1, axis)


def uniform_rule(amount: Any, peaks: Any, *, axis: int = -1) -> Any:
    """Divide exactly `amount` among agents who each like one share best and less the further from it.

    Parameters
    ----------
    amount : number or array_like
        Not negative; one for each batch.
    peaks : array_like
        The shares liked best, not negative. Exact when given as Fractions.
    axis : int
        The axis of the agents; the others are batches.

    Returns
    -------
    numpy.ndarray
        Sums to the amount: min(peak, level) when peaks exceed it, max(peak, level) when they fall short.

    Raises
    ------
    ValueError
        For a number outside its domain, or no agents.

    References
    ----------
    Sprumont (1991), "The division problem with single-peaked preferences", Econometrica 59.

    Examples
    --------
    >>> uniform_rule(12, [1, 2, 5])
    array([3.5, 3.5, 5. ])
    """
    C, p, w = _read(amount, peaks, 1, axis)
    if not p.shape[-1]:
        raise ValueError("there is nobody to divide the amount among: give at least one peak")
    shape = np.broadcast_shapes((*C.shape[:-1], 1), p.shape)
    C, p, w = np.broadcast_to(C, (*shape[:-1], 1)), np.broadcast_to(p, shape), np.broadcast_to(w, shape)
    short = np.minimum(p, _level(C, p, w))
    # With plenty, everyone is given his peak and the rest fills up the lowest shares to a common level: reading
    # from the top, top - p is wanted less than top - share, which is the same pouring upside down.
    top = C + np.max(p, axis=-1, keepdims=True)
    plenty = top - np.minimum(top - p, _level(np.maximum(shape[-1] * top - C, 0 * C), top - p, w))
    return np.moveaxis(np.where(_plenty(C, p), plenty, short), -1, axis)


def _read(capacity: Any, requests: Any, weights: Any, axis: int) -> tuple[Any, Any, Any]:
    """The three as arrays whose last axis is the agents'."""
    C, d, w = amounts(capacity=capacity, requests=requests, weights=weights)
    if d.ndim == 0:
        raise ValueError(f"requests are an array with one number for each agent, got {requests}")
    if not np.all(w > 0):
        raise ValueError("weights = 0 is outside (0, inf): leave agents without a weight out")
    d, w = np.broadcast_arrays(d, w)
    return C[..., None], np.moveaxis(d, axis, -1), np.moveaxis(w, axis, -1)


def _plenty(C: Any, d: Any) -> Any:
    with np.errstate(over="ignore"):
        return np.sum(d, axis=-1, keepdims=True) <= C


def _level(C: Any, d: Any, w: Any) -> Any:
    """The level, with an axis of length 1 in the agents' place."""
    if not d.shape[-1]:
        return np.zeros_like(C)
    with np.errstate(over="ignore", invalid="ignore"):
        order = np.argsort(d / w, axis=-1, kind="stable")
        d, w = (np.take_along_axis(each, order, axis=-1) for each in (d, w))
        ratio, nothing = d / w, np.zeros_like(d[..., :1])
        before = np.concatenate([nothing, np.cumsum(d, axis=-1)[..., :-1]], axis=-1)  # what those met earlier took
        weight = np.cumsum(w[..., ::-1], axis=-1)[..., ::-1]  # of the agent and those after him
        need = before + ratio * weight  # what a level that meets this agent takes in all
        count = np.sum((need <= C).astype(int), axis=-1, keepdims=True)
        first = np.minimum(count, d.shape[-1] - 1)

        def at(each: Any) -> Any:
            batches = np.broadcast_shapes(each.shape[:-1], first.shape[:-1])
            each = np.broadcast_to(each, (*batches, each.shape[-1]))
            return np.take_along_axis(each, np.broadcast_to(first, (*batches, 1)), axis=-1)

        met = at(np.concatenate([nothing, ratio[..., :-1]], axis=-1))
        # Between the last who is met and the first who is not: rounding over a tiny weight would leave it.
        level = np.clip((C - at(before)) / at(weight), met, at(ratio))
    return np.where(count == d.shape[-1], ratio[..., -1:], level)
