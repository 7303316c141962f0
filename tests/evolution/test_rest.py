"""Rest points: the oracle tables, what peers get wrong, and games built to break a search."""

from __future__ import annotations

import json
import pickle
import time
from fractions import Fraction
from math import comb
from pathlib import Path

import numpy as np
import pytest
import sympy as sp

from evolution import (
    BNN,
    BestResponse,
    Feedback,
    FermiImitation,
    HybridProtocol,
    Imitation,
    ImitativeLogit,
    Logit,
    MaynardSmith,
    MeanDynamics,
    MutatingProtocol,
    Projection,
    ProportionalImitation,
    Replicator,
    ReplicatorMutator,
    Smith,
    SmithComparison,
    integrate,
    rest_points,
)
from gametheory.normal_form import NormalForm
from gametheory.population import Population

DATA = Path(__file__).parents[1] / "oracles" / "data"
TABLES = {e["id"]: e for name in ("evolution", "theory") for e in json.loads((DATA / f"{name}.json").read_text())}
RPS = np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]])
ZEEMAN = [[0, 6, -4], [-3, 0, 5], [-1, 3, 0]]
x, y, n = sp.symbols("x y n")


def bad_rps(lose, win):
    return np.array([[0, -lose, win], [win, 0, -lose], [-lose, win, 0]])


def only_interior(dynamics):
    found = rest_points(dynamics)
    assert found.complete, found.reason
    (point,) = found.interior
    return point


def leading(point):
    first = max(point.internal, key=lambda value: (value.real, value.imag))
    return [first.real, abs(first.imag)]


def zeeman(A):
    point = only_interior(Replicator(A))
    assert point.exact == ((Fraction(1, 3),) * 3,)
    assert (point.type, point.stability) == ("stable focus", "asymptotically stable")
    return leading(point)


def logit_hopf(lose, win):
    """The growth rate at the middle is 0 in between; found by the secant in 1 / temperature, where it is linear."""
    temperatures = [Fraction(1, 8), Fraction(1, 4)]
    rates = [leading(only_interior(Logit(bad_rps(lose, win), temperature=float(T))))[0] for T in temperatures]
    a, b = (1 / float(T) for T in temperatures)
    return [1 / (a - rates[0] * (b - a) / (rates[1] - rates[0]))]


def mutation_hopf(eps, form):
    """The growth rate at the middle is linear in mu."""
    rates = []
    for mu in (0, 0.25):
        dynamics = MeanDynamics(bad_rps(eps, 1), protocol=MutatingProtocol(ProportionalImitation(), mu))
        rates.append(leading(next(p for p in rest_points(dynamics) if p.shares[0].min() > 0.3))[0])
    return [0.25 * rates[0] / (rates[0] - rates[1])]


def language_uniform(n, a):
    """The uniform state's growth rate is linear in q."""
    game = np.full((n, n), a) + (1 - a) * np.eye(n)
    rates = []
    for q in (0.6, 0.7):
        found = rest_points(ReplicatorMutator(game, mutation=1 - q))
        rates.append(leading(next(p for p in found if np.ptp(p.shares[0]) < 1e-12))[0])
    return [0.6 + 0.1 * rates[0] / (rates[0] - rates[1])]


def language_coherent(n, a):
    """With all grammars but one equally common, two types are left; the coherent pair of rest points appears at q1."""
    game = [[1, a], [a, (1 + a * (n - 2)) / (n - 1)]]

    def count(q):
        table = [[q, 1 - q], [(1 - q) / (n - 1), 1 - (1 - q) / (n - 1)]]
        return len(rest_points(ReplicatorMutator(game, mutation=table)))

    low, high = 0.5, 0.9
    assert (count(low), count(high)) == (1, 3)
    while high - low > 1e-3:
        middle = (low + high) / 2
        low, high = (middle, high) if count(middle) < 3 else (low, middle)
    return [high]


def pennies(A, B):
    point = only_interior(Replicator(NormalForm(A, B)))
    assert (point.type, point.stability) == ("centre", "stable")
    return [point.internal[0].real, point.internal[0].imag]


