"""The pairwise comparison process, sampled on one core: EGTtools, loops by hand, and the older sampler of protocols.

Everybody: 3 strategies, intensity 1, mutation 0.01 to one of the others, no self-interaction, one core. A step is one
agent's chance to revise; all count every step, also those in which nothing changes. Ours with 100 agents reads a table
of the exact law, made anew in each call; with 10 000 agents it plays agent by agent. The plain loop is what one writes
first; the careful one has an inlined generator, no reference counting, and computes two payoffs only where they are
compared; both keep the histogram, or only the mean where there are 10 000 agents.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
from harness import Call, Peer, Row

from evolution import MeanDynamics, PairwiseComparison, sample, sample_fixation, sample_process
from evolution.imitation_protocols import FermiImitation

A = np.array([[1.0, 2.4, 0.0], [0.0, 1.2, 2.0], [2.0, 0.0, 1.0]])
STAG = np.array([[2.0, 0.0], [0.0, 1.0]])
BETA, MU = 1.0, 0.01
STEPS, FEW, THEIRS = 2e7, 2e6, 2e5


def _start(size: int) -> list[int]:
    return [size - 2 * (size // 3), size // 3, size // 3]


def _ours(size: int) -> Call:
    process = PairwiseComparison(A, size, intensity=BETA, mutation=MU)
    return lambda: sample_process(process, _start(size), steps=int(STEPS), seeds=1, keep="statistics", workers=1, rng=1)


@cache  # the peer does not hold its game: if we did not either it would crash
def _their_game(strategies: int) -> Any:
    from egttools.games import Matrix2PlayerGameHolder

    return Matrix2PlayerGameHolder(strategies, A if strategies == 3 else STAG)


def _peer(size: int, strategies: int = 3) -> Any:
    from egttools.numerical import PairwiseComparisonNumerical

    return PairwiseComparisonNumerical(size, _their_game(strategies), 1_000_000)


def _egttools(size: int) -> Call:
    peer = _peer(size)
    return lambda: peer.estimate_strategy_distribution(1, int(THEIRS), 0, BETA, MU)


def _paths() -> Call:
    process = PairwiseComparison(A, 100, intensity=BETA, mutation=MU)
    return lambda: sample_process(process, _start(100), steps=int(FEW), every=1, seeds=1, workers=1, rng=1)


def _egttools_paths() -> Call:
    peer = _peer(100)
    return lambda: peer.run_with_mutation(int(THEIRS), BETA, MU, np.array(_start(100)))


def _egttools_fixation(runs: int) -> Call:
    peer = _peer(100, strategies=2)
    return lambda: peer.estimate_fixation_probability(0, 1, runs, 10_000_000, 0.1)


def _older() -> Call:
    rule = MeanDynamics(A, protocol=FermiImitation(1 / BETA))
    times = [0.0, FEW / 100]
    return lambda: sample(rule, sizes=100, x0=[0.34, 0.33, 0.33], t=times, seeds=1, mutation=MU, rng=1)


def _loop(make: Any, size: int, steps: float) -> Call:
    walk = make()
    return lambda: walk(A, size, int(steps), BETA, MU)


@cache
def _plain() -> Any:
    import numba

    @numba.njit
    def walk(A: np.ndarray, size: int, steps: int, beta: float, mu: float) -> np.ndarray:
        s = len(A)
        counts = np.array([size - 2 * (size // 3), size // 3, size // 3])
        histogram = np.zeros((101, 101), dtype=np.int64)
        for _ in range(steps):
            a, i = np.random.randint(size), 0  # noqa: NPY002
            while a >= counts[i]:
                a -= counts[i]
                i += 1
            if np.random.random() < mu:  # noqa: NPY002
                j = np.random.randint(s - 1)  # noqa: NPY002
                j += j >= i
            else:
                counts[i] -= 1
                b, j = np.random.randint(size - 1), 0  # noqa: NPY002
                while b >= counts[j]:
                    b -= counts[j]
                    j += 1
                counts[i] += 1
                own, other = 0.0, 0.0
                for k in range(s):
                    own += A[i, k] * (counts[k] - (k == i))
                    other += A[j, k] * (counts[k] - (k == j))
                if np.random.random() >= 1 / (1 + np.exp(-beta * (other - own) / (size - 1))):  # noqa: NPY002
                    j = i
            counts[i] -= 1
            counts[j] += 1
            histogram[counts[0] * 100 // size, counts[1] * 100 // size] += 1
        return histogram

    return walk


@cache
def _careful() -> Any:
    import numba

    from evolution.random_stream import OPTIONS, streams, uniform

    @numba.njit(**OPTIONS)
    def walk(
        A: np.ndarray,
        size: int,
        steps: int,
        beta: float,
        mu: float,
        stream: np.ndarray,
        counts: np.ndarray,
        histogram: np.ndarray,
    ) -> None:
        s = len(A)
        for _ in range(steps):
            a, i = int(uniform(stream) * size), 0
            while a >= counts[i]:
                a -= counts[i]
                i += 1
            u, j = uniform(stream), 0
            if u < mu:
                j = int(uniform(stream) * (s - 1))
                j += j >= i
            else:
                counts[i] -= 1
                b = int(uniform(stream) * (size - 1))
                while b >= counts[j]:
                    b -= counts[j]
                    j += 1
                counts[i] += 1
                if j != i:
                    gain = A[i, i] - A[j, j]
                    for k in range(s):
                        gain += (A[j, k] - A[i, k]) * counts[k]
                    if uniform(stream) * (1 + np.exp(-beta * gain / (size - 1))) >= 1:
                        j = i
            counts[i] -= 1
            counts[j] += 1
            histogram[counts[0] * 100 // size, counts[1] * 100 // size] += 1

    def run(A: np.ndarray, size: int, steps: int, beta: float, mu: float) -> np.ndarray:
        histogram = np.zeros((101, 101), dtype=np.int64)
        walk(A, size, steps, beta, mu, streams(1, 1)[0], np.array(_start(size)), histogram)
        return histogram

    return run


def rows() -> Iterator[Row]:
    """Long runs by table and agent by agent, whole paths, and fixation."""
    counted = "histogram, moments, takeovers"
    for size, how in ((100, f"table; {counted}"), (10_000, "agent by agent; moments, takeovers")):
        peers = [
            Peer("EGTtools", lambda size=size: _egttools(size), "egttools", "mean shares only", THEIRS),
            Peer("careful Numba loop", lambda size=size: _loop(_careful, size, FEW), "numba", "histogram", FEW),
            Peer("plain Numba loop", lambda size=size: _loop(_plain, size, FEW), "numba", "histogram", FEW),
        ]
        if size == 100:
            peers.append(Peer("sample(MeanDynamics)", _older, note="final states; mutants draw from all", amount=FEW))
        yield Row(f"pairwise comparison, Z = {size}", lambda size=size: _ours(size), peers, STEPS, "steps", note=how)
    yield Row(
        "the same, Z = 100, every step kept",
        _paths,
        [Peer("EGTtools run_with_mutation", _egttools_paths, "egttools", "", THEIRS)],
        FEW,
        "steps",
    )
    process, runs = PairwiseComparison(STAG, 100, intensity=0.1), 20_000
    yield Row(
        "fixation of one mutant, Z = 100",
        lambda: lambda: sample_fixation(process, runs=runs, workers=1, rng=1),
        [Peer("EGTtools", lambda: _egttools_fixation(500), "egttools", "", 500.0)],
        float(runs),
        "runs",
        note="1 thread",
    )
