"""Laws of revision protocols: velocity is the balance of rates, rows are rates, what rests, what goes uphill."""

from __future__ import annotations

import pickle

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from evolution.direct_protocols import (
    BestResponseChoice,
    ExcessPayoffComparison,
    ProjectionProtocol,
    SmithComparison,
)
from evolution.dynamics import MeanDynamics
from evolution.imitation_protocols import (
    FermiImitation,
    ImitationByDissatisfaction,
    ImitationOfSuccess,
    ImitativeLogitChoice,
    RelativeImitation,
)
from evolution.mutation_protocols import HybridProtocol, MutatingProtocol, Reproduction
from evolution.named_dynamics import BNN, BestResponse, Projection, Smith
from evolution.protocols import LogitChoice, ProportionalImitation
from gametheory.dispatch import solve
from gametheory.normal_form import NormalForm


def circulant(n, errors=(0.7, 0.2, 0.1)):
    return sum(w * np.roll(np.eye(n), k, axis=1) for k, w in enumerate(errors))


def protocols(n=3, scale=1.0):
    """All of them, for n strategies that are paid between -10 and 10 times the scale."""
    most = 10 * scale
    return {
        "proportional imitation": ProportionalImitation(),
        "success": ImitationOfSuccess(-most),
        "dissatisfaction": ImitationByDissatisfaction(most),
        "relative": RelativeImitation(1.5 * most),
        "fermi": FermiImitation(0.5 * scale),
        "cold fermi": FermiImitation(1e-6 * scale),
        "imitative logit": ImitativeLogitChoice(0.5 * scale),
        "cold imitative logit": ImitativeLogitChoice(1e-3 * scale),
        "logit": LogitChoice(0.5 * scale),
        "excess payoff": ExcessPayoffComparison(),
        "pairwise comparison": SmithComparison(),
        "best response": BestResponseChoice(),
        "projection": ProjectionProtocol(),
        "mutation": MutatingProtocol(ProportionalImitation(), 0.25 * scale),
        "mutation by a table": MutatingProtocol(SmithComparison(), scale * circulant(n)),
        "reproduction": Reproduction(0.125, 1.5 * most),
        "reproduction by a table": Reproduction(circulant(n), most),
        "relative reproduction": Reproduction(circulant(n), 1.5 * most, relative=True),
        "hybrid": HybridProtocol([(0.5, ProportionalImitation()), (0.25, SmithComparison())]),
        "hybrid of three": HybridProtocol(
            [(2.0, FermiImitation(scale)), (1.0, LogitChoice(scale)), (0.5, MutatingProtocol(SmithComparison(), 0.1))]
        ),
    }


NAMES = sorted(protocols())
NASH = ["excess payoff", "pairwise comparison", "best response", "projection", "hybrid"]
UPHILL = [*NASH, "proportional imitation", "relative", "fermi", "imitative logit", "success", "dissatisfaction"]
LEVEL = st.sampled_from([-10.0, -1.0, 0.0, 0.5, 1.0, 7.0])  # ties are frequent
PAYOFF = st.one_of(LEVEL, st.floats(-10, 10, allow_subnormal=False))


@st.composite
def payoffs_and_shares(draw, smallest=2, largest=5):
    n = draw(st.integers(smallest, largest))
    payoffs = draw(arrays(float, n, elements=PAYOFF))
    weights = st.one_of(st.just(0.0), st.floats(1e-3, 1), st.sampled_from([1e-200, 1e-12]))
    shares = draw(arrays(float, n, elements=weights).filter(lambda w: w.sum() > 1e-3))
    return payoffs, shares / shares.sum()


def largest(protocol, scale):
    """A unit for rates: probabilities, payoffs, or both."""
    if isinstance(protocol, HybridProtocol):
        return 10 + 100 * scale
    return 1.0 if protocol.bounded else 100 * scale


