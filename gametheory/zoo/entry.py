"""A named game and what is known about it.

What is known was derived by hand or taken from the literature, never from `gametheory.solve`, so that one is evidence
for the other. A `NamedGame` checks when it is made that each equilibrium it lists has no regret: exactly for rational
profiles, to 1e-9 for irrational ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from gametheory.normal_form import NormalForm
from gametheory.rational import FractionArray, fraction, fraction_array

if TYPE_CHECKING:
    from gametheory.equilibrium import Indices

Mixed: TypeAlias = tuple[Any, ...]
Profile: TypeAlias = tuple[Mixed, ...]
Cell: TypeAlias = tuple[int, ...]

SCOPES = {
    "all": "all equilibria; the extreme ones where there are infinitely many",
    "symmetric": "all symmetric equilibria",
    "pure": "all pure equilibria",
    "some": "some equilibria",
}
"""What a list of equilibria may claim to be."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NamedGame:
    """A game of the literature with its known answers.

    Parameters
    ----------
    name : str
    game : NormalForm
    citation : str
        Where it is from.
    equilibria : tuple of profiles
        One distribution a player, in Fractions or SymPy numbers.
    scope : str
        What `equilibria` are: "all" (the extreme ones where there are infinitely many), "symmetric", "pure", "some".
    nash_subsets : tuple of tuples of int
        Maximal Nash subsets as indices of `equilibria`; `()` where each stands alone or it is not stated.
    ess : tuple of strategies, or None
        All evolutionarily stable strategies; None where it is not stated or has no meaning.
    value : Fraction or None
        Of a zero-sum game; None for other games.
    potential : array of Fraction, shaped as the game, or None
        An exact potential, 0 at its least; None where it is not stated.
    facts : mapping from str
        Further known answers, such as "risk dominant", "equilibrium count", "best correlated total".

    Raises
    ------
    ValueError
        If a profile is no equilibrium, or the scope is unknown.

    Examples
    --------
    >>> from gametheory.zoo import hawk_dove
    >>> print(hawk_dove(V=1, C=3))
    hawk-dove: NormalForm of 2 players, 2 x 2
    from J. Maynard Smith and G. Price, The logic of animal conflict, Nature 246 (1973) 15-18
    3 known: all equilibria; the extreme ones where there are infinitely many
      (1, 0) (0, 1)
      (0, 1) (1, 0)
      (1/3, 2/3) (1/3, 2/3)
    ESS: (1/3, 2/3)
    """

    name: str
    game: NormalForm
    citation: str
    equilibria: tuple[Profile, ...]
    scope: str = "all"
    nash_subsets: Indices = ()
    ess: tuple[Mixed, ...] | None = None
    value: Fraction | None = None
    potential: FractionArray | None = None
    facts: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.scope not in SCOPES:
            raise ValueError(f"scope is {self.scope!r}; allowed: {', '.join(SCOPES)}.")
        for profile in self.equilibria:
            rational = all(isinstance(p, Fraction | int) for part in profile for p in part)
            mixed = profile if rational else [np.array([float(p) for p in part]) for part in profile]
            if max(self.game.regret(mixed)) > (0 if rational else 1e-9):
                raise ValueError(f"{self.name}: {profile} is no equilibrium; regrets {self.game.regret(mixed)}.")
        object.__setattr__(self, "facts", MappingProxyType(dict(self.facts)))

    def __reduce__(self) -> tuple[Any, ...]:  # a mappingproxy cannot be pickled
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return _rebuild, (values | {"facts": dict(self.facts)},)

    def __str__(self) -> str:
        lines = [f"{self.name}: {self.game!r}", f"from {self.citation}"]
        if self.equilibria:
            lines.append(f"{len(self.equilibria)} known: {SCOPES[self.scope]}")
            lines += ["  " + " ".join(_text(part) for part in profile) for profile in self.equilibria]
        if self.ess is not None:
            lines.append("ESS: " + (", ".join(_text(strategy) for strategy in self.ess) or "none"))
        if self.value is not None:
            lines.append(f"value: {self.value}")
        return "\n".join(lines + [f"{name}: {value}" for name, value in self.facts.items()])


def numbers(**given: object) -> list[Fraction]:
    """Parameters, read exactly.

    Raises
    ------
    ValueError
        If one is no finite number; its name is told.

    Examples
    --------
    >>> numbers(V="1/2", C=3)
    [Fraction(1, 2), Fraction(3, 1)]
    """
    read = []
    for name, value in given.items():
        try:
            read.append(fraction(value))
        except ValueError as error:
            raise ValueError(f"{name} = {value!r} {error}.") from None
    return read


def whole(name: str, value: object, low: int, high: int) -> int:
    """A parameter that is a whole number from low to high.

    Raises
    ------
    ValueError
        If it is not.
    """
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or not low <= value <= high:
        raise ValueError(f"{name} = {value!r} is not allowed: it must be a whole number from {low} to {high}.")
    return int(value)


def require(holds: bool, rule: str, *values: Fraction | int) -> None:
    """Refuse parameters that do not make the game of that name.

    Raises
    ------
    ValueError
        With the rule and the values.
    """
    if not holds:
        raise ValueError(f"{rule} is needed; given were {', '.join(map(str, values))}.")


def unit(size: int, index: int) -> Mixed:
    """The distribution that plays one action for certain."""
    return tuple(Fraction(int(i == index)) for i in range(size))


def cells(shape: Sequence[int], *chosen: Cell) -> tuple[Profile, ...]:
    """Pure profiles.

    Examples
    --------
    >>> [[int(p) for p in part] for part in cells((2, 3), (1, 0))[0]]
    [[0, 1], [1, 0, 0]]
    """
    return tuple(tuple(unit(size, i) for size, i in zip(shape, cell, strict=True)) for cell in chosen)


def from_rule(
    shape: Sequence[int],
    rule: Callable[[Cell], Sequence[object]],
    *,
    players: Sequence[str] | None = None,
    strategies: Sequence[Sequence[str]] | None = None,
) -> NormalForm:
    """The game in which a pure profile pays what the rule says, one number a player."""
    tables = [np.empty(shape, dtype=object) for _ in shape]
    for cell in product(*map(range, shape)):
        for table, payoff in zip(tables, rule(cell), strict=True):
            table[cell] = payoff
    return NormalForm(*tables, players=players, strategies=strategies)


def grounded(values: object) -> FractionArray:
    """A potential with 0 as its least value."""
    table = fraction_array(values, "potential")
    shifted = np.array(table - table.min(), dtype=object)
    shifted.setflags(write=False)
    return shifted


def potential_of_rule(shape: Sequence[int], rule: Callable[[Cell], object]) -> FractionArray:
    """The potential that the rule says, with 0 as its least value."""
    table = np.empty(shape, dtype=object)
    for cell in product(*map(range, shape)):
        table[cell] = rule(cell)
    return grounded(table)


def _rebuild(values: Mapping[str, Any]) -> NamedGame:
    return NamedGame(**values)


def _text(part: Mixed) -> str:
    return "(" + ", ".join(map(str, part)) + ")"
