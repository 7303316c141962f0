"""A curve on floats and arrays: compiled formulas behind one check of the domain.

Arrays broadcast; a scalar gives a float. A check costs one pass for the smallest and one for the largest
value: NaN and infinities fail it too, because they fail every comparison they should pass.
"""

from __future__ import annotations

from numbers import Rational
from typing import Any

import numpy as np
import sympy as sp

from analytic.compiled import _blockwise as blockwise
from analytic.compiled import compile_numpy
from analytic.forms import QUANTITY, SPEND, SUPPLY, Forms
from analytic.integral import Increment, increment_function, is_rational
from analytic.inverse import bracketed_root

__all__ = ["Pricing", "branched", "check_positive"]

_SLACK = 1 + 1e-13
"""S + q may miss the end of the supply by rounding."""
_STEPS, _SETTLED, _LARGEST = 4, 1e-8, 1e300
"""Newton steps after a closed form, and the relative step after which the next one is below the last digit."""
_PART = 1 << 15
"""Elements at a time of a check that would need an array of its own: a fresh one costs more than the sum."""
_LONG = 6
"""Operations from which on a branch that nobody takes is worth leaving out."""


class Pricing:
    """Price, increment, inverse and slippage of one curve whose symbols are all bound.

    Parameters
    ----------
    forms : Forms
    supply : pair of float
        The domain of S.
    """

    def __init__(self, forms: Forms, supply: tuple[float, float]) -> None:
        self.low, self.high = supply
        self.forms = forms
        self.spot = compile_numpy(forms.price, (SUPPLY,))
        self.rise: Increment
        if forms.steady_increment is None:
            reserve = forms.reserve if forms.closed_reserve else None
            self.rise = increment_function(forms.price, reserve, forms.increment, (SUPPLY, QUANTITY))
        else:
            self.rise = branched(forms.steady_increment, (SUPPLY, QUANTITY))
        inverse = forms.inverse if forms.steady_inverse is None else forms.steady_inverse
        self.quantity = None if inverse is None else branched(inverse, (SUPPLY, SPEND))
        self.polished = forms.steady_inverse is None and inverse is not None and not is_rational(inverse, SUPPLY, SPEND)

    def price(self, S: Any) -> Any:
        """P(S)."""
        return self._finite("price", self.spot(self._supply(S)), S)

    def reserve(self, S: Any) -> Any:
        """R(S), the increment from the lower end of the supply."""
        at = self._supply(S)
        return self._finite("reserve", self.rise(self.low, at - self.low), S)

    def increment(self, S: Any, q: Any) -> Any:
        """R(S + q) - R(S)."""
        at, size = self._supply(S), _at_least_zero("quantity q", q)
        if self.high < np.inf and not _largest_sum(at, size) <= self.high * _SLACK:
            self._refuse_past_end(at, size)
        return self._finite("increment", self.rise(at, size), S, q)

    def inverse(self, S: Any, spend: Any) -> Any:
        """The quantity whose increment is the spend."""
        at, money = self._supply(S), _at_least_zero("spend", spend)
        if self.quantity is None:
            found = self._root(at, money, None)
        else:
            found = self.quantity(at, money)
            if self.polished:
                found = self._polished(at, money, found)
        if np.any(money == 0):  # nothing buys nothing, whatever rounding leaves at a supply near 0
            found = np.where(money == 0, 0.0, found)
            found = found if found.shape else float(found)
        if self.high < np.inf and not _largest_sum(at, found) <= self.high * _SLACK:
            self._refuse_spend(at, money, found)
        return self._finite("quantity for a spend", found, S, spend)

    def slippage(self, S: Any, q: Any) -> Any:
        """Mean price over spot price, less 1; 0 at q = 0."""
        at, size = np.broadcast_arrays(self._supply(S), _at_least_zero("quantity q", q))
        spot = np.asarray(self.price(at))
        if np.any((spot == 0) & (size > 0)):
            raise ValueError("slippage compares with the spot price, which is 0 here: take a supply where it is not")
        if is_rational(self.forms.slippage, SUPPLY, QUANTITY):
            found = np.asarray(compile_numpy(self.forms.slippage, (SUPPLY, QUANTITY))(at, size))
        else:
            with np.errstate(all="ignore"):
                found = np.asarray(self.increment(at, size)) / (size * spot) - 1.0
        found = np.where(size == 0, 0.0, found)
        return found if found.shape else float(found)

    def released(self, S: Any, q: Any) -> Any:
        """R(S) - R(S - q), for q up to the supply."""
        at, size = self._supply(S), _at_least_zero("quantity q", q)
        left = at - size
        if np.min(left, initial=np.inf) < self.low:
            place = int(np.argmin(left))
            asked, most = (np.broadcast_to(x, left.shape).flat[place] for x in (size, at - self.low))
            raise ValueError(f"quantity q = {asked:.12g} is outside [0, {most:.12g}]: the supply bounds a burn")
        return self._finite("proceeds", self.rise(left, size), S, q)

    def _supply(self, S: Any) -> Any:
        at = _numbers("supply S", S)
        if at.size and not (at.min() >= self.low and (self.high == np.inf or at.max() <= self.high * _SLACK)):
            end = ")" if self.high == np.inf else "]"
            wrong = _first(at, ~((at >= self.low) & (at <= self.high * _SLACK)))
            raise ValueError(f"supply S = {wrong:.12g} is outside [{self.low:.12g}, {self.high:.12g}{end} tokens")
        return at

    def _root(self, at: Any, money: Any, guess: Any) -> Any:
        shape = np.broadcast_shapes(at.shape, money.shape)
        S, E = (np.broadcast_to(x, shape).astype(float).ravel() for x in (at, money))
        start = None if guess is None else np.broadcast_to(guess, shape).ravel()
        room = np.maximum(self.high - S, 0.0)
        return bracketed_root(self.rise, self.spot, S, E, room, start).reshape(shape)

    def _polished(self, at: Any, money: Any, guess: Any) -> Any:
        """A closed form that cancels, made sharp by Newton steps; by a bracket where they do not settle."""
        q = np.asarray(guess)
        with np.errstate(all="ignore"):
            for _ in range(_STEPS):
                step = (self.rise(at, q) - money) / self.spot(at + q)
                q = q - step
                settled = np.abs(step) <= _SETTLED * np.minimum(q, _LARGEST)
                if np.all(settled):
                    return q
        loose = ~settled
        q = np.where(np.broadcast_to(money == 0, q.shape), 0.0, q)
        loose &= q != 0
        if np.any(loose):
            S, E, first = (np.broadcast_to(x, q.shape)[loose] for x in (at, money, guess))
            q[loose] = self._root(S, E, np.where(np.isfinite(first), first, 0.0))
        return q

    def _refuse_past_end(self, at: Any, size: Any) -> None:
        past = np.asarray(at + size)
        place = int(np.argmax(past))
        start, asked = (np.broadcast_to(x, past.shape).flat[place] for x in (at, size))
        raise ValueError(
            f"quantity q = {asked:.12g} is outside [0, {self.high - start:.12g}]: "
            f"from supply {start:.12g} the curve ends at {self.high:.12g} tokens"
        )

    def _refuse_spend(self, at: Any, money: Any, found: Any) -> None:
        past = ~(np.asarray(at + found) <= self.high * _SLACK)
        start, asked = (_first(np.broadcast_to(x, past.shape), past) for x in (at, money))
        most = float(self.rise(start, self.high - start))
        raise ValueError(
            f"spend = {asked:.12g} (after fee) is outside [0, {most:.12g}]: "
            f"from supply {start:.12g} the curve ends at {self.high:.12g} tokens"
        )

    def _finite(self, name: str, found: Any, *inputs: Any) -> Any:
        if not np.max(found, initial=0.0) < np.inf:
            for label, values in zip(("supply S", "quantity or spend"), inputs, strict=False):
                array = np.asarray(values, dtype=float)
                if not np.all(np.isfinite(array)):
                    raise ValueError(f"{label} = {_first(array, ~np.isfinite(array))} is not a finite number")
            raise ValueError(f"the {name} is larger than any float: take smaller supplies or quantities")
        return found if np.ndim(found) else float(found)


