"""Finding a game by its name."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from functools import cache
from importlib import import_module

from gametheory.dispatch import chosen
from gametheory.zoo.entry import NamedGame

__all__ = ["named_game", "named_games"]

ROOMS = ("dilemmas", "cycles", "rivals", "claims", "crowds", "sequences", "landmarks")


def named_game(name: str, /, **parameters: object) -> NamedGame:
    """A game of the literature by its name, with its known answers.

    Parameters
    ----------
    name : str
        Of the function or as in print; capitals, spaces, hyphens and apostrophes do not matter.
    **parameters
        Of the function of that name in `gametheory.zoo`.

    Returns
    -------
    NamedGame

    Raises
    ------
    ValueError
        If name or parameter is unknown (the nearest is told), or a value is outside its range.

    Examples
    --------
    >>> named_game("Hawk-Dove", V=1).equilibria[2][0]
    (Fraction(1, 4), Fraction(3, 4))
    >>> named_game("hawk duve")
    Traceback (most recent call last):
    ValueError: unknown game 'hawk duve'; allowed: 11 20 money request game, ... Did you mean 'hawk dove'?
    """
    written, functions = _plain(str(name)), _functions()
    known = functions if written in functions else _by_any_name()
    make = known[chosen(written, sorted(known), "game")]
    for parameter in parameters:
        chosen(parameter, list(inspect.signature(make).parameters), "parameter", f" of {name!r}")
    return make(**parameters)


def named_games() -> tuple[NamedGame, ...]:
    """All games of the zoo, with the parameters they are best known for, by name.

    Returns
    -------
    tuple of NamedGame

    Examples
    --------
    >>> [entry.name for entry in named_games() if len(entry.game.players) == 4]
    ["Braess's paradox"]
    """
    return tuple(sorted((make() for make in _functions().values()), key=lambda entry: entry.name.lower()))


def _functions() -> dict[str, Callable[..., NamedGame]]:
    """The games by the names of their functions, in plain words."""
    rooms = [import_module(f"gametheory.zoo.{room}") for room in ROOMS]
    return {_plain(name): getattr(room, name) for room in rooms for name in room.__all__}


@cache
def _by_any_name() -> dict[str, Callable[..., NamedGame]]:
    """Also by their names in print, for which all games are made once."""
    functions = _functions()
    return functions | {_plain(make().name): make for make in functions.values()}


def _plain(name: str) -> str:
    """Lower case, words apart, without apostrophes."""
    return re.sub(r"[^a-z0-9]+", " ", re.sub(r"['’]", "", name.lower())).strip()
