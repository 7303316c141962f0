"""Basins against areas known in closed form, borders against the orbits on their two sides."""

import json
from pathlib import Path

import numpy as np
import pytest

from evolution import BNN, ImitativeLogit, Logit, Projection, Replicator, integrate
from evolution.basin import Share, basin_borders, basin_stability, basins
from evolution.invariants import constants_of_motion
from gametheory import NormalForm

ORACLES = {e["id"]: e for e in json.loads((Path(__file__).parents[1] / "oracles/data/evolution.json").read_text())}
BAD_RPS = [[0, -2, 1], [1, 0, -2], [-2, 1, 0]]


def holds(share, truth, level=0.9999):
    low, high = share.interval(level)
    return low <= truth <= high


def test_pure_coordination_of_three_has_equal_basins():
    found = basins(Replicator(np.eye(3)), 3000, rng=11)
    assert found.moving.successes == 0
    assert len(found.attractors) == 3
    assert all(holds(share, 1 / 3) for share in found.shares)
    for state, (_, members) in zip(found.attractors, found.members(), strict=True):
        assert (members.argmax(axis=1) == state.argmax()).all()  # of the identity game the greatest share wins


def test_border_of_a_stag_hunt():
    entry = ORACLES["stag_hunt_basin"]
    ((point,),) = basin_borders(Replicator(entry["inputs"]["A"]))
    assert point[0] == pytest.approx(entry["expected"][0], abs=entry["tolerance"])


@pytest.mark.parametrize("rule", [Replicator, BNN, lambda A: Logit(A, temperature=0.1)])
def test_borders_part_the_orbits(rule):
    game = np.array([[4.0, 0, 1], [0, 3, 0], [1, 0, 2.5]])
    dynamics = rule(game)
    attractors = basins(dynamics, 300, rng=3).attractors
    paths = basin_borders(dynamics)
    assert paths
    for path in paths:
        middle = path[len(path) // 2]
        if middle.min() < 0.02:
            continue
        way = np.cross(path[len(path) // 2 + 1] - middle, np.ones(3))
        way *= 0.01 / np.abs(way).max()
        ends = [integrate(dynamics, x0=middle + side * way, t=60).final for side in (1, -1)]
        nearest = {int(np.argmin([np.abs(end - state).max() for state in attractors])) for end in ends}
        assert len(nearest) == 2, (middle, ends)


def test_two_populations_part_at_the_level_of_the_saddle():
    """2x2 coordination keeps a constant of motion; its level at the saddle (3/5, 2/5) is the border."""
    dynamics = Replicator(NormalForm([[2, 0], [0, 3]], [[3, 0], [0, 2]]))
    found = basins(dynamics, 1500, rng=5)
    assert found.moving.successes == 0
    (constant,) = constants_of_motion(dynamics)
    saddle = {role: np.array(part) for role, part in zip(dynamics.roles, ([0.4, 0.6], [0.6, 0.4]), strict=True)}
    y = dynamics.unpack(found.starts)
    above = constant(y) > constant(saddle)
    x, z = found.starts[:, 0] - 0.4, found.starts[:, 2] - 0.6
    first = np.array([found.attractors[k][0] > 0.5 for k in found.place])
    assert first[(x > 0) & (z > 0)].all()
    assert not first[(x < 0) & (z < 0)].any()
    for corner in ((x < 0) & (z > 0), (x > 0) & (z < 0)):
        assert len({(bool(a), bool(f)) for a, f in zip(above[corner], first[corner], strict=True)}) == 2


def test_cycles_are_not_called_rest():
    found = basins(Replicator(BAD_RPS), 40, t=50, longest=400, rng=2)
    assert found.attractors == ()
    assert found.moving.value == 1
    assert "still moving" in str(found)


def test_starts_on_a_face_end_on_it():
    found = basins(Replicator(BAD_RPS), [[0.5, 0.5, 0.0], [0.2, 0.0, 0.8]], t=60)
    assert found.place.min() >= 0
    assert (found.ends[0, 2], found.ends[1, 1]) == (0, 0)


def test_everything_rests_in_a_game_of_nothing():
    found = basins(Replicator([[0, 0], [0, 0]]), [[0.25, 0.75], [0.5, 0.5], [0.5, 0.5]])
    assert [share.successes for share in found.shares] == [2, 1]


def test_stability_after_a_shock():
    stag = Replicator([[3, 0], [2, 2]])  # border 2/3: a shock of s lands below it with probability (1 - 1/(3s))+
    for shock in (0.3, 0.5, 1.0):
        share = basin_stability(stag, [1, 0], shock=shock, trials=800, rng=9)
        assert holds(share, min(1.0, 1 / (3 * shock)))
    with pytest.raises(ValueError, match="not at rest"):
        basin_stability(stag, [0.5, 0.5])
    with pytest.raises(ValueError, match="fraction"):
        basin_stability(stag, [1, 0], shock=0)


def test_interval_of_counts():
    assert Share(0, 10).interval()[0] == 0
    assert Share(10, 10).interval()[1] == 1
    assert Share(0, 10).interval()[1] == pytest.approx(1 - 0.025**0.1)


def test_refusals():
    with pytest.raises(ValueError, match="one or two dimensions"):
        basin_borders(Replicator(np.eye(4)))
    with pytest.raises(ValueError, match="longest"):
        basins(Replicator(np.eye(2)), 10, t=5, longest=1)


@pytest.mark.parametrize("rule", [Replicator, BNN, Projection, lambda game: ImitativeLogit(game, temperature=0.5)])
def test_borders_run_from_edge_to_source_under_any_rule(rule):
    """diag(3, 2, 1): from each edge's saddle to (2, 3, 6)/11; a step to either side ends at another vertex."""
    dynamics = rule([[3, 0, 0], [0, 2, 0], [0, 0, 1]])
    borders = basin_borders(dynamics)
    assert len(borders) == 3
    for path in borders:
        np.testing.assert_allclose(path[-1], np.array([2, 3, 6]) / 11, atol=2e-3)
        middle = path[np.abs(path.min(axis=1) - path.min(axis=1).max() / 2).argmin()]
        aside = np.cross(path[-1] - path[0], np.ones(3))
        aside *= 0.01 / np.abs(aside).max()
        ends = [integrate(dynamics, x0=middle + sign * aside, t=[300]).final.argmax() for sign in (1, -1)]
        assert ends[0] != ends[1]


def test_an_edge_is_no_border():
    """Vertex 2 draws orbits along the edge x_0 = 0 only: inside, 0 grows there."""
    borders = basin_borders(ImitativeLogit([[5, 0, 4], [0, 5, 1], [3, 3, 3.5]], temperature=0.5))
    assert [path[0].round(6).tolist() for path in borders] == [[0, 0.555556, 0.444444]]


def test_a_continuum_of_ends_is_printed_in_short():
    found = basins(Replicator([[0, 0], [0, 0]]), 100, rng=3)
    assert len(str(found).splitlines()) == 13
    listed = sum(share.successes for share in found.shares[:12])
    assert str(found).splitlines()[-1].endswith(f"{100 - listed} of 100)")


def test_a_border_close_to_an_attractor_is_kept():
    """Between 0.9995 and 1 orbits go to 1, under it to 0, however near 1 they start."""
    rule = Replicator([["0.0005", 0], [0, "0.9995"]])
    found = basins(rule, np.array([[0.9993, 0.0007], [0.99945, 0.00055], [0.9996, 0.0004]]))
    assert [found.attractors[k].tolist() for k in found.place] == [[0, 1], [0, 1], [1, 0]]
