"""Rest points by starts at random, for payoffs or protocols that have no formula: nothing is claimed complete.

From many starts on every face (imitation) or in the whole simplex, the velocity is driven to 0 by least squares; what
comes out is kept if the velocity there is 0 to rounding. Eigenvalues are those of a difference quotient.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations, product
from typing import Any

import numpy as np
import numpy.typing as npt

from evolution.rest_spectrum import named_type
from evolution.rest_types import RestPoint, RestPoints

__all__ = ["rest_by_starts"]

Vector = npt.NDArray[np.float64]
STARTS, MOST_FACES, SMALL, STEP = 24, 500, 1e-9, 1e-6


def rest_by_starts(dynamics: Any, why: str) -> RestPoints:
    """Rest points met from random starts (always the same ones).

    Parameters
    ----------
    dynamics : Dynamics
    why : str
        Why there is no complete method.

    Returns
    -------
    RestPoints
        Never complete.
    """
    rng = np.random.default_rng(0)
    found: list[Vector] = []
    for basis, origin in _faces(dynamics):
        for _ in range(STARTS if basis.shape[1] else 1):
            state = _descended(dynamics, basis, _start(dynamics, basis, origin, rng))
            if state is not None and not any(np.abs(state - other).max() < 1e-4 for other in found):
                found.append(state)
    found.sort(key=lambda packed: tuple(-packed))
    return RestPoints(
        points=tuple(_point(dynamics, packed) for packed in found),
        complete=False,
        reason=f"{why}; these were met from random starts, and there may be others.",
        dynamics=dynamics,
        method="random starts",
    )


def _faces(dynamics: Any) -> Iterator[tuple[Vector, Vector]]:
    """Directions in each face (columns), and which shares are in use there (1) or not (0)."""
    sizes = [part.stop - part.start for part in dynamics.parts]
    full = [[tuple(range(n))] for n in sizes]
    if dynamics.protocol.keeps_faces and np.prod([2**n - 1 for n in sizes]) <= MOST_FACES:
        full = [list(chain.from_iterable(combinations(range(n), k) for k in range(1, n + 1))) for n in sizes]
    outside = len(dynamics.environment)
    total = sum(sizes) + outside
    for support in product(*full):
        columns = []
        used = np.zeros(total)
        used[sum(sizes) :] = 1
        for part, own in zip(dynamics.parts, support, strict=True):
            places = [part.start + i for i in own]
            used[places] = 1
            for place in places[:-1]:
                column = np.zeros(total)
                column[place], column[places[-1]] = 1, -1
                columns.append(column)
        columns += [np.eye(total)[sum(sizes) + k] for k in range(outside)]
        yield np.array(columns).reshape(-1, total).T, used


def _start(dynamics: Any, basis: Vector, used: Vector, rng: np.random.Generator) -> Vector:
    state = np.where(used > 0, rng.exponential(size=len(used)), 0.0)
    for part in dynamics.parts:
        state[part] /= state[part].sum()
    for place, (low, high) in enumerate(dynamics.environment.domain, dynamics.environment.after):
        state[place] = rng.uniform(max(low, -10.0), min(high, max(low, -10.0) + 20.0))
    return state


def _descended(dynamics: Any, basis: Vector, start: Vector) -> Vector | None:
    from scipy.optimize import least_squares

    def rates(moved: Vector) -> Vector:
        with np.errstate(all="ignore"):
            velocity: Vector = dynamics.flow(np.maximum(start + basis @ moved, 0.0))
        return np.nan_to_num(velocity, nan=1e6, posinf=1e6, neginf=-1e6)

    if not basis.shape[1]:
        return start
    fit = least_squares(rates, np.zeros(basis.shape[1]), xtol=1e-15, ftol=1e-15, gtol=1e-15)
    state = start + basis @ fit.x
    inside = all((state[part] >= -SMALL).all() for part in dynamics.parts)
    domain = zip(state[dynamics.environment.part], dynamics.environment.domain, strict=True)
    inside = inside and all(low - SMALL <= value <= high + SMALL for value, (low, high) in domain)
    if not inside or not np.abs(rates(fit.x)).max() < SMALL:
        return None
    state[np.abs(state) < SMALL] = 0.0
    return np.asarray(state)


def _point(dynamics: Any, packed: Vector) -> RestPoint:
    bases = list(_faces(dynamics))
    basis = bases[-1][0]
    slopes = [(dynamics.flow(packed + STEP * d) - dynamics.flow(packed - STEP * d)) / (2 * STEP) for d in basis.T]
    reduced = np.linalg.lstsq(basis, np.array(slopes).reshape(-1, len(packed)).T, rcond=None)[0] if slopes else None
    values = np.linalg.eigvals(reduced) if reduced is not None and np.isfinite(reduced).all() else np.empty(0)
    size = np.abs(values).max(initial=0.0)
    signs = [0 if abs(v.real) <= 1e-5 * size else int(np.sign(v.real)) for v in values]
    kind = named_type(tuple(values), signs) if signs else "non-hyperbolic"
    words = {"stable": "asymptotically stable", "unstable": "unstable", "saddle": "unstable"}
    stability = words.get(kind.split()[0], "undecided")
    shares = tuple(np.array(packed[part]) for part in dynamics.parts)
    return RestPoint(
        shares=shares,
        exact=None,
        roles=dynamics.roles,
        labels=tuple(dynamics.strategies[role] for role in dynamics.roles),
        support=tuple(tuple(int(i) for i in np.flatnonzero(part)) for part in shares),
        residual=float(np.abs(dynamics.flow(packed)).max()),
        certificate="The velocity vanishes to rounding in floats.",
        internal=tuple(complex(v) for v in values),
        transversal={},
        type=kind,
        stability=stability,
        reason="eigenvalues of a difference quotient, all directions together",
        environment=dict(zip(dynamics.environment.names, packed[dynamics.environment.part].tolist(), strict=True)),
    )
