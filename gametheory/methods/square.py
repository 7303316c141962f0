r"""Two populations with two strategies each: every equilibrium of a rational payoff field, exactly.

Let x and s be the shares of the first strategies and :math:`D_1(x, s)`, :math:`D_2(x, s)` the payoff
differences between the first and the second strategy of each role, quotients of polynomials. A state of the
unit square is a Nash equilibrium iff each share is at 0 with D <= 0, at 1 with D >= 0, or inside with D = 0.
So:

* corners: two signs, of limits from inside where a payoff is not defined;
* edges: the zeros of one difference along the edge at which the other has the right sign; where the first
  vanishes on the whole edge, the segments on which the other has it;
* inside: the common zeros, by resultants. If one coordinate is rational, the other is a root of a gcd; if
  both are irrational, the pairs of roots of the two resultants are excluded by interval arithmetic or
  confirmed by Krawczyk's test.

References
----------
R. Krawczyk, *Newton-Algorithmen zur Bestimmung von Nullstellen mit Fehlerschranken*, Computing 4 (1969)
187-201.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import sympy as sp

from gametheory.enclosure import enclosure
from gametheory.interval import Interval
from gametheory.root_isolation import Root, gap_points, real_roots, sign_at

__all__ = ["Square", "equilibria_on_square"]

_UNIT = (Fraction(0), Fraction(1))
_Place = tuple[Root, Root]


@dataclass(frozen=True, slots=True)
class Square:
    """All equilibria (x, s), the pairs of indices that span a segment, and what was left undecided."""

    points: tuple[tuple[sp.Expr, sp.Expr], ...]
    segments: tuple[tuple[int, int], ...]
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Ratio:
    """A difference as numerator / denominator, polynomials in (x, s)."""

    top: sp.Poly
    bottom: sp.Poly


def equilibria_on_square(differences: Sequence[sp.Expr], shares: Sequence[sp.Symbol]) -> Square:
    """Find all equilibria of two populations with two strategies each.

    Parameters
    ----------
    differences : pair of sympy.Expr
        Payoff of the first minus payoff of the second strategy, for each role; rational in the shares.
    shares : pair of sympy.Symbol
        The shares of the first strategies.

    Returns
    -------
    Square

    Raises
    ------
    ValueError
        If a difference is not a rational function with rational coefficients.

    Examples
    --------
    >>> x, s = sp.symbols("x s")
    >>> found = equilibria_on_square((1 - 2 * s, 2 * x - 1), (x, s))
    >>> found.points
    ((1/2, 1/2),)
    """
    ratios = tuple(_ratio(difference, shares) for difference in differences)
    doubts: list[str] = []
    places: list[_Place] = []
    spans: list[tuple[_Place, _Place]] = []
    for a in (0, 1):
        for b in (0, 1):
            if _fits(_limit_at(ratios[0], shares, 1, b, a), a) and _fits(_limit_at(ratios[1], shares, 0, a, b), b):
                places.append((_point(a), _point(b)))
    for moving in (0, 1):
        for end in (0, 1):
            found, lines, doubt = _edge(ratios, shares, moving, end)
            places.extend(found)
            spans.extend(lines)
            doubts.extend(doubt)
    inside, doubt = _inside(ratios, shares)
    places.extend(inside)
    return _collected([*places, *(place for span in spans for place in span)], spans, [*doubts, *doubt])


def _ratio(difference: sp.Expr, shares: Sequence[sp.Symbol]) -> _Ratio:
    parts = sp.fraction(sp.cancel(sp.together(difference)))
    try:
        top, bottom = (sp.Poly(part, *shares, domain=sp.QQ) for part in parts)
    except (sp.PolynomialError, sp.CoercionFailed) as error:
        raise ValueError(f"{difference} is not a rational function of {shares[0]} and {shares[1]}") from error
    return _Ratio(top, bottom)


def _point(value: int) -> Root:
    return Root(sp.Integer(value), Fraction(value), Fraction(value), 1, (-value, 1))


def _lead(polynomial: sp.Poly, symbol: sp.Symbol, end: int) -> tuple[int, sp.Poly]:
    """Return order and leading coefficient at symbol -> end from inside the unit interval."""
    t = sp.Dummy("t")
    other = next(gen for gen in polynomial.gens if gen != symbol)
    moved = sp.Poly(polynomial.as_expr().subs(symbol, t if end == 0 else 1 - t), t, other, domain=sp.QQ)
    if moved.is_zero:
        return 0, sp.Poly(0, other, domain=sp.QQ)
    order = min(power for power, _ in moved.monoms())
    return order, sp.Poly(moved.as_expr().coeff(t, order), other, domain=sp.QQ)


def _on_edge(ratio: _Ratio, fixed: sp.Symbol, end: int) -> tuple[int, sp.Poly, sp.Poly]:
    """Return (order, top, bottom) of the difference near an edge: it is about top/bottom times t**order."""
    (high, top), (low, bottom) = _lead(ratio.top, fixed, end), _lead(ratio.bottom, fixed, end)
    return (0 if top.is_zero else high - low), top, bottom


def _limit_at(ratio: _Ratio, shares: Sequence[sp.Symbol], fixed: int, end: int, own: int) -> int:
    """Return the sign of the limit at a corner: the other's share goes to its end first, then the own."""
    order, top, bottom = _on_edge(ratio, shares[fixed], end)
    if order > 0 or top.is_zero:
        return 0
    high, low = _order_at(top, own), _order_at(bottom, own)
    if order == 0 and high[0] > low[0]:
        return 0
    return high[1] * low[1]


