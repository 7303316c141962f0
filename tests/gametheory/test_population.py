"""Population games: fields, every equilibrium of small ones, stability, and candour where a search must do."""

import math
import pickle
from fractions import Fraction
from math import comb

import numpy as np
import pytest
import sympy as sp

from gametheory.methods.population_optimum import best_states
from gametheory.population import Population
from gametheory.population_equilibria import solve_population

x, s = sp.symbols("x s")
R = sp.Rational


def line(difference):
    """One population that gains `difference` by its first strategy."""
    return Population.from_payoffs({"agent": {"yes": difference, "no": 0}}, {x: ("agent", "yes")})


def square(first, second):
    payoffs = {"left": {"a": first, "b": 0}, "right": {"c": second, "d": 0}}
    return Population.from_payoffs(payoffs, {x: ("left", "a"), s: ("right", "c")})


def delegation(g=0.2, L=0.5, i=0.06, f=0.1, r=0.03, ell=0.1, c=0.01):
    """Validators who may cheat, delegators whose reward is shared among those who stake."""
    return Population.from_payoffs(
        {
            "validator": {"honest": f * i - c, "cheat": f * i - c + s * (g - L * x)},
            "delegator": {"stake": (1 - f) * i / s - (1 - x) * ell, "hold": r},
        },
        {x: ("validator", "honest"), s: ("delegator", "stake")},
    )


def shares(found):
    return [float(answer.profile[0][0]) for answer in found]


LINES = [
    # difference, equilibria, stability
    (x * (1 - 2 * x), [0, 0.5], ["unstable", "asymptotically stable"]),
    (2 - 3 * x, [2 / 3], ["asymptotically stable"]),
    ((x - R(1, 2)) ** 2, [0.5, 1], ["unstable", "asymptotically stable"]),
    ((x - R(1, 2)) ** 3, [0, 0.5, 1], ["asymptotically stable", "unstable", "asymptotically stable"]),
    (x**2 - 2 * x + R(1, 2), [1 - 0.5**0.5], ["asymptotically stable"]),
    (1 / x - 4, [0.25], ["asymptotically stable"]),  # payoff without bound at share 0: no corner
    (4 - 1 / (1 - x), [0.75], ["asymptotically stable"]),
    (sp.sqrt(x) - R(1, 2), [0, 0.25, 1], ["asymptotically stable", "unstable", "asymptotically stable"]),
    (sp.exp(-2 * x) - R(1, 2), [math.log(2) / 2], ["asymptotically stable"]),
    (sp.log(x) + 1, [0, math.exp(-1), 1], ["asymptotically stable", "unstable", "asymptotically stable"]),
    (sp.tanh(3 * (x - R(2, 5))), [0, 0.4, 1], ["asymptotically stable", "unstable", "asymptotically stable"]),
    (
        sp.Min(x, R(1, 2)) - R(1, 4),
        [0, 0.25, 1],
        ["asymptotically stable", "unstable", "asymptotically stable"],
    ),
    (sp.Piecewise((-1, x < R(1, 2)), (1, True)), [0, 1], ["asymptotically stable"] * 2),
    (x * (1 - x) - R(4, 25), [0, 0.2, 0.8], ["asymptotically stable", "unstable", "asymptotically stable"]),
]


@pytest.mark.parametrize(("difference", "expected", "stability"), LINES, ids=str)
def test_two_strategies(difference, expected, stability):
    found = solve_population(line(difference))
    assert found.complete
    assert shares(found) == pytest.approx(expected, abs=1e-12)
    assert [answer.stability for answer in found] == stability
    assert all(answer.regret == 0 if answer.exact else answer.regret < 1e-12 for answer in found)
    stable = solve_population(line(difference), "ess")
    assert shares(stable) == pytest.approx(
        [share for share, word in zip(expected, stability, strict=True) if word == "asymptotically stable"]
    )


def test_indifference_on_an_interval_is_a_component():
    found = solve_population(line(sp.Max(0, x - R(1, 2))))
    assert shares(found) == [0, 0.5, 1]
    assert found.components == ((0, 1), (2,))
    assert found.complete
    everywhere = solve_population(line(0 * x))
    assert (shares(everywhere), everywhere.components) == ([0, 1], ((0, 1),))
    assert everywhere[0].stability == "neutral"


