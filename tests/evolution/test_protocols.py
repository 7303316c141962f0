"""Mean dynamics against formulas typed by hand and SciPy; oracle entries; what is refused."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import numpy as np
import pytest
import sympy as sp
from scipy.integrate import solve_ivp
from scipy.optimize import brentq, minimize

from evolution.direct_protocols import BestResponseChoice, ProjectionProtocol, SmithComparison
from evolution.dynamics import Logit, MeanDynamics, Replicator
from evolution.finite import birth_death
from evolution.imitation_protocols import (
    FermiImitation,
    ImitationByDissatisfaction,
    ImitationOfSuccess,
    RelativeImitation,
)
from evolution.montecarlo import sample
from evolution.mutation_protocols import HybridProtocol, MutatingProtocol, Reproduction
from evolution.named_dynamics import (
    BNN,
    BestResponse,
    Imitation,
    ImitativeLogit,
    MaynardSmith,
    Projection,
    ReplicatorMutator,
    Smith,
)
from evolution.protocols import ProportionalImitation
from evolution.rounds import iterate
from evolution.trajectory import integrate
from gametheory.normal_form import NormalForm
from gametheory.population import Population

ENTRIES = json.loads((Path(__file__).parents[1] / "oracles" / "data" / "evolution.json").read_text())
TABLE = {entry["id"]: entry for entry in ENTRIES}
RPS = np.array([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]])
BAD = np.array([[0.0, -2.0, 1.0], [1.0, 0.0, -2.0], [-2.0, 1.0, 0.0]])
ZEEMAN = np.array([[0.0, 6.0, -4.0], [-3.0, 0.0, 5.0], [-1.0, 3.0, 0.0]])
ERRORS = np.array([[0.9, 0.1, 0.0], [0.05, 0.9, 0.05], [0.0, 0.2, 0.8]])


def leading(move, x, step=1e-6):
    """Eigenvalue with the largest real part of x -> move(x) on the tangent space, by central differences."""
    x = np.asarray(x, dtype=float)
    tangent = np.linalg.svd(np.ones((1, len(x))))[2][1:].T
    change = [move(x + step * v) - move(x - step * v) for v in tangent.T]
    values = np.linalg.eigvals(tangent.T @ np.array(change).T / (2 * step))
    return values[values.real.argmax()]


def zeeman_not_ess(A):
    """The middle fails Taylor and Jonker's test: some z'Az on the tangent space is positive."""
    tangent = np.linalg.svd(np.ones((1, 3)))[2][1:].T
    symmetric = tangent.T @ (np.array(A) + np.array(A).T) @ tangent / 2
    return np.linalg.eigvalsh(symmetric).max() > 0


def discrete_multiplier(A, background):
    dynamics = MaynardSmith(A, background=background)
    return [abs(leading(lambda x: iterate(dynamics, x0=x, steps=1).final, [1 / 3] * 3))]


def mutation_hopf(eps, **_):
    game = np.array([[0, -eps, 1], [1, 0, -eps], [-eps, 1, 0]], dtype=float)
    return [brentq(lambda mu: leading(Replicator(game).mutating(mu).flow, [1 / 3] * 3).real, 0.01, 1, xtol=1e-10)]


def language(n, a):
    return np.full((n, n), a) + (1 - a) * np.eye(n)


def incoherence_threshold(n, a):
    def growth(q):
        return leading(ReplicatorMutator(language(n, a), mutation=1 - q).flow, [1 / n] * n).real

    return [brentq(growth, 0.3, 0.99, xtol=1e-10)]


class Languages:
    """n grammars, a sentence of each understood by others with probability a; payoffs without the matrix."""

    roles = ("speaker",)

    def __init__(self, n, a):
        self.a = a
        self.strategies = {"speaker": tuple(map(str, range(n)))}

    def field(self, x):
        return (1 - self.a) * x + self.a * x.sum()


def coherence_threshold(n, a):
    """Least q at which the velocity of one grammar's share vanishes above the incoherent state."""
    payoffs, shares = Languages(n, a), np.linspace(0.1, 0.9, 17)

    def fastest(q):
        protocol = Reproduction(1 - q)
        states = [np.concatenate([[x], np.full(n - 1, (1 - x) / (n - 1))]) for x in shares]
        return max(protocol.flow(payoffs.field(x), x)[0] for x in states)

    return [brentq(fastest, 0.5, 0.9, xtol=1e-4)]


