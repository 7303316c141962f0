r"""The formulas of a bonding curve, derived once from its price P(S).

    reserve     R(S) = int_0^S P(s) ds
    increment   R(S + q) - R(S)
    inverse     the q >= 0 whose increment is E

A curve keeps two versions of the last two: the one that a paper prints, and a steady one of the same value, in which
nothing cancels when q is small beside S and nothing overflows. `expression` finds the forms of any price; a price
that is a polynomial has an exact rule about the middle u = S + q/2 of the trade,

    R(S + q) - R(S) = q sum_j P^(2j)(u) (q/2)^(2j) / (2j + 1)!

The families in `analytic.curves` state theirs.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import sympy as sp

from analytic.expression import exact
from analytic.fees import Fees
from analytic.integral import Bounds, closed_reserve, is_rational
from analytic.inverse import closed_inverse
from analytic.symbols import symbol

__all__ = [
    "QUANTITY",
    "SPEND",
    "SUPPLY",
    "Forms",
    "expression",
    "latex",
    "midpoint",
    "require",
]

SUPPLY, QUANTITY, SPEND = symbol("S"), symbol("q"), symbol("E")


class Forms(NamedTuple):
    """A curve's formulas in S (supply), q (quantity) and E (spend that reaches the curve).

    `steady_increment` and `steady_inverse` are the same values in overflow-safe functions, None where the numeric
    routines have to take care.
    """

    parameters: tuple[tuple[str, sp.Expr], ...]
    price: sp.Expr
    reserve: sp.Expr
    increment: sp.Expr
    inverse: sp.Expr | None
    steady_increment: sp.Expr | None
    steady_inverse: sp.Expr | None

    @property
    def closed_reserve(self) -> bool:
        """Whether the reserve needs no quadrature."""
        return not self.reserve.has(sp.Integral)

    @property
    def slippage(self) -> sp.Expr:
        """Mean price over spot price, less 1."""
        excess = self.increment / (QUANTITY * self.price) - 1
        return sp.factor(excess) if is_rational(excess, SUPPLY, QUANTITY) else excess


@lru_cache(maxsize=256)
def expression(price: sp.Expr, supply: Bounds) -> Forms:
    """Any price; the closed forms that exist and pass their test."""
    S, q, E = SUPPLY, QUANTITY, SPEND
    reserve = closed_reserve(price, S, supply)
    if reserve is None:
        s = sp.Dummy("s", nonnegative=True)
        inner = price.xreplace({S: s})
        increment = sp.Integral(inner, (s, S, S + q))
        return Forms((), price, sp.Integral(inner, (s, supply[0], S)), increment, None, None, None)
    increment = reserve.xreplace({S: S + q}) - reserve
    if is_rational(increment, S, q):
        increment = sp.factor(increment)
    inverse = closed_inverse(reserve, increment, (S, q, E), supply)
    return Forms((), price, reserve, increment, inverse, None, None)


def midpoint(price: sp.Expr) -> sp.Expr:
    """The increment of a price that is a polynomial in S, by its derivatives in the middle of the trade.

    Parameters
    ----------
    price : sympy.Expr

    Returns
    -------
    sympy.Expr
        In S and q, with q as a factor.

    Examples
    --------
    >>> sp.expand(midpoint(SUPPLY**2))
    S**2*q + S*q**2 + q**3/3
    """
    u, half = SUPPLY + QUANTITY / 2, QUANTITY / 2
    terms, slope, factor, j = [], sp.Poly(price, SUPPLY), sp.S.One, 0
    while not slope.is_zero:
        terms.append(factor * sp.horner(slope.as_expr(), SUPPLY).xreplace({SUPPLY: u}) * half ** (2 * j))
        slope, j = slope.diff((SUPPLY, 2)), j + 1
        factor = factor / (2 * j * (2 * j + 1))
    return QUANTITY * sp.Add(*terms)


def latex(forms: Forms, fees: Fees) -> str:
    r"""The equations of price, reserve, cost and (where closed) quantity, aligned at their equality signs.

    Parameters
    ----------
    forms : Forms
    fees : Fees

    Returns
    -------
    str

    Examples
    --------
    >>> from analytic.curves import linear
    >>> print(latex(linear(m=sp.Symbol("m"), b=0).forms, Fees.of()))
    \begin{aligned}
    P(S) &= S m \\
    R(S) &= \frac{S^{2} m}{2} \\
    C(S, q) &= q \left(S m + \frac{m q}{2}\right) \\
    Q(S, E) &= \frac{2 E}{S m + \sqrt{2 E m + S^{2} m^{2}}}
    \end{aligned}
    """
    rows = [("P(S)", forms.price), ("R(S)", forms.reserve), ("C(S, q)", fees.paid(forms.increment))]
    if forms.inverse is not None:
        rows.append(("Q(S, E)", forms.inverse.xreplace({SPEND: fees.arriving(SPEND)})))
    body = " \\\\\n".join(f"{name} &= {sp.latex(formula)}" for name, formula in rows)
    return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"


def require(name: str, value: Any, broken: bool | None, allowed: str) -> None:
    """Refuse a value when `broken` is surely true; what symbols leave undecided passes.

    Parameters
    ----------
    name : str
    value : object
    broken : bool or None
    allowed : str
        What the value must be.

    Raises
    ------
    ValueError
        Naming the thing, the value and the allowed range.

    Examples
    --------
    >>> require("m", -1, True, ">= 0")
    Traceback (most recent call last):
    ...
    ValueError: m = -1 is not allowed: it must be >= 0
    """
    if broken:
        raise ValueError(f"{name} = {value} is not allowed: it must be {allowed}")


def check_parameters(parameters: tuple[tuple[str, sp.Expr], ...]) -> None:
    """Refuse parameters written in the symbols of supply, quantity or spend.

    Parameters
    ----------
    parameters : tuple of (str, sympy.Expr)

    Raises
    ------
    ValueError
        Naming the parameter.
    """
    for name, value in parameters:
        clash = value.free_symbols & {SUPPLY, QUANTITY, SPEND}
        require(name, value, bool(clash), "free of S, q and E, which stand for supply, quantity and spend")


def given_values(**values: Any) -> dict[sp.Symbol, sp.Expr]:
    """Exact values for S, q, E, by these names.

    Parameters
    ----------
    **values : number or sympy.Expr

    Returns
    -------
    dict of sympy.Symbol to sympy.Expr

    Raises
    ------
    ValueError
        When one is surely negative.

    Examples
    --------
    >>> given_values(S=0.5)
    {S: 1/2}
    """
    given = {one: exact(values[str(one)]) for one in (SUPPLY, QUANTITY, SPEND) if str(one) in values}
    for one, value in given.items():
        require(str(one), value, value.is_negative, ">= 0")
    return given


def domain(low: Any, high: Any) -> Bounds:
    """The supplies of a curve, checked; `high` may be infinite.

    Parameters
    ----------
    low, high : number or sympy.Expr

    Returns
    -------
    pair of sympy.Expr

    Raises
    ------
    ValueError
        Unless 0 <= low < high.

    Examples
    --------
    >>> domain(0, float("inf"))
    (0, oo)
    """
    unbounded = high is sp.oo or (isinstance(high, float) and high == float("inf"))
    ends = (exact(low), sp.oo if unbounded else exact(high))
    require("supply", ends, ends[0].is_negative or (ends[0] < ends[1]) == sp.false, "0 <= low < high")
    return ends
