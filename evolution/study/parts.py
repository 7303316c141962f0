"""What every kind of study gives to its report, and how long it may take for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gametheory.equilibrium import EquilibriumSet

from ..agreement import Agreement
from ..runs import Runs
from .report import Finding, Picture, Table

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is simulated: sizes, seeds and rounds of each kind of run."""

    sizes: tuple[int, ...]
    seeds: int
    rounds: int


@dataclass(frozen=True, slots=True)
class Path:
    """A path of shares, shape (times, strategies), at given times: what `compare` reads of a trajectory."""

    t: Any
    x: Any


@dataclass(frozen=True)
class Parts:
    """One chapter of a report."""

    findings: tuple[Finding, ...] = ()
    tables: tuple[Table, ...] = ()
    pictures: tuple[Picture, ...] = ()
    equilibria: Mapping[str, Any] = field(default_factory=dict)
    runs: Mapping[str, Runs] = field(default_factory=dict)

    def __add__(self, other: Parts) -> Parts:
        return Parts(
            self.findings + other.findings,
            self.tables + other.tables,
            self.pictures + other.pictures,
            {**self.equilibria, **other.equilibria},
            {**self.runs, **other.runs},
        )


def finding(title: str, agreement: Agreement, *, wrong: bool = False) -> Finding:
    """A finding that rests on simulated runs."""
    return Finding(title, agreement.verdict, agreement.reason, agreement, wrong)


def certified(title: str, found: EquilibriumSet) -> Finding:
    """A finding that rests on a proof: held when the set of answers is complete."""
    answers = f"{len(found)} answer{'' if len(found) == 1 else 's'}"
    return Finding(title, "held" if found.complete else "undecided", f"{answers}. {found.reason}")


def equilibria_table(title: str, found: EquilibriumSet, note: str = "") -> Table:
    """Profiles with regret and stability, exact where they are known exactly."""
    rows = []
    for each in found:
        exact = each.exact if each.exact is not None else each.profile
        values = "; ".join(", ".join(_text(number) for number in part) for part in exact)
        rates = each.details.get("eigenvalues", ())
        spectrum = ", ".join(_text(rate) for rate in rates) if isinstance(rates, (list, tuple)) else str(rates)
        rows.append((values, _text(each.regret), each.stability or "", spectrum))
    return Table(title, ("profile", "regret", "stability", "eigenvalues"), tuple(rows), note)


def _text(number: Any) -> str:
    """A number as a reader wants it: exact when short, else six digits."""
    exact = str(number)
    if len(exact) <= 9:
        return exact
    if isinstance(number, complex):
        return f"{number:.6g}"
    try:
        return f"{float(number):.6g}"
    except TypeError:
        return f"{complex(number):.6g}"
