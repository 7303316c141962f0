r"""All symmetric equilibria of an effort game, each tested against every deviation.

Each concept says which deviations from "everybody plays x" must not gain. With payoff :math:`\pi(x, X_{-i})`,
n players:

=============  ============================================================================================
nash           :math:`g(y, x) = \pi(y, (n-1) x) - \pi(x, (n-1) x)`
ess            :math:`g(y, x) = \pi(y, (n-1) x) - \pi(x, (n-2) x + y)`: relative payoff (Schaffer 1988)
joint optimum  :math:`g(y, x) = J(y) - J(x)`, :math:`J(x) = n \pi(x, (n-1) x)`
social optimum the same with the externals' payoffs at the total n x added to J
=============  ============================================================================================

The `regret` of an answer is what a deviation gains in these terms, so 0 for an ESS, whose absolute gain is in
``details["nash regret"]``; for an optimum it is what one player gains by deviating alone.

x answers iff :math:`g(y, x) \le 0` for all y in [lo, hi]. Candidates are the ends, the kinks on the diagonal,
and the zeros of :math:`\partial g / \partial y` at y = x, all of them isolated exactly (or by interval
arithmetic) as functions of the total X = n x; each then meets every deviation in
`gametheory.methods.deviation`. Asymmetric profiles are not searched.

References
----------
M. E. Schaffer, *Evolutionarily stable strategies for a finite population and a variable contest size*,
Journal of Theoretical Biology 132 (1988) 469-478.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np
import sympy as sp

from gametheory.continuous import Continuous
from gametheory.equilibrium import Equilibrium, EquilibriumSet, isolated
from gametheory.exact_expression import is_identically_zero, manageable
from gametheory.interval import Interval
from gametheory.methods.algebraic import Piece, algebraic_form, breakpoints, pieces, unfolded
from gametheory.methods.branch_and_bound import bound_maximum, isolate_roots
from gametheory.methods.deviation import Verdict, by_enclosure, exactly
from gametheory.root_isolation import End, rational

__all__ = ["solve_continuous"]

CONCEPTS = ("nash", "symmetric", "ess", "joint optimum", "social optimum")
_OPEN_REGRET = 1e-9


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An action that may answer: its exact form where known, an interval around it, and why it may."""

    exact: sp.Expr | None
    cell: Interval
    kind: Literal["lo", "hi", "inner", "kink"]

    @property
    def number(self) -> float:
        return float(self.exact) if self.exact is not None else self.cell.middle


@dataclass(frozen=True, slots=True)
class _Problem:
    game: Continuous
    concept: str
    y: sp.Symbol
    x: sp.Symbol
    gain: sp.Expr


def solve_continuous(game: Continuous, concept: str = "nash") -> EquilibriumSet:
    """Find all symmetric equilibria of an effort game.

    Parameters
    ----------
    game : Continuous
        The game.
    concept : {"nash", "symmetric", "ess", "joint optimum", "social optimum"}
        See the module's docstring; "symmetric" is another word for "nash" here.

    Returns
    -------
    EquilibriumSet
        Ascending; `profile` is one array with the action of each player. `details` of each answer hold the
        payoff and the candidates that a deviation refuted, as (action, deviation, gain).

    Raises
    ------
    ValueError
        If the concept is unknown.

    References
    ----------
    M. E. Schaffer, Journal of Theoretical Biology 132 (1988) 469-478.

    Examples
    --------
    >>> x, X = sp.symbols("x X", nonnegative=True)
    >>> share = sp.Piecewise((2 * x / sp.sqrt(x + X), x + X > 0), (0, True))
    >>> game = Continuous(share - x / 5, x, X, players=5, interval=(0, 40))
    >>> [str(solve_continuous(game, concept)[0].exact[0][0]) for concept in ("joint optimum", "nash", "ess")]
    ['5', '81/5', '20']
    """
    if concept not in CONCEPTS:
        raise ValueError(f"concept is {concept!r}; an effort game knows {', '.join(CONCEPTS)}")
    problem = _problem(game, concept)
    if is_identically_zero(problem.gain, (problem.y, problem.x), *game.interval):
        return _indifferent(problem)
    candidates, doubts = _candidates(problem)
    tested = [(candidate, _verdict(problem, candidate)) for candidate in candidates]
    refuted = tuple((c.number, v.witness, v.gain) for c, v in tested if v.status == "refuted")
    found: list[Equilibrium] = []
    for candidate, verdict in tested:
        if verdict.status == "refuted":
            continue
        answer = _answer(problem, candidate, verdict, refuted)
        if verdict.status == "held" or _gain_bound(problem, candidate) <= _OPEN_REGRET:
            found.append(answer)
        if verdict.status == "open":
            doubts.append(f"at {candidate.number:.12g} {verdict.how}")
    found.sort(key=lambda answer: float(answer.profile[0][0]))
    return EquilibriumSet(
        equilibria=tuple(found),
        complete=not doubts,
        reason=_reason(problem, len(tested), len(found), refuted, doubts),
        concept=concept,
        method="first-order condition, then every deviation",
        game=game.name,
        components=isolated(len(found)),
    )


