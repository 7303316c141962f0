"""A report as one HTML page that opens anywhere, offline: verdicts first, then what they rest on.

Nothing is fetched and nothing is executed: the style sheet, the figures (SVG) and the mathematics (MathML) are inside.
"""

from __future__ import annotations

from importlib.resources import files

from analytic.design import interval_text
from analytic.lettering import decimal, latex
from analytic.markup import equation, mathml, step_html, text
from analytic.tex import design_notation, equations

from .markup import drawing, raw_table, table, unit
from .plot import svg
from .report import Finding, Report

_SIGN = {"held": "✓", "not held": "✗", "undecided": "?"}
_LEVEL = {"quick": " --quick", "normal": "", "full": " --full"}


def page(report: Report) -> str:
    """The page of a report.

    Parameters
    ----------
    report : Report

    Returns
    -------
    str
        A complete HTML document (well-formed XML after its doctype).
    """
    style = (files("evolution.study") / "report.css").read_text(encoding="utf-8")
    sections = (head, verdicts, figures, tables, numbers, design, derivation, notation, again, written)
    body = "\n".join(section(report) for section in sections)
    return (
        f'<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml" lang="en">\n<head>\n<meta charset="utf-8" />\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1" />\n<title>{text(report.title)}</title>\n'
        f"<style>\n{style}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def section(title: str, *content: str) -> str:
    """A titled part of the page; without content, nothing."""
    inner = "\n".join(filter(None, content))
    return f"<section>\n<h2>{text(title)}</h2>\n{inner}\n</section>" if inner else ""


def head(report: Report) -> str:
    """Title, source and the verdicts in one sentence."""
    source = f'<p class="soft">{text(report.design.citation)}</p>' if report.design.citation else ""
    return (
        f"<header>\n<h1>{text(report.title)}</h1>\n{source}"
        f'<p class="summary">{text(summary(report.findings))}</p>\n</header>'
    )


def summary(findings: tuple[Finding, ...]) -> str:
    """All verdicts in one sentence.

    >>> summary((Finding("a", "held", ""), Finding("b", "not held", "", wrong_on_purpose=True)))
    '2 verdicts: all as predicted.'
    """
    if not findings:
        return "No verdicts were asked for."
    undecided = sum(each.verdict == "undecided" for each in findings)
    against = sum(not each.as_expected for each in findings) - undecided
    parts = [f"{against} against the prediction"] * bool(against) + [f"{undecided} undecided"] * bool(undecided)
    good = len(findings) - against - undecided
    told = (
        ", ".join([f"{good} as predicted", *parts])
        if parts
        else ("as predicted" if len(findings) == 1 else "all as predicted")
    )
    return f"{len(findings)} verdict{'s' * (len(findings) > 1)}: {told}."


def badge(finding: Finding) -> str:
    """The verdict: a sign, a word and a colour (blue as predicted, red against it, dashed when undecided)."""
    kind = "open" if finding.verdict == "undecided" else "good" if finding.as_expected else "bad"
    return f'<span class="badge {kind}">{_SIGN[finding.verdict]} {finding.verdict}</span>'


def verdicts(report: Report) -> str:
    """Each finding with its numbers."""
    items = []
    for each in report.findings:
        wrong = '<p class="soft">A theory made wrong on purpose: it must not hold.</p>' if each.wrong_on_purpose else ""
        items.append(
            f"<li><div>{badge(each)}</div><div><strong>{text(each.title)}</strong><p>{text(each.sentence)}</p>{wrong}</div></li>"
        )
    return section("Verdicts", f'<ul class="verdicts">\n{"".join(items)}\n</ul>' if items else "")


def figures(report: Report) -> str:
    """The pictures, inline."""
    drawn = (drawing(svg(each.figure), f"figure-{each.name}", each.caption) for each in report.pictures)
    return section("Figures", *drawn)


def tables(report: Report) -> str:
    """The tables."""
    return section("Results", *(table(each.title, each.columns, each.rows, each.note) for each in report.tables))


def numbers(report: Report) -> str:
    """What the verdicts on simulations rest on, size by size."""
    rows = [
        (
            each.title,
            size,
            float(agreement.distance[i]),
            float(agreement.interval[i][0]),
            float(agreement.interval[i][1]),
        )
        for each in report.findings
        if (agreement := each.agreement) is not None
        for i, size in enumerate(agreement.sizes)
    ]
    columns = ("verdict", "N", "distance to theory", "95 % from", "to")
    note = "Intervals are of the mean state for a rest point, and of the distance for a path or a law."
    return section("Theory against simulation", table("", columns, rows, note) if rows else "")


def design(report: Report) -> str:
    """Equations and parameters."""
    shown = (equation(left, right) for left, right in equations(report.design))
    rows = [
        (
            mathml(latex(each.symbol)),
            text(decimal(report.design.values[each.symbol])),
            unit(each.unit),
            text(interval_text(each.domain).replace("inf", "∞")),
            text(each.control),
            text(each.meaning),
        )
        for each in report.design.parameters
    ]
    columns = ("parameter", "value", "unit", "domain", "set by", "meaning")
    return section(f"The design: {report.design.title}", *shown, "<h3>Parameters</h3>", raw_table(columns, rows))


def derivation(report: Report) -> str:
    """The steps, why each holds and how it was checked."""
    steps = "\n".join(map(step_html, report.derivation))
    remarks = (f'<p class="note">{text(remark)}</p>' for remark in report.derivation.remarks)
    return section("Derivation", f'<ol class="steps">\n{steps}\n</ol>' if steps else "", *remarks)


def notation(report: Report) -> str:
    """What every symbol means."""
    sides = [side for step in report.derivation for side in (step.left, step.right)]
    rows = ((mathml(row.latex), unit(row.unit), text(row.meaning)) for row in design_notation(report.design, sides))
    return section("Notation", raw_table(("symbol", "unit", "meaning"), rows))


def command(report: Report) -> str:
    """The line that runs the same study again."""
    return f"tokengames run study.toml --seed {report.seed}{_LEVEL[report.level]}"


def again(report: Report) -> str:
    """How to get the same once more."""
    versions = ", ".join(f"{name} {version}" for name, version in report.versions.items())
    return section(
        "Run it again",
        f"<pre>{text(command(report))}</pre>",
        f'<p class="soft">Level {text(report.level)}, seed {report.seed}, {report.seconds:.1f} s. {text(versions)}</p>',
        "<h3>Study file</h3>",
        f"<pre>{text(report.study)}</pre>",
    )


def listing(report: Report) -> tuple[tuple[str, str], ...]:
    """The files beside the page, and what each holds."""
    return (
        ("equilibria.json", "equilibria, certificates and verdicts as plain values"),
        ("results.nc", "all simulated series, labelled (netCDF)"),
        ("derivation.tex", "design and derivation as a LaTeX article"),
        ("study.toml", "the study, complete"),
        ("run.json", "versions, seed, level, time and verdicts"),
        *((f"figures/{each.name}.{kind}", each.caption) for each in report.pictures for kind in ("pdf", "svg")),
    )


def written(report: Report) -> str:
    """Links to the files beside the page."""
    rows = ((f'<a href="{text(name)}">{text(name)}</a>', text(what)) for name, what in listing(report))
    return section("Files", raw_table(("file", "holds"), rows))
