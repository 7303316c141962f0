"""Figures of matrix games: what stands in the cells, where lines run, which edges and arrows are drawn."""

import ast
from fractions import Fraction as F
from itertools import pairwise
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch, Rectangle

from analytic.plot import BLACK, BLUE, VERMILION
from gametheory import NormalForm, has_finite_improvement_property, plot, solve, zoo
from gametheory.plot.wording import folded, mixture, shown

GAMES = {entry.name: entry.game for entry in zoo.named_games()}
LONG = NormalForm(
    [["1/3", -120000], ["22/7", 3e9]],
    [[1, 2], [1, "123456/7"]],
    players=["the validator with a very long name", "delegator"],
    strategies=[
        ["attest honestly at all times", "equivocate on both forks whenever profitable"],
        ["stake with the largest pool available", "hold"],
    ],
)


@pytest.fixture(autouse=True)
def pristine():
    before = dict(matplotlib.rcParams)
    yield
    assert dict(matplotlib.rcParams) == before


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def cells(ax):
    """The texts by row, column and player."""
    found = {}
    for text in ax.texts:
        x, y = text.get_position()
        found[int(y), int(x), int(to_hex(text.get_color()) == VERMILION.lower())] = text
    return found


def framed(ax):
    return {
        (int(patch.get_y()), int(patch.get_x()))
        for patch in ax.patches
        if isinstance(patch, Rectangle) and patch.get_linewidth() == 2
    }


@pytest.mark.parametrize(
    "name", ["prisoner's dilemma", "Young's game of conventions", "Kuhn poker", "entry deterrence"]
)
def test_payoffs_stand_in_their_cells_and_best_replies_are_underlined(name):
    game = GAMES[name]
    found = cells(plot.payoff_matrix(game, equilibria=()))
    assert len(found) == 2 * game.wholes[0].size
    for (i, j, player), text in found.items():
        assert text.get_text() == shown(game.payoffs[player][i, j])
        against = game.payoffs[0][:, j] if player == 0 else game.payoffs[1][i]
        assert (text.get_bbox_patch() is not None) == (game.payoffs[player][i, j] == max(against))
        assert (text.get_fontweight() == "bold") == (text.get_bbox_patch() is not None)


def test_pure_equilibria_are_framed_and_mixed_ones_stand_at_the_margins():
    ax = plot.payoff_matrix(zoo.stag_hunt().game)
    assert framed(ax) == {(0, 0), (1, 1)}
    assert [text.get_text() for text in ax.texts[8:]] == ["3/4", "1/4", "3/4", "1/4", "$m_{1}$", "$m_{1}$"]
    right, below = ax.texts[8:10], ax.texts[10:12]
    assert all(text.get_position()[0] > 2 for text in right)
    assert all(text.get_position()[1] > 2 for text in below)
    assert legend(ax)[2:] == ["pure equilibrium", "$m_1$: mixed equilibrium"]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["stag", "hare"]


def test_framed_cells_are_those_with_both_payoffs_underlined():
    for game in (GAMES["Kohlberg and Mertens' hexagon"], GAMES["hawk-dove"], GAMES["traveller's dilemma"]):
        if max(game.shape) > 20:
            continue
        ax = plot.payoff_matrix(game)
        under = {key for key, text in cells(ax).items() if text.get_bbox_patch() is not None}
        assert framed(ax) == {(i, j) for i, j, k in under if k == 0 and (i, j, 1) in under}


def test_only_the_equilibria_given_are_marked_and_the_rest_is_counted():
    game = zoo.coordination([1, 1, 1, 1]).game
    ax = plot.payoff_matrix(game)
    assert legend(ax)[-1] == "$m_1$, …, $m_{6}$: mixed equilibria (5 more not shown)"
    one = plot.payoff_matrix(game, [solve(game)[0], [[0, 0, 0, 1], [0, 0, 0, 1]]])
    assert len(framed(one)) == 2
    assert len(one.texts) == 32


def test_large_numbers_and_long_names_are_cut_short():
    ax = plot.payoff_matrix(LONG, equilibria=())
    texts = {text.get_text() for text in ax.texts}
    assert {"1/3", "−120,000", r"$3\times 10^{9}$", "123456/7"} <= texts
    assert ax.get_yticklabels()[1].get_text() == "equivocate on\nboth forks\nwhenever…"


