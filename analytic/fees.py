r"""Fees on a mechanism that takes and gives money: who pays what on top of the change of the reserve.

    on="curve"      the buyer pays (1 + phi_b) dR,    the seller gets (1 - phi_s) dR
    on="payment"    the buyer pays dR / (1 - phi_b),  the seller gets (1 - phi_s) dR

With dR the change of the reserve; under "payment" the share 1 - phi of every payment arrives. The two
conventions differ in the second order of phi, so results state which one they use.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, TypeAlias

import sympy as sp

from analytic.expression import exact

__all__ = ["FeeOn", "Fees"]

FeeOn: TypeAlias = Literal["curve", "payment"]


@dataclass(frozen=True)
class Fees:
    """Fee rates of both directions.

    Parameters
    ----------
    buy, sell : sympy.Expr
        In [0, 1).
    on : {"curve", "payment"}

    Examples
    --------
    >>> Fees.of(fee=0.25, on="payment").buy_charge(75.0)
    (100.0, 25.0)
    """

    buy: sp.Expr
    sell: sp.Expr
    on: FeeOn = "curve"

    def __post_init__(self) -> None:
        for name, fee in (("buy_fee", self.buy), ("sell_fee", self.sell)):
            if (fee < 0) == True or (fee >= 1) == True:  # noqa: E712  (undecided relations are neither)
                raise ValueError(f"{name} = {fee} is outside [0, 1)")
        if self.on not in ("curve", "payment"):
            raise ValueError(f"fee_on is 'curve' or 'payment', got {self.on!r}")

    @classmethod
    def of(cls, fee: Any = 0, buy: Any = None, sell: Any = None, on: FeeOn = "curve") -> Fees:
        """Read rates; `fee` holds for a direction that has none of its own.

        Parameters
        ----------
        fee : number or sympy.Expr
        buy, sell : number or sympy.Expr, optional
        on : {"curve", "payment"}

        Returns
        -------
        Fees

        Raises
        ------
        ValueError
            When a rate is outside [0, 1).

        Examples
        --------
        >>> Fees.of(fee=0.01, sell=0).buy
        1/100
        """
        return cls(exact(fee if buy is None else buy), exact(fee if sell is None else sell), on)

    def subs(self, values: dict[sp.Symbol, sp.Expr]) -> Fees:
        """Bind symbols."""
        return Fees(self.buy.subs(values), self.sell.subs(values), self.on)

    @property
    def free_symbols(self) -> set[sp.Symbol]:
        """The symbols in the rates."""
        return set(self.buy.free_symbols | self.sell.free_symbols)

    @property
    def buy_factor(self) -> sp.Expr:
        """What a buyer pays for a unit of reserve."""
        return 1 + self.buy if self.on == "curve" else 1 / (1 - self.buy)

    @property
    def sell_factor(self) -> sp.Expr:
        """What a seller gets for a unit of reserve."""
        return 1 - self.sell

    @cached_property
    def _floats(self) -> tuple[Any, Any]:
        factors = (self.buy_factor, self.sell_factor)
        return factors if self.free_symbols else (float(factors[0]), float(factors[1]))

    def paid(self, rise: Any) -> Any:
        """What a buyer pays when the reserve rises."""
        return _times(rise, self.buy_factor if isinstance(rise, sp.Basic) else self._floats[0])

    def arriving(self, spend: Any) -> Any:
        """What of a spend reaches the reserve."""
        return _times(spend, 1 / (self.buy_factor if isinstance(spend, sp.Basic) else self._floats[0]))

    def received(self, fall: Any) -> Any:
        """What a seller gets when the reserve falls."""
        return _times(fall, self.sell_factor if isinstance(fall, sp.Basic) else self._floats[1])

    def buy_charge(self, rise: Any) -> tuple[Any, Any]:
        """What a buyer pays, and the fee in it, when the reserve rises."""
        paid = self.paid(rise)
        return paid, paid - rise

    def sell_release(self, fall: Any) -> tuple[Any, Any]:
        """What a seller gets, and the fee withheld, when the reserve falls."""
        received = self.received(fall)
        return received, fall - received


def _times(amount: Any, factor: Any) -> Any:
    return amount if isinstance(factor, float) and factor == 1.0 else amount * factor
