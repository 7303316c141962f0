r"""Adaptive dynamics: evolution of a trait that is a number, by small mutations one after the other.

A rare mutant y among residents who all play x is paid :math:`\pi(y, (n-1) x)`, in groups of n, and grows at its
invasion fitness

.. math:: s(y, x) = \pi(y, (n-1) x) - \pi(x, (n-1) x).

The trait climbs the gradient of selection :math:`D(x) = \partial_y s(y, x)|_{y = x}` [1]_ and may stop at a *singular
strategy*, :math:`D(x^*) = 0`. Two signs say what happens there [2]_:

=======================  ========================  =========================
                         s_yy < 0: not invaded     s_yy > 0: invaded
=======================  ========================  =========================
D' < 0: is approached    continuously stable       branching point
D' > 0: is left          Garden of Eden            repeller
=======================  ========================  =========================

At a branching point the population arrives and then splits in two. Where either number is 0 the strategy is
degenerate: higher derivatives decide.

References
----------
.. [1] U. Dieckmann and R. Law, *J. Math. Biol.* 34 (1996) 579.
.. [2] S. A. H. Geritz, E. Kisdi, G. Meszena and J. A. J. Metz, *Evol. Ecol.* 12 (1998) 35.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

from gametheory.continuous import Continuous
from gametheory.enclosure import enclosure
from gametheory.exact_expression import is_identically_zero
from gametheory.interval import Interval
from gametheory.methods.algebraic import Piece, algebraic_form, pieces, unfolded
from gametheory.methods.branch_and_bound import isolate_roots

__all__ = ["SingularStrategy", "singular_strategies"]

KINDS = {
    (-1, -1): "continuously stable",
    (-1, 1): "branching point",
    (1, -1): "Garden of Eden",
    (1, 1): "repeller",
}


@dataclass(frozen=True, slots=True)
class SingularStrategy:
    """A trait at which selection has no direction.

    Parameters
    ----------
    value : float
        The trait x*.
    exact : sympy.Expr or None
        The same as an exact number, where it is algebraic.
    slope : float
        D'(x*): negative where residents nearby evolve towards x*.
    curvature : float
        s_yy(x*, x*): negative where no mutant nearby can invade.
    kind : str
        "continuously stable", "branching point", "Garden of Eden", "repeller" or "degenerate".
    """

    value: float
    exact: sp.Expr | None
    slope: float
    curvature: float
    kind: str

    def __str__(self) -> str:
        return f"{self.value:.6g}: {self.kind} (slope {self.slope:.4g}, curvature {self.curvature:.4g})"


def singular_strategies(game: Continuous) -> tuple[SingularStrategy, ...]:
    """All singular strategies in the open interval of traits, ascending; roots are isolated, none is missed.

    Parameters
    ----------
    game : Continuous
        Its players meet in groups drawn at random from one large population.

    Returns
    -------
    tuple of SingularStrategy
        Empty where the trait evolves to an end of the interval from everywhere.

    Raises
    ------
    ValueError
        If no mutant is ever better or worse, or payoffs have a kink where all play alike.
    ArithmeticError
        If roots of the gradient could not be told apart.

    References
    ----------
    .. [1] M. Doebeli, C. Hauert and T. Killingback, *Science* 306 (2004) 859.

    Examples
    --------
    >>> x, X = sp.symbols("x X")
    >>> benefit, cost = 6 * (x + X) - 1.4 * (x + X) ** 2, 4.56 * x - 1.6 * x**2
    >>> snowdrift = Continuous(benefit - cost, x, X, players=2, interval=(0, 1))
    >>> print(*singular_strategies(snowdrift))
    0.6: branching point (slope -2.4, curvature 0.4)
    """
    x, gradient, curvature = _selection(game)
    slope = sp.diff(gradient, x)
    return tuple(_judged(exact, cell, x, slope, curvature) for exact, cell in _zeros(gradient, x, game))


def _selection(game: Continuous) -> tuple[sp.Symbol, sp.Expr, sp.Expr]:
    """The resident trait, D and s_yy as functions of it."""
    lo, hi = game.interval
    x = sp.Dummy("x", **({"positive": True} if lo >= 0 else {"real": True}))
    y = sp.Dummy("y", **({"positive": True} if lo >= 0 else {"real": True}))
    others = (game.players - 1) * x
    fitness = unfolded(game.payoff_expression.subs({game.action: y, game.others: others}, simultaneous=True))
    smooth = [_smooth(sp.diff(fitness, y, order).subs(y, x), x, game) for order in (1, 2)]
    if is_identically_zero(smooth[0], (x,), lo, hi):
        raise ValueError(
            f"the gradient of selection of {game.name} is 0 for every trait: no mutant of small effect is better or "
            "worse, and nothing singles out a strategy"
        )
    return x, smooth[0], smooth[1]


def _smooth(expression: sp.Expr, x: sp.Symbol, game: Continuous) -> sp.Expr:
    parts: tuple[Piece, ...] = pieces(expression, x, *game.interval)
    if len(parts) > 1 or not parts[0].whole:
        where = f" at {parts[1].lo}" if len(parts) > 1 else ""
        raise ValueError(
            f"the payoff of {game.name} has a kink or jump where all play alike{where}; adaptive dynamics needs smooth "
            "payoffs: give an interval without it"
        )
    return parts[0].expression


def _zeros(gradient: sp.Expr, x: sp.Symbol, game: Continuous) -> list[tuple[sp.Expr | None, Interval]]:
    """Exact value, if there is one, and enclosure of each root."""
    form = algebraic_form(gradient, x)
    if form is not None and form.is_rational:
        return [(value, form.enclosure(root)) for value, root in form.roots(*game.interval)]
    cells = isolate_roots(gradient, x, *game.interval)
    if cells.undecided:
        told = ", ".join(f"{cell.lo:.12g} to {cell.hi:.12g}" for cell in cells.undecided)
        raise ArithmeticError(f"whether the gradient of selection of {game.name} vanishes was not decided at {told}")
    return [(None, cell) for cell in cells.roots]


def _judged(
    exact: sp.Expr | None, cell: Interval, x: sp.Symbol, slope: sp.Expr, curvature: sp.Expr
) -> SingularStrategy:
    (slope_sign, slope_value), (bend_sign, bend_value) = (_sign(each, exact, cell, x) for each in (slope, curvature))
    kind = KINDS.get((slope_sign, bend_sign), "degenerate")
    return SingularStrategy(cell.middle, exact, slope_value, bend_value, kind)


def _sign(expression: sp.Expr, exact: sp.Expr | None, cell: Interval, x: sp.Symbol) -> tuple[int, float]:
    """Sign at the root, 0 where it is 0 to rounding, and value."""
    value: Any = enclosure(expression, x)(cell).value
    if exact is not None and exact.is_Rational:
        found = expression.subs(x, exact)
        return int(sp.sign(found)), float(found)
    return (int(value.lo > 0) - int(value.hi < 0)), 0.0 if value.lo <= 0 <= value.hi else float(value.middle)
