r"""Routing where every unit looks after itself: congested links, and what selfishness costs.

On the edges of a network the cost of a unit grows with the flow. In equilibrium (Wardrop) all used paths cost the same
and no path costs less; in the optimum the total cost is least, which is the equilibrium of the *marginal* costs
c(x) + x c'(x). Their ratio is the price of anarchy. One large order over pools (`analytic.pool.routing`) is the
optimum; many small orders that each take the best average price are the equilibrium.

`selfish_flow` and `best_flow` equalise costs pair by pair: flow moves from the dearest used path to the cheapest until
both cost the same or the dear one is empty. Each move lowers one convex potential, so the sequence converges.

References
----------
Wardrop (1952); Pigou (1920), The Economics of Welfare; Braess (1968); Dafermos, Sparrow (1969), J. Res. NBS 73B.
Roughgarden, Tardos (2002), How bad is selfish routing?, J. ACM 49.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from ..domain import Domain
from ..mechanism import Declared, Expr, claim, declare, formula, given, sketch

__all__ = ["Flow", "best_flow", "congested_link", "selfish_flow"]


@declare(
    "pool",
    source="Pigou (1920), The Economics of Welfare; Roughgarden, Tardos (2002), How bad is selfish routing?, J. ACM 49",
    k=given("1", "power with which the link's cost grows", 1, "(0, inf)"),
    c=given("cost/unit", "cost of the other link, whatever its flow", 1, "(0, inf)"),
    w=given("unit", "flow at which the link costs as much as the other", 1, "(0, inf)"),
    F=given("unit", "flow of all", 1, "(0, inf)"),
)
def congested_link(k: Expr, c: Expr, w: Expr, F: Expr) -> Declared:
    """A link that congests beside one that does not: all take it until it is no better, half would be best for all."""
    x = sp.Symbol("x", positive=True)
    price = c * (x / w) ** k
    selfish, best = sp.Min(F, w), sp.Min(F, w * (1 + k) ** (-1 / k))
    yield formula("selfish", selfish, "unit", "flow on the link in equilibrium")
    yield formula("best", best, "unit", "flow on the link at the least total cost")
    yield claim("nobody gains by changing", sp.Subs(price, x, w), c, "both links cost the same")
    total = x * price + (F - x) * c
    at = w * (1 + k) ** (-1 / k)
    yield claim("least total cost", sp.Subs(sp.Derivative(total, x), x, at), 0, "one unit more saves what it congests")
    worst = total.subs(x, selfish)
    yield formula("equilibrium_cost", worst, "cost", "total cost in equilibrium")
    least = yield formula("optimal_cost", total.subs(x, best), "cost", "least total cost")
    inner = c * (F - w * k * (1 + k) ** (-1 - 1 / k))
    yield claim("least cost", sp.Subs(total, x, at), inner, "what the flow left on the link saves")
    yield claim("equal costs", sp.Subs(total, x, w), c * F, "in equilibrium the link saves nothing")
    toll = yield formula("toll", k * c * (best / w) ** k, "cost/unit", "toll that makes the optimum stable")
    paid = sp.Subs(price + x * sp.Derivative(price, x), x, best) - sp.Subs(price, x, best)
    yield claim("Pigou's toll", toll, paid, "the cost that one unit puts on the others")
    yield formula("anarchy", worst / least, "1", "price of anarchy of this network")
    most = 1 / (1 - k * (1 + k) ** (-1 - 1 / k))
    ratio = sp.Subs(sp.Subs(total, x, w) / sp.Subs(total, x, at), F, w)
    yield claim("Pigou's bound", ratio, most, "the worst flow is F = w: 4/3 for k = 1")
    yield sketch("anarchy", over="F", low=0.2, high=3, k=(1, 2, 4))
    yield sketch("toll", over="F", low=0.2, high=3, k=(1, 2, 4))


Array = NDArray[np.float64]


@dataclass(frozen=True)
class Flow:
    """Flow on a network.

    Parameters
    ----------
    edges : mapping
        Flow of each edge.
    paths : mapping
        Flow of each path (a tuple of nodes).
    cost : float
        Total cost.
    gap : float
        By how much the dearest used path costs more than the cheapest one, as a share of its cost.
    """

    edges: Mapping[tuple[str, str], float]
    paths: Mapping[tuple[str, ...], float]
    cost: float
    gap: float


Edges = Mapping[tuple[str, str], Sequence[float]]


def selfish_flow(edges: Edges, source: str, target: str, *, demand: float = 1.0) -> Flow:
    """The equilibrium flow: all used paths cost the same, no path less.

    Parameters
    ----------
    edges : mapping from (node, node) to sequence of float
        Coefficients of the edge's cost per unit in powers of its flow, constant first; none negative.
    source, target : str
        Where the flow goes from and to.
    demand : float
        How much, not negative.

    Returns
    -------
    Flow

    Raises
    ------
    ValueError
        When no path leads from source to target, or a coefficient or the demand is negative.

    Examples
    --------
    >>> braess = {("s", "a"): [0, 1], ("a", "t"): [1], ("s", "b"): [1], ("b", "t"): [0, 1], ("a", "b"): [0]}
    >>> round(selfish_flow(braess, "s", "t").cost, 9)
    2.0
    """
    return _equalised(edges, source, target, demand, [np.asarray(one, dtype=float) for one in edges.values()])


def best_flow(edges: Edges, source: str, target: str, *, demand: float = 1.0) -> Flow:
    """The flow of least total cost.

    Parameters
    ----------
    edges, source, target, demand
        See `selfish_flow`.

    Returns
    -------
    Flow
        Its `gap` is that of the marginal costs.

    Examples
    --------
    >>> braess = {("s", "a"): [0, 1], ("a", "t"): [1], ("s", "b"): [1], ("b", "t"): [0, 1], ("a", "b"): [0]}
    >>> round(best_flow(braess, "s", "t").cost, 9)
    1.5
    """
    marginal = [np.asarray(one, dtype=float) * np.arange(1.0, len(one) + 1.0) for one in edges.values()]
    return _equalised(edges, source, target, demand, marginal)


def _equalised(edges: Edges, source: str, target: str, demand: float, costs: list[Array]) -> Flow:
    import networkx as nx

    size = float(Domain.of("[0, inf)").check("demand", demand))
    for edge, coefficients in edges.items():
        if np.size(Domain.of("[0, inf)").check(f"cost of {edge[0]} to {edge[1]}", coefficients)) == 0:
            raise ValueError(f"cost of {edge[0]} to {edge[1]} has no coefficient: [0] is a free edge")
    graph = nx.DiGraph(list(edges))
    missing = [node for node in (source, target) if node not in graph]
    paths = [] if missing or source == target else list(nx.all_simple_paths(graph, source, target))
    if not paths:
        raise ValueError(f"no path leads from {source!r} to {target!r} along the edges {list(edges)}")
    place = {edge: i for i, edge in enumerate(edges)}
    uses = np.array([[edge in set(itertools.pairwise(path)) for edge in place] for path in paths], dtype=float)
    flows = np.zeros(len(paths))
    flows[0] = size
    for _ in range(20_000):
        each = uses @ np.array(
            [np.polynomial.polynomial.polyval(x, c) for x, c in zip(flows @ uses, costs, strict=True)]
        )
        dear = int(np.argmax(np.where(flows > 0, each, -np.inf)))
        cheap = int(np.argmin(each))
        if size == 0 or each[dear] - each[cheap] <= 1e-14 * max(each[dear], 1e-300):
            break
        moved = _moved(flows @ uses, uses[cheap] - uses[dear], costs, flows[dear])
        if moved <= 0:
            break
        flows[dear], flows[cheap] = (0.0 if moved >= flows[dear] else flows[dear] - moved), flows[cheap] + moved
    gap = (each[dear] - each[cheap]) / each[dear] if size > 0 and each[dear] > 0 else 0.0
    if gap > 1e-9:
        raise ValueError(f"costs of used paths still differ by {gap:.2g} of their size after 20000 shifts of flow")
    load = flows @ uses
    real = [
        np.polynomial.polynomial.polyval(x, np.asarray(c, float)) for x, c in zip(load, edges.values(), strict=True)
    ]
    named = {tuple(map(str, path)): float(x) for path, x in zip(paths, flows, strict=True)}
    return Flow(dict(zip(edges, load.tolist(), strict=True)), named, float(load @ np.array(real)), float(gap))


def _moved(load: Array, change: Array, costs: list[Array], most: float) -> float:
    """How much flow to shift along `change` until the difference of the two paths' costs is gone."""
    from scipy.optimize import brentq

    touched = [(x, int(s), c) for x, s, c in zip(load, change, costs, strict=True) if s]

    def difference(t: float) -> float:
        return float(sum(s * np.polynomial.polynomial.polyval(max(x + s * t, 0.0), c) for x, s, c in touched))

    if difference(most) <= 0:
        return most
    return (
        float(brentq(difference, 0.0, most, xtol=1e-16 * max(most, 1e-300), rtol=1e-14)) if difference(0.0) < 0 else 0.0
    )
