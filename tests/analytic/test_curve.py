"""Bonding curves: known answers, kinds of input, conventions of fees, and refusals."""

import numpy as np
import pytest
import sympy as sp
from scipy.integrate import quad
from scipy.optimize import brentq

from analytic.curve import BondingCurve
from analytic.expression import ExpressionError

linear, exponential = BondingCurve.linear, BondingCurve.exponential
sigmoid, written = BondingCurve.sigmoid, BondingCurve.from_expression
PUMP = {"text": "30*1.073e9/(1.073e9 - S)**2", "supply": (0, 793.1e6)}


def test_a_scalar_gives_a_float_and_an_array_an_array():
    curve = linear(m=0.1, b=1)
    for value in (curve.price(3), curve.reserve(3), curve.cost(3, 2), curve.mint(3, 2), curve.burn(3, 2)):
        assert type(value) is float
    assert type(curve.slippage(3, 2)) is float
    assert curve.cost([1.0, 2.0], [[1.0], [2.0], [3.0]]).shape == (3, 2)
    assert curve.price(np.arange(4)).tolist() == pytest.approx([1.0, 1.1, 1.2, 1.3])
    assert curve.cost(np.array([]), 1.0).shape == (0,)


def test_inputs_are_left_as_they_were():
    S, q = np.arange(3.0), np.ones(3)
    linear(m=1, b=1, fee=0.1).cost(S, q)
    linear(m=1, b=1, fee=0.1).burn(S + 1, q)
    assert S.tolist() == [0, 1, 2]
    assert q.tolist() == [1, 1, 1]


def test_symbols_in_expressions_out():
    m, b, S, q, E = sp.symbols("m b S q E", positive=True)
    curve = linear(m=m, b=b)
    assert sp.expand(curve.cost(S, q) - (m * ((S + q) ** 2 - S**2) / 2 + b * q)) == 0
    assert sp.simplify(curve.cost(S, curve.mint(S, E)) - E) == 0
    assert sp.simplify(curve.slippage(S, q) - m * q / (2 * (m * S + b))) == 0
    assert linear(m=0.02, b=0).mint(0, E) == 10 * sp.sqrt(E)
    assert linear(m=0.1, b=1).price(sp.Integer(3)) == sp.Rational(13, 10)
    assert curve.price(3) == 3 * m + b


def test_symbolic_forms_are_those_of_a_paper():
    a, k, K, c, S, q, E = sp.symbols("a k K c S q E", positive=True)
    grown, bent = exponential(a, k), sigmoid(K, k, c)
    assert sp.simplify(grown.price(S) - a * sp.exp(k * S)) == 0
    assert sp.simplify(grown.cost(S, q) - a / k * (sp.exp(k * (S + q)) - sp.exp(k * S))) == 0
    assert sp.simplify(grown.cost(S, grown.mint(S, E)) - E) == 0
    assert sp.simplify(bent.price(S) - K / (1 + sp.exp(-k * (S - c)))) == 0
    ramp = K / k * (sp.log(1 + sp.exp(k * (S + q - c))) - sp.log(1 + sp.exp(k * (S - c))))
    assert sp.simplify(bent.cost(S, q) - ramp) == 0
    at = {a: 2, k: sp.Rational(1, 3), K: 5, c: 4, S: 3, E: 7}
    assert abs(sp.N((bent.cost(S, bent.mint(S, E)) - E).subs(at), 30)) < 1e-25


def test_at_binds_symbols_in_parameters_fees_and_domain():
    m, phi = sp.symbols("m phi")
    curve = linear(m=m, b=1, fee=phi)
    bound = curve.at(m=0.1, phi=0.01)
    assert bound == linear(m=0.1, b=1, fee=0.01)
    assert hash(bound) == hash(linear(m=0.1, b=1, fee=0.01))
    assert bound.cost(100, 50) == pytest.approx(1.01 * 675)
    N = sp.Symbol("N", positive=True)
    pump = written("30*N/(N - S)**2", N=N, supply=(0, N / 2)).at(N=1.073e9)
    assert pump.supply[1] == sp.Rational(1_073_000_000, 2)
    with pytest.raises(ValueError, match="no symbol 'mm' to bind; it has m"):
        curve.at(mm=1)
    with pytest.raises(ValueError, match="m = -1"):
        curve.at(m=-1)
    with pytest.raises(ValueError, match=r"no numbers for m, phi: bind them with at"):
        curve.price(np.ones(3))


