"""The oracle tables' entries on orbits, velocities, rounds, basins and ESS.

Rest points and thresholds are in `test_rest_oracles`, finite populations in `test_process_oracles`; what no table
reaches stands in `test_oracle_coverage` with its reason.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import sympy as sp

from evolution import (
    BestResponse,
    LeaderChange,
    Logit,
    MaynardSmith,
    Projection,
    Replicator,
    integrate,
    iterate,
    stationary_law,
)
from evolution.adaptive import singular_strategies
from evolution.averages import time_average
from evolution.basin import basin_borders, basins
from evolution.heteroclinic import heteroclinic_cycles
from gametheory import Continuous, NormalForm, Population, is_ess, solve

DATA = Path(__file__).parent / "data"
TABLES = {
    name: {entry["id"]: entry for entry in json.loads((DATA / f"{name}.json").read_text())}
    for name in ("evolution", "theory", "token")
}
THIRD = [Fraction(1, 3)] * 3


def rps(lose, win):
    return [[0, -lose, win], [win, 0, -lose], [-lose, win, 0]]


def residence_ratio(lose, win, x0, T):
    """Of the last two stays at a vertex; the cycle's own ratio, once round, is its third power."""
    game = Replicator(rps(lose, win))
    changes = integrate(game, x0=x0, t=T, events={"leader": LeaderChange()}).events["leader"].t
    (cycle,) = heteroclinic_cycles(game)
    stays = np.diff(changes)
    assert stays[-1] / stays[-4] == pytest.approx(float(cycle.ratio), rel=0.01)
    return [stays[-1] / stays[-2]]


def shapley_corner(lose, win):
    """The average up to the last change of the leader."""
    game, start = Replicator(rps(lose, win)), [0.4, 0.3, 0.3]
    changes = integrate(game, x0=start, t=5000, events={"leader": LeaderChange()}).events["leader"].t
    return np.sort(time_average(game, x0=start, t=changes[-1]).x[-1])


def multiplier(A, background, step=1e-5):
    """Modulus of the round's leading multiplier at the middle, by differences of rounds begun beside it."""
    game, centre = MaynardSmith(A, background=background), np.full(3, 1 / 3)
    tangent = np.array([[1, -1, 0], [1, 1, -2]]) / np.sqrt([[2], [6]])
    ends = [[iterate(game, x0=centre + s * step * v, steps=1).final for s in (1, -1)] for v in tangent]
    slopes = np.array([(ahead - back) / (2 * step) for ahead, back in ends]) @ tangent.T
    return [np.abs(np.linalg.eigvals(slopes)).max()]


def lotka_volterra(A, x0, T):
    """Of y_i' = y_i (r_i + sum_j b_ij y_j) in the time of d tau = x_n dt: the orbit's ratios move as that says."""
    flow, A = integrate(Replicator(A), x0=x0, t=T), np.array(A)
    y = flow.x[:, :-1] / flow.x[:, -1:]
    r, b = A[:-1, -1] - A[-1, -1], A[:-1, :-1] - A[-1, :-1]
    speed = np.array([Replicator(A).velocity(x) for x in flow.x])
    along = (speed[:, :-1] - y * speed[:, -1:]) / flow.x[:, -1:] ** 2
    np.testing.assert_allclose(along, y * (r + y @ b.T), atol=1e-12)
    return y[-1]


def boltzmann(A, temperature):
    """Boltzmann Q-learning's mean dynamic is the replicator of payoffs less the cost T log x."""
    x = sp.symbols("x:2", positive=True)
    paid = [sum(cell * share for cell, share in zip(row, x, strict=True)) for row in A]
    learning = {str(i): paid[i] - temperature * sp.log(x[i]) for i in range(2)}
    game = Population.from_payoffs({"player": learning}, {x[i]: ("player", str(i)) for i in range(2)})
    return [integrate(Replicator(game), x0=[0.5, 0.5], t=60).final[0]]


