"""What people write for a game in an environment, read into payoffs and symbols by role.

A matrix of expressions, payoffs by strategy, payoffs by role and strategy, a population game, a normal form or a
design come in; a `Table` comes out. Symbols are known by their names, texts are read by the whitelist of
`analytic.expression`, numbers exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp

__all__ = ["Table", "domain_of", "read_expression", "read_game", "speed_of"]

POPULATION = "population"


@dataclass(frozen=True, slots=True)
class Table:
    """Strategies, symbols of shares and payoffs (as they were given) of each role."""

    roles: tuple[str, ...]
    strategies: dict[str, tuple[str, ...]]
    shares: dict[str, tuple[sp.Symbol, ...]]
    payoffs: dict[str, tuple[Any, ...]]


def read_game(game: Any, outer: Sequence[str], *, shares: Any = None, strategies: Any = None) -> Table:
    """The table of a game.

    Parameters
    ----------
    game : see `Feedback`
    outer : sequence of str
        Names of the environment.
    shares, strategies
        As in `Feedback`.

    Examples
    --------
    >>> table = read_game([["3*n", 0], [1, 1]], ["n"], strategies=("hunt", "stay"))
    >>> table.roles, table.shares["population"], table.payoffs["population"][0]
    (('population',), (x_hunt, x_stay), 3*n*x_hunt)
    """
    if not outer or len(set(outer)) < len(outer):
        raise ValueError(f"the environment names {', '.join(outer) or 'nothing'}; give at least one name, each once")
    if hasattr(game, "at") and hasattr(game, "roles"):
        table = _of_design(game, outer)
    elif hasattr(game, "payoff_expressions"):
        table = _of_population(game)
    elif isinstance(game, Mapping):
        table = _of_payoffs(game, shares)
    elif hasattr(game, "players") and hasattr(game, "payoffs"):
        table = _of_normal_form(game, shares)
    else:
        table = _of_matrix(game, outer, shares, strategies)
    _check_names(table, outer)
    return table


def read_expression(given: Any, known: Mapping[str, sp.Symbol], *, what: str) -> sp.Expr:
    """An expression in the known symbols, by their names; numbers become exact.

    Raises
    ------
    ValueError
        If it holds another symbol.
    TypeError
        If it is no expression.
    """
    from analytic.expression import parse
    from gametheory.exact_expression import exact_expression

    if isinstance(given, str):
        return parse(given, known)
    if isinstance(given, np.generic):
        given = given.item()
    if isinstance(given, sp.Basic):
        given = given.xreplace({s: known[s.name] for s in given.free_symbols if getattr(s, "name", "") in known})
    return exact_expression(given, known.values(), what=what)


def domain_of(names: Sequence[str], given: Any) -> tuple[tuple[sp.Expr, sp.Expr], ...]:
    """Exact ends of each domain; infinite where nothing is said."""
    said = {str(name): ends for name, ends in (given or {}).items()}
    unknown = [name for name in said if name not in names]
    if unknown:
        raise ValueError(f"domain names {', '.join(unknown)}; the environment is {', '.join(names)}")
    domain = []
    for name in names:
        low, high = (_end(name, end) for end in said.get(name, (-sp.oo, sp.oo)))
        if not low < high:
            raise ValueError(f"the domain of {name} is [{low}, {high}], which is empty: give (low, high), low < high")
        domain.append((low, high))
    return tuple(domain)


def speed_of(given: Any) -> sp.Expr:
    """The factor of all rates, exactly."""
    from analytic.expression import exact

    speed = exact(given)
    if not (speed.is_number and speed.is_positive and speed.is_finite):
        raise ValueError(f"speed = {given} is not a positive finite number")
    return speed


def _end(name: str, end: Any) -> sp.Expr:
    from analytic.expression import exact

    if isinstance(end, float | int | sp.Expr) and not isinstance(end, bool):
        if end in (float("inf"), sp.oo):
            return sp.oo
        if end in (-float("inf"), -sp.oo):
            return -sp.oo
    number = exact(end)
    if not number.is_real:
        raise ValueError(f"the domain of {name} ends at {end}, which is no number")
    return number


def _of_payoffs(game: Mapping[Any, Any], shares: Any) -> Table:
    by_role = game if all(isinstance(each, Mapping) for each in game.values()) else {POPULATION: game}
    named = {str(role): tuple(str(name) for name in each) for role, each in by_role.items()}
    payoffs = {str(role): tuple(each.values()) for role, each in by_role.items()}
    return Table(tuple(named), named, _symbols(named, shares), payoffs)


def _of_population(game: Any) -> Table:
    symbols = {role: tuple(sp.Symbol(s.name, nonnegative=True) for s in game.shares[role]) for role in game.roles}
    return Table(tuple(game.roles), dict(game.strategies), symbols, dict(game.payoff_expressions))


def _of_design(design: Any, outer: Sequence[str]) -> Table:
    """The population game of a design; its parameters that are environment stay symbols."""
    from analytic.payoff import population_payoffs, share_symbols

    if any(not role.strategies for role in design.roles):
        raise ValueError(f"design {design.name!r} has a role with an interval of actions; feedback needs strategies")
    fixed = {symbol: number for symbol, number in design.values.items() if symbol.name not in outer}
    return Table(
        tuple(role.name for role in design.roles),
        {role.name: tuple(s.name for s in role.strategies) for role in design.roles},
        {role.name: share_symbols(design, role) for role in design.roles},
        {role.name: tuple(e.subs(fixed) for e in population_payoffs(design, role).values()) for role in design.roles},
    )


def _of_normal_form(game: Any, shares: Any) -> Table:
    """Expected payoffs in the shares of the other players' populations."""
    named = dict(zip(game.players, game.strategies, strict=True))
    symbols = _symbols(named, shares)
    payoffs = {}
    for p, player in enumerate(game.players):
        others = [symbols[other] for other in game.players if other != player]
        payoffs[player] = tuple(
            sp.Add(*(_weighted(own[at], others, at) for at in np.ndindex(own.shape)))
            for own in np.moveaxis(np.asarray(game.payoffs[p], dtype=object), p, 0)
        )
    return Table(tuple(named), named, symbols, payoffs)


