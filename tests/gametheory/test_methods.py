"""Methods as a user meets them: by name or as objects, what they are, and that limits are kept and told."""

import time
from fractions import Fraction as F

import numpy as np
import pytest

from gametheory import NormalForm, solve
from gametheory.dispatch import Method, methods_of
from gametheory.equilibrium import EquilibriumSet
from gametheory.methods import nash_subsets, vertices, walking

FIVE = NormalForm([[4, 6, -10], [6, -1, 0], [3, -4, 10]], [[-9, -5, -2], [1, -2, -8], [-10, -10, -9]])
RNG = np.random.default_rng(11)
LIMIT = 0.6


def random_game(size, low=-9, high=10, players=2):
    return NormalForm(*RNG.integers(low, high, (players, *[size] * players)))


def timed(call):
    """What comes out, and how long it took: on a busy machine the processor's time says it better than the clock."""
    start, used = time.monotonic(), time.process_time()
    return call(), min(time.monotonic() - start, time.process_time() - used)


# --- what there is


def test_every_method_has_a_name_options_and_mostly_a_paper():
    listed = methods_of(FIVE)
    assert list(listed) == ["nash", "symmetric", "ess", "pure", "social optimum", "joint optimum"]
    assert list(listed["nash"]) == [
        "vertex enumeration",
        "support enumeration",
        "pure",
        "lemke-howson",
        "linear program",
        "nashpy",
    ]
    papers = {name: method.paper for name, method in listed["nash"].items()}
    for name, author in {
        "vertex enumeration": "Mangasarian",
        "support enumeration": "Dickhaut",
        "lemke-howson": "Howson",
        "linear program": "Dantzig",
        "nashpy": "Knight",
    }.items():
        assert author in papers[name]
    assert papers["pure"] == ""  # the definition
    for methods in listed.values():
        for name, method in methods.items():
            assert method.name == name
            assert "time_limit" in method.options
            assert "max_equilibria" in method.options or name == "copositivity"


def test_methods_of_games_of_more_players():
    many = methods_of(random_game(2, players=3))["nash"]
    assert list(many) == ["polynomial supports", "logit", "global newton", "regret search", "pure"]
    assert "McKelvey" in many["logit"].paper
    assert "Govindan" in many["global newton"].paper
    assert all("time_limit" in method.options for method in many.values())


@pytest.mark.parametrize("name", ["vertex enumeration", "support enumeration", "pure", "lemke-howson", "nashpy"])
def test_a_name_and_its_object_are_the_same(name):
    assert solve(FIVE, method=name) == solve(FIVE, method=methods_of(FIVE)["nash"][name])


def test_an_object_bears_its_options():
    method = methods_of(FIVE)["nash"]["lemke-howson"].having(label=2)
    assert method.settings == {"label": 2}
    assert solve(FIVE, method=method) == solve(FIVE, method="lemke-howson", label=2)
    assert solve(FIVE, method=method, label=3) == solve(FIVE, method="lemke-howson", label=3)
    assert method.settings == {"label": 2}
    with pytest.raises(ValueError, match=r"unknown option 'labels' of method 'lemke-howson'.*Did you mean 'label'"):
        method.having(labels=2)
    with pytest.raises(TypeError):
        method.settings["label"] = 4


def test_an_algorithm_of_ones_own():
    def nobody(game, *, wish=0):
        return EquilibriumSet(
            equilibria=(), complete=False, reason=f"Wished for {wish}.", concept="nash", method="none", game=repr(game)
        )

    mine = Method("mine", nobody)
    assert mine.options == ("wish",)
    assert mine.paper == ""
    assert solve(FIVE, method=mine, wish=3).reason == "Wished for 3."


def test_a_method_is_not_used_for_another_concept():
    listed = methods_of(FIVE)
    with pytest.raises(ValueError, match="method 'lemke-howson' looks for 'nash', not for 'pure'"):
        solve(FIVE, "pure", method=listed["nash"]["lemke-howson"])


# --- limits on how many


@pytest.mark.parametrize("most", [1, 2, 4, 5, 9])
@pytest.mark.parametrize("method", ["vertex enumeration", "support enumeration"])
def test_the_first_few_are_given_and_counted(method, most):
    found = solve(FIVE, method=method, max_equilibria=most)
    everything = solve(FIVE)
    assert found.equilibria == everything[:most]
    assert found.complete == (most >= 5)
    assert (found.reason == f"The first {most} of 5, as max_equilibria asks.") == (most < 5)


def test_few_of_each_other_kind():
    ties = NormalForm(np.zeros((4, 4)), np.zeros((4, 4)))
    for options in (
        {"concept": "pure"},
        {"method": "pure"},
        {"method": "linear program"},
        {"concept": "symmetric"},
        {"concept": "social optimum"},
        {"method": "nashpy"},
    ):
        found = solve(ties, max_equilibria=3, **options)
        assert len(found) == 3
        assert not found.complete
        assert "max_equilibria asks" in found.reason
        assert found.components == ()
    some = solve(FIVE, method="lemke-howson", label="all", max_equilibria=2)
    assert len(some) == 2
    assert len(solve(random_game(30), max_equilibria=2)) <= 2