def learners(T):
    """The same for the two players of asymmetric matching pennies."""
    x, y = (sp.symbols(f"{name}:2", positive=True) for name in "xy")
    high, low = sp.Rational("1.1141"), sp.Rational("0.2785")
    paid = {"row": (high * y[0], low * y[1]), "column": (high * x[1], high * x[0])}
    shares = {"row": x, "column": y}
    payoffs = {
        who: {str(i): paid[who][i] - sp.nsimplify(T) * sp.log(shares[who][i]) for i in range(2)} for who in shares
    }
    game = Population.from_payoffs(payoffs, {shares[w][i]: (w, str(i)) for w in shares for i in range(2)})
    end = integrate(Replicator(game), x0={"row": [0.5, 0.5], "column": [0.4, 0.6]}, t=400).final
    return [end["row"][0], end["column"][0]]


def equal_basins(A):
    found = basins(Replicator(A), 4000, rng=20)
    assert {int(state.argmax()) for state in found.attractors} == {0, 1, 2}
    return [share.value for share in found.shares]


def five_rules(c, w, q, r, k, n, m):
    """Least benefit at which cooperation is an ESS, by bisection on exact games."""

    def games(b):
        H = ((b - c) * k - 2 * c) / ((k + 1) * (k - 2))
        yield [[(b - c) / (1 - w), -c], [b, 0]]
        yield [[b - c, -c * (1 - q)], [b * (1 - q), 0]]
        yield [[(b - c) * (1 + r), b * r - c], [b - r * c, 0]]
        yield [[b - c, H - c], [b - H, 0]]
        yield [[(b - c) * (m + n), (b - c) * m - c * n], [b * n, 0]]

    c, w, q, r, k, n, m = (Fraction(str(number)) for number in (c, w, q, r, k, n, m))
    least = []
    for rule in range(5):
        low, high = c, 10 * c
        while high - low > Fraction(1, 10**10):
            b = (low + high) / 2
            game = NormalForm.symmetric([*games(b)][rule])
            low, high = (low, b) if is_ess(game, (1, 0)) else (b, high)
        least.append(float(high))
    return least


def snowdrift(b2, b1, c1, c2):
    x, others = sp.symbols("x others")
    payoff = b1 * (x + others) + b2 * (x + others) ** 2 - c1 * x - c2 * x**2
    (found,) = singular_strategies(Continuous(payoff, x, others, players=2, interval=(0, 1)))
    assert found.kind == "branching point"
    return [found.value]


def shifted(A, x0, t):
    assert A == "RPS-5 vs RPS"
    costly, plain = (integrate(Replicator(np.array(rps(1, 1)) - cost), x0=x0, t=t).final for cost in (5, 0))
    np.testing.assert_allclose(costly, plain, rtol=0, atol=1e-12)
    return costly


REACHED: dict[str, Callable] = {
    "rps_bad_residence_ratio": residence_ratio,
    "shapley_triangle": shapley_corner,
    "zeeman_not_ess": lambda A: not is_ess(NormalForm.symmetric(A), THIRD),
    "discrete_rps_unstable": multiplier,
    "lotka_volterra_equivalence": lotka_volterra,
    "field_replicator": lambda A, x: Replicator(A).velocity(x),
    "field_projection": lambda A, x: Projection(A).velocity(x),
    "field_logit": lambda A, x, eta: Logit(A, temperature=eta).velocity(x),
    "field_best_response": lambda A, x: BestResponse(A).velocity(x),
    "boltzmann_q_pd": boltzmann,
    "stag_hunt_basin": lambda A: [basin_borders(Replicator(A))[0][0, 0]],
    "coordination3_basins_symmetric": equal_basins,
    "five_rules": five_rules,
    "continuous_snowdrift_singular": snowdrift,
    "payoff_shift_invariance": shifted,
}


