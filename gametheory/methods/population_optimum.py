r"""The states of a population game with the greatest sum of mean payoffs.

:math:`W(x) = \sum_r x^r \cdot F^r(x)`. With one role and two strategies W is a function on [0, 1], whose
maximisers are found exactly as those of an effort game with one player. Otherwise a local search finds the
best state, and interval branch and bound over the free shares bounds how much better any other state can be.
"""

from __future__ import annotations

import heapq
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from gametheory.continuous import Continuous
from gametheory.continuous_equilibria import solve_continuous
from gametheory.enclosure import enclosure
from gametheory.equilibrium import Equilibrium, EquilibriumSet, isolated
from gametheory.interval import Interval
from gametheory.methods.population_matrices import payoff_matrices
from gametheory.methods.population_search import regret_bound
from gametheory.population import Population
from gametheory.root_isolation import rational

__all__ = ["best_states"]

_BOXES = 1500


def best_states(game: Population, concept: str) -> EquilibriumSet:
    """Return the states with the greatest sum of mean payoffs over roles.

    Parameters
    ----------
    game : Population
        The game.
    concept : str
        What the answer is called.

    Returns
    -------
    EquilibriumSet
        Complete for one role with two strategies; `regret` is what a switch gains, as everywhere;
        ``details["shortfall"]`` bounds how far the value is from the greatest.

    Examples
    --------
    >>> found = best_states(Population.from_matrix([[0, 3], [1, 0]]), "social optimum")
    >>> [str(share) for share in found[0].exact[0]], found[0].regret
    (['1/2', '1/2'], Fraction(1, 2))
    """
    if [len(game.strategies[role]) for role in game.roles] == [2]:
        return _on_line(game, concept)
    matrices = payoff_matrices(game)
    if matrices is not None and len(matrices) == 2:
        return _of_cells(game, concept, matrices)
    welfare, free = _welfare(game)
    best = _best_found(game, welfare, free)
    value, upper = _bounds(welfare, free, game, best)
    answer = Equilibrium(
        profile=best,
        exact=None,
        regret=regret_bound(game, best),
        support=tuple(tuple(int(i) for i in np.flatnonzero(part)) for part in best),
        certificate=f"No state has a sum of mean payoffs above {upper:.12g}, by interval branch and bound.",
        names=game.roles,
        labels=tuple(game.strategies[role] for role in game.roles),
        details={"welfare": value, "shortfall": max(0.0, upper - value)},
    )
    return EquilibriumSet(
        equilibria=(answer,),
        complete=False,
        reason="Local search from many starts; others may be as good, none is better beyond the shortfall.",
        concept=concept,
        method="search with interval bound",
        game=game.name,
    )


def _on_line(game: Population, concept: str) -> EquilibriumSet:
    welfare, (share,) = _welfare(game)
    line = Continuous(welfare, share, sp.Dummy("others"), players=1, interval=(0, 1), name=game.name)
    found = solve_continuous(line, "joint optimum")
    answers = []
    for answer in found:
        first = float(answer.profile[0][0])
        exact = None
        if answer.exact is not None:
            one = answer.exact[0][0]
            exact = ((one, 1 - one),)
        answers.append(
            replace(
                answer,
                profile=(np.array([first, 1 - first]),),
                exact=exact,
                support=(tuple(i for i, share in enumerate((first, 1 - first)) if share > 0),),
                names=game.roles,
                labels=(game.strategies[game.roles[0]],),
                regret=_regret(game, exact, np.array([first, 1 - first])),
                details={"welfare": answer.details["payoff"], "shortfall": answer.details["shortfall"]},
            )
        )
    reason = found.reason.replace("symmetric action", "share").replace("all symmetric profiles", "all shares")
    return replace(
        found,
        equilibria=tuple(answers),
        concept=concept,
        reason=reason,
        components=found.components or isolated(len(answers)),
    )


def _regret(game: Population, exact: Any, state: NDArray[np.float64]) -> Fraction | float:
    """Return what a switch gains: exactly where the payoffs are rational, else an upper bound."""
    role = game.roles[0]
    place = dict(zip(game.shares[role], (sp.sympify(v, strict=True) for v in exact[0]), strict=True)) if exact else {}
    payoffs = [payoff.subs(place) for payoff in game.payoff_expressions[role]]
    if not all(value.is_Rational for value in (*payoffs, *place.values())):
        return regret_bound(game, (state,))
    pairs = zip(game.shares[role], payoffs, strict=True)
    return rational(sp.Max(*payoffs) - sp.Add(*(place[share] * payoff for share, payoff in pairs)))


