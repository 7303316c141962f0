r"""Figures of what moved: paths, long-run laws, agreement with theory, and orbits in a simplex.

`agreement` shows a verdict's numbers. Over several sizes N it is log-log, with the law :math:`C N^{-1/2}` through the
geometric mean of what should obey it: the sup distance (trajectory), or the fluctuation of the long-run averages around
their own mean (rest point, see `fluctuation`); beside it stands the distance of that mean to theory,
:math:`|\bar x_N - x^*|`, which need not fall. With one size it shows interval and margin.

References
----------
Kurtz, T. G. (1970). Solutions of ordinary differential equations as limits of pure jump Markov processes. Journal of
    Applied Probability 7, 49-58.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import mpltern  # noqa: F401  (importing it registers the ternary projection)
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FormatStrFormatter, LogLocator, MaxNLocator, NullFormatter
from numpy.typing import ArrayLike

from analytic.plot import BLUE, GREY, ORANGE, SKY, VERMILION, canvas, legend_above, number, quantity
from gametheory.equilibrium import Equilibrium
from gametheory.plot import LINES, Point, rest_marker, rest_points

from .agreement import Agreement, compare
from .economy.ledger import Array
from .fluctuation import fluctuation, spread_interval
from .simulation import Runs

__all__ = ["agreement", "law", "paths", "simplex"]


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


def agreement(theory: Any, runs: Runs | None = None, *, ax: Axes | None = None) -> Axes:
    """What a verdict rests on: distances and fluctuations against N, or one interval against its margin.

    Parameters
    ----------
    theory : Agreement, or whatever `compare` takes
    runs : Runs, optional
        Needed unless an `Agreement` is given.
    ax : Axes, optional

    Returns
    -------
    Axes

    Raises
    ------
    TypeError
        If runs are missing, or given with an `Agreement`.

    Examples
    --------
    >>> from analytic.catalogue import holding
    >>> from evolution import simulate
    >>> runs = simulate(holding(), agents=[50, 100, 200], seeds=30, rounds=50, rng=1)
    >>> ax = agreement(0.5, runs)
    >>> ax.get_xscale(), ax.get_xlabel()
    ('log', 'number of agents $N$')
    """
    if isinstance(theory, Agreement) != (runs is None):
        raise TypeError("give an Agreement alone, or a theory and the runs to compare it with")
    found: Agreement = theory if runs is None else compare(theory, runs)
    falls = fluctuation(found) if found.kind == "rest point" else found.distance
    falling = len(found.sizes) > 1 and bool((falls > 0).all())
    with canvas(ax, height=2.6 if falling else 1.2 + 0.2 * len(found.sizes)) as ax:
        if falling:
            _against_size(ax, found, falls)
        else:
            _against_margin(ax, found)
        legend_above(ax)
    return ax


def _against_size(ax: Axes, found: Agreement, falls: Array) -> None:
    """Log-log: what falls with N, and the law of its falling."""
    sizes, suffix = np.asarray(found.sizes, float), "" if found.unit == "1" else f" {found.unit}"
    if found.kind == "rest point":
        halves = np.diff(found.interval, axis=1)[:, 0] / 2
        spread = np.array([spread_interval(float(f), float(h)) for f, h in zip(falls, halves, strict=True)])
        name = "fluctuation, 95 %"
    else:
        spread, name = found.interval, "distance, 95 %"
    anchor = float(np.exp(np.mean(np.log(falls * sizes**0.5))))
    reach = np.array([sizes.min() / 1.3, sizes.max() * 1.3])
    ax.set(xscale="log", yscale="log")
    ax.plot(reach, anchor * reach**-0.5, color=GREY, linestyle="-", linewidth=0.9, label=r"law $N^{-1/2}$")
    ax.vlines(sizes, spread[:, 0], spread[:, 1], color=BLUE, linewidth=1)
    slope = f", slope {found.slope:.2f}".replace("-", "−") if np.isfinite(found.slope) else ""
    ax.plot(sizes, falls, "o", color=BLUE, linestyle="none", label=name + slope)
    if found.kind == "rest point":
        away, aside = np.abs(found.interval.mean(axis=1) - found.theory), sizes * 1.06  # beside, not upon, the other
        seen = away > 0
        ax.plot(
            aside[seen],
            away[seen],
            "s",
            color=VERMILION,
            linestyle="none",
            markerfacecolor="white",
            label="|mean − theory|, 95 %",
        )
        ax.axhline(found.margin, color=ORANGE, linestyle=":", label=f"margin {number(found.margin)}{suffix}")
        bottom, top = ax.get_ylim()
        ax.vlines(aside, np.maximum(away - halves, bottom), away + halves, color=VERMILION, linewidth=0.8, zorder=1)
        ax.set_ylim(bottom, top)
    _decades(ax)
    ax.set_xlim(reach[0], reach[1])
    ax.set_xticks(sizes, [f"{size:g}" for size in sizes])
    ax.set_xlabel("number of agents $N$")
    ax.set_ylabel(quantity("distance" if found.kind == "rest point" else found.quantity, found.unit))


def _decades(ax: Axes) -> None:
    """Ticks of a log-log figure: 1, 2, 5 where the ordinate spans little, powers of ten else."""
    bottom, top = ax.get_ylim()
    if top / bottom < 100:
        ax.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        ax.yaxis.set_major_formatter(FormatStrFormatter("%g"))
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.yaxis.set_minor_formatter(NullFormatter())
    ax.minorticks_off()


def _against_margin(ax: Axes, found: Agreement) -> None:
    """Intervals, one a size, across the theory and what counts as equal to it."""
    place = np.arange(len(found.sizes))
    if found.kind == "rest point":
        centre, name, interval = found.interval.mean(axis=1), f"mean {found.quantity}", "95 % interval"
        ax.axvline(found.theory, color=VERMILION, linestyle="--", label=f"theory {number(found.theory)}")
        low = found.theory - found.margin
    else:
        pooled = "pooled " if found.kind == "stationary law" else ""
        centre, name, interval, low = found.distance, pooled + found.quantity, "mean over seeds, 95 %", 0.0
    if found.kind != "trajectory":
        ax.axvspan(
            low, found.theory + found.margin, facecolor="#FFF3D6", edgecolor=ORANGE, hatch="....", linewidth=0,
            label=f"margin {number(found.margin)}", zorder=0,
        )  # fmt: skip
    ax.hlines(place, found.interval[:, 0], found.interval[:, 1], color=BLUE, linewidth=2.5, label=interval)
    ax.plot(
        centre, place, "D", color=BLUE, linestyle="none", markersize=4, markerfacecolor="white", zorder=4, label=name
    )
    ax.set_ylim(-0.6, len(place) - 0.4)
    ax.set_yticks(place, [str(size) for size in found.sizes])
    ax.margins(x=0.15)
    if found.kind != "rest point":
        ax.set_xlim(left=0)
    ax.set_xlabel(quantity(found.quantity, found.unit))
    ax.set_ylabel("agents $N$")


def simplex(
    trajectories: Sequence[ArrayLike] = (),
    field: Callable[[Array], ArrayLike] | None = None,
    rest: Sequence[Point] = (),
    *,
    labels: Sequence[str] = ("strategy 1", "strategy 2", "strategy 3"),
    ax: Axes | None = None,
) -> Axes:
    """Three strategies: orbits, directions and rest points in a triangle.

    Parameters
    ----------
    trajectories : sequence of arrays (k, 3), or of Trajectory
        Each begins at a small triangle.
    field : callable, optional
        Velocity at one state, such as ``Replicator(A).velocity``; arrows show its direction.
    rest : sequence of Equilibrium or of pairs (state, stability)
    labels : three names
        Each stands at the corner where only it is played.
    ax : Axes, optional
        Of the projection "ternary".

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If the Axes are not ternary, or a state has not three shares.

    Examples
    --------
    >>> from evolution import Replicator, integrate
    >>> rps = Replicator([[0, -1, 2], [2, 0, -1], [-1, 2, 0]])
    >>> flow = integrate(rps, x0=[0.6, 0.3, 0.1], t=20)
    >>> ax = simplex([flow], rps.velocity, [([1 / 3] * 3, "stable")], labels=("rock", "paper", "scissors"))
    >>> ax.get_tlabel()
    'rock'
    """
    orbits = [np.asarray(getattr(each, "x", each), float) for each in trajectories]
    for orbit in orbits:
        if orbit.ndim != 2 or orbit.shape[1] != 3:
            raise ValueError(f"a trajectory has shape {orbit.shape}; a simplex of three strategies needs (k, 3)")
    if ax is not None and not hasattr(ax, "set_tlabel"):
        raise ValueError('the Axes are not ternary; make them with projection="ternary"')
    states = [(_whole(point), stability) for point, (_, stability) in zip(rest, rest_points(rest), strict=True)]
    with canvas(ax, height=3.1, projection="ternary") as ax:
        triangle: Any = ax
        if field is not None:
            _directions(triangle, field)
        for k, orbit in enumerate(orbits):
            color, style, _ = LINES[k % len(LINES)]
            triangle.plot(*orbit.T, color=color, linestyle=style, zorder=3)
            triangle.plot(*orbit[0], "^", color=color, markersize=4, zorder=4, clip_on=False)
        kinds: dict[str, Any] = {}
        for state, stability in states:
            (artist,) = triangle.plot(*state, **rest_marker(stability))
            kinds.setdefault(artist.get_label(), artist)
        for side, name in zip("tlr", labels, strict=True):
            getattr(triangle, f"set_{side}label")(name)
            getattr(triangle, f"{side}axis").set_label_position("corner")
            getattr(triangle, f"{side}axis").set_label_rotation_mode("horizontal")
            getattr(triangle, f"{side}axis").set_ticks([])
        if kinds:
            triangle.legend(handles=list(kinds.values()), loc="upper left", bbox_to_anchor=(0.0, 1.0))
    return ax


def _whole(point: Point) -> Array:
    """All three shares of a rest point."""
    state = np.asarray(point.profile[0] if isinstance(point, Equilibrium) else point[0], float)
    if state.shape != (3,):
        raise ValueError(f"a rest point has shape {state.shape}; expected three shares")
    return state


def _directions(triangle: Any, field: Callable[[Array], ArrayLike], rows: int = 12) -> None:
    """Arrows of equal length at the inner points of a triangular grid."""
    inner = [(i, j, rows - i - j) for i in range(1, rows) for j in range(1, rows - i)]
    states = np.array(inner, float) / rows
    ways = np.array([np.asarray(field(state), float) for state in states])
    speed = np.sqrt((ways**2).sum(axis=1, keepdims=True))
    moving = speed[:, 0] > 1e-12 * max(float(speed.max()), 1e-300)
    arrows = 0.055 * ways[moving] / speed[moving]
    triangle.quiver(
        *states[moving].T, *arrows.T, color="#A0A0A0", pivot="mid", angles="xy", scale_units="xy", scale=1,
        width=0.004, headwidth=4, zorder=1,
    )  # fmt: skip
