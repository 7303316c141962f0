"""All equilibria of random two-player games with integer payoffs in -10 .. 10.

Ours are exact, complete and certified; quantecon's and nashpy's are floats, pygambit's `enummixed` is exact here.
Some of these games are degenerate: in the fourth 8x8 one ours and pygambit's find the same 18 extreme equilibria,
quantecon gives 7. A call solves all games of a size, the same for everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from harness import Call, Peer, Row

from gametheory import NormalForm, solve

GAMES = 4  # different games a size, taken in turn: one game alone may be easy or hard


def games(size: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """The same random games in every run."""
    rng = np.random.default_rng(size)
    return [(rng.integers(-10, 11, (size, size)), rng.integers(-10, 11, (size, size))) for _ in range(GAMES)]


def every(solvers: list[Callable[[], object]]) -> Call:
    """One call that solves all games."""
    return lambda: [solver() for solver in solvers]


def _ours(size: int) -> Call:
    return every([lambda A=A, B=B: solve(NormalForm(A, B)) for A, B in games(size)])


def _quantecon(size: int) -> Call:
    from quantecon.game_theory import NormalFormGame, Player, vertex_enumeration

    # a player's array has its own action first, so the second one's is transposed
    made = [NormalFormGame((Player(A.astype(float)), Player(B.T.astype(float)))) for A, B in games(size)]
    return every([lambda game=game: vertex_enumeration(game) for game in made])


def _pygambit(size: int) -> Call:
    import pygambit

    made = [pygambit.StrategicGame.from_arrays(A.astype(object), B.astype(object)) for A, B in games(size)]
    return every([lambda game=game: pygambit.nash.enummixed_solve(game, rational=True) for game in made])


def _nashpy(size: int) -> Call:
    import nashpy

    made = [nashpy.Game(A, B) for A, B in games(size)]
    return every([lambda game=game: list(game.vertex_enumeration()) for game in made])


def rows() -> Iterator[Row]:
    """8x8 against everybody; larger ones against the fastest peer, since the others take minutes."""
    for size in (8, 10, 12):
        peers = [
            Peer(
                "quantecon vertex_enumeration",
                lambda size=size: _quantecon(size),
                "quantecon",
                "floats, not all when degenerate",
            )
        ]
        if size == 8:
            peers.append(Peer("pygambit enummixed", lambda: _pygambit(8), "pygambit", "exact"))
            peers.append(Peer("nashpy vertex_enumeration", lambda: _nashpy(8), "nashpy", "floats"))
        yield Row(f"all equilibria, {GAMES} games {size}x{size}", lambda size=size: _ours(size), peers, rounds=5)
