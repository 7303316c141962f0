"""A mechanism or a family of curves as plain text, for a terminal.

>>> print(declared_text("constant-product").splitlines()[0].split(":")[0])
constant product (pool)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from analytic.curve_family import CurveFamily, Many, curve_families
from analytic.derivation import derive
from analytic.gathering import mechanism_named, mechanisms
from analytic.mechanism import Given, Mechanism

from .text import columns, derivation_text, formula_text


def declared_text(name: str) -> str:
    """All about the mechanism or the family of curves of that name; nothing where none is called so.

    Parameters
    ----------
    name : str
        Its words may be joined by spaces, hyphens or underscores.

    Returns
    -------
    str
    """
    mechanism = mechanism_named(name)
    if mechanism is not None:
        return mechanism_text(mechanism)
    family = curve_families().get(name.lower())
    return "" if family is None else family_text(family)


def declared_names() -> list[str]:
    """What `declared_text` knows."""
    return [*curve_families(), *mechanisms()]


def mechanism_text(mechanism: Mechanism) -> str:
    """Quantities, formulas, conditions and derivation."""
    formulas = "\n".join(
        f"  {_headed(each.name, each.unit, each.meaning)}\n{formula_text(each.expression)}" for each in mechanism
    )
    conditions = columns((str(each.relation), each.reason) for each in mechanism.conditions)
    return _parts(
        f"{mechanism.name} ({mechanism.kind}): {mechanism.summary}\n{mechanism.source}",
        f"quantities\n{_quantities(mechanism.quantities)}",
        f"formulas\n{formulas}",
        f"conditions\n{conditions}" if conditions else "",
        derivation_text(derive(mechanism)),
    )


def family_text(family: CurveFamily) -> str:
    """Parameters, price, reserve and cost in symbols, and derivation."""
    curve = family.symbolic()
    rows = {"P(S)": curve.forms.price, "R(S)": curve.forms.reserve, "C(S, q)": curve.forms.increment}
    if curve.forms.inverse is not None:
        rows["Q(S, E)"] = curve.forms.inverse
    units = {"P(S)": "currency/token", "R(S)": "currency", "C(S, q)": "currency", "Q(S, E)": "token"}
    formulas = "\n".join(f"  {_headed(name, units[name], '')}\n{formula_text(rows[name])}" for name in rows)
    return _parts(
        f"{family.name} (curve): {family.summary}\n{family.source}",
        f"parameters\n{_quantities(family.declared)}",
        f"formulas without fee\n{formulas}",
        derivation_text(derive(curve)),
    )


def _headed(name: str, unit: str, meaning: str) -> str:
    in_unit = "" if unit == "1" else f" [{unit}]"
    return f"{name}{in_unit}{': ' if meaning else ''}{meaning}"


def _quantities(given: Mapping[str, Given | Many]) -> str:
    rows: Iterable[tuple[str, Given]] = (
        (f"{each.letter}0, {each.letter}1, ...", each.each) if isinstance(each, Many) else (name, each)
        for name, each in given.items()
    )
    head = ("", "unit", "domain", "meaning")
    return columns([head, *((n, "" if e.unit == "1" else e.unit, str(e.domain), e.meaning) for n, e in rows)])


def _parts(*parts: str) -> str:
    return "\n\n".join(filter(None, parts))
