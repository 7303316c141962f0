"""Games on a graph: closed forms, Katz-Bonacich centrality, all cases by brute force, proofs of absence."""

import itertools
import json
import math
import pickle
from fractions import Fraction
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
import sympy as sp
from scipy.optimize import minimize

from gametheory.methods.box_inequality import is_h_matrix, is_positive_definite, solve_box
from gametheory.network import Network
from gametheory.network_equilibria import solve_network

x, N = sp.symbols("x N")
ORACLES = Path(__file__).parents[1] / "oracles" / "data" / "theory.json"


def quadratic(graph, delta, *, interval=(0, sp.oo), a=1):
    return Network(graph, a * x - x**2 / 2 + delta * x * N, x, N, interval)


def actions(answer):
    return np.array([part[0] for part in answer.profile])


def test_the_star_of_the_design():
    game = quadratic(nx.star_graph(3), 0.2)
    nash = solve_network(game)
    assert nash.complete
    assert nash[0].exact == ((Fraction(20, 11),), *[(Fraction(15, 11),)] * 3)
    assert nash[0].regret == Fraction(0)
    assert nash[0].names == ("0", "1", "2", "3")
    best = solve_network(game, "social optimum")
    assert best.complete
    assert best[0].exact == ((Fraction(55, 13),), *[(Fraction(35, 13),)] * 3)
    assert best[0].details["welfare"] > nash[0].details["welfare"]


def bridge():
    graph = nx.Graph()
    graph.add_nodes_from(range(1, 12))
    for clique in (range(2, 7), range(7, 12)):
        graph.add_edges_from(itertools.combinations(clique, 2))
    graph.add_edges_from((1, j) for j in (2, 6, 7, 11))
    return graph


def test_katz_bonacich_centralities_of_the_bridge_network():
    entry = next(e for e in json.loads(ORACLES.read_text()) if e["id"] == "NW-01-bcz")
    for delta, expected in zip(entry["inputs"]["a"], (entry["expected"]["b1"], entry["expected"]["b2"]), strict=True):
        found = solve_network(quadratic(bridge(), delta))
        assert found.complete
        centrality = actions(found[0])
        assert centrality[[0, 1, 2]] == pytest.approx(expected, abs=entry["tolerance"])
        inverse = np.linalg.inv(np.eye(11) - delta * nx.to_numpy_array(bridge()))
        assert centrality == pytest.approx(inverse.sum(axis=1), rel=1e-12)


def test_too_strong_interaction_has_no_equilibrium_and_says_why():
    for graph in (nx.star_graph(3), nx.complete_graph(30)):
        radius = max(abs(np.linalg.eigvals(nx.to_numpy_array(graph))))
        found = solve_network(quadratic(graph, sp.Rational(math.ceil(100 * 1.05 / radius), 100)))
        assert (len(found), found.complete) == (0, True)
        assert "spectral radius" in found.reason
        best = solve_network(quadratic(graph, sp.Rational(math.ceil(100 * 1.05 / radius), 100)), "social optimum")
        assert (len(best), best.complete) == (0, True)
        assert "without bound" in best.reason


def test_strong_interaction_allows_inaction():
    found = solve_network(quadratic(nx.star_graph(3), sp.Rational(3, 5), a=-1))
    assert found.complete
    assert [0, 0, 0, 0] in [actions(e).tolist() for e in found]


def test_bounds_bring_equilibria_back():
    found = solve_network(quadratic(nx.star_graph(3), sp.Rational(3, 5), interval=(0, 10)))
    assert found.complete
    assert [actions(e).tolist() for e in found] == [[10, 7, 7, 7]]


