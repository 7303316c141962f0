"""Clearing by other routes: optimisers, quadrature, enumeration and iteration against the closed forms."""

import itertools
import time
from fractions import Fraction

import numpy as np
import pytest
from scipy.integrate import dblquad, quad
from scipy.optimize import brentq, linprog, minimize, minimize_scalar

from analytic import clearing, derive
from analytic.gathering import gathered
from analytic.mechanism import Mechanism

MECHANISMS = [each for each in gathered("analytic.clearing").values() if isinstance(each, Mechanism)]


@pytest.mark.parametrize("mechanism", MECHANISMS, ids=lambda each: each.name)
def test_every_mechanism_is_derived_in_several_steps(mechanism):
    assert len(derive(mechanism)) >= 3
    assert mechanism.kind == "clearing"
    for quantity in mechanism.quantities.values():
        assert quantity.unit
        assert quantity.meaning
    for each in mechanism.sketches:
        assert each.formula in mechanism.formulas


def test_the_walrasian_price_is_where_the_curves_cross():
    a, b, c, d = 90.0, 1.7, -6.0, 0.4
    price = brentq(lambda p: a - b * p - (c + d * p), 0, 100, xtol=1e-13)
    market = clearing.linear_market
    at = {"a": a, "b": b, "c": c, "d": d}
    assert market["price"](**at) == pytest.approx(price, rel=1e-12)
    assert market["buyers_surplus"](**at) == pytest.approx(quad(lambda p: a - b * p, price, a / b)[0], rel=1e-10)
    sellers = quad(lambda p: max(0.0, c + d * p), 0, price, points=[-c / d])[0]
    assert market["sellers_surplus"](**at) == pytest.approx(sellers, rel=1e-10)


@pytest.mark.parametrize("sigma", [0.3, 0.999, 1.001, 4.0])
def test_ces_demand_maximises_utility(sigma):
    weight, income, p, q = 0.35, 50.0, 3.0, 0.8
    rho = (sigma - 1) / sigma

    def less(x):
        y = (income - p * x) / q
        return -np.log(weight ** (1 / sigma) * x**rho + (1 - weight) ** (1 / sigma) * y**rho) / rho

    best = minimize_scalar(less, bounds=(1e-6, income / p - 1e-6), method="bounded", options={"xatol": 1e-10}).x
    demand = clearing.ces_demand["demand"](I=income, p=p, q=q, a=weight, sigma=sigma)
    assert demand == pytest.approx(best, rel=1e-6)
    bundle = clearing.ces_bundle([p, q], [income], weights=[[weight, 1 - weight]], elasticity=sigma)
    assert bundle[0, 0] == pytest.approx(demand, rel=1e-12)


def test_ces_demand_at_its_limits():
    demand = clearing.ces_demand["demand"]
    at = {"I": 10, "p": 2, "q": 1, "a": 0.25}
    assert demand(**at, sigma=0) == pytest.approx(10 * 0.25 / (0.25 * 2 + 0.75))
    assert demand(**at, sigma=1) == pytest.approx(clearing.cobb_douglas_demand["demand"](I=10, p=2, q=1, alpha=0.25))
    assert demand(**at, sigma=1 + 1e-9) == pytest.approx(1.25, rel=1e-8)
    assert demand(**at, sigma=1e6) == 0.0  # perfect substitutes: all goes to the cheaper good
    assert demand(I=10, p=1, q=2, a=0.25, sigma=1e6) == pytest.approx(10)
    huge = clearing.ces_bundle([1e-150, 1e150], [1.0], weights=[[1, 1]], elasticity=5)
    assert huge[0] == pytest.approx([1e150, 0.0])


def test_needs_come_first():
    at = {"I": 100.0, "p": 2.0, "q": 1.0, "a": 0.4, "g": 10.0, "h": 20.0}

    def less(x):
        return -(0.4 * np.log(x - 10) + 0.6 * np.log(100 - 2 * x - 20))

    best = minimize_scalar(less, bounds=(10.0001, 39.999), method="bounded", options={"xatol": 1e-9}).x
    assert clearing.stone_geary_demand["demand"](**at) == pytest.approx(best, rel=1e-7)
    with pytest.raises(ValueError, match="the income pays for the needs"):
        clearing.stone_geary_demand["demand"](**{**at, "I": 39.0})


