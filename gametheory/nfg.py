r"""Gambit's files of games in normal form, read and written exactly.

A file starts with ``NFG 1 R "title" { "player 1" "player 2" }`` (R or D), then tells the strategies by number,
``{ 2 3 }``, or by name, ``{ { "up" "down" } { "l" "m" "r" } }``, then an optional comment in quotes. What follows is

* payoffs: for each profile one number a player; or
* outcomes: ``{ { "both" 3, 3 } { "none" 0, 0 } }`` and then for each profile the number of its outcome, where 0
  is the outcome that pays nothing;

profiles with player 1's strategy moving fastest, then player 2's. Numbers are integers, decimals, with an exponent
or not, and fractions, taken exactly. Names that occur twice are told apart as Gambit does, by "_1", "_2". A file may
be anybody's: what it announces is compared with a limit before memory is spent on it.

References
----------
The Gambit Project, *Game representation formats: the strategic game (.nfg) file format*, Gambit's manual.
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from math import lcm, prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.normal_form import NormalForm
from gametheory.scanning import DIGITS, Scanner, quoted

LIMIT = 2_000_000  # payoffs that are read: a game of 1000 x 1000, which takes half a minute when all are fractions
BYTES = 200_000_000  # of a file
PLAYERS = 64  # the axes an array can have
_BITS = 2**32  # of a player's table over its common denominator


def read_nfg(path: str | os.PathLike[str], *, limit: int = LIMIT) -> NormalForm:
    """The game in a file.

    Parameters
    ----------
    path : path
    limit : int
        The most payoffs (profiles times players) that are read.

    Returns
    -------
    NormalForm

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If it is no .nfg file, or too large; file, line and column are told.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "pennies.nfg"
    >>> write_nfg(NormalForm.zero_sum([[1, -1], [-1, 1]]), path)
    >>> read_nfg(path)
    NormalForm of 2 players, 2 x 2
    """
    with open(Path(path), "rb") as file:
        content = file.read(BYTES + 1)
    if len(content) > BYTES:
        raise ValueError(f"{path} has more than {BYTES} bytes; files of that size are not read.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8-sig")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        byte = content[error.start]
        raise ValueError(
            f"{path}, line {line}, column {column}: found the byte {byte:#04x}; expected UTF-8. "
            "Save the file as UTF-8, or write its names in ASCII."
        ) from None
    return parse_nfg(text, name=str(path), limit=limit)


def parse_nfg(text: str, *, name: str = "text", limit: int = LIMIT) -> NormalForm:
    """The game that the content of a .nfg file says.

    Parameters
    ----------
    text : str
    name : str
        What errors call the file.
    limit : int
        The most payoffs (profiles times players) that are read.

    Returns
    -------
    NormalForm

    Raises
    ------
    ValueError
        If the text is no such content, or too large; line and column are told.

    Examples
    --------
    >>> game = parse_nfg('NFG 1 R "" { "Ann" "Bob" } { 2 2 }  3 3  5 0  0 5  1/2 0.5')
    >>> game.payoffs[0].tolist() == [[3, 0], [5, Fraction(1, 2)]]
    True
    >>> parse_nfg('NFG 1 R "" { "Ann" "Bob" } { 2 2 }  3 3  5 O')
    Traceback (most recent call last):
    ValueError: text, line 1, column 44: found 'O', which is no number: write "p", "p/q" or a decimal; expected ...
    """
    scan = Scanner(text, name)
    _read_head(scan)
    opened = scan.here
    players = _read_names(scan, "player")
    if not 2 <= len(players) <= PLAYERS:
        found = f"{len(players)} player{'' if len(players) == 1 else 's'}"
        scan.fail(found, f"2 to {PLAYERS} players", 'Name each in quotes, as { "Ann" "Bob" }.', opened.place)
    strategies = _read_strategies(scan, len(players), limit)
    if scan.here.kind == "text":
        scan.take()
    shape = tuple(map(len, strategies))
    by_outcome = scan.here.kind == "{"
    values = _read_by_outcome(scan, shape) if by_outcome else _read_payoffs(scan, len(players), prod(shape))
    if scan.here.kind != "end":
        remedy = (
            f"{len(players)} players with {_times(shape)} strategies need no more: correct these numbers or delete it."
        )
        scan.fail(scan.here, "the end of the file", remedy)
    tables = [_table(values[k :: len(players)], shape) for k in range(len(players))]
    return NormalForm(*tables, players=_told_apart(players), strategies=[_told_apart(row) for row in strategies])


def _read_head(scan: Scanner) -> None:
    start = scan.expect("word", "NFG", 'A file starts with NFG 1 R "title".')
    if start.text == "EFG":
        remedy = "This is an extensive game; convert it first, for example with pygambit's read_efg(...).to_nfg()."
        scan.fail(start, "NFG", remedy)
    if start.text != "NFG":
        scan.fail(start, "NFG", 'A file starts with NFG 1 R "title"; give a .nfg file.')
    version = scan.expect("word", "1", "The version of the format stands after NFG.")
    if version.text != "1":
        scan.fail(version, "1", "Only version 1 of the format is known; save the game in that.")
    kind = scan.expect("word", "R or D", "R (or D) stands after the version.")
    if kind.text not in ("R", "D"):
        scan.fail(kind, "R or D", "R says that numbers are rational, D that they are decimal; both are read exactly.")
    scan.expect("text", "the title in quotes", 'Write a title such as "my game", or "".')


def _read_names(scan: Scanner, what: str) -> list[str]:
    """Names in braces."""
    scan.expect("{", f"{{ and the name of each {what}", 'Write { "first" "second" }.')
    names = []
    while scan.here.kind == "text":
        names.append(scan.take().text)
    scan.expect("}", f"the name of a {what} in quotes, or }}", "Put every name in quotes, and close the list by }.")
    return names


def _read_strategies(scan: Scanner, players: int, limit: int) -> list[list[str]]:
    """Names of each player's strategies: "1", "2", ... where the file has their number only."""
    remedy = f'Write their number for each of the {players} players, {{ 2 2 }}, or names, {{ {{ "a" "b" }} ... }}.'
    opened = scan.expect("{", "{ and the strategies of each player", remedy)
    named: list[list[str]] = []
    counts: list[int] = []
    for k in range(players):
        place = scan.here
        if place.kind == "{" and not counts:
            named.append(_read_names(scan, f"strategy of player {k + 1}"))
            if not named[-1]:
                scan.fail(place, f"a strategy of player {k + 1}", "Every player needs at least one.", place.place)
        elif place.kind == "word" and not named:
            counts.append(_count(scan, f"the number of strategies of player {k + 1}", least=1))
        else:
            scan.fail(place, f"the strategies of player {k + 1} of {players}", remedy)
    scan.expect(
        "}", f"}} after the strategies of {players} players", "There is one entry a player: correct one of them."
    )
    shape = counts or [len(row) for row in named]
    size = players * prod(shape)
    if size > limit:
        found = f"{players} players with {_times(shape)} strategies, {_approximately(size)} payoffs"
        more = "pass a greater limit if memory allows, or solve a smaller game"
        scan.fail(found, f"at most {limit} payoffs", f"Nothing was read yet: {more}.", opened.place)
    return named or [[str(i + 1) for i in range(count)] for count in counts]


