"""What a text must be before it may be parsed: short, plain, shallow; and how a refusal is worded.

These checks cost one pass over the text and come before `ast.parse`, whose time and stack grow with what it
is given. A whitelist of characters already keeps out strings, brackets, attributes of numbers, comments,
assignments and every look-alike letter; the caret in an error shows the place.
"""

from __future__ import annotations

import re
from fractions import Fraction

import sympy as sp

__all__ = ["DECIMAL", "MAX_DIGITS", "ExpressionError", "check_text", "literal"]

MAX_LENGTH = 2000
MAX_DEPTH = 40
MAX_DIGITS = 40
MAX_EXPONENT = 300


class ExpressionError(ValueError):
    """A text that is not an expression of the language.

    Parameters
    ----------
    text : str
        The whole text.
    offset : int
        Where in it, from 0.
    reason : str
        What is wrong and what to do.

    Attributes
    ----------
    line, column : int
        The position, both from 1.

    Examples
    --------
    >>> print(ExpressionError("a + b!", 5, "unexpected '!'"))
    unexpected '!' (line 1, column 6)
        a + b!
             ^
    """

    def __init__(self, text: str, offset: int, reason: str) -> None:
        before = text[: max(offset, 0)]
        self.text = text
        self.reason = reason
        self.line = before.count("\n") + 1
        self.column = len(before) - (before.rfind("\n") + 1) + 1
        super().__init__(f"{reason} (line {self.line}, column {self.column})\n{self._caret(text)}")

    def _caret(self, text: str) -> str:
        """Show the line with a caret under the place, cut to 72 characters around it."""
        start = sum(len(line) + 1 for line in text.split("\n", self.line)[: self.line - 1])
        end = text.find("\n", start)
        left = max(start, start + self.column - 1 - 36)
        right = min(len(text) if end < 0 else end, left + 72)
        shown = "".join(c if c.isprintable() else "?" for c in text[left:right])
        lead = "..." if left > start else ""
        return f"    {lead}{shown}\n    {' ' * (len(lead) + start + self.column - 1 - left)}^"


DECIMAL = re.compile(r"(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def literal(written: str) -> sp.Rational | None:
    """The exact value of a decimal literal; None when it is out of the range of floats."""
    mantissa, _, power = written.lower().partition("e")
    if power and len(power.lstrip("+-0")) > 3:
        return None
    if power and abs(int(power)) > MAX_EXPONENT:
        return None
    fraction = Fraction(f"{mantissa}e{power or 0}")
    return sp.Rational(fraction.numerator, fraction.denominator)


_ALLOWED = re.compile(r"[A-Za-z0-9_.,+\-*/()<>=! \t\r\n]*")


def check_text(text: str) -> None:
    """Refuse a text that is not short, plain and shallow.

    Parameters
    ----------
    text : str

    Raises
    ------
    ExpressionError
        At the first place that breaks a rule.

    Examples
    --------
    >>> check_text("a*(x + 1)")
    """
    if not isinstance(text, str):
        raise ExpressionError(repr(text)[:60], 0, f"an expression is a text, got {type(text).__name__}")
    if len(text) > MAX_LENGTH:
        raise ExpressionError(text[:MAX_LENGTH], MAX_LENGTH, f"longer than {MAX_LENGTH} characters ({len(text)})")
    if not text.strip():
        raise ExpressionError(text, 0, "an empty expression")
    clean = _ALLOWED.match(text)
    end = clean.end() if clean else 0
    if end < len(text):
        raise ExpressionError(text, end, _about_character(text[end]))
    depth = 0
    for place, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth < 0:
            raise ExpressionError(text, place, "a ')' without its '('")
        if depth > MAX_DEPTH:
            raise ExpressionError(text, place, f"parentheses nested deeper than {MAX_DEPTH}")
    if depth:
        raise ExpressionError(text, text.rfind("("), "a '(' without its ')'")
    for digits in re.finditer(r"\d[\d.]*", text):
        if len(digits[0].replace(".", "")) > MAX_DIGITS:
            raise ExpressionError(text, digits.start(), f"a number of more than {MAX_DIGITS} digits")


def _about_character(character: str) -> str:
    if character.isascii() and character.isprintable():
        return f"unexpected character {character!r}: there are names, numbers, + - * / ** and parentheses"
    return f"unexpected character U+{ord(character):04X}: an expression is plain ASCII, look-alikes included"
