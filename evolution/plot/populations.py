r"""Figures of finite populations: gradient of selection, invasions, stationary laws.

Arrows of the invasion graph go from the resident i to a mutant j that selection helps, :math:`\varphi_{ij} > 1/Z`, and
carry :math:`Z \varphi_{ij}`, the fixation probability in units of the neutral one; dashed lines without a head join
strategies between which neither way is helped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from analytic.plot import BLACK, BLUE, SKY, canvas, legend_above, number, quantity
from evolution.economy.ledger import Array
from evolution.plot.marks import FIELD
from evolution.selection_gradient import SelectionGradient
from evolution.small_mutation import SmallMutationLimit
from gametheory.plot import LINES, rest_marker

__all__ = ["gradient", "gradient_map", "invasion_graph", "stationary"]

CERTAIN = 1e-3  # of the range that is written out with three digits


def gradient(*gradients: SelectionGradient, labels: Sequence[str] = (), ax: Axes | None = None) -> Axes:
    """Gradient of selection of two strategies over the share of the first.

    Parameters
    ----------
    *gradients : SelectionGradient
        Their internal turns are marked: filled where the share is drawn, open where it is driven away.
    labels : sequence of str, optional
        One a gradient.
    ax : Axes, optional

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If a gradient has not two strategies.

    Examples
    --------
    >>> from evolution.processes import Moran
    >>> from evolution.selection_gradient import gradient_of_selection
    >>> gradient(gradient_of_selection(Moran([[1, 4], [2, 3]], 20))).get_xlabel()
    'share of 0'
    """
    with canvas(ax) as ax:
        ax.axhline(0, color=FIELD, linewidth=0.6, zorder=0)
        for k, each in enumerate(gradients):
            color, style, _ = LINES[k % len(LINES)]
            turns = each.turns
            ax.plot(
                each.shares[:, 0], each.change[:, 0], color=color, linestyle=style,
                label=labels[k] if k < len(labels) else None,
            )  # fmt: skip
            for where, attracts in turns:
                ax.plot(where, 0, **rest_marker("stable" if attracts else "unstable") | {"label": "_"})
        first = gradients[0].process
        ax.set_xlim(-0.02, 1.02)
        ax.set_xlabel(f"share of {first.strategies[0]}")
        ax.set_ylabel("gradient of selection [agents/step]")
        if labels:
            legend_above(ax, columns=2)
    return ax


def gradient_map(
    gradient_at: Callable[[float], SelectionGradient],
    values: ArrayLike,
    *,
    name: str = "parameter",
    unit: str = "1",
    ax: Axes | None = None,
) -> Axes:
    """Sign and size of the gradient of selection over the share and a parameter, with the lines where it turns.

    Parameters
    ----------
    gradient_at : function
        From a value of the parameter to the gradient there.
    values : array
        Increasing values of the parameter.
    name, unit : str
        Of the parameter.
    ax : Axes, optional

    Returns
    -------
    Axes

    Examples
    --------
    >>> from evolution.processes import Moran
    >>> from evolution.selection_gradient import gradient_of_selection
    >>> def of(cost):
    ...     return gradient_of_selection(Moran([[2 - cost, 1 - cost], [1, 0.5]], 20))
    >>> gradient_map(of, [0.1, 0.2, 0.3, 0.4], name="cost").get_ylabel()
    'cost'
    """
    at = np.asarray(values, float)
    if at.ndim != 1 or len(at) < 2 or not (np.diff(at) > 0).all():
        raise ValueError(f"values are {values!r}; give at least two, increasing")
    found = [gradient_at(float(value)) for value in at]
    table = np.array([each.change[:, 0] for each in found])
    top = float(np.abs(table).max()) or 1.0
    with canvas(ax, height=2.8) as ax:
        mesh = ax.pcolormesh(found[0].shares[:, 0], at, table, cmap="PuOr", vmin=-top, vmax=top, rasterized=True)
        for attracts, face in ((True, BLACK), (False, "white")):
            points = [
                (x, value) for value, each in zip(at, found, strict=True) for x, kind in each.turns if kind == attracts
            ]
            if points:
                label = "share is drawn here" if attracts else "share is driven away"
                ax.plot(
                    *np.array(points).T, "o", color=BLACK, markerfacecolor=face, markersize=3, markeredgewidth=0.6,
                    label=label,
                )  # fmt: skip
        ax.set_xlabel(f"share of {found[0].process.strategies[0]}")
        ax.set_ylabel(quantity(name, unit))
        ax.figure.colorbar(mesh, ax=ax, label="gradient of selection [agents/step]")
        legend_above(ax, columns=2)
    return ax


def invasion_graph(limit: SmallMutationLimit, *, ax: Axes | None = None) -> Axes:
    r"""Who invades whom when mutants are rare, and how long each strategy reigns.

    Parameters
    ----------
    limit : SmallMutationLimit
        The size of a strategy's disc and the number in it are its long-run probability.
    ax : Axes, optional

    Returns
    -------
    Axes

    Examples
    --------
    >>> from evolution.processes import Moran
    >>> from evolution.small_mutation import small_mutation_limit
    >>> ax = invasion_graph(small_mutation_limit(Moran([[3, 0], [5, 1]], 20, intensity=0.1, mutation=0.01)))
    >>> sorted(text.get_text() for text in ax.texts if "%" in text.get_text())
    ['0\n5.6 %', '1\n94 %']
    """
    names, size = limit.process.strategies, limit.process.size
    law, against = limit.law, limit.log_fixation + np.log(size)
    count = len(names)
    turn = np.pi / 2 - 2 * np.pi * np.arange(count) / count
    where = np.column_stack([np.cos(turn), np.sin(turn)]) * (0.8 if count > 2 else 1.0)
    with canvas(ax, height=3.4) as ax:
        radius = 0.13 + 0.17 * np.sqrt(law)
        for i in range(count):
            for j in range(count):
                if i < j and against[i, j] <= 0 and against[j, i] <= 0:
                    ax.plot(*where[[i, j]].T, color=FIELD, linestyle="--", linewidth=0.8, zorder=1)
                if i != j and against[i, j] > 0:
                    both = against[j, i] > 0
                    _arrow(ax, where[i], where[j], radius[i], radius[j], _times(against[i, j]), bent=both)
        for k, name in enumerate(names):
            ax.add_patch(_disc(where[k], radius[k]))
            ax.text(
                where[k, 0], where[k, 1], f"{name}\n{_percent(law[k])}", ha="center", va="center", fontsize=7, zorder=5
            )
        ax.set_xlim(-1.25, 1.25)
        ax.set_ylim(-1.2, 1.2)
        ax.set_aspect("equal")
        ax.set_axis_off()
        ax.set_title(rf"arrows: $Z\varphi > 1$, $Z = {size}$; discs: long-run share", fontsize=8)
    return ax


def _disc(where: Array, radius: float) -> Any:
    from matplotlib.patches import Circle

    return Circle((float(where[0]), float(where[1])), radius, facecolor=SKY, edgecolor=BLUE, alpha=0.95, zorder=4)


def _arrow(ax: Axes, start: Array, end: Array, out: float, into: float, text: str, *, bent: bool) -> None:
    way = (end - start) / np.hypot(*(end - start))
    side = np.array([-way[1], way[0]])
    bow = 0.12 if bent else 0.0
    tail, head = start + way * (out + 0.02) + side * bow / 2, end - way * (into + 0.02) + side * bow / 2
    style = {"arrowstyle": "-|>", "color": BLACK, "linewidth": 0.9, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", xy=tuple(head), xytext=tuple(tail), arrowprops=style, zorder=3)
    place = tail + 0.4 * (head - tail) + side * 0.07
    ax.text(place[0], place[1], text, ha="center", va="center", fontsize=6.5, zorder=6)


def _times(log_value: float) -> str:
    return number(float(f"{np.exp(min(log_value, 700.0)):.2g}"))


def _percent(share: float) -> str:
    if 0 < share < 1e-4:
        return "< 0.01 %"
    return f"{100 * share:.0f} %" if share >= 0.1 or share == 0 else f"{100 * share:.2g} %"


def stationary(counts: ArrayLike, law: ArrayLike, *, labels: Sequence[str], ax: Axes | None = None) -> Axes:
    """Stationary law of a finite population: bars for two strategies, a shaded triangle for three.

    Parameters
    ----------
    counts : array (M, s)
        The states.
    law : array (M,)
        Their probabilities.
    labels : sequence of str
        Names of the s strategies.
    ax : Axes, optional

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If there are neither two nor three strategies, or states and probabilities do not fit.

    Examples
    --------
    >>> stationary([[0, 2], [1, 1], [2, 0]], [0.25, 0.5, 0.25], labels=("a", "b")).get_xlabel()
    'agents playing a (Z = 2)'
    """
    from evolution.plot.triangle import simplex

    states, mass = np.asarray(counts, float), np.asarray(law, float)
    if states.ndim != 2 or mass.shape != states.shape[:1] or states.shape[1] != len(labels):
        raise ValueError(f"states of shape {states.shape}, law of shape {mass.shape}, {len(labels)} names do not fit")
    size = states[0].sum()
    if states.shape[1] == 3:
        return simplex(density=(states / size, mass), labels=labels, ax=ax)
    if states.shape[1] != 2:
        raise ValueError(f"a stationary law is drawn for 2 or 3 strategies, not for {states.shape[1]}")
    with canvas(ax) as ax:
        ax.bar(states[:, 0], mass, width=1.0, color=SKY, edgecolor=BLUE, linewidth=0.3)
        ax.set_xlim(-0.5, size + 0.5)
        ax.set_ylim(bottom=0)
        ax.set_xlabel(f"agents playing {labels[0]} (Z = {size:.0f})")
        ax.set_ylabel("probability")
    return ax