def commons(A0, A1, theta, eps):
    mixed = (1 - n) * sp.Matrix(A0) + n * sp.Matrix(A1)
    payoffs = {name: mixed[k, 0] * x + mixed[k, 1] * (1 - x) for k, name in enumerate("CD")}
    rate = n * (1 - n) * (theta * x - (1 - x)) / sp.Rational(str(eps))
    return Replicator(Feedback(payoffs, {"n": rate}, shares={"x": "C"}, domain={"n": (0, 1)}))


def weitz(R, S, T, P, theta, eps, A0, A1):
    del A0, A1
    found = rest_points(commons([[T, P], [R, S]], [[R, S], [T, P]], theta, eps))
    (point,) = found.interior[-1:]
    assert point.exact == ((Fraction(1, 3), Fraction(2, 3)),)
    assert dict(point.environment) == {"n": 0.5}
    assert (point.type, point.stability) == ("centre", "stable")
    return leading(point)


def weitz_heteroclinic(cases, theta, eps):
    """Product over the corners of contraction by expansion."""
    ratios = []
    for case in cases:
        dynamics = commons([[case["RT0"], case["SP0"]], [0, 0]], [[0, 0], [case["TR1"], case["PS1"]]], theta, eps)
        corners = [p for p in rest_points(dynamics) if not p.internal]
        assert len(corners) == 4
        assert all(p.type == "saddle" for p in corners)
        pairs = [sorted(map(float, p.transversal.values())) for p in corners]
        ratios.append(np.prod([-low / high for low, high in pairs]))
    return ratios


def public_goods(N, r, sigma):
    """Payoffs of cooperators, defectors and loners in groups of N drawn at random, by counting."""
    C, D, L = sp.symbols("C D L")
    r, sigma = sp.Rational(str(r)), sp.Rational(str(sigma))
    pays = {"C": sp.Integer(0), "D": sp.Integer(0), "L": sigma}
    for i in range(N):
        for j in range(N - i):
            k = N - 1 - i - j
            weight = sp.Integer(comb(N - 1, i) * comb(N - 1 - i, j)) * C**i * D**j * L**k
            alone = i + j == 0
            pays["C"] += weight * (sigma if alone else r * (i + 1) / (i + j + 1) - 1)
            pays["D"] += weight * (sigma if alone else r * i / (i + j + 1))
    shares = {symbol: ("player", str(symbol)) for symbol in (C, D, L)}
    return Population.from_payoffs({"player": {name: sp.expand(pay) for name, pay in pays.items()}}, shares)


def optional(N, r, sigma, **_):
    point = only_interior(Replicator(public_goods(N, r, sigma)))
    assert (point.type, point.stability) == ("centre", "stable")
    return point


def collective_risk(N, M, c, b, r):
    c, b, r = (sp.Rational(str(v)) for v in (c, b, r))

    def gain(k):
        return b if k >= M else b * (1 - r)

    drawn = [comb(N - 1, k) * x**k * (1 - x) ** (N - 1 - k) for k in range(N)]
    payoffs = {
        "C": sum(w * (gain(k + 1) - c * b) for k, w in enumerate(drawn)),
        "D": sum(w * gain(k) for k, w in enumerate(drawn)),
    }
    return Population.from_payoffs({"player": payoffs}, {x: ("player", "C")})


def risk_roots(**given):
    found = rest_points(Replicator(collective_risk(**given)))
    assert found.complete
    low, high = sorted(found.interior, key=lambda point: point.shares[0][0])
    assert (low.stability, high.stability) == ("unstable", "asymptotically stable")
    return [low.shares[0][0], high.shares[0][0]]


def upper_logit(A, eta):
    found = rest_points(Logit(A, temperature=eta))
    assert [point.stability for point in found] == ["asymptotically stable", "unstable", "asymptotically stable"]
    return [found[0].shares[0][0]]


def tilman(a0, b, c):
    a0, b, c = (sp.Rational(str(v)) for v in (a0, b, c))
    places, rates, speeds = [], [], (0.1, 0.2)
    for eps in speeds:
        law = {"n": sp.Rational(str(eps)) * (x - n)}
        game = Feedback({"C": a0 + b * x - c * n, "D": 0}, law, shares={"x": "C"}, domain={"n": (0, 1)})
        point = only_interior(Replicator(game))
        places.append(point.shares[0][0])
        rates.append(leading(point)[0])
    assert places[0] == places[1]
    return {"x": places[0], "eps_crit": speeds[0] + (speeds[1] - speeds[0]) * rates[0] / (rates[0] - rates[1])}


