"""The designs: one file a design, each with its paper.

>>> sorted(CATALOGUE)
['affiliate', 'holding']
>>> find("holding").title
'Token economy on a bonding curve'
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from types import MappingProxyType

from ..design import Design
from .affiliate_design import affiliate
from .holding_design import holding

CATALOGUE: Mapping[str, Callable[[], Design]] = MappingProxyType({"affiliate": affiliate, "holding": holding})


def find(name: str) -> Design:
    """The design of that name.

    Raises
    ------
    ValueError
        For an unknown name, with the nearest ones.
    """
    if name not in CATALOGUE:
        near = difflib.get_close_matches(name, CATALOGUE, n=3, cutoff=0.4)
        hint = f"the nearest are {', '.join(near)}" if near else f"there are {', '.join(sorted(CATALOGUE))}"
        raise ValueError(f"no design is called {name!r}; {hint}")
    return CATALOGUE[name]()


__all__ = ["CATALOGUE", "affiliate", "find", "holding"]
