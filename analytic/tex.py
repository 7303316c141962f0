r"""The equations of a design as LaTeX: names as a paper writes them, and a document that compiles.

Payoffs are printed as `payoff` derives them; an expectation over a population is written out while it is short, and
as the expectation it is when it is long. Only amsmath is needed to compile the document.
"""

from __future__ import annotations

from collections.abc import Iterable

import sympy as sp

from .derivation import Derivation, Step
from .design import SUPPLY_OTHERS, Design, Role, interval_text
from .layout import laid_out, lines
from .lettering import AGGREGATES, decimal, latex, name_latex, text_latex, word_latex
from .move import SUPPLY
from .payoff import effort_payoff, population_payoffs, share_symbols, strategy_payoffs
from .symbols import QUANTITIES, Quantity, notation

LONG = 60  # operations beyond which an expectation is not written out

_HEAD = r"""\documentclass[11pt]{article}
\usepackage[utf8]{inputenc}
\usepackage[T1]{fontenc}
\usepackage{amsmath,amssymb}
\usepackage[a4paper,margin=25mm]{geometry}
\allowdisplaybreaks
\emergencystretch=3em
"""


def folded(payoff: sp.Expr) -> sp.Expr:
    """A payoff with cases in its terms: each term's cases side by side, not inside each other."""
    terms = sp.Add.make_args(payoff)
    return sp.Add(*(_folded_term(term) if term.has(sp.Piecewise) else term for term in terms))


def _folded_term(term: sp.Expr) -> sp.Expr:
    """A share of nothing pays nothing: that case is said first, and once; then all others side by side."""
    for inner in sorted(term.atoms(sp.Piecewise), key=sp.default_sort_key):
        (share, some), *rest = inner.args
        nothing = isinstance(some, sp.StrictGreaterThan) and some.rhs == 0 and rest == [(0, True)]
        if nothing and sp.piecewise_fold(term.xreplace({inner: sp.S.Zero})) == 0:
            others = _folded_term(term.xreplace({inner: share}))
            cases = others.args if isinstance(others, sp.Piecewise) else ((others, True),)
            return sp.Piecewise((0, sp.Eq(some.lhs, 0, evaluate=False)), *cases, evaluate=False)
    flat = sp.piecewise_fold(term)
    if not isinstance(flat, sp.Piecewise) or flat.count_ops() > 400:
        return flat
    return sp.Piecewise(*((sp.simplify(value), condition) for value, condition in flat.args), evaluate=False)


def equations(design: Design) -> tuple[tuple[str, str], ...]:
    r"""The equations of a design, each as (left side, right side) in LaTeX.

    Parameters
    ----------
    design : Design

    Returns
    -------
    tuple of (str, str)
        Price and reserve of each curve, each treasury, each role's payoffs.

    Examples
    --------
    >>> from analytic.catalogue import holding
    >>> equations(holding())[0]
    ('P\\left(S\\right)', 'S \\, m + b')
    """
    rows = []
    for name, curve in design.curves.items():
        index = "" if len(design.curves) == 1 else f"_{{{word_latex(name)}}}"
        rows.append((rf"P{index}\left(S\right)", latex(curve.price(SUPPLY))))
        rows.append((rf"R{index}\left(S\right)", latex(curve.reserve(SUPPLY))))
    for name, budget in design.treasuries.items():
        rows.append((rf"B_{{{word_latex(name)}}}", latex(sp.sympify(budget, strict=True))))
    for role in design.roles:
        rows.extend(_role_equations(design, role))
    return tuple(rows)


def _role_equations(design: Design, role: Role) -> list[tuple[str, str]]:
    several = len(design.roles) > 1
    if role.action is not None:
        index = word_latex(role.name) if several else "i"
        return [(rf"\pi_{{{index}}}", latex(folded(effort_payoff(design, role))))]
    of = f"{word_latex(role.name)}," if several else ""
    each = strategy_payoffs(design, role)
    rows = [(rf"\pi_{{{of}{word_latex(name)}}}", latex(folded(payoff))) for name, payoff in each.items()]
    if role.by_hand or not any(payoff.has(SUPPLY_OTHERS) for payoff in each.values()):
        return rows
    short = all(payoff.as_poly(SUPPLY_OTHERS) is not None for payoff in each.values())
    expected = population_payoffs(design, role) if short else {}
    for name in each:
        left = rf"\bar\pi_{{{of}{word_latex(name)}}}"
        if short and expected[name].count_ops() <= LONG:
            rows.append((left, latex(tidy(expected[name]))))
        else:
            rows.append((left, rf"\mathbb{{E}}\left[\pi_{{{of}{word_latex(name)}}}\right]"))
    return rows


def tidy(expression: sp.Expr) -> sp.Expr:
    """The shorter of an expression and its factored form."""
    return min((expression, sp.factor_terms(expression)), key=lambda form: (form.count_ops(), str(form)))


def design_notation(design: Design, expressions: Iterable[sp.Basic] = ()) -> tuple[Quantity, ...]:
    """The notation table of a design: its parameters, its actions and shares, and what its equations mention.

    Examples
    --------
    >>> from analytic.catalogue import affiliate
    >>> [row.name for row in design_notation(affiliate())][:3]
    ['budget', 'c', 'k']
    """
    meanings = dict(AGGREGATES)
    used: set[sp.Basic] = set(expressions)
    for parameter in design.parameters:
        unit = "" if parameter.unit == "1" else parameter.unit
        meanings[parameter.name] = Quantity(parameter.name, name_latex(parameter.name), unit or "1", parameter.meaning)
        used.add(parameter.symbol)
    for role in design.roles:
        if role.action is not None:
            name = role.action.symbol.name
            meanings[name] = Quantity(
                name, name_latex(name), role.action.unit, f"action of a player of role {role.name}"
            )
            used.update((role.action.symbol, effort_payoff(design, role)))
            continue
        used.update(strategy_payoffs(design, role).values())
        for share, strategy in zip(share_symbols(design, role), role.strategies, strict=True):
            meanings[share.name] = Quantity(
                share.name, name_latex(share.name), "1", f"share that plays {strategy.name}"
            )
            used.add(share)
    for curve in design.curves.values():
        used.add(curve.price(SUPPLY))
    rows = notation(sorted(used, key=str), meanings)
    return tuple(_printed(row) for row in rows)


