"""Figures of mechanisms: the areas are the numbers, the style stays at home, and PDFs embed TrueType fonts."""

import io
import sys

import matplotlib
import numpy as np
import pytest
import sympy as sp
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure

from analytic import plot
from analytic.curve import BondingCurve

LINEAR = BondingCurve.linear(m=0.1, b=1, fee="0.01")


def area(collection):
    """Area of a filled polygon (shoelace)."""
    x, y = collection.get_paths()[0].vertices.T
    return 0.5 * abs(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1]))


def areas(ax):
    return [area(each) for each in ax.collections if isinstance(each, PolyCollection)]


@pytest.fixture
def pristine():
    before = dict(matplotlib.rcParams)
    yield
    assert dict(matplotlib.rcParams) == before


@pytest.mark.usefixtures("pristine")
def test_shaded_areas_are_the_reserve_and_the_trade():
    ax = plot.curve(LINEAR, supply=100, trade=(100, 50))
    reserve, trade = areas(ax)
    assert reserve == pytest.approx(0.05 * 100**2 + 100)
    assert trade == pytest.approx(0.05 * (150**2 - 100**2) + 50)


@pytest.mark.parametrize(
    "made",
    [
        BondingCurve.exponential(a=1, k="0.02"),
        BondingCurve.sigmoid(K=10, k="0.1", S0=50),
        BondingCurve.from_expression("c*S**2 + 1", c="0.001"),
    ],
    ids=lambda made: made.kind,
)
def test_reserve_area_of_any_curve(made):
    (reserve,) = areas(plot.curve(made, supply=80))
    assert reserve == pytest.approx(float(made.reserve(80.0)), rel=1e-4)


def test_cost_with_its_fee_and_both_prices_are_told():
    ax = plot.curve(LINEAR, supply=100, trade=(100, 50))
    told = [text.get_text() for text in ax.get_legend().get_texts()] + [text.get_text() for text in ax.texts]
    assert told == ["reserve $R$ = 600 [currency]", "mint 50: cost 681.75 [currency]", "before: 11", "after: 16"]


def test_burning_goes_to_the_left_and_tells_the_proceeds():
    ax = plot.curve(LINEAR, supply=100, trade=(100, -50))
    assert "burn 50: proceeds 420.75 [currency]" in [text.get_text() for text in ax.get_legend().get_texts()]
    assert areas(ax)[1] == pytest.approx(425)


def test_labels_name_quantity_and_unit():
    ax = plot.curve(LINEAR, supply=100, units=("lot", "SOL"))
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("supply $S$ [lot]", "spot price $P$ [SOL/lot]")


@pytest.mark.usefixtures("pristine")
def test_draws_on_the_axes_given():
    ax = Figure().add_subplot()
    assert plot.curve(LINEAR, supply=10, ax=ax) is ax


def test_a_domain_that_does_not_begin_at_zero():
    ax = plot.curve(BondingCurve.from_expression("S", supply=(10, 40)), supply=30, trade=(30, 10))
    assert ax.get_xlim() == (10, 40)
    assert areas(ax)[0] == pytest.approx((30**2 - 10**2) / 2)


def test_unbound_symbols_are_named():
    with pytest.raises(ValueError, match="no numbers for m: bind"):
        plot.curve(BondingCurve.linear(m=sp.Symbol("m", positive=True), b=1), supply=10)


def test_trades_off_the_curve_are_refused():
    with pytest.raises(ValueError, match=r"from supply 10\.0 to -10\.0"):
        plot.curve(LINEAR, supply=10, trade=(10, -20))
    with pytest.raises(ValueError, match="shade up to is 50"):
        plot.curve(BondingCurve.from_expression("S", supply=(10, 40)), supply=50)


@pytest.mark.usefixtures("pristine")
def test_pdf_embeds_truetype_fonts_and_needs_no_setting():
    file = io.BytesIO()
    plot.curve(LINEAR, supply=100, trade=(100, 50)).figure.savefig(file, format="pdf", metadata={"CreationDate": None})
    assert b"/CIDFontType2" in file.getvalue() or b"/TrueType" in file.getvalue()
    assert b"/Type3" not in file.getvalue()
    assert b"/FontFile2" in file.getvalue()


def test_svg_is_outlines_and_twice_the_same():
    def written():
        file = io.BytesIO()
        plot.curve(LINEAR, supply=100).figure.savefig(file, format="svg", metadata={"Date": None})
        return file.getvalue()

    assert b"<text" not in written()
    assert written() == written()


def test_text_is_legible_at_column_width():
    ax = plot.curve(LINEAR, supply=100, trade=(100, 50))
    assert ax.figure.get_figwidth() == plot.COLUMN
    texts = [*ax.texts, *ax.get_legend().get_texts(), *ax.get_xticklabels(), ax.xaxis.label, ax.yaxis.label]
    assert {text.get_fontsize() for text in texts} <= {8.0, 9.0}


def test_numbers_read_as_in_print():
    assert [plot.number(value) for value in (0.5, 12500, 2e8, 1.5e-7)] == [
        "0.5",
        "12,500",
        r"$2\times 10^{8}$",
        r"$1.5\times 10^{-7}$",
    ]


def test_no_pyplot_state_is_left():
    plot.curve(LINEAR, supply=100)
    pyplot = sys.modules.get("matplotlib.pyplot")
    assert pyplot is None or not pyplot.get_fignums()
