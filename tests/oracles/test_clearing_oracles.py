"""The oracle tables' entries on clearing: prices, rules that move them, order books, oligopoly."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from analytic import clearing

DATA = Path(__file__).parent / "data"
ENTRIES = {e["id"]: e for name in ("theory", "token") for e in json.loads((DATA / f"{name}.json").read_text())}


def orders_traced(orders_side_price_qty_id):
    book = clearing.continuous_auction(orders_side_price_qty_id)
    return {
        "trades_taker_maker_price_qty": [[t.taker, t.maker, t.price, t.quantity] for t in book.trades],
        "resting_bids": [[o.name, o.price, o.quantity] for o in book.bids],
        "resting_asks": [[o.name, o.price, o.quantity] for o in book.asks],
    }


def tatonnement_errors(b, d, P_star, P0):
    rule, a = clearing.linear_tatonnement, (b + d) * P_star
    bound, one_step = (rule[name](b=b, d=d) for name in ("bound", "one_step"))
    at_bound = rule["path"](a=a, b=b, c=0, d=d, lam=bound, P0=P0, t=401)
    return {
        "lambda_max": bound,
        "factor_at_half": rule["multiplier"](b=b, d=d, lam=0.5),
        "one_step": one_step,
        "abs_error_after_401_steps_at_bound": abs(at_bound - P_star),
    }


def scarf_kept(p0, T):
    economy = clearing.scarf_economy
    kernels = [economy[f"z{i}"] for i in (1, 2, 3)]

    def field(_, p):
        return [z(p1=p[0], p2=p[1], p3=p[2]) for z in kernels]

    p = solve_ivp(field, (0, T), p0, method="DOP853", rtol=1e-10, atol=1e-12).y[:, -1]
    assert np.ptp(p) > 0.2  # it has not settled
    at = dict(zip(("p1", "p2", "p3"), p, strict=True))
    return {"sum_sq": economy["sum_of_squares"](**at), "product": economy["product"](**at)}


def price_path(W, C, kappa, p0):
    return clearing.capacity_price_rule["path"](W=W, C=C, kappa=kappa, p0=p0, t=np.arange(6))


def exchanged(alpha):
    box = clearing.edgeworth_box
    at = {"alpha1": alpha[0], "alpha2": alpha[1], "w11": 1, "w12": 0, "w21": 0, "w22": 1}
    return {
        "p1_over_p2": box["price"](**at),
        "allocation": [[box[f"x{i}{j}"](**at) for j in (1, 2)] for i in (1, 2)],
    }


def exchanged_by_search(alpha):
    found = clearing.exchange_equilibrium([[each, 1 - each] for each in alpha], np.eye(2))
    return {"p1_over_p2": found.prices[0] / found.prices[1], "allocation": found.allocation}


def cournot_table(a, b, c):
    names = {"q": "quantity", "P": "price", "profit": "profit"}
    market = clearing.cournot
    return [{"n": n, **{k: market[v](a=a, b=b, c=c, n=n) for k, v in names.items()}} for n in range(1, 5)]


def values(mechanism, **names):
    """A table of formulas by the names that an entry gives them."""
    return lambda **at: {key: mechanism[name](**used(mechanism, name, at)) for key, name in names.items()}


def used(mechanism, name, at):
    wanted = {str(s) for s in mechanism[name].symbols}
    return {key: value for key, value in at.items() if key in wanted}


REACHED = [
    ("RE-04-pricepath", price_path),
    ("RE-05-eip1559", lambda d: clearing.base_fee_rule["bound"](d=d)),
    ("RE-07-tat", values(clearing.linear_tatonnement, P="rest", kappa_max="bound")),
    ("MK-02-bh98", lambda R, g, C: clearing.trend_chasers["bound"](R=R, g=g, C=C)),
    (
        "CO-01-deltastar",
        lambda cournot_n: {
            "pd": clearing.grim_trigger["threshold"](C=3, D=5, N=1),
            "cournot": clearing.cournot_collusion["threshold"](n=cournot_n),
        },
    ),
    ("PG-05-adoption", lambda p: [clearing.network_adoption[name](p=p, u=1) for name in ("high", "critical_mass")]),
    ("market.walras.linear", values(clearing.linear_market, P="price", Q="quantity")),
    ("market.tatonnement.bound", tatonnement_errors),
    (
        "market.cobweb",
        lambda a, b, c, d: {
            "P": clearing.cobweb["rest"](a=a, b=b, c=c, d=d),
            "factor": clearing.cobweb["multiplier"](b=b, d=d),
        },
    ),
    ("market.cda.price_time", orders_traced),
    ("market.exchange.cobb_douglas", exchanged),
    ("market.exchange.cobb_douglas", exchanged_by_search),
    ("market.tatonnement.scarf", scarf_kept),
    ("market.curve_demand", values(clearing.curve_demand, S="supply", P="price", eta_max="bound")),
    ("game.cournot", cournot_table),
    ("token.exchange_equation", values(clearing.equation_of_exchange, price="price")),
]


def same(found, expected, tolerance):
    if isinstance(expected, dict):
        assert set(found) == set(expected)
        for key in expected:
            same(found[key], expected[key], tolerance)
    elif isinstance(expected, list):
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            same(one, other, tolerance)
    elif isinstance(expected, str):
        assert found == expected
    else:
        assert abs(float(found) - expected) <= tolerance * max(1.0, abs(expected))


@pytest.mark.parametrize(("entry", "function"), REACHED, ids=[f"{i}-{name}" for i, (name, _) in enumerate(REACHED)])
def test_entry(entry, function):
    stated = ENTRIES[entry]
    same(function(**stated["inputs"]), stated["expected"], stated["tolerance"])


def test_the_prices_of_calvano_and_others():
    (note,) = (e["model"] for name, e in ENTRIES.items() if name.startswith("CO-03"))  # its learners are another part's
    prices = [
        clearing.logit_nash_prices([2, 2], [1, 1], mu=0.25)[0],
        clearing.logit_cartel_prices([2, 2], [1, 1], mu=0.25)[0],
    ]
    for name, price in zip(("p_N", "p_M"), prices, strict=True):
        assert f"{name}={price:.6f}" in note
    market = clearing.logit_pricing
    at = {"a": 2, "c": 1, "mu": 0.25, "a0": 0, "n": 2}
    for price, profit in zip(prices, (0.222927, 0.337490), strict=True):
        assert market["profit"](**at, p=price, r=price) == pytest.approx(profit, abs=1e-6)
    assert market["pressure"](**at, r=prices[0]) == pytest.approx(0, abs=1e-12)
    assert market["cartel_price"](**at) == pytest.approx(prices[1], abs=1e-12)
