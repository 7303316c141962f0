"""Families of curves: one declaration each; how they are called, found, drawn and refused."""

import numpy as np
import pytest
import sympy as sp
from scipy.special import lambertw

from analytic import derive, plot
from analytic.curve import BondingCurve
from analytic.curve_family import Shape, curve_families, curve_family, given, many
from analytic.curves import launch, logarithmic, piecewise, polynomial, power
from analytic.pool import augmented, keys

FAMILIES = curve_families()
CLOSED = {
    "bancor", "exponential", "launch", "linear", "logarithmic", "piecewise", "power", "sigmoid"
}  # fmt: skip


def test_the_issues_families_are_there():
    assert set(FAMILIES) >= {*CLOSED, "gompertz", "polynomial"}


@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_a_declaration_says_unit_meaning_domain_and_source(name):
    family = FAMILIES[name]
    assert family.source
    assert family.summary.endswith(".")
    for each in family.declared.values():
        stated = getattr(each, "each", each)
        assert stated.unit
        assert stated.meaning
    example = family.example()
    assert example.kind == name
    assert example.reserve_form == "closed form"
    assert example.inverse_form == ("closed form" if name in CLOSED else "bracketed root")


@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_a_figure_follows_from_the_declaration(name):
    family = FAMILIES[name]
    supply, trade = family.shown
    ax = plot.curve(family.example(fee=0.01), supply=supply, trade=(supply, trade))
    line = ax.get_lines()[0]
    assert np.allclose(line.get_ydata(), family.example().price(line.get_xdata()))


def test_three_ways_to_the_same_curve():
    assert power(c=2, n=3, fee=0.1) == BondingCurve.of("power", c=2, n=3, fee=0.1)
    assert FAMILIES["power"](c=2, n=3, fee=0.1) == power(c=2, n=3, fee=0.1)
    assert BondingCurve.linear(m=1, b=2) == BondingCurve.of("linear", m=1, b=2)


def test_a_logarithm_is_inverted_by_lambert():
    S, E = sp.symbols("S E", positive=True)
    curve = logarithmic(a=5, c=10)
    assert curve.mint(S, E).has(sp.LambertW)
    spend = np.geomspace(1e-2, 1e6, 9)
    target = (5 * (60 * np.log(6) - 50) + spend) / 50
    by_hand = 10 * (np.exp(1 + lambertw((target - 1) / np.e).real) - 1) - 50
    assert curve.mint(50, spend) == pytest.approx(by_hand, rel=1e-9)


def test_pieces_may_jump_and_join():
    steps = piecewise(starts=[0, 10, 30], prices=[1, 2, 5], slopes=[0, 0, 0])
    assert steps.price([0, 9.9, 10, 29, 30, 1e6]).tolist() == [1, 1, 2, 2, 5, 5]
    assert steps.cost(5, 30) == 5 + 40 + 25
    assert steps.mint(5, 70) == 30
    assert steps.burn(35, 30) == 70
    joined = piecewise(starts=[0, 10], prices=[0, 10], slopes=[1, 0])
    assert (joined.reserve(10), joined.reserve(12), joined.mint(0, 70)) == (50, 70, 12)
    assert joined.mint(0, 0) == 0
    falling = piecewise(starts=[0, 4], prices=[8, 2], slopes=[-2, 1])
    assert falling.reserve(4) == 16
    assert falling.mint(0, 12) == pytest.approx(2)


def test_polynomials_of_any_length():
    assert polynomial(coefficients=[3]).mint(5, 12) == 4
    line = polynomial(coefficients=[1, 0.1])
    assert line.inverse_form == "closed form"
    assert line.mint(100, line.cost(100, 50)) == pytest.approx(50)
    quintic = polynomial(coefficients=[1, 0, 0, 0, 0, 2])
    assert quintic.reserve(2) == pytest.approx(2 + 2**6 / 3)
    dip = polynomial(coefficients=[2, "-0.1", "0.01"])
    assert dip.mint(3, dip.cost(3, 20)) == pytest.approx(20)


def test_the_last_token_of_a_launch():
    curve = launch(V=30, T=1000, L=800)
    assert curve.mint(0, curve.cost(0, 800)) == pytest.approx(800)
    with pytest.raises(ValueError, match="the curve ends at 800 tokens"):
        curve.cost(700, 101)


