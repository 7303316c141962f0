"""A wrong step raises; a true one says how it was checked."""

import pytest
import sympy as sp

from analytic.derivation import Derivation, DerivationError, derive, prove

x, y = sp.symbols("x y", positive=True)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ((x + 1) ** 2, x**2 + 2 * x + 2),
        (sp.sqrt(x**2 + y), x + y),
        (sp.exp(x + y), sp.exp(x) + sp.exp(y)),
        (sp.sin(x), sp.sin(x) + sp.Rational(1, 10**30)),
        (x, sp.zoo * x),
    ],
)
def test_a_wrong_step_raises_with_the_point(left, right):
    with pytest.raises(DerivationError, match=r"step 'claim' is wrong: at x = "):
        prove("claim", left, right, "hope")


def test_true_steps_are_checked_by_simplification_and_at_points():
    step = prove("square", (x + 1) ** 2, x**2 + 2 * x + 1, "expand")
    assert step.symbolic
    assert step.points > 0
    assert prove("root", sp.sqrt(x**2), x, "x is positive").symbolic


def test_points_respect_assumptions_and_ranges():
    low = sp.Symbol("low", negative=True)
    assert prove("sign", sp.Abs(low), -low, "negative").points
    share = sp.Symbol("share", real=True)
    with pytest.raises(DerivationError):
        prove("in the unit interval", sp.Abs(1 - share), 1 - share, "no range")
    assert prove("in the unit interval", sp.Abs(1 - share), 1 - share, "a share", ranges={share: (0, 1)}).points


def test_a_derivation_is_read_by_name():
    steps = Derivation("title", (prove("one", x + x, 2 * x, "add"),))
    assert steps["one"].right == 2 * x
    assert r"\begin{align*}" in steps.latex()
    with pytest.raises(KeyError, match="no step 'two'"):
        steps["two"]
    with pytest.raises(TypeError, match="no derivation is known for a int"):
        derive(3)
