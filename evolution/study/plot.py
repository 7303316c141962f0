"""Figures as files: the same figure gives the same bytes, and its fonts travel with it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_STEADY: dict[str, Any] = {"svg.hashsalt": "tokengames", "svg.fonttype": "path", "pdf.fonttype": 42, "ps.fonttype": 42}

_DRAWN: WeakKeyDictionary[Figure, str] = WeakKeyDictionary()  # page and file show the same drawing


def svg(figure: Figure) -> str:
    """A figure as SVG text: letters as outlines, no date, ids that do not change from run to run.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> figure = Figure(figsize=(1, 1))
    >>> svg(figure) == svg(figure), svg(figure).count("<svg")
    (True, 1)
    """
    if figure not in _DRAWN:
        _DRAWN[figure] = _saved(figure, "svg", {"Date": None}).decode("utf-8")
    return _DRAWN[figure]


def pdf(figure: Figure) -> bytes:
    """A figure as PDF with embedded fonts and without dates.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> pdf(Figure(figsize=(1, 1)))[:5]
    b'%PDF-'
    """
    return _saved(figure, "pdf", {"CreationDate": None})


def _saved(figure: Figure, kind: str, metadata: dict[str, Any]) -> bytes:
    import matplotlib

    written = io.BytesIO()
    with matplotlib.rc_context(_STEADY):  # type: ignore[arg-type, unused-ignore]
        figure.savefig(written, format=kind, metadata=metadata)
    return written.getvalue()
