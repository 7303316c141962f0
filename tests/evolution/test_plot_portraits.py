"""Portraits: what is drawn is what was computed."""

import matplotlib
import numpy as np
import pytest
from matplotlib.collections import LineCollection, PolyCollection

from evolution import (
    Moran,
    PairwiseComparison,
    Replicator,
    integrate,
    rest_points,
    small_mutation_limit,
    stationary_law,
)
from evolution import gradient_of_selection as gradient_of
from evolution.counts import all_counts
from evolution.plot import gallery, gradient, gradient_map, invasion_graph, phase_line, plane, simplex, stationary
from evolution.plot import tetrahedron as drawn_in_space
from gametheory import NormalForm

HAWK_DOVE = [[-1, 2], [0, 1]]
RPS = [[0, -1, 2], [2, 0, -1], [-1, 2, 0]]


@pytest.fixture(autouse=True)
def settings_stay():
    before = dict(matplotlib.rcParams)
    yield
    assert dict(matplotlib.rcParams) == before


def written(ax, tmp_path):
    target = tmp_path / "figure.pdf"
    ax.figure.savefig(target)
    return target.stat().st_size


def marks(ax, marker):
    return sorted((float(line.get_xdata()[0]), float(line.get_ydata()[0])) for line in ax.get_lines()
                  if line.get_marker() == marker)  # fmt: skip


def test_phase_line(tmp_path):
    rule = Replicator(HAWK_DOVE)
    ax = phase_line(rule, rest_points(rule))
    curve = next(line for line in ax.get_lines() if len(line.get_xdata()) > 100)
    x = curve.get_xdata()
    np.testing.assert_allclose(curve.get_ydata(), x * (1 - x) * (1 - 2 * x), atol=1e-12)
    assert marks(ax, "o") == [(0, 0), (0.5, 0), (1, 0)]
    assert [len(marks(ax, arrow)) for arrow in "<>"] == [1, 1]
    assert written(ax, tmp_path) > 1000
    with pytest.raises(ValueError, match="two strategies"):
        phase_line(Replicator(RPS))


def test_plane_marks_the_saddle_and_the_sinks(tmp_path):
    rule = Replicator(NormalForm([[3, 0], [0, 2]], [[2, 0], [0, 3]]))
    flow = integrate(rule, x0=([0.4, 0.6], [0.7, 0.3]), t=10)
    ax = plane(rule, [flow], rest_points(rule))
    assert marks(ax, "D") == [(pytest.approx(0.6), pytest.approx(0.4))]
    assert marks(ax, "o") == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert marks(ax, "^") == [(0.4, 0.7)]
    assert [text.get_text() for text in ax.get_legend().get_texts()][:2] == [
        "no horizontal motion",
        "no vertical motion",
    ]
    assert written(ax, tmp_path) > 1000
    with pytest.raises(ValueError, match="a plane shows"):
        plane(Replicator(RPS))


def test_plane_needs_a_window_for_an_endless_environment():
    from evolution import Feedback

    open_ended = Feedback({"use": "1 - z", "spare": 0}, {"z": "x - z"}, shares={"x": "use"})
    with pytest.raises(ValueError, match=r"give window=\(low, high\)"):
        plane(Replicator(open_ended))
    assert plane(Replicator(open_ended), window=(0, 2)).get_ylim() == (0, 2)


@pytest.mark.parametrize("streams", [False, True])
def test_streams_follow_the_field(streams):
    ax = simplex((), Replicator([[1, 1, 1], [0, 0, 0], [0, 0, 0]]), streams=streams, speed=True)
    if streams:
        lines = next(each for each in ax.collections if isinstance(each, LineCollection))
        for segment in lines.get_segments():
            assert segment[-1, 1] >= segment[0, 1] - 1e-9  # the first strategy, on top, only gains
    with pytest.raises(ValueError, match="three strategies"):
        simplex((), Replicator(HAWK_DOVE))


