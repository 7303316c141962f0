r"""Linear stability of a state under the replicator dynamic.

With :math:`\dot x^r_i = x^r_i (F^r_i(x) - x^r \cdot F^r(x))` and the last share of each role replaced by 1
minus the others, the Jacobian at a rest point acts on the tangent space of the simplices; its eigenvalues
decide (Hofbauer and Sigmund 1998): all real parts negative means asymptotically stable, one positive means
not. On a line the sign of the payoff difference beside the state decides also where the eigenvalue is 0.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from gametheory.exact_expression import manageable
from gametheory.population import Population

__all__ = ["in_words", "replicator_eigenvalues"]

_NEGLIGIBLE = 1e-12


def replicator_eigenvalues(game: Population, exact: tuple[tuple[Any, ...], ...]) -> tuple[Any, ...]:
    """Return the eigenvalues of the replicator dynamic on the tangent space; () if not smooth there.

    Parameters
    ----------
    game : Population
        The game.
    exact : tuple of tuples of Fraction or SymPy number
        The state, by role.

    Returns
    -------
    tuple
        Fractions or SymPy numbers for at most two dimensions of rational numbers, floats or complex numbers
        otherwise.

    References
    ----------
    J. Hofbauer, K. Sigmund, *Evolutionary Games and Population Dynamics*, Cambridge University Press 1998.

    Examples
    --------
    >>> half = Fraction(1, 2)
    >>> replicator_eigenvalues(Population.from_matrix([[-1, 2], [0, 1]]), ((half, half),))
    (Fraction(-1, 2),)
    """
    last = {game.shares[role][-1]: 1 - sp.Add(*game.shares[role][:-1]) for role in game.roles}
    free: list[sp.Symbol] = []
    speeds: list[sp.Expr] = []
    place: dict[sp.Symbol, Any] = {}
    for role, state in zip(game.roles, exact, strict=True):
        shares, payoffs = game.shares[role], game.payoff_expressions[role]
        mean = sp.Add(*(share * payoff for share, payoff in zip(shares, payoffs, strict=True)))
        free.extend(shares[:-1])
        speeds.extend(
            sp.expand(share * (payoff - mean)).subs(last) for share, payoff in zip(shares, payoffs, strict=True)
        )
        speeds.pop()
        place.update({share: manageable(value) for share, value in zip(shares[:-1], state, strict=False)})
    matrix = sp.Matrix(speeds).jacobian(free).subs(place)
    if not all(cell.is_finite and cell.is_number for cell in matrix):
        return ()
    if len(free) <= 2 and all(cell.is_Rational for cell in matrix):
        values = [value for value, count in matrix.eigenvals().items() for _ in range(count)]
        return tuple(_plain(value) for value in sorted(values, key=lambda v: -float(sp.re(v))))
    found = np.linalg.eigvals(np.array(matrix.evalf(20).tolist(), dtype=complex))
    return tuple(_plain_float(value) for value in sorted(found, key=lambda v: (-v.real, v.imag)))


def in_words(eigenvalues: tuple[Any, ...]) -> str:
    """Return what the eigenvalues say about a rest point.

    Parameters
    ----------
    eigenvalues : tuple of numbers
        From `replicator_eigenvalues`.

    Returns
    -------
    str
        "asymptotically stable", "unstable", "saddle", "neutral" (all 0), or "centre or undecided".

    Examples
    --------
    >>> in_words((0.072, -0.036)), in_words((Fraction(-1, 2),))
    ('saddle', 'asymptotically stable')
    """
    parts = [complex(value).real for value in eigenvalues]
    size = max((abs(complex(value)) for value in eigenvalues), default=0.0)
    signs = {0 if abs(part) <= _NEGLIGIBLE * max(size, _NEGLIGIBLE) else (1 if part > 0 else -1) for part in parts}
    if not signs:
        return "centre or undecided"
    if signs == {-1}:
        return "asymptotically stable"
    if 1 in signs:
        return "saddle" if -1 in signs else "unstable"
    return "neutral" if size == 0 else "centre or undecided"


def _plain(value: sp.Expr) -> Any:
    return Fraction(int(value.p), int(value.q)) if value.is_Rational else sp.simplify(value)


def _plain_float(value: complex) -> float | complex:
    return float(value.real) if abs(value.imag) <= _NEGLIGIBLE * max(abs(value), 1e-300) else complex(value)