def hopf_of_logit(lose, win):
    game = np.array([[0, -lose, win], [win, 0, -lose], [-lose, win, 0]], dtype=float)
    return [brentq(lambda eta: leading(Logit(game, temperature=eta).flow, [1 / 3] * 3).real, 0.05, 0.5, xtol=1e-10)]


def leading_pair(A):
    value = leading(Replicator(A).flow, [1 / 3] * 3)
    return [value.real, abs(value.imag)]


def shifted(x0, t, **_):
    return integrate(Replicator(RPS - 5), x0=x0, t=t).final


REACHED = {
    "zeeman_interior_eigs": leading_pair,
    "zeeman_not_ess": zeeman_not_ess,
    "discrete_rps_unstable": discrete_multiplier,
    "field_replicator": lambda A, x: Replicator(A).velocity(x),
    "field_projection": lambda A, x: Projection(A).velocity(x),
    "field_logit": lambda A, x, eta: Logit(A, temperature=eta).velocity(x),
    "field_best_response": lambda A, x: BestResponse(A).velocity(x),
    "rps_mutation_hopf": mutation_hopf,
    "replicator_mutator_q2": incoherence_threshold,
    "replicator_mutator_q1": coherence_threshold,
    "logit_coordination_point": lambda A, eta: [integrate(Logit(A, temperature=eta), x0=[0.9, 0.1], t=400).final[0]],
    "logit_rps_hopf": hopf_of_logit,
    "payoff_shift_invariance": shifted,
}


@pytest.mark.parametrize("name", REACHED)
def test_oracles(name):
    entry = TABLE[name]
    found = REACHED[name](**entry["inputs"])
    np.testing.assert_allclose(found, entry["expected"], rtol=0, atol=entry["tolerance"])


def by_hand(kind):
    """Right-hand sides written out entry by entry."""

    def replicator_mutator(x, f):
        mean = sum(x[j] * f[j] for j in range(3))
        return [sum(x[j] * f[j] * ERRORS[j][i] for j in range(3)) - x[i] * mean for i in range(3)]

    def brown(x, f):
        mean = sum(x[j] * f[j] for j in range(3))
        excess = [max(0, f[i] - mean) for i in range(3)]
        return [excess[i] - x[i] * sum(excess) for i in range(3)]

    def smith(x, f):
        return [
            sum(x[j] * max(0, f[i] - f[j]) for j in range(3)) - x[i] * sum(max(0, f[j] - f[i]) for j in range(3))
            for i in range(3)
        ]

    def fermi(x, f):
        return [x[i] * sum(x[j] * np.tanh((f[i] - f[j]) / (2 * 0.7)) for j in range(3)) for i in range(3)]

    def imitative_logit(x, f):
        weights = [x[i] * np.exp(f[i] / 0.7) for i in range(3)]
        return [weights[i] / sum(weights) - x[i] for i in range(3)]

    def maynard_smith(x, f):
        mean = sum(x[j] * f[j] for j in range(3))
        return [x[i] * (f[i] - mean) / (mean + 4) for i in range(3)]

    def mutating(x, f):
        mean = sum(x[j] * f[j] for j in range(3))
        return [x[i] * (f[i] - mean) + 0.1 * (1 - 3 * x[i]) for i in range(3)]

    def hybrid(x, f):
        mean = sum(x[j] * f[j] for j in range(3))
        return [0.25 * x[i] * (f[i] - mean) + 0.75 * s for i, s in enumerate(smith(x, f))]

    return locals()[kind]


DYNAMICS = {
    "replicator_mutator": ReplicatorMutator(BAD + 3, mutation=ERRORS),
    "brown": BNN(BAD),
    "smith": Smith(BAD),
    "fermi": Imitation(BAD, protocol=FermiImitation(0.7)),
    "imitative_logit": ImitativeLogit(BAD, temperature=0.7),
    "maynard_smith": MaynardSmith(BAD, background=4),
    "mutating": Replicator(BAD).mutating(0.1),
    "hybrid": MeanDynamics(BAD, protocol=HybridProtocol([(0.25, ProportionalImitation()), (0.75, SmithComparison())])),
}


