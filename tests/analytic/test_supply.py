"""Supply rules by independent routes: block by block, eigenvalues, stepped balances, quadrature."""

import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from analytic.supply import (
    bang_bang,
    baseline_minting,
    buy_back,
    demurrage,
    disinflation,
    fee_burn,
    halving,
    halving_cap,
    halving_reward,
    halving_supply,
    inflation_path,
    network_time,
    pi_path,
    pi_stable,
    rebase,
    treasury,
    vesting,
)


@pytest.mark.parametrize(("initial", "interval"), [(50, 3), (7, 1), (1, 5), (0, 2), (1023, 4)])
def test_halving_block_by_block(initial, interval):
    total, reward = 0, initial
    for height in range(interval * 14):
        if height and height % interval == 0:
            reward //= 2
        assert halving_reward(height, initial=initial, interval=interval) == reward
        assert halving_supply(height, initial=initial, interval=interval) == total
        total += reward
    assert (
        halving_cap(initial=initial, interval=interval)
        == total
        == halving_supply(10**40, initial=initial, interval=interval)
    )


def test_halving_of_bitcoin():
    assert halving_cap() == 2_099_999_997_690_000
    assert halving_supply(840_000) == 19_687_500 * 10**8
    assert halving_reward(33 * 210_000 - 1) == 1
    assert halving_reward(33 * 210_000) == halving_reward(10**100) == 0
    smooth = halving["supply"](A=50, N=210_000, k=4, h=0)
    assert smooth == pytest.approx(19_687_500)
    assert halving["supply"](A=50, N=210_000, k=5000, h=0) == pytest.approx(21e6)


@pytest.mark.parametrize("wrong", [-1, 2.5, math.nan, True, "1", None])
def test_halving_refuses(wrong):
    for name in ("height", "initial", "interval"):
        with pytest.raises(ValueError, match=name):
            halving_reward(**{"height": 1, name: wrong})
    with pytest.raises(ValueError, match="interval = 0"):
        halving_cap(interval=0)


def test_stability_is_the_spectral_radius():
    a, b = np.meshgrid(np.linspace(-0.6, 2.6, 41), np.linspace(-0.51, 4.6, 43))
    for g in (0.5, 1, 3):
        matrix = np.array([[1 - a - b, -b], [np.ones_like(a), np.ones_like(a)]]).transpose(2, 3, 0, 1)
        radius = np.max(np.abs(np.linalg.eigvals(matrix)), axis=-1)
        clear = np.abs(radius - 1) > 1e-9
        assert np.array_equal(pi_stable(g, a / g, b / g)[clear], (radius < 1)[clear])
    assert not pi_stable(1, 2, 0)  # the boundary


def test_path_of_the_controller_ends_or_leaves():
    assert abs(pi_path(1, 400, g=1, K_p=0.5, K_i=0.1)[-1]) < 1e-12
    assert abs(pi_path(1, 400, g=1, K_p=1.0, K_i=2.1)[-1]) > 1e3
    assert pi_path(3, 0, g=1, K_p=1, K_i=1).tolist() == [3]
    with pytest.raises(ValueError, match="no finite number"):
        pi_path(1, 10_000, g=1, K_p=9, K_i=9)
    with pytest.raises(ValueError, match="steps"):
        pi_path(1, -1, g=1, K_p=1, K_i=1)


