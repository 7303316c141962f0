"""A design and a report as plain text, for a terminal.

>>> from analytic.catalogue import holding
>>> print(parameters(holding()).splitlines()[1].split()[:2])
['N', '100']
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sympy as sp

from analytic.derivation import Derivation
from analytic.design import OTHERS, SUPPLY_OTHERS, Design, Role, interval_text
from analytic.lettering import decimal
from analytic.move import SUPPLY
from analytic.payoff import effort_payoff, strategy_payoffs
from analytic.tex import checked, design_notation, folded

from .page import summary
from .report import Finding, Report, Table

_OTHERS = {OTHERS: "X₋ᵢ", SUPPLY_OTHERS: "S₋ᵢ"}
_SIGN = {"held": "✓", "not held": "✗", "undecided": "?"}


def columns(rows: Iterable[Sequence[str]], indent: str = "  ") -> str:
    """Rows of cells under each other."""
    rows = [tuple(map(str, row)) for row in rows]
    if not rows:
        return ""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        indent + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def design_text(design: Design, derivation: Derivation) -> str:
    """Everything about a design: parameters, curves, moves, payoffs, derivation, notation."""
    used = [side for step in derivation for side in (step.left, step.right)]
    notation = columns(
        (row.name, "" if row.unit == "1" else row.unit, row.meaning) for row in design_notation(design, used)
    )
    parts = [
        "\n".join(filter(None, (f"{design.name}: {design.title}", design.citation))),
        f"parameters\n{parameters(design)}" if design.parameters else "",
        f"mechanisms\n{mechanisms(design)}" if design.curves or design.treasuries else "",
        *(role_text(design, role) for role in design.roles),
        f"protocols\n{protocols(design)}",
        derivation_text(derivation),
        f"notation\n{notation}",
    ]
    return "\n\n".join(filter(None, parts))


def parameters(design: Design) -> str:
    """Value, unit, domain, controller and meaning of each parameter."""
    head = ("", "value", "unit", "domain", "set by", "meaning")
    rows = [
        (
            p.name,
            decimal(design.values[p.symbol]),
            "" if p.unit == "1" else p.unit,
            interval_text(p.domain),
            p.control,
            p.meaning,
        )
        for p in design.parameters
    ]
    return columns([head, *rows])


def mechanisms(design: Design) -> str:
    """Price and reserve of the curves, budgets of the treasuries."""
    rows = []
    for name, curve in design.curves.items():
        rows += [(f"{name}: price", str(curve.price(SUPPLY))), (f"{name}: reserve", str(curve.reserve(SUPPLY)))]
    rows += [(f"{name}: treasury", str(budget)) for name, budget in design.treasuries.items()]
    return columns(rows)


def role_text(design: Design, role: Role) -> str:
    """What a role may do and what it is paid."""
    count = "one on each node" if role.one_per == "node" else f"{role.count} together"
    lines = [f"role {role.name} ({count})"]
    if role.action is not None:
        action = role.action
        unit = "" if action.unit == "1" else f" {action.unit}"
        lines += [f"  action {action.symbol} in [{action.low}, {action.high}]{unit}", *_moves(role.moves)]
        return "\n".join([*lines, "  payoff", formula_text(effort_payoff(design, role))])
    payoffs = strategy_payoffs(design, role)
    for strategy in role.strategies:
        lines += [
            f"  strategy {strategy.name}",
            *_moves(strategy.moves),
            "  payoff",
            formula_text(payoffs[strategy.name]),
        ]
    return "\n".join(lines)


def _moves(programme: Sequence[Any]) -> list[str]:
    return [f"    {move_text(move)}" for move in programme]


def move_text(move: Any) -> str:
    """A move in words.

    >>> from analytic.move import Claim, Mint
    >>> move_text(Mint(sp.Symbol("lot"), "token")), move_text(Claim(sp.Symbol("k"), "designer", "token"))
    ('mint lot on token', 'claim k from designer')
    """
    words = {"Mint": "on", "Burn": "on", "Contribute": "to"}
    kind = type(move).__name__
    if kind == "Spend":
        return f"spend {move.quantity} on {move.sink}"
    if kind == "Claim":
        return f"claim {move.quantity} from {move.treasury}"
    own = ", referring myself" if getattr(move, "referring", False) else ""
    return f"{kind.lower()} {move.quantity} {words[kind]} {move.curve}{own}"


def formula_text(payoff: sp.Expr) -> str:
    """A formula as a terminal shows it."""
    named = {each: sp.Symbol(name) for each, name in _OTHERS.items()}
    shown = str(sp.pretty(folded(payoff).xreplace(named), use_unicode=True, wrap_line=False))
    return "\n".join(f"      {line}".rstrip() for line in shown.splitlines())


def protocols(design: Design) -> str:
    """Who moves when, meets whom and how choices are revised."""
    return columns((p.name, p.order, p.matching, p.choice) for p in design.protocols)


def derivation_text(derivation: Derivation) -> str:
    """The steps with their reasons and how each was checked."""
    lines = [derivation.title]
    for step in derivation:
        lines += [f"  ✓ {step.name}: {step.told}", f"      {step.reason}; checked {checked(step)}"]
    return "\n".join([*lines, *(f"  {remark}" for remark in derivation.remarks)])


def report_text(report: Report) -> str:
    """Verdicts with their numbers, then the tables."""
    return "\n\n".join(
        [
            f"{report.title}\n{summary(report.findings)}",
            *map(finding_text, report.findings),
            *map(table_text, report.tables),
        ]
    )


def finding_text(finding: Finding) -> str:
    """A verdict in two lines.

    >>> print(finding_text(Finding("Nash", "held", "theory 16.2, simulated 16.1 to 16.3")))
    ✓ held       Nash
                 theory 16.2, simulated 16.1 to 16.3
    """
    wrong = " [must not hold]" if finding.wrong_on_purpose else ""
    return f"{_SIGN[finding.verdict]} {finding.verdict:<10} {finding.title}{wrong}\n{'':13}{finding.sentence}"


def table_text(table: Table, most: int = 12) -> str:
    """A table, its first rows."""
    from .markup import is_number, number

    rows = [tuple(number(cell) if is_number(cell) else str(cell) for cell in row) for row in table.rows[:most]]
    more = [f"  ... {len(table.rows) - most} more rows in report.html"] * (len(table.rows) > most)
    return "\n".join([table.title, columns([table.columns, *rows]), *more])
