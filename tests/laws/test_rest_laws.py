"""Laws of rest points: nothing else rests, eigenvalues are the velocity's, indices sum to 1, orbits obey."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import fsolve

from evolution import (
    FermiImitation,
    HybridProtocol,
    ImitativeLogitChoice,
    Logit,
    LogitChoice,
    MaynardSmith,
    MeanDynamics,
    MutatingProtocol,
    ProportionalImitation,
    RelativeImitation,
    Replicator,
    ReplicatorMutator,
    Reproduction,
    Smith,
    integrate,
    rest_points,
)
from evolution.rest_boxes import compiled
from evolution.rest_lyapunov import first_lyapunov
from evolution.rest_search import all_zeros
from evolution.rest_spectrum import spectrum_of
from evolution.rest_velocity import velocity_of
from gametheory.dispatch import solve
from gametheory.normal_form import NormalForm
from gametheory.population import Population

QUICK = settings(max_examples=25, deadline=None)


def square(size, low=-5, high=5):
    return arrays(int, (size, size), elements=st.integers(low, high))


def jacobian(dynamics, point, step=1e-6):
    """Eigenvalues of the velocity's difference quotient on the tangent space of the simplices, at a boundary too."""
    packed = np.concatenate(point.shares)
    basis = []
    for part in dynamics.parts:
        for k in range(part.start, part.stop - 1):
            direction = np.zeros(len(packed))
            direction[k], direction[part.stop - 1] = 1, -1
            basis.append(direction)
    if not basis:
        return np.empty(0)
    frame = np.array(basis).T

    def rate(at):  # the replicator's formula, also beside the simplex
        payoffs = dynamics.payoffs(at)
        return np.concatenate([at[p] * (payoffs[p] - at[p] @ payoffs[p]) for p in dynamics.parts])

    slopes = [(rate(packed + step * d) - rate(packed - step * d)) / (2 * step) for d in basis]
    return np.linalg.eigvals(np.linalg.lstsq(frame, np.array(slopes).T, rcond=None)[0])


def same_numbers(first, second, tolerance):
    left = list(second)
    for value in first:
        near = min(left, key=lambda other: abs(other - value))
        assert abs(near - value) < tolerance, (first, second)
        left.remove(near)
    assert not left


def brute_force(game):
    """Isolated rest points of a matrix game, face by face, by SymPy's own linear algebra; continua as None."""
    found = set()
    size = len(game)
    for count in range(1, size + 1):
        for face in combinations(range(size), count):
            A = sp.Matrix(game[np.ix_(face, face)].tolist())
            rows = [list(A.row(k) - A.row(0)) for k in range(1, count)] + [[1] * count]
            symbols = sp.symbols(f"s:{count}")
            solved = sp.linsolve((sp.Matrix(rows), sp.Matrix([0] * (count - 1) + [1])), *symbols)
            for answer in solved:
                if any(value.free_symbols for value in answer):
                    return None
                if all(value > 0 for value in answer):
                    shares = [Fraction(0)] * size
                    for i, value in zip(face, answer, strict=True):
                        shares[i] = Fraction(int(value.p), int(value.q))
                    found.add(tuple(shares))
    return found


@QUICK
@given(square(3))
def test_all_faces_by_another_route(game):
    found = rest_points(Replicator(game))
    assert found.complete
    expected = brute_force(game)
    if expected is not None:
        assert {point.exact[0] for point in found} == expected
        assert found.polytopes == ()


@QUICK
@given(st.integers(2, 4).flatmap(square))
def test_eigenvalues_are_those_of_the_velocity(game):
    dynamics = Replicator(game)
    for point in rest_points(dynamics):
        np.testing.assert_allclose(dynamics.velocity(point.shares[0]), 0, atol=1e-13)
        if len({np.round(v, 3) for v in point.eigenvalues}) == len(point.eigenvalues):  # simple ones are smooth
            same_numbers(point.eigenvalues, jacobian(dynamics, point), 1e-4)


