r"""Names, words and numbers as a paper prints them.

What others do carries the index -i, what a claim is measured in is my part of the tokens minted, one letter stays
italic, Greek is Greek, and a name of several letters stands upright:

    X_others -> X_{-i}      minted -> \Delta S_i      phi_b -> \phi_{b}
    S_others -> S_{-i}      budget -> \mathrm{budget}  x_hold -> x_{\mathrm{hold}}
"""

from __future__ import annotations

import re
import unicodedata

import sympy as sp

from .design import NEIGHBOURS, OTHERS, PLACE, SUPPLY_OTHERS
from .move import MINTED
from .symbols import Quantity

#: aggregates, as a paper writes them
AGGREGATES: dict[str, Quantity] = {
    OTHERS.name: Quantity(OTHERS.name, "X_{-i}", "", "total of the others"),
    SUPPLY_OTHERS.name: Quantity(SUPPLY_OTHERS.name, "S_{-i}", "token", "supply when I hold nothing"),
    PLACE.name: Quantity(PLACE.name, r"\ell_{i}", "1", "how many of my role moved before me"),
    NEIGHBOURS.name: Quantity(NEIGHBOURS.name, r"\left(G x\right)_{i}", "", "weighted sum of the neighbours"),
    MINTED.name: Quantity(MINTED.name, r"\Delta S_{i}", "token", "tokens minted by whom I brought in"),
}
_SMALL = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu",
          "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega")  # fmt: skip
_CAPITAL = ("Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega")
GREEK = frozenset(_SMALL + _CAPITAL)

_SPECIAL = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "<": "$<$", ">": "$>$", "≤": r"$\le$", "≥": r"$\ge$", "·": r"$\cdot$", "−": "$-$",
    "–": "--", "—": "---", "∞": r"$\infty$", "’": "'", "^": r"\textasciicircum{}",
}  # fmt: skip


def name_latex(name: str) -> str:
    r"""A symbol's name as LaTeX.

    >>> [name_latex(name) for name in ("X_others", "budget", "phi_b", "x_hold", "S0")]
    ['X_{-i}', '\\mathrm{budget}', '\\phi_{b}', 'x_{\\mathrm{hold}}', 'S_{0}']
    """
    if name in AGGREGATES:
        return AGGREGATES[name].latex
    if not name.strip("_"):
        return rf"\mathrm{{{text_latex(name)}}}"
    base, *below = name.strip("_").split("_")
    numbered = re.fullmatch(r"([A-Za-z]+)(\d+)", base)
    if numbered:
        base, below = numbered[1], [numbered[2], *below]
    index = ",".join(map(word_latex, filter(None, below)))
    return f"{word_latex(base)}_{{{index}}}" if index else word_latex(base)


def word_latex(word: str) -> str:
    """One part of a name: a letter or a number as it is, Greek as Greek, a word upright."""
    if word in GREEK:
        return "\\" + word
    return word if len(word) <= 1 or word.isdigit() else rf"\mathrm{{{text_latex(word)}}}"


def latex(expression: sp.Basic) -> str:
    r"""An expression as LaTeX, with names as a paper writes them.

    Parameters
    ----------
    expression : sympy.Basic

    Returns
    -------
    str

    Examples
    --------
    >>> latex(sp.Symbol("budget") - sp.Symbol("c") * sp.Symbol("X_others"))
    '- X_{-i} \\, c + \\mathrm{budget}'
    """
    expression = sp.sympify(expression, strict=True) if isinstance(expression, (int, float)) else expression
    names = {each: name_latex(each.name) for each in expression.atoms(sp.Symbol)}
    return str(sp.latex(expression, symbol_names=names, ln_notation=True, mul_symbol=r" \, "))


def text_latex(text: str) -> str:
    r"""Plain text, safe inside a LaTeX document.

    >>> text_latex("50 % of token^2, φ & co")
    '50 \\% of token$^{2}$, $\\phi$ \\& co'
    """
    pieces = re.split(r"(\^\d+)", text)
    return "".join(
        f"$^{{{piece[1:]}}}$" if re.fullmatch(r"\^\d+", piece) else "".join(map(_letter, piece)) for piece in pieces
    )


def _letter(letter: str) -> str:
    """One character of plain text; what pdfLaTeX's fonts do not have is named by its code point."""
    if letter in _SPECIAL:
        return _SPECIAL[letter]
    if ord(letter) < 0x180:
        return letter if letter.isprintable() else " "
    title = unicodedata.name(letter, "")
    greek = re.fullmatch(r"GREEK (SMALL|CAPITAL) LETTER (\w+)", title)
    if greek:
        word = greek[2].lower() if greek[1] == "SMALL" else greek[2].capitalize()
        return rf"$\{word}$" if word in GREEK else title[-1]
    return f"[U+{ord(letter):04X}]"


def decimal(value: sp.Expr) -> str:
    """A number as a reader wants it: as a decimal when that is exact and short, else as a fraction.

    >>> decimal(sp.Rational(1, 50)), decimal(sp.Rational(1, 3)), decimal(sp.Integer(7931000))
    ('0.02', '1/3', '7931000')
    """
    if isinstance(value, sp.Rational) and 10**9 % int(value.q) == 0:
        whole, part = divmod(abs(int(value.p)) * 10**9 // int(value.q), 10**9)
        return ("-" if value < 0 else "") + f"{whole}.{part:09d}".rstrip("0").rstrip(".")
    return str(value)