def test_the_log_rule_comes_to_rest_at_its_price():
    at = {"A": 100.0, "K": 20.0, "eps": 1.3, "eta": 0.5, "S": 80.0}
    rule = clearing.log_price_rule
    price = brentq(lambda p: 100 * p**-1.3 - 20 * p**0.5, 0.1, 50, xtol=1e-14)
    assert rule["rest"](**at) == pytest.approx(price, rel=1e-12)
    slope = (
        rule["step"](**at, lam=0.7, P=price * (1 + 1e-6)) - rule["step"](**at, lam=0.7, P=price * (1 - 1e-6))
    ) / 2e-6
    assert rule["multiplier"](**at, lam=0.7) == pytest.approx(slope / price, rel=1e-6)


def test_base_fee_is_cyclic_beyond_its_bound():
    step = clearing.base_fee_rule["step"]
    kernel, symbols = step.kernel(), [str(s) for s in step.symbols]

    def settled(Lambda):
        b, seen = 61.0, []
        at = {"d": 0.125, "T": 1.0, "Lambda": Lambda, "V": 100.0, "k": 2.0}
        for _ in range(6000):
            b = kernel(*({**at, "b": b}[name] for name in symbols))
            seen.append(b)
        return np.ptp(seen[-50:])

    assert settled(16.5) < 1e-8
    assert settled(18.0) > 1.0


def test_calvano_prices_are_best_replies():
    a, c, mu = np.array([2.0, 1.6, 2.4]), np.array([1.0, 0.7, 1.5]), 0.3

    def profit(price, i, prices):
        p = np.array(prices)
        p[i] = price
        pulls = np.exp((a - p) / mu)
        return (price - c[i]) * pulls[i] / (pulls.sum() + np.exp(0.2 / mu))

    nash = clearing.logit_nash_prices(a, c, mu=mu, outside=0.2)
    for i in range(3):
        best = minimize_scalar(lambda x, i=i: -profit(x, i, nash), bounds=(c[i], c[i] + 4), method="bounded")
        assert best.x == pytest.approx(nash[i], abs=1e-5)
    cartel = clearing.logit_cartel_prices(a, c, mu=mu, outside=0.2)
    joint = minimize(lambda p: -sum(profit(p[i], i, p) for i in range(3)), nash, method="Nelder-Mead", tol=1e-12)
    assert cartel == pytest.approx(joint.x, abs=1e-4)


def test_calvano_prices_at_the_edges():
    both = clearing.logit_nash_prices([2, 2], [1, 1], mu=0.25, outside=-np.inf)
    assert both == pytest.approx([1.5, 1.5])  # shares 1/2: margin mu / (1 - 1/2)
    assert clearing.logit_nash_prices([2], [1], mu=1e-6) == pytest.approx(
        clearing.logit_cartel_prices([2], [1], mu=1e-6)
    )
    assert clearing.logit_nash_prices([2, -900], [1, 1], mu=0.25)[1] == pytest.approx(1.25)
    with pytest.raises(ValueError, match="outside"):
        clearing.logit_nash_prices([2], [1], mu=0.25, outside=-np.inf)
    with pytest.raises(ValueError, match="mu = 0"):
        clearing.logit_nash_prices([2, 2], [1, 1], mu=0)


def test_cournot_with_costs_of_their_own_by_best_replies():
    costs = [Fraction(10), Fraction(20), Fraction(45), Fraction(80)]
    found = clearing.cournot_quantities(costs, a=100, b=2)
    for i, cost in enumerate(costs):  # exact best reply to the others
        others = sum(found) - found[i]
        assert found[i] == max(Fraction(0), (100 - cost - 2 * others) / 4)
    producing = [cost for cost, q in zip(costs, found, strict=True) if q > 0]
    mean = float(sum(producing) / len(producing))
    formula = clearing.asymmetric_cournot["quantity"](a=100, b=2, c=10, m=mean, n=len(producing))
    assert formula == pytest.approx(float(found[0]))
    assert clearing.cournot_quantities([150, 100], a=100, b=1) == (0, 0)


