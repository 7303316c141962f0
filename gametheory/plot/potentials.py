r"""Why players end up where they do: the potential of joining, and what one gets by leaving a profile.

`potential` shows a potential, the sum of the payoff differences that the next one to join meets,

.. math:: \Phi(S) = \sum_{s=0}^{S-1} \big(\pi_1(s) - \pi_0(s)\big),

whose local maxima are the stable equilibria (Monderer, Shapley 1996). `deviations` shows what one player gets by
leaving a symmetric profile.

References
----------
Monderer, D., Shapley, L. S. (1996). Potential games. Games and Economic Behavior 14, 124-143.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike

from analytic.plot import BLUE, GREY, canvas, legend_above, number, quantity
from gametheory.equilibrium import Equilibrium
from gametheory.plot.rest import LINES, Array, Point, mark, rest_points

__all__ = ["deviations", "potential"]


def potential(
    payoff_difference: Callable[[Array], ArrayLike] | ArrayLike,
    *,
    players: int | None = None,
    equilibria: Sequence[Point] = (),
    ax: Axes | None = None,
    strategy: str = "the first strategy",
    unit: str = "currency",
) -> Axes:
    """Potential against the number of players of a strategy, with the equilibria.

    Parameters
    ----------
    payoff_difference : callable or array
        What the next one gains by joining when s = 0, 1, ..., N - 1 others have; a callable takes the array of s.
    players : int, optional
        N, needed with a callable.
    equilibria : sequence of Equilibrium or of pairs (number of players, stability)
        An `Equilibrium` holds a share and is drawn at N times that.
    ax : Axes, optional
    strategy, unit : str
        What is joined, and the unit of the payoffs.

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If the number of players is missing or does not fit the differences.

    Examples
    --------
    >>> ax = potential(lambda s: 0.99 - 0.02 * s, players=100, equilibria=[(50, "stable")], strategy="hold")
    >>> float(ax.lines[0].get_ydata()[50].round(6))
    25.0
    """
    if callable(payoff_difference):
        if players is None or players < 1:
            raise ValueError(f"players is {players}; with a callable give the number of players, a whole number >= 1")
        payoff_difference = payoff_difference(np.arange(players, dtype=float))
    gains = np.asarray(payoff_difference, float)
    if gains.ndim != 1 or not np.isfinite(gains).all() or (players is not None and gains.size != players):
        raise ValueError(f"payoff differences have shape {gains.shape}; expected {players or 'N'} finite numbers")
    height = np.concatenate([[0.0], np.cumsum(gains)])
    count = np.arange(height.size)
    with canvas(ax) as ax:
        ax.plot(count, height, color=BLUE, linestyle="-", label=r"potential $\Phi$")
        scaled = [
            (float(x[0]) * (gains.size if isinstance(point, Equilibrium) else 1), stability)
            for point, (x, stability) in zip(equilibria, rest_points(equilibria), strict=True)
        ]
        mark(ax, [(x, float(np.interp(x, count, height)), stability) for x, stability in scaled])
        ax.margins(y=0.1)
        ax.set_xlabel(f"players of {strategy}, $S$")
        ax.set_ylabel(quantity(r"potential $\Phi(S)$", unit))
        handles, labels = ax.get_legend_handles_labels()
        legend_above(ax, handles=list(dict(zip(labels[1:], handles[1:], strict=True)).values()), columns=3)
    return ax


def deviations(
    payoff: Callable[[Array, float], ArrayLike],
    efforts: Mapping[str, float],
    interval: tuple[float, float],
    players: int,
    ax: Axes | None = None,
    *,
    action: str = "own effort",
    units: tuple[str, str] = ("1", "currency"),
) -> Axes:
    """What one player gets by another action while all others keep a symmetric one.

    Parameters
    ----------
    payoff : callable
        ``payoff(y, total)``: of own action y (array) when the others' total is `total`; `Continuous.payoff` fits.
    efforts : mapping from concept to float
        The symmetric action of each profile, such as ``{"Nash": 16.2}``. Of each curve the open marker is the
        profile itself and the filled one the best reply: they coincide at a Nash equilibrium.
    interval : pair of floats
        The actions shown.
    players : int
    ax : Axes, optional
    action : str
    units : pair of str
        Of the action and of the payoff.

    Returns
    -------
    Axes

    Examples
    --------
    >>> ax = deviations(lambda y, total: y * (10 - y - total), {"Nash": 10 / 3}, (0, 6), players=2)
    >>> ax.get_ylabel()
    'payoff [currency]'
    """
    low, high = map(float, interval)
    if not (np.isfinite([low, high]).all() and low < high):
        raise ValueError(f"interval is ({low}, {high}); a figure needs a finite low < high")
    inside = [float(effort) for effort in efforts.values() if low <= effort <= high]
    grid = np.union1d(np.linspace(low, high, 1001), inside)  # so that a best reply at the profile is found there
    with canvas(ax) as ax:
        for k, (concept, effort) in enumerate(efforts.items()):
            color, style, marker = LINES[k % len(LINES)]
            total = (players - 1) * float(effort)
            values = np.asarray(payoff(grid, total), float)
            at_profile = float(np.asarray(payoff(np.array([float(effort)]), total)).ravel()[0])
            best = int(np.nanargmax(values))
            ax.plot(grid, values, color=color, linestyle=style, label=f"{concept}: others at {number(effort)}")
            ax.plot(grid[best], values[best], marker, color=color, markersize=3.5, zorder=5)
            ax.plot(effort, at_profile, marker, color=color, markerfacecolor="none", markersize=7, zorder=4)
        ax.set_xlim(low, high)
        ax.set_xlabel(quantity(f"{action} $y$", units[0]))
        ax.set_ylabel(quantity("payoff", units[1]))
        shapes = [
            Line2D([], [], marker="o", color=GREY, linestyle="none", markersize=3.5, label="best reply"),
            Line2D(
                [], [], marker="o", color=GREY, linestyle="none", markersize=7, markerfacecolor="none", label="profile"
            ),
        ]
        legend_above(ax, handles=[*ax.get_legend_handles_labels()[0], *shapes])
    return ax
