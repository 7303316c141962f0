"""Equilibria: one answer with its certificate, and all answers with a claim of completeness.

A profile sigma = (sigma_1, ..., sigma_n) gives each player k a strategy: a distribution over its actions,
a population state, or an action on an interval. Its *regret* is the greatest gain of one who deviates alone,

    regret(sigma) = max_k  max_s  u_k(s, sigma_-k) - u_k(sigma),

so sigma is a Nash equilibrium exactly when its regret is 0. Every `Equilibrium` states its regret:
`Fraction(0)` when it was proved in exact arithmetic, else an upper bound in floats, with a sentence on how.

In a two-player game the equilibria are the union of finitely many *maximal Nash subsets*, products of convex
hulls of extreme equilibria; the connected unions of these are the *components* (Winkels 1979; Jansen 1981).
This file holds results only; who computes them is in `gametheory.dispatch`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import sympy

Exact: TypeAlias = "Fraction | sympy.Expr"
Indices: TypeAlias = tuple[tuple[int, ...], ...]

_WIDEST = 24  # an exact number with more characters is shown as a float, with "~"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Equilibrium:
    """One answer: a profile, its exact form where there is one, and the proof that it is what it claims.

    Parameters
    ----------
    profile : tuple of float arrays
        One array a player (or population): probabilities, shares, or the action chosen. Kept read-only.
    exact : tuple of tuples of Fraction or SymPy number, or None
        The same profile exactly, or None where it is known in floats only.
    regret : Fraction or float
        `Fraction(0)` when proved in exact arithmetic, else an upper bound >= 0.
    support : tuple of tuples of int
        For each player the actions used; an empty tuple for a player whose actions are an interval.
    certificate : str
        One sentence: how the regret was established.
    names, labels : tuple of str, tuple of tuples of str
        Players, and the actions of each; empty where unknown.
    stability : str or None
        A word such as "ess", "stable", "saddle"; None where it was not examined.
    details : mapping
        Further numbers by name (payoffs, welfare, eigenvalues); kept as a read-only mapping.

    Raises
    ------
    ValueError
        If the profile is empty or not finite, the exact form has another shape, or the regret is negative.

    Examples
    --------
    >>> half = Fraction(1, 2)
    >>> e = Equilibrium.of(((half, half), (half, half)), regret=Fraction(0), certificate="by symmetry")
    >>> e.profile[0].tolist(), e.support
    ([0.5, 0.5], ((0, 1), (0, 1)))
    """

    profile: tuple[NDArray[np.float64], ...]
    exact: tuple[tuple[Exact, ...], ...] | None
    regret: Fraction | float
    support: Indices
    certificate: str
    names: tuple[str, ...] = ()
    labels: tuple[tuple[str, ...], ...] = ()
    stability: str | None = None
    details: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        exact: Sequence[Sequence[Exact]],
        *,
        regret: Fraction | float,
        certificate: str,
        names: tuple[str, ...] = (),
        labels: tuple[tuple[str, ...], ...] = (),
        stability: str | None = None,
        details: Mapping[str, object] | None = None,
    ) -> Equilibrium:
        """Make an equilibrium in distributions from its exact form; floats and support follow from it.

        Parameters
        ----------
        exact : sequence of sequences of Fraction or SymPy number
            One distribution a player.
        regret, certificate, names, labels, stability, details
            As for `Equilibrium`.

        Returns
        -------
        Equilibrium
        """
        return cls(
            profile=tuple(np.array([float(p) for p in part]) for part in exact),
            exact=tuple(tuple(part) for part in exact),
            regret=regret,
            support=tuple(tuple(i for i, p in enumerate(part) if p != 0) for part in exact),
            certificate=certificate,
            names=names,
            labels=labels,
            stability=stability,
            details=details or {},
        )

    def __post_init__(self) -> None:
        profile = tuple(_frozen_vector(part, player) for player, part in enumerate(self.profile))
        if not profile:
            raise ValueError("profile is empty: give one array for each player.")
        if self.exact is not None and [len(part) for part in self.exact] != [len(part) for part in profile]:
            raise ValueError(f"exact has parts of length {[len(p) for p in self.exact]}, profile has others.")
        if not self.regret >= 0:
            raise ValueError(f"regret is {self.regret}; it must be a number >= 0.")
        if len(self.support) != len(profile):
            raise ValueError(f"support names {len(self.support)} players, profile {len(profile)}.")
        object.__setattr__(self, "profile", profile)
        object.__setattr__(self, "details", MappingProxyType(dict(self.details)))

    def _key(self) -> tuple[object, ...]:
        floats = tuple(tuple(part.tolist()) for part in self.profile)
        return (floats, self.exact, self.regret, self.support, self.stability)

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, Equilibrium) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key())

    def __reduce__(
        self,
    ) -> tuple[Any, ...]:  # a mappingproxy cannot be pickled, and arrays forget to be read-only
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return _rebuild, (values | {"details": dict(self.details)},)

    def __str__(self) -> str:
        parts = self.exact if self.exact is not None else self.profile
        return " ".join("(" + ", ".join(_text(p) for p in part) + ")" for part in parts)

    def to_dict(self) -> dict[str, object]:
        """Plain data for JSON: Fractions and SymPy numbers as strings, arrays as lists of floats."""
        return {name: _plain(getattr(self, name)) for name in self.__dataclass_fields__}


@dataclass(frozen=True, slots=True, kw_only=True)
class EquilibriumSet(Sequence[Equilibrium]):
    """All answers that were found, and whether these are all there are; a read-only sequence.

    Parameters
    ----------
    equilibria : tuple of Equilibrium
        The answers, in order.
    complete : bool
        True only when no further answer exists (for two players: no further extreme equilibrium).
    reason : str
        One sentence: why complete, or why not and what to do.
    concept, method, game : str
        What was looked for, by which algorithm, in what.
    components, nash_subsets : tuple of tuples of int
        Connected components and maximal Nash subsets as indices into the sequence; `()` where not determined.
        `isolated(n)` says that each answer stands alone.

    Examples
    --------
    >>> e = Equilibrium.of([[Fraction(1)]], regret=Fraction(0), certificate="there is no other action")
    >>> found = EquilibriumSet(equilibria=(e,), complete=True, reason="One profile, looked at.",
    ...     concept="nash", method="by hand", game="a game of one profile", components=isolated(1))
    >>> len(found), found[0].regret
    (1, Fraction(0, 1))
    >>> print(found)
    1 answer (nash, by hand) for a game of one profile. Complete: One profile, looked at.
     # | player 1 | regret
     0 | (1)      | 0
    """

    equilibria: tuple[Equilibrium, ...]
    complete: bool
    reason: str
    concept: str
    method: str
    game: str
    components: Indices = ()
    nash_subsets: Indices = ()

    def __post_init__(self) -> None:
        for name in ("components", "nash_subsets"):
            named = {index for group in getattr(self, name) for index in group}
            if getattr(self, name) and named != set(range(len(self.equilibria))):
                raise ValueError(f"{name} names the indices {sorted(named)} of {len(self.equilibria)} equilibria.")
        if not self.reason:
            raise ValueError("reason is empty: say in one sentence why the set is complete, or why not.")

    def __len__(self) -> int:
        return len(self.equilibria)

    @overload
    def __getitem__(self, index: int) -> Equilibrium: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Equilibrium, ...]: ...

    def __getitem__(self, index: int | slice) -> Equilibrium | tuple[Equilibrium, ...]:
        return self.equilibria[index]

    def __iter__(self) -> Iterator[Equilibrium]:
        return iter(self.equilibria)

    def __str__(self) -> str:
        count = f"{len(self)} answer{'' if len(self) == 1 else 's'}"
        claim = f"{'Complete' if self.complete else 'Not complete'}: {self.reason}"
        return "\n".join([f"{count} ({self.concept}, {self.method}) for {self.game}. {claim}", *self._table()])

    def _table(self) -> list[str]:
        if not self.equilibria:
            return []
        first = self.equilibria[0]
        players = first.names or tuple(f"player {k + 1}" for k in range(len(first.profile)))
        judged = any(e.stability for e in self.equilibria)
        rows = [["#", *players, "regret", *(["stability"] if judged else [])]]
        for index, e in enumerate(self.equilibria):
            parts = e.exact if e.exact is not None else e.profile
            cells = ["(" + ", ".join(_text(p) for p in part) + ")" for part in parts]
            rows.append([str(index), *cells, _text(e.regret), *([e.stability or "-"] if judged else [])])
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [" | ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) for row in rows]
        return [" " + line.rstrip() for line in lines]

    def to_dict(self) -> dict[str, object]:
        """Plain data for JSON; see `Equilibrium.to_dict`."""
        return {name: _plain(getattr(self, name)) for name in self.__dataclass_fields__}


def isolated(count: int) -> Indices:
    """Components of a finite set: each answer stands alone.

    Parameters
    ----------
    count : int
        Number of answers.

    Returns
    -------
    tuple of tuples of int

    Examples
    --------
    >>> isolated(3)
    ((0,), (1,), (2,))
    """
    return tuple((index,) for index in range(count))


def _frozen_vector(part: object, player: int) -> NDArray[np.float64]:
    vector = np.array(part, dtype=np.float64)
    if vector.ndim != 1 or vector.size == 0 or not np.isfinite(vector).all():
        raise ValueError(f"profile of player {player + 1} is {part!r}; it must be a vector of finite numbers.")
    vector.setflags(write=False)
    return vector


def _rebuild(values: Mapping[str, Any]) -> Equilibrium:
    return Equilibrium(**values)


def _text(number: object) -> str:
    text = f"{number:.6g}" if isinstance(number, float) else _in_full(number)
    return text if len(text) <= _WIDEST else f"~{float(number):.6g}"  # type: ignore[arg-type]


def _plain(value: object) -> object:
    if value is None or isinstance(value, str | bool | int | float):
        return value.item() if isinstance(value, np.generic) else value
    if isinstance(value, Equilibrium | EquilibriumSet):
        return value.to_dict()
    if isinstance(value, np.ndarray | np.generic):
        return _plain(value.tolist())
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence | set | frozenset):
        return [_plain(item) for item in value]
    return _in_full(value)


def _in_full(number: object) -> str:
    """An exact number in all its digits, of which Python's own integers print 4300."""
    if not isinstance(number, Fraction):
        return str(number)
    top, bottom = str(Decimal(number.numerator)), str(Decimal(number.denominator))
    return top if bottom == "1" else f"{top}/{bottom}"