def test_matching_pennies_cross_once_in_the_middle():
    ax = plot.best_response_correspondences(zoo.matching_pennies().game)
    row, column, mark = ax.lines
    assert row.get_xydata().tolist() == [[0, 0], [0, 0.5], [1, 0.5], [1, 1]]
    assert column.get_xydata().tolist() == [[0, 1], [0.5, 1], [0.5, 0], [1, 0]]
    assert (row.get_color(), column.get_color()) == (BLUE, VERMILION)
    assert row.get_linestyle() != column.get_linestyle()
    assert mark.get_xydata().tolist() == [[0.5, 0.5]]
    assert (ax.get_xlabel(), ax.get_ylabel()) == (
        "$p$, probability of heads (player 1)",
        "$q$, probability of heads (player 2)",
    )


small = st.lists(st.integers(-2, 2), min_size=8, max_size=8)


@settings(max_examples=40, deadline=None)
@given(small)
def test_lines_run_where_replies_are_best_and_marks_where_both_are(numbers):
    """On a grid the best replies, no others, lie on the line or in the hatched square; dots are extreme equilibria."""
    tables = np.array(numbers).reshape(2, 2, 2)
    game = NormalForm(*tables.tolist())
    ax = plot.best_response_correspondences(game)
    axis = np.linspace(0, 1, 13)
    for player, colour in ((0, BLUE), (1, VERMILION)):
        table = tables[0] if player == 0 else tables[1].T
        lines = [line for line in ax.lines if line.get_color() == colour]
        hatched = [patch for patch in ax.patches if patch.get_hatch() == ("////", "\\\\\\\\")[player]]
        assert len(lines) + len(hatched) == 1
        for own in axis:
            for other in axis:
                ahead = (table[0] - table[1]) @ [other, 1 - other]
                best = abs(ahead) < 1e-9 or own == float(ahead > 0)
                point = np.array([own, other])
                assert best == (bool(hatched) or on(point if player == 0 else point[::-1], lines[0].get_xydata()))
    marks = {tuple(line.get_xydata()[0]) for line in ax.lines if line.get_marker() == "o"}
    extreme = {tuple(float(part[0]) for part in e.exact) for e in solve(game)}
    assert marks == extreme


def on(point, path):
    for start, end in pairwise(path):
        way = end - start
        t = np.clip((point - start) @ way / (way @ way), 0, 1) if way.any() else 0
        if np.abs(point - start - t * way).max() < 1e-9:
            return True
    return False


def test_segments_and_squares_of_equilibria_are_told():
    entry = plot.best_response_correspondences(zoo.entry_deterrence("1/3").game)
    bands = [line.get_xydata().tolist() for line in entry.lines if line.get_linewidth() == 9]
    assert np.allclose(bands, [[[0, 0], [0, 2 / 3]]])
    assert legend(entry)[2:] == ["equilibrium", "segment of equilibria"]
    assert {text.get_text() for text in entry.texts} == {"(0, 0)", "(0, 2/3)", "(1, 1)"}
    nothing = plot.best_response_correspondences(zoo.indifference().game)
    assert legend(nothing) == [
        "best replies of player 1: all",
        "best replies of player 2: all",
        "all profiles are equilibria",
    ]
    assert {patch.get_hatch() for patch in nothing.patches} == {"////", "\\\\\\\\", None}


def test_labels_of_near_equilibria_do_not_overlap():
    ax = plot.best_response_correspondences(NormalForm([[1, 0], [0, 100]], [[1, 0], [0, 100]]))
    ax.figure.canvas.draw()
    boxes = [text.get_window_extent() for text in ax.texts]
    assert not any(a.overlaps(b) for n, a in enumerate(boxes) for b in boxes[:n])


def edges(ax):
    return [line for line in ax.lines if len(line.get_xdata()) == 2]


def test_the_hexagon_is_one_circle_of_six_edges():
    ax = plot.equilibrium_components(GAMES["Kohlberg and Mertens' hexagon"])
    assert len({(line.get_color(), line.get_linestyle()) for line in edges(ax)}) == 1
    ends = [tuple(line.get_ydata()) for line in edges(ax)]
    for side in (0, 1):
        heights = [end[side] for end in ends]
        assert all(heights.count(h) == 2 for h in heights)
    assert len(ends) == 6
    assert len(legend(ax)) == 6


