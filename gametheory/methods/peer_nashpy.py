"""nashpy's own algorithms, every answer certified here.

nashpy works in floats and may miss equilibria or return what is none, so its list is never called complete.
Each answer is tried as the fractions it is near to; where these have regret 0, exactly, they are the
equilibrium; otherwise the floats are returned with a rigorous bound on their regret, or, if that is large,
left out and counted.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.equilibrium import Equilibrium, EquilibriumSet
from gametheory.methods.certify import exact_equilibrium, exact_payoffs, float_equilibrium
from gametheory.normal_form import NormalForm

_DENOMINATOR = 1_000_000
_TOLERANCE = 1e-6  # a float answer counts as an equilibrium up to this regret, in units of the payoffs' span

ALGORITHMS: Mapping[str, Callable[[Any], Iterable[Any]]] = {
    "support_enumeration": lambda game: game.support_enumeration(),
    "vertex_enumeration": lambda game: game.vertex_enumeration(),
    "lemke_howson_enumeration": lambda game: game.lemke_howson_enumeration(),
}


def nashpy_answers(game: NormalForm, *, algorithm: str = "support_enumeration") -> EquilibriumSet:
    """What nashpy finds, in its order, without repetitions.

    Parameters
    ----------
    game : NormalForm
        Of two players.
    algorithm : str
        "support_enumeration", "vertex_enumeration" or "lemke_howson_enumeration".

    Returns
    -------
    EquilibriumSet
        Never complete. `reason` counts the answers that had to be dropped and quotes nashpy's warnings.

    Raises
    ------
    ValueError
        If the algorithm is unknown.

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
    answers: list[Any] = []
    notes: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            answers.extend(ALGORITHMS[algorithm](game.to_nashpy()))
        except Exception as error:  # whatever a peer raises is a finding about it, not a failure of ours
            notes.append(f"it stopped with {type(error).__name__}: {error}")
    texts = {" ".join(str(warning.message).split())[:80] for warning in caught}
    notes.extend(f"it warned: {text}" for text in sorted(texts))
    certified = [_certified(game, answer) for answer in answers if _is_profile(game, answer)]
    span = max(float(table.max() - table.min()) for table in game.payoffs)
    right = [e for e in certified if e.regret <= _TOLERANCE * span]
    if len(right) < len(answers):
        notes.append(f"{len(answers) - len(right)} of its answers were no equilibria and are left out")
    found = dict.fromkeys(right)
    return EquilibriumSet(
        equilibria=tuple(found),
        complete=False,
        reason="; ".join(["nashpy works in floats and may miss equilibria", *notes]) + ".",
        concept="nash",
        method=f"nashpy {algorithm}",
        game=repr(game),
    )


def _is_profile(game: NormalForm, answer: Any) -> bool:
    if len(answer) != 2 or [len(part) for part in answer] != list(game.shape):
        return False
    return all(np.isfinite(part).all() and min(part) >= -1e-9 and sum(part) > 0 for part in answer)


def _certified(game: NormalForm, answer: Any) -> Equilibrium:
    floats: list[NDArray[np.float64]] = [np.maximum(part, 0.0) for part in answer]
    near = [[Fraction(float(p)).limit_denominator(_DENOMINATOR) for p in part] for part in floats]
    if all(sum(part) == 1 for part in near) and not any(exact_payoffs(game, near)[1]):
        return exact_equilibrium(game, near)
    return float_equilibrium(game, floats)
