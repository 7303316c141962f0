"""Equations fit their lines; what is named stands for what it replaced."""

import pytest
import sympy as sp

from analytic.layout import LINE, broken, laid_out, lines, width

x, y = sp.symbols("x y")
many = sp.symbols("alpha_1:40", positive=True)


@pytest.mark.parametrize(
    ("tex", "expected"),
    [("x", 1), (r"\frac{a b}{c}", 2.4), ("x^{2}", 1.7), (r"\left(x\right)", 3), ("x + y", 4.5), (r"\alpha", 1)],
)
def test_widths(tex, expected):
    assert width(tex) == pytest.approx(expected)


def test_cases_are_as_wide_as_their_widest_row():
    one = width(r"\begin{cases} x & \text{for} \\ x & \text{otherwise} \end{cases}")
    two = width(r"\begin{cases} x & \text{for} \\ x + y + x + y & \text{otherwise} \end{cases}")
    assert two > one + 5


@pytest.mark.parametrize(
    "told",
    [
        sp.Eq(y, sum(each * x for each in many), evaluate=False),
        sp.Eq(y, sum(many) / x, evaluate=False),
        sp.Eq(sum(many), x / sum(many[:30]), evaluate=False),
        sp.Ge(sp.sqrt(sum(many)), sp.exp(sum(many[:35]) * x), evaluate=False),
        sp.Eq(
            y,
            sp.Piecewise((sum(many) / x, x > 1), (1 / sum(many[:25]), True)) * sp.sqrt(1 + sum(many[3:30])),
            evaluate=False,
        ),
        sp.Eq(y, sp.Mul(*many), evaluate=False),
    ],
)
def test_every_line_fits(told):
    assert all(width(line) <= LINE * 1.05 for part in laid_out(told) for line in part)


def test_breaking_loses_nothing():
    whole = sp.latex(sum(each * x for each in many))
    assert " ".join(broken(whole)).replace(" ", "") == whole.replace(" ", "")
    assert len(broken(whole)) > 1
    assert lines("x", "y", "<=") == [r"x \leq y"]


def test_inside_brackets_nothing_is_broken():
    inside = r"\left(" + " + ".join(["x"] * 60) + r"\right)"
    assert all(line.count(r"\left") == line.count(r"\right") for line in broken(f"{inside} + {inside}"))
