"""A dynamic in symbols: payoffs, velocities and environment as SymPy expressions in coordinates without constraints.

Every role's last share is 1 minus its others, so the coordinates are all other shares and the environment. Payoffs of
matrices and normal forms become polynomials; games with `payoff_expressions` give theirs; payoffs that are Python
functions have no formula, and `symbolic` says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import sympy as sp

from evolution.payoff import MultilinearField
from evolution.rest_numbers import read
from evolution.rest_velocity import velocity_of

__all__ = ["Symbolic", "exact_form", "symbolic"]


@dataclass(frozen=True, slots=True, eq=False)
class Symbolic:
    """Formulas of one dynamic.

    Parameters
    ----------
    shares : tuple of tuples of sympy.Symbol
        One symbol a strategy, by role.
    payoffs : tuple of tuples of sympy.Expr
        In shares and environment, by role.
    outside : tuple of sympy.Symbol
        The environment.
    rates : tuple of sympy.Expr
        Its velocity.
    """

    shares: tuple[tuple[sp.Symbol, ...], ...]
    payoffs: tuple[tuple[sp.Expr, ...], ...]
    outside: tuple[sp.Symbol, ...]
    rates: tuple[sp.Expr, ...]

    def velocities(self, protocol: Any) -> tuple[tuple[sp.Expr, ...], ...]:
        """Velocity of every share, by role, in all shares."""
        pairs = zip(self.payoffs, self.shares, strict=True)
        return tuple(tuple(velocity_of(protocol, payoffs, shares)) for payoffs, shares in pairs)

    def reduced(self, protocol: Any) -> tuple[list[sp.Symbol], list[sp.Expr], list[sp.Expr]]:
        """Coordinates, their velocities, and all shares in terms of them; payoffs are substituted before."""
        last = {part[-1]: 1 - sp.Add(*part[:-1]) for part in self.shares}
        free = [symbol for part in self.shares for symbol in part[:-1]] + list(self.outside)
        speeds: list[sp.Expr] = []
        for payoffs, part in zip(self.payoffs, self.shares, strict=True):
            bound = [_tidy(payoff.subs(last)) for payoff in payoffs]
            speeds += velocity_of(protocol, bound, [share.subs(last) for share in part])[:-1]
        speeds += [rate.subs(last) for rate in self.rates]
        return free, speeds, [share.subs(last) for part in self.shares for share in part]


def symbolic(dynamics: Any) -> Symbolic | None:
    """The formulas of a dynamic's game; None if its payoffs are functions without formulas.

    Parameters
    ----------
    dynamics : Dynamics

    Returns
    -------
    Symbolic or None

    Examples
    --------
    >>> from evolution.dynamics import Replicator
    >>> symbolic(Replicator([[0, 2], [1, 0]])).payoffs
    ((2*x0_1, x0_0),)
    """
    game = dynamics.game
    names = dynamics.environment.names
    if isinstance(game, MultilinearField):
        shares = _shares([len(game.strategies[role]) for role in game.roles])
        return Symbolic(shares, _multilinear(game, shares), (), ())
    if not hasattr(game, "payoff_expressions") or (names and not hasattr(game, "rate_expressions")):
        return None
    shares = _shares([len(game.strategies[role]) for role in game.roles])
    outside = tuple(sp.Symbol(f"z{k}", real=True) for k in range(len(names)))
    renamed = {
        old: new
        for role, part in zip(game.roles, shares, strict=True)
        for old, new in zip(game.shares[role], part, strict=True)
    }
    renamed |= dict(zip(getattr(game, "symbols", ()), outside, strict=True)) if names else {}
    payoffs = tuple(
        tuple(exact_form(p).xreplace(renamed) for p in game.payoff_expressions[role]) for role in game.roles
    )
    rates = tuple(exact_form(rate).xreplace(renamed) for rate in game.rate_expressions) if names else ()
    return Symbolic(shares, payoffs, outside, rates)


def exact_form(expression: Any) -> sp.Expr:
    """An expression whose floats are the decimals they show."""
    form = sp.sympify(expression, strict=True)
    return form.xreplace({number: sp.Rational(str(number)) for number in form.atoms(sp.Float)})


def _shares(sizes: Sequence[int]) -> tuple[tuple[sp.Symbol, ...], ...]:
    return tuple(tuple(sp.Symbol(f"x{r}_{i}", real=True) for i in range(n)) for r, n in enumerate(sizes))


def _multilinear(game: MultilinearField, shares: Any) -> tuple[tuple[sp.Expr, ...], ...]:
    payoffs = []
    for role, given in enumerate(game.exact):
        table = np.moveaxis(np.asarray(given, dtype=object), role, 0)
        others = [part for k, part in enumerate(shares) if k != role] if len(shares) > 1 else [shares[0]]
        rows = []
        for row in table:
            terms = []
            for cell in product(*(range(len(part)) for part in others)):
                value = read(row[cell])
                weight = sp.Mul(*(part[i] for part, i in zip(others, cell, strict=True)))
                terms.append(sp.Rational(value.numerator, value.denominator) * weight)
            rows.append(sp.Add(*terms))
        payoffs.append(tuple(rows))
    return tuple(payoffs)


def _tidy(expression: sp.Expr) -> sp.Expr:
    """Polynomials multiplied out, so that each monomial stands once; anything else as it is."""
    free = sorted(expression.free_symbols, key=str)
    if free and expression.is_polynomial(*free) and sp.count_ops(expression) < 400:
        return sp.expand(expression)
    return expression
