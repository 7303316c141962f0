"""TOML in and out, without loss: numbers with a point stay the decimals they were written as.

The standard reader makes binary floats; here a decimal arrives as its own text ("0.1"), which
`analytic.expression.exact` reads as one tenth. The writer is for small documents of texts, whole numbers, truth
values, lists and tables with plain keys; what it writes, `read_toml` reads back the same.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any

__all__ = ["NAME", "read_toml", "write_toml"]

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")  #: what a study may call a thing
_DECIMAL = re.compile(r"[+-]?(0|[1-9]\d*)(\.\d+([eE][+-]?\d+)?|[eE][+-]?\d+)")


def read_toml(text: str) -> dict[str, Any]:
    """Read a document; decimals come as texts.

    Parameters
    ----------
    text : str

    Returns
    -------
    dict

    Raises
    ------
    ValueError
        With line and column when the text is not TOML.

    Examples
    --------
    >>> read_toml("m = 0.10")
    {'m': '0.10'}
    >>> read_toml("m = ")
    Traceback (most recent call last):
    ...
    ValueError: not TOML: Invalid value (line 1, column 5)
    """
    try:
        return tomllib.loads(text, parse_float=lambda written: written.replace("_", ""))
    except tomllib.TOMLDecodeError as error:
        reason = str(error)
    except RecursionError:
        raise ValueError("not a study: lists or tables are nested too deeply") from None
    except ValueError as error:  # a whole number of thousands of digits, a date that does not exist
        raise ValueError(f"not TOML: {error}") from None
    found = re.fullmatch(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", reason, re.DOTALL)
    if found is None:
        raise ValueError(f"not TOML: {reason}")
    line, column = found[2] or text.count("\n") + 1, found[3] or len(text) - text.rfind("\n")
    raise ValueError(f"not TOML: {found[1]} (line {line}, column {column})")


def write_toml(document: Mapping[str, Any]) -> str:
    """Write a document: plain keys first, then one header a table, tables of tables one header each.

    Parameters
    ----------
    document : mapping

    Returns
    -------
    str

    Examples
    --------
    >>> print(write_toml({"title": "A", "role": {"a": {"count": "n"}}, "run": {"sizes": [1, 2]}}), end="")
    title = "A"
    <BLANKLINE>
    [role.a]
    count = "n"
    <BLANKLINE>
    [run]
    sizes = [1, 2]
    """
    plain = {key: value for key, value in document.items() if not _holds_tables(value)}
    lines = [f"{key} = {_value(value)}" for key, value in plain.items()]
    for key, value in document.items():
        if key in plain:
            continue
        if isinstance(value, list):
            for each in value:
                lines += _table(f"[[{key}]]", each)
        elif value and key in ("account", "curve", "role", "stakeholder"):
            for name, each in value.items():
                lines += _table(f"[{key}.{name}]", each)
        else:
            lines += _table(f"[{key}]", value)
    return "\n".join(lines) + "\n"


def _holds_tables(value: Any) -> bool:
    listed = isinstance(value, list) and bool(value) and all(isinstance(each, Mapping) for each in value)
    return isinstance(value, Mapping) or listed


def _table(header: str, table: Mapping[str, Any]) -> list[str]:
    return ["", header, *(f"{key} = {_value(value)}" for key, value in table.items())]


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        written = json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        return value if _DECIMAL.fullmatch(value) else written
    if isinstance(value, Mapping):
        inner = ", ".join(f"{key} = {_value(each)}" for key, each in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    return f"[{', '.join(_value(each) for each in value)}]"
