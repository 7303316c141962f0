r"""When a rest point is stable, as inequalities in the parameters: maps and flows of one to three variables.

With characteristic polynomial :math:`z^n + a_1 z^{n-1} + \dots + a_n` of the Jacobian, all roots lie inside the unit
circle (a map), or left of the imaginary axis (a flow), iff all of these are positive:

=====  ===========================================================================  ================
order  map                                                                          flow
=====  ===========================================================================  ================
1      1 + a1, 1 - a1                                                               a1
2      1 + a1 + a2, 1 - a1 + a2, 1 - a2                                             a1, a2
3      1 + a1 + a2 + a3, 1 - a1 + a2 - a3, 1 -+ a3, 1 - a3^2 -+ (a2 - a1 a3)        a1, a3, a1 a2 - a3
=====  ===========================================================================  ================

References
----------
Jury (1964), Theory and Application of the z-Transform Method; Hurwitz (1895), Mathematische Annalen 46, 273-284.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import sympy as sp

from .checking import Ranges
from .signs import sign
from .turning import Threshold, threshold

__all__ = ["Stability", "stability", "stability_of"]

Kind = Literal["map", "flow"]


@dataclass(frozen=True, slots=True)
class Stability:
    """What must be positive for a rest point to be stable, and the Jacobian there.

    Parameters
    ----------
    kind : {"map", "flow"}
    jacobian : sympy.ImmutableMatrix
    conditions : tuple of sympy.Expr
        All positive: stable. One negative: unstable. Those that the assumptions settle are left out.
    """

    kind: Kind
    jacobian: sp.ImmutableMatrix
    conditions: tuple[sp.Expr, ...]

    def thresholds(self, parameter: sp.Symbol, *, ranges: Ranges | None = None) -> tuple[Threshold, ...]:
        """Where one of the conditions changes sign in a parameter.

        Examples
        --------
        >>> x, b, d, step = sp.symbols("x b d lambda", positive=True)
        >>> tatonnement = stability(x - step * (b + d) * x, x)
        >>> [str(each.value) for each in tatonnement.thresholds(step)]
        ['2/(b + d)']
        """
        holding = [each for each in self.conditions if each.has(parameter)]
        found = [one for each in holding for one in threshold(each, parameter, ranges=ranges)]
        return tuple(one for place, one in enumerate(found) if one.value not in [o.value for o in found[:place]])

    @property
    def relation(self) -> sp.Basic:
        """The conditions as one relation."""
        return sp.And(*(each > 0 for each in self.conditions))


def stability(
    rule: sp.Expr | Sequence[sp.Expr],
    variables: sp.Symbol | Sequence[sp.Symbol],
    *,
    at: Mapping[sp.Symbol, sp.Expr] | None = None,
    kind: Kind = "map",
    ranges: Ranges | None = None,
) -> Stability:
    """When a rest point of a map x' = f(x), or of a flow dx/dt = f(x), is stable.

    Parameters
    ----------
    rule : sympy.Expr or sequence of them
        f, one expression for each variable.
    variables : sympy.Symbol or sequence of them
        One to three.
    at : mapping from variable to expression, optional
        The rest point; it is checked. Not needed for a linear rule.
    kind : {"map", "flow"}
    ranges : mapping from symbol to (low, high), optional

    Returns
    -------
    Stability

    Raises
    ------
    ValueError
        When `at` is no rest point, or the numbers of rules and variables differ.

    Examples
    --------
    >>> P, last, m, a, b, V = sp.symbols("P last m alpha beta V", positive=True)
    >>> chartists = stability((P + m * (b * (V - P) + a * (P - last)), P), (P, last), at={P: V, last: V})
    >>> chartists.conditions
    (2*alpha*m - beta*m + 2, -alpha*m + 1)
    """
    rules = tuple(rule) if isinstance(rule, Sequence) else (rule,)
    moving = tuple(variables) if isinstance(variables, Sequence) else (variables,)
    if len(rules) != len(moving):
        raise ValueError(f"{len(rules)} rules for {len(moving)} variables: give one for each")
    here = dict(at or {})
    for each, one in zip(moving, rules, strict=True):
        rest = one - each if kind == "map" else one
        if here and sp.simplify(rest.subs(here, simultaneous=True)) != 0:
            raise ValueError(f"{here} is no rest point: {each} goes on by {sp.simplify(rest.subs(here))}")
    jacobian = sp.Matrix(rules).jacobian(moving).subs(here)
    return stability_of(jacobian, kind=kind, ranges=ranges)


def stability_of(jacobian: sp.Matrix, *, kind: Kind = "map", ranges: Ranges | None = None) -> Stability:
    """When a rest point with this Jacobian is stable.

    Parameters
    ----------
    jacobian : sympy.Matrix
        Square, of order one to three.
    kind : {"map", "flow"}
    ranges : mapping from symbol to (low, high), optional

    Raises
    ------
    ValueError
        For another shape or kind, or when some condition never holds: the rest point is then unstable.

    Examples
    --------
    >>> a = sp.Symbol("a", positive=True)
    >>> stability_of(sp.Matrix([[-a, 1], [-1, 0]]), kind="flow").conditions
    ()
    """
    rows, columns = jacobian.shape
    if rows != columns or not 1 <= rows <= 3:
        raise ValueError(f"a Jacobian of order 1, 2 or 3 is needed, got {rows} x {columns}")
    if kind not in ("map", "flow"):
        raise ValueError(f"kind is 'map' or 'flow', not {kind!r}")
    coefficients = jacobian.charpoly(sp.Dummy("z")).all_coeffs()[1:]
    criteria = (_jury if kind == "map" else _routh)(*coefficients)
    left = []
    for each in (sp.factor(one) for one in criteria):
        name = sign(each, ranges=ranges).name
        if name in ("negative", "nonpositive", "zero"):
            raise ValueError(f"never stable: {each} must be positive and is {name}")
        if name != "positive":
            left.append(sp.expand(each))
    return Stability(kind, sp.ImmutableMatrix(jacobian), tuple(dict.fromkeys(left)))


def _jury(*a: sp.Expr) -> tuple[sp.Expr, ...]:
    if len(a) == 1:
        return 1 + a[0], 1 - a[0]
    if len(a) == 2:
        return 1 + a[0] + a[1], 1 - a[0] + a[1], 1 - a[1]
    one, two, three = a
    inner = 1 - three**2, two - one * three
    return (
        1 + one + two + three, 1 - one + two - three, 1 - three, 1 + three, inner[0] - inner[1], inner[0] + inner[1],
    )  # fmt: skip


def _routh(*a: sp.Expr) -> tuple[sp.Expr, ...]:
    return a if len(a) < 3 else (a[0], a[2], a[0] * a[1] - a[2])
