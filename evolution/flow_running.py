"""How an ensemble is computed: in pieces by compiled threads, and what these give up one orbit at a time.

Pieces go to as many threads as there are workers; since no orbit's arithmetic depends on its company, neither the
number of workers nor the cut into pieces changes a digit. The scheme's coefficients are Dormand and Prince's and
Hairer's as SciPy prints them: read there, not typed again.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from evolution.dynamics import Dynamics
from evolution.trajectory import Trajectory, integrate

__all__ = ["Asked", "Found", "available_workers", "run_compiled", "run_interpreted"]

Vector = npt.NDArray[np.float64]
Progress = Callable[[int, int], None]

LANES = 64  # at most, side by side: no result depends on it
SMALL_PIECE, LARGE_PIECE = 512, 2048
SHARE = (
    1 / 30
)  # of the tolerance asked for goes to one step, so that the errors of an orbit's steps sum to less than it
READINGS = 2001  # states at which an interpreted orbit is read for statistics


@dataclass(frozen=True, eq=False, slots=True)
class Asked:
    """What is wanted of each orbit: states at `times`, the final one, or statistics from times[0] to times[-1]."""

    times: Vector
    keep: Literal["all", "final", "statistics"]
    rtol: float
    atol: float
    max_steps: int

    @property
    def rows(self) -> int:
        """Vectors found for each orbit."""
        return {"all": len(self.times), "final": 1, "statistics": 4}[self.keep]


@dataclass(frozen=True, eq=False, slots=True)
class Found:
    """Per orbit: rows (statistics: mean, least and greatest shares, final state), time reached and what happened.

    `status` is empty where the last time was reached and there is no more to say.
    """

    rows: Vector
    reached: Vector
    status: list[str]


def run_compiled(
    dynamics: Dynamics, field: Any, rule: Any, starts: Vector, asked: Asked, workers: int, progress: Progress | None
) -> Found:
    """All orbits by the compiled march; those that it cannot finish by `integrate`."""
    from evolution import flow_kernels
    from evolution.flow_lanes import MANY_STEPS, REACHED, Answer
    from evolution.flow_step import Scheme

    count, n = starts.shape
    keep = ("all", "final", "statistics").index(asked.keep)
    x = np.empty((count, {"all": asked.rows, "final": 0, "statistics": 3}[asked.keep], n))
    last, reached = np.empty((count, n)), np.zeros(count)
    outcome, steps = np.zeros((2, count), dtype=np.int64)
    rtol, atol = SHARE * asked.rtol, SHARE * asked.atol
    pace = flow_kernels.Pace(*((1e-15, rtol + atol) if rule.logs else (max(rtol, 1e-15), atol)), asked.max_steps)
    unit = natural_unit(rule) if field is None else 1.0
    times, rule = asked.times / unit, rule._replace(data=rule.data * unit)

    lanes = min(LANES, max(8, 1 << (count - 1).bit_length()))

    def march(part: slice) -> int:
        answer = Answer(keep, times, x[part], last[part], outcome[part], reached[part], steps[part])
        if field is None:
            flow_kernels.march_series(rule, pace, lanes, starts[part], answer)
        else:
            flow_kernels.march(field, rule, Scheme(*coefficients()), pace, lanes, starts[part], answer)
        return int(part.stop - part.start)

    in_pieces(march, count, workers, progress)
    rows = x if asked.keep == "all" else np.concatenate([x, final_shares(last, rule)[:, None]], axis=1)
    if asked.keep == "statistics":
        rows[:, 0] /= times[-1] - times[0]
    done = outcome == REACHED
    reached = np.where(done, asked.times[-1], reached * unit)
    status = [""] * count
    for k in np.flatnonzero(~done):
        if outcome[k] == MANY_STEPS:
            status[k] = f"{asked.max_steps} steps are used up; raise max_steps, loosen rtol or shorten t"
            if asked.keep != "all":
                rows[k] = np.nan
        else:
            one = run_interpreted(dynamics, starts[k : k + 1], asked, None)
            rows[k], reached[k], status[k] = one.rows[0], one.reached[0], one.status[0]
    return Found(rows, reached, status)


def natural_unit(rule: Any) -> float:
    """Time in which payoffs near 1 would do what these do: a power of two, so that nothing is rounded."""
    largest = float(np.abs(rule.data).max())
    return float(2.0 ** -np.frexp(largest)[1]) if largest > 0 else 1.0


def in_pieces(march: Callable[[slice], int], count: int, workers: int, progress: Progress | None) -> None:
    """March over 0 .. count - 1 in as many threads as there are workers."""
    size = min(LARGE_PIECE, max(SMALL_PIECE, -(-count // (8 * workers))), -(-count // workers))
    pieces = [slice(k, min(k + size, count)) for k in range(0, count, size)]
    done = 0
    with ThreadPoolExecutor(workers) as pool:
        futures = [pool.submit(march, piece) for piece in pieces]
        try:
            for future in as_completed(futures):
                done += future.result()
                if progress is not None:
                    progress(done, count)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def available_workers() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def coefficients() -> tuple[Any, Vector, Any]:
    """Columns, weights and lengths of the scheme's rows, see `flow_step.Scheme`."""
    from scipy.integrate import DOP853 as pair

    stages = [row[:s] for s, row in enumerate(pair.A)][1:]
    rows = [*stages, pair.B, *pair.A_EXTRA, pair.E5, pair.E3, *pair.D]
    columns = [np.flatnonzero(row) for row in rows]
    lengths = np.array([-(-len(each) // 4) * 4 for each in columns])
    which, weight = np.zeros((len(rows), lengths.max()), dtype=np.int64), np.zeros((len(rows), lengths.max()))
    for k, (row, each) in enumerate(zip(rows, columns, strict=True)):
        which[k, : len(each)], weight[k, : len(each)] = each, row[each]
        which[k, len(each) :] = each[0]
    return which, weight, lengths


def final_shares(last: Vector, rule: Any) -> Vector:
    """Shares of coordinates."""
    with np.errstate(under="ignore"):
        x = np.exp(last) if rule.logs else np.maximum(last, 0.0)
    for lo, hi in pairwise(rule.edges):
        x[:, lo:hi] /= x[:, lo:hi].sum(axis=1, keepdims=True)
    return np.asarray(x)


def run_interpreted(dynamics: Dynamics, starts: Vector, asked: Asked, progress: Progress | None) -> Found:
    """One orbit after another, by `integrate`."""
    found = Found(np.full((len(starts), asked.rows, starts.shape[1]), np.nan), np.zeros(len(starts)), [])
    times = asked.times if asked.keep == "all" else asked.times[-1:]
    if asked.keep == "statistics":
        times = np.linspace(asked.times[0], asked.times[-1], READINGS)
    for k, start in enumerate(starts):
        try:
            flow = integrate(
                dynamics,
                x0=dynamics.unpack(start),
                t=times,
                rtol=asked.rtol,
                atol=asked.atol,
                max_steps=asked.max_steps,
            )
        except ValueError as error:
            found.status.append(str(error))
            continue
        states = packed_states(flow)
        found.reached[k] = flow.t[-1] if len(flow.t) else 0.0
        found.status.append("" if flow.status == f"reached t = {times[-1]:g}" else flow.status)
        if asked.keep == "all":
            found.rows[k, : len(states)] = states
        elif flow.success and asked.keep == "final":
            found.rows[k, 0] = states[-1]
        elif flow.success:
            mean = np.trapezoid(states, times, axis=0) / (times[-1] - times[0])
            found.rows[k] = mean, states.min(axis=0), states.max(axis=0), states[-1]
        if progress is not None:
            progress(k + 1, len(starts))
    return found


def packed_states(flow: Trajectory) -> Vector:
    """All roles' shares, then the environment, one row a time."""
    shares = [flow.x] if len(flow.roles) == 1 else [flow.x[role] for role in flow.roles]
    return np.hstack([*shares, *(column[:, None] for column in flow.z.values())])
