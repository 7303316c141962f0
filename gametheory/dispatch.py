"""`solve`, the one verb: a game in, its equilibria out, whatever kind of game it is.

Each kind of game registers a function that maps a game to its table {concept: {method: algorithm}}; the first
method of a concept is its default. An algorithm takes the game and keyword options, and returns an
`EquilibriumSet`. New kinds of games call `register`; nothing here changes for them.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any, TypeAlias

from analytic.design import Design
from gametheory.continuous import Continuous
from gametheory.equilibrium import EquilibriumSet
from gametheory.methods.ess import evolutionarily_stable
from gametheory.methods.global_newton import equilibria_by_global_newton
from gametheory.methods.lemke_howson import one_equilibrium
from gametheory.methods.logit_homotopy import logit_equilibrium
from gametheory.methods.many_players import nash_of_many
from gametheory.methods.optimum import best_cells
from gametheory.methods.peer_nashpy import nashpy_answers
from gametheory.methods.pure import pure_equilibria, pure_nash
from gametheory.methods.regret_search import search_by_regret
from gametheory.methods.support_enumeration import equilibria_by_support
from gametheory.methods.symmetric import symmetric_equilibria
from gametheory.methods.symmetric_many import symmetric_equilibria_of_many
from gametheory.methods.vertex_enumeration import all_equilibria
from gametheory.methods.zero_sum import optimal_strategies
from gametheory.network import Network
from gametheory.normal_form import NormalForm
from gametheory.population import Population
from gametheory.symmetric_payoff import SymmetricPayoff

Algorithm: TypeAlias = Callable[..., EquilibriumSet]
Table: TypeAlias = Mapping[str, Mapping[str, Algorithm]]

_TABLES: dict[type, Callable[[Any], Table]] = {}


def register(kind: type, table: Callable[[Any], Table]) -> None:
    """Teach `solve` a kind of game.

    Parameters
    ----------
    kind : type
        The games, subclasses included.
    table : function
        From a game to {concept: {method: algorithm}}; the first method is the default.
    """
    _TABLES[kind] = table


def solve(game: object, concept: str = "nash", *, method: str | None = None, **options: object) -> EquilibriumSet:
    """The equilibria of a game, each with its certificate, and whether these are all.

    Parameters
    ----------
    game : NormalForm, Population, Continuous, Network, or a Design, which is made one of these
    concept : str
        What to look for. For two players: "nash", "pure", "symmetric", "ess", "social optimum",
        "joint optimum".
    method : str, optional
        Algorithm, where a concept has several. For "nash" of two players: "vertex enumeration" (the default,
        complete and exact), "support enumeration" (the same by an independent route), "pure",
        "lemke-howson", "linear program" (opposite interests only: all optimal strategies and the value), "nashpy".
    **options
        Of the algorithm, such as `max_equilibria` and `time_limit` for "vertex enumeration".

    Returns
    -------
    EquilibriumSet

    Raises
    ------
    TypeError
        If it is no kind of game that is known here.
    ValueError
        If concept, method or option is unknown (the nearest is told), or the game is too large.

    Examples
    --------
    >>> found = solve(NormalForm([[3, 0], [5, 1]], [[3, 5], [0, 1]]))
    >>> print(found)
    1 answer (nash, vertex enumeration) for NormalForm of 2 players, 2 x 2. Complete: Both
    best-reply polyhedra (2 and 2 vertices) were enumerated and matched exactly.
     # | player 1 | player 2 | regret
     0 | (0, 1)   | (0, 1)   | 0
    """
    if isinstance(game, Design):
        from gametheory.from_design import game as game_of

        game = game_of(game)
    table = next((_TABLES[kind] for kind in type(game).__mro__ if kind in _TABLES), None)
    if table is None:
        known = ", ".join(sorted(kind.__name__ for kind in _TABLES))
        raise TypeError(f"solve got {type(game).__name__}; it knows {known}. Matrices: NormalForm(A, B).")
    concepts = table(game)
    methods = concepts[chosen(concept, concepts, "concept", f" for {game!r}")]
    algorithm = methods[next(iter(methods)) if method is None else chosen(method, methods, "method", f" for {concept}")]
    allowed = list(inspect.signature(algorithm).parameters)[1:]
    for option in options:
        chosen(option, allowed, "option", f" of method {method or next(iter(methods))!r}")
    return replace(algorithm(game, **options), concept=concept)


def chosen(name: str, allowed: Collection[str], what: str, where: str = "") -> str:
    """The name, if it is allowed; otherwise an error that lists what is, and the nearest.

    Parameters
    ----------
    name : str
    allowed : collection of str
    what, where : str
        How the error calls it, and where it is looked for.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If it is not allowed.

    Examples
    --------
    >>> chosen("nsh", ["nash", "ess"], "concept")
    Traceback (most recent call last):
    ValueError: unknown concept 'nsh'; allowed: nash, ess. Did you mean 'nash'?
    """
    if name in allowed:
        return name
    near = get_close_matches(str(name), allowed, n=1, cutoff=0.5)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise ValueError(f"unknown {what} {name!r}{where}; allowed: {', '.join(allowed) or 'none'}.{hint}")


def _normal_form(game: NormalForm) -> Table:
    common = {
        "pure": {"comparison of cells": pure_equilibria},
        "social optimum": {"comparison of cells": best_cells},
        "joint optimum": {"comparison of cells": best_cells},
    }
    if len(game.players) > 2:
        many = {
            "polynomial supports": nash_of_many,
            "logit": logit_equilibrium,
            "global newton": equilibria_by_global_newton,
            "regret search": search_by_regret,
            "pure": pure_nash,
        }
        return {"nash": many, "symmetric": {"polynomial supports": symmetric_equilibria_of_many}, **common}
    nash = {
        "vertex enumeration": all_equilibria,
        "support enumeration": equilibria_by_support,
        "pure": pure_nash,
        "lemke-howson": one_equilibrium,
        "linear program": optimal_strategies,
        "nashpy": nashpy_answers,
    }
    symmetric = {"vertex enumeration": symmetric_equilibria}
    return {"nash": nash, "symmetric": symmetric, "ess": {"copositivity": evolutionarily_stable}, **common}


register(NormalForm, _normal_form)


def _symmetric_payoff(game: SymmetricPayoff) -> Table:
    return {"symmetric": {"polynomial supports": symmetric_equilibria_of_many}}


register(SymmetricPayoff, _symmetric_payoff)


def _population(game: Population) -> Table:
    from gametheory.population_equilibria import CONCEPTS, solve_population

    return {concept: {"certified": _for_concept(solve_population, concept)} for concept in CONCEPTS}


def _continuous(game: Continuous) -> Table:
    from gametheory.continuous_equilibria import CONCEPTS, solve_continuous

    return {concept: {"certified": _for_concept(solve_continuous, concept)} for concept in CONCEPTS}


def _network(game: Network) -> Table:
    from gametheory.network_equilibria import CONCEPTS, solve_network

    return {concept: {"certified": _for_concept(solve_network, concept)} for concept in CONCEPTS}


def _for_concept(solver: Callable[[Any, str], EquilibriumSet], concept: str) -> Algorithm:
    """The solver of a kind of game for one concept."""

    def algorithm(game: Any) -> EquilibriumSet:
        return solver(game, concept)

    return algorithm


register(Population, _population)
register(Continuous, _continuous)
register(Network, _network)
