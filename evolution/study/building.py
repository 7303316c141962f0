"""From a checked study document to a `Design`: texts become exact numbers, expressions, moves and graphs.

Every mistake is worded with the path of its key. Symbols are the design's own: a parameter's symbol carries what its
domain allows, `minted` and `S` are the account's, `others(x)`, `neighbours(x)` and `place` the aggregates.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sympy as sp

from analytic.curve import BondingCurve
from analytic.curve_family import curve_families
from analytic.design import (
    NEIGHBOURS,
    OTHERS,
    PLACE,
    Action,
    Design,
    Distribution,
    Parameter,
    Role,
    Stakeholder,
    Strategy,
)
from analytic.expression import exact, parse
from analytic.move import MINTED, SUPPLY

from .moves_text import read_programme
from .playing import protocols

if TYPE_CHECKING:
    from .schema import Document, ParameterEntry, PlainCurve, RoleEntry

__all__ = ["Edges", "build", "known_name", "placed", "quantity"]

#: names that stand for something in the formulas, or in the calls that a parameter's name is passed to
RESERVED = frozenset(
    {"S", "q", "E", "X", "t", "minted", "place", "others", "neighbours", "X_others", "S_others"}
    | {"theta", "epsilon", "self", "cls", "text", "supply"}
)
Edges = Callable[[Any], Any]
Names = Mapping[str, sp.Expr]


@contextmanager
def placed(path: str) -> Iterator[None]:
    """Word any mistake inside with the path of its key."""
    try:
        yield
    except PlacedError:
        raise
    except ValueError as error:
        raise PlacedError(f"{path}: {error}") from error


class PlacedError(ValueError):
    """A mistake whose message already names its place."""


def known_name(name: str, known: Collection[str], what: str) -> str:
    """The name, when it is declared; else an error with the nearest."""
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
        hint = f"did you mean {near[0]!r}?" if near else f"there is {', '.join(known) or 'none'}"
        raise ValueError(f"no {what} is called {name[:60]!r}; {hint}")
    return name


def quantity(text: str, names: Names, *, endless: bool = False) -> sp.Expr:
    """A number or an expression; ``inf`` and ``-inf`` where an end may be infinite."""
    word = text.strip()
    if endless and word in ("inf", "+inf", "-inf"):
        return -sp.oo if word == "-inf" else sp.oo
    try:
        return exact(word)
    except ValueError:
        return parse(text, names)


def build(document: Document, *, name: str, edges: Edges) -> Design:
    """The design that a document declares.

    Parameters
    ----------
    document : Document
    name : str
    edges : callable
        From the name of a file with edges to its lines.

    Returns
    -------
    Design

    Raises
    ------
    ValueError
        At the first mistake, with the path of its key.
    """
    counts = {role.count.strip() for role in document.role.values() if role.count}
    given = tuple(_parameter(key, entry, key in counts) for key, entry in document.parameters.items())
    names: dict[str, sp.Expr] = {each.name: each.symbol for each in given}
    values = {each.symbol: each.default for each in given}
    _check_names(document, names)
    curves = {}
    for key, entry in document.curve.items():
        with placed(f"curve.{key}"):
            curves[key] = _curve(key, entry, names, values)
    treasuries = {}
    for key, account in document.account.items():
        with placed(f"account.{key}.budget"):
            treasuries[key] = quantity(account.budget, names, endless=True)
            if treasuries[key].subs(values).is_negative:
                raise ValueError(f"must be >= 0, got {account.budget}")
    with placed("graph"):
        graph = _graph(document, edges)
    told = _Told(names, values, curves, treasuries, document.shares, graph)
    roles = tuple(_role(key, entry, told) for key, entry in document.role.items())
    if not roles:
        raise ValueError("[role.NAME] is missing: somebody must play")
    with placed("parameters"):
        clash = {f"x_{strategy.name}" for role in roles for strategy in role.strategies} & set(names)
        if clash:
            raise ValueError(f"{min(clash)!r} stands for the share of a strategy; choose another name")
    return Design(
        name=name,
        title=document.title or name,
        parameters=given,
        roles=roles,
        protocols=protocols(document.play, roles, names, parse_number=quantity, placed=placed),
        curves=curves,
        treasuries=treasuries,
        stakeholders=tuple(_stakeholders(document, names, treasuries)),
        shares=_shares(document.shares, roles),
        graph=graph,
        citation=document.citation,
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """What roles may speak of."""

    names: Names
    values: Mapping[sp.Symbol, sp.Rational]
    curves: Mapping[str, BondingCurve]
    treasuries: Mapping[str, sp.Expr]
    shares: Mapping[str, str]
    graph: Any


def _check_names(document: Document, names: Names) -> None:
    for key in names:
        with placed(f"parameters.{key}"):
            if key in RESERVED:
                raise ValueError(f"{key!r} already stands for something in the formulas; choose another name")
            parse("0", {key: names[key]})  # refuses Python's words and the functions of the language
    for key in document.shares:
        with placed(f"shares.{key}"):
            if key in RESERVED or key in names:
                raise ValueError(f"{key!r} already stands for something else; choose another name")
            parse("0", {key: sp.Symbol(key)})


def _interval(pair: Sequence[str], names: Names, opened: str = "neither") -> sp.Interval:
    sides = {"neither": (False, False), "left": (True, False), "right": (False, True), "both": (True, True)}
    if opened not in sides:
        raise ValueError(f"open is {opened!r}, but must be one of {', '.join(sides)}")
    low, high = (quantity(end, names, endless=True) for end in pair)
    if not (low < high) == True:  # noqa: E712  (an undecided relation is not true)
        raise ValueError(f"a domain is [low, high] with low < high, got [{low}, {high}]")
    return sp.Interval(low, high, *sides[opened])


def _parameter(key: str, entry: ParameterEntry, counts: bool) -> Parameter:
    path = f"parameters.{key}"
    law = None
    if entry.distribution is not None:
        with placed(f"{path}.distribution"):
            law = _law(entry.distribution)
    with placed(path):
        domain = sp.Interval(1 if counts else -sp.oo, sp.oo)
        if entry.domain is not None:
            domain = _interval(entry.domain, {}, entry.open)
        mean = None if law is None else law.expect(sp.Symbol("mean"), sp.Symbol("mean"))
        if entry.default is None and mean is None:
            raise ValueError("needs a default")
        default = mean if entry.default is None else exact(entry.default)
        if mean is not None and default != mean:
            raise ValueError(f"the default is {default}, but the mean of its distribution is {mean}; leave it out")
        return Parameter(
            key, default, entry.unit, domain, entry.control, entry.meaning, entry.per_agent, law  # type: ignore[arg-type]
        )  # fmt: skip


def _law(entry: Any) -> Distribution:
    if (entry.uniform is None) == (entry.values is None):
        raise ValueError("is either {uniform = [low, high]} or {values = [..], weights = [..]}")
    if entry.uniform is not None:
        return Distribution("uniform", tuple(map(exact, entry.uniform)))
    return Distribution("discrete", tuple(map(exact, entry.values)), tuple(map(exact, entry.weights or ())))


def _curve(key: str, entry: PlainCurve, names: Names, values: Mapping[sp.Symbol, sp.Rational]) -> BondingCurve:
    stated = [*entry.families, *(["expression"] if entry.expression is not None else [])]
    if len(stated) != 1:
        known = ", ".join(curve_families())
        raise ValueError(f"needs a family ({known}) or an expression, got {' and '.join(stated) or 'none'}")
    if entry.supply is not None and stated[0] != "expression":
        raise ValueError("supply = [low, high] belongs to a curve given as an expression")
    rates: dict[str, Any] = {"fee_on": entry.fee_on}
    for rate in ("fee", "buy_fee", "sell_fee"):
        text = getattr(entry, rate)
        with placed(f"curve.{key}.{rate}"):
            rates[rate] = None if text is None else quantity(text, names)
    with placed(f"curve.{key}.{stated[0]}"):
        if entry.expression is not None:
            low, high = entry.supply or ("0", "inf")
            ends = (quantity(low, names), quantity(high, names, endless=True))
            price = parse(entry.expression, {**names, "S": SUPPLY})  # with all names, for the nearest of a wrong one
            used = {name: names[name] for name in set(re.findall(r"[A-Za-z_]\w*", entry.expression)) & set(names)}
            clash = set(used) & {"fee", "buy_fee", "sell_fee", "fee_on"}
            if clash:
                raise ValueError(f"a parameter in a price cannot be called {min(clash)!r}; choose another name")
            if price.is_number and not price.is_positive:
                raise ValueError(f"the price is {price}, but must be > 0")
            curve = BondingCurve.from_expression(entry.expression, supply=ends, **rates, **used)
        else:
            parts = {part: _several(text, names) for part, text in entry.families[stated[0]].items()}
            curve = BondingCurve.of(stated[0], **parts, **rates)
        free = {str(each): values[each] for each in curve.free_symbols}
        if free:
            curve.at(**free)  # the numbers must make a curve too
    return curve


def _several(text: str | list[str], names: Names) -> Any:
    return [quantity(each, names) for each in text] if isinstance(text, list) else quantity(text, names)


def _graph(document: Document, edges: Edges) -> Any:
    entry = document.graph
    if entry is None:
        return None
    from .graph_text import generated, read_edges

    if (entry.networkx is None) == (entry.edges is None):
        raise ValueError('needs either networkx = "star_graph(3)" or edges = "FILE", and not both')
    if entry.networkx is not None:
        return generated(entry.networkx)
    return read_edges(edges(entry.edges) if isinstance(entry.edges, str) else entry.edges or [])


def _role(key: str, entry: RoleEntry, told: _Told) -> Role:
    path = f"role.{key}"
    action, names = None, dict(told.names)
    for name, ends in (entry.action or {}).items():
        with placed(f"{path}.action.{name}"):
            action = _action(name, ends, told)
            names[name] = action.symbol
    amounts = {**names, "minted": MINTED, "S": SUPPLY}
    shares = {share: sp.Symbol(share, nonnegative=True) for share in told.shares}
    by_hand = {**names, **shares, "place": PLACE}
    if action is not None and action.symbol.name in shares:
        raise PlacedError(f"{path}.action: {action.symbol.name!r} is the name of a share; choose another name")
    seen = {"others": _aggregate("others", action, OTHERS), "neighbours": _aggregate("neighbours", action, NEIGHBOURS)}

    def moves(texts: Sequence[str], where: str) -> Any:
        with placed(where):
            return read_programme(texts, amounts, curves=told.curves, treasuries=told.treasuries)

    def payoff(text: str, where: str) -> sp.Expr:
        with placed(where):
            return parse(text, by_hand, functions=seen)

    strategies = tuple(
        Strategy(name, moves=moves(text, f"{path}.strategies.{name}"))
        if isinstance(text, list)
        else Strategy(name, payoff=payoff(text, f"{path}.strategies.{name}"))
        for name, text in (entry.strategies or {}).items()
    )
    given = None if entry.payoff is None else payoff(entry.payoff, f"{path}.payoff")
    programme = moves(entry.moves, f"{path}.moves")
    with placed(path):
        _check_role(entry, strategies, told)
        return Role(
            name=key,
            count=_count(entry, strategies, told),
            strategies=strategies,
            action=action,
            moves=programme,
            payoff=given,
            value=_value(key, entry, told),
            one_per=entry.one_per,  # type: ignore[arg-type]
        )


def _check_role(entry: RoleEntry, strategies: Sequence[Strategy], told: _Told) -> None:
    if entry.strategies is not None and (entry.moves or entry.payoff is not None):
        raise ValueError("moves and payoff belong to an action; with strategies each has its own")
    if entry.moves and entry.payoff is not None:
        raise ValueError("gives moves and a payoff by hand; one of them must decide")
    if len({each.payoff is None for each in strategies}) > 1:
        raise ValueError("mixes strategies of moves with payoffs by hand; let all be one or the other")
    if entry.one_per not in ("", "node"):
        raise ValueError(f"one_per is {entry.one_per[:60]!r}, but must be 'node' or left out")
    if (entry.one_per == "node") != (told.graph is not None):
        raise ValueError('a graph and one_per = "node" belong together: declare both or neither')


def _action(name: str, ends: Sequence[str], told: _Told) -> Action:
    if name in RESERVED or name in told.names:
        raise ValueError(f"{name!r} already stands for something else; choose another name")
    low, high = (quantity(end, told.names, endless=True) for end in ends)
    if not (low.subs(told.values) < high.subs(told.values)) == True:  # noqa: E712  (undecided is not true)
        raise ValueError(f"an action lies in [low, high] with low < high, got [{low}, {high}]")
    upward = {"nonnegative": True} if low.is_nonnegative else {"real": True}
    symbol = sp.Symbol(name, **upward)
    parse("0", {name: symbol})
    return Action(symbol, low, high)


def _aggregate(name: str, action: Action | None, total: sp.Symbol) -> Callable[..., sp.Expr]:
    """The function of payoffs by hand that stands for an aggregate of the others' actions."""

    def read(*inputs: sp.Expr) -> sp.Expr:
        if action is None or inputs != (action.symbol,):
            raise ValueError(f"takes the action, as in {name}({'x' if action is None else action.symbol})")
        return total

    return read