@pytest.mark.parametrize(
    ("curve", "reserve_form", "inverse_form"),
    [
        (linear(1, 1), "closed form", "closed form"),
        (exponential(1, 1), "closed form", "closed form"),
        (sigmoid(1, 1, 1), "closed form", "closed form"),
        (written("3"), "closed form", "closed form"),
        (written("S**2"), "closed form", "closed form"),
        (written("2*S + 3"), "closed form", "closed form"),
        (written("sqrt(S + 1)"), "closed form", "closed form"),
        (written("exp(S/9)"), "closed form", "closed form"),
        (written(**PUMP), "closed form", "closed form"),
        (written("1 + S + S**3"), "closed form", "bracketed root"),
        (written("log(2 + S)"), "closed form", "bracketed root"),
        (written("Piecewise((1, S < 10), (S/10, True))"), "closed form", "bracketed root"),
        (written("exp(-sqrt(S + S**3)) + 1"), "quadrature", "bracketed root"),
    ],
    ids=lambda value: str(getattr(value, "price_expression", value)),
)
def test_how_a_curve_is_solved_is_stated_and_right(curve, reserve_form, inverse_form):
    assert (curve.reserve_form, curve.inverse_form) == (reserve_form, inverse_form)
    assert (curve.inverse_expression is None) == (inverse_form == "bracketed root")
    S, q = 7.0, 5.0
    expected = quad(curve.price, S, S + q, points=[10.0], epsabs=0, epsrel=1e-12)[0]
    assert curve.cost(S, q) == pytest.approx(expected, rel=1e-10)
    assert curve.reserve(S) == pytest.approx(quad(curve.price, 0, S, epsabs=0, epsrel=1e-12)[0], rel=1e-9)
    assert curve.mint(S, expected) == pytest.approx(brentq(lambda d: curve.cost(S, d) - expected, 0, 50), rel=1e-9)


def test_constant_and_degenerate_lines():
    flat = linear(m=0, b=2)
    assert (flat.cost(10, 3), flat.mint(10, 6), flat.slippage(10, 3)) == (6, 3, 0)
    origin = linear(m=2, b=0)
    assert origin.mint(0, 0) == 0
    assert origin.mint(0, [0.0, 9.0]).tolist() == [0, 3]


@pytest.mark.parametrize("fee_on", ["curve", "payment"])
def test_fee_conventions(fee_on):
    curve = linear(m=0.1, b=1, buy_fee=0.2, sell_fee=0.1, fee_on=fee_on)
    rise = 675.0
    paid = {"curve": 1.2 * rise, "payment": rise / 0.8}[fee_on]
    assert curve.cost(100, 50) == pytest.approx(paid)
    assert curve.burn(150, 50) == pytest.approx(0.9 * rise)
    assert curve.mint(100, paid) == pytest.approx(50)
    assert curve.buy_charge(rise) == pytest.approx((paid, paid - rise))
    assert curve.sell_release(rise) == pytest.approx((0.9 * rise, 0.1 * rise))
    assert (curve.price(100), curve.slippage(100, 50)) == pytest.approx((11, 5 / 22))
    x = sp.Symbol("x", positive=True)
    assert curve.buy_charge(x)[0] == {"curve": 6 * x / 5, "payment": 5 * x / 4}[fee_on]
    assert curve.sell_release(x) == (9 * x / 10, x / 10)
    assert curve.buy_charge(np.array([rise]))[0].tolist() == pytest.approx([paid])


def test_a_direction_without_a_fee_of_its_own_takes_the_common_one():
    fees = linear(1, 1, fee=0.3, sell_fee=0).fees
    assert (fees.buy, fees.sell) == (sp.Rational(3, 10), 0)


def test_pump_fun_from_its_published_constants():
    curve = written(**PUMP, fee=0.01)
    assert curve.cost(0, 793.1e6) / 1.01 == pytest.approx(30 * 1.073e9 / (1.073e9 - 793.1e6) - 30)
    assert curve.mint(0, curve.cost(0, 793.1e6)) == pytest.approx(793.1e6)
    with pytest.raises(ValueError, match=r"spend = .* is outside \[0, 85\.005"):
        curve.mint(0, 90)
    with pytest.raises(ValueError, match=r"quantity q = .* is outside \[0, 93100000\]"):
        curve.cost(700e6, 100e6)
    with pytest.raises(ValueError, match=r"supply S = 800000000 is outside \[0, 793100000\]"):
        curve.price(8e8)


