"""Every declared mechanism, by what all of them promise; and the declaration's own refusals."""

import math
import re

import mpmath
import numpy as np
import pytest
import sympy as sp

from analytic import derive, plot
from analytic.compiled import compile_numpy
from analytic.derivation import DerivationError
from analytic.domain import Domain
from analytic.gathering import FAMILIES, mechanism_named, mechanisms
from analytic.mechanism import claim, condition, declare, formula, given, sketch
from analytic.special import elementary

EVERY = mechanisms()
each_mechanism = pytest.mark.parametrize("mechanism", EVERY.values(), ids=EVERY.keys())


@each_mechanism
def test_what_it_claims_holds(mechanism):
    derivation = derive(mechanism)
    assert len(derivation) >= 3
    assert all(step.points >= 20 for step in derivation)
    assert derivation.latex().count(r"\left") == derivation.latex().count(r"\right")


@each_mechanism
def test_it_says_what_it_is_and_where_it_comes_from(mechanism):
    assert re.search(r"\d{4}", mechanism.source) or re.search("definition|derived", mechanism.source.lower())
    assert len(mechanism.headline) > 20
    assert all(each.meaning and each.unit for each in mechanism.quantities.values())
    assert [row.name for row in mechanism.notation()] == list(mechanism.quantities)
    assert mechanism.latex().count("{") == mechanism.latex().count("}")


@each_mechanism
def test_its_numbers_are_its_expressions(mechanism):
    """Compiled against mpmath's 40 digits, at the example and beside it."""
    for tilt in (1.0, 1.0625):
        at = {name: _tilted(mechanism.quantities[name], tilt) for name in mechanism.quantities}
        for each in mechanism:
            expected = sp.lambdify(each.symbols, elementary(each.expression).doit(), "mpmath")
            with mpmath.workdps(40):
                exactly = float(expected(*(mpmath.mpf(at[str(s)]) for s in each.symbols)))
            found = each(**{str(s): at[str(s)] for s in each.symbols})
            assert isinstance(found, float)
            assert found == pytest.approx(exactly, rel=1e-9, abs=1e-12), each.name


def _tilted(one, tilt):
    value = one.example * tilt
    return value if value in one.domain else one.example


@each_mechanism
def test_its_formulas_take_arrays(mechanism):
    for each in mechanism:
        at = {str(s): np.full(3, float(mechanism.example[str(s)])) for s in each.symbols}
        if at:
            assert np.array_equal(each(**at), np.full(3, each(**{name: v[0] for name, v in at.items()})))


@each_mechanism
def test_it_refuses_what_is_outside_its_domain(mechanism):
    for name, one in mechanism.quantities.items():
        bounds = [(one.domain.low, -1), (one.domain.high, 1)]
        outside = [end + side * (1 + abs(end)) for end, side in bounds if math.isfinite(end)]
        for wrong in [*outside, math.nan, math.inf]:
            with pytest.raises(ValueError, match=re.escape(f"{name} = ")):
                next(iter(mechanism))(**{**mechanism.example, name: wrong})


@each_mechanism
def test_it_can_be_drawn(mechanism):
    for shown in mechanism.sketches:
        ax = plot.mechanism(mechanism, shown)
        lines = [line.get_ydata() for line in ax.get_lines()]
        assert lines
        assert all(np.all(np.isfinite(line)) for line in lines)
        assert any(np.ptp(line) > 0 for line in lines), f"{shown.formula} over {shown.over} is flat"


def test_families_are_complete():
    assert {each.kind for each in EVERY.values()} == set(FAMILIES)
    assert mechanism_named("no such thing") is None


@declare(
    "reward",
    source="folklore (1900)",
    V=given("currency", "prize", 10, "(0, inf)"),
    n=given("1", "players", 4, "integer [2, inf)"),
    x=given("1", "share taken", 0.5, "[0, 1]"),
)
def split(V, n, x):
    """A prize of which a share is divided equally."""
    part = yield formula("part", V * x / n, "currency", "what each gets")
    yield condition(sp.Le(x * n, 3), "no more than three shares are given")
    yield claim("nothing is lost", n * part + V * (1 - x), V, "parts and rest")
    yield sketch("part", over="n", low=2, high=6, x=(0.2, 0.5))