def test_substitutes_specialise():
    found = solve_network(quadratic(nx.complete_graph(3), -2))
    assert found.complete
    third = 0.2  # everybody: x = 1 - 2 * 2x
    expected = {(1, 0, 0), (0, 1, 0), (0, 0, 1), (third,) * 3, *itertools.permutations((0, 1 / 3, 1 / 3))}
    assert {tuple(np.round(actions(e), 9)) for e in found} == {tuple(np.round(e, 9)) for e in expected}
    assert all(e.regret == 0 for e in found)
    best = solve_network(quadratic(nx.complete_graph(3), -2), "social optimum")
    assert [actions(e).tolist() for e in best] == [[0, 0, 1], [0, 1, 0], [1, 0, 0]]


def test_convex_payoffs_sit_at_the_ends():
    game = Network(nx.cycle_graph(4), x**2 - x + x * N / 5, x, N, (0, 1))
    found = solve_network(game)
    assert [actions(e).tolist() for e in found] == [[0] * 4, [1] * 4]
    assert found.complete
    unbounded = solve_network(Network(nx.cycle_graph(4), x**2, x, N, (0, sp.oo)))
    assert (len(unbounded), unbounded.complete) == (0, True)


def test_linear_payoffs_with_a_continuum_are_not_called_complete():
    found = solve_network(Network(nx.path_graph(2), x * N - x, x, N, (0, 2)))
    assert [actions(e).tolist() for e in found] == [[0, 0], [1, 1], [2, 2]]
    idle = solve_network(Network(nx.path_graph(2), 0 * x + N, x, N, (0, 2)))
    assert not idle.complete


def test_planner_agrees_with_a_numerical_optimiser():
    graph = nx.DiGraph()
    graph.add_weighted_edges_from([(0, 1, 0.3), (1, 2, 0.5), (2, 0, -0.2), (2, 1, 0.1)])
    game = Network(graph, x - x**2 + x * N / 2 + N / 4 - N**2 / 8, x, N, (0, 1))
    best = solve_network(game, "joint optimum")
    fit = minimize(lambda v: -game.payoff(v).sum(), np.full(3, 0.5), bounds=[(0, 1)] * 3, tol=1e-14)
    assert best.complete
    assert actions(best[0]) == pytest.approx(fit.x, abs=1e-5)
    grid = np.linspace(0, 1, 2001)
    gains = []
    for node in range(3):
        profile = np.repeat(actions(best[0])[None], len(grid), axis=0)
        profile[:, node] = grid
        gains.append(game.payoff(profile)[:, node].max() - game.payoff(actions(best[0]))[node])
    assert float(best[0].regret) == pytest.approx(max(gains), abs=1e-6)


def test_directed_weights_are_what_the_source_sees():
    graph = nx.DiGraph()
    graph.add_edge("me", "you", weight=0.5)
    game = quadratic(graph, 1)
    assert game.weights == ((0, Fraction(1, 2)), (0, 0))
    assert actions(solve_network(game)[0]).tolist() == [1.5, 1]


@pytest.mark.parametrize("seed", range(6))
def test_box_inequalities_agree_with_trying_all_cases(seed):
    rng = np.random.default_rng(seed)
    M = rng.integers(-3, 4, size=(3, 3)) + 4 * np.eye(3, dtype=int) * (seed % 2)
    q = rng.integers(-3, 4, size=3)
    found = solve_box(
        [[Fraction(int(v)) for v in row] for row in M],
        [Fraction(int(v)) for v in q],
        Fraction(0),
        Fraction(2),
    )
    expected = set()
    for kinds in itertools.product((0, 2, None), repeat=3):
        free = [i for i in range(3) if kinds[i] is None]
        point = np.array([0.0 if k is None else k for k in kinds])
        block = M[np.ix_(free, free)]
        if free and abs(np.linalg.det(block)) < 1e-9:
            continue
        if free:
            point[free] = np.linalg.solve(block, (q - M @ point)[free])
        F = M @ point - q
        inside = (point > -1e-9).all() and (point < 2 + 1e-9).all()
        if inside and all(
            abs(f) < 1e-9 or (f > 0 and v < 1e-9) or (f < 0 and v > 2 - 1e-9) for f, v in zip(F, point, strict=True)
        ):
            expected.add(tuple(np.round(point, 9) + 0.0))
    if found.complete:
        assert {tuple(np.round([float(v) for v in point], 9)) for point in found.solutions} == expected
    if seed % 2:
        assert found.complete


