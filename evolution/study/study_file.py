"""A study from its file: the design, how much is run on it, and which attacks are looked into.

    load_study("affiliate")                  a packaged study
    load_study("mine.toml", {"k": "0.3"})    one's own, with a number set
    resolved(study, seed=7)                  the same study as text, every number bound: running it gives the same

What a file may say is in `schema`; how texts become mathematics in `building`. Nothing of a file is ever executed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

import sympy as sp

from analytic.attack import Sandwich
from analytic.catalogue import find
from analytic.design import Design
from analytic.expression import exact
from analytic.move import Claim

from .building import build, known_name, placed, quantity
from .toml_text import NAME, read_toml, write_toml

if TYPE_CHECKING:
    from .schema import AttackEntry, Document, RunEntry

__all__ = ["Attack", "Settings", "Study", "StudyError", "load_study", "resolved", "studies"]

MAX_BYTES = 1_000_000
NONE: Mapping[str, str] = MappingProxyType({})


class StudyError(ValueError):
    """A mistake in a study: its file, the path of the key, the value and what is allowed."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How much is simulated, and from where; None leaves it to the run.

    Parameters
    ----------
    sizes : tuple of int, optional
        Population sizes (groups, where groups meet).
    seeds, rounds : int, optional
        Independent runs of each size, and their length.
    start : float, optional
        Initial share of the first strategy, or initial effort of everybody.
    horizon : float, optional
        Time of the mean dynamic.
    x0 : mapping from role to float, optional
        Initial share of the first strategy of each role.
    seed : int, optional
        The seed that a resolved study was run with.
    """

    sizes: tuple[int, ...] | None = None
    seeds: int | None = None
    rounds: int | None = None
    start: float | None = None
    horizon: float | None = None
    x0: Mapping[str, float] | None = None
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Attack:
    """A manipulation to look into.

    Parameters
    ----------
    kind : {"sandwich", "wash"}
    curve : str
    supply, victim : Rational, optional
        Of a sandwich: the supply before it, the tokens its victim gets when nobody attacks [token].
    orders : tuple of {"quantity", "spend"}
        What the victim of a sandwich fixes.
    """

    kind: Literal["sandwich", "wash"]
    curve: str
    supply: sp.Rational | None = None
    victim: sp.Rational | None = None
    orders: tuple[Literal["quantity", "spend"], ...] = ()


@dataclass(frozen=True, slots=True)
class Study:
    """A whole study.

    Parameters
    ----------
    name, title : str
    design : Design
        With the numbers of the file and of the command line bound.
    settings : Settings
    attacks : tuple of Attack
    source : str
        The text it was read from, edges of a graph included.
    """

    name: str
    title: str
    design: Design
    settings: Settings = field(default_factory=Settings)
    attacks: tuple[Attack, ...] = ()
    source: str = ""


def studies() -> tuple[tuple[str, str], ...]:
    """Name and title of every packaged study.

    Returns
    -------
    tuple of (str, str)

    Examples
    --------
    >>> [name for name, title in studies()]
    ['affiliate', 'holding', 'pumpfun']
    """
    return tuple((name, str(read_toml(text).get("title", name))) for name, text in sorted(_packaged().items()))


def load_study(name_or_path: str | Path, overrides: Mapping[str, str] = NONE) -> Study:
    """Read a packaged study by name, or a file.

    Parameters
    ----------
    name_or_path : str or Path
        A name without a slash or a suffix is looked up among the packaged studies first.
    overrides : mapping from str to str
        Numbers for parameters, in place of those in the file.

    Returns
    -------
    Study

    Raises
    ------
    StudyError
        For an unknown study (with the nearest names), a file that cannot be read, or any mistake in it.

    Examples
    --------
    >>> study = load_study("affiliate", {"k": "0.3"})
    >>> study.design.values[study.design.parameter("k").symbol]
    3/10
    """
    packaged = _packaged()
    path = Path(name_or_path)
    try:
        if str(name_or_path) in packaged:
            label, text, folder = f"study {name_or_path}", packaged[str(name_or_path)], None
        elif not path.suffix and not path.exists():
            known_name(str(name_or_path), packaged, "study")
        else:
            label, text, folder = str(path), _text(path), path.parent
    except (ValueError, OSError) as error:
        raise StudyError(f"{name_or_path}: {getattr(error, 'strerror', None) or error}") from error
    try:
        return _study(text, path.stem, overrides, _edges_from(folder))
    except ValueError as error:
        raise StudyError(f"{label}: {error}") from error


def resolved(study: Study, *, seed: int) -> str:
    """The study as text, with every number bound.

    Parameters
    ----------
    study : Study
    seed : int
        Written to ``run.seed``.

    Returns
    -------
    str
        A study file; loading it gives the same numbers, design, settings and attacks.

    Examples
    --------
    >>> text = resolved(load_study("holding", {"T": "1/3"}), seed=7)
    >>> [line for line in text.splitlines() if line.startswith(("T ", "seed"))]
    ['T = "1/3"', 'seed = 7']
    """
    document: dict[str, Any] = read_toml(study.source)
    given = document.get("parameters", {})
    parameters = {}
    for each in study.design.parameters:
        number = _decimal(study.design.values[each.symbol])
        entry = given.get(each.name)
        parameters[each.name] = {**entry, "default": number} if isinstance(entry, dict) else number
    said = {
        "sizes": None if study.settings.sizes is None else list(study.settings.sizes),
        "seeds": study.settings.seeds,
        "rounds": study.settings.rounds,
        "start": None if study.settings.start is None else str(study.settings.start),
        "horizon": None if study.settings.horizon is None else str(study.settings.horizon),
        "x0": None if study.settings.x0 is None else {key: str(x) for key, x in study.settings.x0.items()},
        "seed": seed,
    }
    document |= {
        "name": study.name,
        "title": study.title,
        "parameters": parameters,
        "run": {key: value for key, value in said.items() if value is not None},
    }
    return write_toml(document)


def _packaged() -> dict[str, str]:
    """The texts of the packaged studies, by name."""
    folder = resources.files(__package__ or "evolution.study") / "data"
    return {
        each.name.removesuffix(".toml"): each.read_text(encoding="utf-8")
        for each in folder.iterdir()
        if each.name.endswith(".toml")
    }


def _text(path: Path) -> str:
    """The text of a file of bounded size."""
    if not path.exists():
        raise ValueError("there is no such file")
    if not path.is_file():
        raise ValueError("is not a file")
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise ValueError(f"is longer than {MAX_BYTES} bytes")
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        raise ValueError(f"not UTF-8 text (line {line}, byte {column} of it)") from None


def _edges_from(folder: Path | None) -> Callable[[str], list[str]]:
    """A reader of edge lists that lie beside the study."""

    def lines(name: str) -> list[str]:
        path = Path(name)
        if folder is None or not name or path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name:
            raise ValueError(f"edges must be the name of a file beside the study, got {name[:60]!r}")
        try:
            if not (folder / path).resolve().is_relative_to(folder.resolve()):
                raise ValueError("leads out of the folder of the study")
            return _text(folder / path).splitlines()
        except (ValueError, OSError) as error:
            raise ValueError(f"edges file {name}: {getattr(error, 'strerror', None) or error}") from error

    return lines


def _study(text: str, stem: str, overrides: Mapping[str, str], edges: Callable[[str], list[str]]) -> Study:
    from .schema import checked_document

    table = read_toml(text)
    document = checked_document(table)
    listed = document.graph.edges if document.graph is not None else None
    if isinstance(listed, str):  # the study carries its graph from here on
        with placed("graph"):
            table["graph"]["edges"] = edges(listed)
        document, text = checked_document(table), write_toml(table)
    name = document.name or (stem if NAME.fullmatch(stem) else "study")
    design = _catalogue(document) if document.design is not None else build(document, name=name, edges=edges)
    if overrides:
        with placed("--set"):
            bound = _bound(design, overrides)
        table["parameters"] = _replaced(table.get("parameters", {}), bound)
        if document.design is None:  # what the numbers of the file passed, the new ones must pass too
            build(checked_document(table), name=name, edges=edges)
        design = replace(design, bound={**design.bound, **bound})
    attacks = []
    for number, entry in enumerate(document.attack):
        with placed(f"attack[{number}]"):
            attacks.append(_attack(entry, design))
    with placed("run"):
        settings = _settings(document.run, design)
    return Study(name, document.title or design.title, design, settings, tuple(attacks), text)


def _catalogue(document: Document) -> Design:
    """A design of the catalogue, with the file's numbers."""
    alone = {"name", "design", "title", "parameters", "run", "attack"}
    extra = document.model_fields_set - alone
    if extra:
        raise ValueError(f"{min(extra)}: cannot stand beside design = {document.design!r}, which has its own")
    with placed("design"):
        design = find(document.design or "")
    numbers: dict[str, sp.Rational] = {}
    for key, entry in document.parameters.items():
        with placed(f"parameters.{key}"):
            if entry.model_fields_set != {"default"} or entry.default is None:
                raise ValueError(f"is a number only; all else is said by the design {document.design!r}")
            numbers |= _bound(design, {key: entry.default})
    title = document.title or design.title
    return replace(design, title=title, bound=numbers)