@pytest.mark.parametrize("name", REACHED)
def test_evolution(name):
    entry = TABLES["evolution"][name]
    found = REACHED[name](**entry["inputs"])
    np.testing.assert_allclose(found, entry["expected"], rtol=0, atol=entry["tolerance"])


def constant_gap(x0, gap, t):
    return integrate(Replicator([[gap, gap], [0, 0]]), x0=[x0, 1 - x0], t=t).final[0]


def test_logistic_share():
    entry = TABLES["token"]["evo.logistic_share"]
    share = constant_gap(entry["inputs"]["x0"], entry["inputs"]["s"], entry["inputs"]["t"])
    assert share == pytest.approx(entry["expected"]["x"], abs=entry["tolerance"])
    entry = TABLES["theory"]["MF-02-logistic"]
    share = constant_gap(entry["inputs"]["x0"], entry["inputs"]["D"], entry["inputs"]["t"])
    assert share == pytest.approx(entry["expected"], abs=entry["tolerance"])


def test_holding_potential():
    entry = TABLES["theory"]["BC-14-potential"]
    n, m, b, v, temperature = (entry["inputs"][key] for key in ("N", "m", "b", "v", "T"))
    first, last = v - b - m / 2, v - b - m / 2 - m * (n - 1)
    law = stationary_law(Logit([[last, first], [0, 0]], temperature=temperature), n, against="others")
    assert law.mean == pytest.approx(entry["expected"]["mean"], abs=entry["tolerance"])
    assert law.variance == pytest.approx(entry["expected"]["var"], abs=entry["tolerance"])


def eleven_twenty():
    actions = np.arange(11, 21)
    return actions[:, None] + 20 * (actions[:, None] == actions[None, :] - 1)


def test_eleven_twenty_cycles_around_its_equilibrium():
    entry = TABLES["theory"]["IN-06-1120"]
    start = np.random.default_rng(4).dirichlet(np.ones(10))
    early, late = time_average(Replicator(eleven_twenty()), x0=start, t=[100, 500], rtol=1e-5).x
    np.testing.assert_allclose((5 * late - early) / 4, entry["expected"], atol=entry["tolerance"])


def test_eleven_twenty_has_asymmetric_equilibria():
    entry, game = TABLES["theory"]["IN-07-1120-asym"], NormalForm.symmetric(eleven_twenty())
    chances = np.array([4, 3, 2, 1]) / 10
    row, column = np.zeros(10), np.zeros(10)
    row[[2, 4, 6, 8]] = column[[3, 5, 7, 9]] = chances
    near = [np.abs(np.array(each.profile) - [row, column]).max() for each in solve(game)]
    assert min(near) < 1e-12
    scores = [game.floats[0] @ column, row @ game.floats[1]]
    pay = [scores[0] @ row, scores[1] @ column]
    np.testing.assert_allclose(pay, entry["expected"]["pay"], atol=entry["tolerance"])
    gain = [best.max() - paid for best, paid in zip(scores, pay, strict=True)]
    np.testing.assert_allclose(gain, entry["expected"]["gain"], atol=entry["tolerance"])


def test_logit_rests_of_matching_pennies():
    entry = TABLES["theory"]["IN-01-qre"]
    game = NormalForm([["1.1141", 0], [0, "0.2785"]], [[0, "1.1141"], ["1.1141", 0]])
    for precision, expected in zip(entry["inputs"]["lam"], entry["expected"], strict=True):
        flow = integrate(Logit(game, temperature=1 / precision), x0=([0.5, 0.5], [0.5, 0.5]), t=200)
        found = [flow.final[player][0] for player in game.players]
        np.testing.assert_allclose(found, expected, atol=entry["tolerance"])


def test_learners_rest_where_logit_choice_does():
    entry = TABLES["theory"]["IN-03-boltzmannQ"]
    np.testing.assert_allclose(learners(**entry["inputs"]), entry["expected"], atol=entry["tolerance"])
