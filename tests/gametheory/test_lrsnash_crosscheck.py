"""All extreme equilibria against lrsnash (Debian's package lrslib), an independent exact enumeration in C.

The default run compares 200 games; `TOKENGAMES_GAMES=10000 pytest tests/gametheory/test_lrsnash_crosscheck.py`
compares as many as are asked for. Small payoff scales make many of the games degenerate.

References
----------
Avis, Rosenberg, Savani, von Stengel (2010), Enumeration of Nash equilibria for two-player games, Economic Theory 42.
"""

import os
import shutil
import subprocess
from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from gametheory import NormalForm, solve

GAMES = int(os.environ.get("TOKENGAMES_GAMES", "200"))
SCALES = (3, 10, 1000, 10**6)
LRSNASH = shutil.which("lrsnash")


def game_file(first, second):
    rows, columns = first.shape
    parts = ("\n".join(" ".join(map(str, row)) for row in each) for each in (first, second))
    return "\n\n".join([f"{rows} {columns}", *parts]) + "\n"


def extreme_equilibria(printed):
    """The blocks of lrsnash's answer: the strategies of player 2 that go with the ones of player 1."""
    found = set()
    for block in printed.split("\n\n"):
        lines = [line.split() for line in block.splitlines() if line[:2] in ("1 ", "2 ")]
        sides = {who: [tuple(map(Fraction, line[1:-1])) for line in lines if line[0] == who] for who in "12"}
        found |= set(product(sides["1"], sides["2"]))
    return found


@pytest.mark.skipif(LRSNASH is None, reason="lrsnash is not installed; the package lrslib has it, and CI installs that")
def test_the_same_equilibria_as_lrsnash(tmp_path):
    rng = np.random.default_rng(2026)
    path, degenerate = tmp_path / "game", 0
    for k in range(GAMES):
        scale, shape = SCALES[k % len(SCALES)], tuple(rng.integers(2, 7, 2))
        first, second = (rng.integers(-scale, scale + 1, shape) for _ in range(2))
        path.write_text(game_file(first, second))
        printed = subprocess.run([LRSNASH, path], check=True, capture_output=True, text=True).stdout
        ours = solve(NormalForm(first.tolist(), second.tolist()))
        assert ours.complete
        assert len(ours) == len({e.exact for e in ours})
        assert {e.exact for e in ours} == extreme_equilibria(printed), (first.tolist(), second.tolist())
        degenerate += len(ours) % 2 == 0 or any(len(set(map(len, e.support))) > 1 for e in ours)
    assert degenerate > GAMES / 50
