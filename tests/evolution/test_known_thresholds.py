"""Rest points and bifurcations of the literature at many parameter values, against formulas typed here."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import comb, cos, log, pi, sqrt

import numpy as np
import pytest
from scipy.optimize import brentq

from evolution import Logit, Replicator, ReplicatorMutator, oscillating_commons, rest_points
from gametheory import NormalForm, Population, SymmetricPayoff


def rps(lose, win):
    return [[0, -lose, win], [win, 0, -lose], [-lose, win, 0]]


def inside(dynamics):
    found = rest_points(dynamics)
    assert found.complete, found.reason
    (point,) = found.interior
    return point


def middle(dynamics):
    return next(point for point in rest_points(dynamics) if np.ptp(point.shares[0]) < 1e-9)


def leading(point):
    first = max(point.internal, key=lambda value: value.real)
    return first.real, abs(first.imag)


@pytest.mark.parametrize(("lose", "win"), [(2, 1), (1, 2), (1, 1), (0.3, 0.7), (5, 1.5), (1000, 999)])
def test_rock_paper_scissors(lose, win):
    point = inside(Replicator(rps(lose, win)))
    assert leading(point) == pytest.approx(((lose - win) / 6, (lose + win) * sqrt(3) / 6), abs=1e-12)
    kind = {1: "unstable focus", 0: "centre", -1: "stable focus"}[int(np.sign(lose - win))]
    assert (point.type, point.ess) == (kind, win > lose)


@pytest.mark.parametrize(("lose", "win"), [(3, 1), (2.5, 2)])
def test_hopf_of_logit_and_of_mutation(lose, win):
    """At temperature (lose - win)/6, and at mutation rate (lose - win)/18."""
    for side, stability in ((0.999, "unstable"), (1.001, "asymptotically stable")):
        assert middle(Logit(rps(lose, win), temperature=side * (lose - win) / 6)).stability == stability
        assert middle(Replicator(rps(lose, win)).mutating(side * (lose - win) / 18)).stability == stability


@pytest.mark.parametrize("n", [3, 4, 5, 6, 9])
def test_hypercycles(n):
    point = inside(Replicator(np.roll(np.eye(n), -1, axis=1)))
    assert leading(point)[0] == pytest.approx(cos(2 * pi / n) / n, abs=1e-12)
    assert point.stability == ("asymptotically stable" if n <= 4 else "unstable")


@pytest.mark.parametrize(("n", "a"), [(2, 0.2), (3, 0.2), (3, 0.6)])
def test_uniform_languages(n, a):
    threshold = (1 + (n - 1) * (a + (1 - a) / n) / (a + 2 * (1 - a) / n)) / n
    game = np.full((n, n), a) + (1 - a) * np.eye(n)
    for q, stability in ((threshold - 0.01, "asymptotically stable"), (threshold + 0.01, "unstable")):
        assert middle(ReplicatorMutator(game, mutation=round(1 - q, 12))).stability == stability


def test_eigenvalues_that_coincide():
    """Four languages are alike: the uniform state's eigenvalues are one number, thrice."""
    found = rest_points(ReplicatorMutator(np.full((4, 4), 0.2) + 0.8 * np.eye(4), mutation=1 - 0.9))
    assert found.complete
    assert len({round(value.real, 9) for value in found.interior[0].internal}) <= 3


@pytest.mark.parametrize(("a", "b"), [(2, 1), (3, 1), (5, 2), (10, 1)])
def test_folds_of_logit_equilibria(a, b):
    """T = (a + b) x (1 - x) where the odds log(x/(1 - x)) T = (a + b) x - b meet their tangent."""

    def apart(x):
        return log(x / (1 - x)) * (a + b) * x * (1 - x) - ((a + b) * x - b)

    places = np.linspace(1e-3, b / (a + b) - 1e-3, 500)
    k = next(k for k in range(499) if apart(places[k]) * apart(places[k + 1]) < 0)
    x = brentq(apart, places[k], places[k + 1], xtol=1e-14)
    fold = (a + b) * x * (1 - x)
    counts = [len(rest_points(Logit([[a, 0], [0, b]], temperature=fold * (1 + e)))) for e in (-1e-5, 1e-5)]
    assert counts == [3, 1]