def _printed(row: Quantity) -> Quantity:
    """A row of the registry with the name that this file prints."""
    known = QUANTITIES.get(row.name)
    if row.name in AGGREGATES or known is None or row.latex != known.latex:
        return row
    return Quantity(row.name, name_latex(row.name), row.unit, row.meaning)


def parameters_latex(design: Design) -> str:
    """The parameters with value, unit, domain, controller and meaning, as a `tabular`."""
    lines = []
    for each in design.parameters:
        value = decimal(design.values[each.symbol])
        domain = text_latex(interval_text(each.domain)).replace("inf", r"$\infty$")
        cells = (
            f"${name_latex(each.name)}$",
            f"${value}$",
            _unit(each.unit),
            domain,
            each.control,
            text_latex(each.meaning),
        )
        lines.append(" & ".join(cells))
    return _tabular("lrlllp{3.8cm}", ("", "value", "unit", "domain", "set by", "meaning"), lines)


def notation_latex(rows: Iterable[Quantity]) -> str:
    """A notation table as a `tabular`."""
    lines = [f"${row.latex}$ & {_unit(row.unit)} & {text_latex(row.meaning)}" for row in rows]
    return _tabular("llp{8cm}", ("symbol", "unit", "meaning"), lines)


def _unit(unit: str) -> str:
    return "" if unit in ("", "1") else text_latex(unit)


def _tabular(columns: str, titles: tuple[str, ...], lines: list[str]) -> str:
    rows = " \\\\\n".join([" & ".join(titles) + r" \\ \hline", *lines]).replace("\\hline \\\\\n", "\\hline\n")
    return f"\\begin{{tabular}}{{{columns}}}\n\\hline\n{rows} \\\\\n\\hline\n\\end{{tabular}}"


def align(rows: Iterable[tuple[str, str]]) -> str:
    """Equations under each other, long ones broken at their signs."""
    return _environment(lines(*row) for row in rows)


def _environment(equations: Iterable[list[str]]) -> str:
    body = " \\\\\n".join("  " + " \\\\\n  &\\quad ".join(_aligned(each)) for each in equations)
    return f"\\begin{{align*}}\n{body}\n\\end{{align*}}"


def _aligned(parts: list[str]) -> list[str]:
    """Lines with the alignment mark at the first relation."""
    first, *more = parts
    for sign in (" = ", r" \leq ", r" \geq ", " < ", " > ", r" \neq "):
        if sign in first and r"\begin" not in first[: first.index(sign)]:
            return [first.replace(sign, f" &{sign.lstrip()}", 1), *more]
    return [f"&{first}", *more]


def design_latex(design: Design) -> str:
    r"""The equations of a design, its parameters and its notation.

    Parameters
    ----------
    design : Design

    Returns
    -------
    str
        LaTeX without preamble; needs amsmath and amssymb.

    Examples
    --------
    >>> from analytic.catalogue import affiliate
    >>> print(design_latex(affiliate()).splitlines()[2])
      R\left(S\right) &= \frac{S^{2} \, m}{2} \\
    """
    parts = [align(equations(design)), parameters_latex(design), notation_latex(design_notation(design))]
    return "\n\n".join([parts[0], *(f"\\par\\medskip\\noindent\n{{\\footnotesize\n{part}\n}}" for part in parts[1:])])


def step_latex(step: Step) -> str:
    """One step: its name, the equation, why it holds and how it was checked."""
    return "\n".join(
        (
            rf"\paragraph{{{text_latex(step.name)}.}} {text_latex(step.reason)}",
            *(_environment([part]) for part in laid_out(step.equation)),  # aligned apart: widths would add up
            rf"\emph{{Checked {text_latex(checked(step))}.}}",
        )
    )


def checked(step: Step) -> str:
    """How a step was checked, in words."""
    points = f"by exact evaluation at {step.points} random points"
    proof = "by simplification" if step.relation == "=" else "by the signs of its symbols"
    return f"{proof} and {points}" if step.symbolic else points


def document(derivation: Derivation, design: Design | None = None) -> str:
    r"""A LaTeX article that compiles on its own: the derivation, step by step, after the design's equations if given.

    Parameters
    ----------
    derivation : Derivation
    design : Design, optional

    Returns
    -------
    str

    Examples
    --------
    >>> from analytic.derivation import Derivation
    >>> document(Derivation("nothing yet", ())).splitlines()[0]
    '\\documentclass[11pt]{article}'
    """
    remarks = "".join(f"\n\\noindent {text_latex(remark)}\\par" for remark in derivation.remarks)
    first = [] if design is None else [r"\section{Design}", design_latex(design), r"\section{Derivation}"]
    body = [
        rf"\title{{{text_latex(derivation.title if design is None else design.title)}}}",
        r"\author{}\date{}",
        r"\begin{document}",
        r"\maketitle",
        *first,
        *map(step_latex, derivation),
        remarks,
    ]
    if design is not None and design.citation:
        body += [r"\section*{Sources}", text_latex(design.citation)]
    return _HEAD + "\n".join([*body, r"\end{document}", ""])
