r"""The equilibria of a population game, by what the game is.

==============================  ======================================================================
game                            method
==============================  ======================================================================
one role, two strategies        signs and exact roots of the payoff difference: `methods.line`
one role, payoffs F(x) = A x    exact symmetric equilibria of the matrix: `methods.symmetric`
two roles, payoffs bilinear     exact extreme equilibria: `methods.vertex_enumeration`
two roles, two strategies each  edges by signs, inside by resultants: `methods.square`
all others                      search with certified regret: `methods.population_search`
==============================  ======================================================================

All but the last are complete.

Concepts: "nash"; "ess": evolutionarily stable for one role; with several roles the strict equilibria, the
only stable ones where payoffs do not depend on the shares of the own role (Selten 1980); "joint optimum" and
"social optimum": the greatest sum over roles of the mean payoff.

References
----------
R. Selten, *A note on evolutionarily stable strategies in asymmetric animal conflicts*, J. Theoretical Biology
84 (1980) 93-101.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from gametheory.equilibrium import Equilibrium, EquilibriumSet, isolated
from gametheory.exact_expression import manageable
from gametheory.methods.line import Line, LinePoint, equilibria_on_line
from gametheory.methods.population_matrices import payoff_matrices
from gametheory.methods.population_optimum import best_states
from gametheory.methods.population_search import search_equilibria
from gametheory.methods.replicator_spectrum import in_words, replicator_eigenvalues
from gametheory.methods.square import Square, equilibria_on_square
from gametheory.population import Population

__all__ = ["solve_population"]

CONCEPTS = ("nash", "symmetric", "ess", "joint optimum", "social optimum")


def solve_population(game: Population, concept: str = "nash") -> EquilibriumSet:
    """Find the equilibria of a population game.

    Parameters
    ----------
    game : Population
        The game.
    concept : {"nash", "symmetric", "ess", "joint optimum", "social optimum"}
        "symmetric" is another word for "nash" here.

    Returns
    -------
    EquilibriumSet
        Ascending by state. `details` hold mean payoffs and the replicator's eigenvalues; `stability` says
        what they mean.

    Raises
    ------
    ValueError
        If the concept is unknown, or the game is too large for the search.

    References
    ----------
    R. Selten, J. Theoretical Biology 84 (1980) 93-101.

    Examples
    --------
    >>> x = sp.Symbol("x")
    >>> game = Population.from_payoffs({"voter": {"vote": 1 - 2 * x**2, "stay": 0}}, {x: ("voter", "vote")})
    >>> found = solve_population(game)
    >>> str(found[0].exact[0][0]), found[0].stability
    ('sqrt(2)/2', 'asymptotically stable')
    """
    if concept not in CONCEPTS:
        raise ValueError(f"concept is {concept!r}; a population game knows {', '.join(CONCEPTS)}")
    if "optimum" in concept:
        return best_states(game, concept)
    found = _nash(game)
    return replace(_stable_only(game, found) if concept == "ess" else found, concept=concept)


def _nash(game: Population) -> EquilibriumSet:
    counts = [len(game.strategies[role]) for role in game.roles]
    if counts == [2]:
        return _from_line(game)
    matrices = payoff_matrices(game)
    if matrices is not None:
        return _from_matrices(game, matrices)
    if counts == [2, 2] and _is_rational(game):
        return _from_square(game)
    return _from_search(game)


def differences(game: Population) -> tuple[list[sp.Expr], list[sp.Symbol]]:
    """Return each role's payoff difference in the shares of the first strategies, and these shares."""
    free = [game.shares[role][0] for role in game.roles]
    bound = {game.shares[role][1]: 1 - game.shares[role][0] for role in game.roles}
    gaps = [game.payoff_expressions[role][0] - game.payoff_expressions[role][1] for role in game.roles]
    return [sp.sympify(gap, strict=True).subs(bound) for gap in gaps], free


def _is_rational(game: Population) -> bool:
    gaps, free = differences(game)
    return all(gap.is_rational_function(*free) and not gap.has(sp.Piecewise, sp.Min, sp.Max) for gap in gaps)


def _from_line(game: Population) -> EquilibriumSet:
    (gap,), (share,) = differences(game)
    line = equilibria_on_line(gap, share)
    role = game.roles[0]
    answers = [_line_answer(game, role, point) for point in line.points]
    return EquilibriumSet(
        equilibria=tuple(answers),
        complete=not line.doubts,
        reason=_line_reason(line),
        concept="nash",
        method="root isolation",
        game=game.name,
        components=_components(len(answers), line.segments),
        nash_subsets=_components(len(answers), line.segments),
    )


