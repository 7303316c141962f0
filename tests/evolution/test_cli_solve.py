"""`tokengames solve`: a file or matrices in; a table, JSON or LaTeX out; one message for a mistake."""

from __future__ import annotations

import json
import subprocess
import sys
from fractions import Fraction as F
from pathlib import Path

import numpy as np
import pytest

from evolution import cli
from evolution.solving import found_json, game_from
from gametheory.equilibrium import Equilibrium, EquilibriumSet
from gametheory.matrix_text import parse_matrix
from gametheory.nfg import write_nfg
from gametheory.normal_form import NormalForm

MEET = "[[2, 0], [0, 1]]"
CHICKEN = NormalForm.symmetric([[0, 7], [2, 6]], strategies=["dare", "yield"])


def leave(*tokens: str) -> int:
    """Run the command and give its exit code."""
    with pytest.raises(SystemExit) as ended:
        cli.main(tokens)
    return int(ended.value.code or 0)


@pytest.fixture
def chicken(tmp_path: Path) -> str:
    """A file with the game of chicken."""
    write_nfg(CHICKEN, tmp_path / "chicken.nfg", title="chicken")
    return str(tmp_path / "chicken.nfg")


def test_a_file_is_solved_and_told_in_a_table(chicken: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert leave("solve", chicken) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    assert shown.out.startswith("3 answers (nash, vertex enumeration) for NormalForm of 2 players, 2 x 2.\nComplete: ")
    assert "player 1 chooses among dare, yield" in shown.out
    assert shown.out.splitlines()[-3:] == [
        "0 | (1, 0)     | (0, 1)     | (7, 2)       | 0      | +1",
        "1 | (1/3, 2/3) | (1/3, 2/3) | (14/3, 14/3) | 0      | -1",
        "2 | (0, 1)     | (1, 0)     | (2, 7)       | 0      | +1",
    ]


def test_json_has_exact_numbers_and_floats(chicken: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert leave("solve", chicken, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["complete"] is True
    assert told["reason"]
    assert (told["concept"], told["method"]) == ("nash", "vertex enumeration")
    assert told["game"] == {
        "players": ["player 1", "player 2"],
        "strategies": [["dare", "yield"]] * 2,
        "shape": [2, 2],
    }
    assert told["components"] == [[0], [1], [2]]
    for e in told["equilibria"]:
        exact = [[F(p) for p in part] for part in e["exact"]]
        assert CHICKEN.regret(exact) == (0, 0)
        np.testing.assert_allclose(np.array(exact, dtype=float), e["profile"], rtol=1e-15)
        assert (e["regret"], e["regret_exact"]) == (0.0, "0")
        assert [F(p) for p in e["details"]["payoffs"]] == list(CHICKEN.expected(exact))


def test_json_stays_json_whatever_numbers_there_are() -> None:
    e = Equilibrium(
        profile=([1.0],), exact=None, regret=1e-9, support=((0,),), certificate="c", details={"x": float("inf")}
    )
    found = EquilibriumSet(equilibria=(e,), complete=False, reason="r", concept="nash", method="m", game="g")
    told = json.loads(found_json(CHICKEN, found), parse_constant=lambda word: pytest.fail(word))
    assert told["equilibria"][0]["details"] == {"x": "inf"}
    assert (told["equilibria"][0]["regret"], told["equilibria"][0]["regret_exact"]) == (1e-9, None)


def test_latex_has_both_tables(chicken: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert leave("solve", chicken, "--latex") == 0
    shown = capsys.readouterr().out
    assert shown.count(r"\begin{tabular}") == shown.count(r"\end{tabular}") == 2
    assert r"$\underline{7},\ \underline{2}^{\ast}$" in shown
    assert r"$\left(\frac{1}{3}, \frac{2}{3}\right)$" in shown
    assert "% Complete: " in shown


@pytest.mark.parametrize(
    ("tokens", "game"),
    [
        ((MEET, "--symmetric"), NormalForm.symmetric([[2, 0], [0, 1]])),
        ((" [[1,-1],[-1, 1/2]]", "--zero-sum"), NormalForm.zero_sum([[1, -1], [-1, F(1, 2)]])),
        (("[[0.1, 1e3]]", "[[-2/4, .5]]"), NormalForm([[F(1, 10), 1000]], [[F(-1, 2), F(1, 2)]])),
        (("[[[1],[2]]]", "[[[3],[4]]]", "[[[5],[6]]]"), NormalForm([[[1], [2]]], [[[3], [4]]], [[[5], [6]]])),
    ],
)
def test_matrices_say_the_game(tokens: tuple[str, ...], game: NormalForm, capsys: pytest.CaptureFixture[str]) -> None:
    matrices = [token for token in tokens if not token.startswith("--")]
    assert game_from(matrices, symmetric="--symmetric" in tokens, zero_sum="--zero-sum" in tokens) == game
    assert leave("solve", *tokens, "--json") == 0
    for e in json.loads(capsys.readouterr().out)["equilibria"]:
        assert max(game.regret([[F(p) for p in part] for part in e["exact"]])) == 0


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (("--concept", "pure"), 0, "2 answers (pure, "),
        (("--concept", "ess"), 0, "2 answers (ess, "),
        (("--concept", "social optimum"), 0, "1 answer (social optimum, "),
        (("--method", "support enumeration"), 0, "3 answers (nash, support enumeration)"),
        (("--method", "pure"), 3, "Not complete: "),
        (("--max-equilibria", "1"), 3, "Not complete: "),
        (("--time-limit", "60"), 0, "Complete: "),
    ],
)
def test_options_reach_the_solver(
    options: tuple[str, ...], code: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert leave("solve", MEET, "--symmetric", *options) == code
    assert says in capsys.readouterr().out


@pytest.mark.parametrize(
    ("tokens", "says"),
    [
        ((), "GAME"),
        ((MEET,), "--symmetric on the command line"),
        ((MEET,), "--zero-sum"),
        ((MEET, "--symmetric", "--zero-sum"), "give one of them"),
        ((MEET, MEET, "--zero-sum"), "zero-sum is how one matrix is read"),
        ((MEET, "[[1]]"), "shape"),
        (("[[1, 2]]", "--symmetric"), "square"),
        (("[[1, 2], [3]]", "--zero-sum"), "ragged"),
        (("[1, 2]", "--zero-sum"), "axes"),
        (("[[1, 2]", "--zero-sum"), "line 1, column 8: found the end; expected , or ]"),
        (("[[1 2]]", "--zero-sum"), "column 5: found '2'; expected , or ]"),
        (("[[1, 2]] 3", "--zero-sum"), "column 10: found '3'; expected the end"),
        (("[[1, x]]", "--zero-sum"), "column 6: found 'x', which is no number"),
        (("[[1, nan]]", "--zero-sum"), "'nan', which is no number"),
        (("[[1, 1/0]]", "--zero-sum"), "divides by 0"),
        (("[[1, 1e999]]", "--zero-sum"), "beyond 1.8e308"),
        (("[[1, __import__('os')]]", "--zero-sum"), "which is no number"),
        (("[[]]", "--zero-sum"), "column 3: found ']'; expected a number or ["),
        (("[" * 5000, "--zero-sum"), "At most 64"),
        ((MEET, "[[1, 2], [3, y]]"), "matrix 2, line 1, column 14"),
        (("no/such.nfg",), "'no/such.nfg' is no file"),
        (("3,0;5,1",), "matrices such as"),
        ((".",), "is no file"),
        ((MEET, "--symmetric", "--concept", "nsh"), "Did you mean 'nash'"),
        ((MEET, "--symmetric", "--method", "magic"), "allowed: vertex enumeration"),
        ((MEET, "--symmetric", "--concept", "ess", "--max-equilibria", "3"), "max_equilibria"),
        ((MEET, "--symmetric", "--max-equilibria", "0"), "at least 1"),
        ((MEET, "--symmetric", "--time-limit", "-1"), "positive"),
        ((MEET, "--symmetric", "--max-equilibria", "x"), "--max-equilibria"),
        ((MEET, "--symmetric", "--json", "--latex"), "exclude"),
        ((MEET, "--symetric"), "--symetric"),
    ],
)
def test_a_mistake_is_one_message(tokens: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert leave("solve", *tokens) == 2
    shown = capsys.readouterr()
    assert shown.err.startswith("tokengames: ")
    assert says in shown.err
    assert shown.out == ""
    assert len(shown.err) < 500


def test_a_broken_file_is_told_with_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "broken.nfg"
    path.write_text('NFG 1 R "t" { "a" "b" }\n{ 2 2 }\n1 2 3 4 5 six 7 8\n', encoding="utf-8")
    assert leave("solve", str(path)) == 2
    assert f"{path}, line 3, column 11: found 'six'" in capsys.readouterr().err


def test_a_file_stands_alone(chicken: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert leave("solve", chicken, MEET) == 2
    assert "beside another game" in capsys.readouterr().err
    assert leave("solve", chicken, "--zero-sum") == 2
    assert "tells all payoffs" in capsys.readouterr().err


def test_matrices_may_stand_on_several_lines() -> None:
    assert parse_matrix("[[1, 2],\n [3, 4]]\n") == [[1, 2], [3, 4]]


def test_the_command_runs_by_itself(chicken: str) -> None:
    code = "import sys; from evolution import cli; cli.main(['solve', sys.argv[1]])"
    command = [sys.executable, "-c", code, chicken]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "(1/3, 2/3)" in done.stdout