def test_a_touching_transcendental_root_is_confessed():
    found = solve_population(line(sp.exp(x - R(1, 3)) - 1 - (x - R(1, 3))))
    assert not found.complete
    assert "0.333333" in found.reason


def turnout(M, cost):
    """Two factions of M, a tie is a coin flip, winning gains 1 (Palfrey and Rosenthal 1983)."""
    pivotal = sum(
        comb(M - 1, k) * x**k * (1 - x) ** (M - 1 - k)
        * (comb(M, k) * x**k * (1 - x) ** (M - k) + comb(M, k + 1) * x ** (k + 1) * (1 - x) ** (M - k - 1))
        for k in range(M)
    )  # fmt: skip
    return line(pivotal / 2 - cost)


@pytest.mark.parametrize(("M", "cost", "low"), [(5, 0.3, 0.19383494638899107), (10, 0.2, 0.25676158471410626)])
def test_turnout(M, cost, low):
    found = solve_population(turnout(M, R(str(cost))))
    assert found.complete
    assert shares(found) == pytest.approx([low, 1 - low, 1], abs=1e-12)
    assert [answer.stability for answer in found] == [
        "asymptotically stable",
        "unstable",
        "asymptotically stable",
    ]
    assert found[0].regret == 0


@pytest.mark.parametrize("n", [2, 5, 20])
def test_volunteers(n):
    found = solve_population(line((1 - x) ** (n - 1) - R(3, 10)))
    assert shares(found) == pytest.approx([1 - 0.3 ** (1 / (n - 1))], abs=1e-12)


def test_delegation_has_three_equilibria_and_a_saddle():
    found = solve_population(delegation())
    assert found.complete
    assert [[part[0] for part in answer.exact] for answer in found] == [
        [0, Fraction(27, 65)],
        [Fraction(2, 5), Fraction(3, 5)],
        [1, 1],
    ]
    assert [answer.stability for answer in found] == [
        "asymptotically stable",
        "saddle",
        "asymptotically stable",
    ]
    assert found[1].details["eigenvalues"] == (Fraction(9, 125), Fraction(-9, 250))
    assert all(answer.regret == Fraction(0) for answer in found)
    strict = solve_population(delegation(), "ess")
    assert [answer.support for answer in strict] == [((0,), (0,))]


def test_eigenvalues_are_those_of_finite_differences():
    game = delegation()

    def velocity(state):
        field = game.field({"validator": [state[0], 1 - state[0]], "delegator": [state[1], 1 - state[1]]})
        return np.array(
            [v * (1 - v) * (F[0] - F[1]) for v, F in zip(state, (field["validator"], field["delegator"]), strict=True)]
        )

    for answer in solve_population(game):
        at = np.array([part[0] for part in answer.profile])
        step = 1e-6
        signs = np.where(at > 0.5, -1, 1) * step  # into the square, second order one-sided
        columns = [
            (4 * velocity(at + e) - 3 * velocity(at) - velocity(at + 2 * e)) / (2 * e.sum()) for e in np.diag(signs)
        ]
        numeric = sorted(np.linalg.eigvals(np.array(columns).T).real)
        assert sorted(float(v) for v in answer.details["eigenvalues"]) == pytest.approx(numeric, abs=1e-6)


SQUARES = [
    (1 - 2 * s, 2 * x - 1, [(0.5, 0.5)], ()),
    (s - R(1, 2), x - R(1, 2), [(0, 0), (0.5, 0.5), (1, 1)], ()),
    (s, x, [(0, 0), (1, 1)], ()),
    (s, R(1, 2) - x, [(0.5, 0), (1, 0)], ((0, 1),)),
    (-s, 0 * x, [(0, 0), (0, 1), (1, 0)], ((0, 1, 2),)),
    (0 * x, 0 * s, [(0, 0), (0, 1), (1, 0), (1, 1)], ((0, 1, 2, 3),)),
    (
        x**2 + s**2 - R(1, 2),
        x - 2 * s + R(1, 10),
        [(0, 0.05), (0.6111893535224, 0.3555946767612), (1, 0.55)],
        (),
    ),
]


