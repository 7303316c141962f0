"""Following a curve H(y) = 0 of one dimension: Euler predictor, Newton corrector, pseudo-arclength steps.

Reference: E. L. Allgower, K. Georg, *Numerical Continuation Methods*, Springer 1990, chapters 3 and 6.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Curve: TypeAlias = Callable[[Floats], tuple[Floats, Floats]]  # y -> H(y) and its Jacobian

_TOLERANCE = 1e-11


@dataclass(frozen=True, slots=True, eq=False)
class PathPoint:
    """A point of the curve with the direction of travel and the length of the next step.

    Parameters
    ----------
    place, tangent : float arrays
        The tangent has length 1.
    length : float
    """

    place: Floats
    tangent: Floats
    length: float


def tangent_at(curve: Curve, place: Floats, towards: Floats) -> Floats:
    """The unit tangent that has a positive product with `towards`.

    Parameters
    ----------
    curve : function
        From n + 1 numbers to n equations and their n x (n + 1) Jacobian.
    place, towards : float arrays

    Returns
    -------
    float array

    Examples
    --------
    >>> circle = lambda y: (np.array([y @ y - 1]), 2 * y[None, :])
    >>> tangent_at(circle, np.array([1.0, 0.0]), np.array([0.0, 1.0])).round(12).tolist()
    [0.0, 1.0]
    """
    _, jacobian = curve(place)
    tangent: Floats = np.linalg.svd(jacobian)[2][-1]
    return tangent if tangent @ towards > 0 else -tangent


def moved(curve: Curve, point: PathPoint, length: float) -> Floats | None:
    """The curve's point a step of this length ahead, by Newton's method across the tangent; None if it fails.

    Parameters
    ----------
    curve : function
    point : PathPoint
    length : float

    Returns
    -------
    float array or None
    """
    start = point.place + length * point.tangent
    place = start
    previous = np.inf
    for _ in range(8):
        value, jacobian = curve(place)
        system = np.vstack([jacobian, point.tangent])
        if not np.isfinite(system).all() or not np.isfinite(value).all():
            return None
        try:
            step = np.linalg.solve(system, np.append(value, point.tangent @ (place - start)))
        except np.linalg.LinAlgError:
            return None
        place = place - step
        size = float(np.abs(step).max())
        if size <= _TOLERANCE * max(1.0, float(np.abs(place).max())):
            return place
        if size > previous / 2:  # it must at least halve, and the whole correction stay small against the step
            return None
        previous = size
    return None


def advanced(curve: Curve, point: PathPoint, *, shortest: float = 1e-10, bend: float = 0.97) -> PathPoint:
    """The next point: the step is halved until it succeeds without a sharp bend, and grows after easy ones.

    Parameters
    ----------
    curve : function
    point : PathPoint
    shortest : float
        Length at which the path counts as lost.
    bend : float
        Least cosine between tangents.

    Returns
    -------
    PathPoint

    Raises
    ------
    ArithmeticError
        If no step succeeds: the curve has a singular point here.

    Examples
    --------
    >>> circle = lambda y: (np.array([y @ y - 1]), 2 * y[None, :])
    >>> point = PathPoint(np.array([1.0, 0.0]), np.array([0.0, 1.0]), 0.1)
    >>> abs(float(np.linalg.norm(advanced(circle, point).place)) - 1) < 1e-10
    True
    """
    length = point.length
    while length > shortest:
        place = moved(curve, point, length)
        if place is not None:
            tangent = tangent_at(curve, place, point.tangent)
            cosine = float(tangent @ point.tangent)
            if cosine > bend:
                return PathPoint(place, tangent, length * (1.8 if cosine > 0.99 else 1.0))
        length /= 2
    raise ArithmeticError(f"the path is lost near {point.place.round(6).tolist()}: it is singular there.")
