r"""Differences f(u) - f(v) that keep their digits when u and v are close.

    exp_difference(u, v, d)       e^u - e^v          = e^v (e^d - 1)
    log_difference(u, v, d)       log u - log v      = log(1 + d / v)
    power_difference(u, v, d, p)  u^p - v^p          = v^p (e^{p log(1 + d / v)} - 1)
    root_difference(A, B, C)      sqrt(A) - B        = C / (sqrt(A) + B) where B > 0, with C = A - B^2
    softplus_difference(u, v, d)  s(u) - s(v)        = log(1 + (e^d - 1) / (1 + e^-v))

d is u - v, given apart because the caller knows it without cancellation: S and q are given, so (S + q) - S is q. A
bonding curve's cost R(S + q) - R(S) is such a difference. `analytic.rewriting` finds them, `analytic.numerics`
computes them: directly where nothing cancels, by the right side where it does, so that no domain shrinks.

References
----------
Higham (2002), Accuracy and Stability of Numerical Algorithms, 1.7-1.14.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from analytic.special import Safe

__all__ = ["exp_difference", "log_difference", "power_difference", "root_difference", "softplus_difference"]


class Difference(Safe):
    """f(u) - f(v), its last arguments d = u - v and the parameters of f."""

    nargs = 3

    @classmethod
    def eval(cls, *values: sp.Expr) -> sp.Expr | None:
        """Nothing is worth evaluating but u = v."""
        return sp.S.Zero if values[2] is sp.S.Zero else None

    def _eval_derivative(self, s: Any) -> sp.Expr:
        return self.form(*self.args).diff(s)


class exp_difference(Difference):
    """e^u - e^v."""

    @staticmethod
    def form(u: sp.Expr, v: sp.Expr, d: sp.Expr) -> sp.Expr:
        """e^u - e^v."""
        return sp.exp(u) - sp.exp(v)


class log_difference(Difference):
    """log u - log v."""

    @staticmethod
    def form(u: sp.Expr, v: sp.Expr, d: sp.Expr) -> sp.Expr:
        """Log u - log v."""
        return sp.log(u) - sp.log(v)


class power_difference(Difference):
    """u^p - v^p."""

    nargs = 4

    @staticmethod
    def form(u: sp.Expr, v: sp.Expr, d: sp.Expr, p: sp.Expr) -> sp.Expr:
        """u^p - v^p."""
        return u**p - v**p


class softplus_difference(Difference):
    """log(1 + e^u) - log(1 + e^v)."""

    @staticmethod
    def form(u: sp.Expr, v: sp.Expr, d: sp.Expr) -> sp.Expr:
        """log(1 + e^u) - log(1 + e^v)."""
        return sp.log(1 + sp.exp(u)) - sp.log(1 + sp.exp(v))


class root_difference(Difference):
    """sqrt(A) - B, its last argument A - B^2."""

    @staticmethod
    def form(A: sp.Expr, B: sp.Expr, C: sp.Expr) -> sp.Expr:
        """sqrt(A) - B."""
        return sp.sqrt(A) - B
