r"""The polynomial system of a support: who plays several actions must be indifferent between them.

For supports S_1, ..., S_n let r_k be the first action of S_k and

    D_k,a(x) = u_k(a, x_-k) - u_k(r_k, x_-k).

A profile with exactly these supports is an equilibrium iff D_k,a = 0 for a in S_k, D_k,a <= 0 otherwise. D_k,a
is multilinear in the strategies of the others: its table over their actions is all there is to know. There are
as many equations as free probabilities.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.normal_form import NormalForm
from gametheory.whole_table import comparable

Support = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, eq=False)
class PayoffDifferences:
    """Of every player and pair of actions: the exact difference of payoffs, and the float nearest to it.

    Parameters
    ----------
    game : NormalForm
    """

    game: NormalForm

    @cached_property
    def exact(self) -> tuple[NDArray[Any], ...]:
        """One table a player: [a, b, others' actions] is W(a) - W(b) in whole numbers."""
        tables = [comparable(np.moveaxis(wholes, k, 0)) for k, wholes in enumerate(self.game.wholes)]
        small = [t if t.dtype == object or np.abs(t).max() < 2**61 else t.astype(object) for t in tables]
        return tuple(table[:, None] - table[None, :] for table in small)

    @cached_property
    def scaled(self) -> tuple[NDArray[np.float64], ...]:
        """The same, divided by the player's greatest difference and rounded once."""
        out = []
        for table in self.exact:
            greatest = int(np.abs(table).max()) or 1
            if greatest < 2**53:
                out.append(table.astype(np.float64) / greatest)
            else:
                divided = np.frompyfunc(lambda whole, most=greatest: int(whole) / most, 1, 1)(table)
                out.append(divided.astype(np.float64))
        return tuple(out)


@dataclass(frozen=True, slots=True, eq=False)
class SupportSystem:
    """The system of one support, in floats, as `gametheory.methods.subdivision` takes it.

    Parameters
    ----------
    rows : float array
        Equations first, then the differences that must not be positive; one column a cell of the supports.
    equations : int
    pairs : list of (int, int)
        (i, j): where row i is above row j throughout, action j is not a best reply (-1: the first action's row).
    sizes : tuple of int
        Sizes of the supports of the active players, those with more than one action in use.
    """

    rows: NDArray[np.float64]
    equations: int
    pairs: list[tuple[int, int]]
    sizes: tuple[int, ...]


def support_system(differences: PayoffDifferences, support: Support) -> SupportSystem:
    """The system of a support.

    Parameters
    ----------
    differences : PayoffDifferences
    support : one ascending tuple of actions a player
        At least one player uses more than one.

    Returns
    -------
    SupportSystem

    Examples
    --------
    >>> pennies = NormalForm.zero_sum([[1, -1], [-1, 1]])
    >>> support_system(PayoffDifferences(pennies), ((0, 1), (0, 1))).rows.tolist()
    [[-1.0, 1.0, -1.0, 1.0], [1.0, 1.0, -1.0, -1.0]]
    """
    active = [k for k, part in enumerate(support) if len(part) > 1]
    grid = tuple(len(support[k]) for k in active)
    equal: list[NDArray[np.float64]] = []
    unequal: list[NDArray[np.float64]] = []
    names: dict[tuple[int, int], tuple[int, int]] = {}
    for k, part in enumerate(support):
        for action, table in _restricted(differences.scaled[k], support, k):
            spread = np.broadcast_to(table.reshape([1 if j == k else len(support[j]) for j in active]), grid)
            kind = equal if action in part else unequal
            names[k, action] = (int(kind is unequal), len(kind))
            kind.append(spread.ravel())
    row = {name: index + late * len(equal) for name, (late, index) in names.items()}
    pairs = [
        (row.get((k, action), -1), row.get((k, used), -1))
        for k, part in enumerate(support)
        for used in part
        for action in range(len(differences.scaled[k]))
        if action != used
    ]
    return SupportSystem(np.array(equal + unequal), len(equal), pairs, grid)


def is_dominated(differences: PayoffDifferences, support: Support, *, among: int | None = None) -> bool:
    """Whether some action in use is strictly worse than another whatever the others play in their supports.

    Parameters
    ----------
    differences : PayoffDifferences
    support : one ascending tuple of actions a player
    among : int, optional
        Look only at the first so many players' actions.

    Returns
    -------
    bool

    Examples
    --------
    >>> dilemma = NormalForm([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    >>> is_dominated(PayoffDifferences(dilemma), ((0, 1), (1,)))
    True
    """
    for k, table in enumerate(differences.exact[:among]):
        others = [part for j, part in enumerate(support) if j != k]
        cut = table[:, list(support[k])][np.ix_(range(len(table)), range(len(support[k])), *others)]
        if (cut.reshape(*cut.shape[:2], -1) > 0).all(axis=2).any():
            return True
    return False


def exact_rows(differences: PayoffDifferences, support: Support) -> Iterator[tuple[int, int, NDArray[Any]]]:
    """All D_k,a as exact tables of Python's whole numbers over the others' supports: (k, a, table).

    Parameters
    ----------
    differences : PayoffDifferences
    support : one ascending tuple of actions a player

    Yields
    ------
    int, int, object array
        Player, action, and the table with one axis for each player but k.
    """
    for k in range(len(support)):
        for action, table in _restricted(differences.exact[k], support, k):
            yield k, action, np.array(table, dtype=object)


def padded(strategies: Sequence[Sequence[Any]], support: Support, shape: Sequence[int]) -> tuple[tuple[Any, ...], ...]:
    """Probabilities on a support as a profile of the game: 0 elsewhere.

    Parameters
    ----------
    strategies : one sequence a player
        As long as the player's support.
    support : one tuple of actions a player
    shape : sequence of int

    Returns
    -------
    tuple of tuples

    Examples
    --------
    >>> padded([[1], [1, 2]], ((1,), (0, 2)), (2, 3))
    ((Fraction(0, 1), 1), (1, Fraction(0, 1), 2))
    """
    parts = zip(strategies, support, shape, strict=True)
    named = [(dict(zip(part, values, strict=True)), size) for values, part, size in parts]
    return tuple(tuple(known.get(i, Fraction(0)) for i in range(size)) for known, size in named)


def _restricted(table: NDArray[Any], support: Support, player: int) -> Iterator[tuple[int, NDArray[Any]]]:
    others = [part for j, part in enumerate(support) if j != player]
    first = support[player][0]
    cut = table[:, first][np.ix_(range(len(table)), *others)]
    yield from ((action, part) for action, part in enumerate(cut) if action != first)
