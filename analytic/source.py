"""SymPy printed as source for NumPy and for Numba.

Numbers become the nearest floats, small whole powers become products, branches and minima broadcast (arrays) or
become ternaries (kernels), and every function is printed by the name it has in `analytic.numerics`, NumPy or `math`.
A function that neither knows is refused here, by name, rather than when the compiled formula is first called.
"""

from __future__ import annotations

import sys
from typing import Any

import sympy as sp
from sympy.printing.numpy import NumPyPrinter
from sympy.printing.pycode import PythonCodePrinter

__all__ = ["SETTINGS", "ArrayPrinter", "KernelPrinter"]

SETTINGS = {"fully_qualified_modules": False, "inline": True, "allow_unknown_functions": True}

_OWN = {
    "softplus": "softplus", "logistic": "logistic", "logexpm1": "logexpm1", "log1p": "log1p", "expm1": "expm1",
    "logaddexp": "logaddexp", "exp_difference": "exp_difference", "log_difference": "log_difference",
    "power_difference": "power_difference", "softplus_difference": "softplus_difference",
    "root_difference": "root_difference",
    "LambertW": "lambertw", "Ei": "expi", "li": "li", "loggamma": "gammaln", "gamma": "gamma", "binomial": "binom",
    "erf": "erf", "erfc": "erfc", "erfinv": "erfinv",
}  # fmt: skip
_ARRAYS_ONLY = ("erfinv", "expn", "gammainc", "gammaincc")


class _Floats:
    """Numbers as the nearest floats, small powers as products: a kernel has no large integers."""

    def _print(self, expr: Any, **hints: Any) -> str:
        name = _OWN.get(type(expr).__name__) if isinstance(expr, sp.Function) else None
        return self._named(name, *expr.args) if name else super()._print(expr, **hints)  # type: ignore[misc]

    def _named(self, name: str, *parts: Any) -> str:
        return f"{name}({', '.join(self._print(part) for part in parts)})"

    def _print_Rational(self, expr: Any) -> str:
        try:
            number = int(expr.p) / int(expr.q)
        except OverflowError:
            raise ValueError(f"{str(expr)[:20]}... cannot be compiled: it is beyond the floats") from None
        return repr(number) if number >= 0 else f"({number!r})"

    def _print_Float(self, expr: Any) -> str:
        if abs(expr) > sys.float_info.max:
            raise ValueError(f"{str(expr)[:30]} cannot be compiled: it is beyond the floats")
        return repr(float(expr)) if expr >= 0 else f"({float(expr)!r})"

    _print_Integer = _print_Zero = _print_One = _print_NegativeOne = _print_Half = _print_Rational

    def _print_Pow(self, expr: Any, rational: bool = False) -> str:
        base, power = expr.as_base_exp() if expr.exp.is_positive else (expr.base, expr.exp)
        if base.is_negative and base.is_number and power.is_number and not power.is_integer:
            raise ValueError(f"{expr} cannot be compiled: it is not a real number")
        text: str = self.parenthesize(base, 200)  # type: ignore[attr-defined]
        if power.is_Integer and 1 < power <= 4 and base.is_Symbol:
            return "(" + "*".join([text] * int(power)) + ")"
        if power.is_Integer and abs(power) < 2**31:
            if power > 0:
                return f"{text}**{int(power)}"
            return f"(1.0/{self.parenthesize(sp.Pow(base, -power), 200)})"  # type: ignore[attr-defined]
        if power in (sp.S.Half, -sp.S.Half):
            root = f"sqrt({self._print(base)})"
            return root if power > 0 else f"(1.0/{root})"
        return f"{text}**({self._print(power)})"

    def _print_expint(self, expr: Any) -> str:
        order, at = expr.args
        if order == 1:
            return self._named("exp1", at)
        if order.is_Integer and order >= 0:
            return self._named("expn", order, at)
        raise ValueError(f"{expr} cannot be compiled: expint has a whole order >= 0")

    def _print_lowergamma(self, expr: Any) -> str:
        return f"gamma({self._print(expr.args[0])})*{self._named('gammainc', *expr.args)}"

    def _print_uppergamma(self, expr: Any) -> str:
        return f"gamma({self._print(expr.args[0])})*{self._named('gammaincc', *expr.args)}"

    def _print_factorial(self, expr: Any) -> str:
        return self._named("gamma", expr.args[0] + 1)

    def _print_Heaviside(self, expr: Any) -> str:
        return self._named("step", *expr.args)

    def _refused(self, expr: Any) -> str:
        kind = type(expr).__name__
        raise ValueError(f"{str(expr)[:60]} cannot be compiled: {kind} has no value in floats; evaluate or rewrite it")

    _print_Integral = _print_Sum = _print_Product = _print_Derivative = _print_Subs = _print_Limit = _refused
    _print_DiracDelta = _print_ImaginaryUnit = _print_ComplexInfinity = _print_NaN = _refused


class ArrayPrinter(_Floats, NumPyPrinter):
    """NumPy source whose branches, minima and conditions broadcast."""

    def _print_Piecewise(self, expr: Any) -> str:
        text = "nan"
        for value, condition in reversed(expr.args):
            text = self._print(value) if condition == sp.true else self._where(condition, value, text)
        return text

    def _where(self, condition: Any, value: Any, otherwise: str) -> str:
        return f"where({self._print(condition)}, {self._print(value)}, {otherwise})"

    def _print_And(self, expr: Any) -> str:
        return "(" + " & ".join(f"({self._print(one)})" for one in expr.args) + ")"

    def _print_Or(self, expr: Any) -> str:
        return "(" + " | ".join(f"({self._print(one)})" for one in expr.args) + ")"

    def _print_Min(self, expr: Any) -> str:
        return self._folded("minimum", expr.args)

    def _print_Max(self, expr: Any) -> str:
        return self._folded("maximum", expr.args)

    def _folded(self, name: str, parts: Any) -> str:
        text: str = self._print(parts[0])
        for part in parts[1:]:
            text = f"{name}({text}, {self._print(part)})"
        return text


class KernelPrinter(_Floats, PythonCodePrinter):
    """Python source for Numba: ternaries, min and max of two."""

    def _named(self, name: str, *parts: Any) -> str:
        if name in _ARRAYS_ONLY:
            raise ValueError(f"{name} is not compiled by Numba: use compile_numpy")
        return super()._named(name, *parts)

    def _print_Min(self, expr: Any) -> str:
        return self._folded("minimum", expr.args)

    def _print_Max(self, expr: Any) -> str:
        return self._folded("maximum", expr.args)

    def _folded(self, name: str, parts: Any) -> str:
        text: str = self._print(parts[0])
        for part in parts[1:]:
            text = f"{name}({text}, {self._print(part)})"
        return text

    def _print_Piecewise(self, expr: Any) -> str:
        text = "nan"
        for value, condition in reversed(expr.args):
            value_text = self._print(value)
            text = value_text if condition == sp.true else f"({value_text} if {self._print(condition)} else {text})"
        return f"({text})"

    def _print_Symbol(self, expr: Any) -> str:
        name: str = super()._print_Symbol(expr)
        return f"float({name})" if name.startswith("argument_") else name  # products of large integers would wrap

    def _print_sign(self, expr: Any) -> str:
        return self._named("sign", *expr.args)
