"""Lazy packages (PEP 562): a public name is imported where it is first used; importing a package costs nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping
from importlib import import_module
from typing import Any


def opening(package: str, home: Mapping[str, str], modules: Collection[str] = ()) -> Callable[[str], Any]:
    """The `__getattr__` of a package whose names live in its modules.

    Parameters
    ----------
    package : str
        Its ``__name__``.
    home : mapping from name to module
        Where each public name lives.
    modules : collection of str
        Modules and subpackages that are public themselves.

    Examples
    --------
    >>> opening("analytic", {"exact": "expression"})("exact")("0.1")
    1/10
    """

    def getattribute(name: str) -> Any:
        if name in modules:
            return import_module(f".{name}", package)
        if name not in home:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(f".{home[name]}", package), name)
        setattr(sys.modules[package], name, value)
        return value

    return getattribute
