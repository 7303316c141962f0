"""Standing positions on a curve, and the same strategies in rounds: law, paths, two-cycle, rest points."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from analytic.design import SUPPLY_OTHERS, Design, Protocol
from analytic.payoff import positions, strategy_payoffs
from gametheory.dispatch import solve
from gametheory.from_design import game, mean_field
from gametheory.population import Population

from ..agreement import compare
from ..dynamics import Logit
from ..economy.chain import holders_law, law_of_gaps, payoff_gaps
from ..economy.ledger import Array
from ..economy.stepping import numeric_curves
from ..rounds import iterate
from ..simulation import simulate
from ..trajectory import integrate
from .parts import Effort, Parts, Path, Progress, certified, equilibria_table, finding
from .report import Picture, Table

if TYPE_CHECKING:
    import numpy.typing as npt

START = 0.2  # where paths begin: away from the rest point, so that there is a way to go


def study_positions(
    design: Design, *, level: str, settings: Any, rng: np.random.Generator, progress: Progress
) -> Parts:
    """One chapter for each protocol of the design, then the figures they share."""
    parts = Parts()
    streams = rng.spawn(len(design.protocols))
    for protocol, stream in zip(design.protocols, streams, strict=True):
        own = design.under(protocol.name)
        if not protocol.standing:
            parts += _rounds(own, level, settings, stream, progress)
        elif protocol.order == "simultaneous":
            parts += _together(own, level, settings, stream, progress)
        else:
            parts += _one_by_one(own, level, settings, stream, progress)
    return parts + _shared(design, parts)


def _effort(level: str, settings: Any, *, seeds: int = 30, rounds: dict[str, int], sizes: tuple[int, ...]) -> Effort:
    """The study's own settings where it has them, else those of the level."""
    return Effort(
        sizes=tuple(settings.sizes or sizes),
        seeds=settings.seeds or seeds,
        rounds=settings.rounds or rounds[level],
    )


def _supply(design: Design, share: float) -> float:
    """The supply when a share of all plays the first strategy (the others hold what theirs says)."""
    here, there = (float(design.number(each)) for each in positions(design.role()))
    return float(design.number(design.role().count)) * (share * here + (1 - share) * there)


def _one_by_one(design: Design, level: str, settings: Any, rng: np.random.Generator, progress: Progress) -> Parts:
    """Equilibria, the stationary law against a histogram, and the mean path against runs of several sizes."""
    name, agents = design.protocol.name, int(design.number(design.role().count))
    found, law = solve(design), holders_law(design)
    temperature = float(design.number(design.protocol.temperature))
    effort = _effort(level, settings, rounds={"quick": 600, "normal": 3000, "full": 12_000}, sizes=(agents,))
    first, second = rng.spawn(2)
    runs = simulate(
        design, agents=agents, seeds=effort.seeds, rounds=effort.rounds, rng=first,
        progress=lambda done, total: progress(f"{name}: stationary law", done, total),
    )  # fmt: skip
    sizes = (agents, 4 * agents, 16 * agents)
    paths = simulate(
        design, agents=sizes, seeds=max(60, effort.seeds), rounds=13, start=START, rng=second,
        progress=lambda done, total: progress(f"{name}: mean path", done, total),
    )  # fmt: skip
    flow = integrate(Logit(mean_field(design), temperature=temperature), x0=[START, 1 - START], t=paths.time)
    naive = law_of_gaps(_spot_gaps(design), temperature)
    hotter = law_of_gaps(payoff_gaps(design), 2 * temperature)
    states = np.arange(agents + 1)
    mean, variance = _moments(law, states)
    seen_mean, seen_variance = _moments(_pooled(runs.counts[0]), states)
    rows = tuple(
        (label, _supply(design, center / agents), center, spread)
        for label, center, spread in (
            ("exact law", mean, variance),
            ("simulated", seen_mean, seen_variance),
            ("law with spot price times quantity as cost", *_moments(naive, states)),
        )
    )
    agreement = compare(flow, paths)
    slow = integrate(flow.dynamics, x0=[START, 1 - START], t=paths.time / 2)
    return Parts(
        findings=(
            certified(f"{name}: all equilibria", found),
            finding(f"{name}: stationary law", compare(law, runs)),
            finding(f"{name}: mean path, N^(-1/2)", agreement),
            finding(
                f"{name}: mean path at half the speed (wrong on purpose)",
                compare(Path(paths.time, slow.x), paths),
                wrong=True,
            ),
            finding(f"{name}: law at twice the temperature (wrong on purpose)", compare(hotter, runs), wrong=True),
        ),
        tables=(
            equilibria_table(f"Equilibria, {name}", found, _supply_note(design, found)),
            Table(f"Stationary law, {name}", ("", "mean supply", "mean holders", "variance of holders"), rows),
        ),
        pictures=_law_pictures(design, runs, law, paths, agreement),
        equilibria={name: found.to_dict()},
        runs={name: runs, f"{name} (sizes)": paths},
    )


