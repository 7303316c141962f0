r"""Rest points of imitation with payoffs of any form, several populations, and an environment: face by face.

The zeros of each open face come from `rest_systems`. Without an environment each is judged as in matrix games, by the
payoffs and their derivatives there. With one, the internal eigenvalues are those of the shares in use and of the
quantities that are not at an end kept by their law; absent strategies, and quantities at such an end, have a
transversal eigenvalue each.

In the plane (two unknowns) an imaginary pair belongs to a centre if u' = a(u) b(v) m(u, v), v' = c(u) d(v) m(u, v):
then du/dv separates and the orbits are level curves. This is decided by exact factoring, in shares and, for three
strategies, in f = x_i / (x_i + x_j) and z = x_k (the optional public goods game, Hauert et al. 2002).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from evolution.rest_imitation import lyapunov_of, ranges_of, told
from evolution.rest_judge import Knowledge, judged
from evolution.rest_local import Local
from evolution.rest_lyapunov import first_lyapunov
from evolution.rest_newton import System
from evolution.rest_numbers import as_mp, rounding_of
from evolution.rest_separable import separates
from evolution.rest_spectrum import named_type, sign_of, spectrum_of
from evolution.rest_speed import speed_of
from evolution.rest_symbols import Symbolic
from evolution.rest_systems import Face, FaceZeros, faces_of, zeros_on
from evolution.rest_types import RestPoint, RestPoints

__all__ = ["rest_of_field"]

MOST_FACES = 3000
PROVED = "All strategies in use are paid the same at exactly one state in a box about it, which was proved."
EXACT = "All strategies in use are paid the same, in exact arithmetic."


def rest_of_field(dynamics: Any, formulas: Symbolic, *, budget: int) -> RestPoints:
    """All rest points of an imitative dynamic with payoffs of any form.

    Parameters
    ----------
    dynamics : Dynamics
    formulas : Symbolic
    budget : int
        Boxes to examine at most on one face.

    Returns
    -------
    RestPoints
    """
    count = 1
    for part in formulas.shares:
        count *= 2 ** len(part) - 1
    if count > MOST_FACES:
        raise ValueError(f"payoffs that are not linear on {count} faces are too many; at most {MOST_FACES} are solved")
    points: list[RestPoint] = []
    doubts: list[str] = []
    resting: list[Face] = []
    judge = _Judge(dynamics, formulas)
    for face in faces_of(formulas, dynamics.environment):
        zeros = zeros_on(face, budget=budget)
        doubts += zeros.doubts
        if zeros.everywhere:
            resting.append(face)
        points += judge.points(face, zeros, doubts)
    points.sort(key=_order)
    flat = [face for face in resting if not any(_within(face, other) for other in resting if other is not face)]
    polytopes = [tuple(k for k, p in enumerate(points) if _spans(p, face)) for face in flat if not face.outside]
    polytopes = [group for group in polytopes if group]
    doubts += [f"every state of the face {face.name} is at rest" for face in flat if face.outside]
    return RestPoints(
        points=tuple(points),
        complete=not doubts,
        reason=f"Not decided: {'; '.join(doubts[:3])}{' ...' if len(doubts) > 3 else ''}."
        if doubts
        else "Every open face was decided: exactly where one share is free, by proved subdivision otherwise.",
        dynamics=dynamics,
        method="faces, by root isolation",
        polytopes=tuple(sorted(polytopes)),
        components=_joined(len(points), polytopes) if not doubts else (),
    )


class _Judge:
    def __init__(self, dynamics: Any, formulas: Symbolic) -> None:
        self.dynamics, self.formulas = dynamics, formulas
        self.symbols = [symbol for part in formulas.shares for symbol in part]
        self.flat = [payoff for part in formulas.payoffs for payoff in part]
        self.parts = ranges_of([len(part) for part in formulas.shares])
        self.rounding = rounding_of(dynamics)
        self.pays: System | None = None

    def points(self, face: Face, found: FaceZeros, doubts: list[str]) -> list[RestPoint]:
        """The zeros on a face as rest points."""
        answer = []
        for state, form in zip(found.zeros, found.forms, strict=True):
            try:
                point = (
                    self._in_environment(face, state, form) if self.formulas.outside else self._alone(state, form, face)
                )
            except (ZeroDivisionError, TypeError, ValueError, OverflowError):
                doubts.append(f"payoffs or their derivatives are not defined at a state of the face {face.name}")
                continue
            answer.append(point)
        return answer

    def _alone(self, state: dict[sp.Symbol, Any], form: Any, face: Face) -> RestPoint:
        if self.pays is None:
            self.pays = System(self.flat, self.symbols)
        shares = [state[symbol] for symbol in self.symbols]
        exact = all(isinstance(share, Fraction) for share in shares)
        payoffs = self._payoffs(shares, exact)
        slopes = self._slopes(shares)
        payoffs, slopes = self._at_poles(state, shares, payoffs, slopes)
        speed = speed_of(self.dynamics.protocol)
        local = Local(self.parts, shares, payoffs, slopes, speed.at(self.parts, shares, payoffs))
        own = any(
            p.has(*part) for ps, part in zip(self.formulas.payoffs, self.formulas.shares, strict=True) for p in ps
        )
        known = Knowledge(
            like_replicator=speed.common if len(self.parts) == 1 else speed.constant,
            own_free=len(self.parts) > 1 and not own,
            ess=None,
            centre=lambda _: separates(self.formulas, face) if len(face.free) == 2 else "",
            lyapunov=lambda at: lyapunov_of(self.dynamics.protocol, at, self.formulas),
            rounding=self.rounding,
        )
        listed = None if form is None else tuple(tuple(_plain(form[s]) for s in part) for part in self.formulas.shares)
        residual: Any = (
            Fraction(0)
            if exact
            else 1e-15 * max(float(abs(payoffs[i])) for part in self.parts for i in local.used(part))
        )
        proof = EXACT if form is not None else PROVED
        return told(self.dynamics, local, judged(local, known), listed, residual=residual, certificate=proof)

    def _slopes(self, shares: Sequence[Any]) -> list[list[Any]]:
        """Derivatives of payoffs; not a number where they are not defined."""
        assert self.pays is not None
        try:
            return self.pays.slopes_at(shares)
        except ZeroDivisionError:
            place = {s: sp.Rational(v.numerator, v.denominator) for s, v in zip(self.symbols, shares, strict=True)}
            return [[_number(slope.subs(place)) for slope in row] for row in self.pays.slopes]

    def _payoffs(self, shares: Sequence[Any], exact: bool) -> list[Any]:
        import mpmath

        assert self.pays is not None
        if exact:
            place = {s: sp.Rational(v.numerator, v.denominator) for s, v in zip(self.symbols, shares, strict=True)}
            values = [payoff.subs(place) for payoff in self.flat]
            if all(value.is_Rational or not value.is_finite for value in values):
                return [_number(value) for value in values]
        with mpmath.workdps(80):
            return list(self.pays.values([as_mp(share) for share in shares]))

    def _at_poles(self, state: Any, shares: Any, payoffs: Any, slopes: Any) -> tuple[list[Any], list[list[Any]]]:
        """Payoffs of absent strategies that are not defined at the state, as limits from inside."""
        if all(_finite(cell) for row in (payoffs, *slopes) for cell in row):
            return payoffs, slopes
        used = [i for i, share in enumerate(shares) if share != 0]
        if not all(_finite(payoffs[i]) and all(_finite(slopes[i][j]) for j in used) for i in used):
            raise ValueError("not finite")
        t = sp.Dummy(positive=True)
        place = {}
        for part in self.formulas.shares:
            for symbol in part:
                at = sp.Rational(state[symbol].numerator, state[symbol].denominator)
                place[symbol] = at + t * (sp.Rational(1, len(part)) - at)
        mended = []
        for i, value in enumerate(payoffs):
            limit = None if _finite(value) else sp.limit(self.flat[i].subs(place), t, 0, "+")
            if limit is not None and not limit.is_infinite:
                raise ValueError("no infinite limit, and no value")
            mended.append(value if limit is None else (math.inf if limit > 0 else -math.inf))
        level = [payoffs[next(i for i in part if i in used)] for part in self.parts for _ in part]
        if any(value == level[i] and not all(map(_finite, slopes[i])) for i, value in enumerate(mended)):
            raise ValueError("a payoff that equals those in use has no derivative")
        return mended, [[cell if _finite(cell) else Fraction(0) for cell in row] for row in slopes]

    def _velocities(self, face: Face) -> tuple[list[sp.Symbol], list[sp.Expr]]:
        """The face's unknowns and their velocities on it."""
        rates = [v for part in self.formulas.velocities(self.dynamics.protocol) for v in part]
        speeds = dict(zip(self.symbols, rates, strict=True)) | dict(
            zip(self.formulas.outside, self.formulas.rates, strict=True)
        )
        return face.free, [speeds[symbol].subs(face.place) for symbol in face.free]

    def _lyapunov(self, face: Face, state: dict[sp.Symbol, Any]) -> tuple[float, bool]:
        free, speeds = self._velocities(face)
        velocity = sp.lambdify([free], speeds, "mpmath")
        return first_lyapunov(velocity, [as_mp(state[symbol]) for symbol in free])

    def _in_environment(self, face: Face, state: dict[sp.Symbol, Any], form: Any) -> RestPoint:
        free, speeds = self._velocities(face)
        inner = System(speeds, free)
        spectrum = spectrum_of(inner.slopes_at([state[s] for s in free]), self.rounding)
        across = self._across(face, state)
        signs = [0 if abs(float(v)) <= self.rounding else sign_of(v) for v in across.values()]
        values = (*spectrum.values, *(complex(float(v)) for v in across.values()))
        kind = named_type(values, (*spectrum.signs, *signs))
        turning = [v for v, s in zip(spectrum.values, spectrum.signs, strict=True) if s == 0]
        around = (
            separates(self.formulas, face) if len(turning) == 2 == len(free) and all(v.imag for v in turning) else ""
        )
        kind = "centre" if around and kind == "non-hyperbolic" else kind
        stability, reason = self._stability((*spectrum.signs, *signs), turning, around, signs, face, state)
        shares = tuple(np.array([float(state[s]) for s in part]) for part in self.formulas.shares)
        listed = None if form is None else tuple(tuple(_plain(form[s]) for s in part) for part in self.formulas.shares)
        outer = {name for role in self.dynamics.roles for name in self.dynamics.strategies[role]}
        nash = all(v <= 0 for (_, name), v in across.items() if name in outer)
        return RestPoint(
            shares=shares,
            exact=listed,
            roles=self.dynamics.roles,
            labels=tuple(self.dynamics.strategies[role] for role in self.dynamics.roles),
            support=face.support,
            residual=Fraction(0) if form is not None else inner.residual([float(state[s]) for s in free]),
            certificate=EXACT if form is not None else PROVED,
            internal=spectrum.values,
            transversal=across,
            type=kind,
            stability=stability,
            reason=reason,
            nash=bool(nash),
            environment={
                n: float(state[s]) for n, s in zip(self.dynamics.environment.names, self.formulas.outside, strict=True)
            },
        )

    def _across(self, face: Face, state: dict[sp.Symbol, Any]) -> dict[tuple[str, str], Any]:
        """Growth rates of absent strategies, and of the distance to an end that the environment keeps."""
        rates = self.formulas.velocities(self.dynamics.protocol)
        entries = []
        for role, part, used, speeds in zip(
            self.dynamics.roles, self.formulas.shares, face.support, rates, strict=True
        ):
            names = self.dynamics.strategies[role]
            entries += [((role, names[i]), part[i], speeds[i]) for i in range(len(part)) if i not in used]
        held = [s for s in self.formulas.outside if s not in face.free]
        for name, symbol, rate in zip(
            self.dynamics.environment.names, self.formulas.outside, self.formulas.rates, strict=True
        ):
            if symbol in held:
                entries.append((("environment", name), symbol, rate))
        place = {
            s: sp.Rational(v.numerator, v.denominator) if isinstance(v, Fraction) else sp.Float(str(v), 60)
            for s, v in state.items()
        }
        answer = {}
        for name, symbol, rate in entries:
            value = sp.diff(rate, symbol).subs(place)
            if not value.is_finite:
                raise ValueError("not finite")
            answer[name] = Fraction(int(value.p), int(value.q)) if value.is_Rational else float(value)
        return answer

    def _stability(
        self,
        everything: Sequence[int],
        turning: Sequence[complex],
        around: str,
        outer: Sequence[int],
        face: Face,
        state: Any,
    ) -> tuple[str, str]:
        if 1 in everything:
            return "unstable", "an eigenvalue is positive" + (f"; {around}" if around else "")
        if 0 not in everything:
            return "asymptotically stable", "the linearisation decides"
        if 0 not in outer and len(turning) == 2 and all(v.imag for v in turning):
            if around:
                return "stable", f"a centre: {around}"
            value, clear = self._lyapunov(face, state)
            if clear:
                word = "asymptotically stable" if value < 0 else "unstable"
                return word, f"weak focus: the first Lyapunov coefficient is {value:.4g}"
            return "undecided", "an imaginary pair, whose first Lyapunov coefficient vanishes to rounding"
        return "undecided", "an eigenvalue has real part 0"


def _number(value: sp.Expr) -> Any:
    if value.is_Rational:
        return Fraction(int(value.p), int(value.q))
    return float(value) if value.is_finite else math.nan


def _finite(value: Any) -> bool:
    import mpmath

    return bool(isinstance(value, Fraction | int) or mpmath.isfinite(value))


def _plain(value: Any) -> Any:
    return Fraction(int(value.p), int(value.q)) if value.is_Rational else value


def _within(face: Face, other: Face) -> bool:
    return face.place != other.place and all(set(a) <= set(b) for a, b in zip(face.support, other.support, strict=True))


def _spans(point: RestPoint, face: Face) -> bool:
    """Whether a point is a vertex of a face."""
    parts = zip(point.support, face.support, strict=True)
    return all(len(own) == 1 and own[0] in used for own, used in parts)


def _joined(count: int, groups: Sequence[tuple[int, ...]]) -> tuple[tuple[int, ...], ...]:
    from gametheory.methods.nash_subsets import components

    return components([*((k,) for k in range(count)), *groups])


def _order(point: RestPoint) -> Any:
    return (
        sum(map(len, point.support)),
        point.support,
        tuple(tuple(-part) for part in point.shares),
        tuple(point.environment.values()),
    )