REFUSED = [
    (
        lambda: BondingCurve.of("powr", c=1, n=1),
        ValueError,
        "no family of curves is called 'powr'; the nearest are power",
    ),
    (lambda: power(c=1), TypeError, "the power curve needs c, n: n is missing"),
    (lambda: power(c=1, m=2, n=1), TypeError, "no parameter 'm'; it has"),
    (lambda: power(c=1, n=-1), ValueError, "n = -1 is not allowed: it must be >= 0"),
    (lambda: FAMILIES["bancor"](F="1.5", S0=1, R0=1), ValueError, r"F = 3/2 is not allowed: it must be in \(0, 1\]"),
    (lambda: launch(V=30, T=10, L=10), ValueError, "L = 10 is not allowed: it must be < T"),
    (lambda: polynomial(coefficients=[]), ValueError, "coefficients is a list of at least one"),
    (lambda: polynomial(coefficients=3), ValueError, "coefficients is a list of at least one"),
    (lambda: polynomial(coefficients=[1, -1]), ValueError, "it must be positive"),
    (lambda: piecewise(starts=[0, 1], prices=[1], slopes=[0]), ValueError, "got 2 starts, 1 prices and 1 slopes"),
    (lambda: piecewise(starts=[1], prices=[1], slopes=[0]), ValueError, "s0 = 1 .* starts at supply 0"),
    (lambda: piecewise(starts=[0, 5, 5], prices=[1] * 3, slopes=[0] * 3), ValueError, "s2 = 5 .* pieces come in order"),
    (lambda: piecewise(starts=[0, 5], prices=[1, 1], slopes=[-1, 0]), ValueError, "m0 = -1 .* price stays positive"),
    (lambda: piecewise(starts=[0], prices=[1], slopes=[-1]), ValueError, "m0 = -1 .* >= 0 in the last piece"),
    (lambda: piecewise(starts=[0], prices=[0], slopes=[0]), ValueError, "p0 = 0 .* > 0 where the slope is 0"),
    (lambda: FAMILIES["gompertz"](a=1, c=1, k=1).price(601), ValueError, r"supply S = 601 is outside \[0, 600\]"),
]


@pytest.mark.parametrize(("wrong", "kind", "words"), REFUSED, ids=[words for *_, words in REFUSED])
def test_a_mistake_is_named(wrong, kind, words):
    with pytest.raises(kind, match=words):
        wrong()


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("bancor", {"F": 0.333333, "S0": 1_000_000, "R0": 100_000}),
        ("bancor", {"F": sp.Symbol("F"), "S0": sp.Symbol("S_0"), "R0": sp.Symbol("R_0")}),
        ("power", {"c": 0.37, "n": 2.37}),
        ("power", {"c": sp.Symbol("c"), "n": sp.Symbol("n")}),
        ("piecewise", {"starts": [0, 1.5, 2.5], "prices": [1, 3, 2], "slopes": [0.5, -0.4, 0.1]}),
    ],
)
def test_any_decimals_and_any_symbols_are_derived(name, values):
    found = derive(BondingCurve.of(name, **values, fee=0.003))
    assert {"reserve", "any path costs the same"} <= {step.name for step in found}


def test_a_declaration_is_checked():
    with pytest.raises(ValueError, match="its arguments are S, q, E, a, not S, a"):

        @curve_family(source="none", a=given("1", "price", 1))
        def crooked(S, a):
            """Nothing."""
            return Shape(price=a)

    with pytest.raises(ValueError, match="needs a docstring"):

        @curve_family(source="none", a=given("1", "price", 1))
        def silent(S, q, E, a):
            return Shape(price=a)


def test_a_price_alone_is_enough():
    @curve_family(source="none", w=many("w", "1", "weights", (1, 2)))
    def waves(S, q, E, w):
        """A price without a closed reserve."""
        return Shape(price=w[0] + w[1] * sp.exp(-sp.sqrt(S + S**3)))

    curve = waves(w=[1, 2])
    assert curve.reserve_form == "quadrature"
    assert curve.mint(2, curve.cost(2, 3)) == pytest.approx(3)


def test_keys_against_the_loop():
    for s in range(6):
        for a in range(5):
            wanted = sum(i * i for i in range(s, s + a)) / 16000
            assert keys["price"](s=s, a=a, d=16000) == pytest.approx(wanted, abs=1e-15)
    assert keys["reserve"](s=10, d=16000) == pytest.approx(sum(i * i for i in range(10)) / 16000)
    sheet = {"s": 3, "a": 4, "d": 16000, "f": 0.05, "g": 0.02}
    fees = keys["protocol_fee"](**sheet) + keys["subject_fee"](**sheet)
    assert keys["cost"](**sheet) - fees == pytest.approx(keys["price"](**sheet)) == keys["proceeds"](**sheet) + fees
    with pytest.raises(ValueError, match=r"a = 1.5 is outside integer \[0, inf\)"):
        keys["price"](s=1, a=1.5, d=16000)


def test_an_augmented_curve_is_bancors_with_tributes():
    sheet = {"kappa": 2.5, "S": 40.0, "R": 64.0, "E": 7.0, "q": 3.0, "e": 0.22, "x": 0.02}
    curve = BondingCurve.of("bancor", F=0.4, S0=40, R0=64, buy_fee=0.22, sell_fee=0.02, fee_on="payment")
    assert augmented["spot"](**sheet) == pytest.approx(curve.price(40))
    assert augmented["minted"](**sheet) == pytest.approx(curve.mint(40, 7))
    assert augmented["proceeds"](**sheet) == pytest.approx(curve.burn(40, 3))
    assert (augmented["band_low"](**sheet), augmented["band_high"](**sheet)) == pytest.approx(curve.band(40))
    with pytest.raises(ValueError, match="no more is burnt than there is"):
        augmented["released"](kappa=2, S=1, R=1, q=2)
