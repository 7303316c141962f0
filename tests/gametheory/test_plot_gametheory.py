"""Figures of games: curves hold the game's numbers, markers tell stability, the caller's settings are left alone."""

from fractions import Fraction

import matplotlib
import networkx
import numpy as np
import pytest
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure

from gametheory import plot
from gametheory.equilibrium import Equilibrium


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def marks(ax):
    """Position, marker and fill of all single-point lines."""
    return [
        (float(line.get_xdata()[0]), float(line.get_ydata()[0]), line.get_marker(), line.get_markerfacecolor())
        for line in ax.lines
        if len(line.get_xdata()) == 1
    ]


@pytest.fixture(autouse=True)
def pristine():
    before = dict(matplotlib.rcParams)
    yield
    assert dict(matplotlib.rcParams) == before


def test_potential_cumulates_differences_and_marks_stability():
    ax = plot.potential([-1.0, -1.0, 1.0, 3.0], equilibria=[(0, "stable"), (2, "unstable"), (4, "stable")])
    assert ax.lines[0].get_ydata().tolist() == [0, -1, -2, -1, 2]
    assert marks(ax) == [(0, 0, "o", "#000000"), (2, -2, "o", "white"), (4, 2, "o", "#000000")]
    assert legend(ax) == ["stable", "unstable"]


def test_potential_of_a_function_peaks_where_the_next_one_stops_gaining():
    ax = plot.potential(lambda s: 0.99 - 0.02 * s, players=100, strategy="hold", unit="SOL")
    assert np.argmax(ax.lines[0].get_ydata()) == 50
    assert ax.get_ylabel() == r"potential $\Phi(S)$ [SOL]"
    assert "hold" in ax.get_xlabel()


def test_an_equilibrium_holds_a_share_and_is_drawn_at_its_number_of_players():
    half = Fraction(1, 2)
    found = Equilibrium.of(((half, half),), regret=Fraction(0), certificate="by symmetry", stability="ess")
    ax = plot.potential(lambda s: 0.99 - 0.02 * s, players=100, equilibria=[found])
    assert marks(ax)[0][0] == 50


def test_potential_needs_as_many_differences_as_players():
    with pytest.raises(ValueError, match="expected 5 finite numbers"):
        plot.potential([1, 2, 3], players=5)
    with pytest.raises(ValueError, match="give the number of players"):
        plot.potential(lambda s: s)


def test_best_reply_meets_the_profile_exactly_at_nash():
    ax = plot.deviations(lambda y, total: y * (9 - y - total), {"Nash": 3.0, "optimum": 2.25}, (0, 9), 2)
    best, profile, best_else, profile_else = marks(ax)
    assert best[:2] == pytest.approx(profile[:2])
    assert best_else[0] == pytest.approx((9 - 2.25) / 2, abs=0.01)
    assert profile_else[:2] == pytest.approx((2.25, 2.25 * 4.5))
    assert legend(ax) == ["Nash: others at 3", "optimum: others at 2.25", "best reply", "profile"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("own effort $y$", "payoff [currency]")


def test_compared_things_differ_in_line_style_too():
    ax = plot.deviations(lambda y, total: y - total, {"a": 1, "b": 2, "c": 3}, (0, 4), 2)
    assert len({line.get_linestyle() for line in ax.lines if len(line.get_xdata()) > 1}) == 3


def test_phase_line_arrows_point_to_the_stable_points():
    rest = [(0, "stable"), (0.3, "unstable"), (0.8, "stable"), (1, "unstable")]
    ax = plot.phase_line(lambda x: x * (1 - x) * (x - 0.3) * (0.8 - x), rest)
    ways = [np.sign(text.xy[0] - text.xyann[0]) for text in ax.texts]
    assert ways == [-1, 1, -1]
    assert [mark[0] for mark in marks(ax)] == [0, 0.3, 0.8, 1]
    assert ax.get_ylabel() == "velocity $\\dot x$ [1/time]"


def test_phase_plane_marks_each_kind_and_keeps_the_square():
    def field(x, y):
        return x * (1 - x) * (2 * y - 1), y * (1 - y) * (2 * x - 1)

    path = np.array([[0.2, 0.3], [0.1, 0.1], [0.0, 0.0]])
    rest = [((0, 0), "asymptotically stable"), ((0.5, 0.5), "saddle"), ((1, 0), "unstable"), ((0.2, 0.9), None)]
    ax = plot.phase_plane(field, rest, [path], labels=("share $x$ of honest", "share $y$ of stake"))
    assert legend(ax) == ["asymptotically stable", "saddle", "unstable", "rest point"]
    assert [mark[2] for mark in marks(ax)] == ["^", "o", "D", "o", "s"]
    assert (ax.get_xlim(), ax.get_ylim(), ax.get_aspect()) == ((0, 1), (0, 1), 1)
    assert any(np.array_equal(line.get_xydata(), path) for line in ax.lines)


def test_a_path_of_the_wrong_shape_is_refused():
    with pytest.raises(ValueError, match=r"shape \(5, 3\); expected \(k, 2\)"):
        plot.phase_plane(lambda x, y: (x, y), trajectories=[np.zeros((5, 3))])


def test_network_areas_are_in_proportion_and_values_are_told():
    ax = plot.network(networkx.star_graph(3), {"Nash": [2, 1, 1, 1], "optimum": [4, 2, 2, 2]}, unit="hour")
    nash, optimum = (each.get_sizes() for each in ax.collections if isinstance(each, PathCollection))
    assert (nash / nash[0]).tolist() == [1, 0.5, 0.5, 0.5]
    assert (optimum / nash[0]).tolist() == [2, 1, 1, 1]
    assert [text.get_text() for text in ax.texts] == ["2 | 4", "1 | 2", "1 | 2", "1 | 2"]
    assert ax.get_legend().get_title().get_text() == "effort at each node [hour]"
    assert sum(len(line.get_xdata()) == 2 for line in ax.lines) >= 3


def test_network_efforts_must_fit_the_graph():
    with pytest.raises(ValueError, match="'Nash' must be 3 finite numbers >= 0"):
        plot.network(networkx.path_graph(3), {"Nash": [1, 2]})


@pytest.mark.parametrize(
    "draw",
    [
        lambda ax: plot.potential([1.0, -1.0], ax=ax),
        lambda ax: plot.deviations(lambda y, total: y - total, {"Nash": 1}, (0, 2), 2, ax),
        lambda ax: plot.phase_line(lambda x: x * (1 - x), [(1, "stable")], ax),
        lambda ax: plot.phase_plane(lambda x, y: (x, y), ax=ax),
        lambda ax: plot.network(networkx.path_graph(4), {"Nash": [1, 2, 2, 1]}, ax),
    ],
    ids=["potential", "deviations", "phase_line", "phase_plane", "network"],
)
def test_draws_on_the_axes_given_without_warning(draw):
    ax = Figure().add_subplot()
    assert draw(ax) is ax
    ax.figure.canvas.draw()
    draw(None).figure.canvas.draw()