def _indifferent(problem: _Problem) -> EquilibriumSet:
    """Nobody's deviation ever matters: every action answers, one component with the ends of the interval."""
    verdict = Verdict("held", "the gain is identically 0")
    candidates = [_Candidate(_sympy(end), Interval.of(end), kind) for end, kind in _ends(*problem.game.interval)]
    return EquilibriumSet(
        equilibria=tuple(_answer(problem, candidate, verdict, ()) for candidate in candidates),
        complete=len(candidates) == 2,
        reason="Every action answers, as no deviation changes the payoff: one component, ends listed.",
        concept=problem.concept,
        method="identity",
        game=problem.game.name,
        components=(tuple(range(len(candidates))),),
        nash_subsets=(tuple(range(len(candidates))),),
    )


def _problem(game: Continuous, concept: str) -> _Problem:
    sign = {"nonnegative": True} if game.interval[0] >= 0 else {"real": True}
    y, x = sp.Dummy("y", **sign), sp.Dummy("x", **sign)
    n = game.players

    def pi(own: sp.Expr, others: sp.Expr) -> sp.Expr:
        return game.payoff_expression.subs({game.action: own, game.others: others}, simultaneous=True)

    def joint(action: sp.Expr) -> sp.Expr:
        value = n * pi(action, (n - 1) * action)
        if concept == "social optimum":
            value += sum(payoff.subs(game.total, n * action) for payoff in game.externals.values())
        return value

    if "optimum" in concept:
        gain = joint(y) - joint(x)
    elif concept == "ess" and n > 1:
        gain = pi(y, (n - 1) * x) - pi(x, (n - 2) * x + y)
    else:
        gain = pi(y, (n - 1) * x) - pi(x, (n - 1) * x)
    return _Problem(game, concept, y, x, unfolded(gain))


def _candidates(problem: _Problem) -> tuple[list[_Candidate], list[str]]:
    """Return all actions at which an answer can be, and what speaks against these being all."""
    game, n = problem.game, problem.game.players
    lo, hi = game.interval
    total = sp.Dummy("X", positive=True) if lo >= 0 else sp.Dummy("X", real=True)
    diagonal = {problem.y: total / n, problem.x: total / n}
    slope = sp.diff(problem.gain, problem.y).subs(diagonal, simultaneous=True)
    doubts: list[str] = []
    relations = [r for r in problem.gain.atoms(sp.core.relational.Relational) if r.has(problem.y)]
    on_diagonal = [
        r.func(*(side.subs(diagonal, simultaneous=True) for side in r.args), evaluate=False) for r in relations
    ]
    for relation in on_diagonal:
        if is_identically_zero(relation.lhs - relation.rhs, (total,), lo, hi):
            doubts = ["the payoff has a kink or jump wherever all play alike"]
    kinks = breakpoints(on_diagonal, total, lo * n, hi * n)
    if kinks is None:
        doubts.append("some kinks or jumps of the payoff lie at irrational totals, which were not tried")
    found = [_Candidate(_sympy(end), Interval.of(end), kind) for end, kind in _ends(lo, hi)]
    parts = pieces(slope, total, lo * n, hi * n)
    for part in parts:
        inner, doubt = _zeros(part, total, n)
        found.extend(inner)
        doubts.extend(doubt)
    for kink in sorted({*(kinks or ()), *(Fraction(part.lo) for part in parts[1:])}):
        found.append(_Candidate(_sympy(kink / n), Interval.of(kink / n), "kink"))
    return found, doubts


def _ends(lo: End, hi: End) -> list[tuple[Fraction, Literal["lo", "hi"]]]:
    ends: list[tuple[Fraction, Literal["lo", "hi"]]] = [(Fraction(lo), "lo")]
    return ends if math.isinf(hi) else [*ends, (Fraction(hi), "hi")]


def _zeros(part: Piece, total: sp.Symbol, n: int) -> tuple[list[_Candidate], list[str]]:
    """Return the zeros of the first-order condition on one piece."""
    form = algebraic_form(part.expression, total) if part.whole else None
    if form is not None and form.numerator.is_zero:
        return [], [f"every total between {part.lo} and {part.hi} meets the first-order condition: a continuum"]
    if form is not None and form.is_rational:
        exact = form.roots(part.lo, part.hi)
        return [_Candidate(value / n, form.enclosure(root, n), "inner") for value, root in exact], []
    cells = isolate_roots(part.expression, total, part.lo, part.hi)
    doubts = [f"totals from {cell.lo:.12g} to {cell.hi:.12g} were not decided" for cell in cells.undecided]
    named = form.roots(part.lo, part.hi) if form is not None else ()
    found: list[_Candidate] = []
    for cell in cells.roots:
        inside = [value for value, root in named if _meets(form.enclosure(root, 1), cell)] if form is not None else []
        exact_form = inside[0] / n if len(inside) == 1 else None
        found.append(_Candidate(exact_form, cell / Interval.of(n), "inner"))
    return found, doubts


