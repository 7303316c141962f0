r"""The numbers that a quantity may be: an interval, of reals or of integers, written as in a text.

    "(0, inf)"     positive              "[0, 1)"      a share below one
    "[0, inf)"     not negative          "real"        any number
    "integer [1, inf)"                   1, 2, 3, ...

The assumptions of its SymPy symbol, the check of given numbers and the range of random test points follow from it.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import sympy as sp

from .expression import exact

__all__ = ["Domain"]

_WRITTEN = re.compile(r"(integer )?([\[(]) *([^,\[\]()]+), *([^,\[\]()]+)([\])])")
_SLACK = 1e-12
"""A bound such as 1 - 1e-17 is met within rounding."""


@dataclass(frozen=True, slots=True)
class Domain:
    """An interval.

    Parameters
    ----------
    low, high : float
        Its ends; infinite ones are open.
    closed_low, closed_high : bool
        Whether the ends belong to it.
    integer : bool
        Whether only its integers count.

    Examples
    --------
    >>> share = Domain.of("[0, 1)")
    >>> share, 0.5 in share, 1 in share, "x" in share
    (Domain('[0, 1)'), True, False, False)
    """

    low: float = -math.inf
    high: float = math.inf
    closed_low: bool = False
    closed_high: bool = False
    integer: bool = False

    def __post_init__(self) -> None:
        if not self.low <= self.high or (self.low == self.high and not (self.closed_low and self.closed_high)):
            raise ValueError(f"a domain is low <= high and not empty, got low = {self.low}, high = {self.high}")

    @staticmethod
    @lru_cache(maxsize=256)
    def of(text: str) -> Domain:
        """Read "real", "integer", "[0, 1)" or "integer [1, inf)".

        Raises
        ------
        ValueError
            For any other text.
        """
        if text in ("real", "integer"):
            return Domain(integer=text == "integer")
        found = _WRITTEN.fullmatch(text)
        if found is None:
            raise ValueError(f"a domain is written 'real' or '[0, 1)' or 'integer [1, inf)', got {text!r}")
        integer, left, low, high, right = found.groups()
        ends = [float(end) if "inf" in end else float(exact(end.strip())) for end in (low, high)]
        return Domain(ends[0], ends[1], left == "[", right == "]", bool(integer))

    def __str__(self) -> str:
        if math.isinf(self.low) and math.isinf(self.high):
            return "integer" if self.integer else "real"
        left, right = "[" if self.closed_low else "(", "]" if self.closed_high else ")"
        return f"{'integer ' * self.integer}{left}{self.low:.12g}, {self.high:.12g}{right}"

    def __repr__(self) -> str:
        return f"Domain({str(self)!r})"

    def __contains__(self, value: object) -> bool:
        array = np.asarray(value)
        return array.dtype.kind in "biuf" and bool(np.all(self.admits(array.astype(float))))

    def admits(self, values: Any) -> Any:
        """Element by element, whether a number lies in it; NaN and infinities do not."""
        array = np.asarray(values, dtype=float)
        low = self.low - _SLACK * abs(self.low) if math.isfinite(self.low) else self.low
        high = self.high + _SLACK * abs(self.high) if math.isfinite(self.high) else self.high
        above = array >= low if self.closed_low else array > self.low
        below = array <= high if self.closed_high else array < self.high
        inside = above & below & np.isfinite(array)
        return inside & (array == np.round(array)) if self.integer else inside

    def check(self, name: str, values: Any) -> Any:
        """The values as a float array.

        Parameters
        ----------
        name : str
            What they are, for the message.
        values : array_like

        Returns
        -------
        numpy.ndarray of float

        Raises
        ------
        ValueError
            Naming the quantity, the first value that is outside, and the domain.
        """
        try:
            array = np.asarray(values)
            if array.dtype.kind in "bcSUmM" or (array.dtype.kind == "O" and any(each is None for each in array.flat)):
                raise TypeError
            array = array.astype(float)
        except (TypeError, ValueError, OverflowError):
            raise ValueError(f"{name} is a number or an array of numbers, got {values!r:.60}") from None
        inside = self.admits(array)
        if not np.all(inside):
            raise ValueError(f"{name} = {array[~inside].flat[0]:.12g} is outside {self}")
        return array

    def refuses(self, value: sp.Expr) -> bool:
        """Whether a symbolic value surely lies outside."""
        if value.is_number and value.is_comparable:
            return not bool(self.admits(float(value)))
        if value.is_real is False:
            return True
        if self.low >= 0 and (value.is_negative or (not (self.closed_low and self.low == 0) and value.is_nonpositive)):
            return True
        return bool(self.high <= 0 and value.is_positive)

    @property
    def assumptions(self) -> dict[str, bool]:
        """The SymPy assumptions of a symbol that takes its values here."""
        known = {"integer": True} if self.integer else {"real": True}
        if self.low > 0 or (self.low == 0 and not self.closed_low):
            known["positive"] = True
        elif self.low == 0:
            known["nonnegative"] = True
        elif self.high < 0 or (self.high == 0 and not self.closed_high):
            known["negative"] = True
        elif self.high == 0:
            known["nonpositive"] = True
        return known

    @property
    def drawn_from(self) -> tuple[float, float] | None:
        """Where random points lie, when the assumptions alone do not keep them inside."""
        if math.isinf(self.low) and math.isinf(self.high):
            return None
        if math.isinf(self.high):
            return None if self.low == 0 or (self.integer and self.low <= 2) else (self.low, self.low + 8)
        return (self.high - 8, self.high) if math.isinf(self.low) else (self.low, self.high)
