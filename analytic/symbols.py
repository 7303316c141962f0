r"""Every symbol once: its name, how it prints, its unit, its meaning, and what is assumed of it.

A paper's notation table is read off this registry. A symbol that the registry does not know is real and has
no unit; its meaning comes from whoever declares it (a design's parameters do).

    symbol("S")             the supply, a nonnegative real
    symbol("n_s")           an unregistered name: real
    notation([m * S + b])   one row a symbol: LaTeX, unit, meaning
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import sympy as sp

__all__ = ["QUANTITIES", "Quantity", "notation", "symbol"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """What one symbol stands for.

    Parameters
    ----------
    name : str
        The name it has in code and in study files.
    latex : str
        How it prints; empty for SymPy's own reading of the name.
    unit : str
        Its unit, "1" for a pure number, empty when unknown.
    meaning : str
        One phrase.
    assumptions : mapping of str to bool
        SymPy assumptions beyond "real".

    Examples
    --------
    >>> QUANTITIES["P"].unit
    'currency/token'
    """

    name: str
    latex: str = ""
    unit: str = ""
    meaning: str = ""
    assumptions: Mapping[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("a quantity needs a name, got an empty text")
        object.__setattr__(self, "assumptions", MappingProxyType(dict(self.assumptions)))
        if not self.latex:
            object.__setattr__(self, "latex", sp.latex(sp.Symbol(self.name)))


_ANY: dict[str, bool] = {}
_NONNEGATIVE = {"nonnegative": True}
_POSITIVE = {"positive": True}

_TABLE = (
    ("t", "", "step", "time", _NONNEGATIVE),
    ("S", "", "token", "supply", _NONNEGATIVE),
    ("S0", "", "token", "supply at the midpoint of a sigmoid curve", _ANY),
    ("P", "", "currency/token", "spot price", _NONNEGATIVE),
    ("R", "", "currency", "reserve of the curve", _NONNEGATIVE),
    ("F", "", "currency", "fees collected", _NONNEGATIVE),
    ("B", "", "currency", "balance", _ANY),
    ("H", "", "token", "holding", _NONNEGATIVE),
    ("q", "", "token", "quantity minted or burnt", _NONNEGATIVE),
    ("E", "", "currency", "spend", _NONNEGATIVE),
    ("x", "", "", "action", _NONNEGATIVE),
    ("X", "", "", "total of all actions", _NONNEGATIVE),
    ("phi", r"\phi", "1", "fee rate", _NONNEGATIVE),
    ("phi_b", r"\phi_b", "1", "fee rate when buying", _NONNEGATIVE),
    ("phi_s", r"\phi_s", "1", "fee rate when selling", _NONNEGATIVE),
    ("v", "", "currency/token", "value of a token to its holder", _ANY),
    ("c", "", "", "cost of a unit of action", _POSITIVE),
    ("k", "", "", "rate", _POSITIVE),
    ("m", "", "currency/token^2", "slope of the price", _POSITIVE),
    ("a", "", "currency/token", "price at supply 0", _POSITIVE),
    ("b", "", "currency/token", "price at supply 0", _NONNEGATIVE),
    ("K", "", "currency/token", "highest price", _POSITIVE),
    ("T", "", "currency", "temperature of the choice", _POSITIVE),
    ("N", "", "1", "number of agents", _POSITIVE),
    ("n", "", "1", "size of a group", _POSITIVE),
    ("eta", r"\eta", "1", "share of agents revising at once", _POSITIVE),
    ("beta", r"\beta", "1", "intensity of choice", _NONNEGATIVE),
    ("gamma", r"\gamma", "1", "discount factor or elasticity", _POSITIVE),
    ("delta", r"\delta", "1", "strength of a link", _ANY),
    ("mu", r"\mu", "1", "mutation rate", _NONNEGATIVE),
)

QUANTITIES: Mapping[str, Quantity] = MappingProxyType({row[0]: Quantity(*row) for row in _TABLE})


def symbol(name: str, **assumptions: bool) -> sp.Symbol:
    """The SymPy symbol of a name: the same one for the same name and assumptions.

    Parameters
    ----------
    name : str
    **assumptions : bool
        In place of the registry's; "real" is kept unless denied.

    Returns
    -------
    sympy.Symbol

    Raises
    ------
    ValueError
        When the name is empty.

    Examples
    --------
    >>> symbol("S") is symbol("S"), symbol("S").is_nonnegative, symbol("n_s").is_real
    (True, True, True)
    """
    if not isinstance(name, str) or not name:
        raise ValueError(f"a symbol needs a name, got {name!r}")
    known = QUANTITIES.get(name)
    stated = assumptions or (dict(known.assumptions) if known is not None else {})
    return sp.Symbol(name, **{"real": True, **stated})


def notation(
    expressions: sp.Basic | Iterable[sp.Basic], meanings: Mapping[str, str | Quantity] | None = None
) -> tuple[Quantity, ...]:
    """The rows of a paper's notation table: the symbols that occur, by name.

    Parameters
    ----------
    expressions : sympy.Basic or iterable of sympy.Basic
    meanings : mapping of str to str or Quantity, optional
        Meanings of a user's own symbols; they come before the registry's.

    Returns
    -------
    tuple of Quantity
        Sorted by name without regard to case.

    Examples
    --------
    >>> rows = notation([symbol("S") * symbol("n_s")], {"n_s": "samples of a seller"})
    >>> [(row.latex, row.unit, row.meaning) for row in rows]
    [('n_{s}', '', 'samples of a seller'), ('S', 'token', 'supply')]
    """
    several = (expressions,) if isinstance(expressions, sp.Basic) else tuple(expressions)
    names = {str(found) for expression in several for found in expression.free_symbols}
    return tuple(_quantity(name, meanings or {}) for name in sorted(names, key=lambda n: (n.lower(), n)))


def _quantity(name: str, meanings: Mapping[str, str | Quantity]) -> Quantity:
    known = QUANTITIES.get(name, Quantity(name))
    stated = meanings.get(name, known)
    return replace(known, meaning=stated) if isinstance(stated, str) else stated
