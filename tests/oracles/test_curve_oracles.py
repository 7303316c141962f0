"""The oracle tables' entries on bonding curves."""

import json
from pathlib import Path

import numpy as np
import pytest

from analytic.attack import Sandwich
from analytic.curve import BondingCurve
from analytic.pool import augmented, hatch, keys

DATA = Path(__file__).parent / "data"
ENTRIES = {e["id"]: e for name in ("theory", "token") for e in json.loads((DATA / f"{name}.json").read_text())}

linear, exponential = BondingCurve.linear, BondingCurve.exponential
sigmoid, of = BondingCurve.sigmoid, BondingCurve.of


def cost_linear(m, b, S0, S1):
    return linear(m, b).cost(S0, S1 - S0)


def cost_exponential(a, k, S0, S1):
    return exponential(a, k).cost(S0, S1 - S0)


def cost_sigmoid(K, k, c, S0, S1):
    return sigmoid(K, k, c).cost(S0, S1 - S0)


def three_inverses(**inputs):
    one, two, three = inputs["linear"], inputs["exp"], inputs["sigmoid"]
    return [
        linear(one["m"], one["b"]).mint(one["S"], one["E"]),
        exponential(two["a"], two["k"]).mint(two["S"], two["E"]),
        sigmoid(three["K"], three["k"], three["c"]).mint(three["S"], three["E"]),
    ]


def bancor(S, R, F):
    """The constant-reserve-ratio curve through (S, R)."""
    return of("bancor", F=F, S0=S, R0=R)


def bancor_buy(S, R, F, E):
    curve = bancor(S, R, F)
    tokens = curve.mint(S, E)
    return {"dS": tokens, "spot": curve.price(S), "sell_back": curve.burn(S + tokens, tokens)}


def reserve_elasticity(F):
    found = []
    for ratio in F:
        curve = bancor(1000, 250, ratio)
        low, high = 999.99, 1000.01
        found.append(np.log(curve.price(high) / curve.price(low)) / np.log(curve.reserve(high) / curve.reserve(low)))
    return found


def sandwich(m, b, S, v, phi):
    """Front-run a, victim v, back-run a, with the fee on both legs."""
    curve = linear(m, b, fee=phi)

    def profit(a):
        return curve.burn(S + a + v, a) - curve.cost(S, a)

    size = np.linspace(500, 570, 70_001)
    best = float(size[np.argmax(profit(size))])
    return {"a_star": best, "profit": profit(best), "phi_bar": Sandwich(curve, S, v).marginal_fee}


def safe_victim(k, phi):
    """The largest victim that an infinitesimal front-run does not profit from, wherever it stands."""
    curve = exponential(1, k)
    return float(np.log((1 + phi) / (1 - phi)) / np.log(curve.price(1.0) / curve.price(0.0)))


def early_buyers(m, N):
    curve = linear(m, 0)
    paid = curve.cost(np.arange(N), 1.0)
    fifo = curve.burn(N - np.arange(N), 1.0) - paid
    mean = np.mean(curve.burn(np.arange(1, N + 1), 1.0)) - paid
    return {"fifo": fifo.tolist(), "random": mean.tolist(), "sum": float(np.sum(fifo))}


def worst_loss(b, n):
    """A market maker sells n = 2 outcomes at sigmoid prices; the loss is payout less what was paid."""
    curve = sigmoid(1, 1 / b, 0)
    return 5000 - curve.cost(0, 5000) if n == 2 else None


def mark_to_market(n):
    return [of("power", c=1, n=power).price(7) * 7 / of("power", c=1, n=power).reserve(7) for power in n]


def linear_slippage(m, b, S, dS):
    curve = linear(m, b)
    return {"slippage": curve.slippage(S, dS), "price_impact": curve.price(S + dS) / curve.price(S) - 1}


def path(m, b, S, dS, lots):
    curve = linear(m, b)
    steps = S + dS / lots * np.arange(lots)
    one = curve.cost(S, dS)
    return {
        "cost_one_lot": one,
        "cost_ten_lots": float(np.sum(curve.cost(steps, dS / lots))),
        "round_trip_loss": one - curve.burn(S + dS, dS),
    }


