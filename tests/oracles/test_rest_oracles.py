"""The oracle tables' entries on where dynamics rest: points, eigenvalues, and parameters at which these change."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import brentq

from evolution import Logit, Replicator, ReplicatorMutator, decaying_resource, oscillating_commons, rest_points
from gametheory import NormalForm, Population, SymmetricPayoff

DATA = Path(__file__).parent / "data"
ENTRIES = {e["id"]: e for name in ("evolution", "theory") for e in json.loads((DATA / f"{name}.json").read_text())}


def rps(lose, win):
    return [[0, -lose, win], [win, 0, -lose], [-lose, win, 0]]


def inside(dynamics):
    """The one rest point at which every strategy is in use."""
    found = rest_points(dynamics)
    assert found.complete, found.reason
    (point,) = found.interior
    return point


def middle(dynamics):
    """The rest point at which all shares are equal."""
    return next(point for point in rest_points(dynamics) if np.ptp(point.shares[0]) < 1e-9)


def leading(point):
    """Real and absolute imaginary part of the eigenvalue with the largest real part."""
    first = max(point.internal, key=lambda value: value.real)
    return [first.real, abs(first.imag)]


def threshold(point_at, low, high):
    """Where the leading real part changes its sign, to 1e-10 of its value."""
    return brentq(lambda value: leading(point_at(value))[0], low, high, xtol=1e-8, rtol=1e-10)


def crossing(point_at, low, high):
    """The same where it is linear in the parameter."""
    below, above = (leading(point_at(value))[0] for value in (low, high))
    assert below * above < 0
    return low + (high - low) * below / (below - above)


def bisect(holds, low, high, width):
    """The least value at which something holds, if it holds from there on."""
    assert not holds(low)
    assert holds(high)
    while high - low > width:
        between = (low + high) / 2
        low, high = (low, between) if holds(between) else (between, high)
    return high


def zeeman(A):
    point = inside(Replicator(A))
    assert (point.type, point.stability, point.ess) == ("stable focus", "asymptotically stable", False)
    return leading(point)


def hawk_dove(payoff, **_):
    point = inside(Replicator(payoff))
    assert point.ess
    return point.shares[0]


def pennies(A, B):
    point = inside(Replicator(NormalForm(A, B)))
    assert (point.type, point.stability) == ("centre", "stable")
    return leading(point)


def language_matrix(n, a):
    return np.full((n, n), a) + (1 - a) * np.eye(n)


def coherence(n, a):
    """All grammars but one are equally common, so there are two types; the game and errors are those of the two."""
    game = [[1, a], [a, (1 + (n - 2) * a) / (n - 1)]]

    def spoken(q):
        errors = [[q, 1 - q], [(1 - q) / (n - 1), 1 - (1 - q) / (n - 1)]]
        found = rest_points(ReplicatorMutator(game, mutation=errors))
        return any(point.shares[0][0] > 0.05 for point in found.stable)

    return [bisect(spoken, 0.5, 0.9, 1e-4)]


def commons(R, S, T, P, theta, eps, A0, A1):
    names = {"R": R, "S": S, "T": T, "P": P}
    poor, rich = ([[names[cell] for cell in row] for row in _read(given)] for given in (A0, A1))
    point = inside(Replicator(oscillating_commons(poor, rich, theta=theta, speed=eps)))
    assert point.x["n"] == 0.5
    assert point.shares[0][0] == pytest.approx(1 / (1 + theta), abs=1e-15)
    return [part / eps for part in leading(point)]  # the entry's unit of time is the environment's


def _read(text):
    return [row.strip("[]").split(",") for row in text.split("],")]


def heteroclinic(cases, theta, eps):
    """Contraction over expansion, multiplied over the four corners."""
    ratios = []
    for case in cases:
        poor, rich = [[case["RT0"], case["SP0"]], [0, 0]], [[0, 0], [case["TR1"], case["PS1"]]]
        found = rest_points(Replicator(oscillating_commons(poor, rich, theta=theta, speed=eps)))
        corners = [point for point in found if max(point.shares[0]) == 1 and point.x["n"] in (0, 1)]
        rates = np.array([sorted(value.real for value in point.eigenvalues) for point in corners])
        assert rates.shape == (4, 2)
        ratios.append(np.prod(-rates[:, 0] / rates[:, 1]))
        assert (leading(inside(Replicator(oscillating_commons(poor, rich, theta=theta, speed=eps))))[0] > 0) == (
            ratios[-1] > 1
        )
    return ratios


def public_goods(N, r, sigma):
    """Cooperators, defectors and loners in groups of N; a lone participant is paid as a loner."""

    def payoff(i, others):
        givers, defectors = others[0] + (i == 0), others[1] + (i == 1)
        alone = i == 2 or givers + defectors < 2
        return sigma if alone else Fraction(r * givers, givers + defectors) - (i == 0)

    return Population.from_groups(SymmetricPayoff(N, 3, payoff))


def optional(N, r, sigma):
    point = inside(Replicator(public_goods(N, r, sigma)))
    assert (point.type, point.stability) == ("centre", "stable")
    return point.shares[0]


def risk(N, M, c, b, r):
    def payoff(i, others):
        return b * (1 if others[0] + (i == 0) >= M else 1 - r) - c * b * (i == 0)

    found = rest_points(Replicator(Population.from_groups(SymmetricPayoff(N, 2, payoff))))
    assert found.complete
    points = sorted(found.interior, key=lambda point: point.shares[0][0])
    assert [point.stability for point in points] == ["unstable", "asymptotically stable"]
    return [point.shares[0][0] for point in points]


def tilman(a0, b, c):
    def point(speed):
        poor, rich = [[a0 + b, a0], [0, 0]], [[a0 + b - c, a0 - c], [0, 0]]
        return inside(Replicator(decaying_resource(poor, rich, speed=speed)))

    critical = threshold(point, 0.01, 1)
    assert point(0.9 * critical).stability == "unstable"
    assert point(1.1 * critical).stability == "asymptotically stable"
    return {"x": point(critical).shares[0][0], "eps_crit": critical}


def cusp():
    """Three rest points below the fold and one above it, where the unstable one and the lower stable one meet."""

    def points(T):
        return sorted(point.shares[0][0] for point in rest_points(Logit([[2, 0], [0, 1]], temperature=T)))

    fold = bisect(lambda T: len(points(T)) == 1, 0.25, 0.4, 1e-6)
    low, high, _ = points(fold - 1e-6)
    return {"x": (low + high) / 2, "Tc": fold}


def tit_for_tat(T, R, P, S, delta):
    game = [[R, (1 - delta) * S + delta * P], [(1 - delta) * T + delta * P, P]]
    return inside(Replicator(game)).shares[0][0]


REACHED: dict[str, Callable] = {
    "hawk_dove_ess": hawk_dove,
    "zeeman_interior_eigs": zeeman,
    "hypercycle_5": lambda n: leading(inside(Replicator(np.roll(np.eye(n), -1, axis=1))))[:1],
    "logit_coordination_point": lambda A, eta: [max(p.shares[0][0] for p in rest_points(Logit(A, temperature=eta)))],
    "logit_rps_hopf": lambda lose, win: [
        threshold(lambda T: middle(Logit(rps(lose, win), temperature=T)), 0.05, 0.5),
    ],
    "rps_mutation_hopf": lambda eps, form: [
        crossing(lambda mu: middle(Replicator(rps(eps, 1)).mutating(mu)), 0.01, 0.15),
    ],
    "replicator_mutator_q2": lambda n, a: [
        crossing(lambda q: middle(ReplicatorMutator(language_matrix(n, a), mutation=1 - q)), 0.7, 0.8),
    ],
    "replicator_mutator_q1": coherence,
    "matching_pennies_centre": pennies,
    "weitz_symmetric_frequency": commons,
    "weitz_heteroclinic": heteroclinic,
    "optional_pgg_interior": lambda N, r, sigma, point, **_: public_goods(N, r, sigma).field(point),
    "optional_pgg_zstar": lambda N, r, sigma: optional(N, r, sigma)[2:],
    "crd_roots": risk,
    "snowdrift_well_mixed": lambda b, c: [inside(Replicator([[b - c / 2, b - c], [b, 0]])).shares[0][0]],
    "alpharank_biased_rps_nash": lambda A: inside(Replicator(A)).shares[0],
    "ohtsuki_3strategy_interior": lambda A: inside(Replicator(A)).shares[0],
    "ohtsuki_3strategy_eigs": lambda A, x: leading(inside(Replicator(A))),
    "RE-12-tilman": tilman,
    "CO-04-tft": tit_for_tat,
    "IN-04-cusp": cusp,
}


@pytest.mark.parametrize("name", REACHED)
def test_rest(name):
    entry = ENTRIES[name]
    found, expected = REACHED[name](**entry["inputs"]), entry["expected"]
    if isinstance(expected, dict):
        assert found == {key: pytest.approx(value, abs=entry["tolerance"]) for key, value in expected.items()}
    else:
        np.testing.assert_allclose(found, expected, rtol=0, atol=entry["tolerance"])
