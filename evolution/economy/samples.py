"""Arrays as metrics read them: checked once, with the axis that is measured put last.

Numbers may be integers, floats, booleans (0 or 1), Fractions or SymPy numbers. Text, missing and infinite values are
refused, since a metric of them would be a number that means nothing.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from .ledger import Array

Sign = Literal["any", ">= 0", "> 0"]
_DEBT = "with debts the index has no bounds; measure wealth that is >= 0, or a standard deviation"


def numbers(values: Any, name: str, *, axis: int = -1, least: int = 1, sign: Sign = "any", why: str = "") -> Array:
    """The values as floats with `axis` last, or a refusal that names what is wrong.

    Parameters
    ----------
    values : array_like
    name : str
        What an error calls them.
    axis : int
        The axis that is measured.
    least : int
        How many values the axis must have.
    sign : {"any", ">= 0", "> 0"}
    why : str
        Why the sign matters, said in the error.

    Returns
    -------
    array
        A copy or a view, never to be written to.

    Raises
    ------
    TypeError
        For values that are not numbers.
    ValueError
        For too few, infinite or missing values, or a wrong sign.

    Examples
    --------
    >>> numbers([1, 2], "prices").tolist()
    [1.0, 2.0]
    """
    if np.ma.is_masked(values):
        raise ValueError(f"{name} must be finite, but some are masked: drop or mend missing values first")
    given = np.asarray(values)
    if given.dtype.kind not in "biufO":
        raise TypeError(f"{name} must be real numbers, not of type {given.dtype}")
    try:
        read = given.astype(float)
    except (TypeError, ValueError, OverflowError) as error:
        raise TypeError(f"{name} must be real numbers that a float can hold: {error}") from error
    if read.ndim == 0:
        raise ValueError(f"{name} must be an array, not the single number {read}")
    if not -read.ndim <= axis < read.ndim:
        raise ValueError(f"axis must be within -{read.ndim} .. {read.ndim - 1} for {name}, not {axis}")
    read = np.moveaxis(read, axis, -1)
    if read.shape[-1] < least or read.size == 0:
        raise ValueError(f"{name} must have at least {least} value(s), not {read.shape[-1] if read.size else 0}")
    _refuse(~np.isfinite(read), read, name, "must be finite", "drop or mend missing values first")
    if sign != "any":
        _refuse(read <= 0 if sign == "> 0" else read < 0, read, name, f"must be {sign}", why)
    return read


def number(
    value: Any,
    name: str,
    low: float = -np.inf,
    high: float = np.inf,
    *,
    open_low: bool = False,
    open_high: bool = False,
) -> float:
    """One finite number within low .. high, without an end that is open.

    >>> number(0.5, "share", 0, 1)
    0.5
    """
    if isinstance(value, str | bytes) or np.ndim(value):
        raise TypeError(f"{name} must be one real number, not {value!r}")
    try:
        read = float(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise TypeError(f"{name} must be one real number that a float can hold: {error}") from error
    if not (np.isfinite(read) and low <= read <= high) or (open_low and read == low) or (open_high and read == high):
        ends = f"{'(' if open_low else '['}{low:g}, {high:g}{')' if open_high else ']'}"
        raise ValueError(f"{name} must be finite and within {ends}, not {value}")
    return read


def whole(value: Any, name: str, low: int, high: float = np.inf) -> int:
    """One whole number within low .. high.

    >>> whole(3, "batches", 2)
    3
    """
    if number(value, name, low, high) != int(value):
        raise ValueError(f"{name} must be a whole number, not {value}")
    return int(value)


def window(values: Any, name: str, *, axis: int, burn_in: int, least: int, sign: Sign = "any", why: str = "") -> Array:
    """A series without its first `burn_in` records, time last.

    >>> window([9, 1, 2], "prices", axis=-1, burn_in=1, least=2).tolist()
    [1.0, 2.0]
    """
    read = numbers(values, name, axis=axis)
    skipped = whole(burn_in, "burn_in", 0)
    if read.shape[-1] - skipped < least:
        raise ValueError(
            f"{name} must have at least {least} records after a burn-in of {skipped}, not {read.shape[-1] - skipped}"
        )
    return numbers(read[..., skipped:], name, sign=sign, why=why)


def plain(value: Any) -> Any:
    """A float where there is one number, the array otherwise.

    >>> plain(np.float64(2))
    2.0
    """
    return np.asarray(value).item() if np.ndim(value) == 0 else value


def scale_of(values: Array) -> Array:
    """The power of two at the greatest size along the last axis (1 where all are 0): division by it is exact.

    >>> scale_of(np.array([3.0, -5.0])).tolist()
    [4.0]
    """
    top = np.max(np.abs(values), axis=-1, keepdims=True)
    return np.asarray(np.where(top > 0, np.ldexp(1.0, np.frexp(top)[1] - 1), 1.0))


def standard(values: Array) -> Array:
    """Standard deviation (ddof = 1) along the last axis, without overflow.

    >>> float(standard(np.array([1e300, 3e300])) / 1e300)
    1.4142135623730951
    """
    scale = scale_of(values)
    return np.asarray(np.std(values / scale, axis=-1, ddof=1) * scale[..., 0])


def positive_total(holdings: Any, axis: int) -> Array:
    """Holdings >= 0 with a total > 0, holders last.

    >>> positive_total([1, 0], -1).tolist()
    [1.0, 0.0]
    """
    x = numbers(holdings, "holdings", axis=axis, sign=">= 0", why=_DEBT)
    if np.any(np.max(x, axis=-1) == 0):
        raise ValueError("holdings are all 0: nobody has a share of nothing, so no index of shares is defined")
    return x


def shares(holdings: Any, axis: int) -> Array:
    """Shares of the total, holders last; scaled first, so that sums do not overflow.

    >>> shares([1e308, 1e308], -1).tolist()
    [0.5, 0.5]
    """
    x = positive_total(holdings, axis)
    s = x / scale_of(x)
    return np.asarray(s / np.sum(s, axis=-1, keepdims=True))


def _refuse(wrong: Any, read: Array, name: str, rule: str, why: str) -> None:
    """Name the first wrong value."""
    if np.any(wrong):
        place = tuple(int(i) for i in np.argwhere(wrong)[0])
        where = place[0] if len(place) == 1 else place
        raise ValueError(f"{name} {rule}, but at {where} there is {read[place]}" + (f": {why}" if why else ""))
