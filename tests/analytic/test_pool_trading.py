"""Trading over pools by routes that share no code with it: optimisers, stepped pools, regressions, grids."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import minimize, minimize_scalar

from analytic.pool import (
    best_flow,
    bridge_arbitrage,
    bridge_hop,
    congested_link,
    constant_mean,
    constant_product,
    informed_trading,
    outside_arbitrage,
    path_of,
    pool_hop,
    pool_sandwich,
    route_by_marginals,
    route_order,
    selfish_flow,
    stableswap_out,
)


class Reserves:
    """A constant product pool in exact fractions, its fee left in the reserve."""

    def __init__(self, x, y, f):
        self.x, self.y, self.g = Fraction(x), Fraction(y), 1 - Fraction(f)

    def pay_x(self, d):
        out = self.y - self.x * self.y / (self.x + self.g * d)
        self.x, self.y = self.x + d, self.y - out
        return out

    def pay_y(self, d):
        out = self.x - self.x * self.y / (self.y + self.g * d)
        self.x, self.y = self.x - out, self.y + d
        return out


@pytest.mark.parametrize("p", [0.2, 0.99, 1.0, 1.02, 1.5, 40.0])
@pytest.mark.parametrize("f", [0.0, 0.003, 0.2])
def test_arbitrage_against_an_optimiser(p, f):
    x, y = 1000.0, 1000.0

    def loss(t):
        gained = x * (1 - f) * t / (y + (1 - f) * t) * p - t if t > 0 else y * (1 - f) * -t / (x + (1 - f) * -t) + t * p
        return -gained

    sides = [minimize_scalar(loss, bounds=b, method="bounded", options={"xatol": 1e-9}) for b in ((0, 2e4), (-2e4, 0))]
    best = min(sides, key=lambda found: found.fun)
    at = {"x": x, "y": y, "p": p, "f": f}
    assert outside_arbitrage["profit"](**at) == pytest.approx(max(-best.fun, 0), rel=1e-6, abs=1e-4)
    trade = outside_arbitrage["buy"](**at) - outside_arbitrage["sell"](**at)
    assert loss(trade) <= best.fun + 1e-9
    low, high = outside_arbitrage["band_low"](x=x, y=y, f=f), outside_arbitrage["band_high"](x=x, y=y, f=f)
    assert (trade == 0) == (low <= p <= high)


def test_bridge_against_an_optimiser_and_its_thresholds():
    at = {"x": 900.0, "y": 1100.0, "u": 800.0, "v": 1500.0, "f": 0.003, "h": 0.01}
    for toll in (0.0, 0.02, 0.2):
        first, second = (at["x"], at["y"], 0.003), (at["u"], at["v"], 0.01)

        def lost(t, toll=toll, first=first, second=second):
            for share, (x, y, f) in ((1.0, first), (1 - toll, second)):
                t = share * t
                t = y * (1 - f) * t / (x + (1 - f) * t)
            return t

        best = minimize_scalar(lambda t: t - lost(t), bounds=(0, 3000), method="bounded", options={"xatol": 1e-10})
        assert bridge_arbitrage["input"](**at, k=toll) == pytest.approx(best.x, rel=1e-5)
        assert bridge_arbitrage["gross"](**at, k=toll) == pytest.approx(-best.fun, rel=1e-9)
        path = path_of([pool_hop(900, 1100, fee=0.003), bridge_hop(toll), pool_hop(800, 1500, fee=0.01)])
        assert path.best_input == pytest.approx(bridge_arbitrage["input"](**at, k=toll), rel=1e-10)
        assert path.best_profit == pytest.approx(bridge_arbitrage["gross"](**at, k=toll), rel=1e-10)
    dearest = bridge_arbitrage["toll"](**at)
    assert bridge_arbitrage["gross"](**at, k=dearest * 1.0001) == 0
    assert bridge_arbitrage["gross"](**at, k=dearest * 0.999) > 0
    assert bridge_arbitrage["profit"](**at, k=0, F=1e6) == 0


def test_routing_against_an_optimiser():
    rng = np.random.default_rng(3)
    for _ in range(5):
        x, y, f = rng.uniform(50, 500, 5), rng.uniform(50, 500, 5), rng.uniform(0, 0.05, 5)
        order = float(rng.uniform(1, 500))

        def lost(d, x=x, y=y, f=f):
            return -np.sum(y * (1 - f) * d / (x + (1 - f) * d))

        best = minimize(
            lost,
            np.full(5, order / 5),
            bounds=[(0, order)] * 5,
            method="SLSQP",
            options={"ftol": 1e-14, "maxiter": 500},
            constraints={"type": "eq", "fun": lambda d, order=order: d.sum() - order},
        )
        found = route_order(x, y, f, order=order)
        assert found.out == pytest.approx(-best.fun, rel=1e-9)
        assert found.parts == pytest.approx(best.x, abs=1e-3 * order)
        slopes = (1 - f) * x * y / (x + (1 - f) * found.parts) ** 2
        assert slopes[found.parts > 0] == pytest.approx(found.price, rel=1e-10)
        assert np.all(slopes <= found.price * (1 + 1e-10))
        general = route_by_marginals(
            [lambda d, x=a, y=b, g=1 - c: y * g * d / (x + g * d) for a, b, c in zip(x, y, f, strict=True)],
            [lambda d, x=a, y=b, g=1 - c: g * x * y / (x + g * d) ** 2 for a, b, c in zip(x, y, f, strict=True)],
            order=order,
        )
        assert general.parts == pytest.approx(found.parts, abs=1e-9 * order)
        assert general.out == pytest.approx(found.out, rel=1e-12)


def test_routing_over_pools_of_all_kinds():
    """A constant product, a StableSwap and a weighted pool: every split on a fine grid is worse."""
    outs = [
        lambda d: float(constant_product["out"](x=1000, y=1000, d=d, f=0.003)),
        lambda d: stableswap_out([300, 250], 50, paid=d, sold=0, bought=1, fee=0.0004),
        lambda d: float(constant_mean["out"](x=500, y=300, w=0.6, v=0.4, d=d, f=0.001)),
    ]
    marginals = [
        lambda d: 0.997 * 1e6 / (1000 + 0.997 * d) ** 2,
        lambda d: (outs[1](d + 1e-4) - outs[1](max(d - 1e-4, 0))) / (d + 1e-4 - max(d - 1e-4, 0)),
        lambda d: 0.999 * 1.5 * 300 / 500 * (500 / (500 + 0.999 * d)) ** 2.5,
    ]
    found = route_by_marginals(outs, marginals, order=200)
    assert found.parts.sum() == pytest.approx(200, rel=1e-12)
    for i in range(0, 201, 10):
        for j in range(0, 201 - i, 10):
            assert outs[0](i) + outs[1](j) + outs[2](200 - i - j) <= found.out + 1e-9


def test_routing_of_nothing_and_of_twins():
    none = route_order([1, 2], [1, 1], 0, order=0)
    assert none.parts.tolist() == [0, 0]
    assert none.out == 0
    assert none.price == 1
    twins = route_order([1e30, 1e30], [1e30, 1e30], 0.003, order=1e-30)
    assert twins.parts == pytest.approx([5e-31, 5e-31])
    assert route_by_marginals([lambda d: d, lambda d: d], [lambda d: 1.0, lambda d: 1.0], order=4).out == pytest.approx(
        4
    )


def test_sandwich_by_stepping_the_pool():
    for X, A, V, f in [(100, 10, 5, "0"), (100, 10, 5, "0.003"), (1, 30, 2, "0.1"), (50, "0.001", 1, "0.01")]:
        stepped, A = Reserves(X, 1, f), Fraction(A)
        bought = stepped.pay_x(A)
        stepped.pay_x(V)
        profit = float(stepped.pay_y(bought) - A)
        assert pool_sandwich["profit"](X=X, A=float(A), V=V, f=float(f)) == pytest.approx(profit, rel=1e-12)
    room = pool_sandwich["largest"](X=100, V=5, s=0.01)
    alone, after = Reserves(100, 100, 0).pay_x(5), Reserves(100, 100, 0)
    after.pay_x(Fraction(room))
    assert float(after.pay_x(5) / alone) == pytest.approx(0.99, rel=1e-12)


def test_insiders_by_regression():
    rng = np.random.default_rng(8)
    v, noise = 2 * rng.standard_normal(400_000), 3 * rng.standard_normal(400_000)
    for n in (1, 2, 5):
        at = {"s": 2, "u": 3, "n": n}
        order = n * informed_trading["intensity"](**at) * v + noise
        slope = np.mean(order * v) / np.mean(order**2)
        assert informed_trading["lambda"](**at) == pytest.approx(slope, rel=0.01)
        gain = np.mean((order - noise) * (v - informed_trading["lambda"](**at) * order))
        assert informed_trading["profit"](**at) == pytest.approx(gain, rel=0.02)


@pytest.mark.parametrize(("k", "F", "w"), [(1, 1, 1), (2, 0.8, 1), (4, 3, 2), (0.5, 0.1, 1)])
def test_congested_link_against_a_grid(k, F, w):
    flow = np.linspace(0, F, 200_001)
    cost = flow * (flow / w) ** k + F - flow
    at = {"k": k, "c": 1, "w": w, "F": F}
    assert congested_link["optimal_cost"](**at) == pytest.approx(cost.min(), rel=1e-8)
    nash = flow[np.argmin(np.abs((flow / w) ** k - 1))] if w <= F else F
    assert congested_link["selfish"](**at) == pytest.approx(nash, rel=1e-4)
    if k == int(k) and w <= F:
        edges = {("s", "t"): [0] * k + [w ** -float(k)], ("s", "m"): [1], ("m", "t"): [0]}
        assert selfish_flow(edges, "s", "t", demand=F).cost == pytest.approx(congested_link["equilibrium_cost"](**at))
        assert best_flow(edges, "s", "t", demand=F).cost == pytest.approx(congested_link["optimal_cost"](**at))


def test_flows_are_equilibria_on_a_random_network():
    rng = np.random.default_rng(2)
    nodes = "sabcdt"
    edges = {(u, v): rng.uniform(0, 2, 3) for i, u in enumerate(nodes) for v in nodes[i + 1 :]}
    selfish, best = selfish_flow(edges, "s", "t", demand=3), best_flow(edges, "s", "t", demand=3)
    price = {e: np.polyval(c[::-1], selfish.edges[e]) for e, c in edges.items()}
    totals = {path: sum(price[e] for e in itertools.pairwise(path)) for path in selfish.paths}
    least = min(totals.values())
    assert all(cost == pytest.approx(least, rel=1e-9) for path, cost in totals.items() if selfish.paths[path] > 1e-9)
    assert sum(selfish.paths.values()) == pytest.approx(3)
    assert selfish.cost == pytest.approx(3 * least, rel=1e-9)
    assert best.cost <= selfish.cost
    moved = rng.dirichlet(np.ones(len(best.paths)), 300) * 3
    uses = np.array([[e in itertools.pairwise(path) for e in edges] for path in best.paths])
    load = moved @ uses
    assert best.cost <= np.min(sum(load[:, i] * np.polyval(c[::-1], load[:, i]) for i, c in enumerate(edges.values())))
