"""CONTRIBUTING.md is true: its examples run, and the file it shows is the file that is there."""

import doctest
import re
from pathlib import Path

import pytest

from analytic.curves import gompertz

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text()
SHOWN = re.search(r"```python\n(\"\"\"The Gompertz.*?)```", TEXT, re.DOTALL)


def test_the_examples_run():
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    test = doctest.DocTestParser().get_doctest(TEXT, {}, "CONTRIBUTING.md", None, 0)
    results = doctest.DocTestRunner(optionflags=flags).run(test)
    assert results.attempted >= 8
    assert results.failed == 0


def test_the_declaration_shown_is_the_declaration():
    assert SHOWN is not None
    assert SHOWN[1] == (ROOT / "analytic" / "curves" / "gompertz_curve.py").read_text()
    assert len(SHOWN[1].splitlines()) < 40


def test_every_file_named_is_there():
    for name in re.findall(r"`((?:analytic|tests)/[\w/]+\.py)`", TEXT):
        assert (ROOT / name).is_file(), name


def test_a_number_by_another_route():
    """Gompertz's price at S = 40, and its integral by SciPy."""
    from math import exp

    from scipy.integrate import quad

    def price(s):
        return 10 * exp(-4 * exp(-0.05 * s))

    curve = gompertz(a=10, c=4, k=0.05)
    assert curve.price(40) == pytest.approx(price(40))
    assert curve.reserve(40) == pytest.approx(quad(price, 0, 40)[0])