def branched(formula: sp.Expr, symbols: tuple[sp.Symbol, sp.Symbol]) -> Increment:
    """Compile a formula; of two long branches only those that some element takes are computed.

    Parameters
    ----------
    formula : sympy.Expr
    symbols : pair of sympy.Symbol

    Returns
    -------
    callable
    """
    whole = compile_numpy(formula, symbols)
    if not isinstance(formula, sp.Piecewise) or len(formula.args) != 2:
        return whole
    (usual, condition), (rare, _) = formula.args
    if rare.count_ops() < _LONG:
        return whole
    holds = compile_numpy(sp.Piecewise((1, condition), (0, True)), symbols)
    first, second = compile_numpy(usual, symbols), compile_numpy(rare, symbols)

    def chosen(*values: Any) -> tuple[Any]:
        taken = np.asarray(holds(*values), dtype=bool)
        if np.all(taken):
            return (first(*values),)
        return (np.where(taken, first(*values), second(*values)) if np.any(taken) else second(*values),)

    return lambda *values: blockwise(chosen, [np.asarray(value, dtype=float) for value in values], 1)[0]


def _numbers(name: str, values: Any) -> Any:
    array = np.asarray(values)
    if array.dtype.kind == "O" and all(isinstance(each, Rational) for each in array.flat):
        array = array.astype(float)
    if array.dtype.kind not in "fiu":
        raise ValueError(f"{name} is a number or an array of numbers, got {values!r:.60}")
    return array if array.dtype == np.float64 else array.astype(float)


