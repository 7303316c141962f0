r"""Processes of finite populations, sampled: paths, running statistics, final states, over many independent runs.

    runs = sample_process(PairwiseComparison(A, 100, mutation=0.01), [50, 50, 0], steps=10**8, keep="statistics")
    runs.statistics.shares, runs.statistics.error

The processes are those that `finite`, `fixation` and `transition` solve, by the same conventions, and time is counted
in their steps. (`sample` is for the revision protocols of dynamics, several roles too, in the mean dynamic's time.)

Few states: the walk reads a table of the exact law (`process_kernels`) and skips idle steps, which changes nothing in
the law of what is seen; `iterations` says how many turns of the loop were made for `steps` steps of the process. Many
states: agent by agent (`agent_kernels`). `method` says which.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from evolution.counts import all_counts
from evolution.flow_running import available_workers
from evolution.population_process import Conventions, Process
from evolution.sampling_engines import Found, engine_of, run_all

__all__ = ["ProcessRuns", "RunStatistics", "sample_process"]

Vector = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Keep = Literal["all", "final", "statistics"]

RECORDS = 200
MOST_STEPS = 2**62


@dataclass(frozen=True, eq=False, slots=True, repr=False)
class RunStatistics:
    """Averages over the states after the steps burn_in + 1, ..., steps, run by run.

    Parameters
    ----------
    process : Process
        What was sampled.
    burn_in : int
        Steps that do not count.
    steps : int
        Steps that do.
    mean : array, shape (runs, s)
        Time averages of the counts n_i.
    second : array, shape (runs, s, s)
        Time averages of n_i n_j.
    alone : array, shape (runs, s)
        Share of time in which all agents play j.
    takeovers : array, shape (runs, s, s)
        How often the population came to play all-j, having last been all-i; on the diagonal, how often mutants of
        all-i vanished again.
    first_fixed : array, shape (runs,)
        After which step (burn-in or not) it was homogeneous for the first time, -1 if never.
    visits : array, shape (M,), or None
        Steps spent in each state, summed over the runs, in the order of `counts.all_counts`; None if there are too
        many states to count.
    """

    process: Process
    burn_in: int
    steps: int
    mean: Vector
    second: Vector
    alone: Vector
    takeovers: Counts
    first_fixed: Counts
    visits: Counts | None

    @property
    def shares(self) -> Vector:
        """Mean shares of the strategies over all runs, shape (s,)."""
        return np.asarray(self.mean.mean(axis=0) / self.process.size)

    @property
    def error(self) -> Vector:
        """Standard errors of `shares`, from the scatter of the runs; nan for a single run."""
        runs = len(self.mean)
        if runs == 1:
            return np.full(self.mean.shape[1], np.nan)
        return np.asarray(self.mean.std(axis=0, ddof=1) / np.sqrt(runs) / self.process.size)

    @property
    def covariance(self) -> Vector:
        """Covariance of the counts over time and runs, shape (s, s)."""
        mean = self.mean.mean(axis=0)
        return np.asarray(self.second.mean(axis=0) - np.outer(mean, mean))

    @property
    def histogram(self) -> Vector:
        """Share of time spent in each state over all runs, shape (M,).

        Raises
        ------
        ValueError
            If there are too many states to count.
        """
        if self.visits is None:
            raise ValueError(f"{self.process!r} has too many states to count: mean and second moments are there")
        return np.asarray(self.visits / self.visits.sum())

    @property
    def counts(self) -> Counts:
        """The states of the histogram, shape (M, s)."""
        return all_counts(self.process.size, len(self.process.strategies))

    def __repr__(self) -> str:
        return f"RunStatistics over {self.steps} steps of {len(self.mean)} runs"


@dataclass(frozen=True, eq=False, slots=True, repr=False)
class ProcessRuns:
    """Independent runs of a process.

    Parameters
    ----------
    process : Process
        What was sampled; one unit of `at` is its `conventions.step`.
    at : array, shape (k,)
        Steps after which states were recorded.
    counts : array, shape (runs, k, s)
        Those states.
    steps : int
        Steps of the process in each run.
    iterations : array, shape (runs,)
        Turns of the loop made for them; fewer where idle steps were skipped.
    statistics : RunStatistics, or None
        Where they were asked for.
    method : str
        How the process was sampled.
    """

    process: Process
    at: Counts
    counts: Counts
    steps: int
    iterations: Counts
    statistics: RunStatistics | None
    method: str

    @property
    def shares(self) -> Vector:
        """Shares of the strategies, shape (runs, k, s)."""
        return np.asarray(self.counts / self.process.size)

    @property
    def conventions(self) -> Conventions:
        """What the process counts and compares."""
        return self.process.conventions

    def __repr__(self) -> str:
        return f"ProcessRuns: {len(self.counts)} runs of {self.steps} steps; {self.process!r}"


def sample_process(
    process: Process,
    start: npt.ArrayLike,
    *,
    steps: int,
    seeds: int = 30,
    every: int | None = None,
    burn_in: int = 0,
    keep: Keep = "all",
    workers: int | None = None,
    rng: np.random.Generator | int | None = None,
) -> ProcessRuns:
    """Sample a process of a finite population.

    Parameters
    ----------
    process : Process
        For instance `PairwiseComparison(A, 100, mutation=0.01)`.
    start : array, shape (s,)
        Counts of the strategies at step 0, whole numbers that sum to the process's size.
    steps : int
        Steps of each run, 1 .. 2^62.
    seeds : int
        Independent runs.
    every : int, optional
        With keep="all": record the state after each multiple of so many steps, and after the last; 200 records if
        not given.
    burn_in : int
        With keep="statistics": steps before counting begins, less than `steps`.
    keep : "all", "final" or "statistics"
        Paths, final states only, or statistics with the final states; then memory does not grow with time.
    workers : int, optional
        Threads; as many as there are cores if not given. Results do not depend on it.
    rng : Generator or int, optional
        Source of the runs' streams.

    Returns
    -------
    ProcessRuns

    Raises
    ------
    ValueError
        If the start is no state, a number is out of range, or payoffs, fitness or a bound are refused by the process.

    References
    ----------
    .. [1] D. T. Gillespie, *J. Comput. Phys.* 22 (1976) 403 (idle steps are skipped).
    .. [2] D. Blackman, S. Vigna, *ACM Trans. Math. Softw.* 47 (2021) 36 (the random numbers).

    Examples
    --------
    >>> from evolution import Moran, stationary_law
    >>> process = Moran([[3, 0], [5, 1]], 20, intensity=0.1, mutation=0.02)
    >>> runs = sample_process(process, [20, 0], steps=200_000, burn_in=2_000, keep="statistics", rng=1)
    >>> runs.statistics.shares.round(2), stationary_law(process).shares.round(2)
    (array([0.2, 0.8]), array([0.2, 0.8]))
    """
    counts = start_of(process, start)
    most = whole("steps", steps, 1, MOST_STEPS)
    number = whole("seeds", seeds, 1, None)
    if keep not in ("all", "final", "statistics"):
        raise ValueError(f"keep = {keep!r} is none of 'all', 'final', 'statistics'")
    if every is not None and keep != "all":
        raise ValueError(f"every = {every!r} is for keep='all', not for keep={keep!r}")
    if burn_in and keep != "statistics":
        raise ValueError(f"burn_in = {burn_in!r} is for keep='statistics', not for keep={keep!r}")
    begin = whole("burn_in", burn_in, 0, most - 1)
    stride = most if keep != "all" else whole("every", every, 1, None) if every is not None else -(-most // RECORDS)
    marks = np.append(np.arange(0, most if keep == "all" else 0, stride, dtype=np.int64), most)
    threads = available_workers() if workers is None else whole("workers", workers, 1, None)
    from evolution.random_stream import streams

    engine = engine_of(process)
    counted = begin if keep == "statistics" else None
    found = run_all(engine, counts, marks, counted, streams(rng, number), threads)
    statistics = None if counted is None else averages(process, counted, most - counted, found)
    for array in (marks, found.seen, found.loops):
        array.setflags(write=False)
    return ProcessRuns(process, marks, found.seen, most, found.loops, statistics, engine.method)


def averages(process: Process, burn_in: int, steps: int, found: Found) -> RunStatistics:
    """Averages from sums."""
    means = found.first / steps, found.second / steps, found.alone / steps
    for array in (*means, found.takeovers, found.fixed, found.visits):
        if array is not None:
            array.setflags(write=False)
    return RunStatistics(process, burn_in, steps, *means, found.takeovers, found.fixed, found.visits)


def start_of(process: Process, start: npt.ArrayLike) -> Counts:
    """Counts at the start.

    Raises
    ------
    ValueError
        If they are no single state of the process.
    """
    counts = process.states(start)
    if counts.ndim != 1:
        raise ValueError(f"start has the shape {counts.shape}: give the counts of one state; all runs begin there")
    return counts.astype(np.int64)


def whole(name: str, value: Any, least: int, most: int | None) -> int:
    """A whole number in a range, as an int.

    Raises
    ------
    ValueError
        If it is none.
    """
    fits = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not fits or value < least or (most is not None and value > most):
        upper = "" if most is None else f" and <= {most}"
        raise ValueError(f"{name} = {value!r}: give a whole number >= {least}{upper}")
    return int(value)
