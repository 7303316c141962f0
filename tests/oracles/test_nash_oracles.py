"""Published games with known equilibria: compared by length, content, components and Nash subsets."""

import json
from fractions import Fraction as F
from pathlib import Path

import pytest
import sympy as sp

from analytic.expression import parse
from gametheory.commitment import stackelberg
from gametheory.correlated import correlated_equilibrium, correlated_vertices, obedience
from gametheory.dispatch import solve
from gametheory.normal_form import NormalForm
from gametheory.potential import exact_potential, ordinal_potential
from gametheory.selection import risk_dominance

DATA = json.loads((Path(__file__).parent / "data" / "nash.json").read_text())
GAMES = DATA["games"]
TWO = [g for g in GAMES if g["players"] == 2]
MORE = [g for g in GAMES if g["players"] > 2]
EXTRA = {entry["name"]: entry for entry in DATA["extra"]}

NOT_REACHED = {
    "pd_delta_0.9": "equilibrium payoffs of repeated games belong to a later part",
}
REACHED_EXTRA = {
    "g3",
    "2x2x2x2x2_fifth",
    "cstheory_28017",
    "hawk_dove_VC",
    "rps_good_win2_loss1",
    "rps_bad_win1_loss2",
    "hawk_dove_V2_C4",
    "chicken_aumann",
    "conitzer_sandholm_2006",
    "stag_hunt (potential)",
    "matching_pennies (potential)",
}


def fractions(equilibria):
    return [tuple(tuple(F(p) for p in part) for part in e) for e in equilibria]


def groups_of_profiles(groups, profiles):
    return {frozenset(profiles[i] for i in group) for group in groups}


@pytest.mark.parametrize("entry", TWO, ids=lambda g: g["name"])
def test_two_player_games(entry):
    assert entry["complete"]
    expected = fractions(entry["equilibria"])
    found = solve(NormalForm(*entry["payoffs"]))
    profiles = [e.exact for e in found]
    assert found.complete
    assert len(profiles) == len(expected)
    assert set(profiles) == set(expected)
    for name, key in (("components", "components"), ("nash_subsets", "maximal_nash_subsets")):
        ours = groups_of_profiles(getattr(found, name), profiles)
        assert len(getattr(found, name)) == len(entry[key])
        assert ours == groups_of_profiles(entry[key], expected)


@pytest.mark.parametrize("entry", MORE, ids=lambda g: g["name"])
def test_games_of_more_players(entry):
    expected = set(fractions(entry["equilibria"]))
    found = solve(NormalForm(*entry["payoffs"]))
    profiles = [e.exact for e in found]
    assert len(profiles) == len(set(profiles))
    assert all(e.regret == 0 for e in found)
    pure = {tuple(part[0] for part in e.support) for e in found if all(len(part) == 1 for part in e.support)}
    assert pure == set(map(tuple, entry["pure"]))
    if entry["complete"]:
        assert found.complete
        assert set(profiles) == expected
    else:  # the entry is a subset: these games have continua, which ours says too
        assert not found.complete
        assert set(profiles) >= expected


@pytest.mark.parametrize("name", ["g3", "2x2x2x2x2_fifth"])
def test_irrational_equilibria(name):
    entry = EXTRA[name]
    found = solve(NormalForm(*entry["payoffs"]))
    assert found.complete
    for stated in entry["equilibria"]:
        numbers = [parse(p, ()) for p in stated["p_first_action"]]
        matches = [
            e
            for e in found
            if e.exact and all(sp.expand(part[0] - p) == 0 for part, p in zip(e.exact, numbers, strict=True))
        ]
        assert len(matches) == 1
        assert matches[0].regret == 0
        for part, decimal in zip(matches[0].profile, stated["decimal"], strict=True):
            assert abs(part[0] - float(decimal)) < 1e-15


@pytest.mark.parametrize("name", ["rps_good_win2_loss1", "rps_bad_win1_loss2"])
def test_stability_of_the_interior_state(name):
    entry = EXTRA[name]
    found = solve(NormalForm.symmetric(entry["A"]), "ess")
    interior = tuple(F(p) for p in entry["interior"])
    assert (interior in {e.exact[0] for e in found}) == entry["is_ess"]


def test_hawk_dove():
    entry = EXTRA["hawk_dove_V2_C4"]
    found = solve(NormalForm.symmetric(entry["A"]), "ess")
    assert [list(map(str, e.exact[0])) for e in found] == entry["ess"]


