"""The page of a report: well formed, self-contained, honest about its verdicts."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from fractions import Fraction
from html.parser import HTMLParser

import numpy as np
import pytest
import sympy as sp
import xarray as xr
from matplotlib.figure import Figure

from analytic.catalogue import CATALOGUE, affiliate
from analytic.derivation import Derivation, prove
from evolution.agreement import Agreement
from evolution.study.markup import POINT_SPACE, aligned, drawing, mathml, number, table
from evolution.study.page import page
from evolution.study.report import Finding, Picture, Report, Table

HOSTILE = '<script src="http://evil.example/x.js">alert("1")</script> & \x00'
A, B = sp.symbols("A B", positive=True)


def picture(name: str) -> Picture:
    """A small figure with a clip path, a legend and mathematics in a label."""
    figure = Figure(figsize=(2, 1.5))
    axes = figure.add_subplot()
    axes.plot([0, 1, 2], [0, 1, 4], label="$x^2$")
    axes.fill_between([0, 1], [0, 1])
    axes.legend()
    return Picture(name, f"Caption of {name}: {HOSTILE}", figure)


def report(**changes: object) -> Report:
    """A small report with hostile words wherever words may stand."""
    agreement = Agreement(
        "rest point", "held", "numbers", 16.2, (50, 250), np.array([0.31, 0.1]), np.array([[15.8, 16.5], [16.1, 16.4]])
    )
    step = prove("square & co", (A + B) ** 2, A**2 + 2 * A * B + B**2, "expand <it>")
    made = Report(
        name="small",
        title=f"A small report {HOSTILE}",
        design=affiliate(),
        findings=(
            Finding("Nash", "held", "theory 16.2", agreement),
            Finding("wrong", "not held", "theory 5", wrong_on_purpose=True),
            Finding("open", "undecided", HOSTILE),
        ),
        tables=(Table("Equilibria", ("name", "x", "form"), (("a", 16.25, A / B), (HOSTILE, -5, sp.S(2))), "note"),),
        pictures=(picture("curve"), picture("agreement")),
        derivation=Derivation("Derivation", (step,), ("a remark",)),
        equilibria={"nash": Fraction(81, 5), "open": float("nan"), "list": (1, np.float64(2.5))},
        results=xr.Dataset({"effort": (("run", "time"), np.ones((2, 3)))}, coords={"run": ["a", "b"]}),
        study='title = "<x> & y"\n',
        seed=7,
        level="quick",
        versions={"numpy": "2.0"},
        seconds=1.25,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def parsed(html: str) -> ET.Element:
    """The page as XML, after its doctype."""
    return ET.fromstring(html.partition("\n")[2])


@pytest.fixture(scope="module")
def html() -> str:
    return page(report())


def test_the_page_is_well_formed_xml(html: str) -> None:
    assert html.startswith("<!DOCTYPE html>\n")
    assert parsed(html).tag.endswith("html")


def test_nothing_is_fetched_and_nothing_is_executed(html: str) -> None:
    seen: list[tuple[str, str, str | None]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            seen.extend((tag, name, value) for name, value in (attrs or [("", None)]))
            assert tag not in {"script", "link", "iframe", "img", "object", "base"}

    Reader().feed(html)
    for _, name, value in seen:
        assert not name.startswith("on")
        if name in {"src", "href", "xlink:href", "action", "data"}:
            assert not re.match(r"(?i)\s*(\w+:|//)", value or "")
    style = "".join(re.findall(r"<style.*?</style>", html, flags=re.DOTALL))
    assert "@import" not in style
    assert not re.search(r"url\((?!#)", html)


def test_hostile_words_are_words(html: str) -> None:
    assert "<script" not in html
    assert "&lt;script src=" in html
    assert "\x00" not in html


def test_verdicts_come_first(html: str) -> None:
    order = [
        html.index(f"<h2>{title}")
        for title in ("Verdicts", "Figures", "Results", "The design", "Derivation", "Notation")
    ]
    assert order == sorted(order)
    assert "3 verdicts: 2 as predicted, 1 undecided." in html


def test_a_badge_says_the_verdict_in_a_word_and_a_kind(html: str) -> None:
    badges = re.findall(r'<span class="badge (\w+)">(.*?)</span>', html)
    assert badges == [("good", "✓ held"), ("good", "✗ not held"), ("open", "? undecided")]
    against = page(report(findings=(Finding("true theory", "not held", ""), Finding("w", "held", "", None, True))))
    assert re.findall(r'badge (\w+)">', against) == ["bad", "bad"]


def test_ids_are_unique_and_every_reference_has_its_target(html: str) -> None:
    ids = [value for element in parsed(html).iter() for name, value in element.attrib.items() if name == "id"]
    assert len(ids) == len(set(ids)) > 10
    targets = set(re.findall(r'href="#([^"]+)"', html)) | set(re.findall(r"url\(#([^)]+)\)", html))
    assert targets
    assert targets <= set(ids)


def test_mathematics_is_mathml(html: str) -> None:
    assert html.count("<math") > 10
    assert "\\frac" not in html
    assert "piecewise" not in html


def test_the_page_says_how_to_run_again(html: str) -> None:
    assert "tokengames run study.toml --seed 7 --quick" in html
    assert "numpy 2.0" in html
    assert 'href="results.nc"' in html


def test_every_design_can_be_shown() -> None:
    for make in CATALOGUE.values():
        parsed(page(report(design=make(), pictures=())))


def test_an_empty_report_is_a_page_too() -> None:
    empty = page(report(findings=(), tables=(), pictures=(), derivation=Derivation("nothing", ())))
    parsed(empty)
    assert "No verdicts were asked for." in empty


def test_decimal_points_stand_under_each_other() -> None:
    cells = aligned([16.25, -5, 0.5])
    positions = [re.search(rf"[.{POINT_SPACE}]", cell) for cell in cells]
    assert len({len(cell) - match.start() for cell, match in zip(cells, positions, strict=True) if match}) == 1


@pytest.mark.parametrize(
    ("value", "shown"),
    [(-3, "−3"), (Fraction(-1, 3), "−1/3"), (1e-9, "1e-09"), (-1e-9, "−1e-09"), (float("nan"), "nan")],
)
def test_numbers_are_short(value: float, shown: str) -> None:
    assert number(value) == shown


def test_a_ragged_table_is_refused() -> None:
    with pytest.raises(ValueError, match="2 columns, but a row of 1 cells"):
        table("t", ("a", "b"), ((1,),))


def test_pieces_are_well_formed() -> None:
    ET.fromstring(mathml(r"\begin{cases} x & \text{for}\: x < 1 \\ 0 & \text{otherwise} \end{cases}", block=True))
    first = drawing('<svg ><g id="a"/><use href="#a" clip-path="url(#a)"/></svg>', "one", 'a "caption" <b>')
    assert 'id="one-a"' in first
    assert 'href="#one-a"' in first
    assert "url(#one-a)" in first
    ET.fromstring(first)
