"""The replicator of three strategies to t = 100 with 201 outputs: one trajectory, and a thousand in one call.

The thousand start uniformly on the simplex. Peers: SciPy's DOP853 on all of them stacked into one system, vectorised by
hand, and nashpy, one trajectory after another (a hundredth of them are timed). What each one's error is at the worst of
all outputs, against the same system in logarithms at rtol 1e-13, is printed beside it. The rows after that show what a
trajectory costs when there are ten times as many, when it is ten times as long, and when only statistics are kept.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache

import numpy as np
from harness import Call, Peer, Row

from evolution import Logit, Replicator, ensemble, integrate

PAYOFFS = {
    "rock-paper-scissors (closed orbits)": np.array([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]]),
    "inner attractor": np.array([[0.0, 2.0, 1.0], [1.0, 0.0, 2.0], [2.0, 1.0, 0.0]]),
}
START = np.array([0.5, 0.3, 0.2])
TIMES = np.linspace(0.0, 100.0, 201)
MANY, FEW = 1000, 10
STARTS = np.random.default_rng(1).dirichlet(np.ones(3), MANY)


def _ours(A: np.ndarray) -> Call:
    rule = Replicator(A)
    return lambda: integrate(rule, x0=START, t=TIMES)


def _nashpy(A: np.ndarray) -> Call:
    import nashpy

    game = nashpy.Game(A)
    return lambda: game.replicator_dynamics(y0=START, timepoints=TIMES)


def _scipy(A: np.ndarray) -> Call:
    from scipy.integrate import solve_ivp

    def velocity(t: float, x: np.ndarray) -> np.ndarray:
        payoff = A @ x
        return x * (payoff - x @ payoff)

    return lambda: solve_ivp(velocity, (0.0, 100.0), START, method="DOP853", t_eval=TIMES, rtol=1e-8, atol=1e-10)


def _stacked(A: np.ndarray) -> Call:
    from scipy.integrate import solve_ivp

    def velocity(t: float, packed: np.ndarray) -> np.ndarray:
        x = packed.reshape(3, MANY)
        payoff = A @ x
        return (x * (payoff - (x * payoff).sum(axis=0))).ravel()

    first = STARTS.T.ravel()
    return lambda: (
        solve_ivp(velocity, (0.0, 100.0), first, method="DOP853", t_eval=TIMES, rtol=1e-8, atol=1e-10)
        .y.reshape(3, MANY, len(TIMES))
        .transpose(1, 2, 0)
    )


def _nashpy_few(A: np.ndarray) -> Call:
    import nashpy

    game = nashpy.Game(A)
    return lambda: np.array([game.replicator_dynamics(y0=start, timepoints=TIMES) for start in STARTS[:FEW]])


def _thousand(A: np.ndarray, **asked: object) -> Call:
    rule = Replicator(A)
    return lambda: ensemble(rule, STARTS, **{"t": TIMES, **asked}).x


@cache
def _reference(name: str) -> np.ndarray:
    """All thousand by SciPy in logarithms, fifty at a time, at rtol 1e-13."""
    from scipy.integrate import solve_ivp

    A, parts = PAYOFFS[name], []
    for starts in np.split(STARTS, MANY // 50):

        def velocity(t: float, y: np.ndarray) -> np.ndarray:
            weights = np.exp(y.reshape(3, -1))
            x = weights / weights.sum(axis=0)
            payoff = A @ x
            return (payoff - (x * payoff).sum(axis=0)).ravel()

        logs = np.log(starts).T.ravel()
        y = solve_ivp(velocity, (0, 100), logs, method="DOP853", t_eval=TIMES, rtol=1e-13, atol=1e-13).y
        weights = np.exp(y.reshape(3, len(starts), len(TIMES)).transpose(1, 2, 0))
        parts.append(weights / weights.sum(axis=2, keepdims=True))
    return np.concatenate(parts)


def _error(name: str, states: object) -> str:
    found = np.asarray(states)
    return f"error {np.abs(found - _reference(name)[: len(found)]).max():.1e}"


def rows() -> Iterator[Row]:
    """One row a payoff matrix and way of asking."""
    for name, A in PAYOFFS.items():
        yield Row(
            f"replicator, {name}",
            lambda A=A: _ours(A),
            [
                Peer("nashpy replicator_dynamics", lambda A=A: _nashpy(A), "nashpy", "odeint, rtol 1.5e-8"),
                Peer("SciPy DOP853", lambda A=A: _scipy(A), "scipy", "written by hand, rtol 1e-8"),
            ],
        )
    threads = (
        f"rtol 1e-8, {len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else os.cpu_count()} threads"
    )
    for name, A in PAYOFFS.items():
        nashpy_note = _error(name, _nashpy_few(A)()) if _installed("nashpy") else ""
        yield Row(
            f"1000 replicators, {name}",
            lambda A=A: _thousand(A),
            [
                Peer("nashpy replicator_dynamics", lambda A=A: _nashpy_few(A), "nashpy", nashpy_note, amount=FEW),
                Peer(
                    "SciPy DOP853, stacked",
                    lambda A=A: _stacked(A),
                    "scipy",
                    f"rtol 1e-8, {_error(name, _stacked(A)())}",
                ),
                Peer("ours, one thread", lambda A=A: _thousand(A, workers=1), "", "the same digits"),
            ],
            amount=MANY,
            unit="trajectories",
            note=f"{threads}, {_error(name, _thousand(A)())}",
        )
    yield from _costs(PAYOFFS["rock-paper-scissors (closed orbits)"])


def _costs(A: np.ndarray) -> Iterator[Row]:
    """Cost against number, time and what is kept; each ratio is that of the times a trajectory."""
    rule = Replicator(A)
    yield Row(
        "1000 replicators to t = 100, final states",
        lambda: _thousand(A, t=100, keep="final"),
        [
            Peer(
                "10000 of them", lambda: lambda: ensemble(rule, 10 * MANY, t=100, keep="final", rng=2), amount=10 * MANY
            ),
            Peer("to t = 1000", lambda: _thousand(A, t=1000, keep="final"), note="ten times as long"),
            Peer("statistics", lambda: _thousand(A, t=100, keep="statistics"), note="means, extremes and final states"),
            Peer(
                "logit choice, T = 0.1",
                lambda: lambda: ensemble(Logit(A, temperature=0.1), STARTS, t=100, keep="final"),
            ),
        ],
        amount=MANY,
        unit="trajectories",
    )


def _installed(package: str) -> bool:
    from importlib.util import find_spec

    return find_spec(package) is not None
