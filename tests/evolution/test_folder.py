"""A report on disk: all of it or nothing, and nobody else's files touched."""

from __future__ import annotations

import errno
import json
import os
import tomllib
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import sympy as sp
import xarray as xr
from matplotlib.figure import Figure

from analytic.catalogue import holding
from analytic.derivation import Derivation, prove
from evolution.study import folder
from evolution.study.folder import FolderError, check_writable, to_json, write
from evolution.study.report import Finding, Picture, Report, Table

X = sp.Symbol("X", positive=True)


def report(seed: int = 1) -> Report:
    """A small report; figures are made anew each time."""
    figure = Figure(figsize=(2, 1.5))
    figure.add_subplot().plot([0, 1], [0, seed])
    results = xr.Dataset(
        {
            "share": (("protocol", "time"), np.array([[0.25, 0.5], [1 / 3, 0.75]])),
            "small": ("time", np.array([1.5, 2.5], dtype="f4")),
            "count": ("time", np.array([3, 4], dtype="i8")),
            "alive": ("time", np.array([True, False])),
        },
        coords={"protocol": ["one at a time", "Rundgang é"], "time": [0, 1]},
        attrs={"title": "a study", "nothing": None, "flag": True, "sizes": [50, 250], "versions": {"numpy": "2"}},
    )
    results["share"].attrs = {"unit": "1", "long_name": "share of holders"}
    return Report(
        name="small",
        title="Small",
        design=holding(),
        findings=(Finding("Nash", "held", "numbers"),),
        tables=(Table("t", ("a",), ((1,),)),),
        pictures=(Picture("curve", "A curve.", figure),),
        derivation=Derivation("d", (prove("one", X + X, 2 * X, "sum"),)),
        equilibria={"nash": {"exact": Fraction(1, 2), "value": 0.5, "gap": float("inf"), "array": np.arange(2)}},
        results=results,
        study="[parameters]\nk = 0.5\n",
        seed=seed,
        level="quick",
        versions={"numpy": "2"},
    )


def contents(place: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {each.relative_to(place).as_posix(): each.read_bytes() for each in place.rglob("*") if each.is_file()}


def test_all_files_are_there(tmp_path: Path) -> None:
    written = write(report(), tmp_path / "runs" / "small")
    assert written[0].name == "report.html"
    names = {
        "report.html", "equilibria.json", "results.nc", "derivation.tex", "study.toml", "run.json",
        "figures/curve.pdf", "figures/curve.svg",
    }  # fmt: skip
    assert set(contents(tmp_path / "runs" / "small")) == names
    assert {path.relative_to(tmp_path / "runs" / "small").as_posix() for path in written} == names
    assert [each.name for each in (tmp_path / "runs").iterdir()] == ["small"]


def test_values_survive(tmp_path: Path) -> None:
    place = tmp_path / "out"
    write(report(), place)
    with xr.open_dataset(place / "results.nc", engine="h5netcdf") as stored:
        given = report().results
        xr.testing.assert_equal(stored.load(), given)
        for name in ("share", "small", "count", "alive"):
            assert stored[name].dtype == given[name].dtype
        assert stored["share"].attrs == given["share"].attrs
        assert json.loads(stored.attrs["sizes"]) == [50, 250]
        assert stored.attrs["title"] == "a study"
    nash = json.loads((place / "equilibria.json").read_text(encoding="utf-8"))["nash"]
    assert nash == {"exact": "1/2", "value": 0.5, "gap": None, "array": [0, 1]}
    assert tomllib.loads((place / "study.toml").read_text(encoding="utf-8")) == {"parameters": {"k": 0.5}}
    run = json.loads((place / "run.json").read_text(encoding="utf-8"))
    assert (run["seed"], run["level"], run["verdicts"][0]["verdict"]) == (1, "quick", "held")


def test_the_same_report_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write(report(), tmp_path / name)
    first, second = contents(tmp_path / "a"), contents(tmp_path / "b")
    assert {n: c for n, c in first.items() if n != "results.nc"} == {
        n: c for n, c in second.items() if n != "results.nc"
    }
    assert b"CreationDate" not in first["figures/curve.pdf"]


def test_a_former_report_is_replaced(tmp_path: Path) -> None:
    write(report(1), tmp_path / "out")
    write(report(2), tmp_path / "out")
    assert json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))["seed"] == 2
    assert [each.name for each in tmp_path.iterdir()] == ["out"]