def cusp():
    """The number of rest points falls from 3 to 1 at the critical temperature; the pair meets at x."""
    low, high = 0.3, 0.35
    while high - low > 2e-6:
        middle = round((low + high) / 2, 10)
        low, high = (
            (middle, high) if len(rest_points(Logit([[2, 0], [0, 1]], temperature=middle))) == 3 else (low, middle)
        )
    pair = sorted(point.shares[0][0] for point in rest_points(Logit([[2, 0], [0, 1]], temperature=low)))[:2]
    return {"x": np.mean(pair), "Tc": low}


def quantal(lam):
    game = NormalForm([["1.1141", 0], [0, "0.2785"]], [[0, "1.1141"], ["1.1141", 0]])
    answers = []
    for precision in lam:
        (point,) = rest_points(Logit(game, temperature=1 / precision))
        answers.append([point.shares[0][0], point.shares[1][0]])
    return answers


def turnout_game(M, cost):
    """Two teams of M, each member votes with probability x; a vote is pivotal at a tie or one behind."""
    own = [comb(M - 1, k) * x**k * (1 - x) ** (M - 1 - k) for k in range(M)]
    other = [comb(M, k) * x**k * (1 - x) ** (M - k) for k in range(M + 1)]
    pivotal = sum(own[k] * (other[k] + other[k + 1]) for k in range(M)) / 2
    return Population.from_payoffs({"p": {"vote": pivotal - sp.Rational(str(cost)), "stay": 0}}, {x: ("p", "vote")})


def turnout(cases):
    lowest = []
    for M, cost in cases[:2]:
        found = rest_points(Replicator(turnout_game(M, cost)))
        stable = [point.shares[0][0] for point in found.stable]
        assert found.complete
        assert 1.0 in stable
        lowest.append(min(stable))
    return lowest


def turnout_mutation(M, c, mu, **_):
    """x' is proportional to x (1 - x)(pivotal - c) + 1.2 mu (1/2 - x); rate m a pair gives m (1 - 2 x)."""
    protocol = MutatingProtocol(ProportionalImitation(), round(0.6 * mu, 12))
    found = rest_points(MeanDynamics(turnout_game(M, c), protocol=protocol))
    stable = sorted(point.shares[0][0] for point in found.stable)
    return {"low": stable[0], "high": stable[-1]}


ORACLES = {
    "hawk_dove_ess": lambda payoff, **_: only_interior(Replicator(payoff)).shares[0],
    "zeeman_interior_eigs": zeeman,
    "zeeman_not_ess": lambda A: only_interior(Replicator(A)).ess is False,
    "hypercycle_5": lambda n: leading(only_interior(Replicator(np.roll(np.eye(n), -1, axis=1))))[:1],
    "logit_coordination_point": upper_logit,
    "logit_rps_hopf": logit_hopf,
    "rps_mutation_hopf": mutation_hopf,
    "replicator_mutator_q2": language_uniform,
    "replicator_mutator_q1": language_coherent,
    "matching_pennies_centre": pennies,
    "weitz_symmetric_frequency": weitz,
    "weitz_heteroclinic": weitz_heteroclinic,
    "optional_pgg_interior": lambda **given: public_goods(given["N"], given["r"], given["sigma"]).field(
        optional(given["N"], given["r"], given["sigma"]).shares[0]
    ),
    "optional_pgg_zstar": lambda **given: [optional(**given).shares[0][2]],
    "crd_roots": risk_roots,
    "ohtsuki_3strategy_interior": lambda A: only_interior(Replicator(A)).shares[0],
    "ohtsuki_3strategy_eigs": lambda A, x: leading(only_interior(Replicator(A))),
    "stag_hunt_basin": lambda A: [only_interior(Replicator(A)).shares[0][0]],
    "snowdrift_well_mixed": lambda b, c: [only_interior(Replicator([[b - c / 2, b - c], [b, 0]])).shares[0][0]],
    "boltzmann_q_pd": lambda A, temperature: [only_interior(Logit(A, temperature=temperature)).shares[0][0]],
    "alpharank_biased_rps_nash": lambda A: only_interior(Replicator(A)).shares[0],
    "DA-02-optpgg-fp": lambda **given: dict(zip("xyz", optional(**given).shares[0], strict=True)),
    "RE-12-tilman": tilman,
    "IN-01-qre": quantal,
    "IN-03-boltzmannQ": lambda T: quantal([1 / T])[0],
    "IN-04-cusp": cusp,
    "DG-01-turnout": turnout,
    "DG-06-turnout-sim": turnout_mutation,
    "CO-04-tft": lambda T, R, P, S, delta: only_interior(
        Replicator([[R, (1 - delta) * S + delta * P], [(1 - delta) * T + delta * P, P]])
    ).shares[0][0],
}


