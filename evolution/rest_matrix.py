"""All restricted equilibria of one matrix or of two: the rest points of imitation, face by face, exactly.

Imitation rests where all strategies in use are paid the same. For one population with payoffs A x and support S
these are the states of the polytope {x on S, (A x)_i the same for i in S} in which all of S is in use; for two with
payoffs A y and B x and supports S, T, the products of {y on T, rows S of A equal} and {x on S, rows T of B equal}.
A point is isolated where the polytope is a point; in degenerate games the polytopes of maximal extent are kept, with
their vertices. Nothing else is at rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product
from typing import Any

from evolution.rest_faces import equalising_rays, hull_dimension, normalised, wholes_of

__all__ = ["FACES_LIMIT", "RestSet", "rest_of_matrices"]

FACES_LIMIT = 70_000
Shares = tuple[Fraction, ...]
State = tuple[Shares, ...]
Faces = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class RestSet:
    """States at rest: points, and polytopes by the indices of the points that span them.

    Parameters
    ----------
    states : tuple of states
        Each a tuple of shares by role.
    polytopes, components : tuples of tuples of int
    dimensions : tuple of int
        Of the polytopes.
    faces : int
        How many were solved.
    """

    states: tuple[State, ...]
    polytopes: Faces
    dimensions: tuple[int, ...]
    components: Faces
    faces: int


@dataclass(frozen=True, slots=True)
class _Polytope:
    """The states with these supports whose strategies in use are paid the same; one list of vertices a role."""

    supports: Faces
    vertices: tuple[tuple[Shares, ...], ...]

    @property
    def is_point(self) -> bool:
        return all(len(part) == 1 for part in self.vertices)


def rest_of_matrices(tables: Sequence[Any]) -> RestSet:
    """Every state at which all strategies in use are paid the same.

    Parameters
    ----------
    tables : one or two matrices of Fraction
        Rows are own strategies: [A] with F = A x, or [A, B] with F = (A y, B x).

    Returns
    -------
    RestSet

    Raises
    ------
    ValueError
        If there are more than 70,000 faces (16 strategies).

    References
    ----------
    J. Hofbauer, K. Sigmund, *Evolutionary Games and Population Dynamics*, Cambridge 1998, sections 7.2 and 11.1.

    Examples
    --------
    >>> [[str(p) for p in state[0]] for state in rest_of_matrices([[[-1, 2], [0, 1]]]).states]
    [['1', '0'], ['0', '1'], ['1/2', '1/2']]
    """
    wholes = [wholes_of(table) for table in tables]
    sizes = [len(table) for table in wholes]
    total = 1
    for size in sizes:
        total *= 2**size - 1
    if total > FACES_LIMIT:
        raise ValueError(
            f"{' x '.join(map(str, sizes))} strategies have {total:.2g} faces, at most {FACES_LIMIT} are solved; take "
            "fewer strategies, or the Nash equilibria alone from gametheory.solve"
        )
    found = list(_one(wholes[0]) if len(wholes) == 1 else _two(wholes[0], wholes[1]))
    largest: list[_Polytope] = []
    for p in sorted((p for p in found if not p.is_point), key=lambda p: -sum(map(len, p.supports))):
        if not any(_within(wholes, p, q) for q in largest):
            largest.append(p)
    points = [p for p in found if p.is_point and not any(_within(wholes, p, q) for q in largest)]
    states = sorted({state for p in (*points, *largest) for state in product(*p.vertices)}, key=_order)
    place = {state: index for index, state in enumerate(states)}
    largest.sort(key=lambda p: p.supports)
    polytopes = tuple(tuple(sorted(place[state] for state in product(*p.vertices))) for p in largest)
    dimensions = tuple(sum(hull_dimension(part) for part in p.vertices) for p in largest)
    return RestSet(tuple(states), polytopes, dimensions, _components(wholes, states, largest, polytopes), total)


def _one(table: Sequence[Sequence[int]]) -> Iterator[_Polytope]:
    size = len(table)
    for count in range(1, size + 1):
        for face in combinations(range(size), count):
            rays = equalising_rays(table, face, face)
            if rays:
                yield _Polytope((face,), (tuple(normalised(ray, face, size) for ray in rays),))


def _two(first: Sequence[Sequence[int]], second: Sequence[Sequence[int]]) -> Iterator[_Polytope]:
    """Pairs of supports; the smaller one is solved first, since it leaves the fewer states (mostly none)."""
    n, m = len(first), len(second)
    for rows, columns, y in _growing(first, n, m, 0):
        x = equalising_rays(second, columns, rows)
        if x:
            yield _product((rows, columns), (x, y), (n, m))
    for columns, rows, x in _growing(second, m, n, 1):
        y = equalising_rays(first, rows, columns)
        if y:
            yield _product((rows, columns), (x, y), (n, m))


def _growing(table: Sequence[Sequence[int]], own: int, others: int, more: int) -> Iterator[tuple[Any, Any, Any]]:
    """(S, T, rays on T against which S gets the same) with |S| >= |T| + more; a larger S leaves fewer."""
    for count in range(1, others + 1):
        for columns in combinations(range(others), count):
            level = list(combinations(range(own), count))
            while level:
                kept = []
                for rows in level:
                    rays = equalising_rays(table, rows, columns)
                    if rays:
                        kept.append(rows)
                        if len(rows) >= count + more:
                            yield rows, columns, rays
                level = [(*rows, further) for rows in kept for further in range(rows[-1] + 1, own)]


def _product(supports: Faces, rays: Sequence[Any], sizes: Sequence[int]) -> _Polytope:
    parts = zip(supports, rays, sizes, strict=True)
    return _Polytope(supports, tuple(tuple(normalised(ray, face, size) for ray in some) for face, some, size in parts))


def _within(wholes: Sequence[Any], inner: _Polytope, outer: _Polytope) -> bool:
    """Whether the states of one polytope lie in another."""
    larger = zip(inner.supports, outer.supports, strict=True)
    return all(set(a) <= set(b) for a, b in larger) and all(
        _equalises(wholes, state, outer.supports) for state in product(*inner.vertices)
    )


def _equalises(wholes: Sequence[Any], state: State, supports: Faces) -> bool:
    """Whether all of the supports are paid the same at a state."""
    for table, others, face in zip(wholes, reversed(state), supports, strict=True):
        used = [k for k, share in enumerate(others) if share]
        payoffs = {sum(table[i][k] * others[k] for k in used) for i in face}
        if len(payoffs) > 1:
            return False
    return True


def _components(wholes: Any, states: Sequence[State], largest: Sequence[_Polytope], polytopes: Faces) -> Faces:
    """Groups of points that polytopes join: two meet iff a vertex of one lies in the other, or through a third."""
    from gametheory.methods.nash_subsets import components

    groups: list[tuple[int, ...]] = [(index,) for index in range(len(states))]
    for p, indices in zip(largest, polytopes, strict=True):
        inside = [
            index
            for index, state in enumerate(states)
            if all(
                share == 0 or i in face
                for part, face in zip(state, p.supports, strict=True)
                for i, share in enumerate(part)
            )
            and _equalises(wholes, state, p.supports)
        ]
        groups.append(tuple(sorted({*indices, *inside})))
    return components(groups)


def _order(state: State) -> Any:
    supports = tuple(tuple(i for i, share in enumerate(part) if share) for part in state)
    return sum(map(len, supports)), supports, tuple(tuple(-share for share in part) for part in state)
