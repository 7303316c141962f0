"""Figures of simulated runs: the long-run law and the paths."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from analytic.plot import BLUE, GREY, SKY, VERMILION, canvas, legend_above, number, quantity
from evolution.simulation import Runs

__all__ = ["law", "paths"]


def _position(runs: Runs, size: int | None) -> int:
    """Which of the runs' sizes is meant: by default the largest."""
    if size is None:
        return int(np.argmax(runs.sizes))
    if size not in runs.sizes:
        raise ValueError(f"no runs have size {size}; the sizes are {', '.join(map(str, runs.sizes))}")
    return runs.sizes.index(size)


def law(runs: Runs, law: ArrayLike, ax: Axes | None = None, *, size: int | None = None) -> Axes:
    """Stationary law against the histogram of visited states, with 95 % intervals over seeds.

    Parameters
    ----------
    runs : Runs
        Of two standing strategies.
    law : array (N + 1,)
        Probability of 0, 1, ..., N players of the first strategy.
    ax : Axes, optional
    size : int, optional
        Which runs; by default those whose number of agents fits the law.

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If the runs kept no histogram that fits the law.

    Examples
    --------
    >>> from analytic.catalogue import holding
    >>> from evolution import Logit, simulate
    >>> from evolution.finite import stationary_law
    >>> gibbs = stationary_law(Logit([[-0.99, 0.99], [0, 0]], temperature=0.1), 100, against="others")
    >>> ax = law(simulate(holding(), agents=100, seeds=5, rounds=400, rng=1), gibbs.probability)
    >>> ax.get_ylabel()
    'probability'
    """
    from scipy.stats import t as student

    expected = np.asarray(law, float)
    fitting = [k for k, counts in enumerate(runs.counts) if counts.shape[1] == len(expected)]
    if size is not None:
        fitting = [k for k in fitting if runs.sizes[k] == size]
    if not fitting:
        kept = [counts.shape[1] - 1 for counts in runs.counts] or "none"
        raise ValueError(f"the law is over 0 .. {len(expected) - 1} players, but histograms are kept for sizes {kept}")
    counts = runs.counts[fitting[-1]].astype(float)
    shares = counts / counts.sum(axis=1, keepdims=True)
    pooled, seeds = counts.sum(axis=0) / counts.sum(), len(counts)
    half = student.ppf(0.975, seeds - 1) * shares.std(axis=0, ddof=1) / seeds**0.5 if seeds > 1 else 0 * pooled
    seen = np.flatnonzero(np.maximum(pooled, expected) > 1e-3 * max(pooled.max(), expected.max()))
    shown = np.arange(seen[0], seen[-1] + 1)
    with canvas(ax) as ax:
        ax.bar(
            shown, pooled[shown], width=0.8, color=SKY, alpha=0.6, edgecolor=BLUE, linewidth=0.4,
            label=f"simulated, {seeds} seeds",
        )  # fmt: skip
        if seeds > 1:
            ax.vlines(
                shown,
                np.maximum(pooled - half, 0)[shown],
                (pooled + half)[shown],
                color=BLUE,
                linewidth=1,
                label="95 % interval",
            )
        look: dict[str, Any] = {"marker": "o", "markersize": 3, "markerfacecolor": "white"} if len(shown) <= 60 else {}
        ax.plot(shown, expected[shown], color=VERMILION, linestyle="--", linewidth=0.9, label="stationary law", **look)
        ax.set_ylim(bottom=0)
        ax.xaxis.set_major_locator(MaxNLocator(8, integer=True))
        ax.set_xlabel(f"agents playing {runs.state.removeprefix('share of ')} (N = {len(expected) - 1})")
        ax.set_ylabel("probability")
        legend_above(ax, columns=3)
    return ax


def paths(
    runs: Runs,
    *,
    series: str = "price",
    size: int | None = None,
    theory: Any = None,
    singles: int = 3,
    window: tuple[float, float] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """A quantity over time: median, bands of the middle 50 and 90 % of seeds, and a few single runs.

    Parameters
    ----------
    runs : Runs
    series : str
        One of the names in ``runs.series``.
    size : int, optional
        Which runs; by default the largest.
    theory : number or Trajectory, optional
        Drawn as a line; of a trajectory the first share.
    singles : int
        How many single runs are drawn.
    window : pair of floats, optional
        The rounds shown; by default all.
    ax : Axes, optional

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If there is no such series or size, or nothing was recorded in the window.

    Examples
    --------
    >>> from analytic.catalogue import holding
    >>> from evolution import simulate
    >>> ax = paths(simulate(holding(), agents=50, seeds=5, rounds=50, rng=1), theory=1.5)
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('time [rounds]', 'price [currency/token]')
    """
    if series not in runs.series:
        raise ValueError(f"the runs have no series {series!r}; they have {', '.join(runs.series)}")
    which = _position(runs, size)
    first, last = (runs.time[0], runs.time[-1]) if window is None else window
    inside = (first <= runs.time) & (runs.time <= last)
    if inside.sum() < 2:
        raise ValueError(
            f"the window is ({first}, {last}), but rounds {runs.time[0]:g} to {runs.time[-1]:g} are recorded"
        )
    values, time = runs.series[series][which][:, inside], runs.time[inside]
    low, quarter, middle, upper, high = np.quantile(values, [0.05, 0.25, 0.5, 0.75, 0.95], axis=0)
    with canvas(ax) as ax:
        ax.fill_between(time, low, high, color=SKY, alpha=0.3, linewidth=0, label="5–95 %")
        ax.fill_between(time, quarter, upper, color=SKY, alpha=0.6, linewidth=0, label="25–75 %")
        for k, single in enumerate(values[:singles]):
            ax.plot(time, single, color=GREY, linestyle="-", linewidth=0.4, label="single runs" if k == 0 else None)
        ax.plot(time, middle, color=BLUE, linestyle="-", label="median")
        if theory is not None and hasattr(theory, "t"):
            state = np.asarray(theory.x)
            ax.plot(
                theory.t, state[:, 0] if state.ndim == 2 else state, color=VERMILION, linestyle="--", label="theory"
            )
        elif theory is not None:
            ax.axhline(float(theory), color=VERMILION, linestyle="--", label=f"theory: {number(theory)}")
        ax.set_xlim(time[0], time[-1])
        ax.set_xlabel("time [rounds]")
        ax.set_ylabel(quantity(series, runs.units.get(series, "1")))
        legend_above(ax, columns=3, title=f"N = {runs.sizes[which]}, {len(values)} seeds")
    return ax
