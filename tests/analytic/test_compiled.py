"""Compiled functions against SymPy's own arbitrary-precision evaluation."""

import warnings
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

from analytic.compiled import compile_numba, compile_numpy
from analytic.differences import exp_difference, log_difference, power_difference, root_difference
from analytic.rewriting import stable
from analytic.special import elementary, expm1, log1p, logaddexp, logexpm1, logistic, softplus

x, y = sp.symbols("x y", real=True)
KEYWORD, OTHER = sp.Symbol("lambda", real=True), sp.Symbol("in", real=True)

EXPRESSIONS = [
    x * y + 1,
    x**3 + x**-2 + sp.sqrt(x) + x ** sp.Rational(1, 3) + 1 / sp.sqrt(y),
    (x + y) ** 4 / (1 + x) ** 2,
    sp.Piecewise((y / x, x > 0), (0, True)),
    sp.Piecewise((1, (x > 0) & (y > 3)), (2, (x > 3) | (y < 4)), (0, True)),
    sp.Max(1, x) * sp.Min(3, x, y),
    sp.exp(x) - 1 + sp.log(1 + sp.exp(y)) + 1 / (1 + sp.exp(-x)),
    softplus(x) + logistic(y) + logexpm1(x + 1) + log1p(x) + expm1(y),
    sp.Abs(x - y) + sp.tanh(x) + sp.sign(x - y) + sp.sinh(x) - sp.cosh(y),
    sp.sin(x) * sp.cos(y) + sp.pi * sp.E,
    sp.Integer(10) ** 30 * x / 3,
    sp.Integer(3),
]


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=str)
def test_both_compilers_agree_with_exact_evaluation(expression):
    points = [(2.0, 3.0), (0.25, 7.5)]
    array = compile_numpy(expression, (x, y))(*np.array(points).T)
    kernel = compile_numba(expression, (x, y))
    for at, got in zip(points, array, strict=True):
        exact = float(elementary(expression).subs({x: sp.Rational(at[0]), y: sp.Rational(at[1])}).evalf(40))
        assert got == pytest.approx(exact, rel=4e-15)
        assert kernel(*at) == pytest.approx(exact, rel=4e-15)
        assert type(kernel(*at)) is float


def test_results_take_the_common_shape():
    constant, product = compile_numpy((sp.Integer(2), x * y), (x, y))(np.ones((2, 3)), 5)
    assert constant.shape == product.shape == (2, 3)
    assert np.all(constant == 2)
    assert isinstance(compile_numpy(x, (x,))(3), float)


def test_long_arrays_are_the_same_as_short_ones():
    f = compile_numpy((x * y, x - y), (x, y))
    many = np.arange(400_000.0).reshape(2, -1)
    product, difference = f(many, 2)
    assert np.array_equal(product, 2 * many)
    assert np.array_equal(difference, many - 2)


def test_names_may_be_words_of_python():
    expression = KEYWORD - OTHER
    assert compile_numpy(expression, (KEYWORD, OTHER))(3, 1) == 2
    assert compile_numba(expression, (KEYWORD, OTHER))(3.0, 1.0) == 2


def test_a_branch_not_taken_gives_no_warning():
    share = sp.Piecewise((x / (x + y), x + y > 0), (0, True))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert compile_numpy(share, (x, y))([0.0, 1.0], [0.0, 1.0]).tolist() == [0.0, 0.5]
    assert compile_numba(share, (x, y))(0.0, 0.0) == 0


def test_kernels_are_called_from_kernels():
    import numba

    inner = compile_numba((x * y, x + y), (x, y))

    @numba.njit
    def outer(n):
        total = 0.0
        for i in range(n):
            product, _ = inner(float(i), 2.0)
            total += product
        return total

    assert outer(10) == 90


@pytest.mark.parametrize("size", [1e6, -1e6, 800.0, -800.0, 1e-300, 0.0])
def test_safe_functions_neither_overflow_nor_lose_their_limits(size):
    # Both come out of the plain formulas of a paper, 1/(1 + e^-x) and log(1 + e^x).
    pair = (1 / (1 + sp.exp(-x)), sp.log(1 + sp.exp(x)))
    for compiler in (compile_numpy, compile_numba):
        step, ramp = compiler(pair, (x,))(size)
        assert step == pytest.approx(0.5 if abs(size) < 1 else float(size > 0))
        assert ramp == pytest.approx(np.log(2) if abs(size) < 1 else max(size, 0.0))


