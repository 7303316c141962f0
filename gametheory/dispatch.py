"""`solve`, the one verb: a game in, its equilibria out, whatever kind of game it is.

Each kind of game registers a function that maps a game to its table {concept: {method: algorithm}}; the first
method of a concept is its default. An algorithm takes the game and keyword options, and returns an
`EquilibriumSet`. New kinds of games call `register`; nothing here changes for them. A `Method` is an algorithm
with its name, its paper and options; `methods_of` lists those for a game.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import wraps
from types import MappingProxyType
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


@dataclass(frozen=True, slots=True)
class Method:
    """An algorithm that `solve` can use: its name, and options that are set already.

    Parameters
    ----------
    name : str
    algorithm : function
        From a game, and keyword options, to an `EquilibriumSet`.
    settings : mapping
        Options by name; kept as a read-only mapping.

    Raises
    ------
    ValueError
        If the algorithm has no such option.

    Examples
    --------
    >>> game = NormalForm([[2, 0], [0, 1]], [[1, 0], [0, 2]])
    >>> method = methods_of(game)["nash"]["lemke-howson"]
    >>> print(method.paper)
    C. Lemke and J. Howson, Equilibrium points of bimatrix games, J. SIAM 12 (1964) 413-423.
    >>> method.options
    ('label', 'max_pivots', 'max_equilibria', 'time_limit')
    >>> [str(solve(game, method=method.having(label=label))[0]) for label in (0, 1)]
    ['(1, 0) (1, 0)', '(0, 1) (0, 1)']
    """

    name: str
    algorithm: Algorithm
    settings: Mapping[str, object] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        for option in self.settings:
            chosen(option, self.options, "option", f" of method {self.name!r}")
        object.__setattr__(self, "settings", MappingProxyType(dict(self.settings)))

    @property
    def options(self) -> tuple[str, ...]:
        """Names of the options that the algorithm takes."""
        return tuple(inspect.signature(self.algorithm).parameters)[1:]

    @property
    def paper(self) -> str:
        """The references of the algorithm, or else of its file; empty where nothing but the definition is used."""
        for document in (inspect.getdoc(self.algorithm), inspect.getdoc(inspect.getmodule(self.algorithm))):
            section = re.search(r"^References\n-+\n(.*?)(\n\n\w+\n---|\Z)", document or "", re.DOTALL | re.MULTILINE)
            if section:
                return " ".join(section[1].split())
        return ""

    def having(self, **options: object) -> Method:
        """The same with some options set.

        Parameters
        ----------
        **options
            By name; those set before stay unless set again.

        Returns
        -------
        Method
        """
        return replace(self, settings={**self.settings, **options})


def solve(
    game: object, concept: str = "nash", *, method: str | Method | None = None, **options: object
) -> EquilibriumSet:
    """The equilibria of a game, each with its certificate, and whether these are all.

    Parameters
    ----------
    game : NormalForm, SymmetricPayoff, Population, Continuous, Network, or a Design, which is made one of these
    concept : str
        What to look for. For a table of payoffs: "nash", "pure", "symmetric", "ess" (two players), "social optimum",
        "joint optimum". `methods_of(game)` lists the concepts and methods of every kind of game.
    method : str or Method, optional
        Algorithm, where a concept has several; the first of these is the default. A `Method` bears its options.

        "nash" of two players: "vertex enumeration" (complete, exact), "support enumeration" (the same by an
        independent route), "pure", "lemke-howson" (`label`, or "all"), "linear program" (opposite interests only: all
        optimal strategies and the value), "nashpy" (`algorithm`; every answer is certified here).

        "nash" of more: "polynomial supports" (complete for small games), "logit", "global newton", "regret search" (one
        equilibrium of large games), "pure".
    **options
        Of the algorithm. Where they make sense all take `max_equilibria`, how many answers are enough, and
        `time_limit`, in seconds: what was found by then is given back, with `complete` False and the reason. Games so
        large that an enumeration could take very long are refused without a limit.

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
    game = _as_game(game)
    concepts = _table(game)
    methods = concepts[chosen(concept, concepts, "concept", f" for {game!r}")]
    if isinstance(method, Method):
        use = method
        others = {a: name for name, table in concepts.items() for a in table.values() if a not in methods.values()}
        if use.algorithm in others:
            raise ValueError(f"method {use.name!r} looks for {others[use.algorithm]!r}, not for {concept!r}.")
    else:
        name = next(iter(methods)) if method is None else chosen(method, methods, "method", f" for {concept}")
        use = Method(name, methods[name])
    use = use.having(**options)
    return replace(use.algorithm(game, **use.settings), concept=concept)


def methods_of(game: object) -> dict[str, dict[str, Method]]:
    """What `solve` can look for in a game, and how: concepts, and the methods of each by name, the default first.

    Parameters
    ----------
    game : as for `solve`

    Returns
    -------
    dict of dicts of Method

    Raises
    ------
    TypeError
        If it is no kind of game that is known here.

    Examples
    --------
    >>> listed = methods_of(NormalForm([[1, 0], [0, 1]], [[1, 0], [0, 1]]))
    >>> {concept: len(methods) for concept, methods in listed.items()}
    {'nash': 6, 'symmetric': 1, 'ess': 1, 'pure': 1, 'social optimum': 1, 'joint optimum': 1}
    """
    concepts = _table(_as_game(game)).items()
    return {concept: {name: Method(name, a) for name, a in methods.items()} for concept, methods in concepts}


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


def _as_game(game: object) -> object:
    if isinstance(game, Design):
        from gametheory.from_design import game as game_of

        return game_of(game)
    return game


def _table(game: object) -> Table:
    for kind in type(game).__mro__:
        if kind in _TABLES:
            return _TABLES[kind](game)
    known = ", ".join(sorted(kind.__name__ for kind in _TABLES))
    raise TypeError(f"solve got {type(game).__name__}; it knows {known}. Matrices: NormalForm(A, B).")


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

    @wraps(solver)
    def algorithm(game: Any) -> EquilibriumSet:
        return solver(game, concept)

    algorithm.__signature__ = inspect.Signature(list(inspect.signature(solver).parameters.values())[:1])  # type: ignore[attr-defined]
    return algorithm


register(Population, _population)
register(Continuous, _continuous)
register(Network, _network)