@pytest.mark.parametrize("payoffs", [(3, 0, 5, 1), (4, 1, 6, 2), (3, 0.5, 3.75, 1.25)])
@pytest.mark.parametrize(("theta", "eps"), [(3, 0.1), (0.5, 2)])
def test_oscillating_commons(payoffs, theta, eps):
    R, S, T, P = payoffs
    point = inside(Replicator(oscillating_commons([[T, P], [R, S]], [[R, S], [T, P]], theta=theta, speed=eps)))
    gap = (P - S) + ((T - R) - (P - S)) / (1 + theta)
    assert (point.type, point.stability) == ("centre", "stable")
    assert leading(point) == pytest.approx((0, sqrt(eps * theta * gap / (2 * (1 + theta)))), abs=1e-12)


@pytest.mark.parametrize(("N", "M", "c", "r"), [(6, 3, "0.1", "0.2"), (10, 5, "0.1", "0.9"), (6, 6, "0.1", "0.9")])
def test_collective_risk(N, M, c, r):
    """Where C(N - 1, M - 1) x^(M - 1) (1 - x)^(N - M) r = c."""
    c, r = Fraction(c), Fraction(r)

    def gain(x):
        return comb(N - 1, M - 1) * x ** (M - 1) * (1 - x) ** (N - M) * float(r) - float(c)

    grid = np.linspace(1e-6, 1 - 1e-6, 2001)
    roots = [brentq(gain, a, b, xtol=1e-15) for a, b in pairwise(grid) if gain(a) * gain(b) < 0]
    game = SymmetricPayoff(N, 2, lambda i, others: (1 if others[0] + (i == 0) >= M else 1 - r) - c * (i == 0))
    found = rest_points(Replicator(Population.from_groups(game)))
    assert found.complete
    np.testing.assert_allclose(sorted(p.shares[0][0] for p in found.interior), roots, atol=1e-10)


@pytest.mark.parametrize(
    ("N", "r", "sigma"), [(4, "5/2", "1"), (5, "9/2", "1"), (3, "11/5", "3/5"), (5, "2", "1"), (5, "9/5", "1/2")]
)
def test_optional_public_goods(N, r, sigma):
    """One centre for r > 2, on x/(x + y) = sigma/(r - 1), at the root of Hauert's F; none for r <= 2."""
    r, sigma = Fraction(r), Fraction(sigma)

    def payoff(i, others):
        givers, defectors = others[0] + (i == 0), others[1] + (i == 1)
        return sigma if i == 2 or givers + defectors < 2 else r * givers / (givers + defectors) - (i == 0)

    found = rest_points(Replicator(Population.from_groups(SymmetricPayoff(N, 3, payoff))))
    assert found.complete
    assert len(found.interior) == (r > 2)

    def F(z):
        return 1 + float(r - 1) * z ** (N - 1) - float(r / N) * (1 - z**N) / (1 - z)

    for point in found.interior:
        share, z = float(sigma / (r - 1)), brentq(F, 1e-6, 1 - 1e-6, xtol=1e-15)
        np.testing.assert_allclose(point.shares[0], [share * (1 - z), (1 - share) * (1 - z), z], atol=1e-12)
        assert point.type == "centre"


@pytest.mark.parametrize("gaps", [(1, 2, 3, 4), (0.5, 0.3, 2, 1), (1, 1, 1, 1)])
def test_matching_pennies(gaps):
    a, b, c, d = gaps
    point = inside(Replicator(NormalForm([[a, -b], [-c, d]], [[-a, b], [c, -d]])))
    total = a + b + c + d
    x, y = (c + d) / total, (b + d) / total
    assert leading(point) == pytest.approx((0, total * sqrt(x * (1 - x) * y * (1 - y))), abs=1e-12)
    assert (point.type, point.stability) == ("centre", "stable")