def test_bang_bang_stands_still_at_the_target_and_stops_at_zero():
    assert inflation_path(700, [0.5] * 4, change=500, target=0.5).tolist() == [700] * 5
    assert inflation_path(700, [0.9] * 3, change=500, target=0.5).tolist() == [700, 200, 0, 0]
    assert bang_bang["inflation"](i=7e-7, d=5e-7, n=0, m=2) == 0
    assert bang_bang["annual"](i=0, Y=400) == 0
    for wrong in ({"bonded": [1.5]}, {"target": 2}, {"change": -1}, {"initial": 0.5}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            inflation_path(**{"initial": 1, "bonded": [0.5], "change": 1, "target": 0.5, **wrong})


def test_vesting_day_by_day():
    t = np.linspace(0, 60, 601)
    found = vesting["cliff"](G=480, T=48, c=12, t=t)
    assert found == pytest.approx(np.where(t < 12, 0, np.minimum(480, 10 * t)))
    tranches = vesting["graded"](G=480, T=48, n=4, t=[0, 11.9, 12, 47.9, 48, 1e6])
    assert tranches.tolist() == [0, 0, 120, 360, 480, 480]
    with pytest.raises(ValueError, match="cliff is before"):
        vesting["cliff"](G=1, T=1, c=2, t=0)


def fading(t):
    return disinflation["supply"](S0=500, i0=0.08, f=0.015, k=0.2, t=t)


def decaying(t):
    return demurrage["balance"](B=30, delta=0.05, m=10, t=t)


def bought(t):
    return buy_back["supply"](M=1000, S=100, d=20, t=t)


@pytest.mark.parametrize(
    ("motion", "closed"),
    [
        (lambda t, y: (0.015 + 0.065 * np.exp(-0.2 * t)) * y, fading),
        (lambda t, y: 10 - 0.05 * y, decaying),
        (lambda t, y: -20 * y / 1000, bought),
    ],
)
def test_closed_forms_against_integration(motion, closed):
    found = solve_ivp(motion, (0, 30), [closed(0)], rtol=1e-11, atol=1e-11)
    assert found.y[0, -1] == pytest.approx(closed(30), rel=1e-8)


def test_burn_and_treasury_step_by_step():
    S, F = 300.0, 1000.0
    for t in range(1, 20):
        S = S * 0.97 + 4
        assert fee_burn["supply"](S=300, I=4, beta=0.03, t=t) == pytest.approx(S, rel=1e-12)
        F = F * 1.05 - 150
        assert treasury["left"](F=1000, E=150, y=0.05, t=t) == pytest.approx(F, rel=1e-10, abs=1e-9)
    runway = treasury["runway"](F=1000, E=150, y=0.05)
    assert runway == pytest.approx(brentq(lambda t: treasury["left"](F=1000, E=150, y=0.05, t=t), 1, 20))
    with pytest.raises(ValueError, match="lasts for ever"):
        treasury["runway"](F=1000, E=50, y=0.05)


def test_rebases_lead_to_the_target():
    S, P = 1000.0, 1.9
    for _ in range(400):
        held = S * P
        S, P = rebase["supply"](S=S, P=P, T=1, L=10, w=0.05), rebase["price"](P=P, T=1, L=10, w=0.05)
        assert pytest.approx(held) == S * P
    assert abs(P - 1) <= 0.05
    assert rebase["factor"](P=1.04, T=1, L=10, w=0.05) == 1


def test_network_time_against_the_definition():
    t = np.linspace(0, 6, 6001)
    power = 1.5 + 0.4 * t
    found = network_time(t, power, b0=1, g=0.5)
    assert np.all(found <= t + 1e-6)
    assert np.all(np.diff(found) > 0)
    work = np.trapezoid(np.minimum(power, np.exp(0.5 * t)), t)
    assert (math.exp(0.5 * found[-1]) - 1) / 0.5 == pytest.approx(work, rel=1e-6)
    minted = baseline_minting["baseline"](B=770, lam=0.1155, b0=1, g=0.5, R=work)
    assert minted == pytest.approx(770 * (1 - math.exp(-0.1155 * found[-1])), rel=1e-6)
    assert network_time([0, 1e4], [0, 0], b0=1, g=1).tolist() == [0, 0]
    for wrong in ([0, 0], [1, 0], [0]):
        with pytest.raises(ValueError, match="times rise"):
            network_time(wrong, np.ones(len(wrong)), b0=1, g=1)


def test_every_tranche_is_due_on_its_date():
    from analytic.supply import vesting

    dates = np.arange(50)
    assert np.array_equal(vesting["graded"](G=49, T=49, c=0, n=49, t=dates), np.minimum(dates, 49))


def test_an_era_has_no_more_than_its_blocks():
    from analytic.supply import halving

    with pytest.raises(ValueError, match="the next halving"):
        halving["supply"](A=50, N=210000, k=0, h=10**9)
