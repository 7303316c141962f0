"""Packages in which every file is an entry: a new mechanism is a new file, and nothing else is touched.

from analytic.pool import constant_product      the name is looked for in the package's files
mechanisms()["constant product"]                 all that the six families declare
"""

from __future__ import annotations

import pkgutil
import sys
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .mechanism import Mechanism

__all__ = ["FAMILIES", "gathered", "gathering", "mechanism_named", "mechanisms"]

FAMILIES = ("pool", "clearing", "reward", "allocation", "supply", "vote")


@lru_cache(maxsize=32)
def gathered(package: str) -> Mapping[str, Any]:
    """All public names (those in `__all__`) of a package's files.

    Parameters
    ----------
    package : str
        Its full name.

    Returns
    -------
    mapping of str to object

    Raises
    ------
    ValueError
        When two files have the same public name, or a file has none.
    """
    found: dict[str, Any] = {}
    for module in pkgutil.iter_modules(sys.modules[package].__path__):
        entry = import_module(f"{package}.{module.name}")
        if not getattr(entry, "__all__", ()):
            raise ValueError(f"{entry.__name__} needs an __all__ that names what it declares")
        for name in entry.__all__:
            if name in found:
                raise ValueError(f"{name!r} stands in two files of {package}: rename one")
            found[name] = getattr(entry, name)
    return found


def gathering(package: str) -> Callable[[str], Any]:
    """The `__getattr__` of such a package.

    Parameters
    ----------
    package : str
        Its ``__name__``.
    """

    def getattribute(name: str) -> Any:
        if not name.startswith("_"):
            found = gathered(package)
            if name == "__all__" or name in found:
                return found[name]
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    return getattribute


@lru_cache(maxsize=1)
def mechanisms() -> Mapping[str, Mechanism]:
    """Every declared mechanism by its name, family after family.

    Examples
    --------
    >>> mechanisms()["constant product"].kind
    'pool'
    """
    from .mechanism import Mechanism

    every = {}
    for family in FAMILIES:
        import_module(f"analytic.{family}")
        for each in gathered(f"analytic.{family}").values():
            if isinstance(each, Mechanism):
                if each.name in every:
                    raise ValueError(f"two mechanisms are called {each.name!r}: rename one")
                every[each.name] = each
    return every


def mechanism_named(name: str) -> Mechanism | None:
    """The mechanism of that name, however its words are joined; None where none is called so.

    Examples
    --------
    >>> mechanism_named("constant-product").name
    'constant product'
    """
    return mechanisms().get(name.replace("-", " ").replace("_", " ").strip().lower())
