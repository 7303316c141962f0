"""All equilibria of a small game of n players: one polynomial system a support, each solved completely.

Supports are taken by total size, then balance. One in which an action in use is strictly dominated given the
others' supports is dropped (Porter, Nudelman, Shoham 2008), exactly. Of each other one the system of
`gametheory.methods.support_systems` is solved by the subdivision of `gametheory.methods.subdivision`, its roots
are proved by `gametheory.methods.certified_roots`. If every support is decided, there is no further equilibrium;
an equilibrium in a continuum, or a singular one, leaves its support undecided, and the answer says so.

Where all equilibria are regular and quasi-strict their indices sum to 1 (Ritzberger 1994); that is checked.

References
----------
R. Porter, E. Nudelman, Y. Shoham, "Simple search methods for finding a Nash equilibrium", GEB 63 (2008) 642-662.
K. Ritzberger, "The theory of normal form games from the differentiable viewpoint", IJGT 23 (1994) 207-236.
R. McKelvey, A. McLennan, "Computation of equilibria in finite games", Handbook of Comp. Economics I (1996).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations, product
from math import prod

import numpy as np
from numpy.typing import NDArray

from gametheory.equilibrium import Equilibrium, EquilibriumSet, isolated
from gametheory.methods.certified_roots import CertifiedRoot, certified_root, pure_root
from gametheory.methods.root_equilibrium import equilibrium_at
from gametheory.methods.subdivision import isolate_zeros
from gametheory.methods.support_systems import PayoffDifferences, Support, is_dominated, support_system
from gametheory.methods.vertices import check_count, deadline_in
from gametheory.normal_form import NormalForm

SUPPORT_LIMIT = 200_000
UNKNOWN_LIMIT = 10
WIDTH_LIMIT = 4_096
_COARSE, _FINE = 6, 30  # cuts for each unknown


def equilibria_by_polynomials(
    game: NormalForm, *, max_equilibria: int | None = None, time_limit: float | None = None
) -> EquilibriumSet:
    """All equilibria, where they are finitely many and regular; otherwise what was found, with the reason.

    Parameters
    ----------
    game : NormalForm
        Of any number of players.
    max_equilibria : int, optional
        Stop after so many.
    time_limit : float, optional
        Seconds; may be exceeded by the time of one support.

    Returns
    -------
    EquilibriumSet
        Pure ones first, then by size of support.

    Raises
    ------
    ValueError
        If a limit is not positive, or the game is too large to hope for an end and no time limit is given.

    Examples
    --------
    >>> a = [[[9, 0], [0, 3]], [[0, 3], [9, 0]]]
    >>> b = [[[8, 0], [0, 4]], [[0, 4], [8, 0]]]
    >>> c = [[[12, 0], [0, 6]], [[0, 6], [2, 0]]]
    >>> found = equilibria_by_polynomials(NormalForm(a, b, c))
    >>> len(found), found.complete
    (9, True)
    """
    check_count(max_equilibria)
    deadline = deadline_in(time_limit)
    _refuse_hopeless(game, time_limit)
    search = _Search(PayoffDifferences(game))
    supports = prod(2**size - 1 for size in game.shape)
    stopped = ""
    for support in _supports(search.differences):
        if time.monotonic() > deadline:
            stopped = f"{search.decided} of at most {supports} supports were decided in {time_limit} s."
        elif max_equilibria is not None and len(search.found) >= max_equilibria:
            stopped = f"Stopped after {max_equilibria} equilibria, as asked."
        if stopped:
            break
        search.visit(support)
    found = search.found[:max_equilibria]
    complete = not stopped and not search.undecided
    return EquilibriumSet(
        equilibria=tuple(equilibrium for equilibrium, _ in found),
        complete=complete,
        reason=stopped or search.reason(supports),
        concept="nash",
        method="polynomial supports",
        game=repr(game),
        components=isolated(len(found)) if complete else (),
    )


@dataclass
class _Search:
    """What was found so far."""

    differences: PayoffDifferences
    found: list[tuple[Equilibrium, int | None]] = field(default_factory=list)
    undecided: list[Support] = field(default_factory=list)
    decided: int = 0
    cells: int = 0

    def visit(self, support: Support) -> None:
        """Decide one support that dominance leaves."""
        self.decided += 1
        if all(len(part) == 1 for part in support):  # not dominated by any action: an equilibrium
            self.found.append(equilibrium_at(self.differences, pure_root(self.differences, support)))
            return
        roots, proved = self._roots(support, cuts=_COARSE)
        if not proved:  # the coarse pass has found what is regular and apart; the fine one may decide the rest
            finer, proved = self._roots(support, cuts=_FINE, share=10 if self.undecided else 1)
            roots += [root for root in finer if not any(root.is_same(other) for other in roots)]
        self.found += [equilibrium_at(self.differences, root) for root in roots if root.verdict]
        if not proved or any(root.verdict is None for root in roots):
            self.undecided.append(support)

    def _roots(self, support: Support, *, cuts: int, share: int = 1) -> tuple[list[CertifiedRoot], bool]:
        """The proved roots of a support's system, and whether these are all."""
        system = support_system(self.differences, support)
        found = isolate_zeros(
            system.rows,
            system.equations,
            sizes=system.sizes,
            degrees=(1,) * len(system.sizes),
            pairs=system.pairs,
            budget=_budget(system.equations) // share,
            cuts=cuts,
        )
        self.cells += found.seen
        roots: list[CertifiedRoot] = []
        proved = not found.undecided
        for cell in found.cells:
            if any(cell.contains(_active(root)) for root in roots):
                continue
            root = certified_root(self.differences, support, _whole(support, cell.point))
            if root is None or not cell.contains(_active(root)):
                proved = False
            elif not any(root.is_same(other) for other in roots):
                roots.append(root)
        return roots, proved

    def reason(self, supports: int) -> str:
        """Why the list is complete, or why not."""
        if self.undecided:
            first = " x ".join("{" + ", ".join(map(str, part)) + "}" for part in self.undecided[0])
            return (
                f"{len(self.undecided)} of at most {supports} supports could not be decided (the first: {first}): they"
                " may hold a continuum of equilibria or singular ones, or need more cells than were spent. All"
                " equilibria with other supports are listed."
            )
        indices = [index for _, index in self.found]
        proof = ""
        if all(index is not None for index in indices):
            total = sum(index for index in indices if index is not None)
            if total != 1:
                raise ArithmeticError(f"the indices {indices} of all equilibria sum to {total}, they must to 1.")
            proof = " Their indices sum to 1."
        return (
            f"Each of at most {supports} supports was decided, by exact dominance or by subdivision in rigorous"
            f" arithmetic ({self.cells} cells).{proof}"
        )


