r"""From a point near a simple root of a support's system to the root itself, exactly or in a proved enclosure.

Newton's method in ball arithmetic (Arb, 1024 bits) brings the point within 2^-900 of a root; Krawczyk's test on a
small box around it proves that the box holds exactly one. Then its form is guessed from the digits and *proved* by
substitution in exact arithmetic: rational coordinates by continued fractions, coordinates u + v sqrt(d) by lattice
reduction. A root of higher degree stays an enclosure. Inequalities are decided exactly for exact roots, else
by the balls; what the balls do not decide is said to be undecided.

References
----------
R. Krawczyk, Computing 4 (1969) 187-201. A. K. Lenstra, H. W. Lenstra, L. Lovasz, Math. Ann. 261 (1982) 515-534.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from gametheory.methods.quadratic import Quadratic
from gametheory.methods.support_systems import PayoffDifferences, Support, exact_rows

_BITS = 1024
_RADIUS = Fraction(1, 2**900)
_NEAR = Fraction(1, 2**940)
_GUESS = 2**420  # the largest denominator looked for
_STEPS = 12

Rows = list[tuple[int, int, NDArray[Any]]]


class RootSystem(Protocol):
    """A support's equations in whatever form the game has; `values` are its probabilities, one sequence a player."""

    @property
    def support(self) -> Support:
        """The actions in use."""

    def equations(self, values: Any) -> list[Any]:
        """What must vanish."""

    def jacobian(self, values: Any) -> list[list[Any]]:
        """Derivatives of the equations by the free coordinates, those after each support's first."""

    def inequalities(self, values: Any) -> list[tuple[int, int, Any]]:
        """(player, action, D), D <= 0 at an equilibrium, for the actions out of use."""


@dataclass(frozen=True, slots=True, eq=False)
class CertifiedRoot:
    """One root of a support's system.

    Parameters
    ----------
    support : tuple of tuples of int
    centre : tuple of Fraction
        Its free coordinates within 2^-950.
    floats : tuple of float arrays
        Its coordinates on the support, each within a few roundings.
    exact : tuple of tuples of Fraction or Quadratic, or None
    degree : int
        1 for a rational root, 2 for square roots, 0 where only the enclosure is known.
    signs : tuple of (int, int, int or None)
        (player, action, sign of D): for each action outside of the support, None where undecided.
    positive : bool or None
        Whether all coordinates are positive; None where undecided.
    index : int
        (-1)^N sign det J, N equations: the index of the equilibrium if all inequalities are strict.
    """

    support: Support
    centre: tuple[Fraction, ...]
    floats: tuple[NDArray[np.float64], ...]
    exact: tuple[tuple[Any, ...], ...] | None
    degree: int
    signs: tuple[tuple[int, int, int | None], ...]
    positive: bool | None
    index: int

    @property
    def verdict(self) -> bool | None:
        """Whether it is an equilibrium with exactly this support; None where undecided."""
        signs = [sign for _, _, sign in self.signs]
        if self.positive is False or 1 in signs:
            return False
        return None if self.positive is None or None in signs else True

    def is_same(self, other: CertifiedRoot) -> bool:
        """Whether two proved roots of one system are one: then their centres are closer than the proof's boxes."""
        return all(abs(a - b) < _NEAR for a, b in zip(self.centre, other.centre, strict=True))

    @property
    def strict(self) -> bool:
        """Whether every action out of use is strictly worse (the equilibrium is quasi-strict)."""
        return all(sign == -1 for _, _, sign in self.signs)


def certified_root(
    differences: PayoffDifferences, support: Support, point: Sequence[NDArray[np.float64]]
) -> CertifiedRoot | None:
    """The root near a point, with its proof; None if none could be proved (a singular root, or too far away).

    Parameters
    ----------
    differences : PayoffDifferences
    support : one ascending tuple of actions a player
    point : one float array a player
        Barycentric coordinates on the support.

    Returns
    -------
    CertifiedRoot or None

    Examples
    --------
    >>> from gametheory.normal_form import NormalForm
    >>> pennies = PayoffDifferences(NormalForm.zero_sum([[1, -1], [-1, 1]]))
    >>> root = certified_root(pennies, ((0, 1), (0, 1)), [np.array([0.4, 0.6])] * 2)
    >>> root.exact[0], root.verdict, root.index
    ((Fraction(1, 2), Fraction(1, 2)), True, 1)
    """
    return certified(_Multilinear(support, list(exact_rows(differences, support))), point)