@pytest.mark.parametrize("v", [F(1), F(3, 2), F(3)])
def test_hawk_dove_over_its_parameters(v):
    c = F(2)
    game = NormalForm.symmetric([[(v - c) / 2, v], [0, v / 2]])
    pure = {tuple(e.exact[k][0] for k in (0, 1)) for e in solve(game, "pure")}
    stated = EXTRA["hawk_dove_VC"]["EQ"]["V<C" if v < c else "V>C"]["pure"]
    assert pure == {tuple(map(F, p)) for p in stated}
    assert [e.exact[0][0] for e in solve(game, "ess")] == [min(v / c, F(1))]


@pytest.mark.parametrize("x", [F(1, 4), F(1, 3), F(1, 2), F(3, 5), F(2, 3), F(3, 4)])
def test_a_family_of_games_through_its_thresholds(x):
    found = solve(NormalForm.symmetric([[x / 2, x], [1 - x, (1 - x) / 2]]))
    first = {tuple(e.exact[k][0] for k in (0, 1)) for e in found}
    corners = {(F(1), F(0)), (F(0), F(1))}
    mixed = 3 * x - 1  # as the entry states between its thresholds 1/3 and 2/3
    if x in (F(1, 3), F(2, 3)):
        assert first == corners | {(mixed, mixed)}
        assert found.components == ((0, 1, 2),)
        assert len(found.nash_subsets) == 2
    elif F(1, 3) < x < F(2, 3):
        assert first == corners | {(mixed, mixed)}
        assert len(found.components) == 3
    else:
        assert first == {(F(x > F(1, 2)),) * 2}


def exact(table):
    return [[F(p) for p in row] for row in table]


def test_correlated_equilibria_of_chicken():
    entry = EXTRA["chicken_aumann"]
    game = NormalForm(entry["A"], entry["B"])
    best = correlated_equilibrium(game)
    assert best.distribution.tolist() == exact(entry["max_welfare_CE"])
    assert best.welfare == F(entry["max_welfare"])
    assert set(best.payoffs) == {F(entry["per_player"])}
    assert obedience(game, entry["another_CE"]).gain <= 0
    vertices = [v.distribution.ravel().tolist() for v in correlated_vertices(game)]
    assert len(vertices) == len(entry["ce_polytope_vertices"])
    assert sorted(vertices) == sorted(exact(entry["ce_polytope_vertices"]))


def test_commitment():
    entry = EXTRA["conitzer_sandholm_2006"]
    game = NormalForm(entry["A"], entry["B"])
    found = stackelberg(game, leader=["row", "column"].index(entry["leader"]))
    assert list(found.strategy) == [F(p) for p in entry["commit"]]
    assert f"column index {found.reply} (0-based)" == entry["follower"]
    assert (found.value, found.pure_value) == (F(entry["leader_value"]), F(entry["pure_commitment_value"]))
    assert {e.details["payoffs"][0] for e in solve(game)} == {F(entry["nash_value"])}


def test_a_potential_and_its_maximiser():
    (entry,) = [e for e in DATA["extra"] if e["kind"] == "exact_potential"]
    game = NormalForm(entry["A"], entry["B"])
    found = exact_potential(game)
    stated = exact(entry["potential"])
    assert (found.values - stated == found.values[0, 0] - stated[0][0]).all()  # unique up to a constant
    assert found.maximisers == risk_dominance(game).dominant == ((1, 1),)
    assert ordinal_potential(game).exists


def test_no_potential_and_its_cycle():
    (entry,) = [e for e in DATA["extra"] if e["kind"] == "not_exact_potential"]
    found = exact_potential(NormalForm(entry["A"], entry["B"]))
    assert not found.exists
    assert len(found.cycle) == 4
    assert f"{abs(sum(found.gains))} (non zero)" == entry["four_cycle_sum"]


def test_the_table_of_what_is_not_reached_is_exactly_the_complement():
    reached = set(REACHED_EXTRA)
    for entry in GAMES:
        found = {e.exact for e in solve(NormalForm(*entry["payoffs"]))}
        if set(fractions(entry["equilibria"])) <= found:
            reached.add(entry["name"])
    kinds = {"exact_potential", "not_exact_potential"}
    extra = {f"{e['name']} (potential)" if e["kind"] in kinds else e["name"] for e in DATA["extra"]}
    assert ({entry["name"] for entry in GAMES} | extra) - reached == set(NOT_REACHED)