@pytest.mark.parametrize(("first", "second", "expected", "components"), SQUARES, ids=str)
def test_two_roles(first, second, expected, components):
    found = solve_population(square(first, second))
    assert found.complete
    states = np.array([[float(part[0]) for part in answer.profile] for answer in found])
    assert states == pytest.approx(np.array(expected))
    assert [group for group in found.components if len(group) > 1] == list(components)


def test_irrational_common_zeros_are_confirmed():
    found = solve_population(square(x**2 - s / 2 - R(1, 10), s**3 - x + R(1, 5)))
    assert found.complete
    inside = [answer for answer in found if answer.support == ((0, 1), (0, 1))]
    assert len(inside) == 1
    u, v = (float(part[0]) for part in inside[0].profile)
    assert (u**2 - v / 2 - 0.1, v**3 - u + 0.2) == pytest.approx((0, 0), abs=1e-14)


def test_a_singular_irrational_zero_is_confessed():
    found = solve_population(square((x**2 - R(1, 2)) ** 2 + (s**2 - R(1, 3)) ** 2, x**2 + s**2 - R(5, 6)))
    assert not found.complete
    assert "neither confirmed nor excluded" in found.reason


def test_at_a_corner_the_limit_from_inside_counts():
    """x/s grows without bound as s falls to 0 at any x > 0, so nobody is content with x = 0 there."""
    assert [[part[0] for part in a.exact] for a in solve_population(square(x / s, -1 + 0 * x))] == [[1, 0]]
    assert [[part[0] for part in a.exact] for a in solve_population(square(x, -1 + 0 * x))] == [[0, 0], [1, 0]]


def test_a_curve_of_equilibria_is_confessed():
    found = solve_population(square((x - s) * (1 + x), (x - s) * (2 + s)))
    assert not found.complete
    assert "curve" in found.reason


def test_matrix_games_are_solved_exactly():
    found = solve_population(Population.from_matrix([[0, -1, 2], [2, 0, -1], [-1, 2, 0]]))
    assert found.complete
    third = Fraction(1, 3)
    assert [answer.exact for answer in found] == [((third, third, third),)]
    assert found[0].stability == "asymptotically stable"
    assert len(solve_population(Population.from_matrix([[0, -1, 2], [2, 0, -1], [-1, 2, 0]]), "ess")) == 1
    bad = solve_population(Population.from_matrix([[0, -2, 1], [1, 0, -2], [-2, 1, 0]]))
    assert [answer.stability for answer in bad] == ["unstable"]


def test_bimatrix_games_are_solved_exactly():
    game = Population.from_bimatrix([[3, 0], [0, 2], [1, 1]], [[2, 0], [0, 3], [1, 1]], roles=("he", "she"))
    found = solve_population(game)
    assert found.complete
    assert [[[str(p) for p in part] for part in answer.exact] for answer in found] == [
        [["0", "1", "0"], ["0", "1"]],
        [["3/5", "2/5", "0"], ["2/5", "3/5"]],
        [["1", "0", "0"], ["1", "0"]],
    ]
    assert [answer.stability for answer in found] == [
        "asymptotically stable",
        "saddle",
        "asymptotically stable",
    ]
    assert len(solve_population(game, "ess")) == 2
    best = solve_population(game, "social optimum")
    assert best.complete
    assert {answer.details["welfare"] for answer in best} == {5}


def test_optional_public_goods_by_search():
    """Hauert, De Monte, Hofbauer and Sigmund 2002, N = 5, r = 3, sigma = 1."""
    y, z = sp.symbols("y z")
    N, r, sigma = 5, 3, 1
    geometric = sum(z**k for k in range(N))
    F = 1 + (r - 1) * z ** (N - 1) - R(r, N) * geometric
    defect = sigma * z ** (N - 1) + r * x * sum((1 - R(k + 1, k + 1) * z**k) * 0 for k in range(1))
    # payoff of a defector: r x / (1 - z) (1 - (1 - z^N) / (N (1 - z))), written as a polynomial
    share = sum(sum(z**j for j in range(k)) for k in range(1, N)) / sp.Integer(N)
    defect = sigma * z ** (N - 1) + r * x * share
    game = Population(("p",), {"p": ("C", "D", "L")}, {"p": (x, y, z)}, {"p": (defect - F, defect, sp.Integer(sigma))})
    assert game.field([0.3, 0.2, 0.5]).tolist() == pytest.approx([1.2025, 1.165, 1], abs=1e-10)
    found = solve_population(game)
    assert not found.complete
    inner = [answer for answer in found if answer.support == ((0, 1, 2),)]
    assert len(inner) == 1
    assert inner[0].profile[0].tolist() == pytest.approx([0.26933011837, 0.26933011837, 0.46133976324], abs=1e-9)
    assert inner[0].regret < 1e-9