def _meets(one: Interval, other: Interval) -> bool:
    return one.lo <= other.hi and other.lo <= one.hi


def _verdict(problem: _Problem, candidate: _Candidate) -> Verdict:
    lo, hi = problem.game.interval
    if candidate.exact is not None and candidate.exact.is_Rational:
        verdict = exactly(problem.gain.subs(problem.x, candidate.exact), problem.y, lo, hi)
        if verdict.status != "open" or candidate.kind == "kink":
            return verdict
    domain = Interval(Interval.of(lo).lo, Interval.of(hi).hi)
    corner = candidate.kind if candidate.kind != "kink" else "inner"
    return by_enclosure(problem.gain, problem.y, problem.x, candidate.cell, domain, corner=corner)


def _answer(problem: _Problem, candidate: _Candidate, verdict: Verdict, refuted: tuple[object, ...]) -> Equilibrium:
    game = problem.game
    proved = verdict.status == "held" and candidate.exact is not None
    shortfall = Fraction(0) if proved else _gain_bound(problem, candidate)
    certificate = f"No deviation in [{game.interval[0]}, {game.interval[1]}] gains: {verdict.how}."
    if not proved:
        certificate = f"Interval arithmetic: no deviation gains over {float(shortfall):.3g}; {verdict.how}."
    here = manageable(candidate.exact) if candidate.exact is not None else sp.Float(candidate.number)
    values = {game.action: here, game.others: (game.players - 1) * here}
    total = game.players * here
    details = {
        "payoff": _plain(sp.expand(game.payoff_expression.subs(values, simultaneous=True))),
        "total": _plain(total),
        "externals": {who: _plain(payoff.subs(game.total, total)) for who, payoff in game.externals.items()},
        "interval": (candidate.cell.lo, candidate.cell.hi),
        "refuted": refuted,
    }
    regret = shortfall
    if "optimum" in problem.concept:
        details["shortfall"] = shortfall
        regret = _nash_regret(problem, candidate)
    elif problem.concept == "ess":
        details["nash regret"] = _nash_regret(problem, candidate)
    return Equilibrium(
        profile=(np.array([candidate.number]),),
        exact=None if candidate.exact is None else ((_plain(candidate.exact),),),
        regret=regret,
        support=((),),
        certificate=certificate,
        names=(f"each {game.role}",),
        labels=((str(game.action),),),
        details=details,
    )


def _nash_regret(problem: _Problem, candidate: _Candidate) -> Fraction | float:
    """Return what one player gains by deviating alone: exactly 0 if proved, else an upper bound."""
    plain = _problem(problem.game, "nash")
    if candidate.exact is not None and candidate.exact.is_Rational:
        alone = plain.gain.subs(plain.x, candidate.exact)
        if exactly(alone, plain.y, *problem.game.interval).status == "held":
            return Fraction(0)
    return _gain_bound(plain, candidate)


def _gain_bound(problem: _Problem, candidate: _Candidate) -> float:
    """Return an upper bound of any deviation's gain at the float nearest to the candidate."""
    gain = problem.gain.subs(problem.x, _sympy(Fraction(candidate.number)))
    payoff = abs(problem.game.payoff(candidate.number, (problem.game.players - 1) * candidate.number))
    tolerance = 1e-13 * max(1.0, float(np.nan_to_num(payoff)))
    return max(0.0, bound_maximum(gain, problem.y, *problem.game.interval, tolerance=tolerance, cells=5000).upper)


def _reason(problem: _Problem, tested: int, kept: int, refuted: tuple[object, ...], doubts: list[str]) -> str:
    count = f"{tested} candidate{'' if tested == 1 else 's'} (ends, kinks, first-order condition)"
    outcome = f"{count} met every deviation, {len(refuted)} refuted"
    scope = "asymmetric profiles were not searched" if problem.game.players > 1 else "one player"
    single = "; with one player the relative payoff is the payoff" if problem.concept == "ess" else ""
    note = single if problem.game.players == 1 else ""
    if doubts:
        return f"{outcome}; but {'; '.join(doubts)}; {scope}{note}."
    none = "" if kept else ": no symmetric action withstands all deviations"
    return f"{outcome}{none}; all symmetric profiles are covered, {scope}{note}."


def _sympy(value: Fraction) -> sp.Rational:
    return sp.Rational(value.numerator, value.denominator)


def _plain(value: sp.Expr) -> Fraction | sp.Expr | float:
    number = sp.sympify(value, strict=True)
    if number.is_Rational:
        return rational(number)
    return float(number) if number.has(sp.Float) else number
