"""What a study file may say: its tables and keys, and how a mistake in them is worded.

Every number is kept as the text it was written as, so that 0.1 stays one tenth and a number may also be an expression
in the parameters. What texts mean is decided in `building` (expressions, moves) and `graph_text`. FAMILY is a name in
`analytic.curves`.

    design = "affiliate"                        a design of the catalogue, or one of one's own:
    title, citation
    [parameters]      NAME = number | {default, unit, domain, open, control, meaning, per_agent, distribution}
    [curve.NAME]      FAMILY = {its parameters} | expression, supply, fee, buy_fee, sell_fee, fee_on
    [account.NAME]    budget
    [role.NAME]       count, strategies | action, moves | payoff, value, one_per
    [shares]          NAME = "role.strategy"
    [graph]           networkx | edges
    [[play]]          name, order, matching, choice, standing, temperature, revising, mutation, step
    [stakeholder.NAME]  treasury, value
    [run]             sizes, seeds, rounds, start, horizon, x0
    [[attack]]        kind, curve, supply, victim, order

This module imports pydantic and is itself imported only when a file is read.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    create_model,
    model_validator,
)

from analytic.curve_family import CurveFamily, Many, curve_families

from .toml_text import NAME

__all__ = ["Document", "checked_document"]


def _written(value: Any) -> Any:
    """A number or an expression, as text."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError("must be a number, or an expression as a text")
    if isinstance(value, int) and abs(value) > 10**300:
        raise ValueError("must be a number of at most 300 digits")
    return str(value)


def _name(value: str) -> str:
    if not NAME.fullmatch(value):
        raise ValueError("must be a name: at most 40 letters, digits and _, no digit first")
    return value


def _line(value: str) -> str:
    if len(value) > 500 or not value.isprintable():
        raise ValueError("must be one line of at most 500 printable characters")
    return value


