r"""Text from outside cut into pieces, each with its place: what the readers of games have in common.

A piece is a mark (one of ``{ } [ ] ,``), a text in double quotes, or a word, which is whatever stands between blanks,
marks and quotes. Inside quotes everything counts, line ends too; ``\"`` is a quote, ``\\`` a backslash, and a
backslash before anything else is itself. Nothing is evaluated. An error says file, line and column (both from 1), what
was found, what was expected, and what to do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import NoReturn

from gametheory.rational import fraction

DIGITS = 4000  # of a numerator or a denominator that is read or written

_BLANK = r"[ \t\r\n\v\f]"
_PIECE = re.compile(
    rf"""{_BLANK}*+(?:([{{}}\[\],])|"([^"\\]*+(?:\\.[^"\\]*+)*+)"|([^ \t\r\n\v\f{{}}\[\],"]++)|(")|\Z)""", re.DOTALL
)
_MARK, _TEXT, _WORD, _OPEN = 1, 2, 3, 4
_SMALL = re.compile(r"(-?[0-9]{1,18})(?:/0*([1-9][0-9]{0,17}))?")  # most payoffs, and quickly read
_RATIO = re.compile(r"[+-]?[0-9]+(?:/0*[1-9][0-9]*)?")


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a text.

    Parameters
    ----------
    kind : str
        The mark itself, or "text", "word", "end".
    text : str
        Without the quotes.
    place : int
        Characters before it.
    """

    kind: str
    text: str
    place: int

    def __str__(self) -> str:
        if self.kind == "end":
            return "the end"
        short = self.text if len(self.text) <= 40 else self.text[:40] + "..."
        return f"the text {short!r}" if self.kind == "text" else f"{short!r}"


class Scanner:
    """The pieces of a text one after the other; `here` is the next one, not taken yet.

    Parameters
    ----------
    text : str
    name : str
        Of the file, for errors.

    Examples
    --------
    >>> scanner = Scanner('{ "a b" 1/2 }', "x.nfg")
    >>> [scanner.take().text for _ in range(4)]
    ['{', 'a b', '1/2', '}']
    """

    __slots__ = ("_after", "here", "name", "text")

    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.name = name
        self._after = 0
        self.here = self._next()

    def take(self) -> Piece:
        """The next piece; after it comes the one that follows.

        Raises
        ------
        ValueError
            If what follows is a text in quotes that does not end.
        """
        taken = self.here
        self.here = self._next()
        return taken

    def expect(self, kind: str, expected: str, remedy: str) -> Piece:
        """Take the next piece if it is of this kind; otherwise fail."""
        if self.here.kind != kind:
            self.fail(self.here, expected, remedy)
        return self.take()

    def fail(self, found: Piece | str, expected: str, remedy: str, place: int | None = None) -> NoReturn:
        """Refuse the text at this place (that of the piece found if it is one).

        Raises
        ------
        ValueError
            Always.
        """
        at = found.place if isinstance(found, Piece) else self.here.place if place is None else place
        line = self.text.count("\n", 0, at) + 1
        column = at - self.text.rfind("\n", 0, at)
        raise ValueError(f"{self.name}, line {line}, column {column}: found {found}; expected {expected}. {remedy}")

    def number(self, expected: str, remedy: str) -> Fraction | int:
        """Take an exact number.

        Raises
        ------
        ValueError
            If there is none, or it is beyond the range of floats.
        """
        piece = self.here
        if piece.kind != "word":
            self.fail(piece, expected, remedy)
        try:
            value = exact_number(piece.text)
        except ValueError as error:
            self.fail(f"{piece}, which {error}", expected, remedy, piece.place)
        self.take()
        return value

    def _next(self) -> Piece:
        found = _PIECE.match(self.text, self._after)
        assert found is not None  # a blank is followed by a mark, a quote, a word or the end
        self._after = found.end()
        kind = found.lastindex
        if kind is None:
            return Piece("end", "", len(self.text))
        if kind == _TEXT:
            return Piece("text", unquoted(found[_TEXT]), found.start(_TEXT) - 1)
        if kind == _OPEN:
            remedy = 'Close it; a quote inside a text is written \\".'
            self.fail("a text in quotes that does not end", 'a closing "', remedy, found.start(_OPEN))
        return Piece(found[_MARK] if kind == _MARK else "word", found[kind], found.start(kind))


def exact_number(word: str) -> Fraction | int:
    """The number that a word says: "3", "-1/2", "0.25", "1.5e-3"; with up to 4000 digits a part where it is a ratio.

    Parameters
    ----------
    word : str

    Returns
    -------
    Fraction or int

    Raises
    ------
    ValueError
        If it is no number, or beyond the range of floats.

    Examples
    --------
    >>> exact_number("-.5"), exact_number("1e3")
    (Fraction(-1, 2), Fraction(1000, 1))
    >>> exact_number("-12")
    -12
    """
    small = _SMALL.fullmatch(word)
    if small:
        return int(small[1]) if small[2] is None else Fraction(int(small[1]), int(small[2]))
    if not word.isascii():
        raise ValueError('is no number: write "p", "p/q" or a decimal')
    if len(word) > 1000 and _RATIO.fullmatch(word):
        if max(map(len, word.lstrip("+-").split("/"))) > DIGITS:
            raise ValueError(f"has more than {DIGITS} digits")
        return fraction(Fraction(word))
    return fraction(word)


def quoted(text: str) -> str:
    r"""The text in quotes, so that `unquoted` gives it back; a backslash is doubled only where it must be.

    Examples
    --------
    >>> print(quoted('say "no" \\o/'))
    "say \"no\" \o/"
    """
    doubled = re.sub(r'\\(?=["\\]|\Z)', r"\\\\", text)
    return '"' + doubled.replace('"', '\\"') + '"'


def unquoted(text: str) -> str:
    r"""What stands between quotes, with ``\"`` and ``\\`` resolved.

    Examples
    --------
    >>> unquoted('say \\"no\\"')
    'say "no"'
    """
    return re.sub(r'\\(["\\])', r"\1", text)
