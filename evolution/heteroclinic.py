r"""Heteroclinic cycles of the replicator: orbits from vertex to vertex, along edges, and back.

At a vertex i only strategy i is played, and strategy j grows there at the rate :math:`g_{ij} = F_j(e_i) - F_i(e_i)`,
an eigenvalue of the vertex. An edge is an orbit from i to j where j beats i everywhere along it; a circle of such edges
is a cycle. Orbits come closer to it, or leave it, by the average Lyapunov function :math:`P = \prod_j x_j^{p_j}` [1]_:

.. math::
    \text{some } p > 0 \text{ with } \sum_j g_{ij} p_j < 0 \text{ at every vertex } i \text{ of the cycle: attracting}

(P falls near the cycle) if besides nothing but the next strategy grows at any of them: where another one does, orbits
leave along its edge, though most may stay. With > 0 there: repelling for orbits of the interior. For three strategies
that is the whole story: the cycle attracts when the product of the rates at which losers vanish exceeds that of the
rates at which winners grow, repels when it is smaller, and where they are equal the game has a centre or the argument
says nothing. Near an attracting cycle of three the times spent at the vertices grow by the ratio of those two products,
once round [2]_.

References
----------
.. [1] J. Hofbauer and K. Sigmund, *Evolutionary Games and Population Dynamics*, Cambridge, 1998, chapters 12, 17.
.. [2] A. Gaunersdorfer, *SIAM J. Appl. Math.* 52 (1992) 1476.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from evolution.dynamics import Dynamics, Replicator
from evolution.payoff import MultilinearField

__all__ = ["HeteroclinicCycle", "heteroclinic_cycles"]

MOST = 10_000


@dataclass(frozen=True, eq=False, slots=True)
class HeteroclinicCycle:
    """A circle of edges from vertex to vertex.

    Parameters
    ----------
    vertices : tuple of str
        Names of the strategies in the order of the flow.
    growth : array of Fraction, shape (len(vertices), n)
        Rate at which each strategy of the game grows at each vertex.
    kind : str
        "attracting", "repelling" or "undecided".
    ratio : Fraction
        Product over the cycle of (rate at which the last strategy vanishes) / (rate at which the next one grows):
        times spent at the vertices grow by it, once round, where the cycle has three strategies.
    reason : str
        One sentence.
    """

    vertices: tuple[str, ...]
    growth: Any
    kind: str
    ratio: Fraction
    reason: str

    def __str__(self) -> str:
        return f"{' -> '.join((*self.vertices, self.vertices[0]))}: {self.kind}; {self.reason}"


def heteroclinic_cycles(dynamics: Dynamics) -> tuple[HeteroclinicCycle, ...]:
    """All cycles of edges between vertices of a matrix game's replicator, with their stability.

    Parameters
    ----------
    dynamics : Replicator
        Of one population and a matrix.

    Returns
    -------
    tuple of HeteroclinicCycle
        Each once, beginning at its lowest vertex.

    Raises
    ------
    TypeError
        If it is no replicator of a matrix game.
    ValueError
        If there are more than 10,000 cycles.

    Examples
    --------
    >>> from evolution import Replicator
    >>> bad = Replicator([[0, -2, 1], [1, 0, -2], [-2, 1, 0]])
    >>> for cycle in heteroclinic_cycles(bad):
    ...     print(cycle)
    0 -> 1 -> 2 -> 0: attracting; what vanishes does so faster than what comes up grows, by 8 once round
    """
    if (
        not isinstance(dynamics, Replicator)
        or not isinstance(dynamics.game, MultilinearField)
        or len(dynamics.roles) > 1
    ):
        raise TypeError("heteroclinic cycles are found for the Replicator of one population and a matrix")
    from networkx import DiGraph, simple_cycles

    A = dynamics.game.exact[0]
    growth = A.T - np.diag(A)[:, None]
    n = len(A)
    graph: Any = DiGraph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from((i, j) for i in range(n) for j in range(n) if _leads(growth, i, j))
    found = []
    for circle in simple_cycles(graph):
        start = circle.index(min(circle))
        found.append((*circle[start:], *circle[:start]))
        if len(found) > MOST:
            raise ValueError(f"the game has more than {MOST} heteroclinic cycles; look at fewer of its strategies")
    names = dynamics.strategies[dynamics.roles[0]]
    return tuple(_judged(growth, circle, names) for circle in sorted(found, key=lambda c: (len(c), c)))


def _leads(growth: Any, i: int, j: int) -> bool:
    """Whether j beats i along the whole open edge, and strictly at one of its ends."""
    here, there = growth[i, j], growth[j, i]
    return i != j and here >= 0 >= there and here != there


def _judged(growth: Any, circle: tuple[int, ...], names: tuple[str, ...]) -> HeteroclinicCycle:
    rows = growth[list(circle)]
    steps = list(zip(circle, (*circle[1:], circle[0]), strict=True))
    contracting = np.prod([-growth[b, a] for a, b in steps])
    expanding = np.prod([growth[a, b] for a, b in steps])
    ratio = Fraction(contracting) / expanding if expanding else Fraction(0)
    kind, reason = _stability(rows, circle, contracting, expanding)
    return HeteroclinicCycle(tuple(names[k] for k in circle), rows, kind, ratio, reason)


def _stability(rows: Any, circle: tuple[int, ...], contracting: Fraction, expanding: Fraction) -> tuple[str, str]:
    if contracting == 0 or expanding == 0:
        return "undecided", "a rate along the cycle is 0, so that linear terms do not decide"
    if len(circle) == rows.shape[1] == 3:
        if contracting == expanding:
            return "undecided", "what vanishes does so as fast as what comes up grows: a centre, or higher terms decide"
        speed, factor = (
            ("faster", contracting / expanding) if contracting > expanding else ("slower", expanding / contracting)
        )
        kind = "attracting" if speed == "faster" else "repelling"
        return kind, f"what vanishes does so {speed} than what comes up grows, by {factor} once round"
    if _weights(rows) is not None:
        if not _has_other_exits(rows, circle):
            return "attracting", "an average Lyapunov function falls at all of its vertices"
        return "undecided", "it draws orbits to the boundary, but at some vertex several strategies do not vanish"
    if _weights(-rows) is not None:
        return "repelling", "an average Lyapunov function rises at all of its vertices"
    return "undecided", "no product of powers of the shares rises or falls at all of its vertices"


def _has_other_exits(rows: Any, circle: tuple[int, ...]) -> bool:
    """Whether at some vertex another strategy than the next one grows, or stays."""
    following = (*circle[1:], circle[0])
    return any(
        rate >= 0
        for row, here, ahead in zip(rows, circle, following, strict=True)
        for j, rate in enumerate(row)
        if j not in (here, ahead)
    )


def _weights(rows: Any) -> Any:
    """Some p >= 1 with rows @ p < 0, or nothing: a linear programme whose answer is checked exactly."""
    from scipy.optimize import linprog

    scale = max(abs(value) for value in rows.ravel())
    matrix = np.array(rows / scale, dtype=float)
    n = matrix.shape[1]
    answer: Any = linprog(np.ones(n), A_ub=matrix, b_ub=-np.full(len(matrix), 1e-9), bounds=[(1, 1e9)] * n)
    if not answer.success:
        return None
    p: Any = np.array([Fraction(value) for value in answer.x.tolist()], dtype=np.object_)
    return p if (rows @ p < 0).all() and (p > 0).all() else None
