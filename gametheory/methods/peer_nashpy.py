"""nashpy's own algorithms, every answer certified here.

nashpy works in floats and may miss equilibria or return what is none, so its list is never called complete.
Each answer is tried as the fractions it is near to; where these have regret 0, exactly, they are the
equilibrium; otherwise the floats are returned with a rigorous bound on their regret, or, if that is large,
left out and counted.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Generator, Iterable, Mapping
from fractions import Fraction
from math import comb
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gametheory.equilibrium import Equilibrium, EquilibriumSet
from gametheory.methods.certify import exact_equilibrium, exact_payoffs, float_equilibrium
from gametheory.methods.vertices import check_count, deadline_in, roughly
from gametheory.normal_form import NormalForm

Event: TypeAlias = tuple[Any, str]
"""An answer, or else something to note."""

SUPPORTS_LIMIT = 50_000
"""Most pairs of supports with which nashpy is started without a time limit; it takes a minute or more."""

_DENOMINATOR = 1_000_000
_TOLERANCE = 1e-6  # a float answer counts as an equilibrium up to this regret, in units of the payoffs' span

ALGORITHMS: Mapping[str, Callable[[Any], Iterable[Any]]] = {
    "support_enumeration": lambda game: game.support_enumeration(),
    "vertex_enumeration": lambda game: game.vertex_enumeration(),
    "lemke_howson_enumeration": lambda game: game.lemke_howson_enumeration(),
}


def nashpy_answers(
    game: NormalForm,
    *,
    algorithm: str = "support_enumeration",
    max_equilibria: int | None = None,
    time_limit: float | None = None,
) -> EquilibriumSet:
    """What nashpy finds, in its order, without repetitions.

    Parameters
    ----------
    game : NormalForm
        Of two players.
    algorithm : str
        "support_enumeration", "vertex_enumeration" or "lemke_howson_enumeration".
    max_equilibria : int, optional
        Stop when so many were certified.
    time_limit : float, optional
        Seconds. nashpy knows no limit, so it works in another process, which is ended then.

    Returns
    -------
    EquilibriumSet
        Never complete. `reason` counts the answers that had to be dropped and quotes nashpy's warnings.

    Raises
    ------
    ValueError
        If the algorithm is unknown, a limit is not positive, or the game is large and no time limit was given.

    References
    ----------
    V. Knight and J. Campbell, Nashpy: a Python library for the computation of Nash equilibria, Journal of
    Open Source Software 3 (2018) 904.

    Examples
    --------
    >>> found = nashpy_answers(NormalForm.zero_sum([[1, -1], [-1, 1]]))
    >>> str(found[0]), found.complete
    ('(1/2, 1/2) (1/2, 1/2)', False)
    """
    if algorithm not in ALGORITHMS:
        raise ValueError(f"unknown nashpy algorithm {algorithm!r}; allowed: {', '.join(ALGORITHMS)}.")
    check_count(max_equilibria)
    deadline_in(time_limit)
    supports = comb(sum(game.shape), game.shape[0])
    if time_limit is None and supports > SUPPORTS_LIMIT and algorithm != "lemke_howson_enumeration":
        raise ValueError(
            f"{game!r} has {roughly(supports)} pairs of supports; nashpy needs very long. Give time_limit=seconds."
        )
    span = max(float(table.max() - table.min()) for table in game.payoffs)
    found: dict[Equilibrium, None] = {}
    notes: dict[str, None] = {}
    wrong = 0
    events = _events(game, algorithm) if time_limit is None else _events_elsewhere(game, algorithm, time_limit)
    with contextlib.closing(events):
        for answer, note in events:
            if note:
                notes[note] = None
                continue
            certified = _certified(game, answer) if _is_profile(game, answer) else None
            if certified is None or certified.regret > _TOLERANCE * span:
                wrong += 1
            else:
                found[certified] = None
            if len(found) == max_equilibria:
                notes[f"it was stopped at {max_equilibria}, as max_equilibria asks"] = None
                break
    if wrong:
        notes[f"{wrong} of its answers were no equilibria and are left out"] = None
    return EquilibriumSet(
        equilibria=tuple(found),
        complete=False,
        reason="; ".join(["nashpy works in floats and may miss equilibria", *notes]) + ".",
        concept="nash",
        method=f"nashpy {algorithm}",
        game=repr(game),
    )


def _events(game: NormalForm, algorithm: str) -> Generator[Event]:
    """What nashpy answers, one by one, and then what it warned of, or why it stopped."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            for answer in ALGORITHMS[algorithm](game.to_nashpy()):
                yield [np.asarray(part).tolist() for part in answer], ""
        except Exception as error:  # whatever a peer raises is a finding about it, not a failure of ours
            yield None, f"it stopped with {type(error).__name__}: {error}"
        finally:
            texts = {" ".join(str(warning.message).split())[:80] for warning in caught}
    for text in sorted(texts):
        yield None, f"it warned: {text}"


def _events_elsewhere(game: NormalForm, algorithm: str, seconds: float) -> Generator[Event]:
    """The same from a process that is ended after a time."""
    job = json.dumps([[table.tolist() for table in game.floats], algorithm])
    code = f"from {__name__} import report; report()"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    )
    assert process.stdin is not None
    assert process.stdout is not None
    late = threading.Event()

    def end() -> None:
        late.set()
        process.kill()

    clock = threading.Timer(seconds, end)
    clock.start()
    try:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(job)
            process.stdin.close()
        for line in process.stdout:
            if line.endswith("\n"):
                answer, note = json.loads(line)
                yield answer, note
        if late.is_set():
            yield None, f"it was ended after {seconds} s"
        elif process.wait() != 0:
            yield None, f"its process ended with code {process.returncode}"
    finally:
        clock.cancel()
        process.kill()
        process.wait()
        process.stdout.close()


def report() -> None:
    """In that process: read the job, and write every event as a line as soon as it is known."""
    tables, algorithm = json.load(sys.stdin)
    for event in _events(NormalForm(*tables), algorithm):
        print(json.dumps(event), flush=True)


def _is_profile(game: NormalForm, answer: Any) -> bool:
    if len(answer) != 2 or [len(part) for part in answer] != list(game.shape):
        return False
    return all(np.isfinite(part).all() and min(part) >= -1e-9 and sum(part) > 0 for part in answer)


def _certified(game: NormalForm, answer: Any) -> Equilibrium:
    floats: list[NDArray[np.float64]] = [np.maximum(np.array(part), 0.0) for part in answer]
    near = [[Fraction(float(p)).limit_denominator(_DENOMINATOR) for p in part] for part in floats]
    if all(sum(part) == 1 for part in near) and not any(exact_payoffs(game, near)[1]):
        return exact_equilibrium(game, near)
    return float_equilibrium(game, floats)
