"""The command line: exit codes, messages, and nothing heavy before it is needed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import xarray as xr

from analytic.catalogue import holding
from analytic.derivation import Derivation
from evolution import cli
from evolution.study import folder, running
from evolution.study.report import Finding, Report, Table

HELD = Finding("Nash", "held", "theory 16.2, simulated 16.1 to 16.3")


def report(*findings: Finding) -> Report:
    """A report with nothing in it but findings."""
    return Report(
        name="holding",
        title="Holding",
        design=holding(),
        findings=findings,
        tables=(Table("Equilibria", ("name", "x"), tuple(("hold", 0.5 + i) for i in range(20))),),
        pictures=(),
        derivation=Derivation("none", ()),
        equilibria={},
        results=xr.Dataset(),
        study="",
        seed=0,
        level="normal",
    )


def leave(*tokens: str) -> int:
    """Run the command and give its exit code."""
    with pytest.raises(SystemExit) as ended:
        cli.main(tokens)
    return int(ended.value.code or 0)


@pytest.fixture
def running_gives(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], dict[str, Any]]:
    """Let a run give a report, or raise an error, and record how it was called."""

    def give(result: Any) -> dict[str, Any]:
        called: dict[str, Any] = {}

        def run(study: Any, **options: Any) -> Report:
            called.update(options, study=study)
            options["progress"]("simulation", 1, 2)
            options["progress"]("simulation", 2, 2)
            if isinstance(result, BaseException):
                raise result
            return replace(result, level=options["level"], seed=options["seed"])

        monkeypatch.setattr(running, "run", run)
        return called

    return give


@pytest.mark.parametrize(
    ("findings", "code"),
    [
        ((HELD,), 0),
        ((HELD, Finding("w", "not held", "far away")), 0),
        ((HELD, Finding("u", "undecided", "12 seeds are fewer than 30")), 3),
        ((), 0),
    ],
)
def test_the_exit_code_says_whether_verdicts_were_reached(
    tmp_path: Path, running_gives: Any, capsys: pytest.CaptureFixture[str], findings: tuple[Finding, ...], code: int
) -> None:
    running_gives(report(*findings))
    assert leave("run", "holding", "--out", str(tmp_path / "out")) == code
    shown = capsys.readouterr()
    for each in findings:
        assert each.verdict in shown.out
        assert each.sentence in shown.out
    assert str(tmp_path / "out" / "report.html") in shown.out
    assert "8 more rows" in shown.out
    assert shown.err == "simulation ...\n"
    assert (tmp_path / "out" / "report.html").is_file()


def test_options_reach_the_run(tmp_path: Path, running_gives: Any) -> None:
    called = running_gives(report(HELD))
    out = str(tmp_path / "out")
    assert leave("run", "holding", "--set", "m=0.03", "N=40", "--seed", "7", "--quick", "--out", out) == 0
    assert (called["seed"], called["level"]) == (7, "quick")
    values = {str(symbol): str(value) for symbol, value in called["study"].design.values.items()}
    assert (values["m"], values["N"]) == ("3/100", "40")
    assert leave("run", "--full", "--set", "m=0.04", "--set", "N=30", "holding", "--out", out) == 0
    assert (called["seed"], called["level"]) == (0, "full")


def test_the_folder_is_runs_name_by_default(
    tmp_path: Path, running_gives: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    running_gives(report(HELD))
    monkeypatch.chdir(tmp_path)
    assert leave("run", "holding") == 0
    assert (tmp_path / "runs" / "holding" / "report.html").is_file()


@pytest.mark.parametrize(
    ("tokens", "says"),
    [
        (("run",), "STUDY"),
        (("run", "holdign"), "holding"),
        (("show", "afiliate"), "affiliate"),
        (("run", "no/such/file.toml"), "no/such/file.toml"),
        (("run", "holding", "--seed", "-1"), ">= 0"),
        (("run", "holding", "--seed", "x"), "--seed"),
        (("run", "holding", "--bogus"), "--bogus"),
        (("run", "holding", "--quick", "--full"), "exclude"),
        (("run", "holding", "--set", "k"), "name=value"),
        (("run", "holding", "--set", "m=1", "--set", "m=2"), "twice"),
        (("run", "holding", "--set", "nn=1"), "nn"),
        (("run", "holding", "--set", "phi=2"), "[0, 1)"),
        (("run", "holding", "--set", "m=__import__('os')"), "m"),
        (("dance",), "dance"),
    ],
)
def test_a_users_mistake_is_one_message(tokens: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert leave(*tokens) == 2
    shown = capsys.readouterr()
    assert shown.err.startswith("tokengames: ")
    assert says in shown.err
    assert "Traceback" not in shown.err
    assert shown.out == ""


def test_broken_toml_is_a_mistake(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "broken.toml").write_text("[parameters]\nk = = 2\n", encoding="utf-8")
    assert leave("run", str(tmp_path / "broken.toml")) == 2
    assert "line 2" in capsys.readouterr().err


def test_a_folder_is_refused_before_any_work(
    tmp_path: Path, running_gives: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    called = running_gives(report(HELD))
    (tmp_path / "mine.txt").write_text("x", encoding="utf-8")
    assert leave("run", "holding", "--out", str(tmp_path)) == 2
    assert called == {}
    assert "mine.txt" in capsys.readouterr().err
    assert leave("run", "holding", "--out", str(tmp_path / "mine.txt" / "below")) == 2
    assert called == {}


def test_interrupted_while_running(tmp_path: Path, running_gives: Any, capsys: pytest.CaptureFixture[str]) -> None:
    running_gives(KeyboardInterrupt())
    assert leave("run", "holding", "--out", str(tmp_path / "out")) == 130
    assert "interrupted; nothing was written" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("error", "code"), [(KeyboardInterrupt(), 130), (OSError(28, "No space left on device"), 2)])
def test_stopped_while_writing(
    tmp_path: Path, running_gives: Any, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int
) -> None:
    running_gives(report(HELD))

    def stop(*_: object) -> None:
        raise error

    monkeypatch.setattr(folder, "page", stop)
    assert leave("run", "holding", "--out", str(tmp_path / "out")) == code
    assert list(tmp_path.iterdir()) == []


def test_a_mistake_of_ours_is_not_hidden(tmp_path: Path, running_gives: Any) -> None:
    running_gives(ZeroDivisionError("a bug"))
    with pytest.raises(ZeroDivisionError):
        cli.main(["run", "holding", "--out", str(tmp_path / "out")])


def test_show_tells_everything_of_a_design(capsys: pytest.CaptureFixture[str]) -> None:
    assert leave("show", "holding") == 0
    shown = capsys.readouterr().out
    for word in (
        "Token economy",
        "currency/token^2",
        "(0, 1]",
        "mint lot on token",
        "payoff",
        "✓",
        "random points",
        "notation",
    ):
        assert word in shown


def test_list_names_what_is_shipped(capsys: pytest.CaptureFixture[str]) -> None:
    assert leave("list") == 0
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert {"affiliate", "holding", "pumpfun"} <= set(names)


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert leave("--version") == 0
    assert capsys.readouterr().out.strip()[0].isdigit()


def test_help_imports_nothing_heavy() -> None:
    heavy = {"numpy", "sympy", "scipy", "matplotlib", "xarray", "numba", "networkx", "pydantic"}
    ended = f"except SystemExit: print({heavy} & set(sys.modules))"
    code = f"import sys\nfrom evolution import cli\ntry: cli.main(['--help'])\n{ended}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "set()"
    assert "Usage: tokengames COMMAND" in done.stdout


@pytest.mark.parametrize("tokens", [["list"], ["solve", "[[1, 0], [0, 1]]", "--symmetric"]])
def test_a_reader_who_leaves_early_is_no_error(tokens: list[str]) -> None:
    command = [sys.executable, "-c", "from evolution.cli import main; main()", *tokens]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 141
