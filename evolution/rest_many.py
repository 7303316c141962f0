"""Rest points of imitation in normal forms of three and more populations: one multilinear system a face.

On the face of supports S_1, ..., S_n all strategies in use are paid the same: as many equations as free shares,
multilinear. A face is empty if a difference of payoffs keeps one sign on it, and at rest throughout if all vanish
identically. Where only two roles mix, the face is one of a bimatrix game and solved exactly, continua included
(`rest_faces`). Otherwise zeros are isolated by the subdivision that finds Nash equilibria
(`gametheory.methods.subdivision`) and proved in 1024-bit arithmetic (`certified_roots`); a continuum there leaves the
face open, and the answer says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, combinations, product
from math import prod
from typing import Any

import numpy as np

from evolution.rest_faces import equalising_rays, hull_dimension, normalised
from evolution.rest_imitation import lyapunov_of, ranges_of, told
from evolution.rest_judge import Knowledge, judged
from evolution.rest_local import Local
from evolution.rest_numbers import as_mp, read, rounding_of
from evolution.rest_speed import speed_of
from evolution.rest_types import RestPoint, RestPoints

__all__ = ["rest_of_many"]

MOST_FACES = 20_000
_CUTS, _BUDGET = 30, 100_000
Support = tuple[tuple[int, ...], ...]
PROVED = "All strategies in use are paid the same at exactly one state in a box about it (Krawczyk, 1024 bits)."
EXACT = "All strategies in use are paid the same, in exact arithmetic."


@dataclass(frozen=True, slots=True)
class _Zero:
    support: Support
    shares: tuple[tuple[Any, ...], ...]  # of the strategies in use
    exact: tuple[tuple[Any, ...], ...] | None


def rest_of_many(dynamics: Any) -> RestPoints:
    """All rest points of an imitative dynamic of a normal form.

    Parameters
    ----------
    dynamics : Dynamics
        With a `MultilinearField` of several roles.

    Returns
    -------
    RestPoints

    Raises
    ------
    ValueError
        If there are more than 20,000 faces.
    """
    from gametheory.methods.support_systems import PayoffDifferences
    from gametheory.normal_form import NormalForm

    convert = np.frompyfunc(read, 1, 1)
    tables = [convert(np.asarray(table, dtype=object)) for table in dynamics.game.exact]
    faces = prod(2**size - 1 for size in tables[0].shape)
    if faces > MOST_FACES:
        raise ValueError(f"{tables[0].shape} strategies have {faces:.2g} faces, at most {MOST_FACES} are solved")
    differences = PayoffDifferences(NormalForm(*tables))
    zeros: dict[Any, _Zero] = {}
    continua: list[tuple[Support, list[_Zero]]] = []
    doubts: list[Support] = []
    for support in product(*(_subsets(size) for size in tables[0].shape)):
        found, verdict = _on_face(differences, support)
        zeros |= {_key(zero): zero for zero in found}
        if verdict == "continuum":
            continua.append((support, found))
        elif verdict == "open":
            doubts.append(support)
    judge = _Judge(dynamics, tables)
    largest = [c for c in continua if not any(d is not c and judge.within(c, d) for d in continua)]
    places = sorted(zeros, key=lambda key: _order(zeros[key]))
    index = {key: k for k, key in enumerate(places)}
    polytopes = [tuple(sorted(index[_key(zero)] for zero in some)) for _, some in largest]
    sizes = [judge.dimension(some) for _, some in largest]
    points = [
        judge.point(zeros[key], max((d for p, d in zip(polytopes, sizes, strict=True) if k in p), default=0))
        for k, key in enumerate(places)
    ]
    reason = f"Each of {faces} faces was decided, by exact signs or by subdivision in rigorous arithmetic."
    if doubts:
        first = " x ".join("{" + ", ".join(map(str, part)) + "}" for part in doubts[0])
        reason = f"{len(doubts)} of {faces} faces stayed open (the first: {first}): a continuum or a singular point."
    return RestPoints(
        points=tuple(points),
        complete=not doubts,
        reason=reason,
        dynamics=dynamics,
        method="faces, by subdivision",
        polytopes=tuple(sorted(polytopes)),
        components=_joined(len(points), polytopes) if not doubts else (),
    )


def _key(zero: _Zero) -> Any:
    return zero.support, tuple(tuple(map(str, part)) for part in zero.shares)


def _order(zero: _Zero) -> Any:
    return sum(map(len, zero.support)), zero.support, tuple(tuple(-float(p) for p in part) for part in zero.shares)


def _exact_zero(shares: Sequence[Sequence[Fraction]]) -> _Zero:
    support = tuple(tuple(i for i, p in enumerate(part) if p) for part in shares)
    used = tuple(tuple(p for p in part if p) for part in shares)
    return _Zero(support, used, used)


def _by_two(tables: Any, support: Support, pair: tuple[int, int]) -> tuple[list[_Zero], str]:
    """A face on which two roles mix: exact polytopes of the bimatrix game that the others' pure strategies leave."""
    k, other = pair
    fixed = [part[0] for part in support]

    def matrix(own: int, against: int) -> list[list[int]]:
        table = np.moveaxis(tables[own], (own, against), (0, 1))
        rest = tuple(fixed[r] for r in range(len(support)) if r not in pair)
        return [[int(table[(i, j, *rest)]) for j in range(table.shape[1])] for i in range(table.shape[0])]

    y = equalising_rays(matrix(k, other), support[k], support[other])
    x = equalising_rays(matrix(other, k), support[other], support[k]) if y else []
    states = []
    for first, second in product(x, y):
        parts: list[Any] = [[Fraction(int(i == fixed[r])) for i in range(n)] for r, n in enumerate(tables[0].shape)]
        parts[k] = normalised(first, support[k], len(parts[k]))
        parts[other] = normalised(second, support[other], len(parts[other]))
        states.append(_exact_zero(parts))
    return states, "continuum" if len(states) > 1 else "decided"