def _line_answer(game: Population, role: str, point: LinePoint) -> Equilibrium:
    share = point.number
    exact = None if point.exact is None else (_plain(point.exact), _plain(1 - point.exact))
    regret: Fraction | float = Fraction(0) if exact is not None else point.difference
    proof = "The payoff difference vanishes or points into the corner, decided exactly."
    if exact is None:
        proof = f"A simple root lies between {point.cell.lo!r} and {point.cell.hi!r}, by interval arithmetic."
    inside = 0 < share < 1
    return Equilibrium(
        profile=(np.array([share, 1 - share]),),
        exact=None if exact is None else (exact,),
        regret=regret,
        support=((0, 1) if inside else ((0,) if share == 1 else (1,)),),
        certificate=proof,
        names=game.roles,
        labels=(game.strategies[role],),
        stability=point.stability,
        details={
            "eigenvalues": (_plain(point.slope),),
            "multiplicity": point.multiplicity,
            "mean payoff": _mean_payoffs(game, (exact or (share, 1 - share),)),
        },
    )


def _line_reason(line: Line) -> str:
    if line.doubts:
        return f"Root isolation left cells open: {'; '.join(line.doubts)}."
    tail = " Where the difference vanishes on an interval, its ends are listed." if line.segments else ""
    return f"All roots of the payoff difference on [0, 1] were isolated and both corners tested.{tail}"


def _from_square(game: Population) -> EquilibriumSet:
    gaps, free = differences(game)
    square = equilibria_on_square(gaps, free)
    answers = tuple(_answer(game, point) for point in square.points)
    return EquilibriumSet(
        equilibria=answers,
        complete=not square.doubts,
        reason=_square_reason(square),
        concept="nash",
        method="resultants",
        game=game.name,
        components=_components(len(answers), square.segments),
    )


def _square_reason(square: Square) -> str:
    if square.doubts:
        return f"Some states were not decided: {'; '.join(square.doubts)}."
    return "Corners and edges by exact signs, the inside by resultants: every common zero was isolated."


def _answer(game: Population, firsts: Sequence[sp.Expr]) -> Equilibrium:
    exact = tuple((_plain(share), _plain(1 - share)) for share in firsts)
    return _with_spectrum(
        game,
        Equilibrium.of(
            exact,
            regret=Fraction(0),
            certificate="Payoff differences vanish or point into the boundary, decided exactly.",
            names=game.roles,
            labels=tuple(game.strategies[role] for role in game.roles),
        ),
    )


def _with_spectrum(game: Population, answer: Equilibrium) -> Equilibrium:
    if answer.exact is not None:
        state: tuple[tuple[Any, ...], ...] = answer.exact
    else:
        state = tuple(tuple(float(share) for share in part) for part in answer.profile)
    eigenvalues = replicator_eigenvalues(game, state)
    return replace(
        answer,
        stability=in_words(eigenvalues),
        details=dict(answer.details) | {"eigenvalues": eigenvalues, "mean payoff": _mean_payoffs(game, state)},
    )


def _from_matrices(game: Population, matrices: list[list[list[Fraction]]]) -> EquilibriumSet:
    from gametheory.methods.symmetric import symmetric_equilibria
    from gametheory.methods.vertex_enumeration import all_equilibria
    from gametheory.normal_form import NormalForm

    if len(matrices) == 1:
        found = symmetric_equilibria(NormalForm.symmetric(matrices[0]))
        profiles = [answer.profile[:1] for answer in found]
    else:
        transposed = [list(row) for row in zip(*matrices[1], strict=True)]
        found = all_equilibria(NormalForm(matrices[0], transposed))
        profiles = [answer.profile for answer in found]
    order = sorted(range(len(found)), key=lambda i: tuple(tuple(part.tolist()) for part in profiles[i]))
    place = {old: new for new, old in enumerate(order)}
    answers = []
    for old in order:
        exact = found[old].exact or ()
        state = exact[: len(matrices)]
        answers.append(
            _with_spectrum(
                game,
                Equilibrium.of(
                    state,
                    regret=found[old].regret,
                    certificate=found[old].certificate,
                    names=game.roles,
                    labels=tuple(game.strategies[role] for role in game.roles),
                ),
            )
        )

    def moved(groups: tuple[tuple[int, ...], ...]) -> tuple[tuple[int, ...], ...]:
        return tuple(sorted(tuple(sorted(place[i] for i in group)) for group in groups))

    return replace(
        found,
        equilibria=tuple(answers),
        game=game.name,
        components=moved(found.components),
        nash_subsets=moved(found.nash_subsets),
    )


