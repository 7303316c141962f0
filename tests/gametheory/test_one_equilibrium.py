"""Methods for one equilibrium of a larger game: what they return is one, and the paths are what they claim."""

import numpy as np
import pytest

from gametheory.dispatch import solve
from gametheory.methods.logit_homotopy import logit_branch
from gametheory.methods.path_following import PathPoint, advanced
from gametheory.normal_form import NormalForm

METHODS = ["logit", "global newton", "regret search"]


def random_game(shape, seed):
    rng = np.random.default_rng(seed)
    return NormalForm(*[rng.integers(0, 1000, shape) for _ in shape])


def worst_gain(game, profile):
    letters = "abcdefghij"[: len(profile)]
    gains = []
    for k, table in enumerate(game.floats):
        others = [j for j in range(len(profile)) if j != k]
        text = ",".join([letters, *(letters[j] for j in others)]) + "->" + letters[k]
        row = np.einsum(text, table, *(profile[j] for j in others), optimize=True)
        gains.append(row.max() - row @ profile[k])
    return max(gains)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("shape", [(4, 4, 4), (2, 3, 2, 2), (3, 3, 3, 3)], ids=str)
def test_one_equilibrium_of_a_larger_game(method, shape):
    game = random_game(shape, 1)
    options = {} if method == "logit" else {"rng": 1}
    found = solve(game, method=method, **options)
    assert len(found) == 1
    assert not found.complete
    assert worst_gain(game, found[0].profile) < 1e-9
    assert found[0].regret < 1e-9


@pytest.mark.parametrize("method", METHODS)
def test_it_is_one_of_all(method):
    for seed in range(3):
        game = random_game((2, 2, 3), seed)
        listed = np.array([np.concatenate(e.profile) for e in solve(game)])
        one = np.concatenate(solve(game, method=method, **({} if method == "logit" else {"rng": seed}))[0].profile)
        assert np.abs(listed - one).max(axis=1).min() < 1e-9


def test_every_point_of_the_logit_branch_is_a_logit_equilibrium():
    game = random_game((2, 3, 2), 3)
    branch = logit_branch(game, largest=0.1)
    assert branch.precision[0] == 0
    assert branch.precision[-1] > 0.1
    for precision, profile in zip(branch.precision, branch.profiles, strict=True):
        for k, own in enumerate(game.deviations([p / p.sum() for p in profile])):
            weights = np.exp(precision * (own - own.max()))
            assert np.abs(weights / weights.sum() - profile[k]).max() < 1e-8


def test_the_logit_branch_chooses_the_risk_dominant_equilibrium_of_a_symmetric_stag_hunt():
    stag = [[9, 0], [8, 7]]
    found = solve(
        NormalForm(
            *[
                np.array(stag)[:, :, None] * np.ones(2, dtype=int),
                np.array(stag).T[:, :, None] * np.ones(2, dtype=int),
                np.broadcast_to([0, 1], (2, 2, 2)).copy(),
            ]
        ),
        method="logit",
    )
    assert [part[0] for part in found[0].support] == [1, 1, 1]


def test_a_path_of_bonus_games_meets_several_equilibria():
    game = random_game((2, 2, 2), 2)
    assert len(solve(game)) == 3
    listed = np.array([np.concatenate(e.profile) for e in solve(game)])
    sizes = set()
    for seed in range(3):
        found = solve(game, method="global newton", max_equilibria=5, rng=seed)
        sizes.add(len(found))
        for e in found:
            assert np.abs(listed - np.concatenate(e.profile)).max(axis=1).min() < 1e-9
    assert sizes <= {1, 3}  # a path crosses 0 an odd number of times


def test_the_same_seed_gives_the_same_answer():
    game = random_game((3, 3, 3), 4)
    for method in ("global newton", "regret search"):
        assert solve(game, method=method, rng=7)[0] == solve(game, method=method, rng=7)[0]


def test_where_nothing_matters_the_regret_is_still_zero():
    game = NormalForm(*[np.zeros((2, 2, 2), dtype=int)] * 3)
    for method in ("logit", "regret search"):
        assert solve(game, method=method)[0].regret < 1e-12


def test_bad_options_are_refused():
    game = random_game((2, 2, 2), 0)
    for method, options in (("global newton", {"max_equilibria": 0}), ("regret search", {"starts": 0})):
        with pytest.raises(ValueError, match="at least 1"):
            solve(game, method=method, **options)
    with pytest.raises(ValueError, match="positive"):
        logit_branch(game, largest=0.0)


def test_a_path_stays_on_its_curve_all_the_way_round():
    def circle(y):
        return np.array([y @ y - 1]), 2 * y[None, :]

    point = PathPoint(np.array([1.0, 0.0]), np.array([0.0, 1.0]), 0.05)
    angles = []
    for _ in range(40):
        point = advanced(circle, point)
        angles.append(np.arctan2(point.place[1], point.place[0]))
        assert abs(np.linalg.norm(point.place) - 1) < 1e-10
    assert np.unwrap(angles)[-1] > 2 * np.pi