def _refuse_hopeless(game: NormalForm, time_limit: float | None) -> None:
    supports = prod(2**size - 1 for size in game.shape)
    unknowns, width = sum(game.shape) - len(game.shape), prod(game.shape)
    if width > WIDTH_LIMIT:
        raise ValueError(
            f"{game!r} has {width} cells; polynomial systems are set up for at most {WIDTH_LIMIT}. One equilibrium"
            ' comes from method="logit", pure ones from concept="pure", approximate ones from method="regret search".'
        )
    if time_limit is None and (supports > SUPPORT_LIMIT or unknowns > UNKNOWN_LIMIT):
        raise ValueError(
            f"{game!r} has {supports:.1e} supports with up to {unknowns} unknowns; all its equilibria may take hours."
            " Give time_limit=seconds for what is found in that time, or take one equilibrium from"
            ' method="logit" or pure ones from concept="pure".'
        )


def _budget(unknowns: int) -> int:
    """Cells spent on one support: far more than regular systems of this size were seen to need."""
    return int(min(100 * 2.6**unknowns, 400_000)) + 1000


def _supports(differences: PayoffDifferences) -> Iterator[Support]:
    """Supports that dominance leaves, by total size, then balance; whole families are dropped at once."""
    shape = differences.game.shape
    sizes = sorted(product(*(range(1, size + 1) for size in shape)), key=lambda s: (sum(s), max(s) - min(s), s))
    full = tuple(tuple(range(size)) for size in shape)
    kept: dict[Support, bool] = {}

    def extended(prefix: Support, wanted: tuple[int, ...]) -> Iterator[Support]:
        place = len(prefix)
        if place == len(shape):
            yield prefix
            return
        for part in combinations(range(shape[place]), wanted[place]):
            longer = (*prefix, part)
            if longer not in kept:
                kept[longer] = not is_dominated(differences, (*longer, *full[place + 1 :]), among=place + 1)
            if kept[longer]:
                yield from extended(longer, wanted)

    for wanted in sizes:
        yield from extended((), wanted)


def _active(root: CertifiedRoot) -> list[NDArray[np.float64]]:
    return [part for part in root.floats if len(part) > 1]


def _whole(support: Support, point: tuple[NDArray[np.float64], ...]) -> list[NDArray[np.float64]]:
    parts = iter(point)
    return [next(parts) if len(part) > 1 else np.ones(1) for part in support]
