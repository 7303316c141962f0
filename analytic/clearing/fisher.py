r"""Fisher markets with linear utilities, solved exactly.

Buyer i has the budget B_i and the utility sum_j v_ij x_ij; good j has the supply s_j. Eisenberg and Gale: the
equilibrium allocation maximises sum_i B_i log u_i subject to sum_i x_ij <= s_j, and prices are the multipliers. It is
characterised by

    v_ij / p_j <= r_i, with equality where buyer i spends (r_i is the best bang per buck),
    every budget is spent, every good with a positive price is sold.

Prices and utilities are unique, and rational where the data are. An interior-point method finds which buyers buy
what; the equations above are then solved in fractions along these pairs, and the answer is checked in fractions: bang
per buck for every pair, and by a maximal flow that the budgets can be spent on best goods only and sell them all.
Nothing is returned that does not pass.

References
----------
Eisenberg, Gale (1959), Annals of Mathematical Statistics 30, 165-168; Devanur, Papadimitriou, Saberi, Vazirani
(2008), Journal of the ACM 55.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..expression import exact

__all__ = ["FisherEquilibrium", "fisher_linear"]

Row: TypeAlias = tuple[Fraction, ...]
Floats: TypeAlias = NDArray[np.float64]
Pairs: TypeAlias = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class FisherEquilibrium:
    """The equilibrium of a Fisher market, exact.

    Parameters
    ----------
    prices : tuple of Fraction
        0 for a good that no buyer with a budget values.
    allocation : tuple of tuple of Fraction
        What each buyer gets of each good; one of possibly many with the same prices and utilities.
    utilities : tuple of Fraction
    """

    prices: Row
    allocation: tuple[Row, ...]
    utilities: Row


def fisher_linear(
    valuations: Sequence[Sequence[Any]], budgets: Sequence[Any], *, supply: Sequence[Any] | None = None
) -> FisherEquilibrium:
    """Prices at which buyers with linear utilities spend their budgets and all goods are sold.

    Parameters
    ----------
    valuations : sequence of sequence of number, (buyers, goods)
        Utility of a unit, not negative; floats stand for their shortest decimals.
    budgets : sequence of number
        Not negative, not all 0 [currency]. A buyer without a budget gets nothing.
    supply : sequence of number, optional
        Positive [token]; one of each.

    Returns
    -------
    FisherEquilibrium

    Raises
    ------
    ValueError
        For values outside these domains, and for a buyer with a budget who values nothing.

    References
    ----------
    Eisenberg, Gale (1959), Annals of Mathematical Statistics 30, 165-168.

    Examples
    --------
    >>> found = fisher_linear([[2, 1], [1, 1]], [1, 1])
    >>> [str(price) for price in found.prices], [str(utility) for utility in found.utilities]
    (['1', '1'], ['2', '1'])
    """
    v, money, stock = _market(valuations, budgets, supply)
    buyers = [i for i, budget in enumerate(money) if budget > 0]
    goods = [j for j in range(len(stock)) if any(v[i][j] for i in buyers)]
    worth = [[v[i][j] * stock[j] for j in goods] for i in buyers]  # of all of a good, so that there is one of each
    spent = [money[i] for i in buyers]
    for pairs in _guesses(worth, spent):
        prices = _prices(pairs, worth, spent)
        spending = None if prices is None else _spending(worth, spent, prices)
        if prices is not None and spending is not None:
            break
    else:
        raise ValueError("floats can not tell which goods are bought: the valuations differ by too little or too much")
    price, bought = [Fraction(0)] * len(stock), [[Fraction(0)] * len(stock) for _ in money]
    for column, j in enumerate(goods):
        price[j] = prices[column] / stock[j]
        for row, i in enumerate(buyers):
            bought[i][j] = spending[row][column] / price[j]
    utilities = tuple(sum((a * x for a, x in zip(v[i], bought[i], strict=True)), Fraction(0)) for i in range(len(v)))
    return FisherEquilibrium(tuple(price), tuple(map(tuple, bought)), utilities)


def _market(valuations: Any, budgets: Any, supply: Any) -> tuple[list[list[Fraction]], list[Fraction], list[Fraction]]:
    v = [[Fraction(str(exact(each))) for each in row] for row in valuations]
    money = [Fraction(str(exact(each))) for each in budgets]
    width = len(v[0]) if v else 0
    stock = [Fraction(1)] * width if supply is None else [Fraction(str(exact(each))) for each in supply]
    if not width or any(len(row) != width for row in v) or len(money) != len(v) or len(stock) != width:
        raise ValueError(
            f"valuations are (buyers, goods), at least one of each; got {len(v)} rows of {width}, "
            f"{len(money)} budgets, {len(stock)} supplies"
        )
    if min(map(min, v)) < 0 or min(money) < 0 or min(stock) <= 0 or not any(money):
        raise ValueError("valuations and budgets are not negative, supplies are positive and some budget is")
    for i, row in enumerate(v):
        if money[i] > 0 and not any(row):
            raise ValueError(f"buyer {i} has a budget of {money[i]} and values nothing: it can not be spent")
    return v, money, stock


def _guesses(worth: list[list[Fraction]], spent: list[Fraction]) -> Iterator[Pairs]:
    """Sets of pairs (buyer, good) that may trade, the likeliest first: cut where the slack of best pairs jumps most."""
    a = np.array([[float(each / max(row)) for each in row] for row in worth])
    for slack in reversed(_slacks(a, np.array([float(each / sum(spent)) for each in spent]))):
        order = np.argsort(slack, axis=None)
        size = np.maximum(slack.ravel()[order], 1e-30)
        jumps = np.append(np.log(size[1:] / size[:-1]), 1.0)
        for cut in np.argsort(-jumps)[:12]:
            rows, columns = np.unravel_index(order[: cut + 1], slack.shape)
            if len(set(rows)) == a.shape[0] and len(set(columns)) == a.shape[1]:
                yield list(zip(map(int, rows), map(int, columns), strict=True))


def _slacks(a: Floats, money: Floats) -> list[Floats]:
    """Slack over share of each pair, tiny where a buyer buys: by an interior-point method.

    One table for every step near the end, the last ones nearest to the solution or lost in rounding.
    """
    n, m = a.shape
    x = np.full((n, m), 1.0 / n)
    p = (money[:, None] * a / (a * x).sum(axis=1, keepdims=True)).max(axis=0) + 1.0 / m
    s = p - money[:, None] * a / (a * x).sum(axis=1, keepdims=True)
    tables: list[Floats] = []
    with np.errstate(all="ignore"):
        for _ in range(60):
            gap = float((x * s).mean())
            if gap * n * m < 1e-7 or not tables:
                tables.append(s / (x * np.abs(p)))
            step = _interior_step(a, money, x, s, p, 0.1 * gap)
            if gap * n * m < 1e-17 or not all(np.all(np.isfinite(each)) for each in step):
                break
            dx, ds, dp = step
            size = min(1.0, 0.99 / max(float(np.max(-dx / x)), float(np.max(-ds / s)), 1e-9))
            x, s, p = x + size * dx, s + size * ds, p + size * dp
    return tables


def _interior_step(
    a: Floats, money: Floats, x: Floats, s: Floats, p: Floats, target: float
) -> tuple[Floats, Floats, Floats]:
    """Newton's step to p = B a / u + s, all goods sold, x s = target; the buyers' blocks by Sherman and Morrison."""
    u = (a * x).sum(axis=1, keepdims=True)
    c, weight = np.sqrt(money)[:, None] * a / u, x / s  # the block of a buyer is diag(1/weight) + c c'
    pull = money[:, None] * a / u - p + target / x
    wc = weight * c
    scale = 1.0 / (1.0 + (wc * c).sum(axis=1, keepdims=True))
    free = weight * pull - wc * ((wc * pull).sum(axis=1, keepdims=True) * scale)
    schur = np.diag(weight.sum(axis=0)) - (wc * scale).T @ wc
    try:
        dp = np.linalg.solve(schur, free.sum(axis=0) + x.sum(axis=0) - 1)
    except np.linalg.LinAlgError:
        dp = np.full(len(p), np.nan)
    dx = free - weight * dp + wc * ((wc @ dp)[:, None] * scale)
    return dx, target / x - s - s * dx / x, dp


def _prices(pairs: Pairs, worth: list[list[Fraction]], spent: list[Fraction]) -> list[Fraction] | None:
    """Prices at which the pairs of a spanning forest are best and each of its trees spends what it has."""
    n, m = len(worth), len(worth[0])
    group = list(range(n + m))

    def root(node: int) -> int:
        while group[node] != node:
            group[node] = group[group[node]]
            node = group[node]
        return node

    near: list[list[int]] = [[] for _ in range(n + m)]
    for i, j in pairs:
        if worth[i][j] == 0:
            return None
        if root(i) != root(n + j):
            group[root(i)] = root(n + j)
            near[i].append(n + j)
            near[n + j].append(i)
    level: dict[int, Fraction] = {}  # price of a good, bang per buck of a buyer
    for start in range(n, n + m):
        if start in level:
            continue
        level[start], tree = Fraction(1), [start]
        for node in tree:
            for other in near[node]:
                if other not in level:
                    i, j = (node, other - n) if node < n else (other, node - n)
                    level[other] = worth[i][j] / level[node]
                    tree.append(other)
        scale = sum((spent[i] for i in tree if i < n), Fraction(0)) / sum(level[k] for k in tree if k >= n)
        for node in tree:
            level[node] = level[node] * scale if node >= n else level[node] / scale
    return [level[n + j] for j in range(m)]


def _spending(
    worth: list[list[Fraction]], spent: list[Fraction], prices: list[Fraction]
) -> list[list[Fraction]] | None:
    """Who spends how much on what, only on best goods and up to all prices; None where that can not be."""
    import networkx as nx

    if min(prices) <= 0:
        return None
    n, m = len(worth), len(prices)
    one = lcm(*(each.denominator for each in [*spent, *prices]))
    graph: Any = nx.DiGraph()
    for i in range(n):
        graph.add_edge("money", i, capacity=int(spent[i] * one))
        bang = [a / p for a, p in zip(worth[i], prices, strict=True)]
        graph.add_edges_from((i, n + j) for j in range(m) if bang[j] == max(bang))  # without a capacity: any amount
    for j in range(m):
        graph.add_edge(n + j, "goods", capacity=int(prices[j] * one))
    total, flow = nx.maximum_flow(graph, "money", "goods")
    if total != sum(spent) * one or total != sum(prices) * one:
        return None
    return [[Fraction(flow[i].get(n + j, 0), one) for j in range(m)] for i in range(n)]
