r"""The reserve of a price that a user wrote down: the integral, in closed form or by quadrature.

    R(S) = int_low^S P(s) ds            increment(S, q) = R(S + q) - R(S) = int_S^{S+q} P(s) ds

A closed form is taken only when it passes its test: its derivative is the price at exact rational points (to
30 digits), and its increments agree with Gauss-Legendre quadrature there, which a jump of an antiderivative
would not.

Numerically R(S + q) - R(S) cancels when q is small beside S. Rational reserves are therefore reduced and
factored first, so that q stands as a factor; for others the increment is a Gauss-Legendre sum on [S, S + q]
wherever the difference has lost digits and two orders of the sum agree. Without a closed form it is tanh-sinh
quadrature.

References
----------
Takahasi, Mori (1974), "Double exponential formulas for numerical integration", Publ. RIMS 9.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
import sympy as sp

from analytic.compiled import compile_numpy

__all__ = ["closed_reserve", "increment_function", "is_rational", "sample_points"]

Bounds: TypeAlias = tuple[sp.Expr, sp.Expr]
Increment: TypeAlias = Callable[[Any, Any], Any]

_PLACES = (sp.Rational(1, 7), sp.Rational(3, 11), sp.Rational(8, 13), sp.Rational(16, 17))
_CANCELLED = 1e-3


def closed_reserve(price: sp.Expr, S: sp.Symbol, supply: Bounds) -> sp.Expr | None:
    """The reserve in closed form, or None when no antiderivative passes the test.

    Parameters
    ----------
    price : sympy.Expr
    S : sympy.Symbol
    supply : pair of sympy.Expr
        The domain; the reserve is 0 at its lower end.

    Returns
    -------
    sympy.Expr or None

    Examples
    --------
    >>> S = sp.Symbol("S", nonnegative=True)
    >>> closed_reserve(S**2 / 1000, S, (sp.S.Zero, sp.oo))
    S**3/3000
    """
    for found in _antiderivatives(price, S):
        reserve = _vanishing_at(found, S, supply[0])
        if reserve is not None and _agrees(price, reserve, S, supply):
            return reserve
    return None


def _antiderivatives(price: sp.Expr, S: sp.Symbol) -> Iterator[sp.Expr]:
    from sympy.integrals.manualintegrate import manualintegrate
    from sympy.integrals.rationaltools import ratint

    if is_rational(price, S):
        yield ratint(sp.together(price), S)
    positive = sp.Dummy("S", positive=True)  # lets S**n have its power law without cases
    found = manualintegrate(price.xreplace({S: positive}), positive).xreplace({positive: S})
    if not found.has(sp.Integral):
        yield found
    if price.has(sp.Piecewise, sp.Min, sp.Max, sp.Abs):
        found = sp.integrate(sp.piecewise_fold(price.rewrite(sp.Piecewise)), S)
        if not found.has(sp.Integral):
            yield found


def _vanishing_at(antiderivative: sp.Expr, S: sp.Symbol, low: sp.Expr) -> sp.Expr | None:
    start = antiderivative.subs(S, low)
    if start.has(sp.nan, sp.zoo, sp.oo):
        start = sp.limit(antiderivative, S, low, "+")
    if start.has(sp.nan, sp.zoo, sp.oo, sp.I, sp.Limit):
        return None
    reserve = antiderivative - start
    return sp.factor(reserve) if is_rational(reserve, S) and not start.is_zero else reserve


def sample_points(
    expression: sp.Expr, S: sp.Symbol, supply: Bounds, *, others: Mapping[sp.Symbol, sp.Expr] | None = None
) -> tuple[dict[sp.Symbol, sp.Expr], ...]:
    """Exact values for every symbol of an expression, with S at four places of its domain."""
    symbols = sorted((expression.free_symbols | supply[0].free_symbols | supply[1].free_symbols) - {S}, key=str)
    values: dict[sp.Symbol, sp.Expr] = {s: sp.Rational(7 + 4 * i, 9 + i) for i, s in enumerate(symbols)}
    values.update(others or {})
    low, high = (bound.xreplace(values) for bound in supply)
    width = sp.Integer(12) if high is sp.oo else high - low
    return tuple({**values, S: low + width * place} for place in _PLACES)


def _agrees(price: sp.Expr, reserve: sp.Expr, S: sp.Symbol, supply: Bounds) -> bool:
    points = sample_points(price + reserve, S, supply)
    slope = reserve.diff(S) - price
    for point in points:
        scale = 1 + abs(sp.N(price.xreplace(point), 30))
        error = sp.N(slope.xreplace(point), 30, chop=True)
        if not error.is_number or not error.is_real or abs(error) > scale * sp.Float("1e-20"):
            return False
    fixed = {s: v for s, v in points[0].items() if s != S}
    at = [float(point[S]) for point in points]
    bound_price, bound_reserve = price.xreplace(fixed), reserve.xreplace(fixed)
    values = compile_numpy(bound_reserve, (S,))(np.array(at))
    spot = compile_numpy(bound_price, (S,))
    sums = [_panels(spot, a, b - a, 32) for a, b in pairwise(at)]
    return bool(np.allclose(np.diff(values), sums, rtol=1e-3, atol=0.0))


def is_rational(expression: sp.Expr, *symbols: sp.Symbol) -> bool:
    """Whether an expression is a ratio of polynomials in the symbols, of a size that reduces quickly."""
    return bool(expression.is_rational_function(*symbols)) and expression.count_ops() < 200


def increment_function(
    price: sp.Expr, reserve: sp.Expr | None, increment: sp.Expr, symbols: tuple[sp.Symbol, sp.Symbol]
) -> Increment:
    """A function of arrays (S, q) for R(S + q) - R(S), accurate also where q is small beside S.

    Parameters
    ----------
    price : sympy.Expr
        In S alone.
    reserve : sympy.Expr or None
        None for quadrature.
    increment : sympy.Expr
        In S and q; it counts as well conditioned when it is rational (it has q as a factor).
    symbols : pair of sympy.Symbol
        S and q.

    Returns
    -------
    callable
    """
    S, q = symbols
    spot = compile_numpy(price, (S,))
    if reserve is None:
        return lambda at, size: _tanh_sinh(spot, at, size)
    if is_rational(increment, S, q):
        return compile_numpy(increment, symbols)
    terms = sp.Add(*(sp.Abs(term) for term in sp.Add.make_args(reserve)))
    level = compile_numpy((reserve, terms), (S,))
    return lambda at, size: _guarded(spot, level, at, size)


def _guarded(spot: Callable[..., Any], level: Callable[..., Any], at: Any, size: Any) -> Any:
    (before, under), (after, above) = level(at), level(at + size)
    rise = np.asarray(after - before, dtype=float)
    lossy = rise < _CANCELLED * np.asarray(under + above)
    if not np.any(lossy):
        return rise
    starts, sizes = (np.broadcast_to(np.asarray(x, dtype=float), rise.shape)[lossy] for x in (at, size))
    coarse, fine = (_legendre(spot, starts, sizes, order) for order in (8, 16))
    settled = np.abs(fine - coarse) <= 1e-11 * np.abs(fine)
    rise = rise.copy()
    rise[lossy] = np.where(settled, fine, rise[lossy])
    return rise


@lru_cache(maxsize=8)
def _nodes(order: int) -> tuple[Any, Any]:
    nodes, weights = np.polynomial.legendre.leggauss(order)
    return (nodes + 1) / 2, weights / 2


def _legendre(spot: Callable[..., Any], at: Any, size: Any, order: int) -> Any:
    nodes, weights = _nodes(order)
    total = np.zeros(np.shape(at))
    for node, weight in zip(nodes, weights, strict=True):
        total += weight * spot(at + node * size)
    return total * size


def _tanh_sinh(spot: Callable[..., Any], at: Any, size: Any) -> Any:
    from scipy.integrate import tanhsinh

    at, size = np.broadcast_arrays(np.asarray(at, dtype=float), np.asarray(size, dtype=float))

    def scaled(u: Any, a: Any, d: Any) -> Any:
        return spot(a + d * u)

    with np.errstate(all="ignore"):
        found = tanhsinh(scaled, np.zeros_like(at), 1.0, args=(at, size), rtol=1e-13)
    integral = np.where(size == 0, 0.0, size * found.integral)
    missed = ~((found.error <= 1e-11 * np.abs(found.integral)) | (size == 0))
    for place in np.flatnonzero(missed):
        integral.flat[place] = _doubled(spot, float(at.flat[place]), float(size.flat[place]))
    return integral


def _doubled(spot: Callable[..., Any], at: float, size: float) -> float:
    """Gauss-Legendre on more and more panels, for a price that wiggles or has a kink."""
    before = _panels(spot, at, size, 16)
    for power in range(5, 17):
        after = _panels(spot, at, size, 2**power)
        if abs(after - before) <= 1e-9 * abs(after):
            return after
        before = after
    raise ValueError(
        f"the price could not be integrated from S = {at:g} over q = {size:g}: state a supply domain where it is smooth"
    )


def _panels(spot: Callable[..., Any], at: float, size: float, panels: int) -> float:
    edges = at + size * np.linspace(0.0, 1.0, panels + 1)
    return float(np.sum(_legendre(spot, edges[:-1], np.diff(edges), 16)))
