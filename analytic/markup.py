"""Mathematics as HTML that opens anywhere, offline: text, formulas, equations, steps, a whole derivation.

All of it is well-formed XML too, so that a page can be checked by any XML parser. Mathematics is MathML, made from the
same LaTeX that the paper gets (latex2mathml); SymPy's own presentation printer was tried beside it and spells cases
out as "piecewise(...)".
"""

from __future__ import annotations

import re
from html import escape as _escape
from typing import TYPE_CHECKING, Any

from .layout import laid_out, lines

if TYPE_CHECKING:
    import sympy as sp

    from .derivation import Derivation, Step

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_STYLE = """
.derivation { color: #1b1f24; background: #fff; max-width: 58rem;
  font: 1rem/1.55 "Charter", "Bitstream Charter", "Georgia", "Cambria", serif; }
.derivation h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 1rem; }
.derivation ol { counter-reset: step; list-style: none; margin: 0; padding: 0; }
.derivation ol > li { counter-increment: step; margin: 1.1rem 0; padding-left: 2.4rem; position: relative; }
.derivation ol > li::before { content: counter(step) "."; position: absolute; left: 0; width: 1.8rem;
  text-align: right; color: #57606a; }
.derivation .equation { overflow-x: auto; overflow-y: hidden; margin: .5rem 0; padding: .15rem 0; }
.derivation math[display="block"] { text-align: left; margin-left: 1.5rem; width: max-content; max-width: none; }
.derivation mtd { text-align: left; math-style: normal; padding: .25em .5em; }
.derivation .where { color: #57606a; margin-left: 1.5rem; }
.derivation .checked { color: #0b5c94; font-size: .92rem; }
.derivation .note { color: #57606a; font-size: .92rem; }
"""


def text(content: Any) -> str:
    """Plain text, safe as content and as an attribute.

    >>> text('a < b & "c"')
    'a &lt; b &amp; &quot;c&quot;'
    """
    return _escape(_FORBIDDEN.sub("�", str(content)), quote=True)


def mathml(formula: str, *, block: bool = False) -> str:
    """LaTeX as MathML; with `block` on a line of its own.

    >>> mathml("x_i").startswith("<math"), "</msub>" in mathml("x_i")
    (True, True)
    """
    from latex2mathml.converter import convert

    made = convert(formula, display="block" if block else "inline")
    return f'<div class="equation">{made}</div>' if block else str(made)


def equation(left: str, right: str) -> str:
    """An equation given as LaTeX, on several lines when it is long."""
    return "\n".join(mathml(line, block=True) for line in lines(left, right))


def relation(told: sp.Basic) -> str:
    """An equation or inequality; parts that had to be named follow it.

    >>> import sympy as sp
    >>> relation(sp.Eq(sp.Symbol("y"), 2, evaluate=False)).count("<math")
    1
    """
    first, *named = laid_out(told)
    shown = [mathml(line, block=True) for line in first]
    shown += ['<div class="where">where</div>'] * bool(named)
    return "\n".join([*shown, *(mathml(line, block=True) for part in named for line in part)])


def step_html(step: Step) -> str:
    """One step of a derivation: its name, why it holds, the equation and how it was checked."""
    from .tex import checked

    how = f'<div class="checked">✓ checked {text(checked(step))}</div>'
    return f"<li><strong>{text(step.name)}</strong>: {text(step.reason)}\n{relation(step.equation)}\n{how}</li>"


def derivation_html(derivation: Derivation) -> str:
    """A derivation as a piece of HTML with its style, as a notebook shows it."""
    steps = "\n".join(map(step_html, derivation))
    remarks = "\n".join(f'<p class="note">{text(remark)}</p>' for remark in derivation.remarks)
    title = f"<h1>{text(derivation.title)}</h1>"
    return f'<div class="derivation"><style>{_STYLE}</style>\n{title}\n<ol>\n{steps}\n</ol>\n{remarks}</div>'


def derivation_page(derivation: Derivation) -> str:
    """A derivation as a complete page.

    Parameters
    ----------
    derivation : Derivation

    Returns
    -------
    str
        An HTML document (well-formed XML after its doctype).

    Examples
    --------
    >>> from analytic.derivation import Derivation
    >>> derivation_page(Derivation("nothing yet", ())).splitlines()[0]
    '<!DOCTYPE html>'
    """
    return (
        '<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml" lang="en">\n<head>\n<meta charset="utf-8" />\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1" />\n'
        f"<title>{text(derivation.title)}</title>\n"
        f'</head>\n<body style="margin: 0 auto; padding: 2.5rem 1.5rem; max-width: 58rem">\n'
        f"{derivation_html(derivation)}\n</body>\n</html>\n"
    )
