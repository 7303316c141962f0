r"""Symmetric equilibria (x, ..., x) of symmetric games of n players, all of them.

x with support S is one iff all actions in S are worth the same against n - 1 others who play x, and no action is
worth more. On one action that is a comparison; on two the difference is a polynomial of degree n - 1 in one
variable, whose roots are isolated exactly (a multiple root is no obstacle); on three and more the payoffs are
Bernstein coefficients on the simplex of S, and `gametheory.methods.subdivision` isolates the solutions.

A support on which every mixture is a solution, or one on three actions with a singular solution, stays undecided.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np
import sympy as sp

from gametheory.equilibrium import Equilibrium, EquilibriumSet, isolated
from gametheory.methods.certified_roots import CertifiedRoot, certified
from gametheory.methods.quadratic import Quadratic
from gametheory.methods.subdivision import isolate_zeros
from gametheory.methods.vertices import deadline_in
from gametheory.normal_form import NormalForm
from gametheory.root_isolation import Root, real_roots, sign_at
from gametheory.symmetric_payoff import SymmetricPayoff

WIDTH_LIMIT = 500
_BUDGET = 100_000


def symmetric_equilibria_of_many(
    game: NormalForm | SymmetricPayoff, *, time_limit: float | None = None
) -> EquilibriumSet:
    """All symmetric equilibria of a symmetric game of n players.

    Parameters
    ----------
    game : NormalForm or SymmetricPayoff
        A normal form must look the same to every player.
    time_limit : float, optional
        Seconds; may be exceeded by the time of one support.

    Returns
    -------
    EquilibriumSet
        One part a player for a normal form, one for all for a `SymmetricPayoff`.

    Raises
    ------
    ValueError
        If the game is not symmetric, or has too many players for three and more actions in use.

    Examples
    --------
    >>> volunteer = SymmetricPayoff(3, 2, lambda i, c: 1 if i == 0 else 2 * (c[0] > 0))
    >>> print(symmetric_equilibria_of_many(volunteer)[0])
    (1 - sqrt(2)/2, sqrt(2)/2)
    """
    deadline = deadline_in(time_limit)
    compact = game if isinstance(game, SymmetricPayoff) else SymmetricPayoff.of(game)
    actions = len(compact.table)
    width = math.comb(compact.players + actions - 2, actions - 1)
    if actions > 2 and width > WIDTH_LIMIT:
        raise ValueError(
            f"{compact!r} has {width} distributions of the others over the actions; at most {WIDTH_LIMIT} are solved"
            " for. Take fewer players or actions, or two actions, for which there is no such limit."
        )
    found: list[Equilibrium] = []
    undecided: list[tuple[int, ...]] = []
    late = False
    for size in range(1, actions + 1):
        for support in combinations(range(actions), size):
            late = late or time.monotonic() > deadline
            answers, proved = ([], False) if late else _on_support(compact, support)
            found += answers
            undecided += [] if proved else [support]
    shown = [_for_everybody(game, e) for e in found] if isinstance(game, NormalForm) else found
    reason = f"Each of the {2**actions - 1} supports was decided, exactly or by subdivision in rigorous arithmetic."
    if undecided:
        why = f"out of time ({time_limit} s)" if late else "a continuum of solutions or a singular one may lie there"
        reason = f"{len(undecided)} supports were not decided ({why}), the first is {undecided[0]}."
    return EquilibriumSet(
        equilibria=tuple(shown),
        complete=not undecided,
        reason=reason,
        concept="symmetric",
        method="polynomial supports",
        game=repr(game),
        components=() if undecided else isolated(len(shown)),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Symmetric:
    """The indifference system of a support, for `certified`."""

    used: tuple[int, ...]
    counts: tuple[tuple[int, ...], ...]
    rows: dict[int, list[int]]  # of each action but the first in use: payoff difference for each count, times ways

    @property
    def support(self) -> tuple[tuple[int, ...], ...]:
        return (self.used,)

    def equations(self, values: Any) -> list[Any]:
        weights = _monomials(self.counts, values[0])
        return [_dot(row, weights) for action, row in self.rows.items() if action in self.used]

    def inequalities(self, values: Any) -> list[tuple[int, int, Any]]:
        weights = _monomials(self.counts, values[0])
        return [(0, action, _dot(row, weights)) for action, row in self.rows.items() if action not in self.used]

    def jacobian(self, values: Any) -> list[list[Any]]:
        size = len(self.used)
        lowered = [[(*c[:j], c[j] - 1, *c[j + 1 :]) if c[j] else c for c in self.counts] for j in range(size)]
        slopes = [_monomials(lowered[j], values[0]) for j in range(size)]
        matrix = []
        for action, row in self.rows.items():
            if action in self.used:
                at = [_dot([w * c[j] for w, c in zip(row, self.counts, strict=True)], slopes[j]) for j in range(size)]
                matrix.append([value - at[0] for value in at[1:]])
        return matrix


def _on_support(game: SymmetricPayoff, used: tuple[int, ...]) -> tuple[list[Equilibrium], bool]:
    """The symmetric equilibria with this support, and whether these are all."""
    system = _system(game, used)
    if len(used) == 1:
        against = game.payoffs([Fraction(int(i == used[0])) for i in range(len(game.table))])
        best = max(against) == against[used[0]]
        return ([_exact(game, used, (Fraction(1),), against[used[0]])] if best else []), True
    if len(used) == 2:
        return _on_an_edge(game, system)
    rows = _bernstein(game, used)
    table = np.array([[float(p) for p in row] for row in rows.values()])
    place = {action: index for index, action in enumerate(rows)}  # -1: the first action in use, the row of zeros
    pairs = [(place.get(a, -1), place.get(b, -1)) for b in used for a in range(len(game.table)) if a != b]
    found = isolate_zeros(
        table, len(used) - 1, sizes=(len(used),), degrees=(game.players - 1,), pairs=pairs, budget=_BUDGET
    )
    roots: list[CertifiedRoot] = []
    proved = not found.undecided
    for cell in found.cells:
        if any(cell.contains(root.floats) for root in roots):
            continue
        root = certified(system, cell.point)
        if root is None or not cell.contains(root.floats):
            proved = False
        elif not any(root.is_same(other) for other in roots):
            roots.append(root)
    proved = proved and all(root.verdict is not None for root in roots)
    return [_at_root(game, root) for root in roots if root.verdict], proved


def _bernstein(game: SymmetricPayoff, used: tuple[int, ...]) -> dict[int, list[Fraction]]:
    """Payoff differences to the first action in use, by count on the support, divided by the greatest.

    The actions in use come first.
    """
    columns = [k for k, c in enumerate(game.counts) if sum(c[j] for j in used) == game.players - 1]
    others = [i for i in range(len(game.table)) if i not in used]
    rows = {i: [game.table[i, k] - game.table[used[0], k] for k in columns] for i in (*used[1:], *others)}
    greatest = max((abs(p) for row in rows.values() for p in row), default=Fraction(0)) or Fraction(1)
    return {i: [p / greatest for p in row] for i, row in rows.items()}


def _system(game: SymmetricPayoff, used: tuple[int, ...]) -> _Symmetric:
    counts = [tuple(c[j] for j in used) for c in game.counts if sum(c[j] for j in used) == game.players - 1]
    ways = [math.factorial(game.players - 1) // math.prod(map(math.factorial, c)) for c in counts]
    rows = _bernstein(game, used)
    common = math.lcm(*(p.denominator for row in rows.values() for p in row))
    whole = {i: [int(p * common) * w for p, w in zip(row, ways, strict=True)] for i, row in rows.items()}
    return _Symmetric(used, tuple(counts), whole)


def _on_an_edge(game: SymmetricPayoff, system: _Symmetric) -> tuple[list[Equilibrium], bool]:
    """Two actions in use: exact roots of one polynomial in the second one's probability."""
    z = sp.Dummy("z")
    rows = {action: _univariate(row, z) for action, row in system.rows.items()}
    difference = rows.pop(system.used[1])
    if difference.is_zero:  # a continuum, unless some other action is better everywhere
        ruled_out = any(all(w > 0 for w in system.rows[action]) for action in rows)
        return [], ruled_out
    roots = real_roots(difference, Fraction(0), Fraction(1))
    kept = [root for root in roots if all(sign_at(root, row) <= 0 for row in rows.values())]
    return [_at_algebraic(game, system.used, root) for root in kept], True


