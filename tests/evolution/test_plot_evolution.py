"""Figures of runs: drawn numbers are those of the runs and of the verdict, recomputed here by other routes."""

import io

import matplotlib
import mpltern  # noqa: F401  registers the ternary projection
import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from analytic.catalogue import holding
from evolution import plot
from evolution.agreement import Agreement, blocks, compare
from evolution.dynamics import Logit, Replicator
from evolution.finite import stationary_law
from evolution.simulation import simulate
from evolution.trajectory import integrate

LOGIT = Logit([[-0.99, 0.99], [0, 0]], temperature=0.1)
GIBBS = stationary_law(LOGIT, 100, against="others").probability
CYCLE = Replicator([[0, -1, 2], [2, 0, -1], [-1, 2, 0]])


@pytest.fixture(scope="module")
def runs():
    return simulate(holding(), agents=[25, 50, 100], seeds=30, rounds=60, rng=1)


@pytest.fixture(autouse=True)
def pristine():
    before = dict(matplotlib.rcParams)
    yield
    assert dict(matplotlib.rcParams) == before


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def line(ax, label):
    (found,) = (each for each in ax.lines if str(each.get_label()).startswith(label))
    return found


def test_law_beside_the_pooled_histogram(runs):
    ax = plot.law(runs, GIBBS)
    pooled = runs.counts[2].sum(axis=0) / runs.counts[2].sum()
    for bar in ax.patches:
        assert bar.get_height() == pytest.approx(pooled[round(bar.get_x() + bar.get_width() / 2)])
    shown = line(ax, "stationary law")
    assert shown.get_ydata() == pytest.approx(GIBBS[shown.get_xdata().astype(int)])
    assert shown.get_ydata().sum() > 0.99
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("agents playing hold (N = 100)", "probability")
    assert sorted(legend(ax)) == ["95 % interval", "simulated, 30 seeds", "stationary law"]


def test_intervals_of_the_histogram_hold_its_bars(runs):
    ax = plot.law(runs, GIBBS)
    (bars,) = (each for each in ax.collections if isinstance(each, LineCollection))
    for bar, ((_, low), (_, high)) in zip(ax.patches, bars.get_segments(), strict=True):
        assert low <= bar.get_height() <= high


def test_a_law_over_other_numbers_is_refused(runs):
    with pytest.raises(ValueError, match=r"over 0 \.\. 2 players, but histograms are kept for sizes \[25, 50, 100\]"):
        plot.law(runs, [0.2, 0.5, 0.3])


def test_paths_are_quantiles_over_seeds(runs):
    ax = plot.paths(runs, size=50, theory=1.5)
    values = runs.series["price"][1]
    assert line(ax, "median").get_ydata() == pytest.approx(np.sort(values, axis=0)[14:16].mean(axis=0))
    assert line(ax, "single runs").get_ydata().tolist() == values[0].tolist()
    assert set(line(ax, "theory: 1.5").get_ydata()) == {1.5}
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("time [rounds]", "price [currency/token]")
    assert ax.get_legend().get_title().get_text() == "N = 50, 30 seeds"


def test_paths_beside_a_trajectory_within_a_window(runs):
    flow = integrate(LOGIT, x0=[1e-6, 1 - 1e-6], t=runs.time[:11])
    ax = plot.paths(runs, series="share of hold", theory=flow, window=(0, 10))
    assert line(ax, "theory").get_ydata().tolist() == flow.x[:, 0].tolist()
    assert ax.get_xlim() == (0, 10)
    assert ax.get_ylabel() == "share of hold"


def test_paths_name_what_there_is(runs):
    with pytest.raises(ValueError, match="no series 'wealth'; they have share of hold, supply, price"):
        plot.paths(runs, series="wealth")
    with pytest.raises(ValueError, match="sizes are 25, 50, 100"):
        plot.paths(runs, size=7)
    with pytest.raises(ValueError, match="window is"):
        plot.paths(runs, window=(500, 900))


def test_agreement_with_a_rest_point_shows_fluctuation_distance_and_law(runs):
    ax = plot.agreement(0.5, runs)
    samples = [blocks(each) for each in runs.series["share of hold"]]
    fluctuation = line(ax, "fluctuation").get_ydata()
    assert fluctuation == pytest.approx([each.std() for each in samples])
    assert line(ax, "|mean").get_ydata() == pytest.approx([abs(each.mean() - 0.5) for each in samples])
    x, y = line(ax, "law").get_data()
    assert np.diff(np.log(y)) / np.diff(np.log(x)) == pytest.approx(-0.5)
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("number of agents $N$", "distance")


