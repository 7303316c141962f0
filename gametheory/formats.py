"""Games from and to other libraries: nashpy's `Game` goes in and comes out.

`nashpy.Game(A, B)` pays A[i, j] and B[i, j] at row i, column j, as `NormalForm(A, B)` does. One matrix alone
means zero-sum to nashpy; its `Game` then carries both matrices, so nothing is left to guess here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gametheory.normal_form import NormalForm

if TYPE_CHECKING:
    import nashpy


def from_nashpy(game: nashpy.Game) -> NormalForm:
    """The exact game that a `nashpy.Game` holds; its floats are taken as the binary rationals they are.

    Parameters
    ----------
    game : nashpy.Game

    Returns
    -------
    NormalForm

    Raises
    ------
    TypeError
        If it is no nashpy game.

    Examples
    --------
    >>> import nashpy
    >>> from_nashpy(nashpy.Game([[1, -1], [-1, 1]])) == NormalForm.zero_sum([[1, -1], [-1, 1]])
    True
    """
    matrices = getattr(game, "payoff_matrices", None)
    if matrices is None:
        raise TypeError(f"from_nashpy got {type(game).__name__}; it needs a nashpy.Game.")
    return NormalForm(*matrices)


def to_nashpy(game: NormalForm) -> nashpy.Game:
    """A `nashpy.Game` with the payoffs in floats.

    Parameters
    ----------
    game : NormalForm
        Of two players.

    Returns
    -------
    nashpy.Game

    Raises
    ------
    ValueError
        If the game has more than two players, which nashpy does not know.

    Examples
    --------
    >>> print(to_nashpy(NormalForm([[1, 2]], [[3, 4]])).payoff_matrices[1])
    [[3. 4.]]
    """
    import nashpy

    if len(game.players) != 2:
        raise ValueError(f"nashpy knows games of 2 players; this one has {len(game.players)}.")
    return nashpy.Game(*(array.copy() for array in game.floats))