@pytest.mark.parametrize("function", [logistic, softplus, log1p, expm1, logexpm1])
def test_derivative_and_form_of_a_safe_function(function):
    at = sp.Rational(3, 7)
    exact = elementary(function(x))
    assert abs(sp.N((elementary(function(x).diff(x)) - exact.diff(x)).subs(x, at), 30)) < 1e-28
    assert sp.N(function(at), 30) == pytest.approx(sp.N(exact.subs(x, at), 30))
    assert function(x).rewrite(sp.exp) == exact
    written = sp.latex(exact)
    assert sp.latex(function(x)) == (rf"\left({written}\right)" if exact.is_Add else written)


def test_expm1_and_log1p_keep_digits_that_the_plain_form_loses():
    tiny = 1e-14
    assert compile_numpy(sp.exp(x) - 1, (x,))(tiny) == pytest.approx(tiny, rel=1e-13)
    assert compile_numpy(3 * sp.exp(x) - 3, (x,))(tiny) == pytest.approx(3 * tiny, rel=1e-13)
    assert compile_numpy(sp.log(1 + x), (x,))(tiny) == pytest.approx(tiny, rel=1e-13)


def test_logexpm1_undoes_softplus():
    assert logexpm1(softplus(x)) == x
    u = np.array([-700.0, -30.0, -1e-3, 0.0, 5.0, 1e6])
    assert np.allclose(compile_numpy(logexpm1(y), (y,))(compile_numpy(softplus(x), (x,))(u)), u, rtol=1e-12)


def test_stable_keeps_the_value():
    expression = 5 / (1 + sp.exp(2 * x)) ** 2 + sp.log(2 + x) - 2 + 2 * sp.exp(x) + sp.log(sp.exp(x) - 1)
    at = sp.Rational(5, 3)
    assert abs(sp.N(elementary(stable(expression)).subs(x, at) - expression.subs(x, at), 30)) < 1e-28


def test_what_cannot_be_compiled_is_named():
    with pytest.raises(ValueError, match=r"no value for y: the arguments are x"):
        compile_numpy(x * y, (x,))
    with pytest.raises(ValueError, match="differ by their assumptions"):
        compile_numba(x, (sp.Symbol("x"),))
    with pytest.raises(ValueError, match="at least one"):
        compile_numpy((), (x,))
    with pytest.raises(TypeError, match=r"takes \(x, y\), got 1"):
        compile_numpy(x * y, (x, y))(1.0)


def test_a_lone_reciprocal_of_a_sum_keeps_its_brackets() -> None:
    x, y = sp.symbols("x y", positive=True)
    shared = 1 / (x + y)
    both = (shared, shared * sp.sqrt(x) + shared**2)
    for compile_one in (compile_numpy, compile_numba):
        first, second = compile_one(both, (x, y))(1.0, 3.0)
        assert first == 0.25
        assert second == 0.25 + 0.0625


NOT_NUMBERS = [
    None, "3", 1 + 2j, 10**400, {}, [1, [2, 3]], np.array(["1"]), np.array([1 + 1j]), np.datetime64("2020-01-01"),
    np.ma.array([1, 2], mask=[0, 1]), np.array([1.0, None], dtype=object), sp.Symbol("z"),
]  # fmt: skip


@pytest.mark.parametrize("value", NOT_NUMBERS, ids=lambda v: repr(v)[:20])
def test_a_function_of_arrays_refuses_what_is_not_a_real_number(value):
    with pytest.raises(TypeError, match="x takes real numbers"):
        compile_numpy(x**2 + 1, (x,))(value)


def test_real_numbers_of_any_kind_are_floats():
    f = compile_numpy(x**2 + 1, (x,))
    for value in (Fraction(1, 2), Decimal("0.5"), sp.Rational(1, 2), np.float32(0.5), np.array(0.5), [0.5][0]):
        assert f(value) == 1.25
    assert f(np.int8(100)) == f(np.uint8(100)) == 10001
    assert f(range(3)).tolist() == [1, 2, 5]
    assert f(np.array([Fraction(1, 2), 2], dtype=object)).tolist() == [1.25, 5]
    assert f([]).shape == (0,)


def test_kernels_compute_in_floats_whatever_they_are_given():
    kernel = compile_numba(x**2 + 1, (x,))
    assert kernel(2**62) == kernel(np.int64(2**62)) == 2.0**124  # integers would wrap around to 1
    for value in (1 + 2j, np.array([1.0, 2.0]), None, "3"):
        with pytest.raises(Exception, match="nopython"):
            kernel(value)


WORDS = ["lambda", "class", "print", "E", "I", "S", "N", "Q", "None", "True", "np", "exp", "numpy", "math", "sqrt",
         "argument_0", "x0", "x1", r"\alpha_{i}^2", "a b", "a-b", "\u03b1", "__import__('os')", "1"]  # fmt: skip