def _univariate(row: Sequence[int], z: sp.Symbol) -> sp.Poly:
    """Sum of row[k] (1 - z)^(d - k) z^k; counts are ordered by the power of z."""
    degree = len(row) - 1
    line, other = sp.Poly(1 - z, z), sp.Poly(z, z)
    terms = (w * line ** (degree - k) * other**k for k, w in enumerate(row) if w)
    return sum(terms, sp.Poly(0, z, domain=sp.ZZ))


def _at_algebraic(game: SymmetricPayoff, used: tuple[int, ...], root: Root) -> Equilibrium:
    if root.lower == root.upper:
        shares = (1 - root.lower, root.lower)
        return _exact(game, used, shares, _worth(game, used, shares))
    second = root.exact
    first = sp.expand(1 - second) if not second.has(sp.CRootOf) else 1 - second
    near = float(root)
    return _exact(game, used, (first, second), float(_worth(game, used, (1 - near, near))))


def _at_root(game: SymmetricPayoff, root: CertifiedRoot) -> Equilibrium:
    used = root.support[0]
    if root.exact is not None:
        worth = _worth(game, used, root.exact[0])
        return _exact(game, used, tuple(map(_plain, root.exact[0])), _plain(worth))
    shares = [Fraction(float(p)) for p in _whole(game, used, root.floats[0].tolist())]
    shares = [p / sum(shares) for p in shares]
    worths = game.payoffs(shares)
    mean = sum((p * w for p, w in zip(shares, worths, strict=True)), Fraction(0))
    return Equilibrium(
        profile=(np.array([float(p) for p in shares]),),
        exact=None,
        regret=math.nextafter(float(max(worths) - mean), math.inf),
        support=(used,),
        certificate="An exact symmetric equilibrium with this support lies within 1e-15 of it (Krawczyk's test in ball"
        " arithmetic of 1024 bits); the regret is that of the strategy shown, computed in rationals and rounded up.",
        names=("every player",),
        details={"payoff": float(mean)},
    )


