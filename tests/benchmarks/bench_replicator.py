"""The replicator of three strategies to t = 100 with 201 outputs, one trajectory."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from harness import Call, Peer, Row

from evolution import Replicator, integrate

PAYOFFS = {
    "rock-paper-scissors (closed orbits)": np.array([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]]),
    "inner attractor": np.array([[0.0, 2.0, 1.0], [1.0, 0.0, 2.0], [2.0, 1.0, 0.0]]),
}
START = np.array([0.5, 0.3, 0.2])
TIMES = np.linspace(0.0, 100.0, 201)


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


def rows() -> Iterator[Row]:
    """One row a payoff matrix."""
    for name, A in PAYOFFS.items():
        yield Row(
            f"replicator, {name}",
            lambda A=A: _ours(A),
            [
                Peer("nashpy replicator_dynamics", lambda A=A: _nashpy(A), "nashpy", "odeint, rtol 1.5e-8"),
                Peer("SciPy DOP853", lambda A=A: _scipy(A), "scipy", "written by hand, rtol 1e-8"),
            ],
        )
