r"""The sigmoid curve, P = K / (1 + e^{-k (S - S0)}), and the market scoring rule in it.

With u = k (S - S0), s(x) = log(1 + e^x) (softplus) and l(x) = log(e^x - 1), its inverse,

    s(u + d) - s(u) = log(1 + (e^d - 1) / (1 + e^-u)) = s(l(d) - s(-u))
    d = log(1 + (e^g - 1) (1 + e^-u)) = s(l(g) + s(-u))        solves   s(u + d) - s(u) = g,

the middle forms quick while nothing overflows, the last ones safe for any u.
"""

from __future__ import annotations

import sympy as sp

from ..curve_family import Expr, Shape, claim, curve_family, given
from ..special import expm1, log1p, logexpm1, logistic, softplus

__all__ = ["sigmoid"]


@curve_family(
    source="Hanson (2003), Combinatorial information market design, Information Systems Frontiers 5",
    K=given("currency/token", "highest price", 10, "(0, inf)"),
    k=given("1/token", "steepness", 0.1, "(0, inf)"),
    S0=given("token", "supply at which the price is K/2", 50, "real"),
)
def sigmoid(S: Expr, q: Expr, E: Expr, K: Expr, k: Expr, S0: Expr) -> Shape:
    """A price that rises from 0 to K; its cost is that of a logarithmic market scoring rule of liquidity 1/k."""
    u, d, g = k * (S - S0), k * q, k * E / K
    increment = K / k * (sp.log(1 + sp.exp(u + d)) - sp.log(1 + sp.exp(u)))
    quick, safe = K / k * log1p(expm1(d) * logistic(u)), K / k * softplus(logexpm1(d) - softplus(-u))
    quick_inverse, safe_inverse = log1p(expm1(g) * (1 + sp.exp(-u))) / k, softplus(logexpm1(g) + softplus(-u)) / k
    other = sp.Symbol("S_2", real=True)

    def score(supply: Expr) -> Expr:
        """The scoring rule's cost of two outcomes, at liquidity 1/k, when `S_2` of the other are sold."""
        return sp.log(sp.exp(k * supply) + sp.exp(k * other)) / k

    return Shape(
        price=K / (1 + sp.exp(-u)),
        reserve=K / k * (sp.log(1 + sp.exp(u)) - sp.log(1 + sp.exp(-k * S0))),
        increment=increment,
        inverse=sp.log(1 + (sp.exp(g) - 1) * (1 + sp.exp(-u))) / k,
        steady_increment=sp.Piecewise((quick, (d < 300) & (u > -300)), (safe, True)),
        steady_inverse=sp.Piecewise((quick_inverse, (g < 300) & (u > -300)), (safe_inverse, True)),
        claims=(
            claim(
                "logarithmic market scoring rule",
                increment,
                K * (score(S + q) - score(S)).subs(other, S0),
                "K times Hanson's cost C(S, S_2) = log(e^{k S} + e^{k S_2}) / k with S_2 = S0 of the other outcome",
            ),
        ),
    )