def test_predictors_swing_beyond_the_bound_as_the_map_does():
    b, B, C = 1.35, 0.5, 1.0
    model = clearing.costly_predictors
    bound = model["bound"](b=b, B=B, C=C)
    assert bound == pytest.approx(0.777705, abs=1e-6)

    def run(beta):
        p, m = 0.3, -0.5
        for _ in range(20_000):
            after = -b * (1 - m) * p / (2 * B + b * (1 + m))
            p, m = after, np.tanh(beta / 2 * (b / 2 * (after - p) ** 2 - C))
        return abs(p)

    assert run(0.95 * bound) < 1e-6
    assert run(1.02 * bound) == pytest.approx(model["cycle"](b=b, B=B, C=C, beta=1.02 * bound), rel=1e-6)
    assert model["cycle"](b=b, B=B, C=C, beta=0.5 * bound) == 0.0


def test_trend_chasers_leave_the_fundamental_at_the_pitchfork():
    R, g, C, beta = 1.1, 1.2, 1.0, 2.45
    x, y, z = 0.2, 0.2, 0.2
    for _ in range(20_000):
        m = np.tanh(beta / 2 * (-g * z * (x - R * y) - C))  # chasers held g z at the return x - R y
        x, y, z = (1 - m) * g * x / (2 * R), x, y
    assert abs(x) == pytest.approx(clearing.trend_chasers["steady"](R=R, g=g, C=C, D=1, beta=beta), rel=1e-5)
    assert abs(x) == pytest.approx(0.421, abs=5e-4)


@pytest.mark.parametrize("k", [0.0, 0.3, 0.5, 1.0])
def test_bilateral_gains_by_quadrature(k):
    auction = clearing.bilateral_auction
    bid = [auction["bid"](v=v, k=k) for v in (0.0, 1.0)]
    ask = [auction["ask"](c=c, k=k) for c in (0.0, 1.0)]

    def dearest(v):
        return np.clip((bid[0] + (bid[1] - bid[0]) * v - ask[0]) / (ask[1] - ask[0]), 0, 1)

    start = (ask[0] - bid[0]) / (bid[1] - bid[0])
    gains = dblquad(lambda c, v: v - c, start, 1, 0, dearest)[0]
    assert auction["gains"](k=k) == pytest.approx(gains, rel=1e-9)


def test_adoption_falls_below_the_critical_mass_and_rises_above():
    step = clearing.network_adoption["step"]
    for start, end in ((0.15, 0.0), (0.25, 0.8)):
        n = start
        for _ in range(400):
            n = step(p=0.16, u=1, n=n) if n > 0 else 0.0
        assert n == pytest.approx(end, abs=1e-9)
    with pytest.raises(ValueError, match="nobody adopts"):
        clearing.network_adoption["high"](p=0.3, u=1)


def test_exchange_equilibria_by_linear_algebra_and_search():
    rng = np.random.default_rng(3)
    a, w = rng.random((4, 3)), rng.random((4, 3))
    a /= a.sum(axis=1, keepdims=True)
    matrix = w.T @ a  # value flows: p_j S_j = sum_i a_ij (p . w_i)
    values, vectors = np.linalg.eig(np.diag(1 / w.sum(axis=0)) @ matrix.T)
    p = np.abs(vectors[:, np.argmin(np.abs(values - 1))].real)
    assert clearing.exchange_equilibrium(a, w).prices == pytest.approx(p / p.sum(), rel=1e-9)
    a, w, sigma = a[:, :2], w[:, :2], np.array([0.4, 1, 2, 7])
    ratio = brentq(lambda q: clearing.excess_demand([q, 1], w, weights=a, elasticity=sigma)[0], 1e-6, 1e6, xtol=1e-13)
    found = clearing.exchange_equilibrium(a, w, elasticity=sigma)
    assert found.prices[0] / found.prices[1] == pytest.approx(ratio, rel=1e-9)


