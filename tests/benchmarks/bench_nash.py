"""All equilibria of random two-player games with integer payoffs, against everybody, in one run.

Ours are exact, certified and complete, with the proof of completeness in the time; there is no way to leave the proof
out, so there is one figure. From 12 x 12 on ours use two threads, one a player. quantecon's and nashpy's answers are
floats without proof, lrsnash's and those of pygambit's rational `enummixed` are exact. Everybody solves the same games;
`found` compares what they return with ours, profile by profile: how many of ours are among theirs, and how many of
theirs are none of ours (floats within 1e-6; in degenerate games a peer may return points inside a component).

Payoffs in -1000 .. 1000 make hardly any degenerate game, payoffs in -10 .. 10 many. Slow peers get the sizes that they
can do in reason, or one game instead of several (then times a game are compared). `TOKENGAMES_SLOW=1` adds the slowest:
lrsnash at 16 x 16 (half a minute or more), pygambit's rational method and nashpy at 10 x 10 (minutes).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
from harness import Call, Peer, Row

from gametheory import NormalForm, solve

Game = tuple[np.ndarray, np.ndarray]
Found = Sequence[tuple[Sequence[float], Sequence[float]]]

GAMES = {8: 4, 10: 4, 12: 4, 14: 2, 16: 2}  # different games a size: one alone may be easy or hard
SCALES = (1000, 10)
SLOW = bool(os.environ.get("TOKENGAMES_SLOW"))


def games(size: int, scale: int, count: int) -> list[Game]:
    """The same random games in every run."""
    rng = np.random.default_rng([size, scale])
    draw = lambda: rng.integers(-scale, scale + 1, (size, size))  # noqa: E731
    return [(draw(), draw()) for _ in range(count)]


def _every(solvers: list[Callable[[], object]]) -> Call:
    """One call that solves all games."""
    return lambda: [solver() for solver in solvers]


def _ours(chosen: list[Game]) -> Call:
    solve(NormalForm(*games(8, 10, 1)[0]))  # compiles
    return _every([lambda A=A, B=B: solve(NormalForm(A, B)) for A, B in chosen])


def _quantecon(chosen: list[Game]) -> Call:
    from quantecon.game_theory import NormalFormGame, Player, vertex_enumeration

    # a player's array has its own action first, so the second one's is transposed
    made = [NormalFormGame((Player(A.astype(float)), Player(B.T.astype(float)))) for A, B in chosen]
    small = np.eye(2)
    vertex_enumeration(NormalFormGame((Player(small), Player(small))))  # compiles
    return _every([lambda game=game: vertex_enumeration(game) for game in made])


def _lrsnash(chosen: list[Game]) -> Call:
    program = shutil.which("lrsnash")
    if program is None:
        raise FileNotFoundError("lrsnash, of Debian's package lrslib")
    folder = Path(tempfile.mkdtemp())
    files = []
    for k, (A, B) in enumerate(chosen):
        tables = ("\n".join(" ".join(map(str, row)) for row in each) for each in (A, B))
        files.append(folder / str(k))
        files[-1].write_text("\n\n".join([f"{len(A)} {len(A.T)}", *tables]) + "\n")
    run = lambda file: subprocess.run([program, file], check=True, capture_output=True, text=True).stdout  # noqa: E731
    return _every([lambda file=file: run(file) for file in files])


def _pygambit(chosen: list[Game], *, rational: bool) -> Call:
    import pygambit

    made = [pygambit.StrategicGame.from_arrays(A.astype(object), B.astype(object)) for A, B in chosen]
    return _every([lambda game=game: pygambit.nash.enummixed_solve(game, rational=rational) for game in made])


def _nashpy(chosen: list[Game]) -> Call:
    import nashpy

    made = [nashpy.Game(A, B) for A, B in chosen]
    return _every([lambda game=game: list(game.vertex_enumeration()) for game in made])


def _read_lrsnash(printed: str) -> Found:
    """The blocks of its answer: the strategies of player 2 that go with the ones of player 1."""
    found: list[tuple[Sequence[float], Sequence[float]]] = []
    for block in printed.split("\n\n"):
        lines = [line.split() for line in block.splitlines() if line[:2] in ("1 ", "2 ")]
        sides = {who: [[float(Fraction(p)) for p in line[1:-1]] for line in lines if line[0] == who] for who in "12"}
        found += product(sides["1"], sides["2"])
    return found


def _read_pygambit(answer: object) -> Found:
    profiles = answer.equilibria  # type: ignore[attr-defined]
    return [tuple([float(p) for _, p in e[player]] for player in e.game.players) for e in profiles]  # type: ignore[misc]


def _judge(read: Callable[[object], Found]) -> Callable[[object, object], str]:
    """Compares answers by content; a peer may have solved the first of the games only."""

    def judge(ours: object, theirs: object) -> str:
        total = matched = foreign = 0
        for mine, raw in zip(ours, theirs, strict=False):  # type: ignore[call-overload]
            known = [np.concatenate(e.profile) for e in mine]
            given = [np.concatenate([np.asarray(part, dtype=float) for part in pair]) for pair in read(raw)]
            near = [[bool(np.abs(a - b).max() < 1e-6) for b in given] for a in known]
            total += len(known)
            matched += sum(map(any, near))
            foreign += sum(not any(row[k] for row in near) for k in range(len(given)))
        return f"found {matched} of {total}" + (f", {foreign} not extreme or wrong" if foreign else "")

    return judge


def _peers(size: int, chosen: list[Game]) -> Iterator[Peer]:
    one = chosen[:1]
    as_given = lambda answer: answer  # noqa: E731
    yield Peer(
        "quantecon vertex_enumeration",
        lambda: _quantecon(chosen),
        "quantecon",
        "floats, no proof",
        judge=_judge(as_given),  # type: ignore[arg-type]
    )
    if size <= 14 or SLOW:
        yield Peer("lrsnash", lambda: _lrsnash(chosen), "", "exact", judge=_judge(_read_lrsnash))  # type: ignore[arg-type]
    if size <= 10:
        floats = lambda: _pygambit(one, rational=False)  # noqa: E731
        yield Peer("pygambit enummixed", floats, "pygambit", "floats", 1, _judge(_read_pygambit))
    if size <= 8 or (SLOW and size <= 10):
        exact = lambda: _pygambit(one, rational=True)  # noqa: E731
        yield Peer("pygambit enummixed rational", exact, "pygambit", "exact", 1, _judge(_read_pygambit))
        yield Peer("nashpy vertex_enumeration", lambda: _nashpy(one), "nashpy", "floats", 1, _judge(as_given))  # type: ignore[arg-type]


def rows() -> Iterator[Row]:
    """Sizes 8 to 16 at both scales."""
    for scale, (size, count) in product(SCALES, GAMES.items()):
        chosen = games(size, scale, count)
        work = f"all equilibria, {count} games {size}x{size}, payoffs to {scale}"
        peers = list(_peers(size, chosen))
        yield Row(work, lambda chosen=chosen: _ours(chosen), peers, count, "", 5, "exact, complete with proof")