def balance(log_rates, shares):
    """x_i' = sum_j x_j rho_ji - x_i sum_j rho_ij, over who is there and moves."""
    with np.errstate(divide="ignore"):
        flux = np.exp(np.where(shares[:, None] > 0, np.log(shares)[:, None] + log_rates, -np.inf))
    np.fill_diagonal(flux, 0.0)
    return flux.sum(axis=0) - flux.sum(axis=1)


@given(payoffs_and_shares(), st.sampled_from([1.0, 1e300, 1e-250]))
def test_velocity_is_the_balance_of_the_rates(case, scale):
    payoffs, shares = case
    for name, protocol in protocols(len(shares), scale).items():
        velocity = protocol.flow(payoffs * scale, shares)
        unit = largest(protocol, scale)
        expected = balance(protocol.log_rates(payoffs * scale, shares) - np.log(unit), shares)
        np.testing.assert_allclose(velocity / unit, expected, rtol=1e-9, atol=1e-12, err_msg=name)


@given(payoffs_and_shares(), st.sampled_from([1.0, 1e300, 1e-250]))
def test_velocity_keeps_the_simplex(case, scale):
    payoffs, shares = case
    for name, protocol in protocols(len(shares), scale).items():
        velocity = protocol.flow(payoffs * scale, shares)
        assert (velocity[shares == 0] >= 0).all(), name
        assert abs(velocity.sum()) <= 1e-12 * largest(protocol, scale), name
        if protocol.keeps_faces:
            assert (velocity[shares == 0] == 0).all(), name
            growth = protocol.growth(payoffs * scale, shares)
            played = shares > 0
            np.testing.assert_array_equal(velocity[played], (shares * np.where(played, growth, 0))[played], name)


@given(payoffs_and_shares())
def test_rows_are_the_rates_of_one_agent_within_a_packed_state(case):
    payoffs, shares = case
    n = len(shares)
    packed, mixed = np.concatenate([[3.0], payoffs, [9.0]]), np.concatenate([[1.0], shares, [1.0]])
    for name, protocol in protocols(n).items():
        rates = protocol.rates(payoffs, shares)
        for i in np.flatnonzero(shares > 0):
            chance = np.full(n + 2, 77.0)
            with np.errstate(all="ignore"):
                total = protocol.row(packed, mixed, 1 + i, 1, 1 + n, protocol.parameter, chance)
            assert chance[0] == chance[-1] == 77.0, name
            off = np.arange(n) != i
            np.testing.assert_allclose(chance[1:-1][off], rates[i, off], rtol=1e-9, atol=1e-13, err_msg=name)
            assert total == pytest.approx(chance[1:-1].sum(), rel=1e-12), name
            if protocol.bounded:
                assert total <= 1 + 1e-12, name


@pytest.mark.parametrize("name", NAMES)
def test_rows_compile(name):
    protocol = protocols(3)[name]
    payoffs, shares = np.array([-1.0, 0.5, 2.0]), np.array([0.5, 0.5, 0.0])
    here, there = np.zeros(3), np.zeros(3)
    total = protocol.row(payoffs, shares, 0, 0, 3, protocol.parameter, here)
    assert numba.njit(protocol.row)(payoffs, shares, 0, 0, 3, protocol.parameter, there) == pytest.approx(total)
    np.testing.assert_allclose(there, here, rtol=1e-14)


@given(payoffs_and_shares(), payoffs_and_shares(largest=2))
def test_bounds_hold_for_all_shares_and_are_convex(case, other):
    payoffs, shares = case
    for name, protocol in protocols(len(shares)).items():
        if name == "projection":
            continue
        bound = protocol.revision_bound(payoffs)
        for x in (shares, *np.eye(len(shares))):
            rates = protocol.rates(payoffs, x)
            np.fill_diagonal(rates, 0)
            assert rates[x > 0].sum(axis=1).max() <= bound * (1 + 1e-12) + 1e-12, name
        elsewhere = np.resize(other[0], len(shares))
        middle = protocol.revision_bound((payoffs + elsewhere) / 2)
        assert middle <= (bound + protocol.revision_bound(elsewhere)) / 2 * (1 + 1e-12) + 1e-12, name