def test_exchange_economies_without_one_positive_equilibrium_are_refused():
    with pytest.raises(ValueError, match="groups"):
        clearing.exchange_equilibrium([[1, 0], [0, 1]], [[1, 0], [0, 1]])  # two who never trade
    with pytest.raises(ValueError, match="nobody owns good 1"):
        clearing.exchange_equilibrium([[1, 1]], [[1, 0]])
    with pytest.raises(ValueError, match="consumer 0 wants nothing"):
        clearing.exchange_equilibrium([[0, 0], [1, 1]], [[1, 0], [0, 1]])
    with pytest.raises(ValueError, match="owns nothing"):
        clearing.exchange_equilibrium([[1, 1], [1, 1]], [[1, 1], [0, 0]])
    with pytest.raises(ValueError, match="no equilibrium with positive prices"):
        # fixed proportions 1 : 1, twice as much of good 1: its price is 0
        clearing.exchange_equilibrium([[1, 1], [1, 1]], [[2, 0], [0, 1]], elasticity=0)
    with pytest.raises(ValueError, match="an elasticity = -1"):
        clearing.exchange_equilibrium([[1, 1], [1, 1]], [[2, 0], [0, 1]], elasticity=-1)


def test_fisher_ces_maximises_eisenberg_and_gales_sum():
    a, money, rho = np.array([[0.5, 0.5], [0.2, 0.8], [0.9, 0.1]]), np.array([1.0, 2.0, 0.5]), 0.5  # sigma = 2

    def less(y):
        x = np.exp(y).reshape(3, 2)
        x = x / x.sum(axis=0)
        return -money @ np.log((np.sqrt(a) * x**rho).sum(axis=1) ** (1 / rho))

    best = minimize(less, np.zeros(6), tol=1e-12)
    x = np.exp(best.x).reshape(3, 2)
    found = clearing.fisher_ces(a, money, elasticity=2.0)
    assert found.allocation == pytest.approx(x / x.sum(axis=0), abs=1e-5)
    assert found.unique


def test_fisher_linear_by_a_dual_bound():
    rng = np.random.default_rng(4)
    v, money = rng.integers(1, 9, (4, 3)), [3, 1, 2, 2]
    found = clearing.fisher_linear(v.tolist(), money)
    utilities, p = np.array(found.utilities, float), np.array(found.prices, float)
    # weak duality at p: no feasible allocation has a larger sum of B log u than this bound, and ours attains it
    bound = sum(b * np.log(b * max(row / p)) for b, row in zip(money, v, strict=True))
    assert np.array(money) @ np.log(utilities) == pytest.approx(bound, rel=1e-12)
    # and it is efficient: the weighted sum of utilities has its maximum there, by linear programming
    weights = np.array(money) / utilities
    equal = np.zeros((3, 12))
    for j in range(3):
        equal[j, j::3] = 1
    best = linprog(-(weights[:, None] * v).ravel(), A_ub=equal, b_ub=np.ones(3)).fun
    assert weights @ utilities == pytest.approx(-best, rel=1e-9)


def test_fisher_markets_at_the_edges():
    one = clearing.fisher_linear([[0, 1], [0, 5], [7, 1]], [2, 3, 0])
    assert one.prices == (0, 5)  # nobody with a budget values good 0
    assert one.utilities == (Fraction(2, 5), 3, 0)
    huge = clearing.fisher_linear([["1e-200", 1], [1, "1e-200"]], ["1e-50", "1e50"])
    assert huge.prices == (Fraction(10) ** 50, Fraction(1, 10**50))
    with pytest.raises(ValueError, match="values nothing"):
        clearing.fisher_linear([[0, 0], [1, 1]], [1, 1])
    with pytest.raises(ValueError, match="some budget is"):
        clearing.fisher_linear([[1]], [0])