def _count(scan: Scanner, expected: str, *, least: int) -> int:
    piece = scan.here
    if piece.kind != "word" or not (piece.text.isascii() and piece.text.isdigit()):
        scan.fail(piece, expected, f"Write a whole number >= {least}.")
    if not (len(piece.text) <= 10 and least <= int(piece.text) <= 10**9):
        scan.fail(piece, expected, f"Write a whole number from {least} to {10**9}.")
    scan.take()
    return int(piece.text)


def _read_payoffs(scan: Scanner, players: int, cells: int) -> list[Fraction | int]:
    """One number a player for every profile."""
    size = _Size(scan, players, cells)
    values: list[Fraction | int] = []
    for place in range(players * cells):
        player = place % players
        if scan.here.kind != "word":
            remedy = f"{players * cells} payoffs are needed, {place} were given; numbers are separated by blanks."
            scan.fail(scan.here, f"payoff {place + 1}, of player {player + 1}", remedy)
        values.append(size.number(player, f"payoff {place + 1}, of player {player + 1}"))
    return values


def _read_by_outcome(scan: Scanner, shape: Sequence[int]) -> list[Fraction | int]:
    """Outcomes in braces, then the number of one for every profile."""
    players, cells = len(shape), prod(shape)
    size = _Size(scan, players, cells)
    outcomes: list[list[Fraction | int]] = [[0] * players]
    scan.take()
    while scan.here.kind == "{":
        scan.take()
        scan.expect("text", "the outcome's name in quotes", 'An outcome is { "name" 1, 2 }; the name may be "".')
        pays = []
        for player in range(players):
            pays.append(size.number(player, f"what outcome {len(outcomes)} pays player {player + 1}"))
            if scan.here.kind == ",":
                scan.take()
        remedy = f"An outcome pays each of the {players} players one number; close it by }}."
        scan.expect("}", f"}} after {players} payoffs of outcome {len(outcomes)}", remedy)
        outcomes.append(pays)
    scan.expect("}", "{ and a further outcome, or } after the last one", 'An outcome is { "name" 1, 2 }.')
    values: list[Fraction | int] = []
    for cell in range(cells):
        place = scan.here
        if place.kind == "end":
            scan.fail(place, f"the outcome of profile {cell + 1}", f"There are {cells} profiles: {_times(shape)}.")
        chosen = _count(scan, f"the outcome of profile {cell + 1}", least=0)
        if chosen >= len(outcomes):
            scan.fail(place, f"an outcome from 0 to {len(outcomes) - 1}", "List the outcome, or give another's number.")
        values.extend(outcomes[chosen])
    return values