@QUICK
@given(square(4, -99, 99))
def test_saturated_indices_sum_to_one(game):
    """Hofbauer and Sigmund's index theorem for regular rest points with no absent strategy paid more."""
    found = rest_points(Replicator(game))
    if any(point.type == "non-hyperbolic" and point.nash for point in found):
        return
    saturated = [point for point in found if point.nash]
    assert sum((-1) ** sum(v.real > 0 for v in point.internal) for point in saturated) == 1
    symmetric = solve(NormalForm.symmetric(game), concept="symmetric")
    assert {point.exact[0] for point in saturated} == {answer.exact[0] for answer in symmetric}


@QUICK
@given(square(3), st.integers(1, 5), st.permutations(range(3)), arrays(int, 3, elements=st.integers(-9, 9)))
def test_shifts_scales_and_names(game, scale, order, shift):
    """Adding a constant to a column changes nothing; a factor scales eigenvalues; names are only names."""
    plain = rest_points(Replicator(game))
    moved = rest_points(Replicator(scale * game + shift))
    assert [p.exact for p in moved] == [p.exact for p in plain]
    assert [(p.type, p.stability) for p in moved] == [(p.type, p.stability) for p in plain]
    for a, b in zip(plain, moved, strict=True):
        np.testing.assert_allclose(np.array(a.eigenvalues) * scale, b.eigenvalues, atol=1e-9)
    turned = rest_points(Replicator(game[np.ix_(order, order)]))
    names = {tuple(p.exact[0][i] for i in order): (p.type, p.stability) for p in plain}
    assert {p.exact[0]: (p.type, p.stability) for p in turned} == names


@QUICK
@given(arrays(int, (2, 3), elements=st.integers(-5, 5)), arrays(int, (2, 3), elements=st.integers(-5, 5)))
def test_bimatrix(A, B):
    """Nash points are Nash equilibria and contain the extreme ones that are at isolated points; sinks are strict."""
    game = NormalForm(A, B)
    dynamics = Replicator(game)
    found = rest_points(dynamics)
    assert found.complete
    for point in found:
        assert all(r == 0 for r in game.regret(point.exact)) == point.nash
        strict = point.nash and all(len(replies) == 1 for replies in game.best_replies(point.exact))
        assert (point.stability == "asymptotically stable") == strict
        assert point.ess == strict
        if len({np.round(v, 3) for v in point.eigenvalues}) == len(point.eigenvalues):
            same_numbers(point.eigenvalues, jacobian(dynamics, point), 1e-4)
    if not found.polytopes:
        states = {point.exact for point in found}
        assert {answer.exact for answer in solve(game)} <= states


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10**6))
def test_three_populations(seed):
    rng = np.random.default_rng(seed)
    game = NormalForm(*rng.integers(-50, 50, (3, 2, 2, 2)))
    dynamics = Replicator(game)
    found = rest_points(dynamics)
    assert found.complete, found.reason
    states = np.array([np.concatenate(point.shares)[::2] for point in found])
    for point in found:
        np.testing.assert_allclose(np.concatenate(list(dynamics.velocity(point.x).values())), 0, atol=1e-12)
        same_numbers(point.eigenvalues, jacobian(dynamics, point), 1e-3)
    equilibria = solve(game)
    if equilibria.complete and not found.polytopes:
        nash = [np.concatenate(p.shares) for p in found if p.nash]
        assert len(nash) == len(equilibria)

    def gaps(first):
        packed = np.column_stack([first, 1 - first]).ravel()
        return dynamics.flow(packed)[::2]

    for start in rng.random((10, 3)):
        end, _, flag, _ = fsolve(gaps, start, full_output=True, xtol=1e-13)
        if flag == 1 and np.abs(gaps(end)).max() < 1e-11 and ((end > -1e-9) & (end < 1 + 1e-9)).all():
            assert np.abs(states - end).max(axis=1).min() < 1e-5


@settings(max_examples=12, deadline=None)
@given(square(3), st.sampled_from([0.1, 0.3, 1.0, 4.0]))
def test_logit_has_no_other_rest_points(game, temperature):
    dynamics = Logit(game, temperature=temperature)
    found = rest_points(dynamics)
    if not found.complete:
        return
    signs = [np.sign(np.prod([-v for v in point.internal]).real) for point in found]
    assert sum(signs) == 1  # Brouwer's degree of a map of the simplex into its inside
    states = np.array([point.shares[0] for point in found])
    np.testing.assert_allclose([dynamics.velocity(state) for state in states], 0, atol=1e-13)
    rng = np.random.default_rng(3)
    for start in rng.dirichlet(np.ones(3), 15):
        end, _, flag, _ = fsolve(lambda v: dynamics.flow(np.append(v, 1 - v.sum()))[:2], start[:2], full_output=True)
        if flag == 1:
            assert np.abs(states[:, :2] - end).max(axis=1).min() < 1e-6
    for point in found:
        same_numbers(point.internal, tangent(dynamics, point.shares[0]), 1e-4 / temperature)