def _weighted(payoff: Any, shares: list[tuple[sp.Symbol, ...]], at: tuple[int, ...]) -> sp.Expr:
    chosen = [own[k] for own, k in zip(shares, at, strict=True)]
    return sp.Mul(sp.Rational(payoff.numerator, payoff.denominator), *chosen)


def _of_matrix(game: Any, outer: Sequence[str], shares: Any, strategies: Any) -> Table:
    """F = A x for a matrix of numbers, texts and expressions in the environment."""
    rows = [list(row) for row in (game.tolist() if hasattr(game, "tolist") else game)]
    if not rows or any(len(row) != len(rows) for row in rows):
        raise ValueError(
            f"a payoff matrix with rows of {', '.join(str(len(row)) for row in rows) or 'no'} entries is not square; "
            "for several populations give payoffs by role and strategy"
        )
    names = tuple(map(str, range(len(rows)) if strategies is None else strategies))
    if len(names) != len(rows):
        raise ValueError(f"{len(names)} names for {len(rows)} strategies: {', '.join(names)}")
    own = _symbols({POPULATION: names}, shares)[POPULATION]
    known = {name: sp.Symbol(name, real=True) for name in outer} | {symbol.name: symbol for symbol in own}
    payoffs = tuple(
        sp.Add(*(read_expression(a, known, what="a payoff") * x for a, x in zip(row, own, strict=True))) for row in rows
    )
    return Table((POPULATION,), {POPULATION: names}, {POPULATION: own}, {POPULATION: payoffs})


def _symbols(named: Mapping[str, tuple[str, ...]], shares: Any) -> dict[str, tuple[sp.Symbol, ...]]:
    """One symbol for each strategy: the name given, or x_<strategy>, or x_<role>_<strategy>."""
    every = [name for names in named.values() for name in names]
    said: dict[tuple[str, str], str] = {}
    for symbol, place in (shares or {}).items():
        pairs = [(r, s) for r, names in named.items() for s in names if place == s or place == (r, s)]
        if len(pairs) != 1:
            found = f"{len(pairs)} strategies" if pairs else "no strategy"
            raise ValueError(f"the share {symbol} is of {place!r}, which names {found}; say (role, strategy)")
        if pairs[0] in said:
            raise ValueError(f"the share of {pairs[0][1]} has two names, {said[pairs[0]]} and {symbol}")
        said[pairs[0]] = str(symbol)
    return {
        role: tuple(
            sp.Symbol(
                said.get((role, name), f"x_{name}" if every.count(name) == 1 else f"x_{role}_{name}"), nonnegative=True
            )
            for name in names
        )
        for role, names in named.items()
    }


def _check_names(table: Table, outer: Sequence[str]) -> None:
    for role in table.roles:
        names = table.strategies[role]
        if not names or len(set(names)) < len(names):
            raise ValueError(f"the strategies of {role} are {', '.join(names) or 'none'}; give at least one, each once")
    used = [symbol.name for role in table.roles for symbol in table.shares[role]]
    twice = {name for name in (*used, *outer) if (*used, *outer).count(name) > 1} | (set(table.roles) & set(outer))
    if twice:
        raise ValueError(f"{', '.join(sorted(twice))} names two things; roles, shares and environment need own names")
