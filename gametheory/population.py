r"""Population games: a payoff field on a product of simplices.

Each role r is a large population whose members choose among finitely many strategies; :math:`x^r_i` is the
share of role r that plays i, so :math:`x^r` lies in a simplex. A strategy's payoff :math:`F^r_i(x)` is any
expression in all shares (Sandholm 2010). A state x is a Nash equilibrium when no role has a better reply than
what it plays:

.. math:: x^r_i > 0 \implies F^r_i(x) \ge F^r_j(x) \text{ for all } j .

Two names for one thing: with one role and F(x) = A x these are the symmetric equilibria of the matrix game A;
with two roles and F = (A y, B^T x), those of the bimatrix game (A, B). Where an expression is not defined at
the boundary, such as y/s at s = 0, its limit from inside counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from gametheory.exact_expression import exact_expression
from gametheory.symmetric_payoff import SymmetricPayoff

__all__ = ["Population"]

State = Any  # an array for one role, a mapping from role to array for several
_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Population:
    """A payoff field with numbers bound.

    Parameters
    ----------
    roles : sequence of str
        Names of the populations.
    strategies : mapping of str to sequence of str
        The strategies of each role.
    shares : mapping of str to sequence of sympy.Symbol
        The share of each strategy, by role.
    payoff_expressions : mapping of str to sequence of sympy.Expr
        The payoff of each strategy, in all share symbols; floats are read as the decimals they show.
    size : mapping of str to int, optional
        Number of agents of each role, where the field is that of a finite population.
    name : str
        What the game is called.

    Raises
    ------
    ValueError
        If roles, strategies, shares and payoffs do not fit together, or an expression has an unknown symbol.

    References
    ----------
    W. H. Sandholm, *Population Games and Evolutionary Dynamics*, MIT Press 2010.

    Examples
    --------
    >>> game = Population.from_matrix([[-1, 2], [0, 1]], strategies=("hawk", "dove"))
    >>> game.field([0.5, 0.5]).tolist(), game.regret([0.5, 0.5])
    ([0.5, 0.5], 0.0)
    """

    roles: tuple[str, ...]
    strategies: Mapping[str, tuple[str, ...]]
    shares: Mapping[str, tuple[sp.Symbol, ...]]
    payoff_expressions: Mapping[str, tuple[sp.Expr, ...]]
    size: Mapping[str, int] | None = None
    name: str = "population game"

    def __post_init__(self) -> None:
        roles = tuple(self.roles)
        if not roles or len(set(roles)) != len(roles):
            raise ValueError(f"roles are {roles}; give at least one, each once")
        for what in ("strategies", "shares", "payoff_expressions"):
            given = getattr(self, what)
            if set(given) != set(roles):
                raise ValueError(f"{what} are given for {sorted(given)}, the roles are {sorted(roles)}")
        for role in roles:
            counts = [len(getattr(self, what)[role]) for what in ("strategies", "shares", "payoff_expressions")]
            if len(set(counts)) != 1 or counts[0] < 1:
                raise ValueError(f"role {role} has {counts} strategies, shares and payoffs; give as many of each")
        symbols = [symbol for role in roles for symbol in self.shares[role]]
        if len(set(symbols)) != len(symbols):
            raise ValueError(f"share symbols are {symbols}; give each strategy its own")
        payoffs = {
            role: tuple(
                exact_expression(payoff, symbols, what=f"the payoff of {role}.{strategy}")
                for strategy, payoff in zip(self.strategies[role], self.payoff_expressions[role], strict=True)
            )
            for role in roles
        }
        object.__setattr__(self, "roles", roles)
        for what, value in (
            ("strategies", self.strategies),
            ("shares", self.shares),
            ("payoff_expressions", payoffs),
        ):
            object.__setattr__(self, what, MappingProxyType({role: tuple(value[role]) for role in roles}))
        if self.size is not None:
            object.__setattr__(self, "size", MappingProxyType(dict(self.size)))

    def __reduce__(self) -> tuple[Any, ...]:  # a mappingproxy cannot be pickled
        plain = {
            name: dict(value) if isinstance(value, MappingProxyType) else value
            for name, value in ((name, getattr(self, name)) for name in self.__dataclass_fields__)
        }
        return _rebuild, (plain,)

    @classmethod
    def from_matrix(
        cls,
        A: Any,
        *,
        strategies: Sequence[str] | None = None,
        role: str = "player",
        name: str = "matrix game",
    ) -> Population:
        """Return one population matched at random to play a symmetric matrix game: F(x) = A x.

        Parameters
        ----------
        A : matrix of numbers, shape (n, n)
            ``A[i, j]`` is the payoff of i against j.
        strategies : sequence of str, optional
            Names; "1", "2", ... without.
        role, name : str
            Names of role and game.

        Returns
        -------
        Population
        """
        rows = _matrix(A)
        if len(rows) != len(rows[0]):
            raise ValueError(f"A has shape ({len(rows)}, {len(rows[0])}); one population needs a square matrix")
        shares = {role: _share_symbols("x", len(rows))}
        payoffs = {role: tuple(_dot(row, shares[role]) for row in rows)}
        return cls((role,), {role: _names(strategies, len(rows))}, shares, payoffs, name=name)

    @classmethod
    def from_bimatrix(
        cls,
        A: Any,
        B: Any,
        *,
        roles: tuple[str, str] = ("row", "column"),
        strategies: tuple[Sequence[str], Sequence[str]] | None = None,
        name: str = "bimatrix game",
    ) -> Population:
        """Return two populations matched at random to play (A, B): F = (A y, B^T x).

        Parameters
        ----------
        A, B : matrices of numbers, shape (n, m)
            ``A[i, j]``, ``B[i, j]``: payoffs of the first and the second role at row i, column j.
        roles : pair of str
            Their names.
        strategies : pair of sequences of str, optional
            Names of the strategies.
        name : str
            Name of the game.

        Returns
        -------
        Population
        """
        first, second = _matrix(A), _matrix(B)
        if (len(first), len(first[0])) != (len(second), len(second[0])):
            raise ValueError("A and B must have the same shape; B is not transposed")
        n, m = len(first), len(first[0])
        x, y = _share_symbols("x", n), _share_symbols("y", m)
        payoffs = {
            roles[0]: tuple(_dot(row, y) for row in first),
            roles[1]: tuple(_dot(column, x) for column in zip(*second, strict=True)),
        }
        named = strategies or (None, None)
        names = {roles[0]: _names(named[0], n), roles[1]: _names(named[1], m)}
        return cls(roles, names, {roles[0]: x, roles[1]: y}, payoffs, name=name)

    @classmethod
    def from_payoffs(
        cls,
        payoffs: Mapping[str, Mapping[str, Any]],
        shares: Mapping[sp.Symbol, tuple[str, str]],
        *,
        size: Mapping[str, int] | None = None,
        name: str = "population game",
    ) -> Population:
        """Return a population game from payoffs by role and strategy.

        Parameters
        ----------
        payoffs : mapping of role to mapping of strategy to expression
            In the symbols of `shares`.
        shares : mapping of sympy.Symbol to (role, strategy)
            Which share a symbol means; strategies left out get a symbol of their own.
        size, name
            As in `Population`.

        Returns
        -------
        Population

        Examples
        --------
        >>> x = sp.Symbol("x")
        >>> game = Population.from_payoffs({"voter": {"vote": 1 - 2 * x, "stay": 0}}, {x: ("voter", "vote")})
        >>> game.field([0.25, 0.75]).tolist()
        [0.5, 0.0]
        """
        named = {tuple(place): symbol for symbol, place in shares.items()}
        known = {(role, strategy) for role, table in payoffs.items() for strategy in table}
        lost = sorted(".".join(place) for place in set(named) - known)
        if lost:
            raise ValueError(f"shares name {', '.join(lost)}; the payoffs have {sorted('.'.join(k) for k in known)}")
        symbols = {
            role: tuple(named.get((role, strategy)) or sp.Symbol(f"{role}.{strategy}") for strategy in table)
            for role, table in payoffs.items()
        }
        return cls(
            roles=tuple(payoffs),
            strategies={role: tuple(table) for role, table in payoffs.items()},
            shares=symbols,
            payoff_expressions={role: tuple(table.values()) for role, table in payoffs.items()},
            size=size,
            name=name,
        )

    @classmethod
    def from_groups(
        cls, groups: SymmetricPayoff, *, strategies: Sequence[str] | None = None, name: str = "group game"
    ) -> Population:
        r"""Return the game of a large population that plays in groups drawn at random.

        .. math:: F_i(x) = \sum_{c} \binom{n - 1}{c_1, c_2, \dots} x^c \, \pi(i, c)

        with c the counts of the n - 1 co-players' strategies and :math:`\pi(i, c)` the payoff to i among them.

        Parameters
        ----------
        groups : SymmetricPayoff
        strategies : sequence of str, optional
            Names; "0", "1", ... if not given.
        name : str

        Returns
        -------
        Population
            Of one role; payoffs are polynomials of degree n - 1.

        Examples
        --------
        >>> from gametheory.symmetric_payoff import SymmetricPayoff
        >>> both_needed = SymmetricPayoff(3, 2, lambda action, others: int(others[0] == 2))
        >>> Population.from_groups(both_needed).payoff_expressions["population"][0]
        x_0**2
        """
        names = tuple(strategies or (str(i) for i in range(len(groups.table))))
        shares = tuple(sp.Symbol(f"x_{name}") for name in names)
        payoffs = groups.payoffs(shares)
        return cls(
            roles=("population",),
            strategies={"population": names},
            shares={"population": shares},
            payoff_expressions={"population": tuple(payoffs)},
            name=name,
        )

    def field(self, x: State) -> Any:
        """Return the payoff of every strategy.

        Parameters
        ----------
        x : array (..., n), or mapping of role to array
            Shares; leading axes are kept.

        Returns
        -------
        array (..., n), or mapping of role to array
            As `x` was given: by role if there are several.
        """
        from analytic.compiled import compile_numpy

        columns = self._columns(x)
        symbols = [symbol for role in self.roles for symbol in self.shares[role]]
        values = {
            role: np.stack(compile_numpy(self.payoff_expressions[role], symbols)(*columns), axis=-1)
            for role in self.roles
        }
        return values if len(self.roles) > 1 else values[self.roles[0]]

    def jacobian(self, x: State) -> Any:
        """Return the derivatives of all payoffs by all shares.

        Parameters
        ----------
        x : array (..., n), or mapping of role to array
            Shares.

        Returns
        -------
        array (..., n, n), or mapping of role to array (..., n_role, n)
            The last axis runs over the shares of all roles, in order.
        """
        from analytic.compiled import compile_numpy

        columns = self._columns(x)
        symbols = [symbol for role in self.roles for symbol in self.shares[role]]
        values = {}
        for role in self.roles:
            slopes = [sp.diff(payoff, symbol) for payoff in self.payoff_expressions[role] for symbol in symbols]
            flat = np.stack(compile_numpy(slopes, symbols)(*columns), axis=-1)
            values[role] = flat.reshape(*flat.shape[:-1], -1, len(symbols))
        return values if len(self.roles) > 1 else values[self.roles[0]]

    def regret(self, x: State) -> Any:
        """Return the greatest gain of one agent of any role who switches: max over roles of max F - x.F.

        Parameters
        ----------
        x : array (..., n), or mapping of role to array
            Shares.

        Returns
        -------
        float or array (...)
            Infinite where a strategy pays without bound, nan where a payoff is not defined at the state itself.
        """
        field, states = self.field(x), self._by_role(x)
        values = field if len(self.roles) > 1 else {self.roles[0]: field}
        gains = []
        for role in self.roles:
            played = np.where(states[role] > 0, values[role], 0.0)
            best, mean = values[role].max(axis=-1), (states[role] * played).sum(axis=-1)
            reached = best == mean  # also where both are infinite
            gains.append(np.where(reached, 0.0, np.where(reached, 0.0, best) - np.where(reached, 0.0, mean)))
        most = np.maximum(np.max(gains, axis=0), 0.0)
        return float(most) if most.ndim == 0 else most

    def _columns(self, x: State) -> list[NDArray[np.float64]]:
        states = self._by_role(x)
        return [states[role][..., i] for role in self.roles for i in range(states[role].shape[-1])]

    def _by_role(self, x: State) -> dict[str, NDArray[np.float64]]:
        given = x if isinstance(x, Mapping) else {self.roles[0]: x}
        if set(given) != set(self.roles):
            raise ValueError(f"x has the roles {sorted(given)}, the game has {sorted(self.roles)}; give one array each")
        states = {role: np.asarray(given[role], dtype=float) for role in self.roles}
        for role, state in states.items():
            count = len(self.strategies[role])
            if state.ndim == 0 or state.shape[-1] != count:
                raise ValueError(f"x of {role} has shape {state.shape}; its last axis must have length {count}")
            if not (state >= -_TOLERANCE).all() or not np.allclose(state.sum(axis=-1), 1, atol=_TOLERANCE):
                raise ValueError(f"x of {role} is {state}; shares are at least 0 and sum to 1")
        return states


def _rebuild(values: dict[str, Any]) -> Population:
    return Population(**values)


def _matrix(A: Any) -> list[list[sp.Expr]]:
    rows = [[exact_expression(_number(cell), [], what="a payoff") for cell in row] for row in A]
    if not rows or any(len(row) != len(rows[0]) or not row for row in rows):
        raise ValueError("a payoff matrix needs rows of equal length, at least one")
    return rows


def _number(cell: Any) -> Any:
    if isinstance(cell, str):
        from gametheory.rational import fraction

        return fraction(cell)
    return cell.item() if isinstance(cell, np.generic) else cell


def _share_symbols(letter: str, count: int) -> tuple[sp.Symbol, ...]:
    return tuple(sp.Symbol(f"{letter}_{i + 1}", nonnegative=True) for i in range(count))


def _names(given: Sequence[str] | None, count: int) -> tuple[str, ...]:
    names = tuple(given) if given is not None else tuple(str(i + 1) for i in range(count))
    if len(names) != count:
        raise ValueError(f"{len(names)} names for {count} strategies: {names}")
    return names


def _dot(row: Sequence[sp.Expr], shares: Sequence[sp.Symbol]) -> sp.Expr:
    return sp.Add(*(cell * share for cell, share in zip(row, shares, strict=True)))
