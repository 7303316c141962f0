"""Special functions, arrays and kernels, against mpmath at fifty digits."""

import math

import mpmath as mp
import numpy as np
import pytest
import sympy as sp

from analytic.compiled import compile_numba, compile_numpy

x, y = sp.symbols("x y", real=True)
SPREAD = [10.0**power for power in range(-12, 13, 3)]
BRANCH = [-1 / math.e + 10.0**-power for power in (2, 4, 6, 9, 12)]


def _binomial(n, k):
    return mp.gamma(n + 1) / (mp.gamma(k + 1) * mp.gamma(n - k + 1))


CASES = [
    (sp.LambertW(x), mp.lambertw, [*SPREAD, 1e300, 1e-300, -1e-9, -0.3, -0.2, *BRANCH]),
    (sp.LambertW(x, -1), lambda z: mp.lambertw(z, -1), [-1e-300, -1e-9, -0.1, -0.25, -0.26, -0.36, *BRANCH]),
    (sp.erf(x), mp.erf, [*SPREAD, -0.4, -30.0]),
    (sp.erfc(x), mp.erfc, [1e-9, 0.3, 2.0, 20.0, -3.0]),
    (sp.Ei(x), mp.ei, [1e-12, 0.1, 1.0, 7.0, 44.9, 45.1, 700.0, -1e-9, -0.5, -1.0, -1.1, -30.0, -700.0]),
    (sp.expint(1, x), mp.e1, [1e-12, 0.5, 0.999, 1.001, 3.0, 40.0, 700.0]),
    (sp.li(x), mp.li, [0.1, 0.5, 3.0, 1e9]),
    (sp.loggamma(x), mp.loggamma, [1e-9, 0.4, 3.3, 150.0, 1e12]),
    (sp.gamma(x), mp.gamma, [1e-9, 0.4, 3.3, 150.0, -2.5]),
    (sp.factorial(x), mp.factorial, [0.0, 4.0, 20.0, 170.0]),
    (sp.floor(x), mp.floor, [-2.5, -1.0, 0.0, 3.7, 1e300]),
    (sp.ceiling(x), mp.ceil, [-2.5, -1.0, 0.0, 3.7, 1e300]),
    (sp.sign(x), mp.sign, [-1e-300, 0.0, 5.0]),
    (sp.Heaviside(x), lambda z: (mp.sign(z) + 1) / 2, [-1e-300, 0.0, 5.0]),
    (sp.binomial(7, x), lambda k: _binomial(7, k), [0.0, 1.0, 3.0, 7.0, 2.5]),
    (sp.binomial(x, 5), lambda n: _binomial(n, 5), [5.0, 12.0, 6.5, 1e6]),
]


@pytest.mark.parametrize(("formula", "truth", "places"), CASES, ids=lambda v: str(v) if isinstance(v, sp.Expr) else "")
def test_special_functions_in_both_compilers(formula, truth, places):
    with mp.workdps(50):
        exact = [float(mp.re(truth(mp.mpf(place)))) for place in places]
        bound = [1e-13 * (1 + _condition(truth, place)) for place in places]
    array = compile_numpy(formula, (x,))(np.array(places))
    kernel = compile_numba(formula, (x,))
    for place, value, size, got in zip(places, exact, bound, array, strict=True):
        assert got == pytest.approx(value, rel=size, abs=1e-307), place
        assert kernel(place) == pytest.approx(value, rel=size, abs=1e-307), place
        assert type(kernel(place)) is float


def _condition(truth, place):
    """How much the relative error of the argument grows; at jumps and at 0 there is none to grow."""
    z = mp.mpf(place)
    if z in (0, mp.floor(z)) or truth(z) == 0:
        return 0.0
    slope = (truth(z * (1 + mp.mpf("1e-20"))) - truth(z)) / (z * mp.mpf("1e-20"))
    return float(abs(z * slope / truth(z)))


OUTSIDE = [
    (sp.LambertW(x), -0.4), (sp.LambertW(x), math.nan), (sp.LambertW(x, -1), 0.1), (sp.LambertW(x, -1), -0.4),
    (sp.expint(1, x), -1.0), (sp.loggamma(x), -0.5), (sp.log(x), -1.0), (sp.sqrt(x), -1.0), (sp.sign(x), math.nan),
    (sp.Max(x, 0), math.nan), (sp.Max(0, x, 1), math.nan), (sp.Min(x, 3), math.nan), (sp.li(x), -1.0),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "place"), OUTSIDE, ids=str)
def test_outside_of_its_real_domain_a_function_is_nan(formula, place):
    assert math.isnan(compile_numpy(formula, (x,))(place))
    assert math.isnan(compile_numba(formula, (x,))(place))


def test_the_branch_point_is_reached():
    for branch in (0, -1):
        for compiler in (compile_numpy, compile_numba):
            assert compiler(sp.LambertW(x, branch), (x,))(-1 / math.e) == pytest.approx(-1.0, abs=2e-8)


@pytest.mark.parametrize("formula", [sp.DiracDelta(x), sp.zeta(x), sp.Function("f")(x), sp.Integral(sp.exp(x**x), x)])
def test_what_has_no_value_in_floats_is_refused_by_name(formula):
    for compiler in (compile_numpy, compile_numba):
        with pytest.raises(ValueError, match=f"{type(formula).__name__}.* cannot be compiled"):
            compiler(formula, (x,))


def test_what_only_arrays_have_is_refused_by_numba():
    assert compile_numpy(sp.expint(3, x), (x,))(2.5) == pytest.approx(float(mp.expint(3, 2.5)), rel=1e-14)
    with pytest.raises(ValueError, match="use compile_numpy"):
        compile_numba(sp.expint(3, x), (x,))
