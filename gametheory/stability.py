r"""How firm an equilibrium is: strict, quasi-strict, its index, evolutionary stability.

* *strict*: every deviation loses; such equilibria are pure (Harsanyi 1973).
* *quasi-strict*: every best reply is used (Harsanyi 1973).
* *regular*: quasi-strict, and the system "all actions used pay the same" has a nonsingular Jacobian J, in the
  probabilities of all actions used but the first of each player. Then its *index* is the sign of det(-J): +1 for strict
  equilibria, and the indices of all equilibria sum to +1 when all are regular (Shapley 1974; Ritzberger 1994), so that
  there is an odd number of them. For two players it is (-1)^(k+1) sign det A_IJ det B_IJ, payoffs positive, supports
  of k actions. An ESS may have index -1: equilibria in which the two roles differ count as well.
* evolutionarily and neutrally stable: `gametheory.methods.ess`, for (x, x) in a symmetric game of two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.equilibrium import Equilibrium
from gametheory.methods.copositivity import determinant
from gametheory.methods.ess import is_ess, is_neutrally_stable
from gametheory.normal_form import NormalForm, Profile
from gametheory.welfare import profile_of


@dataclass(frozen=True, slots=True)
class Stability:
    """What is true of one equilibrium; each line follows from exact comparisons.

    Parameters
    ----------
    strict, quasi_strict, regular : bool
    index : int or None
        +1 or -1; None exactly when it is not regular, where this index is not defined.
    ess, neutral : bool or None
        Evolutionarily and neutrally stable; None exactly where they have no meaning: the game is not a symmetric one
        of two players or the profile is not (x, x).
    """

    strict: bool
    quasi_strict: bool
    regular: bool
    index: int | None
    ess: bool | None
    neutral: bool | None

    def __str__(self) -> str:
        words: dict[str, bool | None] = {
            "strict": self.strict,
            "quasi-strict": self.quasi_strict,
            "regular": self.regular,
        }
        words |= {"evolutionarily stable": self.ess, "neutrally stable": self.neutral}
        said = ", ".join(word if true else f"not {word}" for word, true in words.items() if true is not None)
        return said if self.index is None else f"{said}, index {self.index:+d}"


def stability_of(game: NormalForm, equilibrium: Profile | Equilibrium) -> Stability:
    """Everything this module can say about an equilibrium.

    Parameters
    ----------
    game : NormalForm
        Of any number of players.
    equilibrium : Equilibrium or profile
        Exact numbers.

    Returns
    -------
    Stability

    Raises
    ------
    ValueError
        If it is no equilibrium, or not in exact numbers.

    Examples
    --------
    >>> print(stability_of(NormalForm.symmetric([[-1, 2], [0, 1]]), [["1/2", "1/2"]] * 2))
    not strict, quasi-strict, regular, evolutionarily stable, neutrally stable, index -1
    """
    profile = _exact(game, equilibrium)
    sign = _index(game, profile)
    evolutionary = game.is_symmetric and profile[0] == profile[1]
    return Stability(
        strict=is_strict(game, profile),
        quasi_strict=is_quasi_strict(game, profile),
        regular=sign != 0,
        index=sign or None,
        ess=is_ess(game, profile[0]) if evolutionary else None,
        neutral=is_neutrally_stable(game, profile[0]) if evolutionary else None,
    )


def is_strict(game: NormalForm, equilibrium: Profile | Equilibrium) -> bool:
    """Whether every player has exactly one best reply, which is what it plays.

    Parameters
    ----------
    game, equilibrium
        As for `stability_of`.

    Returns
    -------
    bool

    Raises
    ------
    ValueError
        As `stability_of`.

    Examples
    --------
    >>> is_strict(NormalForm([[3, 0], [5, 1]], [[3, 5], [0, 1]]), [[0, 1], [0, 1]])
    True
    """
    profile = _exact(game, equilibrium)
    return all(len(replies) == 1 for replies in game.best_replies(profile))


def is_quasi_strict(game: NormalForm, equilibrium: Profile | Equilibrium) -> bool:
    """Whether every best reply is used.

    Parameters
    ----------
    game, equilibrium
        As for `stability_of`.

    Returns
    -------
    bool

    Raises
    ------
    ValueError
        As `stability_of`.

    Examples
    --------
    >>> is_quasi_strict(NormalForm([[1, 1], [1, 0]], [[1, 1], [1, 0]]), [[1, 0], [1, 0]])
    False
    """
    profile = _exact(game, equilibrium)
    pairs = zip(game.best_replies(profile), profile, strict=True)
    return all(all(part[i] for i in replies) for replies, part in pairs)


def index(game: NormalForm, equilibrium: Profile | Equilibrium) -> int:
    """The index of a regular equilibrium: +1 or -1.

    Parameters
    ----------
    game, equilibrium
        As for `stability_of`.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If it is not regular, and as `stability_of`.

    References
    ----------
    L. Shapley, A note on the Lemke-Howson algorithm, Mathematical Programming Study 1 (1974) 175-189. K. Ritzberger,
    The theory of normal form games from the differentiable viewpoint, International Journal of Game Theory 23 (1994)
    207-236.

    Examples
    --------
    >>> meet = NormalForm([[2, 0], [0, 1]], [[1, 0], [0, 2]])
    >>> index(meet, [[1, 0], [1, 0]]), index(meet, [["2/3", "1/3"], ["1/3", "2/3"]])
    (1, -1)
    """
    sign = _index(game, _exact(game, equilibrium))
    if sign == 0:
        raise ValueError(
            "the equilibrium is not regular (an unused best reply, or a singular Jacobian), so its index is not "
            "defined by itself: it belongs to its component."
        )
    return sign


def _index(game: NormalForm, profile: Sequence[Sequence[Fraction]]) -> int:
    """The sign of det(-J); 0 if the equilibrium is not regular."""
    if not is_quasi_strict(game, profile):
        return 0
    supports = [[i for i, p in enumerate(part) if p] for part in profile]
    mixed = [np.array(part, dtype=object) for part in profile]
    rows = []
    for k, own in enumerate(supports):
        blocks = []
        for other, theirs in enumerate(supports):
            if other == k:
                blocks.append(np.zeros((len(own) - 1, len(own) - 1), dtype=object))
                continue
            pay = _pair(game.wholes[k], mixed, k, other)[np.ix_(own, theirs)]
            change = pay[1:] - pay[:1]
            blocks.append(change[:, 1:] - change[:, :1])
        rows.append(np.hstack(blocks))
    jacobian = np.vstack(rows)
    scales = [_scale(row) for row in jacobian]
    value = determinant([[int(-cell * s) for cell in row] for row, s in zip(jacobian, scales, strict=True)])
    return (value > 0) - (value < 0)


def _pair(table: NDArray[np.object_], mixed: list[NDArray[np.object_]], k: int, other: int) -> NDArray[Any]:
    """What player k gets by its own and one other's action, when all the rest keep to the profile."""
    for axis in reversed(range(len(mixed))):
        if axis not in (k, other):
            table = np.tensordot(table, mixed[axis], axes=(axis, 0))
    return table if k < other else table.T


def _scale(row: NDArray[np.object_]) -> int:
    from math import lcm

    return lcm(*(Fraction(cell).denominator for cell in row))


def _exact(game: NormalForm, equilibrium: Profile | Equilibrium) -> tuple[tuple[Fraction, ...], ...]:
    """The profile in Fractions, an equilibrium for certain."""
    given = profile_of(equilibrium)
    regrets = game.regret(given)
    if not all(isinstance(r, Fraction) for r in regrets):
        raise ValueError("the profile is in floats; stability is decided for exact numbers: write Fractions or '1/3'.")
    if any(regrets):
        raise ValueError(f"the profile is no equilibrium: players can gain {', '.join(map(str, regrets))}.")
    return tuple(tuple(Fraction(p) for p in part) for part in given)