def test_extremes_neither_overflow_nor_warn():
    bent = sigmoid(K=10, k=1, S0=1000)
    assert bent.price([0, 1e6]).tolist() == [0, 10]
    assert bent.cost(1e6, 5) == pytest.approx(50)
    assert bent.mint(1e6, 50) == pytest.approx(5)
    assert sigmoid(K=10, k=1, S0=-1_000_000).price(0) == 10
    assert sigmoid(K=10, k=1, S0=1_000_000).cost(0, 1e6) == pytest.approx(10 * np.log(2))
    steep = exponential(a=1, k=1)
    assert steep.mint(700, steep.cost(700, 1e-9)) == pytest.approx(1e-9)
    assert exponential(a=2, k=1e-200).cost(5, 3) == pytest.approx(6)
    with pytest.raises(ValueError, match="price is larger than any float"):
        steep.price(800)


BAD = [
    (lambda: linear(m=-1, b=1), r"m = -1 is not allowed: it must be >= 0"),
    (lambda: linear(m=1, b=-0.5), r"b = -1/2 is not allowed"),
    (lambda: linear(m=0, b=0), r"b = 0 is not allowed: it must be > 0 when m = 0"),
    (lambda: exponential(a=0, k=1), r"a = 0 is not allowed: it must be > 0"),
    (lambda: exponential(a=1, k=0), r"k = 0"),
    (lambda: sigmoid(K=-1, k=1, S0=0), r"K = -1"),
    (lambda: linear(m=float("nan"), b=1), r"must be finite"),
    (lambda: linear(m="0.1x", b=1), r"a number is written like"),
    (lambda: linear(m=sp.Symbol("S", real=True, nonnegative=True), b=1), r"free of S, q and E"),
    (lambda: linear(1, 1, fee=1), r"buy_fee = 1 is outside \[0, 1\)"),
    (lambda: linear(1, 1, sell_fee=-0.1), r"sell_fee = -1/10 is outside"),
    (lambda: linear(1, 1, fee_on="gross"), r"fee_on is 'curve' or 'payment', got 'gross'"),
    (lambda: written("1 - S"), r"the price 1 - S is .* at supply S = .*state the domain"),
    (lambda: written("S", supply=(5, 2)), r"supply = \(5, 2\) is not allowed"),
    (lambda: linear(1, 1).price(-1), r"supply S = -1 is outside \[0, inf\)"),
    (lambda: linear(1, 1).price(float("nan")), r"supply S = nan"),
    (lambda: linear(1, 1).price([1.0, np.inf]), r"supply S = inf is not a finite number"),
    (lambda: linear(1, 1).cost(1, [1.0, -2.0]), r"quantity q = -2 is outside \[0, inf\)"),
    (lambda: linear(1, 1).cost(1, float("nan")), r"quantity q = nan"),
    (lambda: linear(1, 1).mint(1, -2), r"spend = -2 is outside"),
    (lambda: linear(1, 1).burn(1, 2), r"quantity q = 2 is outside \[0, 1\]"),
    (lambda: linear(1, 1).burn(sp.Integer(1), 2), r"quantity q = 2 is not allowed"),
    (lambda: linear(1, 1).price(sp.Integer(-1)), r"S = -1 is not allowed"),
    (lambda: linear(1, 0).slippage(0, 1), r"spot price, which is 0"),
    (lambda: linear(1, 1).price("1"), r"supply S is a number"),
    (lambda: written("log(2 + S)").mint(sp.Symbol("S"), 1), r"no closed form"),
]


@pytest.mark.parametrize(("wrong", "words"), BAD, ids=[words for _, words in BAD])
def test_a_mistake_is_named_with_its_value_and_range(wrong, words):
    with pytest.raises(ValueError, match=words):
        wrong()


def test_code_in_a_curve_is_refused():
    with pytest.raises(ExpressionError, match="unknown name 'x'"):
        written("x + 1")
    with pytest.raises(ExpressionError):
        written("__import__('os').getcwd()")


def test_slippage_is_zero_for_nothing_and_symbolic_in_the_limit():
    assert linear(1, 1).slippage(3, [0.0, 0.0]).tolist() == [0, 0]
    assert exponential(1, 1).slippage(3, 0) == 0
    assert linear(1, 1).slippage(sp.Symbol("S"), 0) == 0


def test_latex_has_the_four_equations():
    text = linear(m=sp.Symbol("m"), b=sp.Symbol("b"), fee=sp.Symbol("phi")).latex()
    assert text.startswith(r"\begin{aligned}")
    assert all(f"{left} &=" in text for left in ("P(S)", "R(S)", "C(S, q)", "Q(S, E)"))
    assert "Q(S" not in written("log(2 + S)").latex()
    assert "expm1" not in exponential(1, 1).latex()
