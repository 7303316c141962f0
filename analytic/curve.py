r"""Bonding curves: a price that depends on the supply alone, and what trades on it cost.

    P(S)                          spot price, without fee [currency/token]
    R(S) = int_0^S P(s) ds        reserve [currency]
    dR = R(S + q) - R(S)          what reaches the curve when q tokens are minted at supply S
    dR / (q P(S)) - 1             slippage: mean price over spot price, without fee

Fees are on top (`fees` has the two conventions): by default the buyer pays (1 + phi_b) dR, the seller gets
(1 - phi_s) dR. Numbers and arrays in give numbers and arrays; symbols in, among the arguments or the
parameters, give SymPy expressions. Decimals are read exactly (0.1 is 1/10). The families of curves stand in
`analytic.curves`, one file each; `forms` has the formulas that a curve keeps, `pricing` evaluates them; `integral`
and `inverse` serve prices without closed forms.

References
----------
Hertzog, Benartzi, Benartzi (2017), "Bancor protocol". Zargham, Shorish, Paruch (2020), "From curved bonding
to configuration spaces", IEEE ICBC. Hanson (2003), "Combinatorial information market design".
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import sympy as sp

from analytic import forms
from analytic.expression import exact, parse
from analytic.fees import FeeOn, Fees
from analytic.forms import QUANTITY, SPEND, SUPPLY, Forms, given_values, require
from analytic.integral import Bounds
from analytic.pricing import Pricing, check_positive

if TYPE_CHECKING:
    from analytic.curve_family import CurveFamily

__all__ = ["BondingCurve"]

_WHOLE: Bounds = (sp.S.Zero, sp.oo)


@dataclass(frozen=True)
class BondingCurve:
    """A bonding curve, made by a family of `analytic.curves`, by `of` or by `from_expression`.

    Parameters
    ----------
    kind : str
        The family's name, or "expression".
    forms : Forms
    fees : Fees
    supply : pair of sympy.Expr
        Its domain [token]; the reserve is 0 at the lower end.
    family : CurveFamily, optional
        None for a price that a user wrote.

    Examples
    --------
    >>> curve = BondingCurve.linear(m=0.1, b=1, fee=0.01)
    >>> curve.price(100), curve.cost(100, 50), curve.burn(150, 50)
    (11.0, 681.75, 668.25)
    >>> S, q = sp.symbols("S q", positive=True)
    >>> BondingCurve.exponential(a=1, k=2).cost(S, q)
    (exp(2*q) - 1)*exp(2*S)/2
    """

    kind: str
    forms: Forms
    fees: Fees
    supply: Bounds = _WHOLE
    family: CurveFamily | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        forms.check_parameters(self.forms.parameters)
        if not self.free_symbols and (self.family is None or self.family.shape(self.parameters)[0].sampled):
            check_positive(self.forms.price, (float(self.supply[0]), float(self.supply[1])))

    @classmethod
    def of(cls, family: str, /, **values: Any) -> BondingCurve:
        """The curve of a family in `analytic.curves`, by the family's name.

        Parameters
        ----------
        family : str
        **values : number or sympy.Expr
            Its parameters; and fee, buy_fee, sell_fee, fee_on as in `from_expression`.

        Returns
        -------
        BondingCurve

        Raises
        ------
        ValueError
            When there is no such family, or a parameter is outside its range.
        TypeError
            When a parameter is missing or unknown.

        Examples
        --------
        >>> BondingCurve.of("power", c=0.001, n=2, fee=0.01).price(100)
        10.0
        """
        from analytic.curve_family import curve_families

        known = curve_families()
        if family not in known:
            near = difflib.get_close_matches(str(family), known, n=3, cutoff=0.5) or sorted(known)
            raise ValueError(f"no family of curves is called {family!r}; the nearest are {', '.join(near)}")
        return known[family](**values)

    @classmethod
    def linear(cls, m: Any, b: Any, **fees: Any) -> BondingCurve:
        """P = m S + b, the family `linear`.

        Examples
        --------
        >>> BondingCurve.linear(m=0.02, b=0).mint(0, 81)
        90.0
        """
        return cls.of("linear", m=m, b=b, **fees)

    @classmethod
    def exponential(cls, a: Any, k: Any, **fees: Any) -> BondingCurve:
        """P = a e^{k S}, the family `exponential`.

        Examples
        --------
        >>> round(BondingCurve.exponential(a=1, k=0.01).cost(0, 100), 9)
        171.828182846
        """
        return cls.of("exponential", a=a, k=k, **fees)

    @classmethod
    def sigmoid(cls, K: Any, k: Any, S0: Any, **fees: Any) -> BondingCurve:
        """P = K / (1 + e^{-k (S - S0)}), the family `sigmoid`.

        Examples
        --------
        >>> BondingCurve.sigmoid(K=10, k=1, S0=1000).price([0, 1000, 1_000_000])
        array([ 0.,  5., 10.])
        """
        return cls.of("sigmoid", K=K, k=k, S0=S0, **fees)

    @classmethod
    def from_expression(
        cls,
        text: str,
        *,
        supply: tuple[Any, Any] = (0, np.inf),
        fee: Any = 0,
        buy_fee: Any = None,
        sell_fee: Any = None,
        fee_on: FeeOn = "curve",
        **params: Any,
    ) -> BondingCurve:
        """Any price written in S and named parameters.

        Parameters
        ----------
        text : str
            The price, in the language of `analytic.expression`.
        supply : pair of numbers
            The supplies [token] on which the price is positive; trades outside are refused. The reserve is
            counted from its lower end.
        fee : number or sympy.Expr
            Fee rate of a direction that has none of its own.
        buy_fee, sell_fee : number or sympy.Expr, optional
        fee_on : {"curve", "payment"}
        **params : number or sympy.Expr
            What the names in the text stand for.

        Returns
        -------
        BondingCurve

        Raises
        ------
        ExpressionError
            When the text is not an expression.
        ValueError
            When the price is not positive on the supply stated.

        Examples
        --------
        >>> curve = BondingCurve.from_expression("c*S**n", c=0.001, n=2)
        >>> curve.reserve_expression, curve.inverse_form
        (S**3/3000, 'closed form')
        """
        values = {name: exact(value) for name, value in params.items()}
        low, high = forms.domain(*supply)
        price = parse(text, {"S": SUPPLY, **values})
        made = forms.expression(price, (low, high))._replace(parameters=tuple(values.items()))
        return cls("expression", made, Fees.of(fee, buy_fee, sell_fee, fee_on), (low, high))

    def at(self, **params: Any) -> BondingCurve:
        """The same curve with numbers in place of symbols.

        Parameters
        ----------
        **params : number or sympy.Expr
            By the names of the symbols in the curve's parameters, fees and domain.

        Returns
        -------
        BondingCurve

        Raises
        ------
        ValueError
            When the curve has no such symbol, or the number is outside its range.

        Examples
        --------
        >>> BondingCurve.linear(m=sp.Symbol("m"), b=1).at(m=0.1).price(100)
        11.0
        """
        symbols = {str(free): free for free in self.free_symbols}
        for name in params:
            if name not in symbols:
                near = difflib.get_close_matches(name, symbols) or sorted(symbols) or ["none"]
                raise ValueError(f"the curve has no symbol {name!r} to bind; it has {', '.join(near)}")
        bound = {symbols[name]: exact(value) for name, value in params.items()}
        values = {name: value.subs(bound) for name, value in self.forms.parameters}
        fees = self.fees.subs(bound)
        if self.family is None:
            supply = (self.supply[0].subs(bound), self.supply[1].subs(bound))
            made = forms.expression(self.forms.price.subs(bound), supply)
            made = made._replace(parameters=tuple(values.items()))
            return replace(self, forms=made, fees=fees, supply=supply)
        remade, supply = self.family.bound(values)
        return replace(self, forms=remade, fees=fees, supply=supply)

    @property
    def parameters(self) -> Mapping[str, sp.Expr]:
        """The parameters by name."""
        return dict(self.forms.parameters)

    @property
    def S(self) -> sp.Symbol:
        """The symbol of the supply in the formulas."""
        return SUPPLY

    @property
    def price_expression(self) -> sp.Expr:
        """P(S)."""
        return self.forms.price

    @property
    def reserve_expression(self) -> sp.Expr:
        """R(S); an unevaluated integral where `reserve_form` is "quadrature"."""
        return self.forms.reserve

    @property
    def inverse_expression(self) -> sp.Expr | None:
        """The quantity in S and E where `inverse_form` is "closed form"; there is none otherwise."""
        return self.forms.inverse

    @property
    def reserve_form(self) -> Literal["closed form", "quadrature"]:
        """How the reserve is had."""
        return "closed form" if self.forms.closed_reserve else "quadrature"

    @property
    def inverse_form(self) -> Literal["closed form", "bracketed root"]:
        """How the quantity for a spend is had."""
        return "bracketed root" if self.forms.inverse is None else "closed form"

    @cached_property
    def free_symbols(self) -> frozenset[sp.Symbol]:
        """The symbols that `at` can bind."""
        stated = () if self.family is None else (value for _, value in self.forms.parameters)
        used = (formula.free_symbols for formula in (self.forms.price, *self.supply, *stated))
        return frozenset(self.fees.free_symbols.union(*used) - {SUPPLY})

    def price(self, S: Any) -> Any:
        """Spot price at supply S, without fee."""
        if self._symbolic(S):
            return self.forms.price.xreplace(given_values(S=S))
        return self._pricing.price(S)

    def reserve(self, S: Any) -> Any:
        """The integral of the price from 0 (from the lower end of the supply) to S."""
        if self._symbolic(S):
            return self.forms.reserve.xreplace(given_values(S=S))
        return self._pricing.reserve(S)

    def increment(self, S: Any, q: Any) -> Any:
        """What the reserve gains when q tokens are minted at supply S."""
        if self._symbolic(S, q):
            return self.forms.increment.xreplace(given_values(S=S, q=q))
        return self._pricing.increment(S, q)

    def cost(self, S: Any, q: Any) -> Any:
        """What a buyer pays for q tokens at supply S, fee included."""
        rise = self.increment(S, q)
        if isinstance(rise, np.ndarray) and self.fees.buy != 0:
            return np.multiply(rise, float(self.fees.buy_factor), out=rise)  # a second array costs much
        return self.fees.paid(rise)

    def mint(self, S: Any, spend: Any) -> Any:
        """How many tokens a spend buys at supply S: the q >= 0 with cost(S, q) = spend."""
        if not self._symbolic(S, spend):
            return self._pricing.inverse(S, self.fees.arriving(np.asarray(spend)))
        if self.forms.inverse is None:
            raise ValueError(
                "this curve's quantity for a spend has no closed form: bind its symbols and ask for numbers"
            )
        given = given_values(S=S, E=spend)
        return self.forms.inverse.xreplace({**given, SPEND: self.fees.arriving(given[SPEND])})

    def burn(self, S: Any, q: Any) -> Any:
        """What a seller gets for q tokens at supply S, after the fee; q is at most S."""
        if not self._symbolic(S, q):
            return self.fees.received(self._pricing.released(S, q))
        given = given_values(S=S, q=q)
        start = given[SUPPLY] - given[QUANTITY]
        require("quantity q", q, start.is_negative, f"<= S = {S}")
        return self.fees.received(self.forms.increment.xreplace({**given, SUPPLY: start}))

    def slippage(self, S: Any, q: Any) -> Any:
        """Mean price of q tokens over the spot price, less 1, without fee; 0 at q = 0."""
        if not self._symbolic(S, q):
            return self._pricing.slippage(S, q)
        given = given_values(S=S, q=q)
        return sp.S.Zero if given[QUANTITY].is_zero else self.forms.slippage.xreplace(given)

    def buy_charge(self, rise: Any) -> tuple[Any, Any]:
        """What a buyer pays, and the fee in it, when the reserve gains `rise`."""
        return self.fees.buy_charge(rise)

    def sell_release(self, fall: Any) -> tuple[Any, Any]:
        """What a seller gets, and the fee withheld, when the reserve loses `fall`."""
        return self.fees.sell_release(fall)

    def band(self, S: Any) -> tuple[Any, Any]:
        """The prices elsewhere between which nobody gains by trading a little here against there.

        Examples
        --------
        >>> BondingCurve.linear(m=0.1, b=1, fee=0.01).band(90)
        (9.9, 10.1)
        """
        spot = self.price(S)
        return self.sell_release(spot)[0], self.buy_charge(spot)[0]

    def latex(self) -> str:
        """The equations of price, reserve, cost and (where closed) quantity, aligned."""
        return forms.latex(self.forms, self.fees)

    def _symbolic(self, *values: Any) -> bool:
        if any(isinstance(value, sp.Basic) for value in values):
            return True
        if self.free_symbols and any(np.ndim(value) for value in values):
            names = ", ".join(sorted(map(str, self.free_symbols)))
            raise ValueError(f"the curve has no numbers for {names}: bind them with at(...) before arrays go in")
        return bool(self.free_symbols)

    @cached_property
    def _pricing(self) -> Pricing:
        low, high = map(float, self.supply)
        return Pricing(self.forms, (low, high))