def _from_search(game: Population) -> EquilibriumSet:
    answers = []
    for state, bound in search_equilibria(game):
        plain = Equilibrium(
            profile=state,
            exact=None,
            regret=bound,
            support=tuple(tuple(int(i) for i in np.flatnonzero(part)) for part in state),
            certificate="Interval arithmetic bounds the gain of every switch at these floats.",
            names=game.roles,
            labels=tuple(game.strategies[role] for role in game.roles),
        )
        answers.append(_with_spectrum(game, plain))
    return EquilibriumSet(
        equilibria=tuple(answers),
        complete=False,
        reason="Found by search over supports; this kind of field has no complete method, others may exist.",
        concept="nash",
        method="search over supports",
        game=game.name,
        components=isolated(len(answers)),
    )


def _stable_only(game: Population, found: EquilibriumSet) -> EquilibriumSet:
    """Return the evolutionarily stable ones among all equilibria."""
    complete, reason = found.complete, found.reason
    if len(game.roles) > 1:
        kept = [answer for answer in found if _is_strict(game, answer)]
        reason = f"With several roles the strict equilibria are evolutionarily stable (Selten 1980). {reason}"
        if any(p.has(*game.shares[role]) for role in game.roles for p in game.payoff_expressions[role]):
            complete = False
            reason += " Payoffs depend on the shares of the own role, so mixed states may be stable as well."
    elif len(game.strategies[game.roles[0]]) == 2:
        kept = [answer for answer in found if answer.stability == "asymptotically stable"]
        reason = f"Stable where the payoff difference falls through 0 or points into the corner. {reason}"
    elif (matrices := payoff_matrices(game)) is not None:
        from gametheory.methods.ess import is_ess
        from gametheory.normal_form import NormalForm

        matrix = NormalForm.symmetric(matrices[0])
        kept = [answer for answer in found if answer.exact and is_ess(matrix, answer.exact[0])]
        reason = f"Decided by strict copositivity. {reason}"
    else:
        kept = [answer for answer in found if _is_strict(game, answer)]
        complete = False
        reason = f"Only strict equilibria are listed, mixed ones were not decided. {reason}"
    named = tuple(replace(answer, stability="ess") for answer in kept)
    return replace(
        found,
        equilibria=named,
        complete=complete,
        reason=reason,
        components=isolated(len(named)),
        nash_subsets=isolated(len(named)),
    )


def _is_strict(game: Population, answer: Equilibrium) -> bool:
    """Whether every role plays one strategy and all others pay strictly less, in exact numbers."""
    if any(len(support) != 1 for support in answer.support):
        return False
    place = {
        share: sp.Integer(int(i == support[0]))
        for role, support in zip(game.roles, answer.support, strict=True)
        for i, share in enumerate(game.shares[role])
    }
    for role, support in zip(game.roles, answer.support, strict=True):
        values = [payoff.subs(place) for payoff in game.payoff_expressions[role]]
        others = [value for i, value in enumerate(values) if i != support[0]]
        if not all((values[support[0]] - value).is_extended_positive for value in others):
            return False
    return True


def _components(count: int, segments: Sequence[tuple[int, int]]) -> tuple[tuple[int, ...], ...]:
    """Return the connected groups of indices that the segments make."""
    group = list(range(count))
    for a, b in segments:
        old, new = max(group[a], group[b]), min(group[a], group[b])
        group = [new if g == old else g for g in group]
    return tuple(tuple(i for i in range(count) if group[i] == g) for g in sorted(set(group)))


def _mean_payoffs(game: Population, state: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """Return the mean payoff of each role; a strategy nobody plays counts 0 even where unbounded."""
    place = {
        share: manageable(value)
        for role, part in zip(game.roles, state, strict=True)
        for share, value in zip(game.shares[role], part, strict=True)
    }
    means = {}
    for role in game.roles:
        pairs = zip(game.shares[role], game.payoff_expressions[role], strict=True)
        total = sp.Add(*(place[share] * _inside_limit(payoff, place) for share, payoff in pairs if place[share] != 0))
        means[role] = _plain(total)
    return means


def _inside_limit(payoff: sp.Expr, place: dict[sp.Symbol, sp.Expr]) -> sp.Expr:
    """Return the payoff at a state, or its limit on the way from equal shares where it is not defined there."""
    value = payoff.subs(place)
    if value.is_finite:
        return value
    t = sp.Dummy("t", positive=True)
    return sp.limit(payoff.subs({share: at + t * (sp.Rational(1, 2) - at) for share, at in place.items()}), t, 0, "+")


def _plain(value: Any) -> Any:
    number = sp.sympify(value, strict=True)
    if number.is_Rational:
        return _fraction(number)
    if number.is_infinite or number.has(sp.Float):
        return float(number)
    return sp.expand(number)


def _fraction(number: sp.Expr) -> Fraction:
    return Fraction(int(number.p), int(number.q))