def _table(values: list[Fraction | int], shape: Sequence[int]) -> NDArray[Any]:
    """One player's payoffs, first axis fastest; machine integers, which are taken quickly, where all are small."""
    small = all(type(value) is int for value in values)
    return np.array(values, dtype=np.int64 if small else object).reshape(shape, order="F")


class _Size:
    """Reads payoffs and watches their common denominators: as whole numbers over these the tables are kept."""

    def __init__(self, scan: Scanner, players: int, cells: int) -> None:
        self.scan = scan
        self.cells = cells
        self.scales = [1] * players

    def number(self, player: int, expected: str) -> Fraction | int:
        place = self.scan.here
        value = self.scan.number(expected, 'A payoff is written as "3", "3/4", "0.75" or "7.5e-1".')
        if self.scales[player] % value.denominator:
            self.scales[player] = lcm(self.scales[player], value.denominator)
            bits = self.scales[player].bit_length()
            if bits * self.cells > _BITS:
                found = f"a common denominator of player {player + 1} of {bits} bits, for {self.cells} profiles"
                remedy = "Write the payoffs as decimals, which share their denominators."
                self.scan.fail(found, "a table below half a gigabyte", remedy, place.place)
        return value


def nfg_text(game: NormalForm, *, title: str = "", comment: str = "") -> str:
    r"""The content of a .nfg file with this game, which `parse_nfg` and Gambit read; fractions stay exact.

    Parameters
    ----------
    game : NormalForm
    title, comment : str
        Of the file; they are no part of the game.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If a payoff is a ratio of numbers of about 4000 digits.

    Examples
    --------
    >>> print(nfg_text(NormalForm([[3, 0], [5, 1]], [[3, 5], [0, "1/2"]]), title="dilemma"))
    NFG 1 R "dilemma" { "player 1" "player 2" }
    <BLANKLINE>
    { { "0" "1" }
      { "0" "1" } }
    ""
    <BLANKLINE>
    3 3  5 0
    0 5  1 1/2
    <BLANKLINE>
    """
    rows = "\n  ".join("{ " + " ".join(map(quoted, row)) + " }" for row in game.strategies)
    players = " ".join(map(quoted, game.players))
    columns = [array.ravel(order="F").tolist() for array in game.payoffs]
    cells = [" ".join(_number(value, k) for k, value in enumerate(cell)) for cell in zip(*columns, strict=True)]
    width = game.shape[0]
    lines = ["  ".join(cells[start : start + width]) for start in range(0, len(cells), width)]
    head = f"NFG 1 R {quoted(title)} {{ {players} }}\n\n{{ {rows} }}\n{quoted(comment)}\n\n"
    return head + "\n".join(lines) + "\n"


def write_nfg(game: NormalForm, path: str | os.PathLike[str], *, title: str = "", comment: str = "") -> None:
    """Write a game into a .nfg file: all of it, or, when that fails, nothing; a file of that name is replaced.

    Parameters
    ----------
    game : NormalForm
    path : path
    title, comment : str
        Of the file.

    Raises
    ------
    OSError
        If the folder cannot be written.
    ValueError
        If a payoff is a ratio of numbers of about 4000 digits.
    """
    content = nfg_text(game, title=title, comment=comment).encode()
    target = Path(path)
    try:
        with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as folder:
            fresh = Path(folder) / target.name
            fresh.write_bytes(content)
            os.replace(fresh, target)
    except OSError as error:  # names the fresh file, of which the caller knows nothing
        raise OSError(error.errno, error.strerror, str(target)) from error


def _number(value: Fraction, player: int) -> str:
    bits = max(value.numerator.bit_length(), value.denominator.bit_length())
    if bits > DIGITS * 33 // 10:  # 2^3.3 < 10: no more digits than are read
        raise ValueError(f"a payoff of player {player + 1} has {bits} bits; up to {DIGITS * 33 // 10} are written.")
    return str(value)


def _told_apart(names: Sequence[str]) -> list[str]:
    """Names that occur more than once get "_1", "_2", ... and stay clear of all others."""
    often = Counter(names)
    used, numbers, told = set(names), dict.fromkeys(often, 0), []
    for name in names:
        fresh = name
        while often[name] > 1 and fresh in used:
            numbers[name] += 1
            fresh = f"{name}_{numbers[name]}"
        used.add(fresh)
        told.append(fresh)
    return told


def _times(shape: Sequence[int]) -> str:
    return " x ".join(map(str, shape)) if len(shape) <= 8 else " x ".join(map(str, shape[:8])) + " x ..."


def _approximately(number: int) -> str:
    return str(number) if number < 10**12 else f"about 10^{len(str(number)) - 1}"
