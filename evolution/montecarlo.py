"""Finite populations, sampled: the same process as in `finite`, for any number of roles and strategies.

The total population is the sum of the roles' sizes; at each step one agent of all, drawn at random, may
revise, by the rules that the docstring of `finite` states (mutation, self-interaction, time: one unit is N
R steps for N agents in all). Times are rounded to whole steps.

The kernel is compiled where payoffs are matrices or expressions; a payoff field that is only a Python
function is sampled by the same lines interpreted, some hundred times slower, with the same random numbers.
Each run has its own stream, a child of `rng`, so that results depend neither on the number of runs beside
it nor on their order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from evolution.dynamics import Dynamics, State
from evolution.finite import Against, check_process, revision_rate
from evolution.kernels import compiled_payoffs, compiled_row, compiled_walk, linear, spread, walk
from evolution.payoff import Expressions, MultilinearField, expressions_of

__all__ = ["Samples", "sample"]

Vector = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Samples:
    """Runs of a finite population.

    Parameters
    ----------
    t : array, shape (k,)
        Times, in the mean dynamic's unit.
    x : array of shape (seeds, k, n), or mapping role -> (seeds, k, n_role)
        Shares of the strategies.
    sizes : mapping role -> int
        Agents of each role.
    rate : float
        Revisions per agent and unit of time.
    dynamics : Dynamics
        The rule.
    """

    t: Vector
    x: State
    sizes: Mapping[str, int]
    rate: float
    dynamics: Dynamics

    def __repr__(self) -> str:
        seeds = (self.x if len(self.sizes) == 1 else next(iter(self.x.values()))).shape[0]
        people = ", ".join(f"{size} {role}" for role, size in self.sizes.items())
        return f"Samples: {seeds} runs of {people}, {len(self.t)} times to {self.t[-1]:g}"


def sample(
    dynamics: Dynamics,
    *,
    sizes: int | Mapping[str, int] | None = None,
    x0: State,
    t: npt.ArrayLike,
    seeds: int = 30,
    against: Against = "everyone",
    mutation: float = 0.0,
    bound: float | None = None,
    rng: np.random.Generator | int | None = None,
) -> Samples:
    """Sample the finite-population process of a dynamic's revision protocol.

    Parameters
    ----------
    dynamics : Dynamics
        For instance `Replicator(game)` (agents imitate) or `Logit(game, temperature=0.1)` (agents choose).
    sizes : int, or mapping role -> int, optional
        Agents of each role, >= 2; a game that says its own `size` needs none.
    x0 : array, or mapping role -> array
        Shares at time 0, rounded to whole agents by largest remainders.
    t : array
        Times >= 0, increasing.
    seeds : int
        Independent runs.
    against : "everyone" or "others"
        Whose shares payoffs are taken at, see `finite`.
    mutation : float
        Probability that whoever revises takes a random strategy.
    bound : float, optional
        For imitation, a bound on payoff differences, see `revision_rate`.
    rng : Generator or int, optional
        Source of the runs' streams.

    Returns
    -------
    Samples

    Raises
    ------
    ValueError
        If the start, the sizes, the times or the probabilities are out of range, or payoff differences
        exceed the bound during a run.

    References
    ----------
    .. [1] W. H. Sandholm, *Population Games and Evolutionary Dynamics*, MIT Press, 2010, chapter 10.

    Examples
    --------
    >>> from evolution import Replicator
    >>> runs = sample(Replicator([[0, 2], [1, 0]]), sizes=1000, x0=[0.1, 0.9], t=[0, 20], seeds=4, rng=7)
    >>> print(runs.x[:, -1, 0].mean().round(2))      # the mean dynamic rests at 2/3
    0.67
    """
    start = dynamics.start(x0)
    people = _sizes(dynamics, sizes)
    for size in people:
        check_process(size, mutation, against)
    times = np.array(t, dtype=float)
    if times.ndim != 1 or not times.size or not (times >= 0).all() or not (np.diff(times) > 0).all():
        raise ValueError(f"t = {t!r}: give an increasing list of times >= 0")
    if not (isinstance(seeds, int | np.integer) and seeds >= 1):
        raise ValueError(f"seeds = {seeds!r}: give a whole number of runs >= 1")
    rate = revision_rate(dynamics, bound)
    counts = np.concatenate([_whole(start[part] * size) for part, size in zip(dynamics.parts, people, strict=True)])
    marks = np.floor(times * rate * sum(people) + 0.5).astype(np.int64)
    runs = _runs(dynamics, counts, people, rate, mutation, against == "others", marks, int(seeds), rng)
    scale = np.concatenate([np.full(len(_slots(p)), s) for p, s in zip(dynamics.parts, people, strict=True)])
    shares = runs / scale
    shares.setflags(write=False)
    times.setflags(write=False)
    return Samples(times, dynamics.unpack(shares), dict(zip(dynamics.roles, people, strict=True)), rate, dynamics)


def _slots(part: slice) -> range:
    return range(part.start, part.stop)


def _sizes(dynamics: Dynamics, sizes: int | Mapping[str, int] | None) -> list[int]:
    sizes = getattr(dynamics.game, "size", None) if sizes is None else sizes
    if sizes is None:
        raise ValueError(f"the game does not say how many agents there are: give sizes for {', '.join(dynamics.roles)}")
    if not isinstance(sizes, Mapping):
        return [sizes] * len(dynamics.roles)
    if set(sizes) != set(dynamics.roles):
        raise ValueError(f"sizes are given for {', '.join(sizes)}; the roles are {', '.join(dynamics.roles)}")
    return [sizes[role] for role in dynamics.roles]


def _whole(parts: Vector) -> Counts:
    """Whole numbers nearest to `parts` with the same sum (largest remainders)."""
    counts = np.floor(parts + 1e-9).astype(np.int64)
    short = round(float(parts.sum())) - int(counts.sum())
    counts[np.argsort(counts - parts, kind="stable")[:short]] += 1
    return counts


def _runs(
    dynamics: Dynamics,
    counts: Counts,
    people: list[int],
    rate: float,
    mutation: float,
    others: bool,
    marks: Counts,
    seeds: int,
    rng: np.random.Generator | int | None,
) -> Counts:
    protocol = dynamics.protocol
    payoff, data, fast = _payoff_kernel(dynamics)
    step, rule = (compiled_walk(), compiled_row(protocol.row)) if fast else (walk, protocol.row)
    edges = np.array([*(part.start for part in dynamics.parts), len(counts)], dtype=np.int64)
    runs = np.empty((seeds, len(marks), len(counts)), dtype=np.int64)
    for seed, child in enumerate(np.random.default_rng(rng).spawn(seeds)):
        now = counts.copy()
        sizes = np.array(people, dtype=np.int64)
        with np.errstate(all="ignore"):
            excess = step(
                rule,
                payoff,
                data,
                now,
                edges,
                sizes,
                float(protocol.parameter),
                float(rate),
                float(mutation),
                others,
                marks,
                child,
                runs[seed],
            )
        if not excess <= 1 + 1e-9:
            raise ValueError(
                f"the bound {rate:g} on payoff differences is too small: at counts {now.tolist()} an agent "
                f"would switch with probability {excess:g}"
                if np.isfinite(excess)
                else f"payoffs are not finite at counts {now.tolist()}; they must be defined there"
            )
    return runs


def _payoff_kernel(dynamics: Dynamics) -> tuple[Callable[..., Any], Vector, bool]:
    """A function (data, shares, payoffs) that fills in the payoffs, its data, and whether it is compiled."""
    game = dynamics.game
    if isinstance(game, MultilinearField) and len(game.roles) <= 2:
        return compiled_payoffs(linear), np.ascontiguousarray(_one_matrix(game), dtype=float), True
    if isinstance(game, Expressions):
        return _expression_kernel(game), np.zeros((0, 0)), True

    def interpreted(_: Vector, shares: Vector, payoffs: Vector) -> None:
        payoffs[:] = dynamics.payoffs(shares)

    return interpreted, np.zeros((0, 0)), False


def _expression_kernel(game: Expressions) -> Any:
    from numba.np.unsafe.ndarray import to_fixed_tuple

    from analytic.compiled import compile_numba

    payoffs_of = compile_numba(*expressions_of(game))
    return spread(payoffs_of, to_fixed_tuple, sum(len(game.strategies[role]) for role in game.roles))


def _one_matrix(game: MultilinearField) -> Vector:
    """M with packed payoffs M x: A for one role, [[0, A], [B', 0]] for two."""
    if len(game.roles) == 1:
        return np.array(game.tensors[0])
    first, second = game.tensors
    rows, columns = first.shape
    return np.block([[np.zeros((rows, rows)), first], [second.T, np.zeros((columns, columns))]])
