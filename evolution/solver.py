"""One orbit of y' = f(y), by an explicit method first and implicit ones where that gives up.

Dormand and Prince's order 8 (DOP853) takes the smooth part of life. Where it fails, or where stability
rather than accuracy sets its pace and more than `PATIENCE` steps are to do, LSODA goes on from the same
point (it switches between Adams and BDF by itself), then Radau IIA, both at a hundredth of the tolerance
because their error estimates are looser. Whatever happens, the states reached are kept and a sentence says
why it stopped. States are read off dense output, one step at a time, so that a long run needs no more memory
than its answer.

References
----------
.. [1] E. Hairer, S. P. Norsett and G. Wanner, *Solving Ordinary Differential Equations*, Springer.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["March", "march"]

Vector = npt.NDArray[np.float64]

CHECK = 1000
PATIENCE = 3000
REFINE = 4
CAUTION = 0.01


@dataclass(frozen=True, eq=False, slots=True)
class March:
    """States y at times t, and in `trouble` why not all were reached ("" if they were)."""

    t: Vector
    y: Vector
    trouble: str


def march(
    rate: Callable[[Vector], Vector],
    origin: Vector,
    *,
    span: tuple[float, float],
    times: Vector | None,
    rtol: float,
    atol: float,
    max_steps: int,
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
    rtol, atol : float
        Tolerances of one step's error.
    max_steps : int
        Where to give up.

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
    steps = _Steps(rate, rtol, atol, max_steps)
    for solver in steps.taken(begin, np.array(origin), end):
        old, now = float(solver.t_old), float(solver.t)
        due = _refined(old, now) if times is None else times[(times > old) & (times <= now)]
        if len(due) and steps.read(solver, due, states):
            at.extend(due.tolist())
    return March(np.array(at, dtype=float), np.array(states).reshape(len(at), len(origin)), steps.trouble)


def _refined(old: float, now: float) -> Vector:
    return np.append(old + (now - old) * np.arange(1, REFINE) / REFINE, now)


class _Steps:
    """The steps of the three methods one after another; `trouble` is known once they are taken."""

    def __init__(self, rate: Callable[[Vector], Vector], rtol: float, atol: float, max_steps: int) -> None:
        self.rate, self.rtol, self.atol, self.max_steps = rate, rtol, atol, max_steps
        self.trouble = ""
        self.count = 0
        self.undefined = False
        self.broken = False
        self.raised: Exception | None = None

    def taken(self, t: float, y: Vector, end: float) -> Iterator[Any]:
        """Yield the solver after every step it has made."""
        from scipy.integrate import DOP853, LSODA, Radau

        if t >= end:
            return
        for method in (DOP853, LSODA, Radau):
            solver = self._opened(method, t, y, end)
            opened, mark = self.count, t
            while solver is not None and self.count < self.max_steps and self._advance(solver):
                yield solver
                if self.broken:
                    break
                self.count += 1
                t, y = float(solver.t), solver.y.copy()
                if solver.status == "finished":
                    return
                if (self.count - opened) % CHECK == 0:
                    to_do = (end - t) / (t - mark) * CHECK if t > mark else math.inf
                    late = self.count - opened > CHECK  # the first steps may be short ones
                    if late and self._should_give_up(method is DOP853, to_do, y, solver.step_size):
                        break
                    mark = t
            if self.count >= self.max_steps:
                self.trouble = f"{self.max_steps} steps are used up; raise max_steps, loosen rtol or shorten t"
                return
        self.trouble = (
            "payoffs are not finite numbers further on; look at the payoff field near the last state"
            if self.undefined
            else "steps as short as the velocity asks for would not arrive; look for a jump in the payoffs, "
            "or for a temperature that is too low for them"
        )

    def read(self, solver: Any, due: Vector, states: list[Vector]) -> bool:
        """Append the states of the last step at the times due; False, and the step is void, if none exist."""
        dense = self._guarded(solver.dense_output)
        found = np.atleast_2d(dense(due).T) if dense else np.array([[np.nan]])
        self.broken = not np.isfinite(found).all()
        if not self.broken:
            states.extend(found)
        return not self.broken

    def _should_give_up(self, explicit: bool, to_do: float, y: Vector, step: float) -> bool:
        """Whether another method should try, when at this pace so many steps are to do."""
        if not explicit:
            return to_do > 100 * self.max_steps
        return to_do > self.max_steps or (to_do > PATIENCE and self._stiff(y, step))

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
            return method(velocity, t, y, end, rtol=max(share * self.rtol, 1e-13), atol=share * self.atol)

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