def _at_least_zero(name: str, values: Any) -> Any:
    array = _numbers(name, values)
    if array.size and not array.min() >= 0:
        raise ValueError(f"{name} = {_first(array, ~(array >= 0)):.12g} is outside [0, inf)")
    return array


def _largest_sum(a: Any, b: Any) -> float:
    """The largest a + b; NaN when there is one."""
    if np.size(a) == 0 or np.size(b) == 0:
        return 0.0
    if np.shape(a) != np.shape(b) or np.size(a) <= _PART:
        return float(np.max(a + b))
    one, other = np.reshape(a, -1), np.reshape(b, -1)
    parts = (slice(start, start + _PART) for start in range(0, one.size, _PART))
    return float(np.max([np.max(one[part] + other[part]) for part in parts]))


def _first(values: Any, where: Any) -> float:
    return float(np.asarray(values)[where].flat[0])


def check_positive(price: sp.Expr, supply: tuple[float, float]) -> None:
    """Refuse a price that is negative, zero or undefined at a supply inside its domain.

    Parameters
    ----------
    price : sympy.Expr
        In S alone.
    supply : pair of float

    Raises
    ------
    ValueError
        Naming the first such supply.
    """
    low, high = supply
    if high < np.inf:
        places = low + (high - low) * np.concatenate([np.linspace(0.0, 1.0, 257), [1e-9, 1e-6, 1e-3]])
    else:
        places = low + np.concatenate([[0.0], np.geomspace(1e-6, 1e9, 256)])
    prices = compile_numpy(price, (SUPPLY,))(places)
    wrong = ~(prices >= 0)
    wrong[places == places.max()] |= prices[places == places.max()] == 0
    if np.any(wrong):
        place = int(np.argmax(wrong))
        raise ValueError(
            f"the price {price} is {prices[place]:g} at supply S = {places[place]:g}; it must be positive "
            f"on [{low:g}, {high:g}]: state the domain with supply=(low, high)"
        )