def test_components_differ_in_look_and_isolated_equilibria_are_counted():
    ax = plot.equilibrium_components(zoo.von_stengel_degenerate().game)
    assert [text.get_text().replace("\n", " ") for text in ax.texts] == [
        "$x_{1}$: #0",
        "$x_{2}$: 1/3 #1 + 2/3 #2",
        "player 1",
        "$y_{1}$: #0",
        "$y_{2}$: 2/3 #0 + 1/3 #1",
        "$y_{3}$: 1/3 #0 + 2/3 #1",
        "player 2",
    ]
    first, second, alone = edges(ax)
    assert first.get_color() == second.get_color() != alone.get_color() == BLACK
    assert first.get_ydata()[0] == second.get_ydata()[0] != alone.get_ydata()[0]
    tables = [[1, 1, 0], [0, 0, 1], [0, 0, 1]]
    two = NormalForm(tables, tables)
    looks = {
        (line.get_color(), line.get_linestyle(), line.get_marker()) for line in edges(plot.equilibrium_components(two))
    }
    assert len(looks) == len(solve(two).components) == 3


@pytest.mark.parametrize("name", ["centipede", "coordination", "two-finger morra", "indifference", "Kuhn poker"])
def test_every_extreme_equilibrium_is_an_edge(name):
    game = GAMES[name]
    ax = plot.equilibrium_components(game)
    found = solve(game)
    assert len(edges(ax)) == len(found)
    names = [text for text in ax.texts if text.get_text().startswith("$")]
    assert len(names) == sum(len({e.exact[player] for e in found}) for player in (0, 1))
    heights = {text.get_position()[1] for text in names}
    assert {float(y) for line in edges(ax) for y in line.get_ydata()} == heights


def arrows(ax):
    return [patch for patch in ax.patches if isinstance(patch, FancyArrowPatch)]


@pytest.mark.parametrize("name", ["stag hunt", "Shapley's game", "volunteer's dilemma", "ring of matching pennies"])
def test_arrows_lead_to_better_profiles_and_none_leaves_an_equilibrium(name):
    game = GAMES[name]
    ax = plot.improvement_graph(game)
    leaving = 0
    for cell in np.ndindex(game.shape):
        for player, table in enumerate(game.payoffs):
            line = [table[(*cell[:player], a, *cell[player + 1 :])] for a in range(game.shape[player])]
            leaving += line.count(max(line)) if table[cell] < max(line) else 0
    assert len(arrows(ax)) == leaving
    marks = [line for line in ax.lines if len(line.get_xdata()) == 1]
    filled = [line for line in marks if line.get_markerfacecolor() == BLACK]
    assert len(marks) == game.wholes[0].size
    assert len(filled) == len(solve(game, "pure"))
    assert ("pure equilibrium" in legend(ax)) == bool(filled)


def test_in_shapleys_game_the_arrows_run_in_a_cycle():
    game = zoo.shapley_cycle().game
    assert not has_finite_improvement_property(game)
    ax = plot.improvement_graph(game)
    assert "pure equilibrium" not in legend(ax)
    assert {patch.get_linestyle() for patch in arrows(ax)} == {"-", "--"}


FIGURES = (plot.payoff_matrix, plot.best_response_correspondences, plot.equilibrium_components, plot.improvement_graph)


@pytest.mark.parametrize("figure", FIGURES, ids=lambda f: f.__name__)
def test_draws_on_the_axes_given(figure):
    ax = Figure().add_subplot()
    assert figure(LONG, ax=ax) is ax
    ax.figure.canvas.draw()
    figure(LONG).figure.canvas.draw()
    assert all(label.get_text() for label in (*ax.get_xticklabels(), ax.xaxis.label, ax.yaxis.label) if ax.axison)


@pytest.mark.parametrize("figure", FIGURES, ids=lambda f: f.__name__)
def test_texts_of_long_names_stay_on_the_page(figure):
    ax = figure(LONG)
    ax.figure.canvas.draw()
    page = ax.figure.bbox
    for text in (*ax.texts, ax.xaxis.label, ax.yaxis.label, *ax.get_legend().get_texts()):
        if text.get_text() and (ax.axison or text in ax.texts):
            box = text.get_window_extent()
            assert box.x0 >= page.x0 - 2
            assert box.x1 <= page.x1 + 2


