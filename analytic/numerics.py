r"""The functions that compiled formulas call, for arrays and for one float.

A printed formula uses NumPy or `math` where they have the function. This module has the rest: the safe forms of
`analytic.special` and the special functions that integrals, inverses and probabilities bring in. Each has an array
version (NumPy and SciPy, imported on the first call) and a scalar version in plain arithmetic that Numba compiles.

    softplus(x) = max(x, 0) + log1p(e^-|x|)      logexpm1(x) = x + log(-expm1(-x))
    W(x) e^W(x) = x, by Halley's iteration       E_1(x): series for x <= 1, continued fraction above
    C(n, k): a product for whole k, else by log-gamma

Outside of its real domain a function is nan in both versions, never the real part of a complex value.

References
----------
Corless, Gonnet, Hare, Jeffrey, Knuth (1996), "On the Lambert W function", Adv. Comput. Math. 5.
Abramowitz, Stegun (1964), Handbook of Mathematical Functions, 5.1.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

__all__ = ["ARRAY", "SCALAR", "kernels"]

_INVERSE_E = 0.36787944117144233  # the float above 1/e; the rest is below half its last digit
_REST_OF_INVERSE_E = -1.2428753672788363e-17
_EULER = 0.5772156649015329
_TINY = 1e-300
_NEAR = 0.01
_LOST = 0.01  # a difference below this part of its terms has lost two digits


def _softplus_array(x: Any) -> Any:
    return np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x)))


def _logistic_array(x: Any) -> Any:
    return 1.0 / (1.0 + np.exp(-x))  # e^-x overflows to infinity, whose reciprocal is the right limit 0


def _logexpm1_array(x: Any) -> Any:
    return x + np.log(-np.expm1(-x))


def _lambertw_array(x: Any, branch: int = 0) -> Any:
    from scipy.special import lambertw

    real = (x >= -_INVERSE_E) if branch == 0 else (x >= -_INVERSE_E) & (x <= 0.0)
    above = math.e * np.maximum((x + _INVERSE_E) + _REST_OF_INVERSE_E, 0.0)
    root = np.sqrt(2.0 * above) if branch == 0 else -np.sqrt(2.0 * above)
    # SciPy's W_-1 is -1 for some way from the branch point, where the series is exact to the last digit.
    return np.where(real, np.where(abs(root) < _NEAR, _about_branch(root), lambertw(x, branch).real), np.nan)


def _about_branch(root: Any) -> Any:
    """W in powers of p = +-sqrt(2 (e x + 1))."""
    tail = 43.0 / 540.0 - root * (769.0 / 17280.0 - root * 221.0 / 8505.0)
    return -1.0 + root * (1.0 - root * (1.0 / 3.0 - root * (11.0 / 72.0 - root * tail)))


def _special(name: str) -> Callable[..., Any]:
    """A function of `scipy.special`, imported on its first call."""

    def function(*values: Any) -> Any:
        import scipy.special

        return getattr(scipy.special, name)(*values)

    return function


def _gammaln_array(x: Any) -> Any:
    return np.where(np.asarray(x) > 0, _special("gammaln")(x), np.nan)


def _exp1_array(x: Any) -> Any:
    return np.where(np.asarray(x) >= 0, _special("exp1")(x), np.nan)


def _li_array(x: Any) -> Any:
    return _special("expi")(np.log(x))


def _mended(direct: Any, lossy: Any, better: Callable[..., Any], *values: Any) -> Any:
    """The direct result, and the better one where it lost digits: most arrays pay for one comparison."""
    if not np.any(lossy):
        return direct
    if np.ndim(direct) == 0:
        return better(*values)
    where = np.broadcast_to(lossy, direct.shape)
    direct[where] = better(*(np.broadcast_to(one, direct.shape)[where] if np.ndim(one) else one for one in values))
    return direct


def _exp_difference_array(u: Any, v: Any, d: Any) -> Any:
    top, bottom = np.exp(u), np.exp(v)
    direct = top - bottom
    lossy = abs(direct) < _LOST * (1.0 + abs(v)) * bottom
    return _mended(direct, lossy, lambda b, t: b * np.expm1(t), bottom, d)


def _log_difference_array(u: Any, v: Any, d: Any) -> Any:
    base = np.log(v)
    direct = np.log(u) - base
    return _mended(direct, abs(direct) < _LOST * (1.0 + abs(base)), lambda b, t: np.log1p(t / b), v, d)


def _power_difference_array(u: Any, v: Any, d: Any, p: Any) -> Any:
    bottom = v**p
    direct = np.asarray(u**p - bottom)
    return _mended(direct, abs(direct) < _LOST * (1.0 + abs(p)) * abs(bottom), _power_difference, u, v, d, p, bottom)


def _power_difference(u: Any, v: Any, d: Any, p: Any, bottom: Any) -> Any:
    near = abs(d) < 0.5 * abs(v)
    return bottom * np.expm1(p * np.where(near, np.log1p(np.where(near, d / v, 0.0)), np.log(abs(u / v))))


def _softplus_difference_array(u: Any, v: Any, d: Any) -> Any:
    direct = np.asarray(_softplus_array(u) - _softplus_array(v))
    small = abs(d) < 1.0
    return _mended(direct, small, lambda b, t: np.log1p(np.expm1(t) * _logistic_array(b)), v, d)


def _root_difference_array(a: Any, b: Any, c: Any) -> Any:
    root = np.sqrt(a)
    return np.where(b > 0.0, c / (root + abs(b)), root - b)


ARRAY: dict[str, Callable[..., Any]] = {
    "softplus": _softplus_array, "logistic": _logistic_array, "logexpm1": _logexpm1_array,
    "logaddexp": np.logaddexp, "exp_difference": _exp_difference_array, "log_difference": _log_difference_array,
    "power_difference": _power_difference_array, "softplus_difference": _softplus_difference_array,
    "root_difference": _root_difference_array,
    "lambertw": _lambertw_array, "expi": _special("expi"), "exp1": _exp1_array, "li": _li_array,
    "gammaln": _gammaln_array, "gamma": _special("gamma"), "binom": _special("binom"),
    "erf": _special("erf"), "erfc": _special("erfc"), "erfinv": _special("erfinv"),
    "expn": _special("expn"), "gammainc": _special("gammainc"), "gammaincc": _special("gammaincc"),
    "step": lambda x, middle: np.heaviside(x, middle),
}  # fmt: skip


def softplus(x: float) -> float:
    """log(1 + e^x)."""
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def logistic(x: float) -> float:
    """1 / (1 + e^-x)."""
    return 1.0 / (1.0 + math.exp(-x))


def logexpm1(x: float) -> float:
    """log(e^x - 1)."""
    return x + math.log(-math.expm1(-x))


def logaddexp(x: float, y: float) -> float:
    """log(e^x + e^y)."""
    if x == y:  # also infinities, whose difference is no number
        return x + 0.6931471805599453
    return max(x, y) + math.log1p(math.exp(-abs(x - y)))


def exp_difference(u: float, v: float, d: float) -> float:
    """e^u - e^v, with d = u - v."""
    bottom = math.exp(v)
    return bottom * math.expm1(d) if abs(d) < 0.6 else math.exp(u) - bottom


def log_difference(u: float, v: float, d: float) -> float:
    """Log u - log v, with d = u - v."""
    return math.log1p(d / v) if abs(d) < 0.5 * abs(v) and v > 0.0 else math.log(u) - math.log(v)


def power_difference(u: float, v: float, d: float, p: float) -> float:
    """u^p - v^p, with d = u - v."""
    bottom: float = v**p
    direct: float = u**p - bottom
    if abs(direct) < abs(bottom):
        growth = math.log1p(d / v) if abs(d) < 0.5 * abs(v) else math.log(abs(u / v))
        return bottom * math.expm1(p * growth)
    return direct


def softplus_difference(u: float, v: float, d: float) -> float:
    """log(1 + e^u) - log(1 + e^v), with d = u - v."""
    return math.log1p(math.expm1(d) * logistic(v)) if abs(d) < 1.0 else softplus(u) - softplus(v)


def root_difference(a: float, b: float, c: float) -> float:
    """sqrt(a) - b, with c = a - b^2."""
    root = math.sqrt(a)
    return c / (root + b) if b > 0.0 else root - b


def lambertw(x: float, branch: int = 0) -> float:
    """W_0 or W_-1, the real solutions of w e^w = x."""
    if not x >= -_INVERSE_E or (branch != 0 and x > 0.0):
        return math.nan
    if x == 0.0 or x == math.inf:
        return x if branch == 0 else -math.inf
    above = math.e * max((x + _INVERSE_E) + _REST_OF_INVERSE_E, 0.0)  # e x + 1, without losing its digits
    root = math.sqrt(2.0 * above) if branch == 0 else -math.sqrt(2.0 * above)
    if x < -0.25:
        w: float = _about_branch(root)
    elif branch == 0:
        rough = math.log1p(x)
        w = rough * (1.0 - math.log1p(rough) / (2.0 + rough))
    else:
        rough = math.log(-x)
        w = rough - math.log(-rough)
    if abs(root) < _NEAR:
        return w
    for _ in range(20):
        e = math.exp(w)
        error = w * e - x
        step = error / (e * (w + 1.0) - (w + 2.0) * error / (2.0 * w + 2.0))
        w -= step
        if abs(step) <= 1e-10 * abs(w):  # the next step of a cubic iteration is far below the last digit
            break
    return w


def exp1(x: float) -> float:
    """E_1(x), the integral of e^-t / t from x to infinity, x > 0."""
    if not x >= 0.0:
        return math.nan
    if x == 0.0:
        return math.inf
    if x <= 1.0:
        return -_EULER - math.log(x) - _series(-x)
    b = x + 1.0  # Lentz's evaluation of e^-x / (x + 1 - 1/(x + 3 - 4/(x + 5 - ...)))
    c = 1.0 / _TINY
    d = 1.0 / b
    h = d
    for i in range(1, 500):
        a = -float(i) * i
        b += 2.0
        d = 1.0 / (a * d + b)
        c = b + a / c
        h *= c * d
        if abs(c * d - 1.0) < 1e-16:
            break
    return h * math.exp(-x)


def _series(x: float) -> float:
    """The sum of x^i / (i i!) over i >= 1."""
    term, total = x, x
    for i in range(2, 500):
        term *= x / i
        total += term / i
        if abs(term) <= 1e-17 * abs(total):
            break
    return total


def expi(x: float) -> float:
    """Ei(x), the integral of e^t / t from minus infinity to x."""
    if x < 0.0:
        return -exp1(-x)
    if x == 0.0:
        return -math.inf
    if x <= 45.0:
        return _EULER + math.log(x) + _series(x)
    term, total = 1.0, 1.0  # asymptotic: the terms fall until the x-th
    for i in range(1, 46):
        term *= i / x
        total += term
        if term < 1e-17:
            break
    return math.exp(x - math.log(x)) * total


def li(x: float) -> float:
    """The integral of 1 / log t from 0 to x."""
    return expi(math.log(x))


def gammaln(x: float) -> float:
    """The logarithm of gamma(x), x > 0."""
    return math.lgamma(x) if x > 0.0 else math.nan


def binom(n: float, k: float) -> float:
    """C(n, k)."""
    whole = math.floor(k) == k
    if whole and k < 0.0:
        return 0.0
    if whole and math.floor(n) == n and n >= k > n / 2.0:
        k = n - k
    if whole and k < 1000.0:
        value = 1.0
        for i in range(1, int(k) + 1):
            value *= (n - k + i) / i
        return value
    return math.exp(math.lgamma(n + 1.0) - math.lgamma(k + 1.0) - math.lgamma(n - k + 1.0))


def sign(x: float) -> float:
    """-1, 0 or 1."""
    return x if x == 0.0 or x != x else math.copysign(1.0, x)


def step(x: float, middle: float) -> float:
    """0 below 0, 1 above, `middle` at 0."""
    return middle if x == 0.0 else 0.5 + 0.5 * sign(x)


def minimum(a: float, b: float) -> float:
    """The smaller one; nan when one is nan."""
    return a if a < b or a != a else b


def maximum(a: float, b: float) -> float:
    """The larger one; nan when one is nan."""
    return a if a > b or a != a else b


_IN_ORDER: tuple[Callable[..., float], ...] = (
    softplus, logistic, logexpm1, logaddexp, exp_difference, log_difference, power_difference, softplus_difference,
    root_difference,
    _about_branch, lambertw, _series, exp1, expi, li, gammaln, binom,
    sign, step, minimum, maximum,
)  # fmt: skip
SCALAR: dict[str, Callable[..., float]] = {one.__name__: one for one in _IN_ORDER}


@lru_cache(maxsize=1)
def kernels() -> dict[str, Callable[..., Any]]:
    """Give the scalar functions, compiled by Numba when they are first called.

    Returns
    -------
    dict of str to callable

    Examples
    --------
    >>> kernels()["lambertw"](0.0)
    0.0
    """
    from types import FunctionType

    import numba

    compiled = numba.njit(error_model="numpy")
    names: dict[str, Any] = {"math": math, **{k: v for k, v in globals().items() if isinstance(v, float)}}
    for name, one in SCALAR.items():  # in order: a function finds those before it compiled
        names[name] = compiled(FunctionType(one.__code__, names, name, one.__defaults__))
    return {name: names[name] for name in SCALAR}
