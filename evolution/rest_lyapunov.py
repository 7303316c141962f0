r"""The first Lyapunov coefficient of a rest point with one imaginary pair: does the motion spiral in or out?

With J q = i w q, J^T p = -i w p, <p, q> = 1 and B, C the second and third derivatives of the velocity,

    l_1 = Re( <p, C(q, q, q')> - 2 <p, B(q, J^-1 B(q, q'))> + <p, B(q', (2 i w - J)^-1 B(q, q))> ) / (2 w),

q' the conjugate. All other eigenvalues negative, the point is asymptotically stable if l_1 < 0, unstable if l_1 > 0;
l_1 = 0 decides nothing. Derivatives are differences at 80 digits along complex directions, which is far more than the
sum of the terms needs.

References
----------
.. [1] Yu. A. Kuznetsov, *Elements of Applied Bifurcation Theory*, 3rd ed., Springer 2004, section 5.4.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

__all__ = ["first_lyapunov"]

Velocity = Callable[[Sequence[Any]], Sequence[Any]]
_DIGITS, _TOLD = 80, 1e-14


def first_lyapunov(velocity: Velocity, point: Sequence[Any]) -> tuple[float, bool]:
    """l_1 at a rest point, and whether its sign stands out from rounding.

    Parameters
    ----------
    velocity : callable
        In coordinates without constraints; takes and returns sequences of mpmath numbers, complex ones too.
    point : sequence of numbers
        At rest, correct to 60 digits.

    Returns
    -------
    float, bool

    Examples
    --------
    >>> turning = lambda v: [-v[1] - v[0] ** 3, v[0] - v[1] ** 3]
    >>> value, told = first_lyapunov(turning, [0, 0])
    >>> round(value, 6), told
    (-1.5, True)
    """
    import mpmath

    with mpmath.workdps(_DIGITS):
        form = _Derivatives(velocity, [mpmath.mpmathify(value) for value in point])
        jacobian = form.first()
        values, left, right = mpmath.eig(jacobian, left=True, right=True)
        place = min(
            (k for k in range(len(values)) if mpmath.im(values[k]) > 0), key=lambda k: abs(mpmath.re(values[k]))
        )
        speed = mpmath.im(values[place])
        q, p = right[:, place], left[place, :].T
        p = p / sum(a * b for a, b in zip(p, q, strict=True))  # rows of `left` are conjugate already
        other = q.apply(mpmath.conj)
        slow = mpmath.lu_solve(jacobian, form.second(q, other))
        fast = mpmath.lu_solve(2j * speed * mpmath.eye(len(values)) - jacobian, form.second(q, q))
        vectors = (form.third(q, q, other), -2 * form.second(q, slow), form.second(other, fast))
        terms = [sum(a * b for a, b in zip(p, vector, strict=True)) / (2 * speed) for vector in vectors]
        total, size = mpmath.re(sum(terms)), sum(abs(term) for term in terms)
        return float(total), bool(abs(total) > _TOLD * size)


class _Derivatives:
    """Differences of a velocity at a point, exact to about 20 digits."""

    def __init__(self, velocity: Velocity, point: Sequence[Any]) -> None:
        self.velocity, self.point = velocity, point

    def first(self) -> Any:
        import mpmath

        step = mpmath.mpf(10) ** -30
        size = range(len(self.point))
        columns = []
        for j in size:
            unit = [mpmath.mpf(int(i == j)) for i in size]
            ahead, behind = self.at([(step, unit)]), self.at([(-step, unit)])
            columns.append([(a - b) / (2 * step) for a, b in zip(ahead, behind, strict=True)])
        return mpmath.matrix(columns).T

    def second(self, u: Any, v: Any) -> Any:
        return self._difference((u, v), 18)

    def third(self, u: Any, v: Any, w: Any) -> Any:
        return self._difference((u, v, w), 14)

    def _difference(self, directions: Sequence[Any], digits: int) -> Any:
        """Central differences: the sum over signs s of prod(s) f(x + h sum s_k u_k) / (2 h)^k."""
        from itertools import product

        import mpmath

        step = mpmath.mpf(10) ** -digits
        total = [mpmath.mpf(0)] * len(self.point)
        for signs in product((1, -1), repeat=len(directions)):
            weight = 1
            for sign in signs:
                weight *= sign
            value = self.at([(sign * step, u) for sign, u in zip(signs, directions, strict=True)])
            total = [t + weight * v for t, v in zip(total, value, strict=True)]
        return mpmath.matrix(total) / (2 * step) ** len(directions)

    def at(self, moves: Sequence[tuple[Any, Any]]) -> list[Any]:
        place = list(self.point)
        for step, direction in moves:
            place = [x + step * d for x, d in zip(place, direction, strict=True)]
        return list(self.velocity(place))
