r"""Games on a graph: one player a node, who sees the weighted sum of the neighbours' actions.

Node i chooses :math:`x_i \in [lo, hi]` and gets :math:`\pi(x_i, N_i)` with :math:`N_i = \sum_j w_{ij} x_j`,
where :math:`w_{ij}` is the weight of the edge from i to j (1 without one; an undirected edge counts both
ways). The linear-quadratic case :math:`a x - c x^2 / 2 + \delta x N` is that of Ballester, Calvó-Armengol and
Zenou (2006), whose equilibrium is the Katz-Bonacich centrality. Solved by `gametheory.network_equilibria`.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from gametheory.exact_expression import as_rational, exact_expression
from gametheory.root_isolation import rational

if TYPE_CHECKING:
    import networkx

__all__ = ["Network"]


@dataclass(frozen=True, slots=True)
class Network:
    """A continuous game on a graph, with numbers bound.

    Parameters
    ----------
    graph : networkx.Graph or networkx.DiGraph
        Copied and frozen; edges may carry a rational ``weight``.
    payoff_expression : sympy.Expr
        In `action` and `neighbours`; floats are read as the decimals they show.
    action, neighbours : sympy.Symbol
        A node's own action, and the weighted sum of its neighbours' actions.
    interval : pair of numbers
        The allowed actions [lo, hi]; hi may be infinite.
    name : str
        What the game is called.

    Attributes
    ----------
    nodes : tuple
        In the order of the graph.
    weights : tuple of tuples of Fraction
        Row i: what node i sees.

    Raises
    ------
    ValueError
        If the graph is empty, has a self-loop or parallel edges, or a weight, symbol or interval is not
        allowed.

    References
    ----------
    C. Ballester, A. Calvó-Armengol, Y. Zenou, *Who's who in networks. Wanted: the key player*, Econometrica
    74 (2006) 1403-1417.

    Examples
    --------
    >>> import networkx
    >>> x, N = sp.symbols("x N")
    >>> game = Network(networkx.star_graph(3), x - x**2 / 2 + x * N / 5, x, N, (0, sp.oo))
    >>> game.payoff([2.0, 1.0, 1.0, 1.0]).round(6).tolist()
    [1.2, 0.9, 0.9, 0.9]
    """

    graph: networkx.Graph[Any] = field(compare=False)
    payoff_expression: sp.Expr
    action: sp.Symbol
    neighbours: sp.Symbol
    interval: tuple[Fraction | float, Fraction | float]
    name: str = "network game"
    nodes: tuple[Hashable, ...] = field(init=False)
    weights: tuple[tuple[Fraction, ...], ...] = field(init=False)

    def __post_init__(self) -> None:
        import networkx

        if self.graph.number_of_nodes() == 0 or self.graph.is_multigraph():
            raise ValueError("the graph must have nodes and no parallel edges; give a Graph or DiGraph")
        loops = list(networkx.selfloop_edges(self.graph))
        if loops:
            raise ValueError(f"node {loops[0][0]!r} is its own neighbour; remove the loop or put it into the payoff")
        if self.action == self.neighbours:
            raise ValueError(f"action and neighbours are the same symbol, {self.action}; use two")
        lo, hi = (as_rational(end) for end in self.interval)
        if not lo < hi or lo == float("-inf"):
            raise ValueError(f"interval is [{lo}, {hi}]; it needs a finite lo < hi")
        nodes = tuple(self.graph.nodes)
        place = {node: i for i, node in enumerate(nodes)}
        rows = [[Fraction(0)] * len(nodes) for _ in nodes]
        for source, target, weight in self.graph.edges(data="weight", default=1):
            value = rational(exact_expression(weight, [], what=f"the weight of the edge {source!r}, {target!r}"))
            rows[place[source]][place[target]] = value
            if not self.graph.is_directed():
                rows[place[target]][place[source]] = value
        expression = exact_expression(
            self.payoff_expression, [self.action, self.neighbours], what="the payoff of a node"
        )
        object.__setattr__(self, "graph", networkx.freeze(self.graph.copy()))
        object.__setattr__(self, "payoff_expression", expression)
        object.__setattr__(self, "interval", (lo, hi))
        object.__setattr__(self, "nodes", nodes)
        object.__setattr__(self, "weights", tuple(tuple(row) for row in rows))

    def payoff(self, x: Any) -> NDArray[np.float64]:
        """Return every node's payoff.

        Parameters
        ----------
        x : array (..., n)
            Actions in the order of `nodes`.

        Returns
        -------
        array (..., n)
        """
        from analytic.compiled import compile_numpy

        actions = np.asarray(x, dtype=float)
        if actions.ndim == 0 or actions.shape[-1] != len(self.nodes):
            raise ValueError(f"x has shape {actions.shape}; its last axis must have length {len(self.nodes)}")
        seen = actions @ np.array(self.weights, dtype=float).T
        return np.asarray(
            compile_numpy(self.payoff_expression, (self.action, self.neighbours))(actions, seen), dtype=float
        )
