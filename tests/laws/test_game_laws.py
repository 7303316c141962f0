"""Laws of what equilibria are worth: invariance, and who implies whom, on random games, many of them degenerate."""

from fractions import Fraction as F

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from gametheory.commitment import security, stackelberg
from gametheory.correlated import correlated_equilibrium, obedience
from gametheory.dispatch import solve
from gametheory.dominance import iterated_dominance
from gametheory.methods.ess import is_ess, is_neutrally_stable
from gametheory.methods.symmetric import symmetric_equilibria
from gametheory.normal_form import NormalForm
from gametheory.potential import exact_potential, ordinal_potential
from gametheory.stability import index, is_quasi_strict, is_strict, stability_of

QUICK = settings(max_examples=50, deadline=None)


@st.composite
def tables(draw, span=3, largest=4, square=False):
    m = draw(st.integers(1, largest))
    n = m if square else draw(st.integers(1, largest))
    return [
        np.array(draw(st.lists(st.integers(-span, span), min_size=m * n, max_size=m * n)), dtype=object).reshape(m, n)
        for _ in range(2)
    ]


@st.composite
def rescaled(draw):
    """A game, the same after positive affine maps and a permutation of rows, and the permutation."""
    A, B = draw(tables())
    a, b = draw(st.fractions(F(1, 5), 5, max_denominator=5)), draw(st.fractions(F(1, 5), 5, max_denominator=5))
    c = np.array([draw(st.integers(-3, 3)) for _ in range(A.shape[1])], dtype=object)  # per column for player 1
    d = np.array([draw(st.integers(-3, 3)) for _ in range(A.shape[0])], dtype=object)[:, None]
    order = draw(st.permutations(range(len(A))))
    return NormalForm(A, B), NormalForm((a * A + c)[order], (b * B + d)[order]), order


@QUICK
@given(rescaled())
def test_what_belongs_to_best_replies_is_invariant(case):
    game, other, order = case
    one, two = iterated_dominance(game), iterated_dominance(other)
    assert {order[i] for i in two.survivors[0]} == set(one.survivors[0])
    assert two.survivors[1] == one.survivors[1]
    assert ordinal_potential(game).exists == ordinal_potential(other).exists
    distribution = correlated_equilibrium(game).distribution
    assert obedience(other, distribution[order]).gain <= 0
    for e in solve(game):
        moved = [[e.exact[0][i] for i in order], e.exact[1]]
        assert stability_of(game, e).index == stability_of(other, moved).index
        assert is_quasi_strict(game, e) == is_quasi_strict(other, moved)


@QUICK
@given(tables())
def test_a_duplicated_action_changes_no_value(pair):
    A, B = pair
    game = NormalForm(A, B)
    double = NormalForm(np.vstack([A, A[:1]]), np.vstack([B, B[:1]]))
    assert correlated_equilibrium(game).value == correlated_equilibrium(double).value
    assert stackelberg(game).value == stackelberg(double).value
    assert stackelberg(game, leader=1).value == stackelberg(double, leader=1).value
    assert [security(game, k).value for k in (0, 1)] == [security(double, k).value for k in (0, 1)]
    assert exact_potential(game).exists == exact_potential(double).exists
    kept = set(iterated_dominance(game).survivors[0])
    assert set(iterated_dominance(double).survivors[0]) == kept | ({len(A)} if 0 in kept else set())


@QUICK
@given(tables(square=True, span=2))
def test_strict_implies_ess_implies_nss_implies_nash(pair):
    game = NormalForm.symmetric(pair[0])
    for e in symmetric_equilibria(game):
        ess, nss = is_ess(game, e.exact[0]), is_neutrally_stable(game, e.exact[0])
        assert ess or not is_strict(game, e)
        assert nss or not ess
    for i in range(len(pair[0])):
        pure = [F(int(i == j)) for j in range(len(pair[0]))]
        assert not is_neutrally_stable(game, pure) or not any(game.regret([pure, pure]))


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(tables(span=200))
def test_indices_of_all_equilibria_sum_to_one(pair):
    game = NormalForm(*pair)
    found = solve(game)
    assume(all(stability_of(game, e).regular for e in found))
    assert sum(index(game, e) for e in found) == 1
    assert all(index(game, e) == 1 for e in found if is_strict(game, e))


@QUICK
@given(tables(span=200))
def test_index_by_the_determinants_of_the_positive_game(pair):
    """Shapley's formula, with determinants in floats."""
    A, B = (np.asarray(t - t.min() + 1, dtype=float) for t in pair)
    game = NormalForm(*pair)
    for e in solve(game):
        if stability_of(game, e).regular:
            block = np.ix_(*e.support)
            k = len(e.support[0])
            assert index(game, e) == (-1) ** (k + 1) * np.sign(np.linalg.det(A[block]) * np.linalg.det(B[block]))


@QUICK
@given(tables())
def test_every_mixture_of_nash_equilibria_is_a_correlated_equilibrium(pair):
    game = NormalForm(*pair)
    products = [np.multiply.outer(*(np.array(part, dtype=object) for part in e.exact)) for e in solve(game)]
    mixture = sum(products[1:], start=products[0]) / F(len(products))
    assert obedience(game, mixture).gain <= 0
    assert obedience(game, mixture, coarse=True).gain <= 0


@QUICK
@given(tables())
def test_correlated_equilibria_use_only_rationalisable_actions(pair):
    game = NormalForm(*pair)
    kept = iterated_dominance(game).survivors
    for worst in (False, True):
        for cell in correlated_equilibrium(game, worst=worst).support:
            assert all(i in left for i, left in zip(cell, kept, strict=True))


@QUICK
@given(tables())
def test_potentials_add(pair):
    """Games with P and Q in common interest, plus what nobody can change: P + Q is the sum's potential."""
    P, Q = pair
    columns, rows = Q[-1:], P[:, -1:]  # player 1 cannot change the first, player 2 not the second
    found = exact_potential(NormalForm(P + Q + columns, P + Q + rows))
    assert found.exists
    assert (found.values == P + Q - (P + Q).min()).all()


@QUICK
@given(tables())
def test_the_value_is_what_either_side_secures_commits_to_and_correlates_on(pair):
    game = NormalForm.zero_sum(pair[0])
    (value,) = {e.details["payoffs"][0] for e in solve(game)}
    assert {e.details["value"] for e in solve(game, method="linear program")} == {value}
    assert security(game, 0).value == value == -security(game, 1).value
    assert stackelberg(game).value == value == -stackelberg(game, leader=1).value
    for worst in (False, True):
        assert correlated_equilibrium(game, objective=0, worst=worst, coarse=True).value == value