def test_optimum_of_one_role_is_exact():
    found = solve_population(Population.from_matrix([[0, 3], [1, 0]]), "social optimum")
    assert found.complete
    assert found[0].exact == ((Fraction(1, 2), Fraction(1, 2)),)
    assert found[0].details["welfare"] == 1
    assert found[0].regret == Fraction(1, 2)  # max F - x.F = 3/2 - 1


def test_optimum_elsewhere_is_bounded():
    y = sp.Symbol("y")
    z = sp.Symbol("z")
    game = Population(("p",), {"p": ("a", "b", "c")}, {"p": (x, y, z)}, {"p": (1 - x, 1 - y, R(1, 2) + 0 * z)})
    found = best_states(game, "social optimum")
    # x(1-x) + y(1-y) + (1-x-y)/2 is greatest where both derivatives are 0: x = y = 1/4
    assert found[0].profile[0].tolist() == pytest.approx([0.25, 0.25, 0.5], abs=1e-6)
    assert found[0].details["welfare"] == pytest.approx(0.625)
    assert 0 <= found[0].details["shortfall"] < 1e-2
    assert not found.complete


def test_field_is_vectorised_and_jacobian_is_its_derivative():
    game = delegation()
    state = {"validator": np.array([[0.4, 0.6], [0.3, 0.7]]), "delegator": np.array([[0.6, 0.4], [0.2, 0.8]])}
    field = game.field(state)
    assert field["validator"].shape == (2, 2)
    one = game.field({role: part[1] for role, part in state.items()})
    assert field["delegator"][1].tolist() == one["delegator"].tolist()
    slopes = game.jacobian({role: part[0] for role, part in state.items()})
    assert slopes["delegator"].shape == (2, 4)
    assert slopes["delegator"][0] == pytest.approx([0.1, 0, -0.054 / 0.36, 0])
    assert slopes["validator"][1] == pytest.approx([-0.3, 0, 0, 0])


def test_regret_is_the_best_switch():
    game = Population.from_matrix([[-1, 2], [0, 1]])
    assert game.regret([0.5, 0.5]) == 0
    assert game.regret([[1, 0], [0, 1]]).tolist() == [1, 1]
    assert delegation().regret({"validator": [0, 1], "delegator": [0, 1]}) == math.inf


def test_wrong_input_is_named():
    with pytest.raises(ValueError, match="square"):
        Population.from_matrix([[1, 2]])
    with pytest.raises(ValueError, match="same shape"):
        Population.from_bimatrix([[1, 2]], [[1], [2]])
    with pytest.raises(ValueError, match=r"agent\.maybe"):
        Population.from_payoffs({"agent": {"yes": x}}, {x: ("agent", "maybe")})
    with pytest.raises(ValueError, match=r"payoff of agent\.yes contains k"):
        line(sp.Symbol("k") * x)
    with pytest.raises(ValueError, match="last axis must have length 2"):
        line(x).field([1.0])
    with pytest.raises(ValueError, match="sum to 1"):
        line(x).field([0.5, 0.6])
    with pytest.raises(ValueError, match="roles"):
        delegation().field({"validator": [1, 0]})
    with pytest.raises(ValueError, match="'nsh'"):
        solve_population(line(x), "nsh")
    with pytest.raises(ValueError, match="not defined"):
        line(sp.nan)


def test_games_can_be_pickled_and_compared():
    game = delegation()
    assert pickle.loads(pickle.dumps(game)) == game
    assert Population.from_matrix([["1/3", 0.1]] * 2).payoff_expressions["player"][0].coeff(
        Population.from_matrix([[1, 1]] * 2).shares["player"][1]
    ) == R(1, 10)