def test_the_fluctuation_interval_is_the_chi_square_one(runs):
    from scipy.stats import chi2

    ax = plot.agreement(compare(0.5, runs))
    drawn = ax.collections[0].get_segments()
    for segment, values in zip(drawn, (blocks(each) for each in runs.series["share of hold"]), strict=True):
        ends = np.sqrt(values.size * values.var() / chi2.ppf([0.975, 0.025], values.size - 1))
        assert segment[:, 1] == pytest.approx(ends, rel=1e-4)


def test_one_size_shows_the_interval_and_the_margin(runs):
    found = compare(GIBBS, runs)
    ax = plot.agreement(found)
    assert line(ax, "pooled total variation").get_xdata() == pytest.approx(found.distance)
    assert set(legend(ax)) == {"margin 0.01", "mean over seeds, 95 %", "pooled total variation"}
    lone = Agreement(
        "rest point", "held", "", 5.0, (20,), np.array([0.1]), np.array([[4.9, 5.2]]), margin=0.5, unit="h"
    )
    ax = plot.agreement(lone)
    assert ax.get_xlabel() == "state [h]"
    assert ax.collections[0].get_segments()[0][:, 0].tolist() == [4.9, 5.2]
    box = ax.patches[0].get_bbox()
    assert (box.x0, box.x1) == (4.5, 5.5)
    assert set(legend(ax)) == {"theory 5", "margin 0.5", "95 % interval", "mean state"}


def test_runs_without_any_fluctuation_have_no_logarithm_and_are_still_shown():
    still = Agreement("rest point", "held", "", 1.0, (10, 20), np.zeros(2), np.ones((2, 2)), margin=0.1)
    ax = plot.agreement(still)
    assert ax.get_xscale() == "linear"
    assert [text.get_text() for text in ax.get_yticklabels()] == ["10", "20"]


def test_agreement_with_a_trajectory(runs):
    flow = integrate(LOGIT, x0=[1e-6, 1 - 1e-6], t=runs.time)
    found = compare(flow, runs)
    ax = plot.agreement(flow, runs)
    assert line(ax, "distance").get_ydata().tolist() == found.distance.tolist()
    assert ax.get_ylabel() == "sup distance of share of hold"


def test_agreement_takes_a_verdict_or_its_ingredients(runs):
    with pytest.raises(TypeError, match="an Agreement alone, or a theory and the runs"):
        plot.agreement(0.5)
    with pytest.raises(TypeError, match="an Agreement alone"):
        plot.agreement(compare(0.5, runs), runs)


def test_simplex_is_labelled_by_strategies_and_marks_stability():
    flow = integrate(CYCLE, x0=[0.6, 0.3, 0.1], t=20)
    rest = [([1 / 3] * 3, "stable"), ([1, 0, 0], "saddle")]
    ax = plot.simplex([flow], CYCLE.velocity, rest, labels=("rock", "paper", "scissors"))
    assert (ax.get_tlabel(), ax.get_llabel(), ax.get_rlabel()) == ("rock", "paper", "scissors")
    assert legend(ax) == ["stable", "saddle"]
    assert len(ax.lines[0].get_xdata()) == len(flow.t)
    ax.figure.canvas.draw()


def test_arrows_point_along_the_field():
    ax = plot.simplex(field=lambda x: np.array([1.0, -0.5, -0.5]) * x[1])
    (arrows,) = ax.collections
    assert (arrows.V > 0).all()
    assert np.abs(arrows.U).max() < 1e-12


def test_simplex_refuses_other_shapes():
    with pytest.raises(ValueError, match=r"shape \(4, 2\); a simplex"):
        plot.simplex([np.zeros((4, 2))])
    with pytest.raises(ValueError, match="not ternary"):
        plot.simplex(ax=Figure().add_subplot())


def test_draws_on_the_axes_given_without_warning(runs):
    for draw in (
        lambda ax: plot.law(runs, GIBBS, ax),
        lambda ax: plot.paths(runs, ax=ax),
        lambda ax: plot.agreement(0.5, runs, ax=ax),
        lambda ax: plot.agreement(compare(GIBBS, runs), ax=ax),
    ):
        ax = Figure().add_subplot()
        assert draw(ax) is ax
        ax.figure.canvas.draw()
    ternary = Figure().add_subplot(projection="ternary")
    assert plot.simplex(ax=ternary) is ternary


def test_pdf_embeds_truetype_fonts(runs):
    file = io.BytesIO()
    plot.agreement(0.5, runs).figure.savefig(file, format="pdf")
    assert b"/FontFile2" in file.getvalue()
    assert b"/Type3" not in file.getvalue()
