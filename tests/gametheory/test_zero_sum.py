"""Games of opposite interests by linear programs, against vertex enumeration, which shares no code with them."""

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gametheory.dispatch import solve
from gametheory.methods.zero_sum import opposite_interests
from gametheory.normal_form import NormalForm


@st.composite
def matrices(draw, span=2):
    m, n = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    return np.array(draw(st.lists(st.integers(-span, span), min_size=m * n, max_size=m * n))).reshape(m, n)


@settings(max_examples=80, deadline=None)
@given(matrices(), st.fractions(F(1, 3), 3, max_denominator=4), st.integers(-3, 3))
def test_the_same_set_as_by_vertices_in_whatever_units(A, factor, constant):
    game = NormalForm(A, (constant - A) / factor)
    one, other = solve(game, method="linear program"), solve(game)
    assert one.complete
    assert [e.exact for e in one] == [e.exact for e in other]
    assert (one.nash_subsets, one.components) == (other.nash_subsets, other.components)
    assert {e.details["value"] for e in one} == {e.details["payoffs"][0] for e in other}
    changes = len(set(A.ravel().tolist())) > 1
    assert opposite_interests(game) == ((factor, constant) if changes else (1, A[0, 0] + (constant - A[0, 0]) / factor))


@pytest.mark.parametrize(
    ("A", "value"),
    [
        ([[0, -1, 1], [1, 0, -1], [-1, 1, 0]], 0),
        ([[0, 2, -3, 0], [-2, 0, 0, 3], [3, 0, 0, -4], [0, -3, 4, 0]], 0),  # Morra: a continuum (Dantzig)
        ([[4, 1, 8], [2, 3, 1], [0, 4, 3]], F(5, 2)),  # (1/4, 3/4, 0) against (1/2, 1/2, 0)
        ([["1/3"]], F(1, 3)),
    ],
)
def test_known_values(A, value):
    found = solve(NormalForm.zero_sum(A), method="linear program")
    assert {e.details["value"] for e in found} == {value}
    assert {e.exact for e in found} == {e.exact for e in solve(NormalForm.zero_sum(A))}


def test_two_fingered_morra_has_two_extreme_strategies_each():
    found = solve(
        NormalForm.zero_sum([[0, 2, -3, 0], [-2, 0, 0, 3], [3, 0, 0, -4], [0, -3, 4, 0]]), method="linear program"
    )
    assert {e.exact[0] for e in found} == {(0, F(3, 5), F(2, 5), 0), (0, F(4, 7), F(3, 7), 0)}
    assert len(found) == 4


def test_a_hundred_actions_each_are_solved_exactly():
    A = np.random.default_rng(4).integers(-100, 101, (100, 100))
    (only,) = solve(NormalForm.zero_sum(A), method="linear program")
    x, y = (np.array(part, dtype=object) for part in only.exact)
    assert min(x @ A.astype(object)) == max(A.astype(object) @ y) == only.details["value"]


def test_limits_and_refusals_say_what_to_do():
    with pytest.raises(ValueError, match=r"\(0, 0\) to \(0, 1\) the payoffs change by 1 and 1.*default method"):
        solve(NormalForm([[0, 1]], [[0, 1]]), method="linear program")
    with pytest.raises(ValueError, match=r"A \+ 1 B is constant on cells .* but not at \(1, 0\)"):
        solve(NormalForm([[0, 1], [2, 0]], [[0, -1], [0, 0]]), method="linear program")
    with pytest.raises(ValueError, match="between two players only"):
        opposite_interests(NormalForm(*np.zeros((3, 1, 1, 1), dtype=int)))
    with pytest.raises(ValueError, match="Give time_limit=seconds"):
        solve(NormalForm(*np.zeros((2, 1000, 1000), dtype=int)), method="linear program")
    with pytest.raises(ValueError, match="max_equilibria is 0"):
        solve(NormalForm.zero_sum([[1]]), method="linear program", max_equilibria=0)
    some = solve(NormalForm.zero_sum(np.zeros((3, 3))), method="linear program", max_equilibria=2)
    assert (len(some), some.complete) == (2, False)
    assert "first 2 of 9" in some.reason


def test_floats_of_full_precision_are_solved_from_the_floating_basis(monkeypatch):
    """Payoffs of 53 bits make integers of 60: the unknown value must be scaled, or HiGHS takes it for nothing."""
    from gametheory.methods import exact_simplex

    def refused(*_):
        raise AssertionError("the exact simplex method was needed")

    monkeypatch.setattr(exact_simplex, "simplex", refused)
    for seed, scale in ((0, 1.0), (1, 1e-12), (2, 1e12)):
        table = scale * np.random.default_rng(seed).normal(size=(40, 40))
        found = solve(NormalForm.zero_sum(table), method="linear program")
        assert found.complete
        assert found[0].regret == 0
