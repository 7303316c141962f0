r"""Fixation, sampled: how often mutants take over, with a binomial interval, and after how many steps.

What `fixation` solves, from the same arguments. For two strategies the exact answer costs less and has no error; this
is for what it cannot reach, for the law of the times rather than their mean, and as a check.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evolution.fixation import must_fix, pair_process
from evolution.flow_running import available_workers
from evolution.population_process import Conventions, Process
from evolution.sampling import MOST_STEPS, whole
from evolution.sampling_engines import engine_of

__all__ = ["SampledFixation", "sample_fixation"]

Vector = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
BLOCK = 1024  # runs that share a stream


@dataclass(frozen=True, eq=False, slots=True, repr=False)
class SampledFixation:
    """How runs with some mutants among residents have ended.

    Parameters
    ----------
    process : Process
        With the mutant as its first strategy and the resident as its second, without mutation.
    start : int
        Mutants at the start.
    winner : array, shape (runs,)
        0: the mutants took over; 1: they vanished; -1: neither can happen any more (where there are few enough states
        to know it); -2: neither has within the steps allowed.
    steps : array, shape (runs,)
        Steps until then.
    confidence : float
        Of the interval.
    """

    process: Process
    start: int
    winner: Counts
    steps: Counts
    confidence: float

    @property
    def runs(self) -> int:
        """How many."""
        return len(self.winner)

    @property
    def unfinished(self) -> int:
        """Runs that were cut off."""
        return int((self.winner == -2).sum())

    @property
    def probability(self) -> float:
        """Share of the runs in which the mutants took over."""
        return float((self.winner == 0).mean())

    @property
    def interval(self) -> tuple[float, float]:
        """Clopper and Pearson's interval for the probability; runs cut off count for either side."""
        from evolution.economy.stability import basin_stability

        won = int((self.winner == 0).sum())
        low = basin_stability(won, self.runs, confidence=self.confidence).exact[0]
        return low, basin_stability(won + self.unfinished, self.runs, confidence=self.confidence).exact[1]

    @property
    def time_to_fixation(self) -> tuple[float, float]:
        """Mean steps of the runs in which the mutants took over and its standard error; nan where there are too few."""
        steps = self.steps[self.winner == 0]
        mean = float(steps.mean()) if len(steps) else np.nan
        return mean, float(steps.std(ddof=1) / np.sqrt(len(steps))) if len(steps) > 1 else np.nan

    @property
    def conventions(self) -> Conventions:
        """What the process counts and compares."""
        return self.process.conventions

    def __repr__(self) -> str:
        low, high = self.interval
        cut = f"; {self.unfinished} cut off" if self.unfinished else ""
        return (
            f"SampledFixation: {self.probability:.4g} in [{low:.4g}, {high:.4g}] ({self.confidence:.0%}) of "
            f"{self.runs} runs with {self.start} {self.process.strategies[0]} among {self.process.size}{cut}"
        )


def sample_fixation(
    process: Process,
    *,
    mutant: int | str = 0,
    resident: int | str = 1,
    start: int = 1,
    runs: int = 10_000,
    most_steps: int = 10**7,
    confidence: float = 0.95,
    workers: int | None = None,
    rng: np.random.Generator | int | None = None,
) -> SampledFixation:
    """Sample whether mutants take over a population of residents, other strategies being absent.

    Parameters
    ----------
    process : Process
        Any number of strategies; its mutation is left out.
    mutant, resident : int or str
        Index or name of a strategy.
    start : int
        Mutants at the start, 0..Z.
    runs : int
        Independent runs.
    most_steps : int
        Where a run is cut off; such runs widen the interval.
    confidence : float
        Of the interval, in (0, 1).
    workers : int, optional
        Threads; as many as there are cores if not given. Results do not depend on it.
    rng : Generator or int, optional
        Source of random numbers.

    Returns
    -------
    SampledFixation

    Raises
    ------
    ValueError
        If a strategy is unknown, both are the same, homogeneous populations do not stay so, or a number is out of
        range.

    References
    ----------
    .. [1] C. J. Clopper, E. S. Pearson, *Biometrika* 26 (1934) 404 (the interval).

    Examples
    --------
    >>> from evolution import Moran
    >>> sample_fixation(Moran([1.1, 1.0], 20), rng=3)          # exactly: (1 - 1/1.1) / (1 - 1.1^-20) = 0.1068
    SampledFixation: 0.1023 in [0.09643, 0.1084] (95%) of 10000 runs with 1 0 among 20
    """
    pair = pair_process(process, mutant, resident)
    must_fix(pair)
    count = whole("start", start, 0, process.size)
    number, most = whole("runs", runs, 1, None), whole("most_steps", most_steps, 1, MOST_STEPS)
    threads = available_workers() if workers is None else whole("workers", workers, 1, None)
    if not 0 < confidence < 1:
        raise ValueError(f"confidence = {confidence!r}: give a number in (0, 1)")
    from evolution.random_stream import streams

    engine = engine_of(pair)
    begin = np.array([count, process.size - count], dtype=np.int64)
    blocks = [min(BLOCK, number - done) for done in range(0, number, BLOCK)]
    with ThreadPoolExecutor(threads if engine.parallel else 1) as pool:
        ends = list(
            pool.map(lambda job: engine.race(begin, most, *job), zip(blocks, streams(rng, len(blocks)), strict=True))
        )
    winner, steps = (np.concatenate(column) for column in zip(*ends, strict=True))
    for array in (winner, steps):
        array.setflags(write=False)
    return SampledFixation(pair, count, winner, steps, float(confidence))
