"""Matrices typed in by hand, ``[[3, 0], [5, 1/2]]``, and the game that they mean.

Lists in brackets, entries apart by commas, numbers exact as in `gametheory.rational`: 3, -1/2, 0.25, 1e-3. Nothing is
evaluated. One matrix could mean two games, so which one must be said.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gametheory.normal_form import NormalForm
from gametheory.scanning import Scanner

DEPTH = 64  # the axes an array can have


def parse_matrix(text: str, *, name: str = "matrix") -> list[Any]:
    """Nested lists of exact numbers.

    Parameters
    ----------
    text : str
    name : str
        What errors call it.

    Returns
    -------
    list
        Of lists, or of ints and Fractions; rows may differ in length, which the game refuses.

    Raises
    ------
    ValueError
        If it is not in that form; line and column are told.

    Examples
    --------
    >>> parse_matrix("[[3, 0], [5, 1/2]]")
    [[3, 0], [5, Fraction(1, 2)]]
    >>> parse_matrix("[[3, 0] [5, 1]]")
    Traceback (most recent call last):
    ValueError: matrix, line 1, column 9: found '['; expected , or ]. Separate entries by commas, ...
    """
    scan = Scanner(text, name)
    if scan.here.kind != "[":
        scan.fail(scan.here, "[", "Write a matrix row by row, as [[3, 0], [5, 1]].")
    entries = _list(scan, 1)
    scan.expect("end", "the end after the last ]", "Give each matrix by itself, in quotes.")
    return entries


def _list(scan: Scanner, depth: int) -> list[Any]:
    if depth > DEPTH:
        scan.fail(scan.here, "a number", f"At most {DEPTH} lists stand in each other, one a player.")
    scan.take()
    entries: list[Any] = []
    while True:
        if scan.here.kind == "[":
            entries.append(_list(scan, depth + 1))
        else:
            entries.append(scan.number("a number or [", "Write [[3, 0], [5, 1]]; numbers are 3, -1/2, 0.25, 1e-3."))
        if scan.here.kind == ",":
            scan.take()
            continue
        scan.expect("]", ", or ]", "Separate entries by commas, and close every list, as in [[3, 0], [5, 1]].")
        return entries


def game_of_matrices(texts: Sequence[str], *, symmetric: bool = False, zero_sum: bool = False) -> NormalForm:
    """The game of one matrix and what it means, or of one table a player.

    Parameters
    ----------
    texts : sequence of str
        For `parse_matrix`; n of them, n lists deep, for n >= 2 players.
    symmetric : bool
        Of one matrix: A[i, j] is paid to whoever plays i against j.
    zero_sum : bool
        Of one matrix: A[i, j] is what player 2 pays player 1.

    Returns
    -------
    NormalForm

    Raises
    ------
    ValueError
        If a text is no matrix, shapes do not fit, or the meaning is not told exactly once.

    Examples
    --------
    >>> game_of_matrices(["[[0, 3], [1, 2]]"], symmetric=True).payoffs[1].tolist() == [[0, 1], [3, 2]]
    True
    >>> game_of_matrices(["[[0, 3], [1, 2]]"])
    Traceback (most recent call last):
    ValueError: one matrix could mean two games: say symmetric (--symmetric on the command line) if A[i, j] is ...
    """
    several = len(texts) > 1
    tables = [parse_matrix(text, name=f"matrix {k + 1}" if several else "matrix") for k, text in enumerate(texts)]
    if symmetric and zero_sum:
        raise ValueError("symmetric and zero-sum are two readings of one matrix; give one of them.")
    if several:
        if symmetric or zero_sum:
            said = "symmetric" if symmetric else "zero-sum"
            raise ValueError(f"{said} is how one matrix is read; there are {len(texts)}, one a player: leave it out.")
        return NormalForm(*tables)
    if symmetric:
        return NormalForm.symmetric(tables[0])
    if zero_sum:
        return NormalForm.zero_sum(tables[0])
    raise ValueError(
        "one matrix could mean two games: say symmetric (--symmetric on the command line) if A[i, j] is paid to who "
        "plays i against j, zero_sum (--zero-sum) if player 2 loses what player 1 gets, or give a second matrix with "
        "what player 2 gets."
    )