def test_density_is_the_law(tmp_path):
    process = PairwiseComparison(RPS, 12, intensity=0.5, mutation=0.05)
    law = stationary_law(process).probability
    ax = stationary(all_counts(12, 3), law, labels="RPS")
    cells = next(each for each in ax.collections if isinstance(each, PolyCollection))
    np.testing.assert_allclose(np.asarray(cells.get_array()), law)
    middle = np.array([path.vertices[:-1].mean(axis=0) for path in cells.get_paths()])
    np.testing.assert_allclose(middle[:, 1], all_counts(12, 3)[:, 0] / 12, atol=1e-12)
    assert written(ax, tmp_path) > 1000
    two = stationary(all_counts(5, 2), np.full(6, 1 / 6), labels="ab")
    assert [patch.get_height() for patch in two.patches] == [1 / 6] * 6
    with pytest.raises(ValueError, match="do not fit"):
        stationary(all_counts(5, 2), [1], labels="ab")


def test_gradient_and_its_turns():
    found = gradient_of(Moran([[1, 4], [2, 3]], 20))
    ax = gradient(found)
    assert marks(ax, "o") == [(pytest.approx(found.turns[0][0]), 0)]
    mapped = gradient_map(lambda c: gradient_of(Moran([[2 - c, 1 - c], [1, 0.5]], 10)), [0.1, 0.4, 0.7], name="cost")
    assert mapped.collections[0].get_array().size == 33
    with pytest.raises(ValueError, match="increasing"):
        gradient_map(lambda c: found, [2, 1])


def test_invasion_arrows():
    """The row that wins both comparisons draws an arrow to itself; a neutral pair draws a dashed line."""
    ax = invasion_graph(small_mutation_limit(PairwiseComparison([[2, 2], [1, 1]], 20, mutation=0.01)))
    (arrow,) = [text for text in ax.texts if getattr(text, "arrow_patch", None) is not None]
    assert arrow.xy[0] < 0 or arrow.xy[1] > 0  # towards the first strategy, on top
    neutral = invasion_graph(small_mutation_limit(PairwiseComparison([[1, 1], [1, 1]], 20, mutation=0.01)))
    assert not [text for text in neutral.texts if getattr(text, "arrow_patch", None) is not None]
    assert len(neutral.get_lines()) == 1


def test_tetrahedron(tmp_path):
    rule = Replicator(np.eye(4))
    ax = drawn_in_space(rule, [integrate(rule, x0=[0.4, 0.3, 0.2, 0.1], t=5)], rest_points(rule))
    assert written(ax, tmp_path) > 1000
    with pytest.raises(ValueError, match="four strategies"):
        drawn_in_space(Replicator(RPS))
    with pytest.raises(ValueError, match="flat"):
        drawn_in_space(rule, ax=phase_line(Replicator(HAWK_DOVE)))


def test_optional_public_goods_has_its_centre():
    ax = gallery.optional_public_goods()
    assert "centre" in [text.get_text() for text in ax.get_legend().get_texts()]


def test_basins_and_types_have_one_entry_each():
    from evolution.basin import basins
    from evolution.plot import simplex

    rule = Replicator([[3, 0, 0], [0, 2, 0], [0, 0, 1]])
    ax = simplex(rest=rest_points(rule), basins=basins(rule, 30, rng=4))
    texts = [text.get_text() for text in ax.get_legend().get_texts()]
    assert texts == ["to (1, 0, 0)", "to (0, 1, 0)", "to (0, 0, 1)", "asymptotically stable", "saddle", "unstable"]


def test_tiny_shares_fit_their_discs():
    """A dominated strategy of weight e^-hundreds is not written with an exponent."""
    from evolution.plot import invasion_graph
    from evolution.processes import Moran
    from evolution.small_mutation import small_mutation_limit

    ax = invasion_graph(small_mutation_limit(Moran([[3, 0], [5, 1]], 50, fitness="exponential")))
    assert [text.get_text() for text in ax.texts if "%" in text.get_text()] == ["0\n< 0.01 %", "1\n100 %"]
