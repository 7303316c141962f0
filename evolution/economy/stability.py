r"""How a system answers to being pushed: rates at a rest point, Lyapunov exponent, basin stability.

With the Jacobian J at a rest point of a flow (dx/dt = f(x)) or of a map (x' = f(x)):

    spectral radius      max |eigenvalue|             a map is stable when it is < 1
    spectral abscissa    max real part                a flow is stable when it is < 0
    return rate          -abscissa, or -ln radius     how fast the slowest perturbation dies out, at last
    reactivity           largest eigenvalue of (J + J^T)/2, or ln of the largest singular value of J: how fast a
                         perturbation can grow at first
    Lyapunov exponent    lim 1/t ln |v_t| of a tangent vector v carried along the path (Benettin et al. 1980)
    basin stability      share of random starts that return, a binomial proportion

References
----------
Neubert, M. G., Caswell, H. (1997). Alternatives to resilience for measuring the responses of ecological systems to
    perturbations. Ecology 78, 653-665; Caswell and Neubert (2005) for maps.
Benettin, G., Galgani, L., Giorgilli, A., Strelcyn, J.-M. (1980). Lyapunov characteristic exponents. Meccanica 15, 9-30.
Menck, P. J., Heitzig, J., Marwan, N., Kurths, J. (2013). How basin stability complements the linear-stability
    paradigm. Nature Physics 9, 89-92.
Clopper, C. J., Pearson, E. S. (1934). Wilson, E. B. (1927).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from .ledger import Array
from .resource_use import TimeAverage, time_average
from .samples import number, numbers, plain, whole

Motion = Literal["flow", "map"]
Vector = Callable[[Array], Any]
Matrix = Callable[[Array], Any]


def spectral_radius(jacobian: Any) -> Any:
    """The greatest size of an eigenvalue.

    Parameters
    ----------
    jacobian : array_like (..., n, n)

    Returns
    -------
    float or array
        Per step of a map.

    Raises
    ------
    TypeError, ValueError
        For a matrix that is not square, or values missing or infinite.

    Examples
    --------
    >>> spectral_radius([[0.5, 3], [0, -2]])
    2.0
    """
    return plain(np.max(np.abs(np.linalg.eigvals(_square(jacobian))), axis=-1))


def spectral_abscissa(jacobian: Any) -> Any:
    """The greatest real part of an eigenvalue.

    Parameters
    ----------
    jacobian : array_like (..., n, n)

    Returns
    -------
    float or array
        [1/time] of a flow.

    Raises
    ------
    TypeError, ValueError
        As `spectral_radius`.

    Examples
    --------
    >>> spectral_abscissa([[-1, 5], [0, -3]])
    -1.0
    """
    return plain(np.max(np.real(np.linalg.eigvals(_square(jacobian))), axis=-1))


def return_rate(jacobian: Any, *, motion: Motion = "flow") -> Any:
    """How fast the slowest perturbation dies out in the long run; negative where one grows.

    Parameters
    ----------
    jacobian : array_like (..., n, n)
    motion : {"flow", "map"}

    Returns
    -------
    float or array
        [1/time], or per step; infinity for a map that forgets everything in finitely many steps.

    Raises
    ------
    TypeError, ValueError
        As `spectral_radius`, and for another motion.

    Examples
    --------
    >>> return_rate([[-1, 5], [0, -3]]), round(return_rate([[0.5]], motion="map"), 6)
    (1.0, 0.693147)
    """
    if _known(motion) == "flow":
        return -spectral_abscissa(jacobian)
    with np.errstate(divide="ignore"):
        return plain(-np.log(spectral_radius(jacobian)))


def reactivity(jacobian: Any, *, motion: Motion = "flow") -> Any:
    """The greatest growth rate of a small perturbation at first, over all directions.

    Parameters
    ----------
    jacobian : array_like (..., n, n)
    motion : {"flow", "map"}

    Returns
    -------
    float or array
        [1/time], or per step; at least minus the return rate.

    Raises
    ------
    TypeError, ValueError
        As `return_rate`.

    Examples
    --------
    >>> round(reactivity([[-1, 5], [0, -3]]), 6)
    0.692582
    """
    J = _square(jacobian)
    if _known(motion) == "flow":
        return plain(np.linalg.eigvalsh((J + np.swapaxes(J, -1, -2)) / 2)[..., -1])
    with np.errstate(divide="ignore"):
        return plain(np.log(np.linalg.norm(J, ord=2, axis=(-2, -1))))


def lyapunov_exponent(
    step: Vector, start: Any, *, jacobian: Matrix | None = None, steps: int = 10_000, burn_in: int = 1000
) -> TimeAverage:
    """The largest Lyapunov exponent of a map, by a tangent vector carried along and rescaled each step.

    Parameters
    ----------
    step : callable
        The map, array (n,) to array (n,).
    start : array_like (n,)
    jacobian : callable, optional
        Of the map, array (n,) to (n, n); without it the tangent is a central difference of `step`.
    steps : int
        Counted after the burn-in, at least 60.
    burn_in : int
        Steps in which path and tangent find their way.

    Returns
    -------
    TimeAverage
        Of ln of the growth per step, with the interval of 30 batch means: > 0 in chaos, 0 on a quasi-periodic path,
        < 0 at a stable one; minus infinity where a tangent is wiped out.

    Raises
    ------
    TypeError, ValueError
        For a path that leaves the finite numbers, saying where.

    Examples
    --------
    >>> found = lyapunov_exponent(lambda x: 4 * x * (1 - x), [0.3], jacobian=lambda x: np.diag(4 - 8 * x))
    >>> bool(found.low < np.log(2) < found.high)
    True
    """
    x = numbers(start, "start")
    total, skipped = whole(steps, "steps", 60), whole(burn_in, "burn_in", 0)
    v = np.sqrt(np.arange(2.0, len(x) + 2))  # no direction of symmetry
    v /= np.linalg.norm(v)
    growth = np.empty(total)
    for count in range(total + skipped):
        with np.errstate(over="ignore", invalid="ignore"):  # said below, with the step
            v = _carried(step, jacobian, x, v)
            x = np.asarray(step(x), dtype=float)
            size = float(np.linalg.norm(v))
        if not (np.all(np.isfinite(x)) and np.isfinite(size)):
            raise ValueError(f"the path leaves the finite numbers at step {count}: take a start within its basin")
        if size == 0:
            return TimeAverage(-np.inf, -np.inf, -np.inf, 30)
        v /= size
        if count >= skipped:
            growth[count - skipped] = np.log(size)
    return time_average(growth, batches=30)


def lyapunov_exponent_of_flow(
    field: Vector, start: Any, *, jacobian: Matrix, dt: float, steps: int = 10_000, burn_in: int = 1000
) -> TimeAverage:
    """The largest Lyapunov exponent of a flow: path and tangent integrated together by Runge-Kutta steps.

    Parameters
    ----------
    field : callable
        dx/dt, array (n,) to array (n,).
    start : array_like (n,)
    jacobian : callable
        Of the field, array (n,) to (n, n).
    dt : float
        Step [time], > 0; the error of the exponent falls with its fourth power.
    steps, burn_in : int
        As in `lyapunov_exponent`.

    Returns
    -------
    TimeAverage
        [1/time].

    Raises
    ------
    TypeError, ValueError
        As `lyapunov_exponent`.

    Examples
    --------
    >>> found = lyapunov_exponent_of_flow(lambda x: -2 * x, [1.0], jacobian=lambda x: [[-2]], dt=0.1, steps=60)
    >>> round(found.mean, 3)
    -2.0
    """
    pace = number(dt, "dt", 0, open_low=True)

    def tangent(x: Array) -> Array:
        """The derivative of one Runge-Kutta step by its start: the same step of the variational equation."""
        one, slopes = np.eye(len(x)), np.zeros((len(x), len(x)))
        speed, sums = np.zeros(len(x)), np.zeros((len(x), len(x)))
        for share, weight in ((0.0, 1), (0.5, 2), (0.5, 2), (1.0, 1)):
            at = x + share * pace * speed
            slopes = np.asarray(jacobian(at), dtype=float) @ (one + share * pace * slopes)
            speed = np.asarray(field(at), dtype=float)
            sums += weight * slopes
        return one + pace / 6 * sums

    def step(x: Array) -> Array:
        """One classical Runge-Kutta step."""
        speed, sums = np.zeros(len(x)), np.zeros(len(x))
        for share, weight in ((0.0, 1), (0.5, 2), (0.5, 2), (1.0, 1)):
            speed = np.asarray(field(x + share * pace * speed), dtype=float)
            sums += weight * speed
        return np.asarray(x + pace / 6 * sums)

    found = lyapunov_exponent(step, start, jacobian=tangent, steps=steps, burn_in=burn_in)
    return TimeAverage(found.mean / pace, found.low / pace, found.high / pace, found.batches)


@dataclass(frozen=True, slots=True)
class Proportion:
    """A share of trials, with two intervals.

    Parameters
    ----------
    share : float
    exact : tuple of float
        Clopper-Pearson: covers at least with the confidence stated, whatever the truth.
    wilson : tuple of float
        Covers about with that confidence, and is shorter.
    confidence : float
    """

    share: float
    exact: tuple[float, float]
    wilson: tuple[float, float]
    confidence: float


def basin_stability(returned: int, trials: int, *, confidence: float = 0.95) -> Proportion:
    """The share of random starts from which a system returned, with binomial intervals.

    Parameters
    ----------
    returned : int
        Starts that returned, 0 .. trials.
    trials : int
        At least 1, drawn independently from the law of perturbations.
    confidence : float
        In (0, 1).

    Returns
    -------
    Proportion

    Raises
    ------
    TypeError, ValueError
        For numbers outside these ranges.

    Examples
    --------
    >>> found = basin_stability(0, 30)
    >>> found.share, round(found.exact[1], 4), round(found.wilson[1], 4)
    (0.0, 0.1157, 0.1135)
    """
    from scipy.stats import beta, norm

    n = whole(trials, "trials", 1)
    k = whole(returned, "returned", 0, n)
    level = number(confidence, "confidence", 0, 1, open_low=True, open_high=True)
    tail, share = (1 - level) / 2, k / n
    low = float(beta.ppf(tail, k, n - k + 1)) if k > 0 else 0.0
    high = float(beta.isf(tail, k + 1, n - k)) if k < n else 1.0
    z = float(norm.isf(tail))
    middle, half = (share + z**2 / (2 * n)), z * (share * (1 - share) / n + (z / (2 * n)) ** 2) ** 0.5
    around = ((middle - half) / (1 + z**2 / n), (middle + half) / (1 + z**2 / n))
    wilson = (around[0] if k > 0 else 0.0, around[1] if k < n else 1.0)
    return Proportion(share, (low, high), wilson, level)


def _carried(step: Vector, jacobian: Matrix | None, x: Array, v: Array) -> Array:
    """The tangent after one step."""
    if jacobian is not None:
        return np.asarray(np.asarray(jacobian(x), dtype=float) @ v)
    h = 6e-6 * max(1.0, float(np.linalg.norm(x)))  # the cube root of the rounding of floats
    return np.asarray((np.asarray(step(x + h * v), float) - np.asarray(step(x - h * v), float)) / (2 * h))


def _square(jacobian: Any) -> Array:
    """A matrix, or many."""
    J = numbers(jacobian, "jacobian")
    if J.ndim < 2 or J.shape[-1] != J.shape[-2]:
        raise ValueError(f"jacobian must be a square matrix, not of shape {J.shape}")
    return J


def _known(motion: Motion) -> Motion:
    """Flow or map."""
    if motion not in ("flow", "map"):
        raise ValueError(f"motion must be 'flow' or 'map', not {motion!r}")
    return motion