def test_paths_from_all_labels():
    found = solve(FIVE, method="lemke-howson", label="all")
    singly = {solve(FIVE, method="lemke-howson", label=label)[0].exact for label in range(6)}
    assert {e.exact for e in found} == singly
    assert len(found) == len(singly)
    assert "labels 0, 1, 2, 3, 4, 5 end" in found.reason


# --- limits on time


@pytest.mark.parametrize(
    ("game", "options"),
    [
        (random_game(20), {}),
        (random_game(26, 0, 2), {}),
        (NormalForm(*RNG.integers(-9, 10, (2, 3, 400)) * 1.0), {}),
        (NormalForm(np.eye(16), np.eye(16)), {}),
        (NormalForm(np.zeros((150, 150)), np.zeros((150, 150))), {}),
        (NormalForm(*(10.0 ** RNG.uniform(-12, 12, (2, 30, 30)))), {}),
        (random_game(14), {"method": "support enumeration"}),
        (random_game(60), {"method": "lemke-howson", "label": "all"}),
        (random_game(13), {"method": "nashpy"}),
        (NormalForm.symmetric(RNG.integers(-9, 10, (24, 24))), {"concept": "symmetric"}),
        (NormalForm.symmetric(RNG.integers(-9, 10, (60, 60))), {"concept": "ess"}),
        (NormalForm.zero_sum(RNG.integers(-99, 100, (500, 500))), {"method": "linear program"}),
        (random_game(5, players=3), {}),
        (random_game(5, 0, 2, players=3), {}),
        (random_game(5, players=5), {"method": "regret search", "rng": 1}),
        (random_game(4, players=5), {"method": "global newton", "rng": 1}),
        (NormalForm(*np.zeros((9, *[3] * 9), dtype=int)), {"concept": "pure"}),
    ],
    ids=lambda value: " ".join(map(str, value.values())) if isinstance(value, dict) else repr(value)[19:],
)
def test_a_time_limit_is_kept_and_told(game, options):
    solve(random_game(8), time_limit=5)  # imports and compiles, which is nobody's search
    found, seconds = timed(lambda: solve(game, time_limit=LIMIT, **options))
    assert seconds < 1.5 * LIMIT + 0.6  # a quick search for one equilibrium may follow
    assert not found.complete
    assert any(word in found.reason for word in ("time", "Time", " s", "seconds"))
    assert all(e.regret >= 0 for e in found)


@pytest.mark.parametrize("size", [2, 6])
@pytest.mark.parametrize("method", ["vertex enumeration", "support enumeration", "linear program"])
def test_games_of_ties_are_done_in_time(size, method):
    game = NormalForm(np.zeros((size, size)), np.zeros((size, size)))
    found = solve(game, method=method, time_limit=30)
    assert found.complete
    assert len(found) == size**2
    assert len(found.components) == 1


def test_what_was_found_before_time_was_over_is_right():
    game = NormalForm(np.eye(12, dtype=int), np.eye(12, dtype=int))
    found = solve(game, method="support enumeration", time_limit=0.3)
    assert not found.complete
    assert "systems were not reached in 0.3 s" in found.reason
    assert all(sum(game.regret(e.exact)) == 0 for e in found)
    assert len(found) > 0


# --- limits on memory


def test_more_vertices_than_memory_is_given_for(monkeypatch):
    game = random_game(9)
    complete = solve(game)
    monkeypatch.setattr(walking, "VERTICES_LIMIT", 100)
    monkeypatch.setattr(vertices, "INTEGERS_LIMIT", 100)
    few = solve(game)
    assert not few.complete
    assert "Enumeration was given up: more than 100 vertices" in few.reason
    assert {e.exact for e in few} <= {e.exact for e in complete}
    small = solve(NormalForm(*RNG.integers(-9, 10, (2, 6, 6))))
    assert "whole numbers are needed to enumerate the vertices" in small.reason


def test_more_subsets_than_can_be_listed(monkeypatch):
    crown = NormalForm(1 - np.eye(6, dtype=int), 1 - np.eye(6, dtype=int))
    whole = solve(crown)
    monkeypatch.setattr(nash_subsets, "SUBSETS_LIMIT", 10)
    found = solve(crown)
    assert found.complete
    assert found.equilibria == whole.equilibria
    assert found.nash_subsets == ()
    assert found.components == whole.components
    assert "Maximal Nash subsets are not listed: a component has more than 10" in found.reason


def test_exponentially_many_subsets_of_few_equilibria():
    """Where every strategy but one answers each of the other's, the subsets are all ways to split the actions."""
    size = 8
    found = solve(NormalForm(1 - np.eye(size, dtype=int), np.zeros((size, size), dtype=int)))
    splits = set()
    for subset in found.nash_subsets:
        sides = [frozenset(found[i].exact[k] for i in subset) for k in (0, 1)]
        splits.add(tuple(sides))
        assert len(subset) == len(sides[0]) * len(sides[1])
    assert len(splits) == len(found.nash_subsets) == 2**size - 1
    even = tuple(F(1, size) for _ in range(size))
    assert any(even in sides[1] for sides in splits)
