r"""Five elementary functions that SymPy would print so that they overflow or cancel.

    logistic(x)  = 1 / (1 + e^-x)          softplus(x)  = log(1 + e^x)
    log1p(x)     = log(1 + x)              expm1(x)     = e^x - 1
    logexpm1(x)  = log(e^x - 1), x > 0     the inverse of softplus

Each is a SymPy function with its derivative, its exact elementary form (`elementary`), that form as its
LaTeX, and an evaluation that neither overflows nor loses digits: softplus(x) = max(x, 0) + log1p(e^-|x|) and
logexpm1(x) = x + log(-expm1(-x)). `stable` goes the other way: it finds the elementary patterns in an
expression and puts the functions in, so that a formula written as in a paper is compiled as it should be
computed.

References
----------
Maechler (2012), "Accurately computing log(1 - exp(-|a|))", vignette of the R package Rmpfr.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

__all__ = ["elementary", "expm1", "log1p", "logexpm1", "logistic", "softplus", "stable"]


class Safe(sp.Function):
    """A real function of one real argument that stands for an elementary form."""

    nargs = 1

    @staticmethod
    def form(x: sp.Expr) -> sp.Expr:
        """The elementary form at `x`."""
        raise TypeError("Safe is the interface of this module's functions and has no form of its own")

    @classmethod
    def eval(cls, x: sp.Expr) -> sp.Expr | None:
        """Evaluate at 0 and at the infinities, where the elementary form is a number at once."""
        if x is sp.S.Zero:  # `x.is_zero` would look for roots of polynomials
            return cls.form(sp.S.Zero)
        if x in (sp.oo, -sp.oo):
            return sp.limit(cls.form(_HOLE), _HOLE, x)
        return None

    def _eval_evalf(self, prec: int) -> sp.Expr:
        # Two steps of guard digits: near 0 the elementary forms cancel as many bits as the argument is small.
        return self.form(self.args[0])._eval_evalf(2 * prec + 64)._eval_evalf(prec)

    def _eval_rewrite(self, rule: Any, args: Any, **hints: Any) -> sp.Expr | None:
        wanted = rule in (sp.exp, sp.log) or getattr(rule, "__name__", "") in ("exp", "log")
        return self.form(args[0]) if wanted else None

    def _eval_expand_func(self, **hints: Any) -> sp.Expr:
        return self.form(self.args[0])

    def _eval_is_real(self) -> bool | None:
        return True if self.args[0].is_real else None

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        text = printer._print(self.form(self.args[0]))
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
    def eval(cls, x: sp.Expr) -> sp.Expr | None:
        """Evaluate at infinity, and undo softplus; at 0 the function has a pole."""
        if x is sp.oo:
            return sp.oo
        return x.args[0] if isinstance(x, softplus) else None

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        """e^x / (e^x - 1)."""
        return -1 / expm1(-self.args[0])

    def _eval_is_real(self) -> bool | None:
        return True if self.args[0].is_positive else None


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
    return expression.replace(lambda e: isinstance(e, Safe), lambda e: e.form(e.args[0]))


def stable(expression: sp.Basic) -> sp.Basic:
    """Put the safe functions where their elementary patterns stand.

    Parameters
    ----------
    expression : sympy.Basic

    Returns
    -------
    sympy.Basic
        An expression of the same value.

    Examples
    --------
    >>> import sympy as sp
    >>> x = sp.Symbol("x", real=True)
    >>> stable(3 * sp.exp(x) - 3 + sp.log(1 + sp.exp(2 * x)))
    3*expm1(x) + softplus(2*x)
    """
    if not expression.has(sp.exp, sp.log):
        return expression
    return expression.replace(lambda e: isinstance(e, (sp.Add, sp.log, sp.Pow)), _stable_node)


def _stable_node(node: sp.Expr) -> sp.Expr:
    if isinstance(node, sp.Add):
        return _pair_off_expm1(node)
    if isinstance(node, sp.log):
        return _log_of_sum(node)
    power = _exponent_beside_one(node.base)
    return logistic(-power) ** (-node.exp) if power is not None and node.exp.is_number else node


def _exponent_beside_one(expression: sp.Expr) -> sp.Expr | None:
    """The exponent u of an expression 1 + e^u."""
    if isinstance(expression, sp.Add) and len(expression.args) == 2 and sp.S.One in expression.args:
        other = expression - 1
        return other.args[0] if isinstance(other, sp.exp) else None
    return None


def _log_of_sum(node: sp.Expr) -> sp.Expr:
    inside = node.args[0]
    power = _exponent_beside_one(inside)
    if power is not None:
        return softplus(power)
    if isinstance(inside, expm1):
        return logexpm1(inside.args[0])
    if isinstance(inside, sp.Add) and sp.S.One in inside.args and inside.free_symbols:
        return log1p(inside - 1)
    return node


def _pair_off_expm1(node: sp.Expr) -> sp.Expr:
    """C e^u - c becomes c expm1(u), for a number c."""
    number, rest = node.as_coeff_Add()
    if number.is_zero or not number.is_number:
        return node
    for term in sp.Add.make_args(rest):
        coefficient, body = term.as_coeff_Mul()
        if coefficient == -number and isinstance(body, sp.exp):
            return coefficient * expm1(body.args[0]) + (rest - term)
    return node