def _of_cells(game: Population, concept: str, matrices: list[list[list[Fraction]]]) -> EquilibriumSet:
    """Two roles with bilinear payoffs: some greatest sum is at a pair of pure strategies."""
    from gametheory.methods.optimum import best_cells
    from gametheory.normal_form import NormalForm

    found = best_cells(NormalForm(matrices[0], [list(row) for row in zip(*matrices[1], strict=True)]))
    labels = tuple(game.strategies[role] for role in game.roles)
    named = tuple(replace(answer, names=game.roles, labels=labels) for answer in found)
    return replace(found, equilibria=named, concept=concept, game=game.name)


def _welfare(game: Population) -> tuple[sp.Expr, list[sp.Symbol]]:
    bound = {game.shares[role][-1]: 1 - sp.Add(*game.shares[role][:-1]) for role in game.roles}
    total = sp.Add(
        *(
            sp.expand(share * payoff)
            for role in game.roles
            for share, payoff in zip(game.shares[role], game.payoff_expressions[role], strict=True)
        )
    )
    return total.subs(bound), [share for role in game.roles for share in game.shares[role][:-1]]


def _best_found(game: Population, welfare: sp.Expr, free: list[sp.Symbol]) -> tuple[NDArray[np.float64], ...]:
    from scipy.optimize import LinearConstraint, minimize

    from analytic.compiled import compile_numpy

    function = compile_numpy(welfare, free)
    counts = [len(game.strategies[role]) - 1 for role in game.roles]
    rows = np.repeat(np.eye(len(counts)), counts, axis=1)
    limits = LinearConstraint(rows, -np.inf, 1)

    def loss(shares: NDArray[np.float64]) -> float:
        return -float(function(*shares))

    rng = np.random.default_rng(0)
    vertices = [np.array(v, dtype=float) for v in np.ndindex(*(2,) * len(free)) if (rows @ v <= 1).all()]
    inner = [np.concatenate([rng.dirichlet(np.ones(c + 1))[:-1] for c in counts]) for _ in range(20)]
    states = [*vertices]
    for start in inner:
        fit = minimize(loss, start, method="SLSQP", bounds=[(0, 1)] * len(free), constraints=[limits], tol=1e-14)
        states.append(np.clip(fit.x, 0, 1))
    best = max(states, key=lambda s: float(np.nan_to_num(function(*s), nan=-np.inf)))
    parts, at = [], 0
    for count in counts:
        shares = best[at : at + count] / max(1.0, best[at : at + count].sum())
        parts.append(np.array([*shares, max(0.0, 1 - shares.sum())]))
        at += count
    return tuple(parts)


def _bounds(
    welfare: sp.Expr, free: list[sp.Symbol], game: Population, best: tuple[NDArray[np.float64], ...]
) -> tuple[float, float]:
    """Return the value at the best state (a lower bound) and an upper bound over all states."""
    value_at = enclosure(welfare, free[0], free[1:])
    groups = np.repeat(range(len(game.roles)), [len(game.strategies[role]) - 1 for role in game.roles])
    value = value_at(*(Interval(float(s), float(s)) for part in best for s in part[:-1])).value.lo
    heap = [(-value_at(*[Interval(0.0, 1.0)] * len(free)).value.hi, 0, ((0.0, 1.0),) * len(free))]
    for count in range(1, _BOXES):
        top, _, box = heap[0]
        if -top <= value + 1e-9:
            break
        heapq.heappop(heap)
        widest = max(range(len(free)), key=lambda i: box[i][1] - box[i][0])
        low, high = box[widest]
        for index, part in enumerate(((low, (low + high) / 2), ((low + high) / 2, high))):
            child = (*box[:widest], part, *box[widest + 1 :])
            lows = np.bincount(groups, weights=[side[0] for side in child])
            if (lows <= 1).all():
                upper = value_at(*(Interval(*side) for side in child)).value.hi
                heapq.heappush(heap, (-upper, 2 * count + index, child))
    return value, max(value, -heap[0][0])