def certified(system: RootSystem, point: Sequence[NDArray[np.float64]]) -> CertifiedRoot | None:
    """The root of a system near a point, with its proof; see `certified_root`.

    Parameters
    ----------
    system : RootSystem
    point : one float array a player

    Returns
    -------
    CertifiedRoot or None
    """
    from flint import ctx

    with ctx.workprec(_BITS):
        found = _enclosed(system, point)
        if found is None:
            return None
        balls, index = found
        exact, degree = _exact_form(system, balls)
        values: Any = exact if exact is not None else balls
        signs = signs_at(system, values)
        low = [_sign(p) for part in values for p in part]
        floats = tuple(np.array([_float(p) for p in part]) for part in values)
    positive = False if -1 in low or 0 in low else (None if None in low else True)
    centre = tuple(_middle(p) for part in balls for p in part[1:])
    return CertifiedRoot(system.support, centre, floats, exact, degree, signs, positive, index)


def pure_root(differences: PayoffDifferences, support: Support) -> CertifiedRoot:
    """A pure profile as the root of the empty system.

    Parameters
    ----------
    differences : PayoffDifferences
    support : one action a player, each in a tuple

    Returns
    -------
    CertifiedRoot
    """
    exact = tuple((1,) for _ in support)
    signs = signs_at(_Multilinear(support, list(exact_rows(differences, support))), exact)
    return CertifiedRoot(support, (), tuple(np.ones(1) for _ in support), exact, 1, signs, True, 1)


def signs_at(system: RootSystem, values: Any) -> tuple[tuple[int, int, int | None], ...]:
    """(player, action, sign of D) of each action outside of the support, at exact numbers or balls.

    Parameters
    ----------
    system : RootSystem
    values : one sequence a player
        Probabilities on the support: ints, Fractions, Quadratics or balls.

    Returns
    -------
    tuple of (int, int, int or None)
    """
    return tuple((k, action, _sign(value)) for k, action, value in system.inequalities(values))


@dataclass(frozen=True, slots=True, eq=False)
class _Multilinear:
    """The system of a game in normal form, from its exact tables of payoff differences."""

    support: Support
    rows: Rows

    def equations(self, values: Any) -> list[Any]:
        return [_value(table, k, values) for k, action, table in self.rows if action in self.support[k]]

    def inequalities(self, values: Any) -> list[tuple[int, int, Any]]:
        idle = [row for row in self.rows if row[1] not in self.support[row[0]]]
        return [(k, action, _value(table, k, values)) for k, action, table in idle]

    def jacobian(self, values: Any) -> list[list[Any]]:
        matrix = []
        for k, action, table in self.rows:
            if action not in self.support[k]:
                continue
            line: list[Any] = []
            for j, part in enumerate(self.support):
                if j == k:
                    line += [0] * (len(part) - 1)
                elif len(part) > 1:
                    kept = np.moveaxis(table, j - (j > k), 0)
                    rest = [values[i] for i in range(len(self.support)) if i not in (j, k)]
                    at = [_contracted(cell, rest) for cell in kept]
                    line += [value - at[0] for value in at[1:]]
            matrix.append(line)
        return matrix


def _value(table: NDArray[Any], player: int, values: Any) -> Any:
    """A multilinear table at the others' strategies."""
    return _contracted(table, [part for j, part in enumerate(values) if j != player])


def _contracted(table: Any, parts: Sequence[Any]) -> Any:
    for part in reversed(parts):
        table = table @ np.array(part, dtype=object)
    return table.item() if isinstance(table, np.ndarray) else table


def _enclosed(system: RootSystem, point: Sequence[Any]) -> tuple[list[list[Any]], int] | None:
    """Balls around the coordinates of a root that Krawczyk's test proves, and the root's index."""
    from flint import arb, arb_mat

    support = system.support
    free = arb_mat([[arb(float(p))] for part in point for p in part[1:]])
    size = free.nrows()
    try:
        for _ in range(_STEPS):
            values = _strategies(free, support)
            jacobian = arb_mat(system.jacobian(values))
            step = jacobian.solve(arb_mat([[value] for value in system.equations(values)])).mid()
            free = (free - step).mid()
            if all(abs(step[i, 0]) < arb(2) ** -950 for i in range(size)):
                break
        middle = _strategies(free, support)
        inverse = arb_mat(system.jacobian(middle)).inv().mid()
    except ZeroDivisionError:
        return None
    radius = arb(0, arb(_RADIUS.numerator) / _RADIUS.denominator)
    box = arb_mat([[free[i, 0] + radius] for i in range(size)])
    slope = arb_mat(system.jacobian(_strategies(box, support)))
    shrunk = arb_mat(size, size, [int(i == j) for i in range(size) for j in range(size)]) - inverse * slope
    start = inverse * arb_mat([[value] for value in system.equations(middle)])
    image = free - start + shrunk * arb_mat([[radius]] * size)
    if not all(box[i, 0].contains_interior(image[i, 0]) and image[i, 0].rad() < arb(2) ** -950 for i in range(size)):
        return None
    sign = _sign(slope.det())
    return (_strategies(image, support), (sign or 0) * (-1) ** size) if sign else None