@pytest.mark.parametrize("name", ORACLES)
def test_oracle(name):
    entry = TABLES[name]
    inputs, expected = entry["inputs"], entry["expected"]
    if name == "DG-06-turnout-sim":
        inputs = {key: inputs[key] for key in ("M", "c", "mu")}
    found = ORACLES[name](**inputs)
    if isinstance(expected, dict):
        expected, found = list(expected.values()), [found[key] for key in expected]
    if name == "DG-01-turnout":
        expected = expected[: len(found)]
    np.testing.assert_allclose(found, expected, rtol=0, atol=entry["tolerance"])


def test_peers_miss_points_and_call_sources_stable():
    """EGTtools finds rest points by random starts and labels sources stable; a game made in the call is no trouble."""
    rng = np.random.default_rng(5)
    game = rng.integers(-99, 100, (8, 8))
    found = rest_points(Replicator(game.copy()))
    assert found.complete
    assert len(found) == len({tuple(point.exact[0]) for point in found})
    brute = 0
    for mask in range(1, 256):
        face = [i for i in range(8) if mask >> i & 1]
        A = sp.Matrix(game[np.ix_(face, face)].tolist())
        rows = [list(A.row(k) - A.row(0)) for k in range(1, len(face))] + [[1] * len(face)]
        try:
            shares = sp.Matrix(rows).LUsolve(sp.Matrix([0] * (len(face) - 1) + [1]))
        except (ValueError, ZeroDivisionError):
            continue
        brute += all(share > 0 for share in shares)
    assert found.polytopes == ()
    assert len(found) == brute
    source = rest_points(Replicator(bad_rps(2, 1))).interior[0]
    assert (source.kind, source.stability) == ("source", "unstable")
    assert rest_points(Replicator(-np.eye(3))).interior[0].kind == "sink"
    assert rest_points(Replicator(np.eye(3))).interior[0].kind == "source"


def test_speed():
    rest_points(Replicator(RPS))
    start = time.perf_counter()
    rest_points(Replicator(ZEEMAN))
    three = time.perf_counter() - start
    eight = np.random.default_rng(1).normal(size=(8, 8))
    start = time.perf_counter()
    rest_points(Replicator(eight))
    assert three < 0.1  # 2 ms on a quiet machine
    assert time.perf_counter() - start < 2.0  # 60 ms on a quiet machine


def test_zero_game_is_at_rest_everywhere():
    found = rest_points(Replicator(np.zeros((4, 4))))
    assert found.complete
    assert found.polytopes == ((0, 1, 2, 3),) == found.components
    assert {point.stability for point in found} == {"stable"}
    two = rest_points(Replicator(NormalForm(np.zeros((2, 3)), np.zeros((2, 3)))))
    assert [len(group) for group in two.polytopes] == [6]
    three = rest_points(Replicator(NormalForm(*[np.zeros((2, 2, 2))] * 3)))
    assert three.complete
    assert three.polytopes == (tuple(range(8)),)


def test_one_strategy():
    for dynamics in (Replicator([[3]]), Logit([[3]], temperature=1), Smith([[3]])):
        (point,) = rest_points(dynamics)
        assert point.shares[0].tolist() == [1.0]
        assert point.stability == "asymptotically stable"