def _supply_note(design: Design, found: Any) -> str:
    """The equilibria told as supplies."""
    supplies = ", ".join(f"S* = {_supply(design, float(each.profile[0][0])):.6g}" for each in found)
    return f"As supply: {supplies} token." if supplies else ""


def _pooled(counts: npt.NDArray[Any]) -> Array:
    return np.asarray(counts.sum(axis=0) / counts.sum())


def _moments(law: Array, states: npt.NDArray[Any]) -> tuple[float, float]:
    mean = float(law @ states)
    return mean, float(law @ (states - mean) ** 2)


def _spot_gaps(design: Design) -> Array:
    """Payoff gaps if a trade cost spot price times quantity: the classical mistake, for comparison."""
    role, curve = design.role(), next(iter(numeric_curves(design).values()))
    payoff = design.number(strategy_payoffs(design, role)[role.strategies[0].name])
    lot = float(design.number(positions(role)[0]))
    others = lot * np.arange(int(design.number(role.count)))
    cost = np.asarray(curve.cost(others, lot))
    exact = np.array([float(payoff.subs(SUPPLY_OTHERS, sp.Float(s))) for s in others])
    return np.asarray(exact + cost - lot * np.asarray(curve.price(others)))


def _law_pictures(design: Design, runs: Any, law: Array, paths: Any, agreement: Any) -> tuple[Picture, ...]:
    from evolution import plot

    return (
        Picture.of("stationary-law", "Stationary law of the number of holders against the histogram of all runs.",
                plot.law(runs, law)),
        Picture.of("price-paths", "Price over time: median and quantile bands over seeds.",
                plot.paths(paths, series="price", size=paths.sizes[0])),
        Picture.of("agreement", "Sup distance of runs to the mean path against the number of agents, with its law.",
                plot.agreement(agreement)),
    )  # fmt: skip


def _together(design: Design, level: str, settings: Any, rng: np.random.Generator, progress: Progress) -> Parts:
    """A share of all revises at once: the mean map, its two-cycle, and the temperature below which it appears."""
    name, protocol = design.protocol.name, design.protocol
    agents, eta = int(design.number(design.role().count)), float(design.number(protocol.revising))
    temperature = float(design.number(protocol.temperature))
    sizes = (4 * agents, 16 * agents, 64 * agents)
    runs = simulate(
        design, agents=sizes, seeds=max(60, settings.seeds or 0), rounds=21, start=START, rng=rng,
        progress=lambda done, total: progress(f"{name}: mean map", done, total),
    )  # fmt: skip
    field = Logit(mean_field(design), temperature=temperature)
    orbit = iterate(field, x0=[START, 1 - START], steps=len(runs.time) - 1, revising=eta)
    settled = iterate(field, x0=[START, 1 - START], steps=4000, revising=eta).x[-2:, 0]
    critical = critical_temperature(design)
    slower = replace(orbit, x=iterate(field, x0=[START, 1 - START], steps=len(runs.time) - 1, revising=eta / 2).x)
    low, high = sorted(float(value) for value in settled)
    return Parts(
        findings=(
            finding(f"{name}: mean map, N^(-1/2)", compare(orbit, runs)),
            finding(f"{name}: map of half the share (wrong on purpose)", compare(slower, runs), wrong=True),
        ),
        tables=(
            Table(
                f"Simultaneous revision, {name}",
                ("share revising", "temperature", "critical temperature", "share alternates between", "and"),
                ((eta, temperature, critical, low, high),),
                "Below the critical temperature the mean map has a two-cycle.",
            ),
        ),
        runs={name: runs},
    )


