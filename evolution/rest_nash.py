r"""Rest points of dynamics that rest exactly at the Nash equilibria, and what theory says of their stability.

Brown, von Neumann and Nash's, Smith's, best-response and projection dynamics have kinks at their rest points, so
eigenvalues do not decide; theorems on the game do. With z.Az the form of payoffs A x on directions z (sum 0):

* a regular ESS (an ESS at which all best replies are in use), so every strict equilibrium too, is asymptotically
  stable [1]_; under projection every ESS is (the distance to it falls) [2]_;
* z.Az <= 0 on all directions (stable games; zero-sum games and rescaled ones): the set of equilibria attracts all
  states under the first three [3]_, under projection the distance to each never grows;
* A symmetric (potential games): isolated equilibria are asymptotically stable where the potential x.Ax has a strict
  local maximum, which is an ESS, and unstable where it has none [4]_;
* one population of two strategies: the sign of the payoff difference on both sides decides, whatever the dynamic;
* z.Az > 0 on the directions of the face of the strategies in use, all others paid less: unstable, since the sums of
  squared gains that fall in stable games grow there.

Everything else is called undecided.

References
----------
.. [1] W. H. Sandholm, *Theoretical Economics* 5 (2010) 27; J. Hofbauer and K. Sigmund, *Bull. AMS* 40 (2003) 479.
.. [2] R. Lahkar and W. H. Sandholm, *Games Econ. Behav.* 64 (2008) 565.
.. [3] J. Hofbauer and W. H. Sandholm, *J. Econ. Theory* 144 (2009) 1665.
.. [4] W. H. Sandholm, *J. Econ. Theory* 97 (2001) 81.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from evolution.direct_protocols import (
    BestResponseChoice,
    ExcessPayoffComparison,
    ProjectionProtocol,
    SmithComparison,
)
from evolution.rest_imitation import ranges_of, slopes_of
from evolution.rest_local import Local
from evolution.rest_spectrum import named_type, spectrum_of
from evolution.rest_types import RestPoint, RestPoints
from gametheory.equilibrium import Equilibrium, EquilibriumSet

__all__ = ["nash_of_field", "rest_at_equilibria"]


@dataclass(frozen=True, slots=True)
class _Verdict:
    type: str
    stability: str
    reason: str
    internal: tuple[complex, ...] = ()


KINKED = (ExcessPayoffComparison, SmithComparison, BestResponseChoice, ProjectionProtocol)
SINK, SOURCE, SADDLE, OPEN = "sink", "source", "saddle", "non-hyperbolic"


def nash_of_field(dynamics: Any, restricted: RestPoints) -> RestPoints:
    """Rest points under payoffs of any form: those restricted equilibria at which no absent strategy is paid more.

    Parameters
    ----------
    dynamics : Dynamics
        That rests exactly at the Nash equilibria.
    restricted : RestPoints
        All rest points of the replicator with the same payoffs.

    Returns
    -------
    RestPoints
    """
    points = []
    for point in restricted:
        if not point.nash:
            continue
        strict = all(len(s) == 1 for s in point.support) and all(v < 0 for v in point.transversal.values())
        line = len(point.roles) == 1 and len(point.shares[0]) == 2 and not point.environment
        verdict = _Verdict(OPEN, "undecided", "payoffs are not linear, and theorems on kinked dynamics do not reach it")
        if line and point.stability != "undecided":
            kind = {"asymptotically stable": SINK, "unstable": SOURCE}.get(point.stability, OPEN)
            verdict = _Verdict(kind, point.stability, point.reason.replace("the linearisation decides", "signs decide"))
        elif strict and not point.environment:
            verdict = _Verdict(SINK, "asymptotically stable", "a strict equilibrium")
        points.append(
            replace(
                point,
                internal=(),
                transversal={},
                type=verdict.type,
                stability=verdict.stability,
                reason=verdict.reason,
            )
        )
    complete = restricted.complete and not restricted.polytopes
    tail = " Continua of them were not followed to the equilibria." if restricted.polytopes else ""
    return RestPoints(
        points=tuple(points),
        complete=complete,
        reason=f"The dynamic rests exactly at the Nash equilibria. {restricted.reason}{tail}",
        dynamics=dynamics,
        method=f"Nash equilibria, {restricted.method}",
        components=tuple((k,) for k in range(len(points))) if complete else (),
    )


def rest_at_equilibria(dynamics: Any, tables: Sequence[Any] | None) -> RestPoints:
    """All rest points of a dynamic that rests exactly at the Nash equilibria.

    Parameters
    ----------
    dynamics : Dynamics
    tables : one or two matrices of Fraction, or None
        Payoffs, where they are linear: [A] with F = A x, [A, B] with F = (A y, B x).

    Returns
    -------
    RestPoints
    """
    found, profiles = _equilibria(dynamics, tables)
    judge = _Linear(tables, dynamics.protocol) if tables is not None else None
    points = []
    for index, (equilibrium, (shares, exact)) in enumerate(zip(found, profiles, strict=True)):
        alone = not any(len(group) > 1 and index in group for group in (*found.nash_subsets, *found.components))
        verdict = judge.verdict(exact, alone) if judge and exact else _of_many(dynamics, equilibrium)
        points.append(_point(dynamics, equilibrium, shares, exact, verdict))
    order = sorted(range(len(points)), key=lambda k: _order(points[k]))
    place = {old: new for new, old in enumerate(order)}
    polytopes = [tuple(sorted(place[k] for k in group)) for group in found.nash_subsets if len(group) > 1]
    components = [tuple(sorted(place[k] for k in group)) for group in found.components]
    return RestPoints(
        points=tuple(points[k] for k in order),
        complete=found.complete,
        reason=f"The dynamic rests exactly at the Nash equilibria. {found.reason}",
        dynamics=dynamics,
        method=f"Nash equilibria, {found.method}",
        polytopes=tuple(sorted(polytopes)),
        components=tuple(sorted(components)),
    )


def _equilibria(dynamics: Any, tables: Sequence[Any] | None) -> tuple[EquilibriumSet, list[Any]]:
    """Equilibria, and of each the shares by role and the exact ones."""
    from gametheory.dispatch import solve
    from gametheory.normal_form import NormalForm

    if tables is not None and len(tables) == 1:
        found = solve(NormalForm.symmetric(tables[0]), concept="symmetric")
        return found, [(e.profile[:1], None if e.exact is None else e.exact[:1]) for e in found]
    if tables is not None:
        found = solve(NormalForm(tables[0], np.array(tables[1], dtype=object).T))
    else:
        source = getattr(dynamics.game, "source", None)
        found = solve(dynamics.game if source is None else source)
    return found, [(e.profile, e.exact) for e in found]


def _point(dynamics: Any, equilibrium: Equilibrium, shares: Any, exact: Any, verdict: _Verdict) -> RestPoint:
    return RestPoint(
        shares=tuple(np.array(part) for part in shares),
        exact=exact,
        roles=dynamics.roles,
        labels=tuple(dynamics.strategies[role] for role in dynamics.roles),
        support=equilibrium.support[: len(shares)],
        residual=equilibrium.regret,
        certificate=equilibrium.certificate,
        internal=verdict.internal,
        transversal={},
        type=verdict.type,
        stability=verdict.stability,
        reason=verdict.reason,
        nash=True,
        ess=True if equilibrium.stability == "ess" else None,
    )


def _of_many(dynamics: Any, equilibrium: Equilibrium) -> _Verdict:
    """Three and more roles: strict equilibria are stable, nothing is said of the others."""
    pure = all(len(part) == 1 for part in equilibrium.support)
    if pure and all(len(part) == 1 for part in dynamics.game.source.best_replies(equilibrium.exact)):
        return _Verdict(SINK, "asymptotically stable", "a strict equilibrium")
    return _Verdict(OPEN, "undecided", "not strict, and theorems on kinked dynamics of so many roles do not reach it")


@dataclass(frozen=True, slots=True)
class _Linear:
    """Theorems for payoffs that are linear in the shares of one or two populations."""

    tables: Sequence[Any]
    protocol: Any

    def verdict(self, exact: Any, alone: bool) -> _Verdict:
        """Type, stability and reason of one equilibrium."""
        parts = ranges_of([len(table) for table in self.tables])
        shares = [Fraction(p) for part in exact for p in part]
        slopes = slopes_of(self.tables)
        payoffs = [sum((a * b for a, b in zip(row, shares, strict=True)), Fraction(0)) for row in slopes]
        local = Local(parts, shares, payoffs, slopes, (1,) * len(parts))
        excess = local.excess()
        strict = all(value < 0 for value in excess.values())
        if strict and all(len(local.used(part)) == 1 for part in parts):
            return _Verdict(SINK, "asymptotically stable", "a strict equilibrium")
        return self._one(local, strict, alone) if len(parts) == 1 else self._two(local, strict, alone)

    def _one(self, local: Local, strict: bool, alone: bool) -> _Verdict:
        from gametheory.methods.ess import is_ess
        from gametheory.normal_form import NormalForm

        projecting = isinstance(self.protocol, ProjectionProtocol)
        used, everybody = local.used(local.parts[0]), list(local.parts[0])
        symmetric = all(local.slopes[i][j] == local.slopes[j][i] for i in everybody for j in range(i))
        if is_ess(NormalForm.symmetric(self.tables[0]), list(local.shares)):
            why = "a regular ESS" if strict else "an ESS"
            if (strict and isinstance(self.protocol, KINKED)) or symmetric or projecting or len(everybody) == 2:
                return _Verdict(SINK, "asymptotically stable", why)
        elif len(everybody) == 2 and alone:
            return _Verdict(SOURCE, "unstable", "payoffs point away from it on one side")
        if isinstance(self.protocol, KINKED):
            if strict and _definite(_form(local, used, used))[1]:
                kind = SOURCE if len(used) == len(everybody) else SADDLE
                return _Verdict(kind, "unstable", "payoffs are self-reinforcing on the face: z.Az > 0")
            if _definite(_form(local, everybody, everybody))[0]:
                return self._in_stable_game(strict, alone)
        if symmetric and alone:
            return _Verdict(SADDLE, "unstable", "no maximum of the potential x.Ax")
        if projecting and strict:
            return self._projected(local, used)
        return _Verdict(OPEN, "undecided", "neither an ESS nor self-reinforcing, and the game is not stable")

    def _in_stable_game(self, strict: bool, alone: bool) -> _Verdict:
        if all(list(row) == list(table[0]) for table in self.tables for row in table):
            return _Verdict(OPEN, "stable", "every state is at rest")
        if isinstance(self.protocol, ProjectionProtocol):
            centre = "centre" if strict and alone else OPEN
            return _Verdict(centre, "stable", "a stable game: the distance to it never grows")
        if alone:
            return _Verdict(SINK, "asymptotically stable", "a stable game: its one equilibrium attracts all states")
        return _Verdict(OPEN, "undecided", "a stable game: its equilibria attract all states, but only together")

    def _projected(self, local: Local, used: list[int]) -> _Verdict:
        """On the face the projection dynamic is linear: F_i less the mean over those in use."""
        count = len(used)
        centred = [
            [local.slopes[i][j] - sum(local.slopes[k][j] for k in used) / Fraction(count) for j in used] for i in used
        ]
        spectrum = spectrum_of([[row[j] - row[-1] for j in range(count - 1)] for row in centred[:-1]])
        kind = named_type(spectrum.values, spectrum.signs)
        if kind == OPEN:
            return _Verdict(kind, "undecided", "an eigenvalue on the face has real part 0", spectrum.values)
        word = "asymptotically stable" if kind.startswith("stable") else "unstable"
        return _Verdict(kind, word, "linear on the face, absent strategies leave at once", spectrum.values)

    def _two(self, local: Local, strict: bool, alone: bool) -> _Verdict:
        rows, columns = (list(part) for part in local.parts)
        weight = _opposed(_form(local, rows, columns, turned=False), _form(local, columns, rows, turned=False))
        if weight < 0 and isinstance(self.protocol, KINKED):
            return self._in_stable_game(strict, alone)
        both = [local.used(part) for part in local.parts]
        if strict and [len(used) for used in both] == [2, 2]:
            first, second = _form(local, *both, turned=False)[0][0], _form(local, *both[::-1], turned=False)[0][0]
            if first * second > 0:
                return _Verdict(SADDLE, "unstable", "each population's gain reinforces the other's")
        if weight > 0 and alone:
            return _Verdict(SADDLE, "unstable", "common interests: no strict maximum of the potential")
        return _Verdict(OPEN, "undecided", "mixed, and the game is neither rescaled zero-sum nor of common interest")


def _form(local: Local, rows: Sequence[int], columns: Sequence[int], *, turned: bool = True) -> list[list[Any]]:
    """d_i A d_j on differences of unit vectors; A + A' where `turned`."""
    i0, j0 = rows[0], columns[0]
    a = local.slopes
    table = [[a[i][j] - a[i][j0] - a[i0][j] + a[i0][j0] for j in columns[1:]] for i in rows[1:]]
    if turned:
        table = [[table[i][j] + table[j][i] for j in range(len(table))] for i in range(len(table))]
    return table


def _definite(form: list[list[Any]]) -> tuple[bool, bool]:
    """Whether a symmetric form is <= 0, and whether it is > 0, by the signs of its exact eigenvalues."""
    signs = spectrum_of(form).signs
    return all(sign <= 0 for sign in signs), bool(signs) and all(sign > 0 for sign in signs)


def _opposed(first: list[list[Any]], second: list[list[Any]]) -> int:
    """-1 if first = -c second' with c > 0 (or both vanish), 1 if c < 0, 0 if neither."""
    turned = [list(column) for column in zip(*second, strict=True)] if second else []
    pairs = [(a, b) for row, other in zip(first, turned, strict=False) for a, b in zip(row, other, strict=True)]
    a0, b0 = next(((a, b) for a, b in pairs if a or b), (Fraction(1), Fraction(-1)))
    if not a0 * b0 or any(a * b0 != b * a0 for a, b in pairs):
        return 0
    return -1 if a0 * b0 < 0 else 1


def _order(point: RestPoint) -> Any:
    return sum(map(len, point.support)), point.support, tuple(tuple(-part) for part in point.shares)