@pytest.mark.parametrize("name", DYNAMICS)
def test_orbits_are_those_of_the_formula_typed_by_hand(name):
    formula, game = by_hand(name), BAD + 3 * (name == "replicator_mutator")
    times, x0 = np.linspace(0, 6, 13), np.array([0.6, 0.3, 0.1])
    second = solve_ivp(lambda _, x: formula(x, game @ x), (0, 6), x0, "LSODA", times, rtol=1e-9, atol=1e-11)
    flow = integrate(DYNAMICS[name], x0=x0, t=times)
    assert flow.success
    np.testing.assert_allclose(flow.x, second.y.T, atol=2e-7)


def test_log_shares_of_imitations_reach_where_plain_shares_do_not():
    """x_2/x_1 falls like exp(-t): by t = 3000 it is exp(-3000)."""
    game = [[1, 1], [0, 0]]
    for dynamics, rate in (
        (Imitation(game), 1.0),
        (MaynardSmith(game, background=1), 0.5),
        (Imitation(game, protocol=FermiImitation(1.0)), np.tanh(0.5)),
        (ImitativeLogit(game, temperature=1.0), 1 - np.exp(-1)),
    ):
        flow = integrate(dynamics, x0=[1 - 1e-9, 1e-9], t=3000)
        assert flow.log_x[-1, 1] == pytest.approx(np.log(1e-9) - rate * 3000, rel=1e-5), dynamics


def test_projection_of_one_role_by_a_quadratic_programme():
    rng = np.random.default_rng(4)
    for zeros in (0, 1, 2, 3):
        payoffs, shares = rng.normal(size=5), rng.dirichlet(np.ones(5))
        shares[:zeros] = 0
        shares /= shares.sum()
        nearest = minimize(
            lambda v, payoffs=payoffs: ((v - payoffs) ** 2).sum(),
            np.zeros(5),
            jac=lambda v, payoffs=payoffs: 2 * (v - payoffs),
            bounds=[(0 if share == 0 else None, None) for share in shares],
            constraints={"type": "eq", "fun": np.sum},
            options={"ftol": 1e-14},
        )
        np.testing.assert_allclose(ProjectionProtocol().flow(payoffs, shares), nearest.x, atol=1e-7)


def test_projection_leaves_dominated_strategies_one_by_one():
    """Payoffs 0, 1, 2 for good: x_1 falls at 1 until t = 1/2, then x_2 at 1/2 until 11/10."""
    game = [[0, 0, 0], [1, 1, 1], [2, 2, 2]]
    flow = integrate(Projection(game), x0=[0.5, 0.3, 0.2], t=[0.25, 0.5, 0.8, 1.1, 2])
    expected = [[0.25, 0.3, 0.45], [0, 0.3, 0.7], [0, 0.15, 0.85], [0, 0, 1], [0, 0, 1]]
    np.testing.assert_allclose(flow.x, expected, atol=1e-8)


@pytest.mark.parametrize("rule", [BNN, Smith, Projection])
def test_direct_dynamics_find_the_ess_of_zeemans_game(rule):
    """From near the vertex of strategy 0, which is strictly best against itself."""
    flow = integrate(rule(ZEEMAN), x0=[0.9, 0.05, 0.05], t=[0, 100, 200])
    np.testing.assert_allclose(flow.final, [1, 0, 0], atol=3e-3)  # BNN comes at the pace of 1/t
    assert flow.x[2, 0] > flow.x[1, 0] or flow.x[2, 0] == 1


def test_direct_dynamics_leave_a_face_and_imitation_does_not():
    game, start = [[0, 0], [1, 1]], [1, 0]
    for rule in (BNN, Smith, Projection, BestResponse):
        assert rule(game).velocity(start)[1] > 0
    for dynamics in (Replicator(game), ImitativeLogit(game, temperature=1), MaynardSmith(game, background=1)):
        assert (dynamics.velocity(start) == 0).all()


def test_asymmetric_roles_nonlinear_and_many_player_payoffs():
    """Each role compares its own payoffs; three-player and formula payoffs go the same way."""
    rng = np.random.default_rng(7)
    tables = [rng.normal(size=(2, 3, 2)) for _ in range(3)]
    game = NormalForm(*tables)
    state = [rng.dirichlet(np.ones(n)) for n in (2, 3, 2)]
    velocity = Smith(game).velocity(dict(zip(game.players, state, strict=True)))
    payoffs = np.einsum("ijk,j,k->i", tables[0], state[1], state[2])
    gain = payoffs[1] - payoffs[0]
    flux = state[0][0] * max(gain, 0) - state[0][1] * max(-gain, 0)
    np.testing.assert_allclose(velocity[game.players[0]], [-flux, flux], atol=1e-14)
    x = sp.Symbol("x")
    crowd = Population.from_payoffs({"agent": {"in": 1 / x - x, "out": 1}}, {x: ("agent", "in")})
    np.testing.assert_allclose(BNN(crowd).velocity([0.25, 0.75]), np.array([1, -1]) * 0.75**2 * 2.75)