def tangent(dynamics, state, step=1e-6):
    frame = np.vstack([np.eye(2), -np.ones(2)])
    slopes = [(dynamics.flow(state + step * d) - dynamics.flow(state - step * d)) / (2 * step) for d in frame.T]
    return np.linalg.eigvals(np.array(slopes)[:, :2].T)


@settings(max_examples=4, deadline=None)
@given(square(3, 0, 6), st.sampled_from([0.02, 0.1, 0.3]))
def test_mutators_have_no_other_rest_points(game, mutation):
    dynamics = ReplicatorMutator(game + 1, mutation=mutation)
    found = rest_points(dynamics)
    if not found.complete:
        return
    states = np.array([point.shares[0] for point in found])
    assert len(states) >= 1
    rng = np.random.default_rng(4)
    for start in rng.dirichlet(np.ones(3), 5):
        flow = integrate(dynamics, x0=start, t=200, rtol=1e-7)
        if np.abs(dynamics.velocity(flow.final)).max() < 1e-9:
            assert np.abs(states - flow.final).max(axis=1).min() < 1e-4


@settings(max_examples=10, deadline=None)
@given(square(3, -9, 9))
def test_orbits_obey_the_types(game):
    """From beside a sink orbits return; from beside an unstable point some orbit leaves."""
    dynamics = Replicator(game)
    rng = np.random.default_rng(0)
    for point in rest_points(dynamics):
        rates = [abs(v.real) for v in point.eigenvalues]
        if not rates or min(rates) < 0.2 or point.type == "non-hyperbolic":
            continue
        starts = [0.999 * point.shares[0] + 0.001 * s for s in rng.dirichlet(np.ones(3), 3)]
        ends = [integrate(dynamics, x0=s, t=30 / min(rates), rtol=1e-6).final for s in starts]
        gone = [np.abs(end - point.shares[0]).max() for end in ends]
        assert (max(gone) < 1e-3) == (point.stability == "asymptotically stable")


SHARES = np.array([0.2, 0.3, 0.5])
PAYOFFS = np.array([1.5, 0.5, 2.25])
TABLE = [[0.5, 0.25, 0.25], [0.125, 0.75, 0.125], [0, 0.5, 0.5]]
PROTOCOLS = [
    ProportionalImitation(),
    RelativeImitation(0.5),
    FermiImitation(0.75),
    ImitativeLogitChoice(0.75),
    LogitChoice(0.75),
    MutatingProtocol(ProportionalImitation(), 0.125),
    MutatingProtocol(LogitChoice(0.5), TABLE),
    Reproduction(0.25),
    Reproduction(TABLE, 0.5),
    Reproduction(TABLE, 0.5, relative=True),
    HybridProtocol([(0.25, FermiImitation(1.0)), (0.75, LogitChoice(1.0))]),
]


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda p: type(p).__name__)
def test_formulas_are_the_protocols(protocol):
    symbols = sp.symbols("x:3")
    formula = velocity_of(protocol, [sp.Rational(p) for p in PAYOFFS], symbols)
    place = dict(zip(symbols, SHARES, strict=True))
    found = [float(sp.sympify(part).subs(place)) for part in formula]
    np.testing.assert_allclose(found, protocol.flow(PAYOFFS, SHARES), rtol=1e-13, atol=1e-15)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(-4, 4), min_size=6, max_size=6), st.lists(st.integers(-4, 4), min_size=6, max_size=6))