def _on_face(differences: Any, support: Support) -> tuple[list[_Zero], str]:
    """Zeros inside a face and "decided" or "open"; or "continuum" and the states whose product of hulls is at rest."""
    from gametheory.methods.certified_roots import certified_root
    from gametheory.methods.subdivision import isolate_zeros
    from gametheory.methods.support_systems import exact_rows, support_system

    wholes = differences.game.wholes
    active = [k for k, part in enumerate(support) if len(part) > 1]
    pure = [[Fraction(int(i == part[0])) for i in range(n)] for part, n in zip(support, wholes[0].shape, strict=True)]
    if not active:
        return [_exact_zero(pure)], "decided"
    rows = [table for k, action, table in exact_rows(differences, support) if action in support[k]]
    if any((table > 0).all() or (table < 0).all() for table in rows):
        return [], "decided"
    if len(active) == 2:
        return _by_two(wholes, support, (active[0], active[1]))
    idle = [not table.any() for table in rows]
    if all(idle):
        corners = product(
            *(
                [[Fraction(int(i == j)) for i in range(n)] for j in part]
                for part, n in zip(support, wholes[0].shape, strict=True)
            )
        )
        return [_exact_zero(corner) for corner in corners], "continuum"
    if any(idle):
        return [], "open"
    system = support_system(differences, support)
    found = isolate_zeros(
        np.ascontiguousarray(system.rows[: system.equations]),
        system.equations,
        sizes=system.sizes,
        degrees=(1,) * len(system.sizes),
        budget=_BUDGET,
        cuts=_CUTS,
    )
    roots: list[Any] = []
    decided = not found.undecided
    for cell in found.cells:
        parts = iter(cell.point)
        root = certified_root(differences, support, [next(parts) if len(s) > 1 else np.ones(1) for s in support])
        if root is None or root.positive is None:
            decided = False
        elif not any(root.is_same(other) for other in roots):
            roots.append(root)
    zeros = [_read(root) for root in roots if root.positive]
    return zeros, "decided" if decided else "open"


def _read(root: Any) -> _Zero:
    free = iter(root.centre)
    near = []
    for part in root.support:
        rest = [next(free) for _ in part[1:]]
        near.append((1 - sum(rest, Fraction(0)), *rest))
    if root.exact is not None and root.degree == 1:
        whole = tuple(tuple(map(Fraction, part)) for part in root.exact)
        return _Zero(root.support, whole, whole)
    forms = None
    if root.exact is not None:
        forms = tuple(tuple(getattr(p, "symbolic", p) for p in part) for part in root.exact)
    return _Zero(root.support, tuple(tuple(map(as_mp, part)) for part in near), forms)


