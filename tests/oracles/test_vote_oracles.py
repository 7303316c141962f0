"""The oracle tables' entries on votes, oracles, consensus and runs."""

import json
import math
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import brentq

from analytic.vote import (
    attack_thresholds,
    banzhaf,
    bribed_payoffs,
    conviction,
    duel_rests,
    duel_turnouts,
    public_signal,
    quadratic_funding,
    quadratic_funds,
    quorum_turnouts,
    reserve_run,
    run_of_two,
    shapley_shubik,
    volunteer,
    yuma,
    yuma_retention,
)

DATA = Path(__file__).parent / "data"
ENTRIES = {e["id"]: e for name in ("theory", "token") for e in json.loads((DATA / f"{name}.json").read_text())}


def turnout(cases):
    found = [duel_turnouts(members, cost) for members, cost in cases]
    for low, high, everyone in found:
        assert (low.stable, high.stable, everyone.stable) == (True, False, True)
        assert high.p == pytest.approx(1 - low.p)
    return [rests[0].p for rests in found]


def volunteers(cb, n):
    assert volunteer["acts"](c=cb, b=1, n=n) == pytest.approx([quorum_turnouts(k, 1, cb)[0].p for k in n], abs=1e-12)
    return {"p": volunteer["acts"](c=cb, b=1, n=n), "none": volunteer["nobody"](c=cb, b=1, n=n)}


def power():
    one, eec = ([50, 49, 1], 51), ([4, 4, 4, 2, 2, 1], 12)
    found = {"ss": shapley_shubik(*one), "bz": banzhaf(*one), "eec_ss": shapley_shubik(*eec), "eec_bz": banzhaf(*eec)}
    return {key: [float(each) for each in value] for key, value in found.items()}


def bribe(P, e):
    two, one, none = ([float(each) for each in row] for row in bribed_payoffs(P, e))
    return {"B_vs_A": [two, one, one, none]}


def mutating(M, c, mu, N_per_team):
    found = duel_rests(M, c, mutation=mu, divisor=1.2)
    return {"low": found[0].p, "high": found[-1].p}


def thresholds(sigma_z, sx_over_bound):
    bound = public_signal["bound"](sigma_z=sigma_z)
    assert bound == pytest.approx(math.sqrt(2 * math.pi) * sigma_z**2)
    return [len(attack_thresholds(ratio * bound, sigma_z, z=0.5, cost=0.5)) for ratio in sx_over_bound]


def redemption(rho, R):
    return {"x": reserve_run["threshold"](rho=rho, R=R), "Rstar": reserve_run["laplacian"](rho=rho)}


def funding(a):
    others = [sum(a) - each for each in a]
    given = quadratic_funding["contribution"](a=a, h=1)
    fund = float(quadratic_funds(given))
    assert quadratic_funding["fund"](a=a, A=others, h=1) == pytest.approx([fund] * len(a))
    optimum = quadratic_funding["fund"](a=sum(a), A=0, h=1)
    alone = quadratic_funding["voluntary"](a=max(a), A=0, h=1)
    return {
        "contributions": given,
        "F": fund,
        "matching": fund - given.sum(),
        "social_optimum": optimum,
        "voluntary": alone,
    }


def convictions(alpha, x, half_life, S, beta, rho, share_requested):
    return {
        "y_max": conviction["most"](alpha=alpha, x=x),
        "alpha_half_life_7": conviction["alpha"](h=half_life),
        "y_after_10": conviction["conviction"](alpha=alpha, x=x, y0=0, t=10),
        "trigger": conviction["trigger"](alpha=alpha, S=S, rho=rho, beta=beta, r=share_requested),
    }


def two_holders(rho, y, payoffs):
    return {
        "mixed_stay_prob": run_of_two["mixed"](rho=rho, y=y),
        "run_risk_dominant": run_of_two["risk"](rho=rho, y=y) > 0,
        "rho_where_stay_becomes_risk_dominant": run_of_two["safe_reserve"](y=y),
    }


def kept(S, W, V, sigma, beta, xi, N, validators, sigma_stake):
    """The honest share of the emission when weights scatter; one draw."""
    rng = np.random.default_rng(0)
    servers, here, ours = N - validators, round(validators * S), round((N - validators) * S)
    stake = np.clip(rng.normal(1, sigma_stake, validators), 0.01, None)
    stake[:here] *= S / stake[:here].sum()
    stake[here:] *= (1 - S) / stake[here:].sum()
    weights = np.clip(rng.normal(1, sigma, (validators, servers)), 0, None)
    weights[:, :ours] /= weights[:, :ours].sum(1, keepdims=True)
    weights[:, ours:] /= weights[:, ours:].sum(1, keepdims=True)
    honest = np.where(np.arange(validators) < here, W, 1 - V)[:, None]
    weights[:, :ours] *= honest
    weights[:, ours:] *= 1 - honest
    dividends, incentive = yuma(weights, stake, beta=beta).emission(xi)
    return dividends[:here].sum() + incentive[:ours].sum()


@lru_cache
def needed(S, sigma, beta, xi, **setting):
    """The honest weight that keeps S against the cabal's worst answer of 11, by bisection."""
    low, high = 0.5, 0.9
    for _ in range(7):
        W = (low + high) / 2
        worst = min(kept(S, W, V, sigma, beta, xi, **setting) for V in np.linspace(0, 1, 11))
        low, high = (low, W) if worst >= S else (W, high)
    return (low + high) / 2


def retention(S_H, kappa, beta, xi, N, validators, sigma_stake):
    assert kappa == 0.5
    setting = {"N": N, "validators": validators, "sigma_stake": sigma_stake}
    spread, answers = 0.4, np.linspace(0, 1, 1001)

    def closed(V):
        return brentq(lambda W: np.min(yuma_retention["emission"](S=S_H, W=W, V=V(W), xi=xi)) - S_H, 0.1, 0.9)

    assert closed(lambda W: answers) == pytest.approx(closed(lambda W: 1 - W), abs=1e-3)  # that is the worst answer
    assert closed(lambda W: 1) == pytest.approx(yuma_retention["needed_greedy"](S=S_H, xi=xi))
    return {
        "closed_sigma0": closed(lambda W: 1 - W),
        "closed_WC1": closed(lambda W: 1),
        "mc_sigma_0_02_04": [needed(S_H, s, beta, xi, **setting) for s in (0, 0.2, spread)],
        "mc_beta_0_05_1": [needed(S_H, spread, b, xi, **setting) for b in (0, 0.5, 1)],
        "mc_xi_0_025_05": [needed(S_H, spread, beta, x, **setting) for x in (0, 0.25, 0.5)],
        "mc_SH07": needed(0.7, spread, beta, xi, **setting),
    }


TABLE = {
    "DG-01-turnout": turnout,
    "DG-02-volunteer": volunteers,
    "DG-04-power": power,
    "DG-05-peps": bribe,
    "DG-06-turnout-sim": mutating,
    "PG-02-public": thresholds,
    "PG-03-reserve-run": redemption,
    "gov.quadratic_funding": funding,
    "gov.conviction": convictions,
    "design.run_game": two_holders,
    "design.yuma_retention": retention,
}


@pytest.mark.parametrize("name", TABLE)
def test_oracle(name):
    entry = ENTRIES[name]
    found, expected = TABLE[name](**entry["inputs"]), entry["expected"]
    if not isinstance(expected, dict):
        found, expected = {"value": found}, {"value": expected}
    assert set(found) == set(expected)
    for key, value in expected.items():
        assert np.asarray(found[key]) == pytest.approx(np.asarray(value), abs=entry["tolerance"], rel=0), key
