r"""The figure of a verdict: simulation against theory.

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

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FormatStrFormatter, LogLocator, NullFormatter

from analytic.plot import BLUE, GREY, ORANGE, VERMILION, canvas, legend_above, number, quantity
from evolution.agreement import Agreement, compare
from evolution.economy.ledger import Array
from evolution.fluctuation import fluctuation, spread_interval
from evolution.simulation import Runs

__all__ = ["agreement"]


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
