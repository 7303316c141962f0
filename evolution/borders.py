r"""Borders between basins in one and two dimensions: the stable manifolds of saddles, followed backwards in time.

A saddle draws orbits along one direction and drives them away along the other; the orbits that end at it part those
that leave to one side from those that leave to the other. Backwards in time these orbits attract their neighbours, so
that tracing them is well conditioned.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from evolution.dynamics import Dynamics
from evolution.rest import rest_points

__all__ = ["basin_borders"]

Vector = npt.NDArray[np.float64]

AWAY = 1e-5  # how far beside a saddle its stable manifold is begun
INTO = 1e-3  # the same where linear terms do not draw to the saddle, because there orbits come in slowly
FLAT = 1e-4  # of the greatest slope: less is no rate of approach
LONG = 1e4


def basin_borders(dynamics: Dynamics, *, steps: int = 400) -> tuple[Vector, ...]:
    """Borders between basins where the state has one or two dimensions: stable manifolds of saddles, as paths.

    Parameters
    ----------
    dynamics : Dynamics
        One population of two or three strategies, or two populations of two.
    steps : int
        Points a path.

    Returns
    -------
    tuple of arrays (k, n)
        Packed shares; with one dimension the unstable rest points between, one point each. Each path begins at its
        saddle.

    Raises
    ------
    ValueError
        If the state has more dimensions.

    Examples
    --------
    >>> from evolution import Replicator
    >>> basin_borders(Replicator([[3, 0], [2, 2]]))[0].round(6).tolist()
    [[0.666667, 0.333333]]
    """
    sizes = [part.stop - part.start for part in dynamics.parts]
    dimension = sum(sizes) - len(sizes)
    if dimension not in (1, 2):
        raise ValueError(f"borders are traced in one or two dimensions; this state has {dimension}")
    found = rest_points(dynamics)
    if dimension == 1:
        return tuple(np.concatenate(p.shares)[None] for p in found if p.interior and p.stability == "unstable")
    paths: list[Vector] = []
    for point in found:
        if point.type == "saddle":
            paths.extend(_stable_manifold(dynamics, np.concatenate(point.shares), steps))
    return tuple(paths)


def _stable_manifold(dynamics: Dynamics, saddle: Vector, steps: int) -> list[Vector]:
    """Both halves of it that run inside the simplex, backwards in time."""
    from scipy.integrate import solve_ivp

    incoming, away = _way_in(dynamics, saddle)
    absent = saddle <= 0

    def backwards(_: float, x: Vector) -> Vector:
        return np.asarray(-dynamics.flow(_projected(dynamics, x)))

    def leaves(_: float, x: Vector) -> float:
        return float(x.min() + 1e-9)

    leaves.terminal = True  # type: ignore[attr-defined]
    paths = []
    for side in (1, -1):
        start = saddle + side * away * incoming
        if (start < 0).any() or (side * incoming[absent] < FLAT).any():
            continue  # out of the simplex, or along a face
        run = solve_ivp(backwards, (0, LONG), start, rtol=1e-9, atol=1e-12, events=leaves, method="LSODA")
        path = np.array([_projected(dynamics, x) for x in run.y.T])
        far = np.concatenate([[0], np.cumsum(np.abs(np.diff(path, axis=0)).max(axis=1))])
        even = np.searchsorted(far, np.linspace(0, far[-1], steps)).clip(0, len(path) - 1)
        paths.append(np.concatenate([saddle[None], path[np.unique(even)]]))
    return paths


def _way_in(dynamics: Dynamics, saddle: Vector) -> tuple[Vector, float]:
    """Direction of the stable manifold at a saddle, and how far along it to begin.

    Slopes are taken towards the inside, by second-order one-sided differences. Where the linear terms draw nothing to
    the saddle (BNN on an edge), every way inside will do: backwards in time the manifold draws orbits to itself.
    """
    small, sides = 1e-5, _inward(dynamics, saddle)
    slopes = np.array([(4 * dynamics.flow(saddle + small * d) - dynamics.flow(saddle + 2 * small * d)) for d in sides])
    matrix = np.linalg.lstsq(sides, slopes / (2 * small), rcond=None)[0].T
    values, vectors = np.linalg.eig(matrix)
    if values.real.min() < -FLAT * np.abs(matrix).max():
        incoming, away = np.asarray(vectors[:, int(np.argmin(values.real))].real), AWAY
    else:
        incoming, away = sides.sum(axis=0), INTO
    return incoming / np.abs(incoming).max(), away


def _inward(dynamics: Dynamics, state: Vector) -> Vector:
    """From a state to each vertex of each role."""
    ways = []
    for part in dynamics.parts:
        for i in range(part.start, part.stop):
            way = np.zeros_like(state)
            way[part] = -state[part]
            way[i] += 1.0
            ways.append(way)
    return np.array(ways)


def _projected(dynamics: Dynamics, x: Vector) -> Vector:
    shares: Vector = np.maximum(x, 0.0)
    for part in dynamics.parts:
        shares[part] /= shares[part].sum()
    return shares