def test_symbols_in_expressions_out():
    V, n, x = split.symbols.values()
    assert n.is_integer
    assert V.is_positive
    assert split["part"]() == V * x / n
    assert split["part"](V=10, n=sp.Symbol("k")) == 10 * x / sp.Symbol("k")
    assert split["part"](V=10, n=4, x=0.5) == 1.25
    assert split["part"].kernel()(10.0, 4.0, 0.5) == 1.25


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"W": 1}, "no quantity 'W'"),
        ({"V": 1, "n": 2.5, "x": 0}, "n = 2.5 is outside integer"),
        ({"V": 1, "n": 4, "x": 0.9}, "no more than three shares"),
        ({"V": "ten", "n": 4, "x": 0.9}, "V is a number"),
        ({"V": True, "n": 4, "x": 0.9}, "V is a number"),
        ({"V": [1.0, -1.0], "n": 4, "x": 0.1}, "V = -1 is outside"),
        ({"V": [1.0, 1.0], "n": 4, "x": [0.1] * 3}, "V has the shape (2,), x has the shape (3,)"),
        ({"V": [1.0, 1.0], "n": 4}, "x is missing"),
        ({"V": "10"}, "V is a number"),
        ({"V": None, "n": 4, "x": 0.1}, "V is a number"),
        ({"V": [[1], [1, 2]], "n": 4, "x": 0.1}, "V is a number"),
        ({"V": -sp.Symbol("p", positive=True)}, "V = -p is outside"),
        ({"V": sp.I}, "V = I is outside"),
    ],
)
def test_refusals_name_the_thing(values, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        split["part"](**values)


def test_unknown_formula():
    with pytest.raises(KeyError, match="it has part"):
        split["whole"]


def test_overflow_is_no_number():
    with pytest.raises(ValueError, match="not a finite number"):
        _burst()["size"](x=1e6)


def _burst():
    @declare("reward", source="folklore (1900)", x=given("1", "size", 1, "real"))
    def burst(x):
        """A number that grows without bound."""
        yield formula("size", sp.exp(x))

    return burst


def test_a_wrong_claim_raises():
    @declare("reward", source="folklore (1900)", x=given("1", "size", 1, "real"))
    def wrong(x):
        """A square that is not one."""
        yield formula("square", x**2)
        yield claim("square", (x + 1) ** 2, x**2 + 1, "forget the cross term")

    with pytest.raises(DerivationError, match="'square' is wrong"):
        derive(wrong)


def test_a_claim_of_nothing_is_refused():
    x = sp.Symbol("x")
    with pytest.raises(ValueError, match="tells a reader nothing"):
        claim("same", x, x, "it is so")


def test_declarations_are_checked():
    with pytest.raises(ValueError, match="are not the quantities"):
        declare("reward", source="folklore", y=given("1", "size", 1))(lambda x: iter(()))
    with pytest.raises(ValueError, match="needs a docstring"):
        declare("reward", source="folklore", x=given("1", "size", 1))(lambda x: iter(()))
    with pytest.raises(ValueError, match="outside its domain"):
        given("1", "share", 2, "[0, 1]")


@pytest.mark.parametrize("text", ["[1, 0]", "(0, 0)", "0..1", "[0 1]", "(a, b)", "positive", ""])
def test_domains_that_cannot_be_read(text):
    with pytest.raises(ValueError, match=r"domain|number|expression|literal"):
        Domain.of(text)


@pytest.mark.parametrize("text", ["real", "integer", "[0, 1)", "(0, inf)", "integer [2, inf)", "(-inf, 0]", "(-1, 1)"])
def test_domains_read_what_they_write(text):
    domain = Domain.of(text)
    assert str(domain) == text
    low = domain.low if math.isfinite(domain.low) else -1e9
    high = domain.high if math.isfinite(domain.high) else 1e9
    middle = np.floor((low + high) / 2)
    symbol = sp.Symbol("x", **domain.assumptions)
    assert domain.admits(middle if domain.integer else (low + high) / 2)
    assert symbol.is_integer is (True if domain.integer else None)


def test_the_kernel_is_the_formula():
    product = EVERY["constant product"]["out"]
    at = [float(product.mechanism.example[str(s)]) for s in product.symbols]
    assert product.kernel()(*at) == compile_numpy(product.expression, product.symbols)(*at)
