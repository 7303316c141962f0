"""Games from and to other libraries: nothing is transposed, nothing is lost, and what does not fit is refused."""

from fractions import Fraction as F
from itertools import product

import nashpy
import networkx
import numpy as np
import pytest

from gametheory.formats import from_nashpy, from_networkx, from_numpy, to_nashpy, to_networkx, to_numpy
from gametheory.normal_form import NormalForm

DILEMMA = NormalForm([[3, 0], [5, 1]], [[3, 5], [0, 1]], strategies=[["C", "D"]] * 2)


def random_game(shape, seed, top=4):
    return NormalForm(*np.random.default_rng(seed).integers(0, top, (len(shape), *shape)))


@pytest.mark.parametrize("shape", [(2, 3), (4, 1), (3, 3)], ids=str)
def test_nashpy_and_back(shape):
    game = random_game(shape, 1)
    theirs = to_nashpy(game)
    assert from_nashpy(theirs) == game
    row, column = np.eye(shape[0])[0], np.eye(shape[1])[-1]
    assert theirs[row, column].tolist() == [float(u) for u in game.expected([row, column])]


def test_one_matrix_of_nashpy_is_zero_sum():
    assert from_nashpy(nashpy.Game([[1, 2], [3, 4]])) == NormalForm.zero_sum([[1, 2], [3, 4]])


def test_nashpy_knows_two_players_only():
    with pytest.raises(ValueError, match="2 players; this one has 3"):
        to_nashpy(random_game((2, 2, 2), 0))
    with pytest.raises(TypeError, match=r"needs a nashpy\.Game"):
        from_nashpy([[1]])


@pytest.mark.parametrize("shape", [(2, 3), (2, 3, 4), (1, 1), (2, 1, 2, 2)], ids=str)
def test_numpy_and_back(shape):
    game = random_game(shape, 2)
    arrays = to_numpy(game)
    assert from_numpy(arrays) == game == from_numpy(np.stack(arrays))
    assert all(array.shape == shape and array.dtype == np.float64 for array in arrays)
    arrays[0][...] = 7
    assert from_numpy(to_numpy(game)) == game


def test_floats_are_taken_as_they_are_and_names_are_kept():
    game = from_numpy([np.array([[0.1]]), np.array([[2]])], players=["a", "b"], strategies=[["x"], ["y"]])
    assert game.payoffs[0][0, 0] == F(0.1)
    assert (game.players, game.strategies) == (("a", "b"), (("x",), ("y",)))


@pytest.mark.parametrize(
    ("arrays", "says"),
    [
        (np.eye(2), "NormalForm.symmetric"),
        (np.zeros((2, 2, 2, 2)), "axes"),
        ([np.eye(2), np.eye(3)], "shape"),
        ([np.eye(2), np.array([[1, np.nan], [0, 0]])], "player 2"),
        ([np.eye(2)], "1 payoff array"),
    ],
)
def test_arrays_that_are_no_game_are_refused(arrays, says):
    with pytest.raises(ValueError, match=says):
        from_numpy(arrays)


@pytest.mark.parametrize("shape", [(2, 2), (3, 4), (2, 3, 2), (2, 2, 2, 2), (1, 3)], ids=str)
@pytest.mark.parametrize("steps", ["improvements", "best replies"])
def test_arcs_are_exactly_the_changes_that_gain(shape, steps):
    """Against a walk through all pairs of profiles."""
    game = random_game(shape, 5)
    graph = to_networkx(game, steps=steps)
    cells = list(product(*map(range, shape)))
    assert set(graph.nodes) == set(cells)
    expected = set()
    for a, b in product(cells, cells):
        moved = [k for k in range(len(shape)) if a[k] != b[k]]
        if len(moved) == 1:
            table = game.payoffs[moved[0]]
            others = [table[(*a[: moved[0]], i, *a[moved[0] + 1 :])] for i in range(shape[moved[0]])]
            if table[b] > table[a] and (steps == "improvements" or table[b] == max(others)):
                expected.add((a, b, moved[0], table[b] - table[a]))
    assert {(a, b, data["player"], data["gain"]) for a, b, data in graph.edges(data=True)} == expected
    for cell in cells:
        pure = [np.eye(n, dtype=int)[i].tolist() for n, i in zip(shape, cell, strict=True)]
        assert (graph.out_degree(cell) == 0) == (max(game.regret(pure)) == 0)


def test_nodes_and_arcs_say_what_they_are():
    graph = to_networkx(DILEMMA)
    assert graph.nodes[0, 1] == {"payoffs": (F(0), F(5)), "actions": ("C", "D")}
    assert graph.edges[(0, 0), (0, 1)] == {"player": 1, "gain": F(2)}


