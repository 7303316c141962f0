"""The oracle tables' entries on rewards: contests, staking, data, bribes and affiliates' self-dealing."""

import json
from pathlib import Path

import numpy as np
import pytest

from analytic.reward import (
    affiliate_effort,
    airport_shares,
    all_pay_auction,
    bribe_contest,
    coalition_worths,
    compounding_stake,
    contest_equilibrium,
    core_excess,
    data_farming,
    federated_errors,
    fixed_stake_pool,
    free_entry,
    glove_values,
    linear_affiliate,
    lottery_equilibrium,
    mining_pools,
    optional_public_goods,
    rank_allocations,
    replication_attack,
    shapley_values,
    staking_yield,
    symmetric_contest,
    volunteering_rest,
    wash_minting,
    wins_law,
)

FILES = [Path(__file__).parent / "data" / f"{name}.json" for name in ("theory", "token")]
ENTRIES = {entry["id"]: entry for file in FILES for entry in json.loads(file.read_text())}


def wash(i):
    at = {"k": i["k"], "phi": i["phi"], "P": i["P"], "m": i["m"]}
    return {"t_star": wash_minting["best"](**at), "gain": wash_minting["gain"](**at)}


def tullock(i):
    formula = [symmetric_contest["effort"](V=i["V"], n=n, r=r, c=1) for n, r in i["cases"]]
    solved = [contest_equilibrium([i["V"]] * n, 1, exponent=r).efforts[0] for n, r in i["cases"]]
    assert formula == pytest.approx(solved, rel=1e-9)
    return formula


def tullock_symmetric(i):
    rows = []
    for n in (2, 3, 5, 10):
        at = {"V": i["R"], "n": n, "r": 1, "c": i["c"]}
        effort, total, payoff = (symmetric_contest[name](**at) for name in ("effort", "total", "payoff"))
        rows.append({"n": n, "effort": effort, "total": total, "payoff": payoff})
    return rows


def two_costs(i):
    found = lottery_equilibrium(i["R"], i["c"])
    return {"x": found.efforts, "p": found.chances, "payoff": found.payoffs}


def exponent(i):
    at = [{"n": n, "r": r, "V": i["R"], "c": 1} for n, r in i["cases"]]
    return {
        "effort": [symmetric_contest["effort"](**each) for each in at],
        "threshold": [symmetric_contest["largest_exponent"](n=each["n"]) for each in at],
    }


def urn(i):
    at = {"S": i["S0"], "R": i["R"], "f": i["f"], "T": i["T"]}
    law = wins_law(i["T"], stake=i["S0"], reward=i["R"], share=i["f"])
    shares = (i["f"] * i["S0"] + i["R"] * np.arange(i["T"] + 1)) / (i["S0"] + i["T"] * i["R"])
    assert law @ (shares - law @ shares) ** 2 == pytest.approx(compounding_stake["variance"](**at), rel=1e-9)
    return {
        "mean": law @ shares,
        "var_T": compounding_stake["variance"](**at),
        "var_inf": compounding_stake["variance_limit"](S=i["S0"], R=i["R"], f=i["f"]),
    }


def pools(i):
    at = {"R": i["R"], "N": i["N"], "lamda": i["lam"], "tau": i["tau_s"], "tau2": i["tau_s"]}
    return [mining_pools["rest"](**at, u=i["w"][0], w=i["w"][1], p=p) for p in i["p"]]


def public_goods(i):
    x, _, z = i["state"]
    at = {"N": i["N"], "r": i["r"], "sigma": i["sigma"], "x": x, "z": z}
    return [
        optional_public_goods["contributor"](**at),
        optional_public_goods["free_rider"](**at),
        optional_public_goods["loner"](sigma=i["sigma"]),
    ]


def public_goods_rest(i):
    x, y, z = volunteering_rest(i["N"], multiplier=i["r"], loner=i["sigma"])
    return {"z": z, "x": x, "y": y}


def standard_shapley(_):
    left, right = glove_values(1, 2)
    return {"airport": airport_shares([1, 2, 4]), "glove": [float(left), float(right), float(right)]}


def replicated(_):
    def any_copy(who):
        return float(bool(who))

    copies = shapley_values(coalition_worths(3, any_copy))  # the first seller has the copies 0 and 1
    unique = shapley_values(coalition_worths(3, lambda who: float(bool({0, 1} & set(who))) + float(2 in who)))
    return {
        "before": shapley_values(coalition_worths(2, any_copy)),
        "after_seller1_total": copies[0] + copies[1],
        "seller2": copies[2],
        "two_dups_one_unique": unique,
    }


