"""The equations of a design as LaTeX: names, escaping, balance."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
import sympy as sp

from analytic.catalogue import CATALOGUE, affiliate, holding
from analytic.derivation import POINTS, Derivation, prove
from analytic.design import OTHERS, SUPPLY_OTHERS, Design
from analytic.lettering import decimal, latex, name_latex, text_latex
from analytic.payoff import effort_payoff
from analytic.tex import (
    align,
    design_latex,
    design_notation,
    document,
    equations,
    folded,
)

A, B = sp.symbols("A B", positive=True)


def derivation() -> Derivation:
    """Two steps with everything that needs an escape in their words."""
    first = prove("50 % of a_b & {c}", (A + B) ** 2, A**2 + 2 * A * B + B**2, r"a \ b ~ c^2 < φ # $ — ∞ 漢")
    return Derivation(
        "Steps & more", (first, prove("root", sp.sqrt(A) ** 2, A, "by definition")), ("One remark: 3_4.",)
    )


def balanced(tex: str) -> bool:
    """Whether braces, environments and \\left ... \\right are balanced."""
    bare = re.sub(r"\\[{}]", "", tex)
    depth = 0
    for letter in bare:
        depth += (letter == "{") - (letter == "}")
        if depth < 0:
            return False
    begun, ended = re.findall(r"\\begin\{(.*?)\}", tex), re.findall(r"\\end\{(.*?)\}", tex)
    lefts, rights = len(re.findall(r"\\left\b", tex)), len(re.findall(r"\\right\b", tex))
    return depth == 0 and sorted(begun) == sorted(ended) and lefts == rights


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("X_others", "X_{-i}"),
        ("S_others", "S_{-i}"),
        ("minted", r"\Delta S_{i}"),
        ("budget", r"\mathrm{budget}"),
        ("limit", r"\mathrm{limit}"),
        ("lot", r"\mathrm{lot}"),
        ("k", "k"),
        ("phi", r"\phi"),
        ("phi_b", r"\phi_{b}"),
        ("eta", r"\eta"),
        ("S0", "S_{0}"),
        ("x_hold", r"x_{\mathrm{hold}}"),
        ("a_b_c2", r"a_{b,\mathrm{c2}}"),
        ("_", r"\mathrm{\_}"),
    ],
)
def test_names_are_set_as_in_a_paper(name: str, expected: str) -> None:
    assert name_latex(name) == expected


def test_an_expression_uses_these_names() -> None:
    shown = latex(sp.Symbol("budget") * OTHERS + sp.log(SUPPLY_OTHERS))
    assert "X_{-i}" in shown
    assert r"\mathrm{budget}" in shown
    assert r"\ln" in shown


def test_folding_cases_changes_no_value() -> None:
    design = affiliate()
    role = design.role()
    assert role.action is not None
    payoff = effort_payoff(design, role)
    flat = folded(payoff)
    assert not any(inner.has(sp.Piecewise) for case in flat.atoms(sp.Piecewise) for inner, _ in case.args)
    for own, others, budget in [(0, 0, 100), (5, 20, 100), (5, 0, 100), (0, 3, 100), (30, 160, 1), (7, 0, 1)]:
        place = {**design.values, design.parameter("budget").symbol: budget, role.action.symbol: own, OTHERS: others}
        assert float(payoff.subs(place)) == pytest.approx(float(flat.subs(place)), abs=1e-12)


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_every_design_is_balanced_and_names_each_parameter(name: str) -> None:
    design = CATALOGUE[name]()
    shown = design_latex(design)
    assert balanced(shown)
    assert design.latex() == shown
    for parameter in design.parameters:
        assert f"${name_latex(parameter.name)}$ &" in shown


def test_bound_numbers_show_in_the_table_and_not_in_the_equations() -> None:
    bound = affiliate().at(k="0.37")
    assert equations(bound) == equations(affiliate())
    assert "$0.37$" in design_latex(bound)


def test_the_expected_payoff_of_a_line_is_written_out() -> None:
    rows = dict(equations(holding()))
    assert r"x_{\mathrm{hold}}" in rows[r"\bar\pi_{\mathrm{hold}}"]


def test_notation_has_units_and_meanings_of_parameters_and_aggregates() -> None:
    rows = {row.name: row for row in design_notation(affiliate())}
    assert rows["k"].meaning == "reward per token brought in"
    assert rows["m"].unit == "currency/token^2"
    assert rows["X_others"].latex == "X_{-i}"
    assert rows["x"].unit == "currency"
    assert all(row.meaning for row in rows.values())


def test_text_is_escaped() -> None:
    assert text_latex("a_b & 5 %") == r"a\_b \& 5 \%"
    assert balanced(text_latex("}}{{\\"))
    assert text_latex("漢") == "[U+6F22]"
    assert text_latex("\x07") == " "


def test_long_sums_are_broken_outside_brackets() -> None:
    long = sum(sp.Symbol(f"word{chr(97 + i)}") * sp.Symbol(f"x_{i}") for i in range(12)) + 1 / (A + B) ** 2
    shown = align([("y", latex(long))])
    assert shown.count("quad") >= 2
    assert balanced(shown)


@pytest.mark.parametrize(
    ("value", "expected"), [("1/5", "0.2"), ("-1/50", "-0.02"), ("1/7", "1/7"), ("40", "40"), ("1/1024", "1/1024")]
)
def test_numbers_are_decimals_when_that_is_exact_and_short(value: str, expected: str) -> None:
    shown = decimal(sp.Rational(value))
    assert shown == expected or sp.Rational(shown) == sp.Rational(value)


@pytest.mark.parametrize("design", [affiliate(), holding()], ids=lambda design: design.name)
def test_the_document_is_complete_and_balanced(design: Design) -> None:
    tex = document(derivation(), design)
    assert tex.startswith(r"\documentclass")
    assert tex.rstrip().endswith(r"\end{document}")
    assert balanced(tex)
    assert r"50 \% of a\_b \& \{c\}" in tex
    assert f"at {POINTS} random points" in tex


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no LaTeX on this machine")
def test_the_document_compiles(tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "derivation.tex").write_text(document(derivation(), affiliate()), encoding="utf-8")
    command = ["pdflatex", "-draftmode", "-halt-on-error", "-interaction=nonstopmode", "derivation.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout.decode(errors="replace")[-2000:]
