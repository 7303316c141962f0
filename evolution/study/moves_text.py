"""Moves as a study file says them, to the moves of `analytic.move`.

    spend A [to SINK]       mint A [of CURVE] [referring self]      burn A [of CURVE]
    contribute A [to CURVE]     claim A from TREASURY

The words are read from both ends, what is left in the middle is the amount, an expression. The curve may be left out
when there is only one; `minted` in a claim counts tokens of the curve that the programme contributes to.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping, Sequence

import sympy as sp

from analytic.expression import ExpressionError, parse
from analytic.move import Burn, Claim, Contribute, Mint, Move, Programme, Spend

from .toml_text import NAME

__all__ = ["read_programme"]

VERBS = ("spend", "mint", "burn", "contribute", "claim")
#: the word before a verb's name of a curve, sink or treasury
LINK = {"spend": "to", "mint": "of", "burn": "of", "contribute": "to", "claim": "from"}
MAX_MOVES = 50


def read_programme(
    texts: Sequence[str],
    names: Mapping[str, sp.Expr],
    *,
    curves: Collection[str],
    treasuries: Collection[str],
) -> Programme:
    """Read a programme of moves.

    Parameters
    ----------
    texts : sequence of str
        One move each.
    names : mapping from str to expression
        What an amount may speak of.
    curves, treasuries : collection of str
        What there is.

    Returns
    -------
    tuple of moves

    Raises
    ------
    ExpressionError
        Naming the number of the move and the position in its text.

    Examples
    --------
    >>> from analytic.symbols import symbol
    >>> read_programme(["mint 2*x"], {"x": symbol("x")}, curves=["token"], treasuries=[])
    (Mint(quantity=2*x, curve='token', referring=False),)
    >>> read_programme(["mnt x"], {"x": symbol("x")}, curves=["token"], treasuries=[])
    Traceback (most recent call last):
    ...
    analytic.text.ExpressionError: move 1: a move begins with one of spend, mint, ...; did you mean 'mint'? ...
        mnt x
        ^
    """
    if len(texts) > MAX_MOVES:
        raise ValueError(f"a programme has at most {MAX_MOVES} moves, not {len(texts)}")
    moves: list[Move] = []
    for number, text in enumerate(texts, 1):
        try:
            moves.append(_move(text, names, curves, treasuries, moves))
        except ExpressionError as error:
            place = len("\n".join(error.text.split("\n")[: error.line - 1])) + error.column - 1
            raise ExpressionError(error.text, place, f"move {number}: {error.reason}") from None
    return tuple(moves)


def _move(
    text: str,
    names: Mapping[str, sp.Expr],
    curves: Collection[str],
    treasuries: Collection[str],
    before: Sequence[Move],
) -> Move:
    if not isinstance(text, str) or len(text) > 2000 or "\n" in text or "\r" in text:
        raise ExpressionError(str(text)[:60], 0, "a move is one line of at most 2000 characters")
    words = list(re.finditer(r"\S+", text))
    verb = words[0][0] if words else ""
    if verb not in VERBS:
        near = difflib.get_close_matches(verb, VERBS, n=1, cutoff=0.5)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ExpressionError(
            text, words[0].start() if words else 0, f"a move begins with one of {', '.join(VERBS)}{hint}"
        )
    rest = words[1:]
    referring = verb == "mint" and [word[0] for word in rest[-2:]] == ["referring", "self"]
    rest = rest[:-2] if referring else rest
    named = rest.pop() if len(rest) > 1 and rest[-2][0] == LINK[verb] else None
    if named is not None:
        rest.pop()
    if not rest:
        raise ExpressionError(text, len(text), f"{verb} needs an amount")
    amount = _amount(text, rest[0].start(), rest[-1].end(), names)
    match verb:
        case "spend":
            return Spend(amount, _checked_name(text, named)) if named else Spend(amount)
        case "claim":
            if named is None:
                raise ExpressionError(
                    text, len(text), f"say from which account: claim ... from {' or '.join(treasuries) or 'NAME'}"
                )
            treasury = _known(text, named, treasuries, "account")
            credited = {m.curve for m in before if isinstance(m, Contribute | Mint)}
            curve = credited.pop() if len(credited) == 1 else _known(text, None, curves, "curve")
            return Claim(amount, treasury, curve)
        case "mint":
            return Mint(amount, _known(text, named, curves, "curve"), referring)
        case "burn":
            return Burn(amount, _known(text, named, curves, "curve"))
    return Contribute(amount, _known(text, named, curves, "curve"))


def _amount(text: str, start: int, end: int, names: Mapping[str, sp.Expr]) -> sp.Expr:
    try:
        return parse(text[start:end], names)
    except ExpressionError as error:  # its place, counted in the whole move
        raise ExpressionError(text, start + error.column - 1, error.reason) from None


def _checked_name(text: str, word: re.Match[str]) -> str:
    if not NAME.fullmatch(word[0]):
        raise ExpressionError(text, word.start(), "a name has at most 40 letters, digits and _, no digit first")
    return word[0]


def _known(text: str, word: re.Match[str] | None, known: Collection[str], what: str) -> str:
    """The curve or treasury of that name; without a name, the only one."""
    if word is not None and word[0] in known:
        return word[0]
    if word is None and len(known) == 1:
        return next(iter(known))
    place = len(text) if word is None else word.start()
    if not known:
        raise ExpressionError(text, place, f"there is no {what}: declare [{what}.NAME]")
    if word is None:
        raise ExpressionError(text, place, f"there are several, say which {what}: {', '.join(known)}")
    near = difflib.get_close_matches(word[0], known, n=1, cutoff=0.4)
    hint = f"did you mean {near[0]!r}?" if near else f"there is {', '.join(known)}"
    raise ExpressionError(text, place, f"no {what} is called {word[0][:40]!r}; {hint}")
