r"""Interval arithmetic with outward rounding: the numbers in which bounds are proved.

An interval :math:`[a, b]` has floating-point ends, :math:`a = -\infty` and :math:`b = +\infty` allowed. Every
operation returns an interval that contains :math:`\{f(u, v) : u \in U, v \in V, f(u, v) \text{ defined and
real}\}` (the natural extension of Moore 1966): each end is moved one float outward after rounding, and
elementary functions are evaluated at the ends in the ball arithmetic of Arb, by python-flint. The product of
0 with an interval that is unbounded on one side is 0, since infinite ends are bounds, never values.

A value that is undefined everywhere on its arguments is the whole line: nothing is ever proved from it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

__all__ = ["WHOLE", "Interval"]

_INF = math.inf


def _down(value: float) -> float:
    return -_INF if math.isnan(value) else math.nextafter(value, -_INF)


def _up(value: float) -> float:
    return _INF if math.isnan(value) else math.nextafter(value, _INF)


def _lost(a: float, b: float, total: float) -> float:
    """Return a + b - total exactly (Knuth's two-sum), or nan at infinity, where comparisons fail."""
    part = total - a
    return (a - (total - part)) + (b - part)


def _times(a: float, b: float) -> float:
    return 0.0 if a == 0 or b == 0 else a * b


@dataclass(frozen=True, slots=True)
class Interval:
    """The closed interval from `lo` to `hi`.

    Parameters
    ----------
    lo, hi : float
        The ends, ``lo <= hi``; infinite ends are allowed.

    Raises
    ------
    ValueError
        If an end is not a number or the ends are in the wrong order.

    References
    ----------
    R. E. Moore, *Interval Analysis*, Prentice-Hall 1966.

    Examples
    --------
    >>> third = Interval.of(Fraction(1, 3))
    >>> third.lo < Fraction(1, 3) < third.hi
    True
    >>> (Interval(-1, 2) * Interval(3, 4)).contains(-4)
    True
    """

    lo: float
    hi: float

    def __post_init__(self) -> None:
        if not self.lo <= self.hi:
            raise ValueError(f"an interval needs lo <= hi, got lo = {self.lo}, hi = {self.hi}; swap the ends")

    @classmethod
    def of(cls, value: float | Fraction | int) -> Interval:
        """Return the least interval that contains `value`: a point when `value` is a float."""
        if isinstance(value, float) and math.isinf(value):
            return cls(value, value)
        exact = Fraction(value)
        try:
            near = float(exact)
        except OverflowError:
            near = _INF if exact > 0 else -_INF
        if math.isinf(near):
            return cls(_down(near), near) if near > 0 else cls(near, _up(near))
        if Fraction(near) == exact:
            return cls(near, near)
        return cls(near, _up(near)) if Fraction(near) < exact else cls(_down(near), near)

    @property
    def width(self) -> float:
        """Upper bound of the length."""
        return 0.0 if self.lo == self.hi else _up(self.hi - self.lo)

    @property
    def middle(self) -> float:
        """A float inside: the middle when the interval is bounded."""
        if math.isinf(self.lo) and math.isinf(self.hi):
            return 0.0
        if math.isinf(self.hi):
            return 2 * max(self.lo, 0.0) + 1
        if math.isinf(self.lo):
            return 2 * min(self.hi, 0.0) - 1
        return min(max(self.lo / 2 + self.hi / 2, self.lo), self.hi)

    def contains(self, value: float | Fraction) -> bool:
        """Whether `value` lies inside, the ends included."""
        return self.lo <= value <= self.hi

    def hull(self, other: Interval) -> Interval:
        """Return the least interval that contains both."""
        return Interval(min(self.lo, other.lo), max(self.hi, other.hi))

    def meet(self, other: Interval) -> Interval:
        """Return the common part, or `self` where rounding left none."""
        lo, hi = max(self.lo, other.lo), min(self.hi, other.hi)
        return Interval(lo, hi) if lo <= hi else self

    def __neg__(self) -> Interval:
        return Interval(-self.hi, -self.lo)

    def __add__(self, other: Interval) -> Interval:
        if other.lo == 0 == other.hi:
            return self
        low, high = self.lo + other.lo, self.hi + other.hi
        return Interval(
            low if _lost(self.lo, other.lo, low) >= 0 else _down(low),
            high if _lost(self.hi, other.hi, high) <= 0 else _up(high),
        )

    def __sub__(self, other: Interval) -> Interval:
        return self + (-other)

    def __mul__(self, other: Interval) -> Interval:
        if self.lo == self.hi and abs(self.lo) == 1:
            return other if self.lo == 1 else -other
        if self == WHOLE or other == WHOLE:
            return WHOLE  # one factor may be undefined, as in 0/0
        if self.lo == 0 == self.hi or other.lo == 0 == other.hi:
            return Interval(0.0, 0.0)
        corners = [_times(a, b) for a in (self.lo, self.hi) for b in (other.lo, other.hi)]
        low, high = min(corners), max(corners)
        same_sign = (self.lo >= 0 and other.lo >= 0) or (self.hi <= 0 and other.hi <= 0)
        opposite = (self.lo >= 0 and other.hi <= 0) or (self.hi <= 0 and other.lo >= 0)
        return Interval(
            max(_down(low), 0.0) if same_sign else _down(low), min(_up(high), 0.0) if opposite else _up(high)
        )

    def __truediv__(self, other: Interval) -> Interval:
        return self * other.reciprocal()

    def reciprocal(self) -> Interval:
        """Return the interval of 1/v."""
        if self.lo < 0 < self.hi or self.lo == 0 == self.hi:
            return WHOLE
        if self.lo >= 0:
            low = max(_down(1 / self.hi), 0.0)
            return Interval(low, _up(1 / self.lo) if self.lo > 0 else _INF)
        return -((-self).reciprocal())

    def power(self, exponent: Fraction) -> Interval:
        """Return the interval of v**exponent for a fixed rational exponent, real roots only."""
        if exponent == 0:
            return Interval(1.0, 1.0)
        if exponent < 0:
            return self.power(-exponent).reciprocal()
        if exponent == 1:
            return self
        if exponent.denominator > 1:
            return self._monotone(lambda ball: _ball_power(ball, exponent), 0.0, _INF, 0.0, _INF)
        ends = [self._integer_power(end, exponent.numerator) for end in (self.lo, self.hi)]
        joined = ends[0].hull(ends[1])
        if exponent.numerator % 2 == 0:
            low = 0.0 if self.lo <= 0 <= self.hi else max(joined.lo, 0.0)
            return Interval(low, joined.hi)
        return Interval(max(joined.lo, 0.0) if self.lo >= 0 else joined.lo, joined.hi)

    @staticmethod
    def _integer_power(end: float, exponent: int) -> Interval:
        if math.isinf(end):
            value = _INF if end > 0 or exponent % 2 == 0 else -_INF
            return Interval(value, value)
        return Interval.of(Fraction(end) ** exponent)

    def _monotone(
        self,
        function: Callable[[Any], Any],
        lowest: float,
        highest: float,
        at_lowest: float,
        at_highest: float,
    ) -> Interval:
        """Enclose an increasing function on (lowest, highest), given its limits at both ends."""
        from flint import arb

        if self.hi < lowest or self.lo > highest:
            return WHOLE
        low = at_lowest if self.lo <= lowest else _down(float(function(arb(self.lo)).lower()))
        high = at_highest if self.hi >= highest else _up(float(function(arb(self.hi)).upper()))
        if self.hi <= lowest:
            high = max(at_lowest, low)
        if self.lo >= highest:
            low = min(at_highest, high)
        return Interval(max(low, at_lowest), min(high, at_highest))

    def exp(self) -> Interval:
        """Return the interval of exp(v)."""
        return self._monotone(lambda ball: ball.exp(), -_INF, _INF, 0.0, _INF)

    def log(self) -> Interval:
        """Return the interval of log(v), v > 0."""
        return self._monotone(lambda ball: ball.log(), 0.0, _INF, -_INF, _INF)

    def tanh(self) -> Interval:
        """Return the interval of tanh(v)."""
        return self._monotone(lambda ball: ball.tanh(), -_INF, _INF, -1.0, 1.0)

    def erf(self) -> Interval:
        """Return the interval of the error function."""
        return self._monotone(lambda ball: ball.erf(), -_INF, _INF, -1.0, 1.0)

    def atan(self) -> Interval:
        """Return the interval of arctan(v)."""
        half = math.nextafter(math.pi / 2, 2)
        return self._monotone(lambda ball: ball.atan(), -_INF, _INF, -half, half)

    def sin(self) -> Interval:
        """Return the interval of sin(v)."""
        return self._wave(lambda ball: ball.sin())

    def cos(self) -> Interval:
        """Return the interval of cos(v)."""
        return self._wave(lambda ball: ball.cos())

    def _wave(self, function: Callable[[Any], Any]) -> Interval:
        from flint import arb

        if math.isinf(self.lo) or math.isinf(self.hi):
            return Interval(-1.0, 1.0)
        ball = function(arb(self.lo).union(arb(self.hi)))
        return Interval(-1.0, 1.0).meet(Interval(_down(float(ball.lower())), _up(float(ball.upper()))))

    def __abs__(self) -> Interval:
        if self.lo >= 0:
            return self
        return -self if self.hi <= 0 else Interval(0.0, max(-self.lo, self.hi))


def _ball_power(ball: Any, exponent: Fraction) -> Any:
    """Return ball**exponent through an integer root, exact at perfect powers."""
    return ball.root(exponent.denominator) ** exponent.numerator


def hull(intervals: Iterable[Interval]) -> Interval:
    """Return the least interval that contains all of `intervals`."""
    parts = list(intervals)
    return Interval(min(part.lo for part in parts), max(part.hi for part in parts))


WHOLE = Interval(-_INF, _INF)