def _listed(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


def _parameter(value: Any) -> Any:
    return value if isinstance(value, dict) else {"default": value}


Name = Annotated[str, AfterValidator(_name)]
Line = Annotated[str, AfterValidator(_line)]
Written = Annotated[str, BeforeValidator(_written)]
Pair = Annotated[list[Written], Field(min_length=2, max_length=2)]
Whole = Annotated[int, Field(ge=1, le=10**9)]


class Section(BaseModel):
    """A table that knows its keys; an unknown one is refused with the nearest."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, table: Any) -> Any:
        if not isinstance(table, dict):
            raise ValueError("must be a table")
        for key in table:
            if key not in cls.model_fields:
                near = difflib.get_close_matches(key, cls.model_fields, n=1, cutoff=0.4)
                hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(cls.model_fields)}"
                raise _UnknownKey(f"unknown key {key[:60]!r}; {hint}")
        return table


class _UnknownKey(ValueError):
    """Its message already shows what was found."""


class Law(Section):
    """How a parameter differs between agents."""

    uniform: Pair | None = None
    values: list[Written] | None = None
    weights: list[Written] | None = None


class ParameterEntry(Section):
    """One parameter."""

    default: Written | None = None
    unit: Line = "1"
    domain: Pair | None = None
    open: str = "neither"
    control: str = "designer"
    meaning: Line = ""
    per_agent: bool = False
    distribution: Law | None = None


class PlainCurve(Section):
    """What every bonding curve may say; `CurveEntry` adds a key for each family."""

    expression: Written | None = None
    supply: Pair | None = None
    fee: Written = "0"
    buy_fee: Written | None = None
    sell_fee: Written | None = None
    fee_on: str = "curve"

    @property
    def families(self) -> dict[str, dict[str, Any]]:
        """The families stated, with their parameters as texts."""
        own = set(type(self).model_fields) - set(PlainCurve.model_fields)
        return {name: table.model_dump() for name in sorted(own) if (table := getattr(self, name)) is not None}


def _curve_entry() -> type[PlainCurve]:
    """One key a family of `analytic.curves`, its parameters as a table."""

    def table(family: CurveFamily) -> Any:
        several = Annotated[list[Written], Field(min_length=1, max_length=50)]
        fields: dict[str, Any] = {
            n: (several if isinstance(p, Many) else Written, ...) for n, p in family.declared.items()
        }
        return create_model(family.name, __base__=Section, **fields) | None

    fields: dict[str, Any] = {name: (table(family), None) for name, family in curve_families().items()}
    return create_model("CurveEntry", __base__=PlainCurve, __doc__="One bonding curve.", **fields)


CurveEntry = _curve_entry()


class AccountEntry(Section):
    """One treasury."""

    budget: Written


def _strategies(value: Any) -> Any:
    if not isinstance(value, dict):
        raise ValueError("must be a table of strategies, each with a payoff or a list of moves")
    return {key: each if isinstance(each, list) else _written(each) for key, each in value.items()}


class RoleEntry(Section):
    """One kind of player."""

    count: Written | None = None
    action: Annotated[dict[Name, Pair], Field(min_length=1, max_length=1)] | None = None
    strategies: Annotated[dict[Name, Any], BeforeValidator(_strategies)] | None = None
    moves: list[str] = []
    payoff: Written | None = None
    value: Annotated[dict[str, Written], BeforeValidator(lambda v: v if isinstance(v, dict) else {"": v})] = {}
    one_per: str = ""


class GraphEntry(Section):
    """Who neighbours whom."""

    networkx: str | None = None
    edges: str | list[str] | None = None


class PlayEntry(Section):
    """How is played; what is not said follows from the kind of design."""

    name: Line = ""
    order: str | None = None
    matching: Annotated[list[str], BeforeValidator(_listed), Field(min_length=1)] | None = None
    choice: str | None = None
    standing: bool | None = None
    temperature: Written | None = None
    revising: Written | None = None
    mutation: Written | None = None
    step: Written | None = None


class StakeholderEntry(Section):
    """Somebody who does not play but whose surplus counts."""

    treasury: str
    value: Written


class RunEntry(Section):
    """How much is simulated, and from where."""

    sizes: Annotated[list[Whole], BeforeValidator(_listed), Field(min_length=1, max_length=100)] | None = None
    seeds: Annotated[int, Field(ge=1, le=100_000)] | None = None
    rounds: Whole | None = None
    start: Written | None = None
    horizon: Written | None = None
    x0: dict[str, Written] | None = None
    seed: Annotated[int, Field(ge=0)] | None = None


class AttackEntry(Section):
    """One manipulation to look into."""

    kind: str
    curve: str | None = None
    supply: Written | None = None
    victim: Written | None = None
    order: Annotated[list[str], BeforeValidator(_listed), Field(min_length=1)] | None = None


class Document(Section):
    """A whole study file."""

    name: Name | None = None
    design: str | None = None
    title: Line = ""
    citation: Line = ""
    parameters: dict[Name, Annotated[ParameterEntry, BeforeValidator(_parameter)]] = {}
    curve: dict[Name, CurveEntry] = {}  # type: ignore[valid-type]
    account: dict[Name, AccountEntry] = {}
    role: dict[Name, RoleEntry] = {}
    shares: dict[Name, str] = {}
    graph: GraphEntry | None = None
    play: Annotated[list[PlayEntry], BeforeValidator(_listed)] = []
    stakeholder: dict[Name, StakeholderEntry] = {}
    run: RunEntry = RunEntry()
    attack: Annotated[list[AttackEntry], BeforeValidator(_listed)] = []


def checked_document(table: Mapping[str, Any]) -> Document:
    """Check the tables and keys of a study.

    Parameters
    ----------
    table : mapping
        As TOML was read.

    Returns
    -------
    Document

    Raises
    ------
    ValueError
        A line for each mistake: key path, what is allowed, what was found.

    Examples
    --------
    >>> checked_document({"parameters": {"k": {"defualt": 1}}})
    Traceback (most recent call last):
    ...
    ValueError: parameters.k: unknown key 'defualt'; did you mean 'default'?
    """
    try:
        return Document.model_validate(dict(table))
    except ValidationError as error:
        lines = [_worded(each) for each in error.errors(include_url=False)[:5]]
    raise ValueError("\n".join(lines))


def _worded(error: Any) -> str:
    path = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in error["loc"] if key != "[key]")
    place = path.lstrip(".")[:120] or "the study"
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, _UnknownKey):
        return f"{place}: {cause}"
    if error["type"] == "missing":
        return f"{place}: is missing"
    reason = str(cause) if cause is not None else str(error["msg"]).replace("Input should", "must")
    return f"{place}: {reason}, got {repr(error['input'])[:80]}"
