"""`run`: a study from beginning to end. What is done depends on what the design is; the report is always the same."""

from __future__ import annotations

import time
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

import numpy as np

from analytic.derivation import derive
from analytic.design import Design

from .parts import Parts, Progress
from .report import Report

if TYPE_CHECKING:
    import xarray as xr

    from .study_file import Study

LEVELS = ("quick", "normal", "full")
PACKAGES = ("tokengames", "numpy", "scipy", "sympy", "networkx", "nashpy", "numba", "matplotlib", "xarray")


def silent(stage: str, done: int, total: int) -> None:
    """Report no progress."""


def run(study: Study, *, level: str = "normal", seed: int = 0, progress: Progress = silent) -> Report:
    """Run a study: derive, solve, simulate, compare, draw.

    Parameters
    ----------
    study : Study
        From `load_study`.
    level : {"quick", "normal", "full"}
        How much is simulated; the theory is the same.
    seed : int
        The same seed gives the same report.
    progress : callable
        Called with (stage, done, total).

    Returns
    -------
    Report

    Raises
    ------
    ValueError
        For an unknown level, or a design that makes no game.
    """
    if level not in LEVELS:
        raise ValueError(f"the level is {level!r}, but must be one of {', '.join(LEVELS)}")
    from .study_file import resolved

    begun, design = time.monotonic(), study.design
    progress("derivation", 0, 1)
    derivation = derive(design)
    progress("derivation", 1, 1)
    parts = chapter(design)(
        design, level=level, settings=study.settings, rng=np.random.default_rng(seed), progress=progress
    )
    parts += _attacks(study)
    return Report(
        name=study.name,
        title=study.title,
        design=design,
        findings=parts.findings,
        tables=parts.tables,
        pictures=parts.pictures,
        derivation=derivation,
        equilibria=parts.equilibria,
        results=_results(parts),
        study=resolved(study, seed=seed),
        seed=seed,
        level=level,
        versions={name: _version(name) for name in PACKAGES},
        seconds=time.monotonic() - begun,
    )


def chapter(design: Design) -> Any:
    """What is studied of a design of this kind."""
    if design.graphical:
        from .fields import study_network

        return study_network
    if any(role.action is not None for role in design.roles):
        from .efforts import study_efforts

        return study_efforts
    if any(role.by_hand for role in design.roles):
        from .fields import study_by_hand

        return study_by_hand
    from .positions import study_positions

    return study_positions


def _attacks(study: Study) -> Parts:
    """The attacks that the study names."""
    from .attacks import study_attacks

    return study_attacks(study.design, study.attacks)


def _results(parts: Parts) -> xr.Dataset:
    """All runs in one data set: dimensions and variables carry the name of their run."""
    import xarray as xr

    pieces = []
    for name, runs in parts.runs.items():
        slug = "".join(c if c.isalnum() else "_" for c in name).strip("_")
        found = runs.to_dataset()
        found = found.rename({each: f"{slug}_{each}" for each in (*found.data_vars, *found.coords)})
        found.attrs = {}
        pieces.append(found)
    return xr.merge(pieces) if pieces else xr.Dataset()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