def no_spot_exploit(m, b, S, Q, fee_each_side):
    curve = linear(m, b)
    naive = Q * (curve.price(S + Q) - curve.price(S))
    fees = fee_each_side * Q * (curve.price(S + Q) + curve.price(S))
    return {
        "naive_profit_no_fee": naive,
        "naive_profit_with_fee": naive - fees,
        "correct_profit_no_fee": curve.burn(S + Q, Q) - curve.cost(S, Q),
    }


def sigmoid_limits(K, k, S0, S):
    return {"price": sigmoid(K, k, S0).price(S).tolist()}


def power_curve(c, n, S, dS):
    curve = of("power", c=c, n=n)
    return {
        "price": curve.price(S),
        "reserve": curve.reserve(S),
        "cost": curve.cost(S, dS),
        "dS_for_spend_100": curve.mint(S, 100),
    }


def reserve_ratio(n):
    return {"F": [of("power", c=1, n=p).reserve(7) / (7 * of("power", c=1, n=p).price(7)) for p in n]}


def spot_and_slippage(S, R, F, deposit):
    curve = bancor(S, R, F)
    spot = curve.price(S)
    excess = deposit / (curve.mint(S, deposit) * spot) - 1
    return {"spot": spot, "slippage": excess, "first_order": (1 - F) / 2 * deposit / R}


def launch(virtual_sol, virtual_tokens, tokens_on_curve):
    curve = of("launch", V=virtual_sol, T=virtual_tokens, L=tokens_on_curve)
    first, last = curve.price(0), curve.price(tokens_on_curve)
    return {
        "tokens_for_1_SOL": curve.mint(0, 1),
        "SOL_at_graduation": curve.reserve(tokens_on_curve),
        "start_price": first,
        "final_price": last,
        "price_multiple": last / first,
    }


def tributes(S, R, P, F, mint, entry, exit):
    curve = of("bancor", F=F, S0=S, R0=R, buy_fee=entry, sell_fee=exit, fee_on="payment")
    assert curve.price(S) == pytest.approx(P)
    paid = curve.cost(S, mint)
    sheet = {"kappa": 1 / F, "S": S, "R": R, "E": paid, "e": entry, "x": exit}
    assert augmented["minted"](**sheet) == pytest.approx(mint)
    assert (augmented["band_low"](**sheet), augmented["band_high"](**sheet)) == pytest.approx(curve.band(S))
    return {
        "net_deposit": curve.increment(S, mint),
        "gross_deposit": paid,
        "round_trip_loss_fraction": 1 - curve.burn(S + mint, mint) / paid,
        "band": list(curve.band(S)),
    }


def invariant(kappa, R, S, deposit, burn):
    at = {"kappa": kappa, "S": S, "R": R, "e": 0, "x": 0}
    kept = augmented["invariant"](**at)
    twice = {"kappa": kappa, "R": 2 * R, "S": (2 * R * kept) ** (1 / kappa)}
    return {
        "spot_R1": augmented["spot"](**at),
        "spot_R2": augmented["spot"](**twice),
        "mint_4": augmented["minted"](**at, E=deposit),
        "mint_realized": augmented["mint_price"](**at, E=deposit),
        "burn_half": augmented["released"](**at, q=burn),
        "burn_realized": augmented["burn_price"](**at, q=burn),
    }


def hatching(raised, minted, commons_tribute, opening_price):
    at = {"D": raised, "N": minted, "theta": commons_tribute, "p": opening_price}
    return {
        "common_pool": hatch["common_pool"](**at),
        "reserve": hatch["reserve"](**at),
        "reserve_ratio": hatch["reserve_ratio"](**at).tolist(),
    }


