"""The oracle tables' entries on allocation."""

import json
from pathlib import Path

import numpy as np
import pytest

from analytic.allocation import (
    dominant_shares,
    dominant_tasks,
    dominant_whole_tasks,
    kelly_anarchy,
    kelly_equilibrium,
    max_min_shares,
    water_level,
)

DATA = Path(__file__).parent / "data"
ENTRIES = {e["id"]: e for name in ("theory", "token") for e in json.loads((DATA / f"{name}.json").read_text())}


def max_min(capacity, demands):
    return {"allocation": max_min_shares(capacity, demands), "water_level": float(water_level(capacity, demands))}


def drf(capacity, demand_A, demand_B):
    demands = [demand_A, demand_B]
    tasks = dominant_tasks(capacity, demands)
    assert dominant_whole_tasks(capacity, demands) == pytest.approx(tasks)
    share = tasks * dominant_shares(capacity, demands)
    assert share[0] == pytest.approx(share[1])
    return {"tasks": tasks, "dominant_share": share[0]}


def anarchy(N):
    found = [kelly_equilibrium(1, [1] + [0.5] * n).efficiency for n in N]
    assert kelly_anarchy["efficiency"](N=N, u=0.5) == pytest.approx(found)
    return {"efficiency": found, "limit": kelly_anarchy["crowd"](u=0.5)}


TABLE = {"alloc.maxmin": max_min, "alloc.drf": drf, "game.kelly.price_of_anarchy": anarchy}


@pytest.mark.parametrize("name", TABLE)
def test_oracle(name):
    entry = ENTRIES[name]
    found = TABLE[name](**entry["inputs"])
    assert set(found) == set(entry["expected"])
    for key, value in entry["expected"].items():
        assert np.asarray(found[key]) == pytest.approx(np.asarray(value), abs=entry["tolerance"], rel=0), key