@pytest.mark.parametrize(
    ("draw", "word"),
    [
        (lambda: plot.payoff_matrix(GAMES["Selten's horse"]), "games of two players; this one has 3"),
        (
            lambda: plot.payoff_matrix(GAMES["traveller's dilemma"]),
            "at most 20 actions a player; .* 99 x 99",
        ),
        (lambda: plot.payoff_matrix(LONG, [[[1], [1]]]), r"parts of length \(1, 1\); the game's are \(2, 2\)"),
        (lambda: plot.best_response_correspondences(zoo.zeeman().game), "at most 2 actions"),
        (lambda: plot.best_response_correspondences(zoo.indifference(1, 2).game), "needs two actions of each"),
        (lambda: plot.equilibrium_components(GAMES["Selten's horse"]), "two players"),
        (lambda: plot.equilibrium_components(GAMES["von Stengel's game of 75 equilibria"]), "75 extreme equilibria"),
        (
            lambda: plot.equilibrium_components(LONG, equilibria=solve(LONG, method="lemke-howson")),
            "does not tell its Nash subsets",
        ),
        (lambda: plot.improvement_graph(GAMES["Braess's paradox"]), "two players with at most 10"),
        (lambda: plot.improvement_graph(GAMES["traveller's dilemma"]), "at most 10"),
    ],
)
def test_what_cannot_be_shown_is_refused(draw, word):
    with pytest.raises(ValueError, match=word):
        draw()


def test_words():
    assert shown(F(10**12)) == r"$1\times 10^{12}$"
    assert shown(0.1 + 0.2) == "0.3"
    assert mixture((F(1, 2), F(0), F(1, 2)), ("a", "b", "c")) == "1/2 a + 1/2 c"
    assert folded("one two three", 5, 2) == "one\ntwo…"


def test_modules_import_matplotlib_only_in_rooms_called_plot():
    root = Path(plot.__file__).parents[2]
    for package in ("analytic", "gametheory", "evolution"):
        for file in (root / package).rglob("*.py"):
            if "plot" in (file.stem, *file.relative_to(root).parts):
                continue
            for node in ast.parse(file.read_text(encoding="utf-8")).body:
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                assert not any(name.split(".")[0] in ("matplotlib", "mpltern") for name in names), file


def test_lines_of_a_legend_are_lines():
    handles = plot.equilibrium_components(zoo.hawk_dove(4, 4).game).get_legend().legend_handles
    assert all(isinstance(handle, Line2D) for handle in handles)


@pytest.mark.parametrize(
    "figure",
    [plot.payoff_matrix, plot.best_response_correspondences, plot.equilibrium_components, plot.improvement_graph],
)
def test_dollar_signs_in_names_are_dollars(figure):
    names = [["pay $x$", "$y$"], ["1$", "2$"]]
    ax = figure(NormalForm([[2, 0], [0, 1]], [[1, 0], [0, 2]], players=["$a$", "b$ $"], strategies=names))
    ax.figure.canvas.draw()
    texts = [text.get_text() for text in ax.figure.findobj(match=lambda artist: hasattr(artist, "get_text"))]
    said = [
        text
        for text in texts
        if any(name in text.replace(r"\$", "$") for name in [*names[0], *names[1], "$a$", "b$ $"])
    ]
    assert said
    for text in said:
        assert text.replace("$p$, ", "").replace("$q$, ", "").count("$") - text.count(r"\$") in (0, 2)
        assert "x" not in text.replace(r"\$", "").split("$")[1::2]


def test_a_game_too_large_to_be_solved_unasked_is_drawn_with_what_is_given():
    game = NormalForm(np.arange(400).reshape(20, 20) % 7, np.arange(400).reshape(20, 20) % 11)
    for figure in (plot.payoff_matrix, plot.equilibrium_components):
        with pytest.raises(ValueError, match=r"Give equilibria=.*time_limit"):
            figure(game)
    assert len(plot.payoff_matrix(game, ()).texts) >= 800


def test_numbers_of_thousands_of_digits_are_shown_short():
    assert shown(F(7**6000, 2 * 7**6000 + 1)) == "0.5"
