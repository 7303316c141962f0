"""Numbers, strategies and answers as the figures of matrix games say them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from numbers import Rational
from textwrap import wrap
from typing import Any

import numpy as np

from analytic.plot import number
from gametheory.equilibrium import Equilibrium, EquilibriumSet
from gametheory.normal_form import NormalForm
from gametheory.rational import fraction

_WIDEST = 9

Parts = tuple[Sequence[Any], ...]


def shown(value: Any) -> str:
    """A number: exact where that is short, five digits otherwise.

    Examples
    --------
    >>> from fractions import Fraction
    >>> shown(Fraction(-3, 4)), shown(Fraction(10**5)), shown(Fraction(123456, 654321)), shown(0.30000000000000004)
    ('−3/4', '100,000', '0.18868', '0.3')
    """
    if isinstance(value, Rational):
        top, bottom = int(value.numerator), int(value.denominator)
        if max(abs(top), bottom) < 10**_WIDEST:  # the digits are counted before they are printed
            text = f"{top:,}" if bottom == 1 else f"{top}/{bottom}"
            if len(text) <= _WIDEST:
                return text.replace("-", "−")
    text = number(float(value))
    return text if "$" in text else text.replace("-", "−")


def mixture(part: Sequence[Any], names: Sequence[str]) -> str:
    """A strategy in words: the action, or how much of each; an action that is but a number gets a sign before it.

    Examples
    --------
    >>> from fractions import Fraction
    >>> mixture([0, 1], ["opera", "match"]), mixture([Fraction(2, 3), Fraction(1, 3)], ["opera", "match"])
    ('match', '2/3 opera + 1/3 match')
    >>> mixture([Fraction(2, 3), Fraction(1, 3)], ["0", "1"])
    '2/3 #0 + 1/3 #1'
    """
    words = [f"#{name}" if name.isdigit() else literal(name) for name in names]
    used = [(p, name) for p, name in zip(part, words, strict=True) if p != 0]
    return used[0][1] if len(used) == 1 else " + ".join(f"{shown(p)} {name}" for p, name in used)


def folded(text: str, width: int, lines: int = 3) -> str:
    r"""A text on a few lines; what does not fit ends in an ellipsis.

    Examples
    --------
    >>> folded("a rather long name of a player", 9, 2)
    'a rather\nlong nam…'
    """
    rows = wrap(text, width) or [""]
    if len(rows) <= lines:
        return "\n".join(rows)
    last = rows[lines - 1]
    return "\n".join([*rows[: lines - 1], (last if len(last) < width else last[: width - 1]) + "…"])


def named(text: str, width: int, lines: int = 3) -> str:
    r"""A name on a few lines, as `folded`; a dollar sign is one, and opens no formula.

    Examples
    --------
    >>> print(named("pay $x$", 20))
    pay \$x\$
    """
    return literal(folded(text, width, lines))


def literal(text: str) -> str:
    r"""A text in which matplotlib sees no formula.

    Examples
    --------
    >>> print(literal("a$b"))
    a\$b
    """
    return text.replace("$", r"\$")


def answers(game: NormalForm, equilibria: Iterable[Any] | None) -> list[Parts]:
    """The profiles to draw, exact where they are; those that `solve` finds if none are given.

    Raises
    ------
    ValueError
        If a profile does not fit the game, or the game is too large to be solved unasked.
    """
    equilibria = solved(game) if equilibria is None else equilibria
    found = []
    for answer in equilibria:
        parts = (answer.exact or answer.profile) if isinstance(answer, Equilibrium) else answer
        sizes = tuple(len(part) for part in parts)
        if sizes != game.shape:
            raise ValueError(f"an equilibrium has parts of length {sizes}; the game's are {game.shape}.")
        found.append(tuple(_number(p) for p in part) for part in parts)
    return [tuple(parts) for parts in found]


def solved(game: NormalForm) -> EquilibriumSet:
    """What `solve` finds in a game of two players, if that needs no limit.

    Raises
    ------
    ValueError
        If the game is too large to be enumerated unasked.
    """
    from gametheory.dispatch import solve

    try:
        return solve(game)
    except ValueError as error:
        raise ValueError(
            f"the figure needs the equilibria, and all of {game!r} are not sought unasked. Give equilibria=, for "
            f"example solve(game, time_limit=10). ({error})"
        ) from error


def pure_cell(parts: Parts) -> tuple[int, ...] | None:
    """The cell of a pure profile; None for a mixed one."""
    cell = [[i for i, p in enumerate(part) if p != 0] for part in parts]
    return tuple(used[0] for used in cell) if all(len(used) == 1 for used in cell) else None


def two_players(game: NormalForm, what: str, largest: int) -> None:
    """Refuse games that the figure cannot show.

    Raises
    ------
    ValueError
        If there are more than two players, or more actions than `largest`.
    """
    if len(game.shape) != 2:
        raise ValueError(f"{what} shows games of two players; this one has {len(game.shape)}.")
    if max(game.shape) > largest:
        size = " x ".join(map(str, game.shape))
        raise ValueError(f"{what} shows at most {largest} actions a player; this game has {size}.")


def _number(value: Any) -> Any:
    if isinstance(value, Rational | str):
        return fraction(value)
    return float(value) if isinstance(value, np.floating) else value
