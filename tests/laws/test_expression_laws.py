"""Laws of the expression language, against arithmetic that knows nothing of SymPy or of the parser."""

import contextlib
import math
import time
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from analytic.compiled import compile_numba, compile_numpy
from analytic.expression import ExpressionError, exact, parse

NAMES = {"a": Fraction(3, 7), "b": Fraction(-2), "x": Fraction(5, 4)}
SYMBOLS = {name: sp.Symbol(name, real=True) for name in NAMES}

decimals = st.integers(0, 9999).map(lambda n: f"{n // 100}.{n % 100:02d}")
numbers = st.one_of(
    st.integers(0, 99).map(lambda n: (str(n), Fraction(n))),
    decimals.map(lambda text: (text, Fraction(text))),
    st.integers(1, 9).map(lambda n: (f"{n}e-2", Fraction(n, 100))),
)
leaves = st.one_of(numbers, st.sampled_from([*NAMES.items()]))


def _binary(parts):
    (left, u), (right, v), sign = parts
    if sign == "/" and v == 0:
        sign = "*"
    value = {"+": lambda: u + v, "-": lambda: u - v, "*": lambda: u * v, "/": lambda: u / v}[sign]()
    return f"({left} {sign} {right})", value


def _power(parts):
    (base, value), power = parts
    return (f"({base})**{power}", value**power) if value != 0 or power > 0 else (base, value)


def _extreme(parts):
    name, several = parts
    chosen = (min if name == "min" else max)(value for _, value in several)
    return f"{name}({', '.join(text for text, _ in several)})", chosen


def _choice(parts):
    (left, u), (right, v), (low, below), (high, above), sign = parts
    holds = {"<": u < v, "<=": u <= v, ">": u > v, ">=": u >= v, "==": u == v, "!=": u != v}[sign]
    return f"Piecewise(({low}, {left} {sign} {right}), ({high}, True))", below if holds else above


trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(inner, inner, st.sampled_from("+-*/")).map(_binary),
        st.tuples(inner, st.integers(-2, 3)).map(_power),
        inner.map(lambda part: (f"-({part[0]})", -part[1])),
        inner.map(lambda part: (f"abs({part[0]})", abs(part[1]))),
        st.tuples(st.sampled_from(["min", "max"]), st.lists(inner, min_size=2, max_size=3)).map(_extreme),
        st.tuples(inner, inner, inner, inner, st.sampled_from(["<", "<=", ">", ">=", "==", "!="])).map(_choice),
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(trees)
def test_a_text_means_what_fractions_say(tree):
    text, value = tree
    bound = {name: exact(number) for name, number in NAMES.items()}
    try:
        found = parse(text, bound)
    except ExpressionError as error:  # only where an intermediate constant leaves the floats or divides by zero
        found, reason = None, str(error)
    if found is None:
        assert any(word in reason for word in ("float", "zero", "bits", "digits"))
    else:
        assert found == sp.Rational(value.numerator, value.denominator)


@settings(max_examples=60, deadline=None)
@given(trees)
def test_symbols_bound_after_parsing_give_the_same_number(tree):
    text, value = tree
    with contextlib.suppress(ExpressionError):
        found = parse(text, SYMBOLS)
        at = {SYMBOLS[name]: exact(number) for name, number in NAMES.items()}
        assert found.subs(at).doit() == sp.Rational(value.numerator, value.denominator)


calls = st.sampled_from(["exp", "log", "sqrt", "abs", "sin", "tanh", "sigmoid", "softplus", "log1p", "expm1",
                         "floor", "ceiling", "sign", "erf", "lambertw", "cosh", "tan"])  # fmt: skip
wild = st.recursive(
    st.sampled_from(["a", "b", "x", "0", "1", "2.5", "1000", "1e30", "pi"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "**"]), inner).map(lambda p: f"({p[0]}{p[1]}{p[2]})"),
        st.tuples(calls, inner).map(lambda p: f"{p[0]}({p[1]})"),
        st.tuples(st.sampled_from(["min", "max", "binomial"]), inner, inner).map(lambda p: f"{p[0]}({p[1]}, {p[2]})"),
        st.tuples(inner, inner, inner).map(lambda p: f"Piecewise(({p[0]}, {p[1]} < {p[2]}), (1, True))"),
    ),
    max_leaves=20,
)


@settings(max_examples=200, deadline=None)
@given(wild)
def test_any_text_of_the_language_is_read_or_refused_in_bounded_time(text):
    began = time.process_time()
    with contextlib.suppress(ExpressionError):
        found = parse(text, SYMBOLS)
        assert isinstance(found, sp.Expr)
        assert found.free_symbols <= set(SYMBOLS.values())
    assert time.process_time() - began < 3


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_any_text_at_all_is_read_or_refused(text):
    with contextlib.suppress(ExpressionError):
        parse(text, SYMBOLS)


words = ["a", "b", "x", "0", "1", "2.5", "1e300", "(", ")", "+", "-", "*", "/", "**", ",", "<", "==", " and ", "True",
         "Piecewise((", "exp(", "log(", "min(", "floor(", "binomial(", "lambda ", ".", "__", "[", "=",
         " if "]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(words), max_size=60).map("".join))
def test_any_words_of_the_language_in_any_order_are_read_or_refused(text):
    began = time.process_time()
    try:
        parse(text, SYMBOLS)
    except ExpressionError as error:
        assert error.text == text  # noqa: PT017
        assert 0 < error.column <= len(text) + 1  # noqa: PT017
    assert time.process_time() - began < 3


@settings(max_examples=200, deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_an_exact_number_is_the_decimal_of_its_float(number):
    found = exact(number)
    assert float(found) == number
    assert Fraction(int(found.p), int(found.q)) == Fraction(repr(number))


@settings(max_examples=12, deadline=None)
@given(trees)
def test_compiled_functions_agree_with_fractions(tree):
    text, value = tree
    with contextlib.suppress(ExpressionError):
        found = parse(text, SYMBOLS)
        arguments, inputs = tuple(SYMBOLS.values()), [float(number) for number in NAMES.values()]
        results = [compiler(found, arguments)(*inputs) for compiler in (compile_numpy, compile_numba)]
        scale = 1.0 + abs(float(value))
        if math.isfinite(scale):
            jumps = "Piecewise" in text  # a comparison of equals may fall either way in floats
            assert results[0] == pytest.approx(results[1], rel=1e-9, abs=1e-9) or jumps
            assert np.allclose(results, float(value), rtol=1e-6, atol=1e-6 * scale) or jumps