def test_a_call_auction_trades_as_much_as_any_price():
    rng = np.random.default_rng(6)
    for _ in range(60):
        orders = [("BS"[rng.integers(2)], int(rng.integers(1, 12)), int(rng.integers(1, 6)), str(i)) for i in range(9)]
        sides = {side: [o for o in orders if o[0] == side] for side in "BS"}
        if not all(sides.values()):
            continue
        found = clearing.call_auction(orders)

        def volume(p, sides=sides):
            return min(sum(o[2] for o in sides["B"] if o[1] >= p), sum(o[2] for o in sides["S"] if o[1] <= p))

        grid = {p: volume(p) for p in range(13)}
        assert found.volume == max(grid.values()) == volume(found.price)
        if found.volume:
            best = [p for p, each in grid.items() if each == found.volume]
            assert found.price == Fraction(min(best) + max(best), 2)


def test_call_auctions_at_the_edges():
    apart = clearing.call_auction([("B", 3, 1, "a"), ("S", 8, 1, "b")])
    assert (apart.volume, apart.price, apart.filled) == (0, Fraction(11, 2), ())
    with pytest.raises(ValueError, match="no order to sell"):
        clearing.call_auction([("B", 3, 1, "a")])
    with pytest.raises(ValueError, match="no order to buy"):
        clearing.call_auction([])


@pytest.mark.parametrize(
    ("order", "message"),
    [
        (("X", 1, 1, "a"), "'B' or 'S'"),
        (("B", 1, 0, "a"), "positive"),
        (("B", float("nan"), 1, "a"), "finite"),
        (("B", 1, 1), "is \\(side, price"),
    ],
)
def test_what_is_no_order_is_refused(order, message):
    with pytest.raises(ValueError, match=message):
        clearing.continuous_auction([order])


def test_orders_have_names_of_their_own():
    with pytest.raises(ValueError, match="two orders are called 'a'"):
        clearing.continuous_auction([("B", 1, 1, "a"), ("S", 2, 1, "a")])


def test_a_market_without_a_price_is_refused():
    market = clearing.linear_market
    with pytest.raises(ValueError, match="answers to the price"):
        market["price"](a=10, b=0, c=1, d=0)
    with pytest.raises(ValueError, match="no price clears"):
        market["price"](a=10, b=1, c=11, d=1)
    with pytest.raises(ValueError, match="something is traded"):
        market["quantity"](a=10, b=1, c=-100, d=1)
    assert market["price"](a=10, b=0, c=1, d=3) == 3.0
    assert market["price"](a=1e300, b=1e-300, c=0, d=1e300) == pytest.approx(1.0)


def test_agreements_that_no_patience_keeps_are_refused():
    with pytest.raises(ValueError, match="better than Nash"):
        clearing.grim_trigger["threshold"](C=1, D=5, N=1)
    deltas = np.linspace(0.01, 0.99, 99)
    for n, delta in itertools.product((2, 3, 7), deltas):
        kept = clearing.bertrand_collusion["gain"](M=1, n=n, delta=delta) >= -1e-12
        assert kept == (delta >= 1 - 1 / n - 1e-12)


def test_clearing_a_large_market_is_quick():
    v = np.random.default_rng(8).random((25, 25)).round(3)
    start = time.perf_counter()
    found = clearing.fisher_linear(v.tolist(), [1] * 25)
    assert time.perf_counter() - start < 10
    assert sum(found.prices) == 25


@pytest.mark.parametrize("sigma", [0.0, 0.5, 1 - 1e-12, 1.0, 1 + 1e-9, 3.0, 220.7])
@pytest.mark.parametrize(("p", "q", "a"), [(2, 1, 0.3), (1e-6, 1e6, 0.5), (8617, 302, 1 - 1e-12), (3, 0.06, 1e-12)])
def test_the_price_level_of_ces_keeps_its_digits(sigma, p, q, a):
    import mpmath

    with mpmath.workdps(60):
        P, Q, A, s = map(mpmath.mpf, (p, q, a, sigma))
        exact = P**A * Q ** (1 - A) if s == 1 else (A * P ** (1 - s) + (1 - A) * Q ** (1 - s)) ** (1 / (1 - s))
    assert clearing.ces_demand["price_level"](p=p, q=q, a=a, sigma=sigma) == pytest.approx(float(exact), rel=1e-13)
