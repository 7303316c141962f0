"""Formulas as papers print them, compiled, against mpmath at fifty digits over the whole of their domains.

Points are log-uniform over many orders of magnitude, with both ends. A result may be off by 1e-12 of itself. Where a
formula is `conditioned`, its own arguments' rounding is allowed for too: 1e-12 (1 + sum_i |x_i f_i / f|).
"""

from dataclasses import dataclass

import mpmath as mp
import numpy as np
import pytest
import sympy as sp

from analytic.compiled import compile_numba, compile_numpy
from analytic.special import elementary

S, q, E, k, a, b, c, m, n, K, F, R, x, y, z, p, r, T = sp.symbols("S q E k a b c m n K F R x y z p r T", positive=True)
u, v, w = sp.symbols("u v w", real=True)
exp, log, sqrt = sp.exp, sp.log, sp.sqrt
POINTS = 60
DIGITS = 400  # fifty, and as many as e^-700 beside 1 takes away
PRICE = K / (1 + exp(-k * (S - u)))


@dataclass(frozen=True)
class Case:
    """A formula, where its arguments live (ends of the size; `signed` ones of both signs), what is allowed."""

    formula: sp.Expr
    domain: dict
    conditioned: bool = False
    tolerance: float = 1e-12


SIZE, SMALL, RATE, ANY = (1e-9, 1e9), (1e-9, 1.0), (1e-3, 1e3), (-1e6, 1e6)
CASES = {
    # prices and reserves of curves, as printed
    "linear cost": Case(
        m * (S + q) ** 2 / 2 + b * (S + q) - m * S**2 / 2 - b * S, {m: SIZE, b: SIZE, S: SIZE, q: SIZE}
    ),
    "linear quantity": Case((sqrt((m * S + b) ** 2 + 2 * m * E) - m * S - b) / m, {m: RATE, b: RATE, S: SIZE, E: SIZE}),
    "exponential price": Case(a * exp(k * S), {a: SIZE, k: SMALL, S: (1e-9, 700.0)}),
    "exponential reserve": Case(a * (exp(k * S) - 1) / k, {a: SIZE, k: SMALL, S: (1e-9, 700.0)}),
    "exponential cost": Case(
        a * exp(k * (S + q)) / k - a * exp(k * S) / k, {a: SIZE, k: SMALL, S: (1e-9, 350.0), q: (1e-9, 350.0)}
    ),
    "exponential slippage": Case(
        (exp(k * (S + q)) - exp(k * S)) / (k * q * exp(k * S)), {k: SMALL, S: SIZE, q: (1e-9, 700.0)}
    ),
    "exponential quantity": Case(log(1 + k * E * exp(-k * S) / a) / k, {a: SIZE, k: SMALL, S: (1e-9, 700.0), E: SIZE}),
    "exponential ratio": Case(
        a * exp(k * (S + q)) / (a * exp(k * S) + b * exp(k * S)),
        {a: RATE, b: RATE, k: SMALL, S: SIZE, q: (1e-9, 700.0)},
    ),
    "sigmoid price": Case(K / (1 + exp(-v)), {K: SIZE, v: ANY}),
    "sigmoid price at S": Case(PRICE, {K: SIZE, k: RATE, S: SIZE, u: ANY}, conditioned=True),
    "sigmoid cost": Case(
        K / k * (log(1 + exp(v + k * q)) - log(1 + exp(v))),
        {K: RATE, k: SMALL, v: (-1e5, 1e5), q: (1e-9, 1e3)},
        conditioned=True,
    ),
    "sigmoid complement": Case(1 - 1 / (1 + exp(-v)), {v: (-700.0, 700.0)}),
    "log odds": Case(log(1 / (1 + exp(-v))), {v: (-1e6, 700.0)}),
    "logarithmic price": Case(a * log(1 + S), {a: SIZE, S: (1e-12, 1e12)}),
    "logarithmic rise": Case(log(1 + S + q) - log(1 + S), {S: SIZE, q: SIZE}),
    "power cost": Case(
        m * ((S + q) ** (n + 1) - S ** (n + 1)) / (n + 1), {m: SIZE, n: (0.1, 5.0), S: (1e-6, 1e9), q: SIZE}
    ),
    "square cost": Case((S + q) ** 2 - S**2, {S: SIZE, q: SIZE}),
    "root cost": Case(sqrt(S + q) - sqrt(S), {S: SIZE, q: SIZE}),
    "seventh power cost": Case((S + q) ** 7 - S**7, {S: SIZE, q: SIZE}),
    "virtual reserve cost": Case(
        a / (b - S - q) - a / (b - S), {a: SIZE, b: (1e9, 1e9), S: (1e-9, 4e8), q: (1e-9, 4e8)}
    ),
    "bancor tokens": Case(S * ((1 + E / R) ** F - 1), {S: SIZE, E: SIZE, R: SIZE, F: (0.01, 1.0)}),
    "bancor payment": Case(R * ((1 + q / S) ** (1 / F) - 1), {S: RATE, q: (1e-9, 1e3), R: SIZE, F: (0.05, 1.0)}),
    "bancor proceeds": Case(
        R * (1 - (1 - p) ** (1 / F)), {R: SIZE, p: (1e-12, 0.999), F: (0.05, 1.0)}, conditioned=True
    ),
    "impermanent loss": Case(2 * sqrt(1 + x) / (2 + x) - 1, {x: (0.5, 1e6)}),
    # choices
    "log sum of two": Case(log(exp(u) + exp(v)), {u: (1e-3, 1e6), v: (-1e6, 1e6)}, conditioned=True),
    "log sum of three": Case(log(exp(u) + 2 * exp(v) + exp(w)), {u: (1.0, 1e6), v: ANY, w: ANY}),
    "softplus": Case(log(1 + exp(v)), {v: (-700.0, 1e6)}),
    "logit of two": Case(
        exp(u / T) / (exp(u / T) + exp(v / T)), {u: (1e-3, 1e3), v: (1e-3, 1e3), T: (1.0, 1e3)}, conditioned=True
    ),
    "softmax of three": Case(
        exp(u) / (exp(u) + exp(v) + exp(w)), {u: (-1e3, 1e3), v: (-1e3, 1e3), w: (-1e3, 1e3)}, conditioned=True
    ),
    "softmax with outside option": Case(
        exp(u) / (1 + exp(u) + exp(v)), {u: (-700.0, 1e3), v: (-700.0, 1e3)}, conditioned=True
    ),
    "market scoring cost": Case(b * log(exp(x / b) + exp(y / b)), {b: RATE, x: (1e-3, 1e6), y: (1e-3, 1e6)}),
    "mean of exponentials": Case(
        (x * exp(u) + y * exp(v)) / (exp(u) + exp(v)), {x: RATE, y: RATE, u: (-1e4, 1e4), v: (-1e4, 1e4)}
    ),
    "quantal response": Case(
        1 / (1 + exp(-(a * p - b) / T)), {a: RATE, b: RATE, p: SMALL, T: (1.0, 1e3)}, conditioned=True
    ),
    "entropy of two": Case(-p * log(p) - (1 - p) * log(1 - p), {p: (1e-300, 0.999)}),
    "relative growth": Case((exp(v) - 1) / v, {v: (-1e9, 700.0)}),
    "discount": Case(1 - exp(-r * T), {r: SIZE, T: SIZE}),
    "fisher pry": Case(p * exp(v) / (1 - p + p * exp(v)), {p: (1e-9, 0.999), v: (-700.0, 700.0)}, conditioned=True),
    "cosh less one": Case(sp.cosh(v) - 1, {v: (-700.0, 700.0)}),
    "moran fixation": Case((1 - exp(-v)) / (1 - exp(-n * v)), {v: (1e-9, 10.0), n: (2.0, 1e4)}),
    # contests and payoffs
    "tullock": Case(x**r / (x**r + y**r), {x: SIZE, y: SIZE, r: (0.1, 3.0)}),
    "tullock payoff": Case(K * x / (x + y) - c * x, {x: SIZE, y: SIZE, K: SIZE, c: SIZE}, conditioned=True),
    "affiliate": Case(
        k * sqrt(2 * x / m) * y / x - c * y, {k: RATE, m: RATE, x: SIZE, y: SIZE, c: RATE}, conditioned=True
    ),
    "quadratic fund": Case((sqrt(x) + sqrt(y)) ** 2, {x: SIZE, y: SIZE}),
    "root beside one": Case(sqrt(1 + x) - 1, {x: (1e-15, 1e15)}),
    "power beside one": Case((1 + x) ** F - 1, {x: (1e-15, 1e15), F: (0.01, 1.0)}),
    "price impact": Case(1 - 1 / (1 + x) ** 2, {x: (1e-12, 1e12)}),
    "constant product": Case(y - x * y / (x + q), {x: SIZE, y: SIZE, q: SIZE}),
    "weighted pool": Case(y * (1 - (x / (x + q)) ** r), {x: SIZE, y: SIZE, q: SIZE, r: (0.1, 10.0)}),
    "gompertz": Case(K * exp(-b * exp(-k * S)), {K: SIZE, b: RATE, k: SMALL, S: SIZE}, conditioned=True),
    "square of a rate": Case((1 + r) ** n, {r: SMALL, n: (1.0, 300.0)}, conditioned=True),
}


