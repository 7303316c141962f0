"""Laws of supply rules, by property: nothing is issued twice, shares are kept, caps hold."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analytic.supply import (
    baseline_minting,
    demurrage,
    disinflation,
    halving_cap,
    halving_reward,
    halving_supply,
    pi_path,
    pi_stable,
    rebase,
    vesting,
)

quick = settings(max_examples=60, deadline=None)
rates = st.floats(1e-3, 1)


@quick
@given(initial=st.integers(0, 10**12), interval=st.integers(1, 10**6), blocks=st.integers(0, 10**9))
def test_halving(initial, interval, blocks):
    rule = {"initial": initial, "interval": interval}
    step = halving_supply(blocks + 1, **rule) - halving_supply(blocks, **rule)
    assert step == halving_reward(blocks, **rule)
    assert halving_supply(blocks, **rule) <= halving_cap(**rule) <= 2 * initial * interval
    assert halving_reward(blocks + interval, **rule) == halving_reward(blocks, **rule) // 2


@quick
@given(P=st.floats(0.01, 100), T=st.floats(0.01, 100), L=st.floats(1, 50), w=st.floats(0, 0.5), h=st.floats(0, 100))
def test_a_rebase_keeps_shares_and_moves_towards_the_target(P, T, L, w, h):
    at = {"P": P, "T": T, "L": L, "w": w}
    share = rebase["balance"](h=h, **at) / rebase["supply"](S=100, **at)
    assert share == pytest.approx(h / 100)
    after = rebase["price"](**at)
    assert min(P, T) * (1 - 1e-12) <= after <= max(P, T) * (1 + 1e-12)


@quick
@given(T=st.floats(1, 100), c=st.floats(0, 1), n=st.integers(1, 48), t=st.floats(0, 200), later=st.floats(0, 50))
def test_vesting_only_rises_and_ends_with_the_grant(T, c, n, t, later):
    at = {"G": 100, "T": T}
    assert vesting["cliff"](c=c * T, t=t, **at) <= vesting["cliff"](c=c * T, t=t + later, **at) + 1e-9
    assert vesting["graded"](n=n, t=t, **at) <= vesting["linear"](t=t, **at) + 1e-9
    assert vesting["cliff"](c=c * T, t=2 * T, **at) == vesting["graded"](n=n, t=2 * T, **at) == 100


@quick
@given(a=st.floats(0.05, 1.9), b=st.floats(0.02, 3.5))
def test_a_stable_controller_brings_deviations_down(a, b):
    assume(2 * a + b < 3.9)
    assert pi_stable(1, a, b)
    assert abs(pi_path(1, 4000, g=1, K_p=a, K_i=b)[-1]) < 1e-3


@quick
@given(i0=rates, k=rates, t=st.floats(0, 1000))
def test_without_a_floor_supply_is_capped(i0, k, t):
    assume(i0 / k < 300)
    assert disinflation["supply"](S0=1, i0=i0, f=0, k=k, t=t) <= disinflation["cap"](S0=1, i0=i0, k=k) * (1 + 1e-12)


@quick
@given(lam=rates, g=rates, R=st.floats(0, 1e6), more=st.floats(0, 1e6))
def test_minting_rises_with_work_and_never_passes_its_cap(lam, g, R, more):
    at = {"B": 770, "lam": lam, "b0": 1, "g": g}
    assert baseline_minting["baseline"](R=R, **at) <= baseline_minting["baseline"](R=R + more, **at) + 1e-9
    assert baseline_minting["baseline"](R=R, **at) <= 770


@quick
@given(B=st.floats(0, 1e3), C=st.floats(0, 1e3), delta=rates, t=st.floats(0, 100))
def test_demurrage_draws_balances_together(B, C, delta, t):
    gap = [demurrage["balance"](B=x, delta=delta, m=3, t=t) for x in (B, C)]
    assert abs(gap[0] - gap[1]) <= abs(B - C) * (1 + 1e-9) + 1e-9