def test_duplicates_span_continua():
    """A strategy copied: what was a point becomes a segment, stable or not as the point was."""
    found = rest_points(Replicator([[-1, -1, 2], [-1, -1, 2], [0, 0, 1]]))
    assert found.polytopes == ((0, 1), (3, 4))
    assert [found[k].stability for k in (0, 1)] == ["unstable", "unstable"]
    assert [found[k].stability for k in (3, 4)] == ["stable", "stable"]
    assert found[3].exact == ((Fraction(1, 2), 0, Fraction(1, 2)),)


@pytest.mark.parametrize("factor", [1e-12, 1e12, 2.0**-300, 2.0**300])
def test_scale_changes_eigenvalues_only(factor):
    plain, scaled = (rest_points(Replicator(np.array(ZEEMAN) * f)) for f in (1.0, factor))
    assert [p.exact for p in plain] == [p.exact for p in scaled]
    assert [p.type for p in plain] == [p.type for p in scaled]
    for a, b in zip(plain, scaled, strict=True):
        np.testing.assert_allclose(np.array(a.eigenvalues) * factor, b.eigenvalues, rtol=1e-12)


def test_near_degenerate_floats_are_told_apart():
    """Payoffs that differ by 1e-13: an interior point within 1e-13 of a vertex, and none on the other side."""
    inside = rest_points(Replicator([[0, "1e-13"], [-1, 0]]))
    assert len(inside) == 2
    near = rest_points(Replicator([["-1e-13", 1], [0, 0]]))
    assert len(near) == 3
    assert near.interior[0].exact[0][1] == Fraction(1, 10**13 + 1)


def test_decimals_are_read_as_decimals():
    centre = rest_points(Replicator([[0, -0.1, 0.3], [0.3, 0, -0.1], [-0.1, 0.3, 0]])).interior[0]
    assert centre.exact == ((Fraction(1, 3),) * 3,)
    hopf = rest_points(Logit(bad_rps(2, 1), temperature=1 / 6))[0]
    assert hopf.type == "non-hyperbolic"
    assert hopf.internal[0].real == 0
    assert "Lyapunov" in hopf.reason


def test_dominated_strategy():
    found = rest_points(Replicator([[3, 0, 1], [5, 1, 2], [0, 0, 0]]))
    assert [tuple(map(int, p.exact[0])) for p in found.stable] == [(0, 1, 0)]
    assert found.interior == ()


def test_semistable_points_between_two_strategies():
    """F = (x - 1/2)^2 touches 0: attracting from below, repelling above."""
    game = Population.from_payoffs({"p": {"a": (x - sp.Rational(1, 2)) ** 2, "b": 0}}, {x: ("p", "a")})
    found = rest_points(Replicator(game))
    middle = found.interior[0]
    assert (middle.exact, middle.type, middle.stability) == (((Fraction(1, 2),) * 2,), "non-hyperbolic", "unstable")
    assert [p.stability for p in found] == ["asymptotically stable", "unstable", "unstable"]


@pytest.mark.parametrize(
    ("game", "stability"),
    [([[1, 1], [1, 0]], "asymptotically stable"), ([[1, 0], [1, 1]], "unstable"), ([[1, 1], [1, 1]], "stable")],
)
def test_absent_strategy_paid_the_same(game, stability):
    """The growth rate of the second strategy is 0 to first order at the first vertex; orbits decide."""
    for dynamics in (Replicator(game), Imitation(game, protocol=FermiImitation(0.5))):
        point = rest_points(dynamics)[0]
        assert point.shares[0].tolist() == [1.0, 0.0]
        assert (point.type, point.stability) == ("non-hyperbolic", stability)
    end = integrate(Replicator(game), x0=[0.99, 0.01], t=2000).final[0]
    assert (end > 0.995, end < 0.5) == (stability == "asymptotically stable", stability == "unstable")