def test_search_finds_every_zero_of_two_conics(first, second):
    """Against SymPy's resultant and numpy's roots."""
    x, y = sp.symbols("x y")
    monomials = [1, x, y, x * x, x * y, y * y]
    f, g = (sp.Add(*(c * m for c, m in zip(row, monomials, strict=True))) for row in (first, second))
    if not (f.has(x) and g.has(x) and f.has(y) and g.has(y)):
        return
    resultant = sp.Poly(sp.resultant(f, g, y), x)
    if resultant.is_zero or sp.gcd(f, g).free_symbols or sp.discriminant(resultant, x) == 0:
        return
    found = all_zeros([f, g], [x, y], [[-1, -1], [1, 1]], budget=50_000)
    if len(found.open):
        return
    values = sp.lambdify([x, y], [f, g])
    expected = 0
    for root in np.roots([float(c) for c in resultant.all_coeffs()]):
        if abs(root.imag) < 1e-9 and abs(root.real) < 1 - 1e-6:
            row = sp.Poly(f.subs(x, sp.Float(root.real, 30)), y)
            candidates = np.roots([float(c) for c in row.all_coeffs()]) if row.degree() > 0 else []
            near = [s for s in candidates if abs(s.imag) < 1e-6 and abs(values(root.real, s.real)[1]) < 1e-5]
            expected += sum(abs(s.real) < 1 - 1e-6 for s in near)
    inside = [p for p in found.points if (np.abs(p) < 1 - 1e-6).all()]
    assert len(inside) == expected


@settings(max_examples=6, deadline=None)
@given(st.lists(st.integers(-6, 6), min_size=12, max_size=12))
def test_three_strategies_with_quadratic_payoffs(numbers):
    """Groups of three: payoffs are quadratic in the shares; all starts lead to points that are listed."""
    a, b, c = sp.symbols("a b c")
    squares = [a * a, a * b, b * b, c * c]
    pays = [sp.Add(*(k * s for k, s in zip(numbers[4 * i : 4 * i + 4], squares, strict=True))) for i in range(3)]
    game = Population.from_payoffs({"p": dict(zip("abc", pays, strict=True))}, {s: ("p", str(s)) for s in (a, b, c)})
    dynamics = Replicator(game)
    found = rest_points(dynamics)
    states = np.array([point.shares[0] for point in found])
    np.testing.assert_allclose([dynamics.velocity(state) for state in states], 0, atol=1e-12)
    if not found.complete or found.polytopes:
        return
    for point in found:
        assert point.nash == (game.regret(point.shares[0]) < 1e-9)
    rng = np.random.default_rng(1)
    for start in rng.dirichlet(np.ones(3), 12):
        end, _, flag, _ = fsolve(lambda v: dynamics.flow(np.append(v, 1 - v.sum()))[:2], start[:2], full_output=True)
        whole = np.append(end, 1 - end.sum())
        if flag == 1 and whole.min() > -1e-9 and np.abs(dynamics.flow(whole)).max() < 1e-12:
            assert np.abs(states - whole).max(axis=1).min() < 1e-4


@QUICK
@given(square(3))
def test_direct_dynamics_rest_where_the_velocity_vanishes(game):
    dynamics = Smith(game)
    found = rest_points(dynamics)
    for point in found:
        np.testing.assert_allclose(dynamics.velocity(point.shares[0]), 0, atol=1e-12)
    if found.polytopes:
        return
    grid = [np.array(p) / 12 for p in product(range(13), repeat=3) if sum(p) == 12]
    still = {tuple(state) for state in grid if np.abs(dynamics.velocity(state)).max() < 1e-14}
    listed = {tuple(point.shares[0]) for point in found}
    assert all(min(np.abs(np.subtract(s, t)).max() for t in listed) < 1e-12 for s in still)


@QUICK
@given(square(3, 1, 9))
def test_maynard_smith_rests_with_the_replicator(game):
    plain, adjusted = rest_points(Replicator(game)), rest_points(MaynardSmith(game))
    assert [(p.exact, p.type, p.stability) for p in plain] == [(p.exact, p.type, p.stability) for p in adjusted]
    for a, b in zip(plain, adjusted, strict=True):
        mean = a.shares[0] @ game @ a.shares[0]
        np.testing.assert_allclose(np.array(a.eigenvalues) / mean, b.eigenvalues, atol=1e-12)