def _strategies(free: Any, support: Support) -> list[list[Any]]:
    """All coordinates from the free ones: the first is what is left."""
    from flint import arb

    out, place = [], 0
    for part in support:
        rest = [free[place + i, 0] for i in range(len(part) - 1)]
        out.append([arb(1) - sum(rest, arb(0)), *rest])
        place += len(part) - 1
    return out


def _exact_form(system: RootSystem, balls: list[list[Any]]) -> tuple[Any, int]:
    """The root in rationals (degree 1) or in one quadratic field (2), proved by substitution; else (None, 0)."""
    rational = [[_rational(ball) for ball in part[1:]] for part in balls]
    if all(value is not None for part in rational for value in part):
        exact = _completed(rational)
        if all(value == 0 for value in system.equations(exact)):
            return exact, 1
    quadratic = _quadratic(balls)
    if quadratic is not None and all(_sign(value) == 0 for value in system.equations(quadratic)):
        return quadratic, 2
    return None, 0


def _completed(free: Any) -> tuple[tuple[Any, ...], ...]:
    return tuple((1 - sum(part, Fraction(0)), *part) for part in free)


def _middle(ball: Any) -> Fraction:
    mantissa, exponent = ball.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def _rational(ball: Any) -> Fraction | None:
    """The fraction with a moderate denominator in the ball, which is unique if there is one."""
    middle = _middle(ball)
    guess = middle.limit_denominator(_GUESS)
    return guess if abs(guess - middle) <= 2 * _RADIUS else None


def _quadratic(balls: list[list[Any]]) -> Any:
    """Guess u + v sqrt(d) for all coordinates, with the d of the first irrational one."""
    field: tuple[Fraction, int] | None = None  # sqrt(d) to the balls' precision, and d
    out: list[list[Quadratic]] = []
    for part in balls:
        line = []
        for ball in part[1:]:
            value, rational = _middle(ball), _rational(ball)
            if rational is not None:
                line.append(Quadratic(rational, Fraction(0), field[1] if field else 0))
                continue
            if field is None:
                relation = _relation([Fraction(1), value, value * value], 2**280)
                if relation is None or not relation[2]:
                    return None
                c, b, a = relation
                d = b * b - 4 * a * c
                root = 2 * a * value + b
                field = (abs(root), d)
                line.append(Quadratic(Fraction(-b, 2 * a), Fraction(1 if root > 0 else -1, 2 * a), d))
                continue
            relation = _relation([Fraction(1), value, field[0]], 2**280)
            if relation is None or not relation[1]:
                return None
            line.append(Quadratic(Fraction(-relation[0], relation[1]), Fraction(-relation[2], relation[1]), field[1]))
        out.append(line)
    if field is None or field[1] <= 0:
        return None
    one, zero = Fraction(1), Fraction(0)
    parts = [[Quadratic(q.rational, q.factor, field[1]) for q in line] for line in out]
    return tuple((sum((-q for q in line), Quadratic(one, zero, field[1])), *line) for line in parts)


def _relation(values: Sequence[Fraction], largest: int) -> list[int] | None:
    """Whole numbers, not too large, whose combination of the values vanishes to the precision (by LLL)."""
    from flint import fmpz_mat

    scale = 2**860
    size = len(values)
    lines = [[int(i == j) for j in range(size)] + [round(value * scale)] for i, value in enumerate(values)]
    shortest = fmpz_mat(lines).lll().tolist()[0]
    relation = [int(entry) for entry in shortest[:size]]
    return relation if max(map(abs, relation)) < largest and abs(int(shortest[size])) < 2**320 else None


def _sign(value: Any) -> int | None:
    """The sign of an exact number or a ball; None where the ball does not tell."""
    if isinstance(value, Quadratic):
        return value.sign
    if isinstance(value, Fraction | int):
        return (value > 0) - (value < 0)
    return 1 if value > 0 else (-1 if value < 0 else None)


def _float(value: Any) -> float:
    return float(value) if isinstance(value, Fraction | int | Quadratic) else float(value.mid())
