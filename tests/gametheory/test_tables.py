"""Tables for a paper: every best reply is marked and no other, numbers stay exact, and LaTeX accepts all of it."""

import re
import shutil
import subprocess
from fractions import Fraction as F

import numpy as np
import pytest
import sympy as sp

from gametheory.dispatch import solve
from gametheory.equilibrium import Equilibrium, EquilibriumSet
from gametheory.normal_form import NormalForm
from gametheory.tables import booktabs, equilibrium_table, latex_profile

STRANGE = ["[a]", "*", "a_b^2", "100 % & $5", "\\end{tabular}", '"q" {', "é λ ~", "漢字 #1", "-> <=", ""]
CUBIC = sp.CRootOf(sp.Symbol("x") ** 3 + 4 * sp.Symbol("x") - 1, 0)


def random_game(shape, seed, top=4):
    return NormalForm(*np.random.default_rng(seed).integers(0, top, (len(shape), *shape)))


def answers(*exact, regret=F(0), components=(), stability=None, details=None):
    found = tuple(
        Equilibrium.of(profile, regret=regret, certificate="none", stability=stability, details=details)
        for profile in exact
    )
    return EquilibriumSet(
        equilibria=found, complete=True, reason="all", concept="nash", method="m", game="g", components=components
    )


def cells(table):
    """Of a `tabular`: its rows of cells without those of titles."""
    rows = [line.removesuffix(" \\\\").split(" & ") for line in table.splitlines() if line.endswith("\\\\")]
    return [row[2:] for row in rows if len(row) > 2 and "$" in row[2]]


@pytest.mark.parametrize("shape", [(2, 2), (3, 4), (1, 3), (2, 3, 2), (2, 2, 2, 2)], ids=str)
@pytest.mark.parametrize("seed", range(3))
def test_best_replies_are_underlined_and_pure_equilibria_have_a_star(shape, seed):
    game = random_game(shape, seed, top=3)
    shown = cells(booktabs(game))
    order = [(i, *block) for block in np.ndindex(*shape[2:]) for i in range(shape[0])]
    assert len(shown) == len(order)
    for (i, *block), row in zip(order, shown, strict=True):
        assert len(row) == shape[1]
        for j, cell in enumerate(row):
            at = (i, j, *block)
            pure = [[int(a == own) for a in range(n)] for n, own in zip(shape, at, strict=True)]
            regret = game.regret(pure)
            numbers = cell.strip("$").removesuffix(r"^{\ast}").split(r",\ ")
            for k, number in enumerate(numbers):
                assert ("underline" in number) == (regret[k] == 0)
                assert int(re.sub(r"\D", "", number)) == game.payoffs[k][at]
            assert (r"\ast" in cell) == (max(regret) == 0)


def test_payoffs_are_printed_exactly_unless_too_long():
    (row,) = cells(booktabs(NormalForm([["-1/3", 2**80]], [[0.5, F(10**40 + 1, 3**90)]])))
    assert row[0] == r"$\underline{-\frac{1}{3}},\ \underline{\frac{1}{2}}^{\ast}$"
    assert row[1].startswith(rf"$\underline{{{2**80}}},\ {{\approx}}\,")
    assert float(row[1].split("{\\approx}\\,")[1].strip("$")) == pytest.approx(float(F(10**40 + 1, 3**90)), rel=1e-9)


def test_a_table_that_fits_no_page_is_refused():
    with pytest.raises(ValueError, match=r"10000 profiles.*at most 2500.*write_nfg"):
        booktabs(NormalForm(*np.zeros((2, 100, 100))))


def test_profiles_are_exact():
    e = Equilibrium.of([[F(-1, 3) + 1, F(1, 3)], [sp.sqrt(2) - 1, 2 - sp.sqrt(2)]], regret=F(0), certificate="none")
    first, second = latex_profile(e).split(r"\right),\ \left(")
    assert first == r"\left(\frac{2}{3}, \frac{1}{3}"
    assert sp.simplify(sp.sympify(second.split(",")[0].replace(r"\sqrt{2}", "sqrt(2)")) - sp.sqrt(2) + 1) == 0


def test_what_is_known_in_floats_is_said_to_be_about():
    e = Equilibrium(profile=([1 / 3, 2 / 3], [1.0, 0.0]), exact=None, regret=1e-9, support=((), ()), certificate="n")
    assert latex_profile(e).count(r"\approx") == 2
    assert "0.3333333333" in latex_profile(e)
    found = EquilibriumSet(equilibria=(e,), complete=False, reason="one", concept="nash", method="m", game="g")
    assert "~(0.3333333333, 0.6666666667)" in equilibrium_table(found)


@pytest.mark.parametrize("regret", [5.392156544e-17, 1e-9, 0.0, 0.123456, 1e-300, 3.0])
def test_a_bound_is_rounded_upwards(regret):
    e = Equilibrium(profile=([1.0],), exact=None, regret=regret, support=((0,),), certificate="n")
    found = EquilibriumSet(equilibria=(e,), complete=False, reason="one", concept="nash", method="m", game="g")
    shown = float(re.search(r"<= (\S+)", equilibrium_table(found))[1])
    assert regret <= shown <= 1.01 * regret
    tex = re.search(r"\\leq ([\d.]+)(?: \\cdot 10\^\{(-?\d+)\})?", equilibrium_table(found, style="latex"))
    assert float(f"{tex[1]}e{tex[2] or 0}") == shown