@pytest.mark.parametrize("name", WORDS)
def test_no_name_of_a_symbol_is_ever_code(name):
    s, other = sp.Symbol(name, real=True), sp.Symbol(name, positive=True)
    formula = sp.exp(s) * (1 + s) + sp.sqrt(other)
    for compiler in (compile_numpy, compile_numba):
        assert compiler(formula, (s, other))(2.0, 9.0) == pytest.approx(3 * np.exp(2) + 3, rel=1e-14)


NO_EXPRESSIONS = ["x", "__import__('os')", ["x"], None, True, [None], object()]


@pytest.mark.parametrize("given", NO_EXPRESSIONS, ids=lambda v: repr(v)[:20])
@pytest.mark.parametrize("compiler", [compile_numpy, compile_numba])
def test_a_text_is_never_compiled(given, compiler):
    with pytest.raises(TypeError, match="an expression is one of SymPy"):
        compiler(given, (x,))


NO_FLOATS = [sp.nan, sp.zoo, sp.I * x, 2 * sp.Integer(-1) ** sp.Rational(1, 3), sp.Integer(10) ** 400 + x,
             sp.Float("1e400"), sp.Contains(x, sp.Interval(0, 1)), sp.Max(x, 0).diff(x, 2),
             sp.floor(x).diff(x)]  # fmt: skip


@pytest.mark.parametrize("given", NO_FLOATS, ids=str)
@pytest.mark.parametrize("compiler", [compile_numpy, compile_numba])
def test_what_is_no_real_float_is_refused_when_compiled(given, compiler):
    with pytest.raises(ValueError, match="cannot be compiled"):
        compiler(given, (x,))


def test_an_argument_named_twice_is_refused():
    with pytest.raises(ValueError, match="named twice"):
        compile_numpy(x + 1, (x, x))


@pytest.mark.parametrize("compiler", [compile_numpy, compile_numba])
def test_cases_and_conditions(compiler):
    many = sp.symbols("a:9", real=True)
    assert compiler(sp.Max(*many) - sp.Min(*many), many)(*map(float, range(9))) == 8
    assert np.isnan(compiler(sp.Piecewise((x, x > 0)), (x,))(-1.0))
    assert compiler((x > 0) & (y < 1), (x, y))(2.0, 0.0) == 1
    assert compiler(1.5, (x,))(0.0) == 1.5
    guarded = sp.Piecewise((1 / x, x > 0), (sp.log(-x), x < -1), (sp.sqrt(x + 1), True))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert [compiler(guarded, (x,))(at) for at in (-1.0, 0.0, 2.0)] == [0, 1, 0.5]


def test_where_nothing_may_be_lost_nothing_is_lost_at_the_edges():
    S, q, n = sp.symbols("S q n", positive=True)
    for compiler in (compile_numpy, compile_numba):
        power = compiler((S + q) ** n - S**n, (S, q, n))
        assert [power(0.0, 2.0, 0.5), power(0.0, 0.0, 0.5), power(5.0, 0.0, 1.5)] == [2**0.5, 0, 0]
        exponents = compiler(sp.exp(x) - sp.exp(y), (x, y))
        assert [exponents(-800.0, 0.0), exponents(0.0, -800.0), exponents(3.0, 3.0)] == [-1, 1, 0]
        softmax = compiler(sp.exp(x) / (sp.exp(x) + sp.exp(y)), (x, y))
        assert [softmax(1e6, -1e6), softmax(-1e6, 1e6), softmax(1e6, 1e6)] == [1, 0, 0.5]
        hyperbolic = compiler((sp.exp(x) - sp.exp(-x)) / (sp.exp(x) + sp.exp(-x)), (x,))
        assert [hyperbolic(at) for at in (-1e4, 0.0, 1e4)] == [-1, 0, 1]
        cube = compiler((1 + x) ** 3 - 1, (x,))
        assert cube(-3.0) == -9
        assert cube(1e-20) == pytest.approx(3e-20, rel=1e-15)


@pytest.mark.parametrize("function", [logaddexp, exp_difference, log_difference, power_difference, root_difference])
def test_differences_are_the_forms_they_stand_for(function):
    a, b, p = sp.Rational(7, 3), sp.Rational(3, 2), sp.Rational(2, 5)
    values = {logaddexp: (x, b), power_difference: (x, b, x - b, p), root_difference: (x, b, x - b**2)}
    found = function(*values.get(function, (x, b, x - b)))
    plain = elementary(found)
    assert not plain.has(function)
    assert abs(sp.N((elementary(found.diff(x)) - plain.diff(x)).subs(x, a), 30)) < 1e-28
    assert sp.N(found.subs(x, a), 30) == pytest.approx(sp.N(plain.subs(x, a), 30))
