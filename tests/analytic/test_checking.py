"""Claims that are false somewhere are refused, wherever that is; true ones pass."""

import numpy as np
import pytest
import sympy as sp

from analytic.checking import Side, compared, identical, random_point
from analytic.derivation import DerivationError, prove

x, y = sp.symbols("x y", positive=True)
r = sp.Symbol("r", real=True)
z = sp.Symbol("z", nonnegative=True)
n = sp.Symbol("n", integer=True, positive=True)
k = sp.Symbol("k", integer=True)
narrow = sp.Piecewise((x + 1, (x > 3) & (x < sp.Rational(3001, 1000))), (x, True))
tiny = sp.exp(-200 * (1 + x))


@pytest.mark.parametrize(
    ("left", "right", "told"),
    [
        (sp.Min(x, 9), x, {}),
        (sp.Abs(x - 9), 9 - x, {}),
        (narrow, x, {}),
        (sp.Max(0, x - 3) * sp.Max(0, sp.Rational(301, 100) - x), 0, {}),
        (sp.nan, sp.nan, {}),
        (sp.zoo * x, sp.zoo * x, {}),
        (tiny, 2 * tiny, {}),
        (sp.sin(x), sp.sin(x) + sp.Rational(1, 10**60), {}),
        (sp.sign(z), 1, {}),
        (sp.sqrt(r**2), r, {}),
        (sp.Sum(k**2, (k, 1, n)), n * (n + 1) * (2 * n + 1) / 6 + 1, {}),
        (sp.Limit(sp.sin(x) / x, x, 0), 2, {}),
        ((-1) ** k, 1, {}),
        (sp.Piecewise((0, sp.Eq(n, 1)), (n, True)), n, {}),
        (sp.floor(x), x, {}),
        (x, y, {"relation": "<"}),
        (sp.sqrt(x), x, {"relation": "<"}),
        (x, 50, {"relation": "<"}),
        (z, 0, {"relation": ">"}),
        (x, 3, {"relation": "<", "ranges": {x: (2, 4)}}),
        (sp.sqrt(-x), sp.sqrt(x), {"relation": ">"}),
        (x, x, {"ranges": {x: (-2, -1)}}),
        (1 / sp.Symbol("w", zero=True), 1 / sp.Symbol("w", zero=True), {}),
    ],
)
def test_what_is_false_somewhere_is_refused(left, right, told):
    with pytest.raises(DerivationError, match="step 'claim'"):
        prove("claim", left, right, "hope", **told)


@pytest.mark.parametrize(
    ("left", "right", "told"),
    [
        (sp.Sum(k, (k, 1, n)), n * (n + 1) / 2, {}),
        (sp.Sum(x**k, (k, 0, n)), sp.Piecewise((n + 1, sp.Eq(x, 1)), ((1 - x ** (n + 1)) / (1 - x), True)), {}),
        (sp.Limit((1 + x / n) ** n, n, sp.oo), sp.exp(x), {}),
        (sp.Integral(sp.exp(-x * y**2), (y, 0, 1)), sp.sqrt(sp.pi / x) * sp.erf(sp.sqrt(x)) / 2, {}),
        (sp.log(1 + sp.exp(x)) - sp.log(1 + sp.exp(-x)), x, {}),
        (sp.Max(x, y) + sp.Min(x, y), x + y, {}),
        (sp.LambertW(x) * sp.exp(sp.LambertW(x)), x, {}),
        ((x + y) ** 2, 4 * x * y, {"relation": ">="}),
        (-x * y - 1, 0, {"relation": "<"}),
        (x**2, x, {"relation": "<", "ranges": {x: (0, 1)}}),
        (sp.exp(x), 1 + x, {"relation": ">"}),
        (sp.exp(x), 0, {"relation": "!="}),
    ],
)
def test_what_is_true_passes(left, right, told):
    assert prove("claim", left, right, "a theorem", **told).points


def test_a_refusal_counts_the_points_and_shows_one():
    with pytest.raises(DerivationError, match=r"at x = .*left side is 9.0.*\(it fails at \d+ of \d+ points\)"):
        prove("claim", sp.Min(x, 9), x, "hope")


def test_a_sign_is_proved_by_assumptions_and_says_so():
    assert prove("second order", -x * y - 1, 0, "both positive", relation="<").symbolic
    assert not prove("bernoulli", sp.exp(x), 1 + x, "a tangent", relation=">").symbolic
    step = prove("ordered", x, x + 1, "one more", relation="<")
    assert str(step).startswith("ordered: x < x + 1")
    assert step.latex() == "x < x + 1"


@pytest.mark.parametrize("told", [{"points": 0}, {"relation": "=="}])
def test_what_cannot_be_checked_is_refused(told):
    with pytest.raises(ValueError, match="step 'claim'"):
        prove("claim", x, x, "", **told)


def test_points_meet_assumptions_and_ranges():
    rng = np.random.default_rng(7)
    even, odd = sp.Symbol("even", even=True, positive=True), sp.Symbol("odd", odd=True, negative=True)
    count = sp.Symbol("count", integer=True)
    for _ in range(50):
        point = random_point({even, odd, count, r}, rng, {count: (3, 5), r: (-1, 0)})
        assert point[even] % 2 == 0 < point[even]
        assert point[odd] % 2 == 1
        assert point[odd] < 0
        assert point[count] in (3, 4, 5)
        assert -1 < point[r] < 0


def test_cases_are_compared_in_rationals():
    side = Side(sp.Piecewise((x**2, x < 1), (sp.Max(x, y), True)))
    assert side.exact({x: sp.Rational(1, 3), y: sp.Integer(1)}) == sp.Rational(1, 9)
    assert side.exact({x: sp.Integer(2), y: sp.Integer(3)}) == 3
    assert compared(Side(sp.sqrt(x) ** 2), Side(x), {x: sp.Integer(2)}) == "="


def test_simplification_proves_common_forms_and_gives_up_in_time():
    assert identical(x**y * x, x ** (y + 1))
    assert identical(sp.log(x * y), sp.log(x) + sp.log(y))
    assert not identical((1 + x) ** 300, sum(sp.binomial(300, j) * x**j for j in range(301)))
