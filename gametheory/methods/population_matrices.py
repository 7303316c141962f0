"""Population games that are matrix games in disguise: payoffs linear in the shares of whom one meets.

A constant c in a payoff counts as c times the sum of the shares, which is 1.
"""

from __future__ import annotations

from fractions import Fraction

import sympy as sp

from gametheory.population import Population
from gametheory.root_isolation import rational

__all__ = ["payoff_matrices"]


def payoff_matrices(game: Population) -> list[list[list[Fraction]]] | None:
    """Return the payoff matrices of a population game that is a matrix game; None if it is none.

    Parameters
    ----------
    game : Population
        The game.

    Returns
    -------
    list of matrices of Fraction, or None
        [A] if one role has F = A x; [A, B^T] if two have F = (A y, B^T x); rows are own strategies.

    Examples
    --------
    >>> payoff_matrices(Population.from_matrix([[1, 2], [3, 4]]))
    [[[Fraction(1, 1), Fraction(2, 1)], [Fraction(3, 1), Fraction(4, 1)]]]
    """
    if len(game.roles) > 2:
        return None
    against = {game.roles[0]: game.roles[-1], game.roles[-1]: game.roles[0]}
    matrices = []
    for role in game.roles:
        shares = game.shares[against[role]]
        rows = []
        for payoff in game.payoff_expressions[role]:
            if not payoff.is_polynomial(*shares) or payoff.free_symbols - set(shares):
                return None
            polynomial = sp.Poly(payoff, *shares)
            if polynomial.total_degree() > 1 or not all(c.is_Rational for c in polynomial.coeffs()):
                return None
            constant = polynomial.coeff_monomial(1)
            rows.append([rational(polynomial.coeff_monomial(share) + constant) for share in shares])
        matrices.append(rows)
    return matrices
