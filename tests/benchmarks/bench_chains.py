"""Finite populations, exactly: 5151 states (Z = 100, three strategies) and two strategies among 1000 agents."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from harness import Call, Peer, Row

from evolution import PairwiseComparison, fixation_law, stationary_law, transition_matrix

A = np.array([[1.0, 2.4, 0.0], [0.0, 1.2, 2.0], [2.0, 0.0, 1.0]])
MANY = PairwiseComparison(A, 100, mutation=0.01)
TWO = PairwiseComparison(A[:2, :2], 1000)


def _egttools(payoffs: np.ndarray, size: int) -> tuple[object, object]:
    from egttools.analytical import PairwiseComparison as Peers
    from egttools.games import Matrix2PlayerGameHolder

    game = Matrix2PlayerGameHolder(len(payoffs), payoffs)  # must outlive the process
    return game, Peers(size, game)


def _their_matrix() -> Call:
    game, peers = _egttools(A, 100)
    return lambda: (game, peers.calculate_transition_matrix(1.0, 0.01))


def _their_fixation() -> Call:
    game, peers = _egttools(A[:2, :2], 1000)
    return lambda: (game, peers.calculate_fixation_probability(0, 1, 1.0))


def _eigenvector() -> Call:
    from scipy.sparse.linalg import eigs

    transposed = transition_matrix(MANY).T.tocsr()
    return lambda: eigs(transposed, k=1, sigma=1 + 1e-9)


def rows() -> Iterator[Row]:
    """The matrix, its law, and a fixation probability."""
    yield Row(
        "transition matrix, 5151 states",
        lambda: lambda: transition_matrix(MANY),
        [Peer("EGTtools calculate_transition_matrix", _their_matrix, "egttools")],
    )
    yield Row(
        "stationary law, 5151 states",
        lambda: lambda: stationary_law(MANY),
        [Peer("SciPy eigs", _eigenvector, "scipy", "of a matrix made before; no accuracy for rare states")],
    )
    yield Row(
        "fixation, two strategies, Z = 1000",
        lambda: lambda: fixation_law(TWO),
        [Peer("EGTtools calculate_fixation_probability", _their_fixation, "egttools", "one start, ours all 1001")],
    )