def test_columns_appear_where_something_is_known():
    profile = [[F(1), F(0)], [F(1), F(0)]]
    assert equilibrium_table(answers(profile)).splitlines()[0].split(" | ") == [
        "#", "player 1".ljust(8), "player 2".ljust(8), "regret"
    ]  # fmt: skip
    rich = answers(
        profile, profile, components=((1, 0),), stability="ess", details={"index": -1, "payoffs": (F(1), F(2))}
    )
    head, first, _ = (re.split(r" +\| +", line) for line in equilibrium_table(rich).splitlines())
    assert head == ["#", "player 1", "player 2", "payoffs", "regret", "stability", "index", "component"]
    assert first == ["0", "(1, 0)", "(1, 0)", "(1, 2)", "0", "ess", "-1", "0"]
    assert equilibrium_table(answers()) == "# | regret"
    with pytest.raises(ValueError, match="allowed: 'text', 'latex'"):
        equilibrium_table(rich, style="html")


def test_the_index_is_computed_of_the_game():
    game = NormalForm.symmetric([[2, 0], [0, 1]])
    column = [line.split(" | ")[-1] for line in equilibrium_table(solve(game), game=game).splitlines()]
    assert column == ["index", "+1", "-1", "+1"]
    with pytest.raises(ValueError, match="no equilibrium"):
        equilibrium_table(solve(game), game=NormalForm([[0, 1], [1, 0]], [[2, 1], [0, 1]]))
    degenerate = NormalForm([[1, 1]], [[1, 1]])
    assert "index" not in equilibrium_table(solve(degenerate), game=degenerate)
    lines = equilibrium_table(solve(degenerate), game=degenerate).splitlines()
    assert lines[0].endswith("component")
    assert [line[-1] for line in lines[1:]] == ["0", "0"]


def test_very_long_numbers_are_printed_short():
    huge = answers([[F(1, 3**20000), 1 - F(1, 3**20000)]])
    assert "~3.757557255e-9543" in equilibrium_table(huge)
    assert len(equilibrium_table(huge)) < 200


def document():
    names = [STRANGE[:5], STRANGE[5:]]
    payoffs = np.random.default_rng(0).integers(-9, 9, (2, 5, 5)) / 3
    strange = NormalForm(*payoffs, players=["[Ann] & Söhne", "Bob_{1}"], strategies=names)
    swapped = NormalForm(*payoffs, players=["*", "p%"], strategies=names[::-1])
    irrational = answers(
        [[CUBIC, 1 - CUBIC], [sp.sqrt(2) - 1, 2 - sp.sqrt(2)]],
        [[sum(sp.sqrt(p) for p in (2, 3, 5, 7, 11, 13, 17)) / 100, F(10**70, 10**71 + 3)], [F(1), F(0)]],
        stability="a_b & 50 %",
        details={"index": 1, "payoffs": (F(1, 2), sp.pi)},
    )
    three = random_game((2, 3, 2), 1)
    tables = [booktabs(game) for game in (strange, swapped, three, random_game((2, 2), 3))]
    tables += [equilibrium_table(solve(game), style="latex", game=game) for game in (strange, random_game((2, 2), 3))]
    tables += [equilibrium_table(irrational, style="latex"), equilibrium_table(answers(), style="latex")]
    tables += [f"${latex_profile(e)}$" for e in irrational]
    # where the package is not installed, its rules are those of the kernel
    rules = r"\let\toprule\hline\let\midrule\hline\let\bottomrule\hline\def\cmidrule(##1)##2{\cline{##2}}"
    head = (
        "\\documentclass{article}\n\\usepackage[utf8]{inputenc}\n\\usepackage[T1]{fontenc}\n\\usepackage{amsmath}\n"
        f"\\IfFileExists{{booktabs.sty}}{{\\usepackage{{booktabs}}}}{{{rules}}}\n\\begin{{document}}\\tiny\\noindent\n"
    )
    return head + "\n\n".join(tables) + "\n\\end{document}\n"


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no LaTeX on this machine")
def test_the_tables_compile(tmp_path):
    (tmp_path / "tables.tex").write_text(document(), encoding="utf-8")
    command = ["pdflatex", "-halt-on-error", "-interaction=nonstopmode", "tables.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout.decode(errors="replace")[-2000:]
    assert "Missing character" not in (tmp_path / "tables.log").read_text(encoding="latin-1")


def test_what_is_less_than_any_float_is_not_shown_as_nothing():
    game = NormalForm([["1e300", 0], [0, "1e-300"]], [[1, 0], [0, 1]])
    found = solve(game)
    assert "(~1e-600, ~1)" in equilibrium_table(found)
    assert r"{\approx}\,1 \cdot 10^{-600}" in equilibrium_table(found, style="latex")