def _bound(design: Design, numbers: Mapping[str, str]) -> dict[str, sp.Rational]:
    """Numbers for parameters, each within its domain."""
    bound = {}
    for key, text in numbers.items():
        known_name(key, [each.name for each in design.parameters], "parameter")
        parameter = design.parameter(key)
        if parameter.distribution is not None:
            raise ValueError(f"parameter {key} has a distribution and cannot be set to one number")
        bound[key] = parameter.checked(text)
        counts = [role.name for role in design.roles if role.count == parameter.symbol]
        if counts and not bound[key].is_Integer:
            raise ValueError(f"parameter {key} is {text}, but counts the role {counts[0]}: it must be a whole number")
    return bound


def _replaced(given: Mapping[str, Any], bound: Mapping[str, sp.Rational]) -> dict[str, Any]:
    """The parameters of a file with other numbers."""
    changed = dict(given)
    for key, number in bound.items():
        entry = changed.get(key)
        changed[key] = {**entry, "default": str(number)} if isinstance(entry, dict) else str(number)
    return changed


def _settings(entry: RunEntry, design: Design) -> Settings:
    for key, text in (("horizon", entry.horizon), ("start", entry.start)):
        number = None if text is None else exact(text)
        if number is not None and (number < 0 or (key == "horizon" and number == 0)):
            raise ValueError(f"{key} must be {'> 0' if key == 'horizon' else '>= 0'}, got {text}")
    if entry.start is not None and design.roles[0].strategies and exact(entry.start) > 1:
        raise ValueError(f"start is the share of the first strategy and must lie in [0, 1], got {entry.start}")
    shares = {}
    for key, text in (entry.x0 or {}).items():
        known_name(key, [role.name for role in design.roles if role.strategies], "role with strategies")
        if not 0 <= exact(text) <= 1:
            raise ValueError(f"x0.{key} is the share of the first strategy and must lie in [0, 1], got {text}")
        shares[key] = float(exact(text))
    return Settings(
        sizes=None if entry.sizes is None else tuple(entry.sizes),
        seeds=entry.seeds,
        rounds=entry.rounds,
        start=None if entry.start is None else float(exact(entry.start)),
        horizon=None if entry.horizon is None else float(exact(entry.horizon)),
        x0=shares or None,
        seed=entry.seed,
    )


