r"""The formulas of a bonding curve, derived once from its price P(S).

    reserve     R(S) = int_0^S P(s) ds
    increment   R(S + q) - R(S), written so that nothing cancels when q is small beside S
    inverse     the q >= 0 whose increment is E

| curve       | price                    | increment                          | inverse                       |
|-------------|--------------------------|------------------------------------|-------------------------------|
| linear      | m S + b                  | q (P + m q / 2)                    | 2 E / (P + sqrt(P^2 + 2 m E)) |
| exponential | a e^{k S}                | P (e^{k q} - 1) / k                | log(1 + k E / P) / k          |
| sigmoid     | K / (1 + e^{-k (S - c)}) | (K/k) [s(u + k q) - s(u)], below   | below                         |

For the sigmoid write u = k (S - c), s(x) = log(1 + e^x) (softplus) and l(x) = log(e^x - 1), its inverse. Then

    s(u + d) - s(u) = s(l(d) - s(-u))        and        d = s(l(g) + s(-u))   solves   s(u + d) - s(u) = g,

one line each, without overflow or cancellation for any u. A curve keeps these next to the forms that a paper prints.
The sigmoid's cost is that of the logarithmic market scoring rule with liquidity 1/k (Hanson 2003).
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import sympy as sp

from analytic.integral import Bounds, closed_reserve, is_rational
from analytic.inverse import closed_inverse
from analytic.special import logexpm1, softplus, stable
from analytic.symbols import symbol

__all__ = ["QUANTITY", "SPEND", "SUPPLY", "Forms", "exponential", "expression", "linear", "sigmoid"]

SUPPLY, QUANTITY, SPEND = symbol("S"), symbol("q"), symbol("E")


class Forms(NamedTuple):
    """A curve's formulas in S (supply), q (quantity) and E (spend that reaches the curve).

    `steady_increment` and `steady_inverse` are the same values in overflow-safe functions.
    """

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
    S, q, E = SUPPLY, QUANTITY, SPEND
    price = m * S + b
    increment = q * (price + m * q / 2)
    inverse = 2 * E / (price + sp.sqrt(price**2 + 2 * m * E))
    steady = sp.Piecewise((inverse, E > 0), (0, True))  # at price 0 no spend is 0/0
    return Forms(price, m * S**2 / 2 + b * S, increment, inverse, increment, steady)


def exponential(a: sp.Expr, k: sp.Expr) -> Forms:
    """P = a e^{k S}."""
    S, q, E = SUPPLY, QUANTITY, SPEND
    price = a * sp.exp(k * S)
    increment = price * (sp.exp(k * q) - 1) / k
    inverse = sp.log(1 + k * E * sp.exp(-k * S) / a) / k
    return Forms(price, a * (sp.exp(k * S) - 1) / k, increment, inverse, stable(increment), stable(inverse))


def sigmoid(K: sp.Expr, k: sp.Expr, S0: sp.Expr) -> Forms:
    """P = K / (1 + e^{-k (S - S0)})."""
    S, q, E = SUPPLY, QUANTITY, SPEND
    u = k * (S - S0)
    reserve = K / k * (sp.log(1 + sp.exp(u)) - sp.log(1 + sp.exp(-k * S0)))
    increment = K / k * (sp.log(1 + sp.exp(u + k * q)) - sp.log(1 + sp.exp(u)))
    inverse = sp.log(1 + (sp.exp(k * E / K) - 1) * (1 + sp.exp(-u))) / k
    return Forms(
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
        return Forms(price, sp.Integral(inner, (s, supply[0], S)), increment, None, increment, None)
    increment = reserve.xreplace({S: S + q}) - reserve
    if is_rational(increment, S, q):
        increment = sp.factor(increment)
    inverse = closed_inverse(reserve, increment, (S, q, E), supply)
    return Forms(price, reserve, increment, inverse, increment, inverse)
