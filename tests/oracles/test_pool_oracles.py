"""The oracle tables' entries on pools, the traders around them and routing."""

import json
from pathlib import Path

import numpy as np
import pytest

from analytic.pool import (
    best_flow,
    constant_mean,
    constant_product,
    informed_trading,
    logarithmic_scoring,
    loss_versus_rebalancing,
    outside_arbitrage,
    pool_sandwich,
    scoring_cost,
    selfish_flow,
    stableswap_invariant,
    stableswap_out,
    stale_quotes,
)

DATA = Path(__file__).parent / "data"
ENTRIES = {e["id"]: e for name in ("theory", "token") for e in json.loads((DATA / f"{name}.json").read_text())}


def weighted(Bi, Bo, wi, wo, A):
    at = {"x": Bi, "y": Bo, "w": wi, "v": wo, "f": 0}
    return {"out": constant_mean["out"](**at, d=A), "spot_in_per_out": 1 / constant_mean["spot"](**at)}


def invariants(cases):
    expected = ENTRIES["amm.stableswap.D"]["expected"]
    return [{**case, "D": stableswap_invariant(case["x"], case["A"])} for case in expected]


def stable_trade(x, A, dx):
    out = stableswap_out(x, A, paid=dx, sold=0, bought=1)
    product = constant_product["out"](x=x[0], y=x[1], d=dx, f=0)
    return {"dy": out, "slippage": 1 - out / dx, "vs_constant_product": product}


def arbitrage(x, y, external_price_of_x_in_y, fee):
    at = {"x": x, "y": y, "f": fee}
    return {
        "input_y": outside_arbitrage["buy"](**at, p=external_price_of_x_in_y),
        "profit_y": outside_arbitrage["profit"](**at, p=external_price_of_x_in_y),
        "no_trade_band": [outside_arbitrage["band_low"](**at), outside_arbitrage["band_high"](**at)],
    }


def routing(pigou, braess):
    two = {("s", "t"): [0, 1], ("s", "m"): [1], ("m", "t"): [0]}
    four = {("s", "a"): [0, 1], ("a", "t"): [1], ("s", "b"): [1], ("b", "t"): [0, 1], ("a", "b"): [0]}
    costs = [[flow(edges, "s", "t").cost for flow in (selfish_flow, best_flow)] for edges in (two, four)]
    return {"pigou": costs[0], "braess": costs[1], "ratio": costs[1][0] / costs[1][1]}


def scoring(b, n):
    bound = logarithmic_scoring["worst_loss"](b=b, n=n)
    sold = np.zeros(n), np.eye(n)[0] * 50 * b
    assert 50 * b - scoring_cost(*sold, b) == pytest.approx(bound, rel=1e-12)
    return bound


def kyle(sv, su, n):
    at = {"s": sv, "u": su, "n": n}
    return {"lam": informed_trading["lambda"](**at).tolist(), "profit": informed_trading["profit"](**at).tolist()}


REACHED = {
    "BC-08-cpmm": lambda X, A, V: pool_sandwich["profit"](X=X, A=A, V=V, f=0),
    "BC-17-lmsr": scoring,
    "MM-02-kyle": kyle,
    "MM-03-lvr": lambda sigma, T: loss_versus_rebalancing["loss"](s=sigma, T=T),
    "MM-05-hft": lambda lamI, lamJ, J: stale_quotes["spread"](I=lamI, R=lamJ, J=J),
    "amm.cp.impermanent_loss": lambda r: {"il": constant_product["impermanent_loss"](r=r).tolist()},
    "amm.cp.optimal_arbitrage": arbitrage,
    "amm.stableswap.D": invariants,
    "amm.stableswap.swap": stable_trade,
    "amm.weighted": weighted,
    "game.routing.pigou_braess": routing,
}


@pytest.mark.parametrize("name", REACHED)
def test_entry(name):
    entry = ENTRIES[name]
    _compare(REACHED[name](**entry["inputs"]), entry["expected"], entry["tolerance"])


def _compare(found, expected, tolerance):
    if isinstance(expected, dict):
        assert found.keys() == expected.keys()
        for key, value in expected.items():
            _compare(found[key], value, tolerance)
    elif isinstance(expected, list):
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            _compare(one, other, tolerance)
    else:
        assert found == pytest.approx(expected, rel=tolerance, abs=tolerance)


def test_every_entry_on_pools_is_reached():
    assert {name for name in ENTRIES if name.startswith("amm.")} == {n for n in REACHED if n.startswith("amm.")}
