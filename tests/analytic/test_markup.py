"""A derivation as HTML: complete, offline, well-formed."""

import re
from xml.etree import ElementTree

import sympy as sp

from analytic.catalogue import affiliate, holding
from analytic.derivation import Derivation, derive, prove

x, y = sp.symbols("x y", positive=True)


def parsed(page):
    return ElementTree.fromstring(page.split("\n", 1)[1])


def test_a_page_is_complete_and_fetches_nothing():
    for design in (affiliate(), holding()):
        steps = derive(design)
        page = steps.html()
        root = parsed(page)
        mathematics = "{http://www.w3.org/1998/Math/MathML}math"
        assert sum(1 for _ in root.iter(mathematics)) >= len(steps)
        assert not re.search(r"src=|<script|<link|@import|url\(", page)
        assert set(re.findall(r"https?://[^\"' ]+", page)) <= {
            "http://www.w3.org/1999/xhtml", "http://www.w3.org/1998/Math/MathML",
        }  # fmt: skip


def test_words_are_escaped_and_inequalities_shown():
    step = prove("a < b & c", x, x + y, "<script>", relation="<")
    page = Derivation("T & <T>", (step,), ("R & <R>",)).html()
    parsed(page)
    assert "<script>" not in page
    assert "by the signs of its symbols" in page


def test_a_notebook_shows_the_same_steps():
    steps = derive(holding())
    shown = steps._repr_html_()
    assert shown in steps.html()
    assert shown.count("<li>") == len(steps)
