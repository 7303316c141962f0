"""Feedback: a game whose payoffs depend on an environment that the strategies change.

    x' = v(F(x, z), x),        z' = epsilon g(x, z)

with F the payoffs and v any dynamic: `Replicator(feedback)`, `Logit(feedback, temperature=0.1)`, ... . Payoffs F and
rates g are formulas in symbols of shares and environment (`Feedback`), which are compiled once, or Python
functions (`FeedbackFunctions`). Symbols are known by their names, whatever their assumptions. Formulas show which
ends of a domain they keep, so that orbits can come as near to them as they like (see `environment`); functions do
not, and their environment is followed in plain coordinates.

References
----------
.. [1] J. S. Weitz, C. Eksin, K. Paarporn, S. P. Brown and W. C. Ratcliff, *PNAS* 113 (2016) E7518.
.. [2] A. R. Tilman, J. B. Plotkin and E. Akcay, *Nat. Commun.* 11 (2020) 915.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import sympy as sp

from evolution.environment import Environment
from evolution.feedback_reading import Table, domain_of, read_expression, read_game, speed_of

__all__ = ["Feedback", "FeedbackFunctions"]

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Feedback:
    """A game in an environment, by formulas.

    Parameters
    ----------
    game : matrix, mapping, Population, NormalForm or Design
        What is played. A square matrix, perhaps of expressions in the environment: one population, F = A(z) x. A
        mapping of strategy to payoff, or of role to such a mapping. A design: the environment may be some of its
        parameters.
    environment : mapping of name (or symbol) to expression
        Rates g of what changes, in symbols of shares and environment. Payoffs and rates may be SymPy expressions,
        numbers, or texts of the study language.
    shares : mapping of name (or symbol) to strategy, or to (role, strategy), optional
        What the symbols of shares are called; x_<strategy> where nothing is said, and x_<role>_<strategy> where two
        roles have strategies of one name.
    domain : mapping of name to (low, high), optional
        Where each lives; all numbers where nothing is said.
    speed : number
        epsilon > 0, by which all rates are multiplied.
    strategies : sequence of str, optional
        Names for a matrix; "0", "1", ... where nothing is said.

    Raises
    ------
    ValueError
        If an expression holds an unknown symbol, a name is given twice, a domain is empty or a speed not positive.

    Examples
    --------
    >>> from evolution import Replicator, integrate
    >>> n = sp.Symbol("n")
    >>> commons = Feedback(
    ...     {"restrain": 0, "harvest": 2 * n - 1}, {"n": "n*(1 - n)*(2*x - (1 - x))"},
    ...     shares={"x": "restrain"}, domain={"n": (0, 1)}, speed=0.1,
    ... )
    >>> flow = integrate(Replicator(commons), x0=[0.5, 0.5], z0={"n": 0.4}, t=[0, 10])
    >>> flow.z["n"].round(4)
    array([0.4   , 0.5943])
    """

    game: Any
    environment: Any
    _: KW_ONLY
    shares: Any = None
    domain: Any = None
    speed: Any = 1
    strategies: Any = None
    roles: tuple[str, ...] = field(init=False)
    payoff_expressions: Mapping[str, tuple[sp.Expr, ...]] = field(init=False, repr=False)
    rate_expressions: tuple[sp.Expr, ...] = field(init=False, repr=False)
    symbols: tuple[sp.Symbol, ...] = field(init=False, repr=False)
    _given: tuple[Any, ...] = field(init=False, repr=False)
    _compiled: tuple[Callable[..., Any], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        given = (self.game, self.environment, self.shares, self.domain, self.speed, self.strategies)
        names = tuple(str(name) for name in self.environment)
        table: Table = read_game(self.game, names, shares=self.shares, strategies=self.strategies)
        symbols = tuple(sp.Symbol(name, real=True) for name in names)
        known = {symbol.name: symbol for role in table.roles for symbol in table.shares[role]}
        known |= {symbol.name: symbol for symbol in symbols}
        speed = speed_of(self.speed)
        rates = tuple(
            speed * read_expression(rate, known, what=f"the rate of {name}")
            for name, rate in zip(names, self.environment.values(), strict=True)
        )
        domain = domain_of(names, self.domain)
        grown = [_growth(*each) for each in zip(rates, symbols, domain, strict=True)]
        outer = Environment(
            names,
            tuple((float(low), float(high)) for low, high in domain),
            tuple(keeps for _, keeps in grown),
            self.rates,
            self.growths,
            sum(len(table.strategies[role]) for role in table.roles),
        )
        payoffs = {
            role: tuple(
                read_expression(payoff, known, what=f"the payoff of {strategy}")
                for strategy, payoff in zip(table.strategies[role], table.payoffs[role], strict=True)
            )
            for role in table.roles
        }
        for name, value in {
            "environment": outer,
            "domain": MappingProxyType(dict(zip(names, outer.domain, strict=True))),
            "speed": speed,
            "roles": table.roles,
            "strategies": MappingProxyType(table.strategies),
            "shares": MappingProxyType(table.shares),
            "payoff_expressions": MappingProxyType(payoffs),
            "rate_expressions": rates,
            "symbols": symbols,
            "_given": given,
        }.items():
            object.__setattr__(self, name, value)
        object.__setattr__(self, "_compiled", self._compile(rates, [growth for growth, _ in grown]))

    def __reduce__(self) -> Any:  # compiled functions do not pickle; what was given does
        return _again, self._given

    @property
    def packed_symbols(self) -> tuple[sp.Symbol, ...]:
        """Symbols of a packed state: shares of all roles, then the environment."""
        return (*(symbol for role in self.roles for symbol in self.shares[role]), *self.symbols)

    def packed_payoffs(self, packed: Vector) -> Vector:
        """Packed payoffs of the strategies at a packed state."""
        return np.array(self._compiled[0](*_whole(packed, self.environment)))

    def rates(self, packed: Vector) -> Vector:
        """Velocity of the environment at a packed state."""
        return np.array(self._compiled[1](*packed))

    def growths(self, packed: Vector) -> Vector:
        """Its velocity in the coordinate u of `environment`, at a packed state."""
        return np.array(self._compiled[2](*packed))

    def field(self, x: Any) -> Any:
        """Payoffs at a state in words, which names shares and environment; by role if there are several."""
        packed, sizes = _packed(self, x)
        parts = np.split(self.packed_payoffs(packed), np.cumsum(sizes)[:-1])
        return parts[0] if len(parts) == 1 else dict(zip(self.roles, parts, strict=True))

    def _compile(self, rates: tuple[sp.Expr, ...], growths: list[sp.Expr]) -> tuple[Callable[..., Any], ...]:
        from analytic.compiled import compile_numpy

        payoffs = [payoff for role in self.roles for payoff in self.payoff_expressions[role]]
        return tuple(compile_numpy(each, self.packed_symbols) for each in (payoffs, list(rates), growths))


@dataclass(frozen=True, eq=False)
class FeedbackFunctions:
    """A game in an environment, by Python functions.

    Parameters
    ----------
    payoffs : callable
        ``payoffs(x, z)``: payoffs of all strategies, in the form of x, which is a vector of shares, or a mapping of
        role to vector where there are several; z is a mapping of name to number.
    rates : callable
        ``rates(x, z)``: mapping of name to rate g, or a sequence in the order of `domain`.
    strategies : sequence of str, or mapping of role to sequence of str
        Their names.
    domain : mapping of name to (low, high)
        The environment, and where each lives.
    speed : number
        epsilon > 0, by which all rates are multiplied.

    Examples
    --------
    >>> import numpy as np
    >>> from evolution import Logit, integrate
    >>> fishing = FeedbackFunctions(
    ...     lambda x, z: [z["stock"] - 0.3, 0.0], lambda x, z: [z["stock"] * (1 - z["stock"] - x[0])],
    ...     strategies=("fish", "rest"), domain={"stock": (0, np.inf)},
    ... )
    >>> flow = integrate(Logit(fishing, temperature=0.1), x0=[0.5, 0.5], z0={"stock": 1}, t=100)
    >>> round(flow.final["stock"], 4)
    0.3583
    """

    payoffs: Callable[[Any, Mapping[str, float]], Any]
    rates: Callable[[Any, Mapping[str, float]], Any]
    _: KW_ONLY
    strategies: Any
    domain: Mapping[str, tuple[Any, Any]]
    speed: Any = 1
    roles: tuple[str, ...] = field(init=False)
    environment: Environment = field(init=False, repr=False)

    def __post_init__(self) -> None:
        by_role = self.strategies if isinstance(self.strategies, Mapping) else {"population": self.strategies}
        strategies = {str(role): tuple(str(name) for name in names) for role, names in by_role.items()}
        names = tuple(str(name) for name in self.domain)
        if set(names) & set(strategies):
            raise ValueError(f"{', '.join(set(names) & set(strategies))} names a role and the environment at once")
        domain = tuple((float(low), float(high)) for low, high in domain_of(names, self.domain))
        outer = Environment(
            names, domain, ((False, False),) * len(names), self._rate, self._rate, sum(map(len, strategies.values()))
        )
        for name, value in {
            "strategies": MappingProxyType(strategies),
            "roles": tuple(strategies),
            "environment": outer,
            "speed": float(speed_of(self.speed)),
        }.items():
            object.__setattr__(self, name, value)

    def __reduce__(self) -> Any:  # a mappingproxy cannot be pickled
        domain = dict(zip(self.environment.names, self.environment.domain, strict=True))
        return _again_functions, (self.payoffs, self.rates, dict(self.strategies), domain, self.speed)

    def packed_payoffs(self, packed: Vector) -> Vector:
        """Packed payoffs of the strategies at a packed state."""
        answer = self.payoffs(*self._in_words(_whole(packed, self.environment)))
        parts = [answer] if len(self.roles) == 1 else [answer[role] for role in self.roles]
        found = np.concatenate([np.asarray(part, dtype=float) for part in parts])
        if len(found) != self.environment.after:
            raise ValueError(f"payoffs gives {len(found)} numbers for {self.environment.after} strategies")
        return found

    def field(self, x: Any) -> Any:
        """Payoffs at a state in words, which names shares and environment."""
        packed, sizes = _packed(self, x)
        parts = np.split(self.packed_payoffs(packed), np.cumsum(sizes)[:-1])
        return parts[0] if len(parts) == 1 else dict(zip(self.roles, parts, strict=True))

    def _rate(self, packed: Vector) -> Vector:
        answer, names = self.rates(*self._in_words(packed)), self.environment.names
        values = [answer[name] for name in names] if isinstance(answer, Mapping) else np.atleast_1d(answer)
        found: Vector = self.speed * np.asarray(values, dtype=float)
        if found.shape != (len(names),):
            raise ValueError(f"rates gives shape {found.shape}; give one number for each of {', '.join(names)}")
        return found

    def _in_words(self, packed: Vector) -> tuple[Any, dict[str, float]]:
        z = dict(zip(self.environment.names, packed[self.environment.part].tolist(), strict=True))
        shares = packed[: self.environment.after]
        if len(self.roles) == 1:
            return shares, z
        ends = np.cumsum([len(self.strategies[role]) for role in self.roles])[:-1]
        return dict(zip(self.roles, np.split(shares, ends), strict=True)), z


def _whole(packed: Vector, environment: Environment) -> Vector:
    if len(packed) != environment.part.stop:
        raise ValueError(
            f"a state of {len(packed)} numbers for {environment.after} shares and the environment "
            f"{', '.join(environment.names)}; payoffs depend on both, and finite populations have no environment"
        )
    return packed


def _packed(game: Any, x: Mapping[str, Any]) -> tuple[Vector, list[int]]:
    shares, outer = game.environment.split(x)
    parts = [np.asarray(shares[role], dtype=float) for role in game.roles]
    return np.concatenate([*parts, outer]), [len(part) for part in parts]


def _again(game: Any, environment: Any, shares: Any, domain: Any, speed: Any, strategies: Any) -> Feedback:
    return Feedback(game, environment, shares=shares, domain=domain, speed=speed, strategies=strategies)


def _again_functions(payoffs: Any, rates: Any, strategies: Any, domain: Any, speed: float) -> FeedbackFunctions:
    return FeedbackFunctions(payoffs, rates, strategies=strategies, domain=domain, speed=speed)


def _growth(rate: sp.Expr, z: sp.Symbol, domain: tuple[sp.Expr, sp.Expr]) -> tuple[sp.Expr, tuple[bool, bool]]:
    """Velocity in the coordinate of the ends that the rate keeps, and which these are."""
    low, high = domain
    below = _quotient(rate, z, low)
    growth = rate if below is None else below
    above = _quotient(growth, z, high)
    if above is None:
        return growth, (below is not None, False)
    return (-above * (high - low) if below is not None else -above), (below is not None, True)


def _quotient(rate: sp.Expr, z: sp.Symbol, end: sp.Expr) -> sp.Expr | None:
    """Rate over (z - end), or None if that is not finite at the end."""
    if not end.is_finite:
        return None
    try:
        quotient = sp.cancel(rate / (z - end))
    except (sp.PolynomialError, NotImplementedError):  # cases in the rate
        return None
    return None if quotient.subs(z, end).has(sp.nan, sp.zoo, sp.oo, -sp.oo) else quotient