def test_graphs_that_are_too_large_or_unknown_are_refused_at_once():
    with pytest.raises(ValueError, match=r"40000 profiles and up to 7960000 improvements.*iterated_dominance"):
        to_networkx(NormalForm(*np.zeros((2, 200, 200))))
    with pytest.raises(ValueError, match="'improvements', 'best replies'"):
        to_networkx(DILEMMA, steps="better")


def by_hand(graph, cell):
    """Everybody's payoff: a sum over arcs, in the words of the definition."""
    at = dict(zip(graph.nodes, cell, strict=True))
    pay = dict.fromkeys(graph.nodes, F(0))
    for u, v, (a, b) in graph.edges(data="payoffs"):
        pay[u] += F(int(a[at[u]][at[v]]))
        pay[v] += F(int(b[at[u]][at[v]]))
    return tuple(pay.values())


@pytest.mark.parametrize("seed", range(6))
def test_a_polymatrix_game_sums_over_the_arcs(seed):
    rng = np.random.default_rng(seed)
    graph = networkx.gnp_random_graph(4, 0.6, seed=seed, directed=True)
    graph.add_edges_from([(3, 0), (1, 2)])
    sizes = rng.integers(1, 4, 4)
    for u, v in graph.edges:
        graph.edges[u, v]["payoffs"] = rng.integers(-5, 6, (2, sizes[u], sizes[v])).tolist()
    game = from_networkx(graph)
    assert game.shape == tuple(sizes)
    for cell in product(*map(range, game.shape)):
        assert tuple(table[cell] for table in game.payoffs) == by_hand(graph, cell)


def test_one_arc_is_the_two_player_game_whatever_the_order_of_nodes():
    first, second = [[1, 2, 3], [4, 5, 6]], [[7, 8, 9], [10, 11, "1/2"]]
    graph = networkx.DiGraph()
    graph.add_edge("row", "column", payoffs=(first, second))
    game = from_networkx(graph)
    assert game == NormalForm(first, second)
    assert game.players == ("row", "column")
    turned = networkx.DiGraph()
    turned.add_nodes_from(["column", "row"])
    turned.add_edge("row", "column", payoffs=(first, second))
    assert from_networkx(turned) == NormalForm(game.payoffs[1].T, game.payoffs[0].T)


def test_an_edge_without_direction_pays_either_end_by_its_own_action():
    graph = networkx.Graph()
    graph.add_edge(0, 1, game=[[0, 3], [1, 2]])
    assert from_networkx(graph, payoffs="game") == NormalForm.symmetric([[0, 3], [1, 2]])


def test_isolated_nodes_need_names():
    graph = networkx.Graph()
    graph.add_edge(0, 1, payoffs=[[1]])
    graph.add_node(2, strategies=["rest", "work"])
    game = from_networkx(graph)
    assert game.shape == (1, 1, 2)
    assert game.strategies[2] == ("rest", "work")
    graph.add_node(3)
    with pytest.raises(ValueError, match="node 3 has no edge and no names"):
        from_networkx(graph)


def arc(value, *, directed=True):
    graph = networkx.DiGraph() if directed else networkx.Graph()
    graph.add_edge("a", "b", **({} if value is None else {"payoffs": value}))
    return graph


@pytest.mark.parametrize(
    ("graph", "says"),
    [
        (arc(None), "edge 'a', 'b' has no attribute 'payoffs'"),
        (arc(3), "no pair"),
        (arc([[[1]], [[1, 2]]]), r"shapes \(1, 1\) and \(1, 2\)"),
        (arc([[[1]], [["x"]]]), "payoffs B of the edge 'a', 'b' at index"),
        (arc([[1, 2]], directed=False), "square matrix.*DiGraph"),
        (networkx.empty_graph(1), "at least two"),
        (networkx.MultiGraph([(0, 1)]), "without parallels"),
        (networkx.Graph([(0, 0), (0, 1)]), "plays against itself"),
    ],
)
def test_graphs_that_are_no_games_are_refused(graph, says):
    with pytest.raises(ValueError, match=says):
        from_networkx(graph)


def test_a_node_has_one_number_of_actions_and_tables_have_an_end():
    graph = networkx.path_graph(3)
    graph.edges[0, 1]["payoffs"], graph.edges[1, 2]["payoffs"] = [[1]], [[1, 0], [0, 1]]
    with pytest.raises(ValueError, match="gives node 1 2 actions; it has 1"):
        from_networkx(graph)
    large = networkx.cycle_graph(40)
    networkx.set_edge_attributes(large, [[1, 0], [0, 1]], "payoffs")
    with pytest.raises(ValueError, match=r"40 players.*at most 1000000"):
        from_networkx(large)
    with pytest.raises(TypeError, match="networkx Graph"):
        from_networkx([[1]])
