"""The oracle tables' entries on supply rules."""

import json
from pathlib import Path

import numpy as np
import pytest

from analytic.supply import bang_bang, halving_cap, halving_supply, inflation_path, pi_stable

DATA = Path(__file__).parent / "data"
ENTRIES = {e["id"]: e for name in ("theory", "token") for e in json.loads((DATA / f"{name}.json").read_text())}


def cap(initial, interval):
    issued = halving_supply(10**18, initial=initial, interval=interval)
    assert issued == halving_cap(initial=initial, interval=interval)
    return {"total_satoshi": issued}


def stability(g, cases):
    return {"stable": [bool(pi_stable(g, *case)) for case in cases]}


def livepeer(inflation_e9, change_e9, target, rounds_below, rounds_per_year):
    path = inflation_path(inflation_e9, np.full(rounds_below, target - 0.1), change=change_e9, target=target)
    after = bang_bang["inflation"](i=inflation_e9 * 1e-9, d=change_e9 * 1e-9, n=rounds_below, m=0)
    assert after == pytest.approx(path[-1] * 1e-9)
    return {
        "inflation_e9_after": path[-1],
        "annual_start": bang_bang["annual"](i=inflation_e9 * 1e-9, Y=rounds_per_year),
        "annual_after": bang_bang["annual"](i=after, Y=rounds_per_year),
    }


TABLE = {"token.halving": cap, "control.pi_stability": stability, "staking.livepeer_controller": livepeer}


@pytest.mark.parametrize("name", TABLE)
def test_oracle(name):
    entry = ENTRIES[name]
    found = TABLE[name](**entry["inputs"])
    assert set(found) == set(entry["expected"])
    for key, value in entry["expected"].items():
        assert np.asarray(found[key]) == pytest.approx(np.asarray(value), abs=entry["tolerance"], rel=0), key