def test_weak_foci():
    """The hypercycle of four is stable by its nonlinear terms; adjusted dynamics turn the centre of pennies inward."""
    four = only_interior_of(Replicator(np.roll(np.eye(4), -1, axis=1)))
    assert four.stability == "asymptotically stable"
    assert "Lyapunov" in four.reason
    game = NormalForm([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    assert only_interior(MaynardSmith(game, background=2)).stability == "asymptotically stable"
    start = {"player 1": [0.6, 0.4], "player 2": [0.5, 0.5]}
    end = integrate(MaynardSmith(game, background=2), x0=start, t=400).final
    assert np.abs(end["player 1"] - 0.5).max() < 0.06


def only_interior_of(dynamics):
    (point,) = rest_points(dynamics).interior
    return point


def test_centres():
    assert rest_points(Replicator(RPS)).interior[0].type == "centre"
    five = np.array([[0, -1, 1, -1, 1], [1, 0, -1, 1, -1], [-1, 1, 0, -1, 1], [1, -1, 1, 0, -1], [-1, 1, -1, 1, 0]])
    middle = rest_points(Replicator(five)).interior[0]
    assert (middle.type, middle.stability) == ("centre", "stable")
    weighted = NormalForm([[1, -1], [-1, 3]], [[-2, 4], [2, -1]])
    assert rest_points(Replicator(weighted)).interior[0].type == "centre"
    three = NormalForm(5 * RPS, -2 * RPS)
    assert rest_points(Replicator(three)).interior[0].stability == "stable"


@pytest.mark.parametrize("kind", [BNN, Smith, BestResponse, Projection])
def test_direct_dynamics_rest_at_equilibria(kind):
    zeeman_points = rest_points(kind(ZEEMAN))
    assert zeeman_points[0].exact[0] == (1, 0, 0)
    assert zeeman_points[0].stability == "asymptotically stable"
    assert len(zeeman_points) == 3
    assert rest_points(kind(bad_rps(1, 2)))[0].stability == "asymptotically stable"
    assert rest_points(kind(bad_rps(2, 1)))[0].stability == "unstable"
    expected = "stable" if kind is Projection else "asymptotically stable"
    assert rest_points(kind(RPS))[0].stability == expected
    meet = rest_points(kind(NormalForm([[2, 0], [0, 1]], [[1, 0], [0, 2]])))
    assert [p.kind for p in meet] == ["sink", "sink", "saddle"]
    for point in (*zeeman_points, *meet):
        state = point.x
        moved = meet.dynamics.velocity(state) if isinstance(state, dict) else kind(ZEEMAN).velocity(state)
        for part in moved.values() if isinstance(moved, dict) else [moved]:
            np.testing.assert_allclose(part, 0, atol=1e-12)


def test_hybrid_and_unsmooth_protocols():
    both = HybridProtocol([(0.5, ProportionalImitation()), (0.5, SmithComparison())])
    (point,) = rest_points(MeanDynamics(bad_rps(2, 1), protocol=both))
    assert point.stability == "undecided"
    kinked = rest_points(MeanDynamics(np.eye(2), protocol=MutatingProtocol(SmithComparison(), 0.01)))
    assert not kinked.complete
    assert len(kinked) == 3


def test_payoffs_with_poles_at_the_boundary():
    """A study's two roles: staking pays i / s, without bound where nobody stakes."""
    g, L, i, f, r, ell, c = (sp.Rational(v) for v in ("0.2", "0.5", "0.06", "0.1", "0.03", "0.1", "0.01"))
    s = sp.Symbol("s")
    payoffs = {
        "validator": {"honest": f * i - c, "cheat": f * i - c + s * (g - L * x)},
        "delegator": {"stake": (1 - f) * i / s - (1 - x) * ell, "hold": r},
    }
    game = Population.from_payoffs(payoffs, {x: ("validator", "honest"), s: ("delegator", "stake")})
    found = rest_points(Replicator(game))
    assert found.complete
    saddle = found.interior[0]
    assert saddle.exact == ((Fraction(2, 5), Fraction(3, 5)), (Fraction(3, 5), Fraction(2, 5)))
    np.testing.assert_allclose(np.real(saddle.internal), [0.072, -0.036], atol=1e-12)
    empty = next(p for p in found if p.support == ((0,), (1,)))
    assert empty.transversal["delegator", "stake"] == np.inf
    assert found.polytopes == ((1, 3),)


def test_unbounded_environment():
    game = Feedback(
        {"fish": n - sp.Rational(3, 10), "rest": 0},
        {"n": n * (1 - n - x)},
        shares={"x": "fish"},
        domain={"n": (0, sp.oo)},
    )
    found = rest_points(Replicator(game))
    assert found.complete
    assert found.stable[0].exact == ((Fraction(7, 10), Fraction(3, 10)),)
    assert found.stable[0].environment["n"] == pytest.approx(0.3)
    assert set(found.stable[0].x) == {*found.dynamics.roles, "n"}


def test_bifurcations_are_not_called_complete():
    fork = rest_points(Logit(np.eye(2), temperature=0.5))
    assert not fork.complete
    assert [p.exact for p in fork] == [((Fraction(1, 2),) * 2,)]
    assert fork[0].stability == "undecided"
    assert "bifurcation" in fork.reason


def test_tiny_shares_are_right():
    """At T = 0.01 the shares of logit choice fall to 1e-44; the equation holds for their logarithms."""
    found = rest_points(Logit([[2, 0], [0, 1]], temperature=0.01))
    assert found.complete
    low = found[-1].shares[0]
    assert np.log(low[0]) == pytest.approx((2 * low[0] - low[1]) / 0.01, rel=1e-12)


def test_words_and_forms():
    found = rest_points(Replicator(ZEEMAN))
    text = str(found)
    assert text.splitlines()[0].endswith("Complete: Each of 7 faces was solved exactly.")
    assert len(text.splitlines()) == 2 + len(found)
    again = pickle.loads(pickle.dumps(found[3]))
    assert again.exact == found[3].exact
    assert json.loads(json.dumps(found.to_dict()))["points"][5]["exact"] == [["1/3", "1/3", "1/3"]]
    table = found.to_xarray()
    assert table.sizes == {"point": 6, "strategy": 3}
    assert found.x.shape == (6, 3)
    assert not found[0].shares[0].flags.writeable


def test_refusals():
    with pytest.raises(TypeError, match=r"no dynamic; write for instance rest_points\(Replicator"):
        rest_points(np.eye(3))
    with pytest.raises(ValueError, match="faces, at most 70000"):
        rest_points(Replicator(np.eye(17)))
    with pytest.raises(ValueError, match=r"mean fitness .* must be positive"):
        rest_points(MaynardSmith([[0, 1], [1, -3]]))


def test_imitations_rest_together_at_their_own_speeds():
    plain = rest_points(Replicator(ZEEMAN))
    for dynamics, speed in (
        (Imitation(ZEEMAN, protocol=FermiImitation(0.5)), 1.0),
        (ImitativeLogit(ZEEMAN, temperature=0.5), 2.0),
    ):
        found = rest_points(dynamics)
        assert [p.exact for p in found] == [p.exact for p in plain]
        assert [p.type for p in found] == [p.type for p in plain]
        np.testing.assert_allclose(found[5].internal, np.array(plain[5].internal) * speed, atol=1e-14)


def test_mixed_equilibria_of_larger_coordination_are_unstable():
    found = rest_points(Smith(NormalForm(np.diag([3, 2, 1]), np.diag([2, 2, 4]))))
    assert [p.stability for p in found if sum(map(len, p.support)) == 2] == ["asymptotically stable"] * 3
    assert [p.stability for p in found if sum(map(len, p.support)) == 4] == ["unstable"] * 3


def test_eleven_twenty_rests_where_it_is_known_to():
    actions = np.arange(11, 21)
    game = actions[:, None] + 20 * (actions[:, None] == actions[None, :] - 1)
    found = rest_points(Replicator(game))
    assert found.complete
    (nash,) = [point for point in found if point.nash]
    np.testing.assert_allclose(nash.shares[0], TABLES["IN-06-1120"]["expected"], atol=1e-15)


def test_a_difference_within_rounding_is_not_decided():
    found = rest_points(Replicator([[1, 1 + 1e-14], [1, 1]]))
    assert [point.stability for point in found] == ["asymptotically stable", "undecided"]
    assert found[1].nash is None
    assert found[1].reason.endswith("rounding of the payoffs may have left")
