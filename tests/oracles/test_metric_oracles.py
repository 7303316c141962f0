"""The oracle tables' entries on metrics; `BC-18-mtm` stands with the curves.

CO-03 is a simulation of learners, which is another room's; what a metric can check of it is its yardstick: the
competitive and the collusive price and profit, and the index between them.
"""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import brentq, minimize_scalar

from evolution.economy import metrics as m

DATA = Path(__file__).parent / "data"
ENTRIES = {e["id"]: e for name in ("theory", "token") for e in json.loads((DATA / f"{name}.json").read_text())}


def laws(pareto_a, lognormal_s, gamma_k):
    return [
        stats.uniform(),
        stats.expon(),
        stats.pareto(pareto_a),
        stats.lognorm(lognormal_s),
        stats.gamma(gamma_k),
    ]


def gini_of_laws(**inputs):
    return [m.gini_of_law(law.isf) for law in laws(**inputs)]


def gini_of_groups(**inputs):
    """The same laws as groups of holders, geometrically finer towards the rich."""
    tails = np.concatenate([np.linspace(1, 0.05, 8000)[:-1], np.geomspace(0.05, 1e-80, 40_000)])
    found = []
    for law in laws(**inputs):
        values, weights = law.isf(np.sqrt(tails[1:]) * np.sqrt(tails[:-1])), -np.diff(tails)
        found.append(m.gini(values, weights=weights))
    return found


def concentration(shares):
    return {
        "hhi": m.herfindahl(shares),
        "nakamoto": m.nakamoto(shares),
        "entropy_bits": m.entropy(shares),
        "theil": m.theil(shares),
        "gini": m.gini(shares),
    }


def volatility(prices):
    count = len(prices)
    return {
        "std_price_pop": m.price_volatility(prices) * math.sqrt((count - 1) / count),
        "std_price_sample": m.price_volatility(prices),
        "logret_std": m.return_volatility(prices),
        "annualised": m.return_volatility(prices, periods_per_year=365),
        "max_drawdown": m.max_drawdown(prices).share,
    }


def cournot(n):
    """Price 1 - Q, no cost: profits per firm of colluding, of the best deviation, and of the Nash equilibrium."""
    shared, nash = 1 / (4 * n), 1 / (n + 1) ** 2
    rivals = (n - 1) / (2 * n)
    best = -minimize_scalar(lambda q: -q * (1 - q - rivals), bounds=(0, 1), method="bounded").fun
    return m.critical_discount(deviation=best, collusion=shared, punishment=nash)


def thresholds(cournot_n):
    return {
        "pd": m.critical_discount(deviation=5, collusion=3, punishment=1),
        "cournot": [cournot(n) for n in cournot_n],
    }


REACHED = {
    "ME-01-gini": gini_of_laws,
    "ME-03-jain": lambda x: m.jain(x),
    "metric.concentration": concentration,
    "metric.volatility": volatility,
    "CO-01-deltastar": thresholds,
}


def matches(found, expected, tolerance):
    if isinstance(expected, dict):
        return found.keys() == expected.keys() and all(matches(found[k], expected[k], tolerance) for k in expected)
    if isinstance(expected, list):
        return len(found) == len(expected) and all(map(lambda a, b: matches(a, b, tolerance), found, expected))
    return found == pytest.approx(expected, rel=tolerance, abs=tolerance)


@pytest.mark.parametrize("name", REACHED)
def test_oracle(name):
    entry = ENTRIES[name]
    found = REACHED[name](**entry["inputs"])
    assert matches(found, entry["expected"], entry["tolerance"]), (found, entry["expected"])


def test_gini_of_groups_of_holders():
    entry = ENTRIES["ME-01-gini"]
    found = gini_of_groups(**entry["inputs"])
    np.testing.assert_allclose(found, entry["expected"], atol=1e-6)


def test_jain_of_k_equal_among_n():
    for n in range(1, 9):
        for k in range(1, n + 1):
            assert m.jain([2.5] * k + [0] * (n - k)) == pytest.approx(k / n)


def test_dissipation_in_tullock_contests():
    """Each spends (n - 1) R / n^2, so the share (n - 1)/n of the rent is eaten up."""
    entry = ENTRIES["game.tullock.symmetric"]
    for row in entry["expected"]:
        spent = [row["effort"] * entry["inputs"]["c"]] * row["n"]
        dissipated = m.rent_dissipation(spent, entry["inputs"]["R"])
        assert dissipated == pytest.approx((row["n"] - 1) / row["n"], rel=entry["tolerance"])
        left = (1 - dissipated) * entry["inputs"]["R"] / row["n"]
        assert left == pytest.approx(row["payoff"], rel=entry["tolerance"])


def logit_profits(p, others, a=2.0, c=1.0, mu=0.25, a0=0.0):
    """Calvano et al.: two firms, logit demand with an outside good."""
    own, rival = math.exp((a - p) / mu), math.exp((a - others) / mu)
    return (p - c) * own / (own + rival + math.exp(a0 / mu))


def test_yardstick_of_algorithmic_collusion():
    """CO-03: p_N = 1.472927, p_M = 1.924981, pi_N = .222927, pi_M = .337490."""

    def slope(p):
        return logit_profits(p + 1e-6, p) - logit_profits(p - 1e-6, p)

    p_nash = brentq(slope, 1.1, 2.5, xtol=1e-12)
    p_monopoly = minimize_scalar(
        lambda p: -logit_profits(p, p), bounds=(1.1, 3), method="bounded", options={"xatol": 1e-10}
    ).x
    nash, monopoly = logit_profits(p_nash, p_nash), logit_profits(p_monopoly, p_monopoly)
    assert (p_nash, p_monopoly) == pytest.approx((1.472927, 1.924981), abs=2e-6)
    assert (nash, monopoly) == pytest.approx((0.222927, 0.337490), abs=1e-6)
    assert ENTRIES["CO-03-calvano-sim"]["model"].count("pi_M=.337490") == 1
    assert m.collusion_index([nash, monopoly], nash=nash, monopoly=monopoly) == pytest.approx([0, 1])
    simulated = logit_profits(1.791, 1.791)  # the mean price that the entry reports
    index = m.collusion_index(simulated, nash=nash, monopoly=monopoly)
    assert index == pytest.approx(
        ENTRIES["CO-03-calvano-sim"]["expected"], abs=ENTRIES["CO-03-calvano-sim"]["tolerance"]
    )