def test_three_ways_to_the_replicator():
    x = [0.5, 0.3, 0.2]
    for protocol in (ImitationOfSuccess(-2), ImitationByDissatisfaction(2), ProportionalImitation()):
        np.testing.assert_allclose(Imitation(RPS, protocol=protocol).velocity(x), Replicator(RPS).velocity(x))


def test_scalar_mutation_is_its_table():
    x = np.array([0.5, 0.3, 0.2])
    at_birth = 0.7 * np.eye(3) + 0.15 * (1 - np.eye(3))
    one, other = ReplicatorMutator(BAD, mutation=0.3), ReplicatorMutator(BAD, mutation=at_birth)
    np.testing.assert_allclose(one.velocity(x), other.velocity(x), atol=1e-15)
    np.testing.assert_allclose(
        Smith(BAD).mutating(0.2).velocity(x), Smith(BAD).mutating(np.full((3, 3), 0.2)).velocity(x), atol=1e-15
    )
    only = NormalForm([[1, 2]], [[1, 0]])
    assert ReplicatorMutator(only, mutation=0.3).velocity(([1], [0.5, 0.5]))["player 1"] == [0]


def test_without_mutation_the_replicator_mutator_is_the_replicator():
    x = [0.5, 0.3, 0.2]
    np.testing.assert_allclose(ReplicatorMutator(RPS, mutation=0).velocity(x), Replicator(RPS).velocity(x), atol=1e-16)
    discrete = iterate(MaynardSmith(RPS, background=2, mutation=np.eye(3)), x0=x, steps=20)
    plain = iterate(MaynardSmith(RPS, background=2), x0=x, steps=20)
    np.testing.assert_allclose(discrete.x, plain.x, atol=1e-14)


def test_discrete_replicator_mutator_by_hand():
    x, fitness = np.array([0.5, 0.3, 0.2]), RPS @ [0.5, 0.3, 0.2] + 2
    after = iterate(MaynardSmith(RPS, background=2, mutation=ERRORS), x0=x, steps=1).final
    expected = [sum(x[j] * fitness[j] * ERRORS[j][i] for j in range(3)) / (x @ fitness) for i in range(3)]
    np.testing.assert_allclose(after, expected, atol=1e-15)


def test_discrete_replicator_spirals_out_of_rock_paper_scissors():
    orbit = iterate(MaynardSmith(RPS, background=2), x0=[0.33334, 0.33333, 0.33333], steps=60)
    distance = np.linalg.norm(orbit.x - 1 / 3, axis=1)
    assert distance[-1] / distance[0] == pytest.approx((1 + 1 / 12) ** 30, rel=1e-3)


@pytest.mark.parametrize("name", ["fermi", "brown", "hybrid"])
def test_the_sampled_process_moves_as_the_mean_dynamic(name):
    """4 runs of 5000 agents: an error of about 1/sqrt(20000) = 0.007."""
    dynamics = DYNAMICS[name]
    runs = sample(dynamics, sizes=5_000, x0=[0.6, 0.3, 0.1], t=[0, 1.5], seeds=4, rng=8)
    flow = integrate(dynamics, x0=[0.6, 0.3, 0.1], t=[0, 1.5])
    np.testing.assert_allclose(runs.x[:, -1].mean(axis=0), flow.x[-1], atol=0.03)


def test_exact_chain_of_fermi_imitation():
    chain = birth_death(Imitation([[0, 2], [1, 0]], protocol=FermiImitation(0.5)), 10)
    k = 4  # payoffs 1.2 and 0.4
    assert np.exp(chain.log_up[k]) == pytest.approx(0.6 * 0.4 / (1 + np.exp(-0.8 / 0.5)))
    assert np.exp(chain.log_down[k]) == pytest.approx(0.4 * 0.6 / (1 + np.exp(0.8 / 0.5)))