def _attack(entry: AttackEntry, design: Design) -> Attack:
    known_name(entry.kind, ("sandwich", "wash"), "attack")
    if entry.curve is None and len(design.curves) != 1:
        raise ValueError(f"needs a curve, one of {', '.join(design.curves) or 'none: this design has no curve'}")
    curve = known_name(entry.curve or next(iter(design.curves)), design.curves, "curve")
    if entry.kind == "wash":
        if entry.model_fields_set - {"kind", "curve"}:
            raise ValueError(f"a wash trade takes no {min(entry.model_fields_set - {'kind', 'curve'})}")
        claims = [m for role in design.roles for m in role.moves if isinstance(m, Claim) and m.curve == curve]
        if not claims:
            raise ValueError(f"no action claims a reward on tokens of {curve}, so there is nothing to wash")
        return Attack("wash", curve)
    if entry.supply is None or entry.victim is None:
        raise ValueError("a sandwich needs supply and victim, both in tokens")
    names = {each.name: each.symbol for each in design.parameters}
    supply, victim = (design.number(quantity(text, names)) for text in (entry.supply, entry.victim))
    chosen = design.curves[curve]
    numbers = chosen.at(**{str(free): design.values[free] for free in chosen.free_symbols})
    orders = tuple(entry.order or ("quantity", "spend"))
    for order in orders:
        Sandwich(numbers, float(supply), float(victim), order)  # type: ignore[arg-type]  # refuses what is out of range
    return Attack("sandwich", curve, supply, victim, orders)  # type: ignore[arg-type]


def _decimal(number: sp.Rational) -> int | str:
    """A number as TOML says it: whole, as a decimal that ends, or as a fraction in a text."""
    top, bottom = int(number.p), int(number.q)
    if bottom == 1 and abs(top) < 2**63:
        return top
    for places in range(1, 31):
        if 10**places % bottom == 0:
            whole, rest = divmod(abs(top) * (10**places // bottom), 10**places)
            return f"{'-' if top < 0 else ''}{whole}.{rest:0{places}d}"
    return f"{top}/{bottom}"
