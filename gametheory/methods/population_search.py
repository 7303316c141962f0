r"""States of any population game found by search, each with a proved bound on its regret.

For every choice of one support per role, the equations "equal payoffs on the support" are solved by a
trust-region method from several interior starts; what comes out is kept only if its regret, bounded by
interval arithmetic at the floats found, is negligible. Nothing is claimed about states that the search did
not meet.
"""

from __future__ import annotations

import math
from itertools import chain, combinations, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.enclosure import enclosure
from gametheory.interval import Interval
from gametheory.population import Population

__all__ = ["regret_bound", "search_equilibria"]

_STARTS, _MOST_SUPPORTS, _ACCEPTED = 6, 3000, 1e-9


def search_equilibria(game: Population, *, seed: int = 0) -> list[tuple[tuple[NDArray[np.float64], ...], float]]:
    """Search all supports for equilibria.

    Parameters
    ----------
    game : Population
        The game.
    seed : int
        Of the starts.

    Returns
    -------
    list of (state by role, regret bound)
        Ascending by state.

    Raises
    ------
    ValueError
        If there are too many supports to look at.

    Examples
    --------
    >>> found = search_equilibria(Population.from_matrix([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]))
    >>> [state[0].round(6).tolist() for state, _ in found]
    [[0.333333, 0.333333, 0.333333]]
    """
    counts = [len(game.strategies[role]) for role in game.roles]
    if math.prod(2**count - 1 for count in counts) > _MOST_SUPPORTS:
        raise ValueError(
            f"{counts} strategies have too many supports to search; at most {_MOST_SUPPORTS} are looked at"
        )
    rng = np.random.default_rng(seed)
    found: list[tuple[tuple[NDArray[np.float64], ...], float]] = []
    for supports in product(*(_supports(count) for count in counts)):
        for state in _on_support(game, supports, counts, rng):
            known = any(all(np.allclose(a, b, atol=1e-7) for a, b in zip(state, old, strict=True)) for old, _ in found)
            if not known:
                bound = regret_bound(game, state)
                if bound <= _ACCEPTED:
                    found.append((state, bound))
    return sorted(found, key=lambda answer: tuple(chain.from_iterable(part.tolist() for part in answer[0])))


def regret_bound(game: Population, state: tuple[NDArray[np.float64], ...]) -> float:
    """Return a rigorous upper bound of the regret at float shares; infinite where a payoff is unbounded.

    Parameters
    ----------
    game : Population
        The game.
    state : tuple of arrays
        Shares by role.

    Returns
    -------
    float
    """
    symbols = [symbol for role in game.roles for symbol in game.shares[role]]
    cells = [Interval(float(share), float(share)) for part in state for share in part]
    worst = 0.0
    for role, part in zip(game.roles, state, strict=True):
        payoffs = [enclosure(p, symbols[0], symbols[1:])(*cells).value for p in game.payoff_expressions[role]]
        mean = Interval(0.0, 0.0)
        for share, payoff in zip(part, payoffs, strict=True):
            mean = mean + Interval(float(share), float(share)) * payoff
        worst = max(worst, *(payoff.hi - mean.lo for payoff in payoffs))
    return worst


def _supports(count: int) -> list[tuple[int, ...]]:
    return list(chain.from_iterable(combinations(range(count), size) for size in range(1, count + 1)))


def _on_support(
    game: Population, supports: tuple[tuple[int, ...], ...], counts: list[int], rng: np.random.Generator
) -> list[tuple[NDArray[np.float64], ...]]:
    """Return solutions of equal payoffs on the supports, with positive shares."""
    from scipy.optimize import least_squares

    unknowns = sum(len(support) - 1 for support in supports)
    if unknowns == 0:
        return [tuple(np.eye(count)[support[0]] for count, support in zip(counts, supports, strict=True))]

    def unpack(free: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
        state, at = [], 0
        for count, support in zip(counts, supports, strict=True):
            part = np.zeros(count)
            used = free[at : at + len(support) - 1]
            part[list(support)] = [*used, 1 - used.sum()]
            at += len(support) - 1
            state.append(part)
        return tuple(state)

    payoffs = _compiled(game)

    def gaps(free: NDArray[np.float64]) -> NDArray[np.float64]:
        values = payoffs(unpack(free))
        differences = [
            value[list(support)[:-1]] - value[support[-1]] for value, support in zip(values, supports, strict=True)
        ]
        finite: NDArray[np.float64] = np.nan_to_num(np.concatenate(differences), nan=1e6, posinf=1e6, neginf=-1e6)
        return finite

    answers = []
    for _ in range(_STARTS):
        start = np.concatenate([rng.dirichlet(np.ones(len(support)))[:-1] for support in supports])
        fit = least_squares(gaps, np.clip(start, 1e-3, 1 - 1e-3), bounds=(0, 1), xtol=1e-15, ftol=1e-15, gtol=1e-15)
        state = unpack(fit.x)
        if fit.cost < 1e-20 and all((part[list(s)] > 1e-9).all() for part, s in zip(state, supports, strict=True)):
            answers.append(state)
    return answers


def _compiled(game: Population) -> Any:
    from analytic.compiled import compile_numpy

    symbols = [symbol for role in game.roles for symbol in game.shares[role]]
    functions = [compile_numpy(game.payoff_expressions[role], symbols) for role in game.roles]

    def payoffs(state: tuple[NDArray[np.float64], ...]) -> list[NDArray[np.float64]]:
        shares = np.concatenate(state)
        return [np.asarray(function(*shares), dtype=float) for function in functions]

    return payoffs
