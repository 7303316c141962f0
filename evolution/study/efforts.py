"""Efforts paid from a treasury: five concepts side by side, the best parameter, and who imitates whom."""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy as sp

from analytic.design import Design
from analytic.statics import CONCEPTS, best_parameter, surplus
from gametheory.continuous import Continuous
from gametheory.dispatch import solve
from gametheory.from_design import game

from ..agreement import compare
from ..runs import Runs
from ..simulation import simulate
from .parts import Parts, Progress, certified, finding
from .report import Finding, Picture, Table

#: which concept each matching selects, and a wrong one for it
SELECTED = {"random groups": ("nash", "ess"), "closed group": ("ess", "nash")}


def study_efforts(design: Design, *, level: str, settings: Any, rng: np.random.Generator, progress: Progress) -> Parts:
    """Equilibria under every concept, surplus by role, the designer's parameter, and one simulation a matching."""
    found = {concept: solve(design, concept=concept) for concept in CONCEPTS}
    parts = Parts(
        findings=tuple(certified(f"{concept}: all symmetric answers", each) for concept, each in found.items()),
        tables=(_concepts(design, found), *_parameters(design)),
        equilibria={concept: each.to_dict() for concept, each in found.items()},
    )
    pictures = list(_pictures(design, found))
    for protocol, stream in zip(design.protocols, rng.spawn(len(design.protocols)), strict=True):
        if protocol.matching not in SELECTED:
            continue
        own = design.under(protocol.name)
        runs = _simulated(own, level, settings, stream, progress)
        right, wrong = SELECTED[protocol.matching]
        findings = [_against(f"{protocol.name}: {right}", found[right], runs)]
        findings.append(_against(f"{protocol.name}: {wrong} (wrong on purpose)", found[wrong], runs, wrong=True))
        parts += Parts(findings=tuple(findings), runs={protocol.name: runs})
        pictures += _run_pictures(protocol.name, found[right], runs)
    return parts + Parts(pictures=tuple(pictures))


def _against(title: str, theory: Any, runs: Runs, *, wrong: bool = False) -> Finding:
    """Compare when there is one answer; say so when there is none or several."""
    if len(theory) != 1:
        return Finding(
            title, "undecided", f"{len(theory)} symmetric answers: there is no one rest point to compare with"
        )
    return finding(title, compare(theory, runs), wrong=wrong)


def _simulated(design: Design, level: str, settings: Any, rng: np.random.Generator, progress: Progress) -> Runs:
    """The runs of one matching, as long as the level asks."""
    protocol, group = design.protocol, int(design.number(design.role().count))
    if protocol.matching == "closed group":
        sizes: tuple[int, ...] = (group,)
        rounds = {"quick": 20_000, "normal": 40_000, "full": 80_000}[level]
    else:
        many = {"quick": (40, 80, 160), "normal": (50, 200, 600), "full": (50, 200, 1000)}[level]
        sizes = tuple(settings.sizes or (group * number for number in many))
        rounds = {"quick": 700, "normal": 1200, "full": 6000}[level]
    return simulate(
        design, agents=sizes, seeds=settings.seeds or 30, rounds=settings.rounds or rounds, start=settings.start,
        rng=rng, progress=lambda done, total: progress(protocol.name, done, total),
    )  # fmt: skip


def _concepts(design: Design, found: Any) -> Table:
    """One row a concept: effort per head, total, and the surplus of everybody."""
    role = design.role()
    columns = ("concept", "effort per head", "regret", *surplus(design, sp.Integer(1)))
    rows = []
    for concept, answers in found.items():
        for each in answers:
            exact = each.exact[0][0] if each.exact is not None else each.profile[0][0]
            gains = surplus(design, sp.sympify(exact, strict=True))
            rows.append((concept, exact, each.regret, *(float(design.number(gain)) for gain in gains.values())))
    unit = role.action.unit if role.action else ""
    return Table("Effort and surplus under each concept", columns, tuple(rows), f"Efforts and surplus in {unit}.")


def _parameters(design: Design) -> tuple[Table, ...]:
    """The best value of each reward parameter for everybody who counts, where a closed form exists."""
    role, rows = design.role(), []
    goals = [*(each.name for each in design.stakeholders), "all", role.name]
    rewards = {s for move in role.moves if hasattr(move, "treasury") for s in move.quantity.free_symbols}
    for parameter in design.parameters:
        if parameter.symbol not in rewards or parameter.control != "designer":
            continue
        for goal in goals:
            for concept in ("nash", "ess"):
                try:
                    best = best_parameter(design, parameter.name, objective=goal, concept=concept)
                except ValueError as error:
                    rows.append((parameter.name, goal, concept, str(error), ""))
                    continue
                number = design.number(best.value)
                rows.append((parameter.name, goal, concept, *_best(best.value, number)))
    if not rows:
        return ()
    note = "Best for 'all' is the social optimum of the parameter given how affiliates play."
    return (Table("Best parameter", ("parameter", "best for", "play", "closed form", "value"), tuple(rows), note),)


def _best(form: sp.Expr, number: sp.Expr) -> tuple[Any, Any]:
    """Closed form and value, or words where there is no best value."""
    if form is sp.nan:
        return "makes no difference", ""
    return (form, float(number)) if number.is_finite else ("the more the better", "no bound")


def _pictures(design: Design, found: Any) -> tuple[Picture, ...]:
    from gametheory import plot

    own = game(design)
    assert isinstance(own, Continuous)
    efforts = {concept: float(answers[0].profile[0][0]) for concept, answers in found.items() if len(answers) == 1}
    shown = plot.deviations(own.payoff, efforts, (float(own.interval[0]), float(own.interval[1])), own.players)
    return (Picture.of("deviations", "Payoff of a deviation when all others make the effort of a concept.", shown),)


def _run_pictures(name: str, theory: Any, runs: Runs) -> list[Picture]:
    from evolution import plot

    slug = name.replace(" ", "-")
    value = float(theory[0].profile[0][0]) if len(theory) == 1 else None
    paths = plot.paths(runs, series=runs.state, size=runs.sizes[-1], theory=value)
    pictures = [
        Picture.of(f"effort-{slug}", f"Effort per head over rounds, {name}: median and bands over seeds.", paths)
    ]
    if value is not None:
        shown = plot.agreement(compare(theory, runs))
        pictures.append(Picture.of(f"agreement-{slug}", f"Simulated effort against theory, {name}.", shown))
    return pictures