def glove(i):
    left = range(i["left"])

    def pairs(who):
        return float(min(sum(p in left for p in who), sum(p not in left for p in who)))

    worths = coalition_worths(i["left"] + i["right"], pairs)
    assert core_excess(worths, [1, 0, 0]) <= 0 < core_excess(worths, [0.99, 0.01, 0])
    return {"shapley": shapley_values(worths), "core": [1, 0, 0]}


def bribes(i):
    return {
        "bribe": bribe_contest["bribe"](n=i["n"], V=i["V"]),
        "emissions_per_dollar": bribe_contest["emissions_per_dollar"](n=i["n"]),
    }


def ocean(i):
    return {
        "multiplier": data_farming["multiplier"](week=i["weeks"]),
        "apy": float(data_farming["apy"]()),
        "log_rank_alloc_3": rank_allocations(3),
    }


def linear_effort(i):
    at = {"k": i["k"], "gamma": i["gamma"], "c": i["c"]}
    return {
        "x": linear_affiliate["effort"](**at),
        "dS": linear_affiliate["minted"](**at, n=i["n"]),
        "affiliate_profit": linear_affiliate["profit"](**at),
    }


TABLE = {
    "AF-04-wash": wash,
    "CT-01-tullock": tullock,
    "CT-02-tullock-ess": lambda i: [symmetric_contest["ess"](V=i["V"], n=n, r=r, c=1) for n, r in i["cases"]],
    "CT-06-pos": urn,
    "CT-07-pools": pools,
    "DA-01-optpgg": public_goods,
    "DA-02-optpgg-fp": public_goods_rest,
    "DA-03-shapley-repl": lambda i: replication_attack["paid"](V=1, k=i["k"], m=1),
    "DA-04-shapley-std": standard_shapley,
    "DA-05-fl-mse": lambda i: {
        "fed": federated_errors(i["n"], noise=i["mu_e"], spread=i["s2"]),
        "local": i["mu_e"] / np.array(i["n"]),
    },
    "MM-04-allpay": lambda i: {
        "sum": all_pay_auction["revenue"](v=i["v"]),
        "emax": all_pay_auction["highest_bid"](n=i["n"], v=i["v"]),
    },
    "affiliate.effort": linear_effort,
    "data.shapley_glove": glove,
    "data.shapley_replication": replicated,
    "design.bribe_contest": bribes,
    "design.ocean_df": ocean,
    "game.contest.free_entry": lambda i: {"n": [free_entry(i["R"], F) for F in i["F"]]},
    "game.tullock.exponent": exponent,
    "game.tullock.symmetric": tullock_symmetric,
    "game.tullock.two_costs": two_costs,
    "staking.fixed_pool": lambda i: {
        "total": fixed_stake_pool["total"](R=i["R"], rho=i["r"], n=i["n"]),
        "limit": fixed_stake_pool["limit"](R=i["R"], rho=i["r"]),
    },
    "staking.participation_yield": lambda i: {
        "yield_": staking_yield["yield"](i=i["i"], s=i["s"]),
        "x_star": staking_yield["rest"](i=i["i2"], c=i["c"]),
        "slope": staking_yield["slope"](i=i["i2"], c=i["c"]),
    },
}


def matches(found, expected, tolerance):
    if isinstance(expected, dict):
        assert found.keys() == expected.keys()
        for key, value in expected.items():
            matches(found[key], value, tolerance)
    elif isinstance(expected, list) and isinstance(expected[0], dict):
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            matches(one, other, tolerance)
    else:
        np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance)


@pytest.mark.parametrize("name", TABLE)
def test_entry(name):
    entry = ENTRIES[name]
    matches(TABLE[name](entry["inputs"]), entry["expected"], entry["tolerance"])


def test_the_affiliate_formulas_agree_with_the_designs():
    """AF-02 and AF-05 are reached in the affiliates' own table; here by this package's formulas."""
    power, five = ENTRIES["AF-02-power"], ENTRIES["AF-05-two-evolutions"]
    found = affiliate_effort["overwork"](gamma=power["inputs"]["gamma"], n=power["inputs"]["n"])
    np.testing.assert_allclose(found, power["expected"], atol=power["tolerance"])
    i = five["inputs"]
    at = {"k": i["A"], "A": 1, "gamma": 0.5, "c": i["c"], "n": i["n"]}
    assert affiliate_effort["ess"](**at) == pytest.approx(five["expected"]["playing_the_field"], rel=1e-12)
    assert affiliate_effort["nash"](**at) == pytest.approx(five["expected"]["random_groups"], rel=1e-12)
