r"""Proportional rationing: when requests exceed the capacity, all are cut by the same factor.

.. math:: a_i = x_i \min\bigl(1, \tfrac{C}{\sum_j x_j}\bigr)

It is feasible, wastes nothing, and treats equals equally, but a request is a claim on others' shares: whoever asks
for more gets more, so it is not strategy-proof, and with two or more who gain from every unit all ask without end.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy as sp

from ..mechanism import Declared, Expr, claim, declare, formula, given, sketch
from .quantities import amounts

__all__ = ["proportional", "proportional_shares"]


@declare(
    "allocation",
    source="Moulin (2000), Priority rules and other asymmetric rationing methods, Econometrica 68; definition",
    C=given("unit", "capacity", 10, "[0, inf)"),
    x=given("unit", "own request", 6, "[0, inf)"),
    X=given("unit", "others' requests", 12, "[0, inf)"),
)
def proportional(C: Expr, x: Expr, X: Expr) -> Declared:
    """Requests are met while they fit; beyond the capacity all are cut by the same factor."""

    def cut(own: Expr, rest: Expr) -> Expr:
        return sp.Piecewise((own, own + rest <= C), (C * own / (own + rest), True))

    granted = yield formula("granted", cut(x, X), "unit", "what is granted")
    scarce = {"C": (1, 4), "x": (5, 9), "X": (5, 9)}
    yield claim("feasible and without waste", granted + cut(X, x), sp.Min(C, x + X), "own part and the others'")
    yield claim(
        "marginal request",
        sp.Derivative(granted, x),
        C * X / (x + X) ** 2,
        "a larger request takes from the others: the rule can be gamed",
        **scarce,
    )
    yield claim("limit of greed", sp.Limit(C * x / (x + X), x, sp.oo), C, "who asks without bound gets everything")
    yield claim(
        "share of new capacity", sp.Derivative(granted, C), x / (x + X), "nobody loses when capacity grows", **scarce
    )
    yield sketch("granted", over="x", low=0, high=40, C=(5, 10, 20))


def proportional_shares(capacity: Any, requests: Any, *, axis: int = -1) -> Any:
    """What each gets under proportional rationing.

    Parameters
    ----------
    capacity : number or array_like
        Not negative; one for each batch.
    requests : array_like
        Not negative. Exact when given as Fractions.
    axis : int
        The axis of the agents; the others are batches.

    Returns
    -------
    numpy.ndarray
        Of the requests' shape, broadcast against the batches.

    Raises
    ------
    ValueError
        For a negative, infinite or undefined number.

    References
    ----------
    Moulin (2000), "Priority rules and other asymmetric rationing methods", Econometrica 68.

    Examples
    --------
    >>> proportional_shares(10, [5, 15])
    array([2.5, 7.5])
    """
    C, x = amounts(capacity=capacity, requests=requests)
    if x.ndim == 0:
        raise ValueError(f"requests are an array with one number for each agent, got {requests}")
    x = np.moveaxis(x, axis, -1)
    C = C[..., None]
    largest = np.max(x, axis=-1, initial=0, keepdims=True)
    # Against the largest request: neither the sum of huge ones nor the product C x overflows.
    part = x / np.where(largest == 0, 1, largest)
    total = np.sum(part, axis=-1, keepdims=True)
    asked = np.where(total == 0, 1, total)
    with np.errstate(over="ignore"):
        scarce = (largest > C) | (C / np.where(largest == 0, 1, largest) < total)
    return np.moveaxis(np.where(scarce, C * (part / asked), x), -1, axis)