class _Judge:
    def __init__(self, dynamics: Any, tables: Sequence[Any]) -> None:
        self.dynamics, self.tables = dynamics, tables
        self.parts = ranges_of(tables[0].shape)
        self.speed = speed_of(dynamics.protocol)
        self.rounding = rounding_of(dynamics)

    def within(self, inner: tuple[Support, list[_Zero]], outer: tuple[Support, list[_Zero]]) -> bool:
        """Whether one continuum lies in another: its corners do."""
        if not all(set(a) <= set(b) for a, b in zip(inner[0], outer[0], strict=True)):
            return False
        for zero in inner[1]:
            by_role = self._whole(zero.support, zero.shares, Fraction(0))
            for k, used in enumerate(outer[0]):
                paid = _paid(self.tables[k], by_role, k)
                if len({paid[i] for i in used}) > 1:
                    return False
        return True

    def dimension(self, corners: Sequence[_Zero]) -> int:
        """Of the product of the roles' hulls."""
        states = [self._whole(zero.support, zero.shares, Fraction(0)) for zero in corners]
        return sum(hull_dimension([tuple(state[r]) for state in states]) for r in range(len(self.parts)))

    def _whole(self, support: Support, shares: Any, nothing: Any) -> list[Any]:
        whole = []
        for size, used, values in zip(self.tables[0].shape, support, shares, strict=True):
            known = dict(zip(used, values, strict=True))
            whole.append(np.array([known.get(i, nothing) for i in range(size)], dtype=object))
        return whole

    def point(self, zero: _Zero, dimension: int) -> RestPoint:
        """A zero with its spectrum and verdict."""
        exact = all(isinstance(p, Fraction) for part in zero.shares for p in part)
        nothing = Fraction(0) if exact else as_mp(0)
        by_role = self._whole(zero.support, zero.shares, nothing)
        tables = self.tables if exact else [np.frompyfunc(as_mp, 1, 1)(table) for table in self.tables]
        payoffs = [value for k in range(len(tables)) for value in _paid(tables[k], by_role, k)]
        slopes = [row for k in range(len(tables)) for row in self._slopes(tables[k], by_role, k, nothing)]
        shares = [share for part in by_role for share in part]
        local = Local(self.parts, shares, payoffs, slopes, self.speed.at(self.parts, shares, payoffs))
        known = Knowledge(self.speed.constant, True, None, lambda _: "", self._lyapunov, self.rounding)
        listed = None
        if zero.exact is not None:
            listed = tuple(map(tuple, self._whole(zero.support, zero.exact, Fraction(0))))
        size = max(abs(float(p)) for p in payoffs)
        return told(
            self.dynamics,
            local,
            judged(local, known, dimension=dimension),
            listed,
            residual=Fraction(0) if zero.exact is not None else 1e-15 * size,
            certificate=EXACT if zero.exact is not None else PROVED,
        )

    def _slopes(self, table: Any, by_role: Sequence[Any], own: int, nothing: Any) -> list[list[Any]]:
        """Derivatives of one role's payoffs by all shares."""
        rows: list[list[Any]] = [[] for _ in by_role[own]]
        for other in range(len(by_role)):
            block = _pair(table, by_role, own, other) if other != own else None
            for i, row in enumerate(rows):
                row += list(block[i]) if block is not None else [nothing] * len(by_role[own])
        return rows

    def _lyapunov(self, local: Local) -> tuple[float, bool]:
        from evolution.rest_symbols import symbolic

        formulas = symbolic(self.dynamics)
        assert formulas is not None
        return lyapunov_of(self.dynamics.protocol, local, formulas)


def _paid(table: Any, by_role: Sequence[Any], own: int) -> Any:
    """Payoffs of one role's strategies."""
    for axis in reversed(range(len(by_role))):
        if axis != own:
            table = np.tensordot(table, by_role[axis], axes=(axis, 0))
    return table


def _pair(table: Any, by_role: Sequence[Any], own: int, other: int) -> Any:
    """What one role gets by its own and one other's strategy."""
    for axis in reversed(range(len(by_role))):
        if axis not in (own, other):
            table = np.tensordot(table, by_role[axis], axes=(axis, 0))
    return table if own < other else table.T


def _subsets(size: int) -> Iterator[tuple[int, ...]]:
    return chain.from_iterable(combinations(range(size), count) for count in range(1, size + 1))


def _joined(count: int, groups: Sequence[tuple[int, ...]]) -> tuple[tuple[int, ...], ...]:
    from gametheory.methods.nash_subsets import components

    return components([*((k,) for k in range(count)), *groups])