def _count(entry: RoleEntry, strategies: Sequence[Strategy], told: _Told) -> sp.Expr:
    if entry.count is None:
        if told.graph is not None:
            return sp.Integer(told.graph.number_of_nodes())
        if any(each.payoff is not None for each in strategies):
            return sp.Integer(1)
        raise ValueError('needs a count: how many play, for example count = "N"')
    count = quantity(entry.count, told.names)
    number = count.subs(told.values)
    if not (number.is_Integer and number >= 1):
        raise ValueError(f"count = {entry.count} is {number}, but must be a whole number >= 1")
    return count


def _value(key: str, entry: RoleEntry, told: _Told) -> dict[str, sp.Expr]:
    value = {}
    for curve, text in entry.value.items():
        with placed(f"role.{key}.value"):
            if not curve and len(told.curves) != 1:
                raise ValueError("there is not one curve only: say which, as in value = {token = 1}")
            known = known_name(curve or next(iter(told.curves)), told.curves, "curve")
            value[known] = quantity(text, told.names)
    return value


def _shares(shares: Mapping[str, str], roles: Sequence[Role]) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for key, text in shares.items():
        with placed(f"shares.{key}"):
            role, dot, strategy = text.partition(".")
            if not dot:
                raise ValueError(f"is written like 'role.strategy', got {text[:60]!r}")
            known_name(role, [each.name for each in roles], "role")
            players = next(each for each in roles if each.name == role)
            known_name(strategy, [each.name for each in players.strategies], f"strategy of {role}")
            if (role, strategy) in found.values():
                raise ValueError(f"{text} has two names; keep one")
            found[key] = (role, strategy)
    return found


def _stakeholders(document: Document, names: Names, treasuries: Mapping[str, sp.Expr]) -> Iterator[Stakeholder]:
    for key, entry in document.stakeholder.items():
        with placed(f"stakeholder.{key}"):
            yield Stakeholder(key, known_name(entry.treasury, treasuries, "account"), quantity(entry.value, names))