def _exact(game: SymmetricPayoff, used: tuple[int, ...], shares: Sequence[Any], worth: Any) -> Equilibrium:
    return Equilibrium.of(
        (_whole(game, used, shares),),
        regret=Fraction(0),
        certificate="Every action in use is worth the same and none is worth more, decided in exact arithmetic.",
        names=("every player",),
        details={"payoff": worth},
    )


def _for_everybody(game: NormalForm, found: Equilibrium) -> Equilibrium:
    """The strategy as a profile of the game in normal form."""
    players = len(game.players)
    worth: Any = found.details["payoff"]
    return replace(
        found,
        profile=found.profile * players,
        exact=None if found.exact is None else found.exact * players,
        support=found.support * players,
        names=game.players,
        labels=game.strategies,
        details={"payoffs": (worth,) * players, "welfare": worth * players},
    )


def _worth(game: SymmetricPayoff, used: tuple[int, ...], shares: Sequence[Any]) -> Any:
    """What the first action in use is worth against the others."""
    columns = [k for k, c in enumerate(game.counts) if sum(c[j] for j in used) == game.players - 1]
    counts = [tuple(game.counts[k][j] for j in used) for k in columns]
    ways = [math.factorial(game.players - 1) // math.prod(map(math.factorial, c)) for c in counts]
    row = [game.table[used[0], k] * w for k, w in zip(columns, ways, strict=True)]
    return _dot(row, _monomials(counts, shares))


def _whole(game: SymmetricPayoff, used: tuple[int, ...], shares: Sequence[Any]) -> tuple[Any, ...]:
    known = dict(zip(used, shares, strict=True))
    return tuple(known.get(i, Fraction(0)) for i in range(len(game.table)))


def _monomials(counts: Sequence[tuple[int, ...]], point: Sequence[Any]) -> list[Any]:
    """The product of point[j] ** c[j] for each count, from powers computed once."""
    degree = max(max(c) for c in counts)
    powers = [list(_powers(share, degree)) for share in point]
    out = []
    for c in counts:
        value: Any = 1
        for j, power in enumerate(c):
            if power:
                value = powers[j][power] * value
        out.append(value)
    return out


def _powers(value: Any, degree: int) -> Iterator[Any]:
    power: Any = 1
    for _ in range(degree + 1):
        yield power
        power = value * power


def _dot(row: Sequence[Any], weights: Sequence[Any]) -> Any:
    total: Any = Fraction(0) if not row or not hasattr(weights[0], "mid") else 0
    for a, b in zip(row, weights, strict=True):
        if a:
            total = b * a + total
    return total


def _plain(value: Any) -> Any:
    return value.symbolic if isinstance(value, Quadratic) else Fraction(value)