def test_matrix_classes_against_their_definitions():
    rng = np.random.default_rng(3)
    for _ in range(60):
        M = rng.integers(-2, 5, size=(3, 3))
        exact = [[Fraction(int(v)) for v in row] for row in M]
        symmetric = np.linalg.eigvalsh((M + M.T) / 2)
        if abs(symmetric).min() > 1e-9:
            assert is_positive_definite(exact) == (symmetric.min() > 0)
        if is_h_matrix(exact):  # then a P-matrix: every principal minor is positive
            for size in (1, 2, 3):
                for chosen in itertools.combinations(range(3), size):
                    assert np.linalg.det(M[np.ix_(chosen, chosen)]) > 1e-9


def test_large_graphs_stay_exact():
    game = quadratic(nx.barabasi_albert_graph(40, 2, seed=1), sp.Rational(1, 20))
    found = solve_network(game)
    assert found.complete
    assert found[0].regret == 0
    weights = nx.to_numpy_array(game.graph)
    assert actions(found[0]) == pytest.approx(np.linalg.solve(np.eye(40) - weights / 20, np.ones(40)), rel=1e-12)


def test_other_payoffs_are_certified_but_not_complete():
    game = Network(nx.star_graph(3), sp.tanh(x + N / 10) - x / 2, x, N, (0, 5))
    found = solve_network(game)
    assert not found.complete
    assert found[0].regret < 1e-10
    centre, leaf = actions(found[0])[:2]  # tanh' = 1/2 at every node
    level = math.atanh(0.5**0.5)
    assert (centre + 0.3 * leaf, leaf + 0.1 * centre) == pytest.approx((level, level), abs=1e-9)
    with pytest.raises(ValueError, match="linear-quadratic"):
        solve_network(game, "social optimum")


def test_public_goods_on_a_circle():
    """log(1 + x + N) - x/2: whoever contributes wants a neighbourhood total of 1 (Bramoulle and Kranton 2007)."""
    found = solve_network(Network(nx.cycle_graph(5), sp.log(1 + x + N) - x / 2, x, N, (0, sp.oo)))
    assert found[0].regret < 1e-9
    efforts = actions(found[0])
    total = efforts + np.roll(efforts, 1) + np.roll(efforts, -1)
    assert (total > 1 - 1e-6).all()
    assert total[efforts > 1e-6] == pytest.approx(1, abs=1e-6)


def test_wrong_input_is_named():
    loop = nx.Graph([(1, 1)])
    with pytest.raises(ValueError, match="own neighbour"):
        quadratic(loop, 1)
    with pytest.raises(ValueError, match="nodes"):
        quadratic(nx.Graph(), 1)
    with pytest.raises(ValueError, match="contains k"):
        quadratic(nx.path_graph(2), sp.Symbol("k"))
    with pytest.raises(ValueError, match="lo < hi"):
        quadratic(nx.path_graph(2), 1, interval=(2, 1))
    with pytest.raises(ValueError, match="length 2"):
        quadratic(nx.path_graph(2), 1).payoff([1.0])
    with pytest.raises(ValueError, match="'ess'"):
        solve_network(quadratic(nx.path_graph(2), 1), "ess")


def test_games_can_be_pickled_and_compared_and_leave_the_graph_alone():
    graph = nx.path_graph(3)
    game = quadratic(graph, 0.2)
    assert pickle.loads(pickle.dumps(game)) == game
    graph.add_edge(0, 2)
    assert game != quadratic(graph, 0.2)
    assert game.graph.number_of_edges() == 2
