"""Laws of ensembles: the simplex, one orbit as `integrate` finds it, and no influence of company, workers or shifts."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from evolution.direct_protocols import SmithComparison
from evolution.dynamics import Logit, MeanDynamics, Replicator
from evolution.flow import ensemble
from evolution.imitation_protocols import FermiImitation
from evolution.mutation_protocols import HybridProtocol
from evolution.named_dynamics import (
    BrownVonNeumannNash,
    ImitativeLogit,
    MaynardSmith,
    Projection,
    ReplicatorMutator,
    Smith,
)
from evolution.trajectory import integrate
from gametheory.normal_form import NormalForm

TWISTED = np.array([[0.0, -1.0, 1.5], [1.0, 0.0, -1.0], [-1.0, 1.2, 0.0]])
PAIR = NormalForm([[3, 1], [0, 2], [1, 1]], [[1, 2], [0, 3], [2, 0]])
TRIO = NormalForm(*np.random.default_rng(0).integers(-3, 4, (3, 2, 3, 2)))
PAYOFF = st.floats(-10, 10, allow_subnormal=False)
TIMES = np.linspace(0, 20, 21)

DYNAMICS = {
    "replicator": lambda: Replicator(TWISTED),
    "replicator, two roles": lambda: Replicator(PAIR),
    "replicator, three roles": lambda: Replicator(TRIO),
    "logit": lambda: Logit(TWISTED, temperature=0.3),
    "logit, two roles": lambda: Logit(PAIR, temperature=0.2),
    "logit, three roles": lambda: Logit(TRIO, temperature=0.5),
    "fermi": lambda: MeanDynamics(TWISTED, protocol=FermiImitation(0.5)),
    "imitative logit": lambda: ImitativeLogit(PAIR, temperature=0.5),
    "maynard smith": lambda: MaynardSmith(TWISTED + 2),
    "excess payoff": lambda: BrownVonNeumannNash(TWISTED),
    "smith": lambda: Smith(PAIR),
    "projection": lambda: Projection(TWISTED),
    "mutation": lambda: Replicator(TWISTED).mutating(0.05),
    "mutation at birth": lambda: ReplicatorMutator(TWISTED + 2, mutation=0.05),
    "hybrid": lambda: MeanDynamics(
        TWISTED, protocol=HybridProtocol([(0.5, FermiImitation(0.5)), (1, SmithComparison())])
    ),
}


@cache
def flows_of(name):
    return ensemble(DYNAMICS[name](), 40, t=TIMES, rng=8)


def by_role(states):
    return list(states.values()) if isinstance(states, dict) else [states]


@pytest.mark.parametrize("name", DYNAMICS)
def test_shares_lie_on_the_simplex(name):
    flows = flows_of(name)
    assert flows.method == "compiled"
    assert flows.success.all()
    for x in by_role(flows.x):
        assert np.abs(x.sum(axis=-1) - 1).max() <= 1e-12
        assert (x >= 0).all()


@pytest.mark.parametrize("name", DYNAMICS)
def test_an_orbit_is_what_integrate_finds(name):
    flows = flows_of(name)
    for k in (0, 17):
        start = (
            {role: each[k] for role, each in flows.starts.items()} if len(flows.dynamics.roles) > 1 else flows.starts[k]
        )
        one = integrate(flows.dynamics, x0=start, t=TIMES, rtol=1e-11, atol=1e-13)
        for x, other in zip(by_role(flows.x), by_role(one.x), strict=True):
            np.testing.assert_allclose(x[k], other, atol=1e-7 if name in ("smith", "excess payoff", "hybrid") else 1e-8)


@pytest.mark.parametrize("name", ["replicator, two roles", "logit", "smith", "fermi"])
def test_neither_workers_nor_company_change_a_digit(name):
    flows = flows_of(name)
    order = np.random.default_rng(3).permutation(40)[:23]
    several = len(flows.dynamics.roles) > 1
    starts = {role: x[order] for role, x in flows.starts.items()} if several else flows.starts[order]
    for workers in (1, 2, 5):
        again = ensemble(flows.dynamics, starts, t=TIMES, workers=workers)
        for x, other in zip(by_role(flows.x), by_role(again.x), strict=True):
            np.testing.assert_array_equal(x[order], other)


@pytest.mark.parametrize("name", ["replicator", "fermi", "imitative logit", "maynard smith"])
def test_imitation_keeps_faces(name):
    dynamics = DYNAMICS[name]()
    sizes = [part.stop - part.start for part in dynamics.parts]
    starts = [np.eye(size)[[0, 1]] * 0.25 + np.eye(size)[[1, 0]] * 0.75 for size in sizes]
    packed = starts[0] if len(sizes) == 1 else dict(zip(dynamics.roles, starts, strict=True))
    flows = ensemble(dynamics, packed, t=TIMES)
    for x in by_role(flows.x):
        assert (x[..., 2:] == 0).all()
        assert (x[..., :2] > 0).all()


@given(arrays(float, (3, 3), elements=PAYOFF), arrays(float, 3, elements=st.floats(-1e6, 1e6)), st.integers(0, 9))
@settings(deadline=None, max_examples=25)
def test_shifts_of_columns_change_nothing_beyond_rounding(matrix, shift, seed):
    """The matrix that is shifted has lost digits itself: those of 1e6 and no more, over a time of one unit."""
    plain = ensemble(Replicator(matrix), 5, t=1, rng=seed, rtol=1e-12)
    moved = ensemble(Replicator(matrix + shift), 5, t=1, rng=seed, rtol=1e-12)
    np.testing.assert_allclose(moved.x, plain.x, atol=1e-7)
    whole = np.round(matrix)
    exact = [ensemble(Replicator(A), 5, t=1, rng=seed, rtol=1e-12).x for A in (whole, whole + np.round(shift))]
    np.testing.assert_allclose(*exact, atol=1e-11)


@given(arrays(float, (3, 3), elements=PAYOFF), st.sampled_from([1e-200, 1e-6, 1e6, 1e200]))
@settings(deadline=None, max_examples=15)
def test_payoffs_in_other_units_are_time_in_other_units(matrix, unit):
    plain = ensemble(Replicator(matrix), 5, t=3, rng=1, rtol=1e-11)
    other = ensemble(Replicator(matrix * unit), 5, t=3 / unit, rng=1, rtol=1e-11)
    np.testing.assert_allclose(other.x, plain.x, atol=1e-8)


@given(arrays(float, (4, 4), elements=PAYOFF), st.integers(0, 9))
@settings(deadline=None, max_examples=15)
def test_going_on_from_the_middle_is_the_same_orbit(matrix, seed):
    for dynamics in (Replicator(matrix), Logit(matrix, temperature=0.5)):
        whole = ensemble(dynamics, 5, t=[0, 0.5, 1], rng=seed, rtol=1e-11)
        rest = ensemble(dynamics, whole.x[:, 1], t=[0, 0.5], rtol=1e-11)
        np.testing.assert_allclose(rest.final, whole.final, atol=1e-8)


def test_the_order_of_the_pair():
    """Halving the tolerance by 2^8 about halves the step: cost grows with the eighth root, error with the tolerance."""
    dynamics = Logit(TWISTED, temperature=0.3)
    starts = flows_of("logit").starts[:8]
    true = ensemble(dynamics, starts, t=TIMES, rtol=1e-13, atol=1e-14).x
    errors = [np.abs(ensemble(dynamics, starts, t=TIMES, rtol=r, atol=r).x - true).max() for r in (1e-5, 1e-7, 1e-9)]
    assert errors[0] < 1e-5
    assert errors[1] < errors[0] / 10
    assert errors[2] < errors[1] / 10