def _order_at(polynomial: sp.Poly, end: int) -> tuple[int, int]:
    """Return order of the zero at an end of the unit interval, and the sign just inside."""
    order = 0
    while polynomial.eval(end) == 0:
        polynomial = polynomial.exquo(sp.Poly([1, -end], polynomial.gen, domain=sp.QQ))
        order += 1
    sign = int(sp.sign(polynomial.eval(end)))
    return order, sign * (-1 if end == 1 and order % 2 else 1)


def _fits(sign: int, end: int) -> bool:
    return sign <= 0 if end == 0 else sign >= 0


def _edge(
    ratios: Sequence[_Ratio], shares: Sequence[sp.Symbol], moving: int, end: int
) -> tuple[list[_Place], list[tuple[_Place, _Place]], list[str]]:
    """Return points, segments and doubts on the edge where the share that does not move is at `end`."""
    fixed = 1 - moving
    order, top, bottom = _on_edge(ratios[moving], shares[fixed], end)
    held_order, held_top, held_bottom = _on_edge(ratios[fixed], shares[fixed], end)
    held = held_top * held_bottom if held_order <= 0 else sp.Poly(0, shares[moving], domain=sp.QQ)

    def place(root: Root) -> _Place:
        return (root, _point(end)) if moving == 0 else (_point(end), root)

    if order > 0 or top.is_zero:
        return [], [(place(a), place(b)) for a, b in _runs(held, end)], []
    roots = real_roots(top, *_UNIT) if not top.is_ground else ()
    if order < 0:
        where = f"{shares[fixed]} = {end}"
        return [], [], [f"the sign of an unbounded payoff at {where} changes along the edge"] if roots else []
    doubts = [
        f"both payoff differences meet a pole at {shares[moving]} = {root.exact}, {shares[fixed]} = {end}"
        for root in roots
        if sign_at(root, held_bottom) == 0
    ]
    kept = [root for root in roots if sign_at(root, bottom) != 0 and _fits(sign_at(root, held), end)]
    return [place(root) for root in kept], [], doubts


def _runs(held: sp.Poly, end: int) -> list[tuple[Root, Root]]:
    """Return the maximal closed intervals of [0, 1] on which the held share fits; a lone root twice."""
    if held.is_zero:
        return [(_point(0), _point(1))]
    roots = [_point(0), *real_roots(held, *_UNIT), _point(1)] if not held.is_ground else [_point(0), _point(1)]
    samples = gap_points(held, *_UNIT) if not held.is_ground else (Fraction(1, 2),)
    good = [_fits(int(sp.sign(held.eval(sp.Rational(p.numerator, p.denominator)))), end) for p in samples]
    runs: list[tuple[Root, Root]] = []
    for (left, right), fits in zip(pairwise(roots), good, strict=True):
        if fits and runs and runs[-1][1] is left:
            runs[-1] = (runs[-1][0], right)
        elif fits:
            runs.append((left, right))
    lone = [root for root in roots[1:-1] if not any(root in run for run in runs)]
    return [*runs, *((root, root) for root in lone if not _within(root, runs))]


def _within(root: Root, runs: list[tuple[Root, Root]]) -> bool:
    return any(run[0].upper < root.lower and root.upper < run[1].lower for run in runs)


