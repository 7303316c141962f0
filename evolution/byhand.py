"""Designs whose payoffs are given by hand: there is no ledger, so a finite population is sampled.

Agents of the sampled process revise by the design's protocol (proportional imitation or logit choice), one at a time;
the result has the form of any other simulation, so that `compare` can test theory against it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from analytic.design import Design
from gametheory.from_design import game

from .dynamics import Dynamics, Logit, Replicator
from .montecarlo import sample
from .runs import Progress, Runs


def dynamics_of(design: Design) -> Dynamics:
    """The mean dynamic of the design's protocol on its game."""
    if design.protocol.choice == "logit":
        return Logit(game(design), temperature=float(design.number(design.protocol.temperature)))
    return Replicator(game(design))


def shares_of(design: Design, start: Mapping[str, float] | float | None) -> Any:
    """The start as shares by role: a number for the first strategy of each, the rest spread evenly."""
    shares = {}
    for role in design.roles:
        given = start.get(role.name) if isinstance(start, Mapping) else start
        count = len(role.strategies)
        first = 1.0 / count if given is None else float(given)
        if not 0 <= first <= 1:
            raise ValueError(f"the initial share of {role.name}.{role.strategies[0].name} is {first}, outside [0, 1]")
        shares[role.name] = np.array([first, *[(1 - first) / (count - 1)] * (count - 1)])
    return shares if len(shares) > 1 else next(iter(shares.values()))


def simulate_by_hand(
    design: Design,
    *,
    agents: int | Sequence[int] | None = None,
    seeds: int = 30,
    rounds: float | None = None,
    start: Mapping[str, float] | float | None = None,
    progress: Progress | None = None,
    rng: np.random.Generator | int | None = None,
) -> Runs:
    """Sample a finite population of a design without a ledger; time is that of the mean dynamic.

    Parameters
    ----------
    design : Design
    agents : int or sequence of int, optional
        Agents in each role; 1000 when nothing is said.
    seeds, rng
        As in `simulate`.
    rounds : int, optional
        The horizon in the mean dynamic's time; 20 when nothing is said.
    start : number or mapping from role to number, optional
        Initial share of the first strategy of each role; even shares when nothing is said.
    """
    sizes = tuple(int(n) for n in np.atleast_1d(np.asarray(1000 if agents is None else agents)))
    horizon = 20 if rounds is None else rounds
    times, x0, dynamics = np.linspace(0.0, horizon, 81), shares_of(design, start), dynamics_of(design)
    rng = np.random.default_rng(rng)
    names = {role.name: f"share of {role.name}.{role.strategies[0].name}" for role in design.roles}
    series: dict[str, list[np.ndarray[Any, Any]]] = {name: [] for name in names.values()}
    for done, (size, child) in enumerate(zip(sizes, rng.spawn(len(sizes)), strict=True)):
        each = dict.fromkeys(names, size)
        bound = bound_of(dynamics, x0, horizon)
        found = sample(dynamics, sizes=each, x0=x0, t=times, seeds=seeds, rng=child, bound=bound)
        for role, name in names.items():
            shares = found.x[role] if isinstance(found.x, Mapping) else found.x
            series[name].append(np.asarray(shares)[:, :, 0])
        if progress is not None:
            progress((done + 1) * seeds, len(sizes) * seeds)
    return Runs(
        design=design,
        sizes=sizes,
        time=times,
        series={name: tuple(values) for name, values in series.items()},
        resolution=tuple(1.0 / size for size in sizes),
        units=dict.fromkeys(series, "1"),
    )


def bound_of(dynamics: Dynamics, x0: Any, horizon: float) -> float | None:
    """A bound on payoff differences over all states near the mean path: four times the largest met on it."""
    if isinstance(dynamics, Logit):
        return None
    from .trajectory import integrate

    path = integrate(dynamics, x0=x0, t=np.linspace(0.0, horizon, 200)).x
    rows = (
        {role: np.asarray(values) for role, values in path.items()} if isinstance(path, Mapping) else np.asarray(path)
    )
    spread = max(float(np.ptp(values, axis=-1).max()) for values in _fields(dynamics, rows))
    return 4.0 * spread + 1e-12


def _fields(dynamics: Dynamics, rows: Any) -> list[np.ndarray[Any, Any]]:
    """Payoffs along a path, an array (times, strategies) for each role."""
    from .payoff import as_field

    field = as_field(dynamics.game)
    if isinstance(rows, Mapping):
        count = len(next(iter(rows.values())))
        each = [field.field({role: values[k] for role, values in rows.items()}) for k in range(count)]
        return [np.array([one[role] for one in each]) for role in rows]
    return [np.array([field.field(row) for row in rows])]
