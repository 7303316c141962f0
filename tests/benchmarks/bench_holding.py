"""Agents who hold a token or not: our kernel with the ledger's laws checked, against the natural model in Mesa.

Both: 100 agents on the curve P = 0.02 S + 0.5, value 1.5, temperature 0.1; one agent at a time compares the value with
the exact cost at the supply of the others, chooses by logit, and pays or is paid out of the reserve. An agent-step is
one agent's chance to revise. Ours checks that the entries of every trade sum to zero and audits all books every round;
Mesa's model does neither. Compilation is left out. Mesa shuffles its agents each round, ours draws them at random: the
same law in the long run.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from harness import Call, Peer, Row

from analytic.catalogue import holding
from evolution import simulate

AGENTS, ROUNDS, SEEDS = 100, 20_000, 2
MESA_ROUNDS = 200


def _ours(workers: int) -> Call:
    design = holding()
    return lambda: simulate(design, agents=AGENTS, seeds=SEEDS, rounds=ROUNDS, workers=workers, rng=1)


def _mesa() -> Call:
    import mesa

    m, b, value, temperature = 0.02, 0.5, 1.5, 0.1

    class Holder(mesa.Agent):  # type: ignore[misc]
        """Holds one token or none."""

        def __init__(self, model: mesa.Model) -> None:
            super().__init__(model)
            self.balance, self.holds = 100.0, False

        def step(self) -> None:
            model = self.model
            others = model.supply - self.holds
            cost = m * others + b + m / 2
            hold = model.random.random() < 1 / (1 + math.exp(-(value - cost) / temperature))
            if hold != self.holds:
                paid = cost if hold else -cost
                self.balance -= paid
                model.reserve += paid
                model.supply += 1 if hold else -1
                self.holds = hold

    class Market(mesa.Model):  # type: ignore[misc]
        """A bonding curve and those who trade on it."""

        def __init__(self, seed: int) -> None:
            super().__init__(seed=seed)
            self.supply, self.reserve = 0, 0.0
            Holder.create_agents(self, AGENTS)

        def step(self) -> None:
            self.agents.shuffle_do("step")

    def run() -> None:
        market = Market(seed=1)
        for _ in range(MESA_ROUNDS):
            market.step()

    return run


def rows() -> Iterator[Row]:
    """On one core, as Mesa runs, and on two."""
    done = float(AGENTS * ROUNDS * SEEDS)
    mesa = Peer("Mesa", _mesa, "mesa", "no check of conservation", amount=float(AGENTS * MESA_ROUNDS))
    checked = "each trade and each round audited"
    yield Row("holding agents", lambda: _ours(1), [mesa], done, "agent-steps", note=f"1 thread, {checked}")
    yield Row(
        "holding agents, 2 seeds at once", lambda: _ours(2), [mesa], done, "agent-steps", note=f"2 threads, {checked}"
    )
