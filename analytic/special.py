r"""Six elementary functions that SymPy would print so that they overflow or cancel.

    logistic(x)  = 1 / (1 + e^-x)          softplus(x)  = log(1 + e^x)
    log1p(x)     = log(1 + x)              expm1(x)     = e^x - 1
    logexpm1(x)  = log(e^x - 1), x > 0     logaddexp(x, y) = log(e^x + e^y)

Each is a SymPy function with its derivative, its exact elementary form (`elementary`), that form as its
LaTeX, and an evaluation that neither overflows nor loses digits: softplus(x) = max(x, 0) + log1p(e^-|x|) and
logexpm1(x) = x + log(-expm1(-x)), the inverse of softplus. `analytic.rewriting.stable` goes the other way: it
finds the elementary patterns in an expression and puts the functions in, so that a formula written as in a paper
is compiled as it should be computed.

References
----------
Maechler (2012), "Accurately computing log(1 - exp(-|a|))", vignette of the R package Rmpfr.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

__all__ = ["elementary", "expm1", "log1p", "logaddexp", "logexpm1", "logistic", "softplus"]


class Safe(sp.Function):
    """A real function of real arguments, mostly one, that stands for an elementary form."""

    nargs = 1

    @staticmethod
    def form(*values: sp.Expr) -> sp.Expr:
        """The elementary form at `values`."""
        raise TypeError("Safe is the interface of this module's functions and has no form of its own")

    @classmethod
    def eval(cls, *values: sp.Expr) -> sp.Expr | None:
        """Evaluate at 0 and at the infinities, where the elementary form is a number at once."""
        x = values[0]
        if x is sp.S.Zero:  # `x.is_zero` would look for roots of polynomials
            return cls.form(sp.S.Zero)
        if x in (sp.oo, -sp.oo):
            return sp.limit(cls.form(_HOLE), _HOLE, x)
        return None

    def _eval_evalf(self, prec: int) -> sp.Expr:
        # Two steps of guard digits: near 0 the elementary forms cancel as many bits as the argument is small.
        return self.form(*self.args)._eval_evalf(2 * prec + 64)._eval_evalf(prec)

    def _eval_rewrite(self, rule: Any, args: Any, **hints: Any) -> sp.Expr | None:
        wanted = rule in (sp.exp, sp.log) or getattr(rule, "__name__", "") in ("exp", "log")
        return self.form(*args) if wanted else None

    def _eval_expand_func(self, **hints: Any) -> sp.Expr:
        return self.form(*self.args)

    def _eval_is_real(self) -> bool | None:
        return True if all(one.is_real for one in self.args) else None

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        form = self.form(*self.args)
        text = printer._print(form)
        if exp is None and form.is_Add:  # a factor before it must not reach its first term alone
            return rf"\left({text}\right)"
        return text if exp is None else rf"\left({text}\right)^{{{exp}}}"


class logistic(Safe):
    """1 / (1 + e^-x)."""

    @staticmethod
    def form(x: sp.Expr) -> sp.Expr:
        """1 / (1 + e^-x)."""
        return 1 / (1 + sp.exp(-x))

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        """s(x) s(-x)."""
        return logistic(self.args[0]) * logistic(-self.args[0])

    def _eval_is_positive(self) -> bool | None:
        return True if self.args[0].is_real else None


class softplus(Safe):
    """log(1 + e^x)."""

    @staticmethod
    def form(x: sp.Expr) -> sp.Expr:
        """log(1 + e^x)."""
        return sp.log(1 + sp.exp(x))

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        """The logistic function."""
        return logistic(self.args[0])

    def _eval_is_positive(self) -> bool | None:
        return True if self.args[0].is_real else None


class log1p(Safe):
    """log(1 + x)."""

    @staticmethod
    def form(x: sp.Expr) -> sp.Expr:
        """log(1 + x)."""
        return sp.log(1 + x)

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        """1 / (1 + x)."""
        return 1 / (1 + self.args[0])

    def _eval_is_real(self) -> bool | None:
        return True if self.args[0].is_nonnegative else None


class expm1(Safe):
    """e^x - 1."""

    @staticmethod
    def form(x: sp.Expr) -> sp.Expr:
        """e^x - 1."""
        return sp.exp(x) - 1

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        """e^x."""
        return sp.exp(self.args[0])


class logexpm1(Safe):
    """log(e^x - 1), the inverse of softplus."""

    @staticmethod
    def form(x: sp.Expr) -> sp.Expr:
        """log(e^x - 1)."""
        return sp.log(sp.exp(x) - 1)

    @classmethod
    def eval(cls, *values: sp.Expr) -> sp.Expr | None:
        """Evaluate at infinity, and undo softplus; at 0 the function has a pole."""
        x = values[0]
        if x is sp.oo:
            return sp.oo
        return x.args[0] if isinstance(x, softplus) else None

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        """e^x / (e^x - 1)."""
        return -1 / expm1(-self.args[0])

    def _eval_is_real(self) -> bool | None:
        return True if self.args[0].is_positive else None


class logaddexp(Safe):
    """log(e^x + e^y)."""

    nargs = 2

    @staticmethod
    def form(x: sp.Expr, y: sp.Expr) -> sp.Expr:
        """log(e^x + e^y)."""
        return sp.log(sp.exp(x) + sp.exp(y))

    @classmethod
    def eval(cls, x: sp.Expr, y: sp.Expr) -> sp.Expr | None:
        """An argument of minus infinity adds nothing."""
        return y if x is -sp.oo else x if y is -sp.oo else None

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        """The logistic function of the argument's lead."""
        x, y = self.args
        return logistic(x - y) if argindex == 1 else logistic(y - x)


_HOLE = sp.Dummy("x", real=True)


def elementary(expression: sp.Expr) -> sp.Expr:
    """Write this module's functions as the exponentials and logarithms they stand for.

    Parameters
    ----------
    expression : sympy.Expr

    Returns
    -------
    sympy.Expr

    Examples
    --------
    >>> import sympy as sp
    >>> x = sp.Symbol("x", real=True)
    >>> elementary(softplus(x))
    log(exp(x) + 1)
    """
    return expression.replace(lambda e: isinstance(e, Safe), lambda e: e.form(*e.args))