def _inside(ratios: Sequence[_Ratio], shares: Sequence[sp.Symbol]) -> tuple[list[_Place], list[str]]:
    tops = [ratio.top for ratio in ratios]
    if tops[0].is_zero and tops[1].is_zero:
        return [], []
    common = sp.gcd(tops[0], tops[1])
    doubts = [
        f"where {factor.as_expr()} = 0 inside the square a curve of equilibria may lie, which is not listed"
        for factor, _ in common.factor_list()[1]
        if _may_vanish(factor)
    ]
    tops = [top.exquo(common) for top in tops]
    if any(top.is_ground and not top.is_zero for top in tops):
        return [], doubts
    candidates = [real_roots(p, *_UNIT) if not p.is_ground else () for p in _resultants(tops, shares)]
    poles = ratios[0].bottom * ratios[1].bottom
    found: list[_Place] = []
    for root in candidates[0]:
        for other in candidates[1]:
            verdict = _common_zero(tops, shares, (root, other))
            if verdict is None:
                doubts.append(f"({float(root):.12g}, {float(other):.12g}) could be neither confirmed nor excluded")
            elif verdict and _surely_nonzero(poles, shares, (root, other)):
                found.append((root, other))
    return found, doubts


def _may_vanish(factor: sp.Poly) -> bool:
    """Whether a factor can be 0 inside the unit square: decided for one variable, granted for two."""
    used = [gen for gen in factor.gens if factor.degree(gen) > 0]
    return len(used) > 1 or bool(real_roots(sp.Poly(factor.as_expr(), used[0], domain=sp.QQ), *_UNIT))


def _resultants(tops: Sequence[sp.Poly], shares: Sequence[sp.Symbol]) -> list[sp.Poly]:
    expressions = [top.as_expr() for top in tops]
    return [sp.Poly(sp.resultant(*expressions, shares[1 - kept]), shares[kept], domain=sp.QQ) for kept in (0, 1)]


def _common_zero(tops: Sequence[sp.Poly], shares: Sequence[sp.Symbol], place: _Place) -> bool | None:
    """Decide whether both polynomials vanish at a pair of algebraic numbers; None if undecided."""
    for index in (0, 1):
        if place[index].exact.is_Rational:
            rest = [
                sp.Poly(top.as_expr().subs(shares[index], place[index].exact), shares[1 - index], domain=sp.QQ)
                for top in tops
            ]
            return all(sign_at(place[1 - index], p) == 0 for p in rest)
    fine = tuple(root.refined(Fraction(1, 10**25)) for root in place)
    box = [Interval.of(root.lower).hull(Interval.of(root.upper)) for root in fine]
    for top in tops:
        value = enclosure(sp.horner(top.as_expr()), shares[0], (shares[1],))(*box).value
        if value.lo > 0 or value.hi < 0:
            return False
    return True if _krawczyk(tops, shares, box) else None


def _krawczyk(tops: Sequence[sp.Poly], shares: Sequence[sp.Symbol], box: Sequence[Interval]) -> bool:
    """Whether a common zero lies near the box, by Krawczyk's test on a box a little wider."""
    middle = [Interval(cell.middle, cell.middle) for cell in box]
    wide = [Interval(cell.middle - 1e-10, cell.middle + 1e-10) for cell in box]
    values = [enclosure(top.as_expr(), shares[0], (shares[1],))(*middle).value for top in tops]
    slopes = [[enclosure(top.diff(v).as_expr(), shares[0], (shares[1],))(*wide).value for v in shares] for top in tops]
    (a, b), (c, d) = ([cell.middle for cell in row] for row in slopes)
    if a * d - b * c == 0:
        return False
    scale = 1 / (a * d - b * c)
    inverse = [[d * scale, -b * scale], [-c * scale, a * scale]]
    for i in (0, 1):
        row = [Interval.of(value) for value in inverse[i]]
        image = middle[i] - (row[0] * values[0] + row[1] * values[1])
        for j in (0, 1):
            product = row[0] * slopes[0][j] + row[1] * slopes[1][j]
            image = image + (Interval.of(float(i == j)) - product) * (wide[j] - middle[j])
        if not wide[i].lo < image.lo <= image.hi < wide[i].hi:
            return False
    return True


def _surely_nonzero(polynomial: sp.Poly, shares: Sequence[sp.Symbol], place: _Place) -> bool:
    values = dict(zip(shares, (root.exact for root in place), strict=True))
    return bool(abs(sp.N(polynomial.as_expr().subs(values), 30)) > 1e-15)


def _collected(places: list[_Place], spans: list[tuple[_Place, _Place]], doubts: list[str]) -> Square:
    exact = {tuple(root.exact for root in place): tuple(float(root) for root in place) for place in places}
    points = sorted(exact, key=lambda point: exact[point])
    index = {point: i for i, point in enumerate(points)}
    segments = [tuple(index[tuple(root.exact for root in place)] for place in span) for span in spans]
    distinct = sorted({(min(pair), max(pair)) for pair in segments if pair[0] != pair[1]})
    return Square(tuple(points), tuple(distinct), tuple(dict.fromkeys(doubts)))
