r"""Theory against simulation, as a statistical test and not by eye.

Three kinds of theory, three laws:

* **Rest point** (an equilibrium, a number): the runs' long-run averages lie around it. With the t-interval I of the
  mean over seeds at the largest size and the resolution d of the process there (one agent, or one mutation step):
  *held* when I lies within d of the theory, *not held* when I and the band of width d have nothing in common,
  *undecided* else.
* **Trajectory**: over a finite horizon the sup distance of a run to the mean path falls like :math:`N^{-1/2}` near a
  hyperbolic stable state (Kurtz 1970). *Held* when the 95 % interval of the slope in log N lies within
  ``expected +- SLOPE_BAND``, *not held* when it lies outside, *undecided* when it is too wide or fewer than three
  sizes were run.
* **Stationary law**: the pooled histogram of visited states. Its total variation to the law is compared with the
  noise of a histogram of that many independent runs (bootstrap over seeds): *held* when the distance less its noise
  is below `margin` and the noise is too, *not held* when the distance less its noise is above, *undecided* else.

At least 30 seeds, or batch means of fewer and longer runs, stand behind every interval; fewer is *undecided*.

References
----------
Kurtz, T. G. (1970). Solutions of ordinary differential equations as limits of pure jump Markov processes. Journal
    of Applied Probability 7, 49-58.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any, Literal

import numpy as np

from .economy.ledger import Array
from .runs import Runs

Verdict = Literal["held", "not held", "undecided"]
SLOPE_BAND = 0.15
ENOUGH = 30


@dataclass(frozen=True)
class Agreement:
    """The verdict on a theory, and what it rests on.

    Parameters
    ----------
    kind : {"rest point", "trajectory", "stationary law"}
    verdict : {"held", "not held", "undecided"}
    reason : str
        One sentence with the numbers.
    theory : float
        The value predicted (rest point), or 0.
    sizes : tuple of int
    distance : array (sizes,)
        To the theory: root-mean-square over runs (rest point), mean over runs of the sup distance (trajectory), total
        variation of the pooled histogram (law).
    interval : array (sizes, 2)
        For a rest point, of the mean state over seeds; otherwise of the distance. 95 %.
    slope, slope_interval : float, (float, float)
        Of log distance (for a rest point: of the fluctuation between seeds) in log N; nan when not estimable.
    expected_slope : float
    margin : float
        What counted as equal.
    """

    kind: Literal["rest point", "trajectory", "stationary law"]
    verdict: Verdict
    reason: str
    theory: float
    sizes: tuple[int, ...]
    distance: Array
    interval: Array
    slope: float = float("nan")
    slope_interval: tuple[float, float] = (float("nan"), float("nan"))
    expected_slope: float = -0.5
    margin: float = 0.0
    quantity: str = "state"
    unit: str = "1"

    def __str__(self) -> str:
        return f"{self.verdict}: {self.reason}"

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "kind": self.kind, "verdict": self.verdict, "reason": self.reason, "theory": self.theory,
            "sizes": list(self.sizes), "distance": self.distance.tolist(), "interval": self.interval.tolist(),
            "slope": self.slope, "slope_interval": list(self.slope_interval), "expected_slope": self.expected_slope,
            "margin": self.margin, "quantity": self.quantity, "unit": self.unit,
        }  # fmt: skip


def compare(theory: Any, runs: Runs, *, margin: float | None = None) -> Agreement:
    """Test a theory against simulated runs.

    Parameters
    ----------
    theory : EquilibriumSet, Equilibrium, number, Trajectory, or array
        A rest point (an equilibrium with one symmetric profile, or a number), a `Trajectory` of the mean
        dynamic on the runs' time axis, or a stationary law over 0 .. N holders (an array that sums to 1).
    runs : Runs
    margin : float, optional
        What counts as equal: by default the resolution of the process (rest point), 0.01 total variation
        (law).

    Returns
    -------
    Agreement

    Raises
    ------
    TypeError, ValueError
        For a theory that says nothing about these runs.

    Examples
    --------
    >>> from analytic.catalogue import holding
    >>> from evolution import simulate
    >>> runs = simulate(holding(), agents=[400], seeds=30, rounds=400, start=0.5, rng=1)
    >>> compare(0.5, runs).verdict, compare(0.6, runs).verdict
    ('held', 'not held')
    """
    if isinstance(theory, np.ndarray) and theory.ndim == 1:
        return _law(theory, runs, 0.01 if margin is None else margin)
    if hasattr(theory, "t") and hasattr(theory, "x"):
        return _trajectory(theory, runs)
    return _rest_point(rest_value(theory), runs, margin)


def rest_value(theory: Any) -> float:
    """The one number in an equilibrium (its effort, or the share of its first strategy), or the number given."""
    if isinstance(theory, Real):  # SymPy numbers and Fractions, too
        return float(theory)
    if isinstance(theory, Sequence):
        if len(theory) != 1:
            raise ValueError(
                f"a set of {len(theory)} equilibria is not one rest point; "
                "compare with one of them, for example found[0]"
            )
        theory = theory[0]
    if not hasattr(theory, "profile"):
        raise TypeError(
            f"a {type(theory).__name__} says nothing about a simulation; give an equilibrium, a trajectory or a law"
        )
    return float(theory.profile[0][0])


def t_interval(values: Array) -> tuple[float, float, float]:
    """The mean of independent values and its 95 % t-interval; infinite with fewer than two."""
    from scipy.stats import t as student

    count, mean = len(values), float(np.mean(values))
    if count < 2:
        return mean, -np.inf, np.inf
    half = float(student.ppf(0.975, count - 1)) * float(np.std(values, ddof=1)) / count**0.5
    return mean, mean - half, mean + half


def blocks(values: Array, number: int = ENOUGH) -> Array:
    """Batch means of the second half of runs (seeds, time), at least `number` of them in all."""
    seeds, half = values.shape[0], values[:, values.shape[1] // 2 :]
    each = max(1, -(-number // seeds))
    width = half.shape[1] // each
    if width < 1:
        raise ValueError(
            f"runs with {values.shape[1]} records are too short for {each} batches each; run longer or more seeds"
        )
    return np.asarray(half[:, : width * each].reshape(seeds * each, width).mean(axis=1))


def slope_in_size(sizes: Sequence[int], samples: Sequence[Array]) -> tuple[float, tuple[float, float]]:
    """Slope of log root-mean-square in log N, with a 95 % interval from resampling the seeds.

    >>> rng = np.random.default_rng(0)
    >>> sizes = [100, 400, 1600]
    >>> slope, (low, high) = slope_in_size(sizes, [rng.normal(size=200) / n**0.5 for n in sizes])
    >>> low < -0.5 < high
    True
    """
    if len(sizes) < 3:
        return float("nan"), (float("nan"), float("nan"))
    x = np.log(np.asarray(sizes, float))
    x -= x.mean()

    def fit(values: Sequence[Array]) -> float:
        y = np.log([float(np.sqrt(np.mean(np.square(v)))) + 1e-300 for v in values])
        return float(x @ y / (x @ x))

    rng = np.random.default_rng(0)
    drawn = [fit([v[rng.integers(len(v), size=len(v))] for v in samples]) for _ in range(1000)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return fit(samples), (float(low), float(high))


def _rest_point(theory: float, runs: Runs, margin: float | None) -> Agreement:
    largest = int(np.argmax(runs.sizes))
    margin = runs.resolution[largest] if margin is None else margin
    if not margin > 0:
        raise ValueError(f"the margin must be > 0, not {margin}")
    samples = [blocks(values) for values in runs.series[runs.state]]
    intervals = np.array([t_interval(each)[1:] for each in samples])
    low, high = intervals[largest]
    slope, around = slope_in_size(runs.sizes, [each - each.mean() for each in samples])
    unit = runs.units.get(runs.state, "1")
    suffix = "" if unit == "1" else f" {unit}"
    numbers = f"theory {theory:.6g}{suffix}, simulated {low:.6g} to {high:.6g} (95 %) at N = {runs.sizes[largest]}"
    verdict: Verdict
    few = len(samples[largest])
    if few < ENOUGH:
        verdict, reason = (
            "undecided",
            f"{numbers}; {few} independent values are fewer than {ENOUGH}",
        )
    elif theory - margin <= low and high <= theory + margin:
        verdict, reason = "held", f"{numbers}, within the resolution {margin:.3g} of the process"
    elif high < theory - margin or low > theory + margin:
        verdict, reason = (
            "not held",
            f"{numbers}, further away than the resolution {margin:.3g} of the process",
        )
    else:
        verdict, reason = (
            "undecided",
            f"{numbers}; the interval reaches across the resolution {margin:.3g}: run longer or larger",
        )
    distance = np.array([np.sqrt(np.mean((each - theory) ** 2)) for each in samples])
    return Agreement(
        "rest point",
        verdict,
        reason,
        theory,
        runs.sizes,
        distance,
        intervals,
        slope,
        around,
        -0.5,
        margin,
        runs.state,
        unit,
    )


def _trajectory(theory: Any, runs: Runs) -> Agreement:
    path = np.asarray(theory.x)
    path = path[:, 0] if path.ndim == 2 else path
    if np.shape(theory.t) != runs.time.shape or not np.allclose(theory.t, runs.time):
        raise ValueError("the trajectory must be given at the runs' own times: integrate(..., t=runs.time)")
    distances = [np.abs(values - path).max(axis=1) for values in runs.series[runs.state]]
    intervals = np.array([t_interval(each)[1:] for each in distances])
    slope, (low, high) = slope_in_size(runs.sizes, distances)
    place = int(np.argmax(runs.sizes))
    largest = f"sup distance {distances[place].mean():.3g} at N = {runs.sizes[place]}"
    band = (-0.5 - SLOPE_BAND, -0.5 + SLOPE_BAND)
    verdict: Verdict
    if len(runs.sizes) < 3 or runs.seeds < ENOUGH:
        verdict = "undecided"
        reason = (
            f"{largest}; a slope in N needs at least 3 sizes and {ENOUGH} seeds, not {len(runs.sizes)} and {runs.seeds}"
        )
    else:
        law = f"{largest}, falling like N^{slope:.2f} (95 %: {low:.2f} to {high:.2f}; law -1/2)"
        if band[0] <= low and high <= band[1]:
            verdict, reason = "held", law
        elif high < band[0] or low > band[1]:
            verdict, reason = "not held", law
        else:
            verdict, reason = "undecided", law + "; the interval is too wide: more seeds or more sizes"
    distance = np.array([each.mean() for each in distances])
    return Agreement(
        "trajectory", verdict, reason, 0.0, runs.sizes, distance, intervals, slope, (low, high), -0.5, SLOPE_BAND,
        f"sup distance of {runs.state}",
    )  # fmt: skip


def total_variation(a: Array, b: Array) -> float:
    """Half the sum of absolute differences of two laws.

    >>> total_variation(np.array([1.0, 0.0]), np.array([0.0, 1.0]))
    1.0
    """
    return 0.5 * float(np.abs(a - b).sum())


def _law(law: Array, runs: Runs, margin: float) -> Agreement:
    if not runs.counts:
        raise ValueError("these runs kept no histogram of visited states; a law needs two standing strategies")
    if not (abs(law.sum() - 1) <= 1e-6 and (law >= -1e-12).all()):
        raise ValueError(f"a stationary law must be >= 0 and sum to 1, not to {law.sum():.6g}")
    fitting = [k for k, c in enumerate(runs.counts) if c.shape[1] == len(law)]
    if not fitting:
        raise ValueError(f"the law is over 0 .. {len(law) - 1} holders, but the runs have sizes {runs.sizes}")
    k = fitting[-1]
    counts = runs.counts[k].astype(float)
    pooled = counts.sum(axis=0) / counts.sum()
    distance = total_variation(pooled, law)
    rng = np.random.default_rng(0)
    seeds = len(counts)
    drawn = [counts[rng.integers(seeds, size=seeds)].sum(axis=0) for _ in range(1000)]
    noise = float(np.quantile([total_variation(each / each.sum(), pooled) for each in drawn], 0.95))
    numbers = f"total variation {distance:.4f} to the law, noise {noise:.4f} (95 %), {int(counts.sum())} states seen"
    verdict: Verdict
    if seeds < ENOUGH:
        verdict, reason = "undecided", f"{numbers}; {seeds} seeds are fewer than {ENOUGH}"
    elif distance - noise > margin:
        verdict, reason = "not held", f"{numbers}: more than the margin {margin:g}"
    elif noise <= margin:
        verdict, reason = "held", f"{numbers}: within the margin {margin:g}"
    else:
        verdict, reason = "undecided", f"{numbers}; the noise exceeds the margin {margin:g}: run longer"
    each_seed = np.array([total_variation(c / c.sum(), law) for c in counts])
    return Agreement(
        "stationary law", verdict, reason, 0.0, (runs.sizes[k],), np.array([distance]),
        np.array([t_interval(each_seed)[1:]]), margin=margin, quantity="total variation",
    )  # fmt: skip
