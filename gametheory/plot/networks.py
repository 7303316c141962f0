"""What every node of a network game does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike

from analytic.plot import canvas, legend_above, quantity
from gametheory.plot.rest import LINES

__all__ = ["network"]


def network(
    graph: Any,
    efforts: Mapping[str, ArrayLike],
    ax: Axes | None = None,
    *,
    quantity_name: str = "effort",
    unit: str = "1",
) -> Axes:
    """Efforts on a graph: a disc or ring a concept at every node, its area in proportion, the values beside it.

    Parameters
    ----------
    graph : networkx.Graph or networkx.DiGraph
    efforts : mapping from concept to vector
        One number >= 0 a node, in the order of the graph.
    ax : Axes, optional
    quantity_name, unit : str

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If a vector does not fit the graph, or an effort is negative or not finite.

    Examples
    --------
    >>> import networkx
    >>> ax = network(networkx.star_graph(3), {"Nash": [2, 1, 1, 1], "optimum": [4, 2, 2, 2]})
    >>> [text.get_text() for text in ax.texts][0]
    '2 | 4'
    """
    import networkx as nx

    vectors = {concept: np.asarray(values, float) for concept, values in efforts.items()}
    for concept, values in vectors.items():
        if values.shape != (len(graph),) or not np.isfinite(values).all() or (values < 0).any():
            raise ValueError(f"efforts of {concept!r} must be {len(graph)} finite numbers >= 0, not {values.tolist()}")
    layout = nx.circular_layout(graph) if len(graph) < 3 else nx.kamada_kawai_layout(graph)
    where = np.array([layout[node] for node in graph])
    largest = max((float(values.max()) for values in vectors.values()), default=0.0) or 1.0
    with canvas(ax, height=3.0) as ax:
        for one, other in graph.edges():
            ends = np.array([layout[one], layout[other]])
            ax.plot(ends[:, 0], ends[:, 1], color="#A0A0A0", linestyle="-", linewidth=0.8, zorder=1)
        entries = []
        for k, (concept, values) in enumerate(vectors.items()):
            color, style, _ = LINES[k % len(LINES)]
            face = "#C4E4F6" if k == 0 else "none"
            ax.scatter(
                where[:, 0], where[:, 1], s=500 * values / largest, facecolors=face, edgecolors=color,
                linestyles=style, linewidths=1.2, zorder=2 + k, label=concept, clip_on=False,
            )  # fmt: skip
            entries.append(Line2D([], [], color=color, linestyle=style, label=concept))
        for node, (x, y) in enumerate(where):
            ax.annotate(
                " | ".join(f"{values[node]:.3g}" for values in vectors.values()), (x, y), xytext=(0, -14), fontsize=8,
                textcoords="offset points", ha="center", va="top", zorder=9,
                bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 0.5},
            )  # fmt: skip
        ax.margins(0.1, 0.22)
        ax.set_aspect("equal", adjustable="datalim")
        ax.set_axis_off()
        legend_above(ax, handles=entries, columns=3, title=quantity(f"{quantity_name} at each node", unit))
    return ax