def critical_temperature(design: Design) -> float:
    """The temperature at which the mean map of simultaneous logit revision loses its rest point to a two-cycle.

    At the rest point x(T) the map's slope is 1 - eta + eta D x (1 - x) / T with D the slope of the payoff difference;
    the critical T makes it -1. Nan when it is never reached.
    """
    from scipy.optimize import brentq

    population, eta = mean_field(design), float(design.number(design.protocol.revising))
    first, second = next(iter(population.payoff_expressions.values()))
    (x, y), *_ = population.shares.values()
    gap = sp.lambdify(x, (first - second).subs(y, 1 - x), "numpy")
    slope = sp.lambdify(x, sp.diff((first - second).subs(y, 1 - x), x), "numpy")

    def multiplier(temperature: float) -> float:
        rest = brentq(lambda s: s - 1 / (1 + np.exp(-np.clip(gap(s) / temperature, -700, 700))), 0.0, 1.0, xtol=1e-15)
        return float(1 - eta + eta * slope(rest) * rest * (1 - rest) / temperature + 1)

    grid = np.abs(gap(0.0) - gap(1.0)) * np.geomspace(1e-3, 10, 200)
    values = [multiplier(t) for t in grid]
    for k in range(len(grid) - 1, 0, -1):
        if values[k - 1] < 0 <= values[k]:
            return float(brentq(multiplier, grid[k - 1], grid[k], xtol=1e-14))
    return float("nan")


def _rounds(design: Design, level: str, settings: Any, rng: np.random.Generator, progress: Progress) -> Parts:
    """Everybody mints anew each round and imitates realised wealth: another game, another rest point."""
    name, agents = design.protocol.name, int(design.number(design.role().count))
    effort = _effort(level, settings, rounds={"quick": 400, "normal": 1000, "full": 3000}, sizes=(agents,))
    found = solve(design, concept="ess")
    runs = simulate(
        design, agents=agents, seeds=effort.seeds, rounds=effort.rounds, start=0.5, rng=rng,
        progress=lambda done, total: progress(f"{name}: imitation", done, total),
    )  # fmt: skip
    other: Protocol = next(p for p in (*design.protocols[1:], design.protocol))
    elsewhere = solve(design.under(other.name), concept="ess")
    findings = [finding(f"{name}: rest point", compare(found, runs))] if len(found) == 1 else []
    if len(elsewhere) == 1:
        title = f"{name}: rest point of the protocol {other.name!r} (wrong on purpose)"
        findings.append(finding(title, compare(elsewhere, runs), wrong=True))
    return Parts(
        findings=tuple(findings),
        tables=(equilibria_table(f"Stable equilibria, {name}", found, _supply_note(design, found)),),
        equilibria={name: found.to_dict()},
        runs={name: runs},
    )


def _shared(design: Design, parts: Parts) -> Parts:
    """The curve with its reserve and a trade, the potential, and the phase line."""
    from analytic import plot as mechanism
    from gametheory import plot as picture

    found, gaps = solve(design), payoff_gaps(design)
    role, population = design.role(), game(design)
    first = role.strategies[0].name
    assert isinstance(population, Population)
    curve = next(iter(numeric_curves(design).values()))
    lot = float(design.number(positions(role)[0]))
    rest = [(float(each.profile[0][0]), each.stability or "") for each in found]
    supply = _supply(design, rest[0][0]) if rest else _supply(design, 0.5)
    top, trade = _supply(design, 1.0), max(lot, 0.1 * _supply(design, 1.0))
    shown = mechanism.curve(
        curve, supply=supply, trade=(supply, min(trade, top - supply)), units=("token", design.money)
    )

    peaks = [(share * gaps.size, kind) for share, kind in rest]

    def difference(x: Array) -> Array:
        payoffs = population.field(np.stack([x, 1 - x], axis=-1))
        return np.asarray(x * (1 - x) * (payoffs[..., 0] - payoffs[..., 1]))

    return Parts(
        pictures=(
            Picture.of("curve", "Spot price, the reserve at equilibrium, and the cost of a trade from there.", shown),
            Picture.of("potential", "Potential of the holding game with its equilibria.",
                    picture.potential(gaps, equilibria=peaks, strategy=first, unit=design.money)),
            Picture.of("phase-line", "Replicator velocity of the share of holders, with rest points.",
                    picture.phase_line(difference, [*_corners(gaps, rest), *rest], strategy=first)),
        )
    )  # fmt: skip


def _corners(gaps: Array, rest: list[tuple[float, str]]) -> list[tuple[float, str]]:
    """The corners, where every replicator rests, unless they are equilibria themselves: the payoff gap points away."""
    known = {round(share, 9) for share, _ in rest}
    ends = ((0.0, gaps[0] > 0), (1.0, gaps[-1] < 0))
    return [(end, "unstable" if away else "neutral") for end, away in ends if end not in known]
