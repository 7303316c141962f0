"""Payoff fields: what a dynamic asks of a game, and how matrices, games and designs come to answer it.

A payoff field has `roles`, `strategies` (role -> names) and `field(x)`: the payoffs F(x) of all strategies
when they are played by shares x. With one role, x and F(x) are vectors; with several, mappings role ->
vector.

* A matrix A is one population matched with itself: F(x) = A x, where A[i, j] is the payoff of i against j.
* A normal-form game is one population per player: F_p(x)_i is player p's expected payoff from i when the
  others draw from their populations' shares (so F_1 = A y and F_2 = B' x for a bimatrix A, B).
* A design becomes its game.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import singledispatch
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from evolution.environment import InEnvironment

if TYPE_CHECKING:
    from gametheory.normal_form import NormalForm

__all__ = ["Expressions", "MultilinearField", "PackedPayoffs", "PayoffField", "as_field", "expressions_of"]

Vector = npt.NDArray[np.float64]


@runtime_checkable
class PayoffField(Protocol):
    """What every game in motion offers; `gametheory.Population` is the usual one."""

    @property
    def roles(self) -> tuple[str, ...]:
        """Names of the populations."""

    @property
    def strategies(self) -> Mapping[str, tuple[str, ...]]:
        """Names of the strategies of each role."""

    def field(self, x: Any) -> Any:
        """Payoffs of all strategies at shares x, in the form of x."""


@runtime_checkable
class Expressions(PayoffField, Protocol):
    """A payoff field that shows its formulas: SymPy expressions in symbols for the shares, by role."""

    @property
    def payoff_expressions(self) -> Mapping[str, tuple[Any, ...]]:
        """Payoffs of the strategies of each role."""

    @property
    def shares(self) -> Mapping[str, tuple[Any, ...]]:
        """Symbols of their shares."""


@dataclass(frozen=True, eq=False, slots=True)
class MultilinearField:
    """Payoffs linear in each population's shares; tensor p has axis k = strategies of population k.

    With one role the tensor is a matrix, and the second axis is the opponent from the same population.
    `source` is the normal form, or the tables of fractions, that the floats were read from, if any.
    """

    roles: tuple[str, ...]
    strategies: Mapping[str, tuple[str, ...]]
    tensors: tuple[Vector, ...]
    source: Any = None

    def __post_init__(self) -> None:
        for role, tensor in zip(self.roles, self.tensors, strict=True):
            if not np.isfinite(tensor).all():
                where = tuple(int(k) for k in np.argwhere(~np.isfinite(tensor))[0])
                raise ValueError(f"payoff {list(where)} of {role} is {tensor[where]}; payoffs must be finite numbers")
            tensor.setflags(write=False)

    @property
    def exact(self) -> tuple[Any, ...]:
        """The tensors as arrays of Fraction; floats are the binary rationals they are."""
        from gametheory.rational import fraction_array

        if self.source is not None:
            return tuple(getattr(self.source, "payoffs", self.source))
        return tuple(fraction_array(tensor, "payoffs") for tensor in self.tensors)

    def field(self, x: Any) -> Any:
        """Payoffs at shares x."""
        if len(self.roles) == 1:
            return self.tensors[0] @ x
        return {role: self._expected(p, x) for p, role in enumerate(self.roles)}

    @property
    def centred(self) -> MultilinearField:
        """The same payoffs less what all strategies of a role get anyway: in each column the number nearest to 0.

        Each difference is rounded once, so that no digit of it is lost in a constant far above it.
        """
        axes = (0,) if len(self.roles) == 1 else range(len(self.roles))
        tensors = []
        for axis, tensor in zip(axes, self.tensors, strict=True):
            least = np.expand_dims(np.abs(tensor).argmin(axis=axis), axis)
            tensors.append(tensor - np.take_along_axis(tensor, least, axis))
        return MultilinearField(self.roles, self.strategies, tuple(tensors))

    def _expected(self, player: int, x: Mapping[str, Vector]) -> Vector:
        payoffs = np.moveaxis(self.tensors[player], player, 0)
        for role in reversed([role for role in self.roles if role != self.roles[player]]):
            payoffs = payoffs @ x[role]
        return payoffs


@dataclass(frozen=True, eq=False, slots=True)
class PackedPayoffs:
    """Payoffs as a function of one vector: all roles' shares, role after role.

    A game with `payoff_expressions` is compiled here once, because an orbit asks for its payoffs many
    thousand times; any other field is asked in its own form.
    """

    game: PayoffField
    _compiled: Any = field(init=False, repr=False)
    _packed: Any = field(init=False, repr=False)

    def __post_init__(self) -> None:
        compiled = packed = None
        if isinstance(self.game, InEnvironment):
            packed = self.game.packed_payoffs
        elif isinstance(self.game, Expressions):
            from analytic.compiled import compile_numpy

            compiled = compile_numpy(*expressions_of(self.game))
        object.__setattr__(self, "_compiled", compiled)
        object.__setattr__(self, "_packed", packed)

    @property
    def centred(self) -> PackedPayoffs:
        """Payoffs less terms that all strategies of a role have in common, for rules that look at differences alone."""
        if isinstance(self.game, MultilinearField):
            return PackedPayoffs(self.game.centred)
        if self._compiled is not None:
            return PackedPayoffs(_Centred(self.game))
        return self

    def __reduce__(self) -> Any:  # compiled functions do not pickle; the game does
        return PackedPayoffs, (self.game,)

    def __call__(self, packed: Vector) -> Vector:
        """Packed payoffs at packed shares."""
        if self._compiled is not None:
            return np.array(self._compiled(*packed))
        if self._packed is not None:
            return np.asarray(self._packed(packed))
        roles = self.game.roles
        if len(roles) == 1:
            return np.asarray(self.game.field(packed), dtype=float)
        ends = np.cumsum([len(self.game.strategies[role]) for role in roles])[:-1]
        answer = self.game.field(dict(zip(roles, np.split(packed, ends), strict=True)))
        return np.concatenate([np.asarray(answer[role], dtype=float) for role in roles])


@dataclass(frozen=True, eq=False, slots=True)
class _Centred:
    """The formulas of a game less the terms that all strategies of a role have in common."""

    game: Any

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(self.game.roles)

    @property
    def strategies(self) -> Mapping[str, tuple[str, ...]]:
        strategies: Mapping[str, tuple[str, ...]] = self.game.strategies
        return strategies

    @property
    def shares(self) -> Mapping[str, tuple[Any, ...]]:
        shares: Mapping[str, tuple[Any, ...]] = self.game.shares
        return shares

    @property
    def payoff_expressions(self) -> Mapping[str, tuple[Any, ...]]:
        return {role: _without_common_terms(self.game.payoff_expressions[role]) for role in self.roles}

    def field(self, x: Any) -> Any:
        return self.game.field(x)


def _without_common_terms(payoffs: tuple[Any, ...]) -> tuple[Any, ...]:
    """Each term that all have, less its coefficient nearest to 0, where that has one sign in all."""
    tables = [payoff.as_coefficients_dict() for payoff in payoffs]
    common = 0
    for term in set(tables[0]).intersection(*tables[1:]):
        coefficients = [table[term] for table in tables]
        if all(c > 0 for c in coefficients) or all(c < 0 for c in coefficients):
            common += min(coefficients, key=abs) * term
    return tuple(payoff - common for payoff in payoffs)


def expressions_of(game: Expressions) -> tuple[list[Any], list[Any]]:
    """All payoffs and all shares of a game that has them as symbols, role after role."""
    return (
        [payoff for role in game.roles for payoff in game.payoff_expressions[role]],
        [share for role in game.roles for share in game.shares[role]],
    )


@singledispatch
def as_field(game: Any) -> PayoffField:
    """Payoff field of a matrix, a game or a design.

    Parameters
    ----------
    game : array_like, NormalForm, Population, Design or any PayoffField
        What is played.

    Returns
    -------
    PayoffField
        A private copy of the numbers where `game` is an array; the object itself where it is a field already.

    Raises
    ------
    TypeError
        If `game` is none of these.
    ValueError
        If a matrix is not square or a payoff is not finite.

    Examples
    --------
    >>> as_field([[0, 2], [1, 0]]).field([0.5, 0.5])
    array([1. , 0.5])
    """
    if isinstance(game, PayoffField):
        return game
    from gametheory.normal_form import NormalForm
    from gametheory.population import Population
    from gametheory.symmetric_payoff import SymmetricPayoff

    if isinstance(game, NormalForm):
        return _per_player(game)
    if isinstance(game, SymmetricPayoff):
        return Population.from_groups(game)
    if hasattr(game, "at") and hasattr(game, "roles"):
        from gametheory.from_design import game as game_of

        return as_field(game_of(game))
    raise TypeError(
        f"{type(game).__name__} is no game: give a square payoff matrix, a NormalForm, a Population or a Design"
    )


@as_field.register(np.ndarray)
@as_field.register(list)
@as_field.register(tuple)
def _one_population(game: Any) -> PayoffField:
    matrix, source = _numbers(game)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not matrix.size:
        raise ValueError(
            f"a payoff matrix of shape {matrix.shape} is not square: one population plays itself, A[i, j] = "
            "payoff of i against j; for two populations give NormalForm(A, B)"
        )
    names = tuple(str(i) for i in range(len(matrix)))
    return MultilinearField(("population",), {"population": names}, (matrix,), source)


def _numbers(game: Any) -> tuple[Vector, Any]:
    """The payoffs as floats, and a table of fractions where they are not plain numbers."""
    plain = np.array(game) if isinstance(game, np.ndarray) else _plain(game)
    if plain is not None and plain.dtype.kind in "biuf":
        return plain.astype(float), None
    from gametheory.rational import fraction_array

    exact = fraction_array(game, "payoffs")
    return exact.astype(float), (exact,)


def _plain(game: Any) -> npt.NDArray[Any] | None:
    try:
        return np.array(game)
    except (TypeError, ValueError):
        return None


def _per_player(game: NormalForm) -> PayoffField:
    tensors = tuple(np.array(table) for table in game.floats)
    return MultilinearField(game.players, dict(zip(game.players, game.strategies, strict=True)), tensors, game)
