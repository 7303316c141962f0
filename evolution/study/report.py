"""What a study found: findings first, then what they rest on.

A `Report` is complete when it is made and says nothing about how it is printed; `page` prints it for a browser and
`folder` writes it to disk.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from analytic.derivation import Derivation
from analytic.design import Design

from ..agreement import Agreement

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Verdict = Literal["held", "not held", "undecided"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One verdict: what was predicted, what was seen, and whether they agree.

    Parameters
    ----------
    title : str
        For example "Nash in random groups".
    verdict : {"held", "not held", "undecided"}
    sentence : str
        The numbers behind it.
    agreement : Agreement, optional
        When it rests on simulated runs.
    wrong_on_purpose : bool
        Whether the theory is a deliberately wrong variant, which must not hold.
    """

    title: str
    verdict: Verdict
    sentence: str
    agreement: Agreement | None = None
    wrong_on_purpose: bool = False

    @property
    def as_expected(self) -> bool:
        """Whether a true theory held, or a wrong one did not."""
        return self.verdict == ("not held" if self.wrong_on_purpose else "held")


@dataclass(frozen=True, slots=True)
class Table:
    """A labelled table; cells are texts, numbers or SymPy expressions."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure with its caption; `name` is that of its files."""

    name: str
    caption: str
    figure: Figure

    @classmethod
    def of(cls, name: str, caption: str, axes: Axes) -> Picture:
        """The figure that these axes stand on."""
        figure = axes.get_figure(root=True)
        if figure is None:
            raise ValueError(f"the axes of picture {name!r} stand on no figure")
        return cls(name, caption, figure)


@dataclass(frozen=True)
class Report:
    """Everything a study gives to its reader.

    Parameters
    ----------
    name, title : str
    design : Design
    findings : tuple of Finding
    tables : tuple of Table
    pictures : tuple of Picture
    derivation : Derivation
    equilibria : mapping
        Plain values for `equilibria.json`.
    results : Dataset
        All series that were simulated, labelled.
    study : str
        The resolved study file (TOML): running it again gives the same.
    seed : int
    level : {"quick", "normal", "full"}
    versions : mapping from package to version
    seconds : float
        How long it took.
    """

    name: str
    title: str
    design: Design
    findings: tuple[Finding, ...]
    tables: tuple[Table, ...]
    pictures: tuple[Picture, ...]
    derivation: Derivation
    equilibria: Mapping[str, Any]
    results: xr.Dataset
    study: str
    seed: int
    level: str
    versions: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def undecided(self) -> bool:
        """Whether any finding is still open."""
        return any(finding.verdict == "undecided" for finding in self.findings)
