r"""The best value of one parameter: in closed form, with a proof, or as a number with its bracket.

An interior maximum g'(p) = 0, g''(p) < 0 is found by solving in powers of the parameter (`power`), and checked three
times: the slope vanishes there, the goal bends downwards there, and no other value of the domain does better.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from .checking import Ranges
from .derivation import Derivation, DerivationError, prove
from .power import power_roots

__all__ = ["Optimum", "aligning_value", "best_number", "best_value"]


@dataclass(frozen=True, slots=True)
class Optimum:
    """The best value of a parameter.

    Parameters
    ----------
    parameter : sympy.Symbol
    value : sympy.Expr
        In the other symbols.
    goal : sympy.Expr
        What the goal is there.
    derivation : Derivation
        Slope, bend, and comparison with the whole domain.
    """

    parameter: sp.Symbol
    value: sp.Expr
    goal: sp.Expr
    derivation: Derivation


def best_value(
    goal: sp.Expr,
    parameter: sp.Symbol,
    *,
    domain: tuple[sp.Expr, sp.Expr] = (sp.S.Zero, sp.oo),
    ranges: Ranges | None = None,
    title: str = "",
) -> Optimum:
    """The value of a positive parameter that makes a goal largest, in closed form.

    Parameters
    ----------
    goal : sympy.Expr
        To be made large; give minus a loss.
    parameter : sympy.Symbol
        Positive.
    domain : (low, high)
        Open, in the other symbols; the goal is finite inside.
    ranges : mapping from symbol to (low, high), optional
        Where the other symbols lie.
    title : str
        Of the derivation.

    Returns
    -------
    Optimum

    Raises
    ------
    ValueError
        When no interior value in closed form is best on the whole domain for all values of the other symbols.

    Examples
    --------
    >>> r, c, n, theta = sp.symbols("r c n theta", positive=True)
    >>> best_value(theta * sp.sqrt(r * (n - 1) / (c * n)) - r, r, ranges={n: (1, 50)}).value
    theta**2*(n - 1)/(4*c*n)
    """
    if not parameter.is_positive:
        raise ValueError(
            f"the parameter {parameter} is not declared positive: sp.Symbol({str(parameter)!r}, positive=True)"
        )
    slope = sp.diff(goal, parameter)
    refused = []
    for value in power_roots(slope, parameter):
        try:
            steps = _proved(goal, parameter, value, domain, ranges or {})
        except DerivationError as error:
            refused.append(f"{value}: {error}")
            continue
        return Optimum(
            parameter, value, goal.subs(parameter, value), Derivation(title or f"The best {parameter}", steps)
        )
    raise ValueError(
        f"no interior value of {parameter} is best on the whole domain; {'; '.join(refused) or 'none is flat'}"
    )


def _proved(goal, parameter, value, domain, ranges):  # type: ignore[no-untyped-def]
    """Three checked steps: flat, bent downwards, and better than anywhere else."""
    low, high = (sp.sympify(end, strict=True) for end in domain)
    u = sp.Symbol("u", positive=True)
    elsewhere = low + u / (1 - u) * (value - low) if high is sp.oo else low + u * (high - low)
    where = {**ranges, u: (0.0, 1.0)}
    below = []
    if high is not sp.oo:
        below = [prove("inside above", value, high, "and below its end", relation="<", ranges=ranges)]
    here = sp.Eq(sp.Symbol(f"{parameter}_best", positive=True), value, evaluate=False)
    g, best = sp.Function("g"), sp.Symbol(f"{parameter}_best", positive=True)
    return (
        prove("inside", value, low, "it lies in the domain", relation=">", ranges=ranges),
        *below,
        prove("flat", sp.diff(goal, parameter).subs(parameter, value), sp.S.Zero, "the slope of the goal is zero there",
              ranges=ranges, shown=here),
        prove("bent downwards", sp.diff(goal, parameter, 2).subs(parameter, value), sp.S.Zero, "it is a maximum",
              relation="<", ranges=ranges, shown=sp.Lt(sp.Derivative(g(best), (best, 2)), 0, evaluate=False)),
        prove("nowhere better", goal.subs(parameter, value), goal.subs(parameter, elsewhere),
              "compared with places in all of the domain", relation=">=", ranges=where,
              shown=sp.Ge(g(best), g(parameter), evaluate=False)),
    )  # fmt: skip


def aligning_value(condition: sp.Expr, action: sp.Symbol, target: sp.Expr, parameter: sp.Symbol) -> sp.Expr:
    """The value of a parameter at which play makes the target's action: the condition solved at the target.

    Parameters
    ----------
    condition : sympy.Expr
        The first-order condition of play, zero at the equilibrium.
    action : sympy.Symbol
    target : sympy.Expr
        The action that is wanted, such as the social optimum.
    parameter : sympy.Symbol
        A positive one.

    Raises
    ------
    ValueError
        When not exactly one positive value does.

    Examples
    --------
    >>> x, k, c, v = sp.symbols("x k c v", positive=True)
    >>> aligning_value(k - c * x, x, v / c, k)
    v
    """
    found = power_roots(condition.subs(action, target), parameter)
    if len(found) != 1:
        raise ValueError(f"{len(found)} positive values of {parameter} make {action} = {target}; one is needed")
    return found[0]


def best_number(goal: sp.Expr, parameter: sp.Symbol, low: float, high: float) -> float:
    """The value of a parameter that makes a goal of numbers largest, where there is no closed form.

    Parameters
    ----------
    goal : sympy.Expr
        In the parameter alone.
    parameter : sympy.Symbol
    low, high : float
        The slope is positive at `low` and negative at `high`.

    Returns
    -------
    float
        To 1e-12 of its size.

    Raises
    ------
    ValueError
        When the slope does not change sign, or changes it more than once (on a grid of 400 places).

    Examples
    --------
    >>> R = sp.Symbol("R", positive=True)
    >>> round(best_number(sp.log(1 + R) - R / 4, R, 0.01, 100), 12)
    3.0
    """
    import numpy as np
    from scipy.optimize import brentq

    from .compiled import compile_numpy

    if goal.free_symbols != {parameter}:
        raise ValueError(f"the goal must be in {parameter} alone, it has {sorted(map(str, goal.free_symbols))}")
    slope = compile_numpy(sp.diff(goal, parameter), (parameter,))
    grid = np.linspace(low, high, 400)
    signs = np.sign(slope(grid))
    changes = np.flatnonzero(signs[1:] != signs[:-1])
    if signs[0] <= 0 or signs[-1] >= 0 or len(changes) != 1:
        raise ValueError(
            f"the slope in {parameter} must fall through zero once in [{low}, {high}]: it is {slope(low):.3g} at the "
            f"lower end, {slope(high):.3g} at the upper, and changes sign {len(changes)} times"
        )
    at = int(changes[0])
    return float(
        brentq(lambda p: float(slope(p)), grid[at], grid[at + 1], xtol=1e-13 * max(1.0, abs(high)), rtol=1e-13)
    )
