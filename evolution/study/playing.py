"""The protocols of a study: what `[play]` says, and what follows from the kind of design where it says nothing.

* On a graph: everybody meets its neighbours.
* Efforts, in a closed group: rounds in batch order, imitate the best, 1/100 of revisions try something else;
  in random groups: proportional imitation and 1/50. Without a matching both are played, since they differ.
* Strategies made of moves: positions stand, one agent at a time revises by logit at the temperature of parameter T.
* Payoffs by hand: proportional imitation in the whole population.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import sympy as sp

from analytic.design import MATCHINGS, Protocol, Role, one_of

if TYPE_CHECKING:
    from .schema import PlayEntry

__all__ = ["protocols"]


def protocols(
    entries: Sequence[PlayEntry],
    roles: Sequence[Role],
    names: Mapping[str, sp.Expr],
    *,
    parse_number: Callable[[str, Mapping[str, sp.Expr]], sp.Expr],
    placed: Callable[[str], AbstractContextManager[None]],
) -> tuple[Protocol, ...]:
    """One protocol for each matching of each entry, in the order of the file.

    Parameters
    ----------
    entries : sequence of PlayEntry
    roles : sequence of Role
    names : mapping from str to expression
        The parameters.
    parse_number, placed : callable
        How a text becomes an amount, and how a mistake gets its place.

    Returns
    -------
    tuple of Protocol

    Raises
    ------
    ValueError
        For a word that is not among the allowed ones, or a share outside [0, 1].
    """
    from .schema import PlayEntry

    made: list[Protocol] = []
    for number, entry in enumerate(entries or [PlayEntry()]):
        path = f"play[{number}]" if len(entries) > 1 else "play"
        for matching in entry.matching or usual_matchings(roles):
            with placed(path):
                one_of("matching", matching, MATCHINGS)
                said = _said(entry, names, parse_number, placed, path)
                told = {**usual(matching, roles, names), **said}
                if matching == "graph" and not any(role.one_per for role in roles):
                    raise ValueError("matching is 'graph', but no role has one_per = \"node\"")
                if told.get("choice") == "logit" and told.get("temperature", 0) == 0:
                    raise ValueError("logit choice needs a temperature: declare a parameter T or set temperature")
                name = entry.name or matching
                if entry.name and len(entry.matching or ()) > 1:
                    name = f"{entry.name}, {matching}"
                made.append(Protocol(name=name, matching=matching, **told))  # type: ignore[arg-type]
    return tuple(made)


def usual_matchings(roles: Sequence[Role]) -> tuple[str, ...]:
    """Who meets whom when a study does not say."""
    if any(role.one_per == "node" for role in roles):
        return ("graph",)
    if any(role.action is not None for role in roles):
        return ("random groups", "closed group")
    return ("whole population",)


def usual(matching: str, roles: Sequence[Role], names: Mapping[str, sp.Expr]) -> dict[str, Any]:
    """What a kind of design is usually played like."""
    if any(role.action is not None for role in roles):
        closed = matching == "closed group"
        return {
            "standing": False,
            "order": "batch",
            "choice": "imitate the best" if closed else "proportional imitation",
            "mutation": sp.Rational(1, 100 if closed else 50),
        }
    if any(role.by_hand for role in roles):
        return {"choice": "proportional imitation"}
    return {"choice": "logit", "temperature": names.get("T", sp.Integer(0))}


def _said(
    entry: PlayEntry,
    names: Mapping[str, sp.Expr],
    parse_number: Callable[[str, Mapping[str, sp.Expr]], sp.Expr],
    placed: Callable[[str], AbstractContextManager[None]],
    path: str,
) -> dict[str, Any]:
    words = {key: getattr(entry, key) for key in ("order", "choice", "standing")}
    said: dict[str, Any] = {key: word for key, word in words.items() if word is not None}
    for key in ("temperature", "revising", "mutation", "step"):
        text = getattr(entry, key)
        if text is None:
            continue
        with placed(f"{path}.{key}"):
            said[key] = parse_number(text, names)
            top = sp.oo if key == "temperature" else sp.Integer(1)
            if said[key].is_number and not 0 <= said[key] <= top:
                raise ValueError(f"must lie in [0, {'inf' if top is sp.oo else 1}], got {text}")
    return said
