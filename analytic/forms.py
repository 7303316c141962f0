r"""The formulas of a bonding curve, derived once from its price P(S).

    reserve     R(S) = int_0^S P(s) ds
    increment   R(S + q) - R(S), written so that nothing cancels when q is small beside S
    inverse     the q >= 0 whose increment is E

    linear        P = m S + b                     q (P + m q / 2)
                  q = 2 E / (P + sqrt(P^2 + 2 m E))
    exponential   P = a e^{k S}                   P (e^{k q} - 1) / k
                  q = log(1 + k E / P) / k
    sigmoid       P = K / (1 + e^{-k (S - c)})    (K / k) [s(u + k q) - s(u)]
                  q = log(1 + (e^{k E / K} - 1)(1 + e^{-u})) / k

with u = k (S - c), s(x) = log(1 + e^x) (softplus) and l(x) = log(e^x - 1), its inverse. Then

    s(u + d) - s(u) = s(l(d) - s(-u))        and        d = s(l(g) + s(-u))   solves   s(u + d) - s(u) = g,

one line each, without overflow or cancellation for any u. A curve keeps these next to the forms that a paper
prints. The sigmoid's cost is that of the logarithmic market scoring rule with liquidity 1/k (Hanson 2003).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import sympy as sp

from analytic.expression import exact
from analytic.fees import Fees
from analytic.integral import Bounds, closed_reserve, is_rational
from analytic.inverse import closed_inverse
from analytic.special import logexpm1, softplus, stable
from analytic.symbols import symbol

__all__ = [
    "QUANTITY",
    "SPEND",
    "SUPPLY",
    "Forms",
    "exponential",
    "expression",
    "latex",
    "linear",
    "require",
    "sigmoid",
]

SUPPLY, QUANTITY, SPEND = symbol("S"), symbol("q"), symbol("E")


class Forms(NamedTuple):
    """A curve's formulas in S (supply), q (quantity) and E (spend that reaches the curve).

    `steady_increment` and `steady_inverse` are the same values in overflow-safe functions.
    """

    parameters: tuple[tuple[str, sp.Expr], ...]
    price: sp.Expr
    reserve: sp.Expr
    increment: sp.Expr
    inverse: sp.Expr | None
    steady_increment: sp.Expr
    steady_inverse: sp.Expr | None

    @property
    def closed_reserve(self) -> bool:
        """Whether the reserve needs no quadrature."""
        return not self.reserve.has(sp.Integral)

    @property
    def slippage(self) -> sp.Expr:
        """Mean price over spot price, less 1."""
        excess = self.steady_increment / (QUANTITY * self.price) - 1
        return sp.factor(excess) if is_rational(excess, SUPPLY, QUANTITY) else excess


def linear(m: sp.Expr, b: sp.Expr) -> Forms:
    """P = m S + b."""
    require("m", m, m.is_negative, ">= 0")
    require("b", b, b.is_negative, ">= 0")
    require("b", b, m.is_zero and b.is_zero, "> 0 when m = 0")
    S, q, E = SUPPLY, QUANTITY, SPEND
    price = m * S + b
    increment = q * (price + m * q / 2)
    inverse = 2 * E / (price + sp.sqrt(price**2 + 2 * m * E))
    steady = sp.Piecewise((inverse, E > 0), (0, True))  # at price 0 no spend is 0/0
    names = (("m", m), ("b", b))
    return Forms(names, price, m * S**2 / 2 + b * S, increment, inverse, increment, steady)


def exponential(a: sp.Expr, k: sp.Expr) -> Forms:
    """P = a e^{k S}."""
    require("a", a, a.is_nonpositive, "> 0")
    require("k", k, k.is_nonpositive, "> 0")
    S, q, E = SUPPLY, QUANTITY, SPEND
    price = a * sp.exp(k * S)
    increment = price * (sp.exp(k * q) - 1) / k
    inverse = sp.log(1 + k * E * sp.exp(-k * S) / a) / k
    reserve = a * (sp.exp(k * S) - 1) / k
    names = (("a", a), ("k", k))
    return Forms(names, price, reserve, increment, inverse, stable(increment), stable(inverse))


def sigmoid(K: sp.Expr, k: sp.Expr, S0: sp.Expr) -> Forms:
    """P = K / (1 + e^{-k (S - S0)})."""
    require("K", K, K.is_nonpositive, "> 0")
    require("k", k, k.is_nonpositive, "> 0")
    S, q, E = SUPPLY, QUANTITY, SPEND
    u = k * (S - S0)
    reserve = K / k * (sp.log(1 + sp.exp(u)) - sp.log(1 + sp.exp(-k * S0)))
    increment = K / k * (sp.log(1 + sp.exp(u + k * q)) - sp.log(1 + sp.exp(u)))
    inverse = sp.log(1 + (sp.exp(k * E / K) - 1) * (1 + sp.exp(-u))) / k
    return Forms(
        (("K", K), ("k", k), ("S0", S0)),
        K / (1 + sp.exp(-u)),
        reserve,
        increment,
        inverse,
        K / k * softplus(logexpm1(k * q) - softplus(-u)),
        softplus(logexpm1(k * E / K) + softplus(-u)) / k,
    )


@lru_cache(maxsize=256)
def expression(price: sp.Expr, supply: Bounds) -> Forms:
    """Any price; the closed forms that exist and pass their test."""
    S, q, E = SUPPLY, QUANTITY, SPEND
    reserve = closed_reserve(price, S, supply)
    if reserve is None:
        s = sp.Dummy("s", nonnegative=True)
        inner = price.xreplace({S: s})
        increment = sp.Integral(inner, (s, S, S + q))
        return Forms((), price, sp.Integral(inner, (s, supply[0], S)), increment, None, increment, None)
    increment = reserve.xreplace({S: S + q}) - reserve
    if is_rational(increment, S, q):
        increment = sp.factor(increment)
    inverse = closed_inverse(reserve, increment, (S, q, E), supply)
    return Forms((), price, reserve, increment, inverse, increment, inverse)


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
    >>> print(latex(linear(sp.Symbol("m"), sp.S.Zero), Fees.of()))
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
