"""Designs without a ledger: payoffs by hand (a finite population checks the flow) and games on a graph."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from analytic.design import Design
from gametheory.dispatch import solve
from gametheory.from_design import game
from gametheory.network import Network
from gametheory.population import Population

from ..agreement import compare
from ..byhand import dynamics_of, shares_of, simulate_by_hand
from ..trajectory import integrate
from .parts import Parts, Path, Progress, certified, equilibria_table, finding
from .report import Finding, Picture, Table

HORIZON = 12.0  # mean-dynamic time, when the study does not say


def study_by_hand(design: Design, *, level: str, settings: Any, rng: np.random.Generator, progress: Progress) -> Parts:
    """All equilibria with their eigenvalues, the flow from a start, and finite populations around it."""
    found, dynamics = solve(design), dynamics_of(design)
    start = settings.x0 or settings.start
    sizes = (
        settings.sizes or {"quick": (200, 800, 3200), "normal": (200, 800, 3200), "full": (400, 3200, 25_600)}[level]
    )
    horizon = settings.horizon or HORIZON
    runs = simulate_by_hand(
        design, agents=sizes, seeds=max(60, settings.seeds or 0), rounds=horizon, start=start, rng=rng,
        progress=lambda done, total: progress("finite populations", done, total),
    )  # fmt: skip
    flow = integrate(dynamics, x0=shares_of(design, start), t=runs.time)
    agreement = compare(_first(flow, design), runs)
    slowed = integrate(dynamics, x0=shares_of(design, start), t=runs.time / 2)
    slow = compare(Path(runs.time, _first(slowed, design).x), runs)
    return Parts(
        findings=(
            certified("all equilibria", found),
            finding("mean path, N^(-1/2)", agreement),
            finding("mean path at half the speed (wrong on purpose)", slow, wrong=True),
        ),
        tables=(equilibria_table("Equilibria", found, "Eigenvalues of the replicator dynamic at the rest point."),),
        pictures=_pictures(design, found, flow, agreement),
        equilibria={"nash": found.to_dict()},
        runs={"finite populations": runs},
    )


def _first(flow: Any, design: Design) -> Path:
    """The shares of the first role along a flow."""
    rows = flow.x[design.roles[0].name] if isinstance(flow.x, Mapping) else flow.x
    return Path(flow.t, np.asarray(rows))


def _pictures(design: Design, found: Any, flow: Any, agreement: Any) -> tuple[Picture, ...]:
    from evolution import plot as motion
    from gametheory import plot

    shown = [Picture.of("agreement", "Sup distance to the mean path against the number of agents.",
                     motion.agreement(agreement))]  # fmt: skip
    population, roles = game(design), design.roles
    assert isinstance(population, Population)
    if len(roles) == 2 and all(len(role.strategies) == 2 for role in roles):
        (a, b), rest = (role.name for role in roles), []
        for each in found:
            rest.append(((float(each.profile[0][0]), float(each.profile[1][0])), each.stability or ""))

        def velocity(x: Any, y: Any) -> tuple[Any, Any]:
            shares = {a: np.stack([x, 1 - x], axis=-1), b: np.stack([y, 1 - y], axis=-1)}
            with np.errstate(all="ignore"):  # a payoff may be infinite where a share is 0; nobody moves there
                payoffs = population.field(shares)
                speeds = (
                    x * (1 - x) * (payoffs[a][..., 0] - payoffs[a][..., 1]),
                    y * (1 - y) * (payoffs[b][..., 0] - payoffs[b][..., 1]),
                )
            return tuple(np.nan_to_num(speed, posinf=0.0, neginf=0.0) for speed in speeds)

        first, second = (f"share of {role.name}s playing {role.strategies[0].name}" for role in roles)
        path = np.column_stack([flow.x[a][:, 0], flow.x[b][:, 0]])
        axes = plot.phase_plane(velocity, rest, trajectories=[path], labels=(first, second))
        shown.append(Picture.of("phase-plane", "Replicator flow with rest points and the path from the start.", axes))
    elif len(roles) == 1 and len(roles[0].strategies) == 2:

        def difference(x: Any) -> Any:
            payoffs = population.field(np.stack([x, 1 - x], axis=-1))
            return x * (1 - x) * (payoffs[..., 0] - payoffs[..., 1])

        rest_line = [(float(each.profile[0][0]), each.stability or "") for each in found]
        axes = plot.phase_line(difference, rest_line, strategy=roles[0].strategies[0].name)
        shown.append(Picture.of("phase-line", "Replicator velocity with rest points.", axes))
    return tuple(shown)


def study_network(design: Design, *, level: str, settings: Any, rng: np.random.Generator, progress: Progress) -> Parts:
    """Nash and the planner's optimum exactly, and best replies found by search as the second route."""
    network = game(design)
    assert isinstance(network, Network)
    nash, planner = solve(design), solve(design, concept="social optimum")
    progress("best replies", 0, 1)
    findings = [certified("nash: all equilibria", nash), certified("social optimum", planner)]
    if len(nash) == 1:
        findings.append(_replies(network, np.array([float(v[0]) for v in nash[0].profile]), rng))
    progress("best replies", 1, 1)
    rows = tuple((str(node), *(_cell(found, k) for found in (nash, planner))) for k, node in enumerate(network.nodes))
    from gametheory import plot

    efforts = {
        name: [float(part[0]) for part in found[0].profile]
        for name, found in (("nash", nash), ("social optimum", planner))
        if len(found) == 1
    }
    axes = plot.network(network.graph, efforts)
    return Parts(
        findings=tuple(findings),
        tables=(
            Table("Actions on the graph", ("node", "nash", "social optimum"), rows, "Exact where fractions are shown."),
        ),
        pictures=(Picture.of("network", "Actions at Nash and at the social optimum.", axes),),
        equilibria={"nash": nash.to_dict(), "social optimum": planner.to_dict()},
    )


def _cell(found: Any, k: int) -> str:
    """A node's action in the only answer, exact and as a decimal."""
    if len(found) != 1:
        return f"{len(found)} answers"
    value = float(found[0].profile[k][0])
    return f"{found[0].exact[k][0]} = {value:.4g}" if found[0].exact is not None else f"{value:.6g}"


def _replies(network: Any, nash: Any, rng: np.random.Generator) -> Finding:
    """Nodes reply one after another, each by numerical search over its payoff, from a random start."""
    from scipy.optimize import minimize_scalar

    low, top = float(network.interval[0]), float(network.interval[1])
    high = top if np.isfinite(top) else 10.0 * (1.0 + float(np.abs(nash).max()))
    actions = rng.uniform(low, min(high, low + 2 * (1 + float(np.abs(nash).max()))), len(nash))
    for _ in range(400):
        before = actions.copy()
        for k in range(len(actions)):

            def loss(own: float, k: int = k) -> float:
                changed = actions.copy()
                changed[k] = own
                return -float(network.payoff(changed)[k])

            actions[k] = minimize_scalar(loss, bounds=(low, high), method="bounded", options={"xatol": 1e-10}).x
        if float(np.abs(actions - before).max()) < 1e-9:
            break
    gap = float(np.abs(actions - nash).max())
    sentence = f"Best replies by search, from a random start, end {gap:.2g} away from the exact equilibrium"
    return Finding("best replies lead to nash", "held" if gap < 1e-4 else "not held", sentence)
