"""The oracle tables' entries on affiliates and holders: closed forms, the exact chain and the ledger."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import sympy as sp
from scipy.optimize import brentq

from analytic.catalogue import affiliate, holding
from analytic.curve import BondingCurve
from analytic.statics import best_parameter, effort, first_order
from evolution import Logit, stationary_law
from evolution.economy.chain import holders_law
from evolution.simulation import simulate

ENTRIES = {e["id"]: e for e in json.loads((Path(__file__).parent / "data" / "theory.json").read_text())}


def on_power_curve(gamma):
    """The design on P = S^(1/gamma - 1), where X of currency mints in proportion to X^gamma."""
    power = BondingCurve.from_expression("S**n", n=1 / sp.nsimplify(gamma) - 1)
    return replace(affiliate(), curves={"token": power})


def root(design, concept):
    condition = design.number(first_order(design, design.role(), concept))
    (x,) = condition.free_symbols
    slope = sp.lambdify(x, condition)
    return brentq(slope, 1e-9, 1e6, xtol=1e-14, rtol=1e-13)


@pytest.mark.parametrize("place", range(3))
def test_af02_overwork_at_nash_and_at_the_ess(place):
    entry = ENTRIES["AF-02-power"]
    gamma, n = entry["inputs"]["gamma"][place], entry["inputs"]["n"]
    design = on_power_curve(gamma).at(n=n)
    alone, nash, ess = (root(design, concept) for concept in ("joint optimum", "nash", "ess"))
    assert nash / alone == pytest.approx(entry["expected"][place], rel=1e-6)
    assert ess / alone == pytest.approx(gamma ** (-1 / (1 - gamma)), rel=1e-6)


def test_af03_the_designers_best_reward_is_gamma_v_whatever_is_played():
    entry = ENTRIES["AF-03-stackelberg"]
    v = entry["inputs"]["v"]
    assert entry["inputs"]["gamma"][1] == 0.5
    for concept in ("nash", "ess", "joint optimum"):
        best = best_parameter(affiliate().at(v=v), "k", objective="designer", concept=concept)
        assert best.value.subs(affiliate().parameter("v").symbol, v) == pytest.approx(entry["expected"][1])


def test_af05_two_evolutions_out_of_the_ledger():
    entry = ENTRIES["AF-05-two-evolutions"]
    assert [float(affiliate().number(effort(affiliate(), c))) for c in ("ess", "nash")] == [20.0, 16.2]
    alone = simulate(affiliate().under("closed group"), seeds=6, rounds=20_000, rng=21)
    many = simulate(affiliate(), agents=500, seeds=6, rounds=2_000, rng=22)
    assert alone.final(5).mean() == pytest.approx(entry["expected"]["playing_the_field"], abs=entry["tolerance"])
    assert many.final(500).mean() == pytest.approx(entry["expected"]["random_groups"], abs=entry["tolerance"])


def test_bc14_the_gibbs_law_by_chain_and_by_ledger():
    entry = ENTRIES["BC-14-potential"]
    S, expected = np.arange(101), entry["expected"]
    law = holders_law(holding())
    assert law @ S == pytest.approx(expected["mean"], abs=1e-8)
    assert law @ (S - law @ S) ** 2 == pytest.approx(expected["var"], abs=1e-8)
    matrix = stationary_law(Logit([[-0.99, 0.99], [0, 0]], temperature=0.1), 100, against="others")
    np.testing.assert_allclose(matrix.probability, law, atol=1e-9)
    runs = simulate(holding(), seeds=20, rounds=1_000, start=0.5, rng=23)
    seen = runs.counts[0].sum(axis=0) / runs.counts[0].sum()
    assert 0.5 * np.abs(seen - law).sum() < 0.01