def failing(at: str, error: BaseException) -> Callable[[pytest.MonkeyPatch], None]:
    """Let one step of the writing fail."""

    def fail(*_: object, **__: object) -> None:
        raise error

    return lambda patch: patch.setattr(folder, at, fail)


FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("at", ["svg", "pdf", "storable", "document", "page", "_flush", "_swap"])
@pytest.mark.parametrize("error", [FULL, KeyboardInterrupt(), ValueError("no")], ids=["disk full", "ctrl-c", "bug"])
@pytest.mark.parametrize("former", [False, True], ids=["new", "former report"])
def test_no_half_written_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str, error: BaseException, former: bool
) -> None:
    target = tmp_path / "runs" / "out"
    if former:
        write(report(1), target)
    before = contents(tmp_path)
    failing(at, error)(monkeypatch)
    kind = FolderError if isinstance(error, OSError) else type(error)
    with pytest.raises(kind):
        write(report(2), target)
    assert contents(tmp_path) == before
    assert [each.name for each in tmp_path.rglob("*") if each.name.startswith(".")] == []
    assert (tmp_path / "runs").exists() == former


def test_when_the_last_step_fails_the_former_report_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "out"
    write(report(1), target)
    before, rename = contents(tmp_path), Path.rename

    def refuse(self: Path, other: Path) -> Path:
        if self.name.endswith(".partial"):
            raise KeyboardInterrupt
        return rename(self, other)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(KeyboardInterrupt):
        write(report(2), target)
    assert contents(tmp_path) == before


def test_a_full_disk_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing("page", FULL)(monkeypatch)
    with pytest.raises(FolderError, match=r"No space left on device\); nothing was changed"):
        write(report(), tmp_path / "out")


def test_foreign_files_are_never_deleted(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(FolderError, match=r"thesis\.txt"):
        check_writable(tmp_path)
    with pytest.raises(FolderError, match="not deleted"):
        write(report(), tmp_path)
    assert contents(tmp_path) == {"thesis.txt": b"years of work"}


def test_a_note_laid_into_a_former_report_is_kept(tmp_path: Path) -> None:
    write(report(), tmp_path / "out")
    (tmp_path / "out" / "figures" / "note.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(FolderError, match=r"figures/note\.txt"):
        write(report(), tmp_path / "out")
    assert (tmp_path / "out" / "figures" / "note.txt").exists()


def test_another_programmes_run_json_is_no_former_report(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text('{"files": ["run.json"]}', encoding="utf-8")
    with pytest.raises(FolderError, match=r"run\.json"):
        check_writable(tmp_path)


def test_an_empty_folder_will_do(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert check_writable(tmp_path / "out") == tmp_path / "out"
    write(report(), tmp_path / "out")
    assert (tmp_path / "out" / "report.html").exists()


def test_the_check_leaves_nothing_behind(tmp_path: Path) -> None:
    check_writable(tmp_path / "a" / "b" / "c")
    assert list(tmp_path.iterdir()) == []


def test_files_in_the_way_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(FolderError, match="is a file, not a folder"):
        check_writable(tmp_path / "file")
    with pytest.raises(FolderError, match="is a file, so that the folder"):
        check_writable(tmp_path / "file" / "out")


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="no /proc here")
def test_a_folder_that_cannot_be_written_is_refused() -> None:
    with pytest.raises(FolderError, match="cannot be written"):
        check_writable("/proc/tokengames/out")


@pytest.mark.parametrize("name", ["../escape", "a/b", "", ".hidden"])
def test_a_pictures_name_stays_inside_the_folder(tmp_path: Path, name: str) -> None:
    wrong = replace(report(), pictures=(Picture(name, "c", Figure()),))
    with pytest.raises(ValueError, match="plain file name"):
        write(wrong, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_two_pictures_of_one_name_are_refused(tmp_path: Path) -> None:
    twice = replace(report(), pictures=(Picture("a", "c", Figure()), Picture("a", "d", Figure())))
    with pytest.raises(ValueError, match="two pictures"):
        write(twice, tmp_path / "out")


def test_json_has_no_nan() -> None:
    assert json.loads(to_json([float("nan"), float("-inf"), sp.Rational(1, 3), True, None])) == [
        None,
        None,
        "1/3",
        True,
        None,
    ]
