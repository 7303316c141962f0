"""A report on disk: all of it, or nothing.

Everything is written into a new folder beside the target and flushed to the disk; only then does it take the target's
name. What was there before stays untouched until that moment, and comes back when the last step fails. A folder that is
not a former report, or that holds files of somebody else, is never replaced.
"""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from analytic.tex import document

from .page import listing, page
from .plot import pdf, svg
from .report import Report

if TYPE_CHECKING:
    import xarray as xr

MARK = "tokengames report"


class FolderError(OSError):
    """A folder that cannot take a report; the message says why and what to do."""


def check_writable(folder: str | os.PathLike[str]) -> Path:
    """The absolute path of a folder that can take a report; nothing is left behind by the check.

    Parameters
    ----------
    folder : path

    Returns
    -------
    Path

    Raises
    ------
    FolderError
        When it is a file, holds files that are not of a former report, or cannot be written.
    """
    target = Path(folder).expanduser().resolve()
    if target.is_dir():
        foreign = _foreign(target)
        if foreign:
            raise FolderError(
                f"the folder {target} holds files that are not a report's ({', '.join(foreign[:3])}"
                f"{', ...' if len(foreign) > 3 else ''}); they are not deleted: give another folder with --out"
            )
    elif target.exists():
        raise FolderError(f"{target} is a file, not a folder; give another folder with --out")
    place = target.parent
    while not place.exists():
        place = place.parent
    if not place.is_dir():
        raise FolderError(f"{place} is a file, so that the folder {target} cannot be made; give another one with --out")
    try:
        os.rmdir(tempfile.mkdtemp(prefix=".tokengames-", dir=place))
    except OSError as error:
        raise FolderError(
            f"the folder {target} cannot be written ({error.strerror}); give another one with --out"
        ) from error
    return target


def _foreign(target: Path) -> list[str]:
    """The files in a folder that no former report has written."""
    present = {
        each.relative_to(target).as_posix() for each in target.rglob("*") if not each.is_dir() or each.is_symlink()
    }
    try:
        record = json.loads((target / "run.json").read_text(encoding="utf-8"))
        ours = set(record["files"]) if record["made_by"] == MARK else set()
    except (OSError, ValueError, KeyError, TypeError):
        ours = set()
    return sorted(present - ours)


def write(report: Report, folder: str | os.PathLike[str]) -> tuple[Path, ...]:
    """Write a report into a folder, whole or not at all.

    Parameters
    ----------
    report : Report
    folder : path
        Made when it does not exist; replaced when it is a former report.

    Returns
    -------
    tuple of Path
        The files, the page first.

    Raises
    ------
    FolderError
        When the folder cannot take it or the disk is full; what was there before is still there.
    ValueError
        When a picture's name cannot be a file's name, or two are the same.
    """
    target = check_writable(folder)
    _check_names(report)
    made = [each for each in (target.parent, *target.parent.parents) if not each.exists()]
    fresh: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}-", suffix=".partial", dir=target.parent))
        _fill(fresh, report)
        _flush(fresh)
        _swap(fresh, target)
    except BaseException as error:
        if fresh is not None:
            shutil.rmtree(fresh, ignore_errors=True)
        for each in made:
            if each.is_dir() and not any(each.iterdir()):
                each.rmdir()
        if isinstance(error, OSError):
            raise FolderError(
                f"the report could not be written into {target} ({error.strerror or error}); nothing was changed there"
            ) from error
        raise
    return tuple(target / name for name in _names(report))


def _names(report: Report) -> tuple[str, ...]:
    return ("report.html", *(name for name, _ in listing(report)))


def _check_names(report: Report) -> None:
    names = [each.name for each in report.pictures]
    for name in names:
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name):
            raise ValueError(
                f"a picture's name must be a plain file name of letters, digits, '.', '_' and '-', not {name!r}"
            )
        if names.count(name) > 1:
            raise ValueError(f"two pictures of report {report.name!r} are called {name!r}")


def _fill(place: Path, report: Report) -> None:
    """Write every file of the report."""
    (place / "figures").mkdir()
    for each in report.pictures:
        (place / "figures" / f"{each.name}.svg").write_text(svg(each.figure), encoding="utf-8")
        (place / "figures" / f"{each.name}.pdf").write_bytes(pdf(each.figure))
    storable(report.results).to_netcdf(place / "results.nc", engine="h5netcdf")
    texts = {
        "equilibria.json": to_json(report.equilibria),
        "derivation.tex": document(report.derivation, report.design),
        "study.toml": report.study,
        "run.json": to_json(record(report)),
        "report.html": page(report),
    }
    for name, content in texts.items():
        (place / name).write_text(content, encoding="utf-8")


def record(report: Report) -> dict[str, Any]:
    """What one must know of a run: versions, seed, level, time and verdicts."""
    return {
        "made_by": MARK,
        "name": report.name,
        "title": report.title,
        "seed": report.seed,
        "level": report.level,
        "seconds": round(report.seconds, 3),
        "versions": dict(report.versions),
        "verdicts": [
            {
                "title": each.title,
                "verdict": each.verdict,
                "sentence": each.sentence,
                "wrong_on_purpose": each.wrong_on_purpose,
                "agreement": each.agreement.to_dict() if each.agreement is not None else None,
            }
            for each in report.findings
        ],
        "files": _names(report),
    }


def to_json(value: Any) -> str:
    """Values as JSON text: exact numbers as texts, arrays as lists, nan and infinities as null.

    >>> from fractions import Fraction
    >>> to_json({"x": Fraction(1, 3), "y": [float("nan"), 0.5]}).split()
    ['{', '"x":', '"1/3",', '"y":', '[', 'null,', '0.5', ']', '}']
    """
    return json.dumps(_plain(value), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (np.ndarray, np.generic)):
        return _plain(value.tolist())
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(each) for each in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, (str, bool, int)) else str(value)


def storable(results: xr.Dataset) -> xr.Dataset:
    """The dataset with attributes that netCDF knows: texts, numbers and arrays of them."""
    kept = results.copy()
    for holder in (kept, *(kept[name] for name in kept.variables)):
        holder.attrs = {str(name): _attribute(value) for name, value in holder.attrs.items()}
    return kept


def _attribute(value: Any) -> Any:
    plain = isinstance(value, (str, int, float, np.ndarray, np.integer, np.floating)) and not isinstance(value, bool)
    return value if plain else json.dumps(_plain(value), ensure_ascii=False)


def _flush(place: Path) -> None:
    """Bring every file, then every folder, to the disk."""
    below = sorted(place.rglob("*"), key=lambda each: each.is_dir())
    for each in (*below, place):
        handle = os.open(each, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _swap(fresh: Path, target: Path) -> None:
    """Give the new folder the target's name; the old one goes when that has worked, and comes back when not."""
    fresh.chmod(0o777 & ~_umask())
    if not target.exists():
        fresh.rename(target)
        return
    former = Path(tempfile.mkdtemp(prefix=f".{target.name}-", suffix=".former", dir=target.parent))
    target.rename(former)
    try:
        fresh.rename(target)
    except BaseException:
        former.rename(target)
        raise
    shutil.rmtree(former, ignore_errors=True)


def _umask() -> int:
    """The user's mask, which can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