def test_dynamics_travel_between_processes():
    for dynamics in (*DYNAMICS.values(), BestResponse(RPS), Projection(RPS)):
        there = pickle.loads(pickle.dumps(dynamics))
        np.testing.assert_array_equal(there.velocity([0.5, 0.3, 0.2]), dynamics.velocity([0.5, 0.3, 0.2]))


def test_ties_are_seen_in_spite_of_rounding_and_not_invented_for_small_payoffs():
    third = [1 / 3, 1 / 3, 1 / 3]
    np.testing.assert_allclose(BestResponse(BAD * 0.1).velocity(third), 0, atol=1e-16)
    np.testing.assert_array_equal(BestResponse(BAD * 1e-30).velocity([0.5, 0.25, 0.25]), [-0.5, 0.75, -0.25])
    np.testing.assert_array_equal(BestResponse(RPS, tie=0.3).velocity([0.5, 0.25, 0.25]), [0.125, 0.125, -0.25])


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: FermiImitation(0), "temperature = 0 is not a positive finite number"),
        (lambda: ImitativeLogit(RPS, temperature=np.inf), "temperature = inf"),
        (lambda: RelativeImitation(np.nan), "background = nan"),
        (lambda: ImitationOfSuccess("low"), "floor = 'low'"),
        (lambda: BestResponseChoice(-1), "tie = -1"),
        (lambda: Reproduction(1.5), r"mutation = 1.5 is no probability in \[0, 1\]"),
        (lambda: Reproduction([[0.5, 0.4], [0, 1]]), "row 0 .* sums to 0.9, not to 1"),
        (lambda: Reproduction([[1.5, -0.5], [0, 1]]), "not negative, not -0.5"),
        (lambda: Reproduction([0.5, 0.5]), r"shape \(2,\)"),
        (lambda: MutatingProtocol(SmithComparison(), -0.1), "not negative, not -0.1"),
        (lambda: MutatingProtocol(SmithComparison(), "often"), "not 'often'"),
        (lambda: HybridProtocol([]), "positive finite weights, not none"),
        (lambda: HybridProtocol([(-1, SmithComparison())]), r"not \[-1.0\]"),
        (
            lambda: HybridProtocol([(1, Reproduction(np.eye(2))), (1, Reproduction(np.eye(3)))]),
            "2 and 3 strategies do not mix",
        ),
        (lambda: ReplicatorMutator(RPS, mutation=np.eye(2)), "population has 3 strategies, .* matrix is for 2"),
        (lambda: MaynardSmith(RPS - 1).velocity([0.5, 0.3, 0.2]), "mean fitness .* is -1, .*add a background"),
        (lambda: integrate(MaynardSmith(RPS - 1), x0=[0.5, 0.3, 0.2], t=1), "population: the mean fitness"),
        (lambda: Imitation(RPS, protocol=ImitationOfSuccess(0)).switching([0.5, 0.3, 0.2]), "less than floor = 0"),
        (lambda: ReplicatorMutator(-np.eye(2), mutation=0.1).velocity([1, 0]), "birth rates are negative"),
        (lambda: iterate(MaynardSmith([[1, 0], [8, -3]]), x0=[0.5, 0.5], steps=9), "add a background fitness"),
    ],
)
def test_refusals(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_wrong_kinds_of_protocol():
    with pytest.raises(TypeError, match="is no imitation"):
        Imitation(RPS, protocol=SmithComparison())
    with pytest.raises(TypeError, match="is no RevisionProtocol"):
        MeanDynamics(RPS, protocol="imitation")
    with pytest.raises(TypeError, match="growth rate is infinite"):
        SmithComparison().growth(np.zeros(2), np.array([0.5, 0.5]))
    with pytest.raises(TypeError, match="no bound for all shares"):
        ProjectionProtocol().revision_bound(np.zeros(2))


@pytest.mark.parametrize("parts", [3, [1, 2], [("a", ProportionalImitation())]])
def test_a_hybrid_is_made_of_pairs(parts):
    with pytest.raises(TypeError, match="give pairs"):
        HybridProtocol(parts)


@pytest.mark.parametrize("make", [lambda p: HybridProtocol([(1, p)]), lambda p: MutatingProtocol(p, 0.1)])
@pytest.mark.parametrize("protocol", ["x", ProportionalImitation])
def test_only_protocols_mix(make, protocol):
    with pytest.raises(TypeError, match="is no RevisionProtocol"):
        make(protocol)
