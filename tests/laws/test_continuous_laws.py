"""Laws of effort games: closed forms over all parameters, and what no rescaling may change."""

from fractions import Fraction

import networkx as nx
import numpy as np
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from gametheory.continuous import Continuous
from gametheory.continuous_equilibria import solve_continuous
from gametheory.network import Network
from gametheory.network_equilibria import solve_network

x, X, T, N = sp.symbols("x X T N")
players = st.integers(2, 30)
positive = st.fractions(Fraction(1, 5), 5, max_denominator=5).map(lambda v: sp.Rational(v.numerator, v.denominator))
few = settings(max_examples=5, deadline=None)


def paid(expression):
    return sp.Piecewise((expression, x + X > 0), (0, True))


def answer(game, concept):
    found = solve_continuous(game, concept)
    assert found.complete
    assert len(found) == 1
    return found[0].exact[0][0]


def plain(value):
    return Fraction(int(value.p), int(value.q))


@given(players, positive, positive)
@few
def test_affiliates_of_any_number_reward_and_cost(n, A, c):
    game = Continuous(paid(A * x / sp.sqrt(x + X)) - c * x, x, X, n, (0, 1000))
    root = A / c
    assert answer(game, "joint optimum") == plain(root**2 / 4 / n)
    assert answer(game, "nash") == plain((root * (1 - sp.Rational(1, 2 * n))) ** 2 / n)
    assert answer(game, "ess") == plain(root**2 / n)


@given(players, positive, positive)
@few
def test_contests_of_any_number_prize_and_cost(n, V, c):
    game = Continuous(paid(V * x / (x + X)) - c * x, x, X, n, (0, 100))
    assert answer(game, "nash") == plain((n - 1) * V / (n**2 * c))
    assert answer(game, "ess") == plain(V / (n * c))


@given(players, positive)
@few
def test_the_unit_of_effort_does_not_matter(n, unit):
    def effort(scale):
        game = Continuous(paid(2 * scale * x / sp.sqrt(scale * (x + X))) - scale * x, x, X, n, (0, 10 / scale))
        return answer(game, "nash")

    assert effort(unit) * plain(unit) == effort(sp.Integer(1))


@given(players, positive, positive)
@few
def test_a_stakeholder_who_gains_from_effort_raises_the_social_optimum(n, A, g):
    game = Continuous(paid(A * x / sp.sqrt(x + X)) - x, x, X, n, (0, 1000), total=T, externals={"town": g * sp.sqrt(T)})
    assert answer(game, "social optimum") == plain((A + g) ** 2 / 4 / n) > answer(game, "joint optimum")


@given(st.integers(3, 7), st.fractions(Fraction(1, 100), Fraction(1, 8), max_denominator=100), st.integers(0, 10**6))
@few
def test_networks_meet_their_first_order_conditions_and_complements_lift_all(n, delta, seed):
    graph = nx.gnp_random_graph(n, 0.5, seed=seed)
    strength = sp.Rational(delta.numerator, delta.denominator)
    game = Network(graph, x - x**2 / 2 + strength * x * N, x, N, (0, sp.oo))
    found = solve_network(game)
    assert found.complete
    actions = [part[0] for part in found[0].exact]
    for node in range(n):
        assert actions[node] == 1 + delta * sum(actions[j] for j in graph.neighbors(node))
    planner = (
        np.array([float(part[0]) for part in solve_network(game, "social optimum")[0].profile])
        if (delta * 2 * (n - 1) < 1)
        else None
    )
    if planner is not None:
        assert (planner >= np.array([float(a) for a in actions]) - 1e-12).all()
