"""How agents choose: logit on what the ledger will pay now, or imitation of what it has paid.

The compiled twins stand in `kernels`; the tests compare both with the probabilities written here.
"""

from __future__ import annotations

import numpy as np

from analytic.design import Design

from .ledger import Array


def logit(utilities: Array, temperature: float) -> Array:
    """Choice probabilities proportional to exp(u / T); at T = 0 the best replies share evenly.

    >>> logit(np.array([1.0, 1.0, 0.0]), 0.0)
    array([0.5, 0.5, 0. ])
    >>> logit(np.array([800.0, 0.0]), 1.0)
    array([1., 0.])
    """
    gap = utilities - utilities.max()
    weight = (gap >= 0).astype(float) if temperature == 0 else np.exp(gap / temperature)
    return np.asarray(weight / weight.sum())


def imitate(action: Array, payoff: Array, design: Design, rng: np.random.Generator) -> Array:
    """Everybody's next action after a round that paid `payoff`.

    "imitate the best" copies the best paid; "proportional imitation" looks at one other agent and copies it with
    probability (gain) / (spread of payoffs). Then, with the mutation rate, something else is tried: an effort
    a normal step away (reflected at the ends), or a random strategy.
    """
    protocol, role, agents = design.protocol, design.role(), action.size
    revising, mutation = (float(design.number(each)) for each in (protocol.revising, protocol.mutation))
    if protocol.choice == "imitate the best":
        copied = np.full(agents, action[np.argmax(payoff)])
    else:
        model = rng.integers(agents - 1, size=agents)
        model += model >= np.arange(agents)
        gain, spread = payoff[model] - payoff, np.ptp(payoff)
        copied = np.where(rng.random(agents) * spread < gain, action[model], action)
    revises = rng.random(agents) < revising
    new = np.where(revises, copied, action)
    tries = revises & (rng.random(agents) < mutation)
    if role.action is None:
        return np.where(tries, rng.integers(len(role.strategies), size=agents), new)
    low, high = (float(design.number(end)) for end in (role.action.low, role.action.high))
    tried = new + float(design.number(protocol.step)) * (high - low) * rng.standard_normal(agents)
    tried = np.where(tried < low, 2 * low - tried, tried)
    tried = np.where(tried > high, 2 * high - tried, tried)
    return np.where(tries, np.clip(tried, low, high), new)