@settings(max_examples=10, deadline=None)
@given(square(2), st.sampled_from([0.0, 0.05, 0.5]))
def test_additive_mutation_between_two(game, rate):
    """Against the real roots of the cubic velocity."""
    dynamics = MeanDynamics(game, protocol=MutatingProtocol(ProportionalImitation(), rate))
    found = rest_points(dynamics)
    assert found.complete
    slope, level = game[0, 0] - game[1, 0] - game[0, 1] + game[1, 1], game[0, 1] - game[1, 1]
    velocity = np.polyadd(np.polymul([-1, 1, 0], [slope, level]), [-2 * rate, rate])
    if not np.any(velocity):
        assert found.polytopes == ((0, 1),)
        return
    roots = [r.real for r in np.roots(velocity) if abs(r.imag) < 1e-5 and -1e-9 < r.real < 1 + 1e-9]
    for point in found:
        assert min(abs(point.shares[0][0] - r) for r in roots) < 1e-4
    for root in roots:
        assert min(abs(point.shares[0][0] - root) for point in found) < 1e-4


def test_real_parts_are_told_from_nothing():
    """A real part of 1e-40 beside an imaginary part of 1 is seen; none is invented."""
    small = Fraction(1, 10**40)
    assert spectrum_of([[small, Fraction(1)], [Fraction(-1), Fraction(0)]]).signs == (1, 1)
    assert spectrum_of([[-small, Fraction(1)], [Fraction(-1), Fraction(0)]]).signs == (-1, -1)
    turn = [[0, 1, 0, 0], [-1, 0, 1, 0], [0, 0, 0, 1], [0, 0, -1, 0]]
    assert spectrum_of([[Fraction(cell) for cell in row] for row in turn]).signs == (0, 0, 0, 0)
    even = [[0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [-1, 0, -1, 0]]  # z^4 + z^2 + 1: even, no root on the axis
    assert spectrum_of([[Fraction(cell) for cell in row] for row in even]).signs == (1, 1, -1, -1)


@settings(max_examples=10, deadline=None)
@given(arrays(int, (2, 3), elements=st.integers(-3, 3)), arrays(int, (2, 4), elements=st.integers(-3, 3)))
def test_lyapunov_coefficient_of_the_plane(quadratic, cubic):
    """Against the formula of Guckenheimer and Holmes (1983, 3.4.11) for u' = -v + f, v' = u + g."""
    (a, b, c), (d, e, h) = quadratic.tolist()
    (p, _, q, _), (_, r, _, s) = cubic.tolist()

    def velocity(at):
        u, v = at
        cubes = [u**3, u * u * v, u * v * v, v**3]
        f, g = (sum(k * m for k, m in zip(row, cubes, strict=True)) for row in cubic.tolist())
        return [-v + a * u * u + b * u * v + c * v * v + f, u + d * u * u + e * u * v + h * v * v + g]

    known = (6 * p + 2 * q + 2 * r + 6 * s + b * (2 * a + 2 * c) - e * (2 * d + 2 * h) - 4 * a * d + 4 * c * h) / 16
    value, told = first_lyapunov(velocity, [0, 0])
    assert told == (known != 0)
    assert value == pytest.approx(2 * known, abs=1e-9)


@QUICK
@given(st.lists(st.floats(-10, 10), min_size=4, max_size=4), st.integers(0, 10**6))
def test_ranges_hold_exact_values(ends, seed):
    """Of a rational function, in Fractions, at corners and between."""
    u, v = sp.symbols("u v")
    low = [min(ends[0], ends[1]), min(ends[2], ends[3])]
    high = [max(ends[0], ends[1]), max(ends[2], ends[3])]
    formula = (u * v - u**3 / 7 + sp.Rational(1, 3)) * (v**2 - u) / (2 + u**2)
    floor, ceiling = compiled([formula], [u, v])((np.array([low]), np.array([high])))[0]
    exact = sp.lambdify([u, v], formula)
    rng = np.random.default_rng(seed)
    for weights in (*product((0, 1), repeat=2), *rng.random((3, 2))):
        at = [
            Fraction(a) + Fraction(w) * (Fraction(b) - Fraction(a)) for a, b, w in zip(low, high, weights, strict=True)
        ]
        a, b = at
        value = (a * b - a**3 / 7 + Fraction(1, 3)) * (b**2 - a) / (2 + a**2)
        assert Fraction(float(floor[0])) <= value <= Fraction(float(ceiling[0]))
        assert float(exact(float(a), float(b))) == pytest.approx(float(value), rel=1e-6, abs=1e-6)