@given(payoffs_and_shares(), st.floats(-50, 50))
def test_a_constant_on_all_payoffs_moves_nothing_where_differences_count(case, constant):
    payoffs, shares = case
    for name, protocol in protocols(len(shares)).items():
        if protocol.by_differences and "cold" not in name and protocol != BestResponseChoice():
            here, there = protocol.flow(payoffs, shares), protocol.flow(payoffs + constant, shares)
            np.testing.assert_allclose(here, there, atol=1e-11, err_msg=name)


@given(payoffs_and_shares(), st.permutations(range(5)))
def test_names_do_not_matter(case, order):
    payoffs, shares = case
    p = np.array([k for k in order if k < len(shares)])
    for name, protocol in protocols(len(shares)).items():
        if "table" not in name and name != "relative reproduction":
            np.testing.assert_allclose(
                protocol.flow(payoffs, shares)[p], protocol.flow(payoffs[p], shares[p]), atol=1e-12, err_msg=name
            )


@given(payoffs_and_shares())
def test_payoffs_and_velocity_agree_in_direction(case):
    """Positive correlation: v.F >= 0, and v.F > 0 where v is not 0 (Sandholm 2010, section 5.2)."""
    payoffs, shares = case
    for name in UPHILL:
        velocity = protocols(len(shares))[name].flow(payoffs, shares)
        gain = velocity @ payoffs
        assert gain >= -1e-11, name
        if np.abs(velocity).max() > 1e-4:
            assert gain > 0, name


@given(payoffs_and_shares())
def test_velocity_vanishes_exactly_at_best_replies_to_the_payoffs(case):
    """Nash stationarity in one population: v = 0 iff all that is played is best."""
    payoffs, shares = case
    loss = payoffs.max() - payoffs[shares > 1e-3].min()
    for name in NASH:
        velocity = protocols(len(shares))[name].flow(payoffs, shares)
        if (payoffs[shares > 0] == payoffs.max()).all():
            np.testing.assert_allclose(velocity, 0, atol=1e-13, err_msg=name)
        elif loss > 1e-3:
            assert np.abs(velocity).max() > 1e-12, name


@settings(max_examples=25, deadline=None)
@given(arrays(float, (2, 3, 3), elements=st.integers(-5, 5).map(float)))
def test_nash_stationary_dynamics_rest_at_every_equilibrium(tables):
    game = NormalForm(*tables)
    hybrid = MeanDynamics(game, protocol=protocols()["hybrid"])
    for equilibrium in solve(game):
        for dynamics in (BNN(game), Smith(game), BestResponse(game), Projection(game), hybrid):
            velocity = dynamics.velocity(tuple(equilibrium.profile))
            for player in game.players:
                np.testing.assert_allclose(velocity[player], 0, atol=1e-13)


@given(payoffs_and_shares())
def test_projection_is_the_nearest_direction_into_the_simplex(case):
    """Against Moreau: F - v is orthogonal to v and makes no acute angle with any direction of the cone."""
    payoffs, shares = case
    velocity = ProjectionProtocol().flow(payoffs, shares)
    rest = payoffs - velocity
    assert abs(rest @ velocity) <= 1e-10
    played = shares > 0
    for i in np.flatnonzero(played):
        for j in range(len(shares)):  # e_j - e_i spans the cone where i is played
            assert rest[j] - rest[i] <= 1e-11


@pytest.mark.parametrize("name", NAMES)
def test_protocols_travel_between_processes(name):
    protocol = protocols()[name]
    there = pickle.loads(pickle.dumps(protocol))
    payoffs, shares = np.array([1.0, -2.0, 3.0]), np.array([0.5, 0.25, 0.25])
    np.testing.assert_array_equal(there.flow(payoffs, shares), protocol.flow(payoffs, shares))
    assert there.parameter == protocol.parameter
