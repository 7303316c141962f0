"""One orbit of y' = f(y), by an explicit method first and implicit ones where that gives up.

Dormand and Prince's order 8 (DOP853) takes the smooth part of life. Where it fails, or where stability
rather than accuracy sets its pace and more than `PATIENCE` steps are to do, LSODA goes on from the same
point (it switches between Adams and BDF by itself), then Radau IIA, both at a hundredth of the tolerance
because their error estimates are looser. One method alone may be asked for. Whatever happens, the states reached are
kept and a sentence says why it stopped. States are read off dense output, one step at a time, so that a long run needs
no more memory than its answer; where no output times are asked for, the dense output of each step is an answer too.

References
----------
.. [1] E. Hairer, S. P. Norsett and G. Wanner, *Solving Ordinary Differential Equations*, Springer.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

__all__ = ["METHODS", "March", "Watcher", "march"]

Vector = npt.NDArray[np.float64]
Rate = Callable[[Vector], Vector]

METHODS = ("auto", "DOP853", "LSODA", "Radau", "BDF")
CHECK = 1000
PATIENCE = 3000
REFINE = 4
CAUTION = 0.01
TIGHTEST = 1e-13


class Watcher(Protocol):
    """Looks at each step; may end the orbit within it."""

    def look(self, old: float, now: float, dense: Callable[[Any], Vector]) -> float | None:
        """When to stop within (old, now], or None."""


@dataclass(frozen=True, eq=False, slots=True)
class March:
    """States y at times t, and in `trouble` why not all were reached ("" if they were, or a watcher stopped it).

    `pieces` has (from, to, dense output) of each step where no output times were asked for; `end` is when it stopped.
    """

    t: Vector
    y: Vector
    trouble: str
    pieces: tuple[tuple[float, float, Any], ...]
    end: float


def march(
    rate: Rate,
    origin: Vector,
    *,
    span: tuple[float, float],
    times: Vector | None,
    rtol: npt.ArrayLike,
    atol: npt.ArrayLike,
    max_steps: int,
    method: str = "auto",
    watcher: Watcher | None = None,
) -> March:
    """Integrate y' = rate(y) from y(span[0]) = origin.

    Parameters
    ----------
    rate : callable
        Velocity; a value that is not finite is a step too far.
    origin : array
        Start.
    span : (float, float)
        From when to when.
    times : array or None
        Output times in the span, increasing; None for the solver's own steps, each divided in four.
    rtol, atol : float or array
        Tolerances of one step's error, for each coordinate.
    max_steps : int
        Where to give up.
    method : str
        One of `METHODS`; "auto" takes one after another.
    watcher : Watcher, optional
        Sees each step.

    Returns
    -------
    March

    Examples
    --------
    >>> import numpy as np
    >>> decay = march(lambda y: -y, np.ones(1), span=(0, 1), times=np.array([0.0, 1.0]),
    ...               rtol=1e-9, atol=1e-9, max_steps=1000)
    >>> float(decay.y[-1, 0].round(6)), decay.trouble
    (0.367879, '')
    """
    begin, end = span
    at = [begin] if times is None or (len(times) and times[0] == begin) else []
    states = [np.array(origin)] * len(at)
    pieces: list[tuple[float, float, Any]] = []
    steps = _Steps(rate, np.asarray(rtol, dtype=float), np.asarray(atol, dtype=float), max_steps, method)
    for solver in steps.taken(begin, np.array(origin), end):
        old, now = float(solver.t_old), float(solver.t)
        due = _refined(old, now) if times is None else times[(times > old) & (times <= now)]
        dense = steps.dense(solver, due) if len(due) or watcher is not None else None
        if dense is None:
            continue
        stop = None if watcher is None else watcher.look(old, now, dense)
        if stop is not None:
            due = due[due <= stop] if times is not None else np.append(due[due < stop], [stop] * (stop > begin))
        at.extend(due.tolist())
        with np.errstate(all="ignore"):
            states.extend(dense(due).T)
        if times is None:
            pieces.append((old, now if stop is None else stop, dense))
        if stop is not None:
            end = stop
            break
    reached = steps.t if steps.trouble else end
    return March(
        np.array(at, dtype=float), np.array(states).reshape(len(at), len(origin)), steps.trouble, tuple(pieces), reached
    )


def _refined(old: float, now: float) -> Vector:
    return np.append(old + (now - old) * np.arange(1, REFINE) / REFINE, now)


class _Steps:
    """The steps of the methods one after another; `trouble` is known once they are taken."""

    def __init__(self, rate: Rate, rtol: Vector, atol: Vector, max_steps: int, method: str) -> None:
        self.rate, self.rtol, self.atol, self.max_steps = rate, rtol, atol, max_steps
        self.methods = ("DOP853", "LSODA", "Radau") if method == "auto" else (method,)
        self.trouble = ""
        self.count = 0
        self.t = 0.0
        self.pace = 0.0
        self.hopeless = False
        self.undefined = False
        self.broken = False
        self.raised: Exception | None = None

    def taken(self, t: float, y: Vector, end: float) -> Iterator[Any]:
        """Yield the solver after every step it has made."""
        from scipy import integrate

        self.t = t
        if t >= end:
            return
        for name in self.methods:
            solver = self._opened(getattr(integrate, name), t, y, end)
            opened, mark = self.count, t
            while solver is not None and self.count < self.max_steps and self._advance(solver):
                yield solver
                if self.broken:
                    break
                self.count += 1
                t, y = float(solver.t), solver.y.copy()
                self.t = t
                if solver.status == "finished":
                    return
                if (self.count - opened) % CHECK == 0 and len(self.methods) > 1:
                    to_do = (end - t) / (t - mark) * CHECK if t > mark else math.inf
                    late = self.count - opened > CHECK  # the first steps may be short ones
                    if late and self._should_give_up(name == "DOP853", to_do, y, solver.step_size):
                        self.pace = to_do
                        break
                    mark = t
            if self.count >= self.max_steps:
                self.trouble = f"{self.max_steps} steps are used up; raise max_steps, loosen rtol or shorten t"
                return
            if self.hopeless:
                break
        self.trouble = self._why()

    def dense(self, solver: Any, due: Vector) -> Callable[[Any], Vector] | None:
        """Dense output of the last step; None, and the step is void, if it is not finite at the times due."""
        dense: Callable[[Any], Vector] | None = self._guarded(solver.dense_output)
        if dense is not None:
            with np.errstate(all="ignore"):
                self.broken = not np.isfinite(dense(np.append(due, solver.t))).all()
        return None if self.broken else dense

    def _why(self) -> str:
        if self.undefined:
            return "payoffs are not finite numbers further on; look at them, and at rates if any, near the last state"
        if 0 < self.pace < math.inf:
            return (
                f"at this pace about {self.pace:.0e} more steps are to do, with max_steps = {self.max_steps}; shorten "
                "t, loosen rtol, or look for a jump in the payoffs or a temperature that is too low for them"
            )
        return (
            "steps as short as the velocity asks for would not arrive; look for a jump in the payoffs, "
            "for a temperature that is too low for them, or for an environment that runs off to infinity"
        )

    def _should_give_up(self, explicit: bool, to_do: float, y: Vector, step: float) -> bool:
        """Whether another method should try, when at this pace so many steps are to do."""
        far = to_do > 100 * self.max_steps
        if not explicit or to_do <= PATIENCE:
            return far
        stiff = self._stiff(y, step)
        self.hopeless = far and not stiff  # accuracy sets the pace, and that is alike for all
        return stiff or to_do > self.max_steps

    def _stiff(self, y: Vector, step: float) -> bool:
        """Whether a step of this length is at the edge of the explicit method's stability: h rho(J) > 3."""
        with np.errstate(all="ignore"):
            here, small = self.rate(y), 1e-7 * (1 + np.abs(y))
            columns = [(self.rate(y + d) - here) / s for d, s in zip(np.diag(small), small, strict=True)]
        slopes = np.array(columns)
        return not np.isfinite(slopes).all() or bool(step * np.abs(np.linalg.eigvals(slopes)).max() > 3)

    def _opened(self, method: Any, t: float, y: Vector, end: float) -> Any:
        explicit = method.__name__ == "DOP853"
        share = 1.0 if explicit else CAUTION

        def velocity(_: float, state: Vector) -> Vector:
            if not math.isfinite(state.sum()):  # a trial step too long; payoffs are not to blame
                if not explicit:
                    raise FloatingPointError
                return np.full_like(state, np.nan)
            try:
                value = self.rate(state)
            except Exception as error:
                self.raised = error
                raise
            if not math.isfinite(value.sum()):
                self.undefined = True
                if not explicit:  # an explicit step is refused and halved; implicit ones would carry the nan on
                    raise FloatingPointError
            return value

        def opened() -> Any:
            relative = np.maximum(share * self.rtol, TIGHTEST)
            if method.__name__ == "LSODA":
                return method(velocity, t, y, end, rtol=relative, atol=share * self.atol)
            solver = method(velocity, t, y, end, rtol=float(relative.min()), atol=share * self.atol)
            solver.rtol = relative  # the implicit ones take one number only, for Newton's method
            return solver

        return self._guarded(opened)

    def _advance(self, solver: Any) -> bool:
        """Take one step; False if the method cannot."""
        self._guarded(solver.step)
        return solver.status != "failed" and not self.broken and bool(np.isfinite(solver.y).all())

    def _guarded(self, act: Callable[[], Any]) -> Any:
        """Do it; SciPy's own errors mean a failed step, those of the payoffs are the caller's."""
        self.broken = False
        try:
            with np.errstate(all="ignore"):
                return act()
        except (FloatingPointError, ValueError, np.linalg.LinAlgError) as error:
            if error is self.raised:
                raise
            self.broken = True
            return None