def key_prices(cases, fee_each):
    s, a = np.array(cases).T
    fees = {"f": fee_each / 2, "g": fee_each / 2}
    price = keys["price"](s=s, a=a, d=16000)
    cost, proceeds = (keys[name](s=s[:1], a=a[:1], d=16000, **fees) for name in ("cost", "proceeds"))
    return {
        "price": price.tolist(),
        "buy_after_fee": cost.tolist(),
        "round_trip_loss_fraction_of_price": ((cost - proceeds) / price[0]).item(),
    }


def rush(v, m, P0, n):
    """Buyers at once share the cost of all: by the first-order condition of one against n - 1 alike."""
    from scipy.optimize import brentq

    curve = linear(m, P0)

    def mean(total):
        return curve.cost(0, total) / total

    def margin(q, size):
        step = 1e-4
        pay = [each * (v - mean((size - 1) * q + each)) for each in (q - step, q + step)]
        return (pay[1] - pay[0]) / (2 * step)

    each = [brentq(margin, 1e-3, 2 * (v - P0) / m, args=(size,), xtol=1e-12) for size in n]
    total = [q * size for q, size in zip(each, n, strict=True)]
    efficient = brentq(lambda supply: curve.price(supply) - v, 0, 1e4)
    return {
        "q": each,
        "overshoot": [Q / efficient for Q in total],
        "final_price": [curve.price(Q) for Q in total],
        "profit": [q * (v - mean(Q)) for q, Q in zip(each, total, strict=True)],
    }


def linear_sandwich(m, b, S, q, d, fee):
    found = []
    for rate in fee:
        curve = linear(m, b, fee=rate, fee_on="payment")
        found.append(curve.burn(S + q + d, q) - curve.cost(S, q))
    curve = linear(m, b)
    ratio = np.sqrt(curve.increment(S, q) / curve.increment(S + d, q))
    return {"profit": found, "fee_breakeven": 1 - ratio}


REACHED = {
    "BC-01-linear": cost_linear,
    "BC-01-exp": cost_exponential,
    "BC-01-sig": cost_sigmoid,
    "BC-02-inv": three_inverses,
    "BC-03-bancor": bancor_buy,
    "BC-04-elasticity": reserve_elasticity,
    "BC-06-sandwich-fee": sandwich,
    "BC-07-exp-proof": safe_victim,
    "BC-09-early": early_buyers,
    "BC-17-lmsr": worst_loss,
    "BC-18-mtm": mark_to_market,
    "curve.linear.slippage": linear_slippage,
    "curve.path_independence": path,
    "curve.naive_spot_exploit": no_spot_exploit,
    "curve.sigmoid.extremes": sigmoid_limits,
    "curve.power.reserve": power_curve,
    "curve.bancor.crr_power": reserve_ratio,
    "curve.bancor.spot_and_slippage": spot_and_slippage,
    "curve.pumpfun": launch,
    "curve.friendtech": key_prices,
    "abc.invariant": invariant,
    "abc.hatch_tec": hatching,
    "abc.tributes": tributes,
    "game.bonding_rush": rush,
    "attack.sandwich.linear": linear_sandwich,
}


@pytest.mark.parametrize("name", REACHED)
def test_entry(name):
    entry = ENTRIES[name]
    found = REACHED[name](**entry["inputs"])
    _compare(found, entry["expected"], entry["tolerance"])


def _compare(found, expected, tolerance):
    if isinstance(expected, dict):
        assert found.keys() == expected.keys()
        for key, value in expected.items():
            _compare(found[key], value, tolerance)
    else:
        assert found == pytest.approx(expected, rel=tolerance, abs=tolerance)


@pytest.mark.parametrize("case", ENTRIES["curve.bancor.purchase_sale"]["expected"], ids=lambda c: c["weight_ppm"])
def test_bancor_purchase_and_sale(case):
    supply, deposit = float(case["supply"]), float(case["deposit"])
    curve = bancor(supply, float(case["reserve"]), case["weight_ppm"] / 1e6)
    tokens = curve.mint(supply, deposit)
    assert tokens == pytest.approx(case["tokens_out"], rel=1e-9)
    assert curve.burn(supply + tokens, tokens) == pytest.approx(case["sale_of_tokens_returns"], rel=1e-9)
