r"""Effort games: n alike players each choose a number, and the others matter through their total.

Player i's payoff is :math:`\pi(x_i, X_{-i})` with :math:`X_{-i} = \sum_{j \ne i} x_j` and :math:`x_i \in [lo,
hi]` (an aggregative game, Selten 1970; Corchón 1994). Everybody else's stake can be told by `externals`:
payoffs of stakeholders that choose nothing here, as functions of the total X = sum of all x_i. Only symmetric
profiles are solved for, by `gametheory.continuous_equilibria`.

At total 0 a contest's share x/X is undefined: give the payoff there by a `Piecewise`; the convention of this
project is to pay 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import sympy as sp

from gametheory.exact_expression import as_rational, exact_expression

__all__ = ["Continuous"]


@dataclass(frozen=True, slots=True)
class Continuous:
    r"""A symmetric aggregative game with numbers bound.

    Parameters
    ----------
    payoff_expression : sympy.Expr
        :math:`\pi`, in `action` and `others`, exact numbers (floats are read as decimals).
    action, others : sympy.Symbol
        Own action, and the total of the others' actions.
    players : int
        n >= 1.
    interval : pair of numbers
        The allowed actions [lo, hi], lo < hi; hi may be infinite.
    total : sympy.Symbol, optional
        The total of all actions, used in `externals`.
    externals : mapping of str to sympy.Expr
        Stakeholders' payoffs, in `total`.
    role, name : str
        What a player and the game are called.

    Raises
    ------
    ValueError
        If a symbol is unknown, the interval is empty or irrational, or the number of players is not a whole
        number >= 1.

    References
    ----------
    L. C. Corchón, *Comparative statics for aggregative games*, Mathematical Social Sciences 28 (1994)
    151-165.

    Examples
    --------
    >>> x, X = sp.symbols("x X", nonnegative=True)
    >>> share = sp.Piecewise((x / (x + X), x + X > 0), (0, True))
    >>> game = Continuous(12 * share - x, x, X, players=3, interval=(0, 12), name="contest")
    >>> float(game.payoff(2.0, 4.0))
    2.0
    """

    payoff_expression: sp.Expr
    action: sp.Symbol
    others: sp.Symbol
    players: int
    interval: tuple[Fraction | float, Fraction | float]
    total: sp.Symbol | None = None
    externals: Mapping[str, sp.Expr] = field(default_factory=dict)
    role: str = "player"
    name: str = "effort game"

    def __post_init__(self) -> None:
        if isinstance(self.players, bool) or self.players != int(self.players) or self.players < 1:
            raise ValueError(f"players is {self.players}; it must be a whole number >= 1")
        if self.action == self.others:
            raise ValueError(f"action and others are the same symbol, {self.action}; use two")
        lo, hi = (as_rational(end) for end in self.interval)
        if not lo < hi or lo == float("-inf"):
            raise ValueError(f"interval is [{lo}, {hi}]; it needs a finite lo < hi")
        if self.externals and self.total is None:
            raise ValueError("externals are functions of the total; name its symbol with total=")
        expression = exact_expression(self.payoff_expression, [self.action, self.others], what="the payoff")
        externals = {
            who: exact_expression(payoff, [self.total], what=f"the payoff of {who}")
            for who, payoff in self.externals.items()
        }
        object.__setattr__(self, "players", int(self.players))
        object.__setattr__(self, "interval", (lo, hi))
        object.__setattr__(self, "payoff_expression", expression)
        object.__setattr__(self, "externals", MappingProxyType(externals))

    def __reduce__(self) -> tuple[Any, ...]:  # a mappingproxy cannot be pickled
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return _rebuild, (values | {"externals": dict(self.externals)},)

    def payoff(self, x: Any, others: Any) -> Any:
        """Return the payoff of action `x` when the others' total is `others`.

        Parameters
        ----------
        x, others : float or array
            They broadcast against one another.

        Returns
        -------
        float or array
        """
        from analytic.compiled import compile_numpy

        return compile_numpy(self.payoff_expression, (self.action, self.others))(x, others)


def _rebuild(values: dict[str, Any]) -> Continuous:
    return Continuous(**values)
