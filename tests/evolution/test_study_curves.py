"""Curves in study files: every family by its name, parameters as numbers or expressions, mistakes by their place."""

import pytest
import sympy as sp

from analytic.curve import BondingCurve
from analytic.curve_family import curve_families
from evolution.study.study_file import StudyError, load_study

STUDY = """
[parameters]
u = 0.5
n = 5
[curve.token]
%s
fee = 0.01
[role.affiliate]
count = "n"
action = {x = [0, 40]}
moves = ["spend u*x", "contribute x to token", "claim u*minted from designer"]
[account.designer]
budget = 100
[play]
order = "batch"
matching = ["closed group"]
"""
FAMILIES = curve_families()


def loaded(tmp_path, curve):
    path = tmp_path / "study.toml"
    path.write_text(STUDY % curve)
    return load_study(str(path)).design


def table(values):
    def text(value):
        return f"[{', '.join(map(text, value))}]" if isinstance(value, tuple) else f'"{value}"'

    return "{" + ", ".join(f"{name} = {text(value)}" for name, value in values.items()) + "}"


@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_every_family_is_said_by_its_name(tmp_path, name):
    family = FAMILIES[name]
    design = loaded(tmp_path, f"{name} = {table(family.examples)}")
    assert design.curves["token"] == family.example(fee="0.01")


def test_parameters_may_be_expressions_in_the_studys_own(tmp_path):
    design = loaded(tmp_path, 'power = {c = "u**2", n = 2}')
    u = next(iter(design.curves["token"].free_symbols))
    assert design.curves["token"].price(3) == 9 * u**2
    steps = loaded(tmp_path, 'piecewise = {starts = [0, "2*n"], prices = [1, "u + 1"], slopes = [0, 0]}').curves[
        "token"
    ]
    assert steps.at(n=5, u="0.5").cost(9, 2) == pytest.approx(1.01 * 2.5)


@pytest.mark.parametrize(
    ("curve", "words"),
    [
        ("power = {c = 1}", "curve.token.power.n: is missing"),
        ("power = {c = 1, m = 2, n = 1}", "curve.token.power: unknown key 'm'"),
        ("power = {c = 0, n = 2}", "curve.token.power: c = 0 is not allowed: it must be > 0"),
        ("pover = {c = 1, n = 2}", "curve.token: unknown key 'pover'; did you mean 'power'"),
        ("polynomial = {coefficients = []}", "curve.token.polynomial.coefficients"),
        ("polynomial = {coefficients = 3}", "curve.token.polynomial.coefficients"),
        ("bancor = {F = 2, S0 = 1, R0 = 1}", r"curve.token.bancor: F = 2 is not allowed: it must be in \(0, 1\]"),
        ("linear = {m = 1, b = 0}\npower = {c = 1, n = 2}", "needs a family .* got linear and power"),
        ("", "needs a family .* or an expression, got none"),
    ],
)
def test_a_mistake_is_placed(tmp_path, curve, words):
    with pytest.raises(StudyError, match=words):
        loaded(tmp_path, curve)


def test_a_curve_in_a_study_is_the_curve_in_python(tmp_path):
    found = loaded(tmp_path, 'launch = {V = 30, T = 1073000000, L = "793.1e6"}').curves["token"]
    assert found == BondingCurve.of("launch", V=30, T=1_073_000_000, L=sp.Integer(793_100_000), fee=0.01)