def _points(domain, rng):
    columns = []
    for low, high in domain.values():
        if low > 0:
            sizes = low * (high / low) ** rng.random(POINTS)
        else:
            limit = np.where(rng.random(POINTS) < 0.5, -low, high)
            sizes = limit * 10.0 ** (-12 * rng.random(POINTS)) * np.where(limit == high, 1.0, -1.0)
        columns.append(sizes)
    ends = np.array(np.meshgrid(*[np.array(pair, dtype=float) for pair in domain.values()])).reshape(len(domain), -1)
    return np.hstack([np.array(columns), ends[:, :16]])


def _exact(formula, symbols):
    value = sp.lambdify(symbols, elementary(formula), "mpmath")
    slopes = sp.lambdify(symbols, [s * elementary(formula).diff(s) for s in symbols], "mpmath")

    def at(point):
        with mp.workdps(DIGITS):
            numbers = [mp.mpf(one) for one in point]
            found = value(*numbers)
            condition = sum(abs(one) for one in slopes(*numbers)) / abs(found) if found else mp.mpf(0)
            return found, float(min(condition, mp.mpf(1e300)))

    return at


def worst_error(case, compiler, seed=7):
    """The largest error over the points, in units of what is allowed; and the point."""
    symbols = tuple(case.domain)
    points = _points(case.domain, np.random.default_rng(seed))
    compiled, at = compiler(case.formula, symbols), _exact(case.formula, symbols)
    worst, place = 0.0, None
    for point in points.T:
        exact, condition = at(point)
        got = compiled(*(float(one) for one in point))
        if abs(exact) < mp.mpf("1e-300") or abs(exact) > mp.mpf("1e300"):  # beyond floats the limit is enough
            ok = abs(got) < 1e-299 if abs(exact) < 1 else abs(got) > 1e299
            error = 0.0 if ok else np.inf
        else:
            error = float(abs(mp.mpf(float(got)) / exact - 1)) if np.isfinite(got) else np.inf
        error /= case.tolerance * (1 + condition * case.conditioned)
        if error > worst:
            worst, place = error, dict(zip(symbols, point, strict=True))
    return worst, place


@pytest.mark.parametrize("compiler", [compile_numpy, compile_numba], ids=["numpy", "numba"])
@pytest.mark.parametrize("name", CASES)
def test_compiled_formulas_keep_twelve_digits(name, compiler):
    worst, place = worst_error(CASES[name], compiler)
    assert worst < 1, (worst * CASES[name].tolerance, place)
