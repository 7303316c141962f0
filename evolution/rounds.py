"""Rounds: discrete time, in which a share of all agents revises at once.

    x(k + 1) = x(k) + eta v(x(k)),        0 < eta <= 1,

where v is the mean velocity of the revision protocol. For logit choice this is x' = (1 - eta) x + eta
L(F(x)/T): everybody who revises answers the same state, so answers overshoot, and what is stable when
agents revise one by one can alternate when they revise together. Switch rates must be probabilities here,
sum_j rho_ij <= 1: divide imitation's payoffs by a bound on their differences.

The discrete replicator with background fitness c, and with mutation Q at birth, are rounds of `MaynardSmith`,

    x_i(k + 1) = x_i (F_i + c) / (x.F + c),      x_i(k + 1) = sum_j x_j (F_j + c) Q_ji / (x.F + c),

where no fitness F_i + c may be negative. A continuous-time centre is unstable in them: multipliers at the middle of
zero-sum rock-paper-scissors have modulus sqrt(1 + 1/(3 c^2)) [1]_.

References
----------
.. [1] F. J. Weissing, in *Game Equilibrium Models I*, Springer, 1991.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evolution.dynamics import Dynamics, State

__all__ = ["Orbit", "iterate"]

Vector = npt.NDArray[np.float64]

SAME = 1e-10
LONGEST = 64


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Orbit:
    """States of a dynamic after 0, 1, 2, ... rounds.

    Parameters
    ----------
    t : array, shape (steps + 1,)
        Rounds.
    x : array of shape (steps + 1, n), or mapping role -> (steps + 1, n_role)
        Shares of the strategies.
    status : str
        Where it ended: at rest, alternating between two states, repeating, or none of these.
    dynamics : Dynamics
        The rule.
    revising : float
        Share eta of the agents who revise in a round.
    """

    t: Vector
    x: State
    status: str
    dynamics: Dynamics
    revising: float

    def __repr__(self) -> str:
        return f"Orbit of {len(self.t)} states: {self.status}"

    @property
    def final(self) -> State:
        """The last state, in the form of a start."""
        roles = self.dynamics.roles
        return self.x[-1] if len(roles) == 1 else {role: self.x[role][-1] for role in roles}


def iterate(dynamics: Dynamics, *, x0: State, steps: int, revising: float = 1.0) -> Orbit:
    """Orbit of the map in which a share `revising` of the agents revises at once.

    Parameters
    ----------
    dynamics : Dynamics
        For instance `Logit(game, temperature=0.1)`.
    x0 : array, or mapping role -> array
        Shares before the first round.
    steps : int
        Rounds, >= 1.
    revising : float
        eta in (0, 1].

    Returns
    -------
    Orbit

    Raises
    ------
    ValueError
        If x0 is off the simplex, `steps` or `revising` is out of range, switch rates exceed 1, or there is an
        environment (whose law is one of continuous time).

    Examples
    --------
    >>> from evolution import Logit
    >>> holding = Logit([[-1, 1], [0, 0]], temperature=0.1)     # payoff of holding: 1 - 2 x
    >>> orbit = iterate(holding, x0=[0.4, 0.6], steps=200, revising=0.5)
    >>> orbit.x[-2:, 0].round(4), orbit.status
    (array([0.6512, 0.3488]), 'after 200 rounds: alternates between two states')
    >>> from evolution import MaynardSmith
    >>> iterate(MaynardSmith([[2, 2], [1, 1]]), x0=[0.5, 0.5], steps=3).x[:, 0].round(4)   # odds double
    array([0.5   , 0.6667, 0.8   , 0.8889])
    """
    if dynamics.environment.names:
        raise ValueError(
            f"rounds have no environment, and {', '.join(dynamics.environment.names)} moves in continuous time; "
            "use integrate"
        )
    state = dynamics.start(x0)
    if not (isinstance(steps, int | np.integer) and steps >= 1):
        raise ValueError(f"steps = {steps!r}: give a whole number of rounds >= 1")
    if not 0 < revising <= 1:
        raise ValueError(f"revising = {revising}: the share of agents who revise in a round lies in (0, 1]")
    states = [state]
    for k in range(steps):
        _must_be_probabilities(dynamics, state, k)
        state = state + revising * dynamics.flow(state)
        for part in dynamics.parts:
            state[part] = np.maximum(state[part], 0.0) / np.maximum(state[part], 0.0).sum()
        states.append(state)
    packed = np.array(states)
    packed.setflags(write=False)
    status = f"after {steps} rounds: {_ending(packed)}"
    return Orbit(np.arange(steps + 1.0), dynamics.unpack(packed), status, dynamics, revising)


def _must_be_probabilities(dynamics: Dynamics, state: Vector, k: int) -> None:
    payoffs, bounded = dynamics.payoffs(state), dynamics.protocol.bounded
    for role, part in zip(dynamics.roles, dynamics.parts, strict=True):
        rates = dynamics.protocol.rates(payoffs[part], state[part])
        leaving = (rates.sum(axis=1) - rates.diagonal())[state[part] > 0].max()
        if not leaving <= 1 + 1e-12:
            cure = "add a background fitness" if bounded else "divide the payoffs by a bound on their differences"
            raise ValueError(
                f"in round {k + 1} agents of {role} would switch with probability {leaving:g}, which is no "
                f"number in [0, 1]; {cure}"
            )


def _ending(states: Vector) -> str:
    last = states[-1]
    if np.abs(last - states[-2]).max() <= SAME:
        return "at rest"
    for period in range(2, min(LONGEST, len(states) - 1) + 1):
        if np.abs(last - states[-1 - period]).max() <= SAME:
            return "alternates between two states" if period == 2 else f"repeats every {period} rounds"
    return "still moving"
